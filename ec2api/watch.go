package ec2api

import (
	"iter"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/state"
)

// What an IPAM sees: the Regions of its discoveries, as far as it operates there itself, in the accounts that each finds.

// watch is the Regions that are seen of each account, sorted.
type watch map[string][]string

// watched is what an IPAM sees.
func (r *ipam) watched(tx *state.Tx) watch {
	w := watch{}
	for a := range discoveryAssociationsByIpam.Scan(tx, *r.IpamId) {
		d := a.discovery(tx)
		if d == nil || a.disassociating() {
			continue
		}
		regions := r.regionsOf(d)
		for account := range d.accounts(tx) {
			w.add(account, regions)
		}
	}
	return w
}

// regionsOf are the Regions where both the IPAM and a discovery operate.
func (r *ipam) regionsOf(d *resourceDiscovery) (names []string) {
	for _, o := range d.OperatingRegions {
		if r.operatesIn(*o.RegionName) {
			names = append(names, *o.RegionName)
		}
	}
	slices.Sort(names)
	return names
}

func (w watch) add(account string, regions []string) {
	if have := w[account]; have != nil {
		regions = slices.Concat(have, regions)
		slices.Sort(regions)
		regions = slices.Compact(regions)
	}
	w[account] = regions
}

func (w watch) sees(account, regionName string) bool { return slices.Contains(w[account], regionName) }

func (w watch) accounts() []string { return slices.Sorted(maps.Keys(w)) }

// accounts are those that a discovery finds: its owner's and, if he administers IPAM for his organization, the members
// that are not excluded.
func (r *resourceDiscovery) accounts(tx *state.Tx) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !yield(*r.OwnerId) {
			return
		}
		m, member := orgs.Of(tx, *r.OwnerId)
		if !member || !administers(tx, *r.OwnerId, m) {
			return
		}
		for account := range orgs.Members(tx, m.OrganizationID) {
			if account != *r.OwnerId && !r.leavesOut(tx, account) && !yield(account) {
				return
			}
		}
	}
}

// leavesOut tells whether the discovery excludes a member of its owner's organization.
func (r *resourceDiscovery) leavesOut(tx *state.Tx, account string) bool {
	if len(r.OrganizationalUnitExclusions) == 0 {
		return false
	}
	m, member := orgs.Of(tx, account)
	return !member || r.excludes(account, m)
}

// finds tells whether a discovery looks into an account.
func (r *resourceDiscovery) finds(tx *state.Tx, account string) bool {
	return account == *r.OwnerId || monitors(tx, *r.OwnerId, account) && !r.leavesOut(tx, account)
}

// watchers are the IPAMs that see an account's resources in a Region.
func watchers(tx *state.Tx, account, regionName string) (list []*ipam) {
	owners := []string{account}
	if m, member := orgs.Of(tx, account); member {
		for _, admin := range orgs.DelegatedAdministrators(tx, m.OrganizationID, ipamPrincipal) {
			if admin != account {
				owners = append(owners, admin)
			}
		}
	}
	seen := map[string]bool{}
	for _, owner := range owners {
		for d := range resourceDiscoveries.Scan(tx, owner) {
			if !operatesIn(d.OperatingRegions, regionName) || !d.finds(tx, account) {
				continue
			}
			for a := range discoveryAssociationsByDiscovery.Scan(tx, *d.IpamResourceDiscoveryId) {
				if seen[*a.IpamId] || a.disassociating() || a.discovery(tx) == nil {
					continue
				}
				i := ipams.Get(tx, *a.OwnerId, *a.IpamRegion, *a.IpamId)
				if i.operatesIn(regionName) && i.State != types.IpamStateDeleteInProgress {
					seen[*a.IpamId] = true
					list = append(list, i)
				}
			}
		}
	}
	return list
}
