package server

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/ipam-local/ipam-local/console"
)

func TestAbridge(t *testing.T) {
	for _, c := range []struct {
		name string
		in   any
		want string
	}{
		{"nothing", nil, ""},
		{"no members", &ec2.DescribeIpamsInput{}, "{}"},
		{"members", &ec2.CreateIpamInput{Description: new("a \"b\""), DryRun: new(false), OperatingRegions: []types.AddIpamOperatingRegion{{RegionName: new("us-east-1")}}},
			"{\n  \"Description\": \"a \\\"b\\\"\",\n  \"DryRun\": false,\n  \"OperatingRegions\": [\n    {\n      \"RegionName\": \"us-east-1\"\n    }\n  ]\n}"},
		{"a time", &ststypes.Credentials{Expiration: new(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))}, "{\n  \"Expiration\": \"2026-01-02T03:04:05Z\"\n}"},
		{"secrets", &sts.AssumeRoleOutput{Credentials: &ststypes.Credentials{AccessKeyId: new("ASIA1"), SecretAccessKey: new("hidden"), SessionToken: new("hidden")}},
			"{\n  \"Credentials\": {\n    \"AccessKeyId\": \"ASIA1\",\n    \"SecretAccessKey\": \"(not shown)\",\n    \"SessionToken\": \"(not shown)\"\n  }\n}"},
	} {
		if got := abridge(c.in, 1000); got != c.want {
			t.Errorf("%s: abridge() = %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAbridgeStopsInTime(t *testing.T) {
	long := &ec2.DescribeIpamsInput{IpamIds: make([]string, 1_000_000)}
	for i := range long.IpamIds {
		long.IpamIds[i] = "ipam-ü"
	}
	if got := abridge(long, 100); len(got) > 100+len("…") || !strings.HasSuffix(got, "…") {
		t.Errorf("abridge() has %d bytes: %s", len(got), got)
	}
	if n := testing.AllocsPerRun(10, func() { abridge(long, 100) }); n > 200 {
		t.Errorf("abridge() of a long list makes %v allocations for 100 bytes", n)
	}
}

func TestTheJournalKeepsTheNewest(t *testing.T) {
	var j journal
	for n := range journalCalls + 10 {
		j.add(console.Call{ID: fmt.Sprint(n)})
	}
	got := j.newestFirst()
	if len(got) != journalCalls || got[0].ID != fmt.Sprint(journalCalls+9) || got[journalCalls-1].ID != "10" {
		t.Errorf("%d calls, from %s to %s; want %d, from %d to 10", len(got), got[0].ID, got[len(got)-1].ID, journalCalls, journalCalls+9)
	}
}

func TestTheJournalNotesCalls(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	send := func(form string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=111122223333/20260101/us-east-2/ec2/aws4_request, SignedHeaders=host, Signature=0")
		r.Header.Set("User-Agent", "aws-cli/2.17.0 md/prompt#off")
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
	send("Action=CreateIpam&Version=2016-11-15&Description=x")
	send("Action=DeleteIpam&Version=2016-11-15&IpamId=ipam-00000000000000000")
	send("Action=NoSuchThing&Version=2016-11-15")
	if _, err := s.Invoke("111122223333", "us-east-1", &ec2.DescribeIpamsInput{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Invoke("111122223333", "us-east-1", &ec2.CreateIpamInput{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range s.journal.newestFirst() {
		got = append(got, strings.Join([]string{c.Client, c.Account, c.Region, c.Service, c.Operation, c.Code}, " "))
	}
	want := []string{
		"ipam-local 111122223333 us-east-1 ec2 CreateIpam ",
		"aws-cli/2.17.0 111122223333 us-east-2 ec2 NoSuchThing InvalidAction",
		"aws-cli/2.17.0 111122223333 us-east-2 ec2 DeleteIpam InvalidIpamId.NotFound",
		"aws-cli/2.17.0 111122223333 us-east-2 ec2 CreateIpam ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the journal has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if first := s.journal.newestFirst()[3]; first.Input != "{\n  \"Description\": \"x\"\n}" || !strings.Contains(first.Output, `"IpamId": "ipam-`) {
		t.Errorf("the journal has input %s and output %s", first.Input, first.Output)
	}
}
