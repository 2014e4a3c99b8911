package conformance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
)

var monitoringTests = []Test{
	{"a VPC of one's own is seen unmanaged, with its subnets", "B720", unmanagedVPC},
	{"a VPC from a pool is managed and compliant", "B721", managedVPC},
	{"a pool's rules flag what it has given away", "B722", flagged},
	{"CIDRs overlap over accounts and Regions, not over scopes", "B723", overlaps},
	{"a VPC overlaps a custom allocation", "B724", overlapsCustom},
	{"there is a row for each CIDR, IPv6 in the public scope", "B725", rowPerCIDR},
	{"what is used of a CIDR has four decimals", "B726", ipUsage},
	{"only operating Regions are seen", "B727", onlyOperatingRegions},
	{"an ignored CIDR loses its space and is compared with nothing", "B728", ignoredCIDR},
	{"a CIDR moves to another private scope, with its subnets", "B729", movedCIDR},
	{"a CIDR with space from a pool moves once the pool has it back", "B730", movedLater},
	{"what can't be ignored or moved", "B731", unmovable},
	{"the administrator sees the members, but for those excluded", "B732", organizationsCIDRs},
	{"a shared discovery brings in the account outside", "B733", outsidersCIDRs},
	{"the rows are filtered and paged", "B734", filteredCIDRs},
	{"a subnet from a planning pool is managed", "B735", plannedSubnet},
	{"a share that ends makes VPCs noncompliant", "B736", strangers},
}

// cidrsIn are the rows of a scope.
func (t *T) cidrsIn(scope *string, change ...func(*ec2.GetIpamResourceCidrsInput)) []types.IpamResourceCidr {
	in := &ec2.GetIpamResourceCidrsInput{IpamScopeId: scope}
	for _, c := range change {
		c(in)
	}
	return must(t.ec2(home).GetIpamResourceCidrs(t.ctx, in))(t).IpamResourceCidrs
}

// rowOf is the only row of a resource in a scope.
func (t *T) rowOf(scope *string, id string) types.IpamResourceCidr {
	rows := t.cidrsIn(scope, func(in *ec2.GetIpamResourceCidrsInput) { in.ResourceId = new(id) })
	if len(rows) != 1 {
		t.Fatalf("GetIpamResourceCidrs(%s) = %d rows, want 1", id, len(rows))
	}
	return rows[0]
}

// states are the three of a row.
func states(r types.IpamResourceCidr) string {
	return fmt.Sprintf("%s %s %s", r.ManagementState, r.ComplianceStatus, r.OverlapStatus)
}

// handMade makes a VPC without a pool.
func (t *T) handMade(account, region, cidr string) string {
	return *must(t.ec2As(account, region).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new(cidr)}))(t).Vpc.VpcId
}

func (t *T) subnetIn(account, region, vpc, cidr string) types.Subnet {
	return *must(t.ec2As(account, region).CreateSubnet(t.ctx, &ec2.CreateSubnetInput{VpcId: new(vpc), CidrBlock: new(cidr)}))(t).Subnet
}

