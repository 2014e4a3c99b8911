package orgs

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/orgs/policy"
	"github.com/ipam-local/ipam-local/server/op"
)

var effectivePolicyOperations = []op.Op{
	op.Read(members((*Call).DescribeEffectivePolicy)),
}

// DescribeEffectivePolicy shows what the management policies of a type from the root down mean together for an account:
// its own to a member, any to those who may read policies.
func (c *Call) DescribeEffectivePolicy(in *organizations.DescribeEffectivePolicyInput) (*organizations.DescribeEffectivePolicyOutput, error) {
	target := or(in.TargetId, c.Account)
	if target != c.Account {
		if err := c.checkReader("DescribeEffectivePolicy", in); err != nil {
			return nil, err
		}
	}
	if c.account(target) == nil {
		return nil, targetNotFound()
	}
	levels, updated := c.inherited(target, types.PolicyType(in.PolicyType))
	if updated.IsZero() {
		return nil, &types.EffectivePolicyNotFoundException{Message: new("The account does not have an effective policy of the specified type.")}
	}
	content, err := policy.Merge(levels)
	if err != nil {
		return nil, fmt.Errorf("merge the policies of %s: %w", target, err) // each was checked when it was made
	}
	return &organizations.DescribeEffectivePolicyOutput{EffectivePolicy: &types.EffectivePolicy{
		PolicyType:           in.PolicyType,
		TargetId:             new(target),
		PolicyContent:        new(content),
		LastUpdatedTimestamp: new(updated),
	}}, nil
}

// inherited are the contents of the policies on each level down to a target, and when the last of them came or changed.
func (c *Call) inherited(target string, t types.PolicyType) (levels [][]string, updated time.Time) {
	for _, level := range ancestors(c.Tx, target) {
		var contents []string
		for a := range c.attachments(level, t) {
			r := ruleOf(c.Tx, c.organization(), a.Policy)
			contents = append(contents, r.Content)
			for _, when := range []time.Time{a.Since, r.Updated} {
				if when.After(updated) {
					updated = when
				}
			}
		}
		levels = append(levels, contents)
	}
	return levels, updated
}
