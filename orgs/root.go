package orgs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
)

var rootOperations = []op.Op{
	op.Read(readers((*Call).ListRoots)),
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
		func(o *organization) string { return o.RootID },
		func(o *organization) types.Root { return o.root() }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListRootsOutput{Roots: roots, NextToken: next}, nil
}
