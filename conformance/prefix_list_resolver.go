package conformance

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
)

var prefixListResolverTests = []Test{
	{"a new resolver has a first version, be it empty", "B275", newResolver},
	{"the rules of a resolver add up", "B276", resolverRulesAddUp},
	{"the conditions of a rule for resources are all met", "B277", resolverResourceRules},
	{"a rule for pools selects their CIDRs", "B278", resolverPoolRules},
	{"a resolver makes a version when its outcome changes", "B279", resolverFollows},
	{"a resolver follows Elastic IP addresses and their tags", "B480", resolverFollowsAddresses},
	{"a resolver selects CIDRs of its family", "B280", resolverFamilies},
	{"rules that AWS would not take are refused", "B281", badResolverRules},
	{"a resolver has its limits", "B282", resolverLimits},
	{"other rules replace all that a resolver has", "B283", modifyResolver},
	{"a resolver is deleted after its targets", "B284", deleteResolver},
	{"a resolver needs the advanced tier and goes with its IPAM", "B285", resolverOfIPAM},
	{"the versions of a resolver are listed, with their CIDRs", "B286", resolverVersions},
	{"versions that nobody uses are forgotten in a week", "B294", forgottenVersions},
	{"the administrator's resolver selects CIDRs of members", "B295", resolverOfAdministrator},
	{"a resolver selects CIDRs that a shared discovery brings in", "B295", resolverOfPartner},
	{"a resolver selects no ignored CIDRs", "B296", resolverIgnores},
	{"a rule about what has gone selects nothing", "B297", resolverOutlives},
	{"a resolver is made once for a client token, and has tags", "B298", resolverToken},
	{"nobody else sees a resolver", "B299", strangeResolver},
}

func newResolver(t *T) {
	ipam := t.ipam()
	got := *must(t.ec2(home).CreateIpamPrefixListResolver(t.ctx, &ec2.CreateIpamPrefixListResolverInput{
		IpamId: ipam.IpamId, AddressFamily: types.AddressFamilyIpv4, Description: new("branches"),
	}))(t).IpamPrefixListResolver
	id := str(got.IpamPrefixListResolverId)
	matches(t, "IpamPrefixListResolverId", id, "ipam-plr-"+hex17)
	want := types.IpamPrefixListResolver{
		OwnerId:                   new(t.Account()),
		IpamPrefixListResolverId:  &id,
		IpamPrefixListResolverArn: new("arn:aws:ec2::" + t.Account() + ":ipam-prefix-list-resolver/" + id),
		IpamArn:                   ipam.IpamArn,
		IpamRegion:                new(home),
		Description:               new("branches"),
		AddressFamily:             types.AddressFamilyIpv4,
		State:                     types.IpamPrefixListResolverStateCreateInProgress,
		LastVersionCreationStatus: types.IpamPrefixListResolverVersionCreationStatusPending,
		Tags:                      []types.Tag{},
	}
	equalRecord(t, "a new resolver", got, want)
	want.State, want.LastVersionCreationStatus = types.IpamPrefixListResolverStateCreateComplete, types.IpamPrefixListResolverVersionCreationStatusSuccess
	equalRecord(t, "the resolver described", t.awaitResolver(id, want.State), want)
	equal(t, "versions", fmt.Sprint(t.versions(got)), "[1]")
	equal(t, "CIDRs of the version of no rules", t.cidrsOfVersion(got, 1), "")
	rules := must(t.ec2(home).GetIpamPrefixListResolverRules(t.ctx, &ec2.GetIpamPrefixListResolverRulesInput{IpamPrefixListResolverId: &id}))(t).Rules
	equalRecord(t, "its rules", rules, []types.IpamPrefixListResolverRule{})
}

func resolverRulesAddUp(t *T) {
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	t.handMade(t.Account(), home, "10.1.0.0/16")
	r := t.resolver(ipam, static("192.0.2.0/24"), vpcsIn(scope, inside("10.0.0.0/8")), static("10.1.0.0/16"), static("9.0.0.0/8"), static("10.1.0.0/24"))
	equal(t, "the outcome", t.outcome(r), "9.0.0.0/8 10.1.0.0/16 10.1.0.0/24 192.0.2.0/24")
	found := must(t.ec2(home).GetIpamPrefixListResolverRules(t.ctx, &ec2.GetIpamPrefixListResolverRulesInput{IpamPrefixListResolverId: r.IpamPrefixListResolverId}))(t).Rules
	equalRecord(t, "the first rules", found[:2], []types.IpamPrefixListResolverRule{
		{RuleType: types.IpamPrefixListResolverRuleTypeStaticCidr, StaticCidr: new("192.0.2.0/24"), Conditions: []types.IpamPrefixListResolverRuleCondition{}},
		{
			RuleType: types.IpamPrefixListResolverRuleTypeIpamResourceCidr, IpamScopeId: scope, ResourceType: types.IpamResourceTypeVpc,
			Conditions: []types.IpamPrefixListResolverRuleCondition{{Operation: types.IpamPrefixListResolverRuleConditionOperationSubnetOf, Cidr: new("10.0.0.0/8")}},
		},
	})
	statics := must(t.ec2(home).GetIpamPrefixListResolverRules(t.ctx, &ec2.GetIpamPrefixListResolverRulesInput{
		IpamPrefixListResolverId: r.IpamPrefixListResolverId, Filters: []types.Filter{filter("rule-type", "static-cidr")},
	}))(t).Rules
	equal(t, "static rules", len(statics), 4)
	_, err := t.ec2(home).GetIpamPrefixListResolverRules(t.ctx, &ec2.GetIpamPrefixListResolverRulesInput{IpamPrefixListResolverId: r.IpamPrefixListResolverId, MaxResults: new(int32(4))})
	wantErrorOf(t, "a page of 4 rules", err, "InvalidParameterValue", "")
}

