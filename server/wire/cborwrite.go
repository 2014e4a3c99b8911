package wire

import (
	"math/big"
	"time"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/document"
	"github.com/aws/smithy-go/encoding/cbor"
)

// cborWriter is the smithy.ShapeSerializer of CBOR. Lists and maps are of indefinite length, so that a struct can write
// itself without being counted first.
type cborWriter struct {
	b     []byte
	keyed bool   // the key of the next value is written
	lists []bool // what is open: a list, or a map or struct
}

const (
	cborListStart = 0x9f
	cborMapStart  = 0xbf
	cborEnd       = 0xff
)

func (w *cborWriter) text(s string) { w.b = append(w.b, cbor.Encode(cbor.String(s))...) }

// next writes the name of a member before its value, unless it is the whole, a list's item or a map's value.
func (w *cborWriter) next(s *smithy.Schema) {
	if w.keyed {
		w.keyed = false
		return
	}
	if n := len(w.lists); n > 0 && !w.lists[n-1] {
		w.text(s.MemberName())
	}
}

func (w *cborWriter) value(s *smithy.Schema, v cbor.Value) {
	w.next(s)
	w.b = append(w.b, cbor.Encode(v)...)
}

func (w *cborWriter) int(s *smithy.Schema, v int64) {
	if v < 0 {
		w.value(s, cbor.NegInt(-v))
		return
	}
	w.value(s, cbor.Uint(v))
}

func (w *cborWriter) open(start byte, list bool) {
	w.b = append(w.b, start)
	w.lists = append(w.lists, list)
}

func (w *cborWriter) close() {
	w.b = append(w.b, cborEnd)
	w.lists = w.lists[:len(w.lists)-1]
}

// Bytes returns what has been written.
func (w *cborWriter) Bytes() []byte { return w.b }

// WriteInt8 implements smithy.ShapeSerializer, as do all methods below.
func (w *cborWriter) WriteInt8(s *smithy.Schema, v int8)       { w.int(s, int64(v)) }
func (w *cborWriter) WriteInt16(s *smithy.Schema, v int16)     { w.int(s, int64(v)) }
func (w *cborWriter) WriteInt32(s *smithy.Schema, v int32)     { w.int(s, int64(v)) }
func (w *cborWriter) WriteInt64(s *smithy.Schema, v int64)     { w.int(s, v) }
func (w *cborWriter) WriteFloat32(s *smithy.Schema, v float32) { w.value(s, cbor.Float32(v)) }
func (w *cborWriter) WriteFloat64(s *smithy.Schema, v float64) { w.value(s, cbor.Float64(v)) }
func (w *cborWriter) WriteBool(s *smithy.Schema, v bool)       { w.value(s, cbor.Bool(v)) }
func (w *cborWriter) WriteString(s *smithy.Schema, v string)   { w.value(s, cbor.String(v)) }
func (w *cborWriter) WriteBlob(s *smithy.Schema, v []byte)     { w.value(s, cbor.Slice(v)) }
func (w *cborWriter) WriteNil(s *smithy.Schema)                { w.value(s, &cbor.Nil{}) }

// WriteTime writes seconds since 1970 with milliseconds, which the protocol wants as a float64.
func (w *cborWriter) WriteTime(s *smithy.Schema, v time.Time) {
	w.value(s, &cbor.Tag{ID: timeTag, Value: cbor.Float64(float64(v.UnixMilli()) / 1e3)})
}

func (w *cborWriter) WriteStruct(s *smithy.Schema) { w.next(s); w.open(cborMapStart, false) }
func (w *cborWriter) CloseStruct()                 { w.close() }
func (w *cborWriter) WriteList(s *smithy.Schema)   { w.next(s); w.open(cborListStart, true) }
func (w *cborWriter) CloseList()                   { w.close() }
func (w *cborWriter) WriteMap(s *smithy.Schema)    { w.next(s); w.open(cborMapStart, false) }
func (w *cborWriter) CloseMap()                    { w.close() }

func (w *cborWriter) WriteKey(_ *smithy.Schema, key string) {
	w.text(key)
	w.keyed = true
}

// None of the operations served has the types below.

func (w *cborWriter) WriteBigInt(s *smithy.Schema, _ *big.Int)         { unsupported(s) }
func (w *cborWriter) WriteBigFloat(s *smithy.Schema, _ *big.Float)     { unsupported(s) }
func (w *cborWriter) WriteDocument(s *smithy.Schema, _ document.Value) { unsupported(s) }
func (w *cborWriter) WriteUnion(s *smithy.Schema, _ *smithy.Schema)    { unsupported(s) }
func (w *cborWriter) CloseUnion()                                      {}
