package ec2api

import (
	"math"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/state"
)

// view is what an IPAM sees in one scope, for the time of one request: what is asked for each CIDR anew is kept.
type view struct {
	tx    *state.Tx
	ipam  *ipam
	scope *scope

	seen      map[string][]string // the Regions that are seen of accounts
	said      bool                // whether anything was said about CIDRs of this IPAM
	estate    estate
	customs   []space.Space // nil until they are asked for
	pools     map[string]*pool
	strangers map[[2]string]bool
	parents   map[string]*vpc
	holders   map[netip.Prefix][]string
}

func newView(tx *state.Tx, s *scope) *view {
	v := &view{
		tx:        tx,
		ipam:      ipams.Get(tx, *s.OwnerId, *s.IpamRegion, s.IpamId),
		scope:     s,
		seen:      map[string][]string{},
		estate:    estates.Get(tx, allVPCs),
		pools:     map[string]*pool{},
		strangers: map[[2]string]bool{},
		parents:   map[string]*vpc{},
		holders:   map[netip.Prefix][]string{},
	}
	for range monitoredCIDRs.Scan(tx, *v.ipam.OwnerId, *v.ipam.IpamRegion, *v.ipam.IpamId) {
		v.said = true
		break
	}
	return v
}

// in is the same view of another scope of the IPAM.
func (v *view) in(s *scope) *view {
	other := new(*v)
	other.scope, other.customs, other.holders = s, nil, map[netip.Prefix][]string{}
	return other
}

// sees tells whether the IPAM sees the resources of an account in a Region.
func (v *view) sees(account, regionName string) bool {
	regions, known := v.seen[account]
	if !known {
		regions = v.ipam.regionsOfAccount(v.tx, account)
		v.seen[account] = regions
	}
	return slices.Contains(regions, regionName)
}

// customAllocations are the spaces of the pools in the scope that have custom allocations.
func (v *view) customAllocations() []space.Space {
	if v.customs == nil {
		v.customs = []space.Space{}
		for p := range poolsByScope.Scan(v.tx, *v.scope.IpamScopeId) {
			if custom := customSpaces.Get(v.tx, *p.IpamPoolId); !custom.IsEmpty() {
				v.customs = append(v.customs, custom)
			}
		}
	}
	return v.customs
}

// pool finds a pool of the IPAM; nil for another's.
func (v *view) pool(id string) *pool {
	p, known := v.pools[id]
	if !known {
		if p = poolsByID.First(v.tx, id); p != nil && p.IpamId != *v.ipam.IpamId {
			p = nil
		}
		v.pools[id] = p
	}
	return p
}

// allocation is the pool of the IPAM that a CIDR of a resource is allocated from, or nil.
func (v *view) allocation(resourceID string, prefix netip.Prefix) *pool {
	for _, a := range allocatedCIDRs.Get(v.tx, resourceID) {
		if a.prefix == prefix {
			if p := v.pool(a.pool); p != nil {
				return p
			}
		}
	}
	return nil
}

// saidAbout is what was said about a CIDR, if anything.
func (v *view) saidAbout(resourceID string, prefix netip.Prefix) monitoredCIDR {
	said := monitoredCIDR{OwnerId: *v.ipam.OwnerId, IpamRegion: *v.ipam.IpamRegion, IpamId: *v.ipam.IpamId, ResourceId: resourceID, Cidr: prefix.String()}
	if v.said {
		if r := monitoredCIDRs.Get(v.tx, said.key()...); r != nil {
			return *r
		}
	}
	return said
}

// scopeOf is the scope that a CIDR of a VPC is in: that of its pool, that to which it was moved, or a default one.
func (v *view) scopeOf(p *pool, said monitoredCIDR, public bool) string {
	switch {
	case p != nil:
		return p.IpamScopeId
	case said.ScopeId != "":
		return said.ScopeId
	case public:
		return *v.ipam.PublicDefaultScopeId
	}
	return *v.ipam.PrivateDefaultScopeId
}

// place is the pool that a CIDR of a VPC is allocated from, if it is, what was said about it, and its scope.
func (v *view) place(h holder, prefix netip.Prefix) (p *pool, said monitoredCIDR, scopeID string) {
	p, said = v.allocation(h.id, prefix), v.saidAbout(h.id, prefix)
	return p, said, v.scopeOf(p, said, h.public)
}

