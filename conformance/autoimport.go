package conformance

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var autoImportTests = []Test{
	{"a VPC made by hand in another Region is imported and noncompliant", "B740", importedFromAfar},
	{"a VPC that is only seen reserves nothing", "B741", seenReservesNothing},
	{"a pool imports as soon as it can", "B742", importedAsSoonAs},
	{"the largest of overlapping CIDRs is imported", "B743", largestImported},
	{"nothing is imported over what another pool has", "B744", nestedImport},
	{"rules don't keep a CIDR out", "B745", importedAgainstRules},
	{"what was imported stays when the pool imports no more", "B746", importEnds},
	{"an ignored CIDR is not imported", "B747", ignoredNotImported},
	{"what an IPAM gets to see is imported", "B748", importedWhenSeen},
}

func autoImport(in *ec2.CreateIpamPoolInput) { in.AutoImport = new(true) }

// awaitImport waits until a resource is in a pool; AWS was seen to take more than 15 minutes.
func (t *T) awaitImport(pool types.IpamPool, ids ...string) {
	slices.Sort(ids)
	t.awaitSlowly("the import", func() bool { return slices.Equal(t.resourcesIn(pool), ids) })
}

// resourcesIn are the ids of the resources that a pool has given space to.
func (t *T) resourcesIn(pool types.IpamPool) []string {
	ids := []string{}
	for _, a := range t.allocations(pool) {
		ids = append(ids, str(a.ResourceId))
	}
	slices.Sort(ids)
	return ids
}

// notImported checks that a pool has given space to nobody else.
func (t *T) notImported(pool types.IpamPool, ids ...string) {
	slices.Sort(ids)
	equal(t, "resources in the pool", strings.Join(t.resourcesIn(pool), " "), strings.Join(ids, " "))
}

func (t *T) setAutoImport(pool types.IpamPool, on bool) {
	must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, AutoImport: new(on)}))(t)
}

// importer is a pool at home with a CIDR that imports.
func (t *T) importer(scope *string, cidr string, changes ...with) types.IpamPool {
	pool := t.pool(scope, slices.Concat([]with{locale(home), autoImport}, changes)...)
	t.provision(pool, cidr)
	return pool
}

func importedFromAfar(t *T) {
	ipam := t.ipam(away)
	pool := t.importer(ipam.PrivateDefaultScopeId, "10.0.0.0/16")
	vpc := t.handMade(t.account, away, "10.0.5.0/24")
	t.awaitImport(pool, vpc)
	row := t.rowOf(ipam.PrivateDefaultScopeId, vpc)
	equal(t, "states", states(row), "managed noncompliant nonoverlapping")
	equal(t, "ipamPoolId", str(row.IpamPoolId), *pool.IpamPoolId)
	equal(t, "resourceRegion", str(row.ResourceRegion), away)
	a := t.allocations(pool)[0]
	matches(t, "the allocation's id", str(a.IpamPoolAllocationId), `ipam-pool-alloc-[0-9a-f]{33}|ipam-pool-alloc-[0-9a-f]{32}`)
	a.IpamPoolAllocationId = nil
	equalRecord(t, "the allocation", a, types.IpamPoolAllocation{
		Cidr: new("10.0.5.0/24"), ResourceId: new(vpc), ResourceType: types.IpamPoolAllocationResourceTypeVpc,
		ResourceOwner: new(t.account), ResourceRegion: new(away), Tags: a.Tags,
	})
	local := t.handMade(t.account, home, "10.0.6.0/24")
	t.awaitImport(pool, vpc, local)
	equal(t, "a VPC in the locale", states(t.rowOf(ipam.PrivateDefaultScopeId, local)), "managed compliant nonoverlapping")
}

