package space_test

import (
	"iter"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/ipam-local/ipam-local/ec2api/space"
)

// prefixes parses a list written in one string, which keeps the tables below readable.
func prefixes(list string) []netip.Prefix {
	var all []netip.Prefix
	for s := range strings.FieldsSeq(list) {
		all = append(all, netip.MustParsePrefix(s))
	}
	return all
}

func build(blocks, used string) space.Space {
	var s space.Space
	for _, p := range prefixes(blocks) {
		s = s.AddBlock(p)
	}
	for _, p := range prefixes(used) {
		s = s.Use(p)
	}
	return s
}

func text(seq iter.Seq[netip.Prefix]) string {
	var b strings.Builder
	for p := range seq {
		b.WriteString(p.String() + " ")
	}
	return strings.TrimSpace(b.String())
}

func TestNext(t *testing.T) {
	tests := []struct {
		name                              string
		blocks, used, allowed, disallowed string
		bits                              int
		want                              string // empty: there is none
	}{
		{name: "an empty pool has nothing", bits: 28},
		{name: "the first address of the block comes first", blocks: "10.0.0.0/8", bits: 28, want: "10.0.0.0/28"},
		{name: "a whole block can be taken", blocks: "10.0.0.0/8", bits: 8, want: "10.0.0.0/8"},
		{name: "nothing is larger than the block", blocks: "10.0.0.0/8", bits: 7},
		{name: "the lower hole wins even if a later one fits better", blocks: "10.0.0.0/24", used: "10.0.0.0/28 10.0.0.48/28", bits: 28, want: "10.0.0.16/28"},
		{name: "holes that are too short are passed over", blocks: "10.0.0.0/24", used: "10.0.0.0/28 10.0.0.32/28", bits: 27, want: "10.0.0.64/27"},
		{name: "the result is aligned", blocks: "10.0.0.0/24", used: "10.0.0.0/28", bits: 26, want: "10.0.0.64/26"},
		{name: "blocks are searched in address order", blocks: "10.2.0.0/16 10.1.0.0/16", bits: 24, want: "10.1.0.0/24"},
		{name: "a full block leads to the next", blocks: "10.1.0.0/16 10.2.0.0/16", used: "10.1.0.0/16", bits: 24, want: "10.2.0.0/24"},
		{name: "adjacent blocks are not one", blocks: "10.0.0.0/16 10.1.0.0/16", bits: 15},
		{name: "what is used around a block fills it", blocks: "10.1.0.0/16", used: "10.0.0.0/8", bits: 24},
		{name: "what is used in no block takes nothing", blocks: "10.1.0.0/16", used: "10.2.0.0/16", bits: 16, want: "10.1.0.0/16"},
		{name: "nested uses leave what the outer one leaves", blocks: "10.0.0.0/16", used: "10.0.0.0/17 10.0.3.0/24", bits: 24, want: "10.0.128.0/24"},
		{name: "the last address can be had", blocks: "10.0.0.0/30", used: "10.0.0.0/31 10.0.0.2/32", bits: 32, want: "10.0.0.3/32"},
		{name: "all of IPv4 can be a block", blocks: "0.0.0.0/0", used: "0.0.0.0/1", bits: 1, want: "128.0.0.0/1"},

		{name: "allowed picks a part of a block", blocks: "10.0.0.0/8", allowed: "10.7.0.0/16", bits: 24, want: "10.7.0.0/24"},
		{name: "allowed is a set, so its lowest part wins", blocks: "10.0.0.0/8", allowed: "10.9.0.0/16 10.7.0.0/16", bits: 24, want: "10.7.0.0/24"},
		{name: "allowed may be wider than the block", blocks: "10.1.0.0/16", allowed: "10.0.0.0/8", bits: 24, want: "10.1.0.0/24"},
		{name: "allowed that is smaller than asked for allows nothing", blocks: "10.0.0.0/8", allowed: "10.7.0.0/25 10.7.0.128/25", bits: 24},
		{name: "allowed outside all blocks allows nothing", blocks: "10.0.0.0/8", allowed: "11.0.0.0/16", bits: 24},
		{name: "allowed within something used allows nothing", blocks: "10.0.0.0/8", used: "10.7.0.0/16", allowed: "10.7.3.0/24", bits: 28},
		{name: "a full allowed part leads to the next", blocks: "10.0.0.0/8", used: "10.7.0.0/16", allowed: "10.7.0.0/16 10.9.0.0/16", bits: 24, want: "10.9.0.0/24"},

		{name: "disallowed is passed over", blocks: "10.0.0.0/8", disallowed: "10.0.0.0/9", bits: 24, want: "10.128.0.0/24"},
		{name: "disallowed inside the candidate rules it out", blocks: "10.0.0.0/8", disallowed: "10.0.0.7/32", bits: 24, want: "10.0.1.0/24"},
		{name: "disallowed may cover all", blocks: "10.0.0.0/8", disallowed: "0.0.0.0/0", bits: 24},
		{name: "disallowed cuts into allowed", blocks: "10.0.0.0/8", allowed: "10.7.0.0/16", disallowed: "10.7.0.0/17", bits: 24, want: "10.7.128.0/24"},
		{name: "disallowed of the other family forbids nothing", blocks: "10.0.0.0/8", disallowed: "::/0", bits: 24, want: "10.0.0.0/24"},

		{name: "IPv6 goes the same way", blocks: "2001:db8::/32", used: "2001:db8::/56", bits: 56, want: "2001:db8:0:100::/56"},
		{name: "IPv6 can be cut below the first 64 bits", blocks: "2001:db8::/64", used: "2001:db8::/65 2001:db8:0:0:8000::/128", bits: 128, want: "2001:db8::8000:0:0:1/128"},
		{name: "IPv6 with half of an endless block disallowed answers at once", blocks: "2001:db8::/32", disallowed: "2001:db8::/33", bits: 128, want: "2001:db8:8000::/128"},
		{name: "a length of IPv6 finds nothing in IPv4", blocks: "10.0.0.0/8", bits: 56},
		{name: "a negative length finds nothing", blocks: "10.0.0.0/8", bits: -1},
		{name: "a length beyond all addresses finds nothing", blocks: "10.0.0.0/8 2001:db8::/32", bits: 129},
		{name: "a length that wraps a byte finds nothing", blocks: "10.0.0.0/8 2001:db8::/32", bits: 256 + 28},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := build(test.blocks, test.used)
			got, ok := s.Next(test.bits, prefixes(test.allowed), prefixes(test.disallowed))
			var want netip.Prefix
			if test.want != "" {
				want = netip.MustParsePrefix(test.want)
			}
			if got != want || ok != want.IsValid() {
				t.Errorf("Next(/%d) = %v, %v, want %v", test.bits, got, ok, want)
			}
		})
	}
}

