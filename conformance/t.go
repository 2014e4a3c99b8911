package conformance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// The Regions of the tests: IPAMs live at home, and may operate away.
const (
	home = "us-east-1"
	away = "eu-west-1"
	far  = "ap-southeast-2"
)

// T is one run of a test.
type T struct {
	ctx      context.Context
	target   Target
	account  string
	failures []string
	skipped  string
}

// Context is done when the test has to end.
func (t *T) Context() context.Context { return t.ctx }

// Account is the account of this test, which nobody has used before.
func (t *T) Account() string { return t.account }

// OtherAccount returns a new account at each call.
func (t *T) OtherAccount() string { return randomAccount() }

func randomAccount() string {
	return fmt.Sprintf("%012d", 100_000_000_000+rand.Int64N(900_000_000_000))
}

// ec2 is a client of the test's account. It and its neighbours are not exported for the program's sake: the linker keeps
// what an exported method returns, with all 800 methods of the client, and the program would have twice the size.
func (t *T) ec2(region string) *ec2.Client { return t.ec2As(t.account, region) }

// ec2As is a client of any account.
func (t *T) ec2As(account, region string) *ec2.Client {
	return ec2.NewFromConfig(t.target.Config(account, region))
}

// sts is a client of the test's account.
func (t *T) sts(region string) *sts.Client {
	return sts.NewFromConfig(t.target.Config(t.account, region))
}

// Errorf notes a failure, with the lines of the suite that led to it.
func (t *T) Errorf(format string, args ...any) {
	t.failures = append(t.failures, where()+fmt.Sprintf(format, args...))
}

// Fatalf notes a failure and ends the test.
func (t *T) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	runtime.Goexit()
}

// Skipf ends the test: it can't be run against this target.
func (t *T) Skipf(format string, args ...any) {
	t.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// where names the lines of this package on the stack, except those of its machinery.
func where() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var lines []string
	for {
		frame, more := frames.Next()
		file := filepath.Base(frame.File)
		if strings.Contains(frame.Function, "/conformance.") && file != "t.go" && file != "conformance.go" && file != "check.go" {
			lines = append(lines, fmt.Sprintf("%s:%d: ", file, frame.Line))
		}
		if !more {
			return strings.Join(lines, "")
		}
	}
}

// await calls ok until it is true. In between it lets the target's time pass, or the world's.
func (t *T) await(what string, ok func() bool) {
	for range 100 {
		if ok() {
			return
		}
		if t.target.Advance != nil {
			t.advance(5 * time.Second)
			continue
		}
		select {
		case <-t.ctx.Done():
			t.Fatalf("waiting for %s: %v", what, t.ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
	t.Fatalf("waited in vain for %s", what)
}

func (t *T) advance(d time.Duration) {
	if t.target.Advance == nil {
		t.Skipf("the target's clock can't be moved")
	}
	if err := t.target.Advance(t.ctx, d); err != nil {
		t.Fatalf("advance the clock by %v: %v", d, err)
	}
}
