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
	return guarded(func(*Call) error { return nil }, method)
}

// members: all accounts of an organization.
func members[In, Out any](method func(*Call, *In) (*Out, error)) func(*Call, *In) (*Out, error) {
	return guarded((*Call).checkMember, method)
}

// readers: the management account and members that are delegated administrators, of whatever service.
func readers[In, Out any](method func(*Call, *In) (*Out, error)) func(*Call, *In) (*Out, error) {
	return guarded((*Call).checkReader, method)
}

// management: the management account only.
func management[In, Out any](method func(*Call, *In) (*Out, error)) func(*Call, *In) (*Out, error) {
	return guarded((*Call).checkManagement, method)
}

func guarded[In, Out any](may func(*Call) error, method func(*Call, *In) (*Out, error)) func(*Call, *In) (*Out, error) {
	operation := strings.TrimSuffix(reflect.TypeFor[In]().Name(), "Input")
	return func(c *Call, in *In) (*Out, error) {
		if a := accountsByID.Get(c.Tx, c.Account); a != nil && a.Closing {
			return nil, accessDenied() // nobody can act for a closed account
		}
		if err := may(c); err != nil {
			return nil, err
		}
		if err := validate(operation, in); err != nil {
			return nil, err
		}
		return method(c, in)
	}
}

func (c *Call) checkMember() error {
	if c.organization() == nil {
		return notInUse()
	}
	return nil
}

func (c *Call) checkReader() error {
	if err := c.checkManagement(); err == nil || c.organization() == nil {
		return err
	}
	if isDelegated(c.Tx, c.organization(), c.Account) {
		return nil
	}
	return accessDenied()
}

func (c *Call) checkManagement() error {
	switch o := c.organization(); {
	case o == nil:
		return notInUse()
	case o.Management != c.Account:
		return accessDenied()
	}
	return nil
}
