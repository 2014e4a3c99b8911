package ec2api

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api/space"
	"github.com/ipam-local/ipam-local/state"
)

// Where Elastic IP addresses come from.

// amazonsAddresses is what AWS shows as the pool of an address that is Amazon's.
const amazonsAddresses = "amazon"

// amazonEIPs is the space that Amazon's Elastic IP addresses are from: Amazon's, but none that it provides blocks of.
var amazonEIPs = netip.MustParsePrefix("3.128.0.0/9")

// amazonEIPSpaces holds, under the key amazon, Amazon's addresses that somebody has.
var amazonEIPSpaces = state.NewDerived(&Schema, "amazon-elastic-ip-space", space.Space.Equal)

func init() {
	use := func(s space.Space, r *elasticIP) space.Space { return s.Use(r.prefix()) }
	release := func(s space.Space, r *elasticIP) space.Space { return s.Release(r.prefix()) }
	state.Derive(amazonEIPSpaces, elasticIPs,
		func(r *elasticIP) (string, bool) { return amazon, *r.PublicIpv4Pool == amazonsAddresses }, use, release)
	state.Derive(publicSpaces, elasticIPs,
		func(r *elasticIP) (string, bool) {
			return *r.PublicIpv4Pool, strings.HasPrefix(*r.PublicIpv4Pool, publicIPv4PoolKind.prefix)
		}, use, release)
}

// releasedIP is an address of Amazon's that an account has had. It can have it again until another account gets it.
type releasedIP struct {
	OwnerId  string
	Region   string
	PublicIp string
}

var releasedIPs = state.NewTable(&Schema, "released-elastic-ip", func(r *releasedIP) state.Key {
	return state.Key{r.OwnerId, r.Region, r.PublicIp}
})

// addressSource is an address that is to be had, and where: from a pool of IPAM or of EC2 or, with neither, from Amazon.
type addressSource struct {
	address netip.Addr
	ipam    *pool
	public  *publicIPv4Pool
}

// poolID is the pool as AWS shows it.
func (s addressSource) poolID() string {
	switch {
	case s.ipam != nil:
		return *s.ipam.IpamPoolId
	case s.public != nil:
		return *s.public.PoolId
	}
	return amazonsAddresses
}

// borderGroup is that of all addresses of the pool, or nil for Amazon's.
func (s addressSource) borderGroup() *string {
	switch {
	case s.ipam != nil:
		return s.ipam.Locale
	case s.public != nil:
		return s.public.NetworkBorderGroup
	}
	return nil
}

// findAddress finds the address that a request wants.
func (c *Call) findAddress(in *ec2.AllocateAddressInput, tags map[string]string) (addressSource, error) {
	var wanted netip.Addr
	if in.Address != nil {
		var err error
		if wanted, err = readIPv4(*in.Address, "address"); err != nil {
			return addressSource{}, err
		}
	}
	switch {
	case in.IpamPoolId != nil && in.PublicIpv4Pool != nil:
		return addressSource{}, invalidCombination("The request can only contain one of IpamPoolId and PublicIpv4Pool.")
	case in.IpamPoolId != nil:
		p, err := c.localPool(*in.IpamPoolId)
		if err != nil {
			return addressSource{}, err
		}
		return c.addressOfIpam(p, wanted, tags)
	case in.PublicIpv4Pool != nil:
		if !strings.HasPrefix(*in.PublicIpv4Pool, publicIPv4PoolKind.prefix) {
			return addressSource{}, invalidValue("invalid value for parameter pool: %s", *in.PublicIpv4Pool)
		}
		r, err := c.publicIPv4Pool(*in.PublicIpv4Pool)
		if err != nil {
			return addressSource{}, err
		}
		return c.addressOfPublicPool(r, wanted)
	case wanted.IsValid():
		return c.addressAgain(wanted)
	}
	if from, ok := c.addressByPolicy(types.IpamPolicyResourceTypeEip, or(in.NetworkBorderGroup, c.Region), tags); ok {
		return from, nil
	}
	if err := c.checkAddressQuota(); err != nil {
		return addressSource{}, err
	}
	return c.addressOfAmazon()
}

