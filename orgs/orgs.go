// Package orgs is AWS Organizations: organizations, their units and accounts, who may act for them, and the policies
// on them. There is one file a resource. Each begins with a table of its operations, which also says who may call
// them; then come its record and the operations themselves.
//
// Other packages ask it, inside a transaction, who belongs where: see query.go.
package orgs

import (
	"slices"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

// Schema is the tables, indexes, derived values and queues of this package. Rows begin with the management account,
// so an organization goes when its management account is reset; those of accounts begin with the account itself.
var Schema state.Schema

// Operations are all that the package serves.
func Operations() []op.Op {
	return slices.Concat(
		organizationOperations,
		rootOperations,
		unitOperations,
		treeOperations,
		accountOperations,
		accountCreationOperations,
		invitationOperations,
		handshakeOperations,
		featureOperations,
		serviceAccessOperations,
		delegationOperations,
		policyOperations,
		attachmentOperations,
		effectivePolicyOperations,
		resourcePolicyOperations,
		tagOperations,
	)
}

// Call is one request: its transaction, who makes it, and the settings of the program.
type Call struct {
	Tx *state.Tx
	op.Caller
	Settings *Settings
}

// or is what p points to, or def if it points nowhere.
func or[T any](p *T, def T) T {
	if p == nil {
		return def
	}
	return *p
}
