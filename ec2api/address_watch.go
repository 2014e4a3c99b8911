package ec2api

import (
	"cmp"
	"net/netip"
	"reflect"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/state"
)

// Which changes can concern the rows of GetIpamResourceCidrs, and which rows: whatever judge.go and view.go ask has to be
// watched here. Looking at more than has changed does no harm but takes time. TestAddressHistoryAgainstSnapshots compares
// with what looking at everything after each change finds.

// subjectChanges asks for a look at a resource at the end of the transaction, prefixChanges for one at the VPCs around a
// CIDR in a scope.
var subjectChanges, prefixChanges *state.AtEnd

// What is done in steps. The keys are a pool's with its scope, and a scope's with a prefix; after these, where to go on.
var allocationsDue, neighboursDue *state.Queue

// sharingDue are resources at the time from which on they are shared otherwise. The key is the ARN and the time.
var sharingDue = state.NewQueue(&Schema, "ipam-address-sharing", func(tx *state.Tx, key state.Key) { sharingChanges(tx, key[0]) })

func init() {
	subjectChanges = state.NewAtEnd(func(tx *state.Tx, keys []state.Key) {
		r := newRecorder(tx)
		for _, key := range keys {
			r.add(subject{key[0], key[1], key[2]})
		}
		r.run()
	})
	prefixChanges = state.NewAtEnd(func(tx *state.Tx, keys []state.Key) {
		r := newRecorder(tx)
		for _, key := range keys {
			r.neighbours(key[:3], netip.MustParsePrefix(key[3]), netip.Prefix{})
		}
		r.run()
	})
	neighboursDue = state.NewQueue(&Schema, "ipam-address-neighbours", func(tx *state.Tx, key state.Key) {
		r := newRecorder(tx)
		r.neighbours(key[:3], netip.MustParsePrefix(key[3]), netip.MustParsePrefix(key[4]))
		r.run()
	})
	allocationsDue = state.NewQueue(&Schema, "ipam-address-allocations", recordAllocations)

	state.Watch(vpcs, watchVPC)
	state.Watch(subnets, watchSubnet)
	state.Watch(elasticIPs, watchElasticIP)
	state.Watch(tagSets, watchTags)
	state.Watch(allocations, watchAllocation)
	state.Watch(monitoredCIDRs, watchMonitoring)
	state.Watch(pools, watchPool)
	state.Watch(ipams, watchIpam)
	state.Watch(resourceDiscoveries, watchDiscovery)
	state.Watch(discoveryAssociations, watchDiscoveryAssociation)
	state.Watch(ipamAdmins, func(tx *state.Tx, before, after *ipamAdmin) {
		for _, r := range []*ipamAdmin{before, after} {
			if r != nil {
				administrationChanges(tx, r.Account)
			}
		}
	})
	orgs.WatchDelegations(administrationChanges)
	orgs.WatchAccounts(membershipChanges)
	ramapi.WatchSharing(func(tx *state.Tx, arn string, from time.Time) {
		sharingDue.At(tx, from, arn, from.Format(time.RFC3339Nano)) // for each time there is work of its own
	})
}

func (s subject) changes(tx *state.Tx) { subjectChanges.Ask(tx, s.account, s.region, s.id) }

func watchVPC(tx *state.Tx, before, after *vpc) {
	if !slices.Equal(before.shownBlocks(), after.shownBlocks()) {
		cmp.Or(after, before).subject().changes(tx)
	}
}

// shownBlocks are the blocks that IPAM shows, and in what kind of scope.
func (r *vpc) shownBlocks() (list []string) {
	if r == nil {
		return nil
	}
	for h, prefix := range r.holdings() {
		list = append(list, h.key(prefix))
	}
	return list
}

func watchSubnet(tx *state.Tx, before, after *subnet) {
	if before == nil || after == nil || !slices.Equal(before.prefixes(), after.prefixes()) {
		cmp.Or(after, before).subject().changes(tx)
	}
}

func watchElasticIP(tx *state.Tx, before, after *elasticIP) {
	if before == nil || after == nil {
		cmp.Or(after, before).subject().changes(tx)
	}
}

// watchTags: rules of pools ask for tags, and one is the name of the resource.
func watchTags(tx *state.Tx, before, after *tagSet) {
	switch r := cmp.Or(after, before); r.Type {
	case types.ResourceTypeVpc, types.ResourceTypeSubnet, types.ResourceTypeElasticIp:
		subject{r.Account, r.Region, r.ResourceID}.changes(tx)
	}
}

