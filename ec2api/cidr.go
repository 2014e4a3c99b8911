package ec2api

import (
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// anyCIDR reads a CIDR of either family, host bits and all: the VPC operations mask them (100.68.0.18/18 is
// 100.68.0.0/18), those of IPAM refuse them.
func anyCIDR(text, parameter string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().Is4In6() {
		return netip.Prefix{}, invalidValue("Value (%s) for parameter %s is invalid. This is not a valid CIDR block.", text, parameter)
	}
	return p, nil
}

// poolPrefix reads a CIDR that is to lie in a pool: of its family, without host bits, and not all there is.
func poolPrefix(text, parameter string, family types.AddressFamily) (netip.Prefix, error) {
	p, err := rangePrefix(text, parameter, family)
	if err == nil && p.Bits() == 0 {
		err = invalidValue("Value (%s) for parameter %s is invalid. This is not a valid CIDR block.", text, parameter)
	}
	return p, err
}

// rangePrefix reads a CIDR that only bounds where another may lie, so that it may be all there is.
func rangePrefix(text, parameter string, family types.AddressFamily) (netip.Prefix, error) {
	p, err := anyCIDR(text, parameter)
	switch {
	case err != nil:
		return p, err
	case familyOf(p) != family:
		return p, invalidValue("Value (%s) for parameter %s is invalid. The address family of the pool is %s.", text, parameter, family)
	case p != p.Masked():
		return p, invalidValue("Value (%s) for parameter %s is invalid. The CIDR has host bits set; did you mean %s?", text, parameter, p.Masked())
	}
	return p, nil
}

func rangePrefixes(texts []string, parameter string, family types.AddressFamily) ([]netip.Prefix, error) {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		var err error
		if list[i], err = rangePrefix(text, parameter, family); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func familyOf(p netip.Prefix) types.AddressFamily {
	if p.Addr().Is4() {
		return types.AddressFamilyIpv4
	}
	return types.AddressFamilyIpv6
}

// prefixes are CIDRs that are known at compile time.
func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// within tells whether outer contains the whole of inner.
func within(inner, outer netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}
