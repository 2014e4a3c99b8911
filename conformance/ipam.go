package conformance

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var ipamTests = []Test{
	{"a new IPAM has its scopes and its resource discovery", "B040", newIPAM},
	{"a new IPAM takes every parameter", "B041", newIPAMWithEverything},
	{"the home Region is always an operating Region", "B042", homeRegionOperates},
	{"an IPAM becomes create-complete", "B043", ipamBecomesComplete},
	{"an account has one IPAM in a Region", "B044", oneIPAM},
	{"an account has another IPAM in another Region", "B045", ipamsInTwoRegions},
	{"a modified IPAM rests in modify-complete", "B046", modifyIPAM},
	{"operating Regions come and go", "B047", modifyOperatingRegions},
	{"the home Region can't be removed", "B048", removeHomeRegion},
	{"a Region that is there already can be added", "B049", addRegionTwice},
	{"a modification of nothing is refused", "B050", modifyIPAMNothing},
	{"a deleted IPAM is not found", "B051", deleteIPAM},
	{"an unknown IPAM is not found", "B052", unknownIPAM},
	{"a Region is free for a new IPAM after a deletion", "B053", ipamAfterIPAM},
	{"an IPAM has its account's and its Region's name in its ARN's partition", "B054", arnPartition},
}

const hex17 = "[0-9a-f]{17}"

func newIPAM(t *T) {
	got := *must(t.ec2(home).CreateIpam(t.ctx, &ec2.CreateIpamInput{}))(t).Ipam
	matches(t, "IpamId", str(got.IpamId), "ipam-"+hex17)
	matches(t, "PublicDefaultScopeId", str(got.PublicDefaultScopeId), "ipam-scope-"+hex17)
	matches(t, "PrivateDefaultScopeId", str(got.PrivateDefaultScopeId), "ipam-scope-"+hex17)
	matches(t, "DefaultResourceDiscoveryId", str(got.DefaultResourceDiscoveryId), "ipam-res-disco-"+hex17)
	matches(t, "DefaultResourceDiscoveryAssociationId", str(got.DefaultResourceDiscoveryAssociationId), "ipam-res-disco-assoc-"+hex17)
	if str(got.PublicDefaultScopeId) == str(got.PrivateDefaultScopeId) {
		t.Errorf("both default scopes are %s", *got.PublicDefaultScopeId)
	}
	equalRecord(t, "a new IPAM", got, types.Ipam{
		OwnerId:                               new(t.Account()),
		IpamId:                                got.IpamId,
		IpamArn:                               new("arn:aws:ec2::" + t.Account() + ":ipam/" + str(got.IpamId)),
		IpamRegion:                            new(home),
		PublicDefaultScopeId:                  got.PublicDefaultScopeId,
		PrivateDefaultScopeId:                 got.PrivateDefaultScopeId,
		ScopeCount:                            new(int32(2)),
		OperatingRegions:                      []types.IpamOperatingRegion{{RegionName: new(home)}},
		State:                                 types.IpamStateCreateInProgress,
		Tags:                                  []types.Tag{},
		DefaultResourceDiscoveryId:            got.DefaultResourceDiscoveryId,
		DefaultResourceDiscoveryAssociationId: got.DefaultResourceDiscoveryAssociationId,
		ResourceDiscoveryAssociationCount:     new(int32(1)),
		Tier:                                  types.IpamTierAdvanced,
		EnablePrivateGua:                      new(false),
		MeteredAccount:                        types.IpamMeteredAccountIpamOwner,
	})
}

func newIPAMWithEverything(t *T) {
	got := *must(t.ec2(home).CreateIpam(t.ctx, &ec2.CreateIpamInput{
		Description:       new("all of it & more <>"),
		OperatingRegions:  regions(away, home),
		TagSpecifications: tagged(types.ResourceTypeIpam, "Name", "main", "empty", ""),
		Tier:              types.IpamTierFree,
		EnablePrivateGua:  new(true),
		MeteredAccount:    types.IpamMeteredAccountIpamOwner,
		ClientToken:       new("a token"),
	}))(t).Ipam
	equal(t, "Description", str(got.Description), "all of it & more <>")
	equal(t, "OperatingRegions", regionNames(got), away+" "+home)
	equal(t, "Tier", got.Tier, types.IpamTierFree)
	equal(t, "EnablePrivateGua", boolean(got.EnablePrivateGua), "true")
	equal(t, "MeteredAccount", got.MeteredAccount, types.IpamMeteredAccountIpamOwner)
	equalTags(t, got.Tags, "Name", "main", "empty", "")

	described := t.awaitIpam(home, *got.IpamId, types.IpamStateCreateComplete)
	got.State = types.IpamStateCreateComplete
	described.Tags, got.Tags = sortedTags(described.Tags), sortedTags(got.Tags)
	equalRecord(t, "the described IPAM", described, got)
}

