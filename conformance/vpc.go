package conformance

import (
	"net/netip"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var vpcTests = []Test{
	{"a VPC takes its block from a pool", "B300", vpcFromPool},
	{"a VPC takes the CIDR that it names from a pool", "B301", vpcExplicitCIDR},
	{"a VPC from a pool needs a CIDR, a length or a default", "B302", vpcWithoutLength},
	{"a pool without locale is not for VPCs", "B303", vpcWithoutLocale},
	{"a VPC has the tags that its pool requires", "B304", vpcRequiredTags},
	{"a VPC keeps its pool's netmask rules and its own", "B305", vpcNetmasks},
	{"a VPC needs a CIDR or a pool", "B306", vpcOfNothing},
	{"a VPC's CIDR loses its host bits", "B307", vpcHostBits},
	{"a VPC's allocation outlives it for a while only", "B308", vpcDeleted},
	{"a VPC from a public pool of Amazon's IPv6", "B309", vpcIPv6},
	{"a VPC from a private pool of IPv6", "B310", vpcPrivateIPv6},
	{"a VPC is made where its pool has its locale", "B311", vpcWrongRegion},
	{"a VPC outlives its pool", "B312", vpcOutlivesPool},
	{"a VPC's allocation can't be released by hand", "B313", vpcReleased},
	{"another block of a VPC comes from a pool and goes back", "B314", vpcSecondBlock},
	{"a planning pool has a CIDR of its VPC", "B320", planningPool},
	{"a planning pool gives space to subnets", "B321", subnetFromPool},
	{"only planning pools give space to subnets", "B322", subnetFromOtherPool},
}

// vpcPool is a pool of 10.0.0.0/8 that VPCs at home can use.
func (t *T) vpcPool(changes ...with) (types.Ipam, types.IpamPool) {
	ipam := t.ipam(away)
	pool := t.pool(ipam.PrivateDefaultScopeId, append([]with{locale(home)}, changes...)...)
	t.provision(pool, "10.0.0.0/8")
	return ipam, pool
}

func (t *T) vpc(in *ec2.CreateVpcInput) types.Vpc {
	return *must(t.ec2(home).CreateVpc(t.ctx, in))(t).Vpc
}

func (t *T) awaitVPC(id string) (vpc types.Vpc) {
	t.await(id+" to be available", func() bool {
		vpcs := must(t.ec2(home).DescribeVpcs(t.ctx, &ec2.DescribeVpcsInput{VpcIds: []string{id}}))(t).Vpcs
		if len(vpcs) != 1 {
			t.Fatalf("DescribeVpcs(%s) = %d VPCs, want 1", id, len(vpcs))
		}
		vpc = vpcs[0]
		return vpc.State == types.VpcStateAvailable
	})
	return vpc
}

func vpcFromPool(t *T) {
	_, pool := t.vpcPool()
	t.allocate(pool, "10.0.0.0/24")
	vpc := t.vpc(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	equal(t, "CidrBlock", str(vpc.CidrBlock), "10.0.1.0/24")
	equal(t, "State in the answer of CreateVpc", vpc.State, types.VpcStatePending)
	equal(t, "IsDefault", boolean(vpc.IsDefault), "false")
	equal(t, "OwnerId", str(vpc.OwnerId), t.Account())
	equal(t, "InstanceTenancy", vpc.InstanceTenancy, types.TenancyDefault)
	matches(t, "VpcId", str(vpc.VpcId), "vpc-"+hex17)
	if len(vpc.CidrBlockAssociationSet) != 1 {
		t.Fatalf("the VPC has %d IPv4 blocks, want 1", len(vpc.CidrBlockAssociationSet))
	}
	block := vpc.CidrBlockAssociationSet[0]
	matches(t, "AssociationId", str(block.AssociationId), "vpc-cidr-assoc-"+hex17)
	equal(t, "CidrBlock of the association", str(block.CidrBlock), "10.0.1.0/24")
	equal(t, "state of the association", block.CidrBlockState.State, types.VpcCidrBlockStateCodeAssociated)
	t.awaitVPC(*vpc.VpcId)

	found := t.allocations(pool, filter("resource-id", *vpc.VpcId))
	if len(found) != 1 {
		t.Fatalf("the VPC has %d allocations, want 1", len(found))
	}
	equalRecord(t, "the VPC's allocation", found[0], types.IpamPoolAllocation{
		Cidr:                 new("10.0.1.0/24"),
		IpamPoolAllocationId: found[0].IpamPoolAllocationId,
		ResourceId:           vpc.VpcId,
		ResourceOwner:        new(t.Account()),
		ResourceRegion:       found[0].ResourceRegion, // absent in older captures
		ResourceType:         types.IpamPoolAllocationResourceTypeVpc,
		Tags:                 emptyOrAbsent(found[0].Tags),
	})
}

func vpcExplicitCIDR(t *T) {
	_, pool := t.vpcPool()
	vpc := t.vpc(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: new("10.1.0.0/16")})
	equal(t, "CidrBlock", str(vpc.CidrBlock), "10.1.0.0/16")
	for _, cidr := range []string{"10.1.0.0/16", "10.1.7.0/24", "192.168.0.0/24"} {
		_, err := t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: &cidr})
		wantErrorOf(t, "a VPC of "+cidr, err, "InvalidParameterValue", "")
	}
	t.vpc(&ec2.CreateVpcInput{CidrBlock: new("10.1.0.0/16")}) // without a pool VPCs overlap freely
	equal(t, "number of allocations", len(t.allocations(pool)), 1)
}

