package conformance

import (
	"fmt"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var poolCIDRTests = []Test{
	{"a CIDR is provisioned", "B120", provision},
	{"a CIDR provisioned by length has no CIDR in the answer", "B121", provisionByLength},
	{"a child's CIDR is an allocation of its parent", "B122", childCIDRInParent},
	{"a child's CIDR goes back to its parent", "B123", childCIDRGoesBack},
	{"top-level pools of a scope don't overlap", "B124", overlapInScope},
	{"scopes may have the same space", "B125", overlapBetweenScopes},
	{"a child's CIDR lies in its parent's", "B126", childOutsideParent},
	{"a child's CIDR is free in its parent", "B127", childCIDRTaken},
	{"a pool may have several CIDRs, of any address space", "B128", severalCIDRs},
	{"a CIDR with host bits is refused", "B130", provisionHostBits},
	{"a CIDR has its pool's address family", "B131", provisionFamily},
	{"a CIDR is asked for by itself or by its length", "B132", provisionBothOrNeither},
	{"a top-level IPv4 pool needs a CIDR", "B133", provisionTopIPv4ByLength},
	{"a public BYOIP pool needs a proof", "B134", provisionWithoutProof},
	{"Amazon gives a pool one IPv6 block", "B135", provisionAmazonIPv6},
	{"a private IPv6 pool gets a unique local block", "B136", provisionULA},
	{"a private scope has global IPv6 addresses only if its IPAM says so", "B137", provisionPrivateGUA},
	{"a pool has fifty CIDRs at most", "B138", cidrQuota},
	{"a pool without CIDRs has an empty list", "B139", noCIDRs},
	{"a CIDR is deprovisioned, and its record lingers", "B140", deprovision},
	{"a CIDR provisioned again replaces its old record", "B141", provisionAgain},
	{"a CIDR with allocations is not deprovisioned", "B142", deprovisionInUse},
	{"a CIDR can be deprovisioned after its allocations", "B143", deprovisionRetry},
	{"a CIDR is deprovisioned once", "B144", deprovisionTwice},
	{"a CIDR that the pool does not have can't be deprovisioned", "B145", deprovisionUnknown},
	{"a pool's CIDRs are managed at home", "B146", provisionAway},
	{"a deprovisioned CIDR is free for other pools", "B147", deprovisionedIsFree},
	{"a child gets the lowest free block of a length", "B149", childByLength},
	{"a child's block that no longer fits fails", "B150", childByLengthTooBig},
	{"a parent's CIDR in use by a child is not deprovisioned", "B151", deprovisionParent},
	{"Amazon gives small contiguous blocks of IPv4", "B152", provisionAmazonIPv4},
	{"a CIDR that failed reserves nothing", "B153", failedReservesNothing},
}

const hex33 = "0[0-9a-f]{32}"

func provision(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	got := *must(t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.0.0.0/8")}))(t).IpamPoolCidr
	matches(t, "IpamPoolCidrId", str(got.IpamPoolCidrId), "ipam-pool-cidr-"+hex33)
	want := types.IpamPoolCidr{Cidr: new("10.0.0.0/8"), NetmaskLength: new(int32(8)), IpamPoolCidrId: got.IpamPoolCidrId, State: types.IpamPoolCidrStatePendingProvision}
	equalRecord(t, "the answer of ProvisionIpamPoolCidr", got, want)
	want.State = types.IpamPoolCidrStateProvisioned
	equalRecord(t, "the provisioned CIDR", t.awaitCIDR(pool, *got.IpamPoolCidrId, want.State), want)
	equalRecord(t, "all CIDRs of the pool", t.cidrs(pool), []types.IpamPoolCidr{want})
}

func provisionByLength(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(parent, "10.0.0.0/8")
	child := t.child(parent)
	got := *must(t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: child.IpamPoolId, NetmaskLength: new(int32(16))}))(t).IpamPoolCidr
	want := types.IpamPoolCidr{NetmaskLength: new(int32(16)), IpamPoolCidrId: got.IpamPoolCidrId, State: types.IpamPoolCidrStatePendingProvision}
	equalRecord(t, "the answer of ProvisionIpamPoolCidr", got, want)
	want.Cidr, want.State = new("10.0.0.0/16"), types.IpamPoolCidrStateProvisioned
	equalRecord(t, "the CIDR found by its id", t.awaitCIDR(child, *got.IpamPoolCidrId, want.State), want)
	equalRecord(t, "the CIDR found by itself", t.cidr(child, "10.0.0.0/16"), want)
}

