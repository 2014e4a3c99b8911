package conformance

import (
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
)

var elasticIPTests = []Test{
	{"an address of Amazon's", "B844", amazonAddress},
	{"an address out of a pool of IPAM", "B845", addressOfIpam},
	{"a given address out of a pool of IPAM", "B846", givenAddressOfIpam},
	{"addresses come from pools of public IPv4 for EC2", "B847", sourcesOfAddresses},
	{"an address out of a public IPv4 pool", "B848", addressOfPublicPool},
	{"a given address out of a public IPv4 pool", "B849", givenAddressOfPublicPool},
	{"a released address can be had again", "B850", addressAgain},
	{"one source for an address, and none of Outposts or EC2-Classic", "B851", wrongSources},
	{"an account has five addresses of Amazon's in a Region", "B852", addressQuota},
	{"an address is released", "B853", releaseAddress},
	{"an address may be named by itself", "B854", releaseByAddress},
	{"an address has a network border group", "B855", borderOfAddress},
	{"addresses are found by ids, by themselves and by filters", "B856", describeAddresses},
	{"an account takes addresses from a pool that is shared with it", "B857", addressOfSharedPool},
	{"a pool's rules hold for addresses", "B858", rulesForAddresses},
	{"an address can be tagged", "B859", tagAddress},
	{"a pool can't release an address's allocation", "B860", addressHoldsCIDR},
	{"an address has a domain name", "B861", nameAddress},
}

func amazonIPv4(in *ec2.CreateIpamPoolInput) { amazonIPv6(in); ipv4(in) }

// contiguous makes a pool at home with a block of Amazon's, and returns its first addresses.
func (t *T) contiguous(ipam types.Ipam, changes ...with) (types.IpamPool, []string) {
	pool := t.pool(ipam.PublicDefaultScopeId, slices.Concat([]with{amazonIPv4}, changes)...)
	return pool, addressesIn(t, *t.provisionLength(pool, 29).Cidr)
}

// addressesIn are all addresses of a CIDR.
func addressesIn(t *T, cidr string) (list []string) {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for a := prefix.Addr(); prefix.Contains(a); a = a.Next() {
		list = append(list, a.String())
	}
	return list
}

func (t *T) allocateAddress(in *ec2.AllocateAddressInput) *ec2.AllocateAddressOutput {
	return must(t.ec2(home).AllocateAddress(t.ctx, in))(t)
}

func (t *T) releaseAddress(id *string) {
	must(t.ec2(home).ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: id}))(t)
}

func (t *T) describedAddress(id *string) types.Address {
	return must(t.ec2(home).DescribeAddresses(t.ctx, &ec2.DescribeAddressesInput{AllocationIds: []string{*id}}))(t).Addresses[0]
}

// addressesFound are those that a request finds, sorted.
func (t *T) addressesFound(in *ec2.DescribeAddressesInput) []string {
	found := []string{}
	for _, a := range must(t.ec2(home).DescribeAddresses(t.ctx, in))(t).Addresses {
		found = append(found, *a.PublicIp)
	}
	slices.Sort(found)
	return found
}

func amazonAddress(t *T) {
	out := t.allocateAddress(&ec2.AllocateAddressInput{Domain: types.DomainTypeVpc})
	matches(t, "AllocationId", str(out.AllocationId), "eipalloc-"+hex17)
	matches(t, "PublicIp", str(out.PublicIp), `\d+\.\d+\.\d+\.\d+`)
	equal(t, "Domain in the answer", out.Domain, types.DomainTypeVpc)
	equal(t, "PublicIpv4Pool in the answer", str(out.PublicIpv4Pool), "amazon")
	equal(t, "NetworkBorderGroup in the answer", str(out.NetworkBorderGroup), home)
	equalRecord(t, "the address", t.describedAddress(out.AllocationId), types.Address{
		AllocationId:       out.AllocationId,
		PublicIp:           out.PublicIp,
		Domain:             types.DomainTypeVpc,
		PublicIpv4Pool:     new("amazon"),
		NetworkBorderGroup: new(home),
		Tags:               []types.Tag{},
	})
	second := t.allocateAddress(&ec2.AllocateAddressInput{})
	if *second.PublicIp == *out.PublicIp {
		t.Errorf("%s was given away twice", *out.PublicIp)
	}
	equal(t, "number of addresses elsewhere", len(must(t.ec2(away).DescribeAddresses(t.ctx, &ec2.DescribeAddressesInput{}))(t).Addresses), 0)
}

