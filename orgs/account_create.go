package orgs

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var accountCreationOperations = []op.Op{
	op.Write(management((*Call).CreateAccount)),
	op.Read(readers((*Call).DescribeCreateAccountStatus)),
	op.Read(readers((*Call).ListCreateAccountStatus)),
}

// creation is a request for an account. The account comes later, and with it the answer whether it comes.
type creation struct {
	owner
	ID        string
	Name      string
	Email     string
	Role      string
	Billing   types.IAMUserAccessToBilling
	Tags      map[string]string
	State     types.CreateAccountState
	Account   string
	Reason    types.CreateAccountFailureReason
	Requested time.Time
	Completed time.Time
	MaxInAll  int // accounts that the organization may have
}

func (r *creation) key() state.Key { return r.owner.key(r.ID) }

var (
	creations    = owned("org-creation", (*creation).key)
	creationsDue = state.NewQueue(&Schema, "org-creation-due", func(tx *state.Tx, key state.Key) {
		if r := creations.Get(tx, key...); r != nil {
			r.finish(tx, newAccountID(tx))
		}
	})
)

// DefaultRole is the role in a created account through which the management account acts in it.
const DefaultRole = "OrganizationAccountAccessRole"

func (r *creation) show() types.CreateAccountStatus {
	v := types.CreateAccountStatus{
		Id:                 new(r.ID),
		AccountName:        new(r.Name),
		State:              r.State,
		RequestedTimestamp: new(r.Requested),
		FailureReason:      r.Reason,
	}
	if r.Account != "" {
		v.AccountId = new(r.Account)
	}
	if !r.Completed.IsZero() {
		v.CompletedTimestamp = new(r.Completed)
	}
	return v
}

// CreateAccount asks for a new account in the root. The answer does not know its id yet.
func (c *Call) CreateAccount(in *organizations.CreateAccountInput) (*organizations.CreateAccountOutput, error) {
	r, err := c.newCreation(in)
	if err != nil {
		return nil, err
	}
	creations.Put(c.Tx, r)
	creationsDue.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.CreateAccount), r.key()...)
	return &organizations.CreateAccountOutput{CreateAccountStatus: new(r.show())}, nil
}

// CreateAccountWithID is CreateAccount for those who need an account of a certain id, and at once: a scenario
// that names its accounts. The caller must be a management account.
func (c *Call) CreateAccountWithID(in *organizations.CreateAccountInput, id string) (*organizations.CreateAccountOutput, error) {
	create := func(c *Call, in *organizations.CreateAccountInput) (*organizations.CreateAccountOutput, error) {
		if err := shapes["AccountId"].check(id); err != nil {
			return nil, err
		}
		if organizationOf(c.Tx, id) != nil {
			return nil, &types.AlreadyInOrganizationException{Message: new("The provided account is already a member of an organization.")}
		}
		r, err := c.newCreation(in)
		if err != nil {
			return nil, err
		}
		r.finish(c.Tx, id)
		return &organizations.CreateAccountOutput{CreateAccountStatus: new(r.show())}, nil
	}
	return management(create)(c, in)
}

// newCreation checks a request for an account, short of what only shows when it is carried out.
func (c *Call) newCreation(in *organizations.CreateAccountInput) (*creation, error) {
	if strings.HasPrefix(or(in.RoleName, ""), "AWSServiceRoleFor") {
		return nil, invalidInput(types.InvalidInputExceptionReasonInvalidRoleName)
	}
	tags, err := c.tagsAtCreation(in.Tags)
	if err != nil {
		return nil, err
	}
	o := c.organization()
	running := 0
	for range c.creations(types.CreateAccountStateInProgress) {
		running++
	}
	if err := quota(types.ConstraintViolationExceptionReasonAccountCreationRateLimitExceeded, running, c.Settings.Quotas.AccountsAtOnce); err != nil {
		return nil, err
	}
	if err := quota(types.ConstraintViolationExceptionReasonAccountNumberLimitExceeded, countAccounts(c.Tx, o)+running, c.Settings.Quotas.Accounts); err != nil {
		return nil, err
	}
	r := &creation{
		owner:     o.owner(),
		ID:        c.Tx.NewID("car-", 32),
		Name:      *in.AccountName,
		Email:     *in.Email,
		Role:      or(in.RoleName, DefaultRole),
		Billing:   in.IamUserAccessToBilling,
		Tags:      tags,
		State:     types.CreateAccountStateInProgress,
		Requested: c.Tx.Now,
		MaxInAll:  c.Settings.Quotas.Accounts,
	}
	if r.Billing == "" {
		r.Billing = types.IAMUserAccessToBillingAllow
	}
	return r, nil
}

// finish creates the account or says why not: that the address is taken is no exception but a failure of the request.
func (r *creation) finish(tx *state.Tx, id string) {
	o := organizationsByID.Get(tx, r.Organization)
	r.Completed = tx.Now
	r.State = types.CreateAccountStateFailed
	switch holder, taken := accountWithEmail(tx, r.Email); {
	case taken && holder != id:
		r.Reason = types.CreateAccountFailureReasonEmailAlreadyExists
	case r.MaxInAll > 0 && countAccounts(tx, o) >= r.MaxInAll:
		r.Reason = types.CreateAccountFailureReasonAccountLimitExceeded
	default:
		r.State = types.CreateAccountStateSucceeded
		r.Account = id
		a := &account{ID: id, Name: r.Name, Email: r.Email, Role: r.Role}
		a.enter(tx, o, types.AccountJoinedMethodCreated)
		putTags(tx, o, id, r.Tags)
		attachDefaults(tx, o, id)
	}
	creations.Put(tx, r)
}

// newAccountID is a random number of twelve digits that no known account has; the first is not 0, so that tools which
// take account ids for numbers do no harm to it.
func newAccountID(tx *state.Tx) string {
	for {
		n, err := strconv.ParseUint(tx.NewID("", 15), 16, 64)
		if err != nil {
			return "" // the random source failed; the transaction knows
		}
		id := strconv.FormatUint(n%900_000_000_000+100_000_000_000, 10)
		if accounts.Get(tx, id) == nil {
			return id
		}
	}
}

// creations yields the organization's requests for accounts that are in one of the states, all of them without any.
func (c *Call) creations(states ...types.CreateAccountState) iter.Seq[*creation] {
	return only(creations.Scan(c.Tx, c.organization().owner().key()...), func(r *creation) bool {
		return len(states) == 0 || slices.Contains(states, r.State)
	})
}

// DescribeCreateAccountStatus shows what has become of a request for an account.
func (c *Call) DescribeCreateAccountStatus(in *organizations.DescribeCreateAccountStatusInput) (*organizations.DescribeCreateAccountStatusOutput, error) {
	r := creations.Get(c.Tx, c.organization().owner().key(*in.CreateAccountRequestId)...)
	if r == nil {
		return nil, &types.CreateAccountStatusNotFoundException{Message: new("You specified an account creation status that doesn't exist.")}
	}
	return &organizations.DescribeCreateAccountStatusOutput{CreateAccountStatus: new(r.show())}, nil
}

// ListCreateAccountStatus lists the requests for accounts.
func (c *Call) ListCreateAccountStatus(in *organizations.ListCreateAccountStatusInput) (*organizations.ListCreateAccountStatusOutput, error) {
	list, next, err := page(c.creations(in.States...), func(r *creation) string { return r.ID }, (*creation).show, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListCreateAccountStatusOutput{CreateAccountStatuses: list, NextToken: next}, nil
}
