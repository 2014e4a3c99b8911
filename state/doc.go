// Package state keeps the records of the emulator: typed tables with indexes,
// values derived from them, and work that is due later, over Badger.
//
// It is not a general store: it knows no query language and no schema change,
// and one process holds it all.
//
//	var schema state.Schema
//
//	type Pool struct{ ID, Account, Region string }
//
//	var pools = state.NewTable(&schema, "pool", func(p *Pool) state.Key {
//		return state.Key{p.Account, p.Region, p.ID}
//	})
//
//	err := db.Update(func(tx *state.Tx) error {
//		pools.Put(tx, &Pool{ID: tx.NewID("ipam-pool-", 17), …})
//		return nil
//	})
//
// One picture explains the rest. A transaction reads an instant that never
// changes and stages what it writes; Update commits and publishes the next one:
//
//	instant n ──────────────► View ─┐        rows and indexes: Badger, at a version
//	   │                            ├─ read  derived values:   immutable maps in memory
//	   └── Update: stage, commit ───┘        earliest due work: a time
//	              │
//	              ▼ publish
//	instant n+1
//
// So a View sees rows and derived values of one moment and never waits for a
// writer, and an Update that fails leaves no trace.
package state
