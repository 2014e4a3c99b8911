package ec2api

import (
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// vpcBlocksGone forgets a block some time after it was disassociated. The key is the VPC's and the association's id.
var vpcBlocksGone = state.NewQueue(&Schema, "vpc-block-gone", func(tx *state.Tx, key state.Key) {
	v := vpcs.Get(tx, key[:3]...)
	if v == nil {
		return
	}
	v.Blocks = slices.DeleteFunc(v.Blocks, func(b block) bool { return b.AssociationId == key[3] })
	vpcs.Put(tx, v)
})

// secondaryRule is a range that a VPC cannot have as a secondary block because of a block that it has.
type secondaryRule struct {
	has     []netip.Prefix // the block that it has lies in one of these,
	not     []netip.Prefix // and in none of these
	any     bool           // whichever block of the VPC; else the primary one
	refused []netip.Prefix
}

var (
	rfc1918   = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
	benchmark = netip.MustParsePrefix("198.19.0.0/16")
)

// secondaryRules are the restrictions of https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html.
var secondaryRules = []secondaryRule{
	{has: prefixes("10.0.0.0/8"), refused: prefixes("172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16")},
	{has: prefixes("10.0.0.0/15"), any: true, refused: prefixes("10.0.0.0/16")},
	{has: prefixes("172.16.0.0/12"), refused: prefixes("10.0.0.0/8", "192.168.0.0/16", "172.31.0.0/16", "198.19.0.0/16")},
	{has: prefixes("192.168.0.0/16"), refused: prefixes("10.0.0.0/8", "172.16.0.0/12", "198.19.0.0/16")},
	{has: prefixes("198.19.0.0/16"), refused: rfc1918},
	{has: prefixes("0.0.0.0/0"), not: append(slices.Clone(rfc1918), benchmark), refused: append(slices.Clone(rfc1918), benchmark)},
}

// refuses tells whether a VPC with these blocks, the primary one first, cannot have the prefix too.
func (r *secondaryRule) refuses(have []netip.Prefix, prefix netip.Prefix) bool {
	in := func(p netip.Prefix, ranges []netip.Prefix) bool {
		return slices.ContainsFunc(ranges, func(r netip.Prefix) bool { return within(p, r) })
	}
	if !r.any {
		have = have[:1]
	}
	return slices.ContainsFunc(r.refused, prefix.Overlaps) &&
		slices.ContainsFunc(have, func(h netip.Prefix) bool { return in(h, r.has) && !in(h, r.not) })
}

// AssociateVpcCidrBlock gives a VPC one more CIDR, of its own or out of a pool of IPAM.
func (c *Call) AssociateVpcCidrBlock(in *ec2.AssociateVpcCidrBlockInput) (*ec2.AssociateVpcCidrBlockOutput, error) {
	v, err := c.vpc(*in.VpcId)
	if err != nil {
		return nil, err
	}
	wants4 := wish{in.CidrBlock, in.Ipv4IpamPoolId, in.Ipv4NetmaskLength}
	wants6 := ipv6Wish{
		wish:   wish{in.Ipv6CidrBlock, in.Ipv6IpamPoolId, in.Ipv6NetmaskLength},
		amazon: or(in.AmazonProvidedIpv6CidrBlock, false), byoip: in.Ipv6Pool, border: in.Ipv6CidrBlockNetworkBorderGroup,
	}
	out := &ec2.AssociateVpcCidrBlockOutput{VpcId: v.VpcId}
	var b *block
	switch {
	case !wants4.isEmpty() && !wants6.isEmpty():
		return nil, invalidCombination("The request can only contain one CIDR block, either IPv4 or IPv6.")
	case wants4.isEmpty() && wants6.isEmpty():
		return nil, fail(codeMissingParameter, "Either 'cidrBlock', 'ipv4IpamPoolId', 'ipv6IpamPoolId', 'ipv6Pool' or 'amazonProvidedIpv6CidrBlock' should be provided.")
	case wants6.isEmpty():
		if b, err = c.associateIPv4(v, wants4); err != nil {
			return nil, err
		}
		out.CidrBlockAssociation = new(b.vpcIPv4(b.State))
	default:
		if b, err = c.associateIPv6(v, wants6); err != nil {
			return nil, err
		}
		out.Ipv6CidrBlockAssociation = new(b.newVpcIPv6(v.Region))
	}
	vpcs.Put(c.Tx, v)
	if b.Settles.fails() {
		c.releaseLater(*v.VpcId, b.Prefix)
		vpcBlocksGone.At(c.Tx, b.Settles.At.Add(blockLingers), append(v.key(), b.AssociationId)...)
	}
	importVPC(c.Tx, v)
	return out, nil
}

func (c *Call) associateIPv4(v *vpc, w wish) (*block, error) {
	if w.cidr == nil && w.pool == nil {
		return nil, fail(codeMissingParameter, "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
	}
	if err := v.checkRoom(true, c.Settings.Quotas.IPv4CIDRsPerVPC); err != nil {
		return nil, err
	}
	prefix, p, err := c.findVPCIPv4(w, c.ownTags(*v.VpcId))
	if err != nil {
		return nil, err
	}
	if err := v.checkSecondary(prefix); err != nil {
		return nil, err
	}
	if p != nil {
		c.take(p, prefix, types.IpamPoolAllocationResourceTypeVpc, *v.VpcId)
	}
	v.Blocks = append(v.Blocks, c.newBlock(vpcAssociation, prefix, ipv6Origin{}))
	return &v.Blocks[len(v.Blocks)-1], nil
}

func (c *Call) associateIPv6(v *vpc, w ipv6Wish) (*block, error) {
	if err := v.checkRoom(false, c.Settings.Quotas.IPv6CIDRsPerVPC); err != nil {
		return nil, err
	}
	found, err := c.findVPCIPv6(w, c.ownTags(*v.VpcId))
	if err != nil {
		return nil, err
	}
	if err := v.checkOverlap(found.prefix); err != nil {
		return nil, err
	}
	return c.addVPCIPv6(v, found), nil
}

// checkRoom: a VPC has so many blocks of a family at most. A limit of 0 is none.
func (r *vpc) checkRoom(is4 bool, limit int) error {
	have := 0
	for _, b := range r.Blocks {
		if b.is4() == is4 && b.live() {
			have++
		}
	}
	return cidrLimit(*r.VpcId, have, limit)
}

func cidrLimit(id string, have, limit int) error {
	if limit == 0 || have < limit {
		return nil
	}
	return fail("CidrLimitExceeded", "This network '%s' has met its maximum number of allowed CIDRs: %d", id, limit)
}

// checkOverlap: the blocks of a VPC are disjoint. The code is by analogy with that of subnets.
func (r *vpc) checkOverlap(prefix netip.Prefix) error {
	for _, b := range r.Blocks {
		if b.live() && b.Prefix.Overlaps(prefix) {
			return fail("InvalidVpc.Conflict", "The CIDR '%s' conflicts with the CIDR '%s' of the vpc '%s'", prefix, b.Prefix, *r.VpcId)
		}
	}
	return nil
}

// checkSecondary is the rules for one more IPv4 block.
func (r *vpc) checkSecondary(prefix netip.Prefix) error {
	if err := r.checkOverlap(prefix); err != nil {
		return err
	}
	var have []netip.Prefix
	for _, b := range r.Blocks {
		if b.is4() && b.live() {
			have = append(have, b.Prefix)
		}
	}
	for _, rule := range secondaryRules {
		if rule.refuses(have, prefix) {
			return fail(codeInvalidVpcRange, "The CIDR '%s' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, or use a publicly-routable CIDR. For additional restrictions, see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html", prefix)
		}
	}
	return nil
}

// DisassociateVpcCidrBlock takes a CIDR away from a VPC that has no subnet in it. The primary one stays for good.
func (c *Call) DisassociateVpcCidrBlock(in *ec2.DisassociateVpcCidrBlockInput) (*ec2.DisassociateVpcCidrBlockOutput, error) {
	v := vpcsByAssociation.First(c.Tx, c.Account, c.Region, *in.AssociationId)
	i := -1
	if v != nil {
		i = slices.IndexFunc(v.Blocks, func(b block) bool { return b.AssociationId == *in.AssociationId && b.live() })
	}
	if i < 0 {
		return nil, fail("InvalidVpcCidrBlockAssociationID.NotFound", "The vpc CIDR block association ID '%s' does not exist", *in.AssociationId)
	}
	b := &v.Blocks[i]
	if i == 0 {
		return nil, fail(codeOperationNotPermitted, "The vpc CIDR block with association ID %s may not be disassociated. It is the primary IPv4 CIDR block of the VPC", b.AssociationId)
	}
	if subnetSpaces.Get(c.Tx, *v.VpcId).InUse(b.Prefix) {
		return nil, fail("InvalidCidrBlock.InUse", "The vpc %s currently has a subnet within CIDR block %s", *v.VpcId, b.Prefix)
	}
	c.disassociate(b)
	vpcs.Put(c.Tx, v)
	c.releaseLater(*v.VpcId, b.Prefix)
	c.forgetMonitoring(*v.VpcId, b.Prefix)
	vpcBlocksGone.At(c.Tx, b.Settles.At.Add(blockLingers), append(v.key(), b.AssociationId)...)
	out := &ec2.DisassociateVpcCidrBlockOutput{VpcId: v.VpcId}
	if b.is4() {
		out.CidrBlockAssociation = new(b.vpcIPv4(b.State))
	} else {
		out.Ipv6CidrBlockAssociation = new(b.vpcIPv6(v.Region, b.State))
	}
	return out, nil
}
