package server

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"
)

// metrics counts calls for Prometheus. The text format is so small that a library for it would be most of the program.
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
type metrics struct {
	mu    sync.Mutex
	calls map[callKind]callCount
}

// callKind is what calls are counted by. Its values come from the tables of operations and of errors, so that no client
// can make it grow.
type callKind struct {
	service   string
	operation string
	code      string // of the error, or empty
}

type callCount struct {
	number int
	took   time.Duration
}

func (m *metrics) count(c *call, code string) {
	k := callKind{c.service.name, c.op.Name, code} // an operation that there is not has no name here
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.calls == nil {
		m.calls = map[callKind]callCount{}
	}
	n := m.calls[k]
	m.calls[k] = callCount{n.number + 1, n.took + time.Since(c.start)}
}

func (m *metrics) show(w http.ResponseWriter, _ *http.Request) error {
	m.mu.Lock()
	calls := maps.Clone(m.calls)
	m.mu.Unlock()
	kinds := slices.SortedFunc(maps.Keys(calls), func(a, b callKind) int {
		return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.operation, b.operation), cmp.Compare(a.code, b.code))
	})
	var text bytes.Buffer
	family := func(name, kind, help string) {
		fmt.Fprintf(&text, "# HELP ipam_local_%s %s\n# TYPE ipam_local_%s %s\n", name, help, name, kind)
	}
	family("calls_total", "counter", "Calls of AWS's operations, by what came of them.")
	for _, k := range kinds {
		fmt.Fprintf(&text, "ipam_local_calls_total{service=%q,operation=%q,code=%q} %d\n", k.service, k.operation, k.code, calls[k].number)
	}
	family("call_seconds_total", "counter", "Time spent on them.")
	for _, k := range kinds {
		fmt.Fprintf(&text, "ipam_local_call_seconds_total{service=%q,operation=%q,code=%q} %g\n", k.service, k.operation, k.code, calls[k].took.Seconds())
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	family("heap_bytes", "gauge", "Memory in use by the program's data.")
	fmt.Fprintf(&text, "ipam_local_heap_bytes %d\n", memory.HeapAlloc)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, err := w.Write(text.Bytes())
	return err
}
