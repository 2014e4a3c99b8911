package conformance

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var natGatewayTests = []Test{
	{"a public NAT gateway is in a subnet, with an address", "B440", publicNAT},
	{"a NAT gateway has a network interface that AWS manages", "B441", natInterface},
	{"an address that a NAT gateway uses is out of its owner's hands", "B442", natAddressInUse},
	{"a private NAT gateway has private addresses only", "B443", privateNAT},
	{"a NAT gateway that meets an obstacle fails", "B444", failedNAT},
	{"which parameters of a NAT gateway go together", "B445", wrongNAT},
	{"a deleted NAT gateway gives back what it had", "B446", deleteNAT},
	{"nothing is taken from under a NAT gateway", "B447", underNAT},
	{"NAT gateways are found by id and filter", "B448", describeNAT},
	{"a zone has five NAT gateways, one of which has two addresses", "B449", natQuotas},
	{"a public NAT gateway gets more addresses and loses them", "B450", associateNAT},
	{"what can't be done to the addresses of a NAT gateway", "B451", wrongNATAddresses},
	{"a private NAT gateway gets more addresses and loses them", "B452", assignNAT},
	{"the calls of Terraform's aws_nat_gateway and aws_internet_gateway", "B453", terraformNAT},
	{"a NAT gateway is asked for once with a client token", "B454", natToken},
}

func (t *T) createNAT(in *ec2.CreateNatGatewayInput) types.NatGateway {
	return *must(t.ec2(home).CreateNatGateway(t.ctx, in))(t).NatGateway
}

func (t *T) describedNAT(id *string) types.NatGateway {
	return must(t.ec2(home).DescribeNatGateways(t.ctx, &ec2.DescribeNatGatewaysInput{NatGatewayIds: []string{*id}}))(t).NatGateways[0]
}

func (t *T) awaitNAT(id *string, state types.NatGatewayState) (g types.NatGateway) {
	t.await(*id+" to be "+string(state), func() bool {
		g = t.describedNAT(id)
		return g.State == state
	})
	return g
}

// nat creates a NAT gateway and waits for it.
func (t *T) nat(in *ec2.CreateNatGatewayInput) types.NatGateway {
	return t.awaitNAT(t.createNAT(in).NatGatewayId, types.NatGatewayStateAvailable)
}

func (t *T) deleteNAT(id *string) {
	out := must(t.ec2(home).DeleteNatGateway(t.ctx, &ec2.DeleteNatGatewayInput{NatGatewayId: id}))(t)
	equal(t, "NatGatewayId in the answer of DeleteNatGateway", str(out.NatGatewayId), *id)
	t.awaitNAT(id, types.NatGatewayStateDeleted)
}

// awaitNATAddresses waits until a gateway has a number of addresses, and all of them.
func (t *T) awaitNATAddresses(id *string, n int) (list []types.NatGatewayAddress) {
	t.await("the addresses of "+*id, func() bool {
		list = t.describedNAT(id).NatGatewayAddresses
		for _, a := range list {
			if a.Status != types.NatGatewayAddressStatusSucceeded {
				return false
			}
		}
		return len(list) == n
	})
	return list
}

// elasticIP allocates an address of Amazon's.
func (t *T) elasticIP() *ec2.AllocateAddressOutput {
	return t.allocateAddress(&ec2.AllocateAddressInput{})
}

func publicNAT(t *T) {
	vpc, subnet, _ := t.onInternet()
	eip := t.elasticIP()
	answer := t.createNAT(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip.AllocationId})
	matches(t, "NatGatewayId", str(answer.NatGatewayId), "nat-"+hex17)
	if answer.CreateTime == nil {
		t.Errorf("the answer has no CreateTime")
	}
	want := types.NatGateway{
		NatGatewayId:     answer.NatGatewayId,
		SubnetId:         subnet.SubnetId,
		VpcId:            vpc.VpcId,
		ConnectivityType: types.ConnectivityTypePublic,
		AvailabilityMode: types.AvailabilityModeZonal,
		CreateTime:       answer.CreateTime,
		State:            types.NatGatewayStatePending,
		NatGatewayAddresses: []types.NatGatewayAddress{{
			AllocationId: eip.AllocationId, IsPrimary: new(true), Status: types.NatGatewayAddressStatusAssociating,
		}},
	}
	equalRecord(t, "the answer of CreateNatGateway", answer, want)

	got := t.awaitNAT(answer.NatGatewayId, types.NatGatewayStateAvailable)
	first := got.NatGatewayAddresses[0]
	matches(t, "AssociationId", str(first.AssociationId), "eipassoc-"+hex17)
	want.State, want.Tags, want.AttachedAppliances = types.NatGatewayStateAvailable, []types.Tag{}, []types.NatGatewayAttachedAppliance{}
	want.NatGatewayAddresses = []types.NatGatewayAddress{{
		AllocationId: eip.AllocationId, AssociationId: first.AssociationId, IsPrimary: new(true), NetworkInterfaceId: first.NetworkInterfaceId,
		PrivateIp: new("10.0.0.4"), PublicIp: eip.PublicIp, Status: types.NatGatewayAddressStatusSucceeded,
	}}
	equalRecord(t, "the NAT gateway", got, want)
	named := t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: t.elasticIP().AllocationId, PrivateIpAddress: new("10.0.0.77")})
	equal(t, "a private address that the request names", str(named.NatGatewayAddresses[0].PrivateIp), "10.0.0.77")
}

