// Package ec2api is EC2's IPAM and VPC family: the operations, the records behind them and
// the rules of AWS. There is one file a resource. Each begins with a table of its
// operations, then come its record and the operations themselves.
//
// A handler is a method of Call. It takes the SDK's input and returns the SDK's output
// or a smithy.APIError; it changes nothing but the transaction of its Call.
package ec2api

import (
	"slices"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

// Schema is the tables, indexes, derived values and queues of this package.
var Schema state.Schema

// Operations are all that the package serves.
func Operations() []op.Op {
	return slices.Concat(
		accountOperations,
		tagOperations,
		ipamOperations,
		scopeOperations,
		poolOperations,
		poolCIDROperations,
		allocationOperations,
		verificationTokenOperations,
		byoipCIDROperations,
		byoipProvisionOperations,
		byoipMoveOperations,
		ipv6PoolOperations,
		byoasnOperations,
		organizationOperations,
		resourceDiscoveryOperations,
		discoveryAssociationOperations,
		resourceCIDROperations,
		discoveredOperations,
		prefixListOperations,
		prefixListResolverOperations,
		resolverTargetOperations,
		addressHistoryOperations,
		internetRegistryOperations,
		routingPolicyOperations,
		routeOperations,
		vpcOperations,
		subnetOperations,
		routeTableOperations,
		networkACLOperations,
		securityGroupOperations,
		dhcpOptionsOperations,
		internetGatewayOperations,
		natGatewayOperations,
		networkInterfaceOperations,
		publicIPv4PoolOperations,
		elasticIPOperations,
		addressTransferOperations,
		policyOperations,
		discoveredAddressOperations,
	)
}

// Call is one request: its transaction, who makes it, and the settings of the program.
type Call struct {
	Tx *state.Tx
	op.Caller
	Operation string // the name of the operation
	Settings  *Settings

	ending *op.Ending // that a fault rule wants; nil: the usual one
	undone func()     // what is left of a change that fails
}

// arn is the name of a resource of the caller. EC2 leaves the Region out of the ARNs of IPAM's resources.
func (c *Call) arn(regionName, account, resource string) string {
	return region.ARN(region.Partition(c.Region), "ec2", regionName, account, resource)
}

// or is what p points to, or def if it points nowhere.
func or[T any](p *T, def T) T {
	if p == nil {
		return def
	}
	return *p
}

// newID makes an id as EC2's are: a 0 and sixteen random digits, in hexadecimal.
func (c *Call) newID(prefix string) string { return c.Tx.NewID(prefix+"0", 16) }

// newLongID makes an id of a pool's CIDR or of an allocation, which are longer than others.
func newLongID(tx *state.Tx, prefix string) string { return tx.NewID(prefix+"0", 32) }
