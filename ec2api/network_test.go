package ec2api_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/ipamtest"
)

// network is an account in us-east-1 of a server of the test's own.
type network struct {
	*ec2.Client
	t       *testing.T
	server  *ipamtest.Server
	account string
	ipam    *types.Ipam // made with the first pool
}

func newNetwork(t *testing.T, change ...func(*ec2api.Settings)) *network {
	t.Helper()
	var options []ipamtest.Option
	for _, fn := range change {
		options = append(options, ipamtest.WithSettings(fn))
	}
	server, account := ipamtest.Start(t, options...), "111122223333"
	return &network{Client: ec2.NewFromConfig(server.Config(account, "us-east-1")), t: t, server: server, account: account}
}

// must is the output of a call that has to succeed.
func must[Out any](t *testing.T) func(*Out, error) *Out {
	return func(out *Out, err error) *Out {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// wantFailure checks the code of an error and that its message contains a text.
func wantFailure(t *testing.T, err error, code, text string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("error = %v, want %s", err, code)
	}
	if api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), text) {
		t.Errorf("error = %s: %s, want %s: …%s…", api.ErrorCode(), api.ErrorMessage(), code, text)
	}
}

type poolOption func(*ec2.CreateIpamPoolInput)

// planning makes a pool plan the subnets of a VPC.
func (n *network) planning(vpc, source string) poolOption {
	return func(in *ec2.CreateIpamPoolInput) {
		in.SourceIpamPoolId = new(source)
		in.SourceResource = &types.IpamPoolSourceResourceRequest{
			ResourceId: new(vpc), ResourceType: types.IpamPoolSourceResourceTypeVpc, ResourceOwner: new(n.account), ResourceRegion: new("us-east-1"),
		}
	}
}

// pool is the id of a new pool in the private scope with the locale us-east-1 and a CIDR.
func (n *network) pool(cidr string, options ...poolOption) string {
	n.t.Helper()
	ctx := n.t.Context()
	if n.ipam == nil {
		n.ipam = must[ec2.CreateIpamOutput](n.t)(n.CreateIpam(ctx, &ec2.CreateIpamInput{})).Ipam
	}
	in := &ec2.CreateIpamPoolInput{IpamScopeId: n.ipam.PrivateDefaultScopeId, AddressFamily: types.AddressFamilyIpv4, Locale: new("us-east-1")}
	for _, option := range options {
		option(in)
	}
	id := must[ec2.CreateIpamPoolOutput](n.t)(n.CreateIpamPool(ctx, in)).IpamPool.IpamPoolId
	must[ec2.ProvisionIpamPoolCidrOutput](n.t)(n.ProvisionIpamPoolCidr(ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: id, Cidr: new(cidr)}))
	return *id
}

// held is the CIDRs that a pool has given to a resource, in the order of allocation ids.
func (n *network) held(pool, resource string) (cidrs []string) {
	n.t.Helper()
	out := must[ec2.GetIpamPoolAllocationsOutput](n.t)(n.GetIpamPoolAllocations(n.t.Context(), &ec2.GetIpamPoolAllocationsInput{IpamPoolId: new(pool)}))
	for _, a := range out.IpamPoolAllocations {
		if a.ResourceId != nil && *a.ResourceId == resource {
			cidrs = append(cidrs, *a.Cidr)
		}
	}
	return cidrs
}

// newVPC is a new VPC with that block.
func (n *network) newVPC(cidr string) string {
	n.t.Helper()
	return *must[ec2.CreateVpcOutput](n.t)(n.CreateVpc(n.t.Context(), &ec2.CreateVpcInput{CidrBlock: new(cidr)})).Vpc.VpcId
}

// vpc is a VPC as DescribeVpcs shows it.
func (n *network) vpc(id string) types.Vpc {
	n.t.Helper()
	return must[ec2.DescribeVpcsOutput](n.t)(n.DescribeVpcs(n.t.Context(), &ec2.DescribeVpcsInput{VpcIds: []string{id}})).Vpcs[0]
}

// newSubnet is a new subnet of a VPC with that block.
func (n *network) newSubnet(vpc, cidr string) string {
	n.t.Helper()
	return *must[ec2.CreateSubnetOutput](n.t)(n.CreateSubnet(n.t.Context(), &ec2.CreateSubnetInput{VpcId: new(vpc), CidrBlock: new(cidr)})).Subnet.SubnetId
}

// subnet is a subnet as DescribeSubnets shows it.
func (n *network) subnet(id string) types.Subnet {
	n.t.Helper()
	return must[ec2.DescribeSubnetsOutput](n.t)(n.DescribeSubnets(n.t.Context(), &ec2.DescribeSubnetsInput{SubnetIds: []string{id}})).Subnets[0]
}

// routes are the destinations of the routes of a VPC's only route table.
func (n *network) routes(vpc string) (all []string) {
	n.t.Helper()
	filters := []types.Filter{{Name: new("vpc-id"), Values: []string{vpc}}}
	for _, r := range must[ec2.DescribeRouteTablesOutput](n.t)(n.DescribeRouteTables(n.t.Context(), &ec2.DescribeRouteTablesInput{Filters: filters})).RouteTables[0].Routes {
		all = append(all, *r.DestinationCidrBlock)
	}
	return all
}