func resolverResourceRules(t *T) {
	ipam := t.ipam(away)
	scope := ipam.PrivateDefaultScopeId
	pool := t.pool(scope, locale(home))
	t.provision(pool, "10.3.0.0/16")
	one, two := t.handMade(t.Account(), home, "10.1.0.0/16"), t.handMade(t.Account(), away, "10.2.0.0/16")
	must(t.vpcFrom(t.Account(), home, pool, 24))(t)
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{one}, Tags: tags("env", "prod")}))(t)
	must(t.ec2(away).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{two}, Tags: tags("env", "test")}))(t)
	must(t.ec2(home).CreateSubnet(t.ctx, &ec2.CreateSubnetInput{VpcId: &one, CidrBlock: new("10.1.9.0/24")}))(t)

	r := t.resolver(ipam)
	for _, c := range []struct {
		what, want string
		rule       types.IpamPrefixListResolverRuleRequest
	}{
		{"owner", "10.1.0.0/16 10.2.0.0/16 10.3.0.0/24", vpcsIn(scope, is(condition{ResourceOwner: new(t.Account())}))},
		{"another owner", "", vpcsIn(scope, is(condition{ResourceOwner: new("111122223333")}))},
		{"not another owner", "10.1.0.0/16 10.2.0.0/16 10.3.0.0/24", vpcsIn(scope, isNot(condition{ResourceOwner: new("111122223333")}))},
		{"Region", "10.2.0.0/16", vpcsIn(scope, is(condition{ResourceRegion: new(away)}))},
		{"not Region", "10.1.0.0/16 10.3.0.0/24", vpcsIn(scope, isNot(condition{ResourceRegion: new(away)}))},
		{"id", "10.1.0.0/16", vpcsIn(scope, is(condition{ResourceId: &one}))},
		{"not id", "10.2.0.0/16 10.3.0.0/24", vpcsIn(scope, isNot(condition{ResourceId: &one}))},
		{"tag", "10.1.0.0/16", vpcsIn(scope, is(withTag("env", "prod")))},
		{"not tag", "10.2.0.0/16 10.3.0.0/24", vpcsIn(scope, isNot(withTag("env", "prod")))},
		{"CIDR", "10.2.0.0/16", vpcsIn(scope, is(condition{Cidr: new("10.2.0.0/16")}))},
		{"not CIDR", "10.1.0.0/16 10.3.0.0/24", vpcsIn(scope, isNot(condition{Cidr: new("10.2.0.0/16")}))},
		{"subnet of itself", "10.2.0.0/16", vpcsIn(scope, inside("10.2.0.0/16"))},
		{"subnet of all", "10.1.0.0/16 10.2.0.0/16 10.3.0.0/24", vpcsIn(scope, inside("0.0.0.0/0"))},
		{"pool", "10.3.0.0/24", vpcsIn(scope, is(condition{IpamPoolId: pool.IpamPoolId}))},
		{"not pool", "10.1.0.0/16 10.2.0.0/16", vpcsIn(scope, isNot(condition{IpamPoolId: pool.IpamPoolId}))},
		{"both conditions", "10.3.0.0/24", vpcsIn(scope, is(condition{ResourceRegion: new(home)}), isNot(withTag("env", "prod")))},
		{"subnets", "10.1.9.0/24", resourcesIn(scope, types.IpamResourceTypeSubnet, inside("10.0.0.0/8"))},
		{"the other scope", "", vpcsIn(ipam.PublicDefaultScopeId, inside("10.0.0.0/8"))},
		{"Elastic IP addresses, of which there are none", "", resourcesIn(scope, types.IpamResourceTypeEip, inside("0.0.0.0/0"))},
	} {
		t.modifyRules(r, c.rule)
		equal(t, "the outcome by "+c.what, t.outcome(r), c.want)
	}
}

func resolverPoolRules(t *T) {
	ipam := t.ipam(away)
	scope := ipam.PrivateDefaultScopeId
	top := t.pool(scope)
	t.provision(top, "10.0.0.0/8")
	child := t.child(top, locale(away), func(in *ec2.CreateIpamPoolInput) {
		in.TagSpecifications = tagged(types.ResourceTypeIpamPool, "env", "prod")
	})
	t.provision(child, "10.5.0.0/16")
	r := t.resolver(ipam)
	for _, c := range []struct {
		what, want string
		conditions []condition
	}{
		{"everything", "10.0.0.0/8 10.5.0.0/16", []condition{inside("0.0.0.0/0")}},
		{"pool", "10.0.0.0/8", []condition{is(condition{IpamPoolId: top.IpamPoolId})}},
		{"not pool", "10.5.0.0/16", []condition{isNot(condition{IpamPoolId: top.IpamPoolId})}},
		{"tag", "10.5.0.0/16", []condition{is(withTag("env", "prod"))}},
		{"CIDR", "10.0.0.0/8", []condition{is(condition{Cidr: new("10.0.0.0/8")})}},
		{"subnet", "10.5.0.0/16", []condition{inside("10.0.0.0/9"), isNot(condition{Cidr: new("10.0.0.0/9")})}},
	} {
		t.modifyRules(r, poolsIn(scope, c.conditions...))
		equal(t, "the outcome by "+c.what, t.outcome(r), c.want)
	}
	t.modifyRules(r, poolsIn(scope, is(withTag("env", "prod"))))
	t.provision(child, "10.6.0.0/16")
	t.awaitOutcome(r, "another CIDR", "10.5.0.0/16", "10.6.0.0/16")
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*top.IpamPoolId}, Tags: tags("env", "prod")}))(t)
	t.awaitOutcome(r, "a tag of another pool", "10.0.0.0/8", "10.5.0.0/16", "10.6.0.0/16")
	t.deprovision(child, "10.5.0.0/16", types.IpamPoolCidrStateDeprovisioned)
	t.awaitOutcome(r, "a CIDR less", "10.0.0.0/8", "10.6.0.0/16")
	t.deletePool(child, true)
	t.awaitOutcome(r, "a pool less", "10.0.0.0/8")
}

