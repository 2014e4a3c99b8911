package roles

import "github.com/ipam-local/ipam-local/state"

// linked are the services that are known to have a service-linked role, and what AWS calls the role.
var linked = map[string]string{
	"ipam.amazonaws.com":            "AWSServiceRoleForIPAM",                  // https://docs.aws.amazon.com/vpc/latest/ipam/iam-ipam-slr.html
	"ram.amazonaws.com":             "AWSServiceRoleForResourceAccessManager", // https://docs.aws.amazon.com/ram/latest/userguide/security-iam-service-linked-roles.html
	"organizations.amazonaws.com":   "AWSServiceRoleForOrganizations",         // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html
	"ec2-nat-gateway.amazonaws.com": "AWSServiceRoleForNATGateway",            // https://docs.aws.amazon.com/vpc/latest/userguide/using-service-linked-roles.html
}

// LinkedName is the name of the service-linked role of a service, or "" for one that is not known to have any.
func LinkedName(service string) string { return linked[service] }

// EnsureServiceLinkedRole gives the account the service-linked role of a service that has one, unless it is there.
func EnsureServiceLinkedRole(tx *state.Tx, account, service string) {
	if name := LinkedName(service); name != "" && !Taken(tx, account, name) {
		CreateLinked(tx, account, service, "")
	}
}

// CreateLinked creates the service-linked role of a service that has one.
func CreateLinked(tx *state.Tx, account, service, description string) *Role {
	return Create(tx, &Role{
		Account:     account,
		Name:        LinkedName(service),
		Path:        "/aws-service-role/" + service + "/",
		Trust:       policy(`{"Service":"` + service + `"}`),
		Description: description,
		Service:     service,
	})
}
