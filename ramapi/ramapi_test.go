package ramapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/ipamtest"
)

// M leads the organization of a test; X and Y are in none.
const (
	M = "111111111111"
	X = "888888888888"
	Y = "999999999999"
)

const (
	home = "us-east-1"
	away = "eu-west-1"
)

// world is a server and the accounts of M's organization: N administers IPAM in it, W is a member. Each test has its own.
type world struct {
	*testing.T
	server       *ipamtest.Server
	N, W         string
	organization string // ARN
	root         string // id
}

// start is a world without an organization: N is an account like any other.
func start(t *testing.T, options ...ipamtest.Option) *world {
	t.Parallel()
	return &world{T: t, server: ipamtest.Start(t, options...), N: "222222222222", W: "333333333333"}
}

// organized is a world with an organization that has not enabled sharing.
func organized(t *testing.T, options ...ipamtest.Option) *world {
	w := start(t, options...)
	o := must(w.orgs().CreateOrganization(w.Context(), &organizations.CreateOrganizationInput{}))(w)
	w.organization = *o.Organization.Arn
	w.root = *must(w.orgs().ListRoots(w.Context(), &organizations.ListRootsInput{}))(w).Roots[0].Id
	w.N, w.W = w.member("network"), w.member("workload")
	return w
}

// sharing is a world with an organization that has enabled sharing.
func sharing(t *testing.T, options ...ipamtest.Option) *world {
	w := organized(t, options...)
	w.enable()
	return w
}

func (w *world) enable() {
	w.Helper()
	out := must(w.ram(M).EnableSharingWithAwsOrganization(w.Context(), &ram.EnableSharingWithAwsOrganizationInput{}))(w)
	equal(w, "ReturnValue", *out.ReturnValue, true)
}

func (w *world) orgs() *organizations.Client {
	return organizations.NewFromConfig(w.server.Config(M, home))
}

func (w *world) ram(account string) *ram.Client { return w.ramIn(account, home) }

func (w *world) ramIn(account, region string) *ram.Client {
	return ram.NewFromConfig(w.server.Config(account, region))
}

// member creates an account in the organization.
func (w *world) member(name string) string {
	w.Helper()
	out := must(w.orgs().CreateAccount(w.Context(), &organizations.CreateAccountInput{AccountName: &name, Email: new(name + "@corp.test")}))(w)
	status := must(w.orgs().DescribeCreateAccountStatus(w.Context(), &organizations.DescribeCreateAccountStatusInput{CreateAccountRequestId: out.CreateAccountStatus.Id}))(w)
	return *status.CreateAccountStatus.AccountId
}

// unit creates an OU and returns its ARN and id.
func (w *world) unit(parent, name string) (arn, id string) {
	w.Helper()
	out := must(w.orgs().CreateOrganizationalUnit(w.Context(), &organizations.CreateOrganizationalUnitInput{ParentId: &parent, Name: &name}))(w)
	return *out.OrganizationalUnit.Arn, *out.OrganizationalUnit.Id
}

func (w *world) move(account, from, to string) {
	w.Helper()
	must(w.orgs().MoveAccount(w.Context(), &organizations.MoveAccountInput{AccountId: &account, SourceParentId: &from, DestinationParentId: &to}))(w)
}

// integrate makes an account the administrator of IPAM for its organization, since others can't share pools: for M's
// organization if it is a member, else for one of its own, which has not enabled sharing.
func (w *world) integrate(account string) {
	w.Helper()
	management := M
	if account != w.N || w.organization == "" {
		management = "7" + account[1:]
		client := organizations.NewFromConfig(w.server.Config(management, home))
		if _, err := client.CreateOrganization(w.Context(), &organizations.CreateOrganizationInput{}); err != nil {
			return // integrated already
		}
		h := must(client.InviteAccountToOrganization(w.Context(), &organizations.InviteAccountToOrganizationInput{
			Target: &orgtypes.HandshakeParty{Id: &account, Type: orgtypes.HandshakePartyTypeAccount},
		}))(w)
		must(organizations.NewFromConfig(w.server.Config(account, home)).AcceptHandshake(w.Context(), &organizations.AcceptHandshakeInput{HandshakeId: h.Handshake.Id}))(w)
	}
	must(ec2.NewFromConfig(w.server.Config(management, home)).EnableIpamOrganizationAdminAccount(w.Context(), &ec2.EnableIpamOrganizationAdminAccountInput{
		DelegatedAdminAccountId: &account,
	}))(w)
}

