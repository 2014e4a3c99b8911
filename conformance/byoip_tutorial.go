package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
)

// AWS's tutorials, step by step as they stand in the guide, the clean-up too.

var byoipTutorialTests = []Test{
	{"the tutorial that brings IPv4 addresses walks through", "B927", tutorialIPv4},
	{"the tutorial that brings IPv6 addresses walks through", "B928", tutorialIPv6},
	{"the tutorial that brings an ASN walks through", "B929", tutorialASN},
	{"the tutorial of contiguous IPv6 walks through", "B244", tutorialContiguousIPv6},
	{"the tutorial that moves a range to IPAM walks through", "B245", tutorialMove},
}

// cast makes the accounts of a tutorial: the IPAM account, which has an IPAM in two Regions, and the member account.
func (t *T) cast() (w *world, ipamAccount, member *T) {
	w = t.organization()
	must(t.ram(w.management).EnableSharingWithAwsOrganization(t.ctx, &ram.EnableSharingWithAwsOrganizationInput{}))(t)
	t.delegate(w)
	ipamAccount, member = t.as(w.network), t.as(w.workload)
	w.ipam = ipamAccount.ipam(away)
	return w, ipamAccount, member
}

// deleteShare deletes a share and waits until the account that had it no longer sees the pool.
func (t *T) deleteShares(shares []string) {
	for _, arn := range shares {
		must(t.ram(t.account).DeleteResourceShare(t.ctx, &ram.DeleteResourceShareInput{ResourceShareArn: &arn}))(t)
	}
}

// leave ends a pool as the tutorials do: its CIDR goes, then it.
func (t *T) leave(pool types.IpamPool, cidr string) {
	t.deprovision(pool, cidr, types.IpamPoolCidrStateDeprovisioned)
	t.deletePool(pool, false)
}

func (t *T) leaveIPAM(ipam types.Ipam) {
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId}))(t)
	t.gone(*ipam.IpamId, "InvalidIpamId.NotFound", "", func() error {
		_, err := t.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{*ipam.IpamId}})
		return err
	})
}

// bothPermissions shares a pool with an account as the tutorials do: to bring ranges to it, and to take addresses from it.
func (t *T) bothPermissions(w *world, pool types.IpamPool, account string) []string {
	return []string{
		t.shareAs(w, pool, account, "AWSRAMPermissionIpamPoolByoipCidrImport"),
		t.shareAs(w, pool, account, "AWSRAMDefaultPermissionsIpamPool"),
	}
}

