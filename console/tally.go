package console

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// tally is the resource CIDRs of a scope, counted.
type tally struct {
	At         time.Time
	Total      int
	Types      map[types.IpamResourceType]int
	Management map[types.IpamManagementState]int
	Compliance map[types.IpamComplianceStatus]int
	Overlap    map[types.IpamOverlapStatus]int
	VPCs       []types.IpamResourceCidr // those of which most is in use
	Subnets    []types.IpamResourceCidr

	version uint64 // of the state when counting began
}

// Public addresses and custom allocations are no resource CIDRs of a scope, so they are in no tally.

// topmost is how many of the fullest there are.
const topmost = 5

func newTally(version uint64) *tally {
	return &tally{
		version: version, Types: map[types.IpamResourceType]int{}, Management: map[types.IpamManagementState]int{},
		Compliance: map[types.IpamComplianceStatus]int{}, Overlap: map[types.IpamOverlapStatus]int{},
	}
}

func (t *tally) add(r types.IpamResourceCidr) {
	t.Total++
	t.Types[r.ResourceType]++
	if r.ManagementState != "" {
		t.Management[r.ManagementState]++
	}
	if r.ComplianceStatus != "" {
		t.Compliance[r.ComplianceStatus]++
	}
	if r.OverlapStatus != "" {
		t.Overlap[r.OverlapStatus]++
	}
	switch r.ResourceType {
	case types.IpamResourceTypeVpc:
		t.VPCs = fullest(t.VPCs, r)
	case types.IpamResourceTypeSubnet:
		t.Subnets = fullest(t.Subnets, r)
	}
}

// fullest adds a resource to those of which most is in use, if it is one.
func fullest(list []types.IpamResourceCidr, r types.IpamResourceCidr) []types.IpamResourceCidr {
	if r.IpUsage == nil || len(list) == topmost && *r.IpUsage <= *list[topmost-1].IpUsage {
		return list
	}
	list = append(list, r)
	slices.SortStableFunc(list, func(a, b types.IpamResourceCidr) int { return cmp.Compare(*b.IpUsage, *a.IpUsage) })
	return list[:min(len(list), topmost)]
}

// tallies are the counts of scopes that somebody has looked at. A page does not wait for long: of a large organization
// it first shows the count before, and says so.
type tallies struct {
	mu    sync.Mutex
	known map[tallyKey]*counting
}

type tallyKey struct{ account, region, scope string }

// counting is the last count of a scope, and the one that is under way.
type counting struct {
	last    *tally
	err     error
	running chan struct{} // closed at its end; nil: none is under way
}

const (
	patience   = 150 * time.Millisecond
	maxTallies = 64
)

// tally counts the resource CIDRs of a scope. fresh tells whether the count is of now; t is nil if there is none at all yet.
func (v *visit) tally(scope string) (t *tally, fresh bool, err error) {
	all := &v.console.tallies
	version, _ := v.console.server.Watch(State)
	all.mu.Lock()
	c := all.find(tallyKey{v.Account, v.Region, scope})
	if c.running == nil && (c.last == nil || c.last.version != version) {
		c.running = make(chan struct{})
		go v.count(scope, c, newTally(version))
	}
	running := c.running
	all.mu.Unlock()
	if running != nil {
		select {
		case <-running:
		case <-time.After(patience):
		}
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	return c.last, c.running == nil, c.err
}

// find makes room for a scope that is new.
func (all *tallies) find(key tallyKey) *counting {
	c, ok := all.known[key]
	if !ok {
		if all.known == nil || len(all.known) >= maxTallies {
			all.known = map[tallyKey]*counting{}
		}
		c = &counting{}
		all.known[key] = c
	}
	return c
}

// count counts page by page, each an instant of its own.
func (v *visit) count(scope string, c *counting, t *tally) {
	var failed error
	in := &ec2.GetIpamResourceCidrsInput{IpamScopeId: &scope, MaxResults: new(int32(pageSize))}
	for out, err := range each[ec2.GetIpamResourceCidrsOutput](v, in) {
		if failed = err; err != nil {
			break
		}
		for _, r := range out.IpamResourceCidrs {
			t.add(r)
		}
	}
	t.At, _ = v.console.server.Now()
	v.console.tallies.mu.Lock()
	defer v.console.tallies.mu.Unlock()
	if c.err = failed; failed == nil {
		c.last = t
	}
	close(c.running)
	c.running = nil
}
