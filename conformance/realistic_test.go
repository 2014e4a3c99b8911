package conformance

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/ipamtest"
)

// What is under way shows as such until it is done. Only a clock that stands still can tell.
func TestStatesOnTheWay(t *testing.T) {
	srv := ipamtest.Start(t, ipamtest.WithSettings(func(s *ec2api.Settings) { s.Timing = ec2api.RealisticTiming() }))
	for name, test := range map[string]func(*T, func()){
		"an IPAM":                     ipamOnTheWay,
		"a pool":                      poolOnTheWay,
		"a CIDR":                      cidrOnTheWay,
		"a CIDR that goes":            cidrOnItsWayOut,
		"an allocation in the middle": allocationOnTheWay,
		"a prefix list":               prefixListOnTheWay,
	} {
		t.Run(name, func(t *testing.T) {
			later := func() { srv.Advance(time.Minute) }
			result := run(t.Context(), Target{Config: srv.Config, Check: srv.Check}, Test{Name: name, Run: func(t *T) { test(t, later) }})
			for _, failure := range result.Failures {
				t.Error(failure)
			}
		})
	}
}

func ipamOnTheWay(t *T, later func()) {
	c := t.ec2(home)
	state := func() types.IpamState {
		return must(c.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams[0].State
	}
	id := must(c.CreateIpam(t.ctx, &ec2.CreateIpamInput{}))(t).Ipam.IpamId
	equal(t, "State before it is created", state(), types.IpamStateCreateInProgress)
	later()
	equal(t, "State when it is created", state(), types.IpamStateCreateComplete)
	must(c.ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: id, Description: new("x")}))(t)
	equal(t, "State before it is modified", state(), types.IpamStateModifyInProgress)
	later()
	equal(t, "State when it is modified", state(), types.IpamStateModifyComplete)
	must(c.DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: id}))(t)
	equal(t, "State before it is deleted", state(), types.IpamStateDeleteInProgress)
	_, err := c.CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: id})
	wantRefusal(t, "a scope of an IPAM that goes", err)
	later()
	_, err = c.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{*id}})
	wantError(t, err, "InvalidIpamId.NotFound", "")
}

func poolOnTheWay(t *T, later func()) {
	c := t.ec2(home)
	ipam := must(c.CreateIpam(t.ctx, &ec2.CreateIpamInput{}))(t).Ipam
	later()
	pool := must(c.CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId)))(t).IpamPool
	later()
	must(c.DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: pool.IpamPoolId}))(t)
	pools := must(c.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{*pool.IpamPoolId}}))(t).IpamPools
	equal(t, "State before it is deleted", pools[0].State, types.IpamPoolStateDeleteInProgress)
	_, err := c.ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.0.0.0/8")})
	wantRefusal(t, "a CIDR for a pool that goes", err)
	_, err = c.CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId, source(*pool)))
	wantRefusal(t, "a child of a pool that goes", err)
	later()
	t.poolGone(*pool)
}

func cidrOnTheWay(t *T, later func()) {
	c := t.ec2(home)
	ipam := must(c.CreateIpam(t.ctx, &ec2.CreateIpamInput{}))(t).Ipam
	later()
	pool := *must(c.CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId)))(t).IpamPool
	other := *must(c.CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId)))(t).IpamPool
	later()
	must(c.ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.0.0.0/8")}))(t)
	equal(t, "State before it is provisioned", t.cidr(pool, "10.0.0.0/8").State, types.IpamPoolCidrStatePendingProvision)
	_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(24))})
	wantErrorOf(t, "an allocation from a CIDR that is not there yet", err, "InvalidParameterValue", "The allocation size is too big for the pool.")
	must(c.ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: other.IpamPoolId, Cidr: new("10.0.0.0/9")}))(t)
	_, err = c.DeprovisionIpamPoolCidr(t.ctx, &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.0.0.0/8")})
	wantRefusal(t, "deprovisioning a CIDR that is not there yet", err)
	later()
	equal(t, "State when it is provisioned", t.cidr(pool, "10.0.0.0/8").State, types.IpamPoolCidrStateProvisioned)
	equal(t, "State of one that overlaps it", t.cidr(other, "10.0.0.0/9").State, types.IpamPoolCidrStateFailedProvision)
}

