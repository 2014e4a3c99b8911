package wire

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// appendStructure appends the members of v, a struct, as XML.
func (d *dialect) appendStructure(b []byte, v reflect.Value) []byte {
	for _, m := range d.plans.of(v.Type()).members {
		b = d.appendMember(b, m, v.Field(m.index))
	}
	return b
}

func (d *dialect) appendMember(b []byte, m *member, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return b
		}
		v = v.Elem()
	case reflect.Slice:
		if v.IsNil() {
			return b
		}
		if v.Type() != bytesType {
			return d.appendList(b, m, v)
		}
	case reflect.Map:
		if v.IsNil() {
			return b
		}
	case reflect.String:
		if v.Len() == 0 {
			return b // an enum is no pointer: "" is its nil
		}
	}
	b = append(b, m.open...)
	b = d.appendValue(b, v)
	return append(b, m.close...)
}

func (d *dialect) appendList(b []byte, m *member, v reflect.Value) []byte {
	b = append(b, m.open...)
	if v.Len() == 0 {
		return append(b[:len(b)-1], "/>"...)
	}
	for i := range v.Len() {
		b = append(b, m.openItem...)
		b = d.appendValue(b, v.Index(i))
		b = append(b, m.closeItem...)
	}
	return append(b, m.close...)
}

func (d *dialect) appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return appendText(b, v.String())
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.AppendFloat(b, v.Float(), 'f', -1, v.Type().Bits())
	case reflect.Slice:
		return base64.StdEncoding.AppendEncode(b, v.Bytes())
	case reflect.Map:
		return d.appendMap(b, v)
	}
	if v.Type() == timeType {
		return v.Interface().(time.Time).UTC().AppendFormat(b, d.timeFormat)
	}
	return d.appendStructure(b, v)
}

// appendMap appends the entries of a map in the order of their keys.
func (d *dialect) appendMap(b []byte, v reflect.Value) []byte {
	keys := make([]string, 0, v.Len())
	for _, key := range v.MapKeys() {
		keys = append(keys, key.String())
	}
	slices.Sort(keys)
	for _, key := range keys {
		b = append(b, "<entry>"...)
		b = appendElement(b, "key", key)
		b = append(b, "<value>"...)
		b = d.appendValue(b, v.MapIndex(reflect.ValueOf(key).Convert(v.Type().Key())))
		b = append(b, "</value></entry>"...)
	}
	return b
}

// appendText appends s as the text of an element. What XML 1.0 cannot carry, not even escaped, becomes U+FFFD; a
// carriage return is escaped because a parser would make it a line feed.
func appendText(b []byte, s string) []byte {
	done := 0
	for i := 0; i < len(s); {
		if plainText(s[i]) {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if escaped := escape(r, size); escaped != "" {
			b = append(b, s[done:i]...)
			b = append(b, escaped...)
			done = i + size
		}
		i += size
	}
	return append(b, s[done:]...)
}

// plainText says that a byte is a character that stands for itself; most are, and encoding is where the time goes.
func plainText(c byte) bool {
	return c >= ' ' && c < utf8.RuneSelf && c != '&' && c != '<' && c != '>'
}

// escape returns what stands in XML for r, decoded from size bytes, or "" for r itself.
func escape(r rune, size int) string {
	switch {
	case r == '&':
		return "&amp;"
	case r == '<':
		return "&lt;"
	case r == '>':
		return "&gt;"
	case r == '\r':
		return "&#xD;"
	case r < ' ' && r != '\t' && r != '\n',
		r == 0xFFFE, r == 0xFFFF,
		r == utf8.RuneError && size == 1:
		return "\uFFFD"
	}
	return ""
}
