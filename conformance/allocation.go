package conformance

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var allocationTests = []Test{
	{"an allocation is custom and its caller's", "B160", allocate},
	{"an allocation has a description and tags", "B161", allocateWithEverything},
	{"the lowest free block is allocated first", "B162", lowestFirst},
	{"a pool's CIDRs are used in the order of their addresses", "B163", addressOrder},
	{"a released block is allocated again at once", "B164", releasedBlock},
	{"the default length is used if the request has none", "B165", allocateDefault},
	{"an allocation needs a CIDR or a length", "B166", allocateNothing},
	{"an allocation that does not fit is too big", "B167", allocateTooBig},
	{"a CIDR that is taken or outside of the pool is refused", "B168", allocateTaken},
	{"an allocation has not both a CIDR and a length", "B169", allocateBoth},
	{"an allocation keeps the netmask rules", "B170", allocateAgainstRules},
	{"an allocation lies in the allowed CIDRs", "B171", allocateAllowed},
	{"an allocation avoids the disallowed CIDRs", "B172", allocateDisallowed},
	{"allowed and disallowed CIDRs are for a length", "B173", allowedWithCIDR},
	{"a preview reserves nothing", "B174", preview},
	{"space of a pool without locale is given away at home", "B175", allocateAtHome},
	{"space is given away in the locale", "B176", allocateInLocale},
	{"a release frees the space", "B179", releaseAllocation},
	{"a release needs the matching three", "B180", releaseMismatch},
	{"a child's CIDR can't be released", "B181", releaseChildCIDR},
	{"an allocation of a pool is found by its id", "B182", getAllocation},
	{"an account's allocations are those of all pools", "B183", describeAllocations},
	{"an allocation's description can be changed", "B184", modifyAllocation},
	{"required tags are for resources", "B185", requiredTagsOfCustom},
	{"a pool with children gives space, too", "B186", allocateBesideChildren},
	{"IPv6 is allocated like IPv4", "B187", allocateIPv6},
	{"a CIDR to allocate has no host bits", "B188", allocateHostBits},
}

func allocate(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	for _, in := range []*ec2.AllocateIpamPoolCidrInput{{Cidr: new("10.0.0.0/24")}, {NetmaskLength: new(int32(24))}} {
		got := must(t.allocateAs(pool, in))(t)
		matches(t, "IpamPoolAllocationId", str(got.IpamPoolAllocationId), "ipam-pool-alloc-"+hex33)
		want := types.IpamPoolAllocation{
			Cidr:                 new("10.0.0.0/24"),
			IpamPoolAllocationId: got.IpamPoolAllocationId,
			ResourceType:         types.IpamPoolAllocationResourceTypeCustom,
			ResourceOwner:        new(t.Account()),
			Tags:                 emptyOrAbsent(got.Tags),
		}
		equalRecord(t, "a new allocation", got, want)
		listed := t.allocations(pool)
		want.Tags = emptyOrAbsent(listed[0].Tags)
		equalRecord(t, "the pool's allocations", listed, []types.IpamPoolAllocation{want})
		t.release(pool, got)
	}
}

func allocateWithEverything(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	got := must(t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{
		NetmaskLength: new(int32(24)), Description: new("the lab"), ClientToken: new("once"),
		AllowedCidrs: []string{"10.0.64.0/18"}, DisallowedCidrs: []string{"10.0.64.0/24"},
		TagSpecifications: tagged(types.ResourceTypeIpamPoolAllocation, "env", "lab"),
	}))(t)
	equal(t, "Cidr", str(got.Cidr), "10.0.65.0/24")
	equal(t, "Description", str(got.Description), "the lab")
	equalTags(t, got.Tags, "env", "lab")
	equalRecord(t, "the allocation in its pool", t.allocations(pool)[0], got)
}

