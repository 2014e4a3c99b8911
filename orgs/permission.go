package orgs

import (
	"reflect"
	"strings"
)

// Who may call an operation stands in the table of operations, e.g. op.Write(management((*Call).MoveAccount)). The
// check comes first, then that of the input, as AWS seems to do; its order is not documented.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html

// anyone: every account, in an organization or not.
func anyone[In, Out any](method func(*Call, *In) (*Out, error)) func(*Call, *In) (*Out, error) {
	return guarded(func(*Call, string, any) error { return nil }, method)
}

// members: all accounts of an organization.
func members[In, Out any](method func(*Call, *In) (*Out, error)) func(*Call, *In) (*Out, error) {
	return guarded((*Call).checkMember, method)
}

// readers: the management account, members that are delegated administrators, of whatever service, and those that the
// resource policy lets in.
func readers[In, Out any](method func(*Call, *In) (*Out, error)) func(*Call, *In) (*Out, error) {
	delegable[operationOf[In]()] = true
	return guarded((*Call).checkReader, method)
}

// delegates: the management account and those that the resource policy lets in.
func delegates[In, Out any](method func(*Call, *In) (*Out, error)) func(*Call, *In) (*Out, error) {
	delegable[operationOf[In]()] = true
	return guarded((*Call).checkDelegate, method)
}

// management: the management account only.
func management[In, Out any](method func(*Call, *In) (*Out, error)) func(*Call, *In) (*Out, error) {
	return guarded((*Call).checkManagement, method)
}

func operationOf[In any]() string { return strings.TrimSuffix(reflect.TypeFor[In]().Name(), "Input") }

func guarded[In, Out any](may func(c *Call, operation string, in any) error, method func(*Call, *In) (*Out, error)) func(*Call, *In) (*Out, error) {
	operation := operationOf[In]()
	return func(c *Call, in *In) (*Out, error) {
		if err := c.guard(may, operation, in); err != nil {
			return nil, err
		}
		return method(c, in)
	}
}

func (c *Call) guard(may func(c *Call, operation string, in any) error, operation string, in any) error {
	if a := accountsByID.Get(c.Tx, c.Account); a != nil && a.Closing {
		return accessDenied() // nobody can act for a closed account
	}
	if err := may(c, operation, in); err != nil {
		return err
	}
	return validate(operation, in)
}

func (c *Call) checkMember(string, any) error {
	if c.organization() == nil {
		return notInUse()
	}
	return nil
}

func (c *Call) checkReader(operation string, in any) error {
	if o := c.organization(); o != nil && isDelegated(c.Tx, o, c.Account) {
		return nil
	}
	return c.checkDelegate(operation, in)
}

func (c *Call) checkDelegate(operation string, in any) error {
	err := c.checkManagement(operation, in)
	if err != nil && c.organization() != nil && c.granted(operation, in) {
		return nil
	}
	return err
}

func (c *Call) checkManagement(string, any) error {
	switch o := c.organization(); {
	case o == nil:
		return notInUse()
	case o.Management != c.Account:
		return accessDenied()
	}
	return nil
}
