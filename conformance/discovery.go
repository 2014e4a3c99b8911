package conformance

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	ramtypes "github.com/aws/aws-sdk-go-v2/service/ram/types"
)

var discoveryTests = []Test{
	{"an IPAM has a default resource discovery and its association", "B700", defaultDiscovery},
	{"the default resource discovery stays as long as its IPAM", "B701", defaultDiscoveryStays},
	{"the default resource discovery operates where its IPAM does", "B702", defaultDiscoveryRegions},
	{"a resource discovery is created with its home as an operating Region", "B703", createDiscovery},
	{"there is one resource discovery in a Region", "B704", oneDiscovery},
	{"a resource discovery is modified", "B705", modifyDiscovery},
	{"a resource discovery that is deleted leaves associations that find nothing", "B706", deleteDiscovery},
	{"a resource discovery is shared with an account outside and associated there", "B707", outsidersDiscovery},
	{"the free tier has no further associations", "B708", freeAssociations},
	{"organizational units are excluded by path, none twice", "B709", exclusions},
	{"an excluded account gets no space from shared pools", "B710", excludedAccount},
	{"resource discoveries and associations have tags", "B711", discoveryTags},
}

func (t *T) discoveries(account string, ids ...string) []types.IpamResourceDiscovery {
	return must(t.ec2As(account, home).DescribeIpamResourceDiscoveries(t.ctx, &ec2.DescribeIpamResourceDiscoveriesInput{IpamResourceDiscoveryIds: ids}))(t).IpamResourceDiscoveries
}

func (t *T) discovery(account, id string) types.IpamResourceDiscovery {
	found := t.discoveries(account, id)
	if len(found) != 1 {
		t.Fatalf("DescribeIpamResourceDiscoveries(%s) = %d discoveries, want 1", id, len(found))
	}
	return found[0]
}

func (t *T) discoveryAssociations(account string, ids ...string) []types.IpamResourceDiscoveryAssociation {
	return must(t.ec2As(account, home).DescribeIpamResourceDiscoveryAssociations(t.ctx, &ec2.DescribeIpamResourceDiscoveryAssociationsInput{IpamResourceDiscoveryAssociationIds: ids}))(t).IpamResourceDiscoveryAssociations
}

func (t *T) discoveryAssociation(account, id string) types.IpamResourceDiscoveryAssociation {
	found := t.discoveryAssociations(account, id)
	if len(found) != 1 {
		t.Fatalf("DescribeIpamResourceDiscoveryAssociations(%s) = %d associations, want 1", id, len(found))
	}
	return found[0]
}

func (t *T) createDiscovery(account string, in *ec2.CreateIpamResourceDiscoveryInput) types.IpamResourceDiscovery {
	d := must(t.ec2As(account, home).CreateIpamResourceDiscovery(t.ctx, in))(t).IpamResourceDiscovery
	equal(t, "state in the answer of CreateIpamResourceDiscovery", d.State, types.IpamResourceDiscoveryStateCreateInProgress)
	t.await(*d.IpamResourceDiscoveryId+" to be created", func() bool {
		return t.discovery(account, *d.IpamResourceDiscoveryId).State == types.IpamResourceDiscoveryStateCreateComplete
	})
	return t.discovery(account, *d.IpamResourceDiscoveryId)
}

// discoveryRegions are where a discovery operates, in the order of the answer.
func discoveryRegions(d types.IpamResourceDiscovery) string {
	var names []string
	for _, r := range d.OperatingRegions {
		names = append(names, str(r.RegionName))
	}
	return strings.Join(names, " ")
}

