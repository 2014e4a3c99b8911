package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var listingTests = []Test{
	{"a list can be filtered by every plain member", "B215", filterByMember},
	{"filter values have wildcards", "B216", filterWildcards},
	{"filters are all to match, values any", "B217", filterLogic},
	{"an unknown filter is invalid", "B218", filterUnknown},
	{"a filter value has 255 characters at most", "B219", filterTooLong},
	{"a list can be filtered by tags", "B220", filterTags},
	{"filter values are case-sensitive", "B221", filterCase},
	{"a page has 5 to 1000 items", "B225", pageBounds},
	{"a page of allocations has 1000 to 100000 items", "B226", pageBoundsOfAllocations},
	{"a token that nobody gave is invalid", "B227", badPageToken},
	{"pages have each item once", "B228", walkPages},
	{"pages of allocations have each one once", "B229", walkAllocations},
	{"pages stay right while things come and go", "B222", walkWhileChanging},
	{"accounts don't see each other", "B031", accountsApart},
	{"Regions don't see each other", "B032", regionsApart},
}

// lister is an operation that lists: it returns the ids of a page and the token of the next.
type lister struct {
	name string
	list func(c *ec2.Client, filters []types.Filter, max *int32, token *string) ([]string, *string, error)
}

func ids[E any](list []E, id func(E) *string) []string {
	var found []string
	for _, e := range list {
		found = append(found, str(id(e)))
	}
	return found
}

