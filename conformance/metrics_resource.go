package conformance

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Metrics of scopes, VPCs and subnets.
var resourceMetricTests = []Test{
	{"a scope counts its CIDRs by state", "B612", scopeMetrics},
	{"a pool counts the CIDRs that keep its rules", "B613", poolCounts},
	{"the usage of a VPC is over all its CIDRs in a scope", "B614", vpcUsage},
	{"the usage of a subnet is for IPv4", "B615", subnetUsage},
	{"of many resources those are published that are used most and least, and some more", "B616", manyMetrics},
	{"what an IPAM does not see any more has no samples", "B617", unseenMetrics},
	{"samples have the values of their time, wherever the clock is", "B618", metricsInTime},
	{"active addresses are counted in the free tier", "B619", activeAddresses},
}

// counts are the values of metrics, in the order of their names.
func (t *T) counts(d []types.Dimension, names ...string) (list string) {
	for _, name := range names {
		list += t.latest(name+"ResourceCidrs", d) + " "
	}
	return list
}

func (t *T) ofScope(scope *string, family string) string {
	return t.counts(dimensions("AddressFamily", family, "ScopeID", *scope), "Compliant", "Noncompliant", "Managed", "Unmanaged", "Overlapping")
}

func scopeMetrics(t *T) {
	ipam := t.ipam(away)
	scope := ipam.PrivateDefaultScopeId
	t.advance(10 * time.Minute)
	equal(t, "counts of a new scope", t.ofScope(scope, "IPv4"), "0 0 0 0 0 ")
	pool := t.importer(scope, "10.0.0.0/16")
	t.awaitImport(pool, t.handMade(t.account, home, "10.0.0.0/24"), t.handMade(t.account, away, "10.0.1.0/24"))
	ignored := t.handMade(t.account, home, "10.9.0.0/24")
	vpc := t.handMade(t.account, home, "10.1.0.0/16")
	t.subnetIn(t.account, home, vpc, "10.1.0.0/24")
	t.handMade(t.account, away, "10.1.0.0/20")
	t.handMade(t.account, far, "10.1.0.0/20")
	must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, monitor(t.rowOf(scope, ignored), false)))(t)
	must(t.ec2(home).AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: new(vpc), AmazonProvidedIpv6CidrBlock: new(true)}))(t)
	t.advance(10 * time.Minute)
	equal(t, "counts of the private scope", t.ofScope(scope, "IPv4"), "1 1 2 2 2 ")
	equal(t, "counts of IPv6 in the private scope", t.ofScope(scope, "IPv6"), "0 0 0 0 0 ")
	equal(t, "counts of IPv6 in the public scope", t.ofScope(ipam.PublicDefaultScopeId, "IPv6"), "0 0 0 1 0 ")
	equal(t, "the count without the family", t.latest("ManagedResourceCidrs", dimensions("ScopeID", *scope)), "")
	equal(t, "the unit", t.unitOf("ManagedResourceCidrs", dimensions("AddressFamily", "IPv4", "ScopeID", *scope)), types.StandardUnitCount)
}

func (t *T) unitOf(name string, d []types.Dimension) types.StandardUnit {
	in := statisticsOf(t)
	in.MetricName, in.Dimensions = &name, d
	points := must(t.cloudwatch(home).GetMetricStatistics(t.ctx, in))(t).Datapoints
	if len(points) == 0 {
		t.Fatalf("%s has no data points", name)
	}
	return points[0].Unit
}

func poolCounts(t *T) {
	ipam := t.ipam()
	pool, vpc := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 24)
	other := t.child(pool)
	t.provision(other, "10.0.128.0/20")
	must(t.vpcFrom(t.account, home, pool, 24))(t)
	must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, AddAllocationResourceTags: []ec2types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}}}))(t)
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{vpc}, Tags: tags("env", "prod")}))(t)
	t.advance(10 * time.Minute)
	equal(t, "compliant and noncompliant in the pool", t.counts(poolDimensions(pool), "Compliant", "Noncompliant"), "1 1 ")
	equal(t, "compliant and noncompliant in the pool below", t.counts(poolDimensions(other), "Compliant", "Noncompliant"), "0 0 ")
	equal(t, "the scope's", t.ofScope(ipam.PrivateDefaultScopeId, "IPv4"), "1 1 2 0 0 ")
}

func (t *T) vpcDimensions(region, vpc string, scope *string, family string) []types.Dimension {
	return dimensions("AddressFamily", family, "OwnerID", t.account, "Region", region, "ScopeID", *scope, "VpcID", vpc)
}

