package stsapi

import (
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

// session is a key that was issued, and whom it stands for. It is kept when it has expired: its key, forgotten, would
// be taken for one of AWS's and work again.
type session struct {
	Account        string
	AccessKey      string
	Secret         string
	Token          string
	ARN            string
	UserID         string
	Expires        time.Time
	SourceIdentity string
	Tags           map[string]string `json:",omitempty"`
	Transitive     []string          `json:",omitempty"` // those tags that a chained session inherits
}

var sessions = state.NewTable(&Schema, "session", func(s *session) state.Key { return state.Key{s.Account, s.AccessKey} })

// Resolve returns these two for the server, which knows how each service says it.
var (
	ErrExpired      = errors.New("the session has expired")
	ErrInvalidToken = errors.New("the session token is not that of the access key")
)

// Resolve is who makes a request: the holder of an issued key, or else the root user of the key's account. A temporary
// key that was not issued here is one of AWS's, or is older than the state; it is as good as any other.
func Resolve(tx *state.Tx, accessKey, token, regionName string) (op.Caller, error) {
	account := Account(accessKey)
	caller := op.Caller{Account: account, Region: regionName, AccessKey: accessKey, UserID: account}
	if isTemporary(accessKey) {
		if s := sessions.Get(tx, account, accessKey); s != nil {
			caller.ARN, caller.UserID = s.ARN, s.UserID
			return caller, s.check(tx, token)
		}
	}
	caller.ARN = region.ARN(region.Partition(regionName), "iam", "", account, "root")
	return caller, nil
}

func (s *session) check(tx *state.Tx, token string) error {
	switch {
	case s.Token != token:
		return ErrInvalidToken
	case !tx.Now.Before(s.Expires):
		return ErrExpired
	}
	return nil
}

// Size of a session token in bytes. AWS gives no number for the usual one; the limit is that of MinimumSessionTokenSize.
const (
	tokenSize    = 320
	maxTokenSize = 4096
)

// issue makes a session's key and keeps the session; size is the least size of the token.
func (c *Call) issue(s *session, seconds int32, size *int32) *session {
	encode64 := base64.StdEncoding.EncodeToString
	quanta := (max(or(size, 0), tokenSize) + 3) / 4 // four characters carry three bytes
	s.AccessKey = encode(s.Account, roles.Random(c.Tx, 10))
	s.Secret = encode64(roles.Random(c.Tx, 30))
	s.Token = encode64(roles.Random(c.Tx, int(quanta)*3))
	s.Expires = c.Tx.Now.Truncate(time.Second).Add(time.Duration(seconds) * time.Second)
	sessions.Put(c.Tx, s)
	return s
}

func (s *session) credentials() *types.Credentials {
	return &types.Credentials{
		AccessKeyId:     new(s.AccessKey),
		SecretAccessKey: new(s.Secret),
		SessionToken:    new(s.Token),
		Expiration:      new(s.Expires),
	}
}

// size is the token's size in bytes, and utilization what that is of the limit in percent.
func (s *session) size() *int32        { return new(int32(len(s.Token))) }
func (s *session) utilization() *int32 { return new(int32(len(s.Token) * 100 / maxTokenSize)) }

// session is that of the caller, if he has one.
func (c *Call) session() session {
	if s := sessions.Get(c.Tx, c.Account, c.AccessKey); s != nil {
		return *s
	}
	return session{}
}

// What kind of principal an ARN names.
func isRoot(arn string) bool      { return strings.HasSuffix(arn, ":root") }
func isRole(arn string) bool      { return strings.Contains(arn, ":assumed-role/") }
func isFederated(arn string) bool { return strings.Contains(arn, ":federated-user/") }
