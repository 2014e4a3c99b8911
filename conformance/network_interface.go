package conformance

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var networkInterfaceTests = []Test{
	{"a network interface is in a subnet and in its VPC's default group", "B862", newNetworkInterface},
	{"a network interface takes an address of its subnet", "B863", addressOfInterface},
	{"a network interface is in security groups of its VPC", "B864", groupsOfInterface},
	{"network interfaces are found by filter and in pages", "B865", describeInterfaces},
	{"a subnet with a network interface is not deleted", "B866", deleteSubnetWithInterface},
	{"what a network interface can't have here is refused by name", "B867", plainInterfaces},
	{"an address is associated with a network interface", "B868", associateAddress},
	{"an association makes way for a new one", "B869", reassociateAddress},
	{"an associated address is in use", "B870", associatedAddressInUse},
	{"the calls of Terraform's aws_eip", "B871", terraformEIP},
}

func (t *T) networkInterface(subnet types.Subnet) types.NetworkInterface {
	return t.networkInterfaceAs(&ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId})
}

// networkInterfaceAs creates a network interface at home and waits for it.
func (t *T) networkInterfaceAs(in *ec2.CreateNetworkInterfaceInput) (i types.NetworkInterface) {
	id := *must(t.ec2(home).CreateNetworkInterface(t.ctx, in))(t).NetworkInterface.NetworkInterfaceId
	t.await(id+" to be available", func() bool {
		i = t.describedInterface(id)
		return i.Status == types.NetworkInterfaceStatusAvailable
	})
	return i
}

func (t *T) describedInterface(id string) types.NetworkInterface {
	return must(t.ec2(home).DescribeNetworkInterfaces(t.ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{id}}))(t).NetworkInterfaces[0]
}

// onInternet creates a VPC with an internet gateway, and a subnet in it.
func (t *T) onInternet() (types.Vpc, types.Subnet, *string) {
	vpc := t.vpc("10.0.0.0/16")
	gateway := must(t.ec2(home).CreateInternetGateway(t.ctx, &ec2.CreateInternetGatewayInput{}))(t).InternetGateway.InternetGatewayId
	must(t.ec2(home).AttachInternetGateway(t.ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: gateway, VpcId: vpc.VpcId}))(t)
	return vpc, t.subnet(vpc, "10.0.0.0/24"), gateway
}

func newNetworkInterface(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	subnet := t.subnet(vpc, "10.0.0.0/24")
	got := *must(t.ec2(home).CreateNetworkInterface(t.ctx, &ec2.CreateNetworkInterfaceInput{
		SubnetId: subnet.SubnetId, Description: new("mine"), TagSpecifications: tagged(types.ResourceTypeNetworkInterface, "k", "v"),
	}))(t).NetworkInterface
	matches(t, "NetworkInterfaceId", str(got.NetworkInterfaceId), "eni-"+hex17)
	matches(t, "MacAddress", str(got.MacAddress), "([0-9a-f]{2}:){5}[0-9a-f]{2}")
	group := t.defaultGroup(vpc)
	want := types.NetworkInterface{
		NetworkInterfaceId: got.NetworkInterfaceId,
		AvailabilityZone:   subnet.AvailabilityZone,
		AvailabilityZoneId: subnet.AvailabilityZoneId,
		Description:        new("mine"),
		Groups:             []types.GroupIdentifier{{GroupId: group.GroupId, GroupName: group.GroupName}},
		InterfaceType:      types.NetworkInterfaceTypeInterface,
		Ipv6Addresses:      []types.NetworkInterfaceIpv6Address{},
		MacAddress:         got.MacAddress,
		OwnerId:            new(t.Account()),
		PrivateDnsName:     new("ip-10-0-0-4.ec2.internal"),
		PrivateIpAddress:   new("10.0.0.4"),
		PrivateIpAddresses: []types.NetworkInterfacePrivateIpAddress{{Primary: new(true), PrivateIpAddress: new("10.0.0.4"), PrivateDnsName: new("ip-10-0-0-4.ec2.internal")}},
		RequesterId:        got.RequesterId,
		RequesterManaged:   new(false),
		SourceDestCheck:    new(true),
		Status:             "pending",
		SubnetId:           subnet.SubnetId,
		TagSet:             tags("k", "v"),
		VpcId:              vpc.VpcId,
	}
	equalRecord(t, "the answer of CreateNetworkInterface", got, want)
	t.await("the network interface to be available", func() bool { return t.describedInterface(*got.NetworkInterfaceId).Status == "available" })
	want.Status = types.NetworkInterfaceStatusAvailable
	equalRecord(t, "the network interface", t.describedInterface(*got.NetworkInterfaceId), want)

	in := &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: got.NetworkInterfaceId}
	must(t.ec2(home).DeleteNetworkInterface(t.ctx, in))(t)
	_, err := t.ec2(home).DeleteNetworkInterface(t.ctx, in)
	wantErrorOf(t, "deleting it again", err, "InvalidNetworkInterfaceID.NotFound", "")
	_, err = t.ec2(home).CreateNetworkInterface(t.ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: new("subnet-0123456789abcdef0")})
	wantErrorOf(t, "one in an unknown subnet", err, "InvalidSubnetID.NotFound", "")
}

