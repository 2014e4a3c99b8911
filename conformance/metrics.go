package conformance

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

var metricTests = []Test{
	{"a pool's space is three percentages with four dimensions", "B600", poolMetrics},
	{"metrics are at home with the owner of the IPAM", "B601", metricsAtHome},
	{"there is a sample every five minutes, whether anything changes or not", "B602", metricSamples},
	{"a metric is found by all of its dimensions", "B603", metricByDimensions},
	{"metrics are listed by namespace, name and dimensions", "B604", listMetrics},
	{"statistics are of the samples in a period", "B605", metricStatistics},
	{"there are at most 1440 data points", "B606", tooManyDatapoints},
	{"requests for statistics are checked", "B607", badStatistics},
	{"metric data comes page by page, the newest first", "B608", metricData},
	{"expressions and linked accounts are refused by name", "B609", metricsUnsupported},
	{"a pool without addresses has no samples", "B610", emptyPoolMetrics},
}

func (t *T) cloudwatch(region string) *cloudwatch.Client {
	return cloudwatch.NewFromConfig(t.target.Config(t.account, region))
}

// now is the target's time, which need not be ours: a session says when it ends.
func (t *T) now() time.Time {
	out := must(t.sts(home).GetSessionToken(t.ctx, &sts.GetSessionTokenInput{DurationSeconds: new(int32(3600))}))(t)
	return out.Credentials.Expiration.Add(-time.Hour)
}

func dimensions(namesAndValues ...string) (list []types.Dimension) {
	for i := 0; i < len(namesAndValues); i += 2 {
		list = append(list, types.Dimension{Name: &namesAndValues[i], Value: &namesAndValues[i+1]})
	}
	return list
}

func poolDimensions(pool ec2types.IpamPool) []types.Dimension {
	family := map[ec2types.AddressFamily]string{ec2types.AddressFamilyIpv4: "IPv4", ec2types.AddressFamilyIpv6: "IPv6"}[pool.AddressFamily]
	return dimensions("AddressFamily", family, "Locale", str(pool.Locale), "PoolID", *pool.IpamPoolId, "ScopeID", *scopeOf(pool))
}

func metricStat(name string, d []types.Dimension) *types.MetricStat {
	return &types.MetricStat{
		Metric: &types.Metric{Namespace: new("AWS/IPAM"), MetricName: &name, Dimensions: d}, Period: new(int32(300)), Stat: new("Average"),
	}
}

// latest is the newest value of a metric, or nothing.
func (t *T) latest(name string, d []types.Dimension) string {
	now := t.now()
	out := must(t.cloudwatch(home).GetMetricData(t.ctx, &cloudwatch.GetMetricDataInput{
		StartTime: new(now.Add(-time.Hour)), EndTime: new(now.Add(time.Hour)), MaxDatapoints: new(int32(1)),
		MetricDataQueries: []types.MetricDataQuery{{Id: new("m"), MetricStat: metricStat(name, d)}},
	}))(t)
	if len(out.MetricDataResults) != 1 {
		t.Fatalf("GetMetricData of one query has %d results", len(out.MetricDataResults))
	}
	if values := out.MetricDataResults[0].Values; len(values) == 1 {
		return fmt.Sprint(values[0])
	}
	return ""
}

// usedPool is a pool of which a quarter went to another pool and an eighth to something else.
func (t *T) usedPool() ec2types.IpamPool {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	t.provision(t.child(pool), "10.0.0.0/18")
	t.allocate(pool, "10.0.64.0/19")
	t.advance(10 * time.Minute)
	return pool
}

func poolMetrics(t *T) {
	pool := t.usedPool()
	d := poolDimensions(pool)
	equal(t, "PercentAllocated", t.latest("PercentAllocated", d), "25")
	equal(t, "PercentAssigned", t.latest("PercentAssigned", d), "12.5")
	equal(t, "PercentAvailable", t.latest("PercentAvailable", d), "62.5")

	v6 := t.pool(scopeOf(pool), ipv6)
	t.provision(v6, "fd12:3456::/48")
	t.allocate(v6, "fd12:3456::/50")
	t.advance(10 * time.Minute)
	equal(t, "PercentAssigned of an IPv6 pool", t.latest("PercentAssigned", poolDimensions(v6)), "25")
}