func defaultDiscovery(t *T) {
	ipam := t.ipam(away)
	equal(t, "resourceDiscoveryAssociationCount", num(ipam.ResourceDiscoveryAssociationCount), "1")
	d := t.discovery(t.account, *ipam.DefaultResourceDiscoveryId)
	equalRecord(t, "the default discovery", d, types.IpamResourceDiscovery{
		OwnerId:                     new(t.account),
		IpamResourceDiscoveryId:     ipam.DefaultResourceDiscoveryId,
		IpamResourceDiscoveryArn:    new("arn:aws:ec2::" + t.account + ":ipam-resource-discovery/" + *ipam.DefaultResourceDiscoveryId),
		IpamResourceDiscoveryRegion: new(home),
		OperatingRegions:            ipam.OperatingRegions,
		IsDefault:                   new(true),
		State:                       types.IpamResourceDiscoveryStateCreateComplete,
		Tags:                        []types.Tag{},
	})
	a := t.discoveryAssociation(t.account, *ipam.DefaultResourceDiscoveryAssociationId)
	equalRecord(t, "the default association", a, types.IpamResourceDiscoveryAssociation{
		OwnerId:                             new(t.account),
		IpamResourceDiscoveryAssociationId:  ipam.DefaultResourceDiscoveryAssociationId,
		IpamResourceDiscoveryAssociationArn: new("arn:aws:ec2::" + t.account + ":ipam-resource-discovery-association/" + *ipam.DefaultResourceDiscoveryAssociationId),
		IpamResourceDiscoveryId:             ipam.DefaultResourceDiscoveryId,
		IpamId:                              ipam.IpamId,
		IpamArn:                             ipam.IpamArn,
		IpamRegion:                          new(home),
		IsDefault:                           new(true),
		ResourceDiscoveryStatus:             types.IpamAssociatedResourceDiscoveryStatusActive,
		State:                               types.IpamResourceDiscoveryAssociationStateAssociateComplete,
		Tags:                                []types.Tag{},
	})
}

func defaultDiscoveryStays(t *T) {
	ipam := t.ipam()
	client := t.ec2(home)
	_, err := client.DeleteIpamResourceDiscovery(t.ctx, &ec2.DeleteIpamResourceDiscoveryInput{IpamResourceDiscoveryId: ipam.DefaultResourceDiscoveryId})
	wantRefusal(t, "DeleteIpamResourceDiscovery of the default one", err)
	_, err = client.DisassociateIpamResourceDiscovery(t.ctx, &ec2.DisassociateIpamResourceDiscoveryInput{IpamResourceDiscoveryAssociationId: ipam.DefaultResourceDiscoveryAssociationId})
	wantRefusal(t, "DisassociateIpamResourceDiscovery of the default one", err)

	must(client.DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId}))(t)
	t.gone("the default discovery", "InvalidIpamResourceDiscoveryId.NotFound", "The ipam-resource-discovery ID '…' does not exist", func() error {
		_, err := client.DescribeIpamResourceDiscoveries(t.ctx, &ec2.DescribeIpamResourceDiscoveriesInput{IpamResourceDiscoveryIds: []string{*ipam.DefaultResourceDiscoveryId}})
		return err
	})
	t.gone("the default association", "InvalidIpamResourceDiscoveryAssociationId.NotFound", "", func() error {
		_, err := client.DescribeIpamResourceDiscoveryAssociations(t.ctx, &ec2.DescribeIpamResourceDiscoveryAssociationsInput{IpamResourceDiscoveryAssociationIds: []string{*ipam.DefaultResourceDiscoveryAssociationId}})
		return err
	})
}

func defaultDiscoveryRegions(t *T) {
	ipam := t.ipam(away)
	client := t.ec2(home)
	must(client.ModifyIpam(t.ctx, &ec2.ModifyIpamInput{
		IpamId: ipam.IpamId, AddOperatingRegions: regions(far), RemoveOperatingRegions: []types.RemoveIpamOperatingRegion{{RegionName: new(away)}},
	}))(t)
	id := ipam.DefaultResourceDiscoveryId
	names := strings.Fields(discoveryRegions(t.discovery(t.account, *id)))
	slices.Sort(names)
	equal(t, "Regions of the default discovery", strings.Join(names, " "), far+" "+home)
	_, err := client.ModifyIpamResourceDiscovery(t.ctx, &ec2.ModifyIpamResourceDiscoveryInput{IpamResourceDiscoveryId: id, AddOperatingRegions: regions(away)})
	wantRefusal(t, "ModifyIpamResourceDiscovery of the Regions of the default one", err)
}

