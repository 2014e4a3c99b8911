package orgs_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

func TestCreateAccount(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	in := &organizations.CreateAccountInput{AccountName: new("Network"), Email: new("net@corp.test"), Tags: []types.Tag{{Key: new("Team"), Value: new("Net")}}}
	asked := must(m.CreateAccount(ctx, in))(t).CreateAccountStatus
	if asked.State != types.CreateAccountStateInProgress || asked.AccountId != nil || asked.CompletedTimestamp != nil {
		t.Errorf("first answer %+v, want IN_PROGRESS without AccountId", asked)
	}
	if !regexp.MustCompile(`^car-[a-z0-9]{32}$`).MatchString(*asked.Id) {
		t.Errorf("Id = %s", *asked.Id)
	}
	done := must(m.DescribeCreateAccountStatus(ctx, &organizations.DescribeCreateAccountStatusInput{CreateAccountRequestId: asked.Id}))(t).CreateAccountStatus
	if done.State != types.CreateAccountStateSucceeded || done.AccountId == nil || !regexp.MustCompile(`^\d{12}$`).MatchString(*done.AccountId) {
		t.Fatalf("status %+v, want SUCCEEDED with an AccountId", done)
	}
	a := must(m.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: done.AccountId}))(t).Account
	org := must(w.as(*a.Id).DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{}))(t).Organization
	if *a.Name != "Network" || *a.Email != "net@corp.test" || a.JoinedMethod != types.AccountJoinedMethodCreated ||
		a.State != types.AccountStateActive || a.Status != types.AccountStatusActive {
		t.Errorf("account %+v", a)
	}
	if want := "arn:aws:organizations::" + M + ":account/" + *org.Id + "/" + *a.Id; *a.Arn != want {
		t.Errorf("Arn = %s, want %s", *a.Arn, want)
	}
	if want := *org.Id + "/" + w.root + "/" + *a.Id + "/"; len(a.Paths) != 1 || a.Paths[0] != want {
		t.Errorf("Paths = %v, want %s", a.Paths, want)
	}
	if tags := must(m.ListTagsForResource(ctx, &organizations.ListTagsForResourceInput{ResourceId: a.Id}))(t).Tags; len(tags) != 1 || *tags[0].Value != "Net" {
		t.Errorf("tags %v, want Team=Net", tags)
	}

	again := must(m.CreateAccount(ctx, in))(t).CreateAccountStatus
	failed := must(m.ListCreateAccountStatus(ctx, &organizations.ListCreateAccountStatusInput{States: []types.CreateAccountState{types.CreateAccountStateFailed}}))(t).CreateAccountStatuses
	if len(failed) != 1 || *failed[0].Id != *again.Id || failed[0].FailureReason != types.CreateAccountFailureReasonEmailAlreadyExists {
		t.Errorf("an address that is taken: %+v, want FAILED with EMAIL_ALREADY_EXISTS", failed)
	}
	_, err := m.DescribeCreateAccountStatus(ctx, &organizations.DescribeCreateAccountStatusInput{CreateAccountRequestId: new("car-" + strings.Repeat("0", 32))})
	refused(t, err, "CreateAccountStatusNotFoundException", "")
}

func TestCreateAccountRefuses(t *testing.T) {
	w := organized(t)
	for _, tc := range []struct {
		name   string
		change func(*organizations.CreateAccountInput)
		reason string
	}{
		{"an address without @", func(in *organizations.CreateAccountInput) { in.Email = new("corp.test") }, "INVALID_PATTERN"},
		{"a short address", func(in *organizations.CreateAccountInput) { in.Email = new("a@b.c") }, "MIN_LENGTH_EXCEEDED"},
		{"a long name", func(in *organizations.CreateAccountInput) { in.AccountName = new(strings.Repeat("x", 51)) }, "MAX_LENGTH_EXCEEDED"},
		{"a name that is not ASCII", func(in *organizations.CreateAccountInput) { in.AccountName = new("Bücher") }, "INVALID_PATTERN"},
		{"a role of AWS's", func(in *organizations.CreateAccountInput) { in.RoleName = new("AWSServiceRoleForX") }, "INVALID_ROLE_NAME"},
		{"an unknown access to billing", func(in *organizations.CreateAccountInput) { in.IamUserAccessToBilling = "MAYBE" }, "INVALID_ENUM"},
		{"a tag twice", func(in *organizations.CreateAccountInput) {
			in.Tags = []types.Tag{{Key: new("a"), Value: new("")}, {Key: new("a"), Value: new("")}}
		}, "DUPLICATE_TAG_KEY"},
		{"a tag of AWS's", func(in *organizations.CreateAccountInput) {
			in.Tags = []types.Tag{{Key: new("aws:a"), Value: new("")}}
		}, "INVALID_SYSTEM_TAGS_PARAMETER"},
	} {
		in := &organizations.CreateAccountInput{AccountName: new("a"), Email: new("a@corp.test")}
		tc.change(in)
		_, err := w.as(M).CreateAccount(w.Context(), in)
		t.Run(tc.name, func(t *testing.T) { refused(t, err, "InvalidInputException", tc.reason) })
	}
}

