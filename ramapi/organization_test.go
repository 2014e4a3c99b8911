package ramapi_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/ramapi"
)

const enableRefused = "Unable to enable sharing with AWS Organizations. Received AccessDeniedException from AWSOrganizations with the following error message: You don't have permissions to access this resource."

func TestEnableSharing(t *testing.T) {
	w := organized(t)
	for _, account := range []string{w.N, X} {
		_, err := w.ram(account).EnableSharingWithAwsOrganization(w.Context(), &ram.EnableSharingWithAwsOrganizationInput{})
		refused[*types.OperationNotPermittedException](t, err, enableRefused)
	}
	w.enable()
	w.enable()
	trusted := must(w.orgs().ListAWSServiceAccessForOrganization(w.Context(), &organizations.ListAWSServiceAccessForOrganizationInput{}))(t)
	equal(t, "trusted services", len(trusted.EnabledServicePrincipals), 1)
	equal(t, "trusted service", *trusted.EnabledServicePrincipals[0].ServicePrincipal, ramapi.ServicePrincipal)
	role := must(w.iam().GetRole(w.Context(), &iam.GetRoleInput{RoleName: new("AWSServiceRoleForResourceAccessManager")}))(t)
	equal(t, "path of the role", *role.Role.Path, "/aws-service-role/ram.amazonaws.com/")
}

func (w *world) iam() *iam.Client { return iam.NewFromConfig(w.server.Config(M, home)) }

func TestEnableSharingNeedsAllFeatures(t *testing.T) {
	w := start(t)
	must(w.orgs().CreateOrganization(w.Context(), &organizations.CreateOrganizationInput{FeatureSet: "CONSOLIDATED_BILLING"}))(t)
	_, err := w.ram(M).EnableSharingWithAwsOrganization(w.Context(), &ram.EnableSharingWithAwsOrganizationInput{})
	refused[*types.OperationNotPermittedException](t, err, enableRefused)
}

// Trusted access alone, without RAM's role, does not enable sharing.
func TestTrustIsNotEnough(t *testing.T) {
	w := organized(t)
	must(w.orgs().EnableAWSServiceAccess(w.Context(), &organizations.EnableAWSServiceAccessInput{ServicePrincipal: new(ramapi.ServicePrincipal)}))(t)
	unitARN, unitID := w.unit(w.root, "unit")
	share := w.share(w.N, "a", nil, nil)
	_, err := w.associate(w.N, share, entities{principals: []string{w.organization}})
	refused[*types.UnknownResourceException](t, err, "could not be found.")
	_, err = w.associate(w.N, share, entities{principals: []string{unitARN}})
	refused[*types.UnknownResourceException](t, err, "OrganizationalUnit "+unitID)
	must(w.iam().CreateServiceLinkedRole(w.Context(), &iam.CreateServiceLinkedRoleInput{AWSServiceName: new(ramapi.ServicePrincipal)}))(t)
	must(w.associate(w.N, share, entities{principals: []string{w.organization, unitARN}}))(t)
}

// Without the role it ends, even if trusted access stays; with a new one it has to be shared anew.
func TestDeletedRole(t *testing.T) {
	w := sharing(t)
	pool := w.pool(w.N)
	share := w.share(w.N, "a", []string{pool}, []string{w.organization})
	must(w.iam().DeleteServiceLinkedRole(w.Context(), &iam.DeleteServiceLinkedRoleInput{RoleName: new("AWSServiceRoleForResourceAccessManager")}))(t)
	same(t, "usable without the role", w.usable(w.W), nil)
	w.enable()
	same(t, "usable with a new role", w.usable(w.W), nil)
	must(w.associate(w.N, share, entities{principals: []string{w.organization}}))(t)
	same(t, "usable after a new association", w.usable(w.W), []string{pool})
}