func seenReservesNothing(t *T) {
	ipam := t.ipam()
	vpc := t.handMade(t.account, home, "10.0.0.0/16")
	pool, managed := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 24)
	equal(t, "the VPC that was there", states(t.rowOf(ipam.PrivateDefaultScopeId, vpc)), "unmanaged unmanaged overlapping")
	equal(t, "the VPC from the pool", states(t.rowOf(ipam.PrivateDefaultScopeId, managed)), "managed compliant overlapping")
	t.setAutoImport(pool, true)
	t.notImported(pool, managed)
	equal(t, "the VPC that can't be imported", states(t.rowOf(ipam.PrivateDefaultScopeId, vpc)), "unmanaged unmanaged overlapping")
}

func importedAsSoonAs(t *T) {
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	pool := t.pool(scope, locale(home))
	t.provision(pool, "10.0.0.0/16")
	inside, later, outside := t.handMade(t.account, home, "10.0.0.0/24"), t.handMade(t.account, home, "10.1.0.0/24"), t.handMade(t.account, home, "10.3.0.0/24")
	t.notImported(pool)
	t.setAutoImport(pool, true)
	t.awaitImport(pool, inside)
	t.provision(pool, "10.1.0.0/16")
	t.awaitImport(pool, inside, later)
	must(t.ec2(home).AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: new(outside), CidrBlock: new("10.1.1.0/24")}))(t)
	t.awaitImport(pool, inside, later, outside)
	equal(t, "the block that the pool has", cidrList(t.cidrsIn(scope, by("ipam-pool-id", *pool.IpamPoolId))), "10.0.0.0/24 10.1.0.0/24 10.1.1.0/24")

	custom := t.allocate(pool, "10.1.128.0/24")
	last := t.handMade(t.account, home, "10.1.128.0/25")
	equal(t, "the VPC over a custom allocation", states(t.rowOf(scope, last)), "unmanaged unmanaged overlapping")
	t.release(pool, custom)
	t.awaitImport(pool, inside, later, outside, last)
	equal(t, "after its release", states(t.rowOf(scope, last)), "managed compliant nonoverlapping")
}

func largestImported(t *T) {
	ipam := t.ipam()
	small, large := t.handMade(t.account, home, "10.0.1.0/24"), t.handMade(t.account, home, "10.0.0.0/20")
	twins := []string{t.handMade(t.account, home, "10.0.64.0/24"), t.handMade(t.account, home, "10.0.64.0/24")}
	t.handMade(t.account, home, "10.0.0.0/16") // larger than a CIDR of the pool
	pool := t.importer(ipam.PrivateDefaultScopeId, "10.0.0.0/17")
	t.awaitSlowly("the import", func() bool { return len(t.resourcesIn(pool)) == 2 })
	equal(t, "the largest", states(t.rowOf(ipam.PrivateDefaultScopeId, large)), "managed compliant overlapping")
	equal(t, "the one inside", states(t.rowOf(ipam.PrivateDefaultScopeId, small)), "unmanaged unmanaged overlapping")
	managed := t.cidrsIn(ipam.PrivateDefaultScopeId, by("resource-cidr", "10.0.64.0/24"), func(in *ec2.GetIpamResourceCidrsInput) {
		in.IpamPoolId = pool.IpamPoolId
	})
	if len(managed) != 1 || !slices.Contains(twins, str(managed[0].ResourceId)) {
		t.Errorf("of two equal CIDRs %d are imported, want 1", len(managed))
	}
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: new(large)}))(t)
	t.awaitSlowly("the import of the one inside", func() bool {
		return string(t.rowOf(ipam.PrivateDefaultScopeId, small).ManagementState) == "managed"
	})
}

func nestedImport(t *T) {
	ipam := t.ipam()
	top := t.importer(ipam.PrivateDefaultScopeId, "10.0.0.0/8")
	silent := t.child(top)
	t.provision(silent, "10.1.0.0/16")
	open := t.child(top, autoImport)
	t.provision(open, "10.2.0.0/16")
	t.handMade(t.account, home, "10.1.0.0/24")
	inner, outer := t.handMade(t.account, home, "10.2.0.0/24"), t.handMade(t.account, home, "10.3.0.0/24")
	t.awaitImport(open, inner)
	t.awaitImport(top, outer, *silent.IpamPoolId, *open.IpamPoolId)
	t.notImported(silent)
}

