package conformance

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var vpcTests = []Test{
	{"a new VPC is pending with its block associated", "B300", newVPC},
	{"a VPC's IPv4 block is named or comes out of a pool", "B301", vpcIPv4},
	{"a VPC without an IPv4 block is refused", "B302", vpcWithoutIPv4},
	{"a pool without a default length needs one from CreateVpc", "B303", vpcWithoutLength},
	{"a VPC is not asked for by CIDR and length at once", "B304", vpcCIDRAndLength},
	{"a VPC's CIDR is masked", "B305", vpcHostBits},
	{"a VPC's IPv4 block is a /16 to a /28", "B306", vpcSizes},
	{"a length for a VPC is checked before the pool", "B307", vpcLengths},
	{"some ranges are never a VPC's", "B308", vpcUnusable},
	{"what is no IPv4 CIDR is refused for a VPC", "B309", vpcGarbage},
	{"VPCs overlap one another", "B310", vpcsOverlap},
	{"a VPC too big for its pool is refused", "B311", vpcTooBig},
	{"a VPC's CIDR has to be free in the pool", "B312", vpcCIDRTaken},
	{"a pool's netmask rules bind VPCs", "B313", vpcNetmaskRules},
	{"a pool's required tags are asked of a new VPC", "B314", vpcRequiredTags},
	{"a pool without a locale has no space for VPCs", "B315", vpcNoLocale},
	{"a pool for another Region is not found by CreateVpc", "B316", vpcUnknownPool},
	{"a VPC's pool has the family of the parameter", "B317", vpcPoolFamily},
	{"pools for other purposes have no space for VPCs", "B318", vpcOtherPools},
	{"a VPC is dedicated or not", "B319", vpcTenancy},
	{"parameters of VPCs that are not emulated are refused by name", "B320", vpcUnsupported},
	{"tags of a new VPC are a VPC's", "B321", vpcTagsOfAnother},
	{"a dry run of CreateVpc takes nothing", "B322", vpcDryRun},
	{"a VPC gets all its blocks or none", "B323", vpcAllOrNothing},
	{"CreateVpc takes no client token", "B325", vpcToken},
}

func newVPC(t *T) {
	got := *must(t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), TagSpecifications: tagged(types.ResourceTypeVpc, "Name", "one")}))(t).Vpc
	matches(t, "VpcId", str(got.VpcId), "vpc-"+hex17)
	matches(t, "DhcpOptionsId", str(got.DhcpOptionsId), "dopt-"+hex17)
	if len(got.CidrBlockAssociationSet) != 1 {
		t.Fatalf("a new VPC has %d IPv4 blocks, want 1", len(got.CidrBlockAssociationSet))
	}
	matches(t, "AssociationId", str(got.CidrBlockAssociationSet[0].AssociationId), "vpc-cidr-assoc-"+hex17)
	want := types.Vpc{
		VpcId:           got.VpcId,
		CidrBlock:       new("10.0.0.0/16"),
		DhcpOptionsId:   got.DhcpOptionsId,
		InstanceTenancy: types.TenancyDefault,
		IsDefault:       new(false),
		OwnerId:         new(t.Account()),
		State:           types.VpcStatePending,
		Tags:            tags("Name", "one"),
		CidrBlockAssociationSet: []types.VpcCidrBlockAssociation{{
			AssociationId:  got.CidrBlockAssociationSet[0].AssociationId,
			CidrBlock:      new("10.0.0.0/16"),
			CidrBlockState: &types.VpcCidrBlockState{State: types.VpcCidrBlockStateCodeAssociated},
		}},
		Ipv6CidrBlockAssociationSet: []types.VpcIpv6CidrBlockAssociation{},
	}
	equalRecord(t, "the answer of CreateVpc", got, want)
	described := t.awaitVPC(*got.VpcId)
	want.State = types.VpcStateAvailable
	want.BlockPublicAccessStates = described.BlockPublicAccessStates // see B379
	equalRecord(t, "the VPC described", described, want)
}

