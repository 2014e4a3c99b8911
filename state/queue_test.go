package state

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

func TestQueueRunsWhatIsDue(t *testing.T) {
	clock := newClock()
	db := open(t, Options{Now: clock.now})
	update(t, db, func(tx *Tx) {
		reminders.At(tx, tx.Now.Add(time.Hour), "1", "in an hour")
		reminders.At(tx, tx.Now.Add(2*time.Hour), "1", "moved up")
		reminders.At(tx, tx.Now.Add(time.Minute), "1", "moved up")
		reminders.At(tx, tx.Now.Add(time.Minute), "1", "canceled")
		reminders.Cancel(tx, "1", "canceled")
		reminders.Cancel(tx, "1", "never there")
		reminders.At(tx, tx.Now, "1", "at once")
		for id, want := range map[string]bool{"in an hour": true, "canceled": false, "never there": false} {
			if got := reminders.Has(tx, "1", id); got != want {
				t.Errorf("Has(%q) = %v, want %v", id, got, want)
			}
		}
		if got := ids(items.Scan(tx)); len(got) != 0 {
			t.Errorf("in the same transaction %v ran", got)
		}
	})
	steps := []struct {
		advance time.Duration
		want    []string
	}{
		{0, []string{"at once"}},
		{time.Minute - 1, []string{"at once"}},
		{1, []string{"at once", "moved up"}},
		{time.Hour, []string{"at once", "in an hour", "moved up"}},
		{100 * time.Hour, []string{"at once", "in an hour", "moved up"}},
	}
	for _, s := range steps {
		clock.advance(s.advance)
		view(t, db, func(tx *Tx) {
			if got := ids(items.Scan(tx)); !reflect.DeepEqual(got, s.want) {
				t.Errorf("at %v the items are %q, want %q", tx.Now, got, s.want)
			}
		})
	}
}

func TestUpdateSettlesFirst(t *testing.T) {
	clock := newClock()
	db := open(t, Options{Now: clock.now})
	update(t, db, func(tx *Tx) { reminders.At(tx, tx.Now, "1", "a") })
	update(t, db, func(tx *Tx) {
		if got, want := ids(items.Scan(tx)), []string{"a"}; !reflect.DeepEqual(got, want) {
			t.Errorf("items = %v, want %v", got, want)
		}
	})
}

func TestQueueRunsInOrderOfTime(t *testing.T) {
	var s Schema
	var ran []string
	run := func(_ *Tx, key Key) { ran = append(ran, key[0]) }
	q1, q2 := NewQueue(&s, "1", run), NewQueue(&s, "2", run)
	clock := newClock()
	db := openSchema(t, Options{Now: clock.now}, &s)
	update(t, db, func(tx *Tx) {
		q1.At(tx, tx.Now.Add(3), "c")
		q2.At(tx, tx.Now.Add(2), "b")
		q2.At(tx, tx.Now.Add(200*time.Millisecond), "d")
		q1.At(tx, tx.Now.Add(1), "a")
	})
	clock.advance(time.Second)
	view(t, db, func(*Tx) {})
	if want := []string{"a", "b", "c", "d"}; !reflect.DeepEqual(ran, want) {
		t.Errorf("ran %v, want %v", ran, want)
	}
}

// Work is done at the time when it is due, however late somebody comes by; so what it makes due later is done in time, too.
func TestQueueRunsAtTheTime(t *testing.T) {
	var s Schema
	var ran []time.Duration
	clock := newClock()
	start := clock.now()
	var again *Queue
	again = NewQueue(&s, "again", func(tx *Tx, key Key) {
		ran = append(ran, tx.Now.Sub(start))
		if len(ran) < 5 {
			again.At(tx, tx.Now.Add(time.Hour), key...)
		}
	})
	db := openSchema(t, Options{Now: clock.now}, &s)
	update(t, db, func(tx *Tx) { again.At(tx, tx.Now.Add(time.Hour), "1") })
	clock.advance(3*time.Hour + time.Minute)
	view(t, db, func(tx *Tx) {
		if got := tx.Now.Sub(start); got != 3*time.Hour+time.Minute {
			t.Errorf("the reader's time is %v after the start, want that of the clock", got)
		}
	})
	if want := []time.Duration{time.Hour, 2 * time.Hour, 3 * time.Hour}; !reflect.DeepEqual(ran, want) {
		t.Errorf("the work was done at %v, want %v", ran, want)
	}
}

// TestQueueEntryMayGoOn does a job in parts, each in its own transaction.
func TestQueueEntryMayGoOn(t *testing.T) {
	var s Schema
	rows := NewTable(&s, "item", func(i *item) Key { return Key{i.Account, i.ID} })
	var purge *Queue
	transactions := 0
	purge = NewQueue(&s, "purge", func(tx *Tx, key Key) {
		transactions++
		n := 0
		for i := range rows.Scan(tx, key...) {
			if n++; n > 10 {
				purge.At(tx, tx.Now, key...)
				return
			}
			rows.Delete(tx, i.Account, i.ID)
		}
	})
	db := openSchema(t, Options{Now: newClock().now}, &s)
	update(t, db, func(tx *Tx) {
		for n := range 35 {
			rows.Put(tx, &item{Account: "1", ID: fmt.Sprint(n)})
		}
		purge.At(tx, tx.Now, "1")
	})
	view(t, db, func(tx *Tx) {
		if got := ids(rows.Scan(tx)); len(got) != 0 || transactions != 4 {
			t.Errorf("after %d transactions %v are left, want none after 4", transactions, got)
		}
	})
}

func TestEndlessWorkDoesNotHang(t *testing.T) {
	defer func(old int) { settleLimit = old }(settleLimit)
	settleLimit = 50
	var s Schema
	var endless *Queue
	endless = NewQueue(&s, "endless", func(tx *Tx, key Key) { endless.At(tx, tx.Now, key...) })
	db := openSchema(t, Options{Now: newClock().now}, &s)
	update(t, db, func(tx *Tx) { endless.At(tx, tx.Now, "1") })
	update(t, db, func(tx *Tx) { endless.Cancel(tx, "1") })
}