func homeRegionOperates(t *T) {
	equal(t, "OperatingRegions of an IPAM that names none", regionNames(t.ipam()), home)

	other := &ec2.CreateIpamInput{OperatingRegions: regions(far)}
	equal(t, "OperatingRegions of an IPAM in "+away+" that names "+far, regionNames(t.ipamIn(away, other)), far+" "+away)

	twice := &ec2.CreateIpamInput{OperatingRegions: regions(far, home)}
	equal(t, "OperatingRegions of an IPAM in "+far+" that names itself", regionNames(t.ipamIn(far, twice)), far+" "+home)
}

func ipamBecomesComplete(t *T) {
	out := must(t.ec2(home).CreateIpam(t.ctx, &ec2.CreateIpamInput{}))(t)
	equal(t, "State in the answer of CreateIpam", out.Ipam.State, types.IpamStateCreateInProgress)
	ipam := t.awaitIpam(home, *out.Ipam.IpamId, types.IpamStateCreateComplete)
	equal(t, "StateMessage", str(ipam.StateMessage), absent)
	for _, id := range []*string{ipam.PublicDefaultScopeId, ipam.PrivateDefaultScopeId} {
		t.awaitScope(*id, types.IpamScopeStateCreateComplete)
	}
}

func oneIPAM(t *T) {
	t.ipam()
	_, err := t.ec2(home).CreateIpam(t.ctx, &ec2.CreateIpamInput{})
	wantError(t, err, "ResourceLimitExceeded", "You've reached the limit for ipams. You have created 1 ipams and you are limited to 1.")
	equal(t, "number of IPAMs", len(must(t.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams), 1)
}

func ipamsInTwoRegions(t *T) {
	here, there := t.ipam(away), t.ipamIn(away, &ec2.CreateIpamInput{})
	equal(t, "IpamRegion", str(there.IpamRegion), away)
	for region, want := range map[string]types.Ipam{home: here, away: there} {
		got := must(t.ec2(region).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams
		if len(got) != 1 || *got[0].IpamId != *want.IpamId {
			t.Errorf("DescribeIpams in %s = %s, want %s", region, jsonLines(got), *want.IpamId)
		}
	}
	_, err := t.ec2(away).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{*here.IpamId}})
	wantError(t, err, "InvalidIpamId.NotFound", "")
}

func modifyIPAM(t *T) {
	ipam := t.ipam()
	got := *must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Description: new("second"), EnablePrivateGua: new(true), Tier: types.IpamTierFree}))(t).Ipam
	equal(t, "State in the answer of ModifyIpam", got.State, types.IpamStateModifyInProgress)
	equal(t, "Description in the answer", str(got.Description), "second")

	want := ipam
	want.State, want.Description, want.EnablePrivateGua, want.Tier = types.IpamStateModifyComplete, new("second"), new(true), types.IpamTierFree
	equalRecord(t, "the modified IPAM", t.awaitIpam(home, *ipam.IpamId, types.IpamStateModifyComplete), want)

	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Tier: types.IpamTierAdvanced}))(t)
	want.Tier = types.IpamTierAdvanced
	equalRecord(t, "the IPAM modified again", t.awaitIpam(home, *ipam.IpamId, types.IpamStateModifyComplete), want)
}

func modifyOperatingRegions(t *T) {
	ipam := t.ipam(away)
	got := *must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{
		IpamId: ipam.IpamId, AddOperatingRegions: regions(far), RemoveOperatingRegions: []types.RemoveIpamOperatingRegion{{RegionName: new(away)}},
	}))(t).Ipam
	equal(t, "OperatingRegions in the answer of ModifyIpam", regionNames(got), far+" "+home)
	equal(t, "OperatingRegions afterwards", regionNames(t.awaitIpam(home, *ipam.IpamId, types.IpamStateModifyComplete)), far+" "+home)

	_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId, locale(away)))
	wantErrorOf(t, "a pool in the Region that went", err, "InvalidParameterValue", "")
	equal(t, "Locale of a pool in the Region that came", str(t.pool(ipam.PrivateDefaultScopeId, locale(far)).Locale), far)
}

func removeHomeRegion(t *T) {
	ipam := t.ipam(away)
	_, err := t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{
		IpamId: ipam.IpamId, RemoveOperatingRegions: []types.RemoveIpamOperatingRegion{{RegionName: new(home)}},
	})
	wantRefusal(t, "removing the home Region", err)
	equal(t, "OperatingRegions afterwards", regionNames(t.awaitIpam(home, *ipam.IpamId, types.IpamStateCreateComplete)), away+" "+home)
}

