package ec2api

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var resourceDiscoveryOperations = []op.Op{
	op.Write((*Call).CreateIpamResourceDiscovery).MayEnd(types.IpamResourceDiscoveryStateCreateFailed),
	op.Write((*Call).ModifyIpamResourceDiscovery).MayEnd(types.IpamResourceDiscoveryStateModifyFailed),
	op.Write((*Call).DeleteIpamResourceDiscovery).MayEnd(types.IpamResourceDiscoveryStateDeleteFailed),
	op.Read((*Call).DescribeIpamResourceDiscoveries),
}

// resourceDiscovery is what looks for resources: in the Regions where it operates, in its owner's account and, if the
// owner administers IPAM, in those of his organization.
type resourceDiscovery struct {
	types.IpamResourceDiscovery
	Settles transition[types.IpamResourceDiscoveryState]
}

func (r *resourceDiscovery) key() state.Key {
	return state.Key{*r.OwnerId, *r.IpamResourceDiscoveryRegion, *r.IpamResourceDiscoveryId}
}

func (r *resourceDiscovery) life() (*types.IpamResourceDiscoveryState, *transition[types.IpamResourceDiscoveryState]) {
	return &r.State, &r.Settles
}

var (
	resourceDiscoveries     = state.NewTable(&Schema, "ipam-resource-discovery", (*resourceDiscovery).key)
	resourceDiscoveriesByID = state.NewIndex(resourceDiscoveries, "id", func(r *resourceDiscovery) []state.Key {
		return []state.Key{{*r.IpamResourceDiscoveryId}}
	})
	resourceDiscoveriesGone = state.NewQueue(&Schema, "ipam-resource-discovery-gone", func(tx *state.Tx, key state.Key) {
		resourceDiscoveries.Delete(tx, key...)
	})
)

// sharedDiscoveries is RAM's name for the type.
const sharedDiscoveries = "ec2:IpamResourceDiscovery"

var resourceDiscoveryKind = kind{"ipam-res-disco-", types.ResourceTypeIpamResourceDiscovery, func(c *Call, id string) error {
	_, err := c.resourceDiscovery(id)
	return err
}}

func noResourceDiscovery(id string) error {
	return notFound("InvalidIpamResourceDiscoveryId.NotFound", "ipam-resource-discovery", id)
}

// resourceDiscovery finds a discovery of the caller whose home is the Region of the call.
func (c *Call) resourceDiscovery(id string) (*resourceDiscovery, error) {
	if r := resourceDiscoveries.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, noResourceDiscovery(id)
}

// liveResourceDiscovery finds a discovery of the caller that is not being deleted.
func (c *Call) liveResourceDiscovery(id string) (*resourceDiscovery, error) {
	r, err := c.resourceDiscovery(id)
	if err == nil {
		err = alive(c, id, r)
	}
	return r, err
}

// visibleResourceDiscovery finds a discovery in the Region of the call that is the caller's or is shared with him.
func (c *Call) visibleResourceDiscovery(id string) (*resourceDiscovery, error) {
	r := resourceDiscoveriesByID.First(c.Tx, id)
	if r == nil || *r.IpamResourceDiscoveryRegion != c.Region || !r.sharedWith(c.Tx, c.Account) {
		return nil, noResourceDiscovery(id)
	}
	return r, nil
}

func (r *resourceDiscovery) deleting() bool {
	return r.State == types.IpamResourceDiscoveryStateDeleteInProgress && !r.Settles.fails()
}

// sharedWith tells whether an account may see the discovery.
func (r *resourceDiscovery) sharedWith(tx *state.Tx, account string) bool {
	if *r.OwnerId == account {
		return true
	}
	_, shared := ramapi.Granted(tx, account, *r.IpamResourceDiscoveryArn)
	return shared
}

// permitDiscovery asks the share of a discovery whether the caller may do what he is about to.
func (c *Call) permitDiscovery(r *resourceDiscovery) error {
	return c.permitTo(*r.OwnerId, *r.IpamResourceDiscoveryArn)
}

