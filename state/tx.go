package state

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/benbjohnson/immutable"
	"github.com/dgraph-io/badger/v4"
)

// Tx is a transaction. It belongs to the function that View or Update called with it.
//
// Errors of the storage stick in it: reads then find nothing, writes do nothing, and
// View or Update returns the error at the end.
type Tx struct {
	Now time.Time // one instant for the whole transaction (UTC)

	db      *DB
	at      instant
	prefix  string // of the generation
	rows    *badger.Txn
	derived []values
	queued  bool // a queue has changed
	err     error

	requests []*request // what is to be done at the end

	dropping bool // all of an account's rows go, and nobody watches

	// staged holds what Update has written so far; nil values are deletions, a nil map is
	// a View's. It is laid over Badger's rows here rather than by Badger's own write
	// transactions: those allow one iterator at a time, so no scan in a scan, and sort
	// all that is pending anew for each, which makes cascades quadratic.
	staged *immutable.SortedMap[string, []byte]
}

// View calls fn with a transaction that reads one instant and writes nothing. It must not be
// called in an Update: work that has become due would wait for that Update to end.
func (db *DB) View(fn func(*Tx) error) error {
	now := db.Now()
	if db.isDue(now) {
		if err := db.settle(now); err != nil {
			return err
		}
	}
	at, err := db.pin()
	if err != nil {
		return err
	}
	defer db.unpin(at)
	tx := db.begin(at, now)
	defer tx.rows.Discard()
	if err := fn(tx); err != nil && tx.err == nil {
		return err
	}
	return tx.err
}

// Update calls fn with a transaction that may write, and commits it when fn
// returns nil; otherwise everything is dropped. It must not be called in another Update.
func (db *DB) Update(fn func(*Tx) error) error {
	db.writer.Lock()
	defer db.writer.Unlock()
	now := db.Now()
	if err := db.settleLocked(now); err != nil {
		return err
	}
	return db.transact(now, fn)
}

func (db *DB) settle(now time.Time) error {
	db.writer.Lock()
	defer db.writer.Unlock()
	return db.settleLocked(now)
}

// transact is Update without the lock and without settling.
func (db *DB) transact(now time.Time, fn func(*Tx) error) error {
	if err := db.whyBroken(); err != nil {
		return err
	}
	at, err := db.pin()
	if err != nil {
		return err
	}
	defer db.unpin(at)
	tx := db.beginWrite(at, now)
	defer func() { tx.rows.Discard() }()
	if err := fn(tx); err != nil && tx.err == nil {
		return err
	}
	tx.end()
	if err := tx.commit(); err != nil {
		return err
	}
	db.publish(tx.at)
	return nil
}

func (db *DB) begin(at instant, now time.Time) *Tx {
	return &Tx{
		Now:     now,
		db:      db,
		at:      at,
		prefix:  generationPrefix(at.generation),
		rows:    db.badger.NewTransactionAt(at.version, false),
		derived: at.derived,
	}
}

func (db *DB) beginWrite(at instant, now time.Time) *Tx {
	tx := db.begin(at, now)
	tx.derived = append([]values(nil), at.derived...)
	tx.staged = immutable.NewSortedMap[string, []byte](nil)
	return tx
}

// errTooBig says what to do about Badger's bound.
var errTooBig = errors.New("the transaction changes too many rows at once; nothing was changed, do it in several steps")

// commit stores what is staged and sets tx.at to the instant after it.
func (tx *Tx) commit() error {
	if tx.queued {
		_, next := tx.nextEntry()
		tx.at.due = time.Time{}
		if next != nil {
			tx.at.due = next.Due
		}
	}
	if tx.err != nil {
		return tx.err
	}
	tx.at.derived = tx.derived
	if tx.staged.Len() == 0 {
		return nil
	}
	w := tx.db.badger.NewTransactionAt(tx.at.version, true)
	defer w.Discard()
	if err := tx.writeTo(w); errors.Is(err, badger.ErrTxnTooBig) {
		return errTooBig
	} else if err != nil {
		return err
	}
	version := tx.db.nextVersion()
	if err := w.CommitAt(version, nil); err != nil {
		return tx.db.breakDown(fmt.Errorf("commit: %w", err))
	}
	tx.at.version = version
	return nil
}

func (tx *Tx) writeTo(w *badger.Txn) error {
	for it := tx.staged.Iterator(); !it.Done(); {
		key, value, _ := it.Next()
		var err error
		if value == nil {
			err = w.Delete([]byte(key))
		} else {
			err = w.Set([]byte(key), value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fail makes err stick, if it is the first.
func (tx *Tx) fail(err error) {
	if tx.err == nil {
		tx.err = err
	}
}

func (tx *Tx) mustWrite() {
	if tx.staged == nil {
		panic("state: a View writes")
	}
}

// NewID returns the prefix and that many random lower-case hex digits.
func (tx *Tx) NewID(prefix string, digits int) string {
	random := make([]byte, (digits+1)/2)
	tx.db.randMu.Lock()
	defer tx.db.randMu.Unlock()
	if _, err := io.ReadFull(tx.db.rand, random); err != nil {
		tx.fail(fmt.Errorf("make an id: %w", err))
	}
	return prefix + hex.EncodeToString(random)[:digits]
}

// NewUUID returns a random UUID.
func (tx *Tx) NewUUID() string {
	h := tx.NewID("", 32)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func (tx *Tx) set(key string, value []byte) {
	if tx.err != nil {
		return
	}
	if len(value) > maxValue {
		tx.fail(fmt.Errorf("a row of %d bytes is too large, at most %d are stored", len(value), maxValue))
		return
	}
	tx.staged = tx.staged.Set(tx.prefix+key, value)
}

func (tx *Tx) delete(key string) {
	if tx.err == nil {
		tx.staged = tx.staged.Set(tx.prefix+key, nil)
	}
}
