package ec2api

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/state"
)

// Where the CIDRs of a pool come from.

// Amazon's own space, of which it provides blocks, and the space that AWS picks unique local addresses from.
var (
	amazonIPv4  = netip.MustParsePrefix("3.0.0.0/9")
	amazonIPv6  = netip.MustParsePrefix("2600:1f00::/24")
	localIPv6   = netip.MustParsePrefix("fd00::/8")
	reservedULA = netip.MustParsePrefix("fd00::/16") // Amazon's own
	chosenULA   = netip.MustParsePrefix("fd80::/9")
	globalIPv6  = netip.MustParsePrefix("2000::/3")
)

// amazonSpaces holds, under the key amazon, which blocks Amazon has provided, whoever has them.
var amazonSpaces = state.NewDerived(&Schema, "amazon-space", space.Space.Equal)

const amazon = "amazon"

// broughtSpaces holds, under the key brought, all ranges that accounts have brought to AWS.
var broughtSpaces = state.NewDerived(&Schema, "brought-space", space.Space.Equal)

const brought = "brought"

func init() {
	state.Derive(broughtSpaces, poolCIDRs,
		func(r *poolCIDR) (string, bool) { return brought, r.Brought && r.live() && !forDocumentation(r.Prefix) },
		func(s space.Space, r *poolCIDR) space.Space { return s.Use(r.Prefix) },
		func(s space.Space, r *poolCIDR) space.Space { return s.Release(r.Prefix) })
	state.Derive(amazonSpaces, poolCIDRs,
		func(r *poolCIDR) (string, bool) { return amazon, r.Amazon && r.live() },
		func(s space.Space, r *poolCIDR) space.Space { return s.Use(r.Prefix) },
		func(s space.Space, r *poolCIDR) space.Space { return s.Release(r.Prefix) })
}

// nextAmazon is a block of Amazon's that nobody has.
func (c *Call) nextAmazon(all netip.Prefix, bits int) (netip.Prefix, bool) {
	return amazonSpaces.Get(c.Tx, amazon).AddBlock(all).Next(bits, nil, nil)
}

// byoip tells whether the owner of the pool has to bring addresses to it, and so to prove that they are his.
func (r *pool) byoip() bool {
	return r.SourceIpamPoolId == nil && r.SourceResource == nil && r.PublicIpSource == types.IpamPoolPublicIpSourceByoip
}

// findPoolCIDR takes the CIDR from where the pool gets its space. That it is not to be had there is no error
// of the call: r then fails later, as AWS shows it.
func (c *Call) findPoolCIDR(p *pool, r *poolCIDR) error {
	if p.plansVPC(c) {
		return c.planVPC(p, r)
	}
	if err := p.checkRangeSize(c.Tx, int(*r.NetmaskLength)); err != nil {
		return err
	}
	if p.SourceIpamPoolId != nil {
		c.takeFromSource(p, r)
		return nil
	}
	r.TopOf = p.IpamScopeId
	switch {
	case p.IpamScopeType == types.IpamScopeTypePrivate && p.AddressFamily == types.AddressFamilyIpv6:
		return c.takePrivateIPv6(p, r)
	case p.IpamScopeType == types.IpamScopeTypePrivate:
		if !r.Prefix.IsValid() {
			return invalidCombination("The request can only contain NetmaskLength for a pool that has a source pool, that AWS provides space to, or that is private IPv6.")
		}
		c.takeFromScope(r)
		return nil
	case p.byoip():
		return c.takeOwn(p, r)
	}
	return c.takeAmazon(p, r)
}

func (r *poolCIDR) notAvailable(why string) {
	r.Failure = &types.IpamPoolCidrFailureReason{Code: types.IpamPoolCidrFailureCodeCidrNotAvailable, Message: new(why)}
}

func (r *poolCIDR) limitExceeded(format string, args ...any) {
	r.Failure = &types.IpamPoolCidrFailureReason{Code: types.IpamPoolCidrFailureCodeLimitExceeded, Message: new(fmt.Sprintf(format, args...))}
}

// takeFromScope: two pools at the top of a scope never share an address.
func (c *Call) takeFromScope(r *poolCIDR) {
	if scopeSpaces.Get(c.Tx, r.TopOf).InUse(r.Prefix) {
		r.notAvailable("The CIDR overlaps a CIDR of a pool in the same scope.")
	}
}

// takeFromSource makes an allocation in the source pool, whose rules do not bind pools.
func (c *Call) takeFromSource(p *pool, r *poolCIDR) {
	source := poolsByID.First(c.Tx, *p.SourceIpamPoolId)
	free := poolSpaces.Get(c.Tx, *source.IpamPoolId)
	if !r.Prefix.IsValid() {
		prefix, ok := free.Next(int(*r.NetmaskLength), nil, nil)
		if !ok {
			r.notAvailable("There is no CIDR of that netmask length available in the source pool.")
			return
		}
		r.Prefix = prefix
	} else if !free.Free(r.Prefix) {
		r.notAvailable("The CIDR is not available in the source pool.")
		return
	}
	r.Source = c.allocate(source, r.Prefix, types.IpamPoolAllocation{
		ResourceType:  types.IpamPoolAllocationResourceTypeIpamPool,
		ResourceId:    p.IpamPoolId,
		ResourceOwner: p.OwnerId,
	}).key()
}

