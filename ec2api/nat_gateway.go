package ec2api

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var natGatewayOperations = []op.Op{
	op.Write((*Call).CreateNatGateway),
	op.Write((*Call).DeleteNatGateway),
	op.Read((*Call).DescribeNatGateways),
	op.Write((*Call).AssociateNatGatewayAddress),
	op.Write((*Call).DisassociateNatGatewayAddress),
	op.Write((*Call).AssignPrivateNatGatewayAddress),
	op.Write((*Call).UnassignPrivateNatGatewayAddress),
}

// natGateway is a NAT gateway: a zonal one has a network interface in its subnet, a regional one has only Elastic IP addresses in
// zones. NatGatewayAddresses of the SDK's type is made of Addresses for an answer. One that can't come to be has a FailureCode from the
// beginning and holds nothing.
type natGateway struct {
	types.NatGateway
	OwnerId   string
	Region    string
	Addresses []natAddress
	Settles   transition[types.NatGatewayState]
	Timing    Timing // of what it does by itself later
}

func (r *natGateway) key() state.Key { return state.Key{r.OwnerId, r.Region, *r.NatGatewayId} }

var (
	natGateways = state.NewTable(&Schema, "nat-gateway", (*natGateway).key)
	// natGatewaysByVPC finds those that are in the way of their VPC's end.
	natGatewaysByVPC = state.NewIndex(natGateways, "vpc", func(r *natGateway) []state.Key {
		if r.FailureCode != nil || r.State == types.NatGatewayStateDeleted {
			return nil
		}
		return []state.Key{{r.OwnerId, r.Region, *r.VpcId}}
	})

	natGatewaysEnd  = state.NewQueue(&Schema, "nat-gateway-end", endNATGateway)
	natGatewaysGone = state.NewQueue(&Schema, "nat-gateway-gone", func(tx *state.Tx, key state.Key) {
		tagSets.Delete(tx, key...)
		natGateways.Delete(tx, key...)
	})
)

// natGatewayLingers is how long a NAT gateway is shown that has failed or was deleted.
// Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
const natGatewayLingers = time.Hour

var natGatewayKind = kind{"nat-", types.ResourceTypeNatgateway, func(c *Call, id string) error { _, err := c.natGateway(id); return err }}

func noNATGateway(id string) error {
	return fail("NatGatewayNotFound", "The Nat Gateway %s was not found", id)
}

// natGateway finds a NAT gateway of the caller in the Region of the call.
func (c *Call) natGateway(id string) (*natGateway, error) {
	if r := natGateways.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, noNATGateway(id)
}

func (r *natGateway) now(tx *state.Tx) types.NatGatewayState { return r.Settles.state(r.State, tx.Now) }

// isRegional, isPrivate and isAutomatic tell kinds of NAT gateways apart. An automatic one is regional and takes addresses by itself.
func (r *natGateway) isRegional() bool { return r.AvailabilityMode == types.AvailabilityModeRegional }
func (r *natGateway) isPrivate() bool  { return r.ConnectivityType == types.ConnectivityTypePrivate }
func (r *natGateway) isAutomatic() bool {
	return r.AutoProvisionZones == types.AutoProvisionZonesStateEnabled
}

// asOwner is a call for what the gateway does by itself. Nothing is refused to it for a quota.
func (r *natGateway) asOwner(tx *state.Tx) *Call {
	return &Call{Tx: tx, Caller: op.Caller{Account: r.OwnerId, Region: r.Region}, Settings: &Settings{Timing: r.Timing}}
}

func (r *natGateway) show(c *Call) types.NatGateway {
	v := r.NatGateway
	v.State = r.now(c.Tx)
	if v.State == types.NatGatewayStatePending {
		v.FailureCode, v.FailureMessage = nil, nil
	}
	v.AttachedAppliances = []types.NatGatewayAttachedAppliance{}
	v.NatGatewayAddresses = []types.NatGatewayAddress{}
	for _, a := range r.Addresses {
		v.NatGatewayAddresses = append(v.NatGatewayAddresses, a.show(c.Tx.Now))
	}
	v.Tags = c.tags(r.OwnerId, r.Region, *r.NatGatewayId)
	return v
}