// vpcFinding is what is known of a CIDR of a VPC that is in the scope, but for its tags.
func (v *view) vpcFinding(h holder, prefix netip.Prefix, p *pool, said monitoredCIDR) *finding {
	return &finding{
		kind: types.IpamResourceTypeVpc, prefix: prefix, region: h.region, pool: p, ignored: said.Ignored,
		stranger: p != nil && v.stranger(p, h.account), overlaps: !said.Ignored && v.overlaps(h.id, prefix),
	}
}

// overlaps tells whether another VPC in the scope, or a custom allocation, has a part of a VPC's CIDR.
func (v *view) overlaps(id string, prefix netip.Prefix) bool {
	for _, custom := range v.customAllocations() {
		if custom.InUse(prefix) {
			return true
		}
	}
	for other := range v.estate.space.Used(prefix) {
		if slices.ContainsFunc(v.holdersOf(other), func(holder string) bool { return holder != id }) {
			return true
		}
	}
	return false
}

// holdersOf are VPCs in the scope that have exactly that CIDR and are not ignored: up to two, which tells what is asked.
func (v *view) holdersOf(prefix netip.Prefix) (ids []string) {
	ids, known := v.holders[prefix]
	if known {
		return ids
	}
	for _, h := range v.upTo(2, prefix) {
		ids = append(ids, h.id)
	}
	v.holders[prefix] = ids
	return ids
}

// upTo finds the VPCs in the scope that have exactly that CIDR and are not ignored, or so many of them.
func (v *view) upTo(n int, prefix netip.Prefix) (list []holder) {
	for h := range v.estate.having(prefix) {
		if !v.sees(h.account, h.region) {
			continue
		}
		if _, said, scopeID := v.place(h, prefix); !said.Ignored && scopeID == *v.scope.IpamScopeId {
			if list = append(list, h); len(list) == n {
				break
			}
		}
	}
	return list
}

// stranger tells whether a pool is shared, but not with that account.
func (v *view) stranger(p *pool, account string) bool {
	key := [2]string{*p.IpamPoolId, account}
	found, known := v.strangers[key]
	if !known && account != *p.OwnerId && ramapi.IsShared(v.tx, *p.IpamPoolArn) {
		_, shared := ramapi.Granted(v.tx, account, *p.IpamPoolArn)
		found = !shared
	}
	v.strangers[key] = found
	return found
}

// shareUsed is the share of a VPC's CIDR that its subnets have.
func shareUsed(tx *state.Tx, vpcID string, prefix netip.Prefix) (share float64) {
	for p := range subnetSpaces.Get(tx, vpcID).Used(prefix) {
		share += math.Ldexp(1, prefix.Bits()-p.Bits())
	}
	return share
}

// shareUsed is the share of a subnet's IPv4 addresses that are in use, those included that AWS keeps.
func (r *subnet) shareUsed(prefix netip.Prefix) float64 {
	all := addresses(prefix)
	return (all - float64(*r.AvailableIpAddressCount)) / all
}

// addresses is how many addresses a CIDR has.
func addresses(prefix netip.Prefix) float64 {
	return math.Ldexp(1, prefix.Addr().BitLen()-prefix.Bits())
}

// usage is what is used of a VPC's CIDR as the API shows it.
func usage(tx *state.Tx, vpcID string, prefix netip.Prefix) *float64 {
	return new(rounded(shareUsed(tx, vpcID, prefix)))
}

// usage is what is used of a CIDR of a subnet as the API shows it. AWS has no number for IPv6.
func (r *subnet) usage(prefix netip.Prefix) *float64 {
	if !prefix.Addr().Is4() {
		return nil
	}
	return new(rounded(r.shareUsed(prefix)))
}

// rounded: AWS shows four decimals.
func rounded(share float64) float64 { return math.Round(share*10000) / 10000 }

// tagsOf are the tags of a resource, whoever asks.
func tagsOf(tx *state.Tx, account, regionName, id string) map[string]string {
	if set := tagSets.Get(tx, account, regionName, id); set != nil {
		return set.Tags
	}
	return nil
}

// resourceTags is tags as IPAM shows them, sorted and never nil.
func resourceTags(tags map[string]string) []types.IpamResourceTag {
	list := []types.IpamResourceTag{}
	for key, value := range tags {
		list = append(list, types.IpamResourceTag{Key: new(key), Value: new(value)})
	}
	slices.SortFunc(list, func(a, b types.IpamResourceTag) int {
		if *a.Key < *b.Key {
			return -1
		}
		return 1
	})
	return list
}
