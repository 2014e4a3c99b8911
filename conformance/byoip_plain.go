package conformance

import (
	"net/netip"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	ramtypes "github.com/aws/aws-sdk-go-v2/service/ram/types"
)

var byoipPlainTests = []Test{
	{"a range of IPv6 without IPAM has an IPv6 pool", "B236", ownIPv6Range},
	{"a range of IPv4 without IPAM has a public IPv4 pool", "B237", ownIPv4Range},
	{"a range without IPAM is a proven range that is not taken", "B238", ownRangeRefused},
	{"a Region takes five ranges without IPAM", "B239", ownRangeQuota},
	{"a VPC gets a block of an IPv6 pool", "B240", ownIPv6ForVPC},
	{"a range without IPAM goes when nobody uses it", "B241", deprovisionOwnRange},
	{"a range is moved to IPAM as it is", "B242", moveRange},
	{"a range is moved to a pool that fits and permits it", "B243", moveRangeRefused},
}

func (t *T) ownRange(in ec2.ProvisionByoipCidrInput) types.ByoipCidr {
	must(t.provisionOwn(in))(t)
	t.await(*in.Cidr+" to be provisioned", func() bool { return t.rangeIn(home, *in.Cidr).State != types.ByoipCidrStatePendingProvision })
	return t.rangeIn(home, *in.Cidr)
}

func (t *T) provisionOwn(in ec2.ProvisionByoipCidrInput) (*ec2.ProvisionByoipCidrOutput, error) {
	if in.CidrAuthorizationContext == nil {
		in.CidrAuthorizationContext = &types.CidrAuthorizationContext{Message: t.message(*in.Cidr, lasting), Signature: new(signed)}
	}
	return t.ec2(home).ProvisionByoipCidr(t.ctx, &in)
}

func (t *T) deprovisionOwn(cidr string) (*ec2.DeprovisionByoipCidrOutput, error) {
	return t.ec2(home).DeprovisionByoipCidr(t.ctx, &ec2.DeprovisionByoipCidrInput{Cidr: &cidr})
}

func ownIPv6Range(t *T) {
	cidr, hidden := randomIPv6(48).String(), nth(randomIPv6(48), 60, 3)
	answer := must(t.provisionOwn(ec2.ProvisionByoipCidrInput{
		Cidr: &cidr, Description: new("ours"), PoolTagSpecifications: tagged(types.ResourceTypeIpv6poolEc2, "Name", "own"),
	}))(t).ByoipCidr
	equal(t, "State in the answer", answer.State, types.ByoipCidrStatePendingProvision)
	t.await("the range", func() bool { return t.rangeIn(home, cidr).State == types.ByoipCidrStateProvisioned })
	got := t.rangeIn(home, cidr)
	matches(t, "PoolId", str(got.PoolId), "ipv6pool-ec2-"+hex17)
	equalRecord(t, "the range", got, types.ByoipCidr{
		AdvertisementType:  new("unicast"),
		AsnAssociations:    []types.AsnAssociation{},
		Cidr:               &cidr,
		Description:        new("ours"),
		NetworkBorderGroup: new(home),
		PoolId:             got.PoolId,
		State:              types.ByoipCidrStateProvisioned,
		StatusMessage:      got.PoolId,
	})
	pools := func(filters ...types.Filter) []types.Ipv6Pool {
		return must(t.ec2(home).DescribeIpv6Pools(t.ctx, &ec2.DescribeIpv6PoolsInput{Filters: filters}))(t).Ipv6Pools
	}
	equalRecord(t, "the pools", pools(), []types.Ipv6Pool{{
		Description: new("ours"), PoolCidrBlocks: []types.PoolCidrBlock{{Cidr: &cidr}}, PoolId: got.PoolId, Tags: tags("Name", "own"),
	}})
	equal(t, "pools with another tag", len(pools(filter("tag:Name", "other"))), 0)
	t.tag(*got.PoolId, "Team", "net")
	equal(t, "pools with a new tag", len(pools(filter("tag-key", "Team"))), 1)
	equal(t, "State when advertised", must(t.advertise(home, cidr))(t).ByoipCidr.State, types.ByoipCidrStateAdvertised)
	secret := t.ownRange(ec2.ProvisionByoipCidrInput{Cidr: &hidden, PubliclyAdvertisable: new(false)})
	equal(t, "State of one that is not to be advertised", secret.State, types.ByoipCidrStateProvisionedNotPubliclyAdvertisable)
	_, err := t.advertise(home, hidden)
	wantErrorOf(t, "advertising it", err, "IncorrectState", "")
	for what, client := range map[string]*ec2.Client{"another account": t.ec2As(t.OtherAccount(), home), "another Region": t.ec2(away)} {
		_, err = client.DescribeIpv6Pools(t.ctx, &ec2.DescribeIpv6PoolsInput{PoolIds: []string{*got.PoolId}})
		wantErrorOf(t, "the pool in "+what, err, "InvalidIpv6PoolId.NotFound", "")
	}
}

