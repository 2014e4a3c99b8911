package ec2api

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var resolverTargetOperations = []op.Op{
	op.Write((*Call).CreateIpamPrefixListResolverTarget).MayEnd(types.IpamPrefixListResolverTargetStateCreateFailed).MayEnd(types.IpamPrefixListResolverTargetStateSyncFailed),
	op.Write((*Call).ModifyIpamPrefixListResolverTarget).MayEnd(types.IpamPrefixListResolverTargetStateModifyFailed),
	op.Write((*Call).DeleteIpamPrefixListResolverTarget).MayEnd(types.IpamPrefixListResolverTargetStateDeleteFailed),
	op.Read((*Call).DescribeIpamPrefixListResolverTargets),
}

// resolverTarget writes the versions of a resolver to a prefix list of the same account, in any Region where the IPAM operates.
type resolverTarget struct {
	types.IpamPrefixListResolverTarget
	IpamRegion string // home of the resolver
	Before     *int64 `json:",omitempty"` // the version that is shown as the last one while another is on its way
	Settles    transition[types.IpamPrefixListResolverTargetState]
}

func (r *resolverTarget) key() state.Key {
	return state.Key{*r.OwnerId, r.IpamRegion, *r.IpamPrefixListResolverTargetId}
}

func (r *resolverTarget) life() (*types.IpamPrefixListResolverTargetState, *transition[types.IpamPrefixListResolverTargetState]) {
	return &r.State, &r.Settles
}

var (
	resolverTargets           = state.NewTable(&Schema, "ipam-prefix-list-resolver-target", (*resolverTarget).key)
	resolverTargetsByResolver = state.NewIndex(resolverTargets, "resolver", func(r *resolverTarget) []state.Key {
		return []state.Key{{*r.IpamPrefixListResolverId}}
	})
	resolverTargetsByID = state.NewIndex(resolverTargets, "id", func(r *resolverTarget) []state.Key {
		return []state.Key{{*r.IpamPrefixListResolverTargetId}}
	})
	resolverTargetsGone = state.NewQueue(&Schema, "ipam-prefix-list-resolver-target-gone", func(tx *state.Tx, key state.Key) {
		if t := resolverTargets.Get(tx, key...); t != nil {
			t.resolver(tx).retain(tx, func() { resolverTargets.Delete(tx, key...) })
		}
	})
)

var resolverTargetKind = kind{"ipam-plrt-", types.ResourceTypeIpamPrefixListResolverTarget, func(c *Call, id string) error {
	_, err := c.resolverTarget(id)
	return err
}}

// resolverTarget finds a target of a resolver of the caller whose home is the Region of the call.
func (c *Call) resolverTarget(id string) (*resolverTarget, error) {
	if r := resolverTargets.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidIpamPrefixListResolverTargetId.NotFound", "ipam-prefix-list-resolver-target", id)
}

// liveTarget finds a target that is not being deleted.
func (c *Call) liveTarget(id string) (*resolverTarget, error) {
	r, err := c.resolverTarget(id)
	if err == nil {
		err = alive(c, id, r)
	}
	return r, err
}

func (r *resolverTarget) deleting() bool {
	return r.State == types.IpamPrefixListResolverTargetStateDeleteInProgress && !r.Settles.fails()
}

func (r *resolverTarget) resolver(tx *state.Tx) *prefixListResolver {
	return prefixListResolvers.Get(tx, *r.OwnerId, r.IpamRegion, *r.IpamPrefixListResolverId)
}

// list finds the prefix list of a target, or nil if it has been deleted.
func (r *resolverTarget) list(tx *state.Tx) *prefixList {
	l := prefixLists.Get(tx, *r.OwnerId, *r.PrefixListRegion, *r.PrefixListId)
	if l == nil || l.deleting() {
		return nil
	}
	return l
}

func (r *resolverTarget) show(c *Call) types.IpamPrefixListResolverTarget {
	v := r.IpamPrefixListResolverTarget
	v.State = lifeOf(c, r)
	r.Settles.explain(&v.StateMessage, v.State)
	if v.State == types.IpamPrefixListResolverTargetStateSyncInProgress {
		v.LastSyncedVersion = r.Before
	}
	return r.with(c, v)
}

func (r *resolverTarget) answer(c *Call) *types.IpamPrefixListResolverTarget {
	return new(r.with(c, r.IpamPrefixListResolverTarget))
}

