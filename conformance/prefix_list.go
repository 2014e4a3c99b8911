package conformance

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	ramtypes "github.com/aws/aws-sdk-go-v2/service/ram/types"
)

var prefixListTests = []Test{
	{"a new prefix list has a first version", "B260", newPrefixList},
	{"a prefix list that AWS would not create is refused", "B261", badPrefixList},
	{"new entries of a prefix list make a new version", "B262", editPrefixList},
	{"entries of a prefix list are added and removed once", "B263", badPrefixListEntries},
	{"a prefix list changes its size alone", "B264", resizePrefixList},
	{"a renamed prefix list keeps its version", "B265", renamePrefixList},
	{"an old version of a prefix list is restored as a new one", "B266", restorePrefixList},
	{"a prefix list makes one change at a time", "B267", busyPrefixList},
	{"a deleted prefix list is not found", "B268", deletePrefixList},
	{"nobody else sees a prefix list", "B269", strangePrefixList},
	{"prefix lists are filtered and paged", "B270", prefixListPages},
	{"AWS has prefix lists of its own", "B271", servicePrefixLists},
	{"a shared prefix list is read and nothing else", "B272", sharedPrefixList},
	{"there are a hundred prefix lists in a Region", "B273", prefixListQuota},
	{"a prefix list is made once for a client token, and has tags", "B274", prefixListToken},
}

// prefixListOf creates a list of IPv4 with CIDRs.
func (t *T) prefixListOf(size int32, cidrs ...string) types.ManagedPrefixList {
	return t.prefixListIn(home, &ec2.CreateManagedPrefixListInput{PrefixListName: new("branches"), AddressFamily: new("IPv4"), MaxEntries: new(size), Entries: entries(cidrs...)})
}

func (t *T) prefixListIn(region string, in *ec2.CreateManagedPrefixListInput) types.ManagedPrefixList {
	out := must(t.ec2(region).CreateManagedPrefixList(t.ctx, in))(t)
	return t.awaitPrefixList(region, *out.PrefixList.PrefixListId, types.PrefixListStateCreateComplete)
}

func entries(cidrs ...string) (list []types.AddPrefixListEntry) {
	for _, cidr := range cidrs {
		list = append(list, types.AddPrefixListEntry{Cidr: &cidr})
	}
	return list
}

func removals(cidrs ...string) (list []types.RemovePrefixListEntry) {
	for _, cidr := range cidrs {
		list = append(list, types.RemovePrefixListEntry{Cidr: &cidr})
	}
	return list
}

// hosts are that many CIDRs.
func hosts(n int) (cidrs []string) {
	for i := range n {
		cidrs = append(cidrs, fmt.Sprintf("10.9.%d.%d/32", i/256, i%256))
	}
	return cidrs
}

func (t *T) describePrefixList(region, id string) types.ManagedPrefixList {
	out := must(t.ec2(region).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{PrefixListIds: []string{id}}))(t)
	if len(out.PrefixLists) != 1 {
		t.Fatalf("DescribeManagedPrefixLists(%s) = %d lists, want 1", id, len(out.PrefixLists))
	}
	return out.PrefixLists[0]
}

func (t *T) awaitPrefixList(region, id string, state types.PrefixListState) (list types.ManagedPrefixList) {
	t.await(id+" to be "+string(state), func() bool {
		list = t.describePrefixList(region, id)
		return list.State == state
	})
	return list
}

// listEntries are the CIDRs of a list in a version, 0 being the current one.
func (t *T) listEntries(region, id string, version int64) string {
	in := &ec2.GetManagedPrefixListEntriesInput{PrefixListId: &id}
	if version > 0 {
		in.TargetVersion = &version
	}
	var cidrs []string
	for _, e := range must(t.ec2(region).GetManagedPrefixListEntries(t.ctx, in))(t).Entries {
		cidrs = append(cidrs, str(e.Cidr))
	}
	return strings.Join(cidrs, " ")
}

// modifyList changes a list and waits for the end.
func (t *T) modifyList(in *ec2.ModifyManagedPrefixListInput) types.ManagedPrefixList {
	must(t.ec2(home).ModifyManagedPrefixList(t.ctx, in))(t)
	return t.awaitPrefixList(home, *in.PrefixListId, types.PrefixListStateModifyComplete)
}

