package state

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/benbjohnson/immutable"
)

// Schema declares the tables, indexes, derived values and queues of one package.
// The zero value is ready; a Schema is a package-level variable, complete before Open.
type Schema struct {
	tables  []*table
	derived []*derived
	queues  []*Queue
}

func (s *Schema) add(t *table) {
	if t.name == "" || strings.ContainsAny(t.name, partEnd) {
		panic(fmt.Sprintf("state: bad table name %q", t.name))
	}
	if slices.ContainsFunc(s.tables, func(other *table) bool { return other.name == t.name }) {
		panic(fmt.Sprintf("state: table %q is declared twice", t.name))
	}
	s.tables = append(s.tables, t)
}

func (s *Schema) addDerived(d *derived) {
	if slices.ContainsFunc(s.derived, func(other *derived) bool { return other.name == d.name }) {
		panic(fmt.Sprintf("state: derived value %q is declared twice", d.name))
	}
	s.derived = append(s.derived, d)
}

// catalog is what the schemas of one DB declare together.
type catalog struct {
	tables   []*table // by name
	byName   map[string]*table
	derived  []*derived       // as declared
	slot     map[*derived]int // position of a derived value in an instant
	queues   []*Queue
	prefixes map[string]bool // of all rows and index entries
}

func newCatalog(schemas []*Schema) *catalog {
	c := &catalog{byName: map[string]*table{}, slot: map[*derived]int{}, prefixes: map[string]bool{}}
	for _, s := range schemas {
		for _, t := range s.tables {
			c.addTable(t)
		}
		for _, d := range s.derived {
			c.slot[d] = len(c.derived)
			c.derived = append(c.derived, d)
		}
		c.queues = append(c.queues, s.queues...)
	}
	for _, name := range slices.Sorted(maps.Keys(c.byName)) {
		c.tables = append(c.tables, c.byName[name])
	}
	return c
}

func (c *catalog) addTable(t *table) {
	if c.byName[t.name] != nil {
		panic(fmt.Sprintf("state: table %q is declared twice", t.name))
	}
	c.byName[t.name] = t
	for _, prefix := range append(t.indexPrefixes(), t.prefix) {
		if c.prefixes[prefix] {
			panic(fmt.Sprintf("state: index %q is declared twice", prefix))
		}
		c.prefixes[prefix] = true
	}
}

// emptyDerived returns the derived values of a state without rows.
func (c *catalog) emptyDerived() []values {
	roots := make([]values, len(c.derived))
	for i := range roots {
		roots[i] = immutable.NewMap[string, any](nil)
	}
	return roots
}
