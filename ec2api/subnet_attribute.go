package ec2api

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ModifySubnetAttribute changes one attribute of a subnet.
func (c *Call) ModifySubnetAttribute(in *ec2.ModifySubnetAttributeInput) (*ec2.ModifySubnetAttributeOutput, error) {
	for _, p := range []struct {
		name  string
		given bool
	}{ // of Outposts
		{"CustomerOwnedIpv4Pool", in.CustomerOwnedIpv4Pool != nil},
		{"DisableLniAtDeviceIndex", in.DisableLniAtDeviceIndex != nil},
		{"EnableLniAtDeviceIndex", in.EnableLniAtDeviceIndex != nil},
		{"MapCustomerOwnedIpOnLaunch", in.MapCustomerOwnedIpOnLaunch != nil},
	} {
		if p.given {
			return nil, unsupported(p.name)
		}
	}
	r, err := c.subnet(*in.SubnetId)
	if err != nil {
		return nil, err
	}
	dns := r.PrivateDnsNameOptionsOnLaunch
	given := 0
	for _, a := range []struct {
		field **bool
		value *types.AttributeBooleanValue
	}{
		{&r.AssignIpv6AddressOnCreation, in.AssignIpv6AddressOnCreation},
		{&r.EnableDns64, in.EnableDns64},
		{&r.MapPublicIpOnLaunch, in.MapPublicIpOnLaunch},
		{&dns.EnableResourceNameDnsARecord, in.EnableResourceNameDnsARecordOnLaunch},
		{&dns.EnableResourceNameDnsAAAARecord, in.EnableResourceNameDnsAAAARecordOnLaunch},
	} {
		if a.value != nil {
			*a.field = new(or(a.value.Value, false))
			given++
		}
	}
	if in.PrivateDnsHostnameTypeOnLaunch != "" {
		dns.HostnameType = in.PrivateDnsHostnameTypeOnLaunch
		given++
	}
	if err := oneAttribute(given); err != nil {
		return nil, err
	}
	if err := r.checkAttributes(); err != nil {
		return nil, err
	}
	subnets.Put(c.Tx, r)
	return &ec2.ModifySubnetAttributeOutput{}, nil
}

// checkAttributes: what is for one family needs that family.
func (r *subnet) checkAttributes() error {
	dns := r.PrivateDnsNameOptionsOnLaunch
	switch refused := "Invalid value '%v' for %s. %s."; {
	case *r.AssignIpv6AddressOnCreation && r.liveBlock() == nil:
		return invalidValue(refused, true, "assignIpv6AddressOnCreation", "The subnet does not have an IPv6 CIDR block")
	case *r.EnableDns64 && r.liveBlock() == nil:
		return invalidValue(refused, true, "enableDns64", "The subnet does not have an IPv6 CIDR block")
	case *dns.EnableResourceNameDnsAAAARecord && r.liveBlock() == nil:
		return invalidValue(refused, true, "enableResourceNameDnsAAAARecordOnLaunch", "The subnet does not have an IPv6 CIDR block")
	case !*r.Ipv6Native:
		return nil
	case *r.MapPublicIpOnLaunch:
		return invalidValue(refused, true, "mapPublicIpOnLaunch", "The subnet is IPv6 native")
	case !*r.AssignIpv6AddressOnCreation:
		return invalidValue(refused, false, "assignIpv6AddressOnCreation", "The subnet is IPv6 native")
	case *dns.EnableResourceNameDnsARecord:
		return invalidValue(refused, true, "enableResourceNameDnsARecordOnLaunch", "The subnet is IPv6 native")
	case dns.HostnameType != types.HostnameTypeResourceName:
		return invalidValue(refused, dns.HostnameType, "privateDnsHostnameTypeOnLaunch", "The subnet is IPv6 native")
	}
	return nil
}
