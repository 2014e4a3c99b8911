package orgs_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

func (w *world) invite(account string) string {
	w.Helper()
	target := &types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: &account}
	return *must(w.as(M).InviteAccountToOrganization(w.Context(), &organizations.InviteAccountToOrganizationInput{Target: target}))(w).Handshake.Id
}

func (w *world) handshake(account, id string) *types.Handshake {
	w.Helper()
	return must(w.as(account).DescribeHandshake(w.Context(), &organizations.DescribeHandshakeInput{HandshakeId: &id}))(w).Handshake
}

func TestInvitation(t *testing.T) {
	w := organized(t)
	ctx, m, x := w.Context(), w.as(M), w.as(X)
	in := &organizations.InviteAccountToOrganizationInput{
		Target: &types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: new(X)},
		Notes:  new("Join us"),
		Tags:   []types.Tag{{Key: new("Team"), Value: new("X")}},
	}
	h := must(m.InviteAccountToOrganization(ctx, in))(t).Handshake
	if h.State != types.HandshakeStateOpen || h.Action != types.ActionTypeInviteAccountToOrganization || len(h.Parties) != 2 || len(h.Resources) != 3 {
		t.Errorf("handshake %+v", h)
	}
	if life := h.ExpirationTimestamp.Sub(*h.RequestedTimestamp); life != 15*24*time.Hour {
		t.Errorf("the invitation is open for %v, want 15 days", life)
	}
	if organization := h.Resources[0]; len(organization.Resources) != 3 || *organization.Value != *h.Parties[0].Id {
		t.Errorf("resource of the organization: %+v", organization)
	}
	_, err := m.InviteAccountToOrganization(ctx, in)
	refused(t, err, "DuplicateHandshakeException", "")
	_, err = w.as(W).AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: h.Id})
	refused(t, err, "HandshakeNotFoundException", "")
	_, err = m.AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: h.Id})
	refused(t, err, "AccessDeniedException", "")

	list := must(x.ListHandshakesForAccount(ctx, &organizations.ListHandshakesForAccountInput{}))(t).Handshakes
	if len(list) != 1 || *list[0].Id != *h.Id {
		t.Errorf("handshakes of the account: %v, want %s", list, *h.Id)
	}
	accepted := must(x.AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: h.Id}))(t).Handshake
	if accepted.State != types.HandshakeStateAccepted {
		t.Errorf("State = %s, want ACCEPTED", accepted.State)
	}
	a := must(m.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: new(X)}))(t).Account
	if a.JoinedMethod != types.AccountJoinedMethodInvited {
		t.Errorf("JoinedMethod = %s, want INVITED", a.JoinedMethod)
	}
	if tags := must(m.ListTagsForResource(ctx, &organizations.ListTagsForResourceInput{ResourceId: new(X)}))(t).Tags; len(tags) != 1 {
		t.Errorf("%d tags, want those of the invitation", len(tags))
	}
	_, err = x.AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: h.Id})
	refused(t, err, "HandshakeAlreadyInStateException", "")
	_, err = m.CancelHandshake(ctx, &organizations.CancelHandshakeInput{HandshakeId: h.Id})
	refused(t, err, "InvalidHandshakeTransitionException", "")
	_, err = m.InviteAccountToOrganization(ctx, in)
	refused(t, err, "HandshakeConstraintViolationException", "ALREADY_IN_AN_ORGANIZATION")
}

func TestInvitationByAddress(t *testing.T) {
	w := organized(t)
	ctx := w.Context()
	account := w.create("a")
	must(w.as(account).LeaveOrganization(ctx, &organizations.LeaveOrganizationInput{}))(t)
	target := &types.HandshakeParty{Type: types.HandshakePartyTypeEmail, Id: new("A@corp.test")}
	h := must(w.as(M).InviteAccountToOrganization(ctx, &organizations.InviteAccountToOrganizationInput{Target: target}))(t).Handshake
	must(w.as(account).AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: h.Id}))(t)
	must(w.as(M).DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: &account}))(t)
}

func TestInvitationRefuses(t *testing.T) {
	w := organized(t)
	for _, tc := range []struct {
		target types.HandshakeParty
		reason string
	}{
		{types.HandshakeParty{Type: types.HandshakePartyTypeOrganization, Id: new("o-abcdefghij")}, "INVALID_PARTY_TYPE_TARGET"},
		{types.HandshakeParty{Type: "NOTES", Id: new("x")}, "INVALID_PARTY_TYPE_TARGET"},
		{types.HandshakeParty{Type: types.HandshakePartyTypeEmail, Id: new("nobody")}, "INVALID_EMAIL_ADDRESS_TARGET"},
		{types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: new("123")}, "INVALID_PATTERN"},
	} {
		_, err := w.as(M).InviteAccountToOrganization(w.Context(), &organizations.InviteAccountToOrganizationInput{Target: &tc.target})
		refused(t, err, "InvalidInputException", tc.reason)
	}
}

