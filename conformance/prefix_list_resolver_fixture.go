package conformance

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// What the tests of resolvers and their targets make and look at.

// rules of the three types.
func static(cidr string) types.IpamPrefixListResolverRuleRequest {
	return types.IpamPrefixListResolverRuleRequest{RuleType: types.IpamPrefixListResolverRuleTypeStaticCidr, StaticCidr: &cidr}
}

type condition = types.IpamPrefixListResolverRuleConditionRequest

func resourcesIn(scope *string, kind types.IpamResourceType, conditions ...condition) types.IpamPrefixListResolverRuleRequest {
	return types.IpamPrefixListResolverRuleRequest{RuleType: types.IpamPrefixListResolverRuleTypeIpamResourceCidr, IpamScopeId: scope, ResourceType: kind, Conditions: conditions}
}

func vpcsIn(scope *string, conditions ...condition) types.IpamPrefixListResolverRuleRequest {
	return resourcesIn(scope, types.IpamResourceTypeVpc, conditions...)
}

func poolsIn(scope *string, conditions ...condition) types.IpamPrefixListResolverRuleRequest {
	return types.IpamPrefixListResolverRuleRequest{RuleType: types.IpamPrefixListResolverRuleTypeIpamPoolCidr, IpamScopeId: scope, Conditions: conditions}
}

// inside, is and isNot complete a condition.
func inside(cidr string) condition {
	return condition{Operation: types.IpamPrefixListResolverRuleConditionOperationSubnetOf, Cidr: &cidr}
}

func is(c condition) condition {
	c.Operation = types.IpamPrefixListResolverRuleConditionOperationEquals
	return c
}

func isNot(c condition) condition {
	c.Operation = types.IpamPrefixListResolverRuleConditionOperationNotEquals
	return c
}

func withTag(key, value string) condition {
	return condition{ResourceTag: &types.RequestIpamResourceTag{Key: &key, Value: &value}}
}

// resolver creates a resolver of IPv4 and waits for its first version.
func (t *T) resolver(ipam types.Ipam, rules ...types.IpamPrefixListResolverRuleRequest) types.IpamPrefixListResolver {
	return t.resolverAs(&ec2.CreateIpamPrefixListResolverInput{IpamId: ipam.IpamId, AddressFamily: types.AddressFamilyIpv4, Rules: rules})
}

func (t *T) resolverAs(in *ec2.CreateIpamPrefixListResolverInput) types.IpamPrefixListResolver {
	id := must(t.ec2(home).CreateIpamPrefixListResolver(t.ctx, in))(t).IpamPrefixListResolver.IpamPrefixListResolverId
	return t.awaitResolver(*id, types.IpamPrefixListResolverStateCreateComplete)
}

// awaitResolver waits for a state, and until the resolver has tried to make a version.
func (t *T) awaitResolver(id string, state types.IpamPrefixListResolverState) (r types.IpamPrefixListResolver) {
	t.await(id+" to be "+string(state), func() bool {
		r = t.describeResolver(id)
		return r.State == state && r.LastVersionCreationStatus != types.IpamPrefixListResolverVersionCreationStatusPending
	})
	return r
}

func (t *T) describeResolver(id string) types.IpamPrefixListResolver {
	out := must(t.ec2(home).DescribeIpamPrefixListResolvers(t.ctx, &ec2.DescribeIpamPrefixListResolversInput{IpamPrefixListResolverIds: []string{id}}))(t)
	if len(out.IpamPrefixListResolvers) != 1 {
		t.Fatalf("DescribeIpamPrefixListResolvers(%s) = %d resolvers, want 1", id, len(out.IpamPrefixListResolvers))
	}
	return out.IpamPrefixListResolvers[0]
}

// modifyRules gives a resolver other rules and waits for what comes of them.
func (t *T) modifyRules(r types.IpamPrefixListResolver, rules ...types.IpamPrefixListResolverRuleRequest) types.IpamPrefixListResolver {
	must(t.ec2(home).ModifyIpamPrefixListResolver(t.ctx, &ec2.ModifyIpamPrefixListResolverInput{IpamPrefixListResolverId: r.IpamPrefixListResolverId, Rules: rules}))(t)
	return t.awaitResolver(*r.IpamPrefixListResolverId, types.IpamPrefixListResolverStateModifyComplete)
}

// versions are the numbers of a resolver's versions.
func (t *T) versions(r types.IpamPrefixListResolver) (numbers []int64) {
	out := must(t.ec2(home).GetIpamPrefixListResolverVersions(t.ctx, &ec2.GetIpamPrefixListResolverVersionsInput{IpamPrefixListResolverId: r.IpamPrefixListResolverId}))(t)
	for _, v := range out.IpamPrefixListResolverVersions {
		numbers = append(numbers, *v.Version)
	}
	return numbers
}

func (t *T) cidrsOfVersion(r types.IpamPrefixListResolver, version int64) string {
	out := must(t.ec2(home).GetIpamPrefixListResolverVersionEntries(t.ctx, &ec2.GetIpamPrefixListResolverVersionEntriesInput{
		IpamPrefixListResolverId: r.IpamPrefixListResolverId, IpamPrefixListResolverVersion: &version,
	}))(t)
	var cidrs []string
	for _, e := range out.Entries {
		cidrs = append(cidrs, str(e.Cidr))
	}
	return strings.Join(cidrs, " ")
}

// outcome is the CIDRs of the latest version.
func (t *T) outcome(r types.IpamPrefixListResolver) string {
	all := t.versions(r)
	if len(all) == 0 {
		return "(no version)"
	}
	return t.cidrsOfVersion(r, all[len(all)-1])
}

// awaitOutcome waits until the latest version has those CIDRs.
func (t *T) awaitOutcome(r types.IpamPrefixListResolver, after string, cidrs ...string) {
	want := strings.Join(cidrs, " ")
	t.await(fmt.Sprintf("%s to select [%s] after %s", *r.IpamPrefixListResolverId, want, after), func() bool { return t.outcome(r) == want })
}
