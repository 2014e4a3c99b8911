package ec2api

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var discoveryAssociationOperations = []op.Op{
	op.Write((*Call).AssociateIpamResourceDiscovery).MayEnd(types.IpamResourceDiscoveryAssociationStateAssociateFailed),
	op.Write((*Call).DisassociateIpamResourceDiscovery).MayEnd(types.IpamResourceDiscoveryAssociationStateDisassociateFailed),
	op.Read((*Call).DescribeIpamResourceDiscoveryAssociations),
}

// discoveryAssociation lets an IPAM see what a resource discovery finds. It belongs to the account and home of the IPAM: that
// account makes the call and stands in the ARN (aws-cli, examples/ec2/associate-ipam-resource-discovery.rst), although
// the API reference calls the owner of the discovery its owner.
type discoveryAssociation struct {
	types.IpamResourceDiscoveryAssociation
	Settles transition[types.IpamResourceDiscoveryAssociationState]
}

func (r *discoveryAssociation) key() state.Key {
	return state.Key{*r.OwnerId, *r.IpamRegion, *r.IpamResourceDiscoveryAssociationId}
}

func (r *discoveryAssociation) life() (*types.IpamResourceDiscoveryAssociationState, *transition[types.IpamResourceDiscoveryAssociationState]) {
	return &r.State, &r.Settles
}

var (
	discoveryAssociations       = state.NewTable(&Schema, "ipam-resource-discovery-association", (*discoveryAssociation).key)
	discoveryAssociationsByIpam = state.NewIndex(discoveryAssociations, "ipam", func(r *discoveryAssociation) []state.Key {
		return []state.Key{{*r.IpamId}}
	})
	discoveryAssociationsByDiscovery = state.NewIndex(discoveryAssociations, "discovery", func(r *discoveryAssociation) []state.Key {
		return []state.Key{{*r.IpamResourceDiscoveryId}}
	})
	discoveryAssociationsGone = state.NewQueue(&Schema, "ipam-resource-discovery-association-gone", func(tx *state.Tx, key state.Key) {
		discoveryAssociations.Delete(tx, key...)
	})
)

var discoveryAssociationKind = kind{"ipam-res-disco-assoc-", types.ResourceTypeIpamResourceDiscoveryAssociation, func(c *Call, id string) error {
	_, err := c.discoveryAssociation(id)
	return err
}}

// discoveryAssociation finds an association of an IPAM of the caller whose home is the Region of the call.
func (c *Call) discoveryAssociation(id string) (*discoveryAssociation, error) {
	if r := discoveryAssociations.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidIpamResourceDiscoveryAssociationId.NotFound", "ipam-resource-discovery-association", id)
}

// void tells whether the IPAM sees nothing through the association: it is being ended, or has never come about.
func (r *discoveryAssociation) void() bool {
	return r.State == types.IpamResourceDiscoveryAssociationStateDisassociateInProgress && !r.Settles.fails() ||
		r.Settles.Next == types.IpamResourceDiscoveryAssociationStateAssociateFailed
}

// discovery is what the IPAM still sees through the association: nil once the discovery is deleted or no longer shared.
func (r *discoveryAssociation) discovery(tx *state.Tx) *resourceDiscovery {
	d := resourceDiscoveriesByID.First(tx, *r.IpamResourceDiscoveryId)
	if d == nil || d.deleting() || !d.sharedWith(tx, *r.OwnerId) {
		return nil
	}
	return d
}

func (r *discoveryAssociation) show(c *Call) types.IpamResourceDiscoveryAssociation {
	v := *r.answer(c)
	v.State = lifeOf(c, r)
	return v
}

func (r *discoveryAssociation) answer(c *Call) *types.IpamResourceDiscoveryAssociation {
	v := r.IpamResourceDiscoveryAssociation
	v.ResourceDiscoveryStatus = types.IpamAssociatedResourceDiscoveryStatusActive
	if r.discovery(c.Tx) == nil {
		v.ResourceDiscoveryStatus = types.IpamAssociatedResourceDiscoveryStatusNotFound
	}
	v.Tags = c.tags(*r.OwnerId, *r.IpamRegion, *r.IpamResourceDiscoveryAssociationId)
	return &v
}

func (c *Call) associateDiscovery(i *ipam, d *resourceDiscovery) *discoveryAssociation {
	id := c.newID("ipam-res-disco-assoc-")
	r := &discoveryAssociation{
		IpamResourceDiscoveryAssociation: types.IpamResourceDiscoveryAssociation{
			OwnerId:                             new(c.Account),
			IpamResourceDiscoveryAssociationId:  new(id),
			IpamResourceDiscoveryAssociationArn: new(c.arn("", c.Account, "ipam-resource-discovery-association/"+id)),
			IpamResourceDiscoveryId:             d.IpamResourceDiscoveryId,
			IpamId:                              i.IpamId,
			IpamArn:                             i.IpamArn,
			IpamRegion:                          i.IpamRegion,
			IsDefault:                           d.IsDefault,
			State:                               types.IpamResourceDiscoveryAssociationStateAssociateInProgress,
		},
		Settles: to(c, types.IpamResourceDiscoveryAssociationStateAssociateComplete, c.Settings.Timing.Transition),
	}
	discoveryAssociations.Put(c.Tx, r)
	return r
}

