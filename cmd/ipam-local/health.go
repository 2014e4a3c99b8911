package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"time"
)

func setupHealth(fs *flag.FlagSet) func(context.Context, io.Writer, io.Writer) error {
	endpoint := fs.String("endpoint", "http://"+defaultListen, "URL of the server")
	return func(ctx context.Context, stdout, _ io.Writer) error {
		return checkHealth(ctx, *endpoint, stdout)
	}
}

// checkHealth asks a server whether it is healthy. A container without curl needs it.
func checkHealth(ctx context.Context, endpoint string, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"/_ipam-local/health", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", endpoint, response.Status)
	}
	_, err = fmt.Fprintln(stdout, "healthy")
	return err
}
