package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Management policies, such as tag policies, are no statements but trees whose values are set by operators; what holds for
// an account is what the policies from the root down make of them together.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html

// node is a part of a merged policy: it has a value or children.
type node struct {
	children map[string]*node
	value    any
	allowed  []string // operators that the policies below may use from here down; nil: all
}

// childControl is the operator that says what the policies below may do.
const childControl = "@@operators_allowed_for_child_policies"

// CheckManagement reports what is wrong with a management policy.
func CheckManagement(source string) error {
	_, err := Merge([][]string{{source}})
	return err
}

// Merge computes the effective policy of an account: levels are the policies on the root, on each unit down to the
// account, and on the account itself.
func Merge(levels [][]string) (string, error) {
	root := &node{}
	for _, level := range levels {
		bounds := map[*node][]string{} // what a level forbids binds only those below it
		for _, source := range level {
			var tree map[string]any
			if err := json.Unmarshal([]byte(source), &tree); err != nil || tree == nil {
				return "", errors.New("it is not a JSON object")
			}
			if err := root.merge(tree, nil, bounds); err != nil {
				return "", err
			}
		}
		for n, allowed := range bounds {
			n.allowed = allowed
		}
	}
	out, err := json.Marshal(root.plain())
	return string(out), err
}

// merge applies one policy. allowed is what the levels above let it do, by the nearest node that says so.
func (n *node) merge(tree map[string]any, allowed []string, bounds map[*node][]string) error {
	if n.allowed != nil {
		allowed = n.allowed
	}
	for name, content := range tree {
		switch {
		case name == childControl:
			list, err := operatorNames(content)
			if err != nil {
				return err
			}
			if allowed == nil { // else the bound of above stays
				bounds[n] = list
			}
		case strings.HasPrefix(name, "@@"):
			if err := n.apply(name, content, allowed == nil || slices.Contains(allowed, name)); err != nil {
				return err
			}
		default:
			child, ok := content.(map[string]any)
			if !ok {
				return fmt.Errorf("the value of %s has no operator such as @@assign", name)
			}
			if n.children == nil {
				n.children = map[string]*node{}
			}
			if n.children[name] == nil {
				n.children[name] = &node{}
			}
			if err := n.children[name].merge(child, allowed, bounds); err != nil {
				return err
			}
		}
	}
	return nil
}

// apply sets a value by an operator; one that the policies above do not allow has no effect.
func (n *node) apply(operator string, content any, allowed bool) error {
	if _, ok := content.(map[string]any); ok {
		return fmt.Errorf("the value of %s is an object", operator)
	}
	have := list(n.value)
	switch operator {
	case "@@assign":
		if allowed {
			n.value = content
		}
	case "@@append":
		if allowed {
			n.value = append(slices.DeleteFunc(have, contains(list(content))), list(content)...)
		}
	case "@@remove":
		if allowed {
			n.value = slices.DeleteFunc(have, contains(list(content)))
		}
	default:
		return fmt.Errorf("the operator %s is not known", operator)
	}
	return nil
}

// list is a value as a list of its own.
func list(value any) []any {
	switch value := value.(type) {
	case nil:
		return []any{}
	case []any:
		return slices.Clone(value)
	}
	return []any{value}
}

func contains(values []any) func(any) bool {
	return func(v any) bool {
		return slices.ContainsFunc(values, func(other any) bool { return reflect.DeepEqual(v, other) })
	}
}

// operatorNames reads the value of childControl; @@all is no bound.
func operatorNames(content any) ([]string, error) {
	names := []string{}
	for _, v := range list(content) {
		switch name, _ := v.(string); name {
		case "@@all":
			return nil, nil
		case "@@none":
		case "@@assign", "@@append", "@@remove":
			names = append(names, name)
		default:
			return nil, fmt.Errorf("the value %v of %s is not known", v, childControl)
		}
	}
	return names, nil
}

// plain is the tree without operators, and without what has no value.
func (n *node) plain() any {
	if n.children == nil {
		return n.value
	}
	out := map[string]any{}
	for name, child := range n.children {
		if v := child.plain(); v != nil {
			out[name] = v
		}
	}
	return out
}
