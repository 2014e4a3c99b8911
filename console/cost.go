package console

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var costPages = []route{{"cost", (*visit).cost}}

// costView is what AWS would bill for an IPAM of the advanced tier: each active address by the hour, which is one of a network
// interface that is attached to something.
// Source: https://aws.amazon.com/vpc/pricing/
type costView struct {
	IPAM    *types.Ipam
	Price   float64 // of an address and an hour, in US dollars
	Active  int
	Assumed int // active addresses that somebody wants to know the price of; 0: those that there are
	Lines   []costLine
	Regions []string
	Hour    float64
	Day     float64
	Month   float64
}

// costLine is what one account has a part of.
type costLine struct {
	identity
	Active int
	Month  float64
}

const (
	listPrice     = 0.00027
	hoursOfAMonth = 730
)

func (v *visit) cost() (*page, error) {
	view := &costView{Price: listPrice}
	p := &page{Title: "Cost on AWS", Content: view}
	if n, err := strconv.ParseFloat(v.request.FormValue("price"), 64); err == nil && n >= 0 {
		view.Price = n
	}
	if n, err := strconv.Atoi(v.request.FormValue("assumed")); err == nil && n >= 0 {
		view.Assumed = n
	}
	ipams, err := v.allIPAMs()
	if err != nil || len(ipams) == 0 {
		return p, err
	}
	view.IPAM = &ipams[0]
	view.Regions = regionNames(view.IPAM.OperatingRegions)
	active, err := v.activeAddresses(view.Regions)
	if err != nil {
		return nil, err
	}
	for _, account := range slices.Sorted(maps.Keys(active)) {
		n := active[account]
		view.Active += n
		view.Lines = append(view.Lines, costLine{v.console.who(account), n, view.Price * hoursOfAMonth * float64(n)})
	}
	slices.SortStableFunc(view.Lines, func(a, b costLine) int { return cmp.Compare(b.Active, a.Active) })
	if view.IPAM.Tier == types.IpamTierAdvanced || view.Assumed > 0 {
		view.Hour = view.Price * float64(cmp.Or(view.Assumed, view.Active))
		view.Day, view.Month = 24*view.Hour, hoursOfAMonth*view.Hour
	}
	return p, nil
}

// activeAddresses counts them by account, among the accounts that the IPAM watches: itself and, for the administrator's, the
// members of the organization.
func (v *visit) activeAddresses(regions []string) (map[string]int, error) {
	active := map[string]int{v.Account: 0}
	me := v.console.who(v.Account)
	for _, p := range v.console.people() {
		if p.ID != v.Account && !(me.Admin && p.Management == me.Management) {
			continue
		}
		for _, name := range regions {
			list, err := collect(v.as(p.ID, name), &ec2.DescribeNetworkInterfacesInput{}, func(out *ec2.DescribeNetworkInterfacesOutput) []types.NetworkInterface { return out.NetworkInterfaces })
			if err != nil {
				return nil, err
			}
			for _, i := range list {
				if i.Attachment != nil && i.Attachment.Status == types.AttachmentStatusAttached {
					active[p.ID] += len(i.PrivateIpAddresses) + len(i.Ipv6Addresses) + len(i.Ipv4Prefixes) + len(i.Ipv6Prefixes)
				}
			}
		}
	}
	return active, nil
}
