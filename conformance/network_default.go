package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var networkDefaultTests = []Test{
	{"a gateway and a VPC are attached once", "B515", attachGateway},
	{"an attached gateway shows as available", "B516", attachedGateway},
	{"a route to a detached gateway is a black hole", "B517", detachedGateway},
	{"the default VPC has DNS host names and a way to the internet", "B520", newDefaultVPC},
	{"an account has one default VPC in a Region", "B521", secondDefaultVPC},
	{"a default subnet needs a default VPC", "B522", defaultSubnetWithoutVPC},
	{"the default VPC has a subnet in each zone", "B523", defaultSubnets},
	{"a zone has one default subnet", "B524", secondDefaultSubnet},
	{"a deleted default subnet comes back in the same place", "B525", defaultSubnetAgain},
	{"the default VPC's security groups go by name", "B526", groupByName},
	{"the default VPC takes nothing from IPAM", "B527", defaultVPCWithoutIPAM},
}

func (t *T) gateway() *string {
	return must(t.ec2(home).CreateInternetGateway(t.ctx, &ec2.CreateInternetGatewayInput{}))(t).InternetGateway.InternetGatewayId
}

func (t *T) attach(gateway *string, vpc types.Vpc) {
	must(t.ec2(home).AttachInternetGateway(t.ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: gateway, VpcId: vpc.VpcId}))(t)
}

func attachGateway(t *T) {
	vpc, other := t.vpc("10.0.0.0/16"), t.vpc("10.0.0.0/16")
	one, two := t.gateway(), t.gateway()
	attach := func(id *string, vpc types.Vpc) error {
		_, err := t.ec2(home).AttachInternetGateway(t.ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: id, VpcId: vpc.VpcId})
		return err
	}
	detach := func(id *string, vpc types.Vpc) error {
		_, err := t.ec2(home).DetachInternetGateway(t.ctx, &ec2.DetachInternetGatewayInput{InternetGatewayId: id, VpcId: vpc.VpcId})
		return err
	}
	remove := func(id *string) error {
		_, err := t.ec2(home).DeleteInternetGateway(t.ctx, &ec2.DeleteInternetGatewayInput{InternetGatewayId: id})
		return err
	}
	wantErrorOf(t, "detaching it before", detach(one, vpc), "Gateway.NotAttached", "")
	t.attach(one, vpc)
	wantErrorOf(t, "attaching it again", attach(one, vpc), "Resource.AlreadyAssociated", "")
	wantErrorOf(t, "attaching it to another VPC", attach(one, other), "Resource.AlreadyAssociated", "")
	wantErrorOf(t, "attaching another one", attach(two, vpc), "InvalidParameterValue", "…already has an internet gateway attached")
	wantErrorOf(t, "detaching it from another VPC", detach(one, other), "Gateway.NotAttached", "")
	wantErrorOf(t, "deleting it", remove(one), "DependencyViolation", "")
	wantErrorOf(t, "attaching one to an unknown VPC", attach(two, types.Vpc{VpcId: new("vpc-0123456789abcdef0")}), "InvalidVpcID.NotFound", "")
	for _, err := range []error{detach(one, vpc), remove(one), attach(two, vpc)} {
		if err != nil {
			t.Errorf("%v", err)
		}
	}
}

func attachedGateway(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	got := *must(t.ec2(home).CreateInternetGateway(t.ctx, &ec2.CreateInternetGatewayInput{TagSpecifications: tagged(types.ResourceTypeInternetGateway, "Name", "one")}))(t).InternetGateway
	matches(t, "InternetGatewayId", str(got.InternetGatewayId), "igw-"+hex17)
	want := types.InternetGateway{InternetGatewayId: got.InternetGatewayId, OwnerId: new(t.Account()), Attachments: []types.InternetGatewayAttachment{}, Tags: tags("Name", "one")}
	equalRecord(t, "a new gateway", got, want)
	t.attach(got.InternetGatewayId, vpc)
	want.Attachments = []types.InternetGatewayAttachment{{VpcId: vpc.VpcId, State: "available"}}
	found := must(t.ec2(home).DescribeInternetGateways(t.ctx, &ec2.DescribeInternetGatewaysInput{InternetGatewayIds: []string{*got.InternetGatewayId}}))(t).InternetGateways
	equalRecord(t, "the attached gateway", found, []types.InternetGateway{want})
	found = must(t.ec2(home).DescribeInternetGateways(t.ctx, &ec2.DescribeInternetGatewaysInput{Filters: []types.Filter{filter("attachment.state", "available"), filter("attachment.vpc-id", *vpc.VpcId)}}))(t).InternetGateways
	equalRecord(t, "the gateway found by its attachment", found, []types.InternetGateway{want})
}

