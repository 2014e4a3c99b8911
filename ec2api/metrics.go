package ec2api

import (
	"iter"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/timeseries"
)

// An IPAM publishes metrics in its home Region, to its owner. When anything has changed on which they depend, all of them
// are computed anew at the time of the next sample; so nothing has to be kept up to date meanwhile, and what an IPAM sees may
// change by whatever it likes.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/cloudwatch-ipam.html

const metricNamespace = "AWS/IPAM"

// The units are our choice, AWS names none.
const (
	unitPercent = "Percent"
	unitCount   = "Count"
)

var (
	// samplesDue says that something has changed. The key is the time of the sample that is to show it.
	samplesDue = state.NewQueue(&Schema, "ipam-samples", func(tx *state.Tx, _ state.Key) {
		for i := range ipams.Scan(tx) {
			ipamSamplesDue.At(tx, tx.Now, i.key()...)
		}
	})
	ipamSamplesDue = state.NewQueue(&Schema, "ipam-samples-of", func(tx *state.Tx, key state.Key) {
		if i := ipams.Get(tx, key...); i != nil {
			i.metrics().Record(tx, i.samples(tx))
		}
	})
)

func init() {
	sampleChangesOf(ipams)
	sampleChangesOf(scopes)
	sampleChangesOf(pools)
	sampleChangesOf(poolCIDRs)
	sampleChangesOf(allocations)
	sampleChangesOf(vpcs)
	sampleChangesOf(subnets)
	sampleChangesOf(elasticIPs)
	sampleChangesOf(publicIPv4Pools)
	sampleChangesOf(tagSets)
	sampleChangesOf(monitoredCIDRs)
	sampleChangesOf(resourceDiscoveries)
	sampleChangesOf(discoveryAssociations)
	sampleChangesOf(ipamAdmins)
	sampleChangesOf(prefixListResolvers)
	sampleChangesOf(resolverTargets)
	orgs.WatchAccounts(func(tx *state.Tx, _ string) { sampleAt(tx, tx.Now) })
	orgs.WatchDelegations(func(tx *state.Tx, _ string) { sampleAt(tx, tx.Now) })
	ramapi.WatchSharing(func(tx *state.Tx, _ string, from time.Time) { sampleAt(tx, from) })

	state.Watch(ipams, func(tx *state.Tx, before, after *ipam) {
		if after == nil {
			before.metrics().End(tx)
		}
	})
}

func sampleChangesOf[R any](t *state.Table[R]) {
	state.Watch(t, func(tx *state.Tx, _, _ *R) { sampleAt(tx, tx.Now) })
}

// sampleAt has samples made after a change at that time.
func sampleAt(tx *state.Tx, changed time.Time) {
	due := timeseries.Next(changed)
	if key := due.Format(time.RFC3339); !samplesDue.Has(tx, key) {
		samplesDue.At(tx, due, key)
	}
}

func (r *ipam) metrics() timeseries.Group {
	return timeseries.Group{Account: *r.OwnerId, Region: *r.IpamRegion, Name: *r.IpamId}
}

// samples are all that an IPAM publishes.
func (r *ipam) samples(tx *state.Tx) iter.Seq[timeseries.Sample] {
	return func(yield func(timeseries.Sample) bool) {
		s := newSurvey(tx, r)
		for p := range poolsByIpam.Scan(tx, *r.IpamId) {
			s.poolSamples(p)
		}
		for sc := range scopesByIpam.Scan(tx, *r.IpamId) {
			s.scopeSamples(sc)
		}
		if r.Tier == types.IpamTierFree {
			s.freeTierSamples()
		}
		s.resolverSamples()
		s.usageSamples()
		for _, sample := range s.samples {
			if !yield(sample) {
				return
			}
		}
	}
}

// dimensions are pairs of a name and a value.
func dimensions(namesAndValues ...string) (list []timeseries.Dimension) {
	for pair := range slices.Chunk(namesAndValues, 2) {
		list = append(list, timeseries.Dimension{Name: pair[0], Value: pair[1]})
	}
	return list
}

// familyOfMetrics: CloudWatch's dimension has a spelling of its own.
var familyOfMetrics = map[types.AddressFamily]string{types.AddressFamilyIpv4: "IPv4", types.AddressFamilyIpv6: "IPv6"}

func (s *survey) publish(id string, d []timeseries.Dimension, values ...timeseries.Value) {
	s.samples = append(s.samples, timeseries.Sample{ID: id, Namespace: metricNamespace, Dimensions: d, Values: values})
}

func percent(name string, v float64) timeseries.Value {
	return timeseries.Value{Name: name, Unit: unitPercent, Value: v}
}

func count(name string, v int) timeseries.Value {
	return timeseries.Value{Name: name, Unit: unitCount, Value: float64(v)}
}

// poolSamples are how much of a pool went where, unless it has no addresses, and how many CIDRs in it keep its rules.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/cloudwatch-ipam-ip-address-usage.html
func (s *survey) poolSamples(p *pool) {
	d := dimensions("AddressFamily", familyOfMetrics[p.AddressFamily], "Locale", *p.Locale, "PoolID", *p.IpamPoolId, "ScopeID", p.IpamScopeId)
	if u := poolUsage.Get(s.tx, *p.IpamPoolId).value(); u.Total != (amount{}) {
		allocated, assigned, available := u.percentages()
		s.publish(*p.IpamPoolId, d, percent("PercentAllocated", allocated), percent("PercentAssigned", assigned), percent("PercentAvailable", available))
	}
	n := s.ofPools[*p.IpamPoolId]
	s.publish(*p.IpamPoolId+" cidrs", d, count("CompliantResourceCidrs", n.compliant), count("NoncompliantResourceCidrs", n.noncompliant))
}

// scopeSamples are how many CIDRs of a scope are in which state.
func (s *survey) scopeSamples(sc *scope) {
	for _, family := range types.AddressFamily("").Values() {
		n := s.ofScopes[inScope{*sc.IpamScopeId, family}]
		s.publish(*sc.IpamScopeId+" "+string(family),
			dimensions("AddressFamily", familyOfMetrics[family], "ScopeID", *sc.IpamScopeId),
			count("CompliantResourceCidrs", n.compliant), count("NoncompliantResourceCidrs", n.noncompliant),
			count("ManagedResourceCidrs", n.managed), count("UnmanagedResourceCidrs", n.unmanaged),
			count("OverlappingResourceCidrs", n.overlapping))
	}
}

// freeTierSamples is the addresses that the advanced tier would charge for, in all operating Regions: those of network interfaces
// that are attached. There is no documentation of its dimensions.
func (s *survey) freeTierSamples() {
	active := 0
	for account, regions := range s.ipam.everywhere(s.tx) {
		for _, regionName := range regions {
			for r := range networkInterfaces.Scan(s.tx, account, regionName) {
				active += one(r.Attachment != nil)
			}
		}
	}
	s.publish("active", dimensions("IpamId", *s.ipam.IpamId), count("TotalActiveIpCount", active))
}
