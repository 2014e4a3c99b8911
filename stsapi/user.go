package stsapi

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ipam-local/ipam-local/server/op"
)

var userOperations = []op.Op{
	op.Read((*IAMCall).GetUser),
	op.Read((*IAMCall).ListAccountAliases),
}

// accountsSince stands for the day on which an account was made, which nobody knows here.
var accountsSince = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// GetUser shows the root user to himself: an account has no others.
func (c *IAMCall) GetUser(in *iam.GetUserInput) (*iam.GetUserOutput, error) {
	switch {
	case in.UserName != nil:
		return nil, fail("NoSuchEntity", "The user with name %s cannot be found.", *in.UserName)
	case !isRoot(c.ARN):
		return nil, fail("ValidationError", "Must specify userName when calling with non-User credentials")
	}
	return &iam.GetUserOutput{User: &types.User{Arn: new(c.ARN), UserId: new(c.UserID), CreateDate: new(accountsSince)}}, nil
}

// ListAccountAliases lists none, for nobody can make one.
func (c *IAMCall) ListAccountAliases(in *iam.ListAccountAliasesInput) (*iam.ListAccountAliasesOutput, error) {
	if _, _, err := page(in.Marker, in.MaxItems); err != nil {
		return nil, err
	}
	return &iam.ListAccountAliasesOutput{AccountAliases: []string{}}, nil
}
