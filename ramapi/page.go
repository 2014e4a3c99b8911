package ramapi

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/state"
)

// maxPage is the bound of maxResults of all lists. Without one a page has all that there is.
const maxPage = 500

// row is an item of a list and the key by which the list is ordered.
type row[V any] struct {
	key  string
	item V
}

func rowOf[V any](key state.Key, item V) row[V] { return row[V]{joined(key), item} }

// paged cuts a page out of a list. It is never an empty one with a token, which AWS's may be. Pages stay right while
// items come and go: a token is what is listed and the key of the last item shown.
func paged[V any](rows []row[V], limit *int32, token *string) ([]V, *string, error) {
	if limit != nil && (*limit < 1 || *limit > maxPage) {
		return nil, nil, invalidParameter("The value %d of maxResults is not valid. Specify a number from 1 to %d.", *limit, maxPage)
	}
	after, err := readToken[V](token)
	if err != nil {
		return nil, nil, err
	}
	items := []V{}
	last := ""
	for _, r := range sorted(rows, func(r row[V]) string { return r.key }) {
		if token != nil && r.key <= after {
			continue
		}
		if limit != nil && len(items) == int(*limit) {
			return items, new(makeToken[V](last)), nil
		}
		items = append(items, r.item)
		last = r.key
	}
	return items, nil, nil
}

// sorted is a list in the order of its keys. It sorts pointers, for which the program has the code of slices.SortFunc once;
// of items it would have a copy for each type.
func sorted[T any](list []T, key func(T) string) []T {
	pointers := make([]*T, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	slices.SortFunc(pointers, func(a, b *T) int { return strings.Compare(key(*a), key(*b)) })
	items := make([]T, len(list))
	for i, p := range pointers {
		items[i] = *p
	}
	return items
}

func kindOf[V any]() string { return reflect.TypeFor[V]().String() + "\x00" }

func makeToken[V any](key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(kindOf[V]() + key))
}

func readToken[V any](token *string) (string, error) {
	if token == nil {
		return "", nil
	}
	text, err := base64.RawURLEncoding.DecodeString(*token)
	after, ok := strings.CutPrefix(string(text), kindOf[V]())
	if err != nil || !ok {
		return "", &types.InvalidNextTokenException{Message: new("The specified value for nextToken is not valid.")}
	}
	return after, nil
}
