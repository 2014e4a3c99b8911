package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ipam-local/ipam-local/server"
)

// The benchmarks print ratios of medians as well: machines differ and are noisy, what costs more than what is steadier.

// post calls an operation of EC2 without the SDK, which would cost more than what is measured.
func post(tb testing.TB, h http.Handler, parameters ...string) string {
	tb.Helper()
	form := url.Values{"Version": {"2016-11-15"}}
	for i := 0; i < len(parameters); i += 2 {
		form.Set(parameters[i], parameters[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=111122223333/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		tb.Fatalf("%v: %d %s", parameters, w.Code, w.Body)
	}
	return w.Body.String()
}

// element is the text of the first element of that name.
func element(tb testing.TB, document, name string) string {
	tb.Helper()
	m := regexp.MustCompile("<" + name + ">([^<]*)</" + name + ">").FindStringSubmatch(document)
	if m == nil {
		tb.Fatalf("no element %s in %s", name, document)
	}
	return m[1]
}

func newServer(tb testing.TB, o server.Options) *server.Server {
	tb.Helper()
	s, err := server.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// newPool makes a pool of 10.0.0.0/8 in us-east-1.
func newPool(tb testing.TB, h http.Handler) (pool string) {
	tb.Helper()
	scope := element(tb, post(tb, h, "Action", "CreateIpam"), "privateDefaultScopeId")
	pool = element(tb, post(tb, h, "Action", "CreateIpamPool", "IpamScopeId", scope, "AddressFamily", "ipv4", "Locale", "us-east-1"), "ipamPoolId")
	post(tb, h, "Action", "ProvisionIpamPoolCidr", "IpamPoolId", pool, "Cidr", "10.0.0.0/8")
	return pool
}

func fill(tb testing.TB, h http.Handler, pool string, n int) {
	tb.Helper()
	for range n {
		post(tb, h, "Action", "AllocateIpamPoolCidr", "IpamPoolId", pool, "NetmaskLength", "28")
	}
}

// BenchmarkAllocate allocates a /28 and releases it, in a pool with few allocations and in one with many, in turn.
func BenchmarkAllocate(b *testing.B) {
	const few, many = 100, 100_000
	type side struct {
		h    http.Handler
		pool string
		took []time.Duration
	}
	var sides []*side
	for _, n := range []int{few, many} {
		s := newServer(b, server.Options{})
		pool := newPool(b, s)
		fill(b, s, pool, n)
		sides = append(sides, &side{h: s, pool: pool})
	}
	for b.Loop() {
		for _, s := range sides {
			start := time.Now()
			answer := post(b, s.h, "Action", "AllocateIpamPoolCidr", "IpamPoolId", s.pool, "NetmaskLength", "28")
			s.took = append(s.took, time.Since(start))
			post(b, s.h, "Action", "ReleaseIpamPoolAllocation", "IpamPoolId", s.pool,
				"Cidr", element(b, answer, "cidr"), "IpamPoolAllocationId", element(b, answer, "ipamPoolAllocationId"))
		}
	}
	median := func(s *side) float64 {
		slices.Sort(s.took)
		return float64(s.took[len(s.took)/2].Nanoseconds())
	}
	for i, n := range []int{few, many} {
		b.ReportMetric(median(sides[i]), fmt.Sprintf("ns/allocate-of-%d", n))
	}
	b.ReportMetric(median(sides[1])/median(sides[0]), "ratio-many/few")
}
