package stsapi

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/server/op"
)

//lint:file-ignore SA1019 PackedPolicySize is deprecated, yet it is the one that most clients read.

var federationOperations = []op.Op{
	op.Write((*Call).GetFederationToken),
	op.Write((*Call).AssumeRoleWithWebIdentity),
}

// Unsigned are the operations of STS that may be called without a key, as whoever calls them has none yet.
var Unsigned = []string{"AssumeRoleWithWebIdentity"}

// GetFederationToken gives the caller a key for one whom he vouches for.
func (c *Call) GetFederationToken(in *sts.GetFederationTokenInput) (*sts.GetFederationTokenOutput, error) {
	var v checks
	v.text("name", in.Name, 2, 32, namePattern)
	v.number("durationSeconds", in.DurationSeconds, leastDuration, mostDuration)
	v.policies(in.Policy, in.PolicyArns)
	v.tags(in.Tags)
	v.number("minimumSessionTokenSize", in.MinimumSessionTokenSize, 0, maxTokenSize)
	if err := v.err(); err != nil {
		return nil, err
	}
	if err := isPolicy(in.Policy); err != nil {
		return nil, err
	}
	if err := uniqueTags(in.Tags, nil); err != nil {
		return nil, err
	}
	if isTemporary(c.AccessKey) {
		return nil, fail("AccessDenied", "Cannot call GetFederationToken with session credentials")
	}
	s := &session{
		Account: c.Account,
		ARN:     region.ARN(region.Partition(c.Region), "sts", "", c.Account, "federated-user/"+*in.Name),
		UserID:  c.Account + ":" + *in.Name,
		Tags:    tagMap(in.Tags),
	}
	c.issue(s, c.duration(in.DurationSeconds), in.MinimumSessionTokenSize)
	return &sts.GetFederationTokenOutput{
		Credentials:             s.credentials(),
		FederatedUser:           &types.FederatedUser{Arn: new(s.ARN), FederatedUserId: new(s.UserID)},
		PackedPolicySize:        packedSize(in.Policy, in.PolicyArns, in.Tags),
		SessionTokenSize:        s.size(),
		SessionTokenUtilization: s.utilization(),
	}, nil
}

// AssumeRoleWithWebIdentity gives the holder of an identity provider's token a key of a role. Which providers an account
// knows is not emulated, nor are tokens' signatures checked: what counts is that the role's policy, if it has one,
// trusts the token's issuer.
func (c *Call) AssumeRoleWithWebIdentity(in *sts.AssumeRoleWithWebIdentityInput) (*sts.AssumeRoleWithWebIdentityOutput, error) {
	if in.ProviderId != nil {
		return nil, unsupported("ProviderId") // names a provider whose tokens are opaque
	}
	var v checks
	v.text("roleArn", in.RoleArn, 20, 2048, nil)
	v.text("roleSessionName", in.RoleSessionName, 2, 64, namePattern)
	v.text("webIdentityToken", in.WebIdentityToken, 4, 20_000, nil)
	v.number("durationSeconds", in.DurationSeconds, leastRoleDuration, mostRoleDuration)
	v.policies(in.Policy, in.PolicyArns)
	v.number("minimumSessionTokenSize", in.MinimumSessionTokenSize, 0, maxTokenSize)
	if err := v.err(); err != nil {
		return nil, err
	}
	if err := isPolicy(in.Policy); err != nil {
		return nil, err
	}
	claims, err := readToken(*in.WebIdentityToken, c.Tx.Now)
	if err != nil {
		return nil, err
	}
	r, err := c.assumableBy(claims, *in.RoleArn)
	if err != nil {
		return nil, err
	}
	seconds := or(in.DurationSeconds, defaultRoleDuration)
	if err := r.lasts(seconds); err != nil {
		return nil, err
	}
	s := c.issue(r.session(*in.RoleSessionName), seconds, in.MinimumSessionTokenSize)
	return &sts.AssumeRoleWithWebIdentityOutput{
		AssumedRoleUser:             s.roleUser(),
		Audience:                    new(claims.Audience[0]),
		Credentials:                 s.credentials(),
		PackedPolicySize:            packedSize(in.Policy, in.PolicyArns, nil),
		Provider:                    new(claims.Issuer),
		SessionTokenSize:            s.size(),
		SessionTokenUtilization:     s.utilization(),
		SubjectFromWebIdentityToken: new(claims.Subject),
	}, nil
}

// assumableBy finds a role that the bearer of a token may assume; assumable says which roles there are. The request need
// not be signed, so the ARN alone tells the partition.
func (c *Call) assumableBy(claims *claims, arn string) (target, error) {
	denied := fail("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
	partition, account, path, name, ok := parseRole(arn)
	if !ok {
		return target{}, denied
	}
	r := roles.Get(c.Tx, account, name)
	if r == nil && c.isUnmanaged(account) {
		return target{implied(account, path, name, mostRoleDuration*time.Second), partition}, nil
	}
	if r == nil || r.Path != path {
		return target{}, denied
	}
	t, err := parseTrust(r.Trust)
	if err != nil {
		return target{}, err
	}
	if !t.allows(claims.applicant(), "sts:AssumeRoleWithWebIdentity") {
		return target{}, denied
	}
	return target{r, partition}, nil
}

// claims are what a token says of its bearer.
type claims struct {
	Issuer   string       `json:"iss"`
	Subject  string       `json:"sub"`
	Audience many[string] `json:"aud"`
	Expires  *float64     `json:"exp"`
}

// readToken reads a JSON Web Token (RFC 7519): three parts in base64, the second of which has the claims.
func readToken(token string, now time.Time) (*claims, error) {
	invalid := func(why string) error { return &types.InvalidIdentityTokenException{Message: &why} }
	parts := strings.Split(token, ".")
	var header map[string]any
	var c claims
	if len(parts) != 3 || decodePart(parts[0], &header) != nil || decodePart(parts[1], &c) != nil {
		return nil, invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
	}
	for _, claim := range []struct{ name, value string }{{"iss", c.Issuer}, {"sub", c.Subject}, {"aud", strings.Join(c.Audience, "")}} {
		if claim.value == "" {
			return nil, invalid("Missing a required claim: " + claim.name)
		}
	}
	if c.Expires == nil {
		return nil, invalid("Missing a required claim: exp")
	}
	if float64(now.Unix()) >= *c.Expires {
		return nil, &types.ExpiredTokenException{Message: new(fmt.Sprintf("Token expired: current date/time %d must be before the expiration date/time %.0f", now.Unix(), *c.Expires))}
	}
	return &c, nil
}

func decodePart(part string, into any) error {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// applicant is the bearer of a token as a trust policy sees him. A policy writes the issuer without https://, in the
// name of a provider as in the keys of conditions. Source:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
func (c *claims) applicant() applicant {
	issuer := strings.TrimPrefix(c.Issuer, "https://")
	return applicant{
		kind: "Federated",
		values: map[string][]string{
			strings.ToLower(issuer + ":sub"): {c.Subject},
			strings.ToLower(issuer + ":aud"): c.Audience,
		},
		is: func(principal string) bool {
			return principal == issuer || strings.HasSuffix(principal, ":oidc-provider/"+issuer)
		},
	}
}
