package structure

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ipam-local/ipam-local"

// rule is what a package may and may not import.
type rule struct {
	ours  string            // packages of ours that it may import, the whole list
	never map[string]string // what it does not import itself: a pattern, and why
	reach map[string]string // what it does not import even through others
}

const (
	badger   = "github.com/dgraph-io/badger/..."
	netipx   = "go4.org/netipx"
	services = "github.com/aws/aws-sdk-go-v2/service/..."
	anything = "..." // that is not of the standard library
	ownCode  = module + "/..."
)

const (
	whyNoBadger  = "how rows are stored is the business of state alone"
	whyNoNetipx  = "addresses are the business of ec2api/space, where netipx is the slow twin in the tests"
	whyNoHTTP    = "an operation is a function of state and input; what it came by is the server's business"
	whyNoService = "service/ec2 takes minutes to compile: whoever changes this package should see the test at once"
	whyLeaf      = "a leaf is understood, tested and compiled on its own"
)

// rules has a line for each package. The ones that are not there yet have theirs waiting.
var rules = map[string]rule{
	"cmd/ipam-local": {
		ours: "server ec2api console scenario scenarios",
		never: map[string]string{
			badger:   whyNoBadger,
			services: "the program only starts others; what talks to AWS's services is in conformance",
		},
		reach: map[string]string{module + "/conformance": "the SDK's clients would take a third of the server's size"},
	},
	"cmd/ipam-local-conformance": {
		ours:  "conformance",
		never: map[string]string{services: "the same"},
		reach: map[string]string{badger: "it knows what any client of AWS can know"},
	},
	"server": {
		ours: "server/op server/wire ec2api cwapi ramapi stsapi orgs roles console state region timeseries",
		never: map[string]string{
			badger: whyNoBadger,
			netipx: whyNoNetipx,
		},
	},
	"server/op": {
		reach: map[string]string{
			services:   "it describes operations of any service, so it can't know one",
			"net/http": whyNoHTTP,
			ownCode:    whyLeaf,
		},
	},
	"server/wire": {
		ours: "server/wire/internal/names",
		reach: map[string]string{
			services:               whyNoService,
			module + "/state":      "it translates, and that needs no knowledge of what is stored or done",
			module + "/ec2api/...": "the same: dialects are a matter of the SDK's structs alone",
			module + "/ramapi":     "the same",
			module + "/orgs":       "the same",
		},
	},
	"server/wire/internal/gen": {
		ours:  "server/wire/internal/names",
		reach: map[string]string{services: "it reads the SDK's source as text, so that it works on any version of it"},
	},
	"server/wire/internal/names": {
		reach: map[string]string{ownCode: whyLeaf, anything: whyLeaf},
	},
	"server/wire/roundtrip": {},
	"console": {
		ours: "region",
		never: map[string]string{
			module + "/server": "the server has a console; the arrow does not go back",
			badger:             whyNoBadger,
		},
		reach: map[string]string{
			module + "/ec2api/...": "it reads and acts through the operations that clients call, so it shows what a client sees and does what a client can",
			module + "/orgs":       "the same",
			module + "/ramapi":     "the same",
			module + "/stsapi":     "the same",
			module + "/cwapi":      "the same",
			module + "/state":      "the same",
		},
	},
	"ec2api": {
		ours: "ec2api/space server/op orgs ramapi roles state region timeseries",
		never: map[string]string{
			"net/http":         whyNoHTTP,
			"encoding/xml":     "nobody writes XML by hand; server/wire does it for all operations alike",
			badger:             whyNoBadger,
			module + "/server": "the server calls operations; the arrow does not go back",
		},
	},
	"ec2api/space": {
		reach: map[string]string{
			ownCode:  "blocks and prefixes are plain values, so that they can be tested by themselves, on random operations, against netipx",
			anything: "the same",
		},
	},
	"ramapi": {
		ours: "server/op orgs roles state region",
		never: map[string]string{
			"net/http": whyNoHTTP,
			badger:     whyNoBadger,
		},
		reach: map[string]string{module + "/ec2api": "EC2 asks RAM what is shared; whether a resource exists is handed to RAM as a function"},
	},
	"orgs": {
		ours: "orgs/policy server/op roles state region",
		never: map[string]string{
			"net/http": whyNoHTTP,
			badger:     whyNoBadger,
		},
		reach: map[string]string{
			module + "/ec2api": "an organization knows accounts, not what they own",
			module + "/ramapi": "RAM asks who belongs together; the arrow does not go back",
		},
	},
	"orgs/policy": {
		reach: map[string]string{ownCode: "a policy is a document and a question to it; who has which policy is asked elsewhere", anything: "the same"},
	},
	"roles": {
		ours: "state",
		never: map[string]string{
			"net/http": whyNoHTTP,
			badger:     whyNoBadger,
		},
		reach: map[string]string{services: "any service may need a role made; none should need IAM's structs for it"},
	},
	"stsapi": {
		ours: "server/op orgs roles state region",
		never: map[string]string{
			"net/http": whyNoHTTP,
			badger:     whyNoBadger,
		},
		reach: map[string]string{
			module + "/ec2api": "who calls is settled before anybody asks what for",
			module + "/ramapi": "the same",
		},
	},
	"cwapi": {
		ours: "server/op state timeseries",
		never: map[string]string{
			"net/http": whyNoHTTP,
			badger:     whyNoBadger,
		},
		reach: map[string]string{module + "/ec2api": "CloudWatch knows metrics, not what they are of; which there are is handed to it as a function"},
	},
	"timeseries": {
		ours:  "state",
		reach: map[string]string{services: "what is recorded is numbers; neither who records them nor who shows them matters"},
	},
	"state": {
		never: map[string]string{"net/http": "a store has no wire (Badger's own import of it, for tracing, is not ours)"},
		reach: map[string]string{
			services: whyNoService,
			netipx:   whyNoNetipx,
			ownCode:  "it keeps any records, so it can't know one",
		},
	},
	"region": {
		reach: map[string]string{ownCode: "it is data, and anybody may look things up in it", anything: "the same"},
	},
	"scenario": {
		ours: "server region",
		never: map[string]string{
			"net/http":         "it calls operations as the server does once it has read a request",
			module + "/ec2api": "it can do what a client can, so that no state comes about that AWS could not have",
			module + "/orgs":   "the same",
			module + "/ramapi": "the same",
			module + "/state":  "the same",
		},
	},
	"scenarios": {
		reach: map[string]string{ownCode: "it is data", anything: "the same"},
	},
	"ipamtest": {
		ours: "server ec2api scenario",
		never: map[string]string{
			badger:   whyNoBadger,
			services: "it hands out configurations; which clients to make of them is the user's choice",
		},
	},
	"conformance": {
		never: map[string]string{
			badger: "it knows what any client of AWS can know",
		},
	},
	"conformance/boto3": {
		never: map[string]string{anything: "it starts a server; the client is Python's"},
	},
	"docs":               {},
	"internal/structure": {},
}

