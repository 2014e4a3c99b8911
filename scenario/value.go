package scenario

import (
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/ipam-local/ipam-local/region"
)

// Values of the file. Each knows its line, which is 0 for one that is not given.

type at struct{ line int }

func (a *at) setLine(line int) { a.line = line }
func (a at) given() bool       { return a.line != 0 }

// text is any text. A number counts as one: an account's id is often written without quotes.
type text struct {
	at
	s string
}

func (t *text) read(d *decoder, n ast.Node) {
	t.line = lineOf(n)
	switch n := n.(type) {
	case *ast.StringNode:
		t.s = n.Value
	case *ast.LiteralNode:
		t.s = n.Value.Value
	case *ast.IntegerNode:
		t.s = n.Token.Value
	case *ast.BoolNode, *ast.FloatNode:
		d.add(t.line, "%s is no text in YAML; put it in quotes", describe(n))
	default:
		d.add(t.line, "%s where a text belongs", describe(n))
	}
}

// ptr is the text as the SDK's inputs take it: nil if it is not given.
func (t text) ptr() *string {
	if !t.given() {
		return nil
	}
	return &t.s
}

type number struct {
	at
	n int32
}

func (v *number) read(d *decoder, n ast.Node) {
	v.line = lineOf(n)
	i, ok := n.(*ast.IntegerNode)
	if ok {
		value, err := strconv.ParseInt(i.Token.Value, 10, 32)
		v.n, ok = int32(value), err == nil
	}
	if !ok {
		d.add(v.line, "%s where a number belongs", describe(n))
	}
}

func (v number) ptr() *int32 {
	if !v.given() {
		return nil
	}
	return &v.n
}

type flag struct {
	at
	b bool
}

func (v *flag) read(d *decoder, n ast.Node) {
	v.line = lineOf(n)
	b, ok := n.(*ast.BoolNode)
	if !ok {
		d.add(v.line, "%s where true or false belongs", describe(n))
		return
	}
	v.b = b.Value
}

func (v flag) ptr() *bool {
	if !v.given() {
		return nil
	}
	return &v.b
}

// accountID is the twelve digits of an account.
type accountID struct{ text }

func (v *accountID) read(d *decoder, n ast.Node) {
	have := len(d.list)
	v.text.read(d, n)
	if len(d.list) == have && !isAccount(v.s) {
		d.add(v.line, "%q is no account: an account's id has twelve digits", v.s)
	}
}

func isAccount(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// regionName is the name of a Region that there is.
type regionName struct{ text }

func (v *regionName) read(d *decoder, n ast.Node) {
	have := len(d.list)
	v.text.read(d, n)
	if _, known := region.Lookup(v.s); len(d.list) == have && !known {
		d.add(v.line, "there is no Region %q", v.s)
	}
}

// cidr is a CIDR or, where a pool can choose one, only a length: /20.
type cidr struct {
	text
	prefix netip.Prefix // not valid for a length
	length int32
}

func (v *cidr) read(d *decoder, n ast.Node) {
	have := len(d.list)
	v.text.read(d, n)
	if len(d.list) > have {
		return
	}
	if length, ok := strings.CutPrefix(v.s, "/"); ok {
		bits, err := strconv.ParseUint(length, 10, 8)
		if err != nil || bits == 0 || bits > 128 {
			d.add(v.line, "%q is no netmask length", v.s)
		}
		v.length = int32(bits)
		return
	}
	p, err := netip.ParsePrefix(v.s)
	switch {
	case err != nil:
		d.add(v.line, "%q is no CIDR", v.s)
	case p != p.Masked():
		d.add(v.line, "%q is no CIDR: %s has bits beyond its length; %s has not", v.s, p.Addr(), p.Masked())
	}
	v.prefix, v.length = p, int32(p.Bits())
}

// exact is a CIDR that is no length.
type exact struct{ cidr }

func (v *exact) read(d *decoder, n ast.Node) {
	have := len(d.list)
	v.cidr.read(d, n)
	if len(d.list) == have && !v.prefix.IsValid() {
		d.add(v.line, "%q is no CIDR; a length has a key of its own, netmaskLength", v.s)
	}
}

// tags are in the order of the file, so that the same file does the same always.
type tags []tag

type tag struct{ key, value string }

func (v *tags) read(d *decoder, n ast.Node) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		d.add(lineOf(n), "%s where tags belong: {Name: main}", describe(n))
		return
	}
	for _, entry := range m.Values {
		var value text
		if resolved := d.resolve(entry.Value); resolved != nil {
			value.read(d, resolved)
		}
		*v = append(*v, tag{entry.Key.GetToken().Value, value.s})
	}
}

// named are the tags, and a Name if there is none among them.
func (v tags) named(name text) tags {
	for _, t := range v {
		if t.key == "Name" {
			return v
		}
	}
	if !name.given() {
		return v
	}
	return append(tags{{"Name", name.s}}, v...)
}

// document is JSON, written as a text or as YAML.
type document struct{ text }

func (v *document) read(d *decoder, n ast.Node) {
	v.line = lineOf(n)
	switch n := n.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		v.text.read(d, n)
		if !json.Valid([]byte(v.s)) {
			d.add(v.line, "the document is no JSON")
		}
	case *ast.MappingNode:
		var value map[string]any
		err := yaml.NodeToValue(n, &value)
		var out []byte
		if err == nil {
			out, err = json.Marshal(value)
		}
		if err != nil {
			d.add(v.line, "the document can't be made JSON: %v", err)
		}
		v.s = string(out)
	default:
		d.add(v.line, "%s where a policy document belongs", describe(n))
	}
}