func addressOfInterface(t *T) {
	subnet := t.subnet(t.vpc("10.0.0.0/16"), "10.0.0.16/28")
	available := func() int32 { return *t.describedSubnet(*subnet.SubnetId).AvailableIpAddressCount }
	named := func(address string) error {
		_, err := t.ec2(home).CreateNetworkInterface(t.ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId, PrivateIpAddress: &address})
		return err
	}
	equal(t, "AvailableIpAddressCount of an empty subnet", available(), 11)
	if err := named("10.0.0.21"); err != nil {
		t.Fatalf("%v", err)
	}
	wantErrorOf(t, "the same address again", named("10.0.0.21"), "InvalidIPAddress.InUse", "")
	for what, address := range map[string]string{
		"the network's address": "10.0.0.16", "the router's address": "10.0.0.17", "the last address": "10.0.0.31",
		"an address of the VPC": "10.0.0.32", "no address": "x", "an address of IPv6": "2001:db8::1",
	} {
		wantErrorOf(t, what, named(address), "InvalidParameterValue", "")
	}
	first := t.networkInterface(subnet)
	equal(t, "the lowest free address", str(first.PrivateIpAddress), "10.0.0.20")
	equal(t, "the next one", str(t.networkInterface(subnet).PrivateIpAddress), "10.0.0.22")
	equal(t, "AvailableIpAddressCount", available(), 8)
	for range 8 {
		t.networkInterface(subnet)
	}
	_, err := t.ec2(home).CreateNetworkInterface(t.ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId})
	wantErrorOf(t, "an interface in a full subnet", err, "InsufficientFreeAddressesInSubnet", "")
	must(t.ec2(home).DeleteNetworkInterface(t.ctx, &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: first.NetworkInterfaceId}))(t)
	equal(t, "AvailableIpAddressCount after one is deleted", available(), 1)
	equal(t, "an address that was given back", str(t.networkInterface(subnet).PrivateIpAddress), "10.0.0.20")
}

func groupsOfInterface(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	subnet := t.subnet(vpc, "10.0.0.0/24")
	own, foreign := *t.defaultGroup(vpc).GroupId, *t.defaultGroup(t.vpc("10.0.0.0/16")).GroupId
	got := t.networkInterfaceAs(&ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId, Groups: []string{own}})
	equal(t, "GroupId", str(got.Groups[0].GroupId), own)
	for what, test := range map[string]struct {
		group, code string
	}{
		"a group of another VPC": {foreign, "InvalidParameter"},
		"an unknown group":       {"sg-0123456789abcdef0", "InvalidGroup.NotFound"},
	} {
		_, err := t.ec2(home).CreateNetworkInterface(t.ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId, Groups: []string{own, test.group}})
		wantErrorOf(t, what, err, test.code, "")
	}
	_, err := t.ec2(home).CreateNetworkInterface(t.ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId, Groups: []string{own, own, own, own, own, own}})
	wantErrorOf(t, "six groups", err, "SecurityGroupsPerInterfaceLimitExceeded", "")
}

