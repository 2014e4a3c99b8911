package ec2api

import (
	"cmp"
	"iter"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/state"
)

// Rules of a policy: pools, in the order in which addresses are looked for in them.

// ModifyIpamPolicyAllocationRules puts other rules in the place of all that a policy has for a locale and a type of resource.
func (c *Call) ModifyIpamPolicyAllocationRules(in *ec2.ModifyIpamPolicyAllocationRulesInput) (*ec2.ModifyIpamPolicyAllocationRulesOutput, error) {
	r, err := c.livePolicy(*in.IpamPolicyId)
	if err != nil {
		return nil, err
	}
	i, err := c.liveIpam(*r.IpamId)
	if err != nil {
		return nil, err
	}
	if here, known := region.OfBorderGroup(*in.Locale); !known || !i.operatesIn(here.Name) {
		return nil, invalidValue("The locale %s is not an operating Region of the IPAM %s.", *in.Locale, *i.IpamId)
	}
	if err := quota(codeResourceLimitExceeded, "ipam policy allocation rules", len(in.AllocationRules)-1, c.Settings.Quotas.RulesPerPolicy); err != nil {
		return nil, err
	}
	d := types.IpamPolicyDocument{IpamPolicyId: r.IpamPolicyId, Locale: in.Locale, ResourceType: in.ResourceType, AllocationRules: []types.IpamPolicyAllocationRule{}}
	for _, rule := range in.AllocationRules {
		if err := c.checkRule(r, *in.Locale, rule.SourceIpamPoolId); err != nil {
			return nil, err
		}
		d.AllocationRules = append(d.AllocationRules, types.IpamPolicyAllocationRule{SourceIpamPoolId: rule.SourceIpamPoolId})
	}
	r.setDocument(d)
	move(c, policies, r, types.IpamPolicyStateModifyInProgress, types.IpamPolicyStateModifyComplete, c.Settings.Timing.Transition)
	policies.Put(c.Tx, r)
	return &ec2.ModifyIpamPolicyAllocationRulesOutput{IpamPolicyDocument: &d}, nil
}

// checkRule: the pool is of the policy's IPAM, and addresses of the locale can be taken from it.
func (c *Call) checkRule(r *policy, locale string, id *string) error {
	if id == nil {
		return missingParameter("AllocationRule.SourceIpamPoolId")
	}
	p, err := c.livePool(*id)
	switch {
	case err != nil:
		return err
	case p.IpamId != *r.IpamId:
		return invalidValue("The pool %s is not of the IPAM %s.", *id, *r.IpamId)
	case *p.Locale != locale:
		return invalidValue("The locale of the pool %s is %s.", *id, *p.Locale)
	}
	return p.checkForAddresses()
}

// setDocument puts a document in the place of that for the same locale and type. Without rules there is none.
func (r *policy) setDocument(d types.IpamPolicyDocument) {
	r.Documents = slices.DeleteFunc(r.Documents, func(old types.IpamPolicyDocument) bool {
		return *old.Locale == *d.Locale && old.ResourceType == d.ResourceType
	})
	if len(d.AllocationRules) == 0 {
		return
	}
	r.Documents = append(r.Documents, d)
	slices.SortFunc(r.Documents, func(a, b types.IpamPolicyDocument) int {
		return cmp.Or(cmp.Compare(*a.Locale, *b.Locale), cmp.Compare(a.ResourceType, b.ResourceType))
	})
}

var policyDocumentListing = listing[types.IpamPolicyDocument, types.IpamPolicyDocument]{
	key:     func(d *types.IpamPolicyDocument) state.Key { return state.Key{*d.Locale, string(d.ResourceType)} },
	view:    func(_ *Call, d *types.IpamPolicyDocument) types.IpamPolicyDocument { return *d },
	filters: fieldFilters[types.IpamPolicyDocument](nil),
	min:     minResults,
	max:     maxResults,
}

// GetIpamPolicyAllocationRules lists the rules of a policy, by locale and type of resource.
func (c *Call) GetIpamPolicyAllocationRules(in *ec2.GetIpamPolicyAllocationRulesInput) (*ec2.GetIpamPolicyAllocationRulesOutput, error) {
	r, err := c.policy(*in.IpamPolicyId)
	if err != nil {
		return nil, err
	}
	var list []*types.IpamPolicyDocument
	for i := range r.Documents {
		d := &r.Documents[i]
		if or(in.Locale, *d.Locale) == *d.Locale && (in.ResourceType == "" || in.ResourceType == d.ResourceType) {
			list = append(list, d)
		}
	}
	items, next, err := policyDocumentListing.list(c, page{in.Filters, in.MaxResults, in.NextToken},
		func(after state.Key) iter.Seq[*types.IpamPolicyDocument] {
			return afterKey(list, policyDocumentListing.key, after)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamPolicyAllocationRulesOutput{IpamPolicyDocuments: items, NextToken: next}, nil
}

// addressByPolicy finds an address for a type of resource in the first pool that has one, by the policy that is in force for the
// caller. A pool needs no share for that. If there is none to be had, the address is Amazon's.
func (c *Call) addressByPolicy(t types.IpamPolicyResourceType, locale string, tags map[string]string) (addressSource, bool) {
	r, _ := c.policyInForce()
	if r == nil {
		return addressSource{}, false
	}
	for _, d := range r.Documents {
		if *d.Locale != locale || d.ResourceType != t {
			continue
		}
		for _, rule := range d.AllocationRules {
			p := poolsByID.First(c.Tx, *rule.SourceIpamPoolId)
			if p == nil || p.deleting() {
				continue
			}
			if from, err := c.addressOfIpam(p, netip.Addr{}, tags); err == nil {
				return from, true
			}
		}
	}
	return addressSource{}, false
}
