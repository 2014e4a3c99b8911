package console

import (
	"cmp"
	"math"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// block is a CIDR on a map: what has it, and where it is drawn.
type block struct {
	Prefix     netip.Prefix
	Kind       string // pool, vpc, subnet, custom, …
	ID         string
	Name       string
	Owner      string
	Region     string
	Pool       string // that it comes from
	Compliance string
	Overlaps   bool
	Href       string

	rect
	Class  string
	Labels []label
}

// Title is what the block is called.
func (b *block) Title() string { return cmp.Or(b.Name, b.ID, b.Kind) }

// broken tells whether the block breaks the rules of its pool.
func (b *block) broken() bool { return b.Compliance == string(types.IpamComplianceStatusNoncompliant) }

// Tells is the block in words, for who points at it or does not see it.
func (b *block) Tells() string {
	text := b.Kind + " " + b.Title() + ", " + b.Prefix.String() + ", " + addresses(b.Prefix.String())
	for _, part := range []string{b.Owner, b.Region, b.Compliance} {
		if part != "" {
			text += ", " + part
		}
	}
	if b.Overlaps {
		text += ", overlapping"
	}
	return text
}

// rect is a part of the canvas.
type rect struct{ X, Y, W, H float64 }

// label is a text on the canvas.
type label struct {
	X, Y  float64
	Text  string
	Class string
}

// The canvas of a map. Twice as wide as high, so that halves of halves are squares.
const (
	mapWidth  = 1200.0
	mapHeight = 600.0
)

// place is where a CIDR is in the drawing of one that contains it: each bit halves what is left, first from left to right,
// then from top to bottom. So an area is as large as the CIDR, and what is near in numbers is near on the map.
func place(root, p netip.Prefix) rect {
	r := rect{0, 0, mapWidth, mapHeight}
	bytes := p.Addr().AsSlice()
	for bit := root.Bits(); bit < p.Bits(); bit++ {
		second := bytes[bit/8]>>(7-bit%8)&1 == 1
		if (bit-root.Bits())%2 == 0 {
			if r.W /= 2; second {
				r.X += r.W
			}
		} else if r.H /= 2; second {
			r.Y += r.H
		}
	}
	return r
}

func (r rect) shrunk(by float64) rect {
	by = min(by, r.W/4, r.H/4)
	return rect{r.X + by, r.Y + by, r.W - 2*by, r.H - 2*by}
}

// meets tells whether two parts have a point in common.
func (r rect) meets(o rect) bool {
	return r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H
}

// parts are the CIDRs that one is made of, so many bits longer.
func parts(p netip.Prefix, bits int) (list []netip.Prefix) {
	bits = min(bits, p.Addr().BitLen()-p.Bits())
	for n := range 1 << bits {
		bytes := p.Addr().AsSlice()
		for i := range bits {
			bit := p.Bits() + bits - 1 - i
			if n>>i&1 == 1 {
				bytes[bit/8] |= 1 << (7 - bit%8)
			}
		}
		addr, _ := netip.AddrFromSlice(bytes) // as long as it was
		list = append(list, netip.PrefixFrom(addr, p.Bits()+bits))
	}
	return list
}

// free are the largest CIDRs within root that nothing of used, which is sorted, has a part of, in the order of addresses; at
// most so many.
func free(root netip.Prefix, used []netip.Prefix, most int) (list []netip.Prefix) {
	var walk func(p netip.Prefix)
	walk = func(p netip.Prefix) {
		if len(list) == most {
			return
		}
		i, _ := slices.BinarySearchFunc(used, p, func(u, p netip.Prefix) int { return u.Addr().Compare(p.Addr()) })
		inside := i < len(used) && p.Contains(used[i].Addr())
		if !inside {
			list = append(list, p)
			return
		}
		if used[i].Bits() <= p.Bits() {
			return
		}
		for _, half := range parts(p, 1) {
			walk(half)
		}
	}
	walk(root)
	return list
}

// outermost sorts CIDRs and leaves out those that lie in others.
func outermost(list []netip.Prefix) (out []netip.Prefix) {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b netip.Prefix) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
	})
	for _, p := range list {
		if n := len(out); n == 0 || !out[n-1].Overlaps(p) {
			out = append(out, p)
		}
	}
	return out
}

// shareOf is the part of root that CIDRs have, none of which lies in another.
func shareOf(root netip.Prefix, list []netip.Prefix) float64 {
	sum := 0.0
	for _, p := range list {
		sum += math.Ldexp(1, root.Bits()-p.Bits())
	}
	return sum
}
