package console_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/chromedp/chromedp"

	"github.com/ipam-local/ipam-local/ipamtest"
)

// From nothing to a VPC out of a pool, by clicking only.
func TestFromNothingToAVPC(t *testing.T) {
	b := browse(t, ipamtest.Start(t))
	b.open("/")
	b.sees("has no IPAM in us-east-1")
	b.follow("Create an IPAM")
	b.fill("Name", "main")
	b.press("Create IPAM")
	b.sees("main", "advanced", "us-east-1")

	b.turn("Pools")
	b.follow("Create the first pool")
	b.fill("Name", "top")
	b.fill("First CIDR", "10.0.0.0/8")
	b.press("Create pool")
	b.sees("top", "10.0.0.0/8", "16,777,216 addresses", "It has no locale.")

	b.follow("Create pool below")
	b.fill("Name", "east")
	b.choose("Locale", "us-east-1")
	b.fill("First CIDR", "10.0.0.0/16")
	b.fill("Default netmask length", "24")
	b.press("Create pool")
	b.sees("east", "10.0.0.0/16")

	b.follow("Create VPC")
	b.fill("Name", "shop")
	b.press("Create VPC")
	b.sees("shop", "10.0.0.0/24", "256 addresses")

	b.turn("Pools")
	b.sees("top", "east", "0.4 %")
	b.follow("east")
	b.follow("Allocate")
	b.fill("Netmask length", "28")
	b.fill("Description", "vpn")
	b.press("Allocate")
	b.sees("10.0.1.0/28", "16 addresses", "custom")
	b.follow("Release")
	b.press("Release")
	b.misses("10.0.1.0/28")
	b.calm()
}

const newcomer = "111111111111"

// What AWS refuses is said in its own words, and nothing that was typed in is lost.
func TestARefusalKeepsTheForm(t *testing.T) {
	b := browse(t, ipamtest.Start(t))
	b.as(newcomer, "us-east-1", "vpcs/new")
	b.choose("Where its CIDR comes from", "A CIDR of my own")
	b.fill("CIDR", "10.0.0.0/8")
	b.fill("Name", "<b>bold</b>")
	b.press("Create VPC")
	b.sees("InvalidVpc.Range", "The CIDR '10.0.0.0/8' is invalid.")
	b.fill("CIDR", "10.0.0.0/16")
	b.press("Create VPC")
	b.sees("<b>bold</b>", "65,536 addresses")
	b.calm()
}

