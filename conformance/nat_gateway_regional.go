package conformance

import (
	"cmp"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var regionalNATTests = []Test{
	{"a regional NAT gateway takes an address by itself", "B455", automaticNAT},
	{"a policy says where a regional NAT gateway takes addresses from", "B456", policyOfNAT},
	{"a regional NAT gateway follows its VPC from zone to zone", "B457", followingNAT},
	{"an address that a regional NAT gateway has taken is its own", "B458", serviceManagedAddress},
	{"a manual regional NAT gateway works in the zones that it is given", "B459", manualNAT},
	{"what does not go together in a regional NAT gateway", "B460", wrongRegionalNAT},
	{"nothing is taken from under a regional NAT gateway", "B461", underRegionalNAT},
	{"IPAM sees which addresses NAT gateways use", "B462", seenNAT},
	{"IPAM counts the addresses that NAT gateways have taken", "B463", countedNAT},
}

// regionalNAT creates an automatic regional NAT gateway and waits for it.
func (t *T) regionalNAT(vpc types.Vpc) types.NatGateway {
	return t.nat(&ec2.CreateNatGatewayInput{VpcId: vpc.VpcId, AvailabilityMode: types.AvailabilityModeRegional})
}

// subnetInZone creates a subnet in the n-th zone.
func (t *T) subnetInZone(vpc types.Vpc, cidr string, n int) types.Subnet {
	return t.subnetAs(vpc, &ec2.CreateSubnetInput{CidrBlock: &cidr, AvailabilityZone: t.zones()[n].ZoneName})
}

func automaticNAT(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	internet := t.gateway()
	t.attach(internet, vpc)
	subnet := t.subnetInZone(vpc, "10.0.0.0/24", 1)
	answer := t.createNAT(&ec2.CreateNatGatewayInput{VpcId: vpc.VpcId, AvailabilityMode: types.AvailabilityModeRegional})
	equal(t, "State in the answer", answer.State, types.NatGatewayStatePending)
	got := t.awaitNAT(answer.NatGatewayId, types.NatGatewayStateAvailable)
	if len(got.NatGatewayAddresses) != 1 {
		t.Fatalf("the NAT gateway has %d addresses, want 1", len(got.NatGatewayAddresses))
	}
	address := got.NatGatewayAddresses[0]
	want := types.NatGateway{
		NatGatewayId:       answer.NatGatewayId,
		VpcId:              vpc.VpcId,
		ConnectivityType:   types.ConnectivityTypePublic,
		AvailabilityMode:   types.AvailabilityModeRegional,
		AutoProvisionZones: types.AutoProvisionZonesStateEnabled,
		AutoScalingIps:     types.AutoScalingIpsStateEnabled,
		AttachedAppliances: []types.NatGatewayAttachedAppliance{},
		CreateTime:         got.CreateTime,
		RouteTableId:       got.RouteTableId,
		State:              types.NatGatewayStateAvailable,
		Tags:               []types.Tag{},
		NatGatewayAddresses: []types.NatGatewayAddress{{
			AllocationId: address.AllocationId, AssociationId: address.AssociationId, AvailabilityZone: subnet.AvailabilityZone, AvailabilityZoneId: subnet.AvailabilityZoneId,
			PublicIp: address.PublicIp, Status: types.NatGatewayAddressStatusSucceeded,
		}},
	}
	equalRecord(t, "the NAT gateway", got, want)
	equalRecord(t, "its address", t.describedAddress(address.AllocationId), types.Address{
		AllocationId:       address.AllocationId,
		AssociationId:      address.AssociationId,
		Domain:             types.DomainTypeVpc,
		NetworkBorderGroup: new(home),
		PublicIp:           address.PublicIp,
		PublicIpv4Pool:     new("amazon"),
		ServiceManaged:     types.ServiceManagedRnat,
		Tags:               []types.Tag{},
	})
	table := must(t.ec2(home).DescribeRouteTables(t.ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{*got.RouteTableId}}))(t).RouteTables[0]
	equal(t, "GatewayId of the route table's association", str(table.Associations[0].GatewayId), *got.NatGatewayId)
	route := table.Routes[slices.IndexFunc(table.Routes, func(r types.Route) bool { return str(r.DestinationCidrBlock) == "0.0.0.0/0" })]
	equal(t, "GatewayId of the route to the Internet", str(route.GatewayId), *internet)
	for range 5 { // none of these is the one too many
		t.elasticIP()
	}
}

