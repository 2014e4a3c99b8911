package state

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Snapshot writes the whole state as one JSON document: tables by name, rows by key, one a line.
func (db *DB) Snapshot(w io.Writer) error {
	return db.View(func(tx *Tx) error {
		b := bufio.NewWriter(w)
		if err := tx.writeDocument(b); err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
		return b.Flush()
	})
}

func (tx *Tx) writeDocument(w *bufio.Writer) error {
	if _, err := fmt.Fprintf(w, "{\"format\": %d, \"tables\": {", format); err != nil {
		return err
	}
	separator, end := "\n", "}}\n"
	for _, t := range tx.db.catalog.tables {
		before := fmt.Sprintf("%s%q: [\n", separator, t.name) // not written if there is no row
		for _, raw := range tx.scan(t.prefix, "") {
			if _, err := fmt.Fprintf(w, "%s%s", before, raw); err != nil {
				return err
			}
			before, separator, end = ",\n", "],\n", "]}}\n"
		}
	}
	_, err := w.WriteString(end)
	return err
}

// document is what Snapshot writes.
type document struct {
	Format *int                         `json:"format"`
	Tables map[string][]json.RawMessage `json:"tables"`
}

// Restore replaces the state by a document that Snapshot wrote. A wrong document changes nothing.
func (db *DB) Restore(r io.Reader) error {
	doc, err := readDocument(r)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	pairs, derived, err := db.loadDocument(doc)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	db.writer.Lock()
	defer db.writer.Unlock()
	return db.replaceLocked(pairs, derived)
}

func readDocument(r io.Reader) (*document, error) {
	doc := new(document)
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(doc); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is something after the document")
	}
	if doc.Format == nil || doc.Tables == nil {
		return nil, errors.New("this is no snapshot: format or tables is missing")
	}
	if *doc.Format != format {
		return nil, fmt.Errorf("the snapshot was written in another version of the format (%d, this program reads %d)", *doc.Format, format)
	}
	return doc, nil
}

// loadDocument computes all that is to be stored for a document, and what is derived from it.
func (db *DB) loadDocument(doc *document) (pairs []pair, derived []values, err error) {
	tx := &Tx{db: db, derived: db.catalog.emptyDerived()}
	seen := map[string]bool{}
	emit := func(key string, value []byte) {
		if seen[key] && err == nil {
			err = fmt.Errorf("two rows have the key %q", key)
		}
		if len(value) > maxValue && err == nil {
			err = fmt.Errorf("row %q is too large", key)
		}
		seen[key] = true
		pairs = append(pairs, pair{key, value})
	}
	defer func() {
		// Hooks may rightly take it that rows fit together. A document from outside may hold others.
		if p := recover(); p != nil {
			pairs, derived, err = nil, nil, fmt.Errorf("the rows do not fit together: %v", p)
		}
	}()
	for _, name := range slices.Sorted(maps.Keys(doc.Tables)) {
		t := db.catalog.byName[name]
		if t == nil {
			return nil, nil, fmt.Errorf("there is no table %q", name)
		}
		for _, raw := range doc.Tables[name] {
			if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
				return nil, nil, fmt.Errorf("table %s: null is no row", name)
			}
			if loadErr := t.load(tx, raw, true, emit); loadErr != nil {
				return nil, nil, loadErr
			}
		}
	}
	return pairs, tx.derived, err
}
