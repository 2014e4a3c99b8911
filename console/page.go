package console

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/smithy-go"
	"github.com/valyala/quicktemplate"

	"github.com/ipam-local/ipam-local/region"
)

// route is a page: where it is, and what it shows.
type route struct {
	path string
	show func(v *visit) (*page, error)
}

// page is the part of a page that is its own; the frame is around it.
type page struct {
	Title   string
	Content content
	Still   bool // it does not follow changes, since somebody writes in it
	Topic   Topic
	Up      *crumb // the page above
}

// content is what a page shows. Its template writes it; the frame has what is around and for whom it is.
type content interface {
	StreamBody(w *quicktemplate.Writer, f *frame)
}

// crumb is a link to a page above.
type crumb struct{ Title, Href string }

// frame is what is around the content of a page.
type frame struct {
	*page
	*visit
	Nav      []navGroup
	Who      identity
	Accounts []identity
	Regions  []regionChoice
	Now      time.Time
	Frozen   bool
	Version  uint64 // of the topic that the page is about
}

// problem is an answer that is not a page: what is not there, or what AWS has refused.
type problem struct {
	Status int
	Code   string // of AWS
	Text   string
}

func (p *problem) Error() string { return p.Text }

// problemOf is what is to be said about an error. AWS's own errors are as AWS says them.
func problemOf(err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if apiErr, ok := errors.AsType[smithy.APIError](err); ok {
		status := http.StatusBadRequest
		if strings.Contains(apiErr.ErrorCode(), "NotFound") {
			status = http.StatusNotFound
		}
		return &problem{status, apiErr.ErrorCode(), apiErr.ErrorMessage()}
	}
	return &problem{http.StatusInternalServerError, "", err.Error()}
}

func (c *Console) show(p route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := c.visitOf(r)
		if err != nil {
			c.lament(w, r, err)
			return
		}
		out, err := p.show(v)
		if err != nil {
			c.lament(w, r, err)
			return
		}
		c.render(w, v, out, http.StatusOK)
	}
}

// lament shows an error in place of a page.
func (c *Console) lament(w http.ResponseWriter, r *http.Request, err error) {
	v, lost := c.visitOf(r)
	if lost != nil {
		v = &visit{console: c, request: r}
		v.Account, v.Region = c.home()
	}
	p := problemOf(err)
	c.render(w, v, &page{Title: "Not shown", Content: p}, p.Status)
}

func (c *Console) lost(w http.ResponseWriter, r *http.Request) {
	c.lament(w, r, &problem{http.StatusNotFound, "", "There is no page at " + r.URL.Path + "."})
}

func (c *Console) render(w http.ResponseWriter, v *visit, p *page, status int) {
	f := &frame{page: p, visit: v}
	f.Version, _ = c.server.Watch(p.Topic)
	f.Now, f.Frozen = c.server.Now()
	f.Accounts = c.people()
	f.Who = c.who(v.Account)
	f.Regions = c.regions(v)
	f.Nav = v.navigation()
	var b bytes.Buffer
	f.WriteDocument(&b)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes()) // an error means that the browser has gone, and there is nobody left to tell
}

// navGroup is a part of the navigation.
type navGroup struct {
	Title string
	Links []navLink
}

type navLink struct {
	Title, Href string
	Here        bool
}

// sections are the pages that the navigation leads to, in AWS's groups where it has them.
var sections = []struct {
	title string
	links [][2]string // title and path
}{
	{"", [][2]string{{"Dashboard", ""}}},
	{"Planning", [][2]string{{"Pools", "pools"}, {"Address map", "map"}, {"Scopes", "scopes"}, {"IPAMs", "ipams"}}},
	{"Monitoring", [][2]string{{"Resources", "resources"}, {"Search IP history", "history"}, {"Public IP insights", "public"},
		{"Resource discoveries", "discoveries"}, {"Cost on AWS", "cost"}}},
	{"Accounts", [][2]string{{"Organization settings", "organization"}, {"Resource shares", "shares"}, {"VPCs", "vpcs"}}},
	{"This server", [][2]string{{"Request log", "calls"}, {"Clock and state", "server"}}},
}

func (v *visit) navigation() (groups []navGroup) {
	first, _, _ := strings.Cut(v.pagePath(), "/")
	for _, s := range sections {
		g := navGroup{Title: s.title}
		for _, l := range s.links {
			g.Links = append(g.Links, navLink{l[0], v.href(l[1]), first == l[1]})
		}
		groups = append(groups, g)
	}
	return groups
}

// enter leads to where there is most to see.
func (c *Console) enter(w http.ResponseWriter, r *http.Request) {
	account, regionName := c.home()
	http.Redirect(w, r, asPath+account+"/"+regionName+"/", http.StatusFound)
}

// change leads to the same page for another account or Region. A page about a thing goes to the list of its kind: the other
// account may not see it.
func (c *Console) change(w http.ResponseWriter, r *http.Request) {
	account := cmp.Or(strings.TrimSpace(r.FormValue("other")), r.FormValue("account"))
	kind, _, _ := strings.Cut(r.FormValue("page"), "/")
	http.Redirect(w, r, asPath+url.PathEscape(account)+"/"+url.PathEscape(r.FormValue("region"))+"/"+url.PathEscape(kind), http.StatusFound)
}

// regionChoice is a Region to act in.
type regionChoice struct {
	Name string
	Used bool // the account has something there
}

func (c *Console) regions(v *visit) (list []regionChoice) {
	used := map[string]bool{}
	for _, name := range c.who(v.Account).Regions {
		used[name] = true
	}
	for _, r := range region.InPartition(region.Partition(v.Region)) {
		list = append(list, regionChoice{r.Name, used[r.Name]})
	}
	return list
}

// pagePath is the path of the page, without account and Region.
func (v *visit) pagePath() string { return strings.TrimPrefix(v.request.URL.Path, v.href()) }

// events is where news of the page's topic come from; empty for a page that stays as it is.
func (f *frame) events() string {
	if f.Still {
		return ""
	}
	return fmt.Sprintf("%sevents/%d?since=%d", Path, f.Topic, f.Version)
}
