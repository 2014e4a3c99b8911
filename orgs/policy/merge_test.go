package policy

import (
	"strings"
	"testing"
)

// The examples of https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html in short.
func TestMerge(t *testing.T) {
	const root = `{"tags": {"project": {"tag_key": {"@@assign": "Project"}, "tag_value": {"@@assign": ["Maintenance", "Escalations"]}}}}`
	for _, tc := range []struct {
		name   string
		levels [][]string
		want   string
	}{
		{"one policy", [][]string{{root}, nil}, `{"tags":{"project":{"tag_key":"Project","tag_value":["Maintenance","Escalations"]}}}`},
		{"append", [][]string{{root}, {`{"tags": {"project": {"tag_value": {"@@append": ["More", "Maintenance"]}}}}`}}, `{"tags":{"project":{"tag_key":"Project","tag_value":["Escalations","More","Maintenance"]}}}`},
		{"remove", [][]string{{root}, nil, {`{"tags": {"project": {"tag_value": {"@@remove": ["Maintenance"]}}}}`}}, `{"tags":{"project":{"tag_key":"Project","tag_value":["Escalations"]}}}`},
		{"assign", [][]string{{root}, {`{"tags": {"project": {"tag_key": {"@@assign": "PROJECT"}}, "new": {"tag_key": {"@@assign": "New"}}}}`}}, `{"tags":{"new":{"tag_key":"New"},"project":{"tag_key":"PROJECT","tag_value":["Maintenance","Escalations"]}}}`},
		{"two on one level", [][]string{{`{"a": {"@@assign": "x"}}`, `{"b": {"@@assign": true}}`}}, `{"a":"x","b":true}`},
		{"nothing allowed below", [][]string{{`{"tags": {"@@operators_allowed_for_child_policies": ["@@none"], "a": {"@@assign": "x"}}}`}, {`{"tags": {"a": {"@@assign": "y"}, "b": {"@@assign": "z"}}}`}}, `{"tags":{"a":"x"}}`},
		{"only append allowed below", [][]string{{`{"a": {"@@operators_allowed_for_child_policies": ["@@append"], "@@assign": ["x"]}}`}, {`{"a": {"@@append": ["y"]}}`}, {`{"a": {"@@assign": ["z"]}}`}}, `{"a":["x","y"]}`},
		{"all allowed below", [][]string{{`{"a": {"@@operators_allowed_for_child_policies": ["@@all"], "@@assign": ["x"]}}`}, {`{"a": {"@@assign": ["z"]}}`}}, `{"a":["z"]}`},
	} {
		got, err := Merge(tc.levels)
		if err != nil || got != tc.want {
			t.Errorf("%s: %s, %v, want %s", tc.name, got, err, tc.want)
		}
	}
	for policy, named := range map[string]string{
		`[]`:                            "object",
		`{"a": "b"}`:                    "@@assign",
		`{"a": {"@@replace": "x"}}`:     "@@replace",
		`{"a": {"@@assign": {"b": 1}}}`: "object",
		`{"a": {"@@operators_allowed_for_child_policies": ["x"]}}`: "x",
	} {
		if err := CheckManagement(policy); err == nil || !strings.Contains(err.Error(), named) {
			t.Errorf("CheckManagement(%s) = %v, want an error that names %s", policy, err, named)
		}
	}
}
