package ec2api

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// vpcAttributes are what DescribeVpcAttribute shows of a VPC and DescribeVpcs does not.
type vpcAttributes struct {
	DNSSupport   bool
	DNSHostnames bool
	UsageMetrics bool
}

// DescribeVpcAttribute shows one attribute of a VPC.
func (c *Call) DescribeVpcAttribute(in *ec2.DescribeVpcAttributeInput) (*ec2.DescribeVpcAttributeOutput, error) {
	v, err := c.vpc(*in.VpcId)
	if err != nil {
		return nil, err
	}
	out := &ec2.DescribeVpcAttributeOutput{VpcId: v.VpcId}
	switch in.Attribute {
	case types.VpcAttributeNameEnableDnsSupport:
		out.EnableDnsSupport = &types.AttributeBooleanValue{Value: &v.Attributes.DNSSupport}
	case types.VpcAttributeNameEnableDnsHostnames:
		out.EnableDnsHostnames = &types.AttributeBooleanValue{Value: &v.Attributes.DNSHostnames}
	case types.VpcAttributeNameEnableNetworkAddressUsageMetrics:
		out.EnableNetworkAddressUsageMetrics = &types.AttributeBooleanValue{Value: &v.Attributes.UsageMetrics}
	default:
		return nil, invalidValue("Value (%s) for parameter attribute is invalid. Unknown attribute.", in.Attribute)
	}
	return out, nil
}

// ModifyVpcAttribute changes one attribute of a VPC.
func (c *Call) ModifyVpcAttribute(in *ec2.ModifyVpcAttributeInput) (*ec2.ModifyVpcAttributeOutput, error) {
	v, err := c.vpc(*in.VpcId)
	if err != nil {
		return nil, err
	}
	given := 0
	for _, a := range []struct {
		field *bool
		value *types.AttributeBooleanValue
	}{
		{&v.Attributes.DNSSupport, in.EnableDnsSupport},
		{&v.Attributes.DNSHostnames, in.EnableDnsHostnames},
		{&v.Attributes.UsageMetrics, in.EnableNetworkAddressUsageMetrics},
	} {
		if a.value != nil {
			*a.field = or(a.value.Value, false)
			given++
		}
	}
	if err := oneAttribute(given); err != nil {
		return nil, err
	}
	if in.EnableDnsHostnames != nil && v.Attributes.DNSHostnames && !v.Attributes.DNSSupport {
		return nil, invalidCombination("DNS hostnames can only be enabled for a VPC with DNS support enabled.")
	}
	vpcs.Put(c.Tx, v)
	return &ec2.ModifyVpcAttributeOutput{}, nil
}

// oneAttribute: the Modify operations of EC2 that name attributes take exactly one a call.
func oneAttribute(given int) error {
	switch given {
	case 0:
		return invalidCombination("No attributes specified.")
	case 1:
		return nil
	}
	return invalidCombination("Fields for multiple attribute types specified.")
}

// ModifyVpcTenancy makes a dedicated VPC one of default tenancy. There is no way back: the enum has no other value.
func (c *Call) ModifyVpcTenancy(in *ec2.ModifyVpcTenancyInput) (*ec2.ModifyVpcTenancyOutput, error) {
	v, err := c.vpc(*in.VpcId)
	if err != nil {
		return nil, err
	}
	v.InstanceTenancy = types.TenancyDefault
	vpcs.Put(c.Tx, v)
	return &ec2.ModifyVpcTenancyOutput{ReturnValue: new(true)}, nil
}
