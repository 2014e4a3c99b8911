package conformance

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var prefixListTargetTests = []Test{
	{"a target makes the entries of a list those of the resolver", "B287", newTarget},
	{"a list in another Region follows the latest version", "B288", targetFollows},
	{"a target stays at a version, and goes back to one", "B289", targetStays},
	{"a target that can't be synchronized says why", "B290", targetFails},
	{"metrics tell whether versions and synchronizations succeed", "B290", resolverMetrics},
	{"the entries of a synchronized list are not modified by hand", "B291", synchronizedList},
	{"a target that AWS would not create is refused", "B292", badTarget},
	{"a list without its target keeps its entries", "B293", deleteTarget},
}

// resolverTarget has a resolver write to a list at home, always the latest version.
func (t *T) resolverTarget(r types.IpamPrefixListResolver, list types.ManagedPrefixList) types.IpamPrefixListResolverTarget {
	return *must(t.ec2(home).CreateIpamPrefixListResolverTarget(t.ctx, targetInput(r, list)))(t).IpamPrefixListResolverTarget
}

func targetInput(r types.IpamPrefixListResolver, list types.ManagedPrefixList) *ec2.CreateIpamPrefixListResolverTargetInput {
	return &ec2.CreateIpamPrefixListResolverTargetInput{
		IpamPrefixListResolverId: r.IpamPrefixListResolverId, PrefixListId: list.PrefixListId, PrefixListRegion: new(home), TrackLatestVersion: new(true),
	}
}

func (t *T) describeTarget(target types.IpamPrefixListResolverTarget) types.IpamPrefixListResolverTarget {
	out := must(t.ec2(home).DescribeIpamPrefixListResolverTargets(t.ctx, &ec2.DescribeIpamPrefixListResolverTargetsInput{
		IpamPrefixListResolverTargetIds: []string{*target.IpamPrefixListResolverTargetId},
	}))(t)
	if len(out.IpamPrefixListResolverTargets) != 1 {
		t.Fatalf("DescribeIpamPrefixListResolverTargets(%s) = %d targets, want 1", *target.IpamPrefixListResolverTargetId, len(out.IpamPrefixListResolverTargets))
	}
	return out.IpamPrefixListResolverTargets[0]
}

func (t *T) awaitTarget(target types.IpamPrefixListResolverTarget, state types.IpamPrefixListResolverTargetState) (got types.IpamPrefixListResolverTarget) {
	t.await(*target.IpamPrefixListResolverTargetId+" to be "+string(state), func() bool {
		got = t.describeTarget(target)
		return got.State == state
	})
	return got
}

// awaitSynced waits until a version has been written to the list.
func (t *T) awaitSynced(target types.IpamPrefixListResolverTarget, version int64) (got types.IpamPrefixListResolverTarget) {
	t.await(fmt.Sprint("version ", version, " to be synchronized"), func() bool {
		got = t.describeTarget(target)
		return got.State == types.IpamPrefixListResolverTargetStateSyncComplete && *got.LastSyncedVersion == version
	})
	return got
}

func (t *T) modifyTarget(target types.IpamPrefixListResolverTarget, in *ec2.ModifyIpamPrefixListResolverTargetInput) (*ec2.ModifyIpamPrefixListResolverTargetOutput, error) {
	in.IpamPrefixListResolverTargetId = target.IpamPrefixListResolverTargetId
	return t.ec2(home).ModifyIpamPrefixListResolverTarget(t.ctx, in)
}

func (t *T) deleteTarget(target types.IpamPrefixListResolverTarget) {
	got := must(t.ec2(home).DeleteIpamPrefixListResolverTarget(t.ctx, &ec2.DeleteIpamPrefixListResolverTargetInput{
		IpamPrefixListResolverTargetId: target.IpamPrefixListResolverTargetId,
	}))(t).IpamPrefixListResolverTarget
	equal(t, "State in the answer", got.State, types.IpamPrefixListResolverTargetStateDeleteInProgress)
	t.targetGone(target)
}

func (t *T) targetGone(target types.IpamPrefixListResolverTarget) {
	id := *target.IpamPrefixListResolverTargetId
	t.gone(id, "InvalidIpamPrefixListResolverTargetId.NotFound", "The ipam-prefix-list-resolver-target ID '"+id+"' does not exist", func() error {
		_, err := t.ec2(home).DescribeIpamPrefixListResolverTargets(t.ctx, &ec2.DescribeIpamPrefixListResolverTargetsInput{IpamPrefixListResolverTargetIds: []string{id}})
		return err
	})
}

