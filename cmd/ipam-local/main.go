// Command ipam-local is a local AWS VPC IPAM. Try ipam-local help.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "ipam-local:", err)
		os.Exit(1)
	}
}

// command is a subcommand: its flags are set on fs, and what it does is returned.
type command struct {
	name    string
	summary string
	setup   func(fs *flag.FlagSet) func(ctx context.Context, stdout, stderr io.Writer) error
}

var commands = []command{
	{"serve", "serve AWS's API until stopped", setupServe},
	{"demo", "serve an organization with IPAM, and print what to try", setupDemo},
	{"health", "succeed if a server is healthy", setupHealth},
	{"conformance", "test a server against what AWS does", setupConformance},
}

// run is the program but for the process: what main calls, and tests too.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(stdout)
		return nil
	}
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		fs := flag.NewFlagSet("ipam-local "+c.name, flag.ContinueOnError)
		fs.SetOutput(stderr)
		do := c.setup(fs)
		if err := setFromEnvironment(fs, os.LookupEnv); err != nil {
			return err
		}
		if err := fs.Parse(args[1:]); err != nil {
			return err
		}
		if fs.NArg() > 0 {
			return fmt.Errorf("%s takes no argument %q", c.name, fs.Arg(0))
		}
		return do(ctx, stdout, stderr)
	}
	return fmt.Errorf("there is no command %q; try ipam-local help", args[0])
}

func usage(w io.Writer) {
	fmt.Fprint(w, "ipam-local is a local AWS VPC IPAM.\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  ipam-local %-12s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\nipam-local COMMAND -h lists the flags of a command. Each flag can also be set in the environment: --data-dir as IPAM_LOCAL_DATA_DIR.\n")
}

// setFromEnvironment sets the flags that have a variable: IPAM_LOCAL_DATA_DIR for data-dir. The command line comes later and wins.
func setFromEnvironment(fs *flag.FlagSet, lookup func(string) (string, bool)) error {
	var errs []error
	fs.VisitAll(func(f *flag.Flag) {
		name := "IPAM_LOCAL_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if value, ok := lookup(name); ok {
			if err := fs.Set(f.Name, value); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
		}
	})
	return errors.Join(errs...)
}