func TestHandshakesEnd(t *testing.T) {
	w := organized(t)
	ctx := w.Context()
	declined := w.invite(X)
	must(w.as(X).DeclineHandshake(ctx, &organizations.DeclineHandshakeInput{HandshakeId: &declined}))(t)
	_, err := w.as(X).AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: &declined})
	refused(t, err, "InvalidHandshakeTransitionException", "")

	canceled := w.invite(X)
	_, err = w.as(X).CancelHandshake(ctx, &organizations.CancelHandshakeInput{HandshakeId: &canceled})
	refused(t, err, "AccessDeniedException", "")
	must(w.as(M).CancelHandshake(ctx, &organizations.CancelHandshakeInput{HandshakeId: &canceled}))(t)
	_, err = w.as(M).CancelHandshake(ctx, &organizations.CancelHandshakeInput{HandshakeId: &canceled})
	refused(t, err, "HandshakeAlreadyInStateException", "")

	expired := w.invite(X)
	w.server.Advance(15*24*time.Hour - time.Minute)
	if got := w.handshake(X, expired).State; got != types.HandshakeStateOpen {
		t.Errorf("State = %s a minute before it expires, want OPEN", got)
	}
	w.server.Advance(time.Minute)
	for id, want := range map[string]types.HandshakeState{
		declined: types.HandshakeStateDeclined,
		canceled: types.HandshakeStateCanceled,
		expired:  types.HandshakeStateExpired,
	} {
		if got := w.handshake(X, id).State; got != want {
			t.Errorf("State = %s, want %s", got, want)
		}
	}
	_, err = w.as(X).AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: &expired})
	refused(t, err, "InvalidHandshakeTransitionException", "")

	filter := &types.HandshakeFilter{ActionType: types.ActionTypeInviteAccountToOrganization}
	if n := len(must(w.as(M).ListHandshakesForOrganization(ctx, &organizations.ListHandshakesForOrganizationInput{Filter: filter}))(t).Handshakes); n != 3 {
		t.Errorf("%d handshakes, want 3", n)
	}
	w.server.Advance(31 * 24 * time.Hour)
	if n := len(must(w.as(M).ListHandshakesForOrganization(ctx, &organizations.ListHandshakesForOrganizationInput{}))(t).Handshakes); n != 0 {
		t.Errorf("%d handshakes a month after their end, want none", n)
	}
}

func TestManagementAccountCannotJoinAnother(t *testing.T) {
	w := organized(t)
	ctx := w.Context()
	id := w.invite(X)
	must(w.as(X).CreateOrganization(ctx, &organizations.CreateOrganizationInput{}))(t)
	_, err := w.as(X).AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: &id})
	refused(t, err, "MasterCannotLeaveOrganizationException", "")
}

func TestEnableAllFeatures(t *testing.T) {
	w := start(t)
	ctx, m := w.Context(), w.as(M)
	must(m.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetConsolidatedBilling}))(t)
	invitation := w.invite(X)
	must(w.as(X).AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: &invitation}))(t)

	all := must(m.EnableAllFeatures(ctx, &organizations.EnableAllFeaturesInput{}))(t).Handshake
	if all.State != types.HandshakeStateRequested {
		t.Errorf("State = %s, want REQUESTED", all.State)
	}
	_, err := m.EnableAllFeatures(ctx, &organizations.EnableAllFeaturesInput{})
	refused(t, err, "HandshakeConstraintViolationException", "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION")
	target := &types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: new(W)}
	_, err = m.InviteAccountToOrganization(ctx, &organizations.InviteAccountToOrganizationInput{Target: target})
	refused(t, err, "HandshakeConstraintViolationException", "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES")
	_, err = m.AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: all.Id})
	refused(t, err, "InvalidHandshakeTransitionException", "") // X has not agreed yet

	filter := &types.HandshakeFilter{ParentHandshakeId: all.Id}
	asked := must(w.as(X).ListHandshakesForAccount(ctx, &organizations.ListHandshakesForAccountInput{Filter: filter}))(t).Handshakes
	if len(asked) != 1 || asked[0].Action != types.ActionTypeApproveAllFeatures {
		t.Fatalf("asked %v, want APPROVE_ALL_FEATURES", asked)
	}
	must(w.as(X).AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: asked[0].Id}))(t)
	must(m.AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: all.Id}))(t)
	if got := must(m.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{}))(t).Organization.FeatureSet; got != types.OrganizationFeatureSetAll {
		t.Errorf("FeatureSet = %s, want ALL", got)
	}
	_, err = m.EnableAllFeatures(ctx, &organizations.EnableAllFeaturesInput{})
	refused(t, err, "HandshakeConstraintViolationException", "ORGANIZATION_ALREADY_HAS_ALL_FEATURES")
}