func ownIPv4Range(t *T) {
	whole := randomIPv4(23)
	cidr, group := whole.String(), home+"-dfw-2"
	got := t.ownRange(ec2.ProvisionByoipCidrInput{
		Cidr: &cidr, Description: new("ours"), NetworkBorderGroup: &group, PoolTagSpecifications: tagged(types.ResourceTypeIpv4poolEc2, "Name", "own"),
	})
	equal(t, "State", got.State, types.ByoipCidrStateProvisioned)
	equal(t, "NetworkBorderGroup", str(got.NetworkBorderGroup), group)
	equal(t, "StatusMessage", str(got.StatusMessage), str(got.PoolId))
	last := whole.Addr().As4()
	last[2], last[3] = last[2]+1, 255
	equalRecord(t, "the public IPv4 pool", t.describedPublicPool(str(got.PoolId)), types.PublicIpv4Pool{
		Description:                new("ours"),
		NetworkBorderGroup:         &group,
		PoolAddressRanges:          []types.PublicIpv4PoolRange{addressRange(whole.Addr().String(), netip.AddrFrom4(last).String(), 512, 512)},
		PoolId:                     got.PoolId,
		Tags:                       tags("Name", "own"),
		TotalAddressCount:          new(int32(512)),
		TotalAvailableAddressCount: new(int32(512)),
	})
	_, err := t.advertise(home, cidr)
	if err != nil {
		t.Errorf("advertising it: %v", err)
	}
}