func resolverFollows(t *T) {
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	r := t.resolver(ipam, vpcsIn(scope, is(withTag("env", "prod"))))
	subnets := t.resolver(ipam, resourcesIn(scope, types.IpamResourceTypeSubnet, inside("10.0.0.0/8")))
	vpc := *must(t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new("10.1.0.0/16"), TagSpecifications: tagged(types.ResourceTypeVpc, "env", "prod")}))(t).Vpc.VpcId
	t.awaitOutcome(r, "a VPC", "10.1.0.0/16")
	added := must(t.ec2(home).AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: &vpc, CidrBlock: new("10.2.0.0/16")}))(t)
	t.awaitOutcome(r, "another CIDR of it", "10.1.0.0/16", "10.2.0.0/16")
	other := t.handMade(t.Account(), home, "10.3.0.0/16")
	t.handMade(t.Account(), away, "10.4.0.0/16") // where the IPAM does not look
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{other}, Tags: tags("env", "prod")}))(t)
	t.awaitOutcome(r, "a tag of another", "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16")
	must(t.ec2(home).DisassociateVpcCidrBlock(t.ctx, &ec2.DisassociateVpcCidrBlockInput{AssociationId: added.CidrBlockAssociation.AssociationId}))(t)
	t.awaitOutcome(r, "a CIDR less", "10.1.0.0/16", "10.3.0.0/16")
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: &vpc}))(t)
	t.awaitOutcome(r, "a VPC less", "10.3.0.0/16")
	must(t.ec2(home).DeleteTags(t.ctx, &ec2.DeleteTagsInput{Resources: []string{other}}))(t)
	t.awaitOutcome(r, "a tag less")

	subnet := must(t.ec2(home).CreateSubnet(t.ctx, &ec2.CreateSubnetInput{VpcId: &other, CidrBlock: new("10.3.1.0/24")}))(t).Subnet.SubnetId
	t.awaitOutcome(subnets, "a subnet", "10.3.1.0/24")
	must(t.ec2(home).DeleteSubnet(t.ctx, &ec2.DeleteSubnetInput{SubnetId: subnet}))(t)
	t.awaitOutcome(subnets, "a subnet less")

	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, AddOperatingRegions: regions(away)}))(t)
	t.modifyRules(r, vpcsIn(scope, inside("10.0.0.0/8")))
	t.awaitOutcome(r, "another Region", "10.3.0.0/16", "10.4.0.0/16")
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, RemoveOperatingRegions: []types.RemoveIpamOperatingRegion{{RegionName: new(away)}}}))(t)
	t.awaitOutcome(r, "a Region less", "10.3.0.0/16")

	before := len(t.versions(r))
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{other}, Tags: tags("Name", "x")}))(t)
	must(t.ec2(home).ModifyIpamPrefixListResolver(t.ctx, &ec2.ModifyIpamPrefixListResolverInput{IpamPrefixListResolverId: r.IpamPrefixListResolverId, Rules: []types.IpamPrefixListResolverRuleRequest{static("10.3.0.0/16")}}))(t)
	t.advance(time.Hour)
	equal(t, "the outcome of other rules", t.outcome(r), "10.3.0.0/16")
	equal(t, "versions after changes that do not show", len(t.versions(r)), before)
}

func resolverFollowsAddresses(t *T) {
	ipam := t.ipam()
	public := ipam.PublicDefaultScopeId
	all := t.resolver(ipam, resourcesIn(public, types.IpamResourceTypeEip, inside("0.0.0.0/0")))
	tagged := t.resolver(ipam, resourcesIn(public, types.IpamResourceTypeEip, is(withTag("use", "vpn"))))
	equal(t, "the outcome without addresses", t.outcome(all), "")
	a := must(t.ec2(home).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{}))(t)
	cidr := *a.PublicIp + "/32"
	t.awaitOutcome(all, "the allocation of an address", cidr)
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*a.AllocationId}, Tags: tags("use", "vpn")}))(t)
	t.awaitOutcome(tagged, "the tag", cidr)
	must(t.ec2(home).ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: a.AllocationId}))(t)
	t.awaitOutcome(all, "the release")
	t.awaitOutcome(tagged, "the release")
}

func resolverFamilies(t *T) {
	ipam := t.ipam()
	pool := t.pool(ipam.PrivateDefaultScopeId, ipv6)
	t.provision(pool, "fd12::/48")
	four := t.pool(ipam.PrivateDefaultScopeId)
	t.provision(four, "10.0.0.0/8")
	rule := poolsIn(ipam.PrivateDefaultScopeId, isNot(condition{ResourceTag: &types.RequestIpamResourceTag{Key: new("a"), Value: new("b")}}))
	r := t.resolverAs(&ec2.CreateIpamPrefixListResolverInput{IpamId: ipam.IpamId, AddressFamily: types.AddressFamilyIpv6, Rules: []types.IpamPrefixListResolverRuleRequest{rule, static("2001:DB8::/32")}})
	equal(t, "the outcome for IPv6", t.outcome(r), "2001:db8::/32 fd12::/48")
	equal(t, "the outcome for IPv4", t.outcome(t.resolver(ipam, rule)), "10.0.0.0/8")
}

