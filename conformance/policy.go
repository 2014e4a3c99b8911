package conformance

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var policyTests = []Test{
	{"a new policy has no rules", "B880", newPolicy},
	{"a policy is deleted when it is not enabled", "B881", deletePolicy},
	{"an IPAM's policies need the advanced tier, and are ten at most", "B882", policyQuota},
	{"rules replace those of a locale and a type of resource", "B883", policyRules},
	{"rules are pools of public IPv4 in the locale", "B884", policyRulePools},
	{"a policy decides where addresses come from", "B885", policyEffect},
	{"a policy that gives no address gives way to Amazon", "B886", policyFallBack},
	{"one policy is in force for an account", "B887", policyReplaced},
	{"the nearest target of the administrator's policies counts", "B888", policyPrecedence},
	{"only the administrator of IPAM names targets", "B889", policyTargets},
	{"policies are found by id and filter", "B890", describePolicies},
}

func (t *T) ipamPolicy(ipam types.Ipam) *string {
	id := must(t.ec2(home).CreateIpamPolicy(t.ctx, &ec2.CreateIpamPolicyInput{IpamId: ipam.IpamId}))(t).IpamPolicy.IpamPolicyId
	t.awaitPolicy(id, types.IpamPolicyStateCreateComplete)
	return id
}

func (t *T) awaitPolicy(id *string, state types.IpamPolicyState) (p types.IpamPolicy) {
	t.await(*id+" to be "+string(state), func() bool {
		p = must(t.ec2(home).DescribeIpamPolicies(t.ctx, &ec2.DescribeIpamPoliciesInput{IpamPolicyIds: []string{*id}}))(t).IpamPolicies[0]
		return p.State == state
	})
	return p
}

// setRules makes a policy take Elastic IP addresses at home out of pools.
func (t *T) setRules(policy *string, pools ...types.IpamPool) {
	t.setRulesFor(types.IpamPolicyResourceTypeEip, policy, pools...)
}

func (t *T) setRulesFor(kind types.IpamPolicyResourceType, policy *string, pools ...types.IpamPool) {
	in := &ec2.ModifyIpamPolicyAllocationRulesInput{IpamPolicyId: policy, Locale: new(home), ResourceType: kind}
	for _, p := range pools {
		in.AllocationRules = append(in.AllocationRules, types.IpamPolicyAllocationRuleRequest{SourceIpamPoolId: p.IpamPoolId})
	}
	must(t.ec2(home).ModifyIpamPolicyAllocationRules(t.ctx, in))(t)
	t.awaitPolicy(policy, types.IpamPolicyStateModifyComplete)
}

func (t *T) enable(policy *string, target *string) {
	out := must(t.ec2(home).EnableIpamPolicy(t.ctx, &ec2.EnableIpamPolicyInput{IpamPolicyId: policy, OrganizationTargetId: target}))(t)
	equal(t, "IpamPolicyId in the answer of EnableIpamPolicy", str(out.IpamPolicyId), *policy)
}

func (t *T) disable(policy *string, target *string) {
	out := must(t.ec2(home).DisableIpamPolicy(t.ctx, &ec2.DisableIpamPolicyInput{IpamPolicyId: policy, OrganizationTargetId: target}))(t)
	equal(t, "Return of DisableIpamPolicy", boolean(out.Return), "true")
}

// inForce is the policy in force for the account, and who manages it.
func (t *T) inForce() string {
	out := must(t.ec2(home).GetEnabledIpamPolicy(t.ctx, &ec2.GetEnabledIpamPolicyInput{}))(t)
	return strings.Join([]string{boolean(out.IpamPolicyEnabled), str(out.IpamPolicyId), string(out.ManagedBy)}, " ")
}

// rulesOf are the documents of a policy: locale, type and pools.
func (t *T) rulesOf(in *ec2.GetIpamPolicyAllocationRulesInput) []string {
	list := []string{}
	for _, d := range must(t.ec2(home).GetIpamPolicyAllocationRules(t.ctx, in))(t).IpamPolicyDocuments {
		text := str(d.Locale) + " " + string(d.ResourceType)
		for _, r := range d.AllocationRules {
			text += " " + str(r.SourceIpamPoolId)
		}
		list = append(list, text)
	}
	return list
}

