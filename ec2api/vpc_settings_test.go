package ec2api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api"
)

// What VPCs and subnets do with settings of the user's. The rest is in package conformance.

func TestVpcQuota(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Quotas.VPCs = 2 })
	n.newVPC("10.0.0.0/16")
	id := n.newVPC("10.0.0.0/16")
	_, err := n.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16")})
	wantFailure(t, err, "VpcLimitExceeded", "The maximum number of VPCs has been reached.")
	_, err = n.CreateDefaultVpc(t.Context(), &ec2.CreateDefaultVpcInput{})
	wantFailure(t, err, "VpcLimitExceeded", "")
	must[ec2.DeleteVpcOutput](t)(n.DeleteVpc(t.Context(), &ec2.DeleteVpcInput{VpcId: &id}))
	n.newVPC("10.0.0.0/16")
}

func TestSubnetQuota(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Quotas.SubnetsPerVPC = 1 })
	vpc := n.newVPC("10.0.0.0/16")
	subnet := n.newSubnet(vpc, "10.0.0.0/24")
	_, err := n.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{VpcId: &vpc, CidrBlock: new("10.0.1.0/24")})
	wantFailure(t, err, "SubnetLimitExceeded", "")
	must[ec2.DeleteSubnetOutput](t)(n.DeleteSubnet(t.Context(), &ec2.DeleteSubnetInput{SubnetId: &subnet}))
	n.newSubnet(vpc, "10.0.0.0/24")
}

// A VPC and its blocks take their time, and a block has its route only while it is associated.
func TestVpcTransitions(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Timing.Transition = 3 * time.Second })
	id := n.newVPC("10.2.0.0/16")
	if got := n.vpc(id).State; got != types.VpcStatePending {
		t.Errorf("at once: state %s, want pending", got)
	}
	made := must[ec2.AssociateVpcCidrBlockOutput](t)(n.AssociateVpcCidrBlock(t.Context(), &ec2.AssociateVpcCidrBlockInput{VpcId: &id, CidrBlock: new("10.3.0.0/24")}))
	check := func(when string, want types.VpcCidrBlockStateCode, routes int) {
		t.Helper()
		if got := n.vpc(id).CidrBlockAssociationSet[1].CidrBlockState.State; got != want {
			t.Errorf("%s: state %s, want %s", when, got, want)
		}
		if got := n.routes(id); len(got) != routes {
			t.Errorf("%s: routes to %v, want %d", when, got, routes)
		}
	}
	check("at once", types.VpcCidrBlockStateCodeAssociating, 1)
	n.server.Advance(3 * time.Second)
	check("soon", types.VpcCidrBlockStateCodeAssociated, 2)
	if got := n.vpc(id).State; got != types.VpcStateAvailable {
		t.Errorf("soon: state %s, want available", got)
	}
	must[ec2.DisassociateVpcCidrBlockOutput](t)(n.DisassociateVpcCidrBlock(t.Context(), &ec2.DisassociateVpcCidrBlockInput{AssociationId: made.CidrBlockAssociation.AssociationId}))
	check("after the end has begun", types.VpcCidrBlockStateCodeDisassociating, 1)
	n.server.Advance(3 * time.Second)
	check("after the end", types.VpcCidrBlockStateCodeDisassociated, 1)
}

func TestSubnetTransitions(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Timing.Transition = 3 * time.Second })
	vpc := n.newVPC("10.0.0.0/16")
	must[ec2.AssociateVpcCidrBlockOutput](t)(n.AssociateVpcCidrBlock(t.Context(), &ec2.AssociateVpcCidrBlockInput{VpcId: &vpc, AmazonProvidedIpv6CidrBlock: new(true)}))
	block := strings.Replace(*n.vpc(vpc).Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock, "/56", "/64", 1)
	subnet := n.newSubnet(vpc, "10.0.0.0/24")
	made := must[ec2.AssociateSubnetCidrBlockOutput](t)(n.AssociateSubnetCidrBlock(t.Context(), &ec2.AssociateSubnetCidrBlockInput{SubnetId: &subnet, Ipv6CidrBlock: &block}))
	check := func(want types.SubnetCidrBlockStateCode) {
		t.Helper()
		if got := n.subnet(subnet).Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlockState.State; got != want {
			t.Errorf("state %s, want %s", got, want)
		}
	}
	check(types.SubnetCidrBlockStateCodeAssociating)
	n.server.Advance(3 * time.Second)
	check(types.SubnetCidrBlockStateCodeAssociated)
	must[ec2.DisassociateSubnetCidrBlockOutput](t)(n.DisassociateSubnetCidrBlock(t.Context(), &ec2.DisassociateSubnetCidrBlockInput{AssociationId: made.Ipv6CidrBlockAssociation.AssociationId}))
	check(types.SubnetCidrBlockStateCodeDisassociating)
	n.server.Advance(3 * time.Second)
	check(types.SubnetCidrBlockStateCodeDisassociated)
}