func badResolverRules(t *T) {
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	pool, other := t.pool(scope), t.pool(ipam.PublicDefaultScopeId, amazonIPv6)
	odd := func(change func(*types.IpamPrefixListResolverRuleRequest), rule types.IpamPrefixListResolverRuleRequest) types.IpamPrefixListResolverRuleRequest {
		change(&rule)
		return rule
	}
	owner := is(condition{ResourceOwner: new(t.Account())})
	for what, c := range map[string]struct {
		code string
		rule types.IpamPrefixListResolverRuleRequest
	}{
		"no static CIDR":                {"MissingParameter", types.IpamPrefixListResolverRuleRequest{RuleType: types.IpamPrefixListResolverRuleTypeStaticCidr}},
		"no CIDR":                       {"InvalidParameterValue", static("x")},
		"host bits":                     {"InvalidParameterValue", static("10.0.0.1/8")},
		"a CIDR of the other family":    {"InvalidParameterValue", static("2001:db8::/32")},
		"conditions on a static CIDR":   {"InvalidParameterCombination", odd(func(r *types.IpamPrefixListResolverRuleRequest) { r.Conditions = []condition{owner} }, static("10.0.0.0/8"))},
		"a scope of a static CIDR":      {"InvalidParameterCombination", odd(func(r *types.IpamPrefixListResolverRuleRequest) { r.IpamScopeId = scope }, static("10.0.0.0/8"))},
		"a static CIDR of resources":    {"InvalidParameterCombination", odd(func(r *types.IpamPrefixListResolverRuleRequest) { r.StaticCidr = new("10.0.0.0/8") }, vpcsIn(scope, owner))},
		"no scope":                      {"MissingParameter", vpcsIn(nil, owner)},
		"no resource type":              {"MissingParameter", resourcesIn(scope, "", owner)},
		"a resource type of pools":      {"InvalidParameterCombination", odd(func(r *types.IpamPrefixListResolverRuleRequest) { r.ResourceType = types.IpamResourceTypeVpc }, poolsIn(scope, inside("10.0.0.0/8")))},
		"no conditions":                 {"MissingParameter", vpcsIn(scope)},
		"no conditions on pools":        {"MissingParameter", poolsIn(scope)},
		"an owner of pools":             {"InvalidParameterCombination", poolsIn(scope, owner)},
		"an unknown scope":              {"InvalidIpamScopeId.NotFound", vpcsIn(new("ipam-scope-0123456789abcdef0"), owner)},
		"an unknown pool":               {"InvalidIpamPoolId.NotFound", vpcsIn(scope, is(condition{IpamPoolId: new("ipam-pool-0123456789abcdef0")}))},
		"a pool of another scope":       {"InvalidParameterValue", vpcsIn(scope, is(condition{IpamPoolId: other.IpamPoolId}))},
		"an empty condition":            {"InvalidParameterCombination", vpcsIn(scope, is(condition{}))},
		"two properties in a condition": {"InvalidParameterCombination", vpcsIn(scope, is(condition{IpamPoolId: pool.IpamPoolId, ResourceOwner: new(t.Account())}))},
		"subnet-of an owner":            {"InvalidParameterCombination", vpcsIn(scope, condition{Operation: types.IpamPrefixListResolverRuleConditionOperationSubnetOf, ResourceOwner: new(t.Account())})},
		"a bad CIDR in a condition":     {"InvalidParameterValue", vpcsIn(scope, inside("10.0.0.0/33"))},
		"the other family":              {"InvalidParameterValue", vpcsIn(scope, inside("2001:db8::/32"))},
		"an owner that is no account":   {"InvalidParameterValue", vpcsIn(scope, is(condition{ResourceOwner: new("me")}))},
		"a Region that is none":         {"InvalidParameterValue", vpcsIn(scope, is(condition{ResourceRegion: new("nowhere-1")}))},
		"a tag without a key":           {"MissingParameter", vpcsIn(scope, is(condition{ResourceTag: &types.RequestIpamResourceTag{Value: new("x")}}))},
		"an unknown operation":          {"InvalidParameterValue", vpcsIn(scope, condition{Operation: "contains", ResourceOwner: new(t.Account())})},
		"an unknown type":               {"InvalidParameterValue", types.IpamPrefixListResolverRuleRequest{RuleType: "include"}},
	} {
		_, err := t.ec2(home).CreateIpamPrefixListResolver(t.ctx, &ec2.CreateIpamPrefixListResolverInput{
			IpamId: ipam.IpamId, AddressFamily: types.AddressFamilyIpv4, Rules: []types.IpamPrefixListResolverRuleRequest{static("10.0.0.0/8"), c.rule},
		})
		wantErrorOf(t, "a rule with "+what, err, c.code, "")
	}
	left := must(t.ec2(home).DescribeIpamPrefixListResolvers(t.ctx, &ec2.DescribeIpamPrefixListResolversInput{}))(t).IpamPrefixListResolvers
	equal(t, "resolvers after refusals", len(left), 0)
}

func resolverLimits(t *T) {
	ipam := t.ipam()
	for n := range 5 {
		vpc := t.handMade(t.Account(), home, fmt.Sprintf("10.%d.0.0/16", n))
		for m := range 200 {
			must(t.ec2(home).CreateSubnet(t.ctx, &ec2.CreateSubnetInput{VpcId: &vpc, CidrBlock: new(fmt.Sprintf("10.%d.%d.0/28", n, m))}))(t)
		}
	}
	subnets := resourcesIn(ipam.PrivateDefaultScopeId, types.IpamResourceTypeSubnet, inside("10.0.0.0/8"))
	r := t.resolver(ipam, subnets, static("10.0.0.0/28"))
	equal(t, "CIDRs of a full version", strings.Count(t.cidrsOfVersion(r, 1), "/"), 1000)
	r = t.modifyRules(r, subnets, static("192.0.2.0/24"))
	equal(t, "the status of one more", r.LastVersionCreationStatus, types.IpamPrefixListResolverVersionCreationStatusFailure)
	matches(t, "the reason", str(r.LastVersionCreationStatusMessage), ".*1000.*")
	equal(t, "versions then", fmt.Sprint(t.versions(r)), "[1]")
	r = t.modifyRules(r, static("192.0.2.0/24"))
	equal(t, "the status of fewer", r.LastVersionCreationStatus, types.IpamPrefixListResolverVersionCreationStatusSuccess)
	equal(t, "the reason of success", str(r.LastVersionCreationStatusMessage), absent)
	equal(t, "the outcome then", t.outcome(r), "192.0.2.0/24")

	var rules []types.IpamPrefixListResolverRuleRequest
	for _, cidr := range hosts(101) {
		rules = append(rules, static(cidr))
	}
	t.modifyRules(r, rules[:100]...)
	_, err := t.ec2(home).ModifyIpamPrefixListResolver(t.ctx, &ec2.ModifyIpamPrefixListResolverInput{IpamPrefixListResolverId: r.IpamPrefixListResolverId, Rules: rules})
	wantErrorOf(t, "a resolver with 101 rules", err, "ResourceLimitExceeded", "")
	for range 9 {
		t.resolver(ipam)
	}
	_, err = t.ec2(home).CreateIpamPrefixListResolver(t.ctx, &ec2.CreateIpamPrefixListResolverInput{IpamId: ipam.IpamId, AddressFamily: types.AddressFamilyIpv4})
	wantErrorOf(t, "the eleventh resolver", err, "ResourceLimitExceeded", "")
}

