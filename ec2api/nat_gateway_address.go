package ec2api

import (
	"net/netip"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// natAddress is an address of a NAT gateway: a private one of its interface, an Elastic IP address mapped to that or, of a regional
// gateway, an Elastic IP address in a zone.
type natAddress struct {
	types.NatGatewayAddress
	Settles transition[types.NatGatewayAddressStatus]
}

// natAddressesGone takes an address from a NAT gateway. The key is the gateway's with the id of the address.
var natAddressesGone = state.NewQueue(&Schema, "nat-gateway-address-gone", func(tx *state.Tx, key state.Key) {
	r := natGateways.Get(tx, key[:3]...)
	if r == nil || r.State == types.NatGatewayStateDeleted {
		return
	}
	r.dropAddress(r.asOwner(tx), key[3])
	natGateways.Put(tx, r)
})

// id is what tells the address from others of the gateway: the association of an Elastic IP address, or the private address.
func (a *natAddress) id() string {
	if a.AssociationId != nil {
		return *a.AssociationId
	}
	return *a.PrivateIp
}

// newAddress is an address on its way to the gateway.
func (r *natGateway) newAddress(now time.Time) natAddress {
	a := natAddress{Settles: until(types.NatGatewayAddressStatusSucceeded, now, r.Timing.NATGateway)}
	a.Status = types.NatGatewayAddressStatusAssociating
	if r.isPrivate() {
		a.Status = types.NatGatewayAddressStatusAssigning
	}
	return a
}

// use notes that the gateway uses an Elastic IP address, which has its association by now.
func (c *Call) use(r *natGateway, a *natAddress, e *elasticIP) {
	a.AllocationId, a.AssociationId, a.PublicIp = e.AllocationId, e.AssociationId, e.PublicIp
	e.NATGatewayID = r.NatGatewayId
	elasticIPs.Put(c.Tx, e)
}

// mapAddresses are the addresses that a gateway has by private ones of its interface, each with an Elastic IP address if it is public.
func (c *Call) mapAddresses(r *natGateway, i *networkInterface, private []netip.Addr, eips []*elasticIP) (list []natAddress) {
	for n, address := range private {
		a := r.newAddress(c.Tx.Now)
		a.IsPrimary, a.NetworkInterfaceId, a.PrivateIp = new(false), i.NetworkInterfaceId, new(address.String())
		if eips != nil {
			c.associate(eips[n], i, *a.PrivateIp)
			c.use(r, &a, eips[n])
		}
		list = append(list, a)
	}
	return list
}

func (a natAddress) show(now time.Time) types.NatGatewayAddress {
	switch status := a.Settles.state(a.Status, now); status {
	case types.NatGatewayAddressStatusAssociating, types.NatGatewayAddressStatusAssigning:
		return a.onItsWay()
	default:
		v := a.NatGatewayAddress
		v.Status = status
		return v
	}
}

// onItsWay is what shows of an address before it has succeeded.
func (a natAddress) onItsWay() types.NatGatewayAddress {
	v := a.NatGatewayAddress
	v.AssociationId, v.PrivateIp, v.PublicIp = nil, nil, nil
	return v
}

// networkInterface is that of a zonal gateway, or nil.
func (r *natGateway) networkInterface(tx *state.Tx) *networkInterface {
	if len(r.Addresses) == 0 || r.Addresses[0].NetworkInterfaceId == nil {
		return nil
	}
	return networkInterfaces.Get(tx, r.OwnerId, r.Region, *r.Addresses[0].NetworkInterfaceId)
}

// natInterfaceType is what AWS shows, other than the SDK's enum (terraform-provider-aws, docs of aws_network_interface).
const natInterfaceType types.NetworkInterfaceType = "nat_gateway"

// natService is the account that AWS shows for what a NAT gateway consists of.
const natService = "amazon-aws"

// makeNATInterface makes the interface of a gateway, which the account owns and AWS manages.
func (c *Call) makeNATInterface(r *natGateway, s *subnet, addresses []netip.Addr) *networkInterface {
	i := c.newNetworkInterface(s, addresses[0])
	i.InterfaceType = natInterfaceType
	i.Description = new("Interface for NAT Gateway " + *r.NatGatewayId)
	i.Groups = []types.GroupIdentifier{}
	i.RequesterId, i.RequesterManaged = new(natService), new(true)
	i.SourceDestCheck = new(false)
	i.Status, i.Settles = types.NetworkInterfaceStatusInUse, transition[types.NetworkInterfaceStatus]{}
	i.Attachment = &types.NetworkInterfaceAttachment{
		AttachmentId:        new(c.Tx.NewID("ela-attach-0", 16)),
		DeleteOnTermination: new(false),
		DeviceIndex:         new(int32(1)),
		InstanceOwnerId:     new(natService),
		Status:              types.AttachmentStatusAttached,
	}
	for _, a := range addresses[1:] {
		i.Secondary = append(i.Secondary, a.String())
	}
	networkInterfaces.Put(c.Tx, i)
	c.countAddresses(s, len(addresses))
	return i
}

// dropAddress takes the address with an id from the gateway. The caller stores the gateway.
func (r *natGateway) dropAddress(c *Call, id string) {
	n := slices.IndexFunc(r.Addresses, func(a natAddress) bool { return a.id() == id })
	if n < 0 {
		return
	}
	a := r.Addresses[n]
	r.Addresses = slices.Delete(r.Addresses, n, n+1)
	if a.AllocationId != nil {
		c.leave(elasticIPs.Get(c.Tx, r.OwnerId, r.Region, *a.AllocationId))
	}
	if i := r.networkInterface(c.Tx); i != nil {
		i.Secondary = slices.DeleteFunc(i.Secondary, func(private string) bool { return private == *a.PrivateIp })
		networkInterfaces.Put(c.Tx, i)
		c.countAddresses(subnets.Get(c.Tx, r.OwnerId, r.Region, *r.SubnetId), -1)
	}
}

// leave ends the use of an Elastic IP address by a gateway. One that AWS took for it is given back.
func (c *Call) leave(e *elasticIP) {
	if e.ServiceManaged != "" {
		c.removeElasticIP(e)
		return
	}
	c.dissociate(e)
}
