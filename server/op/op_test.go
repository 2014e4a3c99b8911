package op_test

import (
	"errors"
	"testing"

	"github.com/ipam-local/ipam-local/server/op"
)

type (
	call       struct{ greeting string }
	GreetInput struct{ Name string }
	GreetOut   struct{ Text string }
)

func (c *call) Greet(in *GreetInput) (*GreetOut, error) {
	if in.Name == "" {
		return nil, errors.New("nobody")
	}
	return &GreetOut{c.greeting + " " + in.Name}, nil
}

func TestAnOperationIsNamedAfterItsInput(t *testing.T) {
	o := op.Write((*call).Greet)
	if o.Name != "Greet" || !o.Writes {
		t.Errorf("Write(Greet) = %q, writes %v; want Greet, true", o.Name, o.Writes)
	}
	if op.Read((*call).Greet).Writes {
		t.Error("Read(Greet).Writes = true, want false")
	}
}

func TestDoCallsTheMethodAndKeepsNilApart(t *testing.T) {
	o := op.Read((*call).Greet)
	out, err := o.Do(&call{"hello"}, &GreetInput{Name: "you"})
	if err != nil || out.(*GreetOut).Text != "hello you" {
		t.Errorf("Do = %v, %v; want hello you", out, err)
	}
	if out, err := o.Do(&call{}, &GreetInput{}); out != nil || err == nil {
		t.Errorf("Do with an error = %v, %v; want nil and the error", out, err)
	}
}

func TestATypeThatIsNoInputIsRefusedAtOnce(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Read with an input type of another name did not panic")
		}
	}()
	op.Read(func(*call, *GreetOut) (*GreetOut, error) { return nil, nil })
}
