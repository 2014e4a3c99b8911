package conformance

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var poolTests = []Test{
	{"a new pool has no more than it was given", "B080", newPool},
	{"a new pool takes every parameter", "B081", newPoolWithEverything},
	{"a pool without a locale shows None", "B082", poolWithoutLocale},
	{"a pool's locale is an operating Region", "B083", localeNotOperating},
	{"pools keep their parent's locale", "B084", childLocale},
	{"pools of a parent without locale choose theirs", "B085", childOfNone},
	{"a pool has its parent's address family", "B086", childFamily},
	{"a pool has its parent's scope", "B087", childScope},
	{"pools are ten deep at most", "B088", poolDepth},
	{"netmask rules must not contradict each other", "B089", netmaskRules},
	{"netmask rules may be one length", "B090", netmaskOneLength},
	{"netmask lengths fit the address family", "B091", netmaskBounds},
	{"only an IPv6 BYOIP pool may say PubliclyAdvertisable", "B092", publiclyAdvertisable},
	{"a public pool has a source of its addresses", "B093", publicPool},
	{"a private pool has no public source", "B094", privatePoolPublicSource},
	{"a pool without a locale may import", "B095", autoImportWithoutLocale},
	{"a scope has fifty pools at most", "B096", poolQuota},
	{"an unknown pool is not found", "B097", unknownPool},
	{"an unknown source pool is not found", "B098", unknownSourcePool},
	{"a modified pool rests in modify-complete", "B100", modifyPool},
	{"a pool's default netmask can be cleared", "B101", clearDefaultNetmask},
	{"a default netmask can't be set and cleared at once", "B102", setAndClearDefault},
	{"a pool's required tags come and go", "B103", modifyResourceTags},
	{"a modification of nothing is refused of pools", "B104", modifyPoolNothing},
	{"modified netmask rules must not contradict the rest", "B105", modifyNetmaskRules},
	{"a deleted pool is not found", "B106", deletePool},
	{"a pool with CIDRs can't be deleted", "B107", deletePoolWithCIDRs},
	{"a pool with child pools can't be deleted", "B108", deletePoolWithChildren},
	{"a pool's netmask rules don't bind its children", "B109", rulesOfParent},
}

func newPool(t *T) {
	ipam := t.ipam()
	got := *must(t.ec2(home).CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId)))(t).IpamPool
	matches(t, "IpamPoolId", str(got.IpamPoolId), "ipam-pool-"+hex17)
	want := types.IpamPool{
		OwnerId:       new(t.Account()),
		IpamPoolId:    got.IpamPoolId,
		IpamPoolArn:   new("arn:aws:ec2::" + t.Account() + ":ipam-pool/" + str(got.IpamPoolId)),
		IpamScopeArn:  new("arn:aws:ec2::" + t.Account() + ":ipam-scope/" + *ipam.PrivateDefaultScopeId),
		IpamScopeType: types.IpamScopeTypePrivate,
		IpamArn:       ipam.IpamArn,
		IpamRegion:    new(home),
		Locale:        new("None"),
		PoolDepth:     new(int32(1)),
		State:         types.IpamPoolStateCreateInProgress,
		AutoImport:    new(false),
		AddressFamily: types.AddressFamilyIpv4,
		Tags:          []types.Tag{},
	}
	want.AllocationResourceTags = emptyOrAbsent(got.AllocationResourceTags)
	equalRecord(t, "a new pool", got, want)
	want.State = types.IpamPoolStateCreateComplete
	equalRecord(t, "the pool described", t.awaitPool(*got.IpamPoolId, types.IpamPoolStateCreateComplete), want)
}

// emptyOrAbsent is for lists of which AWS's answers show both.
func emptyOrAbsent[E any](list []E) []E { return list[:0:0] }