// answer is the gateway as the call shows it that makes it: on its way, and with less of everything.
func (r *natGateway) answer(c *Call) *types.NatGateway {
	v := r.NatGateway
	v.FailureCode, v.FailureMessage = nil, nil
	for _, a := range r.Addresses {
		shown := a.onItsWay()
		shown.NetworkInterfaceId = nil
		v.NatGatewayAddresses = append(v.NatGatewayAddresses, shown)
	}
	if tags := c.tags(r.OwnerId, r.Region, *r.NatGatewayId); len(tags) > 0 {
		v.Tags = tags
	}
	return &v
}

// DeleteNatGateway starts the deletion of a NAT gateway, which keeps what it has until then.
func (c *Call) DeleteNatGateway(in *ec2.DeleteNatGatewayInput) (*ec2.DeleteNatGatewayOutput, error) {
	r, err := c.natGateway(*in.NatGatewayId)
	if err != nil {
		return nil, err
	}
	switch r.State {
	case types.NatGatewayStateDeleted:
		return nil, noNATGateway(*r.NatGatewayId)
	case types.NatGatewayStateDeleting:
	default:
		r.State, r.Settles, r.DeleteTime = types.NatGatewayStateDeleting, transition[types.NatGatewayState]{}, new(c.Tx.Now)
		natGateways.Put(c.Tx, r)
		natGatewaysEnd.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.NATGateway), r.key()...)
	}
	return &ec2.DeleteNatGatewayOutput{NatGatewayId: r.NatGatewayId}, nil
}

// endNATGateway takes from a NAT gateway all that it has. It goes on showing what that was.
func endNATGateway(tx *state.Tx, key state.Key) {
	r := natGateways.Get(tx, key...)
	if r == nil {
		return
	}
	c := r.asOwner(tx)
	for e := range elasticIPsByNATGateway.Scan(tx, key...) {
		c.leave(e)
	}
	if i := r.networkInterface(tx); i != nil {
		c.removeNetworkInterface(i)
	}
	if r.RouteTableId != nil {
		c.putTags(*r.RouteTableId, types.ResourceTypeRouteTable, nil)
		routeTables.Delete(tx, r.OwnerId, r.Region, *r.RouteTableId)
	}
	r.State = types.NatGatewayStateDeleted
	natGateways.Put(tx, r)
	natGatewaysGone.At(tx, tx.Now.Add(natGatewayLingers), key...)
}

var natGatewayListing = listing[natGateway, types.NatGateway]{
	key:  (*natGateway).key,
	view: func(c *Call, r *natGateway) types.NatGateway { return r.show(c) },
	min:  minResults,
	max:  maxResults,
	filters: filters[types.NatGateway]{
		"nat-gateway-id": func(g types.NatGateway) []string { return shown(g.NatGatewayId) },
		"state":          func(g types.NatGateway) []string { return shown(&g.State) },
		"subnet-id":      func(g types.NatGateway) []string { return shown(g.SubnetId) },
		"vpc-id":         func(g types.NatGateway) []string { return shown(g.VpcId) },
	},
}

// DescribeNatGateways lists the caller's NAT gateways in the Region, those that have failed or were deleted a while ago among them.
func (c *Call) DescribeNatGateways(in *ec2.DescribeNatGatewaysInput) (*ec2.DescribeNatGatewaysOutput, error) {
	all := rows(c, natGateways, (*natGateway).key, in.Filter, nil)
	items, next, err := natGatewayListing.describe(c, page{in.Filter, in.MaxResults, in.NextToken}, in.NatGatewayIds, c.natGateway, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeNatGatewaysOutput{NatGateways: items, NextToken: next}, nil
}
