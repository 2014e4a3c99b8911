package state

import (
	"fmt"
	"reflect"
	"testing"
)

func TestPlaces(t *testing.T) {
	db := open(t, Options{})
	update(t, db, func(tx *Tx) {
		for n := range 3 {
			for _, at := range []Place{{"1", "us"}, {"1", "usa"}, {"1", ""}, {"12", "us"}} {
				items.Put(tx, &item{Account: at.Account, Region: at.Region, ID: fmt.Sprint(n)})
			}
		}
	})
	got, err := db.Places()
	want := []Place{{"1", ""}, {"1", "us"}, {"1", "usa"}, {"12", "us"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Places() = %v, %v, want %v", got, err, want)
	}
}

func TestChangedIsCalledAfterEachChange(t *testing.T) {
	n := 0
	db := open(t, Options{Changed: func() { n++ }})
	before := n
	expect := func(what string, want int) {
		t.Helper()
		if n-before != want {
			t.Errorf("after %s Changed was called %d times, want %d", what, n-before, want)
		}
	}
	update(t, db, func(*Tx) {})
	view(t, db, func(*Tx) {})
	expect("nothing", 0)
	update(t, db, func(tx *Tx) { items.Put(tx, &item{Account: "1", ID: "a"}) })
	expect("a row", 1)
	if err := db.Reset(); err != nil {
		t.Fatal(err)
	}
	expect("a reset", 2)
}
