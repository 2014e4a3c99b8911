package conformance

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Tests of several rules at a time.
var mixedTests = []Test{
	{"whatever comes and goes, the lowest free block is next", "B162", likeItsTwin},
	{"allocations at the same time never overlap", "B189", allocateAtOnce},
	{"a pool can be used up", "B190", useUp},
	{"an allocation does not straddle two CIDRs", "B191", straddle},
	{"a pool may lie at either end of the addresses", "B192", endsOfAddresses},
	{"an id named twice is listed once", "B223", idTwice},
	{"pages hold the pools of the Region and those that come to it", "B224", walkTwoIPAMs},
	{"an allocation is managed where it was made", "B193", allocationAway},
	{"one of many IPAMs at the same time is created", "B044", ipamsAtOnce},
	{"one of many overlapping CIDRs at the same time is provisioned", "B124", provisionAtOnce},
	{"a request that is too large is refused", "B008", largeRequest},
	{"STS has its own errors", "B033", stsErrors},
	{"one known id among unknown ones doesn't help", "B052", manyIDs},
	{"operating Regions are Regions, and fifty at most", "B055", oddRegions},
	{"what is brought to AWS is not too small", "B154", byoipSizes},
	{"a pool's locale stays an operating Region", "B056", removeLocale},
	{"a pool has each address once", "B155", provisionWhatItHas},
}

// likeItsTwin compares a pool with the plainest thing that could do its work.
func likeItsTwin(t *T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	blocks := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/26"), netip.MustParsePrefix("10.0.0.128/27"), netip.MustParsePrefix("192.168.7.0/28")}
	for _, block := range blocks {
		t.provision(pool, block.String())
	}
	var taken []types.IpamPoolAllocation
	free := func(p netip.Prefix) bool {
		in := slices.ContainsFunc(blocks, func(b netip.Prefix) bool { return b.Bits() <= p.Bits() && b.Contains(p.Addr()) })
		return in && !slices.ContainsFunc(taken, func(a types.IpamPoolAllocation) bool { return netip.MustParsePrefix(*a.Cidr).Overlaps(p) })
	}
	next := func(bits int, without ...netip.Prefix) string {
		for _, block := range blocks {
			for addr := block.Addr(); block.Contains(addr); addr = addr.Next() {
				p := netip.PrefixFrom(addr, bits)
				if p == p.Masked() && free(p) && !slices.ContainsFunc(without, p.Overlaps) {
					return p.String()
				}
			}
		}
		return absent
	}
	for step := range 200 {
		bits := 26 + r.IntN(7)
		addr := netip.AddrFrom4([4]byte{10, 0, 0, byte(r.IntN(256))})
		named := netip.PrefixFrom(addr, bits).Masked()
		var got types.IpamPoolAllocation
		var err error
		var what, want string
		switch r.IntN(4) {
		case 0:
			if len(taken) > 0 {
				i := r.IntN(len(taken))
				t.release(pool, taken[i])
				taken = slices.Delete(taken, i, i+1)
			}
			continue
		case 1:
			what, want = named.String(), absent
			if free(named) {
				want = named.String()
			}
			got, err = t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{Cidr: &what})
		case 2:
			what, want = fmt.Sprintf("a /%d without %s", bits, named), next(bits, named)
			got, err = t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(bits)), DisallowedCidrs: []string{named.String()}})
		default:
			what, want = fmt.Sprintf("a /%d", bits), next(bits)
			got, err = t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(bits))})
		}
		if str(got.Cidr) != want {
			t.Fatalf("seed %d, step %d: %s = %s (%v), want %s", seed, step, what, str(got.Cidr), err, want)
		}
		if err == nil {
			taken = append(taken, got)
		} else {
			wantErrorOf(t, what, err, "InvalidParameterValue", "")
		}
	}
	t.wantEach("the allocations in the end", ids(t.allocations(pool), func(a types.IpamPoolAllocation) *string { return a.IpamPoolAllocationId }),
		ids(taken, func(a types.IpamPoolAllocation) *string { return a.IpamPoolAllocationId }))
}