func createDiscovery(t *T) {
	d := t.createDiscovery(t.account, &ec2.CreateIpamResourceDiscoveryInput{
		Description: new("for a partner"), OperatingRegions: regions(away, far), TagSpecifications: tagged(types.ResourceTypeIpamResourceDiscovery, "team", "network"),
	})
	matches(t, "the id", *d.IpamResourceDiscoveryId, `ipam-res-disco-[0-9a-f]{17}`)
	equalRecord(t, "the discovery", d, types.IpamResourceDiscovery{
		OwnerId:                     new(t.account),
		IpamResourceDiscoveryId:     d.IpamResourceDiscoveryId,
		IpamResourceDiscoveryArn:    new("arn:aws:ec2::" + t.account + ":ipam-resource-discovery/" + *d.IpamResourceDiscoveryId),
		IpamResourceDiscoveryRegion: new(home),
		Description:                 new("for a partner"),
		OperatingRegions:            []types.IpamOperatingRegion{{RegionName: new(away)}, {RegionName: new(far)}, {RegionName: new(home)}},
		IsDefault:                   new(false),
		State:                       types.IpamResourceDiscoveryStateCreateComplete,
		Tags:                        tags("team", "network"),
	})
	plain := t.createDiscovery(t.OtherAccount(), &ec2.CreateIpamResourceDiscoveryInput{})
	equal(t, "Regions without a wish", discoveryRegions(plain), home)
}

func oneDiscovery(t *T) {
	t.ipam()
	_, err := t.ec2(home).CreateIpamResourceDiscovery(t.ctx, &ec2.CreateIpamResourceDiscoveryInput{})
	wantRefusal(t, "CreateIpamResourceDiscovery beside a default one", err)
	must(t.ec2(away).CreateIpamResourceDiscovery(t.ctx, &ec2.CreateIpamResourceDiscoveryInput{}))(t)
	_, err = t.ec2(away).CreateIpamResourceDiscovery(t.ctx, &ec2.CreateIpamResourceDiscoveryInput{})
	wantRefusal(t, "a second CreateIpamResourceDiscovery", err)
}

func modifyDiscovery(t *T) {
	d := t.createDiscovery(t.account, &ec2.CreateIpamResourceDiscoveryInput{OperatingRegions: regions(away)})
	client, id := t.ec2(home), d.IpamResourceDiscoveryId
	out := must(client.ModifyIpamResourceDiscovery(t.ctx, &ec2.ModifyIpamResourceDiscoveryInput{
		IpamResourceDiscoveryId: id, Description: new("new"), AddOperatingRegions: regions(far),
		RemoveOperatingRegions: []types.RemoveIpamOperatingRegion{{RegionName: new(away)}},
	}))(t).IpamResourceDiscovery
	equal(t, "state in the answer", out.State, types.IpamResourceDiscoveryStateModifyInProgress)
	t.await("the modification", func() bool {
		d = t.discovery(t.account, *id)
		return d.State == types.IpamResourceDiscoveryStateModifyComplete
	})
	equal(t, "description", str(d.Description), "new")
	equal(t, "Regions", discoveryRegions(d), home+" "+far)

	_, err := client.ModifyIpamResourceDiscovery(t.ctx, &ec2.ModifyIpamResourceDiscoveryInput{IpamResourceDiscoveryId: id, RemoveOperatingRegions: []types.RemoveIpamOperatingRegion{{RegionName: new(home)}}})
	wantRefusal(t, "removing the home Region", err)
	_, err = client.ModifyIpamResourceDiscovery(t.ctx, &ec2.ModifyIpamResourceDiscoveryInput{IpamResourceDiscoveryId: id})
	wantError(t, err, "InvalidParameterCombination", "")
	_, err = t.ec2(away).ModifyIpamResourceDiscovery(t.ctx, &ec2.ModifyIpamResourceDiscoveryInput{IpamResourceDiscoveryId: id, Description: new("x")})
	wantError(t, err, "InvalidIpamResourceDiscoveryId.NotFound", "The ipam-resource-discovery ID '"+*id+"' does not exist")
}

