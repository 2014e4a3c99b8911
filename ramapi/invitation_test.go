package ramapi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"
)

// pending checks that an account has one invitation, and returns it.
func (w *world) pending(account string) string {
	w.Helper()
	list := w.invitations(account)
	if len(list) != 1 || list[0].Status != types.ResourceShareInvitationStatusPending {
		w.Fatalf("invitations of %s = %+v, want one that is pending", account, list)
	}
	return *list[0].ResourceShareInvitationArn
}

func (w *world) pendingResources(account, invitation string) ([]types.Resource, error) {
	out, err := w.ram(account).ListPendingInvitationResources(w.Context(), &ram.ListPendingInvitationResourcesInput{ResourceShareInvitationArn: &invitation})
	if err != nil {
		return nil, err
	}
	return out.Resources, nil
}

// An invited account sees the invitation and nothing else until it accepts.
func TestAcceptInvitation(t *testing.T) {
	w := start(t)
	pool := w.pool(w.N)
	share := w.share(w.N, "pools", []string{pool}, []string{X})
	same(t, "principals", w.associations(w.N, share, principals), []string{X + " ASSOCIATING"})
	same(t, "seen by X", w.visible(X, others), nil)
	same(t, "usable by X", w.usable(X), nil)
	equal(t, "invitations of the sender", len(w.invitations(w.N)), 0)
	_, err := w.ram(X).GetResourceShares(w.Context(), &ram.GetResourceSharesInput{ResourceOwner: others, ResourceShareArns: []string{share}})
	refused[*types.UnknownResourceException](t, err, share)

	invitation := w.pending(X)
	i := w.invitations(X)[0]
	equal(t, "name", *i.ResourceShareName, "pools")
	equal(t, "share", *i.ResourceShareArn, share)
	equal(t, "sender", *i.SenderAccountId, w.N)
	equal(t, "receiver", *i.ReceiverAccountId, X)
	equal(t, "account in the ARN", invitation[:len("arn:aws:ram:us-east-1:")+12], "arn:aws:ram:us-east-1:"+w.N)
	list := must(w.pendingResources(X, invitation))(t)
	equal(t, "resource", *list[0].Arn, pool)
	equal(t, "status of the resource", list[0].Status, types.ResourceStatusAvailable)

	out := must(w.ram(X).AcceptResourceShareInvitation(w.Context(), &ram.AcceptResourceShareInvitationInput{ResourceShareInvitationArn: &invitation}))(t)
	equal(t, "status", out.ResourceShareInvitation.Status, types.ResourceShareInvitationStatusAccepted)
	same(t, "principals", w.associations(w.N, share, principals), []string{X + " ASSOCIATED"})
	same(t, "seen by X", w.visible(X, others), []string{share})
	same(t, "usable by X", w.usable(X), []string{pool})

	_, err = w.ram(X).AcceptResourceShareInvitation(w.Context(), &ram.AcceptResourceShareInvitationInput{ResourceShareInvitationArn: &invitation})
	refused[*types.ResourceShareInvitationAlreadyAcceptedException](t, err, invitation)
	_, err = w.ram(X).RejectResourceShareInvitation(w.Context(), &ram.RejectResourceShareInvitationInput{ResourceShareInvitationArn: &invitation})
	refused[*types.ResourceShareInvitationAlreadyAcceptedException](t, err, invitation)
	_, err = w.pendingResources(X, invitation)
	refused[*types.InvalidParameterException](t, err, invitation)

	w.server.Advance(8 * 24 * time.Hour) // AWS forgets the invitation; the share goes on
	equal(t, "invitations", len(w.invitations(X)), 0)
	same(t, "usable by X", w.usable(X), []string{pool})
}

