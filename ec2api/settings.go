package ec2api

import "time"

// Settings are what a user of the program may choose.
type Settings struct {
	Timing Timing
	Quotas Quotas

	// DefaultVPCs gives every account its default VPC in every Region that it uses, as AWS does.
	DefaultVPCs bool

	// ImportLocaleOnly keeps pools from importing CIDRs of other Regions than their locale, as one of AWS's tutorials says; the
	// reference pages say, and users have seen, that those are imported and noncompliant.
	ImportLocaleOnly bool
}

// DefaultSettings are those of a program started without flags.
func DefaultSettings() *Settings {
	return &Settings{Quotas: DefaultQuotas()}
}

// Timing is how long AWS takes for what it does after its answer. Zero is due at once
// after the answer: the answer shows create-in-progress, the next call create-complete.
type Timing struct {
	Transition  time.Duration // of an IPAM, a scope, a pool, a VPC, a subnet or an association
	Provision   time.Duration // of a CIDR to a pool, and back
	Release     time.Duration // of the allocation of a deleted VPC or subnet
	ReleaseFree time.Duration // the same in the free tier
	Address     time.Duration // of the allocation of public addresses that are given back
	Import      time.Duration // of a CIDR that a pool could import
	Resolve     time.Duration // of the version of a prefix list resolver after a change
	NATGateway  time.Duration // of a NAT gateway and its addresses, and back
	NATZone     time.Duration // of a regional NAT gateway's way into another zone
}

// RealisticTiming is AWS's, as its users have seen it.
func RealisticTiming() Timing {
	return Timing{
		Transition:  3 * time.Second,
		Provision:   10 * time.Second,
		Release:     20 * time.Minute,
		ReleaseFree: 48 * time.Hour, // AWS: up to that
		Address:     3 * time.Minute,
		Import:      15 * time.Minute,
		Resolve:     5 * time.Minute,
		NATGateway:  90 * time.Second,
		NATZone:     20 * time.Minute, // AWS: up to an hour
	}
}

// Quotas are limits that AWS sets to an account. Zero is none.
type Quotas struct {
	IPAMs             int // per account and Region
	Scopes            int // per IPAM, the two default ones included
	PoolsPerScope     int
	PoolDepth         int
	CIDRsPerPool      int
	AmazonIPv4PerPool int // contiguous blocks of public IPv4 that Amazon provides
	AmazonIPv6PerPool int // blocks of IPv6 that Amazon provides
	VPCs              int // per account and Region
	SubnetsPerVPC     int
	IPv4CIDRsPerVPC   int
	IPv6CIDRsPerVPC   int
	Policies          int // per IPAM
	RulesPerPolicy    int // for a locale and a type of resource
	TargetsPerPolicy  int

	ElasticIPs      int // of Amazon's, per account and Region
	TagsPerResource int

	NATGateways            int // zonal ones, per zone
	AddressesPerNATGateway int // Elastic IP addresses; of a regional one, per zone

	VerificationTokens int // per IPAM
	ASNs               int // per IPAM
	OwnRanges          int // brought without IPAM, per account and Region

	ResourceDiscoveries   int // per account and Region, the default one of an IPAM included
	DiscoveryAssociations int // per IPAM, the default one included
	UnitExclusions        int // per resource discovery

	PrefixLists          int // per account and Region
	EntriesPerPrefixList int // the largest size that a list may have

	Resolvers               int // of prefix lists, per IPAM
	RulesPerResolver        int
	CIDRsPerResolverVersion int
	TargetsPerResolver      int
}

// DefaultQuotas are AWS's own, but for the number of VPCs (AWS: 5), which would only be in the way of tests.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/quotas-ipam.html
func DefaultQuotas() Quotas {
	return Quotas{
		IPAMs:             1,
		Scopes:            5,
		PoolsPerScope:     50,
		PoolDepth:         10,
		CIDRsPerPool:      50,
		AmazonIPv4PerPool: 2,
		AmazonIPv6PerPool: 1,
		SubnetsPerVPC:     200,
		IPv4CIDRsPerVPC:   5,
		IPv6CIDRsPerVPC:   5,
		ElasticIPs:        5,
		Policies:          10,
		RulesPerPolicy:    10,
		TargetsPerPolicy:  100,
		TagsPerResource:   50,

		NATGateways:            5,
		AddressesPerNATGateway: 2,

		VerificationTokens: 100,
		ASNs:               5,
		OwnRanges:          5,

		ResourceDiscoveries:   1,
		DiscoveryAssociations: 5,
		UnitExclusions:        10,

		PrefixLists:          100,
		EntriesPerPrefixList: 1000,

		Resolvers:               10,
		RulesPerResolver:        100,
		CIDRsPerResolverVersion: 1000,
		TargetsPerResolver:      50,
	}
}
