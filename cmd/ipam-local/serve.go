package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/scenario"
	"github.com/ipam-local/ipam-local/server"
)

const defaultListen = "127.0.0.1:4566"

// serveFlags is what serve can be told.
type serveFlags struct {
	listen       string
	endpointFile string
	dataDir      string
	logLevel     slog.Level
	logFormat    string
	timing       string
	defaultVPCs  bool
	importLocale bool
	scenario     string
}

func setupServe(fs *flag.FlagSet) func(context.Context, io.Writer, io.Writer) error {
	f := &serveFlags{}
	f.declare(fs)
	fs.StringVar(&f.dataDir, "data-dir", "", "directory to keep the state in (default: in memory)")
	fs.StringVar(&f.scenario, "scenario", "", "YAML file that says what is there from the start; see docs/SCENARIOS.md")
	return func(ctx context.Context, stdout, stderr io.Writer) error {
		begin, err := f.beginning(stdout)
		if err != nil {
			return err
		}
		return f.serve(ctx, stdout, stderr, begin)
	}
}

// declare sets the flags that demo has too.
func (f *serveFlags) declare(fs *flag.FlagSet) {
	fs.StringVar(&f.listen, "listen", defaultListen, "address to serve at; port 0 picks a free one")
	fs.StringVar(&f.endpointFile, "endpoint-file", "", "file to write the server's URL to, once it serves")
	fs.TextVar(&f.logLevel, "log-level", slog.LevelInfo, "debug, info, warn or error")
	fs.StringVar(&f.logFormat, "log-format", "text", "text or json")
	fs.StringVar(&f.timing, "timing", "instant", "instant, or realistic for the delays of AWS")
	fs.BoolVar(&f.defaultVPCs, "default-vpcs", false, "give each account a default VPC in each Region, as AWS does")
	fs.BoolVar(&f.importLocale, "import-locale-only", false, "let pools with auto-import import VPCs in their locale only, as a tutorial of AWS has it")
}

// How long a client may take, so that a slow one does not hold a connection for good.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 5 * time.Minute // a snapshot is large
	idleTimeout   = 2 * time.Minute
	endTimeout    = 5 * time.Second // for requests that run when the program is told to end
)

// beginning is what is done with a new server before it takes requests.
type beginning func(s *server.Server, url string) error

func (f *serveFlags) serve(ctx context.Context, stdout, stderr io.Writer, begin beginning) error {
	options, err := f.options(stderr)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", f.listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	collect := debug.SetGCPercent(-1) // there is nothing to collect yet, and looking takes a tenth of the start
	handler, err := server.New(options)
	debug.SetGCPercent(collect)
	if err != nil {
		return err
	}
	url := "http://" + listener.Addr().String()
	err = begin(handler, url)
	if err == nil {
		err = f.announce(stdout, url)
	}
	if err == nil {
		err = serveUntil(ctx, listener, handler)
	}
	return errors.Join(err, handler.Close())
}

// beginning reads the scenario, if there is one, and leaves it to what it returns to apply it.
func (f *serveFlags) beginning(stdout io.Writer) (beginning, error) {
	if f.scenario == "" {
		return func(*server.Server, string) error { return nil }, nil
	}
	sc, err := scenario.Load(f.scenario)
	if err != nil {
		return nil, err
	}
	return func(s *server.Server, _ string) error { return f.setUp(s, sc, stdout) }, nil
}

// setUp applies a scenario to a state without anything. A state that was kept has it already, and has since gone on.
func (f *serveFlags) setUp(s *server.Server, sc *scenario.Scenario, stdout io.Writer) error {
	empty, err := s.IsEmpty()
	if err != nil {
		return err
	}
	if !empty {
		_, err := fmt.Fprintf(stdout, "%s was not applied: there is state in %s already, and it stays as it is.\n", f.scenario, f.dataDir)
		return err
	}
	if _, err := sc.Apply(s); err != nil {
		return errors.Join(err, s.Reset()) // half a scenario would be taken for a whole one at the next start
	}
	return nil
}

func (f *serveFlags) options(stderr io.Writer) (server.Options, error) {
	o := server.Options{DataDir: f.dataDir, Settings: ec2api.DefaultSettings()}
	o.Settings.DefaultVPCs = f.defaultVPCs
	o.Settings.ImportLocaleOnly = f.importLocale
	switch f.timing {
	case "instant":
	case "realistic":
		o.Realistic()
	default:
		return o, fmt.Errorf("--timing is instant or realistic, not %q", f.timing)
	}
	var err error
	o.Logger, err = f.logger(stderr)
	return o, err
}

func (f *serveFlags) logger(w io.Writer) (*slog.Logger, error) {
	o := &slog.HandlerOptions{Level: f.logLevel}
	switch f.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(w, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return nil, fmt.Errorf("--log-format is text or json, not %q", f.logFormat)
}

// announce says where the server is. The line Ready. is what others wait for. The listener already takes connections.
func (f *serveFlags) announce(stdout io.Writer, url string) error {
	if f.endpointFile != "" {
		if err := os.WriteFile(f.endpointFile, []byte(url+"\n"), 0o644); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(stdout, "ipam-local serves at %s\nReady.\n", url)
	return err
}

// serveUntil serves until ctx is done, and then ends when the running requests have.
func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler) error {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	s := &http.Server{
		Handler:           handler,
		Protocols:         &protocols,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		BaseContext:       func(net.Listener) context.Context { return ctx }, // so that what only waits for news ends with the program
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	if err := s.Shutdown(grace); err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}
