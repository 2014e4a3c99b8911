package orgs_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/ipamtest"
)

// M leads the organization of a test, N administers services in it, W is a plain member, and X is in none at first.
// Each test has a server of its own.
const (
	M = "111111111111"
	N = "222222222222"
	W = "333333333333"
	X = "999999999999"
)

// world is a server and the clients of its accounts.
type world struct {
	*testing.T
	server *ipamtest.Server
	root   string // of M's organization
}

func start(t *testing.T) *world {
	t.Parallel()
	return &world{T: t, server: ipamtest.Start(t)}
}

// organized is a world with M's organization.
func organized(t *testing.T) *world {
	w := start(t)
	must(w.as(M).CreateOrganization(w.Context(), &organizations.CreateOrganizationInput{}))(w)
	w.root = *must(w.as(M).ListRoots(w.Context(), &organizations.ListRootsInput{}))(w).Roots[0].Id
	return w
}

// as is a client of an account.
func (w *world) as(account string) *organizations.Client {
	return organizations.NewFromConfig(w.server.Config(account, "us-east-1"))
}

// must is the output of a call that has to succeed.
func must[Out any](out Out, err error) func(testing.TB) Out {
	return func(t testing.TB) Out {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// refused checks the code of an error and its Reason, empty for one that has none.
func refused(t testing.TB, err error, code, reason string) {
	t.Helper()
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Errorf("error = %v, want %s", err, code)
		return
	}
	got := ""
	if field := reflect.ValueOf(api).Elem().FieldByName("Reason"); field.IsValid() {
		got = field.String()
	}
	if api.ErrorCode() != code || got != reason {
		t.Errorf("error = %v with Reason %q, want %s with Reason %q", api, got, code, reason)
	}
	if api.ErrorMessage() == "" {
		t.Errorf("%s has no message", code)
	}
}

// unit creates a unit.
func (w *world) unit(parent, name string) string {
	w.Helper()
	out := must(w.as(M).CreateOrganizationalUnit(w.Context(), &organizations.CreateOrganizationalUnitInput{ParentId: &parent, Name: &name}))(w)
	return *out.OrganizationalUnit.Id
}

// create creates an account.
func (w *world) create(name string) string {
	w.Helper()
	out := must(w.as(M).CreateAccount(w.Context(), &organizations.CreateAccountInput{AccountName: &name, Email: new(name + "@corp.test")}))(w)
	status := must(w.as(M).DescribeCreateAccountStatus(w.Context(), &organizations.DescribeCreateAccountStatusInput{CreateAccountRequestId: out.CreateAccountStatus.Id}))(w)
	if status.CreateAccountStatus.AccountId == nil {
		w.Fatalf("account %s: %s", name, status.CreateAccountStatus.FailureReason)
	}
	return *status.CreateAccountStatus.AccountId
}
