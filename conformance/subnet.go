package conformance

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var subnetTests = []Test{
	{"a new subnet is available in the answer", "B530", newSubnet},
	{"a subnet has all its addresses but five", "B531", subnetAddresses},
	{"a subnet is in the zone that the request names", "B532", subnetZone},
	{"a subnet is in the first zone if none is named", "B533", subnetWithoutZone},
	{"an unknown zone is refused with those that there are", "B534", subnetUnknownZone},
	{"a subnet lies in a block of its VPC and has a size", "B535", subnetRange},
	{"subnets of a VPC don't overlap", "B536", subnetConflict},
	{"a subnet without IPv4 is refused", "B537", subnetWithoutIPv4},
	{"what is no CIDR is refused for a subnet", "B538", subnetGarbage},
	{"a subnet can lie in a secondary block", "B539", subnetInSecondary},
	{"parameters of subnets that are not emulated are refused by name", "B540", subnetUnsupported},
	{"a dry run of CreateSubnet takes nothing", "B541", subnetDryRun},
	{"an unknown subnet is not found", "B542", unknownSubnet},
	{"subnets are found by filter", "B543", describeSubnetsByFilter},
	{"an attribute of a subnet is changed", "B544", modifySubnet},
	{"one attribute of a subnet is changed at a time", "B545", modifySubnetNotOne},
	{"what is for IPv6 needs IPv6", "B546", modifySubnetWithoutIPv6},
	{"a deleted subnet leaves its space to others", "B547", deleteSubnet},
}

// part is one of the 256 /64s of a VPC's /56.
func (t *T) part(block types.VpcIpv6CidrBlockAssociation, n byte) *string {
	prefix, err := netip.ParsePrefix(str(block.Ipv6CidrBlock))
	if err != nil || prefix.Bits() != 56 {
		t.Fatalf("the block is %s, want a /56", str(block.Ipv6CidrBlock))
	}
	bytes := prefix.Addr().As16()
	bytes[7] = n
	return new(netip.PrefixFrom(netip.AddrFrom16(bytes), 64).String())
}

// createSubnet creates a subnet of a VPC.
func (t *T) createSubnet(vpc types.Vpc, in ec2.CreateSubnetInput) error {
	in.VpcId = vpc.VpcId
	_, err := t.ec2(home).CreateSubnet(t.ctx, &in)
	return err
}

func newSubnet(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	zone := t.zones()[1]
	got := *must(t.ec2(home).CreateSubnet(t.ctx, &ec2.CreateSubnetInput{
		VpcId: vpc.VpcId, CidrBlock: new("10.0.1.9/24"), AvailabilityZone: zone.ZoneName, TagSpecifications: tagged(types.ResourceTypeSubnet, "Name", "one"),
	}))(t).Subnet
	matches(t, "SubnetId", str(got.SubnetId), "subnet-"+hex17)
	want := types.Subnet{
		SubnetId:                    got.SubnetId,
		SubnetArn:                   new("arn:aws:ec2:" + home + ":" + t.Account() + ":subnet/" + *got.SubnetId),
		VpcId:                       vpc.VpcId,
		OwnerId:                     new(t.Account()),
		State:                       types.SubnetStateAvailable,
		CidrBlock:                   new("10.0.1.0/24"),
		AvailabilityZone:            zone.ZoneName,
		AvailabilityZoneId:          zone.ZoneId,
		AvailableIpAddressCount:     new(int32(251)),
		AssignIpv6AddressOnCreation: new(false),
		DefaultForAz:                new(false),
		EnableDns64:                 new(false),
		Ipv6Native:                  new(false),
		MapCustomerOwnedIpOnLaunch:  new(false),
		MapPublicIpOnLaunch:         new(false),
		PrivateDnsNameOptionsOnLaunch: &types.PrivateDnsNameOptionsOnLaunch{
			HostnameType:                    types.HostnameTypeIpName,
			EnableResourceNameDnsARecord:    new(false),
			EnableResourceNameDnsAAAARecord: new(false),
		},
		Ipv6CidrBlockAssociationSet: []types.SubnetIpv6CidrBlockAssociation{},
		Tags:                        tags("Name", "one"),
	}
	equalRecord(t, "the answer of CreateSubnet", got, want)
	described := t.describedSubnet(*got.SubnetId)
	want.BlockPublicAccessStates = described.BlockPublicAccessStates // see B379
	equalRecord(t, "the subnet described", described, want)
}

