package policy

import (
	"fmt"
	"slices"
	"strings"
)

// pattern is a text of a policy. It may hold wildcards, and variables that stand for values of the request.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
type pattern struct {
	runes     []rune // with the wildcards below
	variables []variable
}

// Wildcards are no characters, so what a variable stands for cannot become one.
const (
	anyRunes rune = -1 - iota // *
	oneRune                   // ?
)

// variable is a condition key whose value belongs at a place in the pattern.
type variable struct {
	at         int
	key        string
	fallback   string
	hasDefault bool
}

// newPattern reads a text; without wildcards * and ? are characters as all others.
func newPattern(text string, wildcards bool) (pattern, error) {
	var p pattern
	for rest := text; rest != ""; {
		if inner, ok := strings.CutPrefix(rest, "${"); ok {
			name, after, closed := strings.Cut(inner, "}")
			if !closed {
				return p, fmt.Errorf("the variable in %q has no end", text)
			}
			if err := p.add(name); err != nil {
				return p, err
			}
			rest = after
			continue
		}
		r := []rune(rest)[0]
		rest = rest[len(string(r)):]
		switch {
		case wildcards && r == '*':
			r = anyRunes
		case wildcards && r == '?':
			r = oneRune
		}
		p.runes = append(p.runes, r)
	}
	return p, nil
}

// add reads what stands in ${…}: a key, a key with a default, or a character that would mean something else.
func (p *pattern) add(name string) error {
	if name == "*" || name == "?" || name == "$" {
		p.runes = append(p.runes, rune(name[0]))
		return nil
	}
	key, fallback, hasDefault := strings.Cut(name, ",")
	key = strings.ToLower(strings.TrimSpace(key))
	if !isKnown(key) {
		return unknownKeyError(strings.TrimSpace(name))
	}
	fallback = strings.TrimSpace(fallback)
	if hasDefault && (len(fallback) < 2 || fallback[0] != '\'' || fallback[len(fallback)-1] != '\'') {
		return fmt.Errorf("the default of the variable ${%s} has no quotes", name)
	}
	p.variables = append(p.variables, variable{len(p.runes), key, strings.Trim(fallback, "'"), hasDefault})
	return nil
}

// all reports whether the pattern is a mere *.
func (p pattern) all() bool { return len(p.runes) == 1 && p.runes[0] == anyRunes && p.variables == nil }

// resolve puts values in the place of variables. Without a value, or with several, the pattern matches nothing.
func (p pattern) resolve(c *Context) ([]rune, bool) {
	if p.variables == nil {
		return p.runes, true
	}
	var out []rune
	from := 0
	for _, v := range p.variables {
		values := c.get(v.key)
		if len(values) == 0 && v.hasDefault {
			values = []string{v.fallback}
		}
		if len(values) != 1 {
			return nil, false
		}
		out = append(out, p.runes[from:v.at]...)
		out = append(out, []rune(values[0])...)
		from = v.at
	}
	return append(out, p.runes[from:]...), true
}

func (p pattern) matches(text string, c *Context) bool {
	runes, ok := p.resolve(c)
	return ok && glob(runes, []rune(text))
}

// matchesFold is matches without regard to case.
func (p pattern) matchesFold(text string, c *Context) bool {
	runes, ok := p.resolve(c)
	return ok && glob([]rune(lower(runes)), []rune(strings.ToLower(text)))
}

func lower(runes []rune) []rune {
	out := slices.Clone(runes)
	for i, r := range out {
		if r >= 0 {
			out[i] = []rune(strings.ToLower(string(r)))[0]
		}
	}
	return out
}

// matchesARN compares the six parts of an ARN one by one, so that a wildcard does not reach over a colon.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func (p pattern) matchesARN(arn string, c *Context) bool {
	runes, ok := p.resolve(c)
	if !ok {
		return false
	}
	const parts = 6
	want, got := splitN(runes, parts), splitN([]rune(arn), parts)
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !glob(want[i], got[i]) {
			return false
		}
	}
	return true
}

// splitN splits at colons; the last part keeps its own.
func splitN(runes []rune, n int) [][]rune {
	var parts [][]rune
	for len(parts) < n-1 {
		i := slices.Index(runes, ':')
		if i < 0 {
			break
		}
		parts = append(parts, runes[:i])
		runes = runes[i+1:]
	}
	return append(parts, runes)
}

// glob matches a text against a pattern with wildcards. On a mismatch the last * takes one more character; earlier
// ones need not be tried again.
func glob(pattern, text []rune) bool {
	p, t := 0, 0
	star, mark := -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == anyRunes:
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == oneRune || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == anyRunes {
		p++
	}
	return p == len(pattern)
}
