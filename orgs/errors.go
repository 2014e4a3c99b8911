package orgs

import "github.com/aws/aws-sdk-go-v2/service/organizations/types"

// The sentences are AWS's own where they are known: what its clients have logged, else what its reference says of
// the reason. Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html

func accessDenied() error {
	return &types.AccessDeniedException{Message: new("You don't have permissions to access this resource.")}
}

func notInUse() error {
	return &types.AWSOrganizationsNotInUseException{Message: new("Your account is not a member of an organization.")}
}

var inputReasons = map[types.InvalidInputExceptionReason]string{
	types.InvalidInputExceptionReasonDuplicateTagKey:              "Tag keys must be unique among the tags attached to the same entity.",
	types.InvalidInputExceptionReasonImmutablePolicy:              "You specified a policy that is managed by AWS and can't be modified.",
	types.InvalidInputExceptionReasonInputRequired:                "You must include a value for all required parameters.",
	types.InvalidInputExceptionReasonInvalidEnum:                  "You specified an invalid value.",
	types.InvalidInputExceptionReasonInvalidEnumPolicyType:        "You specified an invalid policy type string.",
	types.InvalidInputExceptionReasonInvalidEmailAddressTarget:    "You specified an invalid email address for the invited account owner.",
	types.InvalidInputExceptionReasonInvalidListMember:            "You provided a list to a parameter that contains at least one invalid value.",
	types.InvalidInputExceptionReasonInvalidPaginationToken:       "Get the value for the NextToken parameter from the response to a previous call of the operation.",
	types.InvalidInputExceptionReasonInvalidPartyTypeTarget:       "You specified the wrong type of entity (account, organization, or email) as a party.",
	types.InvalidInputExceptionReasonInvalidPattern:               "You provided a value that does not match the required pattern.",
	types.InvalidInputExceptionReasonInvalidPatternTargetId:       "You specified a policy target ID that doesn't match the required pattern.",
	types.InvalidInputExceptionReasonInvalidRoleName:              "You provided a role name that isn't valid. A role name can't begin with the reserved prefix AWSServiceRoleFor.",
	types.InvalidInputExceptionReasonInvalidSystemTagsParameter:   "You specified a tag key that is a system tag.",
	types.InvalidInputExceptionReasonMaxFilterLimitExceeded:       "You can specify only one filter parameter for the operation.",
	types.InvalidInputExceptionReasonMaxLengthExceeded:            "You provided a string parameter that is longer than allowed.",
	types.InvalidInputExceptionReasonMaxValueExceeded:             "You provided a numeric parameter that has a larger value than allowed.",
	types.InvalidInputExceptionReasonMinLengthExceeded:            "You provided a string parameter that is shorter than allowed.",
	types.InvalidInputExceptionReasonMinValueExceeded:             "You provided a numeric parameter that has a smaller value than allowed.",
	types.InvalidInputExceptionReasonNonDetachablePolicy:          "You can't detach this AWS Managed Policy.",
	types.InvalidInputExceptionReasonTargetNotSupported:           "You can't perform the specified operation on that target entity.",
	types.InvalidInputExceptionReasonUnrecognizedServicePrincipal: "You specified an unrecognized service principal.",
}

func invalidInput(reason types.InvalidInputExceptionReason) error {
	return &types.InvalidInputException{Reason: reason, Message: new(inputReasons[reason])}
}