func lowestFirst(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "172.2.0.0/24")
	t.allocate(pool, "172.2.0.32/28")
	for _, c := range []struct {
		length int32
		want   string
	}{
		{28, "172.2.0.0/28"}, {32, "172.2.0.16/32"}, {30, "172.2.0.20/30"}, {28, "172.2.0.48/28"},
		{29, "172.2.0.24/29"}, {32, "172.2.0.17/32"}, {25, "172.2.0.128/25"}, {27, "172.2.0.64/27"},
	} {
		equal(t, fmt.Sprintf("the next /%d", c.length), str(t.allocateLength(pool, c.length).Cidr), c.want)
	}
}

func addressOrder(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	for _, cidr := range []string{"172.16.0.0/24", "10.9.0.0/24", "10.10.0.0/24"} {
		t.provision(pool, cidr)
	}
	for _, want := range []string{"10.9.0.0/25", "10.9.0.128/25", "10.10.0.0/25", "10.10.0.128/25", "172.16.0.0/25"} {
		equal(t, "the next /25", str(t.allocateLength(pool, 25).Cidr), want)
	}
}

func releasedBlock(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	var list []types.IpamPoolAllocation
	for range 4 {
		list = append(list, t.allocateLength(pool, 24))
	}
	t.release(pool, list[1])
	t.release(pool, list[2])
	equal(t, "a /23 after two neighbours were released that are not its halves", str(t.allocateLength(pool, 23).Cidr), "10.0.4.0/23")
	equal(t, "the next /24", str(t.allocateLength(pool, 24).Cidr), "10.0.1.0/24")
	equal(t, "the next /25", str(t.allocateLength(pool, 25).Cidr), "10.0.2.0/25")
}

func allocateDefault(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, netmasks(20, 28, 26))
	t.provision(pool, "10.0.0.0/16")
	equal(t, "an allocation of no length", str(must(t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{}))(t).Cidr), "10.0.0.0/26")
	equal(t, "an allocation of a length", str(t.allocateLength(pool, 28).Cidr), "10.0.0.64/28")
	equal(t, "an allocation of a CIDR", str(t.allocate(pool, "10.0.16.0/20").Cidr), "10.0.16.0/20")
	got := must(t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{PreviewNextCidr: new(true)}))(t)
	equal(t, "a preview of no length", str(got.Cidr), "10.0.0.128/26")
}

func allocateNothing(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	for _, preview := range []*bool{nil, new(false), new(true)} {
		_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{PreviewNextCidr: preview})
		wantError(t, err, "InvalidParameterCombination",
			"The request cannot contain empty CIDR and Netmask Length for a pool with no default allocation netmask length set. Exactly one of them should be provided.")
	}
}

func allocateTooBig(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	tooBig := func(what string, length int32) {
		for _, preview := range []bool{false, true} {
			_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: &length, PreviewNextCidr: &preview})
			wantErrorOf(t, what, err, "InvalidParameterValue", "The allocation size is too big for the pool.")
		}
	}
	tooBig("a /32 of a pool without CIDRs", 32)
	t.provision(pool, "10.0.0.0/16")
	tooBig("a /15 of a /16", 15)
	t.allocate(pool, "10.0.128.0/32")
	tooBig("a /16 of a /16 in use", 16)
	t.allocateLength(pool, 17)
	tooBig("a second /17", 17)
}

func allocateTaken(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	t.allocate(pool, "10.0.1.0/24")
	for _, cidr := range []string{"10.0.1.0/24", "10.0.0.0/23", "10.0.1.7/32", "10.0.0.0/16", "10.1.0.0/24", "10.0.0.0/15", "8.8.8.0/24"} {
		_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{Cidr: &cidr})
		wantErrorOf(t, cidr, err, "InvalidParameterValue", "")
	}
	equal(t, "number of allocations", len(t.allocations(pool)), 1)
	t.allocate(pool, "10.0.0.0/24")
	t.allocate(pool, "10.0.2.0/23")
}

func allocateBoth(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{Cidr: new("10.0.0.0/24"), NetmaskLength: new(int32(24))})
	wantError(t, err, "InvalidParameterCombination", "")
}