func natInterface(t *T) {
	vpc, subnet, _ := t.onInternet()
	eip := t.elasticIP()
	gateway := t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip.AllocationId})
	address := gateway.NatGatewayAddresses[0]
	got := t.describedInterface(*address.NetworkInterfaceId)
	association := &types.NetworkInterfaceAssociation{
		AllocationId: eip.AllocationId, AssociationId: address.AssociationId, IpOwnerId: new(t.Account()), PublicDnsName: got.Association.PublicDnsName, PublicIp: eip.PublicIp,
	}
	equalRecord(t, "the network interface", got, types.NetworkInterface{
		NetworkInterfaceId: address.NetworkInterfaceId,
		Association:        association,
		Attachment: &types.NetworkInterfaceAttachment{
			AttachmentId: got.Attachment.AttachmentId, DeleteOnTermination: new(false), DeviceIndex: new(int32(1)), InstanceOwnerId: new("amazon-aws"), Status: types.AttachmentStatusAttached,
		},
		AvailabilityZone:   subnet.AvailabilityZone,
		AvailabilityZoneId: subnet.AvailabilityZoneId,
		Description:        new("Interface for NAT Gateway " + *gateway.NatGatewayId),
		Groups:             []types.GroupIdentifier{},
		InterfaceType:      "nat_gateway",
		Ipv6Addresses:      []types.NetworkInterfaceIpv6Address{},
		MacAddress:         got.MacAddress,
		OwnerId:            new(t.Account()),
		PrivateDnsName:     new("ip-10-0-0-4.ec2.internal"),
		PrivateIpAddress:   new("10.0.0.4"),
		PrivateIpAddresses: []types.NetworkInterfacePrivateIpAddress{{Association: association, Primary: new(true), PrivateIpAddress: new("10.0.0.4"), PrivateDnsName: new("ip-10-0-0-4.ec2.internal")}},
		RequesterId:        got.RequesterId,
		RequesterManaged:   new(true),
		SourceDestCheck:    new(false),
		Status:             types.NetworkInterfaceStatusInUse,
		SubnetId:           subnet.SubnetId,
		TagSet:             []types.Tag{},
		VpcId:              vpc.VpcId,
	})
	matches(t, "AttachmentId", str(got.Attachment.AttachmentId), "ela-attach-[0-9a-f]+")
	for name, value := range map[string]string{
		"interface-type": "nat_gateway", "attachment.instance-owner-id": "amazon-aws", "attachment.status": "attached", "attachment.attachment-id": *got.Attachment.AttachmentId,
		"attachment.device-index": "1", "attachment.delete-on-termination": "false", "requester-managed": "true", "addresses.association.public-ip": *eip.PublicIp,
	} {
		found := must(t.ec2(home).DescribeNetworkInterfaces(t.ctx, &ec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{filter(name, value)}}))(t).NetworkInterfaces
		equal(t, "number of interfaces with "+name+" "+value, len(found), 1)
	}
	equal(t, "AvailableIpAddressCount of the subnet", *t.describedSubnet(*subnet.SubnetId).AvailableIpAddressCount, 250)
	_, err := t.ec2(home).DeleteNetworkInterface(t.ctx, &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: address.NetworkInterfaceId})
	wantErrorOf(t, "deleting the interface", err, "InvalidParameterValue", "Network interface '"+*address.NetworkInterfaceId+"' is currently in use.")
	_, err = t.ec2(home).AssociateAddress(t.ctx, &ec2.AssociateAddressInput{AllocationId: t.elasticIP().AllocationId, NetworkInterfaceId: address.NetworkInterfaceId})
	wantErrorOf(t, "another address for the interface", err, "AuthFailure", "")
}

