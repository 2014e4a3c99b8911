package stsapi_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

//lint:file-ignore SA1019 PackedPolicySize is deprecated, yet it is the one that most clients read.

func TestGetFederationToken(t *testing.T) {
	w := start(t)
	out := must(sts.NewFromConfig(w.account(A)).GetFederationToken(t.Context(), &sts.GetFederationTokenInput{
		Name:            new("bob"),
		DurationSeconds: new(int32(900)),
		Policy:          new(`{"Version":"2012-10-17","Statement":[]}`),
		Tags:            []types.Tag{{Key: new("team"), Value: new("net")}},
	}))(t)
	const arn, id = "arn:aws:sts::111111111111:federated-user/bob", "111111111111:bob"
	if *out.FederatedUser.Arn != arn || *out.FederatedUser.FederatedUserId != id || *out.PackedPolicySize < 1 {
		t.Errorf("federated user %s, %s, packed size %d, want %s, %s and more than 0", *out.FederatedUser.Arn, *out.FederatedUser.FederatedUserId, *out.PackedPolicySize, arn, id)
	}
	config := w.with(out.Credentials)
	if account, gotARN, userID := w.identity(config); account != A || gotARN != arn || userID != id {
		t.Errorf("identity = %s, %s, %s, want %s, %s, %s", account, gotARN, userID, A, arn, id)
	}
	_, err := sts.NewFromConfig(config).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: new("arn:aws:iam::222222222222:role/any"), RoleSessionName: new("s1")})
	refused(t, err, "AccessDenied", "User: "+arn+" is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/any")
	w.server.Advance(15 * time.Minute)
	_, err = ec2.NewFromConfig(config).CreateIpam(t.Context(), &ec2.CreateIpamInput{})
	refused(t, err, "RequestExpired", "")
}

func TestGetFederationTokenRefusals(t *testing.T) {
	w := start(t)
	client := sts.NewFromConfig(w.account(A))
	for _, test := range []struct {
		name          string
		in            sts.GetFederationTokenInput
		code, message string
	}{
		{"a name of one letter", sts.GetFederationTokenInput{Name: new("a")}, "ValidationError",
			"1 validation error detected: Value 'a' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 2"},
		{"a policy without statements", sts.GetFederationTokenInput{Name: new("bob"), Policy: new("{}")}, "MalformedPolicyDocument", "Missing required field Statement"},
		{"a tag twice", sts.GetFederationTokenInput{Name: new("bob"), Tags: []types.Tag{{Key: new("a"), Value: new("")}, {Key: new("a"), Value: new("")}}},
			"InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."},
	} {
		_, err := client.GetFederationToken(t.Context(), &test.in)
		t.Run(test.name, func(t *testing.T) { refused(t, err, test.code, test.message) })
	}
}

// token is what an identity provider issues, with a signature that nobody checks.
func token(claims map[string]any) string {
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	return part(map[string]string{"alg": "RS256"}) + "." + part(claims) + ".c2lnbmF0dXJl"
}

const issuer = "https://token.actions.githubusercontent.com"

func claims() map[string]any {
	return map[string]any{"iss": issuer, "sub": "repo:corp/net:ref:refs/heads/main", "aud": "sts.amazonaws.com", "exp": time.Now().Add(time.Hour).Unix()}
}

func TestAssumeRoleWithWebIdentity(t *testing.T) {
	w := start(t)
	config := w.account(A)
	config.Credentials = nil // there is no key yet
	out := must(sts.NewFromConfig(config).AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
		RoleArn:          new("arn:aws:iam::222222222222:role/ci/deploy"),
		RoleSessionName:  new("run-1"),
		WebIdentityToken: new(token(claims())),
	}))(t)
	if *out.Audience != "sts.amazonaws.com" || *out.Provider != issuer || *out.SubjectFromWebIdentityToken != "repo:corp/net:ref:refs/heads/main" {
		t.Errorf("audience %s, provider %s, subject %s, want the token's", *out.Audience, *out.Provider, *out.SubjectFromWebIdentityToken)
	}
	const arn = "arn:aws:sts::222222222222:assumed-role/deploy/run-1"
	if account, got, userID := w.identity(w.with(out.Credentials)); account != B || got != arn || userID != *out.AssumedRoleUser.AssumedRoleId {
		t.Errorf("identity = %s, %s, %s, want %s of %s", account, got, userID, arn, B)
	}
}

