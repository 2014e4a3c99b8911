package ramapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"
)

const (
	defaultPool = "arn:aws:ram::aws:permission/AWSRAMDefaultPermissionsIpamPool"
	byoipPool   = "arn:aws:ram::aws:permission/AWSRAMPermissionIpamPoolByoipCidrImport"
	discovery   = "arn:aws:ram::aws:permission/AWSRAMPermissionIpamResourceDiscovery"
	poolType    = "ec2:IpamPool"
	readPool    = `{"Effect":"Allow","Action":["ec2:GetIpamPoolCidrs"]}`
	usePool     = `{"Effect":"Allow","Action":"ec2:AllocateIpamPoolCidr"}`
)

// permission creates a customer's permission for pools and returns its ARN.
func (w *world) permission(account, name, template string) string {
	w.Helper()
	out := must(w.ram(account).CreatePermission(w.Context(), &ram.CreatePermissionInput{Name: &name, ResourceType: new(poolType), PolicyTemplate: &template}))(w)
	return *out.Permission.Arn
}

// Names and versions of AWS's permissions: the plural in the first, text in answers where requests have numbers.
func TestManagedPermissions(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	tests := []struct {
		arn, version string
		isDefault    bool
		has, lacks   string
	}{
		{defaultPool, "2", true, "ec2:AllocateIpamPoolCidr", "ec2:CreateIpamPool"},
		{defaultPool, "2", true, "ec2:AllocateAddress", "ec2:DescribeIpamPools"},
		{byoipPool, "1", false, "ec2:ImportByoipCidrToIpam", "ec2:GetIpamPoolCidrs"},
		{discovery, "2", true, "ec2:GetIpamDiscoveredPublicAddresses", "ec2:DeleteIpamResourceDiscovery"},
		{"arn:aws:ram::aws:permission/AWSRAMDefaultPermissionSubnet", "1", true, "ec2:RunInstances", ""},
		{"arn:aws:ram::aws:permission/AWSRAMDefaultPermissionPrefixList", "1", true, "ec2:GetManagedPrefixListEntries", ""},
	}
	for _, test := range tests {
		p := must(client.GetPermission(w.Context(), &ram.GetPermissionInput{PermissionArn: &test.arn}))(t).Permission
		equal(t, test.arn+": version", *p.Version, test.version)
		equal(t, test.arn+": default version", *p.DefaultVersion, true)
		equal(t, test.arn+": default of its type", *p.IsResourceTypeDefault, test.isDefault)
		equal(t, test.arn+": status", p.Status, types.PermissionStatusAttachable)
		equal(t, test.arn+": type", p.PermissionType, types.PermissionTypeAwsManaged)
		var policy struct {
			Effect string
			Action []string
		}
		if err := json.Unmarshal([]byte(*p.Permission), &policy); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(policy.Action, test.has) || slices.Contains(policy.Action, test.lacks) {
			t.Errorf("%s allows %q, want %s but not %s", test.arn, policy.Action, test.has, test.lacks)
		}
	}
	old := must(client.GetPermission(w.Context(), &ram.GetPermissionInput{PermissionArn: new(defaultPool), PermissionVersion: new(int32(1))}))(t).Permission
	equal(t, "version", *old.Version, "1")
	equal(t, "status of an old version", old.Status, types.PermissionStatusUnattachable)

	versions := must(client.ListPermissionVersions(w.Context(), &ram.ListPermissionVersionsInput{PermissionArn: new(defaultPool)}))(t).Permissions
	equal(t, "versions", len(versions), 2)
	equal(t, "first version", *versions[0].Version, "1")

	_, err := client.GetPermission(w.Context(), &ram.GetPermissionInput{PermissionArn: new("x")})
	refused[*types.MalformedArnException](t, err, "")
	_, err = client.GetPermission(w.Context(), &ram.GetPermissionInput{PermissionArn: new("arn:aws:ram::aws:permission/awsramdefaultpermissionsipampool")})
	refused[*types.UnknownResourceException](t, err, "")
	_, err = client.GetPermission(w.Context(), &ram.GetPermissionInput{PermissionArn: new(defaultPool), PermissionVersion: new(int32(3))})
	refused[*types.UnknownResourceException](t, err, "Version 3")
	_, err = client.GetPermission(w.Context(), &ram.GetPermissionInput{PermissionArn: new(defaultPool), PermissionTemplateParameters: []types.PermissionTemplateParameterInput{{Name: new("a")}}})
	refused[*types.InvalidParameterException](t, err, "template parameters")
	_, err = client.ListPermissionVersions(w.Context(), &ram.ListPermissionVersionsInput{PermissionArn: new(defaultPool + "x")})
	refused[*types.UnknownResourceException](t, err, "")
}

