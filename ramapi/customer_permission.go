package ramapi

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var customerPermissionOperations = []op.Op{
	op.Write((*Call).CreatePermission),
	op.Write((*Call).CreatePermissionVersion),
	op.Write((*Call).SetDefaultPermissionVersion),
	op.Write((*Call).UpdatePermission),
	op.Write((*Call).DeletePermissionVersion),
	op.Write((*Call).DeletePermission),
}

// Limits of https://docs.aws.amazon.com/ram/latest/userguide/service-quotas.html
const (
	maxPermissionsPerType = 10
	maxPermissions        = 1500 // in a Region
	maxVersions           = 5
)

// lingers is how long what is deleted can still be seen.
// Source: https://docs.aws.amazon.com/ram/latest/userguide/working-with-sharing-delete.html
const lingers = 2 * time.Hour

var (
	permissionName  = matching(`^[\w.-]{1,36}$`)
	permissionsGone = state.NewQueue(&Schema, "ram-permission-gone", func(tx *state.Tx, key state.Key) { permissions.Delete(tx, key...) })
	// versionsGone is keyed by the permission and the number.
	versionsGone = state.NewQueue(&Schema, "ram-permission-version-gone", func(tx *state.Tx, key state.Key) {
		if p := permissions.Get(tx, key[:3]...); p != nil {
			p.Versions = slices.DeleteFunc(p.Versions, func(v permissionVersion) bool { return strconv.Itoa(v.Number) == key[3] })
			permissions.Put(tx, p)
		}
	})
)

// ownPermission finds a permission of the caller's that is not being deleted.
func (c *Call) ownPermission(arn *string) (*permission, error) {
	p, err := c.permission("permissionArn", arn)
	if err != nil {
		return nil, err
	}
	if !p.isCustom() {
		return nil, notPermitted("You can't change the AWS managed permission %s.", p.ARN)
	}
	if p.Gone.Next != "" {
		return nil, noPermission(p.ARN)
	}
	return p, nil
}

// CreatePermission creates a permission of the caller's own with its first version.
func (c *Call) CreatePermission(in *ram.CreatePermissionInput) (*ram.CreatePermissionOutput, error) {
	switch {
	case in.Name == nil:
		return nil, missing("name")
	case in.ResourceType == nil:
		return nil, missing("resourceType")
	case in.PermissionTemplateParameters != nil:
		return nil, unsupported("permissionTemplateParameters")
	case !permissionName().MatchString(*in.Name):
		return nil, invalidParameter("The name %s is not valid. A name has 1 to 36 letters, digits, periods, hyphens and underscores.", *in.Name)
	}
	if err := checkKindParameter(in.ResourceType); err != nil {
		return nil, err
	}
	k := kindNamed(*in.ResourceType)
	actions, err := k.actionsOf(in.PolicyTemplate)
	if err != nil {
		return nil, err
	}
	tags, err := withTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	p := &permission{
		Account:      c.Account,
		Region:       c.Region,
		Name:         *in.Name,
		ARN:          c.arn("permission/" + *in.Name),
		ResourceType: k.name,
		Default:      1,
		LastVersion:  1,
		Versions:     []permissionVersion{{Number: 1, Policy: *in.PolicyTemplate, Actions: actions, Created: c.Tx.Now, Updated: c.Tx.Now}},
		Tags:         tags,
		Created:      c.Tx.Now,
		Updated:      c.Tx.Now,
	}
	if err := c.roomFor(p); err != nil {
		return nil, err
	}
	permissions.Put(c.Tx, p)
	permissionsGone.Cancel(c.Tx, p.key()...) // of one of the same name that can still be seen
	return &ram.CreatePermissionOutput{Permission: p.created(c.Tx), ClientToken: c.clientToken(in.ClientToken)}, nil
}

// created is the answer of CreatePermission, in which AWS's examples lack type and feature set.
func (p *permission) created(tx *state.Tx) *types.ResourceSharePermissionSummary {
	s := p.summary(&p.Versions[0], tx)
	s.PermissionType, s.FeatureSet = "", ""
	return &s
}

// roomFor refuses a permission with a name that is in use, or beyond a quota.
func (c *Call) roomFor(p *permission) error {
	all, same := 0, 0
	for other := range permissions.Scan(c.Tx, c.Account, c.Region) {
		switch {
		case other.Gone.Next != "" && other.status(c.Tx) == types.PermissionStatusDeleted:
			continue
		case other.Name == p.Name:
			return &types.PermissionAlreadyExistsException{Message: new("A permission with the name " + p.Name + " already exists in this Region.")}
		case other.ResourceType == p.ResourceType:
			same++
		}
		all++
	}
	if all >= maxPermissions || same >= maxPermissionsPerType {
		return &types.PermissionLimitExceededException{Message: new("You have reached the limit of customer managed permissions for " + p.ResourceType + " in this Region.")}
	}
	return nil
}

