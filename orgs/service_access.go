package orgs

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var serviceAccessOperations = []op.Op{
	op.Write(management((*Call).EnableAWSServiceAccess)),
	op.Write(management((*Call).DisableAWSServiceAccess)),
	op.Read(readers((*Call).ListAWSServiceAccessForOrganization)),
}

// serviceAccess is the trust of an organization in a service.
type serviceAccess struct {
	owner
	Service string // ipam.amazonaws.com
	Since   time.Time
}

var serviceAccesses = owned("org-service", func(s *serviceAccess) state.Key { return s.owner.key(s.Service) })

// checkAllFeatures refuses to an organization for billing only what needs all features.
func (c *Call) checkAllFeatures() error {
	if c.organization().Features != types.OrganizationFeatureSetAll {
		return constraint(types.ConstraintViolationExceptionReasonOrganizationNotInAllFeaturesMode)
	}
	return nil
}

// EnableAWSServiceAccess trusts a service; once more does no harm.
func (c *Call) EnableAWSServiceAccess(in *organizations.EnableAWSServiceAccessInput) (*organizations.EnableAWSServiceAccessOutput, error) {
	if err := c.checkAllFeatures(); err != nil {
		return nil, err
	}
	if !isService(*in.ServicePrincipal) {
		return nil, invalidInput(types.InvalidInputExceptionReasonUnrecognizedServicePrincipal)
	}
	enableService(c.Tx, c.organization(), *in.ServicePrincipal)
	return &organizations.EnableAWSServiceAccessOutput{}, nil
}

func enableService(tx *state.Tx, o *organization, service string) {
	if !serviceEnabled(tx, o, service) {
		serviceAccesses.Put(tx, &serviceAccess{owner: o.owner(), Service: service, Since: tx.Now})
	}
}

func serviceEnabled(tx *state.Tx, o *organization, service string) bool {
	return serviceAccesses.Get(tx, o.owner().key(service)...) != nil
}

// DisableAWSServiceAccess ends the trust in a service. Its delegated administrators have to be deregistered before.
func (c *Call) DisableAWSServiceAccess(in *organizations.DisableAWSServiceAccessInput) (*organizations.DisableAWSServiceAccessOutput, error) {
	o := c.organization()
	if err := c.checkAllFeatures(); err != nil {
		return nil, err
	}
	if !isService(*in.ServicePrincipal) {
		return nil, invalidInput(types.InvalidInputExceptionReasonUnrecognizedServicePrincipal)
	}
	if len(DelegatedAdministrators(c.Tx, o.ID, *in.ServicePrincipal)) > 0 {
		return nil, constraint(types.ConstraintViolationExceptionReasonDelegatedAdministratorExistsForThisService)
	}
	serviceAccesses.Delete(c.Tx, o.owner().key(*in.ServicePrincipal)...)
	return &organizations.DisableAWSServiceAccessOutput{}, nil
}

// ListAWSServiceAccessForOrganization lists the trusted services.
func (c *Call) ListAWSServiceAccessForOrganization(in *organizations.ListAWSServiceAccessForOrganizationInput) (*organizations.ListAWSServiceAccessForOrganizationOutput, error) {
	if err := c.checkAllFeatures(); err != nil {
		return nil, err
	}
	list, next, err := page(serviceAccesses.Scan(c.Tx, c.organization().owner().key()...),
		func(s *serviceAccess) string { return s.Service },
		func(s *serviceAccess) types.EnabledServicePrincipal {
			return types.EnabledServicePrincipal{ServicePrincipal: new(s.Service), DateEnabled: new(s.Since)}
		}, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListAWSServiceAccessForOrganizationOutput{EnabledServicePrincipals: list, NextToken: next}, nil
}
