// Package region knows the Regions, partitions and zones of AWS. It is data and nothing else: which Region a caller may
// use, or has opted in to, is decided where it is asked.
//
// A Region that AWS opens is one line in the table in table.go. A name that is not in the table still has a partition,
// so a client that is newer than the table gets proper ARNs.
package region

import (
	"regexp"
	"slices"
	"strings"
)

// Region is one Region of AWS. Its name is also its network border group.
type Region struct {
	Name      string // us-east-1
	Partition string // aws
	Endpoint  string // ec2.us-east-1.amazonaws.com
	OptIn     bool   // an account has to opt in before it can use the Region
	Zones     []Zone // by name; shared by all callers, so not to be written to
}

// Zone is an Availability Zone. For older accounts AWS shuffles which ID has which name, in its oldest Regions; here
// all accounts see the same.
type Zone struct {
	Name string // us-east-1a
	ID   string // use1-az6
}

// all is what the table spells out, by name.
var all = expand(table)

// All returns the Regions of the commercial partition, by name.
func All() []Region { return InPartition("aws") }

// InPartition returns the Regions of a partition, by name, and none for a partition that is not known.
func InPartition(partition string) []Region {
	var in []Region
	for _, r := range all {
		if r.Partition == partition {
			in = append(in, r)
		}
	}
	return in
}

// Lookup returns the Region of that name, in whatever partition it is.
func Lookup(name string) (Region, bool) {
	i, ok := slices.BinarySearchFunc(all, name, func(r Region, name string) int { return strings.Compare(r.Name, name) })
	if !ok {
		return Region{}, false
	}
	return all[i], true
}

// zoneGroup is what the name of a Local Zone's network border group has behind that of its Region: us-east-1-dfw-2. AWS opens
// new ones all the time, so they are known by their form.
var zoneGroup = regexp.MustCompile(`^(.*)-[a-z]{3}-[0-9]+$`)

// OfBorderGroup returns the Region that a network border group belongs to, which may be the Region itself.
func OfBorderGroup(name string) (Region, bool) {
	if r, ok := Lookup(name); ok {
		return r, true
	}
	parts := zoneGroup.FindStringSubmatch(name)
	if parts == nil {
		return Region{}, false
	}
	return Lookup(parts[1])
}

// Partition returns the partition of a Region, known or not: a name with no prefix of another partition is commercial.
func Partition(region string) string { return partitionOf(region).name }

// ARN returns the name of a resource. Region and account are empty for what has none.
func ARN(partition, service, region, account, resource string) string {
	return strings.Join([]string{"arn", partition, service, region, account, resource}, ":")
}

func partitionOf(region string) partition {
	for _, p := range partitions[1:] {
		if strings.HasPrefix(region, p.prefix) {
			return p
		}
	}
	return partitions[0]
}

func expand(rows []row) []Region {
	regions := make([]Region, 0, len(rows))
	for _, row := range rows {
		p := partitionOf(row.name)
		regions = append(regions, Region{
			Name:      row.name,
			Partition: p.name,
			Endpoint:  "ec2." + row.name + "." + p.suffix,
			OptIn:     row.status == optIn,
			Zones:     row.zones(),
		})
	}
	slices.SortFunc(regions, func(a, b Region) int { return strings.Compare(a.Name, b.Name) })
	return regions
}
