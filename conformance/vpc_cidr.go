package conformance

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var vpcCIDRTests = []Test{
	{"a VPC gets one more IPv4 block", "B345", associateIPv4},
	{"a VPC gets one more IPv6 block", "B346", associateIPv6},
	{"one more block comes out of a pool", "B347", associateFromPool},
	{"one more block has to be asked for", "B348", associateNothing},
	{"blocks are associated one at a time", "B349", associateBothFamilies},
	{"secondary blocks have the sizes of primary ones", "B350", associateSizes},
	{"the blocks of a VPC don't overlap", "B351", associateOverlap},
	{"secondary blocks are restricted by the block there is", "B352", associateRestricted},
	{"the primary block decides about secondary ones", "B353", associateByPrimary},
	{"a VPC has five IPv4 and five IPv6 blocks at most", "B354", associateQuota},
	{"required tags are the VPC's own when it gets one more block", "B355", associateRequiredTags},
	{"a block's end leaves a record and no route", "B356", disassociateBlocks},
	{"the record of a block's end stays for an hour", "B357", disassociatedForAnHour},
	{"a block ends once", "B358", disassociateTwice},
	{"an unknown association can't be ended", "B359", disassociateUnknown},
	{"the primary block stays", "B360", disassociatePrimary},
	{"a block with a subnet in it stays", "B361", disassociateInUse},
	{"a VPC may have a block again that it had", "B362", associateAgain},
}

// associateTo associates blocks with a VPC.
func (t *T) associateTo(vpc types.Vpc) func(ec2.AssociateVpcCidrBlockInput) error {
	return func(in ec2.AssociateVpcCidrBlockInput) error {
		in.VpcId = vpc.VpcId
		_, err := t.ec2(home).AssociateVpcCidrBlock(t.ctx, &in)
		return err
	}
}

// localRoutes are the destinations that a VPC's main route table leads to within the VPC, sorted.
func (t *T) localRoutes(vpc types.Vpc) []string {
	cidrs := []string{}
	for _, r := range t.mainRouteTable(vpc).Routes {
		if str(r.GatewayId) != "local" {
			continue
		}
		if r.DestinationCidrBlock != nil {
			cidrs = append(cidrs, *r.DestinationCidrBlock)
		} else {
			cidrs = append(cidrs, str(r.DestinationIpv6CidrBlock))
		}
	}
	slices.Sort(cidrs)
	return cidrs
}

func associateIPv4(t *T) {
	vpc := t.vpc("10.2.0.0/16")
	out := t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.7/24")})
	equal(t, "VpcId in the answer", str(out.VpcId), *vpc.VpcId)
	if out.CidrBlockAssociation == nil || out.Ipv6CidrBlockAssociation != nil {
		t.Fatalf("AssociateVpcCidrBlock = %s, want an IPv4 block", jsonLines(out))
	}
	want := *out.CidrBlockAssociation
	matches(t, "AssociationId", str(want.AssociationId), "vpc-cidr-assoc-"+hex17)
	equal(t, "CidrBlock in the answer", str(want.CidrBlock), "10.3.0.0/24")
	equal(t, "state in the answer", want.CidrBlockState.State, types.VpcCidrBlockStateCodeAssociating)
	want.CidrBlockState = &types.VpcCidrBlockState{State: types.VpcCidrBlockStateCodeAssociated}
	described := t.describedVPC(*vpc.VpcId)
	equalRecord(t, "the blocks described", described.CidrBlockAssociationSet, append(vpc.CidrBlockAssociationSet, want))
	equal(t, "the VPC's CidrBlock, which is the primary one", str(described.CidrBlock), "10.2.0.0/16")
	equalRecord(t, "the local routes", t.localRoutes(vpc), []string{"10.2.0.0/16", "10.3.0.0/24"})
}

