package ec2api

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var networkInterfaceOperations = []op.Op{
	op.Write((*Call).CreateNetworkInterface),
	op.Write((*Call).DeleteNetworkInterface),
	op.Read((*Call).DescribeNetworkInterfaces),
}

// networkInterface is a network interface of a subnet. One of a user has one private IPv4 address and is never attached: there are
// no instances here. That of a NAT gateway may have Secondary addresses. Public addresses are not stored, they are those of the Elastic
// IP addresses which are associated with it.
type networkInterface struct {
	types.NetworkInterface
	Region    string
	Secondary []string `json:",omitempty"` // private addresses but for the first
	Settles   transition[types.NetworkInterfaceStatus]
}

func (r *networkInterface) key() state.Key {
	return state.Key{*r.OwnerId, r.Region, *r.NetworkInterfaceId}
}

var (
	networkInterfaces         = state.NewTable(&Schema, "network-interface", (*networkInterface).key)
	networkInterfacesBySubnet = state.NewIndex(networkInterfaces, "subnet", func(r *networkInterface) []state.Key {
		return []state.Key{{*r.OwnerId, r.Region, *r.SubnetId}}
	})
	networkInterfacesByGroup = state.NewIndex(networkInterfaces, "group", func(r *networkInterface) (keys []state.Key) {
		for _, g := range r.Groups {
			keys = append(keys, state.Key{*r.OwnerId, r.Region, *g.GroupId})
		}
		return keys
	})

	// interfaceSpaces holds, by subnet, the addresses of its network interfaces.
	interfaceSpaces = state.NewDerived(&Schema, "network-interface-space", space.Space.Equal)
)

func init() {
	each := func(s space.Space, r *networkInterface, change func(space.Space, netip.Prefix) space.Space) space.Space {
		for _, a := range r.addresses() {
			s = change(s, hostPrefix(netip.MustParseAddr(a)))
		}
		return s
	}
	state.Derive(interfaceSpaces, networkInterfaces,
		func(r *networkInterface) (string, bool) { return *r.SubnetId, true },
		func(s space.Space, r *networkInterface) space.Space { return each(s, r, space.Space.Use) },
		func(s space.Space, r *networkInterface) space.Space { return each(s, r, space.Space.Release) })
}

// addresses are the private addresses, the primary one first.
func (r *networkInterface) addresses() []string {
	return append([]string{*r.PrivateIpAddress}, r.Secondary...)
}

func hostPrefix(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, 32) }

var networkInterfaceKind = kind{"eni-", types.ResourceTypeNetworkInterface, func(c *Call, id string) error { _, err := c.networkInterface(id); return err }}

// networkInterface finds a network interface of the caller in the Region of the call.
func (c *Call) networkInterface(id string) (*networkInterface, error) {
	if r := networkInterfaces.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidNetworkInterfaceID.NotFound", "networkInterface", id)
}

// CreateNetworkInterface creates a network interface in a subnet.
func (c *Call) CreateNetworkInterface(in *ec2.CreateNetworkInterfaceInput) (*ec2.CreateNetworkInterfaceOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeNetworkInterface)
	if err != nil {
		return nil, err
	}
	if err := checkPlainInterface(in); err != nil {
		return nil, err
	}
	s, err := c.subnet(*in.SubnetId)
	if err != nil {
		return nil, err
	}
	groups, err := c.interfaceGroups(s, in.Groups)
	if err != nil {
		return nil, err
	}
	if *s.Ipv6Native || *s.AssignIpv6AddressOnCreation {
		return nil, fail(codeUnsupportedOperation, "The subnet %s gives its network interfaces IPv6 addresses, which is not supported by ipam-local.", *s.SubnetId)
	}
	addresses, err := c.interfaceAddresses(s, []*string{in.PrivateIpAddress})
	if err != nil {
		return nil, err
	}
	r := c.newNetworkInterface(s, addresses[0])
	r.Description, r.Groups = new(or(in.Description, "")), groups
	networkInterfaces.Put(c.Tx, r)
	c.countAddresses(s, 1)
	c.putTags(*r.NetworkInterfaceId, types.ResourceTypeNetworkInterface, tags)
	v := r.show(c)
	v.Status = r.Status
	return &ec2.CreateNetworkInterfaceOutput{NetworkInterface: &v, ClientToken: in.ClientToken}, nil
}

// checkPlainInterface refuses all that is more than an interface with a private IPv4 address.
func checkPlainInterface(in *ec2.CreateNetworkInterfaceInput) error {
	for _, p := range []struct {
		name  string
		given bool
	}{
		{"ConnectionTrackingSpecification", in.ConnectionTrackingSpecification != nil},
		{"EnablePrimaryIpv6", in.EnablePrimaryIpv6 != nil},
		{"InterfaceType", in.InterfaceType != ""},
		{"Ipv4Prefix", in.Ipv4Prefixes != nil},
		{"Ipv4PrefixCount", in.Ipv4PrefixCount != nil},
		{"Ipv6AddressCount", in.Ipv6AddressCount != nil},
		{"Ipv6Addresses", in.Ipv6Addresses != nil},
		{"Ipv6Prefix", in.Ipv6Prefixes != nil},
		{"Ipv6PrefixCount", in.Ipv6PrefixCount != nil},
		{"Operator", in.Operator != nil},
		{"PrivateIpAddresses", in.PrivateIpAddresses != nil},
		{"SecondaryPrivateIpAddressCount", in.SecondaryPrivateIpAddressCount != nil},
	} {
		if p.given {
			return unsupported(p.name)
		}
	}
	return nil
}

// maxInterfaceGroups is how many security groups an interface may be in.
const maxInterfaceGroups = 5

