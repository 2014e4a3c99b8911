package conformance

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var routeTests = []Test{
	{"a discovery finds the routes that are announced from a Region", "B950", discoveredRoutes},
	{"a finding tells how authorizations protect a route", "B951", routeFindings},
	{"findings are filtered by what the guide names, and routes too", "B952", filteredRoutes},
	{"the free tier discovers routes and finds nothing", "B953", freeRoutes},
	{"a finding shows the routes of others that overlap", "B954", overlappingRoutes},
	{"an authorization is made anew before it ends", "B955", authorizationExpires},
	{"an administrator's IPAM finds the routes of members", "B956", routesOfMembers},
}

func (t *T) routes(discovery *string, region string, filters ...types.Filter) []types.IpamDiscoveredRoute {
	return must(t.ec2(home).GetIpamDiscoveredRoutes(t.ctx, &ec2.GetIpamDiscoveredRoutesInput{
		IpamResourceDiscoveryId: discovery, ResourceRegion: &region, Filters: filters,
	}))(t).IpamDiscoveredRoutes
}

func (t *T) findings(ipam types.Ipam, filters ...types.Filter) []types.IpamRouteProtectionFinding {
	out := must(t.ec2(home).GetIpamRouteProtectionFindings(t.ctx, &ec2.GetIpamRouteProtectionFindingsInput{IpamId: ipam.IpamId, Filters: filters}))(t)
	equal(t, "ipamId", str(out.IpamId), *ipam.IpamId)
	return out.RouteProtectionFindings
}

// finding is the only one of an IPAM.
func (t *T) finding(ipam types.Ipam) types.IpamRouteProtectionFinding {
	found := t.findings(ipam)
	if len(found) != 1 {
		t.Fatalf("there are %d findings, want 1", len(found))
	}
	return found[0]
}

// ranged is an IPAM with a range in a pool of a Region.
func (t *T) ranged(region string) (ipam types.Ipam, pool types.IpamPool, cidr string) {
	ipam = t.ipam(away)
	cidr = randomIPv4(22).String()
	return ipam, t.regionalPool(t.topPool(ipam, cidr), region, cidr), cidr
}

func discoveredRoutes(t *T) {
	ipam, pool, cidr := t.ranged(away)
	d := ipam.DefaultResourceDiscoveryId
	equal(t, "routes before", len(t.routes(d, away)), 0)
	must(t.advertise(away, cidr))(t)
	equal(t, "routes of another Region", len(t.routes(d, home)), 0)
	found := t.routes(d, away)
	if len(found) != 1 || found[0].SampleTime == nil {
		t.Fatalf("routes = %s, want one with the time of its sample", jsonLines(found))
	}
	found[0].SampleTime = nil
	equalRecord(t, "the route", found[0], types.IpamDiscoveredRoute{
		AdvertisementType: types.IpamByoipAdvertisementTypeRegional, Asn: new("16509"), Cidr: &cidr, IpamPoolId: pool.IpamPoolId,
		IpamResourceDiscoveryId: d, NetworkBorderGroup: new(away), ResourceOwnerId: new(t.account), ResourceRegion: new(away),
		State: types.IpamByoipCidrStateAdvertised,
	})
	must(t.withdraw(away, cidr))(t)
	equal(t, "routes after", len(t.routes(d, away)), 0)
	_, err := t.ec2(home).GetIpamDiscoveredRoutes(t.ctx, &ec2.GetIpamDiscoveredRoutesInput{IpamResourceDiscoveryId: new("ipam-res-disco-0123456789abcdef0"), ResourceRegion: new(away)})
	wantErrorOf(t, "an unknown discovery", err, "InvalidIpamResourceDiscoveryId.NotFound", "")
}

