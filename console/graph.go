package console

import (
	"cmp"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
)

// graph is who shares which pool with whom, and who uses it: pools on the left, those with whom they are shared in the middle,
// accounts on the right.
type graph struct {
	Height float64
	Nodes  []*dot
	Edges  []*edge
	tree   []*node // of the organization
}

// dot is a node of the graph.
type dot struct {
	X, Y   float64
	Title  string
	Detail string
	Class  string
	Href   string
	column int
	key    string
}

// edge is a line between two nodes.
type edge struct {
	Path     string
	Class    string // shared, member or used
	Tells    string
	from, to *dot
}

const (
	graphWidth  = 1000.0
	graphColumn = 360.0
	graphRow    = 64.0
	nodeWidth   = 240.0
	nodeHeight  = 46.0
)

// usesPerPool is how many allocations are looked at to find who uses a pool.
const usesPerPool = 1000

// graphOf draws the shares of the account.
func (v *visit) graphOf(shares []sharing) (*graph, error) {
	g := &graph{tree: v.tree()}
	for _, s := range shares {
		for _, r := range s.Resources {
			if r.Kind != "ipam-pool" {
				continue
			}
			pool, err := v.poolDot(g, r.ID)
			if err != nil {
				return nil, err
			}
			users, err := v.usersOf(r.ID)
			if err != nil {
				return nil, err
			}
			for _, p := range s.Principals {
				v.addPrincipal(g, pool, p, value(s.Name), users)
			}
		}
	}
	g.lay()
	return g, nil
}

// node returns the one of that key, or a new one.
func (g *graph) node(d dot) *dot {
	for _, n := range g.Nodes {
		if n.column == d.column && n.key == d.key {
			return n
		}
	}
	g.Nodes = append(g.Nodes, &d)
	return &d
}

func (v *visit) poolDot(g *graph, id string) (*dot, error) {
	n, err := v.onePool(id)
	if err != nil {
		return nil, err
	}
	return g.node(dot{column: 0, key: id, Title: n.Title(), Detail: value(n.Locale), Class: "pool", Href: v.href("pools", id)}), nil
}

// usersOf are the accounts that have something of a pool, and how many addresses.
func (v *visit) usersOf(id string) (map[string]float64, error) {
	out, err := call[ec2.GetIpamPoolAllocationsOutput](v, &ec2.GetIpamPoolAllocationsInput{IpamPoolId: &id, MaxResults: new(int32(usesPerPool))})
	if err != nil {
		return nil, err
	}
	users := map[string]float64{}
	for _, a := range out.IpamPoolAllocations {
		if b := v.newBlock(value(a.Cidr), block{}); b.Prefix.IsValid() && a.ResourceOwner != nil {
			users[*a.ResourceOwner] += addressCount(b.Prefix)
		}
	}
	return users, nil
}

// addPrincipal adds somebody that a pool is shared with, and the accounts that this stands for.
func (v *visit) addPrincipal(g *graph, pool *dot, p principal, share string, users map[string]float64) {
	middle := g.node(dot{column: 1, key: p.ID, Title: p.ID, Detail: p.Kind, Class: p.Kind})
	if p.Kind == "account" {
		middle.Title = cmp.Or(v.console.who(p.ID).Name, p.ID)
	} else if p.Kind == "unit" {
		middle.Title = cmp.Or(g.unitName(p.ID), p.ID)
	}
	g.join(pool, middle, "shared", fmt.Sprintf("%s shares %s with %s", share, pool.Title, middle.Title))
	for _, account := range g.membersOf(p) {
		if account == v.Account {
			continue
		}
		who := v.console.who(account)
		right := g.node(dot{column: 2, key: account, Title: cmp.Or(who.Name, account), Detail: account, Class: fmt.Sprintf("c%d", who.Colour), Href: v.hrefAs(account, v.Region, "pools")})
		if n := users[account]; n > 0 {
			g.join(middle, right, "used", fmt.Sprintf("%s has %s addresses of %s", right.Title, group(fmt.Sprintf("%.0f", n)), pool.Title))
		} else {
			g.join(middle, right, "member", fmt.Sprintf("%s may use %s", right.Title, pool.Title))
		}
	}
}

// join draws one line between two nodes, whatever there is to say of them.
func (g *graph) join(from, to *dot, class, tells string) {
	for _, e := range g.Edges {
		if e.from == from && e.to == to {
			e.Tells += "; " + tells
			if class == "used" {
				e.Class = class
			}
			return
		}
	}
	g.Edges = append(g.Edges, &edge{Class: class, Tells: tells, from: from, to: to})
}

// lay gives the nodes of each column their places, and then draws the edges.
func (g *graph) lay() {
	rows := [3]int{}
	for _, n := range g.Nodes {
		rows[n.column]++
	}
	g.Height = float64(max(rows[0], rows[1], rows[2]))*graphRow + 20
	next := [3]int{}
	for _, n := range g.Nodes {
		top := (g.Height - float64(rows[n.column])*graphRow) / 2
		n.X = 20 + float64(n.column)*graphColumn
		n.Y = top + float64(next[n.column])*graphRow + (graphRow-nodeHeight)/2
		next[n.column]++
	}
	for _, e := range g.Edges {
		x1, y1, x2, y2 := e.from.X+nodeWidth, e.from.Y+nodeHeight/2, e.to.X, e.to.Y+nodeHeight/2
		bend := (x2 - x1) / 2
		e.Path = fmt.Sprintf("M%.0f %.0fC%.0f %.0f %.0f %.0f %.0f %.0f", x1, y1, x1+bend, y1, x2-bend, y2, x2, y2)
	}
}

func (g *graph) unitName(id string) string {
	for _, n := range g.tree {
		if n.ID == id {
			return n.Name
		}
	}
	return ""
}

// membersOf are the accounts that a principal stands for.
func (g *graph) membersOf(p principal) (ids []string) {
	if p.Kind == "account" {
		return []string{p.ID}
	}
	inside := -1 // the depth of the unit that we are in
	for _, n := range g.tree {
		if n.Depth <= inside {
			inside = -1
		}
		if inside < 0 && (p.Kind == "organization" && n.Kind == "root" || n.ID == p.ID) {
			inside = n.Depth
		}
		if inside >= 0 && n.Kind == "account" {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

// tree is the account's organization as its management account sees it; nothing if there is none.
func (v *visit) tree() []*node {
	out, err := call[organizations.DescribeOrganizationOutput](v, &organizations.DescribeOrganizationInput{})
	if err != nil {
		return nil
	}
	root, err := v.as(*out.Organization.MasterAccountId, v.Region).organizationTree()
	if err != nil {
		return nil
	}
	return root.flat()
}