func newTarget(t *T) {
	r := t.resolver(t.ipam(), static("192.0.2.0/24"), static("10.0.0.0/8"))
	list := t.prefixListOf(3, "198.51.100.0/24", "192.0.2.0/24")
	in := targetInput(r, list)
	in.TagSpecifications, in.ClientToken = tagged(types.ResourceTypeIpamPrefixListResolverTarget, "a", "b"), new("a token")
	got := *must(t.ec2(home).CreateIpamPrefixListResolverTarget(t.ctx, in))(t).IpamPrefixListResolverTarget
	id := str(got.IpamPrefixListResolverTargetId)
	matches(t, "IpamPrefixListResolverTargetId", id, "ipam-plrt-"+hex17)
	want := types.IpamPrefixListResolverTarget{
		OwnerId:                         new(t.Account()),
		IpamPrefixListResolverTargetId:  &id,
		IpamPrefixListResolverTargetArn: new("arn:aws:ec2::" + t.Account() + ":ipam-prefix-list-resolver-target/" + id),
		IpamPrefixListResolverId:        r.IpamPrefixListResolverId,
		PrefixListId:                    list.PrefixListId,
		PrefixListRegion:                new(home),
		TrackLatestVersion:              new(true),
		State:                           types.IpamPrefixListResolverTargetStateCreateInProgress,
		Tags:                            tags("a", "b"),
	}
	equalRecord(t, "a new target", got, want)
	again := must(t.ec2(home).CreateIpamPrefixListResolverTarget(t.ctx, in))(t).IpamPrefixListResolverTarget
	equal(t, "the target of the same token", str(again.IpamPrefixListResolverTargetId), id)
	want.State, want.LastSyncedVersion = types.IpamPrefixListResolverTargetStateSyncComplete, new(int64(1))
	equalRecord(t, "the target described", t.awaitTarget(got, want.State), want)

	list.State, list.Version = types.PrefixListStateModifyComplete, new(int64(2))
	list.IpamPrefixListResolverTargetId, list.IpamPrefixListResolverSyncEnabled = &id, new(true)
	equalRecord(t, "its list", t.awaitPrefixList(home, *list.PrefixListId, list.State), list)
	equal(t, "the entries", t.listEntries(home, *list.PrefixListId, 0), "10.0.0.0/8 192.0.2.0/24")
	equal(t, "the entries before", t.listEntries(home, *list.PrefixListId, 1), "198.51.100.0/24 192.0.2.0/24")
	for _, f := range []types.Filter{filter("tag:a", "b"), filter("prefix-list-id", *list.PrefixListId), filter("track-latest-version", "true")} {
		found := must(t.ec2(home).DescribeIpamPrefixListResolverTargets(t.ctx, &ec2.DescribeIpamPrefixListResolverTargetsInput{
			IpamPrefixListResolverId: r.IpamPrefixListResolverId, Filters: []types.Filter{f},
		}))(t).IpamPrefixListResolverTargets
		equal(t, "targets by "+*f.Name, len(found), 1)
	}
}

func targetFollows(t *T) {
	ipam := t.ipam(away)
	r := t.resolver(ipam, vpcsIn(ipam.PrivateDefaultScopeId, inside("10.0.0.0/8")))
	list := t.prefixListIn(away, &ec2.CreateManagedPrefixListInput{PrefixListName: new("vpcs"), AddressFamily: new("IPv4"), MaxEntries: new(int32(5))})
	in := targetInput(r, list)
	in.PrefixListRegion = new(away)
	target := *must(t.ec2(home).CreateIpamPrefixListResolverTarget(t.ctx, in))(t).IpamPrefixListResolverTarget
	t.awaitSynced(target, 1)
	equal(t, "the version of a list that had these entries", *t.describePrefixList(away, *list.PrefixListId).Version, 1)
	vpc := t.handMade(t.Account(), home, "10.1.0.0/16")
	t.awaitSynced(target, 2)
	t.handMade(t.Account(), away, "10.2.0.0/16")
	t.awaitSynced(target, 3)
	t.awaitPrefixList(away, *list.PrefixListId, types.PrefixListStateModifyComplete)
	equal(t, "the entries", t.listEntries(away, *list.PrefixListId, 0), "10.1.0.0/16 10.2.0.0/16")
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: &vpc}))(t)
	t.awaitSynced(target, 4)
	equal(t, "the entries without a VPC", t.listEntries(away, *list.PrefixListId, 0), "10.2.0.0/16")
	equal(t, "the version of the list", *t.describePrefixList(away, *list.PrefixListId).Version, 4)
}

