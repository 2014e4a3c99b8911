package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// The suite is a program of its own, since the SDK's clients would take a third of the server's size. It lies beside this
// one, or in the path; a machine with Go can also make it.
const (
	suite        = "ipam-local-conformance"
	suitePackage = "github.com/ipam-local/ipam-local/cmd/" + suite
)

func setupConformance(fs *flag.FlagSet) func(context.Context, io.Writer, io.Writer) error {
	endpoint := fs.String("endpoint", "http://"+defaultListen, "URL of the server to test")
	pattern := fs.String("run", "", "regular expression; run only the tests whose belief or name matches")
	return func(ctx context.Context, stdout, stderr io.Writer) error {
		command, err := findSuite()
		if err != nil {
			return err
		}
		args := append(command[1:], "--endpoint", *endpoint, "--run", *pattern)
		c := exec.CommandContext(ctx, command[0], args...)
		c.Stdout, c.Stderr = stdout, stderr
		c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
		if err := c.Run(); err != nil {
			return fmt.Errorf("%s: %w", command[0], err)
		}
		return nil
	}
}

// findSuite returns the command that starts the suite.
func findSuite() ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if beside, err := exec.LookPath(filepath.Join(filepath.Dir(self), suite)); err == nil {
		return []string{beside}, nil
	}
	if path, err := exec.LookPath(suite); err == nil {
		return []string{path}, nil
	}
	if path, err := exec.LookPath("go"); err == nil {
		return []string{path, "run", suitePackage}, nil
	}
	return nil, errors.New("there is no " + suite + " beside this program or in the path; go install " + suitePackage)
}
