package conformance

import (
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// AWS's tutorial of sequential Elastic IP addresses, and the sharing that it leads to.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-eip-pool.html

var elasticIPTutorialTests = []Test{
	{"the tutorial of sequential Elastic IP addresses walks through", "B872", tutorialEIPPool},
	{"a member takes Elastic IP addresses from shared pools", "B479", tutorialSharedEIPPools},
}

func tutorialEIPPool(t *T) {
	ipam := t.ipamIn(home, &ec2.CreateIpamInput{}) // step 1
	equal(t, "Tier", ipam.Tier, types.IpamTierAdvanced)

	// Step 2.
	created := *must(t.ec2(home).CreateIpamPool(t.ctx, poolInput(ipam.PublicDefaultScopeId, amazonIPv4)))(t).IpamPool
	want := types.IpamPool{
		OwnerId:       new(t.account),
		IpamPoolId:    created.IpamPoolId,
		IpamPoolArn:   new("arn:aws:ec2::" + t.account + ":ipam-pool/" + str(created.IpamPoolId)),
		IpamScopeArn:  new("arn:aws:ec2::" + t.account + ":ipam-scope/" + *ipam.PublicDefaultScopeId),
		IpamScopeType: types.IpamScopeTypePublic,
		IpamArn:       ipam.IpamArn,
		IpamRegion:    new(home),
		Locale:        new(home),
		PoolDepth:     new(int32(1)),
		State:         types.IpamPoolStateCreateInProgress,
		AutoImport:    new(false),
		AddressFamily: types.AddressFamilyIpv4,
		Tags:          []types.Tag{},

		AwsService:             types.IpamPoolAwsServiceEc2,
		PublicIpSource:         types.IpamPoolPublicIpSourceAmazon,
		AllocationResourceTags: emptyOrAbsent(created.AllocationResourceTags),
	}
	equalRecord(t, "the answer of CreateIpamPool", created, want)
	want.State = types.IpamPoolStateCreateComplete
	pool := t.awaitPool(*created.IpamPoolId, types.IpamPoolStateCreateComplete)
	equalRecord(t, "the pool", pool, want)
	answer := *must(t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, NetmaskLength: new(int32(29))}))(t).IpamPoolCidr
	equalRecord(t, "the answer of ProvisionIpamPoolCidr", answer, types.IpamPoolCidr{
		State: types.IpamPoolCidrStatePendingProvision, IpamPoolCidrId: answer.IpamPoolCidrId, NetmaskLength: new(int32(29)),
	})
	block := t.awaitCIDR(pool, *answer.IpamPoolCidrId, types.IpamPoolCidrStateProvisioned)
	addresses := addressesIn(t, *block.Cidr)
	equal(t, "number of addresses of the block", len(addresses), 8)

	first := t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId}) // step 3
	chosen := t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId, Address: &addresses[6]})
	for address, out := range map[string]*ec2.AllocateAddressOutput{addresses[0]: first, addresses[6]: chosen} {
		equalRecord(t, "the answer with the address "+address, *out, ec2.AllocateAddressOutput{
			PublicIp: &address, AllocationId: out.AllocationId, PublicIpv4Pool: pool.IpamPoolId, NetworkBorderGroup: new(home), Domain: types.DomainTypeVpc,
			ResultMetadata: out.ResultMetadata,
		})
	}

	_, subnet, _ := t.onInternet() // step 4, with a network interface for an instance
	i := t.networkInterface(subnet)
	association := must(t.ec2(home).AssociateAddress(t.ctx, &ec2.AssociateAddressInput{PublicIp: first.PublicIp, NetworkInterfaceId: i.NetworkInterfaceId}))(t).AssociationId
	matches(t, "AssociationId", str(association), "eipassoc-"+hex17)

	held := t.allocations(pool) // step 5
	equalRecord(t, "the CIDRs of the allocations", sortedCIDRs(held), []string{addresses[0] + "/32", addresses[6] + "/32"})
	for _, a := range held {
		equal(t, "ResourceType of the allocation of "+*a.Cidr, a.ResourceType, types.IpamPoolAllocationResourceTypeEip)
		equal(t, "ResourceRegion of the allocation of "+*a.Cidr, str(a.ResourceRegion), home)
		equal(t, "ResourceOwner of the allocation of "+*a.Cidr, str(a.ResourceOwner), t.account)
	}
	statuses := map[string]types.IpamPublicAddressAssociationStatus{}
	for _, a := range t.publicAddresses(ipam.DefaultResourceDiscoveryId, home, filter("address-type", "amazon-owned-contig")) {
		statuses[*a.Address] = a.AssociationStatus
	}
	equalRecord(t, "the public addresses", statuses, map[string]types.IpamPublicAddressAssociationStatus{
		addresses[0]: types.IpamPublicAddressAssociationStatusAssociated, addresses[6]: types.IpamPublicAddressAssociationStatusDisassociated,
	})

	must(t.ec2(home).DisassociateAddress(t.ctx, &ec2.DisassociateAddressInput{AssociationId: association}))(t) // the clean-up
	for _, a := range held {
		t.releaseAddress(a.ResourceId)
	}
	t.await("the allocations to go", func() bool { return len(t.allocations(pool)) == 0 })
	t.leave(pool, *block.Cidr)
	t.leaveIPAM(ipam)
}

