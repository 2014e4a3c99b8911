package stsapi_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func TestRole(t *testing.T) {
	w := start(t)
	client := iam.NewFromConfig(w.account(A))
	policy := trusting(`{"AWS":"arn:aws:iam::222222222222:root"}`)
	created := must(client.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName:                 new("admin"),
		Path:                     new("/net/core/"),
		AssumeRolePolicyDocument: &policy,
		Description:              new("for B"),
		MaxSessionDuration:       new(int32(7200)),
		Tags:                     []types.Tag{{Key: new("k"), Value: new("v")}},
	}))(t).Role
	got := must(client.GetRole(t.Context(), &iam.GetRoleInput{RoleName: new("admin")}))(t).Role
	document, err := url.PathUnescape(*got.AssumeRolePolicyDocument)
	if err != nil || document != policy || strings.ContainsAny(*got.AssumeRolePolicyDocument, `"{ +`) {
		t.Errorf("policy = %s, want %s in the form of a URL", *got.AssumeRolePolicyDocument, policy)
	}
	if *got.Arn != "arn:aws:iam::111111111111:role/net/core/admin" || *got.Path != "/net/core/" || *got.Description != "for B" || *got.MaxSessionDuration != 7200 {
		t.Errorf("role = %s, %s, %s, %d, want what was created", *got.Arn, *got.Path, *got.Description, *got.MaxSessionDuration)
	}
	if len(got.Tags) != 1 || *got.Tags[0].Key != "k" || *got.Tags[0].Value != "v" {
		t.Errorf("tags = %v, want k=v", got.Tags)
	}
	if id := *got.RoleId; len(id) != 21 || !strings.HasPrefix(id, "AROA") || id != *created.RoleId {
		t.Errorf("id = %s, want AROA and 17 letters, as when it was created: %s", id, *created.RoleId)
	}
	if since := time.Since(*got.CreateDate); since < 0 || since > time.Minute {
		t.Errorf("created %v ago, want a moment", since)
	}
	_, err = iam.NewFromConfig(w.account(B)).GetRole(t.Context(), &iam.GetRoleInput{RoleName: new("admin")})
	refused(t, err, "NoSuchEntity", "The role with name admin cannot be found.")
	if arn := w.createRole(B, "/", "admin", `"*"`).Role.Arn; *arn != "arn:aws:iam::222222222222:role/admin" {
		t.Errorf("B's role = %s, want one without a path", *arn)
	}
	must(client.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: new("admin")}))(t)
	_, err = client.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: new("admin")})
	refused(t, err, "NoSuchEntity", "The role with name admin cannot be found.")
}

