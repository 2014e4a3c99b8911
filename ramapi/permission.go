package ramapi

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var permissionOperations = []op.Op{
	op.Read((*Call).GetPermission),
	op.Read((*Call).ListPermissions),
	op.Read((*Call).ListPermissionVersions),
}

// permission is a managed permission with its versions. Customers' are records; AWS's come from the table and look alike.
type permission struct {
	Account      string // "aws" for AWS's
	Region       string // empty for AWS's
	Name         string
	ARN          string
	ResourceType string
	IsDefault    bool `json:",omitempty"` // of its type
	Default      int  // number of the default version
	LastVersion  int  `json:",omitempty"` // highest number ever given, so that none comes twice
	Versions     []permissionVersion
	Tags         []types.Tag `json:",omitempty"`
	Created      time.Time
	Updated      time.Time
	Deprecated   bool                               `json:",omitempty"`
	Gone         transition[types.PermissionStatus] `json:",omitzero"` // set once it is being deleted
}

// permissionVersion is what one version of a permission allows.
type permissionVersion struct {
	Number  int
	Policy  string   // the template as it was given
	Actions []string // that it contains
	Created time.Time
	Updated time.Time
	Gone    transition[types.PermissionStatus] `json:",omitzero"`
}

func (p *permission) key() state.Key { return state.Key{p.Account, p.Region, p.Name} }

var permissions = state.NewTable(&Schema, "ram-permission", (*permission).key)

// awsAccount stands for an account in the ARNs of AWS's permissions.
const awsAccount = "aws"

func (m *managed) permission(partition string) *permission {
	p := &permission{
		Account:      awsAccount,
		Name:         m.name,
		ARN:          region.ARN(partition, "ram", "", awsAccount, "permission/"+m.name),
		ResourceType: m.kind,
		IsDefault:    m.isDefault,
		Default:      len(m.versions),
		Created:      m.created,
		Updated:      m.created,
	}
	for i, actions := range m.versions {
		p.Versions = append(p.Versions, permissionVersion{
			Number: i + 1, Policy: policyOf(actions), Actions: actions, Created: m.created, Updated: m.created,
		})
	}
	return p
}

func policyOf(actions []string) string {
	document, err := json.Marshal(statement{Effect: "Allow", Action: actions})
	if err != nil {
		panic(err) // a list of strings has JSON
	}
	return string(document)
}

// permissionAt finds the permission of an ARN, whoever owns it.
func permissionAt(tx *state.Tx, arn string) *permission {
	key, ok := keyIn(permissionARN, arn)
	if !ok {
		return nil
	}
	if key[0] != awsAccount {
		return permissions.Get(tx, key...)
	}
	if m := managedNamed(key[2]); m != nil && key[1] == "" {
		return m.permission(partitionOf(arn))
	}
	return nil
}

// permission finds a permission that the caller may use: AWS's or, in the Region of the call, its own.
func (c *Call) permission(name string, arn *string) (*permission, error) {
	if arn == nil {
		return nil, missing(name)
	}
	if err := checkPermissionARN(arn); err != nil {
		return nil, err
	}
	p := permissionAt(c.Tx, *arn)
	if p == nil || p.isCustom() && (p.Account != c.Account || p.Region != c.Region) {
		return nil, noPermission(*arn)
	}
	return p, nil
}

func checkPermissionARN(arn *string) error {
	if arn == nil || permissionARN().MatchString(*arn) {
		return nil
	}
	return malformedARN("The specified permission ARN %s is not valid. Verify the ARN and try again.", *arn)
}

func noPermission(arn string) error { return unknownResource("Permission %s could not be found.", arn) }

// version finds a version by its number, the default one if there is no number.
func (p *permission) version(number *int32) (*permissionVersion, error) {
	n := int(or(number, int32(p.Default)))
	i := slices.IndexFunc(p.Versions, func(v permissionVersion) bool { return v.Number == n })
	if i < 0 {
		return nil, unknownResource("Version %d of permission %s could not be found.", n, p.ARN)
	}
	return &p.Versions[i], nil
}

func (p *permission) isCustom() bool { return p.Account != awsAccount }

// status is that of the permission and of its default version. Other versions cannot be attached.
func (p *permission) status(tx *state.Tx) types.PermissionStatus {
	if p.Deprecated {
		return p.Gone.status(p.deleting(types.PermissionStatusDeprecated), tx)
	}
	return p.Gone.status(p.deleting(types.PermissionStatusAttachable), tx)
}

func (p *permission) deleting(otherwise types.PermissionStatus) types.PermissionStatus {
	if p.Gone.Next != "" {
		return types.PermissionStatusDeleting
	}
	return otherwise
}

func (p *permission) statusOf(v *permissionVersion, tx *state.Tx) types.PermissionStatus {
	switch {
	case p.Gone.Next != "" || v.Number == p.Default:
		return p.status(tx)
	case v.Gone.Next != "":
		return v.Gone.status(types.PermissionStatusDeleting, tx)
	}
	return types.PermissionStatusUnattachable
}

func (p *permission) kind() types.PermissionType {
	if p.isCustom() {
		return types.PermissionTypeCustomerManaged
	}
	return types.PermissionTypeAwsManaged
}

// number is that of a version in answers, where it is text; in requests it is a number.
func number(n int) *string { return new(strconv.Itoa(n)) }