// setNATRules makes a policy take the addresses of regional NAT gateways at home out of pools.
func (t *T) setNATRules(policy *string, pools ...types.IpamPool) {
	t.setRulesFor(types.IpamPolicyResourceTypeRnat, policy, pools...)
}

func policyOfNAT(t *T) {
	ipam := t.ipam()
	pool, addresses := t.contiguous(ipam)
	picky, _ := t.contiguous(ipam, func(in *ec2.CreateIpamPoolInput) {
		in.AllocationResourceTags = []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}}
	})
	policy := t.ipamPolicy(ipam)
	t.setRules(policy, picky)
	t.setNATRules(policy, picky, pool)
	t.enable(policy, nil)
	vpc, _, _ := t.onInternet()
	gateway := t.regionalNAT(vpc)
	address := gateway.NatGatewayAddresses[0]
	equal(t, "PublicIp", str(address.PublicIp), addresses[0])
	equal(t, "PublicIpv4Pool", str(t.describedAddress(address.AllocationId).PublicIpv4Pool), *pool.IpamPoolId)
	found := t.allocations(pool)
	if len(found) != 1 {
		t.Fatalf("the pool has %d allocations, want 1", len(found))
	}
	equal(t, "ResourceId of the allocation", str(found[0].ResourceId), *address.AllocationId)
	equal(t, "ResourceType of the allocation", found[0].ResourceType, types.IpamPoolAllocationResourceTypeEip)
	equal(t, "the pool of an address of one's own", t.addressFrom(), "amazon")

	t.deleteNAT(gateway.NatGatewayId)
	_, err := t.ec2(home).DescribeAddresses(t.ctx, &ec2.DescribeAddressesInput{AllocationIds: []string{*address.AllocationId}})
	wantErrorOf(t, "the address in the end", err, "InvalidAllocationID.NotFound", "")
	t.await("the pool to have the address back", func() bool { return len(t.allocations(pool)) == 0 })

	for _, a := range addresses {
		t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId, Address: &a})
	}
	fallen := t.regionalNAT(vpc).NatGatewayAddresses[0]
	equal(t, "the pool of an address when the policy's are empty", str(t.describedAddress(fallen.AllocationId).PublicIpv4Pool), "amazon")
}

// awaitZones waits until a gateway works in zones, and returns its addresses by zone.
func (t *T) awaitZones(id *string, zones ...string) (list []types.NatGatewayAddress) {
	in := func() (names []string) {
		list = t.describedNAT(id).NatGatewayAddresses
		slices.SortFunc(list, func(a, b types.NatGatewayAddress) int { return cmp.Compare(*a.AvailabilityZone, *b.AvailabilityZone) })
		for _, a := range list {
			names = append(names, *a.AvailabilityZone)
		}
		return names
	}
	for range 12 { // AWS says that it takes up to an hour
		if slices.Equal(in(), zones) {
			break
		}
		t.advance(5 * time.Minute)
	}
	equalRecord(t, "the zones of "+*id, in(), zones)
	return t.awaitNATAddresses(id, len(zones))
}

func followingNAT(t *T) {
	ipam := t.ipam()
	pool, addresses := t.contiguous(ipam)
	policy := t.ipamPolicy(ipam)
	t.setNATRules(policy, pool)
	t.enable(policy, nil)
	vpc, first, _ := t.onInternet()
	second, third := t.subnetInZone(vpc, "10.0.1.0/24", 1), t.subnetInZone(vpc, "10.0.2.0/24", 2)
	one, two, three := *first.AvailabilityZone, *second.AvailabilityZone, *third.AvailabilityZone
	t.networkInterface(first)
	gateway := t.regionalNAT(vpc).NatGatewayId
	before := t.awaitZones(gateway, one)

	i := t.networkInterface(third)
	list := t.awaitZones(gateway, one, three)
	equalRecord(t, "the address in the first zone", list[0], before[0])
	equal(t, "PublicIp in the third zone", str(list[1].PublicIp), addresses[1])
	j := t.networkInterface(second)
	t.awaitZones(gateway, one, two, three)
	t.nat(&ec2.CreateNatGatewayInput{SubnetId: third.SubnetId, ConnectivityType: types.ConnectivityTypePrivate}) // is no workload
	remove := func(i types.NetworkInterface) {
		must(t.ec2(home).DeleteNetworkInterface(t.ctx, &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: i.NetworkInterfaceId}))(t)
	}
	remove(i)
	t.awaitZones(gateway, one, two)
	t.await("the pool to have the address of the third zone back", func() bool { return len(t.allocations(pool)) == 2 })
	remove(j)
	t.awaitZones(gateway, one)
}

