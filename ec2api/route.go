package ec2api

import (
	"cmp"
	"iter"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var routeOperations = []op.Op{
	op.Read((*Call).GetIpamDiscoveredRoutes),
	op.Read((*Call).GetIpamRouteProtectionFindings),
}

// Routes of the Internet are the ranges that accounts have brought to AWS, and the authorizations for them are those that
// accounts have registered by IPAM. There is nothing else to look at.

// route is a range with the ASN that announces it, or would.
type route struct {
	*byoipCIDR
	prefix netip.Prefix
	asn    string
}

// amazonRouteASN is what Amazon announces brought addresses with.
// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/prepare-for-byoip.html
const amazonRouteASN = "16509"

func (r *byoipCIDR) route() route {
	return route{r, netip.MustParsePrefix(*r.Cidr), cmp.Or(r.Asn, amazonRouteASN)}
}

// announcedRoutes are the routes of all accounts.
func announcedRoutes(tx *state.Tx) iter.Seq[route] {
	return func(yield func(route) bool) {
		for r := range byoipCIDRs.Scan(tx) {
			if r.State == types.ByoipCidrStateAdvertised && !yield(r.route()) {
				return
			}
		}
	}
}

func (r route) advertisementType() types.IpamByoipAdvertisementType {
	if or(r.AdvertisementType, "") == anycast {
		return types.IpamByoipAdvertisementTypeGlobal
	}
	return types.IpamByoipAdvertisementTypeRegional
}

// roa is a route origin authorization: an ASN may announce a CIDR, and parts of it down to a length.
type roa struct {
	policy    state.Key
	prefix    netip.Prefix
	asn       string
	maxLength int32
	published time.Time
}

// of tells whether the authorization is from the registration of a CIDR.
func (a roa) of(r *registryAssociation, prefix netip.Prefix) bool {
	return slices.Equal(a.policy, append(r.key(), prefix.String()))
}

func (e *policyEntry) roas() (list []roa) {
	for _, asn := range e.Asns {
		list = append(list, roa{prefix: e.prefix, asn: asn, maxLength: *e.MaxLength})
	}
	return list
}

// roas are the authorizations that a registration has at the registry: from its completion to its end.
func (r *routingPolicy) roas(now time.Time) (list []roa) {
	if r.Settles.state(r.State, now) == types.IpamRoutingPolicyRegistrationStateCreateInProgress {
		return nil
	}
	for _, asn := range r.Asns {
		list = append(list, roa{r.key(), r.Prefix, asn, *r.MaxLength, r.Published})
	}
	return list
}

// roaLife is how long an authorization is good. It is made anew in time. AWS documents no number.
const roaLife = 365 * 24 * time.Hour

func (a roa) expiration(now time.Time) time.Time {
	return a.published.Add((now.Sub(a.published)/roaLife + 1) * roaLife)
}

// matches tells whether the authorization allows a route.
func (a roa) matches(r route) bool { return a.asn == r.asn && r.prefix.Bits() <= int(a.maxLength) }

// coveringROAs are the authorizations of everybody for a prefix or what it lies in.
func coveringROAs(tx *state.Tx, prefix netip.Prefix) (list []roa) {
	for bits := prefix.Bits(); bits >= 0; bits-- {
		for p := range routingPoliciesByCIDR.Scan(tx, netip.PrefixFrom(prefix.Addr(), bits).Masked().String()) {
			list = append(list, p.roas(tx.Now)...)
		}
	}
	return list
}

// validity is what a router makes of a route by the authorizations that cover it.
// Source: https://www.rfc-editor.org/rfc/rfc6811
func (r route) validity(covering []roa) types.IpamRpkiStatus {
	switch {
	case len(covering) == 0:
		return types.IpamRpkiStatusUnknown
	case slices.ContainsFunc(covering, func(a roa) bool { return a.matches(r) }):
		return types.IpamRpkiStatusValid
	}
	return types.IpamRpkiStatusInvalid
}

// strength is strict if nobody could announce a part of the route and be valid as well.
func (r route) strength(covering []roa) types.IpamRpkiStrength {
	if slices.ContainsFunc(covering, func(a roa) bool { return a.matches(r) && int(a.maxLength) > r.prefix.Bits() }) {
		return types.IpamRpkiStrengthPermissive
	}
	return types.IpamRpkiStrengthStrict
}

type discoveredRoute = types.IpamDiscoveredRoute

var discoveredRouteListing = listing[discoveredRoute, discoveredRoute]{
	key:     func(r *discoveredRoute) state.Key { return state.Key{*r.ResourceOwnerId, *r.Cidr} },
	view:    func(_ *Call, r *discoveredRoute) discoveredRoute { return *r },
	filters: fieldFilters[discoveredRoute](nil).also(map[string]string{"account-id": "resource-owner-id", "byoip-cidr-state": "state"}),
	min:     minResults,
	max:     maxResults,
}

// GetIpamDiscoveredRoutes lists the ranges that are advertised from a Region by the accounts that a discovery finds. The free tier
// has it, too.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/monitor-bgp-route-security.html
func (c *Call) GetIpamDiscoveredRoutes(in *ec2.GetIpamDiscoveredRoutesInput) (*ec2.GetIpamDiscoveredRoutesOutput, error) {
	d, err := c.readableDiscovery(*in.IpamResourceDiscoveryId)
	if err != nil {
		return nil, err
	}
	var list []*discoveredRoute
	for _, account := range d.accountsIn(c.Tx, *in.ResourceRegion) {
		for r := range advertisedCIDRs(c.Tx, account, *in.ResourceRegion) {
			route := r.route()
			list = append(list, &discoveredRoute{
				AdvertisementType:       route.advertisementType(),
				Asn:                     new(route.asn),
				Cidr:                    r.Cidr,
				IpamPoolId:              r.IpamPoolId,
				IpamResourceDiscoveryId: d.IpamResourceDiscoveryId,
				NetworkBorderGroup:      r.NetworkBorderGroup,
				PoolId:                  r.PoolId,
				ResourceOwnerId:         new(r.OwnerId),
				ResourceRegion:          new(r.Region),
				SampleTime:              c.sampled(),
				State:                   types.IpamByoipCidrState(r.State),
			})
		}
	}
	items, next, err := discoveredRouteListing.list(c, page{in.Filters, in.MaxResults, in.NextToken},
		func(after state.Key) iter.Seq[*discoveredRoute] {
			return afterKey(list, discoveredRouteListing.key, after)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamDiscoveredRoutesOutput{IpamDiscoveredRoutes: items, NextToken: next}, nil
}

type routeFinding = types.IpamRouteProtectionFinding

var routeFindingListing = listing[routeFinding, routeFinding]{
	key:     func(r *routeFinding) state.Key { return state.Key{*r.ResourceOwnerId, *r.ResourceRegion, *r.Cidr} },
	view:    func(_ *Call, r *routeFinding) routeFinding { return *r },
	filters: fieldFilters[routeFinding](nil).also(map[string]string{"account-id": "resource-owner-id", "byoip-cidr-state": "state"}),
	min:     minResults,
	max:     maxResults,
}

// GetIpamRouteProtectionFindings lists how well the ranges are protected that an IPAM sees, advertised or not.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/monitor-bgp-route-security.html
func (c *Call) GetIpamRouteProtectionFindings(in *ec2.GetIpamRouteProtectionFindingsInput) (*ec2.GetIpamRouteProtectionFindingsOutput, error) {
	i, err := c.liveIpam(*in.IpamId)
	if err != nil {
		return nil, err
	}
	if i.Tier == types.IpamTierFree {
		return nil, fail(codeUnsupportedOperation, "The operation GetIpamRouteProtectionFindings is not supported. The IPAM %s is in the free tier. Route protection findings need the advanced tier.", *i.IpamId)
	}
	var list []*routeFinding
	for account, regions := range i.watched(c.Tx) {
		for _, regionName := range regions {
			for r := range byoipCIDRs.Scan(c.Tx, account, regionName) {
				list = append(list, c.routeFinding(r.route()))
			}
		}
	}
	items, next, err := routeFindingListing.list(c, page{in.Filters, in.MaxResults, in.NextToken},
		func(after state.Key) iter.Seq[*routeFinding] { return afterKey(list, routeFindingListing.key, after) })
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamRouteProtectionFindingsOutput{IpamId: i.IpamId, RouteProtectionFindings: items, NextToken: next}, nil
}

func (c *Call) routeFinding(r route) *routeFinding {
	covering := coveringROAs(c.Tx, r.prefix)
	f := &routeFinding{
		AdvertisementType:  r.advertisementType(),
		Asn:                new(r.asn),
		Cidr:               r.Cidr,
		IpamPoolId:         r.IpamPoolId,
		NetworkBorderGroup: r.NetworkBorderGroup,
		PoolId:             r.PoolId,
		ResourceOwnerId:    new(r.OwnerId),
		ResourceRegion:     new(r.Region),
		Roas:               []types.IpamRouteOriginAuthorization{},
		RoaSampleTime:      c.sampled(),
		RouteOverlaps:      c.overlappingRoutes(r),
		RpkiStatus:         r.validity(covering),
		SampleTime:         c.sampled(),
		State:              types.IpamByoipCidrState(r.State),
	}
	for _, a := range covering {
		f.Roas = append(f.Roas, types.IpamRouteOriginAuthorization{
			Asn: new(a.asn), Expiration: new(a.expiration(c.Tx.Now)), Match: new(a.matches(r)), MaxLength: new(a.maxLength), Prefix: new(a.prefix.String()),
		})
	}
	if f.RpkiStatus == types.IpamRpkiStatusValid {
		f.RpkiStrength = r.strength(covering)
	}
	return f
}

// overlappingRoutes are the routes of others that overlap one.
func (c *Call) overlappingRoutes(r route) []types.IpamRouteOverlap {
	list := []types.IpamRouteOverlap{}
	for other := range announcedRoutes(c.Tx) {
		if other.OwnerId != r.OwnerId && other.prefix.Overlaps(r.prefix) {
			list = append(list, types.IpamRouteOverlap{Asn: new(other.asn), DetectedAt: c.sampled(), Prefix: other.Cidr})
		}
	}
	return list
}

type publishedROA = types.IpamRouteOriginAuthorizationInfo

var publishedROAListing = listing[publishedROA, publishedROA]{
	key:  func(r *publishedROA) state.Key { return state.Key{*r.Cidr, *r.Asn, strconv.Itoa(int(*r.MaxLength))} },
	view: func(_ *Call, r *publishedROA) publishedROA { return *r },
	min:  minResults,
	max:  maxResults,
}

// GetIpamRouteOriginAuthorizations lists the authorizations that are in force by the registrations of an association.
func (c *Call) GetIpamRouteOriginAuthorizations(in *ec2.GetIpamRouteOriginAuthorizationsInput) (*ec2.GetIpamRouteOriginAuthorizationsOutput, error) {
	all, err := c.policiesOf(in.IpamInternetRegistryAssociationId, in.Cidr)
	if err != nil {
		return nil, err
	}
	var list []*publishedROA
	for p := range all(nil) {
		for _, a := range p.roas(c.Tx.Now) {
			list = append(list, &publishedROA{Asn: new(a.asn), Cidr: p.Cidr, MaxLength: new(a.maxLength)})
		}
	}
	items, next, err := publishedROAListing.list(c, page{max: in.MaxResults, token: in.NextToken},
		func(after state.Key) iter.Seq[*publishedROA] { return afterKey(list, publishedROAListing.key, after) })
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamRouteOriginAuthorizationsOutput{IpamRouteOriginAuthorizations: items, NextToken: next}, nil
}
