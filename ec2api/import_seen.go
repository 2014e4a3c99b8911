package ec2api

import (
	"time"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/state"
)

// An IPAM gets to see more by what happens to it and its discoveries, and by what happens in an organization. Whatever it
// is, it imports what its pools may have of that in the same transaction. What it no longer sees stays allocated.

// importSeen imports after an IPAM has got to see more.
func importSeen(tx *state.Tx, i *ipam) {
	for p := range poolsByIpam.Scan(tx, *i.IpamId) {
		importAll(tx, p)
	}
}

// importFound is importSeen for the IPAMs that are associated with a discovery.
func importFound(tx *state.Tx, d *resourceDiscovery) {
	for a := range discoveryAssociationsByDiscovery.Scan(tx, *d.IpamResourceDiscoveryId) {
		if !a.void() {
			importSeen(tx, ipams.Get(tx, *a.OwnerId, *a.IpamRegion, *a.IpamId))
		}
	}
}

// importAdministered is importFound for the discoveries of an account that has become an administrator.
func importAdministered(tx *state.Tx, account string) {
	for d := range resourceDiscoveries.Scan(tx, account) {
		importFound(tx, d)
	}
}

// accountsDue are accounts with more VPCs than are looked at in one transaction. The key is the account's and that of the
// last VPC before them. It is set in init since its work queues itself again.
var accountsDue *state.Queue

func init() {
	accountsDue = state.NewQueue(&Schema, "ipam-import-account", func(tx *state.Tx, key state.Key) {
		importAccount(tx, key[0], key)
	})
	orgs.WatchAccounts(func(tx *state.Tx, account string) { importAccount(tx, account, nil) })
	orgs.WatchDelegations(importAdministered)
	ramapi.WatchSharing(func(tx *state.Tx, arn string, from time.Time) {
		if d := discoveryOf(tx, arn); d != nil {
			discoveriesDue.At(tx, from, d.key()...)
		}
	})
}

// discoveriesDue are discoveries that come to be shared.
var discoveriesDue = state.NewQueue(&Schema, "ipam-import-discovery", func(tx *state.Tx, key state.Key) {
	if d := resourceDiscoveries.Get(tx, key...); d != nil {
		importFound(tx, d)
		resolveFound(tx, d)
	}
})

// importAccount imports the VPCs of an account behind a key: it has joined an organization, or moved to another unit of it.
func importAccount(tx *state.Tx, account string, after state.Key) {
	n := 0
	for r := range vpcs.ScanAfter(tx, after, account) {
		importVPC(tx, r)
		if n++; n == maxImport {
			accountsDue.At(tx, tx.Now, account, r.Region, *r.VpcId)
			return
		}
	}
}
