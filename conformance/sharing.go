package conformance

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	ramtypes "github.com/aws/aws-sdk-go-v2/service/ram/types"
)

var sharingTests = []Test{
	{"members make VPCs from shared pools, in two Regions", "B400", membersMakeVPCs},
	{"a consumer sees a shared pool as its owner's, and nothing around it", "B401", consumerView},
	{"a consumer sees a shared pool at its home and in its locale", "B402", consumerRegions},
	{"a pool that is not shared is not found", "B403", unsharedPool},
	{"a consumer can't administer a shared pool", "B404", consumerLimits},
	{"the allocations of a shared pool are seen by all, one's own by oneself", "B405", sharedAllocations},
	{"a consumer releases what it has allocated, and nothing else", "B406", consumerReleases},
	{"a share that ends takes the pool away and leaves what was made", "B407", shareEnds},
	{"a member that leaves loses the pools", "B408", memberLeaves},
	{"without the administrator members are not monitored", "B409", notMonitored},
	{"an account outside accepts a share and uses the pool", "B410", outsiderAccepts},
	{"a share with a unit follows the accounts", "B411", unitShare},
	{"the pools of an IPAM outside any organization are not shared", "B412", unintegrated},
}

func membersMakeVPCs(t *T) {
	w := t.shared()
	for _, c := range []struct {
		region string
		pool   types.IpamPool
		want   string
	}{{home, w.atHome, "10.10.0.0/24"}, {away, w.away, "10.20.0.0/24"}} {
		vpc := must(t.vpcFrom(w.workload, c.region, c.pool, 24))(t).Vpc
		equal(t, "the VPC's CIDR in "+c.region, str(vpc.CidrBlock), c.want)
		equal(t, "the VPC's owner", str(vpc.OwnerId), w.workload)

		out := must(t.ec2As(w.network, home).GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: c.pool.IpamPoolId}))(t)
		if len(out.IpamPoolAllocations) != 1 {
			t.Fatalf("the owner sees %d allocations in %s, want 1", len(out.IpamPoolAllocations), c.region)
		}
		a := out.IpamPoolAllocations[0]
		equal(t, "the allocation's resource", str(a.ResourceId), *vpc.VpcId)
		equal(t, "the allocation's owner", str(a.ResourceOwner), w.workload)
		equal(t, "the allocation's type", a.ResourceType, types.IpamPoolAllocationResourceTypeVpc)
		equal(t, "the allocation's Region", str(a.ResourceRegion), c.region)
	}
}

func consumerView(t *T) {
	w := t.shared()
	client := t.ec2As(w.workload, home)
	pools := must(client.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{*w.atHome.IpamPoolId}}))(t).IpamPools
	if len(pools) != 1 {
		t.Fatalf("the consumer sees %d pools, want 1", len(pools))
	}
	p := pools[0]
	equal(t, "OwnerId", str(p.OwnerId), w.network)
	equal(t, "IpamPoolArn", str(p.IpamPoolArn), *w.atHome.IpamPoolArn)
	equal(t, "IpamArn", str(p.IpamArn), *w.ipam.IpamArn)
	equal(t, "Locale", str(p.Locale), home)
	equal(t, "the number of tags", len(p.Tags), 0)

	equal(t, "the number of IPAMs", len(must(client.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams), 0)
	equal(t, "the number of scopes", len(must(client.DescribeIpamScopes(t.ctx, &ec2.DescribeIpamScopesInput{}))(t).IpamScopes), 0)
	_, err := client.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{*w.ipam.IpamId}})
	wantError(t, err, "InvalidIpamId.NotFound", "")
	_, err = client.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{*w.top.IpamPoolId}})
	wantError(t, err, "InvalidIpamPoolId.NotFound", "The ipam-pool ID '…' does not exist")

	cidrs := must(client.GetIpamPoolCidrs(t.ctx, &ec2.GetIpamPoolCidrsInput{IpamPoolId: w.atHome.IpamPoolId}))(t).IpamPoolCidrs
	if len(cidrs) != 1 || str(cidrs[0].Cidr) != "10.10.0.0/16" {
		t.Errorf("GetIpamPoolCidrs of the shared pool = %s, want 10.10.0.0/16", jsonLines(cidrs))
	}
}

func consumerRegions(t *T) {
	w := t.shared()
	equal(t, "pools at home", strings.Join(t.poolIDs(w.workload, home), " "), join(w.atHome, w.away))
	equal(t, "pools away", strings.Join(t.poolIDs(w.workload, away), " "), join(w.away))
	equal(t, "pools far", strings.Join(t.poolIDs(w.workload, far), " "), "")
	_, err := t.vpcFrom(w.workload, home, w.away, 24)
	wantError(t, err, "InvalidIpamPoolId.NotFound", "")
}

