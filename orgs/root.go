package orgs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var rootOperations = []op.Op{
	op.Read(readers((*Call).ListRoots)),
	op.Write(delegates((*Call).EnablePolicyType)),
	op.Write(delegates((*Call).DisablePolicyType)),
}

const rootName = "Root"

// root shows the root: a new one lists no policy type, whatever CreateOrganization's reference says.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tutorials_basic.html
func (o *organization) root() types.Root {
	enabled := []types.PolicyTypeSummary{}
	for _, t := range o.PolicyTypes {
		enabled = append(enabled, types.PolicyTypeSummary{Type: t, Status: types.PolicyTypeStatusEnabled})
	}
	return types.Root{Id: new(o.RootID), Arn: new(o.arn("root", o.RootID)), Name: new(rootName), PolicyTypes: enabled}
}

// ListRoots shows the one root.
func (c *Call) ListRoots(in *organizations.ListRootsInput) (*organizations.ListRootsOutput, error) {
	roots, next, err := page(slices.Values([]*organization{c.organization()}),
		func(o *organization) string { return o.RootID }, (*organization).root, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListRootsOutput{Roots: roots, NextToken: next}, nil
}

func (o *organization) enabled(t types.PolicyType) bool { return slices.Contains(o.PolicyTypes, t) }

func typeNotEnabled() error {
	return &types.PolicyTypeNotEnabledException{Message: new("This operation can be performed only for enabled policy types.")}
}

// ownRoot finds the organization by its root; the copy may be changed.
func (c *Call) ownRoot(id string) (*organization, error) {
	o := c.organization()
	if id != o.RootID {
		return nil, &types.RootNotFoundException{Message: new("You specified a root that doesn't exist.")}
	}
	o = new(*o)
	o.PolicyTypes = slices.Clone(o.PolicyTypes)
	return o, nil
}

// EnablePolicyType makes policies of a type work. AWS takes a moment for it, but its answer shows the type already.
func (c *Call) EnablePolicyType(in *organizations.EnablePolicyTypeInput) (*organizations.EnablePolicyTypeOutput, error) {
	o, err := c.ownRoot(*in.RootId)
	if err != nil {
		return nil, err
	}
	if err := c.checkAvailable(); err != nil {
		return nil, err
	}
	if o.enabled(in.PolicyType) {
		return nil, &types.PolicyTypeAlreadyEnabledException{Message: new("The specified policy type is already enabled.")}
	}
	o.PolicyTypes = append(o.PolicyTypes, in.PolicyType)
	organizationRows.Put(c.Tx, o)
	for _, target := range everyTarget(c.Tx, o) {
		attachDefault(c.Tx, o, in.PolicyType, target)
	}
	return &organizations.EnablePolicyTypeOutput{Root: new(o.root())}, nil
}

// DisablePolicyType detaches all policies of a type, for good.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (c *Call) DisablePolicyType(in *organizations.DisablePolicyTypeInput) (*organizations.DisablePolicyTypeOutput, error) {
	o, err := c.ownRoot(*in.RootId)
	if err != nil {
		return nil, err
	}
	if !o.enabled(in.PolicyType) {
		return nil, typeNotEnabled()
	}
	o.PolicyTypes = slices.DeleteFunc(o.PolicyTypes, func(t types.PolicyType) bool { return t == in.PolicyType })
	organizationRows.Put(c.Tx, o)
	for a := range attachments.Scan(c.Tx, o.owner().key()...) {
		if a.Type == in.PolicyType {
			attachments.Delete(c.Tx, a.key()...)
		}
	}
	return &organizations.DisablePolicyTypeOutput{Root: new(o.root())}, nil
}

// everyTarget is the root, all units and all accounts.
func everyTarget(tx *state.Tx, o *organization) []string {
	targets := []string{o.RootID}
	for u := range units.Scan(tx, o.owner().key()...) {
		targets = append(targets, u.ID)
	}
	for a := range accountsByOrganization.Scan(tx, o.ID) {
		targets = append(targets, a.ID)
	}
	return targets
}
