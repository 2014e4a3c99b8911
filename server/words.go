package server

import (
	"github.com/aws/aws-sdk-go-v2/service/ram/types"
	"github.com/aws/smithy-go"
)

// words are how a service puts what the server refuses for it, before any operation is asked.
type words struct {
	expired      error // a temporary key after its time
	invalidToken error // a temporary key with another's session token, or none
	denied       func(message string) error
	badToken     func(message string) error // a client token that can't be one
	mismatch     smithy.APIError            // a client token that comes again with other parameters
}

// Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
var ec2Words = words{
	expired:      clientError("RequestExpired", "Request has expired."),
	invalidToken: clientError("AuthFailure", "AWS was not able to validate the provided access credentials"),
	denied: func(message string) error {
		return clientError("UnauthorizedOperation", "You are not authorized to perform this operation. "+message)
	},
	badToken: func(message string) error { return clientError("InvalidParameterValue", message) },
	mismatch: clientError("IdempotentParameterMismatch", "Arguments on this idempotent request are inconsistent with arguments used in previous request(s)."),
}

// queryWords are those of STS and IAM, whose operations take no client tokens.
// Sources: https://github.com/pulumi/pulumi-aws/issues/2560, https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
var queryWords = words{
	expired:      clientError("ExpiredToken", "The security token included in the request is expired"),
	invalidToken: clientError("InvalidClientTokenId", "The security token included in the request is invalid"),
	denied:       func(message string) error { return clientError("AccessDenied", message) },
}

// jsonWords are those of Organizations, whose operations take no client tokens, and of RAM.
var jsonWords = words{
	expired:      clientError("ExpiredTokenException", "The security token included in the request is expired"),
	invalidToken: clientError("UnrecognizedClientException", "The security token included in the request is invalid."),
	denied:       func(message string) error { return clientError("AccessDeniedException", message) },
	badToken:     func(message string) error { return &types.InvalidClientTokenException{Message: &message} },
	mismatch:     &types.IdempotentParameterMismatchException{Message: new("The specified client token was used with other parameters before.")},
}

func clientError(code, message string) *smithy.GenericAPIError {
	return &smithy.GenericAPIError{Code: code, Message: message, Fault: smithy.FaultClient}
}