func ownRangeRefused(t *T) {
	v4, v6 := randomIPv4(24).String(), randomIPv6(48).String()
	wantRefusals(t, func(in ec2.ProvisionByoipCidrInput) error { _, err := t.provisionOwn(in); return err }, []refusal[ec2.ProvisionByoipCidrInput]{
		{"a /25", ec2.ProvisionByoipCidrInput{Cidr: new(netip.MustParsePrefix(v4).Addr().String() + "/25")}, "InvalidParameterValue", ""},
		{"a /49", ec2.ProvisionByoipCidrInput{Cidr: new(netip.MustParsePrefix(v6).Addr().String() + "/49")}, "InvalidParameterValue", ""},
		{"a /61", ec2.ProvisionByoipCidrInput{Cidr: new(netip.MustParsePrefix(v6).Addr().String() + "/61"), PubliclyAdvertisable: new(false)}, "InvalidParameterValue", ""},
		{"host bits", ec2.ProvisionByoipCidrInput{Cidr: new("203.0.113.25/24")}, "InvalidParameterValue", ""},
		{"private addresses", ec2.ProvisionByoipCidrInput{Cidr: new("10.0.0.0/24")}, "InvalidParameterValue", ""},
		{"no CIDR", ec2.ProvisionByoipCidrInput{Cidr: new("ours")}, "InvalidParameterValue", ""},
		{"IPv4 that is not to be advertised", ec2.ProvisionByoipCidrInput{Cidr: &v4, PubliclyAdvertisable: new(false)}, "InvalidParameterCombination", ""},
		{"a reserved parameter", ec2.ProvisionByoipCidrInput{Cidr: &v4, MultiRegion: new(true)}, "UnsupportedOperation", "…MultiRegion…"},
		{"another Region's border group", ec2.ProvisionByoipCidrInput{Cidr: &v4, NetworkBorderGroup: new(away)}, "InvalidParameterValue", ""},
		{"IPv6 in a Local Zone", ec2.ProvisionByoipCidrInput{Cidr: &v6, NetworkBorderGroup: new(home + "-dfw-2")}, "InvalidParameterCombination", ""},
		{"tags of another pool", ec2.ProvisionByoipCidrInput{Cidr: &v4, PoolTagSpecifications: tagged(types.ResourceTypeIpv6poolEc2, "a", "b")}, "InvalidParameterValue", ""},
		{"another message", ec2.ProvisionByoipCidrInput{Cidr: &v4, CidrAuthorizationContext: &types.CidrAuthorizationContext{Message: t.message(v6, lasting), Signature: new(signed)}}, "InvalidParameterValue", ""},
	})
	_, err := t.ec2(home).ProvisionByoipCidr(t.ctx, &ec2.ProvisionByoipCidrInput{Cidr: &v4})
	wantErrorOf(t, "no proof", err, "InvalidParameterCombination", "")
	equal(t, "ranges after that", len(t.ranges(home)), 0)
	t.ownRange(ec2.ProvisionByoipCidrInput{Cidr: &v4})
	_, err = t.provisionOwn(ec2.ProvisionByoipCidrInput{Cidr: &v4})
	wantErrorOf(t, "the same again", err, "InvalidParameterValue", "")
	t.fails(t.pool(t.ipam().PublicDefaultScopeId), v4)
	stranger := t.as(t.OtherAccount())
	got := stranger.ownRange(ec2.ProvisionByoipCidrInput{Cidr: &v4})
	equal(t, "State of a range that is taken", got.State, types.ByoipCidrStateFailedProvision)
	equal(t, "its PoolId", str(got.PoolId), absent)
	t.adopt(stranger)
}

func ownRangeQuota(t *T) {
	for range 5 {
		t.ownRange(ec2.ProvisionByoipCidrInput{Cidr: new(randomIPv6(48).String())})
	}
	_, err := t.provisionOwn(ec2.ProvisionByoipCidrInput{Cidr: new(randomIPv6(48).String())})
	wantErrorOf(t, "the sixth range", err, "ResourceLimitExceeded", "The number of BYOIP CIDRs for this account has reached the maximum allowed limit.")
}

// associatedWith are the blocks that VPCs have of an IPv6 pool.
func (t *T) associatedWith(pool string) []types.Ipv6CidrAssociation {
	return must(t.ec2(home).GetAssociatedIpv6PoolCidrs(t.ctx, &ec2.GetAssociatedIpv6PoolCidrsInput{PoolId: &pool}))(t).Ipv6CidrAssociations
}

