package ec2api

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/ipam-local/ipam-local/state"
)

// The records are kept by looking at what a change may concern. Here, after each of many random changes, everything is looked
// at by the means of GetIpamResourceCidrs, and what these snapshots tell in the end has to be what the records tell.
func TestAddressHistoryAgainstSnapshots(t *testing.T) {
	for range 3 {
		seed := rand.Uint64()
		w := newMonitoredWorld(t, rand.New(rand.NewPCG(seed, 0)))
		told := map[string]*story{}
		for range 600 {
			w.now = w.now.Add(time.Second) // all that takes time takes whole seconds
			w.step()
			w.snapshot(told)
		}
		got, want := w.records(), tales(told)
		for _, line := range without(want, got) {
			t.Errorf("seed %d: missing record: %s", seed, line)
		}
		for _, line := range without(got, want) {
			t.Errorf("seed %d: record that no snapshot shows: %s", seed, line)
		}
		if len(want) < 50 {
			t.Errorf("seed %d: %d records, so the test shows little", seed, len(want))
		}
	}
}

// story is what snapshots have told of a CIDR of a resource in a scope.
type story struct {
	tales []tale
	last  time.Time // when the CIDR was last seen
}

// tale is what a CIDR was like for a time.
type tale struct {
	says     string
	from, to time.Time // to is zero if it still is so
}

// snapshot notes all rows of all scopes.
func (w *monitoredWorld) snapshot(told map[string]*story) {
	see := func(tx *state.Tx) error {
		for s := range scopes.Scan(tx, w.admin) {
			for row := range newView(tx, s).all(wanted{}, nil) {
				if recordedTypes[row.ResourceType] == "" {
					continue
				}
				place := fmt.Sprintln(*s.IpamScopeId, *row.ResourceCidr, *row.ResourceRegion, *row.ResourceId, *row.ResourceOwnerId, row.ResourceType)
				if told[place] == nil {
					told[place] = &story{}
				}
				told[place].sees(w.now, fmt.Sprint(or(row.ResourceName, "-"), " ", row.ComplianceStatus, " ", row.OverlapStatus, " ", or(row.VpcId, "-")))
			}
		}
		return nil
	}
	if err := w.db.View(see); err != nil {
		panic(err)
	}
	for _, s := range told {
		if last := len(s.tales) - 1; s.last != w.now && s.tales[last].to.IsZero() {
			s.tales[last].to = w.now
		}
	}
}

func (s *story) sees(now time.Time, says string) {
	s.last = now
	last := len(s.tales) - 1
	if last >= 0 && s.tales[last].to.IsZero() {
		if s.tales[last].says == says {
			return
		}
		s.tales[last].to = now
	}
	s.tales = append(s.tales, tale{says: says, from: now})
}

func tales(told map[string]*story) (list []string) {
	for place, s := range told {
		for _, t := range s.tales {
			list = append(list, t.line(place))
		}
	}
	slices.Sort(list)
	return list
}

func (t tale) line(place string) string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return "now"
		}
		return t.Format(time.TimeOnly)
	}
	return fmt.Sprint(place, t.says, " from ", at(t.from), " to ", at(t.to))
}

// records are the records in the same words. Where one begins when an equal one ends, they count as one.
func (w *monitoredWorld) records() (list []string) {
	read := func(tx *state.Tx) error {
		var open tale
		var at string
		for r := range addressRecords.Scan(tx) {
			place := fmt.Sprintln(r.IpamScopeId, *r.ResourceCidr, *r.ResourceRegion, *r.ResourceId, *r.ResourceOwnerId, r.ResourceType)
			t := tale{
				says: fmt.Sprint(or(r.ResourceName, "-"), " ", r.ResourceComplianceStatus, " ", r.ResourceOverlapStatus, " ", or(r.VpcId, "-")),
				from: *r.SampledStartTime, to: or(r.SampledEndTime, time.Time{}),
			}
			switch {
			case at == place && open.says == t.says && open.to.Equal(t.from):
				t.from = open.from
			case at != "":
				list = append(list, open.line(at))
			}
			open, at = t, place
		}
		list = append(list, open.line(at))
		return nil
	}
	if err := w.db.View(read); err != nil {
		panic(err)
	}
	slices.Sort(list)
	return list
}

// without are the lines of a sorted list that another does not have.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(line string) bool {
		_, found := slices.BinarySearch(other, line)
		return found
	})
}
