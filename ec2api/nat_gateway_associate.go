package ec2api

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// What can be changed about the addresses of a NAT gateway: all but the first of a zonal one, and those of a manual regional one.

// AssociateNatGatewayAddress gives a public gateway more Elastic IP addresses.
func (c *Call) AssociateNatGatewayAddress(in *ec2.AssociateNatGatewayAddressInput) (*ec2.AssociateNatGatewayAddressOutput, error) {
	r, err := c.changeableNAT(*in.NatGatewayId, types.ConnectivityTypePublic)
	if err != nil {
		return nil, err
	}
	eips, err := c.elasticIPsNamed(in.AllocationIds)
	if err != nil {
		return nil, err
	}
	if err := c.checkReach(r, eips); err != nil {
		return nil, err
	}
	before := len(r.Addresses)
	add := c.associateZonal
	if r.isRegional() {
		add = c.associateRegional
	}
	if err := add(r, in, eips); err != nil {
		return nil, err
	}
	natGateways.Put(c.Tx, r)
	return &ec2.AssociateNatGatewayAddressOutput{NatGatewayId: r.NatGatewayId, NatGatewayAddresses: onTheirWay(r.Addresses[before:])}, nil
}

func (c *Call) associateRegional(r *natGateway, in *ec2.AssociateNatGatewayAddressInput, eips []*elasticIP) error {
	if in.PrivateIpAddresses != nil {
		return invalidCombination("A regional NAT gateway has no private addresses.")
	}
	zone, err := c.natZone(in.AvailabilityZone, in.AvailabilityZoneId)
	if err != nil {
		return err
	}
	have := 0
	for _, a := range r.Addresses {
		have += one(*a.AvailabilityZone == zone.Name)
	}
	if err := c.checkNATAddresses(have + len(eips)); err != nil {
		return err
	}
	for _, e := range eips {
		c.addInZone(r, zone, e)
	}
	return nil
}

func (c *Call) associateZonal(r *natGateway, in *ec2.AssociateNatGatewayAddressInput, eips []*elasticIP) error {
	switch {
	case in.AvailabilityZone != nil || in.AvailabilityZoneId != nil:
		return invalidCombination("AvailabilityZone and AvailabilityZoneId are for regional NAT gateways only.")
	case in.PrivateIpAddresses != nil && len(in.PrivateIpAddresses) != len(eips):
		return invalidCombination("The numbers of PrivateIpAddresses and AllocationIds differ.")
	}
	if err := c.checkNATAddresses(len(r.Addresses) + len(eips)); err != nil {
		return err
	}
	return c.extend(r, in.PrivateIpAddresses, len(eips), eips)
}

// extend gives a zonal gateway more addresses in its subnet: those that are named, or any.
func (c *Call) extend(r *natGateway, named []string, n int, eips []*elasticIP) error {
	if err := checkNATSecondary(len(r.Addresses) - 1 + n); err != nil {
		return err
	}
	wanted := make([]*string, n)
	for i := range named {
		wanted[i] = &named[i]
	}
	s, err := c.subnet(*r.SubnetId)
	if err != nil {
		return err
	}
	addresses, err := c.interfaceAddresses(s, wanted)
	if err != nil {
		return err
	}
	i := r.networkInterface(c.Tx)
	for _, a := range addresses {
		i.Secondary = append(i.Secondary, a.String())
	}
	networkInterfaces.Put(c.Tx, i)
	c.countAddresses(s, n)
	r.Addresses = append(r.Addresses, c.mapAddresses(r, i, addresses, eips)...)
	return nil
}

// DisassociateNatGatewayAddress takes Elastic IP addresses from a public gateway. Nothing here has connections that would have to end
// first, so MaxDrainDurationSeconds makes no difference.
func (c *Call) DisassociateNatGatewayAddress(in *ec2.DisassociateNatGatewayAddressInput) (*ec2.DisassociateNatGatewayAddressOutput, error) {
	r, err := c.changeableNAT(*in.NatGatewayId, types.ConnectivityTypePublic)
	if err != nil {
		return nil, err
	}
	list, err := c.drain(r, in.AssociationIds, in.MaxDrainDurationSeconds, types.NatGatewayAddressStatusDisassociating, func(id string) error {
		return notFound("InvalidAssociationID.NotFound", "association", id)
	})
	if err != nil {
		return nil, err
	}
	return &ec2.DisassociateNatGatewayAddressOutput{NatGatewayId: r.NatGatewayId, NatGatewayAddresses: list}, nil
}

// AssignPrivateNatGatewayAddress gives a private gateway more private addresses: those that are named, or any.
func (c *Call) AssignPrivateNatGatewayAddress(in *ec2.AssignPrivateNatGatewayAddressInput) (*ec2.AssignPrivateNatGatewayAddressOutput, error) {
	r, err := c.changeableNAT(*in.NatGatewayId, types.ConnectivityTypePrivate)
	if err != nil {
		return nil, err
	}
	n := len(in.PrivateIpAddresses)
	switch {
	case in.PrivateIpAddresses != nil && in.PrivateIpAddressCount != nil:
		return nil, invalidCombination("The request can only contain one of PrivateIpAddresses and PrivateIpAddressCount.")
	case in.PrivateIpAddressCount != nil:
		n = int(*in.PrivateIpAddressCount)
	}
	if n < 1 {
		return nil, missingNATParameter("PrivateIpAddresses")
	}
	before := len(r.Addresses)
	if err := c.extend(r, in.PrivateIpAddresses, n, nil); err != nil {
		return nil, err
	}
	natGateways.Put(c.Tx, r)
	return &ec2.AssignPrivateNatGatewayAddressOutput{NatGatewayId: r.NatGatewayId, NatGatewayAddresses: onTheirWay(r.Addresses[before:])}, nil
}