func TestListPermissions(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	own := w.permission(w.N, "mine", readPool)
	w.permission(X, "other", readPool)
	all := must(client.ListPermissions(w.Context(), &ram.ListPermissionsInput{}))(t).Permissions
	tests := []struct {
		name string
		in   ram.ListPermissionsInput
		want []string
	}{
		{"type", ram.ListPermissionsInput{ResourceType: new(poolType)}, []string{defaultPool, byoipPool, own}},
		{"type and customer managed", ram.ListPermissionsInput{ResourceType: new(poolType), PermissionType: types.PermissionTypeFilterCustomerManaged}, []string{own}},
		{"type and LOCAL", ram.ListPermissionsInput{ResourceType: new(poolType), PermissionType: "LOCAL"}, []string{own}},
		{"type and AWS", ram.ListPermissionsInput{ResourceType: new(poolType), PermissionType: "AWS"}, []string{defaultPool, byoipPool}},
		{"type and AWS managed", ram.ListPermissionsInput{ResourceType: new(poolType), PermissionType: types.PermissionTypeFilterAwsManaged}, []string{defaultPool, byoipPool}},
		{"owner SELF", ram.ListPermissionsInput{ResourceOwner: self}, []string{own}},
		{"owner OTHER-ACCOUNTS", ram.ListPermissionsInput{ResourceOwner: others}, nil},
		{"status", ram.ListPermissionsInput{PermissionStatus: types.PermissionStatusDeprecated}, nil},
	}
	for _, test := range tests {
		var got []string
		for _, p := range must(client.ListPermissions(w.Context(), &test.in))(t).Permissions {
			got = append(got, *p.Arn)
		}
		same(t, "permissions by "+test.name, got, test.want)
	}
	equal(t, "permissions", len(all), 8)
	try := func(in ram.ListPermissionsInput) error {
		_, err := client.ListPermissions(w.Context(), &in)
		return err
	}
	refused[*types.InvalidParameterException](t, try(ram.ListPermissionsInput{PermissionType: "INVALID"}), "INVALID is not a valid scope. Must be one of: ALL, AWS, LOCAL.")
	refused[*types.InvalidParameterException](t, try(ram.ListPermissionsInput{ResourceType: new("gluE:catalog")}), "Invalid resource type: gluE:catalog")
	refused[*types.InvalidParameterException](t, try(ram.ListPermissionsInput{PermissionStatus: "X"}), "X")
	refused[*types.InvalidParameterException](t, try(ram.ListPermissionsInput{ResourceOwner: "X"}), "X")
}

