package orgs

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/orgs/policy"
	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var policyOperations = []op.Op{
	op.Write(delegates((*Call).CreatePolicy)),
	op.Write(delegates((*Call).UpdatePolicy)),
	op.Write(delegates((*Call).DeletePolicy)),
	op.Read(readers((*Call).DescribePolicy)),
	op.Read(readers((*Call).ListPolicies)),
}

// rule is a policy of any type. Service control policies are evaluated, the other types are kept and shown.
type rule struct {
	owner       // nobody for AWS's own
	ID          string
	Name        string
	Description string
	Type        types.PolicyType
	Content     string // exactly as given
	Updated     time.Time
}

func (r *rule) key() state.Key { return r.owner.key(r.ID) }

var rules = owned("org-policy", (*rule).key)

// awsRules are the policies of AWS that allow everything, by id. A target has that of a type when the type is enabled.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
var awsRules = map[string]*rule{
	"p-FullAWSAccess": {
		ID:          "p-FullAWSAccess",
		Name:        "FullAWSAccess",
		Description: "Allows access to every operation",
		Type:        types.PolicyTypeServiceControlPolicy,
		Content:     `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	},
	"p-RCPFullAWSAccess": {
		ID:          "p-RCPFullAWSAccess",
		Name:        "RCPFullAWSAccess",
		Description: "Allows access to every resource",
		Type:        types.PolicyTypeResourceControlPolicy,
		Content:     `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`,
	},
}

// contentLimits are in characters; other types may have defaultContentLimit.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
var contentLimits = map[types.PolicyType]int{
	types.PolicyTypeServiceControlPolicy:   5120,
	types.PolicyTypeResourceControlPolicy:  5120,
	types.PolicyTypeAiservicesOptOutPolicy: 2500,
}

const defaultContentLimit = 10_000

// isControl reports whether policies of the type limit what may be done.
func isControl(t types.PolicyType) bool {
	return t == types.PolicyTypeServiceControlPolicy || t == types.PolicyTypeResourceControlPolicy
}

// rule finds a policy of the caller's organization or of AWS.
func (c *Call) rule(id string) (*rule, error) {
	if r := ruleOf(c.Tx, c.organization(), id); r != nil {
		return r, nil
	}
	return nil, &types.PolicyNotFoundException{Message: new("You specified a policy that doesn't exist.")}
}

func ruleOf(tx *state.Tx, o *organization, id string) *rule {
	if r := awsRules[id]; r != nil {
		return r
	}
	return rules.Get(tx, o.owner().key(id)...)
}

// changeable is rule for what changes it.
func (c *Call) changeable(id string) (*rule, error) {
	r, err := c.rule(id)
	if err == nil && r.isAWS() {
		err = invalidInput(types.InvalidInputExceptionReasonImmutablePolicy)
	}
	return r, err
}

func (r *rule) isAWS() bool { return r.Management == "" }

func (r *rule) arn(o *organization) string {
	kind := strings.ToLower(string(r.Type))
	if r.isAWS() {
		return region.ARN(o.Partition, "organizations", "", "aws", "policy/"+kind+"/"+r.ID)
	}
	return o.arn("policy", kind, r.ID)
}

func (c *Call) summary(r *rule) types.PolicySummary {
	return types.PolicySummary{
		Id:          new(r.ID),
		Arn:         new(r.arn(c.organization())),
		Name:        new(r.Name),
		Description: new(r.Description),
		Type:        r.Type,
		AwsManaged:  r.isAWS(),
	}
}

func (c *Call) showRule(r *rule) *types.Policy {
	return &types.Policy{PolicySummary: new(c.summary(r)), Content: new(r.Content)}
}

// CreatePolicy creates a policy, not yet attached to anything.
func (c *Call) CreatePolicy(in *organizations.CreatePolicyInput) (*organizations.CreatePolicyOutput, error) {
	o := c.organization()
	if err := c.checkAvailable(); err != nil {
		return nil, err
	}
	limit := c.Settings.Quotas.OtherPolicies
	if isControl(in.Type) {
		limit = c.Settings.Quotas.ControlPolicies
	}
	if err := quota(types.ConstraintViolationExceptionReasonPolicyNumberLimitExceeded, count(c.rules(in.Type)), limit); err != nil {
		return nil, err
	}
	tags, err := c.tagsAtCreation(in.Tags)
	if err != nil {
		return nil, err
	}
	r := &rule{
		owner:       o.owner(),
		ID:          unused(c.Tx, "p-", 8, func(id string) bool { return ruleOf(c.Tx, o, id) != nil }),
		Name:        *in.Name,
		Description: *in.Description,
		Type:        in.Type,
		Content:     *in.Content,
	}
	if err := c.check(r); err != nil {
		return nil, err
	}
	r.Updated = c.Tx.Now
	rules.Put(c.Tx, r)
	putTags(c.Tx, o, r.ID, tags)
	return &organizations.CreatePolicyOutput{Policy: c.showRule(r)}, nil
}

// checkAvailable: an organization for billing only has no policies of any type.
func (c *Call) checkAvailable() error {
	if c.organization().Features != types.OrganizationFeatureSetAll {
		return &types.PolicyTypeNotAvailableForOrganizationException{Message: new("You can't use the specified policy type with the feature set currently enabled for this organization.")}
	}
	return nil
}

func (c *Call) check(r *rule) error {
	for other := range c.rules(r.Type) {
		if other.Name == r.Name && other.ID != r.ID {
			return &types.DuplicatePolicyException{Message: new("A policy with the specified name and type already exists.")}
		}
	}
	limit, ok := contentLimits[r.Type]
	if !ok {
		limit = defaultContentLimit
	}
	if utf8.RuneCountInString(r.Content) > limit {
		return constraint(types.ConstraintViolationExceptionReasonPolicyContentLimitExceeded)
	}
	if err := checkContent(r.Type, r.Content); err != nil {
		return &types.MalformedPolicyDocumentException{Message: new(fmt.Sprintf("The provided policy document does not meet the requirements of the specified policy type: %v.", err))}
	}
	return nil
}

// checkContent refuses a service control policy that cannot be evaluated: to ignore a part of it would let through
// what it forbids. Resource control policies are about services that are not served, but for sts:AssumeRole.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
func checkContent(t types.PolicyType, content string) error {
	switch t {
	case types.PolicyTypeServiceControlPolicy:
		_, err := policy.Parse(content)
		return err
	case types.PolicyTypeResourceControlPolicy:
		var object map[string]any
		if err := json.Unmarshal([]byte(content), &object); err != nil {
			return fmt.Errorf("it is not a JSON object: %w", err)
		}
		return nil
	}
	return policy.CheckManagement(content)
}

// UpdatePolicy changes what is given of name, description and content.
func (c *Call) UpdatePolicy(in *organizations.UpdatePolicyInput) (*organizations.UpdatePolicyOutput, error) {
	r, err := c.changeable(*in.PolicyId)
	if err != nil {
		return nil, err
	}
	r.Name = or(in.Name, r.Name)
	r.Description = or(in.Description, r.Description)
	r.Content = or(in.Content, r.Content)
	if err := c.check(r); err != nil {
		return nil, err
	}
	r.Updated = c.Tx.Now
	rules.Put(c.Tx, r)
	return &organizations.UpdatePolicyOutput{Policy: c.showRule(r)}, nil
}

// DeletePolicy deletes a policy that is attached to nothing.
func (c *Call) DeletePolicy(in *organizations.DeletePolicyInput) (*organizations.DeletePolicyOutput, error) {
	r, err := c.changeable(*in.PolicyId)
	if err != nil {
		return nil, err
	}
	if attachmentsByPolicy.First(c.Tx, r.key()...) != nil {
		return nil, &types.PolicyInUseException{Message: new("The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.")}
	}
	rules.Delete(c.Tx, r.key()...)
	putTags(c.Tx, c.organization(), r.ID, nil)
	return &organizations.DeletePolicyOutput{}, nil
}

// DescribePolicy shows a policy with its content.
func (c *Call) DescribePolicy(in *organizations.DescribePolicyInput) (*organizations.DescribePolicyOutput, error) {
	r, err := c.rule(*in.PolicyId)
	if err != nil {
		return nil, err
	}
	return &organizations.DescribePolicyOutput{Policy: c.showRule(r)}, nil
}

// ListPolicies lists the policies of a type, AWS's own among them.
func (c *Call) ListPolicies(in *organizations.ListPoliciesInput) (*organizations.ListPoliciesOutput, error) {
	list, next, err := page(c.rules(in.Filter), func(r *rule) string { return r.ID }, c.summary, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListPoliciesOutput{Policies: list, NextToken: next}, nil
}

// rules yields the policies of a type, by id.
func (c *Call) rules(t types.PolicyType) iter.Seq[*rule] {
	list := slices.Collect(rules.Scan(c.Tx, c.organization().owner().key()...))
	for _, r := range awsRules {
		list = append(list, r)
	}
	list = slices.DeleteFunc(list, func(r *rule) bool { return r.Type != t })
	slices.SortFunc(list, func(a, b *rule) int { return strings.Compare(a.ID, b.ID) })
	return slices.Values(list)
}

func count[R any](records iter.Seq[R]) int {
	n := 0
	for range records {
		n++
	}
	return n
}
