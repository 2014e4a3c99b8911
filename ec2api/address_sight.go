package ec2api

import (
	"iter"
	"maps"
	"slices"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/state"
)

// What an IPAM sees of an account changes with Regions, discoveries, shares and organizations. When it does, the records of
// all that the account has are brought up to date in steps, at the time of the change and before anybody reads them.

// sight is the Regions of an account that an IPAM saw when it was last asked.
type sight struct {
	OwnerId    string // of the IPAM
	IpamRegion string // home of the IPAM
	IpamId     string
	Account    string
	Regions    []string
}

func (r *sight) key() state.Key { return state.Key{r.OwnerId, r.IpamRegion, r.IpamId, r.Account} }

var (
	sights          = state.NewTable(&Schema, "ipam-sight", (*sight).key)
	sightsByAccount = state.NewIndex(sights, "account", func(r *sight) []state.Key { return []state.Key{{r.Account}} })
)

// The work of these queues itself again, so they are set in init.
var (
	sightsDue    *state.Queue // the key is an IPAM's, or that of one sight
	vpcsDue      *state.Queue // the key is an account, or that of the last VPC of an account that was looked at
	subnetsDue   *state.Queue
	addressesDue *state.Queue
	historyGone  *state.Queue // the key is an IPAM's
)

func init() {
	sightsDue = state.NewQueue(&Schema, "ipam-sight", func(tx *state.Tx, key state.Key) {
		if len(key) > 3 {
			updateSight(tx, key[:3], key[3])
		} else {
			updateSights(tx, key)
		}
	})
	vpcsDue = state.NewQueue(&Schema, "ipam-address-vpcs", func(tx *state.Tx, key state.Key) {
		recordRows(tx, vpcs, (*vpc).subject, key, vpcsDue)
	})
	subnetsDue = state.NewQueue(&Schema, "ipam-address-subnets", func(tx *state.Tx, key state.Key) {
		recordRows(tx, subnets, (*subnet).subject, key, subnetsDue)
	})
	addressesDue = state.NewQueue(&Schema, "ipam-address-elastic-ips", func(tx *state.Tx, key state.Key) {
		recordRows(tx, elasticIPs, (*elasticIP).subject, key, addressesDue)
	})
	historyGone = state.NewQueue(&Schema, "ipam-address-gone", forgetHistory)
}

func (r *vpc) subject() subject       { return subject{*r.OwnerId, r.Region, *r.VpcId} }
func (r *subnet) subject() subject    { return subject{*r.OwnerId, r.Region, *r.SubnetId} }
func (r *elasticIP) subject() subject { return subject{r.OwnerId, r.Region, *r.AllocationId} }

// watchers are the IPAMs that see what an account has in a Region.
func watchers(tx *state.Tx, account, regionName string) (list []*ipam) {
	for _, i := range lookers(tx, account) {
		if slices.Contains(i.regionsOfAccount(tx, account), regionName) {
			list = append(list, i)
		}
	}
	return list
}