// CreatePermissionVersion adds a version and makes it the default one. Shares keep the version that they have.
func (c *Call) CreatePermissionVersion(in *ram.CreatePermissionVersionInput) (*ram.CreatePermissionVersionOutput, error) {
	p, err := c.ownPermission(in.PermissionArn)
	if err != nil {
		return nil, err
	}
	if in.PermissionTemplateParameters != nil {
		return nil, unsupported("permissionTemplateParameters")
	}
	actions, err := kindNamed(p.ResourceType).actionsOf(in.PolicyTemplate)
	if err != nil {
		return nil, err
	}
	live := 0
	for _, v := range p.Versions {
		if v.Gone.Next == "" {
			live++
		}
	}
	if live >= maxVersions {
		return nil, &types.PermissionVersionsLimitExceededException{Message: text("The permission %s already has %d versions.", []any{p.ARN, live})}
	}
	p.LastVersion++
	p.Default, p.Updated = p.LastVersion, c.Tx.Now
	p.Versions = append(p.Versions, permissionVersion{Number: p.Default, Policy: *in.PolicyTemplate, Actions: actions, Created: c.Tx.Now, Updated: c.Tx.Now})
	permissions.Put(c.Tx, p)
	return &ram.CreatePermissionVersionOutput{
		Permission:  p.detail(&p.Versions[len(p.Versions)-1], c.Tx),
		ClientToken: c.clientToken(in.ClientToken),
	}, nil
}

// liveVersion finds a version that a request has to name and that is not being deleted.
func (p *permission) liveVersion(number *int32) (*permissionVersion, error) {
	if number == nil {
		return nil, missing("permissionVersion")
	}
	v, err := p.version(number)
	if err == nil && v.Gone.Next != "" {
		err = unknownResource("Version %d of permission %s could not be found.", v.Number, p.ARN)
	}
	return v, err
}

// SetDefaultPermissionVersion chooses the version that shares get from now on.
func (c *Call) SetDefaultPermissionVersion(in *ram.SetDefaultPermissionVersionInput) (*ram.SetDefaultPermissionVersionOutput, error) {
	p, err := c.ownPermission(in.PermissionArn)
	if err != nil {
		return nil, err
	}
	v, err := p.liveVersion(in.PermissionVersion)
	if err != nil {
		return nil, err
	}
	p.Default, p.Updated = v.Number, c.Tx.Now
	permissions.Put(c.Tx, p)
	return &ram.SetDefaultPermissionVersionOutput{ReturnValue: new(true), ClientToken: c.clientToken(in.ClientToken)}, nil
}

// UpdatePermission keeps a permission from being attached to further shares, or allows it again.
func (c *Call) UpdatePermission(in *ram.UpdatePermissionInput) (*ram.UpdatePermissionOutput, error) {
	p, err := c.ownPermission(in.PermissionArn)
	if err != nil {
		return nil, err
	}
	if in.Status == "" {
		return nil, missing("status")
	}
	if err := oneOf("status", in.Status); err != nil {
		return nil, err
	}
	p.Deprecated, p.Updated = in.Status == types.UpdatePermissionStatusDeprecated, c.Tx.Now
	permissions.Put(c.Tx, p)
	return &ram.UpdatePermissionOutput{PermissionStatus: in.Status, ClientToken: c.clientToken(in.ClientToken)}, nil
}

// DeletePermissionVersion deletes a version that is neither the default one nor in use.
func (c *Call) DeletePermissionVersion(in *ram.DeletePermissionVersionInput) (*ram.DeletePermissionVersionOutput, error) {
	p, err := c.ownPermission(in.PermissionArn)
	if err != nil {
		return nil, err
	}
	v, err := p.liveVersion(in.PermissionVersion)
	if err != nil {
		return nil, err
	}
	if v.Number == p.Default {
		return nil, notPermitted("You can't delete the default version of a permission.")
	}
	for b := range bindingsByPermission.Scan(c.Tx, p.ARN) {
		if b.Version == v.Number {
			return nil, notPermitted("You can't delete a version of a permission that is associated with a resource share.")
		}
	}
	v.Gone = then(c, types.PermissionStatusDeleted)
	permissions.Put(c.Tx, p)
	versionsGone.At(c.Tx, c.Tx.Now.Add(lingers), append(p.key(), strconv.Itoa(v.Number))...)
	return &ram.DeletePermissionVersionOutput{
		ReturnValue: new(true), PermissionStatus: types.PermissionStatusDeleting, ClientToken: c.clientToken(in.ClientToken),
	}, nil
}

// DeletePermission deletes a permission that no share uses.
func (c *Call) DeletePermission(in *ram.DeletePermissionInput) (*ram.DeletePermissionOutput, error) {
	p, err := c.ownPermission(in.PermissionArn)
	if err != nil {
		return nil, err
	}
	if bindingsByPermission.First(c.Tx, p.ARN) != nil {
		return nil, notPermitted("You can't delete a permission that is associated with a resource share.")
	}
	p.Gone = then(c, types.PermissionStatusDeleted)
	permissions.Put(c.Tx, p)
	permissionsGone.At(c.Tx, c.Tx.Now.Add(lingers), p.key()...)
	return &ram.DeletePermissionOutput{
		ReturnValue: new(true), PermissionStatus: types.PermissionStatusDeleting, ClientToken: c.clientToken(in.ClientToken),
	}, nil
}
