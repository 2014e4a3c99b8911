package ramapi

import (
	"github.com/aws/aws-sdk-go-v2/service/ram"

	"github.com/ipam-local/ipam-local/server/op"
)

var promoteOperations = []op.Op{
	op.Read((*Call).PromoteResourceShareCreatedFromPolicy),
	op.Read((*Call).PromotePermissionCreatedFromPolicy),
}

// Shares and permissions come here from RAM's own calls only, never from the policy of a resource. So there is nothing
// that could be promoted, and both operations can only say why.

// PromoteResourceShareCreatedFromPolicy makes a share of RAM's out of one that came from a policy.
func (c *Call) PromoteResourceShareCreatedFromPolicy(in *ram.PromoteResourceShareCreatedFromPolicyInput) (*ram.PromoteResourceShareCreatedFromPolicyOutput, error) {
	s, err := c.liveShare(in.ResourceShareArn)
	if err != nil {
		return nil, err
	}
	return nil, notPermitted("The resource share %s was not created from a policy.", *s.ResourceShareArn)
}

// PromotePermissionCreatedFromPolicy makes a permission of the customer's out of one that came from a policy.
func (c *Call) PromotePermissionCreatedFromPolicy(in *ram.PromotePermissionCreatedFromPolicyInput) (*ram.PromotePermissionCreatedFromPolicyOutput, error) {
	if in.Name == nil {
		return nil, missing("name")
	}
	p, err := c.ownPermission(in.PermissionArn)
	if err != nil {
		return nil, err
	}
	return nil, notPermitted("The permission %s was not created from a policy.", p.ARN)
}