// defaultVPC is the account's default VPC, which some targets give an account from the start.
func (t *T) defaultVPC() types.Vpc {
	if found := t.foundVPCs(filter("is-default", "true")); len(found) == 1 {
		return t.awaitVPC(found[0])
	}
	return t.awaitVPC(*must(t.ec2(home).CreateDefaultVpc(t.ctx, &ec2.CreateDefaultVpcInput{}))(t).Vpc.VpcId)
}

func (t *T) gatewayOf(vpc types.Vpc) types.InternetGateway {
	found := must(t.ec2(home).DescribeInternetGateways(t.ctx, &ec2.DescribeInternetGatewaysInput{Filters: []types.Filter{filter("attachment.vpc-id", *vpc.VpcId)}}))(t).InternetGateways
	if len(found) != 1 {
		t.Fatalf("%s has %d internet gateways, want 1", *vpc.VpcId, len(found))
	}
	return found[0]
}

func (t *T) defaultRoute(vpc types.Vpc) types.Route {
	routes := t.mainRouteTable(vpc).Routes
	i := slices.IndexFunc(routes, func(r types.Route) bool { return str(r.DestinationCidrBlock) == "0.0.0.0/0" })
	if i < 0 {
		t.Fatalf("%s has no default route", *vpc.VpcId)
	}
	return routes[i]
}

func detachedGateway(t *T) {
	vpc := t.defaultVPC()
	gateway := t.gatewayOf(vpc)
	must(t.ec2(home).DetachInternetGateway(t.ctx, &ec2.DetachInternetGatewayInput{VpcId: vpc.VpcId, InternetGatewayId: gateway.InternetGatewayId}))(t)
	equal(t, "state of the route without the gateway", t.defaultRoute(vpc).State, types.RouteStateBlackhole)
	t.attach(gateway.InternetGatewayId, vpc)
	equal(t, "state of the route with the gateway again", t.defaultRoute(vpc).State, types.RouteStateActive)
}

func newDefaultVPC(t *T) {
	vpc := t.defaultVPC()
	equal(t, "CidrBlock", str(vpc.CidrBlock), "172.31.0.0/16")
	equal(t, "IsDefault", boolean(vpc.IsDefault), "true")
	equal(t, "number of IPv6 blocks", len(vpc.Ipv6CidrBlockAssociationSet), 0)
	equal(t, "DNS support, DNS host names and usage metrics", t.attributes(vpc), [3]string{"true", "true", "false"})
	equalRecord(t, "VPCs with isDefault=true", t.foundVPCs(filter("isDefault", "true")), []string{*vpc.VpcId})
	equalRecord(t, "the default route", t.defaultRoute(vpc), types.Route{
		DestinationCidrBlock: new("0.0.0.0/0"), GatewayId: t.gatewayOf(vpc).InternetGatewayId,
		Origin: types.RouteOriginCreateRoute, State: types.RouteStateActive,
	})
	equalRecord(t, "the local routes", t.localRoutes(vpc), []string{"172.31.0.0/16"})
	equal(t, "number of rules of the network ACL", len(t.defaultACL(vpc).Entries), 4)
	equal(t, "name of the security group", str(t.defaultGroup(vpc).GroupName), "default")
}

func secondDefaultVPC(t *T) {
	t.defaultVPC()
	_, err := t.ec2(home).CreateDefaultVpc(t.ctx, &ec2.CreateDefaultVpcInput{})
	wantError(t, err, "DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.")
}

func defaultSubnetWithoutVPC(t *T) {
	if len(t.foundVPCs(filter("is-default", "true"))) > 0 {
		t.Skipf("the target gives each account a default VPC")
	}
	_, err := t.ec2(home).CreateDefaultSubnet(t.ctx, &ec2.CreateDefaultSubnetInput{AvailabilityZone: new(home + "a")})
	wantError(t, err, "DefaultVpcDoesNotExist", "")
}

