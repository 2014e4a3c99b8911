package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestFilesAreFresh(t *testing.T) {
	for _, service := range services {
		if err := run(service, "../names", true); err != nil {
			t.Errorf("%s: %v", service, err)
		}
	}
}

func TestRead(t *testing.T) {
	tests := []struct {
		name                     string
		serializer, deserializer string
		want                     []string // nil for an error
	}{
		{
			"by the rule",
			`if v.Name != nil { k := object.Key("Name"); k.String(*v.Name) }`,
			`case strings.EqualFold("name", t.Name.Local): sv.Name = x`,
			[]string{},
		},
		{
			"against the rule",
			`if v.Tags != nil { k := object.FlatKey("TagSpec"); serializeTags(v.Tags, k) }`,
			`case strings.EqualFold("tags", t.Name.Local): deserializeTags(&sv.Tags, d)`,
			[]string{"Thing.Tags in=TagSpec out=tags item=entry"},
		},
		{"a list that is not flattened", `if v.Tags != nil { k := object.Key("Tag"); serializeTags(v.Tags, k) }`, ``, nil},
		{"a member without a name", `if v.Tags != nil { write(v.Tags) }`, ``, nil},
		{"an element without a member", ``, `case strings.EqualFold("tags", t.Name.Local): read(d)`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "serializers.go", "func serializeTags(v []types.Tag, k value) {}\nfunc serializeThing(v *types.Thing, k value) {\n"+test.serializer+"\n}")
			write(t, dir, "deserializers.go",
				"func deserializeTags(v *[]types.Tag, d decoder) { switch { case strings.EqualFold(\"entry\", t.Name.Local): } }\n"+
					"func deserializeThing(v **types.Thing, d decoder) {\nswitch {\n"+test.deserializer+"\n}\n}")
			got, err := read(dir, false)
			if (err == nil) != (test.want != nil) || !slices.Equal(got, test.want) {
				t.Errorf("read = %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

// In a plain service a list is not flattened, and a name that is not the field's own stops the generator.
func TestReadPlain(t *testing.T) {
	tests := []struct {
		name, key, element string
		ok                 bool
	}{
		{"plain names", "Tags", "member", true},
		{"another element in a reply", "Tags", "item", false},
		{"another name in a request", "Tag", "member", false},
	}
	for _, test := range tests {
		dir := t.TempDir()
		write(t, dir, "serializers.go", "func serializeTags(v []types.Tag, k value) {}\nfunc serializeThing(v *types.Thing, k value) {\n"+
			`if v.Tags != nil { k := object.Key("`+test.key+`"); serializeTags(v.Tags, k) }`+"\n}")
		write(t, dir, "deserializers.go",
			"func deserializeTags(v *[]types.Tag, d decoder) { switch { case strings.EqualFold(\""+test.element+"\", t.Name.Local): } }\n"+
				"func deserializeThing(v **types.Thing, d decoder) {\nswitch {\ncase strings.EqualFold(\"tags\", t.Name.Local): deserializeTags(&sv.Tags, d)\n}\n}")
		write(t, dir, "validators.go",
			`func validateThing(v *types.Thing) { if v.Tags == nil { invalidParams.Add(smithy.NewErrParamRequired("Tags")) } }`)
		got, err := read(dir, true)
		if want := []string{"Thing.Tags required"}; (err == nil) != test.ok || test.ok && !slices.Equal(got, want) {
			t.Errorf("%s: read = %q, %v, want %q", test.name, got, err, want)
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("package p\n"+text), 0o644); err != nil {
		t.Fatal(err)
	}
}