func TestMoveAccount(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	account, from, to := w.create("a"), w.root, w.unit(w.root, "to")
	gone := w.unit(w.root, "gone")
	must(m.DeleteOrganizationalUnit(ctx, &organizations.DeleteOrganizationalUnitInput{OrganizationalUnitId: &gone}))(t)
	move := func(account, from, to string) error {
		_, err := m.MoveAccount(ctx, &organizations.MoveAccountInput{AccountId: &account, SourceParentId: &from, DestinationParentId: &to})
		return err
	}
	refused(t, move(X, from, to), "AccountNotFoundException", "")
	refused(t, move(account, gone, to), "SourceParentNotFoundException", "")
	refused(t, move(account, from, gone), "DestinationParentNotFoundException", "")
	if err := move(account, from, to); err != nil {
		t.Fatal(err)
	}
	refused(t, move(account, from, to), "DuplicateAccountException", "")
	refused(t, move(account, w.unit(w.root, "other"), from), "SourceParentNotFoundException", "")
	list := must(m.ListAccountsForParent(ctx, &organizations.ListAccountsForParentInput{ParentId: &to}))(t).Accounts
	if len(list) != 1 || *list[0].Id != account {
		t.Errorf("accounts of the destination: %v, want %s", list, account)
	}
	_, err := m.ListAccountsForParent(ctx, &organizations.ListAccountsForParentInput{ParentId: &gone})
	refused(t, err, "ParentNotFoundException", "")
}

func TestLeavingAnOrganization(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	removed, left := w.create("removed"), w.create("left")
	must(m.RemoveAccountFromOrganization(ctx, &organizations.RemoveAccountFromOrganizationInput{AccountId: &removed}))(t)
	must(w.as(left).LeaveOrganization(ctx, &organizations.LeaveOrganizationInput{}))(t)
	for _, account := range []string{removed, left} {
		_, err := w.as(account).DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
		refused(t, err, "AWSOrganizationsNotInUseException", "")
		_, err = m.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: &account})
		refused(t, err, "AccountNotFoundException", "")
	}
	if list := must(m.ListAccounts(ctx, &organizations.ListAccountsInput{}))(t).Accounts; len(list) != 1 {
		t.Errorf("%d accounts, want the management account only", len(list))
	}
	_, err := m.LeaveOrganization(ctx, &organizations.LeaveOrganizationInput{})
	refused(t, err, "MasterCannotLeaveOrganizationException", "")
	_, err = m.RemoveAccountFromOrganization(ctx, &organizations.RemoveAccountFromOrganizationInput{AccountId: new(M)})
	refused(t, err, "MasterCannotLeaveOrganizationException", "")
	_, err = m.RemoveAccountFromOrganization(ctx, &organizations.RemoveAccountFromOrganizationInput{AccountId: &left})
	refused(t, err, "AccountNotFoundException", "")
	must(w.as(left).CreateOrganization(ctx, &organizations.CreateOrganizationInput{}))(t)
}

func TestCloseAccount(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	account := w.create("a")
	_, err := m.CloseAccount(ctx, &organizations.CloseAccountInput{AccountId: new(M)})
	refused(t, err, "ConstraintViolationException", "CANNOT_CLOSE_MANAGEMENT_ACCOUNT")
	must(m.CloseAccount(ctx, &organizations.CloseAccountInput{AccountId: &account}))(t)
	a := must(m.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: &account}))(t).Account
	if a.State != types.AccountStateClosed || a.Status != types.AccountStatusSuspended {
		t.Errorf("State %s, Status %s, want CLOSED, SUSPENDED", a.State, a.Status)
	}
	_, err = m.CloseAccount(ctx, &organizations.CloseAccountInput{AccountId: &account})
	refused(t, err, "AccountAlreadyClosedException", "")
	_, err = w.as(account).DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	refused(t, err, "AccessDeniedException", "")
	w.server.Advance(91 * 24 * time.Hour)
	_, err = m.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: &account})
	refused(t, err, "AccountNotFoundException", "")
}
