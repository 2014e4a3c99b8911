package ec2api

import (
	"net/netip"

	"github.com/ipam-local/ipam-local/state"
)

// monitoredCIDR is what a user has said about a CIDR of a resource. It is kept apart from the resource: each IPAM that
// sees the resource has its own.
type monitoredCIDR struct {
	OwnerId    string // of the IPAM
	IpamRegion string // home of the IPAM
	IpamId     string
	ResourceId string
	Cidr       string
	Ignored    bool
	ScopeId    string `json:",omitempty"` // where it was moved; it counts once the CIDR is in no pool
}

func (r *monitoredCIDR) key() state.Key {
	return state.Key{r.OwnerId, r.IpamRegion, r.IpamId, r.ResourceId, r.Cidr}
}

var (
	monitoredCIDRs           = state.NewTable(&Schema, "ipam-monitored-cidr", (*monitoredCIDR).key)
	monitoredCIDRsByResource = state.NewIndex(monitoredCIDRs, "resource", func(r *monitoredCIDR) []state.Key {
		return []state.Key{{r.ResourceId}}
	})
	monitoredCIDRsByScope = state.NewIndex(monitoredCIDRs, "scope", func(r *monitoredCIDR) []state.Key {
		if r.ScopeId == "" {
			return nil
		}
		return []state.Key{{r.ScopeId}}
	})
)

// put stores what was said, and forgets it if it says nothing.
func (r *monitoredCIDR) put(tx *state.Tx) {
	if !r.Ignored && r.ScopeId == "" {
		monitoredCIDRs.Delete(tx, r.key()...)
		return
	}
	monitoredCIDRs.Put(tx, r)
}

// forgetMonitoring forgets what was said about a resource that is gone; with a prefix, about that CIDR of it.
func (c *Call) forgetMonitoring(resourceID string, prefix netip.Prefix) {
	for r := range monitoredCIDRsByResource.Scan(c.Tx, resourceID) {
		if !prefix.IsValid() || r.Cidr == prefix.String() {
			monitoredCIDRs.Delete(c.Tx, r.key()...)
		}
	}
}
