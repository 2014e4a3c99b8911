package ec2api_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api"
)

func (n *network) associate(in *ec2.AssociateVpcCidrBlockInput) *ec2.AssociateVpcCidrBlockOutput {
	n.t.Helper()
	return must[ec2.AssociateVpcCidrBlockOutput](n.t)(n.AssociateVpcCidrBlock(n.t.Context(), in))
}

func (n *network) disassociate(id *string) *ec2.DisassociateVpcCidrBlockOutput {
	n.t.Helper()
	return must[ec2.DisassociateVpcCidrBlockOutput](n.t)(n.DisassociateVpcCidrBlock(n.t.Context(), &ec2.DisassociateVpcCidrBlockInput{AssociationId: id}))
}

// routes are the destinations of the routes of the main route table.
func (n *network) routes(vpc string) (all []string) {
	n.t.Helper()
	out := must[ec2.DescribeRouteTablesOutput](n.t)(n.DescribeRouteTables(n.t.Context(), &ec2.DescribeRouteTablesInput{
		Filters: []types.Filter{filter("vpc-id", vpc), filter("association.main", "true")},
	}))
	for _, r := range out.RouteTables[0].Routes {
		all = append(all, or(r.DestinationCidrBlock, or(r.DestinationIpv6CidrBlock, "")))
	}
	return all
}

func TestAssociationLife(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Timing.Transition = 3 * time.Second })
	id := n.newVPC("10.2.0.0/16")
	made := n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &id, CidrBlock: new("10.3.0.7/24")})
	a := made.CidrBlockAssociation
	if *made.VpcId != id || made.Ipv6CidrBlockAssociation != nil || *a.CidrBlock != "10.3.0.0/24" {
		t.Errorf("AssociateVpcCidrBlock = %+v", made)
	}
	six := n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &id, AmazonProvidedIpv6CidrBlock: new(true)}).Ipv6CidrBlockAssociation
	if *six.Ipv6Pool != "Amazon" || six.Ipv6CidrBlockState.State != types.VpcCidrBlockStateCodeAssociating {
		t.Errorf("AssociateVpcCidrBlock = %+v", six)
	}
	check := func(when string, want types.VpcCidrBlockStateCode, routes int) {
		t.Helper()
		v := n.vpc(id)
		if want == "" {
			if len(v.CidrBlockAssociationSet) != 1 || len(v.Ipv6CidrBlockAssociationSet) != 0 {
				t.Errorf("%s: blocks %v and %v, want the primary one only", when, v.CidrBlockAssociationSet, v.Ipv6CidrBlockAssociationSet)
			}
		} else if got, got6 := v.CidrBlockAssociationSet[1].CidrBlockState.State, v.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlockState.State; got != want || got6 != want {
			t.Errorf("%s: states %s and %s, want %s", when, got, got6, want)
		}
		if got := n.routes(id); len(got) != routes {
			t.Errorf("%s: routes to %v, want %d", when, got, routes)
		}
	}
	check("at once", types.VpcCidrBlockStateCodeAssociating, 1)
	n.server.Advance(3 * time.Second)
	check("soon", types.VpcCidrBlockStateCodeAssociated, 3)

	if out := n.disassociate(a.AssociationId); out.CidrBlockAssociation.CidrBlockState.State != types.VpcCidrBlockStateCodeDisassociating || *out.VpcId != id {
		t.Errorf("DisassociateVpcCidrBlock = %+v", out)
	}
	if out := n.disassociate(six.AssociationId); out.Ipv6CidrBlockAssociation.Ipv6CidrBlockState.State != types.VpcCidrBlockStateCodeDisassociating {
		t.Errorf("DisassociateVpcCidrBlock = %+v", out)
	}
	_, err := n.DisassociateVpcCidrBlock(t.Context(), &ec2.DisassociateVpcCidrBlockInput{AssociationId: a.AssociationId})
	wantFailure(t, err, "InvalidVpcCidrBlockAssociationID.NotFound", *a.AssociationId)
	check("after the end has begun", types.VpcCidrBlockStateCodeDisassociating, 1)
	n.server.Advance(3 * time.Second)
	check("after the end", types.VpcCidrBlockStateCodeDisassociated, 1)
	n.server.Advance(59 * time.Minute)
	check("for an hour", types.VpcCidrBlockStateCodeDisassociated, 1)
	n.server.Advance(time.Minute)
	check("after an hour", "", 1)
}

