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

var ipv6PoolOperations = []op.Op{
	op.Read((*Call).DescribeIpv6Pools),
	op.Read((*Call).GetAssociatedIpv6PoolCidrs),
}

// ipv6Pool is IPv6 addresses that an account has brought to a Region without IPAM, for its VPCs. It is no pool of IPAM.
type ipv6Pool struct {
	types.Ipv6Pool
	OwnerId string
	Region  string
}

func (r *ipv6Pool) key() state.Key { return state.Key{r.OwnerId, r.Region, *r.PoolId} }

var ipv6Pools = state.NewTable(&Schema, "ipv6-pool", (*ipv6Pool).key)

const ipv6PoolPrefix = "ipv6pool-ec2-"

var ipv6PoolKind = kind{ipv6PoolPrefix, types.ResourceTypeIpv6poolEc2, func(c *Call, id string) error { _, err := c.ipv6Pool(id); return err }}

// ipv6Pool finds an IPv6 pool of the caller in the Region of the call.
func (c *Call) ipv6Pool(id string) (*ipv6Pool, error) {
	if r := ipv6Pools.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidIpv6PoolId.NotFound", "ipv6Pool", id)
}

func (c *Call) makeIPv6Pool(from *byoipCIDR) *ipv6Pool {
	r := &ipv6Pool{
		Ipv6Pool: types.Ipv6Pool{
			PoolId:         new(c.newID(ipv6PoolPrefix)),
			Description:    new(or(from.Description, "")),
			PoolCidrBlocks: []types.PoolCidrBlock{{Cidr: from.Cidr}},
		},
		OwnerId: c.Account,
		Region:  c.Region,
	}
	ipv6Pools.Put(c.Tx, r)
	c.putTags(*r.PoolId, types.ResourceTypeIpv6poolEc2, from.PoolTags)
	return r
}

// removeIPv6Pool ends an IPv6 pool that no VPC has a block of.
func (c *Call) removeIPv6Pool(id string) error {
	if vpcsByIPv6Pool.First(c.Tx, id) != nil {
		return fail(codeDependencyViolation, "The pool '%s' has CIDRs that are associated with VPCs.", id)
	}
	c.putTags(id, types.ResourceTypeIpv6poolEc2, nil)
	ipv6Pools.Delete(c.Tx, c.Account, c.Region, id)
	return nil
}

func (r *ipv6Pool) show(c *Call) types.Ipv6Pool {
	v := r.Ipv6Pool
	v.Tags = c.tags(r.OwnerId, r.Region, *r.PoolId)
	return v
}

// associations are the blocks that VPCs have of the pool.
func (r *ipv6Pool) associations(tx *state.Tx) iter.Seq[*types.Ipv6CidrAssociation] {
	return func(yield func(*types.Ipv6CidrAssociation) bool) {
		for v := range vpcsByIPv6Pool.Scan(tx, *r.PoolId) {
			for _, b := range v.Blocks {
				if b.IPv6.Pool == *r.PoolId && b.live() && !yield(&types.Ipv6CidrAssociation{AssociatedResource: v.VpcId, Ipv6Cidr: new(b.Prefix.String())}) {
					return
				}
			}
		}
	}
}

// choose finds the block that a request wants of the pool: the CIDR that it names, or the lowest free /56.
func (r *ipv6Pool) choose(tx *state.Tx, named netip.Prefix) (netip.Prefix, error) {
	free := space.Space{}
	for _, b := range r.PoolCidrBlocks {
		free = free.AddBlock(netip.MustParsePrefix(*b.Cidr))
	}
	for a := range r.associations(tx) {
		free = free.Use(netip.MustParsePrefix(*a.Ipv6Cidr))
	}
	if named.IsValid() {
		if !free.Free(named) {
			return named, invalidValue("The CIDR %s is not available in the pool %s.", named, *r.PoolId)
		}
		return named, nil
	}
	prefix, ok := free.Next(amazonVPCBits, nil, nil)
	if !ok {
		return prefix, fail("InsufficientAddressCapacity", "There are no IPv6 CIDR blocks left in the pool %s.", *r.PoolId)
	}
	return prefix, nil
}

var ipv6PoolListing = listing[ipv6Pool, types.Ipv6Pool]{
	key:     (*ipv6Pool).key,
	view:    func(c *Call, r *ipv6Pool) types.Ipv6Pool { return r.show(c) },
	filters: filters[types.Ipv6Pool]{}, // by tags only
	min:     1,
	max:     maxResults,
}

// DescribeIpv6Pools lists the caller's IPv6 pools in the Region.
func (c *Call) DescribeIpv6Pools(in *ec2.DescribeIpv6PoolsInput) (*ec2.DescribeIpv6PoolsOutput, error) {
	items, next, err := ipv6PoolListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.PoolIds, c.ipv6Pool,
		func(after state.Key) iter.Seq[*ipv6Pool] {
			return ipv6Pools.ScanAfter(c.Tx, after, c.Account, c.Region)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpv6PoolsOutput{Ipv6Pools: items, NextToken: next}, nil
}

var ipv6AssociationListing = listing[types.Ipv6CidrAssociation, types.Ipv6CidrAssociation]{
	key: func(a *types.Ipv6CidrAssociation) state.Key { // in address order
		return state.Key{netip.MustParsePrefix(*a.Ipv6Cidr).Addr().StringExpanded()}
	},
	view: func(_ *Call, a *types.Ipv6CidrAssociation) types.Ipv6CidrAssociation { return *a },
	min:  1,
	max:  maxResults,
}

// GetAssociatedIpv6PoolCidrs lists the blocks that VPCs have of an IPv6 pool.
func (c *Call) GetAssociatedIpv6PoolCidrs(in *ec2.GetAssociatedIpv6PoolCidrsInput) (*ec2.GetAssociatedIpv6PoolCidrsOutput, error) {
	r, err := c.ipv6Pool(*in.PoolId)
	if err != nil {
		return nil, err
	}
	items, next, err := ipv6AssociationListing.list(c, page{max: in.MaxResults, token: in.NextToken},
		func(after state.Key) iter.Seq[*types.Ipv6CidrAssociation] {
			return afterKey(slices.Collect(r.associations(c.Tx)), ipv6AssociationListing.key, after)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.GetAssociatedIpv6PoolCidrsOutput{Ipv6CidrAssociations: items, NextToken: next}, nil
}