// interfaceGroups are the security groups of a new interface, the default one of the VPC if none is named.
func (c *Call) interfaceGroups(s *subnet, ids []string) (list []types.GroupIdentifier, err error) {
	if len(ids) == 0 {
		for g := range securityGroupsByVPC.Scan(c.Tx, c.Account, c.Region, *s.VpcId) {
			if *g.GroupName == "default" {
				return []types.GroupIdentifier{{GroupId: g.GroupId, GroupName: g.GroupName}}, nil
			}
		}
	}
	if len(ids) > maxInterfaceGroups {
		return nil, fail("SecurityGroupsPerInterfaceLimitExceeded", "The maximum number of security groups per interface has been reached.")
	}
	for _, id := range ids {
		g, err := c.securityGroup(id)
		if err != nil {
			return nil, err
		}
		if *g.VpcId != *s.VpcId {
			return nil, fail("InvalidParameter", "Security group %s and subnet %s belong to different networks.", id, *s.SubnetId)
		}
		list = append(list, types.GroupIdentifier{GroupId: g.GroupId, GroupName: g.GroupName})
	}
	return list, nil
}

func (c *Call) newNetworkInterface(s *subnet, address netip.Addr) *networkInterface {
	return &networkInterface{
		NetworkInterface: types.NetworkInterface{
			NetworkInterfaceId: new(c.newID("eni-")),
			OwnerId:            new(c.Account),
			RequesterId:        new(c.Account),
			RequesterManaged:   new(false),
			InterfaceType:      types.NetworkInterfaceTypeInterface,
			Status:             interfacePending,
			SubnetId:           s.SubnetId,
			VpcId:              s.VpcId,
			AvailabilityZone:   s.AvailabilityZone,
			AvailabilityZoneId: s.AvailabilityZoneId,
			MacAddress:         new(c.newMAC()),
			PrivateIpAddress:   new(address.String()),
			PrivateDnsName:     new(c.privateName(address)),
			SourceDestCheck:    new(true),
		},
		Region:  c.Region,
		Settles: to(c, types.NetworkInterfaceStatusAvailable, c.Settings.Timing.Transition),
	}
}

// interfacePending is the first status of an interface, which the SDK's enum does not have (aws-cli, examples/ec2/create-network-interface.rst).
const interfacePending types.NetworkInterfaceStatus = "pending"

// newMAC makes a locally administered address, as those of EC2's interfaces are.
func (c *Call) newMAC() string {
	digits := c.Tx.NewID("02", 10)
	var bytes []string
	for i := 0; i < len(digits); i += 2 {
		bytes = append(bytes, digits[i:i+2])
	}
	return strings.Join(bytes, ":")
}

// privateName is the host name that an address gives. The first Region of AWS has names of its own.
func (c *Call) privateName(a netip.Addr) string {
	domain := c.Region + ".compute.internal"
	if c.Region == "us-east-1" {
		domain = "ec2.internal"
	}
	return fmt.Sprintf("ip-%s.%s", strings.ReplaceAll(a.String(), ".", "-"), domain)
}

func (r *networkInterface) show(c *Call) types.NetworkInterface {
	v := r.NetworkInterface
	v.Status = r.Settles.state(r.Status, c.Tx.Now)
	associations := r.associations(c.Tx)
	v.Association = associations[*r.PrivateIpAddress]
	v.PrivateIpAddresses = nil
	for i, a := range r.addresses() {
		v.PrivateIpAddresses = append(v.PrivateIpAddresses, types.NetworkInterfacePrivateIpAddress{
			Primary: new(i == 0), PrivateIpAddress: new(a), PrivateDnsName: new(c.privateName(netip.MustParseAddr(a))), Association: associations[a],
		})
	}
	v.Ipv6Addresses = []types.NetworkInterfaceIpv6Address{}
	v.TagSet = c.tags(*r.OwnerId, r.Region, *r.NetworkInterfaceId)
	return v
}

// associations are the Elastic IP addresses of an interface by the private addresses that they are mapped to.
func (r *networkInterface) associations(tx *state.Tx) map[string]*types.NetworkInterfaceAssociation {
	all := map[string]*types.NetworkInterfaceAssociation{}
	for a := range elasticIPsByInterface.Scan(tx, r.key()...) {
		all[*a.PrivateIpAddress] = &types.NetworkInterfaceAssociation{
			AllocationId: a.AllocationId, AssociationId: a.AssociationId, PublicIp: a.PublicIp, PublicDnsName: new(""), IpOwnerId: new(a.OwnerId),
		}
	}
	return all
}

// DeleteNetworkInterface deletes a network interface. An Elastic IP address that is associated with it is left without one.
func (c *Call) DeleteNetworkInterface(in *ec2.DeleteNetworkInterfaceInput) (*ec2.DeleteNetworkInterfaceOutput, error) {
	r, err := c.networkInterface(*in.NetworkInterfaceId)
	if err != nil {
		return nil, err
	}
	if r.Attachment != nil {
		return nil, invalidValue("Network interface '%s' is currently in use.", *r.NetworkInterfaceId)
	}
	c.removeNetworkInterface(r)
	return &ec2.DeleteNetworkInterfaceOutput{}, nil
}

func (c *Call) removeNetworkInterface(r *networkInterface) {
	for a := range elasticIPsByInterface.Scan(c.Tx, r.key()...) {
		c.dissociate(a)
	}
	c.countAddresses(subnets.Get(c.Tx, *r.OwnerId, r.Region, *r.SubnetId), -len(r.addresses()))
	c.putTags(*r.NetworkInterfaceId, types.ResourceTypeNetworkInterface, nil)
	networkInterfaces.Delete(c.Tx, r.key()...)
}
