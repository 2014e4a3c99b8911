package ramapi

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var bindingOperations = []op.Op{
	op.Write((*Call).AssociateResourceSharePermission),
	op.Write((*Call).DisassociateResourceSharePermission),
	op.Read((*Call).ListResourceSharePermissions),
	op.Read((*Call).ListPermissionAssociations),
}

// binding is the permission that a share has for a type of resource. It keeps its version while the permission gets others.
type binding struct {
	Share         state.Key
	ResourceType  string
	PermissionARN string
	Version       int
	Updated       time.Time
}

func (b *binding) key() state.Key { return append(b.Share[:3:3], b.ResourceType) }

var (
	bindings             = state.NewTable(&Schema, "ram-binding", (*binding).key)
	bindingsByPermission = state.NewIndex(bindings, "permission", func(b *binding) []state.Key { return []state.Key{{b.PermissionARN}} })
)

// bind gives a share a permission, in its default version.
func (c *Call) bind(s *share, p *permission) {
	bindings.Put(c.Tx, &binding{Share: s.key(), ResourceType: p.ResourceType, PermissionARN: p.ARN, Version: p.Default, Updated: c.Tx.Now})
}

// actions are those that the permission of a share contains.
func (b *binding) actions(tx *state.Tx) []string {
	if m := managedNamed(lastOf(b.PermissionARN)); m != nil && isManaged(b.PermissionARN) {
		return m.versions[b.Version-1]
	}
	if p := permissionAt(tx, b.PermissionARN); p != nil {
		if v, err := p.version(new(int32(b.Version))); err == nil {
			return v.Actions
		}
	}
	return nil
}

// attachable finds a permission that a share can get, in its default version: another can't be attached.
func (c *Call) attachable(arn *string, version *int32) (*permission, *permissionVersion, error) {
	p, err := c.permission("permissionArn", arn)
	if err != nil {
		return nil, nil, err
	}
	v, err := p.version(version)
	if err != nil {
		return nil, nil, err
	}
	if v.Number != p.Default {
		return nil, nil, invalidParameter("You can specify only the default version of the permission %s.", p.ARN)
	}
	switch p.status(c.Tx) {
	case types.PermissionStatusDeleting, types.PermissionStatusDeleted:
		return nil, nil, noPermission(p.ARN)
	case types.PermissionStatusDeprecated:
		return nil, nil, invalidParameter("The permission %s is deprecated and can't be associated with a resource share.", p.ARN)
	}
	return p, v, nil
}

// AssociateResourceSharePermission gives a share its permission for a type, or with replace another one or a newer version.
func (c *Call) AssociateResourceSharePermission(in *ram.AssociateResourceSharePermissionInput) (*ram.AssociateResourceSharePermissionOutput, error) {
	s, err := c.liveShare(in.ResourceShareArn)
	if err != nil {
		return nil, err
	}
	if in.PermissionTemplateParameters != nil {
		return nil, unsupported("permissionTemplateParameters")
	}
	p, v, err := c.attachable(in.PermissionArn, in.PermissionVersion)
	if err != nil {
		return nil, err
	}
	old := bindings.Get(c.Tx, append(s.key(), p.ResourceType)...)
	same := old != nil && old.PermissionARN == p.ARN && old.Version == v.Number
	if old != nil && !same && !or(in.Replace, false) {
		return nil, invalidParameter("The resource share already has a permission for the resource type %s. Specify replace to change it.", p.ResourceType)
	}
	if !same {
		c.bind(s, p)
		s.touch(c.Tx)
	}
	return &ram.AssociateResourceSharePermissionOutput{ReturnValue: new(true), ClientToken: c.clientToken(in.ClientToken)}, nil
}

