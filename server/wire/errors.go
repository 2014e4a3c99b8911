package wire

import (
	"fmt"
	"net/http"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
)

func clientError(code, format string, args ...any) *smithy.GenericAPIError {
	return &smithy.GenericAPIError{Code: code, Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

func unknownParameter(name string) error {
	return clientError("UnknownParameter", "The parameter %s is not recognized", name)
}

func invalidValue(value, name, reason string) error {
	if reason != "" {
		reason = " " + reason
	}
	return clientError("InvalidParameterValue", "Value (%s) for parameter %s is invalid.%s", value, name, reason)
}

// statuses are the codes of all dialects that are not answered with 400. Those of one service do not occur in another
// with another status, so one table serves.
var statuses = map[string]int{
	"AccessDenied":                http.StatusForbidden,
	"AccessDeniedException":       http.StatusForbidden,
	"AuthFailure":                 http.StatusUnauthorized,
	"Blocked":                     http.StatusForbidden,
	"DeleteConflict":              http.StatusConflict,
	"DryRunOperation":             http.StatusPreconditionFailed,
	"EntityAlreadyExists":         http.StatusConflict,
	"ExpiredToken":                http.StatusForbidden,
	"ExpiredTokenException":       http.StatusForbidden,
	"IncompleteSignature":         http.StatusForbidden,
	"InternalError":               http.StatusInternalServerError,
	"InternalFailure":             http.StatusInternalServerError,
	"InvalidClientTokenId":        http.StatusForbidden,
	"InvalidSignatureException":   http.StatusForbidden,
	"MissingAuthenticationToken":  http.StatusForbidden,
	"NoSuchEntity":                http.StatusNotFound,
	"OptInRequired":               http.StatusForbidden,
	"PendingVerification":         http.StatusForbidden,
	"RequestEntityTooLarge":       http.StatusRequestEntityTooLarge,
	"RequestLimitExceeded":        http.StatusServiceUnavailable,
	"ServiceUnavailable":          http.StatusServiceUnavailable,
	"SignatureDoesNotMatch":       http.StatusForbidden,
	"Unavailable":                 http.StatusServiceUnavailable,
	"UnauthorizedOperation":       http.StatusForbidden,
	"UnknownOperationException":   http.StatusNotFound,
	"UnrecognizedClientException": http.StatusForbidden,
}

// statusOf returns the status of an error: what its schema says, else what its code is known for, else whose fault it is.
func statusOf(err smithy.APIError) int {
	if modelled, ok := smithy.SchemaTrait[*traits.HTTPError](schemaOf(err)); ok {
		return modelled.Code
	}
	if status, ok := statuses[err.ErrorCode()]; ok {
		return status
	}
	if err.ErrorFault() == smithy.FaultServer {
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}
