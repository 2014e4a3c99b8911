package ec2api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api"
)

// parts are what came with a VPC, found as Terraform finds them.
func (n *network) parts(vpc string) (types.RouteTable, types.NetworkAcl, types.SecurityGroup) {
	n.t.Helper()
	ctx := n.t.Context()
	tables := must[ec2.DescribeRouteTablesOutput](n.t)(n.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: []types.Filter{filter("association.main", "true"), filter("vpc-id", vpc)}})).RouteTables
	acls := must[ec2.DescribeNetworkAclsOutput](n.t)(n.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{Filters: []types.Filter{filter("default", "true"), filter("vpc-id", vpc)}})).NetworkAcls
	groups := must[ec2.DescribeSecurityGroupsOutput](n.t)(n.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{filter("group-name", "default"), filter("vpc-id", vpc)}})).SecurityGroups
	if len(tables) != 1 || len(acls) != 1 || len(groups) != 1 {
		n.t.Fatalf("%d route tables, %d network ACLs, %d security groups, want one of each", len(tables), len(acls), len(groups))
	}
	return tables[0], acls[0], groups[0]
}

// rules are the entries of a network ACL in the order of the answer.
func rules(acl types.NetworkAcl) (all []string) {
	for _, e := range acl.Entries {
		direction := "in"
		if *e.Egress {
			direction = "out"
		}
		all = append(all, fmt.Sprintf("%s %d %s %s%s %s", direction, *e.RuleNumber, e.RuleAction, or(e.CidrBlock, ""), or(e.Ipv6CidrBlock, ""), *e.Protocol))
	}
	return all
}

func TestPartsOfVpc(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.newVPC("10.0.0.0/16")
	vpc := n.newVPC("10.2.0.0/16")
	n.newVPC("10.4.0.0/16")
	subnet := n.newSubnet(vpc, "10.2.0.0/24")
	table, acl, group := n.parts(vpc)

	if a := table.Associations; len(a) != 1 || !*a[0].Main || !strings.HasPrefix(*a[0].RouteTableAssociationId, "rtbassoc-") || a[0].SubnetId != nil || *a[0].RouteTableId != *table.RouteTableId {
		t.Errorf("associations of the main route table: %+v", a)
	}
	if r := table.Routes; len(r) != 1 || *r[0].DestinationCidrBlock != "10.2.0.0/16" || *r[0].GatewayId != "local" || r[0].Origin != types.RouteOriginCreateRouteTable || r[0].State != types.RouteStateActive {
		t.Errorf("routes of the main route table: %+v", r)
	}
	want := []string{"out 100 allow 0.0.0.0/0 -1", "out 32767 deny 0.0.0.0/0 -1", "in 100 allow 0.0.0.0/0 -1", "in 32767 deny 0.0.0.0/0 -1"}
	if got := rules(acl); !slices.Equal(got, want) {
		t.Errorf("rules of the network ACL: %q, want %q", got, want)
	}
	if a := acl.Associations; len(a) != 1 || *a[0].SubnetId != subnet || !strings.HasPrefix(*a[0].NetworkAclAssociationId, "aclassoc-") {
		t.Errorf("associations of the network ACL: %+v, want the subnet %s", a, subnet)
	}
	if *group.Description != "default VPC security group" || *group.OwnerId != n.account || *group.SecurityGroupArn != "arn:aws:ec2:us-east-1:"+n.account+":security-group/"+*group.GroupId {
		t.Errorf("security group: %+v", group)
	}
	if p := group.IpPermissions; len(p) != 1 || *p[0].IpProtocol != "-1" || *p[0].UserIdGroupPairs[0].GroupId != *group.GroupId || *p[0].UserIdGroupPairs[0].UserId != n.account {
		t.Errorf("inbound: %+v, want all from the group itself", p)
	}
	if p := group.IpPermissionsEgress; len(p) != 1 || *p[0].IpRanges[0].CidrIp != "0.0.0.0/0" || len(p[0].Ipv6Ranges) != 0 {
		t.Errorf("outbound: %+v, want all", p)
	}
}

