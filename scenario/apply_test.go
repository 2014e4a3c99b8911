package scenario_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/ipamtest"
	"github.com/ipam-local/ipam-local/scenario"
	"github.com/ipam-local/ipam-local/scenarios"
	"github.com/ipam-local/ipam-local/server"
)

const network = "222222222222"

func must[T any](t *testing.T) func(T, error) T {
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// equal compares lists as sets of texts.
func equal(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

const tree = `
organization:
  management: 111111111111
  units:
    - name: workloads
      tags: {Stage: all}
      units: [{name: prod}, {name: dev}]
  accounts:
    - {id: 222222222222, name: network}
    - {id: 333333333333, name: shop, email: shop@example.org, unit: workloads/prod, tags: {Team: shop}}
  services: [ram.amazonaws.com]
  policies:
    - name: guard
      description: Nobody leaves
      content:
        Version: "2012-10-17"
        Statement: [{Effect: Deny, Action: "organizations:LeaveOrganization", Resource: "*"}]
      targets: [root, prod, "333333333333"]
`

func TestApplyMakesAnOrganization(t *testing.T) {
	srv := ipamtest.Start(t, ipamtest.WithScenario(tree))
	client := organizations.NewFromConfig(srv.Config("111111111111", "us-east-1"))
	made := srv.Scenario()

	accounts := must[*organizations.ListAccountsOutput](t)(client.ListAccounts(t.Context(), &organizations.ListAccountsInput{}))
	var got []string
	for _, a := range accounts.Accounts {
		got = append(got, *a.Id+" "+*a.Name+" "+*a.Email)
	}
	equal(t, "accounts", got, "111111111111 Account 111111111111 111111111111@example.com", "222222222222 network 222222222222@example.com", "333333333333 shop shop@example.org")

	parents := must[*organizations.ListParentsOutput](t)(client.ListParents(t.Context(), &organizations.ListParentsInput{ChildId: new("333333333333")}))
	if got, want := *parents.Parents[0].Id, made.Units["workloads/prod"]; got != want || want != made.Units["prod"] {
		t.Errorf("shop is in %s, want the unit prod, %s", got, want)
	}
	tags := must[*organizations.ListTagsForResourceOutput](t)(client.ListTagsForResource(t.Context(), &organizations.ListTagsForResourceInput{ResourceId: new(made.Units["workloads"])}))
	if len(tags.Tags) != 1 || *tags.Tags[0].Key != "Stage" {
		t.Errorf("the unit's tags = %v, want Stage", tags.Tags)
	}
	trusted := must[*organizations.ListAWSServiceAccessForOrganizationOutput](t)(client.ListAWSServiceAccessForOrganization(t.Context(), &organizations.ListAWSServiceAccessForOrganizationInput{}))
	if len(trusted.EnabledServicePrincipals) != 1 || *trusted.EnabledServicePrincipals[0].ServicePrincipal != "ram.amazonaws.com" {
		t.Errorf("trusted services = %v, want ram.amazonaws.com", trusted.EnabledServicePrincipals)
	}
	policies := must[*organizations.ListPoliciesForTargetOutput](t)(client.ListPoliciesForTarget(t.Context(), &organizations.ListPoliciesForTargetInput{
		TargetId: new("333333333333"), Filter: orgtypes.PolicyTypeServiceControlPolicy,
	}))
	got = nil
	for _, p := range policies.Policies {
		got = append(got, *p.Name)
	}
	equal(t, "policies of shop", got, "FullAWSAccess", "guard")
	_, err := organizations.NewFromConfig(srv.Config("333333333333", "us-east-1")).LeaveOrganization(t.Context(), &organizations.LeaveOrganizationInput{})
	if e, ok := errors.AsType[smithy.APIError](err); !ok || e.ErrorCode() != "AccessDeniedException" {
		t.Errorf("shop leaves in spite of the policy: %v, want AccessDeniedException", err)
	}
}

const addresses = `
ipams:
  - account: 222222222222
    region: us-east-1
    operatingRegions: [us-east-1, us-east-2]
    description: main one
    tags: {Name: main}
    scopes:
      - scope: private
        description: ours
        tags: {Team: net}
        pools:
          - name: top
            cidrs: [10.0.0.0/8, 172.16.0.0/12]
            pools:
              - name: us-east-1
                description: in Virginia
                locale: us-east-1
                autoImport: true
                netmask: {min: 16, max: 28, default: 24}
                requiredTags: {Env: prod}
                tags: {Colour: blue}
                cidrs: [10.10.0.0/16]
                allocations:
                  - {cidr: 10.10.255.0/24, description: on premises, tags: {Site: Bonn}}
                  - {netmaskLength: 26}
              - {name: any, locale: us-east-2, cidrs: [/16]}
            allocations: [{netmaskLength: 24}]
      - scope: public
        pools:
          - {name: own, cidrs: [198.51.100.0/24]}
          - {name: amazon, family: ipv6, publicIpSource: amazon, awsService: ec2, locale: us-east-1, cidrs: [/52]}
      - {scope: lab, pools: [{name: six, family: ipv6, cidrs: ["fd12::/48"]}]}
vpcs:
  - account: 222222222222
    region: us-east-1
    name: shop
    pool: us-east-1
    tags: {Env: prod}
    subnets:
      - {name: a, netmaskLength: 26, zone: us-east-1b, tags: {Tier: web}}
      - {name: b, netmaskLength: 27}
      - {name: c, netmaskLength: 26}
  - {account: 333333333333, region: us-east-2, name: by-hand, cidr: 10.20.0.0/16, subnets: [{cidr: 10.20.3.0/24}]}
`

func TestApplyMakesIPAMsAndVPCs(t *testing.T) {
	realistic := ipamtest.WithSettings(func(s *ec2api.Settings) { s.Timing = ec2api.RealisticTiming() })
	srv := ipamtest.Start(t, ipamtest.WithScenario(addresses), realistic)
	client := ec2.NewFromConfig(srv.Config(network, "us-east-1"))
	made := srv.Scenario()

	ipam := must[*ec2.DescribeIpamsOutput](t)(client.DescribeIpams(t.Context(), &ec2.DescribeIpamsInput{})).Ipams[0]
	if *ipam.IpamId != made.IPAMs["222222222222/us-east-1"] || *ipam.Description != "main one" || ipam.State != types.IpamStateCreateComplete || len(ipam.OperatingRegions) != 2 {
		t.Errorf("IPAM = %+v, want the one of the scenario, complete", ipam)
	}
	equal(t, "scopes", scopes(t, client), "false private  Name=lab", "true private ours Team=net", "true public  ")
	equal(t, "pools", pools(t, client),
		"top ipv4 None 10.0.0.0/8 172.16.0.0/12", "us-east-1 ipv4 us-east-1 10.10.0.0/16", "any ipv4 us-east-2 10.0.0.0/16",
		"own ipv4 None 198.51.100.0/24", "amazon ipv6 us-east-1 2600:1f00::/52", "six ipv6 None fd12::/48")
	equal(t, "allocations", allocations(t, client, made.Pools["us-east-1"]),
		"10.10.255.0/24 custom on premises", "10.10.0.0/26 custom ", "10.10.1.0/24 vpc ")

	p := must[*ec2.DescribeIpamPoolsOutput](t)(client.DescribeIpamPools(t.Context(), &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{made.Pools["top/us-east-1"]}})).IpamPools[0]
	if *p.AllocationMinNetmaskLength != 16 || *p.AllocationMaxNetmaskLength != 28 || *p.AllocationDefaultNetmaskLength != 24 || !*p.AutoImport ||
		*p.AllocationResourceTags[0].Value != "prod" || tagged(p.Tags) != "Colour=blue Name=us-east-1" {
		t.Errorf("pool us-east-1 = %+v, want its rules as in the file", p)
	}
	equal(t, "subnets", subnets(t, client), "10.10.1.0/26 us-east-1b Name=a Tier=web", "10.10.1.64/27 us-east-1a Name=b", "10.10.1.128/26 us-east-1a Name=c")
	other := ec2.NewFromConfig(srv.Config("333333333333", "us-east-2"))
	equal(t, "subnets of by-hand", subnets(t, other), "10.20.3.0/24 us-east-2a ")
	vpc := must[*ec2.DescribeVpcsOutput](t)(client.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})).Vpcs[0]
	if *vpc.VpcId != made.VPCs["shop"] || vpc.State != types.VpcStateAvailable {
		t.Errorf("VPC = %s %s, want %s available", *vpc.VpcId, vpc.State, made.VPCs["shop"])
	}
	now := must[*ec2.CreateVpcOutput](t)(client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: new("10.99.0.0/16")}))
	later := must[*ec2.DescribeVpcsOutput](t)(client.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{VpcIds: []string{*now.Vpc.VpcId}}))
	if later.Vpcs[0].State != types.VpcStatePending {
		t.Errorf("a VPC made after the scenario is %s at once, want the delays of the settings", later.Vpcs[0].State)
	}
}