func ownIPv6ForVPC(t *T) {
	whole := randomIPv6(48)
	pool := str(t.ownRange(ec2.ProvisionByoipCidrInput{Cidr: new(whole.String())}).PoolId)
	equal(t, "blocks before", len(t.associatedWith(pool)), 0)
	second := nth(whole, 56, 1)
	vpc := t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6Pool: &pool, Ipv6CidrBlock: &second})
	block := t.ipv6Of(vpc)
	equal(t, "Ipv6CidrBlock", str(block.Ipv6CidrBlock), second)
	equal(t, "Ipv6Pool", str(block.Ipv6Pool), pool)
	equal(t, "IpSource", block.IpSource, types.IpSourceByoip)
	equal(t, "Ipv6AddressAttribute", block.Ipv6AddressAttribute, types.Ipv6AddressAttributePublic)
	out := must(t.ec2(home).AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: vpc.VpcId, Ipv6Pool: &pool}))(t)
	equal(t, "a block that EC2 chooses", str(out.Ipv6CidrBlockAssociation.Ipv6CidrBlock), nth(whole, 56, 0))
	equalRecord(t, "the blocks", t.associatedWith(pool), []types.Ipv6CidrAssociation{
		{AssociatedResource: vpc.VpcId, Ipv6Cidr: new(nth(whole, 56, 0))}, {AssociatedResource: vpc.VpcId, Ipv6Cidr: &second},
	})
	page := must(t.ec2(home).GetAssociatedIpv6PoolCidrs(t.ctx, &ec2.GetAssociatedIpv6PoolCidrsInput{PoolId: &pool, MaxResults: new(int32(1))}))(t)
	page = must(t.ec2(home).GetAssociatedIpv6PoolCidrs(t.ctx, &ec2.GetAssociatedIpv6PoolCidrsInput{PoolId: &pool, MaxResults: new(int32(1)), NextToken: page.NextToken}))(t)
	equal(t, "the second page", str(page.Ipv6CidrAssociations[0].Ipv6Cidr), second)
	wantRefusals(t, t.withIPv4, []refusal[ec2.CreateVpcInput]{
		{"a block that is taken", ec2.CreateVpcInput{Ipv6Pool: &pool, Ipv6CidrBlock: new(nth(whole, 60, 16))}, "InvalidParameterValue", ""},
		{"a block of other addresses", ec2.CreateVpcInput{Ipv6Pool: &pool, Ipv6CidrBlock: new(nth(randomIPv6(48), 56, 0))}, "InvalidParameterValue", ""},
		{"a block of no size", ec2.CreateVpcInput{Ipv6Pool: &pool, Ipv6CidrBlock: new(nth(whole, 64, 512))}, "InvalidVpc.Range", ""},
		{"a length", ec2.CreateVpcInput{Ipv6Pool: &pool, Ipv6NetmaskLength: new(int32(56))}, "MissingParameter", ""},
	})
	_, err := t.ec2(away).GetAssociatedIpv6PoolCidrs(t.ctx, &ec2.GetAssociatedIpv6PoolCidrsInput{PoolId: &pool})
	wantErrorOf(t, "the pool in another Region", err, "InvalidIpv6PoolId.NotFound", "")
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId}))(t)
	equal(t, "blocks after the VPC", len(t.associatedWith(pool)), 0)
}