func associateIPv6(t *T) {
	vpc := t.vpc("10.2.0.0/16")
	out := t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{AmazonProvidedIpv6CidrBlock: new(true), Ipv6CidrBlockNetworkBorderGroup: new(home)})
	if out.CidrBlockAssociation != nil || out.Ipv6CidrBlockAssociation == nil {
		t.Fatalf("AssociateVpcCidrBlock = %s, want an IPv6 block", jsonLines(out))
	}
	made := *out.Ipv6CidrBlockAssociation
	equal(t, "Ipv6CidrBlock in the answer", str(made.Ipv6CidrBlock), "")
	equal(t, "state in the answer", made.Ipv6CidrBlockState.State, types.VpcCidrBlockStateCodeAssociating)
	equal(t, "Ipv6Pool in the answer", str(made.Ipv6Pool), "Amazon")
	shown := t.ipv6Of(t.describedVPC(*vpc.VpcId))
	equal(t, "AssociationId described", str(shown.AssociationId), str(made.AssociationId))
	equal(t, "state described", shown.Ipv6CidrBlockState.State, types.VpcCidrBlockStateCodeAssociated)
	matches(t, "Ipv6CidrBlock described", str(shown.Ipv6CidrBlock), ipv6OfAmazon)
	equalRecord(t, "the local routes", t.localRoutes(vpc), []string{"10.2.0.0/16", *shown.Ipv6CidrBlock})
}

func associateFromPool(t *T) {
	ipam := t.ipam()
	pool4, pool6 := t.poolAt(ipam, "10.4.0.0/14"), t.poolAt(ipam, "fd80::/48", ipv6)
	for _, c := range []struct {
		what string
		in   ec2.AssociateVpcCidrBlockInput
		pool types.IpamPool
		want string
	}{
		{"a length", ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: pool4.IpamPoolId, Ipv4NetmaskLength: new(int32(24))}, pool4, "10.4.0.0/24"},
		{"a CIDR", ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: pool4.IpamPoolId, CidrBlock: new("10.5.0.0/24")}, pool4, "10.5.0.0/24"},
		{"an IPv6 length", ec2.AssociateVpcCidrBlockInput{Ipv6IpamPoolId: pool6.IpamPoolId, Ipv6NetmaskLength: new(int32(56))}, pool6, "fd80::/56"},
		{"an IPv6 CIDR", ec2.AssociateVpcCidrBlockInput{Ipv6IpamPoolId: pool6.IpamPoolId, Ipv6CidrBlock: new("fd80:0:0:300::/56")}, pool6, "fd80:0:0:300::/56"},
	} {
		vpc := t.vpc("10.2.0.0/16")
		out := t.associate(vpc, &c.in)
		got := ""
		if out.CidrBlockAssociation != nil {
			got = str(out.CidrBlockAssociation.CidrBlock)
		} else {
			got = str(out.Ipv6CidrBlockAssociation.Ipv6CidrBlock)
			equal(t, "Ipv6Pool in the answer", str(out.Ipv6CidrBlockAssociation.Ipv6Pool), *c.pool.IpamPoolId)
			equal(t, "Ipv6Pool described", str(t.ipv6Of(t.describedVPC(*vpc.VpcId)).Ipv6Pool), "IPAM Managed")
		}
		equal(t, "the block of "+c.what, got, c.want)
		equalRecord(t, "what the pool has given for "+c.what, t.heldBy(c.pool, vpc.VpcId), []string{c.want})
		equal(t, "whether there is a route to "+c.want, slices.Contains(t.localRoutes(vpc), c.want), true)
	}
	wantRefusals(t, t.associateTo(t.vpc("10.2.0.0/16")), []refusal[ec2.AssociateVpcCidrBlockInput]{
		{"a pool without a length", ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: pool4.IpamPoolId}, "InvalidParameterCombination",
			"The request cannot contain empty CIDR and Netmask Length for a pool with no default allocation netmask length set. Exactly one of them should be provided."},
		{"a CIDR that is taken", ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: pool4.IpamPoolId, CidrBlock: new("10.5.0.0/24")}, "InvalidParameterValue", ""},
		{"an unknown pool", ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: new("ipam-pool-0123456789abcdef0"), CidrBlock: new("10.5.0.0/24")}, "InvalidIpamPoolId.NotFound", ""},
	})
}

func associateNothing(t *T) {
	wantRefusals(t, t.associateTo(t.vpc("10.2.0.0/16")), []refusal[ec2.AssociateVpcCidrBlockInput]{
		{"nothing", ec2.AssociateVpcCidrBlockInput{}, "MissingParameter", ""},
		{"no block of Amazon's", ec2.AssociateVpcCidrBlockInput{AmazonProvidedIpv6CidrBlock: new(false)}, "MissingParameter", ""},
		{"a length", ec2.AssociateVpcCidrBlockInput{Ipv4NetmaskLength: new(int32(24))}, "MissingParameter", ""},
	})
}

func associateBothFamilies(t *T) {
	in := ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.0/16"), AmazonProvidedIpv6CidrBlock: new(true)}
	wantError(t, t.associateTo(t.vpc("10.2.0.0/16"))(in), "InvalidParameterCombination", "")
}