func TestRejectInvitation(t *testing.T) {
	w := start(t)
	share := w.share(w.N, "pools", []string{w.pool(w.N)}, []string{X})
	invitation := w.pending(X)
	_, err := w.disassociate(w.N, share, entities{principals: []string{X}})
	refused[*types.InvalidStateTransitionException](t, err, "ASSOCIATING")
	must(w.associate(w.N, share, entities{principals: []string{X}}))(t)
	equal(t, "invitations after a second call", len(w.invitations(X)), 1)

	out := must(w.ram(X).RejectResourceShareInvitation(w.Context(), &ram.RejectResourceShareInvitationInput{ResourceShareInvitationArn: &invitation}))(t)
	equal(t, "status", out.ResourceShareInvitation.Status, types.ResourceShareInvitationStatusRejected)
	same(t, "principals", w.associations(w.N, share, principals), []string{X + " FAILED"})
	same(t, "usable by X", w.usable(X), nil)
	_, err = w.ram(X).AcceptResourceShareInvitation(w.Context(), &ram.AcceptResourceShareInvitationInput{ResourceShareInvitationArn: &invitation})
	refused[*types.ResourceShareInvitationAlreadyRejectedException](t, err, invitation)
	_, err = w.pendingResources(X, invitation)
	refused[*types.ResourceShareInvitationAlreadyRejectedException](t, err, invitation)

	// The owner has to take the account out before it can be invited again.
	must(w.associate(w.N, share, entities{principals: []string{X}}))(t)
	equal(t, "invitations while the old one has failed", len(w.invitations(X)), 1)
	must(w.disassociate(w.N, share, entities{principals: []string{X}}))(t)
	must(w.associate(w.N, share, entities{principals: []string{X}}))(t)
	equal(t, "invitations", len(w.invitations(X)), 2)
	same(t, "principals", w.associations(w.N, share, principals), []string{X + " ASSOCIATING"})
}

// Invitations to IPAM's types expire after 12 hours, not after 7 days.
func TestInvitationExpires(t *testing.T) {
	w := start(t)
	share := w.share(w.N, "pools", []string{w.pool(w.N)}, []string{X})
	invitation := w.pending(X)
	w.server.Advance(12*time.Hour - time.Minute)
	w.pending(X)
	w.server.Advance(2 * time.Minute)
	equal(t, "status", w.invitations(X)[0].Status, types.ResourceShareInvitationStatusExpired)
	same(t, "principals", w.associations(w.N, share, principals), []string{X + " DISASSOCIATED"})
	_, err := w.ram(X).AcceptResourceShareInvitation(w.Context(), &ram.AcceptResourceShareInvitationInput{ResourceShareInvitationArn: &invitation})
	refused[*types.ResourceShareInvitationExpiredException](t, err, invitation)
	_, err = w.pendingResources(X, invitation)
	refused[*types.ResourceShareInvitationExpiredException](t, err, invitation)

	must(w.associate(w.N, share, entities{principals: []string{X}}))(t)
	equal(t, "invitations", len(w.invitations(X)), 2)
	w.server.Advance(3 * time.Hour)
	same(t, "principals", w.associations(w.N, share, principals), []string{X + " ASSOCIATING"})
}