func unmanagedVPC(t *T) {
	ipam := t.ipam(away)
	vpc := must(t.ec2(away).CreateVpc(t.ctx, &ec2.CreateVpcInput{
		CidrBlock: new("10.5.0.0/16"), TagSpecifications: tagged(types.ResourceTypeVpc, "Name", "by hand", "env", "test"),
	}))(t).Vpc.VpcId
	equalRecord(t, "the VPC's row", t.rowOf(ipam.PrivateDefaultScopeId, *vpc), types.IpamResourceCidr{
		IpamId: ipam.IpamId, IpamScopeId: ipam.PrivateDefaultScopeId,
		ResourceRegion: new(away), ResourceOwnerId: new(t.account), ResourceId: vpc, ResourceName: new("by hand"),
		ResourceCidr: new("10.5.0.0/16"), ResourceType: types.IpamResourceTypeVpc,
		ResourceTags:     []types.IpamResourceTag{{Key: new("Name"), Value: new("by hand")}, {Key: new("env"), Value: new("test")}},
		IpUsage:          new(0.0),
		ManagementState:  types.IpamManagementStateUnmanaged,
		ComplianceStatus: types.IpamComplianceStatusUnmanaged,
		OverlapStatus:    types.IpamOverlapStatusNonoverlapping,
		VpcId:            vpc,
	})
	subnet := t.subnetIn(t.account, away, *vpc, "10.5.0.0/24")
	equalRecord(t, "the subnet's row", t.rowOf(ipam.PrivateDefaultScopeId, *subnet.SubnetId), types.IpamResourceCidr{
		IpamId: ipam.IpamId, IpamScopeId: ipam.PrivateDefaultScopeId,
		ResourceRegion: new(away), ResourceOwnerId: new(t.account), ResourceId: subnet.SubnetId,
		ResourceCidr: new("10.5.0.0/24"), ResourceType: types.IpamResourceTypeSubnet,
		ResourceTags: []types.IpamResourceTag{}, IpUsage: new(0.0195),
		VpcId: vpc, AvailabilityZoneId: subnet.AvailabilityZoneId,
	})
	_, err := t.ec2(away).GetIpamResourceCidrs(t.ctx, &ec2.GetIpamResourceCidrsInput{IpamScopeId: ipam.PrivateDefaultScopeId})
	wantError(t, err, "InvalidIpamScopeId.NotFound", "The ipam-scope ID '…' does not exist")
}

// managedIn makes a VPC from a new pool at home.
func (t *T) managedIn(scope *string, cidr string, length int32, changes ...with) (types.IpamPool, string) {
	pool := t.pool(scope, slices.Concat([]with{locale(home)}, changes)...)
	t.provision(pool, cidr)
	return pool, *must(t.vpcFrom(t.account, home, pool, length))(t).Vpc.VpcId
}

func managedVPC(t *T) {
	ipam := t.ipam()
	pool, vpc := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 24)
	row := t.rowOf(ipam.PrivateDefaultScopeId, vpc)
	equal(t, "states", states(row), "managed compliant nonoverlapping")
	equal(t, "ipamPoolId", str(row.IpamPoolId), *pool.IpamPoolId)
	equal(t, "resourceName", str(row.ResourceName), absent)

	scope := t.scope(ipam)
	_, elsewhere := t.managedIn(scope.IpamScopeId, "10.0.0.0/16", 24)
	equal(t, "scope of a VPC from a pool in another scope", str(t.rowOf(scope.IpamScopeId, elsewhere).IpamScopeId), *scope.IpamScopeId)
	equal(t, "rows of the first scope", len(t.cidrsIn(ipam.PrivateDefaultScopeId)), 1)
}

func flagged(t *T) {
	ipam := t.ipam()
	pool, vpc := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 24)
	is := func(when, want string) {
		equal(t, "compliance "+when, string(t.rowOf(ipam.PrivateDefaultScopeId, vpc).ComplianceStatus), want)
	}
	modify := func(in ec2.ModifyIpamPoolInput) {
		in.IpamPoolId = pool.IpamPoolId
		must(t.ec2(home).ModifyIpamPool(t.ctx, &in))(t)
	}
	modify(ec2.ModifyIpamPoolInput{AllocationMinNetmaskLength: new(int32(25))})
	is("with a netmask shorter than the minimum", "noncompliant")
	modify(ec2.ModifyIpamPoolInput{AllocationMinNetmaskLength: new(int32(20))})
	is("within the bounds", "compliant")
	env := []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}}
	modify(ec2.ModifyIpamPoolInput{AddAllocationResourceTags: env})
	is("without a tag that is required since", "noncompliant")
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{vpc}, Tags: tags("env", "test")}))(t)
	is("with another value", "noncompliant")
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{vpc}, Tags: tags("env", "prod", "more", "tags")}))(t)
	is("with the tag", "compliant")
}