func TestCustomerPermission(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	created := must(client.CreatePermission(w.Context(), &ram.CreatePermissionInput{
		Name: new("mine"), ResourceType: new(poolType), PolicyTemplate: new(readPool), Tags: []types.Tag{tag("a", "b")},
	}))(t).Permission
	arn := *created.Arn
	equal(t, "ARN", arn, "arn:aws:ram:us-east-1:"+w.N+":permission/mine")
	equal(t, "version", *created.Version, "1")
	equal(t, "default version", *created.DefaultVersion, true)
	equal(t, "status", *created.Status, "ATTACHABLE")
	equal(t, "default of its type", *created.IsResourceTypeDefault, false)
	equal(t, "type in the answer", created.PermissionType, "")

	second := must(client.CreatePermissionVersion(w.Context(), &ram.CreatePermissionVersionInput{PermissionArn: &arn, PolicyTemplate: new(usePool)}))(t).Permission
	equal(t, "new version", *second.Version, "2")
	equal(t, "new version is default", *second.DefaultVersion, true)
	equal(t, "policy", *second.Permission, usePool)
	status := func(version int32) types.PermissionStatus {
		return must(client.GetPermission(w.Context(), &ram.GetPermissionInput{PermissionArn: &arn, PermissionVersion: &version}))(t).Permission.Status
	}
	equal(t, "status of version 1", status(1), types.PermissionStatusUnattachable)

	must(client.SetDefaultPermissionVersion(w.Context(), &ram.SetDefaultPermissionVersionInput{PermissionArn: &arn, PermissionVersion: new(int32(1))}))(t)
	equal(t, "status of version 1 as default", status(1), types.PermissionStatusAttachable)
	equal(t, "status of version 2", status(2), types.PermissionStatusUnattachable)

	gone := must(client.DeletePermissionVersion(w.Context(), &ram.DeletePermissionVersionInput{PermissionArn: &arn, PermissionVersion: new(int32(2))}))(t)
	equal(t, "returnValue", *gone.ReturnValue, true)
	equal(t, "answer", gone.PermissionStatus, types.PermissionStatusDeleting)
	equal(t, "status of a deleted version", status(2), types.PermissionStatusDeleted)
	_, err := client.SetDefaultPermissionVersion(w.Context(), &ram.SetDefaultPermissionVersionInput{PermissionArn: &arn, PermissionVersion: new(int32(2))})
	refused[*types.UnknownResourceException](t, err, "Version 2")
	third := must(client.CreatePermissionVersion(w.Context(), &ram.CreatePermissionVersionInput{PermissionArn: &arn, PolicyTemplate: new(usePool)}))(t).Permission
	equal(t, "number after a deleted version", *third.Version, "3")
	w.server.Advance(2*time.Hour + time.Minute)
	equal(t, "versions after two hours", len(must(client.ListPermissionVersions(w.Context(), &ram.ListPermissionVersionsInput{PermissionArn: &arn}))(t).Permissions), 2)

	out := must(client.UpdatePermission(w.Context(), &ram.UpdatePermissionInput{PermissionArn: &arn, Status: types.UpdatePermissionStatusDeprecated}))(t)
	equal(t, "status", out.PermissionStatus, types.UpdatePermissionStatusDeprecated)
	equal(t, "status of a deprecated version", status(3), types.PermissionStatusDeprecated)
	_, err = client.CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{Name: new("a"), PermissionArns: []string{arn}})
	refused[*types.InvalidParameterException](t, err, "deprecated")
	must(client.UpdatePermission(w.Context(), &ram.UpdatePermissionInput{PermissionArn: &arn, Status: types.UpdatePermissionStatusAttachable}))(t)
	equal(t, "status of a restored version", status(3), types.PermissionStatusAttachable)

	deleted := must(client.DeletePermission(w.Context(), &ram.DeletePermissionInput{PermissionArn: &arn}))(t)
	equal(t, "answer", deleted.PermissionStatus, types.PermissionStatusDeleting)
	equal(t, "status of a deleted permission", status(3), types.PermissionStatusDeleted)
	_, err = client.DeletePermission(w.Context(), &ram.DeletePermissionInput{PermissionArn: &arn})
	refused[*types.UnknownResourceException](t, err, "")
	w.server.Advance(2*time.Hour + time.Minute)
	_, err = client.GetPermission(w.Context(), &ram.GetPermissionInput{PermissionArn: &arn})
	refused[*types.UnknownResourceException](t, err, "Permission "+arn+" could not be found.")
}