// takePrivateIPv6: unique local addresses, which AWS also chooses, or public ones that are to be used privately.
func (c *Call) takePrivateIPv6(p *pool, r *poolCIDR) error {
	if n := *r.NetmaskLength; (n < 9 || n > 60) && (!r.Prefix.IsValid() || within(r.Prefix, localIPv6)) {
		return invalidValue("Value (%d) for parameter netmaskLength is invalid. It must be between 9 and 60.", n)
	}
	if !r.Prefix.IsValid() {
		taken := scopeSpaces.Get(c.Tx, r.TopOf)
		prefix, ok := taken.AddBlock(chosenULA).Next(int(*r.NetmaskLength), nil, nil)
		if !ok {
			r.notAvailable("There is no CIDR of that netmask length available.")
		}
		r.Prefix = prefix
		return nil
	}
	local := within(r.Prefix, localIPv6) && !r.Prefix.Overlaps(reservedULA)
	global := within(r.Prefix, globalIPv6)
	i := ipams.Get(c.Tx, *p.OwnerId, *p.IpamRegion, p.IpamId)
	if !local && !(global && *i.EnablePrivateGua) {
		return invalidValue("The CIDR %s cannot be used in a private scope. Use unique local addresses (fd00::/8 without fd00::/16) or enable private GUA for the IPAM.", r.Prefix)
	}
	c.takeFromScope(r)
	return nil
}

// takeOwn takes addresses that their owner brings to AWS. Nobody else can have brought any of them, to whatever Region.
// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-byoip.html
func (c *Call) takeOwn(p *pool, r *poolCIDR) error {
	if !r.Prefix.IsValid() {
		return invalidCombination("The request must contain Cidr for a CIDR that you bring to AWS.")
	}
	if err := checkPublic(r.Prefix); err != nil {
		return err
	}
	r.Brought = true
	if forDocumentation(r.Prefix) {
		c.takeFromScope(r)
	} else if broughtSpaces.Get(c.Tx, brought).InUse(r.Prefix) {
		r.notAvailable(overlapsBrought)
	}
	return nil
}

const overlapsBrought = "The CIDR overlaps an address range that was brought to AWS before."

// unroutable is what nobody can bring: the Internet does not route it, or it is Amazon's, which gives blocks and Elastic IP
// addresses out of it.
var unroutable = append(prefixes("3.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "240.0.0.0/4"), unusable...)

// documentation is addresses that are nobody's, and that everybody uses in examples and tests: each account may bring its own.
var documentation = prefixes("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")

func forDocumentation(prefix netip.Prefix) bool {
	return slices.ContainsFunc(documentation, func(d netip.Prefix) bool { return within(prefix, d) })
}

func checkPublic(prefix netip.Prefix) error {
	if prefix.Addr().Is4() && !slices.ContainsFunc(unroutable, prefix.Overlaps) || within(prefix, globalIPv6) {
		return nil
	}
	return invalidValue("The CIDR %s cannot be brought to AWS. It is not in the public address space.", prefix)
}

// checkRangeSize: the smallest ranges are those that the Internet routes, or a /60 that is not advertised, and the global
// services take just those. Pools below have no such bound.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-byoip-ipam.html
func (r *pool) checkRangeSize(tx *state.Tx, bits int) error {
	if !r.byoip() && !r.announces(tx) {
		return nil
	}
	smallest := smallestRange(r.AddressFamily, or(r.PubliclyAdvertisable, true))
	switch {
	case bits > smallest:
		return invalidValue("The netmask length %d is invalid. The most specific CIDR that you can bring to the pool %s is a /%d.", bits, *r.IpamPoolId, smallest)
	case r.AwsService == types.IpamPoolAwsServiceGlobalServices && bits != smallest:
		return invalidValue("The netmask length %d is invalid. A CIDR of the pool %s, which is for the service %s, is a /%d.", bits, *r.IpamPoolId, r.AwsService, smallest)
	}
	return nil
}

func smallestRange(family types.AddressFamily, advertisable bool) int {
	switch {
	case family == types.AddressFamilyIpv4:
		return 24
	case advertisable:
		return 48
	}
	return 60
}

// takeAmazon takes a block that Amazon provides.
func (c *Call) takeAmazon(p *pool, r *poolCIDR) error {
	switch {
	case r.Prefix.IsValid():
		return invalidCombination("The request can only contain NetmaskLength for a pool whose PublicIpSource is amazon.")
	case *p.Locale == noLocale || p.AwsService != types.IpamPoolAwsServiceEc2:
		return invalidCombination("The pool %s needs a locale and the AwsService ec2 for space that Amazon provides.", *p.IpamPoolId)
	}
	all, largest, smallest, limit := amazonIPv6, int32(40), int32(52), c.Settings.Quotas.AmazonIPv6PerPool
	if p.AddressFamily == types.AddressFamilyIpv4 {
		all, largest, smallest, limit = amazonIPv4, 29, 30, c.Settings.Quotas.AmazonIPv4PerPool
	}
	n := *r.NetmaskLength
	switch {
	case n > smallest, n < largest && p.AddressFamily == types.AddressFamilyIpv6:
		return invalidValue("Value (%d) for parameter netmaskLength is invalid. It must be between %d and %d.", n, largest, smallest)
	case n < largest: // the words of terraform-provider-aws PR 48142
		r.limitExceeded("Account %s cannot provision an IPv4 contiguous block of size /%d in locale %s. Please check IPAM documentation to raise the limit.", *p.OwnerId, n, *p.Locale)
		return nil
	}
	have := 0
	for other := range poolCIDRs.Scan(c.Tx, p.key()...) {
		if other.Amazon && other.live() {
			have++
		}
	}
	if limit > 0 && have >= limit {
		r.limitExceeded("The pool %s has %d blocks that Amazon provides. Please check IPAM documentation to raise the limit.", *p.IpamPoolId, have)
		return nil
	}
	prefix, ok := c.nextAmazon(all, int(n))
	if !ok {
		r.notAvailable("There is no CIDR of that netmask length available.")
	}
	r.Prefix, r.Amazon = prefix, true
	return nil
}
