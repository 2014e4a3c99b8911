package ec2api

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ram"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

// monitoredWorld is an organization with an administrator of IPAM and another member, in which things happen.
type monitoredWorld struct {
	rand     *rand.Rand
	db       *state.DB
	now      time.Time
	settings *Settings

	management, admin, member string
	root, unit, path          string
	ipam                      types.Ipam
	shares                    map[string]string // by the ARN of the pool
}

func newMonitoredWorld(t *testing.T, r *rand.Rand) *monitoredWorld {
	w := &monitoredWorld{rand: r, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), settings: DefaultSettings(), management: "111111111111", admin: "222222222222", member: "333333333333", shares: map[string]string{}}
	w.settings.Timing = Timing{Transition: 3 * time.Second, Provision: 2 * time.Second, Release: 7 * time.Second, Import: 4 * time.Second}
	w.db = openDBAt(t, func() time.Time { return w.now })
	w.orgs(func(c *orgs.Call) error {
		o, err := c.CreateOrganization(&organizations.CreateOrganizationInput{})
		if err != nil {
			return err
		}
		roots, err := c.ListRoots(&organizations.ListRootsInput{})
		if err != nil {
			return err
		}
		w.root = *roots.Roots[0].Id
		unit, err := c.CreateOrganizationalUnit(&organizations.CreateOrganizationalUnitInput{ParentId: &w.root, Name: new("unit")})
		if err != nil {
			return err
		}
		w.unit = *unit.OrganizationalUnit.Id
		w.path = fmt.Sprintf("%s/%s/%s/", *o.Organization.Id, w.root, w.unit)
		for n, id := range []string{w.admin, w.member} {
			if _, err := c.CreateAccountWithID(&organizations.CreateAccountInput{AccountName: new("a"), Email: new(fmt.Sprintf("%d@example.org", n))}, id); err != nil {
				return err
			}
		}
		return nil
	})
	w.now = w.now.Add(time.Minute)
	w.as(w.admin, "eu-west-1", func(c *Call) error {
		out, err := c.CreateIpam(&ec2.CreateIpamInput{OperatingRegions: []types.AddIpamOperatingRegion{{RegionName: new("us-east-1")}}})
		if err == nil {
			w.ipam = *out.Ipam
		}
		return err
	})
	w.as(w.management, "eu-west-1", func(c *Call) error {
		_, err := c.EnableIpamOrganizationAdminAccount(&ec2.EnableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: &w.admin})
		return err
	})
	w.ramAs(w.management, func(c *ramapi.Call) error { _, err := c.EnableSharingWithAwsOrganization(nil); return err })
	return w
}

// as makes a call, which AWS may refuse.
func (w *monitoredWorld) as(account, region string, f func(*Call) error) {
	_ = w.db.Update(func(tx *state.Tx) error {
		return f(&Call{Tx: tx, Caller: op.Caller{Account: account, Region: region}, Settings: w.settings})
	})
}

func (w *monitoredWorld) orgs(f func(*orgs.Call) error) {
	_ = w.db.Update(func(tx *state.Tx) error {
		return f(&orgs.Call{Tx: tx, Caller: op.Caller{Account: w.management, Region: "us-east-1"}, Settings: orgs.DefaultSettings()})
	})
}

func (w *monitoredWorld) ram(f func(*ramapi.Call) error) { w.ramAs(w.admin, f) }

func (w *monitoredWorld) ramAs(account string, f func(*ramapi.Call) error) {
	lookup := func(tx *state.Tx, arn string) (ramapi.Resource, bool) {
		s, ok := LookupARN(tx, arn)
		return ramapi.Resource{ARN: arn, Type: s.Type, OwnerAccount: s.Account, HomeRegion: s.HomeRegion}, ok
	}
	_ = w.db.Update(func(tx *state.Tx) error {
		return f(&ramapi.Call{Tx: tx, Caller: op.Caller{Account: account, Region: "eu-west-1"}, Lookup: lookup, Delay: 3 * time.Second})
	})
}

