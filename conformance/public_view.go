package conformance

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var publicViewTests = []Test{
	{"addresses are seen in the public scope", "B873", seenAddresses},
	{"public IPv4 pools are seen in the public scope", "B874", seenPublicPools},
	{"a discovery finds addresses, public IPv4 pools and network interfaces", "B875", foundAddresses},
	{"a discovery tells what public addresses are for", "B876", publicAddresses},
	{"public addresses are filtered and paged", "B877", publicAddressPages},
	{"public addresses are counted in each Region", "B878", publicMetrics},
}

func seenAddresses(t *T) {
	ipam := t.ipam()
	pool, addresses := t.contiguous(ipam)
	amazons := t.allocateAddress(&ec2.AllocateAddressInput{})
	managed := t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId, TagSpecifications: tagged(types.ResourceTypeElasticIp, "Name", "web")})
	want := types.IpamResourceCidr{
		IpamId:           ipam.IpamId,
		IpamScopeId:      ipam.PublicDefaultScopeId,
		IpamPoolId:       pool.IpamPoolId,
		ResourceRegion:   new(home),
		ResourceOwnerId:  new(t.Account()),
		ResourceId:       managed.AllocationId,
		ResourceName:     new("web"),
		ResourceCidr:     new(addresses[0] + "/32"),
		ResourceType:     types.IpamResourceTypeEip,
		ResourceTags:     []types.IpamResourceTag{{Key: new("Name"), Value: new("web")}},
		ManagementState:  types.IpamManagementStateManaged,
		ComplianceStatus: types.IpamComplianceStatusCompliant,
		OverlapStatus:    types.IpamOverlapStatusNonoverlapping,
	}
	equalRecord(t, "the row of an address out of a pool", t.rowOf(ipam.PublicDefaultScopeId, *managed.AllocationId), want)
	equal(t, "states of an address of Amazon's", states(t.rowOf(ipam.PublicDefaultScopeId, *amazons.AllocationId)), "unmanaged unmanaged nonoverlapping")
	equal(t, "number of rows in the private scope", len(t.cidrsIn(ipam.PrivateDefaultScopeId)), 0)
	of := func(kind types.IpamResourceType) int {
		return len(t.cidrsIn(ipam.PublicDefaultScopeId, func(in *ec2.GetIpamResourceCidrsInput) { in.ResourceType = kind }))
	}
	equal(t, "number of rows of addresses", of(types.IpamResourceTypeEip), 2)
	equal(t, "number of rows of VPCs", of(types.IpamResourceTypeVpc), 0)
	must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, AddAllocationResourceTags: []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}}}))(t)
	equal(t, "states under a new rule", states(t.rowOf(ipam.PublicDefaultScopeId, *managed.AllocationId)), "managed noncompliant nonoverlapping")
	t.releaseAddress(managed.AllocationId)
	equal(t, "number of rows after a release", of(types.IpamResourceTypeEip), 1)
	_, err := t.ec2(home).ModifyIpamResourceCidr(t.ctx, &ec2.ModifyIpamResourceCidrInput{
		CurrentIpamScopeId: ipam.PublicDefaultScopeId, Monitored: new(false), ResourceCidr: new(*amazons.PublicIp + "/32"), ResourceId: amazons.AllocationId, ResourceRegion: new(home),
	})
	wantRefusal(t, "ignoring an address", err)
}