func endsOfAddresses(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	low, high, half := t.pool(scope), t.pool(scope), t.pool(scope)
	t.provision(low, "0.0.0.0/8")
	equal(t, "the lowest address", str(t.allocateLength(low, 32).Cidr), "0.0.0.0/32")
	t.provision(high, "255.255.255.254/31")
	equal(t, "the last but one address", str(t.allocateLength(high, 32).Cidr), "255.255.255.254/32")
	equal(t, "the last address", str(t.allocateLength(high, 32).Cidr), "255.255.255.255/32")
	_, err := t.allocateAs(high, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(32))})
	wantErrorOf(t, "an address after the last", err, "InvalidParameterValue", "The allocation size is too big for the pool.")
	t.notAvailable("128.0.0.0/1, whose end is in use", half, &ec2.ProvisionIpamPoolCidrInput{Cidr: new("128.0.0.0/1")})
	t.provision(half, "64.0.0.0/2")
	equal(t, "the whole of a /2", str(t.allocateLength(half, 2).Cidr), "64.0.0.0/2")
}

func idTwice(t *T) {
	ipam := t.ipam()
	pool := *t.pool(ipam.PrivateDefaultScopeId).IpamPoolId
	c := t.ec2(home)
	equal(t, "number of pools", len(must(c.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{pool, pool}}))(t).IpamPools), 1)
	equal(t, "number of IPAMs", len(must(c.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{*ipam.IpamId, *ipam.IpamId}}))(t).Ipams), 1)
	got := must(c.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{pool}, Filters: []types.Filter{filter("address-family", "ipv6")}}))(t)
	equal(t, "number of pools of an id that a filter keeps out", len(got.IpamPools), 0)
}

func walkTwoIPAMs(t *T) {
	here, there := t.ipam(away), t.ipamIn(away, &ec2.CreateIpamInput{})
	var want []string
	for range 7 {
		want = append(want, *t.pool(here.PrivateDefaultScopeId, locale(away)).IpamPoolId)
		want = append(want, *must(t.ec2(away).CreateIpamPool(t.ctx, poolInput(there.PrivateDefaultScopeId)))(t).IpamPool.IpamPoolId)
		t.pool(here.PrivateDefaultScopeId)
		must(t.ec2(away).CreateIpamPool(t.ctx, poolInput(there.PrivateDefaultScopeId, locale(away))))(t)
	}
	l := t.listPools()
	list := func(size int32) (all []string) {
		var token *string
		for range 20 {
			page, next, err := l.list(t.ec2(away), nil, &size, token)
			if err != nil {
				t.Fatalf("%s: %v", l.name, err)
			}
			all = append(all, page...)
			if next == nil {
				return all
			}
			token = next
		}
		t.Fatalf("DescribeIpamPools has no last page")
		return nil
	}
	whole := list(1000)
	equal(t, "number of pools away", len(whole), 21)
	for _, size := range []int32{5, 6, 7, 8, 20} {
		t.wantEach(fmt.Sprintf("pools away in pages of %d", size), list(size), whole)
	}
	for _, id := range want {
		if !slices.Contains(whole, id) {
			t.Errorf("DescribeIpamPools away lacks %s", id)
		}
	}
	equal(t, "number of pools at home", len(strings.Fields(t.found(l))), 14)
}

func allocationAway(t *T) {
	pool := t.pool(t.ipam(away).PrivateDefaultScopeId, locale(away))
	t.provision(pool, "10.0.0.0/16")
	a := t.allocateLength(pool, 24)
	id := *a.IpamPoolAllocationId
	c := t.ec2(away)
	must(c.CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags("k", "v")}))(t)
	must(c.ModifyIpamPoolAllocation(t.ctx, &ec2.ModifyIpamPoolAllocationInput{IpamPoolAllocationId: &id, Description: new("away")}))(t)
	got := must(c.DescribeIpamPoolAllocations(t.ctx, &ec2.DescribeIpamPoolAllocationsInput{}))(t).IpamPoolAllocations
	if len(got) != 1 {
		t.Fatalf("DescribeIpamPoolAllocations away = %d allocations, want 1", len(got))
	}
	equal(t, "Description", str(got[0].Description), "away")
	equalTags(t, got[0].Tags, "k", "v")
	equal(t, "number of tags away", len(must(c.DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags), 1)
	must(t.ec2(home).ModifyIpamPoolAllocation(t.ctx, &ec2.ModifyIpamPoolAllocationInput{IpamPoolAllocationId: &id, Description: new("home")}))(t)
	equal(t, "Description modified from home", str(t.allocations(pool)[0].Description), "home")
	_, err := t.ec2(far).ModifyIpamPoolAllocation(t.ctx, &ec2.ModifyIpamPoolAllocationInput{IpamPoolAllocationId: &id})
	wantError(t, err, "InvalidIpamPoolAllocationId.NotFound", "")
}

