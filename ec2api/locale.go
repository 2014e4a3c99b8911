package ec2api

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
)

// A locale says where the space of a pool is used: in a Region, in the Local Zones of a network border group, or all over
// the world. For good: no operation changes it.
const (
	noLocale     = "None"   // what AWS shows for none; such a pool gives space to other pools and to custom allocations only
	globalLocale = "Global" // for CloudFront
)

// region is where space is taken from the pool: the Region of its locale, or its home if the locale is none or the world.
func (r *pool) region() string {
	if in, ok := region.OfBorderGroup(*r.Locale); ok {
		return in.Name
	}
	return *r.IpamRegion
}

// localizePool sets the locale: an operating Region of the IPAM or within one, and that of the source pool if it has one.
func (c *Call) localizePool(i *ipam, p *pool, in *ec2.CreateIpamPoolInput) error {
	p.Locale = new(or(in.Locale, noLocale))
	if p.SourceIpamPoolId != nil {
		source := poolsByID.First(c.Tx, *p.SourceIpamPoolId)
		if *p.Locale == noLocale {
			p.Locale = source.Locale
		} else if *source.Locale != noLocale && *source.Locale != *p.Locale {
			return invalidValue("The locale %s does not match the locale %s of the source pool %s.", *p.Locale, *source.Locale, *source.IpamPoolId)
		}
	}
	if *p.Locale == noLocale {
		return nil
	}
	if *p.Locale != globalLocale {
		if err := p.checkLocale(i); err != nil {
			return err
		}
	}
	if i.Tier == types.IpamTierFree && p.leavesHome() {
		return fail(codeUnsupportedOperation, "The IPAM %s is in the free tier. A locale other than the home Region needs the advanced tier.", *i.IpamId)
	}
	return nil
}

// leavesHome tells whether the locale is anything but the home Region or none.
func (r *pool) leavesHome() bool { return *r.Locale == globalLocale || r.region() != *r.IpamRegion }

// checkLocale: the zones of a network border group take public IPv4 only.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-byoip-ipam-ipv4.html
func (r *pool) checkLocale(i *ipam) error {
	in, known := region.OfBorderGroup(*r.Locale)
	if !known || !i.operatesIn(in.Name) {
		return invalidValue("The locale %s is not an operating Region of the IPAM %s.", *r.Locale, *i.IpamId)
	}
	if *r.Locale != in.Name && (r.IpamScopeType != types.IpamScopeTypePublic || r.AddressFamily != types.AddressFamilyIpv4) {
		return invalidCombination("The network border group %s can only be the locale of an IPv4 pool in the public scope.", *r.Locale)
	}
	return nil
}