func overlaps(t *T) {
	w := t.delegated()
	n := t.as(w.network)
	defer t.adopt(n)
	a, b := t.handMade(w.workload, away, "10.99.0.0/24"), t.handMade(w.network, home, "10.99.0.0/16")
	alone := t.handMade(w.network, home, "10.98.0.0/16")
	scope := w.ipam.PrivateDefaultScopeId
	for id, want := range map[string]types.IpamOverlapStatus{a: types.IpamOverlapStatusOverlapping, b: types.IpamOverlapStatusOverlapping, alone: types.IpamOverlapStatusNonoverlapping} {
		equal(t, "overlap of "+id, n.rowOf(scope, id).OverlapStatus, want)
	}
	second := n.scope(w.ipam)
	in := &ec2.ModifyIpamResourceCidrInput{
		ResourceId: new(a), ResourceCidr: new("10.99.0.0/24"), ResourceRegion: new(away), CurrentIpamScopeId: scope,
		DestinationIpamScopeId: second.IpamScopeId, Monitored: new(true),
	}
	must(n.ec2(home).ModifyIpamResourceCidr(t.ctx, in))(t)
	equal(t, "overlap in another scope", n.rowOf(second.IpamScopeId, a).OverlapStatus, types.IpamOverlapStatusNonoverlapping)
	equal(t, "overlap with what has moved", n.rowOf(scope, b).OverlapStatus, types.IpamOverlapStatusNonoverlapping)
}

func overlapsCustom(t *T) {
	ipam := t.ipam()
	pool, managed := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 24)
	byHand := t.handMade(t.account, home, "10.0.128.0/24")
	equal(t, "a VPC in the pool's range", states(t.rowOf(ipam.PrivateDefaultScopeId, byHand)), "unmanaged unmanaged nonoverlapping")
	custom := t.allocate(pool, "10.0.128.0/25")
	equal(t, "a VPC over a custom allocation", states(t.rowOf(ipam.PrivateDefaultScopeId, byHand)), "unmanaged unmanaged overlapping")
	equal(t, "the VPC beside it", states(t.rowOf(ipam.PrivateDefaultScopeId, managed)), "managed compliant nonoverlapping")
	t.release(pool, custom)
	equal(t, "the VPC after the release", states(t.rowOf(ipam.PrivateDefaultScopeId, byHand)), "unmanaged unmanaged nonoverlapping")
}

func rowPerCIDR(t *T) {
	ipam := t.ipam()
	client := t.ec2(home)
	vpc := t.handMade(t.account, home, "10.0.0.0/16")
	must(client.AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: new(vpc), CidrBlock: new("10.1.0.0/16")}))(t)
	must(client.AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: new(vpc), AmazonProvidedIpv6CidrBlock: new(true)}))(t)
	equal(t, "private CIDRs", cidrList(t.cidrsIn(ipam.PrivateDefaultScopeId)), "10.0.0.0/16 10.1.0.0/16")
	public := t.cidrsIn(ipam.PublicDefaultScopeId)
	if len(public) != 1 || !strings.HasSuffix(str(public[0].ResourceCidr), "::/56") {
		t.Errorf("public CIDRs = %s, want a /56", jsonLines(public))
	}
}

func cidrList(rows []types.IpamResourceCidr) string {
	var list []string
	for _, r := range rows {
		list = append(list, str(r.ResourceCidr))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func ipUsage(t *T) {
	ipam := t.ipam()
	vpc := t.handMade(t.account, home, "172.31.0.0/16")
	used := func(id string) string {
		p := t.rowOf(ipam.PrivateDefaultScopeId, id).IpUsage
		if p == nil {
			return absent
		}
		return fmt.Sprint(*p)
	}
	equal(t, "without subnets", used(vpc), "0")
	first := t.subnetIn(t.account, home, vpc, "172.31.0.0/24")
	equal(t, "with a /24", used(vpc), "0.0039")
	equal(t, "an idle /24", used(*first.SubnetId), "0.0195")
	second := t.subnetIn(t.account, home, vpc, "172.31.16.0/20")
	equal(t, "an idle /20", used(*second.SubnetId), "0.0012")
	for i := range 5 {
		t.subnetIn(t.account, home, vpc, fmt.Sprintf("172.31.%d.0/20", 32+16*i))
	}
	must(t.ec2(home).DeleteSubnet(t.ctx, &ec2.DeleteSubnetInput{SubnetId: first.SubnetId}))(t)
	equal(t, "with six /20", used(vpc), "0.375")
}

func onlyOperatingRegions(t *T) {
	ipam := t.ipam()
	vpc := t.handMade(t.account, away, "10.0.0.0/16")
	equal(t, "rows without the Region", len(t.cidrsIn(ipam.PrivateDefaultScopeId)), 0)
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, AddOperatingRegions: regions(away)}))(t)
	equal(t, "the Region", str(t.rowOf(ipam.PrivateDefaultScopeId, vpc).ResourceRegion), away)
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, RemoveOperatingRegions: []types.RemoveIpamOperatingRegion{{RegionName: new(away)}}}))(t)
	equal(t, "rows after the Region was closed", len(t.cidrsIn(ipam.PrivateDefaultScopeId)), 0)
}