func seenPublicPools(t *T) {
	ipam := t.ipam()
	pool := t.byoipPool(ipam, "203.0.113.0/24", ipv4)
	id := t.publicPool()
	must(t.provisionPublic(pool, id, 29))(t)
	address := t.allocateAddress(&ec2.AllocateAddressInput{PublicIpv4Pool: &id})
	row := t.rowOf(ipam.PublicDefaultScopeId, id)
	equalRecord(t, "the row of the pool", row, types.IpamResourceCidr{
		IpamId:           ipam.IpamId,
		IpamScopeId:      ipam.PublicDefaultScopeId,
		IpamPoolId:       pool.IpamPoolId,
		IpUsage:          new(0.125),
		ResourceRegion:   new(home),
		ResourceOwnerId:  new(t.Account()),
		ResourceId:       &id,
		ResourceCidr:     new("203.0.113.0/29"),
		ResourceType:     types.IpamResourceTypePublicIpv4Pool,
		ResourceTags:     []types.IpamResourceTag{},
		ManagementState:  types.IpamManagementStateManaged,
		ComplianceStatus: types.IpamComplianceStatusCompliant,
		OverlapStatus:    types.IpamOverlapStatusNonoverlapping,
	})
	equal(t, "states of an address out of it", states(t.rowOf(ipam.PublicDefaultScopeId, *address.AllocationId)), "unmanaged unmanaged nonoverlapping")
	must(t.deprovisionPublic(id, "203.0.113.4/30"))(t)
	left := t.rowOf(ipam.PublicDefaultScopeId, id)
	equal(t, "ResourceCidr of what is left", str(left.ResourceCidr), "203.0.113.0/30")
	equal(t, "states of what is left", states(left), "managed compliant nonoverlapping")
	equal(t, "IpUsage of what is left", *left.IpUsage, 0.25)
}

func foundAddresses(t *T) {
	ipam := t.ipam()
	pool := t.byoipPool(ipam, "203.0.113.0/24", ipv4)
	id := t.publicPool()
	must(t.provisionPublic(pool, id, 31))(t)
	own := t.allocateAddress(&ec2.AllocateAddressInput{PublicIpv4Pool: &id})
	amazons := t.allocateAddress(&ec2.AllocateAddressInput{})
	contiguous, _ := t.contiguous(ipam)
	block := t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: contiguous.IpamPoolId})
	i := t.networkInterface(t.subnet(t.vpc("10.0.0.0/16"), "10.0.0.0/24"))
	for resource, want := range map[string]struct {
		kind   types.IpamResourceType
		cidr   string
		source types.IpamResourceCidrIpSource
	}{
		*own.AllocationId:     {types.IpamResourceTypeEip, "203.0.113.0/32", types.IpamResourceCidrIpSourceByoip},
		*amazons.AllocationId: {types.IpamResourceTypeEip, *amazons.PublicIp + "/32", types.IpamResourceCidrIpSourceAmazon},
		*block.AllocationId:   {types.IpamResourceTypeEip, *block.PublicIp + "/32", types.IpamResourceCidrIpSourceAmazon},
		id:                    {types.IpamResourceTypePublicIpv4Pool, "203.0.113.0/31", types.IpamResourceCidrIpSourceByoip},
		*i.NetworkInterfaceId: {types.IpamResourceTypeEni, "10.0.0.4/32", types.IpamResourceCidrIpSourceNone},
	} {
		found := t.discovered(ipam.DefaultResourceDiscoveryId, home, filter("resource-id", resource))
		if len(found) != 1 {
			t.Fatalf("the discovery finds %d CIDRs of %s, want 1", len(found), resource)
		}
		equal(t, "ResourceType of "+resource, found[0].ResourceType, want.kind)
		equal(t, "ResourceCidr of "+resource, str(found[0].ResourceCidr), want.cidr)
		equal(t, "IpSource of "+resource, found[0].IpSource, want.source)
		if want.kind == types.IpamResourceTypeEni {
			equal(t, "NetworkInterfaceAttachmentStatus", found[0].NetworkInterfaceAttachmentStatus, types.IpamNetworkInterfaceAttachmentStatusAvailable)
			equal(t, "SubnetId", str(found[0].SubnetId), *i.SubnetId)
		}
	}
	equal(t, "number of rows of the interface in the private scope", len(t.cidrsIn(ipam.PrivateDefaultScopeId, func(in *ec2.GetIpamResourceCidrsInput) { in.ResourceId = i.NetworkInterfaceId })), 0)
}

func (t *T) publicAddresses(discovery *string, region string, filters ...types.Filter) []types.IpamDiscoveredPublicAddress {
	out := must(t.ec2(home).GetIpamDiscoveredPublicAddresses(t.ctx, &ec2.GetIpamDiscoveredPublicAddressesInput{
		IpamResourceDiscoveryId: discovery, AddressRegion: &region, Filters: filters,
	}))(t)
	if (out.OldestSampleTime == nil) != (len(out.IpamDiscoveredPublicAddresses) == 0) {
		t.Errorf("OldestSampleTime = %v with %d addresses", out.OldestSampleTime, len(out.IpamDiscoveredPublicAddresses))
	}
	for i := range out.IpamDiscoveredPublicAddresses {
		if out.IpamDiscoveredPublicAddresses[i].SampleTime == nil {
			t.Errorf("address %d has no SampleTime", i)
		}
		out.IpamDiscoveredPublicAddresses[i].SampleTime = nil
	}
	return out.IpamDiscoveredPublicAddresses
}