func vpcWithoutLength(t *T) {
	_, pool := t.vpcPool()
	_, err := t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId})
	wantError(t, err, "InvalidParameterCombination",
		"The request cannot contain empty CIDR and Netmask Length for a pool with no default allocation netmask length set. Exactly one of them should be provided.")
	must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, AllocationDefaultNetmaskLength: new(int32(20))}))(t)
	t.awaitPool(*pool.IpamPoolId, types.IpamPoolStateModifyComplete)
	equal(t, "CidrBlock of the default length", str(t.vpc(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId}).CidrBlock), "10.0.0.0/20")
	empty := t.pool(scopeOf(pool), locale(home))
	_, err = t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: empty.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	wantErrorOf(t, "a VPC from an empty pool", err, "InvalidParameterValue", "The allocation size is too big for the pool.")
	_, err = t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: new("10.9.0.0/16"), Ipv4NetmaskLength: new(int32(16))})
	wantRefusal(t, "a VPC with both a CIDR and a length", err)
	_, err = t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: new("ipam-pool-0123456789abcdef0"), Ipv4NetmaskLength: new(int32(24))})
	wantErrorOf(t, "a VPC from an unknown pool", err, "InvalidIpamPoolId.NotFound", "The ipam-pool ID 'ipam-pool-0123456789abcdef0' does not exist")
}

func vpcWithoutLocale(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/8")
	_, err := t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	wantError(t, err, "InvalidParameterValue", "The resource type vpc is not valid for pool with None locale.")
}

func vpcRequiredTags(t *T) {
	_, pool := t.vpcPool(func(in *ec2.CreateIpamPoolInput) {
		in.AllocationResourceTags = []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}, {Key: new("team"), Value: new("net")}}
	})
	for _, tags := range [][]types.TagSpecification{
		nil, tagged(types.ResourceTypeVpc, "env", "prod"), tagged(types.ResourceTypeVpc, "env", "test", "team", "net"), tagged(types.ResourceTypeVpc, "Env", "prod", "team", "net"),
	} {
		_, err := t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24)), TagSpecifications: tags})
		wantError(t, err, "InvalidParameterValue", "The resource is missing one or more of the resource tags required by the IPAM pool.")
	}
	equal(t, "number of allocations", len(t.allocations(pool)), 0)
	t.vpc(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24)), TagSpecifications: tagged(types.ResourceTypeVpc, "team", "net", "env", "prod", "more", "")})
}

func vpcNetmasks(t *T) {
	_, pool := t.vpcPool(netmasks(8, 24, 24))
	_, err := t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(25))})
	wantErrorOf(t, "a /25 where /24 is smallest", err, "InvalidParameterValue", "")
	for _, cidr := range []string{"10.0.0.0/8", "10.0.0.0/15", "10.0.0.0/29"} {
		_, err := t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: &cidr})
		wantErrorOf(t, "a VPC of "+cidr, err, "InvalidVpc.Range", "The CIDR '"+cidr+"' is invalid.")
	}
	_, err = t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: new("10.0.0.0/15")})
	wantErrorOf(t, "a VPC of a pool's /15", err, "InvalidVpc.Range", "The CIDR '10.0.0.0/15' is invalid.")
	_, err = t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(12))})
	wantRefusal(t, "a VPC of a pool's /12", err)
	equal(t, "number of allocations", len(t.allocations(pool)), 0)
}

