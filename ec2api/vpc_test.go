package ec2api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/ipamtest"
)

// Every combination of CidrBlock, Ipv4IpamPoolId and Ipv4NetmaskLength, and what a pool refuses.
func TestCreateVpcIPv4(t *testing.T) {
	t.Parallel()
	server := ipamtest.Start(t)
	for _, test := range []struct {
		name       string
		request    func(*network) *ec2.CreateVpcInput
		want       string
		code, text string
	}{
		{"a CIDR", func(*network) *ec2.CreateVpcInput { return &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16")} }, "10.0.0.0/16", "", ""},
		{"a CIDR with host bits", func(*network) *ec2.CreateVpcInput { return &ec2.CreateVpcInput{CidrBlock: new("100.68.0.18/18")} }, "100.68.0.0/18", "", ""},
		{"a pool and a length", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/8")), Ipv4NetmaskLength: new(int32(20))}
		}, "10.0.0.0/20", "", ""},
		{"a pool with a default length", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/8", defaultLength(24)))}
		}, "10.0.0.0/24", "", ""},
		{"a pool without a default length", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/8"))}
		}, "", "InvalidParameterCombination", "The request cannot contain empty CIDR and Netmask Length for a pool with no default allocation netmask length set. Exactly one of them should be provided."},
		{"a CIDR of a pool", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("172.2.0.0/16")), CidrBlock: new("172.2.5.0/24")}
		}, "172.2.5.0/24", "", ""},
		{"a CIDR of a pool with host bits", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("172.2.0.0/16")), CidrBlock: new("172.2.5.9/24")}
		}, "172.2.5.0/24", "", ""},
		{"a CIDR of a pool and a length", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/8")), CidrBlock: new("10.0.0.0/24"), Ipv4NetmaskLength: new(int32(24))}
		}, "", "InvalidParameterCombination", ""},
		{"a CIDR and a length", func(*network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/24"), Ipv4NetmaskLength: new(int32(24))}
		}, "", "InvalidParameterCombination", "Ipv4IpamPoolId"},
		{"nothing", func(*network) *ec2.CreateVpcInput { return &ec2.CreateVpcInput{} }, "", "MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."},
		{"a length", func(*network) *ec2.CreateVpcInput { return &ec2.CreateVpcInput{Ipv4NetmaskLength: new(int32(24))} }, "", "MissingParameter", "Either 'cidrBlock'"},
		{"IPv6 only", func(*network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{AmazonProvidedIpv6CidrBlock: new(true)}
		}, "", "MissingParameter", "Either 'cidrBlock'"},

		{"too large", func(*network) *ec2.CreateVpcInput { return &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/8")} }, "", "InvalidVpc.Range", "The CIDR '10.0.0.0/8' is invalid."},
		{"too small", func(*network) *ec2.CreateVpcInput { return &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/29")} }, "", "InvalidVpc.Range", "The CIDR '10.0.0.0/29' is invalid."},
		{"link-local", func(*network) *ec2.CreateVpcInput { return &ec2.CreateVpcInput{CidrBlock: new("169.254.0.0/24")} }, "", "InvalidVpc.Range", "The CIDR '169.254.0.0/24' is invalid."},
		{"no CIDR at all", func(*network) *ec2.CreateVpcInput { return &ec2.CreateVpcInput{CidrBlock: new("x")} }, "", "InvalidParameterValue", "Value (x) for parameter cidrBlock is invalid. This is not a valid CIDR block."},
		{"IPv6 as CIDR", func(*network) *ec2.CreateVpcInput { return &ec2.CreateVpcInput{CidrBlock: new("fd00::/56")} }, "", "InvalidParameterValue", "cidrBlock"},
		{"too large from a pool", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/8")), Ipv4NetmaskLength: new(int32(15))}
		}, "", "InvalidVpc.Range", ""},
		{"too small from a pool", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/8")), Ipv4NetmaskLength: new(int32(29))}
		}, "", "InvalidVpc.Range", ""},
		{"too large by the pool's default", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/8", defaultLength(12)))}
		}, "", "InvalidVpc.Range", "The CIDR '10.0.0.0/12' is invalid."},

		{"a pool without room", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/24")), Ipv4NetmaskLength: new(int32(20))}
		}, "", "InvalidParameterValue", "The allocation size is too big for the pool."},
		{"a CIDR outside the pool", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/16")), CidrBlock: new("10.1.0.0/24")}
		}, "", "InvalidParameterValue", ""},
		{"a length that the pool refuses", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/8", lengths(20, 24))), Ipv4NetmaskLength: new(int32(26))}
		}, "", "InvalidParameterValue", ""},
		{"without the tag that the pool asks for", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/8", requiredTag("env", "prod"))), Ipv4NetmaskLength: new(int32(24))}
		}, "", "InvalidParameterValue", "The resource is missing one or more of the resource tags required by the IPAM pool."},
		{"with the tag that the pool asks for", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{
				Ipv4IpamPoolId: new(n.pool("10.0.0.0/8", requiredTag("env", "prod"))), Ipv4NetmaskLength: new(int32(24)),
				TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeVpc, Tags: []types.Tag{{Key: new("env"), Value: new("prod")}}}},
			}
		}, "10.0.0.0/24", "", ""},
		{"a pool without a locale", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/8", noLocale)), Ipv4NetmaskLength: new(int32(24))}
		}, "", "InvalidParameterValue", "The resource type vpc is not valid for pool with None locale."},
		{"a pool of another locale", func(n *network) *ec2.CreateVpcInput {
			elsewhere := func(in *ec2.CreateIpamPoolInput) { in.Locale = new("eu-west-1") }
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/8", elsewhere)), Ipv4NetmaskLength: new(int32(24))}
		}, "", "InvalidIpamPoolId.NotFound", ""},
		{"an unknown pool", func(*network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new("ipam-pool-0123456789abcdef0"), Ipv4NetmaskLength: new(int32(24))}
		}, "", "InvalidIpamPoolId.NotFound", "The ipam-pool ID 'ipam-pool-0123456789abcdef0' does not exist"},
		{"an IPv6 pool", func(n *network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("/52", ipv6)), Ipv4NetmaskLength: new(int32(24))}
		}, "", "InvalidParameterValue", "ipv6"},
		{"a pool that plans a VPC", func(n *network) *ec2.CreateVpcInput {
			source := n.pool("10.0.0.0/8")
			v := must[ec2.CreateVpcOutput](n.t)(n.CreateVpc(n.t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: new(source), Ipv4NetmaskLength: new(int32(16))}))
			return &ec2.CreateVpcInput{Ipv4IpamPoolId: new(n.pool("10.0.0.0/16", n.planning(*v.Vpc.VpcId, source))), Ipv4NetmaskLength: new(int32(24))}
		}, "", "InvalidParameterValue", "source resource"},

		{"tenancy host", func(*network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), InstanceTenancy: types.TenancyHost}
		}, "", "InvalidParameterValue", "host"},
		{"encryption control", func(*network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), VpcEncryptionControl: &types.VpcEncryptionControlConfiguration{Mode: types.VpcEncryptionControlModeMonitor}}
		}, "", "UnsupportedOperation", "VpcEncryptionControl"},
		{"tags of another type", func(*network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSubnet}}}
		}, "", "InvalidParameterValue", "'subnet' is not a valid taggable resource type for this operation."},
		{"a dry run", func(*network) *ec2.CreateVpcInput {
			return &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), DryRun: new(true)}
		}, "", "DryRunOperation", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			n := joinNetwork(t, server)
			in := test.request(n)
			out, err := n.CreateVpc(t.Context(), in)
			if test.code != "" {
				wantFailure(t, err, test.code, test.text)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			v := n.vpc(*out.Vpc.VpcId)
			if *out.Vpc.CidrBlock != test.want || *v.CidrBlock != test.want {
				t.Errorf("CreateVpc and DescribeVpcs show %s and %s, want %s", *out.Vpc.CidrBlock, *v.CidrBlock, test.want)
			}
			if in.Ipv4IpamPoolId != nil {
				if got := n.held(*in.Ipv4IpamPoolId, *v.VpcId); !slices.Equal(got, []string{test.want}) {
					t.Errorf("the pool has given %v, want %s", got, test.want)
				}
			}
		})
	}
}

