package ec2api

import (
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// CreateVpc creates a VPC with its own CIDRs or with CIDRs out of pools of IPAM. It has an IPv4 block in any case.
func (c *Call) CreateVpc(in *ec2.CreateVpcInput) (*ec2.CreateVpcOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeVpc)
	if err != nil {
		return nil, err
	}
	if in.VpcEncryptionControl != nil {
		return nil, unsupported("VpcEncryptionControl")
	}
	tenancy := orEnum(in.InstanceTenancy, types.TenancyDefault)
	if tenancy == types.TenancyHost {
		return nil, invalidValue("Value (%s) for parameter instanceTenancy is invalid. A VPC has the tenancy default or dedicated.", tenancy)
	}
	if in.CidrBlock == nil && in.Ipv4IpamPoolId == nil {
		return nil, fail(codeMissingParameter, "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
	}
	if err := c.checkVPCQuota(); err != nil {
		return nil, err
	}
	prefix, p, err := c.findVPCIPv4(wish{in.CidrBlock, in.Ipv4IpamPoolId, in.Ipv4NetmaskLength}, tags)
	if err != nil {
		return nil, err
	}
	wants6 := ipv6Wish{
		wish:   wish{in.Ipv6CidrBlock, in.Ipv6IpamPoolId, in.Ipv6NetmaskLength},
		amazon: or(in.AmazonProvidedIpv6CidrBlock, false), byoip: in.Ipv6Pool, border: in.Ipv6CidrBlockNetworkBorderGroup,
	}
	found6, err := c.findVPCIPv6(wants6, tags)
	if err != nil {
		return nil, err
	}
	v := c.newVPC(prefix, tenancy)
	c.makeVPCParts(v)
	if p != nil {
		c.take(p, prefix, types.IpamPoolAllocationResourceTypeVpc, *v.VpcId)
	}
	if found6.prefix.IsValid() {
		c.addVPCIPv6(v, found6)
	}
	vpcs.Put(c.Tx, v)
	c.putTags(*v.VpcId, types.ResourceTypeVpc, tags)
	importVPC(c.Tx, v)
	return &ec2.CreateVpcOutput{Vpc: v.answer(c)}, nil
}

func (c *Call) checkVPCQuota() error {
	limit := c.Settings.Quotas.VPCs
	if limit == 0 {
		return nil
	}
	for range vpcs.Scan(c.Tx, c.Account, c.Region) {
		if limit--; limit == 0 {
			return fail("VpcLimitExceeded", "The maximum number of VPCs has been reached.")
		}
	}
	return nil
}

// newVPC is a VPC with its primary block, which is associated from the start, and the attributes that AWS gives it.
func (c *Call) newVPC(prefix netip.Prefix, tenancy types.Tenancy) *vpc {
	primary := c.newBlock(vpcAssociation, prefix, ipv6Origin{})
	primary.State, primary.Settles = types.VpcCidrBlockStateCodeAssociated, transition[types.VpcCidrBlockStateCode]{}
	return &vpc{
		Vpc: types.Vpc{
			OwnerId:         new(c.Account),
			VpcId:           new(c.newID("vpc-")),
			CidrBlock:       new(prefix.String()),
			DhcpOptionsId:   new(c.defaultDHCPOptionsID()),
			InstanceTenancy: tenancy,
			IsDefault:       new(false),
			State:           types.VpcStatePending,
		},
		Region:     c.Region,
		Blocks:     []block{primary},
		Settles:    to(c, types.VpcStateAvailable, c.Settings.Timing.Transition),
		Attributes: vpcAttributes{DNSSupport: true},
	}
}

const vpcAssociation = "vpc-cidr-assoc-"

// unusable is what no VPC can have: this network, the host itself, its links, and multicast.
var unusable = prefixes("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4")

// findVPCIPv4 finds the IPv4 block that a request wishes for a VPC.
func (c *Call) findVPCIPv4(w wish, tags map[string]string) (netip.Prefix, *pool, error) {
	prefix, p, err := c.findCIDR(&forVPCIPv4, w, tags, openToVPCs)
	if err != nil {
		return prefix, nil, err
	}
	for _, u := range unusable {
		if prefix.Overlaps(u) {
			return prefix, nil, forVPCIPv4.refuse(prefix)
		}
	}
	return prefix, p, nil
}

// openToVPCs: what plans the subnets of a VPC has no space for another VPC, nor have the global services.
func openToVPCs(p *pool) error {
	if p.SourceResource != nil {
		return invalidValue("The resource type vpc is not valid for the pool %s, which has a source resource.", *p.IpamPoolId)
	}
	if p.AwsService == types.IpamPoolAwsServiceGlobalServices {
		return invalidValue("The resource type vpc is not valid for the pool %s, which is for the service %s.", *p.IpamPoolId, p.AwsService)
	}
	return nil
}

// ipv6Wish is how a request asks for an IPv6 block for a VPC: from Amazon, from a pool of IPAM, or from addresses
// that the account has brought without IPAM.
type ipv6Wish struct {
	wish
	amazon bool
	byoip  *string
	border *string
}

func (w ipv6Wish) isEmpty() bool { return !w.amazon && w.byoip == nil && w.wish.isEmpty() }

func (w ipv6Wish) check(regionName string) error {
	switch {
	case w.amazon && (w.byoip != nil || !w.wish.isEmpty()), w.byoip != nil && w.pool != nil:
		return invalidCombination("The request can only contain one of AmazonProvidedIpv6CidrBlock, Ipv6IpamPoolId and Ipv6Pool, and Ipv6CidrBlock and Ipv6NetmaskLength not with AmazonProvidedIpv6CidrBlock.")
	case w.border != nil && !w.amazon:
		return invalidCombination("The request can only contain Ipv6CidrBlockNetworkBorderGroup with AmazonProvidedIpv6CidrBlock.")
	case w.border != nil && *w.border != regionName:
		return invalidValue("Value (%s) for parameter ipv6CidrBlockNetworkBorderGroup is invalid. There are no Local Zones; the only network border group is %s.", *w.border, regionName)
	case w.pool == nil && w.cidr != nil && w.byoip == nil:
		return missingParameter("Ipv6Pool")
	case w.pool == nil && w.bits != nil:
		return missingParameter("Ipv6IpamPoolId")
	}
	return nil
}

// foundIPv6 is an IPv6 block for a VPC, and where it comes from.
type foundIPv6 struct {
	prefix netip.Prefix // not valid if there is none
	pool   *pool        // of IPAM, if it is from one
	origin ipv6Origin
}

// findVPCIPv6 finds the IPv6 block that a request wishes for a VPC, if any.
func (c *Call) findVPCIPv6(w ipv6Wish, tags map[string]string) (found foundIPv6, err error) {
	if err = w.check(c.Region); err != nil || w.isEmpty() {
		return found, err
	}
	switch {
	case w.amazon:
		var ok bool
		if found.prefix, ok = c.nextAmazon(amazonIPv6, amazonVPCBits); !ok {
			return found, fail("InsufficientAddressCapacity", "There are no IPv6 CIDR blocks left.")
		}
		found.origin = ipv6Origin{Pool: amazonPool, Source: types.IpSourceAmazon, Attribute: types.Ipv6AddressAttributePublic}
	case w.byoip != nil:
		found.prefix, err = c.findOwnIPv6(w)
		found.origin = ipv6Origin{Pool: *w.byoip, Source: types.IpSourceByoip, Attribute: types.Ipv6AddressAttributePublic}
	default:
		if found.prefix, found.pool, err = c.findCIDR(&forVPCIPv6, w.wish, tags, openToVPCs); err == nil {
			found.origin = originOf(found.pool)
		}
	}
	return found, err
}

// findOwnIPv6 finds a block in a pool of addresses that were brought without IPAM.
func (c *Call) findOwnIPv6(w ipv6Wish) (named netip.Prefix, err error) {
	p, err := c.ipv6Pool(*w.byoip)
	if err != nil {
		return named, err
	}
	if w.cidr != nil {
		if named, err = forVPCIPv6.read(*w.cidr); err != nil {
			return named, err
		}
	}
	return p.choose(c.Tx, named)
}

const amazonVPCBits = 56

// addVPCIPv6 gives a VPC the IPv6 block that findVPCIPv6 has found. The caller stores the VPC.
func (c *Call) addVPCIPv6(v *vpc, found foundIPv6) *block {
	if found.pool != nil {
		c.take(found.pool, found.prefix, types.IpamPoolAllocationResourceTypeVpc, *v.VpcId)
	}
	v.Blocks = append(v.Blocks, c.newBlock(vpcAssociation, found.prefix, found.origin))
	c.openIPv6(v)
	return &v.Blocks[len(v.Blocks)-1]
}
