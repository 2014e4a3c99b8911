package scenario_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/ipamtest"
	"github.com/ipam-local/ipam-local/scenarios"
)

func vpcCIDRs(t *testing.T, client *ec2.Client) (list []string) {
	for _, v := range must[*ec2.DescribeVpcsOutput](t)(client.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})).Vpcs {
		list = append(list, *v.CidrBlock+" "+tagged(v.Tags))
	}
	return list
}

func visible(t *testing.T, client *ec2.Client) (list []string) {
	for _, p := range must[*ec2.DescribeIpamPoolsOutput](t)(client.DescribeIpamPools(t.Context(), &ec2.DescribeIpamPoolsInput{})).IpamPools {
		list = append(list, *p.OwnerId+" "+*p.IpamPoolId)
	}
	return list
}

// The scenario of the demo is there as its file says, for each of its accounts.
func TestDelegatedAdmin(t *testing.T) {
	srv := ipamtest.Start(t, ipamtest.WithScenario(string(scenarios.DelegatedAdmin)))
	made := srv.Scenario()
	east1, east2 := made.Pools["us-east-1"], made.Pools["us-east-2"]
	client := func(account, region string) *ec2.Client { return ec2.NewFromConfig(srv.Config(account, region)) }

	administrators := must[*organizations.ListDelegatedAdministratorsOutput](t)(organizations.NewFromConfig(srv.Config("111111111111", "us-east-1")).
		ListDelegatedAdministrators(t.Context(), &organizations.ListDelegatedAdministratorsInput{ServicePrincipal: new("ipam.amazonaws.com")}))
	if a := administrators.DelegatedAdministrators; len(a) != 1 || *a[0].Id != network {
		t.Errorf("administrators of IPAM = %v, want %s", a, network)
	}
	equal(t, "pools", pools(t, client(network, "us-east-1")), "top ipv4 None 10.0.0.0/8", "us-east-1 ipv4 us-east-1 10.10.0.0/16", "us-east-2 ipv4 us-east-2 10.20.0.0/16")
	equal(t, "allocations of us-east-1", owners(t, client(network, "us-east-1"), east1), "10.10.0.0/24 vpc 333333333333", "10.10.255.0/24 custom 222222222222")

	equal(t, "VPCs of shop", vpcCIDRs(t, client("333333333333", "us-east-1")), "10.10.0.0/24 Name=shop")
	equal(t, "subnets of shop", subnets(t, client("333333333333", "us-east-1")), "10.10.0.0/26 us-east-1a Name=shop-a", "10.10.0.64/26 us-east-1b Name=shop-b")
	equal(t, "VPCs of search", vpcCIDRs(t, client("444444444444", "us-east-2")), "10.20.0.0/24 Name=search", "10.20.77.0/24 Name=by-hand")

	equal(t, "pools that search sees where they are for", visible(t, client("444444444444", "us-east-2")), network+" "+east2)
	equal(t, "pools that a stranger sees", visible(t, client("555555555555", "us-east-1")))
	_, err := client("555555555555", "us-east-1").CreateVpc(t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: &east1})
	if e, ok := errors.AsType[smithy.APIError](err); !ok || e.ErrorCode() != "InvalidIpamPoolId.NotFound" {
		t.Errorf("a stranger takes space from the pool: %v, want InvalidIpamPoolId.NotFound", err)
	}
	share := must[*ram.GetResourceSharesOutput](t)(ram.NewFromConfig(srv.Config("333333333333", "us-east-1")).
		GetResourceShares(t.Context(), &ram.GetResourceSharesInput{ResourceOwner: types.ResourceOwnerOtherAccounts})).ResourceShares
	if len(share) != 1 || *share[0].ResourceShareArn != made.Shares["ipam-pools"] {
		t.Errorf("shares that shop sees = %v, want %s", share, made.Shares["ipam-pools"])
	}
}

func owners(t *testing.T, client *ec2.Client, pool string) (list []string) {
	for _, a := range must[*ec2.GetIpamPoolAllocationsOutput](t)(client.GetIpamPoolAllocations(t.Context(), &ec2.GetIpamPoolAllocationsInput{IpamPoolId: &pool})).IpamPoolAllocations {
		list = append(list, *a.Cidr+" "+string(a.ResourceType)+" "+aws.ToString(a.ResourceOwner))
	}
	return list
}

// An account outside the organization accepts the invitation to a share, and a unit stands for the accounts in it.
func TestSharesWithUnitsAndOutsiders(t *testing.T) {
	srv := ipamtest.Start(t, ipamtest.WithScenario(`
organization:
  management: 111111111111
  units: [{name: prod}, {name: dev}]
  accounts:
    - {id: 222222222222, name: network}
    - {id: 333333333333, name: shop, unit: prod}
    - {id: 444444444444, name: search, unit: dev}
  sharing: true
  ipamAdministrator: 222222222222
ipams:
  - account: 222222222222
    region: us-east-1
    scopes: [{scope: private, pools: [{name: p, locale: us-east-1, cidrs: [10.0.0.0/8]}]}]
shares:
  - {name: s, pools: [p], principals: [prod, "555555555555"]}
vpcs:
  - {account: 333333333333, region: us-east-1, pool: p, netmaskLength: 24}
  - {account: 555555555555, region: us-east-1, pool: p, netmaskLength: 24}
`))
	sees := map[string]int{"222222222222": 1, "333333333333": 1, "444444444444": 0, "555555555555": 1, "666666666666": 0}
	for account, want := range sees {
		if got := visible(t, ec2.NewFromConfig(srv.Config(account, "us-east-1"))); len(got) != want {
			t.Errorf("%s sees the pools %v, want %d", account, got, want)
		}
	}
}