// What is asked for in one call and can't be had as a whole leaves nothing behind.
func TestCreateVpcTwoPools(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	pool4, pool6 := n.pool("10.0.0.0/8"), n.pool("/52", ipv6)
	_, err := n.CreateVpc(t.Context(), &ec2.CreateVpcInput{
		Ipv4IpamPoolId: &pool4, Ipv4NetmaskLength: new(int32(16)), Ipv6IpamPoolId: &pool6, Ipv6NetmaskLength: new(int32(48)),
	})
	wantFailure(t, err, "InvalidParameterValue", "The allocation size is too big for the pool.")
	out := must[ec2.CreateVpcOutput](t)(n.CreateVpc(t.Context(), &ec2.CreateVpcInput{
		Ipv4IpamPoolId: &pool4, Ipv4NetmaskLength: new(int32(16)), Ipv6IpamPoolId: &pool6, Ipv6NetmaskLength: new(int32(56)),
	}))
	if got := n.held(pool4, *out.Vpc.VpcId); !slices.Equal(got, []string{"10.0.0.0/16"}) {
		t.Errorf("IPv4 from the pool: %v, want 10.0.0.0/16", got)
	}
	if got := n.held(pool6, *out.Vpc.VpcId); len(got) != 1 || !strings.HasSuffix(got[0], "/56") {
		t.Errorf("IPv6 from the pool: %v, want one /56", got)
	}
}

