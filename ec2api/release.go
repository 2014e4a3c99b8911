package ec2api

import (
	"iter"
	"net/netip"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// IPAM notices some time after its end that a VPC, a subnet or a CIDR of theirs is gone (terraform-provider-aws
// #31211: 10 to 30 minutes). Until then nobody else gets the space.

// releases gives space back to its pool. The key is the allocation's.
var releases = state.NewQueue(&Schema, "ipam-pool-release", func(tx *state.Tx, key state.Key) {
	r := allocations.Get(tx, key...)
	if r == nil {
		return // deleted with its pool
	}
	tagSets.Delete(tx, *r.ResourceOwner, r.Region, *r.IpamPoolAllocationId)
	allocations.Delete(tx, key...)
	importAround(tx, r.prefix())
})

// releaseLater gives back what the resource has from pools; with a prefix, that CIDR only.
func (c *Call) releaseLater(resourceID string, prefix netip.Prefix) {
	for a := range c.held(resourceID, prefix) {
		c.releaseSoon(a)
	}
}

// releaseAfter is releaseLater with a delay of its own.
func (c *Call) releaseAfter(delay time.Duration, resourceID string, prefix netip.Prefix) {
	for a := range c.held(resourceID, prefix) {
		releases.At(c.Tx, c.Tx.Now.Add(delay), a.key()...)
	}
}

// held is what a resource has from pools; with a prefix, that CIDR only.
func (c *Call) held(resourceID string, prefix netip.Prefix) iter.Seq[*allocation] {
	return func(yield func(*allocation) bool) {
		for a := range allocationsByResource.Scan(c.Tx, resourceID) {
			if (!prefix.IsValid() || *a.Cidr == prefix.String()) && !yield(a) {
				return
			}
		}
	}
}

// releaseSoon gives back space once IPAM has noticed, which takes longer in the free tier.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/release-alloc-ipam.html
func (c *Call) releaseSoon(a *allocation) {
	delay := c.Settings.Timing.Release
	if p := pools.Get(c.Tx, a.key()[:3]...); p != nil && p.ipam(c.Tx).Tier == types.IpamTierFree {
		delay = c.Settings.Timing.ReleaseFree
	}
	releases.At(c.Tx, c.Tx.Now.Add(delay), a.key()...)
}

// take takes from a pool the space that choiceFor has found for a resource of the caller.
func (c *Call) take(p *pool, prefix netip.Prefix, t types.IpamPoolAllocationResourceType, resourceID string) *allocation {
	return c.allocate(p, prefix, types.IpamPoolAllocation{
		ResourceType:   t,
		ResourceId:     new(resourceID),
		ResourceOwner:  new(c.Account),
		ResourceRegion: new(c.Region),
	})
}