func vpcIPv4(t *T) {
	ipam := t.ipam()
	plain, byDefault, byCIDR := t.poolAt(ipam, "10.0.0.0/9"), t.poolAt(ipam, "10.128.0.0/9", defaultNetmask(24)), t.poolAt(ipam, "172.2.0.0/16", defaultNetmask(20))
	for _, c := range []struct {
		what string
		in   ec2.CreateVpcInput
		pool *types.IpamPool
		want string
	}{
		{"of a CIDR", ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16")}, nil, "10.0.0.0/16"},
		{"of a length", ec2.CreateVpcInput{Ipv4NetmaskLength: new(int32(20))}, &plain, "10.0.0.0/20"},
		{"of another length", ec2.CreateVpcInput{Ipv4NetmaskLength: new(int32(16))}, &plain, "10.1.0.0/16"},
		{"of the default length", ec2.CreateVpcInput{}, &byDefault, "10.128.0.0/24"},
		{"of a length that is not the default", ec2.CreateVpcInput{Ipv4NetmaskLength: new(int32(28))}, &byDefault, "10.128.1.0/28"},
		{"of a CIDR of a pool", ec2.CreateVpcInput{CidrBlock: new("172.2.5.0/24")}, &byCIDR, "172.2.5.0/24"},
	} {
		if c.pool != nil {
			c.in.Ipv4IpamPoolId = c.pool.IpamPoolId
		}
		got := *must(t.ec2(home).CreateVpc(t.ctx, &c.in))(t).Vpc
		equal(t, "CidrBlock of a VPC "+c.what, str(got.CidrBlock), c.want)
		equal(t, "CidrBlock described of a VPC "+c.what, str(t.awaitVPC(*got.VpcId).CidrBlock), c.want)
		if c.pool != nil {
			equalRecord(t, "what the pool has given to a VPC "+c.what, t.heldBy(*c.pool, got.VpcId), []string{c.want})
		}
	}
}

func (t *T) createVPC(in ec2.CreateVpcInput) error {
	_, err := t.ec2(home).CreateVpc(t.ctx, &in)
	return err
}

func vpcWithoutIPv4(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, ipv6, locale(home))
	t.provision(pool, "fd80::/48")
	const message = "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."
	wantRefusals(t, t.createVPC, []refusal[ec2.CreateVpcInput]{
		{"a VPC of nothing", ec2.CreateVpcInput{}, "MissingParameter", message},
		{"a VPC of a length", ec2.CreateVpcInput{Ipv4NetmaskLength: new(int32(24))}, "MissingParameter", message},
		{"a VPC of Amazon's IPv6", ec2.CreateVpcInput{AmazonProvidedIpv6CidrBlock: new(true)}, "MissingParameter", message},
		{"a VPC of IPv6 out of a pool", ec2.CreateVpcInput{Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(56))}, "MissingParameter", message},
	})
	equal(t, "number of allocations", len(t.allocations(pool)), 0)
}

func vpcWithoutLength(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8")
	wantError(t, t.createVPC(ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId}), "InvalidParameterCombination",
		"The request cannot contain empty CIDR and Netmask Length for a pool with no default allocation netmask length set. Exactly one of them should be provided.")
	must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, AllocationDefaultNetmaskLength: new(int32(20))}))(t)
	t.awaitPool(*pool.IpamPoolId, types.IpamPoolStateModifyComplete)
	equal(t, "CidrBlock of the default length that it was given", str(t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId}).CidrBlock), "10.0.0.0/20")
}

func vpcCIDRAndLength(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8")
	wantRefusals(t, t.createVPC, []refusal[ec2.CreateVpcInput]{
		{"a CIDR and a length of a pool", ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: new("10.0.0.0/24"), Ipv4NetmaskLength: new(int32(24))}, "InvalidParameterCombination", ""},
		{"a CIDR and a length", ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/24"), Ipv4NetmaskLength: new(int32(24))}, "InvalidParameterCombination", "…Ipv4IpamPoolId…"},
	})
}

func vpcHostBits(t *T) {
	equal(t, "CidrBlock", str(t.vpc("100.68.0.18/18").CidrBlock), "100.68.0.0/18")
	pool := t.poolAt(t.ipam(), "172.2.0.0/16")
	equal(t, "CidrBlock out of a pool", str(t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: new("172.2.5.9/24")}).CidrBlock), "172.2.5.0/24")
}