// monitor is a request of ModifyIpamResourceCidr for a row.
func monitor(r types.IpamResourceCidr, monitored bool) *ec2.ModifyIpamResourceCidrInput {
	return &ec2.ModifyIpamResourceCidrInput{
		ResourceId: r.ResourceId, ResourceCidr: r.ResourceCidr, ResourceRegion: r.ResourceRegion, CurrentIpamScopeId: r.IpamScopeId, Monitored: new(monitored),
	}
}

func ignoredCIDR(t *T) {
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	pool, vpc := t.managedIn(scope, "10.0.0.0/16", 24)
	other := t.handMade(t.account, home, "10.0.0.0/24")
	row := t.rowOf(scope, vpc)
	equal(t, "before", states(row), "managed compliant overlapping")

	out := must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, monitor(row, false)))(t).IpamResourceCidr
	equal(t, "in the answer", states(*out), "ignored ignored ignored")
	row = t.rowOf(scope, vpc)
	equal(t, "ignored", states(row), "ignored ignored ignored")
	equal(t, "the pool of an ignored CIDR", str(row.IpamPoolId), absent)
	equal(t, "the other VPC", states(t.rowOf(scope, other)), "unmanaged unmanaged nonoverlapping")
	t.awaitSlowly("the release", func() bool { return len(t.allocations(pool)) == 0 })

	must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, monitor(row, true)))(t)
	equal(t, "monitored again", states(t.rowOf(scope, vpc)), "unmanaged unmanaged overlapping")
	equal(t, "the other VPC again", states(t.rowOf(scope, other)), "unmanaged unmanaged overlapping")
}

// awaitSlowly waits for what takes AWS up to half an hour: that a pool has space back, or has imported. The clock is not moved
// without need, since other tests may share it.
func (t *T) awaitSlowly(what string, ok func() bool) {
	for range 4 {
		if ok() || t.target.Advance == nil {
			break
		}
		t.advance(16 * time.Minute)
	}
	t.await(what, ok)
}

func (t *T) move(r types.IpamResourceCidr, to *string) types.IpamResourceCidr {
	in := monitor(r, true)
	in.DestinationIpamScopeId = to
	return *must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, in))(t).IpamResourceCidr
}

func movedCIDR(t *T) {
	ipam := t.ipam()
	scope := t.scope(ipam)
	vpc := t.handMade(t.account, home, "10.0.0.0/16")
	subnet := t.subnetIn(t.account, home, vpc, "10.0.0.0/24")
	answer := t.move(t.rowOf(ipam.PrivateDefaultScopeId, vpc), scope.IpamScopeId)
	equal(t, "scope in the answer", str(answer.IpamScopeId), *scope.IpamScopeId)
	equal(t, "rows left behind", len(t.cidrsIn(ipam.PrivateDefaultScopeId)), 0)
	equal(t, "the subnet's scope", str(t.rowOf(scope.IpamScopeId, *subnet.SubnetId).IpamScopeId), *scope.IpamScopeId)
	t.move(t.rowOf(scope.IpamScopeId, vpc), ipam.PrivateDefaultScopeId)
	equal(t, "rows after the way back", len(t.cidrsIn(ipam.PrivateDefaultScopeId)), 2)
}