func childCIDRInParent(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(parent, "10.0.0.0/8")
	byCIDR, byLength := t.child(parent), t.child(parent)
	t.provision(byCIDR, "10.0.0.0/16")
	t.provisionLength(byLength, 12)
	for id, cidr := range map[string]string{*byCIDR.IpamPoolId: "10.0.0.0/16", *byLength.IpamPoolId: "10.16.0.0/12"} {
		found := t.allocations(parent, filter("resource-id", id))
		if len(found) != 1 {
			t.Fatalf("the parent has %d allocations of %s, want 1", len(found), id)
		}
		matches(t, "IpamPoolAllocationId", str(found[0].IpamPoolAllocationId), "ipam-pool-alloc-"+hex33)
		equalRecord(t, "the parent's allocation", found[0], types.IpamPoolAllocation{
			Cidr:                 &cidr,
			IpamPoolAllocationId: found[0].IpamPoolAllocationId,
			ResourceId:           &id,
			ResourceOwner:        new(t.Account()),
			ResourceType:         types.IpamPoolAllocationResourceTypeIpamPool,
			Tags:                 emptyOrAbsent(found[0].Tags),
		})
	}
	_, err := t.allocateAs(parent, &ec2.AllocateIpamPoolCidrInput{Cidr: new("10.0.1.0/24")})
	wantErrorOf(t, "a child's space taken out of the parent", err, "InvalidParameterValue", "")
	equal(t, "the next /16 of the parent", str(t.allocateLength(parent, 16).Cidr), "10.1.0.0/16")
}

func childCIDRGoesBack(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(parent, "10.0.0.0/8")
	child := t.child(parent)
	t.provision(child, "10.0.0.0/16")
	t.deprovision(child, "10.0.0.0/16", types.IpamPoolCidrStateDeprovisioned)
	equal(t, "number of the parent's allocations", len(t.allocations(parent)), 0)
	equal(t, "the parent's next /16", str(t.allocateLength(parent, 16).Cidr), "10.0.0.0/16")
	equal(t, "state of the parent's CIDR", t.cidr(parent, "10.0.0.0/8").State, types.IpamPoolCidrStateProvisioned)
}

// notAvailable provisions a CIDR that is not to be had: the call succeeds, and the CIDR fails.
func (t *T) notAvailable(what string, pool types.IpamPool, in *ec2.ProvisionIpamPoolCidrInput) types.IpamPoolCidr {
	got := t.provisionAs(pool, types.IpamPoolCidrStateFailedProvision, in)
	if got.FailureReason == nil {
		t.Fatalf("%s has no failure reason", what)
	}
	equal(t, "code of the failure of "+what, got.FailureReason.Code, types.IpamPoolCidrFailureCodeCidrNotAvailable)
	return got
}

func overlapInScope(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	first, second := t.pool(scope), t.pool(scope)
	t.provision(first, "10.0.0.0/8")
	for _, cidr := range []string{"10.0.0.0/8", "10.1.0.0/16", "8.0.0.0/6"} {
		t.notAvailable(cidr+" beside 10.0.0.0/8", second, &ec2.ProvisionIpamPoolCidrInput{Cidr: &cidr})
	}
	t.provision(second, "11.0.0.0/8")
	equal(t, "number of the first pool's CIDRs", len(t.cidrs(first)), 1)
}

func overlapBetweenScopes(t *T) {
	ipam := t.ipam()
	for _, scope := range []*string{ipam.PrivateDefaultScopeId, t.scope(ipam).IpamScopeId} {
		t.provision(t.pool(scope), "10.0.0.0/8")
	}
}

func childOutsideParent(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	child := t.child(parent)
	t.notAvailable("10.0.0.0/24 of a parent without CIDRs", child, &ec2.ProvisionIpamPoolCidrInput{Cidr: new("10.0.0.0/24")})
	t.provision(parent, "10.0.0.0/16")
	t.provision(parent, "10.1.0.0/16")
	for _, cidr := range []string{"10.2.0.0/16", "10.0.0.0/8", "10.0.0.0/15"} {
		t.notAvailable(cidr+" of a parent with 10.0.0.0/16 and 10.1.0.0/16", child, &ec2.ProvisionIpamPoolCidrInput{Cidr: &cidr})
	}
	t.provision(child, "10.1.0.0/16")
}

