package ec2api

import (
	"iter"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var elasticIPOperations = []op.Op{
	op.Write((*Call).AllocateAddress),
	op.Write((*Call).ReleaseAddress),
	op.Read((*Call).DescribeAddresses),
	op.Read((*Call).DescribeAddressesAttribute),
	op.Write((*Call).ModifyAddressAttribute),
	op.Write((*Call).ResetAddressAttribute),
	op.Write((*Call).AssociateAddress),
	op.Write((*Call).DisassociateAddress),
}

// elasticIP is an Elastic IP address. PublicIpv4Pool says where it is from: amazon, or the id of a pool of EC2 or of IPAM.
type elasticIP struct {
	types.Address
	OwnerId      string
	Region       string
	PtrRecord    *string
	NATGatewayID *string `json:",omitempty"` // of the NAT gateway that uses it
}

func (r *elasticIP) key() state.Key { return state.Key{r.OwnerId, r.Region, *r.AllocationId} }

func (r *elasticIP) address() netip.Addr { return netip.MustParseAddr(*r.PublicIp) }

func (r *elasticIP) prefix() netip.Prefix { return netip.PrefixFrom(r.address(), 32) }

var (
	elasticIPs = state.NewTable(&Schema, "elastic-ip", (*elasticIP).key)
	// elasticIPsByAddress is of all accounts: who names an address that is another's is told so.
	elasticIPsByAddress = state.NewIndex(elasticIPs, "address", func(r *elasticIP) []state.Key { return []state.Key{{*r.PublicIp}} })

	elasticIPsByAssociation = state.NewIndex(elasticIPs, "association", func(r *elasticIP) []state.Key { return r.keyWith(r.AssociationId) })
	elasticIPsByInterface   = state.NewIndex(elasticIPs, "interface", func(r *elasticIP) []state.Key { return r.keyWith(r.NetworkInterfaceId) })
	elasticIPsByNATGateway  = state.NewIndex(elasticIPs, "nat-gateway", func(r *elasticIP) []state.Key { return r.keyWith(r.NATGatewayID) })
)

// keyWith is the key of something that the address may have.
func (r *elasticIP) keyWith(id *string) []state.Key {
	if id == nil {
		return nil
	}
	return []state.Key{{r.OwnerId, r.Region, *id}}
}

var elasticIPKind = kind{"eipalloc-", types.ResourceTypeElasticIp, func(c *Call, id string) error { _, err := c.elasticIP(id); return err }}

// elasticIP finds an address of the caller in the Region of the call by its allocation.
func (c *Call) elasticIP(id string) (*elasticIP, error) {
	if r := elasticIPs.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidAllocationID.NotFound", "allocation", id)
}

// elasticIPAt is elasticIP by the address itself.
func (c *Call) elasticIPAt(text string) (*elasticIP, error) {
	if _, err := readIPv4(text, "publicIp"); err != nil {
		return nil, err
	}
	err := noAddress(text)
	for r := range elasticIPsByAddress.Scan(c.Tx, text) {
		switch {
		case r.OwnerId == c.Account && r.Region == c.Region:
			return r, nil
		case r.OwnerId != c.Account:
			err = fail("AuthFailure", "The address '%s' does not belong to you.", text)
		}
	}
	return nil, err
}

func noAddress(text string) error {
	return fail("InvalidAddress.NotFound", "Address '%s' not found.", text)
}

// elasticIPNamed is either, for a request that names an address by its allocation or by itself.
func (c *Call) elasticIPNamed(id, address *string) (*elasticIP, error) {
	switch {
	case id != nil && address != nil:
		return nil, invalidCombination("You may specify public IP or allocation id, but not both in the same call")
	case id != nil:
		return c.elasticIP(*id)
	case address != nil:
		return c.elasticIPAt(*address)
	}
	return nil, missingParameter("AllocationId")
}

func readIPv4(text, parameter string) (netip.Addr, error) {
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is4() {
		return a, invalidValue("Value (%s) for parameter %s is invalid. This is not a valid IPv4 address.", text, parameter)
	}
	return a, nil
}

// AllocateAddress gives the caller an address: of Amazon's, out of a pool, or one that he had before.
func (c *Call) AllocateAddress(in *ec2.AllocateAddressInput) (*ec2.AllocateAddressOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeElasticIp)
	switch {
	case err != nil:
		return nil, err
	case in.CustomerOwnedIpv4Pool != nil: // of Outposts
		return nil, unsupported("CustomerOwnedIpv4Pool")
	case in.Domain == types.DomainTypeStandard:
		return nil, invalidValue("Value (%s) for parameter domain is invalid. EC2-Classic is no longer there.", in.Domain)
	}
	border, err := c.borderGroup(in.NetworkBorderGroup)
	if err != nil {
		return nil, err
	}
	from, err := c.findAddress(in, tags)
	if err != nil {
		return nil, err
	}
	if own := from.borderGroup(); own != nil {
		if or(in.NetworkBorderGroup, *own) != *own {
			return nil, invalidValue("The pool %s is not in the network border group %s.", from.poolID(), border)
		}
		border = *own
	}
	r := c.newElasticIP(from, border)
	c.putElasticIP(r, tags)
	return &ec2.AllocateAddressOutput{
		AllocationId: r.AllocationId, PublicIp: r.PublicIp, Domain: r.Domain, PublicIpv4Pool: r.PublicIpv4Pool, NetworkBorderGroup: r.NetworkBorderGroup,
	}, nil
}

