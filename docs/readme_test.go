package docs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What README.md prints is run here: its shell blocks; its Go block is the example of ipamtest; its table of flags is
// what serve -h says.

const readme = "../README.md"

// notRun are the shell blocks that the test does not run in the shell, by their first line, and why.
var notRun = map[string]string{
	"make run":                     "it would be this test again; TestMake looks at what make would do",
	"docker build -t ipam-local .": "it needs Docker and a registry to take the Go image from",
}

func TestReadmeShell(t *testing.T) {
	paste(t, slices.DeleteFunc(blocks(t, readme), func(b block) bool {
		first, _, _ := strings.Cut(b.text, "\n")
		return b.lang != "sh" || notRun[first] != ""
	}))
}

func TestReadmeGo(t *testing.T) {
	example, err := os.ReadFile("../ipamtest/example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, b := range blocks(t, readme) {
		if b.lang != "go" {
			continue
		}
		found++
		if b.text != string(example) {
			t.Errorf("%s: the example is not ipamtest/example_test.go; copy it here", b)
		}
	}
	if found != 1 {
		t.Errorf("README.md has %d blocks of Go, want 1", found)
	}
}

var (
	usageFlag = regexp.MustCompile(`(?m)^  -([a-z-]+)(?: \w+)?\n    \t(.*)$`)
	defaultOf = regexp.MustCompile(`^(.*?) \(default:? (.*)\)$`)
)

func TestReadmeFlags(t *testing.T) {
	out, err := exec.Command(program(t), "serve", "-h").CombinedOutput()
	if err != nil {
		t.Fatalf("serve -h: %v\n%s", err, out)
	}
	var want strings.Builder
	want.WriteString("| flag | what it is | default |\n| --- | --- | --- |\n")
	for _, m := range usageFlag.FindAllStringSubmatch(string(out), -1) {
		what, value := m[2], ""
		if d := defaultOf.FindStringSubmatch(what); d != nil {
			what, value = d[1], strings.Trim(d[2], `"`)
		}
		fmt.Fprintf(&want, "| `--%s` | %s | %s |\n", m[1], what, value)
	}
	if !strings.Contains(read(t, readme), want.String()) {
		t.Errorf("the table of flags in README.md differs from serve -h, which makes it\n\n%s", &want)
	}
}

func TestMake(t *testing.T) {
	need(t, "make")
	for target, want := range map[string]string{
		"run":  "go run ./cmd/ipam-local serve",
		"test": "go test -timeout 30m ./...",
	} {
		c := exec.Command("make", "--dry-run", target)
		c.Dir = ".."
		out, err := c.CombinedOutput()
		if err != nil {
			t.Errorf("make %s: %v\n%s", target, err, out)
		}
		if !strings.Contains(string(out), want+"\n") {
			t.Errorf("make %s does\n%s\nwant a line %q", target, out, want)
		}
	}
}

// TestReadmeLinks follows the links to files of the project.
func TestReadmeLinks(t *testing.T) {
	for _, page := range []string{"README.md", "ARCHITECTURE.md", "docs/DECISIONS.md", "docs/OPERATIONS.md", "docs/SCENARIOS.md"} {
		text, err := os.ReadFile(filepath.Join("..", page))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join("..", filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}
