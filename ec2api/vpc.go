package ec2api

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var vpcOperations = []op.Op{
	op.Write((*Call).CreateVpc),
	op.Write((*Call).CreateDefaultVpc),
	op.Write((*Call).DeleteVpc),
	op.Read((*Call).DescribeVpcs),
	op.Read((*Call).DescribeVpcAttribute),
	op.Write((*Call).ModifyVpcAttribute),
	op.Write((*Call).ModifyVpcTenancy),
	op.Write((*Call).AssociateVpcCidrBlock).MayEnd(types.VpcCidrBlockStateCodeFailed),
	op.Write((*Call).DisassociateVpcCidrBlock),
}

// vpc is a VPC. OwnerId and Region are the account and the Region it belongs to. Its CIDRs are in Blocks, the primary
// one first; the sets of the SDK's type are made of them for an answer.
type vpc struct {
	types.Vpc
	Region     string
	Blocks     []block
	Settles    transition[types.VpcState]
	Attributes vpcAttributes
}

func (r *vpc) key() state.Key { return state.Key{*r.OwnerId, r.Region, *r.VpcId} }

var (
	vpcs              = state.NewTable(&Schema, "vpc", (*vpc).key)
	vpcsByID          = state.NewIndex(vpcs, "id", func(r *vpc) []state.Key { return []state.Key{{*r.VpcId}} })
	vpcsByAssociation = state.NewIndex(vpcs, "association", func(r *vpc) []state.Key {
		keys := make([]state.Key, len(r.Blocks))
		for i, b := range r.Blocks {
			keys[i] = state.Key{*r.OwnerId, r.Region, b.AssociationId}
		}
		return keys
	})
	// vpcsByIPv6Pool finds the VPCs that have addresses brought without IPAM.
	vpcsByIPv6Pool = state.NewIndex(vpcs, "ipv6-pool", func(r *vpc) (keys []state.Key) {
		for _, b := range r.Blocks {
			if b.live() && strings.HasPrefix(b.IPv6.Pool, ipv6PoolPrefix) {
				keys = append(keys, state.Key{b.IPv6.Pool})
			}
		}
		return keys
	})
	vpcsByDefault = state.NewIndex(vpcs, "default", func(r *vpc) []state.Key {
		if !*r.IsDefault {
			return nil
		}
		return []state.Key{{*r.OwnerId, r.Region}}
	})
)

func init() {
	amazons := func(s space.Space, r *vpc, change func(space.Space, netip.Prefix) space.Space) space.Space {
		for _, b := range r.Blocks {
			if b.IPv6.Pool == amazonPool && b.live() {
				s = change(s, b.Prefix)
			}
		}
		return s
	}
	state.Derive(amazonSpaces, vpcs,
		func(r *vpc) (string, bool) {
			return amazon, slices.ContainsFunc(r.Blocks, func(b block) bool { return b.IPv6.Pool == amazonPool && b.live() })
		},
		func(s space.Space, r *vpc) space.Space { return amazons(s, r, space.Space.Use) },
		func(s space.Space, r *vpc) space.Space { return amazons(s, r, space.Space.Release) })
}

var vpcKind = kind{"vpc-", types.ResourceTypeVpc, func(c *Call, id string) error { _, err := c.vpc(id); return err }}

func noVPC(id string) error { return notFound("InvalidVpcID.NotFound", "vpc", id) }

// vpc finds a VPC of the caller in the Region of the call.
func (c *Call) vpc(id string) (*vpc, error) {
	if r := vpcs.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, noVPC(id)
}

// defaultVPC is the id of the default VPC in the Region of the call, or none.
func (c *Call) defaultVPC() string {
	if v := vpcsByDefault.First(c.Tx, c.Account, c.Region); v != nil {
		return *v.VpcId
	}
	return "none"
}

