package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var subnetPlanTests = []Test{
	{"a VPC's CIDR is planned and allocated at once", "B565", planVPC},
	{"a planning pool has the very CIDR of the VPC", "B566", planOtherCIDR},
	{"a subnet takes space from a planning pool", "B567", subnetFromPlan},
	{"a subnet takes no space from a pool that plans nothing", "B568", subnetFromPlainPool},
	{"a subnet takes no space from a pool that plans another VPC", "B569", subnetFromOtherPlan},
	{"a planning pool doesn't know subnets made without it", "B570", subnetBesidePlan},
	{"a length for a subnet is checked before the pool", "B571", subnetLengths},
	{"a deleted subnet's space comes back to its pool later", "B572", subnetRelease},
	{"required tags are asked of subnets, too", "B573", subnetRequiredTags},
	{"a child of a planning pool plans the same VPC", "B574", subnetFromChildPlan},
	{"IPv6 is planned like IPv4", "B575", planIPv6},
	{"a planning pool's CIDR with a subnet in it stays", "B576", deprovisionPlan},
	{"a planning pool is for a VPC that is there", "B577", planUnknownVPC},
}

// planned creates a VPC of /24 out of a pool, and the pool that plans it.
func (t *T) planned(changes ...with) (vpc types.Vpc, parent, plan types.IpamPool) {
	ipam := t.ipam()
	parent = t.poolAt(ipam, "10.0.0.0/8")
	vpc = t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: parent.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	return vpc, parent, t.poolAt(ipam, *vpc.CidrBlock, append(changes, t.plans(vpc, parent))...)
}

func planVPC(t *T) {
	vpc, parent, plan := t.planned()
	equalRecord(t, "what the source pool has given to the VPC", t.heldBy(parent, vpc.VpcId), []string{"10.0.0.0/24"})
	equal(t, "number of allocations of the source pool", len(t.allocations(parent)), 1)
	equal(t, "state of the planning pool's CIDR", t.cidr(plan, "10.0.0.0/24").State, types.IpamPoolCidrStateProvisioned)
	equalRecord(t, "SourceResource", plan.SourceResource, &types.IpamPoolSourceResource{
		ResourceId: vpc.VpcId, ResourceType: types.IpamPoolSourceResourceTypeVpc, ResourceOwner: new(t.Account()), ResourceRegion: new(home),
	})
	equal(t, "SourceIpamPoolId", str(plan.SourceIpamPoolId), *parent.IpamPoolId)
	equal(t, "the next /24 of the source pool", str(t.allocateLength(parent, 24).Cidr), "10.0.1.0/24")
	t.deprovision(plan, "10.0.0.0/24", types.IpamPoolCidrStateDeprovisioned)
	equalRecord(t, "what the source pool has given to the VPC that nobody plans", t.heldBy(parent, vpc.VpcId), []string{"10.0.0.0/24"})
}

func planOtherCIDR(t *T) {
	ipam := t.ipam()
	parent := t.poolAt(ipam, "10.0.0.0/8")
	vpc := t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: parent.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	plan := t.pool(ipam.PrivateDefaultScopeId, locale(home), t.plans(vpc, parent))
	for _, cidr := range []string{"10.0.0.0/25", "10.0.0.0/23", "10.0.1.0/24"} {
		t.notAvailable(cidr+" for a VPC of 10.0.0.0/24", plan, &ec2.ProvisionIpamPoolCidrInput{Cidr: &cidr})
	}
	t.provision(plan, "10.0.0.0/24")
}

func subnetFromPlan(t *T) {
	vpc, _, plan := t.planned()
	chosen := t.subnetAs(vpc, &ec2.CreateSubnetInput{Ipv4IpamPoolId: plan.IpamPoolId, Ipv4NetmaskLength: new(int32(27))})
	equal(t, "CidrBlock of a /27", str(chosen.CidrBlock), "10.0.0.0/27")
	found := t.allocations(plan)
	if len(found) != 1 {
		t.Fatalf("the planning pool has %d allocations, want 1", len(found))
	}
	equalRecord(t, "the allocation", found[0], types.IpamPoolAllocation{
		Cidr:                 new("10.0.0.0/27"),
		IpamPoolAllocationId: found[0].IpamPoolAllocationId,
		ResourceId:           chosen.SubnetId,
		ResourceOwner:        new(t.Account()),
		ResourceRegion:       new(home),
		ResourceType:         types.IpamPoolAllocationResourceTypeSubnet,
		Tags:                 emptyOrAbsent(found[0].Tags),
	})
	named := t.subnetAs(vpc, &ec2.CreateSubnetInput{Ipv4IpamPoolId: plan.IpamPoolId, CidrBlock: new("10.0.0.64/26")})
	equalRecord(t, "what the pool has given to a subnet of a CIDR", t.heldBy(plan, named.SubnetId), []string{"10.0.0.64/26"})
	next := t.subnetAs(vpc, &ec2.CreateSubnetInput{Ipv4IpamPoolId: plan.IpamPoolId, Ipv4NetmaskLength: new(int32(26))})
	equal(t, "CidrBlock of the next /26", str(next.CidrBlock), "10.0.0.128/26")
	wantRefusals(t, func(in ec2.CreateSubnetInput) error { return t.createSubnet(vpc, in) }, []refusal[ec2.CreateSubnetInput]{
		{"a length that is too big", ec2.CreateSubnetInput{Ipv4IpamPoolId: plan.IpamPoolId, Ipv4NetmaskLength: new(int32(25))}, "InvalidParameterValue", "The allocation size is too big for the pool."},
		{"no length", ec2.CreateSubnetInput{Ipv4IpamPoolId: plan.IpamPoolId}, "InvalidParameterCombination", ""},
		{"an unknown pool", ec2.CreateSubnetInput{Ipv4IpamPoolId: new("ipam-pool-0123456789abcdef0"), Ipv4NetmaskLength: new(int32(27))}, "InvalidIpamPoolId.NotFound", "The ipam-pool ID 'ipam-pool-0123456789abcdef0' does not exist"},
	})
}