// shareDiscovery shares a discovery with an account outside, which accepts.
func (t *T) shareDiscovery(d types.IpamResourceDiscovery, account string) (share string) {
	owner := *d.OwnerId
	s := must(t.ram(owner).CreateResourceShare(t.ctx, &ram.CreateResourceShareInput{
		Name: new("discovery"), ResourceArns: []string{*d.IpamResourceDiscoveryArn}, Principals: []string{account},
	}))(t).ResourceShare
	t.awaitAssociations(owner, *s.ResourceShareArn, ramtypes.ResourceShareAssociationTypeResource, 1)
	for _, i := range must(t.ram(account).GetResourceShareInvitations(t.ctx, &ram.GetResourceShareInvitationsInput{ResourceShareArns: []string{*s.ResourceShareArn}}))(t).ResourceShareInvitations {
		must(t.ram(account).AcceptResourceShareInvitation(t.ctx, &ram.AcceptResourceShareInvitationInput{ResourceShareInvitationArn: i.ResourceShareInvitationArn}))(t)
	}
	t.awaitAssociations(owner, *s.ResourceShareArn, ramtypes.ResourceShareAssociationTypePrincipal, 1)
	return *s.ResourceShareArn
}

func (t *T) associateDiscovery(ipam types.Ipam, d types.IpamResourceDiscovery) types.IpamResourceDiscoveryAssociation {
	a := must(t.ec2(home).AssociateIpamResourceDiscovery(t.ctx, &ec2.AssociateIpamResourceDiscoveryInput{IpamId: ipam.IpamId, IpamResourceDiscoveryId: d.IpamResourceDiscoveryId}))(t).IpamResourceDiscoveryAssociation
	equal(t, "state in the answer of AssociateIpamResourceDiscovery", a.State, types.IpamResourceDiscoveryAssociationStateAssociateInProgress)
	equal(t, "status in the answer of AssociateIpamResourceDiscovery", a.ResourceDiscoveryStatus, types.IpamAssociatedResourceDiscoveryStatusActive)
	t.await("the association", func() bool {
		return t.discoveryAssociation(t.account, *a.IpamResourceDiscoveryAssociationId).State == types.IpamResourceDiscoveryAssociationStateAssociateComplete
	})
	return *a
}

func deleteDiscovery(t *T) {
	partner := t.OtherAccount()
	d := t.createDiscovery(partner, &ec2.CreateIpamResourceDiscoveryInput{})
	ipam := t.ipam()
	t.shareDiscovery(d, t.account)
	a := t.associateDiscovery(ipam, d)

	client, id := t.ec2As(partner, home), d.IpamResourceDiscoveryId
	out := must(client.DeleteIpamResourceDiscovery(t.ctx, &ec2.DeleteIpamResourceDiscoveryInput{IpamResourceDiscoveryId: id}))(t).IpamResourceDiscovery
	equal(t, "state in the answer of DeleteIpamResourceDiscovery", out.State, types.IpamResourceDiscoveryStateDeleteInProgress)
	t.gone("the discovery", "InvalidIpamResourceDiscoveryId.NotFound", "The ipam-resource-discovery ID '"+*id+"' does not exist", func() error {
		_, err := client.DescribeIpamResourceDiscoveries(t.ctx, &ec2.DescribeIpamResourceDiscoveriesInput{IpamResourceDiscoveryIds: []string{*id}})
		return err
	})
	left := t.discoveryAssociation(t.account, *a.IpamResourceDiscoveryAssociationId)
	equal(t, "status of the association", left.ResourceDiscoveryStatus, types.IpamAssociatedResourceDiscoveryStatusNotFound)
	equal(t, "state of the association", left.State, types.IpamResourceDiscoveryAssociationStateAssociateComplete)
	equal(t, "associations of the IPAM", num(t.awaitIpam(home, *ipam.IpamId, ipam.State).ResourceDiscoveryAssociationCount), "2")
	gone := must(t.ec2(home).DisassociateIpamResourceDiscovery(t.ctx, &ec2.DisassociateIpamResourceDiscoveryInput{IpamResourceDiscoveryAssociationId: a.IpamResourceDiscoveryAssociationId}))(t)
	equal(t, "state in the answer of DisassociateIpamResourceDiscovery", gone.IpamResourceDiscoveryAssociation.State, types.IpamResourceDiscoveryAssociationStateDisassociateInProgress)
	t.await("the end of the association", func() bool { return len(t.discoveryAssociations(t.account)) == 1 })
	equal(t, "associations of the IPAM", num(t.awaitIpam(home, *ipam.IpamId, ipam.State).ResourceDiscoveryAssociationCount), "1")
}