func childCIDRTaken(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(parent, "10.0.0.0/8")
	t.allocate(parent, "10.0.1.0/24")
	sibling := t.child(parent)
	t.provision(sibling, "10.1.0.0/16")
	child := t.child(parent)
	for _, cidr := range []string{"10.0.0.0/16", "10.0.1.0/24", "10.0.1.128/25", "10.1.0.0/16", "10.1.2.0/24", "10.0.0.0/8"} {
		t.notAvailable(cidr, child, &ec2.ProvisionIpamPoolCidrInput{Cidr: &cidr})
	}
	t.provision(child, "10.0.2.0/24")
}

func severalCIDRs(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	for _, cidr := range []string{"172.2.0.0/24", "10.1.0.0/24", "100.64.0.0/10", "8.8.8.8/32"} {
		t.provision(pool, cidr)
	}
	equal(t, "number of CIDRs", len(t.cidrs(pool)), 4)
}

func provisionHostBits(t *T) {
	ipam := t.ipam()
	v4, v6 := t.pool(ipam.PrivateDefaultScopeId), t.pool(ipam.PrivateDefaultScopeId, ipv6)
	for _, c := range []struct {
		pool types.IpamPool
		cidr string
	}{
		{v4, "10.0.0.1/8"}, {v4, "0.0.0.0/0"}, {v4, "10.0.0.0/33"}, {v4, "10.0.0.0"}, {v4, "10.0.0/8"}, {v4, "010.0.0.0/8"}, {v4, "10.0.0.0/08"},
		{v4, "10.0.0.0/-1"}, {v4, " 10.0.0.0/8"}, {v4, "10.0.0.0/8 "}, {v4, "10.0.0.0/255.0.0.0"}, {v4, "ten"}, {v4, "/8"}, {v4, "10.0.0.256/32"},
		{v6, "fd12::1/48"}, {v6, "::/0"}, {v6, "fd12::/129"}, {v6, "fd12:::/48"}, {v6, "fd12::%eth0/48"},
	} {
		_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: c.pool.IpamPoolId, Cidr: &c.cidr})
		wantErrorOf(t, fmt.Sprintf("ProvisionIpamPoolCidr(%q)", c.cidr), err, "InvalidParameterValue", "")
	}
	equal(t, "number of CIDRs", len(t.cidrs(v4))+len(t.cidrs(v6)), 0)
}

func provisionFamily(t *T) {
	ipam := t.ipam()
	for family, cidr := range map[types.AddressFamily]string{types.AddressFamilyIpv4: "fd12::/48", types.AddressFamilyIpv6: "10.0.0.0/8"} {
		pool := t.pool(ipam.PrivateDefaultScopeId, func(in *ec2.CreateIpamPoolInput) { in.AddressFamily = family })
		_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: &cidr})
		wantErrorOf(t, cidr+" for a pool of "+string(family), err, "InvalidParameterValue", "")
	}
	v4 := t.pool(ipam.PrivateDefaultScopeId)
	_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: v4.IpamPoolId, Cidr: new("::ffff:10.0.0.0/104")})
	wantErrorOf(t, "IPv4 in IPv6's clothes", err, "InvalidParameterValue", "")
}

func provisionBothOrNeither(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(parent, "10.0.0.0/8")
	child := t.child(parent)
	_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: child.IpamPoolId})
	wantRefusal(t, "provisioning neither", err)
	_, err = t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: child.IpamPoolId, Cidr: new("10.0.0.0/24"), NetmaskLength: new(int32(24))})
	wantRefusal(t, "provisioning both", err)
	for _, length := range []int32{-1, 33, 129, 1<<31 - 1} {
		_, err = t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: child.IpamPoolId, NetmaskLength: &length})
		wantRefusal(t, fmt.Sprintf("provisioning /%d", length), err)
	}
	equal(t, "number of CIDRs", len(t.cidrs(child)), 0)
}

func provisionTopIPv4ByLength(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, NetmaskLength: new(int32(8))})
	wantRefusal(t, "a /8 out of nothing", err)
}