func metricsAtHome(t *T) {
	pool := t.usedPool()
	filter := []types.DimensionFilter{{Name: new("PoolID"), Value: pool.IpamPoolId}}
	at := func(client *cloudwatch.Client) int {
		return len(must(client.ListMetrics(t.ctx, &cloudwatch.ListMetricsInput{Dimensions: filter}))(t).Metrics)
	}
	equal(t, "metrics of the pool at home", at(t.cloudwatch(home)) >= 3, true)
	equal(t, "metrics of the pool in another Region", at(t.cloudwatch(away)), 0)
	equal(t, "metrics of the pool in another account", at(cloudwatch.NewFromConfig(t.target.Config(t.OtherAccount(), home))), 0)
}

func metricSamples(t *T) {
	pool := t.usedPool()
	d := poolDimensions(pool)
	start := t.now().Truncate(5 * time.Minute)
	t.advance(30 * time.Minute)
	out := must(t.cloudwatch(home).GetMetricStatistics(t.ctx, &cloudwatch.GetMetricStatisticsInput{
		Namespace: new("AWS/IPAM"), MetricName: new("PercentAssigned"), Dimensions: d, StartTime: &start, EndTime: new(start.Add(25 * time.Minute)),
		Period: new(int32(300)), Statistics: []types.Statistic{types.StatisticAverage, types.StatisticSampleCount},
	}))(t)
	equal(t, "label", str(out.Label), "PercentAssigned")
	equal(t, "data points in 25 minutes", len(out.Datapoints), 5)
	for _, p := range out.Datapoints {
		equalRecord(t, "data point", p, types.Datapoint{Timestamp: p.Timestamp, Average: new(12.5), SampleCount: new(1.0), Unit: types.StandardUnitPercent})
	}
}

func metricByDimensions(t *T) {
	pool := t.usedPool()
	d := poolDimensions(pool)
	equal(t, "value with all dimensions, in another order", t.latest("PercentAssigned", append(d[2:], d[:2]...)), "12.5")
	equal(t, "value with one dimension", t.latest("PercentAssigned", dimensions("PoolID", *pool.IpamPoolId)), "")
	equal(t, "value without dimensions", t.latest("PercentAssigned", nil), "")
	equal(t, "value of another metric", t.latest("NoSuchMetric", d), "")
}

func listMetrics(t *T) {
	pool := t.usedPool()
	names := func(in *cloudwatch.ListMetricsInput) string {
		in.RecentlyActive = types.RecentlyActivePt3h
		var list []string
		for _, m := range must(t.cloudwatch(home).ListMetrics(t.ctx, in))(t).Metrics {
			if name := str(m.MetricName); strings.HasPrefix(name, "Percent") {
				list = append(list, str(m.Namespace)+" "+name)
				equalRecord(t, "dimensions", m.Dimensions, poolDimensions(pool))
			}
		}
		return strings.Join(list, ", ")
	}
	id := pool.IpamPoolId
	one := "AWS/IPAM PercentAssigned"
	all := "AWS/IPAM PercentAllocated, " + one + ", AWS/IPAM PercentAvailable"
	equal(t, "metrics by dimension", names(&cloudwatch.ListMetricsInput{Dimensions: []types.DimensionFilter{{Name: new("Locale")}, {Name: new("PoolID"), Value: id}}}), all)
	equal(t, "metrics by name", names(&cloudwatch.ListMetricsInput{
		Namespace: new("AWS/IPAM"), MetricName: new("PercentAssigned"), Dimensions: []types.DimensionFilter{{Name: new("PoolID"), Value: id}},
	}), one)
	equal(t, "metrics of another namespace", names(&cloudwatch.ListMetricsInput{Namespace: new("AWS/EC2")}), "")
	equal(t, "metrics of no such dimension", names(&cloudwatch.ListMetricsInput{Dimensions: []types.DimensionFilter{{Name: new("InstanceId")}}}), "")
}

