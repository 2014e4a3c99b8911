package conformance

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// The first seven are AWS's own examples, in its order, as far as they can be played here: there are no instances.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-historical-insights.html
var addressHistoryTests = []Test{
	{"an address in a subnet has no history of its own", "B800", historyOfAddress},
	{"who had a /24 in a time: its subnet and its VPC", "B801", historyOfSubnet},
	{"two VPCs had an IPv6 CIDR one after the other", "B802", historyOfIPv6},
	{"who had a /24 since a time, in all Regions", "B803", historySince},
	{"nobody has an address now", "B804", historyOfAddressNow},
	{"who has a /24 now", "B805", historyNow},
	{"an address of nobody has no history", "B806", historyOfNobody},

	{"a time is asked about with its ends", "B810", historyWindow},
	{"history begins and ends with what the IPAM sees", "B811", historySeen},
	{"what changes the states or the name begins a new record", "B812", historyOfStates},
	{"a CIDR's history goes on in another scope", "B813", historyMoves},
	{"only records with exactly that CIDR are shown, or those of one VPC", "B814", historyFiltered},
	{"history comes in pages", "B815", historyPages},
	{"who asks for history, and with what", "B816", historyRefused},
	{"the free tier has no history", "B817", historyFree},
	{"history is kept for three years", "B818", historyKept},
	{"the administrator sees the history of members", "B819", historyOfMembers},
	{"an IPAM takes its history with it", "B820", historyGone},
	{"a rule of a pool flags many CIDRs at once", "B821", historyOfMany},
	{"what time alone brings about is in the history", "B822", historyInTime},
	{"an Elastic IP address has a history", "B823", historyOfElasticIP},
}

type asking func(*ec2.GetIpamAddressHistoryInput)

func since(at *time.Time) asking {
	return func(in *ec2.GetIpamAddressHistoryInput) { in.StartTime = at }
}

func between(from, to time.Time) asking {
	return func(in *ec2.GetIpamAddressHistoryInput) { in.StartTime, in.EndTime = &from, &to }
}

// ever asks about all the time that there was.
func ever(in *ec2.GetIpamAddressHistoryInput) { in.StartTime = new(time.Unix(0, 0)) }

func (t *T) history(scope *string, cidr string, change ...asking) []types.IpamAddressHistoryRecord {
	in := &ec2.GetIpamAddressHistoryInput{IpamScopeId: scope, Cidr: new(cidr)}
	for _, c := range change {
		c(in)
	}
	return must(t.ec2(home).GetIpamAddressHistory(t.ctx, in))(t).HistoryRecords
}

// timeless is records without their times, a line each: what they are of, the states and the name, and whether they ended.
func timeless(records []types.IpamAddressHistoryRecord) string {
	var lines []string
	for _, r := range records {
		line := fmt.Sprint(r.ResourceType, " ", str(r.ResourceId))
		for _, part := range []string{string(r.ResourceComplianceStatus), string(r.ResourceOverlapStatus), str(r.ResourceName)} {
			if part != "" && part != absent {
				line += " " + part
			}
		}
		if r.SampledEndTime != nil {
			line += " ended"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func lines(list ...string) string { return strings.Join(list, "\n") }

func (t *T) dropVPC(region, id string) {
	must(t.ec2(region).DeleteVpc(t.ctx, &ec2.DeleteVpcInput{VpcId: new(id)}))(t)
}

func (t *T) name(region, id, name string) {
	must(t.ec2(region).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags("Name", name)}))(t)
}

// houses is an IPAM whose pool has given a VPC its /24, all of which a subnet has.
func (t *T) houses() (ipam types.Ipam, vpc, subnet string) {
	ipam = t.ipam(away, far)
	_, vpc = t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 24)
	return ipam, vpc, *t.subnetIn(t.account, home, vpc, "10.0.0.0/24").SubnetId
}

func historyOfAddress(t *T) {
	ipam, _, _ := t.houses()
	equal(t, "records", len(t.history(ipam.PrivateDefaultScopeId, "10.0.0.5/32", ever)), 0)
}