func addRegionTwice(t *T) {
	ipam := t.ipam(away)
	got := must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, AddOperatingRegions: regions(away, far, far)}))(t).Ipam
	equal(t, "OperatingRegions", regionNames(*got), far+" "+away+" "+home)
}

func modifyIPAMNothing(t *T) {
	ipam := t.ipam()
	_, err := t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId})
	wantError(t, err, "InvalidParameterCombination", "")
	equalRecord(t, "the IPAM afterwards", t.awaitIpam(home, *ipam.IpamId, types.IpamStateCreateComplete), ipam)
}

func deleteIPAM(t *T) {
	ipam := t.ipam(away)
	out := must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId}))(t)
	equal(t, "State in the answer of DeleteIpam", out.Ipam.State, types.IpamStateDeleteInProgress)
	equal(t, "IpamId in the answer", str(out.Ipam.IpamId), *ipam.IpamId)
	equal(t, "OperatingRegions in the answer", regionNames(*out.Ipam), away+" "+home)
	t.ipamGone(ipam)
	for _, scope := range []string{*ipam.PublicDefaultScopeId, *ipam.PrivateDefaultScopeId} {
		t.scopeGone(scope)
	}
	equal(t, "number of IPAMs", len(must(t.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams), 0)
	_, err := t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Description: new("x")})
	wantErrorOf(t, "ModifyIpam of the deleted", err, "InvalidIpamId.NotFound", "")
	_, err = t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId})
	wantErrorOf(t, "DeleteIpam of the deleted", err, "InvalidIpamId.NotFound", "")
	_, err = t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId})
	wantErrorOf(t, "CreateIpamScope in the deleted", err, "InvalidIpamId.NotFound", "")
}

func (t *T) ipamGone(ipam types.Ipam) {
	id := *ipam.IpamId
	t.gone(id, "InvalidIpamId.NotFound", "The ipam ID '"+id+"' does not exist", func() error {
		_, err := t.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{id}})
		return err
	})
}

func (t *T) scopeGone(id string) {
	t.gone(id, "InvalidIpamScopeId.NotFound", "The ipam-scope ID '"+id+"' does not exist", func() error {
		_, err := t.ec2(home).DescribeIpamScopes(t.ctx, &ec2.DescribeIpamScopesInput{IpamScopeIds: []string{id}})
		return err
	})
}

func unknownIPAM(t *T) {
	ipam := t.ipam()
	for _, id := range []string{"ipam-0123456789abcdef0", "ipam-0", "ipam-zzz", "nonsense", *ipam.PrivateDefaultScopeId} {
		message := "The ipam ID '" + id + "' does not exist"
		_, err := t.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{*ipam.IpamId, id}})
		wantErrorOf(t, "DescribeIpams("+id+")", err, "InvalidIpamId.NotFound", message)
		_, err = t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: &id, Description: new("x")})
		wantErrorOf(t, "ModifyIpam("+id+")", err, "InvalidIpamId.NotFound", message)
		_, err = t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: &id})
		wantErrorOf(t, "DeleteIpam("+id+")", err, "InvalidIpamId.NotFound", message)
		_, err = t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: &id})
		wantErrorOf(t, "CreateIpamScope("+id+")", err, "InvalidIpamId.NotFound", message)
	}
}

func ipamAfterIPAM(t *T) {
	first := t.ipam()
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: first.IpamId}))(t)
	t.ipamGone(first)
	if second := t.ipam(); *second.IpamId == *first.IpamId {
		t.Errorf("the second IPAM has the first one's id %s", *second.IpamId)
	}
}

func arnPartition(t *T) {
	for region, partition := range map[string]string{"us-gov-west-1": "aws-us-gov", "cn-north-1": "aws-cn", "eu-central-1": "aws"} {
		got := must(t.ec2(region).CreateIpam(t.ctx, &ec2.CreateIpamInput{}))(t).Ipam
		equal(t, "IpamArn in "+region, str(got.IpamArn), fmt.Sprintf("arn:%s:ec2::%s:ipam/%s", partition, t.Account(), *got.IpamId))
	}
}

func sortedTags(tags []types.Tag) []types.Tag {
	sorted := slices.Clone(tags)
	slices.SortFunc(sorted, func(a, b types.Tag) int {
		if str(a.Key) < str(b.Key) {
			return -1
		}
		return 1
	})
	return sorted
}

func equalTags(t *T, got []types.Tag, keysAndValues ...string) {
	equalRecord(t, "the tags", sortedTags(got), sortedTags(tags(keysAndValues...)))
}