func metricStatistics(t *T) {
	pool := t.usedPool()
	start := t.now()
	t.advance(time.Hour)
	t.allocate(pool, "10.0.128.0/17")
	t.advance(time.Hour)
	end := t.now()
	in := &cloudwatch.GetMetricStatisticsInput{
		Namespace: new("AWS/IPAM"), MetricName: new("PercentAssigned"), Dimensions: poolDimensions(pool), StartTime: &start, EndTime: &end,
		Period: new(int32(24 * 3600)), Statistics: types.StatisticAverage.Values(),
	}
	out := must(t.cloudwatch(home).GetMetricStatistics(t.ctx, in))(t)
	if len(out.Datapoints) != 1 {
		t.Fatalf("there are %d data points in one period, want 1", len(out.Datapoints))
	}
	p := out.Datapoints[0]
	equal(t, "minimum", *p.Minimum, 12.5)
	equal(t, "maximum", *p.Maximum, 62.5)
	equal(t, "average", *p.Average, *p.Sum / *p.SampleCount)
	equal(t, "average between both", *p.Average > 12.5 && *p.Average < 62.5, true)

	in.Statistics, in.ExtendedStatistics = nil, []string{"p0", "p100"}
	out = must(t.cloudwatch(home).GetMetricStatistics(t.ctx, in))(t)
	equal(t, "percentiles", fmt.Sprint(out.Datapoints[0].ExtendedStatistics), "map[p0:12.5 p100:62.5]")
	in.Unit = types.StandardUnitCount
	equal(t, "data points of another unit", len(must(t.cloudwatch(home).GetMetricStatistics(t.ctx, in))(t).Datapoints), 0)
}

// statisticsOf is a request that is right, for any metric.
func statisticsOf(t *T) *cloudwatch.GetMetricStatisticsInput {
	end := t.now()
	return &cloudwatch.GetMetricStatisticsInput{
		Namespace: new("AWS/IPAM"), MetricName: new("PercentAssigned"), StartTime: new(end.Add(-time.Hour)), EndTime: &end,
		Period: new(int32(300)), Statistics: []types.Statistic{types.StatisticAverage},
	}
}

func tooManyDatapoints(t *T) {
	in := statisticsOf(t)
	in.StartTime, in.Period = new(in.EndTime.Add(-24*time.Hour)), new(int32(60))
	must(t.cloudwatch(home).GetMetricStatistics(t.ctx, in))(t)
	in.StartTime = new(in.EndTime.Add(-48 * time.Hour))
	_, err := t.cloudwatch(home).GetMetricStatistics(t.ctx, in)
	wantError(t, err, "InvalidParameterCombination", "You have requested up to 2880 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.")
}

func badStatistics(t *T) {
	for _, test := range []struct {
		what, code string
		change     func(*cloudwatch.GetMetricStatisticsInput)
	}{
		{"an end before the start", "InvalidParameterValue", func(in *cloudwatch.GetMetricStatisticsInput) { in.EndTime = in.StartTime }},
		{"a period of 90 seconds", "InvalidParameterValue", func(in *cloudwatch.GetMetricStatisticsInput) { in.Period = new(int32(90)) }},
		{"no period", "InvalidParameterValue", func(in *cloudwatch.GetMetricStatisticsInput) { in.Period = new(int32(0)) }},
		{"an unknown statistic", "InvalidParameterValue", func(in *cloudwatch.GetMetricStatisticsInput) { in.Statistics = []types.Statistic{"Mean"} }},
		{"an unknown unit", "InvalidParameterValue", func(in *cloudwatch.GetMetricStatisticsInput) { in.Unit = "Metres" }},
		{"no statistic", "InvalidParameterCombination", func(in *cloudwatch.GetMetricStatisticsInput) { in.Statistics = nil }},
		{"statistics of both kinds", "InvalidParameterCombination", func(in *cloudwatch.GetMetricStatisticsInput) { in.ExtendedStatistics = []string{"p50"} }},
		{"a percentile above 100", "InvalidParameterValue", func(in *cloudwatch.GetMetricStatisticsInput) {
			in.Statistics, in.ExtendedStatistics = nil, []string{"p101"}
		}},
	} {
		in := statisticsOf(t)
		test.change(in)
		_, err := t.cloudwatch(home).GetMetricStatistics(t.ctx, in)
		wantErrorOf(t, test.what, err, test.code, "")
	}
}

