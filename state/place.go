package state

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Place is where a row is by the convention of keys: an account, and a Region or whatever the second part of the key is.
type Place struct{ Account, Region string }

// Places returns those of all rows, sorted. It skips from one to the next, so it takes no longer when there are many rows.
func (db *DB) Places() ([]Place, error) {
	found := map[Place]bool{}
	err := db.View(func(tx *Tx) error {
		for _, t := range db.catalog.tables {
			for head, ok := tx.firstHead(t.prefix, ""); ok; head, ok = tx.firstHead(t.prefix, head+partEnd+"\xff") {
				account, region, _ := strings.Cut(head, partEnd)
				found[Place{strings.TrimPrefix(account, partStart), strings.TrimPrefix(region, partStart)}] = true
			}
		}
		return nil
	})
	return slices.SortedFunc(maps.Keys(found), func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	}), err
}

// firstHead returns the first two parts, still encoded, of the first row key from there on.
func (tx *Tx) firstHead(prefix, from string) (string, bool) {
	for key := range tx.scan(prefix, prefix+from) {
		parts := strings.SplitN(key[len(prefix):], partEnd, 3)
		return strings.Join(parts[:2], partEnd), true
	}
	return "", false
}