func TestPartsWithIPv6(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	vpc := n.newVPC("10.2.0.0/16")
	a := n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &vpc, AmazonProvidedIpv6CidrBlock: new(true)}).Ipv6CidrBlockAssociation
	n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &vpc, AmazonProvidedIpv6CidrBlock: new(true)})
	n.disassociate(a.AssociationId)
	_, acl, group := n.parts(vpc)
	want := []string{
		"out 100 allow 0.0.0.0/0 -1", "out 101 allow ::/0 -1", "out 32767 deny 0.0.0.0/0 -1", "out 32768 deny ::/0 -1",
		"in 100 allow 0.0.0.0/0 -1", "in 101 allow ::/0 -1", "in 32767 deny 0.0.0.0/0 -1", "in 32768 deny ::/0 -1",
	}
	if got := rules(acl); !slices.Equal(got, want) {
		t.Errorf("rules of the network ACL: %q, want %q", got, want)
	}
	if p := group.IpPermissionsEgress; len(p) != 1 || len(p[0].Ipv6Ranges) != 1 || *p[0].Ipv6Ranges[0].CidrIpv6 != "::/0" {
		t.Errorf("outbound: %+v, want IPv6 too", p)
	}
}

func TestSecurityGroupRules(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	vpc := n.newVPC("10.2.0.0/16")
	n.newVPC("10.4.0.0/16")
	_, _, group := n.parts(vpc)
	list := must[ec2.DescribeSecurityGroupRulesOutput](t)(n.DescribeSecurityGroupRules(ctx, &ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("group-id", *group.GroupId)}})).SecurityGroupRules
	if len(list) != 2 {
		t.Fatalf("%d rules, want 2", len(list))
	}
	for _, r := range list {
		if *r.FromPort != -1 || *r.ToPort != -1 || *r.IpProtocol != "-1" || *r.GroupOwnerId != n.account {
			t.Errorf("rule %+v, want all protocols and ports", r)
		}
		if *r.IsEgress != (r.CidrIpv4 != nil) || *r.IsEgress != (r.ReferencedGroupInfo == nil) {
			t.Errorf("rule %+v, want all in from the group itself, or all out", r)
		}
	}
	one := must[ec2.DescribeSecurityGroupRulesOutput](t)(n.DescribeSecurityGroupRules(ctx, &ec2.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: []string{*list[0].SecurityGroupRuleId}})).SecurityGroupRules
	if len(one) != 1 || *one[0].SecurityGroupRuleId != *list[0].SecurityGroupRuleId {
		t.Errorf("by id: %+v", one)
	}
	_, err := n.DescribeSecurityGroupRules(ctx, &ec2.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: []string{"sgr-0123456789abcdef0"}})
	wantFailure(t, err, "InvalidSecurityGroupRuleId.NotFound", "sgr-0123456789abcdef0")
}