func provisionWithoutProof(t *T) {
	ipam := t.ipam()
	v4, v6 := t.pool(ipam.PublicDefaultScopeId), t.pool(ipam.PublicDefaultScopeId, advertisable(true))
	for cidr, pool := range map[string]types.IpamPool{"203.0.113.0/24": v4, "2001:db8::/48": v6} {
		_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: &cidr})
		wantErrorOf(t, cidr+" without a proof", err, "InvalidParameterCombination", "The request must contain a CIDR Auth…")
	}
	t.bring(v4, randomIPv4(24).String())
	t.bring(v6, randomIPv6(48).String())
}

func provisionAmazonIPv6(t *T) {
	ipam := t.ipam()
	pool := t.pool(ipam.PublicDefaultScopeId, amazonIPv6)
	got := t.provisionLength(pool, 52)
	block, err := netip.ParsePrefix(str(got.Cidr))
	if err != nil || block.Bits() != 52 || block != block.Masked() || !netip.MustParsePrefix("2000::/3").Overlaps(block) {
		t.Errorf("Amazon's IPv6 block is %s, want a /52 of 2000::/3", str(got.Cidr))
	}
	equal(t, "NetmaskLength", num(got.NetmaskLength), "52")
	first := t.allocateLength(pool, 56)
	equal(t, "the first /56", str(first.Cidr), netip.PrefixFrom(block.Addr(), 56).String())

	out, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, NetmaskLength: new(int32(52))})
	if err == nil { // whether the call fails or what it began is unknown
		t.awaitCIDR(pool, *out.IpamPoolCidr.IpamPoolCidrId, types.IpamPoolCidrStateFailedProvision)
	} else {
		wantErrorOf(t, "a second block of Amazon's", err, "ResourceLimitExceeded", "")
	}

	other := t.provisionLength(t.pool(ipam.PublicDefaultScopeId, amazonIPv6), 52)
	if otherBlock, err := netip.ParsePrefix(str(other.Cidr)); err != nil || otherBlock.Overlaps(block) {
		t.Errorf("another pool's block is %s, which overlaps %s", str(other.Cidr), block)
	}
}

func provisionULA(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	got := t.provisionLength(t.pool(scope, ipv6, locale(home)), 52)
	block, err := netip.ParsePrefix(str(got.Cidr))
	if err != nil || block.Bits() != 52 || block != block.Masked() || !netip.MustParsePrefix("fd00::/8").Overlaps(block) || netip.MustParsePrefix("fd00::/16").Overlaps(block) {
		t.Errorf("a private IPv6 block is %s, want a /52 of fd00::/8 beyond fd00::/16", str(got.Cidr))
	}
	other := t.provisionLength(t.pool(scope, ipv6, locale(home)), 48)
	if otherBlock, err := netip.ParsePrefix(str(other.Cidr)); err != nil || otherBlock.Overlaps(block) || otherBlock.Bits() != 48 {
		t.Errorf("another pool's block is %s beside %s, want a /48 without overlap", str(other.Cidr), block)
	}
	top := t.pool(scope, ipv6)
	t.provision(top, "fd12:3456:789a::/48")
	for _, cidr := range []string{"fd12:3456:789b::/61", "fd12:3456:789b::/64"} {
		_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: top.IpamPoolId, Cidr: &cidr})
		wantErrorOf(t, "a unique local block of the size of "+cidr, err, "InvalidParameterValue", "")
	}
	t.provision(top, "fd12:3456:789b::/60")
}

func provisionPrivateGUA(t *T) {
	ipam := t.ipam()
	pool := t.pool(ipam.PrivateDefaultScopeId, ipv6)
	in := &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("2600:1234::/48")}
	_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, in)
	wantRefusal(t, "a global block in a private scope", err)
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, EnablePrivateGua: new(true)}))(t)
	t.awaitIpam(home, *ipam.IpamId, types.IpamStateModifyComplete)
	t.provision(pool, "2600:1234::/48")
}

func cidrQuota(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	pool := t.pool(scope)
	for n := range 50 {
		t.provision(pool, fmt.Sprintf("10.%d.0.0/16", 2*n))
	}
	_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.200.0.0/16")})
	wantErrorOf(t, "the 51st CIDR", err, "ResourceLimitExceeded", "")
	t.deprovision(pool, "10.0.0.0/16", types.IpamPoolCidrStateDeprovisioned)
	t.provision(pool, "10.200.0.0/16")
}

func noCIDRs(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	out := must(t.ec2(home).GetIpamPoolCidrs(t.ctx, &ec2.GetIpamPoolCidrsInput{IpamPoolId: pool.IpamPoolId}))(t)
	equal(t, "number of CIDRs", len(out.IpamPoolCidrs), 0)
	equal(t, "NextToken", str(out.NextToken), absent)
}

