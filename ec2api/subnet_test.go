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

func TestCreateSubnet(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	vpc := n.newVPC("10.0.0.0/16")
	s := must[ec2.CreateSubnetOutput](t)(n.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{VpcId: &vpc, CidrBlock: new("10.0.1.9/24"), AvailabilityZoneId: new("use1-az1")})).Subnet
	if *s.CidrBlock != "10.0.1.0/24" || *s.AvailableIpAddressCount != 251 || *s.AvailabilityZoneId != "use1-az1" || !strings.HasPrefix(*s.AvailabilityZone, "us-east-1") {
		t.Errorf("CreateSubnet = %+v", s)
	}
	if want := "arn:aws:ec2:us-east-1:" + n.account + ":subnet/" + *s.SubnetId; *s.SubnetArn != want {
		t.Errorf("ARN = %s, want %s", *s.SubnetArn, want)
	}
	for name, value := range map[string]*bool{
		"assignIpv6AddressOnCreation": s.AssignIpv6AddressOnCreation, "defaultForAz": s.DefaultForAz, "enableDns64": s.EnableDns64,
		"ipv6Native": s.Ipv6Native, "mapPublicIpOnLaunch": s.MapPublicIpOnLaunch, "mapCustomerOwnedIpOnLaunch": s.MapCustomerOwnedIpOnLaunch,
		"enableResourceNameDnsARecord": s.PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord,
	} {
		if value == nil || *value {
			t.Errorf("%s is not false", name)
		}
	}
	if s.PrivateDnsNameOptionsOnLaunch.HostnameType != types.HostnameTypeIpName {
		t.Errorf("hostname type = %s, want ip-name", s.PrivateDnsNameOptionsOnLaunch.HostnameType)
	}
	if got := n.subnet(*s.SubnetId); got.State != types.SubnetStateAvailable || *got.VpcId != vpc {
		t.Errorf("DescribeSubnets = %+v", got)
	}
	if first := n.subnet(n.newSubnet(vpc, "10.0.2.0/24")); *first.AvailabilityZone != "us-east-1a" {
		t.Errorf("without a zone: %s, want us-east-1a", *first.AvailabilityZone)
	}
}

func TestCreateSubnetRefused(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	vpc := n.newVPC("10.0.0.0/16")
	n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &vpc, AmazonProvidedIpv6CidrBlock: new(true)})
	n.newSubnet(vpc, "10.0.0.0/24")
	plain := n.pool("10.0.0.0/8")
	for _, test := range []struct {
		name       string
		in         ec2.CreateSubnetInput
		code, text string
	}{
		{"no CIDR", ec2.CreateSubnetInput{}, "MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."},
		{"not a CIDR", ec2.CreateSubnetInput{CidrBlock: new("x")}, "InvalidParameterValue", "Value (x) for parameter cidrBlock is invalid. This is not a valid CIDR block."},
		{"outside the VPC", ec2.CreateSubnetInput{CidrBlock: new("10.10.1.0/24")}, "InvalidSubnet.Range", "The CIDR '10.10.1.0/24' is invalid."},
		{"larger than the VPC", ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/15")}, "InvalidSubnet.Range", "The CIDR '10.0.0.0/15' is invalid."},
		{"too small", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/29")}, "InvalidSubnet.Range", "The CIDR '10.0.1.0/29' is invalid."},
		{"the same again", ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/24")}, "InvalidSubnet.Conflict", "The CIDR '10.0.0.0/24' conflicts with another subnet"},
		{"a part of another", ec2.CreateSubnetInput{CidrBlock: new("10.0.0.64/26")}, "InvalidSubnet.Conflict", ""},
		{"around another", ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/20")}, "InvalidSubnet.Conflict", ""},
		{"IPv6 outside the VPC", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), Ipv6CidrBlock: new("fd80::/64")}, "InvalidSubnet.Range", ""},
		{"an unknown zone", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), AvailabilityZone: new("us-east-1z")}, "InvalidParameterValue", "Value (us-east-1z) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: us-east-1a, us-east-1b,"},
		{"an unknown zone id", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), AvailabilityZoneId: new("euw1-az1")}, "InvalidParameterValue", "availabilityZoneId"},
		{"two zones", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), AvailabilityZone: new("us-east-1a"), AvailabilityZoneId: new("use1-az1")}, "InvalidParameterCombination", ""},
		{"on an Outpost", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), OutpostArn: new("arn:aws:outposts:us-east-1:111122223333:outpost/op-0123456789abcdef0")}, "UnsupportedOperation", "OutpostArn"},
		{"a pool that plans nothing", ec2.CreateSubnetInput{Ipv4IpamPoolId: &plain, Ipv4NetmaskLength: new(int32(27))}, "InvalidParameterValue", "IpamPool '" + plain + "' is missing a source resource"},
		{"a length without a pool", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), Ipv4NetmaskLength: new(int32(24))}, "InvalidParameterCombination", ""},
		{"IPv6 native without IPv6", ec2.CreateSubnetInput{Ipv6Native: new(true)}, "MissingParameter", "ipv6CidrBlock"},
		{"IPv6 native with IPv4", ec2.CreateSubnetInput{Ipv6Native: new(true), CidrBlock: new("10.0.1.0/24")}, "InvalidParameterCombination", ""},
		{"tags of another type", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeVpc}}}, "InvalidParameterValue", "'vpc' is not a valid taggable resource type"},
		{"a dry run", ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), DryRun: new(true)}, "DryRunOperation", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.in.VpcId = &vpc
			_, err := n.CreateSubnet(t.Context(), &test.in)
			wantFailure(t, err, test.code, test.text)
		})
	}
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

