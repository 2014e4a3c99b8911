package server

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/ipam-local/ipam-local/server/op"
)

// readOutcome finds out how a call is to end, if the operation that the rule names can end so, and its end can have the code and
// the message.
func (f *fault) readOutcome(services map[string]*service) (*op.Ending, error) {
	of := f.serviceIn(services)
	if of == nil {
		return nil, errors.New("outcome needs an operation that there is")
	}
	operation := of.operations[f.Operation]
	i := slices.IndexFunc(operation.Ends, func(e op.End) bool { return fmt.Sprint(e.State) == f.Outcome })
	if i < 0 {
		return nil, fmt.Errorf("%s has no outcome %s; it has %s", operation.Name, f.Outcome, orNone(operation.Ends, func(e op.End) any { return e.State }))
	}
	end := operation.Ends[i]
	if f.Code != "" && !slices.ContainsFunc(end.Codes, func(code any) bool { return fmt.Sprint(code) == f.Code }) {
		return nil, fmt.Errorf("the outcome %s of %s has no code %s; it has %s", f.Outcome, operation.Name, f.Code, orNone(end.Codes, func(code any) any { return code }))
	}
	if f.Message != "" && !of.explains(end.State) {
		return nil, fmt.Errorf("the outcome %s of %s has no message at AWS", f.Outcome, operation.Name)
	}
	return &op.Ending{State: end.State, Code: f.Code, Message: cmp.Or(f.Message, "A fault rule of ipam-local has this end in "+f.Outcome+".")}, nil
}

// serviceIn finds the service whose operation the rule names, or nil. No two services have one of the same name that may fail later.
func (f *fault) serviceIn(services map[string]*service) *service {
	for _, svc := range services {
		if _, has := svc.operations[f.Operation]; has && (f.Service == "" || f.Service == svc.name) {
			return svc
		}
	}
	return nil
}

// orNone is a list of what there is to choose from.
func orNone[T any](list []T, name func(T) any) string {
	var names []string
	for _, item := range list {
		names = append(names, fmt.Sprint(name(item)))
	}
	return cmp.Or(strings.Join(names, ", "), "none")
}

// explains tells whether any answer of the service has a reason beside a state of that kind.
func (s *service) explains(state any) bool {
	for _, o := range s.operations {
		if explainedIn(o.Output, reflect.TypeOf(state)) {
			return true
		}
	}
	return false
}

func explainedIn(t, state reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	has := func(name string) bool { _, ok := t.FieldByName(name); return ok }
	for field := range t.Fields() {
		if field.Type == state && (has("StateMessage") || has("StatusMessage") || has("FailureReason")) {
			return true
		}
		if field.IsExported() && explainedIn(field.Type, state) {
			return true
		}
	}
	return false
}
