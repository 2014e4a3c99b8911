package ec2api

import (
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/state"
)

// What AWS gives an account in every Region before the account asks for anything.
// Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
var defaultVPCPrefix = netip.MustParsePrefix("172.31.0.0/16")

const defaultSubnetBits = 20

// defaultVPCMade remembers that an account has had its default VPC in a Region, so that one that was deleted stays so.
type defaultVPCMade struct {
	Account string
	Region  string
}

var defaultVPCsMade = state.NewTable(&Schema, "default-vpc-made", func(r *defaultVPCMade) state.Key {
	return state.Key{r.Account, r.Region}
})

// NeedsDefaultVPC tells whether EnsureDefaultVPC has something to do. It only reads.
func (c *Call) NeedsDefaultVPC() bool {
	return c.Settings.DefaultVPCs && defaultVPCsMade.Get(c.Tx, c.Account, c.Region) == nil
}

// EnsureDefaultVPC makes the default VPC of the caller in the Region of the call if the settings want one and the caller
// has never had one there. It needs a transaction that writes.
func (c *Call) EnsureDefaultVPC() {
	if c.NeedsDefaultVPC() {
		c.makeDefaultVPC()
	}
}

// CreateDefaultVpc makes the default VPC anew that was deleted, with a subnet in every zone and a way to the internet.
func (c *Call) CreateDefaultVpc(*ec2.CreateDefaultVpcInput) (*ec2.CreateDefaultVpcOutput, error) {
	if vpcsByDefault.First(c.Tx, c.Account, c.Region) != nil {
		return nil, fail("DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.")
	}
	if err := c.checkVPCQuota(); err != nil {
		return nil, err
	}
	return &ec2.CreateDefaultVpcOutput{Vpc: c.makeDefaultVPC().answer(c)}, nil
}

func (c *Call) makeDefaultVPC() *vpc {
	v := c.newVPC(defaultVPCPrefix, types.TenancyDefault)
	v.IsDefault, v.Attributes.DNSHostnames = new(true), true
	c.makeVPCParts(v)
	vpcs.Put(c.Tx, v)
	importVPC(c.Tx, v)
	defaultVPCsMade.Put(c.Tx, &defaultVPCMade{c.Account, c.Region})

	gateway := c.newInternetGateway()
	gateway.attach(v.VpcId)
	internetGateways.Put(c.Tx, gateway)
	main := c.mainRouteTable(v)
	main.Routes = []types.Route{toInternet(gateway)}
	routeTables.Put(c.Tx, main)

	here, _ := region.Lookup(c.Region)
	for _, zone := range here.Zones {
		c.makeDefaultSubnet(v, zone)
	}
	return v
}

// makeDefaultSubnet makes the default subnet of a zone in the lowest free space of the default VPC; nil if it has none.
func (c *Call) makeDefaultSubnet(v *vpc, zone region.Zone) *subnet {
	prefix, ok := subnetSpaces.Get(c.Tx, *v.VpcId).AddBlock(v.Blocks[0].Prefix).Next(defaultSubnetBits, nil, nil)
	if !ok {
		return nil
	}
	r := c.newSubnet(v, zone, prefix, false)
	r.DefaultForAz, r.MapPublicIpOnLaunch = new(true), new(true)
	subnets.Put(c.Tx, r)
	return r
}

// CreateDefaultSubnet makes the default subnet of a zone anew that was deleted.
func (c *Call) CreateDefaultSubnet(in *ec2.CreateDefaultSubnetInput) (*ec2.CreateDefaultSubnetOutput, error) {
	if or(in.Ipv6Native, false) {
		return nil, unsupported("Ipv6Native")
	}
	if in.AvailabilityZone == nil && in.AvailabilityZoneId == nil {
		return nil, missingParameter("availabilityZone")
	}
	zone, err := c.zone(in.AvailabilityZone, in.AvailabilityZoneId)
	if err != nil {
		return nil, err
	}
	v := vpcsByDefault.First(c.Tx, c.Account, c.Region)
	if v == nil {
		return nil, fail("DefaultVpcDoesNotExist", "No default VPC exists for this account in this region.")
	}
	for r := range subnetsByVPC.Scan(c.Tx, v.key()...) {
		if *r.DefaultForAz && *r.AvailabilityZone == zone.Name {
			return nil, fail("DefaultSubnetAlreadyExistsInAvailabilityZone", "'%s' is already the default subnet in %s.", *r.SubnetId, zone.Name)
		}
	}
	r := c.makeDefaultSubnet(v, zone)
	if r == nil {
		return nil, fail("InsufficientFreeAddressesInVpc", "There is no free /%d in the default VPC '%s'.", defaultSubnetBits, *v.VpcId)
	}
	return &ec2.CreateDefaultSubnetOutput{Subnet: r.answer(c)}, nil
}