func TestUnknownSubnet(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	id := n.newSubnet(n.newVPC("10.0.0.0/16"), "10.0.0.0/24")
	stranger := ec2.NewFromConfig(n.server.Config("999999999999", "us-east-1"))
	for name, call := range map[string]func() error{
		"DescribeSubnets": func() error {
			_, err := stranger.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{id}})
			return err
		},
		"DeleteSubnet": func() error {
			_, err := stranger.DeleteSubnet(ctx, &ec2.DeleteSubnetInput{SubnetId: &id})
			return err
		},
		"ModifySubnetAttribute": func() error {
			_, err := stranger.ModifySubnetAttribute(ctx, &ec2.ModifySubnetAttributeInput{SubnetId: &id, MapPublicIpOnLaunch: &types.AttributeBooleanValue{Value: new(true)}})
			return err
		},
		"AssociateSubnetCidrBlock": func() error {
			_, err := stranger.AssociateSubnetCidrBlock(ctx, &ec2.AssociateSubnetCidrBlockInput{SubnetId: &id, Ipv6CidrBlock: new("fd00::/64")})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			wantFailure(t, call(), "InvalidSubnetID.NotFound", "The subnet ID '"+id+"' does not exist")
		})
	}
	_, err := n.DisassociateSubnetCidrBlock(ctx, &ec2.DisassociateSubnetCidrBlockInput{AssociationId: new("subnet-cidr-assoc-0123456789abcdef0")})
	wantFailure(t, err, "InvalidSubnetCidrBlockAssociationID.NotFound", "subnet-cidr-assoc-0123456789abcdef0")
}

