package conformance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
)

var discoveredTests = []Test{
	{"a discovery finds VPCs and subnets, without states", "B760", discoveredCIDRs},
	{"a discovery tells where addresses come from", "B761", discoveredSources},
	{"a discovery finds the accounts of the organization", "B762", discoveredAccounts},
	{"a discovery finds nothing where it does not operate", "B763", discoveredElsewhere},
	{"what a discovery finds is read by those that it is shared with", "B764", discoveredByConsumer},
	{"what a discovery finds is filtered and paged", "B765", discoveredPages},
	{"samples are as new as the clock", "B766", sampleTimes},
}

func (t *T) discovered(discovery *string, region string, filters ...types.Filter) []types.IpamDiscoveredResourceCidr {
	return must(t.ec2(home).GetIpamDiscoveredResourceCidrs(t.ctx, &ec2.GetIpamDiscoveredResourceCidrsInput{
		IpamResourceDiscoveryId: discovery, ResourceRegion: new(region), Filters: filters,
	}))(t).IpamDiscoveredResourceCidrs
}

func (t *T) foundAccounts(discovery *string, region string) []types.IpamDiscoveredAccount {
	return must(t.ec2(home).GetIpamDiscoveredAccounts(t.ctx, &ec2.GetIpamDiscoveredAccountsInput{
		IpamResourceDiscoveryId: discovery, DiscoveryRegion: new(region),
	}))(t).IpamDiscoveredAccounts
}

// foundCIDRs are what a discovery finds, sorted.
func (t *T) foundCIDRs(discovery *string, region string, filters ...types.Filter) string {
	var list []string
	for _, r := range t.discovered(discovery, region, filters...) {
		list = append(list, str(r.ResourceCidr))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func discoveredCIDRs(t *T) {
	ipam := t.ipam(away)
	vpc := must(t.ec2(away).CreateVpc(t.ctx, &ec2.CreateVpcInput{
		CidrBlock: new("10.5.0.0/16"), TagSpecifications: tagged(types.ResourceTypeVpc, "Name", "by hand"),
	}))(t).Vpc.VpcId
	subnet := t.subnetIn(t.account, away, *vpc, "10.5.0.0/20")
	rows := t.discovered(ipam.DefaultResourceDiscoveryId, away)
	if len(rows) != 2 {
		t.Fatalf("the discovery finds %d CIDRs, want 2", len(rows))
	}
	for i := range rows {
		if rows[i].SampleTime == nil {
			t.Errorf("row %d has no sample time", i)
		}
		rows[i].SampleTime = nil
	}
	slices.SortFunc(rows, func(a, b types.IpamDiscoveredResourceCidr) int { return strings.Compare(*a.ResourceId, *b.ResourceId) })
	equalRecord(t, "the rows", rows, []types.IpamDiscoveredResourceCidr{{
		IpamResourceDiscoveryId: ipam.DefaultResourceDiscoveryId,
		ResourceRegion:          new(away), ResourceOwnerId: new(t.account), ResourceId: subnet.SubnetId,
		ResourceCidr: new("10.5.0.0/20"), ResourceType: types.IpamResourceTypeSubnet, ResourceTags: []types.IpamResourceTag{},
		IpSource: types.IpamResourceCidrIpSourceNone, IpUsage: new(0.0012), VpcId: vpc, AvailabilityZoneId: subnet.AvailabilityZoneId,
	}, {
		IpamResourceDiscoveryId: ipam.DefaultResourceDiscoveryId,
		ResourceRegion:          new(away), ResourceOwnerId: new(t.account), ResourceId: vpc,
		ResourceCidr: new("10.5.0.0/16"), ResourceType: types.IpamResourceTypeVpc,
		ResourceTags: []types.IpamResourceTag{{Key: new("Name"), Value: new("by hand")}},
		IpSource:     types.IpamResourceCidrIpSourceNone, IpUsage: new(0.0625), VpcId: vpc,
	}})
	must(t.ec2(home).ModifyIpamResourceCidr(t.ctx, monitor(t.rowOf(ipam.PrivateDefaultScopeId, *vpc), false)))(t)
	equal(t, "CIDRs with an ignored one", t.foundCIDRs(ipam.DefaultResourceDiscoveryId, away), "10.5.0.0/16 10.5.0.0/20")
}

func discoveredSources(t *T) {
	ipam := t.ipam()
	vpc := t.handMade(t.account, home, "10.0.0.0/16")
	must(t.ec2(home).AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: new(vpc), AmazonProvidedIpv6CidrBlock: new(true)}))(t)
	for _, r := range t.discovered(ipam.DefaultResourceDiscoveryId, home) {
		want := types.IpamResourceCidrIpSourceNone
		if strings.Contains(str(r.ResourceCidr), ":") {
			want = types.IpamResourceCidrIpSourceAmazon
		}
		equal(t, "source of "+str(r.ResourceCidr), r.IpSource, want)
	}
}

