package ec2api

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

const (
	manyVPCs    = 100_000
	manyMembers = 50
)

// largeOrganization has an IPAM that sees many VPCs of many members. A tenth of them overlaps another.
type largeOrganization struct {
	db      *state.DB
	admin   string
	members []string
	scope   *string
}

func (l *largeOrganization) call(tx *state.Tx, account string) *Call {
	return &Call{Tx: tx, Caller: op.Caller{Account: account, Region: "eu-west-1"}, Settings: DefaultSettings()}
}

func (l *largeOrganization) update(b *testing.B, fn func(tx *state.Tx) error) {
	b.Helper()
	if err := l.db.Update(fn); err != nil {
		b.Fatal(err)
	}
}

func newLargeOrganization(b *testing.B, vpcCount int) *largeOrganization {
	db, err := state.Open(state.Options{Schemas: schemas})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	l := &largeOrganization{db: db}
	l.organize(b)
	for first := 0; first < vpcCount; first += 1000 {
		l.update(b, func(tx *state.Tx) error {
			for n := first; n < first+1000; n++ {
				at := n
				if n%10 == 0 && n > 0 {
					at = n - 1
				}
				prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(at >> 12), byte(at >> 4), byte(at << 4)}), 28)
				vpcs.Put(tx, l.call(tx, l.members[n%len(l.members)]).newVPC(prefix, types.TenancyDefault))
			}
			return nil
		})
	}
	return l
}

func (l *largeOrganization) organize(b *testing.B) {
	const management = "100000000000"
	manager := func(tx *state.Tx) *orgs.Call {
		return &orgs.Call{Tx: tx, Caller: op.Caller{Account: management, Region: "us-east-1"}, Settings: orgs.DefaultSettings()}
	}
	l.update(b, func(tx *state.Tx) error {
		_, err := manager(tx).CreateOrganization(&organizations.CreateOrganizationInput{})
		return err
	})
	for n := range manyMembers {
		l.update(b, func(tx *state.Tx) error {
			_, err := manager(tx).CreateAccount(&organizations.CreateAccountInput{AccountName: new(fmt.Sprint("member ", n)), Email: new(fmt.Sprintf("%d@example.com", n))})
			return err
		})
	}
	l.update(b, func(tx *state.Tx) error {
		m, _ := orgs.Of(tx, management)
		for account := range orgs.Members(tx, m.OrganizationID) {
			if account != management {
				l.members = append(l.members, account)
			}
		}
		l.admin = l.members[0]
		_, err := l.call(tx, management).EnableIpamOrganizationAdminAccount(&ec2.EnableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: &l.admin})
		if err != nil {
			return err
		}
		i, err := l.call(tx, l.admin).CreateIpam(&ec2.CreateIpamInput{})
		if err == nil {
			l.scope = i.Ipam.PrivateDefaultScopeId
		}
		return err
	})
}

// A page of a thousand rows of a scope with 100,000 VPCs of 50 accounts: less than 50 ms is what we want.
func BenchmarkGetIpamResourceCidrs(b *testing.B) {
	l := newLargeOrganization(b, manyVPCs)
	var token *string
	b.ResetTimer()
	for b.Loop() {
		err := l.db.View(func(tx *state.Tx) error {
			out, err := l.call(tx, l.admin).GetIpamResourceCidrs(&ec2.GetIpamResourceCidrsInput{IpamScopeId: l.scope, MaxResults: new(int32(1000)), NextToken: token})
			if err == nil {
				if len(out.IpamResourceCidrs) != 1000 {
					b.Fatalf("a page has %d rows, want 1000", len(out.IpamResourceCidrs))
				}
				token = out.NextToken
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// importers makes pools that import, one with the CIDRs that the benchmark takes for its VPCs if it is to import them.
func (l *largeOrganization) importers(b *testing.B, concerned bool) {
	for n := range 40 {
		cidr := fmt.Sprintf("11.%d.0.0/16", n)
		if n == 0 && concerned {
			cidr = "172.16.0.0/12"
		}
		l.update(b, func(tx *state.Tx) error {
			c := l.call(tx, l.admin)
			p, err := c.CreateIpamPool(&ec2.CreateIpamPoolInput{IpamScopeId: l.scope, AddressFamily: types.AddressFamilyIpv4, Locale: new("eu-west-1"), AutoImport: new(true)})
			if err != nil {
				return err
			}
			_, err = c.ProvisionIpamPoolCidr(&ec2.ProvisionIpamPoolCidrInput{IpamPoolId: p.IpamPool.IpamPoolId, Cidr: new(cidr)})
			return err
		})
	}
}

// CreateVpc in the same estate, against that in an empty organization; with pools that import others, or the VPC itself.
func BenchmarkCreateVpcInOrganization(b *testing.B) {
	for _, test := range []struct {
		count                int
		importers, concerned bool
	}{{0, false, false}, {manyVPCs, false, false}, {0, true, false}, {manyVPCs, true, false}, {0, true, true}, {manyVPCs, true, true}} {
		b.Run(fmt.Sprintf("%d VPCs, importers %v, imported %v", test.count, test.importers, test.concerned), func(b *testing.B) {
			l := newLargeOrganization(b, test.count)
			if test.importers {
				l.importers(b, test.concerned)
			}
			n := 0
			b.ResetTimer()
			for b.Loop() {
				n++
				prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{172, 16 + byte(n>>16), byte(n >> 8), 0}), 24)
				l.update(b, func(tx *state.Tx) error {
					_, err := l.call(tx, l.members[n%manyMembers]).CreateVpc(&ec2.CreateVpcInput{CidrBlock: new(prefix.String())})
					return err
				})
			}
		})
	}
}