// listed is what go list says of a package.
type listed struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func list(t *testing.T) map[string]listed {
	t.Helper()
	// go test takes a result from its cache unless a file has changed that this process looked at; what go list reads does not count.
	if err := filepath.WalkDir("../..", func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := map[string]listed{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages[strings.TrimPrefix(p.ImportPath, module+"/")] = p
	}
}

func TestImports(t *testing.T) {
	packages := list(t)
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		r, ok := rules[name]
		if !ok {
			t.Errorf("%s has no rule: say in this file what it may import, and why not more", name)
			continue
		}
		p := packages[name]
		for _, path := range p.Imports {
			if ours, ok := strings.CutPrefix(path, module+"/"); ok && !slices.Contains(strings.Fields(r.ours), ours) {
				t.Errorf("%s imports %s; among ours it may import %q", name, ours, r.ours)
			}
		}
		forbid(t, name, "imports", p.Imports, r.never)
		forbid(t, name, "depends on", p.Deps, r.reach)
	}
}

func forbid(t *testing.T, name, verb string, paths []string, never map[string]string) {
	t.Helper()
	for pattern, why := range never {
		for _, path := range paths {
			if matches(pattern, path) {
				t.Errorf("%s %s %s: %s", name, verb, path, why)
			}
		}
	}
}

// matches reports whether a pattern, in go list's own notation, stands for path. The pattern ... stands for all but the standard library.
func matches(pattern, path string) bool {
	if pattern == anything {
		first, _, _ := strings.Cut(path, "/")
		return strings.Contains(first, ".") && path != module && !strings.HasPrefix(path, module+"/")
	}
	if prefix, ok := strings.CutSuffix(pattern, "/..."); ok {
		return path == prefix || strings.HasPrefix(path, prefix+"/")
	}
	return path == pattern
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"net/http", "net/http", true},
		{"net/http", "net/http/httptest", false},
		{badger, "github.com/dgraph-io/badger/v4", true},
		{badger, "github.com/dgraph-io/badgerlike", false},
		{anything, "net/netip", false},
		{anything, "go4.org/netipx", true},
		{anything, module + "/state", false},
		{ownCode, module + "/state", true},
	} {
		if got := matches(c.pattern, c.path); got != c.want {
			t.Errorf("matches(%q, %q) = %v, want %v", c.pattern, c.path, got, c.want)
		}
	}
}