func addressOfIpam(t *T) {
	pool, addresses := t.contiguous(t.ipam())
	for _, want := range addresses[:2] {
		out := t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId})
		equal(t, "PublicIp", str(out.PublicIp), want)
		equal(t, "PublicIpv4Pool in the answer", str(out.PublicIpv4Pool), *pool.IpamPoolId)
		equal(t, "PublicIpv4Pool of the address", str(t.describedAddress(out.AllocationId).PublicIpv4Pool), *pool.IpamPoolId)
		equal(t, "NetworkBorderGroup", str(out.NetworkBorderGroup), home)
		found := t.allocations(pool, filter("resource-id", *out.AllocationId))
		if len(found) != 1 {
			t.Fatalf("the pool has %d allocations of %s, want 1", len(found), *out.AllocationId)
		}
		equalRecord(t, "the allocation", found[0], types.IpamPoolAllocation{
			Cidr:                 new(want + "/32"),
			IpamPoolAllocationId: found[0].IpamPoolAllocationId,
			ResourceId:           out.AllocationId,
			ResourceOwner:        new(t.Account()),
			ResourceRegion:       new(home),
			ResourceType:         types.IpamPoolAllocationResourceTypeEip,
			Tags:                 emptyOrAbsent(found[0].Tags),
		})
	}
}

func givenAddressOfIpam(t *T) {
	pool, addresses := t.contiguous(t.ipam())
	out := t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId, Address: &addresses[5]})
	equal(t, "PublicIp", str(out.PublicIp), addresses[5])
	for what, address := range map[string]string{"the same address": addresses[5], "an address outside": "192.0.2.1", "no address": "x", "an address of IPv6": "2001:db8::1"} {
		_, err := t.ec2(home).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId, Address: &address})
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	equal(t, "the next address", str(t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId}).PublicIp), addresses[0])
	equal(t, "number of allocations", len(t.allocations(pool)), 2)
}

func sourcesOfAddresses(t *T) {
	ipam := t.ipam(away)
	noService := func(in *ec2.CreateIpamPoolInput) { in.AwsService = "" }
	for what, pool := range map[string]types.IpamPool{
		"a private pool":                t.poolAt(ipam, "10.0.0.0/8"),
		"a pool of IPv6":                t.byoipPool(ipam, "2001:db8::/48"),
		"a pool for no service":         t.byoipPool(ipam, "198.51.100.0/24", ipv4, noService),
		"a pool without a locale":       t.byoipPool(ipam, "192.0.2.0/24", ipv4, func(in *ec2.CreateIpamPoolInput) { in.Locale = nil }),
		"a pool without free addresses": t.pool(ipam.PublicDefaultScopeId, amazonIPv4),
	} {
		_, err := t.ec2(home).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId})
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	elsewhere := t.byoipPool(ipam, "203.0.113.0/24", ipv4, locale(away))
	_, err := t.ec2(home).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{IpamPoolId: elsewhere.IpamPoolId})
	wantErrorOf(t, "a pool of another Region", err, "InvalidIpamPoolId.NotFound", "")
	out := must(t.ec2(away).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{IpamPoolId: elsewhere.IpamPoolId}))(t)
	equal(t, "an address brought by the account", str(out.PublicIp), "203.0.113.0")
	equal(t, "its network border group", str(out.NetworkBorderGroup), away)
}

// publicPoolWith makes a public IPv4 pool with 203.0.113.0/30.
func (t *T) publicPoolWith() (types.IpamPool, string) {
	pool, id := t.ownPool(), t.publicPool()
	must(t.provisionPublic(pool, id, 30))(t)
	return pool, id
}

