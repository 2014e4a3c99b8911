package ec2api_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ipam-local/ipam-local/ec2api"
)

// TestNATGatewayOnTheWay: until it is deleted a gateway keeps what it has.
func TestNATGatewayOnTheWay(t *testing.T) {
	n := newNetwork(t, func(s *ec2api.Settings) { s.Timing.NATGateway = 90 * time.Second })
	vpc := must[ec2.CreateVpcOutput](t)(n.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16")})).Vpc
	internet := must[ec2.CreateInternetGatewayOutput](t)(n.CreateInternetGateway(t.Context(), &ec2.CreateInternetGatewayInput{})).InternetGateway
	must[ec2.AttachInternetGatewayOutput](t)(n.AttachInternetGateway(t.Context(), &ec2.AttachInternetGatewayInput{InternetGatewayId: internet.InternetGatewayId, VpcId: vpc.VpcId}))
	id := must[ec2.CreateNatGatewayOutput](t)(n.CreateNatGateway(t.Context(), &ec2.CreateNatGatewayInput{VpcId: vpc.VpcId, AvailabilityMode: types.AvailabilityModeRegional})).NatGateway.NatGatewayId
	see := func(what string, state types.NatGatewayState, addresses int) {
		t.Helper()
		got := must[ec2.DescribeNatGatewaysOutput](t)(n.DescribeNatGateways(t.Context(), &ec2.DescribeNatGatewaysInput{NatGatewayIds: []string{*id}})).NatGateways[0]
		if got.State != state {
			t.Errorf("%s the gateway is %s, want %s", what, got.State, state)
		}
		if have := len(must[ec2.DescribeAddressesOutput](t)(n.DescribeAddresses(t.Context(), &ec2.DescribeAddressesInput{})).Addresses); have != addresses {
			t.Errorf("%s the account has %d addresses, want %d", what, have, addresses)
		}
	}
	see("at first", types.NatGatewayStatePending, 1)
	n.server.Advance(2 * time.Minute)
	see("later", types.NatGatewayStateAvailable, 1)
	must[ec2.DeleteNatGatewayOutput](t)(n.DeleteNatGateway(t.Context(), &ec2.DeleteNatGatewayInput{NatGatewayId: id}))
	must[ec2.DeleteNatGatewayOutput](t)(n.DeleteNatGateway(t.Context(), &ec2.DeleteNatGatewayInput{NatGatewayId: id}))
	see("before its end", types.NatGatewayStateDeleting, 1)
	_, err := n.DetachInternetGateway(t.Context(), &ec2.DetachInternetGatewayInput{InternetGatewayId: internet.InternetGatewayId, VpcId: vpc.VpcId})
	wantFailure(t, err, "DependencyViolation", "mapped public address")
	n.server.Advance(2 * time.Minute)
	see("in the end", types.NatGatewayStateDeleted, 0)

	role := must[iam.GetRoleOutput](t)(iam.NewFromConfig(n.server.Config(n.account, "us-east-1")).GetRole(t.Context(), &iam.GetRoleInput{RoleName: new("AWSServiceRoleForNATGateway")})).Role
	if *role.Path != "/aws-service-role/ec2-nat-gateway.amazonaws.com/" {
		t.Errorf("the path of the role is %s", *role.Path)
	}
}