func (r *resourceDiscovery) show(c *Call) types.IpamResourceDiscovery {
	v := r.IpamResourceDiscovery
	v.State = lifeOf(c, r)
	v.Tags = c.tags(*r.OwnerId, *r.IpamResourceDiscoveryRegion, *r.IpamResourceDiscoveryId)
	return v
}

// answer is the discovery as the call shows it that has changed it. Only CreateIpamResourceDiscovery shows tags (aws-cli,
// examples/ec2/modify-ipam-resource-discovery.rst).
func (r *resourceDiscovery) answer() *types.IpamResourceDiscovery { return &r.IpamResourceDiscovery }

func (c *Call) newResourceDiscovery(regions []types.IpamOperatingRegion, isDefault bool) *resourceDiscovery {
	id := c.newID("ipam-res-disco-")
	return &resourceDiscovery{
		IpamResourceDiscovery: types.IpamResourceDiscovery{
			OwnerId:                     new(c.Account),
			IpamResourceDiscoveryId:     new(id),
			IpamResourceDiscoveryArn:    new(c.arn("", c.Account, "ipam-resource-discovery/"+id)),
			IpamResourceDiscoveryRegion: new(c.Region),
			OperatingRegions:            regions,
			IsDefault:                   new(isDefault),
			State:                       types.IpamResourceDiscoveryStateCreateInProgress,
		},
		Settles: to(c, types.IpamResourceDiscoveryStateCreateComplete, c.Settings.Timing.Transition),
	}
}

// CreateIpamResourceDiscovery creates a discovery that is to be associated with the IPAM of another organization.
func (c *Call) CreateIpamResourceDiscovery(in *ec2.CreateIpamResourceDiscoveryInput) (*ec2.CreateIpamResourceDiscoveryOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpamResourceDiscovery)
	if err != nil {
		return nil, err
	}
	regions, err := operatingRegions(in.OperatingRegions, added)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(regions, c.Region) {
		regions = append(regions, c.Region)
	}
	have := 0
	for range resourceDiscoveries.Scan(c.Tx, c.Account, c.Region) {
		have++ // the default one of an IPAM counts as well
	}
	if err := quota(codeResourceLimitExceeded, "ipam resource discoveries", have, c.Settings.Quotas.ResourceDiscoveries); err != nil {
		return nil, err
	}
	r := c.newResourceDiscovery(regionSet(regions), false)
	r.Description = in.Description
	resourceDiscoveries.Put(c.Tx, r)
	c.putTags(*r.IpamResourceDiscoveryId, types.ResourceTypeIpamResourceDiscovery, tags)
	out := r.answer()
	out.Tags = c.tags(c.Account, c.Region, *r.IpamResourceDiscoveryId)
	return &ec2.CreateIpamResourceDiscoveryOutput{IpamResourceDiscovery: out}, nil
}

// ModifyIpamResourceDiscovery changes where a discovery looks. The Regions of a default one are those of its IPAM.
func (c *Call) ModifyIpamResourceDiscovery(in *ec2.ModifyIpamResourceDiscoveryInput) (*ec2.ModifyIpamResourceDiscoveryOutput, error) {
	r, err := c.liveResourceDiscovery(*in.IpamResourceDiscoveryId)
	if err != nil {
		return nil, err
	}
	if in.Description == nil && len(in.AddOperatingRegions) == 0 && len(in.RemoveOperatingRegions) == 0 &&
		len(in.AddOrganizationalUnitExclusions) == 0 && len(in.RemoveOrganizationalUnitExclusions) == 0 {
		return nil, invalidCombination("The request must contain a modification to the ipam resource discovery")
	}
	add, err := operatingRegions(in.AddOperatingRegions, added)
	if err != nil {
		return nil, err
	}
	remove, err := operatingRegions(in.RemoveOperatingRegions, removed)
	if err != nil {
		return nil, err
	}
	if err := r.checkRegionChange(add, remove); err != nil {
		return nil, err
	}
	if err := c.changeExclusions(r, in.AddOrganizationalUnitExclusions, in.RemoveOrganizationalUnitExclusions); err != nil {
		return nil, err
	}
	r.OperatingRegions = changedRegions(r.OperatingRegions, add, remove)
	replace(&r.Description, in.Description)
	c.modified(r)
	importFound(c.Tx, r)
	return &ec2.ModifyIpamResourceDiscoveryOutput{IpamResourceDiscovery: r.answer()}, nil
}

