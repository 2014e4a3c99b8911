package state

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Index finds the rows of a table by other keys than their own.
type Index[R any] struct {
	table  *Table[R]
	name   string
	prefix string
	keys   func(*R) []Key
}

// NewIndex declares an index; keys computes the keys of a row, which may be none or several.
func NewIndex[R any](t *Table[R], name string, keys func(*R) []Key) *Index[R] {
	ix := &Index[R]{table: t, name: name, prefix: indexPrefix(t.name, name), keys: keys}
	checkIndex(t, name, ix.prefix)
	t.indexes = append(t.indexes, ix)
	return ix
}

// checkIndex has no type parameter, nor has what else says so: the program would have a copy for each table.
func checkIndex(t anyTable, name, prefix string) {
	if name == "" || strings.ContainsAny(name, partEnd) {
		panic(fmt.Sprintf("state: bad index name %q", name))
	}
	if slices.Contains(t.indexPrefixes(), prefix) {
		panic(fmt.Sprintf("state: index %q of table %q is declared twice", name, t.fullName()))
	}
}

// Scan yields the rows whose index keys begin with those parts, in the order of
// index keys, then of their own. See Table.Scan for changes while scanning.
func (ix *Index[R]) Scan(tx *Tx, prefix ...string) iter.Seq[*R] {
	return func(yield func(*R) bool) {
		enc, ok := encode(prefix)
		if !ok {
			return
		}
		for entry := range tx.scan(ix.prefix+enc, "") {
			r := ix.table.get(tx, rowKeyOf(entry[len(ix.prefix):]))
			if r == nil {
				tx.fail(fmt.Errorf("index %s of table %s has an entry without a row", ix.name, ix.table.name))
				return
			}
			if !yield(r) {
				return
			}
		}
	}
}

// First returns the first row that Scan would yield or nil.
func (ix *Index[R]) First(tx *Tx, prefix ...string) *R {
	for r := range ix.Scan(tx, prefix...) {
		return r
	}
	return nil
}

// Count returns how many rows Scan would yield, without decoding them.
func (ix *Index[R]) Count(tx *Tx, prefix ...string) int {
	enc, ok := encode(prefix)
	if !ok {
		return 0
	}
	n := 0
	for range tx.scan(ix.prefix+enc, "") {
		n++
	}
	return n
}

// entries returns the stored index entries of a row, in order.
func (ix *Index[R]) entries(rowKey string, r *R) []string {
	if r == nil {
		return nil
	}
	return entriesOf(ix.table.name+"."+ix.name, ix.prefix, ix.keys(r), rowKey)
}

// entriesOf has no type parameter.
func entriesOf(name, prefix string, keys []Key, rowKey string) []string {
	entries := encodeAll(name, keys)
	for i, key := range entries {
		entries[i] = prefix + key + keyEnd + rowKey
	}
	return entries
}

func (ix *Index[R]) change(tx *Tx, rowKey string, before, after *R) {
	tx.moveEntries(ix.entries(rowKey, before), ix.entries(rowKey, after))
}

// moveEntries has no type parameter.
func (tx *Tx) moveEntries(gone, come []string) {
	for _, entry := range gone {
		if _, stays := slices.BinarySearch(come, entry); !stays {
			tx.delete(entry)
		}
	}
	for _, entry := range come {
		if _, stays := slices.BinarySearch(gone, entry); !stays {
			tx.set(entry, []byte{})
		}
	}
}
