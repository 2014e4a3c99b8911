package ec2api

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var dhcpOptionsOperations = []op.Op{
	op.Read((*Call).DescribeDhcpOptions),
}

var dhcpOptionsKind = kind{"dopt-", types.ResourceTypeDhcpOptions, func(c *Call, id string) error { _, err := c.dhcpOptions(id); return err }}

// dhcpOptions finds a set of DHCP options of the caller in the Region of the call. There is only the default one.
func (c *Call) dhcpOptions(id string) (*types.DhcpOptions, error) {
	if d := c.defaultDHCPOptions(); *d.DhcpOptionsId == id {
		return d, nil
	}
	// Describe spells the code so, delete says InvalidDhcpOptionsID (terraform-provider-aws, errors.go).
	return nil, notFound("InvalidDhcpOptionID.NotFound", "dhcpOption", id)
}

// defaultDHCPOptionsID is the id of the set that an account has in a Region before it has done anything there. So no
// row stands behind it: the id follows from the account and the Region.
func (c *Call) defaultDHCPOptionsID() string {
	sum := sha256.Sum256([]byte("dhcp-options " + c.Account + " " + c.Region))
	return "dopt-0" + hex.EncodeToString(sum[:])[:16]
}

// Source: https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html
func (c *Call) defaultDHCPOptions() *types.DhcpOptions {
	domain := c.Region + ".compute.internal"
	if c.Region == "us-east-1" {
		domain = "ec2.internal"
	}
	option := func(key, value string) types.DhcpConfiguration {
		return types.DhcpConfiguration{Key: new(key), Values: []types.AttributeValue{{Value: new(value)}}}
	}
	return &types.DhcpOptions{
		OwnerId:            new(c.Account),
		DhcpOptionsId:      new(c.defaultDHCPOptionsID()),
		DhcpConfigurations: []types.DhcpConfiguration{option("domain-name", domain), option("domain-name-servers", "AmazonProvidedDNS")},
	}
}

var dhcpOptionsListing = listing[types.DhcpOptions, types.DhcpOptions]{
	key: func(d *types.DhcpOptions) state.Key { return state.Key{*d.DhcpOptionsId} },
	view: func(c *Call, d *types.DhcpOptions) types.DhcpOptions {
		v := *d
		v.Tags = c.tags(*d.OwnerId, c.Region, *d.DhcpOptionsId)
		return v
	},
	min: minResults,
	max: maxResults,
	filters: filters[types.DhcpOptions]{
		"dhcp-options-id": func(d types.DhcpOptions) []string { return shown(d.DhcpOptionsId) },
		"owner-id":        func(d types.DhcpOptions) []string { return shown(d.OwnerId) },
		"key": func(d types.DhcpOptions) []string {
			return each(d.DhcpConfigurations, func(o types.DhcpConfiguration) []string { return shown(o.Key) })
		},
		"value": func(d types.DhcpOptions) []string {
			return each(d.DhcpConfigurations, func(o types.DhcpConfiguration) []string {
				return each(o.Values, func(v types.AttributeValue) []string { return shown(v.Value) })
			})
		},
	},
}

// DescribeDhcpOptions shows the default set of DHCP options of the Region.
func (c *Call) DescribeDhcpOptions(in *ec2.DescribeDhcpOptionsInput) (*ec2.DescribeDhcpOptionsOutput, error) {
	all := func(after state.Key) iter.Seq[*types.DhcpOptions] {
		return afterKey([]*types.DhcpOptions{c.defaultDHCPOptions()}, dhcpOptionsListing.key, after)
	}
	items, next, err := dhcpOptionsListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.DhcpOptionsIds, c.dhcpOptions, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeDhcpOptionsOutput{DhcpOptions: items, NextToken: next}, nil
}
