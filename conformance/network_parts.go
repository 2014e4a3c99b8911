package conformance

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var networkPartTests = []Test{
	{"a VPC has a main route table with a local route", "B500", mainRouteTable},
	{"a VPC has a default network ACL that lets all IPv4 pass", "B501", defaultNetworkACL},
	{"a VPC has a default security group", "B502", defaultSecurityGroup},
	{"the first IPv6 block opens the VPC to IPv6 for good", "B503", partsWithIPv6},
	{"the rules of a default group are for all protocols", "B504", defaultGroupRules},
	{"the default DHCP options are there from the start", "B505", defaultDHCPOptions},
	{"what a VPC has is found by filter", "B506", filterParts},
	{"unknown parts of a VPC are not found", "B507", unknownParts},
	{"nothing but the user makes network interfaces", "B508", noNetworkInterfaces},
	{"what a VPC has can be tagged", "B509", tagParts},
}

// The parts of a VPC are looked up as Terraform does it.

func (t *T) mainRouteTable(vpc types.Vpc) types.RouteTable {
	found := must(t.ec2(home).DescribeRouteTables(t.ctx, &ec2.DescribeRouteTablesInput{Filters: []types.Filter{filter("association.main", "true"), filter("vpc-id", *vpc.VpcId)}}))(t).RouteTables
	if len(found) != 1 {
		t.Fatalf("%s has %d main route tables, want 1", *vpc.VpcId, len(found))
	}
	return found[0]
}

func (t *T) defaultACL(vpc types.Vpc) types.NetworkAcl {
	found := must(t.ec2(home).DescribeNetworkAcls(t.ctx, &ec2.DescribeNetworkAclsInput{Filters: []types.Filter{filter("default", "true"), filter("vpc-id", *vpc.VpcId)}}))(t).NetworkAcls
	if len(found) != 1 {
		t.Fatalf("%s has %d default network ACLs, want 1", *vpc.VpcId, len(found))
	}
	return found[0]
}

func (t *T) defaultGroup(vpc types.Vpc) types.SecurityGroup {
	found := must(t.ec2(home).DescribeSecurityGroups(t.ctx, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{filter("group-name", "default"), filter("vpc-id", *vpc.VpcId)}}))(t).SecurityGroups
	if len(found) != 1 {
		t.Fatalf("%s has %d default security groups, want 1", *vpc.VpcId, len(found))
	}
	return found[0]
}

func (t *T) groupRules(group types.SecurityGroup) []types.SecurityGroupRule {
	in := &ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("group-id", *group.GroupId)}}
	return must(t.ec2(home).DescribeSecurityGroupRules(t.ctx, in))(t).SecurityGroupRules
}

func mainRouteTable(t *T) {
	vpc := t.vpc("10.2.0.0/16")
	got := t.mainRouteTable(vpc)
	matches(t, "RouteTableId", str(got.RouteTableId), "rtb-"+hex17)
	if len(got.Associations) != 1 {
		t.Fatalf("the main route table has %d associations, want 1", len(got.Associations))
	}
	matches(t, "RouteTableAssociationId", str(got.Associations[0].RouteTableAssociationId), "rtbassoc-"+hex17)
	equalRecord(t, "the main route table", got, types.RouteTable{
		RouteTableId: got.RouteTableId,
		OwnerId:      new(t.Account()),
		VpcId:        vpc.VpcId,
		Associations: []types.RouteTableAssociation{{
			AssociationState:        &types.RouteTableAssociationState{State: types.RouteTableAssociationStateCodeAssociated},
			Main:                    new(true),
			RouteTableAssociationId: got.Associations[0].RouteTableAssociationId,
			RouteTableId:            got.RouteTableId,
		}},
		Routes: []types.Route{{
			DestinationCidrBlock: new("10.2.0.0/16"),
			GatewayId:            new("local"),
			Origin:               types.RouteOriginCreateRouteTable,
			State:                types.RouteStateActive,
		}},
		PropagatingVgws: []types.PropagatingVgw{},
		Tags:            []types.Tag{},
	})
}

// entriesOf are the rules of a network ACL, sorted.
func entriesOf(acl types.NetworkAcl) []string {
	rules := []string{}
	for _, e := range acl.Entries {
		cidr := str(e.CidrBlock)
		if e.CidrBlock == nil {
			cidr = str(e.Ipv6CidrBlock)
		}
		direction := "in"
		if *e.Egress {
			direction = "out"
		}
		rules = append(rules, fmt.Sprintf("%s %s %s %s %s", direction, num(e.RuleNumber), e.RuleAction, cidr, str(e.Protocol)))
	}
	slices.Sort(rules)
	return rules
}

