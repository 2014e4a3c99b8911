package ec2api

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// syncsDue are targets whose list may have to change. It is set in init since its work may have to wait for the list.
var syncsDue *state.Queue

func init() { syncsDue = state.NewQueue(&Schema, "ipam-prefix-list-resolver-sync", synchronize) }

// synchronize makes the entries of a target's list those of the version that the target follows.
func synchronize(tx *state.Tx, key state.Key) {
	t := resolverTargets.Get(tx, key...)
	if t == nil || t.deleting() || t.Settles.Next == types.IpamPrefixListResolverTargetStateCreateFailed {
		return
	}
	r := t.resolver(tx)
	version := resolverVersions.Get(tx, r.versionKey(or(t.DesiredVersion, r.Version))...)
	if version == nil {
		return // the first one will call again
	}
	l := t.list(tx)
	switch {
	case l == nil:
		t.failSync(tx, "The prefix list does not exist.")
		return
	case !l.synced():
		t.failSync(tx, "The synchronization of the prefix list is disabled.")
		return
	case len(version.Cidrs) > int(*l.MaxEntries):
		t.failSync(tx, "The maximum number of entries of the prefix list is less than the number of CIDRs.")
		return
	case l.busy(tx.Now):
		syncsDue.At(tx, l.Settles.At, key...)
		return
	}
	l.take(tx, version.Cidrs, r.Policy)
	r.retain(tx, func() {
		t.Before, t.LastSyncedVersion = t.LastSyncedVersion, new(version.Version)
		if !*t.TrackLatestVersion {
			t.DesiredVersion = t.LastSyncedVersion // the first one, if there was none to be named
		}
		t.State, t.StateMessage = types.IpamPrefixListResolverTargetStateSyncInProgress, nil
		t.Settles = until(types.IpamPrefixListResolverTargetStateSyncComplete, tx.Now, r.Policy.Settle)
		resolverTargets.Put(tx, t)
	})
}

func (r *resolverTarget) failSync(tx *state.Tx, why string) {
	r.State, r.StateMessage = types.IpamPrefixListResolverTargetStateSyncFailed, new(why)
	r.Settles = transition[types.IpamPrefixListResolverTargetState]{}
	resolverTargets.Put(tx, r)
}

// synced tells whether a target is in charge of the entries of a list.
func (r *prefixList) synced() bool {
	return r.IpamPrefixListResolverTargetId != nil && or(r.IpamPrefixListResolverSyncEnabled, false)
}

// take gives a list a version with other entries, if they are others.
func (r *prefixList) take(tx *state.Tx, cidrs []string, policy resolverPolicy) {
	var have []string
	for _, e := range r.entriesOf(tx, *r.Version) {
		have = append(have, *e.Cidr)
	}
	slices.Sort(have)
	if slices.Equal(have, slices.Sorted(slices.Values(cidrs))) {
		return
	}
	entries := make([]types.PrefixListEntry, len(cidrs))
	for i, cidr := range cidrs {
		entries[i].Cidr = new(cidr)
	}
	r.State, r.Before = types.PrefixListStateModifyInProgress, *r.Version
	r.Settles = until(types.PrefixListStateModifyComplete, tx.Now, policy.Settle)
	r.putNewVersion(tx, entries)
	prefixLists.Put(tx, r)
}

// syncLater has the target of a list look after it, once the transaction is through.
func (r *prefixList) syncLater(tx *state.Tx) {
	if r.IpamPrefixListResolverTargetId == nil {
		return
	}
	if t := resolverTargetsByID.First(tx, *r.IpamPrefixListResolverTargetId); t != nil {
		syncsDue.At(tx, tx.Now, t.key()...)
	}
}
