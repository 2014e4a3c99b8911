package ec2api

import (
	"cmp"
	"iter"
	"maps"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/timeseries"
)

// Which VPCs and subnets are full. There may be very many, and AWS publishes only some.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/cloudwatch-ipam-res-util.html

// use is how much of a subnet is used, or of all CIDRs of a VPC of one family in one scope.
type use struct {
	inScope
	account, region string
	vpc, subnet     string // no subnet: the VPC
	size, used      float64
	managed         bool // it has space from a pool
}

// vpcInScope is the CIDRs of a VPC in a scope.
type vpcInScope struct {
	vpc string
	inScope
}

func (s *survey) addVPC(key vpcInScope, h holder, prefix netip.Prefix, managed bool) {
	u := s.vpcs[key]
	if u == nil {
		u = &use{inScope: key.inScope, account: h.account, region: h.region, vpc: h.id}
		s.vpcs[key] = u
	}
	u.size += addresses(prefix)
	u.used += addresses(prefix) * shareUsed(s.tx, h.id, prefix)
	u.managed = u.managed || managed
}

func (s *survey) addSubnet(r *subnet, scopeID string, prefix netip.Prefix, managed bool) {
	s.subnets = append(s.subnets, &use{
		inScope: inScope{scopeID, familyOf(prefix)}, account: *r.OwnerId, region: r.Region, vpc: *r.VpcId, subnet: *r.SubnetId,
		size: addresses(prefix), used: addresses(prefix) * r.shareUsed(prefix), managed: managed,
	})
}

// usageSamples are those of what is published.
func (s *survey) usageSamples() {
	for _, family := range types.AddressFamily("").Values() {
		for _, u := range published(family, maps.Values(s.vpcs)) {
			s.publish(u.vpc+" "+u.scope+" "+string(family), u.dimensions("VpcID", u.vpc), percent("VpcIPUsage", u.percentage()))
		}
		for _, u := range published(family, slices.Values(s.subnets)) {
			s.publish(u.subnet+" "+u.scope, u.dimensions("SubnetID", u.subnet, "VpcID", u.vpc), percent("SubnetIPUsage", u.percentage()))
		}
	}
}

func (u *use) percentage() float64 { return 100 * u.used / u.size }

func (u *use) dimensions(more ...string) []timeseries.Dimension {
	return dimensions(append([]string{"AddressFamily", familyOfMetrics[u.family], "OwnerID", u.account, "Region", u.region, "ScopeID", u.scope}, more...)...)
}

// maxUsages is how many resources of a kind and family are published because they are used most, how many because they are used
// least, and how many of the others.
const maxUsages = 50

// published are those of a family that AWS publishes: of the others those with space from a pool come first, then the larger ones.
func published(family types.AddressFamily, all iter.Seq[*use]) (list []*use) {
	for u := range all {
		if u.family == family {
			list = append(list, u)
		}
	}
	if len(list) <= 3*maxUsages {
		return list
	}
	byID := func(a, b *use) int {
		return cmp.Or(cmp.Compare(a.vpc, b.vpc), cmp.Compare(a.subnet, b.subnet), cmp.Compare(a.scope, b.scope))
	}
	most := func(a, b *use) int { return cmp.Or(cmp.Compare(b.percentage(), a.percentage()), byID(a, b)) }
	others := func(a, b *use) int {
		return cmp.Or(one(b.managed)-one(a.managed), cmp.Compare(b.size, a.size), byID(a, b))
	}
	var chosen []*use
	for _, order := range []func(a, b *use) int{most, func(a, b *use) int { return most(b, a) }, others} {
		chosen = append(chosen, first(list, maxUsages, order)...)
		list = slices.DeleteFunc(list, func(u *use) bool { return slices.Contains(chosen, u) })
	}
	return chosen
}

// first are the first n of a list by an order, without sorting all of it.
func first[E any](list []E, n int, order func(a, b E) int) (sorted []E) {
	for _, e := range list {
		if len(sorted) == n && order(e, sorted[n-1]) >= 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(sorted, e, order)
		sorted = slices.Insert(sorted, i, e)
		sorted = sorted[:min(n, len(sorted))]
	}
	return sorted
}
