package ec2api

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"iter"
	"math/big"
	"net/netip"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// What an internet registry would tell of an organization. There is none to ask, so its records are taken from what the IPAM
// has shown to be its owner's: CIDRs that were brought with a proof and ASNs, all of them at each registry that it is
// associated with. A registry has told nothing before the association is enabled; it is asked at each reading.

// registeredCIDRs are the CIDRs of the organization.
func (r *registryAssociation) registeredCIDRs(tx *state.Tx) iter.Seq[netip.Prefix] {
	return func(yield func(netip.Prefix) bool) {
		if !r.enabled(tx) {
			return
		}
		for p := range poolsByIpam.Scan(tx, *r.IpamId) {
			if p.PublicIpSource != types.IpamPoolPublicIpSourceByoip || p.SourceIpamPoolId != nil {
				continue
			}
			for cidr := range poolCIDRs.Scan(tx, p.key()...) {
				if cidr.usable() && !yield(cidr.Prefix) {
					return
				}
			}
		}
	}
}

// registeredASNs are the ASNs of the organization.
func (r *registryAssociation) registeredASNs(tx *state.Tx) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !r.enabled(tx) {
			return
		}
		for asn := range byoasns.Scan(tx, *r.OwnerId, *r.IpamRegion) {
			if *asn.IpamId == *r.IpamId && asn.live() && !yield(*asn.Asn) {
				return
			}
		}
	}
}

// registers tells whether a CIDR lies in one of the organization's.
func (r *registryAssociation) registers(tx *state.Tx, prefix netip.Prefix) bool {
	for whole := range r.registeredCIDRs(tx) {
		if within(prefix, whole) {
			return true
		}
	}
	return false
}

type (
	registryASN  = types.IpamInternetRegistryAssociationAsn
	registryCIDR = types.IpamInternetRegistryAssociationCidr
)

var (
	registryASNListing = listing[registryASN, registryASN]{
		key:     func(r *registryASN) state.Key { return state.Key{*r.Asn} },
		view:    func(_ *Call, r *registryASN) registryASN { return *r },
		filters: fieldFilters[registryASN](nil),
		min:     minResults,
		max:     maxResults,
	}
	registryCIDRListing = listing[registryCIDR, registryCIDR]{
		key:     func(r *registryCIDR) state.Key { return state.Key{*r.Cidr} },
		view:    func(_ *Call, r *registryCIDR) registryCIDR { return *r },
		filters: fieldFilters[registryCIDR](nil),
		min:     minResults,
		max:     maxResults,
	}
)

// GetIpamInternetRegistryAssociationAsns lists the ASNs that the registry has for the organization.
func (c *Call) GetIpamInternetRegistryAssociationAsns(in *ec2.GetIpamInternetRegistryAssociationAsnsInput) (*ec2.GetIpamInternetRegistryAssociationAsnsOutput, error) {
	r, err := c.registryAssociation(*in.IpamInternetRegistryAssociationId)
	if err != nil {
		return nil, err
	}
	var list []*registryASN
	for asn := range r.registeredASNs(c.Tx) {
		list = append(list, &registryASN{Asn: new(asn), LastObservedAt: c.sampled()})
	}
	items, next, err := registryASNListing.list(c, page{in.Filters, in.MaxResults, in.NextToken},
		func(after state.Key) iter.Seq[*registryASN] { return afterKey(list, registryASNListing.key, after) })
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamInternetRegistryAssociationAsnsOutput{IpamInternetRegistryAssociationAsns: items, NextToken: next}, nil
}

// GetIpamInternetRegistryAssociationCidrs lists the CIDRs that the registry has for the organization.
func (c *Call) GetIpamInternetRegistryAssociationCidrs(in *ec2.GetIpamInternetRegistryAssociationCidrsInput) (*ec2.GetIpamInternetRegistryAssociationCidrsOutput, error) {
	r, err := c.registryAssociation(*in.IpamInternetRegistryAssociationId)
	if err != nil {
		return nil, err
	}
	var list []*registryCIDR
	for prefix := range r.registeredCIDRs(c.Tx) {
		list = append(list, &registryCIDR{Cidr: new(prefix.String()), LastObservedAt: c.sampled()})
	}
	items, next, err := registryCIDRListing.list(c, page{in.Filters, in.MaxResults, in.NextToken},
		func(after state.Key) iter.Seq[*registryCIDR] { return afterKey(list, registryCIDRListing.key, after) })
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamInternetRegistryAssociationCidrsOutput{IpamInternetRegistryAssociationCidrs: items, NextToken: next}, nil
}

// childRequest is what the owner takes to the registry, in the form of RFC 8183: the handle of the association and the
// certificate by which its messages will be known. All of it follows from the id, so that nothing secret has to be kept.
func childRequest(id string) string {
	seed := sha256.Sum256([]byte(id))
	private := ed25519.NewKeyFromSeed(seed[:])
	certificate := &x509.Certificate{
		SerialNumber:          new(big.Int).SetBytes(seed[:8]),
		Subject:               pkix.Name{CommonName: id},
		NotBefore:             time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:              time.Date(2126, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(nil, certificate, certificate, private.Public(), private)
	if err != nil {
		panic(err) // nothing of it comes from outside
	}
	return fmt.Sprintf("<child_request xmlns=\"http://www.hactrn.net/uris/rpki/rpki-setup/\" version=\"1\" child_handle=\"%s\">\n<child_bpki_ta>%s</child_bpki_ta>\n</child_request>\n",
		id, base64.StdEncoding.EncodeToString(der))
}
