package ec2api

import (
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/state"
)

// What addresses a public IPv4 pool has.

// publicPart is addresses of a public IPv4 pool. A range is one part, until some of its addresses are deprovisioned.
type publicPart struct {
	Prefix netip.Prefix
	Source state.Key `json:",omitempty"` // the allocation in the pool of IPAM that the range is from, if it is from one
}

// publicSpaces holds, by public IPv4 pool, its addresses and those that are Elastic IP addresses.
var publicSpaces = state.NewDerived(&Schema, "public-ipv4-space", space.Space.Equal)

func init() {
	each := func(s space.Space, r *publicIPv4Pool, change func(space.Space, netip.Prefix) space.Space) space.Space {
		for _, p := range r.Parts {
			s = change(s, p.Prefix)
		}
		return s
	}
	state.Derive(publicSpaces, publicIPv4Pools,
		func(r *publicIPv4Pool) (string, bool) { return *r.PoolId, true },
		func(s space.Space, r *publicIPv4Pool) space.Space { return each(s, r, space.Space.AddBlock) },
		func(s space.Space, r *publicIPv4Pool) space.Space { return each(s, r, space.Space.RemoveBlock) })
}

// ranges are the addresses as AWS shows them: what is left of a range and follows one upon the other.
func (r *publicIPv4Pool) ranges(tx *state.Tx) []types.PublicIpv4PoolRange {
	list := []types.PublicIpv4PoolRange{}
	for i, p := range r.Parts {
		shown := shownRange(tx, *r.PoolId, p.Prefix)
		if i > 0 && r.Parts[i-1].follows(p) {
			last := &list[len(list)-1]
			last.LastAddress = shown.LastAddress
			*last.AddressCount += *shown.AddressCount
			*last.AvailableAddressCount += *shown.AvailableAddressCount
			continue
		}
		list = append(list, shown)
	}
	return list
}

// follows tells whether next is of the same range and begins where p ends.
func (p publicPart) follows(next publicPart) bool {
	return slices.Equal(p.Source, next.Source) && lastAddress(p.Prefix).Next() == next.Prefix.Addr()
}

// shownRange is the addresses of a prefix; the first and the last are as usable as all others.
func shownRange(tx *state.Tx, poolID string, prefix netip.Prefix) types.PublicIpv4PoolRange {
	all := int32(1) << (32 - prefix.Bits())
	available := all
	for range publicSpaces.Get(tx, poolID).Used(prefix) {
		available--
	}
	return types.PublicIpv4PoolRange{
		FirstAddress:          new(prefix.Addr().String()),
		LastAddress:           new(lastAddress(prefix).String()),
		AddressCount:          new(all),
		AvailableAddressCount: new(available),
	}
}

// lastAddress is the highest address of an IPv4 prefix.
func lastAddress(prefix netip.Prefix) netip.Addr {
	bytes := prefix.Addr().As4()
	for bit := prefix.Bits(); bit < 32; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	return netip.AddrFrom4(bytes)
}

// addRange gives the pool a range. The caller stores the pool.
func (r *publicIPv4Pool) addRange(prefix netip.Prefix, source state.Key) {
	r.Parts = append(r.Parts, publicPart{prefix, source})
	slices.SortFunc(r.Parts, func(a, b publicPart) int { return a.Prefix.Addr().Compare(b.Prefix.Addr()) })
}

// cut takes a prefix out of the pool: parts inside of it go, one around it is halved until it is out. The caller stores the pool.
func (r *publicIPv4Pool) cut(prefix netip.Prefix) {
	var left []publicPart
	for _, p := range r.Parts {
		left = append(left, p.without(prefix)...)
	}
	r.Parts = left
}

func (p publicPart) without(prefix netip.Prefix) []publicPart {
	switch {
	case !p.Prefix.Overlaps(prefix):
		return []publicPart{p}
	case within(p.Prefix, prefix):
		return nil
	}
	low := netip.PrefixFrom(p.Prefix.Addr(), p.Prefix.Bits()+1)
	high := netip.PrefixFrom(lastAddress(low).Next(), low.Bits())
	return append(publicPart{low, p.Source}.without(prefix), publicPart{high, p.Source}.without(prefix)...)
}

// partsIn are the parts that a prefix has addresses of, if it lies in one range, whole and in one piece.
func (r *publicIPv4Pool) partsIn(prefix netip.Prefix) (list []publicPart, ok bool) {
	missing := 1 << (32 - prefix.Bits())
	for _, p := range r.Parts {
		if p.Prefix.Overlaps(prefix) && (list == nil || slices.Equal(p.Source, list[0].Source)) {
			list = append(list, p)
			missing -= 1 << (32 - max(p.Prefix.Bits(), prefix.Bits()))
		}
	}
	return list, missing == 0
}

// makeOwnPool makes a public IPv4 pool of addresses that their owner brings to AWS without IPAM.
func (c *Call) makeOwnPool(prefix netip.Prefix, border, description string, tags map[string]string) *publicIPv4Pool {
	r := c.newPublicIPv4Pool(border, description, tags)
	r.addRange(prefix, nil)
	publicIPv4Pools.Put(c.Tx, r)
	return r
}

