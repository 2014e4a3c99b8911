package state

import "slices"

// AtEnd is work that a transaction does last, before it commits, and once for each key however often it is asked for. What
// follows from several changes together is so computed from what they have come to, and not from every step on the way.
//
// Nothing of it is stored: it is done with the transaction, or dropped with it.
type AtEnd struct{ run func(tx *Tx, keys []Key) }

// NewAtEnd declares such work; run does it for all keys that were asked for, in their order. It may ask for more.
func NewAtEnd(run func(tx *Tx, keys []Key)) *AtEnd { return &AtEnd{run} }

// request is what one AtEnd has to do in a transaction.
type request struct {
	work  *AtEnd
	keys  []Key
	asked map[string]bool
}

// Ask has the work done for a key at the end of the transaction.
func (w *AtEnd) Ask(tx *Tx, key ...string) {
	tx.mustWrite()
	i := slices.IndexFunc(tx.requests, func(r *request) bool { return r.work == w })
	if i < 0 {
		i = len(tx.requests)
		tx.requests = append(tx.requests, &request{work: w, asked: map[string]bool{}})
	}
	r := tx.requests[i]
	if enc, ok := encode(key); ok && !r.asked[enc] {
		r.asked[enc] = true
		r.keys = append(r.keys, key)
	}
}

// end does what was asked for.
func (tx *Tx) end() {
	for len(tx.requests) > 0 && tx.err == nil {
		r := tx.requests[0]
		tx.requests = tx.requests[1:]
		r.work.run(tx, r.keys)
	}
}
