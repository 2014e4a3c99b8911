package conformance

import (
	"fmt"
	"math/rand/v2"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A range can be brought to AWS once, whoever does it, so tests that share an endpoint draw theirs.

func randomIPv4(bits int) netip.Prefix {
	address := [4]byte{byte(60 + rand.IntN(30)), byte(rand.IntN(256)), byte(rand.IntN(256))}
	return netip.PrefixFrom(netip.AddrFrom4(address), bits).Masked()
}

func randomIPv6(bits int) netip.Prefix {
	address := [16]byte{0x2a, 0x05}
	for i := 2; i < 6; i++ {
		address[i] = byte(rand.IntN(256))
	}
	return netip.PrefixFrom(netip.AddrFrom16(address), bits).Masked()
}

// nth is a part of a range of IPv6: the prefix of that length, no longer than a /64, that is number n of them, from 0.
func nth(whole netip.Prefix, bits int, n uint64) string {
	address := whole.Addr().As16()
	for i, shifted := 7, n<<(64-bits); i >= 0; i, shifted = i-1, shifted>>8 {
		address[i] |= byte(shifted)
	}
	return netip.PrefixFrom(netip.AddrFrom16(address), bits).String()
}

// lasting is an expiry date that no test lives to see.
const lasting = "20991231"

// message is what the account signs to show that a CIDR or an ASN is its own.
func (t *T) message(subject, date string) *string {
	return new(fmt.Sprintf("1|aws|%s|%s|%s|SHA256|RSAPSS", t.account, subject, date))
}

// signed stands for a signature; nobody can check one.
const signed = "W3gdQ9PZHLjPmrnGM~cvGx~KCIsMaU0P7ENO7VRnfSuf9NuJU5-veQzus__"

func (t *T) proof(cidr string) *types.IpamCidrAuthorizationContext {
	return &types.IpamCidrAuthorizationContext{Message: t.message(cidr, lasting), Signature: new(signed)}
}

// bring gives a pool a range with a proof, and waits for it.
func (t *T) bring(pool types.IpamPool, cidr string) types.IpamPoolCidr {
	return t.provisionAs(pool, types.IpamPoolCidrStateProvisioned, &ec2.ProvisionIpamPoolCidrInput{Cidr: &cidr, CidrAuthorizationContext: t.proof(cidr)})
}

// advertisable says of a pool of one's own IPv6 whether it is to be advertised.
func advertisable(yes bool) with {
	return func(in *ec2.CreateIpamPoolInput) {
		in.AddressFamily, in.PubliclyAdvertisable = types.AddressFamilyIpv6, &yes
	}
}

func service(name types.IpamPoolAwsService) with {
	return func(in *ec2.CreateIpamPoolInput) { in.AwsService = name }
}

// forEC2 makes a pool one that EC2 takes addresses from.
func forEC2(region string) with {
	return func(in *ec2.CreateIpamPoolInput) {
		in.Locale, in.AwsService = &region, types.IpamPoolAwsServiceEc2
	}
}
