package scenario

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// problems is what is wrong with a file, gathered so that one run shows all of it.
type problems struct{ list []problem }

type problem struct {
	line int
	text string
}

func (p *problems) add(line int, format string, args ...any) {
	p.list = append(p.list, problem{line, fmt.Sprintf(format, args...)})
}

// err is all problems as name:line: text, by line.
func (p *problems) err(name string) error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b problem) int { return cmp.Compare(a.line, b.line) })
	lines := make([]string, len(p.list))
	for i, each := range p.list {
		lines[i] = fmt.Sprintf("%s:%d: %s", name, each.line, each.text)
	}
	return fmt.Errorf("%s", strings.Join(slices.Compact(lines), "\n"))
}

// decoder puts YAML into structs. It is our own because every value has to remember its line, for what is found wrong with
// it later; the library's decoder keeps no lines, and stops at the first error.
type decoder struct {
	problems
	anchors map[string]ast.Node
}

// reader is a type that reads itself from YAML, as the ones in value.go do.
type reader interface {
	read(d *decoder, n ast.Node)
}

// decode reads a document into v, a pointer to a struct.
func (d *decoder) decode(data []byte, v any) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		line, text := 1, err.Error()
		if e, ok := err.(yaml.Error); ok {
			line, text = e.GetToken().Position.Line, e.GetMessage()
		}
		d.add(line, "%s", text)
		return
	}
	if len(file.Docs) > 1 {
		d.add(file.Docs[1].GetToken().Position.Line, "a second document; a scenario is one")
		return
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		d.add(1, "the file is empty")
		return
	}
	d.value(file.Docs[0].Body, reflect.ValueOf(v).Elem())
}

// resolve looks through anchors and aliases.
func (d *decoder) resolve(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.AnchorNode:
		d.anchors[n.Name.String()] = n.Value
		return n.Value
	case *ast.AliasNode:
		if value, ok := d.anchors[n.Value.String()]; ok {
			return value
		}
		d.add(lineOf(n), "there is no anchor &%s above", n.Value)
		return nil
	}
	return n
}

func lineOf(n ast.Node) int { return n.GetToken().Position.Line }

// value reads a node into v. An anchor can be used only after what it names, so nothing can hold itself.
func (d *decoder) value(n ast.Node, v reflect.Value) {
	if anchor, ok := n.(*ast.AnchorNode); ok {
		d.value(anchor.Value, v)
		d.resolve(anchor)
		return
	}
	if n = d.resolve(n); n == nil {
		return
	}
	if r, ok := v.Addr().Interface().(reader); ok {
		r.read(d, n)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem())
	case reflect.Slice:
		d.sequence(n, v)
	default:
		d.mapping(n, v)
	}
}

func (d *decoder) sequence(n ast.Node, v reflect.Value) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		d.add(lineOf(n), "%s where a list belongs", describe(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values)))
	for i, item := range list.Values {
		d.value(item, v.Index(i))
	}
}

func (d *decoder) mapping(n ast.Node, v reflect.Value) {
	if p, ok := v.Addr().Interface().(interface{ setLine(int) }); ok {
		p.setLine(lineOf(n))
	}
	m, ok := n.(*ast.MappingNode)
	if !ok {
		d.add(lineOf(n), "%s where keys and values belong (%s)", describe(n), strings.Join(keysOf(v.Type()), ", "))
		return
	}
	given := map[string]bool{}
	for _, entry := range m.Values {
		key := entry.Key.GetToken().Value
		given[key] = true
		if field, ok := fieldOf(v, key); ok {
			d.value(entry.Value, field)
		} else {
			d.add(lineOf(entry.Key), "unknown key %q; there is %s", key, strings.Join(keysOf(v.Type()), ", "))
		}
	}
	for i := range v.NumField() {
		if key, required := keyOf(v.Type().Field(i)); required && !given[key] {
			d.add(lineOf(n), "%s is missing", key)
		}
	}
}

// keyOf is the key of a field, from its tag: `yaml:"name,required"`. A field without a tag is none of the file.
func keyOf(f reflect.StructField) (key string, required bool) {
	key, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return key, option == "required"
}

func keysOf(t reflect.Type) (keys []string) {
	for i := range t.NumField() {
		if key, _ := keyOf(t.Field(i)); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

func fieldOf(v reflect.Value, key string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if k, _ := keyOf(v.Type().Field(i)); k == key && key != "" {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// describe says what stands in the file, to say what should.
func describe(n ast.Node) string {
	switch n := n.(type) {
	case *ast.MappingNode:
		return "keys and values"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	case *ast.LiteralNode:
		return "a text"
	default:
		return n.GetToken().Value
	}
}
