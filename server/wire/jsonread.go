package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"time"

	"github.com/aws/smithy-go"
	smithytime "github.com/aws/smithy-go/time"
)

// encoding/json alone cannot read the SDK's structs: it matches names in any case, where AWS drops what is misspelt, and
// it knows no times in seconds. So it makes the tree, and the schema says where each value belongs.

// inputOf returns the struct that in points to and its schema, which is nil for an input without members.
func inputOf(operation string, in any) (reflect.Value, *smithy.Schema) {
	v, ok := target(in)
	if _, serializable := in.(smithy.Serializable); !ok || !serializable {
		panic(fmt.Sprintf("wire: %s is decoded into %T", operation, in))
	}
	return v, schemaOf(in)
}

// readJSON fills v, a struct, from a body. Members that the schema lacks are ignored, as JSON services do.
func readJSON(body []byte, schema *smithy.Schema, v reflect.Value) error {
	if schema == nil || len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // a float64 has no room for an int64
	var tree map[string]any
	if err := d.Decode(&tree); err != nil {
		return serialization("%v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return serialization("the body goes on after the JSON object")
	}
	return readMembers(tree, schema, v)
}

func serialization(format string, args ...any) error {
	return clientError("SerializationException", format, args...)
}

func readMembers(tree map[string]any, schema *smithy.Schema, v reflect.Value) error {
	for name, value := range tree {
		member := schema.Member(name)
		field := v.FieldByName(goName(name))
		if member == nil || value == nil || !field.IsValid() || inQuery(member) {
			continue
		}
		if err := readValue(value, member, field); err != nil {
			return err
		}
	}
	return nil
}

func readValue(value any, schema *smithy.Schema, v reflect.Value) error {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	ok := false
	switch value := value.(type) {
	case string:
		ok = setText(value, v)
	case bool:
		if ok = v.Kind() == reflect.Bool; ok {
			v.SetBool(value)
		}
	case json.Number:
		ok = setNumber(value, v)
	case int64:
		ok = setInt(value, v)
	case float64:
		if ok = v.CanFloat(); ok {
			v.SetFloat(value)
		}
	case time.Time:
		ok = set(value, v)
	case []byte:
		ok = set(value, v)
	case []any:
		if v.Kind() == reflect.Slice && v.Type() != bytesType {
			return readList(value, schema, v)
		}
	case map[string]any:
		switch {
		case v.Kind() == reflect.Map:
			return readMap(value, schema, v)
		case v.Kind() == reflect.Struct && v.Type() != timeType:
			return readMembers(value, schema, v)
		}
	}
	if !ok {
		return serialization("%s cannot be %s", schema.MemberName(), brief(value))
	}
	return nil
}

func brief(value any) string {
	const most = 40
	text := fmt.Sprintf("%q", fmt.Sprint(value))
	if len(text) > most {
		text = text[:most] + "…"
	}
	return text
}

func readList(values []any, schema *smithy.Schema, v reflect.Value) error {
	v.Set(reflect.MakeSlice(v.Type(), len(values), len(values)))
	for i, value := range values {
		if value == nil {
			return serialization("%s cannot contain null", schema.MemberName())
		}
		if err := readValue(value, schema.ListMember(), v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func readMap(values map[string]any, schema *smithy.Schema, v reflect.Value) error {
	v.Set(reflect.MakeMapWithSize(v.Type(), len(values)))
	for key, value := range values {
		item := reflect.New(v.Type().Elem()).Elem()
		if err := readValue(value, schema.MapValue(), item); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), item)
	}
	return nil
}

func setText(value string, v reflect.Value) bool {
	switch {
	case v.Kind() == reflect.String:
		v.SetString(value)
	case v.Type() == bytesType:
		b, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return false
		}
		v.SetBytes(b)
	default:
		return false
	}
	return true
}

// set, setInt and the types that they are for are those of CBOR, which has more of them than JSON.
func set(value any, v reflect.Value) bool {
	given := reflect.ValueOf(value)
	if given.Type() != v.Type() {
		return false
	}
	v.Set(given)
	return true
}

func setInt(value int64, v reflect.Value) bool {
	switch {
	case v.CanFloat():
		v.SetFloat(float64(value))
	case v.CanInt() && !v.OverflowInt(value):
		v.SetInt(value)
	default:
		return false
	}
	return true
}

func setNumber(value json.Number, v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(string(value), 10, v.Type().Bits())
		v.SetInt(n)
		return err == nil
	case reflect.Float32, reflect.Float64:
		n, err := strconv.ParseFloat(string(value), v.Type().Bits())
		v.SetFloat(n)
		return err == nil
	}
	if v.Type() != timeType {
		return false
	}
	n, err := value.Float64()
	v.Set(reflect.ValueOf(smithytime.ParseEpochSeconds(n)))
	return err == nil
}
