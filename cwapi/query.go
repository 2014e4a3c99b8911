package cwapi

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/ipam-local/ipam-local/timeseries"
)

// query asks for the values of one metric.
type query struct {
	at         string // where it stands in the request, e.g. "MetricDataQueries.member.1.MetricStat."
	namespace  *string
	name       *string
	dimensions []types.Dimension
	unit       types.StandardUnit
	period     *int32
	start, end *time.Time
}

// Bounds of what a query may ask for.
// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
const (
	maxDimensions = 30
	minute        = 60
	hour          = 3600
	fiveMinutes   = 300
	day           = 24 * time.Hour
)

func (q *query) check() error {
	switch {
	case or(q.namespace, "") == "":
		return missing(q.at + "Namespace")
	case or(q.name, "") == "":
		return missing(q.at + "MetricName")
	case q.period == nil:
		return missing(q.at + "Period")
	case len(q.dimensions) > maxDimensions:
		return invalidValue("The collection %sDimensions must not have a size greater than %d.", q.at, maxDimensions)
	case q.unit != "" && !slices.Contains(q.unit.Values(), q.unit):
		return notInSet(q.at+"Unit", q.unit.Values())
	}
	for i, d := range q.dimensions {
		if or(d.Name, "") == "" {
			return missing(q.at + memberName("Dimensions", i, "Name"))
		}
		if or(d.Value, "") == "" {
			return missing(q.at + memberName("Dimensions", i, "Value"))
		}
	}
	return cmp.Or(checkTimes(q.start, q.end), checkPeriod(q.at+"Period", *q.period))
}

func checkTimes(start, end *time.Time) error {
	switch {
	case start == nil:
		return missing("StartTime")
	case end == nil:
		return missing("EndTime")
	case !start.Before(*end):
		return invalidValue("The parameter StartTime must be less than the parameter EndTime.")
	}
	return nil
}

func checkPeriod(name string, seconds int32) error {
	if seconds > 0 && (seconds%minute == 0 || slices.Contains([]int32{1, 5, 10, 20, 30}, seconds)) {
		return nil
	}
	return invalidValue("The parameter %s must be 1, 5, 10, 20, 30 or a multiple of 60.", name)
}

func memberName(list string, i int, member string) string {
	return fmt.Sprintf("%s.member.%d.%s", list, i+1, member)
}

func notInSet[E ~string](parameter string, set []E) error {
	names := make([]string, len(set))
	for i, e := range set {
		names[i] = string(e)
	}
	return invalidValue("The parameter %s must be a value in the set [ %s ].", parameter, strings.Join(names, ", "))
}

// find returns the metric that a query means: all dimensions have to be the metric's, and all of them to be named.
func (c *Call) find(q *query) (timeseries.Metric, bool) {
	asked := map[timeseries.Dimension]bool{}
	for _, d := range q.dimensions {
		asked[timeseries.Dimension{Name: *d.Name, Value: *d.Value}] = true
	}
	for _, m := range c.metrics() {
		if m.Namespace != *q.namespace || m.Name != *q.name || len(m.Dimensions) != len(asked) || q.unit != "" && string(q.unit) != m.Unit {
			continue
		}
		if !slices.ContainsFunc(m.Dimensions, func(d timeseries.Dimension) bool { return !asked[d] }) {
			return m, true
		}
	}
	return timeseries.Metric{}, false
}

// bucket is the samples of one period.
type bucket struct {
	at     time.Time
	values []float64
}

// buckets are the periods of a query in which there are samples, in the order of time.
func (c *Call) buckets(q *query) []bucket {
	m, ok := c.find(q)
	start := c.roundStart(*q.start)
	if !ok || !c.available(start, *q.period) {
		return nil
	}
	period := time.Duration(*q.period) * time.Second
	var list []bucket
	for at, value := range m.Samples(c.Tx, start, *q.end) {
		begin := start.Add(at.Sub(start).Truncate(period))
		if n := len(list); n == 0 || !list[n-1].at.Equal(begin) {
			list = append(list, bucket{at: begin})
		}
		last := &list[len(list)-1]
		last.values = append(last.values, value)
	}
	return list
}

// roundStart rounds down the start of a query, the more the longer ago it is.
// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
func (c *Call) roundStart(start time.Time) time.Time {
	switch age := c.Tx.Now.Sub(start); {
	case age < 15*day:
		return start.Truncate(time.Minute)
	case age <= 63*day:
		return start.Truncate(5 * time.Minute)
	}
	return start.Truncate(time.Hour)
}

// available: what is older is kept in larger pieces only, and of these metrics there is nothing finer than a minute.
func (c *Call) available(start time.Time, period int32) bool {
	switch age := c.Tx.Now.Sub(start); {
	case age < 15*day:
		return period%minute == 0
	case age <= 63*day:
		return period%fiveMinutes == 0
	}
	return period%hour == 0
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
