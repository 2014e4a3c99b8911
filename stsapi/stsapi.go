// Package stsapi is STS: it turns the access key of a request into a caller, and tells callers who they are.
package stsapi

import (
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/server/op"
)

// Operations are all that the package serves.
func Operations() []op.Op {
	return []op.Op{
		op.Read((*Call).GetCallerIdentity),
	}
}

// Call is one request.
type Call struct {
	op.Caller
}

// Caller is who has the access key: the root user of its account.
func Caller(accessKey, regionName string) op.Caller {
	account := Account(accessKey)
	return op.Caller{
		Account: account,
		Region:  regionName,
		ARN:     region.ARN(region.Partition(regionName), "iam", "", account, "root"),
		UserID:  account,
	}
}

// GetCallerIdentity shows the caller to himself.
func (c *Call) GetCallerIdentity(*sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	return &sts.GetCallerIdentityOutput{Account: new(c.Account), Arn: new(c.ARN), UserId: new(c.UserID)}, nil
}
