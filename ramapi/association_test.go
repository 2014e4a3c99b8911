package ramapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/ipamtest"
)

// entities are what a test adds to a share or takes out.
type entities struct{ resources, principals, sources []string }

func (w *world) associate(account, share string, e entities) ([]types.ResourceShareAssociation, error) {
	out, err := w.ram(account).AssociateResourceShare(w.Context(), &ram.AssociateResourceShareInput{
		ResourceShareArn: &share, ResourceArns: e.resources, Principals: e.principals, Sources: e.sources,
	})
	if err != nil {
		return nil, err
	}
	return out.ResourceShareAssociations, nil
}

func (w *world) disassociate(account, share string, e entities) ([]types.ResourceShareAssociation, error) {
	out, err := w.ram(account).DisassociateResourceShare(w.Context(), &ram.DisassociateResourceShareInput{
		ResourceShareArn: &share, ResourceArns: e.resources, Principals: e.principals, Sources: e.sources,
	})
	if err != nil {
		return nil, err
	}
	return out.ResourceShareAssociations, nil
}

func statuses(list []types.ResourceShareAssociation) string {
	var all []string
	for _, a := range list {
		all = append(all, fmt.Sprint(a.AssociationType, " ", a.Status))
	}
	return strings.Join(all, ", ")
}

// The answer of Associate says ASSOCIATING, later calls ASSOCIATED; there is one row for a resource, whatever
// has become of it.
func TestAssociationStatuses(t *testing.T) {
	w := sharing(t)
	pool := w.pool(w.N)
	share := w.share(w.N, "pools", nil, nil)
	both := entities{resources: []string{pool}, principals: []string{w.W}}

	added := must(w.associate(w.N, share, both))(t)
	equal(t, "answer", statuses(added), "RESOURCE ASSOCIATING, PRINCIPAL ASSOCIATING")
	if a := added[0]; a.ResourceShareName != nil || a.CreationTime != nil || *a.External {
		t.Errorf("the answer has more than AWS's: %+v", a)
	}
	same(t, "resources", w.associations(w.N, share, resources), []string{pool + " ASSOCIATED"})
	same(t, "principals", w.associations(w.N, share, principals), []string{w.W + " ASSOCIATED"})
	equal(t, "answer to a repetition", statuses(must(w.associate(w.N, share, both))(t)), "RESOURCE ASSOCIATED, PRINCIPAL ASSOCIATED")

	equal(t, "answer", statuses(must(w.disassociate(w.N, share, both))(t)), "RESOURCE DISASSOCIATING, PRINCIPAL DISASSOCIATING")
	same(t, "resources", w.associations(w.N, share, resources), []string{pool + " DISASSOCIATED"})
	_, err := w.disassociate(w.N, share, both)
	refused[*types.UnknownResourceException](t, err, pool)
	must(w.associate(w.N, share, both))(t)
	same(t, "resources after coming back", w.associations(w.N, share, resources), []string{pool + " ASSOCIATED"})
	w.server.Advance(3 * time.Hour) // the end of the old one is not the end of the new one
	same(t, "resources three hours later", w.associations(w.N, share, resources), []string{pool + " ASSOCIATED"})
	must(w.disassociate(w.N, share, both))(t)
	w.server.Advance(2*time.Hour + time.Minute)
	same(t, "resources two hours after the end", w.associations(w.N, share, resources), nil)
}