func deprovision(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	provisioned := t.provision(pool, "10.0.0.0/8")
	out := must(t.ec2(home).DeprovisionIpamPoolCidr(t.ctx, &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.0.0.0/8")}))(t)
	equal(t, "Cidr in the answer of DeprovisionIpamPoolCidr", str(out.IpamPoolCidr.Cidr), "10.0.0.0/8")
	equal(t, "State in the answer", out.IpamPoolCidr.State, types.IpamPoolCidrStatePendingDeprovision)
	want := provisioned
	want.State = types.IpamPoolCidrStateDeprovisioned
	equalRecord(t, "the deprovisioned CIDR", t.awaitCIDR(pool, *provisioned.IpamPoolCidrId, want.State), want)
	_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(24))})
	wantErrorOf(t, "an allocation from what was deprovisioned", err, "InvalidParameterValue", "The allocation size is too big for the pool.")
}

func provisionAgain(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	first := t.provision(pool, "10.0.0.0/8")
	t.deprovision(pool, "10.0.0.0/8", types.IpamPoolCidrStateDeprovisioned)
	second := t.provision(pool, "10.0.0.0/8")
	if *first.IpamPoolCidrId == *second.IpamPoolCidrId {
		t.Errorf("both records have the id %s", *first.IpamPoolCidrId)
	}
	equalRecord(t, "the records of 10.0.0.0/8", t.cidrs(pool, filter("cidr", "10.0.0.0/8")), []types.IpamPoolCidr{second})
}

// inUse is what becomes of a CIDR that has allocations.
func inUse(t *T, got types.IpamPoolCidr) {
	if got.FailureReason == nil {
		t.Fatalf("%s has no failure reason", str(got.Cidr))
	}
	equal(t, "message of the failure", str(got.FailureReason.Message), "The CIDR has one or more allocations.")
	equal(t, "code of the failure", got.FailureReason.Code, "")
}

func deprovisionInUse(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	t.provision(pool, "10.1.0.0/16")
	t.allocate(pool, "10.0.255.255/32")
	inUse(t, t.deprovision(pool, "10.0.0.0/16", types.IpamPoolCidrStateFailedDeprovision))
	t.deprovision(pool, "10.1.0.0/16", types.IpamPoolCidrStateDeprovisioned)
	_, err := t.ec2(home).DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: pool.IpamPoolId})
	wantErrorOf(t, "deleting the pool", err, "DependencyViolation", "")
}

func deprovisionRetry(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	a := t.allocate(pool, "10.0.0.0/24")
	t.deprovision(pool, "10.0.0.0/16", types.IpamPoolCidrStateFailedDeprovision)
	t.deprovision(pool, "10.0.0.0/16", types.IpamPoolCidrStateFailedDeprovision)
	t.release(pool, a)
	got := t.deprovision(pool, "10.0.0.0/16", types.IpamPoolCidrStateDeprovisioned)
	equalRecord(t, "FailureReason after all", got.FailureReason, nil)
}

func deprovisionTwice(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	t.deprovision(pool, "10.0.0.0/16", types.IpamPoolCidrStateDeprovisioned)
	_, err := t.ec2(home).DeprovisionIpamPoolCidr(t.ctx, &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.0.0.0/16")})
	wantError(t, err, "IncorrectState", "")
}

func deprovisionUnknown(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	for _, cidr := range []*string{new("10.1.0.0/16"), new("10.0.0.0/17"), new("10.0.0.0/15"), new("10.0.0.1/16"), new("garbage"), nil} {
		_, err := t.ec2(home).DeprovisionIpamPoolCidr(t.ctx, &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: cidr})
		wantRefusal(t, "DeprovisionIpamPoolCidr("+str(cidr)+")", err)
	}
	equal(t, "state of the pool's CIDR", t.cidr(pool, "10.0.0.0/16").State, types.IpamPoolCidrStateProvisioned)
}