// pools creates an IPAM and pools in it that can be shared, and returns their ARNs.
func (w *world) pools(account, region string, n int) (arns []string) {
	w.Helper()
	w.integrate(account)
	client := ec2.NewFromConfig(w.server.Config(account, region))
	i := must(client.CreateIpam(w.Context(), &ec2.CreateIpamInput{}))(w)
	for range n {
		p := must(client.CreateIpamPool(w.Context(), &ec2.CreateIpamPoolInput{IpamScopeId: i.Ipam.PrivateDefaultScopeId, AddressFamily: ec2types.AddressFamilyIpv4}))(w)
		arns = append(arns, *p.IpamPool.IpamPoolArn)
	}
	return arns
}

func (w *world) pool(account string) string { w.Helper(); return w.pools(account, home, 1)[0] }

// share creates a share and returns its ARN.
func (w *world) share(account, name string, resources, principals []string) string {
	w.Helper()
	out := must(w.ram(account).CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{Name: &name, ResourceArns: resources, Principals: principals}))(w)
	return *out.ResourceShare.ResourceShareArn
}

// associations shows those of a share as "entity status".
func (w *world) associations(account, share string, of types.ResourceShareAssociationType) []string {
	w.Helper()
	out := must(w.ram(account).GetResourceShareAssociations(w.Context(), &ram.GetResourceShareAssociationsInput{AssociationType: of, ResourceShareArns: []string{share}}))(w)
	var list []string
	for _, a := range out.ResourceShareAssociations {
		list = append(list, fmt.Sprint(*a.AssociatedEntity, " ", a.Status))
	}
	return list
}

const (
	principals = types.ResourceShareAssociationTypePrincipal
	resources  = types.ResourceShareAssociationTypeResource
	sources    = types.ResourceShareAssociationTypeSource
	self       = types.ResourceOwnerSelf
	others     = types.ResourceOwnerOtherAccounts
)

// visible are the ARNs of the shares that one side sees.
func (w *world) visible(account string, owner types.ResourceOwner) []string {
	w.Helper()
	out := must(w.ram(account).GetResourceShares(w.Context(), &ram.GetResourceSharesInput{ResourceOwner: owner}))(w)
	list := []string{}
	for _, s := range out.ResourceShares {
		list = append(list, *s.ResourceShareArn)
	}
	return list
}

// usable are the ARNs of others' resources that an account sees.
func (w *world) usable(account string) []string {
	w.Helper()
	out := must(w.ram(account).ListResources(w.Context(), &ram.ListResourcesInput{ResourceOwner: others}))(w)
	list := []string{}
	for _, r := range out.Resources {
		list = append(list, *r.Arn)
	}
	return list
}

// invitations are those that an account has received.
func (w *world) invitations(account string) []types.ResourceShareInvitation {
	w.Helper()
	return must(w.ram(account).GetResourceShareInvitations(w.Context(), &ram.GetResourceShareInvitationsInput{}))(w).ResourceShareInvitations
}

func (w *world) accept(account, invitation string) {
	w.Helper()
	must(w.ram(account).AcceptResourceShareInvitation(w.Context(), &ram.AcceptResourceShareInvitationInput{ResourceShareInvitationArn: &invitation}))(w)
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

// refused checks the type of an error and a part of its text.
func refused[E error](t testing.TB, err error, part string) {
	t.Helper()
	e, ok := errors.AsType[E](err)
	if !ok {
		t.Errorf("error = %v, want %T", err, e)
		return
	}
	if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorMessage() == "" || !strings.Contains(api.ErrorMessage(), part) {
		t.Errorf("error = %v, want one that says %q", err, part)
	}
}

func equal[V comparable](t testing.TB, what string, got, want V) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s = %q, want %q", what, got, want)
	}
}