func outsidersDiscovery(t *T) {
	partner := t.OtherAccount()
	d := t.createDiscovery(partner, &ec2.CreateIpamResourceDiscoveryInput{TagSpecifications: tagged(types.ResourceTypeIpamResourceDiscovery, "team", "network")})
	ipam := t.ipam()
	_, err := t.ec2(home).AssociateIpamResourceDiscovery(t.ctx, &ec2.AssociateIpamResourceDiscoveryInput{IpamId: ipam.IpamId, IpamResourceDiscoveryId: d.IpamResourceDiscoveryId})
	wantError(t, err, "InvalidIpamResourceDiscoveryId.NotFound", "")

	share := t.shareDiscovery(d, t.account)
	seen := t.discovery(t.account, *d.IpamResourceDiscoveryId)
	equal(t, "owner of the shared discovery", str(seen.OwnerId), partner)
	equal(t, "tags that the consumer sees", len(seen.Tags), 0)
	equal(t, "discoveries that the consumer sees", len(t.discoveries(t.account)), 2)
	_, err = t.ec2(home).DeleteIpamResourceDiscovery(t.ctx, &ec2.DeleteIpamResourceDiscoveryInput{IpamResourceDiscoveryId: d.IpamResourceDiscoveryId})
	wantRefusal(t, "DeleteIpamResourceDiscovery by the consumer", err)

	a := t.associateDiscovery(ipam, d)
	equal(t, "owner of the association", str(a.OwnerId), t.account)
	equal(t, "isDefault of the association", boolean(a.IsDefault), "false")
	_, err = t.ec2(home).AssociateIpamResourceDiscovery(t.ctx, &ec2.AssociateIpamResourceDiscoveryInput{IpamId: ipam.IpamId, IpamResourceDiscoveryId: d.IpamResourceDiscoveryId})
	wantRefusal(t, "a second association", err)

	must(t.ram(partner).DeleteResourceShare(t.ctx, &ram.DeleteResourceShareInput{ResourceShareArn: new(share)}))(t)
	t.await("the share to end", func() bool {
		return t.discoveryAssociation(t.account, *a.IpamResourceDiscoveryAssociationId).ResourceDiscoveryStatus == types.IpamAssociatedResourceDiscoveryStatusNotFound
	})
}

func freeAssociations(t *T) {
	d := t.createDiscovery(t.OtherAccount(), &ec2.CreateIpamResourceDiscoveryInput{})
	t.shareDiscovery(d, t.account)
	ipam := t.ipamIn(home, &ec2.CreateIpamInput{Tier: types.IpamTierFree})
	in := &ec2.AssociateIpamResourceDiscoveryInput{IpamId: ipam.IpamId, IpamResourceDiscoveryId: d.IpamResourceDiscoveryId}
	_, err := t.ec2(home).AssociateIpamResourceDiscovery(t.ctx, in)
	wantError(t, err, "UnsupportedOperation", "")
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Tier: types.IpamTierAdvanced}))(t)
	t.associateDiscovery(ipam, d)
	_, err = t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Tier: types.IpamTierFree})
	wantRefusal(t, "the free tier with an association", err)
}

// exclude changes the exclusions of the default discovery of the network account.
func (t *T) exclude(w *world, add, remove []string) (types.IpamResourceDiscovery, error) {
	in := &ec2.ModifyIpamResourceDiscoveryInput{IpamResourceDiscoveryId: w.ipam.DefaultResourceDiscoveryId}
	for _, path := range add {
		in.AddOrganizationalUnitExclusions = append(in.AddOrganizationalUnitExclusions, types.AddIpamOrganizationalUnitExclusion{OrganizationsEntityPath: new(path)})
	}
	for _, path := range remove {
		in.RemoveOrganizationalUnitExclusions = append(in.RemoveOrganizationalUnitExclusions, types.RemoveIpamOrganizationalUnitExclusion{OrganizationsEntityPath: new(path)})
	}
	out, err := t.ec2As(w.network, home).ModifyIpamResourceDiscovery(t.ctx, in)
	if err != nil {
		return types.IpamResourceDiscovery{}, err
	}
	return *out.IpamResourceDiscovery, nil
}

