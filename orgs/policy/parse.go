package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Parse reads a policy that limits accounts, such as a service control policy. It has no principals.
func Parse(source string) (*Document, error) { return parse(source, false) }

// ParseResource reads a policy that is on a resource and says whom it is about.
func ParseResource(source string) (*Document, error) { return parse(source, true) }

func parse(source string, principals bool) (*Document, error) {
	if err := checkJSON(source); err != nil {
		return nil, err
	}
	document, err := object("the policy", []byte(source), "Version", "Id", "Statement")
	if err != nil {
		return nil, err
	}
	version := "2012-10-17"
	if raw, ok := document["Version"]; ok {
		if json.Unmarshal(raw, &version) != nil || version != "2012-10-17" && version != "2008-10-17" {
			return nil, fmt.Errorf("the Version %s is not known", raw)
		}
	}
	raw := bytes.TrimSpace(document["Statement"])
	if len(raw) == 0 {
		return nil, errors.New("there is no Statement")
	}
	list := []json.RawMessage{raw}
	if raw[0] == '[' {
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
	}
	d := &Document{}
	sids := map[string]bool{}
	for _, raw := range list {
		s, err := parseStatement(raw, principals, sids)
		if err != nil {
			return nil, err
		}
		d.statements = append(d.statements, s)
	}
	return d, nil
}

// checkJSON finds what json.Unmarshal lets pass: a name that comes twice in an object, of which it drops the first.
func checkJSON(source string) error {
	d := json.NewDecoder(strings.NewReader(source))
	if err := checkValue(d); err != nil {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("it goes on after its end")
	}
	return nil
}