func describeInterfaces(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	subnet, other := t.subnet(vpc, "10.0.0.0/24"), t.subnet(vpc, "10.0.1.0/24")
	first := t.networkInterfaceAs(&ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId, Description: new("first"), TagSpecifications: tagged(types.ResourceTypeNetworkInterface, "env", "prod")})
	t.networkInterface(subnet)
	t.networkInterface(other)
	find := func(filters ...types.Filter) int {
		return len(must(t.ec2(home).DescribeNetworkInterfaces(t.ctx, &ec2.DescribeNetworkInterfacesInput{Filters: filters}))(t).NetworkInterfaces)
	}
	for name, test := range map[string]struct {
		value string
		want  int
	}{
		"subnet-id":                    {*subnet.SubnetId, 2},
		"vpc-id":                       {*vpc.VpcId, 3},
		"group-id":                     {*t.defaultGroup(vpc).GroupId, 3},
		"description":                  {"first", 1},
		"private-ip-address":           {"10.0.0.4", 1},
		"addresses.private-ip-address": {"10.0.1.4", 1},
		"mac-address":                  {*first.MacAddress, 1},
		"network-interface-id":         {*first.NetworkInterfaceId, 1},
		"availability-zone":            {*subnet.AvailabilityZone, 3},
		"status":                       {"available", 3},
		"interface-type":               {"interface", 3},
		"owner-id":                     {t.Account(), 3},
		"tag:env":                      {"prod", 1},
		"tag-key":                      {"env", 1},
		"attachment.instance-id":       {"*", 0},
		"association.public-ip":        {"*", 0},
	} {
		equal(t, "number of interfaces with "+name+" "+test.value, find(filter(name, test.value)), test.want)
	}
	equal(t, "number of interfaces in both subnets", find(filter("subnet-id", *subnet.SubnetId, *other.SubnetId)), 3)
	equal(t, "number of pages", t.pagesOfInterfaces(5), 1)
	for range 3 {
		t.networkInterface(other)
	}
	equal(t, "number of pages", t.pagesOfInterfaces(5), 2)
	_, err := t.ec2(home).DescribeNetworkInterfaces(t.ctx, &ec2.DescribeNetworkInterfacesInput{MaxResults: new(int32(4))})
	wantErrorOf(t, "a page of 4", err, "InvalidParameterValue", "")
}

func (t *T) pagesOfInterfaces(size int32) (n int) {
	pages := ec2.NewDescribeNetworkInterfacesPaginator(t.ec2(home), &ec2.DescribeNetworkInterfacesInput{MaxResults: &size})
	for ; pages.HasMorePages(); n++ {
		must(pages.NextPage(t.ctx))(t)
	}
	return n
}

func deleteSubnetWithInterface(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	subnet := t.subnet(vpc, "10.0.0.0/24")
	i := t.networkInterface(subnet)
	in := &ec2.DeleteSubnetInput{SubnetId: subnet.SubnetId}
	_, err := t.ec2(home).DeleteSubnet(t.ctx, in)
	wantErrorOf(t, "deleting the subnet", err, "DependencyViolation", "The subnet '"+*subnet.SubnetId+"' has dependencies and cannot be deleted.")
	_, err = t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId})
	wantErrorOf(t, "deleting the VPC", err, "DependencyViolation", "")
	must(t.ec2(home).DeleteNetworkInterface(t.ctx, &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: i.NetworkInterfaceId}))(t)
	must(t.ec2(home).DeleteSubnet(t.ctx, in))(t)
}

