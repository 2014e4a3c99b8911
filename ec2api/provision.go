package ec2api

import (
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/state"
)

// Where the CIDRs of a pool come from.

// Amazon's own IPv6 space, of which it provides blocks, and the space that AWS picks unique local addresses from.
var (
	amazonIPv6  = netip.MustParsePrefix("2600:1f00::/24")
	localIPv6   = netip.MustParsePrefix("fd00::/8")
	reservedULA = netip.MustParsePrefix("fd00::/16") // Amazon's own
	chosenULA   = netip.MustParsePrefix("fd80::/9")
)

// amazonSpaces holds, under the key amazon, which blocks Amazon has provided, whoever has them.
var amazonSpaces = state.NewDerived(&Schema, "amazon-space", space.Space.Equal)

const amazon = "amazon"

func init() {
	state.Derive(amazonSpaces, poolCIDRs,
		func(r *poolCIDR) (string, bool) { return amazon, r.Amazon && r.live() },
		func(s space.Space, r *poolCIDR) space.Space { return s.Use(r.Prefix) },
		func(s space.Space, r *poolCIDR) space.Space { return s.Release(r.Prefix) })
}

// nextAmazonIPv6 is a block of Amazon's that nobody has.
func (c *Call) nextAmazonIPv6(bits int) (netip.Prefix, bool) {
	return amazonSpaces.Get(c.Tx, amazon).AddBlock(amazonIPv6).Next(bits, nil, nil)
}

// byoip tells whether the owner of the pool has to bring addresses to it, and so to prove that they are his.
func (r *pool) byoip() bool {
	return r.SourceIpamPoolId == nil && r.SourceResource == nil && r.PublicIpSource == types.IpamPoolPublicIpSourceByoip
}

// checkProof: addresses of one's own are proven when they come to a pool at the top of the public scope, and only then.
func checkProof(p *pool, in *ec2.ProvisionIpamPoolCidrInput) error {
	given := ""
	switch {
	case in.CidrAuthorizationContext != nil:
		given = "CidrAuthorizationContext"
	case in.VerificationMethod != "":
		given = "VerificationMethod"
	case in.IpamExternalResourceVerificationTokenId != nil:
		given = "IpamExternalResourceVerificationTokenId"
	}
	switch {
	case p.byoip() && given == "":
		return invalidCombination("The request must contain a CIDR Authorization Context for a CIDR that you bring to AWS.")
	case p.byoip():
		return unsupported(given)
	case given != "":
		return invalidCombination("The request can only contain %s for a pool at the top of the public scope whose PublicIpSource is byoip.", given)
	}
	return nil
}

// findPoolCIDR takes the CIDR from where the pool gets its space. That it is not to be had there is no error
// of the call: r then fails later, as AWS shows it.
func (c *Call) findPoolCIDR(p *pool, r *poolCIDR) error {
	switch {
	case p.plansVPC(c):
		return c.planVPC(p, r)
	case p.SourceIpamPoolId != nil:
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
	case p.AddressFamily == types.AddressFamilyIpv6:
		return c.takeAmazonIPv6(p, r)
	}
	return unsupported("PublicIpSource amazon for IPv4")
}

func (r *poolCIDR) notAvailable(why string) {
	r.Failure = &types.IpamPoolCidrFailureReason{Code: types.IpamPoolCidrFailureCodeCidrNotAvailable, Message: new(why)}
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
	if !r.Prefix.IsValid() {
		if n := *r.NetmaskLength; n < 9 || n > 60 {
			return invalidValue("Value (%d) for parameter netmaskLength is invalid. It must be between 9 and 60.", n)
		}
		taken := scopeSpaces.Get(c.Tx, r.TopOf)
		prefix, ok := taken.AddBlock(chosenULA).Next(int(*r.NetmaskLength), nil, nil)
		if !ok {
			r.notAvailable("There is no CIDR of that netmask length available.")
		}
		r.Prefix = prefix
		return nil
	}
	local := within(r.Prefix, localIPv6) && !r.Prefix.Overlaps(reservedULA)
	global := within(r.Prefix, netip.MustParsePrefix("2000::/3"))
	i := ipams.Get(c.Tx, *p.OwnerId, *p.IpamRegion, p.IpamId)
	if !local && !(global && *i.EnablePrivateGua) {
		return invalidValue("The CIDR %s cannot be used in a private scope. Use unique local addresses (fd00::/8 without fd00::/16) or enable private GUA for the IPAM.", r.Prefix)
	}
	c.takeFromScope(r)
	return nil
}

// Bounds of the blocks that Amazon provides for IPv6. Source: https://docs.aws.amazon.com/vpc/latest/ipam/intro-create-ipv6-pools.html
const (
	largestAmazonIPv6  = 40
	smallestAmazonIPv6 = 52
)

func (c *Call) takeAmazonIPv6(p *pool, r *poolCIDR) error {
	switch {
	case r.Prefix.IsValid():
		return invalidCombination("The request can only contain NetmaskLength for a pool whose PublicIpSource is amazon.")
	case *p.Locale == noLocale:
		return invalidCombination("The pool %s needs a locale for space that Amazon provides.", *p.IpamPoolId)
	case *r.NetmaskLength < largestAmazonIPv6 || *r.NetmaskLength > smallestAmazonIPv6:
		return invalidValue("Value (%d) for parameter netmaskLength is invalid. It must be between %d and %d.", *r.NetmaskLength, largestAmazonIPv6, smallestAmazonIPv6)
	}
	prefix, ok := c.nextAmazonIPv6(int(*r.NetmaskLength))
	if !ok {
		r.notAvailable("There is no CIDR of that netmask length available.")
	}
	r.Prefix, r.Amazon = prefix, true
	return nil
}