func TestCreateVpcIPv6(t *testing.T) {
	t.Parallel()
	server := ipamtest.Start(t)
	for _, test := range []struct {
		name       string
		request    func(*network, *ec2.CreateVpcInput)
		bits       string
		origin     [3]string // what DescribeVpcs shows: pool, source, attribute
		code, text string
	}{
		{"from Amazon", func(_ *network, in *ec2.CreateVpcInput) {
			in.AmazonProvidedIpv6CidrBlock = new(true)
		}, "/56", [3]string{"Amazon", "amazon", "public"}, "", ""},
		{"from Amazon in the Region", func(_ *network, in *ec2.CreateVpcInput) {
			in.AmazonProvidedIpv6CidrBlock, in.Ipv6CidrBlockNetworkBorderGroup = new(true), new("us-east-1")
		}, "/56", [3]string{"Amazon", "amazon", "public"}, "", ""},
		{"from a private pool", func(n *network, in *ec2.CreateVpcInput) {
			in.Ipv6IpamPoolId, in.Ipv6NetmaskLength = new(n.pool("/44", ipv6)), new(int32(52))
		}, "/52", [3]string{"IPAM Managed", "none", "private"}, "", ""},
		{"from a pool of Amazon's", func(n *network, in *ec2.CreateVpcInput) {
			n.pool("10.0.0.0/8")
			in.Ipv6IpamPoolId, in.Ipv6NetmaskLength = new(n.pool("/52", n.amazonIPv6)), new(int32(56))
		}, "/56", [3]string{"IPAM Managed", "amazon", "public"}, "", ""},
		{"from a pool of one's own addresses", func(n *network, in *ec2.CreateVpcInput) {
			n.pool("10.0.0.0/8")
			in.Ipv6IpamPoolId, in.Ipv6NetmaskLength = new(n.pool("2605:9cc0:409::/48", n.byoip)), new(int32(56))
		}, "2605:9cc0:409::/56", [3]string{"IPAM Managed", "byoip", "public"}, "", ""},
		{"from a pool for global services", func(n *network, in *ec2.CreateVpcInput) {
			n.pool("10.0.0.0/8")
			global := func(in *ec2.CreateIpamPoolInput) {
				n.byoip(in)
				in.AwsService = types.IpamPoolAwsServiceGlobalServices
			}
			in.Ipv6IpamPoolId, in.Ipv6NetmaskLength = new(n.pool("2605:9cc0:409::/48", global)), new(int32(56))
		}, "", [3]string{}, "InvalidParameterValue", "global-services"},
		{"a CIDR from a pool", func(n *network, in *ec2.CreateVpcInput) {
			in.Ipv6IpamPoolId, in.Ipv6CidrBlock = new(n.pool("fd80:1:2::/48", ipv6)), new("fd80:1:2:100::/56")
		}, "fd80:1:2:100::/56", [3]string{"IPAM Managed", "none", "private"}, "", ""},
		{"false", func(_ *network, in *ec2.CreateVpcInput) { in.AmazonProvidedIpv6CidrBlock = new(false) }, "", [3]string{}, "", ""},

		{"in a Local Zone", func(_ *network, in *ec2.CreateVpcInput) {
			in.AmazonProvidedIpv6CidrBlock, in.Ipv6CidrBlockNetworkBorderGroup = new(true), new("us-east-1-bos-1")
		}, "", [3]string{}, "InvalidParameterValue", "us-east-1-bos-1"},
		{"a border group alone", func(_ *network, in *ec2.CreateVpcInput) {
			in.Ipv6CidrBlockNetworkBorderGroup = new("us-east-1")
		}, "", [3]string{}, "InvalidParameterCombination", "AmazonProvidedIpv6CidrBlock"},
		{"from two sources", func(n *network, in *ec2.CreateVpcInput) {
			in.AmazonProvidedIpv6CidrBlock, in.Ipv6IpamPoolId = new(true), new(n.pool("/52", ipv6))
		}, "", [3]string{}, "InvalidParameterCombination", ""},
		{"a CIDR of one's own", func(_ *network, in *ec2.CreateVpcInput) {
			in.Ipv6CidrBlock = new("fd80::/56")
		}, "", [3]string{}, "MissingParameter", "Ipv6Pool"},
		{"a length alone", func(_ *network, in *ec2.CreateVpcInput) {
			in.Ipv6NetmaskLength = new(int32(56))
		}, "", [3]string{}, "MissingParameter", "Ipv6IpamPoolId"},
		{"from a pool outside IPAM", func(_ *network, in *ec2.CreateVpcInput) {
			in.Ipv6Pool = new("ipv6pool-ec2-0123456789abcdef0")
		}, "", [3]string{}, "InvalidIpv6PoolId.NotFound", "ipv6pool-ec2-0123456789abcdef0"},
		{"a length between the steps", func(n *network, in *ec2.CreateVpcInput) {
			in.Ipv6IpamPoolId, in.Ipv6NetmaskLength = new(n.pool("/44", ipv6)), new(int32(54))
		}, "", [3]string{}, "InvalidVpc.Range", ""},
		{"too small", func(n *network, in *ec2.CreateVpcInput) {
			in.Ipv6IpamPoolId, in.Ipv6NetmaskLength = new(n.pool("/44", ipv6)), new(int32(64))
		}, "", [3]string{}, "InvalidVpc.Range", ""},
		{"from an IPv4 pool", func(n *network, in *ec2.CreateVpcInput) {
			in.Ipv6IpamPoolId, in.Ipv6NetmaskLength = new(n.pool("10.0.0.0/8")), new(int32(56))
		}, "", [3]string{}, "InvalidParameterValue", "ipv4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			n := joinNetwork(t, server)
			in := &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16")}
			test.request(n, in)
			out, err := n.CreateVpc(t.Context(), in)
			if test.code != "" {
				wantFailure(t, err, test.code, test.text)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			made, set := out.Vpc.Ipv6CidrBlockAssociationSet, n.vpc(*out.Vpc.VpcId).Ipv6CidrBlockAssociationSet
			if test.bits == "" {
				if len(made)+len(set) != 0 {
					t.Errorf("IPv6 blocks: %v and %v, want none", made, set)
				}
				return
			}
			a, b := made[0], set[0]
			if a.Ipv6CidrBlockState.State != types.VpcCidrBlockStateCodeAssociating || b.Ipv6CidrBlockState.State != types.VpcCidrBlockStateCodeAssociated {
				t.Errorf("states: %s, then %s, want associating, then associated", a.Ipv6CidrBlockState.State, b.Ipv6CidrBlockState.State)
			}
			if !strings.HasSuffix(*b.Ipv6CidrBlock, test.bits) {
				t.Errorf("block = %s, want …%s", *b.Ipv6CidrBlock, test.bits)
			}
			if got := [3]string{*b.Ipv6Pool, string(b.IpSource), string(b.Ipv6AddressAttribute)}; got != test.origin {
				t.Errorf("DescribeVpcs shows %v, want %v", got, test.origin)
			}
			// The answer has the pool's id, and the block unless Amazon is to choose it.
			wantPool, wantBlock := or(in.Ipv6IpamPoolId, "Amazon"), *b.Ipv6CidrBlock
			if in.Ipv6IpamPoolId == nil {
				wantBlock = ""
			}
			if *a.Ipv6Pool != wantPool || or(a.Ipv6CidrBlock, "") != wantBlock || *a.NetworkBorderGroup != "us-east-1" {
				t.Errorf("CreateVpc shows pool %s, block %q, border group %s, want %s, %q, us-east-1", *a.Ipv6Pool, or(a.Ipv6CidrBlock, ""), *a.NetworkBorderGroup, wantPool, wantBlock)
			}
			if in.Ipv6IpamPoolId != nil {
				if got := n.held(*in.Ipv6IpamPoolId, *out.Vpc.VpcId); !slices.Equal(got, []string{*b.Ipv6CidrBlock}) {
					t.Errorf("the pool has given %v, want %s", got, *b.Ipv6CidrBlock)
				}
			}
		})
	}
}