var constraintReasons = map[types.ConstraintViolationExceptionReason]string{
	types.ConstraintViolationExceptionReasonAccountCreationRateLimitExceeded:                       "You attempted to exceed the number of accounts that can be in progress at a time.",
	types.ConstraintViolationExceptionReasonAccountNumberLimitExceeded:                             "You have exceeded the allowed number of AWS accounts.",
	types.ConstraintViolationExceptionReasonCannotCloseManagementAccount:                           "You cannot close the management account of the organization.",
	types.ConstraintViolationExceptionReasonCannotRegisterMasterAsDelegatedAdministrator:           "You cannot register management account/yourself as delegated administrator for your organization.",
	types.ConstraintViolationExceptionReasonCannotRegisterSuspendedAccountAsDelegatedAdministrator: "You cannot register a suspended account as a delegated administrator.",
	types.ConstraintViolationExceptionReasonCannotRemoveDelegatedAdministratorFromOrg:              "You attempted to remove an account that is registered as a delegated administrator for a service integrated with your organization. To complete this operation, you must first deregister this account as a delegated administrator.",
	types.ConstraintViolationExceptionReasonCloseAccountRequestsLimitExceeded:                      "You attempted to exceed the number of accounts that you can close at a time.",
	types.ConstraintViolationExceptionReasonDelegatedAdministratorExistsForThisService:             "The service has a delegated administrator. To complete this operation, you must first deregister any existing delegated administrators for this service.",
	types.ConstraintViolationExceptionReasonHandshakeRateLimitExceeded:                             "You attempted to exceed the number of handshakes that you can send in one day.",
	types.ConstraintViolationExceptionReasonMaxDelegatedAdministratorsForServiceLimitExceeded:      "You attempted to register more delegated administrators than allowed for the service principal.",
	types.ConstraintViolationExceptionReasonMaxPolicyTypeAttachmentLimitExceeded:                   "You have attached the maximum number of policies to the specified target.",
	types.ConstraintViolationExceptionReasonMaxTagLimitExceeded:                                    "You have exceeded the number of tags allowed on this resource.",
	types.ConstraintViolationExceptionReasonMinPolicyTypeAttachmentLimitExceeded:                   "You cannot remove the last policy attached to the specified target. You should have at least one at any time.",
	types.ConstraintViolationExceptionReasonOrganizationNotInAllFeaturesMode:                       "The request failed because the organization does not have all features enabled. Please enable all features in your organization and then retry.",
	types.ConstraintViolationExceptionReasonOuDepthLimitExceeded:                                   "You attempted to create an OU tree that is too many levels deep.",
	types.ConstraintViolationExceptionReasonOuNumberLimitExceeded:                                  "You attempted to exceed the number of OUs that you can have in an organization.",
	types.ConstraintViolationExceptionReasonPolicyContentLimitExceeded:                             "You attempted to create a policy that is larger than the maximum size.",
	types.ConstraintViolationExceptionReasonPolicyNumberLimitExceeded:                              "You attempted to exceed the number of policies that you can have in an organization.",
	types.ConstraintViolationExceptionReasonServiceAccessNotEnabled:                                "You attempted to register a delegated administrator before you enabled service access. Call the EnableAWSServiceAccess API first.",
}

func constraint(reason types.ConstraintViolationExceptionReason) error {
	return &types.ConstraintViolationException{Reason: reason, Message: new(constraintReasons[reason])}
}

// quota refuses the one that would be one too many. A limit of 0 is none.
func quota(reason types.ConstraintViolationExceptionReason, have, limit int) error {
	if limit == 0 || have < limit {
		return nil
	}
	return constraint(reason)
}

func accountNotFound() error {
	return &types.AccountNotFoundException{Message: new("You specified an account that doesn't exist.")}
}

func parentNotFound() error {
	return &types.ParentNotFoundException{Message: new("You specified parent that doesn't exist.")}
}

func unitNotFound() error {
	return &types.OrganizationalUnitNotFoundException{Message: new("You specified an organizational unit that doesn't exist.")}
}

func duplicateUnit() error {
	return &types.DuplicateOrganizationalUnitException{Message: new("An OU with the same name already exists.")}
}

func cannotLeave() error {
	return &types.MasterCannotLeaveOrganizationException{Message: new("You can't remove a management account from an organization.")}
}

func targetNotFound() error {
	return &types.TargetNotFoundException{Message: new("You specified a target that doesn't exist.")}
}

var handshakeReasons = map[types.HandshakeConstraintViolationExceptionReason]string{
	types.HandshakeConstraintViolationExceptionReasonAccountNumberLimitExceeded:                       "You attempted to exceed the limit on the number of accounts in an organization.",
	types.HandshakeConstraintViolationExceptionReasonAlreadyInAnOrganization:                          "The handshake request is invalid because the invited account is already a member of an organization.",
	types.HandshakeConstraintViolationExceptionReasonHandshakeRateLimitExceeded:                       "You attempted to exceed the number of handshakes that you can send in one day.",
	types.HandshakeConstraintViolationExceptionReasonInviteDisabledDuringEnableAllFeatures:            "You can't issue new invitations to join an organization while it's in the process of enabling all features.",
	types.HandshakeConstraintViolationExceptionReasonOrganizationAlreadyHasAllFeatures:                "The handshake request is invalid because the organization has already enabled all features.",
	types.HandshakeConstraintViolationExceptionReasonOrganizationIsAlreadyPendingAllFeaturesMigration: "The handshake request is invalid because the organization has already started the process to enable all features.",
}

func handshakeConstraint(reason types.HandshakeConstraintViolationExceptionReason) error {
	return &types.HandshakeConstraintViolationException{Reason: reason, Message: new(handshakeReasons[reason])}
}
