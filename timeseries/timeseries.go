// Package timeseries keeps how values have changed in the course of time, and makes the samples of metrics from them.
//
// A value is recorded when it changes, in the transaction that changes it; between two records it stays as it is. So a
// metric is a step function of time, and its samples, one every five minutes, are computed when somebody reads them: no
// timer has to run, and whoever moves the clock gets the samples of the time that has passed.
//
//	value  ──┐      ┌─────────     recorded in the slot 12:00, again in 12:10, where the last one counts
//	         └──────┘
//	samples 12:00  12:05  12:10  12:15
//
// Changes within one slot of five minutes are one record, so what changes often takes little more room than what doesn't.
package timeseries

import (
	"iter"
	"time"

	"github.com/ipam-local/ipam-local/state"
)

// Schema is the table of this package.
var Schema state.Schema

// Interval is the time between two samples. AWS says nowhere how often it publishes IPAM's metrics; its users read them every
// five or fifteen minutes. Source: https://github.com/prometheus-community/yet-another-cloudwatch-exporter/issues/1472
const Interval = 5 * time.Minute

// Retention is how long samples are kept.
// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
const Retention = 455 * 24 * time.Hour

// Metric is a metric as CloudWatch knows it, and where its values are: one column of a series.
type Metric struct {
	Namespace, Name, Unit string
	Dimensions            []Dimension
	Series                Series
	Column                int
}

// Dimension is a part of a metric's identity.
type Dimension struct{ Name, Value string }

// Series is values that change together, such as the three percentages of a pool.
type Series struct{ Account, Region, ID string }

// step is what the values of a series are from the end of a slot on.
type step struct {
	Series
	Slot   time.Time // its beginning
	Values []float64 `json:",omitempty"` // empty: the series has none from here on
}

func (r *step) key() state.Key {
	return state.Key{r.Account, r.Region, r.ID, r.Slot.Format(time.RFC3339)}
}

var steps = state.NewTable(&Schema, "metric-step", (*step).key)

// Record notes what the values of a series are now; without any, it has none from now on.
func (s Series) Record(tx *state.Tx, values ...float64) {
	steps.Put(tx, &step{Series: s, Slot: tx.Now.Truncate(Interval), Values: values})
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
		// emit yields the samples up to the end of the slot in which the values change.
		emit := func(end time.Time) bool {
			for ; at.Before(end); at = at.Add(Interval) {
				if m.Column < len(values) && !yield(at, values[m.Column]) {
					return false
				}
			}
			return true
		}
		for r := range steps.Scan(tx, m.Series.Account, m.Series.Region, m.Series.ID) {
			first := r.Slot.Add(Interval) // the first sample that shows the change
			if !first.Before(to) {
				break
			}
			if !emit(first) {
				return
			}
			values = r.Values
		}
		emit(to)
	}
}

// HasSamples reports whether there is a sample since a time.
func (m Metric) HasSamples(tx *state.Tx, since time.Time) bool {
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
