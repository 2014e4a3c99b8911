package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/ipam-local/ipam-local/scenario"
	"github.com/ipam-local/ipam-local/scenarios"
	"github.com/ipam-local/ipam-local/server"
)

func setupDemo(fs *flag.FlagSet) func(context.Context, io.Writer, io.Writer) error {
	f := &serveFlags{}
	f.declare(fs)
	return func(ctx context.Context, stdout, stderr io.Writer) error {
		return f.serve(ctx, stdout, stderr, func(s *server.Server, url string) error { return beginDemo(s, url, stdout) })
	}
}

// guide is what to try. Its indented lines are for a shell, and a test runs them.
//
//go:embed demo.txt
var guide string

// beginDemo makes a server the demo's and prints the guide with the ids that things have got.
func beginDemo(s *server.Server, url string, stdout io.Writer) error {
	sc, err := scenario.Parse("delegated-admin.yaml", scenarios.DelegatedAdmin)
	if err != nil {
		return err
	}
	made, err := sc.Apply(s)
	if err != nil {
		return err
	}
	// Not a template: text/template looks methods up by name, and then the linker keeps every method that there is.
	known := []string{"{{.URL}}", url, "{{.Scope}}", made.Scopes["222222222222/us-east-1/private"]}
	for name, id := range made.Pools {
		known = append(known, fmt.Sprintf("{{pool %q}}", name), id)
	}
	text := strings.NewReplacer(known...).Replace(guide)
	if _, rest, found := strings.Cut(text, "{{"); found {
		name, _, _ := strings.Cut(rest, "}}")
		return fmt.Errorf("the demo's text asks for %s, which the scenario does not have", name)
	}
	_, err = io.WriteString(stdout, text)
	return err
}
