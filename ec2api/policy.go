package ec2api

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var policyOperations = []op.Op{
	op.Write((*Call).CreateIpamPolicy).MayEnd(types.IpamPolicyStateCreateFailed),
	op.Write((*Call).DeleteIpamPolicy).MayEnd(types.IpamPolicyStateDeleteFailed),
	op.Read((*Call).DescribeIpamPolicies),
	op.Write((*Call).ModifyIpamPolicyAllocationRules).MayEnd(types.IpamPolicyStateModifyFailed),
	op.Read((*Call).GetIpamPolicyAllocationRules),
	op.Write((*Call).EnableIpamPolicy),
	op.Write((*Call).DisableIpamPolicy),
	op.Read((*Call).GetEnabledIpamPolicy),
	op.Read((*Call).GetIpamPolicyOrganizationTargets),
}

// policy says which pools public IPv4 addresses are taken from that nobody names a pool for. OwnerId and IpamPolicyRegion are the
// account and the home Region that it and its IPAM belong to.
type policy struct {
	types.IpamPolicy
	Documents []types.IpamPolicyDocument // one for each locale and type of resource that has rules
	Settles   transition[types.IpamPolicyState]
}

func (r *policy) key() state.Key { return state.Key{*r.OwnerId, *r.IpamPolicyRegion, *r.IpamPolicyId} }

func (r *policy) life() (*types.IpamPolicyState, *transition[types.IpamPolicyState]) {
	return &r.State, &r.Settles
}

var (
	policies       = state.NewTable(&Schema, "ipam-policy", (*policy).key)
	policiesByIpam = state.NewIndex(policies, "ipam", func(r *policy) []state.Key { return []state.Key{{*r.IpamId}} })
	policiesGone   = state.NewQueue(&Schema, "ipam-policy-gone", func(tx *state.Tx, key state.Key) { policies.Delete(tx, key...) })
)

var policyKind = kind{"ipam-policy-", types.ResourceTypeIpamPolicy, func(c *Call, id string) error { _, err := c.policy(id); return err }}

// policy finds a policy of the caller whose home is the Region of the call.
func (c *Call) policy(id string) (*policy, error) {
	if r := policies.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidIpamPolicyId.NotFound", "ipam-policy", id)
}

// livePolicy finds a policy that is not being deleted.
func (c *Call) livePolicy(id string) (*policy, error) {
	r, err := c.policy(id)
	if err == nil {
		err = alive(c, id, r)
	}
	return r, err
}

func (r *policy) show(c *Call) types.IpamPolicy {
	v := r.answer(c)
	v.State = lifeOf(c, r)
	r.Settles.explain(&v.StateMessage, v.State)
	return *v
}

// answer is the policy as the call shows it that changes it: on its way.
func (r *policy) answer(c *Call) *types.IpamPolicy {
	v := r.IpamPolicy
	v.Tags = c.tags(*r.OwnerId, *r.IpamPolicyRegion, *r.IpamPolicyId)
	return &v
}

// CreateIpamPolicy creates a policy without rules, which is not enabled for anybody.
func (c *Call) CreateIpamPolicy(in *ec2.CreateIpamPolicyInput) (*ec2.CreateIpamPolicyOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpamPolicy)
	if err != nil {
		return nil, err
	}
	i, err := c.liveIpam(*in.IpamId)
	if err != nil {
		return nil, err
	}
	if i.Tier == types.IpamTierFree {
		return nil, fail(codeUnsupportedOperation, "The IPAM %s is in the free tier. Policies need the advanced tier.", *i.IpamId)
	}
	if err := quota(codeResourceLimitExceeded, "ipam policies", policiesByIpam.Count(c.Tx, *i.IpamId), c.Settings.Quotas.Policies); err != nil {
		return nil, err
	}
	id := c.newID("ipam-policy-")
	r := &policy{
		IpamPolicy: types.IpamPolicy{
			OwnerId:          new(c.Account),
			IpamId:           i.IpamId,
			IpamPolicyId:     new(id),
			IpamPolicyArn:    new(c.arn("", c.Account, "ipam-policy/"+id)),
			IpamPolicyRegion: i.IpamRegion,
			State:            types.IpamPolicyStateCreateInProgress,
		},
		Settles: to(c, types.IpamPolicyStateCreateComplete, c.Settings.Timing.Transition),
	}
	policies.Put(c.Tx, r)
	c.putTags(id, types.ResourceTypeIpamPolicy, tags)
	return &ec2.CreateIpamPolicyOutput{IpamPolicy: r.answer(c)}, nil
}

// DeleteIpamPolicy deletes a policy that is not enabled for anybody.
func (c *Call) DeleteIpamPolicy(in *ec2.DeleteIpamPolicyInput) (*ec2.DeleteIpamPolicyOutput, error) {
	r, err := c.livePolicy(*in.IpamPolicyId)
	if err != nil {
		return nil, err
	}
	for t := range policyTargets.Scan(c.Tx, r.key()...) {
		return nil, fail(codeDependencyViolation, "The specified action is not valid for %s. The policy is enabled for %s.", *r.IpamPolicyId, t.Target)
	}
	return &ec2.DeleteIpamPolicyOutput{IpamPolicy: c.removePolicy(r)}, nil
}

// removePolicy starts the deletion of a policy, which is not in force any more, and returns what a reader sees meanwhile.
func (c *Call) removePolicy(r *policy) *types.IpamPolicy {
	for t := range policyTargets.Scan(c.Tx, r.key()...) {
		policyTargets.Delete(c.Tx, t.key()...)
	}
	move(c, policies, r, types.IpamPolicyStateDeleteInProgress, "", c.Settings.Timing.Transition)
	out := r.answer(c)
	policies.Put(c.Tx, r)
	policiesGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), r.key()...)
	c.putTags(*r.IpamPolicyId, types.ResourceTypeIpamPolicy, nil)
	return out
}

var policyListing = listing[policy, types.IpamPolicy]{
	key:     (*policy).key,
	view:    func(c *Call, r *policy) types.IpamPolicy { return r.show(c) },
	filters: fieldFilters[types.IpamPolicy](nil),
	min:     minResults,
	max:     maxResults,
}

// DescribeIpamPolicies lists the caller's policies whose home is this Region.
func (c *Call) DescribeIpamPolicies(in *ec2.DescribeIpamPoliciesInput) (*ec2.DescribeIpamPoliciesOutput, error) {
	items, next, err := policyListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.IpamPolicyIds, c.policy,
		func(after state.Key) iter.Seq[*policy] { return policies.ScanAfter(c.Tx, after, c.Account, c.Region) })
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamPoliciesOutput{IpamPolicies: items, NextToken: next}, nil
}
