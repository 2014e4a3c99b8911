package state

import (
	"fmt"
	"strings"
	"testing"
)

// Who watches a table sees each change once, with the row and derived values that have followed, and may write.
func TestWatch(t *testing.T) {
	type row struct {
		Account, ID string
		N           int
	}
	type note struct{ Account, Text string }
	var s Schema
	rows := NewTable(&s, "row", func(r *row) Key { return Key{r.Account, r.ID} })
	notes := NewTable(&s, "note", func(n *note) Key { return Key{n.Account, n.Text} })
	sum := NewDerived[int](&s, "sum", nil)
	Derive(sum, rows, func(r *row) (string, bool) { return r.Account, true },
		func(v int, r *row) int { return v + r.N }, func(v int, r *row) int { return v - r.N })
	Watch(rows, func(tx *Tx, before, after *row) {
		r := after
		if r == nil {
			r = before
		}
		stored := rows.Get(tx, r.Account, r.ID)
		if (stored == nil) != (after == nil) || stored != nil && stored.N != after.N {
			t.Errorf("the stored row is %v when %v is told", stored, after)
		}
		notes.Put(tx, &note{r.Account, fmt.Sprintf("%v %v %d", before != nil, after != nil, sum.Get(tx, r.Account))})
	})
	db := openSchema(t, Options{}, &s)
	for _, change := range []func(*Tx){
		func(tx *Tx) { rows.Put(tx, &row{"a", "1", 5}) },
		func(tx *Tx) { rows.Put(tx, &row{"a", "1", 7}) },
		func(tx *Tx) { rows.Delete(tx, "a", "1") },
		func(tx *Tx) { rows.Delete(tx, "a", "1") },
		func(tx *Tx) { rows.Put(tx, &row{"b", "1", 1}) },
	} {
		if err := db.Update(func(tx *Tx) error { change(tx); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.ResetAccount("b"); err != nil {
		t.Fatal(err)
	}
	var got []string
	db.View(func(tx *Tx) error {
		for n := range notes.Scan(tx) {
			got = append(got, n.Account+" "+n.Text)
		}
		return nil
	})
	if got, want := strings.Join(got, ", "), "a false true 5, a true false 0, a true true 7"; got != want {
		t.Errorf("notes are %q, want %q", got, want)
	}
}
