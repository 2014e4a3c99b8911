package conformance

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func (t *T) associateNAT(in *ec2.AssociateNatGatewayAddressInput) ([]types.NatGatewayAddress, error) {
	out, err := t.ec2(home).AssociateNatGatewayAddress(t.ctx, in)
	if err != nil {
		return nil, err
	}
	equal(t, "NatGatewayId in the answer of AssociateNatGatewayAddress", str(out.NatGatewayId), *in.NatGatewayId)
	return out.NatGatewayAddresses, nil
}

func associateNAT(t *T) {
	_, subnet, _ := t.onInternet()
	first, second := t.elasticIP(), t.elasticIP()
	gateway := t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: first.AllocationId})
	primary := gateway.NatGatewayAddresses[0]
	answer := must(t.associateNAT(&ec2.AssociateNatGatewayAddressInput{NatGatewayId: gateway.NatGatewayId, AllocationIds: []string{*second.AllocationId}}))(t)
	want := types.NatGatewayAddress{
		AllocationId: second.AllocationId, NetworkInterfaceId: primary.NetworkInterfaceId, IsPrimary: new(false), Status: types.NatGatewayAddressStatusAssociating,
	}
	equalRecord(t, "the answer", answer, []types.NatGatewayAddress{want})
	list := t.awaitNATAddresses(gateway.NatGatewayId, 2)
	want.AssociationId, want.PrivateIp, want.PublicIp, want.Status = list[1].AssociationId, new("10.0.0.5"), second.PublicIp, types.NatGatewayAddressStatusSucceeded
	equalRecord(t, "the addresses", list, []types.NatGatewayAddress{primary, want})
	i := t.describedInterface(*primary.NetworkInterfaceId)
	equal(t, "PublicIp of the second address of the interface", str(i.PrivateIpAddresses[1].Association.PublicIp), *second.PublicIp)
	equal(t, "PublicIp of the interface", str(i.Association.PublicIp), *first.PublicIp)
	equal(t, "PrivateIpAddress of the Elastic IP address", str(t.describedAddress(second.AllocationId).PrivateIpAddress), "10.0.0.5")

	out := must(t.ec2(home).DisassociateNatGatewayAddress(t.ctx, &ec2.DisassociateNatGatewayAddressInput{NatGatewayId: gateway.NatGatewayId, AssociationIds: []string{*want.AssociationId}, MaxDrainDurationSeconds: new(int32(60))}))(t)
	want.Status = types.NatGatewayAddressStatusDisassociating
	equalRecord(t, "the answer of DisassociateNatGatewayAddress", out.NatGatewayAddresses, []types.NatGatewayAddress{want})
	equalRecord(t, "the addresses in the end", t.awaitNATAddresses(gateway.NatGatewayId, 1), []types.NatGatewayAddress{primary})
	equal(t, "AssociationId of the Elastic IP address in the end", str(t.describedAddress(second.AllocationId).AssociationId), absent)
	equal(t, "AvailableIpAddressCount of the subnet in the end", *t.describedSubnet(*subnet.SubnetId).AvailableIpAddressCount, 250)
	t.releaseAddress(second.AllocationId)
}

