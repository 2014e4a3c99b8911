package ramapi

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ram/types"
)

// kind is a type of resource that can be shared.
type kind struct {
	name    string // as RAM has it
	service string // as ListResourceTypes has it
	arn     string // service and first word of the resource in its ARNs
	scope   types.ResourceRegionScope
	toIAM   bool // may be shared with single roles and users
	leave   bool // a consumer may leave a share of it
	week    bool // an invitation is open for seven days instead of twelve hours
}

// kinds are IPAM's own and a few usual ones beside them. The ARNs of IPAM have no Region, which means "global" for all
// others, yet IPAM's resources belong to their home Region.
//
// Sources: https://docs.aws.amazon.com/ram/latest/userguide/shareable.html for what may be shared with whom,
// https://docs.aws.amazon.com/ram/latest/userguide/working-with-shared-invitations.html for how long invitations are
// open, https://docs.aws.amazon.com/ram/latest/userguide/working-with-shared-leave.html for what can be left.
var kinds = []kind{
	{"ec2:IpamPool", "ec2", "ec2:ipam-pool", types.ResourceRegionScopeRegional, true, false, false},
	{"ec2:IpamResourceDiscovery", "ec2", "ec2:ipam-resource-discovery", types.ResourceRegionScopeRegional, false, false, false},
	{"ec2:PrefixList", "ec2", "ec2:prefix-list", types.ResourceRegionScopeRegional, true, false, true},
	{"ec2:Subnet", "ec2", "ec2:subnet", types.ResourceRegionScopeRegional, true, false, true},
	{"ec2:TransitGateway", "ec2", "ec2:transit-gateway", types.ResourceRegionScopeRegional, true, false, true},
	{"route53resolver:ResolverRule", "route53resolver", "route53resolver:resolver-rule", types.ResourceRegionScopeRegional, true, false, true},
}

func kindNamed(name string) *kind {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return nil
	}
	return &kinds[i]
}

// checkKindParameter checks a filter by type in the operations that have no exception of their own for it.
func checkKindParameter(name *string) error {
	if name == nil || kindNamed(*name) != nil {
		return nil
	}
	return invalidParameter("Invalid resource type: %s", *name)
}

// kindOfARN reads the type of a resource out of its ARN.
func kindOfARN(arn string) (*kind, error) {
	m := resourceARN().FindStringSubmatch(arn)
	if m == nil {
		return nil, malformedARN("The specified resource ARN %s is not valid. Verify the ARN and try again.", arn)
	}
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.arn == m[1]+":"+m[4] })
	if i < 0 {
		return nil, malformedARN("You cannot share the selected resource type.")
	}
	return &kinds[i], nil
}

// managed is a permission of AWS's. Its versions are numbered from 1; the last is the default.
type managed struct {
	name      string
	kind      string
	isDefault bool // of its type
	created   time.Time
	versions  [][]string // actions
}

// managedPermissions are those of the kinds above. Those of IPAM are as
// https://docs.aws.amazon.com/vpc/latest/ipam/share-pool-ipam.html,
// https://docs.aws.amazon.com/vpc/latest/ipam/res-disc-work-with-share.html and the tutorials for public IPv4 describe
// them; note the plural in the name of the first. Which numbers their versions have at AWS is not known.
var managedPermissions = []managed{
	{"AWSRAMDefaultPermissionsIpamPool", "ec2:IpamPool", true, day(2022, 6, 30), versions(
		ec2("GetIpamPoolAllocations", "GetIpamPoolCidrs", "AllocateIpamPoolCidr", "ReleaseIpamPoolAllocation",
			"CreateVpc", "AssociateVpcCidrBlock", "ProvisionPublicIpv4PoolCidr"),
		ec2("AllocateAddress"))},
	{"AWSRAMPermissionIpamPoolByoipCidrImport", "ec2:IpamPool", false, day(2022, 6, 30), versions(ec2("ImportByoipCidrToIpam"))},
	{"AWSRAMPermissionIpamResourceDiscovery", "ec2:IpamResourceDiscovery", true, day(2023, 1, 25), versions(
		ec2("AssociateIpamResourceDiscovery", "GetIpamDiscoveredAccounts", "GetIpamDiscoveredResourceCidrs"),
		ec2("GetIpamDiscoveredPublicAddresses"))},
	{"AWSRAMDefaultPermissionPrefixList", "ec2:PrefixList", true, day(2022, 6, 30), versions(
		ec2("DescribeManagedPrefixLists", "GetManagedPrefixListEntries"))},
	{"AWSRAMDefaultPermissionSubnet", "ec2:Subnet", true, day(2020, 2, 27), versions(
		ec2("RunInstances", "CreateNetworkInterface", "DescribeSubnets"))},
	{"AWSRAMDefaultPermissionTransitGateway", "ec2:TransitGateway", true, day(2020, 2, 27), versions(
		ec2("CreateTransitGatewayVpcAttachment", "ModifyTransitGatewayVpcAttachment", "DeleteTransitGatewayVpcAttachment", "DescribeTransitGateways"))},
	{"AWSRAMDefaultPermissionResolverRule", "route53resolver:ResolverRule", true, day(2020, 2, 27), versions(
		[]string{"route53resolver:AssociateResolverRule", "route53resolver:DisassociateResolverRule", "route53resolver:GetResolverRule", "route53resolver:ListResolverRules"})},
}

// managedNamed finds a permission of AWS's. Case matters in names.
func managedNamed(name string) *managed {
	i := slices.IndexFunc(managedPermissions, func(m managed) bool { return m.name == name })
	if i < 0 {
		return nil
	}
	return &managedPermissions[i]
}

func day(year, month, d int) time.Time {
	return time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC)
}

func ec2(names ...string) []string {
	for i, name := range names {
		names[i] = "ec2:" + name
	}
	return names
}

// versions are action lists of which each has those before it as well.
func versions(added ...[]string) (all [][]string) {
	var actions []string
	for _, more := range added {
		actions = slices.Concat(actions, more)
		all = append(all, actions)
	}
	return all
}

// supports reports whether a permission for the kind may contain an action: those that AWS's own have.
func (k *kind) supports(action string) bool {
	return slices.ContainsFunc(managedPermissions, func(m managed) bool {
		return m.kind == k.name && slices.ContainsFunc(m.versions[len(m.versions)-1], func(a string) bool { return strings.EqualFold(a, action) })
	})
}

// defaultPermission is the permission that a share gets for a type without asking for one.
func (k *kind) defaultPermission(partition string) *permission {
	for _, m := range managedPermissions {
		if m.kind == k.name && m.isDefault {
			return m.permission(partition)
		}
	}
	panic("ramapi: " + k.name + " has no default permission")
}
