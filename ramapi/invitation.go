package ramapi

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var invitationOperations = []op.Op{
	op.Read((*Call).GetResourceShareInvitations),
	op.Write((*Call).AcceptResourceShareInvitation),
	op.Write((*Call).RejectResourceShareInvitation),
	op.Read((*Call).ListPendingInvitationResources),
}

const (
	pending  = types.ResourceShareInvitationStatusPending
	accepted = types.ResourceShareInvitationStatusAccepted
	rejected = types.ResourceShareInvitationStatusRejected
	expired  = types.ResourceShareInvitationStatusExpired
)

// How long an invitation is open: seven days if the share holds only types of an old list, IPAM's not among them.
// Source: https://docs.aws.amazon.com/ram/latest/userguide/working-with-shared-invitations.html
const (
	openFor     = 12 * time.Hour
	openForOld  = 7 * 24 * time.Hour
	rememberFor = 7 * 24 * time.Hour // an answered one; AWS forgets it after "some days", the share goes on
)

// invitation is the offer to an account to join a share.
type invitation struct {
	types.ResourceShareInvitation
	Region      string
	ID          string
	Association state.Key
}

func (i *invitation) key() state.Key { return state.Key{*i.SenderAccountId, i.Region, i.ID} }

var (
	invitations           = state.NewTable(&Schema, "ram-invitation", (*invitation).key)
	invitationsByReceiver = state.NewIndex(invitations, "receiver", func(i *invitation) []state.Key {
		return []state.Key{{*i.ReceiverAccountId, i.Region}}
	})
	// pendingInvitations counts against the sender's quota.
	pendingInvitations = state.NewIndex(invitations, "pending", func(i *invitation) []state.Key {
		if i.Status != pending {
			return nil
		}
		return []state.Key{{*i.SenderAccountId, i.Region}}
	})
	invitationsGone   = state.NewQueue(&Schema, "ram-invitation-gone", func(tx *state.Tx, key state.Key) { invitations.Delete(tx, key...) })
	invitationsExpire = state.NewQueue(&Schema, "ram-invitation-expires", expire)
)

// expire ends an invitation that nobody has answered by then; its principal is disassociated.
func expire(tx *state.Tx, key state.Key) {
	i := invitations.Get(tx, key...)
	if i == nil || i.Status != pending {
		return
	}
	i.close(tx, expired)
	if a := associations.Get(tx, i.Association...); a != nil && a.Invitation == i.ID {
		a.Status, a.LastUpdatedTime = disassociated, new(tx.Now)
		associations.Put(tx, a)
		associationsGone.At(tx, tx.Now.Add(lingers), a.key()...)
	}
}

// close gives an invitation its last status.
func (i *invitation) close(tx *state.Tx, status types.ResourceShareInvitationStatus) {
	i.Status = status
	invitations.Put(tx, i)
	invitationsGone.At(tx, tx.Now.Add(rememberFor), i.key()...)
}

// invite sends an invitation for a principal of a share and returns its id. Neither side's answers show the ARN: the
// receiver has to list.
func (c *Call) invite(s *share, a *association) (string, error) {
	if pendingInvitations.Count(c.Tx, c.Account, c.Region) >= maxPendingInvitations {
		return "", limitExceeded("You have reached the limit of %d pending invitations.", maxPendingInvitations)
	}
	id := c.Tx.NewUUID()
	i := &invitation{
		ResourceShareInvitation: types.ResourceShareInvitation{
			ResourceShareInvitationArn: new(c.arn("resource-share-invitation/" + id)),
			ResourceShareArn:           s.ResourceShareArn,
			SenderAccountId:            new(c.Account),
			ReceiverAccountId:          new(a.Subject),
			InvitationTimestamp:        new(c.Tx.Now),
			Status:                     pending,
		},
		Region:      c.Region,
		ID:          id,
		Association: a.key(),
	}
	if a.Form == formIAM {
		i.ReceiverArn = a.AssociatedEntity
	}
	invitations.Put(c.Tx, i)
	invitationsExpire.At(c.Tx, c.Tx.Now.Add(c.openFor(s)), i.key()...)
	return id, nil
}

// openFor is how long an invitation to a share is open. What AWS does for a share that mixes old types with others is not
// known; the shorter time wins here, as it does for a share that is still empty.
func (c *Call) openFor(s *share) time.Duration {
	open := openFor
	for a := range s.associations(c.Tx, typeResource) {
		if !kindNamed(a.Kind).week {
			return openFor
		}
		open = openForOld
	}
	return open
}

// withdraw ends the invitation of an association, whose share is being deleted.
func (c *Call) withdraw(s *share, a *association) {
	if a.Invitation == "" {
		return
	}
	if i := invitations.Get(c.Tx, *s.OwningAccountId, s.Region, a.Invitation); i != nil && i.Status == pending {
		i.close(c.Tx, expired)
	}
}

// invitation finds an invitation to the caller.
func (c *Call) invitation(arn *string) (*invitation, error) {
	if arn == nil {
		return nil, missing("resourceShareInvitationArn")
	}
	key, ok := keyIn(invitationARN, *arn)
	if !ok {
		return nil, malformedARN("The specified resource share invitation ARN %s is not valid. Verify the ARN and try again.", *arn)
	}
	i := invitations.Get(c.Tx, key...)
	if i == nil || i.Region != c.Region || *i.ReceiverAccountId != c.Account {
		return nil, &types.ResourceShareInvitationArnNotFoundException{Message: text("ResourceShareInvitation %s could not be found.", []any{*arn})}
	}
	return i, nil
}