func addressOfPublicPool(t *T) {
	pool, id := t.publicPoolWith()
	client := t.ec2(home)
	var last *string
	for _, want := range []string{"203.0.113.0", "203.0.113.1", "203.0.113.2", "203.0.113.3"} {
		out := t.allocateAddress(&ec2.AllocateAddressInput{PublicIpv4Pool: &id})
		equal(t, "PublicIp", str(out.PublicIp), want)
		equal(t, "PublicIpv4Pool", str(out.PublicIpv4Pool), id)
		last = out.AllocationId
	}
	equal(t, "TotalAvailableAddressCount", *t.describedPublicPool(id).TotalAvailableAddressCount, 0)
	equal(t, "number of allocations in IPAM", len(t.allocations(pool)), 1)
	_, err := client.AllocateAddress(t.ctx, &ec2.AllocateAddressInput{PublicIpv4Pool: &id})
	wantErrorOf(t, "one more address", err, "InsufficientAddressCapacity", "")
	_, err = t.deprovisionPublic(id, "203.0.113.2/31")
	wantErrorOf(t, "deprovisioning addresses in use", err, "DependencyViolation", "")
	t.releaseAddress(last)
	equal(t, "AvailableAddressCount", *t.describedPublicPool(id).PoolAddressRanges[0].AvailableAddressCount, 1)
	must(t.deprovisionPublic(id, "203.0.113.3/32"))(t)
	_, err = client.AllocateAddress(t.ctx, &ec2.AllocateAddressInput{PublicIpv4Pool: new("ipv4pool-ec2-0123456789abcdef0")})
	wantErrorOf(t, "an unknown pool", err, "InvalidPublicIpv4PoolID.NotFound", "")
}

func givenAddressOfPublicPool(t *T) {
	_, id := t.publicPoolWith()
	equal(t, "an address of the pool", str(t.allocateAddress(&ec2.AllocateAddressInput{PublicIpv4Pool: &id, Address: new("203.0.113.2")}).PublicIp), "203.0.113.2")
	byItself := t.allocateAddress(&ec2.AllocateAddressInput{Address: new("203.0.113.1")})
	equal(t, "the pool of an address without one", str(byItself.PublicIpv4Pool), id)
	for _, in := range []*ec2.AllocateAddressInput{{Address: new("203.0.113.1")}, {Address: new("203.0.113.2"), PublicIpv4Pool: &id}} {
		_, err := t.ec2(home).AllocateAddress(t.ctx, in)
		wantErrorOf(t, "an address in use", err, "InvalidIPAddress.InUse", "")
	}
	_, err := t.ec2(home).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{Address: new("203.0.113.4"), PublicIpv4Pool: &id})
	wantErrorOf(t, "an address that the pool does not have", err, "InvalidParameterValue", "")
}

func addressAgain(t *T) {
	client := t.ec2(home)
	first := t.allocateAddress(&ec2.AllocateAddressInput{})
	again := &ec2.AllocateAddressInput{Address: first.PublicIp}
	_, err := client.AllocateAddress(t.ctx, again)
	wantErrorOf(t, "an address that the account has", err, "InvalidIPAddress.InUse", "")
	_, err = t.ec2As(t.OtherAccount(), home).AllocateAddress(t.ctx, again)
	wantErrorOf(t, "an address that another account has", err, "AuthFailure", "…does not belong to you…")
	t.releaseAddress(first.AllocationId)
	_, err = t.ec2As(t.OtherAccount(), home).AllocateAddress(t.ctx, again)
	wantErrorOf(t, "an address that another account had", err, "InvalidAddress.NotFound", "")
	_, err = t.ec2(away).AllocateAddress(t.ctx, again)
	wantErrorOf(t, "an address of another Region", err, "InvalidAddress.NotFound", "")
	second := t.allocateAddress(again)
	equal(t, "PublicIp", str(second.PublicIp), *first.PublicIp)
	if *second.AllocationId == *first.AllocationId {
		t.Errorf("the allocation of the address is %s again, want a new one", *first.AllocationId)
	}
	_, err = client.AllocateAddress(t.ctx, &ec2.AllocateAddressInput{Address: new("192.0.2.1")})
	wantErrorOf(t, "an address that nobody has had", err, "InvalidAddress.NotFound", "")
}

