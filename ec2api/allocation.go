package ec2api

import (
	"iter"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var allocationOperations = []op.Op{
	op.Write((*Call).AllocateIpamPoolCidr),
	op.Write((*Call).ModifyIpamPoolAllocation),
	op.Write((*Call).ReleaseIpamPoolAllocation),
	op.Read((*Call).GetIpamPoolAllocations),
	op.Read((*Call).DescribeIpamPoolAllocations),
}

// allocation is space that a pool has given away.
type allocation struct {
	types.IpamPoolAllocation
	OwnerId    string // of the pool
	IpamRegion string // home Region of the pool
	IpamPoolId string
	Region     string // where it was allocated
}

func (r *allocation) key() state.Key {
	return state.Key{r.OwnerId, r.IpamRegion, r.IpamPoolId, *r.IpamPoolAllocationId}
}

func (r *allocation) prefix() netip.Prefix { return netip.MustParsePrefix(*r.Cidr) }

var (
	allocations     = state.NewTable(&Schema, "ipam-pool-allocation", (*allocation).key)
	allocationsByID = state.NewIndex(allocations, "id", func(r *allocation) []state.Key {
		return []state.Key{{*r.IpamPoolAllocationId}}
	})
	allocationsByOwner = state.NewIndex(allocations, "owner", func(r *allocation) []state.Key {
		return []state.Key{{*r.ResourceOwner, r.Region}}
	})
	allocationsByResource = state.NewIndex(allocations, "resource", func(r *allocation) []state.Key {
		if r.ResourceId == nil {
			return nil
		}
		return []state.Key{{*r.ResourceId}}
	})
)

func init() {
	state.Derive(poolSpaces, allocations,
		func(r *allocation) (string, bool) { return r.IpamPoolId, true },
		func(s space.Space, r *allocation) space.Space { return s.Use(r.prefix()) },
		func(s space.Space, r *allocation) space.Space { return s.Release(r.prefix()) })
}

// poolContents forgets what a deleted pool held. It is set in init since its work queues itself again.
var poolContents *state.Queue

func init() { poolContents = state.NewQueue(&Schema, "ipam-pool-contents", purgePool) }

// maxPurge is how many allocations go in one transaction, the size of which Badger bounds.
const maxPurge = 1000

// purgePool forgets a part of what a deleted pool held, and the rest later. A resource keeps its CIDR.
func purgePool(tx *state.Tx, key state.Key) {
	for r := range poolCIDRs.Scan(tx, key...) {
		poolCIDRsDue.Cancel(tx, r.key()...)
		poolCIDRs.Delete(tx, r.key()...)
	}
	n := 0
	for r := range allocations.Scan(tx, key...) {
		if n++; n > maxPurge {
			poolContents.At(tx, tx.Now, key...)
			return
		}
		tagSets.Delete(tx, *r.ResourceOwner, r.Region, *r.IpamPoolAllocationId)
		allocations.Delete(tx, r.key()...)
	}
}

var allocationKind = kind{"ipam-pool-alloc-", types.ResourceTypeIpamPoolAllocation, func(c *Call, id string) error {
	r, err := c.ownAllocation(id)
	if err == nil && r.Region != c.Region {
		err = noAllocation(id)
	}
	return err
}}

func noAllocation(id string) error {
	return fail("InvalidIpamPoolAllocationId.NotFound", "The IPAM pool allocation (%s) does not exist.", id)
}

// ownAllocation finds an allocation to the caller, in the Region where it was made or at the home of its pool.
func (c *Call) ownAllocation(id string) (*allocation, error) {
	r := allocationsByID.First(c.Tx, id)
	if r == nil || *r.ResourceOwner != c.Account || (r.Region != c.Region && r.IpamRegion != c.Region) {
		return nil, noAllocation(id)
	}
	return r, nil
}

func (r *allocation) show(c *Call) types.IpamPoolAllocation {
	v := r.IpamPoolAllocation
	v.Tags = c.tags(*r.ResourceOwner, r.Region, *r.IpamPoolAllocationId)
	return v
}

// allocate takes a prefix, which must be free, from a pool. The rest of the allocation is in a.
func (c *Call) allocate(p *pool, prefix netip.Prefix, a types.IpamPoolAllocation) *allocation {
	a.Cidr = new(prefix.String())
	a.IpamPoolAllocationId = new(newAllocationID(c.Tx))
	r := &allocation{IpamPoolAllocation: a, OwnerId: *p.OwnerId, IpamRegion: *p.IpamRegion, IpamPoolId: *p.IpamPoolId, Region: c.Region}
	allocations.Put(c.Tx, r)
	return r
}

func newAllocationID(tx *state.Tx) string { return newLongID(tx, "ipam-pool-alloc-") }

// AllocateIpamPoolCidr takes space from a pool for something that AWS does not know, such as a network on premises.
func (c *Call) AllocateIpamPoolCidr(in *ec2.AllocateIpamPoolCidrInput) (*ec2.AllocateIpamPoolCidrOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpamPoolAllocation)
	if err != nil {
		return nil, err
	}
	p, err := c.localPool(*in.IpamPoolId)
	if err != nil {
		return nil, err
	}
	prefix, err := c.choose(p, choice{cidr: in.Cidr, bits: in.NetmaskLength, allowed: in.AllowedCidrs, disallowed: in.DisallowedCidrs})
	if err != nil {
		return nil, err
	}
	a := types.IpamPoolAllocation{
		Description:   in.Description,
		ResourceType:  types.IpamPoolAllocationResourceTypeCustom,
		ResourceOwner: new(c.Account),
	}
	if or(in.PreviewNextCidr, false) {
		a.Cidr = new(prefix.String())
		return &ec2.AllocateIpamPoolCidrOutput{IpamPoolAllocation: &a}, nil
	}
	r := c.allocate(p, prefix, a)
	c.putTags(*r.IpamPoolAllocationId, types.ResourceTypeIpamPoolAllocation, tags)
	return &ec2.AllocateIpamPoolCidrOutput{IpamPoolAllocation: new(r.show(c))}, nil
}

