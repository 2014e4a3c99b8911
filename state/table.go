package state

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
)

// Table is a set of rows of type R, each under its own key. Rows are stored as JSON.
type Table[R any] struct{ all *table }

// table is a Table whose R does not matter. What is done with rows is done here, with pointers to them in an any: the
// program has one copy of it, and not one for each of its many tables.
type table struct {
	name    string
	prefix  string
	create  func() any // a pointer to an empty row
	key     func(r any) Key
	indexes []*index
	hooks   []change // of derived values
	watches []change
}

// change is called with what a row was and is; nil: there is no such row.
type change func(tx *Tx, before, after any)

// NewTable declares a table; key computes the key of a row and must not change it.
func NewTable[R any](s *Schema, name string, key func(*R) Key) *Table[R] {
	t := &table{
		name: name, prefix: rowPrefix(name),
		create: func() any { return new(R) },
		key:    func(r any) Key { return key(r.(*R)) },
	}
	s.add(t)
	return &Table[R]{t}
}

// Get returns the row with that key or nil. It is a copy that the caller may change.
func (t *Table[R]) Get(tx *Tx, key ...string) *R { return rowOf[R](t.all.get(tx, key)) }

// Put stores the row in place of the one with the same key.
func (t *Table[R]) Put(tx *Tx, r *R) { t.all.put(tx, r) }

// Delete removes the row with that key, if there is one.
func (t *Table[R]) Delete(tx *Tx, key ...string) { t.all.delete(tx, key) }

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
		t.all.scan(tx, after, prefix, func(r any) bool { return yield(r.(*R)) })
	}
}

// Watch has f called in each transaction that changes a row of t, before being nil for a new row and after for a deleted one.
// The row and derived values have changed by then; f may write rows of other tables. It is not called for rows that are
// loaded, restored or dropped with their account, since the same is done to what f has written.
func Watch[R any](t *Table[R], f func(tx *Tx, before, after *R)) {
	t.all.watches = append(t.all.watches, func(tx *Tx, before, after any) { f(tx, rowOf[R](before), rowOf[R](after)) })
}

// rowOf is the row as what it is, nil for none.
func rowOf[R any](r any) *R {
	row, _ := r.(*R)
	return row
}

func (t *table) get(tx *Tx, key Key) any {
	enc, ok := encode(key)
	if !ok {
		return nil
	}
	return t.getRow(tx, enc)
}

func (t *table) put(tx *Tx, r any) {
	tx.mustWrite()
	enc := mustEncode(t.name, t.key(r))
	raw, err := json.Marshal(r)
	if err != nil {
		tx.fail(fmt.Errorf("table %s: %w", t.name, err))
		return
	}
	before := t.move(tx, enc, r)
	tx.set(t.prefix+enc, raw)
	t.tell(tx, before, r)
}

func (t *table) delete(tx *Tx, key Key) {
	if enc, ok := encode(key); ok {
		t.deleteRow(tx, enc)
	}
}

func (t *table) scan(tx *Tx, after, prefix Key, yield func(r any) bool) {
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

func (t *table) getRow(tx *Tx, enc string) any {
	raw, ok := tx.get(t.prefix + enc)
	if !ok {
		return nil
	}
	return t.decode(tx, raw)
}

func (t *table) deleteRow(tx *Tx, enc string) {
	tx.mustWrite()
	if _, ok := tx.get(t.prefix + enc); !ok {
		return
	}
	before := t.move(tx, enc, nil)
	tx.delete(t.prefix + enc)
	t.tell(tx, before, nil)
}

// move takes the index entries and derived values from the stored row, which it returns, to the new one.
func (t *table) move(tx *Tx, enc string, after any) (before any) {
	if len(t.indexes) == 0 && len(t.hooks) == 0 && len(t.watches) == 0 {
		return nil
	}
	before = t.getRow(tx, enc)
	for _, ix := range t.indexes {
		tx.moveEntries(ix.entries(enc, before), ix.entries(enc, after))
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
func (t *table) tell(tx *Tx, before, after any) {
	if tx.dropping || tx.err != nil {
		return
	}
	for _, watch := range t.watches {
		watch(tx, before, after)
	}
}

// decode returns nil for a row that can't be read, and the transaction has failed.
func (t *table) decode(tx *Tx, raw []byte) any {
	r := t.create()
	if err := json.Unmarshal(raw, r); err != nil {
		tx.fail(fmt.Errorf("table %s: %w", t.name, err))
		return nil
	}
	return r
}

// load brings a row that comes from outside a transaction, be it stored or in a
// document: it emits what is to be stored for it and runs the hooks.
func (t *table) load(tx *Tx, raw []byte, strict bool, emit func(key string, value []byte)) error {
	r := t.create()
	d := json.NewDecoder(bytes.NewReader(raw))
	if strict {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(r); err != nil {
		return fmt.Errorf("table %s: %w", t.name, err)
	}
	if emit != nil {
		if err := t.emit(r, emit); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	for _, hook := range t.hooks {
		hook(tx, nil, r)
	}
	return nil
}

func (t *table) emit(r any, emit func(key string, value []byte)) error {
	key := t.key(r)
	enc, ok := encode(key)
	if !ok || len(key) == 0 {
		return fmt.Errorf("bad key %q", []string(key))
	}
	stored, err := json.Marshal(r)
	if err != nil {
		return err
	}
	emit(t.prefix+enc, stored)
	for _, ix := range t.indexes {
		for _, entry := range ix.entries(enc, r) {
			emit(entry, nil)
		}
	}
	return nil
}

func (t *table) indexPrefixes() []string {
	var prefixes []string
	for _, ix := range t.indexes {
		prefixes = append(prefixes, ix.prefix)
	}
	return prefixes
}