func associateSizes(t *T) {
	pool := t.poolAt(t.ipam(), "fd80::/44", ipv6)
	vpc := t.vpc("10.2.0.0/16")
	for _, cidr := range []string{"10.0.0.0/8", "10.4.0.0/15", "10.3.0.0/29", "169.254.0.0/16"} {
		err := t.associateTo(vpc)(ec2.AssociateVpcCidrBlockInput{CidrBlock: &cidr})
		wantErrorOf(t, cidr, err, "InvalidVpc.Range", "The CIDR '"+cidr+"' is invalid.")
	}
	err := t.associateTo(vpc)(ec2.AssociateVpcCidrBlockInput{Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(57))})
	wantErrorOf(t, "an IPv6 /57", err, "InvalidVpc.Range", "")
	t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.0/28")})
}

func associateOverlap(t *T) {
	pool := t.poolAt(t.ipam(), "10.2.0.0/16")
	vpc := t.vpc("10.2.0.0/16")
	t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.16.0/20")})
	for _, cidr := range []string{"10.2.0.0/16", "10.2.1.0/24", "10.3.0.0/16", "10.3.31.240/28"} {
		wantErrorOf(t, cidr, t.associateTo(vpc)(ec2.AssociateVpcCidrBlockInput{CidrBlock: &cidr}), "InvalidVpc.Conflict", "")
	}
	err := t.associateTo(vpc)(ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	wantErrorOf(t, "a block of a pool with the VPC's range", err, "InvalidVpc.Conflict", "")
	equal(t, "number of allocations", len(t.allocations(pool)), 0)
}

func associateRestricted(t *T) {
	for _, c := range []struct {
		primary string
		refused []string
		allowed []string
	}{
		{"10.2.0.0/16", []string{"172.16.0.0/16", "192.168.0.0/16", "198.19.0.0/16"}, []string{"10.3.0.0/16", "52.1.0.0/16", "100.64.0.0/16"}},
		{"10.1.0.0/16", []string{"10.0.4.0/24"}, []string{"10.2.0.0/16"}},
		{"172.16.0.0/16", []string{"10.0.0.0/16", "192.168.0.0/16", "172.31.0.0/16", "198.19.0.0/16"}, []string{"172.17.0.0/16", "52.1.0.0/16", "100.64.0.0/16"}},
		{"192.168.0.0/24", []string{"10.0.0.0/16", "172.16.0.0/16", "198.19.0.0/16"}, []string{"192.168.1.0/24", "52.1.0.0/16", "100.64.0.0/16"}},
		{"198.19.0.0/24", []string{"10.0.0.0/16", "172.16.0.0/16", "192.168.0.0/16"}, []string{"52.1.0.0/16", "100.64.0.0/16"}},
		{"52.0.0.0/16", []string{"10.0.0.0/16", "172.16.0.0/16", "192.168.0.0/16", "198.19.0.0/16"}, []string{"52.1.0.0/16", "100.64.0.0/16"}},
		{"100.65.0.0/16", []string{"10.0.0.0/16", "172.16.0.0/16", "192.168.0.0/16", "198.19.0.0/16"}, []string{"52.1.0.0/16", "100.64.0.0/16"}},
	} {
		vpc := t.vpc(c.primary)
		for _, cidr := range c.refused {
			wantErrorOf(t, cidr+" beside "+c.primary, t.associateTo(vpc)(ec2.AssociateVpcCidrBlockInput{CidrBlock: &cidr}), "InvalidVpc.Range",
				"The CIDR '"+cidr+"' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, or use a publicly-routable CIDR. For additional restrictions, see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html")
		}
		for _, cidr := range c.allowed {
			t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: &cidr})
		}
	}
}

func associateByPrimary(t *T) {
	vpc := t.vpc("10.2.0.0/16")
	for _, cidr := range []string{"100.64.0.0/16", "10.3.0.0/16", "10.1.0.0/24"} { // though 100.64.0.0/10 refuses 10.0.0.0/8
		t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: &cidr})
	}
	err := t.associateTo(vpc)(ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.0.4.0/24")})
	wantErrorOf(t, "10.0.4.0/24 beside a secondary 10.1.0.0/24", err, "InvalidVpc.Range", "")
	public := t.vpc("52.0.0.0/16")
	t.associate(public, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("100.64.0.0/16")})
}