func modifyResolver(t *T) {
	r := t.resolver(t.ipam(), static("10.0.0.0/8"), static("192.0.2.0/24"))
	got := *must(t.ec2(home).ModifyIpamPrefixListResolver(t.ctx, &ec2.ModifyIpamPrefixListResolverInput{
		IpamPrefixListResolverId: r.IpamPrefixListResolverId, Rules: []types.IpamPrefixListResolverRuleRequest{static("198.51.100.0/24")},
	}))(t).IpamPrefixListResolver
	equal(t, "State in the answer", got.State, types.IpamPrefixListResolverStateModifyInProgress)
	equal(t, "the status in the answer", got.LastVersionCreationStatus, types.IpamPrefixListResolverVersionCreationStatusPending)
	t.awaitOutcome(r, "other rules", "198.51.100.0/24")
	equal(t, "CIDRs of the first version", t.cidrsOfVersion(r, 1), "10.0.0.0/8 192.0.2.0/24")

	must(t.ec2(home).ModifyIpamPrefixListResolver(t.ctx, &ec2.ModifyIpamPrefixListResolverInput{IpamPrefixListResolverId: r.IpamPrefixListResolverId, Description: new("x")}))(t)
	want := r
	want.Description, want.State = new("x"), types.IpamPrefixListResolverStateModifyComplete
	equalRecord(t, "the resolver with a description", t.awaitResolver(*r.IpamPrefixListResolverId, want.State), want)
	rules := must(t.ec2(home).GetIpamPrefixListResolverRules(t.ctx, &ec2.GetIpamPrefixListResolverRulesInput{IpamPrefixListResolverId: r.IpamPrefixListResolverId}))(t).Rules
	equal(t, "rules after another description", len(rules), 1)
	_, err := t.ec2(home).ModifyIpamPrefixListResolver(t.ctx, &ec2.ModifyIpamPrefixListResolverInput{IpamPrefixListResolverId: r.IpamPrefixListResolverId})
	wantErrorOf(t, "a modification of nothing", err, "InvalidParameterCombination", "")
}

func (t *T) resolverGone(id string) {
	t.gone(id, "InvalidIpamPrefixListResolverId.NotFound", "The ipam-prefix-list-resolver ID '"+id+"' does not exist", func() error {
		_, err := t.ec2(home).DescribeIpamPrefixListResolvers(t.ctx, &ec2.DescribeIpamPrefixListResolversInput{IpamPrefixListResolverIds: []string{id}})
		return err
	})
}

func deleteResolver(t *T) {
	r := t.resolver(t.ipam(), static("10.0.0.0/8"))
	id := *r.IpamPrefixListResolverId
	target := t.resolverTarget(r, t.prefixListOf(2))
	_, err := t.ec2(home).DeleteIpamPrefixListResolver(t.ctx, &ec2.DeleteIpamPrefixListResolverInput{IpamPrefixListResolverId: &id})
	wantErrorOf(t, "deleting a resolver with a target", err, "DependencyViolation", "The specified action is not valid for "+id+". …")
	t.deleteTarget(target)
	got := must(t.ec2(home).DeleteIpamPrefixListResolver(t.ctx, &ec2.DeleteIpamPrefixListResolverInput{IpamPrefixListResolverId: &id}))(t).IpamPrefixListResolver
	equal(t, "State in the answer", got.State, types.IpamPrefixListResolverStateDeleteInProgress)
	t.resolverGone(id)
	_, err = t.ec2(home).GetIpamPrefixListResolverVersions(t.ctx, &ec2.GetIpamPrefixListResolverVersionsInput{IpamPrefixListResolverId: &id})
	wantErrorOf(t, "its versions", err, "InvalidIpamPrefixListResolverId.NotFound", "")
}

func resolverOfIPAM(t *T) {
	free := t.ipamIn(home, &ec2.CreateIpamInput{Tier: types.IpamTierFree})
	_, err := t.ec2(home).CreateIpamPrefixListResolver(t.ctx, &ec2.CreateIpamPrefixListResolverInput{IpamId: free.IpamId, AddressFamily: types.AddressFamilyIpv4})
	wantErrorOf(t, "a resolver in the free tier", err, "UnsupportedOperation", "")

	t.account = t.OtherAccount()
	ipam := t.ipam()
	r := t.resolver(ipam, static("10.0.0.0/8"))
	list := t.prefixListOf(2)
	target := t.resolverTarget(r, list)
	t.awaitTarget(target, types.IpamPrefixListResolverTargetStateSyncComplete)
	_, err = t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Tier: types.IpamTierFree})
	wantErrorOf(t, "the free tier for an IPAM with a resolver", err, "DependencyViolation", "")
	_, err = t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId})
	wantErrorOf(t, "deleting an IPAM with a resolver", err, "DependencyViolation", "The specified action is not valid for "+*ipam.IpamId+". …")
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(true)}))(t)
	t.resolverGone(*r.IpamPrefixListResolverId)
	t.targetGone(target)
	list = t.describePrefixList(home, *list.PrefixListId)
	equal(t, "the target of the list that was synchronized", str(list.IpamPrefixListResolverTargetId), absent)
	equal(t, "its entries", t.listEntries(home, *list.PrefixListId, 0), "10.0.0.0/8")
}

