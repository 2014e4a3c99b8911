package state

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// unlocked lets everybody in.
type unlocked struct{}

func (unlocked) Lock()   {}
func (unlocked) Unlock() {}

// insertIfEmpty does what handing out a CIDR does: scan, find nothing, insert.
// It calls meanwhile between finding and inserting.
func insertIfEmpty(db *DB, account, id string, meanwhile func()) error {
	return db.Update(func(tx *Tx) error {
		for range items.Scan(tx, account) {
			return nil
		}
		meanwhile()
		items.Put(tx, &item{Account: account, ID: id})
		return nil
	})
}

// race has several goroutines insert if empty and returns how many did.
func race(t *testing.T, db *DB, account string, writers int, meanwhile func()) (inserted int) {
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			if err := insertIfEmpty(db, account, fmt.Sprint(n), meanwhile); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	view(t, db, func(tx *Tx) { inserted = len(ids(items.Scan(tx, account))) })
	return inserted
}

func TestOnlyOneWriterFindsNothing(t *testing.T) {
	db := open(t, Options{})
	for round := range 200 {
		if got := race(t, db, fmt.Sprint(round), 8, runtime.Gosched); got != 1 {
			t.Fatalf("%d writers found nothing and inserted, want 1", got)
		}
	}
}

// TestWithoutTheLockTwoWritersFindNothing shows what the lock is for: Badger
// alone lets both commit, so without it one CIDR would be handed out twice.
func TestWithoutTheLockTwoWritersFindNothing(t *testing.T) {
	db := open(t, Options{})
	db.writer = unlocked{}
	insert := func(id string, meanwhile func()) {
		if err := insertIfEmpty(db, "1", id, meanwhile); err != nil {
			t.Error(err)
		}
	}
	insert("first", func() { insert("second", func() {}) })
	view(t, db, func(tx *Tx) {
		if got := len(ids(items.Scan(tx, "1"))); got != 2 {
			t.Errorf("%d writers found nothing and inserted, want 2", got)
		}
	})
}

func TestViewIsOneInstant(t *testing.T) {
	db := open(t, Options{})
	const writers, moves = 4, 200
	update(t, db, func(tx *Tx) {
		for n := range writers {
			items.Put(tx, &item{Account: "1", ID: fmt.Sprint(n), Size: 1000, Tags: []string{"x"}})
		}
	})
	done := make(chan struct{})
	var all, readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					view(t, db, func(tx *Tx) { sumsAgree(t, tx, "x", writers*1000) })
				}
			}
		})
	}
	for n := range writers {
		all.Go(func() {
			for range moves {
				update(t, db, func(tx *Tx) { move(tx, fmt.Sprint(n), fmt.Sprint((n+1)%writers)) })
			}
		})
	}
	all.Wait()
	close(done)
	readers.Wait()
}

// move takes 1 from a row and gives it to another, which leaves the sum as it is.
func move(tx *Tx, from, to string) {
	for id, n := range map[string]int{from: -1, to: 1} {
		i := items.Get(tx, "1", "", id)
		i.Size += n
		items.Put(tx, i)
	}
}

// sumsAgree adds up the rows of account 1 in three ways.
func sumsAgree(t *testing.T, tx *Tx, tag string, want int) {
	t.Helper()
	var byKey, byIndex int
	for i := range items.Scan(tx) {
		byKey += i.Size
	}
	for i := range byTag.Scan(tx, "1", tag) {
		byIndex += i.Size
	}
	if derived := total.Get(tx, "1"); byKey != want || byIndex != want || derived != want {
		t.Errorf("sums are %d by key, %d by index and %d derived, want %d", byKey, byIndex, derived, want)
	}
}

// TestLongViewKeepsItsRows has Badger compact what was overwritten while a View is open. The
// View must keep its versions; when it is over, Badger must give them up.
func TestLongViewKeepsItsRows(t *testing.T) {
	db := open(t, Options{})
	padding := strings.Repeat(" ", maxValue-1000)
	const rows = 10
	write := func(size int) {
		for n := range rows { // one by one: more would exceed the bound
			update(t, db, func(tx *Tx) {
				items.Put(tx, &item{Account: "1", ID: fmt.Sprint(n), Tags: []string{fmt.Sprint(size)}, Size: size})
				tx.set(fmt.Sprintf("rpadding\x00\x01%d\x00", n), []byte(padding))
			})
		}
	}
	compact := func() {
		if err := db.badger.Flatten(1); err != nil {
			t.Fatal(err)
		}
	}
	write(1)
	view(t, db, func(tx *Tx) {
		for size := range 5 {
			write(2 + size)
		}
		compact()
		sumsAgree(t, tx, "1", rows)
	})
	for size := range 5 {
		write(7 + size)
	}
	compact()
	kept := 0
	for _, table := range db.badger.Tables() {
		kept += int(table.OnDiskSize)
	}
	if most := 4 * rows * len(padding); kept > most {
		t.Errorf("%d bytes are kept of 11 times %d written, want at most %d", kept, rows*len(padding), most)
	}
	t.Logf("%d bytes are kept of 11 times %d written", kept, rows*len(padding))
	if err := db.Reset(); err != nil { // the padding is of no table, which Check would find
		t.Fatal(err)
	}
}