func allocateAgainstRules(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, netmasks(20, 28, 24))
	t.provision(pool, "10.0.0.0/8")
	for what, in := range map[string]*ec2.AllocateIpamPoolCidrInput{
		"a /19 where /20 is largest":        {NetmaskLength: new(int32(19))},
		"a /29 where /28 is smallest":       {NetmaskLength: new(int32(29))},
		"the CIDR of a /19":                 {Cidr: new("10.0.0.0/19")},
		"the CIDR of a /32":                 {Cidr: new("10.0.0.0/32")},
		"a preview of a /29":                {NetmaskLength: new(int32(29)), PreviewNextCidr: new(true)},
		"a /33, which IPv4 does not have":   {NetmaskLength: new(int32(33))},
		"a /-1, which nothing has":          {NetmaskLength: new(int32(-1))},
		"a /2147483647, which nothing has":  {NetmaskLength: new(int32(1<<31 - 1))},
		"a /-2147483648, which nothing has": {NetmaskLength: new(int32(-1 << 31))},
	} {
		_, err := t.allocateAs(pool, in)
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	equal(t, "the largest", str(t.allocateLength(pool, 20).Cidr), "10.0.0.0/20")
	equal(t, "the smallest", str(t.allocateLength(pool, 28).Cidr), "10.0.16.0/28")
	for _, length := range []int32{0, 33, -1, 129} {
		free := t.pool(scopeOf(pool))
		_, err := t.allocateAs(free, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: &length})
		wantErrorOf(t, fmt.Sprintf("a /%d of a pool without rules", length), err, "InvalidParameterValue", "")
	}
}

func allocateAllowed(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	get := func(length int32, allowed ...string) (string, error) {
		a, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: &length, AllowedCidrs: allowed})
		return str(a.Cidr), err
	}
	for _, want := range []string{"10.0.64.0/24", "10.0.65.0/24", "10.0.128.0/24"} {
		equal(t, "the next /24 of 10.0.128.0/17 and 10.0.64.0/23", must(get(24, "10.0.128.0/17", "10.0.64.0/23"))(t), want)
	}
	for what, err := range map[string]error{
		"a /23 where /24s are allowed": func() error { _, err := get(23, "10.0.0.0/24", "10.0.1.0/24"); return err }(),
		"what is taken":                func() error { _, err := get(24, "10.0.64.0/23"); return err }(),
		"what lies outside":            func() error { _, err := get(24, "192.168.0.0/16"); return err }(),
	} {
		wantErrorOf(t, what, err, "InvalidParameterValue", "The allocation size is too big for the pool.")
	}
	equal(t, "a /24 of more than the pool has", must(get(24, "10.0.0.0/8"))(t), "10.0.0.0/24")
	_, err := get(24, "10.0.0.0/16", "garbage")
	wantErrorOf(t, "garbage allowed", err, "InvalidParameterValue", "")
}

func allocateDisallowed(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "172.2.0.0/24")
	get := func(length int32, allowed []string, disallowed ...string) (string, error) {
		a, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: &length, AllowedCidrs: allowed, DisallowedCidrs: disallowed, PreviewNextCidr: new(true)})
		return str(a.Cidr), err
	}
	for _, c := range []struct {
		want                string
		length              int32
		allowed, disallowed []string
	}{
		{"172.2.0.0/28", 28, nil, nil},
		{"172.2.0.16/28", 28, nil, []string{"172.2.0.0/28"}},
		{"172.2.0.32/28", 28, nil, []string{"172.2.0.0/28", "172.2.0.17/32"}},
		{"172.2.0.128/26", 26, nil, []string{"172.2.0.1/32", "172.2.0.64/27"}},
		{"172.2.0.192/28", 28, []string{"172.2.0.128/25"}, []string{"172.2.0.128/26"}},
		{"172.2.0.0/24", 24, nil, []string{"10.0.0.0/8"}},
	} {
		equal(t, fmt.Sprintf("a /%d of %v without %v", c.length, c.allowed, c.disallowed), must(get(c.length, c.allowed, c.disallowed...))(t), c.want)
	}
	_, err := get(28, nil, "172.0.0.0/8")
	wantErrorOf(t, "all disallowed", err, "InvalidParameterValue", "The allocation size is too big for the pool.")
	_, err = get(28, nil, "fd00::/8", "x")
	wantErrorOf(t, "garbage disallowed", err, "InvalidParameterValue", "")
}

