package stsapi_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/ipam-local/ipam-local/stsapi"
)

func TestIdentityOfAPlainKey(t *testing.T) {
	w := start(t)
	for _, test := range []struct{ region, arn string }{
		{"eu-west-1", "arn:aws:iam::111111111111:root"},
		{"cn-north-1", "arn:aws-cn:iam::111111111111:root"},
	} {
		account, arn, userID := w.identity(w.server.Config(A, test.region))
		if account != A || arn != test.arn || userID != A {
			t.Errorf("identity in %s = %s, %s, %s, want %s of %s", test.region, account, arn, userID, test.arn, A)
		}
	}
}

// A temporary key that nobody here issued is one of AWS's, and acts for its account.
func TestIdentityOfAnUnknownTemporaryKey(t *testing.T) {
	w := start(t)
	account, arn, _ := w.identity(w.keys("ASIAY34FZKBOKMUTVV7A", "secret", "token"))
	if account != "609629065308" || arn != "arn:aws:iam::609629065308:root" {
		t.Errorf("identity = %s, %s, want the root user of 609629065308", account, arn)
	}
}

func TestGetSessionToken(t *testing.T) {
	w := start(t)
	client := sts.NewFromConfig(w.account(A))
	out := must(client.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{DurationSeconds: new(int32(7200)), MinimumSessionTokenSize: new(int32(1001))}))(t)
	key := *out.Credentials.AccessKeyId
	if !strings.HasPrefix(key, "ASIAR") || len(key) != 20 || stsapi.Account(key) != A {
		t.Errorf("key = %s, want one of AWS's form for %s", key, A)
	}
	if n := len(*out.Credentials.SessionToken); n != 1004 || int(*out.SessionTokenSize) != n || *out.SessionTokenUtilization != 24 {
		t.Errorf("the token has %d bytes, said to be %d or %d %%, want 1004 or 24 %%", n, *out.SessionTokenSize, *out.SessionTokenUtilization)
	}
	if left := time.Until(*out.Credentials.Expiration); left < 59*time.Minute || left > time.Hour {
		t.Errorf("a root user's key lasts %v, want an hour", left)
	}
	config := w.with(out.Credentials)
	if account, arn, userID := w.identity(config); account != A || arn != "arn:aws:iam::111111111111:root" || userID != A {
		t.Errorf("identity = %s, %s, %s, want that of the one who asked", account, arn, userID)
	}
	client = sts.NewFromConfig(config)
	_, err := client.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{})
	refused(t, err, "AccessDenied", "Cannot call GetSessionToken with session credentials")
	_, err = client.GetFederationToken(t.Context(), &sts.GetFederationTokenInput{Name: new("bob")})
	refused(t, err, "AccessDenied", "Cannot call GetFederationToken with session credentials")
	w.assume(config, "arn:aws:iam::111111111111:role/any") // is no chain: it may last longer than an hour
	must(client.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: new("arn:aws:iam::111111111111:role/any"), RoleSessionName: new("s1"), DurationSeconds: new(int32(7200))}))(t)
}

func TestGetSessionTokenRefusals(t *testing.T) {
	w := start(t)
	client := sts.NewFromConfig(w.account(A))
	for _, test := range []struct {
		name          string
		in            sts.GetSessionTokenInput
		code, message string
	}{
		{"too short", sts.GetSessionTokenInput{DurationSeconds: new(int32(899))}, "ValidationError",
			"1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900"},
		{"too long", sts.GetSessionTokenInput{DurationSeconds: new(int32(129_601))}, "ValidationError",
			"1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 129600"},
		{"a code of five digits and a letter", sts.GetSessionTokenInput{SerialNumber: new("GAHT12345678"), TokenCode: new("12345x")}, "ValidationError",
			`1 validation error detected: Value '12345x' at 'tokenCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\d]*`},
		{"a code without a device", sts.GetSessionTokenInput{TokenCode: new("123456")}, "AccessDenied",
			"MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."},
	} {
		_, err := client.GetSessionToken(t.Context(), &test.in)
		t.Run(test.name, func(t *testing.T) { refused(t, err, test.code, test.message) })
	}
}

