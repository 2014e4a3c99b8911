package ramapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ram"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/timeseries"
)

// What other packages ask needs a transaction, which no client has; so these tests call RAM in one of their own. The
// resources are made up: any of an account that is asked for.

func open(t testing.TB) *state.DB { return openAt(t, time.Now) }

// openAt is a database with a clock of the test's.
func openAt(t testing.TB, now func() time.Time) *state.DB {
	// The other tests of this package start whole servers; so ec2api is there, and watches what happens here.
	db, err := state.Open(state.Options{Schemas: []*state.Schema{&ec2api.Schema, &orgs.Schema, &ramapi.Schema, &roles.Schema, &timeseries.Schema}, Now: now})
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

func call(tx *state.Tx, account string) *ramapi.Call {
	return &ramapi.Call{Tx: tx, Caller: op.Caller{Account: account, Region: home}, Lookup: func(_ *state.Tx, arn string) (ramapi.Resource, bool) {
		kind := poolType
		switch {
		case strings.Contains(arn, ":ipam-resource-discovery/"):
			kind = "ec2:IpamResourceDiscovery"
		case strings.Contains(arn, ":prefix-list/"):
			kind = "ec2:PrefixList"
		}
		return ramapi.Resource{ARN: arn, Type: kind, OwnerAccount: account, HomeRegion: home}, true
	}}
}

func poolARN(account string, n int) string {
	return fmt.Sprintf("arn:aws:ec2::%s:ipam-pool/ipam-pool-%017d", account, n)
}

// update runs calls that have to succeed.
func update(t testing.TB, db *state.DB, calls func(tx *state.Tx) error) {
	t.Helper()
	if err := db.Update(calls); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, db *state.DB, read func(tx *state.Tx)) {
	t.Helper()
	if err := db.View(func(tx *state.Tx) error { read(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

// shareWith is a share of Y's with pools, open to M's organization.
func shareWith(t testing.TB, db *state.DB, pools ...string) (arn string) {
	update(t, db, func(tx *state.Tx) error {
		o := &orgs.Call{Tx: tx, Caller: op.Caller{Account: Y, Region: home}, Settings: orgs.DefaultSettings()}
		created, err := o.CreateOrganization(&organizations.CreateOrganizationInput{})
		if err != nil {
			return err
		}
		if _, err := o.CreateAccountWithID(&organizations.CreateAccountInput{AccountName: new("m"), Email: new("m@corp.test")}, M); err != nil {
			return err
		}
		if _, err := call(tx, Y).EnableSharingWithAwsOrganization(nil); err != nil {
			return err
		}
		s, err := call(tx, Y).CreateResourceShare(&ram.CreateResourceShareInput{Name: new("a"), ResourceArns: pools, Principals: []string{*created.Organization.Arn}})
		arn = *s.ResourceShare.ResourceShareArn
		return err
	})
	return arn
}

func TestGranted(t *testing.T) {
	t.Parallel()
	db := open(t)
	pools := []string{poolARN(Y, 0), poolARN(Y, 1)}
	share := shareWith(t, db, pools[0])
	view(t, db, func(tx *state.Tx) {
		g, ok := ramapi.Granted(tx, M, pools[0])
		if !ok || !slices.Equal(g.ShareARNs, []string{share}) {
			t.Errorf("Granted = %+v, %v, want one by %s", g, ok, share)
		}
		tests := []struct {
			action string
			want   bool
		}{
			{"ec2:AllocateIpamPoolCidr", true},
			{"ec2:GetIpamPoolAllocations", true}, // of all accounts
			{"ec2:CreateVpc", true},
			{"ec2:DescribeIpamPoolAllocations", false},
			{"ec2:CreateIpamPool", false}, // no pool below a shared one
			{"ec2:ModifyIpamPool", false},
			{"ec2:ProvisionIpamPoolCidr", false},
			{"ec2:ImportByoipCidrToIpam", false},
		}
		for _, test := range tests {
			if got := g.Allows(test.action); got != test.want {
				t.Errorf("Allows(%s) = %v, want %v", test.action, got, test.want)
			}
		}
		for _, account := range []string{X, Y} { // neither another nor the owner itself
			if g, ok := ramapi.Granted(tx, account, pools[0]); ok {
				t.Errorf("Granted to %s = %+v, want nothing", account, g)
			}
		}
		if g, ok := ramapi.Granted(tx, M, pools[1]); ok {
			t.Errorf("Granted for a pool that is not shared = %+v, want nothing", g)
		}
		equal(t, "IsShared", ramapi.IsShared(tx, pools[0]), true)
		equal(t, "IsShared of a pool that is not", ramapi.IsShared(tx, pools[1]), false)
		same(t, "SharedWith M", slices.Collect(ramapi.SharedWith(tx, M, poolType)), pools[:1])
		same(t, "SharedWith M of another type", slices.Collect(ramapi.SharedWith(tx, M, "ec2:Subnet")), nil)
		same(t, "SharedWith X", slices.Collect(ramapi.SharedWith(tx, X, poolType)), nil)
		same(t, "SharedWith Y", slices.Collect(ramapi.SharedWith(tx, Y, poolType)), nil)
	})
}

// Two shares add up, also where their permissions differ; each share has but one permission for a type.
func TestGrantsAddUp(t *testing.T) {
	t.Parallel()
	db := open(t)
	pool := poolARN(Y, 0)
	first := shareWith(t, db, pool)
	var second string
	update(t, db, func(tx *state.Tx) error {
		s, err := call(tx, Y).CreateResourceShare(&ram.CreateResourceShareInput{Name: new("b"), ResourceArns: []string{pool}, Principals: []string{M}, PermissionArns: []string{byoipPool}})
		second = *s.ResourceShare.ResourceShareArn
		return err
	})
	check := func(when string, shares []string, byoip, allocate bool) {
		t.Helper()
		view(t, db, func(tx *state.Tx) {
			g, _ := ramapi.Granted(tx, M, pool)
			same(t, "shares "+when, g.ShareARNs, shares)
			equal(t, "may import "+when, g.Allows("ec2:ImportByoipCidrToIpam"), byoip)
			equal(t, "may allocate "+when, g.Allows("ec2:AllocateIpamPoolCidr"), allocate)
			equal(t, "IsShared "+when, ramapi.IsShared(tx, pool), len(shares) > 0)
			equal(t, "SharedWith "+when, len(slices.Collect(ramapi.SharedWith(tx, M, poolType))), min(1, len(shares)))
		})
	}
	check("by both", []string{first, second}, true, true)
	update(t, db, func(tx *state.Tx) error {
		_, err := call(tx, Y).DeleteResourceShare(&ram.DeleteResourceShareInput{ResourceShareArn: &first})
		return err
	})
	check("by the second", []string{second}, true, false)
	update(t, db, func(tx *state.Tx) error {
		_, err := call(tx, Y).DisassociateResourceShare(&ram.DisassociateResourceShareInput{ResourceShareArn: &second, ResourceArns: []string{pool}})
		return err
	})
	check("by none", nil, false, false)
}

// Customers' permissions grant what the version says that a share has.
func TestGrantedByCustomerPermission(t *testing.T) {
	t.Parallel()
	db := open(t)
	pool := poolARN(Y, 0)
	share := shareWith(t, db, pool)
	var arn string
	update(t, db, func(tx *state.Tx) error {
		c := call(tx, Y)
		p, err := c.CreatePermission(&ram.CreatePermissionInput{Name: new("p"), ResourceType: new(poolType), PolicyTemplate: new(readPool)})
		if err != nil {
			return err
		}
		arn = *p.Permission.Arn
		if _, err := c.AssociateResourceSharePermission(&ram.AssociateResourceSharePermissionInput{ResourceShareArn: &share, PermissionArn: &arn, Replace: new(true)}); err != nil {
			return err
		}
		_, err = c.CreatePermissionVersion(&ram.CreatePermissionVersionInput{PermissionArn: &arn, PolicyTemplate: new(usePool)})
		return err
	})
	view(t, db, func(tx *state.Tx) {
		g, _ := ramapi.Granted(tx, M, pool)
		same(t, "actions", g.Actions, []string{"ec2:GetIpamPoolCidrs"})
	})
	update(t, db, func(tx *state.Tx) error {
		_, err := call(tx, Y).ReplacePermissionAssociations(&ram.ReplacePermissionAssociationsInput{FromPermissionArn: &arn, ToPermissionArn: &arn})
		return err
	})
	view(t, db, func(tx *state.Tx) {
		g, _ := ramapi.Granted(tx, M, pool)
		same(t, "actions of the new version", g.Actions, []string{"ec2:AllocateIpamPoolCidr"})
	})
}

// Where nothing is shared, a question costs nothing.
func TestNoAllocs(t *testing.T) {
	db := open(t)
	pool := poolARN(Y, 0)
	view(t, db, func(tx *state.Tx) {
		if n := testing.AllocsPerRun(100, func() { ramapi.Granted(tx, M, pool) }); n > 0 {
			t.Errorf("Granted allocates %v times, want 0", n)
		}
		if n := testing.AllocsPerRun(100, func() { ramapi.IsShared(tx, pool) }); n > 0 {
			t.Errorf("IsShared allocates %v times, want 0", n)
		}
	})
}

func BenchmarkGranted(b *testing.B) {
	db := open(b)
	pools := make([]string, 50)
	for i := range pools {
		pools[i] = poolARN(Y, i)
	}
	shareWith(b, db, pools...)
	view(b, db, func(tx *state.Tx) {
		b.Run("shared", func(b *testing.B) {
			for b.Loop() {
				ramapi.Granted(tx, M, pools[7])
			}
		})
		b.Run("not shared", func(b *testing.B) {
			for b.Loop() {
				ramapi.Granted(tx, M, poolARN(Y, 99))
			}
		})
		b.Run("list", func(b *testing.B) {
			for b.Loop() {
				for range ramapi.SharedWith(tx, M, poolType) {
				}
			}
		})
		b.Run("empty list", func(b *testing.B) {
			for b.Loop() {
				for range ramapi.SharedWith(tx, X, poolType) {
				}
			}
		})
	})
}