func defaultNetworkACL(t *T) {
	vpc := t.vpc("10.2.0.0/16")
	subnet := t.subnet(vpc, "10.2.0.0/24")
	t.subnet(t.vpc("10.2.0.0/16"), "10.2.0.0/24")
	got := t.defaultACL(vpc)
	matches(t, "NetworkAclId", str(got.NetworkAclId), "acl-"+hex17)
	equal(t, "IsDefault", boolean(got.IsDefault), "true")
	equal(t, "OwnerId", str(got.OwnerId), t.Account())
	equalRecord(t, "the rules", entriesOf(got), []string{
		"in 100 allow 0.0.0.0/0 -1", "in 32767 deny 0.0.0.0/0 -1", "out 100 allow 0.0.0.0/0 -1", "out 32767 deny 0.0.0.0/0 -1",
	})
	if len(got.Associations) != 1 {
		t.Fatalf("the network ACL has %d associations, want that with the subnet", len(got.Associations))
	}
	matches(t, "NetworkAclAssociationId", str(got.Associations[0].NetworkAclAssociationId), "aclassoc-"+hex17)
	equal(t, "SubnetId of the association", str(got.Associations[0].SubnetId), *subnet.SubnetId)
	equal(t, "NetworkAclId of the association", str(got.Associations[0].NetworkAclId), *got.NetworkAclId)
}

func defaultSecurityGroup(t *T) {
	vpc := t.vpc("10.2.0.0/16")
	got := t.defaultGroup(vpc)
	matches(t, "GroupId", str(got.GroupId), "sg-"+hex17)
	all := types.IpPermission{
		IpProtocol: new("-1"),
		IpRanges:   []types.IpRange{}, Ipv6Ranges: []types.Ipv6Range{}, PrefixListIds: []types.PrefixListId{}, UserIdGroupPairs: []types.UserIdGroupPair{},
	}
	in, out := all, all
	in.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: got.GroupId, UserId: new(t.Account())}}
	out.IpRanges = []types.IpRange{{CidrIp: new("0.0.0.0/0")}}
	equalRecord(t, "the default security group", got, types.SecurityGroup{
		GroupId:             got.GroupId,
		GroupName:           new("default"),
		Description:         new("default VPC security group"),
		OwnerId:             new(t.Account()),
		VpcId:               vpc.VpcId,
		SecurityGroupArn:    new("arn:aws:ec2:" + home + ":" + t.Account() + ":security-group/" + *got.GroupId),
		IpPermissions:       []types.IpPermission{in},
		IpPermissionsEgress: []types.IpPermission{out},
		Tags:                []types.Tag{},
	})
}

func partsWithIPv6(t *T) {
	late, early := t.vpc("10.2.0.0/16"), t.vpcWithIPv6("10.2.0.0/16")
	t.associate(late, &ec2.AssociateVpcCidrBlockInput{AmazonProvidedIpv6CidrBlock: new(true)})
	gone := t.vpcWithIPv6("10.2.0.0/16")
	t.associate(gone, &ec2.AssociateVpcCidrBlockInput{AmazonProvidedIpv6CidrBlock: new(true)})
	for _, b := range t.describedVPC(*gone.VpcId).Ipv6CidrBlockAssociationSet {
		t.disassociate(gone, b.AssociationId)
	}
	for what, vpc := range map[string]types.Vpc{"gets": late, "is made with": early, "has had": gone} {
		equalRecord(t, "rules of the ACL of a VPC that "+what+" IPv6", entriesOf(t.defaultACL(vpc)), []string{
			"in 100 allow 0.0.0.0/0 -1", "in 101 allow ::/0 -1", "in 32767 deny 0.0.0.0/0 -1", "in 32768 deny ::/0 -1",
			"out 100 allow 0.0.0.0/0 -1", "out 101 allow ::/0 -1", "out 32767 deny 0.0.0.0/0 -1", "out 32768 deny ::/0 -1",
		})
		group := t.defaultGroup(vpc)
		if len(group.IpPermissionsEgress) != 1 {
			t.Fatalf("the group of a VPC that %s IPv6 has %d outbound permissions, want 1", what, len(group.IpPermissionsEgress))
		}
		equalRecord(t, "IPv4 that may leave a VPC that "+what+" IPv6", group.IpPermissionsEgress[0].IpRanges, []types.IpRange{{CidrIp: new("0.0.0.0/0")}})
		equalRecord(t, "IPv6 that may leave a VPC that "+what+" IPv6", group.IpPermissionsEgress[0].Ipv6Ranges, []types.Ipv6Range{{CidrIpv6: new("::/0")}})
	}
}