func plainInterfaces(t *T) {
	vpc := t.vpcWithIPv6("10.0.0.0/16")
	subnet := t.subnet(vpc, "10.0.0.0/24")
	for name, change := range map[string]func(*ec2.CreateNetworkInterfaceInput){
		"ConnectionTrackingSpecification": func(in *ec2.CreateNetworkInterfaceInput) {
			in.ConnectionTrackingSpecification = &types.ConnectionTrackingSpecificationRequest{UdpTimeout: new(int32(60))}
		},
		"EnablePrimaryIpv6": func(in *ec2.CreateNetworkInterfaceInput) { in.EnablePrimaryIpv6 = new(true) },
		"InterfaceType":     func(in *ec2.CreateNetworkInterfaceInput) { in.InterfaceType = types.NetworkInterfaceCreationTypeEfa },
		"Ipv4PrefixCount":   func(in *ec2.CreateNetworkInterfaceInput) { in.Ipv4PrefixCount = new(int32(1)) },
		"Ipv6AddressCount":  func(in *ec2.CreateNetworkInterfaceInput) { in.Ipv6AddressCount = new(int32(1)) },
		"PrivateIpAddresses": func(in *ec2.CreateNetworkInterfaceInput) {
			in.PrivateIpAddresses = []types.PrivateIpAddressSpecification{{PrivateIpAddress: new("10.0.0.9")}}
		},
		"SecondaryPrivateIpAddressCount": func(in *ec2.CreateNetworkInterfaceInput) { in.SecondaryPrivateIpAddressCount = new(int32(1)) },
	} {
		in := &ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId}
		change(in)
		_, err := t.ec2(home).CreateNetworkInterface(t.ctx, in)
		wantErrorOf(t, name, err, "UnsupportedOperation", "…"+name+"…")
	}
	block := (*vpc.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock)
	must(t.ec2(home).AssociateSubnetCidrBlock(t.ctx, &ec2.AssociateSubnetCidrBlockInput{SubnetId: subnet.SubnetId, Ipv6CidrBlock: new(block[:len(block)-2] + "64")}))(t)
	must(t.ec2(home).ModifySubnetAttribute(t.ctx, &ec2.ModifySubnetAttributeInput{SubnetId: subnet.SubnetId, AssignIpv6AddressOnCreation: &types.AttributeBooleanValue{Value: new(true)}}))(t)
	_, err := t.ec2(home).CreateNetworkInterface(t.ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId})
	wantErrorOf(t, "an interface that would have an address of IPv6", err, "UnsupportedOperation", "…IPv6…")
}

func (t *T) associateInterface(address *ec2.AllocateAddressOutput, i types.NetworkInterface) *string {
	return must(t.ec2(home).AssociateAddress(t.ctx, &ec2.AssociateAddressInput{AllocationId: address.AllocationId, NetworkInterfaceId: i.NetworkInterfaceId}))(t).AssociationId
}

