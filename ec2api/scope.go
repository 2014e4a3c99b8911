package ec2api

import (
	"iter"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var scopeOperations = []op.Op{
	op.Write((*Call).CreateIpamScope).MayEnd(types.IpamScopeStateCreateFailed),
	op.Write((*Call).ModifyIpamScope).MayEnd(types.IpamScopeStateModifyFailed),
	op.Write((*Call).DeleteIpamScope).MayEnd(types.IpamScopeStateDeleteFailed),
	op.Read((*Call).DescribeIpamScopes),
}

// scope is a scope of an IPAM: a space in which an address means one thing.
type scope struct {
	types.IpamScope
	IpamId  string
	Settles transition[types.IpamScopeState]
}

func (r *scope) key() state.Key { return state.Key{*r.OwnerId, *r.IpamRegion, *r.IpamScopeId} }

func (r *scope) life() (*types.IpamScopeState, *transition[types.IpamScopeState]) {
	return &r.State, &r.Settles
}

var (
	scopes       = state.NewTable(&Schema, "ipam-scope", (*scope).key)
	scopesByIpam = state.NewIndex(scopes, "ipam", func(r *scope) []state.Key { return []state.Key{{r.IpamId}} })
	scopesGone   = state.NewQueue(&Schema, "ipam-scope-gone", func(tx *state.Tx, key state.Key) { scopes.Delete(tx, key...) })
)

var scopeKind = kind{"ipam-scope-", types.ResourceTypeIpamScope, func(c *Call, id string) error { _, err := c.scope(id); return err }}

// scope finds a scope of the caller whose home is the Region of the call.
func (c *Call) scope(id string) (*scope, error) {
	if r := scopes.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidIpamScopeId.NotFound", "ipam-scope", id)
}

// liveScope finds a scope that is not being deleted.
func (c *Call) liveScope(id string) (*scope, error) {
	r, err := c.scope(id)
	if err == nil {
		err = alive(c, id, r)
	}
	return r, err
}

func (r *scope) show(c *Call) types.IpamScope {
	v := r.IpamScope
	v.State = lifeOf(c, r)
	return r.with(c, v)
}

func (r *scope) answer(c *Call) *types.IpamScope { return new(r.with(c, r.IpamScope)) }

func (r *scope) with(c *Call, v types.IpamScope) types.IpamScope {
	v.PoolCount = new(int32(poolsByScope.Count(c.Tx, *r.IpamScopeId)))
	v.Tags = c.tags(*r.OwnerId, *r.IpamRegion, *r.IpamScopeId)
	return v
}

func (c *Call) newScope(i *ipam, t types.IpamScopeType, isDefault bool) *scope {
	id := c.newID("ipam-scope-")
	return &scope{
		IpamScope: types.IpamScope{
			OwnerId:       i.OwnerId,
			IpamScopeId:   new(id),
			IpamScopeArn:  new(c.arn("", *i.OwnerId, "ipam-scope/"+id)),
			IpamArn:       i.IpamArn,
			IpamRegion:    i.IpamRegion,
			IpamScopeType: t,
			IsDefault:     new(isDefault),
			State:         types.IpamScopeStateCreateInProgress,
		},
		IpamId:  *i.IpamId,
		Settles: to(c, types.IpamScopeStateCreateComplete, c.Settings.Timing.Transition),
	}
}

// CreateIpamScope creates a further private scope; there is no second public one.
func (c *Call) CreateIpamScope(in *ec2.CreateIpamScopeInput) (*ec2.CreateIpamScopeOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpamScope)
	if err != nil {
		return nil, err
	}
	i, err := c.liveIpam(*in.IpamId)
	if err != nil {
		return nil, err
	}
	if i.Tier == types.IpamTierFree {
		return nil, fail(codeUnsupportedOperation, "The IPAM %s is in the free tier. Additional scopes need the advanced tier.", *i.IpamId)
	}
	if err := quota(codeResourceLimitExceeded, "ipam scopes", scopesByIpam.Count(c.Tx, *i.IpamId), c.Settings.Quotas.Scopes); err != nil {
		return nil, err
	}
	s := c.newScope(i, types.IpamScopeTypePrivate, false)
	s.Description = in.Description
	if err := c.setAuthority(s, in.ExternalAuthorityConfiguration); err != nil {
		return nil, err
	}
	scopes.Put(c.Tx, s)
	c.putTags(*s.IpamScopeId, types.ResourceTypeIpamScope, tags)
	return &ec2.CreateIpamScopeOutput{IpamScope: s.answer(c)}, nil
}

