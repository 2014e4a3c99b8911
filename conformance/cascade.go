package conformance

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var cascadeTests = []Test{
	{"an IPAM with more than its default scopes is not deleted", "B230", deleteIPAMWithMore},
	{"a cascade deletes all that an IPAM has", "B231", cascadeIPAM},
	{"a pool in the public scope stops a cascade", "B232", cascadePublic},
	{"a cascade deletes the pools below", "B233", cascadePool},
	{"a pool in the public scope is not deleted by cascade", "B234", cascadePublicPool},
	{"the space of pools that a cascade deleted is free", "B235", cascadeFrees},
}

func deleteIPAMWithMore(t *T) {
	ipam := t.ipam()
	refused := func(what string) {
		_, err := t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(false)})
		wantErrorOf(t, "deleting an IPAM with "+what, err, "DependencyViolation", "The specified action is not valid for "+*ipam.IpamId+". …")
		t.awaitIpam(home, *ipam.IpamId, types.IpamStateCreateComplete)
	}
	scope := t.scope(ipam)
	refused("a scope")
	must(t.ec2(home).DeleteIpamScope(t.ctx, &ec2.DeleteIpamScopeInput{IpamScopeId: scope.IpamScopeId}))(t)
	t.scopeGone(*scope.IpamScopeId)
	for _, id := range []*string{ipam.PrivateDefaultScopeId, ipam.PublicDefaultScopeId} {
		pool := t.pool(id)
		refused("a pool")
		t.deletePool(pool, false)
	}
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId}))(t)
	t.ipamGone(ipam)
}

func cascadeIPAM(t *T) {
	ipam := t.ipam(away)
	scope := t.scope(ipam)
	top := t.pool(ipam.PrivateDefaultScopeId)
	t.provision(top, "10.0.0.0/8")
	t.allocate(top, "10.255.0.0/16")
	child := t.child(top, locale(away))
	t.provision(child, "10.0.0.0/16")
	t.allocateLength(child, 24)
	other := t.pool(scope.IpamScopeId, ipv6)
	t.provision(other, "fd12::/48")
	a := must(t.allocateAs(other, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(64)), TagSpecifications: tagged(types.ResourceTypeIpamPoolAllocation, "k", "v")}))(t)

	out := must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(true)}))(t)
	equal(t, "State in the answer of DeleteIpam", out.Ipam.State, types.IpamStateDeleteInProgress)
	t.ipamGone(ipam)
	for _, pool := range []types.IpamPool{top, child, other} {
		t.poolGone(pool)
	}
	for _, id := range []*string{scope.IpamScopeId, ipam.PrivateDefaultScopeId, ipam.PublicDefaultScopeId} {
		t.scopeGone(*id)
	}
	for _, region := range []string{home, away} {
		c := t.ec2(region)
		equal(t, "number of pools in "+region, len(must(c.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{}))(t).IpamPools), 0)
		equal(t, "number of scopes in "+region, len(must(c.DescribeIpamScopes(t.ctx, &ec2.DescribeIpamScopesInput{}))(t).IpamScopes), 0)
		equal(t, "number of allocations in "+region, len(must(c.DescribeIpamPoolAllocations(t.ctx, &ec2.DescribeIpamPoolAllocationsInput{}))(t).IpamPoolAllocations), 0)
		equal(t, "number of tags in "+region, len(must(c.DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags), 0)
	}
	_, err := t.ec2(home).ModifyIpamPoolAllocation(t.ctx, &ec2.ModifyIpamPoolAllocationInput{IpamPoolAllocationId: a.IpamPoolAllocationId})
	wantErrorOf(t, "modifying an allocation that went", err, "InvalidIpamPoolAllocationId.NotFound", "")
	again := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(again, "10.0.0.0/8")
}

func cascadePublic(t *T) {
	ipam := t.ipam()
	private, public := t.pool(ipam.PrivateDefaultScopeId), t.pool(ipam.PublicDefaultScopeId, advertisable(true))
	_, err := t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(true)})
	wantError(t, err, "DependencyViolation", "")
	t.awaitPool(*private.IpamPoolId, types.IpamPoolStateCreateComplete)
	t.deletePool(public, false)
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(true)}))(t)
	t.ipamGone(ipam)
}

func cascadePool(t *T) {
	ipam := t.ipam()
	top := t.pool(ipam.PrivateDefaultScopeId)
	t.provision(top, "10.0.0.0/8")
	child := t.child(top)
	t.provision(child, "10.0.0.0/16")
	grandchild := t.child(child)
	t.provision(grandchild, "10.0.0.0/24")
	t.allocateLength(grandchild, 28)
	sibling := t.child(top)
	t.provision(sibling, "10.1.0.0/16")
	t.deletePool(child, true)
	t.poolGone(grandchild)
	equal(t, "number of pools left", len(must(t.ec2(home).DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{}))(t).IpamPools), 2)
	left := t.allocations(top)
	if len(left) != 1 || str(left[0].Cidr) != "10.1.0.0/16" {
		t.Errorf("the parent's allocations are %s, want that of the sibling only", jsonLines(left))
	}
	equal(t, "PoolCount", num(t.awaitScope(*ipam.PrivateDefaultScopeId, types.IpamScopeStateCreateComplete).PoolCount), "2")
}

func cascadePublicPool(t *T) {
	pool := t.pool(t.ipam().PublicDefaultScopeId, amazonIPv6)
	t.provisionLength(pool, 52)
	_, err := t.ec2(home).DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: pool.IpamPoolId, Cascade: new(true)})
	wantRefusal(t, "deleting a public pool by cascade", err)
	t.awaitPool(*pool.IpamPoolId, types.IpamPoolStateCreateComplete)
	t.deprovision(pool, *t.cidrs(pool)[0].Cidr, types.IpamPoolCidrStateDeprovisioned)
	t.deletePool(pool, false)
}

func cascadeFrees(t *T) {
	scope := t.ipam().PrivateDefaultScopeId
	top := t.pool(scope)
	t.provision(top, "10.0.0.0/8")
	child := t.child(top)
	t.provision(child, "10.0.0.0/9")
	t.deletePool(child, true)
	equal(t, "the parent's next /9", str(t.allocateLength(top, 9).Cidr), "10.0.0.0/9")
	t.deletePool(top, true)
	t.provision(t.pool(scope), "10.0.0.0/8")
}
