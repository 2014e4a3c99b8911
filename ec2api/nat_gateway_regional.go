package ec2api

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/state"
)

// Regional NAT gateways. A manual one works in the zones, and with the Elastic IP addresses, that its owner names. An automatic one
// follows the network interfaces of its VPC from zone to zone and takes addresses by the IPAM policy in force.
// Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html

// natPrincipal is the service that has the role by which regional gateways take addresses.
// Source: https://docs.aws.amazon.com/vpc/latest/userguide/using-service-linked-roles.html
const natPrincipal = "ec2-nat-gateway.amazonaws.com"

// natZonesDue is when an automatic gateway has followed what has happened in its VPC.
var natZonesDue = state.NewQueue(&Schema, "nat-gateway-zones", followWorkload)

func init() { state.Watch(networkInterfaces, watchWorkload) }

// createRegional makes a gateway for a VPC. The caller stores it.
func (c *Call) createRegional(in *ec2.CreateNatGatewayInput) (*natGateway, error) {
	if err := checkRegional(in); err != nil {
		return nil, err
	}
	v, err := c.vpc(*in.VpcId)
	if err != nil {
		return nil, err
	}
	zones, eips, err := c.readZoneAddresses(in.AvailabilityZoneAddresses)
	if err != nil {
		return nil, err
	}
	roles.EnsureServiceLinkedRole(c.Tx, c.Account, natPrincipal)
	r := c.newNATGateway(v.VpcId, types.ConnectivityTypePublic, types.AvailabilityModeRegional)
	r.AutoProvisionZones, r.AutoScalingIps = types.AutoProvisionZonesStateEnabled, types.AutoScalingIpsStateEnabled
	if eips != nil {
		r.AutoProvisionZones, r.AutoScalingIps = types.AutoProvisionZonesStateDisabled, types.AutoScalingIpsStateDisabled
	}
	if err := c.checkReach(r, eips); err != nil {
		r.fails(c, err, eips)
		return r, nil
	}
	c.makeNATRouteTable(r)
	for i, e := range eips {
		c.addInZone(r, zones[i], e)
	}
	if eips == nil {
		return r, c.serveZones(r, r.zonesToServe(c.Tx))
	}
	return r, nil
}

// checkRegional checks which parameters of a regional gateway go together.
func checkRegional(in *ec2.CreateNatGatewayInput) error {
	switch {
	case in.VpcId == nil:
		return missingNATParameter("VpcId")
	case in.SubnetId != nil:
		return invalidCombination("SubnetId is for zonal NAT gateways only.")
	case in.ConnectivityType == types.ConnectivityTypePrivate:
		return invalidCombination("A regional NAT gateway can't be private.")
	case in.AllocationId != nil || in.SecondaryAllocationIds != nil:
		return invalidCombination("Elastic IP addresses of a regional NAT gateway are named by AvailabilityZoneAddresses.")
	case in.PrivateIpAddress != nil || in.SecondaryPrivateIpAddresses != nil || in.SecondaryPrivateIpAddressCount != nil:
		return invalidCombination("A regional NAT gateway has no private addresses.")
	}
	return nil
}

// readZoneAddresses finds the Elastic IP addresses of a manual gateway, and the zone of each.
func (c *Call) readZoneAddresses(list []types.AvailabilityZoneAddress) (zones []region.Zone, eips []*elasticIP, err error) {
	var ids []string
	for _, item := range list {
		zone, err := c.natZone(item.AvailabilityZone, item.AvailabilityZoneId)
		switch {
		case err != nil:
			return nil, nil, err
		case slices.Contains(zones, zone):
			return nil, nil, invalidValue("The Availability Zone %s is named twice.", zone.Name)
		case len(item.AllocationIds) == 0:
			return nil, nil, missingNATParameter("AllocationIds")
		}
		if err := c.checkNATAddresses(len(item.AllocationIds)); err != nil {
			return nil, nil, err
		}
		zones = append(zones, slices.Repeat([]region.Zone{zone}, len(item.AllocationIds))...)
		ids = append(ids, item.AllocationIds...)
	}
	eips, err = c.elasticIPsNamed(ids)
	return zones, eips, err
}

// natZone finds the zone that has to be named for an address of a regional gateway.
func (c *Call) natZone(name, id *string) (region.Zone, error) {
	if name == nil && id == nil {
		return region.Zone{}, missingNATParameter("AvailabilityZone")
	}
	return c.zone(name, id)
}

