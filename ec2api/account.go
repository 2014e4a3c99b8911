package ec2api

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/server/op"
)

var accountOperations = []op.Op{
	op.Read((*Call).DescribeAccountAttributes),
	op.Read((*Call).DescribeAvailabilityZones),
	op.Read((*Call).DescribeRegions),
}

// DescribeAccountAttributes shows what the account has in this Region. The numbers are AWS's for a new account.
func (c *Call) DescribeAccountAttributes(in *ec2.DescribeAccountAttributesInput) (*ec2.DescribeAccountAttributesOutput, error) {
	all := []struct{ name, value string }{
		{"supported-platforms", "VPC"},
		{"default-vpc", c.defaultVPC()},
		{"max-instances", "20"},
		{"vpc-max-security-groups-per-interface", "5"},
		{"max-elastic-ips", "5"},
		{"vpc-max-elastic-ips", "5"},
	}
	out := &ec2.DescribeAccountAttributesOutput{AccountAttributes: []types.AccountAttribute{}}
	for _, a := range all {
		if in.AttributeNames == nil || slices.Contains(in.AttributeNames, types.AccountAttributeName(a.name)) {
			out.AccountAttributes = append(out.AccountAttributes, types.AccountAttribute{
				AttributeName:   new(a.name),
				AttributeValues: []types.AccountAttributeValue{{AttributeValue: new(a.value)}},
			})
		}
	}
	return out, nil
}

var regionFilters = filters[types.Region]{
	"endpoint":      func(r types.Region) []string { return []string{*r.Endpoint} },
	"opt-in-status": func(r types.Region) []string { return []string{*r.OptInStatus} },
	"region-name":   func(r types.Region) []string { return []string{*r.RegionName} },
}

// DescribeRegions lists the Regions of the partition. The account has opted in to each, so AllRegions shows no more.
func (c *Call) DescribeRegions(in *ec2.DescribeRegionsInput) (*ec2.DescribeRegionsOutput, error) {
	tests, err := regionFilters.tests(in.Filters)
	if err != nil {
		return nil, err
	}
	out := &ec2.DescribeRegionsOutput{Regions: []types.Region{}}
	list := region.InPartition(region.Partition(c.Region))
	for _, name := range in.RegionNames {
		if !slices.ContainsFunc(list, func(r region.Region) bool { return r.Name == name }) {
			return nil, invalidValue("Invalid region name: '%s'", name)
		}
	}
	for _, r := range list {
		item := types.Region{RegionName: new(r.Name), Endpoint: new(r.Endpoint), OptInStatus: new(optInStatus(r))}
		if (in.RegionNames == nil || slices.Contains(in.RegionNames, r.Name)) && passes(tests, item) {
			out.Regions = append(out.Regions, item)
		}
	}
	return out, nil
}

func optInStatus(r region.Region) string {
	if r.OptIn {
		return "opted-in"
	}
	return "opt-in-not-required"
}

// zoneFilters are AWS's but for those of Local Zones (parent-zone-id, parent-zone-name), which there are none of.
var zoneFilters = filters[types.AvailabilityZone]{
	"group-name":       func(z types.AvailabilityZone) []string { return []string{*z.GroupName} },
	"group-long-name":  func(z types.AvailabilityZone) []string { return nil },
	"message":          func(z types.AvailabilityZone) []string { return nil },
	"opt-in-status":    func(z types.AvailabilityZone) []string { return []string{string(z.OptInStatus)} },
	"parent-zone-id":   func(z types.AvailabilityZone) []string { return nil },
	"parent-zone-name": func(z types.AvailabilityZone) []string { return nil },
	"region-name":      func(z types.AvailabilityZone) []string { return []string{*z.RegionName} },
	"state":            func(z types.AvailabilityZone) []string { return []string{string(z.State)} },
	"zone-id":          func(z types.AvailabilityZone) []string { return []string{*z.ZoneId} },
	"zone-name":        func(z types.AvailabilityZone) []string { return []string{*z.ZoneName} },
	"zone-type":        func(z types.AvailabilityZone) []string { return []string{*z.ZoneType} },
}

// DescribeAvailabilityZones lists the zones of the Region; all are opted in to, so AllAvailabilityZones shows no more.
func (c *Call) DescribeAvailabilityZones(in *ec2.DescribeAvailabilityZonesInput) (*ec2.DescribeAvailabilityZonesOutput, error) {
	tests, err := zoneFilters.tests(in.Filters)
	if err != nil {
		return nil, err
	}
	here, _ := region.Lookup(c.Region)
	for _, id := range in.ZoneIds {
		if !slices.ContainsFunc(here.Zones, func(z region.Zone) bool { return z.ID == id }) {
			return nil, invalidValue("Invalid availability zone-id: [%s]", id)
		}
	}
	for _, name := range in.ZoneNames {
		if !slices.ContainsFunc(here.Zones, func(z region.Zone) bool { return z.Name == name }) {
			return nil, invalidValue("Invalid availability zone: [%s]", name)
		}
	}
	out := &ec2.DescribeAvailabilityZonesOutput{AvailabilityZones: []types.AvailabilityZone{}}
	for _, z := range here.Zones {
		item := zoneOf(here, z)
		named := (in.ZoneIds == nil || slices.Contains(in.ZoneIds, z.ID)) && (in.ZoneNames == nil || slices.Contains(in.ZoneNames, z.Name))
		if named && passes(tests, item) {
			out.AvailabilityZones = append(out.AvailabilityZones, item)
		}
	}
	return out, nil
}

func zoneOf(r region.Region, z region.Zone) types.AvailabilityZone {
	return types.AvailabilityZone{
		GroupName:          new(r.Name + "-zg-1"),
		Messages:           []types.AvailabilityZoneMessage{},
		NetworkBorderGroup: new(r.Name),
		OptInStatus:        types.AvailabilityZoneOptInStatus(optInStatus(r)),
		RegionName:         new(r.Name),
		State:              types.AvailabilityZoneStateAvailable,
		ZoneId:             new(z.ID),
		ZoneName:           new(z.Name),
		ZoneType:           new("availability-zone"),
	}
}
