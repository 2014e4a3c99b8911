package ec2api

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ipam-local/ipam-local/state"
)

// subnetBlocksGone forgets a block some time after it was disassociated. The key is the subnet's and the association's id.
var subnetBlocksGone = state.NewQueue(&Schema, "subnet-block-gone", func(tx *state.Tx, key state.Key) {
	r := subnets.Get(tx, key[:3]...)
	if r == nil {
		return
	}
	r.Blocks = slices.DeleteFunc(r.Blocks, func(b block) bool { return b.AssociationId == key[3] })
	subnets.Put(tx, r)
})

// AssociateSubnetCidrBlock gives a subnet its IPv6 block.
func (c *Call) AssociateSubnetCidrBlock(in *ec2.AssociateSubnetCidrBlockInput) (*ec2.AssociateSubnetCidrBlockOutput, error) {
	r, err := c.subnet(*in.SubnetId)
	if err != nil {
		return nil, err
	}
	if in.Ipv6CidrBlock == nil && in.Ipv6IpamPoolId == nil {
		return nil, fail(codeMissingParameter, "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided.")
	}
	if r.liveBlock() != nil {
		return nil, cidrLimit(*r.SubnetId, 1, 1)
	}
	v := vpcs.Get(c.Tx, c.Account, c.Region, *r.VpcId)
	prefix, p, err := c.findSubnetPart(v, &forSubnetIPv6, wish{in.Ipv6CidrBlock, in.Ipv6IpamPoolId, in.Ipv6NetmaskLength}, c.ownTags(*r.SubnetId))
	if err != nil {
		return nil, err
	}
	b := c.addSubnetIPv6(v, r, prefix, p)
	subnets.Put(c.Tx, r)
	if b.Settles.fails() {
		c.releaseLater(*r.SubnetId, b.Prefix)
		subnetBlocksGone.At(c.Tx, b.Settles.At.Add(blockLingers), append(r.key(), b.AssociationId)...)
	}
	return &ec2.AssociateSubnetCidrBlockOutput{SubnetId: r.SubnetId, Ipv6CidrBlockAssociation: new(b.subnetIPv6(b.State))}, nil
}

// DisassociateSubnetCidrBlock takes the IPv6 block away from a subnet that has IPv4 too.
func (c *Call) DisassociateSubnetCidrBlock(in *ec2.DisassociateSubnetCidrBlockInput) (*ec2.DisassociateSubnetCidrBlockOutput, error) {
	r := subnetsByAssociation.First(c.Tx, c.Account, c.Region, *in.AssociationId)
	if r == nil || r.liveBlock() == nil || r.liveBlock().AssociationId != *in.AssociationId {
		return nil, fail("InvalidSubnetCidrBlockAssociationID.NotFound", "The subnet CIDR block association ID '%s' does not exist", *in.AssociationId)
	}
	if *r.Ipv6Native {
		return nil, fail(codeOperationNotPermitted, "The subnet CIDR block with association ID %s may not be disassociated. The subnet %s is IPv6 native", *in.AssociationId, *r.SubnetId)
	}
	b := r.liveBlock()
	c.disassociate(b)
	r.AssignIpv6AddressOnCreation = new(false)
	subnets.Put(c.Tx, r)
	c.releaseLater(*r.SubnetId, b.Prefix)
	subnetBlocksGone.At(c.Tx, b.Settles.At.Add(blockLingers), append(r.key(), b.AssociationId)...)
	return &ec2.DisassociateSubnetCidrBlockOutput{SubnetId: r.SubnetId, Ipv6CidrBlockAssociation: new(b.subnetIPv6(b.State))}, nil
}
