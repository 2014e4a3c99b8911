// Package roles keeps the IAM roles of all accounts. It is a leaf, so that any service may ask for a role or make one
// on the side, as AWS does with its service-linked roles; what clients do with roles is in package stsapi.
package roles

import (
	"encoding/base32"
	"encoding/hex"
	"iter"
	"strings"
	"time"

	"github.com/ipam-local/ipam-local/state"
)

// Schema is the tables of this package.
var Schema state.Schema

// Role is a role of an account. It has no ARN, because the partition is that of whoever looks at it.
type Role struct {
	Account     string
	Name        string
	Path        string // / or /some/path/
	ID          string // AROA…
	Trust       string // the policy that says who may assume it
	Description string
	Created     time.Time
	MaxSession  time.Duration
	Tags        []Tag
	Service     string // that a service-linked role is linked to, such as ipam.amazonaws.com
}

// Tag is a tag of a role.
type Tag struct{ Key, Value string }

// No two names of an account differ by case alone: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
var table = state.NewTable(&Schema, "role", func(r *Role) state.Key { return state.Key{r.Account, strings.ToLower(r.Name)} })

// owner is an account that has made roles of its own, be they gone or not.
type owner struct{ Account string }

var owners = state.NewTable(&Schema, "role-owner", func(o *owner) state.Key { return state.Key{o.Account} })

// DefaultMaxSession is how long a session may last if the role does not say.
const DefaultMaxSession = time.Hour

// Get returns a role of the account or nil.
func Get(tx *state.Tx, account, name string) *Role {
	if r := table.Get(tx, account, strings.ToLower(name)); r != nil && r.Name == name {
		return r
	}
	return nil
}

// HasRole says whether the account has the role.
func HasRole(tx *state.Tx, account, name string) bool { return Get(tx, account, name) != nil }

// Taken says whether the account has a role of that name, in whatever case.
func Taken(tx *state.Tx, account, name string) bool {
	return table.Get(tx, account, strings.ToLower(name)) != nil
}

// Owns says whether the account has ever made a role, those of services aside.
func Owns(tx *state.Tx, account string) bool { return owners.Get(tx, account) != nil }

// All yields the roles of the account behind the one named after, by name.
func All(tx *state.Tx, account, after string) iter.Seq[*Role] {
	if after == "" {
		return table.Scan(tx, account)
	}
	return table.ScanAfter(tx, state.Key{account, strings.ToLower(after)}, account)
}

// Create keeps a new role, and gives it what it lacks: an id, a time, a path.
func Create(tx *state.Tx, r *Role) *Role {
	r.ID, r.Created = NewID(tx, "AROA"), tx.Now
	if r.Path == "" {
		r.Path = "/"
	}
	if r.MaxSession == 0 {
		r.MaxSession = DefaultMaxSession
	}
	table.Put(tx, r)
	if r.Service == "" {
		owners.Put(tx, &owner{r.Account})
	}
	return r
}

// Delete removes a role of the account.
func Delete(tx *state.Tx, account, name string) { table.Delete(tx, account, strings.ToLower(name)) }

// policy lets a principal assume a role.
func policy(principal string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}]}`
}

// NewID is a unique id of IAM: four letters that tell the kind, and 17 random ones. Source:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
func NewID(tx *state.Tx, kind string) string {
	const letters = 17
	return kind + base32.StdEncoding.EncodeToString(Random(tx, letters))[:letters]
}

// Random is that many random bytes from the transaction's source.
func Random(tx *state.Tx, n int) []byte {
	b, _ := hex.DecodeString(tx.NewID("", 2*n)) // hex digits always decode
	return b
}
