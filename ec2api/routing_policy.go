package ec2api

import (
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

var routingPolicyOperations = []op.Op{
	op.Write((*Call).CreateIpamRoutingPolicyRegistration).MayEnd(types.IpamRoutingPolicyRegistrationDeltaStateFailed),
	op.Write((*Call).ModifyIpamRoutingPolicyRegistration).MayEnd(types.IpamRoutingPolicyRegistrationDeltaStateFailed),
	op.Write((*Call).DeleteIpamRoutingPolicyRegistration).MayEnd(types.IpamRoutingPolicyRegistrationDeltaStateFailed),
	op.Write((*Call).BatchModifyIpamRoutingPolicyRegistrations).MayEnd(types.IpamRoutingPolicyRegistrationDeltaStateFailed),
	op.Read((*Call).GetIpamRoutingPolicyRegistrations),
	op.Read((*Call).GetIpamRoutingPolicyRegistrationDeltas),
	op.Read((*Call).GetIpamRouteOriginAuthorizations),
}

// routingPolicy says which ASNs may announce a CIDR. The registry has an authorization for each of them.
type routingPolicy struct {
	types.IpamRoutingPolicyRegistration
	OwnerId       string
	IpamRegion    string
	AssociationId string
	Prefix        netip.Prefix
	Settles       transition[types.IpamRoutingPolicyRegistrationState]
	Published     time.Time // when its authorizations were last made
}

func (r *routingPolicy) key() state.Key {
	return state.Key{r.OwnerId, r.IpamRegion, r.AssociationId, *r.Cidr}
}

var (
	routingPolicies = state.NewTable(&Schema, "ipam-routing-policy", (*routingPolicy).key)
	// routingPoliciesByCIDR finds those of everybody: the authorizations of the Internet are public.
	routingPoliciesByCIDR = state.NewIndex(routingPolicies, "cidr", func(r *routingPolicy) []state.Key { return []state.Key{{*r.Cidr}} })
	routingPoliciesGone   = state.NewQueue(&Schema, "ipam-routing-policy-gone", func(tx *state.Tx, key state.Key) { routingPolicies.Delete(tx, key...) })
)

func (r *routingPolicy) deleting() bool {
	return r.State == types.IpamRoutingPolicyRegistrationStateDeleteInProgress
}

func (r *routingPolicy) show(c *Call) types.IpamRoutingPolicyRegistration {
	v := r.IpamRoutingPolicyRegistration
	v.State = r.Settles.state(r.State, c.Tx.Now)
	return v
}

// routingPolicy finds a registration of an association that is not being deleted.
func (r *registryAssociation) routingPolicy(tx *state.Tx, prefix netip.Prefix) (*routingPolicy, error) {
	p := routingPolicies.Get(tx, append(r.key(), prefix.String())...)
	if p == nil || p.deleting() {
		return nil, invalidValue("There is no routing policy registration of the CIDR %s in %s.", prefix, *r.IpamInternetRegistryAssociationId)
	}
	return p, nil
}

// policyEntry is a registration as a change names it; to delete one takes its CIDR only.
type policyEntry struct {
	Cidr                            string
	Asns                            []string `json:",omitempty"`
	MaxLength                       *int32   `json:",omitempty"`
	PermitMoreSpecificAnnouncements *bool    `json:",omitempty"`
	Description                     *string  `json:",omitempty"`

	prefix netip.Prefix
}

// maxRouteLength is the bound of the API for both families; IPv4 has its own.
const maxRouteLength = 48

// check reads the entry and completes it.
func (e *policyEntry) check() (err error) {
	if e.prefix, err = routePrefix(e.Cidr); err != nil {
		return err
	}
	if len(e.Asns) == 0 {
		return missingParameter("Asn")
	}
	for i, asn := range e.Asns {
		if n, err := strconv.ParseUint(asn, 10, 32); err != nil || asn != strconv.FormatUint(n, 10) {
			return invalidValue("Value (%s) for parameter asn is invalid. This is not a 2-byte or 4-byte ASN.", asn)
		}
		if slices.Contains(e.Asns[:i], asn) {
			return invalidValue("The ASN %s is named twice.", asn)
		}
	}
	bits := int32(e.prefix.Bits())
	if e.MaxLength == nil {
		e.MaxLength = new(bits)
	}
	if most := min(int32(e.prefix.Addr().BitLen()), maxRouteLength); *e.MaxLength < bits || *e.MaxLength > most {
		return invalidValue("Value (%d) for parameter maxLength is invalid. It must be between %d and %d.", *e.MaxLength, bits, most)
	}
	if e.PermitMoreSpecificAnnouncements != nil && !*e.PermitMoreSpecificAnnouncements && *e.MaxLength > bits {
		return invalidCombination("The request cannot contain a MaxLength that is longer than the CIDR without PermitMoreSpecificAnnouncements.")
	}
	e.PermitMoreSpecificAnnouncements = new(or(e.PermitMoreSpecificAnnouncements, *e.MaxLength > bits))
	return nil
}

func routePrefix(text string) (netip.Prefix, error) {
	p, err := anyCIDR(text, "cidr")
	if err == nil && p != p.Masked() {
		err = invalidValue("Value (%s) for parameter cidr is invalid. The CIDR has host bits.", text)
	}
	return p, err
}

// CreateIpamRoutingPolicyRegistration registers which ASNs may announce a CIDR.
func (c *Call) CreateIpamRoutingPolicyRegistration(in *ec2.CreateIpamRoutingPolicyRegistrationInput) (*ec2.CreateIpamRoutingPolicyRegistrationOutput, error) {
	d, err := c.changePolicies(in.IpamInternetRegistryAssociationId, or(in.Force, false), func(*registryAssociation) (*policyChange, error) {
		return &policyChange{Add: []policyEntry{{
			Cidr: *in.Cidr, Asns: in.Asns, MaxLength: in.MaxLength,
			PermitMoreSpecificAnnouncements: in.PermitMoreSpecificAnnouncements, Description: in.Description,
		}}}, nil
	})
	if err != nil {
		return nil, err
	}
	return &ec2.CreateIpamRoutingPolicyRegistrationOutput{IpamRoutingPolicyRegistrationDelta: d}, nil
}

// ModifyIpamRoutingPolicyRegistration changes a registration. What the request leaves out stays.
func (c *Call) ModifyIpamRoutingPolicyRegistration(in *ec2.ModifyIpamRoutingPolicyRegistrationInput) (*ec2.ModifyIpamRoutingPolicyRegistrationOutput, error) {
	d, err := c.changePolicies(in.IpamInternetRegistryAssociationId, or(in.Force, false), func(r *registryAssociation) (*policyChange, error) {
		prefix, err := routePrefix(*in.Cidr)
		if err != nil {
			return nil, err
		}
		p, err := r.routingPolicy(c.Tx, prefix)
		if err != nil {
			return nil, err
		}
		e := policyEntry{
			Cidr: *in.Cidr, Asns: in.Asns, MaxLength: p.MaxLength,
			PermitMoreSpecificAnnouncements: in.PermitMoreSpecificAnnouncements, Description: p.Description,
		}
		replace(&e.MaxLength, in.MaxLength)
		replace(&e.Description, in.Description)
		if in.MaxLength == nil && !or(in.PermitMoreSpecificAnnouncements, true) {
			e.MaxLength = nil // exactly the CIDR again
		}
		return &policyChange{Delete: []policyEntry{{Cidr: *in.Cidr}}, Add: []policyEntry{e}}, nil
	})
	if err != nil {
		return nil, err
	}
	return &ec2.ModifyIpamRoutingPolicyRegistrationOutput{IpamRoutingPolicyRegistrationDelta: d}, nil
}

// DeleteIpamRoutingPolicyRegistration takes a registration away.
func (c *Call) DeleteIpamRoutingPolicyRegistration(in *ec2.DeleteIpamRoutingPolicyRegistrationInput) (*ec2.DeleteIpamRoutingPolicyRegistrationOutput, error) {
	d, err := c.changePolicies(in.IpamInternetRegistryAssociationId, or(in.Force, false), func(*registryAssociation) (*policyChange, error) {
		return &policyChange{Delete: []policyEntry{{Cidr: *in.Cidr}}}, nil
	})
	if err != nil {
		return nil, err
	}
	return &ec2.DeleteIpamRoutingPolicyRegistrationOutput{IpamRoutingPolicyRegistrationDelta: d}, nil
}

// BatchModifyIpamRoutingPolicyRegistrations makes several changes, or none of them.
func (c *Call) BatchModifyIpamRoutingPolicyRegistrations(in *ec2.BatchModifyIpamRoutingPolicyRegistrationsInput) (*ec2.BatchModifyIpamRoutingPolicyRegistrationsOutput, error) {
	d, err := c.changePolicies(in.IpamInternetRegistryAssociationId, or(in.Force, false), func(*registryAssociation) (*policyChange, error) {
		return readPolicyChange(*in.DeltaJson)
	})
	if err != nil {
		return nil, err
	}
	return &ec2.BatchModifyIpamRoutingPolicyRegistrationsOutput{IpamRoutingPolicyRegistrationDelta: d}, nil
}

var routingPolicyListing = listing[routingPolicy, types.IpamRoutingPolicyRegistration]{
	key:  (*routingPolicy).key,
	view: func(c *Call, r *routingPolicy) types.IpamRoutingPolicyRegistration { return r.show(c) },
	min:  minResults,
	max:  maxResults,
}

// GetIpamRoutingPolicyRegistrations lists the registrations of an association, or that of one CIDR.
func (c *Call) GetIpamRoutingPolicyRegistrations(in *ec2.GetIpamRoutingPolicyRegistrationsInput) (*ec2.GetIpamRoutingPolicyRegistrationsOutput, error) {
	all, err := c.policiesOf(in.IpamInternetRegistryAssociationId, in.Cidr)
	if err != nil {
		return nil, err
	}
	items, next, err := routingPolicyListing.list(c, page{max: in.MaxResults, token: in.NextToken}, all)
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamRoutingPolicyRegistrationsOutput{IpamRoutingPolicyRegistrations: items, NextToken: next}, nil
}

// policiesOf are the registrations of an association of the caller; with a CIDR, that one.
func (c *Call) policiesOf(id, cidr *string) (func(after state.Key) iter.Seq[*routingPolicy], error) {
	r, err := c.registryAssociation(*id)
	if err != nil {
		return nil, err
	}
	prefix := r.key()
	if cidr != nil {
		p, err := routePrefix(*cidr)
		if err != nil {
			return nil, err
		}
		prefix = append(prefix, p.String())
	}
	return func(after state.Key) iter.Seq[*routingPolicy] {
		return routingPolicies.ScanAfter(c.Tx, after, prefix...)
	}, nil
}