func tutorialIPv4(t *T) {
	w, n, member := t.cast()
	cidr := randomIPv4(24).String()
	first, _, _ := strings.Cut(cidr, "/")

	top := n.pool(w.ipam.PublicDefaultScopeId)
	n.provisionAs(top, types.IpamPoolCidrStateProvisioned, tokenProof(n.verificationToken(w.ipam), cidr))
	regional := n.regionalPool(top, away, cidr)
	equal(t, "State when advertised", must(n.advertise(away, cidr))(n).ByoipCidr.State, types.ByoipCidrStateAdvertised)
	shares := t.bothPermissions(w, regional, w.workload)

	address := must(member.ec2(away).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{IpamPoolId: regional.IpamPoolId}))(member)
	equal(t, "PublicIp", str(address.PublicIp), first)
	equal(t, "PublicIpv4Pool", str(address.PublicIpv4Pool), *regional.IpamPoolId)
	held := n.allocations(regional)
	equal(t, "allocations", len(held), 1)
	equal(t, "ResourceType", held[0].ResourceType, types.IpamPoolAllocationResourceTypeEip)
	equal(t, "ResourceOwner", str(held[0].ResourceOwner), w.workload)
	must(member.ec2(away).ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: address.AllocationId}))(member)
	n.await("the address's allocation to go", func() bool { return len(n.allocations(regional)) == 0 })

	// The alternative to step 9.
	public := str(must(member.ec2(away).CreatePublicIpv4Pool(t.ctx, &ec2.CreatePublicIpv4PoolInput{}))(member).PoolId)
	filled := must(member.ec2(away).ProvisionPublicIpv4PoolCidr(t.ctx, &ec2.ProvisionPublicIpv4PoolCidrInput{
		IpamPoolId: regional.IpamPoolId, PoolId: &public, NetmaskLength: new(int32(24)),
	}))(member)
	equal(t, "AddressCount", num(filled.PoolAddressRange.AddressCount), "256")
	equal(t, "StatusMessage of the range", str(member.rangeIn(away, cidr).StatusMessage), "Cidr successfully provisioned")
	address = must(member.ec2(away).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{PublicIpv4Pool: &public}))(member)
	equal(t, "PublicIpv4Pool of the second address", str(address.PublicIpv4Pool), public)
	held = n.allocations(regional)
	equal(t, "allocations with a public IPv4 pool", len(held), 1)
	equal(t, "ResourceId", str(held[0].ResourceId), public)

	equal(t, "State when withdrawn", must(n.withdraw(away, cidr))(n).ByoipCidr.State, types.ByoipCidrStateProvisioned)
	must(member.ec2(away).ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: address.AllocationId}))(member)
	gone := must(member.ec2(away).DeprovisionPublicIpv4PoolCidr(t.ctx, &ec2.DeprovisionPublicIpv4PoolCidrInput{PoolId: &public, Cidr: &cidr}))(member)
	equal(t, "DeprovisionedAddresses", len(gone.DeprovisionedAddresses), 256)
	must(member.ec2(away).DeletePublicIpv4Pool(t.ctx, &ec2.DeletePublicIpv4PoolInput{PoolId: &public}))(member)
	n.await("the pool's allocation to go", func() bool { return len(n.allocations(regional)) == 0 })
	n.deprovision(regional, cidr, types.IpamPoolCidrStateDeprovisioned)
	n.deleteShares(shares)
	n.deletePool(regional, false)
	n.leave(top, cidr)
	n.leaveIPAM(w.ipam)
	t.adopt(n)
	t.adopt(member)
}

func tutorialIPv6(t *T) {
	w, n, member := t.cast()
	whole := randomIPv6(48)
	cidr := whole.String()

	top := n.topPool(w.ipam, cidr, advertisable(true))
	regional := n.regionalPool(top, away, cidr)
	equal(t, "PubliclyAdvertisable of the Regional pool", boolean(regional.PubliclyAdvertisable), "true")
	shares := t.bothPermissions(w, regional, w.workload)

	out := must(member.ec2(away).CreateVpc(t.ctx, &ec2.CreateVpcInput{
		Ipv6IpamPoolId: regional.IpamPoolId, CidrBlock: new("10.0.0.0/16"), Ipv6NetmaskLength: new(int32(56)),
	}))(member)
	block := out.Vpc.Ipv6CidrBlockAssociationSet[0]
	equal(t, "Ipv6CidrBlock", str(block.Ipv6CidrBlock), nth(whole, 56, 0))
	equal(t, "Ipv6Pool", str(block.Ipv6Pool), *regional.IpamPoolId)
	held := n.allocations(regional)
	equal(t, "allocations", len(held), 1)
	equal(t, "ResourceId", str(held[0].ResourceId), *out.Vpc.VpcId)
	equal(t, "State when advertised", must(n.advertise(away, cidr))(n).ByoipCidr.State, types.ByoipCidrStateAdvertised)

	equal(t, "State when withdrawn", must(n.withdraw(away, cidr))(n).ByoipCidr.State, types.ByoipCidrStateProvisioned)
	must(member.ec2(away).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: out.Vpc.VpcId}))(member)
	n.awaitRelease(regional, out.Vpc.VpcId)
	n.deleteShares(shares)
	n.leave(regional, cidr)
	n.leave(top, cidr)
	n.leaveIPAM(w.ipam)
	t.adopt(n)
	t.adopt(member)
}