// Each filter finds the parts of the one VPC that has IPv6 and a gateway, or is known and finds none.
func TestFiltersOfParts(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	n.newVPC("10.4.0.0/16")
	vpc := n.newVPC("10.2.0.0/16")
	subnet := n.newSubnet(vpc, "10.2.0.0/24")
	n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &vpc, AmazonProvidedIpv6CidrBlock: new(true)})
	block := *n.vpc(vpc).Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock
	table, acl, group := n.parts(vpc)
	gateway := must[ec2.CreateInternetGatewayOutput](t)(n.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{})).InternetGateway.InternetGatewayId
	must[ec2.AttachInternetGatewayOutput](t)(n.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{VpcId: &vpc, InternetGatewayId: gateway}))

	tables := func(f []types.Filter) (ids []string, err error) {
		out, err := n.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: f})
		if err == nil {
			for _, v := range out.RouteTables {
				ids = append(ids, *v.RouteTableId)
			}
		}
		return ids, err
	}
	acls := func(f []types.Filter) (ids []string, err error) {
		out, err := n.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{Filters: f})
		if err == nil {
			for _, v := range out.NetworkAcls {
				ids = append(ids, *v.NetworkAclId)
			}
		}
		return ids, err
	}
	groups := func(f []types.Filter) (ids []string, err error) {
		out, err := n.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: f})
		if err == nil {
			for _, v := range out.SecurityGroups {
				ids = append(ids, *v.GroupId)
			}
		}
		return ids, err
	}
	gateways := func(f []types.Filter) (ids []string, err error) {
		out, err := n.DescribeInternetGateways(ctx, &ec2.DescribeInternetGatewaysInput{Filters: f})
		if err == nil {
			for _, v := range out.InternetGateways {
				ids = append(ids, *v.InternetGatewayId)
			}
		}
		return ids, err
	}
	options := func(f []types.Filter) (ids []string, err error) {
		out, err := n.DescribeDhcpOptions(ctx, &ec2.DescribeDhcpOptionsInput{Filters: f})
		if err == nil {
			for _, v := range out.DhcpOptions {
				ids = append(ids, *v.DhcpOptionsId)
			}
		}
		return ids, err
	}
	for _, test := range []struct {
		name     string
		describe func([]types.Filter) ([]string, error)
		one      string
		finds    []types.Filter // each finds that one
		empty    []string       // these are known and find nothing
	}{
		{"DescribeRouteTables", tables, *table.RouteTableId, []types.Filter{
			filter("association.route-table-association-id", *table.Associations[0].RouteTableAssociationId), filter("association.route-table-id", *table.RouteTableId),
			filter("route-table-id", *table.RouteTableId), filter("vpc-id", vpc), filter("route.destination-cidr-block", "10.2.0.0/16"),
			filter("route.destination-ipv6-cidr-block", block),
		}, []string{
			"association.gateway-id", "association.subnet-id", "route.destination-prefix-list-id", "route.egress-only-internet-gateway-id", "route.instance-id",
			"route.nat-gateway-id", "route.transit-gateway-id", "route.vpc-peering-connection-id", "route.gateway-id", "route.origin", "route.state", "owner-id", "tag-key",
		}},
		{"DescribeNetworkAcls", acls, *acl.NetworkAclId, []types.Filter{
			filter("association.association-id", *acl.Associations[0].NetworkAclAssociationId), filter("association.network-acl-id", *acl.NetworkAclId),
			filter("association.subnet-id", subnet), filter("entry.ipv6-cidr", "::/0"), filter("entry.rule-number", "101"), filter("network-acl-id", *acl.NetworkAclId), filter("vpc-id", vpc),
		}, []string{
			"entry.cidr", "entry.icmp.code", "entry.icmp.type", "entry.port-range.from", "entry.port-range.to", "entry.protocol", "entry.rule-action", "entry.egress", "owner-id", "tag-key",
		}},
		{"DescribeSecurityGroups", groups, *group.GroupId, []types.Filter{
			filter("group-id", *group.GroupId), filter("vpc-id", vpc), filter("ip-permission.group-id", *group.GroupId), filter("egress.ip-permission.ipv6-cidr", "::/0"),
		}, []string{
			"description", "owner-id", "ip-permission.cidr", "ip-permission.from-port", "ip-permission.to-port", "ip-permission.group-name", "ip-permission.prefix-list-id",
			"ip-permission.protocol", "egress.ip-permission.user-id", "tag-key",
		}},
		{"DescribeInternetGateways", gateways, *gateway, []types.Filter{
			filter("attachment.state", "available"), filter("attachment.vpc-id", vpc), filter("internet-gateway-id", *gateway), filter("owner-id", n.account),
		}, []string{"tag-key"}},
		{"DescribeDhcpOptions", options, *n.vpc(vpc).DhcpOptionsId, []types.Filter{
			filter("dhcp-options-id", *n.vpc(vpc).DhcpOptionsId), filter("key", "domain-name"), filter("value", "ec2.internal"), filter("value", "AmazonProvidedDNS"), filter("owner-id", n.account),
		}, []string{"tag-key"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, f := range test.finds {
				if got, err := test.describe([]types.Filter{f}); err != nil || !slices.Equal(got, []string{test.one}) {
					t.Errorf("%s=%v: %v, %v, want %s", *f.Name, f.Values, got, err, test.one)
				}
			}
			for _, name := range test.empty {
				if got, err := test.describe([]types.Filter{filter(name, "nothing")}); err != nil || len(got) != 0 {
					t.Errorf("%s=nothing: %v, %v, want none", name, got, err)
				}
			}
			_, err := test.describe([]types.Filter{filter("colour", "blue")})
			wantFailure(t, err, "InvalidParameterValue", "The filter 'colour' is invalid")
		})
	}
}