// Users make OrganizationAccountAccessRole by hand in accounts that they invite.
func TestExternalID(t *testing.T) {
	w := start(t)
	policy := `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"sts:*","Condition":{"StringEquals":{"sts:ExternalId":"42"},"Bool":{"aws:MultiFactorAuthPresent":"true"}}},
		{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:RoleSessionName":["root","admin"]}}}]}`
	role := must(iam.NewFromConfig(w.account(B)).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: new("OrganizationAccountAccessRole"), AssumeRolePolicyDocument: &policy}))(t).Role
	client := sts.NewFromConfig(w.account(A))
	for _, test := range []struct {
		name     string
		external *string
		session  string
		ok       bool
	}{
		{"the right id", new("42"), "alice", true},
		{"another id", new("43"), "alice", false},
		{"no id", nil, "alice", false},
		{"a name that is denied", new("42"), "admin", false},
	} {
		_, err := client.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: &test.session, ExternalId: test.external})
		t.Run(test.name, func(t *testing.T) {
			if !test.ok {
				refused(t, err, "AccessDenied", "")
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCreateRoleRefusals(t *testing.T) {
	w := start(t)
	client := iam.NewFromConfig(w.account(A))
	w.createRole(A, "/", "admin", `"*"`)
	document := func(text string) func(*iam.CreateRoleInput) {
		return func(in *iam.CreateRoleInput) { in.AssumeRolePolicyDocument = &text }
	}
	for _, test := range []struct {
		name          string
		change        func(*iam.CreateRoleInput)
		code, message string
	}{
		{"a name that is taken", func(in *iam.CreateRoleInput) { in.RoleName = new("admin") }, "EntityAlreadyExists", "Role with name admin already exists."},
		{"in another case", func(in *iam.CreateRoleInput) { in.RoleName = new("Admin") }, "EntityAlreadyExists", "Role with name Admin already exists."},
		{"a long name", func(in *iam.CreateRoleInput) { in.RoleName = new(strings.Repeat("a", 65)) }, "ValidationError",
			"1 validation error detected: Value '" + strings.Repeat("a", 65) + "' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64"},
		{"a name with a space", func(in *iam.CreateRoleInput) { in.RoleName = new("a b") }, "ValidationError",
			"The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"},
		{"a path without an end", func(in *iam.CreateRoleInput) { in.Path = new("/a") }, "ValidationError",
			"The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters."},
		{"a short session", func(in *iam.CreateRoleInput) { in.MaxSessionDuration = new(int32(60)) }, "ValidationError",
			"1 validation error detected: Value '60' at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600"},
		{"a tag twice", func(in *iam.CreateRoleInput) {
			in.Tags = []types.Tag{{Key: new("a"), Value: new("")}, {Key: new("A"), Value: new("")}}
		}, "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive."},
		{"a boundary", func(in *iam.CreateRoleInput) { in.PermissionsBoundary = new("arn:aws:iam::aws:policy/ReadOnlyAccess") }, "ValidationError",
			"The parameter PermissionsBoundary is not supported by ipam-local."},
		{"no JSON", document("x"), "MalformedPolicyDocument", "This policy contains invalid Json"},
		{"no statement", document("{}"), "MalformedPolicyDocument", "Missing required field Statement"},
		{"a statement that is none", document(`{"Statement":"x"}`), "MalformedPolicyDocument", "Syntax errors in policy."},
		{"no principal", document(`{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}`), "MalformedPolicyDocument", "Missing required field Principal"},
		{"no action", document(`{"Statement":{"Effect":"Allow","Principal":"*"}}`), "MalformedPolicyDocument", "Missing required field Action"},
		{"an effect that is none", document(`{"Statement":{"Effect":"allow","Principal":"*","Action":"*"}}`), "MalformedPolicyDocument", "Invalid effect: allow"},
		{"a resource", document(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`), "MalformedPolicyDocument", "Has prohibited field Resource"},
		{"another service's action", document(`{"Statement":{"Effect":"Allow","Principal":"*","Action":["sts:AssumeRole","s3:GetObject"]}}`), "MalformedPolicyDocument",
			"AssumeRole policy may only specify STS AssumeRole actions."},
		{"all principals but one", document(`{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"111111111111"},"Action":"*"}}`), "ValidationError",
			"The parameter NotPrincipal of AssumeRolePolicyDocument is not supported by ipam-local."},
		{"all actions but one", document(`{"Statement":{"Effect":"Deny","Principal":"*","NotAction":"sts:AssumeRole"}}`), "ValidationError",
			"The parameter NotAction of AssumeRolePolicyDocument is not supported by ipam-local."},
	} {
		in := &iam.CreateRoleInput{RoleName: new("new"), AssumeRolePolicyDocument: new(trusting(`"*"`))}
		test.change(in)
		_, err := client.CreateRole(t.Context(), in)
		t.Run(test.name, func(t *testing.T) { refused(t, err, test.code, test.message) })
	}
}

func TestListRoles(t *testing.T) {
	w := start(t)
	client := iam.NewFromConfig(w.account(A))
	for _, name := range []string{"e", "B", "a", "d", "C"} {
		path := "/"
		if name == "B" || name == "d" {
			path = "/net/"
		}
		w.createRole(A, path, name, `"*"`)
	}
	list := func(in *iam.ListRolesInput) (names []string) {
		for pages := iam.NewListRolesPaginator(client, in); pages.HasMorePages(); {
			out := must(pages.NextPage(t.Context()))(t)
			if in.MaxItems != nil && len(out.Roles) > int(*in.MaxItems) {
				t.Errorf("a page of %d, want at most %d", len(out.Roles), *in.MaxItems)
			}
			for _, r := range out.Roles {
				names = append(names, *r.RoleName)
			}
		}
		return names
	}
	for _, test := range []struct {
		name string
		in   iam.ListRolesInput
		want []string
	}{
		{"all", iam.ListRolesInput{}, []string{"a", "B", "C", "d", "e"}},
		{"in pages", iam.ListRolesInput{MaxItems: new(int32(2))}, []string{"a", "B", "C", "d", "e"}},
		{"below a path, in pages", iam.ListRolesInput{PathPrefix: new("/net/"), MaxItems: new(int32(1))}, []string{"B", "d"}},
		{"a path that is none", iam.ListRolesInput{PathPrefix: new("/x/")}, nil},
	} {
		if got := list(&test.in); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	_, err := client.ListRoles(t.Context(), &iam.ListRolesInput{MaxItems: new(int32(0))})
	refused(t, err, "ValidationError", "1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1")
	_, err = client.ListRoles(t.Context(), &iam.ListRolesInput{Marker: new("?")})
	refused(t, err, "ValidationError", "Invalid Marker.")
}

func TestServiceLinkedRole(t *testing.T) {
	w := start(t)
	client := iam.NewFromConfig(w.account(A))
	for service, name := range map[string]string{
		"ipam.amazonaws.com":          "AWSServiceRoleForIPAM",
		"ram.amazonaws.com":           "AWSServiceRoleForResourceAccessManager",
		"organizations.amazonaws.com": "AWSServiceRoleForOrganizations",
	} {
		in := &iam.CreateServiceLinkedRoleInput{AWSServiceName: &service, Description: new("mine")}
		role := must(client.CreateServiceLinkedRole(t.Context(), in))(t).Role
		if want := "arn:aws:iam::111111111111:role/aws-service-role/" + service + "/" + name; *role.Arn != want || *role.RoleName != name || *role.Description != "mine" {
			t.Errorf("role = %s, %s, %s, want %s", *role.Arn, *role.RoleName, *role.Description, want)
		}
		_, err := client.CreateServiceLinkedRole(t.Context(), in)
		refused(t, err, "InvalidInput", "Service role name "+name+" has been taken in this account, please try a different suffix.")
		must(client.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name}))(t)
		_, err = client.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: &name})
		refused(t, err, "UnmodifiableEntity", "Cannot perform the operation on the protected role '"+name+"' - this role is only modifiable by AWS")

		task := must(client.DeleteServiceLinkedRole(t.Context(), &iam.DeleteServiceLinkedRoleInput{RoleName: &name}))(t).DeletionTaskId
		if prefix := "task/aws-service-role/" + service + "/" + name + "/"; !strings.HasPrefix(*task, prefix) || len(*task) != len(prefix)+36 {
			t.Errorf("task = %s, want %s and a UUID", *task, prefix)
		}
		if out := must(client.GetServiceLinkedRoleDeletionStatus(t.Context(), &iam.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: task}))(t); out.Status != types.DeletionTaskStatusTypeSucceeded {
			t.Errorf("status = %s, want SUCCEEDED", out.Status)
		}
		_, err = client.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name})
		refused(t, err, "NoSuchEntity", "The role with name "+name+" cannot be found.")
		_, err = iam.NewFromConfig(w.account(B)).GetServiceLinkedRoleDeletionStatus(t.Context(), &iam.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: task})
		refused(t, err, "NoSuchEntity", "")
	}
}

func TestServiceLinkedRoleRefusals(t *testing.T) {
	w := start(t)
	client := iam.NewFromConfig(w.account(A))
	_, err := client.CreateServiceLinkedRole(t.Context(), &iam.CreateServiceLinkedRoleInput{AWSServiceName: new("mars.amazonaws.com")})
	refused(t, err, "InvalidInput", "Service-linked roles of mars.amazonaws.com are not supported by ipam-local.")
	_, err = client.CreateServiceLinkedRole(t.Context(), &iam.CreateServiceLinkedRoleInput{AWSServiceName: new("ipam.amazonaws.com"), CustomSuffix: new("x")})
	refused(t, err, "InvalidInput", "Custom suffix is not allowed for ipam.amazonaws.com")
	_, err = client.DeleteServiceLinkedRole(t.Context(), &iam.DeleteServiceLinkedRoleInput{RoleName: new("AWSServiceRoleForIPAM")})
	refused(t, err, "NoSuchEntity", "The role with name AWSServiceRoleForIPAM cannot be found.")
	w.createRole(A, "/", "mine", `"*"`)
	_, err = client.DeleteServiceLinkedRole(t.Context(), &iam.DeleteServiceLinkedRoleInput{RoleName: new("mine")})
	refused(t, err, "InvalidInput", "")
}

func TestGetUser(t *testing.T) {
	w := start(t)
	user := must(iam.NewFromConfig(w.account(A)).GetUser(t.Context(), &iam.GetUserInput{}))(t).User
	if *user.Arn != "arn:aws:iam::111111111111:root" || *user.UserId != A || user.UserName != nil || user.CreateDate == nil {
		t.Errorf("user = %+v, want the root user of %s", user, A)
	}
	_, err := iam.NewFromConfig(w.account(A)).GetUser(t.Context(), &iam.GetUserInput{UserName: new("alice")})
	refused(t, err, "NoSuchEntity", "The user with name alice cannot be found.")
	role := w.with(w.assume(w.account(A), "arn:aws:iam::222222222222:role/any"))
	_, err = iam.NewFromConfig(role).GetUser(t.Context(), &iam.GetUserInput{})
	refused(t, err, "ValidationError", "Must specify userName when calling with non-User credentials")
}

func TestListAccountAliases(t *testing.T) {
	w := start(t)
	client := iam.NewFromConfig(w.account(A))
	out := must(client.ListAccountAliases(t.Context(), &iam.ListAccountAliasesInput{}))(t)
	if out.AccountAliases == nil || len(out.AccountAliases) != 0 || out.IsTruncated {
		t.Errorf("aliases = %v, truncated %t, want an empty list", out.AccountAliases, out.IsTruncated)
	}
	_, err := client.ListAccountAliases(t.Context(), &iam.ListAccountAliasesInput{MaxItems: new(int32(1001))})
	refused(t, err, "ValidationError", "")
}
