package conformance

import (
	"encoding/base64"
	"encoding/pem"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var internetRegistryTests = []Test{
	{"an association with an internet registry waits to be enabled", "B930", newRegistryAssociation},
	{"an association is enabled with the registry's answer", "B931", enableRegistryAssociation},
	{"only an answer of a registry enables an association, and once", "B932", enableRefused},
	{"associations are listed and filtered, to their owner at home", "B933", describeRegistryAssociations},
	{"an association without registrations is deleted, an IPAM with associations not", "B934", deleteRegistryAssociation},
	{"the free tier has no associations with registries", "B935", freeRegistryAssociation},
	{"a registry has what was brought to the IPAM", "B936", registryHoldings},
	{"an IPAM is associated with an organization at a registry once", "B937", registryAssociationRefused},
}

func (t *T) createRegistryAssociation(ipam types.Ipam, handle string, tags ...types.TagSpecification) (*types.IpamInternetRegistryAssociation, error) {
	out, err := t.ec2(home).CreateIpamInternetRegistryAssociation(t.ctx, &ec2.CreateIpamInternetRegistryAssociationInput{
		IpamId: ipam.IpamId, OrganizationHandle: &handle, Rir: types.RirRipe, Description: new("ours"), TagSpecifications: tags,
	})
	if err != nil {
		return nil, err
	}
	return out.IpamInternetRegistryAssociation, nil
}

func (t *T) awaitRegistryAssociation(id *string, state types.IpamInternetRegistryAssociationState) (a types.IpamInternetRegistryAssociation) {
	t.await(*id+" to be "+string(state), func() bool {
		out := must(t.ec2(home).DescribeIpamInternetRegistryAssociations(t.ctx, &ec2.DescribeIpamInternetRegistryAssociationsInput{IpamInternetRegistryAssociationIds: []string{*id}}))(t)
		if len(out.IpamInternetRegistryAssociations) != 1 {
			t.Fatalf("DescribeIpamInternetRegistryAssociations(%s) = %d, want 1", *id, len(out.IpamInternetRegistryAssociations))
		}
		a = out.IpamInternetRegistryAssociations[0]
		return a.State == state
	})
	return a
}

func (t *T) pendingRegistryAssociation(ipam types.Ipam, tags ...types.TagSpecification) types.IpamInternetRegistryAssociation {
	a := must(t.createRegistryAssociation(ipam, "ORG-TEST-RIPE", tags...))(t)
	return t.awaitRegistryAssociation(a.IpamInternetRegistryAssociationId, types.IpamInternetRegistryAssociationStatePendingEnable)
}

var trustAnchor = regexp.MustCompile(`<child_bpki_ta>(.*)</child_bpki_ta>`)

// parentResponse is what a registry could answer: the certificate of the request does for its own.
func (t *T) parentResponse(a types.IpamInternetRegistryAssociation) *ec2.EnableIpamInternetRegistryAssociationInput {
	found := trustAnchor.FindStringSubmatch(str(a.ChildRequestXml))
	if found == nil {
		t.Fatalf("childRequestXml = %s, want a child_bpki_ta in it", str(a.ChildRequestXml))
	}
	der := must(base64.StdEncoding.DecodeString(found[1]))(t)
	return &ec2.EnableIpamInternetRegistryAssociationInput{
		IpamInternetRegistryAssociationId: a.IpamInternetRegistryAssociationId,
		ChildHandle:                       new("child"), ParentHandle: new("parent"), RpkiVersion: new("1"),
		ParentBpkiTa: new(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))),
		ServiceUri:   new("https://rpki.example.net/updown"),
	}
}

// registry is an enabled association.
func (t *T) registry(ipam types.Ipam) *string {
	a := t.pendingRegistryAssociation(ipam)
	must(t.ec2(home).EnableIpamInternetRegistryAssociation(t.ctx, t.parentResponse(a)))(t)
	t.awaitRegistryAssociation(a.IpamInternetRegistryAssociationId, types.IpamInternetRegistryAssociationStateEnableComplete)
	return a.IpamInternetRegistryAssociationId
}