func subnetAddresses(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	for cidr, want := range map[string]string{"10.0.0.0/28": "11", "10.0.1.0/24": "251", "10.0.16.0/20": "4091", "10.0.128.0/17": "32763"} {
		equal(t, "AvailableIpAddressCount of "+cidr, num(t.subnet(vpc, cidr).AvailableIpAddressCount), want)
	}
}

func subnetZone(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	for i, zone := range t.zones() {
		in := &ec2.CreateSubnetInput{CidrBlock: new(fmt.Sprintf("10.0.%d.0/24", i)), AvailabilityZone: zone.ZoneName}
		if i%2 == 1 {
			in.AvailabilityZone, in.AvailabilityZoneId = nil, zone.ZoneId
		}
		subnet := t.subnetAs(vpc, in)
		equal(t, "AvailabilityZone", str(subnet.AvailabilityZone), *zone.ZoneName)
		equal(t, "AvailabilityZoneId", str(subnet.AvailabilityZoneId), *zone.ZoneId)
	}
}

func subnetWithoutZone(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	for _, cidr := range []string{"10.0.0.0/24", "10.0.1.0/24"} {
		equal(t, "AvailabilityZone", str(t.subnet(vpc, cidr).AvailabilityZone), *t.zones()[0].ZoneName)
	}
}

func subnetUnknownZone(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	names := []string{}
	for _, zone := range t.zones() {
		names = append(names, *zone.ZoneName)
	}
	known := " is invalid. Subnets can currently only be created in the following availability zones: " + strings.Join(names, ", ") + "."
	wantRefusals(t, func(in ec2.CreateSubnetInput) error { return t.createSubnet(vpc, in) }, []refusal[ec2.CreateSubnetInput]{
		{"a name", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), AvailabilityZone: new("us-east-1z")}, "InvalidParameterValue", "Value (us-east-1z) for parameter availabilityZone" + known},
		{"an id", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), AvailabilityZoneId: new("euw1-az1")}, "InvalidParameterValue", "Value (euw1-az1) for parameter availabilityZoneId" + known},
		{"both", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), AvailabilityZone: t.zones()[0].ZoneName, AvailabilityZoneId: t.zones()[0].ZoneId}, "InvalidParameterCombination", ""},
	})
}

func subnetRange(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	for _, cidr := range []string{"10.10.1.0/24", "10.0.0.0/15", "10.0.1.0/29", "10.0.1.0/32", "11.0.0.0/16"} {
		wantErrorOf(t, cidr, t.createSubnet(vpc, ec2.CreateSubnetInput{CidrBlock: &cidr}), "InvalidSubnet.Range", "The CIDR '"+cidr+"' is invalid.")
	}
	t.subnet(vpc, "10.0.1.0/28")
	t.subnet(t.vpc("10.0.0.0/16"), "10.0.0.0/16")
}

func subnetConflict(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	t.subnet(vpc, "10.0.16.0/24")
	for _, cidr := range []string{"10.0.16.0/24", "10.0.16.64/26", "10.0.16.0/20", "10.0.0.0/16"} {
		wantErrorOf(t, cidr, t.createSubnet(vpc, ec2.CreateSubnetInput{CidrBlock: &cidr}), "InvalidSubnet.Conflict", "The CIDR '"+cidr+"' conflicts with another subnet")
	}
	t.subnet(vpc, "10.0.17.0/24")
	t.subnet(t.vpc("10.0.0.0/16"), "10.0.16.0/24")
}

func subnetWithoutIPv4(t *T) {
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	part := t.part(t.ipv6Of(vpc), 0)
	const message4, message6 = "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.", "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided."
	wantRefusals(t, func(in ec2.CreateSubnetInput) error { return t.createSubnet(vpc, in) }, []refusal[ec2.CreateSubnetInput]{
		{"nothing", ec2.CreateSubnetInput{}, "MissingParameter", message4},
		{"a length", ec2.CreateSubnetInput{Ipv4NetmaskLength: new(int32(24))}, "MissingParameter", message4},
		{"IPv6", ec2.CreateSubnetInput{Ipv6CidrBlock: part}, "MissingParameter", message4},
		{"IPv6 native", ec2.CreateSubnetInput{Ipv6Native: new(true)}, "MissingParameter", message6},
		{"IPv6 native with IPv4", ec2.CreateSubnetInput{Ipv6Native: new(true), CidrBlock: new("10.0.1.0/24"), Ipv6CidrBlock: part}, "InvalidParameterCombination", ""},
		{"a length without a pool", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), Ipv4NetmaskLength: new(int32(24))}, "InvalidParameterCombination", ""},
	})
}

