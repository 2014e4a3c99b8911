package ec2api

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/timeseries"
)

// resolverSamples are whether the latest version of each resolver and the latest synchronization of each target succeeded. They
// stay what they are until the next one; while it is awaited there are none.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/cloudwatch-ipam-ip-address-usage.html
func (s *survey) resolverSamples() {
	for r := range prefixListResolversByIpam.Scan(s.tx, *s.ipam.IpamId) {
		id := *r.IpamPrefixListResolverId
		if status := r.LastVersionCreationStatus; status != types.IpamPrefixListResolverVersionCreationStatusPending {
			ok := status == types.IpamPrefixListResolverVersionCreationStatusSuccess
			s.publish(id, dimensions("IpamPrefixListResolverID", id), outcomeOf("IpamPrefixListResolverVersionCreation", ok)...)
		}
		for t := range resolverTargetsByResolver.Scan(s.tx, id) {
			s.targetSamples(t)
		}
	}
}

func (s *survey) targetSamples(t *resolverTarget) {
	id := *t.IpamPrefixListResolverTargetId
	d := dimensions("IpamPrefixListResolverID", *t.IpamPrefixListResolverId, "IpamPrefixListResolverTargetID", id, "PrefixListID", *t.PrefixListId)
	switch t.Settles.state(t.State, s.tx.Now) {
	case types.IpamPrefixListResolverTargetStateSyncComplete:
		s.publish(id, d, outcomeOf("IpamPrefixListResolverSync", true)...)
	case types.IpamPrefixListResolverTargetStateSyncFailed:
		s.publish(id, d, outcomeOf("IpamPrefixListResolverSync", false)...)
	}
}

// outcomeOf is a metric of successes and one of failures.
func outcomeOf(name string, ok bool) []timeseries.Value {
	successes, failures := 1, 0
	if !ok {
		successes, failures = 0, 1
	}
	return []timeseries.Value{count(name+"Success", successes), count(name+"Failure", failures)}
}
