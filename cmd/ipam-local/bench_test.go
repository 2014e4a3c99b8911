package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// What a user pays for before anything is done, measured on the program that make build makes. The goals are less than
// 50 ms from the start of the process to the first answered call, 25 MB of program and 30 MB of memory at rest.
func BenchmarkProgram(b *testing.B) {
	path := filepath.Join(b.TempDir(), "ipam-local")
	if out, err := exec.Command("make", "-C", "../..", "build", "BIN="+path).CombinedOutput(); err != nil {
		b.Fatalf("make build: %v\n%s", err, out)
	}
	file, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	for _, where := range []string{"memory", "disk"} {
		b.Run(where, func(b *testing.B) {
			var first time.Duration
			var resident float64
			for b.Loop() {
				flags := []string{"serve", "--listen", "127.0.0.1:0", "--log-level", "warn"}
				if where == "disk" {
					flags = append(flags, "--data-dir", b.TempDir())
				}
				took, memory := startOnce(b, path, flags)
				first += took
				resident = max(resident, memory)
			}
			b.ReportMetric(float64(first.Microseconds())/1e3/float64(b.N), "ms-to-first-answer")
			b.ReportMetric(resident, "MB-resident")
			b.ReportMetric(float64(file.Size())/1e6, "MB-program")
		})
	}
}

// startOnce starts the program, makes a call, and tells how long that took and how much memory the program then has.
func startOnce(b *testing.B, path string, flags []string) (time.Duration, float64) {
	began := time.Now()
	c := exec.Command(path, flags...)
	c.Stderr = b.Output()
	stdout, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := c.Process.Signal(os.Interrupt); err != nil {
			b.Error(err)
		}
		if err := c.Wait(); err != nil {
			b.Error(err)
		}
	}()
	var url string
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && lines.Text() != "Ready." {
		url = strings.TrimPrefix(lines.Text(), "ipam-local serves at ")
	}
	p := program{url: url}
	if _, err := p.client().DescribeIpams(context.Background(), &ec2.DescribeIpamsInput{}); err != nil {
		b.Fatal(err)
	}
	took := time.Since(began)
	return took, residentMB(b, c.Process.Pid)
}

// residentMB is 0 where the system does not tell it the way Linux does.
func residentMB(b *testing.B, pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	var kB float64
	if _, err := fmt.Sscanf(after, "%g kB", &kB); err != nil {
		b.Fatal(err)
	}
	return kB * 1024 / 1e6
}