func deprovisionOwnRange(t *T) {
	v4, v6 := randomIPv4(24).String(), randomIPv6(48).String()
	state := func(cidr string) types.ByoipCidrState { return t.rangeIn(home, cidr).State }
	end := func(cidr string, want types.ByoipCidrState) {
		equal(t, "State in the answer", must(t.deprovisionOwn(cidr))(t).ByoipCidr.State, types.ByoipCidrStatePendingDeprovision)
		t.await("the end of "+cidr, func() bool { return state(cidr) != types.ByoipCidrStatePendingDeprovision })
		equal(t, "State of "+cidr, state(cidr), want)
	}
	pool4 := str(t.ownRange(ec2.ProvisionByoipCidrInput{Cidr: &v4}).PoolId)
	pool6 := str(t.ownRange(ec2.ProvisionByoipCidrInput{Cidr: &v6}).PoolId)
	must(t.advertise(home, v4))(t)
	_, err := t.deprovisionOwn(v4)
	wantErrorOf(t, "deprovisioning an advertised range", err, "IncorrectState", "")
	must(t.withdraw(home, v4))(t)
	end(v4, types.ByoipCidrStateDeprovisioned)
	_, err = t.ec2(home).DescribePublicIpv4Pools(t.ctx, &ec2.DescribePublicIpv4PoolsInput{PoolIds: []string{pool4}})
	wantErrorOf(t, "its pool", err, "InvalidPublicIpv4PoolID.NotFound", "")
	vpc := t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6Pool: &pool6})
	end(v6, types.ByoipCidrStateFailedDeprovision)
	must(t.ec2(home).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: vpc.VpcId}))(t)
	end(v6, types.ByoipCidrStateDeprovisioned)
	equal(t, "IPv6 pools", len(must(t.ec2(home).DescribeIpv6Pools(t.ctx, &ec2.DescribeIpv6PoolsInput{}))(t).Ipv6Pools), 0)
	_, err = t.deprovisionOwn(v6)
	wantErrorOf(t, "deprovisioning it again", err, "IncorrectState", "")
	equal(t, "State of one that is brought again", t.ownRange(ec2.ProvisionByoipCidrInput{Cidr: &v4}).State, types.ByoipCidrStateProvisioned)
	t.advance(2 * time.Hour)
	equal(t, "ranges some time later", len(t.ranges(home)), 1)
	managed := randomIPv4(24).String()
	t.topPool(t.ipam(), managed, forEC2(home))
	_, err = t.deprovisionOwn(managed)
	wantErrorOf(t, "deprovisioning a range of IPAM", err, "InvalidParameterValue", "…DeprovisionIpamPoolCidr…")
}

func (t *T) moveToIpam(cidr string, pool types.IpamPool) (types.ByoipCidr, error) {
	out, err := t.ec2(home).MoveByoipCidrToIpam(t.ctx, &ec2.MoveByoipCidrToIpamInput{Cidr: &cidr, IpamPoolId: pool.IpamPoolId, IpamPoolOwner: pool.OwnerId})
	if err != nil {
		return types.ByoipCidr{}, err
	}
	return *out.ByoipCidr, nil
}

// shareAs shares a pool with an account by a permission of RAM.
func (t *T) shareAs(w *world, pool types.IpamPool, account, permission string) (arn string) {
	s := must(t.ram(w.network).CreateResourceShare(t.ctx, &ram.CreateResourceShareInput{
		Name: new(permission), ResourceArns: []string{*pool.IpamPoolArn}, Principals: []string{account},
		PermissionArns: []string{"arn:aws:ram::aws:permission/" + permission},
	}))(t).ResourceShare
	t.awaitAssociations(w.network, *s.ResourceShareArn, ramtypes.ResourceShareAssociationTypeResource, 1)
	return *s.ResourceShareArn
}

func moveRange(t *T) {
	w := t.delegated()
	n, mover := t.as(w.network), t.as(w.workload)
	cidr := randomIPv4(24).String()
	before := mover.ownRange(ec2.ProvisionByoipCidrInput{Cidr: &cidr, Description: new("ours")})
	must(mover.advertise(home, cidr))(t)
	pool := n.pool(w.ipam.PublicDefaultScopeId, forEC2(home))
	t.shareAs(w, pool, w.workload, "AWSRAMPermissionIpamPoolByoipCidrImport")
	got := must(mover.moveToIpam(cidr, pool))(t)
	equalRecord(t, "the range in the answer", got, types.ByoipCidr{Cidr: &cidr, State: "pending-transfer"})
	mover.await("the transfer", func() bool { return must(mover.moveToIpam(cidr, pool))(t).State == "complete-transfer" })
	equal(t, "State of the pool's CIDR", n.cidr(pool, cidr).State, types.IpamPoolCidrStateProvisioned)
	found := n.allocations(pool)
	if len(found) != 1 {
		t.Fatalf("the pool has %d allocations, want 1", len(found))
	}
	equalRecord(t, "the allocation", found[0], types.IpamPoolAllocation{
		Cidr:                 &cidr,
		IpamPoolAllocationId: found[0].IpamPoolAllocationId,
		ResourceId:           before.PoolId,
		ResourceOwner:        new(w.workload),
		ResourceRegion:       new(home),
		ResourceType:         types.IpamPoolAllocationResourceTypeEc2PublicIpv4Pool,
		Tags:                 []types.Tag{},
	})
	after := n.rangeIn(home, cidr)
	equal(t, "State afterwards", after.State, types.ByoipCidrStateAdvertised)
	equal(t, "IpamPoolId", str(after.IpamPoolId), *pool.IpamPoolId)
	equal(t, "PoolId", str(after.PoolId), *before.PoolId)
	must(n.withdraw(home, cidr))(t)
	n.deprovision(pool, cidr, types.IpamPoolCidrStateFailedDeprovision)
	must(mover.deprovisionPublic(*before.PoolId, cidr))(t)
	n.await("the allocation to go", func() bool { return len(n.allocations(pool)) == 0 })
	n.deprovision(pool, cidr, types.IpamPoolCidrStateDeprovisioned)
	equal(t, "ranges in the end", len(n.ranges(home))+len(mover.ranges(home)), 0)
	t.adopt(n)
	t.adopt(mover)
}