// IPAM notices late that a VPC is gone. Until then nobody else gets the space.
func TestReleaseTakesTime(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Timing.Release = 20 * time.Minute })
	pool := n.pool("10.0.0.0/15")
	create := func() (string, error) {
		out, err := n.CreateVpc(t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: &pool, Ipv4NetmaskLength: new(int32(16))})
		if err != nil {
			return "", err
		}
		return *out.Vpc.VpcId, nil
	}
	first, err := create()
	if err != nil {
		t.Fatal(err)
	}
	second := must[ec2.AssociateVpcCidrBlockOutput](t)(n.AssociateVpcCidrBlock(t.Context(), &ec2.AssociateVpcCidrBlockInput{VpcId: &first, Ipv4IpamPoolId: &pool, Ipv4NetmaskLength: new(int32(24))}))
	must[ec2.DisassociateVpcCidrBlockOutput](t)(n.DisassociateVpcCidrBlock(t.Context(), &ec2.DisassociateVpcCidrBlockInput{AssociationId: second.CidrBlockAssociation.AssociationId}))
	if got, want := n.held(pool, first), 2; len(got) != want {
		t.Errorf("after DisassociateVpcCidrBlock the pool has given %v, want %d", got, want)
	}
	n.server.Advance(20 * time.Minute)
	if got, want := n.held(pool, first), []string{"10.0.0.0/16"}; !slices.Equal(got, want) {
		t.Errorf("20 minutes later the pool has given %v, want %v", got, want)
	}
	must[ec2.DeleteVpcOutput](t)(n.DeleteVpc(t.Context(), &ec2.DeleteVpcInput{VpcId: &first}))
	if got := n.held(pool, first); len(got) != 1 {
		t.Errorf("after DeleteVpc the pool has given %v, want one", got)
	}
	if _, err := create(); err != nil { // the other half
		t.Fatal(err)
	}
	_, err = create()
	wantFailure(t, err, "InvalidParameterValue", "The allocation size is too big for the pool.")
	n.server.Advance(20 * time.Minute)
	if got := n.held(pool, first); len(got) != 0 {
		t.Errorf("20 minutes later the pool has given %v, want none", got)
	}
	if _, err := create(); err != nil {
		t.Fatal(err)
	}
}

// With the default timing, which is not AWS's, the space is back at the next call.
func TestReleaseAtOnce(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	pool := n.pool("10.0.0.0/16")
	for range 3 {
		out := must[ec2.CreateVpcOutput](t)(n.CreateVpc(t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: &pool, CidrBlock: new("10.0.0.0/16")}))
		must[ec2.DeleteVpcOutput](t)(n.DeleteVpc(t.Context(), &ec2.DeleteVpcInput{VpcId: out.Vpc.VpcId}))
	}
}

func TestSubnetReleaseTakesTime(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Timing.Release = 20 * time.Minute })
	source := n.pool("10.0.0.0/8")
	vpc := must[ec2.CreateVpcOutput](t)(n.CreateVpc(t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: &source, Ipv4NetmaskLength: new(int32(24))})).Vpc
	plan := n.pool("10.0.0.0/24", n.planning(*vpc.VpcId, source))
	create := func() (*ec2.CreateSubnetOutput, error) {
		return n.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{VpcId: vpc.VpcId, Ipv4IpamPoolId: &plan, CidrBlock: new("10.0.0.0/24")})
	}
	subnet := must[ec2.CreateSubnetOutput](t)(create()).Subnet.SubnetId
	must[ec2.DeleteSubnetOutput](t)(n.DeleteSubnet(t.Context(), &ec2.DeleteSubnetInput{SubnetId: subnet}))
	if got := n.held(plan, *subnet); len(got) != 1 {
		t.Errorf("after DeleteSubnet the pool has given %v, want one", got)
	}
	_, err := create()
	wantFailure(t, err, "InvalidParameterValue", "")
	n.server.Advance(20 * time.Minute)
	must[ec2.CreateSubnetOutput](t)(create())
}