func importedAgainstRules(t *T) {
	ipam := t.ipam()
	pool := t.importer(ipam.PrivateDefaultScopeId, "10.0.0.0/16", netmasks(20, 24, 24), func(in *ec2.CreateIpamPoolInput) {
		in.AllocationResourceTags = []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}}
	})
	small := t.handMade(t.account, home, "10.0.0.0/28")
	good := *must(t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{
		CidrBlock: new("10.0.1.0/24"), TagSpecifications: tagged(types.ResourceTypeVpc, "env", "prod"),
	}))(t).Vpc.VpcId
	t.awaitImport(pool, small, good)
	equal(t, "against the rules", states(t.rowOf(ipam.PrivateDefaultScopeId, small)), "managed noncompliant nonoverlapping")
	equal(t, "within the rules", states(t.rowOf(ipam.PrivateDefaultScopeId, good)), "managed compliant nonoverlapping")
}

func importEnds(t *T) {
	ipam := t.ipam()
	pool := t.importer(ipam.PrivateDefaultScopeId, "10.0.0.0/16")
	vpc := t.handMade(t.account, home, "10.0.0.0/24")
	t.awaitImport(pool, vpc)
	t.setAutoImport(pool, false)
	t.handMade(t.account, home, "10.0.1.0/24")
	t.notImported(pool, vpc)
	a := t.allocations(pool)[0]
	_, err := t.ec2(home).ReleaseIpamPoolAllocation(t.ctx, &ec2.ReleaseIpamPoolAllocationInput{IpamPoolId: pool.IpamPoolId, Cidr: a.Cidr, IpamPoolAllocationId: a.IpamPoolAllocationId})
	wantRefusal(t, "the release of what was imported", err)
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: new(vpc)}))(t)
	t.awaitSlowly("the release", func() bool { return len(t.allocations(pool)) == 0 })
}

func ignoredNotImported(t *T) {
	ipam := t.ipam()
	pool := t.importer(ipam.PrivateDefaultScopeId, "10.0.0.0/16")
	vpc := t.handMade(t.account, home, "10.0.0.0/24")
	t.awaitImport(pool, vpc)
	must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, monitor(t.rowOf(ipam.PrivateDefaultScopeId, vpc), false)))(t)
	t.awaitSlowly("the release", func() bool { return len(t.allocations(pool)) == 0 })
	t.setAutoImport(pool, false)
	t.setAutoImport(pool, true)
	t.notImported(pool)
	must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, monitor(t.rowOf(ipam.PrivateDefaultScopeId, vpc), true)))(t)
	t.awaitImport(pool, vpc)
}

func importedWhenSeen(t *T) {
	partner := t.OtherAccount()
	d := t.createDiscovery(partner, &ec2.CreateIpamResourceDiscoveryInput{})
	theirs := t.handMade(partner, home, "10.0.1.0/24")
	ipam := t.ipam()
	pool := t.importer(ipam.PrivateDefaultScopeId, "10.0.0.0/16")
	abroad := t.handMade(t.account, away, "10.0.2.0/24")
	t.notImported(pool)
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, AddOperatingRegions: regions(away)}))(t)
	t.awaitImport(pool, abroad)
	t.shareDiscovery(d, t.account)
	t.associateDiscovery(ipam, d)
	t.awaitImport(pool, abroad, theirs)

	w := t.organization()
	member := t.handMade(w.workload, home, "10.50.0.0/24")
	n := t.as(w.network)
	defer t.adopt(n)
	w.ipam = n.ipam()
	pool = n.importer(w.ipam.PrivateDefaultScopeId, "10.50.0.0/16")
	n.notImported(pool)
	t.delegate(w)
	n.awaitImport(pool, member)
}
