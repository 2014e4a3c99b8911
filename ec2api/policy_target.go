package ec2api

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/state"
)

// Whom a policy is in force for.

// policyTarget is somebody that a policy is enabled for: the account of the policy, by itself, or a part of the organization
// that it administers IPAM for.
type policyTarget struct {
	OwnerId    string // of the policy
	IpamRegion string
	PolicyId   string
	Target     string // an account, a unit or a root
	Own        bool   // the account by itself
}

func (r *policyTarget) key() state.Key {
	return state.Key{r.OwnerId, r.IpamRegion, r.PolicyId, r.Target, ownOrNot[r.Own]}
}

// ownOrNot: an administrator may enable a policy for itself in both ways.
var ownOrNot = map[bool]string{true: "own", false: "organization"}

var (
	policyTargets         = state.NewTable(&Schema, "ipam-policy-target", (*policyTarget).key)
	policyTargetsByTarget = state.NewIndex(policyTargets, "target", func(r *policyTarget) []state.Key {
		return []state.Key{{r.Target, ownOrNot[r.Own]}}
	})
)

// targetOf is what a request names, for that policy.
func (c *Call) targetOf(r *policy, id *string) (*policyTarget, error) {
	t := &policyTarget{OwnerId: *r.OwnerId, IpamRegion: *r.IpamPolicyRegion, PolicyId: *r.IpamPolicyId, Target: or(id, c.Account), Own: id == nil}
	if t.Own {
		return t, nil
	}
	m, member := orgs.Of(c.Tx, c.Account)
	if !member || !administers(c.Tx, c.Account, m) {
		return nil, fail(codeOperationNotPermitted, "Only the delegated administrator of IPAM can name an organization target.")
	}
	account, isAccount := orgs.Of(c.Tx, *id)
	unit, isUnit := orgs.Unit(c.Tx, *id)
	if *id != m.RootID && !(isAccount && account.OrganizationID == m.OrganizationID) && !(isUnit && unit == m.OrganizationID) {
		return nil, invalidValue("The organization target %s is not in your organization.", *id)
	}
	return t, nil
}

// EnableIpamPolicy puts a policy in force, in the place of any other that the caller has put in force for the same target.
func (c *Call) EnableIpamPolicy(in *ec2.EnableIpamPolicyInput) (*ec2.EnableIpamPolicyOutput, error) {
	r, err := c.livePolicy(*in.IpamPolicyId)
	if err != nil {
		return nil, err
	}
	t, err := c.targetOf(r, in.OrganizationTargetId)
	if err != nil {
		return nil, err
	}
	for other := range policyTargetsByTarget.Scan(c.Tx, t.Target, ownOrNot[t.Own]) {
		if other.OwnerId == t.OwnerId {
			policyTargets.Delete(c.Tx, other.key()...)
		}
	}
	have := 0
	for range policyTargets.Scan(c.Tx, r.key()...) {
		have++
	}
	if err := quota(codeResourceLimitExceeded, "ipam policy targets", have, c.Settings.Quotas.TargetsPerPolicy); err != nil {
		return nil, err
	}
	policyTargets.Put(c.Tx, t)
	return &ec2.EnableIpamPolicyOutput{IpamPolicyId: r.IpamPolicyId}, nil
}

// DisableIpamPolicy takes a policy out of force.
func (c *Call) DisableIpamPolicy(in *ec2.DisableIpamPolicyInput) (*ec2.DisableIpamPolicyOutput, error) {
	r, err := c.livePolicy(*in.IpamPolicyId)
	if err != nil {
		return nil, err
	}
	t := &policyTarget{*r.OwnerId, *r.IpamPolicyRegion, *r.IpamPolicyId, or(in.OrganizationTargetId, c.Account), in.OrganizationTargetId == nil}
	if policyTargets.Get(c.Tx, t.key()...) == nil {
		return nil, invalidValue("The policy %s is not enabled for %s.", *r.IpamPolicyId, t.Target)
	}
	policyTargets.Delete(c.Tx, t.key()...)
	return &ec2.DisableIpamPolicyOutput{Return: new(true)}, nil
}

// policyInForce is the policy for the caller, and who has put it in force: that of the administrator for the account, for the
// nearest unit around it or for the root, and else its own. Policies are not merged.
func (c *Call) policyInForce() (*policy, types.IpamPolicyManagedBy) {
	if m, member := orgs.Of(c.Tx, c.Account); member {
		above := slices.Clone(m.Path)
		slices.Reverse(above)
		for _, target := range append([]string{c.Account}, above...) {
			for t := range policyTargetsByTarget.Scan(c.Tx, target, ownOrNot[false]) {
				if administers(c.Tx, t.OwnerId, m) {
					return t.policy(c.Tx), types.IpamPolicyManagedByDelegatedAdministratorForIpam
				}
			}
		}
	}
	if t := policyTargetsByTarget.First(c.Tx, c.Account, ownOrNot[true]); t != nil {
		return t.policy(c.Tx), types.IpamPolicyManagedByAccount
	}
	return nil, ""
}

func (r *policyTarget) policy(tx *state.Tx) *policy {
	return policies.Get(tx, r.OwnerId, r.IpamRegion, r.PolicyId)
}

// GetEnabledIpamPolicy tells which policy is in force for the caller.
func (c *Call) GetEnabledIpamPolicy(*ec2.GetEnabledIpamPolicyInput) (*ec2.GetEnabledIpamPolicyOutput, error) {
	r, by := c.policyInForce()
	if r == nil {
		return &ec2.GetEnabledIpamPolicyOutput{IpamPolicyEnabled: new(false)}, nil
	}
	return &ec2.GetEnabledIpamPolicyOutput{IpamPolicyEnabled: new(true), IpamPolicyId: r.IpamPolicyId, ManagedBy: by}, nil
}

var policyTargetListing = listing[policyTarget, types.IpamPolicyOrganizationTarget]{
	key: (*policyTarget).key,
	view: func(_ *Call, r *policyTarget) types.IpamPolicyOrganizationTarget {
		return types.IpamPolicyOrganizationTarget{OrganizationTargetId: new(r.Target)}
	},
	filters: fieldFilters[types.IpamPolicyOrganizationTarget](nil),
	min:     minResults,
	max:     maxResults,
}

// GetIpamPolicyOrganizationTargets lists the parts of the organization that a policy is enabled for.
func (c *Call) GetIpamPolicyOrganizationTargets(in *ec2.GetIpamPolicyOrganizationTargetsInput) (*ec2.GetIpamPolicyOrganizationTargetsOutput, error) {
	r, err := c.policy(*in.IpamPolicyId)
	if err != nil {
		return nil, err
	}
	var list []*policyTarget
	for t := range policyTargets.Scan(c.Tx, r.key()...) {
		if !t.Own {
			list = append(list, t)
		}
	}
	items, next, err := policyTargetListing.list(c, page{in.Filters, in.MaxResults, in.NextToken},
		func(after state.Key) iter.Seq[*policyTarget] { return afterKey(list, (*policyTarget).key, after) })
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamPolicyOrganizationTargetsOutput{OrganizationTargets: items, NextToken: next}, nil
}
