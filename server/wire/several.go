package wire

import (
	"mime"
	"net/http"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
)

// CloudWatch is the dialects of CloudWatch, whose clients have changed theirs twice: CBOR is today's, JSON last year's, and
// the query the oldest, for which its API's version and XML namespace are. shape is the name of the service in the SDK's
// schemas. A request tells by its headers which one it is in, and is answered in the same.
func CloudWatch(shape, version, namespace string) Codec {
	return several{Codec: Query(version, namespace), cbor: CBOR(shape), json: json10{jsonRPC{shape + ".", contentJSON10}}}
}

// several is a query dialect with two others beside it.
type several struct {
	Codec
	cbor, json Codec
}

const protocolCBOR = "rpc-v2-cbor"

// For implements Codec.
func (s several) For(header http.Header) Codec {
	content, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	switch {
	case header.Get("Smithy-Protocol") == protocolCBOR, content == contentCBOR:
		return s.cbor
	case header.Get("X-Amz-Target") != "", content == contentJSON10:
		return s.json
	}
	return s.Codec
}

const contentJSON10 = "application/x-amz-json-1.0"

// json10 differs from JSON 1.1 in its errors: they are those of a service that began with the query dialect.
type json10 struct{ jsonRPC }

// For implements Codec.
func (c json10) For(http.Header) Codec { return c }

// EncodeError implements Codec.
func (c json10) EncodeError(err smithy.APIError, requestID string) Reply {
	r := reply(statusOf(err), contentJSON10, requestID, errorJSON(err, typeOf(err), "message"))
	setQueryError(r.Header, err)
	return r
}

// typeOf is the name of an error's shape with its namespace, or its code if its type has no schema.
func typeOf(err smithy.APIError) string {
	if schema := schemaOf(err); schema != nil {
		return schema.ID().String()
	}
	return err.ErrorCode()
}

// queryCode is the code of an error in the query dialect, which for some differs from the name of their shape:
// InvalidParameterValue is an InvalidParameterValueException.
func queryCode(err smithy.APIError) string {
	if named, ok := smithy.SchemaTrait[*traits.AWSQueryError](schemaOf(err)); ok {
		return named.ErrorCode
	}
	return err.ErrorCode()
}

// setQueryError tells clients of the newer dialects the code that programs written for the query dialect look for.
// Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
func setQueryError(header http.Header, err smithy.APIError) {
	header.Set("X-Amzn-Query-Error", queryCode(err)+";"+senderOrReceiver(statusOf(err)))
}

func senderOrReceiver(status int) string {
	if status >= http.StatusInternalServerError {
		return "Receiver"
	}
	return "Sender"
}
