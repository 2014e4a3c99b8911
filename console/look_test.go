package console_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/ipam-local/ipam-local/ipamtest"
)

var screenshots = flag.String("screenshots", "", "directory to write pictures of the pages to, as make screenshots does")

// look is how a page is looked at.
type look struct {
	name          string
	width, height int64
	scheme        string
}

var looks = []look{
	{"light", 1280, 860, "light"},
	{"dark", 1280, 860, "dark"},
	{"phone", 390, 844, "light"},
}

// sight is a page that is worth a look.
type sight struct {
	name            string
	account, region string
	path            func(s *ipamtest.Server) string
	shown           string // that it shows once it is complete
}

func plain(path string) func(*ipamtest.Server) string {
	return func(*ipamtest.Server) string { return path }
}

func poolPage(name string) func(*ipamtest.Server) string {
	return func(s *ipamtest.Server) string { return "pools/" + s.Scenario().Pools[name] }
}

var sights = []sight{
	{"dashboard", network, "us-east-1", plain(""), "Resource CIDRs"},
	{"pools", network, "us-east-1", plain("pools"), "10.0.0.0/14"},
	{"pool", network, "us-east-1", poolPage("us-east-1"), "10.3.128.0/17"},
	{"scopes", network, "us-east-1", plain("scopes"), "private"},
	{"ipams", network, "us-east-1", plain("ipams"), "advanced"},
	{"shares", network, "us-east-1", plain("shares"), "pools-of-america"},
	{"vpcs", shop, "us-east-1", plain("vpcs"), "10.0.0.0/16"},
	{"create-vpc", shop, "us-east-1", plain("vpcs/new"), "Its locale is us-east-2"},
	{"map", network, "us-east-1", plain("map"), "10.3.128.0/17"},
	{"map-of-a-pool", network, "us-east-1", func(s *ipamtest.Server) string { return "map?by=Region&pool=" + s.Scenario().Pools["us-east-1"] }, "10.3.128.0/17"},
	{"resources", network, "us-east-1", plain("resources"), "by-hand"},
	{"discoveries", network, "us-east-1", plain("discoveries"), "default"},
	{"discovery", network, "us-east-1", func(s *ipamtest.Server) string {
		out, err := ec2.NewFromConfig(s.Config(network, "us-east-1")).DescribeIpams(context.Background(), &ec2.DescribeIpamsInput{})
		if err != nil {
			return err.Error()
		}
		return "discoveries/" + *out.Ipams[0].DefaultResourceDiscoveryId
	}, "vpc"},
	{"organization", management, "us-east-1", plain("organization"), "workloads"},
	{"calls", network, "us-east-1", plain("calls"), "CreateIpam"},
	{"cost", network, "us-east-1", plain("cost?assumed=25000"), "4927.50"},
	{"server", network, "us-east-1", plain("server"), "running"},
	{"history", network, "us-east-1", plain("history?cidr=10.0.0.0/16"), "in force"},
	{"public", network, "us-east-1", plain("public"), "unassociated"},
	{"guest", shop, "us-east-1", plain(""), "has no IPAM"},
}

// pictures are the looks at sights that make screenshots keeps.
var pictures = strings.Fields(`
	dashboard-light dashboard-dark dashboard-phone map-light map-dark map-phone pools-light pool-light pool-dark
	resources-light shares-light organization-light calls-dark create-vpc-light public-light history-light`)

// The accounts of the demo.
const (
	management = "111111111111"
	network    = "222222222222"
	shop       = "333333333333"
	search     = "444444444444"
)

// Each page fits into a desktop's window and a phone's, and the browser has nothing to complain of.
func TestPagesFit(t *testing.T) {
	srv := ipamtest.Start(t, ipamtest.WithScenario(estate))
	live(t, srv)
	b := browse(t, srv)
	for _, l := range looks {
		b.do(chromedp.EmulateViewport(l.width, l.height), chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}},
			})
			return err
		}))
		for _, s := range sights {
			b.as(s.account, s.region, s.path(srv))
			b.sees(s.shown)
			if tooWide := eval[int](b, "document.documentElement.scrollWidth - innerWidth"); tooWide > 0 {
				t.Errorf("%s, %s: the page is %d pixels wider than the window", s.name, l.name, tooWide)
			}
			if name := s.name + "-" + l.name; *screenshots != "" && slices.Contains(pictures, name) {
				b.picture(filepath.Join(*screenshots, name+".png"))
			}
		}
	}
	b.calm()
}

// live lets a day go by in which something happens, so that there are lines to draw.
func live(t *testing.T, srv *ipamtest.Server) {
	t.Helper()
	client := ec2.NewFromConfig(srv.Config(shop, "us-east-1"))
	pool := srv.Scenario().Pools["us-east-1"]
	for range 3 {
		if _, err := client.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{}); err != nil {
			t.Fatal(err)
		}
	}
	srv.Advance(7 * time.Hour)
	for _, length := range []int32{18, 19, 20} {
		out, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: &pool, Ipv4NetmaskLength: &length})
		if err != nil {
			t.Fatal(err)
		}
		srv.Advance(3 * time.Hour)
		if _, err := client.DeleteVpc(t.Context(), &ec2.DeleteVpcInput{VpcId: out.Vpc.VpcId}); err != nil {
			t.Fatal(err)
		}
		srv.Advance(2 * time.Hour)
	}
}

func (b *browser) picture(file string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