func newPrefixList(t *T) {
	got := *must(t.ec2(home).CreateManagedPrefixList(t.ctx, &ec2.CreateManagedPrefixListInput{
		PrefixListName: new("branches"), AddressFamily: new("IPv4"), MaxEntries: new(int32(3)),
		Entries: []types.AddPrefixListEntry{
			{Cidr: new("192.0.2.0/24"), Description: new("Bern")}, {Cidr: new("10.0.0.0/8"), Description: new("")},
		},
	}))(t).PrefixList
	matches(t, "PrefixListId", str(got.PrefixListId), "pl-"+hex17)
	want := types.ManagedPrefixList{
		OwnerId:        new(t.Account()),
		PrefixListId:   got.PrefixListId,
		PrefixListArn:  new("arn:aws:ec2:" + home + ":" + t.Account() + ":prefix-list/" + str(got.PrefixListId)),
		PrefixListName: new("branches"),
		AddressFamily:  new("IPv4"),
		MaxEntries:     new(int32(3)),
		Version:        new(int64(1)),
		State:          types.PrefixListStateCreateInProgress,
		Tags:           []types.Tag{},
	}
	equalRecord(t, "a new prefix list", got, want)
	want.State = types.PrefixListStateCreateComplete
	equalRecord(t, "the list described", t.awaitPrefixList(home, *got.PrefixListId, types.PrefixListStateCreateComplete), want)
	found := must(t.ec2(home).GetManagedPrefixListEntries(t.ctx, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: got.PrefixListId}))(t).Entries
	equalRecord(t, "its entries", found, []types.PrefixListEntry{{Cidr: new("192.0.2.0/24"), Description: new("Bern")}, {Cidr: new("10.0.0.0/8")}})

	six := t.prefixListIn(away, &ec2.CreateManagedPrefixListInput{
		PrefixListName: new("six"), AddressFamily: new("IPv6"), MaxEntries: new(int32(1000)), Entries: entries("2001:DB8:0::/32", "::/0"),
	})
	equal(t, "entries of IPv6", t.listEntries(away, *six.PrefixListId, 0), "2001:db8::/32 ::/0")
}

func badPrefixList(t *T) {
	base := func() *ec2.CreateManagedPrefixListInput {
		return &ec2.CreateManagedPrefixListInput{PrefixListName: new("branches"), AddressFamily: new("IPv4"), MaxEntries: new(int32(2))}
	}
	for what, c := range map[string]struct {
		code, message string
		change        func(*ec2.CreateManagedPrefixListInput)
	}{
		"a name of AWS's":    {"InvalidParameterValue", "", func(in *ec2.CreateManagedPrefixListInput) { in.PrefixListName = new("com.amazonaws.mine") }},
		"a name too long":    {"InvalidParameterValue", "", func(in *ec2.CreateManagedPrefixListInput) { in.PrefixListName = new(strings.Repeat("x", 256)) }},
		"an empty name":      {"InvalidParameterValue", "", func(in *ec2.CreateManagedPrefixListInput) { in.PrefixListName = new("") }},
		"a family of IPAM's": {"InvalidParameterValue", "", func(in *ec2.CreateManagedPrefixListInput) { in.AddressFamily = new("ipv4") }},
		"no size":            {"InvalidParameterValue", "", func(in *ec2.CreateManagedPrefixListInput) { in.MaxEntries = new(int32(0)) }},
		"a size too large":   {"InvalidParameterValue", "…between 1 and 1000…", func(in *ec2.CreateManagedPrefixListInput) { in.MaxEntries = new(int32(1001)) }},
		"no CIDR":            {"InvalidParameterValue", "", func(in *ec2.CreateManagedPrefixListInput) { in.Entries = entries("10.0.0.0") }},
		"the other family":   {"InvalidParameterValue", "", func(in *ec2.CreateManagedPrefixListInput) { in.Entries = entries("2001:db8::/32") }},
		"host bits":          {"InvalidParameterValue", "", func(in *ec2.CreateManagedPrefixListInput) { in.Entries = entries("10.0.0.1/8") }},
		"a CIDR twice":       {"InvalidRequest", "", func(in *ec2.CreateManagedPrefixListInput) { in.Entries = entries("10.0.0.0/8", "10.0.0.0/8") }},
		"more than the size": {"PrefixListMaxEntriesExceeded", "", func(in *ec2.CreateManagedPrefixListInput) { in.Entries = entries(hosts(3)...) }},
		"a long description": {"InvalidParameterValue", "", func(in *ec2.CreateManagedPrefixListInput) {
			in.Entries = []types.AddPrefixListEntry{{Cidr: new("10.0.0.0/8"), Description: new(strings.Repeat("x", 256))}}
		}},
		"tags of other types": {"InvalidParameterValue", "", func(in *ec2.CreateManagedPrefixListInput) {
			in.TagSpecifications = tagged(types.ResourceTypeVpc, "a", "b")
		}},
		"too many entries": {"InvalidParameterValue", "The number of entries per request cannot exceeds limit (100).", func(in *ec2.CreateManagedPrefixListInput) {
			in.MaxEntries, in.Entries = new(int32(200)), entries(hosts(101)...)
		}},
	} {
		in := base()
		c.change(in)
		_, err := t.ec2(home).CreateManagedPrefixList(t.ctx, in)
		wantErrorOf(t, "a list with "+what, err, c.code, c.message)
	}
	own := must(t.ec2(home).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{Filters: []types.Filter{filter("owner-id", t.Account())}}))(t)
	equal(t, "lists after refusals", len(own.PrefixLists), 0)
}