func wrongNATAddresses(t *T) {
	_, subnet, _ := t.onInternet()
	eip, other := t.elasticIP().AllocationId, t.elasticIP().AllocationId
	gateway := t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: eip})
	private := t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, ConnectivityType: types.ConnectivityTypePrivate})
	id, unknown := gateway.NatGatewayId, "nat-0123456789abcdef0"
	for what, test := range map[string]struct {
		in   *ec2.AssociateNatGatewayAddressInput
		code string
	}{
		"an unknown gateway":   {&ec2.AssociateNatGatewayAddressInput{NatGatewayId: &unknown, AllocationIds: []string{*other}}, "NatGatewayNotFound"},
		"a private gateway":    {&ec2.AssociateNatGatewayAddressInput{NatGatewayId: private.NatGatewayId, AllocationIds: []string{*other}}, "InvalidParameterValue"},
		"an unknown address":   {&ec2.AssociateNatGatewayAddressInput{NatGatewayId: id, AllocationIds: []string{"eipalloc-0123456789abcdef0"}}, "InvalidAllocationID.NotFound"},
		"its own address":      {&ec2.AssociateNatGatewayAddressInput{NatGatewayId: id, AllocationIds: []string{*eip}}, "Resource.AlreadyAssociated"},
		"a zone":               {&ec2.AssociateNatGatewayAddressInput{NatGatewayId: id, AllocationIds: []string{*other}, AvailabilityZone: subnet.AvailabilityZone}, "InvalidParameterCombination"},
		"two private for one":  {&ec2.AssociateNatGatewayAddressInput{NatGatewayId: id, AllocationIds: []string{*other}, PrivateIpAddresses: []string{"10.0.0.8", "10.0.0.9"}}, "InvalidParameterCombination"},
		"an address in use":    {&ec2.AssociateNatGatewayAddressInput{NatGatewayId: id, AllocationIds: []string{*other}, PrivateIpAddresses: []string{"10.0.0.4"}}, "InvalidIPAddress.InUse"},
		"an address elsewhere": {&ec2.AssociateNatGatewayAddressInput{NatGatewayId: id, AllocationIds: []string{*other}, PrivateIpAddresses: []string{"10.0.1.4"}}, "InvalidParameterValue"},
	} {
		_, err := t.associateNAT(test.in)
		wantErrorOf(t, "associating "+what, err, test.code, "")
	}
	primary := *gateway.NatGatewayAddresses[0].AssociationId
	for what, test := range map[string]struct {
		in   *ec2.DisassociateNatGatewayAddressInput
		code string
	}{
		"the primary address":     {&ec2.DisassociateNatGatewayAddressInput{NatGatewayId: id, AssociationIds: []string{primary}}, "InvalidParameterValue"},
		"an unknown association":  {&ec2.DisassociateNatGatewayAddressInput{NatGatewayId: id, AssociationIds: []string{"eipassoc-0123456789abcdef0"}}, "InvalidAssociationID.NotFound"},
		"one of another gateway":  {&ec2.DisassociateNatGatewayAddressInput{NatGatewayId: private.NatGatewayId, AssociationIds: []string{primary}}, "InvalidParameterValue"},
		"in no time":              {&ec2.DisassociateNatGatewayAddressInput{NatGatewayId: id, AssociationIds: []string{primary}, MaxDrainDurationSeconds: new(int32(0))}, "InvalidParameterValue"},
		"from an unknown gateway": {&ec2.DisassociateNatGatewayAddressInput{NatGatewayId: &unknown, AssociationIds: []string{primary}}, "NatGatewayNotFound"},
	} {
		_, err := t.ec2(home).DisassociateNatGatewayAddress(t.ctx, test.in)
		wantErrorOf(t, "disassociating "+what, err, test.code, "")
	}
	t.deleteNAT(id)
	_, err := t.associateNAT(&ec2.AssociateNatGatewayAddressInput{NatGatewayId: id, AllocationIds: []string{*other}})
	wantErrorOf(t, "an address for a deleted gateway", err, "IncorrectState", "")
}

