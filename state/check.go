package state

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dgraph-io/badger/v4"
)

// Check builds every index and derived value anew from the rows, compares, and
// looks for rows of tables that are not declared.
func (db *DB) Check() error {
	return db.View(func(tx *Tx) error {
		derived := db.catalog.emptyDerived()
		counts := map[string]int{} // entries by prefix, as the rows demand them
		var errs []error
		for _, t := range db.catalog.tables {
			errs = append(errs, tx.checkRows(t, derived, counts))
		}
		for i, d := range db.catalog.derived {
			errs = append(errs, d.compare(tx.derived[i], derived[i]))
		}
		errs = append(errs, tx.checkKeys(counts))
		if err := errors.Join(errs...); err != nil {
			return fmt.Errorf("state check: %w", err)
		}
		return tx.err
	})
}

// checkRows looks for the keys and index entries that the rows of a table demand.
func (tx *Tx) checkRows(t *table, derived []values, counts map[string]int) error {
	fresh := &Tx{db: tx.db, derived: derived}
	for stored, raw := range tx.scan(t.prefix, "") {
		var missing error
		emit := func(key string, _ []byte) {
			counts[key[:strings.Index(key, partEnd)+1]]++
			if _, ok := tx.get(key); !ok {
				missing = fmt.Errorf("table %s: row %q demands %q, which is missing", t.name, stored, key)
			}
			if strings.HasPrefix(key, t.prefix) && key != stored {
				missing = fmt.Errorf("table %s: row %q should have the key %q", t.name, stored, key)
			}
		}
		if err := t.load(fresh, raw, false, emit); err != nil {
			return err
		}
		if missing != nil {
			return missing
		}
	}
	return nil
}

// checkKeys counts the stored keys. All that rows demand are there, so an equal count means there are no others.
func (tx *Tx) checkKeys(want map[string]int) error {
	got := map[string]int{}
	opt := badger.DefaultIteratorOptions
	opt.PrefetchValues = false
	it := tx.rows.NewIterator(opt)
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		key := string(it.Item().Key())
		if key == string(headKey) {
			continue
		}
		rest, ok := strings.CutPrefix(key, tx.prefix)
		if !ok {
			return fmt.Errorf("key %q is of no generation in use", key)
		}
		got[rest[:strings.Index(rest, partEnd)+1]]++
	}
	for prefix, n := range got {
		if !tx.db.catalog.prefixes[prefix] {
			return fmt.Errorf("there are %d keys of %q, which is not declared", n, prefix)
		}
		if n != want[prefix] {
			return fmt.Errorf("there are %d keys of %q, the rows demand %d", n, prefix, want[prefix])
		}
	}
	return nil
}
