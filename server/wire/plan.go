package wire

import (
	"fmt"
	"reflect"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server/wire/internal/names"
)

// plans are the struct types of a service with the names of their members, worked out when first met.
type plans struct {
	name  func(t reflect.Type, field string, list bool) names.Member
	known sync.Map // reflect.Type: *plan
}

type plan struct {
	members []*member
	byName  map[string]*member // by the name in requests
}

type member struct {
	names.Member
	index       int
	open, close string // the element in a reply
	openItem    string
	closeItem   string
}

var (
	timeType  = reflect.TypeFor[time.Time]()
	bytesType = reflect.TypeFor[[]byte]()
)

func (ps *plans) of(t reflect.Type) *plan {
	if p, ok := ps.known.Load(t); ok {
		return p.(*plan)
	}
	p, _ := ps.known.LoadOrStore(t, ps.make(t))
	return p.(*plan)
}

func (ps *plans) make(t reflect.Type) *plan {
	p := &plan{byName: make(map[string]*member)}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		if !supported(f.Type) {
			panic(fmt.Sprintf("wire: %s.%s has the unsupported type %s", t, f.Name, f.Type))
		}
		list := f.Type.Kind() == reflect.Slice && f.Type != bytesType
		m := &member{Member: ps.name(t, f.Name, list), index: i}
		m.open, m.close = "<"+m.Out+">", "</"+m.Out+">"
		m.openItem, m.closeItem = "<"+m.Item+">", "</"+m.Item+">"
		p.members = append(p.members, m)
		p.byName[m.In] = m
	}
	return p
}

// supported says whether the query dialects can carry a value of the type.
func supported(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64, reflect.Struct:
		return true
	case reflect.Pointer:
		return t.Elem().Kind() != reflect.Pointer && t.Elem().Kind() != reflect.Slice && supported(t.Elem())
	case reflect.Map: // in replies only
		return t.Key().Kind() == reflect.String && supported(t.Elem())
	case reflect.Slice:
		return t == bytesType || t.Elem().Kind() != reflect.Pointer && t.Elem().Kind() != reflect.Slice && supported(t.Elem())
	}
	return false
}

// enums are the values of the enum types met so far.
var enums sync.Map // reflect.Type: []string

// enumValues returns what a string type allows, or nil if it is no enum.
func enumValues(t reflect.Type) []string {
	if t.PkgPath() == "" {
		return nil
	}
	if values, ok := enums.Load(t); ok {
		return values.([]string)
	}
	var values []string
	// The name is a constant so that the linker still drops the methods nobody calls.
	if method := reflect.Zero(t).MethodByName("Values"); method.IsValid() {
		list := method.Call(nil)[0]
		for i := range list.Len() {
			values = append(values, list.Index(i).String())
		}
	}
	enums.Store(t, values)
	return values
}

// schemaOf returns the schema of a value whose type has one. The type tells it only to a serializer, in its first call.
func schemaOf(v any) *smithy.Schema {
	s, ok := v.(smithy.Serializable)
	if !ok {
		return nil
	}
	var n schemaNote
	s.Serialize(&n)
	return n.schema
}

// schemaNote is a serializer that notes the schema of the first struct and writes nothing.
type schemaNote struct {
	jsonWriter
	schema *smithy.Schema
}

func (n *schemaNote) WriteStruct(s *smithy.Schema) {
	if n.schema == nil {
		n.schema = s
	}
	n.jsonWriter.WriteStruct(s)
}

// goName returns the name that the SDK gives to the field of a member.
func goName(m string) string {
	first, size := utf8.DecodeRuneInString(m)
	return string(unicode.ToUpper(first)) + m[size:]
}