func or[T any](p *T, def T) T {
	if p == nil {
		return def
	}
	return *p
}

// Amazon gives a block to one VPC only, whoever has it.
func TestAmazonProvidesDisjointIPv6(t *testing.T) {
	t.Parallel()
	server := ipamtest.Start(t)
	seen := map[string]bool{}
	for _, account := range []string{"111111111111", "222222222222"} {
		client := ec2.NewFromConfig(server.Config(account, "us-east-1"))
		for range 3 {
			must[ec2.CreateVpcOutput](t)(client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), AmazonProvidedIpv6CidrBlock: new(true)}))
		}
		for _, v := range must[ec2.DescribeVpcsOutput](t)(client.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})).Vpcs {
			seen[*v.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock] = true
		}
	}
	if len(seen) != 6 {
		t.Errorf("6 VPCs have %d different blocks: %v", len(seen), seen)
	}
}

func TestNewVpc(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	out := must[ec2.CreateVpcOutput](t)(n.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16")}))
	v := out.Vpc
	if v.State != types.VpcStatePending || n.vpc(*v.VpcId).State != types.VpcStateAvailable {
		t.Errorf("states: %s, then %s, want pending, then available", v.State, n.vpc(*v.VpcId).State)
	}
	if v.InstanceTenancy != types.TenancyDefault || *v.IsDefault || *v.OwnerId != n.account || !strings.HasPrefix(*v.DhcpOptionsId, "dopt-") {
		t.Errorf("CreateVpc = %+v", v)
	}
	if len(v.CidrBlockAssociationSet) != 1 || v.CidrBlockAssociationSet[0].CidrBlockState.State != types.VpcCidrBlockStateCodeAssociated {
		t.Errorf("IPv4 blocks: %+v, want one that is associated", v.CidrBlockAssociationSet)
	}
	if len(*v.VpcId) != len("vpc-")+17 || len(*v.CidrBlockAssociationSet[0].AssociationId) != len("vpc-cidr-assoc-")+17 {
		t.Errorf("ids %s and %s, want 17 digits", *v.VpcId, *v.CidrBlockAssociationSet[0].AssociationId)
	}
}

func TestVpcQuota(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Quotas.VPCs = 2 })
	n.newVPC("10.0.0.0/16")
	id := n.newVPC("10.0.0.0/16")
	_, err := n.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16")})
	wantFailure(t, err, "VpcLimitExceeded", "The maximum number of VPCs has been reached.")
	_, err = n.CreateDefaultVpc(t.Context(), &ec2.CreateDefaultVpcInput{})
	wantFailure(t, err, "VpcLimitExceeded", "")
	must[ec2.DeleteVpcOutput](t)(n.DeleteVpc(t.Context(), &ec2.DeleteVpcInput{VpcId: &id}))
	n.newVPC("10.0.0.0/16")
}

