package conformance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
)

// What changes the view of an IPAM: accounts, units, Regions, the tier.
var viewTests = []Test{
	{"CIDRs are imported at the moment an account comes into view", "B749", importedOnArrival},
	{"subnets are not imported", "B767", subnetNotImported},
	{"an account that leaves is out of view, what it has from pools stays", "B768", accountLeaves},
	{"an excluded unit is out of view, what it has from pools stays", "B769", unitExcluded},
	{"a Region that is closed is out of view, what it has from pools stays", "B770", regionClosed},
	{"the owners of resources pay only in an organization", "B057", meteredAccount},
	{"who pays can be changed for a day, and then not for a week", "B773", meteringLocked},
	{"a discovery that is shared again is seen again", "B774", sharedAgain},
	{"the delegation discovers, it does not allocate", "B775", discoveredNotAllocated},
}

// watched is an organization whose network account has an importing pool of 10.50.0.0/16 at home, with the test in the shoes
// of that account.
func (t *T) watched() (w *world, n *T, pool types.IpamPool) {
	w = t.delegated()
	n = t.as(w.network)
	pool = n.child(w.top, locale(home), autoImport)
	n.provision(pool, "10.50.0.0/16")
	return w, n, pool
}

// path is that of the workload account's unit.
func (w *world) path() string { return w.id + "/" + w.root + "/" + w.unit + "/" }

func (t *T) moveAccount(w *world, account, from, to string) {
	must(t.organizations(w.management).MoveAccount(t.ctx, &organizations.MoveAccountInput{
		AccountId: new(account), SourceParentId: new(from), DestinationParentId: new(to),
	}))(t)
}

// join brings an account into an organization.
func (t *T) join(w *world, account string) {
	h := must(t.organizations(w.management).InviteAccountToOrganization(t.ctx, &organizations.InviteAccountToOrganizationInput{
		Target: &orgtypes.HandshakeParty{Id: new(account), Type: orgtypes.HandshakePartyTypeAccount},
	}))(t).Handshake
	must(t.organizations(account).AcceptHandshake(t.ctx, &organizations.AcceptHandshakeInput{HandshakeId: h.Id}))(t)
}

func (t *T) remove(w *world, account string) {
	must(t.organizations(w.management).RemoveAccountFromOrganization(t.ctx, &organizations.RemoveAccountFromOrganizationInput{AccountId: new(account)}))(t)
}

func importedOnArrival(t *T) {
	w, n, pool := t.watched()
	defer t.adopt(n)
	newcomer := t.OtherAccount()
	imported := []string{t.handMade(newcomer, home, "10.50.0.0/24"), t.handMade(newcomer, away, "10.50.1.0/24")}
	n.notImported(pool)
	t.join(w, newcomer)
	n.awaitImport(pool, imported...)

	must(t.exclude(w, []string{w.path()}, nil))(t)
	vpc := t.handMade(w.workload, home, "10.50.2.0/24")
	n.notImported(pool, imported...)
	t.moveAccount(w, w.workload, w.unit, w.root)
	imported = append(imported, vpc)
	n.awaitImport(pool, imported...)

	t.moveAccount(w, w.workload, w.root, w.unit)
	vpc = t.handMade(w.workload, home, "10.50.3.0/24")
	n.notImported(pool, imported...)
	must(t.exclude(w, nil, []string{w.path()}))(t)
	n.awaitImport(pool, append(imported, vpc)...)
}

func subnetNotImported(t *T) {
	ipam := t.ipam()
	source, vpc := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 20)
	subnet := t.subnetIn(t.account, home, vpc, "10.0.0.0/24")
	plan := t.pool(ipam.PrivateDefaultScopeId, locale(home), autoImport, func(in *ec2.CreateIpamPoolInput) {
		in.SourceIpamPoolId = source.IpamPoolId
		in.SourceResource = &types.IpamPoolSourceResourceRequest{ResourceId: new(vpc), ResourceType: types.IpamPoolSourceResourceTypeVpc, ResourceRegion: new(home), ResourceOwner: new(t.account)}
	})
	t.provision(plan, "10.0.0.0/20")
	if t.target.Advance != nil {
		t.advance(20 * time.Minute)
	}
	t.notImported(plan)
	equal(t, "states of the subnet", states(t.rowOf(ipam.PrivateDefaultScopeId, *subnet.SubnetId)), "  ")
}

