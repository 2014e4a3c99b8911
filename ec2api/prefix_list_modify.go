package ec2api

import (
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// listFamilies is how prefix lists spell the families.
var listFamilies = map[string]types.AddressFamily{"IPv4": types.AddressFamilyIpv4, "IPv6": types.AddressFamilyIpv6}

// Limits of the API.
const (
	maxEntryChanges     = 100 // of either kind in a request
	maxPrefixListName   = 255
	maxEntryDescription = 255
)

// ModifyManagedPrefixList changes the entries of a list, which makes a new version, or its size, name or synchronization.
func (c *Call) ModifyManagedPrefixList(in *ec2.ModifyManagedPrefixListInput) (*ec2.ModifyManagedPrefixListOutput, error) {
	r, err := c.idlePrefixList(*in.PrefixListId)
	if err != nil {
		return nil, err
	}
	edits := len(in.AddEntries)+len(in.RemoveEntries) > 0
	switch {
	case !edits && in.MaxEntries == nil && in.PrefixListName == nil && in.IpamPrefixListResolverSyncEnabled == nil:
		return nil, invalidRequest()
	case edits && in.MaxEntries != nil:
		return nil, invalidCombination("You cannot modify the entries and the maximum number of entries for the prefix list in the same request.")
	case edits && in.CurrentVersion == nil:
		return nil, missingParameter("CurrentVersion")
	}
	if in.CurrentVersion != nil {
		if err := r.checkVersion(*in.CurrentVersion); err != nil {
			return nil, err
		}
	}
	if edits {
		if err := r.checkFree(); err != nil {
			return nil, err
		}
	}
	// What changes neither size nor entries is done at once: Terraform does not wait after a mere rename.
	c.begin(r, types.PrefixListStateModifyComplete, "")
	if in.PrefixListName != nil {
		if err := r.rename(*in.PrefixListName); err != nil {
			return nil, err
		}
	}
	if in.MaxEntries != nil {
		if err := c.resize(r, *in.MaxEntries); err != nil {
			return nil, err
		}
		c.begin(r, types.PrefixListStateModifyInProgress, types.PrefixListStateModifyComplete)
	}
	replace(&r.IpamPrefixListResolverSyncEnabled, in.IpamPrefixListResolverSyncEnabled)
	if edits {
		entries, err := c.edited(r, in)
		if err != nil {
			return nil, err
		}
		c.begin(r, types.PrefixListStateModifyInProgress, types.PrefixListStateModifyComplete)
		r.putNewVersion(c.Tx, entries)
	}
	prefixLists.Put(c.Tx, r)
	r.syncLater(c.Tx)
	return &ec2.ModifyManagedPrefixListOutput{PrefixList: r.answer(c)}, nil
}

// invalidRequest is all that AWS says of a modification that modifies nothing or adds what is there.
func invalidRequest() error { return fail("InvalidRequest", "The request received was invalid.") }

// checkVersion keeps two clients from changing a list at a time.
func (r *prefixList) checkVersion(current int64) error {
	if current == *r.Version {
		return nil
	}
	return fail("PrefixListVersionMismatch", "The prefix list has the incorrect version number.")
}

// checkFree keeps hands off the entries that a resolver writes.
func (r *prefixList) checkFree() error {
	if !r.synced() {
		return nil
	}
	return fail(codeOperationNotPermitted, "The entries of the prefix list (%s) are synchronized by %s. Disable the synchronization to modify them.",
		*r.PrefixListId, *r.IpamPrefixListResolverTargetId)
}

func (r *prefixList) rename(name string) error {
	if name == "" || utf8.RuneCountInString(name) > maxPrefixListName {
		return invalidValue("Value (%s) for parameter prefixListName is invalid. A name has 1 to %d characters.", name, maxPrefixListName)
	}
	if strings.HasPrefix(name, "com.amazonaws") {
		return invalidValue("Value (%s) for parameter prefixListName is invalid. The name cannot start with com.amazonaws.", name)
	}
	r.PrefixListName = new(name)
	return nil
}

// resize sets how many entries a list may have, which is not below what it has.
func (c *Call) resize(r *prefixList, size int32) error {
	limit := c.Settings.Quotas.EntriesPerPrefixList
	if size < 1 || limit > 0 && int(size) > limit {
		return invalidValue("Value (%d) for parameter maxEntries is invalid. Must specify a max size between 1 and %d.", size, limit)
	}
	r.MaxEntries = new(size)
	return r.checkSize(r.entriesOf(c.Tx, *r.Version))
}

func (r *prefixList) checkSize(entries []types.PrefixListEntry) error {
	if len(entries) <= int(*r.MaxEntries) {
		return nil
	}
	return fail("PrefixListMaxEntriesExceeded", "The prefix list would have %d entries. The maximum number of entries is %d.", len(entries), *r.MaxEntries)
}

// edited are the entries of a list after the changes of a request.
func (c *Call) edited(r *prefixList, in *ec2.ModifyManagedPrefixListInput) ([]types.PrefixListEntry, error) {
	if len(in.AddEntries) > maxEntryChanges || len(in.RemoveEntries) > maxEntryChanges {
		return nil, invalidValue("The request cannot contain more than %d entry additions or removals.", maxEntryChanges)
	}
	add, err := r.read(in.AddEntries)
	if err != nil {
		return nil, err
	}
	entries := r.entriesOf(c.Tx, *r.Version)
	for _, remove := range in.RemoveEntries {
		prefix, err := r.readCIDR(*remove.Cidr)
		if err != nil {
			return nil, err
		}
		cidr := prefix.String()
		if indexOf(add, cidr) >= 0 {
			return nil, invalidValue("Request cannot contain Cidr %s in both AddPrefixListEntries and RemovePrefixListEntries", cidr)
		}
		i := indexOf(entries, cidr)
		if i < 0 {
			return nil, fail("InvalidPrefixListModification", "The entry %s of the prefix list (%s) does not exist.", cidr, *r.PrefixListId)
		}
		entries = slices.Delete(entries, i, i+1)
	}
	return r.joined(entries, add)
}

// read reads entries that a request adds. An empty description shows as none.
func (r *prefixList) read(add []types.AddPrefixListEntry) ([]types.PrefixListEntry, error) {
	list := make([]types.PrefixListEntry, len(add))
	for i, a := range add {
		prefix, err := r.readCIDR(*a.Cidr)
		if err != nil {
			return nil, err
		}
		list[i].Cidr = new(prefix.String())
		switch n := utf8.RuneCountInString(or(a.Description, "")); {
		case n > maxEntryDescription:
			return nil, invalidValue("The description of the entry %s has more than %d characters.", prefix, maxEntryDescription)
		case n > 0:
			list[i].Description = a.Description
		}
	}
	return list, nil
}

func (r *prefixList) readCIDR(text string) (netip.Prefix, error) {
	return rangePrefix(text, "cidr", listFamilies[*r.AddressFamily])
}

// joined are entries with others after them, none twice and no more than the list may have.
func (r *prefixList) joined(entries, more []types.PrefixListEntry) ([]types.PrefixListEntry, error) {
	for _, e := range more {
		if indexOf(entries, *e.Cidr) >= 0 {
			return nil, invalidRequest()
		}
		entries = append(entries, e)
	}
	return entries, r.checkSize(entries)
}

func indexOf(entries []types.PrefixListEntry, cidr string) int {
	return slices.IndexFunc(entries, func(e types.PrefixListEntry) bool { return *e.Cidr == cidr })
}

// putNewVersion gives a list its next version.
func (r *prefixList) putNewVersion(tx *state.Tx, entries []types.PrefixListEntry) {
	r.Version = new(*r.Version + 1)
	r.putEntries(tx, entries)
}

// RestoreManagedPrefixListVersion makes a new version with the entries of an old one.
func (c *Call) RestoreManagedPrefixListVersion(in *ec2.RestoreManagedPrefixListVersionInput) (*ec2.RestoreManagedPrefixListVersionOutput, error) {
	r, err := c.idlePrefixList(*in.PrefixListId)
	if err != nil {
		return nil, err
	}
	if err := r.checkVersion(*in.CurrentVersion); err != nil {
		return nil, err
	}
	if err := r.checkFree(); err != nil {
		return nil, err
	}
	old, err := r.oldVersion(c.Tx, *in.PreviousVersion)
	if err != nil {
		return nil, err
	}
	if err := r.checkSize(old.Entries); err != nil {
		return nil, err
	}
	c.begin(r, types.PrefixListStateRestoreInProgress, types.PrefixListStateRestoreComplete)
	r.putNewVersion(c.Tx, old.Entries)
	prefixLists.Put(c.Tx, r)
	return &ec2.RestoreManagedPrefixListVersionOutput{PrefixList: r.answer(c)}, nil
}
