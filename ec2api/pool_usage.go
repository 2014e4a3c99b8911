package ec2api

import (
	"math/bits"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// poolUsage is, by pool, how many addresses there are and where they went.
var poolUsage = state.NewDerived(&Schema, "pool-usage", func(a, b *poolUsed) bool { return a.value() == b.value() })

func init() {
	state.Derive(poolUsage, poolCIDRs,
		func(r *poolCIDR) (string, bool) { return r.IpamPoolId, r.usable() },
		func(u *poolUsed, r *poolCIDR) *poolUsed { return u.withTotal(r, amount.plus) },
		func(u *poolUsed, r *poolCIDR) *poolUsed { return u.withTotal(r, amount.minus) })
	state.Derive(poolUsage, allocations,
		func(r *allocation) (string, bool) { return r.IpamPoolId, true },
		func(u *poolUsed, r *allocation) *poolUsed { return u.with(r, amount.plus) },
		func(u *poolUsed, r *allocation) *poolUsed { return u.with(r, amount.minus) })
}

// poolUsed is how many addresses a pool has, and how many of them went to other pools and to everything else.
type poolUsed struct{ Total, Allocated, Assigned amount }

// value is what u points to; nil stands for no addresses.
func (u *poolUsed) value() poolUsed {
	if u == nil {
		return poolUsed{}
	}
	return *u
}

func (u *poolUsed) withTotal(r *poolCIDR, change func(a, b amount) amount) *poolUsed {
	v := u.value()
	v.Total = change(v.Total, sizeOf(r.Prefix))
	return &v
}

func (u *poolUsed) with(r *allocation, change func(a, b amount) amount) *poolUsed {
	v := u.value()
	to := &v.Assigned
	if r.ResourceType == types.IpamPoolAllocationResourceTypeIpamPool {
		to = &v.Allocated
	}
	*to = change(*to, sizeOf(netip.MustParsePrefix(*r.Cidr)))
	return &v
}

// percentages are those that went to pools, to everything else, and what is left, 100 together.
func (u poolUsed) percentages() (allocated, assigned, available float64) {
	share := func(a amount) float64 { return min(100*a.float()/u.Total.float(), 100) }
	allocated, assigned = share(u.Allocated), share(u.Assigned)
	return allocated, assigned, max(100-allocated-assigned, 0)
}

// amount is a number of addresses. Even a pool's IPv6 addresses do not fit into 64 bits, and what is added and taken away
// again has to leave no trace, so floats will not do.
type amount struct{ High, Low uint64 }

func sizeOf(p netip.Prefix) amount {
	n := p.Addr().BitLen() - p.Bits()
	if n >= 64 {
		return amount{High: 1 << (n - 64)}
	}
	return amount{Low: 1 << n}
}

func (a amount) plus(b amount) amount {
	low, carry := bits.Add64(a.Low, b.Low, 0)
	high, _ := bits.Add64(a.High, b.High, carry)
	return amount{high, low}
}

func (a amount) minus(b amount) amount {
	low, borrow := bits.Sub64(a.Low, b.Low, 0)
	high, _ := bits.Sub64(a.High, b.High, borrow)
	return amount{high, low}
}

func (a amount) float() float64 { return float64(a.High)*(1<<64) + float64(a.Low) }
