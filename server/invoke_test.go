package server_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server"
)

const (
	invoker = "111122223333"
	here    = "us-east-1"
)

func TestInvokeDoesWhatACallDoes(t *testing.T) {
	s := newServer(t, server.Options{})
	in := &ec2.CreateIpamInput{ClientToken: new("once"), DryRun: new(true)}
	_, err := server.Do[ec2.CreateIpamOutput](s, invoker, here, in)
	wantCode(t, "a dry run", err, "DryRunOperation")
	want(t, "IPAMs after a dry run", ipams(t, s), 0)

	in.DryRun = nil
	first, err := server.Do[ec2.CreateIpamOutput](s, invoker, here, in)
	if err != nil {
		t.Fatal(err)
	}
	again, err := server.Do[ec2.CreateIpamOutput](s, invoker, here, in)
	if err != nil || *again.Ipam.IpamId != *first.Ipam.IpamId {
		t.Errorf("the same token again = %v, %v, want the IPAM %s", again, err, *first.Ipam.IpamId)
	}
	if *first.Ipam.OwnerId != invoker || *first.Ipam.IpamRegion != here {
		t.Errorf("the IPAM belongs to %s in %s, want %s in %s", *first.Ipam.OwnerId, *first.Ipam.IpamRegion, invoker, here)
	}
	_, err = server.Do[ec2.DeleteIpamOutput](s, "999999999999", here, &ec2.DeleteIpamInput{IpamId: first.Ipam.IpamId})
	wantCode(t, "another account", err, "InvalidIpamId.NotFound")
}

func TestInvokeRefusesWhatIsNoInput(t *testing.T) {
	s := newServer(t, server.Options{})
	for _, in := range []any{nil, 1, "x", ec2.CreateIpamInput{}, (*ec2.CreateIpamInput)(nil), &ec2types.Ipam{}, &ec2.RunInstancesInput{}} {
		if out, err := s.Invoke(invoker, here, in); err == nil {
			t.Errorf("Invoke(%T) = %v, want an error", in, out)
		}
	}
	if out, err := server.Do[ec2.CreateVpcOutput](s, invoker, here, &ec2.DescribeIpamsInput{}); err == nil {
		t.Errorf("the output of another operation = %v, want an error", out)
	}
}

func TestCreateAccountWithID(t *testing.T) {
	s := newServer(t, server.Options{})
	in := &organizations.CreateAccountInput{AccountName: new("network"), Email: new("network@example.com")}
	_, err := s.CreateAccountWithID(invoker, here, "222222222222", in)
	wantCode(t, "without an organization", err, "AWSOrganizationsNotInUseException")
	if _, err := s.Invoke(invoker, here, &organizations.CreateOrganizationInput{}); err != nil {
		t.Fatal(err)
	}
	out, err := s.CreateAccountWithID(invoker, here, "222222222222", in)
	if err != nil || out.CreateAccountStatus.State != types.CreateAccountStateSucceeded {
		t.Fatalf("CreateAccountWithID = %+v, %v, want it SUCCEEDED", out, err)
	}
	got, err := server.Do[organizations.DescribeAccountOutput](s, invoker, here, &organizations.DescribeAccountInput{AccountId: new("222222222222")})
	if err != nil || *got.Account.Name != "network" {
		t.Errorf("DescribeAccount = %+v, %v, want the account network", got, err)
	}
}

func TestIsEmpty(t *testing.T) {
	s := newServer(t, server.Options{})
	check := func(when string, want bool) {
		t.Helper()
		if got, err := s.IsEmpty(); got != want || err != nil {
			t.Errorf("%s: IsEmpty() = %v, %v, want %v", when, got, err, want)
		}
	}
	check("new", true)
	if _, err := s.Invoke(invoker, here, &ec2.DescribeIpamsInput{}); err != nil {
		t.Fatal(err)
	}
	check("after a look", true)
	if _, err := s.Invoke(invoker, here, &ec2.CreateIpamInput{}); err != nil {
		t.Fatal(err)
	}
	check("with an IPAM", false)
	if err := s.Reset(); err != nil {
		t.Fatal(err)
	}
	check("after a reset", true)
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if e, ok := errors.AsType[smithy.APIError](err); !ok || e.ErrorCode() != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}