func pick[E any](r *rand.Rand, list ...E) (e E) {
	if len(list) > 0 {
		e = list[r.IntN(len(list))]
	}
	return e
}

// anyOf picks a row of a table that belongs to the account of the call.
func anyOf[R any](r *rand.Rand, c *Call, t *state.Table[R]) *R {
	return pick(r, slices.Collect(t.Scan(c.Tx, c.Account))...)
}

// step has something happen.
func (w *monitoredWorld) step() {
	r := w.rand
	owner := pick(r, w.admin, w.member)
	region := pick(r, "eu-west-1", "us-east-1", "us-west-2")
	as := func(f func(*Call) error) { w.as(owner, region, f) }
	admin := func(f func(*Call) error) { w.as(w.admin, "eu-west-1", f) }
	cidr := new(randomPrefix(r).String())
	switch n := r.IntN(100); {
	case n < 20:
		as(func(c *Call) error { _, err := c.CreateVpc(&ec2.CreateVpcInput{CidrBlock: cidr}); return err })
	case n < 30:
		as(func(c *Call) error {
			in := &ec2.CreateVpcInput{Ipv4NetmaskLength: new(int32(20 + r.IntN(5)))}
			if p := pick(r, slices.Collect(pools.Scan(c.Tx, w.admin))...); p != nil {
				in.Ipv4IpamPoolId = p.IpamPoolId
			}
			_, err := c.CreateVpc(in)
			return err
		})
	case n < 56:
		as(func(c *Call) error { return w.stepVPC(c, anyOf(r, c, vpcs), cidr) })
	case n < 64:
		as(func(c *Call) error {
			s := anyOf(r, c, subnets)
			if s == nil {
				return nil
			}
			c.Region = s.Region
			if r.IntN(2) == 0 {
				_, err := c.CreateTags(&ec2.CreateTagsInput{Resources: []string{*s.SubnetId}, Tags: []types.Tag{{Key: new("Name"), Value: new(pick(r, "a", "b"))}}})
				return err
			}
			_, err := c.DeleteSubnet(&ec2.DeleteSubnetInput{SubnetId: s.SubnetId})
			return err
		})
	case n < 67:
		as(func(c *Call) error { return w.stepAddress(c, anyOf(r, c, elasticIPs)) })
	case n < 76:
		admin(func(c *Call) error { return w.stepMonitoring(c) })
	case n < 88:
		admin(func(c *Call) error { return w.stepPool(c, anyOf(r, c, pools), cidr) })
	case n < 92:
		admin(func(c *Call) error {
			in := &ec2.ModifyIpamInput{IpamId: w.ipam.IpamId}
			if r.IntN(2) == 0 {
				in.AddOperatingRegions = []types.AddIpamOperatingRegion{{RegionName: &region}}
			} else {
				in.RemoveOperatingRegions = []types.RemoveIpamOperatingRegion{{RegionName: &region}}
			}
			_, err := c.ModifyIpam(in)
			return err
		})
	default:
		w.stepOrganization()
	}
}

func (w *monitoredWorld) stepVPC(c *Call, v *vpc, cidr *string) error {
	if v == nil {
		return nil
	}
	c.Region = v.Region
	switch w.rand.IntN(7) {
	case 0:
		_, err := c.DeleteVpc(&ec2.DeleteVpcInput{VpcId: v.VpcId})
		return err
	case 1:
		_, err := c.AssociateVpcCidrBlock(&ec2.AssociateVpcCidrBlockInput{VpcId: v.VpcId, CidrBlock: cidr})
		return err
	case 2:
		_, err := c.AssociateVpcCidrBlock(&ec2.AssociateVpcCidrBlockInput{VpcId: v.VpcId, AmazonProvidedIpv6CidrBlock: new(true)})
		return err
	case 3:
		_, err := c.DisassociateVpcCidrBlock(&ec2.DisassociateVpcCidrBlockInput{AssociationId: &v.Blocks[len(v.Blocks)-1].AssociationId})
		return err
	case 4:
		_, err := c.CreateTags(&ec2.CreateTagsInput{Resources: []string{*v.VpcId}, Tags: []types.Tag{{Key: new(pick(w.rand, "Name", "env")), Value: new(pick(w.rand, "prod", "test"))}}})
		return err
	case 5:
		_, err := c.DeleteTags(&ec2.DeleteTagsInput{Resources: []string{*v.VpcId}})
		return err
	}
	in := netip.MustParsePrefix(*v.CidrBlock)
	_, err := c.CreateSubnet(&ec2.CreateSubnetInput{VpcId: v.VpcId, CidrBlock: new(netip.PrefixFrom(in.Addr(), min(28, in.Bits()+w.rand.IntN(3))).String())})
	return err
}

