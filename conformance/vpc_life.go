package conformance

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var vpcLifeTests = []Test{
	{"VPCs are found by filter", "B375", describeVPCsByFilter},
	{"VPCs are listed in pages", "B376", describeVPCsInPages},
	{"an unknown VPC is not found", "B377", unknownVPC},
	{"a VPC without subnets and gateway can be deleted", "B378", deleteVPCWithDependants},
	{"a VPC's block of public access shows when it is described", "B379", blockPublicAccess},
	{"what came with a VPC goes with it", "B380", deleteVPCAndParts},
	{"a new VPC has DNS support only", "B381", newVPCAttributes},
	{"a VPC's attribute is shown alone", "B382", describeVPCAttribute},
	{"one attribute of a VPC is changed at a time", "B383", modifyVPCAttribute},
	{"DNS host names need DNS support", "B384", hostnamesNeedSupport},
	{"a dedicated VPC becomes one of default tenancy", "B385", modifyVPCTenancy},

	{"a VPC's block is an allocation of its pool", "B386", vpcAllocation},
	{"a VPC gets the lowest free block", "B387", vpcLowestBlock},
	{"a deleted VPC's space comes back later", "B388", vpcRelease},
	{"a VPC's allocation can't be released", "B389", releaseVPC},
	{"a VPC takes space in the locale of the pool", "B390", vpcAway},
	{"a VPC outlives its pool", "B391", vpcOutlivesPool},
	{"a VPC outlives its IPAM", "B392", vpcOutlivesIPAM},
	{"a pool's CIDR with a VPC in it stays", "B393", deprovisionWithVPC},
}

func (t *T) foundVPCs(filters ...types.Filter) []string {
	ids := []string{}
	for _, v := range must(t.ec2(home).DescribeVpcs(t.ctx, &ec2.DescribeVpcsInput{Filters: filters}))(t).Vpcs {
		ids = append(ids, *v.VpcId)
	}
	slices.Sort(ids)
	return ids
}

func describeVPCsByFilter(t *T) {
	one := t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), AmazonProvidedIpv6CidrBlock: new(true), TagSpecifications: tagged(types.ResourceTypeVpc, "Name", "one")})
	two := t.vpc("10.2.0.0/16")
	first, both := []string{*one.VpcId}, []string{*one.VpcId, *two.VpcId}
	slices.Sort(both)
	block4, block6 := one.CidrBlockAssociationSet[0], t.ipv6Of(one)
	for _, c := range []struct {
		filter types.Filter
		want   []string
	}{
		{filter("cidr", "10.0.0.0/16"), first},
		{filter("cidr", "10.*"), both},
		{filter("cidr-block-association.cidr-block", "10.0.0.0/16"), first},
		{filter("cidr-block-association.association-id", *block4.AssociationId), first},
		{filter("cidr-block-association.association-id", "vpc-cidr-assoc-0123456789abcdef0"), nil},
		{filter("cidr-block-association.state", "associated"), both},
		{filter("dhcp-options-id", *one.DhcpOptionsId), both},
		{filter("ipv6-cidr-block-association.ipv6-cidr-block", *block6.Ipv6CidrBlock), first},
		{filter("ipv6-cidr-block-association.ipv6-pool", "Amazon"), first},
		{filter("ipv6-cidr-block-association.association-id", *block6.AssociationId), first},
		{filter("ipv6-cidr-block-association.state", "associated"), first},
		{filter("is-default", "false"), both},
		{filter("isDefault", "true"), nil},
		{filter("owner-id", t.Account()), both},
		{filter("owner-id", "000000000000"), nil},
		{filter("state", "available"), both},
		{filter("tag:Name", "one"), first},
		{filter("tag-key", "Name"), first},
		{filter("vpc-id", *one.VpcId), first},
	} {
		equalRecord(t, "VPCs with "+str(c.filter.Name)+"="+strings.Join(c.filter.Values, ","), t.foundVPCs(c.filter, filter("vpc-id", both...)), append([]string{}, c.want...))
	}
	_, err := t.ec2(home).DescribeVpcs(t.ctx, &ec2.DescribeVpcsInput{Filters: []types.Filter{filter("colour", "blue")}})
	wantError(t, err, "InvalidParameterValue", "The filter 'colour' is invalid")
}

