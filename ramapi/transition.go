package ramapi

import (
	"time"

	"github.com/ipam-local/ipam-local/state"
)

// transition is a status that a record reaches by itself at a time. Nothing has to run then: what a reader sees is
// computed from the clock.
type transition[S ~string] struct {
	Next S         `json:",omitempty"`
	At   time.Time `json:",omitzero"`
}

// then is a transition that ends after the delay of the call.
func then[S ~string](c *Call, next S) transition[S] {
	return transition[S]{Next: next, At: c.Tx.Now.Add(c.Delay)}
}

// status is what a record shows that was stored with status current.
func (t transition[S]) status(current S, tx *state.Tx) S {
	if t.Next == "" || tx.Now.Before(t.At) {
		return current
	}
	return t.Next
}