func publicAddresses(t *T) {
	ipam := t.ipam()
	vpc, subnet, _ := t.onInternet()
	i := t.networkInterfaceAs(&ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId, Description: new("web")})
	amazons := t.allocateAddress(&ec2.AllocateAddressInput{TagSpecifications: tagged(types.ResourceTypeElasticIp, "env", "prod")})
	want := types.IpamDiscoveredPublicAddress{
		IpamResourceDiscoveryId: ipam.DefaultResourceDiscoveryId,
		Address:                 amazons.PublicIp,
		AddressAllocationId:     amazons.AllocationId,
		AddressOwnerId:          new(t.Account()),
		AddressRegion:           new(home),
		AddressType:             types.IpamPublicAddressTypeAmazonOwnedEip,
		AssociationStatus:       types.IpamPublicAddressAssociationStatusDisassociated,
		NetworkBorderGroup:      new(home),
		SecurityGroups:          []types.IpamPublicAddressSecurityGroup{},
		Tags:                    &types.IpamPublicAddressTags{EipTags: []types.IpamPublicAddressTag{{Key: new("env"), Value: new("prod")}}},
	}
	equalRecord(t, "an address without an interface", t.publicAddresses(ipam.DefaultResourceDiscoveryId, home), []types.IpamDiscoveredPublicAddress{want})
	t.associateInterface(amazons, i)
	want.AssociationStatus = types.IpamPublicAddressAssociationStatusAssociated
	want.NetworkInterfaceId, want.NetworkInterfaceDescription, want.SubnetId, want.VpcId = i.NetworkInterfaceId, new("web"), subnet.SubnetId, vpc.VpcId
	want.SecurityGroups = []types.IpamPublicAddressSecurityGroup{{GroupId: i.Groups[0].GroupId, GroupName: new("default")}}
	equalRecord(t, "an address with an interface", t.publicAddresses(ipam.DefaultResourceDiscoveryId, home), []types.IpamDiscoveredPublicAddress{want})

	pool, _ := t.contiguous(ipam)
	block := t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId})
	id := t.publicPool()
	must(t.provisionPublic(t.byoipPool(ipam, "203.0.113.0/24", ipv4), id, 31))(t)
	own := t.allocateAddress(&ec2.AllocateAddressInput{PublicIpv4Pool: &id})
	for address, want := range map[string][2]string{
		*block.PublicIp: {string(types.IpamPublicAddressTypeAmazonOwnedContig), absent},
		*own.PublicIp:   {string(types.IpamPublicAddressTypeByoip), id},
	} {
		found := t.publicAddresses(ipam.DefaultResourceDiscoveryId, home, filter("address", address))
		if len(found) != 1 {
			t.Fatalf("the discovery finds %d addresses %s, want 1", len(found), address)
		}
		equal(t, "AddressType of "+address, string(found[0].AddressType), want[0])
		equal(t, "PublicIpv4PoolId of "+address, str(found[0].PublicIpv4PoolId), want[1])
	}
}

