package ec2api

import (
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

// Ranges that are brought to a Region without IPAM. Each has an address pool of its own: of public IPv4, or of IPv6.

var byoipProvisionOperations = []op.Op{
	op.Write((*Call).ProvisionByoipCidr).MayEnd(types.ByoipCidrStateFailedProvision),
	op.Write((*Call).DeprovisionByoipCidr).MayEnd(types.ByoipCidrStateFailedDeprovision),
}

var (
	byoipCIDRsDue = state.NewQueue(&Schema, "byoip-cidr-due", settleByoipCIDR)
	// byoipCIDRsGone forgets ranges that the Region has lost or did not get.
	byoipCIDRsGone = state.NewQueue(&Schema, "byoip-cidr-gone", func(tx *state.Tx, key state.Key) {
		if r := byoipCIDRs.Get(tx, key...); r != nil && !r.live() {
			byoipCIDRs.Delete(tx, key...)
		}
	})
)

func init() {
	state.Derive(broughtSpaces, byoipCIDRs,
		func(r *byoipCIDR) (string, bool) {
			return brought, r.IpamPoolId == nil && r.live() && !forDocumentation(r.prefix())
		},
		func(s space.Space, r *byoipCIDR) space.Space { return s.Use(r.prefix()) },
		func(s space.Space, r *byoipCIDR) space.Space { return s.Release(r.prefix()) })
}

func (r *byoipCIDR) prefix() netip.Prefix { return netip.MustParsePrefix(*r.Cidr) }

// live tells whether the range is or is about to be the account's in the Region.
func (r *byoipCIDR) live() bool {
	return r.Failure == "" && r.State != types.ByoipCidrStateDeprovisioned
}

// ProvisionByoipCidr brings a range to the Region without IPAM. Whether it is to be had shows in the state that it reaches.
func (c *Call) ProvisionByoipCidr(in *ec2.ProvisionByoipCidrInput) (*ec2.ProvisionByoipCidrOutput, error) {
	if in.MultiRegion != nil {
		return nil, unsupported("MultiRegion")
	}
	prefix, err := newRangePrefix(in)
	if err != nil {
		return nil, err
	}
	border, err := c.rangeBorderGroup(in.NetworkBorderGroup, prefix)
	if err != nil {
		return nil, err
	}
	if in.CidrAuthorizationContext == nil {
		return nil, noAuthorization()
	}
	if err := c.checkAuthorization(in.CidrAuthorizationContext.Message, in.CidrAuthorizationContext.Signature, in.Cidr); err != nil {
		return nil, err
	}
	tags, err := c.tagsAtCreation(in.PoolTagSpecifications, poolTypeOf(prefix))
	if err != nil {
		return nil, err
	}
	if err := c.checkRangeQuota(prefix); err != nil {
		return nil, err
	}
	r := &byoipCIDR{
		ByoipCidr: types.ByoipCidr{
			Cidr:               new(prefix.String()),
			Description:        in.Description,
			NetworkBorderGroup: new(border),
			AdvertisementType:  new(unicast),
			State:              types.ByoipCidrStatePendingProvision,
		},
		OwnerId:      c.Account,
		Region:       c.Region,
		Advertisable: or(in.PubliclyAdvertisable, true),
		PoolTags:     tags,
	}
	if !forDocumentation(prefix) && broughtSpaces.Get(c.Tx, brought).InUse(prefix) {
		r.Failure = overlapsBrought
	}
	if _, fails := forced[types.ByoipCidrState](c); fails {
		r.Failure = c.ending.Message
	}
	byoipCIDRs.Put(c.Tx, r)
	byoipCIDRsDue.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Provision), r.key()...)
	return &ec2.ProvisionByoipCidrOutput{ByoipCidr: new(r.show(c))}, nil
}

// newRangePrefix reads the CIDR of a range: the API still calls a /56 the smallest that is not advertised, the guides a /60.
func newRangePrefix(in *ec2.ProvisionByoipCidrInput) (netip.Prefix, error) {
	prefix, err := anyCIDR(*in.Cidr, "cidr")
	if err != nil {
		return prefix, err
	}
	family := familyOf(prefix)
	if prefix, err = poolPrefix(*in.Cidr, "cidr", family); err != nil {
		return prefix, err
	}
	if in.PubliclyAdvertisable != nil && family == types.AddressFamilyIpv4 {
		return prefix, invalidCombination("The request can only contain PubliclyAdvertisable for an IPv6 CIDR.")
	}
	if smallest := smallestRange(family, or(in.PubliclyAdvertisable, true)); prefix.Bits() > smallest {
		return prefix, invalidValue("Value (%s) for parameter cidr is invalid. The most specific CIDR that you can bring is a /%d.", prefix, smallest)
	}
	return prefix, checkPublic(prefix)
}