// UnassignPrivateNatGatewayAddress takes private addresses from a private gateway, as DisassociateNatGatewayAddress does.
func (c *Call) UnassignPrivateNatGatewayAddress(in *ec2.UnassignPrivateNatGatewayAddressInput) (*ec2.UnassignPrivateNatGatewayAddressOutput, error) {
	r, err := c.changeableNAT(*in.NatGatewayId, types.ConnectivityTypePrivate)
	if err != nil {
		return nil, err
	}
	list, err := c.drain(r, in.PrivateIpAddresses, in.MaxDrainDurationSeconds, types.NatGatewayAddressStatusUnassigning, func(id string) error {
		return invalidValue("Address %s is not assigned to the NAT gateway %s.", id, *r.NatGatewayId)
	})
	if err != nil {
		return nil, err
	}
	return &ec2.UnassignPrivateNatGatewayAddressOutput{NatGatewayId: r.NatGatewayId, NatGatewayAddresses: list}, nil
}

// changeableNAT finds a gateway whose addresses its owner may change now.
func (c *Call) changeableNAT(id string, connectivity types.ConnectivityType) (*natGateway, error) {
	r, err := c.natGateway(id)
	switch {
	case err != nil:
		return nil, err
	case r.ConnectivityType != connectivity:
		return nil, invalidValue("The operation %s is not for NAT gateways with %s connectivity.", c.Operation, r.ConnectivityType)
	case r.isAutomatic():
		return nil, fail(codeOperationNotPermitted, "The addresses of the NAT gateway %s are managed by AWS.", id)
	case r.now(c.Tx) != types.NatGatewayStateAvailable:
		return nil, fail(codeIncorrectState, "The NAT gateway %s is %s.", id, r.now(c.Tx))
	case slices.ContainsFunc(r.Addresses, natAddress.isDraining):
		return nil, fail(codeIncorrectState, "The NAT gateway %s is losing addresses. Wait until that is done.", id)
	}
	return r, nil
}

func (a natAddress) isDraining() bool {
	return a.Status == types.NatGatewayAddressStatusDisassociating || a.Status == types.NatGatewayAddressStatusUnassigning
}

// maxDrain is how many seconds a request may give connections at most to end.
const maxDrain = 4000

// drain starts to take the addresses with those ids from a gateway, and returns them as the call shows them.
func (c *Call) drain(r *natGateway, ids []string, seconds *int32, status types.NatGatewayAddressStatus, unknown func(id string) error) ([]types.NatGatewayAddress, error) {
	if s := or(seconds, 1); s < 1 || s > maxDrain {
		return nil, invalidValue("Value (%d) for parameter maxDrainDurationSeconds is invalid. It must be between 1 and %d.", s, maxDrain)
	}
	var list []types.NatGatewayAddress
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		n := slices.IndexFunc(r.Addresses, func(a natAddress) bool { return a.id() == id })
		if n < 0 {
			return nil, unknown(id)
		}
		a := &r.Addresses[n]
		if or(a.IsPrimary, false) {
			return nil, invalidValue("The primary address of the NAT gateway %s can't be taken from it.", *r.NatGatewayId)
		}
		a.Status, a.Settles.Next = status, ""
		list = append(list, a.show(c.Tx.Now))
		natAddressesGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.NATGateway), append(r.key(), id)...)
	}
	if !slices.ContainsFunc(r.Addresses, func(a natAddress) bool { return !a.isDraining() }) {
		return nil, invalidValue("The last address of the NAT gateway %s can't be taken from it.", *r.NatGatewayId)
	}
	natGateways.Put(c.Tx, r)
	return list, nil
}

func onTheirWay(list []natAddress) (shown []types.NatGatewayAddress) {
	for _, a := range list {
		shown = append(shown, a.onItsWay())
	}
	return shown
}

// elasticIPsNamed finds Elastic IP addresses of the caller by their allocations, each of which may be named once.
func (c *Call) elasticIPsNamed(ids []string) (list []*elasticIP, err error) {
	for i, id := range ids {
		e, err := c.elasticIP(id)
		if err != nil {
			return nil, err
		}
		if slices.Contains(ids[:i], id) {
			return nil, invalidValue("The allocation ID '%s' is named twice.", id)
		}
		list = append(list, e)
	}
	return list, nil
}

// checkNATAddresses checks how many Elastic IP addresses a gateway would have, in a zone if it is regional.
func (c *Call) checkNATAddresses(n int) error {
	if limit := c.Settings.Quotas.AddressesPerNATGateway; limit > 0 && n > limit {
		return fail("AddressLimitExceeded", "A NAT gateway can have %d Elastic IP addresses at most.", limit)
	}
	return nil
}