func exclusions(t *T) {
	w := t.delegated()
	below := *must(t.organizations(w.management).CreateOrganizationalUnit(t.ctx, &organizations.CreateOrganizationalUnitInput{
		ParentId: new(w.unit), Name: new("below"),
	}))(t).OrganizationalUnit.Id
	outer := w.id + "/" + w.root + "/" + w.unit + "/"
	inner := outer + below + "/"
	d := must(t.exclude(w, []string{outer, inner}, nil))(t)
	equal(t, "exclusions", len(d.OrganizationalUnitExclusions), 2)
	_, err := t.exclude(w, []string{outer + "*"}, nil)
	wantError(t, err, "InvalidParameterValue", "")
	d = must(t.exclude(w, []string{outer + "*"}, []string{outer, inner}))(t)
	equal(t, "state in the answer", d.State, types.IpamResourceDiscoveryStateModifyInProgress)
	if len(d.OrganizationalUnitExclusions) != 1 || str(d.OrganizationalUnitExclusions[0].OrganizationsEntityPath) != outer+"*" {
		t.Errorf("exclusions = %s, want %s*", jsonLines(d.OrganizationalUnitExclusions), outer)
	}
	for _, path := range []string{"o-other/" + w.root + "/" + w.unit + "/", w.id + "/" + w.root + "/" + below + "/", w.unit, ""} {
		_, err = t.exclude(w, []string{path}, nil)
		wantErrorOf(t, "the path "+path, err, "InvalidParameterValue", "One or more of the organizations entity paths is invalid…")
	}
	d = must(t.exclude(w, nil, []string{outer + "*"}))(t)
	if d.OrganizationalUnitExclusions != nil {
		t.Errorf("exclusions after the last was removed = %s, want none", jsonLines(d.OrganizationalUnitExclusions))
	}

	alone := t.as(t.OtherAccount())
	ipam := alone.ipam()
	t.adopt(alone)
	_, err = alone.ec2(home).ModifyIpamResourceDiscovery(t.ctx, &ec2.ModifyIpamResourceDiscoveryInput{
		IpamResourceDiscoveryId:         ipam.DefaultResourceDiscoveryId,
		AddOrganizationalUnitExclusions: []types.AddIpamOrganizationalUnitExclusion{{OrganizationsEntityPath: new(outer)}},
	})
	wantRefusal(t, "exclusions outside an organization", err)
}

func excludedAccount(t *T) {
	w := t.shared()
	path := w.id + "/" + w.root + "/" + w.unit + "/"
	must(t.exclude(w, []string{path}, nil))(t)
	_, err := t.vpcFrom(w.workload, home, w.atHome, 24)
	wantError(t, err, "UnsupportedOperation", "The operation AllocateIpamPoolCidr is not supported. Account "+w.workload+" is not monitored by IPAM "+*w.ipam.IpamId+".")
	must(t.exclude(w, nil, []string{path}))(t)
	must(t.vpcFrom(w.workload, home, w.atHome, 24))(t)
}

func discoveryTags(t *T) {
	ipam := t.ipam()
	ids := []string{*ipam.DefaultResourceDiscoveryId, *ipam.DefaultResourceDiscoveryAssociationId}
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: ids, Tags: tags("team", "network")}))(t)
	equalRecord(t, "tags of the discovery", t.discovery(t.account, ids[0]).Tags, tags("team", "network"))
	equalRecord(t, "tags of the association", t.discoveryAssociation(t.account, ids[1]).Tags, tags("team", "network"))
	found := must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{Filters: []types.Filter{filter("resource-id", ids...)}}))(t).Tags
	var kinds []string
	for _, tag := range found {
		kinds = append(kinds, string(tag.ResourceType))
	}
	slices.Sort(kinds)
	equal(t, "types in DescribeTags", strings.Join(kinds, " "), "ipam-resource-discovery ipam-resource-discovery-association")
	_, err := t.ec2(away).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: ids[:1], Tags: tags("a", "b")})
	wantError(t, err, "InvalidIpamResourceDiscoveryId.NotFound", "")
}
