package conformance

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var byoasnTests = []Test{
	{"an ASN is brought to an IPAM", "B922", provisionASN},
	{"only a public ASN with a proof is brought", "B923", provisionASNRefused},
	{"an ASN is associated with ranges of its IPAM", "B924", associateASN},
	{"a range is advertised with an ASN of its own", "B925", advertiseASN},
	{"an ASN goes when no range needs it", "B926", deprovisionASN},
}

func (t *T) asnProof(asn string) *types.AsnAuthorizationContext {
	return &types.AsnAuthorizationContext{Message: t.message(asn, lasting), Signature: new(signed)}
}

func (t *T) asns() []types.Byoasn {
	return must(t.ec2(home).DescribeIpamByoasn(t.ctx, &ec2.DescribeIpamByoasnInput{}))(t).Byoasns
}

// asn brings an ASN to an IPAM and waits for it.
func (t *T) asn(ipam types.Ipam, asn string) {
	out := must(t.ec2(home).ProvisionIpamByoasn(t.ctx, &ec2.ProvisionIpamByoasnInput{IpamId: ipam.IpamId, Asn: &asn, AsnAuthorizationContext: t.asnProof(asn)}))(t)
	equalRecord(t, "the ASN in the answer", *out.Byoasn, types.Byoasn{Asn: &asn, IpamId: ipam.IpamId, State: types.AsnStatePendingProvision})
	t.awaitASN(asn, types.AsnStateProvisioned)
}

func (t *T) awaitASN(asn string, state types.AsnState) {
	t.await("the ASN "+asn+" to be "+string(state), func() bool {
		for _, a := range t.asns() {
			if *a.Asn == asn {
				return a.State == state
			}
		}
		t.Fatalf("DescribeIpamByoasn does not show %s", asn)
		return false
	})
}

func (t *T) associateWith(asn, cidr string) (*ec2.AssociateIpamByoasnOutput, error) {
	return t.ec2(home).AssociateIpamByoasn(t.ctx, &ec2.AssociateIpamByoasnInput{Asn: &asn, Cidr: &cidr})
}

// awaitAssociated waits for the association of a range at home with an ASN.
func (t *T) awaitAssociated(asn, cidr string) {
	t.await(cidr+" to be associated with "+asn, func() bool {
		for _, a := range t.rangeIn(home, cidr).AsnAssociations {
			if *a.Asn == asn {
				return a.State == types.AsnAssociationStateAssociated
			}
		}
		return false
	})
}

func (t *T) disassociateFrom(asn, cidr string) (*ec2.DisassociateIpamByoasnOutput, error) {
	return t.ec2(home).DisassociateIpamByoasn(t.ctx, &ec2.DisassociateIpamByoasnInput{Asn: &asn, Cidr: &cidr})
}

func provisionASN(t *T) {
	ipam := t.ipam()
	equal(t, "ASNs before", len(t.asns()), 0)
	for i := range 5 {
		t.asn(ipam, fmt.Sprint(12345+i))
	}
	equalRecord(t, "the first ASN", t.asns()[0], types.Byoasn{Asn: new("12345"), IpamId: ipam.IpamId, State: types.AsnStateProvisioned})
	_, err := t.ec2(home).ProvisionIpamByoasn(t.ctx, &ec2.ProvisionIpamByoasnInput{IpamId: ipam.IpamId, Asn: new("262144"), AsnAuthorizationContext: t.asnProof("262144")})
	wantErrorOf(t, "the sixth ASN", err, "ResourceLimitExceeded", "")
	page := must(t.ec2(home).DescribeIpamByoasn(t.ctx, &ec2.DescribeIpamByoasnInput{MaxResults: new(int32(3))}))(t)
	rest := must(t.ec2(home).DescribeIpamByoasn(t.ctx, &ec2.DescribeIpamByoasnInput{MaxResults: new(int32(3)), NextToken: page.NextToken}))(t)
	equal(t, "ASNs on two pages", len(page.Byoasns)+len(rest.Byoasns), 5)
	equal(t, "ASNs in another Region", len(must(t.ec2(away).DescribeIpamByoasn(t.ctx, &ec2.DescribeIpamByoasnInput{}))(t).Byoasns), 0)
	_, err = t.ec2(home).DescribeIpamByoasn(t.ctx, &ec2.DescribeIpamByoasnInput{MaxResults: new(int32(101))})
	wantErrorOf(t, "a page of 101", err, "InvalidParameterValue", "")
	_, err = t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(true)})
	wantErrorOf(t, "deleting the IPAM", err, "DependencyViolation", "")
}

func provisionASNRefused(t *T) {
	ipam := t.ipam()
	try := func(what, asn string, proof *types.AsnAuthorizationContext) {
		_, err := t.ec2(home).ProvisionIpamByoasn(t.ctx, &ec2.ProvisionIpamByoasnInput{IpamId: ipam.IpamId, Asn: &asn, AsnAuthorizationContext: proof})
		wantErrorOf(t, what+" "+asn, err, "InvalidParameterValue", "")
	}
	for _, asn := range []string{"", "0", "AS12345", "1.10", "012345", "64496", "65000", "65535", "4200000001", "4294967296"} {
		try("no public ASN:", asn, t.asnProof(asn))
	}
	try("a proof of another ASN than", "12345", t.asnProof("12346"))
	try("an expired proof of", "12345", &types.AsnAuthorizationContext{Message: t.message("12345", "20200101"), Signature: new(signed)})
	try("an unsigned proof of", "12345", &types.AsnAuthorizationContext{Message: t.message("12345", lasting), Signature: new("=")})
	equal(t, "ASNs after that", len(t.asns()), 0)
	t.asn(ipam, "12345")
	try("once more", "12345", t.asnProof("12345"))
	_, err := t.ec2(away).ProvisionIpamByoasn(t.ctx, &ec2.ProvisionIpamByoasnInput{IpamId: ipam.IpamId, Asn: new("12347"), AsnAuthorizationContext: t.asnProof("12347")})
	wantErrorOf(t, "an ASN in another Region than the IPAM's", err, "InvalidIpamId.NotFound", "")
}

