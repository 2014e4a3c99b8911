package ec2api

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var poolOperations = []op.Op{
	op.Write((*Call).CreateIpamPool).MayEnd(types.IpamPoolStateCreateFailed),
	op.Write((*Call).ModifyIpamPool).MayEnd(types.IpamPoolStateModifyFailed),
	op.Write((*Call).DeleteIpamPool).MayEnd(types.IpamPoolStateDeleteFailed),
	op.Read((*Call).DescribeIpamPools),
}

// pool is a pool of a scope. OwnerId and IpamRegion are the account and the home Region it belongs to.
type pool struct {
	types.IpamPool
	IpamId      string
	IpamScopeId string
	Settles     transition[types.IpamPoolState]
	Import      importPolicy `json:",omitzero"`
}

func (r *pool) key() state.Key { return state.Key{*r.OwnerId, *r.IpamRegion, *r.IpamPoolId} }

func (r *pool) life() (*types.IpamPoolState, *transition[types.IpamPoolState]) {
	return &r.State, &r.Settles
}

var (
	pools         = state.NewTable(&Schema, "ipam-pool", (*pool).key)
	poolsByID     = state.NewIndex(pools, "id", func(r *pool) []state.Key { return []state.Key{{*r.IpamPoolId}} })
	poolsByIpam   = state.NewIndex(pools, "ipam", func(r *pool) []state.Key { return []state.Key{{r.IpamId}} })
	poolsByScope  = state.NewIndex(pools, "scope", func(r *pool) []state.Key { return []state.Key{{r.IpamScopeId}} })
	poolsBySource = state.NewIndex(pools, "source", func(r *pool) []state.Key {
		if r.SourceIpamPoolId == nil {
			return nil
		}
		return []state.Key{{*r.SourceIpamPoolId}}
	})
	// poolsByRegion finds the pools that a Region sees without being their home.
	poolsByRegion = state.NewIndex(pools, "region", func(r *pool) []state.Key { return []state.Key{{*r.OwnerId, r.region()}} })
	poolsGone     = state.NewQueue(&Schema, "ipam-pool-gone", func(tx *state.Tx, key state.Key) { pools.Delete(tx, key...) })
)

var poolKind = kind{"ipam-pool-", types.ResourceTypeIpamPool, func(c *Call, id string) error { _, err := c.homePool(id); return err }}

func (r *pool) ipam(tx *state.Tx) *ipam { return ipams.Get(tx, *r.OwnerId, *r.IpamRegion, r.IpamId) }

func (r *pool) deleting() bool {
	return r.State == types.IpamPoolStateDeleteInProgress && !r.Settles.fails()
}

func (r *pool) show(c *Call) types.IpamPool {
	v := r.IpamPool
	v.State = lifeOf(c, r)
	r.Settles.explain(&v.StateMessage, v.State)
	return r.with(c, v)
}

func (r *pool) answer(c *Call) *types.IpamPool { return new(r.with(c, r.IpamPool)) }

func (r *pool) with(c *Call, v types.IpamPool) types.IpamPool {
	v.Tags = c.tags(*r.OwnerId, *r.IpamRegion, *r.IpamPoolId)
	return v
}

// CreateIpamPool creates a pool at the top of a scope or below another pool.
func (c *Call) CreateIpamPool(in *ec2.CreateIpamPoolInput) (*ec2.CreateIpamPoolOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpamPool)
	if err != nil {
		return nil, err
	}
	s, err := c.liveScope(*in.IpamScopeId)
	if err != nil {
		return nil, err
	}
	i, err := c.liveIpam(s.IpamId)
	if err != nil {
		return nil, err
	}
	id := c.newID("ipam-pool-")
	p := &pool{
		IpamPool: types.IpamPool{
			OwnerId:                        new(c.Account),
			IpamPoolId:                     new(id),
			IpamPoolArn:                    new(c.arn("", c.Account, "ipam-pool/"+id)),
			IpamScopeArn:                   s.IpamScopeArn,
			IpamScopeType:                  s.IpamScopeType,
			IpamArn:                        s.IpamArn,
			IpamRegion:                     s.IpamRegion,
			AddressFamily:                  in.AddressFamily,
			Description:                    in.Description,
			State:                          types.IpamPoolStateCreateInProgress,
			AutoImport:                     new(or(in.AutoImport, false)),
			AllocationMinNetmaskLength:     in.AllocationMinNetmaskLength,
			AllocationMaxNetmaskLength:     in.AllocationMaxNetmaskLength,
			AllocationDefaultNetmaskLength: in.AllocationDefaultNetmaskLength,
			PoolDepth:                      new(int32(1)),
		},
		IpamId:      s.IpamId,
		IpamScopeId: *s.IpamScopeId,
		Settles:     to(c, types.IpamPoolStateCreateComplete, c.Settings.Timing.Transition),
		Import:      c.Settings.importPolicy(),
	}
	// Each step checks a part of the request and puts it into the pool; the later ones build on the earlier.
	for _, step := range []func(*ipam, *pool, *ec2.CreateIpamPoolInput) error{
		c.placePool, c.localizePool, c.publishPool, c.planPool, c.ruleNewPool,
	} {
		if err := step(i, p, in); err != nil {
			return nil, err
		}
	}
	pools.Put(c.Tx, p)
	c.putTags(id, types.ResourceTypeIpamPool, tags)
	return &ec2.CreateIpamPoolOutput{IpamPool: p.answer(c)}, nil
}