// rangeBorderGroup: a range goes to the Region, or to Local Zones of it, which take IPv4 only but for those of Istanbul.
// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-byoip.html
func (c *Call) rangeBorderGroup(given *string, prefix netip.Prefix) (string, error) {
	border := or(given, c.Region)
	in, known := region.OfBorderGroup(border)
	switch {
	case !known || in.Name != c.Region:
		return "", invalidValue("Value (%s) for parameter networkBorderGroup is invalid. It is not a network border group of the Region %s.", border, c.Region)
	case border != c.Region && !prefix.Addr().Is4() && border != "eu-central-1-ist-1":
		return "", invalidCombination("The network border group %s does not take IPv6 CIDRs.", border)
	}
	return border, nil
}

func poolTypeOf(prefix netip.Prefix) types.ResourceType {
	if prefix.Addr().Is4() {
		return types.ResourceTypeIpv4poolEc2
	}
	return types.ResourceTypeIpv6poolEc2
}

// checkRangeQuota checks the account's other ranges in the Region. One that has gone makes way for the same.
func (c *Call) checkRangeQuota(prefix netip.Prefix) error {
	have := 0
	for r := range byoipCIDRs.Scan(c.Tx, c.Account, c.Region) {
		switch {
		case r.live() && r.prefix() == prefix:
			return invalidValue("The CIDR %s is already provisioned.", prefix)
		case r.live() && r.IpamPoolId == nil:
			have++
		}
	}
	if limit := c.Settings.Quotas.OwnRanges; limit > 0 && have >= limit {
		return fail(codeResourceLimitExceeded, "The number of BYOIP CIDRs for this account has reached the maximum allowed limit.")
	}
	return nil
}

// settleByoipCIDR ends what is pending.
func settleByoipCIDR(tx *state.Tx, key state.Key) {
	r := byoipCIDRs.Get(tx, key...)
	if r == nil {
		return
	}
	c := &Call{Tx: tx, Caller: op.Caller{Account: r.OwnerId, Region: r.Region}}
	switch r.State {
	case types.ByoipCidrStatePendingProvision:
		c.endProvision(r)
	case types.ByoipCidrStatePendingDeprovision:
		c.endDeprovision(r)
	}
	byoipCIDRs.Put(tx, r)
	if !r.live() {
		byoipCIDRsGone.At(tx, tx.Now.Add(lingers), key...)
	}
}

func (c *Call) endProvision(r *byoipCIDR) {
	if r.Failure != "" {
		r.State, r.StatusMessage = types.ByoipCidrStateFailedProvision, new(r.Failure)
		return
	}
	if r.prefix().Addr().Is4() {
		r.PoolId = c.makeOwnPool(r.prefix(), *r.NetworkBorderGroup, or(r.Description, ""), r.PoolTags).PoolId
	} else {
		r.PoolId = c.makeIPv6Pool(r).PoolId
	}
	r.State, r.StatusMessage, r.PoolTags = r.resting(), r.PoolId, nil
}

func (c *Call) endDeprovision(r *byoipCIDR) {
	if r.Kept != "" {
		r.State, r.StatusMessage = types.ByoipCidrStateFailedDeprovision, new(r.Kept)
		return
	}
	if err := c.removeRangePool(r); err != nil {
		r.State, r.StatusMessage = types.ByoipCidrStateFailedDeprovision, new("The CIDR has addresses that are in use.")
		return
	}
	r.State, r.PoolId, r.StatusMessage = types.ByoipCidrStateDeprovisioned, nil, nil
}

// removeRangePool ends the address pool of a range, unless addresses of it are in use.
func (c *Call) removeRangePool(r *byoipCIDR) error {
	if !r.prefix().Addr().Is4() {
		return c.removeIPv6Pool(*r.PoolId)
	}
	p, err := c.publicIPv4Pool(*r.PoolId)
	if err != nil {
		return err
	}
	return c.removeOwnPool(p)
}

// DeprovisionByoipCidr takes a range away from the Region. If addresses of it are in use, the state says so later; the call succeeds.
func (c *Call) DeprovisionByoipCidr(in *ec2.DeprovisionByoipCidrInput) (*ec2.DeprovisionByoipCidrOutput, error) {
	r, err := c.byoipCIDR(*in.Cidr)
	if err != nil {
		return nil, err
	}
	if r.IpamPoolId != nil {
		return nil, invalidValue("The CIDR %s is provisioned to the pool %s. Use DeprovisionIpamPoolCidr.", *r.Cidr, *r.IpamPoolId)
	}
	if err := c.checkRangeUnused(r); err != nil {
		return nil, err
	}
	switch r.State {
	case types.ByoipCidrStateProvisioned, types.ByoipCidrStateProvisionedNotPubliclyAdvertisable, types.ByoipCidrStateFailedDeprovision:
	default:
		return nil, r.wrongState()
	}
	r.State, r.Kept = types.ByoipCidrStatePendingDeprovision, ""
	if _, fails := forced[types.ByoipCidrState](c); fails {
		r.Kept = c.ending.Message
	}
	byoipCIDRs.Put(c.Tx, r)
	byoipCIDRsDue.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Provision), r.key()...)
	return &ec2.DeprovisionByoipCidrOutput{ByoipCidr: new(r.show(c))}, nil
}
