package stsapi

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// checks are the constraints that an input fails, each in AWS's words. AWS reports all of them at once. Source:
// https://github.com/mmmorris1975/aws-runas/issues/80
type checks []string

func (c *checks) failed(value any, name, constraint string) {
	*c = append(*c, fmt.Sprintf("Value '%v' at '%s' failed to satisfy constraint: Member must %s", value, name, constraint))
}

// text checks the length of an optional value in characters, and its pattern if there is one.
func (c *checks) text(name string, value *string, least, most int, pattern *regexp.Regexp) {
	if value == nil {
		return
	}
	if n := utf8.RuneCountInString(*value); n < least {
		c.failed(*value, name, fmt.Sprintf("have length greater than or equal to %d", least))
	} else if n > most {
		c.failed(*value, name, fmt.Sprintf("have length less than or equal to %d", most))
	}
	if pattern != nil && !pattern.MatchString(*value) {
		c.failed(*value, name, "satisfy regular expression pattern: "+strings.Trim(pattern.String(), "^$"))
	}
}

// number checks the range of an optional value.
func (c *checks) number(name string, value *int32, least, most int32) {
	switch {
	case value == nil:
	case *value < least:
		c.failed(*value, name, fmt.Sprintf("have value greater than or equal to %d", least))
	case *value > most:
		c.failed(*value, name, fmt.Sprintf("have value less than or equal to %d", most))
	}
}

// count checks how long a list is.
func (c *checks) count(name string, n, most int) {
	if n > most {
		c.failed(fmt.Sprintf("[%d members]", n), name, fmt.Sprintf("have length less than or equal to %d", most))
	}
}

func (c checks) err() error {
	switch len(c) {
	case 0:
		return nil
	case 1:
		return fail("ValidationError", "1 validation error detected: %s", c[0])
	}
	return fail("ValidationError", "%d validation errors detected: %s", len(c), strings.Join(c, "; "))
}

// isPolicy checks that a text has the form of a policy.
func isPolicy(text *string) error {
	if text == nil {
		return nil
	}
	var document map[string]json.RawMessage
	if err := json.Unmarshal([]byte(*text), &document); err != nil {
		return malformedPolicy("This policy contains invalid Json")
	}
	if document["Statement"] == nil {
		return malformedPolicy("Missing required field Statement")
	}
	return nil
}

func malformedPolicy(format string, args ...any) error {
	return fail("MalformedPolicyDocument", format, args...)
}
