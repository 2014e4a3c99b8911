package ramapi

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ram/types"
)

// The exceptions of RAM are the SDK's own types, which carry their code and status.

func text(format string, args []any) *string { return new(fmt.Sprintf(format, args...)) }

func invalidParameter(format string, args ...any) error {
	return &types.InvalidParameterException{Message: text(format, args)}
}

// missing is AWS's for a required member that is absent. It is modelled for a few operations only, but it is the one
// exception that says so.
func missing(name string) error {
	return &types.MissingRequiredParameterException{Message: text("The required parameter %s is missing.", []any{name})}
}

// unsupported refuses a parameter that is not emulated, by name: a parameter is never dropped in silence.
func unsupported(name string) error {
	return notPermitted("The parameter %s is not supported by ipam-local.", name)
}

func unknownResource(format string, args ...any) error {
	return &types.UnknownResourceException{Message: text(format, args)}
}

func malformedARN(format string, args ...any) error {
	return &types.MalformedArnException{Message: text(format, args)}
}

func notPermitted(format string, args ...any) error {
	return &types.OperationNotPermittedException{Message: text(format, args)}
}

func invalidTransition(format string, args ...any) error {
	return &types.InvalidStateTransitionException{Message: text(format, args)}
}

func limitExceeded(format string, args ...any) error {
	return &types.ResourceShareLimitExceededException{Message: text(format, args)}
}

func malformedTemplate(format string, args ...any) error {
	return &types.MalformedPolicyTemplateException{Message: text(format, args)}
}

func invalidPolicy(format string, args ...any) error {
	return &types.InvalidPolicyException{Message: text(format, args)}
}

// noShare is the text by which Terraform knows that a share is gone.
func noShare(arn string) error { return unknownResource("ResourceShare %s could not be found.", arn) }

// OnlyWithinOrganization refuses to share a resource that takes an organization for it. Older reports have another
// code (terraform-provider-aws #7769, #46542).
func OnlyWithinOrganization() error {
	return invalidParameter("The resource you are attempting to share can only be shared within your AWS Organization. This error may also occur if you have not enabled sharing with your AWS organization, or that onboarding process is still in progress.")
}
