package ec2api

import "time"

// transition is a state that a record reaches by itself at a time. Nothing has to run then: what a
// reader sees is computed from the clock. S is the SDK's enum of the states.
type transition[S ~string] struct {
	Next S         `json:",omitempty"`
	At   time.Time `json:",omitzero"`
}

// to is a transition that ends after the delay.
func to[S ~string](next S, now time.Time, delay time.Duration) transition[S] {
	return transition[S]{Next: next, At: now.Add(delay)}
}

// state is what a record shows that was stored in state current.
func (t transition[S]) state(current S, now time.Time) S {
	if t.Next == "" || now.Before(t.At) {
		return current
	}
	return t.Next
}
