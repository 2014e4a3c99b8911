package conformance

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// poolAt creates a pool in the private scope that is for VPCs at home, and gives it a CIDR.
func (t *T) poolAt(ipam types.Ipam, cidr string, changes ...with) types.IpamPool {
	pool := t.pool(ipam.PrivateDefaultScopeId, slices.Concat([]with{locale(home)}, changes)...)
	t.provision(pool, cidr)
	return pool
}

// byoipPool creates a pool for EC2 at home with addresses that the account brings, of IPv6 unless told otherwise.
func (t *T) byoipPool(ipam types.Ipam, cidr string, changes ...with) types.IpamPool {
	public := func(in *ec2.CreateIpamPoolInput) {
		if in.AddressFamily == types.AddressFamilyIpv6 {
			in.PubliclyAdvertisable = new(true)
		}
	}
	pool := t.pool(ipam.PublicDefaultScopeId, slices.Concat([]with{ipv6, forEC2(home)}, changes, []with{public})...)
	t.bring(pool, cidr)
	return pool
}

func requires(key, value string) with {
	return func(in *ec2.CreateIpamPoolInput) {
		in.AllocationResourceTags = []types.RequestIpamResourceTag{{Key: &key, Value: &value}}
	}
}

// vpc creates a VPC at home with a CIDR of its own.
func (t *T) vpc(cidr string) types.Vpc { return t.vpcAs(&ec2.CreateVpcInput{CidrBlock: &cidr}) }

// vpcAs creates a VPC at home and waits for it and its blocks.
func (t *T) vpcAs(in *ec2.CreateVpcInput) types.Vpc {
	return t.awaitVPC(*must(t.ec2(home).CreateVpc(t.ctx, in))(t).Vpc.VpcId)
}

// vpcWithIPv6 creates a VPC at home with a block of each family.
func (t *T) vpcWithIPv6(cidr string) types.Vpc {
	return t.vpcAs(&ec2.CreateVpcInput{CidrBlock: &cidr, AmazonProvidedIpv6CidrBlock: new(true)})
}

func (t *T) describedVPC(id string) types.Vpc {
	found := must(t.ec2(home).DescribeVpcs(t.ctx, &ec2.DescribeVpcsInput{VpcIds: []string{id}}))(t).Vpcs
	if len(found) != 1 {
		t.Fatalf("DescribeVpcs(%s) = %d VPCs, want 1", id, len(found))
	}
	return found[0]
}

// awaitVPC waits until neither the VPC nor one of its blocks is on its way.
func (t *T) awaitVPC(id string) (vpc types.Vpc) {
	t.await(id+" and its blocks to settle", func() bool {
		vpc = t.describedVPC(id)
		moving := vpc.State != types.VpcStateAvailable
		for _, b := range vpc.CidrBlockAssociationSet {
			moving = moving || onItsWay(b.CidrBlockState)
		}
		for _, b := range vpc.Ipv6CidrBlockAssociationSet {
			moving = moving || onItsWay(b.Ipv6CidrBlockState)
		}
		return !moving
	})
	return vpc
}

func onItsWay(s *types.VpcCidrBlockState) bool {
	return s.State == types.VpcCidrBlockStateCodeAssociating || s.State == types.VpcCidrBlockStateCodeDisassociating
}

func (t *T) deleteVPC(vpc types.Vpc) {
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId}))(t)
}

// associate gives a VPC one more block and waits for it. The answer is returned.
func (t *T) associate(vpc types.Vpc, in *ec2.AssociateVpcCidrBlockInput) *ec2.AssociateVpcCidrBlockOutput {
	in.VpcId = vpc.VpcId
	out := must(t.ec2(home).AssociateVpcCidrBlock(t.ctx, in))(t)
	t.awaitVPC(*vpc.VpcId)
	return out
}

// disassociate takes a block from a VPC and waits until it is gone. The answer is returned.
func (t *T) disassociate(vpc types.Vpc, association *string) *ec2.DisassociateVpcCidrBlockOutput {
	out := must(t.ec2(home).DisassociateVpcCidrBlock(t.ctx, &ec2.DisassociateVpcCidrBlockInput{AssociationId: association}))(t)
	t.awaitVPC(*vpc.VpcId)
	return out
}