func (r *resolverTarget) with(c *Call, v types.IpamPrefixListResolverTarget) types.IpamPrefixListResolverTarget {
	v.Tags = c.tags(*r.OwnerId, r.IpamRegion, *r.IpamPrefixListResolverTargetId)
	return v
}

// CreateIpamPrefixListResolverTarget has a resolver write its versions to a prefix list.
func (c *Call) CreateIpamPrefixListResolverTarget(in *ec2.CreateIpamPrefixListResolverTargetInput) (*ec2.CreateIpamPrefixListResolverTargetOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpamPrefixListResolverTarget)
	if err != nil {
		return nil, err
	}
	r, err := c.liveResolver(*in.IpamPrefixListResolverId)
	if err != nil {
		return nil, err
	}
	id := c.newID("ipam-plrt-")
	t := &resolverTarget{
		IpamPrefixListResolverTarget: types.IpamPrefixListResolverTarget{
			OwnerId:                         new(c.Account),
			IpamPrefixListResolverTargetId:  new(id),
			IpamPrefixListResolverTargetArn: new(c.arn("", c.Account, "ipam-prefix-list-resolver-target/"+id)),
			IpamPrefixListResolverId:        r.IpamPrefixListResolverId,
			PrefixListId:                    in.PrefixListId,
			PrefixListRegion:                in.PrefixListRegion,
			State:                           types.IpamPrefixListResolverTargetStateCreateInProgress,
		},
		IpamRegion: c.Region,
		Settles:    to(c, types.IpamPrefixListResolverTargetStateCreateComplete, c.Settings.Timing.Transition),
	}
	if err := c.bind(r, t); err != nil {
		return nil, err
	}
	if err := c.track(r, t, in.TrackLatestVersion, in.DesiredVersion); err != nil {
		return nil, err
	}
	have := resolverTargetsByResolver.Count(c.Tx, *r.IpamPrefixListResolverId)
	if err := quota(codeResourceLimitExceeded, "ipam prefix list resolver targets", have, c.Settings.Quotas.TargetsPerResolver); err != nil {
		return nil, err
	}
	c.putTarget(r, t)
	c.putTags(id, types.ResourceTypeIpamPrefixListResolverTarget, tags)
	return &ec2.CreateIpamPrefixListResolverTargetOutput{IpamPrefixListResolverTarget: t.answer(c)}, nil
}

// putTarget stores a target that a request has changed, and has it synchronized when that is through. What fails waits for the
// next version.
func (c *Call) putTarget(r *prefixListResolver, t *resolverTarget) {
	r.retain(c.Tx, func() { resolverTargets.Put(c.Tx, t) })
	if !t.Settles.fails() {
		syncsDue.At(c.Tx, t.Settles.At, t.key()...)
	}
}

// bind gives the list of a new target over to it: one of the caller, where the IPAM operates, that is nobody else's.
func (c *Call) bind(r *prefixListResolver, t *resolverTarget) error {
	if i := ipams.Get(c.Tx, c.Account, c.Region, r.IpamId); !i.operatesIn(*t.PrefixListRegion) {
		return invalidValue("Value (%s) for parameter prefixListRegion is invalid. The IPAM %s does not operate there.", *t.PrefixListRegion, r.IpamId)
	}
	l := t.list(c.Tx)
	switch {
	case l == nil:
		return noPrefixList(*t.PrefixListId)
	case listFamilies[*l.AddressFamily] != r.AddressFamily:
		return invalidValue("The address family of the prefix list (%s) is %s, that of the ipam-prefix-list-resolver %s is %s.",
			*l.PrefixListId, *l.AddressFamily, *r.IpamPrefixListResolverId, r.AddressFamily)
	case l.IpamPrefixListResolverTargetId != nil:
		return invalidValue("The prefix list (%s) has the ipam-prefix-list-resolver-target %s already.", *l.PrefixListId, *l.IpamPrefixListResolverTargetId)
	}
	l.IpamPrefixListResolverTargetId, l.IpamPrefixListResolverSyncEnabled = t.IpamPrefixListResolverTargetId, new(true)
	prefixLists.Put(c.Tx, l)
	return nil
}

