package cwapi

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// statistic makes one number of the samples of a period, of which there is at least one.
type statistic func(values []float64) float64

var statistics = map[types.Statistic]statistic{
	types.StatisticSampleCount: func(v []float64) float64 { return float64(len(v)) },
	types.StatisticSum:         sum,
	types.StatisticAverage:     func(v []float64) float64 { return sum(v) / float64(len(v)) },
	types.StatisticMinimum:     func(v []float64) float64 { return slices.Min(v) },
	types.StatisticMaximum:     func(v []float64) float64 { return slices.Max(v) },
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}

// statisticOf finds a statistic, be it one of the five or a percentile.
func statisticOf(parameter, name string) (statistic, error) {
	if s, ok := statistics[types.Statistic(name)]; ok {
		return s, nil
	}
	return percentileOf(parameter, name)
}

// percentileOf reads p0.0 to p100. Trimmed means and their like are refused by name.
func percentileOf(parameter, name string) (statistic, error) {
	digits, ok := strings.CutPrefix(name, "p")
	p, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || strings.Trim(digits, "0123456789.") != "" {
		for _, other := range []string{"tm", "wm", "tc", "ts", "pr", "TM(", "WM(", "TC(", "TS(", "PR(", "IQM"} {
			if strings.HasPrefix(strings.ToUpper(name), strings.ToUpper(other)) {
				return nil, invalidValue("The value %s for parameter %s is not supported by ipam-local.", name, parameter)
			}
		}
		return nil, invalidValue("The value %s for parameter %s is not supported.", name, parameter)
	}
	if p > 100 {
		return nil, invalidValue("The value %s for parameter %s is invalid. Percentiles are between p0.0 and p100.", name, parameter)
	}
	return func(values []float64) float64 { return percentile(values, p/100) }, nil
}

// percentile interpolates between the two nearest samples. How AWS does is not documented.
func percentile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	place := share * float64(len(sorted)-1)
	low := int(math.Floor(place))
	high := int(math.Ceil(place))
	return sorted[low] + (sorted[high]-sorted[low])*(place-float64(low))
}
