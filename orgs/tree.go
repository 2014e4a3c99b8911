package orgs

import (
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

// The root holds units and accounts, a unit holds units and accounts; an account is the end of its branch.
var treeOperations = []op.Op{
	op.Read(readers((*Call).ListChildren)),
	op.Read(readers((*Call).ListParents)),
}

// isParent reports whether id is the root or a unit of the caller's organization.
func (c *Call) isParent(id string) bool {
	return id == c.organization().RootID || c.unit(id) != nil
}

// isTarget reports whether id is the root, a unit or an account of the caller's organization.
func (c *Call) isTarget(id string) bool { return c.isParent(id) || c.account(id) != nil }

// ancestors are the root, the units below it, and last the entity itself: an account, a unit or the root.
func ancestors(tx *state.Tx, id string) []string {
	path := []string{id}
	for parent := parentOf(tx, id); parent != ""; parent = parentOf(tx, parent) {
		path = append(path, parent)
	}
	slices.Reverse(path)
	return path
}

// parentOf is the parent of an account or unit, and empty for a root or what there is not.
func parentOf(tx *state.Tx, id string) string {
	if a := accountsByID.Get(tx, id); a != nil {
		return a.Parent
	}
	if u := unitsByID.Get(tx, id); u != nil {
		return u.Parent
	}
	return ""
}

// path is AWS's writing of ancestors: o-a/r-b/ou-b-c/111122223333/.
func (o *organization) path(tx *state.Tx, id string) string {
	return o.ID + "/" + strings.Join(ancestors(tx, id), "/") + "/"
}

// ListChildren lists what is directly below a parent, units or accounts.
func (c *Call) ListChildren(in *organizations.ListChildrenInput) (*organizations.ListChildrenOutput, error) {
	if !c.isParent(*in.ParentId) {
		return nil, parentNotFound()
	}
	list, next, err := page(c.children(*in.ParentId, in.ChildType), func(id string) string { return id },
		func(id string) types.Child { return types.Child{Id: new(id), Type: in.ChildType} }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListChildrenOutput{Children: list, NextToken: next}, nil
}

func (c *Call) children(parent string, t types.ChildType) iter.Seq[string] {
	return func(yield func(string) bool) {
		if t == types.ChildTypeAccount {
			for a := range accountsByParent.Scan(c.Tx, parent) {
				if !yield(a.ID) {
					return
				}
			}
			return
		}
		for u := range unitsByParent.Scan(c.Tx, parent) {
			if !yield(u.ID) {
				return
			}
		}
	}
}

// ListParents shows the one parent of a unit or an account.
func (c *Call) ListParents(in *organizations.ListParentsInput) (*organizations.ListParentsOutput, error) {
	if c.unit(*in.ChildId) == nil && c.account(*in.ChildId) == nil {
		return nil, &types.ChildNotFoundException{Message: new("You specified a child that doesn't exist.")}
	}
	show := func(id string) types.Parent {
		if id == c.organization().RootID {
			return types.Parent{Id: new(id), Type: types.ParentTypeRoot}
		}
		return types.Parent{Id: new(id), Type: types.ParentTypeOrganizationalUnit}
	}
	parents, next, err := page(slices.Values([]string{parentOf(c.Tx, *in.ChildId)}), func(id string) string { return id }, show, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListParentsOutput{Parents: parents, NextToken: next}, nil
}