// removeOwnPool ends what makeOwnPool has made, unless there are Elastic IP addresses from it.
func (c *Call) removeOwnPool(r *publicIPv4Pool) error {
	for _, p := range r.Parts {
		if err := c.checkUnused(r, p.Prefix); err != nil {
			return err
		}
	}
	c.forgetPublicIPv4Pool(r)
	return nil
}

func (c *Call) checkUnused(r *publicIPv4Pool, prefix netip.Prefix) error {
	for used := range publicSpaces.Get(c.Tx, *r.PoolId).Used(prefix) {
		return fail(codeDependencyViolation, "The address %s of the pool %s is allocated.", used.Addr(), *r.PoolId)
	}
	return nil
}

// Bounds of the netmask length of a range out of a pool of IPAM.
const (
	largestPublicRange  = 24
	smallestPublicRange = 32
)

// ProvisionPublicIpv4PoolCidr gives a public IPv4 pool a range out of a pool of IPAM, where that is one allocation: the Elastic IP
// addresses of the range are none of their own.
func (c *Call) ProvisionPublicIpv4PoolCidr(in *ec2.ProvisionPublicIpv4PoolCidrInput) (*ec2.ProvisionPublicIpv4PoolCidrOutput, error) {
	r, err := c.publicIPv4PoolIn(in.NetworkBorderGroup, *in.PoolId)
	if err != nil {
		return nil, err
	}
	if n := *in.NetmaskLength; n < largestPublicRange || n > smallestPublicRange {
		return nil, invalidValue("Value (%d) for parameter netmaskLength is invalid. It must be between %d and %d.", n, largestPublicRange, smallestPublicRange)
	}
	p, err := c.localPool(*in.IpamPoolId)
	if err != nil {
		return nil, err
	}
	if err := p.checkForAddresses(); err != nil {
		return nil, err
	}
	if *p.Locale != *r.NetworkBorderGroup {
		return nil, invalidValue("The locale of the pool %s is not %s.", *p.IpamPoolId, *r.NetworkBorderGroup)
	}
	if p.PublicIpSource != types.IpamPoolPublicIpSourceByoip {
		return nil, invalidValue("The pool %s has space that Amazon provides. A public IPv4 pool takes addresses that you bring to AWS.", *p.IpamPoolId)
	}
	const t = types.IpamPoolAllocationResourceTypeEc2PublicIpv4Pool
	prefix, err := c.choiceFor(p, t, choice{bits: in.NetmaskLength}, c.ownTags(*r.PoolId))
	if err != nil {
		return nil, err
	}
	r.addRange(prefix, c.take(p, prefix, t, *r.PoolId).key())
	publicIPv4Pools.Put(c.Tx, r)
	return &ec2.ProvisionPublicIpv4PoolCidrOutput{PoolId: r.PoolId, PoolAddressRange: new(shownRange(c.Tx, *r.PoolId, prefix))}, nil
}

// checkForAddresses: public addresses come from pools of public IPv4 for EC2.
func (r *pool) checkForAddresses() error {
	switch {
	case r.IpamScopeType != types.IpamScopeTypePublic:
		return invalidValue("The pool %s is not in a public scope.", *r.IpamPoolId)
	case r.AddressFamily != types.AddressFamilyIpv4:
		return invalidValue("The address family of the pool %s is %s.", *r.IpamPoolId, r.AddressFamily)
	case r.AwsService != types.IpamPoolAwsServiceEc2:
		return invalidValue("The pool %s is not for the service ec2.", *r.IpamPoolId)
	}
	return nil
}

// DeprovisionPublicIpv4PoolCidr takes addresses from a public IPv4 pool. IPAM has a range back when all of it is taken.
func (c *Call) DeprovisionPublicIpv4PoolCidr(in *ec2.DeprovisionPublicIpv4PoolCidrInput) (*ec2.DeprovisionPublicIpv4PoolCidrOutput, error) {
	r, err := c.publicIPv4Pool(*in.PoolId)
	if err != nil {
		return nil, err
	}
	prefix, err := poolPrefix(*in.Cidr, "cidr", types.AddressFamilyIpv4)
	if err != nil {
		return nil, err
	}
	if prefix.Bits() < largestPublicRange {
		return nil, invalidValue("Value (%s) for parameter cidr is invalid. It must be a /%d or smaller.", prefix, largestPublicRange)
	}
	parts, ok := r.partsIn(prefix)
	if !ok {
		return nil, invalidValue("The CIDR %s is not provisioned to the pool %s.", prefix, *r.PoolId)
	}
	source := parts[0].Source
	if source == nil {
		return nil, invalidValue("The CIDR %s of the pool %s does not come from a pool of IPAM. Use DeprovisionByoipCidr.", prefix, *r.PoolId)
	}
	if err := c.checkUnused(r, prefix); err != nil {
		return nil, err
	}
	r.cut(prefix)
	publicIPv4Pools.Put(c.Tx, r)
	if !slices.ContainsFunc(r.Parts, func(p publicPart) bool { return slices.Equal(p.Source, source) }) {
		releases.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Address), source...)
	}
	var gone []string
	for a := prefix.Addr(); prefix.Contains(a); a = a.Next() {
		gone = append(gone, a.String())
	}
	return &ec2.DeprovisionPublicIpv4PoolCidrOutput{PoolId: r.PoolId, DeprovisionedAddresses: gone}, nil
}
