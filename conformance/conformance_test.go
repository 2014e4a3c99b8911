package conformance

import (
	"context"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/ipamtest"
)

func TestConformance(t *testing.T) {
	for _, test := range Tests() {
		t.Run(test.Name, func(t *testing.T) {
			t.Parallel()
			runAlone(t, test)
		})
	}
}

// With AWS's delays nothing is done at once, so a test that does not wait for a state fails here.
func TestConformanceWithDelays(t *testing.T) {
	for _, test := range Tests() {
		t.Run(test.Name, func(t *testing.T) {
			t.Parallel()
			runAlone(t, test, ipamtest.WithSettings(func(s *ec2api.Settings) { s.Timing = ec2api.RealisticTiming() }))
		})
	}
}

// runAlone runs a test against a server of its own: many tests move the clock, which all accounts of a server share.
func runAlone(t *testing.T, test Test, options ...ipamtest.Option) {
	srv := ipamtest.Start(t, options...)
	result := run(t.Context(), Target{Config: srv.Config, Check: srv.Check, Advance: func(_ context.Context, d time.Duration) error {
		srv.Advance(d)
		return nil
	}}, test)
	for _, failure := range result.Failures {
		t.Errorf("%s: %s", test.Belief, failure)
	}
	if result.Skipped != "" { // only other targets lack what a test needs
		t.Errorf("%s was skipped: %s", test.Belief, result.Skipped)
	}
}

// A belief is a row of a table: | B012 | what AWS does | source | strength | tested |.
var beliefRow = regexp.MustCompile(`(?m)^\| (B\d{3}) \|.*\| (documented|seen|our choice) \| (yes|no) \|$`)

func TestEveryTestCitesABelief(t *testing.T) {
	page, err := os.ReadFile("../docs/BEHAVIOURS.md")
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{} // by number: whether the page says so
	for _, row := range beliefRow.FindAllStringSubmatch(string(page), -1) {
		if _, twice := tested[row[1]]; twice {
			t.Errorf("%s is there twice", row[1])
		}
		tested[row[1]] = row[3] == "yes"
	}
	for _, row := range regexp.MustCompile(`(?m)^\| B.*$`).FindAllString(string(page), -1) {
		if !beliefRow.MatchString(row) {
			t.Errorf("not a belief as this test reads them: %s", row)
		}
	}
	names, cited := map[string]bool{}, map[string]bool{}
	for _, test := range Tests() {
		if names[test.Name] {
			t.Errorf("two tests are called %q", test.Name)
		}
		names[test.Name] = true
		cited[test.Belief] = true
		if says, known := tested[test.Belief]; !known {
			t.Errorf("the test that %s cites %s, which docs/BEHAVIOURS.md doesn't have", test.Name, test.Belief)
		} else if !says {
			t.Errorf("docs/BEHAVIOURS.md says that %s is not tested, but there is the test that %s", test.Belief, test.Name)
		}
	}
	for number, says := range tested {
		if says && !cited[number] {
			t.Errorf("docs/BEHAVIOURS.md says that %s is tested, but no test cites it", number)
		}
	}
}
