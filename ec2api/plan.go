package ec2api

import (
	"net/netip"
)

// Resource planning pools plan the subnets of a VPC. The topmost one has the very CIDR of the VPC, which is at the same
// time the VPC's own allocation in the source pool: the two do not conflict.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-subnet-planning.html

// plansVPC tells whether the pool gets its CIDRs from a VPC, and not from another planning pool.
func (r *pool) plansVPC(c *Call) bool {
	if r.SourceResource == nil {
		return false
	}
	if r.SourceIpamPoolId == nil {
		return true
	}
	return poolsByID.First(c.Tx, *r.SourceIpamPoolId).SourceResource == nil
}

// planVPC gives a CIDR of the VPC to the pool that plans it.
func (c *Call) planVPC(p *pool, r *poolCIDR) error {
	if !r.Prefix.IsValid() {
		return invalidCombination("The request must contain Cidr for a pool with a source resource.")
	}
	if !c.vpcHas(*p.SourceResource.ResourceId, r.Prefix) {
		r.notAvailable("The CIDR is not a CIDR of the source resource.")
		return nil
	}
	for other := range poolsByScope.Scan(c.Tx, p.IpamScopeId) {
		if other.SourceResource == nil || *other.SourceResource.ResourceId != *p.SourceResource.ResourceId || !other.plansVPC(c) {
			continue
		}
		for taken := range poolCIDRs.Scan(c.Tx, other.key()...) {
			if taken.live() && taken.Prefix.Overlaps(r.Prefix) {
				r.notAvailable("The CIDR is provisioned to another pool with the same source resource.")
				return nil
			}
		}
	}
	return nil
}

// checkPlannedVPC: a pool can plan a VPC that its IPAM watches and that has space from IPAM, or from the source pool if
// one is named.
func (c *Call) checkPlannedVPC(p *pool, owner, regionName, id string) error {
	v := vpcsByID.First(c.Tx, id)
	if v == nil || *v.OwnerId != owner || v.Region != regionName || !monitors(c.Tx, c.Account, owner) {
		return noVPC(id)
	}
	if *p.Locale != noLocale && *p.Locale != regionName {
		return invalidValue("The source resource %s is not in the locale %s of the pool.", id, *p.Locale)
	}
	if p.SourceIpamPoolId != nil && poolsByID.First(c.Tx, *p.SourceIpamPoolId).SourceResource != nil {
		return invalidCombination("The source pool %s has a source resource of its own.", *p.SourceIpamPoolId)
	}
	for a := range allocationsByResource.Scan(c.Tx, id) {
		if p.SourceIpamPoolId == nil || a.IpamPoolId == *p.SourceIpamPoolId {
			return nil
		}
	}
	return invalidValue("The source resource %s is not managed by IPAM.", id)
}

// vpcHas tells whether the prefix is one of the VPC's CIDRs.
func (c *Call) vpcHas(id string, prefix netip.Prefix) bool {
	v := vpcsByID.First(c.Tx, id)
	if v == nil {
		return false
	}
	b := v.blockWith(prefix)
	return b != nil && b.Prefix == prefix
}
