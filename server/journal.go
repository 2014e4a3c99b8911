package server

import (
	"cmp"
	"strings"
	"sync"
	"time"

	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/console"
)

// journal remembers the last calls for those who look at the console. It takes a bounded amount of memory: so many calls, and
// so much of each.
type journal struct {
	mu    sync.Mutex
	calls []console.Call // a ring once it is full
	first int            // the oldest
	pulse pulse
}

const (
	journalCalls = 500
	journalText  = 4096 // bytes of an input or an output
)

func (j *journal) add(entry console.Call) {
	j.mu.Lock()
	if len(j.calls) < journalCalls {
		j.calls = append(j.calls, entry)
	} else {
		j.calls[j.first] = entry
		j.first = (j.first + 1) % journalCalls
	}
	j.mu.Unlock()
	j.pulse.beat()
}

// newestFirst returns a copy of what is remembered.
func (j *journal) newestFirst() []console.Call {
	j.mu.Lock()
	defer j.mu.Unlock()
	list := make([]console.Call, 0, len(j.calls))
	for i := len(j.calls) - 1; i >= 0; i-- {
		list = append(list, j.calls[(j.first+i)%len(j.calls)])
	}
	return list
}

// entry is what is remembered of a call.
func (c *call) entry(client string, out any, err smithy.APIError) console.Call {
	e := console.Call{
		ID: c.id, Time: c.server.clock.now(), Client: client, Account: c.caller.Account, Region: c.caller.Region,
		Service: c.service.name, Operation: cmp.Or(c.op.Name, printable(c.name)), Took: time.Since(c.start),
		Input: abridge(c.input, journalText),
	}
	if err != nil {
		e.Code, e.Message = err.ErrorCode(), printable(err.ErrorMessage())
	} else {
		e.Output = abridge(out, journalText)
	}
	return e
}

// clientOf is the program that makes a call, as it calls itself: aws-cli/2.17.0 of a long list of what it is made of.
func (c *call) clientOf() string {
	name, _, _ := strings.Cut(c.http.UserAgent(), " ")
	return printable(name)
}

// printable keeps a text of the client's from filling the memory.
func printable(s string) string {
	if len(s) > journalText/4 {
		s = s[:journalText/4] + "…"
	}
	return strings.ToValidUTF8(s, "?")
}