// What is still on its way can't be taken out.
func TestDisassociateTooEarly(t *testing.T) {
	w := start(t, ipamtest.WithSettings(func(s *ec2api.Settings) { s.Timing.Transition = 2 * time.Second }))
	pool := w.pool(w.N)
	share := w.share(w.N, "pools", []string{pool}, nil)
	same(t, "resources", w.associations(w.N, share, resources), []string{pool + " ASSOCIATING"})
	_, err := w.disassociate(w.N, share, entities{resources: []string{pool}})
	refused[*types.InvalidStateTransitionException](t, err, "At least one of the associations in the resource share is in ASSOCIATING status.")
	w.server.Advance(3 * time.Second)
	must(w.disassociate(w.N, share, entities{resources: []string{pool}}))(t)
	same(t, "resources", w.associations(w.N, share, resources), []string{pool + " DISASSOCIATING"})
	_, err = w.associate(w.N, share, entities{resources: []string{pool}})
	refused[*types.InvalidStateTransitionException](t, err, "DISASSOCIATING")
	w.server.Advance(3 * time.Second)
	same(t, "resources", w.associations(w.N, share, resources), []string{pool + " DISASSOCIATED"})
}

// With AWS's timing the other transitions can be seen as well.
func TestTransitions(t *testing.T) {
	w := start(t, ipamtest.WithSettings(func(s *ec2api.Settings) { s.Timing.Transition = 2 * time.Second }))
	client := w.ram(w.N)
	share, permission := w.share(w.N, "a", nil, nil), w.permission(w.N, "p", readPool)
	must(client.ReplacePermissionAssociations(w.Context(), &ram.ReplacePermissionAssociationsInput{FromPermissionArn: &permission, ToPermissionArn: new(defaultPool)}))(t)
	must(client.DeleteResourceShare(w.Context(), &ram.DeleteResourceShareInput{ResourceShareArn: &share}))(t)
	must(client.DeletePermission(w.Context(), &ram.DeletePermissionInput{PermissionArn: &permission}))(t)
	now := func() string {
		s := must(client.GetResourceShares(w.Context(), &ram.GetResourceSharesInput{ResourceOwner: self}))(t).ResourceShares[0]
		p := must(client.GetPermission(w.Context(), &ram.GetPermissionInput{PermissionArn: &permission}))(t).Permission
		r := must(client.ListReplacePermissionAssociationsWork(w.Context(), &ram.ListReplacePermissionAssociationsWorkInput{}))(t).ReplacePermissionAssociationsWorks[0]
		return fmt.Sprint(s.Status, " ", p.Status, " ", r.Status)
	}
	equal(t, "statuses", now(), "DELETING DELETING IN_PROGRESS")
	_, err := client.CreatePermission(w.Context(), &ram.CreatePermissionInput{Name: new("p"), ResourceType: new(poolType), PolicyTemplate: new(usePool)})
	refused[*types.PermissionAlreadyExistsException](t, err, "p")
	w.server.Advance(3 * time.Second)
	equal(t, "statuses later", now(), "DELETED DELETED COMPLETED")
	equal(t, "ARN of another permission of the same name", w.permission(w.N, "p", usePool), permission)
	w.server.Advance(3 * time.Hour) // the end of the old one is not the end of the new one
	must(client.GetPermission(w.Context(), &ram.GetPermissionInput{PermissionArn: &permission}))(t)
}

// A pool has no Region in its ARN, yet it is shared from the home Region of its IPAM.
func TestHomeRegion(t *testing.T) {
	w := start(t)
	pool := w.pools(w.N, away, 1)[0]
	if !strings.HasPrefix(pool, "arn:aws:ec2::"+w.N+":ipam-pool/") {
		t.Fatalf("ARN = %s", pool)
	}
	_, err := w.ram(w.N).CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{Name: new("a"), ResourceArns: []string{pool}})
	refused[*types.UnknownResourceException](t, err, away)
	created := must(w.ramIn(w.N, away).CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{Name: new("a"), ResourceArns: []string{pool}}))(t)
	out := must(w.ramIn(w.N, away).ListResources(w.Context(), &ram.ListResourcesInput{ResourceOwner: self}))(t)
	equal(t, "scope", out.Resources[0].ResourceRegionScope, types.ResourceRegionScopeRegional)
	equal(t, "shares in another Region", len(w.visible(w.N, self)), 0)
	equal(t, "Region of the share", strings.Split(*created.ResourceShare.ResourceShareArn, ":")[3], away)
}

