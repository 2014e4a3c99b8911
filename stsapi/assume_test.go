package stsapi_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

//lint:file-ignore SA1019 PackedPolicySize is deprecated, yet it is the one that most clients read.

// The keys of a role act in its account, on every service.
func TestAssumeRole(t *testing.T) {
	w := start(t)
	role := w.createRole(B, "/network/", "admin", `{"AWS":"111111111111"}`).Role
	out := must(sts.NewFromConfig(w.account(A)).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: new("alice@corp")}))(t)

	const arn = "arn:aws:sts::222222222222:assumed-role/admin/alice@corp" // without the path
	id := *role.RoleId + ":alice@corp"
	if *out.AssumedRoleUser.Arn != arn || *out.AssumedRoleUser.AssumedRoleId != id {
		t.Errorf("assumed %s, %s, want %s, %s", *out.AssumedRoleUser.Arn, *out.AssumedRoleUser.AssumedRoleId, arn, id)
	}
	if left := time.Until(*out.Credentials.Expiration); left < 59*time.Minute || left > time.Hour {
		t.Errorf("the key lasts %v, want an hour", left)
	}
	if out.PackedPolicySize != nil || out.SourceIdentity != nil {
		t.Errorf("packed size %v, source identity %v, want neither", out.PackedPolicySize, out.SourceIdentity)
	}
	config := w.with(out.Credentials)
	if account, gotARN, userID := w.identity(config); account != B || gotARN != arn || userID != id {
		t.Errorf("identity = %s, %s, %s, want %s, %s, %s", account, gotARN, userID, B, arn, id)
	}
	info := must(sts.NewFromConfig(config).GetAccessKeyInfo(t.Context(), &sts.GetAccessKeyInfoInput{AccessKeyId: out.Credentials.AccessKeyId}))(t)
	if *info.Account != B {
		t.Errorf("the key tells the account %s, want %s", *info.Account, B)
	}
	ipam := must(ec2.NewFromConfig(config).CreateIpam(t.Context(), &ec2.CreateIpamInput{}))(t).Ipam
	if *ipam.OwnerId != B {
		t.Errorf("the role's IPAM belongs to %s, want %s", *ipam.OwnerId, B)
	}
	if got := must(iam.NewFromConfig(config).GetRole(t.Context(), &iam.GetRoleInput{RoleName: new("admin")}))(t); *got.Role.Arn != *role.Arn {
		t.Errorf("the role sees %s, want %s", *got.Role.Arn, *role.Arn)
	}
}

func TestAssumeRoleInChina(t *testing.T) {
	w := start(t)
	client := sts.NewFromConfig(w.server.Config(A, "cn-north-1"))
	out := must(client.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: new("arn:aws-cn:iam::222222222222:role/admin"), RoleSessionName: new("me")}))(t)
	if want := "arn:aws-cn:sts::222222222222:assumed-role/admin/me"; *out.AssumedRoleUser.Arn != want {
		t.Errorf("assumed %s, want %s", *out.AssumedRoleUser.Arn, want)
	}
	_, err := client.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: new("arn:aws:iam::222222222222:role/admin"), RoleSessionName: new("me")})
	refused(t, err, "AccessDenied", "")
}

func TestWhoMayAssumeARole(t *testing.T) {
	w := start(t)
	const C = "333333333333" // has no roles of its own and is in no organization
	w.createRole(B, "/", "for-a", `{"AWS":["arn:aws:iam::111111111111:user/alice","333333333333"]}`)
	w.createRole(B, "/", "for-all", `"*"`)
	w.createRole(B, "/", "for-ec2", `{"Service":"ec2.amazonaws.com"}`)
	w.createRole(B, "/path/", "with-path", `{"AWS":"*"}`)
	must(iam.NewFromConfig(w.account(C)).CreateServiceLinkedRole(t.Context(), &iam.CreateServiceLinkedRoleInput{AWSServiceName: new("ipam.amazonaws.com")}))(t)
	for _, test := range []struct {
		name, caller, role string
		ok                 bool
	}{
		{"an account that is trusted, by whatever principal", A, "arn:aws:iam::222222222222:role/for-a", true},
		{"the second in the list", C, "arn:aws:iam::222222222222:role/for-a", true},
		{"the role's own account is not trusted by itself", B, "arn:aws:iam::222222222222:role/for-a", false},
		{"everybody", C, "arn:aws:iam::222222222222:role/for-all", true},
		{"a service only", B, "arn:aws:iam::222222222222:role/for-ec2", false},
		{"with its path", A, "arn:aws:iam::222222222222:role/path/with-path", true},
		{"without its path", A, "arn:aws:iam::222222222222:role/with-path", false},
		{"a role that an account with roles has not", A, "arn:aws:iam::222222222222:role/missing", false},
		{"any role of an account without roles", A, "arn:aws:iam::333333333333:role/any/path/role", true},
		{"but no service's role", A, "arn:aws:iam::333333333333:role/aws-service-role/ipam.amazonaws.com/AWSServiceRoleForIPAM", false},
		{"an ARN that lacks a colon", A, "arn:aws:iam:333333333333:role/any", false},
		{"a user", A, "arn:aws:iam::333333333333:user/alice", false},
		{"no name", A, "arn:aws:iam::333333333333:role/path/", false},
	} {
		_, err := sts.NewFromConfig(w.account(test.caller)).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &test.role, RoleSessionName: new("s1")})
		t.Run(test.name, func(t *testing.T) {
			if !test.ok {
				refused(t, err, "AccessDenied", "User: arn:aws:iam::"+test.caller+":root is not authorized to perform: sts:AssumeRole on resource: "+test.role)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// An account that has deleted its last role has none; it does not fall back to any.
func TestAssumeADeletedRole(t *testing.T) {
	w := start(t)
	role := w.createRole(A, "/", "gone", `"*"`).Role
	must(iam.NewFromConfig(w.account(A)).DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: role.RoleName}))(t)
	_, err := sts.NewFromConfig(w.account(A)).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: new("s1")})
	refused(t, err, "AccessDenied", "")
}

