package cwapi

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/ipam-local/ipam-local/server/op"
)

var statisticsOperations = []op.Op{
	op.Read((*Call).GetMetricStatistics),
}

// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
const (
	maxDatapointsOfStatistics = 1440
	maxStatistics             = 5
	maxExtendedStatistics     = 10
)

// GetMetricStatistics returns statistics of one metric, here in the order of time.
func (c *Call) GetMetricStatistics(in *cloudwatch.GetMetricStatisticsInput) (*cloudwatch.GetMetricStatisticsOutput, error) {
	q := &query{
		namespace: in.Namespace, name: in.MetricName, dimensions: in.Dimensions, unit: in.Unit,
		period: in.Period, start: in.StartTime, end: in.EndTime,
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	if err := checkStatistics(in); err != nil {
		return nil, err
	}
	extended := map[string]statistic{}
	for i, name := range in.ExtendedStatistics {
		s, err := percentileOf(fmt.Sprintf("ExtendedStatistics.member.%d", i+1), name)
		if err != nil {
			return nil, err
		}
		extended[name] = s
	}
	period := time.Duration(*in.Period) * time.Second
	if n := (in.EndTime.Sub(*in.StartTime) + period - 1) / period; n > maxDatapointsOfStatistics {
		return nil, invalidCombination("You have requested up to %d datapoints, which exceeds the limit of %d. You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
			n, maxDatapointsOfStatistics)
	}
	out := &cloudwatch.GetMetricStatisticsOutput{Label: in.MetricName, Datapoints: []types.Datapoint{}}
	m, _ := c.find(q)
	for _, b := range c.buckets(q) {
		out.Datapoints = append(out.Datapoints, b.datapoint(in.Statistics, extended, m.Unit))
	}
	return out, nil
}

func checkStatistics(in *cloudwatch.GetMetricStatisticsInput) error {
	switch {
	case len(in.Statistics) == 0 && len(in.ExtendedStatistics) == 0:
		return invalidCombination("At least one of the parameters Statistics and ExtendedStatistics must be specified.")
	case len(in.Statistics) > 0 && len(in.ExtendedStatistics) > 0:
		return invalidCombination("The parameters Statistics and ExtendedStatistics cannot be specified together.")
	case len(in.Statistics) > maxStatistics:
		return invalidValue("The collection Statistics must not have a size greater than %d.", maxStatistics)
	case len(in.ExtendedStatistics) > maxExtendedStatistics:
		return invalidValue("The collection ExtendedStatistics must not have a size greater than %d.", maxExtendedStatistics)
	}
	for i, s := range in.Statistics {
		if statistics[s] == nil {
			return notInSet(fmt.Sprintf("Statistics.member.%d", i+1), s.Values())
		}
	}
	return nil
}

func (b bucket) datapoint(names []types.Statistic, extended map[string]statistic, unit string) types.Datapoint {
	d := types.Datapoint{Timestamp: &b.at, Unit: types.StandardUnit(unit)}
	members := map[types.Statistic]**float64{
		types.StatisticSampleCount: &d.SampleCount, types.StatisticSum: &d.Sum, types.StatisticAverage: &d.Average,
		types.StatisticMinimum: &d.Minimum, types.StatisticMaximum: &d.Maximum,
	}
	for _, name := range names {
		*members[name] = new(statistics[name](b.values))
	}
	if len(extended) > 0 {
		d.ExtendedStatistics = map[string]float64{}
	}
	for name, s := range extended {
		d.ExtendedStatistics[name] = s(b.values)
	}
	return d
}
