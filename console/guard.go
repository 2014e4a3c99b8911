package console

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// The console changes things without a password, so no other page that is open in the browser may make it do so. Three things
// see to that: the name that the browser knows the server by, the page that a request comes from, and a token in each
// form that only a page of ours can have read. Scripts, styles and everything else come from here or not at all.

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func protect(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// Refuse says why a request from a browser is not answered; empty: it is.
func Refuse(r *http.Request) string {
	if !localName(r.Host) {
		return "ipam-local is not served to browsers under the name " + r.Host + ". Use the address of the server, or localhost."
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" && !followsLink(r) {
		return "ipam-local takes no requests from other sites."
	}
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	origin := r.Header.Get("Origin")
	if origin == "" && safe {
		return ""
	}
	if u, err := url.Parse(origin); err != nil || u.Host != r.Host || u.Scheme != "http" && u.Scheme != "https" {
		return "ipam-local takes no requests from other sites."
	}
	return ""
}

// followsLink tells whether somebody follows a link to a page, which may be anywhere. The other page can't read what it gets.
func followsLink(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// privateDomains are names that no public name server gives out.
var privateDomains = []string{"localhost", "local", "internal", "test", "home.arpa"}

// localName tells whether a Host is one that nobody else can have pointed at this machine: an address, a name without a
// dot as containers have, or one in a private domain. Any other site could have its name resolve to this machine, and
// the browser would take both for one.
func localName(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return name != "" && (!strings.Contains(name, ".") ||
		slices.ContainsFunc(privateDomains, func(d string) bool { return strings.HasSuffix(name, "."+d) }))
}

func newSecret() []byte {
	secret := make([]byte, 32)
	rand.Read(secret) // never fails
	return secret
}

// token is what the form at a path must bring along.
func (c *Console) token(path string) string {
	mac := hmac.New(sha256.New, c.secret)
	mac.Write([]byte(path))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (c *Console) knows(r *http.Request) bool {
	return hmac.Equal([]byte(r.PostFormValue("token")), []byte(c.token(r.URL.Path)))
}
