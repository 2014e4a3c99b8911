package state

import (
	"strings"
	"testing"
)

func TestCheckFindsCorruption(t *testing.T) {
	const (
		row   = "ritem\x00\x011\x00\x01r\x00\x01a\x00"
		entry = "iitem.tag\x00\x011\x00\x01x\x00\x00\x011\x00\x01r\x00\x01a\x00"
	)
	cases := []struct {
		name    string
		want    string
		corrupt func(tx *Tx)
	}{
		{"nothing wrong", "", func(*Tx) {}},
		{"an index entry is missing", "missing", func(tx *Tx) { tx.delete(entry) }},
		{"an index entry too many", "the rows demand 1", func(tx *Tx) { tx.set(strings.Replace(entry, "x", "y", 1), []byte{}) }},
		{"a row is missing", "the rows demand 0", func(tx *Tx) { tx.delete(row) }},
		{"a row is unreadable", "table item", func(tx *Tx) { tx.set(row, []byte("[]")) }},
		{"a row has another's key", "should have the key", func(tx *Tx) {
			tx.set(strings.Replace(row, "a", "b", 1), []byte(`{"Account":"1","Region":"r","ID":"a","Tags":["x"]}`))
		}},
		{"a row changed behind the derived value", "its rows give 6", func(tx *Tx) {
			tx.set(row, []byte(`{"Account":"1","Region":"r","ID":"a","Tags":["x"],"Size":6}`))
		}},
		{"a wrong derived value", "its rows give 5", func(tx *Tx) { total.all.set(tx, "1", 4) }},
		{"a derived value without rows", "no rows", func(tx *Tx) { total.all.set(tx, "2", 4) }},
		{"a row of an unknown table", "not declared", func(tx *Tx) { tx.set("rother\x00\x011\x00", []byte("{}")) }},
		{"a row of another generation", "no generation", func(tx *Tx) {
			tx.staged = tx.staged.Set(generationPrefix(7)+row, []byte("{}"))
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db, err := Open(Options{Schemas: []*Schema{&testSchema}})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			update(t, db, func(tx *Tx) {
				items.Put(tx, &item{Account: "1", Region: "r", ID: "a", Tags: []string{"x", "x"}, Size: 5})
			})
			update(t, db, c.corrupt)
			err = db.Check()
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("Check = %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestZeroDerivedValuesTakeNoMemory(t *testing.T) {
	db := open(t, Options{})
	update(t, db, func(tx *Tx) { items.Put(tx, &item{Account: "1", ID: "a", Size: 5}) })
	update(t, db, func(tx *Tx) { items.Delete(tx, "1", "", "a") })
	view(t, db, func(tx *Tx) {
		if got := tx.derived[0].Len(); got != 0 {
			t.Errorf("%d values are kept, want 0", got)
		}
	})
}
