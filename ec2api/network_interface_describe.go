package ec2api

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

var networkInterfaceListing = listing[networkInterface, types.NetworkInterface]{
	key:     (*networkInterface).key,
	view:    func(c *Call, r *networkInterface) types.NetworkInterface { return r.show(c) },
	filters: networkInterfaceFilters(),
	min:     minResults,
	max:     maxResults,
}

// networkInterfaceFilters: those about what no interface has here are known, and match nothing.
func networkInterfaceFilters() filters[types.NetworkInterface] {
	type item = types.NetworkInterface
	association := func(value func(*types.NetworkInterfaceAssociation) []string) func(item) []string {
		return func(i item) []string {
			if i.Association == nil {
				return nil
			}
			return value(i.Association)
		}
	}
	address := func(value func(types.NetworkInterfacePrivateIpAddress) []string) func(item) []string {
		return func(i item) []string { return each(i.PrivateIpAddresses, value) }
	}
	mapped := func(value func(*types.NetworkInterfaceAssociation) []string) func(item) []string {
		return address(func(a types.NetworkInterfacePrivateIpAddress) []string {
			if a.Association == nil {
				return nil
			}
			return value(a.Association)
		})
	}
	attachment := func(value func(*types.NetworkInterfaceAttachment) []string) func(item) []string {
		return func(i item) []string {
			if i.Attachment == nil {
				return nil
			}
			return value(i.Attachment)
		}
	}
	f := filters[item]{
		"association.allocation-id":        association(func(a *types.NetworkInterfaceAssociation) []string { return shown(a.AllocationId) }),
		"association.association-id":       association(func(a *types.NetworkInterfaceAssociation) []string { return shown(a.AssociationId) }),
		"association.ip-owner-id":          association(func(a *types.NetworkInterfaceAssociation) []string { return shown(a.IpOwnerId) }),
		"association.public-ip":            association(func(a *types.NetworkInterfaceAssociation) []string { return shown(a.PublicIp) }),
		"association.public-dns-name":      association(func(a *types.NetworkInterfaceAssociation) []string { return shown(a.PublicDnsName) }),
		"addresses.association.owner-id":   mapped(func(a *types.NetworkInterfaceAssociation) []string { return shown(a.IpOwnerId) }),
		"addresses.association.public-ip":  mapped(func(a *types.NetworkInterfaceAssociation) []string { return shown(a.PublicIp) }),
		"addresses.primary":                address(func(a types.NetworkInterfacePrivateIpAddress) []string { return shown(a.Primary) }),
		"addresses.private-ip-address":     address(func(a types.NetworkInterfacePrivateIpAddress) []string { return shown(a.PrivateIpAddress) }),
		"attachment.attachment-id":         attachment(func(a *types.NetworkInterfaceAttachment) []string { return shown(a.AttachmentId) }),
		"attachment.delete-on-termination": attachment(func(a *types.NetworkInterfaceAttachment) []string { return shown(a.DeleteOnTermination) }),
		"attachment.device-index":          attachment(func(a *types.NetworkInterfaceAttachment) []string { return shown(a.DeviceIndex) }),
		"attachment.instance-owner-id":     attachment(func(a *types.NetworkInterfaceAttachment) []string { return shown(a.InstanceOwnerId) }),
		"attachment.status":                attachment(func(a *types.NetworkInterfaceAttachment) []string { return shown(&a.Status) }),
		"availability-zone":                func(i item) []string { return shown(i.AvailabilityZone) },
		"availability-zone-id":             func(i item) []string { return shown(i.AvailabilityZoneId) },
		"description":                      func(i item) []string { return shown(i.Description) },
		"group-id": func(i item) []string {
			return each(i.Groups, func(g types.GroupIdentifier) []string { return shown(g.GroupId) })
		},
		"interface-type":       func(i item) []string { return shown(&i.InterfaceType) },
		"mac-address":          func(i item) []string { return shown(i.MacAddress) },
		"network-interface-id": func(i item) []string { return shown(i.NetworkInterfaceId) },
		"owner-id":             func(i item) []string { return shown(i.OwnerId) },
		"private-dns-name":     func(i item) []string { return shown(i.PrivateDnsName) },
		"private-ip-address":   func(i item) []string { return shown(i.PrivateIpAddress) },
		"requester-id":         func(i item) []string { return shown(i.RequesterId) },
		"requester-managed":    func(i item) []string { return shown(i.RequesterManaged) },
		"source-dest-check":    func(i item) []string { return shown(i.SourceDestCheck) },
		"status":               func(i item) []string { return shown(&i.Status) },
		"subnet-id":            func(i item) []string { return shown(i.SubnetId) },
		"vpc-id":               func(i item) []string { return shown(i.VpcId) },
	}
	for _, name := range []string{
		"attachment.attach-time", "attachment.instance-id", "ipv6-addresses.ipv6-address", "operator.managed", "operator.principal",
	} {
		f[name] = func(item) []string { return nil }
	}
	return f
}

// DescribeNetworkInterfaces lists the caller's network interfaces in the Region. IncludeManagedResources changes nothing: it is
// about services with resources that they hide, and those of NAT gateways always show.
func (c *Call) DescribeNetworkInterfaces(in *ec2.DescribeNetworkInterfacesInput) (*ec2.DescribeNetworkInterfacesOutput, error) {
	all := rows(c, networkInterfaces, (*networkInterface).key, in.Filters, map[string]*state.Index[networkInterface]{
		"subnet-id": networkInterfacesBySubnet, "group-id": networkInterfacesByGroup,
	})
	items, next, err := networkInterfaceListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.NetworkInterfaceIds, c.networkInterface, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeNetworkInterfacesOutput{NetworkInterfaces: items, NextToken: next}, nil
}
