package server

import (
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

// Invoke does what a call over HTTP does, without HTTP: the operation that in is the input of, as that account in that
// Region, in a transaction, with client token and dry run. in is a pointer to one of the SDK's inputs; the answer is
// a pointer to the output that belongs to it.
func (s *Server) Invoke(account, region string, in any) (any, error) {
	t := reflect.TypeOf(in)
	if t == nil || t.Kind() != reflect.Pointer || reflect.ValueOf(in).IsNil() {
		return nil, fmt.Errorf("invoke: %T is no pointer to the input of an operation", in)
	}
	c := &call{server: s, id: requestID(), start: time.Now()}
	for _, c.service = range s.services {
		for _, c.op = range c.service.operations {
			if c.op.Input == t.Elem() {
				c.name = c.op.Name
				c.credential = credential{accessKey: account, region: region}
				c.caller = op.Caller{Account: account, Region: region} // for what comes before the transaction
				return c.doInside(in)
			}
		}
	}
	return nil, fmt.Errorf("invoke: no operation takes a %s", t.Elem())
}

// doInside does a call that did not come over HTTP. What only reads is not noted: the console does that all the time.
func (c *call) doInside(in any) (any, error) {
	out, err := c.do(in)
	if c.op.Writes {
		var apiErr smithy.APIError
		if err != nil {
			apiErr = c.public(err)
		}
		c.server.journal.add(c.entry("ipam-local", out, apiErr))
	}
	return out, err
}

// Do is Invoke for those who know the type of the answer: server.Do[ec2.CreateIpamOutput](s, account, region, in).
func Do[Out any](s *Server, account, region string, in any) (*Out, error) {
	out, err := s.Invoke(account, region, in)
	if err != nil {
		return nil, err
	}
	typed, ok := out.(*Out)
	if !ok {
		return nil, fmt.Errorf("invoke: the answer to %T is %T", in, out)
	}
	return typed, nil
}

// CreateAccountWithID creates a member of the organization that management leads, at once and with that id. AWS chooses
// ids itself and has no such operation, so this is a method and not a row of a table, where a client could reach it.
func (s *Server) CreateAccountWithID(management, region, id string, in *organizations.CreateAccountInput) (out *organizations.CreateAccountOutput, err error) {
	err = s.db.Update(func(tx *state.Tx) error {
		c := &orgs.Call{Tx: tx, Caller: op.Caller{Account: management, Region: region}, Settings: orgs.DefaultSettings()}
		out, err = c.CreateAccountWithID(in, id)
		return err
	})
	return out, err
}

// IsEmpty reports whether there is nothing yet in the state.
func (s *Server) IsEmpty() (bool, error) { return s.db.IsEmpty() }

// Reset drops all state.
func (s *Server) Reset() error { return s.db.Reset() }

// Snapshot writes the whole state as one JSON document.
func (s *Server) Snapshot(w io.Writer) error { return s.db.Snapshot(w) }

// Restore replaces the state by what Snapshot has written.
func (s *Server) Restore(r io.Reader) error { return s.db.Restore(r) }

// WithoutDelays runs do while what AWS takes its time for is there at once, whatever the settings say: for what is to be
// there from the start. No other call may be running.
func (s *Server) WithoutDelays(do func() error) error {
	timing := s.settings.Timing
	s.settings.Timing = ec2api.Timing{}
	defer func() { s.settings.Timing = timing }()
	return do()
}
