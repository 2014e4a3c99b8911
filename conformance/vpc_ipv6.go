package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var vpcIPv6Tests = []Test{
	{"Amazon's IPv6 block shows after the answer", "B330", vpcAmazonIPv6},
	{"an IPv6 block of a pool names the pool in the answer only", "B331", vpcPoolIPv6},
	{"an IPv6 block shows where it comes from", "B332", vpcIPv6Origin},
	{"an IPv6 pool gives a VPC a CIDR, a length or its default length", "B333", vpcIPv6Ways},
	{"a VPC's IPv6 block is a /44 to a /60 in steps of four", "B334", vpcIPv6Sizes},
	{"a VPC's IPv6 block has one source", "B335", vpcIPv6Sources},
	{"a pool of IPv6 addresses outside of IPAM is not found", "B336", vpcIPv6Pool},
	{"an IPv6 CIDR or length needs a pool", "B337", vpcIPv6WithoutPool},
	{"a border group is the Region's and for Amazon's block", "B338", vpcBorderGroup},
	{"no block of Amazon's is like none asked for", "B339", vpcAmazonFalse},
	{"Amazon's IPv6 blocks don't overlap", "B340", vpcAmazonDisjoint},
}

const ipv6OfAmazon = `2[0-9a-f:]+::/56`

func vpcAmazonIPv6(t *T) {
	for _, group := range []*string{nil, new(home)} {
		vpc := *must(t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), AmazonProvidedIpv6CidrBlock: new(true), Ipv6CidrBlockNetworkBorderGroup: group}))(t).Vpc
		made := t.ipv6Of(vpc)
		matches(t, "AssociationId", str(made.AssociationId), "vpc-cidr-assoc-"+hex17)
		equal(t, "Ipv6CidrBlock in the answer", str(made.Ipv6CidrBlock), "")
		equal(t, "state in the answer", made.Ipv6CidrBlockState.State, types.VpcCidrBlockStateCodeAssociating)
		equal(t, "Ipv6Pool in the answer", str(made.Ipv6Pool), "Amazon")
		equal(t, "NetworkBorderGroup in the answer", str(made.NetworkBorderGroup), home)
		shown := t.ipv6Of(t.awaitVPC(*vpc.VpcId))
		matches(t, "Ipv6CidrBlock", str(shown.Ipv6CidrBlock), ipv6OfAmazon)
		equalRecord(t, "the block described", shown, types.VpcIpv6CidrBlockAssociation{
			AssociationId:        made.AssociationId,
			Ipv6CidrBlock:        shown.Ipv6CidrBlock,
			Ipv6CidrBlockState:   &types.VpcCidrBlockState{State: types.VpcCidrBlockStateCodeAssociated},
			Ipv6Pool:             new("Amazon"),
			NetworkBorderGroup:   new(home),
			IpSource:             types.IpSourceAmazon,
			Ipv6AddressAttribute: types.Ipv6AddressAttributePublic,
		})
	}
}

func vpcPoolIPv6(t *T) {
	pool := t.poolAt(t.ipam(), "fd80::/48", ipv6)
	vpc := *must(t.ec2(home).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(56))}))(t).Vpc
	made := t.ipv6Of(vpc)
	equal(t, "Ipv6CidrBlock in the answer", str(made.Ipv6CidrBlock), "fd80::/56")
	equal(t, "state in the answer", made.Ipv6CidrBlockState.State, types.VpcCidrBlockStateCodeAssociating)
	equal(t, "Ipv6Pool in the answer", str(made.Ipv6Pool), *pool.IpamPoolId)
	equal(t, "NetworkBorderGroup in the answer", str(made.NetworkBorderGroup), home)
	shown := t.ipv6Of(t.awaitVPC(*vpc.VpcId))
	equal(t, "Ipv6CidrBlock described", str(shown.Ipv6CidrBlock), "fd80::/56")
	equal(t, "state described", shown.Ipv6CidrBlockState.State, types.VpcCidrBlockStateCodeAssociated)
	equal(t, "Ipv6Pool described", str(shown.Ipv6Pool), "IPAM Managed")
	equalRecord(t, "what the pool has given", t.heldBy(pool, vpc.VpcId), []string{"fd80::/56"})
}