// A pool that plans the subnets of a VPC: terraform-provider-aws, vpc_subnet_test.go.
func TestSubnetsFromPlanningPools(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Timing.Release = time.Minute })
	ctx := t.Context()
	source, source6 := n.pool("10.0.0.0/8"), n.pool("/52", ipv6)
	v := must[ec2.CreateVpcOutput](t)(n.CreateVpc(ctx, &ec2.CreateVpcInput{
		Ipv4IpamPoolId: &source, Ipv4NetmaskLength: new(int32(24)), Ipv6IpamPoolId: &source6, Ipv6NetmaskLength: new(int32(56)),
	})).Vpc
	plan := n.pool(*v.CidrBlock, n.planning(*v.VpcId, source))
	plan6 := n.pool(*v.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock, ipv6, n.planning(*v.VpcId, source6))
	create := func(in *ec2.CreateSubnetInput) *types.Subnet {
		t.Helper()
		in.VpcId = v.VpcId
		return must[ec2.CreateSubnetOutput](t)(n.CreateSubnet(ctx, in)).Subnet
	}

	chosen := create(&ec2.CreateSubnetInput{Ipv4IpamPoolId: &plan, Ipv4NetmaskLength: new(int32(27))})
	if got := n.held(plan, *chosen.SubnetId); *chosen.CidrBlock != "10.0.0.0/27" || !slices.Equal(got, []string{"10.0.0.0/27"}) {
		t.Errorf("subnet %s, pool %v, want 10.0.0.0/27", *chosen.CidrBlock, got)
	}
	list := must[ec2.GetIpamPoolAllocationsOutput](t)(n.GetIpamPoolAllocations(ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: &plan})).IpamPoolAllocations
	if a := list[0]; a.ResourceType != types.IpamPoolAllocationResourceTypeSubnet || *a.ResourceRegion != "us-east-1" || *a.ResourceOwner != n.account {
		t.Errorf("allocation = %+v", a)
	}
	named := create(&ec2.CreateSubnetInput{Ipv4IpamPoolId: &plan, CidrBlock: new("10.0.0.64/26")})
	if got := n.held(plan, *named.SubnetId); !slices.Equal(got, []string{"10.0.0.64/26"}) {
		t.Errorf("the pool has given %v, want 10.0.0.64/26", got)
	}
	native := create(&ec2.CreateSubnetInput{Ipv6Native: new(true), Ipv6IpamPoolId: &plan6, Ipv6NetmaskLength: new(int32(60))})
	block := native.Ipv6CidrBlockAssociationSet[0]
	if native.CidrBlock != nil || !*native.Ipv6Native || !strings.HasSuffix(*block.Ipv6CidrBlock, "/60") || block.IpSource != types.IpSourceNone || block.Ipv6AddressAttribute != types.Ipv6AddressAttributePrivate {
		t.Errorf("IPv6 native: %+v", native)
	}
	_, err := n.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: new(n.newVPC("10.0.0.0/24")), Ipv4IpamPoolId: &plan, Ipv4NetmaskLength: new(int32(27))})
	wantFailure(t, err, "InvalidParameterValue", "source resource")

	dual := must[ec2.AssociateSubnetCidrBlockOutput](t)(n.AssociateSubnetCidrBlock(ctx, &ec2.AssociateSubnetCidrBlockInput{SubnetId: chosen.SubnetId, Ipv6IpamPoolId: &plan6, Ipv6NetmaskLength: new(int32(64))}))
	if got := n.held(plan6, *chosen.SubnetId); !slices.Equal(got, []string{*dual.Ipv6CidrBlockAssociation.Ipv6CidrBlock}) {
		t.Errorf("the pool has given %v, want %s", got, *dual.Ipv6CidrBlockAssociation.Ipv6CidrBlock)
	}
	for _, s := range []*types.Subnet{chosen, named, native} {
		must[ec2.DeleteSubnetOutput](t)(n.DeleteSubnet(ctx, &ec2.DeleteSubnetInput{SubnetId: s.SubnetId}))
	}
	if got := n.held(plan, *chosen.SubnetId); len(got) != 1 {
		t.Errorf("after DeleteSubnet the pool has given %v, want one", got)
	}
	n.server.Advance(time.Minute)
	for _, pool := range []string{plan, plan6} {
		if got := must[ec2.GetIpamPoolAllocationsOutput](t)(n.GetIpamPoolAllocations(ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: &pool})).IpamPoolAllocations; len(got) != 0 {
			t.Errorf("later the pool has given %v, want none", got)
		}
	}
}

