package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// More on the three states of a CIDR.
var stateTests = []Test{
	{"what does not apply to a CIDR is left out of the answer", "B778", omittedStates},
	{"default VPCs overlap each other", "B779", defaultVPCsOverlap},
	{"overlap does not make a CIDR noncompliant", "B780", compliantAndOverlapping},
	{"a hand-made VPC in another Region is unmanaged until it is imported", "B781", notNoncompliant},
}

func omittedStates(t *T) {
	ipam := t.ipam()
	vpc := t.handMade(t.account, home, "10.0.0.0/16")
	subnet := t.subnetIn(t.account, home, vpc, "10.0.0.0/24")
	body := func(id string) string {
		got := t.post("Action", "GetIpamResourceCidrs", "IpamScopeId", *ipam.PrivateDefaultScopeId, "ResourceId", id)
		if got.Status != 200 || !strings.Contains(got.Body, "<resourceId>"+id+"</resourceId>") {
			t.Fatalf("GetIpamResourceCidrs = %d %s", got.Status, got.Body)
		}
		return got.Body
	}
	for id, names := range map[string][]string{
		*subnet.SubnetId: {"managementState", "complianceStatus", "overlapStatus", "ipamPoolId", "resourceName"},
		vpc:              {"ipamPoolId", "resourceName", "availabilityZoneId"},
	} {
		text := body(id)
		for _, name := range names {
			if strings.Contains(text, "<"+name) {
				t.Errorf("the row of %s has the element %s: %s", id, name, text)
			}
		}
	}
}

func defaultVPCsOverlap(t *T) {
	ipam := t.ipam(away)
	for _, region := range []string{home, away} {
		must(t.ec2(region).CreateDefaultVpc(t.ctx, &ec2.CreateDefaultVpcInput{}))(t)
	}
	rows := t.cidrsIn(ipam.PrivateDefaultScopeId, by("resource-type", "vpc"))
	equal(t, "VPCs", cidrList(rows), "172.31.0.0/16 172.31.0.0/16")
	for _, r := range rows {
		equal(t, "states in "+str(r.ResourceRegion), states(r), "unmanaged unmanaged overlapping")
	}
}

func compliantAndOverlapping(t *T) {
	ipam := t.ipam(away)
	_, vpc := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 24)
	equal(t, "alone", states(t.rowOf(ipam.PrivateDefaultScopeId, vpc)), "managed compliant nonoverlapping")
	t.handMade(t.account, away, "10.0.0.0/16")
	equal(t, "with one around it", states(t.rowOf(ipam.PrivateDefaultScopeId, vpc)), "managed compliant overlapping")
}

func notNoncompliant(t *T) {
	ipam := t.ipam(away)
	pool := t.pool(ipam.PrivateDefaultScopeId, locale(home), func(in *ec2.CreateIpamPoolInput) {
		in.AllocationResourceTags = []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}}
	})
	t.provision(pool, "10.0.0.0/16")
	vpc := t.handMade(t.account, away, "10.0.5.0/24")
	equal(t, "states", states(t.rowOf(ipam.PrivateDefaultScopeId, vpc)), "unmanaged unmanaged nonoverlapping")
	t.notImported(pool)
}
