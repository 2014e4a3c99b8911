package scenario_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ipam-local/ipam-local/scenario"
)

// what is wrong in each, and the whole of what is said about it, line by line.
var wrong = []struct {
	name string
	yaml string
	want string
}{
	{"nothing", "", "1: the file is empty"},
	{"no YAML", "ipams: [\n", "1: sequence end token ']' not found"},
	{"a list", "- a\n", "1: a list where keys and values belong (organization, ipams, shares, vpcs)"},
	{"two documents", "vpcs: []\n---\nvpcs: []\n", "3: a second document; a scenario is one"},
	{"a key twice", "vpcs: []\nvpcs: []\n", `2: mapping key "vpcs" already defined at [1:1]`},
	{"an unknown key", "vpc: []\n", `1: unknown key "vpc"; there is organization, ipams, shares, vpcs`},
	{"an unknown key further in", "organization:\n  management: 111111111111\n  units:\n    - name: x\n      colour: red\n",
		`5: unknown key "colour"; there is name, tags, units`},
	{"a missing key", "organization:\n  sharing: true\n", "2: management is missing"},
	{"a key without a value", "organization:\n  management:\n", "2: nothing where a text belongs"},
	{"a text for a list", "vpcs: none\n", "1: none where a list belongs"},
	{"a list for a text", "organization:\n  management: [x]\n", "2: a list where a text belongs"},
	{"a text for true or false", "organization:\n  management: 111111111111\n  sharing: yes\n", "3: yes where true or false belongs"},
	{"true for a text", "organization:\n  management: 111111111111\n  units: [{name: true}]\n", "3: true is no text in YAML; put it in quotes"},
	{"an anchor that is not there", "vpcs: *x\n", "1: there is no anchor &x above"},
	{"an anchor in itself", "organization:\n  management: 111111111111\n  units: &x\n    - name: a\n      units: *x\n", "5: there is no anchor &x above"},
	{"everything at once", "organization:\n  management: 1\n  sharing: 2\n  services: 3\n",
		`2: "1" is no account: an account's id has twelve digits` + "\n3: 2 where true or false belongs\n4: 3 where a list belongs"},

	{"two units", organization + "  units:\n    - name: a\n    - name: a\n", `7: a second unit "a" in the same place (the first is in line 6)`},
	{"a unit called root", organization + "  units:\n    - name: root\n", `6: a unit can't be called "root" here, for that could not be told from something else`},
	{"an account twice", organization + "    - {id: 222222222222, name: b}\n", "5: a second account 222222222222 (the first is in line 4)"},
	{"an address twice", organization + "    - {id: 333333333333, name: b, email: b@example.com}\n    - {id: 444444444444, name: c, email: B@example.com}\n",
		"6: a second account with the address B@example.com (the first is in line 5)"},
	{"no address", organization + "    - {id: 333333333333, name: b, email: nowhere}\n", `5: "nowhere" is no e-mail address`},
	{"management as a member", organization + "    - {id: 111111111111, name: b}\n", "5: a second account 111111111111 (the first is in line 2)"},
	{"an unknown unit", organization + "    - {id: 333333333333, name: b, unit: a}\n", `5: there is no unit "a" in this file`},
	{"an ambiguous unit", organization + "    - {id: 333333333333, name: b, unit: p}\n  units:\n    - {name: a, units: [{name: p}]}\n    - {name: b, units: [{name: p}]}\n",
		`5: 2 units are called "p"; name the ones above it as well, as in above/p`},
	{"a stranger as administrator", organization + "  ipamAdministrator: 333333333333\n",
		"5: ipamAdministrator is one of the accounts of the organization, other than management; 333333333333 is not"},
	{"management as administrator", organization + "  ipamAdministrator: 111111111111\n",
		"5: ipamAdministrator is one of the accounts of the organization, other than management; 111111111111 is not"},
	{"a policy without content", organization + "  policies:\n    - name: p\n", "6: a policy has either content or file"},
	{"a policy that is no JSON", organization + "  policies:\n    - name: p\n      content: nothing\n", "7: the document is no JSON"},
	{"a policy's file", organization + "  policies:\n    - name: p\n      file: missing.json\n", "7: open missing.json: no such file or directory"},
	{"a policy's type", organization + "  policies:\n    - {name: p, type: SCP, content: {}}\n", "6: the type of a policy is "},
	{"a policy's target", organization + "  policies:\n    - {name: p, content: {}, targets: [x]}\n", `6: there is no unit "x" in this file; besides units there are root and accounts`},

	{"a Region", "ipams:\n  - account: 222222222222\n    region: us-east-9\n", `3: there is no Region "us-east-9"`},
	{"two IPAMs", "ipams:\n  - {account: 222222222222, region: us-east-1}\n  - {account: 222222222222, region: us-east-1}\n",
		"3: a second IPAM of 222222222222 in us-east-1; an account has one in a Region (the first is in line 2)"},
	{"a tier", "ipams:\n  - {account: 222222222222, region: us-east-1, tier: gold}\n", `2: the tier of an IPAM is free or advanced, not "gold"`},
	{"a Region twice", "ipams:\n  - {account: 222222222222, region: us-east-1, operatingRegions: [us-east-2, us-east-2]}\n", "2: us-east-2 is there twice (the first is in line 2)"},
	{"a scope twice", ipam + "      - scope: private\n", `12: a second scope "private" of the same IPAM (the first is in line 6)`},
	{"two pools", ipam + "          - {name: top}\n", `12: a second pool "top" in the same place (the first is in line 8)`},
	{"a locale", ipam + "            pools:\n              - name: p\n                locale: eu-west-1\n",
		"14: the locale eu-west-1 is not among the operatingRegions of the IPAM"},
	{"another locale than above", ipam + "            pools:\n              - name: p\n                locale: us-east-1\n                pools:\n                  - {name: q, locale: us-east-2}\n",
		"16: the pool above has the locale us-east-1, and so has this one"},
	{"another family than above", ipam + "            pools:\n              - {name: p, family: ipv6}\n", "13: the pool above is ipv4"},
	{"a CIDR that is none", ipam + "              - 10.300.0.0/16\n", `12: "10.300.0.0/16" is no CIDR`},
	{"a CIDR with too many bits", ipam + "              - 11.0.0.1/8\n", `12: "11.0.0.1/8" is no CIDR: 11.0.0.1 has bits beyond its length; 11.0.0.0/8 has not`},
	{"a CIDR of the other family", ipam + "              - fd00::/8\n", "12: fd00::/8 is not ipv4, as the pool is"},
	{"a length that is none", ipam + "              - /33\n              - /0\n", `13: "/0" is no netmask length`},
	{"a length too long", ipam + "              - /33\n", "12: /33 is too long for ipv4"},
	{"a CIDR twice", ipam + "              - 10.1.0.0/16\n", "12: 10.1.0.0/16 overlaps 10.0.0.0/8 in line 11"},
	{"a CIDR outside", ipam + "            pools:\n              - {name: p, cidrs: [11.0.0.0/16]}\n", `13: 11.0.0.0/16 lies in no CIDR of the pool "top" above`},
	{"overlapping pools", ipam + "            pools:\n              - {name: p, cidrs: [10.0.0.0/16]}\n              - {name: q, cidrs: [10.0.1.0/24]}\n", "14: 10.0.1.0/24 overlaps 10.0.0.0/16 in line 13"},
	{"overlapping pools at the top", ipam + "          - {name: p, cidrs: [10.0.0.0/16]}\n", "12: 10.0.0.0/16 overlaps 10.0.0.0/8 in line 11"},
	{"netmask lengths", ipam + "            netmask: {min: 28, max: 16}\n", "12: min is greater than max"},
	{"a default outside", ipam + "            netmask:\n              max: 16\n              default: 24\n", "14: default is not between min and max"},
	{"a netmask length", ipam + "            netmask:\n              max: 33\n", "13: the netmask length 33 is not between 0 and 32"},
	{"a number", ipam + "            netmask: {max: many}\n", "12: many where a number belongs"},
	{"public in private", ipam + "            publicIpSource: amazon\n", "12: publicIpSource is for pools in the public scope"},
	{"an allocation outside", ipam + "            allocations: [{cidr: 11.0.0.0/24}]\n", "12: 11.0.0.0/24 lies in no CIDR of the pool"},
	{"an allocation without a size", ipam + "            allocations: [{description: x}]\n",
		"12: the pool has no default netmask length, so the allocation needs a cidr or a netmaskLength"},
	{"an allocation with two sizes", ipam + "            allocations: [{cidr: 10.0.0.0/24, netmaskLength: 24}]\n", "12: an allocation has a cidr or a netmaskLength, not both"},
	{"overlapping allocations", ipam + "            allocations: [{cidr: 10.0.0.0/24}, {cidr: 10.0.0.0/25}]\n", "12: 10.0.0.0/25 overlaps another allocation of the pool"},
	{"an allocation in a pool below", ipam + "            allocations: [{cidr: 10.0.0.0/24}]\n            pools: [{name: p, cidrs: [10.0.0.0/16]}]\n",
		"12: 10.0.0.0/24 overlaps 10.0.0.0/16 in line 13"},
	{"a length for a CIDR", ipam + "            allocations: [{cidr: /24}]\n", `12: "/24" is no CIDR; a length has a key of its own, netmaskLength`},

	{"a share of no pool", ipam + "shares:\n  - {name: s, pools: [nothing]}\n", `13: there is no pool "nothing" in this file`},
	{"a share of nothing", "shares:\n  - {name: s, pools: []}\n", "2: there are no pools in the share"},
	{"another's share", ipam + "shares:\n  - {name: s, account: 333333333333, pools: [top]}\n", "13: the account of a share is that of its pools: 222222222222, not 333333333333"},
	{"a share elsewhere", ipam + "shares:\n  - {name: s, region: us-east-2, pools: [top]}\n", "13: the Region of a share is the home Region of its pools: us-east-1, not us-east-2"},
	{"a principal without an organization", ipam + "shares:\n  - {name: s, pools: [top], principals: [organization]}\n",
		`13: there is no organization in this file, so only accounts can be named, not "organization"`},
	{"a principal that is none", organization + ipam + "shares:\n  - {name: s, pools: [top], principals: [prod]}\n",
		`17: there is no unit "prod" in this file; besides units there are organization and accounts`},
	{"a principal without sharing", organization + ipam + "shares:\n  - {name: s, pools: [top], principals: [organization]}\n",
		`17: sharing with "organization" takes sharing: true in the organization`},

	{"a VPC without anything", "vpcs:\n  - {account: 333333333333, region: us-east-1}\n", "2: a VPC has a cidr or a pool"},
	{"a VPC's pool", "vpcs:\n  - {account: 333333333333, region: us-east-1, pool: p, netmaskLength: 24}\n", `2: there is no pool "p" in this file`},
	{"a VPC's length", "vpcs:\n  - {account: 333333333333, region: us-east-1, cidr: 10.0.0.0/16, netmaskLength: 24}\n", "2: netmaskLength goes with a pool"},
	{"a VPC in IPv6", "vpcs:\n  - {account: 333333333333, region: us-east-1, cidr: 'fd00::/56'}\n", "2: the cidr of a VPC is IPv4, not fd00::/56"},
	{"a VPC from a pool without locale", ipam + "vpcs:\n  - {account: 333333333333, region: us-east-1, pool: top, netmaskLength: 24}\n",
		`13: the pool "top" has no locale, and only a pool whose locale is the Region of the VPC gives it space`},
	{"a VPC from a pool for elsewhere", ipam + below + "vpcs:\n  - {account: 333333333333, region: us-east-2, pool: p, netmaskLength: 24}\n", `18: the pool "p" is for us-east-1, not for us-east-2`},
	{"a VPC without a length", ipam + below + "vpcs:\n  - {account: 333333333333, region: us-east-1, pool: p}\n", `18: the pool "p" has no default netmask length, so the VPC needs a netmaskLength`},
	{"a VPC outside its pool", ipam + below + "vpcs:\n  - {account: 333333333333, region: us-east-1, pool: p, cidr: 10.9.0.0/24}\n", `18: 10.9.0.0/24 lies in no CIDR of the pool "p"`},
	{"a subnet without a size", vpc + "      - {name: a}\n", "6: a subnet has either a cidr or a netmaskLength"},
	{"a subnet outside", vpc + "      - {cidr: 10.1.0.0/24}\n", "6: 10.1.0.0/24 does not lie in 10.0.0.0/16, the CIDR of the VPC"},
	{"overlapping subnets", vpc + "      - {cidr: 10.0.0.0/24}\n      - {cidr: 10.0.0.0/25}\n", "7: 10.0.0.0/25 overlaps 10.0.0.0/24 in line 6"},
	{"a subnet's length", vpc + "      - {netmaskLength: 29}\n", "6: the netmask length of a subnet is 16 to 28, not 29"},
	{"a subnet's zone", vpc + "      - {netmaskLength: 28, zone: us-east-2a}\n", `6: us-east-1 has no zone "us-east-2a"`},
}

