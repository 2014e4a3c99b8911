package state

import (
	"errors"
	"iter"
	"strings"

	"github.com/benbjohnson/immutable"
	"github.com/dgraph-io/badger/v4"
)

// get returns the value of a key as the transaction sees it.
func (tx *Tx) get(key string) ([]byte, bool) {
	if tx.err != nil {
		return nil, false
	}
	key = tx.prefix + key
	if tx.staged != nil {
		if value, ok := tx.staged.Get(key); ok {
			return value, value != nil
		}
	}
	item, err := tx.rows.Get([]byte(key))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, false
	}
	var value []byte
	if err == nil {
		err = item.Value(func(v []byte) error { value = v; return nil })
	}
	if err != nil {
		tx.fail(err)
		return nil, false
	}
	return value, true
}

// scan yields keys and values from the later of prefix and from, as far as prefix reaches. A
// value holds until the next one. What the loop deletes or changes itself is left out or
// seen changed; what it inserts is not visited.
func (tx *Tx) scan(prefix, from string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		if tx.err != nil {
			return
		}
		before := tx.staged
		c := tx.newCursor(prefix, from)
		defer c.base.Close()
		for key, value, ok := c.next(); ok; key, value, ok = c.next() {
			key = key[len(tx.prefix):]
			if tx.staged != before {
				if value, ok = tx.get(key); !ok {
					continue
				}
			}
			if !yield(key, value) || tx.err != nil {
				return
			}
		}
	}
}

// cursor merges the rows of Badger with those staged when it was made.
type cursor struct {
	tx     *Tx
	prefix string

	base  *badger.Iterator
	spent bool // the pair where base stands has been returned or is hidden

	staged *immutable.SortedMapIterator[string, []byte] // nil in a View
	key    string                                       // the next staged pair, if hasKey
	value  []byte
	hasKey bool
}

func (tx *Tx) newCursor(prefix, from string) *cursor {
	prefix, from = tx.prefix+prefix, tx.prefix+from
	from = max(prefix, from)
	opt := badger.DefaultIteratorOptions
	opt.Prefix = []byte(prefix)
	opt.PrefetchValues = false // prefetching starts a goroutine for each row, to read what lies in memory
	c := &cursor{tx: tx, prefix: prefix, base: tx.rows.NewIterator(opt)}
	c.base.Seek([]byte(from))
	if tx.staged != nil {
		c.staged = tx.staged.Iterator()
		c.staged.Seek(from)
		c.nextStaged()
	}
	return c
}

func (c *cursor) nextStaged() {
	c.key, c.value, c.hasKey = c.staged.Next()
	c.hasKey = c.hasKey && strings.HasPrefix(c.key, c.prefix)
}

// next returns the smaller of both sides' next keys; a staged pair hides the one of Badger.
func (c *cursor) next() (string, []byte, bool) {
	for {
		if c.spent {
			c.base.Next() // only now: it invalidates the value that was returned
			c.spent = false
		}
		valid := c.base.Valid()
		if c.hasKey {
			order := -1
			if valid {
				order = strings.Compare(c.key, string(c.base.Item().Key()))
			}
			if order <= 0 {
				key, value := c.key, c.value
				c.nextStaged()
				c.spent = order == 0
				if value != nil {
					return key, value, true
				}
				continue
			}
		}
		if !valid {
			return "", nil, false
		}
		c.spent = true
		return c.fromBase()
	}
}

func (c *cursor) fromBase() (string, []byte, bool) {
	item := c.base.Item()
	var value []byte
	if err := item.Value(func(v []byte) error { value = v; return nil }); err != nil {
		c.tx.fail(err)
		return "", nil, false
	}
	return string(item.Key()), value, true
}
