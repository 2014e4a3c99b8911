package ec2api

import (
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ModifyIpamResourceCidr makes an IPAM ignore a CIDR of a VPC, or no longer, and moves it to another private scope. A CIDR
// that has space from a pool stays where it is until the pool has it back, which ignoring it brings about.
// Sources: https://docs.aws.amazon.com/vpc/latest/ipam/move-resource-ipam.html and
// https://docs.aws.amazon.com/vpc/latest/ipam/change-monitoring-state-ipam.html
func (c *Call) ModifyIpamResourceCidr(in *ec2.ModifyIpamResourceCidrInput) (*ec2.ModifyIpamResourceCidrOutput, error) {
	s, err := c.liveScope(*in.CurrentIpamScopeId)
	if err != nil {
		return nil, err
	}
	prefix, err := anyCIDR(*in.ResourceCidr, "resourceCidr")
	if err != nil {
		return nil, err
	}
	v := newView(c.Tx, s)
	item, err := v.find(*in.ResourceId, *in.ResourceRegion, prefix)
	if err != nil {
		return nil, err
	}
	said := v.saidAbout(*in.ResourceId, prefix)
	if err := c.checkMonitoring(s, item, *in.Monitored); err != nil {
		return nil, err
	}
	if in.DestinationIpamScopeId != nil {
		destination, err := c.destination(s, item, *in.DestinationIpamScopeId)
		if err != nil {
			return nil, err
		}
		if said.ScopeId = destination; destination == *v.ipam.PrivateDefaultScopeId {
			said.ScopeId = ""
		}
	}
	c.setIgnored(v, &said, prefix, !*in.Monitored)
	importAround(c.Tx, prefix)
	out := newView(c.Tx, s).again(item)
	if in.DestinationIpamScopeId != nil {
		out.IpamScopeId = in.DestinationIpamScopeId // at once, although the move may have to wait (aws-cli, examples/ec2/modify-ipam-resource-cidr.rst)
	}
	return &ec2.ModifyIpamResourceCidrOutput{IpamResourceCidr: &out.IpamResourceCidr}, nil
}

// find finds a CIDR in the scope.
func (v *view) find(id, regionName string, prefix netip.Prefix) (*resourceCIDR, error) {
	for item := range v.all(wanted{id: &id}, nil) {
		if *item.ResourceRegion == regionName && item.prefix == prefix {
			return item, nil
		}
	}
	return nil, invalidValue("The resource %s with the CIDR %s does not exist in the scope %s in the Region %s.", id, prefix, *v.scope.IpamScopeId, regionName)
}

// again is a CIDR as it is after a change. One that has left the scope is shown as it was.
func (v *view) again(item *resourceCIDR) *resourceCIDR {
	if now, err := v.find(*item.ResourceId, *item.ResourceRegion, item.prefix); err == nil {
		return now
	}
	return item
}

func (c *Call) checkMonitoring(s *scope, item *resourceCIDR, monitored bool) error {
	switch {
	case monitored:
		return nil
	case item.ResourceType != types.IpamResourceTypeVpc:
		return invalidValue("The resource type %s cannot be ignored. Only CIDRs of VPCs can.", item.ResourceType)
	case s.IpamScopeType == types.IpamScopeTypePublic:
		return fail(codeUnsupportedOperation, "The CIDR %s of %s is in a public scope and cannot be ignored.", *item.ResourceCidr, *item.ResourceId)
	}
	return nil
}

// destination checks where a CIDR is to be moved to.
func (c *Call) destination(s *scope, item *resourceCIDR, id string) (string, error) {
	to, err := c.liveScope(id)
	switch {
	case err != nil:
		return "", err
	case to.IpamId != s.IpamId:
		return "", invalidValue("The scopes %s and %s are not of the same IPAM.", *s.IpamScopeId, id)
	case item.ResourceType != types.IpamResourceTypeVpc:
		return "", invalidValue("The resource type %s cannot be moved. Subnets move with their VPC.", item.ResourceType)
	case s.IpamScopeType == types.IpamScopeTypePublic || to.IpamScopeType == types.IpamScopeTypePublic:
		return "", fail(codeUnsupportedOperation, "CIDRs can be moved between private scopes only.")
	}
	return id, nil
}

// setIgnored stores what was said. The pool gets back what a CIDR has that is ignored from now on.
func (c *Call) setIgnored(v *view, said *monitoredCIDR, prefix netip.Prefix, ignored bool) {
	changed := said.Ignored != ignored
	said.Ignored = ignored
	said.put(c.Tx)
	if !changed {
		return
	}
	for _, a := range slices.Collect(allocationsByResource.Scan(c.Tx, said.ResourceId)) {
		switch {
		case a.prefix() != prefix || v.pool(a.IpamPoolId) == nil:
		case ignored:
			c.releaseSoon(a)
		default:
			releases.Cancel(c.Tx, a.key()...)
		}
	}
}
