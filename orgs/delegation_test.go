package orgs_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
)

const ipam = "ipam.amazonaws.com"

func TestServiceAccess(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	for range 2 { // once more does no harm
		must(m.EnableAWSServiceAccess(ctx, &organizations.EnableAWSServiceAccessInput{ServicePrincipal: new(ipam)}))(t)
	}
	must(m.EnableAWSServiceAccess(ctx, &organizations.EnableAWSServiceAccessInput{ServicePrincipal: new("ram.amazonaws.com")}))(t)
	_, err := m.EnableAWSServiceAccess(ctx, &organizations.EnableAWSServiceAccessInput{ServicePrincipal: new("nonsense")})
	refused(t, err, "InvalidInputException", "UNRECOGNIZED_SERVICE_PRINCIPAL")
	list := must(m.ListAWSServiceAccessForOrganization(ctx, &organizations.ListAWSServiceAccessForOrganizationInput{}))(t).EnabledServicePrincipals
	if len(list) != 2 || *list[0].ServicePrincipal != ipam || list[0].DateEnabled == nil {
		t.Errorf("services %v, want IPAM and RAM", list)
	}
	must(m.DisableAWSServiceAccess(ctx, &organizations.DisableAWSServiceAccessInput{ServicePrincipal: new(ipam)}))(t)
	if list := must(m.ListAWSServiceAccessForOrganization(ctx, &organizations.ListAWSServiceAccessForOrganizationInput{}))(t).EnabledServicePrincipals; len(list) != 1 {
		t.Errorf("%d services after IPAM is disabled, want 1", len(list))
	}
}

func TestDelegatedAdministrator(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	network, other := w.create("network"), w.create("other")
	register := func(account, service string) error {
		_, err := m.RegisterDelegatedAdministrator(ctx, &organizations.RegisterDelegatedAdministratorInput{AccountId: &account, ServicePrincipal: &service})
		return err
	}
	refused(t, register(network, ipam), "ConstraintViolationException", "SERVICE_ACCESS_NOT_ENABLED")
	for _, service := range []string{ipam, "guardduty.amazonaws.com"} {
		must(m.EnableAWSServiceAccess(ctx, &organizations.EnableAWSServiceAccessInput{ServicePrincipal: &service}))(t)
	}
	refused(t, register(M, ipam), "ConstraintViolationException", "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR")
	refused(t, register(X, ipam), "AccountNotFoundException", "")
	for _, service := range []string{ipam, "guardduty.amazonaws.com"} {
		if err := register(network, service); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, register(network, ipam), "AccountAlreadyRegisteredException", "")
	refused(t, register(other, ipam), "ConstraintViolationException", "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED")

	for _, service := range []*string{nil, new(ipam)} {
		list := must(m.ListDelegatedAdministrators(ctx, &organizations.ListDelegatedAdministratorsInput{ServicePrincipal: service}))(t).DelegatedAdministrators
		if len(list) != 1 || *list[0].Id != network || list[0].DelegationEnabledDate == nil {
			t.Errorf("administrators %v, want %s once", list, network)
		}
	}
	services := must(m.ListDelegatedServicesForAccount(ctx, &organizations.ListDelegatedServicesForAccountInput{AccountId: &network}))(t).DelegatedServices
	if len(services) != 2 {
		t.Errorf("%d services, want 2", len(services))
	}
	_, err := m.ListDelegatedServicesForAccount(ctx, &organizations.ListDelegatedServicesForAccountInput{AccountId: &other})
	refused(t, err, "AccountNotRegisteredException", "")

	_, err = m.DisableAWSServiceAccess(ctx, &organizations.DisableAWSServiceAccessInput{ServicePrincipal: new(ipam)})
	refused(t, err, "ConstraintViolationException", "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE")
	_, err = m.RemoveAccountFromOrganization(ctx, &organizations.RemoveAccountFromOrganizationInput{AccountId: &network})
	refused(t, err, "ConstraintViolationException", "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG")

	for _, service := range []string{ipam, "guardduty.amazonaws.com"} {
		must(m.DeregisterDelegatedAdministrator(ctx, &organizations.DeregisterDelegatedAdministratorInput{AccountId: &network, ServicePrincipal: &service}))(t)
	}
	_, err = m.DeregisterDelegatedAdministrator(ctx, &organizations.DeregisterDelegatedAdministratorInput{AccountId: &network, ServicePrincipal: new(ipam)})
	refused(t, err, "AccountNotRegisteredException", "")
	if list := must(m.ListDelegatedAdministrators(ctx, &organizations.ListDelegatedAdministratorsInput{}))(t).DelegatedAdministrators; len(list) != 0 {
		t.Errorf("administrators %v, want none", list)
	}
	must(m.CloseAccount(ctx, &organizations.CloseAccountInput{AccountId: &other}))(t)
	refused(t, register(other, ipam), "ConstraintViolationException", "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR")
}
