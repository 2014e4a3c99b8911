package conformance

import (
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var byoipTests = []Test{
	{"a range is brought to AWS once, whoever does it", "B910", rangeBroughtOnce},
	{"private addresses can't be brought", "B911", bringPrivate},
	{"a Regional pool has ranges that the Internet routes", "B912", regionalSizes},
	{"a CIDR of a Regional pool is a range that can be advertised", "B913", regionalRange},
	{"ranges are listed by at most a hundred", "B914", describeRanges},
	{"a range is advertised and withdrawn", "B915", advertiseRange},
	{"only a range that is provisioned there is advertised", "B916", advertiseRefused},
	{"a range that is advertised is not deprovisioned", "B917", deprovisionAdvertised},
	{"a range in use fails to be deprovisioned", "B918", deprovisionUsed},
	{"a pool for global services has whole blocks, advertised everywhere", "B919", globalPools},
	{"a range of a shared pool is shown to the member", "B920", sharedRange},
	{"Amazon provides space for EC2 in a Region only", "B156", amazonWithoutPlace},
	{"a network border group is a locale within its Region", "B921", borderGroupLocale},
}

// top creates a pool at the top of the public scope and brings it a range.
func (t *T) topPool(ipam types.Ipam, cidr string, changes ...with) types.IpamPool {
	pool := t.pool(ipam.PublicDefaultScopeId, changes...)
	t.bring(pool, cidr)
	return pool
}

// regionalPool creates a pool for EC2 in a Region below another, and gives it a CIDR.
func (t *T) regionalPool(top types.IpamPool, region, cidr string) types.IpamPool {
	pool := t.child(top, forEC2(region))
	t.provision(pool, cidr)
	return pool
}

// ranges are those that an account sees in a Region.
func (t *T) ranges(region string) []types.ByoipCidr {
	return must(t.ec2(region).DescribeByoipCidrs(t.ctx, &ec2.DescribeByoipCidrsInput{MaxResults: new(int32(100))}))(t).ByoipCidrs
}

// rangeIn finds a range, which has to be there.
func (t *T) rangeIn(region, cidr string) types.ByoipCidr {
	list := t.ranges(region)
	i := slices.IndexFunc(list, func(r types.ByoipCidr) bool { return *r.Cidr == cidr })
	if i < 0 {
		t.Fatalf("DescribeByoipCidrs in %s does not show %s", region, cidr)
	}
	return list[i]
}

func (t *T) advertise(region, cidr string) (*ec2.AdvertiseByoipCidrOutput, error) {
	return t.ec2(region).AdvertiseByoipCidr(t.ctx, &ec2.AdvertiseByoipCidrInput{Cidr: &cidr})
}

func (t *T) withdraw(region, cidr string) (*ec2.WithdrawByoipCidrOutput, error) {
	return t.ec2(region).WithdrawByoipCidr(t.ctx, &ec2.WithdrawByoipCidrInput{Cidr: &cidr})
}

func rangeBroughtOnce(t *T) {
	whole := randomIPv4(22)
	half := netip.PrefixFrom(whole.Addr(), 23).String()
	ipam := t.ipam()
	pool := t.topPool(ipam, half)
	t.fails(t.pool(ipam.PublicDefaultScopeId), whole.String())
	stranger := t.as(t.OtherAccount())
	other := stranger.pool(stranger.ipam().PublicDefaultScopeId)
	stranger.fails(other, half)
	t.adopt(stranger)
	t.deprovision(pool, half, types.IpamPoolCidrStateDeprovisioned)
	stranger.bring(other, whole.String())
	stranger.bring(other, "198.51.100.0/24")
	t.bring(pool, "198.51.100.0/24")
	t.fails(t.pool(ipam.PublicDefaultScopeId), "198.51.100.0/24")
	t.adopt(stranger)
}

// fails tries to bring a range that is taken.
func (t *T) fails(pool types.IpamPool, cidr string) {
	got := t.provisionAs(pool, types.IpamPoolCidrStateFailedProvision, &ec2.ProvisionIpamPoolCidrInput{Cidr: &cidr, CidrAuthorizationContext: t.proof(cidr)})
	equal(t, "FailureReason.Code", got.FailureReason.Code, types.IpamPoolCidrFailureCodeCidrNotAvailable)
}

func bringPrivate(t *T) {
	ipam := t.ipam()
	v4, v6 := t.pool(ipam.PublicDefaultScopeId), t.pool(ipam.PublicDefaultScopeId, advertisable(false))
	for cidr, pool := range map[string]types.IpamPool{
		"3.7.0.0/24": v4, "10.0.0.0/24": v4, "172.16.0.0/16": v4, "192.168.0.0/24": v4, "100.64.0.0/24": v4, "224.0.0.0/8": v4, "8.0.0.0/5": v4, "fd80::/48": v6, "ff00::/48": v6,
	} {
		err := t.provisionError(pool, ec2.ProvisionIpamPoolCidrInput{Cidr: &cidr, CidrAuthorizationContext: t.proof(cidr)})
		wantErrorOf(t, "bringing "+cidr, err, "InvalidParameterValue", "")
	}
}

func regionalSizes(t *T) {
	ipam := t.ipam()
	range4, range6 := randomIPv4(23), randomIPv6(44)
	top4, top6 := t.topPool(ipam, range4.String()), t.topPool(ipam, range6.String(), advertisable(true))
	regional4, regional6, hidden := t.child(top4, forEC2(home)), t.child(top6, forEC2(home)), t.child(top6, forEC2(home), advertisable(false))
	for _, c := range []struct {
		pool  types.IpamPool
		wrong int32
		right int32
	}{{regional4, 25, 24}, {regional6, 49, 48}, {hidden, 61, 60}} {
		err := t.provisionError(c.pool, ec2.ProvisionIpamPoolCidrInput{NetmaskLength: &c.wrong})
		wantErrorOf(t, "a Regional pool's CIDR of that length", err, "InvalidParameterValue", "")
		t.provisionLength(c.pool, c.right)
	}
	t.provisionLength(t.child(regional4), 28)
	t.provisionLength(t.child(regional6), 56)
	t.provisionLength(t.child(top4, locale(home)), 28)
}

func regionalRange(t *T) {
	ipam := t.ipam(away)
	cidr, hidden := randomIPv4(24).String(), randomIPv6(60).String()
	top := t.topPool(ipam, cidr)
	equal(t, "ranges before the Regional pool", len(t.ranges(home))+len(t.ranges(away)), 0)
	regional := t.regionalPool(top, away, cidr)
	want := types.ByoipCidr{
		AdvertisementType:  new("unicast"),
		AsnAssociations:    []types.AsnAssociation{},
		Cidr:               &cidr,
		IpamPoolId:         regional.IpamPoolId,
		NetworkBorderGroup: new(away),
		State:              types.ByoipCidrStateProvisioned,
		StatusMessage:      new("Cidr successfully provisioned"),
	}
	equalRecord(t, "the range", t.rangeIn(away, cidr), want)
	t.provisionLength(t.child(regional), 28)
	equal(t, "ranges in another Region", len(t.ranges(home)), 0)
	equal(t, "ranges with a pool below", len(t.ranges(away)), 1)
	t.topPool(ipam, hidden, advertisable(false), forEC2(home))
	equal(t, "State of one not to be advertised", t.rangeIn(home, hidden).State, types.ByoipCidrStateProvisionedNotPubliclyAdvertisable)
}

func describeRanges(t *T) {
	ipam := t.ipam()
	whole := randomIPv4(22)
	regional := t.child(t.topPool(ipam, whole.String()), forEC2(home))
	for range 3 {
		t.provisionLength(regional, 24)
	}
	var seen []string
	in := &ec2.DescribeByoipCidrsInput{MaxResults: new(int32(2))}
	for {
		out := must(t.ec2(home).DescribeByoipCidrs(t.ctx, in))(t)
		for _, r := range out.ByoipCidrs {
			seen = append(seen, *r.Cidr)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			break
		}
	}
	equal(t, "ranges on all pages", len(slices.Compact(slices.Sorted(slices.Values(seen)))), 3)
	for _, n := range []int32{0, 101} {
		_, err := t.ec2(home).DescribeByoipCidrs(t.ctx, &ec2.DescribeByoipCidrsInput{MaxResults: &n})
		wantErrorOf(t, "a page of that size", err, "InvalidParameterValue", "")
	}
	wantAnswer(t, "no page size", t.post("Action", "DescribeByoipCidrs"), "MissingParameter", "…MaxResults…")
}

func advertiseRange(t *T) {
	cidr := randomIPv6(48).String()
	t.topPool(t.ipam(), cidr, advertisable(true), forEC2(home))
	out := must(t.ec2(home).AdvertiseByoipCidr(t.ctx, &ec2.AdvertiseByoipCidrInput{Cidr: &cidr, NetworkBorderGroup: new(home)}))(t)
	equal(t, "State in the answer", out.ByoipCidr.State, types.ByoipCidrStateAdvertised)
	equal(t, "State", t.rangeIn(home, cidr).State, types.ByoipCidrStateAdvertised)
	must(t.advertise(home, cidr))(t)
	equal(t, "State after withdrawal in the answer", must(t.withdraw(home, cidr))(t).ByoipCidr.State, types.ByoipCidrStateProvisioned)
	equal(t, "State after withdrawal", t.rangeIn(home, cidr).State, types.ByoipCidrStateProvisioned)
	_, err := t.withdraw(home, cidr)
	wantErrorOf(t, "withdrawing it again", err, "IncorrectState", "")
}

func advertiseRefused(t *T) {
	ipam := t.ipam(away)
	whole := randomIPv4(22)
	cidr := netip.PrefixFrom(whole.Addr(), 23).String()
	top := t.topPool(ipam, whole.String())
	for what, asked := range map[string]string{"a range of no Region": whole.String(), "no CIDR": "mine"} {
		_, err := t.advertise(home, asked)
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	t.regionalPool(top, away, cidr)
	hidden := randomIPv6(48).String()
	t.topPool(ipam, hidden, advertisable(false), forEC2(home))
	for what, c := range map[string]struct{ region, cidr, code string }{
		"a larger range":            {away, whole.String(), "InvalidParameterValue"},
		"a smaller range":           {away, netip.PrefixFrom(whole.Addr(), 24).String(), "InvalidParameterValue"},
		"a range of another Region": {home, cidr, "InvalidParameterValue"},
		"a range that is not to be": {home, hidden, "IncorrectState"},
	} {
		_, err := t.advertise(c.region, c.cidr)
		wantErrorOf(t, "advertising "+what, err, c.code, "")
		_, err = t.withdraw(c.region, c.cidr)
		wantErrorOf(t, "withdrawing "+what, err, c.code, "")
	}
	_, err := t.as(t.OtherAccount()).advertise(away, cidr)
	wantErrorOf(t, "advertising a stranger's range", err, "InvalidParameterValue", "")
	for what, in := range map[string]*ec2.AdvertiseByoipCidrInput{
		"in another network border group": {Cidr: &cidr, NetworkBorderGroup: new(away + "-xyz-1")}, "with an ASN that it has not": {Cidr: &cidr, Asn: new("12345")},
	} {
		_, err = t.ec2(away).AdvertiseByoipCidr(t.ctx, in)
		wantErrorOf(t, "advertising "+what, err, "InvalidParameterValue", "")
	}
	equal(t, "State after all that", t.rangeIn(away, cidr).State, types.ByoipCidrStateProvisioned)
}

func deprovisionAdvertised(t *T) {
	cidr := randomIPv4(24).String()
	top := t.topPool(t.ipam(away), cidr)
	regional := t.regionalPool(top, away, cidr)
	must(t.advertise(away, cidr))(t)
	_, err := t.ec2(home).DeprovisionIpamPoolCidr(t.ctx, &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: regional.IpamPoolId, Cidr: &cidr})
	wantError(t, err, "IncorrectState", "…advertised…")
	must(t.withdraw(away, cidr))(t)
	t.deprovision(regional, cidr, types.IpamPoolCidrStateDeprovisioned)
	equal(t, "ranges afterwards", len(t.ranges(away)), 0)
	t.deprovision(top, cidr, types.IpamPoolCidrStateDeprovisioned)
}

func deprovisionUsed(t *T) {
	cidr := randomIPv6(48).String()
	pool := t.topPool(t.ipam(), cidr, advertisable(true), forEC2(home))
	vpc := t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(56))})
	t.deprovision(pool, cidr, types.IpamPoolCidrStateFailedDeprovision)
	equal(t, "State of the range", t.rangeIn(home, cidr).State, types.ByoipCidrStateFailedDeprovision)
	must(t.advertise(home, cidr))(t)
	must(t.withdraw(home, cidr))(t)
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId}))(t)
	t.awaitRelease(pool, vpc.VpcId)
	t.deprovision(pool, cidr, types.IpamPoolCidrStateDeprovisioned)
	equal(t, "ranges afterwards", len(t.ranges(home)), 0)
}

