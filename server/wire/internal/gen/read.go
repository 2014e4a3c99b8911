package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ipam-local/ipam-local/server/wire/internal/names"
)

// reader gathers what three files say of each member.
type reader struct {
	members map[string]*member // by "Type.Field"
	lists   map[string]string  // name of a list's deserializer: name of its items' element
	slices  map[string]bool    // names of functions that take a list
	plain   bool               // members have the names of their fields, and lists are not flattened
}

type member struct {
	names.Member
	list      bool
	structure string
	field     string
}

// read returns the exceptions of the service whose source is in dir, sorted. In a plain service an unusual name is an
// error: the codec looks for none there.
func read(dir string, plain bool) ([]string, error) {
	r := &reader{map[string]*member{}, map[string]string{}, map[string]bool{}, plain}
	steps := []struct {
		file string
		each func(*ast.FuncDecl) error
	}{
		{"serializers.go", r.listFunc}, {"serializers.go", r.serializer},
		{"deserializers.go", r.listFunc}, {"deserializers.go", r.deserializer},
		{"validators.go", r.validator},
	}
	parsed := map[string]*ast.File{}
	for _, step := range steps {
		if err := eachFunc(filepath.Join(dir, step.file), parsed, step.each); err != nil {
			return nil, err
		}
	}
	var lines []string
	for _, m := range r.members {
		if plain {
			if err := m.checkPlain(); err != nil {
				return nil, err
			}
			m.Member = names.Member{Required: m.Required}
		}
		if line := names.Line(m.structure, m.field, m.list, m.Member); line != "" {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines, nil
}

// checkPlain reports a name that is not the field's own. The first letter may be small in a reply, for clients do not
// tell letters by case there.
func (m *member) checkPlain() error {
	if m.In != "" && m.In != m.field || m.Out != "" && !strings.EqualFold(m.Out, m.field) || m.Item != "" && m.Item != "member" {
		return fmt.Errorf("%s.%s has the names %+v, which are not plain", m.structure, m.field, m.Member)
	}
	return nil
}

// eachFunc calls each with every function of a file whose first parameter is v. A service with schemas lacks some files.
func eachFunc(path string, parsed map[string]*ast.File, each func(*ast.FuncDecl) error) error {
	if parsed[path] == nil {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("parse %s: %w", filepath.Base(path), err)
		}
		parsed[path] = file
	}
	for _, decl := range parsed[path].Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv != nil || f.Type.Params.NumFields() == 0 || f.Type.Params.List[0].Names[0].Name != "v" {
			continue
		}
		if err := each(f); err != nil {
			return fmt.Errorf("%s: %w", f.Name.Name, err)
		}
	}
	return nil
}

// shape returns the name of the struct that f is about, or "" and whether f is about a list.
func shape(f *ast.FuncDecl) (structure string, list bool) {
	t := f.Type.Params.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.SelectorExpr:
			return x.Sel.Name, false
		case *ast.Ident:
			return x.Name, false
		case *ast.ArrayType:
			return "", true
		default:
			return "", false
		}
	}
}

// listFunc notes the functions for lists, which the functions for structs call.
func (r *reader) listFunc(f *ast.FuncDecl) error {
	if _, list := shape(f); !list {
		return nil
	}
	r.slices[f.Name.Name] = true
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if name := elementName(n); name != "" {
			r.lists[f.Name.Name] = name
		}
		return true
	})
	return nil
}

// serializer reads the names in requests:
//
//	if v.Filters != nil {
//		objectKey := object.FlatKey("Filter")
func (r *reader) serializer(f *ast.FuncDecl) error {
	structure, _ := shape(f)
	if structure == "" {
		return nil
	}
	for _, s := range f.Body.List {
		branch, ok := s.(*ast.IfStmt)
		if !ok {
			continue
		}
		m := r.member(structure, fieldOf(branch.Cond, "v"))
		flat := false
		ast.Inspect(branch.Body, func(n ast.Node) bool {
			if method, name := keyCall(n); name != "" {
				m.In, flat = name, method == "FlatKey"
			}
			m.list = m.list || r.slices[callee(n)]
			return true
		})
		if m.field == "" || m.In == "" || flat != (m.list && !r.plain) {
			return fmt.Errorf("member %q of %s is written in an unknown way", m.field, structure)
		}
	}
	return nil
}

// deserializer reads the names in replies:
//
//	case strings.EqualFold("tagSet", t.Name.Local):
//		if err := awsEc2query_deserializeDocumentTagList(&sv.Tags, nodeDecoder); err != nil {
func (r *reader) deserializer(f *ast.FuncDecl) error {
	structure, list := shape(f)
	if structure == "" || list || strings.HasSuffix(f.Name.Name, "Unwrapped") {
		return nil
	}
	var failure error
	ast.Inspect(f.Body, func(n ast.Node) bool {
		clause, ok := n.(*ast.CaseClause)
		if !ok || len(clause.List) != 1 {
			return true
		}
		name := elementName(clause.List[0])
		body := &ast.BlockStmt{List: clause.Body}
		m := r.member(structure, fieldOf(body, "sv"))
		m.Out = name
		ast.Inspect(body, func(n ast.Node) bool {
			if called := callee(n); r.slices[called] {
				m.list, m.Item = true, r.lists[called]
			}
			return true
		})
		if m.field == "" || name == "" || m.list && m.Item == "" {
			failure = fmt.Errorf("element %q of %s is read in an unknown way", name, structure)
		}
		return false
	})
	return failure
}

// validator reads which members a request must have:
//
//	if v.IpamId == nil {
//		invalidParams.Add(smithy.NewErrParamRequired("IpamId"))
func (r *reader) validator(f *ast.FuncDecl) error {
	structure, _ := shape(f)
	if structure == "" {
		return nil
	}
	for _, s := range f.Body.List {
		branch, ok := s.(*ast.IfStmt)
		if !ok {
			continue
		}
		required := false
		ast.Inspect(branch.Body, func(n ast.Node) bool {
			required = required || callee(n) == "NewErrParamRequired"
			return true
		})
		if required {
			field := fieldOf(branch.Cond, "v")
			if field == "" {
				return fmt.Errorf("a required member of %s is checked in an unknown way", structure)
			}
			r.member(structure, field).Required = true
		}
	}
	return nil
}

func (r *reader) member(structure, field string) *member {
	key := structure + "." + field
	if r.members[key] == nil {
		r.members[key] = &member{structure: structure, field: field}
	}
	return r.members[key]
}

// fieldOf returns the first field of the variable that n mentions.
func fieldOf(n ast.Node, variable string) (field string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && field == "" {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == variable {
				field = s.Sel.Name
			}
		}
		return field == ""
	})
	return field
}

// callee returns the name of the function that n calls, if n is a call.
func callee(n ast.Node) string {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return ""
	}
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// keyCall returns the method and the name of a call such as object.FlatKey("Filter").
func keyCall(n ast.Node) (method, name string) {
	if method = callee(n); method != "Key" && method != "FlatKey" {
		return "", ""
	}
	return method, firstString(n.(*ast.CallExpr))
}

// elementName returns the name of a call such as strings.EqualFold("tagSet", t.Name.Local).
func elementName(n ast.Node) string {
	if callee(n) != "EqualFold" {
		return ""
	}
	return firstString(n.(*ast.CallExpr))
}

func firstString(call *ast.CallExpr) string {
	if lit, ok := call.Args[0].(*ast.BasicLit); ok {
		s, _ := strconv.Unquote(lit.Value)
		return s
	}
	return ""
}