func TestResourceRefusals(t *testing.T) {
	w := start(t)
	pool := w.pool(w.N)
	share, foreign := w.share(w.N, "a", nil, nil), w.share(X, "b", nil, nil)
	try := func(arn string) error {
		_, err := w.associate(w.N, share, entities{resources: []string{arn}})
		return err
	}
	refused[*types.MalformedArnException](t, try("pool"), "The specified resource ARN pool is not valid. Verify the ARN and try again.")
	refused[*types.MalformedArnException](t, try("arn:aws:ec2:us-east-1:"+w.N+":instance/i-1"), "You cannot share the selected resource type.")
	refused[*types.UnknownResourceException](t, try("arn:aws:ec2::"+w.N+":ipam-pool/ipam-pool-00000000000000000"), "")
	refused[*types.UnknownResourceException](t, try("arn:aws:ec2:us-east-1:"+w.N+":subnet/subnet-00000000000000000"), "")
	_, err := w.associate(X, foreign, entities{resources: []string{pool}})
	refused[*types.UnknownResourceException](t, err, pool) // another's can't be shared
	_, err = w.associate(X, share, entities{resources: []string{pool}})
	refused[*types.UnknownResourceException](t, err, share)
	_, err = w.associate(w.N, share, entities{})
	refused[*types.InvalidParameterException](t, err, "at least one")
	_, err = w.associate(w.N, share, entities{resources: make([]string, 101)})
	refused[*types.ResourceShareLimitExceededException](t, err, "100")
	_, err = w.disassociate(w.N, share, entities{resources: []string{pool}})
	refused[*types.UnknownResourceException](t, err, pool)
	_, err = w.disassociate(X, share, entities{principals: []string{X}})
	refused[*types.UnknownResourceException](t, err, share)
}

// A resource that is deleted leaves its shares.
func TestDeletedResource(t *testing.T) {
	w := start(t)
	pool := w.pool(w.N)
	share := w.share(w.N, "a", []string{pool}, nil)
	id := pool[strings.LastIndexByte(pool, '/')+1:]
	must(ec2.NewFromConfig(w.server.Config(w.N, home)).DeleteIpamPool(w.Context(), &ec2.DeleteIpamPoolInput{IpamPoolId: &id}))(t)
	same(t, "resources", w.associations(w.N, share, resources), []string{pool + " DISASSOCIATED"})
	out := must(w.ram(w.N).ListResources(w.Context(), &ram.ListResourcesInput{ResourceOwner: self}))(t)
	equal(t, "listed resources", len(out.Resources), 0)
}