func serviceManagedAddress(t *T) {
	vpc, subnet, _ := t.onInternet()
	gateway := t.regionalNAT(vpc)
	address := gateway.NatGatewayAddresses[0]
	t.notPermitted(address.AllocationId, address.AssociationId, t.networkInterface(subnet))
	_, err := t.ec2(home).EnableAddressTransfer(t.ctx, &ec2.EnableAddressTransferInput{AllocationId: address.AllocationId, TransferAccountId: new(t.OtherAccount())})
	wantErrorOf(t, "offering the address to another account", err, "AuthFailure", notPermitted)
	_, err = t.associateNAT(&ec2.AssociateNatGatewayAddressInput{NatGatewayId: gateway.NatGatewayId, AllocationIds: []string{*t.elasticIP().AllocationId}, AvailabilityZone: address.AvailabilityZone})
	wantErrorOf(t, "another address for an automatic gateway", err, "OperationNotPermitted", "")
	_, err = t.ec2(home).DisassociateNatGatewayAddress(t.ctx, &ec2.DisassociateNatGatewayAddressInput{NatGatewayId: gateway.NatGatewayId, AssociationIds: []string{*address.AssociationId}})
	wantErrorOf(t, "one address less for an automatic gateway", err, "OperationNotPermitted", "")
	failed := t.createNAT(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: address.AllocationId})
	equal(t, "FailureCode of a gateway with the address", str(t.awaitNAT(failed.NatGatewayId, types.NatGatewayStateFailed).FailureCode), "Resource.AlreadyAssociated")
}

