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
// It calls meet between finding and inserting.
func insertIfEmpty(db *DB, account, id string, meet func()) error {
	return db.Update(func(tx *Tx) error {
		for range items.Scan(tx, account) {
			return nil
		}
		meet()
		items.Put(tx, &item{Account: account, ID: id})
		return nil
	})
}

// race has several goroutines insert if empty and returns how many did.
func race(t *testing.T, db *DB, account string, writers int, meet func()) (inserted int) {
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			if err := insertIfEmpty(db, account, fmt.Sprint(n), meet); err != nil {
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
	var met sync.WaitGroup
	met.Add(2)
	got := race(t, db, "1", 2, func() {
		met.Done()
		met.Wait()
	})
	if got != 2 {
		t.Errorf("%d writers found nothing and inserted, want 2", got)
	}
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
					view(t, db, func(tx *Tx) { sumsAgree(t, tx, writers*1000) })
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

func sumsAgree(t *testing.T, tx *Tx, want int) {
	var byKey, byIndex int
	for i := range items.Scan(tx) {
		byKey += i.Size
	}
	for i := range byTag.Scan(tx, "1", "x") {
		byIndex += i.Size
	}
	if derived := total.Get(tx, "1"); byKey != want || byIndex != want || derived != want {
		t.Errorf("sums are %d by key, %d by index and %d derived, want %d", byKey, byIndex, derived, want)
	}
}

// TestLongViewKeepsItsRows overwrites much more than fits in memtables, so that Badger
// compacts, while a View is open; afterwards the old versions must be given up.
func TestLongViewKeepsItsRows(t *testing.T) {
	db := open(t, Options{})
	const rows, size = 20, 500_000
	write := func(letter string) {
		update(t, db, func(tx *Tx) {
			for n := range 10 {
				items.Put(tx, &item{Account: "1", ID: fmt.Sprint(n), Tags: []string{letter}, Region: strings.Repeat("r", 3)})
			}
		})
		for n := range rows {
			update(t, db, func(tx *Tx) {
				items.Put(tx, &item{Account: "2", ID: fmt.Sprint(n), Region: letter[:0], Tags: []string{letter}, Size: 1})
				tx.set(fmt.Sprintf("ritem\x00\x013\x00\x01\x00\x01%d\x00", n), fmt.Appendf(nil,
					`{"Account":"3","ID":"%d","Region":"","Tags":null,"Size":0%s}`, n, strings.Repeat(" ", size)))
			})
		}
	}
	write("a")
	view(t, db, func(tx *Tx) {
		for range 20 {
			write("b")
		}
		if got, want := len(list(byTag.Scan(tx, "2", "a"))), rows; got != want {
			t.Errorf("the long View finds %d rows, want %d", got, want)
		}
		if got, want := len(list(items.Scan(tx, "3"))), rows; got != want {
			t.Errorf("the long View finds %d large rows, want %d", got, want)
		}
	})
	for range 40 {
		write("c")
	}
	var kept uint64
	for _, table := range db.badger.Tables() {
		kept += uint64(table.OnDiskSize)
	}
	const written = 61 * rows * size
	if kept > written/2 {
		t.Errorf("%d MB are kept of %d MB written over the same %d MB", kept>>20, written>>20, rows*size>>20)
	}
	t.Logf("%d MB are kept of %d MB written over the same %d MB", kept>>20, written>>20, rows*size>>20)
}