// The story of AWS's blog on delegated administration: the management account delegates, the network account plans and shares,
// a workload account takes a VPC from the pool of its Region and another one by hand, which breaks the rules.
func TestDelegationAndSharing(t *testing.T) {
	b := browse(t, ipamtest.Start(t))
	b.as(management, "us-east-1", "organization")
	b.follow("Create an organization")
	b.press("Create organization")
	b.sees("Delegated administrator of IPAM", "None yet")
	b.follow("Create unit")
	b.fill("Name", "workloads")
	b.press("Create unit")
	for name, unit := range map[string]string{"network": "Root", "shop": "workloads"} {
		b.follow("Create account")
		b.fill("Name", name)
		b.fill("E-mail address", name+"@example.com")
		b.choose("In", unit)
		b.press("Create account")
		b.sees(name)
	}
	b.follow("Enable sharing")
	b.press("Enable sharing")
	b.sees("enabled")
	b.follow("Delegate")
	b.choose("Account", "network")
	b.press("Delegate")
	b.follow("Act as network")

	b.follow("Create an IPAM")
	b.fill("Operating Regions", "us-east-1 us-east-2")
	b.press("Create IPAM")
	b.sees("us-east-1, us-east-2")
	b.turn("Pools")
	b.follow("Create the first pool")
	b.fill("Name", "company")
	b.fill("First CIDR", "10.0.0.0/8")
	b.press("Create pool")
	for name, cidr := range map[string]string{"us-east-1": "10.10.0.0/16", "us-east-2": "10.20.0.0/16"} {
		b.turn("Pools")
		b.follow("company")
		b.follow("Create pool below")
		b.fill("Description", "VPCs in "+name) // others see it, and no tags
		b.choose("Locale", name)
		b.fill("First CIDR", cidr)
		b.fill("Minimum netmask length", "20")
		b.fill("Default netmask length", "24")
		b.fill("Maximum netmask length", "26")
		b.check("Import what is found in its range")
		b.press("Create pool")
		b.sees(name, cidr, "becomes an allocation")
		b.follow("Share")
		b.choose("With", "The whole organization")
		b.fill("Name of the share", name)
		b.press("Share")
		b.sees(name, "associated")
	}

	b.become("shop", "us-east-1")
	b.turn("Pools")
	b.sees("VPCs in us-east-1", "network", "10.10.0.0/16")
	b.misses("company")
	b.follow("VPCs in us-east-1")
	b.follow("Create VPC")
	b.sees("Its locale is us-east-2. In us-east-1 nothing can be taken from it.")
	b.fill("Name", "orders")
	b.press("Create VPC")
	b.sees("orders", "10.10.0.0/24")
	b.follow("Create VPC")
	b.choose("Where its CIDR comes from", "A CIDR of my own")
	b.fill("Name", "by-hand")
	b.fill("CIDR", "10.10.128.0/18")
	b.press("Create VPC")
	b.sees("by-hand", "10.10.128.0/18")

	b.become("network", "us-east-1")
	b.turn("Dashboard")
	b.sees("noncompliant", "10.0.0.0/8")
	b.follow("noncompliant 1")
	b.sees("by-hand", "10.10.128.0/18")
	b.misses("orders")
	b.turn("Address map")
	b.sees("10.10.128.0/18", "by-hand", "noncompliant")
	b.turn("Resource shares")
	b.sees("Who may use what, and who does")
	b.calm()
}

// Who looks sees what others do at once, without asking.
func TestAPageFollowsChanges(t *testing.T) {
	srv := ipamtest.Start(t)
	b := browse(t, srv)
	b.as(newcomer, "us-east-1", "vpcs")
	b.sees("has no VPC")
	client := ec2.NewFromConfig(srv.Config(newcomer, "us-east-1"))
	if _, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: new("10.1.0.0/16")}); err != nil {
		t.Fatal(err)
	}
	b.sees("10.1.0.0/16")
	b.as(newcomer, "us-east-1", "calls")
	b.sees("CreateVpc")
	if _, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/8")}); err == nil {
		t.Fatal("a VPC of 10.0.0.0/8 is possible")
	}
	b.sees("InvalidVpc.Range")
	b.calm()
}

// The emulator's own things: its clock, and its state out, away and in again.
func TestClockAndState(t *testing.T) {
	srv := ipamtest.Start(t)
	b := browse(t, srv)
	b.as(newcomer, "us-east-1", "server")
	b.follow("Stop")
	b.press("Stop")
	b.sees("stopped")
	b.follow("Set")
	b.fill("Time (UTC)", "2026-01-01 00:00:00")
	b.press("Set")
	b.sees("2026-01-01 00:00:00")
	b.follow("+ 24h")
	b.press("Advance")
	b.sees("2026-01-02 00:00:00")

	client := ec2.NewFromConfig(srv.Config(newcomer, "us-east-1"))
	if _, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: new("10.1.0.0/16")}); err != nil {
		t.Fatal(err)
	}
	snapshot := ask(t, srv, http.MethodGet, "/_ipam-local/console/snapshot", nil, nil)
	file := filepath.Join(t.TempDir(), "snapshot.json")
	if err := os.WriteFile(file, snapshot.Body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	b.follow("Reset")
	b.choose("What to drop", "Everything")
	b.press("Drop")
	b.turn("VPCs")
	b.sees("has no VPC")
	b.turn("Clock and state")
	b.follow("Load snapshot")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{file}))
	b.press("Load")
	b.turn("VPCs")
	b.sees("10.1.0.0/16")
	b.calm()
}