func associateQuota(t *T) {
	vpc := t.vpc("10.2.0.0/16")
	full := "This network '" + *vpc.VpcId + "' has met its maximum number of allowed CIDRs: 5"
	var last *string
	for n := range 4 {
		last = t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new(fmt.Sprintf("10.%d.0.0/16", 3+n))}).CidrBlockAssociation.AssociationId
	}
	err := t.associateTo(vpc)(ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.9.0.0/16")})
	wantErrorOf(t, "a sixth IPv4 block", err, "CidrLimitExceeded", full)
	t.disassociate(vpc, last)
	t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.9.0.0/16")})
	for range 5 {
		t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{AmazonProvidedIpv6CidrBlock: new(true)})
	}
	err = t.associateTo(vpc)(ec2.AssociateVpcCidrBlockInput{AmazonProvidedIpv6CidrBlock: new(true)})
	wantErrorOf(t, "a sixth IPv6 block", err, "CidrLimitExceeded", full)
}

func associateRequiredTags(t *T) {
	pool := t.poolAt(t.ipam(), "10.8.0.0/14", requires("env", "prod"))
	vpc := t.vpc("10.2.0.0/16")
	in := ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24))}
	wantError(t, t.associateTo(vpc)(in), "InvalidParameterValue", missingTags)
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*vpc.VpcId}, Tags: tags("env", "prod")}))(t)
	t.associate(vpc, &in)
	equalRecord(t, "what the pool has given", t.heldBy(pool, vpc.VpcId), []string{"10.8.0.0/24"})
}

func disassociateBlocks(t *T) {
	vpc := t.vpcWithIPv6("10.2.0.0/16")
	block4 := t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.0/24")}).CidrBlockAssociation
	block6 := t.ipv6Of(vpc)

	out4 := t.disassociate(vpc, block4.AssociationId)
	equal(t, "VpcId in the answer", str(out4.VpcId), *vpc.VpcId)
	want4 := types.VpcCidrBlockAssociation{AssociationId: block4.AssociationId, CidrBlock: block4.CidrBlock, CidrBlockState: &types.VpcCidrBlockState{State: types.VpcCidrBlockStateCodeDisassociating}}
	equalRecord(t, "the IPv4 block in the answer", out4.CidrBlockAssociation, &want4)
	out6 := t.disassociate(vpc, block6.AssociationId)
	equal(t, "state of the IPv6 block in the answer", out6.Ipv6CidrBlockAssociation.Ipv6CidrBlockState.State, types.VpcCidrBlockStateCodeDisassociating)
	equal(t, "CIDR of the IPv6 block in the answer", str(out6.Ipv6CidrBlockAssociation.Ipv6CidrBlock), str(block6.Ipv6CidrBlock))

	described := t.describedVPC(*vpc.VpcId)
	want4.CidrBlockState.State = types.VpcCidrBlockStateCodeDisassociated
	equalRecord(t, "the IPv4 blocks described", described.CidrBlockAssociationSet, append(vpc.CidrBlockAssociationSet, want4))
	block6.Ipv6CidrBlockState.State = types.VpcCidrBlockStateCodeDisassociated
	equalRecord(t, "the IPv6 blocks described", described.Ipv6CidrBlockAssociationSet, []types.VpcIpv6CidrBlockAssociation{block6})
	equalRecord(t, "the local routes", t.localRoutes(vpc), []string{"10.2.0.0/16"})
}

// disassociatedForAnHour moves the clock by more than half an hour, twice: any other test may meet one such step
// between two of its calls, so no other test may move it further.
func disassociatedForAnHour(t *T) {
	vpc := t.vpcWithIPv6("10.2.0.0/16")
	block6 := t.ipv6Of(vpc)
	subnet := t.subnetAs(vpc, &ec2.CreateSubnetInput{CidrBlock: new("10.2.0.0/24"), Ipv6CidrBlock: t.part(block6, 0)})
	in := &ec2.DisassociateSubnetCidrBlockInput{AssociationId: subnet.Ipv6CidrBlockAssociationSet[0].AssociationId}
	must(t.ec2(home).DisassociateSubnetCidrBlock(t.ctx, in))(t)
	t.awaitSubnet(*subnet.SubnetId)
	t.disassociate(vpc, block6.AssociationId)
	for range 2 {
		if len(t.describedVPC(*vpc.VpcId).Ipv6CidrBlockAssociationSet) == 0 || len(t.describedSubnet(*subnet.SubnetId).Ipv6CidrBlockAssociationSet) == 0 {
			t.Errorf("a record is gone before an hour is over")
		}
		t.advance(31 * time.Minute)
	}
	equal(t, "number of the VPC's records after an hour", len(t.describedVPC(*vpc.VpcId).Ipv6CidrBlockAssociationSet), 0)
	equal(t, "number of the subnet's records after an hour", len(t.describedSubnet(*subnet.SubnetId).Ipv6CidrBlockAssociationSet), 0)
}