func subnetGarbage(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	for _, cidr := range []string{"x", "10.0.1.0", "10.0.1.0/33", "fd00::/64"} {
		err := t.createSubnet(vpc, ec2.CreateSubnetInput{CidrBlock: &cidr})
		wantErrorOf(t, cidr, err, "InvalidParameterValue", "Value ("+cidr+") for parameter cidrBlock is invalid. This is not a valid …CIDR block.")
	}
}

func subnetInSecondary(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	second := t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{CidrBlock: new("100.64.0.0/20")}).CidrBlockAssociation
	subnet := t.subnet(vpc, "100.64.1.0/24")
	t.deleteSubnet(subnet)
	t.disassociate(vpc, second.AssociationId)
	err := t.createSubnet(vpc, ec2.CreateSubnetInput{CidrBlock: new("100.64.1.0/24")})
	wantErrorOf(t, "a subnet in a block that is gone", err, "InvalidSubnet.Range", "")
}

func subnetUnsupported(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	outpost := new("arn:aws:outposts:" + home + ":111122223333:outpost/op-0123456789abcdef0")
	wantErrorOf(t, "OutpostArn", t.createSubnet(vpc, ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), OutpostArn: outpost}), "UnsupportedOperation", "…OutpostArn…")
	subnet := t.subnet(vpc, "10.0.0.0/24")
	wantRefusals(t, t.modifySubnet(subnet), []refusal[ec2.ModifySubnetAttributeInput]{
		{"CustomerOwnedIpv4Pool", ec2.ModifySubnetAttributeInput{CustomerOwnedIpv4Pool: new("x")}, "UnsupportedOperation", "…CustomerOwnedIpv4Pool…"},
		{"MapCustomerOwnedIpOnLaunch", ec2.ModifySubnetAttributeInput{MapCustomerOwnedIpOnLaunch: yes}, "UnsupportedOperation", "…MapCustomerOwnedIpOnLaunch…"},
		{"EnableLniAtDeviceIndex", ec2.ModifySubnetAttributeInput{EnableLniAtDeviceIndex: new(int32(1))}, "UnsupportedOperation", "…EnableLniAtDeviceIndex…"},
		{"DisableLniAtDeviceIndex", ec2.ModifySubnetAttributeInput{DisableLniAtDeviceIndex: yes}, "UnsupportedOperation", "…DisableLniAtDeviceIndex…"},
	})
}

func subnetDryRun(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	in := ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/16")}
	dry := in
	dry.DryRun = new(true)
	for range 2 {
		wantError(t, t.createSubnet(vpc, dry), "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
	}
	t.subnetAs(vpc, &in)
}

func unknownSubnet(t *T) {
	subnet := t.subnet(t.vpc("10.0.0.0/16"), "10.0.0.0/24")
	for who, c := range map[string]*ec2.Client{"another Region": t.ec2(away), "another account": t.ec2As(t.OtherAccount(), home)} {
		t.wantNoSubnet(c, *subnet.SubnetId, who)
	}
	for _, id := range []string{"subnet-0123456789abcdef0", "nonsense", *subnet.VpcId} {
		t.wantNoSubnet(t.ec2(home), id, "its Region")
	}
}

func (t *T) wantNoSubnet(c *ec2.Client, id, who string) {
	for name, call := range map[string]func() error{
		"DescribeSubnets": func() error {
			_, err := c.DescribeSubnets(t.ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{id}})
			return err
		},
		"DeleteSubnet": func() error {
			_, err := c.DeleteSubnet(t.ctx, &ec2.DeleteSubnetInput{SubnetId: &id})
			return err
		},
		"ModifySubnetAttribute": func() error {
			_, err := c.ModifySubnetAttribute(t.ctx, &ec2.ModifySubnetAttributeInput{SubnetId: &id, MapPublicIpOnLaunch: yes})
			return err
		},
		"AssociateSubnetCidrBlock": func() error {
			_, err := c.AssociateSubnetCidrBlock(t.ctx, &ec2.AssociateSubnetCidrBlockInput{SubnetId: &id, Ipv6CidrBlock: new("fd00::/64")})
			return err
		},
	} {
		wantErrorOf(t, name+"("+id+") in "+who, call(), "InvalidSubnetID.NotFound", "The subnet ID '"+id+"' does not exist")
	}
}

