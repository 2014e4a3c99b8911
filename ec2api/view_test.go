package ec2api

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

func TestJudge(t *testing.T) {
	rules := func(change func(*types.IpamPool)) *pool {
		p := &pool{IpamPool: types.IpamPool{IpamPoolId: new("p"), Locale: new("eu-west-1"), AddressFamily: types.AddressFamilyIpv4}}
		if change != nil {
			change(&p.IpamPool)
		}
		return p
	}
	env := []types.IpamResourceTag{{Key: new("env"), Value: new("prod")}}
	for _, test := range []struct {
		name   string
		change func(*finding)
		want   string
	}{
		{"a VPC in no pool", func(f *finding) { f.pool = nil }, "unmanaged unmanaged nonoverlapping"},
		{"a VPC in no pool that overlaps", func(f *finding) { f.pool, f.overlaps = nil, true }, "unmanaged unmanaged overlapping"},
		{"a VPC in a pool", func(f *finding) {}, "managed compliant nonoverlapping"},
		{"a VPC in a pool that overlaps is compliant all the same", func(f *finding) { f.overlaps = true }, "managed compliant overlapping"},
		{"an ignored VPC", func(f *finding) { f.ignored, f.overlaps = true, true }, "ignored ignored ignored"},
		{"a subnet", func(f *finding) { f.kind, f.pool = types.IpamResourceTypeSubnet, nil }, "  "},
		{"a planned subnet", func(f *finding) { f.kind = types.IpamResourceTypeSubnet }, "managed compliant "},
		{"too large", func(f *finding) {
			f.pool = rules(func(p *types.IpamPool) { p.AllocationMinNetmaskLength = new(int32(25)) })
		}, "managed noncompliant nonoverlapping"},
		{"too small", func(f *finding) {
			f.pool = rules(func(p *types.IpamPool) { p.AllocationMaxNetmaskLength = new(int32(23)) })
		}, "managed noncompliant nonoverlapping"},
		{"at both bounds", func(f *finding) {
			f.pool = rules(func(p *types.IpamPool) {
				p.AllocationMinNetmaskLength, p.AllocationMaxNetmaskLength = new(int32(24)), new(int32(24))
			})
		}, "managed compliant nonoverlapping"},
		{"another Region", func(f *finding) { f.region = "us-east-1" }, "managed noncompliant nonoverlapping"},
		{"another Region than none", func(f *finding) { f.pool = rules(func(p *types.IpamPool) { p.Locale = new(noLocale) }) }, "managed compliant nonoverlapping"},
		{"without the tag", func(f *finding) { f.pool = rules(func(p *types.IpamPool) { p.AllocationResourceTags = env }) }, "managed noncompliant nonoverlapping"},
		{"with the tag", func(f *finding) {
			f.pool = rules(func(p *types.IpamPool) { p.AllocationResourceTags = env })
			f.tags = map[string]string{"env": "prod", "more": "tags"}
		}, "managed compliant nonoverlapping"},
		{"not let in by the share", func(f *finding) { f.stranger = true }, "managed noncompliant nonoverlapping"},
	} {
		f := &finding{kind: types.IpamResourceTypeVpc, prefix: netip.MustParsePrefix("10.0.0.0/24"), region: "eu-west-1", pool: rules(nil)}
		test.change(f)
		v := f.judge()
		if got := fmt.Sprintf("%s %s %s", v.management, v.compliance, v.overlap); got != test.want {
			t.Errorf("%s: judge = %q, want %q", test.name, got, test.want)
		}
	}
}

