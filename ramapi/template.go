package ramapi

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// statement is the one statement of a policy template.
type statement struct {
	Effect string
	Action actionList
}

// actionList is what stands under Action: a list, or a single one.
type actionList []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *actionList) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*l = actionList{one}
		return nil
	}
	var list []string
	err := json.Unmarshal(text, &list)
	*l = list
	return err
}

// actionsOf checks a policy template for a type of resource and returns its actions. AWS takes conditions as well; since
// nobody here would evaluate them, a permission with one would allow more than it says, so it is refused.
//
// Rules: https://docs.aws.amazon.com/ram/latest/userguide/create-customer-managed-permissions.html
func (k *kind) actionsOf(template *string) ([]string, error) {
	if template == nil {
		return nil, missing("policyTemplate")
	}
	var members map[string]json.RawMessage
	d := json.NewDecoder(strings.NewReader(*template))
	if err := d.Decode(&members); err != nil || members == nil {
		return nil, malformedTemplate("The policy template is not a JSON object.")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, malformedTemplate("The policy template goes on after its JSON object.")
	}
	for name := range members {
		switch name {
		case "Effect", "Action":
		case "Condition":
			return nil, invalidPolicy("The element Condition of a policy template is not supported by ipam-local.")
		default:
			return nil, malformedTemplate("The policy template can't include the element %s.", name)
		}
	}
	var s statement
	if err := json.Unmarshal([]byte(*template), &s); err != nil {
		return nil, malformedTemplate("Effect must be a string and Action a string or a list of strings.")
	}
	if !strings.EqualFold(s.Effect, "Allow") {
		return nil, malformedTemplate("The Effect of a policy template must be Allow.")
	}
	if len(s.Action) == 0 {
		return nil, malformedTemplate("The policy template must include at least one Action.")
	}
	for _, action := range s.Action {
		if !k.supports(action) {
			return nil, invalidPolicy("The action %s is not supported for the resource type %s.", action, k.name)
		}
	}
	return s.Action, nil
}
