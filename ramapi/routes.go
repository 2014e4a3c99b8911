package ramapi

import (
	"github.com/aws/aws-sdk-go-v2/service/ram/schemas"
	"github.com/aws/smithy-go"
)

// Routes are the SDK's schemas of all operations. Method and path of a request stand in them.
var Routes = []*smithy.Schema{
	schemas.AcceptResourceShareInvitation,
	schemas.AssociateResourceShare,
	schemas.AssociateResourceSharePermission,
	schemas.CreatePermission,
	schemas.CreatePermissionVersion,
	schemas.CreateResourceShare,
	schemas.DeletePermission,
	schemas.DeletePermissionVersion,
	schemas.DeleteResourceShare,
	schemas.DisassociateResourceShare,
	schemas.DisassociateResourceSharePermission,
	schemas.EnableSharingWithAwsOrganization,
	schemas.GetPermission,
	schemas.GetResourcePolicies,
	schemas.GetResourceShareAssociations,
	schemas.GetResourceShareInvitations,
	schemas.GetResourceShares,
	schemas.ListPendingInvitationResources,
	schemas.ListPermissionAssociations,
	schemas.ListPermissions,
	schemas.ListPermissionVersions,
	schemas.ListPrincipals,
	schemas.ListReplacePermissionAssociationsWork,
	schemas.ListResources,
	schemas.ListResourceSharePermissions,
	schemas.ListResourceTypes,
	schemas.ListSourceAssociations,
	schemas.PromotePermissionCreatedFromPolicy,
	schemas.PromoteResourceShareCreatedFromPolicy,
	schemas.RejectResourceShareInvitation,
	schemas.ReplacePermissionAssociations,
	schemas.SetDefaultPermissionVersion,
	schemas.TagResource,
	schemas.UntagResource,
	schemas.UpdatePermission,
	schemas.UpdateResourceShare,
}
