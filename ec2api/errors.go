package ec2api

import (
	"fmt"

	"github.com/aws/smithy-go"
)

// Codes of AWS, spelled as AWS spells them on the wire.
const (
	codeInvalidParameterValue       = "InvalidParameterValue"
	codeInvalidParameterCombination = "InvalidParameterCombination"
	codeMissingParameter            = "MissingParameter"
	codeDependencyViolation         = "DependencyViolation"
	codeIncorrectState              = "IncorrectState"
	codeResourceLimitExceeded       = "ResourceLimitExceeded"
	codeOperationNotPermitted       = "OperationNotPermitted"
	codeUnsupportedOperation        = "UnsupportedOperation"
)

// fail is the error that a client sees: a code of AWS and its sentence.
func fail(code, format string, args ...any) error {
	return &smithy.GenericAPIError{Code: code, Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

func invalidValue(format string, args ...any) error {
	return fail(codeInvalidParameterValue, format, args...)
}

func invalidCombination(format string, args ...any) error {
	return fail(codeInvalidParameterCombination, format, args...)
}

func missingParameter(name string) error {
	return fail(codeMissingParameter, "The request must contain the parameter %s", name)
}

// notFound is AWS's answer to an id that is unknown, malformed, of another Region or of another account.
// The word is the one that AWS uses for the type in this sentence.
func notFound(code, word, id string) error {
	return fail(code, "The %s ID '%s' does not exist", word, id)
}

// unsupported refuses a parameter that is not emulated, by name: a parameter is never dropped in silence.
func unsupported(parameter string) error {
	return fail(codeUnsupportedOperation, "The parameter %s is not supported by ipam-local.", parameter)
}

// quota refuses the one that would be one too many. A limit of 0 is none.
func quota(code, what string, have, limit int) error {
	if limit == 0 || have < limit {
		return nil
	}
	return fail(code, "You've reached the limit for %s. You have created %d %s and you are limited to %d.", what, have, what, limit)
}
