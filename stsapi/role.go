package stsapi

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/roles"
	"github.com/ipam-local/ipam-local/server/op"
)

var roleOperations = []op.Op{
	op.Write((*IAMCall).CreateRole),
	op.Read((*IAMCall).GetRole),
	op.Read((*IAMCall).ListRoles),
	op.Write((*IAMCall).DeleteRole),
}

// role finds a role of the caller's account.
func (c *IAMCall) role(name string) (*roles.Role, error) {
	if r := roles.Get(c.Tx, c.Account, name); r != nil {
		return r, nil
	}
	return nil, fail("NoSuchEntity", "The role with name %s cannot be found.", name)
}

// listed is a role as ListRoles shows it: without tags.
func (c *IAMCall) listed(r *roles.Role) types.Role {
	v := types.Role{
		Arn:                      new(region.ARN(region.Partition(c.Region), "iam", "", r.Account, "role"+r.Path+r.Name)),
		CreateDate:               new(r.Created),
		Path:                     new(r.Path),
		RoleId:                   new(r.ID),
		RoleName:                 new(r.Name),
		AssumeRolePolicyDocument: new(escape(r.Trust)),
		MaxSessionDuration:       new(int32(r.MaxSession / time.Second)),
	}
	if r.Description != "" {
		v.Description = new(r.Description)
	}
	return v
}

func (c *IAMCall) show(r *roles.Role) *types.Role {
	v := c.listed(r)
	for _, tag := range r.Tags {
		v.Tags = append(v.Tags, types.Tag{Key: new(tag.Key), Value: new(tag.Value)})
	}
	return &v
}

// escape writes a policy as IAM's answers have it: in the form of a URL, by RFC 3986. Source:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
func escape(policy string) string { return strings.ReplaceAll(url.QueryEscape(policy), "+", "%20") }

var (
	roleNamePattern = regexp.MustCompile(`^[\w+=,.@-]+$`)
	pathPattern     = regexp.MustCompile(`^/([\x21-\x7E]+/)?$`)
)

// CreateRole creates a role. Its trust policy is obeyed when somebody wants to assume it; see trust.
func (c *IAMCall) CreateRole(in *iam.CreateRoleInput) (*iam.CreateRoleOutput, error) {
	if in.PermissionsBoundary != nil {
		return nil, unsupported("PermissionsBoundary")
	}
	if err := checkCreateRole(in); err != nil {
		return nil, err
	}
	if roles.Taken(c.Tx, c.Account, *in.RoleName) {
		return nil, fail("EntityAlreadyExists", "Role with name %s already exists.", *in.RoleName)
	}
	r := &roles.Role{
		Account:     c.Account,
		Name:        *in.RoleName,
		Path:        or(in.Path, "/"),
		Trust:       *in.AssumeRolePolicyDocument,
		Description: or(in.Description, ""),
		MaxSession:  time.Duration(or(in.MaxSessionDuration, 0)) * time.Second,
	}
	for _, tag := range in.Tags {
		r.Tags = append(r.Tags, roles.Tag{Key: *tag.Key, Value: *tag.Value})
	}
	return &iam.CreateRoleOutput{Role: c.show(roles.Create(c.Tx, r))}, nil
}

// checkCreateRole knows the limits of https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func checkCreateRole(in *iam.CreateRoleInput) error {
	var v checks
	v.text("roleName", in.RoleName, 1, 64, nil)
	v.text("path", in.Path, 1, 512, nil)
	v.text("description", in.Description, 0, 1000, nil)
	v.text("assumeRolePolicyDocument", in.AssumeRolePolicyDocument, 1, 131_072, nil)
	v.number("maxSessionDuration", in.MaxSessionDuration, 3600, mostRoleDuration)
	v.count("tags", len(in.Tags), maxTags)
	seen := map[string]bool{}
	for _, tag := range in.Tags {
		v.text("tags.key", tag.Key, 1, maxTagKey, nil)
		v.text("tags.value", tag.Value, 0, maxTagValue, nil)
		seen[strings.ToLower(*tag.Key)] = true
	}
	switch err := v.err(); {
	case err != nil:
		return err
	case !roleNamePattern.MatchString(*in.RoleName):
		return fail("ValidationError", "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-")
	case !pathPattern.MatchString(or(in.Path, "/")):
		return fail("ValidationError", "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.")
	case len(seen) < len(in.Tags):
		return fail("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
	}
	_, err := parseTrust(*in.AssumeRolePolicyDocument)
	return err
}

// GetRole shows a role of the account.
func (c *IAMCall) GetRole(in *iam.GetRoleInput) (*iam.GetRoleOutput, error) {
	r, err := c.role(*in.RoleName)
	if err != nil {
		return nil, err
	}
	return &iam.GetRoleOutput{Role: c.show(r)}, nil
}

// ListRoles lists the roles of the account by name, those of services among them.
func (c *IAMCall) ListRoles(in *iam.ListRolesInput) (*iam.ListRolesOutput, error) {
	after, size, err := page(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	out := &iam.ListRolesOutput{Roles: []types.Role{}}
	for r := range roles.All(c.Tx, c.Account, after) {
		if !strings.HasPrefix(r.Path, or(in.PathPrefix, "/")) {
			continue
		}
		if len(out.Roles) == size {
			last := *out.Roles[size-1].RoleName
			out.IsTruncated, out.Marker = true, new(base64.StdEncoding.EncodeToString([]byte(last)))
			break
		}
		out.Roles = append(out.Roles, c.listed(r))
	}
	return out, nil
}

// page reads what a request says of paging: the name behind which its page begins, and the page's size.
func page(marker *string, items *int32) (after string, size int, err error) {
	var v checks
	v.number("maxItems", items, 1, 1000)
	v.text("marker", marker, 1, 320, nil)
	if err := v.err(); err != nil {
		return "", 0, err
	}
	name, err := base64.StdEncoding.DecodeString(or(marker, ""))
	if err != nil {
		return "", 0, fail("ValidationError", "Invalid Marker.")
	}
	return string(name), int(or(items, 100)), nil
}

// DeleteRole deletes a role of the account. Sessions of it live on, as on AWS.
func (c *IAMCall) DeleteRole(in *iam.DeleteRoleInput) (*iam.DeleteRoleOutput, error) {
	r, err := c.role(*in.RoleName)
	if err != nil {
		return nil, err
	}
	if r.Service != "" {
		return nil, fail("UnmodifiableEntity", "Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", r.Name)
	}
	roles.Delete(c.Tx, c.Account, r.Name)
	return &iam.DeleteRoleOutput{}, nil
}
