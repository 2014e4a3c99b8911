package ipamtest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ipamtest"
)

func TestAllocateFromAPool(t *testing.T) {
	srv := ipamtest.Start(t)
	client := ec2.NewFromConfig(srv.Config("111122223333", "us-east-1"))
	ctx := t.Context()

	ipam, err := client.CreateIpam(ctx, &ec2.CreateIpamInput{})
	if err != nil {
		t.Fatal(err)
	}
	pool, err := client.CreateIpamPool(ctx, &ec2.CreateIpamPoolInput{
		IpamScopeId: ipam.Ipam.PrivateDefaultScopeId, AddressFamily: types.AddressFamilyIpv4,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.ProvisionIpamPoolCidr(ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPool.IpamPoolId, Cidr: new("10.0.0.0/16")}); err != nil {
		t.Fatal(err)
	}
	got, err := client.AllocateIpamPoolCidr(ctx, &ec2.AllocateIpamPoolCidrInput{IpamPoolId: pool.IpamPool.IpamPoolId, NetmaskLength: new(int32(24))})
	if err != nil {
		t.Fatal(err)
	}
	if want := "10.0.0.0/24"; *got.IpamPoolAllocation.Cidr != want {
		t.Errorf("AllocateIpamPoolCidr(/24) = %s, want %s", *got.IpamPoolAllocation.Cidr, want)
	}
}