func vpcUsage(t *T) {
	ipam := t.ipam(away)
	vpc := t.handMade(t.account, away, "10.0.0.0/16")
	must(t.ec2(away).AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: new(vpc), CidrBlock: new("10.1.0.0/16")}))(t)
	must(t.ec2(away).AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: new(vpc), AmazonProvidedIpv6CidrBlock: new(true)}))(t)
	t.subnetIn(t.account, away, vpc, "10.0.0.0/18")
	t.subnetIn(t.account, away, vpc, "10.1.0.0/24")
	t.advance(10 * time.Minute)
	equal(t, "VpcIPUsage of IPv4", t.latest("VpcIPUsage", t.vpcDimensions(away, vpc, ipam.PrivateDefaultScopeId, "IPv4")), "12.6953125")
	equal(t, "VpcIPUsage of IPv6", t.latest("VpcIPUsage", t.vpcDimensions(away, vpc, ipam.PublicDefaultScopeId, "IPv6")), "0")
	equal(t, "the unit", t.unitOf("VpcIPUsage", t.vpcDimensions(away, vpc, ipam.PrivateDefaultScopeId, "IPv4")), types.StandardUnitPercent)
}

func subnetUsage(t *T) {
	ipam := t.ipam()
	vpc := t.handMade(t.account, home, "10.0.0.0/16")
	subnet := t.subnetIn(t.account, home, vpc, "10.0.0.0/28")
	d := dimensions("AddressFamily", "IPv4", "OwnerID", t.account, "Region", home, "ScopeID", *ipam.PrivateDefaultScopeId, "SubnetID", *subnet.SubnetId, "VpcID", vpc)
	t.advance(10 * time.Minute)
	equal(t, "SubnetIPUsage", t.latest("SubnetIPUsage", d), "31.25")
	equal(t, "SubnetIPUsage without the VPC", t.latest("SubnetIPUsage", d[:5]), "")
}

// metricsNamed are the metrics of a name, over all pages, with the number of pages.
func (t *T) metricsNamed(name *string) (list []types.Metric, pages int) {
	in := &cloudwatch.ListMetricsInput{Namespace: new("AWS/IPAM"), MetricName: name}
	for p := cloudwatch.NewListMetricsPaginator(t.cloudwatch(home), in); p.HasMorePages(); pages++ {
		out := must(p.NextPage(t.ctx))(t)
		if len(out.Metrics) > 500 {
			t.Errorf("a page has %d metrics, want 500 at most", len(out.Metrics))
		}
		list = append(list, out.Metrics...)
	}
	return list, pages
}

func manyMetrics(t *T) {
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	parent, managed := t.managedIn(scope, "10.200.0.0/16", 24)
	for i := range 160 {
		vpc := t.handMade(t.account, home, fmt.Sprintf("10.0.%d.0/24", i))
		if i < 60 { // more than there is room for among the most used
			t.subnetIn(t.account, home, vpc, fmt.Sprintf("10.0.%d.0/25", i))
		}
	}
	full := t.handMade(t.account, home, "10.1.0.0/24")
	t.subnetIn(t.account, home, full, "10.1.0.0/24")
	t.subnetIn(t.account, home, managed, "10.200.0.0/28")
	large := t.handMade(t.account, home, "10.2.0.0/16")
	for i := range 128 {
		t.subnetIn(t.account, home, large, fmt.Sprintf("10.2.%d.0/28", i))
	}
	another := t.scope(ipam).IpamScopeId
	for range 45 {
		must(t.ec2(home).CreateIpamPool(t.ctx, poolInput(scope, source(parent))))(t)
		must(t.ec2(home).CreateIpamPool(t.ctx, poolInput(another)))(t)
	}
	t.advance(10 * time.Minute)
	usages, _ := t.metricsNamed(new("VpcIPUsage"))
	equal(t, "VPCs whose usage is published", len(usages), 150)
	equal(t, "the most used VPC", t.latest("VpcIPUsage", t.vpcDimensions(home, full, scope, "IPv4")), "100")
	equal(t, "the VPC from a pool", t.latest("VpcIPUsage", t.vpcDimensions(home, managed, scope, "IPv4")), "6.25")
	equal(t, "the largest VPC", t.latest("VpcIPUsage", t.vpcDimensions(home, large, scope, "IPv4")), "3.125")
	all, pages := t.metricsNamed(nil)
	equal(t, "pages of all metrics", pages, 2)
	seen := map[string]bool{}
	for _, m := range all {
		seen[jsonLines(m)] = true
	}
	// Of VPCs and of subnets 150 each, five counts of two families in three scopes, two of each pool, and the space of the one with a CIDR.
	equal(t, "metrics, each once", len(seen), 2*150+5*2*3+2*91+3)
	equal(t, "metrics over all pages", len(all), len(seen))
}