func newPoolWithEverything(t *T) {
	ipam := t.ipam(away)
	top := t.pool(ipam.PrivateDefaultScopeId)
	got := *must(t.ec2(home).CreateIpamPool(t.ctx, &ec2.CreateIpamPoolInput{
		IpamScopeId:                    ipam.PrivateDefaultScopeId,
		AddressFamily:                  types.AddressFamilyIpv4,
		Locale:                         new(away),
		SourceIpamPoolId:               top.IpamPoolId,
		Description:                    new("workloads"),
		AutoImport:                     new(true),
		AllocationMinNetmaskLength:     new(int32(16)),
		AllocationMaxNetmaskLength:     new(int32(28)),
		AllocationDefaultNetmaskLength: new(int32(24)),
		AllocationResourceTags:         []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}},
		TagSpecifications:              tagged(types.ResourceTypeIpamPool, "Name", "workloads"),
		ClientToken:                    new("a token"),
	}))(t).IpamPool
	want := types.IpamPool{
		OwnerId:                        new(t.Account()),
		IpamPoolId:                     got.IpamPoolId,
		IpamPoolArn:                    new("arn:aws:ec2::" + t.Account() + ":ipam-pool/" + str(got.IpamPoolId)),
		IpamScopeArn:                   top.IpamScopeArn,
		IpamScopeType:                  types.IpamScopeTypePrivate,
		IpamArn:                        ipam.IpamArn,
		IpamRegion:                     new(home),
		SourceIpamPoolId:               top.IpamPoolId,
		Locale:                         new(away),
		PoolDepth:                      new(int32(2)),
		State:                          types.IpamPoolStateCreateInProgress,
		Description:                    new("workloads"),
		AutoImport:                     new(true),
		AddressFamily:                  types.AddressFamilyIpv4,
		AllocationMinNetmaskLength:     new(int32(16)),
		AllocationMaxNetmaskLength:     new(int32(28)),
		AllocationDefaultNetmaskLength: new(int32(24)),
		AllocationResourceTags:         []types.IpamResourceTag{{Key: new("env"), Value: new("prod")}},
		Tags:                           tags("Name", "workloads"),
	}
	equalRecord(t, "a new pool", got, want)
	want.State = types.IpamPoolStateCreateComplete
	equalRecord(t, "the pool described", t.awaitPool(*got.IpamPoolId, types.IpamPoolStateCreateComplete), want)
}

func poolWithoutLocale(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	equal(t, "Locale", str(t.pool(scope).Locale), "None")
	equal(t, "Locale of a pool that asks for None", str(t.pool(scope, locale("None")).Locale), "None")
}

func localeNotOperating(t *T) {
	ipam := t.ipam(away)
	for _, where := range []string{far, "nowhere-1", "us-east-1a", ""} {
		_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId, locale(where)))
		wantErrorOf(t, "a pool with the locale "+where, err, "InvalidParameterValue", "")
	}
	for _, where := range []string{home, away} {
		equal(t, "Locale", str(t.pool(ipam.PrivateDefaultScopeId, locale(where)).Locale), where)
	}
}

func childLocale(t *T) {
	ipam := t.ipam(away)
	parent := t.pool(ipam.PrivateDefaultScopeId, locale(away))
	equal(t, "Locale of a child that names none", str(t.child(parent).Locale), away)
	equal(t, "Locale of a child that names its parent's", str(t.child(parent, locale(away)).Locale), away)
	_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId, source(parent), locale(home)))
	wantErrorOf(t, "a child with another locale", err, "InvalidParameterValue", "")
}

func childOfNone(t *T) {
	ipam := t.ipam(away)
	parent := t.pool(ipam.PrivateDefaultScopeId)
	for _, where := range []string{home, away} {
		equal(t, "Locale of a child", str(t.child(parent, locale(where)).Locale), where)
	}
	equal(t, "Locale of a child that names none", str(t.child(parent).Locale), "None")
}

func childFamily(t *T) {
	ipam := t.ipam()
	v4, v6 := t.pool(ipam.PrivateDefaultScopeId), t.pool(ipam.PrivateDefaultScopeId, ipv6)
	for _, parent := range []types.IpamPool{v4, v6} {
		in := poolInput(ipam.PrivateDefaultScopeId, source(parent))
		in.AddressFamily = map[types.AddressFamily]types.AddressFamily{"ipv4": "ipv6", "ipv6": "ipv4"}[parent.AddressFamily]
		_, err := t.ec2(home).CreateIpamPool(t.ctx, in)
		wantErrorOf(t, fmt.Sprintf("a child of %s of a pool of %s", in.AddressFamily, parent.AddressFamily), err, "InvalidParameterValue", "")
	}
	equal(t, "AddressFamily of a child", t.child(v6).AddressFamily, types.AddressFamilyIpv6)
}

