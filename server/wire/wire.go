// Package wire turns HTTP requests into the SDK's input structs, and the SDK's output structs and errors into HTTP
// replies, in the dialects that AWS services speak:
//
//	dialect     service        a request is           a reply is
//	EC2Query    EC2            a form                 XML
//	Query       STS, IAM       a form                 XML in an XResult
//	JSON11      Organizations  JSON, X-Amz-Target     JSON
//	RESTJSON    RAM            JSON, method and path  JSON
//	CBOR        CloudWatch     CBOR, the path         CBOR
//
// CloudWatch speaks two others besides, a query and JSON.
//
// It knows no operation and imports no service of the SDK: what a member is called comes from the SDK's schemas where
// the type has them, and else from package names, a rule with exceptions read out of the SDK's source. The package
// roundtrip holds the proof: each operation of each service through the real client and back.
//
// Three kinds of absence stay apart in both directions: nil is not written, an empty list is an empty element, and
// false, 0 and "" are values.
package wire

import (
	"net/http"
	"net/url"
	"reflect"

	"github.com/aws/smithy-go"
)

//go:generate go run ./internal/gen -dir internal/names

// Request is what a codec reads of an HTTP request.
type Request struct {
	Method string
	Path   string // escaped
	Query  url.Values
	Header http.Header
	Body   []byte

	form *form // of the query dialects, parsed once
}

// NewRequest takes from r what a codec reads of it; body is r's body, read whole. Its error is a smithy.APIError: unlike
// r.URL.Query it does not drop what it cannot read.
func NewRequest(r *http.Request, body []byte) (*Request, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, malformed(err)
	}
	return &Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: query, Header: r.Header, Body: body}, nil
}

// Reply is an answer ready to be written.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// Codec is one dialect of one service. It is safe for concurrent use.
type Codec interface {
	// For returns the dialect of a request with that header: the codec itself, unless the service speaks several.
	For(header http.Header) Codec
	// Operation names the operation that r asks for, e.g. "CreateIpam"; whether there is one, it doesn't know.
	Operation(r *Request) (string, error)
	// Decode fills in, a pointer to the SDK's input struct of the operation. Its error is a smithy.APIError.
	Decode(r *Request, operation string, in any) error
	// Encode writes out, a pointer to the SDK's output struct. Its error is a programmer's mistake.
	Encode(operation string, out any, requestID string) (Reply, error)
	// EncodeError writes err.
	EncodeError(err smithy.APIError, requestID string) Reply
	// UnknownOperation is what the service answers when asked for an operation it does not have.
	UnknownOperation(operation string) smithy.APIError
}

func reply(status int, contentType, requestID string, body []byte) Reply {
	header := make(http.Header, 3)
	header.Set("Content-Type", contentType)
	header.Set("X-Amzn-Requestid", requestID)
	return Reply{Status: status, Header: header, Body: body}
}

// target returns the struct that p, an argument of Decode or Encode, points to.
func target(p any) (reflect.Value, bool) {
	v := reflect.ValueOf(p)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return reflect.Value{}, false
	}
	return v.Elem(), true
}