func assignNAT(t *T) {
	_, subnet, _ := t.onInternet()
	gateway := t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, ConnectivityType: types.ConnectivityTypePrivate})
	id := gateway.NatGatewayId
	assign := func(in *ec2.AssignPrivateNatGatewayAddressInput) ([]types.NatGatewayAddress, error) {
		in.NatGatewayId = id
		out, err := t.ec2(home).AssignPrivateNatGatewayAddress(t.ctx, in)
		if err != nil {
			return nil, err
		}
		return out.NatGatewayAddresses, nil
	}
	unassign := func(addresses ...string) ([]types.NatGatewayAddress, error) {
		out, err := t.ec2(home).UnassignPrivateNatGatewayAddress(t.ctx, &ec2.UnassignPrivateNatGatewayAddressInput{NatGatewayId: id, PrivateIpAddresses: addresses})
		if err != nil {
			return nil, err
		}
		return out.NatGatewayAddresses, nil
	}
	answer := must(assign(&ec2.AssignPrivateNatGatewayAddressInput{PrivateIpAddresses: []string{"10.0.0.20"}}))(t)
	equalRecord(t, "the answer", answer, []types.NatGatewayAddress{{
		NetworkInterfaceId: gateway.NatGatewayAddresses[0].NetworkInterfaceId, IsPrimary: new(false), Status: types.NatGatewayAddressStatusAssigning,
	}})
	t.awaitNATAddresses(id, 2)
	must(assign(&ec2.AssignPrivateNatGatewayAddressInput{PrivateIpAddressCount: new(int32(2))}))(t)
	private := func(list []types.NatGatewayAddress) (all []string) {
		for _, a := range list {
			all = append(all, str(a.PrivateIp))
		}
		slices.Sort(all)
		return all
	}
	equalRecord(t, "the addresses", private(t.awaitNATAddresses(id, 4)), []string{"10.0.0.20", "10.0.0.4", "10.0.0.5", "10.0.0.6"})
	gone := must(unassign("10.0.0.20", "10.0.0.5"))(t)
	equalRecord(t, "the addresses in the answer", private(gone), []string{"10.0.0.20", "10.0.0.5"})
	equal(t, "Status in the answer", gone[0].Status, types.NatGatewayAddressStatusUnassigning)
	equalRecord(t, "the addresses in the end", private(t.awaitNATAddresses(id, 2)), []string{"10.0.0.4", "10.0.0.6"})
	equal(t, "the next address of the subnet", str(t.networkInterface(subnet).PrivateIpAddress), "10.0.0.5")

	for what, test := range map[string]struct {
		in   *ec2.AssignPrivateNatGatewayAddressInput
		code string
	}{
		"nothing":             {&ec2.AssignPrivateNatGatewayAddressInput{}, "MissingParameter"},
		"a number and a name": {&ec2.AssignPrivateNatGatewayAddressInput{PrivateIpAddressCount: new(int32(1)), PrivateIpAddresses: []string{"10.0.0.9"}}, "InvalidParameterCombination"},
		"seven more":          {&ec2.AssignPrivateNatGatewayAddressInput{PrivateIpAddressCount: new(int32(7))}, "InvalidParameterValue"},
		"an address in use":   {&ec2.AssignPrivateNatGatewayAddressInput{PrivateIpAddresses: []string{"10.0.0.5"}}, "InvalidIPAddress.InUse"},
	} {
		_, err := assign(test.in)
		wantErrorOf(t, "assigning "+what, err, test.code, "")
	}
	for what, address := range map[string]string{"the primary address": "10.0.0.4", "an address of something else": "10.0.0.5"} {
		_, err := unassign(address)
		wantErrorOf(t, "unassigning "+what, err, "InvalidParameterValue", "")
	}
	public := t.nat(&ec2.CreateNatGatewayInput{SubnetId: subnet.SubnetId, AllocationId: t.elasticIP().AllocationId})
	_, err := t.ec2(home).AssignPrivateNatGatewayAddress(t.ctx, &ec2.AssignPrivateNatGatewayAddressInput{NatGatewayId: public.NatGatewayId, PrivateIpAddressCount: new(int32(1))})
	wantErrorOf(t, "assigning to a public gateway", err, "InvalidParameterValue", "")
	_, err = t.ec2(home).UnassignPrivateNatGatewayAddress(t.ctx, &ec2.UnassignPrivateNatGatewayAddressInput{NatGatewayId: public.NatGatewayId, PrivateIpAddresses: []string{"10.0.0.7"}})
	wantErrorOf(t, "unassigning from a public gateway", err, "InvalidParameterValue", "")
}