func TestUnknownParts(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	for name, test := range map[string]struct {
		err  func() error
		code string
	}{
		"route table": {func() error {
			_, err := n.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{"rtb-0123456789abcdef0"}})
			return err
		}, "InvalidRouteTableID.NotFound"},
		"network ACL": {func() error {
			_, err := n.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{NetworkAclIds: []string{"acl-0123456789abcdef0"}})
			return err
		}, "InvalidNetworkAclID.NotFound"},
		"security group": {func() error {
			_, err := n.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{"sg-0123456789abcdef0"}})
			return err
		}, "InvalidGroup.NotFound"},
		"security group by name": {func() error {
			_, err := n.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupNames: []string{"default"}})
			return err
		}, "InvalidGroup.NotFound"},
		"DHCP options": {func() error {
			_, err := n.DescribeDhcpOptions(ctx, &ec2.DescribeDhcpOptionsInput{DhcpOptionsIds: []string{"dopt-0123456789abcdef0"}})
			return err
		}, "InvalidDhcpOptionID.NotFound"},
		"internet gateway": {func() error {
			_, err := n.DescribeInternetGateways(ctx, &ec2.DescribeInternetGatewaysInput{InternetGatewayIds: []string{"igw-0123456789abcdef0"}})
			return err
		}, "InvalidInternetGatewayID.NotFound"},
		"internet gateway to delete": {func() error {
			_, err := n.DeleteInternetGateway(ctx, &ec2.DeleteInternetGatewayInput{InternetGatewayId: new("igw-0123456789abcdef0")})
			return err
		}, "InvalidInternetGatewayID.NotFound"},
	} {
		t.Run(name, func(t *testing.T) { wantFailure(t, test.err(), test.code, "") })
	}
}

// Terraform asks for what is in a subnet before it deletes the subnet.
func TestNoNetworkInterfaces(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	out := must[ec2.DescribeNetworkInterfacesOutput](t)(n.DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{
		Filters: []types.Filter{filter("subnet-id", "subnet-0123456789abcdef0"), filter("tag:Name", "x")},
	}))
	if len(out.NetworkInterfaces) != 0 {
		t.Errorf("network interfaces: %v, want none", out.NetworkInterfaces)
	}
	_, err := n.DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{"eni-0123456789abcdef0"}})
	wantFailure(t, err, "InvalidNetworkInterfaceID.NotFound", "eni-0123456789abcdef0")
	_, err = n.DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{filter("colour", "blue")}})
	wantFailure(t, err, "InvalidParameterValue", "The filter 'colour' is invalid")
}

func TestDHCPOptions(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	for region, want := range map[string]string{"us-east-1": "ec2.internal", "eu-west-1": "eu-west-1.compute.internal"} {
		list := must[ec2.DescribeDhcpOptionsOutput](t)(n.in(region).DescribeDhcpOptions(t.Context(), &ec2.DescribeDhcpOptionsInput{})).DhcpOptions
		if len(list) != 1 || *list[0].DhcpConfigurations[0].Values[0].Value != want || *list[0].OwnerId != n.account {
			t.Errorf("%s: %+v, want one with the domain %s", region, list, want)
		}
	}
}