func TestUnknownVpc(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	id := n.newVPC("10.0.0.0/16")
	other := n.in("eu-west-1")
	stranger := ec2.NewFromConfig(n.server.Config("999999999999", "us-east-1"))
	ctx := t.Context()
	for name, client := range map[string]*ec2.Client{"another Region": other, "another account": stranger} {
		_, err := client.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{VpcIds: []string{id}})
		wantFailure(t, err, "InvalidVpcID.NotFound", "The vpc ID '"+id+"' does not exist")
		_, err = client.DeleteVpc(ctx, &ec2.DeleteVpcInput{VpcId: &id})
		wantFailure(t, err, "InvalidVpcID.NotFound", "")
		if list := must[ec2.DescribeVpcsOutput](t)(client.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})).Vpcs; len(list) != 0 {
			t.Errorf("%s lists %v, want none", name, list)
		}
	}
	id = "vpc-0123456789abcdef0"
	for name, call := range map[string]func() error{
		"AssociateVpcCidrBlock": func() error {
			_, err := n.AssociateVpcCidrBlock(ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: &id, CidrBlock: new("10.0.0.0/16")})
			return err
		},
		"DescribeVpcAttribute": func() error {
			_, err := n.DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: &id, Attribute: types.VpcAttributeNameEnableDnsSupport})
			return err
		},
		"ModifyVpcAttribute": func() error {
			_, err := n.ModifyVpcAttribute(ctx, &ec2.ModifyVpcAttributeInput{VpcId: &id, EnableDnsSupport: &types.AttributeBooleanValue{Value: new(true)}})
			return err
		},
		"ModifyVpcTenancy": func() error {
			_, err := n.ModifyVpcTenancy(ctx, &ec2.ModifyVpcTenancyInput{VpcId: &id, InstanceTenancy: types.VpcTenancyDefault})
			return err
		},
		"CreateSubnet": func() error {
			_, err := n.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: &id, CidrBlock: new("10.0.0.0/24")})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { wantFailure(t, call(), "InvalidVpcID.NotFound", id) })
	}
}