// blockWith is the live block of the VPC that contains a prefix, or nil.
func (r *vpc) blockWith(prefix netip.Prefix) *block {
	i := slices.IndexFunc(r.Blocks, func(b block) bool { return b.live() && within(prefix, b.Prefix) })
	if i < 0 {
		return nil
	}
	return &r.Blocks[i]
}

func (r *vpc) show(c *Call) types.Vpc {
	v := r.Vpc
	v.State = r.Settles.state(r.State, c.Tx.Now)
	v.CidrBlockAssociationSet = []types.VpcCidrBlockAssociation{}
	v.Ipv6CidrBlockAssociationSet = []types.VpcIpv6CidrBlockAssociation{}
	for _, b := range r.Blocks {
		if b.is4() {
			v.CidrBlockAssociationSet = append(v.CidrBlockAssociationSet, b.vpcIPv4(b.now(c)))
		} else {
			v.Ipv6CidrBlockAssociationSet = append(v.Ipv6CidrBlockAssociationSet, b.vpcIPv6(r.Region, b.now(c)))
		}
	}
	v.BlockPublicAccessStates = &types.BlockPublicAccessStates{InternetGatewayBlockMode: types.BlockPublicAccessModeOff}
	v.Tags = c.tags(*r.OwnerId, r.Region, *r.VpcId)
	return v
}

// answer is the VPC as the call shows it that makes it: on its way.
func (r *vpc) answer(c *Call) *types.Vpc {
	v := r.show(c)
	v.State = r.State
	v.BlockPublicAccessStates = nil
	v.Ipv6CidrBlockAssociationSet = []types.VpcIpv6CidrBlockAssociation{}
	for _, b := range r.Blocks {
		if !b.is4() {
			v.Ipv6CidrBlockAssociationSet = append(v.Ipv6CidrBlockAssociationSet, b.newVpcIPv6(r.Region))
		}
	}
	return &v
}

// DeleteVpc deletes a VPC that has no subnets and no gateway, and what came with it. IPAM hears of it later.
func (c *Call) DeleteVpc(in *ec2.DeleteVpcInput) (*ec2.DeleteVpcOutput, error) {
	v, err := c.vpc(*in.VpcId)
	if err != nil {
		return nil, err
	}
	if subnetsByVPC.First(c.Tx, v.key()...) != nil || gatewaysByVPC.First(c.Tx, v.key()...) != nil || natGatewaysByVPC.First(c.Tx, v.key()...) != nil {
		return nil, fail(codeDependencyViolation, "The vpc '%s' has dependencies and cannot be deleted.", *v.VpcId)
	}
	c.deleteVPCParts(v)
	c.putTags(*v.VpcId, types.ResourceTypeVpc, nil)
	vpcs.Delete(c.Tx, v.key()...)
	c.releaseLater(*v.VpcId, netip.Prefix{})
	c.forgetMonitoring(*v.VpcId, netip.Prefix{})
	return &ec2.DeleteVpcOutput{}, nil
}

// makeVPCParts makes what every VPC has from its beginning.
// Source: https://docs.aws.amazon.com/vpc/latest/userguide/configure-your-vpc.html
func (c *Call) makeVPCParts(v *vpc) {
	c.makeMainRouteTable(v)
	c.makeDefaultNetworkACL(v)
	c.makeDefaultSecurityGroup(v)
}

func (c *Call) deleteVPCParts(v *vpc) {
	for r := range routeTablesByVPC.Scan(c.Tx, v.key()...) {
		c.putTags(*r.RouteTableId, types.ResourceTypeRouteTable, nil)
		routeTables.Delete(c.Tx, r.key()...)
	}
	for r := range networkACLsByVPC.Scan(c.Tx, v.key()...) {
		c.putTags(*r.NetworkAclId, types.ResourceTypeNetworkAcl, nil)
		networkACLs.Delete(c.Tx, r.key()...)
	}
	for r := range securityGroupsByVPC.Scan(c.Tx, v.key()...) {
		for _, rule := range r.Rules {
			c.putTags(*rule.SecurityGroupRuleId, types.ResourceTypeSecurityGroupRule, nil)
		}
		c.putTags(*r.GroupId, types.ResourceTypeSecurityGroup, nil)
		securityGroups.Delete(c.Tx, r.key()...)
	}
}

