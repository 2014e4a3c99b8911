package console

import (
	"cmp"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var resourcePages = []route{{"resources", (*visit).resources}}

var resourceActions = []action{
	{"resources/monitor", (*visit).monitorForm, (*visit).monitor},
	{"resources/move", (*visit).moveResourceForm, (*visit).moveResource},
}

// resourcesView is what an IPAM sees in a scope, as far as the filters let it through.
type resourcesView struct {
	Scopes    []scopeChoice
	Scope     string
	Filters   []*field
	Filtered  bool
	Resources []types.IpamResourceCidr
	Tokens    tokens
}

const resourcesOfAPage = 100

// resourceFilters are those of GetIpamResourceCidrs that a person wants.
func (v *visit) resourceFilters() []*field {
	return []*field{
		choiceOf("resource-type", "Type", types.IpamResourceType("").Values()),
		choiceOf("management-state", "Management", types.IpamManagementState("").Values()),
		choiceOf("compliance-status", "Compliance", types.IpamComplianceStatus("").Values()),
		choiceOf("overlap-status", "Overlap", types.IpamOverlapStatus("").Values()),
		v.accountFilter(),
		{Name: "resource-region", Label: "Region", Placeholder: "any"},
		{Name: "resource-id", Label: "Resource", Placeholder: "vpc-…"},
		{Name: "resource-cidr", Label: "CIDR", Placeholder: "10.0.*"},
	}
}

func choiceOf[E ~string](name, label string, values []E) *field {
	f := &field{Name: name, Label: label, Kind: "select", Options: []option{{Label: "any"}}}
	for _, e := range values {
		f.Options = append(f.Options, option{Value: string(e), Label: spaced(string(e))})
	}
	return f
}

func (v *visit) accountFilter() *field {
	f := &field{Name: "resource-owner-id", Label: "Account", Kind: "select", Options: []option{{Label: "any"}}}
	for _, p := range v.console.people() {
		f.Options = append(f.Options, option{Value: p.ID, Label: cmp.Or(p.Name, p.ID)})
	}
	return f
}

func (v *visit) resources() (*page, error) {
	scopes, err := v.scopeChoices()
	if err != nil {
		return nil, err
	}
	view := &resourcesView{Scopes: scopes, Scope: chosen(scopes, v.request.FormValue("scope")), Filters: v.resourceFilters()}
	p := &page{Title: "Resources", Content: view}
	in := &ec2.GetIpamResourceCidrsInput{IpamScopeId: &view.Scope, MaxResults: new(int32(resourcesOfAPage)), NextToken: v.text("next")}
	for _, f := range view.Filters {
		if s := v.text(f.Name); s != nil {
			f.Value, view.Filtered = *s, true
			in.Filters = append(in.Filters, types.Filter{Name: &f.Name, Values: []string{*s}})
		}
	}
	if len(scopes) == 0 {
		return p, nil
	}
	out, err := call[ec2.GetIpamResourceCidrsOutput](v, in)
	if err != nil {
		return nil, err
	}
	view.Resources, view.Tokens = out.IpamResourceCidrs, v.tokens(out.NextToken)
	return p, nil
}

// resourceFields name a CIDR of a resource, for the two actions that there are.
var resourceFields = []string{"CurrentIpamScopeId", "ResourceId", "ResourceCidr", "ResourceRegion"}

func (v *visit) resourceForm(f *form) *form {
	for _, name := range resourceFields {
		f.Fields = append(f.Fields, &field{Name: name, Kind: "hidden", Value: v.request.FormValue(name)})
	}
	f.Back = with(v.href("resources"), "scope", v.request.FormValue("CurrentIpamScopeId"))
	return f
}

func (v *visit) modifyResource(in *ec2.ModifyIpamResourceCidrInput) (string, error) {
	in.CurrentIpamScopeId, in.ResourceId = v.text("CurrentIpamScopeId"), v.text("ResourceId")
	in.ResourceCidr, in.ResourceRegion = v.text("ResourceCidr"), v.text("ResourceRegion")
	scope := cmp.Or(value(in.DestinationIpamScopeId), value(in.CurrentIpamScopeId))
	return with(v.href("resources"), "scope", scope), v.do(in)
}

// resourceHref leads to an action on a CIDR of a resource.
func (v *visit) resourceHref(action string, r types.IpamResourceCidr, more ...string) string {
	return with(v.href("resources", action), append([]string{
		"CurrentIpamScopeId", value(r.IpamScopeId), "ResourceId", value(r.ResourceId), "ResourceCidr", value(r.ResourceCidr), "ResourceRegion", value(r.ResourceRegion),
	}, more...)...)
}

func (v *visit) monitorForm() (*form, error) {
	f := v.resourceForm(&form{Title: "Ignore " + v.request.FormValue("ResourceCidr"), Intro: "IPAM no longer tells whether it overlaps others or keeps rules.", Submit: "Ignore"})
	monitored := v.request.FormValue("Monitored")
	if monitored == "true" {
		f.Title, f.Intro, f.Submit = "Watch "+v.request.FormValue("ResourceCidr"), "IPAM tells again whether it overlaps others and keeps rules.", "Watch"
	}
	f.Fields = append(f.Fields, &field{Name: "Monitored", Kind: "hidden", Value: monitored})
	return f, nil
}

func (v *visit) monitor() (string, error) {
	return v.modifyResource(&ec2.ModifyIpamResourceCidrInput{Monitored: new(v.request.FormValue("Monitored") == "true")})
}

func (v *visit) moveResourceForm() (*form, error) {
	scopes, err := v.scopeChoices()
	if err != nil {
		return nil, err
	}
	to := &field{Name: "DestinationIpamScopeId", Label: "To", Kind: "choice", Required: true}
	for _, s := range scopes {
		if s.ID != v.request.FormValue("CurrentIpamScopeId") && s.Type == types.IpamScopeTypePrivate {
			to.Options = append(to.Options, option{Value: s.ID, Label: s.Label, Detail: s.ID})
		}
	}
	if len(to.Options) == 0 {
		return nil, &problem{http.StatusNotFound, "", "There is no other private scope. Create one first."}
	}
	f := v.resourceForm(&form{Title: "Move " + v.request.FormValue("ResourceCidr"), Intro: "A CIDR that is managed can't be moved.", Submit: "Move"})
	f.Fields = append(f.Fields, to.first())
	return f, nil
}

func (v *visit) moveResource() (string, error) {
	return v.modifyResource(&ec2.ModifyIpamResourceCidrInput{DestinationIpamScopeId: v.text("DestinationIpamScopeId"), Monitored: new(true)})
}
