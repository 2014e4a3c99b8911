package main

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ipam-local/ipam-local/ipamtest"
)

func TestRun(t *testing.T) {
	server := httptest.NewServer(ipamtest.Start(t).Handler())
	defer server.Close()
	for _, c := range []struct {
		name, pattern, want, wantErr string
	}{
		{"one belief", "^B163$", "1 passed, 0 failed, 0 skipped", ""},
		{"by name", "^the lowest free block is allocated first$", "passed  B162", ""},
		{"nothing that matches", "^B000$", "", "no test ran"},
		{"a pattern that is none", "(", "", "missing closing )"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, stderr bytes.Buffer
			err := run(t.Context(), []string{"--endpoint", server.URL, "--run", c.pattern}, &out, &stderr)
			if !strings.Contains(out.String(), c.want) {
				t.Errorf("printed %q, want %q in it", &out, c.want)
			}
			switch {
			case err == nil && c.wantErr != "":
				t.Errorf("no error, want %q", c.wantErr)
			case err != nil && (c.wantErr == "" || !strings.Contains(err.Error(), c.wantErr)):
				t.Errorf("error %q, want %q", err, c.wantErr)
			}
		})
	}
}
