package ec2api

import (
	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/state"
)

// Shareable is a resource that RAM can share, as far as RAM has to know it.
type Shareable struct {
	Type       string // as RAM names it
	Account    string // its owner's
	HomeRegion string // where it is shared, which the ARN of an IPAM pool does not tell
	Integrated bool   // whether its IPAM is integrated with the owner's organization; others can't share
}

// LookupARN finds a resource that RAM can share.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/share-pool-ipam.html
func LookupARN(tx *state.Tx, arn string) (Shareable, bool) {
	p := poolsByID.First(tx, lastOf(arn))
	if p == nil || *p.IpamPoolArn != arn || p.deleting() {
		return Shareable{}, false
	}
	m, member := orgs.Of(tx, *p.OwnerId)
	return Shareable{
		Type:       "ec2:IpamPool",
		Account:    *p.OwnerId,
		HomeRegion: *p.IpamRegion,
		Integrated: member && administers(tx, *p.OwnerId, m),
	}, true
}