func (w *monitoredWorld) stepAddress(c *Call, r *elasticIP) error {
	if r == nil || w.rand.IntN(2) == 0 {
		_, err := c.AllocateAddress(&ec2.AllocateAddressInput{})
		return err
	}
	c.Region = r.Region
	if w.rand.IntN(2) == 0 {
		to := pick(w.rand, w.admin, w.member)
		if _, err := c.EnableAddressTransfer(&ec2.EnableAddressTransferInput{AllocationId: r.AllocationId, TransferAccountId: &to}); err != nil {
			return err
		}
		c.Account = to
		_, err := c.AcceptAddressTransfer(&ec2.AcceptAddressTransferInput{Address: r.PublicIp})
		return err
	}
	_, err := c.ReleaseAddress(&ec2.ReleaseAddressInput{AllocationId: r.AllocationId})
	return err
}

// stepMonitoring ignores a CIDR that the IPAM sees, or moves it, or makes or deletes a scope.
func (w *monitoredWorld) stepMonitoring(c *Call) error {
	list := slices.Collect(scopes.Scan(c.Tx, c.Account))
	s, to := pick(w.rand, list...), pick(w.rand, list...)
	switch w.rand.IntN(8) {
	case 0:
		_, err := c.CreateIpamScope(&ec2.CreateIpamScopeInput{IpamId: w.ipam.IpamId})
		return err
	case 1:
		_, err := c.DeleteIpamScope(&ec2.DeleteIpamScopeInput{IpamScopeId: s.IpamScopeId})
		return err
	}
	row := pick(w.rand, slices.Collect(newView(c.Tx, s).all(wanted{kind: types.IpamResourceTypeVpc}, nil))...)
	if row == nil {
		return nil
	}
	in := &ec2.ModifyIpamResourceCidrInput{
		ResourceId: row.ResourceId, ResourceCidr: row.ResourceCidr, ResourceRegion: row.ResourceRegion, CurrentIpamScopeId: s.IpamScopeId,
		Monitored: new(w.rand.IntN(2) == 0),
	}
	if w.rand.IntN(2) == 0 {
		in.DestinationIpamScopeId = to.IpamScopeId
	}
	_, err := c.ModifyIpamResourceCidr(in)
	return err
}