// openIPv6 lets IPv6 traffic through what came with the VPC, as AWS does when a VPC gets its first IPv6 block.
func (c *Call) openIPv6(v *vpc) {
	for r := range networkACLsByVPC.Scan(c.Tx, v.key()...) {
		if *r.IsDefault {
			r.openIPv6()
			networkACLs.Put(c.Tx, r)
		}
	}
	for r := range securityGroupsByVPC.Scan(c.Tx, v.key()...) {
		if r.openIPv6(c) {
			securityGroups.Put(c.Tx, r)
		}
	}
}

var vpcListing = listing[vpc, types.Vpc]{
	key:  (*vpc).key,
	view: func(c *Call, r *vpc) types.Vpc { return r.show(c) },
	min:  minResults,
	max:  maxResults,
	filters: filters[types.Vpc]{
		"cidr":            func(v types.Vpc) []string { return shown(v.CidrBlock) },
		"dhcp-options-id": func(v types.Vpc) []string { return shown(v.DhcpOptionsId) },
		"is-default":      func(v types.Vpc) []string { return shown(v.IsDefault) },
		"owner-id":        func(v types.Vpc) []string { return shown(v.OwnerId) },
		"state":           func(v types.Vpc) []string { return shown(&v.State) },
		"vpc-id":          func(v types.Vpc) []string { return shown(v.VpcId) },

		"cidr-block-association.cidr-block":     ofIPv4(func(a types.VpcCidrBlockAssociation) []string { return shown(a.CidrBlock) }),
		"cidr-block-association.association-id": ofIPv4(func(a types.VpcCidrBlockAssociation) []string { return shown(a.AssociationId) }),
		"cidr-block-association.state":          ofIPv4(func(a types.VpcCidrBlockAssociation) []string { return shown(&a.CidrBlockState.State) }),

		"ipv6-cidr-block-association.ipv6-cidr-block": ofIPv6(func(a types.VpcIpv6CidrBlockAssociation) []string { return shown(a.Ipv6CidrBlock) }),
		"ipv6-cidr-block-association.ipv6-pool":       ofIPv6(func(a types.VpcIpv6CidrBlockAssociation) []string { return shown(a.Ipv6Pool) }),
		"ipv6-cidr-block-association.association-id":  ofIPv6(func(a types.VpcIpv6CidrBlockAssociation) []string { return shown(a.AssociationId) }),
		"ipv6-cidr-block-association.state":           ofIPv6(func(a types.VpcIpv6CidrBlockAssociation) []string { return shown(&a.Ipv6CidrBlockState.State) }),
	}.also(map[string]string{"isDefault": "is-default"}), // as Terraform spells it
}

func ofIPv4(value func(types.VpcCidrBlockAssociation) []string) func(types.Vpc) []string {
	return func(v types.Vpc) []string { return each(v.CidrBlockAssociationSet, value) }
}

func ofIPv6(value func(types.VpcIpv6CidrBlockAssociation) []string) func(types.Vpc) []string {
	return func(v types.Vpc) []string { return each(v.Ipv6CidrBlockAssociationSet, value) }
}

// DescribeVpcs lists the caller's VPCs in the Region.
func (c *Call) DescribeVpcs(in *ec2.DescribeVpcsInput) (*ec2.DescribeVpcsOutput, error) {
	all := rows(c, vpcs, (*vpc).key, in.Filters, map[string]*state.Index[vpc]{
		"cidr-block-association.association-id":      vpcsByAssociation,
		"ipv6-cidr-block-association.association-id": vpcsByAssociation,
	})
	items, next, err := vpcListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.VpcIds, c.vpc, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeVpcsOutput{Vpcs: items, NextToken: next}, nil
}