func wrongSources(t *T) {
	pool, _ := t.contiguous(t.ipam())
	id := t.publicPool()
	for what, test := range map[string]struct {
		in            *ec2.AllocateAddressInput
		code, message string
	}{
		"a pool of IPAM for one of EC2": {&ec2.AllocateAddressInput{PublicIpv4Pool: pool.IpamPoolId}, "InvalidParameterValue", "invalid value for parameter pool: " + *pool.IpamPoolId},
		"two pools":                     {&ec2.AllocateAddressInput{PublicIpv4Pool: &id, IpamPoolId: pool.IpamPoolId}, "InvalidParameterCombination", ""},
		"a pool of Outposts":            {&ec2.AllocateAddressInput{CustomerOwnedIpv4Pool: new("ipv4pool-coip-0123456789abcdef0")}, "UnsupportedOperation", "…CustomerOwnedIpv4Pool…"},
		"EC2-Classic":                   {&ec2.AllocateAddressInput{Domain: types.DomainTypeStandard}, "InvalidParameterValue", ""},
		"tags of another type":          {&ec2.AllocateAddressInput{TagSpecifications: tagged(types.ResourceTypeVpc, "k", "v")}, "InvalidParameterValue", ""},
	} {
		_, err := t.ec2(home).AllocateAddress(t.ctx, test.in)
		wantErrorOf(t, what, err, test.code, test.message)
	}
	equal(t, "number of addresses", len(t.addressesFound(&ec2.DescribeAddressesInput{})), 0)
}

func addressQuota(t *T) {
	pool, _ := t.contiguous(t.ipam())
	t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId})
	var last *string
	for range 5 {
		last = t.allocateAddress(&ec2.AllocateAddressInput{}).AllocationId
	}
	_, err := t.ec2(home).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{})
	wantErrorOf(t, "the sixth address", err, "AddressLimitExceeded", "The maximum number of addresses has been reached.")
	must(t.ec2(away).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{}))(t)
	t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId})
	t.releaseAddress(last)
	t.allocateAddress(&ec2.AllocateAddressInput{})
}

func releaseAddress(t *T) {
	pool, addresses := t.contiguous(t.ipam())
	out := t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId, TagSpecifications: tagged(types.ResourceTypeElasticIp, "k", "v")})
	t.releaseAddress(out.AllocationId)
	_, err := t.ec2(home).DescribeAddresses(t.ctx, &ec2.DescribeAddressesInput{AllocationIds: []string{*out.AllocationId}})
	wantErrorOf(t, "the address afterwards", err, "InvalidAllocationID.NotFound", "The allocation ID '"+*out.AllocationId+"' does not exist")
	_, err = t.ec2(home).ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: out.AllocationId})
	wantErrorOf(t, "releasing it again", err, "InvalidAllocationID.NotFound", "")
	equal(t, "number of tags", len(must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags), 0)
	t.await("the allocation to go", func() bool { return len(t.allocations(pool)) == 0 })
	equal(t, "the next address", str(t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId}).PublicIp), addresses[0])
}

func releaseByAddress(t *T) {
	client := t.ec2(home)
	out := t.allocateAddress(&ec2.AllocateAddressInput{})
	for what, test := range map[string]struct {
		in   *ec2.ReleaseAddressInput
		code string
	}{
		"the address and its allocation": {&ec2.ReleaseAddressInput{PublicIp: out.PublicIp, AllocationId: out.AllocationId}, "InvalidParameterCombination"},
		"neither":                        {&ec2.ReleaseAddressInput{}, "MissingParameter"},
		"an address that nobody has":     {&ec2.ReleaseAddressInput{PublicIp: new("192.0.2.1")}, "InvalidAddress.NotFound"},
		"no address":                     {&ec2.ReleaseAddressInput{PublicIp: new("x")}, "InvalidParameterValue"},
		"an unknown allocation":          {&ec2.ReleaseAddressInput{AllocationId: new("eipalloc-0123456789abcdef0")}, "InvalidAllocationID.NotFound"},
	} {
		_, err := client.ReleaseAddress(t.ctx, test.in)
		wantErrorOf(t, what, err, test.code, "")
	}
	stranger := t.ec2As(t.OtherAccount(), home)
	_, err := stranger.ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{PublicIp: out.PublicIp})
	wantErrorOf(t, "another account's address", err, "AuthFailure", "…does not belong to you…")
	_, err = stranger.ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: out.AllocationId})
	wantErrorOf(t, "another account's allocation", err, "InvalidAllocationID.NotFound", "")
	must(client.ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{PublicIp: out.PublicIp}))(t)
	equal(t, "number of addresses", len(t.addressesFound(&ec2.DescribeAddressesInput{})), 0)
}

