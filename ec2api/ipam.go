package ec2api

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var ipamOperations = []op.Op{
	op.Write((*Call).CreateIpam).MayEnd(types.IpamStateCreateFailed),
	op.Write((*Call).ModifyIpam).MayEnd(types.IpamStateModifyFailed),
	op.Write((*Call).DeleteIpam).MayEnd(types.IpamStateDeleteFailed),
	op.Read((*Call).DescribeIpams),
}

// ipam is an IPAM; OwnerId and IpamRegion are the account and the home Region it belongs to.
type ipam struct {
	types.Ipam
	Settles transition[types.IpamState]
	Metered time.Time `json:",omitzero"` // since when the owners of resources pay, if they do
}

func (r *ipam) key() state.Key { return state.Key{*r.OwnerId, *r.IpamRegion, *r.IpamId} }

func (r *ipam) life() (*types.IpamState, *transition[types.IpamState]) { return &r.State, &r.Settles }

var ipams = state.NewTable(&Schema, "ipam", (*ipam).key)

// gone removes the row of an IPAM once its deletion has ended.
var ipamsGone = state.NewQueue(&Schema, "ipam-gone", func(tx *state.Tx, key state.Key) { ipams.Delete(tx, key...) })

var ipamKind = kind{"ipam-", types.ResourceTypeIpam, func(c *Call, id string) error { _, err := c.ipam(id); return err }}

// ipam finds an IPAM of the caller whose home is the Region of the call.
func (c *Call) ipam(id string) (*ipam, error) {
	if r := ipams.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidIpamId.NotFound", "ipam", id)
}

// liveIpam finds an IPAM that is not being deleted.
func (c *Call) liveIpam(id string) (*ipam, error) {
	r, err := c.ipam(id)
	if err == nil {
		err = alive(c, id, r)
	}
	return r, err
}

// deleting refuses to work on what is on its way out.
func deleting(id string) error {
	return fail(codeIncorrectState, "The specified action is not valid for %s. It is being deleted.", id)
}

// show is the IPAM as a reader sees it now.
func (r *ipam) show(c *Call) types.Ipam {
	v := r.Ipam
	v.State = lifeOf(c, r)
	r.Settles.explain(&v.StateMessage, v.State)
	return r.with(c, v)
}

// answer is the IPAM as the call shows it that has changed it: on its way to the new state.
func (r *ipam) answer(c *Call) *types.Ipam { return new(r.with(c, r.Ipam)) }

func (r *ipam) with(c *Call, v types.Ipam) types.Ipam {
	v.ScopeCount = new(int32(scopesByIpam.Count(c.Tx, *r.IpamId)))
	v.ResourceDiscoveryAssociationCount = new(int32(discoveryAssociationsByIpam.Count(c.Tx, *r.IpamId)))
	v.Tags = c.tags(*r.OwnerId, *r.IpamRegion, *r.IpamId)
	return v
}

// CreateIpam creates an IPAM with its two default scopes and its default resource discovery.
func (c *Call) CreateIpam(in *ec2.CreateIpamInput) (*ec2.CreateIpamOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpam)
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
	if err := c.checkMetering(in.MeteredAccount); err != nil {
		return nil, err
	}
	have := 0
	for range ipams.Scan(c.Tx, c.Account, c.Region) {
		have++
	}
	if err := quota(codeResourceLimitExceeded, "ipams", have, c.Settings.Quotas.IPAMs); err != nil {
		return nil, err
	}
	id := c.newID("ipam-")
	r := &ipam{
		Ipam: types.Ipam{
			OwnerId:          new(c.Account),
			IpamId:           new(id),
			IpamArn:          new(c.arn("", c.Account, "ipam/"+id)),
			IpamRegion:       new(c.Region),
			Description:      in.Description,
			OperatingRegions: regionSet(regions),
			State:            types.IpamStateCreateInProgress,
			Tier:             orEnum(in.Tier, types.IpamTierAdvanced),
			EnablePrivateGua: new(or(in.EnablePrivateGua, false)),
		},
		Settles: to(c, types.IpamStateCreateComplete, c.Settings.Timing.Transition),
	}
	r.meter(orEnum(in.MeteredAccount, types.IpamMeteredAccountIpamOwner), c.Tx.Now)
	public := c.newScope(r, types.IpamScopeTypePublic, true)
	private := c.newScope(r, types.IpamScopeTypePrivate, true)
	r.PublicDefaultScopeId, r.PrivateDefaultScopeId = public.IpamScopeId, private.IpamScopeId
	scopes.Put(c.Tx, public)
	scopes.Put(c.Tx, private)
	c.makeDefaultDiscovery(r)
	ipams.Put(c.Tx, r)
	c.putTags(id, types.ResourceTypeIpam, tags)
	return &ec2.CreateIpamOutput{Ipam: r.answer(c)}, nil
}

