package ec2api

import (
	"encoding/base64"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// listing is what the Describe and Get operations of a resource have in common: which records there are,
// how one is shown, and by what it may be filtered. R is the record, V the SDK's type in the answer.
type listing[R, V any] struct {
	key     func(*R) state.Key
	view    func(*Call, *R) V
	filters filters[V]
	min     int32 // bounds of MaxResults
	max     int32
}

// page is the part of a request that all listings share.
type page struct {
	filters []types.Filter
	max     *int32
	token   *string
}

// Bounds of MaxResults that most operations have.
const (
	minResults = 5
	maxResults = 1000
)

// list shows the records that rows yields after a key, in their order. next is the token of the following page.
func (l *listing[R, V]) list(c *Call, p page, rows func(after state.Key) iter.Seq[*R]) (items []V, next *string, err error) {
	if err := checkMax(p.max, l.min, l.max); err != nil {
		return nil, nil, err
	}
	tests, err := l.filters.tests(p.filters)
	if err != nil {
		return nil, nil, err
	}
	what := reflect.TypeFor[V]()
	after, err := readToken(what, or(p.token, ""))
	if err != nil {
		return nil, nil, err
	}
	items = []V{}
	var last *R
	for r := range rows(after) {
		item := l.view(c, r)
		if !passes(tests, item) {
			continue
		}
		if p.max != nil && len(items) == int(*p.max) {
			return items, new(makeToken(what, l.key(last))), nil
		}
		items = append(items, item)
		last = r
	}
	return items, nil, nil
}

// describe is a Describe operation: the records that ids names or, without ids, all that rows yields.
func (l *listing[R, V]) describe(c *Call, p page, ids []string, find func(id string) (*R, error), rows func(after state.Key) iter.Seq[*R]) ([]V, *string, error) {
	if len(ids) > 0 {
		return l.named(c, p, ids, find)
	}
	return l.list(c, p, rows)
}

// named shows the records with the ids that a request names; find fails for one that the caller may not see.
func (l *listing[R, V]) named(c *Call, p page, ids []string, find func(id string) (*R, error)) ([]V, *string, error) {
	records := make([]*R, 0, len(ids))
	seen := map[string]bool{}
	for _, id := range ids {
		r, err := find(id)
		if err != nil {
			return nil, nil, err
		}
		if !seen[id] {
			records = append(records, r)
		}
		seen[id] = true
	}
	return l.list(c, p, func(after state.Key) iter.Seq[*R] { return afterKey(records, l.key, after) })
}

func checkMax(n *int32, least, most int32) error {
	switch {
	case n == nil:
		return nil
	case *n < least: // AWS says "greater than" and takes the bound itself
		return invalidValue("Value ( %d ) for parameter maxResults is invalid. Expecting a value greater than %d.", *n, least)
	case *n > most:
		return invalidValue("Value ( %d ) for parameter maxResults is invalid. Expecting a value less than %d.", *n, most)
	}
	return nil
}

// afterKey yields the records in the order of their keys, those behind after only; it is for lists that are short
// enough to be held.
func afterKey[R any](records []*R, key func(*R) state.Key, after state.Key) iter.Seq[*R] {
	keys := make([]state.Key, len(records))
	for i, r := range records {
		keys[i] = key(r)
	}
	return func(yield func(*R) bool) {
		for _, i := range behind(keys, after) {
			if !yield(records[i]) {
				return
			}
		}
	}
}

// behind are the places of the keys behind after, in the order of the keys; of several equal ones, one.
func behind(keys []state.Key, after state.Key) (places []int) {
	for i, key := range keys {
		if slices.Compare(key, after) > 0 {
			places = append(places, i)
		}
	}
	slices.SortFunc(places, func(a, b int) int { return slices.Compare(keys[a], keys[b]) })
	return slices.CompactFunc(places, func(a, b int) bool { return slices.Equal(keys[a], keys[b]) })
}

// placed is an item of a list that has no key but its place.
type placed[T any] struct {
	item  T
	place int
}

func (p *placed[T]) key() state.Key { return state.Key{sortableNumber(int64(p.place))} }

// inPlace yields the items of a list behind a key.
func inPlace[T any](list []T, after state.Key) iter.Seq[*placed[T]] {
	items := make([]*placed[T], len(list))
	for i, item := range list {
		items[i] = &placed[T]{item, i}
	}
	return afterKey(items, (*placed[T]).key, after)
}

func item[T any](_ *Call, p *placed[T]) T { return p.item }

// sortableNumber is a number that sorts as text.
func sortableNumber(n int64) string { return fmt.Sprintf("%019d", n) }

// A token is what is listed and the key of the last one shown: pages stay right while records come and go.
func makeToken(what reflect.Type, key state.Key) string {
	parts := append([]string{what.Name()}, key...)
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "\x00")))
}

func readToken(what reflect.Type, token string) (state.Key, error) {
	if token == "" {
		return nil, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(token)
	parts := strings.Split(string(text), "\x00")
	if err != nil || len(parts) < 2 || parts[0] != what.Name() {
		return nil, fail("InvalidNextToken", "The token '%s' is invalid", token)
	}
	return parts[1:], nil
}
