// Package conformance is a suite of what AWS does, written with the AWS SDK's clients and nothing of ipam-local: it can
// be run against any endpoint. Each test stands for one numbered belief of docs/BEHAVIOURS.md, which names the source.
//
// A test uses accounts of its own, drawn at random, so tests may run side by side and against an endpoint in use. It
// is not for AWS itself: there an account is nothing that a test can draw.
package conformance

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Target is an endpoint to test.
type Target struct {
	// Config configures clients that act as an account in a Region. It has the endpoint, and credentials whose access
	// key the endpoint takes for the account.
	Config func(account, region string) aws.Config

	// Advance moves the endpoint's clock; nil if nobody can. Tests that need it are skipped then.
	Advance func(context.Context, time.Duration) error

	// Check reports whether the endpoint's state is consistent; nil if it can't be asked. It is called after each test.
	Check func() error
}

// Test is one test of one behaviour.
type Test struct {
	Name   string // reads as a sentence
	Belief string // number in docs/BEHAVIOURS.md, as "B012"
	Run    func(*T)
}

// Tests returns the suite.
func Tests() []Test {
	return slices.Concat(
		wireTests, tokenTests, ipamTests, scopeTests, poolTests, poolCIDRTests, allocationTests, cascadeTests, tagTests, listingTests, mixedTests,
		vpcTests, vpcIPv6Tests, vpcCIDRTests, vpcLifeTests, networkPartTests, networkDefaultTests,
		subnetTests, subnetIPv6Tests, subnetPlanTests,
		byoipPlainTests, byoipTutorialTests, elasticIPTutorialTests,
		byoipProofTests, byoipTests, byoasnTests, publicIPv4PoolTests, elasticIPTests, addressTransferTests, networkInterfaceTests,
		natGatewayTests, regionalNATTests, publicViewTests, policyTests,
		sharingTests, delegationTests, discoveryTests, discoveredTests, monitoringTests, autoImportTests, viewTests,
		prefixListTests, prefixListResolverTests, prefixListTargetTests,
		addressHistoryTests,
		freeTierTests, stateTests,
		internetRegistryTests, routingPolicyTests, routeTests,
		metricTests, resourceMetricTests,
	)
}

// Result is what came of a test. It passed if there are no failures and nothing was skipped.
type Result struct {
	Test     Test
	Failures []string
	Skipped  string // why, if it was
	Took     time.Duration
}

// Run runs tests one after the other and reports each result as it comes. It ends early with the context.
func Run(ctx context.Context, target Target, tests []Test, report func(Result)) {
	for _, test := range tests {
		if ctx.Err() != nil {
			return
		}
		report(run(ctx, target, test))
	}
}

// run runs a test in a goroutine of its own, since Fatalf ends it.
func run(ctx context.Context, target Target, test Test) Result {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	t := &T{ctx: ctx, target: target, account: randomAccount()}
	start := time.Now()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if r := recover(); r != nil {
				t.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		test.Run(t)
	}()
	<-done
	if target.Check != nil {
		if err := target.Check(); err != nil {
			t.failures = append(t.failures, fmt.Sprintf("the state is inconsistent: %v", err))
		}
	}
	return Result{Test: test, Failures: t.failures, Skipped: t.skipped, Took: time.Since(start)}
}
