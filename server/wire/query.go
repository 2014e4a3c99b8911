package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server/wire/internal/names"
)

const xmlHeader = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// dialect is what the two query dialects have in common, with their differences as data.
type dialect struct {
	version, namespace string
	contentType        string
	timeFormat         string
	listPart           string // between a list's name and its members' numbers
	missing            func(name string) error
	plans              plans
}

// EC2Query is the dialect of EC2.
func EC2Query() Codec {
	exceptions := names.Of("ec2")
	return ec2Query{&dialect{
		version:     "2016-11-15",
		namespace:   "http://ec2.amazonaws.com/doc/2016-11-15/",
		contentType: "text/xml;charset=UTF-8",
		timeFormat:  "2006-01-02T15:04:05.000Z",
		missing: func(name string) error {
			return clientError("MissingParameter", "The request must contain the parameter %s", name)
		},
		plans: plans{name: func(t reflect.Type, field string, list bool) names.Member {
			return exceptions.Member(t.Name(), field, list)
		}},
	}}
}

// Query is the dialect of STS and IAM: their API's version and XML namespace. The namespace's host names the service
// whose required members are checked.
func Query(version, namespace string) Codec {
	return awsQuery{&dialect{
		version:     version,
		namespace:   namespace,
		contentType: "text/xml",
		timeFormat:  "2006-01-02T15:04:05Z",
		listPart:    "member",
		missing: func(name string) error {
			return clientError("ValidationError",
				"1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", names.LowerFirst(name))
		},
		plans: plans{name: schemaNames(names.Of(serviceOf(namespace)))},
	}}
}

// serviceOf returns "sts" for https://sts.amazonaws.com/doc/2011-06-15/.
func serviceOf(namespace string) string {
	u, err := url.Parse(namespace)
	if err != nil {
		panic(fmt.Sprintf("wire: namespace: %v", err))
	}
	service, _, _ := strings.Cut(u.Hostname(), ".")
	return service
}

// schemaNames names members by the schema of their struct, or by their Go name if it has none.
func schemaNames(exceptions names.Exceptions) func(reflect.Type, string, bool) names.Member {
	return func(t reflect.Type, field string, list bool) names.Member {
		name := field
		if schema := schemaOf(reflect.New(t).Interface()); schema != nil {
			for member := range schema.Members() {
				if goName(member) == field {
					name = member
				}
			}
		}
		required := exceptions.Member(t.Name(), field, list).Required
		return names.Member{In: name, Out: name, Item: "member", Required: required}
	}
}

// Operation implements Codec.
func (d *dialect) Operation(r *Request) (string, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return "", clientError("UnsupportedHttpVerb", "The requested HTTP verb is not supported: %s", r.Method)
	}
	f, err := r.parse()
	if err != nil {
		return "", err
	}
	if f.version != "" && f.version != d.version {
		return "", clientError("NoSuchVersion", "The requested version (%s) of this service does not exist.", f.version)
	}
	return f.action, nil
}

// Decode implements Codec.
func (d *dialect) Decode(r *Request, operation string, in any) error {
	v, ok := target(in)
	if !ok {
		panic(fmt.Sprintf("wire: %s is decoded into %T", operation, in))
	}
	f, err := r.parse()
	if err != nil {
		return err
	}
	return d.structure(f.pairs, 0, "", v)
}

// UnknownOperation implements Codec.
func (d *dialect) UnknownOperation(operation string) smithy.APIError {
	return clientError("InvalidAction", "The action %s is not valid for this web service.", operation)
}

// ec2Query differs from awsQuery in what stands around the members.
type ec2Query struct{ *dialect }

// For implements Codec.
func (q ec2Query) For(http.Header) Codec { return q }

// Encode implements Codec.
func (q ec2Query) Encode(operation string, out any, requestID string) (Reply, error) {
	v, ok := target(out)
	if !ok {
		return Reply{}, fmt.Errorf("encode %s: not a pointer to a struct: %T", operation, out)
	}
	b := make([]byte, 0, 2048)
	b = append(b, xmlHeader+"<"...)
	b = append(b, operation...)
	b = append(b, `Response xmlns="`...)
	b = append(b, q.namespace...)
	b = append(b, `"><requestId>`...)
	b = appendText(b, requestID)
	b = append(b, "</requestId>"...)
	if len(q.plans.of(v.Type()).members) == 0 {
		b = append(b, "<return>true</return>"...)
	}
	b = q.appendStructure(b, v)
	b = append(b, "</"...)
	b = append(b, operation...)
	b = append(b, "Response>"...)
	return reply(http.StatusOK, q.contentType, requestID, b), nil
}

// EncodeError implements Codec.
func (q ec2Query) EncodeError(err smithy.APIError, requestID string) Reply {
	b := []byte(xmlHeader + "<Response><Errors><Error>")
	b = appendElement(b, "Code", err.ErrorCode())
	b = appendElement(b, "Message", err.ErrorMessage())
	b = append(b, "</Error></Errors>"...)
	b = appendElement(b, "RequestID", requestID)
	b = append(b, "</Response>"...)
	return reply(statusOf(err), q.contentType, requestID, b)
}

type awsQuery struct{ *dialect }

// For implements Codec.
func (q awsQuery) For(http.Header) Codec { return q }

// Encode implements Codec.
func (q awsQuery) Encode(operation string, out any, requestID string) (Reply, error) {
	v, ok := target(out)
	if !ok {
		return Reply{}, fmt.Errorf("encode %s: not a pointer to a struct: %T", operation, out)
	}
	b := fmt.Appendf(nil, `<%[1]sResponse xmlns="%[2]s"><%[1]sResult>`, operation, q.namespace)
	b = q.appendStructure(b, v)
	b = fmt.Appendf(b, "</%sResult><ResponseMetadata>", operation)
	b = appendElement(b, "RequestId", requestID)
	b = fmt.Appendf(b, "</ResponseMetadata></%sResponse>", operation)
	return reply(http.StatusOK, q.contentType, requestID, b), nil
}

// EncodeError implements Codec.
func (q awsQuery) EncodeError(err smithy.APIError, requestID string) Reply {
	status := statusOf(err)
	b := fmt.Appendf(nil, `<ErrorResponse xmlns="%s"><Error>`, q.namespace)
	b = appendElement(b, "Type", senderOrReceiver(status))
	b = appendElement(b, "Code", queryCode(err))
	b = appendElement(b, "Message", err.ErrorMessage())
	b = append(b, "</Error>"...)
	b = appendElement(b, "RequestId", requestID)
	b = append(b, "</ErrorResponse>"...)
	return reply(status, q.contentType, requestID, b)
}

func appendElement(b []byte, name, text string) []byte {
	b = append(append(append(b, '<'), name...), '>')
	b = appendText(b, text)
	return append(append(append(b, "</"...), name...), '>')
}