// Each of them can carry tags, from its making and later, and loses them with its end.
func TestTagsOfParts(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	vpc := n.newVPC("10.0.0.0/16")
	subnet := n.newSubnet(vpc, "10.0.0.0/24")
	table, acl, group := n.parts(vpc)
	rule := must[ec2.DescribeSecurityGroupRulesOutput](t)(n.DescribeSecurityGroupRules(ctx, &ec2.DescribeSecurityGroupRulesInput{})).SecurityGroupRules[0].SecurityGroupRuleId
	gateway := must[ec2.CreateInternetGatewayOutput](t)(n.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{})).InternetGateway.InternetGatewayId
	ids := map[string]types.ResourceType{
		vpc: types.ResourceTypeVpc, subnet: types.ResourceTypeSubnet, *table.RouteTableId: types.ResourceTypeRouteTable,
		*acl.NetworkAclId: types.ResourceTypeNetworkAcl, *group.GroupId: types.ResourceTypeSecurityGroup, *rule: types.ResourceTypeSecurityGroupRule,
		*n.vpc(vpc).DhcpOptionsId: types.ResourceTypeDhcpOptions, *gateway: types.ResourceTypeInternetGateway,
	}
	for id := range ids {
		must[ec2.CreateTagsOutput](t)(n.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: []types.Tag{{Key: new("owner"), Value: new("me")}}}))
	}
	tags := must[ec2.DescribeTagsOutput](t)(n.DescribeTags(ctx, &ec2.DescribeTagsInput{})).Tags
	if len(tags) != len(ids) {
		t.Errorf("%d tags, want %d", len(tags), len(ids))
	}
	for _, tag := range tags {
		if ids[*tag.ResourceId] != tag.ResourceType {
			t.Errorf("tag of %s: type %s, want %s", *tag.ResourceId, tag.ResourceType, ids[*tag.ResourceId])
		}
	}
	table, acl, group = n.parts(vpc)
	for name, got := range map[string][]types.Tag{"VPC": n.vpc(vpc).Tags, "subnet": n.subnet(subnet).Tags, "route table": table.Tags, "network ACL": acl.Tags, "security group": group.Tags} {
		if len(got) != 1 || *got[0].Value != "me" {
			t.Errorf("%s: tags %v, want one", name, got)
		}
	}
	must[ec2.DeleteSubnetOutput](t)(n.DeleteSubnet(ctx, &ec2.DeleteSubnetInput{SubnetId: &subnet}))
	must[ec2.DeleteVpcOutput](t)(n.DeleteVpc(ctx, &ec2.DeleteVpcInput{VpcId: &vpc}))
	must[ec2.DeleteInternetGatewayOutput](t)(n.DeleteInternetGateway(ctx, &ec2.DeleteInternetGatewayInput{InternetGatewayId: gateway}))
	tags = must[ec2.DescribeTagsOutput](t)(n.DescribeTags(ctx, &ec2.DescribeTagsInput{})).Tags
	if len(tags) != 1 || tags[0].ResourceType != types.ResourceTypeDhcpOptions {
		t.Errorf("tags that are left: %v, want those of the DHCP options", tags)
	}
	_, err := n.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{vpc}, Tags: []types.Tag{{Key: new("owner"), Value: new("me")}}})
	wantFailure(t, err, "InvalidVpcID.NotFound", "")
}

func TestInternetGateway(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	vpc := n.newVPC("10.0.0.0/16")
	create := func() *string {
		return must[ec2.CreateInternetGatewayOutput](t)(n.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{})).InternetGateway.InternetGatewayId
	}
	one, two := create(), create()
	attach := func(id *string) error {
		_, err := n.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: id, VpcId: &vpc})
		return err
	}
	detach := func(id *string) error {
		_, err := n.DetachInternetGateway(ctx, &ec2.DetachInternetGatewayInput{InternetGatewayId: id, VpcId: &vpc})
		return err
	}
	remove := func(id *string) error {
		_, err := n.DeleteInternetGateway(ctx, &ec2.DeleteInternetGatewayInput{InternetGatewayId: id})
		return err
	}
	wantFailure(t, detach(one), "Gateway.NotAttached", "")
	if err := attach(one); err != nil {
		t.Fatal(err)
	}
	wantFailure(t, attach(one), "Resource.AlreadyAssociated", "")
	wantFailure(t, attach(two), "InvalidParameterValue", "already has an internet gateway attached")
	wantFailure(t, remove(one), "DependencyViolation", "")
	for _, err := range []error{detach(one), remove(one), attach(two)} {
		if err != nil {
			t.Error(err)
		}
	}
}