func (t *T) disassociateError(association *string) error {
	_, err := t.ec2(home).DisassociateVpcCidrBlock(t.ctx, &ec2.DisassociateVpcCidrBlockInput{AssociationId: association})
	return err
}

func disassociateTwice(t *T) {
	vpc := t.vpc("10.2.0.0/16")
	id := t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.0/24")}).CidrBlockAssociation.AssociationId
	must(t.ec2(home).DisassociateVpcCidrBlock(t.ctx, &ec2.DisassociateVpcCidrBlockInput{AssociationId: id}))(t)
	wantErrorOf(t, "ending it again at once", t.disassociateError(id), "InvalidVpcCidrBlockAssociationID.NotFound", "…"+*id+"…")
	t.awaitVPC(*vpc.VpcId)
	wantErrorOf(t, "ending it again later", t.disassociateError(id), "InvalidVpcCidrBlockAssociationID.NotFound", "…"+*id+"…")
}

func disassociateUnknown(t *T) {
	vpc := t.vpc("10.2.0.0/16")
	id := t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.0/24")}).CidrBlockAssociation.AssociationId
	for _, id := range []string{"vpc-cidr-assoc-0123456789abcdef0", "nonsense", *vpc.VpcId} {
		wantErrorOf(t, id, t.disassociateError(&id), "InvalidVpcCidrBlockAssociationID.NotFound", "…"+id+"…")
	}
	_, err := t.ec2As(t.OtherAccount(), home).DisassociateVpcCidrBlock(t.ctx, &ec2.DisassociateVpcCidrBlockInput{AssociationId: id})
	wantErrorOf(t, "another account's", err, "InvalidVpcCidrBlockAssociationID.NotFound", "")
	_, err = t.ec2(away).DisassociateVpcCidrBlock(t.ctx, &ec2.DisassociateVpcCidrBlockInput{AssociationId: id})
	wantErrorOf(t, "another Region's", err, "InvalidVpcCidrBlockAssociationID.NotFound", "")
}

func disassociatePrimary(t *T) {
	vpc := t.vpc("10.2.0.0/16")
	t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.0/24")})
	id := vpc.CidrBlockAssociationSet[0].AssociationId
	wantError(t, t.disassociateError(id), "OperationNotPermitted",
		"The vpc CIDR block with association ID "+*id+" may not be disassociated. It is the primary IPv4 CIDR block of the VPC")
}

func disassociateInUse(t *T) {
	vpc := t.vpcWithIPv6("10.2.0.0/16")
	block4 := t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.0/24")}).CidrBlockAssociation
	block6 := t.ipv6Of(vpc)
	subnet := t.subnetAs(vpc, &ec2.CreateSubnetInput{CidrBlock: new("10.3.0.0/25"), Ipv6CidrBlock: t.part(block6, 7)})
	message := "The vpc " + *vpc.VpcId + " currently has a subnet within CIDR block "
	wantErrorOf(t, "the IPv4 block", t.disassociateError(block4.AssociationId), "InvalidCidrBlock.InUse", message+"10.3.0.0/24")
	wantErrorOf(t, "the IPv6 block", t.disassociateError(block6.AssociationId), "InvalidCidrBlock.InUse", message+*block6.Ipv6CidrBlock)
	t.deleteSubnet(subnet)
	t.disassociate(vpc, block4.AssociationId)
	t.disassociate(vpc, block6.AssociationId)
}

func associateAgain(t *T) {
	pool := t.poolAt(t.ipam(), "10.4.0.0/24")
	vpc := t.vpc("10.2.0.0/16")
	for range 2 {
		id := t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.0/16")}).CidrBlockAssociation.AssociationId
		must(t.ec2(home).DisassociateVpcCidrBlock(t.ctx, &ec2.DisassociateVpcCidrBlockInput{AssociationId: id}))(t)
	}
	for range 2 {
		id := t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: pool.IpamPoolId, CidrBlock: new("10.4.0.0/24")}).CidrBlockAssociation.AssociationId
		t.disassociate(vpc, id)
		t.awaitRelease(pool, vpc.VpcId)
	}
}