// checkOpen refuses what can no longer be done with an invitation.
func (i *invitation) checkOpen() error {
	arn := []any{*i.ResourceShareInvitationArn}
	switch i.Status {
	case accepted:
		return &types.ResourceShareInvitationAlreadyAcceptedException{Message: text("ResourceShareInvitation %s has already been accepted.", arn)}
	case rejected:
		return &types.ResourceShareInvitationAlreadyRejectedException{Message: text("ResourceShareInvitation %s has already been rejected.", arn)}
	case expired:
		return &types.ResourceShareInvitationExpiredException{Message: text("ResourceShareInvitation %s has expired.", arn)}
	}
	return nil
}

// show is an invitation with the present name of its share.
func (i *invitation) show(tx *state.Tx) types.ResourceShareInvitation {
	v := i.ResourceShareInvitation
	if s := shares.Get(tx, i.Association[:3]...); s != nil {
		v.ResourceShareName = s.Name
	}
	return v
}

// settleInvitation gives an invitation its answer, and its association what follows from it.
func (c *Call) settleInvitation(arn *string, status types.ResourceShareInvitationStatus, becomes types.ResourceShareAssociationStatus) (*types.ResourceShareInvitation, error) {
	i, err := c.invitation(arn)
	if err != nil {
		return nil, err
	}
	if err := i.checkOpen(); err != nil {
		return nil, err
	}
	i.close(c.Tx, status)
	if a := associations.Get(c.Tx, i.Association...); a != nil && a.Invitation == i.ID {
		a.Status, a.LastUpdatedTime = becomes, new(c.Tx.Now)
		associations.Put(c.Tx, a)
	}
	return new(i.show(c.Tx)), nil
}

// AcceptResourceShareInvitation lets the caller in to a share at once.
func (c *Call) AcceptResourceShareInvitation(in *ram.AcceptResourceShareInvitationInput) (*ram.AcceptResourceShareInvitationOutput, error) {
	i, err := c.settleInvitation(in.ResourceShareInvitationArn, accepted, associated)
	if err != nil {
		return nil, err
	}
	return &ram.AcceptResourceShareInvitationOutput{ResourceShareInvitation: i, ClientToken: c.clientToken(in.ClientToken)}, nil
}

// RejectResourceShareInvitation declines an invitation. Its owner's association has failed, until it is taken out.
func (c *Call) RejectResourceShareInvitation(in *ram.RejectResourceShareInvitationInput) (*ram.RejectResourceShareInvitationOutput, error) {
	i, err := c.settleInvitation(in.ResourceShareInvitationArn, rejected, types.ResourceShareAssociationStatusFailed)
	if err != nil {
		return nil, err
	}
	return &ram.RejectResourceShareInvitationOutput{ResourceShareInvitation: i, ClientToken: c.clientToken(in.ClientToken)}, nil
}

// GetResourceShareInvitations lists the invitations that the caller has received.
func (c *Call) GetResourceShareInvitations(in *ram.GetResourceShareInvitationsInput) (*ram.GetResourceShareInvitationsOutput, error) {
	if n := in.MaxResults; n != nil && (*n < 1 || *n > maxPage) {
		return nil, &types.InvalidMaxResultsException{Message: text("The value %d of maxResults is not valid. Specify a number from 1 to %d.", []any{*n, maxPage})}
	}
	for _, arn := range in.ResourceShareInvitationArns {
		if _, err := c.invitation(&arn); err != nil {
			return nil, err
		}
	}
	for _, arn := range in.ResourceShareArns {
		if !shareARN().MatchString(arn) {
			return nil, malformedARN("The specified resource share ARN is not valid. Verify the ARN and try again.")
		}
	}
	var rows []row[types.ResourceShareInvitation]
	for i := range invitationsByReceiver.Scan(c.Tx, c.Account, c.Region) {
		if among(in.ResourceShareInvitationArns, *i.ResourceShareInvitationArn) && among(in.ResourceShareArns, *i.ResourceShareArn) {
			rows = append(rows, rowOf(i.key(), i.show(c.Tx)))
		}
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.GetResourceShareInvitationsOutput{ResourceShareInvitations: items, NextToken: next}, nil
}

// ListPendingInvitationResources lists what the caller would get by accepting an invitation.
func (c *Call) ListPendingInvitationResources(in *ram.ListPendingInvitationResourcesInput) (*ram.ListPendingInvitationResourcesOutput, error) {
	if err := checkScope(in.ResourceRegionScope); err != nil {
		return nil, err
	}
	i, err := c.invitation(in.ResourceShareInvitationArn)
	if err != nil {
		return nil, err
	}
	if i.Status == accepted { // for which this operation has no exception of its own
		return nil, invalidParameter("ResourceShareInvitation %s has already been accepted.", *i.ResourceShareInvitationArn)
	}
	if err := i.checkOpen(); err != nil {
		return nil, err
	}
	var rows []row[types.Resource]
	for a := range associations.Scan(c.Tx, append(i.Association[:3:3], string(typeResource))...) {
		if item := a.resource(); inScope(in.ResourceRegionScope, item.ResourceRegionScope) && c.statusOf(a) == associated {
			item.Status = types.ResourceStatusAvailable
			rows = append(rows, rowOf(a.key(), item))
		}
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.ListPendingInvitationResourcesOutput{Resources: items, NextToken: next}, nil
}
