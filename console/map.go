package console

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var mapPages = []route{{"map", (*visit).addressMap}}

// mapView is the address space of a scope or a pool, drawn to scale.
type mapView struct {
	Scopes []scopeChoice
	Scope  string
	Pool   *poolNode // nil: the scope
	Roots  []mapLink // where one can begin
	Root   netip.Prefix
	Trail  []mapLink // the CIDRs around the one that is shown
	By     string    // what colours stand for
	Ways   []mapLink // what else they could stand for
	Cells  []*block  // the parts of the CIDR that is shown, to zoom into
	Blocks []*block  // drawn, the containing ones first
	Listed []*block
	Pager  pager
	Legend []legend
	Free   []netip.Prefix
	Used   float64
	More   bool // there are blocks that are not drawn
}

// mapLink is a link to another part of the map.
type mapLink struct {
	Text, Href string
	Here       bool
}

type legend struct{ Class, Text string }

const (
	blocksDrawn   = 4000
	blocksOfAPage = 50
	freeListed    = 24
)

func (v *visit) addressMap() (*page, error) {
	scopes, err := v.scopeChoices()
	if err != nil {
		return nil, err
	}
	view := &mapView{Scopes: scopes, Scope: chosen(scopes, v.request.FormValue("scope")), By: cmp.Or(v.request.FormValue("by"), "account")}
	p := &page{Title: "Address map", Content: view}
	var blocks []*block
	if id := v.text("pool"); id != nil {
		if view.Pool, err = v.onePool(*id); err != nil {
			return nil, err
		}
		_, view.Scope = lastOf(*view.Pool.IpamScopeArn)
		p.Up = &crumb{view.Pool.Title(), v.href("pools", *id)}
		blocks, err = v.blocksOfPool(view.Pool)
	} else if view.Scope != "" {
		blocks, err = v.blocksOfScope(view.Scope)
	}
	if err != nil {
		return nil, err
	}
	v.draw(view, blocks)
	return p, nil
}

// blocksOfPool are the CIDRs of a pool and what is allocated from them, pools below it with theirs.
func (v *visit) blocksOfPool(n *poolNode) (list []*block, err error) {
	cidrs, err := v.poolCIDRs(*n.IpamPoolId)
	if err != nil {
		return nil, err
	}
	for _, c := range cidrs {
		if c.State == types.IpamPoolCidrStateProvisioned {
			list = append(list, v.newBlock(value(c.Cidr), block{Kind: "pool", ID: *n.IpamPoolId, Name: n.Name(), Owner: *n.OwnerId, Region: localeOf(n)}))
		}
	}
	below := []string{}
	for out, err := range each[ec2.GetIpamPoolAllocationsOutput](v, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: n.IpamPoolId, MaxResults: new(int32(pageSize))}) {
		if err != nil {
			return nil, err
		}
		for _, a := range out.IpamPoolAllocations {
			kind := string(a.ResourceType)
			if a.ResourceType == types.IpamPoolAllocationResourceTypeIpamPool {
				if id := value(a.ResourceId); n.Mine && !slices.Contains(below, id) {
					below = append(below, id)
				}
				continue
			}
			list = append(list, v.newBlock(value(a.Cidr), block{
				Kind: kind, ID: value(a.ResourceId), Name: value(a.Description), Owner: value(a.ResourceOwner), Region: value(a.ResourceRegion), Pool: *n.IpamPoolId,
			}))
		}
		if len(list) >= enough {
			break
		}
	}
	for _, id := range below {
		child, err := v.onePool(id)
		if err != nil {
			return nil, err
		}
		blocks, err := v.blocksOfPool(child)
		if err != nil {
			return nil, err
		}
		list = append(list, blocks...)
	}
	return list, nil
}

func localeOf(n *poolNode) string {
	if l := value(n.Locale); l != noLocale {
		return l
	}
	return ""
}

