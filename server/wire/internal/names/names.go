// Package names knows what the members of the SDK's structs are called in the query dialects.
//
// A rule gives most names. The exceptions, and the members that a request must have, are in one text file per service
// that the program in internal/gen reads out of the SDK's source:
//
//	IpamPool.AllocationResourceTags out=allocationResourceTagSet
//	GetIpamPoolCidrsInput.IpamPoolId required
//
// A struct is named by its type's name alone, so that a test's own struct can stand in for the SDK's.
package names

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Member is one member of a struct as the wire names it.
type Member struct {
	In       string // in a request
	Out      string // in a reply
	Item     string // one element of a list, in a reply
	Required bool   // in a request
}

// Rule names a member for which no exception is known: a list loses its plural s, for it is sent item by item.
func Rule(field string, list bool) Member {
	m := Member{In: field, Item: "item"}
	if list {
		m.In = strings.TrimSuffix(field, "s")
	}
	m.Out = LowerFirst(m.In)
	if list {
		m.Out += "Set"
	}
	return m
}

// LowerFirst returns s with a small first letter.
func LowerFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(first)) + s[size:]
}

// Exceptions are a service's deviations from the rule, by "Type.Field".
type Exceptions map[string]string

//go:embed *.txt
var files embed.FS

// Of returns the exceptions of a service, e.g. "ec2"; a service without a file has none.
func Of(service string) Exceptions {
	text, err := fs.ReadFile(files, service+".txt")
	if err != nil {
		return nil
	}
	exceptions := make(Exceptions)
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		member, attributes, _ := strings.Cut(line, " ")
		exceptions[member] = attributes
	}
	return exceptions
}

// Member names a member of a struct: by the rule, then by its exception.
func (e Exceptions) Member(structure, field string, list bool) Member {
	m := Rule(field, list)
	for attribute := range strings.FieldsSeq(e[structure+"."+field]) {
		key, value, _ := strings.Cut(attribute, "=")
		switch key {
		case "in":
			m.In = value
		case "out":
			m.Out = value
		case "item":
			m.Item = value
		case "required":
			m.Required = true
		default:
			panic(fmt.Sprintf("names: %s.%s has the unknown attribute %q", structure, field, attribute))
		}
	}
	return m
}

// Line is the line of the exceptions file that makes Member return m, or "" if the rule says the same.
// An empty In, Out or Item stands for "not used".
func Line(structure, field string, list bool, m Member) string {
	rule := Rule(field, list)
	line := structure + "." + field
	bare := len(line)
	if m.In != "" && m.In != rule.In {
		line += " in=" + m.In
	}
	if m.Out != "" && m.Out != rule.Out {
		line += " out=" + m.Out
	}
	if m.Item != "" && m.Item != rule.Item {
		line += " item=" + m.Item
	}
	if m.Required {
		line += " required"
	}
	if len(line) == bare {
		return ""
	}
	return line
}