func vpcSizes(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8")
	for _, cidr := range []string{"10.0.0.0/8", "10.0.0.0/15", "10.0.0.0/29", "10.0.0.0/32"} {
		want := "The CIDR '" + cidr + "' is invalid."
		wantErrorOf(t, cidr, t.createVPC(ec2.CreateVpcInput{CidrBlock: &cidr}), "InvalidVpc.Range", want)
		wantErrorOf(t, cidr+" of a pool", t.createVPC(ec2.CreateVpcInput{CidrBlock: &cidr, Ipv4IpamPoolId: pool.IpamPoolId}), "InvalidVpc.Range", want)
	}
	for _, cidr := range []string{"10.0.0.0/16", "10.0.0.0/28"} {
		t.vpc(cidr)
	}
}

func vpcLengths(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8", defaultNetmask(12))
	for _, id := range []*string{pool.IpamPoolId, new("ipam-pool-0123456789abcdef0")} {
		wantErrorOf(t, "a /15 of "+*id, t.createVPC(ec2.CreateVpcInput{Ipv4IpamPoolId: id, Ipv4NetmaskLength: new(int32(15))}), "InvalidVpc.Range", "")
		wantErrorOf(t, "a /29 of "+*id, t.createVPC(ec2.CreateVpcInput{Ipv4IpamPoolId: id, Ipv4NetmaskLength: new(int32(29))}), "InvalidVpc.Range", "")
	}
	wantErrorOf(t, "a /12 by the pool's default", t.createVPC(ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId}), "InvalidVpc.Range", "The CIDR '10.0.0.0/12' is invalid.")
	equal(t, "number of allocations", len(t.allocations(pool)), 0)
}

func vpcUnusable(t *T) {
	for _, cidr := range []string{"0.1.0.0/16", "127.0.0.0/24", "169.254.0.0/16", "169.254.7.0/24", "224.0.0.0/16", "239.1.0.0/24"} {
		wantErrorOf(t, cidr, t.createVPC(ec2.CreateVpcInput{CidrBlock: &cidr}), "InvalidVpc.Range", "The CIDR '"+cidr+"' is invalid.")
	}
	for _, cidr := range []string{"1.0.0.0/16", "126.0.0.0/24", "169.253.0.0/16", "223.0.0.0/16"} {
		t.vpc(cidr)
	}
}

func vpcGarbage(t *T) {
	for _, cidr := range []string{"x", "10.0.0.0", "10.0.0.0/33", "10.0.0/16", "fd00::/56", "::ffff:10.0.0.0/112"} {
		wantErrorOf(t, cidr, t.createVPC(ec2.CreateVpcInput{CidrBlock: &cidr}), "InvalidParameterValue", "Value ("+cidr+") for parameter cidrBlock is invalid. This is not a valid …CIDR block.")
	}
}

func vpcsOverlap(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8")
	t.vpc("10.0.0.0/16")
	t.vpc("10.0.0.0/16")
	t.vpc("10.0.128.0/20")
	got := t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(16))})
	equal(t, "the first /16 of a pool beside VPCs that are not from it", str(got.CidrBlock), "10.0.0.0/16")
}

func vpcTooBig(t *T) {
	const message = "The allocation size is too big for the pool."
	ipam := t.ipam()
	empty, small := t.pool(ipam.PrivateDefaultScopeId, locale(home)), t.poolAt(ipam, "10.0.0.0/24")
	wantRefusals(t, t.createVPC, []refusal[ec2.CreateVpcInput]{
		{"a /28 of a pool without CIDRs", ec2.CreateVpcInput{Ipv4IpamPoolId: empty.IpamPoolId, Ipv4NetmaskLength: new(int32(28))}, "InvalidParameterValue", message},
		{"a /20 of a /24", ec2.CreateVpcInput{Ipv4IpamPoolId: small.IpamPoolId, Ipv4NetmaskLength: new(int32(20))}, "InvalidParameterValue", message},
	})
	t.allocate(small, "10.0.0.0/25")
	wantErrorOf(t, "a /24 of a /24 in use", t.createVPC(ec2.CreateVpcInput{Ipv4IpamPoolId: small.IpamPoolId, Ipv4NetmaskLength: new(int32(24))}), "InvalidParameterValue", message)
}