// AssociateIpamResourceDiscovery lets an IPAM see what a discovery finds that is shared with its owner.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/res-disc-work-with-associate.html
func (c *Call) AssociateIpamResourceDiscovery(in *ec2.AssociateIpamResourceDiscoveryInput) (*ec2.AssociateIpamResourceDiscoveryOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpamResourceDiscoveryAssociation)
	if err != nil {
		return nil, err
	}
	i, err := c.liveIpam(*in.IpamId)
	if err != nil {
		return nil, err
	}
	d, err := c.visibleResourceDiscovery(*in.IpamResourceDiscoveryId)
	if err != nil {
		return nil, err
	}
	if err := c.permitDiscovery(d); err != nil {
		return nil, err
	}
	if err := c.checkAssociation(i, d); err != nil {
		return nil, err
	}
	r := c.associateDiscovery(i, d)
	importSeen(c.Tx, i)
	c.putTags(*r.IpamResourceDiscoveryAssociationId, types.ResourceTypeIpamResourceDiscoveryAssociation, tags)
	return &ec2.AssociateIpamResourceDiscoveryOutput{IpamResourceDiscoveryAssociation: r.answer(c)}, nil
}

func (c *Call) checkAssociation(i *ipam, d *resourceDiscovery) error {
	if d.deleting() {
		return deleting(*d.IpamResourceDiscoveryId)
	}
	if i.Tier == types.IpamTierFree {
		return fail(codeUnsupportedOperation, "The IPAM %s is in the free tier. Associations with further resource discoveries need the advanced tier.", *i.IpamId)
	}
	have := 0
	for r := range discoveryAssociationsByIpam.Scan(c.Tx, *i.IpamId) {
		if *r.IpamResourceDiscoveryId == *d.IpamResourceDiscoveryId && !r.void() {
			return invalidValue("The resource discovery %s is already associated with the IPAM %s.", *d.IpamResourceDiscoveryId, *i.IpamId)
		}
		have++
	}
	return quota(codeResourceLimitExceeded, "ipam resource discovery associations", have, c.Settings.Quotas.DiscoveryAssociations)
}

// DisassociateIpamResourceDiscovery ends an association. An IPAM keeps the one with its default discovery.
func (c *Call) DisassociateIpamResourceDiscovery(in *ec2.DisassociateIpamResourceDiscoveryInput) (*ec2.DisassociateIpamResourceDiscoveryOutput, error) {
	r, err := c.discoveryAssociation(*in.IpamResourceDiscoveryAssociationId)
	if err != nil {
		return nil, err
	}
	if err := alive(c, *r.IpamResourceDiscoveryAssociationId, r); err != nil {
		return nil, err
	}
	if *r.IsDefault {
		return nil, fail(codeOperationNotPermitted, "The specified action is not valid for %s. It is the association of a default resource discovery.", *r.IpamResourceDiscoveryAssociationId)
	}
	c.removeAssociation(r)
	return &ec2.DisassociateIpamResourceDiscoveryOutput{IpamResourceDiscoveryAssociation: r.answer(c)}, nil
}

func (c *Call) removeAssociation(r *discoveryAssociation) {
	move(c, discoveryAssociations, r, types.IpamResourceDiscoveryAssociationStateDisassociateInProgress, "", c.Settings.Timing.Transition)
	discoveryAssociations.Put(c.Tx, r)
	discoveryAssociationsGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), r.key()...)
	c.putTags(*r.IpamResourceDiscoveryAssociationId, types.ResourceTypeIpamResourceDiscoveryAssociation, nil)
}

var discoveryAssociationListing = listing[discoveryAssociation, types.IpamResourceDiscoveryAssociation]{
	key:     (*discoveryAssociation).key,
	view:    func(c *Call, r *discoveryAssociation) types.IpamResourceDiscoveryAssociation { return r.show(c) },
	filters: fieldFilters[types.IpamResourceDiscoveryAssociation](nil),
	min:     minResults,
	max:     maxResults,
}

// DescribeIpamResourceDiscoveryAssociations lists the associations of the caller's IPAMs whose home is this Region.
func (c *Call) DescribeIpamResourceDiscoveryAssociations(in *ec2.DescribeIpamResourceDiscoveryAssociationsInput) (*ec2.DescribeIpamResourceDiscoveryAssociationsOutput, error) {
	items, next, err := discoveryAssociationListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.IpamResourceDiscoveryAssociationIds, c.discoveryAssociation,
		func(after state.Key) iter.Seq[*discoveryAssociation] {
			return discoveryAssociations.ScanAfter(c.Tx, after, c.Account, c.Region)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamResourceDiscoveryAssociationsOutput{IpamResourceDiscoveryAssociations: items, NextToken: next}, nil
}