func borderOfAddress(t *T) {
	client := t.ec2(home)
	_, err := client.AllocateAddress(t.ctx, &ec2.AllocateAddressInput{NetworkBorderGroup: new(away)})
	wantErrorOf(t, "an address of another Region", err, "InvalidParameterValue", "")
	out := t.allocateAddress(&ec2.AllocateAddressInput{NetworkBorderGroup: new(home)})
	_, err = client.ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: out.AllocationId, NetworkBorderGroup: new(away)})
	wantErrorOf(t, "releasing it elsewhere", err, "InvalidAddress.NotFound", "")
	must(client.ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: out.AllocationId, NetworkBorderGroup: new(home)}))(t)
}

func describeAddresses(t *T) {
	pool, addresses := t.contiguous(t.ipam())
	a := t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId, TagSpecifications: tagged(types.ResourceTypeElasticIp, "env", "prod")})
	t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId})
	both, first := addresses[:2], addresses[:1]
	for what, test := range map[string]struct {
		in   *ec2.DescribeAddressesInput
		want []string
	}{
		"all":                           {&ec2.DescribeAddressesInput{}, both},
		"an allocation":                 {&ec2.DescribeAddressesInput{AllocationIds: []string{*a.AllocationId}}, first},
		"an address":                    {&ec2.DescribeAddressesInput{PublicIps: first}, first},
		"an allocation and an address":  {&ec2.DescribeAddressesInput{AllocationIds: []string{*a.AllocationId}, PublicIps: addresses[1:2]}, both},
		"allocation-id":                 {&ec2.DescribeAddressesInput{Filters: []types.Filter{filter("allocation-id", *a.AllocationId)}}, first},
		"public-ip":                     {&ec2.DescribeAddressesInput{Filters: []types.Filter{filter("public-ip", addresses[0])}}, first},
		"domain":                        {&ec2.DescribeAddressesInput{Filters: []types.Filter{filter("domain", "vpc")}}, both},
		"network-border-group":          {&ec2.DescribeAddressesInput{Filters: []types.Filter{filter("network-border-group", home)}}, both},
		"tag:env":                       {&ec2.DescribeAddressesInput{Filters: []types.Filter{filter("tag:env", "prod")}}, first},
		"tag-key":                       {&ec2.DescribeAddressesInput{Filters: []types.Filter{filter("tag-key", "env")}}, first},
		"an address that does not fit":  {&ec2.DescribeAddressesInput{PublicIps: addresses[1:2], Filters: []types.Filter{filter("tag:env", "prod")}}, []string{}},
		"instance-id":                   {&ec2.DescribeAddressesInput{Filters: []types.Filter{filter("instance-id", "*")}}, []string{}},
		"addresses that are associated": {&ec2.DescribeAddressesInput{Filters: []types.Filter{filter("association-id", "*")}}, []string{}},
	} {
		equalRecord(t, what, t.addressesFound(test.in), test.want)
	}
	for what, test := range map[string]struct {
		in   *ec2.DescribeAddressesInput
		code string
	}{
		"an unknown allocation":            {&ec2.DescribeAddressesInput{AllocationIds: []string{"eipalloc-0123456789abcdef0"}}, "InvalidAllocationID.NotFound"},
		"an address in place of an id":     {&ec2.DescribeAddressesInput{AllocationIds: first}, "InvalidAllocationID.NotFound"},
		"an address that nobody has":       {&ec2.DescribeAddressesInput{PublicIps: []string{"192.0.2.1"}}, "InvalidAddress.NotFound"},
		"what is no address":               {&ec2.DescribeAddressesInput{PublicIps: []string{"x"}}, "InvalidParameterValue"},
		"a filter that does not exist":     {&ec2.DescribeAddressesInput{Filters: []types.Filter{filter("public-ipv4-pool", "x")}}, "InvalidParameterValue"},
		"an address and an unknown one":    {&ec2.DescribeAddressesInput{PublicIps: []string{addresses[0], "192.0.2.1"}}, "InvalidAddress.NotFound"},
		"an address in the wrong notation": {&ec2.DescribeAddressesInput{PublicIps: []string{addresses[0] + "/32"}}, "InvalidParameterValue"},
	} {
		_, err := t.ec2(home).DescribeAddresses(t.ctx, test.in)
		wantErrorOf(t, what, err, test.code, "")
	}
}

