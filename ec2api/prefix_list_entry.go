package ec2api

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// prefixListVersion is the entries that a list has or had.
type prefixListVersion struct {
	OwnerId      string
	Region       string
	PrefixListId string
	Version      int64
	Entries      []types.PrefixListEntry
}

func (r *prefixListVersion) key() state.Key {
	return state.Key{r.OwnerId, r.Region, r.PrefixListId, sortableNumber(r.Version)}
}

var prefixListVersions = state.NewTable(&Schema, "prefix-list-version", (*prefixListVersion).key)

// keptVersions is how many versions of a list are kept; the oldest makes way for a new one.
// Source: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-quotas-managed-prefix-lists
const keptVersions = 1000

func (r *prefixList) versionKey(version int64) state.Key {
	return append(r.key(), sortableNumber(version))
}

// entriesOf are the entries of a version; those of a list that has no such version are none.
func (r *prefixList) entriesOf(tx *state.Tx, version int64) []types.PrefixListEntry {
	if v := prefixListVersions.Get(tx, r.versionKey(version)...); v != nil {
		return v.Entries
	}
	return nil
}

// putEntries stores the entries of the list's version.
func (r *prefixList) putEntries(tx *state.Tx, entries []types.PrefixListEntry) {
	prefixListVersions.Put(tx, &prefixListVersion{*r.OwnerId, r.Region, *r.PrefixListId, *r.Version, entries})
	if *r.Version > keptVersions {
		prefixListVersions.Delete(tx, r.versionKey(*r.Version-keptVersions)...)
	}
}

// oldVersion finds a version that a request names; the one that a change is about to make is not there yet.
func (r *prefixList) oldVersion(tx *state.Tx, version int64) (*prefixListVersion, error) {
	if v := prefixListVersions.Get(tx, r.versionKey(version)...); v != nil && version <= *r.version(tx.Now) {
		return v, nil
	}
	return nil, invalidValue("The prefix list (%s) has no version %d.", *r.PrefixListId, version)
}

var prefixListEntryListing = listing[placed[types.PrefixListEntry], types.PrefixListEntry]{
	key:  (*placed[types.PrefixListEntry]).key,
	view: item[types.PrefixListEntry],
	min:  minPrefixListResults,
	max:  maxPrefixListResults,
}

// GetManagedPrefixListEntries lists the entries of a list, in the current version or an older one.
func (c *Call) GetManagedPrefixListEntries(in *ec2.GetManagedPrefixListEntriesInput) (*ec2.GetManagedPrefixListEntriesOutput, error) {
	entries, err := c.readEntries(*in.PrefixListId, in.TargetVersion)
	if err != nil {
		return nil, err
	}
	items, next, err := prefixListEntryListing.list(c, page{nil, in.MaxResults, in.NextToken}, func(after state.Key) iter.Seq[*placed[types.PrefixListEntry]] {
		return inPlace(entries, after)
	})
	if err != nil {
		return nil, err
	}
	return &ec2.GetManagedPrefixListEntriesOutput{Entries: items, NextToken: next}, nil
}

// readEntries are the entries of a list that the caller may read, in a version or, without one, in the current one.
func (c *Call) readEntries(id string, version *int64) ([]types.PrefixListEntry, error) {
	if s := serviceListNamed(c.Region, id); s != nil {
		if version != nil {
			return nil, invalidValue("The prefix list (%s) has no versions.", id)
		}
		return s.entries(), nil
	}
	r, err := c.visiblePrefixList(id)
	if err != nil {
		return nil, err
	}
	if err := c.permitTo(*r.OwnerId, *r.PrefixListArn); err != nil {
		return nil, err
	}
	v, err := r.oldVersion(c.Tx, or(version, *r.version(c.Tx.Now)))
	if err != nil {
		return nil, err
	}
	return v.Entries, nil
}

var prefixListAssociationListing = listing[types.PrefixListAssociation, types.PrefixListAssociation]{
	key:  func(a *types.PrefixListAssociation) state.Key { return state.Key{*a.ResourceOwner, *a.ResourceId} },
	view: func(_ *Call, a *types.PrefixListAssociation) types.PrefixListAssociation { return *a },
	min:  minResults,
	max:  255,
}

// GetManagedPrefixListAssociations lists what refers to a list of the caller: no resource that exists here can, the rules of security
// groups and the routes being those that AWS makes by itself.
func (c *Call) GetManagedPrefixListAssociations(in *ec2.GetManagedPrefixListAssociationsInput) (*ec2.GetManagedPrefixListAssociationsOutput, error) {
	if _, err := c.prefixList(*in.PrefixListId); err != nil {
		return nil, err
	}
	items, next, err := prefixListAssociationListing.list(c, page{nil, in.MaxResults, in.NextToken},
		func(state.Key) iter.Seq[*types.PrefixListAssociation] {
			return func(func(*types.PrefixListAssociation) bool) {}
		})
	if err != nil {
		return nil, err
	}
	return &ec2.GetManagedPrefixListAssociationsOutput{PrefixListAssociations: items, NextToken: next}, nil
}