func editPrefixList(t *T) {
	list := t.prefixListOf(5, "10.0.0.0/8", "192.0.2.0/24")
	edit := &ec2.ModifyManagedPrefixListInput{
		PrefixListId: list.PrefixListId, CurrentVersion: new(int64(1)), AddEntries: entries("198.51.100.0/24"), RemoveEntries: removals("10.0.0.0/8"),
	}
	answer := *must(t.ec2(home).ModifyManagedPrefixList(t.ctx, edit))(t).PrefixList
	want := list
	want.State = types.PrefixListStateModifyInProgress
	equalRecord(t, "the answer of ModifyManagedPrefixList", answer, want)
	want.State, want.Version = types.PrefixListStateModifyComplete, new(int64(2))
	equalRecord(t, "the edited list", t.awaitPrefixList(home, *list.PrefixListId, types.PrefixListStateModifyComplete), want)
	for version, cidrs := range map[int64]string{0: "192.0.2.0/24 198.51.100.0/24", 1: "10.0.0.0/8 192.0.2.0/24", 2: "192.0.2.0/24 198.51.100.0/24"} {
		equal(t, fmt.Sprint("entries of version ", version), t.listEntries(home, *list.PrefixListId, version), cidrs)
	}
	_, err := t.ec2(home).ModifyManagedPrefixList(t.ctx, edit)
	wantErrorOf(t, "an edit of an old version", err, "PrefixListVersionMismatch", "The prefix list has the incorrect version number.")
	edit.CurrentVersion = nil
	_, err = t.ec2(home).ModifyManagedPrefixList(t.ctx, edit)
	wantErrorOf(t, "an edit of no version", err, "MissingParameter", "The request must contain the parameter CurrentVersion")
	for _, version := range []int64{0, 3, -1} {
		_, err = t.ec2(home).GetManagedPrefixListEntries(t.ctx, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: list.PrefixListId, TargetVersion: &version})
		wantErrorOf(t, fmt.Sprint("entries of version ", version), err, "InvalidParameterValue", "")
	}
	equal(t, "the version after refusals", *t.describePrefixList(home, *list.PrefixListId).Version, 2)
}

