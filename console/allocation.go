package console

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

var allocationActions = []action{
	{"pools/{pool}/allocate", (*visit).allocateForm, (*visit).allocate},
	{"pools/{pool}/release", (*visit).releaseForm, (*visit).release},
}

func (v *visit) allocateForm() (*form, error) {
	n, err := v.onePool(v.id("pool"))
	if err != nil {
		return nil, err
	}
	return &form{
		Title: "Allocate from " + n.Title(),
		Intro: "A custom allocation keeps a CIDR for what IPAM does not see, such as a data centre. Without a CIDR and a length it gets the pool's default.",
		Fields: []*field{
			{Name: "NetmaskLength", Label: "Netmask length", Kind: "number", Placeholder: "24", Help: "The lowest free block of that size."},
			{Name: "Cidr", Label: "or CIDR", Placeholder: "10.0.4.0/24"},
			descriptionField(),
		},
		Submit: "Allocate", Back: v.href("pools", *n.IpamPoolId),
	}, nil
}

func (v *visit) allocate() (string, error) {
	length, err := v.number("NetmaskLength")
	if err != nil {
		return "", err
	}
	out, err := call[ec2.AllocateIpamPoolCidrOutput](v, &ec2.AllocateIpamPoolCidrInput{
		IpamPoolId: new(v.id("pool")), NetmaskLength: length, Cidr: v.text("Cidr"), Description: v.text("Description"),
	})
	if err != nil {
		return "", err
	}
	return v.href("pools", v.id("pool")) + "#" + *out.IpamPoolAllocation.IpamPoolAllocationId, nil
}

func (v *visit) releaseForm() (*form, error) {
	return &form{
		Title: "Release " + v.request.FormValue("Cidr"),
		Intro: "Its addresses are free for others again.",
		Fields: []*field{
			{Name: "Cidr", Kind: "hidden", Value: v.request.FormValue("Cidr")},
			{Name: "IpamPoolAllocationId", Kind: "hidden", Value: v.request.FormValue("IpamPoolAllocationId")},
		},
		Submit: "Release", Danger: true, Back: v.href("pools", v.id("pool")),
	}, nil
}

func (v *visit) release() (string, error) {
	return v.href("pools", v.id("pool")) + "#allocations", v.do(&ec2.ReleaseIpamPoolAllocationInput{
		IpamPoolId: new(v.id("pool")), Cidr: v.text("Cidr"), IpamPoolAllocationId: v.text("IpamPoolAllocationId"),
	})
}