func TestGetAccessKeyInfo(t *testing.T) {
	w := start(t)
	client := sts.NewFromConfig(w.account(A))
	out := must(client.GetAccessKeyInfo(t.Context(), &sts.GetAccessKeyInfoInput{AccessKeyId: new("ASIAQNZGKIQY56JQ7WML")}))(t)
	if *out.Account != "029608264753" {
		t.Errorf("account = %s, want 029608264753", *out.Account)
	}
	for key, message := range map[string]string{
		"AKIAIOSFODNN7EXAMPLE": "The access key AKIAIOSFODNN7EXAMPLE does not tell its account.", // unverified
		"AKIA-OSFODNN7EXAMPLE": `1 validation error detected: Value 'AKIA-OSFODNN7EXAMPLE' at 'accessKeyId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w]*`,
	} {
		_, err := client.GetAccessKeyInfo(t.Context(), &sts.GetAccessKeyInfoInput{AccessKeyId: &key})
		refused(t, err, "ValidationError", message)
	}
}

func TestDecodeAuthorizationMessage(t *testing.T) {
	w := start(t)
	_, err := sts.NewFromConfig(w.account(A)).DecodeAuthorizationMessage(t.Context(), &sts.DecodeAuthorizationMessageInput{EncodedMessage: new("abc")})
	refused(t, err, "InvalidAuthorizationMessageException", "")
}

func TestAnOperationThatIsNotServed(t *testing.T) {
	w := start(t)
	_, err := sts.NewFromConfig(w.account(A)).AssumeRoot(t.Context(), &sts.AssumeRootInput{TargetPrincipal: new(B), TaskPolicyArn: &types.PolicyDescriptorType{Arn: new("arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy")}})
	refused(t, err, "InvalidAction", "")
}

// What a key does after its time, and with another's token, each service says in its own words.
func TestKeysThatAreNotAccepted(t *testing.T) {
	w := start(t)
	issued := must(sts.NewFromConfig(w.account(A)).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{DurationSeconds: new(int32(900))}))(t).Credentials
	type answer struct{ service, code, message string }
	try := func(name, token string, want ...answer) {
		t.Helper()
		config := w.keys(*issued.AccessKeyId, *issued.SecretAccessKey, token)
		_, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		errs := map[string]error{"sts": err}
		_, errs["iam"] = iam.NewFromConfig(config).GetUser(t.Context(), &iam.GetUserInput{})
		_, errs["ec2"] = ec2.NewFromConfig(config).CreateIpam(t.Context(), &ec2.CreateIpamInput{})
		_, errs["organizations"] = organizations.NewFromConfig(config).ListRoots(t.Context(), &organizations.ListRootsInput{})
		for _, a := range want {
			t.Run(name+"/"+a.service, func(t *testing.T) { refused(t, errs[a.service], a.code, a.message) })
		}
	}
	invalid := []answer{
		{"sts", "InvalidClientTokenId", "The security token included in the request is invalid"},
		{"iam", "InvalidClientTokenId", "The security token included in the request is invalid"},
		{"ec2", "AuthFailure", "AWS was not able to validate the provided access credentials"},
		{"organizations", "UnrecognizedClientException", "The security token included in the request is invalid."},
	}
	try("another token", "other", invalid...)
	try("no token", "", invalid...)

	w.server.Advance(14 * time.Minute)
	w.identity(w.with(issued))
	w.server.Advance(time.Minute)
	try("expired", *issued.SessionToken,
		answer{"sts", "ExpiredToken", "The security token included in the request is expired"},
		answer{"iam", "ExpiredToken", "The security token included in the request is expired"},
		answer{"ec2", "RequestExpired", "Request has expired."},
		answer{"organizations", "ExpiredTokenException", "The security token included in the request is expired"},
	)
	w.server.Advance(10_000 * time.Hour) // the key is never taken for one of AWS's
	try("long expired", *issued.SessionToken, answer{"sts", "ExpiredToken", ""})
}
