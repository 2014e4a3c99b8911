package console

import (
	"fmt"
	"net/netip"
	"testing"
)

func prefixes(list ...string) (out []netip.Prefix) {
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func TestPlace(t *testing.T) {
	root := netip.MustParsePrefix("10.0.0.0/8")
	for cidr, want := range map[string]rect{
		"10.0.0.0/8":    {0, 0, 1200, 600},
		"10.0.0.0/9":    {0, 0, 600, 600},
		"10.128.0.0/9":  {600, 0, 600, 600},
		"10.64.0.0/10":  {0, 300, 600, 300},
		"10.32.0.0/11":  {300, 0, 300, 300},
		"10.240.0.0/12": {900, 450, 300, 150},
	} {
		if got := place(root, netip.MustParsePrefix(cidr)); got != want {
			t.Errorf("place(%s, %s) = %v, want %v", root, cidr, got, want)
		}
	}
}

// What a map is made of covers it, without gaps: all parts of a CIDR together are as large as it is.
func TestPartsAreTheWhole(t *testing.T) {
	for _, p := range prefixes("10.0.0.0/8", "10.1.2.0/23", "10.1.2.3/32", "2001:db8::/32") {
		list := parts(p, 4)
		if share := shareOf(p, list); share != 1 {
			t.Errorf("the parts of %s have %v of it: %v", p, share, list)
		}
		if got := outermost(list); len(got) != len(list) {
			t.Errorf("parts of %s overlap: %v", p, list)
		}
	}
}

func TestFree(t *testing.T) {
	root := netip.MustParsePrefix("10.0.0.0/24")
	for _, c := range []struct {
		used []netip.Prefix
		most int
		want []netip.Prefix
	}{
		{nil, 9, prefixes("10.0.0.0/24")},
		{prefixes("10.0.0.0/24"), 9, nil},
		{prefixes("10.0.0.0/8"), 9, nil},
		{prefixes("10.0.0.0/26"), 9, prefixes("10.0.0.64/26", "10.0.0.128/25")},
		{prefixes("10.0.0.64/26", "10.0.0.192/27"), 9, prefixes("10.0.0.0/26", "10.0.0.128/26", "10.0.0.224/27")},
		{prefixes("10.0.0.64/26", "10.0.0.192/27"), 1, prefixes("10.0.0.0/26")},
		{prefixes("10.0.0.255/32"), 2, prefixes("10.0.0.0/25", "10.0.0.128/26")},
	} {
		if got := free(root, outermost(c.used), c.most); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("free(%s, %v, %d) = %v, want %v", root, c.used, c.most, got, c.want)
		}
	}
}

func TestOutermost(t *testing.T) {
	got := outermost(prefixes("10.0.1.0/24", "192.168.0.0/16", "10.0.0.0/16", "10.0.0.0/16", "10.1.0.0/24"))
	want := prefixes("10.0.0.0/16", "10.1.0.0/24", "192.168.0.0/16")
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("outermost() = %v, want %v", got, want)
	}
}

// No two names on a map are on one another.
func TestNamesKeepApart(t *testing.T) {
	root := netip.MustParsePrefix("10.0.0.0/16")
	var blocks []*block
	for kind, cidr := range map[string]string{"pool": "10.0.0.0/17", "vpc": "10.0.0.0/18", "subnet": "10.0.0.0/19", "custom": "10.0.0.0/18"} {
		p := netip.MustParsePrefix(cidr)
		blocks = append(blocks, &block{Prefix: p, Kind: kind, Name: "a long name of a " + kind, rect: place(root, p)})
	}
	write(root, blocks)
	seen := map[[2]float64]string{}
	for _, b := range blocks {
		for _, l := range b.Labels {
			if other, twice := seen[[2]float64{l.X, l.Y}]; twice {
				t.Errorf("%q is written over %q", l.Text, other)
			}
			seen[[2]float64{l.X, l.Y}] = l.Text
		}
	}
	if len(seen) < 4 {
		t.Errorf("there are %d lines of names on the map: %v", len(seen), seen)
	}
}
