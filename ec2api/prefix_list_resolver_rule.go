package ec2api

import (
	"iter"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/state"
)

// setRules checks the rules of a request, gives them to a resolver and has it resolve them.
func (c *Call) setRules(r *prefixListResolver, rules []types.IpamPrefixListResolverRuleRequest) error {
	if limit := c.Settings.Quotas.RulesPerResolver; limit > 0 && len(rules) > limit {
		return fail(codeResourceLimitExceeded, "The request can only contain %d rules.", limit)
	}
	r.Rules = make([]types.IpamPrefixListResolverRule, len(rules))
	for i, rule := range rules {
		check, known := ruleTypes[rule.RuleType]
		if !known {
			return invalidValue("Value (%s) for parameter ruleType is invalid.", rule.RuleType)
		}
		if err := check(c, r, &rule); err != nil {
			return err
		}
		r.Rules[i] = types.IpamPrefixListResolverRule{
			RuleType: rule.RuleType, StaticCidr: rule.StaticCidr, IpamScopeId: rule.IpamScopeId, ResourceType: rule.ResourceType,
			Conditions: conditionsOf(rule.Conditions),
		}
	}
	r.LastVersionCreationStatus, r.LastVersionCreationStatusMessage = types.IpamPrefixListResolverVersionCreationStatusPending, nil
	r.Policy = c.Settings.resolverPolicy()
	resolversDue.At(c.Tx, r.Policy.due(c.Tx.Now), r.key()...)
	return nil
}

func conditionsOf(request []types.IpamPrefixListResolverRuleConditionRequest) []types.IpamPrefixListResolverRuleCondition {
	list := make([]types.IpamPrefixListResolverRuleCondition, len(request))
	for i, in := range request {
		list[i] = types.IpamPrefixListResolverRuleCondition{
			Operation: in.Operation, Cidr: in.Cidr, IpamPoolId: in.IpamPoolId, ResourceId: in.ResourceId, ResourceOwner: in.ResourceOwner, ResourceRegion: in.ResourceRegion,
		}
		if tag := in.ResourceTag; tag != nil {
			list[i].ResourceTag = &types.IpamResourceTag{Key: tag.Key, Value: new(or(tag.Value, ""))}
		}
	}
	return list
}

// ruleTypes are the checks of each type of rule: what it needs, and that it has nothing else.
var ruleTypes = map[types.IpamPrefixListResolverRuleType]func(*Call, *prefixListResolver, *types.IpamPrefixListResolverRuleRequest) error{
	types.IpamPrefixListResolverRuleTypeStaticCidr:       (*Call).checkStaticRule,
	types.IpamPrefixListResolverRuleTypeIpamPoolCidr:     (*Call).checkPoolRule,
	types.IpamPrefixListResolverRuleTypeIpamResourceCidr: (*Call).checkResourceRule,
}

func (c *Call) checkStaticRule(r *prefixListResolver, rule *types.IpamPrefixListResolverRuleRequest) error {
	switch {
	case rule.StaticCidr == nil:
		return missingParameter("StaticCidr")
	case rule.IpamScopeId != nil || rule.ResourceType != "" || len(rule.Conditions) > 0:
		return invalidCombination("A rule of the type static-cidr can only contain StaticCidr.")
	}
	_, err := rangePrefix(*rule.StaticCidr, "staticCidr", r.AddressFamily)
	return err
}

func (c *Call) checkPoolRule(r *prefixListResolver, rule *types.IpamPrefixListResolverRuleRequest) error {
	if rule.ResourceType != "" {
		return invalidCombination("A rule of the type ipam-pool-cidr cannot contain ResourceType.")
	}
	for _, in := range rule.Conditions {
		if in.ResourceId != nil || in.ResourceOwner != nil || in.ResourceRegion != nil {
			return invalidCombination("A condition of a rule of the type ipam-pool-cidr can only contain IpamPoolId, Cidr or ResourceTag.")
		}
	}
	return c.checkSelection(r, rule)
}

func (c *Call) checkResourceRule(r *prefixListResolver, rule *types.IpamPrefixListResolverRuleRequest) error {
	if rule.ResourceType == "" {
		return missingParameter("ResourceType")
	}
	return c.checkSelection(r, rule)
}