func associateAddress(t *T) {
	_, subnet, _ := t.onInternet()
	i := t.networkInterface(subnet)
	address := t.allocateAddress(&ec2.AllocateAddressInput{})
	association := t.associateInterface(address, i)
	matches(t, "AssociationId", str(association), "eipassoc-"+hex17)
	want := types.Address{
		AllocationId:            address.AllocationId,
		AssociationId:           association,
		Domain:                  types.DomainTypeVpc,
		NetworkBorderGroup:      new(home),
		NetworkInterfaceId:      i.NetworkInterfaceId,
		NetworkInterfaceOwnerId: new(t.Account()),
		PrivateIpAddress:        i.PrivateIpAddress,
		PublicIp:                address.PublicIp,
		PublicIpv4Pool:          new("amazon"),
		SubnetId:                subnet.SubnetId,
		Tags:                    []types.Tag{},
	}
	equalRecord(t, "the address", t.describedAddress(address.AllocationId), want)
	shown := t.describedInterface(*i.NetworkInterfaceId).Association
	if shown == nil {
		t.Fatalf("the network interface has no association")
	}
	equal(t, "PublicIp of the interface", str(shown.PublicIp), *address.PublicIp)
	equal(t, "AllocationId of the interface", str(shown.AllocationId), *address.AllocationId)
	equal(t, "AssociationId of the interface", str(shown.AssociationId), *association)
	equal(t, "IpOwnerId of the interface", str(shown.IpOwnerId), t.Account())
	for name, value := range map[string]*string{
		"association-id": association, "network-interface-id": i.NetworkInterfaceId, "network-interface-owner-id": new(t.Account()), "private-ip-address": i.PrivateIpAddress,
	} {
		equalRecord(t, "addresses by "+name, t.addressesFound(&ec2.DescribeAddressesInput{Filters: []types.Filter{filter(name, *value)}}), []string{*address.PublicIp})
	}
	equal(t, "the same association again", str(t.associateInterface(address, i)), *association)

	in := &ec2.DisassociateAddressInput{AssociationId: association}
	must(t.ec2(home).DisassociateAddress(t.ctx, in))(t)
	_, err := t.ec2(home).DisassociateAddress(t.ctx, in)
	wantErrorOf(t, "ending the association again", err, "InvalidAssociationID.NotFound", "The association ID '"+*association+"' does not exist")
	must(t.ec2(home).DisassociateAddress(t.ctx, &ec2.DisassociateAddressInput{PublicIp: address.PublicIp}))(t)
	want.AssociationId, want.NetworkInterfaceId, want.NetworkInterfaceOwnerId, want.PrivateIpAddress, want.SubnetId = nil, nil, nil, nil, nil
	equalRecord(t, "the address afterwards", t.describedAddress(address.AllocationId), want)
	if t.describedInterface(*i.NetworkInterfaceId).Association != nil {
		t.Errorf("the network interface still has an association")
	}

	outside := t.networkInterface(t.subnet(t.vpc("10.1.0.0/16"), "10.1.0.0/24"))
	for what, test := range map[string]struct {
		in   *ec2.AssociateAddressInput
		code string
	}{
		"an interface without the Internet": {&ec2.AssociateAddressInput{AllocationId: address.AllocationId, NetworkInterfaceId: outside.NetworkInterfaceId}, "Gateway.NotAttached"},
		"an unknown interface":              {&ec2.AssociateAddressInput{AllocationId: address.AllocationId, NetworkInterfaceId: new("eni-0123456789abcdef0")}, "InvalidNetworkInterfaceID.NotFound"},
		"an instance":                       {&ec2.AssociateAddressInput{AllocationId: address.AllocationId, InstanceId: new("i-0123456789abcdef0")}, "InvalidInstanceID.NotFound"},
		"an instance and an interface":      {&ec2.AssociateAddressInput{AllocationId: address.AllocationId, InstanceId: new("i-0123456789abcdef0"), NetworkInterfaceId: i.NetworkInterfaceId}, "InvalidParameterCombination"},
		"nothing":                           {&ec2.AssociateAddressInput{AllocationId: address.AllocationId}, "MissingParameter"},
		"an unknown address":                {&ec2.AssociateAddressInput{AllocationId: new("eipalloc-0123456789abcdef0"), NetworkInterfaceId: i.NetworkInterfaceId}, "InvalidAllocationID.NotFound"},
		"no address":                        {&ec2.AssociateAddressInput{NetworkInterfaceId: i.NetworkInterfaceId}, "MissingParameter"},
		"another private address":           {&ec2.AssociateAddressInput{AllocationId: address.AllocationId, NetworkInterfaceId: i.NetworkInterfaceId, PrivateIpAddress: new("10.0.0.9")}, "InvalidParameterValue"},
	} {
		_, err := t.ec2(home).AssociateAddress(t.ctx, test.in)
		wantErrorOf(t, what, err, test.code, "")
	}
	for what, test := range map[string]struct {
		in   *ec2.DisassociateAddressInput
		code string
	}{
		"neither":                        {&ec2.DisassociateAddressInput{}, "MissingParameter"},
		"the address and an association": {&ec2.DisassociateAddressInput{AssociationId: association, PublicIp: address.PublicIp}, "InvalidParameterCombination"},
		"an unknown address":             {&ec2.DisassociateAddressInput{PublicIp: new("192.0.2.1")}, "InvalidAddress.NotFound"},
	} {
		_, err := t.ec2(home).DisassociateAddress(t.ctx, test.in)
		wantErrorOf(t, "disassociating "+what, err, test.code, "")
	}
}

