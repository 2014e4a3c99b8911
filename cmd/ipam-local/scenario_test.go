package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

const oneVPC = "vpcs:\n  - {account: 111122223333, region: us-east-1, cidr: 10.1.0.0/16}\n"

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scenario.yaml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func (p *program) vpcs() (cidrs []string) {
	p.t.Helper()
	out, err := p.client().DescribeVpcs(p.t.Context(), &ec2.DescribeVpcsInput{})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, v := range out.Vpcs {
		cidrs = append(cidrs, *v.CidrBlock)
	}
	return cidrs
}

func TestScenario(t *testing.T) {
	p := start(t, "--scenario", file(t, oneVPC), "--timing", "realistic")
	if got := p.vpcs(); !slices.Equal(got, []string{"10.1.0.0/16"}) {
		t.Errorf("VPCs = %q, want 10.1.0.0/16", got)
	}
}

func TestAScenarioIsForAnEmptyDataDir(t *testing.T) {
	dir, path := t.TempDir(), file(t, oneVPC)
	p := start(t, "--scenario", path, "--data-dir", dir)
	if text := p.stdout.String(); strings.Contains(text, "not applied") {
		t.Errorf("with an empty directory serve says %q", text)
	}
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	again := start(t, "--scenario", path, "--data-dir", dir)
	if want := path + " was not applied: there is state in " + dir + " already"; !strings.Contains(again.stdout.String(), want) {
		t.Errorf("with a directory in use serve says %q, want %q in it", again.stdout.String(), want)
	}
	if got := again.vpcs(); len(got) != 1 {
		t.Errorf("after a restart there are the VPCs %q, want the one", got)
	}
}

func TestAWrongScenarioServesNothing(t *testing.T) {
	refused := "vpcs:\n  - {account: 111122223333, region: us-east-1, cidr: 10.1.0.0/16}\n  - {account: 111122223333, region: us-east-1, cidr: 10.0.0.0/8}\n"
	for name, c := range map[string]struct{ path, want string }{
		"no file": {filepath.Join(t.TempDir(), "none.yaml"), "none.yaml: no such file"},
		"wrong":   {file(t, "vpcs:\n  - {account: 1, region: us-east-1}\n"), `scenario.yaml:2: "1" is no account`},
		"refused": {file(t, refused), "scenario.yaml:3: CreateVpc by 111122223333 in us-east-1: InvalidVpc.Range: "},
	} {
		dir, endpoint := t.TempDir(), filepath.Join(t.TempDir(), "endpoint")
		var stdout bytes.Buffer
		err := run(t.Context(), []string{"serve", "--listen", "127.0.0.1:0", "--scenario", c.path, "--data-dir", dir, "--endpoint-file", endpoint}, &stdout, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: serve ends with %v, want %q in it", name, err, c.want)
		}
		if _, err := os.Stat(endpoint); err == nil || stdout.Len() > 0 {
			t.Errorf("%s: the server was announced: %s", name, &stdout)
		}
		if got := start(t, "--data-dir", dir).vpcs(); len(got) > 0 {
			t.Errorf("%s: the state has the VPCs %q, want what was there before: nothing", name, got)
		}
	}
}

// demo runs the demo until the test ends, and returns its URL and what it prints.
func demo(t *testing.T) (url, text string) {
	t.Helper()
	endpoint := filepath.Join(t.TempDir(), "endpoint")
	stdout := newLines()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"demo", "--listen", "127.0.0.1:0", "--endpoint-file", endpoint, "--log-level", "error"}, stdout, t.Output())
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("demo ended with: %v", err)
		}
	})
	select {
	case <-stdout.ready:
	case err := <-ended:
		ended <- nil
		t.Fatalf("demo ended before it was ready: %v", err)
	}
	raw, err := os.ReadFile(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(raw)), stdout.String()
}

func TestDemo(t *testing.T) {
	url, text := demo(t)
	if strings.Contains(text, "<no value>") || !strings.Contains(text, "AWS_ENDPOINT_URL="+url) {
		t.Errorf("the guide lacks something, or does not name %s:\n%s", url, text)
	}
	for _, account := range []string{"111111111111", "222222222222", "333333333333", "444444444444", "555555555555"} {
		if !strings.Contains(text, "\n"+account) || !strings.Contains(text, "export AWS_ACCESS_KEY_ID="+account) {
			t.Errorf("the guide does not tell how to act as %s", account)
		}
	}
	if !strings.Contains(text, "--ipv4-ipam-pool-id ipam-pool-0") {
		t.Errorf("the guide does not name pools by their ids:\n%s", text)
	}
}

// What the demo prints can be pasted into a shell, and does what it says.
func TestTheCommandsOfTheDemo(t *testing.T) {
	for _, c := range []string{"aws", "sh"} {
		if _, err := exec.LookPath(c); err != nil && os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed, so nothing proves the demo's commands", c)
		} else if err != nil {
			t.Skipf("%s is not installed", c)
		}
	}
	_, text := demo(t)
	script := "set -e\n"
	for line := range strings.Lines(text) {
		if command, ok := strings.CutPrefix(line, "    "); ok {
			script += command
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "sh", "-c", script)
	shell.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	shell.Env = append(shell.Env, "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null") // not the reader's own
	var stdout, stderr bytes.Buffer
	shell.Stdout, shell.Stderr = &stdout, &stderr
	if err := shell.Run(); err != nil {
		t.Fatalf("the demo's commands: %v\n%s%s", err, &stdout, &stderr)
	}
	for _, want := range []string{"222222222222\tnetwork\n", "10.10.255.0/24\tcustom\t222222222222\n", "10.10.0.0/24\tvpc\t333333333333\n", "10.10.4.0/22\n", "10.20.1.0/24\n", "\nrefused\n"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the demo's commands do not print %q but\n%s\nstandard error:\n%s", want, &stdout, &stderr)
		}
	}
}