func newRegistryAssociation(t *T) {
	ipam := t.ipam()
	a := must(t.createRegistryAssociation(ipam, "ORG-TEST-RIPE", tagged(types.ResourceTypeIpamInternetRegistryAssociation, "env", "test")...))(t)
	id := str(a.IpamInternetRegistryAssociationId)
	matches(t, "the id", id, "ipam-internet-registry-assoc-[0-9a-f]{17}")
	want := types.IpamInternetRegistryAssociation{
		OwnerId: new(t.account), IpamId: ipam.IpamId, IpamRegion: new(home), Description: new("ours"), OrganizationHandle: new("ORG-TEST-RIPE"), Rir: types.RirRipe,
		IpamInternetRegistryAssociationId:  new(id),
		IpamInternetRegistryAssociationArn: new("arn:aws:ec2::" + t.account + ":ipam-internet-registry-association/" + id),
		State:                              types.IpamInternetRegistryAssociationStateCreateInProgress,
		Tags:                               tags("env", "test"),
	}
	equalRecord(t, "the answer", *a, want)
	later := t.awaitRegistryAssociation(a.IpamInternetRegistryAssociationId, types.IpamInternetRegistryAssociationStatePendingEnable)
	matches(t, "childRequestXml", str(later.ChildRequestXml), `(?s)<child_request xmlns="http://www.hactrn.net/uris/rpki/rpki-setup/" version="1" child_handle="`+id+`">.*</child_request>\n`)
	want.State, want.ChildRequestXml = types.IpamInternetRegistryAssociationStatePendingEnable, later.ChildRequestXml
	equalRecord(t, "the association later", later, want)
}

func enableRegistryAssociation(t *T) {
	a := t.pendingRegistryAssociation(t.ipam())
	out := must(t.ec2(home).EnableIpamInternetRegistryAssociation(t.ctx, t.parentResponse(a)))(t).IpamInternetRegistryAssociation
	equal(t, "state in the answer", out.State, types.IpamInternetRegistryAssociationStateEnableInProgress)
	t.awaitRegistryAssociation(a.IpamInternetRegistryAssociationId, types.IpamInternetRegistryAssociationStateEnableComplete)
}

func enableRefused(t *T) {
	a := t.pendingRegistryAssociation(t.ipam())
	try := func(what, code, message string, change func(*ec2.EnableIpamInternetRegistryAssociationInput)) {
		in := t.parentResponse(a)
		change(in)
		_, err := t.ec2(home).EnableIpamInternetRegistryAssociation(t.ctx, in)
		wantErrorOf(t, what, err, code, message)
	}
	bad := func(in *ec2.EnableIpamInternetRegistryAssociationInput) {
		in.ParentBpkiTa, in.ServiceUri = new("-----BEGIN"), new("ftp://example.net")
	}
	try("an unknown id, and all else bad", "InvalidIpamInternetRegistryAssociationId.NotFound", "", func(in *ec2.EnableIpamInternetRegistryAssociationInput) {
		bad(in)
		in.IpamInternetRegistryAssociationId = new("ipam-internet-registry-assoc-0123456789abcdef0")
	})
	try("no certificate, and a bad URI", "InvalidParameterValue", "…parentBpkiTa…", bad)
	try("a certificate that is none", "InvalidParameterValue", "…parentBpkiTa…", func(in *ec2.EnableIpamInternetRegistryAssociationInput) {
		in.ParentBpkiTa = new(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("none")})))
	})
	try("a bad URI", "InvalidParameterValue", "…serviceUri…", func(in *ec2.EnableIpamInternetRegistryAssociationInput) { in.ServiceUri = new("ftp://example.net") })
	try("an empty handle", "InvalidParameterValue", "…parentHandle…", func(in *ec2.EnableIpamInternetRegistryAssociationInput) { in.ParentHandle = new("") })
	try("another version", "InvalidParameterValue", "…rpkiVersion…", func(in *ec2.EnableIpamInternetRegistryAssociationInput) { in.RpkiVersion = new("2") })
	must(t.ec2(home).EnableIpamInternetRegistryAssociation(t.ctx, t.parentResponse(a)))(t)
	try("a second time", "IncorrectState", "", func(*ec2.EnableIpamInternetRegistryAssociationInput) {})
}

