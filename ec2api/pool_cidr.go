package ec2api

import (
	"iter"
	"net/netip"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var poolCIDROperations = []op.Op{
	op.Write((*Call).ProvisionIpamPoolCidr).MayEnd(types.IpamPoolCidrStateFailedProvision, failureCodes...),
	op.Write((*Call).DeprovisionIpamPoolCidr).MayEnd(types.IpamPoolCidrStateFailedDeprovision, failureCodes...),
	op.Read((*Call).GetIpamPoolCidrs),
}

var failureCodes = []any{types.IpamPoolCidrFailureCodeCidrNotAvailable, types.IpamPoolCidrFailureCodeLimitExceeded}

// lingers is how long a CIDR is still listed that was deprovisioned or could not be provisioned.
const lingers = time.Hour

// poolCIDR is a CIDR of a pool. IpamPoolCidr is what AWS shows; the rest is what it does not.
type poolCIDR struct {
	types.IpamPoolCidr
	OwnerId    string
	IpamRegion string
	IpamPoolId string
	Prefix     netip.Prefix                     // known from the start; shown as Cidr only when provisioned if AWS chose it
	TopOf      string                           `json:",omitempty"` // the scope, for a pool at its top
	Amazon     bool                             `json:",omitempty"` // out of Amazon's own address space
	Brought    bool                             `json:",omitempty"` // by its owner to AWS
	Mover      string                           `json:",omitempty"` // the account that had brought it without IPAM, if it is moved
	Failure    *types.IpamPoolCidrFailureReason `json:",omitempty"` // why what is pending is going to fail
	Source     state.Key                        `json:",omitempty"` // the allocation in the source pool
}

func (r *poolCIDR) key() state.Key {
	return state.Key{r.OwnerId, r.IpamRegion, r.IpamPoolId, *r.IpamPoolCidrId}
}

// live tells whether the pool has that CIDR, or is about to have it or to lose it.
func (r *poolCIDR) live() bool {
	switch r.State {
	case types.IpamPoolCidrStatePendingProvision:
		return r.Failure == nil
	case types.IpamPoolCidrStatePendingImport, types.IpamPoolCidrStateProvisioned, types.IpamPoolCidrStatePendingDeprovision, types.IpamPoolCidrStateFailedDeprovision:
		return true
	}
	return false
}

// usable tells whether space can be taken from it.
func (r *poolCIDR) usable() bool {
	return r.State == types.IpamPoolCidrStateProvisioned || r.State == types.IpamPoolCidrStateFailedDeprovision
}

var (
	poolCIDRs    = state.NewTable(&Schema, "ipam-pool-cidr", (*poolCIDR).key)
	poolCIDRsDue = state.NewQueue(&Schema, "ipam-pool-cidr-due", settlePoolCIDR)

	// poolSpaces holds, by pool, the CIDRs that it has and what was taken from them.
	poolSpaces = state.NewDerived(&Schema, "pool-space", space.Space.Equal)
	// scopeSpaces holds, by scope, what the pools at its top have: two of them never share an address.
	scopeSpaces = state.NewDerived(&Schema, "scope-space", space.Space.Equal)
)

func init() {
	state.Derive(poolSpaces, poolCIDRs,
		func(r *poolCIDR) (string, bool) { return r.IpamPoolId, r.usable() },
		func(s space.Space, r *poolCIDR) space.Space { return s.AddBlock(r.Prefix) },
		func(s space.Space, r *poolCIDR) space.Space { return s.RemoveBlock(r.Prefix) })
	state.Derive(scopeSpaces, poolCIDRs,
		func(r *poolCIDR) (string, bool) { return r.TopOf, r.TopOf != "" && r.live() },
		func(s space.Space, r *poolCIDR) space.Space { return s.Use(r.Prefix) },
		func(s space.Space, r *poolCIDR) space.Space { return s.Release(r.Prefix) })
}

// ProvisionIpamPoolCidr gives a CIDR to a pool. Whether it is to be had shows in the state that it reaches, not in the answer.
func (c *Call) ProvisionIpamPoolCidr(in *ec2.ProvisionIpamPoolCidrInput) (*ec2.ProvisionIpamPoolCidrOutput, error) {
	p, err := c.livePool(*in.IpamPoolId)
	if err != nil {
		return nil, err
	}
	if err := c.checkProof(p, in); err != nil {
		return nil, err
	}
	if (in.Cidr == nil) == (in.NetmaskLength == nil) {
		return nil, invalidCombination("The request must contain exactly one of Cidr and NetmaskLength.")
	}
	r := newPoolCIDR(c.Tx, p, types.IpamPoolCidrStatePendingProvision)
	r.Cidr, r.NetmaskLength = in.Cidr, in.NetmaskLength
	if in.Cidr != nil {
		if r.Prefix, err = poolPrefix(*in.Cidr, "cidr", p.AddressFamily); err != nil {
			return nil, err
		}
		r.NetmaskLength = new(int32(r.Prefix.Bits()))
	} else if n := *in.NetmaskLength; n < 1 || n > p.bits() {
		return nil, invalidValue("Value (%d) for parameter netmaskLength is invalid. It must be between 1 and %d.", n, p.bits())
	}
	if err := c.replacePoolCIDR(p, r); err != nil {
		return nil, err
	}
	if err := c.findPoolCIDR(p, r); err != nil {
		return nil, err
	}
	if c.forceFailure(r) {
		r.releaseSource(c.Tx)
	}
	c.putPoolCIDR(r)
	return &ec2.ProvisionIpamPoolCidrOutput{IpamPoolCidr: &r.IpamPoolCidr}, nil
}

func newPoolCIDR(tx *state.Tx, p *pool, s types.IpamPoolCidrState) *poolCIDR {
	return &poolCIDR{
		IpamPoolCidr: types.IpamPoolCidr{IpamPoolCidrId: new(newLongID(tx, "ipam-pool-cidr-")), State: s},
		OwnerId:      *p.OwnerId,
		IpamRegion:   *p.IpamRegion,
		IpamPoolId:   *p.IpamPoolId,
	}
}

// putPoolCIDR keeps a CIDR that is on its way to another state.
func (c *Call) putPoolCIDR(r *poolCIDR) {
	poolCIDRs.Put(c.Tx, r)
	poolCIDRsDue.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Provision), r.key()...)
}