func describeVPCsInPages(t *T) {
	want := []string{}
	for range 12 {
		want = append(want, *t.vpc("10.77.0.0/16").VpcId)
	}
	in := &ec2.DescribeVpcsInput{MaxResults: new(int32(5)), Filters: []types.Filter{filter("cidr", "10.77.0.0/16")}}
	got, sizes := []string{}, []int{}
	for len(sizes) < 12 {
		out := must(t.ec2(home).DescribeVpcs(t.ctx, in))(t)
		sizes = append(sizes, len(out.Vpcs))
		for _, v := range out.Vpcs {
			got = append(got, *v.VpcId)
		}
		if in.NextToken = out.NextToken; str(in.NextToken) == absent || *in.NextToken == "" {
			break
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	equalRecord(t, "sizes of the pages", sizes, []int{5, 5, 2})
	equalRecord(t, "the VPCs on all pages", got, want)
	_, err := t.ec2(home).DescribeVpcs(t.ctx, &ec2.DescribeVpcsInput{MaxResults: new(int32(1))})
	wantErrorOf(t, "a page of 1", err, "InvalidParameterValue", "Value ( 1 ) for parameter maxResults is invalid. Expecting a value greater than 5.")
	_, err = t.ec2(home).DescribeVpcs(t.ctx, &ec2.DescribeVpcsInput{MaxResults: new(int32(1001))})
	wantErrorOf(t, "a page of 1001", err, "InvalidParameterValue", "")
}

func unknownVPC(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	for who, c := range map[string]*ec2.Client{"another Region": t.ec2(away), "another account": t.ec2As(t.OtherAccount(), home)} {
		t.wantNoVPC(c, *vpc.VpcId, who)
		for _, v := range must(c.DescribeVpcs(t.ctx, &ec2.DescribeVpcsInput{}))(t).Vpcs {
			if *v.VpcId == *vpc.VpcId {
				t.Errorf("%s lists %s", who, *vpc.VpcId)
			}
		}
	}
	for _, id := range []string{"vpc-0123456789abcdef0", "vpc-", "nonsense", *vpc.DhcpOptionsId} {
		t.wantNoVPC(t.ec2(home), id, "its Region")
	}
}

func (t *T) wantNoVPC(c *ec2.Client, id, who string) {
	for name, call := range map[string]func() error{
		"DescribeVpcs": func() error {
			_, err := c.DescribeVpcs(t.ctx, &ec2.DescribeVpcsInput{VpcIds: []string{id}})
			return err
		},
		"DeleteVpc": func() error { _, err := c.DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: &id}); return err },
		"AssociateVpcCidrBlock": func() error {
			_, err := c.AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: &id, CidrBlock: new("10.1.0.0/16")})
			return err
		},
		"DescribeVpcAttribute": func() error {
			_, err := c.DescribeVpcAttribute(t.ctx, &ec2.DescribeVpcAttributeInput{VpcId: &id, Attribute: types.VpcAttributeNameEnableDnsSupport})
			return err
		},
		"ModifyVpcAttribute": func() error {
			_, err := c.ModifyVpcAttribute(t.ctx, &ec2.ModifyVpcAttributeInput{VpcId: &id, EnableDnsSupport: yes})
			return err
		},
		"ModifyVpcTenancy": func() error {
			_, err := c.ModifyVpcTenancy(t.ctx, &ec2.ModifyVpcTenancyInput{VpcId: &id, InstanceTenancy: types.VpcTenancyDefault})
			return err
		},
		"CreateSubnet": func() error {
			_, err := c.CreateSubnet(t.ctx, &ec2.CreateSubnetInput{VpcId: &id, CidrBlock: new("10.0.0.0/24")})
			return err
		},
	} {
		wantErrorOf(t, name+"("+id+") in "+who, call(), "InvalidVpcID.NotFound", "The vpc ID '"+id+"' does not exist")
	}
}

func deleteVPCWithDependants(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	inUse := "The vpc '" + *vpc.VpcId + "' has dependencies and cannot be deleted."
	remove := func() error {
		_, err := t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId})
		return err
	}
	subnet := t.subnet(vpc, "10.0.0.0/24")
	wantErrorOf(t, "deleting it with a subnet", remove(), "DependencyViolation", inUse)
	t.deleteSubnet(subnet)
	gateway := t.gateway()
	t.attach(gateway, vpc)
	wantErrorOf(t, "deleting it with a gateway", remove(), "DependencyViolation", inUse)
	must(t.ec2(home).DetachInternetGateway(t.ctx, &ec2.DetachInternetGatewayInput{VpcId: vpc.VpcId, InternetGatewayId: gateway}))(t)
	t.deleteVPC(vpc)
	t.wantNoVPC(t.ec2(home), *vpc.VpcId, "its Region")
}

