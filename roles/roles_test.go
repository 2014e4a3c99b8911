package roles_test

import (
	"slices"
	"testing"

	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/state"
)

func update(t *testing.T, do func(*state.Tx)) {
	t.Helper()
	db, err := state.Open(state.Options{Schemas: []*state.Schema{&roles.Schema}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Update(func(tx *state.Tx) error { do(tx); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := db.Check(); err != nil {
		t.Error(err)
	}
}

func TestEnsureServiceLinkedRole(t *testing.T) {
	const account, name = "111111111111", "AWSServiceRoleForIPAM"
	update(t, func(tx *state.Tx) {
		if roles.HasRole(tx, account, name) {
			t.Error("the role is there from the start")
		}
		roles.EnsureServiceLinkedRole(tx, account, "ipam.amazonaws.com")
		first := roles.Get(tx, account, name)
		if first == nil || first.Path != "/aws-service-role/ipam.amazonaws.com/" || !first.Created.Equal(tx.Now) {
			t.Fatalf("role = %+v, want IPAM's", first)
		}
		roles.EnsureServiceLinkedRole(tx, account, "ipam.amazonaws.com")
		if again := roles.Get(tx, account, name); again.ID != first.ID {
			t.Errorf("the role was made twice: %s and %s", first.ID, again.ID)
		}
		roles.EnsureServiceLinkedRole(tx, account, "mars.amazonaws.com")
		if n := len(slices.Collect(roles.All(tx, account, ""))); n != 1 {
			t.Errorf("%d roles, want 1: nothing is known of a service on Mars", n)
		}
		if roles.Owns(tx, account) {
			t.Error("a service's role counts as one of the account's own")
		}
	})
}

func TestNamesAreUniqueInAnyCase(t *testing.T) {
	const account = "111111111111"
	update(t, func(tx *state.Tx) {
		roles.Create(tx, &roles.Role{Account: account, Name: "Admin"})
		if !roles.Taken(tx, account, "admin") || roles.HasRole(tx, account, "admin") || !roles.HasRole(tx, account, "Admin") {
			t.Error("Admin takes the name admin, but is not called so")
		}
		roles.Delete(tx, account, "Admin")
		if roles.Taken(tx, account, "admin") || !roles.Owns(tx, account) {
			t.Error("a deleted role frees its name, and the account has made one")
		}
	})
}
