package orgs_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

const scp = types.PolicyTypeServiceControlPolicy

const denyVPCs = `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:CreateVpc", "Resource": "*"}]}`

// policy creates a policy.
func (w *world) policy(t types.PolicyType, name, content string) string {
	w.Helper()
	in := &organizations.CreatePolicyInput{Name: &name, Description: new(""), Type: t, Content: &content}
	return *must(w.as(M).CreatePolicy(w.Context(), in))(w).Policy.PolicySummary.Id
}

func (w *world) enable(t types.PolicyType) {
	w.Helper()
	must(w.as(M).EnablePolicyType(w.Context(), &organizations.EnablePolicyTypeInput{RootId: &w.root, PolicyType: t}))(w)
}

func (w *world) attach(policy, target string) error {
	_, err := w.as(M).AttachPolicy(w.Context(), &organizations.AttachPolicyInput{PolicyId: &policy, TargetId: &target})
	return err
}

func (w *world) detach(policy, target string) error {
	_, err := w.as(M).DetachPolicy(w.Context(), &organizations.DetachPolicyInput{PolicyId: &policy, TargetId: &target})
	return err
}

// on are the policies of a type on a target.
func (w *world) on(target string, t types.PolicyType) string {
	w.Helper()
	var ids []string
	for _, p := range must(w.as(M).ListPoliciesForTarget(w.Context(), &organizations.ListPoliciesForTargetInput{TargetId: &target, Filter: t}))(w).Policies {
		ids = append(ids, *p.Id)
	}
	return strings.Join(ids, " ")
}

func TestPolicy(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	in := &organizations.CreatePolicyInput{Name: new("no-vpcs"), Description: new("No VPCs"), Type: scp, Content: new(denyVPCs)}
	created := must(m.CreatePolicy(ctx, in))(t).Policy.PolicySummary
	org := must(m.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{}))(t).Organization
	if want := "arn:aws:organizations::" + M + ":policy/" + *org.Id + "/service_control_policy/" + *created.Id; *created.Arn != want || created.AwsManaged {
		t.Errorf("created %+v, want Arn %s", created, want)
	}
	_, err := m.CreatePolicy(ctx, in)
	refused(t, err, "DuplicatePolicyException", "")
	if got := must(m.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: created.Id}))(t).Policy; *got.Content != denyVPCs {
		t.Errorf("Content = %s, want it as it was given", *got.Content)
	}
	updated := must(m.UpdatePolicy(ctx, &organizations.UpdatePolicyInput{PolicyId: created.Id, Description: new("")}))(t).Policy
	if *updated.PolicySummary.Description != "" || *updated.PolicySummary.Name != "no-vpcs" {
		t.Errorf("updated %+v", updated.PolicySummary)
	}
	_, err = m.UpdatePolicy(ctx, &organizations.UpdatePolicyInput{PolicyId: created.Id, Content: new("{}")})
	refused(t, err, "MalformedPolicyDocumentException", "")
	list := must(m.ListPolicies(ctx, &organizations.ListPoliciesInput{Filter: scp}))(t).Policies
	arns := map[string]bool{} // and whether AWS manages the policy
	for _, p := range list {
		arns[*p.Arn] = p.AwsManaged
	}
	if managed := arns["arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"]; !managed || len(arns) != 2 {
		t.Errorf("policies %v, want FullAWSAccess, managed by AWS, and the created one", arns)
	}
	_, err = m.UpdatePolicy(ctx, &organizations.UpdatePolicyInput{PolicyId: new("p-FullAWSAccess"), Name: new("x")})
	refused(t, err, "InvalidInputException", "IMMUTABLE_POLICY")
	_, err = m.DeletePolicy(ctx, &organizations.DeletePolicyInput{PolicyId: new("p-FullAWSAccess")})
	refused(t, err, "InvalidInputException", "IMMUTABLE_POLICY")
	must(m.DeletePolicy(ctx, &organizations.DeletePolicyInput{PolicyId: created.Id}))(t)
	_, err = m.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: created.Id})
	refused(t, err, "PolicyNotFoundException", "")
}

