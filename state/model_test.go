package state

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// model is the stupid twin of the tables: a map, and answers by looking at all of it.
type model map[[3]string]item

func (m model) scan(keep func(item) bool) []string {
	got := []string{}
	for _, key := range slices.SortedFunc(maps.Keys(m), func(a, b [3]string) int { return slices.Compare(a[:], b[:]) }) {
		if i := m[key]; keep(i) {
			got = append(got, i.String())
		}
	}
	return got
}

func (m model) total(account string) (sum int) {
	for _, i := range m {
		if i.Account == account {
			sum += i.Size
		}
	}
	return sum
}

func list(rows func(func(*item) bool)) []string {
	got := []string{}
	for i := range rows {
		got = append(got, i.String())
	}
	return got
}

func TestRandomOperationsInMemory(t *testing.T) {
	randomOperations(t, Options{}, 150)
}

func TestRandomOperationsOnDisk(t *testing.T) {
	randomOperations(t, Options{Dir: t.TempDir()}, 60)
}

// randomOperations does the same to a state and to a model of it, and compares all along.
func randomOperations(t *testing.T, opt Options, steps int) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	opt.Schemas = []*Schema{&testSchema}
	db, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { db.Close() }()
	rows := model{}
	for range steps {
		switch rnd.IntN(20) {
		case 0:
			account := randomPart(rnd)
			err = db.ResetAccount(account)
			maps.DeleteFunc(rows, func(key [3]string, _ item) bool { return key[0] == account })
		case 1:
			var doc bytes.Buffer
			if err = db.Snapshot(&doc); err == nil {
				err = db.Restore(&doc)
			}
		case 2:
			if opt.Dir != "" {
				db.Close()
				db, err = Open(opt)
			}
		default:
			rows, err = randomUpdate(t, rnd, db, rows)
		}
		if err != nil {
			t.Fatal(err)
		}
		view(t, db, func(tx *Tx) { compare(t, rnd, tx, rows) })
		if err := db.Check(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
}

var errRollback = errors.New("rollback")

func randomUpdate(t *testing.T, rnd *rand.Rand, db *DB, rows model) (model, error) {
	next := maps.Clone(rows)
	err := db.Update(func(tx *Tx) error {
		for range rnd.IntN(30) {
			i := item{Account: randomPart(rnd), Region: randomPart(rnd), ID: randomPart(rnd), Size: rnd.IntN(3)}
			for range rnd.IntN(3) {
				i.Tags = append(i.Tags, randomPart(rnd))
			}
			switch rnd.IntN(8) {
			case 0, 1:
				items.Delete(tx, i.Account, i.Region, i.ID)
				delete(next, [3]string{i.Account, i.Region, i.ID})
			case 2:
				for old := range byTag.Scan(tx, i.Account, i.ID) {
					items.Delete(tx, old.Account, old.Region, old.ID)
					delete(next, [3]string{old.Account, old.Region, old.ID})
				}
			case 3:
				compare(t, rnd, tx, next)
			default:
				items.Put(tx, &i)
				next[[3]string{i.Account, i.Region, i.ID}] = i
			}
		}
		if rnd.IntN(3) == 0 {
			return errRollback
		}
		return nil
	})
	if err == errRollback {
		return rows, nil
	}
	return next, err
}

// compare asks both for the same.
func compare(t *testing.T, rnd *rand.Rand, tx *Tx, rows model) {
	t.Helper()
	a, b, c := randomPart(rnd), randomPart(rnd), randomPart(rnd)
	check := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s with %q %q %q = %v, want %v", what, a, b, c, got, want)
		}
	}
	check("Scan", list(items.Scan(tx)), rows.scan(func(item) bool { return true }))
	check("Scan of an account", list(items.Scan(tx, a)), rows.scan(func(i item) bool { return i.Account == a }))
	check("ScanAfter", list(items.ScanAfter(tx, Key{a, b, c}, a)), rows.scan(func(i item) bool {
		return i.Account == a && slices.Compare([]string{i.Region, i.ID}, []string{b, c}) > 0
	}))
	tagged := rows.scan(func(i item) bool { return i.Account == a && slices.Contains(i.Tags, b) })
	check("Scan by tag", list(byTag.Scan(tx, a, b)), tagged)
	check("Count", byTag.Count(tx, a, b), len(tagged))
	check("total", total.Get(tx, a), rows.total(a))
	got, want := "none", "none"
	if i := items.Get(tx, a, b, c); i != nil {
		got = i.String()
	}
	if i, ok := rows[[3]string{a, b, c}]; ok {
		want = i.String()
	}
	check("Get", got, want)
}

// randomPart returns few different parts, some of which begin alike.
func randomPart(rnd *rand.Rand) string {
	return []string{"", "a", "aa", "ab", "b\x01", "b"}[rnd.IntN(6)] + fmt.Sprint(rnd.IntN(2))
}
