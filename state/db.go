package state

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/dgraph-io/badger/v4"
)

// Options says where the state is and what the program takes from outside.
type Options struct {
	Dir     string           // "" keeps everything in memory
	Schemas []*Schema        // all that the stored rows may belong to
	Now     func() time.Time // the program's only notion of now; nil: time.Now
	Rand    io.Reader        // source of ids; nil: crypto/rand
	Logger  *slog.Logger     // nil: discard
	Changed func()           // called after each change; nil: nobody is told
}

// DB is an open state. Its methods may be called from any goroutine.
type DB struct {
	badger  *badger.DB
	catalog *catalog
	now     func() time.Time
	log     *slog.Logger
	changed func()

	randMu sync.Mutex
	rand   io.Reader

	// writer lets one Update at a time in. See WithDetectConflicts in openBadger for why.
	writer sync.Locker

	mu        sync.Mutex // guards what follows; held for moments only, so readers never wait for writers
	published instant
	last      uint64         // newest version given to a commit
	views     map[uint64]int // how many transactions read each version
	noViews   *sync.Cond
	closed    bool
	broken    error
}

// instant is what a transaction reads: one moment of everything. It never changes.
type instant struct {
	version    uint64 // of the rows in Badger
	generation uint32
	derived    []values  // one immutable map for each derived value, in the catalog's order
	due        time.Time // when the first queue entry is due; zero: there is none
}

// ErrClosed is returned by View and Update after Close.
var ErrClosed = errors.New("the state is closed")

// Open opens the state in opt.Dir, or a new one, and computes its derived values.
func Open(opt Options) (*DB, error) {
	db := &DB{
		catalog: newCatalog(opt.Schemas),
		now:     opt.Now,
		rand:    opt.Rand,
		log:     opt.Logger,
		changed: opt.Changed,
		writer:  new(sync.Mutex),
		views:   map[uint64]int{},
	}
	db.noViews = sync.NewCond(&db.mu)
	if db.now == nil {
		db.now = time.Now
	}
	if db.rand == nil {
		db.rand = rand.Reader
	}
	if db.changed == nil {
		db.changed = func() {}
	}
	if db.log == nil {
		db.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if db.badger, err = openBadger(opt.Dir, db.log); err != nil {
		return nil, fmt.Errorf("open state: %w", err)
	}
	if err := db.start(opt.Dir); err != nil {
		return nil, errors.Join(fmt.Errorf("open state: %w", err), db.badger.Close())
	}
	return db, nil
}

// start finds the instant that was published last.
func (db *DB) start(dir string) error {
	db.last = db.badger.MaxVersion()
	head, err := db.readHead(dir)
	if err != nil {
		return err
	}
	if err := db.sweep(head.Generation); err != nil {
		return err
	}
	at := instant{version: db.last, generation: head.Generation}
	if at.derived, err = db.derive(at); err != nil {
		return err
	}
	if at.due, err = db.firstDue(at); err != nil {
		return err
	}
	db.publish(at)
	return nil
}

// Close waits for running transactions and closes the state.
func (db *DB) Close() error {
	db.writer.Lock()
	defer db.writer.Unlock()
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	for len(db.views) > 0 {
		db.noViews.Wait()
	}
	db.mu.Unlock()
	return db.badger.Close()
}

// Now returns the time by Options.Now, in UTC and without a monotonic reading.
func (db *DB) Now() time.Time { return db.now().UTC().Round(0) }

// pin returns the published instant and keeps Badger from dropping its rows until unpin.
func (db *DB) pin() (instant, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return instant{}, ErrClosed
	}
	db.views[db.published.version]++
	return db.published, nil
}

func (db *DB) unpin(at instant) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.views[at.version]--
	if db.views[at.version] == 0 {
		delete(db.views, at.version)
	}
	if len(db.views) == 0 {
		db.noViews.Broadcast()
	}
}

// publish makes next what new transactions read, and lets Badger drop the
// versions that no transaction can read any more.
func (db *DB) publish(next instant) {
	db.mu.Lock()
	before := db.published
	db.published = next
	oldest := next.version
	for version := range db.views {
		oldest = min(oldest, version)
	}
	db.mu.Unlock()
	db.badger.SetDiscardTs(oldest)
	if before.version != next.version || before.generation != next.generation {
		db.changed()
	}
}

// nextVersion returns the version for a commit. Versions are not used twice, even if the commit fails.
func (db *DB) nextVersion() uint64 {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.last++
	return db.last
}

func (db *DB) isDue(now time.Time) bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	due := db.published.due
	return !due.IsZero() && !due.After(now)
}

// breakDown refuses all further writes: after a failed commit nobody knows what
// the disk holds, only opening it again tells.
func (db *DB) breakDown(err error) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.broken = fmt.Errorf("an earlier write failed, so no more are accepted until the program is restarted: %w", err)
	return err
}

func (db *DB) whyBroken() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.broken
}
