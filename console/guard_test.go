package console_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ipam-local/ipam-local/ipamtest"
)

const here = "/_ipam-local/console/as/111111111111/us-east-1/"

// ask sends a request as a browser at http://localhost:4566 would, with what the test wants otherwise.
func ask(t testing.TB, srv *ipamtest.Server, method, path string, form url.Values, headers map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Host = "localhost:4566"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if method == http.MethodPost {
		r.Header.Set("Origin", "http://localhost:4566")
	}
	for name, val := range headers {
		if r.Header.Set(name, val); name == "Host" {
			r.Host = val
		}
	}
	w := httptest.NewRecorder()
	srv.Handler().ServeHTTP(w, r)
	return w
}

var tokenField = regexp.MustCompile(`name="token" value="([^"]+)"`)

func tokenOf(t *testing.T, srv *ipamtest.Server, path string) string {
	t.Helper()
	page := ask(t, srv, http.MethodGet, path, nil, nil).Body.String()
	m := tokenField.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no token in %s", page)
	}
	return m[1]
}

func ipams(t *testing.T, srv *ipamtest.Server) int {
	t.Helper()
	out, err := ec2.NewFromConfig(srv.Config("111111111111", "us-east-1")).DescribeIpams(t.Context(), &ec2.DescribeIpamsInput{})
	if err != nil {
		t.Fatal(err)
	}
	return len(out.Ipams)
}

// A form works from a page of the console only. What any other site can make a browser send changes nothing.
func TestOtherSitesCanDoNothing(t *testing.T) {
	srv := ipamtest.Start(t)
	token := tokenOf(t, srv, here+"ipams/new")
	good := url.Values{"token": {token}}
	for _, c := range []struct {
		name    string
		form    url.Values
		headers map[string]string
	}{
		{"no token", url.Values{}, nil},
		{"a token of another form", url.Values{"token": {tokenOf(t, srv, here+"vpcs/new")}}, nil},
		{"a made-up token", url.Values{"token": {"AAAA"}}, nil},
		{"another origin", good, map[string]string{"Origin": "http://evil.example"}},
		{"another port", good, map[string]string{"Origin": "http://localhost:8080"}},
		{"an opaque origin", good, map[string]string{"Origin": "null"}},
		{"no origin", good, map[string]string{"Origin": ""}},
		{"another site", good, map[string]string{"Sec-Fetch-Site": "cross-site"}},
		{"a name that points here", good, map[string]string{"Host": "evil.example:4566", "Origin": "http://evil.example:4566"}},
	} {
		w := ask(t, srv, http.MethodPost, here+"ipams/new", c.form, c.headers)
		if w.Code != http.StatusForbidden {
			t.Errorf("%s: POST = %d, want 403", c.name, w.Code)
		}
	}
	if n := ipams(t, srv); n != 0 {
		t.Fatalf("there are %d IPAMs, want none", n)
	}
	if w := ask(t, srv, http.MethodPost, here+"ipams/new", good, nil); w.Code != http.StatusSeeOther {
		t.Errorf("the real form: POST = %d %s, want 303", w.Code, w.Body)
	}
	if n := ipams(t, srv); n != 1 {
		t.Errorf("there are %d IPAMs, want 1", n)
	}
}

func TestNamesOfTheServer(t *testing.T) {
	srv := ipamtest.Start(t)
	for host, want := range map[string]int{
		"localhost:4566": 200, "127.0.0.1:4566": 200, "[::1]:4566": 200, "192.168.1.5": 200, "ipam-local:4566": 200, "app.localhost": 200, "host.docker.internal:4566": 200,
		"evil.example": 403, "localhost.evil.example:4566": 403, "127.0.0.1.evil.example": 403, "": 403,
	} {
		if w := ask(t, srv, http.MethodGet, here, nil, map[string]string{"Host": host}); w.Code != want {
			t.Errorf("GET with Host %q = %d, want %d", host, w.Code, want)
		}
	}
}

// Nothing on a page runs or styles but the files that come with the program, and other sites are told nothing.
func TestEveryPageIsProtected(t *testing.T) {
	srv := ipamtest.Start(t)
	for _, path := range []string{here, here + "ipams/new", here + "nowhere", "/_ipam-local/console/as/1/x/", "/_ipam-local/console/static/console.js", "/_ipam-local/console/"} {
		w := ask(t, srv, http.MethodGet, path, nil, nil)
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("GET %s: the policy is %q", path, policy)
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("GET %s lets other sites read", path)
		}
		page, _ := io.ReadAll(w.Body)
		if m := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script>|javascript:`).Find(page); m != nil && !strings.HasSuffix(path, ".js") {
			t.Errorf("GET %s has %q on it, which the policy keeps out", path, m)
		}
	}
}

func TestWhatThereIsNot(t *testing.T) {
	srv := ipamtest.Start(t)
	for path, want := range map[string]int{
		"nowhere": 404, "pools/ipam-pool-00000000000000000": 404, "pools/x": 404, "pools/ipam-pool-00000000000000000/delete": 404,
	} {
		if w := ask(t, srv, http.MethodGet, here+path, nil, nil); w.Code != want {
			t.Errorf("GET %s = %d, want %d", path, w.Code, want)
		}
	}
	for _, path := range []string{"as/1/us-east-1/", "as/111111111111/nowhere-1/", "as/111111111111/", "x"} {
		if w := ask(t, srv, http.MethodGet, "/_ipam-local/console/"+path, nil, nil); w.Code != http.StatusNotFound {
			t.Errorf("GET %s = %d, want 404", path, w.Code)
		}
	}
}

// A browser that opens the server's address gets the console. A client of AWS gets what it always got.
func TestOnlyBrowsersAreLedHere(t *testing.T) {
	srv := ipamtest.Start(t)
	html := map[string]string{"Accept": "text/html,application/xhtml+xml"}
	if w := ask(t, srv, http.MethodGet, "/", nil, html); w.Code != http.StatusFound || w.Header().Get("Location") != "/_ipam-local/console/" {
		t.Errorf("a browser gets %d to %q", w.Code, w.Header().Get("Location"))
	}
	for _, c := range []struct {
		path    string
		headers map[string]string
	}{
		{"/", nil},
		{"/?Action=DescribeIpams&Version=2016-11-15", html},
		{"/", map[string]string{"Accept": "text/html", "Authorization": "AWS4-HMAC-SHA256 Credential=1/20260101/us-east-1/ec2/aws4_request"}},
	} {
		if w := ask(t, srv, http.MethodGet, c.path, nil, c.headers); w.Code == http.StatusFound {
			t.Errorf("GET %s %v is led to the console", c.path, c.headers)
		}
	}
}
