package ec2api

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// policyChange is what a delta says in JSON: registrations that go, then such that come. To change one is to do both. AWS
// documents the names Add and Delete; those within the entries are the parameters of the operations, which is a guess.
type policyChange struct {
	Add    []policyEntry `json:",omitempty"`
	Delete []policyEntry `json:",omitempty"`
}

func readPolicyChange(text string) (*policyChange, error) {
	change := &policyChange{}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(change); err != nil {
		return nil, invalidValue("Value for parameter deltaJson is invalid. %v", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, invalidValue("Value for parameter deltaJson is invalid. There is more than one JSON value.")
	}
	if len(change.Add)+len(change.Delete) == 0 {
		return nil, invalidValue("Value for parameter deltaJson is invalid. There is neither anything to add nor to delete.")
	}
	return change, nil
}

// policyDelta is a change that was made.
type policyDelta struct {
	types.IpamRoutingPolicyRegistrationDelta
	OwnerId       string
	IpamRegion    string
	AssociationId string
	Number        int // of the changes in the association
	At            time.Time
	Settles       transition[types.IpamRoutingPolicyRegistrationDeltaState]
}

func (r *policyDelta) key() state.Key {
	return state.Key{r.OwnerId, r.IpamRegion, r.AssociationId, fmt.Sprintf("%010d", r.Number)}
}

var routingPolicyDeltas = state.NewTable(&Schema, "ipam-routing-policy-delta", (*policyDelta).key)

func (r *policyDelta) show(c *Call) types.IpamRoutingPolicyRegistrationDelta {
	v := r.IpamRoutingPolicyRegistrationDelta
	v.State = r.Settles.state(r.State, c.Tx.Now)
	r.Settles.explain(&v.StateMessage, v.State)
	return v
}

// changePolicies makes a change of the registrations of an association.
func (c *Call) changePolicies(id *string, force bool, read func(*registryAssociation) (*policyChange, error)) (*types.IpamRoutingPolicyRegistrationDelta, error) {
	r, err := c.liveRegistryAssociation(*id)
	if err != nil {
		return nil, err
	}
	if !r.enabled(c.Tx) {
		return nil, fail(codeIncorrectState, "The internet registry association %s is in the state %s.", *id, r.now(c.Tx))
	}
	change, err := read(r)
	if err != nil {
		return nil, err
	}
	if err := c.checkPolicyChange(r, change); err != nil {
		return nil, err
	}
	if !force {
		if err := c.checkAnnouncedRoutes(r, change); err != nil {
			return nil, err
		}
	}
	d := c.newPolicyDelta(r, change)
	if !d.Settles.fails() {
		c.applyPolicyChange(r, change, *d.DeltaId)
	}
	return &d.IpamRoutingPolicyRegistrationDelta, nil
}

// checkPolicyChange reads the entries. Those that come have to be the organization's, and free when the others are gone.
func (c *Call) checkPolicyChange(r *registryAssociation, change *policyChange) (err error) {
	gone := map[netip.Prefix]bool{}
	for i := range change.Delete {
		e := &change.Delete[i]
		if e.prefix, err = routePrefix(e.Cidr); err != nil {
			return err
		}
		if _, err := r.routingPolicy(c.Tx, e.prefix); err != nil {
			return err
		}
		gone[e.prefix] = true
	}
	come := map[netip.Prefix]bool{}
	for i := range change.Add {
		e := &change.Add[i]
		if err := e.check(); err != nil {
			return err
		}
		_, err := r.routingPolicy(c.Tx, e.prefix)
		switch {
		case !r.registers(c.Tx, e.prefix):
			return invalidValue("The CIDR %s is not registered for %s at %s.", e.prefix, *r.OrganizationHandle, r.Rir)
		case err == nil && !gone[e.prefix], come[e.prefix]:
			return invalidValue("There already is a routing policy registration of the CIDR %s.", e.prefix)
		}
		come[e.prefix] = true
	}
	return nil
}

// checkAnnouncedRoutes: without Force a change must not make a route that AWS announces invalid, or no longer valid.
func (c *Call) checkAnnouncedRoutes(r *registryAssociation, change *policyChange) error {
	for route := range announcedRoutes(c.Tx) {
		var kept []roa
		now := coveringROAs(c.Tx, route.prefix)
		for _, a := range now {
			if !slices.ContainsFunc(change.Delete, func(e policyEntry) bool { return a.of(r, e.prefix) }) {
				kept = append(kept, a)
			}
		}
		for _, e := range change.Add {
			if within(route.prefix, e.prefix) {
				kept = append(kept, e.roas()...)
			}
		}
		before, after := route.validity(now), route.validity(kept)
		if before != after && (after == types.IpamRpkiStatusInvalid || before == types.IpamRpkiStatusValid) {
			return fail(codeIncorrectState, "The change conflicts with the announced route %s of the ASN %s, which would be %s. Force makes it all the same.", route.prefix, route.asn, after)
		}
	}
	return nil
}

func (c *Call) newPolicyDelta(r *registryAssociation, change *policyChange) *policyDelta {
	text, err := json.Marshal(change)
	if err != nil {
		panic(err) // it is strings and numbers
	}
	r.Deltas++
	registryAssociations.Put(c.Tx, r)
	d := &policyDelta{
		IpamRoutingPolicyRegistrationDelta: types.IpamRoutingPolicyRegistrationDelta{
			DeltaId:   new(c.Tx.NewUUID()),
			DeltaJson: new(string(text)),
			State:     types.IpamRoutingPolicyRegistrationDeltaStatePending,
		},
		OwnerId: c.Account, IpamRegion: c.Region, AssociationId: *r.IpamInternetRegistryAssociationId,
		Number:  r.Deltas,
		At:      c.Tx.Now,
		Settles: to(c, types.IpamRoutingPolicyRegistrationDeltaStatePublished, c.Settings.Timing.Transition),
	}
	routingPolicyDeltas.Put(c.Tx, d)
	return d
}

func (c *Call) applyPolicyChange(r *registryAssociation, change *policyChange, deltaID string) {
	updated := map[netip.Prefix]bool{}
	for _, e := range change.Delete {
		p := routingPolicies.Get(c.Tx, append(r.key(), e.prefix.String())...)
		p.State, p.LatestDeltaId = types.IpamRoutingPolicyRegistrationStateDeleteInProgress, new(deltaID)
		p.Settles = transition[types.IpamRoutingPolicyRegistrationState]{}
		routingPolicies.Put(c.Tx, p)
		routingPoliciesGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), p.key()...)
		updated[e.prefix] = true
	}
	for _, e := range change.Add {
		p := e.policy(r, deltaID)
		p.Published = c.Tx.Now
		next := types.IpamRoutingPolicyRegistrationStateCreateComplete
		if updated[e.prefix] {
			p.State, next = types.IpamRoutingPolicyRegistrationStateUpdateInProgress, types.IpamRoutingPolicyRegistrationStateUpdateComplete
		}
		p.Settles = to(c, next, c.Settings.Timing.Transition)
		routingPolicies.Put(c.Tx, p)
		routingPoliciesGone.Cancel(c.Tx, p.key()...)
	}
}