func subnetFromPlainPool(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8")
	vpc := t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(16))})
	for _, in := range []ec2.CreateSubnetInput{{Ipv4NetmaskLength: new(int32(27))}, {CidrBlock: new("10.0.0.0/27")}} {
		in.Ipv4IpamPoolId = pool.IpamPoolId
		wantError(t, t.createSubnet(vpc, in), "InvalidParameterValue", "IpamPool '"+*pool.IpamPoolId+"' is missing a source resource")
	}
}

func subnetFromOtherPlan(t *T) {
	vpc, _, plan := t.planned()
	err := t.createSubnet(t.vpc("10.0.0.0/24"), ec2.CreateSubnetInput{Ipv4IpamPoolId: plan.IpamPoolId, Ipv4NetmaskLength: new(int32(27))})
	wantErrorOf(t, "another VPC's pool", err, "InvalidParameterValue", "")
	err = t.createSubnet(vpc, ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/27"), Ipv6IpamPoolId: plan.IpamPoolId, Ipv6NetmaskLength: new(int32(64))})
	wantErrorOf(t, "an IPv4 pool for IPv6", err, "InvalidParameterValue", "")
	equal(t, "number of allocations", len(t.allocations(plan)), 0)
}

func subnetBesidePlan(t *T) {
	vpc, _, plan := t.planned()
	t.subnet(vpc, "10.0.0.0/27")
	equal(t, "number of allocations", len(t.allocations(plan)), 0)
	in := ec2.CreateSubnetInput{Ipv4IpamPoolId: plan.IpamPoolId, Ipv4NetmaskLength: new(int32(27))}
	wantError(t, t.createSubnet(vpc, in), "InvalidSubnet.Conflict", "The CIDR '10.0.0.0/27' conflicts with another subnet")
	equal(t, "number of allocations", len(t.allocations(plan)), 0)
}

func subnetLengths(t *T) {
	vpc, _, plan := t.planned()
	for _, id := range []*string{plan.IpamPoolId, new("ipam-pool-0123456789abcdef0")} {
		for _, length := range []int32{15, 29} {
			err := t.createSubnet(vpc, ec2.CreateSubnetInput{Ipv4IpamPoolId: id, Ipv4NetmaskLength: &length})
			wantErrorOf(t, "a /"+num(&length)+" of "+*id, err, "InvalidSubnet.Range", "")
		}
		for _, length := range []int32{40, 63, 68} {
			err := t.createSubnet(vpc, ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/27"), Ipv6IpamPoolId: id, Ipv6NetmaskLength: &length})
			wantErrorOf(t, "an IPv6 /"+num(&length)+" of "+*id, err, "InvalidSubnet.Range", "")
		}
	}
}

func subnetRelease(t *T) {
	vpc, _, plan := t.planned()
	for range 2 {
		subnet := t.subnetAs(vpc, &ec2.CreateSubnetInput{Ipv4IpamPoolId: plan.IpamPoolId, CidrBlock: new("10.0.0.0/24")})
		t.deleteSubnet(subnet)
		t.wantNoSubnet(t.ec2(home), *subnet.SubnetId, "its Region")
		t.awaitRelease(plan, subnet.SubnetId)
	}
}

func subnetRequiredTags(t *T) {
	ipam := t.ipam()
	parent6 := t.poolAt(ipam, "fd80::/48", ipv6)
	vpc := t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/24"), Ipv6IpamPoolId: parent6.IpamPoolId, Ipv6NetmaskLength: new(int32(56))})
	plan := t.poolAt(ipam, "fd80::/56", t.plans(vpc, parent6), requires("env", "prod"))
	in := ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/27"), Ipv6IpamPoolId: plan.IpamPoolId, Ipv6NetmaskLength: new(int32(64))}
	wantErrorOf(t, "a new subnet without the tag", t.createSubnet(vpc, in), "InvalidParameterValue", missingTags)
	in.TagSpecifications = tagged(types.ResourceTypeSubnet, "env", "prod")
	t.subnetAs(vpc, &in)

	subnet := t.subnet(vpc, "10.0.0.32/27")
	later := &ec2.AssociateSubnetCidrBlockInput{SubnetId: subnet.SubnetId, Ipv6IpamPoolId: plan.IpamPoolId, Ipv6NetmaskLength: new(int32(64))}
	_, err := t.ec2(home).AssociateSubnetCidrBlock(t.ctx, later)
	wantErrorOf(t, "a block for a subnet without the tag", err, "InvalidParameterValue", missingTags)
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*subnet.SubnetId}, Tags: tags("env", "prod")}))(t)
	must(t.ec2(home).AssociateSubnetCidrBlock(t.ctx, later))(t)
}

