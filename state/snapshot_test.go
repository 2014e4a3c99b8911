package state

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

func snapshot(t *testing.T, db *DB) string {
	t.Helper()
	var b bytes.Buffer
	if err := db.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSnapshotAndRestore(t *testing.T) {
	clock := newClock()
	from, to := open(t, Options{Now: clock.now}), open(t, Options{Now: clock.now})
	update(t, from, func(tx *Tx) {
		for i := range pets {
			items.Put(tx, &pets[i])
		}
		items.Put(tx, &item{Account: "1", ID: "sized", Size: 3, Tags: []string{"x"}})
		reminders.At(tx, tx.Now.Add(time.Hour), "1", "later")
	})
	update(t, to, func(tx *Tx) { items.Put(tx, &item{Account: "9", ID: "old", Size: 1, Tags: []string{"x"}}) })

	doc := snapshot(t, from)
	if err := to.Restore(strings.NewReader(doc)); err != nil {
		t.Fatal(err)
	}
	if got := snapshot(t, to); got != doc {
		t.Errorf("snapshot after restore is\n%s, want\n%s", got, doc)
	}
	clock.advance(time.Hour)
	view(t, to, func(tx *Tx) {
		if got, want := total.Get(tx, "1"), 4; got != want {
			t.Errorf("total = %d, want %d: 3 restored and 1 by the queue", got, want)
		}
		if got := total.Get(tx, "9"); got != 0 {
			t.Errorf("total of the replaced state = %d, want 0", got)
		}
	})
}

func TestSnapshotOfNothing(t *testing.T) {
	db := open(t, Options{})
	doc := snapshot(t, db)
	if want := "{\"format\": 1, \"tables\": {}}\n"; doc != want {
		t.Errorf("Snapshot = %q, want %q", doc, want)
	}
	if err := db.Restore(strings.NewReader(doc)); err != nil {
		t.Error(err)
	}
}

func TestWrongDocumentChangesNothing(t *testing.T) {
	db := open(t, Options{})
	update(t, db, func(tx *Tx) { items.Put(tx, &item{Account: "1", ID: "a", Size: 1}) })
	before := snapshot(t, db)
	cases := []struct{ name, doc, want string }{
		{"nothing", ``, "EOF"},
		{"no JSON", `x`, "invalid"},
		{"cut off", before[:len(before)/2], "EOF"},
		{"two documents", before + before, "after the document"},
		{"another object", `{}`, "no snapshot"},
		{"an unknown part", `{"format":1,"tables":{},"more":1}`, "more"},
		{"another format", `{"format":2,"tables":{}}`, "another version"},
		{"an unknown table", `{"format":1,"tables":{"x":[]}}`, `no table "x"`},
		{"an unknown field", `{"format":1,"tables":{"item":[{"Account":"1","Sise":3}]}}`, "Sise"},
		{"a field of another type", `{"format":1,"tables":{"item":[{"Account":"1","Size":"3"}]}}`, "Size"},
		{"null", `{"format":1,"tables":{"item":[null]}}`, "no row"},
		{"a NUL in a key", `{"format":1,"tables":{"item":[{"Account":"1\u0000"}]}}`, "bad key"},
		{"a NUL in an index key", `{"format":1,"tables":{"item":[{"Account":"1","Tags":["\u0000"]}]}}`, "NUL"},
		{"a row twice", `{"format":1,"tables":{"item":[{"ID":"1"},{"ID":"1"}]}}`, "two rows"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := db.Restore(strings.NewReader(c.doc))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Restore = %v, want an error with %q", err, c.want)
			}
			if got := snapshot(t, db); got != before {
				t.Errorf("the state is now\n%s, want\n%s", got, before)
			}
		})
	}
}

func TestResetAccount(t *testing.T) {
	clock := newClock()
	db := open(t, Options{Now: clock.now})
	update(t, db, func(tx *Tx) {
		for i := range pets {
			items.Put(tx, &pets[i])
		}
		reminders.At(tx, tx.Now.Add(time.Hour), "1", "dropped")
		reminders.At(tx, tx.Now.Add(time.Hour), "2", "kept")
	})
	for range 3 { // more rows than one step drops
		update(t, db, func(tx *Tx) {
			for range resetStep {
				items.Put(tx, &item{Account: "1", ID: tx.NewID("", 17), Tags: []string{"x"}, Size: 1})
			}
		})
	}
	if err := db.ResetAccount("1"); err != nil {
		t.Fatal(err)
	}
	clock.advance(time.Hour)
	view(t, db, func(tx *Tx) {
		got, want := list(items.Scan(tx)), []string{"10/a/1[]=0", "2/a/1[]=0", "2/queue/kept[]=1"}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("rows = %v, want %v", got, want)
		}
		if got := total.Get(tx, "1"); got != 0 {
			t.Errorf("total = %d, want 0", got)
		}
	})
}

func TestResetLeavesRunningViewsAlone(t *testing.T) {
	db := open(t, Options{})
	update(t, db, func(tx *Tx) {
		for range 2000 {
			items.Put(tx, &item{Account: "1", ID: tx.NewID("", 17), Tags: []string{"x"}, Size: 1})
		}
	})
	view(t, db, func(tx *Tx) {
		if err := db.Reset(); err != nil {
			t.Fatal(err)
		}
		if got, want := byTag.Count(tx, "1", "x"), 2000; got != want {
			t.Errorf("the running View counts %d rows, want %d", got, want)
		}
		if got, want := total.Get(tx, "1"), 2000; got != want {
			t.Errorf("the running View has the total %d, want %d", got, want)
		}
	})
	view(t, db, func(tx *Tx) {
		if got := list(items.Scan(tx)); len(got) != 0 || total.Get(tx, "1") != 0 {
			t.Errorf("after Reset there are %v", got)
		}
	})
}
