package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ipam-local/ipam-local/server"
)

// control calls one of the program's own endpoints.
func control(t *testing.T, h http.Handler, method, path, body string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, "/_ipam-local/"+path, strings.NewReader(body)))
	return w.Code, w.Body.String()
}

func want(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %d, want %d", what, got, want)
	}
}

func TestHealth(t *testing.T) {
	s := newServer(t, server.Options{})
	code, body := control(t, s, "GET", "health", "")
	if code != http.StatusOK || strings.TrimSpace(body) != `{"status":"ok"}` {
		t.Errorf("GET health = %d %s, want 200 and status ok", code, body)
	}
	code, _ = control(t, s, "DELETE", "health", "")
	want(t, "DELETE health", code, http.StatusMethodNotAllowed)
	code, _ = control(t, s, "GET", "helth", "")
	want(t, "GET helth", code, http.StatusNotFound)
}

func ipams(t *testing.T, h http.Handler) int {
	t.Helper()
	return strings.Count(post(t, h, "Action", "DescribeIpams"), "<ipamId>")
}

func TestResetDropsTheState(t *testing.T) {
	s := newServer(t, server.Options{})
	newPool(t, s)
	for _, step := range []struct {
		path string
		code int
		left int
	}{
		{"reset?acount=111122223333", http.StatusBadRequest, 1},
		{"reset?account=1111", http.StatusBadRequest, 1},
		{"reset?account=222222222222", http.StatusNoContent, 1},
		{"reset?account=111122223333", http.StatusNoContent, 0},
	} {
		code, _ := control(t, s, "POST", step.path, "")
		want(t, step.path, code, step.code)
		want(t, "IPAMs after "+step.path, ipams(t, s), step.left)
	}
	newPool(t, s)
	code, _ := control(t, s, "POST", "reset", "")
	want(t, "reset", code, http.StatusNoContent)
	want(t, "IPAMs after reset", ipams(t, s), 0)
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

func TestSnapshotMovesTheStateToAnotherServer(t *testing.T) {
	from, to := newServer(t, server.Options{}), newServer(t, server.Options{})
	pool := newPool(t, from)
	fill(t, from, pool, 3)
	_, document := control(t, from, "GET", "snapshot", "")
	code, body := control(t, to, "PUT", "snapshot", document)
	if code != http.StatusNoContent {
		t.Fatalf("PUT snapshot = %d %s", code, body)
	}
	got := element(t, post(t, to, "Action", "AllocateIpamPoolCidr", "IpamPoolId", pool, "NetmaskLength", "28"), "cidr")
	if got != "10.0.0.48/28" {
		t.Errorf("the fourth /28 of the restored pool is %s, want 10.0.0.48/28", got)
	}
	code, _ = control(t, to, "PUT", "snapshot", document[:len(document)/2])
	want(t, "PUT of half a snapshot", code, http.StatusBadRequest)
	want(t, "IPAMs after half a snapshot", ipams(t, to), 1)
	if err := to.Check(); err != nil {
		t.Error(err)
	}
}

func TestTheClockCanBeMovedAndStopped(t *testing.T) {
	s := newServer(t, server.Options{})
	clock := func(method, body string) (now time.Time, frozen bool) {
		t.Helper()
		code, text := control(t, s, method, "clock", body)
		var state struct {
			Now    time.Time
			Frozen bool
		}
		if err := json.Unmarshal([]byte(text), &state); code != http.StatusOK || err != nil {
			t.Fatalf("%s clock %s = %d %s", method, body, code, text)
		}
		return state.Now, state.Frozen
	}
	before, _ := clock("GET", "")
	after, _ := clock("POST", `{"advance":"36h"}`)
	if d := after.Sub(before); d < 36*time.Hour || d > 37*time.Hour {
		t.Errorf("after an advance of 36h the clock is %v on", d)
	}
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	set, frozen := clock("POST", `{"set":"2026-01-01T00:00:00Z","freeze":true}`)
	if set.Sub(day) < 0 || set.Sub(day) > time.Minute || !frozen {
		t.Errorf("set and frozen, the clock is %v, frozen %v; want %v, true", set, frozen, day)
	}
	if again, _ := clock("GET", ""); !again.Equal(set) {
		t.Errorf("a frozen clock went from %v to %v", set, again)
	}
	if on, _ := clock("POST", `{"advance":"1h"}`); !on.Equal(set.Add(time.Hour)) {
		t.Errorf("a frozen clock advanced by 1h is %v, want %v", on, set.Add(time.Hour))
	}
	if _, frozen := clock("POST", `{"freeze":false}`); frozen {
		t.Error("the clock is still frozen")
	}
	for _, bad := range []string{"", "{}", `{"advance":"tomorrow"}`, `{"forward":"1h"}`, `{"set":5}`} {
		code, _ := control(t, s, "POST", "clock", bad)
		want(t, "POST clock "+bad, code, http.StatusBadRequest)
	}
}