// ModifyIpamPool changes the description and the allocation rules of a pool.
func (c *Call) ModifyIpamPool(in *ec2.ModifyIpamPoolInput) (*ec2.ModifyIpamPoolOutput, error) {
	p, err := c.livePool(*in.IpamPoolId)
	if err != nil {
		return nil, err
	}
	clearDefault := or(in.ClearAllocationDefaultNetmaskLength, false)
	if in.Description == nil && in.AutoImport == nil && in.AllocationMinNetmaskLength == nil && in.AllocationMaxNetmaskLength == nil &&
		in.AllocationDefaultNetmaskLength == nil && !clearDefault && in.AddAllocationResourceTags == nil && in.RemoveAllocationResourceTags == nil {
		return nil, invalidCombination("The request must contain a modification to the ipam pool")
	}
	if clearDefault && in.AllocationDefaultNetmaskLength != nil {
		return nil, invalidCombination("The request can only contain one of AllocationDefaultNetmaskLength and ClearAllocationDefaultNetmaskLength.")
	}
	replace(&p.Description, in.Description)
	replace(&p.AutoImport, in.AutoImport)
	replace(&p.AllocationMinNetmaskLength, in.AllocationMinNetmaskLength)
	replace(&p.AllocationMaxNetmaskLength, in.AllocationMaxNetmaskLength)
	replace(&p.AllocationDefaultNetmaskLength, in.AllocationDefaultNetmaskLength)
	if clearDefault {
		p.AllocationDefaultNetmaskLength = nil
	}
	if err := p.removeRequiredTags(in.RemoveAllocationResourceTags); err != nil {
		return nil, err
	}
	if err := p.addRequiredTags(in.AddAllocationResourceTags); err != nil {
		return nil, err
	}
	if err := p.checkRules(); err != nil {
		return nil, err
	}
	// AWS answers modify-complete at once (aws-cli, examples/ec2/modify-ipam-pool).
	move(c, pools, p, types.IpamPoolStateModifyComplete, "", 0)
	p.Import = c.Settings.importPolicy()
	pools.Put(c.Tx, p)
	importAll(c.Tx, p)
	return &ec2.ModifyIpamPoolOutput{IpamPool: p.answer(c)}, nil
}

// replace changes a field to the value that a request gives, if it gives one.
func replace[T any](field **T, value *T) {
	if value != nil {
		*field = value
	}
}

// DeleteIpamPool deletes a pool, with Cascade also its CIDRs, its allocations and the pools below it. VPCs and subnets keep their CIDRs.
func (c *Call) DeleteIpamPool(in *ec2.DeleteIpamPoolInput) (*ec2.DeleteIpamPoolOutput, error) {
	p, err := c.livePool(*in.IpamPoolId)
	if err != nil {
		return nil, err
	}
	refuse := func(why string) error {
		return fail(codeDependencyViolation, "The specified action is not valid for %s. %s", *p.IpamPoolId, why)
	}
	if or(in.Cascade, false) {
		if p.IpamScopeType == types.IpamScopeTypePublic && p.SourceResource == nil {
			return nil, refuse("Cascade is allowed only for pools in a private scope and for pools with a source resource.")
		}
		return &ec2.DeleteIpamPoolOutput{IpamPool: c.removePool(p)}, nil
	}
	for r := range poolCIDRs.Scan(c.Tx, p.key()...) {
		if r.live() || r.State == types.IpamPoolCidrStatePendingProvision {
			return nil, refuse("There are one or more pool cidrs provisioned in the pool.")
		}
	}
	if poolsBySource.First(c.Tx, *p.IpamPoolId) != nil {
		return nil, refuse("There are one or more pools with the pool as their source.")
	}
	for range allocations.Scan(c.Tx, p.key()...) {
		return nil, refuse("There are one or more allocations in the pool.")
	}
	return &ec2.DeleteIpamPoolOutput{IpamPool: c.removePool(p)}, nil
}

// removePool starts the deletion of a pool and of those below it, and returns what a reader sees meanwhile.
// What the pool held goes at once; its own space goes back to the pool it came from.
func (c *Call) removePool(p *pool) *types.IpamPool {
	for child := range poolsBySource.Scan(c.Tx, *p.IpamPoolId) {
		c.removePool(child)
	}
	for r := range poolCIDRs.Scan(c.Tx, p.key()...) {
		r.releaseSource(c.Tx)
	}
	poolContents.At(c.Tx, c.Tx.Now, p.key()...)
	move(c, pools, p, types.IpamPoolStateDeleteInProgress, "", c.Settings.Timing.Transition)
	out := p.answer(c)
	pools.Put(c.Tx, p)
	poolsGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), p.key()...)
	c.putTags(*p.IpamPoolId, types.ResourceTypeIpamPool, nil)
	return out
}

var poolListing = listing[pool, types.IpamPool]{
	key:  (*pool).key,
	view: func(c *Call, r *pool) types.IpamPool { return r.show(c) },
	filters: fieldFilters(filters[types.IpamPool]{
		"ipam-scope-id": func(p types.IpamPool) []string { return []string{lastOf(*p.IpamScopeArn)} },
		"ipam-id":       func(p types.IpamPool) []string { return []string{lastOf(*p.IpamArn)} },
	}),
	min: minResults,
	max: maxResults,
}

// DescribeIpamPools lists the pools that the caller may read in this Region.
func (c *Call) DescribeIpamPools(in *ec2.DescribeIpamPoolsInput) (*ec2.DescribeIpamPoolsOutput, error) {
	items, next, err := poolListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.IpamPoolIds, c.visiblePool, c.visiblePools)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamPoolsOutput{IpamPools: items, NextToken: next}, nil
}
