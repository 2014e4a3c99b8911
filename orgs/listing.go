package orgs

import (
	"encoding/base64"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// maxPage is how many items AWS puts on a page at most, and when not told otherwise.
const maxPage = 20

// page is one page of the records in the order in which they come. key must tell each from all others; a record that
// has gone meanwhile does not matter, since keys are compared, if records come in the order of their keys.
//
// A token is what is listed and the key of the last one shown.
func page[R, V any](records iter.Seq[R], key func(R) string, show func(R) V, max *int32, token *string) (items []V, next *string, err error) {
	kind := reflect.TypeFor[V]().Name() + " "
	after := ""
	if token != nil {
		text, err := base64.RawURLEncoding.DecodeString(*token)
		ok := false
		if after, ok = strings.CutPrefix(string(text), kind); err != nil || !ok {
			return nil, nil, invalidInput(types.InvalidInputExceptionReasonInvalidPaginationToken)
		}
	}
	items = []V{}
	last := ""
	for r := range records {
		k := key(r)
		if k <= after {
			continue
		}
		if len(items) == int(or(max, maxPage)) {
			return items, new(base64.RawURLEncoding.EncodeToString([]byte(kind + last))), nil
		}
		items = append(items, show(r))
		last = k
	}
	return items, nil, nil
}

// only yields the records that keep keeps.
func only[R any](records iter.Seq[R], keep func(R) bool) iter.Seq[R] {
	return func(yield func(R) bool) {
		for r := range records {
			if keep(r) && !yield(r) {
				return
			}
		}
	}
}

// byKey yields the records in the order of their keys, each once; it is for lists that are short enough to be held.
func byKey[R any](records iter.Seq[R], key func(R) string) iter.Seq[R] {
	list := slices.SortedFunc(records, func(a, b R) int { return strings.Compare(key(a), key(b)) })
	return slices.Values(slices.CompactFunc(list, func(a, b R) bool { return key(a) == key(b) }))
}