func (t *T) addressFrom() string {
	return *t.allocateAddress(&ec2.AllocateAddressInput{}).PublicIpv4Pool
}

func newPolicy(t *T) {
	ipam := t.ipam()
	got := *must(t.ec2(home).CreateIpamPolicy(t.ctx, &ec2.CreateIpamPolicyInput{
		IpamId: ipam.IpamId, TagSpecifications: tagged(types.ResourceTypeIpamPolicy, "k", "v"),
	}))(t).IpamPolicy
	matches(t, "IpamPolicyId", str(got.IpamPolicyId), "ipam-policy-"+hex17)
	want := types.IpamPolicy{
		OwnerId:          new(t.Account()),
		IpamId:           ipam.IpamId,
		IpamPolicyId:     got.IpamPolicyId,
		IpamPolicyArn:    new("arn:aws:ec2::" + t.Account() + ":ipam-policy/" + *got.IpamPolicyId),
		IpamPolicyRegion: new(home),
		State:            types.IpamPolicyStateCreateInProgress,
		Tags:             tags("k", "v"),
	}
	equalRecord(t, "the answer of CreateIpamPolicy", got, want)
	want.State = types.IpamPolicyStateCreateComplete
	equalRecord(t, "the policy", t.awaitPolicy(got.IpamPolicyId, want.State), want)
	equal(t, "number of documents", len(t.rulesOf(&ec2.GetIpamPolicyAllocationRulesInput{IpamPolicyId: got.IpamPolicyId})), 0)
	equal(t, "what is in force", t.inForce(), "false "+absent+" ")
	_, err := t.ec2(home).CreateIpamPolicy(t.ctx, &ec2.CreateIpamPolicyInput{IpamId: new("ipam-0123456789abcdef0")})
	wantErrorOf(t, "a policy of an unknown IPAM", err, "InvalidIpamId.NotFound", "")
}

func deletePolicy(t *T) {
	ipam := t.ipam()
	policy := t.ipamPolicy(ipam)
	t.enable(policy, nil)
	in := &ec2.DeleteIpamPolicyInput{IpamPolicyId: policy}
	_, err := t.ec2(home).DeleteIpamPolicy(t.ctx, in)
	wantErrorOf(t, "deleting a policy that is enabled", err, "DependencyViolation", "")
	_, err = t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId})
	wantErrorOf(t, "deleting its IPAM", err, "DependencyViolation", "")
	t.disable(policy, nil)
	out := must(t.ec2(home).DeleteIpamPolicy(t.ctx, in))(t)
	equal(t, "State in the answer", out.IpamPolicy.State, types.IpamPolicyStateDeleteInProgress)
	t.gone(*policy, "InvalidIpamPolicyId.NotFound", "The ipam-policy ID '"+*policy+"' does not exist", func() error {
		_, err := t.ec2(home).DescribeIpamPolicies(t.ctx, &ec2.DescribeIpamPoliciesInput{IpamPolicyIds: []string{*policy}})
		return err
	})
	t.enable(t.ipamPolicy(ipam), nil)
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(true)}))(t)
	equal(t, "what is in force after its IPAM is deleted", t.inForce(), "false "+absent+" ")
}

func policyQuota(t *T) {
	free := t.ipamIn(away, &ec2.CreateIpamInput{Tier: types.IpamTierFree})
	_, err := t.ec2(away).CreateIpamPolicy(t.ctx, &ec2.CreateIpamPolicyInput{IpamId: free.IpamId})
	wantErrorOf(t, "a policy in the free tier", err, "UnsupportedOperation", "")
	ipam := t.ipam()
	for range 10 {
		t.ipamPolicy(ipam)
	}
	_, err = t.ec2(home).CreateIpamPolicy(t.ctx, &ec2.CreateIpamPolicyInput{IpamId: ipam.IpamId})
	wantErrorOf(t, "the eleventh policy", err, "ResourceLimitExceeded", "")
	_, err = t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Tier: types.IpamTierFree})
	wantRefusal(t, "the free tier for an IPAM with policies", err)
}

