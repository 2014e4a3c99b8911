// Package cwapi is what CloudWatch tells about metrics: which there are, and their values. It neither takes metrics nor keeps
// them; other packages record values in package timeseries, and the server hands it a function that yields what there is.
// A namespace that nobody publishes to has no metrics, which is no error.
package cwapi

import (
	"iter"
	"slices"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/timeseries"
)

// Operations are all that the package serves.
func Operations() []op.Op {
	return slices.Concat(listOperations, statisticsOperations, dataOperations)
}

// Call is one request: its transaction, who makes it, and which metrics there are.
type Call struct {
	Tx *state.Tx
	op.Caller
	Source Source
}

// Source yields the metrics of an account in a Region.
type Source func(tx *state.Tx, account, region string) iter.Seq[timeseries.Metric]

// or is what p points to, or def if it points nowhere.
func or[T any](p *T, def T) T {
	if p == nil {
		return def
	}
	return *p
}
