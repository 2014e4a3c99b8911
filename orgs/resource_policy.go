package orgs

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/orgs/policy"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var resourcePolicyOperations = []op.Op{
	op.Write(management((*Call).PutResourcePolicy)),
	op.Read(readers((*Call).DescribeResourcePolicy)),
	op.Write(management((*Call).DeleteResourcePolicy)),
}

// resourcePolicy is the one policy on an organization itself: it lets members work with its policies and tags.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
type resourcePolicy struct {
	owner
	ID      string
	Content string
}

func (p *resourcePolicy) key() state.Key { return p.owner.key(p.ID) }

var (
	resourcePolicies        = owned("org-resource-policy", (*resourcePolicy).key)
	resourcePolicyDocuments = state.NewDerived(&Schema, "org-resource-policy-document", sameDocument)
)

func init() {
	deriveDocument(resourcePolicyDocuments, resourcePolicies, policy.ParseResource, func(p *resourcePolicy) (string, string, bool) {
		return p.Organization, p.Content, true
	})
}

// delegable are the operations that a resource policy can grant; the tables of operations fill it in.
var delegable = map[string]bool{}

// granted reports whether the organization's resource policy lets the caller do this.
func (c *Call) granted(operation string, in any) bool {
	o := c.organization()
	d := resourcePolicyDocuments.Get(c.Tx, o.ID)
	if d == nil {
		return false
	}
	context := policy.NewContext(func() []map[string][]string { return []map[string][]string{c.principal(), c.policyType(in)} })
	for _, resource := range c.named(operation, in) {
		r := policy.Request{PrincipalARN: c.ARN, Account: c.Account, Action: "organizations:" + operation, Resource: resource, Context: context}
		if d.document.Decide(&r) != policy.Allowed {
			return false
		}
	}
	return true
}

// naming are the members of inputs that name something with an ARN.
var naming = []string{"AccountId", "ChildId", "OrganizationalUnitId", "ParentId", "PolicyId", "ResourceId", "RootId", "TargetId"}

// named are the ARNs of what an input names.
func (c *Call) named(operation string, in any) []string {
	if create, ok := in.(*organizations.CreatePolicyInput); ok {
		return []string{c.organization().arn("policy", strings.ToLower(string(create.Type)), "*")}
	}
	var arns []string
	for _, name := range naming {
		if field := reflect.ValueOf(in).Elem().FieldByName(name); field.IsValid() && !field.IsNil() {
			arns = append(arns, c.arnOf(field.Elem().String()))
		}
	}
	if arns == nil {
		return []string{"*"}
	}
	return arns
}

// policyType is the value of organizations:PolicyType, of the type or the policy that an input names.
func (c *Call) policyType(in any) map[string][]string {
	t := ""
	v := reflect.ValueOf(in).Elem()
	for _, name := range []string{"PolicyType", "Type", "Filter"} {
		if field := v.FieldByName(name); field.IsValid() && field.Kind() == reflect.String {
			t = field.String()
		}
	}
	if field := v.FieldByName("PolicyId"); field.IsValid() && !field.IsNil() {
		if r := ruleOf(c.Tx, c.organization(), field.Elem().String()); r != nil {
			t = string(r.Type)
		}
	}
	if t == "" {
		return nil
	}
	return map[string][]string{"organizations:PolicyType": {t}}
}

// arnOf is the name of the root, a unit, an account or a policy; of what there is not, too.
func (c *Call) arnOf(id string) string {
	o := c.organization()
	prefix, _, _ := strings.Cut(id, "-")
	switch prefix {
	case "r":
		return o.arn("root", id)
	case "ou":
		return o.arn("ou", id)
	case "rp":
		return o.arn("resourcepolicy", id)
	case "p":
		if r := ruleOf(c.Tx, o, id); r != nil {
			return r.arn(o)
		}
		return o.arn("policy", "unknown", id)
	}
	return o.arn("account", id)
}

func (c *Call) resourcePolicy() *resourcePolicy {
	for p := range resourcePolicies.Scan(c.Tx, c.organization().owner().key()...) {
		return p
	}
	return nil
}

func (c *Call) showResourcePolicy(p *resourcePolicy) *types.ResourcePolicy {
	return &types.ResourcePolicy{
		ResourcePolicySummary: &types.ResourcePolicySummary{Id: new(p.ID), Arn: new(c.arnOf(p.ID))},
		Content:               new(p.Content),
	}
}

// PutResourcePolicy sets the resource policy in place of the one before. Tags can be given to a new one only.
func (c *Call) PutResourcePolicy(in *organizations.PutResourcePolicyInput) (*organizations.PutResourcePolicyOutput, error) {
	o := c.organization()
	if err := c.checkAllFeatures(); err != nil {
		return nil, err
	}
	if err := checkResourcePolicy(*in.Content); err != nil {
		return nil, err
	}
	tags, err := c.tagsAtCreation(in.Tags)
	if err != nil {
		return nil, err
	}
	p := c.resourcePolicy()
	if p == nil {
		p = &resourcePolicy{owner: o.owner(), ID: c.Tx.NewID("rp-", 8)}
		putTags(c.Tx, o, p.ID, tags)
	} else if len(tags) > 0 {
		return nil, &types.InvalidInputException{Message: new("You can't add tags while you update an existing resource policy. Use TagResource.")}
	}
	p.Content = *in.Content
	resourcePolicies.Put(c.Tx, p)
	return &organizations.PutResourcePolicyOutput{ResourcePolicy: c.showResourcePolicy(p)}, nil
}

func checkResourcePolicy(content string) error {
	d, err := policy.ParseResource(content)
	if err != nil {
		return &types.InvalidInputException{
			Reason:  types.InvalidInputExceptionReasonInvalidResourcePolicyJson,
			Message: new(fmt.Sprintf("The provided resource policy is not valid: %v.", err)),
		}
	}
	for _, action := range d.Actions() {
		operation, ok := strings.CutPrefix(action, "organizations:")
		if strings.ContainsAny(action, "*?") {
			continue // grants what can be granted of it
		}
		if !ok || !delegable[operation] {
			return &types.InvalidInputException{
				Reason:  types.InvalidInputExceptionReasonUnsupportedActionInResourcePolicy,
				Message: new(fmt.Sprintf("The action %s can't be used in a resource policy.", action)),
			}
		}
	}
	return nil
}

// DescribeResourcePolicy shows the resource policy.
func (c *Call) DescribeResourcePolicy(*organizations.DescribeResourcePolicyInput) (*organizations.DescribeResourcePolicyOutput, error) {
	p := c.resourcePolicy()
	if p == nil {
		return nil, noResourcePolicy()
	}
	return &organizations.DescribeResourcePolicyOutput{ResourcePolicy: c.showResourcePolicy(p)}, nil
}

// DeleteResourcePolicy deletes the resource policy and its tags.
func (c *Call) DeleteResourcePolicy(*organizations.DeleteResourcePolicyInput) (*organizations.DeleteResourcePolicyOutput, error) {
	p := c.resourcePolicy()
	if p == nil {
		return nil, noResourcePolicy()
	}
	resourcePolicies.Delete(c.Tx, p.key()...)
	putTags(c.Tx, c.organization(), p.ID, nil)
	return &organizations.DeleteResourcePolicyOutput{}, nil
}

func noResourcePolicy() error {
	return &types.ResourcePolicyNotFoundException{Message: new("We can't find a resource policy request with the parameter that you specified.")}
}
