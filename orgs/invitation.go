package orgs

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
)

var invitationOperations = []op.Op{
	op.Write(management((*Call).InviteAccountToOrganization)),
}

// InviteAccountToOrganization asks an account, by its number or by its owner's address, to join.
func (c *Call) InviteAccountToOrganization(in *organizations.InviteAccountToOrganizationInput) (*organizations.InviteAccountToOrganizationOutput, error) {
	o := c.organization()
	h := c.newHandshake(types.ActionTypeInviteAccountToOrganization, invitationLife)
	h.Notes = or(in.Notes, "")
	if err := h.address(c, in.Target); err != nil {
		return nil, err
	}
	var err error
	if h.Tags, err = c.tagsAtCreation(in.Tags); err != nil {
		return nil, err
	}
	if h.Account != "" && organizationOf(c.Tx, h.Account) != nil {
		return nil, handshakeConstraint(types.HandshakeConstraintViolationExceptionReasonAlreadyInAnOrganization)
	}
	open, today := 0, 0
	for other := range handshakes.Scan(c.Tx, o.owner().key()...) {
		switch {
		case other.Action == types.ActionTypeEnableAllFeatures && !other.isOver(c.Tx.Now):
			return nil, handshakeConstraint(types.HandshakeConstraintViolationExceptionReasonInviteDisabledDuringEnableAllFeatures)
		case other.Action != types.ActionTypeInviteAccountToOrganization:
			continue
		}
		if !other.isOver(c.Tx.Now) {
			open++
			if other.target() == h.target() {
				return nil, &types.DuplicateHandshakeException{Message: new("A handshake with the same action and target already exists.")}
			}
		}
		if c.Tx.Now.Sub(other.Asked) < 24*time.Hour {
			today++
		}
	}
	if limit := c.Settings.Quotas.Invitations; limit > 0 && today >= limit {
		return nil, handshakeConstraint(types.HandshakeConstraintViolationExceptionReasonHandshakeRateLimitExceeded)
	}
	if limit := c.Settings.Quotas.Accounts; limit > 0 && countAccounts(c.Tx, o)+open >= limit {
		return nil, handshakeConstraint(types.HandshakeConstraintViolationExceptionReasonAccountNumberLimitExceeded)
	}
	handshakes.Put(c.Tx, h)
	return &organizations.InviteAccountToOrganizationOutput{Handshake: new(h.show(c.Tx))}, nil
}

// address reads whom an invitation is for.
func (h *handshake) address(c *Call, target *types.HandshakeParty) error {
	if target.Id == nil || target.Type == "" {
		return invalidInput(types.InvalidInputExceptionReasonInputRequired)
	}
	switch target.Type {
	case types.HandshakePartyTypeAccount:
		h.Account = *target.Id
		return shapes["AccountId"].check(h.Account)
	case types.HandshakePartyTypeEmail:
		h.Email = *target.Id
		if shapes["Email"].check(h.Email) != nil {
			return invalidInput(types.InvalidInputExceptionReasonInvalidEmailAddressTarget)
		}
		h.Account, _ = accountWithEmail(c.Tx, h.Email)
		return nil
	}
	return invalidInput(types.InvalidInputExceptionReasonInvalidPartyTypeTarget)
}

// join makes the caller a member by an invitation. It may come straight from another organization, unless it leads it.
func (c *Call) join(o *organization, h *handshake) error {
	a := accountOf(c.Tx, c.Account)
	if from := c.organization(); from != nil {
		switch {
		case from.Management == c.Account:
			return cannotLeave()
		case from.ID == o.ID:
			return handshakeConstraint(types.HandshakeConstraintViolationExceptionReasonAlreadyInAnOrganization)
		}
		if err := c.part(c.Account); err != nil {
			return err
		}
	}
	a.enter(c.Tx, o, types.AccountJoinedMethodInvited)
	putTags(c.Tx, o, a.ID, h.Tags)
	attachDefaults(c.Tx, o, a.ID)
	return nil
}