func policyRules(t *T) {
	ipam := t.ipam()
	first, _ := t.contiguous(ipam)
	second, _ := t.contiguous(ipam)
	policy := t.ipamPolicy(ipam)
	modify := func(kind types.IpamPolicyResourceType, pools ...types.IpamPool) types.IpamPolicyDocument {
		in := &ec2.ModifyIpamPolicyAllocationRulesInput{IpamPolicyId: policy, Locale: new(home), ResourceType: kind}
		for _, p := range pools {
			in.AllocationRules = append(in.AllocationRules, types.IpamPolicyAllocationRuleRequest{SourceIpamPoolId: p.IpamPoolId})
		}
		return *must(t.ec2(home).ModifyIpamPolicyAllocationRules(t.ctx, in))(t).IpamPolicyDocument
	}
	all := &ec2.GetIpamPolicyAllocationRulesInput{IpamPolicyId: policy}
	equalRecord(t, "the answer", modify(types.IpamPolicyResourceTypeEip, second, first), types.IpamPolicyDocument{
		IpamPolicyId: policy, Locale: new(home), ResourceType: types.IpamPolicyResourceTypeEip,
		AllocationRules: []types.IpamPolicyAllocationRule{{SourceIpamPoolId: second.IpamPoolId}, {SourceIpamPoolId: first.IpamPoolId}},
	})
	modify(types.IpamPolicyResourceTypeAlb, first)
	albs, eips := home+" alb "+*first.IpamPoolId, home+" eip "+*second.IpamPoolId+" "+*first.IpamPoolId
	equalRecord(t, "the rules", t.rulesOf(all), []string{albs, eips})
	for what, test := range map[string]struct {
		in   *ec2.GetIpamPolicyAllocationRulesInput
		want []string
	}{
		"ResourceType":         {&ec2.GetIpamPolicyAllocationRulesInput{IpamPolicyId: policy, ResourceType: types.IpamPolicyResourceTypeEip}, []string{eips}},
		"Locale":               {&ec2.GetIpamPolicyAllocationRulesInput{IpamPolicyId: policy, Locale: new(away)}, []string{}},
		"the filter of a type": {&ec2.GetIpamPolicyAllocationRulesInput{IpamPolicyId: policy, Filters: []types.Filter{filter("resource-type", "alb")}}, []string{albs}},
	} {
		equalRecord(t, "the rules by "+what, t.rulesOf(test.in), test.want)
	}
	modify(types.IpamPolicyResourceTypeAlb)
	modify(types.IpamPolicyResourceTypeEip, first)
	equalRecord(t, "the rules that are left", t.rulesOf(all), []string{home + " eip " + *first.IpamPoolId})
	t.awaitPolicy(policy, types.IpamPolicyStateModifyComplete)
}

func policyRulePools(t *T) {
	ipam := t.ipam(away)
	policy := t.ipamPolicy(ipam)
	good, _ := t.contiguous(ipam)
	try := func(policy *string, locale string, pools ...*string) error {
		in := &ec2.ModifyIpamPolicyAllocationRulesInput{IpamPolicyId: policy, Locale: &locale, ResourceType: types.IpamPolicyResourceTypeEip}
		for _, p := range pools {
			in.AllocationRules = append(in.AllocationRules, types.IpamPolicyAllocationRuleRequest{SourceIpamPoolId: p})
		}
		_, err := t.ec2(home).ModifyIpamPolicyAllocationRules(t.ctx, in)
		return err
	}
	wantErrorOf(t, "a private pool", try(policy, home, t.poolAt(ipam, "10.0.0.0/8").IpamPoolId), "InvalidParameterValue", "")
	wantErrorOf(t, "a pool of IPv6", try(policy, home, t.pool(ipam.PublicDefaultScopeId, amazonIPv6).IpamPoolId), "InvalidParameterValue", "")
	wantErrorOf(t, "a pool of another locale", try(policy, away, good.IpamPoolId), "InvalidParameterValue", "")
	wantErrorOf(t, "a locale where the IPAM does not operate", try(policy, far, good.IpamPoolId), "InvalidParameterValue", "")
	wantErrorOf(t, "an unknown pool", try(policy, home, new("ipam-pool-0123456789abcdef0")), "InvalidIpamPoolId.NotFound", "")
	wantErrorOf(t, "eleven pools", try(policy, home, slices.Repeat([]*string{good.IpamPoolId}, 11)...), "ResourceLimitExceeded", "")
	wantErrorOf(t, "an unknown policy", try(new("ipam-policy-0123456789abcdef0"), home, good.IpamPoolId), "InvalidIpamPolicyId.NotFound", "")
	equal(t, "number of documents", len(t.rulesOf(&ec2.GetIpamPolicyAllocationRulesInput{IpamPolicyId: policy})), 0)
}