func resolverVersions(t *T) {
	r := t.resolver(t.ipam(), static("10.0.0.0/8"), static("192.0.2.0/24"))
	for n := range 6 {
		t.modifyRules(r, static(hosts(6)[n]))
	}
	id := r.IpamPrefixListResolverId
	equal(t, "versions", fmt.Sprint(t.versions(r)), "[1 2 3 4 5 6 7]")
	page := must(t.ec2(home).GetIpamPrefixListResolverVersions(t.ctx, &ec2.GetIpamPrefixListResolverVersionsInput{IpamPrefixListResolverId: id, MaxResults: new(int32(5))}))(t)
	equal(t, "versions of the first page", len(page.IpamPrefixListResolverVersions), 5)
	page = must(t.ec2(home).GetIpamPrefixListResolverVersions(t.ctx, &ec2.GetIpamPrefixListResolverVersionsInput{IpamPrefixListResolverId: id, NextToken: page.NextToken}))(t)
	equalRecord(t, "the second page", page.IpamPrefixListResolverVersions, []types.IpamPrefixListResolverVersion{{Version: new(int64(6))}, {Version: new(int64(7))}})
	named := must(t.ec2(home).GetIpamPrefixListResolverVersions(t.ctx, &ec2.GetIpamPrefixListResolverVersionsInput{IpamPrefixListResolverId: id, IpamPrefixListResolverVersions: []int64{3, 1}}))(t)
	equalRecord(t, "versions 1 and 3", named.IpamPrefixListResolverVersions, []types.IpamPrefixListResolverVersion{{Version: new(int64(1))}, {Version: new(int64(3))}})
	filtered := must(t.ec2(home).GetIpamPrefixListResolverVersions(t.ctx, &ec2.GetIpamPrefixListResolverVersionsInput{IpamPrefixListResolverId: id, Filters: []types.Filter{filter("version", "2")}}))(t)
	equalRecord(t, "version 2", filtered.IpamPrefixListResolverVersions, []types.IpamPrefixListResolverVersion{{Version: new(int64(2))}})
	_, err := t.ec2(home).GetIpamPrefixListResolverVersions(t.ctx, &ec2.GetIpamPrefixListResolverVersionsInput{IpamPrefixListResolverId: id, IpamPrefixListResolverVersions: []int64{8}})
	wantErrorOf(t, "a version that is not there", err, "InvalidParameterValue", "")
	for _, version := range []int64{0, 8} {
		_, err = t.ec2(home).GetIpamPrefixListResolverVersionEntries(t.ctx, &ec2.GetIpamPrefixListResolverVersionEntriesInput{IpamPrefixListResolverId: id, IpamPrefixListResolverVersion: &version})
		wantErrorOf(t, fmt.Sprint("CIDRs of version ", version), err, "InvalidParameterValue", "")
	}
	t.modifyRules(r, static("10.0.0.0/32"), static("10.0.0.1/32"), static("10.0.0.2/32"), static("10.0.0.3/32"), static("10.0.0.4/32"), static("10.0.0.5/32"))
	in := &ec2.GetIpamPrefixListResolverVersionEntriesInput{IpamPrefixListResolverId: id, IpamPrefixListResolverVersion: new(int64(8)), MaxResults: new(int32(5))}
	first := must(t.ec2(home).GetIpamPrefixListResolverVersionEntries(t.ctx, in))(t)
	equal(t, "CIDRs of the first page", len(first.Entries), 5)
	in.NextToken = first.NextToken
	equalRecord(t, "the rest", must(t.ec2(home).GetIpamPrefixListResolverVersionEntries(t.ctx, in))(t).Entries, []types.IpamPrefixListResolverVersionEntry{{Cidr: new("10.0.0.5/32")}})
}

func forgottenVersions(t *T) {
	ipam := t.ipam()
	unused, used := t.resolver(ipam, static("10.0.0.0/8")), t.resolver(ipam, static("10.0.0.0/8"))
	target := t.resolverTarget(used, t.prefixListOf(2))
	t.awaitTarget(target, types.IpamPrefixListResolverTargetStateSyncComplete)
	for n := range 12 {
		for _, r := range []types.IpamPrefixListResolver{unused, used} {
			t.modifyRules(r, static(hosts(12)[n]))
		}
		t.awaitSynced(target, int64(n+2))
	}
	equal(t, "versions at first", len(t.versions(unused))+len(t.versions(used)), 26)
	t.advance(6 * 24 * time.Hour)
	equal(t, "versions in six days", len(t.versions(unused))+len(t.versions(used)), 26)
	t.advance(25 * time.Hour)
	equal(t, "versions without targets in a week", fmt.Sprint(t.versions(unused)), "[13]")
	equal(t, "versions with a target in a week", fmt.Sprint(t.versions(used)), "[3 4 5 6 7 8 9 10 11 12 13]")
	_, err := t.modifyTarget(target, &ec2.ModifyIpamPrefixListResolverTargetInput{TrackLatestVersion: new(false), DesiredVersion: new(int64(2))})
	wantErrorOf(t, "going back to a forgotten version", err, "InvalidParameterValue", "")
	t.deleteTarget(target)
	t.advance(8 * 24 * time.Hour)
	equal(t, "versions a week after the target", fmt.Sprint(t.versions(used)), "[13]")
}