func (t *T) listIPAMs() lister {
	return lister{"DescribeIpams", func(c *ec2.Client, filters []types.Filter, max *int32, token *string) ([]string, *string, error) {
		out, err := c.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{Filters: filters, MaxResults: max, NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return ids(out.Ipams, func(i types.Ipam) *string { return i.IpamId }), out.NextToken, nil
	}}
}

func (t *T) listScopes() lister {
	return lister{"DescribeIpamScopes", func(c *ec2.Client, filters []types.Filter, max *int32, token *string) ([]string, *string, error) {
		out, err := c.DescribeIpamScopes(t.ctx, &ec2.DescribeIpamScopesInput{Filters: filters, MaxResults: max, NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return ids(out.IpamScopes, func(s types.IpamScope) *string { return s.IpamScopeId }), out.NextToken, nil
	}}
}

func (t *T) listPools() lister {
	return lister{"DescribeIpamPools", func(c *ec2.Client, filters []types.Filter, max *int32, token *string) ([]string, *string, error) {
		out, err := c.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{Filters: filters, MaxResults: max, NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return ids(out.IpamPools, func(p types.IpamPool) *string { return p.IpamPoolId }), out.NextToken, nil
	}}
}

func (t *T) listCIDRs(pool types.IpamPool) lister {
	return lister{"GetIpamPoolCidrs", func(c *ec2.Client, filters []types.Filter, max *int32, token *string) ([]string, *string, error) {
		out, err := c.GetIpamPoolCidrs(t.ctx, &ec2.GetIpamPoolCidrsInput{IpamPoolId: pool.IpamPoolId, Filters: filters, MaxResults: max, NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return ids(out.IpamPoolCidrs, func(c types.IpamPoolCidr) *string { return c.IpamPoolCidrId }), out.NextToken, nil
	}}
}

func (t *T) listPoolAllocations(pool types.IpamPool) lister {
	return lister{"GetIpamPoolAllocations", func(c *ec2.Client, filters []types.Filter, max *int32, token *string) ([]string, *string, error) {
		out, err := c.GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: pool.IpamPoolId, Filters: filters, MaxResults: max, NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return ids(out.IpamPoolAllocations, func(a types.IpamPoolAllocation) *string { return a.IpamPoolAllocationId }), out.NextToken, nil
	}}
}

func (t *T) listAllocations() lister {
	return lister{"DescribeIpamPoolAllocations", func(c *ec2.Client, filters []types.Filter, max *int32, token *string) ([]string, *string, error) {
		out, err := c.DescribeIpamPoolAllocations(t.ctx, &ec2.DescribeIpamPoolAllocationsInput{Filters: filters, MaxResults: max, NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return ids(out.IpamPoolAllocations, func(a types.IpamPoolAllocation) *string { return a.IpamPoolAllocationId }), out.NextToken, nil
	}}
}

// found is the sorted ids that filters let through.
func (t *T) found(l lister, filters ...types.Filter) string {
	got, _, err := l.list(t.ec2(home), filters, nil, nil)
	if err != nil {
		t.Fatalf("%s: %v", l.name, err)
	}
	slices.Sort(got)
	return strings.Join(got, " ")
}

func sorted(ids ...*string) string {
	var list []string
	for _, id := range ids {
		list = append(list, *id)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func filterByMember(t *T) {
	ipam := t.ipam(away)
	scope := must(t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId, Description: new("lab")}))(t).IpamScope
	top := t.pool(ipam.PrivateDefaultScopeId)
	t.provision(top, "10.0.0.0/8")
	child := t.child(top, locale(away), netmasks(16, 28, 24), func(in *ec2.CreateIpamPoolInput) { in.Description, in.AutoImport = new("work"), new(true) })
	t.provision(child, "10.0.0.0/16")
	v6 := t.pool(ipam.PublicDefaultScopeId, amazonIPv6)
	a := t.allocate(top, "10.1.0.0/24")
	cidr := t.cidr(top, "10.0.0.0/8")
	of := t.allocations(top, filter("resource-type", "ipam-pool"))[0]

	type cases map[string]string // filter=value: the ids that it finds
	for l, all := range map[*lister]cases{
		new(t.listIPAMs()): {
			"owner-id=" + t.Account():                      *ipam.IpamId,
			"owner-id=111122223333":                        "",
			"ipam-id=" + *ipam.IpamId:                      *ipam.IpamId,
			"ipam-arn=" + *ipam.IpamArn:                    *ipam.IpamId,
			"ipam-region=" + home:                          *ipam.IpamId,
			"ipam-region=" + away:                          "",
			"state=create-complete":                        *ipam.IpamId,
			"state=modify-complete":                        "",
			"tier=advanced":                                *ipam.IpamId,
			"scope-count=3":                                *ipam.IpamId,
			"public-default-scope-id=" + *top.IpamScopeArn: "",
			"private-default-scope-id=" + *scopeOf(top):    *ipam.IpamId,
		},
		new(t.listScopes()): {
			"owner-id=" + t.Account():              sorted(ipam.PublicDefaultScopeId, ipam.PrivateDefaultScopeId, scope.IpamScopeId),
			"ipam-id=" + *ipam.IpamId:              sorted(ipam.PublicDefaultScopeId, ipam.PrivateDefaultScopeId, scope.IpamScopeId),
			"ipam-id=ipam-0":                       "",
			"ipam-scope-id=" + *scope.IpamScopeId:  *scope.IpamScopeId,
			"ipam-scope-type=public":               *ipam.PublicDefaultScopeId,
			"is-default=false":                     *scope.IpamScopeId,
			"is-default=true":                      sorted(ipam.PublicDefaultScopeId, ipam.PrivateDefaultScopeId),
			"description=lab":                      *scope.IpamScopeId,
			"pool-count=2":                         *ipam.PrivateDefaultScopeId,
			"ipam-scope-arn=" + *top.IpamScopeArn:  *ipam.PrivateDefaultScopeId,
			"ipam-scope-arn=" + *scope.IpamScopeId: "",
		},
		new(t.listPools()): {
			"owner-id=" + t.Account():                      sorted(top.IpamPoolId, child.IpamPoolId, v6.IpamPoolId),
			"ipam-scope-id=" + *ipam.PrivateDefaultScopeId: sorted(top.IpamPoolId, child.IpamPoolId),
			"ipam-id=" + *ipam.IpamId:                      sorted(top.IpamPoolId, child.IpamPoolId, v6.IpamPoolId),
			"address-family=ipv6":                          *v6.IpamPoolId,
			"locale=" + away:                               *child.IpamPoolId,
			"locale=None":                                  *top.IpamPoolId,
			"description=w*":                               *child.IpamPoolId,
			"pool-depth=1":                                 sorted(top.IpamPoolId, v6.IpamPoolId),
			"source-ipam-pool-id=" + *top.IpamPoolId:       *child.IpamPoolId,
			"auto-import=true":                             *child.IpamPoolId,
			"ipam-scope-type=public":                       *v6.IpamPoolId,
			"allocation-default-netmask-length=24":         *child.IpamPoolId,
			"allocation-min-netmask-length=16":             *child.IpamPoolId,
			"allocation-max-netmask-length=28":             *child.IpamPoolId,
			"public-ip-source=amazon":                      *v6.IpamPoolId,
			"aws-service=ec2":                              *v6.IpamPoolId,
			"ipam-pool-arn=" + *top.IpamPoolArn:            *top.IpamPoolId,
		},
		new(t.listCIDRs(top)): {
			"cidr=10.0.0.0/8": *cidr.IpamPoolCidrId,
			"cidr=10.*":       *cidr.IpamPoolCidrId,
			"cidr=10.0.0.0/9": "",
			"ipam-pool-cidr-id=" + *cidr.IpamPoolCidrId: *cidr.IpamPoolCidrId,
			"state=provisioned":                         *cidr.IpamPoolCidrId,
			"netmask-length=8":                          *cidr.IpamPoolCidrId,
		},
		new(t.listPoolAllocations(top)): {
			"ipam-pool-allocation-id=" + *a.IpamPoolAllocationId: *a.IpamPoolAllocationId,
			"cidr=10.1.0.0/24":                   *a.IpamPoolAllocationId,
			"resource-type=custom":               *a.IpamPoolAllocationId,
			"resource-type=ipam-pool":            *of.IpamPoolAllocationId,
			"resource-id=" + *child.IpamPoolId:   *of.IpamPoolAllocationId,
			"resource-owner=" + t.Account():      sorted(a.IpamPoolAllocationId, of.IpamPoolAllocationId),
			"resource-owner=" + t.OtherAccount(): "",
		},
	} {
		for text, want := range all {
			name, value, _ := strings.Cut(text, "=")
			equal(t, l.name+"("+text+")", t.found(*l, filter(name, value)), want)
		}
	}
}

func (t *T) fourPools() (lister, []*string) {
	scope := t.ipam().PrivateDefaultScopeId
	var pools []*string
	for _, description := range []string{"alpha", "alpine", "beta*", `gamma\`} {
		pools = append(pools, t.pool(scope, func(in *ec2.CreateIpamPoolInput) { in.Description = &description }).IpamPoolId)
	}
	return t.listPools(), pools
}

func filterWildcards(t *T) {
	l, pools := t.fourPools()
	for pattern, want := range map[string]string{
		"*":        sorted(pools...),
		"al*":      sorted(pools[0], pools[1]),
		"alp?a":    *pools[0],
		"?????":    sorted(pools[0], pools[2]),
		"*a":       *pools[0],
		"*a*":      sorted(pools...),
		"a*p*a":    *pools[0],
		"beta*":    *pools[2],
		`beta\*`:   *pools[2],
		`al\*`:     "",
		"":         "",
		"[a-b]*":   "",
		".*":       "",
		"alpha ":   "",
		"*alpha**": *pools[0],
	} {
		equal(t, fmt.Sprintf("pools with description=%q", pattern), t.found(l, filter("description", pattern)), want)
	}
}

func filterLogic(t *T) {
	l, pools := t.fourPools()
	equal(t, "any of two values", t.found(l, filter("description", "alpha", "alpine")), sorted(pools[0], pools[1]))
	equal(t, "two filters", t.found(l, filter("description", "al*"), filter("ipam-pool-id", *pools[1], *pools[2])), *pools[1])
	equal(t, "two filters of one name", t.found(l, filter("description", "al*"), filter("description", "*ine")), *pools[1])
	equal(t, "two filters that contradict each other", t.found(l, filter("description", "alpha"), filter("locale", home)), "")
}

func filterUnknown(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	for _, l := range []lister{t.listIPAMs(), t.listScopes(), t.listPools(), t.listCIDRs(pool), t.listPoolAllocations(pool), t.listAllocations()} {
		for _, name := range []string{"colour", "Owner-Id", "OwnerId", "allocation-id", "tag:", "", "*"} {
			_, _, err := l.list(t.ec2(home), []types.Filter{filter(name, "x")}, nil, nil)
			wantErrorOf(t, l.name+" with the filter "+name, err, "InvalidParameterValue", map[bool]string{false: "The filter '" + name + "' is invalid"}[name == ""])
		}
	}
}

func filterTooLong(t *T) {
	l, _ := t.fourPools()
	equal(t, "pools with a description of 255 characters", t.found(l, filter("description", strings.Repeat("x", 255))), "")
	_, _, err := l.list(t.ec2(home), []types.Filter{filter("description", strings.Repeat("x", 256))}, nil, nil)
	wantError(t, err, "FilterLimitExceeded", "The maximum length for a filter value is 255 characters")
	_, _, err = l.list(t.ec2(home), []types.Filter{filter("description", slices.Repeat([]string{"x"}, 201)...)}, nil, nil)
	wantErrorOf(t, "201 values", err, "FilterLimitExceeded", "")
}

func filterTags(t *T) {
	resources := t.taggable()
	scope, pool := resources[types.ResourceTypeIpamScope], resources[types.ResourceTypeIpamPool]
	for _, id := range resources {
		t.tag(id, "env", "prod", "with:colon", "1")
	}
	record := t.awaitPool(pool, types.IpamPoolStateCreateComplete)
	for kind, l := range map[types.ResourceType]lister{
		types.ResourceTypeIpam: t.listIPAMs(), types.ResourceTypeIpamScope: t.listScopes(), types.ResourceTypeIpamPool: t.listPools(),
		types.ResourceTypeIpamPoolAllocation: t.listAllocations(),
	} {
		equal(t, l.name+" with tag:env", t.found(l, filter("tag:env", "prod")), resources[kind])
		equal(t, l.name+" with tag:env of another value", t.found(l, filter("tag:env", "test")), "")
		equal(t, l.name+" with tag:env of a pattern", t.found(l, filter("tag:env", "p*")), resources[kind])
		equal(t, l.name+" with tag:with:colon", t.found(l, filter("tag:with:colon", "1")), resources[kind])
		equal(t, l.name+" with tag-key", t.found(l, filter("tag-key", "env")), resources[kind])
		equal(t, l.name+" with tag-key of another", t.found(l, filter("tag-key", "en")), "")
	}
	equal(t, "GetIpamPoolAllocations with tag:env", t.found(t.listPoolAllocations(record), filter("tag:env", "prod")), resources[types.ResourceTypeIpamPoolAllocation])
	t.tag(scope, "env", "test")
	equal(t, "scopes with tag:env after it changed", t.found(t.listScopes(), filter("tag:env", "prod")), "")
}

func filterCase(t *T) {
	l, _ := t.fourPools()
	equal(t, "pools with description=ALPHA", t.found(l, filter("description", "ALPHA")), "")
}

func pageBounds(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	for _, l := range []lister{t.listIPAMs(), t.listScopes(), t.listPools(), t.listCIDRs(pool)} {
		for _, max := range []int32{-1, 0, 1, 4} {
			_, _, err := l.list(t.ec2(home), nil, &max, nil)
			wantErrorOf(t, fmt.Sprintf("%s(MaxResults %d)", l.name, max), err, "InvalidParameterValue",
				fmt.Sprintf("Value ( %d ) for parameter maxResults is invalid. Expecting a value greater than 5.", max))
		}
		for _, max := range []int32{1001, 1<<31 - 1} {
			_, _, err := l.list(t.ec2(home), nil, &max, nil)
			wantErrorOf(t, fmt.Sprintf("%s(MaxResults %d)", l.name, max), err, "InvalidParameterValue", "")
		}
		for _, max := range []int32{5, 1000} {
			_, token, err := l.list(t.ec2(home), nil, &max, nil)
			if err != nil || token != nil {
				t.Errorf("%s(MaxResults %d) = token %s, %v", l.name, max, str(token), err)
			}
		}
	}
}

func pageBoundsOfAllocations(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	for _, l := range []lister{t.listPoolAllocations(pool), t.listAllocations()} {
		for _, max := range []int32{0, 5, 999, 100_001} {
			_, _, err := l.list(t.ec2(home), nil, &max, nil)
			wantErrorOf(t, fmt.Sprintf("%s(MaxResults %d)", l.name, max), err, "InvalidParameterValue", "")
		}
		for _, max := range []int32{1000, 100_000} {
			if _, _, err := l.list(t.ec2(home), nil, &max, nil); err != nil {
				t.Errorf("%s(MaxResults %d) = %v", l.name, max, err)
			}
		}
	}
}

func badPageToken(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	for range 6 {
		t.pool(scopeOf(pool))
	}
	_, good, err := t.listPools().list(t.ec2(home), nil, new(int32(5)), nil)
	if err != nil || good == nil {
		t.Fatalf("DescribeIpamPools of a page = token %s, %v", str(good), err)
	}
	for _, l := range []lister{t.listIPAMs(), t.listScopes(), t.listPools(), t.listCIDRs(pool), t.listPoolAllocations(pool), t.listAllocations()} {
		for _, token := range []string{"nonsense", "AAAA", *good + "!", (*good)[1:], "猫", "null", "{}", "e30="} {
			_, _, err := l.list(t.ec2(home), nil, nil, &token)
			wantErrorOf(t, fmt.Sprintf("%s(NextToken %q)", l.name, token), err, "InvalidNextToken", "")
		}
	}
}

// walk lists all pages and returns the ids in their order.
func (t *T) walk(l lister, size int32, filters []types.Filter, between func()) []string {
	var all []string
	var token *string
	for range 1000 {
		page, next, err := l.list(t.ec2(home), filters, &size, token)
		if err != nil {
			t.Fatalf("%s: %v", l.name, err)
		}
		if len(page) > int(size) {
			t.Errorf("%s(MaxResults %d) gave a page of %d", l.name, size, len(page))
		}
		all = append(all, page...)
		if str(next) == absent || *next == "" {
			return all
		}
		token = next
		if between != nil {
			between()
		}
	}
	t.Fatalf("%s has no last page", l.name)
	return nil
}

func (t *T) wantEach(what string, got, want []string) {
	g, w := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(g, w) {
		t.Errorf("%s = %d items, %d different ones; want %d", what, len(g), len(slices.Compact(g)), len(w))
	}
}

func walkPages(t *T) {
	ipam := t.ipam()
	pool := t.pool(ipam.PrivateDefaultScopeId)
	pools, cidrs := []string{*pool.IpamPoolId}, []string{}
	for n := range 22 {
		pools = append(pools, *t.pool(ipam.PrivateDefaultScopeId, func(in *ec2.CreateIpamPoolInput) { in.Description = new(fmt.Sprint(n % 2)) }).IpamPoolId)
		cidrs = append(cidrs, *t.provision(pool, fmt.Sprintf("10.%d.0.0/16", n)).IpamPoolCidrId)
	}
	for _, size := range []int32{5, 7, 11, 22, 23, 24, 1000} {
		t.wantEach(fmt.Sprintf("pools in pages of %d", size), t.walk(t.listPools(), size, nil, nil), pools)
		t.wantEach(fmt.Sprintf("CIDRs in pages of %d", size), t.walk(t.listCIDRs(pool), size, nil, nil), cidrs)
	}
	got := t.walk(t.listPools(), 5, []types.Filter{filter("description", "1")}, nil)
	equal(t, "number of pools of a filter in pages", len(got), 11)
	equal(t, "number of pools without paging", len(strings.Fields(t.found(t.listPools()))), 23)
}

func walkAllocations(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	var want []string
	for range 1005 {
		want = append(want, *t.allocateLength(pool, 28).IpamPoolAllocationId)
	}
	t.wantEach("allocations of the pool", t.walk(t.listPoolAllocations(pool), 1000, nil, nil), want)
	t.wantEach("allocations of the account", t.walk(t.listAllocations(), 1000, nil, nil), want)
	page, token, err := t.listPoolAllocations(pool).list(t.ec2(home), nil, new(int32(1000)), nil)
	if err != nil || len(page) != 1000 || token == nil {
		t.Errorf("the first page has %d allocations, token %s, %v", len(page), str(token), err)
	}
}

func walkWhileChanging(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	stay := map[string]bool{}
	var go1 []types.IpamPool
	for n := range 20 {
		pool := t.pool(scope)
		if n%4 == 0 {
			go1 = append(go1, pool)
		} else {
			stay[*pool.IpamPoolId] = true
		}
	}
	seen := map[string]int{}
	for _, id := range t.walk(t.listPools(), 5, nil, func() {
		if len(go1) > 0 {
			t.deletePool(go1[0], false)
			go1 = go1[1:]
		}
		t.pool(scope)
	}) {
		seen[id]++
		if seen[id] > 1 {
			t.Errorf("%s is on two pages", id)
		}
	}
	for id := range stay {
		if seen[id] == 0 {
			t.Errorf("%s, which was there all the time, is on no page", id)
		}
	}
}

func accountsApart(t *T) {
	ipam := t.ipam()
	pool := t.pool(ipam.PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/8")
	other := t.ec2As(t.OtherAccount(), home)
	t.wantStranger(other, "another account", ipam, pool)
}

func regionsApart(t *T) {
	ipam := t.ipam(away)
	pool := t.pool(ipam.PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/8")
	t.wantStranger(t.ec2(far), "another Region", ipam, pool)
	t.wantStranger(t.ec2(away), "another operating Region", ipam, pool)
}

// wantStranger checks that a client sees nothing of an IPAM and its pool, and can do nothing to it.
func (t *T) wantStranger(c *ec2.Client, who string, ipam types.Ipam, pool types.IpamPool) {
	for _, l := range []lister{t.listIPAMs(), t.listScopes(), t.listPools(), t.listAllocations()} {
		got, _, err := l.list(c, nil, nil, nil)
		if err != nil || len(got) > 0 {
			t.Errorf("%s from %s = %v, %v, want nothing", l.name, who, got, err)
		}
	}
	_, err := c.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{*ipam.IpamId}})
	wantErrorOf(t, "DescribeIpams from "+who, err, "InvalidIpamId.NotFound", "The ipam ID '"+*ipam.IpamId+"' does not exist")
	_, err = c.DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(true)})
	wantErrorOf(t, "DeleteIpam from "+who, err, "InvalidIpamId.NotFound", "")
	_, err = c.CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId})
	wantErrorOf(t, "CreateIpamScope from "+who, err, "InvalidIpamId.NotFound", "")
	_, err = c.CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId))
	wantErrorOf(t, "CreateIpamPool from "+who, err, "InvalidIpamScopeId.NotFound", "")
	for name, err := range map[string]error{
		"DescribeIpamPools": func() error {
			_, err := c.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{*pool.IpamPoolId}})
			return err
		}(),
		"GetIpamPoolCidrs": func() error {
			_, err := c.GetIpamPoolCidrs(t.ctx, &ec2.GetIpamPoolCidrsInput{IpamPoolId: pool.IpamPoolId})
			return err
		}(),
		"AllocateIpamPoolCidr": func() error {
			_, err := c.AllocateIpamPoolCidr(t.ctx, &ec2.AllocateIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, NetmaskLength: new(int32(24))})
			return err
		}(),
		"DeleteIpamPool": func() error {
			_, err := c.DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: pool.IpamPoolId, Cascade: new(true)})
			return err
		}(),
	} {
		wantErrorOf(t, name+" from "+who, err, "InvalidIpamPoolId.NotFound", "The ipam-pool ID '"+*pool.IpamPoolId+"' does not exist")
	}
	_, err = c.CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*pool.IpamPoolId}, Tags: tags("k", "v")})
	wantErrorOf(t, "CreateTags from "+who, err, "InvalidIpamPoolId.NotFound", "")
	t.awaitIpam(home, *ipam.IpamId, types.IpamStateCreateComplete)
}
