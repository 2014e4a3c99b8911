package state

import (
	"fmt"
	"testing"
)

// The tables of these benchmarks: plain has neither indexes nor hooks, items has both.
var (
	benchSchema Schema
	plain       = NewTable(&benchSchema, "plain", func(i *item) Key { return Key{i.Account, i.Region, i.ID} })
)

var sizes = []int{100, 100_000}

// filled opens a state with that many rows in each table.
func filled(b *testing.B, opt Options, rows int) *DB {
	b.Helper()
	db := openSchema(b, opt, &testSchema, &benchSchema)
	for first := 0; first < rows; first += 1000 {
		update(b, db, func(tx *Tx) {
			for n := first; n < min(first+1000, rows); n++ {
				items.Put(tx, benchItem(n))
				plain.Put(tx, benchItem(n))
			}
		})
	}
	b.ResetTimer()
	return db
}

func benchItem(n int) *item {
	return &item{Account: "111111111111", Region: "eu-central-1", ID: fmt.Sprintf("ipam-pool-%017x", n),
		Tags: []string{fmt.Sprint("tag", n%1000), "all"}, Size: 1}
}

func eachSize(b *testing.B, opt Options, fn func(b *testing.B, db *DB, rows int)) {
	for _, rows := range sizes {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			opt := opt
			if opt.Dir != "" {
				opt.Dir = b.TempDir()
			}
			fn(b, filled(b, opt, rows), rows)
		})
	}
}

func BenchmarkUpdatePlain(b *testing.B) {
	eachSize(b, Options{}, func(b *testing.B, db *DB, rows int) {
		for n := 0; b.Loop(); n++ {
			update(b, db, func(tx *Tx) { plain.Put(tx, benchItem(n%rows)) })
		}
	})
}

func BenchmarkUpdateIndexAndDerived(b *testing.B) {
	eachSize(b, Options{}, func(b *testing.B, db *DB, rows int) {
		for n := 0; b.Loop(); n++ {
			i := benchItem(n % rows)
			i.Tags[0], i.Size = fmt.Sprint("tag", n%999), n%7
			update(b, db, func(tx *Tx) { items.Put(tx, i) })
		}
	})
}

func BenchmarkUpdateDurable(b *testing.B) {
	eachSize(b, Options{Dir: "set"}, func(b *testing.B, db *DB, rows int) {
		for n := 0; b.Loop(); n++ {
			update(b, db, func(tx *Tx) { plain.Put(tx, benchItem(n%rows)) })
		}
	})
}

func BenchmarkViewGet(b *testing.B) {
	eachSize(b, Options{}, func(b *testing.B, db *DB, rows int) {
		i := benchItem(rows / 2)
		for b.Loop() {
			view(b, db, func(tx *Tx) {
				if items.Get(tx, i.Account, i.Region, i.ID) == nil {
					b.Fatal("row not found")
				}
			})
		}
	})
}

func BenchmarkViewGetParallel(b *testing.B) {
	eachSize(b, Options{}, func(b *testing.B, db *DB, rows int) {
		i := benchItem(rows / 2)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				view(b, db, func(tx *Tx) { items.Get(tx, i.Account, i.Region, i.ID) })
			}
		})
	})
}

func BenchmarkScan(b *testing.B) {
	eachSize(b, Options{}, func(b *testing.B, db *DB, rows int) {
		want := min(rows, 1000)
		for b.Loop() {
			view(b, db, func(tx *Tx) {
				n := 0
				for range items.Scan(tx) {
					if n++; n == want {
						break
					}
				}
			})
		}
		b.ReportMetric(float64(want), "rows/op")
	})
}

func BenchmarkIndexFirst(b *testing.B) {
	eachSize(b, Options{}, func(b *testing.B, db *DB, rows int) {
		for n := 0; b.Loop(); n++ {
			view(b, db, func(tx *Tx) { byTag.First(tx, "111111111111", fmt.Sprint("tag", n%100)) })
		}
	})
}

func BenchmarkIndexCount(b *testing.B) {
	eachSize(b, Options{}, func(b *testing.B, db *DB, rows int) {
		for b.Loop() {
			view(b, db, func(tx *Tx) { byTag.Count(tx, "111111111111", "tag7") })
		}
	})
}

func BenchmarkOpenInMemory(b *testing.B) {
	for b.Loop() {
		db, err := Open(Options{Schemas: []*Schema{&testSchema}})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