// policy is the registration that an entry makes.
func (e *policyEntry) policy(r *registryAssociation, deltaID string) *routingPolicy {
	return &routingPolicy{
		IpamRoutingPolicyRegistration: types.IpamRoutingPolicyRegistration{
			Cidr:                            new(e.prefix.String()),
			Asns:                            e.Asns,
			MaxLength:                       e.MaxLength,
			PermitMoreSpecificAnnouncements: e.PermitMoreSpecificAnnouncements,
			Description:                     e.Description,
			LatestDeltaId:                   new(deltaID),
			State:                           types.IpamRoutingPolicyRegistrationStateCreateInProgress,
		},
		OwnerId: *r.OwnerId, IpamRegion: *r.IpamRegion, AssociationId: *r.IpamInternetRegistryAssociationId,
		Prefix: e.prefix,
	}
}

var policyDeltaListing = listing[policyDelta, types.IpamRoutingPolicyRegistrationDelta]{
	key:  (*policyDelta).key,
	view: func(c *Call, r *policyDelta) types.IpamRoutingPolicyRegistrationDelta { return r.show(c) },
	min:  minResults,
	max:  maxResults,
}

// GetIpamRoutingPolicyRegistrationDeltas lists the changes that were made in an association, the first one first unless told
// otherwise.
func (c *Call) GetIpamRoutingPolicyRegistrationDeltas(in *ec2.GetIpamRoutingPolicyRegistrationDeltasInput) (*ec2.GetIpamRoutingPolicyRegistrationDeltasOutput, error) {
	r, err := c.registryAssociation(*in.IpamInternetRegistryAssociationId)
	if err != nil {
		return nil, err
	}
	if in.StartTime != nil && in.EndTime != nil && in.StartTime.After(*in.EndTime) {
		return nil, invalidValue("Value (%s) for parameter startTime is invalid. It is after the end time.", in.StartTime.Format(time.RFC3339))
	}
	var list []*policyDelta
	for d := range routingPolicyDeltas.Scan(c.Tx, r.key()...) {
		if *d.DeltaId == or(in.DeltaId, *d.DeltaId) && !d.At.Before(or(in.StartTime, d.At)) && !d.At.After(or(in.EndTime, d.At)) {
			list = append(list, d)
		}
	}
	all := func(after state.Key) iter.Seq[*policyDelta] { return afterKey(list, (*policyDelta).key, after) }
	if in.ChronologicalOrder == types.ChronologicalOrderReverse {
		all = func(after state.Key) iter.Seq[*policyDelta] { return beforeKey(list, after) }
	}
	items, next, err := policyDeltaListing.list(c, page{max: in.MaxResults, token: in.NextToken}, all)
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamRoutingPolicyRegistrationDeltasOutput{IpamRoutingPolicyRegistrationDeltas: items, NextToken: next}, nil
}

// beforeKey yields the changes from the last to the first, those before a key only.
func beforeKey(list []*policyDelta, before state.Key) iter.Seq[*policyDelta] {
	return func(yield func(*policyDelta) bool) {
		for _, d := range slices.Backward(list) {
			if (before == nil || slices.Compare(d.key(), before) < 0) && !yield(d) {
				return
			}
		}
	}
}
