package wire

import (
	"net/url"
	"slices"
	"strings"
)

// form is the parameters of a query request, in an order in which each struct's and each list's members lie together
// and a list's members lie in the order of their numbers. So it is walked like a tree, and none is built.
type form struct {
	action, version string
	pairs           []pair
}

type pair struct{ key, value string }

// signing are the parameters by which a request can be signed in its query string; no operation has one of that name.
var signing = map[string]bool{
	"X-Amz-Algorithm": true, "X-Amz-Credential": true, "X-Amz-Date": true, "X-Amz-Expires": true,
	"X-Amz-SignedHeaders": true, "X-Amz-Signature": true, "X-Amz-Security-Token": true,
	"AWSAccessKeyId": true, "Signature": true, "SignatureVersion": true, "SignatureMethod": true,
	"Timestamp": true, "Expires": true, "SecurityToken": true,
}

// parse returns r's form: its body and the query of its URL together, as EC2 takes them.
func (r *Request) parse() (*form, error) {
	if r.form != nil {
		return r.form, nil
	}
	f := &form{}
	if err := f.addBody(string(r.Body)); err != nil {
		return nil, err
	}
	for key, values := range r.Query {
		for _, value := range values {
			f.add(key, value)
		}
	}
	slices.SortFunc(f.pairs, func(a, b pair) int { return compareKeys(a.key, b.key) })
	for i := 1; i < len(f.pairs); i++ {
		if f.pairs[i].key == f.pairs[i-1].key {
			return nil, repeated(f.pairs[i].key)
		}
	}
	if err := f.takeAction(); err != nil {
		return nil, err
	}
	r.form = f
	return f, nil
}

func malformed(err error) error {
	return clientError("MalformedQueryString", "The query string contains a syntax error: %s", err)
}

// repeated is our choice; what AWS does with a parameter that is given twice is not known.
func repeated(key string) error {
	return clientError("MalformedQueryString", "The parameter %s is given more than once.", key)
}

func (f *form) addBody(body string) error {
	f.pairs = make([]pair, 0, strings.Count(body, "&")+1)
	for part := range strings.SplitSeq(body, "&") {
		key, value, _ := strings.Cut(part, "=")
		if key == "" && value == "" {
			continue
		}
		var err error
		if key, err = url.QueryUnescape(key); err == nil {
			value, err = url.QueryUnescape(value)
		}
		if err != nil {
			return malformed(err)
		}
		f.add(key, value)
	}
	return nil
}

func (f *form) add(key, value string) {
	if !signing[key] {
		f.pairs = append(f.pairs, pair{key, value})
	}
}

// takeAction moves Action and Version, which no operation has as members, out of the pairs.
func (f *form) takeAction() error {
	f.pairs = slices.DeleteFunc(f.pairs, func(p pair) bool {
		switch p.key {
		case "Action":
			f.action = p.value
		case "Version":
			f.version = p.value
		default:
			return false
		}
		return true
	})
	if f.action == "" {
		return clientError("MissingAction", "The request is missing an action or a required parameter.")
	}
	return nil
}

// compareKeys orders keys part by part, numbers by value and before names. Plain string order would put
// Tag.10 before Tag.2, and Tag-x between Tag and Tag.1.
func compareKeys(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	start := strings.LastIndexByte(a[:i], '.') + 1
	x, y := part(a, start), part(b, start)
	if x == y {
		return len(a) - len(b)
	}
	switch nx, ny := isNumber(x), isNumber(y); {
	case nx && ny && len(x) != len(y):
		return len(x) - len(y)
	case nx && !ny:
		return -1
	case ny && !nx:
		return 1
	}
	return strings.Compare(x, y)
}

// part returns the part of key that begins at start and ends before the next dot.
func part(key string, start int) string {
	rest := key[start:]
	if end := strings.IndexByte(rest, '.'); end >= 0 {
		return rest[:end]
	}
	return rest
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