func childScope(t *T) {
	ipam := t.ipam()
	parent := t.pool(ipam.PrivateDefaultScopeId)
	for _, scope := range []*string{ipam.PublicDefaultScopeId, t.scope(ipam).IpamScopeId} {
		_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(scope, source(parent)))
		wantErrorOf(t, "a child in another scope", err, "InvalidParameterValue", "")
	}
}

func poolDepth(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	for depth := range 10 {
		equal(t, "PoolDepth", num(pool.PoolDepth), fmt.Sprint(depth+1))
		if depth < 9 {
			pool = t.child(pool)
		}
	}
	_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(scopeOf(pool), source(pool)))
	wantErrorOf(t, "the eleventh pool in a line", err, "ResourceLimitExceeded", "")
}

func netmaskRules(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	only := func(min, max, def *int32) with {
		return func(in *ec2.CreateIpamPoolInput) {
			in.AllocationMinNetmaskLength, in.AllocationMaxNetmaskLength, in.AllocationDefaultNetmaskLength = min, max, def
		}
	}
	for what, change := range map[string]with{
		"min 25, max 24":             only(new(int32(25)), new(int32(24)), nil),
		"default 15 below min 16":    netmasks(16, 28, 15),
		"default 29 above max 28":    netmasks(16, 28, 29),
		"default 15, min 16, no max": only(new(int32(16)), nil, new(int32(15))),
		"default 29, max 28, no min": only(nil, new(int32(28)), new(int32(29))),
	} {
		_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(scope, change))
		wantErrorOf(t, "a pool with "+what, err, "InvalidParameterCombination", "")
	}
	pool := t.pool(scope, only(nil, new(int32(28)), nil))
	equal(t, "AllocationMinNetmaskLength that was not given", num(pool.AllocationMinNetmaskLength), absent)
	equal(t, "AllocationMaxNetmaskLength", num(pool.AllocationMaxNetmaskLength), "28")
	equal(t, "AllocationDefaultNetmaskLength that was not given", num(pool.AllocationDefaultNetmaskLength), absent)
}

func netmaskOneLength(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, netmasks(32, 32, 32))
	equal(t, "min, max, default", num(pool.AllocationMinNetmaskLength)+" "+num(pool.AllocationMaxNetmaskLength)+" "+num(pool.AllocationDefaultNetmaskLength), "32 32 32")
}

func netmaskBounds(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	for _, family := range []struct {
		change with
		most   int32
	}{{func(*ec2.CreateIpamPoolInput) {}, 32}, {ipv6, 128}} {
		for _, length := range []int32{-1, family.most + 1, 1 << 30, -1 << 31} {
			for which, change := range map[string]with{
				"min":     func(in *ec2.CreateIpamPoolInput) { in.AllocationMinNetmaskLength = &length },
				"max":     func(in *ec2.CreateIpamPoolInput) { in.AllocationMaxNetmaskLength = &length },
				"default": defaultNetmask(length),
			} {
				_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(scope, family.change, change))
				wantRefusal(t, fmt.Sprintf("%s %d where /%d is most", which, length, family.most), err)
			}
		}
		pool := t.pool(scope, family.change, netmasks(0, family.most, family.most))
		equal(t, "AllocationMinNetmaskLength of 0", num(pool.AllocationMinNetmaskLength), "0")
		equal(t, "AllocationMaxNetmaskLength", num(pool.AllocationMaxNetmaskLength), num(&family.most))
	}
}

func publiclyAdvertisable(t *T) {
	ipam := t.ipam()
	says := func(yes bool) with { return func(in *ec2.CreateIpamPoolInput) { in.PubliclyAdvertisable = &yes } }
	_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(ipam.PublicDefaultScopeId, ipv6))
	wantErrorOf(t, "public IPv6 BYOIP without PubliclyAdvertisable", err, "InvalidParameterCombination", "…PubliclyAdvertisable…")
	for _, yes := range []bool{true, false} {
		for what, in := range map[string]*ec2.CreateIpamPoolInput{
			"private IPv4":       poolInput(ipam.PrivateDefaultScopeId, says(yes)),
			"public IPv4":        poolInput(ipam.PublicDefaultScopeId, says(yes)),
			"public Amazon IPv6": poolInput(ipam.PublicDefaultScopeId, amazonIPv6, says(yes)),
		} {
			_, err := t.ec2(home).CreateIpamPool(t.ctx, in)
			wantErrorOf(t, fmt.Sprintf("PubliclyAdvertisable=%v of a pool of %s", yes, what), err, "InvalidParameterCombination",
				"The request can only contain PubliclyAdvertisable if the AddressFamily is IPv6 and PublicIpSource is byoip.")
		}
		pool := t.pool(ipam.PublicDefaultScopeId, ipv6, says(yes))
		equal(t, "PubliclyAdvertisable of IPv6 BYOIP", boolean(pool.PubliclyAdvertisable), fmt.Sprint(yes))
		equal(t, "PubliclyAdvertisable of a child", boolean(t.child(pool).PubliclyAdvertisable), fmt.Sprint(yes))
		equal(t, "PubliclyAdvertisable of a child that is not to be", boolean(t.child(pool, says(false)).PubliclyAdvertisable), "false")
	}
}

