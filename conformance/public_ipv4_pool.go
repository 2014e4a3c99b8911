package conformance

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var publicIPv4PoolTests = []Test{
	{"a new public IPv4 pool has no addresses", "B830", newPublicPool},
	{"a public IPv4 pool gets a range out of a pool of IPAM", "B831", provisionPublicPool},
	{"a public IPv4 pool gets addresses from pools of one's own public IPv4 for EC2", "B832", sourcesOfPublicPools},
	{"a range of a public IPv4 pool is a /24 or smaller", "B833", sizesOfPublicRanges},
	{"a public IPv4 pool may have several ranges", "B834", severalPublicRanges},
	{"IPAM has a range back when all its addresses are deprovisioned", "B835", deprovisionPublicRange},
	{"a part of a range can be deprovisioned", "B836", deprovisionPartOfRange},
	{"what a public IPv4 pool does not have is not deprovisioned", "B837", deprovisionForeignRange},
	{"a public IPv4 pool with addresses is not deleted", "B838", deletePublicPool},
	{"a public IPv4 pool is its owner's in its Region", "B839", unknownPublicPool},
	{"public IPv4 pools are listed by tags and in small pages", "B840", listPublicPools},
	{"a public IPv4 pool is in a network border group", "B841", borderOfPublicPool},
	{"a public IPv4 pool gets a range out of a shared pool", "B842", publicPoolFromSharedPool},
	{"a public IPv4 pool obeys the rules of the pool of IPAM", "B843", rulesForPublicPools},
}

func ipv4(in *ec2.CreateIpamPoolInput) { in.AddressFamily = types.AddressFamilyIpv4 }

// ownPool creates a pool for EC2 at home with 203.0.113.0/24, which the account brings.
func (t *T) ownPool(changes ...with) types.IpamPool {
	return t.byoipPool(t.ipam(away), "203.0.113.0/24", slices.Concat([]with{ipv4}, changes)...)
}

func (t *T) publicPool() string { return t.publicPoolAs(&ec2.CreatePublicIpv4PoolInput{}) }

func (t *T) publicPoolAs(in *ec2.CreatePublicIpv4PoolInput) string {
	return *must(t.ec2(home).CreatePublicIpv4Pool(t.ctx, in))(t).PoolId
}

func (t *T) describedPublicPool(id string) types.PublicIpv4Pool {
	return must(t.ec2(home).DescribePublicIpv4Pools(t.ctx, &ec2.DescribePublicIpv4PoolsInput{PoolIds: []string{id}}))(t).PublicIpv4Pools[0]
}

func (t *T) provisionPublic(pool types.IpamPool, id string, length int32) (types.PublicIpv4PoolRange, error) {
	out, err := t.ec2(home).ProvisionPublicIpv4PoolCidr(t.ctx, &ec2.ProvisionPublicIpv4PoolCidrInput{
		IpamPoolId: pool.IpamPoolId, PoolId: &id, NetmaskLength: &length,
	})
	if err != nil {
		return types.PublicIpv4PoolRange{}, err
	}
	equal(t, "PoolId in the answer of ProvisionPublicIpv4PoolCidr", str(out.PoolId), id)
	return *out.PoolAddressRange, nil
}

func (t *T) deprovisionPublic(id, cidr string) ([]string, error) {
	out, err := t.ec2(home).DeprovisionPublicIpv4PoolCidr(t.ctx, &ec2.DeprovisionPublicIpv4PoolCidrInput{PoolId: &id, Cidr: &cidr})
	if err != nil {
		return nil, err
	}
	equal(t, "PoolId in the answer of DeprovisionPublicIpv4PoolCidr", str(out.PoolId), id)
	return out.DeprovisionedAddresses, nil
}

func addressRange(first, last string, count, available int32) types.PublicIpv4PoolRange {
	return types.PublicIpv4PoolRange{FirstAddress: &first, LastAddress: &last, AddressCount: &count, AvailableAddressCount: &available}
}

func newPublicPool(t *T) {
	id := t.publicPoolAs(&ec2.CreatePublicIpv4PoolInput{TagSpecifications: tagged(types.ResourceTypeIpv4poolEc2, "env", "prod")})
	matches(t, "PoolId", id, "ipv4pool-ec2-"+hex17)
	want := types.PublicIpv4Pool{
		PoolId:                     &id,
		Description:                new(""),
		NetworkBorderGroup:         new(home),
		PoolAddressRanges:          []types.PublicIpv4PoolRange{},
		TotalAddressCount:          new(int32(0)),
		TotalAvailableAddressCount: new(int32(0)),
		Tags:                       tags("env", "prod"),
	}
	equalRecord(t, "the pool", t.describedPublicPool(id), want)
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags("team", "net")}))(t)
	want.Tags = tags("env", "prod", "team", "net")
	equalRecord(t, "the pool with one more tag", t.describedPublicPool(id), want)
}

