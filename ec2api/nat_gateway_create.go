package ec2api

import (
	"errors"

	"github.com/aws/smithy-go"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// CreateNatGateway creates a NAT gateway. What a request gets wrong by itself is an error; what the gateway meets on its way is told by
// its state, which comes to be failed.
func (c *Call) CreateNatGateway(in *ec2.CreateNatGatewayInput) (*ec2.CreateNatGatewayOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeNatgateway)
	if err != nil {
		return nil, err
	}
	create := c.createZonal
	if in.AvailabilityMode == types.AvailabilityModeRegional {
		create = c.createRegional
	}
	r, err := create(in)
	if err != nil {
		return nil, err
	}
	r.Settles = until(types.NatGatewayStateAvailable, c.Tx.Now, r.Timing.NATGateway)
	if r.FailureCode != nil {
		r.Settles.Next = types.NatGatewayStateFailed
		natGatewaysGone.At(c.Tx, r.Settles.At.Add(natGatewayLingers), r.key()...)
	}
	natGateways.Put(c.Tx, r)
	c.putTags(*r.NatGatewayId, types.ResourceTypeNatgateway, tags)
	return &ec2.CreateNatGatewayOutput{NatGateway: r.answer(c), ClientToken: in.ClientToken}, nil
}

func (c *Call) newNATGateway(vpcID *string, connectivity types.ConnectivityType, mode types.AvailabilityMode) *natGateway {
	return &natGateway{
		NatGateway: types.NatGateway{
			NatGatewayId:     new(c.newID("nat-")),
			VpcId:            vpcID,
			ConnectivityType: connectivity,
			AvailabilityMode: mode,
			State:            types.NatGatewayStatePending,
			CreateTime:       new(c.Tx.Now),
		},
		OwnerId: c.Account,
		Region:  c.Region,
		Timing:  c.Settings.Timing,
	}
}

// createZonal makes a gateway in a subnet. The caller stores it.
func (c *Call) createZonal(in *ec2.CreateNatGatewayInput) (*natGateway, error) {
	if err := checkZonal(in); err != nil {
		return nil, err
	}
	s, err := c.subnet(*in.SubnetId)
	switch {
	case err != nil:
		return nil, err
	case s.CidrBlock == nil:
		return nil, invalidValue("The subnet %s has no IPv4 CIDR block.", *s.SubnetId)
	}
	if err := c.checkNATQuota(s); err != nil {
		return nil, err
	}
	r := c.newNATGateway(s.VpcId, types.ConnectivityTypePublic, types.AvailabilityModeZonal)
	r.SubnetId = s.SubnetId
	named := []*string{in.PrivateIpAddress}
	for _, a := range in.SecondaryPrivateIpAddresses {
		named = append(named, &a)
	}
	if in.ConnectivityType == types.ConnectivityTypePrivate {
		r.ConnectivityType = types.ConnectivityTypePrivate
		named = append(named, make([]*string, or(in.SecondaryPrivateIpAddressCount, 0))...)
		return r, c.settleIn(r, s, named, nil)
	}
	eips, err := c.elasticIPsNamed(append([]string{*in.AllocationId}, in.SecondaryAllocationIds...))
	if err != nil {
		return nil, err
	}
	if err := c.checkNATAddresses(len(eips)); err != nil {
		return nil, err
	}
	named = append(named, make([]*string, len(eips)-len(named))...)
	return r, c.settleIn(r, s, named, eips)
}

// checkZonal checks which parameters of a zonal gateway go together.
func checkZonal(in *ec2.CreateNatGatewayInput) error {
	private := in.ConnectivityType == types.ConnectivityTypePrivate
	secondary := len(in.SecondaryPrivateIpAddresses)
	switch {
	case in.VpcId != nil || in.AvailabilityZoneAddresses != nil:
		return invalidCombination("VpcId and AvailabilityZoneAddresses are for regional NAT gateways only.")
	case in.SubnetId == nil:
		return missingNATParameter("SubnetId")
	case private && (in.AllocationId != nil || in.SecondaryAllocationIds != nil):
		return invalidCombination("A private NAT gateway can't have Elastic IP addresses.")
	case private && secondary > 0 && in.SecondaryPrivateIpAddressCount != nil:
		return invalidCombination("The request can only contain one of SecondaryPrivateIpAddresses and SecondaryPrivateIpAddressCount.")
	case private:
		return checkNATSecondary(secondary + int(or(in.SecondaryPrivateIpAddressCount, 0)))
	case or(in.AllocationId, "") == "":
		return missingNATParameter("AllocationId")
	case in.SecondaryPrivateIpAddressCount != nil:
		return invalidCombination("SecondaryPrivateIpAddressCount is for private NAT gateways only.")
	case secondary > 0 && secondary != len(in.SecondaryAllocationIds):
		return invalidCombination("The numbers of SecondaryPrivateIpAddresses and SecondaryAllocationIds differ.")
	}
	return checkNATSecondary(len(in.SecondaryAllocationIds))
}