func describeRegistryAssociations(t *T) {
	ipam := t.ipam()
	a := t.pendingRegistryAssociation(ipam, tagged(types.ResourceTypeIpamInternetRegistryAssociation, "env", "test")...)
	b := must(t.createRegistryAssociation(ipam, "ORG-OTHER-RIPE"))(t)
	list := func(client *ec2.Client, filters ...types.Filter) int {
		return len(must(client.DescribeIpamInternetRegistryAssociations(t.ctx, &ec2.DescribeIpamInternetRegistryAssociationsInput{Filters: filters}))(t).IpamInternetRegistryAssociations)
	}
	equal(t, "all", list(t.ec2(home)), 2)
	equal(t, "those of a handle", list(t.ec2(home), filter("organization-handle", "ORG-TEST-*")), 1)
	equal(t, "those of a registry", list(t.ec2(home), filter("rir", "ripe")), 2)
	equal(t, "those with a tag", list(t.ec2(home), filter("tag:env", "test")), 1)
	equal(t, "those of another Region", list(t.ec2(away)), 0)
	equal(t, "those of another account", list(t.ec2As(t.OtherAccount(), home)), 0)
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*b.IpamInternetRegistryAssociationId}, Tags: tags("env", "test")}))(t)
	equal(t, "those with a tag later", list(t.ec2(home), filter("tag:env", "test")), 2)
	_, err := t.ec2(home).DescribeIpamInternetRegistryAssociations(t.ctx, &ec2.DescribeIpamInternetRegistryAssociationsInput{Filters: []types.Filter{filter("colour", "red")}})
	wantErrorOf(t, "an unknown filter", err, "InvalidParameterValue", "The filter 'colour' is invalid")
	for what, client := range map[string]*ec2.Client{"another Region": t.ec2(away), "another account": t.ec2As(t.OtherAccount(), home)} {
		_, err := client.DeleteIpamInternetRegistryAssociation(t.ctx, &ec2.DeleteIpamInternetRegistryAssociationInput{IpamInternetRegistryAssociationId: a.IpamInternetRegistryAssociationId})
		wantErrorOf(t, what, err, "InvalidIpamInternetRegistryAssociationId.NotFound", "")
	}
}

func deleteRegistryAssociation(t *T) {
	ipam, id, cidr := t.registered()
	must(t.register(id, cidr, "64500"))(t)
	remove := func() (*ec2.DeleteIpamInternetRegistryAssociationOutput, error) {
		return t.ec2(home).DeleteIpamInternetRegistryAssociation(t.ctx, &ec2.DeleteIpamInternetRegistryAssociationInput{IpamInternetRegistryAssociationId: id})
	}
	_, err := remove()
	wantErrorOf(t, "with a registration", err, "DependencyViolation", "")
	must(t.unregister(id, cidr))(t)
	t.await("the registration to be gone", func() bool { return len(t.registrations(id)) == 0 })
	other := t.as(t.OtherAccount())
	defer t.adopt(other)
	second := other.ipam()
	other.pendingRegistryAssociation(second)
	_, err = other.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: second.IpamId, Cascade: new(true)})
	wantErrorOf(t, "deleting the IPAM", err, "DependencyViolation", "…internet registry associations…")
	out := must(remove())(t).IpamInternetRegistryAssociation
	equal(t, "state in the answer", out.State, types.IpamInternetRegistryAssociationStateDeleteInProgress)
	equal(t, "the IPAM in the answer", str(out.IpamId), *ipam.IpamId)
	t.gone(*id, "InvalidIpamInternetRegistryAssociationId.NotFound", "", func() error {
		_, err := t.ec2(home).DescribeIpamInternetRegistryAssociations(t.ctx, &ec2.DescribeIpamInternetRegistryAssociationsInput{IpamInternetRegistryAssociationIds: []string{*id}})
		return err
	})
}

