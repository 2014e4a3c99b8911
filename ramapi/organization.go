package ramapi

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ram"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var organizationOperations = []op.Op{
	op.Write((*Call).EnableSharingWithAwsOrganization),
}

// ServicePrincipal is RAM's name among an organization's trusted services.
const ServicePrincipal = "ram.amazonaws.com"

// beginning is since when an organization's management account has sharing enabled: what was shared before a break stays
// unshared. That it is enabled is said elsewhere. It takes trusted access for RAM and RAM's service-linked role in the
// management account; the former alone, as organizations:EnableAWSServiceAccess gives it, does not do.
// Source: https://docs.aws.amazon.com/ram/latest/userguide/tshoot-unknown-resource.html
type beginning struct {
	Account string
	At      time.Time
}

var beginnings = state.NewTable(&Schema, "ram-sharing", func(b *beginning) state.Key { return state.Key{b.Account} })

// role returns RAM's service-linked role in an account or nil.
func role(tx *state.Tx, account string) *roles.Role {
	return roles.Get(tx, account, roles.LinkedName(ServicePrincipal))
}

// EnableSharingWithAwsOrganization lets the accounts of the caller's organization share with one another without invitations.
func (c *Call) EnableSharingWithAwsOrganization(*ram.EnableSharingWithAwsOrganizationInput) (*ram.EnableSharingWithAwsOrganizationOutput, error) {
	m, ok := orgs.Of(c.Tx, c.Account)
	if !ok || m.ManagementAccount != c.Account || !m.FeaturesAll {
		return nil, notPermitted("Unable to enable sharing with AWS Organizations. Received AccessDeniedException from AWSOrganizations with the following error message: You don't have permissions to access this resource.")
	}
	if !orgs.ServiceEnabled(c.Tx, m.OrganizationID, ServicePrincipal) || role(c.Tx, c.Account) == nil {
		beginnings.Put(c.Tx, &beginning{Account: c.Account, At: c.Tx.Now})
	}
	roles.EnsureServiceLinkedRole(c.Tx, c.Account, ServicePrincipal)
	orgs.EnableService(c.Tx, m.OrganizationID, ServicePrincipal)
	return &ram.EnableSharingWithAwsOrganizationOutput{ReturnValue: new(true)}, nil
}

// community is the accounts that share without invitations: an organization with sharing enabled, as seen by one of them.
type community struct {
	organization string
	management   string
	since        time.Time // what the account shared earlier than this is unshared by now
}

// communityOf returns the community of an account, false if its organization has not enabled sharing or there is none.
func communityOf(tx *state.Tx, account string) (community, bool) {
	m, ok := orgs.Of(tx, account)
	if !ok || !orgs.ServiceEnabled(tx, m.OrganizationID, ServicePrincipal) {
		return community{}, false
	}
	r := role(tx, m.ManagementAccount)
	if r == nil {
		return community{}, false
	}
	since := latest(tx, r.Created, m.Joined)
	if b := beginningsByAccount.Get(tx, m.ManagementAccount); b != nil {
		since = latest(tx, since, b.At)
	}
	return community{organization: m.OrganizationID, management: m.ManagementAccount, since: since}, true
}

// latest is the latest of times, but for those to come: after somebody has set the clock back, what is shared from then
// on must not look older than the organization.
func latest(tx *state.Tx, times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) && !t.After(tx.Now) {
			last = t
		}
	}
	return last
}

// includes returns since when an account is in the community, false if it is not.
func (com community) includes(tx *state.Tx, account string) (time.Time, bool) {
	m, ok := orgs.Of(tx, account)
	return latest(tx, m.Joined), ok && m.OrganizationID == com.organization
}