func vpcOfNothing(t *T) {
	for _, in := range []*ec2.CreateVpcInput{{}, {Ipv4NetmaskLength: new(int32(24))}, {AmazonProvidedIpv6CidrBlock: new(true)}} {
		_, err := t.ec2(home).CreateVpc(t.ctx, in)
		wantError(t, err, "MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
	}
	wantAnswer(t, "CreateVpc with a client token", t.post("Action", "CreateVpc", "CidrBlock", "10.0.0.0/16", "ClientToken", "once"),
		"UnknownParameter", "The parameter ClientToken is not recognized")
}

func vpcHostBits(t *T) {
	equal(t, "CidrBlock", str(t.vpc(&ec2.CreateVpcInput{CidrBlock: new("100.68.0.18/18")}).CidrBlock), "100.68.0.0/18")
	_, err := t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new("ten")})
	wantError(t, err, "InvalidParameterValue", "Value (ten) for parameter cidrBlock is invalid. This is not a valid CIDR block.")
}

func vpcDeleted(t *T) {
	_, pool := t.vpcPool()
	vpc := t.vpc(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	t.deprovision(pool, "10.0.0.0/8", types.IpamPoolCidrStateFailedDeprovision)
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId}))(t)
	_, err := t.ec2(home).DescribeVpcs(t.ctx, &ec2.DescribeVpcsInput{VpcIds: []string{*vpc.VpcId}})
	wantErrorOf(t, "the deleted VPC", err, "InvalidVpcID.NotFound", "The vpc ID '"+*vpc.VpcId+"' does not exist")
	t.awaitLong("the VPC's allocation to go", func() bool { return len(t.allocations(pool, filter("resource-id", *vpc.VpcId))) == 0 })
	t.deprovision(pool, "10.0.0.0/8", types.IpamPoolCidrStateDeprovisioned)
}

// awaitLong is for what takes AWS half an hour.
func (t *T) awaitLong(what string, ok func() bool) {
	if !ok() && t.target.Advance != nil {
		t.advance(35 * time.Minute)
	}
	t.await(what, ok)
}

func vpcIPv6(t *T) {
	ipam := t.ipam()
	pool := t.pool(ipam.PublicDefaultScopeId, amazonIPv6)
	all := netip.MustParsePrefix(*t.provisionLength(pool, 52).Cidr)
	vpc := t.vpc(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(56))})
	if len(vpc.Ipv6CidrBlockAssociationSet) != 1 {
		t.Fatalf("the VPC has %d IPv6 blocks, want 1", len(vpc.Ipv6CidrBlockAssociationSet))
	}
	block := vpc.Ipv6CidrBlockAssociationSet[0]
	equal(t, "Ipv6CidrBlock", str(block.Ipv6CidrBlock), netip.PrefixFrom(all.Addr(), 56).String())
	equal(t, "Ipv6Pool in the answer of CreateVpc", str(block.Ipv6Pool), *pool.IpamPoolId)
	t.awaitIPv6(*vpc.VpcId, "IPAM Managed", types.IpSourceAmazon, types.Ipv6AddressAttributePublic)
	equal(t, "number of allocations", len(t.allocations(pool, filter("resource-id", *vpc.VpcId))), 1)

	amazon := t.vpc(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), AmazonProvidedIpv6CidrBlock: new(true)})
	equal(t, "Ipv6Pool of a block without pool", str(amazon.Ipv6CidrBlockAssociationSet[0].Ipv6Pool), "Amazon")
	t.awaitIPv6(*amazon.VpcId, "Amazon", types.IpSourceAmazon, types.Ipv6AddressAttributePublic)
}

// awaitIPv6 waits for the VPC's IPv6 block and checks where it says that it comes from.
func (t *T) awaitIPv6(id, pool string, source types.IpSource, attribute types.Ipv6AddressAttribute) {
	var block types.VpcIpv6CidrBlockAssociation
	t.await("the IPv6 block of "+id, func() bool {
		block = t.awaitVPC(id).Ipv6CidrBlockAssociationSet[0]
		return block.Ipv6CidrBlockState.State == types.VpcCidrBlockStateCodeAssociated
	})
	equal(t, "Ipv6Pool", str(block.Ipv6Pool), pool)
	equal(t, "IpSource", block.IpSource, source)
	equal(t, "Ipv6AddressAttribute", block.Ipv6AddressAttribute, attribute)
}