func tutorialASN(t *T) {
	const asn = "12345"
	ipam := t.ipam()
	cidr := randomIPv4(24).String()
	top := t.topPool(ipam, cidr)
	regional := t.regionalPool(top, home, cidr)

	t.asn(ipam, asn)
	must(t.associateWith(asn, cidr))(t)
	t.awaitAssociated(asn, cidr)
	with := func(asn string) {
		out := must(t.ec2(home).AdvertiseByoipCidr(t.ctx, &ec2.AdvertiseByoipCidrInput{Cidr: &cidr, Asn: &asn}))(t)
		equal(t, "State with the ASN "+asn, out.ByoipCidr.State, types.ByoipCidrStateAdvertised)
	}
	with(asn)
	shown := t.rangeIn(home, cidr)
	equal(t, "State of the range", shown.State, types.ByoipCidrStateAdvertised)
	equal(t, "Asn of the range", str(shown.AsnAssociations[0].Asn), asn)

	with("AWS")
	must(t.withdraw(home, cidr))(t)
	must(t.disassociateFrom(asn, cidr))(t)
	t.await("the association to go", func() bool { return len(t.rangeIn(home, cidr).AsnAssociations) == 0 })
	must(t.ec2(home).DeprovisionIpamByoasn(t.ctx, &ec2.DeprovisionIpamByoasnInput{IpamId: ipam.IpamId, Asn: new(asn)}))(t)
	t.awaitASN(asn, types.AsnStateDeprovisioned)
	t.leave(regional, cidr)
	t.leave(top, cidr)
	t.leaveIPAM(ipam)
}

func tutorialContiguousIPv6(t *T) {
	ipam := t.ipam()
	regional := t.pool(ipam.PublicDefaultScopeId, amazonIPv6)
	block := str(t.provisionLength(regional, 52).Cidr)
	development := t.child(regional)
	equal(t, "PublicIpSource of the development pool", development.PublicIpSource, types.IpamPoolPublicIpSourceAmazon)
	equal(t, "Locale of the development pool", str(development.Locale), home)
	part := str(t.provisionLength(development, 54).Cidr)
	vpc := t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: development.IpamPoolId, Ipv6NetmaskLength: new(int32(56))})
	own := t.ipv6Of(vpc)
	equal(t, "IpSource", own.IpSource, types.IpSourceAmazon)
	equal(t, "Ipv6AddressAttribute", own.Ipv6AddressAttribute, types.Ipv6AddressAttributePublic)
	t.subnetAs(vpc, &ec2.CreateSubnetInput{CidrBlock: new("10.0.0.0/24"), Ipv6CidrBlock: t.part(own, 0)})

	for _, s := range must(t.ec2(home).DescribeSubnets(t.ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{filter("vpc-id", *vpc.VpcId)}}))(t).Subnets {
		must(t.ec2(home).DeleteSubnet(t.ctx, &ec2.DeleteSubnetInput{SubnetId: s.SubnetId}))(t)
	}
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId}))(t)
	t.awaitRelease(development, vpc.VpcId)
	t.leave(development, part)
	t.leave(regional, block)
	t.leaveIPAM(ipam)
}

func tutorialMove(t *T) {
	w, n, owner := t.cast()
	cidr := randomIPv4(24).String()
	had := owner.ownRange(ec2.ProvisionByoipCidrInput{Cidr: &cidr})
	pool := n.pool(w.ipam.PublicDefaultScopeId, forEC2(home))
	shares := t.bothPermissions(w, pool, w.workload)

	equal(t, "State at first", must(owner.moveToIpam(cidr, pool))(owner).State, "pending-transfer")
	owner.await("the transfer", func() bool { return must(owner.moveToIpam(cidr, pool))(owner).State == "complete-transfer" })
	held := n.allocations(pool)
	equal(t, "allocations", len(held), 1)
	equal(t, "Cidr of the allocation", str(held[0].Cidr), cidr)
	equal(t, "ResourceId of the allocation", str(held[0].ResourceId), *had.PoolId)
	equal(t, "ResourceOwner of the allocation", str(held[0].ResourceOwner), w.workload)

	n.deleteShares(shares)
	must(owner.deprovisionPublic(*had.PoolId, cidr))(owner)
	left := owner.describedPublicPool(*had.PoolId)
	equal(t, "TotalAddressCount", num(left.TotalAddressCount), "0")
	n.await("the allocation to go", func() bool { return len(n.allocations(pool)) == 0 })
	n.leave(pool, cidr)
	n.leaveIPAM(w.ipam)
	t.adopt(n)
	t.adopt(owner)
}