func addressOfSharedPool(t *T) {
	w := t.delegated()
	owner, user := t.as(w.network), t.as(w.workload)
	pool, addresses := owner.contiguous(w.ipam)
	in := &ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId}
	_, err := user.ec2(home).AllocateAddress(t.ctx, in)
	wantErrorOf(t, "an address of a pool that is not shared", err, "InvalidIpamPoolId.NotFound", "")

	must(t.ram(w.network).CreateResourceShare(t.ctx, &ram.CreateResourceShareInput{
		Name: new("import"), ResourceArns: []string{*pool.IpamPoolArn}, Principals: []string{w.workload},
		PermissionArns: []string{"arn:aws:ram::aws:permission/AWSRAMPermissionIpamPoolByoipCidrImport"},
	}))(t)
	t.await("the pool to be seen", func() bool { return slices.Contains(t.poolIDs(w.workload, home), *pool.IpamPoolId) })
	_, err = user.ec2(home).AllocateAddress(t.ctx, in)
	wantErrorOf(t, "an address of a pool that is shared for something else", err, "UnauthorizedOperation", "…ec2:AllocateAddress…")

	t.share(w, []string{w.workload}, pool)
	out := user.allocateAddress(in)
	equal(t, "PublicIp", str(out.PublicIp), addresses[0])
	found := owner.allocations(pool)
	if len(found) != 1 {
		t.Fatalf("the pool has %d allocations, want 1", len(found))
	}
	equal(t, "ResourceOwner", str(found[0].ResourceOwner), w.workload)
	equal(t, "ResourceId", str(found[0].ResourceId), *out.AllocationId)
	equal(t, "number of addresses of the owner", len(owner.addressesFound(&ec2.DescribeAddressesInput{})), 0)

	user.releaseAddress(out.AllocationId)
	t.await("the allocation to go", func() bool { return len(owner.allocations(pool)) == 0 })
	t.adopt(owner)
	t.adopt(user)
}

func rulesForAddresses(t *T) {
	pool, addresses := t.contiguous(t.ipam(), requires("env", "prod"))
	in := &ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId}
	_, err := t.ec2(home).AllocateAddress(t.ctx, in)
	wantErrorOf(t, "an address without the tag", err, "InvalidParameterValue", "The resource is missing one or more of the resource tags required by the IPAM pool.")
	in.TagSpecifications = tagged(types.ResourceTypeElasticIp, "env", "prod")
	equal(t, "an address with the tag", str(t.allocateAddress(in).PublicIp), addresses[0])
	must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, AllocationMaxNetmaskLength: new(int32(31))}))(t)
	_, err = t.ec2(home).AllocateAddress(t.ctx, in)
	wantErrorOf(t, "an address of a pool that gives no /32", err, "InvalidParameterValue", "")
}

func tagAddress(t *T) {
	out := t.allocateAddress(&ec2.AllocateAddressInput{TagSpecifications: tagged(types.ResourceTypeElasticIp, "env", "prod")})
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*out.AllocationId}, Tags: tags("Name", "web")}))(t)
	equalRecord(t, "the tags", t.describedAddress(out.AllocationId).Tags, tags("Name", "web", "env", "prod"))
	found := must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{Filters: []types.Filter{filter("resource-type", "elastic-ip")}}))(t).Tags
	equal(t, "number of tags of addresses", len(found), 2)
	must(t.ec2(home).DeleteTags(t.ctx, &ec2.DeleteTagsInput{Resources: []string{*out.AllocationId}, Tags: tags("env", "prod")}))(t)
	equalRecord(t, "the tags that are left", t.describedAddress(out.AllocationId).Tags, tags("Name", "web"))
	_, err := t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{"eipalloc-0123456789abcdef0"}, Tags: tags("k", "v")})
	wantErrorOf(t, "tags of an unknown address", err, "InvalidAllocationID.NotFound", "")
}

