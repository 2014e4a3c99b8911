package docs

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// What a page prints in its shell blocks is run, in one shell after another against a fresh server, and has to give the
// output that the page promises.

type block struct {
	page   string // the file that it is in
	line   int
	lang   string
	text   string
	output string // of the text block that follows a shell block
}

func (b block) String() string { return fmt.Sprintf("%s:%d", filepath.Base(b.page), b.line) }

func read(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var fence = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

func blocks(t *testing.T, page string) []block {
	var list []block
	text := read(t, page)
	for _, m := range fence.FindAllStringSubmatchIndex(text, -1) {
		b := block{page: page, line: 1 + strings.Count(text[:m[0]], "\n"), lang: text[m[2]:m[3]], text: text[m[4]:m[5]]}
		switch b.lang {
		case "text":
			if len(list) == 0 || list[len(list)-1].lang != "sh" {
				t.Fatalf("%s: output without a command before it", b)
			}
			list[len(list)-1].output = b.text
		case "sh", "go":
			list = append(list, b)
		default:
			t.Fatalf("%s: a block of %s: nothing here tests it", b, b.lang)
		}
	}
	return list
}

// pageURL is where the server is on a page; the one of a test is at a port of its own.
const pageURL = "http://127.0.0.1:4566"

// paste runs blocks one after another in one shell against a fresh server, as a reader would who pastes them, and
// compares what they print with what the page says.
func paste(t *testing.T, list []block) {
	t.Helper()
	need(t, "aws", "curl", "bash")
	url := serve(t)
	var script, want strings.Builder
	script.WriteString("set -euo pipefail\n")
	for _, b := range list {
		if strings.Contains(b.output, errorLine) {
			// The block shows errors, so it goes on after them, as a reader's shell does.
			fmt.Fprintf(&script, "set +e\n{\n%s} 2>&1\nset -e\n", b.text)
		} else {
			script.WriteString(b.text)
		}
		want.WriteString(b.output)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-c", strings.ReplaceAll(script.String(), pageURL, url))
	shell.Dir = t.TempDir()
	shell.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	shell.Env = append(shell.Env, "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null") // not the reader's own
	var stdout, stderr bytes.Buffer
	shell.Stdout, shell.Stderr = &stdout, &stderr
	if err := shell.Run(); err != nil {
		t.Fatalf("the commands from %s on: %v\n%s%s", list[0], err, &stdout, &stderr)
	}
	if got, want := normal(stdout.String()), normal(want.String()); got != want {
		t.Errorf("the commands from %s on print\n%s\nwant\n%s\nstandard error:\n%s", list[0], got, want, &stderr)
	}
}

// need skips a test for want of a command; make test says so at its end. A machine that is there to run all tests
// has no excuse.
func need(t *testing.T, commands ...string) {
	t.Helper()
	for _, c := range commands {
		if _, err := exec.LookPath(c); err == nil {
			continue
		}
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed, so nothing proves README.md", c)
		}
		t.Skipf("%s is not installed", c)
	}
}

// errorLine is how the AWS CLI begins to report an error, whatever its version puts before it.
const errorLine = "An error occurred ("

var (
	anyID     = regexp.MustCompile(`\b((?:[a-z][a-z0-9]*-)+)[0-9a-f]{8,32}\b`)
	anyNumber = regexp.MustCompile(`\b()\d{12}\b`) // of an account
	anyTime   = regexp.MustCompile(`\b\d{4}-\d\d-\d\dT[0-9:.]+Z`)
	anyError  = regexp.MustCompile(`(?m)^\n?.*` + regexp.QuoteMeta(errorLine))
)

// normal makes two runs comparable: ids, account numbers and times differ from run to run. Where the one prints the
// same id twice, the other has to as well.
func normal(output string) string {
	output = anyError.ReplaceAllString(output, errorLine)
	for _, pattern := range []*regexp.Regexp{anyID, anyNumber} {
		var seen []string
		output = pattern.ReplaceAllStringFunc(output, func(id string) string {
			if !slices.Contains(seen, id) {
				seen = append(seen, id)
			}
			return fmt.Sprintf("%s…%d", pattern.FindStringSubmatch(id)[1], slices.Index(seen, id))
		})
	}
	return anyTime.ReplaceAllString(output, "TIME")
}

func TestNormal(t *testing.T) {
	const readme = "vpc-01234567 of 210987654321\nvpc-01234567 at 2026-01-01T00:00:00Z\nAn error occurred (A) here\n"
	for _, c := range []struct {
		output string
		same   bool
	}{
		{"vpc-89abcdef of 123456789012\nvpc-89abcdef at 2027-02-03T01:02:03.5Z\n\nAn error occurred (A) here\n", true},
		{"vpc-89abcdef of 123456789012\nvpc-89abcdef at 2027-02-03T01:02:03.5Z\n\naws: [ERROR]: An error occurred (A) here\n", true},
		{"vpc-89abcdef of 123456789012\nvpc-00000000 at 2027-02-03T01:02:03.5Z\n\nAn error occurred (A) here\n", false},
		{"vpc-89abcdef of 123456789012\nvpc-89abcdef at 2027-02-03T01:02:03.5Z\n\nAn error occurred (B) here\n", false},
	} {
		if got, want := normal(c.output), normal(readme); (got == want) != c.same {
			t.Errorf("normal(%q) = %q, against %q of the README: same = %v, want %v", c.output, got, want, got == want, c.same)
		}
	}
}

// program is the path of the built program.
func program(t *testing.T) string {
	t.Helper()
	// go test takes a result from its cache unless a file has changed that this process looked at; what go build reads does not count.
	if err := filepath.WalkDir("..", func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ipam-local")
	if out, err := exec.Command("go", "build", "-o", path, "../cmd/ipam-local").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// serve starts the program until the test ends, and returns its URL.
func serve(t *testing.T) string {
	t.Helper()
	endpoint := filepath.Join(t.TempDir(), "endpoint")
	c := exec.Command(program(t), "serve", "--listen", "127.0.0.1:0", "--endpoint-file", endpoint, "--log-level", "warn")
	c.Stderr = os.Stderr
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Errorf("end the server: %v", err)
		}
		if err := c.Wait(); err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if lines.Text() == "Ready." {
			url, err := os.ReadFile(endpoint)
			if err != nil {
				t.Fatal(err)
			}
			return strings.TrimSpace(string(url))
		}
	}
	t.Fatal("the server ended before it was ready")
	return ""
}