func targetStays(t *T) {
	r := t.resolver(t.ipam(), static("10.0.0.0/8"))
	t.modifyRules(r, static("192.0.2.0/24"))
	list := t.prefixListOf(3)
	in := targetInput(r, list)
	in.DesiredVersion = new(int64(1))
	_, err := t.ec2(home).CreateIpamPrefixListResolverTarget(t.ctx, in)
	wantErrorOf(t, "a desired version beside the latest", err, "InvalidParameterCombination", "")
	in.TrackLatestVersion, in.DesiredVersion = new(false), new(int64(3))
	_, err = t.ec2(home).CreateIpamPrefixListResolverTarget(t.ctx, in)
	wantErrorOf(t, "a desired version that is not there", err, "InvalidParameterValue", "")
	in.DesiredVersion = nil
	target := *must(t.ec2(home).CreateIpamPrefixListResolverTarget(t.ctx, in))(t).IpamPrefixListResolverTarget
	equal(t, "DesiredVersion of a target without one", *t.awaitSynced(target, 2).DesiredVersion, 2)

	got := must(t.modifyTarget(target, &ec2.ModifyIpamPrefixListResolverTargetInput{DesiredVersion: new(int64(1))}))(t).IpamPrefixListResolverTarget
	equal(t, "State in the answer", got.State, types.IpamPrefixListResolverTargetStateModifyInProgress)
	t.awaitSynced(target, 1)
	equal(t, "the entries of version 1", t.listEntries(home, *list.PrefixListId, 0), "10.0.0.0/8")
	t.modifyRules(r, static("198.51.100.0/24"))
	t.advance(time.Hour)
	equal(t, "the entries after a new version", t.listEntries(home, *list.PrefixListId, 0), "10.0.0.0/8")
	must(t.modifyTarget(target, &ec2.ModifyIpamPrefixListResolverTargetInput{TrackLatestVersion: new(true)}))(t)
	if got := t.awaitSynced(target, 3); got.DesiredVersion != nil {
		t.Errorf("DesiredVersion of a target that follows the latest = %d, want none", *got.DesiredVersion)
	}
	equal(t, "the entries of the latest", t.listEntries(home, *list.PrefixListId, 0), "198.51.100.0/24")
	for what, in := range map[string]*ec2.ModifyIpamPrefixListResolverTargetInput{
		"nothing":                       {},
		"a version beside the latest":   {DesiredVersion: new(int64(1))},
		"both a version and the latest": {DesiredVersion: new(int64(1)), TrackLatestVersion: new(true)},
	} {
		_, err := t.modifyTarget(target, in)
		wantErrorOf(t, "modifying "+what, err, "InvalidParameterCombination", "")
	}
	_, err = t.modifyTarget(target, &ec2.ModifyIpamPrefixListResolverTargetInput{DesiredVersion: new(int64(4)), TrackLatestVersion: new(false)})
	wantErrorOf(t, "a version that is not there", err, "InvalidParameterValue", "")
}

func targetFails(t *T) {
	r := t.resolver(t.ipam(), static("10.0.0.0/8"), static("192.0.2.0/24"))
	list := t.prefixListOf(1)
	target := t.resolverTarget(r, list)
	failed := func(why string) {
		got := t.awaitTarget(target, types.IpamPrefixListResolverTargetStateSyncFailed)
		matches(t, "StateMessage", str(got.StateMessage), why)
	}
	failed(".*maximum number of entries.*")
	equal(t, "the entries of a list that is too small", t.listEntries(home, *list.PrefixListId, 0), "")
	t.modifyList(&ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, MaxEntries: new(int32(2))})
	equal(t, "StateMessage of a larger list", str(t.awaitSynced(target, 1).StateMessage), absent)
	equal(t, "the entries of a larger list", t.listEntries(home, *list.PrefixListId, 0), "10.0.0.0/8 192.0.2.0/24")
	t.awaitPrefixList(home, *list.PrefixListId, types.PrefixListStateModifyComplete)

	must(t.ec2(home).ModifyManagedPrefixList(t.ctx, &ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, IpamPrefixListResolverSyncEnabled: new(false)}))(t)
	failed(".*disabled.*")
	t.modifyRules(r, static("198.51.100.0/24"))
	t.advance(time.Hour)
	equal(t, "the entries of a list that is not synchronized", t.listEntries(home, *list.PrefixListId, 0), "10.0.0.0/8 192.0.2.0/24")
	must(t.ec2(home).ModifyManagedPrefixList(t.ctx, &ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, IpamPrefixListResolverSyncEnabled: new(true)}))(t)
	t.awaitSynced(target, 2)
	t.awaitPrefixList(home, *list.PrefixListId, types.PrefixListStateModifyComplete)

	must(t.ec2(home).DeleteManagedPrefixList(t.ctx, &ec2.DeleteManagedPrefixListInput{PrefixListId: list.PrefixListId}))(t)
	failed(".*does not exist.*")
	t.deleteTarget(target)
}

