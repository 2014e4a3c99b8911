package orgs

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var organizationOperations = []op.Op{
	op.Write(anyone((*Call).CreateOrganization)),
	op.Read(members((*Call).DescribeOrganization)),
	op.Write(management((*Call).DeleteOrganization)),
}

// organization is an organization and its one root.
type organization struct {
	Management  string // the account that leads it
	ID          string
	RootID      string
	Partition   string
	Features    types.OrganizationFeatureSet
	PolicyTypes []types.PolicyType // that are enabled
	Created     time.Time
}

var (
	organizationRows = state.NewTable(&Schema, "org", func(o *organization) state.Key { return o.owner().key() })

	// organizationsByID and organizationsByRoot are looked up in every call, so they are kept decoded.
	organizationsByID   = mirror("org-by-id", organizationRows, func(o *organization) string { return o.ID })
	organizationsByRoot = mirror("org-by-root", organizationRows, func(o *organization) string { return o.RootID })
)

// mirror keeps the rows of a table in memory under another key, which must be unique. They are shared, so not to be changed.
func mirror[R any](name string, t *state.Table[R], key func(*R) string) *state.Derived[*R] {
	d := state.NewDerived[*R](&Schema, name, nil)
	state.Derive(d, t, func(r *R) (string, bool) { return key(r), true },
		func(_ *R, r *R) *R { return new(*r) },
		func(*R, *R) *R { return nil })
	return d
}

// organization is the one that the caller is in, or nil.
func (c *Call) organization() *organization { return organizationOf(c.Tx, c.Account) }

func organizationOf(tx *state.Tx, account string) *organization {
	a := accountsByID.Get(tx, account)
	if a == nil || a.Organization == "" {
		return nil
	}
	return organizationsByID.Get(tx, a.Organization) // nil after a reset of the management account
}

// arn is the name of something in the organization. All of them carry the management account's number.
func (o *organization) arn(kind string, ids ...string) string {
	return region.ARN(o.Partition, "organizations", "", o.Management, strings.Join(append([]string{kind, o.ID}, ids...), "/"))
}

func (o *organization) show(tx *state.Tx) *types.Organization {
	// The list says what could be enabled, not what is. Source: cli-examples of create-organization and
	// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
	available := []types.PolicyTypeSummary{}
	if o.Features == types.OrganizationFeatureSetAll {
		available = append(available, types.PolicyTypeSummary{Type: types.PolicyTypeServiceControlPolicy, Status: types.PolicyTypeStatusEnabled})
	}
	return &types.Organization{
		Id:                   new(o.ID),
		Arn:                  new(o.arn("organization")),
		FeatureSet:           o.Features,
		MasterAccountId:      new(o.Management),
		MasterAccountArn:     new(o.arn("account", o.Management)),
		MasterAccountEmail:   new(accountOf(tx, o.Management).Email),
		AvailablePolicyTypes: available,
	}
}

// CreateOrganization makes the caller the management account of a new organization.
func (c *Call) CreateOrganization(in *organizations.CreateOrganizationInput) (*organizations.CreateOrganizationOutput, error) {
	if c.organization() != nil {
		return nil, &types.AlreadyInOrganizationException{Message: new("The provided account is already a member of an organization.")}
	}
	o := &organization{
		Management: c.Account,
		ID:         unused(c.Tx, "o-", 10, func(id string) bool { return organizationsByID.Get(c.Tx, id) != nil }),
		RootID:     unused(c.Tx, "r-", 4, func(id string) bool { return rootTaken(c.Tx, id) }),
		Partition:  region.Partition(c.Region),
		Features:   types.OrganizationFeatureSetAll,
		Created:    c.Tx.Now,
	}
	if in.FeatureSet != "" {
		o.Features = in.FeatureSet
	}
	organizationRows.Put(c.Tx, o)
	accountOf(c.Tx, c.Account).enter(c.Tx, o, types.AccountJoinedMethodInvited) // so AWS says of the management account
	return &organizations.CreateOrganizationOutput{Organization: o.show(c.Tx)}, nil
}

// rootTaken: members of an organization whose management account was reset still name its root.
func rootTaken(tx *state.Tx, id string) bool {
	return organizationsByRoot.Get(tx, id) != nil || accountsByParent.First(tx, id) != nil
}

// DescribeOrganization shows the organization to any of its accounts.
func (c *Call) DescribeOrganization(*organizations.DescribeOrganizationInput) (*organizations.DescribeOrganizationOutput, error) {
	return &organizations.DescribeOrganizationOutput{Organization: c.organization().show(c.Tx)}, nil
}

// DeleteOrganization deletes an organization without members, its units and policies along with it.
func (c *Call) DeleteOrganization(*organizations.DeleteOrganizationInput) (*organizations.DeleteOrganizationOutput, error) {
	o := c.organization()
	if countAccounts(c.Tx, o) > 1 {
		return nil, &types.OrganizationNotEmptyException{Message: new("To delete an organization you must first remove all member accounts (except the master).")}
	}
	leave(c.Tx, o, accountsByID.Get(c.Tx, c.Account))
	organizationRows.Delete(c.Tx, o.owner().key()...)
	for _, drop := range dropped {
		drop(c.Tx, o)
	}
	return &organizations.DeleteOrganizationOutput{}, nil
}

// dropped are the tables that lose their rows with an organization.
var dropped []func(*state.Tx, *organization)

// owner is the organization that a record belongs to, and the first part of the record's key.
type owner struct {
	Management   string
	Organization string
}

func (o owner) key(rest ...string) state.Key {
	return append(state.Key{o.Management, o.Organization}, rest...)
}

func (o *organization) owner() owner { return owner{o.Management, o.ID} }

// owned declares a table of things that an organization has.
func owned[R any](name string, key func(*R) state.Key) *state.Table[R] {
	t := state.NewTable(&Schema, name, key)
	dropped = append(dropped, func(tx *state.Tx, o *organization) {
		for r := range t.Scan(tx, o.owner().key()...) {
			t.Delete(tx, key(r)...)
		}
	})
	return t
}

// unused makes an id that is not taken.
func unused(tx *state.Tx, prefix string, digits int, taken func(id string) bool) string {
	for {
		if id := tx.NewID(prefix, digits); !taken(id) {
			return id
		}
	}
}
