package conformance

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var routingPolicyTests = []Test{
	{"a registration is made by a delta that gets published", "B940", newRegistration},
	{"registrations need an association that is enabled", "B941", registrationTooEarly},
	{"only CIDRs of the organization are registered, in order", "B942", registrationRefused},
	{"a registration is changed in what the request names", "B943", modifyRegistration},
	{"a registration is deleted", "B944", deleteRegistration},
	{"a batch makes all of its changes or none", "B945", batchRegistrations},
	{"deltas are listed in the order of time, or backwards", "B946", listDeltas},
	{"each ASN of a registration has an authorization", "B947", authorizations},
	{"what harms an announced route has to be forced", "B948", forcedRegistration},
}

// registered is an IPAM with a range that it has brought and an enabled association.
func (t *T) registered() (ipam types.Ipam, id *string, cidr string) {
	ipam = t.ipam(away)
	cidr = randomIPv4(22).String()
	t.topPool(ipam, cidr)
	return ipam, t.registry(ipam), cidr
}

func (t *T) register(id *string, cidr string, asns ...string) (*ec2.CreateIpamRoutingPolicyRegistrationOutput, error) {
	return t.ec2(home).CreateIpamRoutingPolicyRegistration(t.ctx, &ec2.CreateIpamRoutingPolicyRegistrationInput{
		IpamInternetRegistryAssociationId: id, Cidr: &cidr, Asns: asns,
	})
}

func (t *T) unregister(id *string, cidr string) (*ec2.DeleteIpamRoutingPolicyRegistrationOutput, error) {
	return t.ec2(home).DeleteIpamRoutingPolicyRegistration(t.ctx, &ec2.DeleteIpamRoutingPolicyRegistrationInput{IpamInternetRegistryAssociationId: id, Cidr: &cidr})
}

func (t *T) batch(id *string, delta string) (*ec2.BatchModifyIpamRoutingPolicyRegistrationsOutput, error) {
	return t.ec2(home).BatchModifyIpamRoutingPolicyRegistrations(t.ctx, &ec2.BatchModifyIpamRoutingPolicyRegistrationsInput{IpamInternetRegistryAssociationId: id, DeltaJson: &delta})
}

func (t *T) registrations(id *string) []types.IpamRoutingPolicyRegistration {
	return must(t.ec2(home).GetIpamRoutingPolicyRegistrations(t.ctx, &ec2.GetIpamRoutingPolicyRegistrationsInput{IpamInternetRegistryAssociationId: id}))(t).IpamRoutingPolicyRegistrations
}

func (t *T) awaitRegistration(id *string, cidr string, state types.IpamRoutingPolicyRegistrationState) (r types.IpamRoutingPolicyRegistration) {
	t.await("the registration of "+cidr+" to be "+string(state), func() bool {
		out := must(t.ec2(home).GetIpamRoutingPolicyRegistrations(t.ctx, &ec2.GetIpamRoutingPolicyRegistrationsInput{IpamInternetRegistryAssociationId: id, Cidr: &cidr}))(t)
		if len(out.IpamRoutingPolicyRegistrations) != 1 {
			t.Fatalf("there are %d registrations of %s, want 1", len(out.IpamRoutingPolicyRegistrations), cidr)
		}
		r = out.IpamRoutingPolicyRegistrations[0]
		return r.State == state
	})
	return r
}

func (t *T) deltas(id *string, change ...func(*ec2.GetIpamRoutingPolicyRegistrationDeltasInput)) []types.IpamRoutingPolicyRegistrationDelta {
	in := &ec2.GetIpamRoutingPolicyRegistrationDeltasInput{IpamInternetRegistryAssociationId: id}
	for _, c := range change {
		c(in)
	}
	return must(t.ec2(home).GetIpamRoutingPolicyRegistrationDeltas(t.ctx, in))(t).IpamRoutingPolicyRegistrationDeltas
}

// parts are the two halves of a range.
func parts(cidr string) (first, second string) {
	whole := netip.MustParsePrefix(cidr)
	a := netip.PrefixFrom(whole.Addr(), whole.Bits()+1)
	address := whole.Addr().As4()
	address[whole.Bits()/8] |= 1 << (7 - whole.Bits()%8)
	return a.String(), netip.PrefixFrom(netip.AddrFrom4(address), whole.Bits()+1).String()
}