func routeFindings(t *T) {
	ipam, pool, cidr := t.ranged(away)
	id := t.registry(ipam)
	must(t.advertise(away, cidr))(t)
	f := t.finding(ipam)
	if f.SampleTime == nil || f.RoaSampleTime == nil {
		t.Errorf("the finding has no times: %s", jsonLines(f))
	}
	f.SampleTime, f.RoaSampleTime = nil, nil
	want := types.IpamRouteProtectionFinding{
		AdvertisementType: types.IpamByoipAdvertisementTypeRegional, Asn: new("16509"), Cidr: &cidr, IpamPoolId: pool.IpamPoolId,
		NetworkBorderGroup: new(away), ResourceOwnerId: new(t.account), ResourceRegion: new(away), State: types.IpamByoipCidrStateAdvertised,
		Roas: []types.IpamRouteOriginAuthorization{}, RouteOverlaps: []types.IpamRouteOverlap{}, RpkiStatus: types.IpamRpkiStatusUnknown,
	}
	equalRecord(t, "the finding", f, want)

	register := func(length int32, asns ...string) {
		must(t.ec2(home).CreateIpamRoutingPolicyRegistration(t.ctx, &ec2.CreateIpamRoutingPolicyRegistrationInput{
			IpamInternetRegistryAssociationId: id, Cidr: &cidr, Asns: asns, MaxLength: new(length), Force: new(true),
		}))(t)
		t.awaitRegistration(id, cidr, types.IpamRoutingPolicyRegistrationStateCreateComplete)
	}
	unregister := func() {
		must(t.ec2(home).DeleteIpamRoutingPolicyRegistration(t.ctx, &ec2.DeleteIpamRoutingPolicyRegistrationInput{IpamInternetRegistryAssociationId: id, Cidr: &cidr, Force: new(true)}))(t)
		t.await("the registration to be gone", func() bool { return len(t.registrations(id)) == 0 })
	}
	is := func(when string, status types.IpamRpkiStatus, strength types.IpamRpkiStrength, roas int) {
		f := t.finding(ipam)
		equal(t, "status "+when, f.RpkiStatus, status)
		equal(t, "strength "+when, f.RpkiStrength, strength)
		equal(t, "authorizations "+when, len(f.Roas), roas)
	}
	register(22, "64000")
	is("with another ASN", types.IpamRpkiStatusInvalid, "", 1)
	equal(t, "match of another ASN", boolean(t.finding(ipam).Roas[0].Match), "false")
	unregister()
	register(22, "64000", "16509")
	is("with Amazon's", types.IpamRpkiStatusValid, types.IpamRpkiStrengthStrict, 2)
	unregister()
	register(24, "16509")
	is("with room for parts", types.IpamRpkiStatusValid, types.IpamRpkiStrengthPermissive, 1)
	a := t.finding(ipam).Roas[0]
	if a.Expiration == nil {
		t.Errorf("the authorization has no expiration")
	}
	a.Expiration = nil
	equalRecord(t, "the authorization", a, types.IpamRouteOriginAuthorization{Asn: new("16509"), Match: new(true), MaxLength: new(int32(24)), Prefix: &cidr})
	unregister()
	is("without again", types.IpamRpkiStatusUnknown, "", 0)
	must(t.withdraw(away, cidr))(t)
	equal(t, "state of what is withdrawn", t.finding(ipam).State, types.IpamByoipCidrStateProvisioned)
}

func filteredRoutes(t *T) {
	ipam, pool, cidr := t.ranged(away)
	must(t.advertise(away, cidr))(t)
	for _, f := range []struct {
		name, value, other string
		ofRoutes           bool
	}{
		{"cidr", cidr, "192.0.2.0/24", true},
		{"account-id", t.account, "111122223333", true},
		{"resource-region", away, home, true},
		{"byoip-cidr-state", "advertised", "provisioned", true},
		{"advertisement-type", "regional", "global", true},
		{"network-border-group", away, home, true},
		{"ipam-pool-id", *pool.IpamPoolId, "ipam-pool-0123456789abcdef0", true},
		{"asn", "16509", "64000", true},
		{"rpki-status", "unknown", "valid", false},
	} {
		equal(t, "findings by "+f.name, len(t.findings(ipam, filter(f.name, f.value))), 1)
		equal(t, "findings by another "+f.name, len(t.findings(ipam, filter(f.name, f.other))), 0)
		if f.ofRoutes {
			equal(t, "routes by "+f.name, len(t.routes(ipam.DefaultResourceDiscoveryId, away, filter(f.name, f.value))), 1)
			equal(t, "routes by another "+f.name, len(t.routes(ipam.DefaultResourceDiscoveryId, away, filter(f.name, f.other))), 0)
		}
	}
	_, err := t.ec2(home).GetIpamRouteProtectionFindings(t.ctx, &ec2.GetIpamRouteProtectionFindingsInput{IpamId: ipam.IpamId, Filters: []types.Filter{filter("colour", "red")}})
	wantErrorOf(t, "an unknown filter", err, "InvalidParameterValue", "The filter 'colour' is invalid")
	_, err = t.ec2(home).GetIpamRouteProtectionFindings(t.ctx, &ec2.GetIpamRouteProtectionFindingsInput{IpamId: new("ipam-0123456789abcdef0")})
	wantErrorOf(t, "an unknown IPAM", err, "InvalidIpamId.NotFound", "")
}

