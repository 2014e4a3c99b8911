// Package stsapi is STS, and of IAM what clients call on the way: it turns the access key of a request into a caller,
// tells callers who they are, and lets them become others.
//
// A key that STS did not issue stands for the root user of its account, because there are no users here. Principals
// have no permissions of their own: an IAM policy is checked for its form and kept, but only the policy that says who
// may assume a role is obeyed. AWS lets no root user assume a role; here there would be nobody else to do it.
//
// An operation of STS is a method of Call and one of IAM a method of IAMCall.
package stsapi

import (
	"fmt"
	"slices"

	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

// Schema is the tables of this package.
var Schema state.Schema

// Operations are all that the package serves of STS.
func Operations() []op.Op {
	return slices.Concat(
		identityOperations,
		assumeOperations,
		federationOperations,
	)
}

// IAMOperations are all that the package serves of IAM.
func IAMOperations() []op.Op {
	return slices.Concat(
		roleOperations,
		linkedRoleOperations,
		userOperations,
	)
}

// Call is one request to STS: its transaction and who makes it.
type Call struct {
	Tx *state.Tx
	op.Caller
}

// IAMCall is one request to IAM.
type IAMCall struct {
	Tx *state.Tx
	op.Caller
}

// fail is the error that a client sees: a code of AWS and its sentence.
func fail(code, format string, args ...any) error {
	return &smithy.GenericAPIError{Code: code, Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

// unsupported refuses a parameter that is not emulated, by name: a parameter is never dropped in silence.
func unsupported(parameter string) error {
	return fail("ValidationError", "The parameter %s is not supported by ipam-local.", parameter)
}

// or is what p points to, or def if it points nowhere.
func or[T any](p *T, def T) T {
	if p == nil {
		return def
	}
	return *p
}
