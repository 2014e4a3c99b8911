package ec2api

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// filters are the filters of an operation: the name, and the values that an item shows for it.
// tag:KEY and tag-key come by themselves for an item with Tags.
type filters[V any] map[string]func(V) []string

// fieldFilters is EC2's custom for operations whose filters AWS does not list: the name of every
// scalar field of the answer in kebab case. See docs/BEHAVIOURS.md.
func fieldFilters[V any](more filters[V]) filters[V] {
	all := filters[V]{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[V]()) {
		if field.IsExported() && scalar(field.Type) {
			all[kebab(field.Name)] = func(item V) []string {
				return texts(reflect.ValueOf(item).FieldByIndex(field.Index))
			}
		}
	}
	for name, values := range more {
		all[name] = values
	}
	return all
}

func scalar(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int32, reflect.Int64:
		return true
	}
	return t == reflect.TypeFor[time.Time]()
}

// texts is a scalar as a filter sees it; a field that is not there matches nothing.
func texts(v reflect.Value) []string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if t, ok := v.Interface().(time.Time); ok {
		return []string{t.UTC().Format("2006-01-02T15:04:05.000Z")}
	}
	if s := fmt.Sprint(v.Interface()); s != "" {
		return []string{s}
	}
	return nil
}

// kebab turns IpamPoolId into ipam-pool-id.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Limits of EC2 on the values of filters.
const (
	maxFilterValue  = 255
	maxFilterValues = 200
)

// test tells whether an item passes one filter of a request.
type test func(item any) bool

// passes tells whether an item passes all filters: they are ANDed, the values of one are ORed.
func passes[V any](tests []test, item V) bool {
	for _, pass := range tests {
		if !pass(item) {
			return false
		}
	}
	return true
}

// tests checks the filters of a request.
func (f filters[V]) tests(request []types.Filter) ([]test, error) {
	return testsOf(request, reflect.TypeFor[V](), func(name string) func(any) []string {
		if own, ok := f[name]; ok {
			return func(item any) []string { return own(item.(V)) }
		}
		return nil
	})
}

// testsOf is what all filters have in common; own finds the values of one by its name.
func testsOf(request []types.Filter, item reflect.Type, own func(name string) func(any) []string) (tests []test, err error) {
	for _, r := range request {
		name := or(r.Name, "")
		values := own(name)
		if values == nil {
			values = tagValues(item, name)
		}
		if values == nil {
			return nil, invalidValue("The filter '%s' is invalid", name)
		}
		if err := checkFilterValues(r); err != nil {
			return nil, err
		}
		tests = append(tests, func(item any) bool { return anyMatch(r.Values, values(item)) })
	}
	return tests, nil
}

func checkFilterValues(f types.Filter) error {
	if len(f.Values) == 0 {
		return invalidValue("The filter '%s' must have at least one value", or(f.Name, ""))
	}
	if len(f.Values) > maxFilterValues {
		return fail("FilterLimitExceeded", "The maximum number of filter values specified on a single call is %d", maxFilterValues)
	}
	for _, v := range f.Values {
		if len(v) > maxFilterValue {
			return fail("FilterLimitExceeded", "The maximum length for a filter value is %d characters", maxFilterValue)
		}
	}
	return nil
}

// tagValues is the filter tag-key or tag:KEY of items that have tags; nil: it is another one, or they have none.
func tagValues(item reflect.Type, name string) func(item any) []string {
	tags := tagsIn(item)
	key, one := strings.CutPrefix(name, "tag:")
	switch {
	case tags == nil:
		return nil
	case name == "tag-key":
		return func(item any) (keys []string) {
			for _, t := range tags(item) {
				keys = append(keys, *t.Key)
			}
			return keys
		}
	case one && key != "":
		return func(item any) (values []string) {
			for _, t := range tags(item) {
				if *t.Key == key {
					values = append(values, *t.Value)
				}
			}
			return values
		}
	}
	return nil
}

// tagsIn finds the tags of items, their own or those of the resource that they are about; nil: they have none.
func tagsIn(item reflect.Type) func(item any) []types.Tag {
	for _, name := range []string{"Tags", "TagSet"} {
		if field, ok := item.FieldByName(name); ok && field.Type == reflect.TypeFor[[]types.Tag]() {
			return func(item any) []types.Tag {
				return reflect.ValueOf(item).FieldByIndex(field.Index).Interface().([]types.Tag)
			}
		}
	}
	field, ok := item.FieldByName("ResourceTags")
	if !ok {
		return nil
	}
	return func(item any) (list []types.Tag) {
		for _, t := range reflect.ValueOf(item).FieldByIndex(field.Index).Interface().([]types.IpamResourceTag) {
			list = append(list, types.Tag{Key: t.Key, Value: t.Value})
		}
		return list
	}
}

func anyMatch(patterns, values []string) bool {
	for _, v := range values {
		for _, p := range patterns {
			if wildcard(p, v) {
				return true
			}
		}
	}
	return false
}

// wildcard tells whether s matches the pattern, in which * is any text, ? one character, and \ takes
// the next one literally. It goes back to the last * only, so a long pattern costs no more than len(p)·len(s).
func wildcard(pattern, s string) bool {
	p, i := 0, 0
	star, resume := -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, i
			p++
		case p < len(pattern) && pattern[p] == '?':
			p, i = p+1, i+1
		case p+1 < len(pattern) && pattern[p] == '\\' && pattern[p+1] == s[i]:
			p, i = p+2, i+1
		case p < len(pattern) && pattern[p] != '\\' && pattern[p] == s[i]:
			p, i = p+1, i+1
		case star >= 0:
			resume++
			p, i = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
