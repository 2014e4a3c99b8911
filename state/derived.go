package state

import (
	"fmt"
	"reflect"

	"github.com/benbjohnson/immutable"
)

// Derived is an in-memory value per key, computed from the rows of one or more tables.
// Values are immutable: hooks return a new one. A value equal to the zero V takes no memory.
type Derived[V any] struct{ all *derived }

// derived is a Derived whose V does not matter; see table.
type derived struct {
	name  string
	zero  any
	equal func(a, b any) bool
}

// values are those of one Derived at an instant, by key.
type values = *immutable.Map[string, any]

// NewDerived declares a derived value; equal compares two values, nil stands for reflect.DeepEqual.
func NewDerived[V any](s *Schema, name string, equal func(a, b V) bool) *Derived[V] {
	d := &derived{name: name, zero: *new(V), equal: reflect.DeepEqual}
	if equal != nil {
		d.equal = func(a, b any) bool { return equal(a.(V), b.(V)) }
	}
	s.addDerived(d)
	return &Derived[V]{d}
}

// Derive computes d from the rows of t: a row counts under the key that key returns, if ok.
//
// A changed row is first removed, then added. Rows arrive in any order, so the
// result must not depend on it, and a hook must not keep what r points to.
func Derive[R, V any](d *Derived[V], t *Table[R], key func(r *R) (key string, ok bool), add, remove func(v V, r *R) V) {
	count := func(tx *Tx, row any, how func(v V, r *R) V) {
		if r := rowOf[R](row); r != nil {
			if k, ok := key(r); ok {
				d.all.set(tx, k, how(d.Get(tx, k), r))
			}
		}
	}
	t.all.hooks = append(t.all.hooks, func(tx *Tx, before, after any) {
		count(tx, before, remove)
		count(tx, after, add)
	})
}

// Get returns the value of the key, the zero V if no row counts under it.
func (d *Derived[V]) Get(tx *Tx, key string) V { return d.all.get(tx, key).(V) }

func (d *derived) get(tx *Tx, key string) any {
	if v, ok := tx.derived[d.slot(tx)].Get(key); ok {
		return v
	}
	return d.zero
}

func (d *derived) set(tx *Tx, key string, v any) {
	slot := d.slot(tx)
	if d.equal(v, d.zero) {
		tx.derived[slot] = tx.derived[slot].Delete(key)
	} else {
		tx.derived[slot] = tx.derived[slot].Set(key, v)
	}
}

func (d *derived) slot(tx *Tx) int {
	slot, ok := tx.db.catalog.slot[d]
	if !ok {
		panic(fmt.Sprintf("state: the schema of derived value %q is not in Options.Schemas", d.name))
	}
	return slot
}

// compare tells where two sets of values differ.
func (d *derived) compare(got, want values) error {
	for it := want.Iterator(); !it.Done(); {
		key, w, _ := it.Next()
		g, ok := got.Get(key)
		if !ok {
			g = d.zero
		}
		if !d.equal(g, w) {
			return fmt.Errorf("derived value %s of %q is %v, its rows give %v", d.name, key, g, w)
		}
	}
	for it := got.Iterator(); !it.Done(); {
		key, g, _ := it.Next()
		if _, ok := want.Get(key); !ok {
			return fmt.Errorf("derived value %s of %q is %v, but it has no rows", d.name, key, g)
		}
	}
	return nil
}
