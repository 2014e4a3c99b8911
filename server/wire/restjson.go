package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
)

// RESTJSON is the dialect of RAM. It takes the schema of each operation, from which it knows method and path; paths
// with variables in them, which RAM has none of, make it panic.
//
// As in JSON11, whether members are there and have a possible value is left to the service.
func RESTJSON(operations ...*smithy.Schema) Codec {
	c := restJSON{routes: make(map[string]string)}
	for _, op := range operations {
		route, ok := smithy.SchemaTrait[*traits.HTTP](op)
		if !ok || !plain(route.URI) {
			panic(fmt.Sprintf("wire: %s has no route or one with variables", op.ID()))
		}
		c.routes[route.Method+" "+route.URI] = op.ID().Name
	}
	return c
}

func plain(uri string) bool {
	u, err := url.Parse(uri)
	return err == nil && u.RawQuery == "" && u.EscapedPath() == uri
}

type restJSON struct{ routes map[string]string }

// For implements Codec.
func (c restJSON) For(http.Header) Codec { return c }

const contentJSON = "application/json"

// Operation implements Codec.
func (c restJSON) Operation(r *Request) (string, error) {
	if name, ok := c.routes[r.Method+" "+r.Path]; ok {
		return name, nil
	}
	return "", c.UnknownOperation(r.Method + " " + r.Path)
}

// Decode implements Codec.
func (c restJSON) Decode(r *Request, operation string, in any) error {
	v, schema := inputOf(operation, in)
	if err := readQuery(r.Query, schema, v); err != nil {
		return err
	}
	return readJSON(r.Body, schema, v)
}

func inQuery(member *smithy.Schema) bool {
	_, ok := smithy.SchemaTrait[*traits.HTTPQuery](member)
	return ok
}

// readQuery fills those members of v that a request has in its URL.
func readQuery(query url.Values, schema *smithy.Schema, v reflect.Value) error {
	if schema == nil {
		return nil
	}
	for name, member := range schema.Members() {
		bound, ok := smithy.SchemaTrait[*traits.HTTPQuery](member)
		if !ok || !query.Has(bound.Name) {
			continue
		}
		field := v.FieldByName(goName(name))
		if field.Kind() == reflect.Pointer {
			field.Set(reflect.New(field.Type().Elem()))
			field = field.Elem()
		}
		value := query.Get(bound.Name)
		if err := scalar(pair{bound.Name, value}, field); err != nil {
			return serialization("%s cannot be %s", bound.Name, brief(value))
		}
	}
	return nil
}

// Encode implements Codec.
func (c restJSON) Encode(operation string, out any, requestID string) (Reply, error) {
	body, err := writeJSON(operation, out)
	return reply(http.StatusOK, contentJSON, requestID, body), err
}

// EncodeError implements Codec. SDKs look for the code in the header first, some only in the body.
func (c restJSON) EncodeError(err smithy.APIError, requestID string) Reply {
	r := reply(statusOf(err), contentJSON, requestID, errorJSON(err, err.ErrorCode(), "message"))
	r.Header.Set("X-Amzn-Errortype", err.ErrorCode())
	return r
}

// UnknownOperation implements Codec.
func (c restJSON) UnknownOperation(operation string) smithy.APIError {
	return clientError("UnknownOperationException", "The operation %s is not known.", operation)
}
