package console

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"
)

var sharePages = []route{{"shares", (*visit).shares}}

var shareActions = []action{
	{"shares/new", (*visit).createShareForm, (*visit).createShare},
	{"shares/delete", (*visit).deleteShareForm, (*visit).deleteShare},
}

// sharing is a resource share with what is in it and who has it.
type sharing struct {
	types.ResourceShare
	Mine       bool
	Resources  []shared
	Principals []principal
}

// shared is a resource in a share.
type shared struct {
	ARN, Kind, ID string
	Status        string
}

// principal is whom something is shared with: an account, a unit, or an organization.
type principal struct {
	ID     string
	Kind   string // account, unit or organization
	Status string
}

func principalOf(a types.ResourceShareAssociation) principal {
	id := value(a.AssociatedEntity)
	p := principal{ID: id, Kind: "account", Status: string(a.Status)}
	if kind, last := lastOf(id); kind == "organization" || kind == "ou" {
		p.Kind = map[string]string{"organization": "organization", "ou": "unit"}[kind]
		p.ID = last[strings.LastIndexByte(last, '/')+1:]
	}
	return p
}

// sharesOf are the account's shares of one resource.
func (v *visit) sharesOf(arn string) ([]sharing, error) {
	in := &ram.GetResourceShareAssociationsInput{AssociationType: types.ResourceShareAssociationTypeResource, ResourceArn: &arn}
	associations, err := collect(v, in, func(out *ram.GetResourceShareAssociationsOutput) []types.ResourceShareAssociation {
		return out.ResourceShareAssociations
	})
	if err != nil {
		return nil, err
	}
	var arns []string
	for _, a := range associations {
		if a.Status != types.ResourceShareAssociationStatusDisassociated {
			arns = append(arns, *a.ResourceShareArn)
		}
	}
	if len(arns) == 0 {
		return nil, nil
	}
	return v.sharings(&ram.GetResourceSharesInput{ResourceOwner: types.ResourceOwnerSelf, ResourceShareArns: arns})
}

