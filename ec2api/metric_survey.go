package ec2api

import (
	"iter"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/timeseries"
)

// survey goes once through all that an IPAM sees, over all scopes, and counts. VPCs are taken from the estate, not read from
// their rows, which would take ten times as long.
type survey struct {
	tx      *state.Tx
	ipam    *ipam
	views   map[string]*view // by scope
	samples []timeseries.Sample

	ofScopes map[inScope]tally
	ofPools  map[string]tally
	vpcs     map[vpcInScope]*use
	subnets  []*use
}

// inScope is the CIDRs of a family in a scope.
type inScope struct {
	scope  string
	family types.AddressFamily
}

// tally is how many CIDRs are in which state. One that is managed also is compliant or not, and each may overlap.
type tally struct{ managed, unmanaged, compliant, noncompliant, overlapping int }

func (n tally) with(v verdict) tally {
	n.managed += one(v.management == types.IpamManagementStateManaged)
	n.unmanaged += one(v.management == types.IpamManagementStateUnmanaged)
	n.compliant += one(v.compliance == types.IpamComplianceStatusCompliant)
	n.noncompliant += one(v.compliance == types.IpamComplianceStatusNoncompliant)
	n.overlapping += one(v.overlap == types.IpamOverlapStatusOverlapping)
	return n
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

func newSurvey(tx *state.Tx, i *ipam) *survey {
	s := &survey{
		tx: tx, ipam: i, views: map[string]*view{},
		ofScopes: map[inScope]tally{}, ofPools: map[string]tally{}, vpcs: map[vpcInScope]*use{},
	}
	var v *view
	for sc := range scopesByIpam.Scan(tx, *i.IpamId) {
		if v == nil {
			v = newView(tx, sc)
			v.seen = i.watched(tx)
		}
		s.views[*sc.IpamScopeId] = v.in(sc)
	}
	if v != nil {
		s.lookAtVPCs(v)
		s.lookAtSubnets(v)
		s.lookAtPublic(v.seen)
	}
	return s
}

func (s *survey) lookAtVPCs(v *view) {
	for h, prefix := range v.estate.all() {
		if !v.sees(h.account, h.region) {
			continue
		}
		p, said, scopeID := v.place(h, prefix)
		if s.views[scopeID] == nil {
			continue
		}
		f := s.views[scopeID].vpcFinding(h, prefix, p, said)
		if p != nil && len(p.AllocationResourceTags) > 0 {
			f.tags = tagsOf(s.tx, h.account, h.region, h.id)
		}
		s.add(f, scopeID)
		s.addVPC(vpcInScope{h.id, inScope{scopeID, familyOf(prefix)}}, h, prefix, p != nil)
	}
}

func (s *survey) lookAtSubnets(v *view) {
	for r := range subnetsSeen(s.tx, v.seen) {
		for _, prefix := range r.prefixes() {
			p, scopeID := v.placeOfSubnet(r, prefix)
			if s.views[scopeID] == nil {
				continue
			}
			f := s.views[scopeID].subnetFinding(r, prefix, p)
			f.tags = tagsOf(s.tx, *r.OwnerId, r.Region, *r.SubnetId)
			s.add(f, scopeID)
			if prefix.Addr().Is4() { // AWS has no number for IPv6
				s.addSubnet(r, scopeID, prefix, p != nil)
			}
		}
	}
}

// subnetsSeen are the subnets in what an IPAM sees.
func subnetsSeen(tx *state.Tx, w watch) iter.Seq[*subnet] {
	return func(yield func(*subnet) bool) {
		for _, account := range slices.Sorted(maps.Keys(w)) {
			for _, regionName := range w[account] {
				for r := range subnets.Scan(tx, account, regionName) {
					if !yield(r) {
						return
					}
				}
			}
		}
	}
}

func (s *survey) add(f *finding, scopeID string) {
	v := f.judge()
	key := inScope{scopeID, familyOf(f.prefix)}
	s.ofScopes[key] = s.ofScopes[key].with(v)
	if f.pool != nil {
		s.ofPools[*f.pool.IpamPoolId] = s.ofPools[*f.pool.IpamPoolId].with(v)
	}
}
