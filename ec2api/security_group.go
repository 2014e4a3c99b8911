package ec2api

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var securityGroupOperations = []op.Op{
	op.Read((*Call).DescribeSecurityGroups),
	op.Read((*Call).DescribeSecurityGroupRules),
}

// securityGroup is a security group of a VPC. Its permissions are not stored: they are made of Rules.
type securityGroup struct {
	types.SecurityGroup
	Region string
	Rules  []types.SecurityGroupRule
}

func (r *securityGroup) key() state.Key { return state.Key{*r.OwnerId, r.Region, *r.GroupId} }

var (
	securityGroups      = state.NewTable(&Schema, "security-group", (*securityGroup).key)
	securityGroupsByVPC = state.NewIndex(securityGroups, "vpc", func(r *securityGroup) []state.Key {
		return []state.Key{{*r.OwnerId, r.Region, *r.VpcId}}
	})
	securityGroupsByRule = state.NewIndex(securityGroups, "rule", func(r *securityGroup) []state.Key {
		keys := make([]state.Key, len(r.Rules))
		for i, rule := range r.Rules {
			keys[i] = state.Key{*r.OwnerId, r.Region, *rule.SecurityGroupRuleId}
		}
		return keys
	})
)

var (
	securityGroupKind     = kind{"sg-", types.ResourceTypeSecurityGroup, func(c *Call, id string) error { _, err := c.securityGroup(id); return err }}
	securityGroupRuleKind = kind{"sgr-", types.ResourceTypeSecurityGroupRule, func(c *Call, id string) error { _, err := c.securityGroupRule(id); return err }}
)

// securityGroup finds a security group of the caller in the Region of the call.
func (c *Call) securityGroup(id string) (*securityGroup, error) {
	if r := securityGroups.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, fail("InvalidGroup.NotFound", "The security group '%s' does not exist", id)
}

// securityGroupRule finds a rule of one of the caller's security groups in the Region of the call.
func (c *Call) securityGroupRule(id string) (*types.SecurityGroupRule, error) {
	if r := securityGroupsByRule.First(c.Tx, c.Account, c.Region, id); r != nil {
		i := slices.IndexFunc(r.Rules, func(rule types.SecurityGroupRule) bool { return *rule.SecurityGroupRuleId == id })
		return &r.Rules[i], nil
	}
	return nil, fail("InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '%s' does not exist", id)
}

// makeDefaultSecurityGroup makes the security group of all that is launched without one: its members talk to one
// another and to the world.
// Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
func (c *Call) makeDefaultSecurityGroup(v *vpc) {
	id := c.newID("sg-")
	r := &securityGroup{
		SecurityGroup: types.SecurityGroup{
			OwnerId:          v.OwnerId,
			GroupId:          new(id),
			GroupName:        new("default"),
			Description:      new("default VPC security group"),
			SecurityGroupArn: new(c.arn(v.Region, *v.OwnerId, "security-group/"+id)),
			VpcId:            v.VpcId,
		},
		Region: v.Region,
	}
	r.addRule(c, types.SecurityGroupRule{IsEgress: new(false), ReferencedGroupInfo: &types.ReferencedSecurityGroup{GroupId: new(id), UserId: v.OwnerId}})
	r.addRule(c, types.SecurityGroupRule{IsEgress: new(true), CidrIpv4: new("0.0.0.0/0")})
	securityGroups.Put(c.Tx, r)
}

// openIPv6 lets IPv6 out of a default group, unless it may go already. AWS leaves the rule when the last IPv6 block of
// the VPC goes.
func (r *securityGroup) openIPv6(c *Call) bool {
	open := slices.ContainsFunc(r.Rules, func(rule types.SecurityGroupRule) bool { return *rule.IsEgress && rule.CidrIpv6 != nil })
	if open || *r.GroupName != "default" {
		return false
	}
	r.addRule(c, types.SecurityGroupRule{IsEgress: new(true), CidrIpv6: new("::/0")})
	return true
}

