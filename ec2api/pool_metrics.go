package ec2api

import (
	"iter"
	"math/bits"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/timeseries"
)

// Metrics yields the metrics that IPAM publishes to an account in a Region: those of the IPAMs that it has there, of their
// pools so far. A pool that is gone keeps the metrics of its time.
//
// The counts of compliant, managed and overlapping resource CIDRs and the usage of VPCs and subnets are not among them.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/cloudwatch-ipam-ip-address-usage.html
func Metrics(tx *state.Tx, account, region string) iter.Seq[timeseries.Metric] {
	return func(yield func(timeseries.Metric) bool) {
		for r := range poolSeries.Scan(tx, account, region) {
			for column, name := range poolMetricNames {
				m := timeseries.Metric{Namespace: metricNamespace, Name: name, Unit: "Percent", Dimensions: r.dimensions(), Series: r.series(), Column: column}
				if !yield(m) {
					return
				}
			}
		}
	}
}

const metricNamespace = "AWS/IPAM"

// poolMetricNames are in the order of poolUsed.percentages. That their unit is Percent is our choice, AWS names none.
var poolMetricNames = []string{"PercentAllocated", "PercentAssigned", "PercentAvailable"}

// poolIdentity is what the metrics of a pool are known by. It outlives the pool.
type poolIdentity struct {
	OwnerId, IpamRegion, IpamPoolId string
	AddressFamily                   types.AddressFamily
	Locale, IpamScopeId             string
}

func (r *poolIdentity) key() state.Key { return state.Key{r.OwnerId, r.IpamRegion, r.IpamPoolId} }

func (r *poolIdentity) series() timeseries.Series {
	return timeseries.Series{Account: r.OwnerId, Region: r.IpamRegion, ID: r.IpamPoolId}
}

func (r *poolIdentity) dimensions() []timeseries.Dimension {
	return []timeseries.Dimension{
		{Name: "AddressFamily", Value: familyOfMetrics[r.AddressFamily]},
		{Name: "Locale", Value: r.Locale},
		{Name: "PoolID", Value: r.IpamPoolId},
		{Name: "ScopeID", Value: r.IpamScopeId},
	}
}

// familyOfMetrics: CloudWatch's dimension has a spelling of its own.
var familyOfMetrics = map[types.AddressFamily]string{types.AddressFamilyIpv4: "IPv4", types.AddressFamilyIpv6: "IPv6"}

var (
	poolSeries = state.NewTable(&Schema, "ipam-pool-series", (*poolIdentity).key)
	// poolUsage is, by pool, how many addresses there are and where they went.
	poolUsage = state.NewDerived(&Schema, "pool-usage", func(a, b *poolUsed) bool { return a.value() == b.value() })
)

func init() {
	state.Derive(poolUsage, poolCIDRs,
		func(r *poolCIDR) (string, bool) { return r.IpamPoolId, r.usable() },
		func(u *poolUsed, r *poolCIDR) *poolUsed { return u.withTotal(r, amount.plus) },
		func(u *poolUsed, r *poolCIDR) *poolUsed { return u.withTotal(r, amount.minus) })
	state.Derive(poolUsage, allocations,
		func(r *allocation) (string, bool) { return r.IpamPoolId, true },
		func(u *poolUsed, r *allocation) *poolUsed { return u.with(r, amount.plus) },
		func(u *poolUsed, r *allocation) *poolUsed { return u.with(r, amount.minus) })

	state.Watch(pools, func(tx *state.Tx, before, after *pool) {
		if before == nil {
			poolSeries.Put(tx, &poolIdentity{*after.OwnerId, *after.IpamRegion, *after.IpamPoolId, after.AddressFamily, *after.Locale, after.IpamScopeId})
		}
	})
	state.Watch(poolCIDRs, func(tx *state.Tx, before, after *poolCIDR) {
		if usable(before) != usable(after) {
			r := either(before, after)
			recordPool(tx, timeseries.Series{Account: r.OwnerId, Region: r.IpamRegion, ID: r.IpamPoolId})
		}
	})
	state.Watch(allocations, func(tx *state.Tx, before, after *allocation) {
		if before == nil || after == nil || *before.Cidr != *after.Cidr {
			r := either(before, after)
			recordPool(tx, timeseries.Series{Account: r.OwnerId, Region: r.IpamRegion, ID: r.IpamPoolId})
		}
	})
}

func usable(r *poolCIDR) bool { return r != nil && r.usable() }

func either[R any](a, b *R) *R {
	if a != nil {
		return a
	}
	return b
}

func recordPool(tx *state.Tx, s timeseries.Series) {
	s.Record(tx, poolUsage.Get(tx, s.ID).value().percentages()...)
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

// percentages are those that went to pools, to everything else, and what is left, 100 together. A pool without addresses has
// none.
func (u poolUsed) percentages() []float64 {
	if u.Total == (amount{}) {
		return nil
	}
	share := func(a amount) float64 { return min(100*a.float()/u.Total.float(), 100) }
	allocated, assigned := share(u.Allocated), share(u.Assigned)
	return []float64{allocated, assigned, max(100-allocated-assigned, 0)}
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