// modified stores a discovery that has changed.
func (c *Call) modified(r *resourceDiscovery) {
	move(c, resourceDiscoveries, r, types.IpamResourceDiscoveryStateModifyInProgress, types.IpamResourceDiscoveryStateModifyComplete, c.Settings.Timing.Transition)
	resourceDiscoveries.Put(c.Tx, r)
}

func (r *resourceDiscovery) checkRegionChange(add, remove []string) error {
	if *r.IsDefault && len(add)+len(remove) > 0 {
		return fail(codeUnsupportedOperation, "The operating Regions of the default resource discovery %s are those of its IPAM and cannot be modified.", *r.IpamResourceDiscoveryId)
	}
	for _, name := range remove {
		if slices.Contains(add, name) {
			return invalidCombination("The Region %s cannot be added and removed in one request.", name)
		}
		if name == *r.IpamResourceDiscoveryRegion {
			return invalidValue("The home Region %s of a resource discovery cannot be removed from its operating Regions.", name)
		}
	}
	return nil
}

// DeleteIpamResourceDiscovery deletes a discovery that is no default one. IPAMs that are associated with it see that it is not found.
func (c *Call) DeleteIpamResourceDiscovery(in *ec2.DeleteIpamResourceDiscoveryInput) (*ec2.DeleteIpamResourceDiscoveryOutput, error) {
	r, err := c.liveResourceDiscovery(*in.IpamResourceDiscoveryId)
	if err != nil {
		return nil, err
	}
	if *r.IsDefault {
		return nil, fail(codeOperationNotPermitted, "The specified action is not valid for %s. It is a default resource discovery.", *r.IpamResourceDiscoveryId)
	}
	c.removeResourceDiscovery(r)
	return &ec2.DeleteIpamResourceDiscoveryOutput{IpamResourceDiscovery: r.answer()}, nil
}

func (c *Call) removeResourceDiscovery(r *resourceDiscovery) {
	move(c, resourceDiscoveries, r, types.IpamResourceDiscoveryStateDeleteInProgress, "", c.Settings.Timing.Transition)
	resourceDiscoveries.Put(c.Tx, r)
	resourceDiscoveriesGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), r.key()...)
	c.putTags(*r.IpamResourceDiscoveryId, types.ResourceTypeIpamResourceDiscovery, nil)
}

var resourceDiscoveryListing = listing[resourceDiscovery, types.IpamResourceDiscovery]{
	key:     (*resourceDiscovery).key,
	view:    func(c *Call, r *resourceDiscovery) types.IpamResourceDiscovery { return r.show(c) },
	filters: fieldFilters[types.IpamResourceDiscovery](nil),
	min:     minResults,
	max:     maxResults,
}

// DescribeIpamResourceDiscoveries lists the discoveries of this Region that are the caller's or are shared with him.
func (c *Call) DescribeIpamResourceDiscoveries(in *ec2.DescribeIpamResourceDiscoveriesInput) (*ec2.DescribeIpamResourceDiscoveriesOutput, error) {
	items, next, err := resourceDiscoveryListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.IpamResourceDiscoveryIds,
		c.visibleResourceDiscovery, c.visibleResourceDiscoveries)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamResourceDiscoveriesOutput{IpamResourceDiscoveries: items, NextToken: next}, nil
}

func (c *Call) visibleResourceDiscoveries(after state.Key) iter.Seq[*resourceDiscovery] {
	list := slices.Collect(resourceDiscoveries.Scan(c.Tx, c.Account, c.Region))
	for arn := range ramapi.SharedWith(c.Tx, c.Account, sharedDiscoveries) {
		if r, err := c.visibleResourceDiscovery(lastOf(arn)); err == nil && *r.OwnerId != c.Account {
			list = append(list, r)
		}
	}
	return afterKey(list, (*resourceDiscovery).key, after)
}
