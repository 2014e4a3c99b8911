package state

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
)

// BenchmarkBulk does what exceeds a transaction of Badger by far, with 300,000 rows, each once.
func BenchmarkBulk(b *testing.B) {
	const rows = 300_000
	opt := Options{Dir: b.TempDir(), Schemas: []*Schema{&testSchema}}
	db, err := Open(opt)
	if err != nil {
		b.Fatal(err)
	}
	doc := bigDocument(b, rows)
	step := func(name string, fn func() error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := fn(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	step("Restore", func() error { return db.Restore(bytes.NewReader(doc)) })
	step("Check", db.Check)
	step("Snapshot", func() error { return db.Snapshot(new(bytes.Buffer)) })
	step("CloseAndOpen", func() error {
		if err := db.Close(); err != nil {
			return err
		}
		db, err = Open(opt)
		return err
	})
	view(b, db, func(tx *Tx) {
		if got := total.Get(tx, "111111111111"); got != rows {
			b.Errorf("total = %d, want %d", got, rows)
		}
	})
	step("ResetAccount", func() error { return db.ResetAccount("111111111111") })
	step("Reset", db.Reset)
	if err := db.Close(); err != nil {
		b.Error(err)
	}
}

func bigDocument(b *testing.B, rows int) []byte {
	all := make([]*item, rows)
	for n := range all {
		all[n] = benchItem(n)
	}
	raw, err := json.Marshal(all)
	if err != nil {
		b.Fatal(err)
	}
	return fmt.Appendf(nil, `{"format":%d,"tables":{"item":%s}}`, format, raw)
}