func movedLater(t *T) {
	ipam := t.ipam()
	scope := t.scope(ipam)
	_, vpc := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 24)
	row := t.rowOf(ipam.PrivateDefaultScopeId, vpc)
	answer := t.move(row, scope.IpamScopeId)
	equal(t, "scope in the answer", str(answer.IpamScopeId), *scope.IpamScopeId)
	equal(t, "pool in the answer", str(answer.IpamPoolId), *row.IpamPoolId)
	equal(t, "states in the answer", states(answer), "managed compliant nonoverlapping")
	equal(t, "the scope while allocated", str(t.rowOf(ipam.PrivateDefaultScopeId, vpc).IpamScopeId), *ipam.PrivateDefaultScopeId)
	must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, monitor(row, false)))(t)
	t.awaitSlowly("the move", func() bool { return len(t.cidrsIn(scope.IpamScopeId)) == 1 })
	must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, monitor(t.rowOf(scope.IpamScopeId, vpc), true)))(t)
	equal(t, "after the move", states(t.rowOf(scope.IpamScopeId, vpc)), "unmanaged unmanaged nonoverlapping")
}

func unmovable(t *T) {
	ipam := t.ipam()
	vpc := t.handMade(t.account, home, "10.0.0.0/16")
	subnet := t.subnetIn(t.account, home, vpc, "10.0.0.0/24")
	must(t.ec2(home).AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: new(vpc), AmazonProvidedIpv6CidrBlock: new(true)}))(t)
	public := t.rowOf(ipam.PublicDefaultScopeId, vpc)
	row := t.rowOf(ipam.PrivateDefaultScopeId, vpc)
	try := func(what string, in *ec2.ModifyIpamResourceCidrInput) {
		_, err := t.ec2(home).ModifyIpamResourceCidr(t.ctx, in)
		wantRefusal(t, what, err)
	}
	to := func(in *ec2.ModifyIpamResourceCidrInput, scope *string) *ec2.ModifyIpamResourceCidrInput {
		in.DestinationIpamScopeId = scope
		return in
	}
	try("ignoring in the public scope", monitor(public, false))
	try("a move out of the public scope", to(monitor(public, true), ipam.PrivateDefaultScopeId))
	try("a move into the public scope", to(monitor(row, true), ipam.PublicDefaultScopeId))
	try("a move to an unknown scope", to(monitor(row, true), new("ipam-scope-0123456789abcdef0")))
	sub := t.rowOf(ipam.PrivateDefaultScopeId, *subnet.SubnetId)
	try("ignoring a subnet", monitor(sub, false))
	try("moving a subnet", to(monitor(sub, true), t.scope(ipam).IpamScopeId))
	row.ResourceCidr = new("10.7.0.0/16")
	try("an unknown CIDR", monitor(row, false))
}

func organizationsCIDRs(t *T) {
	w := t.delegated()
	n := t.as(w.network)
	defer t.adopt(n)
	vpc := t.handMade(w.workload, away, "10.77.0.0/16")
	t.handMade(w.management, home, "10.78.0.0/16")
	scope := w.ipam.PrivateDefaultScopeId
	equal(t, "rows of the administrator", cidrList(n.cidrsIn(scope)), "10.77.0.0/16 10.78.0.0/16")
	equal(t, "the owner", str(n.rowOf(scope, vpc).ResourceOwnerId), w.workload)

	path := w.id + "/" + w.root + "/" + w.unit + "/"
	must(t.exclude(w, []string{path}, nil))(t)
	equal(t, "rows with the unit excluded", cidrList(n.cidrsIn(scope)), "10.78.0.0/16")
	must(t.exclude(w, nil, []string{path}))(t)
	must(t.organizations(w.management).RemoveAccountFromOrganization(t.ctx, &organizations.RemoveAccountFromOrganizationInput{AccountId: new(w.workload)}))(t)
	equal(t, "rows after the account has left", cidrList(n.cidrsIn(scope)), "10.78.0.0/16")
	must(t.ec2As(w.management, home).DisableIpamOrganizationAdminAccount(t.ctx, &ec2.DisableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: new(w.network)}))(t)
	equal(t, "rows after the administration has ended", cidrList(n.cidrsIn(scope)), "")
}