func checkValue(d *json.Decoder) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	names := map[string]bool{}
	for d.More() {
		if open == '{' {
			token, err := d.Token()
			if err != nil {
				return err
			}
			name, _ := token.(string)
			if names[name] {
				return fmt.Errorf("%q stands twice in one object", name)
			}
			names[name] = true
		}
		if err := checkValue(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// object reads an object that may have these members only.
func object(what string, raw []byte, members ...string) (map[string]json.RawMessage, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil || m == nil {
		return nil, fmt.Errorf("%s is not an object", what)
	}
	for name := range m {
		if !slices.Contains(members, name) {
			return nil, fmt.Errorf("%s cannot have the element %s", what, name)
		}
	}
	return m, nil
}

// texts reads a value or a list of values. Only conditions may have numbers and booleans.
func texts(name string, raw json.RawMessage, scalars bool) ([]string, error) {
	var value any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var out []string
	for _, v := range list {
		switch v := v.(type) {
		case string:
			out = append(out, v)
			continue
		case bool, json.Number:
			if scalars {
				out = append(out, fmt.Sprint(v))
				continue
			}
		}
		return nil, fmt.Errorf("%s is neither a text nor a list of texts", name)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s is empty", name)
	}
	return out, nil
}

func parseStatement(raw json.RawMessage, principals bool, sids map[string]bool) (statement, error) {
	var s statement
	members := []string{"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
	if principals {
		members = append(members, "Principal")
	}
	m, err := object("a statement", raw, members...)
	if err != nil {
		return s, err
	}
	if err := checkSid(m["Sid"], sids); err != nil {
		return s, err
	}
	switch effect := string(m["Effect"]); effect {
	case `"Allow"`:
	case `"Deny"`:
		s.deny = true
	default:
		return s, fmt.Errorf("the Effect %s is neither Allow nor Deny", effect)
	}
	if principals {
		if s.principals, err = parsePrincipals(m["Principal"]); err != nil {
			return s, err
		}
	}
	if err := s.parseActions(m); err != nil {
		return s, err
	}
	if err := s.parseResources(m, principals); err != nil {
		return s, err
	}
	return s, s.parseConditions(m["Condition"])
}

func checkSid(raw json.RawMessage, sids map[string]bool) error {
	if raw == nil {
		return nil
	}
	var sid string
	if err := json.Unmarshal(raw, &sid); err != nil {
		return errors.New("a Sid is not a text")
	}
	if sid != "" && sids[sid] {
		return fmt.Errorf("the Sid %s stands at two statements", sid)
	}
	sids[sid] = true
	return nil
}

// either reads one of two opposite elements.
func either(m map[string]json.RawMessage, name string) (list []string, not bool, err error) {
	positive, hasPositive := m[name]
	negative, hasNegative := m["Not"+name]
	switch {
	case hasPositive && hasNegative:
		return nil, false, fmt.Errorf("a statement cannot have both %s and Not%s", name, name)
	case hasNegative:
		list, err = texts("Not"+name, negative, false)
		return list, true, err
	case hasPositive:
		list, err = texts(name, positive, false)
		return list, false, err
	}
	return nil, false, fmt.Errorf("a statement has neither %s nor Not%s", name, name)
}

var actionForm = regexp.MustCompile(`^(\*|[a-z0-9*?-]+:[a-z0-9*?]+)$`)

func (s *statement) parseActions(m map[string]json.RawMessage) error {
	list, not, err := either(m, "Action")
	if err != nil {
		return err
	}
	s.notActions = not
	s.named = list
	s.foreign = !not
	for _, action := range list {
		action = strings.ToLower(action)
		if !actionForm.MatchString(action) {
			return fmt.Errorf("%q is not an action", action)
		}
		service, _, _ := strings.Cut(action, ":")
		if strings.ContainsAny(service, "*?") || slices.Contains(served, service) {
			s.foreign = false
		}
		p, err := newPattern(action, true)
		if err != nil {
			return err
		}
		s.actions = append(s.actions, p)
	}
	return nil
}

// parseResources: a policy on a resource may leave the resource out, since there is but one.
func (s *statement) parseResources(m map[string]json.RawMessage, optional bool) error {
	if optional && m["Resource"] == nil && m["NotResource"] == nil {
		s.notResources = true
		return nil
	}
	list, not, err := either(m, "Resource")
	if err != nil {
		return err
	}
	s.notResources = not
	for _, text := range list {
		p, err := newPattern(text, true)
		if s.tolerates(err) {
			continue
		}
		if err != nil {
			return err
		}
		if !p.all() && !strings.HasPrefix(text, "arn:") && !strings.HasPrefix(text, "*") {
			return fmt.Errorf("the resource %q is not an ARN", text)
		}
		s.resources = append(s.resources, p)
	}
	return nil
}

// tolerates reports whether an error does not matter since the statement is about other services.
func (s *statement) tolerates(err error) bool {
	_, unknown := errors.AsType[unknownKeyError](err)
	return unknown && s.foreign
}

func (s *statement) parseConditions(raw json.RawMessage) error {
	if raw == nil {
		return nil
	}
	var block map[string]map[string]json.RawMessage
	if err := json.Unmarshal(raw, &block); err != nil {
		return errors.New("a Condition is not an object of objects")
	}
	for _, operator := range slices.Sorted(maps.Keys(block)) { // in order, so that the same document gets the same error
		for _, key := range slices.Sorted(maps.Keys(block[operator])) {
			values, err := texts("the value of "+key, block[operator][key], true)
			if err != nil {
				return err
			}
			cond, err := newCondition(operator, key, values)
			if s.tolerates(err) {
				continue
			}
			if err != nil {
				return err
			}
			s.conditions = append(s.conditions, cond)
		}
	}
	return nil
}

var (
	accountForm = regexp.MustCompile(`^\d{12}$`)
	rootForm    = regexp.MustCompile(`^arn:[a-z-]+:iam::(\d{12}):root$`)
	userForm    = regexp.MustCompile(`^arn:[a-z-]+:iam::\d{12}:(role|user)/.+$`)
)

// parsePrincipals reads accounts, by number or as their root, users and roles of IAM, and * for all.
func parsePrincipals(raw json.RawMessage) ([]principal, error) {
	if string(raw) == `"*"` {
		return []principal{{}}, nil
	}
	m, err := object("a Principal", raw, "AWS")
	if err != nil {
		return nil, err
	}
	list, err := texts("Principal", m["AWS"], false)
	if err != nil {
		return nil, errors.New("a Principal is neither a text nor a list of texts")
	}
	var out []principal
	for _, text := range list {
		switch {
		case text == "*":
			out = append(out, principal{})
		case accountForm.MatchString(text):
			out = append(out, principal{account: text})
		case rootForm.MatchString(text):
			out = append(out, principal{account: rootForm.FindStringSubmatch(text)[1]})
		case userForm.MatchString(text):
			out = append(out, principal{arn: text})
		default:
			return nil, fmt.Errorf("the principal %q is not supported by ipam-local", text)
		}
	}
	return out, nil
}