// join is ids in the order of a listing.
func join(pools ...types.IpamPool) string {
	var ids []string
	for _, p := range pools {
		ids = append(ids, *p.IpamPoolId)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func unsharedPool(t *T) {
	w := t.delegated()
	equal(t, "pools of a member", strings.Join(t.poolIDs(w.workload, home), " "), "")
	_, err := t.vpcFrom(w.workload, home, w.atHome, 24)
	wantError(t, err, "InvalidIpamPoolId.NotFound", "The ipam-pool ID '"+*w.atHome.IpamPoolId+"' does not exist")
	t.share(w, []string{w.arn}, w.away)
	_, err = t.vpcFrom(w.workload, home, w.atHome, 24)
	wantError(t, err, "InvalidIpamPoolId.NotFound", "")
}

func consumerLimits(t *T) {
	w := t.shared()
	client, id := t.ec2As(w.workload, home), w.atHome.IpamPoolId
	scope := must(client.CreateIpam(t.ctx, &ec2.CreateIpamInput{}))(t).Ipam.PrivateDefaultScopeId
	_, subPool := client.CreateIpamPool(t.ctx, &ec2.CreateIpamPoolInput{IpamScopeId: scope, AddressFamily: types.AddressFamilyIpv4, SourceIpamPoolId: id})
	_, modify := client.ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: id, Description: new("mine")})
	_, provision := client.ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: id, Cidr: new("10.11.0.0/16")})
	_, deprovision := client.DeprovisionIpamPoolCidr(t.ctx, &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: id, Cidr: new("10.10.0.0/16")})
	_, remove := client.DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: id})
	_, tag := client.CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*id}, Tags: tags("Name", "mine")})
	for _, c := range []struct {
		operation string
		err       error
	}{
		{"CreateIpamPool", subPool}, {"ModifyIpamPool", modify}, {"ProvisionIpamPoolCidr", provision},
		{"DeprovisionIpamPoolCidr", deprovision}, {"DeleteIpamPool", remove}, {"CreateTags", tag},
	} {
		wantErrorOf(t, c.operation, c.err, "UnauthorizedOperation", "You are not authorized to perform this operation. User: arn:aws:…"+w.workload+"… is not authorized to perform: ec2:"+
			c.operation+" on resource: "+*w.atHome.IpamPoolArn+" because no resource-based policy allows the ec2:"+c.operation+" action.")
	}
}

func sharedAllocations(t *T) {
	w := t.shared()
	other := t.member(w, "other")
	for _, account := range []string{w.workload, other} {
		must(t.vpcFrom(account, home, w.atHome, 24))(t)
	}
	for _, account := range []string{w.workload, other} {
		client := t.ec2As(account, home)
		all := must(client.GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: w.atHome.IpamPoolId}))(t).IpamPoolAllocations
		equal(t, "allocations that a consumer sees in the pool", len(all), 2)
		own := must(client.DescribeIpamPoolAllocations(t.ctx, &ec2.DescribeIpamPoolAllocationsInput{}))(t).IpamPoolAllocations
		if len(own) != 1 || str(own[0].ResourceOwner) != account {
			t.Errorf("DescribeIpamPoolAllocations of %s = %s, want its own one", account, jsonLines(own))
		}
	}
}

func consumerReleases(t *T) {
	w := t.shared()
	other := t.member(w, "other")
	allocate := func(account string) *types.IpamPoolAllocation {
		return must(t.ec2As(account, home).AllocateIpamPoolCidr(t.ctx, &ec2.AllocateIpamPoolCidrInput{IpamPoolId: w.atHome.IpamPoolId, NetmaskLength: new(int32(24))}))(t).IpamPoolAllocation
	}
	release := func(account string, a *types.IpamPoolAllocation) error {
		_, err := t.ec2As(account, home).ReleaseIpamPoolAllocation(t.ctx, &ec2.ReleaseIpamPoolAllocationInput{
			IpamPoolId: w.atHome.IpamPoolId, Cidr: a.Cidr, IpamPoolAllocationId: a.IpamPoolAllocationId,
		})
		return err
	}
	own, others := allocate(w.workload), allocate(other)
	equal(t, "the owner of an allocation", str(own.ResourceOwner), w.workload)
	wantRefusal(t, "releasing another's allocation", release(w.workload, others))
	if err := release(w.workload, own); err != nil {
		t.Errorf("releasing one's own allocation = %v", err)
	}
	if err := release(w.network, others); err != nil {
		t.Errorf("the pool's owner releasing a consumer's allocation = %v", err)
	}
}

func shareEnds(t *T) {
	w := t.delegated()
	share := t.share(w, []string{w.arn}, w.atHome)
	vpc := must(t.vpcFrom(w.workload, home, w.atHome, 24))(t).Vpc
	must(t.ram(w.network).DeleteResourceShare(t.ctx, &ram.DeleteResourceShareInput{ResourceShareArn: new(share)}))(t)

	equal(t, "pools that the consumer sees", strings.Join(t.poolIDs(w.workload, home), " "), "")
	_, err := t.vpcFrom(w.workload, home, w.atHome, 24)
	wantError(t, err, "InvalidIpamPoolId.NotFound", "")
	left := func() []types.IpamPoolAllocation {
		return must(t.ec2As(w.network, home).GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: w.atHome.IpamPoolId}))(t).IpamPoolAllocations
	}
	if a := left(); len(a) != 1 || str(a[0].ResourceId) != *vpc.VpcId {
		t.Errorf("after the share's end the owner sees %s, want the allocation of %s", jsonLines(a), *vpc.VpcId)
	}
	must(t.ec2As(w.workload, home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId}))(t)
	if t.target.Advance != nil {
		t.advance(35 * time.Minute) // AWS takes up to 30
	}
	t.await("the allocation of a deleted VPC to end", func() bool { return len(left()) == 0 })
}

