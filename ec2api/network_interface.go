package ec2api

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var networkInterfaceOperations = []op.Op{
	op.Read((*Call).DescribeNetworkInterfaces),
}

// networkInterface is a network interface, which there are none of: nothing is launched into a subnet here.
type networkInterface struct {
	Tags []types.Tag
}

var networkInterfaceListing = listing[networkInterface, networkInterface]{
	filters: networkInterfaceFilters(),
	min:     minResults,
	max:     maxResults,
}

func networkInterfaceFilters() filters[networkInterface] {
	f := filters[networkInterface]{}
	for _, name := range []string{
		"association.allocation-id", "association.association-id", "addresses.association.owner-id",
		"addresses.association.public-ip", "addresses.primary", "addresses.private-ip-address",
		"association.ip-owner-id", "association.public-ip", "association.public-dns-name",
		"attachment.attach-time", "attachment.attachment-id", "attachment.delete-on-termination",
		"attachment.device-index", "attachment.instance-id", "attachment.instance-owner-id", "attachment.status",
		"availability-zone", "availability-zone-id", "description", "group-id", "ipv6-addresses.ipv6-address",
		"interface-type", "mac-address", "network-interface-id", "operator.managed", "operator.principal", "owner-id",
		"private-dns-name", "private-ip-address", "requester-id", "requester-managed", "source-dest-check", "status",
		"subnet-id", "tag-key", "vpc-id",
	} {
		f[name] = func(networkInterface) []string { return nil }
	}
	return f
}

// DescribeNetworkInterfaces lists no network interfaces. Terraform asks before it deletes a subnet or a security group.
func (c *Call) DescribeNetworkInterfaces(in *ec2.DescribeNetworkInterfacesInput) (*ec2.DescribeNetworkInterfacesOutput, error) {
	find := func(id string) (*networkInterface, error) {
		return nil, notFound("InvalidNetworkInterfaceID.NotFound", "networkInterface", id)
	}
	none := func(state.Key) iter.Seq[*networkInterface] { return func(func(*networkInterface) bool) {} }
	_, _, err := networkInterfaceListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.NetworkInterfaceIds, find, none)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeNetworkInterfacesOutput{NetworkInterfaces: []types.NetworkInterface{}}, nil
}
