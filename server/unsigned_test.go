package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ipam-local/ipam-local/server"
)

// A request that is not signed says by its version whose it is, and is EC2's if it does not.
func TestAnUnsignedRequestIsRefusedInTheServicesDialect(t *testing.T) {
	s := newServer(t, server.Options{})
	for _, test := range []struct{ name, target, begin string }{
		{"a bare request", "/", "<Response><Errors>"},
		{"EC2", "/?Action=DescribeVpcs&Version=2016-11-15", "<Response><Errors>"},
		{"STS", "/?Action=GetCallerIdentity&Version=2011-06-15", `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">`},
		{"an unknown version", "/?Action=DescribeVpcs&Version=1999-01-01", "<Response><Errors>"},
	} {
		for range 20 { // the order of maps must not matter
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, test.target, nil))
			body := strings.TrimSpace(strings.TrimPrefix(w.Body.String(), `<?xml version="1.0" encoding="UTF-8"?>`))
			if w.Code != http.StatusForbidden || !strings.HasPrefix(body, test.begin) || !strings.Contains(body, "MissingAuthenticationToken") {
				t.Fatalf("%s = %d %s, want 403 and MissingAuthenticationToken after %s", test.name, w.Code, body, test.begin)
			}
		}
	}
}