func vpcIPv6Origin(t *T) {
	ipam := t.ipam()
	amazons := t.pool(ipam.PublicDefaultScopeId, amazonIPv6)
	t.provisionLength(amazons, 52)
	for _, c := range []struct {
		what      string
		pool      types.IpamPool
		source    types.IpSource
		attribute types.Ipv6AddressAttribute
	}{
		{"Amazon's pool", amazons, types.IpSourceAmazon, types.Ipv6AddressAttributePublic},
		{"a pool of one's own addresses", t.byoipPool(ipam, randomIPv6(48).String()), types.IpSourceByoip, types.Ipv6AddressAttributePublic},
		{"a private pool", t.poolAt(ipam, "fd80::/48", ipv6), types.IpSourceNone, types.Ipv6AddressAttributePrivate},
	} {
		block := t.ipv6Of(t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: c.pool.IpamPoolId, Ipv6NetmaskLength: new(int32(56))}))
		equal(t, "Ipv6Pool of a block of "+c.what, str(block.Ipv6Pool), "IPAM Managed")
		equal(t, "IpSource of a block of "+c.what, block.IpSource, c.source)
		equal(t, "Ipv6AddressAttribute of a block of "+c.what, block.Ipv6AddressAttribute, c.attribute)
	}
}

func vpcIPv6Ways(t *T) {
	pool := t.poolAt(t.ipam(), "fd80:1:2::/48", ipv6, defaultNetmask(56))
	for _, c := range []struct {
		what string
		in   ec2.CreateVpcInput
		want string
	}{
		{"the default length", ec2.CreateVpcInput{}, "fd80:1:2::/56"},
		{"a length", ec2.CreateVpcInput{Ipv6NetmaskLength: new(int32(52))}, "fd80:1:2:1000::/52"},
		{"a CIDR", ec2.CreateVpcInput{Ipv6CidrBlock: new("fd80:1:2:100::/56")}, "fd80:1:2:100::/56"},
		{"a CIDR with host bits", ec2.CreateVpcInput{Ipv6CidrBlock: new("FD80:1:2:0200::1/56")}, "fd80:1:2:200::/56"},
	} {
		c.in.CidrBlock, c.in.Ipv6IpamPoolId = new("10.0.0.0/16"), pool.IpamPoolId
		vpc := t.vpcAs(&c.in)
		equal(t, "Ipv6CidrBlock of "+c.what, str(t.ipv6Of(vpc).Ipv6CidrBlock), c.want)
		equalRecord(t, "what the pool has given for "+c.what, t.heldBy(pool, vpc.VpcId), []string{c.want})
	}
}

// withIPv4 creates VPCs that have an IPv4 block besides what is asked for.
func (t *T) withIPv4(in ec2.CreateVpcInput) error {
	in.CidrBlock = new("10.0.0.0/16")
	return t.createVPC(in)
}

func vpcIPv6Sizes(t *T) {
	pool := t.poolAt(t.ipam(), "fd80::/40", ipv6)
	for _, length := range []int32{40, 43, 45, 54, 57, 61, 64} {
		for _, id := range []*string{pool.IpamPoolId, new("ipam-pool-0123456789abcdef0")} {
			err := t.withIPv4(ec2.CreateVpcInput{Ipv6IpamPoolId: id, Ipv6NetmaskLength: &length})
			wantErrorOf(t, "a length out of step of "+*id, err, "InvalidVpc.Range", "")
		}
	}
	err := t.withIPv4(ec2.CreateVpcInput{Ipv6IpamPoolId: pool.IpamPoolId, Ipv6CidrBlock: new("fd80::/64")})
	wantErrorOf(t, "the CIDR of a /64", err, "InvalidVpc.Range", "The CIDR 'fd80::/64' is invalid.")
	for _, length := range []int32{44, 48, 52, 56, 60} {
		block := str(t.ipv6Of(t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: &length})).Ipv6CidrBlock)
		equal(t, "length of "+block, block[strings.Index(block, "/")+1:], num(&length))
	}
}