func badPrefixListEntries(t *T) {
	list := t.prefixListOf(2, "10.0.0.0/8")
	for what, c := range map[string]struct {
		code, message string
		add, remove   []string
	}{
		"a CIDR in both lists":    {"InvalidParameterValue", "Request cannot contain Cidr 10.0.0.0/8 in both AddPrefixListEntries and RemovePrefixListEntries", []string{"10.0.0.0/8"}, []string{"10.0.0.0/8"}},
		"a CIDR that is there":    {"InvalidRequest", "The request received was invalid.", []string{"10.0.0.0/8"}, nil},
		"nothing":                 {"InvalidRequest", "The request received was invalid.", nil, nil},
		"a CIDR that isn't there": {"InvalidPrefixListModification", "…does not exist.", nil, []string{"10.0.0.0/9"}},
		"more than fit":           {"PrefixListMaxEntriesExceeded", "", hosts(2), nil},
		"too many at once":        {"InvalidParameterValue", "…cannot contain more than 100 entry additions or removals…", hosts(101), nil},
		"no CIDR to add":          {"InvalidParameterValue", "", []string{"x"}, nil},
		"no CIDR to remove":       {"InvalidParameterValue", "", nil, []string{"x"}},
	} {
		_, err := t.ec2(home).ModifyManagedPrefixList(t.ctx, &ec2.ModifyManagedPrefixListInput{
			PrefixListId: list.PrefixListId, CurrentVersion: new(int64(1)), AddEntries: entries(c.add...), RemoveEntries: removals(c.remove...),
		})
		wantErrorOf(t, "an edit with "+what, err, c.code, c.message)
	}
	equalRecord(t, "the list after refusals", t.describePrefixList(home, *list.PrefixListId), list)
	equal(t, "its entries", t.listEntries(home, *list.PrefixListId, 0), "10.0.0.0/8")
}

func resizePrefixList(t *T) {
	list := t.prefixListOf(1, "10.0.0.0/8")
	id := list.PrefixListId
	_, err := t.ec2(home).ModifyManagedPrefixList(t.ctx, &ec2.ModifyManagedPrefixListInput{
		PrefixListId: id, CurrentVersion: new(int64(1)), MaxEntries: new(int32(2)), AddEntries: entries("192.0.2.0/24"),
	})
	wantErrorOf(t, "a change of size and entries", err, "InvalidParameterCombination", "You cannot modify the entries and the maximum number of entries for the prefix list in the same request.")
	list = t.modifyList(&ec2.ModifyManagedPrefixListInput{PrefixListId: id, MaxEntries: new(int32(2))})
	equal(t, "MaxEntries", num(list.MaxEntries), "2")
	equal(t, "the version of a list with another size", *list.Version, 1)
	t.modifyList(&ec2.ModifyManagedPrefixListInput{PrefixListId: id, CurrentVersion: new(int64(1)), AddEntries: entries("192.0.2.0/24")})
	for size, code := range map[int32]string{1: "PrefixListMaxEntriesExceeded", 0: "InvalidParameterValue", 1001: "InvalidParameterValue"} {
		_, err = t.ec2(home).ModifyManagedPrefixList(t.ctx, &ec2.ModifyManagedPrefixListInput{PrefixListId: id, MaxEntries: &size})
		wantErrorOf(t, fmt.Sprint("a size of ", size), err, code, "")
	}
}

func renamePrefixList(t *T) {
	list := t.prefixListOf(1)
	got := must(t.ec2(home).ModifyManagedPrefixList(t.ctx, &ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, PrefixListName: new("offices")}))(t).PrefixList
	equal(t, "the new name", str(got.PrefixListName), "offices")
	want := list
	want.PrefixListName, want.State = new("offices"), types.PrefixListStateModifyComplete
	equalRecord(t, "the renamed list", t.describePrefixList(home, *list.PrefixListId), want)
	_, err := t.ec2(home).ModifyManagedPrefixList(t.ctx, &ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, PrefixListName: new("com.amazonaws.x")})
	wantError(t, err, "InvalidParameterValue", "")
	_, err = t.ec2(home).ModifyManagedPrefixList(t.ctx, &ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, PrefixListName: new("x"), CurrentVersion: new(int64(7))})
	wantErrorOf(t, "a new name with a wrong version", err, "PrefixListVersionMismatch", "")
}

