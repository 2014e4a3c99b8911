package ec2api

import (
	"net/netip"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

// importEstate is an IPAM with a pool of 10.0.0.0/8 that imports, in a state whose clock a test moves.
type importEstate struct {
	t        *testing.T
	db       *state.DB
	now      time.Time
	settings *Settings
	pool     string
}

func newImportEstate(t *testing.T, settings *Settings) *importEstate {
	e := &importEstate{t: t, settings: settings, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	e.db = openDBAt(t, func() time.Time { return e.now })
	e.as("eu-west-1", func(c *Call) error {
		out, err := c.CreateIpam(&ec2.CreateIpamInput{OperatingRegions: []types.AddIpamOperatingRegion{{RegionName: new("us-east-1")}}})
		if err != nil {
			return err
		}
		p, err := c.CreateIpamPool(&ec2.CreateIpamPoolInput{
			IpamScopeId: out.Ipam.PrivateDefaultScopeId, AddressFamily: types.AddressFamilyIpv4, Locale: new("eu-west-1"), AutoImport: new(true),
		})
		if err == nil {
			e.pool = *p.IpamPool.IpamPoolId
		}
		return err
	})
	return e
}

func (e *importEstate) as(regionName string, fn func(c *Call) error) {
	e.t.Helper()
	err := e.db.Update(func(tx *state.Tx) error {
		return fn(&Call{Tx: tx, Caller: op.Caller{Account: "111122223333", Region: regionName}, Settings: e.settings})
	})
	if err != nil {
		e.t.Fatal(err)
	}
}

func (e *importEstate) provision() {
	e.as("eu-west-1", func(c *Call) error {
		_, err := c.ProvisionIpamPoolCidr(&ec2.ProvisionIpamPoolCidrInput{IpamPoolId: new(e.pool), Cidr: new("10.0.0.0/8")})
		return err
	})
}

func (e *importEstate) vpc(regionName, cidr string) {
	e.as(regionName, func(c *Call) error {
		_, err := c.CreateVpc(&ec2.CreateVpcInput{CidrBlock: new(cidr)})
		return err
	})
}

func (e *importEstate) imported() (n int) {
	e.as("eu-west-1", func(c *Call) error {
		out, err := c.GetIpamPoolAllocations(&ec2.GetIpamPoolAllocationsInput{IpamPoolId: new(e.pool)})
		n = len(out.IpamPoolAllocations)
		return err
	})
	return n
}

// More than one transaction may hold, but the next call sees all of it.
func TestImportOfMany(t *testing.T) {
	e := newImportEstate(t, DefaultSettings())
	const many = 2*maxImport + 7
	for first := 0; first < many; first += 500 { // in steps, since a transaction is bounded
		e.as("eu-west-1", func(c *Call) error {
			for n := first; n < min(first+500, many); n++ {
				prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(n >> 8), byte(n), 0}), 24)
				vpcs.Put(c.Tx, c.newVPC(prefix, types.TenancyDefault))
			}
			return nil
		})
	}
	e.provision()
	if n := e.imported(); n != many {
		t.Errorf("%d VPCs are imported, want %d", n, many)
	}
}

// With AWS's delays there is a time in which the pool does not know of a VPC that its IPAM sees.
func TestImportLags(t *testing.T) {
	settings := DefaultSettings()
	settings.Timing.Import = 15 * time.Minute
	e := newImportEstate(t, settings)
	e.provision()
	e.vpc("eu-west-1", "10.0.0.0/24")
	e.vpc("eu-west-1", "10.0.1.0/24")
	if n := e.imported(); n != 0 {
		t.Errorf("at once %d VPCs are imported, want 0", n)
	}
	e.as("eu-west-1", func(c *Call) error {
		out, err := c.AllocateIpamPoolCidr(&ec2.AllocateIpamPoolCidrInput{IpamPoolId: new(e.pool), NetmaskLength: new(int32(24))})
		if err == nil && *out.IpamPoolAllocation.Cidr != "10.0.0.0/24" {
			t.Errorf("the pool gives %s, want 10.0.0.0/24, which a VPC has", *out.IpamPoolAllocation.Cidr)
		}
		return err
	})
	e.now = e.now.Add(14 * time.Minute)
	if n := e.imported(); n != 1 {
		t.Errorf("too early there are %d allocations, want 1", n)
	}
	e.now = e.now.Add(time.Minute)
	if n := e.imported(); n != 2 {
		t.Errorf("after the delay there are %d allocations, want 2: the one VPC that is left", n)
	}
}

func TestImportLocaleOnly(t *testing.T) {
	for _, alone := range []bool{false, true} {
		settings := DefaultSettings()
		settings.ImportLocaleOnly = alone
		e := newImportEstate(t, settings)
		e.provision()
		e.vpc("us-east-1", "10.0.0.0/24")
		e.vpc("eu-west-1", "10.0.1.0/24")
		want := 2
		if alone {
			want = 1
		}
		if n := e.imported(); n != want {
			t.Errorf("with ImportLocaleOnly %v, %d VPCs are imported, want %d", alone, n, want)
		}
	}
}