func tagged(list []types.Tag) string {
	var s []string
	for _, t := range list {
		s = append(s, *t.Key+"="+*t.Value)
	}
	slices.Sort(s)
	return strings.Join(s, " ")
}

func scopes(t *testing.T, client *ec2.Client) (list []string) {
	for _, s := range must[*ec2.DescribeIpamScopesOutput](t)(client.DescribeIpamScopes(t.Context(), &ec2.DescribeIpamScopesInput{})).IpamScopes {
		isDefault := map[bool]string{true: "true ", false: "false "}[*s.IsDefault]
		list = append(list, isDefault+string(s.IpamScopeType)+" "+aws.ToString(s.Description)+" "+tagged(s.Tags))
	}
	return list
}

func pools(t *testing.T, client *ec2.Client) (list []string) {
	for _, p := range must[*ec2.DescribeIpamPoolsOutput](t)(client.DescribeIpamPools(t.Context(), &ec2.DescribeIpamPoolsInput{})).IpamPools {
		line := []string{"", string(p.AddressFamily), *p.Locale}
		for _, tag := range p.Tags {
			if *tag.Key == "Name" {
				line[0] = *tag.Value
			}
		}
		for _, c := range must[*ec2.GetIpamPoolCidrsOutput](t)(client.GetIpamPoolCidrs(t.Context(), &ec2.GetIpamPoolCidrsInput{IpamPoolId: p.IpamPoolId})).IpamPoolCidrs {
			line = append(line, *c.Cidr)
		}
		slices.Sort(line[3:])
		list = append(list, strings.Join(line, " "))
	}
	return list
}

