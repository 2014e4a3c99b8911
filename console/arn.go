package console

import "strings"

// lastOf splits an ARN of a resource into what kind it is and its id.
func lastOf(arn string) (kind, id string) {
	parts := strings.SplitN(arn, ":", 6)
	kind, id, _ = strings.Cut(parts[len(parts)-1], "/")
	return kind, id
}

// nameOf is what people call a resource: its tag Name, or else its description.
func nameOf(tags map[string]string, description *string) string {
	if name := tags["Name"]; name != "" {
		return name
	}
	return value(description)
}