func historyOfSubnet(t *T) {
	ipam, vpc, subnet := t.houses()
	t.advance(time.Hour)
	records := t.history(ipam.PrivateDefaultScopeId, "10.0.0.0/24", ever)
	for i, r := range records {
		if r.SampledStartTime == nil {
			t.Fatalf("record %d has no SampledStartTime", i)
		}
		records[i].SampledStartTime = nil
	}
	equalRecord(t, "the records", records, []types.IpamAddressHistoryRecord{
		{
			ResourceOwnerId: new(t.account), ResourceRegion: new(home), ResourceType: types.IpamAddressHistoryResourceTypeSubnet,
			ResourceId: new(subnet), ResourceCidr: new("10.0.0.0/24"), VpcId: new(vpc),
		},
		{
			ResourceOwnerId: new(t.account), ResourceRegion: new(home), ResourceType: types.IpamAddressHistoryResourceTypeVpc,
			ResourceId: new(vpc), ResourceCidr: new("10.0.0.0/24"), VpcId: new(vpc),
			ResourceComplianceStatus: types.IpamComplianceStatusCompliant, ResourceOverlapStatus: types.IpamOverlapStatusNonoverlapping,
		},
	})
}

func historyOfIPv6(t *T) {
	ipam := t.ipam(away)
	pool := t.pool(ipam.PublicDefaultScopeId, amazonIPv6, locale(away))
	t.provisionLength(pool, 52)
	cidr := strings.Replace(str(t.cidrs(pool)[0].Cidr), "/52", "/56", 1)
	take := func() string {
		return *must(t.ec2(away).CreateVpc(t.ctx, &ec2.CreateVpcInput{
			CidrBlock: new("10.0.0.0/24"), Ipv6IpamPoolId: pool.IpamPoolId, Ipv6CidrBlock: new(cidr),
		}))(t).Vpc.VpcId
	}
	first := take()
	t.advance(time.Hour)
	t.dropVPC(away, first)
	t.awaitSlowly("the release", func() bool { return len(t.allocations(pool)) == 0 })
	t.advance(time.Hour)
	second := take()
	t.advance(time.Hour)
	records := t.history(ipam.PublicDefaultScopeId, cidr, ever)
	if len(records) == 2 && str(records[0].ResourceId) == second { // they are by id
		records[0], records[1] = records[1], records[0]
	}
	equal(t, "records", timeless(records), lines("vpc "+first+" compliant nonoverlapping ended", "vpc "+second+" compliant nonoverlapping"))
	if len(records) == 2 {
		equal(t, "Region", str(records[0].ResourceRegion), away)
		equal(t, "the first ended before the second began", records[0].SampledEndTime.Before(*records[1].SampledStartTime), true)
	}
	equal(t, "records in the private scope", len(t.history(ipam.PrivateDefaultScopeId, cidr, ever)), 0)
}

func historySince(t *T) {
	ipam := t.ipam(away, far)
	scope := ipam.PrivateDefaultScopeId
	gone := t.handMade(t.account, far, "10.0.0.0/24")
	t.advance(time.Hour)
	one, other := t.handMade(t.account, home, "10.0.0.0/24"), t.handMade(t.account, away, "10.0.0.0/24")
	subnet := *t.subnetIn(t.account, away, other, "10.0.0.0/24").SubnetId
	t.advance(time.Hour)
	t.dropVPC(far, gone)
	t.advance(time.Hour)
	began := t.history(scope, "10.0.0.0/24")[0].SampledStartTime
	equal(t, "records since the others came", timeless(t.history(scope, "10.0.0.0/24", since(began))), lines(
		"vpc "+gone+" unmanaged overlapping ended",
		"subnet "+subnet,
		"vpc "+other+" unmanaged overlapping",
		"vpc "+one+" unmanaged overlapping",
	))
}

func historyOfAddressNow(t *T) {
	ipam, _, _ := t.houses()
	equal(t, "records", len(t.history(ipam.PrivateDefaultScopeId, "10.0.0.5/32")), 0)
}

func historyNow(t *T) {
	ipam, vpc, subnet := t.houses()
	t.advance(time.Hour)
	now := lines("subnet "+subnet, "vpc "+vpc+" compliant nonoverlapping")
	equal(t, "records now", timeless(t.history(ipam.PrivateDefaultScopeId, "10.0.0.0/24")), now)
	must(t.ec2(home).DeleteSubnet(t.ctx, &ec2.DeleteSubnetInput{SubnetId: new(subnet)}))(t)
	equal(t, "records after the subnet", timeless(t.history(ipam.PrivateDefaultScopeId, "10.0.0.0/24")), "vpc "+vpc+" compliant nonoverlapping")
	equal(t, "records of ever", timeless(t.history(ipam.PrivateDefaultScopeId, "10.0.0.0/24", ever)), strings.Replace(now, subnet, subnet+" ended", 1))
}