const notPermitted = "You do not have permission to access the specified resource."

func natAddressInUse(t *T) {
	_, subnet, _ := t.onInternet()
	eip := t.elasticIP()
	address := t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip.AllocationId}).NatGatewayAddresses[0]
	want := types.Address{
		AllocationId:            eip.AllocationId,
		AssociationId:           address.AssociationId,
		Domain:                  types.DomainTypeVpc,
		NetworkBorderGroup:      new(home),
		NetworkInterfaceId:      address.NetworkInterfaceId,
		NetworkInterfaceOwnerId: new(t.Account()),
		PrivateIpAddress:        address.PrivateIp,
		PublicIp:                eip.PublicIp,
		PublicIpv4Pool:          new("amazon"),
		SubnetId:                subnet.SubnetId,
		Tags:                    []types.Tag{},
	}
	equalRecord(t, "the address", t.describedAddress(eip.AllocationId), want)
	t.notPermitted(eip.AllocationId, address.AssociationId, t.networkInterface(subnet))
	equalRecord(t, "the address afterwards", t.describedAddress(eip.AllocationId), want)
}

// notPermitted tries all that an owner can do to an address.
func (t *T) notPermitted(allocation, association *string, i types.NetworkInterface) {
	_, err := t.ec2(home).ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: allocation})
	wantErrorOf(t, "releasing the address", err, "AuthFailure", notPermitted)
	_, err = t.ec2(home).DisassociateAddress(t.ctx, &ec2.DisassociateAddressInput{AssociationId: association})
	wantErrorOf(t, "disassociating it", err, "AuthFailure", notPermitted)
	_, err = t.ec2(home).AssociateAddress(t.ctx, &ec2.AssociateAddressInput{AllocationId: allocation, NetworkInterfaceId: i.NetworkInterfaceId})
	wantErrorOf(t, "associating it with another interface", err, "AuthFailure", notPermitted)
}

func privateNAT(t *T) {
	subnet := t.subnet(t.vpc("10.0.0.0/16"), "10.0.0.0/24")
	answer := t.createNAT(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, ConnectivityType: types.ConnectivityTypePrivate, SecondaryPrivateIpAddressCount: new(int32(2))})
	equal(t, "ConnectivityType in the answer", answer.ConnectivityType, types.ConnectivityTypePrivate)
	equal(t, "Status in the answer", answer.NatGatewayAddresses[0].Status, types.NatGatewayAddressStatusAssigning)
	got := t.awaitNAT(answer.NatGatewayId, types.NatGatewayStateAvailable).NatGatewayAddresses
	want := []types.NatGatewayAddress{}
	for i, private := range []string{"10.0.0.4", "10.0.0.5", "10.0.0.6"} {
		want = append(want, types.NatGatewayAddress{IsPrimary: new(i == 0), NetworkInterfaceId: got[0].NetworkInterfaceId, PrivateIp: &private, Status: types.NatGatewayAddressStatusSucceeded})
	}
	equalRecord(t, "the addresses", got, want)
	i := t.describedInterface(*got[0].NetworkInterfaceId)
	equal(t, "number of private addresses of the interface", len(i.PrivateIpAddresses), 3)
	equal(t, "the second of them", str(i.PrivateIpAddresses[1].PrivateIpAddress), "10.0.0.5")
	equal(t, "whether that is the primary one", boolean(i.PrivateIpAddresses[1].Primary), "false")
	if i.Association != nil {
		t.Errorf("the interface of a private NAT gateway has a public address")
	}
	equal(t, "AvailableIpAddressCount of the subnet", *t.describedSubnet(*subnet.SubnetId).AvailableIpAddressCount, 248)
	named := t.nat(&ec2.CreateNatGatewayInput{
		SubnetId: subnet.SubnetId, ConnectivityType: types.ConnectivityTypePrivate, PrivateIpAddress: new("10.0.0.8"), SecondaryPrivateIpAddresses: []string{"10.0.0.99"},
	}).NatGatewayAddresses
	equal(t, "the primary address that a request names", str(named[0].PrivateIp), "10.0.0.8")
	equal(t, "the secondary address that a request names", str(named[1].PrivateIp), "10.0.0.99")
	equal(t, "the next address of the subnet", str(t.networkInterface(subnet).PrivateIpAddress), "10.0.0.7")
}