func allocations(t *testing.T, client *ec2.Client, pool string) (list []string) {
	for _, a := range must[*ec2.GetIpamPoolAllocationsOutput](t)(client.GetIpamPoolAllocations(t.Context(), &ec2.GetIpamPoolAllocationsInput{IpamPoolId: &pool})).IpamPoolAllocations {
		list = append(list, *a.Cidr+" "+string(a.ResourceType)+" "+aws.ToString(a.Description))
	}
	return list
}

func subnets(t *testing.T, client *ec2.Client) (list []string) {
	for _, s := range must[*ec2.DescribeSubnetsOutput](t)(client.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})).Subnets {
		list = append(list, *s.CidrBlock+" "+*s.AvailabilityZone+" "+tagged(s.Tags))
	}
	return list
}

// What only the operations know.
func TestApplyTellsWhatIsRefused(t *testing.T) {
	for _, test := range []struct{ name, yaml, want string }{
		{"an operation", "ipams:\n  - account: 222222222222\n    region: us-east-1\n    tier: free\n    scopes:\n      - scope: private\n        pools:\n          - name: p\n",
			"s.yaml:8: CreateIpamPool by 222222222222 in us-east-1: UnsupportedOperation: "},
		{"a CIDR that is not to be had", "ipams:\n  - account: 222222222222\n    region: us-east-1\n    scopes:\n      - scope: private\n        pools:\n" +
			"          - name: p\n            cidrs:\n              - 10.0.0.0/24\n            pools:\n              - name: q\n                cidrs:\n                  - /25\n                  - /24\n",
			"s.yaml:14: ProvisionIpamPoolCidr by 222222222222 in us-east-1: "},
		{"no room for subnets", "vpcs:\n  - account: 333333333333\n    region: us-east-1\n    cidr: 10.0.0.0/28\n    subnets:\n      - {netmaskLength: 28}\n      - {netmaskLength: 28}\n",
			"s.yaml:7: CreateSubnet by 333333333333 in us-east-1: there is no free /28 in 10.0.0.0/28"},
		{"an account that can't be", "organization:\n  management: 111111111111\n  accounts:\n    - {id: 222222222222, name: b, email: 111111111111@example.com}\n",
			"s.yaml:4: CreateAccount by 111111111111 in us-east-1: EMAIL_ALREADY_EXISTS"},
		{"a policy that can't be evaluated", "organization:\n  management: 111111111111\n  policies:\n    - name: p\n      content: {Version: '2012-10-17', Statement: [{Effect: Maybe}]}\n",
			"s.yaml:4: CreatePolicy by 111111111111 in us-east-1: MalformedPolicyDocumentException: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, server.Options{})
			sc := must[*scenario.Scenario](t)(scenario.Parse("s.yaml", []byte(test.yaml)))
			if _, err := sc.Apply(s); err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("Apply = %v, want %s…", err, test.want)
			}
		})
	}
}

func open(t *testing.T, o server.Options) *server.Server {
	t.Helper()
	s := must[*server.Server](t)(server.New(o))
	t.Cleanup(func() {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestApplyIsRepeatable(t *testing.T) {
	for name, yaml := range map[string]string{"tree": tree, "addresses": addresses, "delegated": string(scenarios.DelegatedAdmin)} {
		var snapshots []string
		for range 2 {
			s := open(t, server.Options{Rand: rand.NewChaCha8([32]byte{1})})
			request(t, s, "POST", "clock", `{"freeze":true}`)
			request(t, s, "POST", "clock", `{"set":"2026-01-01T00:00:00Z"}`)
			sc := must[*scenario.Scenario](t)(scenario.Parse("s.yaml", []byte(yaml)))
			must[*scenario.Applied](t)(sc.Apply(s))
			snapshots = append(snapshots, request(t, s, "GET", "snapshot", ""))
		}
		second := strings.Split(snapshots[1], "\n")
		for i, row := range strings.Split(snapshots[0], "\n") {
			if i >= len(second) || row != second[i] {
				t.Errorf("%s: the second time row %d of the state is another:\n%s\n%s", name, i, row, second[min(i, len(second)-1)])
			}
		}
	}
}

func request(t *testing.T, s *server.Server, method, path, body string) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(method, "/_ipam-local/"+path, bytes.NewReader([]byte(body))))
	if w.Code >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Body.String()
}