func TestPrincipalRefusals(t *testing.T) {
	w := sharing(t)
	share := w.share(w.N, "a", nil, nil)
	unitARN, unitID := w.unit(w.root, "unit")
	o := w.organization[strings.LastIndexByte(w.organization, '/')+1:]
	try := func(principal string) error {
		_, err := w.associate(w.N, share, entities{principals: []string{principal}})
		return err
	}
	// Only AWS's console knows bare ids; a root and an account have no ARN that would do.
	for _, malformed := range []string{
		o, unitID, w.root, "", "*", "12345", "arn:aws:iam::" + w.W + ":root", "arn:aws:iam::" + w.W + ":group/g",
		"arn:aws:organizations::" + M + ":root/" + o + "/" + w.root, "arn:aws:organizations::" + M + ":account/" + o + "/" + w.W,
		"example.com",
	} {
		refused[*types.InvalidParameterException](t, try(malformed), "Principal ID "+malformed+" is malformed. Verify the ID and try again.")
	}
	refused[*types.UnknownResourceException](t, try("arn:aws:organizations::"+M+":organization/o-0000000000"), "Organization o-0000000000 could not be found.")
	refused[*types.UnknownResourceException](t, try(strings.Replace(w.organization, M, X, 1)), "Organization "+o+" could not be found.")
	refused[*types.UnknownResourceException](t, try(unitARN+"0"), "OrganizationalUnit "+unitID+"0 could not be found.")
	refused[*types.UnknownResourceException](t, try(strings.Replace(unitARN, o, "o-0000000000", 1)), "OrganizationalUnit "+unitID+" in unknown organization could not be found.")
	refused[*types.InvalidParameterException](t, try(w.N), "owns")
	if err := try("ipam.amazonaws.com"); err != nil {
		t.Fatal(err)
	}
	refused[*types.InvalidParameterException](t, try(w.W), "service principals")

	closed := must(w.ram(w.N).CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{Name: new("b"), AllowExternalPrincipals: new(false), Principals: []string{w.W, w.organization, unitARN}}))(t)
	_, err := w.associate(w.N, *closed.ResourceShare.ResourceShareArn, entities{principals: []string{X}})
	refused[*types.InvalidParameterException](t, err, "Principal "+X+" is not in your AWS organization. You do not have permission to add external AWS accounts to a resource share.")
	open := w.share(w.N, "c", nil, []string{X})
	_, err = w.ram(w.N).UpdateResourceShare(w.Context(), &ram.UpdateResourceShareInput{ResourceShareArn: &open, AllowExternalPrincipals: new(false)})
	refused[*types.InvalidParameterException](t, err, X)
	retain := &types.ResourceShareConfiguration{RetainSharingOnAccountLeaveOrganization: new(true)}
	_, err = w.ram(w.N).CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{Name: new("d"), ResourceShareConfiguration: retain, Principals: []string{w.organization}})
	refused[*types.InvalidParameterException](t, err, "retains")
}

func TestAssociationFilters(t *testing.T) {
	w := sharing(t)
	pools := w.pools(w.N, home, 2)
	unitARN, unitID := w.unit(w.root, "unit")
	a := w.share(w.N, "a", pools, []string{w.W, unitARN})
	b := w.share(w.N, "b", pools[:1], []string{w.W, X})
	tests := []struct {
		name string
		in   ram.GetResourceShareAssociationsInput
		want []string
	}{
		{"all resources", ram.GetResourceShareAssociationsInput{AssociationType: resources}, []string{a + pools[0], a + pools[1], b + pools[0]}},
		{"one resource", ram.GetResourceShareAssociationsInput{AssociationType: resources, ResourceArn: &pools[0]}, []string{a + pools[0], b + pools[0]}},
		{"all principals", ram.GetResourceShareAssociationsInput{AssociationType: principals}, []string{a + w.W, a + unitARN, b + w.W, b + X}},
		{"one share", ram.GetResourceShareAssociationsInput{AssociationType: principals, ResourceShareArns: []string{b}}, []string{b + w.W, b + X}},
		{"an account", ram.GetResourceShareAssociationsInput{AssociationType: principals, Principal: &w.W}, []string{a + w.W, b + w.W}},
		{"an OU", ram.GetResourceShareAssociationsInput{AssociationType: principals, Principal: &unitARN}, []string{a + unitARN}},
		{"an OU's id", ram.GetResourceShareAssociationsInput{AssociationType: principals, Principal: &unitID}, []string{a + unitARN}},
		{"a status", ram.GetResourceShareAssociationsInput{AssociationType: principals, AssociationStatus: types.ResourceShareAssociationStatusAssociating}, []string{b + X}},
	}
	for _, test := range tests {
		var got []string
		for _, a := range must(w.ram(w.N).GetResourceShareAssociations(w.Context(), &test.in))(t).ResourceShareAssociations {
			got = append(got, *a.ResourceShareArn+*a.AssociatedEntity)
			if a.ResourceShareName == nil || a.CreationTime == nil {
				t.Errorf("%s: name or time is missing in %+v", test.name, a)
			}
			if want := *a.AssociatedEntity == X; *a.External != want {
				t.Errorf("%s: external of %s = %v, want %v", test.name, *a.AssociatedEntity, *a.External, want)
			}
		}
		same(t, "associations by "+test.name, got, test.want)
	}
	try := func(in ram.GetResourceShareAssociationsInput) error {
		_, err := w.ram(w.N).GetResourceShareAssociations(w.Context(), &in)
		return err
	}
	refused[*types.InvalidParameterException](t, try(ram.GetResourceShareAssociationsInput{AssociationType: principals, ResourceArn: &pools[0]}), "You cannot specify a resource ARN when the association type is PRINCIPAL.")
	refused[*types.InvalidParameterException](t, try(ram.GetResourceShareAssociationsInput{AssociationType: resources, Principal: &w.W}), "You cannot specify a principal when the association type is RESOURCE.")
	refused[*types.InvalidParameterException](t, try(ram.GetResourceShareAssociationsInput{AssociationType: "X"}), "X")
	refused[*types.InvalidParameterException](t, try(ram.GetResourceShareAssociationsInput{AssociationType: resources, AssociationStatus: "X"}), "X")
	refused[*types.MalformedArnException](t, try(ram.GetResourceShareAssociationsInput{AssociationType: resources, ResourceArn: new("x")}), "x")
	_, err := w.ram(w.W).GetResourceShareAssociations(w.Context(), &ram.GetResourceShareAssociationsInput{AssociationType: resources, ResourceShareArns: []string{a}})
	refused[*types.UnknownResourceException](t, err, a) // a consumer does not see who else is in a share
}