func associateASN(t *T) {
	ipam := t.ipam()
	whole := randomIPv4(23)
	top := t.topPool(ipam, whole.String())
	regional := t.child(top, forEC2(home))
	one, two := str(t.provisionLength(regional, 24).Cidr), str(t.provisionLength(regional, 24).Cidr)
	_, err := t.associateWith("12345", one)
	wantErrorOf(t, "an ASN that is not there", err, "InvalidParameterValue", "")
	t.asn(ipam, "12345")
	t.asn(ipam, "12346")
	out := must(t.associateWith("12345", one))(t)
	want := types.AsnAssociation{Asn: new("12345"), Cidr: &one, State: types.AsnAssociationStatePendingAssociation}
	equalRecord(t, "the association in the answer", *out.AsnAssociation, want)
	must(t.associateWith("12345", two))(t)
	must(t.associateWith("12346", one))(t)
	t.awaitAssociated("12345", one)
	t.awaitAssociated("12346", one)
	want.State = types.AsnAssociationStateAssociated
	other := types.AsnAssociation{Asn: new("12346"), Cidr: &one, State: types.AsnAssociationStateAssociated}
	equalRecord(t, "AsnAssociations", t.rangeIn(home, one).AsnAssociations, []types.AsnAssociation{want, other})
	_, err = t.associateWith("12345", one)
	wantErrorOf(t, "the same again", err, "IncorrectState", "")
	elsewhere := randomIPv6(48).String()
	t.topPool(ipam, elsewhere, advertisable(true))
	for what, cidr := range map[string]string{"a range of no Region": whole.String(), "a range of no locale": elsewhere, "a stranger's range": randomIPv4(24).String(), "no CIDR": "x"} {
		_, err = t.associateWith("12345", cidr)
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	_, err = t.disassociateFrom("12346", two)
	wantErrorOf(t, "ending an association that is not there", err, "InvalidParameterValue", "")
}

func advertiseASN(t *T) {
	ipam := t.ipam()
	cidr := randomIPv6(48).String()
	t.topPool(ipam, cidr, advertisable(true), forEC2(home))
	t.asn(ipam, "12345")
	must(t.associateWith("12345", cidr))(t)
	t.awaitAssociated("12345", cidr)
	with := func(asn string) error {
		out, err := t.ec2(home).AdvertiseByoipCidr(t.ctx, &ec2.AdvertiseByoipCidrInput{Cidr: &cidr, Asn: &asn})
		if err == nil {
			equal(t, "State with the ASN "+asn, out.ByoipCidr.State, types.ByoipCidrStateAdvertised)
		}
		return err
	}
	wantErrorOf(t, "an ASN that is not associated", with("12346"), "InvalidParameterValue", "")
	for _, asn := range []string{"12345", "AWS", "12345"} {
		if err := with(asn); err != nil {
			t.Errorf("advertising with the ASN %s: %v", asn, err)
		}
	}
	_, err := t.disassociateFrom("12345", cidr)
	wantErrorOf(t, "disassociating the ASN in use", err, "IncorrectState", "")
	if err := with("AWS"); err != nil {
		t.Errorf("going back to Amazon's ASN: %v", err)
	}
	out := must(t.disassociateFrom("12345", cidr))(t)
	equal(t, "State in the answer", out.AsnAssociation.State, types.AsnAssociationStatePendingDisassociation)
	t.await("the association to go", func() bool { return len(t.rangeIn(home, cidr).AsnAssociations) == 0 })
	wantErrorOf(t, "an ASN that is no longer associated", with("12345"), "InvalidParameterValue", "")
}

func deprovisionASN(t *T) {
	ipam := t.ipam()
	cidr := randomIPv4(24).String()
	pool := t.topPool(ipam, cidr, forEC2(home))
	t.asn(ipam, "12345")
	must(t.associateWith("12345", cidr))(t)
	t.awaitAssociated("12345", cidr)
	deprovision := func() (*ec2.DeprovisionIpamByoasnOutput, error) {
		return t.ec2(home).DeprovisionIpamByoasn(t.ctx, &ec2.DeprovisionIpamByoasnInput{IpamId: ipam.IpamId, Asn: new("12345")})
	}
	_, err := deprovision()
	wantErrorOf(t, "deprovisioning an ASN in use", err, "DependencyViolation", "")
	_, err = t.ec2(home).DeprovisionIpamPoolCidr(t.ctx, &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: &cidr})
	wantErrorOf(t, "deprovisioning a range with an ASN", err, "IncorrectState", "…associated with an ASN…")
	must(t.disassociateFrom("12345", cidr))(t)
	t.await("the association to go", func() bool { return len(t.rangeIn(home, cidr).AsnAssociations) == 0 })
	equal(t, "State in the answer", must(deprovision())(t).Byoasn.State, types.AsnStatePendingDeprovision)
	t.awaitASN("12345", types.AsnStateDeprovisioned)
	_, err = deprovision()
	wantErrorOf(t, "deprovisioning it again", err, "InvalidParameterValue", "")
	t.deprovision(pool, cidr, types.IpamPoolCidrStateDeprovisioned)
	t.asn(ipam, "12345")
	must(deprovision())(t)
	t.advance(8 * 24 * time.Hour)
	equal(t, "ASNs after a week", len(t.asns()), 0)
	t.deletePool(pool, false)
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(true)}))(t)
}
