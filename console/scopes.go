package console

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var scopePages = []route{{"scopes", (*visit).scopes}}

var scopeActions = []action{
	{"scopes/new", (*visit).createScopeForm, (*visit).createScope},
	{"scopes/{scope}/delete", (*visit).deleteScopeForm, (*visit).deleteScope},
}

// scopesView is the scopes of the account in the Region.
type scopesView []types.IpamScope

// scopeChoice is a scope to look at.
type scopeChoice struct {
	ID    string
	Label string
	Type  types.IpamScopeType
}

func (v *visit) allScopes() ([]types.IpamScope, error) {
	return collect(v, &ec2.DescribeIpamScopesInput{}, func(out *ec2.DescribeIpamScopesOutput) []types.IpamScope { return out.IpamScopes })
}

// scopeChoices are the account's scopes in the Region, the default private one first.
func (v *visit) scopeChoices() (list []scopeChoice, err error) {
	scopes, err := v.allScopes()
	if err != nil {
		return nil, err
	}
	rank := func(s types.IpamScope) int {
		switch {
		case value(s.IsDefault) && s.IpamScopeType == types.IpamScopeTypePrivate:
			return 0
		case value(s.IsDefault):
			return 1
		}
		return 2
	}
	for want := range 3 {
		for _, s := range scopes {
			if rank(s) == want {
				list = append(list, scopeChoice{*s.IpamScopeId, scopeLabel(s), s.IpamScopeType})
			}
		}
	}
	return list, nil
}

func scopeLabel(s types.IpamScope) string {
	if value(s.IsDefault) {
		return fmt.Sprintf("Default %s scope", s.IpamScopeType)
	}
	if name := nameOf(tagMap(s.Tags), s.Description); name != "" {
		return name
	}
	return *s.IpamScopeId
}

// chosen is the scope that the request names, or the first.
func chosen(scopes []scopeChoice, id string) string {
	for _, s := range scopes {
		if s.ID == id {
			return id
		}
	}
	if len(scopes) > 0 {
		return scopes[0].ID
	}
	return ""
}

func (v *visit) scopes() (*page, error) {
	scopes, err := v.allScopes()
	if err != nil {
		return nil, err
	}
	return &page{Title: "Scopes", Content: scopesView(scopes)}, nil
}

func (v *visit) createScopeForm() (*form, error) {
	ipams, err := v.allIPAMs()
	if err != nil {
		return nil, err
	}
	f := &field{Name: "IpamId", Label: "IPAM", Kind: "choice", Required: true}
	for _, i := range ipams {
		f.Options = append(f.Options, option{Value: *i.IpamId, Label: *i.IpamId, Detail: value(i.Description)})
	}
	return &form{
		Title:  "Create a scope",
		Intro:  "A private scope is an address space of its own: the same CIDR may be used once in each.",
		Fields: []*field{f.first(), nameField(), descriptionField(), tagsField()},
		Submit: "Create scope", Back: v.href("scopes"),
	}, nil
}

func (v *visit) createScope() (string, error) {
	out, err := call[ec2.CreateIpamScopeOutput](v, &ec2.CreateIpamScopeInput{
		IpamId: v.text("IpamId"), Description: v.text("Description"), TagSpecifications: v.tags(types.ResourceTypeIpamScope),
	})
	if err != nil {
		return "", err
	}
	return v.href("scopes") + "#" + *out.IpamScope.IpamScopeId, nil
}

func (v *visit) deleteScopeForm() (*form, error) {
	return &form{
		Title: "Delete scope " + v.id("scope"), Intro: "Only a scope without pools, and not one of the two default ones, can be deleted.",
		Submit: "Delete scope", Danger: true, Back: v.href("scopes"),
	}, nil
}

func (v *visit) deleteScope() (string, error) {
	return v.href("scopes"), v.do(&ec2.DeleteIpamScopeInput{IpamScopeId: new(v.id("scope"))})
}
