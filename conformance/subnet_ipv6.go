package conformance

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var subnetIPv6Tests = []Test{
	{"a subnet is made with an IPv6 block", "B550", subnetWithIPv6},
	{"an IPv6-native subnet has no IPv4", "B551", nativeSubnet},
	{"a subnet gets and loses its IPv6 block", "B552", subnetIPv6Life},
	{"a subnet's IPv6 block comes from the VPC's around it", "B553", subnetIPv6Origin},
	{"a subnet's IPv6 block lies in the VPC and is free", "B554", subnetIPv6Range},
	{"a subnet has one IPv6 block", "B555", subnetIPv6Second},
	{"an IPv6 block for a subnet has to be named", "B556", subnetIPv6Nothing},
	{"the IPv6 block of a native subnet stays", "B557", nativeSubnetIPv6},
	{"a subnet without IPv6 assigns no IPv6 addresses", "B558", subnetIPv6Reset},
	{"a subnet's IPv6 block ends once", "B559", subnetIPv6EndsOnce},
}

func subnetWithIPv6(t *T) {
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	part := t.part(t.ipv6Of(vpc), 255)
	got := *must(t.ec2(home).CreateSubnet(t.ctx, &ec2.CreateSubnetInput{VpcId: vpc.VpcId, CidrBlock: new("10.0.0.0/24"), Ipv6CidrBlock: part}))(t).Subnet
	if len(got.Ipv6CidrBlockAssociationSet) != 1 {
		t.Fatalf("the new subnet has %d IPv6 blocks, want 1", len(got.Ipv6CidrBlockAssociationSet))
	}
	want := types.SubnetIpv6CidrBlockAssociation{
		AssociationId:        got.Ipv6CidrBlockAssociationSet[0].AssociationId,
		Ipv6CidrBlock:        part,
		Ipv6CidrBlockState:   &types.SubnetCidrBlockState{State: types.SubnetCidrBlockStateCodeAssociating},
		IpSource:             types.IpSourceAmazon,
		Ipv6AddressAttribute: types.Ipv6AddressAttributePublic,
	}
	matches(t, "AssociationId", str(want.AssociationId), "subnet-cidr-assoc-"+hex17)
	equalRecord(t, "the block in the answer", got.Ipv6CidrBlockAssociationSet[0], want)
	want.Ipv6CidrBlockState.State = types.SubnetCidrBlockStateCodeAssociated
	equalRecord(t, "the blocks described", t.awaitSubnet(*got.SubnetId).Ipv6CidrBlockAssociationSet, []types.SubnetIpv6CidrBlockAssociation{want})
	equal(t, "AssignIpv6AddressOnCreation", boolean(got.AssignIpv6AddressOnCreation), "false")
	equal(t, "Ipv6Native", boolean(got.Ipv6Native), "false")
}

func nativeSubnet(t *T) {
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	part := t.part(t.ipv6Of(vpc), 0)
	subnet := t.subnetAs(vpc, &ec2.CreateSubnetInput{Ipv6Native: new(true), Ipv6CidrBlock: part})
	equal(t, "Ipv6Native", boolean(subnet.Ipv6Native), "true")
	equal(t, "CidrBlock", str(subnet.CidrBlock), absent)
	equal(t, "AssignIpv6AddressOnCreation", boolean(subnet.AssignIpv6AddressOnCreation), "true")
	equal(t, "HostnameType", subnet.PrivateDnsNameOptionsOnLaunch.HostnameType, types.HostnameTypeResourceName)
	equal(t, "AvailableIpAddressCount", num(subnet.AvailableIpAddressCount), "0")
	equal(t, "Ipv6CidrBlock", str(subnet.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock), *part)
}

func (t *T) associateSubnet(subnet types.Subnet, cidr *string) (*ec2.AssociateSubnetCidrBlockOutput, error) {
	return t.ec2(home).AssociateSubnetCidrBlock(t.ctx, &ec2.AssociateSubnetCidrBlockInput{SubnetId: subnet.SubnetId, Ipv6CidrBlock: cidr})
}

