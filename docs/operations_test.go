package docs

import (
	"context"
	"flag"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ipam-local/ipam-local/cwapi"
	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/stsapi"
)

//go:generate go test -run ^TestOperations$ . -update

var update = flag.Bool("update", false, "write OPERATIONS.md instead of comparing it")

// whole are the families that this program is for: an operation of theirs that a new version of the SDK brings and we lack fails the test.
var whole = []struct{ title, pattern string }{
	{"IPAM", `Ipam`},
	{"Public addresses of one's own", `Byoip|Byoasn|PublicIpv4Pool|Ipv6Pools|AssociatedIpv6PoolCidrs`},
	{"Prefix lists", `ManagedPrefixList|PrefixLists$`},
	{"NAT gateways", `NatGateway(s|Address)?$`},
}

// parts are the families that IPAM lives on. An operation belongs to the first family whose pattern it matches.
var parts = []struct{ title, pattern string }{
	{"VPC peering, endpoints and encryption", `VpcPeering|VpcEndpoint|VpcBlockPublicAccess|VpcEncryption|VpcClassicLink|ClassicLinkVpc`},
	{"VPC", `^[A-Z][a-z]+(Default)?Vpc(s|Attribute|CidrBlock|Tenancy)?$`},
	{"Subnets", `^[A-Z][a-z]+(Default)?Subnet(s|Attribute|CidrBlock|CidrReservations?)?$`},
	{"Route tables", `^(Create|Delete|Replace)Route$|^(Create|Delete|Describe|Associate|Disassociate)RouteTables?$|RouteTableAssociation$|VgwRoutePropagation$`},
	{"Network ACLs", `NetworkAcl`},
	{"Security groups", `SecurityGroup`},
	{"DHCP options", `DhcpOptions`},
	{"Internet gateways", `(^|[a-z])(Internet|EgressOnlyInternet)Gateways?$`},
	{"Network interfaces", `NetworkInterface`},
	{"Elastic IP addresses", `^(Allocate|Associate|Disassociate|Describe|Release)Address(es)?$|Address(es)?Attribute$|Address(es)?Transfers?$|AddressTo(Vpc|Classic)$`},
	{"Tags", `^(Create|Delete|Describe)Tags$`},
	{"Account, Regions and zones", `AccountAttributes$|AvailabilityZone|^DescribeRegions$`},
}

const operationsHead = `# Operations

Which operations of AWS exist here, by family. An operation that exists takes every parameter of its SDK's input, or says which one it does not
take; one that does not is answered like an action that the service has never heard of, in EC2 with ` + "`InvalidAction`" + `.

This page is made from the tables of operations in the code and from the methods of the SDK's clients. ` + "`make generate`" + ` writes it, a
test keeps it true.
`

func TestOperations(t *testing.T) {
	want := operationsPage(t)
	if *update {
		if err := os.WriteFile("OPERATIONS.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("OPERATIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("OPERATIONS.md is not what the code says; run make generate")
	}
}

func operationsPage(t *testing.T) string {
	var page strings.Builder
	page.WriteString(operationsHead)
	served := names(ec2api.Operations())
	all := methods(reflect.TypeFor[*ec2.Client]())
	for _, name := range served {
		if !slices.Contains(all, name) {
			t.Errorf("ec2api serves %s, which the SDK does not know", name)
		}
	}
	rest := all
	for _, f := range slices.Concat(whole, parts) {
		var members []string
		members, rest = split(rest, regexp.MustCompile(f.pattern))
		if len(members) == 0 {
			t.Errorf("no operation belongs to the family %s", f.title)
		}
		writeFamily(&page, "EC2: "+f.title, members, served)
		if slices.Contains(whole, f) {
			for _, name := range members {
				if !slices.Contains(served, name) {
					t.Errorf("the SDK has %s, and ec2api lacks it", name)
				}
			}
		}
	}
	for _, name := range rest {
		if slices.Contains(served, name) {
			t.Errorf("%s belongs to no family; put it into one", name)
		}
	}
	writeFamily(&page, "RAM", methods(reflect.TypeFor[*ram.Client]()), names(ramapi.Operations()))
	writeFamily(&page, "Organizations", methods(reflect.TypeFor[*organizations.Client]()), names(orgs.Operations()))
	writeFamily(&page, "CloudWatch", methods(reflect.TypeFor[*cloudwatch.Client]()), names(cwapi.Operations()))
	writeFamily(&page, "STS", methods(reflect.TypeFor[*sts.Client]()), names(stsapi.Operations()))
	fmt.Fprintf(&page, "\n## IAM\n\nThese, which clients make on the way to an IPAM, and no others.\n\n| operation | exists |\n| --- | --- |\n")
	for _, name := range slices.Sorted(slices.Values(names(stsapi.IAMOperations()))) {
		fmt.Fprintf(&page, "| %s | yes |\n", name)
	}
	fmt.Fprintf(&page, "\n## The rest\n\nEC2 has %d more operations, for what has little to do with IPAM. None of them exists here.\n", len(rest))
	return page.String()
}

func writeFamily(page *strings.Builder, title string, members, served []string) {
	count := 0
	var rows strings.Builder
	for _, name := range members {
		mark := "–"
		if slices.Contains(served, name) {
			mark = "yes"
			count++
		}
		fmt.Fprintf(&rows, "| %s | %s |\n", name, mark)
	}
	fmt.Fprintf(page, "\n## %s\n\n%d of %d.\n\n| operation | exists |\n| --- | --- |\n%s", title, count, len(members), &rows)
}

// methods are the operations of a client of the SDK: func (c *Client) CreateIpam(ctx, *CreateIpamInput, ...func(*Options)) (…, error).
func methods(client reflect.Type) []string {
	var list []string
	for m := range client.Methods() {
		f := m.Type
		if f.NumIn() == 4 && f.In(1) == reflect.TypeFor[context.Context]() && f.In(2).Elem().Name() == m.Name+"Input" {
			list = append(list, m.Name)
		}
	}
	return list
}

func names(list []op.Op) []string {
	var n []string
	for _, o := range list {
		n = append(n, o.Name)
	}
	return n
}

func split(list []string, pattern *regexp.Regexp) (match, rest []string) {
	for _, name := range list {
		if pattern.MatchString(name) {
			match = append(match, name)
		} else {
			rest = append(rest, name)
		}
	}
	return match, rest
}
