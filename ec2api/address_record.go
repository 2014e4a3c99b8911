package ec2api

import (
	"net/netip"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// Address history is what GetIpamResourceCidrs would have shown at each moment. So at the end of a transaction the rows of
// what it may have changed are computed as for that operation and compared with the records in force: where they differ, a
// record ends and another begins. There are no rules here; which rows a change can concern is in address_watch.go.
//
// AWS looks every few minutes and its times are those of its looks. Here the times are those of the changes.

// subject is a resource with CIDRs.
type subject struct{ account, region, id string }

// recorder brings records up to date, for the time of one transaction's end. Nothing but records changes then, so what it has
// computed stays true, and it needs to look at each subject once.
type recorder struct {
	tx    *state.Tx
	at    time.Time
	todo  []subject
	seen  map[subject]bool
	views map[string]*view // by the id of the scope
	ipams map[[2]string][]*ipam
	ended int // records
}

func newRecorder(tx *state.Tx) *recorder {
	return &recorder{
		tx:    tx,
		at:    tx.Now.Truncate(time.Millisecond), // what AWS shows of a time
		seen:  map[subject]bool{},
		views: map[string]*view{},
		ipams: map[[2]string][]*ipam{},
	}
}

// add has a subject looked at.
func (r *recorder) add(s subject) {
	if !r.seen[s] {
		r.seen[s] = true
		r.todo = append(r.todo, s)
	}
}

// run looks at all subjects, and at those that come up meanwhile.
func (r *recorder) run() {
	for len(r.todo) > 0 {
		s := r.todo[0]
		r.todo = r.todo[1:]
		r.look(s)
	}
}

// look compares what IPAMs see of a subject with what they saw.
func (r *recorder) look(s subject) {
	open := slices.Collect(openAddressRecords.Scan(r.tx, s.id))
	for _, i := range r.watchersOf(s) {
		for sc := range scopesByIpam.Scan(r.tx, *i.IpamId) {
			for row := range r.view(sc).of(s) {
				want, ok := r.record(sc, row)
				if !ok {
					continue
				}
				at := slices.IndexFunc(open, want.samePlace)
				if at < 0 {
					r.begin(want)
					continue
				}
				r.change(open[at], want)
				open = slices.Delete(open, at, at+1)
			}
		}
	}
	for _, gone := range open {
		r.end(gone)
		r.around(gone)
	}
}

// watchersOf are the IPAMs that see a subject.
func (r *recorder) watchersOf(s subject) []*ipam {
	key := [2]string{s.account, s.region}
	list, known := r.ipams[key]
	if !known {
		list = watchers(r.tx, s.account, s.region)
		r.ipams[key] = list
	}
	return list
}

func (r *recorder) view(s *scope) *view {
	v := r.views[*s.IpamScopeId]
	if v == nil {
		v = newView(r.tx, s)
		r.views[*s.IpamScopeId] = v
	}
	return v
}

// of yields the rows of a subject that are in the scope.
func (v *view) of(s subject) func(yield func(*resourceCIDR) bool) {
	return func(yield func(*resourceCIDR) bool) {
		v.here(wanted{id: &s.id}, s.account, s.region, nil, yield)
	}
}

// recordedTypes are the types of resources that have a history. Network interfaces and instances, which have one at AWS, do
// not exist here.
var recordedTypes = map[types.IpamResourceType]types.IpamAddressHistoryResourceType{
	types.IpamResourceTypeVpc:    types.IpamAddressHistoryResourceTypeVpc,
	types.IpamResourceTypeSubnet: types.IpamAddressHistoryResourceTypeSubnet,
	types.IpamResourceTypeEip:    types.IpamAddressHistoryResourceTypeEip,
}

// record is the record of a row from now on.
func (r *recorder) record(s *scope, row *resourceCIDR) (*addressRecord, bool) {
	kind, ok := recordedTypes[row.ResourceType]
	return &addressRecord{
		OwnerId:     *s.OwnerId,
		IpamRegion:  *s.IpamRegion,
		IpamId:      s.IpamId,
		IpamScopeId: *s.IpamScopeId,
		IpamAddressHistoryRecord: types.IpamAddressHistoryRecord{
			ResourceOwnerId:          row.ResourceOwnerId,
			ResourceRegion:           row.ResourceRegion,
			ResourceType:             kind,
			ResourceId:               row.ResourceId,
			ResourceCidr:             row.ResourceCidr,
			ResourceName:             row.ResourceName,
			ResourceComplianceStatus: row.ComplianceStatus,
			ResourceOverlapStatus:    row.OverlapStatus,
			VpcId:                    row.VpcId,
			SampledStartTime:         new(r.at),
		},
	}, ok
}

// samePlace tells whether two records are about the same CIDR of a resource in the same scope.
func (r *addressRecord) samePlace(o *addressRecord) bool {
	return r.IpamScopeId == o.IpamScopeId && *r.ResourceCidr == *o.ResourceCidr
}

// saysTheSame tells whether two records of one place differ in nothing but their times.
func (r *addressRecord) saysTheSame(o *addressRecord) bool {
	return r.ResourceComplianceStatus == o.ResourceComplianceStatus && r.ResourceOverlapStatus == o.ResourceOverlapStatus &&
		or(r.ResourceName, "") == or(o.ResourceName, "") && or(r.VpcId, "") == or(o.VpcId, "")
}

// compared tells whether others are compared with the CIDR of a record to find overlaps.
func (r *addressRecord) compared() bool {
	return r.ResourceOverlapStatus != "" && r.ResourceOverlapStatus != types.IpamOverlapStatusIgnored
}

func (r *recorder) begin(want *addressRecord) {
	addressRecords.Put(r.tx, want)
	r.around(want)
}

func (r *recorder) change(have, want *addressRecord) {
	if have.saysTheSame(want) {
		return
	}
	r.end(have)
	addressRecords.Put(r.tx, want)
	if have.compared() != want.compared() {
		r.around(want)
	}
}

// end ends a record. What was so for no time at all has not been.
func (r *recorder) end(have *addressRecord) {
	r.ended++
	if !have.SampledStartTime.Before(r.at) {
		addressRecords.Delete(r.tx, have.key()...)
		return
	}
	have.SampledEndTime = new(r.at)
	addressRecords.Put(r.tx, have)
}

// around has those looked at whose rows follow from where a CIDR is: the subnets of a VPC are in its scope, and other VPCs
// overlap it or no longer do.
func (r *recorder) around(of *addressRecord) {
	if of.ResourceType != types.IpamAddressHistoryResourceTypeVpc {
		return
	}
	for sub := range subnetsByVPC.Scan(r.tx, *of.ResourceOwnerId, *of.ResourceRegion, *of.ResourceId) {
		r.add(subject{*of.ResourceOwnerId, *of.ResourceRegion, *sub.SubnetId})
	}
	r.neighbours(state.Key{of.OwnerId, of.IpamRegion, of.IpamScopeId}, netip.MustParsePrefix(*of.ResourceCidr), netip.Prefix{})
}

// maxNeighbours is how many neighbours one transaction looks at, the size of which Badger bounds.
const maxNeighbours = 1000

// neighbours has VPCs looked at whose overlap with others may depend on who has a prefix in a scope: those behind after, in the
// order of addresses, and the rest later.
func (r *recorder) neighbours(key state.Key, prefix, after netip.Prefix) {
	s := scopes.Get(r.tx, key...)
	if s == nil {
		return
	}
	v, n := r.view(s), 0
	skipping := after.IsValid()
	for other := range v.estate.space.Used(prefix) {
		if skipping {
			skipping = other != after
			continue
		}
		holders := v.upTo(3, other)
		if len(holders) == 3 {
			// They overlap each other, whoever else has the prefix, and so it stands in the records but for one that was alone
			// until several came at once.
			for alone := range aloneAddressRecords.Scan(r.tx, key[2], other.String()) {
				r.add(subject{*alone.ResourceOwnerId, *alone.ResourceRegion, *alone.ResourceId})
			}
			continue
		}
		for _, h := range holders {
			r.add(subject{h.account, h.region, h.id})
		}
		if n++; n == maxNeighbours {
			neighboursDue.At(r.tx, r.tx.Now, append(key[:3:3], prefix.String(), other.String())...)
			return
		}
	}
}

// EndHistoryOf ends the records of what an account had that is no more, some at a time: while it returns true there are others.
func EndHistoryOf(tx *state.Tx, account string) (more bool) {
	r, n := newRecorder(tx), 0
	for open := range openAddressRecords.Scan(tx) {
		if *open.ResourceOwnerId != account {
			continue
		}
		if n++; n > maxRecorded {
			break
		}
		r.add(subject{account, *open.ResourceRegion, *open.ResourceId})
	}
	r.run()
	return n > maxRecorded && r.ended > 0 // what it has made anew meanwhile does not end
}
