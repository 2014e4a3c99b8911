package ramapi

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var policyOperations = []op.Op{
	op.Read((*Call).GetResourcePolicies),
}

// policy is the document that RAM writes to a resource that is shared.
// Source: https://docs.aws.amazon.com/ram/latest/userguide/security-ram-permissions.html
type policy struct {
	Version   string
	Statement []policyStatement
}

type policyStatement struct {
	Sid       string
	Effect    string
	Principal any // "*", or lists by AWS and Service
	Action    []string
	Resource  string
	Condition map[string]map[string][]string `json:",omitempty"`
}

// GetResourcePolicies shows the policies of resources that the caller owns and shares, one document for each.
func (c *Call) GetResourcePolicies(in *ram.GetResourcePoliciesInput) (*ram.GetResourcePoliciesOutput, error) {
	if in.ResourceArns == nil {
		return nil, missing("resourceArns")
	}
	if err := checkARNs(in.ResourceArns); err != nil {
		return nil, err
	}
	var rows []row[string]
	for _, arn := range in.ResourceArns {
		list := c.ownAssociations(arn)
		if len(list) == 0 {
			return nil, &types.ResourceArnNotFoundException{Message: text("The resource %s could not be found.", []any{arn})}
		}
		p := policy{Version: "2008-10-17"}
		for _, a := range list {
			p.Statement = append(p.Statement, c.statements(a, in.Principal)...)
		}
		if len(p.Statement) == 0 {
			continue
		}
		for i := range p.Statement {
			p.Statement[i].Sid = fmt.Sprintf("RamStatement%d", i+1)
		}
		document, err := json.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("write a policy: %w", err)
		}
		rows = append(rows, rowOf(state.Key{arn}, string(document)))
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.GetResourcePoliciesOutput{Policies: items, NextToken: next}, nil
}

// ownAssociations are those of a resource with the caller's shares in the Region.
func (c *Call) ownAssociations(arn string) (list []*association) {
	for _, a := range associationsByResource.Get(c.Tx, arn) {
		if a.Share[0] == c.Account && a.Share[1] == c.Region && c.statusOf(a) == associated {
			list = append(list, a)
		}
	}
	return list
}

// statements are what a share contributes to the policy of a resource: one for its accounts, roles and users together,
// one for its services, and one for each OU or organization. A principal of a request leaves only those that name it.
func (c *Call) statements(r *association, only *string) (list []policyStatement) {
	b := bindings.Get(c.Tx, append(r.Share[:3:3], r.Kind)...)
	if b == nil {
		return nil
	}
	statement := policyStatement{Effect: "Allow", Action: b.actions(c.Tx), Resource: *r.AssociatedEntity}
	var accounts, services []string
	for a := range associations.Scan(c.Tx, append(r.Share[:3:3], string(typePrincipal))...) {
		if c.statusOf(a) != associated || only != nil && !a.isFor(*only) {
			continue
		}
		s := statement
		s.Principal = "*"
		switch a.Form {
		case formAccount:
			accounts = append(accounts, "arn:"+partitionOf(*a.ResourceShareArn)+":iam::"+a.Subject+":root")
		case formIAM:
			accounts = append(accounts, *a.AssociatedEntity)
		case formService:
			services = append(services, a.Subject)
		case formOrganization:
			s.Condition = map[string]map[string][]string{"StringEquals": {"aws:PrincipalOrgID": {a.Subject}}}
			list = append(list, s)
		case formUnit:
			s.Condition = map[string]map[string][]string{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": {"*/" + a.Subject + "/*"}}}
			list = append(list, s)
		}
	}
	if len(accounts) > 0 {
		s := statement
		s.Principal = map[string][]string{"AWS": accounts}
		list = append(list, s)
	}
	if len(services) > 0 {
		s := statement
		s.Principal = map[string][]string{"Service": services}
		s.Condition = c.sourceConditions(r)
		list = append(list, s)
	}
	return list
}

// sourceConditions limit the services of a share to its sources.
func (c *Call) sourceConditions(r *association) map[string]map[string][]string {
	keys := map[string][]string{}
	for a := range associations.Scan(c.Tx, append(r.Share[:3:3], string(typeSource))...) {
		for _, f := range sourceForms {
			if f.kind == a.Kind && c.statusOf(a) == associated {
				keys[f.key] = append(keys[f.key], *a.AssociatedEntity)
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	return map[string]map[string][]string{"StringLike": keys}
}