func TestLookups(t *testing.T) {
	s := build("10.0.0.0/16 10.1.0.0/16", "10.0.1.0/24 10.0.1.64/26 10.9.0.0/16")
	tests := []struct {
		name        string
		of          string
		free, inUse bool
		block       string
		used        string
	}{
		{name: "a free part of a block", of: "10.0.2.0/24", free: true, block: "10.0.0.0/16"},
		{name: "a free block", of: "10.1.0.0/16", free: true, block: "10.1.0.0/16"},
		{name: "exactly what is in use", of: "10.0.1.0/24", inUse: true, block: "10.0.0.0/16", used: "10.0.1.0/24 10.0.1.64/26"},
		{name: "something inside what is in use", of: "10.0.1.0/28", inUse: true, block: "10.0.0.0/16", used: "10.0.1.0/24"},
		{name: "something around what is in use", of: "10.0.0.0/23", inUse: true, block: "10.0.0.0/16", used: "10.0.1.0/24 10.0.1.64/26"},
		{name: "two adjacent blocks at once", of: "10.0.0.0/15", inUse: true, used: "10.0.1.0/24 10.0.1.64/26"},
		{name: "in use, but in no block", of: "10.9.1.0/24", inUse: true, used: "10.9.0.0/16"},
		{name: "neither in use nor in a block", of: "10.8.0.0/16"},
		{name: "the other family", of: "::/0"},
		{name: "host bits do not matter", of: "10.0.1.77/24", inUse: true, block: "10.0.0.0/16", used: "10.0.1.0/24 10.0.1.64/26"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := netip.MustParsePrefix(test.of)
			if got := s.Free(p); got != test.free {
				t.Errorf("Free(%v) = %v, want %v", p, got, test.free)
			}
			if got := s.InUse(p); got != test.inUse {
				t.Errorf("InUse(%v) = %v, want %v", p, got, test.inUse)
			}
			if got, ok := s.Block(p); ok != (test.block != "") || ok && got.String() != test.block {
				t.Errorf("Block(%v) = %v, %v, want %q", p, got, ok, test.block)
			}
			if got := text(s.Used(p)); got != test.used {
				t.Errorf("Used(%v) = %q, want %q", p, got, test.used)
			}
		})
	}
}