func publicPool(t *T) {
	ipam := t.ipam()
	v6 := t.pool(ipam.PublicDefaultScopeId, advertisable(true))
	equal(t, "IpamScopeType", v6.IpamScopeType, types.IpamScopeTypePublic)
	equal(t, "PublicIpSource of public IPv6 that names none", v6.PublicIpSource, types.IpamPoolPublicIpSourceByoip)
	amazon := t.pool(ipam.PublicDefaultScopeId, amazonIPv6)
	equal(t, "PublicIpSource of Amazon's IPv6", amazon.PublicIpSource, types.IpamPoolPublicIpSourceAmazon)
	equal(t, "AwsService", amazon.AwsService, types.IpamPoolAwsServiceEc2)
	equal(t, "PubliclyAdvertisable of Amazon's IPv6", boolean(amazon.PubliclyAdvertisable), absent)
	v4 := t.pool(ipam.PublicDefaultScopeId, locale(home), func(in *ec2.CreateIpamPoolInput) {
		in.AwsService, in.PublicIpSource = types.IpamPoolAwsServiceEc2, types.IpamPoolPublicIpSourceAmazon
	})
	equal(t, "PublicIpSource of Amazon's IPv4", v4.PublicIpSource, types.IpamPoolPublicIpSourceAmazon)
	equal(t, "AwsService", v4.AwsService, types.IpamPoolAwsServiceEc2)
}

func privatePoolPublicSource(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(scope, amazonIPv6))
	wantRefusal(t, "Amazon's public addresses in a private scope", err)
	pool := t.pool(scope, ipv6, locale(home))
	equal(t, "PublicIpSource of a private pool", string(pool.PublicIpSource), "")
	equal(t, "AwsService of a private pool", string(pool.AwsService), "")
}

func autoImportWithoutLocale(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, func(in *ec2.CreateIpamPoolInput) { in.AutoImport = new(true) })
	equal(t, "AutoImport", boolean(pool.AutoImport), "true")
	equal(t, "Locale", str(pool.Locale), "None")
}

func poolQuota(t *T) {
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	top := t.pool(scope)
	for range 48 {
		t.child(top)
	}
	last := t.pool(scope)
	_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(scope))
	wantErrorOf(t, "the 51st pool", err, "ResourceLimitExceeded", "")
	t.pool(ipam.PublicDefaultScopeId)
	t.deletePool(last, false)
	t.pool(scope)
}

func unknownPool(t *T) {
	ipam := t.ipam()
	c := t.ec2(home)
	for _, id := range []string{"ipam-pool-0123456789abcdef0", "ipam-pool-1", "nonsense", *ipam.IpamId, *ipam.PrivateDefaultScopeId} {
		for name, call := range map[string]func() error{
			"DescribeIpamPools": func() error {
				_, err := c.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{id}})
				return err
			},
			"ModifyIpamPool": func() error {
				_, err := c.ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: &id, Description: new("x")})
				return err
			},
			"DeleteIpamPool": func() error {
				_, err := c.DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: &id})
				return err
			},
			"ProvisionIpamPoolCidr": func() error {
				_, err := c.ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: &id, Cidr: new("10.0.0.0/8")})
				return err
			},
			"DeprovisionIpamPoolCidr": func() error {
				_, err := c.DeprovisionIpamPoolCidr(t.ctx, &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: &id, Cidr: new("10.0.0.0/8")})
				return err
			},
			"GetIpamPoolCidrs": func() error {
				_, err := c.GetIpamPoolCidrs(t.ctx, &ec2.GetIpamPoolCidrsInput{IpamPoolId: &id})
				return err
			},
			"AllocateIpamPoolCidr": func() error {
				_, err := c.AllocateIpamPoolCidr(t.ctx, &ec2.AllocateIpamPoolCidrInput{IpamPoolId: &id, NetmaskLength: new(int32(24))})
				return err
			},
			"GetIpamPoolAllocations": func() error {
				_, err := c.GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: &id})
				return err
			},
		} {
			wantErrorOf(t, name+"("+id+")", call(), "InvalidIpamPoolId.NotFound", "The ipam-pool ID '"+id+"' does not exist")
		}
	}
}

