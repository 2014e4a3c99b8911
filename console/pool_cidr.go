package console

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

var poolCIDRActions = []action{
	{"pools/{pool}/provision", (*visit).provisionForm, (*visit).provision},
	{"pools/{pool}/deprovision", (*visit).deprovisionForm, (*visit).deprovision},
}

func (v *visit) provisionForm() (*form, error) {
	n, err := v.onePool(v.id("pool"))
	if err != nil {
		return nil, err
	}
	f := &form{
		Title:  "Provision a CIDR to " + n.Title(),
		Intro:  "A top-level pool can have any CIDR of the scope that no other pool has.",
		Fields: []*field{{Name: "Cidr", Label: "CIDR", Placeholder: "10.0.0.0/16"}},
		Submit: "Provision", Back: v.href("pools", *n.IpamPoolId),
	}
	if n.SourceIpamPoolId != nil {
		f.Intro = "The CIDR comes out of the source pool " + *n.SourceIpamPoolId + ". Say which, or only how large."
		f.Fields = append(f.Fields, &field{Name: "NetmaskLength", Label: "or netmask length", Kind: "number", Placeholder: "16"})
	}
	return f, nil
}

func (v *visit) provision() (string, error) {
	length, err := v.number("NetmaskLength")
	if err != nil {
		return "", err
	}
	return v.href("pools", v.id("pool")) + "#cidrs", v.do(&ec2.ProvisionIpamPoolCidrInput{IpamPoolId: new(v.id("pool")), Cidr: v.text("Cidr"), NetmaskLength: length})
}

func (v *visit) deprovisionForm() (*form, error) {
	cidr := v.request.FormValue("Cidr")
	return &form{
		Title:  "Deprovision " + cidr,
		Intro:  "The pool gives the CIDR back, to its source pool if it has one. That is possible while nothing in it is allocated.",
		Fields: []*field{{Name: "Cidr", Kind: "hidden", Value: cidr}},
		Submit: "Deprovision", Danger: true, Back: v.href("pools", v.id("pool")),
	}, nil
}

func (v *visit) deprovision() (string, error) {
	return v.href("pools", v.id("pool")) + "#cidrs", v.do(&ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: new(v.id("pool")), Cidr: v.text("Cidr")})
}
