package roundtrip_test

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// filler fills structs with values that differ from each other and are the same in every run.
type filler struct {
	n    int
	kind filling
	open map[reflect.Type]int // how often a struct type is around the place being filled
}

type filling int

const (
	full  filling = iota // everything has a value
	empty                // pointers lead to zero values, lists are empty
	none                 // nothing is there
)

func (k filling) String() string { return [...]string{"full", "empty", "none"}[k] }

// most is how often a type may occur inside itself.
const most = 2

// aside are the fields that are for the SDK's own use and not on the wire.
var aside = map[string]bool{"ResultMetadata": true, "ErrorCodeOverride": true}

func fill(p any, kind filling) {
	f := &filler{kind: kind, open: map[reflect.Type]int{}}
	f.structure(reflect.ValueOf(p).Elem())
}

func (f *filler) structure(v reflect.Value) {
	t := v.Type()
	f.open[t]++
	defer func() { f.open[t]-- }()
	for i := range v.NumField() {
		if field := t.Field(i); field.IsExported() && !aside[field.Name] {
			f.value(v.Field(i))
		}
	}
}

func (f *filler) value(v reflect.Value) {
	f.n++
	switch v.Kind() {
	case reflect.Pointer:
		if f.open[v.Type().Elem()] < most {
			v.Set(reflect.New(v.Type().Elem()))
			f.value(v.Elem())
		}
	case reflect.Slice:
		f.slice(v)
	case reflect.Map:
		f.mapOf(v)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(int64(1_700_000_000+f.n), 0).UTC()))
			return
		}
		f.structure(v)
	default:
		if f.kind == full {
			f.scalar(v)
		}
	}
}

func (f *filler) slice(v reflect.Value) {
	n := 0
	if f.kind == full && f.open[v.Type().Elem()] < most {
		n = 1 + f.n%2
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		f.value(v.Index(i))
	}
}

func (f *filler) mapOf(v reflect.Value) {
	v.Set(reflect.MakeMap(v.Type()))
	if f.kind == full {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.value(key)
		f.value(value)
		v.SetMapIndex(key, value)
	}
}

func (f *filler) scalar(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.text(v.Type()))
	case reflect.Bool:
		v.SetBool(f.n%2 == 0)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Uint8:
		v.SetUint(uint64(f.n % 256))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(f.n) + 0.5)
	default:
		panic(fmt.Sprintf("cannot fill a %s", v.Type()))
	}
}

// text returns a value of an enum, or a string with what is hard to escape in it.
func (f *filler) text(t reflect.Type) string {
	if values := reflect.Zero(t).MethodByName("Values"); values.IsValid() {
		list := values.Call(nil)[0]
		return list.Index(f.n % list.Len()).String()
	}
	return fmt.Sprintf("<%d> & \"é\"=%%2B+ \r\n;", f.n)
}

// toUTC puts the times in v into UTC: one of the SDK's clients returns them in the zone of the machine.
func toUTC(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			toUTC(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			toUTC(v.Index(i))
		}
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			v.Set(reflect.ValueOf(at.UTC()))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				toUTC(v.Field(i))
			}
		}
	}
}

// difference tells in which members two structs of one type differ.
func difference(got, want any) string {
	var b strings.Builder
	compare(&b, "", reflect.ValueOf(got).Elem(), reflect.ValueOf(want).Elem())
	return b.String()
}

func compare(b *strings.Builder, path string, got, want reflect.Value) {
	switch {
	case got.CanInterface() && reflect.DeepEqual(got.Interface(), want.Interface()):
	case got.Kind() == reflect.Struct && got.Type() != reflect.TypeFor[time.Time]():
		for i := range got.NumField() {
			compare(b, path+"."+got.Type().Field(i).Name, got.Field(i), want.Field(i))
		}
	case got.Kind() == reflect.Pointer && !got.IsNil() && !want.IsNil():
		compare(b, path, got.Elem(), want.Elem())
	case got.Kind() == reflect.Slice && got.Len() == want.Len() && got.IsNil() == want.IsNil():
		for i := range got.Len() {
			compare(b, fmt.Sprintf("%s[%d]", path, i), got.Index(i), want.Index(i))
		}
	default:
		fmt.Fprintf(b, "\n\t%s = %#v, want %#v", path, got, want)
	}
}
