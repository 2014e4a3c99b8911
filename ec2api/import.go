package ec2api

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// Auto-import: a pool takes over the CIDRs of VPCs that its IPAM sees inside of the pool's own CIDRs. A CIDR that is only
// seen reserves nothing; until it is imported the pool may give its space to others, and then it never is. Rules of the
// pool do not keep a CIDR out, they make it noncompliant.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/create-top-ipam.html

// importPolicy is the settings of the program that a pool goes by, as they were when it was last changed.
type importPolicy struct {
	Delay       time.Duration `json:",omitempty"`
	LocaleAlone bool          `json:",omitempty"`
}

func (s *Settings) importPolicy() importPolicy {
	return importPolicy{Delay: s.Timing.Import, LocaleAlone: s.ImportLocaleOnly}
}

// importing are the keys of all pools that import, whoever has them: so that CreateVpc need not read pools to find that none
// of them is concerned.
var importing = state.NewDerived[[]string](&Schema, "importing-pools", nil)

const allPools = "pools"

func init() {
	state.Derive(importing, pools,
		func(r *pool) (string, bool) { return allPools, r.imports() },
		func(list []string, r *pool) []string {
			i, _ := slices.BinarySearch(list, r.importKey())
			return slices.Insert(slices.Clone(list), i, r.importKey())
		},
		func(list []string, r *pool) []string {
			i, _ := slices.BinarySearch(list, r.importKey())
			if list = slices.Delete(slices.Clone(list), i, i+1); len(list) == 0 {
				return nil
			}
			return list
		})
}

func (r *pool) importKey() string { return strings.Join(r.key(), " ") }

// imports tells whether the pool imports. Without a locale it does not, nor if it is not for VPCs.
func (r *pool) imports() bool {
	return or(r.AutoImport, false) && *r.Locale != noLocale && !r.deleting() && openToVPCs(r) == nil
}

// importsDue are imports that are due later or that are too many for one transaction. The key is the pool's and a CIDR.
// It is set in init since its work queues itself again.
var importsDue *state.Queue

func init() {
	importsDue = state.NewQueue(&Schema, "ipam-import", func(tx *state.Tx, key state.Key) {
		if p := pools.Get(tx, key[:3]...); p != nil && p.imports() {
			importNow(tx, p, netip.MustParsePrefix(key[3]))
		}
	})
}

// maxImport is how many CIDRs are imported in one transaction, the size of which Badger bounds.
const maxImport = 1000

// importInto imports into a pool what lies in a CIDR, now or once the time for it has passed.
func importInto(tx *state.Tx, p *pool, within netip.Prefix) {
	switch {
	case !p.imports():
	case p.Import.Delay > 0:
		importsDue.At(tx, tx.Now.Add(p.Import.Delay), append(p.key(), within.String())...)
	default:
		importNow(tx, p, within)
	}
}

// importAround imports a CIDR, or what overlaps it, that a pool could have now: its VPC is new or seen in another way, or
// the space was given back.
func importAround(tx *state.Tx, prefix netip.Prefix) {
	for _, key := range importing.Get(tx, allPools) {
		parts := strings.Split(key, " ")
		s := poolSpaces.Get(tx, parts[2])
		if _, in := s.Block(prefix); in && s.Free(prefix) {
			importInto(tx, pools.Get(tx, parts...), prefix)
		}
	}
}

// importVPC imports the CIDRs of a VPC that is new or has a new one.
func importVPC(tx *state.Tx, r *vpc) {
	for _, prefix := range r.holdings() {
		importAround(tx, prefix)
	}
}

// importAll imports all that a pool could have.
func importAll(tx *state.Tx, p *pool) {
	for block := range poolSpaces.Get(tx, *p.IpamPoolId).Blocks() {
		importInto(tx, p, block)
	}
}

// candidate is a CIDR of a VPC that a pool may import.
type candidate struct {
	holder
	prefix netip.Prefix
}

// importNow imports what overlaps a CIDR: of CIDRs that overlap each other the largest, of equal ones that of the lowest
// VPC id, where AWS takes any.
func importNow(tx *state.Tx, p *pool, within netip.Prefix) {
	s := scopes.Get(tx, *p.OwnerId, *p.IpamRegion, p.IpamScopeId)
	if s == nil {
		return
	}
	n := 0
	for _, c := range newView(tx, s).candidates(p, within) {
		if !poolSpaces.Get(tx, *p.IpamPoolId).Free(c.prefix) {
			continue
		}
		if n++; n > maxImport {
			importsDue.At(tx, tx.Now, append(p.key(), within.String())...)
			return
		}
		allocations.Put(tx, &allocation{
			IpamPoolAllocation: types.IpamPoolAllocation{
				Cidr:                 new(c.prefix.String()),
				IpamPoolAllocationId: new(newAllocationID(tx)),
				ResourceId:           new(c.id),
				ResourceType:         types.IpamPoolAllocationResourceTypeVpc,
				ResourceOwner:        new(c.account),
				ResourceRegion:       new(c.region),
			},
			OwnerId: *p.OwnerId, IpamRegion: *p.IpamRegion, IpamPoolId: *p.IpamPoolId, Region: c.region,
		})
	}
}

// candidates are what a pool may import as far as the VPCs go, the largest first.
func (v *view) candidates(p *pool, within netip.Prefix) (list []candidate) {
	free := poolSpaces.Get(v.tx, *p.IpamPoolId)
	for prefix := range v.estate.space.Used(within) {
		if !free.Free(prefix) {
			continue
		}
		var first *candidate
		for h := range v.estate.having(prefix) {
			if (first == nil || h.id < first.id) && v.mayImport(p, h, prefix) {
				first = &candidate{h, prefix}
			}
		}
		if first != nil {
			list = append(list, *first)
		}
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.prefix.Bits(), b.prefix.Bits()), a.prefix.Addr().Compare(b.prefix.Addr()))
	})
	return list
}

// mayImport: the VPC is seen in the scope of the pool, not ignored, and in no pool of the IPAM yet. AWS's documents
// differ on Regions: the reference pages import from any and call what is not in the locale noncompliant, which users have seen;
// the tutorial (tutorials-get-started-console) speaks of CIDRs in the locale only, for which there is a setting.
func (v *view) mayImport(p *pool, h holder, prefix netip.Prefix) bool {
	if p.Import.LocaleAlone && h.region != *p.Locale || !v.sees(h.account, h.region) {
		return false
	}
	said := v.saidAbout(h.id, prefix)
	return !said.Ignored && v.allocation(h.id, prefix) == nil && v.scopeOf(nil, said, h.public) == p.IpamScopeId
}
