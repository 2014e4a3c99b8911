package state

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Work at the end is done once for each key, sees what the transaction has come to, and may ask for more.
func TestAtEnd(t *testing.T) {
	type row struct {
		Account string
		N       int
	}
	var s Schema
	rows := NewTable(&s, "row", func(r *row) Key { return Key{r.Account} })
	var got []string
	var sum *AtEnd
	sum = NewAtEnd(func(tx *Tx, keys []Key) {
		for _, key := range keys {
			got = append(got, fmt.Sprint(key[0], "=", rows.Get(tx, key[0]).N))
			if key[0] == "b" {
				rows.Put(tx, &row{"c", 7})
				sum.Ask(tx, "c")
			}
		}
	})
	db := openSchema(t, Options{}, &s)
	change := func(tx *Tx) {
		for n, account := range []string{"a", "b", "a"} {
			rows.Put(tx, &row{account, n})
			sum.Ask(tx, account)
		}
	}
	update(t, db, change)
	if want := "a=2 b=1 c=7"; strings.Join(got, " ") != want {
		t.Errorf("the work was done for %q, want %q", got, want)
	}
	view(t, db, func(tx *Tx) {
		if r := rows.Get(tx, "c"); r == nil || r.N != 7 {
			t.Errorf("what the work has written is %v", r)
		}
	})

	got = nil
	refused := errors.New("refused")
	if err := db.Update(func(tx *Tx) error { change(tx); return refused }); err != refused {
		t.Errorf("Update = %v, want the function's error", err)
	}
	update(t, db, func(*Tx) {})
	if len(got) > 0 {
		t.Errorf("the work was done for %q, but the transaction was dropped", got)
	}
}
