package ec2api

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var routeTableOperations = []op.Op{
	op.Read((*Call).DescribeRouteTables),
}

// routeTable is a route table of a VPC. Its local routes are not in Routes: they are the CIDRs of the VPC.
type routeTable struct {
	types.RouteTable
	Region string
}

func (r *routeTable) key() state.Key { return state.Key{*r.OwnerId, r.Region, *r.RouteTableId} }

var (
	routeTables      = state.NewTable(&Schema, "route-table", (*routeTable).key)
	routeTablesByVPC = state.NewIndex(routeTables, "vpc", func(r *routeTable) []state.Key {
		return []state.Key{{*r.OwnerId, r.Region, *r.VpcId}}
	})
)

var routeTableKind = kind{"rtb-", types.ResourceTypeRouteTable, func(c *Call, id string) error { _, err := c.routeTable(id); return err }}

// routeTable finds a route table of the caller in the Region of the call.
func (c *Call) routeTable(id string) (*routeTable, error) {
	if r := routeTables.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidRouteTableID.NotFound", "routeTable", id)
}

// makeMainRouteTable makes the route table of all subnets that are not associated with another.
func (c *Call) makeMainRouteTable(v *vpc) {
	routeTables.Put(c.Tx, c.newRouteTable(v.VpcId, types.RouteTableAssociation{Main: new(true)}))
}

// newRouteTable is a route table of a VPC with an association. The caller stores it.
func (c *Call) newRouteTable(vpcID *string, a types.RouteTableAssociation) *routeTable {
	id := new(c.newID("rtb-"))
	a.RouteTableId, a.RouteTableAssociationId = id, new(c.newID("rtbassoc-"))
	a.AssociationState = &types.RouteTableAssociationState{State: types.RouteTableAssociationStateCodeAssociated}
	return &routeTable{
		RouteTable: types.RouteTable{OwnerId: new(c.Account), RouteTableId: id, VpcId: vpcID, Associations: []types.RouteTableAssociation{a}},
		Region:     c.Region,
	}
}

// toInternet is the route to the Internet by a gateway.
func toInternet(gateway *internetGateway) types.Route {
	return types.Route{
		DestinationCidrBlock: new("0.0.0.0/0"), GatewayId: gateway.InternetGatewayId, Origin: types.RouteOriginCreateRoute, State: types.RouteStateActive,
	}
}

// mainRouteTable is the main route table of a VPC.
func (c *Call) mainRouteTable(v *vpc) *routeTable {
	for r := range routeTablesByVPC.Scan(c.Tx, v.key()...) {
		for _, a := range r.Associations {
			if *a.Main {
				return r
			}
		}
	}
	return nil
}

func (r *routeTable) show(c *Call) types.RouteTable {
	v := r.RouteTable
	v.Routes = c.localRoutes(vpcs.Get(c.Tx, *r.OwnerId, r.Region, *r.VpcId))
	attached := gatewaysByVPC.First(c.Tx, *r.OwnerId, r.Region, *r.VpcId)
	for _, route := range r.Routes { // all of them lead to an internet gateway
		if attached == nil || *attached.InternetGatewayId != *route.GatewayId {
			route.State = types.RouteStateBlackhole
		}
		v.Routes = append(v.Routes, route)
	}
	v.PropagatingVgws = []types.PropagatingVgw{}
	v.Tags = c.tags(*r.OwnerId, r.Region, *r.RouteTableId)
	return v
}

// localRoutes are a VPC's routes within itself, which come and go with its CIDRs.
func (c *Call) localRoutes(v *vpc) []types.Route {
	routes := []types.Route{}
	for _, b := range v.Blocks {
		if b.now(c) != types.VpcCidrBlockStateCodeAssociated {
			continue
		}
		r := types.Route{GatewayId: new("local"), Origin: types.RouteOriginCreateRouteTable, State: types.RouteStateActive}
		if b.is4() {
			r.DestinationCidrBlock = new(b.Prefix.String())
		} else {
			r.DestinationIpv6CidrBlock = new(b.Prefix.String())
		}
		routes = append(routes, r)
	}
	return routes
}

var routeTableListing = listing[routeTable, types.RouteTable]{
	key:  (*routeTable).key,
	view: func(c *Call, r *routeTable) types.RouteTable { return r.show(c) },
	min:  minResults,
	max:  maxResults,
	filters: filters[types.RouteTable]{
		"owner-id":       func(r types.RouteTable) []string { return shown(r.OwnerId) },
		"route-table-id": func(r types.RouteTable) []string { return shown(r.RouteTableId) },
		"vpc-id":         func(r types.RouteTable) []string { return shown(r.VpcId) },

		"association.gateway-id":                 ofAssociation(func(a types.RouteTableAssociation) []string { return shown(a.GatewayId) }),
		"association.main":                       ofAssociation(func(a types.RouteTableAssociation) []string { return shown(a.Main) }),
		"association.route-table-association-id": ofAssociation(func(a types.RouteTableAssociation) []string { return shown(a.RouteTableAssociationId) }),
		"association.route-table-id":             ofAssociation(func(a types.RouteTableAssociation) []string { return shown(a.RouteTableId) }),
		"association.subnet-id":                  ofAssociation(func(a types.RouteTableAssociation) []string { return shown(a.SubnetId) }),

		"route.destination-cidr-block":          ofRoute(func(r types.Route) []string { return shown(r.DestinationCidrBlock) }),
		"route.destination-ipv6-cidr-block":     ofRoute(func(r types.Route) []string { return shown(r.DestinationIpv6CidrBlock) }),
		"route.destination-prefix-list-id":      ofRoute(func(r types.Route) []string { return shown(r.DestinationPrefixListId) }),
		"route.egress-only-internet-gateway-id": ofRoute(func(r types.Route) []string { return shown(r.EgressOnlyInternetGatewayId) }),
		"route.gateway-id":                      ofRoute(func(r types.Route) []string { return shown(r.GatewayId) }),
		"route.instance-id":                     ofRoute(func(r types.Route) []string { return shown(r.InstanceId) }),
		"route.nat-gateway-id":                  ofRoute(func(r types.Route) []string { return shown(r.NatGatewayId) }),
		"route.origin":                          ofRoute(func(r types.Route) []string { return shown(&r.Origin) }),
		"route.state":                           ofRoute(func(r types.Route) []string { return shown(&r.State) }),
		"route.transit-gateway-id":              ofRoute(func(r types.Route) []string { return shown(r.TransitGatewayId) }),
		"route.vpc-peering-connection-id":       ofRoute(func(r types.Route) []string { return shown(r.VpcPeeringConnectionId) }),
	},
}

func ofAssociation(value func(types.RouteTableAssociation) []string) func(types.RouteTable) []string {
	return func(r types.RouteTable) []string { return each(r.Associations, value) }
}

func ofRoute(value func(types.Route) []string) func(types.RouteTable) []string {
	return func(r types.RouteTable) []string { return each(r.Routes, value) }
}

// DescribeRouteTables lists the caller's route tables in the Region.
func (c *Call) DescribeRouteTables(in *ec2.DescribeRouteTablesInput) (*ec2.DescribeRouteTablesOutput, error) {
	all := rows(c, routeTables, (*routeTable).key, in.Filters, map[string]*state.Index[routeTable]{"vpc-id": routeTablesByVPC})
	items, next, err := routeTableListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.RouteTableIds, c.routeTable, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeRouteTablesOutput{RouteTables: items, NextToken: next}, nil
}