// newElasticIP takes an address from where it was found. The caller stores the record.
func (c *Call) newElasticIP(from addressSource, border string) *elasticIP {
	r := &elasticIP{
		Address: types.Address{
			AllocationId:       new(c.newID("eipalloc-")),
			PublicIp:           new(from.address.String()),
			Domain:             types.DomainTypeVpc,
			PublicIpv4Pool:     new(from.poolID()),
			NetworkBorderGroup: new(border),
		},
		OwnerId: c.Account,
		Region:  c.Region,
	}
	if from.ipam != nil {
		c.take(from.ipam, r.prefix(), types.IpamPoolAllocationResourceTypeEip, *r.AllocationId)
	}
	return r
}

// putElasticIP stores an address that has become the caller's.
func (c *Call) putElasticIP(r *elasticIP, tags map[string]string) {
	releasedIPs.Delete(c.Tx, r.OwnerId, r.Region, *r.PublicIp)
	elasticIPs.Put(c.Tx, r)
	c.putTags(*r.AllocationId, types.ResourceTypeElasticIp, tags)
}

// ReleaseAddress gives an address back. IPAM hears of it later.
func (c *Call) ReleaseAddress(in *ec2.ReleaseAddressInput) (*ec2.ReleaseAddressOutput, error) {
	r, err := c.elasticIPNamed(in.AllocationId, in.PublicIp)
	switch {
	case err != nil:
		return nil, err
	case or(in.NetworkBorderGroup, *r.NetworkBorderGroup) != *r.NetworkBorderGroup:
		return nil, noAddress(*r.PublicIp)
	case r.NATGatewayID != nil:
		return nil, errManaged
	case r.AssociationId != nil:
		return nil, fail(codeIPAddressInUse, "Address %s is in use.", *r.PublicIp)
	case r.PtrRecord != nil:
		return nil, fail("InvalidAddress.PtrSet", "The address with allocation id [%s] cannot be released because it has a PTR record set.", *r.AllocationId)
	}
	if *r.PublicIpv4Pool == amazonsAddresses {
		releasedIPs.Put(c.Tx, &releasedIP{r.OwnerId, r.Region, *r.PublicIp})
	}
	c.removeElasticIP(r)
	return &ec2.ReleaseAddressOutput{}, nil
}

func (c *Call) removeElasticIP(r *elasticIP) {
	if t := r.pendingTransfer(c.Tx); t != nil {
		t.withdraw(c.Tx)
	}
	c.putTags(*r.AllocationId, types.ResourceTypeElasticIp, nil)
	elasticIPs.Delete(c.Tx, r.key()...)
	c.releaseAfter(c.Settings.Timing.Address, *r.AllocationId, netip.Prefix{})
	c.forgetMonitoring(*r.AllocationId, netip.Prefix{})
}

const codeIPAddressInUse = "InvalidIPAddress.InUse"

// errManaged is what a user gets who wants to change what a service of AWS has made or uses.
var errManaged = fail("AuthFailure", "You do not have permission to access the specified resource.")

func (r *elasticIP) show(c *Call) types.Address {
	v := r.Address
	v.Tags = c.tags(r.OwnerId, r.Region, *r.AllocationId)
	return v
}

var elasticIPListing = listing[elasticIP, types.Address]{
	key:  (*elasticIP).key,
	view: func(c *Call, r *elasticIP) types.Address { return r.show(c) },
	filters: filters[types.Address]{
		"allocation-id":              func(a types.Address) []string { return shown(a.AllocationId) },
		"association-id":             func(a types.Address) []string { return shown(a.AssociationId) },
		"domain":                     func(a types.Address) []string { return shown(&a.Domain) },
		"instance-id":                func(a types.Address) []string { return shown(a.InstanceId) },
		"network-border-group":       func(a types.Address) []string { return shown(a.NetworkBorderGroup) },
		"network-interface-id":       func(a types.Address) []string { return shown(a.NetworkInterfaceId) },
		"network-interface-owner-id": func(a types.Address) []string { return shown(a.NetworkInterfaceOwnerId) },
		"private-ip-address":         func(a types.Address) []string { return shown(a.PrivateIpAddress) },
		"public-ip":                  func(a types.Address) []string { return shown(a.PublicIp) },
	},
}

// DescribeAddresses lists the caller's addresses in the Region, all at once: it has no pages.
func (c *Call) DescribeAddresses(in *ec2.DescribeAddressesInput) (*ec2.DescribeAddressesOutput, error) {
	find := func(name string) (*elasticIP, error) {
		if strings.HasPrefix(name, elasticIPKind.prefix) {
			return c.elasticIP(name)
		}
		return c.elasticIPAt(name)
	}
	for _, id := range in.AllocationIds { // that one names an address by its id is no error of the address
		if !strings.HasPrefix(id, elasticIPKind.prefix) {
			return nil, notFound("InvalidAllocationID.NotFound", "allocation", id)
		}
	}
	items, _, err := elasticIPListing.describe(c, page{filters: in.Filters}, slices.Concat(in.AllocationIds, in.PublicIps), find, c.elasticIPsHere)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeAddressesOutput{Addresses: items}, nil
}

func (c *Call) elasticIPsHere(after state.Key) iter.Seq[*elasticIP] {
	return elasticIPs.ScanAfter(c.Tx, after, c.Account, c.Region)
}
