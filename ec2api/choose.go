package ec2api

import (
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// choice is how a request says which space of a pool it wants: a CIDR, a netmask length or, with neither, the
// pool's default netmask length.
type choice struct {
	cidr       *string
	bits       *int32
	allowed    []string // the CIDR lies in one of these
	disallowed []string // and overlaps none of these
}

// choose finds the space that a request wants in a pool, within the rules of the pool: the lowest free block.
func (c *Call) choose(p *pool, want choice) (netip.Prefix, error) {
	none := netip.Prefix{}
	if want.cidr != nil && want.bits != nil {
		return none, invalidCombination("The request cannot contain both CIDR and Netmask Length. Exactly one of them should be provided.")
	}
	if want.cidr != nil {
		if want.allowed != nil || want.disallowed != nil {
			return none, invalidCombination("The request can only contain AllowedCidrs and DisallowedCidrs with a Netmask Length.")
		}
		return c.chooseCIDR(p, *want.cidr)
	}
	bits := want.bits
	if bits == nil {
		bits = p.AllocationDefaultNetmaskLength
	}
	if bits == nil {
		return none, invalidCombination("The request cannot contain empty CIDR and Netmask Length for a pool with no default allocation netmask length set. Exactly one of them should be provided.")
	}
	if *bits < 0 || *bits > p.bits() {
		return none, invalidValue("Value (%d) for parameter netmaskLength is invalid. The netmask length must be between 0 and %d.", *bits, p.bits())
	}
	if err := p.checkNetmask(*bits); err != nil {
		return none, err
	}
	allowed, err := rangePrefixes(want.allowed, "allowedCidr", p.AddressFamily)
	if err != nil {
		return none, err
	}
	disallowed, err := rangePrefixes(want.disallowed, "disallowedCidr", p.AddressFamily)
	if err != nil {
		return none, err
	}
	prefix, ok := poolSpaces.Get(c.Tx, *p.IpamPoolId).Next(int(*bits), allowed, disallowed)
	if !ok {
		return none, invalidValue("The allocation size is too big for the pool.")
	}
	return prefix, nil
}

func (c *Call) chooseCIDR(p *pool, text string) (netip.Prefix, error) {
	prefix, err := poolPrefix(text, "cidr", p.AddressFamily)
	if err != nil {
		return prefix, err
	}
	if err := p.checkNetmask(int32(prefix.Bits())); err != nil {
		return prefix, err
	}
	s := poolSpaces.Get(c.Tx, *p.IpamPoolId)
	if _, in := s.Block(prefix); !in {
		return prefix, invalidValue("The CIDR %s is not within a CIDR provisioned to the pool %s.", prefix, *p.IpamPoolId)
	}
	if !s.Free(prefix) {
		return prefix, invalidValue("The CIDR %s conflicts with an allocation of the pool %s.", prefix, *p.IpamPoolId)
	}
	return prefix, nil
}

// choiceFor is choose for a resource of AWS: the pool has to have a locale and asks for tags.
func (c *Call) choiceFor(p *pool, t types.IpamPoolAllocationResourceType, want choice, tags map[string]string) (netip.Prefix, error) {
	if *p.Locale == noLocale {
		return netip.Prefix{}, invalidValue("The resource type %s is not valid for pool with None locale.", t)
	}
	if err := p.checkTags(tags); err != nil {
		return netip.Prefix{}, err
	}
	return c.choose(p, want)
}
