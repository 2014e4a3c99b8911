package ec2api

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var prefixListOperations = []op.Op{
	op.Write((*Call).CreateManagedPrefixList).MayEnd(types.PrefixListStateCreateFailed),
	op.Write((*Call).ModifyManagedPrefixList).MayEnd(types.PrefixListStateModifyFailed),
	op.Write((*Call).RestoreManagedPrefixListVersion).MayEnd(types.PrefixListStateRestoreFailed),
	op.Write((*Call).DeleteManagedPrefixList).MayEnd(types.PrefixListStateDeleteFailed),
	op.Read((*Call).DescribeManagedPrefixLists),
	op.Read((*Call).DescribePrefixLists),
	op.Read((*Call).GetManagedPrefixListEntries),
	op.Read((*Call).GetManagedPrefixListAssociations),
}

// prefixList is a managed prefix list. Its entries are in its versions.
type prefixList struct {
	types.ManagedPrefixList
	Region  string
	Before  int64 // the version that is shown while a change is under way
	Settles transition[types.PrefixListState]
}

func (r *prefixList) key() state.Key { return state.Key{*r.OwnerId, r.Region, *r.PrefixListId} }

func (r *prefixList) life() (*types.PrefixListState, *transition[types.PrefixListState]) {
	return &r.State, &r.Settles
}

var (
	prefixLists     = state.NewTable(&Schema, "prefix-list", (*prefixList).key)
	prefixListsByID = state.NewIndex(prefixLists, "id", func(r *prefixList) []state.Key { return []state.Key{{*r.PrefixListId}} })
	prefixListsGone = state.NewQueue(&Schema, "prefix-list-gone", func(tx *state.Tx, key state.Key) {
		for v := range prefixListVersions.Scan(tx, key...) {
			prefixListVersions.Delete(tx, v.key()...)
		}
		prefixLists.Delete(tx, key...)
	})
)

// sharedPrefixLists is RAM's name for the type.
const sharedPrefixLists = "ec2:PrefixList"

var prefixListKind = kind{"pl-", types.ResourceTypePrefixList, func(c *Call, id string) error { _, err := c.prefixList(id); return err }}

// findPrefixList finds a list that the caller sees in the Region of the call, or nil: his own, one of AWS's, or one that is
// shared with him.
func (c *Call) findPrefixList(id string) *prefixList {
	if r := prefixLists.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r
	}
	if s := serviceListNamed(c.Region, id); s != nil {
		return s.prefixList
	}
	r := prefixListsByID.First(c.Tx, id)
	if r == nil || r.Region != c.Region {
		return nil
	}
	if _, shared := ramapi.Granted(c.Tx, c.Account, *r.PrefixListArn); !shared {
		return nil
	}
	return r
}

// visiblePrefixList is findPrefixList with AWS's error.
func (c *Call) visiblePrefixList(id string) (*prefixList, error) {
	if r := c.findPrefixList(id); r != nil {
		return r, nil
	}
	return nil, noPrefixList(id)
}

func noPrefixList(id string) error {
	return fail("InvalidPrefixListID.NotFound", "The prefix list (%s) does not exist.", id)
}

// prefixList finds a list to administer: one of the caller. No share gives the rights of the owner, and AWS's lists are AWS's.
func (c *Call) prefixList(id string) (*prefixList, error) {
	r, err := c.visiblePrefixList(id)
	if err != nil {
		return nil, err
	}
	return r, c.permitTo(*r.OwnerId, *r.PrefixListArn)
}

// idlePrefixList finds a list to change: AWS refuses changes while another one is under way.
func (c *Call) idlePrefixList(id string) (*prefixList, error) {
	r, err := c.prefixList(id)
	if err == nil && r.busy(c.Tx.Now) {
		err = fail(codeIncorrectState, "The request cannot be completed while the prefix list (%s) is in the current state (%s).", id, r.State)
	}
	if err == nil {
		err = alive(c, id, r)
	}
	return r, err
}

// busy tells whether a change is under way. A deletion never ends, as far as the row goes.
func (r *prefixList) busy(now time.Time) bool {
	return strings.HasSuffix(string(r.Settles.state(r.State, now)), "-in-progress")
}

func (r *prefixList) deleting() bool {
	return r.State == types.PrefixListStateDeleteInProgress && !r.Settles.fails()
}

// begin starts a change of a list, from one state to another.
func (c *Call) begin(r *prefixList, current, next types.PrefixListState) {
	move(c, prefixLists, r, current, next, c.Settings.Timing.Transition)
	r.Before = *r.Version
}

// version is the one that a reader sees: a new one comes with the end of the change that makes it.
func (r *prefixList) version(now time.Time) *int64 {
	if r.Version != nil && r.busy(now) && !r.Settles.fails() {
		return new(r.Before)
	}
	return r.Version
}

func (r *prefixList) show(c *Call) types.ManagedPrefixList {
	v := r.ManagedPrefixList
	v.State = lifeOf(c, r)
	r.Settles.explain(&v.StateMessage, v.State)
	v.Version = r.version(c.Tx.Now)
	return r.with(c, v)
}

