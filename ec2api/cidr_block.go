package ec2api

import (
	"net/netip"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// block is a CIDR of a VPC or a subnet, from its association to its end. A subnet's states are those of a VPC's.
type block struct {
	AssociationId string
	Prefix        netip.Prefix
	State         types.VpcCidrBlockStateCode
	Settles       transition[types.VpcCidrBlockStateCode] `json:",omitzero"`
	IPv6          ipv6Origin                              `json:",omitzero"`
}

// ipv6Origin is where a block of IPv6 comes from, as AWS shows it. Pool is Amazon, or the id of a pool of IPAM or of an IPv6 pool.
type ipv6Origin struct {
	Pool      string
	Source    types.IpSource
	Attribute types.Ipv6AddressAttribute
}

// What AWS shows as the pool of an IPv6 block. The id of a pool of IPAM shows in the answer to the call that takes
// the block only (https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-byoip-ipam.html; terraform-provider-aws,
// vpc_ipv6_cidr_block_association_test.go).
const (
	amazonPool = "Amazon"
	ipamPool   = "IPAM Managed"
)

// blockLingers is how long a block is still listed that is disassociated (lyft/cni-ipvlan-vpc-k8s #49).
const blockLingers = time.Hour

// originOf is what a block has from the pool of IPAM that it is taken from.
func originOf(p *pool) ipv6Origin {
	o := ipv6Origin{Pool: *p.IpamPoolId, Source: types.IpSourceNone, Attribute: types.Ipv6AddressAttributePrivate}
	if p.IpamScopeType == types.IpamScopeTypePublic {
		o.Source, o.Attribute = types.IpSource(p.PublicIpSource), types.Ipv6AddressAttributePublic
	}
	return o
}

// newBlock is a block that is associated once the time for it has passed, unless a fault rule has it fail. A subnet's fails by
// the rule for a VPC's: their states are the same words.
func (c *Call) newBlock(idPrefix string, prefix netip.Prefix, origin ipv6Origin) block {
	return block{
		AssociationId: c.newID(idPrefix),
		Prefix:        prefix,
		State:         types.VpcCidrBlockStateCodeAssociating,
		Settles:       to(c, types.VpcCidrBlockStateCodeAssociated, c.Settings.Timing.Transition),
		IPv6:          origin,
	}
}

// disassociate starts the end of a block.
func (c *Call) disassociate(b *block) {
	b.State = types.VpcCidrBlockStateCodeDisassociating
	b.Settles = to(c, types.VpcCidrBlockStateCodeDisassociated, c.Settings.Timing.Transition)
}

// live tells whether the block is or is about to be associated. Its addresses are free from the moment its end begins.
func (b *block) live() bool {
	return (b.State == types.VpcCidrBlockStateCodeAssociating || b.State == types.VpcCidrBlockStateCodeAssociated) && !b.Settles.fails()
}

// is4 tells the family.
func (b *block) is4() bool { return b.Prefix.Addr().Is4() }

func (b *block) now(c *Call) types.VpcCidrBlockStateCode { return b.Settles.state(b.State, c.Tx.Now) }

// vpcIPv4 and vpcIPv6 are a block of a VPC as AWS shows it.
func (b *block) vpcIPv4(state types.VpcCidrBlockStateCode) types.VpcCidrBlockAssociation {
	return types.VpcCidrBlockAssociation{
		AssociationId:  new(b.AssociationId),
		CidrBlock:      new(b.Prefix.String()),
		CidrBlockState: b.vpcState(state),
	}
}

func (b *block) vpcState(state types.VpcCidrBlockStateCode) *types.VpcCidrBlockState {
	v := &types.VpcCidrBlockState{State: state}
	b.Settles.explain(&v.StatusMessage, state)
	return v
}

func (b *block) vpcIPv6(regionName string, state types.VpcCidrBlockStateCode) types.VpcIpv6CidrBlockAssociation {
	shown := b.IPv6.Pool
	if strings.HasPrefix(shown, poolKind.prefix) {
		shown = ipamPool
	}
	return types.VpcIpv6CidrBlockAssociation{
		AssociationId:        new(b.AssociationId),
		Ipv6CidrBlock:        new(b.Prefix.String()),
		Ipv6CidrBlockState:   b.vpcState(state),
		Ipv6Pool:             new(shown),
		NetworkBorderGroup:   new(regionName),
		IpSource:             b.IPv6.Source,
		Ipv6AddressAttribute: b.IPv6.Attribute,
	}
}

// newVpcIPv6 is what the call shows that takes the block: the pool's id, and nothing yet of what Amazon is to choose
// (aws-cli, examples/ec2/create-vpc.rst).
func (b *block) newVpcIPv6(regionName string) types.VpcIpv6CidrBlockAssociation {
	v := b.vpcIPv6(regionName, b.State)
	v.Ipv6Pool = new(b.IPv6.Pool)
	if b.IPv6.Pool == amazonPool {
		v.Ipv6CidrBlock = new("")
	}
	return v
}

func (b *block) subnetIPv6(state types.VpcCidrBlockStateCode) types.SubnetIpv6CidrBlockAssociation {
	s := &types.SubnetCidrBlockState{State: types.SubnetCidrBlockStateCode(state)}
	b.Settles.explain(&s.StatusMessage, state)
	return types.SubnetIpv6CidrBlockAssociation{
		AssociationId:        new(b.AssociationId),
		Ipv6CidrBlock:        new(b.Prefix.String()),
		Ipv6CidrBlockState:   s,
		IpSource:             b.IPv6.Source,
		Ipv6AddressAttribute: b.IPv6.Attribute,
	}
}