func publicAddressPages(t *T) {
	ipam := t.ipam(away)
	pool, _ := t.contiguous(ipam)
	for range 6 {
		t.allocateAddress(&ec2.AllocateAddressInput{IpamPoolId: pool.IpamPoolId})
	}
	must(t.ec2(away).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{}))(t)
	must(t.ec2(far).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{}))(t)
	id := ipam.DefaultResourceDiscoveryId
	in := &ec2.GetIpamDiscoveredPublicAddressesInput{IpamResourceDiscoveryId: id, AddressRegion: new(home), MaxResults: new(int32(5))}
	first := must(t.ec2(home).GetIpamDiscoveredPublicAddresses(t.ctx, in))(t)
	equal(t, "number of addresses on the first page", len(first.IpamDiscoveredPublicAddresses), 5)
	in.NextToken = first.NextToken
	second := must(t.ec2(home).GetIpamDiscoveredPublicAddresses(t.ctx, in))(t)
	equal(t, "number of addresses on the second page", len(second.IpamDiscoveredPublicAddresses), 1)
	equal(t, "NextToken of the last page", str(second.NextToken), absent)
	equal(t, "number of addresses in another Region", len(t.publicAddresses(id, away)), 1)
	equal(t, "number of addresses where the IPAM does not operate", len(t.publicAddresses(id, far)), 0)
	equal(t, "number of associated addresses", len(t.publicAddresses(id, home, filter("association-status", "associated"))), 0)
	equal(t, "number of contiguous addresses", len(t.publicAddresses(id, home, filter("address-type", "amazon-owned-contig"))), 6)
	for what, test := range map[string]struct {
		in   *ec2.GetIpamDiscoveredPublicAddressesInput
		code string
	}{
		"an unknown discovery":     {&ec2.GetIpamDiscoveredPublicAddressesInput{IpamResourceDiscoveryId: new("ipam-res-disco-0123456789abcdef0"), AddressRegion: new(home)}, "InvalidIpamResourceDiscoveryId.NotFound"},
		"a page of 4":              {&ec2.GetIpamDiscoveredPublicAddressesInput{IpamResourceDiscoveryId: id, AddressRegion: new(home), MaxResults: new(int32(4))}, "InvalidParameterValue"},
		"a filter that is unknown": {&ec2.GetIpamDiscoveredPublicAddressesInput{IpamResourceDiscoveryId: id, AddressRegion: new(home), Filters: []types.Filter{filter("colour", "blue")}}, "InvalidParameterValue"},
		"a filter by tag":          {&ec2.GetIpamDiscoveredPublicAddressesInput{IpamResourceDiscoveryId: id, AddressRegion: new(home), Filters: []types.Filter{filter("tag:env", "prod")}}, "InvalidParameterValue"},
	} {
		_, err := t.ec2(home).GetIpamDiscoveredPublicAddresses(t.ctx, test.in)
		wantErrorOf(t, what, err, test.code, "")
	}
	_, err := t.ec2As(t.OtherAccount(), home).GetIpamDiscoveredPublicAddresses(t.ctx, &ec2.GetIpamDiscoveredPublicAddressesInput{IpamResourceDiscoveryId: id, AddressRegion: new(home)})
	wantErrorOf(t, "another account's discovery", err, "InvalidIpamResourceDiscoveryId.NotFound", "")
}

func publicMetrics(t *T) {
	ipam := t.ipam()
	pool := t.byoipPool(ipam, "203.0.113.0/24", ipv4)
	id := t.publicPool()
	must(t.provisionPublic(pool, id, 30))(t)
	t.allocateAddress(&ec2.AllocateAddressInput{PublicIpv4Pool: &id})
	_, subnet, _ := t.onInternet()
	t.associateInterface(t.allocateAddress(&ec2.AllocateAddressInput{}), t.networkInterface(subnet))
	t.allocateAddress(&ec2.AllocateAddressInput{})
	t.advance(10 * time.Minute)
	here := dimensions("IpamId", *ipam.IpamId, "Region", home)
	for name, want := range map[string]string{
		"AmazonOwnedElasticIPs": "2", "AssociatedAmazonOwnedElasticIPs": "1", "UnassociatedAmazonOwnedElasticIPs": "1",
		"BringYourOwnIPs": "1", "AssociatedBringYourOwnIPs": "0", "UnassociatedBringYourOwnIPs": "1", "EC2PublicIPs": "0",
	} {
		equal(t, name, t.latest(name, here), want)
	}
	usage := dimensions("OwnerID", t.Account(), "PublicIPv4PoolID", id, "Region", home, "ScopeID", *ipam.PublicDefaultScopeId)
	equal(t, "PublicIPv4PoolIPUsage", t.latest("PublicIPv4PoolIPUsage", usage), "25")
	equal(t, "states of the public scope", t.ofScope(ipam.PublicDefaultScopeId, "IPv4"), "1 0 1 3 0 ")
}