func failedNAT(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	offline := t.subnet(vpc, "10.0.1.0/24")
	_, subnet, _ := t.onInternet()
	full := t.subnet(vpc, "10.0.2.0/28")
	for range 11 {
		t.networkInterface(full)
	}
	free, used := t.elasticIP(), t.elasticIP()
	t.associateInterface(used, t.networkInterface(subnet))
	var failed *string
	for what, test := range map[string]struct {
		in            *ec2.CreateNatGatewayInput
		code, message string
	}{
		"a VPC without the Internet": {
			&ec2.CreateNatGatewayInput{SubnetId: offline.SubnetId, AllocationId: free.AllocationId},
			"Gateway.NotAttached", "Network " + *vpc.VpcId + " has no Internet gateway attached",
		},
		"an address that something has": {
			&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: used.AllocationId},
			"Resource.AlreadyAssociated", "Elastic IP address " + *used.AllocationId + " is already associated",
		},
		"a subnet without free addresses": {
			&ec2.CreateNatGatewayInput{SubnetId: full.SubnetId, ConnectivityType: types.ConnectivityTypePrivate},
			"InsufficientFreeAddressesInSubnet", "Subnet has insufficient free addresses to create this NAT gateway",
		},
	} {
		answer := t.createNAT(test.in)
		equal(t, "State in the answer for "+what, answer.State, types.NatGatewayStatePending)
		equal(t, "FailureCode in the answer for "+what, str(answer.FailureCode), absent)
		got := t.awaitNAT(answer.NatGatewayId, types.NatGatewayStateFailed)
		equal(t, "FailureCode for "+what, str(got.FailureCode), test.code)
		equal(t, "FailureMessage for "+what, str(got.FailureMessage), test.message)
		if test.in.AllocationId != nil {
			equal(t, "AllocationId for "+what, str(got.NatGatewayAddresses[0].AllocationId), *test.in.AllocationId)
			equal(t, "Status of the address for "+what, got.NatGatewayAddresses[0].Status, types.NatGatewayAddressStatusFailed)
		}
		failed = got.NatGatewayId
	}
	t.releaseAddress(free.AllocationId)
	must(t.ec2(home).DeleteSubnet(t.ctx, &ec2.DeleteSubnetInput{SubnetId: offline.SubnetId}))(t)
	t.advance(65 * time.Minute)
	t.natGone(failed)
}

func (t *T) natGone(id *string) {
	_, err := t.ec2(home).DescribeNatGateways(t.ctx, &ec2.DescribeNatGatewaysInput{NatGatewayIds: []string{*id}})
	wantErrorOf(t, "looking up "+*id, err, "NatGatewayNotFound", "The Nat Gateway "+*id+" was not found")
}

func wrongNAT(t *T) {
	vpc, subnet, _ := t.onInternet()
	eip := t.elasticIP().AllocationId
	private := types.ConnectivityTypePrivate
	for what, test := range map[string]struct {
		in            *ec2.CreateNatGatewayInput
		code, message string
	}{
		"no subnet":             {&ec2.CreateNatGatewayInput{AllocationId: eip}, "MissingParameter", ""},
		"no address":            {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId}, "MissingParameter", "The request must include the AllocationId parameter. Add the required parameter and retry the request."},
		"an unknown subnet":     {&ec2.CreateNatGatewayInput{SubnetId: new("subnet-0123456789abcdef0"), AllocationId: eip}, "InvalidSubnetID.NotFound", ""},
		"an unknown address":    {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: new("eipalloc-0123456789abcdef0")}, "InvalidAllocationID.NotFound", ""},
		"one address twice":     {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip, SecondaryAllocationIds: []string{*eip}}, "InvalidParameterValue", ""},
		"a VPC and a subnet":    {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip, VpcId: vpc.VpcId}, "InvalidParameterCombination", ""},
		"zones and a subnet":    {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip, AvailabilityZoneAddresses: []types.AvailabilityZoneAddress{{AllocationIds: []string{*eip}}}}, "InvalidParameterCombination", ""},
		"a private one's count": {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip, SecondaryPrivateIpAddressCount: new(int32(1))}, "InvalidParameterCombination", ""},
		"private addresses without public ones": {
			&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip, SecondaryPrivateIpAddresses: []string{"10.0.0.9"}}, "InvalidParameterCombination", "",
		},
		"an address of the router":           {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip, PrivateIpAddress: new("10.0.0.1")}, "InvalidParameterValue", ""},
		"an address of another subnet":       {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip, PrivateIpAddress: new("10.0.1.9")}, "InvalidParameterValue", ""},
		"a public address for a private one": {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip, ConnectivityType: private}, "InvalidParameterCombination", ""},
		"public addresses for a private one": {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, SecondaryAllocationIds: []string{*eip}, ConnectivityType: private}, "InvalidParameterCombination", ""},
		"a number of addresses and their names": {
			&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, ConnectivityType: private, SecondaryPrivateIpAddresses: []string{"10.0.0.9"}, SecondaryPrivateIpAddressCount: new(int32(1))},
			"InvalidParameterCombination", "",
		},
		"nine private addresses": {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, ConnectivityType: private, SecondaryPrivateIpAddressCount: new(int32(8))}, "InvalidParameterValue", ""},
		"tags of another type":   {&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip, TagSpecifications: tagged(types.ResourceTypeVpc, "k", "v")}, "InvalidParameterValue", ""},
	} {
		_, err := t.ec2(home).CreateNatGateway(t.ctx, test.in)
		wantErrorOf(t, what, err, test.code, test.message)
	}
	equal(t, "number of NAT gateways", len(t.natGateways()), 0)
	equal(t, "the association of the address", str(t.describedAddress(eip).AssociationId), absent)
	_, err := t.ec2As(t.OtherAccount(), home).CreateNatGateway(t.ctx, &ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip})
	wantErrorOf(t, "another account's subnet", err, "InvalidSubnetID.NotFound", "")
}

