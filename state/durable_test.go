package state

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be its own child: a writer that waits to be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("STATE_TEST_WRITE_TO"); dir != "" {
		writeForever(dir)
	}
	os.Exit(m.Run())
}

// writeForever prints the number of each row after its Update has returned.
func writeForever(dir string) {
	db, err := Open(Options{Dir: dir, Schemas: []*Schema{&testSchema}})
	for n := 0; err == nil; n++ {
		err = db.Update(func(tx *Tx) error {
			items.Put(tx, &item{Account: "1", ID: fmt.Sprint(n), Tags: []string{"x"}, Size: 1})
			reminders.At(tx, tx.Now.Add(time.Hour), "1", fmt.Sprint(n))
			return nil
		})
		if err == nil {
			fmt.Println(n)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func TestAcknowledgedWritesSurviveSIGKILL(t *testing.T) {
	dir := t.TempDir()
	acknowledged := writeAndKill(t, dir, 100)
	db := open(t, Options{Dir: dir})
	view(t, db, func(tx *Tx) {
		for _, id := range acknowledged {
			if items.Get(tx, "1", "", id) == nil {
				t.Errorf("row %s was acknowledged and is lost", id)
			}
		}
		n := byTag.Count(tx, "1", "x")
		if got := total.Get(tx, "1"); got != n || n < len(acknowledged) {
			t.Errorf("%d rows by tag and a total of %d, want equal and at least %d", n, got, len(acknowledged))
		}
	})
	if err := db.Check(); err != nil {
		t.Error(err)
	}
}

// writeAndKill returns the ids that a child printed until it was killed, after at least that many.
func writeAndKill(t *testing.T, dir string, atLeast int) []string {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), "STATE_TEST_WRITE_TO="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		ids = append(ids, lines.Text())
		if len(ids) == atLeast {
			_ = child.Process.Kill() // and read on: what it has printed counts
		}
	}
	_ = child.Wait()
	if len(ids) < atLeast {
		t.Fatalf("the child printed %d rows, want at least %d", len(ids), atLeast)
	}
	return ids
}

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	clock := newClock()
	opt := Options{Dir: dir, Now: clock.now, Schemas: []*Schema{&testSchema}}
	db, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	update(t, db, func(tx *Tx) {
		items.Put(tx, &item{Account: "1", ID: "a", Tags: []string{"x"}, Size: 2})
		reminders.At(tx, tx.Now.Add(time.Hour), "1", "later")
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.View(func(*Tx) error { return nil }); err != ErrClosed {
		t.Errorf("View after Close = %v, want %v", err, ErrClosed)
	}
	clock.advance(time.Hour)
	db = open(t, opt)
	view(t, db, func(tx *Tx) {
		if got, want := list(items.Scan(tx)), []string{"1//a[x]=2", "1/queue/later[]=1"}; !reflect.DeepEqual(got, want) {
			t.Errorf("rows = %v, want %v", got, want)
		}
		if got, want := total.Get(tx, "1"), 3; got != want {
			t.Errorf("total = %d, want %d", got, want)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	cases := []struct {
		name    string
		want    string
		prepare func(t *testing.T, db *DB) // db is open in the directory
	}{
		{"another version of the format", "(3, this program reads 1); start with an empty --data-dir", func(t *testing.T, db *DB) {
			if err := db.writeHead(head{Format: 3}); err != nil {
				t.Fatal(err)
			}
		}},
		{"somebody else's rows", "was not written by this program", func(t *testing.T, db *DB) {
			w := db.badger.NewTransactionAt(db.last, true)
			if err := w.Delete(headKey); err != nil {
				t.Fatal(err)
			}
			if err := w.CommitAt(db.nextVersion(), nil); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			opt := Options{Dir: dir, Schemas: []*Schema{&testSchema}}
			db, err := Open(opt)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Open(opt); err == nil || !strings.Contains(err.Error(), "already in use by another process") {
				t.Errorf("a second Open = %v, want a refusal", err)
			}
			c.prepare(t, db)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(opt); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Open = %v, want an error with %q", err, c.want)
			}
		})
	}
}

// TestUnfinishedRestoreIsSweptUp leaves what a crash before the end of a Restore leaves.
func TestUnfinishedRestoreIsSweptUp(t *testing.T) {
	opt := Options{Dir: t.TempDir(), Schemas: []*Schema{&testSchema}}
	db, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	update(t, db, func(tx *Tx) { items.Put(tx, &item{Account: "1", ID: "a"}) })
	if err := db.writeAll(generationPrefix(1), []pair{{"ritem\x00\x011\x00\x01\x00\x01b\x00", []byte("{}")}}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, opt) // and is checked at the end
	view(t, db, func(tx *Tx) {
		if got, want := ids(items.Scan(tx)), []string{"a"}; !reflect.DeepEqual(got, want) {
			t.Errorf("rows = %v, want %v", got, want)
		}
	})
}
