package ec2api

import (
	"crypto/x509"
	"encoding/pem"
	"iter"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var internetRegistryOperations = []op.Op{
	op.Write((*Call).CreateIpamInternetRegistryAssociation).MayEnd(types.IpamInternetRegistryAssociationStateCreateFailed),
	op.Write((*Call).EnableIpamInternetRegistryAssociation).MayEnd(types.IpamInternetRegistryAssociationStateEnableFailed),
	op.Write((*Call).DeleteIpamInternetRegistryAssociation).MayEnd(types.IpamInternetRegistryAssociationStateDeleteFailed),
	op.Read((*Call).DescribeIpamInternetRegistryAssociations),
	op.Read((*Call).GetIpamInternetRegistryAssociationAsns),
	op.Read((*Call).GetIpamInternetRegistryAssociationCidrs),
}

// registryAssociation lets an IPAM publish route origin authorizations at an internet registry for an organization there.
type registryAssociation struct {
	types.IpamInternetRegistryAssociation
	Settles transition[types.IpamInternetRegistryAssociationState]
	Deltas  int // how many changes of its registrations there have been
}

func (r *registryAssociation) key() state.Key {
	return state.Key{*r.OwnerId, *r.IpamRegion, *r.IpamInternetRegistryAssociationId}
}

func (r *registryAssociation) life() (*types.IpamInternetRegistryAssociationState, *transition[types.IpamInternetRegistryAssociationState]) {
	return &r.State, &r.Settles
}

var (
	registryAssociations       = state.NewTable(&Schema, "ipam-registry-association", (*registryAssociation).key)
	registryAssociationsByIpam = state.NewIndex(registryAssociations, "ipam", func(r *registryAssociation) []state.Key { return []state.Key{{*r.IpamId}} })
	registryAssociationsGone   = state.NewQueue(&Schema, "ipam-registry-association-gone", func(tx *state.Tx, key state.Key) {
		for d := range routingPolicyDeltas.Scan(tx, key...) {
			routingPolicyDeltas.Delete(tx, d.key()...)
		}
		registryAssociations.Delete(tx, key...)
	})
)

var registryAssociationKind = kind{"ipam-internet-registry-assoc-", types.ResourceTypeIpamInternetRegistryAssociation,
	func(c *Call, id string) error { _, err := c.registryAssociation(id); return err }}

// registryAssociation finds an association of the caller whose home is the Region of the call.
func (c *Call) registryAssociation(id string) (*registryAssociation, error) {
	if r := registryAssociations.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidIpamInternetRegistryAssociationId.NotFound", "ipam-internet-registry-association", id)
}

// liveRegistryAssociation finds an association that is not being deleted.
func (c *Call) liveRegistryAssociation(id string) (*registryAssociation, error) {
	r, err := c.registryAssociation(id)
	if err == nil {
		err = alive(c, id, r)
	}
	return r, err
}

func (r *registryAssociation) now(tx *state.Tx) types.IpamInternetRegistryAssociationState {
	return r.Settles.state(r.State, tx.Now)
}

func (r *registryAssociation) enabled(tx *state.Tx) bool {
	return r.now(tx) == types.IpamInternetRegistryAssociationStateEnableComplete
}

func (r *registryAssociation) show(c *Call) types.IpamInternetRegistryAssociation {
	v := *r.answer(c)
	v.State = r.now(c.Tx)
	r.Settles.explain(&v.StateMessage, v.State)
	if v.State != types.IpamInternetRegistryAssociationStateCreateInProgress {
		v.ChildRequestXml = new(childRequest(*r.IpamInternetRegistryAssociationId))
	}
	return v
}

func (r *registryAssociation) answer(c *Call) *types.IpamInternetRegistryAssociation {
	v := r.IpamInternetRegistryAssociation
	v.Tags = c.tags(*r.OwnerId, *r.IpamRegion, *r.IpamInternetRegistryAssociationId)
	return &v
}

// CreateIpamInternetRegistryAssociation begins an association. What the registry is to be told is in its childRequestXml.
func (c *Call) CreateIpamInternetRegistryAssociation(in *ec2.CreateIpamInternetRegistryAssociationInput) (*ec2.CreateIpamInternetRegistryAssociationOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpamInternetRegistryAssociation)
	if err != nil {
		return nil, err
	}
	i, err := c.liveIpam(*in.IpamId)
	if err != nil {
		return nil, err
	}
	if i.Tier == types.IpamTierFree {
		return nil, fail(codeUnsupportedOperation, "The IPAM %s is in the free tier. Internet registry associations need the advanced tier.", *i.IpamId)
	}
	if *in.OrganizationHandle == "" {
		return nil, invalidValue("Value () for parameter organizationHandle is invalid.")
	}
	for r := range registryAssociationsByIpam.Scan(c.Tx, *i.IpamId) {
		if r.Rir == in.Rir && *r.OrganizationHandle == *in.OrganizationHandle {
			return nil, invalidValue("The IPAM %s is already associated with %s at %s.", *i.IpamId, *in.OrganizationHandle, in.Rir)
		}
	}
	id := c.newID(registryAssociationKind.prefix)
	r := &registryAssociation{
		IpamInternetRegistryAssociation: types.IpamInternetRegistryAssociation{
			OwnerId:                            new(c.Account),
			IpamInternetRegistryAssociationId:  new(id),
			IpamInternetRegistryAssociationArn: new(c.arn("", c.Account, "ipam-internet-registry-association/"+id)),
			IpamId:                             i.IpamId,
			IpamRegion:                         i.IpamRegion,
			Description:                        in.Description,
			OrganizationHandle:                 in.OrganizationHandle,
			Rir:                                in.Rir,
			State:                              types.IpamInternetRegistryAssociationStateCreateInProgress,
		},
		Settles: to(c, types.IpamInternetRegistryAssociationStatePendingEnable, c.Settings.Timing.Transition),
	}
	registryAssociations.Put(c.Tx, r)
	c.putTags(id, types.ResourceTypeIpamInternetRegistryAssociation, tags)
	return &ec2.CreateIpamInternetRegistryAssociationOutput{IpamInternetRegistryAssociation: r.answer(c)}, nil
}