// raw sends a request that no client of the SDK would, and returns the code and body of the answer.
func (w *world) raw(method, target, body string) (code, text string) {
	w.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+M+"/20260101/"+home+"/ram/aws4_request, SignedHeaders=host, Signature=00")
	answer := httptest.NewRecorder()
	w.server.Handler().ServeHTTP(answer, r)
	if answer.Code != http.StatusOK && answer.Code != http.StatusBadRequest {
		w.Errorf("%s %s: status %d", method, target, answer.Code)
	}
	return answer.Header().Get("X-Amzn-Errortype"), answer.Body.String()
}

func TestRequiredMembers(t *testing.T) {
	w := start(t)
	share := w.share(M, "a", nil, nil)
	tests := []struct{ method, target, body, code string }{
		{"POST", "/createresourceshare", `{}`, "MissingRequiredParameterException"},
		{"POST", "/updateresourceshare", `{"name":"b"}`, "MissingRequiredParameterException"},
		{"POST", "/updateresourceshare", `{"resourceShareArn":"` + share + `"}`, "MissingRequiredParameterException"},
		{"DELETE", "/deleteresourceshare", ``, "MissingRequiredParameterException"},
		{"POST", "/getresourceshares", `{}`, "MissingRequiredParameterException"},
		{"POST", "/getresourceshareassociations", `{}`, "MissingRequiredParameterException"},
		{"POST", "/acceptresourceshareinvitation", `{}`, "MissingRequiredParameterException"},
		{"POST", "/listprincipals", `{}`, "MissingRequiredParameterException"},
		{"POST", "/getresourcepolicies", `{}`, "MissingRequiredParameterException"},
		{"POST", "/getpermission", `{}`, "MissingRequiredParameterException"},
		{"POST", "/createpermission", `{}`, "MissingRequiredParameterException"},
		{"POST", "/createpermission", `{"name":"a"}`, "MissingRequiredParameterException"},
		{"POST", "/createpermission", `{"name":"a","resourceType":"ec2:IpamPool"}`, "MissingRequiredParameterException"},
		{"POST", "/associateresourcesharepermission", `{"resourceShareArn":"` + share + `"}`, "MissingRequiredParameterException"},
		{"POST", "/replacepermissionassociations", `{"fromPermissionArn":"` + defaultPool + `"}`, "MissingRequiredParameterException"},
		{"POST", "/promotepermissioncreatedfrompolicy", `{}`, "MissingRequiredParameterException"},
		{"POST", "/tagresource", `{}`, "MissingRequiredParameterException"},
		{"POST", "/untagresource", `{}`, "MissingRequiredParameterException"},
		{"POST", "/enablesharingwithawsorganization", ``, "OperationNotPermittedException"},
		{"POST", "/listpermissions", ``, ""},
	}
	for _, test := range tests {
		if code, text := w.raw(test.method, test.target, test.body); code != test.code {
			t.Errorf("%s %s %s: code %q, want %q: %s", test.method, test.target, test.body, code, test.code, text)
		}
	}
}

// A snapshot holds all of RAM's records, and what is derived from them comes back with it.
func TestSnapshot(t *testing.T) {
	w := sharing(t)
	pool := w.pool(w.N)
	w.share(w.N, "pools", []string{pool}, []string{w.W, X})
	w.permission(w.N, "p", readPool)
	invitation := w.pending(X)
	control := func(method, path, body string) string {
		answer := httptest.NewRecorder()
		w.server.Handler().ServeHTTP(answer, httptest.NewRequest(method, "/_ipam-local/"+path, strings.NewReader(body)))
		if answer.Code/100 != 2 {
			t.Fatalf("%s %s: %d %s", method, path, answer.Code, answer.Body)
		}
		return answer.Body.String()
	}
	snapshot := control(http.MethodGet, "snapshot", "")
	control(http.MethodPost, "reset", "")
	same(t, "usable after a reset", w.usable(w.W), nil)
	control(http.MethodPut, "snapshot", snapshot)
	same(t, "usable", w.usable(w.W), []string{pool})
	w.accept(X, invitation)
	same(t, "usable by X", w.usable(X), []string{pool})
	control(http.MethodPost, "reset?account="+w.N, "")
	same(t, "usable without the owner", w.usable(w.W), nil)
	equal(t, "invitations without the owner", len(w.invitations(X)), 0)
}