func TestPolicyTypes(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	unit := w.unit(w.root, "before")
	deny := w.policy(scp, "deny", denyVPCs)
	refused(t, w.attach(deny, unit), "PolicyTypeNotEnabledException", "")
	w.enable(scp)
	_, err := m.EnablePolicyType(ctx, &organizations.EnablePolicyTypeInput{RootId: &w.root, PolicyType: scp})
	refused(t, err, "PolicyTypeAlreadyEnabledException", "")
	_, err = m.EnablePolicyType(ctx, &organizations.EnablePolicyTypeInput{RootId: new("r-zzzz"), PolicyType: scp})
	refused(t, err, "RootNotFoundException", "")
	_, err = m.EnablePolicyType(ctx, &organizations.EnablePolicyTypeInput{RootId: &w.root, PolicyType: "MY_POLICY"})
	refused(t, err, "InvalidInputException", "INVALID_ENUM_POLICY_TYPE")
	root := must(m.ListRoots(ctx, &organizations.ListRootsInput{}))(t).Roots[0]
	if len(root.PolicyTypes) != 1 || root.PolicyTypes[0].Status != types.PolicyTypeStatusEnabled {
		t.Errorf("policy types %v, want SERVICE_CONTROL_POLICY enabled", root.PolicyTypes)
	}

	account, after := w.create("a"), w.unit(w.root, "after")
	for _, target := range []string{w.root, unit, after, account, M} {
		if got := w.on(target, scp); got != "p-FullAWSAccess" {
			t.Errorf("policies on %s: %s, want p-FullAWSAccess", target, got)
		}
	}
	if err := w.attach(deny, unit); err != nil {
		t.Fatal(err)
	}
	must(m.DisablePolicyType(ctx, &organizations.DisablePolicyTypeInput{RootId: &w.root, PolicyType: scp}))(t)
	_, err = m.DisablePolicyType(ctx, &organizations.DisablePolicyTypeInput{RootId: &w.root, PolicyType: scp})
	refused(t, err, "PolicyTypeNotEnabledException", "")
	w.enable(scp)
	if got := w.on(unit, scp); got != "p-FullAWSAccess" {
		t.Errorf("policies after disabling and enabling: %s, want p-FullAWSAccess", got)
	}

	w.enable(types.PolicyTypeResourceControlPolicy)
	refused(t, w.detach("p-RCPFullAWSAccess", unit), "InvalidInputException", "NON_DETACHABLE_POLICY")
}

