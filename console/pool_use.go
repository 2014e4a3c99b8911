package console

import (
	"net/netip"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// use is how much of a pool is in use, as shares of all its addresses: by other pools, and by everything else.
type use struct {
	CIDRs      []netip.Prefix // that are provisioned
	Allocated  float64        // to pools
	Assigned   float64        // to VPCs, subnets and custom allocations
	AsOf       time.Time      // zero: now
	Unreadable string         // why it is not known
}

// Used is the share that is not free.
func (u use) Used() float64 { return min(u.Allocated+u.Assigned, 1) }

// Empty tells whether there is nothing to have a share of.
func (u use) Empty() bool { return len(u.CIDRs) == 0 }

// Addresses is how many the pool has.
func (u use) Addresses() string { return addressTotal(u.CIDRs) }

// pageSize is the largest page that EC2 gives out.
const pageSize = 1000

// useOf adds up what is allocated from a pool. Of one with more allocations than a page has, CloudWatch knows the sums.
func (v *visit) useOf(p *types.IpamPool) (u use) {
	cidrs, err := v.poolCIDRs(*p.IpamPoolId)
	if err != nil {
		u.Unreadable = problemOf(err).Text
		return u
	}
	total := 0.0
	for _, c := range cidrs {
		if prefix, err := netip.ParsePrefix(value(c.Cidr)); err == nil && c.State == types.IpamPoolCidrStateProvisioned {
			u.CIDRs = append(u.CIDRs, prefix)
			total += addressCount(prefix)
		}
	}
	if total == 0 {
		return u
	}
	out, err := call[ec2.GetIpamPoolAllocationsOutput](v, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: p.IpamPoolId, MaxResults: new(int32(pageSize))})
	if err != nil {
		u.Unreadable = problemOf(err).Text
		return u
	}
	if out.NextToken != nil {
		return v.useByCloudWatch(p, u)
	}
	for _, a := range out.IpamPoolAllocations {
		u.add(a, total)
	}
	return u
}

func (u *use) add(a types.IpamPoolAllocation, total float64) {
	prefix, err := netip.ParsePrefix(value(a.Cidr))
	if err != nil {
		return
	}
	share := addressCount(prefix) / total
	if a.ResourceType == types.IpamPoolAllocationResourceTypeIpamPool {
		u.Allocated += share
	} else {
		u.Assigned += share
	}
}

func (v *visit) poolCIDRs(id string) ([]types.IpamPoolCidr, error) {
	return collect(v, &ec2.GetIpamPoolCidrsInput{IpamPoolId: &id}, func(out *ec2.GetIpamPoolCidrsOutput) []types.IpamPoolCidr { return out.IpamPoolCidrs })
}

// The metrics of a pool, and in which of a use's numbers they go.
const (
	percentAllocated = "PercentAllocated"
	percentAssigned  = "PercentAssigned"
)

// useByCloudWatch takes the last samples of the pool's metrics.
func (v *visit) useByCloudWatch(p *types.IpamPool, u use) use {
	now, _ := v.console.server.Now()
	series, err := v.at(*p.IpamRegion).poolMetrics(p, now.Add(-time.Hour), now, 5*time.Minute)
	if err != nil {
		u.Unreadable = problemOf(err).Text
		return u
	}
	last := func(name string) float64 {
		points := series[name]
		if len(points) == 0 {
			return 0
		}
		u.AsOf = points[len(points)-1].At
		return points[len(points)-1].Value / 100
	}
	u.Allocated, u.Assigned = last(percentAllocated), last(percentAssigned)
	return u
}

// poolMetrics are the samples of a pool's metrics between two times, by the metric's name, the oldest first.
func (v *visit) poolMetrics(p *types.IpamPool, from, to time.Time, period time.Duration) (map[string][]point, error) {
	_, scope := lastOf(value(p.IpamScopeArn))
	family := map[types.AddressFamily]string{types.AddressFamilyIpv4: "IPv4", types.AddressFamilyIpv6: "IPv6"}[p.AddressFamily]
	dimensions := []cwtypes.Dimension{
		{Name: new("AddressFamily"), Value: &family}, {Name: new("Locale"), Value: p.Locale},
		{Name: new("PoolID"), Value: p.IpamPoolId}, {Name: new("ScopeID"), Value: &scope},
	}
	in := &cloudwatch.GetMetricDataInput{StartTime: &from, EndTime: &to, ScanBy: cwtypes.ScanByTimestampAscending}
	for id, name := range map[string]string{"allocated": percentAllocated, "assigned": percentAssigned} {
		in.MetricDataQueries = append(in.MetricDataQueries, cwtypes.MetricDataQuery{Id: &id, Label: &name, MetricStat: &cwtypes.MetricStat{
			Metric: &cwtypes.Metric{Namespace: new("AWS/IPAM"), MetricName: &name, Dimensions: dimensions},
			Period: new(int32(period.Seconds())), Stat: new("Average"),
		}})
	}
	series := map[string][]point{}
	for out, err := range each[cloudwatch.GetMetricDataOutput](v, in) {
		if err != nil {
			return nil, err
		}
		for _, r := range out.MetricDataResults {
			for i, at := range r.Timestamps {
				series[*r.Label] = append(series[*r.Label], point{at, r.Values[i]})
			}
		}
	}
	return series, nil
}