func restorePrefixList(t *T) {
	list := t.prefixListOf(2, "10.0.0.0/8", "192.0.2.0/24")
	id := list.PrefixListId
	t.modifyList(&ec2.ModifyManagedPrefixListInput{PrefixListId: id, CurrentVersion: new(int64(1)), RemoveEntries: removals("10.0.0.0/8", "192.0.2.0/24")})
	restore := func(previous, current int64) (*ec2.RestoreManagedPrefixListVersionOutput, error) {
		return t.ec2(home).RestoreManagedPrefixListVersion(t.ctx, &ec2.RestoreManagedPrefixListVersionInput{PrefixListId: id, PreviousVersion: &previous, CurrentVersion: &current})
	}
	_, err := restore(1, 1)
	wantErrorOf(t, "restoring over another version", err, "PrefixListVersionMismatch", "")
	_, err = restore(3, 2)
	wantErrorOf(t, "restoring a version that is not there", err, "InvalidParameterValue", "")
	got := must(restore(1, 2))(t).PrefixList
	equal(t, "State in the answer", got.State, types.PrefixListStateRestoreInProgress)
	equal(t, "Version in the answer", *got.Version, 2)
	list = t.awaitPrefixList(home, *id, types.PrefixListStateRestoreComplete)
	equal(t, "the version after it", *list.Version, 3)
	equal(t, "the entries after it", t.listEntries(home, *id, 0), "10.0.0.0/8 192.0.2.0/24")
	equal(t, "the entries before it", t.listEntries(home, *id, 2), "")

	t.modifyList(&ec2.ModifyManagedPrefixListInput{PrefixListId: id, CurrentVersion: new(int64(3)), RemoveEntries: removals("10.0.0.0/8")})
	t.modifyList(&ec2.ModifyManagedPrefixListInput{PrefixListId: id, MaxEntries: new(int32(1))})
	_, err = restore(3, 4)
	wantErrorOf(t, "restoring more than fits", err, "PrefixListMaxEntriesExceeded", "")
}

func busyPrefixList(t *T) {
	id := must(t.ec2(home).CreateManagedPrefixList(t.ctx, &ec2.CreateManagedPrefixListInput{
		PrefixListName: new("x"), AddressFamily: new("IPv4"), MaxEntries: new(int32(9)),
	}))(t).PrefixList.PrefixListId
	edit := func(version int64) error {
		_, err := t.ec2(home).ModifyManagedPrefixList(t.ctx, &ec2.ModifyManagedPrefixListInput{PrefixListId: id, CurrentVersion: &version, AddEntries: entries(hosts(9)[version])})
		return err
	}
	for version := range int64(3) { // a target that is quick has nothing under way by then
		if err := edit(version + 1); err != nil {
			wantErrorOf(t, "a change during a change", err, "IncorrectState", "The request cannot be completed while the prefix list ("+*id+") is in the current state (…-in-progress).")
			t.await("the change to end", func() bool { return edit(version+1) == nil })
		}
	}
	equal(t, "the version after three changes", *t.awaitPrefixList(home, *id, types.PrefixListStateModifyComplete).Version, 4)
}

func deletePrefixList(t *T) {
	list := t.prefixListOf(2, "10.0.0.0/8")
	id := *list.PrefixListId
	found := must(t.ec2(home).GetManagedPrefixListAssociations(t.ctx, &ec2.GetManagedPrefixListAssociationsInput{PrefixListId: &id}))(t)
	equalRecord(t, "its associations", found.PrefixListAssociations, []types.PrefixListAssociation{})
	got := *must(t.ec2(home).DeleteManagedPrefixList(t.ctx, &ec2.DeleteManagedPrefixListInput{PrefixListId: &id}))(t).PrefixList
	want := list
	want.State = types.PrefixListStateDeleteInProgress
	equalRecord(t, "the answer of DeleteManagedPrefixList", got, want)
	t.gone(id, "InvalidPrefixListID.NotFound", "The prefix list ("+id+") does not exist.", func() error {
		_, err := t.ec2(home).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{PrefixListIds: []string{id}})
		return err
	})
	_, err := t.ec2(home).GetManagedPrefixListEntries(t.ctx, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: &id})
	wantError(t, err, "InvalidPrefixListID.NotFound", "")
}

