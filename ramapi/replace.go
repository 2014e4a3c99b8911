package ramapi

import (
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var replaceOperations = []op.Op{
	op.Write((*Call).ReplacePermissionAssociations),
	op.Read((*Call).ListReplacePermissionAssociationsWork),
}

// work is what ReplacePermissionAssociations does in the background. Here it is done at once, and only says so later.
type work struct {
	types.ReplacePermissionAssociationsWork
	Account string
	Region  string
	Settles transition[types.ReplacePermissionAssociationsWorkStatus]
}

var works = state.NewTable(&Schema, "ram-replace-work", func(w *work) state.Key { return state.Key{w.Account, w.Region, *w.Id} })

// ReplacePermissionAssociations changes the permission of all shares of the caller in the Region that have a certain one, or
// a certain version of it, to the default version of another or the same.
func (c *Call) ReplacePermissionAssociations(in *ram.ReplacePermissionAssociationsInput) (*ram.ReplacePermissionAssociationsOutput, error) {
	if in.PermissionTemplateParameters != nil {
		return nil, unsupported("permissionTemplateParameters")
	}
	from, err := c.permission("fromPermissionArn", in.FromPermissionArn)
	if err != nil {
		return nil, err
	}
	if _, err := from.version(in.FromPermissionVersion); err != nil {
		return nil, err
	}
	if in.ToPermissionArn == nil {
		return nil, missing("toPermissionArn")
	}
	to, _, err := c.attachable(in.ToPermissionArn, nil)
	if err != nil {
		return nil, err
	}
	if from.ResourceType != to.ResourceType {
		return nil, invalidParameter("The permissions %s and %s are for different resource types.", from.ARN, to.ARN)
	}
	for b := range bindingsByPermission.Scan(c.Tx, from.ARN) {
		if b.Share[0] == c.Account && b.Share[1] == c.Region && is(in.FromPermissionVersion, int32(b.Version)) {
			b.PermissionARN, b.Version, b.Updated = to.ARN, to.Default, c.Tx.Now
			bindings.Put(c.Tx, b)
		}
	}
	w := &work{
		ReplacePermissionAssociationsWork: types.ReplacePermissionAssociationsWork{
			Id:                  new(c.Tx.NewUUID()),
			FromPermissionArn:   new(from.ARN),
			ToPermissionArn:     new(to.ARN),
			ToPermissionVersion: number(to.Default),
			Status:              types.ReplacePermissionAssociationsWorkStatusInProgress,
			CreationTime:        new(c.Tx.Now),
			LastUpdatedTime:     new(c.Tx.Now),
		},
		Account: c.Account,
		Region:  c.Region,
		Settles: then(c, types.ReplacePermissionAssociationsWorkStatusCompleted),
	}
	if in.FromPermissionVersion != nil {
		w.FromPermissionVersion = number(int(*in.FromPermissionVersion))
	}
	works.Put(c.Tx, w)
	return &ram.ReplacePermissionAssociationsOutput{
		ReplacePermissionAssociationsWork: &w.ReplacePermissionAssociationsWork, ClientToken: c.clientToken(in.ClientToken),
	}, nil
}

// ListReplacePermissionAssociationsWork lists what the caller's calls of ReplacePermissionAssociations have come to.
func (c *Call) ListReplacePermissionAssociationsWork(in *ram.ListReplacePermissionAssociationsWorkInput) (*ram.ListReplacePermissionAssociationsWorkOutput, error) {
	if err := oneOf("status", in.Status); err != nil {
		return nil, err
	}
	for _, id := range in.WorkIds {
		if works.Get(c.Tx, c.Account, c.Region, id) == nil {
			return nil, invalidParameter("The work %s could not be found.", id)
		}
	}
	var rows []row[types.ReplacePermissionAssociationsWork]
	for w := range works.Scan(c.Tx, c.Account, c.Region) {
		item := w.ReplacePermissionAssociationsWork
		item.Status = w.Settles.status(w.Status, c.Tx)
		if among(in.WorkIds, *item.Id) && (in.Status == "" || in.Status == item.Status) {
			rows = append(rows, rowOf(state.Key{*item.Id}, item))
		}
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.ListReplacePermissionAssociationsWorkOutput{ReplacePermissionAssociationsWorks: items, NextToken: next}, nil
}
