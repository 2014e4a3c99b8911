package state

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Key is a row's key, in parts; by convention the first is the account and the second the Region.
type Key []string

// A key is stored as its parts, each between 0x01 and 0x00. So keys sort as
// their parts do, "ab" is no prefix of "abc", and an empty part is a part too.
// An index entry is the index key, one more 0x00, and the row's key: no key
// holds two 0x00 in a row, so the first such pair is where the row's key begins.
const (
	partStart = "\x01"
	partEnd   = "\x00"
	keyEnd    = "\x00"
)

// encode reports false for parts that no stored key can hold. They may come from a
// client, so reading finds nothing for them; written as they are they would
// read as another key.
func encode(parts []string) (string, bool) {
	size := 0
	for _, part := range parts {
		if strings.Contains(part, partEnd) {
			return "", false
		}
		size += len(part) + len(partStart) + len(partEnd)
	}
	var b strings.Builder
	b.Grow(size)
	for _, part := range parts {
		b.WriteString(partStart)
		b.WriteString(part)
		b.WriteString(partEnd)
	}
	return b.String(), true
}

func mustEncode(table string, key Key) string {
	enc, ok := encode(key)
	if !ok || len(key) == 0 {
		panic(fmt.Sprintf("state: table %s: key %q is empty or contains a NUL", table, []string(key)))
	}
	return enc
}

// encodeAll returns the distinct encoded keys in order.
func encodeAll(table string, keys []Key) []string {
	if len(keys) == 0 {
		return nil
	}
	enc := make([]string, len(keys))
	for i, key := range keys {
		enc[i] = mustEncode(table, key)
	}
	slices.Sort(enc)
	return slices.Compact(enc)
}

// rowKeyOf cuts the row's key out of an index entry.
func rowKeyOf(entry string) string {
	_, rowKey, _ := strings.Cut(entry, partEnd+keyEnd)
	return rowKey
}

// Names stand in keys as they are: a number would be shorter, but it would
// depend on the order of declarations. Keep names short.
func rowPrefix(table string) string          { return "r" + table + partEnd }
func indexPrefix(table, index string) string { return "i" + table + "." + index + partEnd }

// generationPrefix tells the rows of one generation from another's: Restore
// writes a new generation beside the current one and then switches over.
func generationPrefix(generation uint32) string {
	return string(binary.BigEndian.AppendUint32(nil, generation))
}