// Beginnings of files that go on with what is wrong. Their lines count: 4, 11, 5 and 5 of them.
const (
	organization = `organization:
  management: 111111111111
  accounts:
    - {id: 222222222222, name: network}
`
	ipam = `ipams:
  - account: 222222222222
    region: us-east-1
    operatingRegions: [us-east-1, us-east-2]
    scopes:
      - scope: private
        pools:
          - name: top
            family: ipv4
            cidrs:
              - 10.0.0.0/8
`
	below = `            pools:
              - name: p
                locale: us-east-1
                cidrs:
                  - 10.1.0.0/16
`
	vpc = `vpcs:
  - account: 333333333333
    region: us-east-1
    cidr: 10.0.0.0/16
    subnets:
`
)

func TestParseTellsWhatIsWrong(t *testing.T) {
	for _, test := range wrong {
		t.Run(test.name, func(t *testing.T) {
			_, err := scenario.Parse("scenario.yaml", []byte(test.yaml))
			if err == nil {
				t.Fatalf("Parse succeeds, want %s", test.want)
			}
			want := "scenario.yaml:" + strings.ReplaceAll(test.want, "\n", "\nscenario.yaml:")
			if got := err.Error(); got != want && !(strings.HasSuffix(want, " ") && strings.HasPrefix(got, want)) {
				t.Errorf("Parse:\n got %s\nwant %s\nof\n%s", got, want, test.yaml)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mine.yaml")
	if _, err := scenario.Load(path); err == nil || !strings.Contains(err.Error(), "mine.yaml") {
		t.Errorf("Load of no file = %v, want an error with its name", err)
	}
	write(t, path, "organization:\n  management: 111111111111\n  policies:\n    - {name: p, file: p.json}\n")
	write(t, filepath.Join(dir, "p.json"), "{}")
	if _, err := scenario.Load(path); err != nil {
		t.Errorf("a file named beside the scenario: %v", err)
	}
	write(t, filepath.Join(dir, "p.json"), "{")
	if _, err := scenario.Load(path); err == nil || err.Error() != path+":4: p.json is no JSON" {
		t.Errorf("a file that is no JSON: %v, want line 4 named", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