func vpcPrivateIPv6(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, ipv6, locale(home))
	t.provision(pool, "fd12:3456:789a::/48")
	vpc := t.vpc(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(56))})
	equal(t, "Ipv6CidrBlock", str(vpc.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock), "fd12:3456:789a::/56")
	t.awaitIPv6(*vpc.VpcId, "IPAM Managed", types.IpSourceNone, types.Ipv6AddressAttributePrivate)
}

func vpcWrongRegion(t *T) {
	_, pool := t.vpcPool()
	_, err := t.ec2(away).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	wantRefusal(t, "a VPC away from the locale", err)
	other := t.pool(scopeOf(pool), locale(away))
	t.provision(other, "172.16.0.0/12")
	_, err = t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: other.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	wantRefusal(t, "a VPC at home from a pool away", err)
	vpc := must(t.ec2(away).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: other.IpamPoolId, Ipv4NetmaskLength: new(int32(24))}))(t).Vpc
	equal(t, "CidrBlock of a VPC in the locale", str(vpc.CidrBlock), "172.16.0.0/24")
	t.deprovision(other, "172.16.0.0/12", types.IpamPoolCidrStateFailedDeprovision)
}

func vpcOutlivesPool(t *T) {
	ipam, pool := t.vpcPool()
	first := t.vpc(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	t.deletePool(pool, true)
	equal(t, "CidrBlock after the pool", str(t.awaitVPC(*first.VpcId).CidrBlock), "10.0.0.0/24")
	again := t.pool(ipam.PrivateDefaultScopeId, locale(home))
	t.provision(again, "10.0.0.0/8")
	second := t.vpc(&ec2.CreateVpcInput{Ipv4IpamPoolId: again.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	equal(t, "CidrBlock of a VPC from a new pool", str(second.CidrBlock), "10.0.0.0/24")
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(true)}))(t)
	t.ipamGone(ipam)
	equal(t, "CidrBlock after the IPAM", str(t.awaitVPC(*second.VpcId).CidrBlock), "10.0.0.0/24")
	for _, vpc := range []types.Vpc{first, second} {
		must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId}))(t)
	}
}

func vpcReleased(t *T) {
	_, pool := t.vpcPool()
	vpc := t.vpc(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	a := t.allocations(pool, filter("resource-id", *vpc.VpcId))[0]
	_, err := t.ec2(home).ReleaseIpamPoolAllocation(t.ctx, &ec2.ReleaseIpamPoolAllocationInput{IpamPoolId: pool.IpamPoolId, Cidr: a.Cidr, IpamPoolAllocationId: a.IpamPoolAllocationId})
	wantError(t, err, "InvalidParameterValue", "")
	equal(t, "number of allocations", len(t.allocations(pool)), 1)
}

func vpcSecondBlock(t *T) {
	_, pool := t.vpcPool()
	c := t.ec2(home)
	vpc := t.vpc(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: new("10.8.0.0/24")}) // in 10.0.0.0/15 it could not have another there
	out := must(c.AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: vpc.VpcId, Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(25))}))(t)
	equal(t, "VpcId in the answer", str(out.VpcId), *vpc.VpcId)
	equal(t, "CidrBlock", str(out.CidrBlockAssociation.CidrBlock), "10.0.0.0/25")
	equal(t, "state in the answer", out.CidrBlockAssociation.CidrBlockState.State, types.VpcCidrBlockStateCodeAssociating)
	equal(t, "number of allocations", len(t.allocations(pool, filter("resource-id", *vpc.VpcId))), 2)
	primary := *vpc.CidrBlockAssociationSet[0].AssociationId
	_, err := c.DisassociateVpcCidrBlock(t.ctx, &ec2.DisassociateVpcCidrBlockInput{AssociationId: &primary})
	wantError(t, err, "OperationNotPermitted", "The vpc CIDR block with association ID "+primary+" may not be disassociated. It is the primary IPv4 CIDR block of the VPC")
	t.await("the block to be associated", func() bool {
		set := t.awaitVPC(*vpc.VpcId).CidrBlockAssociationSet
		return set[len(set)-1].CidrBlockState.State == types.VpcCidrBlockStateCodeAssociated
	})
	gone := must(c.DisassociateVpcCidrBlock(t.ctx, &ec2.DisassociateVpcCidrBlockInput{AssociationId: out.CidrBlockAssociation.AssociationId}))(t)
	equal(t, "state in the answer", gone.CidrBlockAssociation.CidrBlockState.State, types.VpcCidrBlockStateCodeDisassociating)
	t.awaitLong("the block's allocation to go", func() bool { return len(t.allocations(pool)) == 1 })
}