func TestUsesAreCounted(t *testing.T) {
	p := netip.MustParsePrefix("10.0.0.0/28")
	s := build("10.0.0.0/8", "10.0.0.0/28 10.0.0.0/28").Release(p)
	if s.Free(p) {
		t.Errorf("Free(%v) = true after two uses and one release, want false", p)
	}
	if s = s.Release(p); !s.Free(p) {
		t.Errorf("Free(%v) = false after two uses and two releases, want true", p)
	}
}

func TestBlocksAreASet(t *testing.T) {
	s := build("2001:db8::/32 10.1.0.0/16 10.0.0.0/16 10.1.0.0/16", "")
	if got, want := text(s.Blocks()), "10.0.0.0/16 10.1.0.0/16 2001:db8::/32"; got != want {
		t.Errorf("Blocks() = %q, want %q", got, want)
	}
	for p := range s.Blocks() {
		s = s.RemoveBlock(p).RemoveBlock(p)
	}
	if !s.IsEmpty() {
		t.Errorf("IsEmpty() = false with blocks %q, want true", text(s.Blocks()))
	}
}

func TestIterationCanStop(t *testing.T) {
	s := build("10.0.0.0/16 10.1.0.0/16 2001:db8::/32", "10.0.0.0/24 10.0.1.0/24 10.1.0.0/24")
	for _, seq := range []iter.Seq[netip.Prefix]{s.Blocks(), s.Used(netip.MustParsePrefix("0.0.0.0/0"))} {
		for range seq {
			break // the runtime panics if the sequence goes on
		}
	}
}

