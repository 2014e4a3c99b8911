// Package policy reads policy documents in the language of IAM and decides requests by them. It knows neither
// organizations nor state: who has which policies, and what several of them mean together, is the caller's business.
//
// A document that uses something that cannot be decided here is refused when it is read, by name. So whatever was
// read means what AWS takes it to mean.
package policy

import "strings"

// Document is a policy that was read. It is immutable.
type Document struct {
	statements []statement
}

// Actions are all that the statements name, as they stand there.
func (d *Document) Actions() []string {
	var list []string
	for _, s := range d.statements {
		list = append(list, s.named...)
	}
	return list
}

// statement is one of a document. Of actions and resources, and of their opposites, it has one each.
type statement struct {
	deny         bool
	principals   []principal // of a resource policy
	actions      []pattern
	named        []string // actions as they were written
	notActions   bool
	resources    []pattern
	notResources bool
	conditions   []condition
	foreign      bool // only about services that are not served, so it never matches
}

// Request is what is to be decided.
type Request struct {
	PrincipalARN string
	Account      string // the principal's
	Action       string // ec2:CreateVpc
	Resource     string // an ARN, or * for an action that has none
	Context      *Context
}

// Context is the values of condition keys. A key without values is absent.
type Context struct {
	load   func() []map[string][]string
	values map[string][]string // by the key in lower case, once they were asked for
}

// NewContext is a context of the values that load returns; the case of keys does not matter. It is called when the first
// condition asks, which in most requests never happens.
func NewContext(load func() []map[string][]string) *Context { return &Context{load: load} }

func (c *Context) get(key string) []string {
	if c.values == nil {
		c.values = map[string][]string{}
		for _, m := range c.load() {
			for key, v := range m {
				c.values[strings.ToLower(key)] = v
			}
		}
	}
	return c.values[key]
}

// Decision is what a document says to a request.
type Decision int

// A document can say nothing at all, or yes, or no.
const (
	Silent Decision = iota
	Allowed
	Denied
)

// Decide returns what the document says: one statement that denies outweighs all that allow.
func (d *Document) Decide(r *Request) Decision {
	decision := Silent
	for i := range d.statements {
		s := &d.statements[i]
		switch {
		case decision == Allowed && !s.deny || !s.matches(r):
		case s.deny:
			return Denied
		default:
			decision = Allowed
		}
	}
	return decision
}

func (s *statement) matches(r *Request) bool {
	if s.foreign || !s.matchesPrincipal(r) || !s.matchesAction(r) || !s.matchesResource(r) {
		return false
	}
	for i := range s.conditions {
		if !s.conditions[i].holds(r.Context) {
			return false
		}
	}
	return true
}

func (s *statement) matchesAction(r *Request) bool {
	action := strings.ToLower(r.Action)
	for _, p := range s.actions {
		if p.matches(action, r.Context) {
			return !s.notActions
		}
	}
	return s.notActions
}

func (s *statement) matchesResource(r *Request) bool {
	for _, p := range s.resources {
		if p.all() || p.matchesARN(r.Resource, r.Context) {
			return !s.notResources
		}
	}
	return s.notResources
}

func (s *statement) matchesPrincipal(r *Request) bool {
	if s.principals == nil {
		return true // a policy on an account needs none
	}
	for _, p := range s.principals {
		if p.matches(r) {
			return true
		}
	}
	return false
}

// principal is an account, an ARN or, with neither, everybody.
type principal struct {
	account string
	arn     string
}

func (p principal) matches(r *Request) bool {
	switch {
	case p.account != "":
		return p.account == r.Account
	case p.arn != "":
		return p.arn == r.PrincipalARN
	}
	return true
}