// forceFailure has what is pending fail if a fault rule wants that.
func (c *Call) forceFailure(r *poolCIDR) bool {
	_, fails := forced[types.IpamPoolCidrState](c)
	if fails {
		r.Failure = &types.IpamPoolCidrFailureReason{Code: types.IpamPoolCidrFailureCode(c.ending.Code), Message: new(c.ending.Message)}
	}
	return fails
}

// replacePoolCIDR checks the other CIDRs of the pool. One that has gone makes way for the same CIDR, so that a
// filter by CIDR finds one.
func (c *Call) replacePoolCIDR(p *pool, r *poolCIDR) error {
	have := 0
	for old := range poolCIDRs.Scan(c.Tx, p.key()...) {
		same := r.Prefix.IsValid() && old.Prefix == r.Prefix
		switch {
		case old.live() && same:
			return invalidValue("The CIDR %s is already provisioned to the pool %s.", r.Prefix, *p.IpamPoolId)
		case old.live():
			have++
		case same:
			poolCIDRsDue.Cancel(c.Tx, old.key()...)
			poolCIDRs.Delete(c.Tx, old.key()...)
		}
	}
	return quota(codeResourceLimitExceeded, "ipam pool cidrs", have, c.Settings.Quotas.CIDRsPerPool)
}