// lookers are the IPAMs that may see an account, by id: through discoveries of its own, or of the administrator of its
// organization.
func lookers(tx *state.Tx, account string) (list []*ipam) {
	owners := []string{account}
	if m, member := orgs.Of(tx, account); member {
		if admin := ipamAdmins.Get(tx, m.ManagementAccount, "", m.OrganizationID); admin != nil && admin.Account != account {
			owners = append(owners, admin.Account)
		}
	}
	found := map[string]*ipam{}
	for _, owner := range owners {
		for d := range resourceDiscoveries.Scan(tx, owner) {
			for i := range d.ipams(tx) {
				found[*i.IpamId] = i
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(found)) {
		list = append(list, found[id])
	}
	return list
}

// ipams yields those that are associated with a discovery, gone ones excepted.
func (r *resourceDiscovery) ipams(tx *state.Tx) iter.Seq[*ipam] {
	return func(yield func(*ipam) bool) {
		for a := range discoveryAssociationsByDiscovery.Scan(tx, *r.IpamResourceDiscoveryId) {
			if i := ipams.Get(tx, *a.OwnerId, *a.IpamRegion, *a.IpamId); i != nil && !yield(i) {
				return
			}
		}
	}
}

// sightChanges is called when what the IPAM of that key sees may have changed.
func sightChanges(tx *state.Tx, ipam ...string) { sightsDue.At(tx, tx.Now, ipam...) }

// findingsChange is called when what a discovery finds may have changed.
func findingsChange(tx *state.Tx, d *resourceDiscovery) {
	for a := range discoveryAssociationsByDiscovery.Scan(tx, *d.IpamResourceDiscoveryId) {
		sightChanges(tx, *a.OwnerId, *a.IpamRegion, *a.IpamId)
	}
}

// administrationChanges is called when an account has begun or ceased to administer IPAM.
func administrationChanges(tx *state.Tx, account string) {
	for d := range resourceDiscoveries.Scan(tx, account) {
		findingsChange(tx, d)
	}
}

// membershipChanges is called when an account has come to another place in an organization, or out of it. That also decides
// what is shared with it, and with whom it shares.
func membershipChanges(tx *state.Tx, account string) {
	for s := range sightsByAccount.Scan(tx, account) {
		sightChanges(tx, s.key()...)
	}
	for _, i := range lookers(tx, account) {
		sightChanges(tx, *i.OwnerId, *i.IpamRegion, *i.IpamId, account)
	}
	recordAccount(tx, account)
	for p := range pools.Scan(tx, account) {
		rulesChange(tx, p)
	}
}

// maxSights is how many accounts of an IPAM are noted in one transaction, the size of which Badger bounds.
const maxSights = 1000

// updateSights finds the accounts of which an IPAM sees more or less than before.
func updateSights(tx *state.Tx, key state.Key) {
	i := ipams.Get(tx, key...)
	if i == nil {
		return
	}
	now := i.watched(tx)
	for s := range sights.Scan(tx, key...) {
		if now[s.Account] == nil {
			now[s.Account] = []string{}
		}
	}
	n := 0
	for _, account := range slices.Sorted(maps.Keys(now)) {
		if setSight(tx, key, account, now[account]) {
			n++
		}
		if n == maxSights {
			sightChanges(tx, key...)
			return
		}
	}
}

// updateSight is updateSights for one account.
func updateSight(tx *state.Tx, key state.Key, account string) {
	if i := ipams.Get(tx, key...); i != nil {
		setSight(tx, key, account, i.regionsOfAccount(tx, account))
	}
}

// setSight notes what an IPAM sees of an account and reports whether it is something else than before.
func setSight(tx *state.Tx, key state.Key, account string, regions []string) (changed bool) {
	s := &sight{key[0], key[1], key[2], account, regions}
	var before []string
	if old := sights.Get(tx, s.key()...); old != nil {
		before = old.Regions
	}
	if slices.Equal(before, regions) {
		return false
	}
	if len(regions) == 0 {
		sights.Delete(tx, s.key()...)
	} else {
		sights.Put(tx, s)
	}
	recordAccount(tx, account)
	return true
}

// maxRecorded is how many resources are looked at in one transaction.
const maxRecorded = 500

// recordRows brings the records of an account's rows in a table up to date: of all if the key is the account alone, else of
// those behind a row; and of what is too much for one transaction later.
func recordRows[R any](tx *state.Tx, t *state.Table[R], subjectOf func(*R) subject, key state.Key, later *state.Queue) {
	after := key
	if len(key) == 1 {
		after = nil
	}
	r := newRecorder(tx)
	for row := range t.ScanAfter(tx, after, key[0]) {
		s := subjectOf(row)
		r.add(s)
		if len(r.seen) == maxRecorded {
			later.At(tx, tx.Now, s.account, s.region, s.id)
			break
		}
	}
	r.run()
}

// recordAccount has the records of all that an account has brought up to date.
func recordAccount(tx *state.Tx, account string) {
	vpcsDue.At(tx, tx.Now, account)
	subnetsDue.At(tx, tx.Now, account)
	addressesDue.At(tx, tx.Now, account)
}

// forgetHistory forgets the records of an IPAM that is gone, some now and the others later.
func forgetHistory(tx *state.Tx, key state.Key) {
	n := 0
	for r := range addressRecords.Scan(tx, key...) {
		if n++; n > maxPurge {
			historyGone.At(tx, tx.Now, key...)
			return
		}
		addressRecords.Delete(tx, r.key()...)
	}
	for s := range sights.Scan(tx, key...) {
		sights.Delete(tx, s.key()...)
	}
}
