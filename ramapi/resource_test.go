package ramapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"
)

func TestListResources(t *testing.T) {
	w := sharing(t)
	pools := w.pools(w.N, home, 2)
	a := w.share(w.N, "a", pools, []string{w.W})
	b := w.share(w.N, "b", pools[:1], []string{w.organization})
	c := w.share(w.N, "c", pools[1:], []string{X})
	list := func(account string, in ram.ListResourcesInput) (got []string) {
		for _, r := range must(w.ram(account).ListResources(w.Context(), &in))(t).Resources {
			got = append(got, *r.ResourceShareArn+*r.Arn)
			if r.Status != "" || *r.Type != poolType || r.CreationTime == nil { // no status for pools
				t.Errorf("resource = %+v", r)
			}
		}
		return got
	}
	own := []string{a + pools[0], a + pools[1], b + pools[0], c + pools[1]}
	tests := []struct {
		name    string
		account string
		in      ram.ListResourcesInput
		want    []string
	}{
		{"SELF of the owner", w.N, ram.ListResourcesInput{ResourceOwner: self}, own},
		{"SELF of a consumer", w.W, ram.ListResourcesInput{ResourceOwner: self}, nil},
		{"OTHER-ACCOUNTS of the owner", w.N, ram.ListResourcesInput{ResourceOwner: others}, nil},
		{"OTHER-ACCOUNTS of a consumer", w.W, ram.ListResourcesInput{ResourceOwner: others}, own[:3]},
		{"OTHER-ACCOUNTS of the management account", M, ram.ListResourcesInput{ResourceOwner: others}, own[2:3]},
		{"principal", w.N, ram.ListResourcesInput{ResourceOwner: self, Principal: &w.W}, own[:2]},
		{"principal of a consumer", w.W, ram.ListResourcesInput{ResourceOwner: others, Principal: &w.N}, own[:3]},
		{"type", w.N, ram.ListResourcesInput{ResourceOwner: self, ResourceType: new(poolType)}, own},
		{"another type", w.N, ram.ListResourcesInput{ResourceOwner: self, ResourceType: new("ec2:Subnet")}, nil},
		{"ARN", w.N, ram.ListResourcesInput{ResourceOwner: self, ResourceArns: pools[1:]}, []string{own[1], own[3]}},
		{"share", w.W, ram.ListResourcesInput{ResourceOwner: others, ResourceShareArns: []string{b}}, own[2:3]},
		{"scope", w.N, ram.ListResourcesInput{ResourceOwner: self, ResourceRegionScope: types.ResourceRegionScopeFilterRegional}, own},
		{"global scope", w.N, ram.ListResourcesInput{ResourceOwner: self, ResourceRegionScope: types.ResourceRegionScopeFilterGlobal}, nil},
	}
	for _, test := range tests {
		same(t, "resources by "+test.name, list(test.account, test.in), test.want)
	}
	try := func(in ram.ListResourcesInput) error {
		in.ResourceOwner = self
		_, err := w.ram(w.N).ListResources(w.Context(), &in)
		return err
	}
	refused[*types.InvalidParameterException](t, try(ram.ListResourcesInput{ResourceRegionScope: "INVALID"}), "INVALID is not a valid resource region scope value. Specify a valid value and try again.")
	refused[*types.InvalidResourceTypeException](t, try(ram.ListResourcesInput{ResourceType: new("x")}), "x")
	refused[*types.MalformedArnException](t, try(ram.ListResourcesInput{ResourceArns: []string{"x"}}), "The specified resource ARN x is not valid.")
	refused[*types.UnknownResourceException](t, try(ram.ListResourcesInput{ResourceShareArns: []string{c + "0"}}), c)
}

func TestListPrincipals(t *testing.T) {
	w := sharing(t)
	pools := w.pools(w.N, home, 2)
	a := w.share(w.N, "a", pools[:1], []string{w.W, w.organization})
	b := w.share(w.N, "b", pools[1:], []string{X})
	list := func(account string, in ram.ListPrincipalsInput) (got []string) {
		for _, p := range must(w.ram(account).ListPrincipals(w.Context(), &in))(t).Principals {
			got = append(got, fmt.Sprint(*p.ResourceShareArn, " ", *p.Id, " ", *p.External))
		}
		return got
	}
	same(t, "principals before X accepts", list(w.N, ram.ListPrincipalsInput{ResourceOwner: self}), []string{a + " " + w.W + " false", a + " " + w.organization + " false"})
	w.accept(X, w.pending(X))
	tests := []struct {
		name    string
		account string
		in      ram.ListPrincipalsInput
		want    []string
	}{
		{"share", w.N, ram.ListPrincipalsInput{ResourceOwner: self, ResourceShareArns: []string{b}}, []string{b + " " + X + " true"}},
		{"principal", w.N, ram.ListPrincipalsInput{ResourceOwner: self, Principals: []string{w.W}}, []string{a + " " + w.W + " false"}},
		{"resource", w.N, ram.ListPrincipalsInput{ResourceOwner: self, ResourceArn: &pools[1]}, []string{b + " " + X + " true"}},
		{"another type", w.N, ram.ListPrincipalsInput{ResourceOwner: self, ResourceType: new("ec2:Subnet")}, nil},
		{"OTHER-ACCOUNTS inside", w.W, ram.ListPrincipalsInput{ResourceOwner: others}, []string{a + " " + w.N + " false"}},
		{"OTHER-ACCOUNTS outside", X, ram.ListPrincipalsInput{ResourceOwner: others}, []string{b + " " + w.N + " true"}},
		{"OTHER-ACCOUNTS of nobody", Y, ram.ListPrincipalsInput{ResourceOwner: others}, nil},
	}
	for _, test := range tests {
		same(t, "principals by "+test.name, list(test.account, test.in), test.want)
	}
	try := func(in ram.ListPrincipalsInput) error {
		_, err := w.ram(w.N).ListPrincipals(w.Context(), &in)
		return err
	}
	refused[*types.InvalidParameterException](t, try(ram.ListPrincipalsInput{ResourceOwner: "X"}), "X is not a valid resource owner.")
	refused[*types.InvalidParameterException](t, try(ram.ListPrincipalsInput{ResourceOwner: self, ResourceType: new("x")}), "x")
	refused[*types.MalformedArnException](t, try(ram.ListPrincipalsInput{ResourceOwner: self, ResourceArn: new("x")}), "x")
}