func TestDeleteVpc(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	id := n.newVPC("10.0.0.0/16")
	subnet := n.newSubnet(id, "10.0.0.0/24")
	_, err := n.DeleteVpc(ctx, &ec2.DeleteVpcInput{VpcId: &id})
	wantFailure(t, err, "DependencyViolation", "The vpc '"+id+"' has dependencies and cannot be deleted.")
	must[ec2.DeleteSubnetOutput](t)(n.DeleteSubnet(ctx, &ec2.DeleteSubnetInput{SubnetId: &subnet}))

	gateway := must[ec2.CreateInternetGatewayOutput](t)(n.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{})).InternetGateway.InternetGatewayId
	must[ec2.AttachInternetGatewayOutput](t)(n.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{VpcId: &id, InternetGatewayId: gateway}))
	_, err = n.DeleteVpc(ctx, &ec2.DeleteVpcInput{VpcId: &id})
	wantFailure(t, err, "DependencyViolation", "")
	must[ec2.DetachInternetGatewayOutput](t)(n.DetachInternetGateway(ctx, &ec2.DetachInternetGatewayInput{VpcId: &id, InternetGatewayId: gateway}))

	must[ec2.DeleteVpcOutput](t)(n.DeleteVpc(ctx, &ec2.DeleteVpcInput{VpcId: &id}))
	_, err = n.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{VpcIds: []string{id}})
	wantFailure(t, err, "InvalidVpcID.NotFound", "")
	tables := must[ec2.DescribeRouteTablesOutput](t)(n.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{})).RouteTables
	acls := must[ec2.DescribeNetworkAclsOutput](t)(n.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{})).NetworkAcls
	groups := must[ec2.DescribeSecurityGroupsOutput](t)(n.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{})).SecurityGroups
	if len(tables)+len(acls)+len(groups) != 0 {
		t.Errorf("left behind: %v, %v, %v", tables, acls, groups)
	}
}

