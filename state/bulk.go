package state

import (
	"bytes"
	"time"

	"github.com/dgraph-io/badger/v4"
)

// What follows changes more rows than a transaction of Badger can hold. It writes them in
// several, at versions that nobody reads before the last is through.

// pair is a row or an index entry to be written.
type pair struct {
	key   string
	value []byte
}

// replaceLocked puts a new generation of rows in place of the current one. A crash before the
// head is written leaves the old generation, a later one the new; Open sweeps up the rest.
func (db *DB) replaceLocked(pairs []pair, derived []values) error {
	if err := db.whyBroken(); err != nil {
		return err
	}
	at, err := db.pin()
	if err != nil {
		return err
	}
	defer db.unpin(at)
	next := instant{generation: at.generation + 1, derived: derived}
	if err := db.writeAll(generationPrefix(next.generation), pairs); err != nil {
		return db.breakDown(err)
	}
	if err := db.writeHead(head{Format: format, Generation: next.generation}); err != nil {
		return db.breakDown(err)
	}
	if err := db.sweep(next.generation); err != nil {
		return db.breakDown(err)
	}
	next.version = db.last
	if next.due, err = db.firstDue(next); err != nil {
		return db.breakDown(err)
	}
	db.publish(next)
	return nil
}

func (db *DB) writeAll(prefix string, pairs []pair) error {
	w := db.badger.NewWriteBatchAt(db.nextVersion())
	defer w.Cancel()
	for _, p := range pairs {
		if err := w.Set([]byte(prefix+p.key), p.value); err != nil {
			return err
		}
	}
	return w.Flush()
}

// sweep deletes all rows that are not of that generation.
//
// Badger's DropAll would do it at once, but it also takes the rows from under running Views.
func (db *DB) sweep(generation uint32) error {
	current := []byte(generationPrefix(generation))
	rows := db.badger.NewTransactionAt(db.last, false)
	defer rows.Discard()
	w := db.badger.NewWriteBatchAt(db.nextVersion())
	defer w.Cancel()
	opt := badger.DefaultIteratorOptions
	opt.PrefetchValues = false
	it := rows.NewIterator(opt)
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		key := it.Item().Key()
		if bytes.HasPrefix(key, current) {
			// Skip over what stays.
			it.Seek([]byte(generationPrefix(generation + 1)))
			if !it.Valid() {
				break
			}
			key = it.Item().Key()
		}
		if bytes.Equal(key, headKey) {
			continue
		}
		if err := w.Delete(it.Item().KeyCopy(nil)); err != nil {
			return err
		}
	}
	return w.Flush()
}

// derive computes all derived values from the rows of an instant.
func (db *DB) derive(at instant) ([]values, error) {
	at.derived = db.catalog.emptyDerived()
	tx := db.begin(at, time.Time{})
	defer tx.rows.Discard()
	for _, t := range db.catalog.tables {
		for _, raw := range tx.scan(t.prefix, "") {
			if err := t.load(tx, raw, false, nil); err != nil {
				tx.fail(err)
			}
		}
	}
	return tx.derived, tx.err
}

func (db *DB) firstDue(at instant) (time.Time, error) {
	tx := db.begin(at, time.Time{})
	defer tx.rows.Discard()
	_, next := tx.nextEntry()
	if next == nil {
		return time.Time{}, tx.err
	}
	return next.Due, tx.err
}