func historyOfNobody(t *T) {
	ipam := t.ipam()
	if records := t.history(ipam.PrivateDefaultScopeId, "198.51.100.7/32", ever); records == nil || len(records) > 0 {
		t.Errorf("records = %s, want an empty list", jsonLines(records))
	}
}

func historyWindow(t *T) {
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	vpc := t.handMade(t.account, home, "10.0.0.0/24")
	t.advance(time.Hour)
	t.dropVPC(home, vpc)
	t.advance(time.Hour)
	record := t.history(scope, "10.0.0.0/24", ever)[0]
	from, to := *record.SampledStartTime, *record.SampledEndTime
	if d := to.Sub(from); d < time.Hour || d > time.Hour+time.Minute {
		t.Errorf("the record is of %v, want an hour", d)
	}
	only := func(at time.Time) asking { return func(in *ec2.GetIpamAddressHistoryInput) { in.EndTime = &at } }
	for _, c := range []struct {
		name string
		ask  asking
		want int
	}{
		{"now", func(*ec2.GetIpamAddressHistoryInput) {}, 0},
		{"the moment before the start", only(from.Add(-time.Second)), 0},
		{"the start", only(from), 1},
		{"a moment in it", only(from.Add(time.Minute)), 1},
		{"the moment after the end", only(to.Add(time.Second)), 0},
		{"a time up to the start", between(from.Add(-time.Hour), from), 1},
		{"a time within", between(from.Add(time.Minute), from.Add(2*time.Minute)), 1},
		{"a time over the end", between(to.Add(-time.Second), to.Add(time.Hour)), 1},
		{"a time after the end", since(new(to.Add(time.Second))), 0},
		{"a time before the start", between(from.Add(-time.Hour), from.Add(-time.Second)), 0},
		{"a time to come", between(to.Add(time.Second), to.Add(1000*time.Hour)), 0},
	} {
		equal(t, "records of "+c.name, len(t.history(scope, "10.0.0.0/24", c.ask)), c.want)
	}
}

func historySeen(t *T) {
	vpc := t.handMade(t.account, away, "10.0.0.0/24")
	t.advance(24 * time.Hour)
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	t.advance(time.Hour)
	equal(t, "records without the Region", len(t.history(scope, "10.0.0.0/24", ever)), 0)
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, AddOperatingRegions: regions(away)}))(t)
	t.advance(time.Hour)
	must(t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, RemoveOperatingRegions: []types.RemoveIpamOperatingRegion{{RegionName: new(away)}}}))(t)
	t.advance(time.Hour)
	records := t.history(scope, "10.0.0.0/24", ever)
	equal(t, "records with the Region", timeless(records), "vpc "+vpc+" unmanaged nonoverlapping ended")
	if len(records) == 1 {
		if d := records[0].SampledEndTime.Sub(*records[0].SampledStartTime); d < time.Hour || d > 2*time.Hour {
			t.Errorf("the record is of %v, want the hour in which the IPAM saw the Region", d)
		}
	}
}

func historyOfStates(t *T) {
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	pool, vpc := t.managedIn(scope, "10.0.0.0/16", 24)
	modify := func(bits int32) {
		t.advance(time.Hour)
		must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, AllocationMinNetmaskLength: new(bits)}))(t)
	}
	modify(25)
	modify(20)
	modify(21) // changes nothing
	t.advance(time.Hour)
	other := t.handMade(t.account, home, "10.0.0.0/20")
	t.advance(time.Hour)
	t.dropVPC(home, other)
	t.advance(time.Hour)
	t.name(home, vpc, "house")
	t.advance(time.Hour)
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{vpc}, Tags: tags("colour", "red")}))(t)
	t.advance(time.Hour)
	must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, monitor(t.rowOf(scope, vpc), false)))(t)
	records := t.history(scope, "10.0.0.0/24", ever)
	equal(t, "records", timeless(records), lines(
		"vpc "+vpc+" compliant nonoverlapping ended",
		"vpc "+vpc+" noncompliant nonoverlapping ended",
		"vpc "+vpc+" compliant nonoverlapping ended",
		"vpc "+vpc+" compliant overlapping ended",
		"vpc "+vpc+" compliant nonoverlapping ended",
		"vpc "+vpc+" compliant nonoverlapping house ended",
		"vpc "+vpc+" ignored ignored house",
	))
	for i := 1; i < len(records); i++ {
		if !records[i].SampledStartTime.Equal(*records[i-1].SampledEndTime) {
			t.Errorf("record %d begins at %v, but the one before ends at %v", i, records[i].SampledStartTime, records[i-1].SampledEndTime)
		}
	}
}

