package ec2api

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var networkACLOperations = []op.Op{
	op.Read((*Call).DescribeNetworkAcls),
}

// networkACL is a network ACL of a VPC. Its Associations are not stored: each subnet knows its own.
type networkACL struct {
	types.NetworkAcl
	Region string
}

func (r *networkACL) key() state.Key { return state.Key{*r.OwnerId, r.Region, *r.NetworkAclId} }

var (
	networkACLs      = state.NewTable(&Schema, "network-acl", (*networkACL).key)
	networkACLsByVPC = state.NewIndex(networkACLs, "vpc", func(r *networkACL) []state.Key {
		return []state.Key{{*r.OwnerId, r.Region, *r.VpcId}}
	})
)

var networkACLKind = kind{"acl-", types.ResourceTypeNetworkAcl, func(c *Call, id string) error { _, err := c.networkACL(id); return err }}

// networkACL finds a network ACL of the caller in the Region of the call.
func (c *Call) networkACL(id string) (*networkACL, error) {
	if r := networkACLs.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidNetworkAclID.NotFound", "networkAcl", id)
}

// Numbers of the rules of a default network ACL: everything may pass, and what no rule is about may not.
// Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
const (
	allowIPv4 = 100
	allowIPv6 = 101
	denyIPv4  = 32767
	denyIPv6  = 32768
)

// makeDefaultNetworkACL makes the network ACL of all subnets that have no other.
func (c *Call) makeDefaultNetworkACL(v *vpc) {
	r := &networkACL{
		NetworkAcl: types.NetworkAcl{
			OwnerId:      v.OwnerId,
			NetworkAclId: new(c.newID("acl-")),
			VpcId:        v.VpcId,
			IsDefault:    new(true),
		},
		Region: v.Region,
	}
	for _, egress := range []bool{true, false} {
		r.addEntry(types.NetworkAclEntry{RuleNumber: new(int32(allowIPv4)), CidrBlock: new("0.0.0.0/0"), RuleAction: types.RuleActionAllow}, egress)
		r.addEntry(types.NetworkAclEntry{RuleNumber: new(int32(denyIPv4)), CidrBlock: new("0.0.0.0/0"), RuleAction: types.RuleActionDeny}, egress)
	}
	networkACLs.Put(c.Tx, r)
}

// defaultNetworkACL is the network ACL that came with a VPC.
func (c *Call) defaultNetworkACL(v *vpc) *networkACL {
	for r := range networkACLsByVPC.Scan(c.Tx, v.key()...) {
		if *r.IsDefault {
			return r
		}
	}
	return nil
}

// openIPv6 lets IPv6 pass as IPv4 does. AWS leaves the rules when the last IPv6 block of the VPC goes.
func (r *networkACL) openIPv6() {
	for _, egress := range []bool{true, false} {
		r.addEntry(types.NetworkAclEntry{RuleNumber: new(int32(allowIPv6)), Ipv6CidrBlock: new("::/0"), RuleAction: types.RuleActionAllow}, egress)
		r.addEntry(types.NetworkAclEntry{RuleNumber: new(int32(denyIPv6)), Ipv6CidrBlock: new("::/0"), RuleAction: types.RuleActionDeny}, egress)
	}
}

// addEntry adds a rule for all protocols unless its number is taken. AWS lists what is outbound first, then by number.
func (r *networkACL) addEntry(e types.NetworkAclEntry, egress bool) {
	e.Egress, e.Protocol = new(egress), new("-1")
	order := func(a, b types.NetworkAclEntry) int {
		if *a.Egress != *b.Egress {
			return cmp.Compare(direction(b), direction(a))
		}
		return cmp.Compare(*a.RuleNumber, *b.RuleNumber)
	}
	if i, taken := slices.BinarySearchFunc(r.Entries, e, order); !taken {
		r.Entries = slices.Insert(r.Entries, i, e)
	}
}

func direction(e types.NetworkAclEntry) int {
	if *e.Egress {
		return 1
	}
	return 0
}