// answer is the list as the call shows it that has changed it: on its way, with the version that it had before.
func (r *prefixList) answer(c *Call) *types.ManagedPrefixList {
	v := r.ManagedPrefixList
	v.Version = new(r.Before)
	return new(r.with(c, v))
}

func (r *prefixList) with(c *Call, v types.ManagedPrefixList) types.ManagedPrefixList {
	v.Tags = c.tags(*r.OwnerId, r.Region, *r.PrefixListId)
	return v
}

// CreateManagedPrefixList creates a list, whose first version has the entries of the request.
func (c *Call) CreateManagedPrefixList(in *ec2.CreateManagedPrefixListInput) (*ec2.CreateManagedPrefixListOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypePrefixList)
	if err != nil {
		return nil, err
	}
	if _, known := listFamilies[*in.AddressFamily]; !known {
		return nil, invalidValue("Value (%s) for parameter addressFamily is invalid. Valid values are IPv4 and IPv6.", *in.AddressFamily)
	}
	if len(in.Entries) > maxEntryChanges {
		return nil, invalidValue("The number of entries per request cannot exceeds limit (%d).", maxEntryChanges)
	}
	have := 0
	for range prefixLists.Scan(c.Tx, c.Account, c.Region) {
		have++
	}
	if err := quota(codeResourceLimitExceeded, "prefix lists", have, c.Settings.Quotas.PrefixLists); err != nil {
		return nil, err
	}
	id := c.newID("pl-")
	r := &prefixList{
		ManagedPrefixList: types.ManagedPrefixList{
			OwnerId:       new(c.Account),
			PrefixListId:  new(id),
			PrefixListArn: new(c.arn(c.Region, c.Account, "prefix-list/"+id)),
			AddressFamily: in.AddressFamily,
			Version:       new(int64(1)),
		},
		Region: c.Region,
	}
	if err := r.rename(*in.PrefixListName); err != nil {
		return nil, err
	}
	if err := c.resize(r, *in.MaxEntries); err != nil {
		return nil, err
	}
	entries, err := r.read(in.Entries)
	if err != nil {
		return nil, err
	}
	if entries, err = r.joined(nil, entries); err != nil {
		return nil, err
	}
	r.State, r.Before = types.PrefixListStateCreateInProgress, *r.Version
	r.Settles = to(c, types.PrefixListStateCreateComplete, c.Settings.Timing.Transition)
	r.putEntries(c.Tx, entries)
	prefixLists.Put(c.Tx, r)
	c.putTags(id, types.ResourceTypePrefixList, tags)
	return &ec2.CreateManagedPrefixListOutput{PrefixList: r.answer(c)}, nil
}

// DeleteManagedPrefixList deletes a list. Nothing here refers to one, which AWS would not let go then.
func (c *Call) DeleteManagedPrefixList(in *ec2.DeleteManagedPrefixListInput) (*ec2.DeleteManagedPrefixListOutput, error) {
	r, err := c.idlePrefixList(*in.PrefixListId)
	if err != nil {
		return nil, err
	}
	c.begin(r, types.PrefixListStateDeleteInProgress, "")
	out := r.answer(c)
	prefixLists.Put(c.Tx, r)
	r.syncLater(c.Tx)
	prefixListsGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), r.key()...)
	c.putTags(*r.PrefixListId, types.ResourceTypePrefixList, nil)
	return &ec2.DeleteManagedPrefixListOutput{PrefixList: out}, nil
}

// Bounds of MaxResults of lists and their entries.
const (
	minPrefixListResults = 1
	maxPrefixListResults = 100
)

var prefixListListing = listing[prefixList, types.ManagedPrefixList]{
	key:  (*prefixList).key,
	view: func(c *Call, r *prefixList) types.ManagedPrefixList { return r.show(c) },
	filters: filters[types.ManagedPrefixList]{
		"owner-id":         func(l types.ManagedPrefixList) []string { return shown(l.OwnerId) },
		"prefix-list-id":   func(l types.ManagedPrefixList) []string { return shown(l.PrefixListId) },
		"prefix-list-name": func(l types.ManagedPrefixList) []string { return shown(l.PrefixListName) },
	},
	min: minPrefixListResults,
	max: maxPrefixListResults,
}

// DescribeManagedPrefixLists lists the lists that the caller sees in the Region: his own, AWS's and those shared with him.
func (c *Call) DescribeManagedPrefixLists(in *ec2.DescribeManagedPrefixListsInput) (*ec2.DescribeManagedPrefixListsOutput, error) {
	items, next, err := prefixListListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.PrefixListIds, c.visiblePrefixList, c.visiblePrefixLists)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeManagedPrefixListsOutput{PrefixLists: items, NextToken: next}, nil
}

func (c *Call) visiblePrefixLists(after state.Key) iter.Seq[*prefixList] {
	list := slices.Collect(prefixLists.Scan(c.Tx, c.Account, c.Region))
	for _, s := range serviceLists(c.Region) {
		list = append(list, s.prefixList)
	}
	for arn := range ramapi.SharedWith(c.Tx, c.Account, sharedPrefixLists) {
		if r := c.findPrefixList(lastOf(arn)); r != nil && *r.OwnerId != c.Account {
			list = append(list, r)
		}
	}
	return afterKey(list, (*prefixList).key, after)
}