func describeSubnetsByFilter(t *T) {
	vpc, other := t.vpcWithIPv6("10.0.0.0/16"), t.vpc("10.0.0.0/16")
	part := t.part(t.ipv6Of(vpc), 1)
	zone := t.zones()[1]
	one := t.subnetAs(vpc, &ec2.CreateSubnetInput{
		CidrBlock: new("10.0.0.0/24"), Ipv6CidrBlock: part, AvailabilityZone: zone.ZoneName, TagSpecifications: tagged(types.ResourceTypeSubnet, "Name", "one"),
	})
	two, three := t.subnet(vpc, "10.0.1.0/25"), t.subnet(other, "10.0.1.0/25")
	first, both, all := []string{*one.SubnetId}, []string{*one.SubnetId, *two.SubnetId}, []string{*one.SubnetId, *two.SubnetId, *three.SubnetId}
	for _, c := range []struct {
		filter types.Filter
		want   []string
	}{
		{filter("availability-zone", *zone.ZoneName), first},
		{filter("availabilityZone", *zone.ZoneName), first},
		{filter("availability-zone-id", *zone.ZoneId), first},
		{filter("availabilityZoneId", *zone.ZoneId), first},
		{filter("available-ip-address-count", "251"), first},
		{filter("cidr-block", "10.0.0.0/24"), first},
		{filter("cidrBlock", "10.0.0.0/24"), first},
		{filter("cidr", "10.0.0.0/24"), first},
		{filter("customer-owned-ipv4-pool", "x"), nil},
		{filter("default-for-az", "false"), all},
		{filter("defaultForAz", "true"), nil},
		{filter("enable-dns64", "false"), all},
		{filter("enable-lni-at-device-index", "1"), nil},
		{filter("ipv6-cidr-block-association.ipv6-cidr-block", *part), first},
		{filter("ipv6-cidr-block-association.association-id", *one.Ipv6CidrBlockAssociationSet[0].AssociationId), first},
		{filter("ipv6-cidr-block-association.state", "associated"), first},
		{filter("ipv6-native", "false"), all},
		{filter("map-customer-owned-ip-on-launch", "false"), all},
		{filter("map-public-ip-on-launch", "false"), all},
		{filter("outpost-arn", "x"), nil},
		{filter("owner-id", t.Account()), all},
		{filter("private-dns-name-options-on-launch.hostname-type", "ip-name"), all},
		{filter("private-dns-name-options-on-launch.enable-resource-name-dns-a-record", "false"), all},
		{filter("private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record", "true"), nil},
		{filter("state", "available"), all},
		{filter("subnet-arn", *one.SubnetArn), first},
		{filter("subnet-id", *one.SubnetId), first},
		{filter("tag:Name", "one"), first},
		{filter("tag-key", "Name"), first},
		{filter("vpc-id", *vpc.VpcId), both},
		{filter("vpc-id", *vpc.VpcId, *vpc.VpcId), both},
		{filter("vpc-id", *vpc.VpcId, *other.VpcId), all},
		{filter("vpc-id", "vpc-*"), all},
	} {
		ours := filter("subnet-id", all...)
		got := []string{}
		for _, s := range must(t.ec2(home).DescribeSubnets(t.ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{c.filter, ours}}))(t).Subnets {
			got = append(got, *s.SubnetId)
		}
		slices.Sort(got)
		equalRecord(t, "subnets with "+str(c.filter.Name)+"="+strings.Join(c.filter.Values, ","), got, append([]string{}, slices.Sorted(slices.Values(c.want))...))
	}
	_, err := t.ec2(home).DescribeSubnets(t.ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{filter("colour", "blue")}})
	wantError(t, err, "InvalidParameterValue", "The filter 'colour' is invalid")
}

func (t *T) modifySubnet(subnet types.Subnet) func(ec2.ModifySubnetAttributeInput) error {
	return func(in ec2.ModifySubnetAttributeInput) error {
		in.SubnetId = subnet.SubnetId
		_, err := t.ec2(home).ModifySubnetAttribute(t.ctx, &in)
		return err
	}
}