// EnableIpamInternetRegistryAssociation completes an association with what the registry has answered. The registry itself is
// not asked: an answer of the right form is taken for its own.
func (c *Call) EnableIpamInternetRegistryAssociation(in *ec2.EnableIpamInternetRegistryAssociationInput) (*ec2.EnableIpamInternetRegistryAssociationOutput, error) {
	r, err := c.liveRegistryAssociation(*in.IpamInternetRegistryAssociationId)
	if err != nil {
		return nil, err
	}
	if err := checkParentResponse(in); err != nil {
		return nil, err
	}
	if s := r.now(c.Tx); s != types.IpamInternetRegistryAssociationStatePendingEnable && s != types.IpamInternetRegistryAssociationStateEnableFailed {
		return nil, fail(codeIncorrectState, "The internet registry association %s is in the state %s.", *r.IpamInternetRegistryAssociationId, s)
	}
	move(c, registryAssociations, r, types.IpamInternetRegistryAssociationStateEnableInProgress, types.IpamInternetRegistryAssociationStateEnableComplete, c.Settings.Timing.Transition)
	registryAssociations.Put(c.Tx, r)
	return &ec2.EnableIpamInternetRegistryAssociationOutput{IpamInternetRegistryAssociation: new(r.enabling(c))}, nil
}

// enabling is the association as EnableIpamInternetRegistryAssociation answers it.
func (r *registryAssociation) enabling(c *Call) types.IpamInternetRegistryAssociation {
	v := r.show(c)
	v.State = r.State
	return v
}

// checkParentResponse: the parts of a registry's answer, which is RFC 8183's.
func checkParentResponse(in *ec2.EnableIpamInternetRegistryAssociationInput) error {
	block, _ := pem.Decode([]byte(*in.ParentBpkiTa))
	if block == nil || block.Type != "CERTIFICATE" {
		return invalidValue("Value for parameter parentBpkiTa is invalid. This is not a certificate in PEM format.")
	}
	if _, err := x509.ParseCertificate(block.Bytes); err != nil {
		return invalidValue("Value for parameter parentBpkiTa is invalid. This is not an X.509 certificate.")
	}
	if u, err := url.Parse(*in.ServiceUri); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return invalidValue("Value (%s) for parameter serviceUri is invalid. This is not an HTTP or HTTPS URI.", *in.ServiceUri)
	}
	switch {
	case *in.ChildHandle == "":
		return invalidValue("Value () for parameter childHandle is invalid.")
	case *in.ParentHandle == "":
		return invalidValue("Value () for parameter parentHandle is invalid.")
	case *in.RpkiVersion != "1":
		return invalidValue("Value (%s) for parameter rpkiVersion is invalid. The version of the protocol is 1.", *in.RpkiVersion)
	}
	return nil
}

// DeleteIpamInternetRegistryAssociation ends an association that has no registrations any more.
func (c *Call) DeleteIpamInternetRegistryAssociation(in *ec2.DeleteIpamInternetRegistryAssociationInput) (*ec2.DeleteIpamInternetRegistryAssociationOutput, error) {
	r, err := c.liveRegistryAssociation(*in.IpamInternetRegistryAssociationId)
	if err != nil {
		return nil, err
	}
	for range routingPolicies.Scan(c.Tx, r.key()...) {
		return nil, fail(codeDependencyViolation, "The specified action is not valid for %s. There are one or more routing policy registrations.", *r.IpamInternetRegistryAssociationId)
	}
	move(c, registryAssociations, r, types.IpamInternetRegistryAssociationStateDeleteInProgress, "", c.Settings.Timing.Transition)
	out := r.enabling(c)
	registryAssociations.Put(c.Tx, r)
	registryAssociationsGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), r.key()...)
	c.putTags(*r.IpamInternetRegistryAssociationId, types.ResourceTypeIpamInternetRegistryAssociation, nil)
	return &ec2.DeleteIpamInternetRegistryAssociationOutput{IpamInternetRegistryAssociation: &out}, nil
}

var registryAssociationListing = listing[registryAssociation, types.IpamInternetRegistryAssociation]{
	key:     (*registryAssociation).key,
	view:    func(c *Call, r *registryAssociation) types.IpamInternetRegistryAssociation { return r.show(c) },
	filters: fieldFilters[types.IpamInternetRegistryAssociation](nil),
	min:     minResults,
	max:     maxResults,
}

// DescribeIpamInternetRegistryAssociations lists the associations of the caller's IPAMs whose home is this Region.
func (c *Call) DescribeIpamInternetRegistryAssociations(in *ec2.DescribeIpamInternetRegistryAssociationsInput) (*ec2.DescribeIpamInternetRegistryAssociationsOutput, error) {
	items, next, err := registryAssociationListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.IpamInternetRegistryAssociationIds, c.registryAssociation,
		func(after state.Key) iter.Seq[*registryAssociation] {
			return registryAssociations.ScanAfter(c.Tx, after, c.Account, c.Region)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamInternetRegistryAssociationsOutput{IpamInternetRegistryAssociations: items, NextToken: next}, nil
}
