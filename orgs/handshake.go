package orgs

import (
	"iter"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var handshakeOperations = []op.Op{
	op.Write(anyone((*Call).AcceptHandshake)),
	op.Write(anyone((*Call).DeclineHandshake)),
	op.Write(anyone((*Call).CancelHandshake)),
	op.Read(anyone((*Call).DescribeHandshake)),
	op.Read(anyone((*Call).ListHandshakesForAccount)),
	op.Read(readers((*Call).ListHandshakesForOrganization)),
}

// handshake is a question of an organization to an account: whether it will join, or agrees to all features.
type handshake struct {
	owner
	ID       string
	Action   types.ActionType
	State    types.HandshakeState // without regard to the clock and to other handshakes
	Account  string               // that is asked; empty: nobody has the address yet
	Email    string               // by which it was asked, if so
	Notes    string
	Parent   string            // the handshake that this one is a part of
	Tags     map[string]string // of the account once it has joined
	Asked    time.Time
	Expires  time.Time
	Finished time.Time
	About    *types.Organization // as it was when asked
	Sender   string              // the management account's name
}

func (h *handshake) key() state.Key { return h.owner.key(h.ID) }

var (
	handshakes         = owned("org-handshake", (*handshake).key)
	handshakesByID     = state.NewIndex(handshakes, "id", func(h *handshake) []state.Key { return []state.Key{{h.ID}} })
	handshakesByTarget = state.NewIndex(handshakes, "target", func(h *handshake) []state.Key { return []state.Key{{h.target()}} })
)

// How long handshakes are open, and how long they are listed afterwards.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
const (
	invitationLife = 15 * 24 * time.Hour
	featuresLife   = 90 * 24 * time.Hour
	listedFor      = 30 * 24 * time.Hour
)

func (c *Call) newHandshake(action types.ActionType, life time.Duration) *handshake {
	o := c.organization()
	return &handshake{
		owner:   o.owner(),
		ID:      unused(c.Tx, "h-", 32, func(id string) bool { return handshakesByID.First(c.Tx, id) != nil }),
		Action:  action,
		State:   types.HandshakeStateOpen,
		Asked:   c.Tx.Now,
		Expires: c.Tx.Now.Add(life),
		About:   o.show(c.Tx),
		Sender:  accountOf(c.Tx, o.Management).Name,
	}
}

// target is the account or, while nobody has it, the address that is asked.
func (h *handshake) target() string {
	if h.Account != "" {
		return h.Account
	}
	return strings.ToLower(h.Email)
}

// state is where the handshake stands by now.
func (h *handshake) state(tx *state.Tx) types.HandshakeState {
	switch {
	case h.isOpen() && !tx.Now.Before(h.Expires):
		return types.HandshakeStateExpired
	case h.isOpen() && h.Action == types.ActionTypeEnableAllFeatures && !h.approved(tx):
		return types.HandshakeStateRequested
	}
	return h.State
}

func (h *handshake) isOpen() bool { return h.State == types.HandshakeStateOpen }

// over is when it was answered or expired, if that is so.
func (h *handshake) over(now time.Time) (time.Time, bool) {
	if h.isOpen() {
		return h.Expires, !now.Before(h.Expires)
	}
	return h.Finished, true
}

func (h *handshake) isOver(now time.Time) bool {
	_, over := h.over(now)
	return over
}

// isListed: what is over is listed for a while; it can be described as long.
func (h *handshake) isListed(now time.Time) bool {
	over, ok := h.over(now)
	return !ok || now.Before(over.Add(listedFor))
}

func (h *handshake) show(tx *state.Tx) types.Handshake {
	resources := []types.HandshakeResource{resource(types.HandshakeResourceTypeOrganization, h.Organization)}
	parties := []types.HandshakeParty{{Id: new(h.Organization), Type: types.HandshakePartyTypeOrganization}}
	if h.Action == types.ActionTypeInviteAccountToOrganization {
		resources[0].Resources = []types.HandshakeResource{
			resource(types.HandshakeResourceTypeMasterEmail, *h.About.MasterAccountEmail),
			resource(types.HandshakeResourceTypeMasterName, h.Sender),
			resource(types.HandshakeResourceTypeOrganizationFeatureSet, string(h.About.FeatureSet)),
		}
	}
	switch {
	case h.Email != "":
		resources = append(resources, resource(types.HandshakeResourceTypeEmail, h.Email))
		parties = append(parties, types.HandshakeParty{Id: new(h.Email), Type: types.HandshakePartyTypeEmail})
	case h.Account != "":
		resources = append(resources, resource(types.HandshakeResourceTypeAccount, h.Account))
		parties = append(parties, types.HandshakeParty{Id: new(h.Account), Type: types.HandshakePartyTypeAccount})
	}
	if h.Parent != "" {
		resources = append(resources, resource(types.HandshakeResourceTypeParentHandshake, h.Parent))
	}
	if h.Notes != "" {
		resources = append(resources, resource(types.HandshakeResourceTypeNotes, h.Notes))
	}
	return types.Handshake{
		Id:                  new(h.ID),
		Arn:                 new(h.arn()),
		Action:              h.Action,
		State:               h.state(tx),
		RequestedTimestamp:  new(h.Asked),
		ExpirationTimestamp: new(h.Expires),
		Parties:             parties,
		Resources:           resources,
	}
}

// arn takes all from the organization's name: the organization may be gone.
func (h *handshake) arn() string {
	prefix, _, _ := strings.Cut(*h.About.Arn, "organization/")
	return prefix + "handshake/" + h.Organization + "/" + strings.ToLower(string(h.Action)) + "/" + h.ID
}

func resource(t types.HandshakeResourceType, value string) types.HandshakeResource {
	return types.HandshakeResource{Type: t, Value: new(value)}
}

// handshake finds a handshake that the caller sent or was sent.
func (c *Call) handshake(id string) (*handshake, error) {
	h := handshakesByID.First(c.Tx, id)
	if h == nil || !h.isListed(c.Tx.Now) || !c.sent(h) && !c.wasSent(h) {
		return nil, &types.HandshakeNotFoundException{Message: new("You specified a handshake that doesn't exist.")}
	}
	return h, nil
}

func (c *Call) sent(h *handshake) bool { return h.Management == c.Account }

func (c *Call) wasSent(h *handshake) bool {
	return h.target() == c.Account || h.target() == strings.ToLower(accountOf(c.Tx, c.Account).Email)
}

// finish puts a handshake into its last state, if it is one that can still be put there by the caller.
func (c *Call) finish(h *handshake, mine bool, to types.HandshakeState) error {
	switch now := h.state(c.Tx); {
	case !mine:
		return accessDenied()
	case now == to:
		return &types.HandshakeAlreadyInStateException{Message: new("The specified handshake is already in the requested state.")}
	case now == types.HandshakeStateRequested && to == types.HandshakeStateCanceled:
	case now != types.HandshakeStateOpen:
		return &types.InvalidHandshakeTransitionException{Message: new("You can't perform the operation on the handshake in its current state.")}
	}
	h.State = to
	h.Finished = c.Tx.Now
	return nil
}

// AcceptHandshake does what the handshake asks for: the account joins the organization or agrees to all features, or
// the management account, for which all others have waited, enables them.
func (c *Call) AcceptHandshake(in *organizations.AcceptHandshakeInput) (*organizations.AcceptHandshakeOutput, error) {
	h, err := c.handshake(*in.HandshakeId)
	if err != nil {
		return nil, err
	}
	mine := c.wasSent(h) || h.Action == types.ActionTypeEnableAllFeatures && c.sent(h)
	if err := c.finish(h, mine, types.HandshakeStateAccepted); err != nil {
		return nil, err
	}
	o := organizationsByID.Get(c.Tx, h.Organization)
	switch h.Action {
	case types.ActionTypeInviteAccountToOrganization:
		err = c.join(o, h)
	case types.ActionTypeEnableAllFeatures:
		o = new(*o)
		o.Features = types.OrganizationFeatureSetAll
		organizationRows.Put(c.Tx, o)
	}
	if err != nil {
		return nil, err
	}
	handshakes.Put(c.Tx, h)
	return &organizations.AcceptHandshakeOutput{Handshake: new(h.show(c.Tx))}, nil
}

// DeclineHandshake says no.
func (c *Call) DeclineHandshake(in *organizations.DeclineHandshakeInput) (*organizations.DeclineHandshakeOutput, error) {
	h, err := c.handshake(*in.HandshakeId)
	if err != nil {
		return nil, err
	}
	if err := c.finish(h, c.wasSent(h), types.HandshakeStateDeclined); err != nil {
		return nil, err
	}
	handshakes.Put(c.Tx, h)
	return &organizations.DeclineHandshakeOutput{Handshake: new(h.show(c.Tx))}, nil
}

// CancelHandshake takes the question back.
func (c *Call) CancelHandshake(in *organizations.CancelHandshakeInput) (*organizations.CancelHandshakeOutput, error) {
	h, err := c.handshake(*in.HandshakeId)
	if err != nil {
		return nil, err
	}
	if err := c.finish(h, c.sent(h), types.HandshakeStateCanceled); err != nil {
		return nil, err
	}
	handshakes.Put(c.Tx, h)
	return &organizations.CancelHandshakeOutput{Handshake: new(h.show(c.Tx))}, nil
}

// DescribeHandshake shows a handshake to both sides.
func (c *Call) DescribeHandshake(in *organizations.DescribeHandshakeInput) (*organizations.DescribeHandshakeOutput, error) {
	h, err := c.handshake(*in.HandshakeId)
	if err != nil {
		return nil, err
	}
	return &organizations.DescribeHandshakeOutput{Handshake: new(h.show(c.Tx))}, nil
}

// ListHandshakesForAccount lists what the caller was asked.
func (c *Call) ListHandshakesForAccount(in *organizations.ListHandshakesForAccountInput) (*organizations.ListHandshakesForAccountOutput, error) {
	asked := func(yield func(*handshake) bool) {
		for _, target := range []string{c.Account, strings.ToLower(accountOf(c.Tx, c.Account).Email)} {
			for h := range handshakesByTarget.Scan(c.Tx, target) {
				if !yield(h) {
					return
				}
			}
		}
	}
	list, next, err := c.listHandshakes(asked, in.Filter, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListHandshakesForAccountOutput{Handshakes: list, NextToken: next}, nil
}

// ListHandshakesForOrganization lists what the organization has asked.
func (c *Call) ListHandshakesForOrganization(in *organizations.ListHandshakesForOrganizationInput) (*organizations.ListHandshakesForOrganizationOutput, error) {
	list, next, err := c.listHandshakes(handshakes.Scan(c.Tx, c.organization().owner().key()...), in.Filter, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListHandshakesForOrganizationOutput{Handshakes: list, NextToken: next}, nil
}

func (c *Call) listHandshakes(records iter.Seq[*handshake], filter *types.HandshakeFilter, max *int32, token *string) ([]types.Handshake, *string, error) {
	if filter == nil {
		filter = &types.HandshakeFilter{}
	}
	if filter.ActionType != "" {
		if err := oneOf(filter.ActionType, types.InvalidInputExceptionReasonInvalidEnum); err != nil {
			return nil, nil, err
		}
		if filter.ParentHandshakeId != nil {
			return nil, nil, invalidInput(types.InvalidInputExceptionReasonMaxFilterLimitExceeded)
		}
	}
	records = only(records, func(h *handshake) bool {
		return h.isListed(c.Tx.Now) &&
			(filter.ActionType == "" || filter.ActionType == h.Action) &&
			(filter.ParentHandshakeId == nil || *filter.ParentHandshakeId == h.Parent)
	})
	return page(byKey(records, (*handshake).id), (*handshake).id, func(h *handshake) types.Handshake { return h.show(c.Tx) }, max, token)
}

func (h *handshake) id() string { return h.ID }