func TestSubnetIPv6(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Timing.Transition = 3 * time.Second })
	ctx := t.Context()
	vpc := n.newVPC("10.0.0.0/16")
	n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &vpc, AmazonProvidedIpv6CidrBlock: new(true)})
	block := strings.Replace(*n.vpc(vpc).Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock, "/56", "/64", 1)
	subnet := n.newSubnet(vpc, "10.0.0.0/24")
	associate := func(subnet, cidr string) (*ec2.AssociateSubnetCidrBlockOutput, error) {
		return n.AssociateSubnetCidrBlock(ctx, &ec2.AssociateSubnetCidrBlockInput{SubnetId: &subnet, Ipv6CidrBlock: &cidr})
	}
	assign := func(value bool) error {
		_, err := n.ModifySubnetAttribute(ctx, &ec2.ModifySubnetAttributeInput{SubnetId: &subnet, AssignIpv6AddressOnCreation: &types.AttributeBooleanValue{Value: &value}})
		return err
	}
	_, err := n.AssociateSubnetCidrBlock(ctx, &ec2.AssociateSubnetCidrBlockInput{SubnetId: &subnet})
	wantFailure(t, err, "MissingParameter", "ipv6CidrBlock")
	_, err = associate(subnet, strings.Replace(block, "/64", "/63", 1))
	wantFailure(t, err, "InvalidSubnet.Range", "")
	wantFailure(t, assign(true), "InvalidParameterValue", "assignIpv6AddressOnCreation")

	a := must[ec2.AssociateSubnetCidrBlockOutput](t)(associate(subnet, block)).Ipv6CidrBlockAssociation
	if *a.Ipv6CidrBlock != block || a.Ipv6CidrBlockState.State != types.SubnetCidrBlockStateCodeAssociating || a.IpSource != types.IpSourceAmazon || a.Ipv6AddressAttribute != types.Ipv6AddressAttributePublic {
		t.Errorf("AssociateSubnetCidrBlock = %+v", a)
	}
	if err := assign(true); err != nil {
		t.Error(err)
	}
	_, err = associate(subnet, block)
	wantFailure(t, err, "CidrLimitExceeded", subnet)
	_, err = associate(n.newSubnet(vpc, "10.0.1.0/24"), block)
	wantFailure(t, err, "InvalidSubnet.Conflict", "")

	state := func() string {
		t.Helper()
		set := n.subnet(subnet).Ipv6CidrBlockAssociationSet
		if len(set) == 0 {
			return ""
		}
		return string(set[0].Ipv6CidrBlockState.State)
	}
	check := func(want string) {
		t.Helper()
		if got := state(); got != want {
			t.Errorf("state = %q, want %q", got, want)
		}
	}
	check("associating")
	n.server.Advance(3 * time.Second)
	check("associated")
	must[ec2.DisassociateSubnetCidrBlockOutput](t)(n.DisassociateSubnetCidrBlock(ctx, &ec2.DisassociateSubnetCidrBlockInput{AssociationId: a.AssociationId}))
	check("disassociating")
	n.server.Advance(3 * time.Second)
	check("disassociated")
	_, err = n.DisassociateSubnetCidrBlock(ctx, &ec2.DisassociateSubnetCidrBlockInput{AssociationId: a.AssociationId})
	wantFailure(t, err, "InvalidSubnetCidrBlockAssociationID.NotFound", "")
	if *n.subnet(subnet).AssignIpv6AddressOnCreation {
		t.Error("assignIpv6AddressOnCreation is true without an IPv6 block")
	}
	n.server.Advance(time.Hour)
	check("")

	native := must[ec2.CreateSubnetOutput](t)(n.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: &vpc, Ipv6Native: new(true), Ipv6CidrBlock: &block})).Subnet
	_, err = n.DisassociateSubnetCidrBlock(ctx, &ec2.DisassociateSubnetCidrBlockInput{AssociationId: native.Ipv6CidrBlockAssociationSet[0].AssociationId})
	wantFailure(t, err, "OperationNotPermitted", "IPv6 native")
}

func TestModifySubnetAttribute(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	vpc := n.newVPC("10.0.0.0/16")
	n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &vpc, AmazonProvidedIpv6CidrBlock: new(true)})
	block := strings.Replace(*n.vpc(vpc).Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock, "/56", "/64", 1)
	subnet := *must[ec2.CreateSubnetOutput](t)(n.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: &vpc, CidrBlock: new("10.0.0.0/24"), Ipv6CidrBlock: &block})).Subnet.SubnetId
	yes := &types.AttributeBooleanValue{Value: new(true)}
	for _, test := range []struct {
		name       string
		in         ec2.ModifySubnetAttributeInput
		shown      func(types.Subnet) bool
		code, text string
	}{
		{"assign IPv6", ec2.ModifySubnetAttributeInput{AssignIpv6AddressOnCreation: yes}, func(s types.Subnet) bool { return *s.AssignIpv6AddressOnCreation }, "", ""},
		{"public IPs", ec2.ModifySubnetAttributeInput{MapPublicIpOnLaunch: yes}, func(s types.Subnet) bool { return *s.MapPublicIpOnLaunch }, "", ""},
		{"DNS64", ec2.ModifySubnetAttributeInput{EnableDns64: yes}, func(s types.Subnet) bool { return *s.EnableDns64 }, "", ""},
		{"A records", ec2.ModifySubnetAttributeInput{EnableResourceNameDnsARecordOnLaunch: yes}, func(s types.Subnet) bool { return *s.PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord }, "", ""},
		{"AAAA records", ec2.ModifySubnetAttributeInput{EnableResourceNameDnsAAAARecordOnLaunch: yes}, func(s types.Subnet) bool { return *s.PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord }, "", ""},
		{"host names", ec2.ModifySubnetAttributeInput{PrivateDnsHostnameTypeOnLaunch: types.HostnameTypeResourceName}, func(s types.Subnet) bool {
			return s.PrivateDnsNameOptionsOnLaunch.HostnameType == types.HostnameTypeResourceName
		}, "", ""},
		{"nothing", ec2.ModifySubnetAttributeInput{}, nil, "InvalidParameterCombination", ""},
		{"two", ec2.ModifySubnetAttributeInput{MapPublicIpOnLaunch: yes, EnableDns64: yes}, nil, "InvalidParameterCombination", ""},
		{"a pool of one's own", ec2.ModifySubnetAttributeInput{CustomerOwnedIpv4Pool: new("x")}, nil, "UnsupportedOperation", "CustomerOwnedIpv4Pool"},
		{"addresses of one's own", ec2.ModifySubnetAttributeInput{MapCustomerOwnedIpOnLaunch: yes}, nil, "UnsupportedOperation", "MapCustomerOwnedIpOnLaunch"},
		{"local network interfaces", ec2.ModifySubnetAttributeInput{EnableLniAtDeviceIndex: new(int32(1))}, nil, "UnsupportedOperation", "EnableLniAtDeviceIndex"},
		{"no local network interfaces", ec2.ModifySubnetAttributeInput{DisableLniAtDeviceIndex: yes}, nil, "UnsupportedOperation", "DisableLniAtDeviceIndex"},
	} {
		test.in.SubnetId = &subnet
		_, err := n.ModifySubnetAttribute(ctx, &test.in)
		if test.code != "" {
			t.Run(test.name, func(t *testing.T) { wantFailure(t, err, test.code, test.text) })
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		} else if !test.shown(n.subnet(subnet)) {
			t.Errorf("%s: DescribeSubnets does not show it", test.name)
		}
	}
}

