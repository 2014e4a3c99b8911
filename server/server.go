// Package server answers HTTP as AWS does: it finds out who calls which operation of which service, gives the
// operation a transaction, and writes what comes of it. Services know nothing of HTTP, and the server nothing of
// what an operation does.
package server

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/ipam-local/ipam-local/console"
	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/stsapi"
	"github.com/ipam-local/ipam-local/timeseries"
)

// Options are what a user of the program may choose. The zero value serves from memory.
type Options struct {
	DataDir       string           // where the state is kept; empty: in memory
	Settings      *ec2api.Settings // nil: the defaults
	Organizations *orgs.Settings   // nil: the defaults
	Rand          io.Reader        // source of ids; nil: crypto/rand
	Logger        *slog.Logger     // nil: discard
}

// Server is an http.Handler; who listens is not its business.
type Server struct {
	db            *state.DB
	clock         *clock
	settings      *ec2api.Settings
	organizations *orgs.Settings
	services      map[string]*service // by the name that requests are signed for
	control       http.Handler
	faults        faults
	metrics       metrics
	journal       journal
	changes       pulse // of the state and of the clock
	log           *slog.Logger
}

// New opens the state and returns a server of it, to be closed after use.
func New(o Options) (*Server, error) {
	s := &Server{clock: new(clock), settings: o.Settings, organizations: o.Organizations, log: o.Logger}
	if s.settings == nil {
		s.settings = ec2api.DefaultSettings()
	}
	if s.organizations == nil {
		s.organizations = orgs.DefaultSettings()
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.services = s.allServices()
	s.control = s.controlHandler()
	var err error
	s.db, err = state.Open(state.Options{
		Dir:     o.DataDir,
		Schemas: []*state.Schema{&schema, &ec2api.Schema, &orgs.Schema, &ramapi.Schema, &roles.Schema, &stsapi.Schema, &timeseries.Schema},
		Now:     s.clock.now,
		Rand:    o.Rand,
		Logger:  s.log,
		Changed: s.changes.beat,
	})
	return s, err
}

// Close ends the use of the state. No request may be running.
func (s *Server) Close() error { return s.db.Close() }

// Check proves that what is computed from the state equals the state.
func (s *Server) Check() error { return s.db.Check() }

// ServeHTTP answers a call of AWS, or one of the program's own.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if own(r) {
		s.control.ServeHTTP(w, r)
		return
	}
	if console.Wanted(r) {
		http.Redirect(w, r, console.Path, http.StatusFound)
		return
	}
	c := &call{server: s, http: r, id: requestID(), start: time.Now()}
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic", "request", c.id, "operation", c.op.Name, "panic", p, "stack", stack())
			c.answer(w, nil, fmt.Errorf("panic: %v", p))
		}
	}()
	out, err := c.run(w)
	c.answer(w, out, err)
}

// Realistic changes options to the delays of AWS.
func (o *Options) Realistic() {
	if o.Settings == nil {
		o.Settings = ec2api.DefaultSettings()
	}
	if o.Organizations == nil {
		o.Organizations = orgs.DefaultSettings()
	}
	o.Settings.Timing = ec2api.RealisticTiming()
	o.Organizations.Timing = orgs.RealisticTiming()
}
