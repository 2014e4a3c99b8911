package ec2api

import (
	"github.com/ipam-local/ipam-local/state"
)

// LookupARN finds a resource that RAM can share. It returns its type as RAM names it, its owner, and the Region where it
// is shared: an IPAM pool's home, which its ARN does not tell, whatever its locale.
func LookupARN(tx *state.Tx, arn string) (resourceType, account, homeRegion string, ok bool) {
	p := poolsByID.First(tx, lastOf(arn))
	if p == nil || *p.IpamPoolArn != arn || p.deleting() {
		return "", "", "", false
	}
	return "ec2:IpamPool", *p.OwnerId, *p.IpamRegion, true
}