// prefixListCalls are the operations that name a list, as an account in a Region.
func (t *T) prefixListCalls(account, region, id string) map[string]error {
	c := t.ec2As(account, region)
	_, describe := c.DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{PrefixListIds: []string{id}})
	_, read := c.GetManagedPrefixListEntries(t.ctx, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: &id})
	_, associations := c.GetManagedPrefixListAssociations(t.ctx, &ec2.GetManagedPrefixListAssociationsInput{PrefixListId: &id})
	_, modify := c.ModifyManagedPrefixList(t.ctx, &ec2.ModifyManagedPrefixListInput{PrefixListId: &id, PrefixListName: new("mine")})
	_, restore := c.RestoreManagedPrefixListVersion(t.ctx, &ec2.RestoreManagedPrefixListVersionInput{PrefixListId: &id, PreviousVersion: new(int64(1)), CurrentVersion: new(int64(1))})
	_, remove := c.DeleteManagedPrefixList(t.ctx, &ec2.DeleteManagedPrefixListInput{PrefixListId: &id})
	_, tag := c.CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags("Name", "mine")})
	_, untag := c.DeleteTags(t.ctx, &ec2.DeleteTagsInput{Resources: []string{id}})
	return map[string]error{
		"DescribeManagedPrefixLists": describe, "GetManagedPrefixListEntries": read, "GetManagedPrefixListAssociations": associations,
		"ModifyManagedPrefixList": modify, "RestoreManagedPrefixListVersion": restore, "DeleteManagedPrefixList": remove, "CreateTags": tag, "DeleteTags": untag,
	}
}

func strangePrefixList(t *T) {
	list := t.prefixListOf(2, "10.0.0.0/8")
	id := *list.PrefixListId
	stranger := t.OtherAccount()
	for _, c := range []struct{ account, region, id string }{{stranger, home, id}, {t.Account(), away, id}, {t.Account(), home, "pl-0123456789abcdef0"}, {t.Account(), home, "pl-"}} {
		for operation, err := range t.prefixListCalls(c.account, c.region, c.id) {
			wantErrorOf(t, operation+" of "+c.id+" in "+c.region, err, "InvalidPrefixListID.NotFound", "The prefix list ("+c.id+") does not exist.")
		}
	}
	equalRecord(t, "the list", t.describePrefixList(home, id), list)
	_, err := t.ec2(home).DescribePrefixLists(t.ctx, &ec2.DescribePrefixListsInput{PrefixListIds: []string{id}})
	wantErrorOf(t, "DescribePrefixLists of a customer's list", err, "InvalidPrefixListID.NotFound", "")
}

func prefixListPages(t *T) {
	for range 3 {
		t.prefixListOf(3, hosts(3)...)
	}
	seen := map[string]bool{}
	in := &ec2.DescribeManagedPrefixListsInput{MaxResults: new(int32(1)), Filters: []types.Filter{filter("owner-id", t.Account()), filter("prefix-list-name", "bran*")}}
	for pages := 1; ; pages++ {
		out := must(t.ec2(home).DescribeManagedPrefixLists(t.ctx, in))(t)
		for _, l := range out.PrefixLists {
			seen[*l.PrefixListId] = true
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			equal(t, "pages", pages, 3)
			break
		}
	}
	equal(t, "lists", len(seen), 3)
	for id := range seen {
		found := must(t.ec2(home).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{Filters: []types.Filter{filter("prefix-list-id", id)}}))(t).PrefixLists
		equal(t, "lists by id", len(found), 1)
		page := must(t.ec2(home).GetManagedPrefixListEntries(t.ctx, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: &id, MaxResults: new(int32(2))}))(t)
		equal(t, "entries of the first page", len(page.Entries), 2)
		page = must(t.ec2(home).GetManagedPrefixListEntries(t.ctx, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: &id, MaxResults: new(int32(2)), NextToken: page.NextToken}))(t)
		equal(t, "the third entry", str(page.Entries[0].Cidr), hosts(3)[2])
		_, err := t.ec2(home).GetManagedPrefixListEntries(t.ctx, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: &id, MaxResults: new(int32(101))})
		wantErrorOf(t, "a page of 101 entries", err, "InvalidParameterValue", "")
		_, err = t.ec2(home).GetManagedPrefixListAssociations(t.ctx, &ec2.GetManagedPrefixListAssociationsInput{PrefixListId: &id, MaxResults: new(int32(4))})
		wantErrorOf(t, "a page of 4 associations", err, "InvalidParameterValue", "")
	}
	for _, n := range []int32{0, 101} {
		_, err := t.ec2(home).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{MaxResults: &n})
		wantErrorOf(t, fmt.Sprint("a page of ", n), err, "InvalidParameterValue", "")
	}
	_, err := t.ec2(home).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{Filters: []types.Filter{filter("state", "x")}})
	wantErrorOf(t, "an unknown filter", err, "InvalidParameterValue", "The filter 'state' is invalid")
}

