package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// program is a server that run has started, as main would.
type program struct {
	t      *testing.T
	url    string
	stdout *lines
	stop   func() error // ends it as SIGTERM does, and returns what run returned
}

// start runs serve at a free port until the test ends.
func start(t *testing.T, flags ...string) *program {
	t.Helper()
	endpointFile := filepath.Join(t.TempDir(), "endpoint")
	args := append([]string{"serve", "--listen", "127.0.0.1:0", "--endpoint-file", endpointFile, "--log-level", "warn"}, flags...)
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{t: t, stdout: newLines()}
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, args, p.stdout, t.Output()) }()
	p.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Errorf("serve ended with: %v", err)
		}
	})
	select {
	case <-p.stdout.ready:
	case err := <-ended:
		ended <- err
		t.Fatalf("serve ended before it was ready: %v", err)
	case <-time.After(time.Minute):
		t.Fatal("serve is not ready after a minute")
	}
	url, err := os.ReadFile(endpointFile)
	if err != nil {
		t.Fatal(err)
	}
	p.url = strings.TrimSpace(string(url))
	return p
}

func (p *program) client() *ec2.Client {
	return ec2.New(ec2.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(p.url),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "111122223333", SecretAccessKey: "x"}, nil
		}),
	})
}

// lines is a writer that tells when the line Ready. has been written.
type lines struct {
	mu    sync.Mutex
	text  bytes.Buffer
	ready chan struct{}
}

func newLines() *lines { return &lines{ready: make(chan struct{})} }

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := strings.Contains(l.text.String(), "Ready.\n")
	l.text.Write(b)
	if !was && strings.Contains(l.text.String(), "Ready.\n") {
		close(l.ready)
	}
	return len(b), nil
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestServeSaysWhereAndEndsCleanly(t *testing.T) {
	p := start(t)
	if got, want := p.stdout.String(), "ipam-local serves at "+p.url+"\nReady.\n"; got != want {
		t.Errorf("serve prints %q, want %q", got, want)
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"health", "--endpoint", p.url}, &out, io.Discard); err != nil || out.String() != "healthy\n" {
		t.Errorf("health = %q, %v, want healthy", &out, err)
	}
	if err := p.stop(); err != nil {
		t.Errorf("serve ended with: %v", err)
	}
	if err := run(t.Context(), []string{"health", "--endpoint", p.url}, io.Discard, io.Discard); err == nil {
		t.Error("health succeeds after the server has ended")
	}
}

func TestHealthFailsForAnotherServer(t *testing.T) {
	p := start(t)
	err := run(t.Context(), []string{"health", "--endpoint", p.url + "/elsewhere"}, io.Discard, io.Discard)
	if err == nil {
		t.Error("health succeeds at a URL that is not the server's")
	}
}

