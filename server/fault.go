package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/ipam-local/ipam-local/server/op"
)

// fault is a rule that makes chosen calls fail or wait, or has them succeed and what they work on fail later, so that a client's
// retries and timeouts can be tested. What a rule leaves out matches everything.
type fault struct {
	Service     string   `json:"service,omitempty"`     // as requests are signed for: ec2
	Operation   string   `json:"operation,omitempty"`   // CreateVpc
	Account     string   `json:"account,omitempty"`     // the caller's
	Region      string   `json:"region,omitempty"`      // of the call
	Code        string   `json:"code,omitempty"`        // to fail with, RequestLimitExceeded being throttling; beside an outcome, of its reason
	Message     string   `json:"message,omitempty"`     // that goes with the code or the outcome
	Outcome     string   `json:"outcome,omitempty"`     // state that what the operation works on comes to: failed-provision
	Delay       string   `json:"delay,omitempty"`       // before the call, or before it fails
	Probability *float64 `json:"probability,omitempty"` // of striking a call that matches; left out: 1
	Times       int      `json:"times,omitempty"`       // how often it still strikes; left out: always

	delay  time.Duration
	ending *op.Ending // nil: the usual one
}

// check reads what a rule says.
func (f *fault) check(services map[string]*service) (err error) {
	if f.Code == "" && f.Delay == "" && f.Outcome == "" {
		return errors.New(`say "code", "delay" or "outcome"`)
	}
	if f.Outcome != "" {
		if f.ending, err = f.readOutcome(services); err != nil {
			return err
		}
	}
	if f.Delay != "" {
		if f.delay, err = time.ParseDuration(f.Delay); err != nil {
			return err
		}
	}
	switch {
	case f.delay < 0 || f.Times < 0:
		return errors.New("delay and times are not negative")
	case f.Probability != nil && (*f.Probability < 0 || *f.Probability > 1):
		return errors.New("probability is between 0 and 1")
	}
	return nil
}

func (f *fault) matches(c *call) bool {
	fits := func(want, have string) bool { return want == "" || want == have }
	return fits(f.Service, c.service.name) && fits(f.Operation, c.name) && fits(f.Account, c.caller.Account) && fits(f.Region, c.caller.Region) &&
		(f.Probability == nil || rand.Float64() < *f.Probability)
}

// faults are the rules in force, the oldest first; the first that matches strikes.
type faults struct {
	mu    sync.Mutex
	rules []*fault
}

// find is the rule that strikes a call, or nil.
func (f *faults) find(c *call) *fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, rule := range f.rules {
		if !rule.matches(c) {
			continue
		}
		struck := *rule
		if rule.Times > 0 {
			if rule.Times--; rule.Times == 0 {
				f.rules = slices.Delete(f.rules, i, i+1)
			}
		}
		return &struck
	}
	return nil
}

// strike makes a call suffer what a rule has for it, and returns how it is to end: nil for as usual.
func (f *faults) strike(ctx context.Context, c *call) (*op.Ending, error) {
	rule := f.find(c)
	if rule == nil {
		return nil, nil
	}
	if rule.delay > 0 {
		select {
		case <-time.After(rule.delay):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if rule.ending != nil || rule.Code == "" {
		return rule.ending, nil
	}
	message := rule.Message
	if message == "" {
		message = fmt.Sprintf("A fault rule of ipam-local makes this call fail with %s.", rule.Code)
	}
	return nil, clientError(rule.Code, message)
}

// list shows the rules in force.
func (f *faults) list(w http.ResponseWriter, _ *http.Request) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string][]*fault{"faults": append([]*fault{}, f.rules...)})
	return nil
}

// addFault puts a rule behind the others.
func (s *Server) addFault(w http.ResponseWriter, r *http.Request) error {
	rule := &fault{}
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	body.DisallowUnknownFields()
	if err := body.Decode(rule); err != nil {
		return err
	}
	if err := rule.check(s.services); err != nil {
		return err
	}
	s.faults.mu.Lock()
	s.faults.rules = append(s.faults.rules, rule)
	s.faults.mu.Unlock()
	return s.faults.list(w, r)
}

// clear drops all rules.
func (f *faults) clear(w http.ResponseWriter, r *http.Request) error {
	f.mu.Lock()
	f.rules = nil
	f.mu.Unlock()
	return f.list(w, r)
}
