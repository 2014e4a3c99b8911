package ec2api

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/state"
)

// Shareable is a resource that RAM can share, as far as RAM has to know it.
type Shareable struct {
	Type       string // as RAM names it
	Account    string // its owner's
	HomeRegion string // where it is shared, which the ARNs of IPAM's resources do not tell
	Integrated bool   // whether it may be shared: a pool only if its IPAM is integrated with the owner's organization and not in the free tier
}

// LookupARN finds a resource that RAM can share.
func LookupARN(tx *state.Tx, arn string) (Shareable, bool) {
	switch {
	case isDiscovery(arn):
		return lookupDiscovery(tx, arn)
	case strings.Contains(arn, ":prefix-list/"):
		return lookupPrefixList(tx, arn)
	}
	return lookupPool(tx, arn)
}

func isDiscovery(arn string) bool { return strings.Contains(arn, ":ipam-resource-discovery/") }

// discoveryOf finds the discovery of that ARN, or nil.
func discoveryOf(tx *state.Tx, arn string) *resourceDiscovery {
	if !isDiscovery(arn) {
		return nil
	}
	d := resourceDiscoveriesByID.First(tx, lastOf(arn))
	if d == nil || *d.IpamResourceDiscoveryArn != arn {
		return nil
	}
	return d
}

// Sources: https://docs.aws.amazon.com/vpc/latest/ipam/share-pool-ipam.html and
// https://docs.aws.amazon.com/vpc/latest/ipam/mod-ipam-tier.html
func lookupPool(tx *state.Tx, arn string) (Shareable, bool) {
	p := poolsByID.First(tx, lastOf(arn))
	if p == nil || *p.IpamPoolArn != arn || p.deleting() {
		return Shareable{}, false
	}
	m, member := orgs.Of(tx, *p.OwnerId)
	return Shareable{
		Type:       "ec2:IpamPool",
		Account:    *p.OwnerId,
		HomeRegion: *p.IpamRegion,
		Integrated: member && administers(tx, *p.OwnerId, m) && p.ipam(tx).Tier != types.IpamTierFree,
	}, true
}

// A discovery is there to be shared with another organization. That of a single account may be shared, too.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/res-disc-work-with-share.html
func lookupDiscovery(tx *state.Tx, arn string) (Shareable, bool) {
	d := discoveryOf(tx, arn)
	if d == nil || d.deleting() {
		return Shareable{}, false
	}
	return Shareable{Type: sharedDiscoveries, Account: *d.OwnerId, HomeRegion: *d.IpamResourceDiscoveryRegion, Integrated: true}, true
}

// A list may be shared with any account.
// Source: https://docs.aws.amazon.com/vpc/latest/userguide/sharing-managed-prefix-lists.html
func lookupPrefixList(tx *state.Tx, arn string) (Shareable, bool) {
	r := prefixListsByID.First(tx, lastOf(arn))
	if r == nil || *r.PrefixListArn != arn || r.deleting() {
		return Shareable{}, false
	}
	return Shareable{Type: sharedPrefixLists, Account: *r.OwnerId, HomeRegion: r.Region, Integrated: true}, true
}
