package ramapi_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"
)

var uuid = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`

func tag(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }

func TestShare(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	created := must(client.CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{Name: new("pools"), Tags: []types.Tag{tag("team", "net")}}))(t)
	s := created.ResourceShare
	arn := *s.ResourceShareArn
	if !regexp.MustCompile(`^arn:aws:ram:us-east-1:` + w.N + `:resource-share/` + uuid + `$`).MatchString(arn) {
		t.Errorf("ARN = %s", arn)
	}
	if created.ClientToken == nil {
		t.Error("the answer has no client token")
	}
	equal(t, "status", s.Status, types.ResourceShareStatusActive)
	equal(t, "owner", *s.OwningAccountId, w.N)
	equal(t, "allowExternalPrincipals", *s.AllowExternalPrincipals, true)
	equal(t, "feature set in the answer", s.FeatureSet, "")
	equal(t, "tags in the answer", len(s.Tags), 0)

	updated := must(client.UpdateResourceShare(w.Context(), &ram.UpdateResourceShareInput{ResourceShareArn: &arn, Name: new("renamed"), AllowExternalPrincipals: new(false)}))(t)
	equal(t, "name", *updated.ResourceShare.Name, "renamed")
	equal(t, "allowExternalPrincipals", *updated.ResourceShare.AllowExternalPrincipals, false)

	got := must(client.GetResourceShares(w.Context(), &ram.GetResourceSharesInput{ResourceOwner: self, ResourceShareArns: []string{arn}}))(t).ResourceShares
	equal(t, "shares", len(got), 1)
	equal(t, "feature set", got[0].FeatureSet, types.ResourceShareFeatureSetStandard)
	equal(t, "tag", *got[0].Tags[0].Value, "net")

	deleted := must(client.DeleteResourceShare(w.Context(), &ram.DeleteResourceShareInput{ResourceShareArn: &arn, ClientToken: new("t")}))(t)
	equal(t, "returnValue", *deleted.ReturnValue, true)
	equal(t, "clientToken", *deleted.ClientToken, "t")
	_, err := client.DeleteResourceShare(w.Context(), &ram.DeleteResourceShareInput{ResourceShareArn: &arn})
	refused[*types.UnknownResourceException](t, err, "ResourceShare "+arn+" could not be found.")
	_, err = client.UpdateResourceShare(w.Context(), &ram.UpdateResourceShareInput{ResourceShareArn: &arn, Name: new("x")})
	refused[*types.UnknownResourceException](t, err, "")
}

// A deleted share stays for two hours without its content.
func TestDeletedShareLingers(t *testing.T) {
	w := sharing(t)
	pool := w.pool(w.N)
	arn := w.share(w.N, "pools", []string{pool}, []string{w.organization})
	same(t, "usable", w.usable(w.W), []string{pool})
	must(w.ram(w.N).DeleteResourceShare(w.Context(), &ram.DeleteResourceShareInput{ResourceShareArn: &arn}))(t)

	got := must(w.ram(w.N).GetResourceShares(w.Context(), &ram.GetResourceSharesInput{ResourceOwner: self}))(t).ResourceShares
	equal(t, "status", got[0].Status, types.ResourceShareStatusDeleted)
	same(t, "associations", w.associations(w.N, arn, resources), []string{pool + " DISASSOCIATED"})
	same(t, "usable", w.usable(w.W), nil)
	same(t, "seen by W", w.visible(w.W, others), nil)
	own := must(w.ram(w.N).ListResources(w.Context(), &ram.ListResourcesInput{ResourceOwner: self}))(t)
	equal(t, "own resources", len(own.Resources), 0)
	with := must(w.ram(w.N).ListPrincipals(w.Context(), &ram.ListPrincipalsInput{ResourceOwner: self}))(t)
	equal(t, "own principals", len(with.Principals), 0)
	active := must(w.ram(w.N).GetResourceShares(w.Context(), &ram.GetResourceSharesInput{ResourceOwner: self, ResourceShareStatus: types.ResourceShareStatusActive}))(t)
	equal(t, "active shares", len(active.ResourceShares), 0)

	again := w.share(w.N, "pools", []string{pool}, nil) // the name may be used again
	w.server.Advance(119 * time.Minute)
	same(t, "shares before two hours", w.visible(w.N, self), []string{arn, again})
	w.server.Advance(2 * time.Minute)
	same(t, "shares after two hours", w.visible(w.N, self), []string{again})
	_, err := w.ram(w.N).GetResourceShareAssociations(w.Context(), &ram.GetResourceShareAssociationsInput{AssociationType: resources, ResourceShareArns: []string{arn}})
	refused[*types.UnknownResourceException](t, err, "")
}

func TestShareFilters(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	create := func(name string, permissions []string, tags ...types.Tag) string {
		out := must(client.CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{Name: &name, Tags: tags, PermissionArns: permissions}))(t)
		return *out.ResourceShare.ResourceShareArn
	}
	a := create("a", nil, tag("env", "dev"), tag("team", "net"))
	b := create("b", []string{defaultPool}, tag("env", "prod"))
	c := create("a", []string{byoipPool})
	tests := []struct {
		name string
		in   ram.GetResourceSharesInput
		want []string
	}{
		{"nothing", ram.GetResourceSharesInput{}, []string{a, b, c}},
		{"a name, which need not be unique", ram.GetResourceSharesInput{Name: new("a")}, []string{a, c}},
		{"an ARN", ram.GetResourceSharesInput{ResourceShareArns: []string{b}}, []string{b}},
		{"a status", ram.GetResourceSharesInput{ResourceShareStatus: types.ResourceShareStatusDeleted}, nil},
		{"a tag key", ram.GetResourceSharesInput{TagFilters: []types.TagFilter{{TagKey: new("env")}}}, []string{a, b}},
		{"a tag with values", ram.GetResourceSharesInput{TagFilters: []types.TagFilter{{TagKey: new("env"), TagValues: []string{"prod", "test"}}}}, []string{b}},
		{"one of two tags", ram.GetResourceSharesInput{TagFilters: []types.TagFilter{{TagKey: new("team")}, {TagKey: new("env"), TagValues: []string{"prod"}}}}, []string{a, b}},
		{"a permission", ram.GetResourceSharesInput{PermissionArn: new(defaultPool)}, []string{b}},
		{"a permission and its version", ram.GetResourceSharesInput{PermissionArn: new(defaultPool), PermissionVersion: new(int32(2))}, []string{b}},
		{"a permission and another version", ram.GetResourceSharesInput{PermissionArn: new(defaultPool), PermissionVersion: new(int32(1))}, nil},
	}
	for _, test := range tests {
		test.in.ResourceOwner = self
		out := must(client.GetResourceShares(w.Context(), &test.in))(t)
		var got []string
		for _, s := range out.ResourceShares {
			got = append(got, *s.ResourceShareArn)
		}
		same(t, "shares by "+test.name, got, test.want)
	}
}

func TestSharePages(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	var want, got []string
	for range 5 {
		want = append(want, w.share(w.N, "a", nil, nil))
	}
	in := &ram.GetResourceSharesInput{ResourceOwner: self, MaxResults: new(int32(2))}
	for pages := 1; ; pages++ {
		out := must(client.GetResourceShares(w.Context(), in))(t)
		for _, s := range out.ResourceShares {
			got = append(got, *s.ResourceShareArn)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			equal(t, "pages", pages, 3)
			break
		}
	}
	same(t, "shares", got, want)

	first := must(client.GetResourceShares(w.Context(), &ram.GetResourceSharesInput{ResourceOwner: self, MaxResults: new(int32(1))}))(t)
	_, err := client.ListResources(w.Context(), &ram.ListResourcesInput{ResourceOwner: self, NextToken: first.NextToken})
	refused[*types.InvalidNextTokenException](t, err, "")
	_, err = client.GetResourceShares(w.Context(), &ram.GetResourceSharesInput{ResourceOwner: self, NextToken: new("x")})
	refused[*types.InvalidNextTokenException](t, err, "")
	for _, n := range []int32{0, 501, -1} {
		_, err = client.GetResourceShares(w.Context(), &ram.GetResourceSharesInput{ResourceOwner: self, MaxResults: &n})
		refused[*types.InvalidParameterException](t, err, "maxResults")
	}
}

func TestShareRefusals(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	get := func(in ram.GetResourceSharesInput) error {
		_, err := client.GetResourceShares(w.Context(), &in)
		return err
	}
	gone := "arn:aws:ram:us-east-1:" + w.N + ":resource-share/00000000-0000-0000-0000-000000000000"
	refused[*types.InvalidParameterException](t, get(ram.GetResourceSharesInput{ResourceOwner: "ME"}), "ME is not a valid resource owner. Specify either SELF or OTHER-ACCOUNTS and try again.")
	refused[*types.InvalidParameterException](t, get(ram.GetResourceSharesInput{ResourceOwner: self, ResourceShareStatus: "GONE"}), "GONE")
	refused[*types.InvalidParameterException](t, get(ram.GetResourceSharesInput{ResourceOwner: self, PermissionVersion: new(int32(1))}), "permissionArn")
	refused[*types.MalformedArnException](t, get(ram.GetResourceSharesInput{ResourceOwner: self, PermissionArn: new("x")}), "x")
	refused[*types.MalformedArnException](t, get(ram.GetResourceSharesInput{ResourceOwner: self, ResourceShareArns: []string{"x"}}), "The specified resource share ARN is not valid. Verify the ARN and try again.")
	refused[*types.UnknownResourceException](t, get(ram.GetResourceSharesInput{ResourceOwner: self, ResourceShareArns: []string{gone}}), "ResourceShare "+gone+" could not be found.")

	arn := w.share(w.N, "a", nil, nil)
	refused[*types.UnknownResourceException](t, get(ram.GetResourceSharesInput{ResourceOwner: others, ResourceShareArns: []string{arn}}), arn)
	_, err := w.ramIn(w.N, away).GetResourceShares(w.Context(), &ram.GetResourceSharesInput{ResourceOwner: self, ResourceShareArns: []string{arn}})
	refused[*types.UnknownResourceException](t, err, arn) // shares belong to a Region
	_, err = w.ram(X).UpdateResourceShare(w.Context(), &ram.UpdateResourceShareInput{ResourceShareArn: &arn, Name: new("x")})
	refused[*types.UnknownResourceException](t, err, arn)

	create := func(in ram.CreateResourceShareInput) error {
		in.Name = new("b")
		_, err := client.CreateResourceShare(w.Context(), &in)
		return err
	}
	retain := &types.ResourceShareConfiguration{RetainSharingOnAccountLeaveOrganization: new(true)}
	refused[*types.InvalidParameterException](t, create(ram.CreateResourceShareInput{AllowExternalPrincipals: new(false), ResourceShareConfiguration: retain}), "external")
	refused[*types.InvalidParameterException](t, create(ram.CreateResourceShareInput{PermissionArns: []string{defaultPool, byoipPool}}), "one permission")
	refused[*types.UnknownResourceException](t, create(ram.CreateResourceShareInput{PermissionArns: []string{defaultPool + "x"}}), "Permission")
	refused[*types.MalformedArnException](t, create(ram.CreateResourceShareInput{PermissionArns: []string{"x"}}), "")
	refused[*types.InvalidParameterException](t, create(ram.CreateResourceShareInput{Tags: []types.Tag{tag("aws:x", "")}}), "aws:")
	refused[*types.OperationNotPermittedException](t, create(ram.CreateResourceShareInput{PermissionTemplateParameters: []types.PermissionArnAndTemplateParameters{}}), "permissionTemplateParameters")
	_, err = client.CreateResourceShare(w.Context(), &ram.CreateResourceShareInput{Name: new("")})
	refused[*types.InvalidParameterException](t, err, "name")
	equal(t, "shares left by refused calls", len(w.visible(w.N, self)), 1)
}

func TestClientToken(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	in := &ram.CreateResourceShareInput{Name: new("a"), ClientToken: new("token")}
	first, second := must(client.CreateResourceShare(w.Context(), in))(t), must(client.CreateResourceShare(w.Context(), in))(t)
	equal(t, "ARN of the second call", *second.ResourceShare.ResourceShareArn, *first.ResourceShare.ResourceShareArn)
	equal(t, "token", *second.ClientToken, "token")
	in.Name = new("b")
	_, err := client.CreateResourceShare(w.Context(), in)
	refused[*types.IdempotentParameterMismatchException](t, err, "")
}

func TestTags(t *testing.T) {
	w := start(t)
	client := w.ram(w.N)
	share := w.share(w.N, "a", nil, nil)
	permission := w.permission(w.N, "p", readPool)
	tags := func() (got []string) {
		s := must(client.GetResourceShares(w.Context(), &ram.GetResourceSharesInput{ResourceOwner: self}))(t).ResourceShares[0]
		for _, x := range s.Tags {
			got = append(got, *x.Key+"="+*x.Value)
		}
		p := must(client.GetPermission(w.Context(), &ram.GetPermissionInput{PermissionArn: &permission}))(t).Permission
		for _, x := range p.Tags {
			got = append(got, "p:"+*x.Key+"="+*x.Value)
		}
		return got
	}
	must(client.TagResource(w.Context(), &ram.TagResourceInput{ResourceShareArn: &share, Tags: []types.Tag{tag("a", "1"), tag("b", "2")}}))(t)
	must(client.TagResource(w.Context(), &ram.TagResourceInput{ResourceArn: &share, Tags: []types.Tag{tag("a", "3")}}))(t)
	must(client.TagResource(w.Context(), &ram.TagResourceInput{ResourceArn: &permission, Tags: []types.Tag{tag("c", "")}}))(t)
	same(t, "tags", tags(), []string{"a=3", "b=2", "p:c="})
	must(client.UntagResource(w.Context(), &ram.UntagResourceInput{ResourceShareArn: &share, TagKeys: []string{"a", "x"}}))(t)
	must(client.UntagResource(w.Context(), &ram.UntagResourceInput{ResourceArn: &permission, TagKeys: []string{"c"}}))(t)
	same(t, "tags after some were taken off", tags(), []string{"b=2"})

	try := func(in ram.TagResourceInput) error { _, err := client.TagResource(w.Context(), &in); return err }
	one := []types.Tag{tag("x", "")}
	refused[*types.InvalidParameterException](t, try(ram.TagResourceInput{Tags: one}), "either")
	refused[*types.InvalidParameterException](t, try(ram.TagResourceInput{Tags: one, ResourceShareArn: &share, ResourceArn: &permission}), "either")
	refused[*types.UnknownResourceException](t, try(ram.TagResourceInput{Tags: one, ResourceShareArn: new(share + "x")}), "")
	refused[*types.MalformedArnException](t, try(ram.TagResourceInput{Tags: one, ResourceArn: new("x")}), "")
	refused[*types.OperationNotPermittedException](t, try(ram.TagResourceInput{Tags: one, ResourceArn: new(defaultPool)}), "")
	refused[*types.InvalidParameterException](t, try(ram.TagResourceInput{Tags: []types.Tag{tag(strings.Repeat("k", 129), "")}, ResourceShareArn: &share}), "")
	refused[*types.InvalidParameterException](t, try(ram.TagResourceInput{Tags: []types.Tag{tag("k", strings.Repeat("v", 257))}, ResourceShareArn: &share}), "")
	var many []types.Tag
	for i := range 51 {
		many = append(many, tag(strings.Repeat("k", i+1), ""))
	}
	refused[*types.TagLimitExceededException](t, try(ram.TagResourceInput{Tags: many, ResourceShareArn: &share}), "50")
	_, err := w.ram(X).UntagResource(w.Context(), &ram.UntagResourceInput{ResourceShareArn: &share, TagKeys: []string{"b"}})
	refused[*types.UnknownResourceException](t, err, "")
}