// checkSelection checks what rules have in common that select by conditions out of a scope of the resolver's IPAM.
func (c *Call) checkSelection(r *prefixListResolver, rule *types.IpamPrefixListResolverRuleRequest) error {
	switch {
	case rule.StaticCidr != nil:
		return invalidCombination("Only a rule of the type static-cidr can contain StaticCidr.")
	case rule.IpamScopeId == nil:
		return missingParameter("IpamScopeId")
	case len(rule.Conditions) == 0:
		return missingParameter("Condition")
	}
	if s, err := c.liveScope(*rule.IpamScopeId); err != nil {
		return err
	} else if s.IpamId != r.IpamId {
		return invalidValue("The scope %s is not of the IPAM %s.", *rule.IpamScopeId, r.IpamId)
	}
	for _, in := range rule.Conditions {
		if err := c.checkCondition(r, rule, &in); err != nil {
			return err
		}
	}
	return nil
}

var accountID = regexp.MustCompile(`^\d{12}$`)

func (c *Call) checkCondition(r *prefixListResolver, rule *types.IpamPrefixListResolverRuleRequest, in *types.IpamPrefixListResolverRuleConditionRequest) error {
	given := 0
	for _, is := range []bool{in.Cidr != nil, in.IpamPoolId != nil, in.ResourceId != nil, in.ResourceOwner != nil, in.ResourceRegion != nil, in.ResourceTag != nil} {
		if is {
			given++
		}
	}
	if given != 1 {
		return invalidCombination("A condition must contain exactly one of Cidr, IpamPoolId, ResourceId, ResourceOwner, ResourceRegion and ResourceTag.")
	}
	if in.Operation == types.IpamPrefixListResolverRuleConditionOperationSubnetOf && in.Cidr == nil {
		return invalidCombination("The operation subnet-of can only be used with Cidr.")
	}
	switch {
	case in.Cidr != nil:
		_, err := rangePrefix(*in.Cidr, "cidr", r.AddressFamily)
		return err
	case in.IpamPoolId != nil:
		p, err := c.livePool(*in.IpamPoolId)
		if err == nil && p.IpamScopeId != *rule.IpamScopeId {
			err = invalidValue("The pool %s is not in the scope %s.", *in.IpamPoolId, *rule.IpamScopeId)
		}
		return err
	case in.ResourceOwner != nil && !accountID.MatchString(*in.ResourceOwner):
		return invalidValue("Value (%s) for parameter resourceOwner is invalid. This is not an account ID.", *in.ResourceOwner)
	case in.ResourceRegion != nil:
		if _, known := region.Lookup(*in.ResourceRegion); !known {
			return invalidValue("Value (%s) for parameter resourceRegion is invalid. This is not a valid Region.", *in.ResourceRegion)
		}
	case in.ResourceTag != nil && or(in.ResourceTag.Key, "") == "":
		return missingParameter("ResourceTag.Key")
	}
	return nil
}

var resolverRuleListing = listing[placed[types.IpamPrefixListResolverRule], types.IpamPrefixListResolverRule]{
	key:     (*placed[types.IpamPrefixListResolverRule]).key,
	view:    item[types.IpamPrefixListResolverRule],
	filters: fieldFilters[types.IpamPrefixListResolverRule](nil),
	min:     minResults,
	max:     maxResults,
}

// GetIpamPrefixListResolverRules lists the rules of a resolver.
func (c *Call) GetIpamPrefixListResolverRules(in *ec2.GetIpamPrefixListResolverRulesInput) (*ec2.GetIpamPrefixListResolverRulesOutput, error) {
	r, err := c.prefixListResolver(*in.IpamPrefixListResolverId)
	if err != nil {
		return nil, err
	}
	items, next, err := resolverRuleListing.list(c, page{in.Filters, in.MaxResults, in.NextToken}, func(after state.Key) iter.Seq[*placed[types.IpamPrefixListResolverRule]] {
		return inPlace(r.Rules, after)
	})
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamPrefixListResolverRulesOutput{Rules: items, NextToken: next}, nil
}