func (t *T) disassociateSubnet(association *string) (*ec2.DisassociateSubnetCidrBlockOutput, error) {
	return t.ec2(home).DisassociateSubnetCidrBlock(t.ctx, &ec2.DisassociateSubnetCidrBlockInput{AssociationId: association})
}

func subnetIPv6Life(t *T) {
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	part := t.part(t.ipv6Of(vpc), 0)
	subnet := t.subnet(vpc, "10.0.0.0/24")
	out := must(t.associateSubnet(subnet, part))(t)
	equal(t, "SubnetId in the answer", str(out.SubnetId), *subnet.SubnetId)
	want := types.SubnetIpv6CidrBlockAssociation{
		AssociationId:        out.Ipv6CidrBlockAssociation.AssociationId,
		Ipv6CidrBlock:        part,
		Ipv6CidrBlockState:   &types.SubnetCidrBlockState{State: types.SubnetCidrBlockStateCodeAssociating},
		IpSource:             types.IpSourceAmazon,
		Ipv6AddressAttribute: types.Ipv6AddressAttributePublic,
	}
	matches(t, "AssociationId", str(want.AssociationId), "subnet-cidr-assoc-"+hex17)
	equalRecord(t, "the answer of AssociateSubnetCidrBlock", *out.Ipv6CidrBlockAssociation, want)
	want.Ipv6CidrBlockState.State = types.SubnetCidrBlockStateCodeAssociated
	equalRecord(t, "the blocks", t.awaitSubnet(*subnet.SubnetId).Ipv6CidrBlockAssociationSet, []types.SubnetIpv6CidrBlockAssociation{want})

	ended := must(t.disassociateSubnet(want.AssociationId))(t)
	want.Ipv6CidrBlockState.State = types.SubnetCidrBlockStateCodeDisassociating
	equalRecord(t, "the answer of DisassociateSubnetCidrBlock", *ended.Ipv6CidrBlockAssociation, want)
	equal(t, "SubnetId in the answer", str(ended.SubnetId), *subnet.SubnetId)
	want.Ipv6CidrBlockState.State = types.SubnetCidrBlockStateCodeDisassociated
	equalRecord(t, "the blocks afterwards", t.awaitSubnet(*subnet.SubnetId).Ipv6CidrBlockAssociationSet, []types.SubnetIpv6CidrBlockAssociation{want})
	must(t.associateSubnet(subnet, part))(t)
}

func subnetIPv6Origin(t *T) {
	ipam := t.ipam()
	range6 := randomIPv6(48)
	private, own := t.poolAt(ipam, "fd80::/48", ipv6), t.byoipPool(ipam, range6.String())
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	for _, pool := range []types.IpamPool{private, own} {
		t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(56))})
	}
	for i, c := range []struct {
		part      *string
		source    types.IpSource
		attribute types.Ipv6AddressAttribute
	}{
		{t.part(t.ipv6Of(vpc), 3), types.IpSourceAmazon, types.Ipv6AddressAttributePublic},
		{new("fd80:0:0:3::/64"), types.IpSourceNone, types.Ipv6AddressAttributePrivate},
		{new(nth(range6, 64, 3)), types.IpSourceByoip, types.Ipv6AddressAttributePublic},
	} {
		subnet := t.subnet(vpc, []string{"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"}[i])
		block := must(t.associateSubnet(subnet, c.part))(t).Ipv6CidrBlockAssociation
		equal(t, "IpSource of "+*c.part, block.IpSource, c.source)
		equal(t, "Ipv6AddressAttribute of "+*c.part, block.Ipv6AddressAttribute, c.attribute)
	}
}

