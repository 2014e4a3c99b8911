package console

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
)

var poolActions = []action{
	{"pools/new", (*visit).createPoolForm, (*visit).createPool},
	{"pools/{pool}/delete", (*visit).deletePoolForm, (*visit).deletePool},
}

// poolView is one pool with all that belongs to it.
type poolView struct {
	*poolNode
	Scope       string
	Source      *poolNode
	Children    []*poolNode
	Provisioned []types.IpamPoolCidr
	Allocations []types.IpamPoolAllocation
	Pager       pager
	Refused     *problem // why the allocations are not shown
	Rules       []rule
	Resources   []types.IpamResourceCidr
	Shares      []sharing
	Chart       *chart
	Home        bool   // it is administered from here
	NotHere     string // why nothing can be taken from it here
}

// rule is one that allocations have to keep, or None.
type rule struct{ Title, Text string }

// onePool finds a pool that the account sees here.
func (v *visit) onePool(id string) (*poolNode, error) {
	out, err := call[ec2.DescribeIpamPoolsOutput](v, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{id}})
	if err != nil {
		return nil, err
	}
	if len(out.IpamPools) == 0 {
		return nil, &problem{http.StatusNotFound, "", "There is no pool " + id + "."}
	}
	p := out.IpamPools[0]
	return &poolNode{IpamPool: p, Mine: *p.OwnerId == v.Account}, nil
}

const allocationsOfAPage = 50

func (v *visit) pool() (*page, error) {
	n, err := v.onePool(v.id("pool"))
	if err != nil {
		return nil, err
	}
	n.use = v.useOf(&n.IpamPool)
	view := &poolView{poolNode: n, Rules: rulesOf(&n.IpamPool), Home: n.Mine && *n.IpamRegion == v.Region, NotHere: v.localeReason(&n.IpamPool)}
	_, view.Scope = lastOf(*n.IpamScopeArn)
	if view.Provisioned, err = v.poolCIDRs(*n.IpamPoolId); err != nil {
		view.Refused = problemOf(err)
	}
	out, err := call[ec2.GetIpamPoolAllocationsOutput](v, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: n.IpamPoolId, MaxResults: new(int32(pageSize)), NextToken: v.text("next")})
	if err != nil {
		view.Refused = problemOf(err)
	} else {
		view.Pager = v.pager(len(out.IpamPoolAllocations), allocationsOfAPage).then(v, out.NextToken)
		view.Allocations = out.IpamPoolAllocations[view.Pager.From:view.Pager.To]
	}
	if view.Home {
		if err := v.addOwners(view); err != nil {
			return nil, err
		}
	}
	return &page{Title: n.Title(), Content: view, Up: &crumb{"Pools", with(v.href("pools"), "scope", view.Scope)}}, nil
}

// addOwners adds what only the owner of the pool is told.
func (v *visit) addOwners(view *poolView) (err error) {
	if id := view.SourceIpamPoolId; id != nil {
		if view.Source, err = v.onePool(*id); err != nil {
			return err
		}
	}
	children, err := v.allPools(types.Filter{Name: new("source-ipam-pool-id"), Values: []string{*view.IpamPoolId}})
	if err != nil {
		return err
	}
	for i := range children[:min(len(children), poolsOfAPage)] {
		view.Children = append(view.Children, &poolNode{IpamPool: children[i], Mine: true, use: v.useOf(&children[i])})
	}
	resources, err := call[ec2.GetIpamResourceCidrsOutput](v, &ec2.GetIpamResourceCidrsInput{IpamScopeId: &view.Scope, IpamPoolId: view.IpamPoolId, MaxResults: new(int32(allocationsOfAPage))})
	if err != nil {
		return err
	}
	view.Resources = resources.IpamResourceCidrs
	if view.Shares, err = v.sharesOf(*view.IpamPoolArn); err != nil {
		return err
	}
	view.Chart, err = v.usageChart(&view.IpamPool)
	return err
}

// usageChart is how much of the pool was in use in the last day.
func (v *visit) usageChart(p *types.IpamPool) (*chart, error) {
	now, _ := v.console.server.Now()
	c := &chart{Title: "Utilization, last 24 hours", From: now.Add(-24 * time.Hour), To: now}
	series, err := v.poolMetrics(p, c.From, c.To, 5*time.Minute)
	if err != nil {
		return nil, err
	}
	c.add("to pools", "series-pools", series[percentAllocated])
	c.add("to resources", "series-resources", series[percentAssigned])
	return c, nil
}

const noLocale = "None"

