package scenario

import (
	"fmt"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func (a *applier) makeVPCs() error {
	for _, v := range a.VPCs {
		by := caller{v.line, v.Account.s, v.Region.s}
		in := &ec2.CreateVpcInput{
			CidrBlock: v.CIDR.ptr(), Ipv4NetmaskLength: v.Netmask.ptr(),
			TagSpecifications: specify(types.ResourceTypeVpc, v.Tags.named(v.Name)),
		}
		if v.pool != nil {
			in.Ipv4IpamPoolId = new(a.pools[v.pool].id)
		}
		out, err := do[ec2.CreateVpcOutput](a, by, in)
		if err != nil {
			return err
		}
		if v.Name.given() {
			a.result.VPCs[v.Name.s] = *out.Vpc.VpcId
		}
		if err := a.makeSubnets(v, out.Vpc); err != nil {
			return err
		}
	}
	return nil
}

// makeSubnets creates the subnets of a VPC in the order of the file. One that only says its length lies behind the ones
// before it, at the lowest place that all subnets with a CIDR leave.
func (a *applier) makeSubnets(v *vpc, made *types.Vpc) error {
	block, err := netip.ParsePrefix(*made.CidrBlock)
	if err != nil {
		return err
	}
	var taken []netip.Prefix
	for _, s := range v.Subnets {
		if s.CIDR.given() {
			taken = append(taken, s.CIDR.prefix)
		}
	}
	for _, s := range v.Subnets {
		by := caller{s.line, v.Account.s, v.Region.s}
		prefix := s.CIDR.prefix
		if s.Netmask.given() {
			if prefix = free(block, int(s.Netmask.n), taken); !prefix.IsValid() {
				return a.fail(by, "CreateSubnet", fmt.Errorf("there is no free /%d in %s", s.Netmask.n, block))
			}
			taken = append(taken, prefix)
		}
		_, err := do[ec2.CreateSubnetOutput](a, by, &ec2.CreateSubnetInput{
			VpcId: made.VpcId, CidrBlock: new(prefix.String()), AvailabilityZone: s.Zone.ptr(),
			TagSpecifications: specify(types.ResourceTypeSubnet, s.Tags.named(s.Name)),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// free finds the lowest block of a length in an IPv4 block that overlaps none of those taken; a VPC has at most 4,096 of them.
func free(block netip.Prefix, bits int, taken []netip.Prefix) netip.Prefix {
next:
	for p := netip.PrefixFrom(block.Addr(), bits); inside(p, block); p = netip.PrefixFrom(behind(p), bits) {
		for _, t := range taken {
			if t.Overlaps(p) {
				continue next
			}
		}
		return p
	}
	return netip.Prefix{}
}

// behind is the first address after an IPv4 block; after the last block it wraps around, and so leaves the VPC's.
func behind(p netip.Prefix) netip.Addr {
	b := p.Addr().As4()
	n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	n += 1 << (32 - p.Bits())
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}
