package stsapi

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/ipam-local/ipam-local/server/op"
)

var identityOperations = []op.Op{
	op.Read((*Call).GetCallerIdentity),
	op.Read((*Call).GetAccessKeyInfo),
	op.Read((*Call).DecodeAuthorizationMessage),
	op.Write((*Call).GetSessionToken),
}

// GetCallerIdentity shows the caller to himself.
func (c *Call) GetCallerIdentity(*sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	return &sts.GetCallerIdentityOutput{Account: new(c.Account), Arn: new(c.ARN), UserId: new(c.UserID)}, nil
}

var wordPattern = regexp.MustCompile(`^[\w]*$`)

// GetAccessKeyInfo reads the account out of a key, whether the key exists or not. AWS's answer to a key that has no
// account inside is not known.
func (c *Call) GetAccessKeyInfo(in *sts.GetAccessKeyInfoInput) (*sts.GetAccessKeyInfoOutput, error) {
	var v checks
	v.text("accessKeyId", in.AccessKeyId, 16, 128, wordPattern)
	if err := v.err(); err != nil {
		return nil, err
	}
	account, ok := decode(*in.AccessKeyId)
	if !ok {
		return nil, fail("ValidationError", "The access key %s does not tell its account.", *in.AccessKeyId)
	}
	return &sts.GetAccessKeyInfoOutput{Account: &account}, nil
}

// DecodeAuthorizationMessage refuses every message, for no error of ipam-local carries an encoded one.
func (c *Call) DecodeAuthorizationMessage(*sts.DecodeAuthorizationMessageInput) (*sts.DecodeAuthorizationMessageOutput, error) {
	return nil, &types.InvalidAuthorizationMessageException{Message: new("Message is invalid")}
}

// Seconds that a session of GetSessionToken or GetFederationToken may last, that it lasts by default, and that a root
// user's lasts at most. Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
const (
	leastDuration   = 900
	mostDuration    = 129_600
	defaultDuration = 43_200
	rootDuration    = 3_600
)

// duration is how long a session of the caller lasts that need not be a role's. A root user's longer wish is shortened.
func (c *Call) duration(seconds *int32) int32 {
	d := or(seconds, defaultDuration)
	if isRoot(c.ARN) {
		d = min(d, rootDuration)
	}
	return d
}

// GetSessionToken gives the caller a temporary key of his own. MFA cannot fail, for there are no devices.
func (c *Call) GetSessionToken(in *sts.GetSessionTokenInput) (*sts.GetSessionTokenOutput, error) {
	var v checks
	v.number("durationSeconds", in.DurationSeconds, leastDuration, mostDuration)
	v.mfa(in.SerialNumber, in.TokenCode)
	v.number("minimumSessionTokenSize", in.MinimumSessionTokenSize, 0, maxTokenSize)
	if err := v.err(); err != nil {
		return nil, err
	}
	if isTemporary(c.AccessKey) {
		return nil, fail("AccessDenied", "Cannot call GetSessionToken with session credentials")
	}
	if err := bothOfMFA(in.SerialNumber, in.TokenCode); err != nil {
		return nil, err
	}
	s := c.issue(&session{Account: c.Account, ARN: c.ARN, UserID: c.UserID}, c.duration(in.DurationSeconds), in.MinimumSessionTokenSize)
	return &sts.GetSessionTokenOutput{Credentials: s.credentials(), SessionTokenSize: s.size(), SessionTokenUtilization: s.utilization()}, nil
}

var (
	serialPattern = regexp.MustCompile(`^[\w+=/:,.@-]*$`)
	codePattern   = regexp.MustCompile(`^[\d]*$`)
)

// mfa checks the form of what a device for multi-factor authentication shows.
func (v *checks) mfa(serial, code *string) {
	v.text("serialNumber", serial, 9, 256, serialPattern)
	v.text("tokenCode", code, 6, 6, codePattern)
}

func bothOfMFA(serial, code *string) error {
	if (serial == nil) != (code == nil) {
		return fail("AccessDenied", "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
	}
	return nil
}