func TestAttachments(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	w.enable(scp)
	unit := w.unit(w.root, "unit")
	deny := w.policy(scp, "deny", denyVPCs)
	if err := w.attach(deny, unit); err != nil {
		t.Fatal(err)
	}
	refused(t, w.attach(deny, unit), "DuplicatePolicyAttachmentException", "")
	refused(t, w.attach("p-aaaaaaaa", unit), "PolicyNotFoundException", "")
	refused(t, w.attach(deny, X), "TargetNotFoundException", "")
	refused(t, w.detach(deny, w.root), "PolicyNotAttachedException", "")
	_, err := m.DeletePolicy(ctx, &organizations.DeletePolicyInput{PolicyId: &deny})
	refused(t, err, "PolicyInUseException", "")
	targets := must(m.ListTargetsForPolicy(ctx, &organizations.ListTargetsForPolicyInput{PolicyId: &deny}))(t).Targets
	if len(targets) != 1 || *targets[0].TargetId != unit || *targets[0].Name != "unit" || targets[0].Type != types.TargetTypeOrganizationalUnit {
		t.Errorf("targets %+v, want the unit", targets)
	}
	if err := w.detach("p-FullAWSAccess", unit); err != nil {
		t.Fatal(err)
	}
	refused(t, w.detach(deny, unit), "ConstraintViolationException", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
	for _, name := range []string{"2", "3", "4", "5"} {
		if err := w.attach(w.policy(scp, name, denyVPCs), unit); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, w.attach("p-FullAWSAccess", unit), "ConstraintViolationException", "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
	must(m.DeleteOrganizationalUnit(ctx, &organizations.DeleteOrganizationalUnitInput{OrganizationalUnitId: &unit}))(t)
	must(m.DeletePolicy(ctx, &organizations.DeletePolicyInput{PolicyId: &deny}))(t)
}

func TestPolicyContent(t *testing.T) {
	w := organized(t)
	long := strings.Replace(denyVPCs, "CreateVpc", "CreateVpc"+strings.Repeat("x", 5120), 1)
	for _, tc := range []struct {
		name, content string
		kind          types.PolicyType
		code, reason  string
		named         string
	}{
		{"longer than AWS lets it be", long, scp, "ConstraintViolationException", "POLICY_CONTENT_LIMIT_EXCEEDED", ""},
		{"not JSON", "deny", scp, "MalformedPolicyDocumentException", "", "JSON"},
		{"a key whose value can't be known", `{"Statement": {"Effect": "Deny", "Action": "ec2:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/a": "b"}}}}`, scp, "MalformedPolicyDocumentException", "", "aws:PrincipalTag/a"},
		{"an operator that isn't evaluated", `{"Statement": {"Effect": "Deny", "Action": "ec2:*", "Resource": "*", "Condition": {"BinaryEquals": {"aws:userid": "b"}}}}`, scp, "MalformedPolicyDocumentException", "", "BinaryEquals"},
		{"a tag policy that isn't an object", `[]`, types.PolicyTypeTagPolicy, "MalformedPolicyDocumentException", "", "object"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := &organizations.CreatePolicyInput{Name: &tc.name, Description: new(""), Type: tc.kind, Content: &tc.content}
			_, err := w.as(M).CreatePolicy(w.Context(), in)
			refused(t, err, tc.code, tc.reason)
			if err == nil || !strings.Contains(err.Error(), tc.named) {
				t.Errorf("error = %v, want one that names %s", err, tc.named)
			}
		})
	}
	w.policy(types.PolicyTypeTagPolicy, "tags", `{"tags": {"Team": {"tag_key": {"@@assign": "Team"}}}}`)
}

func TestTags(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	tag := func(id string, tags ...types.Tag) error {
		_, err := m.TagResource(ctx, &organizations.TagResourceInput{ResourceId: &id, Tags: tags})
		return err
	}
	for _, id := range []string{w.root, w.unit(w.root, "unit"), M, w.policy(scp, "deny", denyVPCs)} {
		if err := tag(id, types.Tag{Key: new("a"), Value: new("1")}, types.Tag{Key: new("b"), Value: new("")}); err != nil {
			t.Fatal(err)
		}
		if err := tag(id, types.Tag{Key: new("a"), Value: new("2")}); err != nil {
			t.Fatal(err)
		}
		must(m.UntagResource(ctx, &organizations.UntagResourceInput{ResourceId: &id, TagKeys: []string{"b", "none"}}))(t)
		got := must(m.ListTagsForResource(ctx, &organizations.ListTagsForResourceInput{ResourceId: &id}))(t).Tags
		if len(got) != 1 || *got[0].Key != "a" || *got[0].Value != "2" {
			t.Errorf("tags of %s: %v, want a=2", id, got)
		}
	}
	refused(t, tag(X, types.Tag{Key: new("a"), Value: new("")}), "TargetNotFoundException", "")
	refused(t, tag("nothing", types.Tag{Key: new("a"), Value: new("")}), "InvalidInputException", "INVALID_PATTERN")
	refused(t, tag(M, types.Tag{Key: new("AWS:a"), Value: new("")}), "InvalidInputException", "INVALID_SYSTEM_TAGS_PARAMETER")
	var many []types.Tag
	for i := range 50 {
		many = append(many, types.Tag{Key: new(strings.Repeat("k", i+2)), Value: new("")})
	}
	refused(t, tag(M, many...), "ConstraintViolationException", "MAX_TAG_LIMIT_EXCEEDED")
	_, err := m.ListTagsForResource(ctx, &organizations.ListTagsForResourceInput{ResourceId: new(X)})
	refused(t, err, "TargetNotFoundException", "")
	_, err = m.UntagResource(ctx, &organizations.UntagResourceInput{ResourceId: new(X), TagKeys: []string{"a"}})
	refused(t, err, "TargetNotFoundException", "")
}

func TestResourcePolicy(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	member := w.create("member")
	_, err := m.DescribeResourcePolicy(ctx, &organizations.DescribeResourcePolicyInput{})
	refused(t, err, "ResourcePolicyNotFoundException", "")
	_, err = m.DeleteResourcePolicy(ctx, &organizations.DeleteResourcePolicyInput{})
	refused(t, err, "ResourcePolicyNotFoundException", "")

	create := &organizations.CreatePolicyInput{Name: new("deny"), Description: new(""), Type: scp, Content: new(denyVPCs)}
	_, err = w.as(member).CreatePolicy(ctx, create)
	refused(t, err, "AccessDeniedException", "")
	content := `{"Version": "2012-10-17", "Statement": [{"Sid": "Policies", "Effect": "Allow", "Principal": {"AWS": "` + member + `"},
		"Action": ["organizations:CreatePolicy", "organizations:DescribePolicy"], "Resource": "*",
		"Condition": {"StringLikeIfExists": {"organizations:PolicyType": "SERVICE_CONTROL_POLICY"}}}]}`
	put := must(m.PutResourcePolicy(ctx, &organizations.PutResourcePolicyInput{Content: &content, Tags: []types.Tag{{Key: new("a"), Value: new("b")}}}))(t).ResourcePolicy
	if !strings.Contains(*put.ResourcePolicySummary.Arn, ":resourcepolicy/o-") || *put.Content != content {
		t.Errorf("put %+v", put)
	}
	created := must(w.as(member).CreatePolicy(ctx, create))(t).Policy.PolicySummary
	must(w.as(member).DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: created.Id}))(t)
	_, err = w.as(member).DeletePolicy(ctx, &organizations.DeletePolicyInput{PolicyId: created.Id})
	refused(t, err, "AccessDeniedException", "")
	_, err = w.as(member).CreatePolicy(ctx, &organizations.CreatePolicyInput{Name: new("tags"), Description: new(""), Type: types.PolicyTypeTagPolicy, Content: new("{}")})
	refused(t, err, "AccessDeniedException", "")

	for content, reason := range map[string]string{
		"no JSON": "INVALID_RESOURCE_POLICY_JSON",
		strings.Replace(content, "DescribePolicy", "MoveAccount", 1): "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY",
	} {
		_, err = m.PutResourcePolicy(ctx, &organizations.PutResourcePolicyInput{Content: &content})
		refused(t, err, "InvalidInputException", reason)
	}
	again := must(m.PutResourcePolicy(ctx, &organizations.PutResourcePolicyInput{Content: &content}))(t).ResourcePolicy
	if *again.ResourcePolicySummary.Id != *put.ResourcePolicySummary.Id {
		t.Errorf("the id changed from %s to %s", *put.ResourcePolicySummary.Id, *again.ResourcePolicySummary.Id)
	}
	must(m.DeleteResourcePolicy(ctx, &organizations.DeleteResourcePolicyInput{}))(t)
	_, err = w.as(member).CreatePolicy(ctx, create)
	refused(t, err, "AccessDeniedException", "")
}

