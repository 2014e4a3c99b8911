package ec2api

import (
	"net/netip"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
)

const subnetAssociation = "subnet-cidr-assoc-"

// reservedAddresses is how many addresses of a subnet AWS keeps: the first four and the last.
const reservedAddresses = 5

// CreateSubnet creates a subnet with CIDRs of its VPC, or with CIDRs out of pools that plan the subnets of the VPC.
func (c *Call) CreateSubnet(in *ec2.CreateSubnetInput) (*ec2.CreateSubnetOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeSubnet)
	if err != nil {
		return nil, err
	}
	if in.OutpostArn != nil {
		return nil, unsupported("OutpostArn")
	}
	v, err := c.vpc(*in.VpcId)
	if err != nil {
		return nil, err
	}
	zone, err := c.zone(in.AvailabilityZone, in.AvailabilityZoneId)
	if err != nil {
		return nil, err
	}
	wants4 := wish{in.CidrBlock, in.Ipv4IpamPoolId, in.Ipv4NetmaskLength}
	wants6 := wish{in.Ipv6CidrBlock, in.Ipv6IpamPoolId, in.Ipv6NetmaskLength}
	native := or(in.Ipv6Native, false)
	if err := checkSubnetFamilies(wants4, wants6, native); err != nil {
		return nil, err
	}
	if limit := c.Settings.Quotas.SubnetsPerVPC; limit > 0 && subnetsByVPC.Count(c.Tx, v.key()...) >= limit {
		return nil, fail("SubnetLimitExceeded", "The maximum number of subnets has been reached.")
	}
	prefix4, pool4, err := c.findSubnetPart(v, &forSubnetIPv4, wants4, tags)
	if err != nil {
		return nil, err
	}
	prefix6, pool6, err := c.findSubnetPart(v, &forSubnetIPv6, wants6, tags)
	if err != nil {
		return nil, err
	}
	r := c.newSubnet(v, zone, prefix4, native)
	if pool4 != nil {
		c.take(pool4, prefix4, types.IpamPoolAllocationResourceTypeSubnet, *r.SubnetId)
	}
	if prefix6.IsValid() {
		c.addSubnetIPv6(v, r, prefix6, pool6)
	}
	subnets.Put(c.Tx, r)
	c.putTags(*r.SubnetId, types.ResourceTypeSubnet, tags)
	return &ec2.CreateSubnetOutput{Subnet: r.answer(c)}, nil
}

// checkSubnetFamilies: an IPv6-native subnet has IPv6 only, every other has IPv4.
func checkSubnetFamilies(wants4, wants6 wish, native bool) error {
	switch {
	case native && !wants4.isEmpty():
		return invalidCombination("The request cannot contain an IPv4 CIDR block for an IPv6 native subnet.")
	case native && wants6.cidr == nil && wants6.pool == nil:
		return fail(codeMissingParameter, "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided.")
	case !native && wants4.cidr == nil && wants4.pool == nil:
		return fail(codeMissingParameter, "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
	}
	return nil
}

// zone finds the zone that a request names by name or id. Without one AWS chooses, and does not say how: the first.
func (c *Call) zone(name, id *string) (region.Zone, error) {
	here, _ := region.Lookup(c.Region)
	if name != nil && id != nil {
		return region.Zone{}, invalidCombination("The request can only contain one of AvailabilityZone and AvailabilityZoneId.")
	}
	for _, z := range here.Zones {
		if (name == nil || *name == z.Name) && (id == nil || *id == z.ID) {
			return z, nil
		}
	}
	parameter, value := "availabilityZone", or(name, "")
	if id != nil {
		parameter, value = "availabilityZoneId", *id
	}
	var names []string
	for _, z := range here.Zones {
		names = append(names, z.Name)
	}
	return region.Zone{}, invalidValue("Value (%s) for parameter %s is invalid. Subnets can currently only be created in the following availability zones: %s.", value, parameter, strings.Join(names, ", "))
}

// findSubnetPart finds the CIDR that a request wishes for a subnet, if any: in a block of the VPC and free of other subnets.
func (c *Call) findSubnetPart(v *vpc, t *target, w wish, tags map[string]string) (netip.Prefix, *pool, error) {
	if w.isEmpty() {
		return netip.Prefix{}, nil, nil
	}
	prefix, p, err := c.findCIDR(t, w, tags, func(p *pool) error { return p.checkPlans(v) })
	if err != nil {
		return prefix, nil, err
	}
	if v.blockWith(prefix) == nil {
		return prefix, nil, t.refuse(prefix)
	}
	if subnetSpaces.Get(c.Tx, *v.VpcId).InUse(prefix) {
		return prefix, nil, fail("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet", prefix)
	}
	return prefix, p, nil
}

// checkPlans: a subnet takes space only from a pool that plans its VPC.
func (r *pool) checkPlans(v *vpc) error {
	if r.SourceResource == nil {
		return invalidValue("IpamPool '%s' is missing a source resource", *r.IpamPoolId)
	}
	if *r.SourceResource.ResourceId != *v.VpcId {
		return invalidValue("The source resource of IpamPool '%s' is not the vpc '%s'", *r.IpamPoolId, *v.VpcId)
	}
	return nil
}

func (c *Call) newSubnet(v *vpc, zone region.Zone, prefix netip.Prefix, native bool) *subnet {
	id := c.newID("subnet-")
	acl := c.defaultNetworkACL(v)
	r := &subnet{
		Subnet: types.Subnet{
			OwnerId:                     new(c.Account),
			SubnetId:                    new(id),
			SubnetArn:                   new(c.arn(c.Region, c.Account, "subnet/"+id)),
			VpcId:                       v.VpcId,
			AvailabilityZone:            new(zone.Name),
			AvailabilityZoneId:          new(zone.ID),
			AvailableIpAddressCount:     new(int32(0)),
			AssignIpv6AddressOnCreation: new(native),
			DefaultForAz:                new(false),
			EnableDns64:                 new(false),
			Ipv6Native:                  new(native),
			MapCustomerOwnedIpOnLaunch:  new(false),
			MapPublicIpOnLaunch:         new(false),
			PrivateDnsNameOptionsOnLaunch: &types.PrivateDnsNameOptionsOnLaunch{
				HostnameType:                    types.HostnameTypeIpName,
				EnableResourceNameDnsARecord:    new(false),
				EnableResourceNameDnsAAAARecord: new(false),
			},
			State: types.SubnetStateAvailable,
		},
		Region:                c.Region,
		NetworkACL:            *acl.NetworkAclId,
		NetworkACLAssociation: c.newID("aclassoc-"),
	}
	if native {
		r.PrivateDnsNameOptionsOnLaunch.HostnameType = types.HostnameTypeResourceName
		return r
	}
	r.CidrBlock = new(prefix.String())
	r.AvailableIpAddressCount = new(int32(1)<<(32-prefix.Bits()) - reservedAddresses)
	return r
}

// addSubnetIPv6 gives a subnet the IPv6 block that findSubnetPart has found. The caller stores the subnet.
// It has what the block of the VPC has that it is a part of.
func (c *Call) addSubnetIPv6(v *vpc, r *subnet, prefix netip.Prefix, p *pool) *block {
	if p != nil {
		c.take(p, prefix, types.IpamPoolAllocationResourceTypeSubnet, *r.SubnetId)
	}
	r.Blocks = append(r.Blocks, c.newBlock(subnetAssociation, prefix, v.blockWith(prefix).IPv6))
	return &r.Blocks[len(r.Blocks)-1]
}