// plan creates a pool that plans the subnets of a VPC out of a pool.
func (t *T) plan() (parent, pool types.IpamPool, vpc types.Vpc) {
	_, parent = t.vpcPool()
	vpc = t.vpc(&ec2.CreateVpcInput{Ipv4IpamPoolId: parent.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	t.awaitVPC(*vpc.VpcId)
	pool = t.child(parent, locale(home), func(in *ec2.CreateIpamPoolInput) {
		in.SourceResource = &types.IpamPoolSourceResourceRequest{
			ResourceId: vpc.VpcId, ResourceType: types.IpamPoolSourceResourceTypeVpc, ResourceRegion: new(home), ResourceOwner: new(t.Account()),
		}
	})
	return parent, pool, vpc
}

func planningPool(t *T) {
	parent, pool, vpc := t.plan()
	equalRecord(t, "SourceResource", pool.SourceResource, &types.IpamPoolSourceResource{
		ResourceId: vpc.VpcId, ResourceType: types.IpamPoolSourceResourceTypeVpc, ResourceRegion: new(home), ResourceOwner: new(t.Account()),
	})
	equal(t, "SourceIpamPoolId", str(pool.SourceIpamPoolId), *parent.IpamPoolId)
	for _, cidr := range []string{"10.0.0.0/25", "10.0.1.0/24"} {
		t.notAvailable(cidr+", which is no CIDR of the VPC", pool, &ec2.ProvisionIpamPoolCidrInput{Cidr: &cidr})
	}
	t.provision(pool, *vpc.CidrBlock)
	left := t.allocations(parent)
	if len(left) != 1 || left[0].ResourceType != types.IpamPoolAllocationResourceTypeVpc {
		t.Errorf("the parent's allocations are %s, want the VPC's only", jsonLines(left))
	}
	t.deprovision(pool, *vpc.CidrBlock, types.IpamPoolCidrStateDeprovisioned)
	equal(t, "number of the parent's allocations", len(t.allocations(parent)), 1)
}

func subnetFromPool(t *T) {
	_, pool, vpc := t.plan()
	t.provision(pool, *vpc.CidrBlock)
	c := t.ec2(home)
	for _, want := range []string{"10.0.0.0/27", "10.0.0.32/27"} {
		subnet := must(c.CreateSubnet(t.ctx, &ec2.CreateSubnetInput{VpcId: vpc.VpcId, Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(27))}))(t).Subnet
		equal(t, "CidrBlock", str(subnet.CidrBlock), want)
		found := t.allocations(pool, filter("resource-id", *subnet.SubnetId))
		if len(found) != 1 {
			t.Fatalf("the subnet has %d allocations, want 1", len(found))
		}
		equal(t, "Cidr of the allocation", str(found[0].Cidr), want)
		equal(t, "ResourceType of the allocation", found[0].ResourceType, types.IpamPoolAllocationResourceTypeSubnet)
	}
	subnet := must(c.CreateSubnet(t.ctx, &ec2.CreateSubnetInput{VpcId: vpc.VpcId, Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: new("10.0.0.128/25")}))(t).Subnet
	equal(t, "CidrBlock that was named", str(subnet.CidrBlock), "10.0.0.128/25")
	inUse(t, t.deprovision(pool, *vpc.CidrBlock, types.IpamPoolCidrStateFailedDeprovision))
	must(c.DeleteSubnet(t.ctx, &ec2.DeleteSubnetInput{SubnetId: subnet.SubnetId}))(t)
	t.awaitLong("the subnet's allocation to go", func() bool { return len(t.allocations(pool, filter("resource-id", *subnet.SubnetId))) == 0 })
}

func subnetFromOtherPool(t *T) {
	parent, _, vpc := t.plan()
	_, err := t.ec2(home).CreateSubnet(t.ctx, &ec2.CreateSubnetInput{VpcId: vpc.VpcId, Ipv4IpamPoolId: parent.IpamPoolId, Ipv4NetmaskLength: new(int32(27))})
	wantError(t, err, "InvalidParameterValue", "…IpamPool '"+*parent.IpamPoolId+"' is missing a source resource…")
	got := t.post("Action", "CreateIpamPool", "IpamScopeId", *scopeOf(parent), "AddressFamily", "ipv4", "SourceResource.ResourceId", strings.Repeat("v", 99),
		"SourceResource.ResourceType", "vpc", "SourceResource.ResourceRegion", home, "SourceResource.ResourceOwner", t.Account())
	wantAnswer(t, "a planning pool of an unknown VPC", got, "InvalidVpcID.NotFound", "")
}
