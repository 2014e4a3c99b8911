package state

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"
)

// format is the version of the stored format and of the document that Snapshot
// writes. Raise it when a program must not read what an older one wrote.
const format = 1

// head is the one record outside the tables: in what format the rows are and which generation counts.
type head struct {
	Format     int    `json:"format"`
	Generation uint32 `json:"generation"`
}

// headKey can't begin like a generation's prefix: that would be number 1.7 billion.
var headKey = []byte("head")

// readHead returns the stored head and writes one into a new state.
func (db *DB) readHead(dir string) (head, error) {
	var h head
	rows := db.badger.NewTransactionAt(db.last, false)
	defer rows.Discard()
	item, err := rows.Get(headKey)
	switch {
	case errors.Is(err, badger.ErrKeyNotFound) && db.last == 0:
		h.Format = format
		return h, db.writeHead(h)
	case errors.Is(err, badger.ErrKeyNotFound):
		return h, fmt.Errorf("%s was not written by this program; start with an empty --data-dir", dir)
	case err != nil:
		return h, err
	}
	if err := item.Value(func(v []byte) error { return json.Unmarshal(v, &h) }); err != nil {
		return h, fmt.Errorf("%s: unreadable head: %w", dir, err)
	}
	if h.Format != format {
		return h, fmt.Errorf("%s was written by another version of the store format (%d, this program reads %d); "+
			"start with an empty --data-dir or with the program that wrote it", dir, h.Format, format)
	}
	return h, nil
}

func (db *DB) writeHead(h head) error {
	raw, err := json.Marshal(h)
	if err != nil {
		return err
	}
	w := db.badger.NewTransactionAt(db.last, true)
	defer w.Discard()
	if err := w.Set(headKey, raw); err != nil {
		return err
	}
	return w.CommitAt(db.nextVersion(), nil)
}
