// Package cwapi is what CloudWatch tells about metrics: which there are, and their values. It neither takes metrics nor keeps
// them; other packages record values in package timeseries. A namespace that nobody publishes to has no metrics, which is no error.
package cwapi

import (
	"slices"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/timeseries"
)

// Operations are all that the package serves.
func Operations() []op.Op {
	return slices.Concat(listOperations, statisticsOperations, dataOperations)
}

// Call is one request: its transaction and who makes it.
type Call struct {
	Tx *state.Tx
	op.Caller
	known []timeseries.Metric // see metrics
}

// metrics are those of the caller in the Region of the call. They are read once in a call, which may have hundreds of queries.
func (c *Call) metrics() []timeseries.Metric {
	if c.known == nil {
		c.known = slices.Collect(timeseries.Metrics(c.Tx, c.Account, c.Region))
	}
	return c.known
}

// or is what p points to, or def if it points nowhere.
func or[T any](p *T, def T) T {
	if p == nil {
		return def
	}
	return *p
}