// settlePoolCIDR ends what is pending, and forgets what has lingered.
func settlePoolCIDR(tx *state.Tx, key state.Key) {
	r := poolCIDRs.Get(tx, key...)
	if r == nil {
		return
	}
	switch r.State {
	case types.IpamPoolCidrStatePendingProvision:
		if r.Failure != nil {
			r.State, r.FailureReason = types.IpamPoolCidrStateFailedProvision, r.Failure
			lingering.At(tx, tx.Now.Add(lingers), key...)
		} else {
			r.State, r.Cidr = types.IpamPoolCidrStateProvisioned, new(r.Prefix.String())
		}
	case types.IpamPoolCidrStatePendingImport:
		r.endImport(tx)
	case types.IpamPoolCidrStatePendingDeprovision:
		if r.Failure != nil {
			r.State, r.FailureReason, r.Failure = types.IpamPoolCidrStateFailedDeprovision, r.Failure, nil
		} else if poolSpaces.Get(tx, r.IpamPoolId).InUse(r.Prefix) {
			// AWS gives no code here (terraform-provider-aws #30165).
			r.State = types.IpamPoolCidrStateFailedDeprovision
			r.FailureReason = &types.IpamPoolCidrFailureReason{Message: new("The CIDR has one or more allocations.")}
		} else {
			r.State = types.IpamPoolCidrStateDeprovisioned
			r.releaseSource(tx)
			lingering.At(tx, tx.Now.Add(lingers), key...)
		}
	}
	poolCIDRs.Put(tx, r)
	p := pools.Get(tx, key[:3]...)
	if p == nil {
		return
	}
	r.followPoolCIDR(tx, p)
	if r.State == types.IpamPoolCidrStateProvisioned {
		importInto(tx, p, r.Prefix)
	}
}

// lingering forgets CIDRs that a pool has lost or did not get.
var lingering = state.NewQueue(&Schema, "ipam-pool-cidr-lingers", func(tx *state.Tx, key state.Key) {
	if r := poolCIDRs.Get(tx, key...); r != nil && !r.live() {
		poolCIDRs.Delete(tx, key...)
	}
})

// releaseSource gives the CIDR back to the pool that it came from.
func (r *poolCIDR) releaseSource(tx *state.Tx) {
	if r.Source != nil {
		allocations.Delete(tx, r.Source...)
		r.Source = nil
		importAround(tx, r.Prefix)
	}
}

// DeprovisionIpamPoolCidr takes a CIDR from a pool. If allocations are left in it, the state says so later; the call succeeds.
func (c *Call) DeprovisionIpamPoolCidr(in *ec2.DeprovisionIpamPoolCidrInput) (*ec2.DeprovisionIpamPoolCidrOutput, error) {
	p, err := c.livePool(*in.IpamPoolId)
	if err != nil {
		return nil, err
	}
	if in.Cidr == nil {
		return nil, missingParameter("Cidr")
	}
	prefix, err := poolPrefix(*in.Cidr, "cidr", p.AddressFamily)
	if err != nil {
		return nil, err
	}
	for r := range poolCIDRs.Scan(c.Tx, p.key()...) {
		if r.Prefix != prefix {
			continue
		}
		if !r.usable() {
			return nil, fail(codeIncorrectState, "The CIDR %s of the pool %s is in the state %s.", prefix, *p.IpamPoolId, r.State)
		}
		if err := c.endRange(p, r); err != nil {
			return nil, err
		}
		r.State, r.FailureReason = types.IpamPoolCidrStatePendingDeprovision, nil
		c.forceFailure(r)
		c.putPoolCIDR(r)
		return &ec2.DeprovisionIpamPoolCidrOutput{IpamPoolCidr: &r.IpamPoolCidr}, nil
	}
	return nil, invalidValue("The CIDR %s is not provisioned to the pool %s.", prefix, *p.IpamPoolId)
}

var poolCIDRListing = listing[poolCIDR, types.IpamPoolCidr]{
	key:     (*poolCIDR).key,
	view:    func(_ *Call, r *poolCIDR) types.IpamPoolCidr { return r.IpamPoolCidr },
	filters: fieldFilters[types.IpamPoolCidr](nil),
	min:     minResults,
	max:     maxResults,
}

// GetIpamPoolCidrs lists the CIDRs of a pool.
func (c *Call) GetIpamPoolCidrs(in *ec2.GetIpamPoolCidrsInput) (*ec2.GetIpamPoolCidrsOutput, error) {
	p, err := c.readablePool(*in.IpamPoolId)
	if err != nil {
		return nil, err
	}
	items, next, err := poolCIDRListing.list(c, page{in.Filters, in.MaxResults, in.NextToken},
		func(after state.Key) iter.Seq[*poolCIDR] { return poolCIDRs.ScanAfter(c.Tx, after, p.key()...) })
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamPoolCidrsOutput{IpamPoolCidrs: items, NextToken: next}, nil
}