func defaultGroupRules(t *T) {
	vpc := t.vpc("10.2.0.0/16")
	group := t.defaultGroup(vpc)
	rules := t.groupRules(group)
	equal(t, "number of rules", len(rules), 2)
	for _, got := range rules {
		matches(t, "SecurityGroupRuleId", str(got.SecurityGroupRuleId), "sgr-"+hex17)
		want := types.SecurityGroupRule{
			SecurityGroupRuleId:  got.SecurityGroupRuleId,
			SecurityGroupRuleArn: new("arn:aws:ec2:" + home + ":" + t.Account() + ":security-group-rule/" + *got.SecurityGroupRuleId),
			GroupId:              group.GroupId,
			GroupOwnerId:         new(t.Account()),
			IpProtocol:           new("-1"),
			FromPort:             new(int32(-1)),
			ToPort:               new(int32(-1)),
			IsEgress:             got.IsEgress,
			Tags:                 []types.Tag{},
		}
		if *got.IsEgress {
			want.CidrIpv4 = new("0.0.0.0/0")
		} else {
			want.ReferencedGroupInfo = &types.ReferencedSecurityGroup{GroupId: group.GroupId, UserId: new(t.Account())}
		}
		equalRecord(t, "a rule", got, want)
		named := must(t.ec2(home).DescribeSecurityGroupRules(t.ctx, &ec2.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: []string{*got.SecurityGroupRuleId}}))(t).SecurityGroupRules
		equalRecord(t, "the rule by its id", named, []types.SecurityGroupRule{got})
	}
	equal(t, "whether one is inbound and one outbound", *rules[0].IsEgress != *rules[1].IsEgress, true)
}

