package space_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/ipam-local/ipam-local/ec2api/space"
)

// filled has n /28 in use at random places of a /8, as a pool looks after years of giving and taking.
func filled(n int) space.Space {
	random := rand.New(rand.NewPCG(1, 1))
	s := build("10.0.0.0/8", "")
	for range n {
		at := random.Uint32N(1<<20) << 4
		s = s.Use(netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(at >> 16), byte(at >> 8), byte(at)}), 28))
	}
	return s
}

// BenchmarkTake finds the lowest free /28 and uses it. The ratio says how much dearer that is than in a pool with 100
// in use, measured in the same run; it is the depth of the trie that grows, by its logarithm.
func BenchmarkTake(b *testing.B) {
	few := timeOfTake(filled(100))
	for _, n := range []int{100, 1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			s := filled(n)
			for b.Loop() {
				take(s)
			}
			perOp := float64(b.Elapsed()) / float64(b.N)
			b.ReportMetric(perOp/few, "ratio")
		})
	}
}

func take(s space.Space) space.Space {
	p, _ := s.Next(28, nil, nil)
	return s.Use(p)
}

func timeOfTake(s space.Space) float64 {
	const rounds = 100_000
	start := time.Now()
	for range rounds {
		take(s)
	}
	return float64(time.Since(start)) / rounds
}

// BenchmarkFill takes one /28 after another and keeps them, so that the trie grows as in a pool that fills up.
func BenchmarkFill(b *testing.B) {
	empty := build("10.0.0.0/8", "")
	s := empty
	for i := 0; b.Loop(); i++ {
		if i%100_000 == 0 {
			s = empty
		}
		s = take(s)
	}
}

// BenchmarkDisallowed shows what a long list costs: a Use for each entry.
func BenchmarkDisallowed(b *testing.B) {
	s := filled(1_000)
	var list []netip.Prefix
	for p := range filled(1_000).Used(netip.MustParsePrefix("10.0.0.0/8")) {
		list = append(list, netip.PrefixFrom(p.Addr(), 32))
	}
	for b.Loop() {
		s.Next(28, nil, list)
	}
}