// DisassociateResourceSharePermission takes a permission off a share that has no resources of its type.
func (c *Call) DisassociateResourceSharePermission(in *ram.DisassociateResourceSharePermissionInput) (*ram.DisassociateResourceSharePermissionOutput, error) {
	s, err := c.liveShare(in.ResourceShareArn)
	if err != nil {
		return nil, err
	}
	p, err := c.permission("permissionArn", in.PermissionArn)
	if err != nil {
		return nil, err
	}
	b := bindings.Get(c.Tx, append(s.key(), p.ResourceType)...)
	if b == nil || b.PermissionARN != p.ARN {
		return nil, invalidParameter("The permission %s has already been disassociated from the resource share or was never in it.", p.ARN)
	}
	for a := range s.associations(c.Tx, typeResource) {
		if a.Kind == p.ResourceType && c.isLive(a) {
			return nil, invalidTransition("You can't disassociate the permission %s while the resource share has resources of the type %s.", p.ARN, p.ResourceType)
		}
	}
	bindings.Delete(c.Tx, b.key()...)
	s.touch(c.Tx)
	return &ram.DisassociateResourceSharePermissionOutput{ReturnValue: new(true), ClientToken: c.clientToken(in.ClientToken)}, nil
}

// ListResourceSharePermissions lists the permissions of a share that the caller owns or is let in to.
func (c *Call) ListResourceSharePermissions(in *ram.ListResourceSharePermissionsInput) (*ram.ListResourceSharePermissionsOutput, error) {
	s, err := c.shareAt(in.ResourceShareArn)
	if err != nil {
		return nil, err
	}
	if *s.OwningAccountId != c.Account && !s.admits(c.Tx, c.Account) {
		return nil, noShare(*s.ResourceShareArn)
	}
	var rows []row[types.ResourceSharePermissionSummary]
	for b := range bindings.Scan(c.Tx, s.key()...) {
		p := permissionAt(c.Tx, b.PermissionARN)
		rows = append(rows, rowOf(b.key(), types.ResourceSharePermissionSummary{
			Arn:             new(p.ARN),
			Version:         number(b.Version),
			DefaultVersion:  new(b.Version == p.Default),
			Name:            new(p.Name),
			ResourceType:    new(p.ResourceType),
			Status:          new(string(associated)),
			LastUpdatedTime: new(b.Updated),
			PermissionType:  p.kind(),
			FeatureSet:      types.PermissionFeatureSetStandard,
		}))
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.ListResourceSharePermissionsOutput{Permissions: items, NextToken: next}, nil
}

// ListPermissionAssociations lists which shares, the caller's unless others' are asked for, have which permission.
func (c *Call) ListPermissionAssociations(in *ram.ListPermissionAssociationsInput) (*ram.ListPermissionAssociationsOutput, error) {
	owner := in.ResourceOwner
	if owner == "" {
		owner = types.ResourceOwnerSelf
	}
	for _, err := range []error{
		checkOwner(owner), checkKindParameter(in.ResourceType), checkPermissionARN(in.PermissionArn),
		oneOf("associationStatus", in.AssociationStatus), oneOf("featureSet", in.FeatureSet),
	} {
		if err != nil {
			return nil, err
		}
	}
	var named []string
	if in.ResourceShareArn != nil {
		named = []string{*in.ResourceShareArn}
	}
	list, err := c.sharesNamed(owner, named)
	if err != nil {
		return nil, err
	}
	var rows []row[types.AssociatedPermission]
	for _, s := range list {
		for b := range bindings.Scan(c.Tx, s.key()...) {
			if item := b.show(c.Tx, s); b.passes(in, item) {
				rows = append(rows, rowOf(b.key(), item))
			}
		}
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.ListPermissionAssociationsOutput{Permissions: items, NextToken: next}, nil
}

func (b *binding) show(tx *state.Tx, s *share) types.AssociatedPermission {
	p := permissionAt(tx, b.PermissionARN)
	return types.AssociatedPermission{
		Arn:               new(b.PermissionARN),
		PermissionVersion: number(b.Version),
		DefaultVersion:    new(b.Version == p.Default),
		ResourceType:      new(b.ResourceType),
		Status:            new(string(associated)),
		FeatureSet:        types.PermissionFeatureSetStandard,
		LastUpdatedTime:   new(b.Updated),
		ResourceShareArn:  s.ResourceShareArn,
	}
}

func (b *binding) passes(in *ram.ListPermissionAssociationsInput, v types.AssociatedPermission) bool {
	return is(in.PermissionArn, b.PermissionARN) && is(in.PermissionVersion, int32(b.Version)) && is(in.ResourceType, b.ResourceType) &&
		(in.AssociationStatus == "" || string(in.AssociationStatus) == *v.Status) && (in.FeatureSet == "" || in.FeatureSet == v.FeatureSet) &&
		(!or(in.DefaultVersion, false) || *v.DefaultVersion)
}
