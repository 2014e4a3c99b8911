package space

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// A key is a prefix as the trie wants it: the address from the top bit on, so that one code serves both families, and
// no bits set after the prefix, so that equal prefixes are equal values.
type key struct {
	hi, lo uint64
	bits   uint8
}

type family uint8

const (
	ipv4 family = iota
	ipv6
)

func keyOf(p netip.Prefix) (family, key) {
	if !p.IsValid() {
		panic("space: invalid prefix")
	}
	length := uint8(p.Bits())
	if p.Addr().Is4() {
		a := p.Addr().As4()
		return ipv4, key{hi: uint64(binary.BigEndian.Uint32(a[:])) << 32}.first(length)
	}
	a := p.Addr().As16()
	return ipv6, key{hi: binary.BigEndian.Uint64(a[:8]), lo: binary.BigEndian.Uint64(a[8:])}.first(length)
}

func (k key) prefix(f family) netip.Prefix {
	var a [16]byte
	binary.BigEndian.PutUint64(a[:8], k.hi)
	binary.BigEndian.PutUint64(a[8:], k.lo)
	if f == ipv4 {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte(a[:4])), int(k.bits))
	}
	return netip.PrefixFrom(netip.AddrFrom16(a), int(k.bits))
}

// first returns the first n bits of k. A shift by 64 or more gives 0 in Go, so the ends need no special case.
func (k key) first(n uint8) key {
	hi, lo := ^uint64(0), ^uint64(0)<<(128-uint(n))
	if n <= 64 {
		hi, lo = ^uint64(0)<<(64-n), 0
	}
	return key{k.hi & hi, k.lo & lo, n}
}

// bit returns bit i, counted from the top.
func (k key) bit(i uint8) int {
	if i < 64 {
		return int(k.hi >> (63 - i) & 1)
	}
	return int(k.lo >> (127 - i) & 1)
}

// half returns the lower (0) or upper (1) half of k.
func (k key) half(side int) key {
	if k.bits < 64 {
		k.hi |= uint64(side) << (63 - k.bits)
	} else {
		k.lo |= uint64(side) << (127 - k.bits)
	}
	k.bits++
	return k
}

// common returns the longest prefix that contains both.
func (k key) common(o key) key {
	same := bits.LeadingZeros64(k.hi ^ o.hi)
	if same == 64 {
		same += bits.LeadingZeros64(k.lo ^ o.lo)
	}
	return k.first(min(uint8(same), k.bits, o.bits))
}

func (k key) contains(o key) bool { return k.bits <= o.bits && o.first(k.bits) == k }

func (k key) overlaps(o key) bool { return k.contains(o) || o.contains(k) }
