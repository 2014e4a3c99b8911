package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ipam-local/ipam-local/server"
)

func TestFaults(t *testing.T) {
	s := newServer(t, server.Options{})
	try := func(account, operation string) string {
		t.Helper()
		code, body := ask(s, account, "Action", operation)
		if code == http.StatusOK {
			return "ok"
		}
		return element(t, body, "Code")
	}
	rule := func(body string) {
		t.Helper()
		code, answer := control(t, s, "POST", "faults", body)
		if code != http.StatusOK || !strings.Contains(answer, `"faults"`) {
			t.Fatalf("POST faults %s = %d %s", body, code, answer)
		}
	}
	const one, other = "111122223333", "444455556666"
	rule(`{"operation":"DescribeIpams","account":"` + one + `","code":"RequestLimitExceeded","times":2}`)
	for i, want := range []string{"RequestLimitExceeded", "RequestLimitExceeded", "ok"} {
		if got := try(other, "DescribeIpams"); got != "ok" {
			t.Errorf("DescribeIpams of an account that no rule names = %s, want ok", got)
		}
		if got := try(one, "DescribeIpamPools"); got != "ok" {
			t.Errorf("DescribeIpamPools, which no rule names = %s, want ok", got)
		}
		if got := try(one, "DescribeIpams"); got != want {
			t.Errorf("call %d of DescribeIpams = %s, want %s", i+1, got, want)
		}
	}
	if status, body := ask(s, one, "Action", "DescribeVpcs"); status != http.StatusOK {
		t.Errorf("DescribeVpcs = %d %s", status, body)
	}
	rule(`{"code":"InternalError","probability":0}`)
	rule(`{"service":"ec2","region":"us-east-1","code":"Unavailable","message":"not now","delay":"1ms"}`)
	if status, body := ask(s, one, "Action", "DescribeVpcs"); status != http.StatusServiceUnavailable || !strings.Contains(body, "not now") {
		t.Errorf("DescribeVpcs = %d %s, want 503 and the rule's message", status, body)
	}
	if code, body := control(t, s, "DELETE", "faults", ""); code != http.StatusOK || strings.TrimSpace(body) != `{"faults":[]}` {
		t.Errorf("DELETE faults = %d %s", code, body)
	}
	if got := try(one, "DescribeVpcs"); got != "ok" {
		t.Errorf("DescribeVpcs without rules = %s, want ok", got)
	}
	for _, bad := range []string{"", "{}", `{"code":"X","probability":2}`, `{"delay":"soon"}`, `{"delay":"-1s"}`, `{"code":"X","times":-1}`, `{"codes":"X"}`} {
		code, _ := control(t, s, "POST", "faults", bad)
		want(t, "POST faults "+bad, code, http.StatusBadRequest)
	}
}

func TestMetrics(t *testing.T) {
	s := newServer(t, server.Options{})
	post(t, s, "Action", "DescribeIpams")
	post(t, s, "Action", "DescribeIpams")
	ask(s, "111122223333", "Action", "DescribeIpams", "IpamId.1", "ipam-0")
	ask(s, "111122223333", "Action", "NoSuchThing")
	_, text := control(t, s, "GET", "metrics", "")
	for _, line := range []string{
		"# TYPE ipam_local_calls_total counter",
		`ipam_local_calls_total{service="ec2",operation="DescribeIpams",code=""} 2`,
		`ipam_local_calls_total{service="ec2",operation="DescribeIpams",code="InvalidIpamId.NotFound"} 1`,
		`ipam_local_calls_total{service="ec2",operation="",code="InvalidAction"} 1`,
		`ipam_local_call_seconds_total{service="ec2",operation="DescribeIpams",code=""} `,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("GET metrics lacks %s:\n%s", line, text)
		}
	}
}