func vpcCIDRTaken(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/16")
	t.allocate(pool, "10.0.1.0/24")
	t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: new("10.0.2.0/24")})
	for _, cidr := range []string{"10.1.0.0/24", "10.0.1.0/24", "10.0.0.0/20", "10.0.1.128/25", "10.0.2.0/24", "10.0.2.0/28"} {
		wantErrorOf(t, cidr, t.createVPC(ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: &cidr}), "InvalidParameterValue", "")
	}
}

func vpcNetmaskRules(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8", netmasks(20, 24, 22))
	wantRefusals(t, t.createVPC, []refusal[ec2.CreateVpcInput]{
		{"a /26 where /24 is smallest", ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(26))}, "InvalidParameterValue", ""},
		{"a /19 where /20 is largest", ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(19))}, "InvalidParameterValue", ""},
		{"the CIDR of a /16", ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: new("10.0.0.0/16")}, "InvalidParameterValue", ""},
	})
	equal(t, "a VPC of the default length", str(t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId}).CidrBlock), "10.0.0.0/22")
}

const missingTags = "The resource is missing one or more of the resource tags required by the IPAM pool."

func vpcRequiredTags(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8", func(in *ec2.CreateIpamPoolInput) {
		in.AllocationResourceTags = []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}, {Key: new("team"), Value: new("net")}}
	})
	of := func(tags []types.TagSpecification) ec2.CreateVpcInput {
		return ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24)), TagSpecifications: tags}
	}
	wantRefusals(t, t.createVPC, []refusal[ec2.CreateVpcInput]{
		{"no tags", of(nil), "InvalidParameterValue", missingTags},
		{"one of two", of(tagged(types.ResourceTypeVpc, "env", "prod")), "InvalidParameterValue", missingTags},
		{"another value", of(tagged(types.ResourceTypeVpc, "env", "test", "team", "net")), "InvalidParameterValue", missingTags},
		{"another key", of(tagged(types.ResourceTypeVpc, "Env", "prod", "team", "net")), "InvalidParameterValue", missingTags},
	})
	equal(t, "number of allocations", len(t.allocations(pool)), 0)
	in := of(tagged(types.ResourceTypeVpc, "team", "net", "env", "prod", "more", ""))
	equal(t, "CidrBlock of a VPC with the tags", str(t.vpcAs(&in).CidrBlock), "10.0.0.0/24")
}

func vpcNoLocale(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/8")
	wantError(t, t.createVPC(ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24))}), "InvalidParameterValue",
		"The resource type vpc is not valid for pool with None locale.")
}

func vpcUnknownPool(t *T) {
	elsewhere := t.pool(t.ipam(away).PrivateDefaultScopeId, locale(away))
	t.provision(elsewhere, "10.0.0.0/8")
	for _, id := range []string{*elsewhere.IpamPoolId, "ipam-pool-0123456789abcdef0", "nonsense"} {
		err := t.createVPC(ec2.CreateVpcInput{Ipv4IpamPoolId: &id, Ipv4NetmaskLength: new(int32(24))})
		wantErrorOf(t, "a VPC at home of "+id, err, "InvalidIpamPoolId.NotFound", "The ipam-pool ID '"+id+"' does not exist")
	}
}

func vpcPoolFamily(t *T) {
	ipam := t.ipam()
	pool4, pool6 := t.poolAt(ipam, "10.0.0.0/8"), t.poolAt(ipam, "fd80::/48", ipv6)
	wantRefusals(t, t.createVPC, []refusal[ec2.CreateVpcInput]{
		{"IPv4 of an IPv6 pool", ec2.CreateVpcInput{Ipv4IpamPoolId: pool6.IpamPoolId, Ipv4NetmaskLength: new(int32(24))}, "InvalidParameterValue", ""},
		{"IPv6 of an IPv4 pool", ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: pool4.IpamPoolId, Ipv6NetmaskLength: new(int32(56))}, "InvalidParameterValue", ""},
	})
}