func resolverMetrics(t *T) {
	r := t.resolver(t.ipam(), static("10.0.0.0/8"), static("192.0.2.0/24"))
	list := t.prefixListOf(1)
	target := t.resolverTarget(r, list)
	version := dimensions("IpamPrefixListResolverID", *r.IpamPrefixListResolverId)
	sync := dimensions("IpamPrefixListResolverID", *r.IpamPrefixListResolverId, "IpamPrefixListResolverTargetID", *target.IpamPrefixListResolverTargetId, "PrefixListID", *list.PrefixListId)
	says := func(when, versions, failedVersions, syncs, failedSyncs string) {
		t.advance(10 * time.Minute)
		equal(t, "IpamPrefixListResolverVersionCreationSuccess "+when, t.latest("IpamPrefixListResolverVersionCreationSuccess", version), versions)
		equal(t, "IpamPrefixListResolverVersionCreationFailure "+when, t.latest("IpamPrefixListResolverVersionCreationFailure", version), failedVersions)
		equal(t, "IpamPrefixListResolverSyncSuccess "+when, t.latest("IpamPrefixListResolverSyncSuccess", sync), syncs)
		equal(t, "IpamPrefixListResolverSyncFailure "+when, t.latest("IpamPrefixListResolverSyncFailure", sync), failedSyncs)
	}
	t.awaitTarget(target, types.IpamPrefixListResolverTargetStateSyncFailed)
	says("for a list that is too small", "1", "0", "0", "1")
	t.modifyList(&ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, MaxEntries: new(int32(2))})
	t.awaitSynced(target, 1)
	says("for a larger list", "1", "0", "1", "0")
}

func synchronizedList(t *T) {
	r := t.resolver(t.ipam(), static("10.0.0.0/8"))
	list := t.prefixListOf(3)
	target := t.resolverTarget(r, list)
	t.awaitSynced(target, 1)
	t.awaitPrefixList(home, *list.PrefixListId, types.PrefixListStateModifyComplete)
	edit := &ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, CurrentVersion: new(int64(2)), AddEntries: entries("192.0.2.0/24")}
	_, err := t.ec2(home).ModifyManagedPrefixList(t.ctx, edit)
	wantErrorOf(t, "an edit of a synchronized list", err, "OperationNotPermitted", "")
	_, err = t.ec2(home).RestoreManagedPrefixListVersion(t.ctx, &ec2.RestoreManagedPrefixListVersionInput{PrefixListId: list.PrefixListId, CurrentVersion: new(int64(2)), PreviousVersion: new(int64(1))})
	wantErrorOf(t, "an old version of a synchronized list", err, "OperationNotPermitted", "")
	equal(t, "the entries", t.listEntries(home, *list.PrefixListId, 0), "10.0.0.0/8")
	t.modifyList(&ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, PrefixListName: new("vpcs"), MaxEntries: new(int32(4))})

	got := t.modifyList(&ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, IpamPrefixListResolverSyncEnabled: new(false)})
	equal(t, "IpamPrefixListResolverSyncEnabled", boolean(got.IpamPrefixListResolverSyncEnabled), "false")
	t.modifyList(edit)
	equal(t, "the entries by hand", t.listEntries(home, *list.PrefixListId, 0), "10.0.0.0/8 192.0.2.0/24")
	must(t.ec2(home).ModifyManagedPrefixList(t.ctx, &ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, IpamPrefixListResolverSyncEnabled: new(true)}))(t)
	t.await("the entries to be the resolver's again", func() bool { return t.listEntries(home, *list.PrefixListId, 0) == "10.0.0.0/8" })
}

