// Package op describes the operations of a service to the server: a name, the type of
// the input, whether it writes, and the method that does it. It is the one thing that the
// server and the services share, so it knows neither HTTP nor AWS.
package op

import (
	"fmt"
	"reflect"
	"strings"
)

// Caller is who makes a call, and the Region that the call is addressed to.
type Caller struct {
	Account   string // twelve digits
	Region    string
	AccessKey string
	ARN       string // of the principal
	UserID    string // as GetCallerIdentity shows it
}

// Op is one operation of a service.
type Op struct {
	Name   string
	Writes bool
	Input  reflect.Type // the SDK's input struct
	Output reflect.Type // the SDK's output struct
	Ends   []End        // that what it works on may come to instead of where it is on its way to
	do     func(call, in any) (any, error)
}

// End is a state in which something has failed.
type End struct {
	State any   // of the SDK's enum of the states
	Codes []any // that AWS has for the reason; empty: it has none
}

// Ending is how a call is to end: in a state of an End of its operation.
type Ending struct {
	State   any
	Code    string // of the reason; may be empty
	Message string
}

// Failing is a Call of a service that has operations with Ends. Its Fail does what do does, but for the end.
type Failing interface {
	Fail(ending Ending, do func() (any, error)) (any, error)
}

// MayEnd declares that what the operation works on may end in that state, for a reason with one of the codes if AWS has codes.
func (o Op) MayEnd(state any, codes ...any) Op {
	o.Ends = append(o.Ends, End{state, codes})
	return o
}

// Do calls the operation's method on call, a pointer to the service's Call, with in, a pointer to Input.
func (o Op) Do(call, in any) (any, error) { return o.do(call, in) }

// Read is an operation that changes nothing.
func Read[C, In, Out any](method func(*C, *In) (*Out, error)) Op {
	return of((*In)(nil), (*Out)(nil), false, caller(method))
}

// Write is an operation that may change state.
func Write[C, In, Out any](method func(*C, *In) (*Out, error)) Op {
	return of((*In)(nil), (*Out)(nil), true, caller(method))
}

func caller[C, In, Out any](method func(*C, *In) (*Out, error)) func(call, in any) (any, error) {
	return func(call, in any) (any, error) {
		out, err := method(call.(*C), in.(*In))
		if err != nil {
			return nil, err // not a typed nil in an interface
		}
		return out, nil
	}
}

// of names the operation after the type of its input: there is no second place to keep in step. It is not generic, for
// there are hundreds of operations and the program has a copy of what is for each.
func of(input, output any, writes bool, do func(call, in any) (any, error)) Op {
	in, out := reflect.TypeOf(input).Elem(), reflect.TypeOf(output).Elem()
	name, ok := strings.CutSuffix(in.Name(), "Input")
	if !ok {
		panic(fmt.Sprintf("op: %v is not the input of an operation", in))
	}
	return Op{Name: name, Writes: writes, Input: in, Output: out, do: do}
}