func allowedWithCIDR(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{Cidr: new("10.0.0.0/24"), AllowedCidrs: []string{"10.0.0.0/16"}})
	wantErrorOf(t, "AllowedCidrs with Cidr", err, "InvalidParameterCombination", "")
	_, err = t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{Cidr: new("10.0.0.0/24"), DisallowedCidrs: []string{"10.0.1.0/24"}})
	wantErrorOf(t, "DisallowedCidrs with Cidr", err, "InvalidParameterCombination", "")
}

func preview(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	for range 2 {
		got := must(t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(24)), PreviewNextCidr: new(true)}))(t)
		equal(t, "the preview", str(got.Cidr), "10.0.0.0/24")
	}
	equal(t, "number of allocations", len(t.allocations(pool)), 0)
	equal(t, "number of the account's allocations", len(must(t.ec2(home).DescribeIpamPoolAllocations(t.ctx, &ec2.DescribeIpamPoolAllocationsInput{}))(t).IpamPoolAllocations), 0)
	equal(t, "the allocation after it", str(t.allocateLength(pool, 24).Cidr), "10.0.0.0/24")
	t.deprovision(pool, "10.0.0.0/16", types.IpamPoolCidrStateFailedDeprovision)
}

func allocateAtHome(t *T) {
	pool := t.pool(t.ipam(away).PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	a := t.allocateLength(pool, 24)
	_, err := t.ec2(away).AllocateIpamPoolCidr(t.ctx, &ec2.AllocateIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, NetmaskLength: new(int32(24))})
	wantErrorOf(t, "allocating away from home", err, "InvalidIpamPoolId.NotFound", "")
	_, err = t.ec2(away).GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: pool.IpamPoolId})
	wantErrorOf(t, "listing allocations away from home", err, "InvalidIpamPoolId.NotFound", "")
	t.release(pool, a)
}

func allocateInLocale(t *T) {
	pool := t.pool(t.ipam(away, far).PrivateDefaultScopeId, locale(away))
	t.provision(pool, "10.0.0.0/16")
	a := t.allocateLength(pool, 24)
	for _, region := range []string{home, far} {
		_, err := t.ec2(region).AllocateIpamPoolCidr(t.ctx, &ec2.AllocateIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, NetmaskLength: new(int32(24))})
		wantRefusal(t, "allocating in "+region, err)
		_, err = t.ec2(region).ReleaseIpamPoolAllocation(t.ctx, &ec2.ReleaseIpamPoolAllocationInput{IpamPoolId: pool.IpamPoolId, Cidr: a.Cidr, IpamPoolAllocationId: a.IpamPoolAllocationId})
		wantRefusal(t, "releasing in "+region, err)
	}
	for _, region := range []string{home, away} {
		c := t.ec2(region)
		listed := must(c.GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: pool.IpamPoolId}))(t).IpamPoolAllocations
		equal(t, "number of allocations listed in "+region, len(listed), 1)
		pools := must(c.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{}))(t).IpamPools
		equal(t, "number of pools listed in "+region, len(pools), 1)
		pools = must(c.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{*pool.IpamPoolId}}))(t).IpamPools
		equalRecord(t, "the pool described in "+region, pools, []types.IpamPool{pool})
		equal(t, "number of CIDRs listed in "+region, len(must(c.GetIpamPoolCidrs(t.ctx, &ec2.GetIpamPoolCidrsInput{IpamPoolId: pool.IpamPoolId}))(t).IpamPoolCidrs), 1)
	}
	_, err := t.ec2(far).GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: pool.IpamPoolId})
	wantErrorOf(t, "listing allocations in a third Region", err, "InvalidIpamPoolId.NotFound", "")
	_, err = t.ec2(away).DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: pool.IpamPoolId})
	wantErrorOf(t, "deleting the pool away from home", err, "InvalidIpamPoolId.NotFound", "")
	_, err = t.ec2(away).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, Description: new("x")})
	wantErrorOf(t, "modifying the pool away from home", err, "InvalidIpamPoolId.NotFound", "")
	t.release(pool, a)
}