func TestVpcAttributes(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ctx := t.Context()
	id := n.newVPC("10.0.0.0/16")
	attributes := func() (got [3]bool) {
		t.Helper()
		for i, name := range []types.VpcAttributeName{"enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"} {
			out := must[ec2.DescribeVpcAttributeOutput](t)(n.DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: &id, Attribute: name}))
			for _, v := range []*types.AttributeBooleanValue{out.EnableDnsSupport, out.EnableDnsHostnames, out.EnableNetworkAddressUsageMetrics} {
				if v != nil {
					got[i] = *v.Value
				}
			}
		}
		return got
	}
	modify := func(support, hostnames, metrics *types.AttributeBooleanValue) error {
		_, err := n.ModifyVpcAttribute(ctx, &ec2.ModifyVpcAttributeInput{VpcId: &id, EnableDnsSupport: support, EnableDnsHostnames: hostnames, EnableNetworkAddressUsageMetrics: metrics})
		return err
	}
	yes, no := &types.AttributeBooleanValue{Value: new(true)}, &types.AttributeBooleanValue{Value: new(false)}
	if got, want := attributes(), [3]bool{true, false, false}; got != want {
		t.Errorf("new VPC: %v, want %v", got, want)
	}
	wantFailure(t, modify(nil, nil, nil), "InvalidParameterCombination", "")
	wantFailure(t, modify(yes, yes, nil), "InvalidParameterCombination", "")
	for _, err := range []error{modify(nil, yes, nil), modify(nil, nil, yes)} {
		if err != nil {
			t.Error(err)
		}
	}
	if got, want := attributes(), [3]bool{true, true, true}; got != want {
		t.Errorf("all on: %v, want %v", got, want)
	}
	for _, err := range []error{modify(nil, no, nil), modify(no, nil, nil)} {
		if err != nil {
			t.Error(err)
		}
	}
	wantFailure(t, modify(nil, yes, nil), "InvalidParameterCombination", "DNS support")
	if got, want := attributes(), [3]bool{false, false, true}; got != want {
		t.Errorf("DNS off: %v, want %v", got, want)
	}
}

func TestVpcTenancy(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	out := must[ec2.CreateVpcOutput](t)(n.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16"), InstanceTenancy: types.TenancyDedicated}))
	if out.Vpc.InstanceTenancy != types.TenancyDedicated {
		t.Errorf("tenancy = %s, want dedicated", out.Vpc.InstanceTenancy)
	}
	changed := must[ec2.ModifyVpcTenancyOutput](t)(n.ModifyVpcTenancy(t.Context(), &ec2.ModifyVpcTenancyInput{VpcId: out.Vpc.VpcId, InstanceTenancy: types.VpcTenancyDefault}))
	_, err := n.ModifyVpcTenancy(t.Context(), &ec2.ModifyVpcTenancyInput{VpcId: out.Vpc.VpcId, InstanceTenancy: "dedicated"})
	wantFailure(t, err, "InvalidParameterValue", "dedicated")
	if v := n.vpc(*out.Vpc.VpcId); !*changed.ReturnValue || v.InstanceTenancy != types.TenancyDefault {
		t.Errorf("return %v, tenancy %s, want true, default", *changed.ReturnValue, v.InstanceTenancy)
	}
}