// seenOf is what an IPAM and its default discovery see of an account in a Region.
func (t *T) seenOf(ipam types.Ipam, account, region string) string {
	rows := t.cidrsIn(ipam.PrivateDefaultScopeId, func(in *ec2.GetIpamResourceCidrsInput) { in.ResourceOwner = new(account) })
	rows = slices.DeleteFunc(rows, func(r types.IpamResourceCidr) bool { return str(r.ResourceRegion) != region })
	var accounts []string
	for _, a := range t.foundAccounts(ipam.DefaultResourceDiscoveryId, region) {
		if str(a.AccountId) == account {
			accounts = append(accounts, account)
		}
	}
	return fmt.Sprintf("resources %q, discovered %q, accounts %d", cidrList(rows),
		t.foundCIDRs(ipam.DefaultResourceDiscoveryId, region, filter("resource-owner-id", account)), len(accounts))
}

const (
	seenInFull = `resources "10.50.0.0/24", discovered "10.50.0.0/24", accounts 1`
	notSeen    = `resources "", discovered "", accounts 0`
)

func accountLeaves(t *T) {
	w, n, pool := t.watched()
	defer t.adopt(n)
	vpc := t.handMade(w.workload, home, "10.50.0.0/24")
	n.awaitImport(pool, vpc)
	equal(t, "the member", n.seenOf(w.ipam, w.workload, home), seenInFull)
	t.remove(w, w.workload)
	equal(t, "the former member", n.seenOf(w.ipam, w.workload, home), notSeen)
	t.handMade(w.workload, home, "10.50.1.0/24")
	n.notImported(pool, vpc)
	equal(t, "owner of what stays", str(n.allocations(pool)[0].ResourceOwner), w.workload)

	t.join(w, w.workload)
	equal(t, "the member again", states(n.rowOf(w.ipam.PrivateDefaultScopeId, vpc)), "managed compliant nonoverlapping")
	t.remove(w, w.workload)
	must(t.ec2As(w.workload, home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: new(vpc)}))(t)
	n.awaitSlowly("the release", func() bool { return !slices.Contains(n.resourcesIn(pool), vpc) })
}

func unitExcluded(t *T) {
	w, n, pool := t.watched()
	defer t.adopt(n)
	vpc := t.handMade(w.workload, home, "10.50.0.0/24")
	n.awaitImport(pool, vpc)
	must(t.exclude(w, []string{w.path()}, nil))(t)
	equal(t, "an account in the unit", n.seenOf(w.ipam, w.workload, home), notSeen)
	twin := t.handMade(w.network, home, "10.50.0.0/24")
	equal(t, "one that would overlap", states(n.rowOf(w.ipam.PrivateDefaultScopeId, twin)), "unmanaged unmanaged nonoverlapping")
	n.notImported(pool, vpc)
	must(t.exclude(w, nil, []string{w.path()}))(t)
	equal(t, "an account in the unit again", n.seenOf(w.ipam, w.workload, home), seenInFull)
	equal(t, "its states", states(n.rowOf(w.ipam.PrivateDefaultScopeId, vpc)), "managed compliant overlapping")
}

func regionClosed(t *T) {
	ipam := t.ipam(away)
	pool := t.importer(ipam.PrivateDefaultScopeId, "10.50.0.0/16")
	vpc := t.handMade(t.account, away, "10.50.0.0/24")
	t.awaitImport(pool, vpc)
	equal(t, "the Region", t.seenOf(ipam, t.account, away), seenInFull)
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, RemoveOperatingRegions: []types.RemoveIpamOperatingRegion{{RegionName: new(away)}}}))(t)
	equal(t, "the closed Region", t.seenOf(ipam, t.account, away), notSeen)
	t.handMade(t.account, away, "10.50.1.0/24")
	t.notImported(pool, vpc)
	_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId, locale(away)))
	wantRefusal(t, "a pool with the closed Region as its locale", err)
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, AddOperatingRegions: regions(away)}))(t)
	equal(t, "states after the Region is opened again", states(t.rowOf(ipam.PrivateDefaultScopeId, vpc)), "managed noncompliant nonoverlapping")
}