func cidrOnItsWayOut(t *T, later func()) {
	c := t.ec2(home)
	ipam := must(c.CreateIpam(t.ctx, &ec2.CreateIpamInput{}))(t).Ipam
	later()
	parent := *must(c.CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId)))(t).IpamPool
	later()
	child := *must(c.CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId, source(parent))))(t).IpamPool
	must(c.ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: parent.IpamPoolId, Cidr: new("10.0.0.0/8")}))(t)
	later()
	must(c.ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: child.IpamPoolId, NetmaskLength: new(int32(16))}))(t)
	equal(t, "Cidr before it is provisioned", str(t.cidrs(child)[0].Cidr), absent)
	equal(t, "the parent's space meanwhile", str(t.allocateLength(parent, 16).Cidr), "10.1.0.0/16")
	later()
	equal(t, "Cidr when it is provisioned", str(t.cidrs(child)[0].Cidr), "10.0.0.0/16")
	deprovision := &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: child.IpamPoolId, Cidr: new("10.0.0.0/16")}
	must(c.DeprovisionIpamPoolCidr(t.ctx, deprovision))(t)
	equal(t, "State before it is deprovisioned", t.cidr(child, "10.0.0.0/16").State, types.IpamPoolCidrStatePendingDeprovision)
	_, err := c.DeprovisionIpamPoolCidr(t.ctx, deprovision)
	wantErrorOf(t, "deprovisioning it again", err, "IncorrectState", "")
	_, err = c.DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: child.IpamPoolId})
	wantErrorOf(t, "deleting its pool", err, "DependencyViolation", "")
	_, err = t.allocateAs(child, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(24))})
	wantErrorOf(t, "an allocation from a CIDR that goes", err, "InvalidParameterValue", "")
	equal(t, "the parent's space meanwhile", str(t.allocateLength(parent, 16).Cidr), "10.2.0.0/16")
	later()
	equal(t, "the parent's space afterwards", str(t.allocateLength(parent, 16).Cidr), "10.0.0.0/16")
}

func allocationOnTheWay(t *T, later func()) {
	c := t.ec2(home)
	ipam := must(c.CreateIpam(t.ctx, &ec2.CreateIpamInput{}))(t).Ipam
	later()
	pool := *must(c.CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId)))(t).IpamPool
	later()
	must(c.ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.0.0.0/8")}))(t)
	later()
	a := t.allocateLength(pool, 24)
	must(c.DeprovisionIpamPoolCidr(t.ctx, &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.0.0.0/8")}))(t)
	t.release(pool, a)
	later()
	equal(t, "State of a CIDR whose last allocation went while it was being deprovisioned", t.cidr(pool, "10.0.0.0/8").State, types.IpamPoolCidrStateDeprovisioned)
	must(c.DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: new(true)}))(t)
	_, err := c.CreateIpam(t.ctx, &ec2.CreateIpamInput{})
	if err != nil {
		wantErrorOf(t, "an IPAM beside one that goes", err, "ResourceLimitExceeded", "")
	}
	later()
	_, err = c.CreateIpam(t.ctx, &ec2.CreateIpamInput{})
	if err != nil {
		wantErrorOf(t, "an IPAM after one that went", err, "ResourceLimitExceeded", "")
	}
	equal(t, "number of IPAMs", len(must(c.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams), 1)
}

func prefixListOnTheWay(t *T, later func()) {
	c := t.ec2(home)
	id := *must(c.CreateManagedPrefixList(t.ctx, &ec2.CreateManagedPrefixListInput{
		PrefixListName: new("x"), AddressFamily: new("IPv4"), MaxEntries: new(int32(2)), Entries: entries("10.0.0.0/8"),
	}))(t).PrefixList.PrefixListId
	edit := &ec2.ModifyManagedPrefixListInput{PrefixListId: &id, CurrentVersion: new(int64(1)), AddEntries: entries("192.0.2.0/24")}
	_, err := c.ModifyManagedPrefixList(t.ctx, edit)
	wantErrorOf(t, "an edit of a list before it is created", err, "IncorrectState", "…(create-in-progress).")
	later()
	must(c.ModifyManagedPrefixList(t.ctx, edit))(t)
	list := t.describePrefixList(home, id)
	equal(t, "State before it is modified", list.State, types.PrefixListStateModifyInProgress)
	equal(t, "Version before it is modified", *list.Version, 1)
	equal(t, "entries before it is modified", t.listEntries(home, id, 0), "10.0.0.0/8")
	_, err = c.GetManagedPrefixListEntries(t.ctx, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: &id, TargetVersion: new(int64(2))})
	wantErrorOf(t, "entries of a version that is not there yet", err, "InvalidParameterValue", "")
	_, err = c.DeleteManagedPrefixList(t.ctx, &ec2.DeleteManagedPrefixListInput{PrefixListId: &id})
	wantErrorOf(t, "deleting it meanwhile", err, "IncorrectState", "…(modify-in-progress).")
	later()
	list = t.describePrefixList(home, id)
	equal(t, "State when it is modified", list.State, types.PrefixListStateModifyComplete)
	equal(t, "Version when it is modified", *list.Version, 2)
	must(c.DeleteManagedPrefixList(t.ctx, &ec2.DeleteManagedPrefixListInput{PrefixListId: &id}))(t)
	equal(t, "State before it is deleted", t.describePrefixList(home, id).State, types.PrefixListStateDeleteInProgress)
	_, err = c.DeleteManagedPrefixList(t.ctx, &ec2.DeleteManagedPrefixListInput{PrefixListId: &id})
	wantErrorOf(t, "deleting it twice", err, "IncorrectState", "…(delete-in-progress).")
}
