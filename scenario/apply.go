package scenario

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server"
)

// Applied is what has become of a scenario: the ids of what it names. A pool or unit is found as in the file, by its name
// or the end of its path; a name that more than one has is not here.
type Applied struct {
	Units  map[string]string
	IPAMs  map[string]string // by account and Region: 222222222222/us-east-1
	Scopes map[string]string // by account, Region and name: 222222222222/us-east-1/private
	Pools  map[string]string
	Shares map[string]string // ARNs, by name
	VPCs   map[string]string // by name
}

// applier is a scenario on its way into a server.
type applier struct {
	*Scenario
	server *server.Server
	region string // that the organization's calls are made in; it decides the partition
	units  map[*unit]string
	pools  map[*pool]made
	result *Applied
}

// made is a pool.
type made struct{ id, arn string }

// Apply does what the scenario says on a server, and returns what came of it. After an error part of it is done. No other
// call may be running. A scenario says what is there, not what comes about, so nothing in it is still in progress.
func (s *Scenario) Apply(to *server.Server) (*Applied, error) {
	a := &applier{
		Scenario: s, server: to, region: "us-east-1",
		units: map[*unit]string{}, pools: map[*pool]made{},
		result: &Applied{
			Units: map[string]string{}, IPAMs: map[string]string{}, Scopes: map[string]string{},
			Pools: map[string]string{}, Shares: map[string]string{}, VPCs: map[string]string{},
		},
	}
	if len(s.IPAMs) > 0 {
		a.region = s.IPAMs[0].Region.s
	}
	if err := to.WithoutDelays(a.all); err != nil {
		return nil, err
	}
	a.nameAll()
	return a.result, nil
}

// all does everything. Policies come last: they are what holds from now on, and the rest of the file may well be older.
func (a *applier) all() error {
	for _, step := range []func() error{a.makeOrganization, a.makeIPAMs, a.makeShares, a.makeVPCs, a.makePolicies} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) nameAll() {
	for name, list := range a.checked.units.byID {
		if len(list) == 1 {
			a.result.Units[name] = a.units[list[0]]
		}
	}
	for name, list := range a.checked.pools.byID {
		if len(list) == 1 {
			a.result.Pools[name] = a.pools[list[0]].id
		}
	}
}

// caller is who makes a call for a line of the file.
type caller struct {
	line    int
	account string
	region  string
}

// do makes a call. Its error names the line, the operation and who called.
func do[Out any](a *applier, by caller, in any) (*Out, error) {
	out, err := server.Do[Out](a.server, by.account, by.region, in)
	if err != nil {
		operation := strings.TrimSuffix(reflect.TypeOf(in).Elem().Name(), "Input")
		return nil, a.fail(by, operation, err)
	}
	return out, nil
}

func (a *applier) fail(by caller, operation string, err error) error {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		err = fmt.Errorf("%s: %s", e.ErrorCode(), e.ErrorMessage())
	}
	return fmt.Errorf("%s:%d: %s by %s in %s: %w", a.name, by.line, operation, by.account, by.region, err)
}
