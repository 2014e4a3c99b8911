package ec2api

import (
	"net/netip"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// What an IPAM sees of public IPv4, in its public scope: Elastic IP addresses and public IPv4 pools.

// ipamPool is the pool of IPAM that the address is from, or nil.
func (r *elasticIP) ipamPool(tx *state.Tx) *pool {
	if !strings.HasPrefix(*r.PublicIpv4Pool, poolKind.prefix) {
		return nil
	}
	return poolsByID.First(tx, *r.PublicIpv4Pool)
}

// addressType tells whose the address is, Amazon's, out of a block that Amazon provides, or its owner's; and of those that a service
// has taken, that it has.
func (r *elasticIP) addressType(tx *state.Tx) types.IpamPublicAddressType {
	source := r.source(tx)
	switch {
	case r.ServiceManaged != "" && source == types.IpamResourceCidrIpSourceAmazon:
		return types.IpamPublicAddressTypeServiceManagedIp
	case r.ServiceManaged != "":
		return types.IpamPublicAddressTypeServiceManagedByoip
	case source == types.IpamResourceCidrIpSourceByoip:
		return types.IpamPublicAddressTypeByoip
	case *r.PublicIpv4Pool == amazonsAddresses:
		return types.IpamPublicAddressTypeAmazonOwnedEip
	}
	return types.IpamPublicAddressTypeAmazonOwnedContig
}

// source tells whether Amazon or its owner has brought the address.
func (r *elasticIP) source(tx *state.Tx) types.IpamResourceCidrIpSource {
	p := r.ipamPool(tx)
	if *r.PublicIpv4Pool == amazonsAddresses || p != nil && p.PublicIpSource == types.IpamPoolPublicIpSourceAmazon {
		return types.IpamResourceCidrIpSourceAmazon
	}
	return types.IpamResourceCidrIpSourceByoip
}

// usage is the share of a part's addresses that are Elastic IP addresses, as the API shows it.
func (r *publicIPv4Pool) usage(tx *state.Tx, p publicPart) *float64 {
	shown := shownRange(tx, *r.PoolId, p.Prefix)
	return new(rounded(1 - float64(*shown.AvailableAddressCount)/float64(*shown.AddressCount)))
}

// isPublic tells whether the view is of the public scope.
func (v *view) isPublic() bool { return *v.scope.IpamScopeId == *v.ipam.PublicDefaultScopeId }

// addressRows is the CIDR of an Elastic IP address. Out of a public IPv4 pool, or of another's IPAM, it is not managed.
func (v *view) addressRows(r *elasticIP) []*resourceCIDR {
	if !v.isPublic() {
		return nil
	}
	return []*resourceCIDR{v.row(v.addressFinding(r), r.OwnerId, *r.AllocationId)}
}

func (v *view) addressFinding(r *elasticIP) *finding {
	return v.publicFinding(types.IpamResourceTypeEip, r.OwnerId, r.Region, *r.AllocationId, r.prefix(), v.allocation(*r.AllocationId, r.prefix()))
}

// publicPoolRows are the CIDRs of a public IPv4 pool.
func (v *view) publicPoolRows(r *publicIPv4Pool) (list []*resourceCIDR) {
	if !v.isPublic() {
		return nil
	}
	for _, p := range r.Parts {
		item := v.row(v.publicPartFinding(r, p), r.OwnerId, *r.PoolId)
		item.IpUsage = r.usage(v.tx, p)
		list = append(list, item)
	}
	return inOrder(list)
}

// publicPartFinding: what is left of a range has the pool of the whole of it.
func (v *view) publicPartFinding(r *publicIPv4Pool, part publicPart) *finding {
	var p *pool
	if part.Source != nil {
		p = v.pool(part.Source[2])
	}
	return v.publicFinding(types.IpamResourceTypePublicIpv4Pool, r.OwnerId, r.Region, *r.PoolId, part.Prefix, p)
}

func (v *view) publicFinding(kind types.IpamResourceType, owner, regionName, id string, prefix netip.Prefix, p *pool) *finding {
	return &finding{
		kind: kind, prefix: prefix, region: regionName, pool: p, tags: tagsOf(v.tx, owner, regionName, id),
		stranger: p != nil && v.stranger(p, owner),
	}
}

// What a discovery finds of them, and of network interfaces, which no IPAM monitors.

func (c *Call) discoveredAddress(d *resourceDiscovery, r *elasticIP) []*discoveredCIDR {
	item := c.discoveredIn(d, types.IpamResourceTypeEip, r.OwnerId, r.Region, *r.AllocationId, r.prefix())
	item.IpSource = r.source(c.Tx)
	return []*discoveredCIDR{item}
}

func (c *Call) discoveredPublicPool(d *resourceDiscovery, r *publicIPv4Pool) (list []*discoveredCIDR) {
	for _, p := range r.Parts {
		item := c.discoveredIn(d, types.IpamResourceTypePublicIpv4Pool, r.OwnerId, r.Region, *r.PoolId, p.Prefix)
		item.IpUsage, item.IpSource = r.usage(c.Tx, p), types.IpamResourceCidrIpSourceByoip
		list = append(list, item)
	}
	return list
}

func (c *Call) discoveredInterface(d *resourceDiscovery, r *networkInterface) (list []*discoveredCIDR) {
	for _, a := range r.addresses() {
		item := c.discoveredIn(d, types.IpamResourceTypeEni, *r.OwnerId, r.Region, *r.NetworkInterfaceId, hostPrefix(netip.MustParseAddr(a)))
		item.VpcId, item.SubnetId, item.AvailabilityZoneId = r.VpcId, r.SubnetId, r.AvailabilityZoneId
		item.NetworkInterfaceAttachmentStatus = types.IpamNetworkInterfaceAttachmentStatusAvailable
		if r.Attachment != nil {
			item.NetworkInterfaceAttachmentStatus = types.IpamNetworkInterfaceAttachmentStatusInUse
		}
		list = append(list, item)
	}
	return list
}
