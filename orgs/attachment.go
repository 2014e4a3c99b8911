package orgs

import (
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var attachmentOperations = []op.Op{
	op.Write(delegates((*Call).AttachPolicy)),
	op.Write(delegates((*Call).DetachPolicy)),
	op.Read(readers((*Call).ListPoliciesForTarget)),
	op.Read(readers((*Call).ListTargetsForPolicy)),
}

// attachment is a policy on a target: the root, a unit or an account.
type attachment struct {
	owner
	Target string
	Policy string
	Type   types.PolicyType
	Since  time.Time
}

func (a *attachment) key() state.Key { return a.owner.key(a.Target, a.Policy) }

var (
	attachments         = owned("org-attachment", (*attachment).key)
	attachmentsByPolicy = state.NewIndex(attachments, "policy", func(a *attachment) []state.Key { return []state.Key{a.owner.key(a.Policy)} })
)

// maxAttached is how many policies of a type a target can have.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
func maxAttached(t types.PolicyType) int {
	if isControl(t) {
		return 5
	}
	return 10
}

// attachDefaults gives a new target AWS's own policies of the enabled types.
func attachDefaults(tx *state.Tx, o *organization, target string) {
	for _, t := range o.PolicyTypes {
		attachDefault(tx, o, t, target)
	}
}

func attachDefault(tx *state.Tx, o *organization, t types.PolicyType, target string) {
	for _, r := range awsRules {
		if r.Type == t {
			attach(tx, o, r, target)
		}
	}
}

func attach(tx *state.Tx, o *organization, r *rule, target string) {
	attachments.Put(tx, &attachment{owner: o.owner(), Target: target, Policy: r.ID, Type: r.Type, Since: tx.Now})
}

// forget drops what the organization holds about a unit or an account that is no longer in it.
func forget(tx *state.Tx, o *organization, id string) {
	putTags(tx, o, id, nil)
	for a := range attachments.Scan(tx, o.owner().key(id)...) {
		attachments.Delete(tx, a.key()...)
	}
}

// attachments yields what a target has of a type.
func (c *Call) attachments(target string, t types.PolicyType) iter.Seq[*attachment] {
	return only(attachments.Scan(c.Tx, c.organization().owner().key(target)...), func(a *attachment) bool { return a.Type == t })
}

// AttachPolicy puts a policy on a target.
func (c *Call) AttachPolicy(in *organizations.AttachPolicyInput) (*organizations.AttachPolicyOutput, error) {
	o := c.organization()
	r, err := c.rule(*in.PolicyId)
	switch {
	case err != nil:
		return nil, err
	case !c.isTarget(*in.TargetId):
		return nil, targetNotFound()
	case !o.enabled(r.Type):
		return nil, typeNotEnabled()
	case attachments.Get(c.Tx, o.owner().key(*in.TargetId, r.ID)...) != nil:
		return nil, &types.DuplicatePolicyAttachmentException{Message: new("The selected policy is already attached to the specified target.")}
	}
	have := count(c.attachments(*in.TargetId, r.Type))
	if err := quota(types.ConstraintViolationExceptionReasonMaxPolicyTypeAttachmentLimitExceeded, have, maxAttached(r.Type)); err != nil {
		return nil, err
	}
	attach(c.Tx, o, r, *in.TargetId)
	return &organizations.AttachPolicyOutput{}, nil
}

// DetachPolicy takes a policy off a target. A target keeps at least one service control policy, and
// RCPFullAWSAccess cannot be taken off at all.
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html
func (c *Call) DetachPolicy(in *organizations.DetachPolicyInput) (*organizations.DetachPolicyOutput, error) {
	r, err := c.rule(*in.PolicyId)
	if err != nil {
		return nil, err
	}
	if !c.isTarget(*in.TargetId) {
		return nil, targetNotFound()
	}
	a := attachments.Get(c.Tx, c.organization().owner().key(*in.TargetId, r.ID)...)
	switch {
	case a == nil:
		return nil, &types.PolicyNotAttachedException{Message: new("The policy isn't attached to the specified target in the specified root.")}
	case r.isAWS() && r.Type == types.PolicyTypeResourceControlPolicy:
		return nil, invalidInput(types.InvalidInputExceptionReasonNonDetachablePolicy)
	case r.Type == types.PolicyTypeServiceControlPolicy && count(c.attachments(a.Target, r.Type)) == 1:
		return nil, constraint(types.ConstraintViolationExceptionReasonMinPolicyTypeAttachmentLimitExceeded)
	}
	attachments.Delete(c.Tx, a.key()...)
	return &organizations.DetachPolicyOutput{}, nil
}

// ListPoliciesForTarget lists the policies directly on a target.
func (c *Call) ListPoliciesForTarget(in *organizations.ListPoliciesForTargetInput) (*organizations.ListPoliciesForTargetOutput, error) {
	if !c.isTarget(*in.TargetId) {
		return nil, targetNotFound()
	}
	list, next, err := page(c.attachments(*in.TargetId, in.Filter), func(a *attachment) string { return a.Policy },
		func(a *attachment) types.PolicySummary { return c.summary(ruleOf(c.Tx, c.organization(), a.Policy)) }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListPoliciesForTargetOutput{Policies: list, NextToken: next}, nil
}

// ListTargetsForPolicy lists all that a policy is attached to.
func (c *Call) ListTargetsForPolicy(in *organizations.ListTargetsForPolicyInput) (*organizations.ListTargetsForPolicyOutput, error) {
	r, err := c.rule(*in.PolicyId)
	if err != nil {
		return nil, err
	}
	list, next, err := page(attachmentsByPolicy.Scan(c.Tx, c.organization().owner().key(r.ID)...),
		func(a *attachment) string { return a.Target },
		func(a *attachment) types.PolicyTargetSummary { return c.showTarget(a.Target) }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListTargetsForPolicyOutput{Targets: list, NextToken: next}, nil
}

func (c *Call) showTarget(id string) types.PolicyTargetSummary {
	v := types.PolicyTargetSummary{TargetId: new(id), Arn: new(c.arnOf(id)), Type: types.TargetTypeRoot, Name: new(rootName)}
	if u := c.unit(id); u != nil {
		v.Type, v.Name = types.TargetTypeOrganizationalUnit, new(u.Name)
	}
	if a := c.account(id); a != nil {
		v.Type, v.Name = types.TargetTypeAccount, new(a.Name)
	}
	return v
}