func policyEffect(t *T) {
	ipam := t.ipam()
	first, addresses := t.contiguous(ipam)
	second, _ := t.contiguous(ipam)
	policy := t.ipamPolicy(ipam)
	t.setRules(policy, first, second)
	equal(t, "the pool before the policy is enabled", t.addressFrom(), "amazon")
	t.enable(policy, nil)
	equal(t, "what is in force", t.inForce(), "true "+*policy+" account")
	out := t.allocateAddress(&ec2.AllocateAddressInput{})
	equal(t, "PublicIp", str(out.PublicIp), addresses[0])
	equal(t, "PublicIpv4Pool", str(out.PublicIpv4Pool), *first.IpamPoolId)
	equal(t, "number of allocations", len(t.allocations(first, filter("resource-type", "eip"))), 1)
	named := t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: second.IpamPoolId})
	equal(t, "the pool that a request names", str(named.PublicIpv4Pool), *second.IpamPoolId)
	equal(t, "the pool elsewhere", *must(t.ec2(away).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{}))(t).PublicIpv4Pool, "amazon")
	t.disable(policy, nil)
	equal(t, "the pool after the policy is disabled", t.addressFrom(), "amazon")
	_, err := t.ec2(home).DisableIpamPolicy(t.ctx, &ec2.DisableIpamPolicyInput{IpamPolicyId: policy})
	wantErrorOf(t, "disabling it again", err, "InvalidParameterValue", "")
}

func policyFallBack(t *T) {
	ipam := t.ipam()
	first, addresses := t.contiguous(ipam)
	second, _ := t.contiguous(ipam)
	policy := t.ipamPolicy(ipam)
	t.setRules(policy, first, second)
	t.enable(policy, nil)
	for range addresses {
		equal(t, "the pool of an address", t.addressFrom(), *first.IpamPoolId)
	}
	for range addresses {
		equal(t, "the pool when the first is empty", t.addressFrom(), *second.IpamPoolId)
	}
	equal(t, "the pool when both are empty", t.addressFrom(), "amazon")
}

func policyReplaced(t *T) {
	ipam := t.ipam()
	first, second := t.ipamPolicy(ipam), t.ipamPolicy(ipam)
	t.enable(first, nil)
	t.enable(second, nil)
	equal(t, "what is in force", t.inForce(), "true "+*second+" account")
	_, err := t.ec2(home).DisableIpamPolicy(t.ctx, &ec2.DisableIpamPolicyInput{IpamPolicyId: first})
	wantErrorOf(t, "disabling the policy that was replaced", err, "InvalidParameterValue", "")
	t.enable(second, nil)
	t.disable(second, nil)
	equal(t, "what is in force at last", t.inForce(), "false "+absent+" ")
}

func policyPrecedence(t *T) {
	w := t.delegated()
	admin, user := t.as(w.network), t.as(w.workload)
	pool, addresses := admin.contiguous(w.ipam)
	own := user.ipamPolicy(user.ipam())
	ofRoot, ofUnit, ofAccount := admin.ipamPolicy(w.ipam), admin.ipamPolicy(w.ipam), admin.ipamPolicy(w.ipam)
	admin.setRules(ofRoot, pool)

	user.enable(own, nil)
	equal(t, "the account's own policy", user.inForce(), "true "+*own+" account")
	const administered = " delegated-administrator-for-ipam"
	admin.enable(ofRoot, &w.root)
	equal(t, "the root's policy", user.inForce(), "true "+*ofRoot+administered)
	equal(t, "the root's policy for the administrator", admin.inForce(), "true "+*ofRoot+administered)
	got := user.allocateAddress(&ec2.AllocateAddressInput{})
	equal(t, "an address by the root's policy", str(got.PublicIp), addresses[0])
	equal(t, "its pool", str(got.PublicIpv4Pool), *pool.IpamPoolId)

	admin.enable(ofUnit, &w.unit)
	equal(t, "the unit's policy", user.inForce(), "true "+*ofUnit+administered)
	equal(t, "the pool by a policy without rules", user.addressFrom(), "amazon")
	admin.enable(ofAccount, &w.workload)
	equal(t, "the account's policy", user.inForce(), "true "+*ofAccount+administered)
	equal(t, "the policy of another account", admin.inForce(), "true "+*ofRoot+administered)

	admin.disable(ofAccount, &w.workload)
	equal(t, "the unit's policy again", user.inForce(), "true "+*ofUnit+administered)
	admin.disable(ofUnit, &w.unit)
	admin.disable(ofRoot, &w.root)
	equal(t, "the account's own policy again", user.inForce(), "true "+*own+" account")
	t.adopt(admin)
	t.adopt(user)
}

