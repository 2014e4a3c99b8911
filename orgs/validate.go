package orgs

import (
	"reflect"
	"regexp"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// optional are the members that a request may leave out, of all operations or of the one named before the dot.
var optional = map[string]bool{
	"FeatureSet":                       true,
	"IamUserAccessToBilling":           true,
	"MaxResults":                       true,
	"NextToken":                        true,
	"Notes":                            true,
	"RoleName":                         true,
	"States":                           true,
	"Tags":                             true,
	"DescribeEffectivePolicy.TargetId": true,
	"ListDelegatedAdministrators.ServicePrincipal": true,
	"ListHandshakesForAccount.Filter":              true,
	"ListHandshakesForOrganization.Filter":         true,
	"UpdateOrganizationalUnit.Name":                true,
	"UpdatePolicy.Content":                         true,
	"UpdatePolicy.Description":                     true,
	"UpdatePolicy.Name":                            true,
}

// required overrules optional.
var required = map[string]bool{"TagResource.Tags": true}

// shape is what AWS's model demands of a text. The length is counted in characters.
type shape struct {
	min, max int
	pattern  func() *regexp.Regexp
}

const (
	rootPattern = `r-[0-9a-z]{4,32}`
	unitPattern = `ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}`
)

// matching compiles a pattern when it is first needed: all of them together take five milliseconds, a tenth of what the
// program has for its start.
func matching(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\A(?:` + pattern + `)\z`) })
}

var (
	parentShape = shape{0, 100, matching(rootPattern + `|` + unitPattern)}
	targetShape = shape{0, 100, matching(rootPattern + `|\d{12}|` + unitPattern)}
)

// shapes are of members, of all operations or of the one named before the dot. The same name means the same thing in
// nearly all of them. Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
var shapes = map[string]shape{
	"AccountId":                        {0, 12, matching(`\d{12}`)},
	"AccountName":                      {1, 50, matching(`[ -~]+`)},
	"ChildId":                          {0, 100, matching(`\d{12}|` + unitPattern)},
	"Content":                          {1, 1_000_000, nil},
	"CreateAccountRequestId":           {0, 36, matching(`car-[a-z0-9]{8,32}`)},
	"Description":                      {0, 512, nil},
	"DescribeEffectivePolicy.TargetId": {0, 12, matching(`\d{12}`)},
	"DestinationParentId":              parentShape,
	"Email":                            {6, 64, matching(`[^\s@]+@[^\s@]+\.[^\s@]+`)},
	"HandshakeId":                      {0, 34, matching(`h-[0-9a-z]{8,32}`)},
	"Name":                             {1, 128, nil},
	"NextToken":                        {0, 100_000, nil},
	"Notes":                            {0, 1024, nil},
	"OrganizationalUnitId":             {0, 68, matching(unitPattern)},
	"ParentId":                         parentShape,
	"PolicyId":                         {0, 130, matching(`p-[0-9a-zA-Z_]{8,128}`)},
	"PutResourcePolicy.Content":        {1, 40_000, nil},
	"ResourceId":                       {0, 130, matching(rootPattern + `|\d{12}|` + unitPattern + `|p-[0-9a-zA-Z_]{8,128}|rp-[0-9a-zA-Z_]{4,128}`)},
	"RoleName":                         {1, 64, matching(`[\w+=,.@-]+`)},
	"RootId":                           {0, 34, matching(rootPattern)},
	"ServicePrincipal":                 {1, 128, matching(`[\w+=,.@-]+`)},
	"SourceParentId":                   parentShape,
	"TargetId":                         targetShape,
}

// validate checks the members of an input, each for itself: what is required, of what form and in what bounds.
func validate(operation string, in any) error {
	v := reflect.ValueOf(in).Elem()
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		full := operation + "." + field.Name
		if v.Field(i).IsZero() {
			if required[full] || !optional[field.Name] && !optional[full] {
				return invalidInput(types.InvalidInputExceptionReasonInputRequired)
			}
			continue
		}
		if err := validateMember(full, field.Name, v.Field(i).Interface()); err != nil {
			return err
		}
	}
	return nil
}

func validateMember(full, name string, value any) error {
	switch value := value.(type) {
	case *string:
		s, ok := shapes[full]
		if !ok {
			s, ok = shapes[name]
		}
		if ok {
			return s.check(*value)
		}
	case *int32: // MaxResults, 1 to 20 in all operations
		switch {
		case *value < 1:
			return invalidInput(types.InvalidInputExceptionReasonMinValueExceeded)
		case *value > maxPage:
			return invalidInput(types.InvalidInputExceptionReasonMaxValueExceeded)
		}
	case types.PolicyType:
		return oneOf(value, types.InvalidInputExceptionReasonInvalidEnumPolicyType)
	case types.EffectivePolicyType:
		return oneOf(value, types.InvalidInputExceptionReasonInvalidEnumPolicyType)
	case types.ChildType:
		return oneOf(value, types.InvalidInputExceptionReasonInvalidEnum)
	case types.OrganizationFeatureSet:
		return oneOf(value, types.InvalidInputExceptionReasonInvalidEnum)
	case types.IAMUserAccessToBilling:
		return oneOf(value, types.InvalidInputExceptionReasonInvalidEnum)
	case []types.CreateAccountState:
		for _, state := range value {
			if oneOf(state, "") != nil {
				return invalidInput(types.InvalidInputExceptionReasonInvalidListMember)
			}
		}
	}
	return nil
}

func (s shape) check(value string) error {
	switch n := utf8.RuneCountInString(value); {
	case n < s.min:
		return invalidInput(types.InvalidInputExceptionReasonMinLengthExceeded)
	case n > s.max:
		return invalidInput(types.InvalidInputExceptionReasonMaxLengthExceeded)
	case s.pattern != nil && !s.pattern().MatchString(value):
		return invalidInput(types.InvalidInputExceptionReasonInvalidPattern)
	}
	return nil
}

// oneOf refuses what is none of an enum's values.
func oneOf[E interface {
	~string
	Values() []E
}](value E, reason types.InvalidInputExceptionReason) error {
	if slices.Contains(value.Values(), value) {
		return nil
	}
	return invalidInput(reason)
}