func (t *T) natGateways(filters ...types.Filter) []types.NatGateway {
	return must(t.ec2(home).DescribeNatGateways(t.ctx, &ec2.DescribeNatGatewaysInput{Filter: filters}))(t).NatGateways
}

func deleteNAT(t *T) {
	_, subnet, _ := t.onInternet()
	eip := t.elasticIP()
	gateway := t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip.AllocationId, TagSpecifications: tagged(types.ResourceTypeNatgateway, "k", "v")})
	t.deleteNAT(gateway.NatGatewayId)
	got := t.describedNAT(gateway.NatGatewayId)
	if got.DeleteTime == nil {
		t.Errorf("the deleted NAT gateway has no DeleteTime")
	}
	equalRecord(t, "the addresses that the gateway had", got.NatGatewayAddresses, gateway.NatGatewayAddresses)
	equalRecord(t, "its tags", got.Tags, tags("k", "v"))
	equal(t, "the association of the address", str(t.describedAddress(eip.AllocationId).AssociationId), absent)
	equal(t, "AvailableIpAddressCount of the subnet", *t.describedSubnet(*subnet.SubnetId).AvailableIpAddressCount, 251)
	_, err := t.ec2(home).DescribeNetworkInterfaces(t.ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{*gateway.NatGatewayAddresses[0].NetworkInterfaceId}})
	wantErrorOf(t, "looking up the interface", err, "InvalidNetworkInterfaceID.NotFound", "")
	_, err = t.ec2(home).DeleteNatGateway(t.ctx, &ec2.DeleteNatGatewayInput{NatGatewayId: gateway.NatGatewayId})
	wantErrorOf(t, "deleting it again", err, "NatGatewayNotFound", "")
	t.releaseAddress(eip.AllocationId)
	t.advance(65 * time.Minute)
	t.natGone(gateway.NatGatewayId)
	equal(t, "number of tags in the end", len(must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags), 0)
}

func underNAT(t *T) {
	vpc, subnet, internet := t.onInternet()
	gateway := t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: t.elasticIP().AllocationId})
	removals := []struct {
		what string
		do   func() error
	}{
		{"detaching the internet gateway", func() error {
			_, err := t.ec2(home).DetachInternetGateway(t.ctx, &ec2.DetachInternetGatewayInput{InternetGatewayId: internet, VpcId: vpc.VpcId})
			return err
		}},
		{"deleting the internet gateway", func() error {
			_, err := t.ec2(home).DeleteInternetGateway(t.ctx, &ec2.DeleteInternetGatewayInput{InternetGatewayId: internet})
			return err
		}},
		{"deleting the subnet", func() error {
			_, err := t.ec2(home).DeleteSubnet(t.ctx, &ec2.DeleteSubnetInput{SubnetId: subnet.SubnetId})
			return err
		}},
		{"deleting the VPC", func() error {
			_, err := t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId})
			return err
		}},
	}
	for _, r := range removals {
		wantErrorOf(t, r.what, r.do(), "DependencyViolation", "")
	}
	t.deleteNAT(gateway.NatGatewayId)
	for _, r := range removals {
		if err := r.do(); err != nil {
			t.Errorf("%s afterwards: %v", r.what, err)
		}
	}
}