// localeReason says why an account can't take space from a pool in this Region; empty: it can, so far as the locale goes.
// A pool gives space in the Region that is its locale only; one without a locale gives none to VPCs.
func (v *visit) localeReason(p *types.IpamPool) string {
	switch locale := value(p.Locale); locale {
	case v.Region:
		return ""
	case noLocale:
		return "It has no locale. Only pools below it and custom allocations take space from it."
	default:
		return fmt.Sprintf("Its locale is %s. In %s nothing can be taken from it.", locale, v.Region)
	}
}

func rulesOf(p *types.IpamPool) (list []rule) {
	add := func(title, text string) { list = append(list, rule{title, text}) }
	length := func(n *int32) string {
		if n == nil {
			return "–"
		}
		return fmt.Sprintf("/%d", *n)
	}
	add("Netmask lengths", fmt.Sprintf("%s to %s", length(p.AllocationMinNetmaskLength), length(p.AllocationMaxNetmaskLength)))
	if p.AllocationMinNetmaskLength == nil && p.AllocationMaxNetmaskLength == nil {
		list[0].Text = "any"
	}
	add("Default length", length(p.AllocationDefaultNetmaskLength))
	add("Auto-import", map[bool]string{true: "yes, what is found in its range becomes an allocation", false: "no"}[value(p.AutoImport)])
	var tags []string
	for _, t := range p.AllocationResourceTags {
		tags = append(tags, value(t.Key)+"="+value(t.Value))
	}
	add("Required tags", strings.Join(tags, ", "))
	return list
}

func (v *visit) createPoolForm() (*form, error) {
	scopes, err := v.scopeChoices()
	if err != nil {
		return nil, err
	}
	if len(scopes) == 0 {
		return nil, &problem{http.StatusNotFound, "", fmt.Sprintf("Account %s has no IPAM in %s, so there is no scope for a pool.", v.Account, v.Region)}
	}
	place := &field{Name: "place", Label: "Below", Kind: "choice", Required: true}
	for _, s := range scopes {
		place.Options = append(place.Options, option{Value: s.ID, Label: s.Label, Detail: "a new top-level pool in " + s.ID})
	}
	pools, err := v.allPools()
	if err != nil {
		return nil, err
	}
	for _, p := range pools {
		if *p.OwnerId == v.Account && *p.IpamRegion == v.Region {
			n := &poolNode{IpamPool: p}
			place.Options = append(place.Options, option{Value: *p.IpamPoolId, Label: n.Title(), Detail: v.poolDetail(n)})
		}
	}
	locale := &field{Name: "Locale", Label: "Locale", Kind: "select", Help: "The Region whose VPCs take space from it. A pool that is only divided into others has none.",
		Options: []option{{Label: "None"}}}
	regions, err := v.operatingRegions()
	if err != nil {
		return nil, err
	}
	for _, name := range regions {
		locale.Options = append(locale.Options, option{Value: name, Label: name})
	}
	return &form{
		Title: "Create a pool",
		Intro: "A pool below another takes its CIDRs from that one.",
		Fields: []*field{
			place.first(), nameField(), descriptionField(), locale,
			{Name: "AddressFamily", Label: "Address family", Kind: "select", Options: []option{{Value: "ipv4", Label: "IPv4"}, {Value: "ipv6", Label: "IPv6"}}},
			{Name: "Cidr", Label: "First CIDR", Placeholder: "10.0.0.0/8", Help: "Provisioned at once. More can be added later."},
			{Name: "AllocationMinNetmaskLength", Label: "Minimum netmask length", Kind: "number", Placeholder: "16", Help: "Of allocations: the largest block."},
			{Name: "AllocationDefaultNetmaskLength", Label: "Default netmask length", Kind: "number", Placeholder: "24"},
			{Name: "AllocationMaxNetmaskLength", Label: "Maximum netmask length", Kind: "number", Placeholder: "28", Help: "The smallest block."},
			{Name: "AutoImport", Label: "Import what is found in its range", Kind: "check"},
			{Name: "AllocationResourceTags", Label: "Tags that resources must have", Kind: "area", Help: "One a line: Key=Value"},
			tagsField(),
		},
		Submit: "Create pool", Back: v.href("pools"),
	}, nil
}

// poolDetail is a pool in one line.
func (v *visit) poolDetail(n *poolNode) string {
	var parts []string
	u := v.useOf(&n.IpamPool)
	for _, c := range u.CIDRs[:min(len(u.CIDRs), 3)] {
		parts = append(parts, c.String())
	}
	if len(u.CIDRs) == 0 {
		parts = append(parts, "no CIDR yet")
	} else if u.Unreadable == "" {
		parts = append(parts, percent(u.Used())+" used")
	}
	if value(n.Locale) == noLocale {
		parts = append(parts, "no locale")
	} else {
		parts = append(parts, value(n.Locale))
	}
	return strings.Join(append(parts, *n.IpamPoolId), " · ")
}