func TestCustomerPermissionRefusals(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	arn := w.permission(w.N, "mine", readPool)
	create := func(name, kind, template string) error {
		_, err := client.CreatePermission(w.Context(), &ram.CreatePermissionInput{Name: &name, ResourceType: &kind, PolicyTemplate: &template})
		return err
	}
	refused[*types.PermissionAlreadyExistsException](t, create("mine", poolType, readPool), "mine")
	refused[*types.InvalidParameterException](t, create("a b", poolType, readPool), "a b")
	refused[*types.InvalidParameterException](t, create("a", "ec2:ipampool", readPool), "Invalid resource type: ec2:ipampool")
	refused[*types.InvalidPolicyException](t, create("a", poolType, `{"Effect":"Allow","Action":["ec2:CreateIpamPool"]}`), "ec2:CreateIpamPool")
	refused[*types.InvalidPolicyException](t, create("a", poolType, `{"Effect":"Allow","Action":"ec2:GetIpamPoolCidrs","Condition":{}}`), "Condition")
	for _, template := range []string{
		``, `x`, `null`, `[]`, `{}`, `{"Effect":"Deny","Action":"ec2:GetIpamPoolCidrs"}`, `{"Effect":"Allow"}`, `{"Effect":"Allow","Action":[]}`,
		`{"Effect":"Allow","Action":{}}`, `{"Effect":1,"Action":"ec2:GetIpamPoolCidrs"}`, readPool + readPool,
		`{"Effect":"Allow","Action":"ec2:GetIpamPoolCidrs","Principal":"*"}`, `{"Sid":"a","Effect":"Allow","Action":"ec2:GetIpamPoolCidrs"}`,
	} {
		refused[*types.MalformedPolicyTemplateException](t, create("a", poolType, template), "")
	}
	_, err := client.CreatePermission(w.Context(), &ram.CreatePermissionInput{
		Name: new("a"), ResourceType: new(poolType), PolicyTemplate: new(readPool), PermissionTemplateParameters: []types.PermissionTemplateParameterDeclaration{},
	})
	refused[*types.OperationNotPermittedException](t, err, "permissionTemplateParameters")

	_, err = client.DeletePermissionVersion(w.Context(), &ram.DeletePermissionVersionInput{PermissionArn: &arn, PermissionVersion: new(int32(1))})
	refused[*types.OperationNotPermittedException](t, err, "default")
	_, err = client.DeletePermissionVersion(w.Context(), &ram.DeletePermissionVersionInput{PermissionArn: &arn, PermissionVersion: new(int32(7))})
	refused[*types.UnknownResourceException](t, err, "Version 7")
	_, err = client.DeletePermission(w.Context(), &ram.DeletePermissionInput{PermissionArn: new(defaultPool)})
	refused[*types.OperationNotPermittedException](t, err, "AWS managed")
	_, err = w.ram(X).UpdatePermission(w.Context(), &ram.UpdatePermissionInput{PermissionArn: &arn, Status: types.UpdatePermissionStatusDeprecated})
	refused[*types.UnknownResourceException](t, err, arn)
	_, err = client.UpdatePermission(w.Context(), &ram.UpdatePermissionInput{PermissionArn: &arn, Status: "DELETED"})
	refused[*types.InvalidParameterException](t, err, "DELETED")
	_, err = client.CreatePermissionVersion(w.Context(), &ram.CreatePermissionVersionInput{PermissionArn: &arn, PolicyTemplate: new("{}")})
	refused[*types.MalformedPolicyTemplateException](t, err, "")
	_, err = client.PromotePermissionCreatedFromPolicy(w.Context(), &ram.PromotePermissionCreatedFromPolicyInput{PermissionArn: &arn, Name: new("b")})
	refused[*types.OperationNotPermittedException](t, err, "policy")
	_, err = client.PromotePermissionCreatedFromPolicy(w.Context(), &ram.PromotePermissionCreatedFromPolicyInput{PermissionArn: new(arn + "x"), Name: new("b")})
	refused[*types.UnknownResourceException](t, err, arn)
	_, err = client.PromoteResourceShareCreatedFromPolicy(w.Context(), &ram.PromoteResourceShareCreatedFromPolicyInput{ResourceShareArn: new("x")})
	refused[*types.MalformedArnException](t, err, "")
	_, err = client.PromoteResourceShareCreatedFromPolicy(w.Context(), &ram.PromoteResourceShareCreatedFromPolicyInput{ResourceShareArn: new(w.share(w.N, "a", nil, nil))})
	refused[*types.OperationNotPermittedException](t, err, "policy")

	for range 4 {
		must(client.CreatePermissionVersion(w.Context(), &ram.CreatePermissionVersionInput{PermissionArn: &arn, PolicyTemplate: new(usePool)}))(t)
	}
	_, err = client.CreatePermissionVersion(w.Context(), &ram.CreatePermissionVersionInput{PermissionArn: &arn, PolicyTemplate: new(usePool)})
	refused[*types.PermissionVersionsLimitExceededException](t, err, "5")
	for i := range 9 {
		w.permission(w.N, fmt.Sprint("p", i), readPool)
	}
	refused[*types.PermissionLimitExceededException](t, create("a", poolType, readPool), poolType)
}