func defaultDHCPOptions(t *T) {
	for region, domain := range map[string]string{home: "ec2.internal", away: away + ".compute.internal"} {
		found := must(t.ec2(region).DescribeDhcpOptions(t.ctx, &ec2.DescribeDhcpOptionsInput{}))(t).DhcpOptions
		if len(found) != 1 {
			t.Fatalf("an account has %d sets of DHCP options in %s, want 1", len(found), region)
		}
		value := func(text string) []types.AttributeValue { return []types.AttributeValue{{Value: &text}} }
		equalRecord(t, "the DHCP options of "+region, found[0], types.DhcpOptions{
			DhcpOptionsId: found[0].DhcpOptionsId,
			OwnerId:       new(t.Account()),
			DhcpConfigurations: []types.DhcpConfiguration{
				{Key: new("domain-name"), Values: value(domain)},
				{Key: new("domain-name-servers"), Values: value("AmazonProvidedDNS")},
			},
			Tags: []types.Tag{},
		})
		vpc := must(t.ec2(region).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16")}))(t).Vpc
		equal(t, "DhcpOptionsId of a VPC in "+region, str(vpc.DhcpOptionsId), str(found[0].DhcpOptionsId))
	}
}

// wantFound checks that each filter finds that one, and that each of the others is known and finds nothing.
func (t *T) wantFound(operation string, describe func(types.Filter) ([]*string, error), one *string, finds []types.Filter, others ...string) {
	for _, f := range finds {
		got := []string{}
		for _, id := range must(describe(f))(t) {
			got = append(got, *id)
		}
		equalRecord(t, fmt.Sprintf("what %s finds by %s=%v", operation, *f.Name, f.Values), got, []string{*one})
	}
	for _, name := range others {
		equal(t, "number that "+operation+" finds by "+name+"=nothing", len(must(describe(filter(name, "nothing")))(t)), 0)
	}
	_, err := describe(filter("colour", "blue"))
	wantErrorOf(t, operation, err, "InvalidParameterValue", "The filter 'colour' is invalid")
}

func filterParts(t *T) {
	t.vpc("10.4.0.0/16")
	vpc := t.vpcWithIPv6("10.2.0.0/16")
	subnet := t.subnet(vpc, "10.2.0.0/24")
	table, acl, group := t.mainRouteTable(vpc), t.defaultACL(vpc), t.defaultGroup(vpc)
	gateway := t.gateway()
	t.attach(gateway, vpc)
	t.gateway()
	c := t.ec2(home)

	t.wantFound("DescribeRouteTables", func(f types.Filter) (ids []*string, err error) {
		out, err := c.DescribeRouteTables(t.ctx, &ec2.DescribeRouteTablesInput{Filters: []types.Filter{f}})
		if err == nil {
			for _, r := range out.RouteTables {
				ids = append(ids, r.RouteTableId)
			}
		}
		return ids, err
	}, table.RouteTableId, []types.Filter{
		filter("association.route-table-association-id", *table.Associations[0].RouteTableAssociationId), filter("association.route-table-id", *table.RouteTableId),
		filter("route-table-id", *table.RouteTableId), filter("vpc-id", *vpc.VpcId), filter("route.destination-cidr-block", "10.2.0.0/16"),
		filter("route.destination-ipv6-cidr-block", *t.ipv6Of(vpc).Ipv6CidrBlock),
	}, "association.gateway-id", "association.subnet-id", "route.destination-prefix-list-id", "route.egress-only-internet-gateway-id", "route.instance-id",
		"route.nat-gateway-id", "route.transit-gateway-id", "route.vpc-peering-connection-id", "route.gateway-id", "route.origin", "route.state", "owner-id", "tag-key")

	t.wantFound("DescribeNetworkAcls", func(f types.Filter) (ids []*string, err error) {
		out, err := c.DescribeNetworkAcls(t.ctx, &ec2.DescribeNetworkAclsInput{Filters: []types.Filter{f}})
		if err == nil {
			for _, r := range out.NetworkAcls {
				ids = append(ids, r.NetworkAclId)
			}
		}
		return ids, err
	}, acl.NetworkAclId, []types.Filter{
		filter("association.association-id", *acl.Associations[0].NetworkAclAssociationId), filter("association.network-acl-id", *acl.NetworkAclId),
		filter("association.subnet-id", *subnet.SubnetId), filter("entry.ipv6-cidr", "::/0"), filter("entry.rule-number", "101"),
		filter("network-acl-id", *acl.NetworkAclId), filter("vpc-id", *vpc.VpcId),
	}, "entry.cidr", "entry.icmp.code", "entry.icmp.type", "entry.port-range.from", "entry.port-range.to", "entry.protocol", "entry.rule-action", "entry.egress", "owner-id", "tag-key")

	t.wantFound("DescribeSecurityGroups", func(f types.Filter) (ids []*string, err error) {
		out, err := c.DescribeSecurityGroups(t.ctx, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{f}})
		if err == nil {
			for _, r := range out.SecurityGroups {
				ids = append(ids, r.GroupId)
			}
		}
		return ids, err
	}, group.GroupId, []types.Filter{
		filter("group-id", *group.GroupId), filter("vpc-id", *vpc.VpcId), filter("ip-permission.group-id", *group.GroupId), filter("egress.ip-permission.ipv6-cidr", "::/0"),
	}, "description", "owner-id", "ip-permission.cidr", "ip-permission.from-port", "ip-permission.to-port", "ip-permission.group-name", "ip-permission.prefix-list-id",
		"ip-permission.protocol", "egress.ip-permission.user-id", "tag-key")

	t.wantFound("DescribeInternetGateways", func(f types.Filter) (ids []*string, err error) {
		out, err := c.DescribeInternetGateways(t.ctx, &ec2.DescribeInternetGatewaysInput{Filters: []types.Filter{f}})
		if err == nil {
			for _, r := range out.InternetGateways {
				ids = append(ids, r.InternetGatewayId)
			}
		}
		return ids, err
	}, gateway, []types.Filter{filter("attachment.vpc-id", *vpc.VpcId), filter("internet-gateway-id", *gateway)}, "attachment.state", "owner-id", "tag-key")

	t.wantFound("DescribeDhcpOptions", func(f types.Filter) (ids []*string, err error) {
		out, err := c.DescribeDhcpOptions(t.ctx, &ec2.DescribeDhcpOptionsInput{Filters: []types.Filter{f}})
		if err == nil {
			for _, r := range out.DhcpOptions {
				ids = append(ids, r.DhcpOptionsId)
			}
		}
		return ids, err
	}, vpc.DhcpOptionsId, []types.Filter{
		filter("dhcp-options-id", *vpc.DhcpOptionsId), filter("key", "domain-name"), filter("value", "ec2.internal"), filter("value", "AmazonProvidedDNS"), filter("owner-id", t.Account()),
	}, "tag-key")
}