// The primary block stays, and so does one with a subnet in it.
func TestDisassociateRefused(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	id := n.newVPC("10.2.0.0/16")
	refused := func(association *string, code, text string) {
		t.Helper()
		_, err := n.DisassociateVpcCidrBlock(t.Context(), &ec2.DisassociateVpcCidrBlockInput{AssociationId: association})
		wantFailure(t, err, code, text)
	}
	primary := n.vpc(id).CidrBlockAssociationSet[0].AssociationId
	refused(primary, "OperationNotPermitted", "The vpc CIDR block with association ID "+*primary+" may not be disassociated. It is the primary IPv4 CIDR block of the VPC")
	refused(new("vpc-cidr-assoc-0123456789abcdef0"), "InvalidVpcCidrBlockAssociationID.NotFound", "vpc-cidr-assoc-0123456789abcdef0")

	second := n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &id, CidrBlock: new("10.3.0.0/24")}).CidrBlockAssociation.AssociationId
	six := n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &id, AmazonProvidedIpv6CidrBlock: new(true)}).Ipv6CidrBlockAssociation.AssociationId
	block := *n.vpc(id).Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock
	subnet := must[ec2.CreateSubnetOutput](t)(n.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{VpcId: &id, CidrBlock: new("10.3.0.0/25"), Ipv6CidrBlock: &block})).Subnet.SubnetId
	refused(second, "InvalidCidrBlock.InUse", "The vpc "+id+" currently has a subnet within CIDR block 10.3.0.0/24")
	refused(six, "InvalidCidrBlock.InUse", "The vpc "+id+" currently has a subnet within CIDR block "+block)
	must[ec2.DeleteSubnetOutput](t)(n.DeleteSubnet(t.Context(), &ec2.DeleteSubnetInput{SubnetId: subnet}))
	n.disassociate(second)
	n.disassociate(six)
}

