package ec2api

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/state"
)

// What the outcome of a resolver follows from: whatever changes it has the resolvers look again that it could concern. They find
// out for themselves whether anything is different. The list of what is watched, in init below, has to have every table that
// view and cidrsOfPools read.

// resolving is what there is to know of a resolver to tell whether a change concerns it.
type resolving struct {
	Owner, Home, ID string // its key
	Ipam            string
	Kinds           []types.IpamResourceType // that its rules ask for
	Pools           bool                     // whether they ask for CIDRs of pools
	Policy          resolverPolicy
}

func (r *prefixListResolver) resolving() resolving {
	f := resolving{Owner: *r.OwnerId, Home: *r.IpamRegion, ID: *r.IpamPrefixListResolverId, Ipam: r.IpamId, Policy: r.Policy}
	for _, rule := range r.Rules {
		f.Pools = f.Pools || rule.RuleType == types.IpamPrefixListResolverRuleTypeIpamPoolCidr
		if rule.ResourceType != "" && !slices.Contains(f.Kinds, rule.ResourceType) {
			f.Kinds = append(f.Kinds, rule.ResourceType)
		}
	}
	return f
}

// resolvings are those of all resolvers that look at anything, whoever has them, so that what changes need not read rows to
// find that nobody looks at it.
var resolvings = state.NewDerived[[]resolving](&Schema, "resolving", nil)

const allResolvers = "resolvers"

func init() {
	find := func(list []resolving, r *prefixListResolver) (int, bool) {
		return slices.BinarySearchFunc(list, *r.IpamPrefixListResolverId, func(f resolving, id string) int { return strings.Compare(f.ID, id) })
	}
	state.Derive(resolvings, prefixListResolvers,
		func(r *prefixListResolver) (string, bool) {
			f := r.resolving()
			return allResolvers, !r.deleting() && (f.Pools || f.Kinds != nil)
		},
		func(list []resolving, r *prefixListResolver) []resolving {
			i, _ := find(list, r)
			return slices.Insert(slices.Clone(list), i, r.resolving())
		},
		func(list []resolving, r *prefixListResolver) []resolving {
			i, _ := find(list, r)
			if list = slices.Delete(slices.Clone(list), i, i+1); len(list) == 0 {
				return nil
			}
			return list
		})
}

// lookAgain has the resolvers look again that a change concerns.
func lookAgain(tx *state.Tx, concerns func(*resolving) bool) {
	for _, f := range resolvings.Get(tx, allResolvers) {
		if concerns(&f) {
			resolversDue.At(tx, f.Policy.due(tx.Now), f.Owner, f.Home, f.ID)
		}
	}
}

// resolveResource is lookAgain after a change of a resource, for the resolvers whose IPAM sees it.
func resolveResource(tx *state.Tx, kind types.IpamResourceType, account, regionName string) {
	lookAgain(tx, func(f *resolving) bool {
		if !slices.Contains(f.Kinds, kind) {
			return false
		}
		i := ipams.Get(tx, f.Owner, f.Home, f.Ipam)
		return i != nil && slices.Contains(i.regionsOfAccount(tx, account), regionName)
	})
}

// resolveResources and resolvePools are lookAgain after a change of an IPAM's view of resources, or of its pools. An account has one IPAM
// at a home, so they need not know which.
func resolveResources(tx *state.Tx, owner, home string) {
	lookAgain(tx, func(f *resolving) bool { return f.Owner == owner && f.Home == home && f.Kinds != nil })
}

func resolvePools(tx *state.Tx, owner, home string) {
	lookAgain(tx, func(f *resolving) bool { return f.Owner == owner && f.Home == home && f.Pools })
}

// resolveFound is resolveResources for the IPAMs that are associated with a discovery.
func resolveFound(tx *state.Tx, d *resourceDiscovery) {
	for a := range discoveryAssociationsByDiscovery.Scan(tx, *d.IpamResourceDiscoveryId) {
		resolveResources(tx, *a.OwnerId, *a.IpamRegion)
	}
}

