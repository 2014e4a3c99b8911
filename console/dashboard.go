package console

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var dashboardPages = []route{{"{$}", (*visit).dashboard}}

// dashboardView is a scope at a glance.
type dashboardView struct {
	Scopes []scopeChoice
	Scope  string
	IPAM   *types.Ipam // nil: the account has none here
	Shared int         // pools of others that it may use here
	Others []identity  // that have an IPAM, for somebody who has none

	Counts    *tally
	Counting  bool // more is to come
	Kinds     *meter
	Managed   *meter
	Overlap   *meter
	Compliant *meter

	Pools  int
	Top    []*poolNode // pools without a source, and how full they are
	Full   []*poolNode // the fullest of all
	Space  string      // addresses of the top-level pools
	Charts []*chart
}

// meter is a total and the parts that it is made of.
type meter struct {
	Title string
	Total int
	Parts []part
}

// part is one of a meter. Where it begins and ends is in percent.
type part struct {
	Label string
	Count int
	Class string
	From  float64
	Width float64
	Href  string
}

func (m *meter) add(label, class, href string, n int) {
	m.Total += n
	m.Parts = append(m.Parts, part{Label: label, Count: n, Class: class, Href: href})
}

// lay places the parts one after the other.
func (m *meter) lay() *meter {
	at := 0.0
	for i := range m.Parts {
		m.Parts[i].From = at
		if m.Total > 0 {
			m.Parts[i].Width = 100 * float64(m.Parts[i].Count) / float64(m.Total)
		}
		at += m.Parts[i].Width
	}
	return m
}

func (v *visit) dashboard() (*page, error) {
	ipams, err := v.allIPAMs()
	if err != nil {
		return nil, err
	}
	view := &dashboardView{}
	p := &page{Title: "Dashboard", Content: view}
	if len(ipams) == 0 {
		return p, v.dashboardOfGuest(view)
	}
	view.IPAM = &ipams[0]
	if view.Scopes, err = v.scopeChoices(); err != nil {
		return nil, err
	}
	view.Scope = chosen(view.Scopes, v.request.FormValue("scope"))
	if err := v.addCounts(view); err != nil {
		return nil, err
	}
	return p, v.addPools(view)
}

// dashboardOfGuest is for an account without an IPAM.
func (v *visit) dashboardOfGuest(view *dashboardView) error {
	pools, err := v.allPools()
	if err != nil {
		return err
	}
	view.Shared = len(pools)
	for _, p := range v.console.people() {
		if p.Admin && p.ID != v.Account {
			view.Others = append(view.Others, p)
		}
	}
	return nil
}

func (v *visit) addCounts(view *dashboardView) error {
	t, fresh, err := v.tally(view.Scope)
	if err != nil {
		return err
	}
	view.Counts, view.Counting = t, !fresh
	if t == nil {
		return nil
	}
	list := func(name, val string) string {
		return with(v.href("resources"), "scope", view.Scope, name, val)
	}
	view.Kinds = &meter{Title: "Resource CIDRs"}
	for n, kind := range types.IpamResourceType("").Values() {
		if t.Types[kind] > 0 || n < 2 {
			view.Kinds.add(spaced(string(kind)), []string{"k0", "k1", "k2", "k3", "k4", "k5"}[n%6], list("resource-type", string(kind)), t.Types[kind])
		}
	}
	view.Managed = &meter{Title: "Management state"}
	view.Managed.add("managed", "good", list("management-state", "managed"), t.Management[types.IpamManagementStateManaged])
	view.Managed.add("unmanaged", "warn", list("management-state", "unmanaged"), t.Management[types.IpamManagementStateUnmanaged])
	view.Managed.add("ignored", "plain", list("management-state", "ignored"), t.Management[types.IpamManagementStateIgnored])
	view.Compliant = &meter{Title: "Compliance"}
	view.Compliant.add("compliant", "good", list("compliance-status", "compliant"), t.Compliance[types.IpamComplianceStatusCompliant])
	view.Compliant.add("noncompliant", "bad", list("compliance-status", "noncompliant"), t.Compliance[types.IpamComplianceStatusNoncompliant])
	view.Overlap = &meter{Title: "Overlap"}
	view.Overlap.add("nonoverlapping", "good", list("overlap-status", "nonoverlapping"), t.Overlap[types.IpamOverlapStatusNonoverlapping])
	view.Overlap.add("overlapping", "bad", list("overlap-status", "overlapping"), t.Overlap[types.IpamOverlapStatusOverlapping])
	for _, m := range []*meter{view.Kinds, view.Managed, view.Compliant, view.Overlap} {
		m.lay()
	}
	return nil
}

// poolsOfADashboard is of how many pools the use is looked up.
const poolsOfADashboard = 200

func (v *visit) addPools(view *dashboardView) error {
	all, err := v.allPools()
	if err != nil {
		return err
	}
	var nodes []*poolNode
	for _, p := range all {
		if _, scope := lastOf(*p.IpamScopeArn); scope == view.Scope && *p.OwnerId == v.Account {
			nodes = append(nodes, &poolNode{IpamPool: p, Mine: true})
		}
	}
	view.Pools = len(nodes)
	top := &use{}
	for _, n := range nodes[:min(len(nodes), poolsOfADashboard)] {
		n.use = v.useOf(&n.IpamPool)
		if n.SourceIpamPoolId == nil {
			view.Top = append(view.Top, n)
			top.CIDRs = append(top.CIDRs, n.CIDRs...)
		}
		if !n.Empty() {
			view.Full = append(view.Full, n)
		}
	}
	view.Space = top.Addresses()
	slices.SortFunc(view.Full, func(a, b *poolNode) int {
		return cmp.Or(cmp.Compare(b.Used(), a.Used()), cmp.Compare(*a.IpamPoolId, *b.IpamPoolId))
	})
	view.Full = view.Full[:min(len(view.Full), topmost)]
	for _, n := range view.Top[:min(len(view.Top), 2)] {
		c, err := v.usageChart(&n.IpamPool)
		if err != nil {
			return err
		}
		c.Title = n.Title() + ", last 24 hours"
		view.Charts = append(view.Charts, c)
	}
	return nil
}
