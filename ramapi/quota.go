package ramapi

import (
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/state"
)

// Quotas in a Region, of https://docs.aws.amazon.com/ram/latest/userguide/service-quotas.html
const (
	maxShares             = 25_000
	maxAssociations       = 5_000 // resources in a share, and as many principals
	maxPendingInvitations = 250   // of a sender
)

// counts are how many rows there are of what has a quota, those included that are gone but can still be seen. So only
// near the quota is it necessary to look which those are.
var counts = state.NewDerived[int](&Schema, "ram-counts", nil)

func init() {
	state.Derive(counts, shares,
		func(s *share) (string, bool) { return joined(s.key()[:2]), true },
		func(n int, _ *share) int { return n + 1 },
		func(n int, _ *share) int { return n - 1 })
	state.Derive(counts, associations,
		func(a *association) (string, bool) {
			return joined(append(a.Share[:3:3], string(a.AssociationType))), true
		},
		func(n int, _ *association) int { return n + 1 },
		func(n int, _ *association) int { return n - 1 })
}

// checkShares refuses a share that would be one too many.
func (c *Call) checkShares() error {
	if counts.Get(c.Tx, joined(state.Key{c.Account, c.Region})) <= maxShares {
		return nil
	}
	n := 0
	for s := range shares.Scan(c.Tx, c.Account, c.Region) {
		if s.isActive() {
			n++
		}
	}
	if n > maxShares {
		return limitExceeded("You have reached the limit of %d resource shares in this Region.", maxShares)
	}
	return nil
}

// checkRoom refuses a share that has become too large.
func (c *Call) checkRoom(s *share) error {
	for _, of := range []types.ResourceShareAssociationType{typeResource, typePrincipal} {
		if counts.Get(c.Tx, joined(append(s.key(), string(of)))) <= maxAssociations {
			continue
		}
		n := 0
		for a := range s.associations(c.Tx, of) {
			if c.isLive(a) {
				n++
			}
		}
		if n > maxAssociations {
			return limitExceeded("You have reached the limit of %d associations of the type %s in a resource share.", maxAssociations, string(of))
		}
	}
	return nil
}
