package ec2api

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/ipam-local/ipam-local/state"
)

// allocated is a CIDR that a resource has from a pool.
type allocated struct {
	prefix netip.Prefix
	pool   string
}

// allocatedCIDRs holds, by resource, what it has from pools. It is asked for each CIDR that an IPAM sees, so it is kept decoded.
var allocatedCIDRs = state.NewDerived(&Schema, "allocated-cidrs", slices.Equal[[]allocated])

func init() {
	state.Derive(allocatedCIDRs, allocations,
		func(r *allocation) (string, bool) { return or(r.ResourceId, ""), r.ResourceId != nil },
		func(list []allocated, r *allocation) []allocated {
			i, _ := slices.BinarySearchFunc(list, r.allocated(), compareAllocated)
			return slices.Insert(slices.Clone(list), i, r.allocated())
		},
		func(list []allocated, r *allocation) []allocated {
			i, _ := slices.BinarySearchFunc(list, r.allocated(), compareAllocated)
			return slices.Delete(slices.Clone(list), i, i+1)
		})
}

func (r *allocation) allocated() allocated { return allocated{r.prefix(), r.IpamPoolId} }

func compareAllocated(a, b allocated) int {
	return cmp.Or(cmp.Compare(a.pool, b.pool), a.prefix.Addr().Compare(b.prefix.Addr()), cmp.Compare(a.prefix.Bits(), b.prefix.Bits()))
}