func manualNAT(t *T) {
	vpc, _, _ := t.onInternet()
	zones := t.zones()
	first, second, third := t.elasticIP(), t.elasticIP(), t.elasticIP()
	gateway := t.nat(&ec2.CreateNatGatewayInput{VpcId: vpc.VpcId, AvailabilityMode: types.AvailabilityModeRegional, AvailabilityZoneAddresses: []types.AvailabilityZoneAddress{
		{AvailabilityZone: zones[0].ZoneName, AllocationIds: []string{*first.AllocationId}},
		{AvailabilityZoneId: zones[2].ZoneId, AllocationIds: []string{*second.AllocationId}},
	}})
	id := gateway.NatGatewayId
	equal(t, "AutoProvisionZones", gateway.AutoProvisionZones, types.AutoProvisionZonesStateDisabled)
	equal(t, "AutoScalingIps", gateway.AutoScalingIps, types.AutoScalingIpsStateDisabled)
	matches(t, "RouteTableId", str(gateway.RouteTableId), "rtb-"+hex17)
	in := func(n int, eip *ec2.AllocateAddressOutput, shown types.NatGatewayAddress) types.NatGatewayAddress {
		return types.NatGatewayAddress{
			AllocationId: eip.AllocationId, AssociationId: shown.AssociationId, AvailabilityZone: zones[n].ZoneName, AvailabilityZoneId: zones[n].ZoneId,
			PublicIp: eip.PublicIp, Status: types.NatGatewayAddressStatusSucceeded,
		}
	}
	list := gateway.NatGatewayAddresses
	equalRecord(t, "the addresses", list, []types.NatGatewayAddress{in(0, first, list[0]), in(2, second, list[1])})
	described := t.describedAddress(first.AllocationId)
	equal(t, "AssociationId of the Elastic IP address", str(described.AssociationId), *list[0].AssociationId)
	equal(t, "ServiceManaged of the Elastic IP address", described.ServiceManaged, types.ServiceManaged(""))

	t.networkInterface(t.subnetInZone(vpc, "10.0.1.0/24", 1))
	t.advance(time.Hour)
	equal(t, "number of addresses when there is something in another zone", len(t.describedNAT(id).NatGatewayAddresses), 2)
	answer := must(t.associateNAT(&ec2.AssociateNatGatewayAddressInput{NatGatewayId: id, AvailabilityZone: zones[1].ZoneName, AllocationIds: []string{*third.AllocationId}}))(t)
	equalRecord(t, "the answer", answer, []types.NatGatewayAddress{{
		AllocationId: third.AllocationId, AvailabilityZone: zones[1].ZoneName, AvailabilityZoneId: zones[1].ZoneId, Status: types.NatGatewayAddressStatusAssociating,
	}})
	list = t.awaitNATAddresses(id, 3)
	equalRecord(t, "the new address", list[2], in(1, third, list[2]))
	must(t.ec2(home).DisassociateNatGatewayAddress(t.ctx, &ec2.DisassociateNatGatewayAddressInput{NatGatewayId: id, AssociationIds: []string{*list[0].AssociationId}}))(t)
	equalRecord(t, "the addresses that are left", t.awaitNATAddresses(id, 2), list[1:])
	t.releaseAddress(first.AllocationId)
	_, err := t.ec2(home).DisassociateNatGatewayAddress(t.ctx, &ec2.DisassociateNatGatewayAddressInput{NatGatewayId: id, AssociationIds: []string{*list[1].AssociationId, *list[2].AssociationId}})
	wantErrorOf(t, "taking all addresses", err, "InvalidParameterValue", "")
	_, err = t.associateNAT(&ec2.AssociateNatGatewayAddressInput{NatGatewayId: id, AllocationIds: []string{*t.elasticIP().AllocationId}})
	wantErrorOf(t, "an address without a zone", err, "MissingParameter", "")
	_, err = t.associateNAT(&ec2.AssociateNatGatewayAddressInput{NatGatewayId: id, AvailabilityZone: zones[1].ZoneName, AllocationIds: []string{*t.elasticIP().AllocationId}, PrivateIpAddresses: []string{"10.0.0.9"}})
	wantErrorOf(t, "a private address", err, "InvalidParameterCombination", "")
	t.deleteNAT(id)
	t.releaseAddress(second.AllocationId)
	t.releaseAddress(third.AllocationId)
}

