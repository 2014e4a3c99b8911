package ec2api

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var discoveredAddressOperations = []op.Op{
	op.Read((*Call).GetIpamDiscoveredPublicAddresses),
}

// discoveredAddress is a public IPv4 address as a discovery finds it. Here all of them are Elastic IP addresses.
type discoveredAddress struct {
	types.IpamDiscoveredPublicAddress
}

func (r *discoveredAddress) key() state.Key {
	return state.Key{*r.AddressOwnerId, *r.AddressAllocationId}
}

func (c *Call) publicAddress(d *resourceDiscovery, r *elasticIP) *discoveredAddress {
	item := &discoveredAddress{types.IpamDiscoveredPublicAddress{
		IpamResourceDiscoveryId: d.IpamResourceDiscoveryId,
		Address:                 r.PublicIp,
		AddressAllocationId:     r.AllocationId,
		AddressOwnerId:          new(r.OwnerId),
		AddressRegion:           new(r.Region),
		AddressType:             r.addressType(c.Tx),
		AssociationStatus:       types.IpamPublicAddressAssociationStatusDisassociated,
		NetworkBorderGroup:      r.NetworkBorderGroup,
		SampleTime:              c.sampled(),
		SecurityGroups:          []types.IpamPublicAddressSecurityGroup{},
		Tags:                    &types.IpamPublicAddressTags{EipTags: []types.IpamPublicAddressTag{}},
	}}
	if r.source(c.Tx) == types.IpamResourceCidrIpSourceByoip {
		item.PublicIpv4PoolId = r.PublicIpv4Pool
	}
	for _, t := range resourceTags(tagsOf(c.Tx, r.OwnerId, r.Region, *r.AllocationId)) {
		item.Tags.EipTags = append(item.Tags.EipTags, types.IpamPublicAddressTag{Key: t.Key, Value: t.Value})
	}
	if r.NetworkInterfaceId != nil {
		item.attach(networkInterfaces.Get(c.Tx, r.OwnerId, r.Region, *r.NetworkInterfaceId))
	}
	if r.NATGatewayID != nil {
		item.serve(natGateways.Get(c.Tx, r.OwnerId, r.Region, *r.NATGatewayID))
	}
	return item
}

// serve shows the NAT gateway that uses the address.
func (r *discoveredAddress) serve(g *natGateway) {
	r.AssociationStatus = types.IpamPublicAddressAssociationStatusAssociated
	r.Service, r.ServiceResource = types.IpamPublicAddressAwsServiceNatGateway, g.NatGatewayId
	r.SubnetId, r.VpcId = g.SubnetId, g.VpcId
}

// attach shows the network interface that the address is associated with.
func (r *discoveredAddress) attach(i *networkInterface) {
	r.AssociationStatus = types.IpamPublicAddressAssociationStatusAssociated
	r.NetworkInterfaceId, r.NetworkInterfaceDescription = i.NetworkInterfaceId, i.Description
	r.SubnetId, r.VpcId = i.SubnetId, i.VpcId
	for _, g := range i.Groups {
		r.SecurityGroups = append(r.SecurityGroups, types.IpamPublicAddressSecurityGroup{GroupId: g.GroupId, GroupName: g.GroupName})
	}
}

// publicAddresses yields what a discovery finds in a Region by account and allocation, behind a key only. Unlike other resources,
// addresses are found in all operating Regions whatever the tier.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/view-public-ip-insights.html
func (c *Call) publicAddresses(d *resourceDiscovery, regionName string, after state.Key) iter.Seq[*discoveredAddress] {
	return func(yield func(*discoveredAddress) bool) {
		for _, account := range d.accountsIn(c.Tx, regionName) {
			for r := range elasticIPs.Scan(c.Tx, account, regionName) {
				item := c.publicAddress(d, r)
				if slices.Compare(item.key(), after) > 0 && !yield(item) {
					return
				}
			}
		}
	}
}

var discoveredAddressListing = listing[discoveredAddress, types.IpamDiscoveredPublicAddress]{
	key: (*discoveredAddress).key,
	view: func(_ *Call, r *discoveredAddress) types.IpamDiscoveredPublicAddress {
		return r.IpamDiscoveredPublicAddress
	},
	filters: fieldFilters[types.IpamDiscoveredPublicAddress](nil),
	min:     minResults,
	max:     maxResults,
}

// GetIpamDiscoveredPublicAddresses lists the public IPv4 addresses that a discovery finds in a Region.
func (c *Call) GetIpamDiscoveredPublicAddresses(in *ec2.GetIpamDiscoveredPublicAddressesInput) (*ec2.GetIpamDiscoveredPublicAddressesOutput, error) {
	d, err := c.readableDiscovery(*in.IpamResourceDiscoveryId)
	if err != nil {
		return nil, err
	}
	items, next, err := discoveredAddressListing.list(c, page{in.Filters, in.MaxResults, in.NextToken},
		func(after state.Key) iter.Seq[*discoveredAddress] {
			return c.publicAddresses(d, *in.AddressRegion, after)
		})
	if err != nil {
		return nil, err
	}
	out := &ec2.GetIpamDiscoveredPublicAddressesOutput{IpamDiscoveredPublicAddresses: items, NextToken: next}
	if len(items) > 0 {
		out.OldestSampleTime = c.sampled()
	}
	return out, nil
}
