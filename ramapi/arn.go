package ramapi

import (
	"regexp"
	"strings"
	"sync"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/state"
)

// arn is the name of a thing of RAM's own in the caller's account and Region.
func (c *Call) arn(resource string) string {
	return region.ARN(region.Partition(c.Region), "ram", c.Region, c.Account, resource)
}

// matching compiles a pattern when it is first needed, not at each start of the program.
func matching(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

var (
	shareARN      = matching(`^arn:aws[a-z-]*:ram:([a-z0-9-]+):(\d{12}):resource-share/([\w-]+)$`)
	invitationARN = matching(`^arn:aws[a-z-]*:ram:([a-z0-9-]+):(\d{12}):resource-share-invitation/([\w-]+)$`)
	permissionARN = matching(`^arn:aws[a-z-]*:ram:([a-z0-9-]*):(aws|\d{12}):permission/([\w.-]+)$`)
	resourceARN   = matching(`^arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]*):(\d{12}):([a-z-]+)[/:].+$`)
)

// keyIn reads the account, the Region and the id out of an ARN of RAM's; they are the key of its record.
func keyIn(pattern func() *regexp.Regexp, arn string) (state.Key, bool) {
	m := pattern().FindStringSubmatch(arn)
	if m == nil {
		return nil, false
	}
	return state.Key{m[2], m[1], m[3]}, true
}

// lastOf is what follows the last slash: the id in most ARNs.
func lastOf(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// partitionOf is the partition that an ARN names.
func partitionOf(arn string) string { return strings.Split(arn, ":")[1] }

// isManaged tells the ARN of a permission of AWS's from one of a customer's.
func isManaged(permissionARN string) bool {
	return strings.Contains(permissionARN, "::"+awsAccount+":")
}
