package state

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// pets is a table whose keys provoke the encoding.
var pets = []item{
	{Account: "1", Region: "", ID: "empty Region"},
	{Account: "1", Region: "a", ID: "1"},
	{Account: "1", Region: "a", ID: "2"},
	{Account: "1", Region: "a\x01", ID: "low byte"},
	{Account: "1", Region: "ab", ID: "1"},
	{Account: "1", Region: "b", ID: "1"},
	{Account: "10", Region: "a", ID: "1"},
	{Account: "2", Region: "a", ID: "1"},
}

func TestScanKeepsKeyOrderAndWholeParts(t *testing.T) {
	db := open(t, Options{})
	update(t, db, func(tx *Tx) {
		for i := range pets {
			items.Put(tx, &pets[len(pets)-1-i])
		}
	})
	cases := []struct {
		name   string
		prefix []string
		after  Key
		want   []item
	}{
		{"everything", nil, nil, pets},
		{"one account is no prefix of another", []string{"1"}, nil, pets[:6]},
		{"an empty part is a part", []string{"1", ""}, nil, pets[:1]},
		{"one Region is no prefix of another", []string{"1", "a"}, nil, pets[1:3]},
		{"a whole key", []string{"1", "a", "2"}, nil, pets[2:3]},
		{"more than a key", []string{"1", "a", "2", "x"}, nil, nil},
		{"nothing there", []string{"3"}, nil, nil},
		{"a NUL is in no key", []string{"1\x00\x01a"}, nil, nil},
		{"after a key", nil, Key{"1", "a", "2"}, pets[3:]},
		{"after a key that is not there", nil, Key{"1", "a", "11"}, pets[2:]},
		{"after a part of a key", []string{"1"}, Key{"1", "a"}, pets[1:6]},
		{"after a key before the prefix", []string{"2"}, Key{"1", "a", "1"}, pets[7:]},
		{"after a key behind the prefix", []string{"1"}, Key{"2"}, nil},
		{"after the last key", nil, Key{"2", "a", "1"}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			view(t, db, func(tx *Tx) {
				var got []item
				for i := range items.ScanAfter(tx, c.after, c.prefix...) {
					got = append(got, *i)
				}
				if !reflect.DeepEqual(got, c.want) {
					t.Errorf("ScanAfter(%q, %q) = %v, want %v", c.after, c.prefix, got, c.want)
				}
			})
		})
	}
}

func TestUpdateSeesItsOwnWrites(t *testing.T) {
	db := open(t, Options{})
	update(t, db, func(tx *Tx) {
		items.Put(tx, &item{Account: "1", ID: "a", Tags: []string{"x"}, Size: 1})
		items.Put(tx, &item{Account: "1", ID: "b", Tags: []string{"x"}, Size: 2})
	})
	update(t, db, func(tx *Tx) {
		items.Put(tx, &item{Account: "1", ID: "a", Tags: []string{"x", "y"}, Size: 10})
		items.Delete(tx, "1", "", "b")
		items.Delete(tx, "1", "", "never there")
		items.Put(tx, &item{Account: "1", ID: "c", Tags: []string{"y"}, Size: 100})
		if got, want := ids(items.Scan(tx, "1")), []string{"a", "c"}; !reflect.DeepEqual(got, want) {
			t.Errorf("Scan = %v, want %v", got, want)
		}
		if got, want := ids(byTag.Scan(tx, "1", "x")), []string{"a"}; !reflect.DeepEqual(got, want) {
			t.Errorf("Scan by tag x = %v, want %v", got, want)
		}
		if got, want := byTag.Count(tx, "1"), 3; got != want {
			t.Errorf("Count = %v, want %v", got, want)
		}
		if got := items.Get(tx, "1", "", "b"); got != nil {
			t.Errorf("Get of a deleted row = %v, want nil", got)
		}
		if got, want := total.Get(tx, "1"), 110; got != want {
			t.Errorf("total = %v, want %v", got, want)
		}
	})
}

func TestFailedUpdateLeavesNothing(t *testing.T) {
	db := open(t, Options{})
	refused := errors.New("refused")
	err := db.Update(func(tx *Tx) error {
		items.Put(tx, &item{Account: "1", ID: "a", Size: 1})
		reminders.At(tx, tx.Now, "1", "r")
		return refused
	})
	if err != refused {
		t.Errorf("Update = %v, want %v", err, refused)
	}
	view(t, db, func(tx *Tx) {
		if got := ids(items.Scan(tx)); len(got) != 0 {
			t.Errorf("Scan = %v, want nothing", got)
		}
		if got := total.Get(tx, "1"); got != 0 {
			t.Errorf("total = %v, want 0", got)
		}
	})
}