func reassociateAddress(t *T) {
	_, subnet, _ := t.onInternet()
	first, second := t.networkInterface(subnet), t.networkInterface(subnet)
	address, other := t.allocateAddress(&ec2.AllocateAddressInput{}), t.allocateAddress(&ec2.AllocateAddressInput{})
	association := t.associateInterface(address, first)
	_, err := t.ec2(home).AssociateAddress(t.ctx, &ec2.AssociateAddressInput{AllocationId: address.AllocationId, NetworkInterfaceId: second.NetworkInterfaceId, AllowReassociation: new(false)})
	wantErrorOf(t, "another interface for an address that has one", err, "Resource.AlreadyAssociated", fmt.Sprintf("resource %s is already associated with associate-id %s", *address.AllocationId, *association))
	if moved := t.associateInterface(address, second); *moved == *association {
		t.Errorf("the association is %s again, want a new one", *moved)
	}
	if t.describedInterface(*first.NetworkInterfaceId).Association != nil {
		t.Errorf("the first interface still has the address")
	}
	t.associateInterface(other, second)
	equal(t, "the address of the second interface", str(t.describedInterface(*second.NetworkInterfaceId).Association.PublicIp), *other.PublicIp)
	equal(t, "the association of the address that made way", str(t.describedAddress(address.AllocationId).AssociationId), absent)
}

func associatedAddressInUse(t *T) {
	vpc, subnet, gateway := t.onInternet()
	i := t.networkInterface(subnet)
	address := t.allocateAddress(&ec2.AllocateAddressInput{})
	t.associateInterface(address, i)
	_, err := t.ec2(home).ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: address.AllocationId})
	wantErrorOf(t, "releasing the address", err, "InvalidIPAddress.InUse", "")
	detach := &ec2.DetachInternetGatewayInput{InternetGatewayId: gateway, VpcId: vpc.VpcId}
	_, err = t.ec2(home).DetachInternetGateway(t.ctx, detach)
	wantErrorOf(t, "detaching the gateway", err, "DependencyViolation", "Network "+*vpc.VpcId+" has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.")
	must(t.ec2(home).DeleteNetworkInterface(t.ctx, &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: i.NetworkInterfaceId}))(t)
	equal(t, "the association after the interface is gone", str(t.describedAddress(address.AllocationId).AssociationId), absent)
	must(t.ec2(home).DetachInternetGateway(t.ctx, detach))(t)
	t.releaseAddress(address.AllocationId)
}

// terraformEIP is what the provider calls for an aws_eip with ipam_pool_id and network_interface: see
// terraform-provider-aws, internal/service/ec2/ec2_eip.go.
func terraformEIP(t *T) {
	client := t.ec2(home)
	pool, addresses := t.contiguous(t.ipam())
	_, subnet, _ := t.onInternet()
	i := t.networkInterface(subnet)

	eip := must(client.AllocateAddress(t.ctx, &ec2.AllocateAddressInput{
		Domain: types.DomainTypeVpc, IpamPoolId: pool.IpamPoolId, TagSpecifications: tagged(types.ResourceTypeElasticIp, "Name", "web"),
	}))(t)
	t.describedAddress(eip.AllocationId)
	association := t.associateInterface(eip, i)
	equalRecord(t, "the address by its association", t.addressesFound(&ec2.DescribeAddressesInput{Filters: []types.Filter{filter("association-id", *association)}}), addresses[:1])
	read := t.describedAddress(eip.AllocationId)
	equal(t, "what becomes ipam_pool_id", str(read.PublicIpv4Pool), *pool.IpamPoolId)
	equal(t, "number of names", len(must(client.DescribeAddressesAttribute(t.ctx, &ec2.DescribeAddressesAttributeInput{
		AllocationIds: []string{*eip.AllocationId}, Attribute: types.AddressAttributeNameDomainName,
	}))(t).Addresses), 0)

	must(client.DisassociateAddress(t.ctx, &ec2.DisassociateAddressInput{AssociationId: association}))(t)
	equal(t, "number of addresses by an association that has ended", len(t.addressesFound(&ec2.DescribeAddressesInput{Filters: []types.Filter{filter("association-id", *association)}})), 0)
	must(client.ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: eip.AllocationId, NetworkBorderGroup: read.NetworkBorderGroup}))(t)
	_, err := client.DescribeAddresses(t.ctx, &ec2.DescribeAddressesInput{AllocationIds: []string{*eip.AllocationId}})
	wantErrorOf(t, "the address afterwards", err, "InvalidAllocationID.NotFound", "")
	t.await("the pool's allocation to be gone", func() bool {
		return !slices.ContainsFunc(t.allocations(pool), func(a types.IpamPoolAllocation) bool {
			return a.ResourceType == types.IpamPoolAllocationResourceTypeEip && *a.ResourceId == *eip.AllocationId
		})
	})
}
