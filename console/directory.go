package console

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// identity is an account as people know it.
type identity struct {
	ID         string
	Name       string // empty: it is in no organization
	Management string // account of its organization, or empty
	Admin      bool   // the delegated administrator of IPAM
	Regions    []string
	Colour     int // of the palette
}

// Leads tells whether the account is the management account of an organization.
func (i identity) Leads() bool { return i.ID == i.Management && i.ID != "" }

// Title is the name, or for want of one the number.
func (i identity) Title() string { return cmp.Or(i.Name, i.ID) }

// directory is who there is, as of a version of the state.
type directory struct {
	mu      sync.Mutex
	version uint64
	known   bool
	people  map[string]identity
}

// colours is how many there are in the palette of the style sheet.
const colours = 10

// book is the accounts that there are. It is computed when something has changed, for all pages until the next change.
func (c *Console) book() map[string]identity {
	version, _ := c.server.Watch(State)
	d := &c.directory
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.known || d.version != version {
		d.people, d.version, d.known = c.lookUp(), version, true
	}
	return d.people
}

// lookUp asks the organizations for the names of their accounts. What can't be asked stays without a name.
func (c *Console) lookUp() map[string]identity {
	people := map[string]identity{}
	places, err := c.server.Places()
	if err != nil {
		return people
	}
	for _, account := range slices.Sorted(maps.Keys(places)) {
		if _, known := people[account]; known {
			continue
		}
		people[account] = identity{ID: account}
		v := &visit{console: c, Account: account, Region: "us-east-1"}
		out, err := call[organizations.DescribeOrganizationOutput](v, &organizations.DescribeOrganizationInput{})
		if err == nil {
			v.as(*out.Organization.MasterAccountId, v.Region).lookUpMembers(people)
		}
	}
	for n, account := range slices.Sorted(maps.Keys(people)) {
		p := people[account]
		p.Regions, p.Colour = places[account], n%colours
		people[account] = p
	}
	return people
}

// lookUpMembers asks as the management account.
func (v *visit) lookUpMembers(people map[string]identity) {
	members, err := collect(v, &organizations.ListAccountsInput{}, func(out *organizations.ListAccountsOutput) []types.Account { return out.Accounts })
	if err != nil {
		return
	}
	for _, a := range members {
		p := identity{ID: *a.Id, Name: value(a.Name), Management: v.Account}
		if strings.Contains(p.Name, p.ID) {
			p.Name = "" // it says no more than the number
		}
		people[p.ID] = p
	}
	for _, id := range v.ipamAdmins() {
		p := people[id]
		p.Admin = true
		people[id] = p
	}
}

// ipamAdmins are the delegated administrators of IPAM, if the account may know.
func (v *visit) ipamAdmins() (ids []string) {
	out, err := call[organizations.ListDelegatedAdministratorsOutput](v, &organizations.ListDelegatedAdministratorsInput{ServicePrincipal: new("ipam.amazonaws.com")})
	if err != nil {
		return nil
	}
	for _, a := range out.DelegatedAdministrators {
		ids = append(ids, *a.Id)
	}
	return ids
}

// who is an account, also one that has nothing.
func (c *Console) who(account string) identity {
	if p, ok := c.book()[account]; ok {
		return p
	}
	return identity{ID: account}
}

// people are the accounts in the order of their ids.
func (c *Console) people() []identity {
	book := c.book()
	list := make([]identity, 0, len(book))
	for _, id := range slices.Sorted(maps.Keys(book)) {
		list = append(list, book[id])
	}
	return list
}

// newcomer is the account for somebody who has nothing yet.
const newcomer = "111111111111"

// home is where a visit begins: with the administrator of IPAM, or whoever leads an organization, or the first account.
func (c *Console) home() (account, region string) {
	people := c.people()
	best := identity{ID: newcomer}
	if len(people) > 0 {
		best = people[0]
	}
	for _, wanted := range []func(identity) bool{func(i identity) bool { return i.Admin }, identity.Leads} {
		if i := slices.IndexFunc(people, wanted); i >= 0 {
			best = people[i]
			break
		}
	}
	if len(best.Regions) > 0 {
		return best.ID, best.Regions[0]
	}
	return best.ID, "us-east-1"
}