func unknownSourcePool(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	for _, id := range []string{"ipam-pool-0123456789abcdef0", *scope} {
		_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(scope, func(in *ec2.CreateIpamPoolInput) { in.SourceIpamPoolId = &id }))
		wantErrorOf(t, "a child of "+id, err, "InvalidIpamPoolId.NotFound", "The ipam-pool ID '"+id+"' does not exist")
	}
}

func modifyPool(t *T) {
	want := t.pool(t.ipam().PrivateDefaultScopeId, locale(home))
	out := must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{
		IpamPoolId:                     want.IpamPoolId,
		Description:                    new("later"),
		AutoImport:                     new(true),
		AllocationMinNetmaskLength:     new(int32(20)),
		AllocationMaxNetmaskLength:     new(int32(26)),
		AllocationDefaultNetmaskLength: new(int32(22)),
		AddAllocationResourceTags:      []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}},
	}))(t)
	if s := out.IpamPool.State; s != types.IpamPoolStateModifyComplete && s != types.IpamPoolStateModifyInProgress {
		t.Errorf("State in the answer of ModifyIpamPool = %s, want modify-complete or modify-in-progress", s)
	}
	want.Description, want.AutoImport = new("later"), new(true)
	want.AllocationMinNetmaskLength, want.AllocationMaxNetmaskLength, want.AllocationDefaultNetmaskLength = new(int32(20)), new(int32(26)), new(int32(22))
	want.AllocationResourceTags = []types.IpamResourceTag{{Key: new("env"), Value: new("prod")}}
	want.State = out.IpamPool.State
	equalRecord(t, "the answer of ModifyIpamPool", *out.IpamPool, want)
	want.State = types.IpamPoolStateModifyComplete
	equalRecord(t, "the modified pool", t.awaitPool(*want.IpamPoolId, types.IpamPoolStateModifyComplete), want)

	must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: want.IpamPoolId, AutoImport: new(false)}))(t)
	want.AutoImport = new(false)
	equalRecord(t, "the pool modified again", t.awaitPool(*want.IpamPoolId, types.IpamPoolStateModifyComplete), want)
}

func clearDefaultNetmask(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, netmasks(16, 28, 24))
	t.provision(pool, "10.0.0.0/16")
	must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, ClearAllocationDefaultNetmaskLength: new(true)}))(t)
	pool = t.awaitPool(*pool.IpamPoolId, types.IpamPoolStateModifyComplete)
	equal(t, "AllocationDefaultNetmaskLength", num(pool.AllocationDefaultNetmaskLength), absent)
	equal(t, "AllocationMinNetmaskLength", num(pool.AllocationMinNetmaskLength), "16")
	_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{})
	wantErrorOf(t, "an allocation without a length", err, "InvalidParameterCombination", "")
}

func setAndClearDefault(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, defaultNetmask(24))
	_, err := t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{
		IpamPoolId: pool.IpamPoolId, ClearAllocationDefaultNetmaskLength: new(true), AllocationDefaultNetmaskLength: new(int32(25)),
	})
	wantError(t, err, "InvalidParameterCombination", "")
	equal(t, "AllocationDefaultNetmaskLength afterwards", num(t.awaitPool(*pool.IpamPoolId, types.IpamPoolStateCreateComplete).AllocationDefaultNetmaskLength), "24")
}