func vpcOtherPools(t *T) {
	ipam := t.ipam()
	parent := t.poolAt(ipam, "10.0.0.0/8")
	vpc := t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: parent.IpamPoolId, Ipv4NetmaskLength: new(int32(16))})
	plan := t.poolAt(ipam, "10.0.0.0/16", t.plans(vpc, parent))
	global := t.byoipPool(ipam, randomIPv6(48).String(), locale("None"), service(types.IpamPoolAwsServiceGlobalServices))
	wantRefusals(t, t.createVPC, []refusal[ec2.CreateVpcInput]{
		{"a VPC of a pool that plans a VPC", ec2.CreateVpcInput{Ipv4IpamPoolId: plan.IpamPoolId, Ipv4NetmaskLength: new(int32(24))}, "InvalidParameterValue", ""},
		{"a VPC of a pool for global services", ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: global.IpamPoolId, Ipv6NetmaskLength: new(int32(56))}, "InvalidParameterValue", ""},
	})
}

func vpcTenancy(t *T) {
	vpc := t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), InstanceTenancy: types.TenancyDedicated})
	equal(t, "InstanceTenancy", vpc.InstanceTenancy, types.TenancyDedicated)
	err := t.createVPC(ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), InstanceTenancy: types.TenancyHost})
	wantError(t, err, "InvalidParameterValue", "…host…")
}

func vpcUnsupported(t *T) {
	monitor := &types.VpcEncryptionControlConfiguration{Mode: types.VpcEncryptionControlModeMonitor}
	err := t.createVPC(ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), VpcEncryptionControl: monitor})
	wantError(t, err, "UnsupportedOperation", "…VpcEncryptionControl…")
}

func vpcTagsOfAnother(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	err := t.createVPC(ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), TagSpecifications: tagged(types.ResourceTypeSubnet, "a", "b")})
	wantErrorOf(t, "a VPC with a subnet's tags", err, "InvalidParameterValue", "'subnet' is not a valid taggable resource type for this operation.")
	err = t.createSubnet(vpc, ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), TagSpecifications: tagged(types.ResourceTypeVpc, "a", "b")})
	wantErrorOf(t, "a subnet with a VPC's tags", err, "InvalidParameterValue", "'vpc' is not a valid taggable resource type for this operation.")
}

func vpcDryRun(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/16")
	in := ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(16)), AmazonProvidedIpv6CidrBlock: new(true)}
	dry := in
	dry.DryRun = new(true)
	for range 2 {
		wantError(t, t.createVPC(dry), "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
	}
	equal(t, "number of allocations", len(t.allocations(pool)), 0)
	equal(t, "CidrBlock of the VPC in earnest", str(t.vpcAs(&in).CidrBlock), "10.0.0.0/16")
}

func vpcAllOrNothing(t *T) {
	ipam := t.ipam()
	pool4, pool6 := t.poolAt(ipam, "10.0.0.0/8"), t.poolAt(ipam, "fd80::/52", ipv6)
	of := func(length int32) ec2.CreateVpcInput {
		return ec2.CreateVpcInput{Ipv4IpamPoolId: pool4.IpamPoolId, Ipv4NetmaskLength: new(int32(16)), Ipv6IpamPoolId: pool6.IpamPoolId, Ipv6NetmaskLength: &length}
	}
	wantError(t, t.createVPC(of(48)), "InvalidParameterValue", "The allocation size is too big for the pool.")
	equal(t, "number of allocations", len(t.allocations(pool4))+len(t.allocations(pool6)), 0)
	in := of(56)
	vpc := t.vpcAs(&in)
	equalRecord(t, "what the IPv4 pool has given", t.heldBy(pool4, vpc.VpcId), []string{"10.0.0.0/16"})
	equalRecord(t, "what the IPv6 pool has given", t.heldBy(pool6, vpc.VpcId), []string{"fd80::/56"})
}

func vpcToken(t *T) {
	wantAnswer(t, "CreateVpc with a client token", t.post("Action", "CreateVpc", "CidrBlock", "10.0.0.0/16", "ClientToken", "once"),
		"UnknownParameter", "The parameter ClientToken is not recognized")
}
