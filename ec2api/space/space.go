// Package space says which prefixes of a pool's blocks are in use, and where a free one is.
//
// It knows addresses only: no pools, owners or rules. A [Space] is a value that never changes, so a reader may keep
// one while a writer builds the next from it, and a transaction that fails just drops what it built.
//
// A Space is a binary trie for each address family. A node stands for a block, a prefix in use, or the point where two
// of them part; chains of nodes with one child are left out. Each node knows how short a free prefix there is below
// it, so that the search for a free prefix goes down once and never back, however many are in use:
//
//	10.0.0.0/8  block            a /10 is free below
//	├── 10.0.0.0/24  in use      nothing is free below
//	└── 10.128.0.0/9  in use     nothing is free below
//
// Every method takes a prefix as the network it denotes, so host bits do not matter. An invalid prefix panics: what
// clients send is parsed long before it gets here.
package space

import (
	"iter"
	"net/netip"
)

// Space is the blocks of a pool and the prefixes in use; the zero Space has none. Its methods return a new Space and
// leave the old one as it was. What it holds depends on what was added and removed, not on the order.
type Space struct {
	roots [2]*node // by family: a pool has one, and a second pointer is cheaper than a rule against mixing
}

// AddBlock adds a provisioned CIDR; adding a block again changes nothing. Blocks are meant to be disjoint: of two that
// overlap, the outer one counts until it is removed.
func (s Space) AddBlock(p netip.Prefix) Space {
	return s.edit(p, func(n *node) { n.block = true })
}

// RemoveBlock removes a block, and changes nothing if there is none; the prefixes in use inside stay in use.
func (s Space) RemoveBlock(p netip.Prefix) Space {
	return s.edit(p, func(n *node) { n.block = false })
}

// Use marks p as in use. Uses are counted: a prefix that is used twice is free after two calls of Release. Prefixes in
// use may contain one another and may lie outside all blocks.
func (s Space) Use(p netip.Prefix) Space {
	return s.edit(p, func(n *node) { n.uses++ })
}

// Release undoes one Use of exactly p. It panics if there was none, because ignoring that would hide that the caller's
// books are wrong.
func (s Space) Release(p netip.Prefix) Space {
	return s.edit(p, func(n *node) {
		if n.uses == 0 {
			panic("space: release of " + p.String() + ", which is not in use")
		}
		n.uses--
	})
}

// Blocks returns the blocks in address order.
func (s Space) Blocks() iter.Seq[netip.Prefix] {
	return s.all(func(n *node) bool { return n.block })
}

// Used returns the prefixes in use that overlap within, each once, in address order and the shorter first.
func (s Space) Used(within netip.Prefix) iter.Seq[netip.Prefix] {
	family, k := keyOf(within)
	return func(yield func(netip.Prefix) bool) {
		s.roots[family].walk(k, func(n *node) bool { return n.uses == 0 || yield(n.key.prefix(family)) })
	}
}

// Block returns the block that contains p.
func (s Space) Block(p netip.Prefix) (netip.Prefix, bool) {
	family, k := keyOf(p)
	at := s.roots[family].find(k)
	if at.block == nil {
		return netip.Prefix{}, false
	}
	return at.block.key.prefix(family), true
}

// Free reports whether p lies in a block and overlaps nothing in use.
func (s Space) Free(p netip.Prefix) bool {
	family, k := keyOf(p)
	at := s.roots[family].find(k)
	return at.block != nil && !at.used && at.under.unused()
}

// InUse reports whether something in use overlaps p, be p inside a block or not.
func (s Space) InUse(p netip.Prefix) bool {
	family, k := keyOf(p)
	at := s.roots[family].find(k)
	return at.used || !at.under.unused()
}

// Next returns the lowest free prefix of that length over all blocks in address order. It lies inside one of allowed,
// unless allowed is empty, and overlaps none of disallowed.
func (s Space) Next(bits int, allowed, disallowed []netip.Prefix) (netip.Prefix, bool) {
	// For this search a disallowed prefix is one in use. That costs a Use each, but nothing has to be tried and given
	// up: an IPv6 block has more candidates than can be counted.
	for _, p := range disallowed {
		s = s.Use(p)
	}
	if len(allowed) == 0 {
		allowed = []netip.Prefix{allIPv4, allIPv6}
	}
	var lowest netip.Prefix
	for _, p := range allowed {
		if found, ok := s.lowest(p, bits); ok && (!lowest.IsValid() || found.Compare(lowest) < 0) {
			lowest = found
		}
	}
	return lowest, lowest.IsValid()
}

var (
	allIPv4 = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	allIPv6 = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
)

// lowest returns the lowest free prefix of that length inside p.
func (s Space) lowest(p netip.Prefix, bits int) (netip.Prefix, bool) {
	family, k := keyOf(p)
	if bits < p.Bits() || bits > p.Addr().BitLen() {
		return netip.Prefix{}, false
	}
	at := s.roots[family].find(k)
	if at.used {
		return netip.Prefix{}, false
	}
	found, ok := (region{k, at.under, at.block != nil}).lowest(uint8(bits))
	if !ok {
		return netip.Prefix{}, false
	}
	return found.prefix(family), true
}

// Equal reports whether both have the same blocks and the same prefixes in use, as often, however they were built.
func (s Space) Equal(o Space) bool {
	return s.roots[ipv4].equal(o.roots[ipv4]) && s.roots[ipv6].equal(o.roots[ipv6])
}

// IsEmpty reports whether there is neither a block nor a prefix in use.
func (s Space) IsEmpty() bool { return s == Space{} }

func (s Space) edit(p netip.Prefix, change func(*node)) Space {
	family, k := keyOf(p)
	s.roots[family] = s.roots[family].edit(k, change)
	return s
}

func (s Space) all(want func(*node) bool) iter.Seq[netip.Prefix] {
	return func(yield func(netip.Prefix) bool) {
		for _, family := range []family{ipv4, ipv6} {
			if !s.roots[family].walk(key{}, func(n *node) bool { return !want(n) || yield(n.key.prefix(family)) }) {
				return
			}
		}
	}
}