func TestAssociateVpcCidrBlock(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	pool4, pool6, tagged := n.pool("10.4.0.0/14"), n.pool("/48", ipv6), n.pool("10.8.0.0/14", requiredTag("env", "prod"))
	for _, test := range []struct {
		name       string
		in         ec2.AssociateVpcCidrBlockInput
		code, text string
	}{
		{"nothing", ec2.AssociateVpcCidrBlockInput{}, "MissingParameter", ""},
		{"false", ec2.AssociateVpcCidrBlockInput{AmazonProvidedIpv6CidrBlock: new(false)}, "MissingParameter", ""},
		{"a length", ec2.AssociateVpcCidrBlockInput{Ipv4NetmaskLength: new(int32(24))}, "MissingParameter", ""},
		{"an IPv6 length", ec2.AssociateVpcCidrBlockInput{Ipv6NetmaskLength: new(int32(56))}, "MissingParameter", "Ipv6IpamPoolId"},
		{"both families", ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.0/16"), AmazonProvidedIpv6CidrBlock: new(true)}, "InvalidParameterCombination", ""},
		{"a pool outside IPAM", ec2.AssociateVpcCidrBlockInput{Ipv6Pool: new("ipv6pool-ec2-0123456789abcdef0")}, "InvalidIpv6PoolId.NotFound", ""},
		{"too large", ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.0.0.0/8")}, "InvalidVpc.Range", "The CIDR '10.0.0.0/8' is invalid."},
		{"too small", ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.0/29")}, "InvalidVpc.Range", "The CIDR '10.3.0.0/29' is invalid."},
		{"the primary block", ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.2.0.0/16")}, "InvalidVpc.Conflict", ""},
		{"a part of the primary block", ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.2.1.0/24")}, "InvalidVpc.Conflict", ""},
		{"another private range", ec2.AssociateVpcCidrBlockInput{CidrBlock: new("192.168.0.0/16")}, "InvalidVpc.Range", "The CIDR '192.168.0.0/16' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, or use a publicly-routable CIDR. For additional restrictions, see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"},
		{"link-local", ec2.AssociateVpcCidrBlockInput{CidrBlock: new("169.254.0.0/16")}, "InvalidVpc.Range", ""},
		{"a pool without a length", ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: &pool4}, "InvalidParameterCombination", "Exactly one of them should be provided."},
		{"a pool whose tags the VPC lacks", ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: &tagged, Ipv4NetmaskLength: new(int32(24))}, "InvalidParameterValue", "resource tags"},
		{"an IPv6 length between the steps", ec2.AssociateVpcCidrBlockInput{Ipv6IpamPoolId: &pool6, Ipv6NetmaskLength: new(int32(57))}, "InvalidVpc.Range", ""},

		{"the same private range", ec2.AssociateVpcCidrBlockInput{CidrBlock: new("10.3.0.0/16")}, "", ""},
		{"carrier-grade NAT", ec2.AssociateVpcCidrBlockInput{CidrBlock: new("100.64.0.0/16")}, "", ""},
		{"public space", ec2.AssociateVpcCidrBlockInput{CidrBlock: new("52.1.0.0/16")}, "", ""},
		{"a pool", ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: &pool4, Ipv4NetmaskLength: new(int32(24))}, "", ""},
		{"a CIDR of a pool", ec2.AssociateVpcCidrBlockInput{Ipv4IpamPoolId: &pool4, CidrBlock: new("10.5.0.0/24")}, "", ""},
		{"an IPv6 pool", ec2.AssociateVpcCidrBlockInput{Ipv6IpamPoolId: &pool6, Ipv6NetmaskLength: new(int32(56))}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			id := n.newVPC("10.2.0.0/16")
			test.in.VpcId = &id
			out, err := n.AssociateVpcCidrBlock(t.Context(), &test.in)
			if test.code != "" {
				wantFailure(t, err, test.code, test.text)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			pool, cidr := or(test.in.Ipv4IpamPoolId, or(test.in.Ipv6IpamPoolId, "")), ""
			if out.CidrBlockAssociation != nil {
				cidr = *out.CidrBlockAssociation.CidrBlock
			} else {
				cidr = *out.Ipv6CidrBlockAssociation.Ipv6CidrBlock
				if *out.Ipv6CidrBlockAssociation.Ipv6Pool != pool {
					t.Errorf("ipv6Pool = %s, want %s", *out.Ipv6CidrBlockAssociation.Ipv6Pool, pool)
				}
			}
			if pool != "" && !slices.Equal(n.held(pool, id), []string{cidr}) {
				t.Errorf("the pool has given %v, want %s", n.held(pool, id), cidr)
			}
			if !slices.Contains(n.routes(id), cidr) {
				t.Errorf("routes to %v, want %s among them", n.routes(id), cidr)
			}
		})
	}
	t.Run("a pool whose tags the VPC has", func(t *testing.T) {
		id := n.newVPC("10.2.0.0/16")
		must[ec2.CreateTagsOutput](t)(n.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{id}, Tags: []types.Tag{{Key: new("env"), Value: new("prod")}}}))
		n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &id, Ipv4IpamPoolId: &tagged, Ipv4NetmaskLength: new(int32(24))})
	})
}

func TestCidrQuota(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	id := n.newVPC("10.2.0.0/16")
	var last *string
	for _, cidr := range []string{"10.3.0.0/16", "10.4.0.0/16", "10.5.0.0/16", "10.6.0.0/16"} {
		last = n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &id, CidrBlock: &cidr}).CidrBlockAssociation.AssociationId
	}
	want := "This network '" + id + "' has met its maximum number of allowed CIDRs: 5"
	_, err := n.AssociateVpcCidrBlock(t.Context(), &ec2.AssociateVpcCidrBlockInput{VpcId: &id, CidrBlock: new("10.7.0.0/16")})
	wantFailure(t, err, "CidrLimitExceeded", want)
	n.disassociate(last)
	n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &id, CidrBlock: new("10.6.0.0/16")})
	for range 5 {
		n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &id, AmazonProvidedIpv6CidrBlock: new(true)})
	}
	_, err = n.AssociateVpcCidrBlock(t.Context(), &ec2.AssociateVpcCidrBlockInput{VpcId: &id, AmazonProvidedIpv6CidrBlock: new(true)})
	wantFailure(t, err, "CidrLimitExceeded", want)
}

