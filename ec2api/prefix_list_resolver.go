package ec2api

import (
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var prefixListResolverOperations = []op.Op{
	op.Write((*Call).CreateIpamPrefixListResolver).MayEnd(types.IpamPrefixListResolverStateCreateFailed),
	op.Write((*Call).ModifyIpamPrefixListResolver).MayEnd(types.IpamPrefixListResolverStateModifyFailed),
	op.Write((*Call).DeleteIpamPrefixListResolver).MayEnd(types.IpamPrefixListResolverStateDeleteFailed),
	op.Read((*Call).DescribeIpamPrefixListResolvers),
	op.Read((*Call).GetIpamPrefixListResolverRules),
	op.Read((*Call).GetIpamPrefixListResolverVersions),
	op.Read((*Call).GetIpamPrefixListResolverVersionEntries),
}

// prefixListResolver selects CIDRs that an IPAM knows, by rules. Each outcome that differs from the one before is a version.
// OwnerId and IpamRegion are the account and the home Region that it and its IPAM belong to.
type prefixListResolver struct {
	types.IpamPrefixListResolver
	IpamId  string
	Rules   []types.IpamPrefixListResolverRule
	Version int64 // the latest, 0 before the first
	Policy  resolverPolicy
	Settles transition[types.IpamPrefixListResolverState]
}

// resolverPolicy is the settings of the program that a resolver goes by, as they were when it was last changed: what it does by
// itself later has no others.
type resolverPolicy struct {
	Delay  time.Duration `json:",omitempty"` // of a version
	Settle time.Duration `json:",omitempty"` // of a list that is being synchronized
	CIDRs  int           `json:",omitempty"` // in a version, 0 for as many as there are
}

func (s *Settings) resolverPolicy() resolverPolicy {
	return resolverPolicy{Delay: s.Timing.Resolve, Settle: s.Timing.Transition, CIDRs: s.Quotas.CIDRsPerResolverVersion}
}

func (r *prefixListResolver) key() state.Key {
	return state.Key{*r.OwnerId, *r.IpamRegion, *r.IpamPrefixListResolverId}
}

func (r *prefixListResolver) life() (*types.IpamPrefixListResolverState, *transition[types.IpamPrefixListResolverState]) {
	return &r.State, &r.Settles
}

var (
	prefixListResolvers       = state.NewTable(&Schema, "ipam-prefix-list-resolver", (*prefixListResolver).key)
	prefixListResolversByIpam = state.NewIndex(prefixListResolvers, "ipam", func(r *prefixListResolver) []state.Key { return []state.Key{{r.IpamId}} })
	prefixListResolversGone   = state.NewQueue(&Schema, "ipam-prefix-list-resolver-gone", func(tx *state.Tx, key state.Key) {
		for t := range resolverTargetsByResolver.Scan(tx, key[2]) {
			resolverTargets.Delete(tx, t.key()...)
		}
		for v := range resolverVersions.Scan(tx, key...) {
			resolverVersions.Delete(tx, v.key()...)
		}
		prefixListResolvers.Delete(tx, key...)
	})
)

var prefixListResolverKind = kind{"ipam-plr-", types.ResourceTypeIpamPrefixListResolver, func(c *Call, id string) error {
	_, err := c.prefixListResolver(id)
	return err
}}

// prefixListResolver finds a resolver of the caller whose home is the Region of the call.
func (c *Call) prefixListResolver(id string) (*prefixListResolver, error) {
	if r := prefixListResolvers.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidIpamPrefixListResolverId.NotFound", "ipam-prefix-list-resolver", id)
}

// liveResolver finds a resolver that is not being deleted.
func (c *Call) liveResolver(id string) (*prefixListResolver, error) {
	r, err := c.prefixListResolver(id)
	if err == nil {
		err = alive(c, id, r)
	}
	return r, err
}

func (r *prefixListResolver) deleting() bool {
	return r.State == types.IpamPrefixListResolverStateDeleteInProgress && !r.Settles.fails()
}

func (r *prefixListResolver) show(c *Call) types.IpamPrefixListResolver {
	v := r.IpamPrefixListResolver
	v.State = lifeOf(c, r)
	return r.with(c, v)
}

func (r *prefixListResolver) answer(c *Call) *types.IpamPrefixListResolver {
	return new(r.with(c, r.IpamPrefixListResolver))
}

func (r *prefixListResolver) with(c *Call, v types.IpamPrefixListResolver) types.IpamPrefixListResolver {
	v.Tags = c.tags(*r.OwnerId, *r.IpamRegion, *r.IpamPrefixListResolverId)
	return v
}

// CreateIpamPrefixListResolver creates a resolver. Its first version follows, be it empty.
func (c *Call) CreateIpamPrefixListResolver(in *ec2.CreateIpamPrefixListResolverInput) (*ec2.CreateIpamPrefixListResolverOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpamPrefixListResolver)
	if err != nil {
		return nil, err
	}
	i, err := c.liveIpam(*in.IpamId)
	if err != nil {
		return nil, err
	}
	if i.Tier == types.IpamTierFree {
		return nil, fail(codeUnsupportedOperation, "The IPAM %s is in the free tier. Prefix list resolvers need the advanced tier.", *i.IpamId)
	}
	have := prefixListResolversByIpam.Count(c.Tx, *i.IpamId)
	if err := quota(codeResourceLimitExceeded, "ipam prefix list resolvers", have, c.Settings.Quotas.Resolvers); err != nil {
		return nil, err
	}
	id := c.newID("ipam-plr-")
	r := &prefixListResolver{
		IpamPrefixListResolver: types.IpamPrefixListResolver{
			OwnerId:                   new(c.Account),
			IpamPrefixListResolverId:  new(id),
			IpamPrefixListResolverArn: new(c.arn("", c.Account, "ipam-prefix-list-resolver/"+id)),
			IpamArn:                   i.IpamArn,
			IpamRegion:                i.IpamRegion,
			AddressFamily:             in.AddressFamily,
			Description:               in.Description,
			State:                     types.IpamPrefixListResolverStateCreateInProgress,
		},
		IpamId:  *i.IpamId,
		Settles: to(c, types.IpamPrefixListResolverStateCreateComplete, c.Settings.Timing.Transition),
	}
	if err := c.setRules(r, in.Rules); err != nil {
		return nil, err
	}
	prefixListResolvers.Put(c.Tx, r)
	c.putTags(id, types.ResourceTypeIpamPrefixListResolver, tags)
	return &ec2.CreateIpamPrefixListResolverOutput{IpamPrefixListResolver: r.answer(c)}, nil
}

