package stsapi

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var linkedRoleOperations = []op.Op{
	op.Write((*IAMCall).CreateServiceLinkedRole),
	op.Write((*IAMCall).DeleteServiceLinkedRole),
	op.Read((*IAMCall).GetServiceLinkedRoleDeletionStatus),
}

// deletion is the deletion of a service-linked role that was asked for. It is done at once: whether the service still
// needs the role is not looked into.
type deletion struct{ Account, Task string }

var deletions = state.NewTable(&Schema, "linked-role-deletion", func(d *deletion) state.Key { return state.Key{d.Account, d.Task} })

// CreateServiceLinkedRole creates the role of a service, for those services that ipam-local knows.
func (c *IAMCall) CreateServiceLinkedRole(in *iam.CreateServiceLinkedRoleInput) (*iam.CreateServiceLinkedRoleOutput, error) {
	var v checks
	v.text("aWSServiceName", in.AWSServiceName, 1, 128, nil)
	v.text("description", in.Description, 0, 1000, nil)
	v.text("customSuffix", in.CustomSuffix, 1, 64, nil)
	if err := v.err(); err != nil {
		return nil, err
	}
	service := *in.AWSServiceName
	name := roles.LinkedName(service)
	switch {
	case name == "":
		return nil, fail("InvalidInput", "Service-linked roles of %s are not supported by ipam-local.", service)
	case in.CustomSuffix != nil:
		return nil, fail("InvalidInput", "Custom suffix is not allowed for %s", service)
	case roles.Taken(c.Tx, c.Account, name):
		// https://github.com/DataDog/pathfinding-labs/issues/23
		return nil, fail("InvalidInput", "Service role name %s has been taken in this account, please try a different suffix.", name)
	}
	r := roles.CreateLinked(c.Tx, c.Account, service, or(in.Description, ""))
	return &iam.CreateServiceLinkedRoleOutput{Role: c.show(r)}, nil
}

// DeleteServiceLinkedRole deletes the role of a service.
func (c *IAMCall) DeleteServiceLinkedRole(in *iam.DeleteServiceLinkedRoleInput) (*iam.DeleteServiceLinkedRoleOutput, error) {
	r, err := c.role(*in.RoleName)
	if err != nil {
		return nil, err
	}
	if r.Service == "" {
		return nil, fail("InvalidInput", "The role %s is not a service-linked role.", r.Name)
	}
	id := c.Tx.NewID("", 32)
	d := &deletion{c.Account, fmt.Sprintf("task/aws-service-role/%s/%s/%s-%s-%s-%s-%s", r.Service, r.Name, id[:8], id[8:12], id[12:16], id[16:20], id[20:])}
	deletions.Put(c.Tx, d)
	roles.Delete(c.Tx, c.Account, r.Name)
	return &iam.DeleteServiceLinkedRoleOutput{DeletionTaskId: &d.Task}, nil
}

// GetServiceLinkedRoleDeletionStatus tells how a deletion went that the account asked for.
func (c *IAMCall) GetServiceLinkedRoleDeletionStatus(in *iam.GetServiceLinkedRoleDeletionStatusInput) (*iam.GetServiceLinkedRoleDeletionStatusOutput, error) {
	if deletions.Get(c.Tx, c.Account, *in.DeletionTaskId) == nil {
		return nil, fail("NoSuchEntity", "The deletion task with id %s cannot be found.", *in.DeletionTaskId)
	}
	return &iam.GetServiceLinkedRoleDeletionStatusOutput{Status: types.DeletionTaskStatusTypeSucceeded}, nil
}