// terraformNAT is what the provider calls for an aws_internet_gateway and an aws_nat_gateway with a secondary address: see
// terraform-provider-aws, internal/service/ec2/vpc_internet_gateway.go and vpc_nat_gateway.go.
func terraformNAT(t *T) {
	client := t.ec2(home)
	vpc := t.vpc("10.0.0.0/16")
	subnet := t.subnet(vpc, "10.0.0.0/24")
	internet := must(client.CreateInternetGateway(t.ctx, &ec2.CreateInternetGatewayInput{TagSpecifications: tagged(types.ResourceTypeInternetGateway, "Name", "main")}))(t).InternetGateway.InternetGatewayId
	t.attach(internet, vpc)
	read := must(client.DescribeInternetGateways(t.ctx, &ec2.DescribeInternetGatewaysInput{InternetGatewayIds: []string{*internet}}))(t).InternetGateways[0]
	equal(t, "VpcId of the internet gateway", str(read.Attachments[0].VpcId), *vpc.VpcId)

	first, second := t.elasticIP(), t.elasticIP()
	id := must(client.CreateNatGateway(t.ctx, &ec2.CreateNatGatewayInput{
		ClientToken: new("terraform-20260101000000000000000001"), AllocationId: first.AllocationId, SubnetId: subnet.SubnetId, AvailabilityMode: types.AvailabilityModeZonal,
		ConnectivityType: types.ConnectivityTypePublic, TagSpecifications: tagged(types.ResourceTypeNatgateway, "Name", "nat"),
	}))(t).NatGateway.NatGatewayId
	gateway := t.awaitNAT(id, types.NatGatewayStateAvailable)
	equal(t, "AvailabilityMode", gateway.AvailabilityMode, types.AvailabilityModeZonal)
	equalRecord(t, "Tags", gateway.Tags, tags("Name", "nat"))
	must(client.AssociateNatGatewayAddress(t.ctx, &ec2.AssociateNatGatewayAddressInput{NatGatewayId: id, AllocationIds: []string{*second.AllocationId}}))(t)
	secondary := t.awaitNATAddresses(id, 2)[1]
	must(client.DisassociateNatGatewayAddress(t.ctx, &ec2.DisassociateNatGatewayAddressInput{NatGatewayId: id, AssociationIds: []string{*secondary.AssociationId}}))(t)
	t.awaitNATAddresses(id, 1)
	t.deleteNAT(id)
	for _, eip := range []*ec2.AllocateAddressOutput{first, second} {
		t.releaseAddress(eip.AllocationId)
	}
	must(client.DetachInternetGateway(t.ctx, &ec2.DetachInternetGatewayInput{InternetGatewayId: internet, VpcId: vpc.VpcId}))(t)
	must(client.DeleteInternetGateway(t.ctx, &ec2.DeleteInternetGatewayInput{InternetGatewayId: internet}))(t)
	_, err := client.DescribeInternetGateways(t.ctx, &ec2.DescribeInternetGatewaysInput{InternetGatewayIds: []string{*internet}})
	wantErrorOf(t, "looking up the internet gateway", err, "InvalidInternetGatewayID.NotFound", "")
}

func natToken(t *T) {
	subnet := t.subnet(t.vpc("10.0.0.0/16"), "10.0.0.0/24")
	create := func(private string, dry bool) (*ec2.CreateNatGatewayOutput, error) {
		return t.ec2(home).CreateNatGateway(t.ctx, &ec2.CreateNatGatewayInput{
			SubnetId: subnet.SubnetId, ConnectivityType: types.ConnectivityTypePrivate, PrivateIpAddress: &private, ClientToken: new("once"), DryRun: &dry,
		})
	}
	_, err := create("10.0.0.8", true)
	wantErrorOf(t, "a dry run", err, "DryRunOperation", "")
	equal(t, "number of NAT gateways after a dry run", len(t.natGateways()), 0)
	first, again := must(create("10.0.0.8", false))(t), must(create("10.0.0.8", false))(t)
	equal(t, "ClientToken in the answer", str(first.ClientToken), "once")
	equal(t, "NatGatewayId of the same request", str(again.NatGateway.NatGatewayId), *first.NatGateway.NatGatewayId)
	_, err = create("10.0.0.9", false)
	wantErrorOf(t, "another request with the token", err, "IdempotentParameterMismatch", "")
	equal(t, "number of NAT gateways", len(t.natGateways()), 1)
}