func globalPools(t *T) {
	ipam := t.ipam(away)
	scope := ipam.PublicDefaultScopeId
	global := service(types.IpamPoolAwsServiceGlobalServices)
	amazons := func(in *ec2.CreateIpamPoolInput) { in.PublicIpSource = types.IpamPoolPublicIpSourceAmazon }
	for what, in := range map[string]*ec2.CreateIpamPoolInput{
		"the locale Global for EC2":            poolInput(scope, forEC2("Global")),
		"the locale Global for no service":     poolInput(scope, locale("Global")),
		"the locale Global in a private scope": poolInput(ipam.PrivateDefaultScopeId, locale("Global")),
		"global services in a Region":          poolInput(scope, global, locale(home)),
		"global services with Amazon's space":  poolInput(scope, global, locale("Global"), amazons),
		"global services in a private scope":   poolInput(ipam.PrivateDefaultScopeId, global),
	} {
		_, err := t.ec2(home).CreateIpamPool(t.ctx, in)
		wantErrorOf(t, what, err, "InvalidParameterCombination", "")
	}
	whole := randomIPv4(23)
	top := t.topPool(ipam, whole.String())
	v4 := t.child(top, global, locale("Global"))
	equal(t, "Locale", str(v4.Locale), "Global")
	for _, c := range []int32{23, 25} {
		wantErrorOf(t, "a CIDR that is no /24", t.provisionError(v4, ec2.ProvisionIpamPoolCidrInput{NetmaskLength: &c}), "InvalidParameterValue", "")
	}
	cidr := str(t.provisionLength(v4, 24).Cidr)
	got := t.rangeIn(home, cidr)
	equal(t, "AdvertisementType", str(got.AdvertisementType), "anycast")
	equal(t, "State", must(t.advertise(home, cidr))(t).ByoipCidr.State, types.ByoipCidrStateAdvertised)
	equal(t, "ranges in another Region", len(t.ranges(away)), 0)
	cidr6 := randomIPv6(48).String()
	v6 := t.topPool(ipam, cidr6, advertisable(true), global)
	equal(t, "Locale of a pool for global services that names none", str(v6.Locale), "None")
	equal(t, "AdvertisementType of IPv6", str(t.rangeIn(home, cidr6).AdvertisementType), "anycast")
	err := t.createVPC(ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: v6.IpamPoolId, Ipv6NetmaskLength: new(int32(56))})
	wantErrorOf(t, "a VPC out of it", err, "InvalidParameterValue", "")
}

