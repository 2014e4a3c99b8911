package scenario

import (
	"net/netip"
	"slices"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const (
	ipv4 = string(ec2types.AddressFamilyIpv4)
	ipv6 = string(ec2types.AddressFamilyIpv6)
)

func familyBits(family string) int32 {
	if family == ipv6 {
		return 128
	}
	return 32
}

func (c *checker) checkIPAMs() {
	seen := map[string]int{}
	for _, i := range c.IPAMs {
		c.once(seen, i.Account.s+" "+i.Region.s, i.Account.line, "a second IPAM of %s in %s; an account has one in a Region", i.Account.s, i.Region.s)
		c.oneOf(i.Tier, "the tier of an IPAM", "free", "advanced")
		regions, scopes := map[string]int{}, map[string]int{}
		for _, r := range i.Operating {
			c.once(regions, r.s, r.line, "%s is there twice", r.s)
		}
		for _, s := range i.Scopes {
			c.once(scopes, s.Scope.s, s.Scope.line, "a second scope %q of the same IPAM", s.Scope.s)
			c.checkPools(place{ipam: i, scope: s}, s.Pools)
		}
	}
}

// place is where a pool is.
type place struct {
	ipam   *ipam
	scope  *scope
	parent *pool
	path   []string
}

func (c *checker) checkPools(at place, list []*pool) {
	seen := map[string]int{}
	for i, p := range list {
		c.once(seen, p.Name.s, p.Name.line, "a second pool %q in the same place", p.Name.s)
		p.ipam, p.scope, p.parent = at.ipam, at.scope, at.parent
		c.checkFamily(p)
		c.checkLocale(p)
		c.checkPublic(p)
		c.checkNetmask(p)
		c.checkCIDRs(p, list[:i])
		c.checkAllocations(p)
		path := append(slices.Clone(at.path), p.Name.s)
		c.pools.add(path, p)
		c.checkPools(place{at.ipam, at.scope, p, path}, p.Pools)
	}
}

func (c *checker) checkFamily(p *pool) {
	p.family = ipv4
	if p.parent != nil {
		p.family = p.parent.family
	}
	if !p.Family.given() {
		return
	}
	c.oneOf(p.Family, "the family of a pool", ipv4, ipv6)
	if p.parent != nil && p.Family.s != p.family {
		c.add(p.Family.line, "the pool above is %s", p.family)
	}
	p.family = p.Family.s
}

func (c *checker) checkLocale(p *pool) {
	above := ""
	if p.parent != nil {
		above = p.parent.locale
	}
	p.locale = above
	if !p.Locale.given() {
		return
	}
	p.locale = p.Locale.s
	operates := p.locale == p.ipam.Region.s || slices.ContainsFunc(p.ipam.Operating, func(r regionName) bool { return r.s == p.locale })
	switch {
	case !operates:
		c.add(p.Locale.line, "the locale %s is not among the operatingRegions of the IPAM", p.locale)
	case above != "" && above != p.locale:
		c.add(p.Locale.line, "the pool above has the locale %s, and so has this one", above)
	}
}

func (c *checker) checkPublic(p *pool) {
	c.oneOf(p.PublicIPSource, "publicIpSource", "byoip", "amazon")
	c.oneOf(p.AWSService, "awsService", "ec2", "global-services")
	if p.scope.isPublic() {
		return
	}
	for _, public := range []struct {
		key string
		at
	}{
		{"publicIpSource", p.PublicIPSource.at}, {"awsService", p.AWSService.at}, {"publiclyAdvertisable", p.Advertisable.at},
	} {
		if public.given() {
			c.add(public.line, "%s is for pools in the public scope", public.key)
		}
	}
}

func (c *checker) checkNetmask(p *pool) {
	m := p.Netmask
	if m == nil {
		return
	}
	bits := familyBits(p.family)
	for _, n := range []number{m.Min, m.Max, m.Default} {
		if n.given() && (n.n < 0 || n.n > bits) {
			c.add(n.line, "the netmask length %d is not between 0 and %d", n.n, bits)
		}
	}
	low, high := int32(0), bits
	if m.Min.given() {
		low = m.Min.n
	}
	if m.Max.given() {
		high = m.Max.n
	}
	switch {
	case low > high:
		c.add(m.line, "min is greater than max")
	case m.Default.given() && (m.Default.n < low || m.Default.n > high):
		c.add(m.Default.line, "default is not between min and max")
	}
}

// checkCIDRs: what a pool has lies in the pool above, and apart from what the pools beside it have.
func (c *checker) checkCIDRs(p *pool, before []*pool) {
	for i, each := range p.CIDRs {
		if !each.prefix.IsValid() {
			if each.length > familyBits(p.family) {
				c.add(each.line, "%s is too long for %s", each.s, p.family)
			}
			continue
		}
		if !c.checkCIDRFamily(p, each) {
			continue
		}
		if p.parent != nil && !p.parent.holds(each.prefix) {
			c.add(each.line, "%s lies in no CIDR of the pool %q above", each.s, p.parent.Name.s)
		}
		c.apart(each, p.CIDRs[:i])
		for _, other := range before {
			c.apart(each, other.CIDRs)
		}
	}
}

func (c *checker) checkCIDRFamily(p *pool, each cidr) bool {
	if each.prefix.Addr().Is4() != (p.family == ipv4) {
		c.add(each.line, "%s is not %s, as the pool is", each.s, p.family)
		return false
	}
	return true
}

func (c *checker) apart(each cidr, others []cidr) {
	for _, o := range others {
		if o.prefix.IsValid() && o.prefix.Overlaps(each.prefix) {
			c.add(each.line, "%s overlaps %s in line %d", each.s, o.s, o.line)
		}
	}
}

func (c *checker) checkAllocations(p *pool) {
	var taken []netip.Prefix
	for _, a := range p.Allocations {
		switch {
		case a.CIDR.given() && a.Netmask.given():
			c.add(a.line, "an allocation has a cidr or a netmaskLength, not both")
		case !a.CIDR.given() && !a.Netmask.given() && (p.Netmask == nil || !p.Netmask.Default.given()):
			c.add(a.line, "the pool has no default netmask length, so the allocation needs a cidr or a netmaskLength")
		case !a.CIDR.given() || !c.checkCIDRFamily(p, a.CIDR.cidr):
		case !p.holds(a.CIDR.prefix):
			c.add(a.CIDR.line, "%s lies in no CIDR of the pool", a.CIDR.s)
		case slices.ContainsFunc(taken, a.CIDR.prefix.Overlaps):
			c.add(a.CIDR.line, "%s overlaps another allocation of the pool", a.CIDR.s)
		default:
			taken = append(taken, a.CIDR.prefix)
			c.checkBelow(p, a)
		}
	}
}

// checkBelow: what a pool below has is not free for others.
func (c *checker) checkBelow(p *pool, a *allocation) {
	for _, child := range p.Pools {
		c.apart(a.CIDR.cidr, child.CIDRs)
	}
}
