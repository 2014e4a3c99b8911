package stsapi

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// trust is the policy of a role that says who may assume it.
//
// An account is trusted as a whole, whichever of its principals the policy names: the caller is mostly the root user,
// who stands for all of them. Of a condition the keys in evaluate are judged; any other counts as met in an Allow
// and as not met in a Deny, for what it asks about (addresses, devices, tags of principals) does not exist here.
type trust struct {
	Statement many[trustStatement]
}

type trustStatement struct {
	Effect       string
	Principal    principals
	NotPrincipal json.RawMessage
	Action       many[string]
	NotAction    json.RawMessage
	Resource     json.RawMessage
	Condition    map[string]map[string]many[string] // operator, key, values
}

// many is a list that a policy may write as its only member.
type many[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (m *many[T]) UnmarshalJSON(raw []byte) error {
	if strings.HasPrefix(string(raw), "[") {
		return json.Unmarshal(raw, (*[]T)(m))
	}
	*m = make(many[T], 1)
	return json.Unmarshal(raw, &(*m)[0])
}

// principals are by kind, such as AWS.
type principals map[string]many[string]

// UnmarshalJSON implements json.Unmarshaler. A star is everybody: it is not kept to one kind.
func (p *principals) UnmarshalJSON(raw []byte) error {
	if string(raw) == `"*"` {
		*p = principals{"AWS": {"*"}, "Federated": {"*"}}
		return nil
	}
	return json.Unmarshal(raw, (*map[string]many[string])(p))
}

// parseTrust reads a trust policy and refuses what is none.
func parseTrust(text string) (*trust, error) {
	if err := isPolicy(&text); err != nil {
		return nil, err
	}
	var t trust
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return nil, malformedPolicy("Syntax errors in policy.")
	}
	for _, s := range t.Statement {
		if err := s.check(); err != nil {
			return nil, err
		}
	}
	return &t, nil
}

func (s *trustStatement) check() error {
	switch {
	case s.NotPrincipal != nil:
		return unsupported("NotPrincipal of AssumeRolePolicyDocument")
	case s.NotAction != nil:
		return unsupported("NotAction of AssumeRolePolicyDocument")
	case s.Resource != nil:
		return malformedPolicy("Has prohibited field Resource")
	case s.Principal == nil:
		return malformedPolicy("Missing required field Principal")
	case len(s.Action) == 0:
		return malformedPolicy("Missing required field Action")
	case s.Effect != "Allow" && s.Effect != "Deny":
		return malformedPolicy("Invalid effect: %s", s.Effect)
	}
	for _, action := range s.Action {
		if action != "*" && !strings.HasPrefix(strings.ToLower(action), "sts:") {
			return malformedPolicy("AssumeRole policy may only specify STS AssumeRole actions.")
		}
	}
	return nil
}

// applicant wants to assume a role.
type applicant struct {
	kind   string              // of principal: AWS or Federated
	is     func(string) bool   // whether he is the principal that a policy names
	values map[string][]string // keys of conditions; a key that is known but has no value is there and empty
}

// allows says whether the applicant may do all of the actions.
func (t *trust) allows(a applicant, actions ...string) bool {
	return !slices.ContainsFunc(actions, func(action string) bool {
		return !t.grants("Allow", a, action) || t.grants("Deny", a, action)
	})
}

func (t *trust) grants(effect string, a applicant, action string) bool {
	return slices.ContainsFunc(t.Statement, func(s trustStatement) bool {
		return s.Effect == effect && s.names(a) &&
			slices.ContainsFunc(s.Action, func(pattern string) bool { return like(strings.ToLower(pattern), strings.ToLower(action)) }) &&
			s.met(a)
	})
}

func (s *trustStatement) names(a applicant) bool {
	return slices.ContainsFunc(s.Principal[a.kind], func(p string) bool { return p == "*" || a.is(p) })
}

// met says whether all conditions of the statement are.
func (s *trustStatement) met(a applicant) bool {
	for operator, keys := range s.Condition {
		for key, wanted := range keys {
			result, known := evaluate(operator, a.values, key, wanted)
			if !known {
				result = s.Effect == "Allow"
			}
			if !result {
				return false
			}
		}
	}
	return true
}

// evaluate judges one condition; it knows comparisons of text and the keys that the applicant brings.
func evaluate(operator string, values map[string][]string, key string, wanted []string) (result, known bool) {
	have, known := values[strings.ToLower(key)]
	if !known {
		return false, false
	}
	operator = strings.TrimPrefix(operator, "ForAnyValue:")
	base, optional := strings.CutSuffix(operator, "IfExists")
	if optional && len(have) == 0 {
		return true, true
	}
	base, negated := strings.CutPrefix(base, "StringNot")
	if !negated {
		base = strings.TrimPrefix(base, "String")
	}
	var same func(pattern, value string) bool
	switch base {
	case "Equals":
		same = func(pattern, value string) bool { return pattern == value }
	case "EqualsIgnoreCase":
		same = strings.EqualFold
	case "Like":
		same = like
	default:
		return false, false
	}
	found := slices.ContainsFunc(have, func(value string) bool {
		return slices.ContainsFunc(wanted, func(pattern string) bool { return same(pattern, value) })
	})
	return found != negated, true
}

// like compares with a pattern in which * stands for any text and ? for any character.
func like(pattern, value string) bool {
	expression := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile(`(?s)^` + expression + `$`).MatchString(value)
}
