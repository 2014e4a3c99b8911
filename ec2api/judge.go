package ec2api

import (
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// finding is what is known of a CIDR of a resource, all that its states follow from.
type finding struct {
	kind     types.IpamResourceType
	prefix   netip.Prefix
	region   string
	tags     map[string]string
	ignored  bool
	pool     *pool // that holds the allocation of the CIDR, or nil
	stranger bool  // the pool is shared, but not with the owner of the resource
	overlaps bool  // another CIDR or custom allocation of the scope
}

// verdict is the states of a CIDR. Where a state does not apply there is none, not an empty one.
type verdict struct {
	management types.IpamManagementState
	compliance types.IpamComplianceStatus
	overlap    types.IpamOverlapStatus
}

// judge is all rules about managed, compliant and overlapping CIDRs.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/monitor-cidr-compliance-ipam.html
func (f *finding) judge() (v verdict) {
	if f.kind == types.IpamResourceTypeSubnet && f.pool == nil {
		return v // IPAM manages subnets only where it plans them
	}
	if f.ignored {
		return verdict{types.IpamManagementStateIgnored, types.IpamComplianceStatusIgnored, types.IpamOverlapStatusIgnored}
	}
	v = verdict{types.IpamManagementStateUnmanaged, types.IpamComplianceStatusUnmanaged, types.IpamOverlapStatusNonoverlapping}
	if f.pool != nil {
		v.management, v.compliance = types.IpamManagementStateManaged, types.IpamComplianceStatusCompliant
		if f.breaks(f.pool) {
			v.compliance = types.IpamComplianceStatusNoncompliant
		}
	}
	switch {
	case f.kind == types.IpamResourceTypeSubnet:
		v.overlap = "" // a subnet lies in its VPC and is compared with nothing
	case f.overlaps:
		v.overlap = types.IpamOverlapStatusOverlapping
	}
	return v
}

// breaks tells whether the CIDR breaks a rule of the pool that holds its allocation. The rules of pools above do not count.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/create-top-ipam.html
func (f *finding) breaks(p *pool) bool {
	return p.checkNetmask(int32(f.prefix.Bits())) != nil ||
		p.checkTags(f.tags) != nil ||
		*p.Locale != noLocale && p.region() != f.region ||
		f.stranger
}
