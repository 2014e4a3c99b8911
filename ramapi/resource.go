package ramapi

import (
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var resourceOperations = []op.Op{
	op.Read((*Call).ListResources),
	op.Read((*Call).ListResourceTypes),
}

// resource is how lists show a resource in a share. It has no status as long as all is well, as AWS's answers for IPAM
// pools have not.
func (a *association) resource() types.Resource {
	return types.Resource{
		Arn:                 a.AssociatedEntity,
		Type:                new(a.Kind),
		ResourceShareArn:    a.ResourceShareArn,
		CreationTime:        a.CreationTime,
		LastUpdatedTime:     a.LastUpdatedTime,
		ResourceRegionScope: kindNamed(a.Kind).scope,
	}
}

// checkKind checks a filter by type.
func checkKind(name *string) error {
	if name == nil || kindNamed(*name) != nil {
		return nil
	}
	return &types.InvalidResourceTypeException{Message: text("The specified resource type %s is not valid.", []any{*name})}
}

// checkARNs checks a filter by resources.
func checkARNs(arns []string) error {
	for _, arn := range arns {
		if _, err := kindOfARN(arn); err != nil {
			return err
		}
	}
	return nil
}

// ListResources lists the resources that the caller shares, or those that others share with it, once for each share.
func (c *Call) ListResources(in *ram.ListResourcesInput) (*ram.ListResourcesOutput, error) {
	for _, err := range []error{
		checkOwner(in.ResourceOwner), checkScope(in.ResourceRegionScope), checkKind(in.ResourceType), checkARNs(in.ResourceArns),
	} {
		if err != nil {
			return nil, err
		}
	}
	list, err := c.sharesNamed(in.ResourceOwner, in.ResourceShareArns)
	if err != nil {
		return nil, err
	}
	var rows []row[types.Resource]
	for _, s := range list {
		if !s.isActive() || in.Principal != nil && !c.concerns(s, *in.Principal) {
			continue
		}
		for a := range s.associations(c.Tx, typeResource) {
			item := a.resource()
			if is(in.ResourceType, *item.Type) && among(in.ResourceArns, *item.Arn) &&
				inScope(in.ResourceRegionScope, item.ResourceRegionScope) && c.statusOf(a) == associated {
				rows = append(rows, rowOf(a.key(), item))
			}
		}
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.ListResourcesOutput{Resources: items, NextToken: next}, nil
}

// concerns reports whether a principal is in a share or, as consumers see it, the one that shares.
func (c *Call) concerns(s *share, principal string) bool {
	if principal == *s.OwningAccountId && principal != c.Account {
		return true
	}
	for a := range s.associations(c.Tx, typePrincipal) {
		if a.isFor(principal) && c.statusOf(a) == associated {
			return true
		}
	}
	return false
}

// ListResourceTypes lists the types that can be shared.
func (c *Call) ListResourceTypes(in *ram.ListResourceTypesInput) (*ram.ListResourceTypesOutput, error) {
	if err := checkScope(in.ResourceRegionScope); err != nil {
		return nil, err
	}
	var rows []row[types.ServiceNameAndResourceType]
	for _, k := range kinds {
		if inScope(in.ResourceRegionScope, k.scope) {
			rows = append(rows, rowOf(state.Key{k.name}, types.ServiceNameAndResourceType{
				ResourceType: new(k.name), ServiceName: new(k.service), ResourceRegionScope: k.scope,
			}))
		}
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.ListResourceTypesOutput{ResourceTypes: items, NextToken: next}, nil
}
