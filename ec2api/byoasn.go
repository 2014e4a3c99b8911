package ec2api

import (
	"iter"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var byoasnOperations = []op.Op{
	op.Write((*Call).ProvisionIpamByoasn).MayEnd(types.AsnStateFailedProvision),
	op.Write((*Call).DeprovisionIpamByoasn).MayEnd(types.AsnStateFailedDeprovision),
	op.Read((*Call).DescribeIpamByoasn),
	op.Write((*Call).AssociateIpamByoasn).MayEnd(types.AsnAssociationStateFailedAssociation),
	op.Write((*Call).DisassociateIpamByoasn).MayEnd(types.AsnAssociationStateFailedDisassociation),
}

// byoasnLingers is how long an ASN is still listed that was deprovisioned or could not be provisioned.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-byoasn.html
const byoasnLingers = 7 * 24 * time.Hour

// byoasn is an autonomous system number that an account has brought to its IPAM.
type byoasn struct {
	types.Byoasn
	OwnerId    string
	IpamRegion string
	Settles    transition[types.AsnState]
}

func (r *byoasn) key() state.Key { return state.Key{r.OwnerId, r.IpamRegion, *r.Asn} }

func (r *byoasn) life() (*types.AsnState, *transition[types.AsnState]) { return &r.State, &r.Settles }

var (
	byoasns     = state.NewTable(&Schema, "byoasn", (*byoasn).key)
	byoasnsGone = state.NewQueue(&Schema, "byoasn-gone", func(tx *state.Tx, key state.Key) { byoasns.Delete(tx, key...) })
)

// live tells whether the ASN is or is about to be the account's to use.
func (r *byoasn) live() bool {
	return r.Settles.Next == types.AsnStateProvisioned || r.Settles.Next == types.AsnStateFailedDeprovision
}

func (r *byoasn) show(c *Call) types.Byoasn {
	v := r.Byoasn
	v.State = lifeOf(c, r)
	r.Settles.explain(&v.StatusMessage, v.State)
	return v
}

// byoasn finds an ASN that the caller has brought to an IPAM whose home is the Region of the call.
func (c *Call) byoasn(asn string) (*byoasn, error) {
	if r := byoasns.Get(c.Tx, c.Account, c.Region, asn); r != nil && r.live() {
		return r, nil
	}
	return nil, invalidValue("The ASN %s is not provisioned to an IPAM in the Region %s.", asn, c.Region)
}

// liveByoasns counts those of an IPAM.
func (c *Call) liveByoasns(i *ipam) (n int) {
	for r := range byoasns.Scan(c.Tx, *i.OwnerId, *i.IpamRegion) {
		if *r.IpamId == *i.IpamId && r.live() {
			n++
		}
	}
	return n
}

// checkASN: public numbers of two or four bytes, written as a plain number.
// Source: https://www.iana.org/assignments/iana-as-numbers-special-registry/iana-as-numbers-special-registry.xhtml
func checkASN(text string) error {
	n, err := strconv.ParseUint(text, 10, 32)
	switch {
	case err != nil || text != strconv.FormatUint(n, 10):
		return invalidValue("Value (%s) for parameter asn is invalid. This is not a 2-byte or 4-byte ASN.", text)
	case n == 0, n == 23456, n >= 64496 && n <= 131071, n >= 4200000000:
		return invalidValue("Value (%s) for parameter asn is invalid. This is not a public ASN.", text)
	}
	return nil
}

// ProvisionIpamByoasn brings an ASN to an IPAM.
func (c *Call) ProvisionIpamByoasn(in *ec2.ProvisionIpamByoasnInput) (*ec2.ProvisionIpamByoasnOutput, error) {
	i, err := c.liveIpam(*in.IpamId)
	if err != nil {
		return nil, err
	}
	if err := checkASN(*in.Asn); err != nil {
		return nil, err
	}
	proof := in.AsnAuthorizationContext
	if why := signedMessage(*proof.Message, *proof.Signature, c.Account, c.Tx.Now, func(s string) bool { return s == *in.Asn }); why != "" {
		return nil, invalidValue("The ASN Authorization Context is invalid. %s", why)
	}
	if _, err := c.byoasn(*in.Asn); err == nil {
		return nil, invalidValue("The ASN %s is already provisioned.", *in.Asn)
	}
	if err := quota(codeResourceLimitExceeded, "byoasns", c.liveByoasns(i), c.Settings.Quotas.ASNs); err != nil {
		return nil, err
	}
	r := &byoasn{
		Byoasn:     types.Byoasn{Asn: in.Asn, IpamId: i.IpamId, State: types.AsnStatePendingProvision},
		OwnerId:    c.Account,
		IpamRegion: c.Region,
		Settles:    to(c, types.AsnStateProvisioned, c.Settings.Timing.Provision),
	}
	byoasns.Put(c.Tx, r)
	if r.live() {
		byoasnsGone.Cancel(c.Tx, r.key()...)
	} else {
		byoasnsGone.At(c.Tx, r.Settles.At.Add(byoasnLingers), r.key()...)
	}
	return &ec2.ProvisionIpamByoasnOutput{Byoasn: &r.Byoasn}, nil
}

// DeprovisionIpamByoasn takes an ASN away from an IPAM that has associated it with no range any more.
func (c *Call) DeprovisionIpamByoasn(in *ec2.DeprovisionIpamByoasnInput) (*ec2.DeprovisionIpamByoasnOutput, error) {
	i, err := c.liveIpam(*in.IpamId)
	if err != nil {
		return nil, err
	}
	r, err := c.byoasn(*in.Asn)
	switch {
	case err != nil:
		return nil, err
	case *r.IpamId != *i.IpamId:
		return nil, invalidValue("The ASN %s is not provisioned to the IPAM %s.", *in.Asn, *i.IpamId)
	}
	for a := range asnAssociations.Scan(c.Tx, r.key()...) {
		return nil, fail(codeDependencyViolation, "The ASN %s is associated with the CIDR %s. Disassociate it first.", *a.Asn, *a.Cidr)
	}
	move(c, byoasns, r, types.AsnStatePendingDeprovision, types.AsnStateDeprovisioned, c.Settings.Timing.Provision)
	byoasns.Put(c.Tx, r)
	byoasnsGone.At(c.Tx, r.Settles.At.Add(byoasnLingers), r.key()...)
	return &ec2.DeprovisionIpamByoasnOutput{Byoasn: &r.Byoasn}, nil
}

var byoasnListing = listing[byoasn, types.Byoasn]{
	key:  (*byoasn).key,
	view: func(c *Call, r *byoasn) types.Byoasn { return r.show(c) },
	min:  1,
	max:  100,
}

// DescribeIpamByoasn lists the ASNs of the caller's IPAMs whose home is this Region.
func (c *Call) DescribeIpamByoasn(in *ec2.DescribeIpamByoasnInput) (*ec2.DescribeIpamByoasnOutput, error) {
	items, next, err := byoasnListing.list(c, page{max: in.MaxResults, token: in.NextToken},
		func(after state.Key) iter.Seq[*byoasn] { return byoasns.ScanAfter(c.Tx, after, c.Account, c.Region) })
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamByoasnOutput{Byoasns: items, NextToken: next}, nil
}

// asnAssociation lets a range be advertised by an ASN. A range may have several, and an ASN several ranges.
type asnAssociation struct {
	types.AsnAssociation
	OwnerId    string
	IpamRegion string
	Settles    transition[types.AsnAssociationState]
}

func (r *asnAssociation) key() state.Key { return state.Key{r.OwnerId, r.IpamRegion, *r.Asn, *r.Cidr} }

func (r *asnAssociation) life() (*types.AsnAssociationState, *transition[types.AsnAssociationState]) {
	return &r.State, &r.Settles
}

var (
	asnAssociations       = state.NewTable(&Schema, "byoasn-association", (*asnAssociation).key)
	asnAssociationsByCIDR = state.NewIndex(asnAssociations, "cidr", func(r *asnAssociation) []state.Key {
		return []state.Key{{r.OwnerId, *r.Cidr, *r.Asn}}
	})
	asnAssociationsGone = state.NewQueue(&Schema, "byoasn-association-gone", func(tx *state.Tx, key state.Key) { asnAssociations.Delete(tx, key...) })
)

func (r *asnAssociation) show(c *Call) types.AsnAssociation {
	v := r.AsnAssociation
	v.State = lifeOf(c, r)
	r.Settles.explain(&v.StatusMessage, v.State)
	return v
}

// AssociateIpamByoasn associates an ASN with a range that the same IPAM has given to a Region.
func (c *Call) AssociateIpamByoasn(in *ec2.AssociateIpamByoasnInput) (*ec2.AssociateIpamByoasnOutput, error) {
	a, err := c.byoasn(*in.Asn)
	if err != nil {
		return nil, err
	}
	if a.show(c).State != types.AsnStateProvisioned {
		return nil, fail(codeIncorrectState, "The ASN %s is in the state %s.", *a.Asn, a.State)
	}
	prefix, err := anyCIDR(*in.Cidr, "cidr")
	if err != nil {
		return nil, err
	}
	its := byoipCIDRsByCIDR.First(c.Tx, c.Account, prefix.String())
	if its == nil || !its.inPoolOf(c.Tx, *a.IpamId) {
		return nil, invalidValue("The CIDR %s is not provisioned to a pool of the IPAM %s with a locale and the AwsService ec2.", prefix, *a.IpamId)
	}
	if old := asnAssociationsByCIDR.First(c.Tx, c.Account, *its.Cidr, *a.Asn); old != nil && lifeOf(c, old) != types.AsnAssociationStateFailedAssociation {
		return nil, fail(codeIncorrectState, "The ASN %s is already associated with the CIDR %s.", *a.Asn, *its.Cidr)
	}
	r := &asnAssociation{
		AsnAssociation: types.AsnAssociation{Asn: a.Asn, Cidr: its.Cidr, State: types.AsnAssociationStatePendingAssociation},
		OwnerId:        c.Account,
		IpamRegion:     c.Region,
		Settles:        to(c, types.AsnAssociationStateAssociated, c.Settings.Timing.Transition),
	}
	asnAssociations.Put(c.Tx, r)
	return &ec2.AssociateIpamByoasnOutput{AsnAssociation: &r.AsnAssociation}, nil
}

// inPoolOf tells whether the range is a CIDR of a Regional pool of the IPAM.
func (r *byoipCIDR) inPoolOf(tx *state.Tx, ipamID string) bool {
	if r.IpamPoolId == nil || *r.AdvertisementType != unicast || r.State == types.ByoipCidrStatePendingDeprovision {
		return false
	}
	return poolsByID.First(tx, *r.IpamPoolId).IpamId == ipamID
}

// DisassociateIpamByoasn ends an association whose ASN does not advertise the range.
func (c *Call) DisassociateIpamByoasn(in *ec2.DisassociateIpamByoasnInput) (*ec2.DisassociateIpamByoasnOutput, error) {
	prefix, err := anyCIDR(*in.Cidr, "cidr")
	if err != nil {
		return nil, err
	}
	r := asnAssociations.Get(c.Tx, c.Account, c.Region, *in.Asn, prefix.String())
	if r == nil {
		return nil, invalidValue("The ASN %s is not associated with the CIDR %s.", *in.Asn, prefix)
	}
	if lifeOf(c, r) == types.AsnAssociationStatePendingDisassociation {
		return nil, fail(codeIncorrectState, "The ASN %s is being disassociated from the CIDR %s.", *r.Asn, *r.Cidr)
	}
	if its := byoipCIDRsByCIDR.First(c.Tx, c.Account, *r.Cidr); its != nil && its.Asn == *r.Asn {
		return nil, fail(codeIncorrectState, "The CIDR %s is advertised with the ASN %s. Withdraw it or advertise it with the ASN %s first.", *r.Cidr, *r.Asn, amazonASN)
	}
	move(c, asnAssociations, r, types.AsnAssociationStatePendingDisassociation, types.AsnAssociationStateDisassociated, c.Settings.Timing.Transition)
	asnAssociations.Put(c.Tx, r)
	asnAssociationsGone.At(c.Tx, r.Settles.At, r.key()...)
	return &ec2.DisassociateIpamByoasnOutput{AsnAssociation: &r.AsnAssociation}, nil
}
