package orgs

import (
	"iter"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var delegationOperations = []op.Op{
	op.Write(management((*Call).RegisterDelegatedAdministrator)),
	op.Write(management((*Call).DeregisterDelegatedAdministrator)),
	op.Read(readers((*Call).ListDelegatedAdministrators)),
	op.Read(readers((*Call).ListDelegatedServicesForAccount)),
}

// delegation makes a member the administrator of a service.
type delegation struct {
	owner
	Account string
	Service string
	Since   time.Time
}

func (d *delegation) key() state.Key { return d.owner.key(d.Account, d.Service) }

var delegations = owned("org-delegation", (*delegation).key)

// delegated yields the delegations of one account or, if account is empty, of all members. Rows of an account
// that was reset are left: it is no longer a member.
func delegated(tx *state.Tx, o *organization, account string) iter.Seq[*delegation] {
	prefix := o.owner().key()
	if account != "" {
		prefix = append(prefix, account)
	}
	return only(delegations.Scan(tx, prefix...), func(d *delegation) bool {
		a := accountsByID.Get(tx, d.Account)
		return a != nil && a.Organization == o.ID
	})
}

// isDelegated reports whether the account is administrator of any service.
func isDelegated(tx *state.Tx, o *organization, account string) bool {
	for range delegated(tx, o, account) {
		return true
	}
	return false
}

// RegisterDelegatedAdministrator makes a member the administrator of a trusted service.
func (c *Call) RegisterDelegatedAdministrator(in *organizations.RegisterDelegatedAdministratorInput) (*organizations.RegisterDelegatedAdministratorOutput, error) {
	o, service := c.organization(), *in.ServicePrincipal
	if err := c.checkAllFeatures(); err != nil {
		return nil, err
	}
	a := c.account(*in.AccountId)
	switch {
	case a == nil:
		return nil, accountNotFound()
	case !isService(service):
		return nil, invalidInput(types.InvalidInputExceptionReasonUnrecognizedServicePrincipal)
	case a.ID == o.Management:
		return nil, constraint(types.ConstraintViolationExceptionReasonCannotRegisterMasterAsDelegatedAdministrator)
	case a.Closing:
		return nil, constraint(types.ConstraintViolationExceptionReasonCannotRegisterSuspendedAccountAsDelegatedAdministrator)
	case !serviceEnabled(c.Tx, o, service):
		return nil, constraint(types.ConstraintViolationExceptionReasonServiceAccessNotEnabled)
	case delegations.Get(c.Tx, o.owner().key(a.ID, service)...) != nil:
		return nil, &types.AccountAlreadyRegisteredException{Message: new("The provided account is already a delegated administrator for your organization.")}
	}
	have := len(DelegatedAdministrators(c.Tx, o.ID, service))
	if err := quota(types.ConstraintViolationExceptionReasonMaxDelegatedAdministratorsForServiceLimitExceeded, have, maxAdministrators[service]); err != nil {
		return nil, err
	}
	registerDelegated(c.Tx, o, service, a.ID)
	return &organizations.RegisterDelegatedAdministratorOutput{}, nil
}

func registerDelegated(tx *state.Tx, o *organization, service, account string) {
	delegations.Put(tx, &delegation{owner: o.owner(), Account: account, Service: service, Since: tx.Now})
}

// DeregisterDelegatedAdministrator ends what RegisterDelegatedAdministrator began.
func (c *Call) DeregisterDelegatedAdministrator(in *organizations.DeregisterDelegatedAdministratorInput) (*organizations.DeregisterDelegatedAdministratorOutput, error) {
	a := c.account(*in.AccountId)
	if a == nil {
		return nil, accountNotFound()
	}
	if !isService(*in.ServicePrincipal) {
		return nil, invalidInput(types.InvalidInputExceptionReasonUnrecognizedServicePrincipal)
	}
	d := delegations.Get(c.Tx, c.organization().owner().key(a.ID, *in.ServicePrincipal)...)
	if d == nil {
		return nil, notRegistered()
	}
	delegations.Delete(c.Tx, d.key()...)
	return &organizations.DeregisterDelegatedAdministratorOutput{}, nil
}

func notRegistered() error {
	return &types.AccountNotRegisteredException{Message: new("The provided account is not a registered delegated administrator for your organization.")}
}

// ListDelegatedAdministrators lists the administrators of a service, or those of all services, each once.
func (c *Call) ListDelegatedAdministrators(in *organizations.ListDelegatedAdministratorsInput) (*organizations.ListDelegatedAdministratorsOutput, error) {
	if err := c.checkAllFeatures(); err != nil {
		return nil, err
	}
	first := map[string]*delegation{}
	for d := range delegated(c.Tx, c.organization(), "") {
		if in.ServicePrincipal != nil && d.Service != *in.ServicePrincipal {
			continue
		}
		if f := first[d.Account]; f == nil || d.Since.Before(f.Since) {
			first[d.Account] = d
		}
	}
	list, next, err := page(sortedKeys(first), func(id string) string { return id },
		func(id string) types.DelegatedAdministrator { return c.showAdministrator(first[id]) }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListDelegatedAdministratorsOutput{DelegatedAdministrators: list, NextToken: next}, nil
}

func (c *Call) showAdministrator(d *delegation) types.DelegatedAdministrator {
	a := c.showAccount(accountsByID.Get(c.Tx, d.Account))
	return types.DelegatedAdministrator{
		Id:                    a.Id,
		Arn:                   a.Arn,
		Name:                  a.Name,
		Email:                 a.Email,
		State:                 a.State,
		Status:                a.Status,
		JoinedMethod:          a.JoinedMethod,
		JoinedTimestamp:       a.JoinedTimestamp,
		DelegationEnabledDate: new(d.Since),
	}
}

// ListDelegatedServicesForAccount lists the services that a member is administrator of.
func (c *Call) ListDelegatedServicesForAccount(in *organizations.ListDelegatedServicesForAccountInput) (*organizations.ListDelegatedServicesForAccountOutput, error) {
	if err := c.checkAllFeatures(); err != nil {
		return nil, err
	}
	if c.account(*in.AccountId) == nil {
		return nil, accountNotFound()
	}
	found := slices.Collect(delegated(c.Tx, c.organization(), *in.AccountId))
	if len(found) == 0 {
		return nil, notRegistered()
	}
	list, next, err := page(slices.Values(found), func(d *delegation) string { return d.Service },
		func(d *delegation) types.DelegatedService {
			return types.DelegatedService{ServicePrincipal: new(d.Service), DelegationEnabledDate: new(d.Since)}
		}, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListDelegatedServicesForAccountOutput{DelegatedServices: list, NextToken: next}, nil
}
