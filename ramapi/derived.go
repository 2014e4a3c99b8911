package ramapi

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ipam-local/ipam-local/state"
)

// What decides whether an account may use a resource is asked in every call that names one, so it is kept decoded. Values
// of these are shared by all who read them and not to be changed.

// mirror keeps the rows of a table in memory under their keys.
func mirror[R any](t *state.Table[R], name string, key func(*R) state.Key) *state.Derived[*R] {
	d := state.NewDerived[*R](&Schema, name, nil)
	state.Derive(d, t, func(r *R) (string, bool) { return joined(key(r)), true },
		func(_ *R, r *R) *R { return new(*r) },
		func(*R, *R) *R { return nil })
	return d
}

// joined is a key as one string.
func joined(key state.Key) string { return strings.Join(key, "\x00") }

var (
	sharesByKey         = mirror(shares, "ram-share-by-key", (*share).key)
	bindingsByKey       = mirror(bindings, "ram-binding-by-key", (*binding).key)
	beginningsByAccount = mirror(beginnings, "ram-sharing-by-account", func(b *beginning) state.Key { return state.Key{b.Account} })

	// associationsByResource finds the shares that a resource is in.
	associationsByResource = grouped("ram-by-resource", func(a *association) (string, bool) {
		return *a.AssociatedEntity, a.AssociationType == typeResource
	})
	// resourcesByShare are the resources in a share.
	resourcesByShare = grouped("ram-resources-by-share", func(a *association) (string, bool) {
		return joined(a.Share), a.AssociationType == typeResource
	})
	// associationsBySubject finds the shares that an account, OU or organization is let in to.
	associationsBySubject = grouped("ram-by-subject", func(a *association) (string, bool) {
		return a.Subject, a.AssociationType == typePrincipal
	})
)

// grouped keeps associations in lists, in the order of their keys.
func grouped(name string, key func(*association) (string, bool)) *state.Derived[[]*association] {
	d := state.NewDerived[[]*association](&Schema, name, nil)
	state.Derive(d, associations, key,
		func(list []*association, a *association) []*association {
			i, _ := slices.BinarySearchFunc(list, a, compare)
			return slices.Concat(list[:i], []*association{new(*a)}, list[i:])
		},
		func(list []*association, a *association) []*association {
			if len(list) == 1 {
				return nil
			}
			i, _ := slices.BinarySearchFunc(list, a, compare)
			return slices.Concat(list[:i], list[i+1:])
		})
	return d
}

func compare(a, b *association) int {
	return cmp.Or(slices.Compare(a.Share, b.Share), strings.Compare(*a.AssociatedEntity, *b.AssociatedEntity))
}

// in are those of a list that belong to a share.
func in(list []*association, share state.Key) []*association {
	i, _ := slices.BinarySearchFunc(list, share, func(a *association, share state.Key) int { return slices.Compare(a.Share, share) })
	end := i
	for end < len(list) && slices.Equal(list[end].Share, share) {
		end++
	}
	return list[i:end]
}
