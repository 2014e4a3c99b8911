package ec2api

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var publicIPv4PoolOperations = []op.Op{
	op.Write((*Call).CreatePublicIpv4Pool),
	op.Write((*Call).DeletePublicIpv4Pool),
	op.Read((*Call).DescribePublicIpv4Pools),
	op.Write((*Call).ProvisionPublicIpv4PoolCidr),
	op.Write((*Call).DeprovisionPublicIpv4PoolCidr),
}

// publicIPv4Pool is a pool of EC2 that Elastic IP addresses are taken from: its owner's addresses, which come out of a pool of
// IPAM or, without IPAM, straight from him. It is no pool of IPAM and can't be shared.
type publicIPv4Pool struct {
	types.PublicIpv4Pool
	OwnerId string
	Region  string
	Parts   []publicPart // in address order
}

func (r *publicIPv4Pool) key() state.Key { return state.Key{r.OwnerId, r.Region, *r.PoolId} }

var publicIPv4Pools = state.NewTable(&Schema, "public-ipv4-pool", (*publicIPv4Pool).key)

var publicIPv4PoolKind = kind{"ipv4pool-ec2-", types.ResourceTypeIpv4poolEc2, func(c *Call, id string) error { _, err := c.publicIPv4Pool(id); return err }}

// publicIPv4Pool finds a public IPv4 pool of the caller in the Region of the call.
func (c *Call) publicIPv4Pool(id string) (*publicIPv4Pool, error) {
	if r := publicIPv4Pools.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidPublicIpv4PoolID.NotFound", "pool", id)
}

// publicIPv4PoolIn is publicIPv4Pool for a request that may also name the border group.
func (c *Call) publicIPv4PoolIn(border *string, id string) (*publicIPv4Pool, error) {
	r, err := c.publicIPv4Pool(id)
	if err == nil && or(border, *r.NetworkBorderGroup) != *r.NetworkBorderGroup {
		err = invalidValue("The pool %s is not in the network border group %s.", id, *border)
	}
	return r, err
}

// borderGroup is the network border group that a request names, the Region's own if it names none.
func (c *Call) borderGroup(given *string) (string, error) {
	name := or(given, c.Region)
	if in, known := region.OfBorderGroup(name); !known || in.Name != c.Region {
		return "", invalidValue("Value (%s) for parameter networkBorderGroup is invalid. It is no network border group of the Region %s.", name, c.Region)
	}
	return name, nil
}

func (c *Call) newPublicIPv4Pool(border, description string, tags map[string]string) *publicIPv4Pool {
	id := c.newID("ipv4pool-ec2-")
	c.putTags(id, types.ResourceTypeIpv4poolEc2, tags)
	return &publicIPv4Pool{
		PublicIpv4Pool: types.PublicIpv4Pool{PoolId: new(id), Description: new(description), NetworkBorderGroup: new(border)},
		OwnerId:        c.Account,
		Region:         c.Region,
	}
}

func (r *publicIPv4Pool) show(c *Call) types.PublicIpv4Pool {
	v := r.PublicIpv4Pool
	v.PoolAddressRanges = r.ranges(c.Tx)
	v.TotalAddressCount, v.TotalAvailableAddressCount = new(int32(0)), new(int32(0))
	for _, one := range v.PoolAddressRanges {
		*v.TotalAddressCount += *one.AddressCount
		*v.TotalAvailableAddressCount += *one.AvailableAddressCount
	}
	v.Tags = c.tags(r.OwnerId, r.Region, *r.PoolId)
	return v
}

// CreatePublicIpv4Pool creates a pool without addresses.
func (c *Call) CreatePublicIpv4Pool(in *ec2.CreatePublicIpv4PoolInput) (*ec2.CreatePublicIpv4PoolOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpv4poolEc2)
	if err != nil {
		return nil, err
	}
	border, err := c.borderGroup(in.NetworkBorderGroup)
	if err != nil {
		return nil, err
	}
	r := c.newPublicIPv4Pool(border, "", tags)
	publicIPv4Pools.Put(c.Tx, r)
	return &ec2.CreatePublicIpv4PoolOutput{PoolId: r.PoolId}, nil
}

// DeletePublicIpv4Pool deletes a pool that has no addresses any more.
func (c *Call) DeletePublicIpv4Pool(in *ec2.DeletePublicIpv4PoolInput) (*ec2.DeletePublicIpv4PoolOutput, error) {
	r, err := c.publicIPv4PoolIn(in.NetworkBorderGroup, *in.PoolId)
	if err != nil {
		return nil, err
	}
	if len(r.Parts) > 0 {
		return nil, fail(codeDependencyViolation, "The pool '%s' has addresses and cannot be deleted.", *r.PoolId)
	}
	c.forgetPublicIPv4Pool(r)
	return &ec2.DeletePublicIpv4PoolOutput{ReturnValue: new(true)}, nil
}

func (c *Call) forgetPublicIPv4Pool(r *publicIPv4Pool) {
	c.putTags(*r.PoolId, types.ResourceTypeIpv4poolEc2, nil)
	publicIPv4Pools.Delete(c.Tx, r.key()...)
}

var publicIPv4PoolListing = listing[publicIPv4Pool, types.PublicIpv4Pool]{
	key:     (*publicIPv4Pool).key,
	view:    func(c *Call, r *publicIPv4Pool) types.PublicIpv4Pool { return r.show(c) },
	filters: filters[types.PublicIpv4Pool]{}, // by tags only
	min:     1,
	max:     10,
}

// DescribePublicIpv4Pools lists the caller's public IPv4 pools in the Region.
func (c *Call) DescribePublicIpv4Pools(in *ec2.DescribePublicIpv4PoolsInput) (*ec2.DescribePublicIpv4PoolsOutput, error) {
	items, next, err := publicIPv4PoolListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.PoolIds, c.publicIPv4Pool,
		func(after state.Key) iter.Seq[*publicIPv4Pool] {
			return publicIPv4Pools.ScanAfter(c.Tx, after, c.Account, c.Region)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.DescribePublicIpv4PoolsOutput{PublicIpv4Pools: items, NextToken: next}, nil
}
