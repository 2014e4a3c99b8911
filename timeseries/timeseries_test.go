package timeseries

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ipam-local/ipam-local/state"
)

func TestSamples(t *testing.T) {
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	now := noon
	db, err := state.Open(state.Options{Schemas: []*state.Schema{&Schema}, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	series := Series{Account: "111122223333", Region: "us-east-1", ID: "x"}
	record := func(after time.Duration, values ...float64) {
		now = noon.Add(after)
		if err := db.Update(func(tx *state.Tx) error { series.Record(tx, values...); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	record(1*time.Minute, 1, 10)
	record(2*time.Minute, 2, 20)  // the same slot: the last one counts
	record(10*time.Minute, 3, 30) // on the mark: the sample of this moment still has what was before
	record(21 * time.Minute)      // from here on it has no values
	record(31*time.Minute, 4, 40)

	tests := []struct {
		name     string
		now      time.Duration
		column   int
		from, to time.Duration
		want     string
	}{
		{"all", time.Hour, 0, 0, time.Hour, "5=2 10=2 15=3 20=3 35=4 40=4 45=4 50=4 55=4"},
		{"the other column", time.Hour, 1, 0, 20 * time.Minute, "5=20 10=20 15=30"},
		{"what begins between two samples", time.Hour, 0, 11 * time.Minute, 21 * time.Minute, "15=3 20=3"},
		{"the start counts, the end does not", time.Hour, 0, 10 * time.Minute, 15 * time.Minute, "10=2"},
		{"not what is to come", 40 * time.Minute, 0, 30 * time.Minute, time.Hour, "35=4 40=4"},
		{"a clock that was put back", 12 * time.Minute, 0, 0, time.Hour, "5=2 10=2"},
		{"a column that is not there", time.Hour, 2, 0, time.Hour, ""},
		{"what was kept too long", Retention + 50*time.Minute, 0, 0, time.Hour, "50=4 55=4"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			now = noon.Add(test.now)
			var got []string
			db.View(func(tx *state.Tx) error {
				for at, v := range (Metric{Series: series, Column: test.column}).Samples(tx, noon.Add(test.from), noon.Add(test.to)) {
					got = append(got, fmt.Sprintf("%v=%v", at.Sub(noon).Minutes(), v))
				}
				return nil
			})
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("samples are %q, want %q", got, test.want)
			}
		})
	}
}