func vpcIPv6Sources(t *T) {
	pool := t.poolAt(t.ipam(), "fd80::/48", ipv6)
	wantRefusals(t, t.withIPv4, []refusal[ec2.CreateVpcInput]{
		{"Amazon and a pool", ec2.CreateVpcInput{AmazonProvidedIpv6CidrBlock: new(true), Ipv6IpamPoolId: pool.IpamPoolId}, "InvalidParameterCombination", ""},
		{"Amazon and a CIDR", ec2.CreateVpcInput{AmazonProvidedIpv6CidrBlock: new(true), Ipv6CidrBlock: new("fd80::/56")}, "InvalidParameterCombination", ""},
		{"Amazon and a length", ec2.CreateVpcInput{AmazonProvidedIpv6CidrBlock: new(true), Ipv6NetmaskLength: new(int32(56))}, "InvalidParameterCombination", ""},
		{"two pools", ec2.CreateVpcInput{Ipv6Pool: new("ipv6pool-ec2-0123456789abcdef0"), Ipv6IpamPoolId: pool.IpamPoolId}, "InvalidParameterCombination", ""},
	})
}

func vpcIPv6Pool(t *T) {
	const id = "ipv6pool-ec2-0123456789abcdef0"
	err := t.withIPv4(ec2.CreateVpcInput{Ipv6Pool: new(id), Ipv6CidrBlock: new("2605:9cc0:409::/56")})
	wantErrorOf(t, "CreateVpc", err, "InvalidIpv6PoolId.NotFound", "…"+id+"…")
	_, err = t.ec2(home).AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: t.vpc("10.0.0.0/16").VpcId, Ipv6Pool: new(id)})
	wantErrorOf(t, "AssociateVpcCidrBlock", err, "InvalidIpv6PoolId.NotFound", "…"+id+"…")
}

func vpcIPv6WithoutPool(t *T) {
	wantRefusals(t, t.withIPv4, []refusal[ec2.CreateVpcInput]{
		{"an IPv6 CIDR", ec2.CreateVpcInput{Ipv6CidrBlock: new("fd80::/56")}, "MissingParameter", "The request must contain the parameter Ipv6Pool"},
		{"an IPv6 length", ec2.CreateVpcInput{Ipv6NetmaskLength: new(int32(56))}, "MissingParameter", "The request must contain the parameter Ipv6IpamPoolId"},
	})
	wantRefusals(t, t.associateTo(t.vpc("10.0.0.0/16")), []refusal[ec2.AssociateVpcCidrBlockInput]{
		{"an IPv6 CIDR", ec2.AssociateVpcCidrBlockInput{Ipv6CidrBlock: new("fd80::/56")}, "MissingParameter", "The request must contain the parameter Ipv6Pool"},
		{"an IPv6 length", ec2.AssociateVpcCidrBlockInput{Ipv6NetmaskLength: new(int32(56))}, "MissingParameter", "The request must contain the parameter Ipv6IpamPoolId"},
	})
}

func vpcBorderGroup(t *T) {
	wantRefusals(t, t.withIPv4, []refusal[ec2.CreateVpcInput]{
		{"a Local Zone's", ec2.CreateVpcInput{AmazonProvidedIpv6CidrBlock: new(true), Ipv6CidrBlockNetworkBorderGroup: new("us-east-1-bos-1")}, "InvalidParameterValue", "…us-east-1-bos-1…"},
		{"without Amazon's block", ec2.CreateVpcInput{Ipv6CidrBlockNetworkBorderGroup: new(home)}, "InvalidParameterCombination", "…AmazonProvidedIpv6CidrBlock…"},
	})
}

func vpcAmazonFalse(t *T) {
	vpc := t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), AmazonProvidedIpv6CidrBlock: new(false)})
	equal(t, "number of IPv6 blocks", len(vpc.Ipv6CidrBlockAssociationSet), 0)
}

func vpcAmazonDisjoint(t *T) {
	pool := t.pool(t.ipam().PublicDefaultScopeId, amazonIPv6)
	t.provisionLength(pool, 52)
	seen := map[string]bool{}
	add := func(vpc types.Vpc) { seen[str(t.ipv6Of(vpc).Ipv6CidrBlock)] = true }
	add(t.vpcAs(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), Ipv6IpamPoolId: pool.IpamPoolId, Ipv6NetmaskLength: new(int32(56))}))
	for range 2 {
		t.account = t.OtherAccount()
		for range 3 {
			add(t.vpcWithIPv6("10.0.0.0/16"))
		}
	}
	equal(t, "number of different blocks that 7 VPCs of three accounts have", len(seen), 7)
}