// track sets which version a target follows: the latest, whatever it is, or one that stays until it is changed.
func (c *Call) track(r *prefixListResolver, t *resolverTarget, latest *bool, desired *int64) error {
	replace(&t.TrackLatestVersion, latest)
	if *t.TrackLatestVersion {
		if desired != nil {
			return invalidCombination("The request can only contain DesiredVersion if TrackLatestVersion is false.")
		}
		t.DesiredVersion = nil
		return nil
	}
	switch {
	case desired != nil:
		if _, err := r.namedVersion(c.Tx, *desired); err != nil {
			return err
		}
		t.DesiredVersion = desired
	case t.DesiredVersion == nil && r.Version > 0:
		t.DesiredVersion = new(r.Version)
	}
	return nil
}

// ModifyIpamPrefixListResolverTarget changes which version a target follows.
func (c *Call) ModifyIpamPrefixListResolverTarget(in *ec2.ModifyIpamPrefixListResolverTargetInput) (*ec2.ModifyIpamPrefixListResolverTargetOutput, error) {
	t, err := c.liveTarget(*in.IpamPrefixListResolverTargetId)
	if err != nil {
		return nil, err
	}
	if in.DesiredVersion == nil && in.TrackLatestVersion == nil {
		return nil, invalidCombination("The request must contain a modification to the ipam prefix list resolver target")
	}
	r := t.resolver(c.Tx)
	if err := c.track(r, t, in.TrackLatestVersion, in.DesiredVersion); err != nil {
		return nil, err
	}
	t.StateMessage = nil
	move(c, resolverTargets, t, types.IpamPrefixListResolverTargetStateModifyInProgress, types.IpamPrefixListResolverTargetStateModifyComplete, c.Settings.Timing.Transition)
	c.putTarget(r, t)
	return &ec2.ModifyIpamPrefixListResolverTargetOutput{IpamPrefixListResolverTarget: t.answer(c)}, nil
}

// DeleteIpamPrefixListResolverTarget gives a prefix list back to its owner, with the entries that it has.
func (c *Call) DeleteIpamPrefixListResolverTarget(in *ec2.DeleteIpamPrefixListResolverTargetInput) (*ec2.DeleteIpamPrefixListResolverTargetOutput, error) {
	t, err := c.liveTarget(*in.IpamPrefixListResolverTargetId)
	if err != nil {
		return nil, err
	}
	return &ec2.DeleteIpamPrefixListResolverTargetOutput{IpamPrefixListResolverTarget: c.removeTarget(t)}, nil
}

// removeTarget starts the deletion of a target and returns what a reader sees meanwhile.
func (c *Call) removeTarget(t *resolverTarget) *types.IpamPrefixListResolverTarget {
	if l := t.list(c.Tx); l != nil {
		l.IpamPrefixListResolverTargetId, l.IpamPrefixListResolverSyncEnabled = nil, nil
		prefixLists.Put(c.Tx, l)
	}
	move(c, resolverTargets, t, types.IpamPrefixListResolverTargetStateDeleteInProgress, "", c.Settings.Timing.Transition)
	out := t.answer(c)
	resolverTargets.Put(c.Tx, t)
	resolverTargetsGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), t.key()...)
	c.putTags(*t.IpamPrefixListResolverTargetId, types.ResourceTypeIpamPrefixListResolverTarget, nil)
	return out
}

var resolverTargetListing = listing[resolverTarget, types.IpamPrefixListResolverTarget]{
	key:     (*resolverTarget).key,
	view:    func(c *Call, r *resolverTarget) types.IpamPrefixListResolverTarget { return r.show(c) },
	filters: fieldFilters[types.IpamPrefixListResolverTarget](nil),
	min:     minResults,
	max:     maxResults,
}

// DescribeIpamPrefixListResolverTargets lists the targets of the caller's resolvers, or of one of them.
func (c *Call) DescribeIpamPrefixListResolverTargets(in *ec2.DescribeIpamPrefixListResolverTargetsInput) (*ec2.DescribeIpamPrefixListResolverTargetsOutput, error) {
	p := page{in.Filters, in.MaxResults, in.NextToken}
	if id := in.IpamPrefixListResolverId; id != nil {
		if _, err := c.prefixListResolver(*id); err != nil {
			return nil, err
		}
		p.filters = append(p.filters, types.Filter{Name: new("ipam-prefix-list-resolver-id"), Values: []string{*id}})
	}
	items, next, err := resolverTargetListing.describe(c, p, in.IpamPrefixListResolverTargetIds, c.resolverTarget,
		func(after state.Key) iter.Seq[*resolverTarget] {
			return resolverTargets.ScanAfter(c.Tx, after, c.Account, c.Region)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamPrefixListResolverTargetsOutput{IpamPrefixListResolverTargets: items, NextToken: next}, nil
}
