package ec2api

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/state"
)

// A resource discovery can leave out organizational units. They are named by their path from the organization down, as
// o-a/r-b/ou-b-c/; with /* at the end the units below are left out, too.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/exclude-ous.html

// unitPath is such a path, taken apart.
type unitPath struct {
	organization string
	path         []string // the root and the units down to the one that is left out
	below        bool     // and those below it
}

func readUnitPath(text string) (unitPath, bool) {
	parts := strings.Split(strings.TrimSuffix(text, "/"), "/")
	below := parts[len(parts)-1] == "*"
	if below {
		parts = parts[:len(parts)-1]
	}
	if len(parts) < 3 {
		return unitPath{}, false
	}
	return unitPath{parts[0], parts[1:], below}, true
}

// covers tells whether what stands directly in the unit at the end of a path is left out.
func (u unitPath) covers(path []string) bool {
	if u.below {
		return len(path) >= len(u.path) && slices.Equal(path[:len(u.path)], u.path)
	}
	return slices.Equal(path, u.path)
}

// excludes tells whether the discovery leaves out a member of its owner's organization. It never leaves out the owner.
func (r *resourceDiscovery) excludes(account string, m orgs.Membership) bool {
	return account != *r.OwnerId && slices.ContainsFunc(r.OrganizationalUnitExclusions, func(e types.IpamOrganizationalUnitExclusion) bool {
		u, ok := readUnitPath(*e.OrganizationsEntityPath)
		return ok && u.organization == m.OrganizationID && u.covers(m.Path)
	})
}

// maxExclusions is the bound that the API sets to each list of exclusions in a request.
const maxExclusions = 10

// changeExclusions applies both lists of a request. What counts is the result: it must not leave out a unit twice.
func (c *Call) changeExclusions(r *resourceDiscovery, add []types.AddIpamOrganizationalUnitExclusion, remove []types.RemoveIpamOrganizationalUnitExclusion) error {
	if len(add)+len(remove) == 0 {
		return nil
	}
	if len(add) > maxExclusions || len(remove) > maxExclusions {
		return invalidValue("The request can only contain %d organizational unit exclusions to add and %d to remove.", maxExclusions, maxExclusions)
	}
	m, member := orgs.Of(c.Tx, c.Account)
	if !member || !administers(c.Tx, c.Account, m) {
		return fail(codeUnsupportedOperation, "Organizational unit exclusions need an account that administers IPAM for its organization.")
	}
	set := r.OrganizationalUnitExclusions
	for _, e := range remove {
		text := or(e.OrganizationsEntityPath, "")
		i := slices.IndexFunc(set, func(e types.IpamOrganizationalUnitExclusion) bool { return *e.OrganizationsEntityPath == text })
		if i < 0 {
			return invalidUnitPath(text)
		}
		set = slices.Delete(slices.Clone(set), i, i+1)
	}
	for _, e := range add {
		text := or(e.OrganizationsEntityPath, "")
		if u, ok := readUnitPath(text); !ok || !u.exists(c.Tx, m) {
			return invalidUnitPath(text)
		}
		set = append(slices.Clip(set), types.IpamOrganizationalUnitExclusion{OrganizationsEntityPath: new(text)})
	}
	if limit := c.Settings.Quotas.UnitExclusions; limit > 0 && len(set) > limit {
		return quota(codeResourceLimitExceeded, "organizational unit exclusions", len(r.OrganizationalUnitExclusions), limit)
	}
	if len(set) == 0 {
		set = nil // AWS shows no empty list
	}
	r.OrganizationalUnitExclusions = set
	return checkTwice(set)
}

// invalidUnitPath begins with the words that terraform-provider-aws waits on (vpc_ipam_resource_discovery.go).
func invalidUnitPath(text string) error {
	return invalidValue("One or more of the organizations entity paths is invalid: %s", text)
}

func (u unitPath) exists(tx *state.Tx, m orgs.Membership) bool {
	return u.organization == m.OrganizationID && u.path[0] == m.RootID && slices.Equal(orgs.UnitPath(tx, u.path[len(u.path)-1]), u.path)
}

func checkTwice(set []types.IpamOrganizationalUnitExclusion) error {
	for i, e := range set {
		u, _ := readUnitPath(*e.OrganizationsEntityPath)
		for j, other := range set {
			if o, _ := readUnitPath(*other.OrganizationsEntityPath); i != j && u.covers(o.path) {
				return invalidValue("The organizational unit exclusions %s and %s exclude the same organizational unit.", *e.OrganizationsEntityPath, *other.OrganizationsEntityPath)
			}
		}
	}
	return nil
}