// summary is how lists show a version of the permission.
func (p *permission) summary(v *permissionVersion, tx *state.Tx) types.ResourceSharePermissionSummary {
	return types.ResourceSharePermissionSummary{
		Arn:                   new(p.ARN),
		Version:               number(v.Number),
		DefaultVersion:        new(v.Number == p.Default),
		Name:                  new(p.Name),
		ResourceType:          new(p.ResourceType),
		Status:                new(string(p.statusOf(v, tx))),
		CreationTime:          new(v.Created),
		LastUpdatedTime:       new(v.Updated),
		IsResourceTypeDefault: new(p.IsDefault),
		PermissionType:        p.kind(),
		FeatureSet:            types.PermissionFeatureSetStandard,
		Tags:                  p.Tags,
	}
}

func (p *permission) detail(v *permissionVersion, tx *state.Tx) *types.ResourceSharePermissionDetail {
	return &types.ResourceSharePermissionDetail{
		Arn:                   new(p.ARN),
		Version:               number(v.Number),
		DefaultVersion:        new(v.Number == p.Default),
		Name:                  new(p.Name),
		ResourceType:          new(p.ResourceType),
		Permission:            new(v.Policy),
		Status:                p.statusOf(v, tx),
		CreationTime:          new(v.Created),
		LastUpdatedTime:       new(v.Updated),
		IsResourceTypeDefault: new(p.IsDefault),
		PermissionType:        p.kind(),
		FeatureSet:            types.PermissionFeatureSetStandard,
		Tags:                  p.Tags,
	}
}

// GetPermission shows one version of a permission, by default its default one, with its policy.
func (c *Call) GetPermission(in *ram.GetPermissionInput) (*ram.GetPermissionOutput, error) {
	p, err := c.permission("permissionArn", in.PermissionArn)
	if err != nil {
		return nil, err
	}
	v, err := p.version(in.PermissionVersion)
	if err != nil {
		return nil, err
	}
	// AWS takes values only for permissions that declare parameters, and none here can.
	if len(in.PermissionTemplateParameters) > 0 {
		return nil, invalidParameter("The permission %s has no template parameters.", p.ARN)
	}
	return &ram.GetPermissionOutput{Permission: p.detail(v, c.Tx)}, nil
}

// permissionTypes are the values of ListPermissions' permissionType: those of the model, and those that the message for a wrong one names.
var permissionTypes = map[types.PermissionTypeFilter]types.PermissionType{
	"":                                   "",
	types.PermissionTypeFilterAll:        "",
	types.PermissionTypeFilterAwsManaged: types.PermissionTypeAwsManaged,
	types.PermissionTypeFilterCustomerManaged: types.PermissionTypeCustomerManaged,
	"AWS":   types.PermissionTypeAwsManaged,
	"LOCAL": types.PermissionTypeCustomerManaged,
}

// ListPermissions lists AWS's permissions and the caller's own in the Region, each with its default version.
func (c *Call) ListPermissions(in *ram.ListPermissionsInput) (*ram.ListPermissionsOutput, error) {
	wanted, ok := permissionTypes[in.PermissionType]
	if !ok {
		return nil, invalidParameter("%s is not a valid scope. Must be one of: ALL, AWS, LOCAL.", string(in.PermissionType))
	}
	for _, err := range []error{checkKindParameter(in.ResourceType), oneOf("permissionStatus", in.PermissionStatus)} {
		if err != nil {
			return nil, err
		}
	}
	if in.ResourceOwner != "" {
		if err := checkOwner(in.ResourceOwner); err != nil {
			return nil, err
		}
	}
	var rows []row[types.ResourceSharePermissionSummary]
	for _, p := range c.permissionsOf(in.ResourceOwner) {
		v, err := p.version(nil)
		if err != nil {
			return nil, err
		}
		item := p.summary(v, c.Tx)
		if (wanted == "" || wanted == item.PermissionType) && is(in.ResourceType, p.ResourceType) &&
			(in.PermissionStatus == "" || string(in.PermissionStatus) == *item.Status) {
			rows = append(rows, rowOf(p.key(), item))
		}
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.ListPermissionsOutput{Permissions: items, NextToken: next}, nil
}

// permissionsOf are the permissions of an owner: the caller, or other accounts, of which none shares any (AWS is no
// account). Without an owner they are all that the caller may use.
func (c *Call) permissionsOf(owner types.ResourceOwner) []*permission {
	var list []*permission
	if owner == "" {
		for _, m := range managedPermissions {
			list = append(list, m.permission(region.Partition(c.Region)))
		}
	}
	if owner != types.ResourceOwnerOtherAccounts {
		list = slices.AppendSeq(list, permissions.Scan(c.Tx, c.Account, c.Region))
	}
	return list
}

// ListPermissionVersions lists the versions of a permission.
func (c *Call) ListPermissionVersions(in *ram.ListPermissionVersionsInput) (*ram.ListPermissionVersionsOutput, error) {
	p, err := c.permission("permissionArn", in.PermissionArn)
	if err != nil {
		return nil, err
	}
	var rows []row[types.ResourceSharePermissionSummary]
	for i := range p.Versions {
		v := &p.Versions[i]
		rows = append(rows, rowOf(state.Key{strconv.Itoa(1000 + v.Number)}, p.summary(v, c.Tx)))
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.ListPermissionVersionsOutput{Permissions: items, NextToken: next}, nil
}
