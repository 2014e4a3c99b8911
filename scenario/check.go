package scenario

import (
	"encoding/json"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/region"
)

// What makes no sense in a file, whoever reads it. What AWS refuses besides, the operations tell.

// checked is what check finds out on its way.
type checked struct {
	members map[string]*member
	units   directory[*unit]
	pools   directory[*pool]
}

// The names of the whole organization among the principals of a share, and of its root among the targets of a policy.
const (
	wholeOrganization = "organization"
	wholeRoot         = "root"
)

type checker struct {
	problems
	*Scenario
}

func (s *Scenario) check() error {
	s.checked = checked{map[string]*member{}, newDirectory[*unit]("unit"), newDirectory[*pool]("pool")}
	c := &checker{Scenario: s}
	if o := s.Organization; o != nil {
		c.checkUnits(nil, o.Units)
		c.checkMembers(o)
		c.checkPolicies(o)
	}
	c.checkIPAMs()
	c.checkShares()
	c.checkVPCs()
	return c.err(s.name)
}

// once reports a value that is there twice.
func (c *checker) once(seen map[string]int, key string, line int, format string, args ...any) {
	if first, twice := seen[key]; twice {
		c.add(line, format+" (the first is in line %d)", append(args, first)...)
		return
	}
	seen[key] = line
}

func (c *checker) oneOf(t text, what string, allowed ...string) {
	if t.given() && !slices.Contains(allowed, t.s) {
		c.add(t.line, "%s is %s, not %q", what, strings.Join(allowed, " or "), t.s)
	}
}

func (c *checker) checkUnits(path []string, list []*unit) {
	seen := map[string]int{}
	for _, u := range list {
		if u.Name.s == wholeOrganization || u.Name.s == wholeRoot || isAccount(u.Name.s) || strings.Contains(u.Name.s, "/") {
			c.add(u.Name.line, "a unit can't be called %q here, for that could not be told from something else", u.Name.s)
		}
		c.once(seen, u.Name.s, u.Name.line, "a second unit %q in the same place", u.Name.s)
		below := append(slices.Clone(path), u.Name.s)
		c.units.add(below, u)
		c.checkUnits(below, u.Units)
	}
}

func (c *checker) checkMembers(o *organization) {
	ids, emails := map[string]int{o.Management.s: o.Management.line}, map[string]int{}
	for _, m := range o.Accounts {
		c.once(ids, m.ID.s, m.ID.line, "a second account %s", m.ID.s)
		c.members[m.ID.s] = m
		if m.Email.given() {
			if _, err := mail.ParseAddress(m.Email.s); err != nil {
				c.add(m.Email.line, "%q is no e-mail address", m.Email.s)
			}
			c.once(emails, strings.ToLower(m.Email.s), m.Email.line, "a second account with the address %s", m.Email.s)
		}
		if m.Unit.given() {
			var err error
			if m.unit, err = c.units.find(m.Unit.s); err != nil {
				c.add(m.Unit.line, "%v", err)
			}
		}
	}
	if a := o.Administrator; a.given() && c.members[a.s] == nil {
		c.add(a.line, "ipamAdministrator is one of the accounts of the organization, other than management; %s is not", a.s)
	}
}

func (c *checker) checkPolicies(o *organization) {
	names := map[string]int{}
	var kinds []string
	for _, t := range types.PolicyType("").Values() {
		kinds = append(kinds, string(t))
	}
	for _, p := range o.Policies {
		c.once(names, p.Name.s, p.Name.line, "a second policy %q", p.Name.s)
		c.oneOf(p.Type, "the type of a policy", kinds...)
		if p.Content.given() == p.File.given() {
			c.add(p.line, "a policy has either content or file")
		} else if p.File.given() {
			c.readPolicy(p)
		}
		for _, t := range p.Targets {
			p.targets = append(p.targets, c.subject(t, wholeRoot))
		}
	}
}

// readPolicy reads a document from a file that is named relative to the scenario's own.
func (c *checker) readPolicy(p *policy) {
	path := p.File.s
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(c.name), path)
	}
	data, err := os.ReadFile(path)
	switch {
	case err != nil:
		c.add(p.File.line, "%v", err)
	case !json.Valid(data):
		c.add(p.File.line, "%s is no JSON", p.File.s)
	}
	p.Content.s = string(data)
}

// subject finds what a name stands for: the whole, a unit or an account.
func (c *checker) subject(t text, whole string) subject {
	switch {
	case c.Organization != nil && t.s == whole:
		return subject{at: t.at, whole: true}
	case isAccount(t.s):
		return subject{at: t.at, account: t.s}
	case c.Organization == nil:
		c.add(t.line, "there is no organization in this file, so only accounts can be named, not %q", t.s)
		return subject{}
	}
	u, err := c.units.find(t.s)
	if err != nil {
		c.add(t.line, "%v; besides units there are %s and accounts", err, whole)
	}
	return subject{at: t.at, unit: u}
}

