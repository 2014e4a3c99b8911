package ec2api

import (
	"iter"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var resourceCIDROperations = []op.Op{
	op.Read((*Call).GetIpamResourceCidrs),
	op.Write((*Call).ModifyIpamResourceCidr),
}

// resourceCIDR is one CIDR of a resource as an IPAM sees it. It is computed on reading.
type resourceCIDR struct {
	types.IpamResourceCidr
	prefix netip.Prefix
}

func (r *resourceCIDR) key() state.Key {
	return state.Key{*r.ResourceOwnerId, *r.ResourceRegion, *r.ResourceId, *r.ResourceCidr}
}

// ofVPC is a live block of a VPC, or nil if it is not in the scope.
func (v *view) ofVPC(r *vpc, b *block) *resourceCIDR {
	h := r.holder(b)
	p, said, scopeID := v.place(h, b.Prefix)
	if scopeID != *v.scope.IpamScopeId {
		return nil
	}
	f := v.vpcFinding(h, b.Prefix, p, said)
	f.tags = tagsOf(v.tx, h.account, h.region, h.id)
	item := v.row(f, h.account, h.id)
	item.VpcId, item.IpUsage = r.VpcId, usage(v.tx, h.id, b.Prefix)
	return item
}

// ofSubnet is a CIDR of a subnet, or nil if it is not in the scope.
func (v *view) ofSubnet(r *subnet, prefix netip.Prefix) *resourceCIDR {
	p, scopeID := v.placeOfSubnet(r, prefix)
	if scopeID != *v.scope.IpamScopeId {
		return nil
	}
	f := v.subnetFinding(r, prefix, p)
	f.tags = tagsOf(v.tx, *r.OwnerId, r.Region, *r.SubnetId)
	item := v.row(f, *r.OwnerId, *r.SubnetId)
	item.VpcId, item.AvailabilityZoneId, item.IpUsage = r.VpcId, r.AvailabilityZoneId, r.usage(prefix)
	return item
}

// placeOfSubnet is the pool that a CIDR of a subnet is allocated from, if it is, and its scope: that of the pool, else that of
// the block of the VPC that it lies in.
func (v *view) placeOfSubnet(r *subnet, prefix netip.Prefix) (p *pool, scopeID string) {
	if p = v.allocation(*r.SubnetId, prefix); p != nil {
		return p, p.IpamScopeId
	}
	parent, known := v.parents[*r.VpcId]
	if !known {
		parent = vpcs.Get(v.tx, *r.OwnerId, r.Region, *r.VpcId)
		v.parents[*r.VpcId] = parent
	}
	if parent == nil {
		return nil, ""
	}
	b := parent.blockWith(prefix)
	if b == nil {
		return nil, ""
	}
	_, _, scopeID = v.place(parent.holder(b), b.Prefix)
	return nil, scopeID
}

// subnetFinding is what is known of a CIDR of a subnet, but for its tags.
func (v *view) subnetFinding(r *subnet, prefix netip.Prefix, p *pool) *finding {
	return &finding{
		kind: types.IpamResourceTypeSubnet, prefix: prefix, region: r.Region, pool: p,
		stranger: p != nil && v.stranger(p, *r.OwnerId),
	}
}

func (v *view) row(f *finding, owner, id string) *resourceCIDR {
	states := f.judge()
	item := &resourceCIDR{prefix: f.prefix, IpamResourceCidr: types.IpamResourceCidr{
		IpamId:           v.ipam.IpamId,
		IpamScopeId:      v.scope.IpamScopeId,
		ResourceRegion:   new(f.region),
		ResourceOwnerId:  new(owner),
		ResourceId:       new(id),
		ResourceCidr:     new(f.prefix.String()),
		ResourceType:     f.kind,
		ResourceTags:     resourceTags(f.tags),
		ManagementState:  states.management,
		ComplianceStatus: states.compliance,
		OverlapStatus:    states.overlap,
	}}
	if name, ok := f.tags["Name"]; ok {
		item.ResourceName = new(name)
	}
	if f.pool != nil && !f.ignored {
		item.IpamPoolId = f.pool.IpamPoolId
	}
	return item
}

// vpcRows and subnetRows are the CIDRs of a resource that are in the scope, in the order of keys.
func (v *view) vpcRows(r *vpc) (list []*resourceCIDR) {
	for i := range r.Blocks {
		if r.Blocks[i].live() {
			if item := v.ofVPC(r, &r.Blocks[i]); item != nil {
				list = append(list, item)
			}
		}
	}
	return inOrder(list)
}

func (v *view) subnetRows(r *subnet) (list []*resourceCIDR) {
	for _, prefix := range r.prefixes() {
		if item := v.ofSubnet(r, prefix); item != nil {
			list = append(list, item)
		}
	}
	return inOrder(list)
}

func inOrder(list []*resourceCIDR) []*resourceCIDR {
	slices.SortFunc(list, func(a, b *resourceCIDR) int { return strings.Compare(*a.ResourceCidr, *b.ResourceCidr) })
	return list
}

// prefixes are the CIDRs that a subnet has.
func (r *subnet) prefixes() (list []netip.Prefix) {
	if r.CidrBlock != nil {
		list = append(list, netip.MustParsePrefix(*r.CidrBlock))
	}
	if b := r.liveBlock(); b != nil {
		list = append(list, b.Prefix)
	}
	return list
}

// wanted is what a request asks for, so far as it saves reading the rest.
type wanted struct {
	owner *string
	kind  types.IpamResourceType
	id    *string
}

// all yields the CIDRs in the scope by account, Region, resource and CIDR, those behind a key only. The kinds of resources come
// in the order of their ids.
func (v *view) all(w wanted, after state.Key) iter.Seq[*resourceCIDR] {
	return func(yield func(*resourceCIDR) bool) {
		v.seen = v.ipam.watched(v.tx)
		for _, account := range slices.Sorted(maps.Keys(v.seen)) {
			if w.owner != nil && account != *w.owner {
				continue
			}
			for _, regionName := range v.seen[account] {
				if after != nil && slices.Compare(state.Key{account, regionName}, after[:2]) < 0 {
					continue
				}
				if !v.here(w, account, regionName, after, yield) {
					return
				}
			}
		}
	}
}

// here yields the CIDRs of an account in a Region.
func (v *view) here(w wanted, account, regionName string, after state.Key, yield func(*resourceCIDR) bool) bool {
	give := func(rows []*resourceCIDR) bool {
		for _, item := range rows {
			if slices.Compare(item.key(), after) > 0 && !yield(item) {
				return false
			}
		}
		return true
	}
	return giveOf(w, types.IpamResourceTypeEip, resources(v.tx, elasticIPs, w.id, account, regionName, after), v.addressRows, give) &&
		giveOf(w, types.IpamResourceTypePublicIpv4Pool, resources(v.tx, publicIPv4Pools, w.id, account, regionName, after), v.publicPoolRows, give) &&
		giveOf(w, types.IpamResourceTypeSubnet, resources(v.tx, subnets, w.id, account, regionName, after), v.subnetRows, give) &&
		giveOf(w, types.IpamResourceTypeVpc, resources(v.tx, vpcs, w.id, account, regionName, after), v.vpcRows, give)
}

// giveOf gives the CIDRs of all resources of a kind, if that kind is wanted.
func giveOf[R any](w wanted, kind types.IpamResourceType, all iter.Seq[*R], rows func(*R) []*resourceCIDR, give func([]*resourceCIDR) bool) bool {
	if w.kind != "" && w.kind != kind {
		return true
	}
	for r := range all {
		if !give(rows(r)) {
			return false
		}
	}
	return true
}

// resources yields those of an account in a Region from the one on that a key names, which may have CIDRs behind the key.
func resources[R any](tx *state.Tx, t *state.Table[R], id *string, account, regionName string, after state.Key) iter.Seq[*R] {
	return func(yield func(*R) bool) {
		if id != nil {
			if r := t.Get(tx, account, regionName, *id); r != nil {
				yield(r)
			}
			return
		}
		if len(after) < 3 || after[0] != account || after[1] != regionName {
			t.Scan(tx, account, regionName)(yield)
			return
		}
		if r := t.Get(tx, after[:3]...); r != nil && !yield(r) {
			return
		}
		t.ScanAfter(tx, after[:3], account, regionName)(yield)
	}
}

var resourceCIDRListing = listing[resourceCIDR, types.IpamResourceCidr]{
	key:  (*resourceCIDR).key,
	view: func(_ *Call, r *resourceCIDR) types.IpamResourceCidr { return r.IpamResourceCidr },
	filters: fieldFilters[types.IpamResourceCidr](nil).also(map[string]string{
		"resource-owner": "resource-owner-id",
	}),
	min: minResults,
	max: maxResults,
}

// GetIpamResourceCidrs lists the CIDRs of resources that an IPAM sees in a scope.
func (c *Call) GetIpamResourceCidrs(in *ec2.GetIpamResourceCidrsInput) (*ec2.GetIpamResourceCidrsOutput, error) {
	s, err := c.liveScope(*in.IpamScopeId)
	if err != nil {
		return nil, err
	}
	if in.IpamPoolId != nil {
		if _, err := c.homePool(*in.IpamPoolId); err != nil {
			return nil, err
		}
	}
	if in.ResourceTag != nil && in.ResourceTag.Key == nil {
		return nil, missingParameter("ResourceTag.Key")
	}
	v := newView(c.Tx, s)
	all := func(after state.Key) iter.Seq[*resourceCIDR] {
		return func(yield func(*resourceCIDR) bool) {
			for item := range v.all(wanted{in.ResourceOwner, in.ResourceType, in.ResourceId}, after) {
				if item.isWanted(in) && !yield(item) {
					return
				}
			}
		}
	}
	items, next, err := resourceCIDRListing.list(c, page{in.Filters, in.MaxResults, in.NextToken}, all)
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamResourceCidrsOutput{IpamResourceCidrs: items, NextToken: next}, nil
}

// isWanted checks what wanted does not.
func (r *resourceCIDR) isWanted(in *ec2.GetIpamResourceCidrsInput) bool {
	if in.IpamPoolId != nil && or(r.IpamPoolId, "") != *in.IpamPoolId {
		return false
	}
	return in.ResourceTag == nil || slices.ContainsFunc(r.ResourceTags, func(t types.IpamResourceTag) bool {
		return *t.Key == *in.ResourceTag.Key && *t.Value == or(in.ResourceTag.Value, *t.Value)
	})
}
