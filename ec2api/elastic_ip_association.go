package ec2api

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// AssociateAddress gives a network interface a public address. An address that it has, and an interface that the address has,
// make way: the other address stays the caller's.
func (c *Call) AssociateAddress(in *ec2.AssociateAddressInput) (*ec2.AssociateAddressOutput, error) {
	r, err := c.elasticIPNamed(in.AllocationId, in.PublicIp)
	if err != nil {
		return nil, err
	}
	i, err := c.interfaceToAssociate(in)
	if err != nil {
		return nil, err
	}
	if r.NATGatewayID != nil || *i.RequesterManaged {
		return nil, errManaged
	}
	if in.PrivateIpAddress != nil && *in.PrivateIpAddress != *i.PrivateIpAddress {
		return nil, invalidValue("Address %s is not assigned to the network interface %s.", *in.PrivateIpAddress, *i.NetworkInterfaceId)
	}
	if or(r.NetworkInterfaceId, "") == *i.NetworkInterfaceId {
		return &ec2.AssociateAddressOutput{AssociationId: r.AssociationId}, nil
	}
	if r.AssociationId != nil && !or(in.AllowReassociation, true) {
		return nil, fail("Resource.AlreadyAssociated", "resource %s is already associated with associate-id %s", *r.AllocationId, *r.AssociationId)
	}
	for other := range elasticIPsByInterface.Scan(c.Tx, i.key()...) {
		c.dissociate(other)
	}
	c.associate(r, i, *i.PrivateIpAddress)
	elasticIPs.Put(c.Tx, r)
	return &ec2.AssociateAddressOutput{AssociationId: r.AssociationId}, nil
}

// associate maps an address to one of the private addresses of an interface. The caller stores it.
func (c *Call) associate(r *elasticIP, i *networkInterface, private string) {
	r.AssociationId = new(c.newID("eipassoc-"))
	r.NetworkInterfaceId, r.NetworkInterfaceOwnerId = i.NetworkInterfaceId, i.OwnerId
	r.PrivateIpAddress, r.SubnetId = new(private), i.SubnetId
}

// interfaceToAssociate finds the network interface that a request names. Its VPC has to be on the Internet.
func (c *Call) interfaceToAssociate(in *ec2.AssociateAddressInput) (*networkInterface, error) {
	switch {
	case in.InstanceId != nil && in.NetworkInterfaceId != nil:
		return nil, invalidCombination("You may specify either an instance or a network interface, but not both.")
	case in.InstanceId != nil: // there are none
		return nil, notFound("InvalidInstanceID.NotFound", "instance", *in.InstanceId)
	case in.NetworkInterfaceId == nil:
		return nil, fail(codeMissingParameter, "Either 'InstanceId' or 'NetworkInterfaceId' must be provided.")
	}
	i, err := c.networkInterface(*in.NetworkInterfaceId)
	if err != nil {
		return nil, err
	}
	if gatewaysByVPC.First(c.Tx, c.Account, c.Region, *i.VpcId) == nil {
		return nil, fail("Gateway.NotAttached", "Network %s is not attached to any internet gateway", *i.VpcId)
	}
	return i, nil
}

// DisassociateAddress takes an address from its network interface. By the address itself it may be asked again, by an
// association that has ended it may not.
func (c *Call) DisassociateAddress(in *ec2.DisassociateAddressInput) (*ec2.DisassociateAddressOutput, error) {
	var r *elasticIP
	switch {
	case in.AssociationId != nil && in.PublicIp != nil:
		return nil, invalidCombination("You may specify public IP or association id, but not both in the same call")
	case in.AssociationId != nil:
		if r = elasticIPsByAssociation.First(c.Tx, c.Account, c.Region, *in.AssociationId); r == nil {
			return nil, notFound("InvalidAssociationID.NotFound", "association", *in.AssociationId)
		}
	case in.PublicIp != nil:
		var err error
		if r, err = c.elasticIPAt(*in.PublicIp); err != nil {
			return nil, err
		}
	default:
		return nil, missingParameter("AssociationId")
	}
	if r.NATGatewayID != nil {
		return nil, errManaged
	}
	c.dissociate(r)
	return &ec2.DisassociateAddressOutput{}, nil
}

func (c *Call) dissociate(r *elasticIP) {
	r.AssociationId, r.NetworkInterfaceId, r.NetworkInterfaceOwnerId, r.PrivateIpAddress, r.SubnetId, r.NATGatewayID = nil, nil, nil, nil, nil, nil
	elasticIPs.Put(c.Tx, r)
}

// hasAddresses tells whether an interface in a VPC has a public address, or a regional NAT gateway.
func (c *Call) hasAddresses(vpcID string) bool {
	for g := range natGatewaysByVPC.Scan(c.Tx, c.Account, c.Region, vpcID) {
		if elasticIPsByNATGateway.First(c.Tx, g.key()...) != nil {
			return true
		}
	}
	for s := range subnetsByVPC.Scan(c.Tx, c.Account, c.Region, vpcID) {
		for i := range networkInterfacesBySubnet.Scan(c.Tx, s.key()...) {
			if elasticIPsByInterface.First(c.Tx, i.key()...) != nil {
				return true
			}
		}
	}
	return false
}
