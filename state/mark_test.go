package state

import "testing"

func TestUndoTakesBackRowsIndexesAndDerivedValues(t *testing.T) {
	type row struct {
		Account string
		N       int
	}
	var s Schema
	rows := NewTable(&s, "row", func(r *row) Key { return Key{r.Account} })
	sums := NewDerived[int](&s, "sum", nil)
	Derive(sums, rows, func(*row) (string, bool) { return "all", true },
		func(n int, r *row) int { return n + r.N }, func(n int, r *row) int { return n - r.N })
	db := openSchema(t, Options{}, &s)
	update(t, db, func(tx *Tx) { rows.Put(tx, &row{"a", 1}) })
	update(t, db, func(tx *Tx) {
		rows.Put(tx, &row{"b", 10})
		m := tx.Mark()
		for range 2 {
			rows.Put(tx, &row{"c", 100})
			rows.Put(tx, &row{"a", 1000})
			rows.Delete(tx, "b")
			tx.Undo(m)
		}
		rows.Put(tx, &row{"d", 10000})
	})
	view(t, db, func(tx *Tx) {
		if got, want := sums.Get(tx, "all"), 10011; got != want {
			t.Errorf("the sum is %d, want %d", got, want)
		}
		if rows.Get(tx, "c") != nil || rows.Get(tx, "a").N != 1 || rows.Get(tx, "b") == nil {
			t.Error("a row is not what it was at the mark")
		}
	})
}
