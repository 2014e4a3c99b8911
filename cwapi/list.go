package cwapi

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/timeseries"
)

var listOperations = []op.Op{
	op.Read((*Call).ListMetrics),
}

// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
const (
	pageOfMetrics       = 500
	maxDimensionFilters = 10
	listed              = 14 * 24 * time.Hour // for how long a metric is listed without new samples
	recent              = 3 * time.Hour       // what PT3H stands for
)

// ListMetrics lists the metrics that have had samples in the last two weeks, in the order of their names.
func (c *Call) ListMetrics(in *cloudwatch.ListMetricsInput) (*cloudwatch.ListMetricsOutput, error) {
	if err := checkList(in); err != nil {
		return nil, err
	}
	after, err := readListToken(in.NextToken)
	if err != nil {
		return nil, err
	}
	age := listed
	if in.RecentlyActive == types.RecentlyActivePt3h {
		age = recent
	}
	found := map[string]timeseries.Metric{}
	for _, m := range c.metrics() {
		if id := identity(m); id > after && matches(in, m) && m.HasSamples(c.Tx, c.Tx.Now.Add(-age)) {
			found[id] = m
		}
	}
	out := &cloudwatch.ListMetricsOutput{Metrics: []types.Metric{}}
	last := ""
	for _, id := range sortedKeys(found) {
		if len(out.Metrics) == pageOfMetrics {
			out.NextToken = new(base64.RawURLEncoding.EncodeToString([]byte(last)))
			break
		}
		out.Metrics = append(out.Metrics, show(found[id]))
		last = id
	}
	return out, nil
}

func checkList(in *cloudwatch.ListMetricsInput) error {
	switch {
	case or(in.IncludeLinkedAccounts, false):
		return unsupported("IncludeLinkedAccounts")
	case in.OwningAccount != nil:
		return unsupported("OwningAccount")
	case in.RecentlyActive != "" && in.RecentlyActive != types.RecentlyActivePt3h:
		return notInSet("RecentlyActive", []types.RecentlyActive{types.RecentlyActivePt3h})
	case len(in.Dimensions) > maxDimensionFilters:
		return invalidValue("The collection Dimensions must not have a size greater than %d.", maxDimensionFilters)
	}
	for i, d := range in.Dimensions {
		if or(d.Name, "") == "" {
			return missing(memberName("Dimensions", i, "Name"))
		}
	}
	return nil
}

func matches(in *cloudwatch.ListMetricsInput, m timeseries.Metric) bool {
	if or(in.Namespace, m.Namespace) != m.Namespace || or(in.MetricName, m.Name) != m.Name {
		return false
	}
	for _, filter := range in.Dimensions {
		if !slices.ContainsFunc(m.Dimensions, func(d timeseries.Dimension) bool {
			return d.Name == *filter.Name && or(filter.Value, d.Value) == d.Value
		}) {
			return false
		}
	}
	return true
}

// identity orders metrics and tells them apart.
func identity(m timeseries.Metric) string {
	parts := []string{m.Namespace, m.Name}
	for _, d := range m.Dimensions {
		parts = append(parts, d.Name, d.Value)
	}
	return strings.Join(parts, "\x00")
}

func show(m timeseries.Metric) types.Metric {
	v := types.Metric{Namespace: &m.Namespace, MetricName: &m.Name, Dimensions: []types.Dimension{}}
	for _, d := range m.Dimensions {
		v.Dimensions = append(v.Dimensions, types.Dimension{Name: &d.Name, Value: &d.Value})
	}
	return v
}

// A token is the identity of the last metric shown, so that pages stay right while metrics come and go.
func readListToken(token *string) (string, error) {
	if token == nil {
		return "", nil
	}
	after, err := base64.RawURLEncoding.DecodeString(*token)
	if err != nil || !strings.Contains(string(after), "\x00") {
		// ListMetrics has no InvalidNextToken among its errors.
		return "", invalidValue("The parameter NextToken is invalid.")
	}
	return string(after), nil
}