// A request that carries no signature at all is accepted for this operation and for no other.
func TestUnsignedRequests(t *testing.T) {
	w := start(t)
	post := func(form string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://ipam-local.test/", strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response := must(w.server.RoundTrip(r))(t)
		var body strings.Builder
		if err := response.Write(&body); err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, body.String()
	}
	form := "Version=2011-06-15&RoleArn=arn:aws-cn:iam::222222222222:role/deploy&RoleSessionName=run-1&WebIdentityToken=" + token(claims())
	status, body := post("Action=AssumeRoleWithWebIdentity&" + form)
	if status != 200 || !strings.Contains(body, "<Arn>arn:aws-cn:sts::222222222222:assumed-role/deploy/run-1</Arn>") {
		t.Errorf("AssumeRoleWithWebIdentity answers %d %s, want 200 and the role", status, body)
	}
	for _, action := range []string{"GetCallerIdentity", "AssumeRole"} {
		if status, body := post("Version=2011-06-15&Action=" + action); status != 403 || !strings.Contains(body, "<Code>MissingAuthenticationToken</Code>") {
			t.Errorf("%s answers %d %s, want 403 MissingAuthenticationToken", action, status, body)
		}
	}
}

func TestWhoMayAssumeARoleWithWebIdentity(t *testing.T) {
	w := start(t)
	create := func(name, principal, condition string) {
		policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRoleWithWebIdentity","Condition":` + condition + `}]}`
		must(iam.NewFromConfig(w.account(A)).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &policy}))(t)
	}
	const github = `{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}`
	create("main", github, `{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":{"token.actions.githubusercontent.com:sub":["repo:corp/net:*","repo:corp/x"]}}`)
	create("other-repository", github, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:corp/other:*"}}`)
	create("not-main", github, `{"StringNotLike":{"token.actions.githubusercontent.com:sub":"*:ref:refs/heads/main"}}`)
	create("other-issuer", `{"Federated":"arn:aws:iam::111111111111:oidc-provider/gitlab.com"}`, `{}`)
	create("account", `{"AWS":"111111111111"}`, `{}`)
	for name, ok := range map[string]bool{"main": true, "other-repository": false, "not-main": false, "other-issuer": false, "account": false, "missing": false} {
		_, err := sts.NewFromConfig(w.account(A)).AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
			RoleArn: new("arn:aws:iam::111111111111:role/" + name), RoleSessionName: new("run-1"), WebIdentityToken: new(token(claims())),
		})
		if !ok {
			refused(t, err, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWebIdentityTokens(t *testing.T) {
	w := start(t)
	without := func(claim string) string {
		c := claims()
		delete(c, claim)
		return token(c)
	}
	expired := claims()
	expired["exp"] = time.Now().Add(-time.Minute).Unix()
	const noJWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
	for _, test := range []struct{ name, token, code, message string }{
		{"a word", "secret", "InvalidIdentityToken", noJWT},
		{"three words", "a.b.c", "InvalidIdentityToken", noJWT},
		{"too short", "abc", "ValidationError", "1 validation error detected: Value 'abc' at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4"},
		{"no issuer", without("iss"), "InvalidIdentityToken", "Missing a required claim: iss"},
		{"no subject", without("sub"), "InvalidIdentityToken", "Missing a required claim: sub"},
		{"no audience", without("aud"), "InvalidIdentityToken", "Missing a required claim: aud"},
		{"no end", without("exp"), "InvalidIdentityToken", "Missing a required claim: exp"},
		{"expired", token(expired), "ExpiredTokenException", ""},
	} {
		_, err := sts.NewFromConfig(w.account(A)).AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
			RoleArn: new("arn:aws:iam::222222222222:role/any"), RoleSessionName: new("run-1"), WebIdentityToken: &test.token,
		})
		t.Run(test.name, func(t *testing.T) { refused(t, err, test.code, test.message) })
	}
	_, err := sts.NewFromConfig(w.account(A)).AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
		RoleArn: new("arn:aws:iam::222222222222:role/any"), RoleSessionName: new("run-1"), WebIdentityToken: new("opaque"), ProviderId: new("www.amazon.com"),
	})
	refused(t, err, "ValidationError", "The parameter ProviderId is not supported by ipam-local.")
}
