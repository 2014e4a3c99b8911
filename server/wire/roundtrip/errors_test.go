package roundtrip_test

import (
	"errors"
	"reflect"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	ramtypes "github.com/aws/aws-sdk-go-v2/service/ram/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"

	"github.com/ipam-local/ipam-local/server/wire"
)

// TestExceptions answers with each exception of each service, all members filled, and compares what the client read.
func TestExceptions(t *testing.T) {
	for _, service := range services {
		if service.errors == nil {
			continue
		}
		t.Run(service.name, func(t *testing.T) {
			for name, entry := range service.errors.Entries {
				want := entry.New().(smithy.APIError)
				fill(want, full)
				got := answered(t, service, want)
				checkOverride(t, name, got, want)
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s: %s", name, difference(got, want))
				}
			}
			t.Logf("%d exceptions", len(service.errors.Entries))
		})
	}
}

// checkOverride checks the code that a client of a service that began with the query dialect is told beside the name of
// the shape, and takes it out of what it got.
func checkOverride(t *testing.T, name string, got, sent smithy.APIError) {
	override := reflect.ValueOf(got).Elem().FieldByName("ErrorCodeOverride")
	if !override.IsValid() || override.IsNil() {
		return
	}
	var n schemaNote
	sent.(smithy.Serializable).Serialize(&n)
	if trait, ok := smithy.SchemaTrait[*traits.AWSQueryError](n.schema); ok && trait.ErrorCode != got.ErrorCode() {
		t.Errorf("%s: the client's code is %s, want %s", name, got.ErrorCode(), trait.ErrorCode)
	}
	override.SetZero()
}

// schemaNote is a serializer that notes the schema of what writes itself.
type schemaNote struct {
	smithy.ShapeSerializer
	schema *smithy.Schema
}

func (n *schemaNote) WriteStruct(s *smithy.Schema)       { n.schema = s }
func (n *schemaNote) WriteString(*smithy.Schema, string) {}
func (n *schemaNote) WriteList(*smithy.Schema)           {}
func (n *schemaNote) CloseList()                         {}
func (n *schemaNote) CloseStruct()                       {}

// TestErrors answers with an error that no SDK has a type for.
func TestErrors(t *testing.T) {
	for _, service := range services {
		want := &smithy.GenericAPIError{Code: "Some.Code", Message: "<a> & \"b\" é\r\n"}
		if got := answered(t, service, want); got.ErrorCode() != want.Code || got.ErrorMessage() != want.Message {
			t.Errorf("%s: got %#v, want %#v", service.name, got, want)
		}
	}
}

// answered lets the service fail with err and returns the error that its client makes of the answer.
func answered(t *testing.T, service service, err smithy.APIError) smithy.APIError {
	t.Helper()
	s := &server{codec: service.codec, fail: err}
	op := operations(service.client(s), service.maps)[0]
	_, _, got := op.run(s, full, none)
	if response, ok := errors.AsType[*awshttp.ResponseError](got); !ok || response.ServiceRequestID() != requestID {
		t.Errorf("%s: the error %v has not the request id %s", service.name, got, requestID)
	}
	apiErr, ok := errors.AsType[smithy.APIError](got)
	if !ok {
		t.Fatalf("%s: %v is no API error", service.name, got)
	}
	return apiErr
}

// What an error's status is depends on the dialect: Organizations knows only 400 and 500.
func TestExceptionStatus(t *testing.T) {
	orgs, ram := wire.JSON11("AWSOrganizationsV20161128"), wire.RESTJSON(ramOperations...)
	tests := []struct {
		codec wire.Codec
		err   smithy.APIError
		want  int
	}{
		{orgs, &orgtypes.AccountNotFoundException{}, 400},
		{orgs, &orgtypes.TooManyRequestsException{}, 400},
		{orgs, &orgtypes.ServiceException{}, 500},
		{ram, &ramtypes.UnknownResourceException{}, 400},
		{ram, &ramtypes.PermissionAlreadyExistsException{}, 409},
		{ram, &ramtypes.ServiceUnavailableException{}, 503},
	}
	for _, test := range tests {
		if got := test.codec.EncodeError(test.err, requestID).Status; got != test.want {
			t.Errorf("%T answers %T with %d, want %d", test.codec, test.err, got, test.want)
		}
	}
}