// IPAM notices late that a VPC is gone. Until then nobody else gets the space.
func TestReleaseTakesTime(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, func(s *ec2api.Settings) { s.Timing.Release = 20 * time.Minute })
	pool := n.pool("10.0.0.0/15")
	create := func() (string, error) {
		out, err := n.CreateVpc(t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: &pool, Ipv4NetmaskLength: new(int32(16))})
		if err != nil {
			return "", err
		}
		return *out.Vpc.VpcId, nil
	}
	first, err := create()
	if err != nil {
		t.Fatal(err)
	}
	second := n.associate(&ec2.AssociateVpcCidrBlockInput{VpcId: &first, Ipv4IpamPoolId: &pool, Ipv4NetmaskLength: new(int32(24))}).CidrBlockAssociation.AssociationId
	n.disassociate(second)
	if got, want := n.held(pool, first), 2; len(got) != want {
		t.Errorf("after DisassociateVpcCidrBlock the pool has given %v, want %d", got, want)
	}
	n.server.Advance(20 * time.Minute)
	if got, want := n.held(pool, first), []string{"10.0.0.0/16"}; !slices.Equal(got, want) {
		t.Errorf("20 minutes later the pool has given %v, want %v", got, want)
	}
	must[ec2.DeleteVpcOutput](t)(n.DeleteVpc(t.Context(), &ec2.DeleteVpcInput{VpcId: &first}))
	if got := n.held(pool, first); len(got) != 1 {
		t.Errorf("after DeleteVpc the pool has given %v, want one", got)
	}
	if _, err := create(); err != nil { // the other half
		t.Fatal(err)
	}
	_, err = create()
	wantFailure(t, err, "InvalidParameterValue", "The allocation size is too big for the pool.")
	n.server.Advance(20 * time.Minute)
	if got := n.held(pool, first); len(got) != 0 {
		t.Errorf("20 minutes later the pool has given %v, want none", got)
	}
	if _, err := create(); err != nil {
		t.Fatal(err)
	}
}

// With the default timing the space is back at the next call.
func TestReleaseAtOnce(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	pool := n.pool("10.0.0.0/16")
	for range 3 {
		out := must[ec2.CreateVpcOutput](t)(n.CreateVpc(t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: &pool, CidrBlock: new("10.0.0.0/16")}))
		must[ec2.DeleteVpcOutput](t)(n.DeleteVpc(t.Context(), &ec2.DeleteVpcInput{VpcId: out.Vpc.VpcId}))
	}
}

// A VPC in the Region of its pool's locale, which is not the home of the IPAM.
func TestVpcInAnotherRegion(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	pool := n.pool("10.0.0.0/8", func(in *ec2.CreateIpamPoolInput) { in.Locale = new("eu-west-1") })
	out := must[ec2.CreateVpcOutput](t)(n.in("eu-west-1").CreateVpc(t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: &pool, Ipv4NetmaskLength: new(int32(16))}))
	list := must[ec2.GetIpamPoolAllocationsOutput](t)(n.GetIpamPoolAllocations(t.Context(), &ec2.GetIpamPoolAllocationsInput{IpamPoolId: &pool})).IpamPoolAllocations
	if len(list) != 1 {
		t.Fatalf("the pool has given %v, want one", list)
	}
	a := list[0]
	if *a.ResourceId != *out.Vpc.VpcId || a.ResourceType != types.IpamPoolAllocationResourceTypeVpc || *a.ResourceRegion != "eu-west-1" || *a.ResourceOwner != n.account || *a.Cidr != "10.0.0.0/16" {
		t.Errorf("allocation = %+v", a)
	}
}

// A pool that goes with what it has given leaves the VPC as it is, also when the VPC goes later.
func TestVpcOutlivesItsPool(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	pool := n.pool("10.0.0.0/8")
	v := must[ec2.CreateVpcOutput](t)(n.CreateVpc(t.Context(), &ec2.CreateVpcInput{Ipv4IpamPoolId: &pool, Ipv4NetmaskLength: new(int32(16))})).Vpc
	must[ec2.DeleteIpamPoolOutput](t)(n.DeleteIpamPool(t.Context(), &ec2.DeleteIpamPoolInput{IpamPoolId: &pool, Cascade: new(true)}))
	if got := n.vpc(*v.VpcId); *got.CidrBlock != "10.0.0.0/16" {
		t.Errorf("the VPC has %s, want 10.0.0.0/16", *got.CidrBlock)
	}
	must[ec2.DeleteVpcOutput](t)(n.DeleteVpc(t.Context(), &ec2.DeleteVpcInput{VpcId: v.VpcId}))
}