// The management account administers the accounts that its organization created, by the role that they were given.
func TestAssumeTheRoleOfAMember(t *testing.T) {
	w := start(t)
	client := organizations.NewFromConfig(w.account(A))
	must(client.CreateOrganization(t.Context(), &organizations.CreateOrganizationInput{}))(t)
	create := func(name string, role *string) (member, roleARN string) {
		out := must(client.CreateAccount(t.Context(), &organizations.CreateAccountInput{AccountName: &name, Email: new(name + "@corp.test"), RoleName: role}))(t)
		status := must(client.DescribeCreateAccountStatus(t.Context(), &organizations.DescribeCreateAccountStatusInput{CreateAccountRequestId: out.CreateAccountStatus.Id}))(t)
		member = *status.CreateAccountStatus.AccountId
		return member, "arn:aws:iam::" + member + ":role/"
	}
	member, prefix := create("network", nil)
	config := w.with(w.assume(w.account(A), prefix+"OrganizationAccountAccessRole"))
	if account, arn, _ := w.identity(config); account != member || arn != "arn:aws:sts::"+member+":assumed-role/OrganizationAccountAccessRole/session" {
		t.Errorf("identity = %s, %s, want the role of %s", account, arn, member)
	}
	other, otherPrefix := create("workload", new("Boss"))
	w.assume(w.account(A), otherPrefix+"Boss")
	for _, test := range []struct{ name, caller, role string }{
		{"another role of the member", A, prefix + "Admin"},
		{"the default name, where another was given", A, otherPrefix + "OrganizationAccountAccessRole"},
		{"another member", other, prefix + "OrganizationAccountAccessRole"},
		{"an account outside", B, prefix + "OrganizationAccountAccessRole"},
		{"a role in the management account", other, "arn:aws:iam::111111111111:role/OrganizationAccountAccessRole"},
	} {
		_, err := sts.NewFromConfig(w.account(test.caller)).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &test.role, RoleSessionName: new("s1")})
		t.Run(test.name, func(t *testing.T) { refused(t, err, "AccessDenied", "") })
	}
}