func subnetIPv6Range(t *T) {
	pool := t.poolAt(t.ipam(), "fd80::/44", ipv6)
	vpc := t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(44))})
	subnet := t.subnet(vpc, "10.0.0.0/24")
	for _, cidr := range []string{"fd80::/40", "fd80::/63", "fd80::/65", "fd80:0:10::/64", "fd80:0:ffff::/48"} {
		_, err := t.associateSubnet(subnet, &cidr)
		wantErrorOf(t, cidr, err, "InvalidSubnet.Range", "The CIDR '"+cidr+"' is invalid.")
		err = t.createSubnet(vpc, ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), Ipv6CidrBlock: &cidr})
		wantErrorOf(t, "a new subnet with "+cidr, err, "InvalidSubnet.Range", "The CIDR '"+cidr+"' is invalid.")
	}
	must(t.associateSubnet(subnet, new("fd80::/64")))(t)
	for i, cidr := range []string{"fd80:0:1::/48", "fd80:0:2::/52", "fd80:0:3::/56", "fd80:0:4::/60"} {
		t.subnetAs(vpc, &ec2.CreateSubnetInput{CidrBlock: new([]string{"10.0.4.0/24", "10.0.5.0/24", "10.0.6.0/24", "10.0.7.0/24"}[i]), Ipv6CidrBlock: &cidr})
	}
	other := t.subnet(vpc, "10.0.2.0/24")
	for _, cidr := range []string{"fd80::/64", "fd80::/60", "fd80:0:1:7::/64"} {
		_, err := t.associateSubnet(other, &cidr)
		wantErrorOf(t, cidr+" beside other subnets", err, "InvalidSubnet.Conflict", "The CIDR '"+cidr+"' conflicts with another subnet")
	}
}

func subnetIPv6Second(t *T) {
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	subnet := t.subnetAs(vpc, &ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/24"), Ipv6CidrBlock: t.part(t.ipv6Of(vpc), 0)})
	_, err := t.associateSubnet(subnet, t.part(t.ipv6Of(vpc), 1))
	wantError(t, err, "CidrLimitExceeded", "…"+*subnet.SubnetId+"…")
}

func subnetIPv6Nothing(t *T) {
	subnet := t.subnet(t.vpcWithIPv6("10.0.0.0/16"), "10.0.0.0/24")
	for what, in := range map[string]*ec2.AssociateSubnetCidrBlockInput{"nothing": {}, "a length": {Ipv6NetmaskLength: new(int32(64))}} {
		in.SubnetId = subnet.SubnetId
		_, err := t.ec2(home).AssociateSubnetCidrBlock(t.ctx, in)
		wantErrorOf(t, what, err, "MissingParameter", "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided.")
	}
}

func nativeSubnetIPv6(t *T) {
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	subnet := t.subnetAs(vpc, &ec2.CreateSubnetInput{Ipv6Native: new(true), Ipv6CidrBlock: t.part(t.ipv6Of(vpc), 0)})
	_, err := t.disassociateSubnet(subnet.Ipv6CidrBlockAssociationSet[0].AssociationId)
	wantError(t, err, "OperationNotPermitted", "")
}

func subnetIPv6Reset(t *T) {
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	subnet := t.subnetAs(vpc, &ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/24"), Ipv6CidrBlock: t.part(t.ipv6Of(vpc), 0)})
	if err := t.modifySubnet(subnet)(ec2.ModifySubnetAttributeInput{AssignIpv6AddressOnCreation: yes}); err != nil {
		t.Fatalf("%v", err)
	}
	equal(t, "AssignIpv6AddressOnCreation with IPv6", boolean(t.describedSubnet(*subnet.SubnetId).AssignIpv6AddressOnCreation), "true")
	must(t.disassociateSubnet(subnet.Ipv6CidrBlockAssociationSet[0].AssociationId))(t)
	equal(t, "AssignIpv6AddressOnCreation without IPv6", boolean(t.describedSubnet(*subnet.SubnetId).AssignIpv6AddressOnCreation), "false")
}

func subnetIPv6EndsOnce(t *T) {
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	subnet := t.subnetAs(vpc, &ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/24"), Ipv6CidrBlock: t.part(t.ipv6Of(vpc), 0)})
	id := subnet.Ipv6CidrBlockAssociationSet[0].AssociationId
	must(t.disassociateSubnet(id))(t)
	for _, id := range []string{*id, "subnet-cidr-assoc-0123456789abcdef0", "nonsense"} {
		_, err := t.disassociateSubnet(&id)
		wantErrorOf(t, id, err, "InvalidSubnetCidrBlockAssociationID.NotFound", "…"+id+"…")
	}
}
