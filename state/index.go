package state

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Index finds the rows of a table by other keys than their own.
type Index[R any] struct{ all *index }

// index is an Index whose R does not matter; see table.
type index struct {
	table  *table
	name   string
	prefix string
	keys   func(r any) []Key
}

// NewIndex declares an index; keys computes the keys of a row, which may be none or several.
func NewIndex[R any](t *Table[R], name string, keys func(*R) []Key) *Index[R] {
	ix := &index{table: t.all, name: name, prefix: indexPrefix(t.all.name, name), keys: func(r any) []Key { return keys(r.(*R)) }}
	t.all.addIndex(ix)
	return &Index[R]{ix}
}

func (t *table) addIndex(ix *index) {
	if ix.name == "" || strings.ContainsAny(ix.name, partEnd) {
		panic(fmt.Sprintf("state: bad index name %q", ix.name))
	}
	if slices.Contains(t.indexPrefixes(), ix.prefix) {
		panic(fmt.Sprintf("state: index %q of table %q is declared twice", ix.name, t.name))
	}
	t.indexes = append(t.indexes, ix)
}

// Scan yields the rows whose index keys begin with those parts, in the order of
// index keys, then of their own. See Table.Scan for changes while scanning.
func (ix *Index[R]) Scan(tx *Tx, prefix ...string) iter.Seq[*R] {
	return func(yield func(*R) bool) {
		ix.all.scan(tx, prefix, func(r any) bool { return yield(r.(*R)) })
	}
}

// First returns the first row that Scan would yield or nil.
func (ix *Index[R]) First(tx *Tx, prefix ...string) (first *R) {
	ix.all.scan(tx, prefix, func(r any) bool {
		first = r.(*R)
		return false
	})
	return first
}

// Count returns how many rows Scan would yield, without decoding them.
func (ix *Index[R]) Count(tx *Tx, prefix ...string) int { return ix.all.count(tx, prefix) }

func (ix *index) scan(tx *Tx, prefix Key, yield func(r any) bool) {
	enc, ok := encode(prefix)
	if !ok {
		return
	}
	for entry := range tx.scan(ix.prefix+enc, "") {
		r := ix.table.getRow(tx, rowKeyOf(entry[len(ix.prefix):]))
		if r == nil {
			tx.fail(fmt.Errorf("index %s of table %s has an entry without a row", ix.name, ix.table.name))
			return
		}
		if !yield(r) {
			return
		}
	}
}

func (ix *index) count(tx *Tx, prefix Key) (n int) {
	enc, ok := encode(prefix)
	if !ok {
		return 0
	}
	for range tx.scan(ix.prefix+enc, "") {
		n++
	}
	return n
}

// entries returns the stored index entries of a row, in order; none of no row.
func (ix *index) entries(rowKey string, r any) []string {
	if r == nil {
		return nil
	}
	entries := encodeAll(ix.table.name+"."+ix.name, ix.keys(r))
	for i, key := range entries {
		entries[i] = ix.prefix + key + keyEnd + rowKey
	}
	return entries
}

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
