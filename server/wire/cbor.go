package wire

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/cbor"
	smithytime "github.com/aws/smithy-go/time"
)

// CBOR is the dialect that CloudWatch's clients speak today, smithy's RPC v2; shape is the name of its service in the SDK's
// schemas, which stands in the path of a request.
//
// As in the JSON dialects, whether members are there and have a possible value is left to the service.
// Source: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
func CBOR(shape string) Codec { return cborRPC{"/service/" + shape + "/operation/"} }

type cborRPC struct{ prefix string }

const contentCBOR = "application/cbor"

// For implements Codec.
func (c cborRPC) For(http.Header) Codec { return c }

// Operation implements Codec.
func (c cborRPC) Operation(r *Request) (string, error) {
	operation, ok := strings.CutPrefix(r.Path, c.prefix)
	if !ok || operation == "" || r.Method != http.MethodPost {
		return "", c.UnknownOperation(r.Method + " " + r.Path)
	}
	return operation, nil
}

// Decode implements Codec.
func (c cborRPC) Decode(r *Request, operation string, in any) error {
	v, schema := inputOf(operation, in)
	if schema == nil || len(r.Body) == 0 {
		return nil
	}
	value, err := cbor.Decode(r.Body)
	if err != nil {
		return serialization("%v", err)
	}
	members, ok := value.(cbor.Map)
	if !ok {
		return serialization("the body is not a map")
	}
	tree, err := cborMap(members)
	if err != nil {
		return err
	}
	return readMembers(tree, schema, v)
}

// cborTree makes of a value of CBOR what readValue knows.
func cborTree(v cbor.Value) (any, error) {
	switch v := v.(type) {
	case cbor.String:
		return string(v), nil
	case cbor.Slice:
		return []byte(v), nil
	case cbor.Bool:
		return bool(v), nil
	case cbor.Uint:
		if v > math.MaxInt64 {
			return nil, serialization("the number %d is too large", uint64(v))
		}
		return int64(v), nil
	case cbor.NegInt:
		if v == 0 || v > math.MaxInt64 { // 0 stands for -2^64
			return nil, serialization("a number is too small")
		}
		return -int64(v), nil
	case cbor.Float32:
		return float64(v), nil
	case cbor.Float64:
		return float64(v), nil
	case *cbor.Tag:
		return cborTime(v)
	case cbor.List:
		list := make([]any, len(v))
		for i, item := range v {
			var err error
			if list[i], err = cborTree(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	case cbor.Map:
		return cborMap(v)
	}
	return nil, nil // null and undefined
}

func cborMap(m cbor.Map) (map[string]any, error) {
	tree := make(map[string]any, len(m))
	for key, value := range m {
		var err error
		if tree[key], err = cborTree(value); err != nil {
			return nil, err
		}
	}
	return tree, nil
}

// timeTag says that a number is a time in seconds since 1970.
const timeTag = 1

func cborTime(t *cbor.Tag) (any, error) {
	value, err := cborTree(t.Value)
	if err != nil {
		return nil, err
	}
	if t.ID == timeTag {
		switch seconds := value.(type) {
		case int64:
			return time.Unix(seconds, 0).UTC(), nil
		case float64:
			return smithytime.ParseEpochSeconds(seconds), nil
		}
	}
	return nil, serialization("the tag %d is not known", t.ID)
}

// Encode implements Codec.
func (c cborRPC) Encode(operation string, out any, requestID string) (Reply, error) {
	s, ok := out.(smithy.Serializable)
	if !ok {
		return Reply{}, fmt.Errorf("encode %s: %T has no schema", operation, out)
	}
	var w cborWriter
	s.Serialize(&w)
	return c.reply(http.StatusOK, requestID, w.b), nil
}

func (c cborRPC) reply(status int, requestID string, body []byte) Reply {
	r := reply(status, contentCBOR, requestID, body)
	r.Header.Set("Smithy-Protocol", protocolCBOR)
	return r
}

// EncodeError implements Codec.
func (c cborRPC) EncodeError(err smithy.APIError, requestID string) Reply {
	var w cborWriter
	w.open(cborMapStart, false)
	w.text("__type")
	w.text(typeOf(err))
	if s, ok := err.(smithy.Serializable); ok {
		var members cborWriter
		s.Serialize(&members)
		w.b = append(w.b, members.b[1:]...) // with its end
	} else {
		w.text("message")
		w.text(err.ErrorMessage())
		w.close()
	}
	r := c.reply(statusOf(err), requestID, w.b)
	setQueryError(r.Header, err)
	return r
}

// UnknownOperation implements Codec.
func (c cborRPC) UnknownOperation(operation string) smithy.APIError {
	return clientError("UnknownOperationException", "The operation %s is not known.", operation)
}