// operatingRegions are those of the account's IPAMs here.
func (v *visit) operatingRegions() (names []string, err error) {
	ipams, err := v.allIPAMs()
	if err != nil {
		return nil, err
	}
	for _, i := range ipams {
		names = append(names, regionNames(i.OperatingRegions)...)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func (v *visit) createPool() (string, error) {
	in := &ec2.CreateIpamPoolInput{
		AddressFamily: types.AddressFamily(v.request.FormValue("AddressFamily")), Description: v.text("Description"), Locale: v.text("Locale"),
		AutoImport: v.flag("AutoImport"), TagSpecifications: v.tags(types.ResourceTypeIpamPool),
	}
	if err := v.readPlace(in); err != nil {
		return "", err
	}
	for _, n := range []struct {
		name string
		to   **int32
	}{
		{"AllocationMinNetmaskLength", &in.AllocationMinNetmaskLength},
		{"AllocationDefaultNetmaskLength", &in.AllocationDefaultNetmaskLength},
		{"AllocationMaxNetmaskLength", &in.AllocationMaxNetmaskLength},
	} {
		var err error
		if *n.to, err = v.number(n.name); err != nil {
			return "", err
		}
	}
	for _, p := range v.pairs("AllocationResourceTags") {
		in.AllocationResourceTags = append(in.AllocationResourceTags, types.RequestIpamResourceTag{Key: &p[0], Value: &p[1]})
	}
	cidr := v.text("Cidr")
	if cidr != nil {
		if _, err := netip.ParsePrefix(*cidr); err != nil {
			return "", &problem{http.StatusBadRequest, "", "“" + *cidr + "” is no CIDR, such as 10.0.0.0/8. No pool was created."}
		}
	}
	out, err := call[ec2.CreateIpamPoolOutput](v, in)
	if err != nil {
		return "", err
	}
	if cidr != nil {
		if err := v.do(&ec2.ProvisionIpamPoolCidrInput{IpamPoolId: out.IpamPool.IpamPoolId, Cidr: cidr}); err != nil {
			p := problemOf(err)
			p.Text = "The pool " + *out.IpamPool.IpamPoolId + " was created, but its CIDR was not provisioned. " + p.Text
			return "", p
		}
	}
	return v.href("pools", *out.IpamPool.IpamPoolId), nil
}

// readPlace reads what the pool is to be below: a scope, or a pool in one.
func (v *visit) readPlace(in *ec2.CreateIpamPoolInput) error {
	in.IpamScopeId = v.text("place")
	if in.IpamScopeId == nil || !strings.HasPrefix(*in.IpamScopeId, "ipam-pool-") {
		return nil
	}
	in.SourceIpamPoolId = in.IpamScopeId
	n, err := v.onePool(*in.SourceIpamPoolId)
	if err != nil {
		return err
	}
	_, scope := lastOf(*n.IpamScopeArn)
	in.IpamScopeId = &scope
	return nil
}

func (v *visit) deletePoolForm() (*form, error) {
	n, err := v.onePool(v.id("pool"))
	if err != nil {
		return nil, err
	}
	return &form{
		Title: "Delete pool " + n.Title(),
		Intro: "A pool can be deleted when nothing is allocated from it and its CIDRs are deprovisioned.",
		Fields: []*field{
			{Name: "Cascade", Label: "Delete its CIDRs, allocations and the pools below it, too", Kind: "check"},
		},
		Submit: "Delete pool", Danger: true, Back: v.href("pools", v.id("pool")),
	}, nil
}

func (v *visit) deletePool() (string, error) {
	return v.href("pools"), v.do(&ec2.DeleteIpamPoolInput{IpamPoolId: new(v.id("pool")), Cascade: v.flag("Cascade")})
}

// everywhere are the pools that the account sees in any Region of its partition, with the Region where it sees each best:
// the one that it acts in, or else the pool's locale.
func (v *visit) everywhere() (list []*poolNode, err error) {
	seen := map[string]bool{}
	regions := []string{v.Region}
	for _, r := range region.InPartition(region.Partition(v.Region)) {
		regions = append(regions, r.Name)
	}
	for _, name := range regions {
		pools, err := v.at(name).allPools()
		if err != nil {
			return nil, err
		}
		for _, p := range pools {
			if !seen[*p.IpamPoolId] {
				seen[*p.IpamPoolId] = true
				list = append(list, &poolNode{IpamPool: p, Mine: *p.OwnerId == v.Account})
			}
		}
	}
	return list, nil
}
