package ec2api

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// publishPool checks what only public space can have.
func (c *Call) publishPool(_ *ipam, p *pool, in *ec2.CreateIpamPoolInput) error {
	if p.IpamScopeType == types.IpamScopeTypePrivate {
		switch {
		case in.PublicIpSource != "":
			return invalidCombination("The request can only contain PublicIpSource if the scope is public.")
		case in.AwsService != "":
			return invalidCombination("The request can only contain AwsService if the scope is public.")
		case in.PubliclyAdvertisable != nil:
			return notAdvertisable()
		}
		return p.checkService()
	}
	p.PublicIpSource, p.AwsService, p.PubliclyAdvertisable = in.PublicIpSource, in.AwsService, in.PubliclyAdvertisable
	if p.SourceIpamPoolId != nil {
		if err := p.followSource(poolsByID.First(c.Tx, *p.SourceIpamPoolId)); err != nil {
			return err
		}
	}
	p.PublicIpSource = orEnum(p.PublicIpSource, types.IpamPoolPublicIpSourceByoip)
	hasChoice := p.AddressFamily == types.AddressFamilyIpv6 && p.PublicIpSource == types.IpamPoolPublicIpSourceByoip
	switch {
	case in.PubliclyAdvertisable != nil && !hasChoice:
		return notAdvertisable()
	case hasChoice && p.PubliclyAdvertisable == nil && p.SourceIpamPoolId == nil && in.SourceResource == nil:
		return invalidCombination("The request must contain PubliclyAdvertisable if the AddressFamily is IPv6 and PublicIpSource is byoip.")
	}
	return p.checkService()
}

func notAdvertisable() error {
	return invalidCombination("The request can only contain PubliclyAdvertisable if the AddressFamily is IPv6 and PublicIpSource is byoip.")
}

// followSource gives a pool what it does not say itself from the pool above, and refuses what that one can't give.
func (r *pool) followSource(source *pool) error {
	r.PublicIpSource = orEnum(r.PublicIpSource, source.PublicIpSource)
	r.AwsService = orEnum(r.AwsService, source.AwsService)
	if r.PubliclyAdvertisable == nil {
		r.PubliclyAdvertisable = source.PubliclyAdvertisable
	}
	switch {
	case r.PublicIpSource != source.PublicIpSource:
		return invalidCombination("The PublicIpSource %s does not match that of the source pool %s.", r.PublicIpSource, *source.IpamPoolId)
	case source.AwsService != "" && r.AwsService != source.AwsService:
		return invalidCombination("The AwsService %s does not match that of the source pool %s.", r.AwsService, *source.IpamPoolId)
	case or(r.PubliclyAdvertisable, false) && !or(source.PubliclyAdvertisable, true):
		return invalidCombination("The source pool %s is not publicly advertisable.", *source.IpamPoolId)
	}
	return nil
}

// checkService: the global services take addresses that their owner brings, and take them everywhere.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-byoip-cloudfront.html
func (r *pool) checkService() error {
	global := r.AwsService == types.IpamPoolAwsServiceGlobalServices
	switch {
	case *r.Locale == globalLocale && !global:
		return invalidCombination("The request can only contain the Locale Global if the AwsService is global-services.")
	case global && *r.Locale != globalLocale && *r.Locale != noLocale:
		return invalidCombination("The request can only contain the AwsService global-services with the Locale Global.")
	case global && r.PublicIpSource != types.IpamPoolPublicIpSourceByoip:
		return invalidCombination("The request can only contain the AwsService global-services if the PublicIpSource is byoip.")
	}
	return nil
}
