package policy

import (
	"fmt"
	"slices"
	"strings"
)

// keys are the condition keys that a request can have a value of. All others are refused: their value cannot be known
// here. That holds for aws:ResourceTag too, since a request names several resources and has but one context.
var keys = lowered(
	// Of the principal; see orgs.Forbids.
	"aws:PrincipalAccount",
	"aws:PrincipalArn",
	"aws:PrincipalIsAWSService",
	"aws:PrincipalOrgID",
	"aws:PrincipalOrgPaths",
	"aws:PrincipalType",
	"aws:ViaAWSService",
	"aws:userid",

	// Of the request.
	"aws:CurrentTime",
	"aws:EpochTime",
	"aws:RequestedRegion",
	"aws:SecureTransport",
	"aws:SourceIp",
	"aws:TagKeys",
	"aws:UserAgent",
	"ec2:Ipv4IpamPoolId",
	"ec2:Ipv6IpamPoolId",
	"ec2:Region",
	"organizations:PolicyType",
)

// families are the keys that end in a name of the user's choice.
var families = lowered("aws:RequestTag/")

// served are the services whose requests are decided. A statement about others only is never asked, so it may use
// whatever it likes.
var served = []string{"cloudwatch", "ec2", "iam", "organizations", "ram", "sts"}

func lowered(names ...string) []string {
	for i, name := range names {
		names[i] = strings.ToLower(name)
	}
	return names
}

// isKnown takes the key in lower case.
func isKnown(key string) bool {
	return slices.Contains(keys, key) || slices.ContainsFunc(families, func(family string) bool {
		return strings.HasPrefix(key, family) && key != family
	})
}

// unknownKeyError is about a key that cannot be known.
type unknownKeyError string

func (e unknownKeyError) Error() string {
	return fmt.Sprintf("the condition key %s is not supported by ipam-local", string(e))
}