func historyMoves(t *T) {
	ipam := t.ipam()
	scope := t.scope(ipam)
	vpc := t.handMade(t.account, home, "10.0.0.0/16")
	subnet := *t.subnetIn(t.account, home, vpc, "10.0.0.0/16").SubnetId
	t.advance(time.Hour)
	t.move(t.rowOf(ipam.PrivateDefaultScopeId, vpc), scope.IpamScopeId)
	t.advance(time.Hour)
	equal(t, "records in the first scope", timeless(t.history(ipam.PrivateDefaultScopeId, "10.0.0.0/16", ever)),
		lines("subnet "+subnet+" ended", "vpc "+vpc+" unmanaged nonoverlapping ended"))
	equal(t, "records in the second", timeless(t.history(scope.IpamScopeId, "10.0.0.0/16", ever)),
		lines("subnet "+subnet, "vpc "+vpc+" unmanaged nonoverlapping"))
}

func historyFiltered(t *T) {
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	one, other := t.handMade(t.account, home, "10.0.0.0/24"), t.handMade(t.account, home, "10.0.0.0/24")
	subnet := *t.subnetIn(t.account, home, one, "10.0.0.0/24").SubnetId
	t.handMade(t.account, home, "10.0.0.0/16")
	equal(t, "records of the /24", len(t.history(scope, "10.0.0.0/24")), 3)
	of := func(vpc string) asking { return func(in *ec2.GetIpamAddressHistoryInput) { in.VpcId = new(vpc) } }
	equal(t, "records of one VPC", timeless(t.history(scope, "10.0.0.0/24", of(one))), lines("subnet "+subnet, "vpc "+one+" unmanaged overlapping"))
	equal(t, "records of the other", timeless(t.history(scope, "10.0.0.0/24", of(other))), "vpc "+other+" unmanaged overlapping")
	equal(t, "records of an unknown VPC", len(t.history(scope, "10.0.0.0/24", of("vpc-0123456789abcdef0"))), 0)
	equal(t, "records of a larger CIDR", len(t.history(scope, "10.0.0.0/8")), 0)
	equal(t, "records of an address", len(t.history(scope, "10.0.0.0")), 0)
}

func historyPages(t *T) {
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	for range 5 {
		t.handMade(t.account, home, "10.0.0.0/24")
	}
	var ids []string
	p := ec2.NewGetIpamAddressHistoryPaginator(t.ec2(home), &ec2.GetIpamAddressHistoryInput{IpamScopeId: scope, Cidr: new("10.0.0.0/24"), MaxResults: new(int32(2))})
	for p.HasMorePages() {
		out := must(p.NextPage(t.ctx))(t)
		if len(out.HistoryRecords) > 2 {
			t.Errorf("a page has %d records, want 2 at most", len(out.HistoryRecords))
		}
		for _, r := range out.HistoryRecords {
			ids = append(ids, *r.ResourceId)
		}
	}
	want := []string{}
	for _, r := range t.history(scope, "10.0.0.0/24") {
		want = append(want, *r.ResourceId)
	}
	equal(t, "VPCs over all pages", lines(ids...), lines(want...))

	vpc := t.handMade(t.account, home, "10.7.0.0/24")
	for i := range 100 {
		t.advance(time.Minute)
		t.name(home, vpc, fmt.Sprint("name ", i))
	}
	out := must(t.ec2(home).GetIpamAddressHistory(t.ctx, &ec2.GetIpamAddressHistoryInput{IpamScopeId: scope, Cidr: new("10.7.0.0/24"), StartTime: new(time.Unix(0, 0))}))(t)
	equal(t, "records on a page without MaxResults", len(out.HistoryRecords), 100)
	equal(t, "a token for the 101st", out.NextToken != nil, true)
}

