package ec2api

import (
	"strings"
	"time"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

// transition is a state that a record reaches by itself at a time. Nothing has to run then: what a
// reader sees is computed from the clock. S is the SDK's enum of the states.
type transition[S ~string] struct {
	Next S         `json:",omitempty"`
	At   time.Time `json:",omitzero"`
	Why  string    `json:",omitempty"` // it fails; empty: it does not
}

// to is a transition that ends after the delay: in the state next, unless the call is to end otherwise.
func to[S ~string](c *Call, next S, delay time.Duration) transition[S] {
	t := until(next, c.Tx.Now, delay)
	if failed, fails := forced[S](c); fails {
		t.Next, t.Why = failed, c.ending.Message
	}
	return t
}

// until is a transition that no call makes, or that no call can keep from its end.
func until[S ~string](next S, now time.Time, delay time.Duration) transition[S] {
	return transition[S]{Next: next, At: now.Add(delay)}
}

// state is what a record shows that was stored in state current.
func (t transition[S]) state(current S, now time.Time) S {
	if t.Next == "" || now.Before(t.At) {
		return current
	}
	return t.Next
}

// fails tells whether the record is on its way to a failure, or has come to it.
func (t transition[S]) fails() bool { return t.Why != "" }

// explain puts the reason of a failure in the place where AWS shows it, if the record shows that failure.
func (t transition[S]) explain(message **string, shown S) {
	if t.fails() && shown == t.Next {
		*message = new(t.Why)
	}
}

// settler is a record whose state changes by itself.
type settler[S ~string, R any] interface {
	*R
	key() state.Key
	life() (current *S, settles *transition[S])
}

// lifeOf is the state of a record as a reader sees it now.
func lifeOf[S ~string, R any, P settler[S, R]](c *Call, r P) S {
	current, settles := r.life()
	return settles.state(*current, c.Tx.Now)
}

// alive refuses to work on what is on its way out. What did not come into being can be deleted and nothing else.
func alive[S ~string, R any, P settler[S, R]](c *Call, id string, r P) error {
	switch s := string(lifeOf[S, R](c, r)); {
	case s == "delete-in-progress", s == "disassociate-in-progress":
		return deleting(id)
	case (s == "create-failed" || s == "associate-failed") && !strings.HasPrefix(c.Operation, "Delete") && !strings.HasPrefix(c.Operation, "Disassociate"):
		return fail(codeIncorrectState, "The specified action is not valid for %s. It is in the state %s.", id, s)
	}
	return nil
}

// move puts a record that was there before on its way from one state to the next. A deletion has no next one: a queue removes
// the record. If the call is to fail, Fail takes everything back but the way to the failure.
func move[S ~string, R any, P settler[S, R]](c *Call, t *state.Table[R], r P, current, next S, delay time.Duration) {
	at, settles := r.life()
	*at, *settles = current, to(c, next, delay)
	if !settles.fails() {
		return
	}
	failing := *settles
	c.undone = func() {
		old := P(t.Get(c.Tx, r.key()...))
		at, settles := old.life()
		*at, *settles = current, failing
		t.Put(c.Tx, old)
	}
}

// forced is the state that a fault rule makes the records of the call reach whose states are S.
func forced[S ~string](c *Call) (S, bool) {
	if c.ending == nil {
		return "", false
	}
	failed, ok := c.ending.State.(S)
	return failed, ok
}

// Fail implements op.Failing: it does what a call asks for, but for its end. A modification or a deletion that fails leaves
// everything as it was.
func (c *Call) Fail(ending op.Ending, do func() (any, error)) (any, error) {
	c.ending = &ending
	before := c.Tx.Mark()
	out, err := do()
	if err == nil && c.undone != nil {
		c.Tx.Undo(before)
		c.undone()
	}
	return out, err
}
