package orgs_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/timeseries"
)

// direct is the package without a server, for what clients do not see: settings and the questions of other packages.
type direct struct {
	testing.TB
	db       *state.DB
	now      time.Time
	settings *orgs.Settings
	root     string // of M's organization
	id       string // of M's organization
}

func openDirect(t *testing.T) *direct {
	t.Parallel()
	return newDirect(t)
}

func newDirect(t testing.TB) *direct {
	d := &direct{TB: t, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), settings: orgs.DefaultSettings()}
	// The other tests of this package start whole servers; so ec2api is there, and watches what happens here.
	db, err := state.Open(state.Options{Schemas: []*state.Schema{&ec2api.Schema, &orgs.Schema, &ramapi.Schema, &roles.Schema, &timeseries.Schema}, Now: func() time.Time { return d.now }})
	if err != nil {
		t.Fatal(err)
	}
	d.db = db
	t.Cleanup(func() {
		if err := errors.Join(db.Check(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	org := ask[organizations.CreateOrganizationOutput](d, M, &organizations.CreateOrganizationInput{}).Organization
	d.id = *org.Id
	d.root = *ask[organizations.ListRootsOutput](d, M, &organizations.ListRootsInput{}).Roots[0].Id
	return d
}

var operations = func() map[reflect.Type]op.Op {
	m := map[reflect.Type]op.Op{}
	for _, o := range orgs.Operations() {
		m[o.Input] = o
	}
	return m
}()

func caller(account string) op.Caller {
	return op.Caller{Account: account, Region: "us-east-1", ARN: "arn:aws:iam::" + account + ":root", UserID: account}
}

func (d *direct) do(account string, in any) (out any, err error) {
	o := operations[reflect.TypeOf(in).Elem()]
	err = d.db.Update(func(tx *state.Tx) error {
		out, err = o.Do(&orgs.Call{Tx: tx, Caller: caller(account), Settings: d.settings}, in)
		return err
	})
	return out, err
}

// ask is do for what has to succeed.
func ask[Out any](d *direct, account string, in any) *Out {
	d.Helper()
	out, err := d.do(account, in)
	if err != nil {
		d.Fatalf("%T: %v", in, err)
	}
	return out.(*Out)
}

// admit creates an account of that id in a unit or the root.
func (d *direct) admit(id, parent string) {
	d.Helper()
	err := d.db.Update(func(tx *state.Tx) error {
		c := &orgs.Call{Tx: tx, Caller: caller(M), Settings: d.settings}
		out, err := c.CreateAccountWithID(&organizations.CreateAccountInput{AccountName: new("a"), Email: new("a" + id + "@corp.test")}, id)
		if err == nil && (out.CreateAccountStatus.State != types.CreateAccountStateSucceeded || *out.CreateAccountStatus.AccountId != id) {
			d.Errorf("status %+v, want SUCCEEDED with %s", out.CreateAccountStatus, id)
		}
		return err
	})
	if err != nil {
		d.Fatal(err)
	}
	if parent != d.root {
		ask[organizations.MoveAccountOutput](d, M, &organizations.MoveAccountInput{AccountId: &id, SourceParentId: &d.root, DestinationParentId: &parent})
	}
}

func (d *direct) unit(parent, name string) string {
	d.Helper()
	return *ask[organizations.CreateOrganizationalUnitOutput](d, M, &organizations.CreateOrganizationalUnitInput{ParentId: &parent, Name: &name}).OrganizationalUnit.Id
}

func (d *direct) view(fn func(*state.Tx)) {
	d.Helper()
	if err := d.db.View(func(tx *state.Tx) error { fn(tx); return nil }); err != nil {
		d.Fatal(err)
	}
}

func (d *direct) update(fn func(*state.Tx)) {
	d.Helper()
	if err := d.db.Update(func(tx *state.Tx) error { fn(tx); return nil }); err != nil {
		d.Fatal(err)
	}
}

// Who may call what. Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html
var (
	anyoneMay         = strings.Fields(`AcceptHandshake CancelHandshake CreateOrganization DeclineHandshake DescribeHandshake ListHandshakesForAccount`)
	membersMay        = strings.Fields(`DescribeEffectivePolicy DescribeOrganization LeaveOrganization`)
	administratorsMay = strings.Fields(`DescribeAccount DescribeCreateAccountStatus DescribeOrganizationalUnit DescribePolicy
		DescribeResourcePolicy ListAccounts ListAccountsForParent ListAWSServiceAccessForOrganization ListChildren
		ListCreateAccountStatus ListDelegatedAdministrators ListDelegatedServicesForAccount ListHandshakesForOrganization
		ListOrganizationalUnitsForParent ListParents ListPolicies ListPoliciesForTarget ListRoots ListTagsForResource
		ListTargetsForPolicy`)
)

func TestWhoMayCallWhat(t *testing.T) {
	d := openDirect(t)
	d.admit(N, d.root)
	d.admit(W, d.root)
	d.update(func(tx *state.Tx) { orgs.RegisterDelegated(tx, d.id, ipam, N) })
	for _, o := range orgs.Operations() {
		if o.Name == "CreateOrganization" || o.Name == "LeaveOrganization" {
			continue // need no input, and would do it
		}
		for account, want := range map[string]string{
			M: "",
			N: denial(o.Name, anyoneMay, membersMay, administratorsMay),
			W: denial(o.Name, anyoneMay, membersMay),
			X: strings.Replace(denial(o.Name, anyoneMay), "AccessDenied", "AWSOrganizationsNotInUse", 1),
		} {
			if account == M && (o.Name == "DeleteOrganization" || o.Name == "EnableAllFeatures") {
				continue
			}
			_, err := d.do(account, reflect.New(o.Input).Interface())
			api, _ := errors.AsType[smithy.APIError](err)
			got := ""
			if api != nil && (api.ErrorCode() == "AccessDeniedException" || api.ErrorCode() == "AWSOrganizationsNotInUseException") {
				got = api.ErrorCode()
			}
			if got != want {
				t.Errorf("%s by %s: error %q, want %q", o.Name, account, got, want)
			}
		}
	}
}

func denial(operation string, may ...[]string) string {
	if slices.Contains(slices.Concat(may...), operation) {
		return ""
	}
	return "AccessDeniedException"
}

// TestRequiredMembers compares what the server asks for with what the SDK's clients ask for before they send.
func TestRequiredMembers(t *testing.T) {
	d := openDirect(t)
	client := reflect.ValueOf(organizations.New(organizations.Options{Region: "us-east-1"}))
	for _, o := range orgs.Operations() {
		if slices.Contains([]string{"CreateOrganization", "DeleteOrganization", "LeaveOrganization", "EnableAllFeatures"}, o.Name) {
			continue // need nothing, and would do it
		}
		in := reflect.New(o.Input)
		results := client.MethodByName(o.Name).Call([]reflect.Value{reflect.ValueOf(t.Context()), in})
		err, _ := results[1].Interface().(error)
		_, wanting := errors.AsType[smithy.InvalidParamsError](err)
		_, err = d.do(M, in.Interface())
		invalid, refused := errors.AsType[*types.InvalidInputException](err)
		refused = refused && invalid.Reason == types.InvalidInputExceptionReasonInputRequired
		if wanting != refused {
			t.Errorf("%s without input: refused %v, by the SDK %v", o.Name, refused, wanting)
		}
	}
}

func TestCreateAccountTakesItsTime(t *testing.T) {
	d := openDirect(t)
	d.settings.Timing = orgs.RealisticTiming()
	in := func(i int) *organizations.CreateAccountInput {
		return &organizations.CreateAccountInput{AccountName: new("a"), Email: new(fmt.Sprintf("a%d@corp.test", i))}
	}
	id := ask[organizations.CreateAccountOutput](d, M, in(0)).CreateAccountStatus.Id
	status := func() types.CreateAccountState {
		return ask[organizations.DescribeCreateAccountStatusOutput](d, M, &organizations.DescribeCreateAccountStatusInput{CreateAccountRequestId: id}).CreateAccountStatus.State
	}
	if got := status(); got != types.CreateAccountStateInProgress {
		t.Errorf("State = %s at once, want IN_PROGRESS", got)
	}
	for i := range 4 {
		ask[organizations.CreateAccountOutput](d, M, in(i+1))
	}
	_, err := d.do(M, in(5))
	refused(t, err, "ConstraintViolationException", "ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED")
	d.now = d.now.Add(d.settings.Timing.CreateAccount)
	if got := status(); got != types.CreateAccountStateSucceeded {
		t.Errorf("State = %s in the end, want SUCCEEDED", got)
	}
}

func TestCloseAccountTakesItsTime(t *testing.T) {
	d := openDirect(t)
	d.settings.Timing = orgs.RealisticTiming()
	d.admit(N, d.root)
	ask[organizations.CloseAccountOutput](d, M, &organizations.CloseAccountInput{AccountId: new(N)})
	a := ask[organizations.DescribeAccountOutput](d, M, &organizations.DescribeAccountInput{AccountId: new(N)}).Account
	if a.State != types.AccountStatePendingClosure || a.Status != types.AccountStatusPendingClosure {
		t.Errorf("State %s, Status %s, want PENDING_CLOSURE", a.State, a.Status)
	}
	_, err := d.do(M, &organizations.CloseAccountInput{AccountId: new(N)})
	refused(t, err, "ConflictException", "")
}

func TestQuotas(t *testing.T) {
	d := openDirect(t)
	d.settings.Quotas = orgs.Quotas{Accounts: 2, Units: 1, Invitations: 1, ControlPolicies: 2, OtherPolicies: 1}
	d.unit(d.root, "unit")
	_, err := d.do(M, &organizations.CreateOrganizationalUnitInput{ParentId: &d.root, Name: new("another")})
	refused(t, err, "ConstraintViolationException", "OU_NUMBER_LIMIT_EXCEEDED")

	for kind, content := range map[types.PolicyType]string{scp: denyVPCs, types.PolicyTypeTagPolicy: "{}"} {
		create := func(name string) error {
			_, err := d.do(M, &organizations.CreatePolicyInput{Name: &name, Description: new(""), Type: kind, Content: &content})
			return err
		}
		if err := create("first"); err != nil {
			t.Error(err)
		}
		refused(t, create("second"), "ConstraintViolationException", "POLICY_NUMBER_LIMIT_EXCEEDED")
	}

	invite := func(account string) error {
		target := &types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: &account}
		_, err := d.do(M, &organizations.InviteAccountToOrganizationInput{Target: target})
		return err
	}
	if err := invite(X); err != nil {
		t.Error(err)
	}
	refused(t, invite(W), "HandshakeConstraintViolationException", "HANDSHAKE_RATE_LIMIT_EXCEEDED")
	d.now = d.now.Add(24 * time.Hour)
	refused(t, invite(W), "HandshakeConstraintViolationException", "ACCOUNT_NUMBER_LIMIT_EXCEEDED")
	d.admit(N, d.root)
	_, err = d.do(M, &organizations.CreateAccountInput{AccountName: new("a"), Email: new("a@corp.test")})
	refused(t, err, "ConstraintViolationException", "ACCOUNT_NUMBER_LIMIT_EXCEEDED")
}
