package orgs

import (
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var unitOperations = []op.Op{
	op.Write(management((*Call).CreateOrganizationalUnit)),
	op.Read(readers((*Call).DescribeOrganizationalUnit)),
	op.Write(management((*Call).UpdateOrganizationalUnit)),
	op.Write(management((*Call).DeleteOrganizationalUnit)),
	op.Read(readers((*Call).ListOrganizationalUnitsForParent)),
}

// unit is an organizational unit. It never moves.
type unit struct {
	owner
	ID     string
	Parent string // a unit or the root
	Name   string
}

func (u *unit) key() state.Key { return u.owner.key(u.ID) }

var (
	units         = owned("org-unit", (*unit).key)
	unitsByParent = state.NewIndex(units, "parent", func(u *unit) []state.Key { return []state.Key{{u.Parent}} })
	unitsByID     = mirror("org-unit-by-id", units, func(u *unit) string { return u.ID })
)

// unit finds a unit of the caller's organization or returns nil.
func (c *Call) unit(id string) *unit {
	return units.Get(c.Tx, c.organization().owner().key(id)...)
}

func (c *Call) showUnit(u *unit) *types.OrganizationalUnit {
	o := c.organization()
	return &types.OrganizationalUnit{
		Id:   new(u.ID),
		Arn:  new(o.arn("ou", u.ID)),
		Name: new(u.Name),
		Path: new(o.path(c.Tx, u.ID)),
	}
}

// CreateOrganizationalUnit creates a unit in the root or in another unit.
func (c *Call) CreateOrganizationalUnit(in *organizations.CreateOrganizationalUnitInput) (*organizations.CreateOrganizationalUnitOutput, error) {
	o := c.organization()
	if !c.isParent(*in.ParentId) {
		return nil, parentNotFound()
	}
	if c.sibling(*in.ParentId, *in.Name) != nil {
		return nil, duplicateUnit()
	}
	depth := len(ancestors(c.Tx, *in.ParentId)) // the root is the first and does not count
	if err := quota(types.ConstraintViolationExceptionReasonOuDepthLimitExceeded, depth-1, c.Settings.Quotas.UnitDepth); err != nil {
		return nil, err
	}
	have := 0
	for range units.Scan(c.Tx, o.owner().key()...) {
		have++
	}
	if err := quota(types.ConstraintViolationExceptionReasonOuNumberLimitExceeded, have, c.Settings.Quotas.Units); err != nil {
		return nil, err
	}
	tags, err := c.tagsAtCreation(in.Tags)
	if err != nil {
		return nil, err
	}
	u := &unit{
		owner:  o.owner(),
		ID:     unused(c.Tx, "ou-"+o.RootID[len("r-"):]+"-", 8, func(id string) bool { return unitsByID.Get(c.Tx, id) != nil }),
		Parent: *in.ParentId,
		Name:   *in.Name,
	}
	units.Put(c.Tx, u)
	putTags(c.Tx, o, u.ID, tags)
	attachDefaults(c.Tx, o, u.ID)
	return &organizations.CreateOrganizationalUnitOutput{OrganizationalUnit: c.showUnit(u)}, nil
}

// sibling is the unit of that name directly below the parent, or nil.
func (c *Call) sibling(parent, name string) *unit {
	for u := range unitsByParent.Scan(c.Tx, parent) {
		if u.Name == name {
			return u
		}
	}
	return nil
}

// DescribeOrganizationalUnit shows a unit.
func (c *Call) DescribeOrganizationalUnit(in *organizations.DescribeOrganizationalUnitInput) (*organizations.DescribeOrganizationalUnitOutput, error) {
	u := c.unit(*in.OrganizationalUnitId)
	if u == nil {
		return nil, unitNotFound()
	}
	return &organizations.DescribeOrganizationalUnitOutput{OrganizationalUnit: c.showUnit(u)}, nil
}

// UpdateOrganizationalUnit renames a unit.
func (c *Call) UpdateOrganizationalUnit(in *organizations.UpdateOrganizationalUnitInput) (*organizations.UpdateOrganizationalUnitOutput, error) {
	u := c.unit(*in.OrganizationalUnitId)
	if u == nil {
		return nil, unitNotFound()
	}
	if in.Name != nil {
		if other := c.sibling(u.Parent, *in.Name); other != nil && other.ID != u.ID {
			return nil, duplicateUnit()
		}
		u.Name = *in.Name
		units.Put(c.Tx, u)
	}
	return &organizations.UpdateOrganizationalUnitOutput{OrganizationalUnit: c.showUnit(u)}, nil
}

// DeleteOrganizationalUnit deletes a unit that holds neither units nor accounts.
func (c *Call) DeleteOrganizationalUnit(in *organizations.DeleteOrganizationalUnitInput) (*organizations.DeleteOrganizationalUnitOutput, error) {
	u := c.unit(*in.OrganizationalUnitId)
	if u == nil {
		return nil, unitNotFound()
	}
	if unitsByParent.First(c.Tx, u.ID) != nil || accountsByParent.First(c.Tx, u.ID) != nil {
		return nil, &types.OrganizationalUnitNotEmptyException{Message: new("The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.")}
	}
	units.Delete(c.Tx, u.key()...)
	forget(c.Tx, c.organization(), u.ID)
	return &organizations.DeleteOrganizationalUnitOutput{}, nil
}

// ListOrganizationalUnitsForParent lists the units directly below a parent.
func (c *Call) ListOrganizationalUnitsForParent(in *organizations.ListOrganizationalUnitsForParentInput) (*organizations.ListOrganizationalUnitsForParentOutput, error) {
	if !c.isParent(*in.ParentId) {
		return nil, parentNotFound()
	}
	list, next, err := page(unitsByParent.Scan(c.Tx, *in.ParentId),
		func(u *unit) string { return u.ID },
		func(u *unit) types.OrganizationalUnit { return *c.showUnit(u) }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListOrganizationalUnitsForParentOutput{OrganizationalUnits: list, NextToken: next}, nil
}