func historyRefused(t *T) {
	ipam := t.ipam(away)
	scope := ipam.PrivateDefaultScopeId
	try := func(what string, client *ec2.Client, code, message string, change asking) {
		in := &ec2.GetIpamAddressHistoryInput{IpamScopeId: scope, Cidr: new("10.0.0.0/24")}
		change(in)
		_, err := client.GetIpamAddressHistory(t.ctx, in)
		wantErrorOf(t, what, err, code, message)
	}
	none := func(*ec2.GetIpamAddressHistoryInput) {}
	try("another Region", t.ec2(away), "InvalidIpamScopeId.NotFound", "", none)
	try("another account", t.ec2As(t.OtherAccount(), home), "InvalidIpamScopeId.NotFound", "", none)
	try("an unknown scope", t.ec2(home), "InvalidIpamScopeId.NotFound", "The ipam-scope ID 'ipam-scope-0123456789abcdef0' does not exist", func(in *ec2.GetIpamAddressHistoryInput) {
		in.IpamScopeId = new("ipam-scope-0123456789abcdef0")
	})
	for _, cidr := range []string{"", "10.0.0.0/33", "10.0.0.1/24", "ten"} {
		try("the CIDR "+cidr, t.ec2(home), "InvalidParameterValue", "", func(in *ec2.GetIpamAddressHistoryInput) { in.Cidr = new(cidr) })
	}
	try("a start after the end", t.ec2(home), "InvalidParameterValue", "…startTime…", between(time.Now(), time.Now().Add(-time.Hour)))
	for _, n := range []int32{0, 1001} {
		try(fmt.Sprint("MaxResults ", n), t.ec2(home), "InvalidParameterValue", "", func(in *ec2.GetIpamAddressHistoryInput) { in.MaxResults = new(n) })
	}
	try("a token that is none", t.ec2(home), "InvalidNextToken", "", func(in *ec2.GetIpamAddressHistoryInput) { in.NextToken = new("x") })
	try("a dry run", t.ec2(home), "DryRunOperation", "", func(in *ec2.GetIpamAddressHistoryInput) { in.DryRun = new(true) })
}

func historyFree(t *T) {
	ipam := t.ipamIn(home, &ec2.CreateIpamInput{Tier: types.IpamTierFree})
	_, err := t.ec2(home).GetIpamAddressHistory(t.ctx, &ec2.GetIpamAddressHistoryInput{IpamScopeId: ipam.PrivateDefaultScopeId, Cidr: new("10.0.0.0/24")})
	wantError(t, err, "UnsupportedOperation", "The operation GetIpamAddressHistory is not supported.…")
}

func historyKept(t *T) {
	ipam := t.ipam()
	vpc := t.handMade(t.account, home, "10.0.0.0/24")
	t.advance(time.Hour)
	t.dropVPC(home, vpc)
	const year = 365 * 24 * time.Hour
	t.advance(3*year - time.Hour)
	equal(t, "records after almost three years", len(t.history(ipam.PrivateDefaultScopeId, "10.0.0.0/24", ever)), 1)
	t.advance(2 * time.Hour)
	equal(t, "records after three years", len(t.history(ipam.PrivateDefaultScopeId, "10.0.0.0/24", ever)), 0)
}

func historyOfMembers(t *T) {
	w := t.delegated()
	n := t.as(w.network)
	defer t.adopt(n)
	vpc := t.handMade(w.workload, away, "10.77.0.0/24")
	t.advance(time.Hour)
	records := n.history(w.ipam.PrivateDefaultScopeId, "10.77.0.0/24")
	equal(t, "records", timeless(records), "vpc "+vpc+" unmanaged nonoverlapping")
	if len(records) == 1 {
		equal(t, "owner", str(records[0].ResourceOwnerId), w.workload)
	}
	t.remove(w, w.workload)
	t.advance(time.Hour)
	equal(t, "records after the account has left", timeless(n.history(w.ipam.PrivateDefaultScopeId, "10.77.0.0/24", ever)), "vpc "+vpc+" unmanaged nonoverlapping ended")
	t.as(w.workload).dropVPC(away, vpc)
	t.join(w, w.workload)
	second := t.handMade(w.workload, away, "10.77.0.0/24")
	equal(t, "records after the account is back", timeless(n.history(w.ipam.PrivateDefaultScopeId, "10.77.0.0/24")), "vpc "+second+" unmanaged nonoverlapping")
}

