package ec2api

import (
	"fmt"
	"iter"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// due is when the next version is made after a change. IPAM looks at intervals, so changes in between make one version.
func (p resolverPolicy) due(now time.Time) time.Time {
	if p.Delay == 0 {
		return now
	}
	return now.Truncate(p.Delay).Add(p.Delay)
}

// resolversDue are resolvers whose outcome may have changed. It is set in init since targets lead back to lists and resolvers.
var resolversDue *state.Queue

func init() { resolversDue = state.NewQueue(&Schema, "ipam-prefix-list-resolver-due", resolve) }

// resolve makes a new version of a resolver if its rules come to something else than in the latest one.
func resolve(tx *state.Tx, key state.Key) {
	r := prefixListResolvers.Get(tx, key...)
	if r == nil || r.deleting() {
		return
	}
	cidrs, fit := r.outcome(tx)
	if !fit {
		r.LastVersionCreationStatus = types.IpamPrefixListResolverVersionCreationStatusFailure
		r.LastVersionCreationStatusMessage = new(fmt.Sprintf("The rules select more than %d CIDRs.", r.Policy.CIDRs))
		prefixListResolvers.Put(tx, r)
		return
	}
	r.LastVersionCreationStatus, r.LastVersionCreationStatusMessage = types.IpamPrefixListResolverVersionCreationStatusSuccess, nil
	latest := resolverVersions.Get(tx, r.versionKey(r.Version)...)
	if latest != nil && slices.Equal(latest.Cidrs, cidrs) {
		prefixListResolvers.Put(tx, r)
		return
	}
	r.retain(tx, func() {
		r.Version++
		resolverVersions.Put(tx, &resolverVersion{*r.OwnerId, *r.IpamRegion, *r.IpamPrefixListResolverId, r.Version, cidrs})
		prefixListResolvers.Put(tx, r)
	})
	for t := range resolverTargetsByResolver.Scan(tx, *r.IpamPrefixListResolverId) {
		if t.LastSyncedVersion == nil || *t.TrackLatestVersion {
			syncsDue.At(tx, tx.Now, t.key()...)
		}
	}
}

// outcome is the CIDRs that the rules of a resolver select, each once and in the order of addresses. It is false if they are
// too many.
func (r *prefixListResolver) outcome(tx *state.Tx) ([]string, bool) {
	found := map[netip.Prefix]bool{}
	for i := range r.Rules {
		for prefix := range r.selected(tx, &r.Rules[i]) {
			if familyOf(prefix) != r.AddressFamily {
				continue
			}
			if found[prefix] = true; r.Policy.CIDRs > 0 && len(found) > r.Policy.CIDRs {
				return nil, false
			}
		}
	}
	cidrs := make([]string, 0, len(found))
	for _, prefix := range slices.SortedFunc(maps.Keys(found), netip.Prefix.Compare) {
		cidrs = append(cidrs, prefix.String())
	}
	return cidrs, true
}

// selected yields what a rule selects, in whatever order and family.
func (r *prefixListResolver) selected(tx *state.Tx, rule *types.IpamPrefixListResolverRule) iter.Seq[netip.Prefix] {
	if rule.RuleType == types.IpamPrefixListResolverRuleTypeStaticCidr {
		return slices.Values([]netip.Prefix{netip.MustParsePrefix(*rule.StaticCidr)})
	}
	return func(yield func(netip.Prefix) bool) {
		s := scopes.Get(tx, *r.OwnerId, *r.IpamRegion, *rule.IpamScopeId)
		if s == nil {
			return // it has been deleted since
		}
		all := cidrsOfPools(tx, s)
		switch rule.ResourceType {
		case "":
		case types.IpamResourceTypeVpc:
			all = newView(tx, s).cidrsOfVPCs(wantsTags(rule))
		default:
			all = newView(tx, s).all(wantedBy(rule), nil)
		}
		for c := range all {
			if c.ManagementState != types.IpamManagementStateIgnored && selects(rule, c) && !yield(c.prefix) {
				return
			}
		}
	}
}

// cidrsOfVPCs yields what all does of VPCs, ignored ones apart and as far as conditions ask for it. There may be very many, and their
// rows need not be read for that.
func (v *view) cidrsOfVPCs(tags bool) iter.Seq[*resourceCIDR] {
	return func(yield func(*resourceCIDR) bool) {
		for h, prefix := range v.estate.all() {
			if !v.sees(h.account, h.region) {
				continue
			}
			p, said, scopeID := v.place(h, prefix)
			if said.Ignored || scopeID != *v.scope.IpamScopeId {
				continue
			}
			item := &resourceCIDR{prefix: prefix, IpamResourceCidr: types.IpamResourceCidr{
				ResourceId: new(h.id), ResourceOwnerId: new(h.account), ResourceRegion: new(h.region),
			}}
			if p != nil {
				item.IpamPoolId = p.IpamPoolId
			}
			if tags {
				item.ResourceTags = resourceTags(tagsOf(v.tx, h.account, h.region, h.id))
			}
			if !yield(item) {
				return
			}
		}
	}
}

func wantsTags(rule *types.IpamPrefixListResolverRule) bool {
	return slices.ContainsFunc(rule.Conditions, func(c types.IpamPrefixListResolverRuleCondition) bool { return c.ResourceTag != nil })
}

// wantedBy is what saves a rule reading resources that it does not select.
func wantedBy(rule *types.IpamPrefixListResolverRule) wanted {
	w := wanted{kind: rule.ResourceType}
	for _, c := range rule.Conditions {
		if c.Operation == types.IpamPrefixListResolverRuleConditionOperationEquals {
			replace(&w.owner, c.ResourceOwner)
			replace(&w.id, c.ResourceId)
		}
	}
	return w
}

// cidrsOfPools yields the CIDRs of the pools in a scope, as if they were those of a resource whose tags are the pool's.
func cidrsOfPools(tx *state.Tx, s *scope) iter.Seq[*resourceCIDR] {
	return func(yield func(*resourceCIDR) bool) {
		for p := range poolsByScope.Scan(tx, *s.IpamScopeId) {
			if p.deleting() {
				continue
			}
			tags := resourceTags(tagsOf(tx, *p.OwnerId, *p.IpamRegion, *p.IpamPoolId))
			for block := range poolSpaces.Get(tx, *p.IpamPoolId).Blocks() {
				item := &resourceCIDR{prefix: block, IpamResourceCidr: types.IpamResourceCidr{IpamPoolId: p.IpamPoolId, ResourceTags: tags}}
				if !yield(item) {
					return
				}
			}
		}
	}
}

// selects tells whether a CIDR meets all conditions of a rule.
func selects(rule *types.IpamPrefixListResolverRule, r *resourceCIDR) bool {
	return !slices.ContainsFunc(rule.Conditions, func(c types.IpamPrefixListResolverRuleCondition) bool { return !r.meets(&c) })
}

// meets tells whether a condition holds of a CIDR. It is about one of its properties.
func (r *resourceCIDR) meets(c *types.IpamPrefixListResolverRuleCondition) bool {
	if c.Operation == types.IpamPrefixListResolverRuleConditionOperationSubnetOf {
		return within(r.prefix, netip.MustParsePrefix(*c.Cidr))
	}
	return r.has(c) == (c.Operation == types.IpamPrefixListResolverRuleConditionOperationEquals)
}

// has tells whether a CIDR has what a condition names.
func (r *resourceCIDR) has(c *types.IpamPrefixListResolverRuleCondition) bool {
	switch {
	case c.Cidr != nil:
		return r.prefix == netip.MustParsePrefix(*c.Cidr)
	case c.IpamPoolId != nil:
		return or(r.IpamPoolId, "") == *c.IpamPoolId
	case c.ResourceId != nil:
		return or(r.ResourceId, "") == *c.ResourceId
	case c.ResourceOwner != nil:
		return or(r.ResourceOwnerId, "") == *c.ResourceOwner
	case c.ResourceRegion != nil:
		return or(r.ResourceRegion, "") == *c.ResourceRegion
	}
	return slices.ContainsFunc(r.ResourceTags, func(t types.IpamResourceTag) bool {
		return *t.Key == *c.ResourceTag.Key && *t.Value == *c.ResourceTag.Value
	})
}
