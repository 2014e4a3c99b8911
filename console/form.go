package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// action is something that can be done: the form that asks for it, and the doing.
type action struct {
	path string
	form func(v *visit) (*form, error)
	do   func(v *visit) (next string, err error) // next is the page to go on with
}

// form is what a person fills in. The names of fields are those of AWS's parameters where they stand for one.
type form struct {
	Title   string
	Intro   string
	Fields  []*field
	Submit  string
	Danger  bool   // it takes something away
	Back    string // the page to return to without doing anything
	Problem *problem
	Token   string
	Enctype string
}

// field is one of a form. What it holds is what was typed in, or what the link to the form says.
type field struct {
	Name        string
	Label       string
	Help        string
	Kind        string // text, number, area, check, choice (one of Options, as cards), select, file
	Value       string
	Placeholder string
	Required    bool
	Options     []option
}

// option is one that may be chosen, or one that may not, with the reason.
type option struct {
	Value, Label string
	Detail       string
	Why          string // it can't be chosen
}

// Checked tells whether a box is ticked.
func (f *field) Checked() bool { return f.Value == "on" }

func (c *Console) ask(a action) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := c.visitOf(r)
		if err != nil {
			c.lament(w, r, err)
			return
		}
		c.renderForm(w, v, a, nil)
	}
}

func (c *Console) act(a action) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := c.visitOf(r)
		if err != nil {
			c.lament(w, r, err)
			return
		}
		limit := int64(maxForm)
		if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
			limit = maxFile
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if !c.knows(r) {
			c.renderForm(w, v, a, &problem{http.StatusForbidden, "", "This form is from before the server was started, or not from this server. Nothing was changed; send it again."})
			return
		}
		next, err := a.do(v)
		if err != nil {
			c.renderForm(w, v, a, problemOf(err))
			return
		}
		http.Redirect(w, r, next, http.StatusSeeOther)
	}
}

// How large a form may be, without a file and with one.
const (
	maxForm = 1 << 20
	maxFile = 1 << 30
)

// renderForm shows the form with what was typed in so far, and what was wrong with that.
func (c *Console) renderForm(w http.ResponseWriter, v *visit, a action, p *problem) {
	f, err := a.form(v)
	if err != nil {
		c.lament(w, v.request, err)
		return
	}
	status := http.StatusOK
	if p != nil {
		status = p.Status
	}
	f.Problem, f.Token = p, c.token(v.request.URL.Path)
	_ = v.request.FormValue("token") // parses
	for _, field := range f.Fields {
		if v.request.Form.Has(field.Name) || v.request.Method == http.MethodPost {
			field.Value = v.request.FormValue(field.Name)
		}
	}
	c.render(w, v, &page{Title: f.Title, Content: f, Still: true}, status)
}

// text is a field that was filled in, or nil.
func (v *visit) text(name string) *string {
	if s := strings.TrimSpace(v.request.FormValue(name)); s != "" {
		return &s
	}
	return nil
}

func (v *visit) checked(name string) bool { return v.request.FormValue(name) == "on" }

// number is a field with a number, or nil.
func (v *visit) number(name string) (*int32, error) {
	s := v.text(name)
	if s == nil {
		return nil, nil
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(*s, "/"), 10, 32)
	if err != nil {
		return nil, &problem{http.StatusBadRequest, "", "“" + *s + "” is no number."}
	}
	return new(int32(n)), nil
}

// list is a field with several values, separated by commas or white space.
func (v *visit) list(name string) []string {
	return strings.FieldsFunc(v.request.FormValue(name), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' })
}

// pairs reads lines of Key=Value.
func (v *visit) pairs(name string) (list [][2]string) {
	for line := range strings.Lines(v.request.FormValue(name)) {
		key, val, _ := strings.Cut(line, "=")
		if key = strings.TrimSpace(key); key != "" {
			list = append(list, [2]string{key, strings.TrimSpace(val)})
		}
	}
	return list
}

// tags are those for a new resource, the name among them.
func (v *visit) tags(kind types.ResourceType) []types.TagSpecification {
	var tags []types.Tag
	if name := v.text("Name"); name != nil {
		tags = append(tags, types.Tag{Key: new("Name"), Value: name})
	}
	for _, p := range v.pairs("Tags") {
		tags = append(tags, types.Tag{Key: &p[0], Value: &p[1]})
	}
	if tags == nil {
		return nil
	}
	return []types.TagSpecification{{ResourceType: kind, Tags: tags}}
}

// with is a link to a form that has some fields filled in.
func with(href string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return href + "?" + q.Encode()
}

// Fields that several forms have.

func nameField() *field {
	return &field{Name: "Name", Label: "Name", Placeholder: "a tag of that name"}
}

func descriptionField() *field { return &field{Name: "Description", Label: "Description"} }

func tagsField() *field {
	return &field{Name: "Tags", Label: "Tags", Kind: "area", Help: "One a line: Key=Value", Placeholder: "environment=prod"}
}

// flag is a box that is ticked, or nil: AWS then does what it does by default.
func (v *visit) flag(name string) *bool {
	if v.checked(name) {
		return new(true)
	}
	return nil
}

// first chooses the first option that can be chosen, if nothing is.
func (f *field) first() *field {
	for _, o := range f.Options {
		if f.Value == "" && o.Why == "" {
			f.Value = o.Value
		}
	}
	return f
}
