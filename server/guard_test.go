package server_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ipam-local/ipam-local/server"
)

// A page of another site can make a browser send a reset, but it is not done. Scripts say no origin.
func TestOtherSitesCannotControlTheServer(t *testing.T) {
	s := newServer(t, server.Options{})
	newPool(t, s)
	reset := func(host string, headers map[string]string) int {
		r := httptest.NewRequest(http.MethodPost, "/_ipam-local/reset", nil)
		r.Host = host
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code
	}
	for _, c := range []struct {
		name, host string
		headers    map[string]string
	}{
		{"another origin", "localhost:4566", map[string]string{"Origin": "https://evil.example"}},
		{"another port", "localhost:4566", map[string]string{"Origin": "http://localhost:8080"}},
		{"an opaque origin", "localhost:4566", map[string]string{"Origin": "null"}},
		{"another site", "localhost:4566", map[string]string{"Sec-Fetch-Site": "cross-site"}},
		{"a name that points here", "evil.example:4566", map[string]string{"Origin": "http://evil.example:4566", "Sec-Fetch-Site": "same-origin"}},
	} {
		want(t, "reset from "+c.name, reset(c.host, c.headers), http.StatusForbidden)
	}
	want(t, "IPAMs after that", ipams(t, s), 1)
	want(t, "reset from a page of the server", reset("localhost:4566", map[string]string{"Origin": "http://localhost:4566"}), http.StatusNoContent)
	newPool(t, s)
	want(t, "reset from a script", reset("ipam.example.com", nil), http.StatusNoContent)
	want(t, "IPAMs after the resets", ipams(t, s), 0)
}

func TestTheConsoleIsFoundWithoutItsSlash(t *testing.T) {
	w := httptest.NewRecorder()
	newServer(t, server.Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/_ipam-local/console", nil))
	if to := w.Header().Get("Location"); w.Code != http.StatusMovedPermanently || to != "/_ipam-local/console/" {
		t.Errorf("GET /_ipam-local/console = %d to %q, want 301 to the console", w.Code, to)
	}
}
