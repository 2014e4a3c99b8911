package cwapi

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// The exceptions of CloudWatch are the SDK's own types; clients know them by the codes InvalidParameterValue,
// InvalidParameterCombination, MissingParameter and InvalidNextToken.

func invalidValue(format string, args ...any) error {
	return &types.InvalidParameterValueException{Message: new(fmt.Sprintf(format, args...))}
}

func invalidCombination(format string, args ...any) error {
	return &types.InvalidParameterCombinationException{Message: new(fmt.Sprintf(format, args...))}
}

func missing(parameter string) error {
	return &types.MissingRequiredParameterException{Message: new(fmt.Sprintf("The parameter %s is required.", parameter))}
}

func invalidToken() error {
	return &types.InvalidNextToken{Message: new("The next token specified is invalid.")}
}

// unsupported refuses a parameter that is not emulated, by name: a parameter is never dropped in silence.
func unsupported(parameter string) error {
	return invalidValue("The parameter %s is not supported by ipam-local.", parameter)
}
