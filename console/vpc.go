package console

import (
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var vpcPages = []route{{"vpcs", (*visit).vpcs}}

var vpcActions = []action{
	{"vpcs/new", (*visit).createVPCForm, (*visit).createVPC},
	{"vpcs/{vpc}/delete", (*visit).deleteVPCForm, (*visit).deleteVPC},
}

// vpcsView is a page of the VPCs of the account in the Region.
type vpcsView struct {
	VPCs   []types.Vpc
	Tokens tokens
}

const vpcsOfAPage = 100

func (v *visit) vpcs() (*page, error) {
	out, err := call[ec2.DescribeVpcsOutput](v, &ec2.DescribeVpcsInput{MaxResults: new(int32(vpcsOfAPage)), NextToken: v.text("next")})
	if err != nil {
		return nil, err
	}
	return &page{Title: "VPCs", Content: &vpcsView{out.Vpcs, v.tokens(out.NextToken)}}, nil
}

// byHand is the choice of a CIDR that comes from no pool.
const byHand = "by hand"

func (v *visit) createVPCForm() (*form, error) {
	pools, err := v.everywhere()
	if err != nil {
		return nil, err
	}
	source := &field{Name: "Ipv4IpamPoolId", Label: "Where its CIDR comes from", Kind: "choice", Required: true}
	for _, n := range pools {
		if n.AddressFamily != types.AddressFamilyIpv4 {
			continue
		}
		where := v
		if value(n.Locale) != noLocale {
			where = v.at(*n.Locale)
		}
		o := option{Value: *n.IpamPoolId, Label: n.Title(), Detail: where.poolDetail(n), Why: v.localeReason(&n.IpamPool)}
		if !n.Mine {
			o.Detail += " · shared by " + *n.OwnerId
		}
		source.Options = append(source.Options, o)
	}
	source.Options = append(source.Options, option{Value: byHand, Label: "A CIDR of my own", Detail: "without IPAM"})
	return &form{
		Title: "Create a VPC in " + v.Region,
		Intro: "A pool gives VPCs of its locale a CIDR that nobody else has.",
		Fields: []*field{
			nameField(), source.first(),
			{Name: "Ipv4NetmaskLength", Label: "Netmask length", Kind: "number", Placeholder: "24", Help: "With a pool. Empty: the pool's default."},
			{Name: "CidrBlock", Label: "CIDR", Placeholder: "10.0.0.0/16", Help: "Without a pool. With one: which of its CIDRs, if it is to be a certain one."},
			tagsField(),
		},
		Submit: "Create VPC", Back: v.href("vpcs"),
	}, nil
}

func (v *visit) createVPC() (string, error) {
	length, err := v.number("Ipv4NetmaskLength")
	if err != nil {
		return "", err
	}
	in := &ec2.CreateVpcInput{Ipv4IpamPoolId: v.text("Ipv4IpamPoolId"), Ipv4NetmaskLength: length, CidrBlock: v.text("CidrBlock"), TagSpecifications: v.tags(types.ResourceTypeVpc)}
	if value(in.Ipv4IpamPoolId) == byHand {
		in.Ipv4IpamPoolId = nil
		if length != nil {
			return "", &problem{http.StatusBadRequest, "", fmt.Sprintf("A netmask length, here /%d, is for a pool. Give the CIDR instead.", *length)}
		}
	}
	out, err := call[ec2.CreateVpcOutput](v, in)
	if err != nil {
		return "", err
	}
	return v.href("vpcs") + "#" + *out.Vpc.VpcId, nil
}

func (v *visit) deleteVPCForm() (*form, error) {
	return &form{
		Title: "Delete VPC " + v.id("vpc"), Intro: "Its allocation is released some time after.",
		Submit: "Delete VPC", Danger: true, Back: v.href("vpcs"),
	}, nil
}

func (v *visit) deleteVPC() (string, error) {
	return v.href("vpcs"), v.do(&ec2.DeleteVpcInput{VpcId: new(v.id("vpc"))})
}