func TestMethodsLeaveTheOldSpaceAlone(t *testing.T) {
	old := build("10.0.0.0/16", "10.0.0.0/24 10.0.9.0/24")
	same := build("10.0.0.0/16", "10.0.0.0/24 10.0.9.0/24")
	p := netip.MustParsePrefix("10.0.0.0/24")
	old.Use(p)
	old.Release(p)
	old.AddBlock(netip.MustParsePrefix("10.1.0.0/16"))
	old.RemoveBlock(netip.MustParsePrefix("10.0.0.0/16"))
	old.Next(24, nil, []netip.Prefix{netip.MustParsePrefix("10.0.1.0/24")})
	if !old.Equal(same) {
		t.Errorf("blocks %q and uses %q, want as before", text(old.Blocks()), text(old.Used(p)))
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	blocks := prefixes("10.0.0.0/16 10.1.0.0/16 10.4.0.0/14 2001:db8::/32")
	used := prefixes("10.0.0.0/24 10.0.0.0/24 10.0.0.0/28 10.0.7.0/24 10.1.0.0/16 10.0.0.0/8 2001:db8::/48 9.9.9.9/32")
	var steps []func(space.Space) space.Space
	for _, p := range blocks {
		steps = append(steps, func(s space.Space) space.Space { return s.AddBlock(p) })
	}
	for _, p := range used {
		steps = append(steps, func(s space.Space) space.Space { return s.Use(p) })
	}
	var want space.Space
	for i := range 200 {
		var got space.Space
		for _, step := range steps {
			got = step(got)
		}
		if i == 0 {
			want = got
		}
		if !got.Equal(want) {
			t.Fatalf("seed %d, order %d: blocks %q, want %q", seed, i, text(got.Blocks()), text(want.Blocks()))
		}
		random.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	}
}

func TestEqualSeesEveryDifference(t *testing.T) {
	all := []space.Space{
		build("", ""),
		build("10.0.0.0/16", ""),
		build("", "10.0.0.0/16"),
		build("10.0.0.0/16", "10.0.0.0/16"),
		build("10.0.0.0/16", "10.0.0.0/16 10.0.0.0/16"),
		build("10.0.0.0/16", "10.0.0.0/17"),
		build("10.0.0.0/16", "10.0.0.0/18"),
		build("10.0.0.0/16", "10.0.128.0/17"),
		build("10.0.0.0/16 10.1.0.0/16", "10.0.0.0/16"),
		build("0a00::/16", ""), // the same bits as 10.0.0.0/16
	}
	for i, a := range all {
		for j, b := range all {
			if got, want := a.Equal(b), i == j; got != want {
				t.Errorf("Equal(%d, %d) = %v, want %v", i, j, got, want)
			}
		}
	}
}

func TestMistakesOfTheCallerPanic(t *testing.T) {
	s := build("10.0.0.0/16", "10.0.0.0/24")
	tests := map[string]func(){
		"release of what is free":         func() { s.Release(netip.MustParsePrefix("10.0.1.0/24")) },
		"release of a part":               func() { s.Release(netip.MustParsePrefix("10.0.0.0/25")) },
		"use of an invalid prefix":        func() { s.Use(netip.Prefix{}) },
		"look-up of an invalid prefix":    func() { s.Free(netip.Prefix{}) },
		"an invalid prefix in disallowed": func() { s.Next(24, nil, make([]netip.Prefix, 1)) },
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic, want one")
				}
			}()
			f()
		})
	}
}

// Readers run for each request, and for each resource that is looked at.
func TestReadersAllocateNothing(t *testing.T) {
	s := build("10.0.0.0/8 2001:db8::/32", "10.0.0.0/24 10.0.1.0/28 2001:db8::/56")
	p, list := netip.MustParsePrefix("10.0.1.0/24"), prefixes("10.0.0.0/9")
	if got := testing.AllocsPerRun(100, func() {
		s.Free(p)
		s.InUse(p)
		s.Block(p)
		s.Next(28, list, nil)
		s.Next(56, nil, nil)
	}); got != 0 {
		t.Errorf("%v allocations, want 0", got)
	}
}

func TestNextWithLongLists(t *testing.T) {
	s := build("10.0.0.0/8", "")
	var odd []netip.Prefix // 10.0.1.0/24, 10.0.3.0/24, …
	for i := range 1000 {
		odd = append(odd, netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i / 128), byte(i%128*2 + 1), 0}), 24))
	}
	slices.Reverse(odd)
	if got, ok := s.Next(24, odd, nil); got.String() != "10.0.1.0/24" {
		t.Errorf("Next(/24) = %v, %v with 1,000 allowed, want 10.0.1.0/24", got, ok)
	}
	if got, ok := s.Next(23, nil, odd); got.String() != "10.7.208.0/23" {
		t.Errorf("Next(/23) = %v, %v with 1,000 disallowed, want 10.7.208.0/23", got, ok)
	}
}