// makeDefaultDiscovery makes the discovery and its association that an IPAM has from its beginning.
func (c *Call) makeDefaultDiscovery(r *ipam) {
	d := c.newResourceDiscovery(r.OperatingRegions, true)
	resourceDiscoveries.Put(c.Tx, d)
	r.DefaultResourceDiscoveryId = d.IpamResourceDiscoveryId
	r.DefaultResourceDiscoveryAssociationId = c.associateDiscovery(r, d).IpamResourceDiscoveryAssociationId
}

func (r *ipam) defaultDiscovery(tx *state.Tx) *resourceDiscovery {
	return resourceDiscoveries.Get(tx, *r.OwnerId, *r.IpamRegion, *r.DefaultResourceDiscoveryId)
}

// orEnum is e, or def for an enum that a request leaves out.
func orEnum[E ~string](e, def E) E {
	if e == "" {
		return def
	}
	return e
}

// maxOperatingRegions is the bound that the API sets to each list of Regions in a request.
const maxOperatingRegions = 50

// operatingRegions reads a list of Regions; one that is named twice counts once.
func operatingRegions[T any](list []T, regionName func(T) *string) ([]string, error) {
	if len(list) > maxOperatingRegions {
		return nil, invalidValue("The request can only contain %d operating Regions.", maxOperatingRegions)
	}
	var names []string
	for _, item := range list {
		name := or(regionName(item), "")
		if _, known := region.Lookup(name); !known {
			return nil, invalidValue("Value (%s) for parameter operatingRegions is invalid. This is not a valid Region.", name)
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

func added(r types.AddIpamOperatingRegion) *string      { return r.RegionName }
func removed(r types.RemoveIpamOperatingRegion) *string { return r.RegionName }

func regionSet(names []string) []types.IpamOperatingRegion {
	set := make([]types.IpamOperatingRegion, len(names))
	for i, name := range names {
		set[i].RegionName = new(name)
	}
	return set
}

// operatesIn tells whether the IPAM watches that Region.
func (r *ipam) operatesIn(name string) bool { return operatesIn(r.OperatingRegions, name) }

func operatesIn(set []types.IpamOperatingRegion, name string) bool {
	return slices.ContainsFunc(set, func(o types.IpamOperatingRegion) bool { return *o.RegionName == name })
}

// ModifyIpam changes an IPAM.
func (c *Call) ModifyIpam(in *ec2.ModifyIpamInput) (*ec2.ModifyIpamOutput, error) {
	r, err := c.liveIpam(*in.IpamId)
	if err != nil {
		return nil, err
	}
	add, err := operatingRegions(in.AddOperatingRegions, added)
	if err != nil {
		return nil, err
	}
	remove, err := operatingRegions(in.RemoveOperatingRegions, removed)
	if err != nil {
		return nil, err
	}
	if in.Description == nil && add == nil && remove == nil && in.Tier == "" && in.EnablePrivateGua == nil && in.MeteredAccount == "" {
		return nil, invalidCombination("The request must contain a modification to the ipam")
	}
	if err := c.checkRegionChange(r, add, remove); err != nil {
		return nil, err
	}
	if err := c.checkMeteringChange(r, in.MeteredAccount); err != nil {
		return nil, err
	}
	if in.Tier == types.IpamTierFree {
		if err := c.checkFreeTier(r); err != nil {
			return nil, err
		}
	}
	c.changeRegions(r, add, remove)
	if in.Description != nil {
		r.Description = in.Description
	}
	r.Tier = orEnum(in.Tier, r.Tier)
	r.EnablePrivateGua = new(or(in.EnablePrivateGua, *r.EnablePrivateGua))
	r.meter(orEnum(in.MeteredAccount, r.MeteredAccount), c.Tx.Now)
	move(c, ipams, r, types.IpamStateModifyInProgress, types.IpamStateModifyComplete, c.Settings.Timing.Transition)
	ipams.Put(c.Tx, r)
	if len(add) > 0 || in.Tier == types.IpamTierAdvanced {
		importSeen(c.Tx, r)
	}
	return &ec2.ModifyIpamOutput{Ipam: r.answer(c)}, nil
}

// checkRegionChange: the home Region always is an operating Region, and so is the locale of a pool.
func (c *Call) checkRegionChange(r *ipam, add, remove []string) error {
	for _, name := range remove {
		if slices.Contains(add, name) {
			return invalidCombination("The Region %s cannot be added and removed in one request.", name)
		}
		if name == *r.IpamRegion {
			return invalidValue("The home Region %s of an IPAM cannot be removed from its operating Regions.", name)
		}
		for p := range poolsByIpam.Scan(c.Tx, *r.IpamId) {
			if p.region() == name {
				return fail(codeDependencyViolation, "The specified action is not valid for %s. The pool %s has the locale %s.", *r.IpamId, *p.IpamPoolId, name)
			}
		}
	}
	return nil
}

// changeRegions changes where an IPAM and its default discovery operate.
func (c *Call) changeRegions(r *ipam, add, remove []string) {
	if len(add)+len(remove) == 0 {
		return
	}
	r.OperatingRegions = changedRegions(r.OperatingRegions, add, remove)
	d := r.defaultDiscovery(c.Tx)
	d.OperatingRegions = r.OperatingRegions
	c.modified(d)
}

func changedRegions(set []types.IpamOperatingRegion, add, remove []string) []types.IpamOperatingRegion {
	for _, name := range add {
		if !operatesIn(set, name) {
			set = append(set, regionSet([]string{name})...)
		}
	}
	return slices.DeleteFunc(set, func(o types.IpamOperatingRegion) bool { return slices.Contains(remove, *o.RegionName) })
}

// checkFreeTier: what an IPAM may not have in the free tier.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/mod-ipam-tier.html
func (c *Call) checkFreeTier(r *ipam) error {
	refuse := func(what string) error {
		return fail(codeDependencyViolation, "The specified action is not valid for %s. The free tier does not allow %s.", *r.IpamId, what)
	}
	for s := range scopesByIpam.Scan(c.Tx, *r.IpamId) {
		if !*s.IsDefault {
			return refuse("private scopes other than the default one")
		}
	}
	for a := range discoveryAssociationsByIpam.Scan(c.Tx, *r.IpamId) {
		if !*a.IsDefault {
			return refuse("associations with resource discoveries other than the default one")
		}
	}
	if prefixListResolversByIpam.First(c.Tx, *r.IpamId) != nil {
		return refuse("prefix list resolvers")
	}
	if registryAssociationsByIpam.First(c.Tx, *r.IpamId) != nil {
		return refuse("internet registry associations")
	}
	if policiesByIpam.First(c.Tx, *r.IpamId) != nil {
		return refuse("policies")
	}
	for p := range poolsByIpam.Scan(c.Tx, *r.IpamId) {
		switch {
		case p.IpamScopeType == types.IpamScopeTypePrivate:
			return refuse("pools in a private scope")
		case p.leavesHome():
			return refuse("pools with a locale other than the home Region")
		}
		for a := range allocations.Scan(c.Tx, p.key()...) {
			if *a.ResourceOwner != c.Account {
				return refuse("allocations to other accounts")
			}
		}
	}
	return nil
}

// DeleteIpam deletes an IPAM; with Cascade also its private pools and scopes, its prefix list resolvers and its policies. What the pools gave to
// VPCs stays with the VPCs.
func (c *Call) DeleteIpam(in *ec2.DeleteIpamInput) (*ec2.DeleteIpamOutput, error) {
	r, err := c.liveIpam(*in.IpamId)
	if err != nil {
		return nil, err
	}
	if err := c.checkIpamDeletion(r, or(in.Cascade, false)); err != nil {
		return nil, err
	}
	move(c, ipams, r, types.IpamStateDeleteInProgress, "", c.Settings.Timing.Transition)
	out := r.answer(c)
	for l := range prefixListResolversByIpam.Scan(c.Tx, *r.IpamId) {
		c.removeResolver(l)
	}
	for p := range policiesByIpam.Scan(c.Tx, *r.IpamId) {
		c.removePolicy(p)
	}
	for p := range poolsByIpam.Scan(c.Tx, *r.IpamId) {
		c.removePool(p)
	}
	for s := range scopesByIpam.Scan(c.Tx, *r.IpamId) {
		c.removeScope(s)
	}
	for a := range discoveryAssociationsByIpam.Scan(c.Tx, *r.IpamId) {
		c.removeAssociation(a)
	}
	c.removeResourceDiscovery(r.defaultDiscovery(c.Tx))
	for said := range monitoredCIDRs.Scan(c.Tx, c.Account, c.Region, *r.IpamId) {
		monitoredCIDRs.Delete(c.Tx, said.key()...)
	}
	for token := range verificationTokensByIpam.Scan(c.Tx, *r.IpamId) {
		c.removeVerificationToken(token)
	}
	ipams.Put(c.Tx, r)
	ipamsGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), c.Account, c.Region, *r.IpamId)
	c.putTags(*r.IpamId, types.ResourceTypeIpam, nil)
	return &ec2.DeleteIpamOutput{Ipam: out}, nil
}

func (c *Call) checkIpamDeletion(r *ipam, cascade bool) error {
	refuse := func(what string) error {
		return fail(codeDependencyViolation, "The specified action is not valid for %s. There are one or more %s in the ipam.", *r.IpamId, what)
	}
	for p := range poolsByIpam.Scan(c.Tx, *r.IpamId) {
		if p.IpamScopeType == types.IpamScopeTypePublic {
			return refuse("pools in the public scope")
		}
		if !cascade {
			return refuse("pools")
		}
	}
	if c.liveByoasns(r) > 0 {
		return refuse("byoasns")
	}
	if registryAssociationsByIpam.First(c.Tx, *r.IpamId) != nil {
		return refuse("internet registry associations")
	}
	for s := range scopesByIpam.Scan(c.Tx, *r.IpamId) {
		if !cascade && !*s.IsDefault {
			return refuse("non-default scopes")
		}
	}
	if !cascade && prefixListResolversByIpam.First(c.Tx, *r.IpamId) != nil {
		return refuse("prefix list resolvers")
	}
	if !cascade && policiesByIpam.First(c.Tx, *r.IpamId) != nil {
		return refuse("policies")
	}
	return nil
}

var ipamListing = listing[ipam, types.Ipam]{
	key:     (*ipam).key,
	view:    func(c *Call, r *ipam) types.Ipam { return r.show(c) },
	filters: fieldFilters[types.Ipam](nil),
	min:     minResults,
	max:     maxResults,
}

// DescribeIpams lists the caller's IPAMs whose home is this Region.
func (c *Call) DescribeIpams(in *ec2.DescribeIpamsInput) (*ec2.DescribeIpamsOutput, error) {
	items, next, err := ipamListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.IpamIds, c.ipam,
		func(after state.Key) iter.Seq[*ipam] { return ipams.ScanAfter(c.Tx, after, c.Account, c.Region) })
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamsOutput{Ipams: items, NextToken: next}, nil
}

// lastOf is the id at the end of an ARN, as arn:aws:ec2::111122223333:ipam/ipam-0123456789abcdef0.
func lastOf(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