func sortedCIDRs(allocations []types.IpamPoolAllocation) (list []string) {
	for _, a := range allocations {
		list = append(list, *a.Cidr)
	}
	slices.Sort(list)
	return list
}

// tutorialSharedEIPPools: the tutorial says that addresses of such a pool are not transferred, and that the pool is shared instead.
// The member also takes addresses out of a range that the IPAM account has brought, straight and through a pool of its own.
func tutorialSharedEIPPools(t *T) {
	w, n, member := t.cast()
	contiguous, addresses := n.contiguous(w.ipam)
	block := str(n.cidrs(contiguous)[0].Cidr)
	brought := randomIPv4(24)
	top := n.topPool(w.ipam, brought.String())
	regional := n.regionalPool(top, home, brought.String())
	share := t.share(w, []string{w.workload}, contiguous, regional)

	first := member.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: contiguous.IpamPoolId})
	second := n.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: contiguous.IpamPoolId})
	equal(t, "the member's address", str(first.PublicIp), addresses[0])
	equal(t, "the next address, of the IPAM account", str(second.PublicIp), addresses[1])
	_, err := member.offerTo(n.account, first.AllocationId)
	wantRefusal(t, "offering the member's address to another account", err)
	straight := member.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: regional.IpamPoolId})
	equal(t, "the address straight from the range", str(straight.PublicIp), brought.Addr().String())
	equal(t, "PublicIpv4Pool of it", str(straight.PublicIpv4Pool), *regional.IpamPoolId)
	public := member.publicPool()
	part := must(member.provisionPublic(regional, public, 25))(member)
	through := member.allocateAddress(&ec2.AllocateAddressInput{PublicIpv4Pool: &public})
	equal(t, "the address out of the public IPv4 pool", str(through.PublicIp), str(part.FirstAddress))
	equal(t, "number of addresses of the IPAM account", len(n.addressesFound(&ec2.DescribeAddressesInput{})), 1)

	owners := map[string]string{}
	for _, a := range slices.Concat(n.allocations(contiguous), n.allocations(regional)) {
		owners[*a.ResourceId] = *a.ResourceOwner
	}
	equalRecord(t, "who has space of the pools", owners, map[string]string{
		*first.AllocationId: w.workload, *second.AllocationId: w.network, *straight.AllocationId: w.workload, public: w.workload,
	})
	kinds := map[string]types.IpamPublicAddressType{}
	for _, a := range n.publicAddresses(w.ipam.DefaultResourceDiscoveryId, home, filter("address-owner-id", w.workload)) {
		kinds[*a.Address] = a.AddressType
	}
	equalRecord(t, "the member's addresses as the IPAM account sees them", kinds, map[string]types.IpamPublicAddressType{
		*first.PublicIp: types.IpamPublicAddressTypeAmazonOwnedContig, *straight.PublicIp: types.IpamPublicAddressTypeByoip, *through.PublicIp: types.IpamPublicAddressTypeByoip,
	})

	n.releaseAddress(second.AllocationId)
	for _, a := range []*ec2.AllocateAddressOutput{first, straight, through} {
		member.releaseAddress(a.AllocationId)
	}
	must(member.deprovisionPublic(public, netip.PrefixFrom(netip.MustParseAddr(*part.FirstAddress), 25).String()))(member)
	must(member.ec2(home).DeletePublicIpv4Pool(t.ctx, &ec2.DeletePublicIpv4PoolInput{PoolId: &public}))(member)
	n.await("the allocations to go", func() bool { return len(n.allocations(contiguous))+len(n.allocations(regional)) == 0 })
	n.deleteShares([]string{share})
	n.leave(contiguous, block)
	n.leave(regional, brought.String())
	n.leave(top, brought.String())
	n.leaveIPAM(w.ipam)
	t.adopt(n)
	t.adopt(member)
}
