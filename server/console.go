package server

import (
	"slices"
	"time"

	"github.com/ipam-local/ipam-local/console"
)

// shown is the server as the console sees it.
type shown struct{ *Server }

func (s shown) Places() (map[string][]string, error) {
	places, err := s.db.Places()
	regions := map[string][]string{}
	for _, p := range places {
		if !isAccount(p.Account) {
			continue
		}
		list := regions[p.Account] // also of an account that has nothing in any Region
		if validRegion(p.Region) && !slices.Contains(list, p.Region) {
			list = append(list, p.Region)
		}
		regions[p.Account] = list
	}
	return regions, err
}

func (s shown) Watch(t console.Topic) (uint64, <-chan struct{}) {
	if t == console.Calls {
		return s.journal.pulse.watch()
	}
	return s.changes.watch()
}

func (s shown) Calls() []console.Call { return s.journal.newestFirst() }

func (s shown) Now() (time.Time, bool) { return s.clock.now(), s.clock.isFrozen() }

func (s shown) Advance(d time.Duration) {
	s.clock.advance(d)
	s.changes.beat()
}

func (s shown) SetTime(t time.Time) {
	s.clock.set(t)
	s.changes.beat()
}

func (s shown) Freeze(on bool) {
	s.clock.freeze(on)
	s.changes.beat()
}

func (s shown) ResetAccount(account string) error { return s.resetAccount(account) }