func releaseAllocation(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	a := must(t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{Cidr: new("10.0.0.0/16"), TagSpecifications: tagged(types.ResourceTypeIpamPoolAllocation, "k", "v")}))(t)
	t.release(pool, a)
	equal(t, "number of allocations", len(t.allocations(pool)), 0)
	_, err := t.ec2(home).GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: pool.IpamPoolId, IpamPoolAllocationId: a.IpamPoolAllocationId})
	wantErrorOf(t, "the released allocation", err, "InvalidIpamPoolAllocationId.NotFound", "The IPAM pool allocation ("+*a.IpamPoolAllocationId+") does not exist.")
	tags := must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{Filters: []types.Filter{filter("resource-id", *a.IpamPoolAllocationId)}}))(t).Tags
	equal(t, "number of its tags", len(tags), 0)
	again := t.allocate(pool, "10.0.0.0/16")
	if *again.IpamPoolAllocationId == *a.IpamPoolAllocationId {
		t.Errorf("the next allocation has the same id")
	}
}

func releaseMismatch(t *T) {
	ipam := t.ipam()
	pool, other := t.pool(ipam.PrivateDefaultScopeId), t.pool(ipam.PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	a, b := t.allocateLength(pool, 24), t.allocateLength(pool, 24)
	for what, in := range map[string]*ec2.ReleaseIpamPoolAllocationInput{
		"another's CIDR": {IpamPoolId: pool.IpamPoolId, IpamPoolAllocationId: a.IpamPoolAllocationId, Cidr: b.Cidr},
		"a part of it":   {IpamPoolId: pool.IpamPoolId, IpamPoolAllocationId: a.IpamPoolAllocationId, Cidr: new("10.0.0.0/25")},
		"another pool":   {IpamPoolId: other.IpamPoolId, IpamPoolAllocationId: a.IpamPoolAllocationId, Cidr: a.Cidr},
		"an unknown id":  {IpamPoolId: pool.IpamPoolId, IpamPoolAllocationId: new("ipam-pool-alloc-00000000000000000000000000000000a"), Cidr: a.Cidr},
	} {
		_, err := t.ec2(home).ReleaseIpamPoolAllocation(t.ctx, in)
		wantErrorOf(t, "a release with "+what, err, "InvalidParameterCombination", "…No allocation found…")
	}
	equal(t, "number of allocations", len(t.allocations(pool)), 2)
	t.release(pool, a)
	_, err := t.ec2(home).ReleaseIpamPoolAllocation(t.ctx, &ec2.ReleaseIpamPoolAllocationInput{IpamPoolId: pool.IpamPoolId, IpamPoolAllocationId: a.IpamPoolAllocationId, Cidr: a.Cidr})
	wantErrorOf(t, "a second release", err, "InvalidParameterCombination", "…No allocation found…")
	_, err = t.ec2(home).ReleaseIpamPoolAllocation(t.ctx, &ec2.ReleaseIpamPoolAllocationInput{IpamPoolId: new("ipam-pool-00000000000000000"), IpamPoolAllocationId: b.IpamPoolAllocationId, Cidr: b.Cidr})
	wantRefusal(t, "a release from an unknown pool", err)
}

func releaseChildCIDR(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(parent, "10.0.0.0/16")
	t.provision(t.child(parent), "10.0.0.0/24")
	a := t.allocations(parent)[0]
	_, err := t.ec2(home).ReleaseIpamPoolAllocation(t.ctx, &ec2.ReleaseIpamPoolAllocationInput{IpamPoolId: parent.IpamPoolId, IpamPoolAllocationId: a.IpamPoolAllocationId, Cidr: a.Cidr})
	wantError(t, err, "InvalidParameterValue", "")
	equal(t, "number of allocations", len(t.allocations(parent)), 1)
}

func getAllocation(t *T) {
	ipam := t.ipam()
	pool, other := t.pool(ipam.PrivateDefaultScopeId), t.pool(ipam.PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	a := t.allocateLength(pool, 24)
	t.allocateLength(pool, 24)
	c := t.ec2(home)
	got := must(c.GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: pool.IpamPoolId, IpamPoolAllocationId: a.IpamPoolAllocationId}))(t).IpamPoolAllocations
	if len(got) != 1 || *got[0].IpamPoolAllocationId != *a.IpamPoolAllocationId {
		t.Errorf("GetIpamPoolAllocations(%s) = %s", *a.IpamPoolAllocationId, jsonLines(got))
	}
	for _, id := range []string{"ipam-pool-alloc-00000000000000000000000000000000a", "nonsense"} {
		_, err := c.GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: pool.IpamPoolId, IpamPoolAllocationId: &id})
		wantErrorOf(t, "GetIpamPoolAllocations("+id+")", err, "InvalidIpamPoolAllocationId.NotFound", "The IPAM pool allocation ("+id+") does not exist.")
	}
	_, err := c.GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: other.IpamPoolId, IpamPoolAllocationId: a.IpamPoolAllocationId})
	wantErrorOf(t, "another pool's allocation", err, "InvalidIpamPoolAllocationId.NotFound", "")
}