func discoveredAccounts(t *T) {
	alone := t.ipam()
	rows := t.foundAccounts(alone.DefaultResourceDiscoveryId, home)
	if len(rows) != 1 || str(rows[0].AccountId) != t.account || str(rows[0].DiscoveryRegion) != home || rows[0].FailureReason != nil || rows[0].OrganizationalUnitId != nil {
		t.Errorf("accounts of a single account = %s, want itself", jsonLines(rows))
	}
	o := t.as(t.OtherAccount())
	defer t.adopt(o)
	w := o.delegated()
	n := o.as(w.network)
	defer o.adopt(n)
	units := func() string {
		var list []string
		for _, a := range n.foundAccounts(w.ipam.DefaultResourceDiscoveryId, away) {
			list = append(list, str(a.AccountId)+" "+str(a.OrganizationalUnitId))
		}
		slices.Sort(list)
		return strings.Join(list, ", ")
	}
	list := func(accounts ...string) string {
		slices.Sort(accounts)
		return strings.Join(accounts, ", ")
	}
	in := func(account, unit string) string { return account + " " + unit }
	equal(t, "accounts", units(), list(in(w.management, absent), in(w.network, absent), in(w.workload, w.unit)))
	must(o.exclude(w, []string{w.id + "/" + w.root + "/" + w.unit + "/"}, nil))(o)
	equal(t, "accounts with a unit excluded", units(), list(in(w.management, absent), in(w.network, absent)))
}

func discoveredElsewhere(t *T) {
	ipam := t.ipam()
	t.handMade(t.account, away, "10.0.0.0/16")
	equal(t, "CIDRs", len(t.discovered(ipam.DefaultResourceDiscoveryId, away)), 0)
	equal(t, "accounts", len(t.foundAccounts(ipam.DefaultResourceDiscoveryId, away)), 0)
	_, err := t.ec2(home).GetIpamDiscoveredResourceCidrs(t.ctx, &ec2.GetIpamDiscoveredResourceCidrsInput{IpamResourceDiscoveryId: new("ipam-res-disco-0123456789abcdef0"), ResourceRegion: new(home)})
	wantError(t, err, "InvalidIpamResourceDiscoveryId.NotFound", "The ipam-resource-discovery ID '…' does not exist")
	_, err = t.ec2(away).GetIpamDiscoveredAccounts(t.ctx, &ec2.GetIpamDiscoveredAccountsInput{IpamResourceDiscoveryId: ipam.DefaultResourceDiscoveryId, DiscoveryRegion: new(home)})
	wantError(t, err, "InvalidIpamResourceDiscoveryId.NotFound", "")
}