// ModifyIpamScope changes a scope, a default one too.
func (c *Call) ModifyIpamScope(in *ec2.ModifyIpamScopeInput) (*ec2.ModifyIpamScopeOutput, error) {
	s, err := c.liveScope(*in.IpamScopeId)
	if err != nil {
		return nil, err
	}
	remove := or(in.RemoveExternalAuthorityConfiguration, false)
	switch {
	case in.Description == nil && in.ExternalAuthorityConfiguration == nil && !remove:
		return nil, invalidCombination("The request must contain a modification to the ipam scope")
	case in.ExternalAuthorityConfiguration != nil && remove:
		return nil, invalidCombination("The request can only contain one of ExternalAuthorityConfiguration and RemoveExternalAuthorityConfiguration.")
	}
	if err := c.setAuthority(s, in.ExternalAuthorityConfiguration); err != nil {
		return nil, err
	}
	if remove {
		s.ExternalAuthorityConfiguration = nil
	}
	if in.Description != nil {
		s.Description = in.Description
	}
	move(c, scopes, s, types.IpamScopeStateModifyInProgress, types.IpamScopeStateModifyComplete, c.Settings.Timing.Transition)
	scopes.Put(c.Tx, s)
	return &ec2.ModifyIpamScopeOutput{IpamScope: s.answer(c)}, nil
}

// authorityIdentifier is what names an account of the other system.
var authorityIdentifier = regexp.MustCompile(`^[^.\s]+\.identity\.account\.[^.\s]+\.[^.\s]+$`)

// setAuthority: another system can lead a private scope of an IPAM in the advanced tier only.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/integrate-infoblox-ipam.html
func (c *Call) setAuthority(s *scope, in *types.ExternalAuthorityConfiguration) error {
	if in == nil {
		return nil
	}
	if s.IpamScopeType != types.IpamScopeTypePrivate {
		return invalidCombination("The request can only contain ExternalAuthorityConfiguration for a private scope.")
	}
	if i := ipams.Get(c.Tx, *s.OwnerId, *s.IpamRegion, s.IpamId); i.Tier == types.IpamTierFree {
		return fail(codeUnsupportedOperation, "The IPAM %s is in the free tier. ExternalAuthorityConfiguration needs the advanced tier.", s.IpamId)
	}
	switch id := in.ExternalResourceIdentifier; {
	case in.Type == "":
		return missingParameter("ExternalAuthorityConfiguration.Type")
	case id == nil:
		return missingParameter("ExternalAuthorityConfiguration.ExternalResourceIdentifier")
	case !authorityIdentifier.MatchString(*id):
		return invalidValue("Value (%s) for parameter ExternalAuthorityConfiguration.ExternalResourceIdentifier is invalid. It has the form <version>.identity.account.<entity_realm>.<entity_id>.", *id)
	}
	s.ExternalAuthorityConfiguration = &types.IpamScopeExternalAuthorityConfiguration{Type: in.Type, ExternalResourceIdentifier: in.ExternalResourceIdentifier}
	return nil
}

// DeleteIpamScope deletes a scope that has no pools and is not a default one.
func (c *Call) DeleteIpamScope(in *ec2.DeleteIpamScopeInput) (*ec2.DeleteIpamScopeOutput, error) {
	s, err := c.liveScope(*in.IpamScopeId)
	if err != nil {
		return nil, err
	}
	if *s.IsDefault {
		return nil, fail(codeOperationNotPermitted, "The specified action is not valid for %s. It is a default scope.", *s.IpamScopeId)
	}
	if poolsByScope.First(c.Tx, *s.IpamScopeId) != nil {
		return nil, fail(codeDependencyViolation, "The specified action is not valid for %s. There are one or more pools in the scope.", *s.IpamScopeId)
	}
	return &ec2.DeleteIpamScopeOutput{IpamScope: c.removeScope(s)}, nil
}

// removeScope starts the deletion of a scope and returns what a reader sees meanwhile.
func (c *Call) removeScope(s *scope) *types.IpamScope {
	move(c, scopes, s, types.IpamScopeStateDeleteInProgress, "", c.Settings.Timing.Transition)
	out := s.answer(c)
	scopes.Put(c.Tx, s)
	for r := range monitoredCIDRsByScope.Scan(c.Tx, *s.IpamScopeId) {
		r.ScopeId = "" // back to where it would be by itself
		r.put(c.Tx)
	}
	scopesGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), s.key()...)
	c.putTags(*s.IpamScopeId, types.ResourceTypeIpamScope, nil)
	return out
}

var scopeListing = listing[scope, types.IpamScope]{
	key:  (*scope).key,
	view: func(c *Call, r *scope) types.IpamScope { return r.show(c) },
	filters: fieldFilters(filters[types.IpamScope]{
		"ipam-id": func(s types.IpamScope) []string { return []string{lastOf(*s.IpamArn)} },
	}),
	min: minResults,
	max: maxResults,
}

// DescribeIpamScopes lists the scopes of the caller's IPAMs whose home is this Region.
func (c *Call) DescribeIpamScopes(in *ec2.DescribeIpamScopesInput) (*ec2.DescribeIpamScopesOutput, error) {
	items, next, err := scopeListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.IpamScopeIds, c.scope,
		func(after state.Key) iter.Seq[*scope] { return scopes.ScanAfter(c.Tx, after, c.Account, c.Region) })
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamScopesOutput{IpamScopes: items, NextToken: next}, nil
}