func (t *T) zones() []types.AvailabilityZone {
	zones := must(t.ec2(home).DescribeAvailabilityZones(t.ctx, &ec2.DescribeAvailabilityZonesInput{}))(t).AvailabilityZones
	slices.SortFunc(zones, func(a, b types.AvailabilityZone) int { return strings.Compare(*a.ZoneName, *b.ZoneName) })
	return zones
}

func (t *T) defaultSubnetIn(zone string) types.Subnet {
	found := must(t.ec2(home).DescribeSubnets(t.ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{filter("defaultForAz", "true"), filter("availability-zone", zone)}}))(t).Subnets
	if len(found) != 1 {
		t.Fatalf("%s has %d default subnets, want 1", zone, len(found))
	}
	return found[0]
}

func defaultSubnets(t *T) {
	vpc := t.defaultVPC()
	zones := t.zones()
	for i, zone := range zones {
		subnet := t.defaultSubnetIn(*zone.ZoneName)
		equal(t, "CidrBlock in "+*zone.ZoneName, str(subnet.CidrBlock), fmt.Sprintf("172.31.%d.0/20", 16*i))
		equal(t, "MapPublicIpOnLaunch in "+*zone.ZoneName, boolean(subnet.MapPublicIpOnLaunch), "true")
		equal(t, "AvailableIpAddressCount in "+*zone.ZoneName, num(subnet.AvailableIpAddressCount), "4091")
		equal(t, "VpcId in "+*zone.ZoneName, str(subnet.VpcId), *vpc.VpcId)
	}
	all := must(t.ec2(home).DescribeSubnets(t.ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{filter("vpc-id", *vpc.VpcId)}}))(t).Subnets
	equal(t, "number of the default VPC's subnets", len(all), len(zones))
}

func secondDefaultSubnet(t *T) {
	t.defaultVPC()
	zone := t.zones()[0]
	for _, in := range []*ec2.CreateDefaultSubnetInput{{AvailabilityZone: zone.ZoneName}, {AvailabilityZoneId: zone.ZoneId}} {
		_, err := t.ec2(home).CreateDefaultSubnet(t.ctx, in)
		wantError(t, err, "DefaultSubnetAlreadyExistsInAvailabilityZone", "…"+*zone.ZoneName+"…")
	}
}

func defaultSubnetAgain(t *T) {
	t.defaultVPC()
	zone := t.zones()[1].ZoneName
	want := t.defaultSubnetIn(*zone)
	t.deleteSubnet(want)
	_, err := t.ec2(home).CreateDefaultSubnet(t.ctx, &ec2.CreateDefaultSubnetInput{AvailabilityZone: zone, Ipv6Native: new(true)})
	wantErrorOf(t, "an IPv6-native one", err, "UnsupportedOperation", "…Ipv6Native…")
	got := must(t.ec2(home).CreateDefaultSubnet(t.ctx, &ec2.CreateDefaultSubnetInput{AvailabilityZone: zone}))(t).Subnet
	equal(t, "CidrBlock", str(got.CidrBlock), *want.CidrBlock)
	equal(t, "DefaultForAz", boolean(got.DefaultForAz), "true")
	equal(t, "MapPublicIpOnLaunch", boolean(got.MapPublicIpOnLaunch), "true")
}

func groupByName(t *T) {
	by := &ec2.DescribeSecurityGroupsInput{GroupNames: []string{"default"}}
	if len(t.foundVPCs(filter("is-default", "true"))) == 0 {
		t.vpc("10.0.0.0/16")
		_, err := t.ec2(home).DescribeSecurityGroups(t.ctx, by)
		wantErrorOf(t, "the group without a default VPC", err, "InvalidGroup.NotFound", "")
	}
	vpc := t.defaultVPC()
	found := must(t.ec2(home).DescribeSecurityGroups(t.ctx, by))(t).SecurityGroups
	equalRecord(t, "the group by name", found, []types.SecurityGroup{t.defaultGroup(vpc)})
	_, err := t.ec2(home).DescribeSecurityGroups(t.ctx, &ec2.DescribeSecurityGroupsInput{GroupNames: []string{"other"}})
	wantErrorOf(t, "another group", err, "InvalidGroup.NotFound", "")
}

func defaultVPCWithoutIPAM(t *T) {
	pool := t.poolAt(t.ipam(), "172.16.0.0/12", defaultNetmask(16))
	t.defaultVPC()
	equal(t, "number of allocations", len(t.allocations(pool)), 0)
}