func provisionAway(t *T) {
	ipam := t.ipam(away)
	pool := t.pool(ipam.PrivateDefaultScopeId, locale(away))
	t.provision(pool, "10.0.0.0/16")
	for _, region := range []string{away, far} {
		_, err := t.ec2(region).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.1.0.0/16")})
		wantErrorOf(t, "ProvisionIpamPoolCidr in "+region, err, "InvalidIpamPoolId.NotFound", "")
		_, err = t.ec2(region).DeprovisionIpamPoolCidr(t.ctx, &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.0.0.0/16")})
		wantErrorOf(t, "DeprovisionIpamPoolCidr in "+region, err, "InvalidIpamPoolId.NotFound", "")
	}
	equal(t, "number of CIDRs", len(t.cidrs(pool)), 1)
}

func deprovisionedIsFree(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	first, second := t.pool(scope), t.pool(scope)
	t.provision(first, "10.0.0.0/8")
	t.deprovision(first, "10.0.0.0/8", types.IpamPoolCidrStateDeprovisioned)
	t.provision(second, "10.0.0.0/9")
	t.deletePool(first, false)
	t.provision(second, "10.128.0.0/9")
}

func childByLength(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(parent, "10.8.0.0/16")
	t.provision(parent, "10.0.0.0/16")
	t.allocate(parent, "10.0.64.0/18")
	child := t.child(parent)
	for _, want := range []string{"10.0.0.0/18", "10.0.128.0/18", "10.0.192.0/18", "10.8.0.0/18"} {
		equal(t, "the child's next /18", str(t.provisionLength(child, 18).Cidr), want)
	}
	equal(t, "a whole CIDR of the parent", str(t.provisionLength(child, 17).Cidr), "10.8.128.0/17")
}

func childByLengthTooBig(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(parent, "10.0.0.0/16")
	t.allocate(parent, "10.0.0.0/32")
	child := t.child(parent)
	got := t.notAvailable("a /16 of a parent whose /16 is in use", child, &ec2.ProvisionIpamPoolCidrInput{NetmaskLength: new(int32(16))})
	equal(t, "Cidr of what failed", str(got.Cidr), absent)
	equal(t, "the child's /17", str(t.provisionLength(child, 17).Cidr), "10.0.128.0/17")
}

func deprovisionParent(t *T) {
	parent := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(parent, "10.0.0.0/16")
	child := t.child(parent)
	t.provision(child, "10.0.0.0/24")
	inUse(t, t.deprovision(parent, "10.0.0.0/16", types.IpamPoolCidrStateFailedDeprovision))
	t.deprovision(child, "10.0.0.0/24", types.IpamPoolCidrStateDeprovisioned)
	t.deprovision(parent, "10.0.0.0/16", types.IpamPoolCidrStateDeprovisioned)
}

func provisionAmazonIPv4(t *T) {
	pool := t.pool(t.ipam().PublicDefaultScopeId, locale(home), func(in *ec2.CreateIpamPoolInput) {
		in.AwsService, in.PublicIpSource = types.IpamPoolAwsServiceEc2, types.IpamPoolPublicIpSourceAmazon
	})
	got := t.provisionLength(pool, 29)
	if block, err := netip.ParsePrefix(str(got.Cidr)); err != nil || block.Bits() != 29 || block.Addr().IsPrivate() || block != block.Masked() {
		t.Errorf("Amazon's IPv4 block is %s, want a public /29", str(got.Cidr))
	}
	failed := t.provisionAs(pool, types.IpamPoolCidrStateFailedProvision, &ec2.ProvisionIpamPoolCidrInput{NetmaskLength: new(int32(28))})
	if failed.FailureReason == nil {
		t.Fatalf("the /28 has no failure reason")
	}
	equal(t, "code of the failure", failed.FailureReason.Code, types.IpamPoolCidrFailureCodeLimitExceeded)
	equal(t, "message of the failure", str(failed.FailureReason.Message),
		"Account "+t.Account()+" cannot provision an IPv4 contiguous block of size /28 in locale "+home+". Please check IPAM documentation to raise the limit.")
}

func failedReservesNothing(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	first, second := t.pool(scope), t.pool(scope)
	t.provision(first, "10.0.0.0/16")
	t.notAvailable("10.0.0.0/8", second, &ec2.ProvisionIpamPoolCidrInput{Cidr: new("10.0.0.0/8")})
	_, err := t.allocateAs(second, &ec2.AllocateIpamPoolCidrInput{Cidr: new("10.1.0.0/24")})
	wantErrorOf(t, "an allocation from what failed", err, "InvalidParameterValue", "")
	t.provision(first, "10.1.0.0/16")
	t.deletePool(second, false)
}
