package orgs

import "strings"

// isService reports whether a principal can be that of a service. AWS knows its own by name and refuses all others;
// its list grows, so here any name of that form passes.
func isService(principal string) bool {
	name, ok := strings.CutSuffix(principal, ".amazonaws.com")
	if !ok {
		name, ok = strings.CutSuffix(principal, ".amazon.com") // sso and a few more
	}
	return ok && name != ""
}

// maxAdministrators are how many delegated administrators a service has at most. A service that is not here has no
// limit that would be known.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
var maxAdministrators = map[string]int{
	"ipam.amazonaws.com": 1,
}
