package scenario

import "net/netip"

// What a file can say. docs/SCENARIOS.md shows all of it with an example; the tags here are its keys.
// Fields without a tag are found out from the rest by check.

type spec struct {
	Organization *organization `yaml:"organization"`
	IPAMs        []*ipam       `yaml:"ipams"`
	Shares       []*share      `yaml:"shares"`
	VPCs         []*vpc        `yaml:"vpcs"`
}

type organization struct {
	at
	Management    accountID `yaml:"management,required"`
	Units         []*unit   `yaml:"units"`
	Accounts      []*member `yaml:"accounts"`
	Services      []text    `yaml:"services"`
	Sharing       flag      `yaml:"sharing"`
	Administrator accountID `yaml:"ipamAdministrator"`
	Policies      []*policy `yaml:"policies"`
}

type unit struct {
	at
	Name  text    `yaml:"name,required"`
	Tags  tags    `yaml:"tags"`
	Units []*unit `yaml:"units"`
}

type member struct {
	at
	ID    accountID `yaml:"id,required"`
	Name  text      `yaml:"name,required"`
	Email text      `yaml:"email"`
	Unit  text      `yaml:"unit"`
	Tags  tags      `yaml:"tags"`

	unit *unit // nil: the root
}

type policy struct {
	at
	Name        text     `yaml:"name,required"`
	Type        text     `yaml:"type"`
	Description text     `yaml:"description"`
	Content     document `yaml:"content"`
	File        text     `yaml:"file"`
	Targets     []text   `yaml:"targets"`
	Tags        tags     `yaml:"tags"`

	targets []subject
}

// subject is what a share is open to or a policy is attached to: exactly one of the three.
type subject struct {
	at
	whole   bool // the organization, or its root
	unit    *unit
	account string
}

type ipam struct {
	at
	Account     accountID    `yaml:"account,required"`
	Region      regionName   `yaml:"region,required"`
	Operating   []regionName `yaml:"operatingRegions"`
	Tier        text         `yaml:"tier"`
	Description text         `yaml:"description"`
	Tags        tags         `yaml:"tags"`
	Scopes      []*scope     `yaml:"scopes"`
}

type scope struct {
	at
	Scope       text    `yaml:"scope,required"` // private and public are the default ones
	Description text    `yaml:"description"`
	Tags        tags    `yaml:"tags"`
	Pools       []*pool `yaml:"pools"`
}

func (s *scope) isDefault() bool { return s.isPublic() || s.Scope.s == "private" }
func (s *scope) isPublic() bool  { return s.Scope.s == "public" }

type pool struct {
	at
	Name           text          `yaml:"name,required"`
	Description    text          `yaml:"description"`
	Family         text          `yaml:"family"`
	Locale         regionName    `yaml:"locale"`
	AutoImport     flag          `yaml:"autoImport"`
	Netmask        *netmask      `yaml:"netmask"`
	RequiredTags   tags          `yaml:"requiredTags"`
	PublicIPSource text          `yaml:"publicIpSource"`
	AWSService     text          `yaml:"awsService"`
	Advertisable   flag          `yaml:"publiclyAdvertisable"`
	Tags           tags          `yaml:"tags"`
	CIDRs          []cidr        `yaml:"cidrs"`
	Pools          []*pool       `yaml:"pools"`
	Allocations    []*allocation `yaml:"allocations"`

	ipam   *ipam
	scope  *scope
	parent *pool
	family string
	locale string
}

// home is where space is taken from the pool.
func (p *pool) home() string {
	if p.locale != "" {
		return p.locale
	}
	return p.ipam.Region.s
}

// holds tells whether a CIDR lies in the pool. Of a pool that gets CIDRs by length nobody knows before they are there.
func (p *pool) holds(prefix netip.Prefix) bool { return p.fits(prefix) || p.chosen() }

func (p *pool) fits(prefix netip.Prefix) bool {
	for _, c := range p.CIDRs {
		if inside(prefix, c.prefix) {
			return true
		}
	}
	return false
}

func (p *pool) chosen() bool {
	for _, c := range p.CIDRs {
		if !c.prefix.IsValid() {
			return true
		}
	}
	return false
}

func inside(inner, outer netip.Prefix) bool {
	return outer.IsValid() && outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

type netmask struct {
	at
	Min     number `yaml:"min"`
	Max     number `yaml:"max"`
	Default number `yaml:"default"`
}

type allocation struct {
	at
	CIDR        exact  `yaml:"cidr"`
	Netmask     number `yaml:"netmaskLength"`
	Description text   `yaml:"description"`
	Tags        tags   `yaml:"tags"`
}

type share struct {
	at
	Name       text       `yaml:"name,required"`
	Account    accountID  `yaml:"account"`
	Region     regionName `yaml:"region"`
	Pools      []text     `yaml:"pools,required"`
	Principals []text     `yaml:"principals"`
	External   flag       `yaml:"allowExternalPrincipals"`
	Tags       tags       `yaml:"tags"`

	pools      []*pool
	principals []subject
}

type vpc struct {
	at
	Account accountID  `yaml:"account,required"`
	Region  regionName `yaml:"region,required"`
	Name    text       `yaml:"name"`
	CIDR    exact      `yaml:"cidr"`
	Pool    text       `yaml:"pool"`
	Netmask number     `yaml:"netmaskLength"`
	Tags    tags       `yaml:"tags"`
	Subnets []*subnet  `yaml:"subnets"`

	pool *pool
}

type subnet struct {
	at
	Name    text   `yaml:"name"`
	Zone    text   `yaml:"zone"`
	CIDR    exact  `yaml:"cidr"`
	Netmask number `yaml:"netmaskLength"`
	Tags    tags   `yaml:"tags"`
}