func missingNATParameter(name string) error {
	return fail(codeMissingParameter, "The request must include the %s parameter. Add the required parameter and retry the request.", name)
}

// maxNATSecondary is how many secondary addresses a zonal gateway has at most.
// Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
const maxNATSecondary = 7

func checkNATSecondary(n int) error {
	if n < 0 || n > maxNATSecondary {
		return invalidValue("A NAT gateway can have %d secondary addresses at most.", maxNATSecondary)
	}
	return nil
}

// checkNATQuota counts the zonal gateways in the zone of a subnet.
func (c *Call) checkNATQuota(s *subnet) error {
	limit, have := c.Settings.Quotas.NATGateways, 0
	for r := range natGatewaysByVPC.Scan(c.Tx, c.Account, c.Region) {
		if r.SubnetId != nil && *subnets.Get(c.Tx, c.Account, c.Region, *r.SubnetId).AvailabilityZone == *s.AvailabilityZone {
			have++
		}
	}
	if limit > 0 && have >= limit {
		return fail("NatGatewayLimitExceeded", "Performing this operation would exceed the limit of %d NAT gateways", limit)
	}
	return nil
}

// settleIn gives a gateway its interface in a subnet, with an address for each that is named, and the Elastic IP addresses of a public
// one; or it notes why that can't be.
func (c *Call) settleIn(r *natGateway, s *subnet, named []*string, eips []*elasticIP) error {
	addresses, err := c.interfaceAddresses(s, named)
	if err != nil && !errors.Is(err, errSubnetFull) {
		return err
	}
	if err == nil && !r.isPrivate() {
		err = c.checkReach(r, eips)
	}
	if err != nil {
		r.fails(c, err, eips)
		return nil
	}
	i := c.makeNATInterface(r, s, addresses)
	r.Addresses = c.mapAddresses(r, i, addresses, eips)
	r.Addresses[0].IsPrimary = new(true)
	return nil
}

// checkReach: a public gateway works with Elastic IP addresses that nothing else uses, in a VPC that is on the Internet.
// Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html
func (c *Call) checkReach(r *natGateway, eips []*elasticIP) error {
	if gatewaysByVPC.First(c.Tx, c.Account, c.Region, *r.VpcId) == nil {
		return fail("Gateway.NotAttached", "Network %s has no Internet gateway attached", *r.VpcId)
	}
	for _, e := range eips {
		if e.AssociationId != nil {
			return fail("Resource.AlreadyAssociated", "Elastic IP address %s is already associated", *e.AllocationId)
		}
		if *e.NetworkBorderGroup != r.Region {
			return fail("InvalidAllocationID.NotFound", "Elastic IP address %s could not be associated with this NAT gateway", *e.AllocationId)
		}
	}
	return nil
}

// fails notes that the gateway will not come to be, and why. It shows the addresses that it was to have.
func (r *natGateway) fails(c *Call, why error, eips []*elasticIP) {
	if errors.Is(why, errSubnetFull) {
		why = fail("InsufficientFreeAddressesInSubnet", "Subnet has insufficient free addresses to create this NAT gateway")
	}
	told, _ := errors.AsType[smithy.APIError](why)
	r.FailureCode, r.FailureMessage = new(told.ErrorCode()), new(told.ErrorMessage())
	for i, e := range eips {
		a := r.newAddress(c.Tx.Now)
		a.Settles.Next = types.NatGatewayAddressStatusFailed
		a.AllocationId = e.AllocationId
		if !r.isRegional() {
			a.IsPrimary = new(i == 0)
		}
		r.Addresses = append(r.Addresses, a)
	}
}
