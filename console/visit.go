package console

import (
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/ipam-local/ipam-local/region"
)

// visit is one request: who looks, from where, and at what.
type visit struct {
	console *Console
	request *http.Request
	Account string
	Region  string
}

// visitOf reads the account and the Region from the path. Whoever types them in may be wrong.
func (c *Console) visitOf(r *http.Request) (*visit, error) {
	v := &visit{console: c, request: r, Account: r.PathValue("account"), Region: r.PathValue("region")}
	if len(v.Account) != 12 || strings.Trim(v.Account, "0123456789") != "" {
		return nil, &problem{http.StatusNotFound, "", fmt.Sprintf("%q is no account: those have twelve digits.", v.Account)}
	}
	if _, ok := region.Lookup(v.Region); !ok {
		return nil, &problem{http.StatusNotFound, "", fmt.Sprintf("There is no Region %q.", v.Region)}
	}
	return v, nil
}

// href is the path of another page for the same account and Region.
func (v *visit) href(parts ...string) string { return v.hrefAs(v.Account, v.Region, parts...) }

func (v *visit) hrefAs(account, region string, parts ...string) string {
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return asPath + account + "/" + region + "/" + strings.Join(parts, "/")
}

// at is the same account elsewhere.
func (v *visit) at(regionName string) *visit { return v.as(v.Account, regionName) }

// as is another account, for what the pages show of the organization around.
func (v *visit) as(account, regionName string) *visit {
	other := *v
	other.Account, other.Region = account, regionName
	return &other
}

func (v *visit) id(name string) string { return v.request.PathValue(name) }

// call calls an operation of AWS.
func call[Out any](v *visit, in any) (*Out, error) {
	out, err := v.console.server.Invoke(v.Account, v.Region, in)
	if err != nil {
		return nil, err
	}
	typed, ok := out.(*Out)
	if !ok {
		return nil, fmt.Errorf("the answer to %T is %T", in, out)
	}
	return typed, nil
}

// do is call for those who need no answer.
func (v *visit) do(in any) error {
	_, err := v.console.server.Invoke(v.Account, v.Region, in)
	return err
}

// each calls a listing page after page. in is changed: it gets the tokens of the pages.
func each[Out any](v *visit, in any) iter.Seq2[*Out, error] {
	return func(yield func(*Out, error) bool) {
		for {
			out, err := call[Out](v, in)
			if !yield(out, err) || err != nil {
				return
			}
			next := reflect.ValueOf(out).Elem().FieldByName("NextToken")
			if next.IsNil() {
				return
			}
			reflect.ValueOf(in).Elem().FieldByName("NextToken").Set(next)
		}
	}
}

// collect gathers the items of all pages of a listing, but not more than enough.
func collect[Out, Item any](v *visit, in any, items func(*Out) []Item) (list []Item, err error) {
	for out, err := range each[Out](v, in) {
		if err != nil {
			return nil, err
		}
		if list = append(list, items(out)...); len(list) >= enough {
			break
		}
	}
	return list, nil
}

// enough is more than a person looks through.
const enough = 5000

// value is what p points to, or the zero T if it points nowhere.
func value[T any](p *T) (zero T) {
	if p == nil {
		return zero
	}
	return *p
}
