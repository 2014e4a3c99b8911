package ec2api

import (
	"iter"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// resolverVersion is what the rules of a resolver came to at a time. It never changes.
type resolverVersion struct {
	OwnerId    string
	IpamRegion string
	ResolverId string
	Version    int64
	Cidrs      []string
}

func (r *resolverVersion) key() state.Key {
	return state.Key{r.OwnerId, r.IpamRegion, r.ResolverId, sortableNumber(r.Version)}
}

var (
	resolverVersions     = state.NewTable(&Schema, "ipam-prefix-list-resolver-version", (*resolverVersion).key)
	resolverVersionsGone = state.NewQueue(&Schema, "ipam-prefix-list-resolver-version-gone", func(tx *state.Tx, key state.Key) {
		resolverVersions.Delete(tx, key...)
	})
)

func (r *prefixListResolver) versionKey(version int64) state.Key {
	return append(r.key(), sortableNumber(version))
}

// Of a resolver's versions AWS keeps the latest, those in use at targets and some before them, so that one can go back. Others
// are forgotten in a week.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/automate-prefix-list-updates.html
const (
	versionsToGoBack  = 10
	versionsForgotten = 7 * 24 * time.Hour
)

// kept are the versions that are not to be forgotten.
func (r *prefixListResolver) kept(tx *state.Tx) map[int64]bool {
	keep := map[int64]bool{}
	if r.Version > 0 {
		keep[r.Version] = true
	}
	for t := range resolverTargetsByResolver.Scan(tx, *r.IpamPrefixListResolverId) {
		for _, used := range []*int64{t.DesiredVersion, t.LastSyncedVersion} {
			if used != nil {
				for v := max(1, *used-versionsToGoBack); v <= *used; v++ {
					keep[v] = true
				}
			}
		}
	}
	return keep
}

// retain makes a change to a resolver or its targets, and sees to the versions that are kept no more or again.
func (r *prefixListResolver) retain(tx *state.Tx, change func()) {
	before := r.kept(tx)
	change()
	after := r.kept(tx)
	for v := range before {
		if !after[v] {
			resolverVersionsGone.At(tx, tx.Now.Add(versionsForgotten), r.versionKey(v)...)
		}
	}
	for v := range after {
		if !before[v] {
			resolverVersionsGone.Cancel(tx, r.versionKey(v)...)
		}
	}
}

// namedVersion finds a version that a request names.
func (r *prefixListResolver) namedVersion(tx *state.Tx, version int64) (*resolverVersion, error) {
	if v := resolverVersions.Get(tx, r.versionKey(version)...); v != nil {
		return v, nil
	}
	return nil, invalidValue("The ipam-prefix-list-resolver %s has no version %d.", *r.IpamPrefixListResolverId, version)
}

var resolverVersionListing = listing[resolverVersion, types.IpamPrefixListResolverVersion]{
	key: (*resolverVersion).key,
	view: func(_ *Call, v *resolverVersion) types.IpamPrefixListResolverVersion {
		return types.IpamPrefixListResolverVersion{Version: new(v.Version)}
	},
	filters: fieldFilters[types.IpamPrefixListResolverVersion](nil),
	min:     minResults,
	max:     maxResults,
}

// GetIpamPrefixListResolverVersions lists the versions of a resolver, or those that a request names.
func (c *Call) GetIpamPrefixListResolverVersions(in *ec2.GetIpamPrefixListResolverVersionsInput) (*ec2.GetIpamPrefixListResolverVersionsOutput, error) {
	r, err := c.prefixListResolver(*in.IpamPrefixListResolverId)
	if err != nil {
		return nil, err
	}
	var named []string
	for _, version := range in.IpamPrefixListResolverVersions {
		named = append(named, strconv.FormatInt(version, 10))
	}
	find := func(version string) (*resolverVersion, error) {
		n, err := strconv.ParseInt(version, 10, 64)
		if err != nil {
			return nil, err
		}
		return r.namedVersion(c.Tx, n)
	}
	items, next, err := resolverVersionListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, named, find,
		func(after state.Key) iter.Seq[*resolverVersion] {
			return resolverVersions.ScanAfter(c.Tx, after, r.key()...)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamPrefixListResolverVersionsOutput{IpamPrefixListResolverVersions: items, NextToken: next}, nil
}

var resolverEntryListing = listing[placed[types.IpamPrefixListResolverVersionEntry], types.IpamPrefixListResolverVersionEntry]{
	key:  (*placed[types.IpamPrefixListResolverVersionEntry]).key,
	view: item[types.IpamPrefixListResolverVersionEntry],
	min:  minResults,
	max:  maxResults,
}

// GetIpamPrefixListResolverVersionEntries lists the CIDRs of a version of a resolver.
func (c *Call) GetIpamPrefixListResolverVersionEntries(in *ec2.GetIpamPrefixListResolverVersionEntriesInput) (*ec2.GetIpamPrefixListResolverVersionEntriesOutput, error) {
	r, err := c.prefixListResolver(*in.IpamPrefixListResolverId)
	if err != nil {
		return nil, err
	}
	v, err := r.namedVersion(c.Tx, *in.IpamPrefixListResolverVersion)
	if err != nil {
		return nil, err
	}
	list := make([]types.IpamPrefixListResolverVersionEntry, len(v.Cidrs))
	for i, cidr := range v.Cidrs {
		list[i].Cidr = new(cidr)
	}
	items, next, err := resolverEntryListing.list(c, page{nil, in.MaxResults, in.NextToken}, func(after state.Key) iter.Seq[*placed[types.IpamPrefixListResolverVersionEntry]] {
		return inPlace(list, after)
	})
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamPrefixListResolverVersionEntriesOutput{Entries: items, NextToken: next}, nil
}