// addRule adds a rule for all protocols, and so for all ports.
func (r *securityGroup) addRule(c *Call, rule types.SecurityGroupRule) {
	id := c.newID("sgr-")
	rule.SecurityGroupRuleId = new(id)
	rule.SecurityGroupRuleArn = new(c.arn(r.Region, *r.OwnerId, "security-group-rule/"+id))
	rule.GroupId, rule.GroupOwnerId = r.GroupId, r.OwnerId
	rule.IpProtocol, rule.FromPort, rule.ToPort = new("-1"), new(int32(-1)), new(int32(-1))
	r.Rules = append(r.Rules, rule)
}

func (r *securityGroup) show(c *Call) types.SecurityGroup {
	v := r.SecurityGroup
	v.IpPermissions, v.IpPermissionsEgress = r.permissions(false), r.permissions(true)
	v.Tags = c.tags(*r.OwnerId, r.Region, *r.GroupId)
	return v
}

// permissions are the rules of one direction as DescribeSecurityGroups shows them: one for each protocol, and all
// rules here are for all protocols.
func (r *securityGroup) permissions(egress bool) []types.IpPermission {
	p := types.IpPermission{
		IpProtocol: new("-1"),
		IpRanges:   []types.IpRange{}, Ipv6Ranges: []types.Ipv6Range{}, PrefixListIds: []types.PrefixListId{}, UserIdGroupPairs: []types.UserIdGroupPair{},
	}
	n := 0
	for _, rule := range r.Rules {
		if *rule.IsEgress != egress {
			continue
		}
		n++
		switch {
		case rule.CidrIpv4 != nil:
			p.IpRanges = append(p.IpRanges, types.IpRange{CidrIp: rule.CidrIpv4})
		case rule.CidrIpv6 != nil:
			p.Ipv6Ranges = append(p.Ipv6Ranges, types.Ipv6Range{CidrIpv6: rule.CidrIpv6})
		default:
			p.UserIdGroupPairs = append(p.UserIdGroupPairs, types.UserIdGroupPair{GroupId: rule.ReferencedGroupInfo.GroupId, UserId: rule.ReferencedGroupInfo.UserId})
		}
	}
	if n == 0 {
		return []types.IpPermission{}
	}
	return []types.IpPermission{p}
}

var securityGroupListing = listing[securityGroup, types.SecurityGroup]{
	key:  (*securityGroup).key,
	view: func(c *Call, r *securityGroup) types.SecurityGroup { return r.show(c) },
	min:  minResults,
	max:  maxResults,
	filters: permissionFilters(filters[types.SecurityGroup]{
		"description": func(g types.SecurityGroup) []string { return shown(g.Description) },
		"group-id":    func(g types.SecurityGroup) []string { return shown(g.GroupId) },
		"group-name":  func(g types.SecurityGroup) []string { return shown(g.GroupName) },
		"owner-id":    func(g types.SecurityGroup) []string { return shown(g.OwnerId) },
		"vpc-id":      func(g types.SecurityGroup) []string { return shown(g.VpcId) },
	}),
}

