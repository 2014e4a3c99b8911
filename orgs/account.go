package orgs

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var accountOperations = []op.Op{
	op.Read(readers((*Call).ListAccounts)),
	op.Read(readers((*Call).ListAccountsForParent)),
	op.Read(readers((*Call).DescribeAccount)),
	op.Write(management((*Call).MoveAccount)),
	op.Write(management((*Call).RemoveAccountFromOrganization)),
	op.Write(members((*Call).LeaveOrganization)),
	op.Write(management((*Call).CloseAccount)),
}

// account is an account that is or was in an organization. All others exist as well, without a record.
type account struct {
	ID           string
	Name         string
	Email        string
	Organization string // empty: in none
	Parent       string // the root or a unit
	Method       types.AccountJoinedMethod
	Joined       time.Time
	Role         string // by which the management account gets in; invited accounts have none
	Closing      bool
	ClosedAt     time.Time // when it is closed, if it is closing
}

var (
	accounts               = state.NewTable(&Schema, "org-account", func(a *account) state.Key { return state.Key{a.ID} })
	accountsByOrganization = state.NewIndex(accounts, "org", func(a *account) []state.Key { return keyUnlessEmpty(a.Organization) })
	accountsByParent       = state.NewIndex(accounts, "parent", func(a *account) []state.Key { return keyUnlessEmpty(a.Parent) })
	accountsByEmail        = state.NewIndex(accounts, "email", func(a *account) []state.Key { return []state.Key{{strings.ToLower(a.Email)}} })
	accountsByID           = mirror("org-account-by-id", accounts, func(a *account) string { return a.ID })
	accountsGone           = state.NewQueue(&Schema, "org-account-gone", accountGone)
)

func keyUnlessEmpty(part string) []state.Key {
	if part == "" {
		return nil
	}
	return []state.Key{{part}}
}

// closedFor is how long a closed account stays in the organization.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_close.html
const closedFor = 90 * 24 * time.Hour

// defaultDomain is where the owners of accounts without a record have their address.
const defaultDomain = "@example.com"

// accountOf returns the record of an account or, if it never was in an organization, a new one.
func accountOf(tx *state.Tx, id string) *account {
	if a := accounts.Get(tx, id); a != nil {
		return a
	}
	return &account{ID: id, Name: "Account " + id, Email: id + defaultDomain}
}

// accountWithEmail finds the account with that address, be it in an organization or not.
func accountWithEmail(tx *state.Tx, email string) (id string, ok bool) {
	if a := accountsByEmail.First(tx, strings.ToLower(email)); a != nil {
		return a.ID, true
	}
	id, ok = strings.CutSuffix(strings.ToLower(email), defaultDomain)
	if !ok || shapes["AccountId"].check(id) != nil {
		return "", false
	}
	return id, accounts.Get(tx, id) == nil // one with a record has the address in it
}

// countAccounts counts the closed accounts too, as AWS does.
func countAccounts(tx *state.Tx, o *organization) int {
	return accountsByOrganization.Count(tx, o.ID)
}

// account finds an account of the caller's organization or returns nil.
func (c *Call) account(id string) *account {
	if a := accounts.Get(c.Tx, id); a != nil && a.Organization == c.organization().ID {
		return a
	}
	return nil
}

// enter puts an account into the root of an organization.
func (a *account) enter(tx *state.Tx, o *organization, method types.AccountJoinedMethod) {
	a.Organization = o.ID
	a.Parent = o.RootID
	a.Method = method
	a.Joined = tx.Now
	accounts.Put(tx, a)
	for _, service := range linkedServices {
		if service == organizationsPrincipal || ServiceEnabled(tx, o.ID, service) {
			roles.EnsureServiceLinkedRole(tx, a.ID, service)
		}
	}
}

const organizationsPrincipal = "organizations.amazonaws.com"

// linkedServices make their service-linked role in each account that enters an organization that trusts them.
// Sources: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html and
// https://docs.aws.amazon.com/vpc/latest/ipam/iam-ipam-slr.html
var linkedServices = []string{organizationsPrincipal, "ipam.amazonaws.com"}

// leave takes an account out of its organization, with all that the organization holds of it.
func leave(tx *state.Tx, o *organization, a *account) {
	forget(tx, o, a.ID)
	gone := new(*a)
	gone.Organization, gone.Parent, gone.Method, gone.Joined = "", "", "", time.Time{} // its role stays
	accounts.Put(tx, gone)
}

func (a *account) state(now time.Time) types.AccountState {
	switch {
	case !a.Closing:
		return types.AccountStateActive
	case now.Before(a.ClosedAt):
		return types.AccountStatePendingClosure
	}
	return types.AccountStateClosed
}

// status is the older form of state; a closed account is SUSPENDED in it.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
func (a *account) status(now time.Time) types.AccountStatus {
	if s := a.state(now); s != types.AccountStateClosed {
		return types.AccountStatus(s)
	}
	return types.AccountStatusSuspended
}

func (c *Call) showAccount(a *account) types.Account {
	o := c.organization()
	return types.Account{
		Id:              new(a.ID),
		Arn:             new(o.arn("account", a.ID)),
		Name:            new(a.Name),
		Email:           new(a.Email),
		State:           a.state(c.Tx.Now),
		Status:          a.status(c.Tx.Now),
		Paths:           []string{o.path(c.Tx, a.ID)},
		JoinedMethod:    a.Method,
		JoinedTimestamp: new(a.Joined),
	}
}

