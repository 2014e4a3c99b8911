package state

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Schema declares the tables, indexes, derived values and queues of one package.
// The zero value is ready; a Schema is a package-level variable, complete before Open.
type Schema struct {
	tables  []anyTable
	derived []anyDerived
	queues  []*Queue
}

func (s *Schema) add(t anyTable) {
	name := t.fullName()
	if name == "" || strings.ContainsAny(name, partEnd) {
		panic(fmt.Sprintf("state: bad table name %q", name))
	}
	for _, other := range s.tables {
		if other.fullName() == name {
			panic(fmt.Sprintf("state: table %q is declared twice", name))
		}
	}
	s.tables = append(s.tables, t)
}

// anyTable is a Table[R] whose R does not matter.
type anyTable interface {
	fullName() string
	rowPrefix() string
	indexPrefixes() []string
	load(tx *Tx, raw []byte, strict bool, emit func(key string, value []byte)) error
	deleteRow(tx *Tx, key string)
}

// anyDerived is a Derived[V] whose V does not matter.
type anyDerived interface {
	fullName() string
	empty() any
	compare(got, want any) error
}

// catalog is what the schemas of one DB declare together.
type catalog struct {
	tables   []anyTable // by name
	byName   map[string]anyTable
	derived  []anyDerived       // as declared
	slot     map[anyDerived]int // position of a derived value in an instant
	queues   []*Queue
	prefixes map[string]bool // of all rows and index entries
}

func newCatalog(schemas []*Schema) *catalog {
	c := &catalog{byName: map[string]anyTable{}, slot: map[anyDerived]int{}, prefixes: map[string]bool{}}
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

func (c *catalog) addTable(t anyTable) {
	name := t.fullName()
	if c.byName[name] != nil {
		panic(fmt.Sprintf("state: table %q is declared twice", name))
	}
	c.byName[name] = t
	for _, prefix := range append(t.indexPrefixes(), t.rowPrefix()) {
		if c.prefixes[prefix] {
			panic(fmt.Sprintf("state: index %q is declared twice", prefix))
		}
		c.prefixes[prefix] = true
	}
}

// emptyDerived returns the derived values of a state without rows.
func (c *catalog) emptyDerived() []any {
	roots := make([]any, len(c.derived))
	for i, d := range c.derived {
		roots[i] = d.empty()
	}
	return roots
}
