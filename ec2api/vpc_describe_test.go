package ec2api_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestDescribeVpcsFilters(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	one := must[ec2.CreateVpcOutput](t)(n.CreateVpc(ctx, &ec2.CreateVpcInput{
		CidrBlock: new("10.0.0.0/16"), AmazonProvidedIpv6CidrBlock: new(true),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeVpc, Tags: []types.Tag{{Key: new("Name"), Value: new("one")}}}},
	})).Vpc
	n.newVPC("10.2.0.0/16")
	v := n.vpc(*one.VpcId)
	for _, test := range []struct {
		filter types.Filter
		want   int
	}{
		{filter("cidr", "10.0.0.0/16"), 1},
		{filter("cidr", "10.*"), 2},
		{filter("cidr-block-association.cidr-block", "10.0.0.0/16"), 1},
		{filter("cidr-block-association.association-id", *v.CidrBlockAssociationSet[0].AssociationId), 1},
		{filter("cidr-block-association.association-id", "vpc-cidr-assoc-0123456789abcdef0"), 0},
		{filter("cidr-block-association.state", "associated"), 2},
		{filter("dhcp-options-id", *v.DhcpOptionsId), 2},
		{filter("ipv6-cidr-block-association.ipv6-cidr-block", *v.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock), 1},
		{filter("ipv6-cidr-block-association.ipv6-pool", "Amazon"), 1},
		{filter("ipv6-cidr-block-association.association-id", *v.Ipv6CidrBlockAssociationSet[0].AssociationId), 1},
		{filter("ipv6-cidr-block-association.state", "associated"), 1},
		{filter("is-default", "false"), 2},
		{filter("isDefault", "true"), 0},
		{filter("owner-id", n.account), 2},
		{filter("state", "available"), 2},
		{filter("tag:Name", "one"), 1},
		{filter("tag-key", "Name"), 1},
		{filter("vpc-id", *v.VpcId), 1},
	} {
		got := must[ec2.DescribeVpcsOutput](t)(n.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: []types.Filter{test.filter}})).Vpcs
		if len(got) != test.want || (test.want == 1 && *got[0].VpcId != *v.VpcId) {
			t.Errorf("filter %s=%v: %d VPCs, want %d", *test.filter.Name, test.filter.Values, len(got), test.want)
		}
	}
	_, err := n.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: []types.Filter{filter("colour", "blue")}})
	wantFailure(t, err, "InvalidParameterValue", "The filter 'colour' is invalid")
	_, err = n.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{MaxResults: new(int32(1))})
	wantFailure(t, err, "InvalidParameterValue", "Value ( 1 ) for parameter maxResults is invalid. Expecting a value greater than 5.")
}

func TestDescribeVpcsPages(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	want := map[string]bool{}
	for range 12 {
		want[n.newVPC("10.0.0.0/16")] = true
	}
	pages := ec2.NewDescribeVpcsPaginator(n.Client, &ec2.DescribeVpcsInput{MaxResults: new(int32(5))})
	var sizes []int
	for pages.HasMorePages() {
		out := must[ec2.DescribeVpcsOutput](t)(pages.NextPage(t.Context()))
		sizes = append(sizes, len(out.Vpcs))
		for _, v := range out.Vpcs {
			delete(want, *v.VpcId)
		}
	}
	if !slices.Equal(sizes, []int{5, 5, 2}) || len(want) != 0 {
		t.Errorf("pages of %v, %d VPCs missing, want 5, 5, 2 and none", sizes, len(want))
	}
}