func metricData(t *T) {
	pool := t.usedPool()
	end := t.now().Truncate(5 * time.Minute)
	t.advance(time.Hour)
	in := &cloudwatch.GetMetricDataInput{
		StartTime: &end, EndTime: new(end.Add(25 * time.Minute)), MaxDatapoints: new(int32(3)),
		MetricDataQueries: []types.MetricDataQuery{
			{Id: new("a"), MetricStat: metricStat("PercentAssigned", poolDimensions(pool))},
			{Id: new("hidden"), MetricStat: metricStat("PercentAvailable", poolDimensions(pool)), ReturnData: new(false)},
			{Id: new("b"), MetricStat: metricStat("PercentAllocated", poolDimensions(pool)), Label: new("to pools")},
		},
	}
	page := func() string {
		out := must(t.cloudwatch(home).GetMetricData(t.ctx, in))(t)
		in.NextToken = out.NextToken
		var parts []string
		for _, r := range out.MetricDataResults {
			part := fmt.Sprintf("%s %s %s:", *r.Id, *r.Label, r.StatusCode)
			for i, at := range r.Timestamps {
				part += fmt.Sprintf(" %v=%v", at.Sub(end), r.Values[i])
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, "; ")
	}
	equal(t, "the first page", page(), "a PercentAssigned PartialData: 20m0s=12.5 15m0s=12.5 10m0s=12.5")
	equal(t, "the second page", page(), "a PercentAssigned Complete: 5m0s=12.5 0s=12.5; b to pools PartialData: 20m0s=25")
	equal(t, "the third page", page(), "b to pools PartialData: 15m0s=25 10m0s=25 5m0s=25")
	equal(t, "the last page", page(), "b to pools Complete: 0s=25")
	equal(t, "the token of the last page", str(in.NextToken), absent)

	in.ScanBy, in.MaxDatapoints, in.MetricDataQueries = types.ScanByTimestampAscending, nil, in.MetricDataQueries[:1]
	equal(t, "the oldest first", page(), "a PercentAssigned Complete: 0s=12.5 5m0s=12.5 10m0s=12.5 15m0s=12.5 20m0s=12.5")
	in.NextToken = new("nonsense")
	_, err := t.cloudwatch(home).GetMetricData(t.ctx, in)
	wantError(t, err, "InvalidNextToken", "")
	in.NextToken, in.MetricDataQueries = nil, append(in.MetricDataQueries, in.MetricDataQueries[0])
	_, err = t.cloudwatch(home).GetMetricData(t.ctx, in)
	wantError(t, err, "InvalidParameterValue", "")
}

func metricsUnsupported(t *T) {
	client := t.cloudwatch(home)
	end := t.now()
	_, err := client.GetMetricData(t.ctx, &cloudwatch.GetMetricDataInput{
		StartTime: new(end.Add(-time.Hour)), EndTime: &end, MetricDataQueries: []types.MetricDataQuery{{Id: new("e"), Expression: new("SELECT MAX(VpcIPUsage) FROM \"AWS/IPAM\"")}},
	})
	wantError(t, err, "InvalidParameterValue", "")
	_, err = client.ListMetrics(t.ctx, &cloudwatch.ListMetricsInput{IncludeLinkedAccounts: new(true)})
	wantError(t, err, "InvalidParameterValue", "")
}

func emptyPoolMetrics(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.advance(10 * time.Minute)
	equal(t, "PercentAvailable without addresses", t.latest("PercentAvailable", poolDimensions(pool)), "")
	t.provision(pool, "10.0.0.0/24")
	t.advance(10 * time.Minute)
	equal(t, "PercentAvailable", t.latest("PercentAvailable", poolDimensions(pool)), "100")
	t.deprovision(pool, "10.0.0.0/24", ec2types.IpamPoolCidrStateDeprovisioned)
	t.advance(2 * time.Hour) // so that the samples of before are out of sight
	equal(t, "PercentAvailable after the last address", t.latest("PercentAvailable", poolDimensions(pool)), "")
}