func addressHoldsCIDR(t *T) {
	pool := t.ownPool()
	out := t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId})
	a := t.allocations(pool)[0]
	_, err := t.ec2(home).ReleaseIpamPoolAllocation(t.ctx, &ec2.ReleaseIpamPoolAllocationInput{IpamPoolId: pool.IpamPoolId, Cidr: a.Cidr, IpamPoolAllocationId: a.IpamPoolAllocationId})
	wantRefusal(t, "releasing the allocation of an address", err)
	t.deprovision(pool, "203.0.113.0/24", types.IpamPoolCidrStateFailedDeprovision)
	t.releaseAddress(out.AllocationId)
	t.await("the allocation to go", func() bool { return len(t.allocations(pool)) == 0 })
	t.deprovision(pool, "203.0.113.0/24", types.IpamPoolCidrStateDeprovisioned)
}

func nameAddress(t *T) {
	client := t.ec2(home)
	out := t.allocateAddress(&ec2.AllocateAddressInput{})
	t.allocateAddress(&ec2.AllocateAddressInput{})
	names := func() []types.AddressAttribute {
		return must(client.DescribeAddressesAttribute(t.ctx, &ec2.DescribeAddressesAttributeInput{
			AllocationIds: []string{*out.AllocationId}, Attribute: types.AddressAttributeNameDomainName,
		}))(t).Addresses
	}
	equal(t, "number of names at first", len(names()), 0)
	change := must(client.ModifyAddressAttribute(t.ctx, &ec2.ModifyAddressAttributeInput{AllocationId: out.AllocationId, DomainName: new("mail.example.com")}))(t).Address
	equalRecord(t, "the answer of ModifyAddressAttribute", *change, types.AddressAttribute{
		AllocationId: out.AllocationId, PublicIp: out.PublicIp, PtrRecordUpdate: &types.PtrUpdateStatus{Value: new("mail.example.com."), Status: new("PENDING")},
	})
	equalRecord(t, "the name", names(), []types.AddressAttribute{{AllocationId: out.AllocationId, PublicIp: out.PublicIp, PtrRecord: new("mail.example.com.")}})
	all := must(client.DescribeAddressesAttribute(t.ctx, &ec2.DescribeAddressesAttributeInput{MaxResults: new(int32(1))}))(t)
	equal(t, "number of addresses with a name", len(all.Addresses), 1)
	equal(t, "NextToken", str(all.NextToken), absent)
	_, err := client.ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: out.AllocationId})
	wantErrorOf(t, "releasing an address with a name", err, "InvalidAddress.PtrSet", "The address with allocation id ["+*out.AllocationId+"] cannot be released because it has a PTR record set.")
	reset := must(client.ResetAddressAttribute(t.ctx, &ec2.ResetAddressAttributeInput{AllocationId: out.AllocationId, Attribute: types.AddressAttributeNameDomainName}))(t).Address
	equal(t, "PtrRecord in the answer of ResetAddressAttribute", str(reset.PtrRecord), "mail.example.com.")
	equal(t, "number of names at last", len(names()), 0)
	t.releaseAddress(out.AllocationId)
	_, err = client.DescribeAddressesAttribute(t.ctx, &ec2.DescribeAddressesAttributeInput{AllocationIds: []string{*out.AllocationId}})
	wantErrorOf(t, "the name of a released address", err, "InvalidAllocationID.NotFound", "")
	_, err = client.ModifyAddressAttribute(t.ctx, &ec2.ModifyAddressAttributeInput{AllocationId: out.AllocationId, DomainName: new("example.com")})
	wantErrorOf(t, "a name for a released address", err, "InvalidAllocationID.NotFound", "")
}
