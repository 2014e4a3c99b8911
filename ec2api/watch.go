package ec2api

import (
	"iter"
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
		if d == nil || a.void() {
			continue
		}
		regions := r.regionsOf(d)
		for account := range d.accounts(tx) {
			w.add(account, regions)
		}
	}
	return w
}

// everywhere is what an IPAM sees of public addresses: the tier does not matter.
func (r *ipam) everywhere(tx *state.Tx) watch {
	advanced := new(*r)
	advanced.Tier = types.IpamTierAdvanced
	return advanced.watched(tx)
}

// regionsOf are the Regions where both the IPAM and a discovery operate.
func (r *ipam) regionsOf(d *resourceDiscovery) (names []string) {
	for _, o := range d.OperatingRegions {
		if r.operatesIn(*o.RegionName) && r.worksIn(*o.RegionName) {
			names = append(names, *o.RegionName)
		}
	}
	slices.Sort(names)
	return names
}

// worksIn tells whether the tier allows an IPAM to look at resources in a Region: in the free tier only Public IP insights goes
// beyond the home Region.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/create-ipam.html
func (r *ipam) worksIn(regionName string) bool {
	return r.Tier != types.IpamTierFree || regionName == *r.IpamRegion
}

func (w watch) add(account string, regions []string) {
	if have := w[account]; have != nil {
		regions = slices.Concat(have, regions)
		slices.Sort(regions)
		regions = slices.Compact(regions)
	}
	w[account] = regions
}

// regionsOfAccount is what an IPAM sees of one account, without asking for all the others.
func (r *ipam) regionsOfAccount(tx *state.Tx, account string) []string {
	w := watch{}
	for a := range discoveryAssociationsByIpam.Scan(tx, *r.IpamId) {
		if d := a.discovery(tx); d != nil && !a.void() && d.finds(tx, account) {
			w.add(account, r.regionsOf(d))
		}
	}
	return w[account]
}

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