func resolverOfAdministrator(t *T) {
	w := t.delegated()
	n := t.as(w.network)
	t.handMade(w.workload, home, "10.1.0.0/16")
	r := n.resolver(w.ipam, vpcsIn(w.ipam.PrivateDefaultScopeId, is(condition{ResourceOwner: new(w.workload)})))
	equal(t, "the outcome", n.outcome(r), "10.1.0.0/16")
	t.handMade(w.workload, away, "10.2.0.0/16")
	n.awaitOutcome(r, "a VPC of a member", "10.1.0.0/16", "10.2.0.0/16")
	path := w.id + "/" + w.root + "/" + w.unit + "/"
	must(t.exclude(w, []string{path}, nil))(t)
	n.awaitOutcome(r, "the exclusion of its unit")
	must(t.exclude(w, nil, []string{path}))(t)
	n.awaitOutcome(r, "the end of the exclusion", "10.1.0.0/16", "10.2.0.0/16")
	must(t.ec2As(w.management, home).DisableIpamOrganizationAdminAccount(t.ctx, &ec2.DisableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: new(w.network)}))(t)
	n.awaitOutcome(r, "the end of the administration")
	t.delegate(w)
	n.awaitOutcome(r, "its beginning", "10.1.0.0/16", "10.2.0.0/16")
	must(t.organizations(w.management).RemoveAccountFromOrganization(t.ctx, &organizations.RemoveAccountFromOrganizationInput{AccountId: new(w.workload)}))(t)
	n.awaitOutcome(r, "a member that has left")
	t.adopt(n)
}

func resolverOfPartner(t *T) {
	partner := t.OtherAccount()
	d := t.createDiscovery(partner, &ec2.CreateIpamResourceDiscoveryInput{})
	t.handMade(partner, home, "10.1.0.0/16")
	ipam := t.ipam()
	r := t.resolver(ipam, vpcsIn(ipam.PrivateDefaultScopeId, inside("10.0.0.0/8")))
	equal(t, "the outcome before the association", t.outcome(r), "")
	t.shareDiscovery(d, t.account)
	a := t.associateDiscovery(ipam, d)
	t.awaitOutcome(r, "the association", "10.1.0.0/16")
	must(t.ec2(home).DisassociateIpamResourceDiscovery(t.ctx, &ec2.DisassociateIpamResourceDiscoveryInput{IpamResourceDiscoveryAssociationId: a.IpamResourceDiscoveryAssociationId}))(t)
	t.awaitOutcome(r, "its end")
}

func resolverIgnores(t *T) {
	ipam := t.ipam()
	scope := t.scope(ipam)
	vpc := t.handMade(t.Account(), home, "10.1.0.0/16")
	r := t.resolver(ipam, vpcsIn(ipam.PrivateDefaultScopeId, inside("10.0.0.0/8")))
	moved := t.resolver(ipam, vpcsIn(scope.IpamScopeId, inside("10.0.0.0/8")))
	equal(t, "the outcome", t.outcome(r), "10.1.0.0/16")
	monitor := func(from string, monitored bool, to *string) {
		must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, &ec2.ModifyIpamResourceCidrInput{
			ResourceId: &vpc, ResourceCidr: new("10.1.0.0/16"), ResourceRegion: new(home), CurrentIpamScopeId: &from, Monitored: &monitored, DestinationIpamScopeId: to,
		}))(t)
	}
	monitor(*ipam.PrivateDefaultScopeId, false, nil)
	t.awaitOutcome(r, "ignoring it")
	monitor(*ipam.PrivateDefaultScopeId, true, nil)
	t.awaitOutcome(r, "monitoring it", "10.1.0.0/16")
	monitor(*ipam.PrivateDefaultScopeId, true, scope.IpamScopeId)
	t.awaitOutcome(moved, "moving it", "10.1.0.0/16")
	t.awaitOutcome(r, "moving it away")
}

func resolverOutlives(t *T) {
	ipam := t.ipam()
	scope := t.scope(ipam)
	pool := t.pool(scope.IpamScopeId)
	t.provision(pool, "10.0.0.0/8")
	r := t.resolver(ipam, poolsIn(scope.IpamScopeId, is(condition{IpamPoolId: pool.IpamPoolId})))
	equal(t, "the outcome", t.outcome(r), "10.0.0.0/8")
	t.deletePool(pool, true)
	t.awaitOutcome(r, "the pool is gone")
	must(t.ec2(home).DeleteIpamScope(t.ctx, &ec2.DeleteIpamScopeInput{IpamScopeId: scope.IpamScopeId}))(t)
	t.scopeGone(*scope.IpamScopeId)
	must(t.ec2(home).ModifyIpamPrefixListResolver(t.ctx, &ec2.ModifyIpamPrefixListResolverInput{IpamPrefixListResolverId: r.IpamPrefixListResolverId, Description: new("x")}))(t)
	_, err := t.ec2(home).ModifyIpamPrefixListResolver(t.ctx, &ec2.ModifyIpamPrefixListResolverInput{
		IpamPrefixListResolverId: r.IpamPrefixListResolverId, Rules: []types.IpamPrefixListResolverRuleRequest{poolsIn(scope.IpamScopeId, inside("10.0.0.0/8"))},
	})
	wantErrorOf(t, "a rule about a scope that is gone", err, "InvalidIpamScopeId.NotFound", "")
}