// Accounts of the organization need no invitation once sharing is enabled, but one before.
func TestInvitationInsideOrganization(t *testing.T) {
	w := organized(t)
	before := w.share(w.N, "before", nil, []string{w.W})
	same(t, "principals before", w.associations(w.N, before, principals), []string{w.W + " ASSOCIATING"})
	equal(t, "invitations before", len(w.invitations(w.W)), 1)
	w.enable()
	after := w.share(w.N, "after", nil, []string{w.W})
	same(t, "principals after", w.associations(w.N, after, principals), []string{w.W + " ASSOCIATED"})
	equal(t, "invitations after", len(w.invitations(w.W)), 1)
	same(t, "seen by W", w.visible(w.W, others), []string{after})

	outside := w.share(w.N, "outside", nil, []string{X})
	same(t, "principals outside", w.associations(w.N, outside, principals), []string{X + " ASSOCIATING"})
	retain := must(w.ram(w.N).CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{
		Name: new("retain"), Principals: []string{w.W}, ResourceShareConfiguration: &types.ResourceShareConfiguration{RetainSharingOnAccountLeaveOrganization: new(true)},
	}))(t)
	same(t, "principals of a share that retains", w.associations(w.N, *retain.ResourceShare.ResourceShareArn, principals), []string{w.W + " ASSOCIATING"})
	equal(t, "invitations in all", len(w.invitations(w.W)), 2)
}

// A share with an OU is open to the accounts in it and below it, and follows them as they move.
func TestShareWithUnit(t *testing.T) {
	w := sharing(t)
	pools := w.pools(w.N, home, 2)
	outerARN, outer := w.unit(w.root, "outer")
	_, inner := w.unit(outer, "inner")
	share := w.share(w.N, "pools", pools[:1], []string{outerARN})
	same(t, "usable in the root", w.usable(w.W), nil)
	w.move(w.W, w.root, outer)
	same(t, "usable in the OU", w.usable(w.W), pools[:1]) // a pool brings no other along
	w.move(w.W, outer, inner)
	same(t, "usable below the OU", w.usable(w.W), pools[:1])
	same(t, "seen below the OU", w.visible(w.W, others), []string{share})
	w.move(w.W, inner, w.root)
	same(t, "usable back in the root", w.usable(w.W), nil)
	late := w.member("late")
	w.move(late, w.root, inner)
	same(t, "usable for a later account", w.usable(late), pools[:1])
	same(t, "usable for the owner", w.usable(w.N), nil)
	same(t, "usable outside", w.usable(X), nil)
}

// Who leaves the organization loses what it had by it, without a call of RAM's.
func TestLeaveOrganization(t *testing.T) {
	w := sharing(t)
	pools := w.pools(w.N, home, 3)
	direct := w.share(w.N, "direct", pools[:1], []string{w.W})
	w.share(w.N, "organization", pools[1:2], []string{w.organization})
	retain := must(w.ram(w.N).CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{
		Name: new("retain"), ResourceArns: pools[2:], Principals: []string{w.W},
		ResourceShareConfiguration: &types.ResourceShareConfiguration{RetainSharingOnAccountLeaveOrganization: new(true)},
	}))(t)
	w.accept(w.W, w.pending(w.W))
	same(t, "usable", w.usable(w.W), pools)
	must(w.orgs().RemoveAccountFromOrganization(w.Context(), &organizations.RemoveAccountFromOrganizationInput{AccountId: &w.W}))(t)
	same(t, "usable after leaving", w.usable(w.W), pools[2:])
	same(t, "principals", w.associations(w.N, direct, principals), []string{w.W + " DISASSOCIATED"})
	same(t, "principals of the one that retains", w.associations(w.N, *retain.ResourceShare.ResourceShareArn, principals), []string{w.W + " ASSOCIATED"})
	_, err := w.disassociate(w.N, direct, entities{principals: []string{w.W}})
	refused[*types.UnknownResourceException](t, err, w.W)
	equal(t, "external", *must(w.associate(w.N, direct, entities{principals: []string{w.W}}))(t)[0].External, true)
	same(t, "principals after a new invitation", w.associations(w.N, direct, principals), []string{w.W + " ASSOCIATING"})
}

// Who comes back has what the organization has, but not what was given to it alone.
func TestRejoinOrganization(t *testing.T) {
	w := sharing(t)
	pools := w.pools(w.N, home, 2)
	direct := w.share(w.N, "direct", pools[:1], []string{w.W})
	w.share(w.N, "organization", pools[1:], []string{w.organization})
	must(w.orgs().RemoveAccountFromOrganization(w.Context(), &organizations.RemoveAccountFromOrganizationInput{AccountId: &w.W}))(t)
	same(t, "usable outside", w.usable(w.W), nil)
	w.join(w.W)
	w.join(X)
	same(t, "usable after coming back", w.usable(w.W), pools[1:])
	same(t, "usable for one that joins", w.usable(X), pools[1:])
	must(w.associate(w.N, direct, entities{principals: []string{w.W}}))(t)
	same(t, "usable after a new association", w.usable(w.W), pools)
}

