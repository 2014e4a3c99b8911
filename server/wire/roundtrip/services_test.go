package roundtrip_test

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/schemas"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server/wire"
)

type service struct {
	name   string
	codec  wire.Codec
	client func(http.RoundTripper) any
	maps   bool                 // the codec knows maps in requests
	errors *smithy.TypeRegistry // the service's exceptions; EC2 has none, and the SDK no schemas of IAM's
}

var services = []service{
	{
		name:   "ec2",
		codec:  wire.EC2Query(),
		client: func(rt http.RoundTripper) any { return ec2Client(rt) },
	},
	{
		name:   "sts",
		codec:  wire.Query("2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/"),
		client: func(rt http.RoundTripper) any { return stsClient(rt) },
		errors: sts.TypeRegistry,
	},
	{
		name:   "iam",
		codec:  wire.Query("2010-05-08", "https://iam.amazonaws.com/doc/2010-05-08/"),
		client: func(rt http.RoundTripper) any { return iamClient(rt) },
	},
	{
		name:   "organizations",
		codec:  wire.JSON11("AWSOrganizationsV20161128"),
		client: func(rt http.RoundTripper) any { return organizationsClient(rt) },
		errors: organizations.TypeRegistry,
	},
	{
		name:   "ram",
		codec:  wire.RESTJSON(ramOperations...),
		client: func(rt http.RoundTripper) any { return ramClient(rt) },
		errors: ram.TypeRegistry,
	},
	{
		name:   "monitoring",
		codec:  cloudWatchCodec,
		client: func(rt http.RoundTripper) any { return cloudWatchClient(rt) },
		errors: cloudwatch.TypeRegistry,
		maps:   true,
	},
}

var cloudWatchCodec = wire.CloudWatch("GraniteServiceVersion20100801", "2010-08-01", "http://monitoring.amazonaws.com/doc/2010-08-01/")

// keys sign the requests; nobody checks the signature here.
var keys = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}, nil
})

func ec2Client(rt http.RoundTripper) *ec2.Client {
	return ec2.New(ec2.Options{
		Region: "us-east-1", Credentials: keys, Retryer: aws.NopRetryer{}, HTTPClient: &http.Client{Transport: rt},
	})
}

func stsClient(rt http.RoundTripper) *sts.Client {
	return sts.New(sts.Options{
		Region: "us-east-1", Credentials: keys, Retryer: aws.NopRetryer{}, HTTPClient: &http.Client{Transport: rt},
	})
}

func iamClient(rt http.RoundTripper) *iam.Client {
	return iam.New(iam.Options{
		Region: "us-east-1", Credentials: keys, Retryer: aws.NopRetryer{}, HTTPClient: &http.Client{Transport: rt},
	})
}

func organizationsClient(rt http.RoundTripper) *organizations.Client {
	return organizations.New(organizations.Options{
		Region: "us-east-1", Credentials: keys, Retryer: aws.NopRetryer{}, HTTPClient: &http.Client{Transport: rt},
	})
}

func ramClient(rt http.RoundTripper) *ram.Client {
	return ram.New(ram.Options{
		Region: "us-east-1", Credentials: keys, Retryer: aws.NopRetryer{}, HTTPClient: &http.Client{Transport: rt},
	})
}

func cloudWatchClient(rt http.RoundTripper) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{
		Region: "us-east-1", Credentials: keys, Retryer: aws.NopRetryer{}, HTTPClient: &http.Client{Transport: rt},
		DisableRequestCompression: true, // of PutMetricData, which is not served
	})
}

// ramOperations are the schemas of all operations of RAM.
var ramOperations = []*smithy.Schema{
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
