package roundtrip_test

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server/wire"
)

// These tests need structs with schemas, so they use the SDK's and are not among wire's own.

func TestJSONBodies(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"nothing", "", ""},
		{"an empty object", " {} ", ""},
		{"an unknown member", `{"Nosuch": {"a": [1]}}`, ""},
		{"a member in the wrong case", `{"email": 1}`, ""},
		{"null", `{"Email": null}`, ""},
		{"null for all", "null", ""},
		{"a number for a string", `{"Email": 1}`, "SerializationException"},
		{"an object for a string", `{"Email": {}}`, "SerializationException"},
		{"an object for a list", `{"Tags": {}}`, "SerializationException"},
		{"null in a list", `{"Tags": [null]}`, "SerializationException"},
		{"a string for a struct", `{"Tags": ["a"]}`, "SerializationException"},
		{"a list for all", `[]`, "SerializationException"},
		{"no JSON", `Email=a`, "SerializationException"},
		{"half of it", `{"Email": "a"`, "SerializationException"},
		{"two objects", `{} {}`, "SerializationException"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := &organizations.CreateAccountInput{}
			err := wire.JSON11("p").Decode(&wire.Request{Body: []byte(test.body)}, "CreateAccount", in)
			if codeOf(err) != test.want {
				t.Errorf("Decode(%s) = %v, want %q", test.body, err, test.want)
			}
			if test.want == "" && !reflect.DeepEqual(in, &organizations.CreateAccountInput{}) {
				t.Errorf("Decode(%s) filled %+v, want nothing", test.body, in)
			}
		})
	}
}

func codeOf(err error) string {
	if apiErr, ok := errors.AsType[smithy.APIError](err); ok {
		return apiErr.ErrorCode()
	}
	return ""
}

func TestTarget(t *testing.T) {
	tests := []struct{ target, operation, code string }{
		{"AWSOrganizationsV20161128.ListRoots", "ListRoots", ""},
		{"AWSOrganizationsV20161128.", "", "UnknownOperationException"},
		{"Other.ListRoots", "", "UnknownOperationException"},
		{"", "", "UnknownOperationException"},
	}
	for _, test := range tests {
		r := &wire.Request{Header: http.Header{"X-Amz-Target": {test.target}}}
		operation, err := wire.JSON11("AWSOrganizationsV20161128").Operation(r)
		if operation != test.operation || codeOf(err) != test.code {
			t.Errorf("target %q: operation %q, error %v, want %q, %q", test.target, operation, err, test.operation, test.code)
		}
	}
}

func TestRoute(t *testing.T) {
	tests := []struct{ method, path, operation, code string }{
		{"POST", "/createresourceshare", "CreateResourceShare", ""},
		{"DELETE", "/deletepermission", "DeletePermission", ""},
		{"POST", "/deletepermission", "", "UnknownOperationException"},
		{"POST", "/createresourceshare/x", "", "UnknownOperationException"},
		{"GET", "/", "", "UnknownOperationException"},
	}
	for _, test := range tests {
		operation, err := wire.RESTJSON(ramOperations...).Operation(&wire.Request{Method: test.method, Path: test.path})
		if operation != test.operation || codeOf(err) != test.code {
			t.Errorf("%s %s: operation %q, error %v, want %q, %q", test.method, test.path, operation, err, test.operation, test.code)
		}
	}
}

func TestQueryMembers(t *testing.T) {
	codec := wire.RESTJSON(ramOperations...)
	r := &wire.Request{
		Query: url.Values{"permissionArn": {"arn"}, "permissionVersion": {"2"}, "other": {"x"}},
		Body:  []byte(`{"clientToken": "a member of the URL is not read from the body"}`),
	}
	got, want := &ram.DeletePermissionVersionInput{}, &ram.DeletePermissionVersionInput{PermissionArn: new("arn"), PermissionVersion: new(int32(2))}
	if err := codec.Decode(r, "DeletePermissionVersion", got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Decode = %+v, %v, want %+v", got, err, want)
	}
	r.Query.Set("permissionVersion", "two")
	if err := codec.Decode(r, "DeletePermissionVersion", got); codeOf(err) != "SerializationException" {
		t.Errorf("Decode of a bad number: %v, want a SerializationException", err)
	}
}
