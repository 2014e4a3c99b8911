package console

import (
	"slices"
	"strings"
)

var callPages = []route{{"calls", (*visit).calls}}

// callsView is the request log.
type callsView struct {
	Calls   []Call
	Pager   pager
	Total   int // before filtering
	Account string
	Text    string
	Errors  bool
}

const callsOfAPage = 50

func (v *visit) calls() (*page, error) {
	all := v.console.server.Calls()
	view := &callsView{Total: len(all), Account: v.request.FormValue("account"), Text: strings.TrimSpace(v.request.FormValue("text")), Errors: v.checked("errors")}
	view.Calls = slices.DeleteFunc(all, func(c Call) bool {
		return view.Account != "" && c.Account != view.Account || view.Errors && c.Code == "" || !c.mentions(view.Text)
	})
	view.Pager = v.pager(len(view.Calls), callsOfAPage)
	view.Calls = view.Calls[view.Pager.From:view.Pager.To]
	return &page{Title: "Request log", Content: view, Topic: Calls}, nil
}

// mentions tells whether a text is somewhere in the call.
func (c *Call) mentions(text string) bool {
	return text == "" || slices.ContainsFunc([]string{c.Operation, c.Client, c.Code, c.Region, c.Input, c.Output}, func(s string) bool {
		return strings.Contains(strings.ToLower(s), strings.ToLower(text))
	})
}

// Command is the call as the AWS CLI makes it, as far as its name goes.
func (c Call) Command() string { return "aws " + c.Service + " " + kebab(c.Operation) }

// kebab turns CreateIpamPool into create-ipam-pool.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if 'A' <= r && r <= 'Z' && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