// ModifyIpamPoolAllocation changes the description of an allocation, or takes it away.
func (c *Call) ModifyIpamPoolAllocation(in *ec2.ModifyIpamPoolAllocationInput) (*ec2.ModifyIpamPoolAllocationOutput, error) {
	r, err := c.ownAllocation(*in.IpamPoolAllocationId)
	if err != nil {
		return nil, err
	}
	r.Description = in.Description
	allocations.Put(c.Tx, r)
	return &ec2.ModifyIpamPoolAllocationOutput{IpamPoolAllocation: new(r.show(c))}, nil
}

// ReleaseIpamPoolAllocation gives the space of a custom allocation back to its pool.
func (c *Call) ReleaseIpamPoolAllocation(in *ec2.ReleaseIpamPoolAllocationInput) (*ec2.ReleaseIpamPoolAllocationOutput, error) {
	p, err := c.poolHere(*in.IpamPoolId)
	if err != nil {
		return nil, err
	}
	prefix, err := poolPrefix(*in.Cidr, "cidr", p.AddressFamily)
	if err != nil {
		return nil, err
	}
	r := allocations.Get(c.Tx, append(p.key(), *in.IpamPoolAllocationId)...)
	if r == nil || *r.Cidr != prefix.String() || (*r.ResourceOwner != c.Account && r.OwnerId != c.Account) {
		return nil, invalidCombination("No allocation found for the CIDR %s with the ID %s in the pool %s.", prefix, *in.IpamPoolAllocationId, *p.IpamPoolId)
	}
	if r.ResourceType != types.IpamPoolAllocationResourceTypeCustom {
		return nil, invalidValue("The allocation %s has the resource type %s. Only allocations of the type custom can be released.", *in.IpamPoolAllocationId, r.ResourceType)
	}
	allocations.Delete(c.Tx, r.key()...)
	tagSets.Delete(c.Tx, *r.ResourceOwner, r.Region, *r.IpamPoolAllocationId)
	importAround(c.Tx, prefix)
	return &ec2.ReleaseIpamPoolAllocationOutput{Success: new(true)}, nil
}

var allocationListing = listing[allocation, types.IpamPoolAllocation]{
	key:     (*allocation).key,
	view:    func(c *Call, r *allocation) types.IpamPoolAllocation { return r.show(c) },
	filters: fieldFilters[types.IpamPoolAllocation](nil),
	min:     1000,
	max:     100000,
}

// GetIpamPoolAllocations lists the allocations of a pool, whoever has them.
func (c *Call) GetIpamPoolAllocations(in *ec2.GetIpamPoolAllocationsInput) (*ec2.GetIpamPoolAllocationsOutput, error) {
	p, err := c.readablePool(*in.IpamPoolId)
	if err != nil {
		return nil, err
	}
	var ids []string
	if in.IpamPoolAllocationId != nil {
		ids = []string{*in.IpamPoolAllocationId}
	}
	find := func(id string) (*allocation, error) {
		if r := allocations.Get(c.Tx, append(p.key(), id)...); r != nil {
			return r, nil
		}
		return nil, noAllocation(id)
	}
	items, next, err := allocationListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, ids, find,
		func(after state.Key) iter.Seq[*allocation] { return allocations.ScanAfter(c.Tx, after, p.key()...) })
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamPoolAllocationsOutput{IpamPoolAllocations: items, NextToken: next}, nil
}

// DescribeIpamPoolAllocations lists the allocations to the caller, whatever pool they are from.
func (c *Call) DescribeIpamPoolAllocations(in *ec2.DescribeIpamPoolAllocationsInput) (*ec2.DescribeIpamPoolAllocationsOutput, error) {
	all := func(after state.Key) iter.Seq[*allocation] {
		list := slices.Collect(allocationsByOwner.Scan(c.Tx, c.Account))
		list = slices.DeleteFunc(list, func(r *allocation) bool { return r.Region != c.Region && r.IpamRegion != c.Region })
		return afterKey(list, (*allocation).key, after)
	}
	items, next, err := allocationListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.IpamPoolAllocationIds, c.ownAllocation, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamPoolAllocationsOutput{IpamPoolAllocations: items, NextToken: next}, nil
}
