package wire

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/document"
	smithytime "github.com/aws/smithy-go/time"
)

// jsonWriter is the smithy.ShapeSerializer of the JSON dialects: the SDK's structs write themselves onto it.
type jsonWriter struct {
	b     []byte
	comma bool // something precedes in the same object or array
	keyed bool // the key of the next value is written
	lists []bool
}

// next writes what stands before a value: a comma, and the name of the member unless it is the whole, a list's item or
// a map's value.
func (w *jsonWriter) next(s *smithy.Schema) {
	if w.keyed {
		w.keyed = false
		return
	}
	if w.comma {
		w.b = append(w.b, ',')
	}
	w.comma = true
	if n := len(w.lists); n > 0 && !w.lists[n-1] {
		w.string(s.MemberName())
		w.b = append(w.b, ':')
	}
}

func (w *jsonWriter) open(bracket byte, list bool) {
	w.b = append(w.b, bracket)
	w.lists = append(w.lists, list)
	w.comma = false
}

func (w *jsonWriter) close(bracket byte) {
	w.b = append(w.b, bracket)
	w.lists = w.lists[:len(w.lists)-1]
	w.comma = true
}

func (w *jsonWriter) string(v string) {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("wire: a string has no JSON: %v", err)) // cannot happen
	}
	w.b = append(w.b, text...)
}

func (w *jsonWriter) int(s *smithy.Schema, v int64) {
	w.next(s)
	w.b = strconv.AppendInt(w.b, v, 10)
}

func (w *jsonWriter) float(s *smithy.Schema, v float64, bits int) {
	w.next(s)
	w.b = strconv.AppendFloat(w.b, v, 'f', -1, bits)
}

// Bytes returns what has been written.
func (w *jsonWriter) Bytes() []byte { return w.b }

// WriteInt8 implements smithy.ShapeSerializer, as do all methods below.
func (w *jsonWriter) WriteInt8(s *smithy.Schema, v int8)       { w.int(s, int64(v)) }
func (w *jsonWriter) WriteInt16(s *smithy.Schema, v int16)     { w.int(s, int64(v)) }
func (w *jsonWriter) WriteInt32(s *smithy.Schema, v int32)     { w.int(s, int64(v)) }
func (w *jsonWriter) WriteInt64(s *smithy.Schema, v int64)     { w.int(s, v) }
func (w *jsonWriter) WriteFloat32(s *smithy.Schema, v float32) { w.float(s, float64(v), 32) }
func (w *jsonWriter) WriteFloat64(s *smithy.Schema, v float64) { w.float(s, v, 64) }

func (w *jsonWriter) WriteBool(s *smithy.Schema, v bool) {
	w.next(s)
	w.b = strconv.AppendBool(w.b, v)
}

func (w *jsonWriter) WriteString(s *smithy.Schema, v string) {
	w.next(s)
	w.string(v)
}

func (w *jsonWriter) WriteBlob(s *smithy.Schema, v []byte) {
	w.next(s)
	w.string(base64.StdEncoding.EncodeToString(v))
}

// WriteTime writes seconds since 1970 with milliseconds, as both services do.
func (w *jsonWriter) WriteTime(s *smithy.Schema, v time.Time) {
	w.float(s, smithytime.FormatEpochSeconds(v), 64)
}

func (w *jsonWriter) WriteNil(s *smithy.Schema) {
	w.next(s)
	w.b = append(w.b, "null"...)
}

func (w *jsonWriter) WriteStruct(s *smithy.Schema) { w.next(s); w.open('{', false) }
func (w *jsonWriter) CloseStruct()                 { w.close('}') }
func (w *jsonWriter) WriteList(s *smithy.Schema)   { w.next(s); w.open('[', true) }
func (w *jsonWriter) CloseList()                   { w.close(']') }
func (w *jsonWriter) WriteMap(s *smithy.Schema)    { w.next(s); w.open('{', false) }
func (w *jsonWriter) CloseMap()                    { w.close('}') }

func (w *jsonWriter) WriteKey(_ *smithy.Schema, key string) {
	if w.comma {
		w.b = append(w.b, ',')
	}
	w.string(key)
	w.b = append(w.b, ':')
	w.comma, w.keyed = true, true
}

// None of the services served has the types below.

func (w *jsonWriter) WriteBigInt(s *smithy.Schema, _ *big.Int)         { unsupported(s) }
func (w *jsonWriter) WriteBigFloat(s *smithy.Schema, _ *big.Float)     { unsupported(s) }
func (w *jsonWriter) WriteDocument(s *smithy.Schema, _ document.Value) { unsupported(s) }
func (w *jsonWriter) WriteUnion(s *smithy.Schema, _ *smithy.Schema)    { unsupported(s) }
func (w *jsonWriter) CloseUnion()                                      {}

func unsupported(s *smithy.Schema) {
	panic(fmt.Sprintf("wire: %s has a type that is not supported", s.ID()))
}