func sharedRange(t *T) {
	w := t.delegated()
	n, member := t.as(w.network), t.as(w.workload)
	cidr := randomIPv4(24).String()
	regional := n.regionalPool(n.topPool(w.ipam, cidr), away, cidr)
	equal(t, "ranges of the member before", len(member.ranges(away)), 0)
	t.share(w, []string{w.workload}, regional)
	got := member.rangeIn(away, cidr)
	equalRecord(t, "the range", got, n.rangeIn(away, cidr))
	equal(t, "ranges of the member at home", len(member.ranges(home)), 0)
	_, err := member.advertise(away, cidr)
	wantErrorOf(t, "advertising another account's range", err, "InvalidParameterValue", "")
	t.adopt(n)
	t.adopt(member)
}

func borderGroupLocale(t *T) {
	ipam := t.ipam(away)
	group := away + "-dfw-2"
	cidr := randomIPv4(24).String()
	top := t.topPool(ipam, cidr)
	pool := t.regionalPool(top, group, cidr)
	equal(t, "Locale", str(pool.Locale), group)
	got := t.rangeIn(away, cidr)
	equal(t, "NetworkBorderGroup", str(got.NetworkBorderGroup), group)
	found := must(t.ec2(away).DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{}))(t).IpamPools
	equal(t, "pools that the Region sees", len(found), 1)
	must(t.ec2(away).AdvertiseByoipCidr(t.ctx, &ec2.AdvertiseByoipCidrInput{Cidr: &cidr, NetworkBorderGroup: &group}))(t)
	for what, c := range map[string]struct {
		in   *ec2.CreateIpamPoolInput
		code string
	}{
		"a group of a Region where the IPAM is not": {poolInput(ipam.PublicDefaultScopeId, forEC2(far+"-per-1")), "InvalidParameterValue"},
		"a name of nothing":                         {poolInput(ipam.PublicDefaultScopeId, forEC2("atlantis")), "InvalidParameterValue"},
		"a group for IPv6":                          {poolInput(ipam.PublicDefaultScopeId, advertisable(true), forEC2(group)), "InvalidParameterCombination"},
		"a group in a private scope":                {poolInput(ipam.PrivateDefaultScopeId, locale(group)), "InvalidParameterCombination"},
	} {
		_, err := t.ec2(home).CreateIpamPool(t.ctx, c.in)
		wantErrorOf(t, what, err, c.code, "")
	}
	_, err := t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, RemoveOperatingRegions: []types.RemoveIpamOperatingRegion{{RegionName: new(away)}}})
	wantErrorOf(t, "removing its Region", err, "DependencyViolation", "…"+*pool.IpamPoolId+"…")
}

func amazonWithoutPlace(t *T) {
	scope := t.ipam().PublicDefaultScopeId
	amazons := func(in *ec2.CreateIpamPoolInput) { in.PublicIpSource = types.IpamPoolPublicIpSourceAmazon }
	for what, pool := range map[string]types.IpamPool{
		"a pool without locale":  t.pool(scope, amazons, service(types.IpamPoolAwsServiceEc2)),
		"a pool without service": t.pool(scope, amazons, locale(home)),
	} {
		err := t.provisionError(pool, ec2.ProvisionIpamPoolCidrInput{NetmaskLength: new(int32(29))})
		wantErrorOf(t, what, err, "InvalidParameterCombination", "")
		equal(t, "CIDRs of "+what, len(t.cidrs(pool)), 0)
	}
}
