package scenario

import (
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"
)

func (a *applier) makeShares() error {
	for _, s := range a.Shares {
		if err := a.makeShare(s); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) makeShare(s *share) error {
	by := s.pools[0].ipam.by(s.line)
	in := &ram.CreateResourceShareInput{Name: &s.Name.s, AllowExternalPrincipals: s.External.ptr()}
	for _, t := range s.Tags {
		in.Tags = append(in.Tags, types.Tag{Key: &t.key, Value: &t.value})
	}
	for _, p := range s.pools {
		in.ResourceArns = append(in.ResourceArns, a.pools[p].arn)
	}
	for _, p := range s.principals {
		name, err := a.principal(p)
		if err != nil {
			return err
		}
		in.Principals = append(in.Principals, name)
	}
	out, err := do[ram.CreateResourceShareOutput](a, by, in)
	if err != nil {
		return err
	}
	a.result.Shares[s.Name.s] = *out.ResourceShare.ResourceShareArn
	for _, p := range s.principals {
		if p.account != "" {
			if err := a.accept(caller{p.line, p.account, by.region}, out.ResourceShare.ResourceShareArn); err != nil {
				return err
			}
		}
	}
	return nil
}

// principal is the name that RAM has for whom a share is open to.
func (a *applier) principal(p subject) (string, error) {
	switch {
	case p.whole:
		out, err := do[organizations.DescribeOrganizationOutput](a, a.management(p.line), &organizations.DescribeOrganizationInput{})
		if err != nil {
			return "", err
		}
		return *out.Organization.Arn, nil
	case p.unit != nil:
		out, err := do[organizations.DescribeOrganizationalUnitOutput](a, a.management(p.line), &organizations.DescribeOrganizationalUnitInput{
			OrganizationalUnitId: new(a.units[p.unit]),
		})
		if err != nil {
			return "", err
		}
		return *out.OrganizationalUnit.Arn, nil
	}
	return p.account, nil
}

// accept takes up the invitation of an account that is asked for one: what the file shares is there to be used.
func (a *applier) accept(by caller, share *string) error {
	list, err := do[ram.GetResourceShareInvitationsOutput](a, by, &ram.GetResourceShareInvitationsInput{ResourceShareArns: []string{*share}})
	if err != nil {
		return err
	}
	for _, i := range list.ResourceShareInvitations {
		in := &ram.AcceptResourceShareInvitationInput{ResourceShareInvitationArn: i.ResourceShareInvitationArn}
		if _, err := do[ram.AcceptResourceShareInvitationOutput](a, by, in); err != nil {
			return err
		}
	}
	return nil
}
