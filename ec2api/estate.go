package ec2api

import (
	"iter"
	"net/netip"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/benbjohnson/immutable"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/state"
)

// estate is the CIDRs of all VPCs there are, whoever has them, so that what overlaps a CIDR is found without reading VPCs.
// What an IPAM sees of it is asked afterwards: that depends on organizations, shares and Regions, and changes with them.
type estate struct {
	space   space.Space
	holders *immutable.SortedMap[string, bool] // by holder.key; whether the CIDR is public
}

// holder is a VPC that has a CIDR.
type holder struct {
	account string
	region  string
	id      string
	public  bool
}

func (h holder) key(prefix netip.Prefix) string {
	return strings.Join([]string{prefix.String(), h.account, h.region, h.id}, "\x00")
}

var estates = state.NewDerived(&Schema, "vpc-estate", estate.equal)

const allVPCs = "vpcs"

func init() {
	state.Derive(estates, vpcs, func(*vpc) (string, bool) { return allVPCs, true }, estate.add, estate.remove)
}

func (e estate) add(r *vpc) estate {
	if e.holders == nil {
		e.holders = immutable.NewSortedMap[string, bool](nil)
	}
	for h, prefix := range r.holdings() {
		e.space = e.space.Use(prefix)
		e.holders = e.holders.Set(h.key(prefix), h.public)
	}
	return e
}

func (e estate) remove(r *vpc) estate {
	for h, prefix := range r.holdings() {
		e.space = e.space.Release(prefix)
		e.holders = e.holders.Delete(h.key(prefix))
	}
	if e.holders.Len() == 0 {
		return estate{}
	}
	return e
}

// holdings are the live CIDRs of a VPC.
func (r *vpc) holdings() iter.Seq2[holder, netip.Prefix] {
	return func(yield func(holder, netip.Prefix) bool) {
		for i := range r.Blocks {
			if b := &r.Blocks[i]; b.live() && !yield(r.holder(b), b.Prefix) {
				return
			}
		}
	}
}

// holder is the VPC as the one that has a block.
func (r *vpc) holder(b *block) holder { return holder{*r.OwnerId, r.Region, *r.VpcId, b.public()} }

// public tells whether a block belongs into the public scope of an IPAM. IPv4 of a VPC is private, whatever its range: AWS
// does not advertise it.
func (b *block) public() bool { return b.IPv6.Attribute == types.Ipv6AddressAttributePublic }

// having are the VPCs that have exactly that CIDR.
func (e estate) having(prefix netip.Prefix) iter.Seq[holder] {
	return func(yield func(holder) bool) {
		if e.holders == nil {
			return
		}
		begin := prefix.String() + "\x00"
		it := e.holders.Iterator()
		it.Seek(begin)
		for key, public, ok := it.Next(); ok && strings.HasPrefix(key, begin); key, public, ok = it.Next() {
			if _, h := readHolder(key, public); !yield(h) {
				return
			}
		}
	}
}

// all are all VPCs with their CIDRs.
func (e estate) all() iter.Seq2[holder, netip.Prefix] {
	return func(yield func(holder, netip.Prefix) bool) {
		if e.holders == nil {
			return
		}
		for it := e.holders.Iterator(); !it.Done(); {
			key, public, _ := it.Next()
			if prefix, h := readHolder(key, public); !yield(h, netip.MustParsePrefix(prefix)) {
				return
			}
		}
	}
}

// readHolder takes apart what holder.key has made.
func readHolder(key string, public bool) (prefix string, h holder) {
	parts := strings.Split(key, "\x00")
	return parts[0], holder{parts[1], parts[2], parts[3], public}
}

func (e estate) equal(o estate) bool {
	if (e.holders == nil) != (o.holders == nil) || !e.space.Equal(o.space) {
		return false
	}
	if e.holders == nil {
		return true
	}
	if e.holders.Len() != o.holders.Len() {
		return false
	}
	a, b := e.holders.Iterator(), o.holders.Iterator()
	for !a.Done() {
		k, v, _ := a.Next()
		k2, v2, _ := b.Next()
		if k != k2 || v != v2 {
			return false
		}
	}
	return true
}

// customSpaces holds, by pool, its custom allocations: the only ones that a VPC's CIDR can be in conflict with.
var customSpaces = state.NewDerived(&Schema, "custom-space", space.Space.Equal)

func init() {
	state.Derive(customSpaces, allocations,
		func(r *allocation) (string, bool) {
			return r.IpamPoolId, r.ResourceType == types.IpamPoolAllocationResourceTypeCustom
		},
		func(s space.Space, r *allocation) space.Space { return s.Use(r.prefix()) },
		func(s space.Space, r *allocation) space.Space { return s.Release(r.prefix()) })
}
