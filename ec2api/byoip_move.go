package ec2api

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var byoipMoveOperations = []op.Op{op.Write((*Call).MoveByoipCidrToIpam).MayEnd(types.IpamPoolCidrStateFailedImport, failureCodes...)}

// States of a range on its way to IPAM, which the SDK does not have.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-byoip-ipam-transfer-ipv4.html
const (
	pendingTransfer  types.ByoipCidrState = "pending-transfer"
	completeTransfer types.ByoipCidrState = "complete-transfer"
)

// importByoip is what a share of a pool has to permit.
const importByoip = "ec2:ImportByoipCidrToIpam"

// MoveByoipCidrToIpam gives a range that was brought without IPAM to a pool of IPAM, as it is: Elastic IP addresses stay, and an
// advertised range stays so. Called again, it tells how far that is.
func (c *Call) MoveByoipCidrToIpam(in *ec2.MoveByoipCidrToIpamInput) (*ec2.MoveByoipCidrToIpamOutput, error) {
	answer := func(cidr *string, state types.ByoipCidrState) (*ec2.MoveByoipCidrToIpamOutput, error) {
		return &ec2.MoveByoipCidrToIpamOutput{ByoipCidr: &types.ByoipCidr{Cidr: cidr, State: state}}, nil
	}
	prefix, err := anyCIDR(*in.Cidr, "cidr")
	if err != nil {
		return nil, err
	}
	if moved := byoipCIDRsByMover.First(c.Tx, c.Account, c.Region, prefix.String()); moved != nil && *moved.IpamPoolId == *in.IpamPoolId {
		return answer(moved.Cidr, completeTransfer)
	}
	r, err := c.byoipCIDR(*in.Cidr)
	switch {
	case err != nil:
		return nil, err
	case r.State == pendingTransfer && r.Target == *in.IpamPoolId:
		return answer(r.Cidr, pendingTransfer)
	case r.IpamPoolId != nil:
		return nil, invalidValue("The CIDR %s is in the pool %s of IPAM already.", *r.Cidr, *r.IpamPoolId)
	case r.State != types.ByoipCidrStateProvisioned && r.State != types.ByoipCidrStateAdvertised:
		return nil, r.wrongState()
	}
	p, err := c.importingPool(*in.IpamPoolId, *in.IpamPoolOwner)
	if err != nil {
		return nil, err
	}
	if err := p.checkImport(r); err != nil {
		return nil, err
	}
	if err := c.importRange(p, r); err != nil {
		return nil, err
	}
	r.Before, r.State, r.Target = r.State, pendingTransfer, *p.IpamPoolId
	byoipCIDRs.Put(c.Tx, r)
	return answer(r.Cidr, r.State)
}

// importingPool finds a pool that takes ranges of the caller: his own, or one whose share permits that.
func (c *Call) importingPool(id, owner string) (*pool, error) {
	p, err := c.visiblePool(id)
	switch {
	case err != nil:
		return nil, err
	case *p.OwnerId != owner:
		return nil, noPool(id)
	case p.deleting():
		return nil, deleting(id)
	}
	return p, c.permitAction(importByoip, owner, *p.IpamPoolArn)
}

// checkImport: a range goes to a pool at the top that is for EC2 where the range is.
func (r *pool) checkImport(moved *byoipCIDR) error {
	if !r.byoip() || r.AddressFamily != types.AddressFamilyIpv4 || r.AwsService != types.IpamPoolAwsServiceEc2 {
		return invalidValue("The pool %s is not at the top of a public scope, for IPv4 addresses that you bring to AWS and for the service ec2.", *r.IpamPoolId)
	}
	if *r.Locale != *moved.NetworkBorderGroup {
		return invalidValue("The locale %s of the pool %s is not where the CIDR %s is.", *r.Locale, *r.IpamPoolId, *moved.Cidr)
	}
	if !moved.prefix().Addr().Is4() {
		return invalidValue("The CIDR %s cannot be moved to IPAM. Only IPv4 CIDRs can.", *moved.Cidr)
	}
	return nil
}

// importRange makes the range a CIDR of the pool, on its way.
func (c *Call) importRange(p *pool, moved *byoipCIDR) error {
	r := newPoolCIDR(c.Tx, p, types.IpamPoolCidrStatePendingImport)
	r.Prefix, r.NetmaskLength, r.Cidr = moved.prefix(), new(int32(moved.prefix().Bits())), moved.Cidr
	r.TopOf, r.Brought, r.Mover = p.IpamScopeId, true, moved.OwnerId
	if err := c.replacePoolCIDR(p, r); err != nil {
		return err
	}
	if scopeSpaces.Get(c.Tx, r.TopOf).InUse(r.Prefix) {
		return invalidValue("The CIDR %s overlaps a CIDR of a pool in the scope %s.", r.Prefix, r.TopOf)
	}
	c.forceFailure(r)
	c.putPoolCIDR(r)
	return nil
}

// endImport hands a moved range over. Its address pool stays with the mover, as one allocation of the pool of IPAM.
func (r *poolCIDR) endImport(tx *state.Tx) {
	p := poolsByID.First(tx, r.IpamPoolId)
	moved := byoipCIDRs.Get(tx, r.Mover, p.region(), r.Prefix.String())
	switch {
	case moved == nil: // its account was reset
		r.State = types.IpamPoolCidrStateFailedImport
		return
	case r.Failure != nil:
		r.State, r.FailureReason = types.IpamPoolCidrStateFailedImport, r.Failure
		moved.State, moved.Target = moved.Before, ""
		byoipCIDRs.Put(tx, moved)
		lingering.At(tx, tx.Now.Add(lingers), r.key()...)
		return
	}
	r.State = types.IpamPoolCidrStateProvisioned
	byoipCIDRs.Delete(tx, moved.key()...)
	now := newRange(p, r.Prefix)
	now.State, now.Description, now.PoolId, now.Mover = moved.Before, moved.Description, moved.PoolId, r.Mover
	byoipCIDRs.Put(tx, now)
	c := &Call{Tx: tx, Caller: op.Caller{Account: r.Mover, Region: moved.Region}}
	addresses := publicIPv4Pools.Get(tx, r.Mover, moved.Region, *moved.PoolId)
	source := c.take(p, r.Prefix, types.IpamPoolAllocationResourceTypeEc2PublicIpv4Pool, *addresses.PoolId)
	for i := range addresses.Parts {
		addresses.Parts[i].Source = source.key()
	}
	publicIPv4Pools.Put(tx, addresses)
}