// ModifyIpamPrefixListResolver changes the description of a resolver, or puts other rules in the place of all that it has.
func (c *Call) ModifyIpamPrefixListResolver(in *ec2.ModifyIpamPrefixListResolverInput) (*ec2.ModifyIpamPrefixListResolverOutput, error) {
	r, err := c.liveResolver(*in.IpamPrefixListResolverId)
	if err != nil {
		return nil, err
	}
	if in.Description == nil && in.Rules == nil {
		return nil, invalidCombination("The request must contain a modification to the ipam prefix list resolver")
	}
	replace(&r.Description, in.Description)
	if in.Rules != nil {
		if err := c.setRules(r, in.Rules); err != nil {
			return nil, err
		}
	}
	move(c, prefixListResolvers, r, types.IpamPrefixListResolverStateModifyInProgress, types.IpamPrefixListResolverStateModifyComplete, c.Settings.Timing.Transition)
	prefixListResolvers.Put(c.Tx, r)
	return &ec2.ModifyIpamPrefixListResolverOutput{IpamPrefixListResolver: r.answer(c)}, nil
}

// DeleteIpamPrefixListResolver deletes a resolver that has no targets.
func (c *Call) DeleteIpamPrefixListResolver(in *ec2.DeleteIpamPrefixListResolverInput) (*ec2.DeleteIpamPrefixListResolverOutput, error) {
	r, err := c.liveResolver(*in.IpamPrefixListResolverId)
	if err != nil {
		return nil, err
	}
	if resolverTargetsByResolver.First(c.Tx, *r.IpamPrefixListResolverId) != nil {
		return nil, fail(codeDependencyViolation, "The specified action is not valid for %s. There are one or more targets of the ipam prefix list resolver.", *r.IpamPrefixListResolverId)
	}
	return &ec2.DeleteIpamPrefixListResolverOutput{IpamPrefixListResolver: c.removeResolver(r)}, nil
}

// removeResolver starts the deletion of a resolver with its targets, and returns what a reader sees meanwhile.
func (c *Call) removeResolver(r *prefixListResolver) *types.IpamPrefixListResolver {
	for t := range resolverTargetsByResolver.Scan(c.Tx, *r.IpamPrefixListResolverId) {
		c.removeTarget(t)
	}
	move(c, prefixListResolvers, r, types.IpamPrefixListResolverStateDeleteInProgress, "", c.Settings.Timing.Transition)
	out := r.answer(c)
	prefixListResolvers.Put(c.Tx, r)
	prefixListResolversGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), r.key()...)
	c.putTags(*r.IpamPrefixListResolverId, types.ResourceTypeIpamPrefixListResolver, nil)
	return out
}

var prefixListResolverListing = listing[prefixListResolver, types.IpamPrefixListResolver]{
	key:  (*prefixListResolver).key,
	view: func(c *Call, r *prefixListResolver) types.IpamPrefixListResolver { return r.show(c) },
	filters: fieldFilters(filters[types.IpamPrefixListResolver]{
		"ipam-id": func(r types.IpamPrefixListResolver) []string { return []string{lastOf(*r.IpamArn)} },
	}),
	min: minResults,
	max: maxResults,
}

// DescribeIpamPrefixListResolvers lists the caller's resolvers whose home is this Region.
func (c *Call) DescribeIpamPrefixListResolvers(in *ec2.DescribeIpamPrefixListResolversInput) (*ec2.DescribeIpamPrefixListResolversOutput, error) {
	items, next, err := prefixListResolverListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.IpamPrefixListResolverIds, c.prefixListResolver,
		func(after state.Key) iter.Seq[*prefixListResolver] {
			return prefixListResolvers.ScanAfter(c.Tx, after, c.Account, c.Region)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamPrefixListResolversOutput{IpamPrefixListResolvers: items, NextToken: next}, nil
}