// blocksOfScope are those of its pools, and of the resources that the IPAM sees in it.
func (v *visit) blocksOfScope(scope string) (list []*block, err error) {
	pools, err := v.allPools()
	if err != nil {
		return nil, err
	}
	for _, p := range pools {
		if _, in := lastOf(*p.IpamScopeArn); in != scope || p.SourceIpamPoolId != nil || *p.OwnerId != v.Account {
			continue
		}
		blocks, err := v.blocksOfPool(&poolNode{IpamPool: p, Mine: true})
		if err != nil {
			return nil, err
		}
		list = append(list, blocks...)
	}
	known := map[string]*block{}
	for _, b := range list {
		known[b.ID+" "+b.Prefix.String()] = b
	}
	resources, err := collect(v, &ec2.GetIpamResourceCidrsInput{IpamScopeId: &scope, MaxResults: new(int32(pageSize))}, func(out *ec2.GetIpamResourceCidrsOutput) []types.IpamResourceCidr { return out.IpamResourceCidrs })
	if err != nil {
		return nil, err
	}
	for _, r := range resources {
		b := known[value(r.ResourceId)+" "+value(r.ResourceCidr)]
		if b == nil {
			b = v.newBlock(value(r.ResourceCidr), block{Kind: string(r.ResourceType), ID: value(r.ResourceId), Owner: value(r.ResourceOwnerId), Region: value(r.ResourceRegion), Pool: value(r.IpamPoolId)})
			list = append(list, b)
		}
		b.Name, b.Compliance, b.Overlaps = cmp.Or(value(r.ResourceName), b.Name), string(r.ComplianceStatus), r.OverlapStatus == types.IpamOverlapStatusOverlapping
		b.Href = with(v.href("resources"), "scope", scope, "resource-id", b.ID)
	}
	return list, nil
}

// newBlock reads the CIDR; one that can't be read is nowhere.
func (v *visit) newBlock(cidr string, b block) *block {
	b.Prefix, _ = netip.ParsePrefix(cidr)
	if b.Kind == "pool" {
		b.Href = v.href("pools", b.ID)
	} else if b.Pool != "" {
		b.Href = v.href("pools", b.Pool) + "#allocations"
	}
	return &b
}

// draw lays out what is within the CIDR that is to be seen.
func (v *visit) draw(view *mapView, blocks []*block) {
	blocks = slices.DeleteFunc(blocks, func(b *block) bool { return !b.Prefix.IsValid() })
	var all []netip.Prefix
	for _, b := range blocks {
		all = append(all, b.Prefix)
	}
	roots := outermost(all)
	if len(roots) == 0 {
		return
	}
	view.Root = roots[0]
	for _, r := range roots {
		if r.Bits() < view.Root.Bits() {
			view.Root = r // the largest says most
		}
	}
	if p, err := netip.ParsePrefix(v.request.FormValue("cidr")); err == nil {
		view.Root = p.Masked()
	}
	for _, r := range roots[:min(len(roots), blocksOfAPage)] {
		view.Roots = append(view.Roots, mapLink{r.String(), v.mapOf(r), r == view.Root})
	}
	v.addTrail(view, roots)
	for _, way := range []string{"account", "Region", "compliance"} {
		view.Ways = append(view.Ways, mapLink{way, v.sameWith("by", way), way == view.By})
	}
	for _, p := range parts(view.Root, 4) {
		view.Cells = append(view.Cells, &block{Prefix: p, rect: place(view.Root, p), Href: v.mapOf(p)})
	}
	v.addBlocks(view, blocks)
}

func (v *visit) mapOf(p netip.Prefix) string { return v.sameWith("cidr", p.String()) }

// addTrail leads from the root that contains the CIDR down to it.
func (v *visit) addTrail(view *mapView, roots []netip.Prefix) {
	limit := view.Root.Bits()
	for _, r := range roots {
		if r.Overlaps(view.Root) {
			limit = min(limit, r.Bits())
		}
	}
	for bits := limit; bits < view.Root.Bits(); bits += 4 {
		p := netip.PrefixFrom(view.Root.Addr(), bits).Masked()
		view.Trail = append(view.Trail, mapLink{p.String(), v.mapOf(p), false})
	}
}