func servicePrefixLists(t *T) {
	name := "com.amazonaws." + home + ".s3"
	found := must(t.ec2(home).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{Filters: []types.Filter{filter("prefix-list-name", name)}}))(t).PrefixLists
	if len(found) != 1 {
		t.Fatalf("there are %d lists %s, want 1", len(found), name)
	}
	id := str(found[0].PrefixListId)
	matches(t, "the id of a list of AWS's", id, "pl-[0-9a-f]{8}")
	equalRecord(t, "a list of AWS's", found[0], types.ManagedPrefixList{
		OwnerId:        new("AWS"),
		PrefixListId:   &id,
		PrefixListArn:  new("arn:aws:ec2:" + home + ":aws:prefix-list/" + id),
		PrefixListName: &name,
		AddressFamily:  new("IPv4"),
		State:          types.PrefixListStateCreateComplete,
		Tags:           []types.Tag{},
	})
	cidrs := t.listEntries(home, id, 0)
	old := must(t.ec2(home).DescribePrefixLists(t.ctx, &ec2.DescribePrefixListsInput{Filters: []types.Filter{filter("prefix-list-name", name)}}))(t).PrefixLists
	equalRecord(t, "the list of DescribePrefixLists", old, []types.PrefixList{{PrefixListId: &id, PrefixListName: &name, Cidrs: strings.Fields(cidrs)}})
	named := must(t.ec2(home).DescribePrefixLists(t.ctx, &ec2.DescribePrefixListsInput{PrefixListIds: []string{id}}))(t).PrefixLists
	equalRecord(t, "the list by its id", named, old)

	for operation, err := range t.prefixListCalls(t.Account(), home, id) {
		switch operation {
		case "DescribeManagedPrefixLists", "GetManagedPrefixListEntries":
			if err != nil {
				t.Errorf("%s = %v", operation, err)
			}
		default:
			wantErrorOf(t, operation+" of a list of AWS's", err, "UnauthorizedOperation", "")
		}
	}
	_, err := t.ec2(home).GetManagedPrefixListEntries(t.ctx, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: &id, TargetVersion: new(int64(1))})
	wantErrorOf(t, "a version of a list of AWS's", err, "InvalidParameterValue", "")
	all := must(t.ec2(away).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{Filters: []types.Filter{filter("owner-id", "AWS")}}))(t).PrefixLists
	have := map[string]bool{}
	for _, l := range all {
		have[*l.PrefixListName] = true
	}
	for _, name := range []string{"com.amazonaws." + away + ".dynamodb", "com.amazonaws.global.cloudfront.origin-facing", "com.amazonaws." + away + ".ipv6.vpc-lattice"} {
		if !have[name] {
			t.Errorf("there is no list %s", name)
		}
	}
}

func sharedPrefixList(t *T) {
	list := t.prefixListIn(home, &ec2.CreateManagedPrefixListInput{
		PrefixListName: new("branches"), AddressFamily: new("IPv4"), MaxEntries: new(int32(2)), Entries: entries("10.0.0.0/8"),
		TagSpecifications: tagged(types.ResourceTypePrefixList, "team", "net"),
	})
	id, consumer := *list.PrefixListId, t.OtherAccount()
	share := must(t.ram(t.Account()).CreateResourceShare(t.ctx, &ram.CreateResourceShareInput{
		Name: new("lists"), ResourceArns: []string{*list.PrefixListArn}, Principals: []string{consumer},
	}))(t).ResourceShare.ResourceShareArn
	_, err := t.ec2As(consumer, home).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{PrefixListIds: []string{id}})
	wantErrorOf(t, "a list before its invitation is accepted", err, "InvalidPrefixListID.NotFound", "")
	t.acceptShare(consumer)
	t.awaitAssociations(t.Account(), *share, ramtypes.ResourceShareAssociationTypePrincipal, 1)
	t.awaitAssociations(t.Account(), *share, ramtypes.ResourceShareAssociationTypeResource, 1)

	c := t.as(consumer)
	want := list
	want.Tags = []types.Tag{}
	equalRecord(t, "the shared list", c.describePrefixList(home, id), want)
	equal(t, "its entries", c.listEntries(home, id, 1), "10.0.0.0/8")
	others := must(c.ec2(home).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{Filters: []types.Filter{filter("owner-id", t.Account())}}))(t).PrefixLists
	equal(t, "lists of the owner that the consumer sees", len(others), 1)
	for operation, err := range c.prefixListCalls(consumer, home, id) {
		switch operation {
		case "DescribeManagedPrefixLists", "GetManagedPrefixListEntries":
			if err != nil {
				t.Errorf("%s of a shared list = %v", operation, err)
			}
		default:
			wantErrorOf(t, operation+" of a shared list", err, "UnauthorizedOperation", "…is not authorized to perform: ec2:"+operation+" on resource: "+*list.PrefixListArn+"…")
		}
	}
	for operation, err := range c.prefixListCalls(consumer, away, id) {
		wantErrorOf(t, operation+" in another Region", err, "InvalidPrefixListID.NotFound", "")
	}
	t.adopt(c)
	must(t.ram(t.Account()).DeleteResourceShare(t.ctx, &ram.DeleteResourceShareInput{ResourceShareArn: share}))(t)
	_, err = t.ec2As(consumer, home).GetManagedPrefixListEntries(t.ctx, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: &id})
	wantErrorOf(t, "a list after its share", err, "InvalidPrefixListID.NotFound", "")
}