func (c *checker) checkShares() {
	for _, s := range c.Shares {
		for _, name := range s.Pools {
			p, err := c.pools.find(name.s)
			if err != nil {
				c.add(name.line, "%v", err)
				continue
			}
			s.pools = append(s.pools, p)
			if first := s.pools[0].ipam; p.ipam != first {
				c.add(name.line, "the pool %q is of another IPAM than %q; that takes another share", name.s, s.Pools[0].s)
			}
		}
		if len(s.Pools) == 0 {
			c.add(s.line, "there are no pools in the share")
		}
		if len(s.pools) > 0 {
			owner := s.pools[0].ipam
			c.same(s.Account.text, owner.Account.text, "the account of a share is that of its pools")
			c.same(s.Region.text, owner.Region.text, "the Region of a share is the home Region of its pools")
		}
		for _, name := range s.Principals {
			p := c.subject(name, wholeOrganization)
			s.principals = append(s.principals, p)
			if (p.whole || p.unit != nil) && !c.Organization.Sharing.b {
				c.add(name.line, "sharing with %q takes sharing: true in the organization", name.s)
			}
		}
	}
}

// same reports a value that says something else than what follows from others.
func (c *checker) same(got, want text, rule string) {
	if got.given() && got.s != want.s {
		c.add(got.line, "%s: %s, not %s", rule, want.s, got.s)
	}
}

func (c *checker) checkVPCs() {
	for _, v := range c.VPCs {
		if v.Pool.given() {
			var err error
			if v.pool, err = c.pools.find(v.Pool.s); err != nil {
				c.add(v.Pool.line, "%v", err)
			} else {
				c.checkVPCPool(v)
			}
		}
		switch {
		case !v.Pool.given() && !v.CIDR.given():
			c.add(v.line, "a VPC has a cidr or a pool")
		case v.Netmask.given() && !v.Pool.given():
			c.add(v.Netmask.line, "netmaskLength goes with a pool")
		case v.Netmask.given() && v.CIDR.given():
			c.add(v.Netmask.line, "a VPC has a cidr or a netmaskLength, not both")
		}
		if v.CIDR.given() && !v.CIDR.prefix.Addr().Is4() {
			c.add(v.CIDR.line, "the cidr of a VPC is IPv4, not %s", v.CIDR.s)
		}
		c.checkSubnets(v)
	}
}

func (c *checker) checkVPCPool(v *vpc) {
	p := v.pool
	switch {
	case p.family != ipv4:
		c.add(v.Pool.line, "the pool %q is %s; a VPC takes its first CIDR from an ipv4 one", v.Pool.s, p.family)
	case p.locale == "":
		c.add(v.Pool.line, "the pool %q has no locale, and only a pool whose locale is the Region of the VPC gives it space", v.Pool.s)
	case p.locale != v.Region.s:
		c.add(v.Pool.line, "the pool %q is for %s, not for %s", v.Pool.s, p.locale, v.Region.s)
	case v.CIDR.given() && !p.holds(v.CIDR.prefix):
		c.add(v.CIDR.line, "%s lies in no CIDR of the pool %q", v.CIDR.s, v.Pool.s)
	case !v.CIDR.given() && !v.Netmask.given() && (p.Netmask == nil || !p.Netmask.Default.given()):
		c.add(v.line, "the pool %q has no default netmask length, so the VPC needs a netmaskLength", v.Pool.s)
	}
}

func (c *checker) checkSubnets(v *vpc) {
	here, _ := region.Lookup(v.Region.s)
	for i, s := range v.Subnets {
		if s.CIDR.given() == s.Netmask.given() {
			c.add(s.line, "a subnet has either a cidr or a netmaskLength")
			continue
		}
		if s.Zone.given() && !slices.ContainsFunc(here.Zones, func(z region.Zone) bool { return z.Name == s.Zone.s }) {
			c.add(s.Zone.line, "%s has no zone %q", here.Name, s.Zone.s)
		}
		if s.Netmask.given() && (s.Netmask.n < 16 || s.Netmask.n > 28) {
			c.add(s.Netmask.line, "the netmask length of a subnet is 16 to 28, not %d", s.Netmask.n)
		}
		if !s.CIDR.given() {
			continue
		}
		if v.CIDR.given() && !inside(s.CIDR.prefix, v.CIDR.prefix) {
			c.add(s.CIDR.line, "%s does not lie in %s, the CIDR of the VPC", s.CIDR.s, v.CIDR.s)
		}
		for _, other := range v.Subnets[:i] {
			if other.CIDR.given() && other.CIDR.prefix.Overlaps(s.CIDR.prefix) {
				c.add(s.CIDR.line, "%s overlaps %s in line %d", s.CIDR.s, other.CIDR.s, other.CIDR.line)
			}
		}
	}
}