func TestGetReturnsACopy(t *testing.T) {
	db := open(t, Options{})
	update(t, db, func(tx *Tx) {
		items.Put(tx, &item{Account: "1", ID: "a", Tags: []string{"x"}})
		items.Get(tx, "1", "", "a").Tags[0] = "changed"
		if got, want := items.Get(tx, "1", "", "a").Tags[0], "x"; got != want {
			t.Errorf("tag = %q, want %q", got, want)
		}
	})
}

func TestScanWhileChanging(t *testing.T) {
	db := open(t, Options{})
	update(t, db, func(tx *Tx) {
		for _, id := range []string{"a", "b", "c", "d"} {
			items.Put(tx, &item{Account: "1", ID: id, Tags: []string{"x"}})
		}
	})
	update(t, db, func(tx *Tx) {
		var got []string
		for i := range byTag.Scan(tx, "1", "x") {
			got = append(got, i.String())
			if i.ID != "a" {
				continue
			}
			items.Delete(tx, "1", "", "b")
			items.Put(tx, &item{Account: "1", ID: "c"})
			items.Put(tx, &item{Account: "1", ID: "d", Tags: []string{"x"}, Size: 7})
			items.Put(tx, &item{Account: "1", ID: "e", Tags: []string{"x"}})
			for range items.Scan(tx) { // a scan in a scan, over what is staged
				continue
			}
		}
		want := []string{"1//a[x]=0", "1//d[x]=7"}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("scan while changing = %v, want %v", got, want)
		}
	})
}

func TestStorageErrorsStick(t *testing.T) {
	db := open(t, Options{})
	cases := []struct {
		name string
		want string
		fn   func(tx *Tx)
	}{
		{"a row too large", "too large", func(tx *Tx) {
			items.Put(tx, &item{Account: "1", ID: strings.Repeat("x", maxValue)})
		}},
		{"too many rows", "several steps", func(tx *Tx) {
			for range 60_000 {
				items.Put(tx, &item{Account: "1", ID: tx.NewID("", 17)})
			}
		}},
		{"an unreadable row", "table item", func(tx *Tx) {
			tx.set("ritem\x00\x011\x00\x01\x00\x01a\x00", []byte("{"))
			if got := items.Get(tx, "1", "", "a"); got != nil {
				t.Errorf("Get = %v, want nil", got)
			}
			items.Put(tx, &item{Account: "1", ID: "b"})
			if got := items.Get(tx, "1", "", "b"); got != nil {
				t.Errorf("Get after an error = %v, want nil", got)
			}
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := db.Update(func(tx *Tx) error { c.fn(tx); return nil })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Update = %v, want an error with %q", err, c.want)
			}
			update(t, db, func(tx *Tx) { items.Put(tx, &item{Account: "1", ID: "fine"}) })
			view(t, db, func(tx *Tx) {
				if got, want := ids(items.Scan(tx)), []string{"fine"}; !reflect.DeepEqual(got, want) {
					t.Errorf("rows = %v, want %v", got, want)
				}
			})
		})
	}
}

func TestProgrammersMistakesPanic(t *testing.T) {
	db := open(t, Options{})
	row := func(*item) Key { return nil }
	cases := []struct {
		name string
		fn   func()
	}{
		{"writing in a View", func() { _ = db.View(func(tx *Tx) error { items.Put(tx, &item{}); return nil }) }},
		{"a NUL in a key", func() { _ = db.Update(func(tx *Tx) error { items.Put(tx, &item{ID: "\x00"}); return nil }) }},
		{"two tables of one name", func() {
			var s Schema
			NewTable(&s, "a", row)
			NewTable(&s, "a", row)
		}},
		{"two tables of one name in two schemas", func() {
			var s, s2 Schema
			NewTable(&s, "a", row)
			NewTable(&s2, "a", row)
			_, _ = Open(Options{Schemas: []*Schema{&s, &s2}})
		}},
		{"two indexes of one name", func() {
			var s Schema
			table := NewTable(&s, "a", row)
			NewIndex(table, "x", func(*item) []Key { return nil })
			NewIndex(table, "x", func(*item) []Key { return nil })
		}},
		{"a derived value of an unknown schema", func() {
			var s Schema
			d := NewDerived[int](&s, "d", nil)
			_ = db.View(func(tx *Tx) error { d.Get(tx, "x"); return nil })
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			c.fn()
		})
	}
}

func TestNewID(t *testing.T) {
	db := open(t, Options{Rand: strings.NewReader("\x00\x1a\x2b\x3c")})
	err := db.Update(func(tx *Tx) error {
		if got, want := tx.NewID("ipam-", 5), "ipam-001a2"; got != want {
			t.Errorf("NewID = %q, want %q", got, want)
		}
		tx.NewID("x", 17)
		return nil
	})
	if err == nil {
		t.Error("Update succeeded without random digits")
	}
}