func unknownParts(t *T) {
	c := t.ec2(home)
	_, err := c.DescribeRouteTables(t.ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{"rtb-0123456789abcdef0"}})
	wantErrorOf(t, "a route table", err, "InvalidRouteTableID.NotFound", "")
	_, err = c.DescribeNetworkAcls(t.ctx, &ec2.DescribeNetworkAclsInput{NetworkAclIds: []string{"acl-0123456789abcdef0"}})
	wantErrorOf(t, "a network ACL", err, "InvalidNetworkAclID.NotFound", "")
	_, err = c.DescribeSecurityGroups(t.ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{"sg-0123456789abcdef0"}})
	wantErrorOf(t, "a security group", err, "InvalidGroup.NotFound", "")
	_, err = c.DescribeSecurityGroupRules(t.ctx, &ec2.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: []string{"sgr-0123456789abcdef0"}})
	wantErrorOf(t, "a rule of a security group", err, "InvalidSecurityGroupRuleId.NotFound", "…sgr-0123456789abcdef0…")
	_, err = c.DescribeDhcpOptions(t.ctx, &ec2.DescribeDhcpOptionsInput{DhcpOptionsIds: []string{"dopt-0123456789abcdef0"}})
	wantErrorOf(t, "DHCP options", err, "InvalidDhcpOptionID.NotFound", "")
	_, err = c.DescribeInternetGateways(t.ctx, &ec2.DescribeInternetGatewaysInput{InternetGatewayIds: []string{"igw-0123456789abcdef0"}})
	wantErrorOf(t, "an internet gateway", err, "InvalidInternetGatewayID.NotFound", "")
	_, err = c.DeleteInternetGateway(t.ctx, &ec2.DeleteInternetGatewayInput{InternetGatewayId: new("igw-0123456789abcdef0")})
	wantErrorOf(t, "an internet gateway to delete", err, "InvalidInternetGatewayID.NotFound", "")
}

func noNetworkInterfaces(t *T) {
	subnet := t.subnet(t.vpc("10.0.0.0/16"), "10.0.0.0/24")
	out := must(t.ec2(home).DescribeNetworkInterfaces(t.ctx, &ec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{filter("subnet-id", *subnet.SubnetId), filter("tag:Name", "x")}}))(t)
	equal(t, "number of network interfaces", len(out.NetworkInterfaces), 0)
	_, err := t.ec2(home).DescribeNetworkInterfaces(t.ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{"eni-0123456789abcdef0"}})
	wantError(t, err, "InvalidNetworkInterfaceID.NotFound", "…eni-0123456789abcdef0…")
	_, err = t.ec2(home).DescribeNetworkInterfaces(t.ctx, &ec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{filter("colour", "blue")}})
	wantError(t, err, "InvalidParameterValue", "The filter 'colour' is invalid")
}

func tagParts(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	subnet, gateway := t.subnet(vpc, "10.0.0.0/24"), t.gateway()
	group := t.defaultGroup(vpc)
	kinds := map[string]types.ResourceType{
		*vpc.VpcId: types.ResourceTypeVpc, *subnet.SubnetId: types.ResourceTypeSubnet, *t.mainRouteTable(vpc).RouteTableId: types.ResourceTypeRouteTable,
		*t.defaultACL(vpc).NetworkAclId: types.ResourceTypeNetworkAcl, *group.GroupId: types.ResourceTypeSecurityGroup,
		*t.groupRules(group)[0].SecurityGroupRuleId: types.ResourceTypeSecurityGroupRule,
		*vpc.DhcpOptionsId:                          types.ResourceTypeDhcpOptions, *gateway: types.ResourceTypeInternetGateway,
	}
	for id := range kinds {
		must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags("owner", "me")}))(t)
	}
	described := must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags
	equal(t, "number of tags", len(described), len(kinds))
	for _, tag := range described {
		equal(t, "ResourceType of the tag of "+str(tag.ResourceId), tag.ResourceType, kinds[str(tag.ResourceId)])
	}
	for what, got := range map[string][]types.Tag{
		"VPC": t.describedVPC(*vpc.VpcId).Tags, "subnet": t.describedSubnet(*subnet.SubnetId).Tags, "route table": t.mainRouteTable(vpc).Tags,
		"network ACL": t.defaultACL(vpc).Tags, "security group": t.defaultGroup(vpc).Tags,
	} {
		equalRecord(t, "tags of the "+what, got, tags("owner", "me"))
	}
	t.deleteSubnet(subnet)
	t.deleteVPC(vpc)
	must(t.ec2(home).DeleteInternetGateway(t.ctx, &ec2.DeleteInternetGatewayInput{InternetGatewayId: gateway}))(t)
	left := must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags
	if len(left) != 1 || left[0].ResourceType != types.ResourceTypeDhcpOptions {
		t.Errorf("tags left behind: %s, want those of the DHCP options", jsonLines(left))
	}
	_, err := t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*vpc.VpcId}, Tags: tags("owner", "me")})
	wantErrorOf(t, "tagging the deleted VPC", err, "InvalidVpcID.NotFound", "")
}