// watchAllocation: a resource is managed or no longer, and may come into another scope by it; a custom allocation is compared
// with VPCs.
func watchAllocation(tx *state.Tx, before, after *allocation) {
	if before != nil && after != nil && *before.Cidr == *after.Cidr {
		return
	}
	for _, r := range []*allocation{before, after} {
		if r != nil {
			r.changes(tx)
		}
	}
}

func (r *allocation) changes(tx *state.Tx) {
	switch r.ResourceType {
	case types.IpamPoolAllocationResourceTypeCustom:
		if p := pools.Get(tx, r.OwnerId, r.IpamRegion, r.IpamPoolId); p != nil {
			prefixChanges.Ask(tx, *p.OwnerId, *p.IpamRegion, p.IpamScopeId, *r.Cidr)
		}
	case types.IpamPoolAllocationResourceTypeIpamPool:
	default:
		r.subject().changes(tx)
	}
}

// subject is the resource that has the allocation, one of a type that IPAM sees or not.
func (r *allocation) subject() subject {
	return subject{*r.ResourceOwner, or(r.ResourceRegion, r.Region), *r.ResourceId}
}

func watchMonitoring(tx *state.Tx, before, after *monitoredCIDR) {
	if v := vpcsByID.First(tx, cmp.Or(after, before).ResourceId); v != nil {
		v.subject().changes(tx)
	}
}

// watchPool: the rules of a pool decide on compliance, and a pool that is gone manages nothing.
func watchPool(tx *state.Tx, before, after *pool) {
	switch {
	case before == nil: // nothing is in it yet
	case after == nil, !reflect.DeepEqual(before.rules(), after.rules()):
		rulesChange(tx, before)
	}
}

// poolRules are the fields of a pool that finding.breaks looks at; its locale stays.
type poolRules struct {
	min, max *int32
	tags     []types.IpamResourceTag
}

func (r *pool) rules() poolRules {
	return poolRules{r.AllocationMinNetmaskLength, r.AllocationMaxNetmaskLength, r.AllocationResourceTags}
}

// rulesChange is called when what a pool has given away may be judged otherwise.
func rulesChange(tx *state.Tx, p *pool) {
	allocationsDue.At(tx, tx.Now, append(p.key(), p.IpamScopeId)...)
}

// recordAllocations brings the records of what has space from a pool up to date, or some of them and the others later. The pool
// itself may be gone.
func recordAllocations(tx *state.Tx, key state.Key) {
	poolKey, scopeID, after := key[:3:3], key[3], state.Key(nil)
	if len(key) > 4 {
		after = append(poolKey, key[4])
	}
	r, n := newRecorder(tx), 0
	for a := range allocations.ScanAfter(tx, after, poolKey...) {
		switch a.ResourceType {
		case types.IpamPoolAllocationResourceTypeCustom:
			r.neighbours(state.Key{key[0], key[1], scopeID}, a.prefix(), netip.Prefix{})
		case types.IpamPoolAllocationResourceTypeIpamPool:
		default:
			r.add(a.subject())
		}
		if n++; n == maxRecorded {
			allocationsDue.At(tx, tx.Now, append(key[:4:4], *a.IpamPoolAllocationId)...)
			break
		}
	}
	r.run()
}

func watchIpam(tx *state.Tx, before, after *ipam) {
	key := state.Key{*cmp.Or(after, before).OwnerId, *cmp.Or(after, before).IpamRegion, *cmp.Or(after, before).IpamId}
	switch {
	case after == nil:
		historyGone.At(tx, tx.Now, key...)
	case before == nil, before.Tier != after.Tier, !reflect.DeepEqual(before.OperatingRegions, after.OperatingRegions):
		sightChanges(tx, key...)
	}
}

func watchDiscovery(tx *state.Tx, before, after *resourceDiscovery) {
	if before == nil || after == nil || before.deleting() != after.deleting() ||
		!reflect.DeepEqual(before.OperatingRegions, after.OperatingRegions) ||
		!reflect.DeepEqual(before.OrganizationalUnitExclusions, after.OrganizationalUnitExclusions) {
		findingsChange(tx, cmp.Or(after, before))
	}
}

func watchDiscoveryAssociation(tx *state.Tx, before, after *discoveryAssociation) {
	if before == nil || after == nil || before.void() != after.void() {
		r := cmp.Or(after, before)
		sightChanges(tx, *r.OwnerId, *r.IpamRegion, *r.IpamId)
	}
}

// sharingChanges: who is let in to a pool is no stranger there, and a discovery is seen through while it is shared.
func sharingChanges(tx *state.Tx, arn string) {
	if d := discoveryOf(tx, arn); d != nil {
		findingsChange(tx, d)
	} else if p := poolsByID.First(tx, lastOf(arn)); p != nil {
		rulesChange(tx, p)
	}
}