func ipamsAtOnce(t *T) {
	errs := make([]error, 12)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { _, errs[i] = t.ec2(home).CreateIpam(t.ctx, &ec2.CreateIpamInput{}) })
	}
	all.Wait()
	created := 0
	for _, err := range errs {
		if err == nil {
			created++
		} else {
			wantError(t, err, "ResourceLimitExceeded", "")
		}
	}
	equal(t, "number of IPAMs created", created, 1)
	equal(t, "number of IPAMs listed", len(must(t.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams), 1)
}

func provisionAtOnce(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	pools := make([]types.IpamPool, 8)
	for i := range pools {
		pools[i] = t.pool(scope)
	}
	var all sync.WaitGroup
	for _, pool := range pools {
		all.Go(func() {
			_, _ = t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.0.0.0/8")}) // its state tells
		})
	}
	all.Wait()
	states := map[types.IpamPoolCidrState]int{}
	t.await("all CIDRs to be settled", func() bool {
		clear(states)
		for _, pool := range pools {
			states[t.cidr(pool, "10.0.0.0/8").State]++
		}
		return states[types.IpamPoolCidrStatePendingProvision] == 0
	})
	equal(t, "states", fmt.Sprint(states), "map[failed-provision:7 provisioned:1]")
}

func largeRequest(t *T) {
	body := "Version=2016-11-15&Action=CreateIpam&Description=" + strings.Repeat("x", 32<<20)
	r := t.request(http.MethodPost, "/", body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := t.do(r)
	if err == nil { // a closed connection would be an answer, too
		defer response.Body.Close() //nolint:errcheck // nothing was written
		if response.StatusCode < 400 || response.StatusCode > 499 {
			t.Errorf("a request of 32 MB = HTTP status %d, want one of the 400s", response.StatusCode)
		}
	}
	equal(t, "number of IPAMs", len(must(t.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams), 0)
}

func stsErrors(t *T) {
	for body, want := range map[string]string{
		"Version=2011-06-15&Action=FryAnEgg":                    "<Code>InvalidAction</Code>",
		"Version=2011-06-15&Action=GetCallerIdentity&Colour=1":  "<Code>",
		"Version=2011-06-15&Action=AssumeRole":                  "<Code>",
		"Version=2011-06-15&Action=AssumeRole&RoleArn=nonsense": "<Code>",
	} {
		r := t.request(http.MethodPost, "/", body)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", credential(t.account, home, "sts"))
		got := t.send(r)
		if got.Status < 400 || got.Status > 499 || !strings.Contains(got.Body, "<ErrorResponse") || !strings.Contains(got.Body, want) {
			t.Errorf("%s = %d %s, want an ErrorResponse with %s", body, got.Status, shortened(got.Body), want)
		}
	}
}

func manyIDs(t *T) {
	ipam := t.ipam()
	var list []string
	for n := range 300 {
		list = append(list, fmt.Sprintf("ipam-%017x", n))
	}
	_, err := t.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: append(list, *ipam.IpamId)})
	wantError(t, err, "InvalidIpamId.NotFound", "")
}

func oddRegions(t *T) {
	ipam := t.ipam()
	var many []types.AddIpamOperatingRegion
	for range 51 {
		many = append(many, types.AddIpamOperatingRegion{RegionName: new(away)})
	}
	for what, list := range map[string][]types.AddIpamOperatingRegion{
		"a Region that is none": regions("middle-earth-1"), "a zone": regions(home + "a"), "a Region without a name": regions(""), "51 Regions": many,
	} {
		_, err := t.ec2(far).CreateIpam(t.ctx, &ec2.CreateIpamInput{OperatingRegions: list})
		wantRefusal(t, "CreateIpam with "+what, err)
		_, err = t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, AddOperatingRegions: list})
		wantRefusal(t, "ModifyIpam with "+what, err)
	}
	equal(t, "OperatingRegions", regionNames(t.awaitIpam(home, *ipam.IpamId, types.IpamStateCreateComplete)), home)
}