// join invites an account to the organization and accepts for it.
func (w *world) join(account string) {
	w.Helper()
	invited := must(w.orgs().InviteAccountToOrganization(w.Context(), &organizations.InviteAccountToOrganizationInput{
		Target: &orgtypes.HandshakeParty{Id: &account, Type: orgtypes.HandshakePartyTypeAccount},
	}))(w)
	client := organizations.NewFromConfig(w.server.Config(account, home))
	must(client.AcceptHandshake(w.Context(), &organizations.AcceptHandshakeInput{HandshakeId: invited.Handshake.Id}))(w)
}

func TestOwnerLeavesOrganization(t *testing.T) {
	w := sharing(t)
	pool := w.pool(w.N)
	share := w.share(w.N, "pools", []string{pool}, []string{w.W, w.organization, X})
	w.accept(X, w.pending(X))
	must(ec2.NewFromConfig(w.server.Config(M, home)).DisableIpamOrganizationAdminAccount(w.Context(), &ec2.DisableIpamOrganizationAdminAccountInput{
		DelegatedAdminAccountId: &w.N, // who is no administrator may leave
	}))(w)
	must(w.orgs().RemoveAccountFromOrganization(w.Context(), &organizations.RemoveAccountFromOrganizationInput{AccountId: &w.N}))(t)
	same(t, "usable inside", w.usable(w.W), nil)
	same(t, "usable outside", w.usable(X), []string{pool})
	same(t, "principals", w.associations(w.N, share, principals), []string{w.W + " DISASSOCIATED", w.organization + " DISASSOCIATED", X + " ASSOCIATED"})
}

// Without sharing in the organization only who accepted an invitation stays; what it ended does not come back with it.
func TestDisableSharing(t *testing.T) {
	w := sharing(t)
	pool := w.pool(w.N)
	share := w.share(w.N, "pools", []string{pool}, []string{w.W, w.organization, X})
	w.accept(X, w.pending(X))
	must(w.orgs().DisableAWSServiceAccess(w.Context(), &organizations.DisableAWSServiceAccessInput{ServicePrincipal: new(ramapi.ServicePrincipal)}))(t)
	want := []string{w.W + " DISASSOCIATED", w.organization + " DISASSOCIATED", X + " ASSOCIATED"}
	same(t, "principals", w.associations(w.N, share, principals), want)
	same(t, "usable inside", w.usable(w.W), nil)
	same(t, "usable outside", w.usable(X), []string{pool})
	w.enable()
	same(t, "principals after sharing is enabled again", w.associations(w.N, share, principals), want)
	must(w.associate(w.N, share, entities{principals: []string{w.organization}}))(t)
	same(t, "usable after a new association", w.usable(w.W), []string{pool})
}

func TestShareAfterTheClockWasSetBack(t *testing.T) {
	w := sharing(t)
	pool := w.pool(w.N)
	w.server.Advance(-30 * 24 * time.Hour)
	w.share(w.N, "pools", []string{pool}, []string{w.W})
	same(t, "usable", w.usable(w.W), []string{pool})
}

func TestDeletedUnit(t *testing.T) {
	w := sharing(t)
	arn, id := w.unit(w.root, "unit")
	share := w.share(w.N, "pools", nil, []string{arn})
	same(t, "principals", w.associations(w.N, share, principals), []string{arn + " ASSOCIATED"})
	must(w.orgs().DeleteOrganizationalUnit(w.Context(), &organizations.DeleteOrganizationalUnitInput{OrganizationalUnitId: &id}))(t)
	same(t, "principals", w.associations(w.N, share, principals), []string{arn + " DISASSOCIATED"})
	if !strings.HasPrefix(arn, "arn:aws:organizations::"+M+":ou/") {
		t.Errorf("ARN = %s", arn)
	}
}