func blockPublicAccess(t *T) {
	vpc := *must(t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16")}))(t).Vpc
	subnet := *must(t.ec2(home).CreateSubnet(t.ctx, &ec2.CreateSubnetInput{VpcId: vpc.VpcId, CidrBlock: new("10.0.0.0/24")}))(t).Subnet
	equalRecord(t, "BlockPublicAccessStates in the answer of CreateVpc", vpc.BlockPublicAccessStates, nil)
	equalRecord(t, "BlockPublicAccessStates in the answer of CreateSubnet", subnet.BlockPublicAccessStates, nil)
	off := &types.BlockPublicAccessStates{InternetGatewayBlockMode: types.BlockPublicAccessModeOff}
	equalRecord(t, "BlockPublicAccessStates of the VPC", t.describedVPC(*vpc.VpcId).BlockPublicAccessStates, off)
	equalRecord(t, "BlockPublicAccessStates of the subnet", t.describedSubnet(*subnet.SubnetId).BlockPublicAccessStates, off)
}

func deleteVPCAndParts(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	table, acl, group := t.mainRouteTable(vpc), t.defaultACL(vpc), t.defaultGroup(vpc)
	t.deleteVPC(vpc)
	_, err := t.ec2(home).DescribeRouteTables(t.ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{*table.RouteTableId}})
	wantErrorOf(t, "its route table", err, "InvalidRouteTableID.NotFound", "")
	_, err = t.ec2(home).DescribeNetworkAcls(t.ctx, &ec2.DescribeNetworkAclsInput{NetworkAclIds: []string{*acl.NetworkAclId}})
	wantErrorOf(t, "its network ACL", err, "InvalidNetworkAclID.NotFound", "")
	_, err = t.ec2(home).DescribeSecurityGroups(t.ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{*group.GroupId}})
	wantErrorOf(t, "its security group", err, "InvalidGroup.NotFound", "")
}

var yes, no = &types.AttributeBooleanValue{Value: new(true)}, &types.AttributeBooleanValue{Value: new(false)}

var vpcAttributes = []types.VpcAttributeName{
	types.VpcAttributeNameEnableDnsSupport, types.VpcAttributeNameEnableDnsHostnames, types.VpcAttributeNameEnableNetworkAddressUsageMetrics,
}

// attributes are the values of a VPC's attributes, in the order of vpcAttributes.
func (t *T) attributes(vpc types.Vpc) (got [3]string) {
	for i, name := range vpcAttributes {
		out := must(t.ec2(home).DescribeVpcAttribute(t.ctx, &ec2.DescribeVpcAttributeInput{VpcId: vpc.VpcId, Attribute: name}))(t)
		value := []*types.AttributeBooleanValue{out.EnableDnsSupport, out.EnableDnsHostnames, out.EnableNetworkAddressUsageMetrics}[i]
		if value == nil {
			t.Fatalf("DescribeVpcAttribute(%s) does not show it", name)
		}
		got[i] = boolean(value.Value)
	}
	return got
}

func (t *T) modifyVPC(vpc types.Vpc, support, hostnames, metrics *types.AttributeBooleanValue) error {
	_, err := t.ec2(home).ModifyVpcAttribute(t.ctx, &ec2.ModifyVpcAttributeInput{
		VpcId: vpc.VpcId, EnableDnsSupport: support, EnableDnsHostnames: hostnames, EnableNetworkAddressUsageMetrics: metrics,
	})
	return err
}

func newVPCAttributes(t *T) {
	equal(t, "DNS support, DNS host names and usage metrics", t.attributes(t.vpc("10.0.0.0/16")), [3]string{"true", "false", "false"})
}