func outsidersCIDRs(t *T) {
	partner := t.OtherAccount()
	d := t.createDiscovery(partner, &ec2.CreateIpamResourceDiscoveryInput{OperatingRegions: regions(away)})
	t.handMade(partner, home, "10.1.0.0/16")
	t.handMade(partner, away, "10.2.0.0/16")
	ipam := t.ipam()
	t.shareDiscovery(d, t.account)
	equal(t, "rows before the association", cidrList(t.cidrsIn(ipam.PrivateDefaultScopeId)), "")
	a := t.associateDiscovery(ipam, d)
	equal(t, "rows in the Regions of both", cidrList(t.cidrsIn(ipam.PrivateDefaultScopeId)), "10.1.0.0/16")
	must(t.ec2(home).DisassociateIpamResourceDiscovery(t.ctx, &ec2.DisassociateIpamResourceDiscoveryInput{IpamResourceDiscoveryAssociationId: a.IpamResourceDiscoveryAssociationId}))(t)
	equal(t, "rows after the association", cidrList(t.cidrsIn(ipam.PrivateDefaultScopeId)), "")
}

func filteredCIDRs(t *T) {
	ipam := t.ipam(away)
	pool, managed := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 24)
	for i := range 8 {
		vpc := t.handMade(t.account, []string{home, away}[i%2], fmt.Sprintf("10.%d.0.0/16", 10+i))
		t.subnetIn(t.account, []string{home, away}[i%2], vpc, fmt.Sprintf("10.%d.0.0/24", 10+i))
		if i == 0 {
			must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{vpc}, Tags: tags("Name", "first", "env", "prod")}))(t)
		}
	}
	for _, c := range []struct {
		name   string
		change func(*ec2.GetIpamResourceCidrsInput)
		want   int
	}{
		{"nothing", func(*ec2.GetIpamResourceCidrsInput) {}, 17},
		{"IpamPoolId", func(in *ec2.GetIpamResourceCidrsInput) { in.IpamPoolId = pool.IpamPoolId }, 1},
		{"ResourceId", func(in *ec2.GetIpamResourceCidrsInput) { in.ResourceId = new(managed) }, 1},
		{"ResourceType", func(in *ec2.GetIpamResourceCidrsInput) { in.ResourceType = types.IpamResourceTypeSubnet }, 8},
		{"a type that there is not", func(in *ec2.GetIpamResourceCidrsInput) { in.ResourceType = types.IpamResourceTypeEip }, 0},
		{"ResourceOwner", func(in *ec2.GetIpamResourceCidrsInput) { in.ResourceOwner = new(t.account) }, 17},
		{"another ResourceOwner", func(in *ec2.GetIpamResourceCidrsInput) { in.ResourceOwner = new("111122223333") }, 0},
		{"ResourceTag", func(in *ec2.GetIpamResourceCidrsInput) {
			in.ResourceTag = &types.RequestIpamResourceTag{Key: new("env"), Value: new("prod")}
		}, 1},
		{"another value of ResourceTag", func(in *ec2.GetIpamResourceCidrsInput) {
			in.ResourceTag = &types.RequestIpamResourceTag{Key: new("env"), Value: new("test")}
		}, 0},
		{"management-state", by("management-state", "unmanaged"), 8},
		{"two values", by("management-state", "unmanaged", "managed"), 9},
		{"compliance-status", by("compliance-status", "compliant"), 1},
		{"overlap-status", by("overlap-status", "nonoverlapping"), 9},
		{"resource-cidr", by("resource-cidr", "10.1?.0.0/16"), 8},
		{"resource-region", by("resource-region", away), 8},
		{"resource-type", by("resource-type", "vpc"), 9},
		{"resource-owner", by("resource-owner", t.account), 17},
		{"resource-name", by("resource-name", "first"), 1},
		{"ipam-pool-id", by("ipam-pool-id", *pool.IpamPoolId), 1},
		{"vpc-id", by("vpc-id", managed), 1},
		{"tag", by("tag:env", "prod"), 1},
		{"tag-key", by("tag-key", "env"), 1},
	} {
		equal(t, "rows with "+c.name, len(t.cidrsIn(ipam.PrivateDefaultScopeId, c.change)), c.want)
	}
	_, err := t.ec2(home).GetIpamResourceCidrs(t.ctx, &ec2.GetIpamResourceCidrsInput{IpamScopeId: ipam.PrivateDefaultScopeId, Filters: []types.Filter{filter("colour", "red")}})
	wantError(t, err, "InvalidParameterValue", "The filter 'colour' is invalid")
	t.pagedCIDRs(ipam.PrivateDefaultScopeId, 17)
}