func TestDescribeSubnetsFilters(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	vpc := n.newVPC("10.0.0.0/16")
	n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &vpc, AmazonProvidedIpv6CidrBlock: new(true)})
	block := strings.Replace(*n.vpc(vpc).Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock, "/56", "/64", 1)
	s := must[ec2.CreateSubnetOutput](t)(n.CreateSubnet(ctx, &ec2.CreateSubnetInput{
		VpcId: &vpc, CidrBlock: new("10.0.0.0/24"), Ipv6CidrBlock: &block, AvailabilityZone: new("us-east-1b"),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSubnet, Tags: []types.Tag{{Key: new("Name"), Value: new("one")}}}},
	})).Subnet
	n.newSubnet(vpc, "10.0.1.0/25")
	n.newSubnet(n.newVPC("10.0.0.0/16"), "10.0.1.0/25")
	for _, test := range []struct {
		filter types.Filter
		want   int
	}{
		{filter("availability-zone", "us-east-1b"), 1},
		{filter("availabilityZone", "us-east-1b"), 1},
		{filter("availability-zone-id", *s.AvailabilityZoneId), 1},
		{filter("availabilityZoneId", *s.AvailabilityZoneId), 1},
		{filter("available-ip-address-count", "251"), 1},
		{filter("cidr-block", "10.0.0.0/24"), 1},
		{filter("cidrBlock", "10.0.0.0/24"), 1},
		{filter("cidr", "10.0.0.0/24"), 1},
		{filter("customer-owned-ipv4-pool", "x"), 0},
		{filter("default-for-az", "false"), 3},
		{filter("defaultForAz", "true"), 0},
		{filter("enable-dns64", "false"), 3},
		{filter("enable-lni-at-device-index", "1"), 0},
		{filter("ipv6-cidr-block-association.ipv6-cidr-block", block), 1},
		{filter("ipv6-cidr-block-association.association-id", *s.Ipv6CidrBlockAssociationSet[0].AssociationId), 1},
		{filter("ipv6-cidr-block-association.state", "associated"), 1},
		{filter("ipv6-native", "false"), 3},
		{filter("map-customer-owned-ip-on-launch", "false"), 3},
		{filter("map-public-ip-on-launch", "false"), 3},
		{filter("outpost-arn", "x"), 0},
		{filter("owner-id", n.account), 3},
		{filter("private-dns-name-options-on-launch.hostname-type", "ip-name"), 3},
		{filter("private-dns-name-options-on-launch.enable-resource-name-dns-a-record", "false"), 3},
		{filter("private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record", "true"), 0},
		{filter("state", "available"), 3},
		{filter("subnet-arn", *s.SubnetArn), 1},
		{filter("subnet-id", *s.SubnetId), 1},
		{filter("tag:Name", "one"), 1},
		{filter("tag-key", "Name"), 1},
		{filter("vpc-id", vpc), 2},
		{filter("vpc-id", vpc, vpc), 2},
		{filter("vpc-id", "vpc-*"), 3},
	} {
		got := must[ec2.DescribeSubnetsOutput](t)(n.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{test.filter}})).Subnets
		if len(got) != test.want || (test.want == 1 && *got[0].SubnetId != *s.SubnetId) {
			t.Errorf("filter %s=%v: %d subnets, want %d", *test.filter.Name, test.filter.Values, len(got), test.want)
		}
	}
	_, err := n.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{filter("colour", "blue")}})
	wantFailure(t, err, "InvalidParameterValue", "The filter 'colour' is invalid")
}