func TestListResourceTypes(t *testing.T) {
	w := start(t)
	list := func(scope types.ResourceRegionScopeFilter) (got []string) {
		for _, k := range must(w.ram(w.N).ListResourceTypes(w.Context(), &ram.ListResourceTypesInput{ResourceRegionScope: scope}))(t).ResourceTypes {
			got = append(got, fmt.Sprint(*k.ResourceType, " ", *k.ServiceName, " ", k.ResourceRegionScope))
		}
		return got
	}
	all := list("")
	for _, want := range []string{"ec2:IpamPool ec2 REGIONAL", "ec2:IpamResourceDiscovery ec2 REGIONAL", "ec2:PrefixList ec2 REGIONAL", "ec2:Subnet ec2 REGIONAL"} {
		if !slices.Contains(all, want) {
			t.Errorf("types = %q, want %s among them", all, want)
		}
	}
	same(t, "regional types", list(types.ResourceRegionScopeFilterRegional), all)
	same(t, "global types", list(types.ResourceRegionScopeFilterGlobal), nil)
	_, err := w.ram(w.N).ListResourceTypes(w.Context(), &ram.ListResourceTypesInput{ResourceRegionScope: "X"})
	refused[*types.InvalidParameterException](t, err, "X is not a valid resource region scope value.")
}

func TestResourcePolicies(t *testing.T) {
	w := sharing(t)
	pools := w.pools(w.N, home, 2)
	unit, unitID := w.unit(w.root, "unit")
	w.share(w.N, "a", pools[:1], []string{w.W, w.organization, unit, "arn:aws:iam::" + w.W + ":role/r"})
	services := w.share(w.N, "b", pools[:1], []string{"ipam.amazonaws.com"})
	must(w.associate(w.N, services, entities{sources: []string{X}}))(t)

	type statement struct {
		Sid, Effect, Resource string
		Principal             any
		Action                []string
		Condition             map[string]map[string][]string
	}
	policies := func(principal *string) (list []statement) {
		out := must(w.ram(w.N).GetResourcePolicies(w.Context(), &ram.GetResourcePoliciesInput{ResourceArns: pools[:1], Principal: principal}))(t)
		for _, text := range out.Policies {
			var p struct {
				Version   string
				Statement []statement
			}
			if err := json.Unmarshal([]byte(text), &p); err != nil || p.Version != "2008-10-17" {
				t.Fatalf("policy = %s: %v", text, err)
			}
			list = append(list, p.Statement...)
		}
		return list
	}
	var got []string
	for _, s := range policies(nil) {
		got = append(got, fmt.Sprint(s.Principal, " ", s.Condition))
		if s.Effect != "Allow" || s.Resource != pools[0] || !slices.Contains(s.Action, "ec2:GetIpamPoolCidrs") {
			t.Errorf("statement = %+v", s)
		}
	}
	organization := w.organization[len("arn:aws:organizations::"+M+":organization/"):]
	same(t, "statements", got, []string{
		"* map[StringEquals:map[aws:PrincipalOrgID:[" + organization + "]]]",
		"* map[ForAnyValue:StringLike:map[aws:PrincipalOrgPaths:[*/" + unitID + "/*]]]",
		"map[AWS:[arn:aws:iam::" + w.W + ":root arn:aws:iam::" + w.W + ":role/r]] map[]",
		"map[Service:[ipam.amazonaws.com]] map[StringLike:map[aws:SourceAccount:[" + X + "]]]",
	})
	only := policies(&w.W)
	equal(t, "statements for one principal", len(only), 1)
	equal(t, "Sid", only[0].Sid, "RamStatement1")
	equal(t, "statements for a principal that is in no share", len(policies(new(X))), 0)

	try := func(account string, arns ...string) error {
		_, err := w.ram(account).GetResourcePolicies(w.Context(), &ram.GetResourcePoliciesInput{ResourceArns: arns})
		return err
	}
	refused[*types.ResourceArnNotFoundException](t, try(w.N, pools[1]), pools[1])
	refused[*types.ResourceArnNotFoundException](t, try(w.W, pools[0]), pools[0])
	refused[*types.MalformedArnException](t, try(w.N, "x"), "x")
}
