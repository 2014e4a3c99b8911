package ec2api

import (
	"net/netip"

	"github.com/ipam-local/ipam-local/ec2api/space"
)

// The private addresses of network interfaces in a subnet.

// errSubnetFull is also what becomes of a NAT gateway in a subnet without free addresses.
var errSubnetFull = fail("InsufficientFreeAddressesInSubnet", "The specified subnet does not have enough free addresses to satisfy the request.")

// interfaceAddresses finds private addresses for an interface: those that a request names and, in the place of nil, the lowest
// that are free.
func (c *Call) interfaceAddresses(s *subnet, named []*string) ([]netip.Addr, error) {
	block := netip.MustParsePrefix(*s.CidrBlock)
	taken := interfaceSpaces.Get(c.Tx, *s.SubnetId).AddBlock(block)
	list := make([]netip.Addr, len(named))
	for i, text := range named {
		if text == nil {
			continue
		}
		a, err := readInterfaceAddress(block, taken, *text)
		if err != nil {
			return nil, err
		}
		list[i], taken = a, taken.Use(hostPrefix(a))
	}
	for i, text := range named {
		if text != nil {
			continue
		}
		prefix, ok := taken.Next(32, nil, reservedIn(block))
		if !ok {
			return nil, errSubnetFull
		}
		list[i], taken = prefix.Addr(), taken.Use(prefix)
	}
	return list, nil
}

// readInterfaceAddress reads an address that an interface can have in a subnet.
func readInterfaceAddress(block netip.Prefix, taken space.Space, text string) (netip.Addr, error) {
	a, err := readIPv4(text, "privateIpAddress")
	switch {
	case err != nil:
		return a, err
	case !block.Contains(a):
		return a, invalidValue("Address %s does not fall within the subnet's address range", a)
	case reserves(block, a):
		return a, invalidValue("Address %s is in subnet's reserved address range", a)
	case taken.InUse(hostPrefix(a)):
		return a, fail(codeIPAddressInUse, "Address %s is in use.", a)
	}
	return a, nil
}

// countAddresses notes that interfaces have taken that many addresses of a subnet more.
func (c *Call) countAddresses(s *subnet, n int) {
	*s.AvailableIpAddressCount -= int32(n)
	subnets.Put(c.Tx, s)
}

// reservedIn are the addresses of a subnet that AWS keeps.
func reservedIn(block netip.Prefix) []netip.Prefix {
	return []netip.Prefix{netip.PrefixFrom(block.Addr(), 30), netip.PrefixFrom(lastAddress(block), 32)}
}

func reserves(block netip.Prefix, a netip.Addr) bool {
	for _, p := range reservedIn(block) {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
