package state

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
)

// Table is a set of rows of type R, each under its own key. Rows are stored as JSON.
type Table[R any] struct {
	name    string
	prefix  string
	key     func(*R) Key
	indexes []*Index[R]
	hooks   []func(tx *Tx, before, after *R) // of derived values; nil: no such row
	watches []func(tx *Tx, before, after *R)
}

// NewTable declares a table; key computes the key of a row and must not change it.
func NewTable[R any](s *Schema, name string, key func(*R) Key) *Table[R] {
	t := &Table[R]{name: name, prefix: rowPrefix(name), key: key}
	s.add(t)
	return t
}

// Get returns the row with that key or nil. It is a copy that the caller may change.
func (t *Table[R]) Get(tx *Tx, key ...string) *R {
	enc, ok := encode(key)
	if !ok {
		return nil
	}
	return t.get(tx, enc)
}

// Put stores the row in place of the one with the same key.
func (t *Table[R]) Put(tx *Tx, r *R) {
	tx.mustWrite()
	enc := mustEncode(t.name, t.key(r))
	raw, ok := tx.marshal(t.name, r)
	if !ok {
		return
	}
	before := t.change(tx, enc, r)
	tx.set(t.prefix+enc, raw)
	t.tell(tx, before, r)
}

// Delete removes the row with that key, if there is one.
func (t *Table[R]) Delete(tx *Tx, key ...string) {
	if enc, ok := encode(key); ok {
		t.deleteRow(tx, enc)
	}
}

// Scan yields the rows whose keys begin with those parts, in the order of keys.
//
// Each row is yielded as it is when its turn comes: what the loop has deleted is
// left out, what it has changed is seen changed. Rows inserted meanwhile are not visited.
func (t *Table[R]) Scan(tx *Tx, prefix ...string) iter.Seq[*R] {
	return t.ScanAfter(tx, nil, prefix...)
}

// ScanAfter is Scan without the rows up to and including the key after; nil starts at the first.
func (t *Table[R]) ScanAfter(tx *Tx, after Key, prefix ...string) iter.Seq[*R] {
	return func(yield func(*R) bool) {
		enc, ok := encode(prefix)
		from, ok2 := encode(after)
		if !ok || !ok2 {
			return
		}
		if len(after) > 0 {
			from += "\x00" // the smallest key above after; those that extend it go on with 0x01
		}
		for _, raw := range tx.scan(t.prefix+enc, t.prefix+from) {
			r := t.decode(tx, raw)
			if r == nil || !yield(r) {
				return
			}
		}
	}
}

func (t *Table[R]) get(tx *Tx, enc string) *R {
	raw, ok := tx.get(t.prefix + enc)
	if !ok {
		return nil
	}
	return t.decode(tx, raw)
}

func (t *Table[R]) deleteRow(tx *Tx, enc string) {
	tx.mustWrite()
	if _, ok := tx.get(t.prefix + enc); !ok {
		return
	}
	before := t.change(tx, enc, nil)
	tx.delete(t.prefix + enc)
	t.tell(tx, before, nil)
}

// change moves the index entries and derived values from the stored row, which it returns, to the new one.
func (t *Table[R]) change(tx *Tx, enc string, after *R) (before *R) {
	if len(t.indexes) == 0 && len(t.hooks) == 0 && len(t.watches) == 0 {
		return nil
	}
	before = t.get(tx, enc)
	for _, ix := range t.indexes {
		ix.change(tx, enc, before, after)
	}
	if tx.err != nil {
		return nil // hooks must not see the nil of a failed read
	}
	for _, hook := range t.hooks {
		hook(tx, before, after)
	}
	return before
}

// tell calls those who watch.
func (t *Table[R]) tell(tx *Tx, before, after *R) {
	if tx.dropping || tx.err != nil {
		return
	}
	for _, watch := range t.watches {
		watch(tx, before, after)
	}
}

// Watch has f called in each transaction that changes a row of t, before being nil for a new row and after for a deleted one.
// The row and derived values have changed by then; f may write rows of other tables. It is not called for rows that are
// loaded, restored or dropped with their account, since the same is done to what f has written.
func Watch[R any](t *Table[R], f func(tx *Tx, before, after *R)) {
	t.watches = append(t.watches, f)
}

func (t *Table[R]) decode(tx *Tx, raw []byte) *R {
	r := new(R)
	if !tx.unmarshal(t.name, raw, r) {
		return nil
	}
	return r
}

// unmarshal and what follows have no type parameter: the program would have a copy for each table.
func (tx *Tx) unmarshal(table string, raw []byte, r any) bool {
	err := json.Unmarshal(raw, r)
	if err != nil {
		tx.fail(fmt.Errorf("table %s: %w", table, err))
	}
	return err == nil
}

// load brings a row that comes from outside a transaction, be it stored or in a
// document: it emits what is to be stored for it and runs the hooks.
func (t *Table[R]) load(tx *Tx, raw []byte, strict bool, emit func(key string, value []byte)) error {
	r := new(R)
	if err := decodeRow(t.name, raw, strict, r); err != nil {
		return err
	}
	if emit != nil {
		enc, stored, err := encodeRow(t.name, t.key(r), r)
		if err != nil {
			return err
		}
		emit(t.prefix+enc, stored)
		for _, ix := range t.indexes {
			for _, entry := range ix.entries(enc, r) {
				emit(entry, nil)
			}
		}
	}
	for _, hook := range t.hooks {
		hook(tx, nil, r)
	}
	return nil
}

func (tx *Tx) marshal(table string, r any) ([]byte, bool) {
	raw, err := json.Marshal(r)
	if err != nil {
		tx.fail(fmt.Errorf("table %s: %w", table, err))
	}
	return raw, err == nil
}

func decodeRow(table string, raw []byte, strict bool, r any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if strict {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(r); err != nil {
		return fmt.Errorf("table %s: %w", table, err)
	}
	return nil
}

func encodeRow(table string, key Key, r any) (enc string, stored []byte, err error) {
	enc, ok := encode(key)
	if !ok || len(key) == 0 {
		return "", nil, fmt.Errorf("table %s: bad key %q", table, []string(key))
	}
	if stored, err = json.Marshal(r); err != nil {
		return "", nil, fmt.Errorf("table %s: %w", table, err)
	}
	return enc, stored, nil
}

func (t *Table[R]) fullName() string  { return t.name }
func (t *Table[R]) rowPrefix() string { return t.prefix }

func (t *Table[R]) indexPrefixes() []string {
	var prefixes []string
	for _, ix := range t.indexes {
		prefixes = append(prefixes, ix.prefix)
	}
	return prefixes
}
