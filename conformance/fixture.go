package conformance

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ipam creates an IPAM at home that operates in further Regions, too.
func (t *T) ipam(regions ...string) types.Ipam {
	in := &ec2.CreateIpamInput{}
	for _, region := range regions {
		in.OperatingRegions = append(in.OperatingRegions, types.AddIpamOperatingRegion{RegionName: new(region)})
	}
	return t.ipamIn(home, in)
}

func (t *T) ipamIn(region string, in *ec2.CreateIpamInput) types.Ipam {
	out := must(t.ec2(region).CreateIpam(t.ctx, in))(t)
	return t.awaitIpam(region, *out.Ipam.IpamId, types.IpamStateCreateComplete)
}

func (t *T) awaitIpam(region, id string, state types.IpamState) (ipam types.Ipam) {
	t.await(id+" to be "+string(state), func() bool {
		out := must(t.ec2(region).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{id}}))(t)
		if len(out.Ipams) != 1 {
			t.Fatalf("DescribeIpams(%s) = %d IPAMs, want 1", id, len(out.Ipams))
		}
		ipam = out.Ipams[0]
		return ipam.State == state
	})
	return ipam
}

func (t *T) scope(ipam types.Ipam) types.IpamScope {
	out := must(t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId}))(t)
	return t.awaitScope(*out.IpamScope.IpamScopeId, types.IpamScopeStateCreateComplete)
}

func (t *T) awaitScope(id string, state types.IpamScopeState) (scope types.IpamScope) {
	t.await(id+" to be "+string(state), func() bool {
		out := must(t.ec2(home).DescribeIpamScopes(t.ctx, &ec2.DescribeIpamScopesInput{IpamScopeIds: []string{id}}))(t)
		if len(out.IpamScopes) != 1 {
			t.Fatalf("DescribeIpamScopes(%s) = %d scopes, want 1", id, len(out.IpamScopes))
		}
		scope = out.IpamScopes[0]
		return scope.State == state
	})
	return scope
}

// with changes the request of a pool.
type with func(*ec2.CreateIpamPoolInput)

func locale(region string) with { return func(in *ec2.CreateIpamPoolInput) { in.Locale = new(region) } }

func ipv6(in *ec2.CreateIpamPoolInput) { in.AddressFamily = types.AddressFamilyIpv6 }

func netmasks(min, max, def int32) with {
	return func(in *ec2.CreateIpamPoolInput) {
		in.AllocationMinNetmaskLength, in.AllocationMaxNetmaskLength, in.AllocationDefaultNetmaskLength = new(min), new(max), new(def)
	}
}

func defaultNetmask(length int32) with {
	return func(in *ec2.CreateIpamPoolInput) { in.AllocationDefaultNetmaskLength = new(length) }
}

func amazonIPv6(in *ec2.CreateIpamPoolInput) {
	in.AddressFamily, in.Locale, in.AwsService, in.PublicIpSource = types.AddressFamilyIpv6, new(home), types.IpamPoolAwsServiceEc2, types.IpamPoolPublicIpSourceAmazon
}

// source makes a pool the child of another, of the same family.
func source(parent types.IpamPool) with {
	return func(in *ec2.CreateIpamPoolInput) {
		in.SourceIpamPoolId, in.AddressFamily = parent.IpamPoolId, parent.AddressFamily
	}
}

func poolInput(scope *string, changes ...with) *ec2.CreateIpamPoolInput {
	in := &ec2.CreateIpamPoolInput{IpamScopeId: scope, AddressFamily: types.AddressFamilyIpv4}
	for _, change := range changes {
		change(in)
	}
	return in
}

// pool creates a pool, of IPv4 unless told otherwise.
func (t *T) pool(scope *string, changes ...with) types.IpamPool {
	out := must(t.ec2(home).CreateIpamPool(t.ctx, poolInput(scope, changes...)))(t)
	return t.awaitPool(*out.IpamPool.IpamPoolId, types.IpamPoolStateCreateComplete)
}

func (t *T) child(parent types.IpamPool, changes ...with) types.IpamPool {
	return t.pool(scopeOf(parent), slices.Concat([]with{source(parent)}, changes)...)
}

func (t *T) awaitPool(id string, state types.IpamPoolState) (pool types.IpamPool) {
	t.await(id+" to be "+string(state), func() bool {
		out := must(t.ec2(home).DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{id}}))(t)
		if len(out.IpamPools) != 1 {
			t.Fatalf("DescribeIpamPools(%s) = %d pools, want 1", id, len(out.IpamPools))
		}
		pool = out.IpamPools[0]
		return pool.State == state
	})
	return pool
}

// provision gives a pool a CIDR and waits for it.
func (t *T) provision(pool types.IpamPool, cidr string) types.IpamPoolCidr {
	return t.provisionAs(pool, types.IpamPoolCidrStateProvisioned, &ec2.ProvisionIpamPoolCidrInput{Cidr: new(cidr)})
}

func (t *T) provisionLength(pool types.IpamPool, length int32) types.IpamPoolCidr {
	return t.provisionAs(pool, types.IpamPoolCidrStateProvisioned, &ec2.ProvisionIpamPoolCidrInput{NetmaskLength: new(length)})
}

// provisionAs gives a pool a CIDR and waits until it is in a state.
func (t *T) provisionAs(pool types.IpamPool, state types.IpamPoolCidrState, in *ec2.ProvisionIpamPoolCidrInput) types.IpamPoolCidr {
	in.IpamPoolId = pool.IpamPoolId
	out := must(t.ec2(home).ProvisionIpamPoolCidr(t.ctx, in))(t)
	equal(t, "state in the answer of ProvisionIpamPoolCidr", out.IpamPoolCidr.State, types.IpamPoolCidrStatePendingProvision)
	return t.awaitCIDR(pool, *out.IpamPoolCidr.IpamPoolCidrId, state)
}

