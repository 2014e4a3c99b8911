package state

import (
	"fmt"
	"testing"
	"time"
)

// item is the row of these tests.
type item struct {
	Account, Region, ID string
	Tags                []string
	Size                int
}

var (
	testSchema Schema

	items = NewTable(&testSchema, "item", func(i *item) Key { return Key{i.Account, i.Region, i.ID} })
	byTag = NewIndex(items, "tag", func(i *item) []Key {
		var keys []Key
		for _, tag := range i.Tags {
			keys = append(keys, Key{i.Account, tag})
		}
		return keys
	})
	// total counts only rows with a size, so that a row may come under a key and leave it.
	total = NewDerived[int](&testSchema, "total", nil)

	// reminders writes an item for each of its entries.
	reminders = NewQueue(&testSchema, "reminder", func(tx *Tx, key Key) {
		items.Put(tx, &item{Account: key[0], Region: "queue", ID: key[1], Size: 1})
	})
)

func init() {
	Derive(total, items,
		func(i *item) (string, bool) { return i.Account, i.Size > 0 },
		func(v int, i *item) int { return v + i.Size },
		func(v int, i *item) int { return v - i.Size })
}

// clock is a settable Options.Now.
type clock struct{ t time.Time }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) advance(d time.Duration) { c.t = c.t.Add(d) }
func newClock() *clock                   { return &clock{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)} }
func open(t testing.TB, opt Options) *DB { return openSchema(t, opt, &testSchema) }

// openSchema opens a state that is checked and closed at the end of the test.
func openSchema(t testing.TB, opt Options, s ...*Schema) *DB {
	t.Helper()
	opt.Schemas = s
	db, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Check(); err != nil && err != ErrClosed {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// update and view run a transaction that must not fail.
func update(t testing.TB, db *DB, fn func(tx *Tx)) {
	t.Helper()
	if err := db.Update(func(tx *Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, db *DB, fn func(tx *Tx)) {
	t.Helper()
	if err := db.View(func(tx *Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

func (i *item) String() string {
	return fmt.Sprintf("%s/%s/%s%v=%d", i.Account, i.Region, i.ID, i.Tags, i.Size)
}

// ids lists the rows of a scan by their ids.
func ids(rows func(func(*item) bool)) []string {
	ids := []string{}
	for i := range rows {
		ids = append(ids, i.ID)
	}
	return ids
}
