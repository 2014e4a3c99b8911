package ec2api

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/state"
)

// Who may do what with a pool. Its owner administers it in its home Region. In the Region of its locale, or at home if it has none,
// space is taken from it, by its owner and by accounts that it is shared with, as far as the share's permission goes.
// A pool that the caller can't see is answered as if there were none; one that he sees but may not use so, with
// UnauthorizedOperation.

func noPool(id string) error { return notFound("InvalidIpamPoolId.NotFound", "ipam-pool", id) }

// findPool finds a pool that the caller sees in the Region of the call, or nil.
func (c *Call) findPool(id string) *pool {
	if r := pools.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r // the usual case, without the index
	}
	r := poolsByID.First(c.Tx, id)
	if r == nil || *r.IpamRegion != c.Region && r.region() != c.Region {
		return nil
	}
	if *r.OwnerId != c.Account {
		if _, shared := ramapi.Granted(c.Tx, c.Account, *r.IpamPoolArn); !shared {
			return nil
		}
	}
	return r
}

// permit asks the share of a pool whether the caller may do what he is about to.
func (c *Call) permit(r *pool) error { return c.permitTo(*r.OwnerId, *r.IpamPoolArn) }

// permitTo asks the share of any resource.
func (c *Call) permitTo(owner, arn string) error {
	return c.permitAction("ec2:"+c.Operation, owner, arn)
}

// permitAction refuses what the share of a resource does not grant.
func (c *Call) permitAction(action, owner, arn string) error {
	if owner == c.Account {
		return nil
	}
	if grant, _ := ramapi.Granted(c.Tx, c.Account, arn); grant.Allows(action) {
		return nil
	}
	return fail("UnauthorizedOperation", "You are not authorized to perform this operation. User: %s is not authorized to perform: %s on resource: %s because no resource-based policy allows the %s action.",
		c.ARN, action, arn, action)
}

// homePool finds a pool to administer: one of the caller whose home is the Region of the call.
func (c *Call) homePool(id string) (*pool, error) {
	r := c.findPool(id)
	switch {
	case r == nil || *r.OwnerId == c.Account && *r.IpamRegion != c.Region:
		return nil, noPool(id)
	case *r.OwnerId != c.Account:
		return nil, c.permit(r) // no share gives the rights of the owner
	}
	return r, nil
}

// livePool finds a pool to administer that is not being deleted.
func (c *Call) livePool(id string) (*pool, error) {
	r, err := c.homePool(id)
	if err == nil {
		err = alive(c, id, r)
	}
	return r, err
}

// visiblePool finds a pool that the caller sees.
func (c *Call) visiblePool(id string) (*pool, error) {
	if r := c.findPool(id); r != nil {
		return r, nil
	}
	return nil, noPool(id)
}

// readablePool finds a pool whose contents the caller may read.
func (c *Call) readablePool(id string) (*pool, error) {
	r, err := c.visiblePool(id)
	if err != nil {
		return nil, err
	}
	return r, c.permit(r)
}

// poolHere finds a pool that the caller may use in the Region of the call: that of its locale, or its home if it has none.
func (c *Call) poolHere(id string) (*pool, error) {
	r, err := c.readablePool(id)
	switch {
	case err != nil:
		return nil, err
	case r.region() != c.Region:
		return nil, noPool(id)
	}
	return r, alive(c, id, r)
}

// localPool finds a pool that the caller may take space from.
func (c *Call) localPool(id string) (*pool, error) {
	r, err := c.poolHere(id)
	switch {
	case err != nil:
		return nil, err
	case *r.OwnerId != c.Account && r.ipam(c.Tx).Tier == types.IpamTierFree:
		return nil, fail(codeUnsupportedOperation, "The IPAM %s is in the free tier. Allocations to other accounts need the advanced tier.", r.IpamId)
	}
	return r, c.checkMonitored(r)
}

// checkMonitored: an IPAM gives space to the members of its organization only while it watches them, which the
// administrator's does. Accounts outside are not watched and may use what is shared with them all the same.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/share-pool-ipam.html
func (c *Call) checkMonitored(r *pool) error {
	mine, member := orgs.Of(c.Tx, c.Account)
	owners, has := orgs.Of(c.Tx, *r.OwnerId)
	outside := !member || !has || mine.OrganizationID != owners.OrganizationID
	if outside || monitors(c.Tx, *r.OwnerId, c.Account) && !r.ipam(c.Tx).defaultDiscovery(c.Tx).excludes(c.Account, mine) {
		return nil
	}
	return fail(codeUnsupportedOperation, "The operation AllocateIpamPoolCidr is not supported. Account %s is not monitored by IPAM %s.", c.Account, r.IpamId)
}

// visiblePools are those that the caller sees in the Region of the call.
func (c *Call) visiblePools(after state.Key) iter.Seq[*pool] {
	list := slices.Collect(pools.Scan(c.Tx, c.Account, c.Region))
	for r := range poolsByRegion.Scan(c.Tx, c.Account, c.Region) {
		if *r.IpamRegion != c.Region {
			list = append(list, r)
		}
	}
	for arn := range ramapi.SharedWith(c.Tx, c.Account, "ec2:IpamPool") {
		if r := c.findPool(lastOf(arn)); r != nil && *r.OwnerId != c.Account {
			list = append(list, r)
		}
	}
	return afterKey(list, (*pool).key, after)
}