func TestPermissionOfAShare(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	pool := w.pool(w.N)
	share := w.share(w.N, "a", nil, nil)
	listed := func() (got []string) {
		for _, p := range must(client.ListResourceSharePermissions(w.Context(), &ram.ListResourceSharePermissionsInput{ResourceShareArn: &share}))(t).Permissions {
			got = append(got, fmt.Sprint(*p.Arn, " ", *p.Version, " ", *p.Status))
		}
		return got
	}
	associate := func(in ram.AssociateResourceSharePermissionInput) error {
		in.ResourceShareArn = &share
		_, err := client.AssociateResourceSharePermission(w.Context(), &in)
		return err
	}
	same(t, "permissions of an empty share", listed(), nil)
	must(client.AssociateResourceShare(w.Context(), &ram.AssociateResourceShareInput{ResourceShareArn: &share, ResourceArns: []string{pool}}))(t)
	same(t, "permissions with a pool", listed(), []string{defaultPool + " 2 ASSOCIATED"})

	refused[*types.InvalidParameterException](t, associate(ram.AssociateResourceSharePermissionInput{PermissionArn: new(byoipPool)}), "replace")
	refused[*types.InvalidParameterException](t, associate(ram.AssociateResourceSharePermissionInput{PermissionArn: new(defaultPool), PermissionVersion: new(int32(1))}), "default version")
	refused[*types.UnknownResourceException](t, associate(ram.AssociateResourceSharePermissionInput{PermissionArn: new(byoipPool + "x")}), "")
	refused[*types.OperationNotPermittedException](t, associate(ram.AssociateResourceSharePermissionInput{
		PermissionArn: new(byoipPool), PermissionTemplateParameters: []types.PermissionTemplateParameterInput{},
	}), "permissionTemplateParameters")
	own := w.permission(w.N, "mine", readPool)
	if err := associate(ram.AssociateResourceSharePermissionInput{PermissionArn: &own, Replace: new(true)}); err != nil {
		t.Fatal(err)
	}
	same(t, "permissions after one was replaced", listed(), []string{own + " 1 ASSOCIATED"})

	// A share keeps its version until it is told to take the new one.
	must(client.CreatePermissionVersion(w.Context(), &ram.CreatePermissionVersionInput{PermissionArn: &own, PolicyTemplate: new(usePool)}))(t)
	same(t, "permissions after a new version", listed(), []string{own + " 1 ASSOCIATED"})
	_, err := client.DeletePermissionVersion(w.Context(), &ram.DeletePermissionVersionInput{PermissionArn: &own, PermissionVersion: new(int32(1))})
	refused[*types.OperationNotPermittedException](t, err, "associated")
	if err := associate(ram.AssociateResourceSharePermissionInput{PermissionArn: &own, Replace: new(true)}); err != nil {
		t.Fatal(err)
	}
	same(t, "permissions after the update", listed(), []string{own + " 2 ASSOCIATED"})

	disassociate := func(arn string) error {
		_, err := client.DisassociateResourceSharePermission(w.Context(), &ram.DisassociateResourceSharePermissionInput{ResourceShareArn: &share, PermissionArn: &arn})
		return err
	}
	refused[*types.InvalidStateTransitionException](t, disassociate(own), poolType)
	refused[*types.InvalidParameterException](t, disassociate(defaultPool), "already been disassociated")
	_, err = client.DeletePermission(w.Context(), &ram.DeletePermissionInput{PermissionArn: &own})
	refused[*types.OperationNotPermittedException](t, err, "associated")
	must(client.DisassociateResourceShare(w.Context(), &ram.DisassociateResourceShareInput{ResourceShareArn: &share, ResourceArns: []string{pool}}))(t)
	if err := disassociate(own); err != nil {
		t.Fatal(err)
	}
	refused[*types.InvalidParameterException](t, disassociate(own), "already been disassociated")
	same(t, "permissions after all", listed(), nil)
	_, err = w.ram(X).ListResourceSharePermissions(w.Context(), &ram.ListResourceSharePermissionsInput{ResourceShareArn: &share})
	refused[*types.UnknownResourceException](t, err, share)
}