// ListAccounts lists all accounts of the organization.
func (c *Call) ListAccounts(in *organizations.ListAccountsInput) (*organizations.ListAccountsOutput, error) {
	list, next, err := page(accountsByOrganization.Scan(c.Tx, c.organization().ID), (*account).id, c.showAccount, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListAccountsOutput{Accounts: list, NextToken: next}, nil
}

func (a *account) id() string { return a.ID }

// ListAccountsForParent lists the accounts directly below a parent.
func (c *Call) ListAccountsForParent(in *organizations.ListAccountsForParentInput) (*organizations.ListAccountsForParentOutput, error) {
	if !c.isParent(*in.ParentId) {
		return nil, parentNotFound()
	}
	list, next, err := page(accountsByParent.Scan(c.Tx, *in.ParentId), (*account).id, c.showAccount, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListAccountsForParentOutput{Accounts: list, NextToken: next}, nil
}

// DescribeAccount shows an account of the organization.
func (c *Call) DescribeAccount(in *organizations.DescribeAccountInput) (*organizations.DescribeAccountOutput, error) {
	a := c.account(*in.AccountId)
	if a == nil {
		return nil, accountNotFound()
	}
	return &organizations.DescribeAccountOutput{Account: new(c.showAccount(a))}, nil
}

// MoveAccount moves an account from its parent to another one.
func (c *Call) MoveAccount(in *organizations.MoveAccountInput) (*organizations.MoveAccountOutput, error) {
	a := c.account(*in.AccountId)
	switch {
	case a == nil:
		return nil, accountNotFound()
	case !c.isParent(*in.DestinationParentId):
		return nil, &types.DestinationParentNotFoundException{Message: new("We can't find the destination container (a root or OU) with the ParentId that you specified.")}
	case !c.isParent(*in.SourceParentId):
		return nil, sourceNotFound()
	case a.Parent == *in.DestinationParentId: // before the source: a move that is repeated has the old source
		return nil, &types.DuplicateAccountException{Message: new("That account is already present in the specified destination.")}
	case a.Parent != *in.SourceParentId:
		return nil, sourceNotFound()
	}
	a.Parent = *in.DestinationParentId
	accounts.Put(c.Tx, a)
	return &organizations.MoveAccountOutput{}, nil
}

// RemoveAccountFromOrganization makes a member stand alone. AWS asks for four days of age and a means of payment
// first; here an account may go at once.
func (c *Call) RemoveAccountFromOrganization(in *organizations.RemoveAccountFromOrganizationInput) (*organizations.RemoveAccountFromOrganizationOutput, error) {
	if err := c.part(*in.AccountId); err != nil {
		return nil, err
	}
	return &organizations.RemoveAccountFromOrganizationOutput{}, nil
}

// LeaveOrganization is RemoveAccountFromOrganization, called by the member itself.
func (c *Call) LeaveOrganization(*organizations.LeaveOrganizationInput) (*organizations.LeaveOrganizationOutput, error) {
	if err := c.part(c.Account); err != nil {
		return nil, err
	}
	return &organizations.LeaveOrganizationOutput{}, nil
}

// part takes a member out of the caller's organization. A delegated administrator has to be deregistered before.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_remove.html
func (c *Call) part(id string) error {
	o, a := c.organization(), c.account(id)
	switch {
	case a == nil:
		return accountNotFound()
	case id == o.Management:
		return cannotLeave()
	case isDelegated(c.Tx, o, id):
		return constraint(types.ConstraintViolationExceptionReasonCannotRemoveDelegatedAdministratorFromOrg)
	}
	leave(c.Tx, o, a)
	return nil
}

// CloseAccount closes a member for good: it stays in the organization, closed, for 90 days.
func (c *Call) CloseAccount(in *organizations.CloseAccountInput) (*organizations.CloseAccountOutput, error) {
	o, a := c.organization(), c.account(*in.AccountId)
	switch {
	case a == nil:
		return nil, accountNotFound()
	case a.ID == o.Management:
		return nil, constraint(types.ConstraintViolationExceptionReasonCannotCloseManagementAccount)
	case a.state(c.Tx.Now) == types.AccountStateClosed:
		return nil, &types.AccountAlreadyClosedException{Message: new("The provided account is already closed.")}
	case a.Closing:
		return nil, &types.ConflictException{Message: new("The account is being closed.")}
	}
	closing := 0
	for other := range accountsByOrganization.Scan(c.Tx, o.ID) {
		if other.state(c.Tx.Now) == types.AccountStatePendingClosure {
			closing++
		}
	}
	if err := quota(types.ConstraintViolationExceptionReasonCloseAccountRequestsLimitExceeded, closing, c.Settings.Quotas.ClosuresAtOnce); err != nil {
		return nil, err
	}
	a.Closing = true
	a.ClosedAt = c.Tx.Now.Add(c.Settings.Timing.CloseAccount)
	accounts.Put(c.Tx, a)
	accountsGone.At(c.Tx, a.ClosedAt.Add(closedFor), a.ID)
	return &organizations.CloseAccountOutput{}, nil
}

// accountGone ends what is left of a closed account.
func accountGone(tx *state.Tx, key state.Key) {
	a := accounts.Get(tx, key...)
	if a == nil || !a.Closing {
		return
	}
	if o := organizationOf(tx, a.ID); o != nil {
		leave(tx, o, a)
	}
}

func sourceNotFound() error {
	return &types.SourceParentNotFoundException{Message: new("We can't find a source root or OU with the ParentId that you specified.")}
}