func meteredAccount(t *T) {
	owners := types.IpamMeteredAccountResourceOwner
	_, err := t.ec2(home).CreateIpam(t.ctx, &ec2.CreateIpamInput{MeteredAccount: owners})
	wantErrorOf(t, "an IPAM outside any organization", err, "UnsupportedOperation", "")
	w := t.organization()
	_, err = t.ec2As(w.network, home).CreateIpam(t.ctx, &ec2.CreateIpamInput{MeteredAccount: owners})
	wantErrorOf(t, "an IPAM of a member that does not administer", err, "UnsupportedOperation", "")
	t.delegate(w)
	_, err = t.ec2As(w.network, "af-south-1").CreateIpam(t.ctx, &ec2.CreateIpamInput{MeteredAccount: owners})
	wantErrorOf(t, "an IPAM in an opt-in Region", err, "UnsupportedOperation", "")
	n := t.as(w.network)
	defer t.adopt(n)
	ipam := n.ipamIn(home, &ec2.CreateIpamInput{MeteredAccount: owners})
	equal(t, "meteredAccount", ipam.MeteredAccount, owners)
}

func meteringLocked(t *T) {
	w := t.organization()
	t.delegate(w)
	n := t.as(w.network)
	defer t.adopt(n)
	ipam := n.ipamIn(home, &ec2.CreateIpamInput{})
	set := func(to types.IpamMeteredAccount) error {
		_, err := n.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, MeteredAccount: to})
		return err
	}
	change := func(when string, to types.IpamMeteredAccount) {
		if err := set(to); err != nil {
			t.Errorf("%s: MeteredAccount %s = %v", when, to, err)
		}
	}
	change("at first", types.IpamMeteredAccountResourceOwner)
	t.advance(23 * time.Hour)
	change("within a day", types.IpamMeteredAccountIpamOwner)
	change("once more", types.IpamMeteredAccountResourceOwner)
	t.advance(25 * time.Hour)
	wantErrorOf(t, "a change after a day", set(types.IpamMeteredAccountIpamOwner), "UnsupportedOperation", "")
	t.advance(6 * 24 * time.Hour)
	change("after a week", types.IpamMeteredAccountIpamOwner)
}

func sharedAgain(t *T) {
	partner := t.OtherAccount()
	d := t.createDiscovery(partner, &ec2.CreateIpamResourceDiscoveryInput{})
	ipam := t.ipam()
	pool := t.importer(ipam.PrivateDefaultScopeId, "10.50.0.0/16")
	share := t.shareDiscovery(d, t.account)
	t.associateDiscovery(ipam, d)
	must(t.ram(partner).DeleteResourceShare(t.ctx, &ram.DeleteResourceShareInput{ResourceShareArn: new(share)}))(t)
	t.await("the end of the share", func() bool { return len(t.discoveries(t.account)) == 1 })
	vpc := t.handMade(partner, home, "10.50.0.0/24")
	equal(t, "rows without the share", cidrList(t.cidrsIn(ipam.PrivateDefaultScopeId)), "")
	t.notImported(pool)
	t.shareDiscovery(d, t.account)
	t.awaitImport(pool, vpc)
	equal(t, "the row", states(t.rowOf(ipam.PrivateDefaultScopeId, vpc)), "managed compliant nonoverlapping")
}

func discoveredNotAllocated(t *T) {
	w := t.organization()
	n := t.as(w.network)
	defer t.adopt(n)
	ipam := n.ipam()
	pool := n.pool(ipam.PrivateDefaultScopeId, locale(home))
	n.provision(pool, "10.50.0.0/16")
	vpc := t.handMade(w.workload, home, "10.50.0.0/24")
	t.delegate(w)
	if t.target.Advance != nil {
		t.advance(20 * time.Minute)
	}
	equal(t, "the member's VPC", states(n.rowOf(ipam.PrivateDefaultScopeId, vpc)), "unmanaged unmanaged nonoverlapping")
	equal(t, "allocations", strings.Join(n.resourcesIn(pool), " "), "")
}
