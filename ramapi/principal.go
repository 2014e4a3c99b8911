package ramapi

import (
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/server/op"
)

var principalOperations = []op.Op{
	op.Read((*Call).ListPrincipals),
}

// ListPrincipals lists those that the caller shares with, or the accounts that share with it, once for each share.
func (c *Call) ListPrincipals(in *ram.ListPrincipalsInput) (*ram.ListPrincipalsOutput, error) {
	if err := checkOwner(in.ResourceOwner); err != nil {
		return nil, err
	}
	if err := checkKindParameter(in.ResourceType); err != nil {
		return nil, err
	}
	if in.ResourceArn != nil {
		if err := checkARNs([]string{*in.ResourceArn}); err != nil {
			return nil, err
		}
	}
	list, err := c.sharesNamed(in.ResourceOwner, in.ResourceShareArns)
	if err != nil {
		return nil, err
	}
	var rows []row[types.Principal]
	for _, s := range list {
		if !s.isActive() || !c.contains(s, in.ResourceType, in.ResourceArn) {
			continue
		}
		for _, item := range c.principals(s) {
			if among(in.Principals, *item.Id) {
				rows = append(rows, rowOf(append(s.key(), *item.Id), item))
			}
		}
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.ListPrincipalsOutput{Principals: items, NextToken: next}, nil
}

// contains reports whether a share has a resource that passes the filters. An empty share passes if there are none.
func (c *Call) contains(s *share, kind, arn *string) bool {
	if kind == nil && arn == nil {
		return true
	}
	for a := range s.associations(c.Tx, typeResource) {
		if is(kind, a.Kind) && is(arn, *a.AssociatedEntity) && c.statusOf(a) == associated {
			return true
		}
	}
	return false
}

// principals are those of the caller's share; of another's they are the one account that owns it.
func (c *Call) principals(s *share) []types.Principal {
	if *s.OwningAccountId != c.Account {
		return []types.Principal{{
			Id:               s.OwningAccountId,
			ResourceShareArn: s.ResourceShareArn,
			CreationTime:     s.CreationTime,
			LastUpdatedTime:  s.LastUpdatedTime,
			External:         new(!c.isInside(*s.OwningAccountId)),
		}}
	}
	var list []types.Principal
	for a := range s.associations(c.Tx, typePrincipal) {
		if c.statusOf(a) == associated {
			list = append(list, types.Principal{
				Id:               a.AssociatedEntity,
				ResourceShareArn: a.ResourceShareArn,
				CreationTime:     a.CreationTime,
				LastUpdatedTime:  a.LastUpdatedTime,
				External:         a.External,
			})
		}
	}
	return list
}
