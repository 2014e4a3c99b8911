package ec2api

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// CreateVpc in an estate in which a resolver looks for a tag: each makes the resolver look through all VPCs.
func BenchmarkCreateVpcWithResolver(b *testing.B) {
	for _, count := range []int{0, 1000, 10_000} {
		b.Run(fmt.Sprintf("%d VPCs", count), func(b *testing.B) {
			l := newLargeOrganization(b, count)
			l.update(b, func(tx *state.Tx) error {
				c := l.call(tx, l.admin)
				ipam := scopes.Get(tx, l.admin, c.Region, *l.scope).IpamId
				_, err := c.CreateIpamPrefixListResolver(&ec2.CreateIpamPrefixListResolverInput{
					IpamId: &ipam, AddressFamily: types.AddressFamilyIpv4, Rules: []types.IpamPrefixListResolverRuleRequest{{
						RuleType: types.IpamPrefixListResolverRuleTypeIpamResourceCidr, IpamScopeId: l.scope, ResourceType: types.IpamResourceTypeVpc,
						Conditions: []types.IpamPrefixListResolverRuleConditionRequest{{
							Operation: types.IpamPrefixListResolverRuleConditionOperationEquals, ResourceTag: &types.RequestIpamResourceTag{Key: new("env"), Value: new("prod")},
						}},
					}},
				})
				return err
			})
			n := 0
			b.ResetTimer()
			for b.Loop() {
				n++
				prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{172, 16 + byte(n>>16), byte(n >> 8), byte(n)}), 32).Masked()
				l.update(b, func(tx *state.Tx) error {
					vpcs.Put(tx, l.call(tx, l.members[n%manyMembers]).newVPC(prefix, types.TenancyDefault))
					return nil
				})
			}
		})
	}
}