// makeNATRouteTable makes the route table of a regional gateway, which leads to the Internet.
func (c *Call) makeNATRouteTable(r *natGateway) {
	t := c.newRouteTable(r.VpcId, types.RouteTableAssociation{GatewayId: r.NatGatewayId, Main: new(false)})
	t.Routes = []types.Route{toInternet(gatewaysByVPC.First(c.Tx, r.OwnerId, r.Region, *r.VpcId))}
	routeTables.Put(c.Tx, t)
	r.RouteTableId = t.RouteTableId
}

// addInZone lets a regional gateway use an Elastic IP address in a zone. The caller stores the gateway.
func (c *Call) addInZone(r *natGateway, zone region.Zone, e *elasticIP) {
	a := r.newAddress(c.Tx.Now)
	a.AvailabilityZone, a.AvailabilityZoneId = new(zone.Name), new(zone.ID)
	e.AssociationId = new(c.newID("eipassoc-"))
	c.use(r, &a, e)
	r.Addresses = append(r.Addresses, a)
}

// zonesToServe are the zones that an automatic gateway is to work in: those where its VPC has network interfaces of others than
// services. Without any it is one: where the gateway is or, at first, where the VPC has a subnet.
func (r *natGateway) zonesToServe(tx *state.Tx) []region.Zone {
	busy, housed := map[string]bool{}, map[string]bool{}
	for s := range subnetsByVPC.Scan(tx, r.OwnerId, r.Region, *r.VpcId) {
		housed[*s.AvailabilityZone] = true
		for i := range networkInterfacesBySubnet.Scan(tx, s.key()...) {
			if !*i.RequesterManaged {
				busy[*s.AvailabilityZone] = true
			}
		}
	}
	here, _ := region.Lookup(r.Region)
	in := func(set map[string]bool) []region.Zone {
		return slices.DeleteFunc(slices.Clone(here.Zones), func(z region.Zone) bool { return !set[z.Name] })
	}
	switch {
	case len(busy) > 0:
		return in(busy)
	case len(r.Addresses) > 0:
		return in(map[string]bool{*r.Addresses[0].AvailabilityZone: true})
	case len(housed) > 0:
		return in(housed)[:1]
	}
	return here.Zones[:1]
}

// serveZones gives an automatic gateway an address in each of the zones, and takes those in others from it. The caller stores it.
func (c *Call) serveZones(r *natGateway, zones []region.Zone) error {
	in := func(z region.Zone) func(natAddress) bool {
		return func(a natAddress) bool { return *a.AvailabilityZone == z.Name }
	}
	for _, a := range slices.Clone(r.Addresses) {
		if !slices.ContainsFunc(zones, func(z region.Zone) bool { return in(z)(a) }) {
			r.dropAddress(c, a.id())
		}
	}
	for _, z := range zones {
		if slices.ContainsFunc(r.Addresses, in(z)) {
			continue
		}
		from, ok := c.addressByPolicy(types.IpamPolicyResourceTypeRnat, r.Region, nil)
		if !ok {
			var err error
			if from, err = c.addressOfAmazon(); err != nil {
				return err
			}
		}
		e := c.newElasticIP(from, r.Region)
		e.ServiceManaged = types.ServiceManagedRnat
		c.putElasticIP(e, nil)
		c.addInZone(r, z, e)
	}
	return nil
}

// watchWorkload: automatic gateways follow when something gets a network interface or loses it.
func watchWorkload(tx *state.Tx, before, after *networkInterface) {
	i := cmp.Or(after, before)
	if before != nil && after != nil || *i.RequesterManaged {
		return
	}
	for r := range natGatewaysByVPC.Scan(tx, *i.OwnerId, i.Region, *i.VpcId) {
		if r.isAutomatic() && !natZonesDue.Has(tx, r.key()...) {
			natZonesDue.At(tx, tx.Now.Add(r.Timing.NATZone), r.key()...)
		}
	}
}

// followWorkload lets an automatic gateway work where it is needed now. If there is no address to be had for a zone, it stays without.
func followWorkload(tx *state.Tx, key state.Key) {
	r := natGateways.Get(tx, key...)
	if r == nil || r.State != types.NatGatewayStatePending {
		return
	}
	_ = r.asOwner(tx).serveZones(r, r.zonesToServe(tx))
	natGateways.Put(tx, r)
}
