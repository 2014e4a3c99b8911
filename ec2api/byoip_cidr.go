package ec2api

import (
	"iter"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var byoipCIDROperations = []op.Op{
	op.Read((*Call).DescribeByoipCidrs),
	op.Write((*Call).AdvertiseByoipCidr),
	op.Write((*Call).WithdrawByoipCidr),
}

// byoipCIDR is a range of addresses that an account has brought to a Region, without IPAM or by it: IPAM makes one of each CIDR
// of a pool that announces.
type byoipCIDR struct {
	types.ByoipCidr
	OwnerId      string
	Region       string
	Advertisable bool
	Asn          string            `json:",omitempty"` // that advertises it; Amazon's if there is none
	PoolTags     map[string]string `json:",omitempty"` // of the address pool that it is to have
	Failure      string            `json:",omitempty"` // why provisioning fails or has failed
	Kept         string            `json:",omitempty"` // why deprovisioning fails or has failed, if a fault rule wants that

	Target string               `json:",omitempty"` // the pool of IPAM that it is being moved to
	Before types.ByoipCidrState `json:",omitempty"` // its state before that
	Mover  string               `json:",omitempty"` // the account that has moved it to IPAM
}

func (r *byoipCIDR) key() state.Key { return state.Key{r.OwnerId, r.Region, *r.Cidr} }

var (
	byoipCIDRs = state.NewTable(&Schema, "byoip-cidr", (*byoipCIDR).key)
	// byoipCIDRsByCIDR finds a range in whatever Region it is: it is in one only.
	byoipCIDRsByCIDR  = state.NewIndex(byoipCIDRs, "cidr", func(r *byoipCIDR) []state.Key { return []state.Key{{r.OwnerId, *r.Cidr}} })
	byoipCIDRsByMover = state.NewIndex(byoipCIDRs, "mover", func(r *byoipCIDR) []state.Key {
		if r.Mover == "" {
			return nil
		}
		return []state.Key{{r.Mover, r.Region, *r.Cidr}}
	})
	byoipCIDRsByPool = state.NewIndex(byoipCIDRs, "ipam-pool", func(r *byoipCIDR) []state.Key {
		if r.IpamPoolId == nil {
			return nil
		}
		return []state.Key{{*r.IpamPoolId}}
	})
)

const (
	unicast = "unicast"
	anycast = "anycast"

	// amazonASN is what AdvertiseByoipCidr takes for Amazon's own.
	amazonASN = "AWS"
)

// advertisedCIDRs are the ranges of an account that AWS announces to the Internet from a Region.
func advertisedCIDRs(tx *state.Tx, account, regionName string) iter.Seq[*byoipCIDR] {
	return func(yield func(*byoipCIDR) bool) {
		for r := range byoipCIDRs.Scan(tx, account, regionName) {
			if r.State == types.ByoipCidrStateAdvertised && !yield(r) {
				return
			}
		}
	}
}

// placed tells whether the pool says where and for what its addresses are to be used.
func (r *pool) placed() bool {
	return r.AwsService == types.IpamPoolAwsServiceGlobalServices || r.AwsService == types.IpamPoolAwsServiceEc2 && *r.Locale != noLocale
}

// announces tells whether the CIDRs of the pool are the ranges that are advertised: it is the uppermost that is placed.
func (r *pool) announces(tx *state.Tx) bool {
	if r.PublicIpSource != types.IpamPoolPublicIpSourceByoip || r.SourceResource != nil || !r.placed() {
		return false
	}
	return r.SourceIpamPoolId == nil || !poolsByID.First(tx, *r.SourceIpamPoolId).placed()
}

// rangeOf is the range that a CIDR of a pool is, or nil.
func (r *poolCIDR) rangeOf(tx *state.Tx, p *pool) *byoipCIDR {
	found := byoipCIDRs.Get(tx, *p.OwnerId, p.region(), r.Prefix.String())
	if found == nil || or(found.IpamPoolId, "") != *p.IpamPoolId {
		return nil
	}
	return found
}

// followPoolCIDR keeps the range in step with the CIDR of the pool, which has reached a new state.
func (r *poolCIDR) followPoolCIDR(tx *state.Tx, p *pool) {
	was := r.rangeOf(tx, p)
	switch {
	case r.State == types.IpamPoolCidrStateProvisioned && was == nil && p.announces(tx):
		byoipCIDRs.Put(tx, newRange(p, r.Prefix))
	case was == nil:
	case r.State == types.IpamPoolCidrStateDeprovisioned:
		byoipCIDRs.Delete(tx, was.key()...)
	case r.State == types.IpamPoolCidrStateFailedDeprovision:
		was.State = types.ByoipCidrStateFailedDeprovision
		byoipCIDRs.Put(tx, was)
	}
}

func newRange(p *pool, prefix netip.Prefix) *byoipCIDR {
	r := &byoipCIDR{
		ByoipCidr: types.ByoipCidr{
			Cidr:               new(prefix.String()),
			IpamPoolId:         p.IpamPoolId,
			NetworkBorderGroup: new(p.region()),
			AdvertisementType:  new(unicast),
			StatusMessage:      new("Cidr successfully provisioned"),
		},
		OwnerId:      *p.OwnerId,
		Region:       p.region(),
		Advertisable: or(p.PubliclyAdvertisable, true),
	}
	if p.AwsService == types.IpamPoolAwsServiceGlobalServices {
		r.AdvertisementType = new(anycast)
	} else {
		r.NetworkBorderGroup = p.Locale
	}
	r.State = r.resting()
	return r
}

// resting is the state of a range that is provisioned and not advertised.
func (r *byoipCIDR) resting() types.ByoipCidrState {
	if r.Advertisable {
		return types.ByoipCidrStateProvisioned
	}
	return types.ByoipCidrStateProvisionedNotPubliclyAdvertisable
}

// endRange marks the range that is to go with a CIDR of a pool. Nobody must use it any more in the Internet.
func (c *Call) endRange(p *pool, r *poolCIDR) error {
	ending := r.rangeOf(c.Tx, p)
	if ending == nil {
		return nil
	}
	if err := c.checkRangeUnused(ending); err != nil {
		return err
	}
	ending.State = types.ByoipCidrStatePendingDeprovision
	byoipCIDRs.Put(c.Tx, ending)
	return nil
}

func (c *Call) checkRangeUnused(r *byoipCIDR) error {
	switch {
	case r.State == types.ByoipCidrStateAdvertised:
		return fail(codeIncorrectState, "The CIDR %s is advertised. Withdraw it first.", *r.Cidr)
	case asnAssociationsByCIDR.First(c.Tx, r.OwnerId, *r.Cidr) != nil:
		return fail(codeIncorrectState, "The CIDR %s is associated with an ASN. Disassociate it first.", *r.Cidr)
	}
	return nil
}

func (r *byoipCIDR) show(c *Call) types.ByoipCidr {
	v := r.ByoipCidr
	v.AsnAssociations = []types.AsnAssociation{}
	for a := range asnAssociationsByCIDR.Scan(c.Tx, r.OwnerId, *r.Cidr) {
		v.AsnAssociations = append(v.AsnAssociations, a.show(c))
	}
	return v
}

// byoipCIDR finds a range of the caller in the Region of the call by exactly its CIDR.
func (c *Call) byoipCIDR(text string) (*byoipCIDR, error) {
	prefix, err := anyCIDR(text, "cidr")
	if err != nil {
		return nil, err
	}
	if r := byoipCIDRs.Get(c.Tx, c.Account, c.Region, prefix.String()); r != nil {
		return r, nil
	}
	return nil, invalidValue("The CIDR %s is not a range that is provisioned in the Region %s.", prefix, c.Region)
}

func (r *byoipCIDR) wrongState() error {
	return fail(codeIncorrectState, "The CIDR %s is in the state %s.", *r.Cidr, r.State)
}

// AdvertiseByoipCidr announces a range to the Internet, or changes the ASN that announces it.
func (c *Call) AdvertiseByoipCidr(in *ec2.AdvertiseByoipCidrInput) (*ec2.AdvertiseByoipCidrOutput, error) {
	r, err := c.byoipCIDR(*in.Cidr)
	if err != nil {
		return nil, err
	}
	if group := or(in.NetworkBorderGroup, *r.NetworkBorderGroup); group != *r.NetworkBorderGroup {
		return nil, invalidValue("The CIDR %s is not provisioned in the network border group %s.", *r.Cidr, group)
	}
	switch r.State {
	case types.ByoipCidrStateProvisioned, types.ByoipCidrStateAdvertised, types.ByoipCidrStateFailedDeprovision:
	default:
		return nil, r.wrongState()
	}
	if asn := or(in.Asn, r.Asn); asn == "" || asn == amazonASN {
		r.Asn = ""
	} else {
		a := asnAssociationsByCIDR.First(c.Tx, r.OwnerId, *r.Cidr, asn)
		if a == nil || a.show(c).State != types.AsnAssociationStateAssociated {
			return nil, invalidValue("The ASN %s is not associated with the CIDR %s.", asn, *r.Cidr)
		}
		r.Asn = asn
	}
	r.State = types.ByoipCidrStateAdvertised
	byoipCIDRs.Put(c.Tx, r)
	return &ec2.AdvertiseByoipCidrOutput{ByoipCidr: new(r.show(c))}, nil
}

// WithdrawByoipCidr ends the announcement of a range.
func (c *Call) WithdrawByoipCidr(in *ec2.WithdrawByoipCidrInput) (*ec2.WithdrawByoipCidrOutput, error) {
	r, err := c.byoipCIDR(*in.Cidr)
	if err != nil {
		return nil, err
	}
	if r.State != types.ByoipCidrStateAdvertised {
		return nil, fail(codeIncorrectState, "The CIDR %s is not advertised.", *r.Cidr)
	}
	r.State, r.Asn = r.resting(), ""
	byoipCIDRs.Put(c.Tx, r)
	return &ec2.WithdrawByoipCidrOutput{ByoipCidr: new(r.show(c))}, nil
}

var byoipCIDRListing = listing[byoipCIDR, types.ByoipCidr]{
	key:  (*byoipCIDR).key,
	view: func(c *Call, r *byoipCIDR) types.ByoipCidr { return r.show(c) },
	min:  1,
	max:  100,
}

// DescribeByoipCidrs lists the ranges that are the caller's in this Region, and those of pools that are shared with him
// (as the member account of the tutorial sees them).
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-byoip-ipam-ipv4.html
func (c *Call) DescribeByoipCidrs(in *ec2.DescribeByoipCidrsInput) (*ec2.DescribeByoipCidrsOutput, error) {
	items, next, err := byoipCIDRListing.list(c, page{max: in.MaxResults, token: in.NextToken}, c.visibleByoipCIDRs)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeByoipCidrsOutput{ByoipCidrs: items, NextToken: next}, nil
}

func (c *Call) visibleByoipCIDRs(after state.Key) iter.Seq[*byoipCIDR] {
	list := slices.Collect(byoipCIDRs.Scan(c.Tx, c.Account, c.Region))
	for arn := range ramapi.SharedWith(c.Tx, c.Account, "ec2:IpamPool") {
		for r := range byoipCIDRsByPool.Scan(c.Tx, lastOf(arn)) {
			if r.Region == c.Region && r.OwnerId != c.Account {
				list = append(list, r)
			}
		}
	}
	return afterKey(list, (*byoipCIDR).key, after)
}