func TestDefaultVpc(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	_, err := n.CreateDefaultSubnet(ctx, &ec2.CreateDefaultSubnetInput{AvailabilityZone: new("us-east-1a")})
	wantFailure(t, err, "DefaultVpcDoesNotExist", "")
	v := must[ec2.CreateDefaultVpcOutput](t)(n.CreateDefaultVpc(ctx, &ec2.CreateDefaultVpcInput{})).Vpc
	if *v.CidrBlock != "172.31.0.0/16" || !*v.IsDefault {
		t.Errorf("CreateDefaultVpc = %+v", v)
	}
	_, err = n.CreateDefaultVpc(ctx, &ec2.CreateDefaultVpcInput{})
	wantFailure(t, err, "DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.")
	found := must[ec2.DescribeVpcsOutput](t)(n.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: []types.Filter{filter("isDefault", "true")}})).Vpcs
	if len(found) != 1 || *found[0].VpcId != *v.VpcId {
		t.Errorf("isDefault=true finds %v", found)
	}
	names := must[ec2.DescribeVpcAttributeOutput](t)(n.DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: v.VpcId, Attribute: types.VpcAttributeNameEnableDnsHostnames}))
	if !*names.EnableDnsHostnames.Value {
		t.Error("DNS hostnames are off")
	}
	gateways := must[ec2.DescribeInternetGatewaysOutput](t)(n.DescribeInternetGateways(ctx, &ec2.DescribeInternetGatewaysInput{})).InternetGateways
	if len(gateways) != 1 || *gateways[0].Attachments[0].VpcId != *v.VpcId {
		t.Fatalf("internet gateways: %+v, want one that is attached", gateways)
	}
	table, _, group := n.parts(*v.VpcId)
	if r := table.Routes[1]; *r.DestinationCidrBlock != "0.0.0.0/0" || *r.GatewayId != *gateways[0].InternetGatewayId || r.State != types.RouteStateActive || r.Origin != types.RouteOriginCreateRoute {
		t.Errorf("default route: %+v", r)
	}
	named := must[ec2.DescribeSecurityGroupsOutput](t)(n.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupNames: []string{"default"}})).SecurityGroups
	if len(named) != 1 || *named[0].GroupId != *group.GroupId {
		t.Errorf("security group by name: %+v, want %s", named, *group.GroupId)
	}

	zones := must[ec2.DescribeAvailabilityZonesOutput](t)(n.DescribeAvailabilityZones(ctx, &ec2.DescribeAvailabilityZonesInput{})).AvailabilityZones
	subnets := must[ec2.DescribeSubnetsOutput](t)(n.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{filter("defaultForAz", "true")}})).Subnets
	if len(subnets) != len(zones) {
		t.Errorf("%d default subnets, want one in each of %d zones", len(subnets), len(zones))
	}
	for _, s := range subnets {
		if !strings.HasSuffix(*s.CidrBlock, "/20") || !*s.MapPublicIpOnLaunch {
			t.Errorf("default subnet: %+v", s)
		}
	}
	first := subnets[0]
	_, err = n.CreateDefaultSubnet(ctx, &ec2.CreateDefaultSubnetInput{AvailabilityZone: first.AvailabilityZone})
	wantFailure(t, err, "DefaultSubnetAlreadyExistsInAvailabilityZone", *first.AvailabilityZone)
	must[ec2.DeleteSubnetOutput](t)(n.DeleteSubnet(ctx, &ec2.DeleteSubnetInput{SubnetId: first.SubnetId}))
	again := must[ec2.CreateDefaultSubnetOutput](t)(n.CreateDefaultSubnet(ctx, &ec2.CreateDefaultSubnetInput{AvailabilityZone: first.AvailabilityZone})).Subnet
	if *again.CidrBlock != *first.CidrBlock || !*again.DefaultForAz {
		t.Errorf("CreateDefaultSubnet = %+v, want %s again", again, *first.CidrBlock)
	}
	_, err = n.CreateDefaultSubnet(ctx, &ec2.CreateDefaultSubnetInput{AvailabilityZone: first.AvailabilityZone, Ipv6Native: new(true)})
	wantFailure(t, err, "UnsupportedOperation", "Ipv6Native")

	detached := &ec2.DetachInternetGatewayInput{VpcId: v.VpcId, InternetGatewayId: gateways[0].InternetGatewayId}
	must[ec2.DetachInternetGatewayOutput](t)(n.DetachInternetGateway(ctx, detached))
	if table, _, _ := n.parts(*v.VpcId); table.Routes[1].State != types.RouteStateBlackhole {
		t.Errorf("without the gateway the default route is %s, want blackhole", table.Routes[1].State)
	}
}

// A dry run neither counts as a VPC nor takes space.
func TestDryRunTakesNothing(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Quotas.VPCs = 1 })
	pool := n.pool("10.0.0.0/16")
	for range 2 {
		_, err := n.CreateVpc(t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: &pool, Ipv4NetmaskLength: new(int32(16)), AmazonProvidedIpv6CidrBlock: new(true), DryRun: new(true)})
		wantFailure(t, err, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
	}
	must[ec2.CreateVpcOutput](t)(n.CreateVpc(t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: &pool, Ipv4NetmaskLength: new(int32(16))}))
}