func modifySubnet(t *T) {
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	subnet := t.subnetAs(vpc, &ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/24"), Ipv6CidrBlock: t.part(t.ipv6Of(vpc), 0)})
	modify := t.modifySubnet(subnet)
	for _, value := range []*types.AttributeBooleanValue{yes, no} {
		for _, c := range []struct {
			what  string
			in    ec2.ModifySubnetAttributeInput
			shown func(*types.Subnet) **bool
		}{
			{"AssignIpv6AddressOnCreation", ec2.ModifySubnetAttributeInput{AssignIpv6AddressOnCreation: value}, func(s *types.Subnet) **bool { return &s.AssignIpv6AddressOnCreation }},
			{"MapPublicIpOnLaunch", ec2.ModifySubnetAttributeInput{MapPublicIpOnLaunch: value}, func(s *types.Subnet) **bool { return &s.MapPublicIpOnLaunch }},
			{"EnableDns64", ec2.ModifySubnetAttributeInput{EnableDns64: value}, func(s *types.Subnet) **bool { return &s.EnableDns64 }},
			{"EnableResourceNameDnsARecordOnLaunch", ec2.ModifySubnetAttributeInput{EnableResourceNameDnsARecordOnLaunch: value},
				func(s *types.Subnet) **bool { return &s.PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord }},
			{"EnableResourceNameDnsAAAARecordOnLaunch", ec2.ModifySubnetAttributeInput{EnableResourceNameDnsAAAARecordOnLaunch: value},
				func(s *types.Subnet) **bool { return &s.PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord }},
		} {
			if err := modify(c.in); err != nil {
				t.Errorf("%s: %v", c.what, err)
			}
			*c.shown(&subnet) = value.Value
			equalRecord(t, "the subnet with another "+c.what, t.describedSubnet(*subnet.SubnetId), subnet)
		}
	}
	for _, kind := range []types.HostnameType{types.HostnameTypeResourceName, types.HostnameTypeIpName} {
		if err := modify(ec2.ModifySubnetAttributeInput{PrivateDnsHostnameTypeOnLaunch: kind}); err != nil {
			t.Errorf("PrivateDnsHostnameTypeOnLaunch: %v", err)
		}
		equal(t, "HostnameType", t.describedSubnet(*subnet.SubnetId).PrivateDnsNameOptionsOnLaunch.HostnameType, kind)
	}
}

func modifySubnetNotOne(t *T) {
	subnet := t.subnet(t.vpc("10.0.0.0/16"), "10.0.0.0/24")
	wantRefusals(t, t.modifySubnet(subnet), []refusal[ec2.ModifySubnetAttributeInput]{
		{"nothing", ec2.ModifySubnetAttributeInput{}, "InvalidParameterCombination", ""},
		{"two", ec2.ModifySubnetAttributeInput{MapPublicIpOnLaunch: yes, EnableResourceNameDnsARecordOnLaunch: yes}, "InvalidParameterCombination", ""},
	})
	equalRecord(t, "the subnet afterwards", t.describedSubnet(*subnet.SubnetId), subnet)
}

func modifySubnetWithoutIPv6(t *T) {
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	subnet := t.subnet(vpc, "10.0.0.0/24")
	wantRefusals(t, t.modifySubnet(subnet), []refusal[ec2.ModifySubnetAttributeInput]{
		{"IPv6 addresses without IPv6", ec2.ModifySubnetAttributeInput{AssignIpv6AddressOnCreation: yes}, "InvalidParameterValue", "…assignIpv6AddressOnCreation…"},
		{"DNS64 without IPv6", ec2.ModifySubnetAttributeInput{EnableDns64: yes}, "InvalidParameterValue", "…enableDns64…"},
		{"AAAA records without IPv6", ec2.ModifySubnetAttributeInput{EnableResourceNameDnsAAAARecordOnLaunch: yes}, "InvalidParameterValue", "…enableResourceNameDnsAAAARecordOnLaunch…"},
	})
	native := t.subnetAs(vpc, &ec2.CreateSubnetInput{Ipv6Native: new(true), Ipv6CidrBlock: t.part(t.ipv6Of(vpc), 0)})
	wantRefusals(t, t.modifySubnet(native), []refusal[ec2.ModifySubnetAttributeInput]{
		{"public IPv4 addresses without IPv4", ec2.ModifySubnetAttributeInput{MapPublicIpOnLaunch: yes}, "InvalidParameterValue", "…mapPublicIpOnLaunch…"},
		{"no addresses at all", ec2.ModifySubnetAttributeInput{AssignIpv6AddressOnCreation: no}, "InvalidParameterValue", "…assignIpv6AddressOnCreation…"},
		{"A records without IPv4", ec2.ModifySubnetAttributeInput{EnableResourceNameDnsARecordOnLaunch: yes}, "InvalidParameterValue", "…enableResourceNameDnsARecordOnLaunch…"},
		{"names of IPv4 addresses without IPv4", ec2.ModifySubnetAttributeInput{PrivateDnsHostnameTypeOnLaunch: types.HostnameTypeIpName}, "InvalidParameterValue", "…privateDnsHostnameTypeOnLaunch…"},
	})
}

func deleteSubnet(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	for range 2 {
		subnet := t.subnet(vpc, "10.0.0.0/16")
		t.deleteSubnet(subnet)
		t.wantNoSubnet(t.ec2(home), *subnet.SubnetId, "its Region")
	}
}