func TestInvitationRefusals(t *testing.T) {
	w := start(t)
	share := w.share(w.N, "pools", []string{w.pool(w.N)}, []string{X})
	invitation := w.pending(X)
	accept := func(account, arn string) error {
		_, err := w.ram(account).AcceptResourceShareInvitation(w.Context(), &ram.AcceptResourceShareInvitationInput{ResourceShareInvitationArn: &arn})
		return err
	}
	refused[*types.MalformedArnException](t, accept(X, "x"), "x")
	refused[*types.ResourceShareInvitationArnNotFoundException](t, accept(X, invitation[:len(invitation)-1]), "")
	refused[*types.ResourceShareInvitationArnNotFoundException](t, accept(Y, invitation), invitation)
	refused[*types.ResourceShareInvitationArnNotFoundException](t, accept(w.N, invitation), invitation)
	_, err := w.ramIn(X, away).AcceptResourceShareInvitation(w.Context(), &ram.AcceptResourceShareInvitationInput{ResourceShareInvitationArn: &invitation})
	refused[*types.ResourceShareInvitationArnNotFoundException](t, err, invitation)

	get := func(in ram.GetResourceShareInvitationsInput) error {
		_, err := w.ram(X).GetResourceShareInvitations(w.Context(), &in)
		return err
	}
	refused[*types.InvalidMaxResultsException](t, get(ram.GetResourceShareInvitationsInput{MaxResults: new(int32(0))}), "maxResults")
	refused[*types.InvalidNextTokenException](t, get(ram.GetResourceShareInvitationsInput{NextToken: new("x")}), "")
	refused[*types.ResourceShareInvitationArnNotFoundException](t, get(ram.GetResourceShareInvitationsInput{ResourceShareInvitationArns: []string{invitation + "0"}}), "")
	refused[*types.MalformedArnException](t, get(ram.GetResourceShareInvitationsInput{ResourceShareArns: []string{"x"}}), "")
	by := must(w.ram(X).GetResourceShareInvitations(w.Context(), &ram.GetResourceShareInvitationsInput{ResourceShareArns: []string{share}}))(t)
	equal(t, "invitations by share", len(by.ResourceShareInvitations), 1)
	by = must(w.ram(X).GetResourceShareInvitations(w.Context(), &ram.GetResourceShareInvitationsInput{ResourceShareArns: []string{share + "0"}}))(t)
	equal(t, "invitations by another share", len(by.ResourceShareInvitations), 0)
	_, err = w.ram(X).ListPendingInvitationResources(w.Context(), &ram.ListPendingInvitationResourcesInput{ResourceShareInvitationArn: &invitation, ResourceRegionScope: "X"})
	refused[*types.InvalidParameterException](t, err, "X is not a valid resource region scope value. Specify a valid value and try again.")

	must(w.ram(w.N).DeleteResourceShare(w.Context(), &ram.DeleteResourceShareInput{ResourceShareArn: &share}))(t)
	refused[*types.ResourceShareInvitationExpiredException](t, accept(X, invitation), "")
}

// Who accepted can't leave a share of IPAM's types.
func TestLeave(t *testing.T) {
	w := start(t)
	pool := w.pool(w.N)
	share := w.share(w.N, "pools", []string{pool}, []string{X})
	w.accept(X, w.pending(X))
	_, err := w.disassociate(X, share, entities{principals: []string{X}})
	refused[*types.OperationNotPermittedException](t, err, share)
	_, err = w.disassociate(X, share, entities{resources: []string{pool}})
	refused[*types.OperationNotPermittedException](t, err, share)
	same(t, "usable by X", w.usable(X), []string{pool})

	empty := w.share(w.N, "empty", nil, []string{Y})
	w.accept(Y, w.pending(Y))
	must(w.disassociate(Y, empty, entities{principals: []string{Y}}))(t)
	same(t, "seen by Y", w.visible(Y, others), nil)
	same(t, "principals", w.associations(w.N, empty, principals), []string{Y + " DISASSOCIATED"})
}

func TestInviteRole(t *testing.T) {
	w := start(t)
	pool := w.pool(w.N)
	role := "arn:aws:iam::" + X + ":role/path/net"
	share := w.share(w.N, "pools", []string{pool}, []string{role})
	i := w.invitations(X)[0]
	equal(t, "receiver", *i.ReceiverArn, role)
	w.accept(X, *i.ResourceShareInvitationArn)
	same(t, "principals", w.associations(w.N, share, principals), []string{role + " ASSOCIATED"})
	same(t, "usable by X", w.usable(X), []string{pool})
}

func TestPendingInvitationsQuota(t *testing.T) {
	w := start(t)
	accounts := make([]string, 251)
	for i := range accounts {
		accounts[i] = fmt.Sprintf("4%011d", i)
	}
	_, err := w.ram(w.N).CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{Name: new("a"), Principals: accounts})
	refused[*types.ResourceShareLimitExceededException](t, err, "250")
	w.share(w.N, "a", nil, accounts[:250])
}