func modifyResourceTags(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, func(in *ec2.CreateIpamPoolInput) {
		in.AllocationResourceTags = []types.RequestIpamResourceTag{{Key: new("a"), Value: new("1")}, {Key: new("b"), Value: new("2")}}
	})
	must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{
		IpamPoolId:                   pool.IpamPoolId,
		AddAllocationResourceTags:    []types.RequestIpamResourceTag{{Key: new("c"), Value: new("3")}},
		RemoveAllocationResourceTags: []types.RequestIpamResourceTag{{Key: new("a"), Value: new("1")}},
	}))(t)
	got := map[string]string{}
	for _, tag := range t.awaitPool(*pool.IpamPoolId, types.IpamPoolStateModifyComplete).AllocationResourceTags {
		got[str(tag.Key)] = str(tag.Value)
	}
	equal(t, "AllocationResourceTags", fmt.Sprint(got), "map[b:2 c:3]")
}

func modifyPoolNothing(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	_, err := t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId})
	wantError(t, err, "InvalidParameterCombination", "The request must contain a modification to the ipam pool")
	t.awaitPool(*pool.IpamPoolId, types.IpamPoolStateCreateComplete)
}

func modifyNetmaskRules(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, netmasks(16, 28, 24))
	for what, in := range map[string]*ec2.ModifyIpamPoolInput{
		"min above max":     {AllocationMinNetmaskLength: new(int32(29))},
		"max below min":     {AllocationMaxNetmaskLength: new(int32(15))},
		"default below min": {AllocationDefaultNetmaskLength: new(int32(8))},
		"default above max": {AllocationDefaultNetmaskLength: new(int32(30))},
		"min above default": {AllocationMinNetmaskLength: new(int32(25))},
	} {
		in.IpamPoolId = pool.IpamPoolId
		_, err := t.ec2(home).ModifyIpamPool(t.ctx, in)
		wantErrorOf(t, what, err, "InvalidParameterCombination", "")
	}
	equalRecord(t, "the pool afterwards", t.awaitPool(*pool.IpamPoolId, types.IpamPoolStateCreateComplete), pool)
	_, err := t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, AllocationMaxNetmaskLength: new(int32(33))})
	wantRefusal(t, "max 33 of IPv4", err)
}

func deletePool(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	pool := t.pool(scope)
	t.provision(pool, "10.0.0.0/8")
	t.deprovision(pool, "10.0.0.0/8", types.IpamPoolCidrStateDeprovisioned)
	out := must(t.ec2(home).DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: pool.IpamPoolId}))(t)
	equal(t, "State in the answer of DeleteIpamPool", out.IpamPool.State, types.IpamPoolStateDeleteInProgress)
	equal(t, "IpamPoolId in the answer", str(out.IpamPool.IpamPoolId), *pool.IpamPoolId)
	t.poolGone(pool)
	equal(t, "number of pools", len(must(t.ec2(home).DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{}))(t).IpamPools), 0)
	_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(scope, source(pool)))
	wantErrorOf(t, "a child of the deleted pool", err, "InvalidIpamPoolId.NotFound", "")
	_, err = t.ec2(home).GetIpamPoolCidrs(t.ctx, &ec2.GetIpamPoolCidrsInput{IpamPoolId: pool.IpamPoolId})
	wantErrorOf(t, "the CIDRs of the deleted pool", err, "InvalidIpamPoolId.NotFound", "")
}

func deletePoolWithCIDRs(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/8")
	for _, cascade := range []*bool{nil, new(false)} {
		_, err := t.ec2(home).DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: pool.IpamPoolId, Cascade: cascade})
		wantError(t, err, "DependencyViolation", "The specified action is not valid for "+*pool.IpamPoolId+". There are one or more pool cidrs provisioned in the pool.")
	}
	t.awaitPool(*pool.IpamPoolId, types.IpamPoolStateCreateComplete)
}

func deletePoolWithChildren(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	child := t.child(parent)
	_, err := t.ec2(home).DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: parent.IpamPoolId})
	wantError(t, err, "DependencyViolation", "The specified action is not valid for "+*parent.IpamPoolId+". …")
	t.deletePool(child, false)
	t.deletePool(parent, false)
}

func rulesOfParent(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId, netmasks(24, 28, 26))
	t.provision(parent, "10.0.0.0/8")
	child := t.child(parent)
	equal(t, "AllocationMinNetmaskLength of a child", num(child.AllocationMinNetmaskLength), absent)
	equal(t, "CIDR of a child larger than its parent gives resources", str(t.provision(child, "10.0.0.0/16").Cidr), "10.0.0.0/16")
	equal(t, "an allocation from the child", str(t.allocateLength(child, 18).Cidr), "10.0.0.0/18")
}