// acceptShare accepts the one invitation that an account has.
func (t *T) acceptShare(account string) {
	invitations := must(t.ram(account).GetResourceShareInvitations(t.ctx, &ram.GetResourceShareInvitationsInput{}))(t).ResourceShareInvitations
	if len(invitations) != 1 {
		t.Fatalf("%s has %d invitations, want 1", account, len(invitations))
	}
	must(t.ram(account).AcceptResourceShareInvitation(t.ctx, &ram.AcceptResourceShareInvitationInput{ResourceShareInvitationArn: invitations[0].ResourceShareInvitationArn}))(t)
}

func prefixListQuota(t *T) {
	in := &ec2.CreateManagedPrefixListInput{PrefixListName: new("x"), AddressFamily: new("IPv4"), MaxEntries: new(int32(1))}
	for range 100 {
		must(t.ec2(home).CreateManagedPrefixList(t.ctx, in))(t)
		in.ClientToken = nil
	}
	_, err := t.ec2(home).CreateManagedPrefixList(t.ctx, in)
	wantErrorOf(t, "the 101st list", err, "ResourceLimitExceeded", "")
	in.ClientToken = nil
	must(t.ec2(away).CreateManagedPrefixList(t.ctx, in))(t)
}

func prefixListToken(t *T) {
	in := &ec2.CreateManagedPrefixListInput{
		ClientToken: new("a token"), PrefixListName: new("x"), AddressFamily: new("IPv4"), MaxEntries: new(int32(1)), TagSpecifications: tagged(types.ResourceTypePrefixList, "a", "b"),
	}
	in.DryRun = new(true)
	_, err := t.ec2(home).CreateManagedPrefixList(t.ctx, in)
	wantErrorOf(t, "a dry run", err, "DryRunOperation", "")
	in.DryRun = nil
	first := must(t.ec2(home).CreateManagedPrefixList(t.ctx, in))(t).PrefixList
	again := must(t.ec2(home).CreateManagedPrefixList(t.ctx, in))(t).PrefixList
	equal(t, "the list of the same token", *again.PrefixListId, *first.PrefixListId)
	in.MaxEntries = new(int32(2))
	_, err = t.ec2(home).CreateManagedPrefixList(t.ctx, in)
	wantErrorOf(t, "another list with the token", err, "IdempotentParameterMismatch", "")

	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*first.PrefixListId}, Tags: tags("c", "d")}))(t)
	found := must(t.ec2(home).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{Filters: []types.Filter{filter("tag:c", "d")}}))(t).PrefixLists
	if len(found) != 1 {
		t.Fatalf("there are %d lists with the tag, want 1", len(found))
	}
	equalRecord(t, "its tags", found[0].Tags, tags("a", "b", "c", "d"))
	described := must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{Filters: []types.Filter{filter("resource-type", "prefix-list")}}))(t).Tags
	equal(t, "tags of the type prefix-list", len(described), 2)
}
