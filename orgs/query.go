package orgs

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/state"
)

// What other packages ask. All answers are computed from the transaction's state when asked, so nobody has to be told
// when an account leaves or moves. Who has something to do at that moment can watch.

// Membership is where an account stands.
type Membership struct {
	OrganizationID    string
	ManagementAccount string
	RootID            string
	Path              []string // the root and the units down to the account's parent
	FeaturesAll       bool     // not for billing only
	Joined            time.Time
}

// Of returns the membership of an active account.
func Of(tx *state.Tx, account string) (Membership, bool) {
	a, o := accountsByID.Get(tx, account), organizationOf(tx, account)
	if o == nil || a.Closing {
		return Membership{}, false
	}
	return Membership{
		OrganizationID:    o.ID,
		ManagementAccount: o.Management,
		RootID:            o.RootID,
		Path:              ancestors(tx, a.Parent),
		FeaturesAll:       o.Features == types.OrganizationFeatureSetAll,
		Joined:            a.Joined,
	}, true
}

// Members yields the active accounts of an organization.
func Members(tx *state.Tx, organizationID string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for a := range accountsByOrganization.Scan(tx, organizationID) {
			if _, ok := Organization(tx, organizationID); ok && !a.Closing && !yield(a.ID) {
				return
			}
		}
	}
}

// Below yields the active accounts in a unit or root, at any depth.
func Below(tx *state.Tx, parentID string) iter.Seq[string] {
	return func(yield func(string) bool) { below(tx, parentID, yield) }
}

func below(tx *state.Tx, parentID string, yield func(string) bool) bool {
	if organizationsByRoot.Get(tx, parentID) == nil && unitsByID.Get(tx, parentID) == nil {
		return true
	}
	for a := range accountsByParent.Scan(tx, parentID) {
		if !a.Closing && !yield(a.ID) {
			return false
		}
	}
	for u := range unitsByParent.Scan(tx, parentID) {
		if !below(tx, u.ID, yield) {
			return false
		}
	}
	return true
}

// Organization returns the management account of an organization.
func Organization(tx *state.Tx, id string) (managementAccount string, ok bool) {
	if o := organizationsByID.Get(tx, id); o != nil {
		return o.Management, true
	}
	return "", false
}

// Unit returns the organization of a unit.
func Unit(tx *state.Tx, id string) (organizationID string, ok bool) {
	if u := unitsByID.Get(tx, id); u != nil {
		return u.Organization, true
	}
	return "", false
}

// UnitPath returns the root and the units below it down to a unit, the unit included.
func UnitPath(tx *state.Tx, id string) []string {
	if unitsByID.Get(tx, id) == nil {
		return nil
	}
	return ancestors(tx, id)
}

// OrganizationARN returns the name of an organization, empty if there is none of that id.
func OrganizationARN(tx *state.Tx, id string) string {
	if o := organizationsByID.Get(tx, id); o != nil {
		return o.arn("organization")
	}
	return ""
}

// UnitARN returns the name of a unit, empty if there is none of that id.
func UnitARN(tx *state.Tx, id string) string {
	u := unitsByID.Get(tx, id)
	if u == nil {
		return ""
	}
	return organizationsByID.Get(tx, u.Organization).arn("ou", id)
}

// AccessRole returns the name of the role in an account through which its management account acts in it, empty for
// accounts that were not created by an organization.
func AccessRole(tx *state.Tx, account string) string {
	if a := accountsByID.Get(tx, account); a != nil {
		return a.Role
	}
	return ""
}

// DelegatedAdministrators returns the accounts that administer a service, by id.
func DelegatedAdministrators(tx *state.Tx, organizationID, servicePrincipal string) []string {
	var found []string
	if o := organizationsByID.Get(tx, organizationID); o != nil {
		for d := range delegated(tx, o, "") {
			if d.Service == servicePrincipal {
				found = append(found, d.Account)
			}
		}
	}
	return found
}

// ServiceEnabled reports whether an organization trusts a service.
func ServiceEnabled(tx *state.Tx, organizationID, servicePrincipal string) bool {
	o := organizationsByID.Get(tx, organizationID)
	return o != nil && serviceEnabled(tx, o, servicePrincipal)
}

// EnableService is EnableAWSServiceAccess, for operations of other services that do the same.
func EnableService(tx *state.Tx, organizationID, servicePrincipal string) {
	if o := organizationsByID.Get(tx, organizationID); o != nil {
		enableService(tx, o, servicePrincipal)
	}
}

// DisableService is DisableAWSServiceAccess.
func DisableService(tx *state.Tx, organizationID, servicePrincipal string) {
	if o := organizationsByID.Get(tx, organizationID); o != nil {
		serviceAccesses.Delete(tx, o.owner().key(servicePrincipal)...)
	}
}

// RegisterDelegated is RegisterDelegatedAdministrator without its checks.
func RegisterDelegated(tx *state.Tx, organizationID, servicePrincipal, account string) {
	o := organizationsByID.Get(tx, organizationID)
	if o != nil && !slices.Contains(DelegatedAdministrators(tx, organizationID, servicePrincipal), account) {
		registerDelegated(tx, o, servicePrincipal, account)
	}
}

// DeregisterDelegated is DeregisterDelegatedAdministrator.
func DeregisterDelegated(tx *state.Tx, organizationID, servicePrincipal, account string) {
	if o := organizationsByID.Get(tx, organizationID); o != nil {
		delegations.Delete(tx, o.owner().key(account, servicePrincipal)...)
	}
}

// WatchAccounts has f called in each transaction in which an account joins or leaves an organization, moves to another
// unit, or closes.
func WatchAccounts(f func(tx *state.Tx, account string)) {
	state.Watch(accounts, func(tx *state.Tx, before, after *account) {
		if before.place() != after.place() {
			f(tx, cmp.Or(after, before).ID)
		}
	})
}

// place is the unit or root that an active account is in, empty for all others.
func (a *account) place() string {
	if a == nil || a.Closing {
		return ""
	}
	return a.Parent
}

// WatchDelegations has f called in each transaction in which an account begins or ceases to administer a service.
func WatchDelegations(f func(tx *state.Tx, account string)) {
	state.Watch(delegations, func(tx *state.Tx, before, after *delegation) {
		if before == nil || after == nil {
			f(tx, cmp.Or(after, before).Account)
		}
	})
}
