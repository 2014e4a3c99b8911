package ramapi

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/ipam-local/ipam-local/state"
)

// Grant is what an account may do with another's resource through shares.
type Grant struct {
	Actions   []string // as permissions name them, e.g. ec2:AllocateIpamPoolCidr
	ShareARNs []string
}

// Allows reports whether an action is among those granted.
func (g Grant) Allows(action string) bool {
	return slices.ContainsFunc(g.Actions, func(a string) bool { return strings.EqualFold(a, action) })
}

// Granted returns what an account may do with another's resource. It is false if the account can't even see it.
//
// What is shared with a role or user of the account counts for the account: who calls is not known here.
func Granted(tx *state.Tx, account, resourceARN string) (Grant, bool) {
	var g Grant
	for _, a := range associationsByResource.Get(tx, resourceARN) {
		s := sharesByKey.Get(tx, joined(a.Share))
		if s == nil || a.status(tx) != associated || !s.admits(tx, account) {
			continue
		}
		g.ShareARNs = append(g.ShareARNs, *s.ResourceShareArn)
		if b := bindingsByKey.Get(tx, joined(append(s.key(), a.Kind))); b != nil {
			g.add(b.actions(tx))
		}
	}
	return g, len(g.ShareARNs) > 0
}

func (g *Grant) add(actions []string) {
	for _, action := range actions {
		if !slices.Contains(g.Actions, action) {
			g.Actions = append(g.Actions, action)
		}
	}
}

// SharedWith yields the ARNs of others' resources of a type (e.g. ec2:IpamPool) that are shared with an account, from all Regions.
func SharedWith(tx *state.Tx, account, resourceType string) iter.Seq[string] {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		for s := range admitting(tx, account) {
			for _, a := range resourcesByShare.Get(tx, joined(s.key())) {
				arn := *a.AssociatedEntity
				if a.Kind != resourceType || seen[arn] || a.status(tx) != associated {
					continue
				}
				seen[arn] = true
				if !yield(arn) {
					return
				}
			}
		}
	}
}

// IsShared reports whether a resource is in a share.
func IsShared(tx *state.Tx, resourceARN string) bool {
	return slices.ContainsFunc(associationsByResource.Get(tx, resourceARN), func(a *association) bool { return a.status(tx) == associated })
}

// admits reports whether a share of another account is open to an account.
func (s *share) admits(tx *state.Tx, account string) bool {
	if !s.isActive() || *s.OwningAccountId == account {
		return false
	}
	key := s.key()
	return slices.ContainsFunc(subjectsOf(tx, account), func(id string) bool {
		return slices.ContainsFunc(in(associationsBySubject.Get(tx, id), key), func(a *association) bool { return a.status(tx) == associated })
	})
}

// admitting yields the shares of others that are open to an account, each once.
func admitting(tx *state.Tx, account string) iter.Seq[*share] {
	return func(yield func(*share) bool) {
		seen := map[string]bool{}
		for _, id := range subjectsOf(tx, account) {
			for _, a := range associationsBySubject.Get(tx, id) {
				if seen[*a.ResourceShareArn] || a.Share[0] == account || a.status(tx) != associated {
					continue
				}
				seen[*a.ResourceShareArn] = true
				if s := sharesByKey.Get(tx, joined(a.Share)); s != nil && s.isActive() && !yield(s) {
					return
				}
			}
		}
	}
}

// WatchSharing has f called in each transaction after which a resource is shared with more or with fewer, with the time from
// which on Granted says so.
func WatchSharing(f func(tx *state.Tx, resourceARN string, from time.Time)) {
	state.Watch(associations, func(tx *state.Tx, before, after *association) {
		a := cmp.Or(after, before)
		times := []time.Time{tx.Now} // what ends, ends at once: it is no longer associated while it is disassociating
		if a.Settles.At.After(tx.Now) {
			times = append(times, a.Settles.At)
		}
		for _, from := range times {
			if a.AssociationType == typeResource {
				f(tx, *a.AssociatedEntity, from)
				continue
			}
			for _, r := range resourcesByShare.Get(tx, joined(a.Share)) {
				f(tx, *r.AssociatedEntity, from)
			}
		}
	})
}
