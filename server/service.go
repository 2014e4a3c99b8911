package server

import (
	"net/url"

	"github.com/ipam-local/ipam-local/cwapi"
	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/server/wire"
	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/stsapi"
)

// service is one service of AWS: its dialect, its operations, and the Call that they are methods of.
type service struct {
	name       string // that requests are signed for
	version    string // of the API in a query
	codec      wire.Codec
	operations map[string]op.Op
	call       func(tx *state.Tx, caller op.Caller, operation string) any
	words      words
	unsigned   []string              // operations that need no signature
	before     func(op.Caller) error // what has to be there before a call; nil: nothing

	// about says what a request is about and what it has for the condition keys of policies; nil: everything, nothing.
	about func(caller op.Caller, operation string, in any) (resources []string, conditionKeys map[string][]string)
}

// allServices wires the services together. This is the one place that knows them all.
func (s *Server) allServices() map[string]*service {
	list := []*service{
		{
			name:       "ec2",
			version:    "2016-11-15",
			codec:      wire.EC2Query(),
			operations: byName(ec2api.Operations()),
			call: func(tx *state.Tx, caller op.Caller, operation string) any {
				return &ec2api.Call{Tx: tx, Caller: caller, Operation: operation, Settings: s.settings}
			},
			before: s.ensureDefaultVPC,
			words:  ec2Words,
			about:  ec2api.About,
		},
		{
			name:       "ram",
			codec:      wire.RESTJSON(ramapi.Routes...),
			operations: byName(ramapi.Operations()),
			call: func(tx *state.Tx, caller op.Caller, _ string) any {
				return &ramapi.Call{Tx: tx, Caller: caller, Lookup: lookup, Delay: s.settings.Timing.Transition}
			},
			words: jsonWords,
		},
		{
			name:       "sts",
			version:    "2011-06-15",
			codec:      wire.Query("2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/"),
			operations: byName(stsapi.Operations()),
			call: func(tx *state.Tx, caller op.Caller, _ string) any {
				return &stsapi.Call{Tx: tx, Caller: caller}
			},
			unsigned: stsapi.Unsigned,
			words:    queryWords,
		},
		{
			name:       "iam",
			version:    "2010-05-08",
			codec:      wire.Query("2010-05-08", "https://iam.amazonaws.com/doc/2010-05-08/"),
			operations: byName(stsapi.IAMOperations()),
			call: func(tx *state.Tx, caller op.Caller, _ string) any {
				return &stsapi.IAMCall{Tx: tx, Caller: caller}
			},
			words: queryWords,
		},
		{
			name:       "organizations",
			version:    "2016-11-28",
			codec:      wire.JSON11("AWSOrganizationsV20161128"),
			operations: byName(orgs.Operations()),
			call: func(tx *state.Tx, caller op.Caller, _ string) any {
				return &orgs.Call{Tx: tx, Caller: caller, Settings: s.organizations}
			},
			words: jsonWords,
		},
		{
			name:       "monitoring",
			version:    "2010-08-01",
			codec:      wire.CloudWatch("GraniteServiceVersion20100801", "2010-08-01", "http://monitoring.amazonaws.com/doc/2010-08-01/"),
			operations: byName(cwapi.Operations()),
			call: func(tx *state.Tx, caller op.Caller, _ string) any {
				return &cwapi.Call{Tx: tx, Caller: caller}
			},
			words: queryWords,
		},
	}
	services := map[string]*service{}
	for _, svc := range list {
		services[svc.name] = svc
	}
	return services
}

// ensureDefaultVPC gives an account its default VPC in a Region before its first call there, if the settings want that. A
// call that only reads can't, and a dry run would drop it.
func (s *Server) ensureDefaultVPC(caller op.Caller) error {
	if !s.settings.DefaultVPCs {
		return nil
	}
	needed := false
	err := s.db.View(func(tx *state.Tx) error {
		needed = (&ec2api.Call{Tx: tx, Caller: caller, Settings: s.settings}).NeedsDefaultVPC()
		return nil
	})
	if err != nil || !needed {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		(&ec2api.Call{Tx: tx, Caller: caller, Settings: s.settings}).EnsureDefaultVPC()
		return nil
	})
}

// lookup tells RAM about the resources of other services.
func lookup(tx *state.Tx, arn string) (ramapi.Resource, bool) {
	s, ok := ec2api.LookupARN(tx, arn)
	r := ramapi.Resource{ARN: arn, Type: s.Type, OwnerAccount: s.Account, HomeRegion: s.HomeRegion}
	if !s.Integrated {
		r.MayShare = ramapi.OnlyWithinOrganization()
	}
	return r, ok
}

func byName(list []op.Op) map[string]op.Op {
	m := make(map[string]op.Op, len(list))
	for _, o := range list {
		if _, twice := m[o.Name]; twice {
			panic("server: operation " + o.Name + " is declared twice")
		}
		m[o.Name] = o
	}
	return m
}

// serviceOf finds the service of a request by the name it is signed for or, since an unsigned one needs an
// answer as well, by the version that it names. Without either it is taken for EC2's.
func (s *Server) serviceOf(name string, parameters func() url.Values) *service {
	if name != "" {
		return s.services[name]
	}
	version := parameters().Get("Version")
	for _, svc := range s.services {
		if version != "" && svc.version == version {
			return svc
		}
	}
	return s.services["ec2"]
}
