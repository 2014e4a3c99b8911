// Package console is the web console: pages that show what an account sees in a Region, and forms for what it may do there.
//
// It is a client like any other. What it shows comes from the operations of AWS, called through Server.Invoke, and what it
// changes goes the same way; there is no second road to the state. Pages are made here, by templates: the browser gets
// HTML and SVG, one style sheet, and one script that brings the page up to date when something has changed.
//
// A file is a page or an action: its routes, what it asks, what it shows. The template of a page has the name of the file:
// pools.qtpl has the Body of what pools.go shows, and pools.qtpl.go is the Go that is made of it.
//
//	browser ──► guard ──► visit ──► page ──► template
//	              │         │
//	     Host, Origin,    account and Region, of the path: two tabs can act as two accounts
//	     form token
package console

//go:generate go tool qtc -skipLineComments

import (
	"net/http"
	"slices"
	"strings"
)

// Path is where the console is.
const Path = "/_ipam-local/console/"

// asPath is where the pages are that an account sees: as/222222222222/us-east-1/pools.
const asPath = Path + "as/"

// Wanted tells whether somebody has opened the address of the server in a browser. Clients of AWS don't ask for HTML.
func Wanted(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.Path == "/" && r.URL.RawQuery == "" && r.Header.Get("Authorization") == "" &&
		strings.Contains(r.Header.Get("Accept"), "text/html")
}

// Console answers what browsers ask below Path.
type Console struct {
	server    Server
	mux       *http.ServeMux
	secret    []byte // that the tokens of forms are made with
	directory directory
	tallies   tallies
}

// New returns the console of a server.
func New(s Server) *Console {
	c := &Console{server: s, mux: http.NewServeMux(), secret: newSecret()}
	c.mux.HandleFunc("GET "+Path+"{$}", c.enter)
	c.mux.HandleFunc("GET "+Path+"go", c.change)
	c.mux.HandleFunc("GET "+Path+"events/{topic}", c.events)
	c.mux.HandleFunc("GET "+Path+"snapshot", c.snapshot)
	c.mux.Handle("GET "+Path+"static/{file}", http.StripPrefix(Path, static()))
	for _, p := range pages {
		c.mux.HandleFunc("GET "+asPath+"{account}/{region}/"+p.path, c.show(p))
	}
	for _, a := range actions {
		c.mux.HandleFunc("GET "+asPath+"{account}/{region}/"+a.path, c.ask(a))
		c.mux.HandleFunc("POST "+asPath+"{account}/{region}/"+a.path, c.act(a))
	}
	c.mux.HandleFunc(Path, c.lost)
	return c
}

// pages and actions are all there are.
var (
	pages = slices.Concat(dashboardPages, poolPages, mapPages, scopePages, ipamPages, resourcePages, historyPages, publicPages, discoveryPages,
		vpcPages, sharePages, organizationPages, costPages, callPages, machinePages)

	actions = slices.Concat(ipamActions, scopeActions, poolActions, poolCIDRActions, allocationActions, resourceActions,
		vpcActions, shareActions, organizationActions, machineActions)
)

func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protect(w.Header())
	if why := Refuse(r); why != "" {
		http.Error(w, why, http.StatusForbidden)
		return
	}
	c.mux.ServeHTTP(w, r)
}
