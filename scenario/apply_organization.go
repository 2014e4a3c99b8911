package scenario

import (
	"cmp"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
)

func (a *applier) makeOrganization() error {
	o := a.Organization
	if o == nil {
		return nil
	}
	_, err := do[organizations.CreateOrganizationOutput](a, a.management(o.line), &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll})
	if err != nil {
		return err
	}
	root, err := a.root(o.line)
	if err != nil {
		return err
	}
	if err := a.makeUnits(*root.Id, o.Units); err != nil {
		return err
	}
	for _, m := range o.Accounts {
		if err := a.makeMember(*root.Id, m); err != nil {
			return err
		}
	}
	return a.trust(o)
}

// management is the management account, at a line of the file.
func (a *applier) management(line int) caller {
	return caller{line, a.Organization.Management.s, a.region}
}

func (a *applier) root(line int) (*types.Root, error) {
	roots, err := do[organizations.ListRootsOutput](a, a.management(line), &organizations.ListRootsInput{})
	if err != nil {
		return nil, err
	}
	return &roots.Roots[0], nil
}

func (a *applier) makeUnits(parent string, list []*unit) error {
	for _, u := range list {
		out, err := do[organizations.CreateOrganizationalUnitOutput](a, a.management(u.line), &organizations.CreateOrganizationalUnitInput{
			ParentId: &parent, Name: &u.Name.s, Tags: organizationTags(u.Tags),
		})
		if err != nil {
			return err
		}
		a.units[u] = *out.OrganizationalUnit.Id
		if err := a.makeUnits(a.units[u], u.Units); err != nil {
			return err
		}
	}
	return nil
}

func organizationTags(list tags) []types.Tag {
	var out []types.Tag
	for _, t := range list {
		out = append(out, types.Tag{Key: &t.key, Value: &t.value})
	}
	return out
}

// makeMember creates an account and moves it to where it belongs. That it can't be created is no error of the call,
// but what becomes of it.
func (a *applier) makeMember(root string, m *member) error {
	by := a.management(m.line)
	in := &organizations.CreateAccountInput{
		AccountName: &m.Name.s,
		Email:       new(cmp.Or(m.Email.s, m.ID.s+"@example.com")),
		Tags:        organizationTags(m.Tags),
	}
	out, err := a.server.CreateAccountWithID(by.account, by.region, m.ID.s, in)
	if err == nil && out.CreateAccountStatus.State != types.CreateAccountStateSucceeded {
		err = errors.New(string(out.CreateAccountStatus.FailureReason))
	}
	if err != nil {
		return a.fail(by, "CreateAccount", err)
	}
	if m.unit == nil {
		return nil
	}
	_, err = do[organizations.MoveAccountOutput](a, by, &organizations.MoveAccountInput{
		AccountId: &m.ID.s, SourceParentId: &root, DestinationParentId: new(a.units[m.unit]),
	})
	return err
}

// trust enables what other services may do in the organization, and who acts for it in IPAM.
func (a *applier) trust(o *organization) error {
	for _, s := range o.Services {
		_, err := do[organizations.EnableAWSServiceAccessOutput](a, a.management(s.line), &organizations.EnableAWSServiceAccessInput{ServicePrincipal: &s.s})
		if err != nil {
			return err
		}
	}
	if o.Sharing.b {
		_, err := do[ram.EnableSharingWithAwsOrganizationOutput](a, a.management(o.Sharing.line), &ram.EnableSharingWithAwsOrganizationInput{})
		if err != nil {
			return err
		}
	}
	if !o.Administrator.given() {
		return nil
	}
	_, err := do[ec2.EnableIpamOrganizationAdminAccountOutput](a, a.management(o.Administrator.line), &ec2.EnableIpamOrganizationAdminAccountInput{
		DelegatedAdminAccountId: &o.Administrator.s,
	})
	return err
}

func (a *applier) makePolicies() error {
	if a.Organization == nil {
		return nil
	}
	for _, p := range a.Organization.Policies {
		if err := a.makePolicy(p); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) makePolicy(p *policy) error {
	by := a.management(p.line)
	root, err := a.root(p.line)
	if err != nil {
		return err
	}
	kind := types.PolicyType(cmp.Or(p.Type.s, string(types.PolicyTypeServiceControlPolicy)))
	if !slices.ContainsFunc(root.PolicyTypes, func(t types.PolicyTypeSummary) bool { return t.Type == kind }) {
		_, err := do[organizations.EnablePolicyTypeOutput](a, by, &organizations.EnablePolicyTypeInput{RootId: root.Id, PolicyType: kind})
		if err != nil {
			return err
		}
	}
	out, err := do[organizations.CreatePolicyOutput](a, by, &organizations.CreatePolicyInput{
		Name: &p.Name.s, Type: kind, Description: new(p.Description.s), Content: &p.Content.s, Tags: organizationTags(p.Tags),
	})
	if err != nil {
		return err
	}
	for _, t := range p.targets {
		target := cmp.Or(t.account, a.units[t.unit])
		if t.whole {
			target = *root.Id
		}
		_, err := do[organizations.AttachPolicyOutput](a, a.management(t.line), &organizations.AttachPolicyInput{
			PolicyId: out.Policy.PolicySummary.Id, TargetId: &target,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
