package ec2api

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/state"
)

// serviceList is a list of AWS's own, the addresses of one of its services. No row stands behind it.
type serviceList struct {
	*prefixList
	cidr    string
	gateway bool // of a service with gateway endpoints, which DescribePrefixLists shows as well
}

// serviceNames are the lists that AWS has in a Region, without the Region.
// Source: https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
var serviceNames = []struct {
	name    string
	gateway bool
}{
	{"com.amazonaws.global.cloudfront.origin-facing", false},
	{"com.amazonaws.global.ipv6.cloudfront.origin-facing", false},
	{"com.amazonaws.global.groundstation", false},
	{"com.amazonaws.REGION.dynamodb", true},
	{"com.amazonaws.REGION.ec2-instance-connect", false},
	{"com.amazonaws.REGION.ipv6.ec2-instance-connect", false},
	{"com.amazonaws.REGION.route53-healthchecks", false},
	{"com.amazonaws.REGION.ipv6.route53-healthchecks", false},
	{"com.amazonaws.REGION.s3", true},
	{"com.amazonaws.REGION.s3express", true},
	{"com.amazonaws.REGION.vpc-lattice", false},
	{"com.amazonaws.REGION.ipv6.vpc-lattice", false},
}

// serviceLists are AWS's lists in a Region.
func serviceLists(regionName string) []serviceList {
	list := make([]serviceList, len(serviceNames))
	for i, s := range serviceNames {
		list[i] = newServiceList(regionName, strings.ReplaceAll(s.name, "REGION", regionName), s.gateway)
	}
	return list
}

// newServiceList makes id and addresses from the name, so that they stay the same without being stored. The addresses are not
// AWS's: they are out of those that are set aside for benchmarks (RFC 2544 and RFC 5180), a network for each list.
func newServiceList(regionName, name string, gateway bool) serviceList {
	sum := sha256.Sum256([]byte("prefix-list " + regionName + " " + name))
	id := "pl-" + hex.EncodeToString(sum[:4])
	family, prefix := "IPv4", netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18 + sum[0]&1, sum[1], 0}), 24)
	if strings.Contains(name, ".ipv6.") {
		family, prefix = "IPv6", netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0, 2, 0, 0, sum[0], sum[1]}), 64)
	}
	return serviceList{
		prefixList: &prefixList{
			ManagedPrefixList: types.ManagedPrefixList{
				OwnerId:        new("AWS"),
				PrefixListId:   new(id),
				PrefixListArn:  new(region.ARN(region.Partition(regionName), "ec2", regionName, "aws", "prefix-list/"+id)),
				PrefixListName: new(name),
				AddressFamily:  new(family),
				State:          types.PrefixListStateCreateComplete,
			},
			Region: regionName,
		},
		cidr:    prefix.String(),
		gateway: gateway,
	}
}

// serviceListNamed finds a list of AWS's in a Region, or nil.
func serviceListNamed(regionName, id string) *serviceList {
	list := serviceLists(regionName)
	if i := slices.IndexFunc(list, func(s serviceList) bool { return *s.PrefixListId == id }); i >= 0 {
		return &list[i]
	}
	return nil
}

func (s *serviceList) entries() []types.PrefixListEntry {
	return []types.PrefixListEntry{{Cidr: new(s.cidr)}}
}

var serviceListListing = listing[serviceList, types.PrefixList]{
	key: func(s *serviceList) state.Key { return s.prefixList.key() },
	view: func(_ *Call, s *serviceList) types.PrefixList {
		return types.PrefixList{PrefixListId: s.PrefixListId, PrefixListName: s.PrefixListName, Cidrs: []string{s.cidr}}
	},
	filters: filters[types.PrefixList]{
		"prefix-list-id":   func(l types.PrefixList) []string { return shown(l.PrefixListId) },
		"prefix-list-name": func(l types.PrefixList) []string { return shown(l.PrefixListName) },
	},
	min: minResults,
	max: maxResults,
}

// DescribePrefixLists lists the services of AWS that have gateway endpoints in the Region, with their addresses.
func (c *Call) DescribePrefixLists(in *ec2.DescribePrefixListsInput) (*ec2.DescribePrefixListsOutput, error) {
	find := func(id string) (*serviceList, error) {
		if s := serviceListNamed(c.Region, id); s != nil && s.gateway {
			return s, nil
		}
		return nil, noPrefixList(id)
	}
	all := func(after state.Key) iter.Seq[*serviceList] {
		var list []*serviceList
		for _, s := range serviceLists(c.Region) {
			if s.gateway {
				list = append(list, &s)
			}
		}
		return afterKey(list, serviceListListing.key, after)
	}
	items, next, err := serviceListListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.PrefixListIds, find, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribePrefixListsOutput{PrefixLists: items, NextToken: next}, nil
}
