package ec2api

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// How public IPv4 is used: addresses in each Region, and the share of each public IPv4 pool that are Elastic IP addresses.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/cloudwatch-ipam-public-ip-insights.html

// publicTally is how many addresses of an origin there are, and how many of them are associated.
type publicTally struct{ all, associated int }

// lookAtPublic counts what is public IPv4, and publishes it. Addresses are counted in all Regions in every tier; resources are
// looked at where the tier allows it.
func (s *survey) lookAtPublic(seen watch) {
	v := s.views[*s.ipam.PublicDefaultScopeId]
	if v == nil {
		return
	}
	byRegion := map[string]map[types.IpamPublicAddressType]publicTally{}
	for account, regions := range s.ipam.everywhere(s.tx) {
		for _, regionName := range regions {
			here := slices.Contains(seen[account], regionName)
			for r := range elasticIPs.Scan(s.tx, account, regionName) {
				if here {
					s.add(v.addressFinding(r), *v.scope.IpamScopeId)
				}
				if byRegion[regionName] == nil {
					byRegion[regionName] = map[types.IpamPublicAddressType]publicTally{}
				}
				n := byRegion[regionName][r.addressType(s.tx)]
				byRegion[regionName][r.addressType(s.tx)] = publicTally{n.all + 1, n.associated + one(r.AssociationId != nil)}
			}
			if !here {
				continue
			}
			for r := range publicIPv4Pools.Scan(s.tx, account, regionName) {
				s.addPublicPool(v, r)
			}
		}
	}
	for regionName, n := range byRegion {
		s.publishAddresses(regionName, n)
	}
}

func (s *survey) addPublicPool(v *view, r *publicIPv4Pool) {
	all, used := 0.0, 0.0
	for _, p := range r.Parts {
		s.add(v.publicPartFinding(r, p), *v.scope.IpamScopeId)
		shown := shownRange(s.tx, *r.PoolId, p.Prefix)
		all += float64(*shown.AddressCount)
		used += float64(*shown.AddressCount - *shown.AvailableAddressCount)
	}
	if all > 0 {
		d := dimensions("OwnerID", r.OwnerId, "PublicIPv4PoolID", *r.PoolId, "Region", r.Region, "ScopeID", *v.scope.IpamScopeId)
		s.publish(*r.PoolId, d, percent("PublicIPv4PoolIPUsage", 100*used/all))
	}
}

// publishAddresses: addresses out of blocks that Amazon provides are in no documented metric unless a service has taken them, and
// those of instances do not exist here.
func (s *survey) publishAddresses(regionName string, n map[types.IpamPublicAddressType]publicTally) {
	amazons, own := n[types.IpamPublicAddressTypeAmazonOwnedEip], n[types.IpamPublicAddressTypeByoip]
	s.publish("public "+regionName, dimensions("IpamId", *s.ipam.IpamId, "Region", regionName),
		count("AmazonOwnedElasticIPs", amazons.all),
		count("AssociatedAmazonOwnedElasticIPs", amazons.associated),
		count("UnassociatedAmazonOwnedElasticIPs", amazons.all-amazons.associated),
		count("BringYourOwnIPs", own.all),
		count("AssociatedBringYourOwnIPs", own.associated),
		count("UnassociatedBringYourOwnIPs", own.all-own.associated),
		count("EC2PublicIPs", 0),
		count("ServiceManagedIPs", n[types.IpamPublicAddressTypeServiceManagedIp].all),
		count("ServiceManagedBringYourOwnIPs", n[types.IpamPublicAddressTypeServiceManagedByoip].all))
}