func (w *monitoredWorld) stepPool(c *Call, p *pool, cidr *string) error {
	r := w.rand
	if p == nil || r.IntN(8) == 0 {
		s := pick(r, slices.Collect(scopes.Scan(c.Tx, c.Account))...)
		in := &ec2.CreateIpamPoolInput{IpamScopeId: s.IpamScopeId, AddressFamily: types.AddressFamilyIpv4, Locale: new("eu-west-1"), AutoImport: new(r.IntN(2) == 0)}
		_, err := c.CreateIpamPool(in)
		return err
	}
	switch r.IntN(8) {
	case 0, 1:
		_, err := c.ProvisionIpamPoolCidr(&ec2.ProvisionIpamPoolCidrInput{IpamPoolId: p.IpamPoolId, Cidr: new(pick(r, "10.0.0.0/17", "10.0.128.0/17", "10.0.0.0/16"))})
		return err
	case 2:
		_, err := c.AllocateIpamPoolCidr(&ec2.AllocateIpamPoolCidrInput{IpamPoolId: p.IpamPoolId, Cidr: cidr})
		return err
	case 3:
		for a := range allocations.Scan(c.Tx, p.key()...) {
			if a.ResourceType == types.IpamPoolAllocationResourceTypeCustom {
				_, err := c.ReleaseIpamPoolAllocation(&ec2.ReleaseIpamPoolAllocationInput{IpamPoolId: p.IpamPoolId, Cidr: a.Cidr, IpamPoolAllocationId: a.IpamPoolAllocationId})
				return err
			}
		}
		return nil
	case 4:
		_, err := c.ModifyIpamPool(&ec2.ModifyIpamPoolInput{IpamPoolId: p.IpamPoolId, AllocationMinNetmaskLength: new(int32(18 + r.IntN(6))), AutoImport: new(r.IntN(2) == 0)})
		return err
	case 5:
		env := []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}}
		in := &ec2.ModifyIpamPoolInput{IpamPoolId: p.IpamPoolId, AddAllocationResourceTags: env}
		if len(p.AllocationResourceTags) > 0 {
			in.AddAllocationResourceTags, in.RemoveAllocationResourceTags = nil, env
		}
		_, err := c.ModifyIpamPool(in)
		return err
	case 6:
		_, err := c.DeleteIpamPool(&ec2.DeleteIpamPoolInput{IpamPoolId: p.IpamPoolId, Cascade: new(true)})
		return err
	}
	_, err := c.CreateIpamPool(&ec2.CreateIpamPoolInput{IpamScopeId: &p.IpamScopeId, SourceIpamPoolId: p.IpamPoolId, AddressFamily: types.AddressFamilyIpv4, Locale: p.Locale})
	return err
}

// stepOrganization moves the member, or changes who administers IPAM, whom the discovery leaves out, or what is shared.
func (w *monitoredWorld) stepOrganization() {
	from, to := w.root, w.unit
	if w.rand.IntN(2) == 0 {
		from, to = to, from
	}
	switch w.rand.IntN(6) {
	case 0, 1:
		w.orgs(func(c *orgs.Call) error {
			_, err := c.MoveAccount(&organizations.MoveAccountInput{AccountId: &w.member, SourceParentId: &from, DestinationParentId: &to})
			return err
		})
	case 2:
		w.as(w.admin, "eu-west-1", func(c *Call) error {
			in := &ec2.ModifyIpamResourceDiscoveryInput{IpamResourceDiscoveryId: w.ipam.DefaultResourceDiscoveryId}
			if w.rand.IntN(2) == 0 {
				in.AddOrganizationalUnitExclusions = []types.AddIpamOrganizationalUnitExclusion{{OrganizationsEntityPath: &w.path}}
			} else {
				in.RemoveOrganizationalUnitExclusions = []types.RemoveIpamOrganizationalUnitExclusion{{OrganizationsEntityPath: &w.path}}
			}
			_, err := c.ModifyIpamResourceDiscovery(in)
			return err
		})
	case 3:
		w.as(w.management, "eu-west-1", func(c *Call) error {
			if w.rand.IntN(3) == 0 {
				_, err := c.DisableIpamOrganizationAdminAccount(&ec2.DisableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: &w.admin})
				return err
			}
			_, err := c.EnableIpamOrganizationAdminAccount(&ec2.EnableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: &w.admin})
			return err
		})
	default:
		w.share()
	}
}

// share shares a pool with the management account, to which the member is a stranger, or ends that.
func (w *monitoredWorld) share() {
	var p *pool
	w.as(w.admin, "eu-west-1", func(c *Call) error { p = anyOf(w.rand, c, pools); return nil })
	if p == nil {
		return
	}
	arn := *p.IpamPoolArn
	w.ram(func(c *ramapi.Call) error {
		if share := w.shares[arn]; share != "" {
			delete(w.shares, arn)
			_, err := c.DeleteResourceShare(&ram.DeleteResourceShareInput{ResourceShareArn: &share})
			return err
		}
		out, err := c.CreateResourceShare(&ram.CreateResourceShareInput{Name: new("s"), ResourceArns: []string{arn}, Principals: []string{pick(w.rand, w.management, w.member)}})
		if err == nil {
			w.shares[arn] = *out.ResourceShare.ResourceShareArn
		}
		return err
	})
}