func describeVPCAttribute(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	for i, name := range vpcAttributes {
		out := must(t.ec2(home).DescribeVpcAttribute(t.ctx, &ec2.DescribeVpcAttributeInput{VpcId: vpc.VpcId, Attribute: name}))(t)
		equal(t, "VpcId", str(out.VpcId), *vpc.VpcId)
		for k, value := range []*types.AttributeBooleanValue{out.EnableDnsSupport, out.EnableDnsHostnames, out.EnableNetworkAddressUsageMetrics} {
			equal(t, "whether "+string(vpcAttributes[k])+" shows in the answer about "+string(name), value != nil, k == i)
		}
	}
	_, err := t.ec2(home).DescribeVpcAttribute(t.ctx, &ec2.DescribeVpcAttributeInput{VpcId: vpc.VpcId, Attribute: "colour"})
	wantErrorOf(t, "an unknown attribute", err, "InvalidParameterValue", "")
}

func modifyVPCAttribute(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	wantErrorOf(t, "no attribute", t.modifyVPC(vpc, nil, nil, nil), "InvalidParameterCombination", "")
	wantErrorOf(t, "two attributes", t.modifyVPC(vpc, no, no, nil), "InvalidParameterCombination", "")
	for _, err := range []error{t.modifyVPC(vpc, nil, yes, nil), t.modifyVPC(vpc, nil, nil, yes)} {
		if err != nil {
			t.Errorf("%v", err)
		}
	}
	equal(t, "attributes that are all on", t.attributes(vpc), [3]string{"true", "true", "true"})
	for _, err := range []error{t.modifyVPC(vpc, nil, no, nil), t.modifyVPC(vpc, no, nil, nil), t.modifyVPC(vpc, nil, nil, no)} {
		if err != nil {
			t.Errorf("%v", err)
		}
	}
	equal(t, "attributes that are all off", t.attributes(vpc), [3]string{"false", "false", "false"})
}

func hostnamesNeedSupport(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	if err := t.modifyVPC(vpc, no, nil, nil); err != nil {
		t.Fatalf("%v", err)
	}
	wantError(t, t.modifyVPC(vpc, nil, yes, nil), "InvalidParameterCombination", "")
	equal(t, "attributes", t.attributes(vpc), [3]string{"false", "false", "false"})
}

func modifyVPCTenancy(t *T) {
	vpc := t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), InstanceTenancy: types.TenancyDedicated})
	out := must(t.ec2(home).ModifyVpcTenancy(t.ctx, &ec2.ModifyVpcTenancyInput{VpcId: vpc.VpcId, InstanceTenancy: types.VpcTenancyDefault}))(t)
	equal(t, "ReturnValue", boolean(out.ReturnValue), "true")
	equal(t, "InstanceTenancy", t.describedVPC(*vpc.VpcId).InstanceTenancy, types.TenancyDefault)
	_, err := t.ec2(home).ModifyVpcTenancy(t.ctx, &ec2.ModifyVpcTenancyInput{VpcId: vpc.VpcId, InstanceTenancy: "dedicated"})
	wantErrorOf(t, "making it dedicated", err, "InvalidParameterValue", "…dedicated…")
}

func vpcAllocation(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8")
	vpc := t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(16))})
	found := t.allocations(pool)
	if len(found) != 1 {
		t.Fatalf("the pool has %d allocations, want 1", len(found))
	}
	matches(t, "IpamPoolAllocationId", str(found[0].IpamPoolAllocationId), "ipam-pool-alloc-"+hex33)
	want := types.IpamPoolAllocation{
		Cidr:                 new("10.0.0.0/16"),
		IpamPoolAllocationId: found[0].IpamPoolAllocationId,
		ResourceId:           vpc.VpcId,
		ResourceOwner:        new(t.Account()),
		ResourceRegion:       new(home),
		ResourceType:         types.IpamPoolAllocationResourceTypeVpc,
		Tags:                 emptyOrAbsent(found[0].Tags),
	}
	equalRecord(t, "the allocation", found[0], want)
	t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24))})
	equalRecord(t, "what the pool has given to a VPC with two blocks", t.heldBy(pool, vpc.VpcId), []string{"10.0.0.0/16", "10.1.0.0/24"})
}

func vpcLowestBlock(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8", defaultNetmask(24))
	t.allocate(pool, "10.0.0.0/24")
	for _, want := range []string{"10.0.1.0/24", "10.0.2.0/24"} {
		equal(t, "the next VPC", str(t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId}).CidrBlock), want)
	}
	equal(t, "the next VPC of /16", str(t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(16))}).CidrBlock), "10.1.0.0/16")
	equal(t, "the next custom /24", str(t.allocateLength(pool, 24).Cidr), "10.0.3.0/24")
}