func wrongRegionalNAT(t *T) {
	vpc, subnet, _ := t.onInternet()
	eip := *t.elasticIP().AllocationId
	zone := t.zones()[0].ZoneName
	in := func(change func(*ec2.CreateNatGatewayInput)) *ec2.CreateNatGatewayInput {
		in := &ec2.CreateNatGatewayInput{AvailabilityMode: types.AvailabilityModeRegional, VpcId: vpc.VpcId}
		change(in)
		return in
	}
	zones := func(list ...types.AvailabilityZoneAddress) *ec2.CreateNatGatewayInput {
		return in(func(in *ec2.CreateNatGatewayInput) { in.AvailabilityZoneAddresses = list })
	}
	three := []string{eip, *t.elasticIP().AllocationId, *t.elasticIP().AllocationId}
	for what, test := range map[string]struct {
		in   *ec2.CreateNatGatewayInput
		code string
	}{
		"no VPC":                    {in(func(in *ec2.CreateNatGatewayInput) { in.VpcId = nil }), "MissingParameter"},
		"an unknown VPC":            {in(func(in *ec2.CreateNatGatewayInput) { in.VpcId = new("vpc-0123456789abcdef0") }), "InvalidVpcID.NotFound"},
		"a subnet":                  {in(func(in *ec2.CreateNatGatewayInput) { in.SubnetId = subnet.SubnetId }), "InvalidParameterCombination"},
		"private connectivity":      {in(func(in *ec2.CreateNatGatewayInput) { in.ConnectivityType = types.ConnectivityTypePrivate }), "InvalidParameterCombination"},
		"an address":                {in(func(in *ec2.CreateNatGatewayInput) { in.AllocationId = &eip }), "InvalidParameterCombination"},
		"secondary addresses":       {in(func(in *ec2.CreateNatGatewayInput) { in.SecondaryAllocationIds = []string{eip} }), "InvalidParameterCombination"},
		"a private address":         {in(func(in *ec2.CreateNatGatewayInput) { in.PrivateIpAddress = new("10.0.0.9") }), "InvalidParameterCombination"},
		"private addresses":         {in(func(in *ec2.CreateNatGatewayInput) { in.SecondaryPrivateIpAddresses = []string{"10.0.0.9"} }), "InvalidParameterCombination"},
		"a number of addresses":     {in(func(in *ec2.CreateNatGatewayInput) { in.SecondaryPrivateIpAddressCount = new(int32(1)) }), "InvalidParameterCombination"},
		"an address without a zone": {zones(types.AvailabilityZoneAddress{AllocationIds: []string{eip}}), "MissingParameter"},
		"a zone without an address": {zones(types.AvailabilityZoneAddress{AvailabilityZone: zone}), "MissingParameter"},
		"a zone of another Region":  {zones(types.AvailabilityZoneAddress{AvailabilityZone: new(away + "a"), AllocationIds: []string{eip}}), "InvalidParameterValue"},
		"an unknown address":        {zones(types.AvailabilityZoneAddress{AvailabilityZone: zone, AllocationIds: []string{"eipalloc-0123456789abcdef0"}}), "InvalidAllocationID.NotFound"},
		"three addresses in a zone": {zones(types.AvailabilityZoneAddress{AvailabilityZone: zone, AllocationIds: three}), "AddressLimitExceeded"},
		"one zone twice": {
			zones(types.AvailabilityZoneAddress{AvailabilityZone: zone, AllocationIds: three[:1]}, types.AvailabilityZoneAddress{AvailabilityZone: zone, AllocationIds: three[1:2]}),
			"InvalidParameterValue",
		},
		"one address in two zones": {
			zones(types.AvailabilityZoneAddress{AvailabilityZone: zone, AllocationIds: three[:1]}, types.AvailabilityZoneAddress{AvailabilityZone: t.zones()[1].ZoneName, AllocationIds: three[:1]}),
			"InvalidParameterValue",
		},
	} {
		_, err := t.ec2(home).CreateNatGateway(t.ctx, test.in)
		wantErrorOf(t, what, err, test.code, "")
	}
	equal(t, "number of NAT gateways", len(t.natGateways()), 0)
	offline := t.createNAT(&ec2.CreateNatGatewayInput{VpcId: t.vpc("10.0.0.0/16").VpcId, AvailabilityMode: types.AvailabilityModeRegional}).NatGatewayId
	equal(t, "FailureCode in a VPC without the Internet", str(t.awaitNAT(offline, types.NatGatewayStateFailed).FailureCode), "Gateway.NotAttached")
}

func underRegionalNAT(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	internet := t.gateway()
	t.attach(internet, vpc)
	gateway := t.regionalNAT(vpc)
	detach := func() error {
		_, err := t.ec2(home).DetachInternetGateway(t.ctx, &ec2.DetachInternetGatewayInput{InternetGatewayId: internet, VpcId: vpc.VpcId})
		return err
	}
	remove := func() error {
		_, err := t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId})
		return err
	}
	wantErrorOf(t, "detaching the internet gateway", detach(), "DependencyViolation", "Network "+*vpc.VpcId+" has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.")
	wantErrorOf(t, "deleting the VPC", remove(), "DependencyViolation", "The vpc '"+*vpc.VpcId+"' has dependencies and cannot be deleted.")
	t.deleteNAT(gateway.NatGatewayId)
	_, err := t.ec2(home).DescribeRouteTables(t.ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{*gateway.RouteTableId}})
	wantErrorOf(t, "the route table in the end", err, "InvalidRouteTableID.NotFound", "")
	for _, err := range []error{detach(), remove()} {
		if err != nil {
			t.Errorf("after the NAT gateway is deleted: %v", err)
		}
	}
}