func TestReplacePermissionAssociations(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	own := w.permission(w.N, "mine", readPool)
	create := func(permission string) string {
		out := must(client.CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{Name: new("a"), PermissionArns: []string{permission}}))(t)
		return *out.ResourceShare.ResourceShareArn
	}
	a := create(own)
	must(client.CreatePermissionVersion(w.Context(), &ram.CreatePermissionVersionInput{PermissionArn: &own, PolicyTemplate: new(usePool)}))(t)
	b, c := create(own), create(discovery)
	used := func(in ram.ListPermissionAssociationsInput) (got []string) {
		for _, p := range must(client.ListPermissionAssociations(w.Context(), &in))(t).Permissions {
			got = append(got, fmt.Sprint(*p.ResourceShareArn, *p.Arn, *p.PermissionVersion))
		}
		return got
	}
	same(t, "associations", used(ram.ListPermissionAssociationsInput{}), []string{a + own + "1", b + own + "2", c + discovery + "2"})
	same(t, "by permission", used(ram.ListPermissionAssociationsInput{PermissionArn: &own}), []string{a + own + "1", b + own + "2"})
	same(t, "by version", used(ram.ListPermissionAssociationsInput{PermissionArn: &own, PermissionVersion: new(int32(1))}), []string{a + own + "1"})
	same(t, "of default versions", used(ram.ListPermissionAssociationsInput{PermissionArn: &own, DefaultVersion: new(true)}), []string{b + own + "2"})
	same(t, "by type", used(ram.ListPermissionAssociationsInput{ResourceType: new("ec2:IpamResourceDiscovery")}), []string{c + discovery + "2"})
	same(t, "by share", used(ram.ListPermissionAssociationsInput{ResourceShareArn: &c}), []string{c + discovery + "2"})
	same(t, "by status", used(ram.ListPermissionAssociationsInput{AssociationStatus: types.ResourceShareAssociationStatusFailed}), nil)
	same(t, "by feature set", used(ram.ListPermissionAssociationsInput{FeatureSet: types.PermissionFeatureSetCreatedFromPolicy}), nil)
	same(t, "of others", used(ram.ListPermissionAssociationsInput{ResourceOwner: others}), nil)

	replace := func(in ram.ReplacePermissionAssociationsInput) (*ram.ReplacePermissionAssociationsOutput, error) {
		return client.ReplacePermissionAssociations(w.Context(), &in)
	}
	work := must(replace(ram.ReplacePermissionAssociationsInput{FromPermissionArn: &own, FromPermissionVersion: new(int32(1)), ToPermissionArn: &own}))(t).ReplacePermissionAssociationsWork
	equal(t, "status in the answer", work.Status, types.ReplacePermissionAssociationsWorkStatusInProgress)
	equal(t, "from", *work.FromPermissionVersion, "1")
	equal(t, "to", *work.ToPermissionVersion, "2")
	same(t, "associations after the update", used(ram.ListPermissionAssociationsInput{PermissionArn: &own}), []string{a + own + "2", b + own + "2"})
	must(replace(ram.ReplacePermissionAssociationsInput{FromPermissionArn: &own, ToPermissionArn: new(defaultPool)}))(t)
	same(t, "associations after another permission", used(ram.ListPermissionAssociationsInput{}), []string{a + defaultPool + "2", b + defaultPool + "2", c + discovery + "2"})

	list := must(client.ListReplacePermissionAssociationsWork(w.Context(), &ram.ListReplacePermissionAssociationsWorkInput{WorkIds: []string{*work.Id}}))(t).ReplacePermissionAssociationsWorks
	equal(t, "works", len(list), 1)
	equal(t, "status", list[0].Status, types.ReplacePermissionAssociationsWorkStatusCompleted)
	all := must(client.ListReplacePermissionAssociationsWork(w.Context(), &ram.ListReplacePermissionAssociationsWorkInput{Status: types.ReplacePermissionAssociationsWorkStatusCompleted}))(t)
	equal(t, "works", len(all.ReplacePermissionAssociationsWorks), 2)

	_, err := client.ListReplacePermissionAssociationsWork(w.Context(), &ram.ListReplacePermissionAssociationsWorkInput{WorkIds: []string{"x"}})
	refused[*types.InvalidParameterException](t, err, "x")
	_, err = replace(ram.ReplacePermissionAssociationsInput{FromPermissionArn: &own, ToPermissionArn: new(discovery)})
	refused[*types.InvalidParameterException](t, err, "different resource types")
	_, err = replace(ram.ReplacePermissionAssociationsInput{FromPermissionArn: new(own + "x"), ToPermissionArn: &own})
	refused[*types.UnknownResourceException](t, err, "")
	_, err = replace(ram.ReplacePermissionAssociationsInput{FromPermissionArn: &own, ToPermissionArn: &own, PermissionTemplateParameters: []types.PermissionTemplateParameterInput{}})
	refused[*types.OperationNotPermittedException](t, err, "permissionTemplateParameters")
	_, err = client.ListPermissionAssociations(w.Context(), &ram.ListPermissionAssociationsInput{PermissionArn: new("x")})
	refused[*types.MalformedArnException](t, err, "x")
	_, err = client.ListPermissionAssociations(w.Context(), &ram.ListPermissionAssociationsInput{ResourceType: new("x")})
	refused[*types.InvalidParameterException](t, err, "Invalid resource type: x")
}