func moveRangeRefused(t *T) {
	w := t.delegated()
	n, mover := t.as(w.network), t.as(w.workload)
	cidr, v6 := randomIPv4(24).String(), randomIPv6(48).String()
	mover.ownRange(ec2.ProvisionByoipCidrInput{Cidr: &cidr})
	mover.ownRange(ec2.ProvisionByoipCidrInput{Cidr: &v6})
	scope := w.ipam.PublicDefaultScopeId
	fits := n.pool(scope, forEC2(home))
	_, err := mover.moveToIpam(cidr, fits)
	wantErrorOf(t, "a pool that is not shared", err, "InvalidIpamPoolId.NotFound", "")
	t.shareAs(w, fits, w.workload, "AWSRAMDefaultPermissionsIpamPool")
	_, err = mover.moveToIpam(cidr, fits)
	wantErrorOf(t, "a pool that is shared for something else", err, "UnauthorizedOperation", "…ec2:ImportByoipCidrToIpam…")
	amazons := func(in *ec2.CreateIpamPoolInput) { in.PublicIpSource = types.IpamPoolPublicIpSourceAmazon }
	for what, pool := range map[string]types.IpamPool{
		"a pool without locale": n.pool(scope),
		"a pool elsewhere":      n.pool(scope, forEC2(home+"-dfw-2")),
		"a pool for no service": n.pool(scope, locale(home)),
		"a pool of Amazon's":    n.pool(scope, forEC2(home), amazons),
		"a pool below another":  n.child(n.pool(scope), forEC2(home)),
		"a private pool":        n.pool(w.ipam.PrivateDefaultScopeId, locale(home)),
		"an IPv6 pool":          n.pool(scope, advertisable(true), forEC2(home)),
	} {
		t.shareAs(w, pool, w.workload, "AWSRAMPermissionIpamPoolByoipCidrImport")
		_, err = mover.moveToIpam(cidr, pool)
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	t.shareAs(w, fits, w.workload, "AWSRAMPermissionIpamPoolByoipCidrImport")
	for what, asked := range map[string]string{"IPv6": v6, "a range that is not there": randomIPv4(24).String(), "no CIDR": "x"} {
		_, err = mover.moveToIpam(asked, fits)
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	_, err = mover.ec2(home).MoveByoipCidrToIpam(t.ctx, &ec2.MoveByoipCidrToIpamInput{Cidr: &cidr, IpamPoolId: fits.IpamPoolId, IpamPoolOwner: new(w.management)})
	wantErrorOf(t, "a pool of another owner", err, "InvalidIpamPoolId.NotFound", "")
	equal(t, "State after all that", mover.rangeIn(home, cidr).State, types.ByoipCidrStateProvisioned)
	t.adopt(n)
	t.adopt(mover)
}