func TestSources(t *testing.T) {
	w := start(t)
	share := w.share(w.N, "a", nil, []string{"ipam.amazonaws.com"})
	all := []string{X, "o-0123456789", "o-0123456789/r-abcd/*", "arn:aws:ec2:us-east-1:" + X + ":vpc/vpc-1"}
	must(w.associate(w.N, share, entities{sources: all}))(t)
	same(t, "associations", w.associations(w.N, share, sources), []string{all[0] + " ASSOCIATED", all[1] + " ASSOCIATED", all[2] + " ASSOCIATED", all[3] + " ASSOCIATED"})
	list := func(in ram.ListSourceAssociationsInput) (got []string) {
		for _, s := range must(w.ram(w.N).ListSourceAssociations(w.Context(), &in))(t).SourceAssociations {
			got = append(got, *s.SourceId+" "+*s.SourceType+" "+*s.Status)
		}
		return got
	}
	equal(t, "sources", len(list(ram.ListSourceAssociationsInput{})), 4)
	same(t, "by id", list(ram.ListSourceAssociationsInput{SourceId: &all[0]}), []string{X + " SourceAccount ASSOCIATED"})
	same(t, "by type", list(ram.ListSourceAssociationsInput{SourceType: new("SourceOrgID")}), []string{all[1] + " SourceOrgID ASSOCIATED"})
	same(t, "by status", list(ram.ListSourceAssociationsInput{AssociationStatus: types.ResourceShareAssociationStatusFailed}), nil)
	equal(t, "by share", len(list(ram.ListSourceAssociationsInput{ResourceShareArns: []string{share}})), 4)

	must(w.disassociate(w.N, share, entities{sources: all[1:]}))(t)
	_, err := w.disassociate(w.N, share, entities{sources: all[:1]})
	refused[*types.InvalidParameterException](t, err, "At least one source must remain")
	_, err = w.associate(w.N, share, entities{sources: []string{"x"}})
	refused[*types.InvalidParameterException](t, err, "x")
	_, err = w.ram(X).ListSourceAssociations(w.Context(), &ram.ListSourceAssociationsInput{ResourceShareArns: []string{share}})
	refused[*types.UnknownResourceException](t, err, share)
	_, err = w.ram(w.N).ListSourceAssociations(w.Context(), &ram.ListSourceAssociationsInput{AssociationStatus: "X"})
	refused[*types.InvalidParameterException](t, err, "X")
}
