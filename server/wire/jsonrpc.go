package wire

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
)

// JSON11 is the dialect of Organizations; its target prefix is AWSOrganizationsV20161128.
//
// That members are there and have a possible value is left to the service: what Organizations answers if not
// depends on the operation.
func JSON11(targetPrefix string) Codec {
	return jsonRPC{targetPrefix + ".", contentJSON11}
}

type jsonRPC struct{ prefix, content string }

// For implements Codec.
func (c jsonRPC) For(http.Header) Codec { return c }

const contentJSON11 = "application/x-amz-json-1.1"

// Operation implements Codec.
func (c jsonRPC) Operation(r *Request) (string, error) {
	asked := r.Header.Get("X-Amz-Target")
	operation, ok := strings.CutPrefix(asked, c.prefix)
	if !ok || operation == "" {
		return "", c.UnknownOperation(asked)
	}
	return operation, nil
}

// Decode implements Codec.
func (c jsonRPC) Decode(r *Request, operation string, in any) error {
	v, schema := inputOf(operation, in)
	return readJSON(r.Body, schema, v)
}

// Encode implements Codec.
func (c jsonRPC) Encode(operation string, out any, requestID string) (Reply, error) {
	body, err := writeJSON(operation, out)
	return reply(http.StatusOK, c.content, requestID, body), err
}

func writeJSON(operation string, out any) ([]byte, error) {
	s, ok := out.(smithy.Serializable)
	if !ok {
		return nil, fmt.Errorf("encode %s: %T has no schema", operation, out)
	}
	var w jsonWriter
	s.Serialize(&w)
	return w.b, nil
}

// EncodeError implements Codec. The status tells only whose fault it is: Organizations answers even AccessDeniedException
// and a missing account with 400, whatever the statuses in the SDK's schemas.
func (c jsonRPC) EncodeError(err smithy.APIError, requestID string) Reply {
	status := statusOf(err)
	if status < http.StatusInternalServerError {
		status = http.StatusBadRequest
	}
	return reply(status, c.content, requestID, errorJSON(err, err.ErrorCode(), "Message"))
}

// errorJSON writes an error with its members, or with its message under the given key if its type has no schema.
func errorJSON(err smithy.APIError, code, messageKey string) []byte {
	var w jsonWriter
	w.b = append(w.b, `{"__type":`...)
	w.string(code)
	s, ok := err.(smithy.Serializable)
	if !ok {
		w.b = append(w.b, ',')
		w.string(messageKey)
		w.b = append(w.b, ':')
		w.string(err.ErrorMessage())
		return append(w.b, '}')
	}
	var members jsonWriter
	s.Serialize(&members)
	if len(members.b) > len("{}") {
		w.b = append(w.b, ',')
	}
	return append(w.b, members.b[1:]...)
}

// UnknownOperation implements Codec.
func (c jsonRPC) UnknownOperation(operation string) smithy.APIError {
	return clientError("UnknownOperationException", "The operation %s is not known.", operation)
}
