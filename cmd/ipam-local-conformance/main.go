// Command ipam-local-conformance tests a server against what AWS does. It is what ipam-local conformance starts: a program
// of its own, because the SDK's clients that it tests with would take a third of the server's size.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ipam-local/ipam-local/conformance"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "ipam-local-conformance:", err)
		os.Exit(1)
	}
}

// run is the program but for the process: what main calls, and tests too.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("ipam-local-conformance", flag.ContinueOnError)
	fs.SetOutput(stderr)
	endpoint := fs.String("endpoint", "http://127.0.0.1:4566", "URL of the server to test")
	pattern := fs.String("run", "", "regular expression; run only the tests whose belief or name matches")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("there is no argument %q", fs.Arg(0))
	}
	selected, err := regexp.Compile(*pattern)
	if err != nil {
		return err
	}
	return test(ctx, *endpoint, selected, stdout)
}

// test runs the suite against an endpoint and prints a table of the results.
func test(ctx context.Context, endpoint string, selected *regexp.Regexp, stdout io.Writer) error {
	var tests []conformance.Test
	for _, t := range conformance.Tests() {
		if selected.MatchString(t.Belief) || selected.MatchString(t.Name) {
			tests = append(tests, t)
		}
	}
	table := tabwriter.NewWriter(stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "RESULT\tBELIEF\tTEST")
	var passed, failed, skipped int
	conformance.Run(ctx, endpointTarget(endpoint), tests, func(r conformance.Result) {
		switch {
		case len(r.Failures) > 0:
			failed++
			fmt.Fprintf(table, "failed\t%s\t%s\n", r.Test.Belief, r.Test.Name)
			for _, failure := range r.Failures {
				fmt.Fprintf(table, "\t\t  %s\n", bytes.ReplaceAll([]byte(failure), []byte("\n"), []byte(" ")))
			}
		case r.Skipped != "":
			skipped++
			fmt.Fprintf(table, "skipped\t%s\t%s (%s)\n", r.Test.Belief, r.Test.Name, r.Skipped)
		default:
			passed++
			fmt.Fprintf(table, "passed\t%s\t%s\n", r.Test.Belief, r.Test.Name)
		}
	})
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case failed > 0:
		return fmt.Errorf("%d tests failed", failed)
	case passed == 0:
		return fmt.Errorf("no test ran")
	}
	return nil
}

// endpointTarget is a server at a URL. One that is not ipam-local has no clock to move.
func endpointTarget(endpoint string) conformance.Target {
	target := conformance.Target{
		Config: func(account, region string) aws.Config {
			return aws.Config{
				Region:       region,
				BaseEndpoint: aws.String(endpoint),
				Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
					return aws.Credentials{AccessKeyID: account, SecretAccessKey: "secret"}, nil
				}),
			}
		},
	}
	if moveClock(context.Background(), endpoint, 0) == nil {
		target.Advance = func(ctx context.Context, d time.Duration) error { return moveClock(ctx, endpoint, d) }
	}
	return target
}

func moveClock(ctx context.Context, endpoint string, d time.Duration) error {
	body, err := json.Marshal(map[string]string{"advance": d.String()})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint+"/_ipam-local/clock", bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", r.URL, response.Status)
	}
	return nil
}