func unseenMetrics(t *T) {
	ipam := t.ipam(away)
	scope := ipam.PrivateDefaultScopeId
	d := t.vpcDimensions(away, t.handMade(t.account, away, "10.0.0.0/16"), scope, "IPv4")
	t.advance(10 * time.Minute)
	equal(t, "VpcIPUsage", t.latest("VpcIPUsage", d), "0")
	then := t.now()
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, RemoveOperatingRegions: []ec2types.RemoveIpamOperatingRegion{{RegionName: new(away)}}}))(t)
	t.advance(2 * time.Hour)
	equal(t, "VpcIPUsage in a closed Region", t.latest("VpcIPUsage", d), "")
	equal(t, "unmanaged CIDRs", t.ofScope(scope, "IPv4"), "0 0 0 0 0 ")
	in := statisticsOf(t)
	in.MetricName, in.Dimensions, in.StartTime, in.EndTime = new("VpcIPUsage"), d, new(then.Add(-time.Hour)), &then
	equal(t, "samples of the past", len(must(t.cloudwatch(home).GetMetricStatistics(t.ctx, in))(t).Datapoints) > 0, true)
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId}))(t)
	t.advance(2 * time.Hour)
	equal(t, "counts of an IPAM that is gone", t.ofScope(scope, "IPv4"), "     ")
}

func metricsInTime(t *T) {
	ipam := t.ipam()
	_, vpc := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 24)
	t.advance(10 * time.Minute)
	start := t.now().Truncate(5 * time.Minute)
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: new(vpc)}))(t)
	t.advance(24 * time.Hour)
	q := metricStat("PercentAvailable", poolDimensions(t.awaitPool(*must(t.ec2(home).DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{}))(t).IpamPools[0].IpamPoolId, ec2types.IpamPoolStateCreateComplete)))
	values := must(t.cloudwatch(home).GetMetricData(t.ctx, &cloudwatch.GetMetricDataInput{
		StartTime: &start, EndTime: new(start.Add(2 * time.Hour)), ScanBy: types.ScanByTimestampAscending,
		MetricDataQueries: []types.MetricDataQuery{{Id: new("m"), MetricStat: q}},
	}))(t).MetricDataResults[0].Values
	equal(t, "samples of two hours", len(values), 24)
	equal(t, "before the deletion is noticed", values[0], 99.609375)
	equal(t, "forty minutes later", values[8], 100.0) // AWS notices within half an hour
	equal(t, "at last", values[23], 100.0)
}

func activeAddresses(t *T) {
	ipam := t.ipamIn(home, &ec2.CreateIpamInput{Tier: ec2types.IpamTierFree, OperatingRegions: regions(away)})
	subnet := t.subnetIn(t.account, home, t.handMade(t.account, home, "10.0.0.0/16"), "10.0.0.0/24")
	must(t.ec2(home).CreateNetworkInterface(t.ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId}))(t)
	must(t.ec2(away).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{}))(t)
	t.advance(10 * time.Minute)
	metrics, _ := t.metricsNamed(new("TotalActiveIpCount"))
	if len(metrics) != 1 {
		t.Fatalf("TotalActiveIpCount is listed %d times in the free tier, want once", len(metrics))
	}
	equal(t, "TotalActiveIpCount with an interface that is not attached", t.latest("TotalActiveIpCount", metrics[0].Dimensions), "0")
	public := dimensions("IpamId", *ipam.IpamId, "Region", away)
	equal(t, "AmazonOwnedElasticIPs away in the free tier", t.latest("AmazonOwnedElasticIPs", public), "1")
	equal(t, "unmanaged CIDRs of the public scope in the free tier", t.latest("UnmanagedResourceCidrs", dimensions("AddressFamily", "IPv4", "ScopeID", *ipam.PublicDefaultScopeId)), "0")
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Tier: ec2types.IpamTierAdvanced}))(t)
	t.advance(2 * time.Hour)
	equal(t, "TotalActiveIpCount in the advanced tier", t.latest("TotalActiveIpCount", metrics[0].Dimensions), "")
	equal(t, "unmanaged CIDRs of the public scope in the advanced tier", t.latest("UnmanagedResourceCidrs", dimensions("AddressFamily", "IPv4", "ScopeID", *ipam.PublicDefaultScopeId)), "1")
}
