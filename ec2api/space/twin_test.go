package space_test

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"go4.org/netipx"
)

// A twin does slowly and plainly what a Space does.
type twin struct {
	blocks map[netip.Prefix]bool
	uses   map[netip.Prefix]int
}

func newTwin() *twin { return &twin{map[netip.Prefix]bool{}, map[netip.Prefix]int{}} }

// block returns the widest block that contains p.
func (w *twin) block(p netip.Prefix) (found netip.Prefix) {
	for b := range w.blocks {
		if b.Bits() <= p.Bits() && b.Overlaps(p) && (!found.IsValid() || b.Bits() < found.Bits()) {
			found = b
		}
	}
	return found
}

func (w *twin) inUse(p netip.Prefix) bool { return len(w.used(p)) > 0 }

func (w *twin) used(within netip.Prefix) (found []netip.Prefix) {
	for p := range w.uses {
		if p.Overlaps(within) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, netip.Prefix.Compare)
	return found
}

// next makes, for each block and each allowed prefix, the set of what is free there. The prefixes of such a set are as
// short as can be, so the first that is short enough begins with the answer.
func (w *twin) next(bits int, allowed, disallowed []netip.Prefix) (lowest netip.Prefix) {
	if len(allowed) == 0 {
		allowed = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	}
	for block := range w.blocks {
		for _, a := range allowed {
			for _, p := range w.freeIn(block, a, disallowed).Prefixes() {
				p = netip.PrefixFrom(p.Addr(), max(bits, p.Bits()))
				if p.Bits() == bits && (!lowest.IsValid() || p.Addr().Less(lowest.Addr())) {
					lowest = p
				}
			}
		}
	}
	return lowest
}

func (w *twin) freeIn(block, allowed netip.Prefix, disallowed []netip.Prefix) *netipx.IPSet {
	var within, free netipx.IPSetBuilder
	within.AddPrefix(allowed)
	parts, _ := within.IPSet()
	free.AddPrefix(block)
	free.Intersect(parts)
	for p := range w.uses {
		free.RemovePrefix(p)
	}
	for _, p := range disallowed {
		free.RemovePrefix(p)
	}
	set, _ := free.IPSet()
	return set
}

// A universe is ten bits of addresses at some place. It is small, so that random prefixes meet.
type universe struct {
	base    netip.Prefix
	longest int
}

var universes = []universe{
	{netip.MustParsePrefix("10.20.0.0/22"), 32},
	{netip.MustParsePrefix("0.0.0.0/0"), 10},
	{netip.MustParsePrefix("2001:db8::/59"), 69}, // across the border of the two words that a key has
	{netip.MustParsePrefix("2001:db8::/118"), 128},
}

// prefix makes a prefix of two bytes.
func (u universe) prefix(a, b byte) netip.Prefix {
	value, length := uint(a)|uint(b&3)<<8, u.longest-int(b>>2)%11
	bytes := u.base.Addr().AsSlice()
	for i := range 10 {
		if value>>i&1 == 1 {
			bit := u.longest - 1 - i
			bytes[bit/8] |= 0x80 >> (bit % 8)
		}
	}
	addr, _ := netip.AddrFromSlice(bytes)
	return netip.PrefixFrom(addr, length).Masked()
}

// compare takes four bytes for each step, does it to a Space and to its twin, and asks both the same questions.
func compare(t *testing.T, u universe, data []byte) {
	var s space.Space
	w := newTwin()
	var lists [2][]netip.Prefix // allowed and disallowed
	for ; len(data) >= 4; data = data[4:] {
		p := u.prefix(data[1], data[2])
		switch data[0] % 8 {
		case 0:
			s, w.blocks[p] = s.AddBlock(p), true
		case 1:
			s = s.RemoveBlock(p)
			delete(w.blocks, p)
		case 2, 3, 4:
			s = s.Use(p)
			w.uses[p]++
		case 5:
			if w.uses[p] == 0 {
				break
			}
			s = s.Release(p)
			if w.uses[p]--; w.uses[p] == 0 {
				delete(w.uses, p)
			}
		case 6, 7:
			list := &lists[data[0]%2]
			*list = append(*list, p)
			if len(*list) > 3 {
				*list = nil
			}
		}
		ask(t, s, w, u.prefix(data[3], data[2]^data[3]), lists)
	}
	rebuild(t, s, w)
}

func ask(t *testing.T, s space.Space, w *twin, p netip.Prefix, lists [2][]netip.Prefix) {
	t.Helper()
	block := w.block(p)
	if got, ok := s.Block(p); got != block || ok != block.IsValid() {
		t.Fatalf("Block(%v) = %v, %v, want %v", p, got, ok, block)
	}
	if got, want := s.InUse(p), w.inUse(p); got != want {
		t.Fatalf("InUse(%v) = %v, want %v", p, got, want)
	}
	if got, want := s.Free(p), block.IsValid() && !w.inUse(p); got != want {
		t.Fatalf("Free(%v) = %v, want %v", p, got, want)
	}
	if got, want := slices.Collect(s.Used(p)), w.used(p); !slices.Equal(got, want) {
		t.Fatalf("Used(%v) = %v, want %v", p, got, want)
	}
	want := w.next(p.Bits(), lists[0], lists[1])
	if got, ok := s.Next(p.Bits(), lists[0], lists[1]); got != want || ok != want.IsValid() {
		t.Fatalf("Next(/%d, %v) = %v, %v, want %v; blocks %v, uses %v", p.Bits(), lists, got, ok, want, w.blocks, w.uses)
	}
}

// rebuild makes the Space again in another order, which a map's order is, and takes it apart.
func rebuild(t *testing.T, s space.Space, w *twin) {
	t.Helper()
	var again space.Space
	for p, n := range w.uses {
		for range n {
			again = again.Use(p)
		}
	}
	for p := range w.blocks {
		again = again.AddBlock(p)
	}
	if !again.Equal(s) {
		t.Fatalf("Equal = false after building in another order, want true; blocks %v, uses %v", w.blocks, w.uses)
	}
	for p := range w.blocks {
		again = again.RemoveBlock(p)
	}
	for p, n := range w.uses {
		for range n {
			again = again.Release(p)
		}
	}
	if !again.IsEmpty() {
		t.Fatalf("IsEmpty = false after taking all away, want true; blocks %v, uses %v", w.blocks, w.uses)
	}
}

func TestTwin(t *testing.T) {
	for _, u := range universes {
		t.Run(u.base.String(), func(t *testing.T) {
			t.Parallel()
			for range 100 {
				compareRandom(t, u, rand.Uint64())
			}
		})
	}
}

func compareRandom(t *testing.T, u universe, seed uint64) {
	defer func() {
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	}()
	random := rand.New(rand.NewPCG(seed, 0))
	data := make([]byte, 4*(1+random.IntN(60)))
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	compare(t, u, data)
}

func FuzzTwin(f *testing.F) {
	f.Add([]byte{0}) // more in testdata
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 || len(data) > 400 {
			return // nothing to do, or so much that the twin takes long
		}
		compare(t, universes[int(data[0])%len(universes)], data[1:])
	})
}
