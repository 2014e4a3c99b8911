package policy

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// condition is one key of a condition block: it holds if one of the values fits.
type condition struct {
	key      string // in lower case
	quantity quantity
	ifExists bool
	negated  bool
	null     bool // whether the key is absent is what matters
	tests    []test
}

// test is one value that a policy gives for a key.
type test func(value string, c *Context) bool

// quantity says how many of the values of a key with several have to fit.
type quantity int

const (
	single quantity = iota
	forAllValues
	forAnyValue
)

// holds is false for an absent key, but for a negated operator, IfExists and ForAllValues, which is true of nothing.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html
func (cond *condition) holds(c *Context) bool {
	values := c.get(cond.key)
	absent := len(values) == 0
	if cond.null {
		return cond.fits(strconv.FormatBool(absent), c)
	}
	if absent {
		return cond.ifExists || cond.quantity == forAllValues || cond.negated && cond.quantity == single
	}
	fitting := 0
	for _, v := range values {
		if cond.fits(v, c) {
			fitting++
		}
	}
	if cond.quantity == forAllValues || cond.quantity == single && cond.negated {
		return fitting == len(values)
	}
	return fitting > 0
}

// fits reports whether one value is among the policy's or, negated, is none of them.
func (cond *condition) fits(value string, c *Context) bool {
	for _, t := range cond.tests {
		if t(value, c) {
			return !cond.negated
		}
	}
	return cond.negated
}

// operators make a test of a value in a policy. Those that negate are made of the others.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = map[string]func(text string) (test, error){
	"StringEquals":             equals,
	"StringEqualsIgnoreCase":   equalsFold,
	"StringLike":               like,
	"ArnEquals":                arnLike, // the same as ArnLike, says AWS
	"ArnLike":                  arnLike,
	"Bool":                     boolean,
	"Null":                     boolean,
	"IpAddress":                address,
	"NumericEquals":            numeric(func(sign int) bool { return sign == 0 }),
	"NumericLessThan":          numeric(func(sign int) bool { return sign < 0 }),
	"NumericLessThanEquals":    numeric(func(sign int) bool { return sign <= 0 }),
	"NumericGreaterThan":       numeric(func(sign int) bool { return sign > 0 }),
	"NumericGreaterThanEquals": numeric(func(sign int) bool { return sign >= 0 }),
	"DateEquals":               date(func(sign int) bool { return sign == 0 }),
	"DateLessThan":             date(func(sign int) bool { return sign < 0 }),
	"DateLessThanEquals":       date(func(sign int) bool { return sign <= 0 }),
	"DateGreaterThan":          date(func(sign int) bool { return sign > 0 }),
	"DateGreaterThanEquals":    date(func(sign int) bool { return sign >= 0 }),
}

var negations = map[string]string{
	"StringNotEquals":           "StringEquals",
	"StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
	"StringNotLike":             "StringLike",
	"ArnNotEquals":              "ArnEquals",
	"ArnNotLike":                "ArnLike",
	"NotIpAddress":              "IpAddress",
	"NumericNotEquals":          "NumericEquals",
	"DateNotEquals":             "DateEquals",
}

// newCondition reads one key of a block, e.g. "ForAllValues:StringNotLikeIfExists": {"aws:PrincipalOrgPaths": […]}.
func newCondition(operator, key string, values []string) (condition, error) {
	cond := condition{key: strings.ToLower(key)}
	name := operator
	if rest, ok := strings.CutPrefix(name, "ForAllValues:"); ok {
		name, cond.quantity = rest, forAllValues
	} else if rest, ok := strings.CutPrefix(name, "ForAnyValue:"); ok {
		name, cond.quantity = rest, forAnyValue
	}
	name, cond.ifExists = strings.CutSuffix(name, "IfExists")
	if positive, ok := negations[name]; ok {
		name, cond.negated = positive, true
	}
	cond.null = name == "Null"
	newTest := operators[name]
	if newTest == nil || cond.null && (cond.ifExists || cond.quantity != single) {
		return cond, fmt.Errorf("the condition operator %s is not supported by ipam-local", operator)
	}
	if !isKnown(cond.key) {
		return cond, unknownKeyError(key)
	}
	for _, v := range values {
		t, err := newTest(v)
		if err != nil {
			return cond, err
		}
		cond.tests = append(cond.tests, t)
	}
	return cond, nil
}

func equals(text string) (test, error) {
	p, err := newPattern(text, false)
	return p.matches, err
}

func equalsFold(text string) (test, error) {
	p, err := newPattern(text, false)
	return p.matchesFold, err
}

func like(text string) (test, error) {
	p, err := newPattern(text, true)
	return p.matches, err
}

func arnLike(text string) (test, error) {
	p, err := newPattern(text, true)
	if err == nil && !p.all() && p.variables == nil && len(splitN(p.runes, 6)) != 6 {
		return nil, fmt.Errorf("%q is not an ARN", text)
	}
	return func(value string, c *Context) bool { return p.all() || p.matchesARN(value, c) }, err
}

func boolean(text string) (test, error) {
	want, err := strconv.ParseBool(strings.ToLower(text))
	if err != nil || len(text) < len("true") {
		return nil, fmt.Errorf("%q is neither true nor false", text)
	}
	return func(value string, _ *Context) bool { return strings.EqualFold(value, strconv.FormatBool(want)) }, nil
}

func numeric(fits func(sign int) bool) func(string) (test, error) {
	return func(text string) (test, error) {
		want, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a number", text)
		}
		return func(value string, _ *Context) bool {
			got, err := strconv.ParseFloat(value, 64)
			return err == nil && fits(compareFloat(got, want))
		}, nil
	}
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func date(fits func(sign int) bool) func(string) (test, error) {
	return func(text string) (test, error) {
		want, ok := parseDate(text)
		if !ok {
			return nil, fmt.Errorf("%q is not a date", text)
		}
		return func(value string, _ *Context) bool {
			got, ok := parseDate(value)
			return ok && fits(got.Compare(want))
		}, nil
	}
}

// parseDate reads the forms of ISO 8601 that AWS takes, and seconds since 1970.
func parseDate(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	return time.Unix(seconds, 0), err == nil
}

func address(text string) (test, error) {
	prefix, err := netip.ParsePrefix(text)
	if one, oneErr := netip.ParseAddr(text); oneErr == nil {
		prefix, err = netip.PrefixFrom(one, one.BitLen()), nil
	}
	if err != nil {
		return nil, fmt.Errorf("%q is not an address or a range of addresses", text)
	}
	prefix = prefix.Masked()
	return func(value string, _ *Context) bool {
		got, err := netip.ParseAddr(value)
		return err == nil && prefix.Contains(got.Unmap())
	}, nil
}