func newRegistration(t *T) {
	_, id, cidr := t.registered()
	d := must(t.register(id, cidr, "64000", "64001"))(t).IpamRoutingPolicyRegistrationDelta
	matches(t, "the delta's id", str(d.DeltaId), "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
	equal(t, "the delta's state", d.State, types.IpamRoutingPolicyRegistrationDeltaStatePending)
	matches(t, "the delta", str(d.DeltaJson), `\{"Add":\[\{"Cidr":"`+cidr+`","Asns":\["64000","64001"\].*\}\]\}`)
	equalRecord(t, "the registration", t.awaitRegistration(id, cidr, types.IpamRoutingPolicyRegistrationStateCreateComplete), types.IpamRoutingPolicyRegistration{
		Cidr: new(cidr), Asns: []string{"64000", "64001"}, MaxLength: new(int32(22)), PermitMoreSpecificAnnouncements: new(false),
		LatestDeltaId: d.DeltaId, State: types.IpamRoutingPolicyRegistrationStateCreateComplete,
	})
	deltas := t.deltas(id)
	if len(deltas) != 1 || deltas[0].State != types.IpamRoutingPolicyRegistrationDeltaStatePublished {
		t.Errorf("deltas = %s, want one that is published", jsonLines(deltas))
	}
}

func registrationTooEarly(t *T) {
	a := t.pendingRegistryAssociation(t.ipam())
	_, err := t.register(a.IpamInternetRegistryAssociationId, "192.0.2.0/24", "64000")
	wantError(t, err, "IncorrectState", "")
}

func registrationRefused(t *T) {
	_, id, cidr := t.registered()
	first, _ := parts(cidr)
	must(t.register(id, cidr, "64000"))(t)
	try := func(what, code string, change func(*ec2.CreateIpamRoutingPolicyRegistrationInput)) {
		in := &ec2.CreateIpamRoutingPolicyRegistrationInput{IpamInternetRegistryAssociationId: id, Cidr: &first, Asns: []string{"64000"}}
		change(in)
		_, err := t.ec2(home).CreateIpamRoutingPolicyRegistration(t.ctx, in)
		wantErrorOf(t, what, err, code, "")
	}
	const bad = "InvalidParameterValue"
	try("the same CIDR again", bad, func(in *ec2.CreateIpamRoutingPolicyRegistrationInput) { in.Cidr = &cidr })
	try("another's CIDR", bad, func(in *ec2.CreateIpamRoutingPolicyRegistrationInput) { in.Cidr = new(randomIPv6(48).String()) })
	try("no CIDR", bad, func(in *ec2.CreateIpamRoutingPolicyRegistrationInput) { in.Cidr = new("ten") })
	try("an ASN that is none", bad, func(in *ec2.CreateIpamRoutingPolicyRegistrationInput) { in.Asns = []string{"AS64000"} })
	try("an ASN twice", bad, func(in *ec2.CreateIpamRoutingPolicyRegistrationInput) { in.Asns = []string{"64000", "64000"} })
	try("a length that is too short", bad, func(in *ec2.CreateIpamRoutingPolicyRegistrationInput) { in.MaxLength = new(int32(22)) })
	try("a length that is too long", bad, func(in *ec2.CreateIpamRoutingPolicyRegistrationInput) { in.MaxLength = new(int32(33)) })
	try("a longer length without permission", "InvalidParameterCombination", func(in *ec2.CreateIpamRoutingPolicyRegistrationInput) {
		in.MaxLength, in.PermitMoreSpecificAnnouncements = new(int32(24)), new(false)
	})
	try("an unknown association", "InvalidIpamInternetRegistryAssociationId.NotFound", func(in *ec2.CreateIpamRoutingPolicyRegistrationInput) {
		in.IpamInternetRegistryAssociationId = new("ipam-internet-registry-assoc-0123456789abcdef0")
	})
	equal(t, "registrations", len(t.registrations(id)), 1)
}

func modifyRegistration(t *T) {
	_, id, cidr := t.registered()
	must(t.ec2(home).CreateIpamRoutingPolicyRegistration(t.ctx, &ec2.CreateIpamRoutingPolicyRegistrationInput{
		IpamInternetRegistryAssociationId: id, Cidr: &cidr, Asns: []string{"64000"}, MaxLength: new(int32(24)), Description: new("ours"),
	}))(t)
	modify := func(cidr string, change func(*ec2.ModifyIpamRoutingPolicyRegistrationInput)) (*ec2.ModifyIpamRoutingPolicyRegistrationOutput, error) {
		in := &ec2.ModifyIpamRoutingPolicyRegistrationInput{IpamInternetRegistryAssociationId: id, Cidr: &cidr, Asns: []string{"64001"}}
		change(in)
		return t.ec2(home).ModifyIpamRoutingPolicyRegistration(t.ctx, in)
	}
	d := must(modify(cidr, func(*ec2.ModifyIpamRoutingPolicyRegistrationInput) {}))(t).IpamRoutingPolicyRegistrationDelta
	want := types.IpamRoutingPolicyRegistration{
		Cidr: new(cidr), Asns: []string{"64001"}, MaxLength: new(int32(24)), PermitMoreSpecificAnnouncements: new(true), Description: new("ours"),
		LatestDeltaId: d.DeltaId, State: types.IpamRoutingPolicyRegistrationStateUpdateComplete,
	}
	equalRecord(t, "with other ASNs", t.awaitRegistration(id, cidr, types.IpamRoutingPolicyRegistrationStateUpdateComplete), want)
	d = must(modify(cidr, func(in *ec2.ModifyIpamRoutingPolicyRegistrationInput) {
		in.PermitMoreSpecificAnnouncements, in.Description = new(false), new("still ours")
	}))(t).IpamRoutingPolicyRegistrationDelta
	want.MaxLength, want.PermitMoreSpecificAnnouncements, want.Description, want.LatestDeltaId = new(int32(22)), new(false), new("still ours"), d.DeltaId
	equalRecord(t, "for exactly the CIDR", t.awaitRegistration(id, cidr, types.IpamRoutingPolicyRegistrationStateUpdateComplete), want)
	first, _ := parts(cidr)
	_, err := modify(first, func(*ec2.ModifyIpamRoutingPolicyRegistrationInput) {})
	wantErrorOf(t, "a CIDR without registration", err, "InvalidParameterValue", "")
}

func deleteRegistration(t *T) {
	_, id, cidr := t.registered()
	must(t.register(id, cidr, "64000"))(t)
	d := must(t.unregister(id, cidr))(t).IpamRoutingPolicyRegistrationDelta
	equal(t, "the delta", str(d.DeltaJson), `{"Delete":[{"Cidr":"`+cidr+`"}]}`)
	t.await("the registration to be gone", func() bool { return len(t.registrations(id)) == 0 })
	_, err := t.unregister(id, cidr)
	wantErrorOf(t, "deleting it again", err, "InvalidParameterValue", "")
	must(t.register(id, cidr, "64000"))(t)
}

func batchRegistrations(t *T) {
	_, id, cidr := t.registered()
	first, second := parts(cidr)
	must(t.register(id, cidr, "64000"))(t)
	for what, delta := range map[string]string{
		"no JSON":            `Add`,
		"two values":         `{"Add":[{"Cidr":"` + first + `","Asns":["64000"]}]}{}`,
		"an unknown member":  `{"Add":[{"Cidr":"` + first + `","Asns":["64000"],"Colour":"red"}]}`,
		"nothing to do":      `{}`,
		"one that is bad":    `{"Add":[{"Cidr":"` + first + `","Asns":["64000"]},{"Cidr":"` + second + `","Asns":["x"]}]}`,
		"one that is there":  `{"Add":[{"Cidr":"` + first + `","Asns":["64000"]},{"Cidr":"` + cidr + `","Asns":["64000"]}]}`,
		"one twice":          `{"Add":[{"Cidr":"` + first + `","Asns":["64000"]},{"Cidr":"` + first + `","Asns":["64000"]}]}`,
		"one that is not":    `{"Add":[{"Cidr":"` + first + `","Asns":["64000"]}],"Delete":[{"Cidr":"` + second + `"}]}`,
		"one of another one": `{"Add":[{"Cidr":"` + first + `","Asns":["64000"]},{"Cidr":"2a05:1::/48","Asns":["64000"]}]}`,
	} {
		_, err := t.batch(id, delta)
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	equal(t, "registrations after all of these", len(t.registrations(id)), 1)
	d := must(t.batch(id, `{"Add":[{"Cidr":"`+first+`","Asns":["64000"]},{"Cidr":"`+second+`","Asns":["64001"],"MaxLength":24}],"Delete":[{"Cidr":"`+cidr+`"}]}`))(t).IpamRoutingPolicyRegistrationDelta
	t.awaitRegistration(id, first, types.IpamRoutingPolicyRegistrationStateCreateComplete)
	r := t.awaitRegistration(id, second, types.IpamRoutingPolicyRegistrationStateCreateComplete)
	equal(t, "the delta of the second", str(r.LatestDeltaId), *d.DeltaId)
	equal(t, "the length of the second", num(r.MaxLength), "24")
	t.await("the old one to be gone", func() bool { return len(t.registrations(id)) == 2 })
}

func listDeltas(t *T) {
	_, id, cidr := t.registered()
	var ids []string
	for i, change := range []func() (*types.IpamRoutingPolicyRegistrationDelta, error){
		func() (*types.IpamRoutingPolicyRegistrationDelta, error) {
			out, err := t.register(id, cidr, "64000")
			return out.IpamRoutingPolicyRegistrationDelta, err
		},
		func() (*types.IpamRoutingPolicyRegistrationDelta, error) {
			out, err := t.unregister(id, cidr)
			return out.IpamRoutingPolicyRegistrationDelta, err
		},
		func() (*types.IpamRoutingPolicyRegistrationDelta, error) {
			out, err := t.register(id, cidr, "64001")
			return out.IpamRoutingPolicyRegistrationDelta, err
		},
	} {
		if i > 0 {
			t.advance(time.Hour)
		}
		ids = append(ids, *must(change())(t).DeltaId)
	}
	names := func(change ...func(*ec2.GetIpamRoutingPolicyRegistrationDeltasInput)) string {
		var list []string
		for _, d := range t.deltas(id, change...) {
			list = append(list, *d.DeltaId)
		}
		return strings.Join(list, " ")
	}
	order := func(o types.ChronologicalOrder) func(*ec2.GetIpamRoutingPolicyRegistrationDeltasInput) {
		return func(in *ec2.GetIpamRoutingPolicyRegistrationDeltasInput) { in.ChronologicalOrder = o }
	}
	equal(t, "deltas", names(), strings.Join(ids, " "))
	equal(t, "deltas forward", names(order(types.ChronologicalOrderForward)), strings.Join(ids, " "))
	backward := slices.Clone(ids)
	slices.Reverse(backward)
	equal(t, "deltas backwards", names(order(types.ChronologicalOrderReverse)), strings.Join(backward, " "))
	equal(t, "one delta", names(func(in *ec2.GetIpamRoutingPolicyRegistrationDeltasInput) { in.DeltaId = &ids[1] }), ids[1])
	equal(t, "deltas of long ago", names(func(in *ec2.GetIpamRoutingPolicyRegistrationDeltasInput) { in.EndTime = new(time.Unix(0, 0)) }), "")
	equal(t, "deltas since long ago", names(func(in *ec2.GetIpamRoutingPolicyRegistrationDeltasInput) { in.StartTime = new(time.Unix(0, 0)) }), strings.Join(ids, " "))
	_, err := t.ec2(home).GetIpamRoutingPolicyRegistrationDeltas(t.ctx, &ec2.GetIpamRoutingPolicyRegistrationDeltasInput{
		IpamInternetRegistryAssociationId: id, StartTime: new(time.Unix(10, 0)), EndTime: new(time.Unix(0, 0)),
	})
	wantErrorOf(t, "a start after the end", err, "InvalidParameterValue", "")
}

func authorizations(t *T) {
	_, id, cidr := t.registered()
	must(t.ec2(home).CreateIpamRoutingPolicyRegistration(t.ctx, &ec2.CreateIpamRoutingPolicyRegistrationInput{
		IpamInternetRegistryAssociationId: id, Cidr: &cidr, Asns: []string{"64000", "64001"}, MaxLength: new(int32(24)),
	}))(t)
	t.awaitRegistration(id, cidr, types.IpamRoutingPolicyRegistrationStateCreateComplete)
	list := func(cidr *string) []types.IpamRouteOriginAuthorizationInfo {
		return must(t.ec2(home).GetIpamRouteOriginAuthorizations(t.ctx, &ec2.GetIpamRouteOriginAuthorizationsInput{IpamInternetRegistryAssociationId: id, Cidr: cidr}))(t).IpamRouteOriginAuthorizations
	}
	equalRecord(t, "authorizations", list(nil), []types.IpamRouteOriginAuthorizationInfo{
		{Cidr: &cidr, Asn: new("64000"), MaxLength: new(int32(24))}, {Cidr: &cidr, Asn: new("64001"), MaxLength: new(int32(24))},
	})
	equal(t, "authorizations of the CIDR", len(list(&cidr)), 2)
	first, _ := parts(cidr)
	equal(t, "authorizations of a part", len(list(&first)), 0)
	must(t.unregister(id, cidr))(t)
	t.await("no authorizations", func() bool { return len(list(nil)) == 0 })
}

func forcedRegistration(t *T) {
	ipam := t.ipam()
	cidr := randomIPv4(22).String()
	t.regionalPool(t.topPool(ipam, cidr), home, cidr)
	id := t.registry(ipam)
	must(t.advertise(home, cidr))(t)
	_, err := t.register(id, cidr, "64000")
	wantErrorOf(t, "an authorization for others", err, "IncorrectState", "…"+cidr+"…16509…invalid…")
	must(t.register(id, cidr, "16509", "64000"))(t)
	t.awaitRegistration(id, cidr, types.IpamRoutingPolicyRegistrationStateCreateComplete)
	_, err = t.unregister(id, cidr)
	wantErrorOf(t, "taking it away", err, "IncorrectState", "…unknown…")
	out := must(t.ec2(home).DeleteIpamRoutingPolicyRegistration(t.ctx, &ec2.DeleteIpamRoutingPolicyRegistrationInput{IpamInternetRegistryAssociationId: id, Cidr: &cidr, Force: new(true)}))(t)
	equal(t, "state of the delta", out.IpamRoutingPolicyRegistrationDelta.State, types.IpamRoutingPolicyRegistrationDeltaStatePending)
}
