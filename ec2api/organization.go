package ec2api

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var organizationOperations = []op.Op{
	op.Write((*Call).EnableIpamOrganizationAdminAccount),
	op.Write((*Call).DisableIpamOrganizationAdminAccount),
}

// ipamPrincipal is IPAM's name in Organizations.
const ipamPrincipal = "ipam.amazonaws.com"

// ipamAdmin is the account that administers IPAM for an organization. That Organizations has registered it is not
// enough: only EC2's own operation lets the account's IPAM watch the members.
type ipamAdmin struct {
	ManagementAccount string
	OrganizationID    string
	Account           string
}

var ipamAdmins = state.NewTable(&Schema, "ipam-admin", func(r *ipamAdmin) state.Key {
	return state.Key{r.ManagementAccount, "", r.OrganizationID}
})

// administers tells whether the account administers IPAM for the organization that it is in.
func administers(tx *state.Tx, account string, m orgs.Membership) bool {
	r := ipamAdmins.Get(tx, m.ManagementAccount, "", m.OrganizationID)
	return r != nil && r.Account == account &&
		slices.Contains(orgs.DelegatedAdministrators(tx, m.OrganizationID, ipamPrincipal), account)
}

// monitors tells whether the IPAMs of an account watch another one: itself always, and if it administers IPAM for its
// organization, the members.
func monitors(tx *state.Tx, owner, account string) bool {
	if owner == account {
		return true
	}
	m, ok := orgs.Of(tx, account)
	administrators, has := orgs.Of(tx, owner)
	return ok && has && m.OrganizationID == administrators.OrganizationID && administers(tx, owner, administrators)
}

// managed is the organization that the caller manages.
func (c *Call) managed() (orgs.Membership, error) {
	m, ok := orgs.Of(c.Tx, c.Account)
	if !ok {
		return m, fail(codeUnsupportedOperation, "The account %s is not a member of an organization.", c.Account)
	}
	if m.ManagementAccount != c.Account {
		return m, fail("UnauthorizedOperation", "You are not authorized to perform this operation. Only the management account of the organization may.")
	}
	return m, nil
}

// EnableIpamOrganizationAdminAccount makes a member account the administrator of IPAM for the organization.
func (c *Call) EnableIpamOrganizationAdminAccount(in *ec2.EnableIpamOrganizationAdminAccountInput) (*ec2.EnableIpamOrganizationAdminAccountOutput, error) {
	m, err := c.managed()
	if err != nil {
		return nil, err
	}
	account := *in.DelegatedAdminAccountId
	if account == c.Account {
		return nil, fail("IpamOrganizationDelegatedAdminCannotBeRootAccount", "The management account %s cannot be the delegated administrator of IPAM.", account)
	}
	if member, ok := orgs.Of(c.Tx, account); !ok || member.OrganizationID != m.OrganizationID {
		return nil, fail("IpamOrganizationAccountNotFound", "The account %s is not a member of the organization.", account)
	}
	for _, other := range orgs.DelegatedAdministrators(c.Tx, m.OrganizationID, ipamPrincipal) {
		if other != account {
			return nil, fail("IpamOrganizationDelegatedAdminLimitExceeded", "The organization has the delegated administrator %s of IPAM already, and there can be one.", other)
		}
	}
	orgs.EnableService(c.Tx, m.OrganizationID, ipamPrincipal)
	orgs.RegisterDelegated(c.Tx, m.OrganizationID, ipamPrincipal, account)
	for member := range orgs.Members(c.Tx, m.OrganizationID) {
		roles.EnsureServiceLinkedRole(c.Tx, member, ipamPrincipal)
	}
	ipamAdmins.Put(c.Tx, &ipamAdmin{ManagementAccount: c.Account, OrganizationID: m.OrganizationID, Account: account})
	importAdministered(c.Tx, account)
	return &ec2.EnableIpamOrganizationAdminAccountOutput{Success: new(true)}, nil
}

// DisableIpamOrganizationAdminAccount takes the administration of IPAM from an account.
func (c *Call) DisableIpamOrganizationAdminAccount(in *ec2.DisableIpamOrganizationAdminAccountInput) (*ec2.DisableIpamOrganizationAdminAccountOutput, error) {
	m, err := c.managed()
	if err != nil {
		return nil, err
	}
	account := *in.DelegatedAdminAccountId
	if !slices.Contains(orgs.DelegatedAdministrators(c.Tx, m.OrganizationID, ipamPrincipal), account) {
		return nil, fail("IpamOrganizationAccountNotRegistered", "The account %s is not the delegated administrator of IPAM.", account)
	}
	orgs.DeregisterDelegated(c.Tx, m.OrganizationID, ipamPrincipal, account)
	ipamAdmins.Delete(c.Tx, c.Account, "", m.OrganizationID)
	return &ec2.DisableIpamOrganizationAdminAccountOutput{Success: new(true)}, nil
}