func historyGone(t *T) {
	vpc := t.handMade(t.account, home, "10.0.0.0/24")
	first := t.ipam()
	t.advance(time.Hour)
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: first.IpamId}))(t)
	t.gone(*first.IpamId, "InvalidIpamId.NotFound", "", func() error {
		_, err := t.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{*first.IpamId}})
		return err
	})
	_, err := t.ec2(home).GetIpamAddressHistory(t.ctx, &ec2.GetIpamAddressHistoryInput{IpamScopeId: first.PrivateDefaultScopeId, Cidr: new("10.0.0.0/24")})
	wantError(t, err, "InvalidIpamScopeId.NotFound", "")
	t.advance(time.Hour)
	second := t.ipam()
	records := t.history(second.PrivateDefaultScopeId, "10.0.0.0/24", ever)
	equal(t, "records of the next IPAM", timeless(records), "vpc "+vpc+" unmanaged nonoverlapping")
}

func historyOfMany(t *T) {
	const many = 12
	ipam := t.ipam()
	scope := ipam.PrivateDefaultScopeId
	pool := t.pool(scope, locale(home))
	t.provision(pool, "10.0.0.0/16")
	for range many {
		must(t.vpcFrom(t.account, home, pool, 24))(t)
	}
	t.advance(time.Hour)
	must(t.ec2(home).ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, AllocationMinNetmaskLength: new(int32(25))}))(t)
	for i := range many {
		records := t.history(scope, fmt.Sprintf("10.0.%d.0/24", i), ever)
		if len(records) != 2 || records[1].ResourceComplianceStatus != types.IpamComplianceStatusNoncompliant {
			t.Errorf("records of VPC %d:\n%s\nwant one compliant that ended and one noncompliant", i, timeless(records))
		}
	}
}

func historyInTime(t *T) {
	ipam := t.ipam()
	scope := t.scope(ipam)
	_, vpc := t.managedIn(ipam.PrivateDefaultScopeId, "10.0.0.0/16", 24)
	t.move(t.rowOf(ipam.PrivateDefaultScopeId, vpc), scope.IpamScopeId)
	t.advance(time.Hour)
	must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, monitor(t.rowOf(ipam.PrivateDefaultScopeId, vpc), false)))(t)
	t.advance(30 * 24 * time.Hour) // the pool gets its space back meanwhile, and the CIDR moves
	records := t.history(scope.IpamScopeId, "10.0.0.0/24", ever)
	equal(t, "records where it moved to", timeless(records), "vpc "+vpc+" ignored ignored")
	before := t.history(ipam.PrivateDefaultScopeId, "10.0.0.0/24", ever)
	began := before[0].SampledStartTime
	if d := before[len(before)-1].SampledEndTime.Sub(*began); d < time.Hour || d > 2*time.Hour {
		t.Errorf("the CIDR was in its first scope for %v, want an hour and the time of a release", d)
	}
}

func historyOfElasticIP(t *T) {
	ipam := t.ipam(away)
	a := must(t.ec2(away).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{TagSpecifications: tagged(types.ResourceTypeElasticIp, "Name", "door")}))(t)
	cidr := str(a.PublicIp) + "/32"
	t.advance(time.Hour)
	records := t.history(ipam.PublicDefaultScopeId, cidr)
	if len(records) != 1 || records[0].SampledStartTime == nil {
		t.Fatalf("records = %s, want one with its start", jsonLines(records))
	}
	row := t.rowOf(ipam.PublicDefaultScopeId, *a.AllocationId)
	records[0].SampledStartTime = nil
	equalRecord(t, "the record", records[0], types.IpamAddressHistoryRecord{
		ResourceOwnerId: new(t.account), ResourceRegion: new(away), ResourceType: types.IpamAddressHistoryResourceTypeEip,
		ResourceId: a.AllocationId, ResourceCidr: new(cidr), ResourceName: new("door"),
		ResourceComplianceStatus: row.ComplianceStatus, ResourceOverlapStatus: row.OverlapStatus,
	})
	equal(t, "records in the private scope", len(t.history(ipam.PrivateDefaultScopeId, cidr, ever)), 0)
	must(t.ec2(away).ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: a.AllocationId}))(t)
	t.advance(time.Hour)
	equal(t, "records after its release", len(t.history(ipam.PublicDefaultScopeId, cidr)), 0)
	equal(t, "records of ever", len(t.history(ipam.PublicDefaultScopeId, cidr, ever)), 1)
}
