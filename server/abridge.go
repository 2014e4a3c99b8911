package server

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// secrets are members whose value is nobody's business but the client's.
var secrets = []string{"SecretAccessKey", "SessionToken", "WebIdentityToken", "SAMLAssertion", "TokenCode"}

// abridge shows one of the SDK's structs as indented JSON, without what is absent and without secrets. It stops after so
// many bytes, in the middle of things: it is for reading, and a long list takes no longer than a short one.
func abridge(v any, room int) string {
	if v == nil {
		return ""
	}
	a := &abridger{room: room}
	a.value(reflect.ValueOf(v), "\n")
	if a.b.Len() >= room {
		return strings.ToValidUTF8(a.b.String()[:room], "") + "…"
	}
	return a.b.String()
}

type abridger struct {
	b    strings.Builder
	room int
}

func (a *abridger) full() bool { return a.b.Len() >= a.room }

// value writes v; newline is a line's end and the indentation of the next.
func (a *abridger) value(v reflect.Value, newline string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		a.value(v.Elem(), newline)
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			a.text(t.UTC().Format(time.RFC3339))
			return
		}
		a.members(v, newline)
	case reflect.Slice, reflect.Array:
		a.list('[', ']', v.Len(), newline, func(i int, inner string) { a.value(v.Index(i), inner) })
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		a.list('{', '}', len(keys), newline, func(i int, inner string) { a.member(keys[i].String(), v.MapIndex(keys[i]), inner) })
	case reflect.String:
		a.text(v.String())
	case reflect.Invalid:
		a.b.WriteString("null")
	default:
		fmt.Fprint(&a.b, v.Interface())
	}
}

// members writes those of a struct that are there. ResultMetadata is the SDK's and not AWS's.
func (a *abridger) members(v reflect.Value, newline string) {
	t := v.Type()
	present := make([]int, 0, t.NumField())
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && f.Name != "ResultMetadata" && !v.Field(i).IsZero() {
			present = append(present, i)
		}
	}
	a.list('{', '}', len(present), newline, func(i int, inner string) { a.member(t.Field(present[i]).Name, v.Field(present[i]), inner) })
}

func (a *abridger) member(name string, v reflect.Value, newline string) {
	a.text(name)
	a.b.WriteString(": ")
	if slices.Contains(secrets, name) {
		a.text("(not shown)")
		return
	}
	a.value(v, newline)
}

func (a *abridger) list(begin, end byte, n int, newline string, item func(i int, inner string)) {
	a.b.WriteByte(begin)
	inner := newline + "  "
	for i := 0; i < n && !a.full(); i++ {
		if i > 0 {
			a.b.WriteByte(',')
		}
		a.b.WriteString(inner)
		item(i, inner)
	}
	if n > 0 {
		a.b.WriteString(newline)
	}
	a.b.WriteByte(end)
}

// text writes a string, or as much of it as there may be room for.
func (a *abridger) text(s string) {
	a.b.WriteString(strconv.Quote(s[:min(len(s), a.room)]))
}
