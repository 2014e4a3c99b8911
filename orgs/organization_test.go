package orgs_test

import (
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

func TestOrganization(t *testing.T) {
	w := start(t)
	ctx, m := w.Context(), w.as(M)
	_, err := m.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	refused(t, err, "AWSOrganizationsNotInUseException", "")

	created := must(m.CreateOrganization(ctx, &organizations.CreateOrganizationInput{}))(t).Organization
	_, err = m.CreateOrganization(ctx, &organizations.CreateOrganizationInput{})
	refused(t, err, "AlreadyInOrganizationException", "")
	got := must(m.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{}))(t).Organization
	if *got.Id != *created.Id || *got.MasterAccountId != M || got.FeatureSet != types.OrganizationFeatureSetAll {
		t.Errorf("organization = %+v, created %+v", got, created)
	}
	if want := "arn:aws:organizations::" + M + ":organization/" + *got.Id; *got.Arn != want {
		t.Errorf("Arn = %s, want %s", *got.Arn, want)
	}
	if !regexp.MustCompile(`^o-[a-z0-9]{10}$`).MatchString(*got.Id) {
		t.Errorf("Id = %s", *got.Id)
	}
	if n := len(got.AvailablePolicyTypes); n != 1 {
		t.Errorf("%d available policy types, want 1", n)
	}
	root := must(m.ListRoots(ctx, &organizations.ListRootsInput{}))(t).Roots[0]
	if *root.Name != "Root" || len(root.PolicyTypes) != 0 {
		t.Errorf("root %s has %d policy types, want Root with none", *root.Name, len(root.PolicyTypes))
	}

	account := must(m.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: new(M)}))(t).Account
	if account.JoinedMethod != types.AccountJoinedMethodInvited {
		t.Errorf("the management account has JoinedMethod %s, want INVITED", account.JoinedMethod)
	}

	must(m.DeleteOrganization(ctx, &organizations.DeleteOrganizationInput{}))(t)
	_, err = m.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	refused(t, err, "AWSOrganizationsNotInUseException", "")
}

func TestOrganizationWithMembersStays(t *testing.T) {
	w := organized(t)
	member := w.create("a")
	_, err := w.as(M).DeleteOrganization(w.Context(), &organizations.DeleteOrganizationInput{})
	refused(t, err, "OrganizationNotEmptyException", "")
	must(w.as(M).RemoveAccountFromOrganization(w.Context(), &organizations.RemoveAccountFromOrganizationInput{AccountId: &member}))(t)
	w.unit(w.root, "left")
	must(w.as(M).DeleteOrganization(w.Context(), &organizations.DeleteOrganizationInput{}))(t)
}

func TestOrganizationForBillingOnly(t *testing.T) {
	w := start(t)
	ctx, m := w.Context(), w.as(M)
	out := must(m.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetConsolidatedBilling}))(t)
	if n := len(out.Organization.AvailablePolicyTypes); n != 0 {
		t.Errorf("%d available policy types, want none", n)
	}
	_, err := m.EnableAWSServiceAccess(ctx, &organizations.EnableAWSServiceAccessInput{ServicePrincipal: new("ipam.amazonaws.com")})
	refused(t, err, "ConstraintViolationException", "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")
	_, err = m.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: "SOME"})
	refused(t, err, "InvalidInputException", "INVALID_ENUM")
}