// permissionFilters adds what can be asked of the permissions of both directions.
func permissionFilters(f filters[types.SecurityGroup]) filters[types.SecurityGroup] {
	for name, value := range map[string]func(types.IpPermission) []string{
		"cidr": func(p types.IpPermission) []string {
			return each(p.IpRanges, func(r types.IpRange) []string { return shown(r.CidrIp) })
		},
		"ipv6-cidr": func(p types.IpPermission) []string {
			return each(p.Ipv6Ranges, func(r types.Ipv6Range) []string { return shown(r.CidrIpv6) })
		},
		"from-port": func(p types.IpPermission) []string { return shown(p.FromPort) },
		"to-port":   func(p types.IpPermission) []string { return shown(p.ToPort) },
		"protocol":  func(p types.IpPermission) []string { return shown(p.IpProtocol) },
		"group-id": func(p types.IpPermission) []string {
			return each(p.UserIdGroupPairs, func(g types.UserIdGroupPair) []string { return shown(g.GroupId) })
		},
		"group-name": func(p types.IpPermission) []string {
			return each(p.UserIdGroupPairs, func(g types.UserIdGroupPair) []string { return shown(g.GroupName) })
		},
		"user-id": func(p types.IpPermission) []string {
			return each(p.UserIdGroupPairs, func(g types.UserIdGroupPair) []string { return shown(g.UserId) })
		},
		"prefix-list-id": func(p types.IpPermission) []string {
			return each(p.PrefixListIds, func(l types.PrefixListId) []string { return shown(l.PrefixListId) })
		},
	} {
		f["ip-permission."+name] = func(g types.SecurityGroup) []string { return each(g.IpPermissions, value) }
		f["egress.ip-permission."+name] = func(g types.SecurityGroup) []string { return each(g.IpPermissionsEgress, value) }
	}
	return f
}

// DescribeSecurityGroups lists the caller's security groups in the Region. GroupNames name those of the default VPC only.
func (c *Call) DescribeSecurityGroups(in *ec2.DescribeSecurityGroupsInput) (*ec2.DescribeSecurityGroupsOutput, error) {
	ids := slices.Clone(in.GroupIds)
	for _, name := range in.GroupNames {
		id, err := c.groupOfDefaultVPC(name)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	all := rows(c, securityGroups, (*securityGroup).key, in.Filters, map[string]*state.Index[securityGroup]{"vpc-id": securityGroupsByVPC})
	items, next, err := securityGroupListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, ids, c.securityGroup, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeSecurityGroupsOutput{SecurityGroups: items, NextToken: next}, nil
}

func (c *Call) groupOfDefaultVPC(name string) (string, error) {
	for r := range securityGroupsByVPC.Scan(c.Tx, c.Account, c.Region, c.defaultVPC()) {
		if *r.GroupName == name {
			return *r.GroupId, nil
		}
	}
	return "", fail("InvalidGroup.NotFound", "The security group '%s' does not exist in default VPC '%s'", name, c.defaultVPC())
}

var securityGroupRuleListing = listing[types.SecurityGroupRule, types.SecurityGroupRule]{
	key: func(r *types.SecurityGroupRule) state.Key { return state.Key{*r.GroupId, *r.SecurityGroupRuleId} },
	view: func(c *Call, r *types.SecurityGroupRule) types.SecurityGroupRule {
		v := *r
		v.Tags = c.tags(*r.GroupOwnerId, c.Region, *r.SecurityGroupRuleId)
		return v
	},
	min: minResults,
	max: maxResults,
	filters: filters[types.SecurityGroupRule]{
		"group-id":               func(r types.SecurityGroupRule) []string { return shown(r.GroupId) },
		"security-group-rule-id": func(r types.SecurityGroupRule) []string { return shown(r.SecurityGroupRuleId) },
	},
}

// DescribeSecurityGroupRules lists the rules of the caller's security groups in the Region.
func (c *Call) DescribeSecurityGroupRules(in *ec2.DescribeSecurityGroupRulesInput) (*ec2.DescribeSecurityGroupRulesOutput, error) {
	all := func(after state.Key) iter.Seq[*types.SecurityGroupRule] {
		var list []*types.SecurityGroupRule
		for r := range securityGroups.Scan(c.Tx, c.Account, c.Region) {
			for i := range r.Rules {
				list = append(list, &r.Rules[i])
			}
		}
		return afterKey(list, securityGroupRuleListing.key, after)
	}
	items, next, err := securityGroupRuleListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.SecurityGroupRuleIds, c.securityGroupRule, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeSecurityGroupRulesOutput{SecurityGroupRules: items, NextToken: next}, nil
}
