package ec2api

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
)

// What a new pool must satisfy, step by step. Each step checks a part of the request and puts it into the pool.

// placePool puts a pool into the tree of its scope.
func (c *Call) placePool(i *ipam, p *pool, in *ec2.CreateIpamPoolInput) error {
	if i.Tier == types.IpamTierFree && p.IpamScopeType == types.IpamScopeTypePrivate {
		return fail(codeUnsupportedOperation, "The IPAM %s is in the free tier. Pools in a private scope need the advanced tier.", *i.IpamId)
	}
	quotas := c.Settings.Quotas
	if err := quota(codeResourceLimitExceeded, "ipam pools", poolsByScope.Count(c.Tx, p.IpamScopeId), quotas.PoolsPerScope); err != nil {
		return err
	}
	if in.SourceIpamPoolId == nil {
		return nil
	}
	source, err := c.livePool(*in.SourceIpamPoolId)
	if err != nil {
		return err
	}
	if source.IpamScopeId != p.IpamScopeId {
		return invalidValue("The source pool %s is not in the scope %s.", *source.IpamPoolId, p.IpamScopeId)
	}
	if source.AddressFamily != p.AddressFamily {
		return invalidValue("The address family %s does not match that of the source pool %s.", p.AddressFamily, *source.IpamPoolId)
	}
	p.SourceIpamPoolId = source.IpamPoolId
	p.PoolDepth = new(*source.PoolDepth + 1)
	return quota(codeResourceLimitExceeded, "ipam pool depth", int(*source.PoolDepth), quotas.PoolDepth)
}

// planPool makes a pool plan the subnets of a VPC. The pools below such a pool plan the same VPC.
func (c *Call) planPool(_ *ipam, p *pool, in *ec2.CreateIpamPoolInput) error {
	if in.SourceResource == nil {
		if p.SourceIpamPoolId != nil {
			p.SourceResource = poolsByID.First(c.Tx, *p.SourceIpamPoolId).SourceResource
		}
		return nil
	}
	r := in.SourceResource
	for _, part := range []struct {
		name    string
		missing bool
	}{
		{"SourceResource.ResourceId", or(r.ResourceId, "") == ""},
		{"SourceResource.ResourceType", r.ResourceType == ""},
		{"SourceResource.ResourceRegion", or(r.ResourceRegion, "") == ""},
		{"SourceResource.ResourceOwner", or(r.ResourceOwner, "") == ""},
	} {
		if part.missing {
			return missingParameter(part.name)
		}
	}
	if _, known := region.Lookup(*r.ResourceRegion); !known {
		return invalidValue("Value (%s) for parameter SourceResource.ResourceRegion is invalid. This is not a valid Region.", *r.ResourceRegion)
	}
	if err := c.checkPlannedVPC(p, *r.ResourceOwner, *r.ResourceRegion, *r.ResourceId); err != nil {
		return err
	}
	p.SourceResource = &types.IpamPoolSourceResource{
		ResourceId: r.ResourceId, ResourceType: r.ResourceType, ResourceRegion: r.ResourceRegion, ResourceOwner: r.ResourceOwner,
	}
	return nil
}

// ruleNewPool sets the rules for allocations.
func (c *Call) ruleNewPool(_ *ipam, p *pool, in *ec2.CreateIpamPoolInput) error {
	if err := p.addRequiredTags(in.AllocationResourceTags); err != nil {
		return err
	}
	return p.checkRules()
}

// bits is the length of the addresses of the pool.
func (r *pool) bits() int32 {
	if r.AddressFamily == types.AddressFamilyIpv6 {
		return 128
	}
	return 32
}

// checkRules: minimum = maximum is allowed (terraform-provider-aws, TestAccIPAMPool_basic), whatever the documents say.
func (r *pool) checkRules() error {
	low, def, high := r.AllocationMinNetmaskLength, r.AllocationDefaultNetmaskLength, r.AllocationMaxNetmaskLength
	for _, rule := range []struct {
		name  string
		value *int32
	}{
		{"AllocationMinNetmaskLength", low},
		{"AllocationDefaultNetmaskLength", def},
		{"AllocationMaxNetmaskLength", high},
	} {
		if rule.value != nil && (*rule.value < 0 || *rule.value > r.bits()) {
			return invalidValue("Value (%d) for parameter %s is invalid. The netmask length must be between 0 and %d.", *rule.value, rule.name, r.bits())
		}
	}
	switch {
	case low != nil && high != nil && *low > *high:
		return invalidCombination("The AllocationMinNetmaskLength %d must not be greater than the AllocationMaxNetmaskLength %d.", *low, *high)
	case def != nil && low != nil && *def < *low, def != nil && high != nil && *def > *high:
		return invalidCombination("The AllocationDefaultNetmaskLength %d must lie between the AllocationMinNetmaskLength and the AllocationMaxNetmaskLength.", *def)
	}
	return nil
}

// checkNetmask is the pool's rule for the size of an allocation.
func (r *pool) checkNetmask(bits int32) error {
	low, high := or(r.AllocationMinNetmaskLength, 0), or(r.AllocationMaxNetmaskLength, r.bits())
	if bits < low || bits > high {
		return invalidValue("The netmask length %d is not allowed by the pool %s. It must be between %d and %d.", bits, *r.IpamPoolId, low, high)
	}
	return nil
}

// checkTags is the pool's rule for the tags of a resource that takes space from it.
func (r *pool) checkTags(tags map[string]string) error {
	for _, t := range r.AllocationResourceTags {
		if value, ok := tags[*t.Key]; !ok || value != or(t.Value, "") {
			return invalidValue("The resource is missing one or more of the resource tags required by the IPAM pool.")
		}
	}
	return nil
}

// addRequiredTags sets tags that resources must have; a key is required once, with its newest value.
func (r *pool) addRequiredTags(list []types.RequestIpamResourceTag) error {
	for _, t := range list {
		tag := []types.Tag{{Key: t.Key, Value: t.Value}}
		if err := addTags(map[string]string{}, tag); err != nil {
			return err
		}
		r.AllocationResourceTags = slices.DeleteFunc(r.AllocationResourceTags, func(old types.IpamResourceTag) bool { return *old.Key == *t.Key })
		r.AllocationResourceTags = append(r.AllocationResourceTags, types.IpamResourceTag{Key: t.Key, Value: new(or(t.Value, ""))})
	}
	return nil
}

// removeRequiredTags: a tag that the pool does not require is passed over, as DeleteTags does.
func (r *pool) removeRequiredTags(list []types.RequestIpamResourceTag) error {
	for _, t := range list {
		if or(t.Key, "") == "" {
			return missingParameter("RemoveAllocationResourceTag.Key")
		}
		r.AllocationResourceTags = slices.DeleteFunc(r.AllocationResourceTags, func(old types.IpamResourceTag) bool {
			return *old.Key == *t.Key && (t.Value == nil || *t.Value == *old.Value)
		})
	}
	return nil
}