func (r *networkACL) show(c *Call) types.NetworkAcl {
	v := r.NetworkAcl
	v.Associations = []types.NetworkAclAssociation{}
	for s := range subnetsByVPC.Scan(c.Tx, *r.OwnerId, r.Region, *r.VpcId) {
		if s.NetworkACL == *r.NetworkAclId {
			v.Associations = append(v.Associations, types.NetworkAclAssociation{
				NetworkAclAssociationId: new(s.NetworkACLAssociation), NetworkAclId: r.NetworkAclId, SubnetId: s.SubnetId,
			})
		}
	}
	v.Tags = c.tags(*r.OwnerId, r.Region, *r.NetworkAclId)
	return v
}

var networkACLListing = listing[networkACL, types.NetworkAcl]{
	key:  (*networkACL).key,
	view: func(c *Call, r *networkACL) types.NetworkAcl { return r.show(c) },
	min:  minResults,
	max:  maxResults,
	filters: filters[types.NetworkAcl]{
		"default":        func(a types.NetworkAcl) []string { return shown(a.IsDefault) },
		"network-acl-id": func(a types.NetworkAcl) []string { return shown(a.NetworkAclId) },
		"owner-id":       func(a types.NetworkAcl) []string { return shown(a.OwnerId) },
		"vpc-id":         func(a types.NetworkAcl) []string { return shown(a.VpcId) },

		"association.association-id": ofACLAssociation(func(a types.NetworkAclAssociation) []string { return shown(a.NetworkAclAssociationId) }),
		"association.network-acl-id": ofACLAssociation(func(a types.NetworkAclAssociation) []string { return shown(a.NetworkAclId) }),
		"association.subnet-id":      ofACLAssociation(func(a types.NetworkAclAssociation) []string { return shown(a.SubnetId) }),

		// The rules are for all protocols, so that they have neither ports nor ICMP types.
		"entry.cidr":            ofEntry(func(e types.NetworkAclEntry) []string { return shown(e.CidrBlock) }),
		"entry.egress":          ofEntry(func(e types.NetworkAclEntry) []string { return shown(e.Egress) }),
		"entry.icmp.code":       ofEntry(func(e types.NetworkAclEntry) []string { return nil }),
		"entry.icmp.type":       ofEntry(func(e types.NetworkAclEntry) []string { return nil }),
		"entry.ipv6-cidr":       ofEntry(func(e types.NetworkAclEntry) []string { return shown(e.Ipv6CidrBlock) }),
		"entry.port-range.from": ofEntry(func(e types.NetworkAclEntry) []string { return nil }),
		"entry.port-range.to":   ofEntry(func(e types.NetworkAclEntry) []string { return nil }),
		"entry.protocol":        ofEntry(func(e types.NetworkAclEntry) []string { return shown(e.Protocol) }),
		"entry.rule-action":     ofEntry(func(e types.NetworkAclEntry) []string { return shown(&e.RuleAction) }),
		"entry.rule-number":     ofEntry(func(e types.NetworkAclEntry) []string { return shown(e.RuleNumber) }),
	},
}

func ofACLAssociation(value func(types.NetworkAclAssociation) []string) func(types.NetworkAcl) []string {
	return func(a types.NetworkAcl) []string { return each(a.Associations, value) }
}

func ofEntry(value func(types.NetworkAclEntry) []string) func(types.NetworkAcl) []string {
	return func(a types.NetworkAcl) []string { return each(a.Entries, value) }
}

// DescribeNetworkAcls lists the caller's network ACLs in the Region.
func (c *Call) DescribeNetworkAcls(in *ec2.DescribeNetworkAclsInput) (*ec2.DescribeNetworkAclsOutput, error) {
	all := rows(c, networkACLs, (*networkACL).key, in.Filters, map[string]*state.Index[networkACL]{"vpc-id": networkACLsByVPC})
	items, next, err := networkACLListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.NetworkAclIds, c.networkACL, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeNetworkAclsOutput{NetworkAcls: items, NextToken: next}, nil
}
