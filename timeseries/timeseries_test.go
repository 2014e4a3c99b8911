package timeseries

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ipam-local/ipam-local/state"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// recording is a state in which a test records the values of two things.
type recording struct {
	*testing.T
	db  *state.DB
	now time.Time
}

func newRecording(t *testing.T) *recording {
	r := &recording{T: t, now: noon}
	db, err := state.Open(state.Options{Schemas: []*state.Schema{&Schema}, Now: func() time.Time { return r.now }})
	if err != nil {
		t.Fatal(err)
	}
	r.db = db
	t.Cleanup(func() { db.Close() })
	return r
}

var group = Group{Account: "111122223333", Region: "us-east-1", Name: "g"}

func (r *recording) record(after time.Duration, samples ...Sample) {
	r.Helper()
	r.now = noon.Add(after)
	if err := r.db.Update(func(tx *state.Tx) error { group.Record(tx, slices.Values(samples)); return nil }); err != nil {
		r.Fatal(err)
	}
}

func pair(id string, a, b float64) Sample {
	return Sample{ID: id, Namespace: "N", Dimensions: []Dimension{{"ID", id}}, Values: []Value{{"A", "Percent", a}, {"B", "Count", b}}}
}

// read is the samples of a metric of a thing, in minutes after noon.
func (r *recording) read(id, name string, from, to time.Duration) string {
	var got []string
	r.db.View(func(tx *state.Tx) error {
		for m := range Metrics(tx, group.Account, group.Region) {
			if m.Name == name && m.Dimensions[0].Value == id {
				for at, v := range m.Samples(tx, noon.Add(from), noon.Add(to)) {
					got = append(got, fmt.Sprintf("%v=%v", at.Sub(noon).Minutes(), v))
				}
			}
		}
		return nil
	})
	return strings.Join(got, " ")
}

func TestSamples(t *testing.T) {
	r := newRecording(t)
	r.record(5*time.Minute, pair("x", 1, 10))
	r.record(5*time.Minute, pair("x", 2, 20))
	r.record(10*time.Minute, pair("x", 2, 20)) // as before
	r.record(15*time.Minute, pair("x", 3, 30), pair("y", 7, 70))
	r.record(25*time.Minute, pair("y", 7, 70)) // from here on x has no values
	r.record(35*time.Minute, pair("x", 4, 40))

	tests := []struct {
		name     string
		now      time.Duration
		id       string
		metric   string
		from, to time.Duration
		want     string
	}{
		{"all", time.Hour, "x", "A", 0, time.Hour, "5=2 10=2 15=3 20=3 35=4 40=4 45=4 50=4 55=4"},
		{"the other column", time.Hour, "x", "B", 0, 20 * time.Minute, "5=20 10=20 15=30"},
		{"the other thing", time.Hour, "y", "B", 0, time.Hour, "15=70 20=70 25=70 30=70"},
		{"what begins between two samples", time.Hour, "x", "A", 11 * time.Minute, 21 * time.Minute, "15=3 20=3"},
		{"the start counts, the end does not", time.Hour, "x", "A", 10 * time.Minute, 15 * time.Minute, "10=2"},
		{"not what is to come", 40 * time.Minute, "x", "A", 30 * time.Minute, time.Hour, "35=4 40=4"},
		{"a clock that was put back", 12 * time.Minute, "x", "A", 0, time.Hour, "5=2 10=2"},
		{"what was kept too long", Retention + 50*time.Minute, "x", "A", 0, time.Hour, "50=4 55=4"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r.now = noon.Add(test.now)
			if got := r.read(test.id, test.metric, test.from, test.to); got != test.want {
				t.Errorf("samples are %q, want %q", got, test.want)
			}
		})
	}
}

// HasSamples takes a short cut, which must not show.
func TestHasSamples(t *testing.T) {
	r := newRecording(t)
	r.record(5*time.Minute, pair("x", 1, 10))
	r.record(30*time.Minute, pair("y", 1, 10))
	for _, now := range []time.Duration{4, 5, 6, 29, 30, 31, 300} {
		for _, since := range []time.Duration{0, 5, 6, 25, 26, 30, 31, 299, 300} {
			r.now = noon.Add(now * time.Minute)
			r.db.View(func(tx *state.Tx) error {
				for m := range Metrics(tx, group.Account, group.Region) {
					want := false
					for range m.Samples(tx, noon.Add(since*time.Minute), tx.Now.Add(1)) {
						want = true
					}
					if got := m.HasSamples(tx, noon.Add(since*time.Minute)); got != want {
						t.Errorf("at minute %d, HasSamples since %d of %s = %v, want %v", now, since, m.Dimensions[0].Value, got, want)
					}
				}
				return nil
			})
		}
	}
}

func TestNext(t *testing.T) {
	for after, want := range map[time.Duration]time.Duration{0: 5 * time.Minute, time.Second: 5 * time.Minute, 5*time.Minute - 1: 5 * time.Minute, 5 * time.Minute: 10 * time.Minute} {
		if got := Next(noon.Add(after)); !got.Equal(noon.Add(want)) {
			t.Errorf("Next(noon + %v) = %v, want noon + %v", after, got, want)
		}
	}
}

func TestEnd(t *testing.T) {
	r := newRecording(t)
	r.record(5*time.Minute, pair("x", 1, 10))
	r.now = noon.Add(12 * time.Minute)
	if err := r.db.Update(func(tx *state.Tx) error { group.End(tx); return nil }); err != nil {
		t.Fatal(err)
	}
	r.now = noon.Add(time.Hour)
	if got, want := r.read("x", "A", 0, time.Hour), "5=1 10=1"; got != want {
		t.Errorf("samples are %q, want %q", got, want)
	}
}