// ipv6Of is the first IPv6 block of a VPC.
func (t *T) ipv6Of(vpc types.Vpc) types.VpcIpv6CidrBlockAssociation {
	if len(vpc.Ipv6CidrBlockAssociationSet) == 0 {
		t.Fatalf("%s has no IPv6 block", *vpc.VpcId)
	}
	return vpc.Ipv6CidrBlockAssociationSet[0]
}

// heldBy are the CIDRs that a pool has given to a resource, sorted.
func (t *T) heldBy(pool types.IpamPool, resource *string) []string {
	cidrs := []string{}
	for _, a := range t.allocations(pool) {
		if str(a.ResourceId) == *resource {
			cidrs = append(cidrs, *a.Cidr)
		}
	}
	slices.Sort(cidrs)
	return cidrs
}

// awaitRelease waits until a pool has only so much left of what it gave to a resource. AWS takes half an hour.
func (t *T) awaitRelease(pool types.IpamPool, resource *string, left ...string) {
	for range 12 {
		if t.target.Advance == nil || len(t.heldBy(pool, resource)) <= len(left) {
			break
		}
		t.advance(5 * time.Minute)
	}
	t.await("the release of what "+*resource+" had", func() bool { return len(t.heldBy(pool, resource)) <= len(left) })
	equalRecord(t, "what the pool still holds for "+*resource, t.heldBy(pool, resource), append([]string{}, left...))
}

// subnet creates a subnet at home with a CIDR of its VPC.
func (t *T) subnet(vpc types.Vpc, cidr string) types.Subnet {
	return t.subnetAs(vpc, &ec2.CreateSubnetInput{CidrBlock: &cidr})
}

// subnetAs creates a subnet at home and waits for it and its IPv6 block.
func (t *T) subnetAs(vpc types.Vpc, in *ec2.CreateSubnetInput) types.Subnet {
	in.VpcId = vpc.VpcId
	return t.awaitSubnet(*must(t.ec2(home).CreateSubnet(t.ctx, in))(t).Subnet.SubnetId)
}

func (t *T) describedSubnet(id string) types.Subnet {
	found := must(t.ec2(home).DescribeSubnets(t.ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{id}}))(t).Subnets
	if len(found) != 1 {
		t.Fatalf("DescribeSubnets(%s) = %d subnets, want 1", id, len(found))
	}
	return found[0]
}

func (t *T) awaitSubnet(id string) (subnet types.Subnet) {
	t.await(id+" and its block to settle", func() bool {
		subnet = t.describedSubnet(id)
		moving := subnet.State != types.SubnetStateAvailable
		for _, b := range subnet.Ipv6CidrBlockAssociationSet {
			s := b.Ipv6CidrBlockState.State
			moving = moving || s == types.SubnetCidrBlockStateCodeAssociating || s == types.SubnetCidrBlockStateCodeDisassociating
		}
		return !moving
	})
	return subnet
}

func (t *T) deleteSubnet(subnet types.Subnet) {
	must(t.ec2(home).DeleteSubnet(t.ctx, &ec2.DeleteSubnetInput{SubnetId: subnet.SubnetId}))(t)
}

// plans makes a pool plan the subnets of a VPC.
func (t *T) plans(vpc types.Vpc, parent types.IpamPool) with {
	return func(in *ec2.CreateIpamPoolInput) {
		source(parent)(in)
		in.SourceResource = &types.IpamPoolSourceResourceRequest{
			ResourceId: vpc.VpcId, ResourceType: types.IpamPoolSourceResourceTypeVpc, ResourceOwner: new(t.Account()), ResourceRegion: new(home),
		}
	}
}

// refusal is a request that is refused, in a table of them.
type refusal[In any] struct {
	what          string
	in            In
	code, message string
}

// wantRefusals checks that each request is refused as its row says.
func wantRefusals[In any](t *T, call func(In) error, rows []refusal[In]) {
	for _, row := range rows {
		wantErrorOf(t, row.what, call(row.in), row.code, row.message)
	}
}
