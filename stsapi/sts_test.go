package stsapi_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/ipamtest"
)

// A and B are accounts of their own.
const (
	A = "111111111111"
	B = "222222222222"
)

const home = "us-east-1"

// world is a server of a test's own.
type world struct {
	*testing.T
	server *ipamtest.Server
}

func start(t *testing.T) *world {
	t.Parallel()
	return &world{t, ipamtest.Start(t)}
}

// account is the configuration of an account's root user.
func (w *world) account(account string) aws.Config { return w.server.Config(account, home) }

// with is the configuration of the holder of an issued key.
func (w *world) with(c *types.Credentials) aws.Config {
	return w.keys(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

func (w *world) keys(key, secret, token string) aws.Config {
	config := w.server.Config(A, home)
	config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: key, SecretAccessKey: secret, SessionToken: token}, nil
	})
	return config
}

// assume assumes a role in a session named session.
func (w *world) assume(config aws.Config, role string) *types.Credentials {
	w.Helper()
	out := must(sts.NewFromConfig(config).AssumeRole(w.Context(), &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: new("session")}))(w)
	return out.Credentials
}

// identity is who the holder of a key is.
func (w *world) identity(config aws.Config) (account, arn, userID string) {
	w.Helper()
	out := must(sts.NewFromConfig(config).GetCallerIdentity(w.Context(), &sts.GetCallerIdentityInput{}))(w)
	return *out.Account, *out.Arn, *out.UserId
}

// createRole creates a role that trusts a principal, written in JSON.
func (w *world) createRole(account, path, name, principal string) *iam.CreateRoleOutput {
	w.Helper()
	return must(iam.NewFromConfig(w.account(account)).CreateRole(w.Context(), &iam.CreateRoleInput{
		RoleName:                 &name,
		Path:                     &path,
		AssumeRolePolicyDocument: new(trusting(principal)),
	}))(w)
}

func trusting(principal string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}}`
}

// must is the output of a call that has to succeed.
func must[Out any](out Out, err error) func(testing.TB) Out {
	return func(t testing.TB) Out {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// refused checks the code of an error and, if it is known, its message.
func refused(t testing.TB, err error, code, message string) {
	t.Helper()
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok || api.ErrorCode() != code || message != "" && api.ErrorMessage() != message {
		t.Errorf("error = %v, want %s: %s", err, code, message)
	}
}