func describeAllocations(t *T) {
	ipam := t.ipam()
	first, second := t.pool(ipam.PrivateDefaultScopeId), t.pool(ipam.PrivateDefaultScopeId)
	t.provision(first, "10.0.0.0/16")
	t.provision(second, "10.1.0.0/16")
	a := must(t.allocateAs(first, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(24)), TagSpecifications: tagged(types.ResourceTypeIpamPoolAllocation, "env", "lab")}))(t)
	b := t.allocateLength(second, 24)
	ids := func(in *ec2.DescribeIpamPoolAllocationsInput) []string {
		var ids []string
		for _, a := range must(t.ec2(home).DescribeIpamPoolAllocations(t.ctx, in))(t).IpamPoolAllocations {
			if a.Tags == nil {
				t.Errorf("%s has no tag set, want an empty one", *a.IpamPoolAllocationId)
			}
			ids = append(ids, *a.IpamPoolAllocationId)
		}
		slices.Sort(ids)
		return ids
	}
	both := []string{*a.IpamPoolAllocationId, *b.IpamPoolAllocationId}
	slices.Sort(both)
	equalRecord(t, "all allocations", ids(&ec2.DescribeIpamPoolAllocationsInput{}), both)
	equalRecord(t, "the allocation of an id", ids(&ec2.DescribeIpamPoolAllocationsInput{IpamPoolAllocationIds: both[:1]}), both[:1])
	equalRecord(t, "the allocations of a tag", ids(&ec2.DescribeIpamPoolAllocationsInput{Filters: []types.Filter{filter("tag:env", "lab")}}), []string{*a.IpamPoolAllocationId})

	for _, client := range []*ec2.Client{t.ec2As(t.OtherAccount(), home), t.ec2(home)} {
		_, err := client.DescribeIpamPoolAllocations(t.ctx, &ec2.DescribeIpamPoolAllocationsInput{IpamPoolAllocationIds: []string{both[0], "ipam-pool-alloc-00000000000000000000000000000000a"}})
		wantErrorOf(t, "DescribeIpamPoolAllocations of an unknown id", err, "InvalidIpamPoolAllocationId.NotFound", "")
	}
}