func describeNAT(t *T) {
	vpc := t.vpc("10.0.0.0/16")
	first, second := t.subnet(vpc, "10.0.0.0/24"), t.subnet(vpc, "10.0.1.0/24")
	private := func(subnet types.Subnet) types.NatGateway {
		return t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, ConnectivityType: types.ConnectivityTypePrivate, TagSpecifications: tagged(types.ResourceTypeNatgateway, "subnet", *subnet.SubnetId)})
	}
	one, two := private(first), private(second)
	t.deleteNAT(private(second).NatGatewayId)
	for name, test := range map[string]struct {
		value string
		want  int
	}{
		"nat-gateway-id": {*one.NatGatewayId, 1},
		"state":          {"available", 2},
		"subnet-id":      {*second.SubnetId, 2},
		"vpc-id":         {*vpc.VpcId, 3},
		"tag:subnet":     {*first.SubnetId, 1},
		"tag-key":        {"subnet", 3},
	} {
		equal(t, "number of NAT gateways by "+name, len(t.natGateways(filter(name, test.value))), test.want)
	}
	equal(t, "number of NAT gateways by two filters", len(t.natGateways(filter("subnet-id", *second.SubnetId), filter("state", "available"))), 1)
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*two.NatGatewayId}, Tags: tags("more", "yes")}))(t)
	equal(t, "number of NAT gateways by a tag added later", len(t.natGateways(filter("tag:more", "yes"))), 1)
	for what, test := range map[string]struct {
		in   *ec2.DescribeNatGatewaysInput
		code string
	}{
		"an unknown filter": {&ec2.DescribeNatGatewaysInput{Filter: []types.Filter{filter("colour", "blue")}}, "InvalidParameterValue"},
		"a page of 4":       {&ec2.DescribeNatGatewaysInput{MaxResults: new(int32(4))}, "InvalidParameterValue"},
		"an unknown id":     {&ec2.DescribeNatGatewaysInput{NatGatewayIds: []string{"nat-0123456789abcdef0"}}, "NatGatewayNotFound"},
	} {
		_, err := t.ec2(home).DescribeNatGateways(t.ctx, test.in)
		wantErrorOf(t, what, err, test.code, "")
	}
	for what, client := range map[string]*ec2.Client{"another account": t.ec2As(t.OtherAccount(), home), "another Region": t.ec2(away)} {
		_, err := client.DeleteNatGateway(t.ctx, &ec2.DeleteNatGatewayInput{NatGatewayId: one.NatGatewayId})
		wantErrorOf(t, "deleting it from "+what, err, "NatGatewayNotFound", "")
	}
}

func natQuotas(t *T) {
	vpc, subnet, _ := t.onInternet()
	in := func() *ec2.CreateNatGatewayInput { // a new one each time, since the client puts a token into it
		return &ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, ConnectivityType: types.ConnectivityTypePrivate}
	}
	for range 5 {
		t.nat(in())
	}
	_, err := t.ec2(home).CreateNatGateway(t.ctx, in())
	wantErrorOf(t, "the sixth in a zone", err, "NatGatewayLimitExceeded", "Performing this operation would exceed the limit of 5 NAT gateways")
	other := t.subnetAs(vpc, &ec2.CreateSubnetInput{CidrBlock: new("10.0.1.0/24"), AvailabilityZone: t.zones()[1].ZoneName})
	var eips []string
	for range 3 {
		eips = append(eips, *t.elasticIP().AllocationId)
	}
	_, err = t.ec2(home).CreateNatGateway(t.ctx, &ec2.CreateNatGatewayInput{SubnetId: other.SubnetId, AllocationId: &eips[0], SecondaryAllocationIds: eips[1:]})
	wantErrorOf(t, "three addresses for one gateway", err, "AddressLimitExceeded", "")
	gateway := t.nat(&ec2.CreateNatGatewayInput{SubnetId: other.SubnetId, AllocationId: &eips[0], SecondaryAllocationIds: eips[1:2]})
	_, err = t.ec2(home).AssociateNatGatewayAddress(t.ctx, &ec2.AssociateNatGatewayAddressInput{NatGatewayId: gateway.NatGatewayId, AllocationIds: eips[2:]})
	wantErrorOf(t, "a third address", err, "AddressLimitExceeded", "")
	t.deleteNAT(t.natGateways(filter("subnet-id", *subnet.SubnetId))[0].NatGatewayId)
	t.nat(in())
}