func badTarget(t *T) {
	ipam := t.ipam(away)
	r := t.resolver(ipam, static("10.0.0.0/8"))
	list, taken := t.prefixListOf(2), t.prefixListOf(2)
	first := t.resolverTarget(r, taken)
	six := t.prefixListIn(home, &ec2.CreateManagedPrefixListInput{PrefixListName: new("six"), AddressFamily: new("IPv6"), MaxEntries: new(int32(2))})
	others := t.as(t.OtherAccount())
	strange := others.prefixListOf(2)
	t.adopt(others)
	aws := must(t.ec2(home).DescribeManagedPrefixLists(t.ctx, &ec2.DescribeManagedPrefixListsInput{Filters: []types.Filter{filter("owner-id", "AWS")}}))(t).PrefixLists[0]
	for what, c := range map[string]struct {
		code   string
		change func(*ec2.CreateIpamPrefixListResolverTargetInput)
	}{
		"an unknown resolver": {"InvalidIpamPrefixListResolverId.NotFound", func(in *ec2.CreateIpamPrefixListResolverTargetInput) {
			in.IpamPrefixListResolverId = new("ipam-plr-0123456789abcdef0")
		}},
		"an unknown list":          {"InvalidPrefixListID.NotFound", func(in *ec2.CreateIpamPrefixListResolverTargetInput) { in.PrefixListId = new("pl-0123456789abcdef0") }},
		"a list of another":        {"InvalidPrefixListID.NotFound", func(in *ec2.CreateIpamPrefixListResolverTargetInput) { in.PrefixListId = strange.PrefixListId }},
		"a list of AWS's":          {"InvalidPrefixListID.NotFound", func(in *ec2.CreateIpamPrefixListResolverTargetInput) { in.PrefixListId = aws.PrefixListId }},
		"another Region":           {"InvalidPrefixListID.NotFound", func(in *ec2.CreateIpamPrefixListResolverTargetInput) { in.PrefixListRegion = new(away) }},
		"a Region out of sight":    {"InvalidParameterValue", func(in *ec2.CreateIpamPrefixListResolverTargetInput) { in.PrefixListRegion = new(far) }},
		"a list of another family": {"InvalidParameterValue", func(in *ec2.CreateIpamPrefixListResolverTargetInput) { in.PrefixListId = six.PrefixListId }},
		"a list with a target": {"InvalidParameterValue", func(in *ec2.CreateIpamPrefixListResolverTargetInput) {
			in.PrefixListId = taken.PrefixListId
		}},
	} {
		in := targetInput(r, list)
		c.change(in)
		_, err := t.ec2(home).CreateIpamPrefixListResolverTarget(t.ctx, in)
		wantErrorOf(t, "a target with "+what, err, c.code, "")
	}
	all := must(t.ec2(home).DescribeIpamPrefixListResolverTargets(t.ctx, &ec2.DescribeIpamPrefixListResolverTargetsInput{}))(t).IpamPrefixListResolverTargets
	equal(t, "targets after refusals", len(all), 1)
	equal(t, "the target of the list", str(t.describePrefixList(home, *taken.PrefixListId).IpamPrefixListResolverTargetId), *first.IpamPrefixListResolverTargetId)
	for range 49 {
		t.resolverTarget(r, t.prefixListOf(2))
	}
	_, err := t.ec2(home).CreateIpamPrefixListResolverTarget(t.ctx, targetInput(r, list))
	wantErrorOf(t, "the 51st target", err, "ResourceLimitExceeded", "")
}

func deleteTarget(t *T) {
	r := t.resolver(t.ipam(), static("10.0.0.0/8"))
	list := t.prefixListOf(2)
	target := t.resolverTarget(r, list)
	t.awaitSynced(target, 1)
	want := t.awaitPrefixList(home, *list.PrefixListId, types.PrefixListStateModifyComplete)
	t.deleteTarget(target)
	want.IpamPrefixListResolverTargetId, want.IpamPrefixListResolverSyncEnabled = nil, nil
	equalRecord(t, "the list without a target", t.describePrefixList(home, *list.PrefixListId), want)
	equal(t, "its entries", t.listEntries(home, *list.PrefixListId, 0), "10.0.0.0/8")
	t.modifyRules(r, static("192.0.2.0/24"))
	t.advance(time.Hour)
	equal(t, "its entries after a new version", t.listEntries(home, *list.PrefixListId, 0), "10.0.0.0/8")
	t.modifyList(&ec2.ModifyManagedPrefixListInput{PrefixListId: list.PrefixListId, CurrentVersion: new(int64(2)), AddEntries: entries("192.0.2.0/24")})
	again := t.resolverTarget(r, list)
	t.awaitSynced(again, 2)
	equal(t, "its entries with another target", t.listEntries(home, *list.PrefixListId, 0), "192.0.2.0/24")
}
