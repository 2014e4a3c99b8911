package console

import (
	"io"
	"time"
)

// Server is what the console needs of the server that it is a part of. All that it shows and changes of AWS goes through
// Invoke; the rest is the program's own.
type Server interface {
	// Invoke calls the operation that in is the input of, as that account in that Region.
	Invoke(account, region string, in any) (any, error)

	// Places are the accounts that have anything, and the Regions where.
	Places() (map[string][]string, error)

	// Watch returns how often there was news of a topic, and a channel that is closed when there is more.
	Watch(Topic) (count uint64, more <-chan struct{})

	// Calls are the last ones that were answered, the newest first.
	Calls() []Call

	Now() (now time.Time, frozen bool)
	Advance(time.Duration)
	SetTime(time.Time)
	Freeze(bool)

	Reset() error
	ResetAccount(account string) error
	Snapshot(io.Writer) error
	Restore(io.Reader) error
}

// Topic is something that there is news of.
type Topic int

// The topics.
const (
	State  Topic = iota // a row, or the clock
	Calls               // a call that was answered
	Topics              // how many there are
)

// Call is one call in the request log.
type Call struct {
	ID        string // of the request
	Time      time.Time
	Client    string // what made it, by its own account
	Account   string
	Region    string
	Service   string
	Operation string
	Code      string // of the error; empty: there was none
	Message   string
	Took      time.Duration
	Input     string // as JSON, abridged
	Output    string
}