func (v *visit) addBlocks(view *mapView, blocks []*block) {
	blocks = slices.DeleteFunc(blocks, func(b *block) bool { return !view.Root.Overlaps(b.Prefix) })
	// What contains is drawn before what it contains; of the same CIDR, the pool first.
	slices.SortStableFunc(blocks, func(a, b *block) int {
		return cmp.Or(cmp.Compare(a.Prefix.Bits(), b.Prefix.Bits()), cmp.Compare(rank(a), rank(b)), a.Prefix.Addr().Compare(b.Prefix.Addr()))
	})
	view.More = len(blocks) > blocksDrawn
	classes := map[string]string{}
	var used []netip.Prefix
	for _, b := range blocks {
		if b.Kind != "pool" {
			used = append(used, b.Prefix)
		}
		if b.Class = "pool"; b.Kind != "pool" {
			key, class := v.colour(view.By, b, len(classes))
			if known, ok := classes[key]; ok {
				class = known
			} else {
				classes[key] = class
				view.Legend = append(view.Legend, legend{class, key})
			}
			b.Class = class
		}
		b.rect = place(view.Root, b.Prefix).shrunk(1)
		if b.Kind == "subnet" {
			b.rect, b.Class = place(view.Root, b.Prefix).shrunk(4), "subnet"
		}
	}
	view.Blocks = blocks[:min(len(blocks), blocksDrawn)]
	write(view.Root, view.Blocks)
	used = outermost(used)
	view.Used = min(shareOf(view.Root, used), 1)
	view.Free = free(view.Root, used, enough)
	slices.SortStableFunc(view.Free, func(a, b netip.Prefix) int { return cmp.Compare(a.Bits(), b.Bits()) })
	view.Free = view.Free[:min(len(view.Free), freeListed)]
	slices.SortStableFunc(view.Legend, func(a, b legend) int { return cmp.Compare(a.Text, b.Text) })
	listed := slices.Clone(blocks)
	slices.SortStableFunc(listed, func(a, b *block) int {
		return cmp.Or(a.Prefix.Addr().Compare(b.Prefix.Addr()), cmp.Compare(a.Prefix.Bits(), b.Prefix.Bits()), cmp.Compare(rank(a), rank(b)))
	})
	view.Pager = v.pager(len(listed), blocksOfAPage)
	view.Listed = listed[view.Pager.From:view.Pager.To]
}

func rank(b *block) int {
	switch b.Kind {
	case "pool":
		return 0
	case "subnet":
		return 2
	}
	return 1
}

// colour is what a block is coloured by, and the class for it if it is the nth of its kind.
func (v *visit) colour(by string, b *block, n int) (key, class string) {
	switch by {
	case "Region":
		return cmp.Or(b.Region, "no Region"), fmt.Sprintf("c%d", n%colours)
	case "compliance":
		state := cmp.Or(b.Compliance, "custom")
		return state, map[string]string{"compliant": "fine", "noncompliant": "broken", "unmanaged": "loose", "ignored": "quiet"}[state]
	}
	who := v.console.who(b.Owner)
	return cmp.Or(who.Name, b.Owner, "nobody"), fmt.Sprintf("c%d", who.Colour)
}

// Sizes of what is written on a map, in its units.
const (
	letterWidth = 7.0
	lineHeight  = 17.0
)

// write puts names on the blocks that have room for them, the larger blocks first. A name stays in its block and off the
// others' names; that of a pool also stays off what has been taken from the pool.
func write(root netip.Prefix, blocks []*block) {
	var taken []rect
	for _, b := range blocks {
		if b.Kind != "pool" {
			taken = b.write(taken)
		}
	}
	for _, b := range blocks {
		if b.Kind != "pool" {
			taken = append(taken, b.rect)
		}
	}
	for _, b := range blocks {
		if b.Kind == "pool" && b.Prefix != root { // the page says already what the whole is
			taken = b.write(taken)
		}
	}
}

// write puts the name and, if there is room, the CIDR into the first corner that is not taken.
func (b *block) write(taken []rect) []rect {
	lines := []string{b.Title(), b.Prefix.String()}
	room := int((b.W - 12) / letterWidth)
	for n := min(len(lines), int((b.H-8)/lineHeight)); n > 0 && room >= 4; n-- {
		longest := 0
		for i := range n {
			lines[i] = short(room, lines[i])
			longest = max(longest, len([]rune(lines[i])))
		}
		w, h := float64(longest)*letterWidth+4, float64(n)*lineHeight
		for _, at := range []rect{
			{b.X + 6, b.Y + 4, w, h}, {b.X + 6, b.Y + b.H - h - 5, w, h}, {b.X + b.W - w - 4, b.Y + b.H - h - 5, w, h}, {b.X + b.W - w - 4, b.Y + 4, w, h},
		} {
			if slices.ContainsFunc(taken, at.meets) {
				continue
			}
			for i := range n {
				b.Labels = append(b.Labels, label{X: at.X, Y: at.Y + 13 + float64(i)*lineHeight, Text: lines[i], Class: []string{"name", "range"}[i]})
			}
			return append(taken, at)
		}
	}
	return taken
}
