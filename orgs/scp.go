package orgs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/orgs/policy"
	"github.com/ipam-local/ipam-local/state"
)

// Service control policies are asked in every call, so all that is needed for an answer is kept in memory, and most
// organizations get theirs from one look at restrictions.
var (
	controls     = state.NewDerived(&Schema, "org-scp", sameDocument)            // by policy, see policyKey
	controlled   = state.NewDerived[[]string](&Schema, "org-scp-by-target", nil) // ids of policies, by target, see policyKey
	restrictions = state.NewDerived[int](&Schema, "org-scp-restrictions", nil)   // attachments but FullAWSAccess, by organization
)

func init() {
	deriveDocument(controls, rules, policy.Parse, func(r *rule) (string, string, bool) {
		return policyKey(r.Organization, r.ID), r.Content, r.Type == types.PolicyTypeServiceControlPolicy
	})
	isControlling := func(a *attachment) bool { return a.Type == types.PolicyTypeServiceControlPolicy }
	state.Derive(controlled, attachments,
		func(a *attachment) (string, bool) { return policyKey(a.Organization, a.Target), isControlling(a) },
		func(ids []string, a *attachment) []string {
			ids = append(slices.Clone(ids), a.Policy)
			slices.Sort(ids)
			return ids
		},
		func(ids []string, a *attachment) []string {
			ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == a.Policy })
			if len(ids) == 0 {
				return nil
			}
			return ids
		})
	state.Derive(restrictions, attachments,
		func(a *attachment) (string, bool) {
			return a.Organization, isControlling(a) && awsRules[a.Policy] == nil
		},
		func(n int, _ *attachment) int { return n + 1 },
		func(n int, _ *attachment) int { return n - 1 })
}

func policyKey(organization, id string) string { return organization + "/" + id }

// parsed is a document with its text, by which two are told apart.
type parsed struct {
	content  string
	document *policy.Document
}

func sameDocument(a, b *parsed) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.content == b.content
}

// deriveDocument keeps the documents of a table parsed. A row that cannot be parsed can only come from outside, and then
// is a document that allows nothing.
func deriveDocument[R any](d *state.Derived[*parsed], t *state.Table[R], parse func(string) (*policy.Document, error), of func(*R) (key, content string, ok bool)) {
	state.Derive(d, t,
		func(r *R) (string, bool) { key, _, ok := of(r); return key, ok },
		func(_ *parsed, r *R) *parsed {
			_, content, _ := of(r)
			document, err := parse(content)
			if err != nil {
				document = &policy.Document{}
			}
			return &parsed{content, document}
		},
		func(*parsed, *R) *parsed { return nil })
}

// Restricted reports whether Forbids may forbid an account anything. It costs next to nothing, where a Request has to be put together.
func Restricted(tx *state.Tx, account string) bool {
	o := organizationOf(tx, account)
	return o != nil && restrictions.Get(tx, o.ID) != 0 && o.Management != account
}

// Request is a call that service control policies may forbid.
type Request struct {
	Account      string // the caller's
	PrincipalARN string
	Action       string              // ec2:CreateVpc
	Resources    []string            // ARNs of what the call is about; none is the same as *
	Context      map[string][]string // condition keys that the server knows; those of the principal are added here
}

// Forbids reports whether the service control policies on the caller's account, on a unit above it or on the root forbid
// a request: by a statement that denies it, which is explicit, or since one of these levels does not allow it. They never
// bind the management account nor service-linked roles.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
func Forbids(tx *state.Tx, r Request) (denied, explicit bool) {
	if !Restricted(tx, r.Account) || isServiceLinked(r.PrincipalARN) {
		return false, false
	}
	o := organizationOf(tx, r.Account)
	context := policy.NewContext(func() []map[string][]string {
		return []map[string][]string{principal(tx, o, r.Account, r.PrincipalARN), r.Context}
	})
	levels := ancestors(tx, r.Account)
	if len(r.Resources) == 0 {
		r.Resources = []string{"*"}
	}
	for _, resource := range r.Resources {
		request := policy.Request{PrincipalARN: r.PrincipalARN, Account: r.Account, Action: r.Action, Resource: resource, Context: context}
		for _, level := range levels {
			switch decide(tx, o, level, &request) {
			case policy.Denied:
				return true, true
			case policy.Silent:
				denied = true // but a level below may still say so explicitly
			}
		}
	}
	return denied, false
}

// decide is what the policies on one target say together.
func decide(tx *state.Tx, o *organization, target string, r *policy.Request) policy.Decision {
	decision := policy.Silent
	for _, id := range controlled.Get(tx, policyKey(o.ID, target)) {
		if awsRules[id] != nil {
			decision = policy.Allowed
			continue
		}
		control := controls.Get(tx, policyKey(o.ID, id))
		if control == nil {
			continue // only in a state that was put together by hand
		}
		switch control.document.Decide(r) {
		case policy.Denied:
			return policy.Denied
		case policy.Allowed:
			decision = policy.Allowed
		}
	}
	return decision
}

// isServiceLinked takes the ARN of the role or of its session, which lacks the role's path.
func isServiceLinked(arn string) bool {
	return strings.Contains(arn, ":role/aws-service-role/") || strings.Contains(arn, ":assumed-role/AWSServiceRoleFor")
}

func (c *Call) principal() map[string][]string {
	return principal(c.Tx, c.organization(), c.Account, c.ARN)
}

// principal is the values of the condition keys about a principal in an organization.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func principal(tx *state.Tx, o *organization, account, arn string) map[string][]string {
	arn, kind := identity(arn)
	return map[string][]string{
		"aws:PrincipalAccount":      {account},
		"aws:PrincipalArn":          {arn},
		"aws:PrincipalType":         {kind},
		"aws:PrincipalIsAWSService": {"false"},
		"aws:ViaAWSService":         {"false"},
		"aws:PrincipalOrgID":        {o.ID},
		"aws:PrincipalOrgPaths":     {o.path(tx, parentOf(tx, account))},
		"aws:CurrentTime":           {tx.Now.Format(time.RFC3339)},
		"aws:EpochTime":             {strconv.FormatInt(tx.Now.Unix(), 10)},
	}
}

// identity is what aws:PrincipalArn and aws:PrincipalType are for a principal: for a session of a role they are the role's.
func identity(arn string) (principalARN, kind string) {
	head, resource, _ := strings.Cut(arn, ":assumed-role/")
	if resource != "" {
		role, _, _ := strings.Cut(resource, "/")
		return strings.Replace(head, ":sts:", ":iam:", 1) + ":role/" + role, "AssumedRole"
	}
	switch {
	case strings.HasSuffix(arn, ":root"):
		return arn, "Account"
	case strings.Contains(arn, ":federated-user/"):
		return arn, "FederatedUser"
	}
	return arn, "User"
}