func subnetFromChildPlan(t *T) {
	vpc, _, plan := t.planned()
	child := t.child(plan, locale(home))
	t.provision(child, "10.0.0.128/25")
	subnet := t.subnetAs(vpc, &ec2.CreateSubnetInput{Ipv4IpamPoolId: child.IpamPoolId, Ipv4NetmaskLength: new(int32(27))})
	equal(t, "CidrBlock", str(subnet.CidrBlock), "10.0.0.128/27")
	equalRecord(t, "what the child has given", t.heldBy(child, subnet.SubnetId), []string{"10.0.0.128/27"})
	err := t.createSubnet(vpc, ec2.CreateSubnetInput{Ipv4IpamPoolId: plan.IpamPoolId, CidrBlock: new("10.0.0.192/26")})
	wantErrorOf(t, "the child's space taken out of the pool above", err, "InvalidParameterValue", "")
}

func planIPv6(t *T) {
	ipam := t.ipam()
	parent := t.poolAt(ipam, "fd80::/48", ipv6)
	vpc := t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/24"), Ipv6IpamPoolId: parent.IpamPoolId, Ipv6NetmaskLength: new(int32(56))})
	plan := t.poolAt(ipam, "fd80::/56", t.plans(vpc, parent))
	native := t.subnetAs(vpc, &ec2.CreateSubnetInput{Ipv6Native: new(true), Ipv6IpamPoolId: plan.IpamPoolId, Ipv6NetmaskLength: new(int32(60))})
	block := native.Ipv6CidrBlockAssociationSet[0]
	equal(t, "Ipv6CidrBlock of an IPv6-native subnet", str(block.Ipv6CidrBlock), "fd80::/60")
	equal(t, "IpSource", block.IpSource, types.IpSourceNone)
	equal(t, "Ipv6AddressAttribute", block.Ipv6AddressAttribute, types.Ipv6AddressAttributePrivate)
	dual := t.subnet(vpc, "10.0.0.0/27")
	made := must(t.ec2(home).AssociateSubnetCidrBlock(t.ctx, &ec2.AssociateSubnetCidrBlockInput{SubnetId: dual.SubnetId, Ipv6IpamPoolId: plan.IpamPoolId, Ipv6NetmaskLength: new(int32(64))}))(t).Ipv6CidrBlockAssociation
	equal(t, "Ipv6CidrBlock associated later", str(made.Ipv6CidrBlock), "fd80:0:0:10::/64")
	equalRecord(t, "what the pool has given to it", t.heldBy(plan, dual.SubnetId), []string{"fd80:0:0:10::/64"})
	must(t.disassociateSubnet(made.AssociationId))(t)
	t.awaitRelease(plan, dual.SubnetId)
	t.deleteSubnet(native)
	t.awaitRelease(plan, native.SubnetId)
}

func deprovisionPlan(t *T) {
	vpc, _, plan := t.planned()
	subnet := t.subnetAs(vpc, &ec2.CreateSubnetInput{Ipv4IpamPoolId: plan.IpamPoolId, Ipv4NetmaskLength: new(int32(27))})
	t.deprovision(plan, "10.0.0.0/24", types.IpamPoolCidrStateFailedDeprovision)
	t.deleteSubnet(subnet)
	t.awaitRelease(plan, subnet.SubnetId)
	t.deprovision(plan, "10.0.0.0/24", types.IpamPoolCidrStateDeprovisioned)
}

func planUnknownVPC(t *T) {
	parent := t.poolAt(t.ipam(), "10.0.0.0/8")
	for _, id := range []string{"vpc-0123456789abcdef0", "nonsense", strings.Repeat("v", 99)} {
		_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(scopeOf(parent), locale(home), t.plans(types.Vpc{VpcId: &id}, parent)))
		wantErrorOf(t, "planning "+id, err, "InvalidVpcID.NotFound", "The vpc ID '"+id+"' does not exist")
	}
}
