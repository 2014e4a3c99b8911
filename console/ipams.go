package console

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var ipamPages = []route{{"ipams", (*visit).ipams}}

var ipamActions = []action{
	{"ipams/new", (*visit).createIPAMForm, (*visit).createIPAM},
	{"ipams/{ipam}/delete", (*visit).deleteIPAMForm, (*visit).deleteIPAM},
}

// ipamsView is the IPAMs of the account in the Region.
type ipamsView []types.Ipam

func (v *visit) allIPAMs() ([]types.Ipam, error) {
	return collect(v, &ec2.DescribeIpamsInput{}, func(out *ec2.DescribeIpamsOutput) []types.Ipam { return out.Ipams })
}

func regionNames(list []types.IpamOperatingRegion) (names []string) {
	for _, r := range list {
		names = append(names, *r.RegionName)
	}
	return names
}

func (v *visit) ipams() (*page, error) {
	list, err := v.allIPAMs()
	if err != nil {
		return nil, err
	}
	return &page{Title: "IPAMs", Content: ipamsView(list)}, nil
}

func (v *visit) createIPAMForm() (*form, error) {
	return &form{
		Title: "Create an IPAM",
		Intro: "It plans the addresses of this account or, if the account is the delegated administrator, of the organization. Its home is " + v.Region + ".",
		Fields: []*field{
			nameField(),
			descriptionField(),
			{Name: "OperatingRegions", Label: "Operating Regions", Value: v.Region, Help: "The Regions in which it watches resources and pools can have their locale, separated by spaces. The home Region is always one.", Placeholder: "us-east-1 us-east-2"},
			{Name: "Tier", Label: "Tier", Kind: "choice", Value: string(types.IpamTierAdvanced), Options: []option{
				{Value: string(types.IpamTierAdvanced), Label: "Advanced", Detail: "Private and public scopes, the organization, history. AWS bills each active address by the hour."},
				{Value: string(types.IpamTierFree), Label: "Free", Detail: "One account, without what the advanced tier adds."},
			}},
			tagsField(),
		},
		Submit: "Create IPAM", Back: v.href("ipams"),
	}, nil
}

func (v *visit) createIPAM() (string, error) {
	in := &ec2.CreateIpamInput{Description: v.text("Description"), Tier: types.IpamTier(v.request.FormValue("Tier")), TagSpecifications: v.tags(types.ResourceTypeIpam)}
	for _, name := range v.list("OperatingRegions") {
		in.OperatingRegions = append(in.OperatingRegions, types.AddIpamOperatingRegion{RegionName: &name})
	}
	out, err := call[ec2.CreateIpamOutput](v, in)
	if err != nil {
		return "", err
	}
	return v.href("ipams") + "#" + *out.Ipam.IpamId, nil
}

func (v *visit) deleteIPAMForm() (*form, error) {
	return &form{
		Title:  "Delete IPAM " + v.id("ipam"),
		Fields: []*field{{Name: "Cascade", Label: "Delete its private scopes with their pools and allocations, too", Kind: "check"}},
		Submit: "Delete IPAM", Danger: true, Back: v.href("ipams"),
	}, nil
}

func (v *visit) deleteIPAM() (string, error) {
	return v.href("ipams"), v.do(&ec2.DeleteIpamInput{IpamId: new(v.id("ipam")), Cascade: v.flag("Cascade")})
}