// addressOfIpam finds an address in a pool of IPAM, within its rules.
func (c *Call) addressOfIpam(p *pool, wanted netip.Addr, tags map[string]string) (addressSource, error) {
	if err := p.checkForAddresses(); err != nil {
		return addressSource{}, err
	}
	want := choice{bits: new(int32(32))}
	if wanted.IsValid() {
		want = choice{cidr: new(wanted.String() + "/32")}
	}
	prefix, err := c.choiceFor(p, types.IpamPoolAllocationResourceTypeEip, want, tags)
	return addressSource{address: prefix.Addr(), ipam: p}, err
}

// addressOfPublicPool finds an address in a public IPv4 pool, the lowest if it may be any.
func (c *Call) addressOfPublicPool(r *publicIPv4Pool, wanted netip.Addr) (addressSource, error) {
	s := publicSpaces.Get(c.Tx, *r.PoolId)
	if !wanted.IsValid() {
		prefix, ok := s.Next(32, nil, nil)
		if !ok {
			return addressSource{}, fail("InsufficientAddressCapacity", "Not enough available addresses in the pool %s to satisfy your request.", *r.PoolId)
		}
		return addressSource{address: prefix.Addr(), public: r}, nil
	}
	prefix := netip.PrefixFrom(wanted, 32)
	if _, in := s.Block(prefix); !in {
		return addressSource{}, invalidValue("The address %s is not in the pool %s.", wanted, *r.PoolId)
	}
	if !s.Free(prefix) {
		return addressSource{}, fail(codeIPAddressInUse, "Address %s is in use.", wanted)
	}
	return addressSource{address: wanted, public: r}, nil
}

// addressAgain finds an address that a request names without a pool: in a public IPv4 pool of the caller, or one of Amazon's
// that he has released and nobody else has got.
func (c *Call) addressAgain(wanted netip.Addr) (addressSource, error) {
	prefix := netip.PrefixFrom(wanted, 32)
	for r := range publicIPv4Pools.Scan(c.Tx, c.Account, c.Region) {
		if _, in := publicSpaces.Get(c.Tx, *r.PoolId).Block(prefix); in {
			return c.addressOfPublicPool(r, wanted)
		}
	}
	r, err := c.elasticIPAt(wanted.String())
	switch {
	case r != nil:
		return addressSource{}, fail(codeIPAddressInUse, "Address %s is in use.", wanted)
	case amazonEIPSpaces.Get(c.Tx, amazon).InUse(prefix), releasedIPs.Get(c.Tx, c.Account, c.Region, wanted.String()) == nil:
		return addressSource{}, err
	}
	return addressSource{address: wanted}, c.checkAddressQuota()
}

// addressOfAmazon finds an address of Amazon's that nobody has, anywhere in its space.
func (c *Call) addressOfAmazon() (addressSource, error) {
	s := amazonEIPSpaces.Get(c.Tx, amazon).AddBlock(amazonEIPs)
	prefix := netip.PrefixFrom(c.randomAddress(amazonEIPs), 32)
	if s.Free(prefix) {
		return addressSource{address: prefix.Addr()}, nil
	}
	prefix, ok := s.Next(32, nil, nil)
	if !ok {
		return addressSource{}, fail("InsufficientAddressCapacity", "Not enough available addresses to satisfy your request.")
	}
	return addressSource{address: prefix.Addr()}, nil
}

// randomAddress is an address of a prefix that is drawn as ids are.
func (c *Call) randomAddress(p netip.Prefix) netip.Addr {
	drawn, err := strconv.ParseUint(c.Tx.NewID("", 8), 16, 32)
	if err != nil {
		panic("ec2api: an id that is not hexadecimal: " + err.Error())
	}
	host := uint32(drawn) & (1<<(32-p.Bits()) - 1)
	bytes := p.Addr().As4()
	for i := range bytes {
		bytes[i] |= byte(host >> (24 - 8*i))
	}
	return netip.AddrFrom4(bytes)
}

// checkAddressQuota: addresses that their owner brings, those of IPAM's pools, and those that services take do not count.
func (c *Call) checkAddressQuota() error {
	limit := c.Settings.Quotas.ElasticIPs
	have := 0
	for r := range elasticIPs.Scan(c.Tx, c.Account, c.Region) {
		if *r.PublicIpv4Pool == amazonsAddresses && r.ServiceManaged == "" {
			have++
		}
	}
	if limit > 0 && have >= limit {
		return fail("AddressLimitExceeded", "The maximum number of addresses has been reached.")
	}
	return nil
}