func resolveAll(tx *state.Tx, _ string) { lookAgain(tx, func(*resolving) bool { return true }) }

func init() {
	state.Watch(vpcs, func(tx *state.Tx, before, after *vpc) {
		if before == nil || after == nil || !reflect.DeepEqual(before.Blocks, after.Blocks) {
			r := cmp.Or(after, before)
			resolveResource(tx, types.IpamResourceTypeVpc, *r.OwnerId, r.Region)
		}
	})
	state.Watch(subnets, func(tx *state.Tx, before, after *subnet) {
		if before == nil || after == nil || !slices.Equal(before.prefixes(), after.prefixes()) {
			r := cmp.Or(after, before)
			resolveResource(tx, types.IpamResourceTypeSubnet, *r.OwnerId, r.Region)
		}
	})
	state.Watch(elasticIPs, func(tx *state.Tx, before, after *elasticIP) {
		if before == nil || after == nil {
			r := cmp.Or(after, before)
			resolveResource(tx, types.IpamResourceTypeEip, r.OwnerId, r.Region)
		}
	})
	state.Watch(publicIPv4Pools, func(tx *state.Tx, before, after *publicIPv4Pool) {
		if before == nil || after == nil || !reflect.DeepEqual(before.Parts, after.Parts) {
			r := cmp.Or(after, before)
			resolveResource(tx, types.IpamResourceTypePublicIpv4Pool, r.OwnerId, r.Region)
		}
	})
	state.Watch(tagSets, func(tx *state.Tx, before, after *tagSet) {
		r := cmp.Or(after, before)
		switch r.Type {
		case types.ResourceTypeIpamPool:
			resolvePools(tx, r.Account, r.Region)
		case types.ResourceTypeElasticIp:
			resolveResource(tx, types.IpamResourceTypeEip, r.Account, r.Region)
		case types.ResourceTypeIpv4poolEc2:
			resolveResource(tx, types.IpamResourceTypePublicIpv4Pool, r.Account, r.Region)
		default:
			resolveResource(tx, types.IpamResourceType(r.Type), r.Account, r.Region)
		}
	})
	state.Watch(pools, func(tx *state.Tx, before, after *pool) { // before nil: it has no CIDRs yet
		if before != nil && after != nil && before.deleting() != after.deleting() {
			resolvePools(tx, *after.OwnerId, *after.IpamRegion)
		}
	})
	state.Watch(poolCIDRs, func(tx *state.Tx, before, after *poolCIDR) {
		if (before != nil && before.usable()) != (after != nil && after.usable()) {
			r := cmp.Or(after, before)
			resolvePools(tx, r.OwnerId, r.IpamRegion)
		}
	})
	state.Watch(allocations, func(tx *state.Tx, before, after *allocation) { // which decide on the scope and pool of a CIDR
		if r := cmp.Or(after, before); r.ResourceType == types.IpamPoolAllocationResourceTypeVpc || r.ResourceType == types.IpamPoolAllocationResourceTypeSubnet {
			resolveResources(tx, r.OwnerId, r.IpamRegion)
		}
	})
	state.Watch(monitoredCIDRs, func(tx *state.Tx, before, after *monitoredCIDR) {
		r := cmp.Or(after, before)
		resolveResources(tx, r.OwnerId, r.IpamRegion)
	})
	state.Watch(ipams, func(tx *state.Tx, before, after *ipam) {
		r := cmp.Or(after, before)
		resolveResources(tx, *r.OwnerId, *r.IpamRegion)
	})
	state.Watch(discoveryAssociations, func(tx *state.Tx, before, after *discoveryAssociation) {
		r := cmp.Or(after, before)
		resolveResources(tx, *r.OwnerId, *r.IpamRegion)
	})
	state.Watch(resourceDiscoveries, func(tx *state.Tx, before, after *resourceDiscovery) { resolveFound(tx, cmp.Or(after, before)) })
	state.Watch(ipamAdmins, func(tx *state.Tx, before, after *ipamAdmin) { resolveAll(tx, "") })
	orgs.WatchAccounts(resolveAll)
	orgs.WatchDelegations(resolveAll)
}
