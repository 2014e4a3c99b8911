package ec2api

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// The one attribute of an Elastic IP address: the domain name that reverse DNS tells. Nobody here can ask DNS whether the
// name points to the address, so any is believed, and it holds at once where AWS takes its time.

func (r *elasticIP) attribute() types.AddressAttribute {
	return types.AddressAttribute{AllocationId: r.AllocationId, PublicIp: r.PublicIp, PtrRecord: r.PtrRecord}
}

// ModifyAddressAttribute gives an address a domain name.
func (c *Call) ModifyAddressAttribute(in *ec2.ModifyAddressAttributeInput) (*ec2.ModifyAddressAttributeOutput, error) {
	r, err := c.elasticIP(*in.AllocationId)
	if err != nil {
		return nil, err
	}
	if or(in.DomainName, "") == "" {
		return nil, missingParameter("DomainName")
	}
	name := *in.DomainName
	if name[len(name)-1] != '.' {
		name += "."
	}
	out := c.changeName(r, &name)
	out.PtrRecordUpdate.Value = &name
	return &ec2.ModifyAddressAttributeOutput{Address: &out}, nil
}

// ResetAddressAttribute takes the domain name away.
func (c *Call) ResetAddressAttribute(in *ec2.ResetAddressAttributeInput) (*ec2.ResetAddressAttributeOutput, error) {
	r, err := c.elasticIP(*in.AllocationId)
	if err != nil {
		return nil, err
	}
	out := c.changeName(r, nil)
	return &ec2.ResetAddressAttributeOutput{Address: &out}, nil
}

// changeName changes the name, and returns what the call shows that does it: the old name, and that the change is on its way.
func (c *Call) changeName(r *elasticIP, name *string) types.AddressAttribute {
	v := r.attribute()
	v.PtrRecordUpdate = &types.PtrUpdateStatus{Status: new("PENDING")}
	r.PtrRecord = name
	elasticIPs.Put(c.Tx, r)
	return v
}

var addressAttributeListing = listing[elasticIP, types.AddressAttribute]{
	key:  (*elasticIP).key,
	view: func(_ *Call, r *elasticIP) types.AddressAttribute { return r.attribute() },
	min:  1,
	max:  1000,
}

// DescribeAddressesAttribute lists the addresses that have a domain name.
func (c *Call) DescribeAddressesAttribute(in *ec2.DescribeAddressesAttributeInput) (*ec2.DescribeAddressesAttributeOutput, error) {
	all := slices.Collect(c.elasticIPsHere(nil))
	if in.AllocationIds != nil {
		all = nil
		for _, id := range in.AllocationIds {
			r, err := c.elasticIP(id)
			if err != nil {
				return nil, err
			}
			all = append(all, r)
		}
	}
	all = slices.DeleteFunc(all, func(r *elasticIP) bool { return r.PtrRecord == nil })
	items, next, err := addressAttributeListing.list(c, page{max: in.MaxResults, token: in.NextToken},
		func(after state.Key) iter.Seq[*elasticIP] { return afterKey(all, (*elasticIP).key, after) })
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeAddressesAttributeOutput{Addresses: items, NextToken: next}, nil
}