func byoipSizes(t *T) {
	scope := t.ipam().PublicDefaultScopeId
	advertised, hidden, v4 := t.pool(scope, advertisable(true)), t.pool(scope, advertisable(false)), t.pool(scope)
	range4, range6 := randomIPv4(24), randomIPv6(48)
	for cidr, pool := range map[string]types.IpamPool{
		netip.PrefixFrom(range4.Addr(), 25).String(): v4, nth(range6, 49, 1): advertised, nth(range6, 61, 1): hidden,
	} {
		_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: &cidr, CidrAuthorizationContext: t.proof(cidr)})
		wantErrorOf(t, "bringing "+cidr, err, "InvalidParameterValue", "")
	}
	for cidr, pool := range map[string]types.IpamPool{range4.String(): v4, range6.String(): advertised, nth(randomIPv6(48), 60, 1): hidden} {
		t.bring(pool, cidr)
	}
	_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{
		IpamPoolId: v4.IpamPoolId, NetmaskLength: new(int32(24)), CidrAuthorizationContext: t.proof(range4.String()),
	})
	wantRefusal(t, "bringing a length", err)
}

func removeLocale(t *T) {
	ipam := t.ipam(away)
	pool := t.pool(ipam.PrivateDefaultScopeId, locale(away))
	in := &ec2.ModifyIpamInput{IpamId: ipam.IpamId, RemoveOperatingRegions: []types.RemoveIpamOperatingRegion{{RegionName: new(away)}}}
	_, err := t.ec2(home).ModifyIpam(t.ctx, in)
	wantRefusal(t, "removing a pool's locale", err)
	t.deletePool(pool, false)
	equal(t, "OperatingRegions without the pool", regionNames(*must(t.ec2(home).ModifyIpam(t.ctx, in))(t).Ipam), home)
}

func provisionWhatItHas(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.0.0.0/16")})
	wantError(t, err, "InvalidParameterValue", "")
	for _, cidr := range []string{"10.0.0.0/17", "10.0.0.0/8"} {
		t.notAvailable(cidr+" of a pool with 10.0.0.0/16", pool, &ec2.ProvisionIpamPoolCidrInput{Cidr: &cidr})
	}
	equal(t, "state of the first", t.cidr(pool, "10.0.0.0/16").State, types.IpamPoolCidrStateProvisioned)
}

func allocateAtOnce(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/24")
	got := make([]string, 40)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			if a, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(29))}); err == nil {
				got[i] = *a.Cidr
			}
		})
	}
	all.Wait()
	slices.Sort(got)
	got = slices.DeleteFunc(got, func(cidr string) bool { return cidr == "" })
	equal(t, "number of /29s that 40 callers got of a /24", len(got), 32)
	equal(t, "number of different ones", len(slices.Compact(got)), 32)
	equal(t, "number of allocations", len(t.allocations(pool)), 32)
}

func useUp(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/28")
	for n := range 16 {
		equal(t, "the next /32", str(t.allocateLength(pool, 32).Cidr), fmt.Sprintf("10.0.0.%d/32", n))
	}
	_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(32))})
	wantError(t, err, "InvalidParameterValue", "The allocation size is too big for the pool.")
	t.provision(pool, "10.0.0.16/28")
	equal(t, "the next /28", str(t.allocateLength(pool, 28).Cidr), "10.0.0.16/28")
}

func straddle(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/24")
	t.provision(pool, "10.0.1.0/24")
	for _, in := range []*ec2.AllocateIpamPoolCidrInput{{Cidr: new("10.0.0.0/23")}, {NetmaskLength: new(int32(23))}} {
		_, err := t.allocateAs(pool, in)
		wantErrorOf(t, "a /23 of two /24s", err, "InvalidParameterValue", "")
	}
}
