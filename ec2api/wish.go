package ec2api

import (
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// wish is how a request asks for a CIDR of one family for a VPC or a subnet: by the CIDR, or out of a pool of IPAM by
// the CIDR, a netmask length or the pool's default one.
type wish struct {
	cidr *string
	pool *string
	bits *int32
}

func (w wish) isEmpty() bool { return w == wish{} }

// target is what a CIDR is for: its family and the sizes that AWS allows there, whatever a pool has.
type target struct {
	resource        types.IpamPoolAllocationResourceType
	family          types.AddressFamily
	name            string // of the family, as parameters begin with it
	parameter       string // that names a CIDR
	code            string // for a size that is not allowed
	low, high, step int    // netmask lengths
}

// Sources: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html and
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
var (
	forVPCIPv4 = target{
		resource: types.IpamPoolAllocationResourceTypeVpc, family: types.AddressFamilyIpv4, name: "Ipv4",
		code: codeInvalidVpcRange, low: 16, high: 28, step: 1, parameter: "cidrBlock",
	}
	forVPCIPv6 = target{
		resource: types.IpamPoolAllocationResourceTypeVpc, family: types.AddressFamilyIpv6, name: "Ipv6",
		code: codeInvalidVpcRange, low: 44, high: 60, step: 4, parameter: "ipv6CidrBlock",
	}
	forSubnetIPv4 = target{
		resource: types.IpamPoolAllocationResourceTypeSubnet, family: types.AddressFamilyIpv4, name: "Ipv4",
		code: codeInvalidSubnetRange, low: 16, high: 28, step: 1, parameter: "cidrBlock",
	}
	forSubnetIPv6 = target{
		resource: types.IpamPoolAllocationResourceTypeSubnet, family: types.AddressFamilyIpv6, name: "Ipv6",
		code: codeInvalidSubnetRange, low: 44, high: 64, step: 4, parameter: "ipv6CidrBlock",
	}
)

// The documents write these codes without the dot, the wire has it.
const (
	codeInvalidVpcRange    = "InvalidVpc.Range"
	codeInvalidSubnetRange = "InvalidSubnet.Range"
)

func (t *target) allows(bits int) bool {
	return t.low <= bits && bits <= t.high && (bits-t.low)%t.step == 0
}

func (t *target) refuse(prefix netip.Prefix) error {
	return fail(t.code, "The CIDR '%s' is invalid.", prefix)
}

// read reads a CIDR that a request names; host bits are masked.
func (t *target) read(text string) (netip.Prefix, error) {
	prefix, err := anyCIDR(text, t.parameter)
	if err != nil {
		return prefix, err
	}
	prefix = prefix.Masked()
	if familyOf(prefix) != t.family {
		return prefix, invalidValue("Value (%s) for parameter %s is invalid. This is not a valid %s CIDR block.", text, t.parameter, t.family)
	}
	if !t.allows(prefix.Bits()) {
		return prefix, t.refuse(prefix)
	}
	return prefix, nil
}

// findCIDR finds the space that a request wishes, and the pool to take it from, which is nil if it is not from IPAM. admit
// is the caller's own rule for the pool.
func (c *Call) findCIDR(t *target, w wish, tags map[string]string, admit func(*pool) error) (netip.Prefix, *pool, error) {
	var named netip.Prefix
	if w.cidr != nil {
		var err error
		if named, err = t.read(*w.cidr); err != nil {
			return named, nil, err
		}
		w.cidr = new(named.String())
	}
	if w.pool == nil {
		if w.bits != nil {
			return named, nil, invalidCombination("The request can only contain %sNetmaskLength with %sIpamPoolId.", t.name, t.name)
		}
		return named, nil, nil
	}
	if w.bits != nil && !t.allows(int(*w.bits)) {
		return named, nil, fail(t.code, "The CIDR '/%d' is invalid.", *w.bits)
	}
	p, err := c.localPool(*w.pool)
	if err != nil {
		return named, nil, err
	}
	if p.AddressFamily != t.family {
		return named, nil, invalidValue("The address family of the pool %s is %s.", *p.IpamPoolId, p.AddressFamily)
	}
	if err := admit(p); err != nil {
		return named, nil, err
	}
	prefix, err := c.choiceFor(p, t.resource, choice{cidr: w.cidr, bits: w.bits}, tags)
	if err != nil {
		return prefix, nil, err
	}
	if !t.allows(prefix.Bits()) {
		return prefix, nil, t.refuse(prefix)
	}
	return prefix, p, nil
}
