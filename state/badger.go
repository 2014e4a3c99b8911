package state

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// maxValue bounds a row. Badger in memory refuses values above 1 MiB, on disk it
// moves them to a value log that needs collecting; below it neither happens.
const maxValue = 1<<20 - 1

// openBadger opens Badger so that an idle process stays small.
func openBadger(dir string, log *slog.Logger) (*badger.DB, error) {
	opt := badger.DefaultOptions(dir).
		WithInMemory(dir == "").
		WithSyncWrites(dir != "").
		WithLogger(badgerLog{log}).
		WithMetricsEnabled(false).
		// One writer at a time makes conflicts impossible. Badger's detection would not
		// do instead: it knows keys that were read, not ranges that were found empty. Two
		// transactions scan, find nothing, insert different keys and both commit: one CIDR
		// handed out twice.
		WithDetectConflicts(false).
		WithNumVersionsToKeep(1).
		WithMemTableSize(memTableSize).
		WithNumMemtables(2).
		WithNumCompactors(2).
		// Rows overwritten often then take half the memory of the default, 5.
		WithNumLevelZeroTables(2).
		// Blocks that are not compressed need no cache: they are read where they lie.
		WithCompression(options.None).
		WithBlockCacheSize(0).
		WithIndexCacheSize(0).
		// Nothing reaches the value log (see maxValue), but Badger reserves twice this size for it.
		WithValueLogFileSize(1 << 20)
	b, err := badger.OpenManaged(opt)
	if err == nil {
		return b, nil
	}
	// Badger flattens the cause into its text, so there is nothing for errors.Is.
	if strings.Contains(err.Error(), "Another process is using this Badger database") {
		return nil, fmt.Errorf("%s is already in use by another process; stop it or choose another directory", dir)
	}
	return nil, err
}

// memTableSize also bounds a transaction: Badger takes 15 % of it, here 2.5 MB or 26,000 keys
// (rows and index entries). An open state in memory holds one memtable at least,
// and with many tests in one process that is what counts: 64 MB were tried and cost four times as much.
const memTableSize = 16 << 20

// badgerLog passes Badger's messages on; what it calls information is for debugging here.
type badgerLog struct{ log *slog.Logger }

func (l badgerLog) Errorf(format string, args ...any)   { l.print(slog.LevelError, format, args) }
func (l badgerLog) Warningf(format string, args ...any) { l.print(slog.LevelWarn, format, args) }
func (l badgerLog) Infof(format string, args ...any)    { l.print(slog.LevelDebug, format, args) }
func (l badgerLog) Debugf(format string, args ...any)   { l.print(slog.LevelDebug, format, args) }

func (l badgerLog) print(level slog.Level, format string, args []any) {
	if l.log.Enabled(context.Background(), level) {
		l.log.Log(context.Background(), level, "badger: "+strings.TrimSpace(fmt.Sprintf(format, args...)))
	}
}
