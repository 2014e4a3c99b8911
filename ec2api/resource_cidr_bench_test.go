package ec2api

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

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

// CreateVpc in the same estate, against that in an empty organization; with pools that import others, or the VPC itself. Both
// are measured in turn, so that what else the machine does falls on both alike: a ratio of less than 2 is what we want.
func BenchmarkCreateVpcInOrganization(b *testing.B) {
	for _, test := range []struct {
		name                 string
		importers, concerned bool
	}{{"no pools", false, false}, {"pools that import others", true, false}, {"a pool that imports it", true, true}} {
		b.Run(test.name, func(b *testing.B) {
			estates := []*largeOrganization{newLargeOrganization(b, 0), newLargeOrganization(b, manyVPCs)}
			took := make([][]time.Duration, len(estates))
			for _, l := range estates {
				if test.importers {
					l.importers(b, test.concerned)
				}
			}
			n := 0
			b.ResetTimer()
			for b.Loop() {
				n++
				for i, l := range estates {
					start := time.Now()
					l.createVPC(b, n)
					took[i] = append(took[i], time.Since(start))
				}
			}
			for i, list := range took {
				slices.Sort(list)
				b.ReportMetric(float64(list[len(list)/2].Microseconds()), []string{"µs-empty", "µs-full"}[i])
			}
			b.ReportMetric(float64(took[1][n/2])/float64(took[0][n/2]), "ratio")
		})
	}
}

func (l *largeOrganization) createVPC(b *testing.B, n int) {
	prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{172, 16 + byte(n>>12), byte(n >> 4), byte(n << 4)}), 28)
	l.update(b, func(tx *state.Tx) error {
		_, err := l.call(tx, l.members[n%manyMembers]).CreateVpc(&ec2.CreateVpcInput{CidrBlock: new(prefix.String())})
		return err
	})
}
