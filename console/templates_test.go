package console_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestTemplatesEscape: the templates know no context, so what is shown has to be escaped, and an attribute to have quotes.
func TestTemplatesEscape(t *testing.T) {
	files, err := filepath.Glob("*.qtpl")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are %d templates, %v", len(files), err)
	}
	for _, c := range []struct{ what, pattern string }{
		{"shows text without escaping it", `\{%[a-z]+=`},
		{"has an attribute without quotes", `=\{%`},
		{"has a script or a style of its own", `<script[^>]*>[^<]|<style| on[a-z]+="| style="`},
	} {
		bad := regexp.MustCompile(c.pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if found := bad.Find(text); found != nil {
				t.Errorf("%s %s: %s", file, c.what, found)
			}
		}
	}
}
