package state

import (
	"fmt"
	"reflect"

	"github.com/benbjohnson/immutable"
)

// Derived is an in-memory value per key, computed from the rows of one or more tables.
// Values are immutable: hooks return a new one. A value equal to the zero V takes no memory.
type Derived[V any] struct {
	name  string
	equal func(a, b V) bool
}

// NewDerived declares a derived value; equal compares two values, nil stands for reflect.DeepEqual.
func NewDerived[V any](s *Schema, name string, equal func(a, b V) bool) *Derived[V] {
	if equal == nil {
		equal = func(a, b V) bool { return reflect.DeepEqual(a, b) }
	}
	d := &Derived[V]{name: name, equal: equal}
	for _, other := range s.derived {
		if other.fullName() == name {
			panic(fmt.Sprintf("state: derived value %q is declared twice", name))
		}
	}
	s.derived = append(s.derived, d)
	return d
}

// Derive computes d from the rows of t: a row counts under the key that key returns, if ok.
//
// A changed row is first removed, then added. Rows arrive in any order, so the
// result must not depend on it, and a hook must not keep what r points to.
func Derive[R, V any](d *Derived[V], t *Table[R], key func(r *R) (key string, ok bool), add, remove func(v V, r *R) V) {
	t.hooks = append(t.hooks, func(tx *Tx, before, after *R) {
		if before != nil {
			if k, ok := key(before); ok {
				d.set(tx, k, remove(d.Get(tx, k), before))
			}
		}
		if after != nil {
			if k, ok := key(after); ok {
				d.set(tx, k, add(d.Get(tx, k), after))
			}
		}
	})
}

// Get returns the value of the key, the zero V if no row counts under it.
func (d *Derived[V]) Get(tx *Tx, key string) V {
	v, _ := tx.derived[d.slot(tx)].(*immutable.Map[string, V]).Get(key)
	return v
}

func (d *Derived[V]) set(tx *Tx, key string, v V) {
	slot := d.slot(tx)
	m := tx.derived[slot].(*immutable.Map[string, V])
	var zero V
	if d.equal(v, zero) {
		tx.derived[slot] = m.Delete(key)
	} else {
		tx.derived[slot] = m.Set(key, v)
	}
}

func (d *Derived[V]) slot(tx *Tx) int {
	slot, ok := tx.db.catalog.slot[d]
	if !ok {
		panic(fmt.Sprintf("state: the schema of derived value %q is not in Options.Schemas", d.name))
	}
	return slot
}

func (d *Derived[V]) fullName() string { return d.name }
func (d *Derived[V]) empty() any       { return immutable.NewMap[string, V](nil) }

func (d *Derived[V]) compare(got, want any) error {
	a, b := got.(*immutable.Map[string, V]), want.(*immutable.Map[string, V])
	for it := b.Iterator(); !it.Done(); {
		key, w, _ := it.Next()
		if g, _ := a.Get(key); !d.equal(g, w) {
			return fmt.Errorf("derived value %s of %q is %v, its rows give %v", d.name, key, g, w)
		}
	}
	for it := a.Iterator(); !it.Done(); {
		key, g, _ := it.Next()
		if _, ok := b.Get(key); !ok {
			return fmt.Errorf("derived value %s of %q is %v, but it has no rows", d.name, key, g)
		}
	}
	return nil
}
