package console

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var poolPages = []route{
	{"pools", (*visit).pools},
	{"pools/{pool}", (*visit).pool},
}

// poolsView is the tree of the pools in a scope, and the pools of others that the account may use.
type poolsView struct {
	Scopes []scopeChoice
	Scope  string // that is shown
	Pools  []*poolNode
	Shared []*poolNode
	IPAM   bool // the account has one here
	Pager  pager
}

// poolNode is a pool in the tree.
type poolNode struct {
	types.IpamPool
	use
	Depth int
	Guide []bool // for each level between it and the top, whether more follow on that level
	Last  bool   // of its parent's
	Mine  bool
}

// Name is what people call the pool, or empty.
func (n *poolNode) Name() string { return nameOf(tagMap(n.Tags), n.Description) }

// Title is its name, or for want of one its id.
func (n *poolNode) Title() string { return cmp.Or(n.Name(), *n.IpamPoolId) }

func tagMap(tags []types.Tag) map[string]string {
	m := map[string]string{}
	for _, t := range tags {
		m[value(t.Key)] = value(t.Value)
	}
	return m
}

func (v *visit) allPools(filters ...types.Filter) ([]types.IpamPool, error) {
	return collect(v, &ec2.DescribeIpamPoolsInput{Filters: filters}, func(out *ec2.DescribeIpamPoolsOutput) []types.IpamPool { return out.IpamPools })
}

// poolsOfAPage is how many of a tree are shown at a time; each costs a look at its allocations.
const poolsOfAPage = 100

func (v *visit) pools() (*page, error) {
	scopes, err := v.scopeChoices()
	if err != nil {
		return nil, err
	}
	view := &poolsView{Scopes: scopes, IPAM: len(scopes) > 0}
	view.Scope = chosen(scopes, v.request.FormValue("scope"))
	all, err := v.allPools()
	if err != nil {
		return nil, err
	}
	var mine []*poolNode
	for _, p := range all {
		_, scope := lastOf(*p.IpamScopeArn)
		n := &poolNode{IpamPool: p, Mine: *p.OwnerId == v.Account}
		switch {
		case n.Mine && scope == view.Scope:
			mine = append(mine, n)
		case !n.Mine || !slices.ContainsFunc(scopes, func(s scopeChoice) bool { return s.ID == scope }):
			view.Shared = append(view.Shared, n)
		}
	}
	view.Pools = tree(mine)
	view.Pager = v.pager(len(view.Pools), poolsOfAPage)
	view.Pools = view.Pools[view.Pager.From:view.Pager.To]
	view.Shared = view.Shared[:min(len(view.Shared), poolsOfAPage)]
	for _, n := range slices.Concat(view.Pools, view.Shared) {
		n.use = v.useOf(&n.IpamPool)
	}
	return &page{Title: "Pools", Content: view}, nil
}

// tree puts pools into the order of a tree: each followed by those that have it as their source.
func tree(list []*poolNode) (ordered []*poolNode) {
	children := map[string][]*poolNode{}
	known := map[string]bool{}
	for _, n := range list {
		known[*n.IpamPoolId] = true
	}
	for _, n := range list {
		source := value(n.SourceIpamPoolId)
		if !known[source] {
			source = ""
		}
		children[source] = append(children[source], n)
	}
	var walk func(id string, depth int, guide []bool)
	walk = func(id string, depth int, guide []bool) {
		below := children[id]
		slices.SortFunc(below, func(a, b *poolNode) int {
			return cmp.Or(cmp.Compare(a.AddressFamily, b.AddressFamily), cmp.Compare(value(a.Locale), value(b.Locale)), cmp.Compare(a.Name(), b.Name()), cmp.Compare(*a.IpamPoolId, *b.IpamPoolId))
		})
		for i, n := range below {
			n.Depth, n.Guide, n.Last = depth, guide, i == len(below)-1
			ordered = append(ordered, n)
			further := append(slices.Clone(guide), !n.Last)
			if depth == 0 {
				further = nil // trees stand side by side without a line
			}
			walk(*n.IpamPoolId, depth+1, further)
		}
	}
	walk("", 0, nil)
	return ordered
}
