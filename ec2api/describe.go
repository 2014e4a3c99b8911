package ec2api

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// What the Describe operations of the VPC family have in common: AWS documents their filters, most of them about the
// items of a list, and clients ask with a filter where they could ask by id.

// shown is a scalar of an answer as a filter sees it.
func shown[T any](p *T) []string {
	if p == nil {
		return nil
	}
	return []string{fmt.Sprint(*p)}
}

// each is what the items of a list show for a filter.
func each[T any](list []T, value func(T) []string) (all []string) {
	for _, item := range list {
		all = append(all, value(item)...)
	}
	return all
}

// also gives filters a second name; AWS takes the camel case of some.
func (f filters[V]) also(names map[string]string) filters[V] {
	for alias, name := range names {
		f[alias] = f[name]
	}
	return f
}

// rows are the caller's in this Region. If a request has a filter that an index knows, only those are read that the
// index has: a client that refreshes its view of a thousand VPCs asks for the parts of each.
func rows[R any](c *Call, t *state.Table[R], key func(*R) state.Key, request []types.Filter, by map[string]*state.Index[R]) func(after state.Key) iter.Seq[*R] {
	for _, f := range request {
		index := by[or(f.Name, "")]
		if index == nil || slices.ContainsFunc(f.Values, func(v string) bool { return strings.ContainsAny(v, `*?\`) }) {
			continue
		}
		var list []*R
		for _, value := range f.Values {
			list = slices.AppendSeq(list, index.Scan(c.Tx, c.Account, c.Region, value))
		}
		return func(after state.Key) iter.Seq[*R] { return afterKey(list, key, after) }
	}
	return func(after state.Key) iter.Seq[*R] { return t.ScanAfter(c.Tx, after, c.Account, c.Region) }
}
