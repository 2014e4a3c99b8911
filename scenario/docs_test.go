package scenario

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/ipam-local/ipam-local/server"
)

// example is the YAML in docs/SCENARIOS.md.
func example(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../docs/SCENARIOS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	yaml, _, found := strings.Cut(rest, "```\n")
	if !found {
		t.Fatal("docs/SCENARIOS.md has no block of YAML")
	}
	return yaml
}

func TestTheDocumentedExample(t *testing.T) {
	sc, err := Parse("SCENARIOS.md", []byte(example(t)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(server.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := sc.Apply(s); err != nil {
		t.Error(err)
	}
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

func TestEveryKeyIsDocumented(t *testing.T) {
	yaml := example(t)
	for key := range keys(map[string]bool{}, map[reflect.Type]bool{}, reflect.TypeFor[spec]()) {
		if key != "file" && !strings.Contains(yaml, key+":") {
			t.Errorf("the example in docs/SCENARIOS.md does not have the key %s", key)
		}
	}
}

// keys are all that a type and those in it have.
func keys(all map[string]bool, seen map[reflect.Type]bool, t reflect.Type) map[string]bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return all
	}
	seen[t] = true
	for i := range t.NumField() {
		if key, _ := keyOf(t.Field(i)); key != "" {
			all[key] = true
			keys(all, seen, t.Field(i).Type)
		}
	}
	return all
}

// Whatever is cut off or left out, what is wrong is told and nothing panics.
func TestParseOfTornFiles(t *testing.T) {
	yaml := example(t)
	for i := 0; i < len(yaml); i += 7 {
		Parse("torn.yaml", []byte(yaml[:i]))
	}
	lines := strings.SplitAfter(yaml, "\n")
	for i := range lines {
		for _, indent := range []string{"", "  "} {
			torn := strings.Join(lines[:i], "") + indent + strings.Join(lines[i+1:], "")
			if _, err := Parse("torn.yaml", []byte(torn)); err != nil && !strings.HasPrefix(err.Error(), "torn.yaml:") {
				t.Errorf("without line %d: %v, want a line named", i+1, err)
			}
		}
	}
}
