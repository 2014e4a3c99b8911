package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConformanceStartsTheSuite(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	var out bytes.Buffer
	if err := run(t.Context(), []string{"conformance"}, &out, &out); err == nil || !strings.Contains(err.Error(), "go install "+suitePackage) {
		t.Errorf("without the suite the error is %v, want one that says how to get it", err)
	}
	script := "#!/bin/sh\necho \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, suite), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"conformance", "--endpoint", "http://127.0.0.1:1", "--run", "B001"}, &out, &out); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "--endpoint http://127.0.0.1:1 --run B001\n"; got != want {
		t.Errorf("the suite got the arguments %q, want %q", got, want)
	}
}