func freeRegistryAssociation(t *T) {
	_, err := t.createRegistryAssociation(t.ipamIn(home, &ec2.CreateIpamInput{Tier: types.IpamTierFree}), "ORG-TEST-RIPE")
	wantErrorOf(t, "in the free tier", err, "UnsupportedOperation", "")
	other := t.as(t.OtherAccount())
	defer t.adopt(other)
	ipam := other.ipam()
	other.pendingRegistryAssociation(ipam)
	_, err = other.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Tier: types.IpamTierFree})
	wantErrorOf(t, "to the free tier", err, "DependencyViolation", "…internet registry associations…")
}

func (t *T) registryCIDRs(id *string, filters ...types.Filter) []types.IpamInternetRegistryAssociationCidr {
	return must(t.ec2(home).GetIpamInternetRegistryAssociationCidrs(t.ctx, &ec2.GetIpamInternetRegistryAssociationCidrsInput{
		IpamInternetRegistryAssociationId: id, Filters: filters,
	}))(t).IpamInternetRegistryAssociationCidrs
}

func (t *T) registryASNs(id *string) []types.IpamInternetRegistryAssociationAsn {
	return must(t.ec2(home).GetIpamInternetRegistryAssociationAsns(t.ctx, &ec2.GetIpamInternetRegistryAssociationAsnsInput{IpamInternetRegistryAssociationId: id}))(t).IpamInternetRegistryAssociationAsns
}

func registryHoldings(t *T) {
	ipam := t.ipam()
	cidr := randomIPv4(22).String()
	top := t.topPool(ipam, cidr)
	t.regionalPool(top, home, cidr)
	t.asn(ipam, "64000")
	a := t.pendingRegistryAssociation(ipam)
	id := a.IpamInternetRegistryAssociationId
	equal(t, "CIDRs before the registry is enabled", len(t.registryCIDRs(id)), 0)
	must(t.ec2(home).EnableIpamInternetRegistryAssociation(t.ctx, t.parentResponse(a)))(t)
	t.awaitRegistryAssociation(id, types.IpamInternetRegistryAssociationStateEnableComplete)
	cidrs, asns := t.registryCIDRs(id), t.registryASNs(id)
	if len(cidrs) != 1 || len(asns) != 1 {
		t.Fatalf("the registry has %s and %s, want one CIDR and one ASN", jsonLines(cidrs), jsonLines(asns))
	}
	equal(t, "the CIDR", str(cidrs[0].Cidr), cidr)
	equal(t, "the ASN", str(asns[0].Asn), "64000")
	if at := cidrs[0].LastObservedAt; at == nil || at.Before(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("lastObservedAt = %v", at)
	}
	equal(t, "CIDRs by filter", len(t.registryCIDRs(id, filter("cidr", cidr))), 1)
	equal(t, "CIDRs by another filter", len(t.registryCIDRs(id, filter("cidr", "192.0.2.0/24"))), 0)
	_, err := t.ec2(away).GetIpamInternetRegistryAssociationAsns(t.ctx, &ec2.GetIpamInternetRegistryAssociationAsnsInput{IpamInternetRegistryAssociationId: id})
	wantErrorOf(t, "another Region", err, "InvalidIpamInternetRegistryAssociationId.NotFound", "")
}

func registryAssociationRefused(t *T) {
	ipam := t.ipam()
	t.pendingRegistryAssociation(ipam)
	_, err := t.createRegistryAssociation(ipam, "ORG-TEST-RIPE")
	wantErrorOf(t, "the same again", err, "InvalidParameterValue", "")
	_, err = t.createRegistryAssociation(ipam, "")
	wantErrorOf(t, "no handle", err, "InvalidParameterValue", "")
	_, err = t.createRegistryAssociation(types.Ipam{IpamId: new("ipam-0123456789abcdef0")}, "ORG-TEST-RIPE")
	wantErrorOf(t, "an unknown IPAM", err, "InvalidIpamId.NotFound", "")
}
