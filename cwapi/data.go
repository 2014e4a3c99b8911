package cwapi

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/ipam-local/ipam-local/server/op"
)

var dataOperations = []op.Op{
	op.Read((*Call).GetMetricData),
}

// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
const (
	maxQueries    = 500
	maxDatapoints = 100_800
	maxQueryID    = 255 // not in the expression, which would take milliseconds to compile
)

var (
	queryID  = regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)
	timezone = regexp.MustCompile(`^[+-][0-9]{4}$`)
)

// dataQuery is one MetricDataQuery: what is asked, and what to make of the samples.
type dataQuery struct {
	query
	id, label string
	statistic statistic
	hidden    bool
}

// GetMetricData returns one statistic of each of several metrics. Neither metric math nor Metrics Insights is emulated.
func (c *Call) GetMetricData(in *cloudwatch.GetMetricDataInput) (*cloudwatch.GetMetricDataOutput, error) {
	if err := checkData(in); err != nil {
		return nil, err
	}
	queries := make([]*dataQuery, 0, len(in.MetricDataQueries))
	for i, asked := range in.MetricDataQueries {
		q, err := c.dataQuery(in, i, asked)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(queries, func(other *dataQuery) bool { return other.id == q.id }) {
			return nil, invalidValue("The values for parameter id in MetricDataQueries are not unique. The value %s is used more than once.", q.id)
		}
		queries = append(queries, q)
	}
	from, err := readDataToken(in.NextToken, len(queries))
	if err != nil {
		return nil, err
	}
	p := dataPage{room: int(or(in.MaxDatapoints, maxDatapoints)), descending: in.ScanBy != types.ScanByTimestampAscending}
	for i := from.query; i < len(queries) && p.next == nil; i++ {
		if q := queries[i]; !q.hidden {
			p.add(i, q, c.buckets(&q.query), from)
		}
	}
	out := &cloudwatch.GetMetricDataOutput{MetricDataResults: p.results, Messages: []types.MessageData{}}
	if p.next != nil {
		out.NextToken = new(p.next.token())
	}
	return out, nil
}

func checkData(in *cloudwatch.GetMetricDataInput) error {
	if err := checkTimes(in.StartTime, in.EndTime); err != nil {
		return err
	}
	switch n := len(in.MetricDataQueries); {
	case n == 0:
		return missing("MetricDataQueries")
	case n > maxQueries:
		return invalidValue("The collection MetricDataQueries must not have a size greater than %d.", maxQueries)
	case in.ScanBy != "" && !slices.Contains(in.ScanBy.Values(), in.ScanBy):
		return notInSet("ScanBy", in.ScanBy.Values())
	}
	if n := or(in.MaxDatapoints, maxDatapoints); n < 1 || n > maxDatapoints {
		return invalidValue("The parameter MaxDatapoints must be between 1 and %d.", maxDatapoints)
	}
	// A time zone is for labels with times in them, which are refused; so there is nothing to do with it.
	if o := in.LabelOptions; o != nil && o.Timezone != nil && !timezone.MatchString(*o.Timezone) {
		return invalidValue("The parameter LabelOptions.Timezone must have the form +0130.")
	}
	return nil
}

func (c *Call) dataQuery(in *cloudwatch.GetMetricDataInput, i int, asked types.MetricDataQuery) (*dataQuery, error) {
	member := func(name string) string { return memberName("MetricDataQueries", i, name) }
	switch {
	case asked.Id == nil:
		return nil, missing(member("Id"))
	case len(*asked.Id) > maxQueryID || !queryID.MatchString(*asked.Id):
		return nil, invalidValue("The value %s for parameter %s is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.", *asked.Id, member("Id"))
	case asked.Expression != nil && asked.MetricStat != nil, asked.Expression == nil && asked.MetricStat == nil:
		return nil, invalidCombination("Exactly one of the parameters %s and %s must be specified.", member("Expression"), member("MetricStat"))
	case asked.Expression != nil:
		return nil, unsupported(member("Expression"))
	case asked.Period != nil:
		return nil, invalidCombination("The parameter %s is for expressions; %s has a period of its own.", member("Period"), member("MetricStat"))
	case asked.AccountId != nil && *asked.AccountId != c.Account:
		return nil, unsupported(member("AccountId"))
	case strings.Contains(or(asked.Label, ""), "${"):
		return nil, invalidValue("The value %s for parameter %s is not supported by ipam-local, which knows no dynamic labels.", *asked.Label, member("Label"))
	}
	stat := asked.MetricStat
	if stat.Metric == nil {
		return nil, missing(member("MetricStat.Metric"))
	}
	q := &dataQuery{
		query: query{
			at: member("MetricStat."), namespace: stat.Metric.Namespace, name: stat.Metric.MetricName, dimensions: stat.Metric.Dimensions,
			unit: stat.Unit, period: stat.Period, start: in.StartTime, end: in.EndTime,
		},
		id:     *asked.Id,
		hidden: !or(asked.ReturnData, true),
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	if stat.Stat == nil {
		return nil, missing(member("MetricStat.Stat"))
	}
	var err error
	q.label = or(asked.Label, *q.name)
	q.statistic, err = statisticOf(member("MetricStat.Stat"), *stat.Stat)
	return q, err
}

// dataPage fills a page of results, query by query.
type dataPage struct {
	results    []types.MetricDataResult
	room       int // for datapoints
	descending bool
	next       *place // where the next page begins
}

// place is a query of a request and the first datapoint of it that is still to be shown.
type place struct {
	query int
	at    time.Time // zero: all
}

func (p *dataPage) add(i int, q *dataQuery, list []bucket, from place) {
	result := types.MetricDataResult{Id: &q.id, Label: &q.label, Timestamps: []time.Time{}, Values: []float64{}, StatusCode: types.StatusCodeComplete}
	if p.descending {
		slices.Reverse(list)
	}
	for _, b := range list {
		if i == from.query && !from.at.IsZero() && p.before(b.at, from.at) {
			continue
		}
		if p.room == 0 {
			result.StatusCode = types.StatusCodePartialData
			p.next = &place{i, b.at}
			break
		}
		p.room--
		result.Timestamps = append(result.Timestamps, b.at)
		result.Values = append(result.Values, q.statistic(b.values))
	}
	p.results = append(p.results, result)
}

// before tells whether a datapoint comes before another in the order of the request.
func (p *dataPage) before(a, b time.Time) bool {
	if p.descending {
		return a.After(b)
	}
	return a.Before(b)
}

func (p place) token() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(p.query) + " " + strconv.FormatInt(p.at.Unix(), 10)))
}

func readDataToken(token *string, queries int) (p place, err error) {
	if token == nil {
		return place{}, nil
	}
	text, _ := base64.RawURLEncoding.DecodeString(*token) // what can't be read has no numbers in it
	number, seconds, _ := strings.Cut(string(text), " ")
	p.query, err = strconv.Atoi(number)
	at, badTime := strconv.ParseInt(seconds, 10, 64)
	if err != nil || badTime != nil || p.query < 0 || p.query >= queries {
		return place{}, invalidToken()
	}
	p.at = time.Unix(at, 0).UTC()
	return p, nil
}