func policyTargets(t *T) {
	w := t.delegated()
	admin, user := t.as(w.network), t.as(w.workload)
	policy := admin.ipamPolicy(w.ipam)
	targets := func() []string {
		list := []string{}
		for _, target := range must(admin.ec2(home).GetIpamPolicyOrganizationTargets(t.ctx, &ec2.GetIpamPolicyOrganizationTargetsInput{IpamPolicyId: policy}))(t).OrganizationTargets {
			list = append(list, *target.OrganizationTargetId)
		}
		slices.Sort(list)
		return list
	}
	admin.enable(policy, nil)
	equalRecord(t, "the targets of an account's own policy", targets(), []string{})
	want := []string{w.root, w.unit, w.workload}
	for _, target := range want {
		admin.enable(policy, &target)
	}
	slices.Sort(want)
	equalRecord(t, "the targets", targets(), want)
	for what, target := range map[string]string{"an account outside": t.OtherAccount(), "an unknown unit": "ou-abcd-12345678", "another root": "r-zzzz"} {
		_, err := admin.ec2(home).EnableIpamPolicy(t.ctx, &ec2.EnableIpamPolicyInput{IpamPolicyId: policy, OrganizationTargetId: &target})
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	_, err := user.ec2(home).EnableIpamPolicy(t.ctx, &ec2.EnableIpamPolicyInput{IpamPolicyId: policy})
	wantErrorOf(t, "another account's policy", err, "InvalidIpamPolicyId.NotFound", "")
	_, err = user.ec2(home).EnableIpamPolicy(t.ctx, &ec2.EnableIpamPolicyInput{IpamPolicyId: user.ipamPolicy(user.ipam()), OrganizationTargetId: &w.unit})
	wantErrorOf(t, "a member's policy for a unit", err, "OperationNotPermitted", "")
	t.adopt(admin)
	t.adopt(user)
}

func describePolicies(t *T) {
	ipam := t.ipam()
	first, second := t.ipamPolicy(ipam), t.ipamPolicy(ipam)
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*first}, Tags: tags("env", "prod")}))(t)
	find := func(in *ec2.DescribeIpamPoliciesInput) int {
		return len(must(t.ec2(home).DescribeIpamPolicies(t.ctx, in))(t).IpamPolicies)
	}
	equal(t, "number of policies", find(&ec2.DescribeIpamPoliciesInput{}), 2)
	equal(t, "number of policies by id", find(&ec2.DescribeIpamPoliciesInput{IpamPolicyIds: []string{*second}}), 1)
	for name, test := range map[string]struct {
		value string
		want  int
	}{
		"ipam-policy-id": {*first, 1}, "ipam-id": {*ipam.IpamId, 2}, "state": {"create-complete", 2}, "owner-id": {t.Account(), 2}, "tag:env": {"prod", 1},
	} {
		equal(t, "number of policies by "+name, find(&ec2.DescribeIpamPoliciesInput{Filters: []types.Filter{filter(name, test.value)}}), test.want)
	}
	equal(t, "number of policies of another account", len(must(t.ec2As(t.OtherAccount(), home).DescribeIpamPolicies(t.ctx, &ec2.DescribeIpamPoliciesInput{}))(t).IpamPolicies), 0)
	_, err := t.ec2(away).DescribeIpamPolicies(t.ctx, &ec2.DescribeIpamPoliciesInput{IpamPolicyIds: []string{*first}})
	wantErrorOf(t, "a policy in another Region", err, "InvalidIpamPolicyId.NotFound", "")
	_, err = t.ec2(home).DescribeIpamPolicies(t.ctx, &ec2.DescribeIpamPoliciesInput{MaxResults: new(int32(4))})
	wantErrorOf(t, "a page of 4", err, "InvalidParameterValue", "")
}