func modifyAllocation(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	a := t.allocateLength(pool, 24)
	for _, description := range []*string{new("the lab"), new("the other lab"), nil} {
		got := must(t.ec2(home).ModifyIpamPoolAllocation(t.ctx, &ec2.ModifyIpamPoolAllocationInput{IpamPoolAllocationId: a.IpamPoolAllocationId, Description: description}))(t).IpamPoolAllocation
		want := a
		want.Description, want.Tags = description, emptyOrAbsent(got.Tags)
		equalRecord(t, "the answer of ModifyIpamPoolAllocation", *got, want)
		equal(t, "Description afterwards", str(t.allocations(pool)[0].Description), str(description))
	}
	_, err := t.ec2(home).ModifyIpamPoolAllocation(t.ctx, &ec2.ModifyIpamPoolAllocationInput{IpamPoolAllocationId: new("ipam-pool-alloc-00000000000000000000000000000000a"), Description: new("x")})
	wantErrorOf(t, "ModifyIpamPoolAllocation of an unknown id", err, "InvalidIpamPoolAllocationId.NotFound", "")
	_, err = t.ec2As(t.OtherAccount(), home).ModifyIpamPoolAllocation(t.ctx, &ec2.ModifyIpamPoolAllocationInput{IpamPoolAllocationId: a.IpamPoolAllocationId, Description: new("x")})
	wantErrorOf(t, "ModifyIpamPoolAllocation by another account", err, "InvalidIpamPoolAllocationId.NotFound", "")
}

func requiredTagsOfCustom(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, func(in *ec2.CreateIpamPoolInput) {
		in.AllocationResourceTags = []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}}
	})
	t.provision(pool, "10.0.0.0/16")
	equal(t, "a custom allocation without tags", str(t.allocateLength(pool, 24).Cidr), "10.0.0.0/24")
}

func allocateBesideChildren(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(parent, "10.0.0.0/16")
	child := t.child(parent)
	t.provision(child, "10.0.0.0/24")
	equal(t, "an allocation of the parent", str(t.allocateLength(parent, 24).Cidr), "10.0.1.0/24")
	equal(t, "an allocation of the child", str(t.allocateLength(child, 25).Cidr), "10.0.0.0/25")
	equal(t, "number of the parent's allocations", len(t.allocations(parent)), 2)
	equal(t, "number of the child's allocations", len(t.allocations(child)), 1)
}

func allocateIPv6(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, ipv6)
	t.provision(pool, "fd12:3456:789a::/52")
	equal(t, "the first /56", str(t.allocateLength(pool, 56).Cidr), "fd12:3456:789a::/56")
	equal(t, "the second /56 by CIDR", str(t.allocate(pool, "fd12:3456:789a:100::/56").Cidr), "fd12:3456:789a:100::/56")
	equal(t, "the next /128", str(t.allocateLength(pool, 128).Cidr), "fd12:3456:789a:200::/128")
	equal(t, "the next /64", str(t.allocateLength(pool, 64).Cidr), "fd12:3456:789a:201::/64")
	equal(t, "another spelling", str(t.allocate(pool, "FD12:3456:789A:0400:0:0:0:0/56").Cidr), "fd12:3456:789a:400::/56")
	_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(129))})
	wantErrorOf(t, "a /129", err, "InvalidParameterValue", "")
}

func allocateHostBits(t *T) {
	ipam := t.ipam()
	v4, v6 := t.pool(ipam.PrivateDefaultScopeId), t.pool(ipam.PrivateDefaultScopeId, ipv6)
	t.provision(v4, "10.0.0.0/8")
	t.provision(v6, "fd12::/48")
	for cidr, pool := range map[string]types.IpamPool{
		"10.0.0.1/24": v4, "0.0.0.0/0": v4, "10.0.0.0": v4, "10.0.0.0/33": v4, "": v4, "fd12::/64": v4, "::ffff:10.0.0.0/120": v4,
		"10.0.0.0/24": v6, "fd12::1/64": v6, "::/0": v6, "fd12::/64/64": v6, "\x00": v4, "ዐ.0.0.0/8": v4,
	} {
		_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{Cidr: &cidr})
		wantRefusal(t, fmt.Sprintf("allocating %q", cidr), err)
	}
	equal(t, "number of allocations", len(t.allocations(v4))+len(t.allocations(v6)), 0)
}