func provisionPublicPool(t *T) {
	pool, id := t.ownPool(), t.publicPool()
	got := must(t.provisionPublic(pool, id, 28))(t)
	want := addressRange("203.0.113.0", "203.0.113.15", 16, 16)
	equalRecord(t, "the range", got, want)
	equalRecord(t, "the pool", t.describedPublicPool(id), types.PublicIpv4Pool{
		PoolId:                     &id,
		Description:                new(""),
		NetworkBorderGroup:         new(home),
		PoolAddressRanges:          []types.PublicIpv4PoolRange{want},
		TotalAddressCount:          new(int32(16)),
		TotalAvailableAddressCount: new(int32(16)),
		Tags:                       []types.Tag{},
	})
	found := t.allocations(pool)
	if len(found) != 1 {
		t.Fatalf("the pool of IPAM has %d allocations, want 1", len(found))
	}
	equalRecord(t, "the allocation", found[0], types.IpamPoolAllocation{
		Cidr:                 new("203.0.113.0/28"),
		IpamPoolAllocationId: found[0].IpamPoolAllocationId,
		ResourceId:           &id,
		ResourceOwner:        new(t.Account()),
		ResourceRegion:       new(home),
		ResourceType:         types.IpamPoolAllocationResourceTypeEc2PublicIpv4Pool,
		Tags:                 emptyOrAbsent(found[0].Tags),
	})
	_, err := t.ec2(home).ReleaseIpamPoolAllocation(t.ctx, &ec2.ReleaseIpamPoolAllocationInput{
		IpamPoolId: pool.IpamPoolId, Cidr: found[0].Cidr, IpamPoolAllocationId: found[0].IpamPoolAllocationId,
	})
	wantRefusal(t, "releasing the allocation itself", err)
}