func freeRoutes(t *T) {
	ipam := t.ipamIn(home, &ec2.CreateIpamInput{Tier: types.IpamTierFree})
	cidr := randomIPv4(24).String()
	t.regionalPool(t.topPool(ipam, cidr), home, cidr)
	must(t.advertise(home, cidr))(t)
	equal(t, "routes", len(t.routes(ipam.DefaultResourceDiscoveryId, home)), 1)
	_, err := t.ec2(home).GetIpamRouteProtectionFindings(t.ctx, &ec2.GetIpamRouteProtectionFindingsInput{IpamId: ipam.IpamId})
	wantError(t, err, "UnsupportedOperation", "The operation GetIpamRouteProtectionFindings is not supported.…")
}

// documentation is a range that everybody may bring.
const documentation = "203.0.113.0/24"

func overlappingRoutes(t *T) {
	announce := func(n *T) types.Ipam {
		ipam := n.ipam()
		n.regionalPool(n.topPool(ipam, documentation), home, documentation)
		must(n.advertise(home, documentation))(n)
		return ipam
	}
	other := t.as(t.OtherAccount())
	defer t.adopt(other)
	announce(other)
	overlaps := t.finding(announce(t)).RouteOverlaps
	if len(overlaps) == 0 || overlaps[0].DetectedAt == nil {
		t.Fatalf("overlaps = %s, want the other's route with a time", jsonLines(overlaps))
	}
	overlaps[0].DetectedAt = nil
	equalRecord(t, "the overlap", overlaps[0], types.IpamRouteOverlap{Asn: new("16509"), Prefix: new(documentation)})
}

func authorizationExpires(t *T) {
	ipam, _, cidr := t.ranged(home)
	id := t.registry(ipam)
	must(t.register(id, cidr, "16509"))(t)
	t.awaitRegistration(id, cidr, types.IpamRoutingPolicyRegistrationStateCreateComplete)
	left := func() (time.Time, time.Time) {
		f := t.finding(ipam)
		return *f.SampleTime, *f.Roas[0].Expiration
	}
	now, ends := left()
	if d := ends.Sub(now); d <= 0 || d > 366*24*time.Hour {
		t.Errorf("the authorization ends in %v, want within a year", d)
	}
	t.advance(400 * 24 * time.Hour)
	now, later := left()
	if !later.After(now) || !later.After(ends) {
		t.Errorf("at %v the authorization ends at %v, want a later end than %v", now, later, ends)
	}
	equal(t, "status", t.finding(ipam).RpkiStatus, types.IpamRpkiStatusValid)
}

func routesOfMembers(t *T) {
	w := t.delegated()
	n, member := t.as(w.network), t.as(w.workload)
	defer t.adopt(n)
	defer t.adopt(member)
	ipam := member.ipam()
	cidr := randomIPv4(24).String()
	member.regionalPool(member.topPool(ipam, cidr), home, cidr)
	must(member.advertise(home, cidr))(t)
	routes := n.routes(w.ipam.DefaultResourceDiscoveryId, home)
	if len(routes) != 1 || str(routes[0].ResourceOwnerId) != w.workload {
		t.Errorf("routes = %s, want the member's", jsonLines(routes))
	}
	equal(t, "the finding's owner", str(n.finding(w.ipam).ResourceOwnerId), w.workload)
	_, err := member.ec2(home).GetIpamRouteProtectionFindings(t.ctx, &ec2.GetIpamRouteProtectionFindingsInput{IpamId: w.ipam.IpamId})
	wantErrorOf(t, "the member asking the administrator's IPAM", err, "InvalidIpamId.NotFound", "")
}