func TestDataDirKeepsEverything(t *testing.T) {
	dir := t.TempDir()
	ctx := t.Context()
	before := start(t, "--data-dir", dir)
	made, err := before.client().CreateIpam(ctx, &ec2.CreateIpamInput{Description: aws.String("kept")})
	if err != nil {
		t.Fatal(err)
	}
	vpc, err := before.client().CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.1.0.0/16")})
	if err != nil {
		t.Fatal(err)
	}
	if err := before.stop(); err != nil {
		t.Fatal(err)
	}

	after := start(t, "--data-dir", dir)
	ipams, err := after.client().DescribeIpams(ctx, &ec2.DescribeIpamsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(ipams.Ipams) != 1 || *ipams.Ipams[0].IpamId != *made.Ipam.IpamId || *ipams.Ipams[0].Description != "kept" {
		t.Errorf("after a restart there are the IPAMs %v, want %s alone", ipams.Ipams, *made.Ipam.IpamId)
	}
	vpcs, err := after.client().DescribeVpcs(ctx, &ec2.DescribeVpcsInput{VpcIds: []string{*vpc.Vpc.VpcId}})
	if err != nil {
		t.Fatal(err)
	}
	if got := *vpcs.Vpcs[0].CidrBlock; got != "10.1.0.0/16" {
		t.Errorf("after a restart the VPC has %s, want 10.1.0.0/16", got)
	}
}

func TestDataDirHasOneServer(t *testing.T) {
	dir := t.TempDir()
	start(t, "--data-dir", dir)
	err := run(t.Context(), []string{"serve", "--listen", "127.0.0.1:0", "--data-dir", dir}, io.Discard, io.Discard)
	if err == nil {
		t.Fatal("a second server serves from the same directory")
	}
	if want := dir + " is already in use by another process"; !strings.Contains(err.Error(), want) {
		t.Errorf("a second server says %q, want %q in it", err, want)
	}
}

func TestFlagsFromTheEnvironment(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("IPAM_LOCAL_DATA_DIR", dir)
	t.Setenv("IPAM_LOCAL_LISTEN", "not an address") // the command line wins
	start(t)
	if _, err := os.Stat(filepath.Join(dir, "MANIFEST")); err != nil {
		t.Errorf("IPAM_LOCAL_DATA_DIR was not used: %v", err)
	}
	t.Setenv("IPAM_LOCAL_LOG_LEVEL", "loud")
	err := run(t.Context(), []string{"serve"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "IPAM_LOCAL_LOG_LEVEL") {
		t.Errorf("with a bad IPAM_LOCAL_LOG_LEVEL serve says %v, want the variable's name in it", err)
	}
}

func TestDefaultVPCs(t *testing.T) {
	for _, c := range []struct {
		flags []string
		want  []string
	}{
		{nil, nil},
		{[]string{"--default-vpcs"}, []string{"172.31.0.0/16"}},
	} {
		out, err := start(t, c.flags...).client().DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range out.Vpcs {
			got = append(got, *v.CidrBlock)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("with %q a new account has the VPCs %q, want %q", c.flags, got, c.want)
		}
	}
}

func TestRealisticTiming(t *testing.T) {
	client := start(t, "--timing", "realistic").client()
	if _, err := client.CreateIpam(t.Context(), &ec2.CreateIpamInput{}); err != nil {
		t.Fatal(err)
	}
	out, err := client.DescribeIpams(t.Context(), &ec2.DescribeIpamsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := out.Ipams[0].State, types.IpamStateCreateInProgress; got != want {
		t.Errorf("right after its creation the IPAM is %s, want %s", got, want)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string // part of the error
	}{
		{[]string{"sevre"}, `there is no command "sevre"`},
		{[]string{"serve", "--colour", "red"}, "flag provided but not defined: -colour"},
		{[]string{"serve", "here"}, `serve takes no argument "here"`},
		{[]string{"serve", "--timing", "slow"}, `--timing is instant or realistic, not "slow"`},
		{[]string{"serve", "--log-format", "xml"}, `--log-format is text or json, not "xml"`},
		{[]string{"serve", "--listen", "127.0.0.1:-1"}, "invalid port"},
		{[]string{"serve", "--listen", "127.0.0.1:0", "--endpoint-file", "/no/such/folder/file"}, "/no/such/folder/file"},
	} {
		err := run(t.Context(), c.args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("run(%q) = %v, want an error with %q", c.args, err, c.want)
		}
	}
}

func TestHelp(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), nil, &out, io.Discard); err != nil {
		t.Errorf("run() = %v, want help", err)
	}
	for _, c := range commands {
		if !strings.Contains(out.String(), "ipam-local "+c.name) {
			t.Errorf("help does not mention %s", c.name)
		}
		if err := run(t.Context(), []string{c.name, "-h"}, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%s -h = %v, want help", c.name, err)
		}
	}
}

// A client that keeps its connection must not hold up the end of the program.
func TestEndDoesNotWaitForIdleClients(t *testing.T) {
	p := start(t)
	response, err := http.Get(p.url + "/_ipam-local/health")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	began := time.Now()
	if err := p.stop(); err != nil {
		t.Errorf("serve ended with: %v", err)
	}
	if took := time.Since(began); took >= endTimeout {
		t.Errorf("serve took %v to end", took)
	}
}

// A browser that waits for news does not keep the program from ending.
func TestServeEndsWhileAPageWaits(t *testing.T) {
	p := start(t)
	response, err := http.Get(p.url + "/_ipam-local/console/events/0?since=0")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("GET events = %s", response.Status)
	}
	began := time.Now()
	if err := p.stop(); err != nil {
		t.Errorf("serve ended with: %v", err)
	}
	if took := time.Since(began); took > endTimeout/2 {
		t.Errorf("serve took %v to end", took)
	}
}