// sharings are resource shares with their contents.
func (v *visit) sharings(in *ram.GetResourceSharesInput) (list []sharing, err error) {
	shares, err := collect(v, in, func(out *ram.GetResourceSharesOutput) []types.ResourceShare { return out.ResourceShares })
	if err != nil {
		return nil, err
	}
	for _, s := range shares {
		if s.Status == types.ResourceShareStatusDeleted {
			continue
		}
		item := sharing{ResourceShare: s, Mine: value(s.OwningAccountId) == v.Account}
		if err := v.fill(&item, in.ResourceOwner); err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}

// fill adds what is in a share and, for its owner, who has it.
func (v *visit) fill(s *sharing, owner types.ResourceOwner) error {
	arns := []string{*s.ResourceShareArn}
	resources, err := collect(v, &ram.ListResourcesInput{ResourceOwner: owner, ResourceShareArns: arns}, func(out *ram.ListResourcesOutput) []types.Resource { return out.Resources })
	if err != nil {
		return err
	}
	for _, r := range resources {
		kind, id := lastOf(*r.Arn)
		s.Resources = append(s.Resources, shared{*r.Arn, kind, id, string(r.Status)})
	}
	if !s.Mine {
		return nil
	}
	in := &ram.GetResourceShareAssociationsInput{AssociationType: types.ResourceShareAssociationTypePrincipal, ResourceShareArns: arns}
	associations, err := collect(v, in, func(out *ram.GetResourceShareAssociationsOutput) []types.ResourceShareAssociation {
		return out.ResourceShareAssociations
	})
	for _, a := range associations {
		if a.Status != types.ResourceShareAssociationStatusDisassociated {
			s.Principals = append(s.Principals, principalOf(a))
		}
	}
	return err
}

// sharesView is what the account shares, and what is shared with it.
type sharesView struct {
	Mine, Others []sharing
	Graph        *graph
}

func (v *visit) shares() (*page, error) {
	mine, err := v.sharings(&ram.GetResourceSharesInput{ResourceOwner: types.ResourceOwnerSelf})
	if err != nil {
		return nil, err
	}
	others, err := v.sharings(&ram.GetResourceSharesInput{ResourceOwner: types.ResourceOwnerOtherAccounts})
	if err != nil {
		return nil, err
	}
	drawn, err := v.graphOf(mine)
	if err != nil {
		return nil, err
	}
	return &page{Title: "Resource shares", Content: &sharesView{mine, others, drawn}}, nil
}

// otherPrincipal is the choice of whoever is written into the field below.
const otherPrincipal = "other"

func (v *visit) createShareForm() (*form, error) {
	pools, err := v.allPools()
	if err != nil {
		return nil, err
	}
	what := &field{Name: "pool", Label: "Pool", Kind: "choice", Required: true}
	for _, p := range pools {
		if n := (&poolNode{IpamPool: p}); *p.OwnerId == v.Account && *p.IpamRegion == v.Region {
			what.Options = append(what.Options, option{Value: *p.IpamPoolArn, Label: n.Title(), Detail: v.poolDetail(n)})
		}
	}
	if len(what.Options) == 0 {
		return nil, &problem{http.StatusNotFound, "", fmt.Sprintf("Account %s has no pool in %s that it could share.", v.Account, v.Region)}
	}
	if arn := v.request.FormValue("pool"); strings.HasPrefix(arn, "arn:") {
		what.Value = arn
	}
	whom := &field{Name: "principal", Label: "With", Kind: "choice", Required: true, Options: v.principalChoices()}
	return &form{
		Title: "Share a pool",
		Intro: "Accounts that have the pool see it in its locale and take VPCs from it. Within an organization nobody has to accept, once its management account has enabled sharing.",
		Fields: []*field{
			what.first(), whom.first(),
			{Name: "other", Label: "Somebody else", Placeholder: "an account's twelve digits, or an ARN", Help: "For the last choice above."},
			{Name: "name", Label: "Name of the share", Value: "ipam-pool", Required: true},
		},
		Submit: "Share", Back: v.href("shares"),
	}, nil
}

// principalChoices are the organization of the account, its units and its accounts.
func (v *visit) principalChoices() (list []option) {
	other := option{Value: otherPrincipal, Label: "Somebody else", Detail: "named below"}
	out, err := call[organizations.DescribeOrganizationOutput](v, &organizations.DescribeOrganizationInput{})
	if err != nil {
		return []option{other}
	}
	list = append(list, option{Value: *out.Organization.Arn, Label: "The whole organization", Detail: *out.Organization.Id})
	root, err := v.as(*out.Organization.MasterAccountId, v.Region).organizationTree()
	if err == nil {
		for _, n := range root.flat() {
			if n.Kind == "unit" {
				list = append(list, option{Value: n.ARN, Label: "Unit " + n.Name, Detail: n.ID})
			}
		}
	}
	for _, p := range v.console.people() {
		if p.Management == *out.Organization.MasterAccountId && p.ID != v.Account {
			list = append(list, option{Value: p.ID, Label: p.Name, Detail: p.ID})
		}
	}
	return append(list, other)
}

func (v *visit) createShare() (string, error) {
	whom := v.request.FormValue("principal")
	if whom == otherPrincipal {
		whom = value(v.text("other"))
	}
	in := &ram.CreateResourceShareInput{Name: v.text("name"), ResourceArns: []string{v.request.FormValue("pool")}, Principals: slices.DeleteFunc([]string{whom}, func(s string) bool { return s == "" })}
	out, err := call[ram.CreateResourceShareOutput](v, in)
	if err != nil {
		return "", err
	}
	_, id := lastOf(*out.ResourceShare.ResourceShareArn)
	return v.href("shares") + "#" + id, nil
}

func (v *visit) deleteShareForm() (*form, error) {
	return &form{
		Title:  "Delete share " + v.request.FormValue("name"),
		Intro:  "Others no longer see what is in it. What they have taken from a pool stays theirs, and becomes noncompliant.",
		Fields: []*field{{Name: "arn", Kind: "hidden", Value: v.request.FormValue("arn")}, {Name: "name", Kind: "hidden", Value: v.request.FormValue("name")}},
		Submit: "Delete share", Danger: true, Back: v.href("shares"),
	}, nil
}

func (v *visit) deleteShare() (string, error) {
	return v.href("shares"), v.do(&ram.DeleteResourceShareInput{ResourceShareArn: v.text("arn")})
}