func seenNAT(t *T) {
	ipam := t.ipam()
	vpc, subnet, _ := t.onInternet()
	zonal := t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: t.elasticIP().AllocationId})
	find := func(a types.NatGatewayAddress) types.IpamDiscoveredPublicAddress {
		found := t.publicAddresses(ipam.DefaultResourceDiscoveryId, home, filter("address", *a.PublicIp))
		if len(found) != 1 {
			t.Fatalf("the discovery finds %d addresses %s, want 1", len(found), *a.PublicIp)
		}
		return found[0]
	}
	address := zonal.NatGatewayAddresses[0]
	want := types.IpamDiscoveredPublicAddress{
		IpamResourceDiscoveryId:     ipam.DefaultResourceDiscoveryId,
		Address:                     address.PublicIp,
		AddressAllocationId:         address.AllocationId,
		AddressOwnerId:              new(t.Account()),
		AddressRegion:               new(home),
		AddressType:                 types.IpamPublicAddressTypeAmazonOwnedEip,
		AssociationStatus:           types.IpamPublicAddressAssociationStatusAssociated,
		NetworkBorderGroup:          new(home),
		NetworkInterfaceId:          address.NetworkInterfaceId,
		NetworkInterfaceDescription: new("Interface for NAT Gateway " + *zonal.NatGatewayId),
		Service:                     types.IpamPublicAddressAwsServiceNatGateway,
		ServiceResource:             zonal.NatGatewayId,
		SubnetId:                    subnet.SubnetId,
		VpcId:                       vpc.VpcId,
		SecurityGroups:              []types.IpamPublicAddressSecurityGroup{},
		Tags:                        &types.IpamPublicAddressTags{EipTags: []types.IpamPublicAddressTag{}},
	}
	equalRecord(t, "the address of a zonal gateway", find(address), want)
	found := t.discovered(ipam.DefaultResourceDiscoveryId, home, filter("resource-id", *address.NetworkInterfaceId))[0]
	equal(t, "NetworkInterfaceAttachmentStatus of its interface", found.NetworkInterfaceAttachmentStatus, types.IpamNetworkInterfaceAttachmentStatusInUse)

	regional := t.regionalNAT(vpc)
	address = regional.NatGatewayAddresses[0]
	want.Address, want.AddressAllocationId, want.AddressType = address.PublicIp, address.AllocationId, types.IpamPublicAddressTypeServiceManagedIp
	want.ServiceResource, want.SubnetId, want.NetworkInterfaceId, want.NetworkInterfaceDescription = regional.NatGatewayId, nil, nil, nil
	equalRecord(t, "the address of a regional gateway", find(address), want)
	equal(t, "its states", states(t.rowOf(ipam.PublicDefaultScopeId, *address.AllocationId)), "unmanaged unmanaged nonoverlapping")
	t.deleteNAT(regional.NatGatewayId)

	own := t.byoipPool(ipam, "203.0.113.0/24", ipv4)
	policy := t.ipamPolicy(ipam)
	t.setNATRules(policy, own)
	t.enable(policy, nil)
	address = t.regionalNAT(vpc).NatGatewayAddresses[0]
	got := find(address)
	equal(t, "AddressType of an address that the account has brought", got.AddressType, types.IpamPublicAddressTypeServiceManagedByoip)
	equal(t, "PublicIpv4PoolId of it", str(got.PublicIpv4PoolId), *own.IpamPoolId)
	row := t.rowOf(ipam.PublicDefaultScopeId, *address.AllocationId)
	equal(t, "states of it", states(row), "managed compliant nonoverlapping")
	equal(t, "ResourceType of it", row.ResourceType, types.IpamResourceTypeEip)
	equal(t, "IpamPoolId of it", str(row.IpamPoolId), *own.IpamPoolId)
}

func countedNAT(t *T) {
	ipam := t.ipam()
	vpc, _, _ := t.onInternet()
	t.regionalNAT(vpc)
	policy := t.ipamPolicy(ipam)
	t.setNATRules(policy, t.byoipPool(ipam, "203.0.113.0/24", ipv4))
	t.enable(policy, nil)
	t.regionalNAT(vpc)
	t.advance(10 * time.Minute)
	here := dimensions("IpamId", *ipam.IpamId, "Region", home)
	for name, want := range map[string]string{
		"ServiceManagedIPs": "1", "ServiceManagedBringYourOwnIPs": "1", "AmazonOwnedElasticIPs": "0", "BringYourOwnIPs": "0",
	} {
		equal(t, name, t.latest(name, here), want)
	}
}