func sourcesOfPublicPools(t *T) {
	ipam, id := t.ipam(away), t.publicPool()
	noService := func(in *ec2.CreateIpamPoolInput) { in.AwsService = "" }
	amazons := t.pool(ipam.PublicDefaultScopeId, amazonIPv6, ipv4)
	t.provisionLength(amazons, 29)
	for what, pool := range map[string]types.IpamPool{
		"a private pool":                t.poolAt(ipam, "10.0.0.0/8"),
		"a pool of IPv6":                t.byoipPool(ipam, "2001:db8::/48"),
		"a pool for no service":         t.byoipPool(ipam, "198.51.100.0/24", ipv4, noService),
		"a pool that Amazon fills":      amazons,
		"a pool without a locale":       t.byoipPool(ipam, "192.0.2.0/24", ipv4, func(in *ec2.CreateIpamPoolInput) { in.Locale = nil }),
		"a pool without free addresses": t.pool(ipam.PublicDefaultScopeId, amazonIPv6, ipv4, func(in *ec2.CreateIpamPoolInput) { in.PublicIpSource = "byoip" }),
	} {
		_, err := t.provisionPublic(pool, id, 28)
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	_, err := t.provisionPublic(t.byoipPool(ipam, "203.0.113.0/24", ipv4, locale(away)), id, 28)
	wantErrorOf(t, "a pool of another Region", err, "InvalidIpamPoolId.NotFound", "")
	equal(t, "number of ranges", len(t.describedPublicPool(id).PoolAddressRanges), 0)
}

func sizesOfPublicRanges(t *T) {
	pool, id := t.ownPool(), t.publicPool()
	for _, length := range []int32{23, 33} {
		_, err := t.provisionPublic(pool, id, length)
		wantErrorOf(t, "a range of another length", err, "InvalidParameterValue", "")
	}
	equal(t, "the number of addresses in a /32", *must(t.provisionPublic(pool, id, 32))(t).AddressCount, 1)
	_, err := t.provisionPublic(pool, id, 24)
	wantErrorOf(t, "a /24 where it does not fit", err, "InvalidParameterValue", "The allocation size is too big for the pool.")
	must(t.deprovisionPublic(id, "203.0.113.0/32"))(t)
	t.await("the /32 to be free", func() bool { return len(t.allocations(pool)) == 0 })
	equalRecord(t, "a /24", must(t.provisionPublic(pool, id, 24))(t), addressRange("203.0.113.0", "203.0.113.255", 256, 256))
}

func severalPublicRanges(t *T) {
	pool, id, other := t.ownPool(), t.publicPool(), t.publicPool()
	must(t.provisionPublic(pool, id, 30))(t)
	must(t.provisionPublic(pool, other, 30))(t)
	must(t.provisionPublic(pool, id, 29))(t)
	got := t.describedPublicPool(id)
	equalRecord(t, "the ranges", got.PoolAddressRanges, []types.PublicIpv4PoolRange{
		addressRange("203.0.113.0", "203.0.113.3", 4, 4), addressRange("203.0.113.8", "203.0.113.15", 8, 8),
	})
	equal(t, "TotalAddressCount", *got.TotalAddressCount, 12)
	equal(t, "number of allocations", len(t.allocations(pool)), 3)
}

func deprovisionPublicRange(t *T) {
	pool, id := t.ownPool(), t.publicPool()
	must(t.provisionPublic(pool, id, 30))(t)
	t.deprovision(pool, "203.0.113.0/24", types.IpamPoolCidrStateFailedDeprovision)
	equalRecord(t, "DeprovisionedAddresses", must(t.deprovisionPublic(id, "203.0.113.0/30"))(t),
		[]string{"203.0.113.0", "203.0.113.1", "203.0.113.2", "203.0.113.3"})
	equal(t, "number of ranges", len(t.describedPublicPool(id).PoolAddressRanges), 0)
	t.await("the allocation to go", func() bool { return len(t.allocations(pool)) == 0 })
	t.deprovision(pool, "203.0.113.0/24", types.IpamPoolCidrStateDeprovisioned)
}

func deprovisionPartOfRange(t *T) {
	pool, id := t.ownPool(), t.publicPool()
	must(t.provisionPublic(pool, id, 29))(t)
	must(t.provisionPublic(pool, id, 29))(t)
	equalRecord(t, "DeprovisionedAddresses", must(t.deprovisionPublic(id, "203.0.113.2/32"))(t), []string{"203.0.113.2"})
	equalRecord(t, "the ranges", t.describedPublicPool(id).PoolAddressRanges, []types.PublicIpv4PoolRange{
		addressRange("203.0.113.0", "203.0.113.1", 2, 2), addressRange("203.0.113.3", "203.0.113.7", 5, 5), addressRange("203.0.113.8", "203.0.113.15", 8, 8),
	})
	for _, cidr := range []string{"203.0.113.0/31", "203.0.113.4/30", "203.0.113.3/32"} {
		equal(t, "number of allocations", len(t.allocations(pool)), 2)
		must(t.deprovisionPublic(id, cidr))(t)
	}
	t.await("the first allocation to go", func() bool { return len(t.allocations(pool)) == 1 })
	equal(t, "what is left", str(t.allocations(pool)[0].Cidr), "203.0.113.8/29")
}

func deprovisionForeignRange(t *T) {
	pool, id, other := t.ownPool(), t.publicPool(), t.publicPool()
	must(t.provisionPublic(pool, id, 30))(t)
	must(t.provisionPublic(pool, id, 30))(t)
	must(t.provisionPublic(pool, other, 29))(t)
	must(t.deprovisionPublic(id, "203.0.113.3/32"))(t)
	for what, cidr := range map[string]string{
		"two ranges at once":     "203.0.113.0/29",
		"addresses that it had":  "203.0.113.2/31",
		"another pool's":         "203.0.113.8/29",
		"more than there can be": "203.0.112.0/23",
		"host bits":              "203.0.113.1/31",
		"no CIDR":                "203.0.113.1",
		"IPv6":                   "2001:db8::/48",
	} {
		_, err := t.deprovisionPublic(id, cidr)
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	equal(t, "TotalAddressCount", *t.describedPublicPool(id).TotalAddressCount, 7)
}

func deletePublicPool(t *T) {
	pool, id := t.ownPool(), t.publicPoolAs(&ec2.CreatePublicIpv4PoolInput{TagSpecifications: tagged(types.ResourceTypeIpv4poolEc2, "env", "prod")})
	must(t.provisionPublic(pool, id, 32))(t)
	_, err := t.ec2(home).DeletePublicIpv4Pool(t.ctx, &ec2.DeletePublicIpv4PoolInput{PoolId: &id})
	wantErrorOf(t, "deleting a pool with a range", err, "DependencyViolation", "")
	must(t.deprovisionPublic(id, "203.0.113.0/32"))(t)
	out := must(t.ec2(home).DeletePublicIpv4Pool(t.ctx, &ec2.DeletePublicIpv4PoolInput{PoolId: &id}))(t)
	equal(t, "ReturnValue", boolean(out.ReturnValue), "true")
	_, err = t.ec2(home).DescribePublicIpv4Pools(t.ctx, &ec2.DescribePublicIpv4PoolsInput{PoolIds: []string{id}})
	wantErrorOf(t, "describing it", err, "InvalidPublicIpv4PoolID.NotFound", "")
	equal(t, "number of tags", len(must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags), 0)
}

func unknownPublicPool(t *T) {
	const code = "InvalidPublicIpv4PoolID.NotFound"
	pool, id, unknown := t.ownPool(), t.publicPool(), "ipv4pool-ec2-0123456789abcdef0"
	_, err := t.provisionPublic(pool, unknown, 28)
	wantErrorOf(t, "provisioning an unknown pool", err, code, "")
	_, err = t.deprovisionPublic(unknown, "203.0.113.0/32")
	wantErrorOf(t, "deprovisioning an unknown pool", err, code, "")
	for what, client := range map[string]*ec2.Client{"a stranger": t.ec2As(t.OtherAccount(), home), "another Region": t.ec2(away)} {
		_, err := client.DescribePublicIpv4Pools(t.ctx, &ec2.DescribePublicIpv4PoolsInput{PoolIds: []string{id}})
		wantErrorOf(t, "looking from "+what, err, code, "")
		_, err = client.DeletePublicIpv4Pool(t.ctx, &ec2.DeletePublicIpv4PoolInput{PoolId: &id})
		wantErrorOf(t, "deleting from "+what, err, code, "")
		equal(t, "number of pools for "+what, len(must(client.DescribePublicIpv4Pools(t.ctx, &ec2.DescribePublicIpv4PoolsInput{}))(t).PublicIpv4Pools), 0)
	}
}

func listPublicPools(t *T) {
	var all []string
	for _, env := range []string{"prod", "test", "prod"} {
		all = append(all, t.publicPoolAs(&ec2.CreatePublicIpv4PoolInput{TagSpecifications: tagged(types.ResourceTypeIpv4poolEc2, "env", env)}))
	}
	client := t.ec2(home)
	ids := func(in *ec2.DescribePublicIpv4PoolsInput) (ids []string) {
		pages := ec2.NewDescribePublicIpv4PoolsPaginator(client, in)
		for pages.HasMorePages() {
			page := must(pages.NextPage(t.ctx))(t).PublicIpv4Pools
			if in.MaxResults != nil && len(page) > int(*in.MaxResults) {
				t.Errorf("a page has %d pools, want %d at most", len(page), *in.MaxResults)
			}
			for _, p := range page {
				ids = append(ids, *p.PoolId)
			}
		}
		slices.Sort(ids)
		return ids
	}
	prod := slices.Sorted(slices.Values([]string{all[0], all[2]}))
	slices.Sort(all)
	equalRecord(t, "the pools one by one", ids(&ec2.DescribePublicIpv4PoolsInput{MaxResults: new(int32(1))}), all)
	equalRecord(t, "the pools tagged prod", ids(&ec2.DescribePublicIpv4PoolsInput{Filters: []types.Filter{filter("tag:env", "prod")}}), prod)
	equalRecord(t, "the pools tagged env", ids(&ec2.DescribePublicIpv4PoolsInput{Filters: []types.Filter{filter("tag-key", "env")}}), all)
	for _, n := range []int32{0, 11} {
		_, err := client.DescribePublicIpv4Pools(t.ctx, &ec2.DescribePublicIpv4PoolsInput{MaxResults: &n})
		wantErrorOf(t, "a page of another size", err, "InvalidParameterValue", "")
	}
	_, err := client.DescribePublicIpv4Pools(t.ctx, &ec2.DescribePublicIpv4PoolsInput{Filters: []types.Filter{filter("pool-id", all[0])}})
	wantErrorOf(t, "another filter", err, "InvalidParameterValue", "")
}

func borderOfPublicPool(t *T) {
	const zones = home + "-dfw-2"
	client := t.ec2(home)
	_, err := client.CreatePublicIpv4Pool(t.ctx, &ec2.CreatePublicIpv4PoolInput{NetworkBorderGroup: new("us-west-2-lax-1")})
	wantErrorOf(t, "a pool in the zones of another Region", err, "InvalidParameterValue", "")
	ipam := t.ipam(away)
	id := t.publicPoolAs(&ec2.CreatePublicIpv4PoolInput{NetworkBorderGroup: new(zones)})
	equal(t, "NetworkBorderGroup", str(t.describedPublicPool(id).NetworkBorderGroup), zones)
	_, err = t.provisionPublic(t.byoipPool(ipam, "198.51.100.0/24", ipv4), id, 28)
	wantErrorOf(t, "a range out of a pool for the Region", err, "InvalidParameterValue", "")

	pool := t.byoipPool(ipam, "203.0.113.0/24", ipv4, locale(zones))
	_, err = client.ProvisionPublicIpv4PoolCidr(t.ctx, &ec2.ProvisionPublicIpv4PoolCidrInput{
		IpamPoolId: pool.IpamPoolId, PoolId: &id, NetmaskLength: new(int32(28)), NetworkBorderGroup: new(home),
	})
	wantErrorOf(t, "a range for the Region", err, "InvalidParameterValue", "")
	must(client.ProvisionPublicIpv4PoolCidr(t.ctx, &ec2.ProvisionPublicIpv4PoolCidrInput{
		IpamPoolId: pool.IpamPoolId, PoolId: &id, NetmaskLength: new(int32(28)), NetworkBorderGroup: new(zones),
	}))(t)
	for what, in := range map[string]*ec2.AllocateAddressInput{"a public IPv4 pool": {PublicIpv4Pool: &id}, "a pool of IPAM": {IpamPoolId: pool.IpamPoolId}} {
		out := t.allocateAddress(in)
		equal(t, "the network border group of an address out of "+what, str(out.NetworkBorderGroup), zones)
		t.releaseAddress(out.AllocationId)
		in.NetworkBorderGroup = new(home)
		_, err := client.AllocateAddress(t.ctx, in)
		wantErrorOf(t, "an address for the Region out of "+what, err, "InvalidParameterValue", "")
	}
	must(t.deprovisionPublic(id, "203.0.113.0/28"))(t)
	_, err = client.DeletePublicIpv4Pool(t.ctx, &ec2.DeletePublicIpv4PoolInput{PoolId: &id, NetworkBorderGroup: new(home)})
	wantErrorOf(t, "deleting a pool of the Region", err, "InvalidParameterValue", "")
	must(client.DeletePublicIpv4Pool(t.ctx, &ec2.DeletePublicIpv4PoolInput{PoolId: &id, NetworkBorderGroup: new(zones)}))(t)
}

func publicPoolFromSharedPool(t *T) {
	w := t.delegated()
	owner, user := t.as(w.network), t.as(w.workload)
	pool := owner.byoipPool(w.ipam, "203.0.113.0/24", ipv4)
	id := user.publicPool()
	_, err := user.provisionPublic(pool, id, 28)
	wantErrorOf(t, "a range out of a pool that is not shared", err, "InvalidIpamPoolId.NotFound", "")
	t.share(w, []string{w.workload}, pool)
	must(user.provisionPublic(pool, id, 28))(t)
	found := owner.allocations(pool)
	if len(found) != 1 {
		t.Fatalf("the pool has %d allocations, want 1", len(found))
	}
	equal(t, "ResourceOwner", str(found[0].ResourceOwner), w.workload)
	equal(t, "ResourceId", str(found[0].ResourceId), id)
	t.adopt(owner)
	t.adopt(user)
}

func rulesForPublicPools(t *T) {
	pool, id := t.ownPool(requires("env", "prod"), netmasks(25, 28, 27)), t.publicPool()
	_, err := t.provisionPublic(pool, id, 28)
	wantErrorOf(t, "a range for a pool without the tag", err, "InvalidParameterValue", "The resource is missing one or more of the resource tags required by the IPAM pool.")
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags("env", "prod")}))(t)
	for _, length := range []int32{24, 29} {
		_, err := t.provisionPublic(pool, id, length)
		wantErrorOf(t, "a range of another size", err, "InvalidParameterValue", "")
	}
	equal(t, "the number of addresses", *must(t.provisionPublic(pool, id, 28))(t).AddressCount, 16)
}
