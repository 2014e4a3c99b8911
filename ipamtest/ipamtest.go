// Package ipamtest runs ipam-local inside a test's own process.
//
//	func TestMyVPC(t *testing.T) {
//		srv := ipamtest.Start(t)
//		client := ec2.NewFromConfig(srv.Config("111122223333", "us-east-1"))
//		…
//	}
//
// Each test can use accounts of its own, so tests can share a server and run side by side.
package ipamtest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/scenario"
	"github.com/ipam-local/ipam-local/server"
)

// Server is a running ipam-local.
type Server struct {
	server  *server.Server
	applied *scenario.Applied
	t       testing.TB
}

// Option changes how a server starts.
type Option func(*start)

// start is what a server starts with.
type start struct {
	server.Options
	scenario string
}

// WithSettings starts a server with other settings than the defaults.
func WithSettings(change func(*ec2api.Settings)) Option {
	return func(o *start) {
		if o.Settings == nil {
			o.Settings = ec2api.DefaultSettings()
		}
		change(o.Settings)
	}
}

// WithScenario starts a server with what a scenario says is there, as serve --scenario does. It is the text of the file;
// Scenario then has the ids of what is in it.
func WithScenario(yaml string) Option {
	return func(o *start) { o.scenario = yaml }
}

// Start starts a server that keeps its state in memory. When the test ends, the server's state is checked and dropped.
func Start(t testing.TB, options ...Option) *Server {
	t.Helper()
	var o start
	for _, option := range options {
		option(&o)
	}
	s, err := server.New(o.Options)
	if err != nil {
		t.Fatalf("start ipam-local: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Check(); err != nil {
			t.Errorf("the state is inconsistent: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close ipam-local: %v", err)
		}
	})
	started := &Server{server: s, t: t}
	if o.scenario != "" {
		started.apply(o.scenario)
	}
	return started
}

func (s *Server) apply(yaml string) {
	s.t.Helper()
	sc, err := scenario.Parse("scenario.yaml", []byte(yaml))
	if err == nil {
		s.applied, err = sc.Apply(s.server)
	}
	if err != nil {
		s.t.Fatalf("the scenario of the test:\n%v", err)
	}
}

// Scenario is what has become of the scenario that the server was started with; nil without one.
func (s *Server) Scenario() *scenario.Applied { return s.applied }

// Config is the configuration of SDK clients that act as an account in a Region.
func (s *Server) Config(account, region string) aws.Config {
	return aws.Config{
		Region:       region,
		BaseEndpoint: aws.String("http://ipam-local.test"),
		HTTPClient:   &http.Client{Transport: s},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: account, SecretAccessKey: "secret"}, nil
		}),
		RetryMaxAttempts: 1, // an error is an answer
	}
}

// Advance moves the server's clock.
func (s *Server) Advance(d time.Duration) {
	s.t.Helper()
	body := bytes.NewReader([]byte(`{"advance":"` + d.String() + `"}`))
	r := httptest.NewRequest(http.MethodPost, "/_ipam-local/clock", body)
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		s.t.Fatalf("advance the clock by %v: %s", d, w.Body)
	}
}

// Check reports whether the server's state is consistent. The end of the test checks it as well.
func (s *Server) Check() error { return s.server.Check() }

// Handler is the server itself, to be served over a socket where a test needs one.
func (s *Server) Handler() http.Handler { return s.server }

// RoundTrip answers a request without a socket. Besides being fast this keeps clear of a fault of Go's HTTP/1.1
// client, which now and then reports a large answer of a fast server as a closed connection.
func (s *Server) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.ProtoMajor, r.ProtoMinor = 2, 0 // what ails HTTP/1.1 does not ail this
	if r.Body == nil {
		r.Body = http.NoBody
	}
	defer r.Body.Close()
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	response := w.Result()
	response.Request = r
	response.Body = io.NopCloser(w.Body)
	return response, nil
}