func resolverToken(t *T) {
	ipam := t.ipam()
	in := &ec2.CreateIpamPrefixListResolverInput{
		ClientToken: new("a token"), IpamId: ipam.IpamId, AddressFamily: types.AddressFamilyIpv4, TagSpecifications: tagged(types.ResourceTypeIpamPrefixListResolver, "a", "b"),
	}
	in.DryRun = new(true)
	_, err := t.ec2(home).CreateIpamPrefixListResolver(t.ctx, in)
	wantErrorOf(t, "a dry run", err, "DryRunOperation", "")
	in.DryRun = nil
	first := must(t.ec2(home).CreateIpamPrefixListResolver(t.ctx, in))(t).IpamPrefixListResolver
	again := must(t.ec2(home).CreateIpamPrefixListResolver(t.ctx, in))(t).IpamPrefixListResolver
	equal(t, "the resolver of the same token", *again.IpamPrefixListResolverId, *first.IpamPrefixListResolverId)
	in.Description = new("x")
	_, err = t.ec2(home).CreateIpamPrefixListResolver(t.ctx, in)
	wantErrorOf(t, "another resolver with the token", err, "IdempotentParameterMismatch", "")
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*first.IpamPrefixListResolverId}, Tags: tags("c", "d")}))(t)
	for _, f := range []types.Filter{filter("tag:c", "d"), filter("ipam-id", *ipam.IpamId), filter("address-family", "ipv4"), filter("ipam-prefix-list-resolver-id", *first.IpamPrefixListResolverId)} {
		found := must(t.ec2(home).DescribeIpamPrefixListResolvers(t.ctx, &ec2.DescribeIpamPrefixListResolversInput{Filters: []types.Filter{f}}))(t).IpamPrefixListResolvers
		if len(found) != 1 {
			t.Fatalf("there are %d resolvers by %s, want 1", len(found), *f.Name)
		}
		equalRecord(t, "the tags of the resolver", found[0].Tags, tags("a", "b", "c", "d"))
	}
}

func strangeResolver(t *T) {
	ipam := t.ipam(away)
	r := t.resolver(ipam, static("10.0.0.0/8"))
	target := t.resolverTarget(r, t.prefixListOf(2))
	id, tid := *r.IpamPrefixListResolverId, *target.IpamPrefixListResolverTargetId
	noResolver, noTarget := "InvalidIpamPrefixListResolverId.NotFound", "InvalidIpamPrefixListResolverTargetId.NotFound"
	for _, who := range []struct{ account, region string }{{t.OtherAccount(), home}, {t.Account(), away}} {
		c := t.ec2As(who.account, who.region)
		_, describe := c.DescribeIpamPrefixListResolvers(t.ctx, &ec2.DescribeIpamPrefixListResolversInput{IpamPrefixListResolverIds: []string{id}})
		_, modify := c.ModifyIpamPrefixListResolver(t.ctx, &ec2.ModifyIpamPrefixListResolverInput{IpamPrefixListResolverId: &id, Description: new("x")})
		_, remove := c.DeleteIpamPrefixListResolver(t.ctx, &ec2.DeleteIpamPrefixListResolverInput{IpamPrefixListResolverId: &id})
		_, rules := c.GetIpamPrefixListResolverRules(t.ctx, &ec2.GetIpamPrefixListResolverRulesInput{IpamPrefixListResolverId: &id})
		_, versions := c.GetIpamPrefixListResolverVersions(t.ctx, &ec2.GetIpamPrefixListResolverVersionsInput{IpamPrefixListResolverId: &id})
		_, entries := c.GetIpamPrefixListResolverVersionEntries(t.ctx, &ec2.GetIpamPrefixListResolverVersionEntriesInput{IpamPrefixListResolverId: &id, IpamPrefixListResolverVersion: new(int64(1))})
		_, create := c.CreateIpamPrefixListResolverTarget(t.ctx, &ec2.CreateIpamPrefixListResolverTargetInput{IpamPrefixListResolverId: &id, PrefixListId: target.PrefixListId, PrefixListRegion: new(home), TrackLatestVersion: new(true)})
		_, targets := c.DescribeIpamPrefixListResolverTargets(t.ctx, &ec2.DescribeIpamPrefixListResolverTargetsInput{IpamPrefixListResolverId: &id})
		_, tag := c.CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags("a", "b")})
		for operation, err := range map[string]error{
			"DescribeIpamPrefixListResolvers": describe, "ModifyIpamPrefixListResolver": modify, "DeleteIpamPrefixListResolver": remove,
			"GetIpamPrefixListResolverRules": rules, "GetIpamPrefixListResolverVersions": versions, "GetIpamPrefixListResolverVersionEntries": entries,
			"CreateIpamPrefixListResolverTarget": create, "DescribeIpamPrefixListResolverTargets": targets, "CreateTags": tag,
		} {
			wantErrorOf(t, operation+" in "+who.region, err, noResolver, "The ipam-prefix-list-resolver ID '"+id+"' does not exist")
		}
		_, describe = c.DescribeIpamPrefixListResolverTargets(t.ctx, &ec2.DescribeIpamPrefixListResolverTargetsInput{IpamPrefixListResolverTargetIds: []string{tid}})
		_, modify = c.ModifyIpamPrefixListResolverTarget(t.ctx, &ec2.ModifyIpamPrefixListResolverTargetInput{IpamPrefixListResolverTargetId: &tid, TrackLatestVersion: new(false)})
		_, remove = c.DeleteIpamPrefixListResolverTarget(t.ctx, &ec2.DeleteIpamPrefixListResolverTargetInput{IpamPrefixListResolverTargetId: &tid})
		_, tag = c.CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{tid}, Tags: tags("a", "b")})
		for operation, err := range map[string]error{
			"DescribeIpamPrefixListResolverTargets": describe, "ModifyIpamPrefixListResolverTarget": modify, "DeleteIpamPrefixListResolverTarget": remove, "CreateTags": tag,
		} {
			wantErrorOf(t, operation+" in "+who.region, err, noTarget, "The ipam-prefix-list-resolver-target ID '"+tid+"' does not exist")
		}
		all := must(c.DescribeIpamPrefixListResolvers(t.ctx, &ec2.DescribeIpamPrefixListResolversInput{}))(t).IpamPrefixListResolvers
		equal(t, "resolvers in "+who.region, len(all), 0)
	}
	_, err := t.ec2As(t.OtherAccount(), home).CreateIpamPrefixListResolver(t.ctx, &ec2.CreateIpamPrefixListResolverInput{IpamId: ipam.IpamId, AddressFamily: types.AddressFamilyIpv4})
	wantErrorOf(t, "a resolver of another's IPAM", err, "InvalidIpamId.NotFound", "")
}
