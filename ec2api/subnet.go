package ec2api

import (
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var subnetOperations = []op.Op{
	op.Write((*Call).CreateSubnet),
	op.Write((*Call).CreateDefaultSubnet),
	op.Write((*Call).DeleteSubnet),
	op.Read((*Call).DescribeSubnets),
	op.Write((*Call).ModifySubnetAttribute),
	op.Write((*Call).AssociateSubnetCidrBlock).MayEnd(types.VpcCidrBlockStateCodeFailed),
	op.Write((*Call).DisassociateSubnetCidrBlock),
}

// subnet is a subnet of a VPC. Blocks are its IPv6 CIDRs; the set of the SDK's type is made of them for an answer.
type subnet struct {
	types.Subnet
	Region                string
	Blocks                []block
	Settles               transition[types.SubnetState]
	NetworkACL            string
	NetworkACLAssociation string
}

func (r *subnet) key() state.Key { return state.Key{*r.OwnerId, r.Region, *r.SubnetId} }

var (
	subnets      = state.NewTable(&Schema, "subnet", (*subnet).key)
	subnetsByVPC = state.NewIndex(subnets, "vpc", func(r *subnet) []state.Key {
		return []state.Key{{*r.OwnerId, r.Region, *r.VpcId}}
	})
	subnetsByAssociation = state.NewIndex(subnets, "association", func(r *subnet) []state.Key {
		keys := make([]state.Key, len(r.Blocks))
		for i, b := range r.Blocks {
			keys[i] = state.Key{*r.OwnerId, r.Region, b.AssociationId}
		}
		return keys
	})

	// subnetSpaces holds, by VPC, what its subnets have.
	subnetSpaces = state.NewDerived(&Schema, "subnet-space", space.Space.Equal)
)

func init() {
	each := func(s space.Space, r *subnet, change func(space.Space, netip.Prefix) space.Space) space.Space {
		if r.CidrBlock != nil {
			s = change(s, netip.MustParsePrefix(*r.CidrBlock))
		}
		for _, b := range r.Blocks {
			if b.live() {
				s = change(s, b.Prefix)
			}
		}
		return s
	}
	state.Derive(subnetSpaces, subnets,
		func(r *subnet) (string, bool) { return *r.VpcId, true },
		func(s space.Space, r *subnet) space.Space { return each(s, r, space.Space.Use) },
		func(s space.Space, r *subnet) space.Space { return each(s, r, space.Space.Release) })
}

var subnetKind = kind{"subnet-", types.ResourceTypeSubnet, func(c *Call, id string) error { _, err := c.subnet(id); return err }}

// subnet finds a subnet of the caller in the Region of the call.
func (c *Call) subnet(id string) (*subnet, error) {
	if r := subnets.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidSubnetID.NotFound", "subnet", id)
}

func (r *subnet) show(c *Call) types.Subnet {
	v := r.Subnet
	v.State = r.Settles.state(r.State, c.Tx.Now)
	v.BlockPublicAccessStates = &types.BlockPublicAccessStates{InternetGatewayBlockMode: types.BlockPublicAccessModeOff}
	v.Ipv6CidrBlockAssociationSet = []types.SubnetIpv6CidrBlockAssociation{}
	for _, b := range r.Blocks {
		v.Ipv6CidrBlockAssociationSet = append(v.Ipv6CidrBlockAssociationSet, b.subnetIPv6(b.now(c)))
	}
	v.Tags = c.tags(*r.OwnerId, r.Region, *r.SubnetId)
	return v
}

// answer is the subnet as the call shows it that makes it: its IPv6 block is on its way. The subnet itself is
// available at once, other than what the API reference says (aws-cli, examples/ec2/create-subnet.rst).
func (r *subnet) answer(c *Call) *types.Subnet {
	v := r.show(c)
	v.State = r.State
	v.BlockPublicAccessStates = nil
	v.Ipv6CidrBlockAssociationSet = []types.SubnetIpv6CidrBlockAssociation{}
	for _, b := range r.Blocks {
		v.Ipv6CidrBlockAssociationSet = append(v.Ipv6CidrBlockAssociationSet, b.subnetIPv6(b.State))
	}
	return &v
}

// liveBlock is the IPv6 block that the subnet has, or nil.
func (r *subnet) liveBlock() *block {
	i := slices.IndexFunc(r.Blocks, func(b block) bool { return b.live() })
	if i < 0 {
		return nil
	}
	return &r.Blocks[i]
}

// DeleteSubnet deletes a subnet. IPAM hears of it later.
func (c *Call) DeleteSubnet(in *ec2.DeleteSubnetInput) (*ec2.DeleteSubnetOutput, error) {
	r, err := c.subnet(*in.SubnetId)
	if err != nil {
		return nil, err
	}
	if networkInterfacesBySubnet.First(c.Tx, r.key()...) != nil {
		return nil, fail(codeDependencyViolation, "The subnet '%s' has dependencies and cannot be deleted.", *r.SubnetId)
	}
	c.putTags(*r.SubnetId, types.ResourceTypeSubnet, nil)
	subnets.Delete(c.Tx, r.key()...)
	c.releaseLater(*r.SubnetId, netip.Prefix{})
	return &ec2.DeleteSubnetOutput{}, nil
}

var subnetListing = listing[subnet, types.Subnet]{
	key:  (*subnet).key,
	view: func(c *Call, r *subnet) types.Subnet { return r.show(c) },
	min:  minResults,
	max:  maxResults,
	filters: filters[types.Subnet]{
		"availability-zone":               func(s types.Subnet) []string { return shown(s.AvailabilityZone) },
		"availability-zone-id":            func(s types.Subnet) []string { return shown(s.AvailabilityZoneId) },
		"available-ip-address-count":      func(s types.Subnet) []string { return shown(s.AvailableIpAddressCount) },
		"cidr-block":                      func(s types.Subnet) []string { return shown(s.CidrBlock) },
		"customer-owned-ipv4-pool":        func(s types.Subnet) []string { return shown(s.CustomerOwnedIpv4Pool) },
		"default-for-az":                  func(s types.Subnet) []string { return shown(s.DefaultForAz) },
		"enable-dns64":                    func(s types.Subnet) []string { return shown(s.EnableDns64) },
		"enable-lni-at-device-index":      func(s types.Subnet) []string { return shown(s.EnableLniAtDeviceIndex) },
		"ipv6-native":                     func(s types.Subnet) []string { return shown(s.Ipv6Native) },
		"map-customer-owned-ip-on-launch": func(s types.Subnet) []string { return shown(s.MapCustomerOwnedIpOnLaunch) },
		"map-public-ip-on-launch":         func(s types.Subnet) []string { return shown(s.MapPublicIpOnLaunch) },
		"outpost-arn":                     func(s types.Subnet) []string { return shown(s.OutpostArn) },
		"owner-id":                        func(s types.Subnet) []string { return shown(s.OwnerId) },
		"state":                           func(s types.Subnet) []string { return shown(&s.State) },
		"subnet-arn":                      func(s types.Subnet) []string { return shown(s.SubnetArn) },
		"subnet-id":                       func(s types.Subnet) []string { return shown(s.SubnetId) },
		"vpc-id":                          func(s types.Subnet) []string { return shown(s.VpcId) },

		"ipv6-cidr-block-association.association-id":  ofSubnetIPv6(func(a types.SubnetIpv6CidrBlockAssociation) []string { return shown(a.AssociationId) }),
		"ipv6-cidr-block-association.ipv6-cidr-block": ofSubnetIPv6(func(a types.SubnetIpv6CidrBlockAssociation) []string { return shown(a.Ipv6CidrBlock) }),
		"ipv6-cidr-block-association.state":           ofSubnetIPv6(func(a types.SubnetIpv6CidrBlockAssociation) []string { return shown(&a.Ipv6CidrBlockState.State) }),

		"private-dns-name-options-on-launch.hostname-type": ofPrivateDNS(func(o *types.PrivateDnsNameOptionsOnLaunch) []string { return shown(&o.HostnameType) }),
		"private-dns-name-options-on-launch.enable-resource-name-dns-a-record": ofPrivateDNS(func(o *types.PrivateDnsNameOptionsOnLaunch) []string {
			return shown(o.EnableResourceNameDnsARecord)
		}),
		"private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record": ofPrivateDNS(func(o *types.PrivateDnsNameOptionsOnLaunch) []string {
			return shown(o.EnableResourceNameDnsAAAARecord)
		}),
	}.also(map[string]string{
		"availabilityZone":   "availability-zone",
		"availabilityZoneId": "availability-zone-id",
		"cidr":               "cidr-block",
		"cidrBlock":          "cidr-block",
		"defaultForAz":       "default-for-az",
	}),
}

func ofSubnetIPv6(value func(types.SubnetIpv6CidrBlockAssociation) []string) func(types.Subnet) []string {
	return func(s types.Subnet) []string { return each(s.Ipv6CidrBlockAssociationSet, value) }
}

func ofPrivateDNS(value func(*types.PrivateDnsNameOptionsOnLaunch) []string) func(types.Subnet) []string {
	return func(s types.Subnet) []string { return value(s.PrivateDnsNameOptionsOnLaunch) }
}

// DescribeSubnets lists the caller's subnets in the Region.
func (c *Call) DescribeSubnets(in *ec2.DescribeSubnetsInput) (*ec2.DescribeSubnetsOutput, error) {
	all := rows(c, subnets, (*subnet).key, in.Filters, map[string]*state.Index[subnet]{
		"vpc-id": subnetsByVPC,
		"ipv6-cidr-block-association.association-id": subnetsByAssociation,
	})
	items, next, err := subnetListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.SubnetIds, c.subnet, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeSubnetsOutput{Subnets: items, NextToken: next}, nil
}
