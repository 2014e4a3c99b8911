package ec2api

import (
	"iter"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var discoveredOperations = []op.Op{
	op.Read((*Call).GetIpamDiscoveredAccounts),
	op.Read((*Call).GetIpamDiscoveredResourceCidrs),
}

// What a discovery finds, before any IPAM makes something of it: there are no scopes and no states here, and CIDRs that an
// IPAM ignores are found all the same. A discovery looks at every reading, so that is the time of its samples.

// readableDiscovery finds a discovery in the Region of the call whose findings the caller may read.
func (c *Call) readableDiscovery(id string) (*resourceDiscovery, error) {
	d, err := c.visibleResourceDiscovery(id)
	switch {
	case err != nil:
		return nil, err
	case d.deleting():
		return nil, deleting(id)
	}
	return d, c.permitDiscovery(d)
}

// accountsIn are the accounts that a discovery finds in a Region, sorted: none where it does not operate.
func (r *resourceDiscovery) accountsIn(tx *state.Tx, regionName string) []string {
	if !operatesIn(r.OperatingRegions, regionName) {
		return nil
	}
	return slices.Sorted(r.accounts(tx))
}

// worksIn tells whether a discovery looks at resources in a Region: a default one only as far as the tier of its IPAM goes.
func (r *resourceDiscovery) worksIn(tx *state.Tx, regionName string) bool {
	for a := range discoveryAssociationsByDiscovery.Scan(tx, *r.IpamResourceDiscoveryId) {
		if *a.IsDefault {
			return ipams.Get(tx, *a.OwnerId, *a.IpamRegion, *a.IpamId).worksIn(regionName)
		}
	}
	return true
}

// sampled is the time of a sample.
func (c *Call) sampled() *time.Time { return new(c.Tx.Now) }

var discoveredAccountListing = listing[types.IpamDiscoveredAccount, types.IpamDiscoveredAccount]{
	key:     func(r *types.IpamDiscoveredAccount) state.Key { return state.Key{*r.AccountId} },
	view:    func(_ *Call, r *types.IpamDiscoveredAccount) types.IpamDiscoveredAccount { return *r },
	filters: fieldFilters[types.IpamDiscoveredAccount](nil),
	min:     minResults,
	max:     maxResults,
}

// GetIpamDiscoveredAccounts lists the accounts that a discovery looks into in a Region.
func (c *Call) GetIpamDiscoveredAccounts(in *ec2.GetIpamDiscoveredAccountsInput) (*ec2.GetIpamDiscoveredAccountsOutput, error) {
	d, err := c.readableDiscovery(*in.IpamResourceDiscoveryId)
	if err != nil {
		return nil, err
	}
	var list []*types.IpamDiscoveredAccount
	for _, account := range d.accountsIn(c.Tx, *in.DiscoveryRegion) {
		list = append(list, &types.IpamDiscoveredAccount{
			AccountId:                   new(account),
			DiscoveryRegion:             in.DiscoveryRegion,
			LastAttemptedDiscoveryTime:  c.sampled(),
			LastSuccessfulDiscoveryTime: c.sampled(),
			OrganizationalUnitId:        c.unitOf(d, account),
		})
	}
	items, next, err := discoveredAccountListing.list(c, page{in.Filters, in.MaxResults, in.NextToken},
		func(after state.Key) iter.Seq[*types.IpamDiscoveredAccount] {
			return afterKey(list, discoveredAccountListing.key, after)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamDiscoveredAccountsOutput{IpamDiscoveredAccounts: items, NextToken: next}, nil
}

// unitOf is the unit that an account is in. Those who only share the discovery learn nothing of the organization.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/enable-integ-ipam-outside-org-considerations.html
func (c *Call) unitOf(d *resourceDiscovery, account string) *string {
	m, member := orgs.Of(c.Tx, account)
	if !member || *d.OwnerId != c.Account || len(m.Path) < 2 {
		return nil
	}
	return new(m.Path[len(m.Path)-1])
}

// discoveredCIDR is one CIDR of a resource as a discovery finds it.
type discoveredCIDR struct {
	types.IpamDiscoveredResourceCidr
}

func (r *discoveredCIDR) key() state.Key {
	return state.Key{*r.ResourceOwnerId, *r.ResourceRegion, *r.ResourceId, *r.ResourceCidr}
}

func (c *Call) discoveredIn(d *resourceDiscovery, kind types.IpamResourceType, owner, regionName, id string, prefix netip.Prefix) *discoveredCIDR {
	return &discoveredCIDR{types.IpamDiscoveredResourceCidr{
		IpamResourceDiscoveryId: d.IpamResourceDiscoveryId,
		ResourceRegion:          new(regionName),
		ResourceId:              new(id),
		ResourceOwnerId:         new(owner),
		ResourceCidr:            new(prefix.String()),
		ResourceType:            kind,
		ResourceTags:            resourceTags(tagsOf(c.Tx, owner, regionName, id)),
		IpSource:                types.IpamResourceCidrIpSourceNone,
		SampleTime:              c.sampled(),
	}}
}

// source is where AWS says that the addresses of a block come from: nowhere, if they are private.
func (b *block) source() types.IpamResourceCidrIpSource {
	if b.IPv6.Source == "" {
		return types.IpamResourceCidrIpSourceNone
	}
	return types.IpamResourceCidrIpSource(b.IPv6.Source)
}

func (c *Call) discoveredVPC(d *resourceDiscovery, r *vpc) (list []*discoveredCIDR) {
	for _, b := range r.Blocks {
		if b.live() {
			item := c.discoveredIn(d, types.IpamResourceTypeVpc, *r.OwnerId, r.Region, *r.VpcId, b.Prefix)
			item.VpcId, item.IpUsage, item.IpSource = r.VpcId, usage(c.Tx, *r.VpcId, b.Prefix), b.source()
			list = append(list, item)
		}
	}
	return list
}

func (c *Call) discoveredSubnet(d *resourceDiscovery, r *subnet) (list []*discoveredCIDR) {
	for _, prefix := range r.prefixes() {
		item := c.discoveredIn(d, types.IpamResourceTypeSubnet, *r.OwnerId, r.Region, *r.SubnetId, prefix)
		item.VpcId, item.AvailabilityZoneId, item.IpUsage = r.VpcId, r.AvailabilityZoneId, r.usage(prefix)
		if b := r.liveBlock(); b != nil && b.Prefix == prefix {
			item.IpSource = b.source()
		}
		list = append(list, item)
	}
	return list
}

// discoveredCIDRs yields what a discovery finds in a Region by account, resource and CIDR, behind a key only.
func (c *Call) discoveredCIDRs(d *resourceDiscovery, regionName string, after state.Key) iter.Seq[*discoveredCIDR] {
	return func(yield func(*discoveredCIDR) bool) {
		give := func(rows []*discoveredCIDR) bool {
			slices.SortFunc(rows, func(a, b *discoveredCIDR) int { return strings.Compare(*a.ResourceCidr, *b.ResourceCidr) })
			for _, item := range rows {
				if slices.Compare(item.key(), after) > 0 && !yield(item) {
					return false
				}
			}
			return true
		}
		if !d.worksIn(c.Tx, regionName) {
			return
		}
		for _, account := range d.accountsIn(c.Tx, regionName) {
			if after != nil && account < after[0] {
				continue
			}
			if !discoverOf(c, d, elasticIPs, account, regionName, after, c.discoveredAddress, give) ||
				!discoverOf(c, d, networkInterfaces, account, regionName, after, c.discoveredInterface, give) ||
				!discoverOf(c, d, publicIPv4Pools, account, regionName, after, c.discoveredPublicPool, give) ||
				!discoverOf(c, d, subnets, account, regionName, after, c.discoveredSubnet, give) ||
				!discoverOf(c, d, vpcs, account, regionName, after, c.discoveredVPC, give) {
				return
			}
		}
	}
}

// discoverOf gives what a discovery finds of all resources of a kind; kinds come in the order of their ids.
func discoverOf[R any](c *Call, d *resourceDiscovery, t *state.Table[R], account, regionName string, after state.Key,
	rows func(*resourceDiscovery, *R) []*discoveredCIDR, give func([]*discoveredCIDR) bool) bool {
	for r := range resources(c.Tx, t, nil, account, regionName, after) {
		if !give(rows(d, r)) {
			return false
		}
	}
	return true
}

var discoveredCIDRListing = listing[discoveredCIDR, types.IpamDiscoveredResourceCidr]{
	key:     (*discoveredCIDR).key,
	view:    func(_ *Call, r *discoveredCIDR) types.IpamDiscoveredResourceCidr { return r.IpamDiscoveredResourceCidr },
	filters: fieldFilters[types.IpamDiscoveredResourceCidr](nil),
	min:     minResults,
	max:     maxResults,
}

// GetIpamDiscoveredResourceCidrs lists the CIDRs of resources that a discovery finds in a Region.
func (c *Call) GetIpamDiscoveredResourceCidrs(in *ec2.GetIpamDiscoveredResourceCidrsInput) (*ec2.GetIpamDiscoveredResourceCidrsOutput, error) {
	d, err := c.readableDiscovery(*in.IpamResourceDiscoveryId)
	if err != nil {
		return nil, err
	}
	items, next, err := discoveredCIDRListing.list(c, page{in.Filters, in.MaxResults, in.NextToken},
		func(after state.Key) iter.Seq[*discoveredCIDR] {
			return c.discoveredCIDRs(d, *in.ResourceRegion, after)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamDiscoveredResourceCidrsOutput{IpamDiscoveredResourceCidrs: items, NextToken: next}, nil
}
