package conformance

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
)

var freeTierTests = []Test{
	{"the free tier looks at resources at home only", "B771", freeTierView},
	{"pools of the free tier are for their owner alone", "B772", freeTierAlone},
	{"the free tier has no private pools and no other locales", "B776", freeTierPools},
	{"the free tier gives back space within two days", "B777", freeTierRelease},
}

func freeTierView(t *T) {
	ipam := t.ipam(away)
	t.handMade(t.account, away, "10.50.0.0/24")
	atHome := t.handMade(t.account, home, "10.60.0.0/24")
	tier := func(tier types.IpamTier) {
		must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Tier: tier}))(t)
	}
	equal(t, "away in the advanced tier", t.seenOf(ipam, t.account, away), seenInFull)
	tier(types.IpamTierFree)
	equal(t, "away in the free tier", t.seenOf(ipam, t.account, away), `resources "", discovered "", accounts 1`)
	equal(t, "at home in the free tier", states(t.rowOf(ipam.PrivateDefaultScopeId, atHome)), "unmanaged unmanaged nonoverlapping")
	tier(types.IpamTierAdvanced)
	equal(t, "away in the advanced tier again", t.seenOf(ipam, t.account, away), seenInFull)

	pool := t.pool(ipam.PublicDefaultScopeId, amazonIPv6, autoImport)
	t.provisionAs(pool, types.IpamPoolCidrStateProvisioned, &ec2.ProvisionIpamPoolCidrInput{NetmaskLength: new(int32(52))})
	tier(types.IpamTierFree)
	vpc := must(t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new("10.70.0.0/24"), Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(56))}))(t).Vpc
	equal(t, "a VPC of public IPv6 in the free tier", states(t.rowOf(ipam.PublicDefaultScopeId, *vpc.VpcId)), "managed compliant nonoverlapping")
}

func freeTierAlone(t *T) {
	w := t.delegated()
	n := t.as(w.network)
	defer t.adopt(n)
	must(t.ec2As(w.network, home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: w.ipam.IpamId, Cascade: new(true)}))(t)
	n.gone("the IPAM", "InvalidIpamId.NotFound", "", func() error {
		_, err := n.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{*w.ipam.IpamId}})
		return err
	})
	ipam := n.ipamIn(home, &ec2.CreateIpamInput{})
	pool := n.pool(ipam.PublicDefaultScopeId, amazonIPv6)
	n.provisionAs(pool, types.IpamPoolCidrStateProvisioned, &ec2.ProvisionIpamPoolCidrInput{NetmaskLength: new(int32(52))})
	t.share(w, []string{w.arn}, pool)
	create := func() (*ec2.CreateVpcOutput, error) {
		return t.ec2As(w.workload, home).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/24"), Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(56))})
	}
	vpc := *must(create())(t).Vpc.VpcId
	free := &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Tier: types.IpamTierFree}
	_, err := n.ec2(home).ModifyIpam(t.ctx, free)
	wantErrorOf(t, "the free tier with an allocation to another account", err, "DependencyViolation", "")
	must(t.ec2As(w.workload, home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: new(vpc)}))(t)
	n.awaitSlowly("the release", func() bool { return len(n.allocations(pool)) == 0 })
	must(n.ec2(home).ModifyIpam(t.ctx, free))(t)
	_, err = create()
	wantErrorOf(t, "another account's VPC", err, "UnsupportedOperation", "")
	_, err = t.ram(w.network).CreateResourceShare(t.ctx, &ram.CreateResourceShareInput{Name: new("more"), ResourceArns: []string{*pool.IpamPoolArn}, Principals: []string{w.arn}})
	wantRefusal(t, "a share of a pool in the free tier", err)
}

func freeTierPools(t *T) {
	ipam := t.ipamIn(home, &ec2.CreateIpamInput{Tier: types.IpamTierFree, OperatingRegions: regions(away)})
	refused := func(what string, in *ec2.CreateIpamPoolInput) {
		_, err := t.ec2(home).CreateIpamPool(t.ctx, in)
		wantErrorOf(t, what, err, "UnsupportedOperation", "")
	}
	refused("a private pool", poolInput(ipam.PrivateDefaultScopeId))
	refused("a pool with another locale", poolInput(ipam.PublicDefaultScopeId, ipv6, locale(away)))
	t.pool(ipam.PublicDefaultScopeId, amazonIPv6)
	_, err := t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId})
	wantErrorOf(t, "another scope", err, "UnsupportedOperation", "")
}

func freeTierRelease(t *T) {
	ipam := t.ipamIn(home, &ec2.CreateIpamInput{Tier: types.IpamTierFree})
	pool := t.pool(ipam.PublicDefaultScopeId, amazonIPv6)
	t.provisionAs(pool, types.IpamPoolCidrStateProvisioned, &ec2.ProvisionIpamPoolCidrInput{NetmaskLength: new(int32(52))})
	vpc := must(t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/24"), Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(56))}))(t).Vpc
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId}))(t)
	t.advance(48*time.Hour + time.Minute)
	equal(t, "allocations after two days", len(t.allocations(pool)), 0)
}