func vpcRelease(t *T) {
	ipam := t.ipam()
	pool4, pool6 := t.poolAt(ipam, "10.4.0.0/16"), t.poolAt(ipam, "fd80::/56", ipv6)
	for range 2 {
		vpc := t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool4.IpamPoolId, CidrBlock: new("10.4.0.0/17"), Ipv6IpamPoolId: pool6.IpamPoolId, Ipv6NetmaskLength: new(int32(56))})
		second := t.associate(vpc, &ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: pool4.IpamPoolId, CidrBlock: new("10.4.128.0/17")}).CidrBlockAssociation
		equalRecord(t, "what the pool has given", t.heldBy(pool4, vpc.VpcId), []string{"10.4.0.0/17", "10.4.128.0/17"})
		t.disassociate(vpc, second.AssociationId)
		t.awaitRelease(pool4, vpc.VpcId, "10.4.0.0/17")
		t.deleteVPC(vpc)
		t.wantNoVPC(t.ec2(home), *vpc.VpcId, "its Region")
		t.awaitRelease(pool4, vpc.VpcId)
		t.awaitRelease(pool6, vpc.VpcId)
	}
}

func releaseVPC(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8")
	vpc := t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(16))})
	a := t.allocations(pool)[0]
	_, err := t.ec2(home).ReleaseIpamPoolAllocation(t.ctx, &ec2.ReleaseIpamPoolAllocationInput{IpamPoolId: pool.IpamPoolId, Cidr: a.Cidr, IpamPoolAllocationId: a.IpamPoolAllocationId})
	wantErrorOf(t, "releasing a VPC's allocation", err, "InvalidParameterValue", "")
	equalRecord(t, "what the pool has given", t.heldBy(pool, vpc.VpcId), []string{"10.0.0.0/16"})
}

func vpcAway(t *T) {
	pool := t.pool(t.ipam(away).PrivateDefaultScopeId, locale(away))
	t.provision(pool, "10.0.0.0/8")
	vpc := *must(t.ec2(away).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(16))}))(t).Vpc
	for _, region := range []string{home, away} {
		found := must(t.ec2(region).GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: pool.IpamPoolId}))(t).IpamPoolAllocations
		if len(found) != 1 {
			t.Fatalf("in %s the pool has %d allocations, want 1", region, len(found))
		}
		equal(t, "ResourceId seen from "+region, str(found[0].ResourceId), *vpc.VpcId)
		equal(t, "ResourceRegion seen from "+region, str(found[0].ResourceRegion), away)
		equal(t, "Cidr seen from "+region, str(found[0].Cidr), "10.0.0.0/16")
	}
	t.deprovision(pool, "10.0.0.0/8", types.IpamPoolCidrStateFailedDeprovision)
	for _, region := range []string{home, far} {
		_, err := t.ec2(region).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(16))})
		wantErrorOf(t, "a VPC in "+region+" of a pool of "+away, err, "InvalidIpamPoolId.NotFound", "")
	}
}

func vpcOutlivesPool(t *T) {
	ipam := t.ipam()
	pool := t.poolAt(ipam, "10.0.0.0/8")
	vpc := t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(16))})
	t.deletePool(pool, true)
	equalRecord(t, "the VPC without its pool", t.describedVPC(*vpc.VpcId), vpc)
	again := t.poolAt(ipam, "10.0.0.0/8")
	equal(t, "a VPC of a new pool", str(t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: again.IpamPoolId, Ipv4NetmaskLength: new(int32(16))}).CidrBlock), "10.0.0.0/16")
	t.deleteVPC(vpc)
}

func vpcOutlivesIPAM(t *T) {
	ipam := t.ipam()
	pool := t.poolAt(ipam, "10.0.0.0/8")
	vpc := t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(16))})
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(true)}))(t)
	t.poolGone(pool)
	equalRecord(t, "the VPC without its IPAM", t.describedVPC(*vpc.VpcId), vpc)
	t.deleteVPC(vpc)
}

func deprovisionWithVPC(t *T) {
	pool := t.poolAt(t.ipam(), "10.0.0.0/8")
	vpc := t.vpcAs(&ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(16))})
	t.deprovision(pool, "10.0.0.0/8", types.IpamPoolCidrStateFailedDeprovision)
	t.deleteVPC(vpc)
	t.awaitRelease(pool, vpc.VpcId)
	t.deprovision(pool, "10.0.0.0/8", types.IpamPoolCidrStateDeprovisioned)
}