func TestRoleChain(t *testing.T) {
	w := start(t)
	w.createRole(B, "/", "second", `{"AWS":"111111111111"}`)
	first := sts.NewFromConfig(w.with(w.assume(w.account(B), "arn:aws:iam::111111111111:role/first")))
	in := &sts.AssumeRoleInput{RoleArn: new("arn:aws:iam::222222222222:role/second"), RoleSessionName: new("s2"), DurationSeconds: new(int32(3601))}
	_, err := first.AssumeRole(t.Context(), in)
	refused(t, err, "ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	in.DurationSeconds = nil
	must(first.AssumeRole(t.Context(), in))(t)
	_, err = sts.NewFromConfig(w.account(B)).AssumeRole(t.Context(), in)
	refused(t, err, "AccessDenied", "")
}

func TestLongestSessionOfARole(t *testing.T) {
	w := start(t)
	w.createRole(A, "/", "short", `"*"`)
	in := &sts.AssumeRoleInput{RoleArn: new("arn:aws:iam::111111111111:role/short"), RoleSessionName: new("s1"), DurationSeconds: new(int32(3601))}
	_, err := sts.NewFromConfig(w.account(A)).AssumeRole(t.Context(), in)
	refused(t, err, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
}

func TestSessionTagsAndSourceIdentity(t *testing.T) {
	w := start(t)
	in := &sts.AssumeRoleInput{
		RoleArn:           new("arn:aws:iam::222222222222:role/any"),
		RoleSessionName:   new("s1"),
		SourceIdentity:    new("alice"),
		Tags:              []types.Tag{{Key: new("team"), Value: new("net")}, {Key: new("env"), Value: new("")}},
		TransitiveTagKeys: []string{"team"},
		Policy:            new(`{"Version":"2012-10-17","Statement":[]}`),
		PolicyArns:        []types.PolicyDescriptorType{{Arn: new("arn:aws:iam::aws:policy/ReadOnlyAccess")}},
		SerialNumber:      new("arn:aws:iam::111111111111:mfa/alice"),
		TokenCode:         new("123456"),
	}
	out := must(sts.NewFromConfig(w.account(A)).AssumeRole(t.Context(), in))(t)
	if *out.SourceIdentity != "alice" || *out.PackedPolicySize < 1 {
		t.Errorf("source identity %s, packed size %d, want alice and more than 0", *out.SourceIdentity, *out.PackedPolicySize)
	}
	next := sts.NewFromConfig(w.with(out.Credentials))
	chained := &sts.AssumeRoleInput{RoleArn: in.RoleArn, RoleSessionName: new("s2")}
	if out := must(next.AssumeRole(t.Context(), chained))(t); *out.SourceIdentity != "alice" {
		t.Errorf("the next session's source identity is %s, want alice's", *out.SourceIdentity)
	}
	chained.SourceIdentity = new("bob")
	_, err := next.AssumeRole(t.Context(), chained)
	refused(t, err, "AccessDenied", "")
	chained.SourceIdentity, chained.Tags = nil, []types.Tag{{Key: new("team"), Value: new("x")}}
	_, err = next.AssumeRole(t.Context(), chained)
	refused(t, err, "InvalidParameterValue", "")

	w.createRole(B, "/", "plain", `{"AWS":"111111111111"}`) // trusts for sts:AssumeRole alone
	in.RoleArn = new("arn:aws:iam::222222222222:role/plain")
	_, err = sts.NewFromConfig(w.account(A)).AssumeRole(t.Context(), in)
	refused(t, err, "AccessDenied", "User: arn:aws:iam::111111111111:root is not authorized to perform: sts:TagSession on resource: "+*in.RoleArn)
}

func TestAssumeRoleRefusals(t *testing.T) {
	w := start(t)
	client := sts.NewFromConfig(w.account(A))
	for _, test := range []struct {
		name          string
		change        func(*sts.AssumeRoleInput)
		code, message string
	}{
		{"a short ARN", func(in *sts.AssumeRoleInput) { in.RoleArn = new("arn:aws") }, "ValidationError",
			"1 validation error detected: Value 'arn:aws' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20"},
		{"two at once", func(in *sts.AssumeRoleInput) { in.RoleArn, in.RoleSessionName = new("arn:aws"), new("a b") }, "ValidationError",
			"2 validation errors detected: Value 'arn:aws' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; " +
				`Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`},
		{"a long name", func(in *sts.AssumeRoleInput) { in.RoleSessionName = new(strings.Repeat("a", 65)) }, "ValidationError",
			"1 validation error detected: Value '" + strings.Repeat("a", 65) + "' at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64"},
		{"a long time", func(in *sts.AssumeRoleInput) { in.DurationSeconds = new(int32(43_201)) }, "ValidationError",
			"1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200"},
		{"a policy that is no JSON", func(in *sts.AssumeRoleInput) { in.Policy = new("x") }, "MalformedPolicyDocument", "This policy contains invalid Json"},
		{"too many policies", func(in *sts.AssumeRoleInput) {
			in.PolicyArns = slices.Repeat([]types.PolicyDescriptorType{{Arn: new("arn:aws:iam::aws:policy/ReadOnlyAccess")}}, 11)
		}, "ValidationError", ""},
		{"a tag twice", func(in *sts.AssumeRoleInput) {
			in.Tags = []types.Tag{{Key: new("a"), Value: new("")}, {Key: new("A"), Value: new("")}}
		}, "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."},
		{"a transitive tag that is none", func(in *sts.AssumeRoleInput) { in.TransitiveTagKeys = []string{"a"} }, "InvalidParameterValue", ""},
		{"half of MFA", func(in *sts.AssumeRoleInput) { in.SerialNumber = new("GAHT12345678") }, "AccessDenied", ""},
		{"contexts", func(in *sts.AssumeRoleInput) {
			in.ProvidedContexts = []types.ProvidedContext{{ProviderArn: new("arn:aws:iam::aws:contextProvider/IdentityCenter")}}
		}, "ValidationError",
			"The parameter ProvidedContexts is not supported by ipam-local."},
	} {
		in := &sts.AssumeRoleInput{RoleArn: new("arn:aws:iam::222222222222:role/any"), RoleSessionName: new("s1")}
		test.change(in)
		_, err := client.AssumeRole(t.Context(), in)
		t.Run(test.name, func(t *testing.T) { refused(t, err, test.code, test.message) })
	}
}