func TestEffectivePolicy(t *testing.T) {
	w := organized(t)
	ctx := w.Context()
	const kind = types.PolicyTypeTagPolicy
	unit, account := w.unit(w.root, "unit"), w.create("a")
	must(w.as(M).MoveAccount(ctx, &organizations.MoveAccountInput{AccountId: &account, SourceParentId: &w.root, DestinationParentId: &unit}))(t)
	effective := func(caller string, target *string) (string, error) {
		out, err := w.as(caller).DescribeEffectivePolicy(ctx, &organizations.DescribeEffectivePolicyInput{PolicyType: types.EffectivePolicyTypeTagPolicy, TargetId: target})
		if err != nil {
			return "", err
		}
		return *out.EffectivePolicy.PolicyContent, nil
	}
	_, err := effective(account, nil)
	refused(t, err, "EffectivePolicyNotFoundException", "")

	w.enable(kind)
	for target, content := range map[string]string{
		w.root: `{"tags": {"team": {"tag_key": {"@@assign": "Team"}, "tag_value": {"@@assign": ["Red"]}}}}`,
		unit:   `{"tags": {"team": {"tag_value": {"@@append": ["Blue"]}}}}`,
	} {
		if err := w.attach(w.policy(kind, target, content), target); err != nil {
			t.Fatal(err)
		}
	}
	const want = `{"tags":{"team":{"tag_key":"Team","tag_value":["Red","Blue"]}}}`
	for caller, target := range map[string]*string{account: nil, M: &account} {
		if got := must(effective(caller, target))(t); got != want {
			t.Errorf("effective policy %s, want %s", got, want)
		}
	}
	_, err = effective(account, new(M))
	refused(t, err, "AccessDeniedException", "")
	_, err = effective(M, new(X))
	refused(t, err, "TargetNotFoundException", "")
}
