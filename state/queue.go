package state

import (
	"strings"
	"time"
)

// Queue holds work that is due at a time. It is kept in rows, so it survives
// what rows survive, and needs no timer: what is due runs before the next transaction.
type Queue struct {
	entries *Table[entry]
	byTime  *Index[entry]
	pending *Derived[bool] // by key
	run     func(tx *Tx, key Key)
}

type entry struct {
	Key Key
	Due time.Time
}

// sortable is RFC 3339 with all nine digits, so that times sort as text.
const sortable = "2006-01-02T15:04:05.000000000Z"

// NewQueue declares a queue; run does the work of one entry, in a transaction of its own, whose Now is when it was due.
func NewQueue(s *Schema, name string, run func(tx *Tx, key Key)) *Queue {
	t := NewTable(s, "queue."+name, func(e *entry) Key { return e.Key })
	q := &Queue{entries: t, pending: NewDerived(s, "queue."+name, func(a, b bool) bool { return a == b }), run: run}
	Derive(q.pending, t, func(e *entry) (string, bool) { return strings.Join(e.Key, partEnd), true },
		func(bool, *entry) bool { return true }, func(bool, *entry) bool { return false })
	q.byTime = NewIndex(t, "time", func(e *entry) []Key { return []Key{{e.Due.Format(sortable)}} })
	s.queues = append(s.queues, q)
	return q
}

// At makes the work of the key due at that time, instead of any other time set before.
// If it has passed already, the work runs before the next transaction, not in this one.
func (q *Queue) At(tx *Tx, when time.Time, key ...string) {
	q.entries.Put(tx, &entry{Key: key, Due: when.UTC().Round(0)})
	tx.queued = true
}

// Has tells whether there is work of the key. It costs next to nothing.
func (q *Queue) Has(tx *Tx, key ...string) bool { return q.pending.Get(tx, strings.Join(key, partEnd)) }

// Cancel removes the work of the key, if there is any.
func (q *Queue) Cancel(tx *Tx, key ...string) {
	q.entries.Delete(tx, key...)
	tx.queued = true
}

// settleLimit is how many entries run before one transaction. It is far more than is ever
// due at once; work that queues itself again without end must not hang the program.
var settleLimit = 100_000

// settleLocked runs all that is due. Each entry has its own transaction, so
// that a long job can do a part, queue itself again and stay within the bound.
func (db *DB) settleLocked(now time.Time) error {
	for n := 0; db.isDue(now); n++ {
		if n == settleLimit {
			db.log.Error("too much work is due at once; does an entry queue itself without end? The rest waits for the next transaction", "done", n)
			return nil
		}
		if err := db.transact(now, runNext); err != nil {
			return err
		}
	}
	return nil
}

func runNext(tx *Tx) error {
	q, next := tx.nextEntry()
	if next == nil {
		tx.queued = true // nothing there: have the earliest time computed again
		return nil
	}
	tx.Now = next.Due // not when somebody came by: what follows from the work is due in time, too
	q.Cancel(tx, next.Key...)
	q.run(tx, next.Key)
	return nil
}

// nextEntry returns the entry that is due first, and its queue.
func (tx *Tx) nextEntry() (*Queue, *entry) {
	var queue *Queue
	var next *entry
	for _, q := range tx.db.catalog.queues {
		if e := q.byTime.First(tx); e != nil && (next == nil || e.Due.Before(next.Due)) {
			queue, next = q, e
		}
	}
	return queue, next
}
