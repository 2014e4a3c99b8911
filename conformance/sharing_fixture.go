package conformance

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	ramtypes "github.com/aws/aws-sdk-go-v2/service/ram/types"
)

// organizations and ram make clients of an account. They are not exported: reflection could reach an exported method's
// result, and then the linker would keep all operations of the SDK.
func (t *T) organizations(account string) *organizations.Client {
	return organizations.NewFromConfig(t.target.Config(account, home))
}

func (t *T) ram(account string) *ram.Client {
	return ram.NewFromConfig(t.target.Config(account, home))
}

// world is an organization as AWS's blog on IPAM draws it: a management account, which owns nothing else, a network
// account, which administers IPAM and has a tree of pools over two Regions, and a workload account in a unit.
type world struct {
	id         string // of the organization
	arn        string
	root       string
	unit       string // where the workload account is
	management string
	network    string
	workload   string
	ipam       types.Ipam
	top        types.IpamPool // 10.0.0.0/8, no locale
	atHome     types.IpamPool // 10.10.0.0/16 in home
	away       types.IpamPool // 10.20.0.0/16 in away
}

// organization makes an organization, as far as Organizations goes.
func (t *T) organization() *world {
	w := &world{management: t.account}
	o := must(t.organizations(w.management).CreateOrganization(t.ctx, &organizations.CreateOrganizationInput{}))(t).Organization
	w.id, w.arn = *o.Id, *o.Arn
	w.root = *must(t.organizations(w.management).ListRoots(t.ctx, &organizations.ListRootsInput{}))(t).Roots[0].Id
	w.unit = *must(t.organizations(w.management).CreateOrganizationalUnit(t.ctx, &organizations.CreateOrganizationalUnitInput{
		ParentId: new(w.root), Name: new("workloads"),
	}))(t).OrganizationalUnit.Id
	w.network = t.member(w, "network")
	w.workload = t.member(w, "workload")
	must(t.organizations(w.management).MoveAccount(t.ctx, &organizations.MoveAccountInput{
		AccountId: new(w.workload), SourceParentId: new(w.root), DestinationParentId: new(w.unit),
	}))(t)
	return w
}

// member creates an account in the organization.
func (t *T) member(w *world, name string) (account string) {
	client := t.organizations(w.management)
	request := must(client.CreateAccount(t.ctx, &organizations.CreateAccountInput{
		AccountName: new(name), Email: new(fmt.Sprintf("%s@%s.example", name, w.management)),
	}))(t).CreateAccountStatus
	t.await("the account "+name, func() bool {
		s := must(client.DescribeCreateAccountStatus(t.ctx, &organizations.DescribeCreateAccountStatusInput{CreateAccountRequestId: request.Id}))(t)
		if s.CreateAccountStatus.State == orgtypes.CreateAccountStateFailed {
			t.Fatalf("the account %s failed: %s", name, s.CreateAccountStatus.FailureReason)
		}
		account = str(s.CreateAccountStatus.AccountId)
		return s.CreateAccountStatus.State == orgtypes.CreateAccountStateSucceeded
	})
	return account
}

// delegated makes an organization whose network account administers IPAM and has pools, not shared yet.
func (t *T) delegated() *world {
	w := t.organization()
	must(t.ram(w.management).EnableSharingWithAwsOrganization(t.ctx, &ram.EnableSharingWithAwsOrganizationInput{}))(t)
	t.delegate(w)
	n := t.as(w.network)
	w.ipam = n.ipam(away)
	w.top = n.pool(w.ipam.PrivateDefaultScopeId)
	n.provision(w.top, "10.0.0.0/8")
	w.atHome = n.child(w.top, locale(home))
	n.provision(w.atHome, "10.10.0.0/16")
	w.away = n.child(w.top, locale(away))
	n.provision(w.away, "10.20.0.0/16")
	t.adopt(n)
	return w
}

func (t *T) delegate(w *world) {
	must(t.ec2As(w.management, home).EnableIpamOrganizationAdminAccount(t.ctx, &ec2.EnableIpamOrganizationAdminAccountInput{
		DelegatedAdminAccountId: new(w.network),
	}))(t)
}

// as is the test in the shoes of another account. What fails there has to be adopted.
func (t *T) as(account string) *T { return &T{ctx: t.ctx, target: t.target, account: account} }

func (t *T) adopt(other *T) {
	t.failures = append(t.failures, other.failures...)
	other.failures = nil
}

// share shares pools of the network account with principals and returns the share.
func (t *T) share(w *world, principals []string, shared ...types.IpamPool) (arn string) {
	var arns []string
	for _, pool := range shared {
		arns = append(arns, *pool.IpamPoolArn)
	}
	s := must(t.ram(w.network).CreateResourceShare(t.ctx, &ram.CreateResourceShareInput{
		Name: new("pools"), ResourceArns: arns, Principals: principals,
	}))(t).ResourceShare
	t.awaitAssociations(w.network, *s.ResourceShareArn, ramtypes.ResourceShareAssociationTypeResource, len(shared))
	return *s.ResourceShareArn
}

func (t *T) awaitAssociations(owner, share string, kind ramtypes.ResourceShareAssociationType, want int) {
	t.await("the associations of "+share, func() bool {
		out := must(t.ram(owner).GetResourceShareAssociations(t.ctx, &ram.GetResourceShareAssociationsInput{
			AssociationType: kind, ResourceShareArns: []string{share}, AssociationStatus: ramtypes.ResourceShareAssociationStatusAssociated,
		}))(t)
		return len(out.ResourceShareAssociations) == want
	})
}

// shared makes the whole world: both Regional pools are shared with the organization.
func (t *T) shared() *world {
	w := t.delegated()
	t.share(w, []string{w.arn}, w.atHome, w.away)
	return w
}

// vpcFrom creates a VPC from a pool.
func (t *T) vpcFrom(account, region string, pool types.IpamPool, length int32) (*ec2.CreateVpcOutput, error) {
	return t.ec2As(account, region).CreateVpc(t.ctx, &ec2.CreateVpcInput{Ipv4IpamPoolId: pool.IpamPoolId, Ipv4NetmaskLength: new(length)})
}

// poolIDs are the pools that an account sees in a Region, in the order that it sees them.
func (t *T) poolIDs(account, region string) (ids []string) {
	for _, p := range must(t.ec2As(account, region).DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{}))(t).IpamPools {
		ids = append(ids, *p.IpamPoolId)
	}
	return ids
}

// unshare takes a principal out of the only share of a pool, and puts in another account so that the pool stays shared.
func (t *T) unshare(w *world, pool types.IpamPool, principal string) {
	client := t.ram(w.network)
	shares := must(client.ListResources(t.ctx, &ram.ListResourcesInput{ResourceOwner: ramtypes.ResourceOwnerSelf, ResourceArns: []string{*pool.IpamPoolArn}}))(t).Resources
	if len(shares) != 1 {
		t.Fatalf("%s is in %d shares, want 1", *pool.IpamPoolId, len(shares))
	}
	share := shares[0].ResourceShareArn
	must(client.DisassociateResourceShare(t.ctx, &ram.DisassociateResourceShareInput{ResourceShareArn: share, Principals: []string{principal}}))(t)
	t.awaitAssociations(w.network, *share, ramtypes.ResourceShareAssociationTypePrincipal, 0)
	must(client.AssociateResourceShare(t.ctx, &ram.AssociateResourceShareInput{ResourceShareArn: share, Principals: []string{w.management}}))(t)
	t.awaitAssociations(w.network, *share, ramtypes.ResourceShareAssociationTypePrincipal, 1)
}
