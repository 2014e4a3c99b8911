// Package ramapi is AWS Resource Access Manager: shares, who they are open to, invitations and managed permissions. There
// is one file a resource; each begins with a table of its operations, then come its record and the operations.
//
// Other services ask it what an account may do with another's resource: Granted, SharedWith and IsShared. That follows
// the organization as it is at the moment of the question, so an account that joins or leaves needs no call of RAM's.
//
//	share ──┬── association: RESOURCE   an ARN of the owner's
//	        ├── association: PRINCIPAL  an account, role, user, OU, organization or service ── invitation
//	        ├── association: SOURCE     where calls of a service may come from
//	        └── binding: one permission (and its version) for each type of resource
//
// Resources of other services it knows only by what Lookup tells.
package ramapi

import (
	"slices"
	"time"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

// Schema is the tables, indexes, derived values and queues of this package.
var Schema state.Schema

// Operations are all that the package serves, which is all that RAM has.
func Operations() []op.Op {
	return slices.Concat(
		shareOperations,
		associationOperations,
		sourceOperations,
		invitationOperations,
		resourceOperations,
		principalOperations,
		policyOperations,
		organizationOperations,
		permissionOperations,
		customerPermissionOperations,
		bindingOperations,
		replaceOperations,
		promoteOperations,
		tagOperations,
	)
}

// Call is one request: its transaction, who makes it, and what RAM has to know of others.
type Call struct {
	Tx *state.Tx
	op.Caller
	Lookup Lookup
	Delay  time.Duration // how long AWS takes for what it does after its answer; zero is due at once after it
}

// Lookup finds the resource of an ARN in the service that has it. It is false for one that does not exist.
type Lookup func(tx *state.Tx, arn string) (Resource, bool)

// Resource is what RAM needs to know of a resource that is to be shared.
type Resource struct {
	ARN          string
	Type         string // as RAM names it, e.g. ec2:IpamPool
	OwnerAccount string
	HomeRegion   string // where it can be shared, which the ARN of an IPAM pool does not tell
	MayShare     error  // why it cannot be shared, one of RAM's exceptions: e.g. its IPAM is not integrated with the organization
}

// clientToken is the token of an answer: the caller's, or one that RAM makes up.
func (c *Call) clientToken(given *string) *string {
	if given != nil {
		return given
	}
	return new(c.Tx.NewUUID())
}

// or is what p points to, or def if it points nowhere.
func or[T any](p *T, def T) T {
	if p == nil {
		return def
	}
	return *p
}
