package orgs

import (
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var featureOperations = []op.Op{
	op.Write(management((*Call).EnableAllFeatures)),
}

// EnableAllFeatures asks the invited members of an organization for billing only to agree to all features; created
// members need not be asked. When all have agreed the management account accepts the handshake of the answer itself.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html
func (c *Call) EnableAllFeatures(*organizations.EnableAllFeaturesInput) (*organizations.EnableAllFeaturesOutput, error) {
	o := c.organization()
	if o.Features == types.OrganizationFeatureSetAll {
		return nil, handshakeConstraint(types.HandshakeConstraintViolationExceptionReasonOrganizationAlreadyHasAllFeatures)
	}
	for h := range handshakes.Scan(c.Tx, o.owner().key()...) {
		if h.Action == types.ActionTypeEnableAllFeatures && !h.isOver(c.Tx.Now) {
			return nil, handshakeConstraint(types.HandshakeConstraintViolationExceptionReasonOrganizationIsAlreadyPendingAllFeaturesMigration)
		}
	}
	h := c.newHandshake(types.ActionTypeEnableAllFeatures, featuresLife)
	handshakes.Put(c.Tx, h)
	for a := range accountsByOrganization.Scan(c.Tx, o.ID) {
		if a.Method == types.AccountJoinedMethodInvited && a.ID != o.Management {
			approval := c.newHandshake(types.ActionTypeApproveAllFeatures, featuresLife)
			approval.Account = a.ID
			approval.Parent = h.ID
			handshakes.Put(c.Tx, approval)
		}
	}
	v := h.show(c.Tx)
	v.State = types.HandshakeStateRequested // so AWS answers, whoever has to agree
	return &organizations.EnableAllFeaturesOutput{Handshake: &v}, nil
}

// approved reports whether all that were asked and are still members have agreed.
func (h *handshake) approved(tx *state.Tx) bool {
	for approval := range handshakes.Scan(tx, h.owner.key()...) {
		if approval.Parent != h.ID || approval.State == types.HandshakeStateAccepted {
			continue
		}
		if a := accountsByID.Get(tx, approval.Account); a != nil && a.Organization == h.Organization {
			return false
		}
	}
	return true
}