// The rows of random estates against those that are found by comparing each CIDR with each.
func TestOverlapAgainstAllPairs(t *testing.T) {
	for range 5 {
		seed := rand.Uint64()
		db := openDB(t)
		if err := db.Update(func(tx *state.Tx) error { return randomEstate(tx, rand.New(rand.NewPCG(seed, 0))) }); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		err := db.View(func(tx *state.Tx) error {
			c := &Call{Tx: tx, Caller: op.Caller{Account: "111122223333", Region: "eu-west-1"}, Settings: DefaultSettings()}
			for s := range scopes.Scan(tx, c.Account) {
				compareWithAllPairs(t, c, s, seed)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func compareWithAllPairs(t *testing.T, c *Call, s *scope, seed uint64) {
	var rows []*resourceCIDR
	for r := range newView(c.Tx, s).all(wanted{kind: types.IpamResourceTypeVpc}, nil) {
		rows = append(rows, r)
	}
	customs := []netip.Prefix{}
	for p := range poolsByScope.Scan(c.Tx, *s.IpamScopeId) {
		for a := range allocations.Scan(c.Tx, p.key()...) {
			if a.ResourceType == types.IpamPoolAllocationResourceTypeCustom {
				customs = append(customs, a.prefix())
			}
		}
	}
	for _, r := range rows {
		want := types.IpamOverlapStatusNonoverlapping
		for _, other := range rows {
			if *other.ResourceId != *r.ResourceId && other.prefix.Overlaps(r.prefix) && other.OverlapStatus != types.IpamOverlapStatusIgnored {
				want = types.IpamOverlapStatusOverlapping
			}
		}
		for _, custom := range customs {
			if custom.Overlaps(r.prefix) {
				want = types.IpamOverlapStatusOverlapping
			}
		}
		if r.OverlapStatus != want && r.OverlapStatus != types.IpamOverlapStatusIgnored {
			t.Errorf("seed %d: %s %s is %s, want %s", seed, *r.ResourceId, r.prefix, r.OverlapStatus, want)
		}
	}
}

// randomEstate is an IPAM with two private scopes, VPCs in its Regions and elsewhere, some ignored and some moved.
func randomEstate(tx *state.Tx, r *rand.Rand) error {
	as := func(account, regionName string) *Call {
		return &Call{Tx: tx, Caller: op.Caller{Account: account, Region: regionName}, Settings: DefaultSettings()}
	}
	c := as("111122223333", "eu-west-1")
	i, err := c.CreateIpam(&ec2.CreateIpamInput{OperatingRegions: []types.AddIpamOperatingRegion{{RegionName: new("us-east-1")}}})
	if err != nil {
		return err
	}
	private := i.Ipam.PrivateDefaultScopeId
	other, err := c.CreateIpamScope(&ec2.CreateIpamScopeInput{IpamId: i.Ipam.IpamId})
	if err != nil {
		return err
	}
	p, err := c.CreateIpamPool(&ec2.CreateIpamPoolInput{IpamScopeId: private, AddressFamily: types.AddressFamilyIpv4, Locale: new("eu-west-1")})
	if err != nil {
		return err
	}
	pool := poolsByID.First(tx, *p.IpamPool.IpamPoolId)
	for range 3 {
		c.allocate(pool, randomPrefix(r), types.IpamPoolAllocation{ResourceType: types.IpamPoolAllocationResourceTypeCustom, ResourceOwner: new(c.Account)})
	}
	for range 60 {
		owner := as([]string{"111122223333", "444455556666"}[r.IntN(2)], []string{"eu-west-1", "us-east-1", "us-west-2"}[r.IntN(3)])
		prefix := randomPrefix(r)
		v := owner.newVPC(prefix, types.TenancyDefault)
		vpcs.Put(tx, v)
		if owner.Account != c.Account || owner.Region == "us-west-2" || r.IntN(3) > 0 {
			continue
		}
		in := &ec2.ModifyIpamResourceCidrInput{
			ResourceId: v.VpcId, ResourceCidr: new(prefix.String()), ResourceRegion: new(v.Region), CurrentIpamScopeId: private, Monitored: new(r.IntN(2) == 0),
		}
		if r.IntN(2) == 0 {
			in.DestinationIpamScopeId = other.IpamScope.IpamScopeId
		}
		if _, err := c.ModifyIpamResourceCidr(in); err != nil {
			return err
		}
	}
	return nil
}

func randomPrefix(r *rand.Rand) netip.Prefix {
	p, _ := netip.AddrFrom4([4]byte{10, 0, byte(r.IntN(256)), 0}).Prefix(18 + r.IntN(7))
	return p
}
