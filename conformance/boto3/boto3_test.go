package boto3

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"github.com/ipam-local/ipam-local/ipamtest"
)

// python is a Python that has boto3. What Debian installs is seen by its own Python only, which need not be the first
// in PATH. A machine that is there to run all tests has no excuse.
func python(t *testing.T) string {
	t.Helper()
	for _, candidate := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(t.Context(), candidate, "-c", "import boto3").Run() == nil {
			return candidate
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("boto3 is not installed, so nothing proves that it works here")
	}
	t.Skip("boto3 is not installed")
	return ""
}

var summary = regexp.MustCompile(`(?m)^([1-9]\d*) passed, 0 failed\n\z`)

func TestStory(t *testing.T) {
	const script = "story.py"
	if _, err := os.ReadFile(script); err != nil { // so that go test runs it again when it has changed
		t.Fatal(err)
	}
	srv := httptest.NewServer(ipamtest.Start(t).Handler())
	defer srv.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, python(t), script, srv.URL)
	c.Env = append(os.Environ(), "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "PYTHONDONTWRITEBYTECODE=1")
	out, err := c.CombinedOutput()
	if err != nil || !summary.Match(out) {
		t.Errorf("%s: %v\n%s", script, err, out)
	}
	if testing.Verbose() {
		fmt.Printf("%s", out)
	}
}