func discoveredByConsumer(t *T) {
	partner := t.OtherAccount()
	d := t.createDiscovery(partner, &ec2.CreateIpamResourceDiscoveryInput{})
	t.handMade(partner, home, "10.1.0.0/16")
	_, err := t.ec2(home).GetIpamDiscoveredResourceCidrs(t.ctx, &ec2.GetIpamDiscoveredResourceCidrsInput{IpamResourceDiscoveryId: d.IpamResourceDiscoveryId, ResourceRegion: new(home)})
	wantError(t, err, "InvalidIpamResourceDiscoveryId.NotFound", "")
	share := t.shareDiscovery(d, t.account)
	equal(t, "CIDRs", t.foundCIDRs(d.IpamResourceDiscoveryId, home), "10.1.0.0/16")
	if rows := t.foundAccounts(d.IpamResourceDiscoveryId, home); len(rows) != 1 || str(rows[0].AccountId) != partner {
		t.Errorf("accounts = %s, want %s", jsonLines(rows), partner)
	}
	must(t.ram(partner).DeleteResourceShare(t.ctx, &ram.DeleteResourceShareInput{ResourceShareArn: new(share)}))(t)
	t.gone("the shared discovery", "InvalidIpamResourceDiscoveryId.NotFound", "", func() error {
		_, err := t.ec2(home).GetIpamDiscoveredAccounts(t.ctx, &ec2.GetIpamDiscoveredAccountsInput{IpamResourceDiscoveryId: d.IpamResourceDiscoveryId, DiscoveryRegion: new(home)})
		return err
	})
}

func discoveredPages(t *T) {
	ipam := t.ipam()
	for i := range 7 {
		vpc := t.handMade(t.account, home, fmt.Sprintf("10.%d.0.0/16", i))
		t.subnetIn(t.account, home, vpc, fmt.Sprintf("10.%d.0.0/24", i))
		if i == 0 {
			must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{vpc}, Tags: tags("env", "prod")}))(t)
		}
	}
	id := ipam.DefaultResourceDiscoveryId
	for _, f := range []types.Filter{filter("resource-cidr", "10.0.0.0/16"), filter("tag:env", "prod"), filter("resource-cidr", "10.0.*/16")} {
		equal(t, "CIDRs with the filter "+*f.Name, t.foundCIDRs(id, home, f), "10.0.0.0/16")
	}
	equal(t, "subnets", len(t.discovered(id, home, filter("resource-type", "subnet"))), 7)
	seen := map[string]bool{}
	p := ec2.NewGetIpamDiscoveredResourceCidrsPaginator(t.ec2(home), &ec2.GetIpamDiscoveredResourceCidrsInput{IpamResourceDiscoveryId: id, ResourceRegion: new(home), MaxResults: new(int32(5))})
	pages := 0
	for ; p.HasMorePages(); pages++ {
		for _, r := range must(p.NextPage(t.ctx))(t).IpamDiscoveredResourceCidrs {
			seen[*r.ResourceCidr] = true
		}
	}
	equal(t, "CIDRs of all pages", len(seen), 14)
	equal(t, "pages", pages, 3)
	_, err := t.ec2(home).GetIpamDiscoveredAccounts(t.ctx, &ec2.GetIpamDiscoveredAccountsInput{IpamResourceDiscoveryId: id, DiscoveryRegion: new(home), MaxResults: new(int32(4))})
	wantError(t, err, "InvalidParameterValue", "")
}

func sampleTimes(t *T) {
	ipam := t.ipam()
	t.handMade(t.account, home, "10.0.0.0/16")
	read := func() (time.Time, time.Time) {
		rows, accounts := t.discovered(ipam.DefaultResourceDiscoveryId, home), t.foundAccounts(ipam.DefaultResourceDiscoveryId, home)
		if len(rows) != 1 || len(accounts) != 1 || rows[0].SampleTime == nil || accounts[0].LastSuccessfulDiscoveryTime == nil || accounts[0].LastAttemptedDiscoveryTime == nil {
			t.Fatalf("the discovery finds %s and %s, want one of each with its times", jsonLines(rows), jsonLines(accounts))
		}
		return *rows[0].SampleTime, *accounts[0].LastSuccessfulDiscoveryTime
	}
	row, account := read()
	t.advance(time.Minute)
	row2, account2 := read()
	if row2.Sub(row) < time.Minute || account2.Sub(account) < time.Minute {
		t.Errorf("a minute later the samples are %v and %v newer", row2.Sub(row), account2.Sub(account))
	}
}