func memberLeaves(t *T) {
	w := t.shared()
	must(t.vpcFrom(w.workload, home, w.atHome, 24))(t)
	must(t.organizations(w.management).RemoveAccountFromOrganization(t.ctx, &organizations.RemoveAccountFromOrganizationInput{AccountId: new(w.workload)}))(t)
	equal(t, "pools that a former member sees", strings.Join(t.poolIDs(w.workload, home), " "), "")
	_, err := t.vpcFrom(w.workload, home, w.atHome, 24)
	wantError(t, err, "InvalidIpamPoolId.NotFound", "")
	all := must(t.ec2As(w.network, home).GetIpamPoolAllocations(t.ctx, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: w.atHome.IpamPoolId}))(t).IpamPoolAllocations
	equal(t, "allocations left of a former member", len(all), 1)
}

func notMonitored(t *T) {
	w := t.shared()
	must(t.ec2As(w.management, home).DisableIpamOrganizationAdminAccount(t.ctx, &ec2.DisableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: new(w.network)}))(t)
	text := "The operation AllocateIpamPoolCidr is not supported. Account " + w.workload + " is not monitored by IPAM " + *w.ipam.IpamId + "."
	_, err := t.vpcFrom(w.workload, home, w.atHome, 24)
	wantError(t, err, "UnsupportedOperation", text)
	_, err = t.ec2As(w.workload, home).AllocateIpamPoolCidr(t.ctx, &ec2.AllocateIpamPoolCidrInput{IpamPoolId: w.atHome.IpamPoolId, NetmaskLength: new(int32(24))})
	wantError(t, err, "UnsupportedOperation", text)
	must(t.vpcFrom(w.network, home, w.atHome, 24))(t) // the owner is always monitored

	t.delegate(w)
	must(t.vpcFrom(w.workload, home, w.atHome, 24))(t)
}

func outsiderAccepts(t *T) {
	w := t.delegated()
	outsider := t.OtherAccount()
	t.share(w, []string{outsider}, w.atHome)
	_, err := t.vpcFrom(outsider, home, w.atHome, 24)
	wantError(t, err, "InvalidIpamPoolId.NotFound", "")

	invitations := must(t.ram(outsider).GetResourceShareInvitations(t.ctx, &ram.GetResourceShareInvitationsInput{}))(t).ResourceShareInvitations
	if len(invitations) != 1 {
		t.Fatalf("the outsider has %d invitations, want 1", len(invitations))
	}
	must(t.ram(outsider).AcceptResourceShareInvitation(t.ctx, &ram.AcceptResourceShareInvitationInput{ResourceShareInvitationArn: invitations[0].ResourceShareInvitationArn}))(t)
	t.awaitAssociations(w.network, *invitations[0].ResourceShareArn, ramtypes.ResourceShareAssociationTypePrincipal, 1)
	vpc := must(t.vpcFrom(outsider, home, w.atHome, 24))(t).Vpc
	equal(t, "the CIDR of the outsider's VPC", str(vpc.CidrBlock), "10.10.0.0/24")
}

func unitShare(t *T) {
	w := t.delegated()
	unit := must(t.organizations(w.management).DescribeOrganizationalUnit(t.ctx, &organizations.DescribeOrganizationalUnitInput{OrganizationalUnitId: new(w.unit)}))(t).OrganizationalUnit
	t.share(w, []string{*unit.Arn}, w.atHome)
	other := t.member(w, "other")
	move := func(account, from, to string) {
		must(t.organizations(w.management).MoveAccount(t.ctx, &organizations.MoveAccountInput{AccountId: new(account), SourceParentId: new(from), DestinationParentId: new(to)}))(t)
	}
	equal(t, "pools of an account in the unit", strings.Join(t.poolIDs(w.workload, home), " "), join(w.atHome))
	equal(t, "pools of an account beside it", strings.Join(t.poolIDs(other, home), " "), "")
	move(other, w.root, w.unit)
	move(w.workload, w.unit, w.root)
	equal(t, "pools of an account that moved in", strings.Join(t.poolIDs(other, home), " "), join(w.atHome))
	equal(t, "pools of an account that moved out", strings.Join(t.poolIDs(w.workload, home), " "), "")
}

func unintegrated(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	_, err := t.ram(t.account).CreateResourceShare(t.ctx, &ram.CreateResourceShareInput{
		Name: new("pools"), ResourceArns: []string{*pool.IpamPoolArn}, Principals: []string{t.OtherAccount()},
	})
	wantError(t, err, "InvalidParameterException", "The resource you are attempting to share can only be shared within your AWS Organization. …")
}
