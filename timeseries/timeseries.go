// Package timeseries keeps how values have changed in the course of time, and makes the samples of metrics from them.
//
// Who publishes metrics says at a sample's time what they are, and only if something may have changed since the last one;
// until he speaks again they stay as they are. So a metric is a step function of time, and its samples, one every five minutes,
// are computed when somebody reads them: no timer has to run, and whoever moves the clock gets the samples of the time that
// has passed.
//
//	value  ──┐      ┌─────────     recorded at 12:05, and again at 12:15
//	         └──────┘
//	samples 12:00  12:05  12:10  12:15
package timeseries

import (
	"iter"
	"slices"
	"time"

	"github.com/ipam-local/ipam-local/state"
)

// Schema is the tables of this package.
var Schema state.Schema

// Interval is the time between two samples. AWS says nowhere how often it publishes IPAM's metrics; its users read them every
// five or fifteen minutes. Source: https://github.com/prometheus-community/yet-another-cloudwatch-exporter/issues/1472
const Interval = 5 * time.Minute

// Retention is how long samples are kept.
// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
const Retention = 455 * 24 * time.Hour

// Next is the time of the first sample that shows what changes at t.
func Next(t time.Time) time.Time { return t.Truncate(Interval).Add(Interval) }

// Group is metrics that are sampled together, such as those of an IPAM, and where they are published.
type Group struct{ Account, Region, Name string }

// Sample is what the metrics of one thing are, such as the three percentages of a pool. What an id stands for never changes:
// not its dimensions, nor the names and units of its values.
type Sample struct {
	ID         string // within its group
	Namespace  string
	Dimensions []Dimension
	Values     []Value
}

// Dimension is a part of a metric's identity.
type Dimension struct{ Name, Value string }

// Value is one value of a sample.
type Value struct {
	Name, Unit string
	Value      float64 `json:"-"`
}

// series is the metrics of one thing, and their values at present.
type series struct {
	Group
	Sample
	Now   []float64 `json:",omitempty"` // by the index of Values; empty: there are none
	Since time.Time // the first sample that has them
}

func (r *series) key() state.Key { return state.Key{r.Account, r.Region, r.Name, r.ID} }

// step is what the values of a series are from a sample on.
type step struct {
	Series state.Key
	From   time.Time
	Values []float64 `json:",omitempty"`
}

func (r *step) key() state.Key { return append(slices.Clip(r.Series), r.From.Format(time.RFC3339)) }

var (
	allSeries = state.NewTable(&Schema, "metric-series", (*series).key)
	// liveSeries are those that have values at present.
	liveSeries = state.NewIndex(allSeries, "live", func(r *series) []state.Key {
		if len(r.Now) == 0 {
			return nil
		}
		return []state.Key{{r.Account, r.Region, r.Name}}
	})
	steps = state.NewTable(&Schema, "metric-step", (*step).key)
)

// Record notes what the metrics of a group are at a sample's time. Those that are not named have no values any more.
func (g Group) Record(tx *state.Tx, samples iter.Seq[Sample]) {
	ended := map[string]*series{}
	for r := range liveSeries.Scan(tx, g.Account, g.Region, g.Name) {
		ended[r.ID] = r
	}
	for s := range samples {
		r := ended[s.ID]
		delete(ended, s.ID)
		if r == nil {
			r = &series{Group: g, Sample: s}
		}
		values := make([]float64, len(s.Values))
		for i, v := range s.Values {
			values[i] = v.Value
		}
		r.set(tx, values)
	}
	for _, r := range ended {
		r.set(tx, nil)
	}
}

// End notes that a group has no metrics any more. Samples of the past stay.
func (g Group) End(tx *state.Tx) { g.Record(tx, func(func(Sample) bool) {}) }

func (r *series) set(tx *state.Tx, values []float64) {
	if slices.Equal(r.Now, values) {
		return
	}
	r.Now, r.Since = values, ceil(tx.Now)
	allSeries.Put(tx, r)
	steps.Put(tx, &step{Series: r.key(), From: r.Since, Values: values})
}

// Metric is a metric as CloudWatch knows it: one value of a series.
type Metric struct {
	Namespace, Name, Unit string
	Dimensions            []Dimension

	series *series
	column int
}

// Metrics yields the metrics that there are and that there were of an account in a Region.
func Metrics(tx *state.Tx, account, region string) iter.Seq[Metric] {
	return func(yield func(Metric) bool) {
		for r := range allSeries.Scan(tx, account, region) {
			for i, v := range r.Values {
				if !yield(Metric{r.Namespace, v.Name, v.Unit, r.Dimensions, r, i}) {
					return
				}
			}
		}
	}
}

// Samples yields the samples of a metric that there are by now, from a time on and before another, in order.
func (m Metric) Samples(tx *state.Tx, from, to time.Time) iter.Seq2[time.Time, float64] {
	from = later(from, tx.Now.Add(-Retention))
	if to.After(tx.Now) {
		to = tx.Now.Add(1) // a sample of this very moment is there
	}
	return func(yield func(time.Time, float64) bool) {
		at := ceil(from)
		var values []float64
		// emit yields the samples up to the one with which the values change.
		emit := func(end time.Time) bool {
			for ; at.Before(end); at = at.Add(Interval) {
				if len(values) > 0 && !yield(at, values[m.column]) {
					return false
				}
			}
			return true
		}
		for r := range steps.Scan(tx, m.series.key()...) {
			if !r.From.Before(to) {
				break
			}
			if !emit(r.From) {
				return
			}
			values = r.Values
		}
		emit(to)
	}
}

// HasSamples reports whether there is a sample since a time.
func (m Metric) HasSamples(tx *state.Tx, since time.Time) bool {
	if len(m.series.Now) > 0 && !ceil(later(since, m.series.Since)).After(tx.Now) {
		return true // without reading steps, the usual case
	}
	for range m.Samples(tx, since, tx.Now.Add(1)) {
		return true
	}
	return false
}

func ceil(t time.Time) time.Time {
	if down := t.Truncate(Interval); down.Before(t) {
		return down.Add(Interval)
	}
	return t.Truncate(Interval)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
