package server

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/ipam-local/ipam-local/region"
)

// credential is what a signature says of a request. The signature itself is not checked: any secret will do.
type credential struct {
	accessKey string
	token     string // of a temporary key
	region    string
	service   string
}

// errUnsigned is the answer to a request without a signature, unless its operation needs none.
var errUnsigned = clientError("MissingAuthenticationToken", "Request is missing Authentication Token")

// readCredential finds the credential scope of a request in its header or, for a signed URL, in its query.
func readCredential(r *http.Request) (credential, error) {
	query := r.URL.Query()
	scope := query.Get("X-Amz-Credential")
	if header := r.Header.Get("Authorization"); header != "" {
		scope = ""
		for _, part := range strings.FieldsFunc(header, func(c rune) bool { return c == ' ' || c == ',' }) {
			if value, ok := strings.CutPrefix(part, "Credential="); ok {
				scope = value
			}
		}
		if scope == "" {
			return credential{}, clientError("IncompleteSignature", "Authorization header requires 'Credential' parameter. Authorization="+strings.Fields(header + " -")[0])
		}
	}
	if scope == "" {
		return credential{}, errUnsigned
	}
	c, err := parseScope(scope)
	c.token = cmp.Or(r.Header.Get("X-Amz-Security-Token"), query.Get("X-Amz-Security-Token"))
	return c, err
}

// parseScope reads KEY/20260101/us-east-1/ec2/aws4_request. The key may itself have slashes in it.
func parseScope(scope string) (credential, error) {
	parts := strings.Split(scope, "/")
	n := len(parts)
	if n < 5 || slices.Contains(parts, "") || parts[n-1] != "aws4_request" {
		return credential{}, clientError("IncompleteSignature", "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '"+scope+"'")
	}
	c := credential{accessKey: strings.Join(parts[:n-4], "/"), region: parts[n-3], service: parts[n-2]}
	if !validRegion(c.region) {
		return c, clientError("AuthFailure", "Credential should be scoped to a valid Region, not '"+c.region+"'.")
	}
	return c, nil
}

// A Region that is not in the table may be newer than the table.
var regionName = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+){1,3}-[1-9]$`)

func validRegion(name string) bool {
	_, known := region.Lookup(name)
	return known || regionName.MatchString(name)
}
