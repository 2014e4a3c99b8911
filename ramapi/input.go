package ramapi

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ram/types"
)

// enum is a type of the SDK whose values it knows.
type enum[E any] interface {
	~string
	Values() []E
}

// oneOf checks an optional member that has possible values.
func oneOf[E enum[E]](name string, value E) error {
	if value == "" || slices.Contains(value.Values(), value) {
		return nil
	}
	return invalidParameter("%s is not a valid value of %s. Must be one of: %s.", string(value), name, enumerated(value.Values()))
}

func enumerated[S ~string](list []S) string {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(s))
	}
	return b.String()
}

func checkOwner(owner types.ResourceOwner) error {
	switch owner {
	case types.ResourceOwnerSelf, types.ResourceOwnerOtherAccounts:
		return nil
	case "":
		return missing("resourceOwner")
	}
	return invalidParameter("%s is not a valid resource owner. Specify either SELF or OTHER-ACCOUNTS and try again.", string(owner))
}

// checkScope checks the filter that tells regional from global resources; absent is ALL.
func checkScope(scope types.ResourceRegionScopeFilter) error {
	if scope == "" || slices.Contains(scope.Values(), scope) {
		return nil
	}
	return invalidParameter("%s is not a valid resource region scope value. Specify a valid value and try again.", string(scope))
}

func inScope(filter types.ResourceRegionScopeFilter, scope types.ResourceRegionScope) bool {
	return filter == "" || filter == types.ResourceRegionScopeFilterAll || string(filter) == string(scope)
}

// among reports whether a filter lets a value pass: it names it, or nothing at all.
func among[S ~string](filter []S, value S) bool {
	return len(filter) == 0 || slices.Contains(filter, value)
}

// is is among for a filter of one value.
func is[T comparable](filter *T, value T) bool { return filter == nil || *filter == value }
