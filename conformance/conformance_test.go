package conformance

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ipam-local/ipam-local/ipamtest"
)

// All tests share one server, as a user's tests would. What a test leaves is dropped when it ends, under the feet of
// the others, since the check of the state takes the longer the more there is.
func TestConformance(t *testing.T) {
	srv := ipamtest.Start(t)
	t.Run("all", func(t *testing.T) {
		for _, test := range Tests() {
			t.Run(test.Name, func(t *testing.T) {
				t.Parallel()
				var accounts sync.Map
				target := Target{
					Config: func(account, region string) aws.Config {
						accounts.Store(account, true)
						return srv.Config(account, region)
					},
					Check: srv.Check,
					Advance: func(_ context.Context, d time.Duration) error {
						srv.Advance(d)
						return nil
					},
				}
				result := run(t.Context(), target, test)
				for _, failure := range result.Failures {
					t.Errorf("%s: %s", test.Belief, failure)
				}
				for account := range accounts.Range {
					reset(t, srv, account.(string))
				}
				if result.Skipped != "" {
					t.Skip(result.Skipped)
				}
			})
		}
	})
}

func reset(t *testing.T, srv *ipamtest.Server, account string) {
	w := httptest.NewRecorder()
	srv.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/_ipam-local/reset?account="+account, nil))
	if w.Code != http.StatusNoContent {
		t.Errorf("reset of the account %s = %d %s", account, w.Code, w.Body)
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
