package state

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
)

// Table is a set of rows of type R, each under its own key. Rows are stored as JSON.
type Table[R any] struct {
	name    string
	prefix  string
	key     func(*R) Key
	indexes []*Index[R]
	hooks   []func(tx *Tx, before, after *R) // of derived values; nil: no such row
}

// NewTable declares a table; key computes the key of a row and must not change it.
func NewTable[R any](s *Schema, name string, key func(*R) Key) *Table[R] {
	if name == "" || strings.ContainsAny(name, partEnd) {
		panic(fmt.Sprintf("state: bad table name %q", name))
	}
	t := &Table[R]{name: name, prefix: rowPrefix(name), key: key}
	for _, other := range s.tables {
		if other.fullName() == name {
			panic(fmt.Sprintf("state: table %q is declared twice", name))
		}
	}
	s.tables = append(s.tables, t)
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
	raw, err := json.Marshal(r)
	if err != nil {
		tx.fail(fmt.Errorf("table %s: %w", t.name, err))
		return
	}
	t.change(tx, enc, r)
	tx.set(t.prefix+enc, raw)
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
	t.change(tx, enc, nil)
	tx.delete(t.prefix + enc)
}

// change moves the index entries and derived values from the stored row to the new one.
func (t *Table[R]) change(tx *Tx, enc string, after *R) {
	if len(t.indexes) == 0 && len(t.hooks) == 0 {
		return
	}
	before := t.get(tx, enc)
	for _, ix := range t.indexes {
		ix.change(tx, enc, before, after)
	}
	if tx.err != nil {
		return // hooks must not see the nil of a failed read
	}
	for _, hook := range t.hooks {
		hook(tx, before, after)
	}
}

func (t *Table[R]) decode(tx *Tx, raw []byte) *R {
	r := new(R)
	if err := json.Unmarshal(raw, r); err != nil {
		tx.fail(fmt.Errorf("table %s: %w", t.name, err))
		return nil
	}
	return r
}

// load brings a row that comes from outside a transaction, be it stored or in a
// document: it emits what is to be stored for it and runs the hooks.
func (t *Table[R]) load(tx *Tx, raw []byte, strict bool, emit func(key string, value []byte)) error {
	r := new(R)
	d := json.NewDecoder(bytes.NewReader(raw))
	if strict {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(r); err != nil {
		return fmt.Errorf("table %s: %w", t.name, err)
	}
	if emit != nil {
		key := t.key(r)
		enc, ok := encode(key)
		if !ok || len(key) == 0 {
			return fmt.Errorf("table %s: bad key %q", t.name, []string(key))
		}
		stored, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
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

func (t *Table[R]) fullName() string  { return t.name }
func (t *Table[R]) rowPrefix() string { return t.prefix }

func (t *Table[R]) indexPrefixes() []string {
	var prefixes []string
	for _, ix := range t.indexes {
		prefixes = append(prefixes, ix.prefix)
	}
	return prefixes
}