func (t *T) awaitCIDR(pool types.IpamPool, id string, state types.IpamPoolCidrState) (cidr types.IpamPoolCidr) {
	t.await(id+" to be "+string(state), func() bool {
		found := t.cidrs(pool, filter("ipam-pool-cidr-id", id))
		if len(found) != 1 {
			t.Fatalf("GetIpamPoolCidrs(ipam-pool-cidr-id=%s) = %d CIDRs, want 1", id, len(found))
		}
		cidr = found[0]
		return cidr.State == state
	})
	return cidr
}

// deprovision takes a CIDR from a pool and waits until it is in a state.
func (t *T) deprovision(pool types.IpamPool, cidr string, state types.IpamPoolCidrState) types.IpamPoolCidr {
	must(t.ec2(home).DeprovisionIpamPoolCidr(t.ctx,
		&ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: &cidr}))(t)
	return t.awaitCIDR(pool, *t.cidr(pool, cidr).IpamPoolCidrId, state)
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: values}
}

func (t *T) cidrs(pool types.IpamPool, filters ...types.Filter) []types.IpamPoolCidr {
	return must(t.ec2(home).GetIpamPoolCidrs(t.ctx,
		&ec2.GetIpamPoolCidrsInput{IpamPoolId: pool.IpamPoolId, Filters: filters}))(t).IpamPoolCidrs
}

// cidr returns the one record of a CIDR.
func (t *T) cidr(pool types.IpamPool, cidr string) types.IpamPoolCidr {
	found := t.cidrs(pool, filter("cidr", cidr))
	if len(found) != 1 {
		t.Fatalf("GetIpamPoolCidrs(cidr=%s) = %d CIDRs, want 1", cidr, len(found))
	}
	return found[0]
}

// at is the Region where a pool's space is given away.
func at(pool types.IpamPool) string {
	if str(pool.Locale) == "None" {
		return *pool.IpamRegion
	}
	return *pool.Locale
}

func (t *T) allocateAs(pool types.IpamPool, in *ec2.AllocateIpamPoolCidrInput) (types.IpamPoolAllocation, error) {
	in.IpamPoolId = pool.IpamPoolId
	out, err := t.ec2(at(pool)).AllocateIpamPoolCidr(t.ctx, in)
	if err != nil {
		return types.IpamPoolAllocation{}, err
	}
	return *out.IpamPoolAllocation, nil
}

// allocate takes a CIDR out of a pool.
func (t *T) allocate(pool types.IpamPool, cidr string) types.IpamPoolAllocation {
	return must(t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{Cidr: &cidr}))(t)
}

func (t *T) allocateLength(pool types.IpamPool, length int32) types.IpamPoolAllocation {
	return must(t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: &length}))(t)
}

func (t *T) release(pool types.IpamPool, a types.IpamPoolAllocation) {
	out := must(t.ec2(at(pool)).ReleaseIpamPoolAllocation(t.ctx,
		&ec2.ReleaseIpamPoolAllocationInput{IpamPoolId: pool.IpamPoolId, Cidr: a.Cidr, IpamPoolAllocationId: a.IpamPoolAllocationId}))(t)
	equal(t, "success of ReleaseIpamPoolAllocation", boolean(out.Success), "true")
}

func (t *T) allocations(pool types.IpamPool, filters ...types.Filter) []types.IpamPoolAllocation {
	return must(t.ec2(at(pool)).GetIpamPoolAllocations(t.ctx,
		&ec2.GetIpamPoolAllocationsInput{IpamPoolId: pool.IpamPoolId, Filters: filters}))(t).IpamPoolAllocations
}

// gone waits until a look-up fails with the error that says so.
func (t *T) gone(what, code, message string, lookup func() error) {
	var err error
	t.await(what+" to be gone", func() bool {
		err = lookup()
		return err != nil
	})
	wantErrorOf(t, "looking up "+what, err, code, message)
}

func (t *T) deletePool(pool types.IpamPool, cascade bool) {
	out := must(t.ec2(home).DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: pool.IpamPoolId, Cascade: &cascade}))(t)
	equal(t, "state in the answer of DeleteIpamPool", out.IpamPool.State, types.IpamPoolStateDeleteInProgress)
	t.poolGone(pool)
}

func (t *T) poolGone(pool types.IpamPool) {
	id := *pool.IpamPoolId
	t.gone(id, "InvalidIpamPoolId.NotFound", "The ipam-pool ID '"+id+"' does not exist", func() error {
		_, err := t.ec2(home).DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{id}})
		return err
	})
}

// tagged is the tag specification of a request that creates something.
func tagged(kind types.ResourceType, keysAndValues ...string) []types.TagSpecification {
	return []types.TagSpecification{{ResourceType: kind, Tags: tags(keysAndValues...)}}
}

func tags(keysAndValues ...string) []types.Tag {
	list := []types.Tag{}
	for pair := range slices.Chunk(keysAndValues, 2) {
		list = append(list, types.Tag{Key: &pair[0], Value: &pair[1]})
	}
	return list
}

func regions(names ...string) (list []types.AddIpamOperatingRegion) {
	for _, name := range names {
		list = append(list, types.AddIpamOperatingRegion{RegionName: &name})
	}
	return list
}

// regionNames are the operating Regions of an IPAM, sorted.
func regionNames(ipam types.Ipam) string {
	var names []string
	for _, r := range ipam.OperatingRegions {
		names = append(names, str(r.RegionName))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
