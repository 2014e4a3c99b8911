package wire

import (
	"encoding/base64"
	"errors"
	"reflect"
	"slices"
	"strconv"

	smithytime "github.com/aws/smithy-go/time"
)

// maxIndex is the highest number that a list's member may have. Gaps are allowed, so this is no limit on memory; it
// refuses what is surely a mistake.
const maxIndex = 1 << 16

// structure fills v, a struct, from pairs, whose keys are equal up to at, where the name of a member begins.
func (d *dialect) structure(pairs []pair, at int, prefix string, v reflect.Value) error {
	p := d.plans.of(v.Type())
	for len(pairs) > 0 {
		name, group := first(pairs, at)
		m := p.byName[name]
		if m == nil {
			return unknownParameter(pairs[0].key)
		}
		if err := d.value(group, at+len(name), v.Field(m.index)); err != nil {
			return err
		}
		pairs = pairs[len(group):]
	}
	for _, m := range p.members {
		if m.Required && v.Field(m.index).IsZero() {
			return d.missing(prefix + m.In)
		}
	}
	return nil
}

// first returns the part of the first pair's key that begins at at, and all pairs that have the same part there.
func first(pairs []pair, at int) (string, []pair) {
	name := part(pairs[0].key, at)
	n := 1
	for n < len(pairs) && part(pairs[n].key, at) == name {
		n++
	}
	return name, pairs[:n]
}

// value fills v from pairs, whose keys are equal up to end, where the name of v ends.
func (d *dialect) value(pairs []pair, end int, v reflect.Value) error {
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		v.Set(reflect.New(t.Elem()))
		return d.value(pairs, end, v.Elem())
	}
	whole := len(pairs[0].key) == end // the key names v itself, nothing in it
	switch {
	case t.Kind() == reflect.Struct && t != timeType:
		if whole {
			return unknownParameter(pairs[0].key)
		}
		return d.structure(pairs, end+1, pairs[0].key[:end+1], v)
	case t.Kind() == reflect.Slice && t != bytesType:
		return d.list(pairs, end, v)
	case t.Kind() == reflect.Map:
		return unknownParameter(pairs[0].key) // no request of an operation that is served has one
	case !whole || len(pairs) > 1:
		return unknownParameter(pairs[len(pairs)-1].key)
	}
	return scalar(pairs[0], v)
}

// list fills v, a slice, from pairs such as Tag.1.Key and Tag.2.Key, or Tags.member.1.Key in STS.
func (d *dialect) list(pairs []pair, end int, v reflect.Value) error {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	if len(pairs[0].key) == end {
		if len(pairs) == 1 && pairs[0].value == "" {
			return nil // how clients write an empty list
		}
		return unknownParameter(pairs[0].key)
	}
	at := end + 1
	if d.listPart != "" {
		name, group := first(pairs, at)
		at += len(name) + 1
		if name != d.listPart || len(group) < len(pairs) || at > len(pairs[0].key) {
			return unknownParameter(pairs[0].key)
		}
	}
	for len(pairs) > 0 {
		number, group := first(pairs, at)
		if !validIndex(number) {
			return unknownParameter(pairs[0].key)
		}
		item := reflect.New(v.Type().Elem()).Elem()
		if err := d.value(group, at+len(number), item); err != nil {
			return err
		}
		v.Set(reflect.Append(v, item))
		pairs = pairs[len(group):]
	}
	return nil
}

func validIndex(s string) bool {
	if !isNumber(s) || s[0] == '0' {
		return false
	}
	n, err := strconv.Atoi(s)
	return err == nil && n <= maxIndex
}

// scalar fills v from a pair's value.
func scalar(p pair, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		if values := enumValues(v.Type()); values != nil && !slices.Contains(values, p.value) {
			return invalidValue(p.value, p.key, "")
		}
		v.SetString(p.value)
	case reflect.Bool:
		if p.value != "true" && p.value != "false" {
			return invalidValue(p.value, p.key, "Expecting true or false.")
		}
		v.SetBool(p.value == "true")
	case reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(p.value, 10, v.Type().Bits())
		if err != nil {
			return invalidNumber(p, err)
		}
		v.SetInt(n)
	case reflect.Float32, reflect.Float64:
		n, err := strconv.ParseFloat(p.value, v.Type().Bits())
		if err != nil {
			return invalidNumber(p, err)
		}
		v.SetFloat(n)
	case reflect.Struct:
		t, err := smithytime.ParseDateTime(p.value)
		if err != nil {
			return invalidValue(p.value, p.key, "Expecting a time such as 2006-01-02T15:04:05Z.")
		}
		v.Set(reflect.ValueOf(t))
	case reflect.Slice:
		b, err := base64.StdEncoding.DecodeString(p.value)
		if err != nil {
			return invalidValue(p.value, p.key, "Expecting base64.")
		}
		v.SetBytes(b)
	}
	return nil
}

func invalidNumber(p pair, err error) error {
	if errors.Is(err, strconv.ErrRange) {
		return invalidValue(p.value, p.key, "The number is out of range.")
	}
	return invalidValue(p.value, p.key, "Expecting a number.")
}