func by(name string, values ...string) func(*ec2.GetIpamResourceCidrsInput) {
	return func(in *ec2.GetIpamResourceCidrsInput) { in.Filters = []types.Filter{filter(name, values...)} }
}

// pagedCIDRs reads the rows page by page.
func (t *T) pagedCIDRs(scope *string, want int) {
	seen := map[string]bool{}
	p := ec2.NewGetIpamResourceCidrsPaginator(t.ec2(home), &ec2.GetIpamResourceCidrsInput{IpamScopeId: scope, MaxResults: new(int32(5))})
	for p.HasMorePages() {
		out := must(p.NextPage(t.ctx))(t)
		if len(out.IpamResourceCidrs) > 5 {
			t.Errorf("a page has %d rows, want 5 at most", len(out.IpamResourceCidrs))
		}
		for _, r := range out.IpamResourceCidrs {
			seen[*r.ResourceId+*r.ResourceCidr] = true
		}
	}
	equal(t, "rows of all pages", len(seen), want)
	for _, n := range []int32{4, 1001} {
		_, err := t.ec2(home).GetIpamResourceCidrs(t.ctx, &ec2.GetIpamResourceCidrsInput{IpamScopeId: scope, MaxResults: new(n)})
		wantError(t, err, "InvalidParameterValue", "")
	}
}

func plannedSubnet(t *T) {
	ipam := t.ipam()
	source, vpc := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 20)
	pool := t.pool(ipam.PrivateDefaultScopeId, locale(home), func(in *ec2.CreateIpamPoolInput) {
		in.SourceIpamPoolId = source.IpamPoolId
		in.SourceResource = &types.IpamPoolSourceResourceRequest{ResourceId: new(vpc), ResourceType: types.IpamPoolSourceResourceTypeVpc, ResourceRegion: new(home), ResourceOwner: new(t.account)}
	})
	t.provision(pool, "10.0.0.0/20")
	subnet := must(t.ec2(home).CreateSubnet(t.ctx, &ec2.CreateSubnetInput{VpcId: new(vpc), Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(int32(24))}))(t).Subnet
	row := t.rowOf(ipam.PrivateDefaultScopeId, *subnet.SubnetId)
	equal(t, "states of the subnet", states(row), "managed compliant ")
	equal(t, "pool of the subnet", str(row.IpamPoolId), *pool.IpamPoolId)
	equal(t, "states of its VPC", states(t.rowOf(ipam.PrivateDefaultScopeId, vpc)), "managed compliant nonoverlapping")
}

func strangers(t *T) {
	w := t.delegated()
	n := t.as(w.network)
	defer t.adopt(n)
	t.share(w, []string{w.workload}, w.atHome)
	vpc := *must(t.vpcFrom(w.workload, home, w.atHome, 24))(t).Vpc.VpcId
	own := *must(t.vpcFrom(w.network, home, w.atHome, 24))(t).Vpc.VpcId
	scope := w.ipam.PrivateDefaultScopeId
	equal(t, "the member's VPC", states(n.rowOf(scope, vpc)), "managed compliant nonoverlapping")
	equal(t, "the owner's VPC", states(n.rowOf(scope, own)), "managed compliant nonoverlapping")
	t.share(w, []string{w.management}, w.away)
	equal(t, "the member's VPC with another share", states(n.rowOf(scope, vpc)), "managed compliant nonoverlapping")
	t.unshare(w, w.atHome, w.workload)
	equal(t, "the member's VPC without its share", states(n.rowOf(scope, vpc)), "managed noncompliant nonoverlapping")
}
