package ec2api

import (
	"net/netip"
	"testing"
	"time"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/timeseries"
)

// The table of https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html, read in both directions.
func TestSecondaryRules(t *testing.T) {
	for _, test := range []struct {
		name      string
		have      []netip.Prefix // the primary one first
		secondary string
		refused   bool
	}{
		{"10/8 takes more of 10/8", prefixes("10.2.0.0/16"), "10.3.0.0/16", false},
		{"10/8 takes 100.64/10", prefixes("10.2.0.0/16"), "100.64.0.0/16", false},
		{"10/8 takes public space", prefixes("10.2.0.0/16"), "52.0.0.0/16", false},
		{"10/8 refuses 172.16/12", prefixes("10.2.0.0/16"), "172.16.0.0/16", true},
		{"10/8 takes what is beside 172.16/12", prefixes("10.2.0.0/16"), "172.32.0.0/16", false},
		{"10/8 refuses 192.168/16", prefixes("10.2.0.0/16"), "192.168.4.0/24", true},
		{"10/8 refuses 198.19/16", prefixes("10.2.0.0/16"), "198.19.4.0/24", true},
		{"10/8 takes what is beside 198.19/16", prefixes("10.2.0.0/16"), "198.18.4.0/24", false},
		{"10.0/15 refuses 10.0/16", prefixes("10.1.0.0/16"), "10.0.4.0/24", true},
		{"10.0/15 takes 10.2/16", prefixes("10.1.0.0/16"), "10.2.0.0/16", false},
		{"10.0/15 as the second block refuses 10.0/16", prefixes("10.2.0.0/16", "10.1.0.0/24"), "10.0.4.0/24", true},
		{"10.2/16 takes 10.0/16", prefixes("10.2.0.0/16"), "10.0.4.0/24", false},

		{"172.16/12 takes more of 172.16/12", prefixes("172.16.0.0/16"), "172.17.0.0/16", false},
		{"172.16/12 takes 100.64/10", prefixes("172.16.0.0/16"), "100.64.0.0/16", false},
		{"172.16/12 refuses 10/8", prefixes("172.16.0.0/16"), "10.0.0.0/16", true},
		{"172.16/12 refuses 192.168/16", prefixes("172.16.0.0/16"), "192.168.0.0/16", true},
		{"172.16/12 refuses 172.31/16", prefixes("172.16.0.0/16"), "172.31.1.0/24", true},
		{"172.16/12 refuses 198.19/16", prefixes("172.16.0.0/16"), "198.19.0.0/16", true},

		{"192.168/16 takes more of 192.168/16", prefixes("192.168.0.0/24"), "192.168.1.0/24", false},
		{"192.168/16 takes public space", prefixes("192.168.0.0/24"), "8.8.0.0/16", false},
		{"192.168/16 refuses 10/8", prefixes("192.168.0.0/24"), "10.0.0.0/16", true},
		{"192.168/16 refuses 172.16/12", prefixes("192.168.0.0/24"), "172.31.0.0/16", true},
		{"192.168/16 refuses 198.19/16", prefixes("192.168.0.0/24"), "198.19.0.0/16", true},

		{"198.19/16 takes public space", prefixes("198.19.0.0/24"), "198.18.0.0/16", false},
		{"198.19/16 takes 100.64/10", prefixes("198.19.0.0/24"), "100.64.0.0/16", false},
		{"198.19/16 refuses 10/8", prefixes("198.19.0.0/24"), "10.0.0.0/16", true},
		{"198.19/16 refuses 172.16/12", prefixes("198.19.0.0/24"), "172.16.0.0/16", true},
		{"198.19/16 refuses 192.168/16", prefixes("198.19.0.0/24"), "192.168.0.0/16", true},

		{"public space takes public space", prefixes("52.0.0.0/16"), "54.0.0.0/16", false},
		{"public space takes 100.64/10", prefixes("52.0.0.0/16"), "100.64.0.0/16", false},
		{"100.64/10 refuses 10/8", prefixes("100.64.0.0/16"), "10.0.0.0/16", true},
		{"public space refuses 172.16/12", prefixes("52.0.0.0/16"), "172.16.0.0/16", true},
		{"public space refuses 192.168/16", prefixes("52.0.0.0/16"), "192.168.0.0/16", true},
		{"public space refuses 198.19/16", prefixes("52.0.0.0/16"), "198.19.0.0/16", true},

		{"a second block of 100.64/10 leaves 10/8 open", prefixes("10.2.0.0/16", "100.64.0.0/16"), "10.3.0.0/16", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := false
			for _, rule := range secondaryRules {
				got = got || rule.refuses(test.have, netip.MustParsePrefix(test.secondary))
			}
			if got != test.refused {
				t.Errorf("%v with %s: refused = %v, want %v", test.have, test.secondary, got, test.refused)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	for _, test := range []struct {
		name    string
		target  *target
		allowed []int
	}{
		{"VPC IPv4", &forVPCIPv4, []int{16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28}},
		{"VPC IPv6", &forVPCIPv6, []int{44, 48, 52, 56, 60}},
		{"subnet IPv4", &forSubnetIPv4, []int{16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28}},
		{"subnet IPv6", &forSubnetIPv6, []int{44, 48, 52, 56, 60, 64}},
	} {
		want := map[int]bool{}
		for _, bits := range test.allowed {
			want[bits] = true
		}
		for bits := range 129 {
			if got := test.target.allows(bits); got != want[bits] {
				t.Errorf("%s: allows(%d) = %v, want %v", test.name, bits, got, want[bits])
			}
		}
	}
}

// openState is a state in memory, and runs a function as a call of an account.
func openState(t testing.TB, settings *Settings) func(account string, fn func(*Call) error) error {
	db := openDB(t)
	return func(account string, fn func(*Call) error) error {
		return db.Update(func(tx *state.Tx) error {
			return fn(&Call{Tx: tx, Caller: op.Caller{Account: account, Region: "eu-west-1"}, Settings: settings})
		})
	}
}

// schemas are those of all that the package asks.
var schemas = []*state.Schema{&Schema, &orgs.Schema, &ramapi.Schema, &roles.Schema, &timeseries.Schema}

// openDB is a state in memory that is checked when the test ends.
func openDB(t testing.TB) *state.DB { return openDBAt(t, nil) }

// openDBAt is openDB with a clock.
func openDBAt(t testing.TB, now func() time.Time) *state.DB {
	db, err := state.Open(state.Options{Schemas: schemas, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Check(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// The default VPC comes by itself once; deleted, it stays away.
func TestEnsureDefaultVPC(t *testing.T) {
	settings := DefaultSettings()
	update := openState(t, settings)
	ensure := func() (id string) {
		err := update("111122223333", func(c *Call) error {
			c.EnsureDefaultVPC()
			id = c.defaultVPC()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	if id := ensure(); id != "none" {
		t.Errorf("without the setting: the default VPC is %s, want none", id)
	}
	settings.DefaultVPCs = true
	first := ensure()
	if first == "none" {
		t.Fatal("with the setting: no default VPC")
	}
	if second := ensure(); second != first {
		t.Errorf("the second call has the default VPC %s, want %s", second, first)
	}
	err := update("111122223333", func(c *Call) error {
		vpcs.Delete(c.Tx, c.Account, c.Region, first)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if id := ensure(); id != "none" {
		t.Errorf("after it was deleted: the default VPC is %s, want none", id)
	}
}
