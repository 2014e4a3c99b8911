package stsapi

import (
	"crypto/sha256"
	"encoding/base32"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/server/op"
)

//lint:file-ignore SA1019 PackedPolicySize is deprecated, yet it is the one that most clients read.

var assumeOperations = []op.Op{
	op.Write((*Call).AssumeRole),
}

// Seconds that a role's session may last. The last is the limit for one who is himself a role. Source:
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const (
	leastRoleDuration   = 900
	mostRoleDuration    = 43_200
	defaultRoleDuration = 3_600
	chainedDuration     = 3_600
)

var (
	namePattern       = regexp.MustCompile(`^[\w+=,.@-]*$`)
	externalIDPattern = regexp.MustCompile(`^[\w+=,.@:\/-]*$`)
)

// AssumeRole gives the caller a key of a role. It is denied alike whether the role does not exist or does not trust him.
//
// A session's policies are checked for their form and count for PackedPolicySize, no more: no policy of a principal is
// evaluated here.
func (c *Call) AssumeRole(in *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	if err := checkAssumeRole(in); err != nil {
		return nil, err
	}
	if err := bothOfMFA(in.SerialNumber, in.TokenCode); err != nil {
		return nil, err
	}
	r, err := c.assumable(*in.RoleArn, c.applicant(in), actions(in))
	if err != nil {
		return nil, err
	}
	seconds := or(in.DurationSeconds, defaultRoleDuration)
	if isRole(c.ARN) && seconds > chainedDuration {
		return nil, fail("ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	}
	if err := r.lasts(seconds); err != nil {
		return nil, err
	}
	s := r.session(*in.RoleSessionName)
	if err := c.inherit(s, in); err != nil {
		return nil, err
	}
	c.issue(s, seconds, in.MinimumSessionTokenSize)
	out := &sts.AssumeRoleOutput{
		AssumedRoleUser:         s.roleUser(),
		Credentials:             s.credentials(),
		PackedPolicySize:        packedSize(in.Policy, in.PolicyArns, in.Tags),
		SessionTokenSize:        s.size(),
		SessionTokenUtilization: s.utilization(),
	}
	if s.SourceIdentity != "" {
		out.SourceIdentity = &s.SourceIdentity
	}
	return out, nil
}

func checkAssumeRole(in *sts.AssumeRoleInput) error {
	if in.ProvidedContexts != nil {
		return unsupported("ProvidedContexts")
	}
	var v checks
	v.text("roleArn", in.RoleArn, 20, 2048, nil)
	v.text("roleSessionName", in.RoleSessionName, 2, 64, namePattern)
	v.number("durationSeconds", in.DurationSeconds, leastRoleDuration, mostRoleDuration)
	v.text("externalId", in.ExternalId, 2, 1224, externalIDPattern)
	v.text("sourceIdentity", in.SourceIdentity, 2, 64, namePattern)
	v.mfa(in.SerialNumber, in.TokenCode)
	v.policies(in.Policy, in.PolicyArns)
	v.tags(in.Tags)
	v.count("transitiveTagKeys", len(in.TransitiveTagKeys), 50)
	v.number("minimumSessionTokenSize", in.MinimumSessionTokenSize, 0, maxTokenSize)
	if err := v.err(); err != nil {
		return err
	}
	if err := isPolicy(in.Policy); err != nil {
		return err
	}
	return uniqueTags(in.Tags, in.TransitiveTagKeys)
}

// actions are those that the role's policy must allow for the request.
func actions(in *sts.AssumeRoleInput) []string {
	list := []string{"sts:AssumeRole"}
	if len(in.Tags) > 0 {
		list = append(list, "sts:TagSession")
	}
	if in.SourceIdentity != nil {
		list = append(list, "sts:SetSourceIdentity")
	}
	return list
}

// applicant is the caller as a trust policy sees him: his account.
func (c *Call) applicant(in *sts.AssumeRoleInput) applicant {
	values := map[string][]string{"sts:externalid": nil, "sts:rolesessionname": {*in.RoleSessionName}}
	if in.ExternalId != nil {
		values["sts:externalid"] = []string{*in.ExternalId}
	}
	return applicant{kind: "AWS", values: values, is: func(principal string) bool {
		account := principal
		if parts := strings.SplitN(principal, ":", 6); len(parts) == 6 {
			account = parts[4]
		}
		return account == c.Account
	}}
}

// target is a role that is being assumed.
type target struct {
	*roles.Role
	partition string
}

// assumable finds a role that the applicant may assume.
//
// It is one of these, by docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use.html and, for the second,
// docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html:
//
//   - a role that was created, as far as its policy trusts the applicant;
//   - the role that an organization gives to each account that it creates, for its management account;
//   - any role of an account that belongs to no organization and has never created one. AWS has no such thing. But who
//     only wants an account's keys has no use for making roles first, and there is nothing to be kept out of.
func (c *Call) assumable(arn string, a applicant, actions []string) (target, error) {
	partition, account, path, name, ok := parseRole(arn)
	denied := func(action string) error {
		return fail("AccessDenied", "User: %s is not authorized to perform: %s on resource: %s", c.ARN, action, arn)
	}
	if !ok || isFederated(c.ARN) || partition != region.Partition(c.Region) {
		return target{}, denied(actions[0])
	}
	r := roles.Get(c.Tx, account, name)
	switch {
	case r == nil && path == "/" && c.administers(account, name):
		return target{implied(account, path, name, roles.DefaultMaxSession), partition}, nil
	case r == nil && c.isUnmanaged(account):
		return target{implied(account, path, name, mostRoleDuration*time.Second), partition}, nil
	case r == nil || r.Path != path:
		return target{}, denied(actions[0])
	}
	t, err := parseTrust(r.Trust)
	if err != nil {
		return target{}, err
	}
	for _, action := range actions {
		if !t.allows(a, action) {
			return target{}, denied(action)
		}
	}
	return target{r, partition}, nil
}

// implied is a role that may be assumed without having been created. Its id is the same each time.
func implied(account, path, name string, longest time.Duration) *roles.Role {
	sum := sha256.Sum256([]byte(account + path + name))
	id := "AROA" + base32.StdEncoding.EncodeToString(sum[:])[:17]
	return &roles.Role{Account: account, Path: path, Name: name, ID: id, MaxSession: longest}
}

// parseRole takes arn:aws:iam::111122223333:role/path/name apart.
func parseRole(arn string) (partition, account, path, name string, ok bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" || parts[3] != "" || !isAccount(parts[4]) {
		return
	}
	resource, ok := strings.CutPrefix(parts[5], "role/")
	slash := strings.LastIndexByte(resource, '/') + 1
	path, name = "/"+resource[:slash], resource[slash:]
	return parts[1], parts[4], path, name, ok && name != ""
}

// lasts checks that a session of the role may last that long.
func (t target) lasts(seconds int32) error {
	if time.Duration(seconds)*time.Second > t.MaxSession {
		return fail("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return nil
}

// session is one of the role. The ARN leaves out the role's path.
func (t target) session(name string) *session {
	return &session{
		Account: t.Account,
		ARN:     region.ARN(t.partition, "sts", "", t.Account, "assumed-role/"+t.Name+"/"+name),
		UserID:  t.ID + ":" + name,
	}
}

func (s *session) roleUser() *types.AssumedRoleUser {
	return &types.AssumedRoleUser{Arn: new(s.ARN), AssumedRoleId: new(s.UserID)}
}

// inherit gives a session its tags and source identity: those of the request and those that the caller's own session
// hands on, neither of which a later session of the chain can change. Source:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
func (c *Call) inherit(s *session, in *sts.AssumeRoleInput) error {
	from := c.session()
	s.SourceIdentity = or(in.SourceIdentity, from.SourceIdentity)
	if from.SourceIdentity != "" && s.SourceIdentity != from.SourceIdentity {
		return fail("AccessDenied", "User: %s is not authorized to perform: sts:SetSourceIdentity on resource: %s", c.ARN, *in.RoleArn)
	}
	s.Tags = tagMap(in.Tags)
	for _, key := range from.Transitive {
		if _, twice := s.Tags[key]; twice {
			return fail("InvalidParameterValue", "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.")
		}
		s.Tags[key] = from.Tags[key]
	}
	s.Transitive = slices.Compact(slices.Sorted(slices.Values(slices.Concat(from.Transitive, in.TransitiveTagKeys))))
	return nil
}

// administers says whether the caller belongs to the management account of the organization that created the account,
// and the name is that of the role which the account was given for that.
func (c *Call) administers(account, role string) bool {
	m, ok := orgs.Of(c.Tx, account)
	return ok && m.ManagementAccount == c.Account && m.ManagementAccount != account && orgs.AccessRole(c.Tx, account) == role
}

// isUnmanaged says whether nobody has said what roles the account has: neither an organization nor the account.
func (c *Call) isUnmanaged(account string) bool {
	_, member := orgs.Of(c.Tx, account)
	return !member && !roles.Owns(c.Tx, account)
}
