package conformance

import (
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var tokenTests = []Test{
	{"a client token creates one thing", "B020", tokenReplayed},
	{"a client token is for one request", "B021", tokenMismatch},
	{"a client token is its account's, Region's and operation's", "B022", tokenScope},
	{"client tokens are case-sensitive", "B023", tokenCase},
	{"a client token has 64 characters at most", "B024", tokenTooLong},
	{"one client token at the same time creates one thing", "B025", tokenAtOnce},
	{"a failed request doesn't use up its client token", "B026", tokenOfFailure},
	{"a dry run would have succeeded", "B015", dryRunWrites},
	{"a dry run of a listing would have succeeded, too", "B016", dryRunReads},
	{"a dry run doesn't use up its client token", "B017", dryRunToken},
	{"a dry run of what would fail fails", "B018", dryRunOfFailure},
}

const inconsistent = "Arguments on this idempotent request are inconsistent with arguments used in previous request(s)."

// tokenCalls are the five operations that take a client token. Each returns the id of what it created.
func (t *T) tokenCalls(ipam types.Ipam, pool types.IpamPool) map[string]func(token, description string) (string, error) {
	c := t.ec2(home)
	return map[string]func(string, string) (string, error){
		"CreateIpam": func(token, description string) (string, error) {
			out, err := t.ec2(far).CreateIpam(t.ctx, &ec2.CreateIpamInput{ClientToken: &token, Description: &description})
			if err != nil {
				return "", err
			}
			return *out.Ipam.IpamId, nil
		},
		"CreateIpamScope": func(token, description string) (string, error) {
			out, err := c.CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{ClientToken: &token, IpamId: ipam.IpamId, Description: &description})
			if err != nil {
				return "", err
			}
			return *out.IpamScope.IpamScopeId, nil
		},
		"CreateIpamPool": func(token, description string) (string, error) {
			in := poolInput(ipam.PrivateDefaultScopeId)
			in.ClientToken, in.Description = &token, &description
			out, err := c.CreateIpamPool(t.ctx, in)
			if err != nil {
				return "", err
			}
			return *out.IpamPool.IpamPoolId, nil
		},
		"ProvisionIpamPoolCidr": func(token, description string) (string, error) {
			cidr := map[string]string{"one": "10.1.0.0/16", "two": "10.2.0.0/16"}[description]
			out, err := c.ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{ClientToken: &token, IpamPoolId: pool.IpamPoolId, Cidr: &cidr})
			if err != nil {
				return "", err
			}
			return *out.IpamPoolCidr.IpamPoolCidrId, nil
		},
		"AllocateIpamPoolCidr": func(token, description string) (string, error) {
			out, err := c.AllocateIpamPoolCidr(t.ctx, &ec2.AllocateIpamPoolCidrInput{ClientToken: &token, IpamPoolId: pool.IpamPoolId, NetmaskLength: new(int32(28)), Description: &description})
			if err != nil {
				return "", err
			}
			return *out.IpamPoolAllocation.IpamPoolAllocationId + " " + *out.IpamPoolAllocation.Cidr, nil
		},
	}
}

func (t *T) poolForTokens() (types.Ipam, types.IpamPool) {
	ipam := t.ipam()
	pool := t.pool(ipam.PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/24")
	return ipam, pool
}

func tokenReplayed(t *T) {
	ipam, pool := t.poolForTokens()
	for name, call := range t.tokenCalls(ipam, pool) {
		first := must(call("a token", "one"))(t)
		for range 2 {
			equal(t, name+" again", must(call("a token", "one"))(t), first)
		}
		if name == "CreateIpam" {
			continue // there is no second one in a Region
		}
		if second := must(call("another token", map[bool]string{true: "two", false: "one"}[name == "ProvisionIpamPoolCidr"]))(t); second == first {
			t.Errorf("%s with another token = %s again", name, second)
		}
	}
	equal(t, "number of allocations", len(t.allocations(pool)), 2)
	equal(t, "number of CIDRs", len(t.cidrs(pool)), 3)
	equal(t, "number of scopes", len(must(t.ec2(home).DescribeIpamScopes(t.ctx, &ec2.DescribeIpamScopesInput{}))(t).IpamScopes), 4)
	equal(t, "number of pools", len(must(t.ec2(home).DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{}))(t).IpamPools), 3)
}

func tokenMismatch(t *T) {
	ipam, pool := t.poolForTokens()
	for name, call := range t.tokenCalls(ipam, pool) {
		must(call("a token", "one"))(t)
		_, err := call("a token", "two")
		wantErrorOf(t, name+" with other parameters", err, "IdempotentParameterMismatch", inconsistent)
		must(call("a token", "one"))(t)
	}
	equal(t, "number of allocations", len(t.allocations(pool)), 1)
}

func tokenScope(t *T) {
	first := must(t.ec2(home).CreateIpam(t.ctx, &ec2.CreateIpamInput{ClientToken: new("a token")}))(t).Ipam
	second := must(t.ec2(away).CreateIpam(t.ctx, &ec2.CreateIpamInput{ClientToken: new("a token"), Description: new("other")}))(t).Ipam
	third := must(t.ec2As(t.OtherAccount(), home).CreateIpam(t.ctx, &ec2.CreateIpamInput{ClientToken: new("a token"), Description: new("third")}))(t).Ipam
	if *first.IpamId == *second.IpamId || *first.IpamId == *third.IpamId {
		t.Errorf("one token gave %s in two Regions or accounts", *first.IpamId)
	}
	must(t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{ClientToken: new("a token"), IpamId: first.IpamId}))(t)
}

func tokenCase(t *T) {
	ipam, pool := t.poolForTokens()
	call := t.tokenCalls(ipam, pool)["AllocateIpamPoolCidr"]
	if first, second := must(call("a token", "one"))(t), must(call("A token", "one"))(t); first == second {
		t.Errorf("both spellings of a token gave %s", first)
	}
}

func tokenTooLong(t *T) {
	ipam, pool := t.poolForTokens()
	call := t.tokenCalls(ipam, pool)["AllocateIpamPoolCidr"]
	must(call(strings.Repeat("x", 64), "one"))(t)
	_, err := call(strings.Repeat("x", 65), "one")
	wantRefusal(t, "a token of 65 characters", err)
}

func tokenAtOnce(t *T) {
	ipam, pool := t.poolForTokens()
	call := t.tokenCalls(ipam, pool)["AllocateIpamPoolCidr"]
	got := make([]string, 16)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() { got[i], _ = call("a token", "one") })
	}
	all.Wait()
	for _, id := range got {
		equal(t, "allocation of one of several at the same time", id, got[0])
	}
	equal(t, "number of allocations", len(t.allocations(pool)), 1)
}

func tokenOfFailure(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	in := &ec2.AllocateIpamPoolCidrInput{ClientToken: new("a token"), NetmaskLength: new(int32(24))}
	_, err := t.allocateAs(pool, in)
	wantErrorOf(t, "an allocation from an empty pool", err, "InvalidParameterValue", "")
	t.provision(pool, "10.0.0.0/16")
	equal(t, "the same request when there is space", str(must(t.allocateAs(pool, in))(t).Cidr), "10.0.0.0/24")
}

const wouldHaveSucceeded = "Request would have succeeded, but DryRun flag is set."

func dryRunWrites(t *T) {
	ipam := t.ipam()
	scope := t.scope(ipam)
	pool := t.pool(ipam.PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	t.provision(pool, "10.1.0.0/16")
	empty := t.pool(ipam.PrivateDefaultScopeId)
	a := t.allocate(pool, "10.0.0.0/24")
	before := t.everything(pool)
	yes := new(true)
	c := t.ec2(home)
	for name, call := range map[string]func() error{
		"CreateIpam": func() error {
			_, err := t.ec2(away).CreateIpam(t.ctx, &ec2.CreateIpamInput{DryRun: yes})
			return err
		},
		"ModifyIpam": func() error {
			_, err := c.ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Description: new("x"), DryRun: yes})
			return err
		},
		"DeleteIpam": func() error {
			_, err := c.DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, Cascade: yes, DryRun: yes})
			return err
		},
		"CreateIpamScope": func() error {
			_, err := c.CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId, DryRun: yes})
			return err
		},
		"ModifyIpamScope": func() error {
			_, err := c.ModifyIpamScope(t.ctx, &ec2.ModifyIpamScopeInput{IpamScopeId: scope.IpamScopeId, Description: new("x"), DryRun: yes})
			return err
		},
		"DeleteIpamScope": func() error {
			_, err := c.DeleteIpamScope(t.ctx, &ec2.DeleteIpamScopeInput{IpamScopeId: scope.IpamScopeId, DryRun: yes})
			return err
		},
		"CreateIpamPool": func() error {
			in := poolInput(scope.IpamScopeId)
			in.DryRun = yes
			_, err := c.CreateIpamPool(t.ctx, in)
			return err
		},
		"ModifyIpamPool": func() error {
			_, err := c.ModifyIpamPool(t.ctx, &ec2.ModifyIpamPoolInput{IpamPoolId: pool.IpamPoolId, Description: new("x"), DryRun: yes})
			return err
		},
		"DeleteIpamPool": func() error {
			_, err := c.DeleteIpamPool(t.ctx, &ec2.DeleteIpamPoolInput{IpamPoolId: empty.IpamPoolId, DryRun: yes})
			return err
		},
		"ProvisionIpamPoolCidr": func() error {
			_, err := c.ProvisionIpamPoolCidr(t.ctx, &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.2.0.0/16"), DryRun: yes})
			return err
		},
		"DeprovisionIpamPoolCidr": func() error {
			_, err := c.DeprovisionIpamPoolCidr(t.ctx, &ec2.DeprovisionIpamPoolCidrInput{IpamPoolId: pool.IpamPoolId, Cidr: new("10.1.0.0/16"), DryRun: yes})
			return err
		},
		"AllocateIpamPoolCidr": func() error {
			_, err := t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(24)), DryRun: yes})
			return err
		},
		"ModifyIpamPoolAllocation": func() error {
			_, err := c.ModifyIpamPoolAllocation(t.ctx, &ec2.ModifyIpamPoolAllocationInput{IpamPoolAllocationId: a.IpamPoolAllocationId, Description: new("x"), DryRun: yes})
			return err
		},
		"ReleaseIpamPoolAllocation": func() error {
			_, err := c.ReleaseIpamPoolAllocation(t.ctx, &ec2.ReleaseIpamPoolAllocationInput{IpamPoolId: pool.IpamPoolId, Cidr: a.Cidr, IpamPoolAllocationId: a.IpamPoolAllocationId, DryRun: yes})
			return err
		},
		"CreateTags": func() error {
			_, err := c.CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*pool.IpamPoolId}, Tags: tags("k", "v"), DryRun: yes})
			return err
		},
	} {
		wantErrorOf(t, "a dry run of "+name, call(), "DryRunOperation", wouldHaveSucceeded)
	}
	equal(t, "all there is afterwards", t.everything(pool), before)
	equal(t, "number of IPAMs away", len(must(t.ec2(away).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams), 0)
}

// everything is all that the account has at home, with the contents of one pool.
func (t *T) everything(pool types.IpamPool) string {
	c := t.ec2(home)
	return jsonLines([]any{
		must(c.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams,
		must(c.DescribeIpamScopes(t.ctx, &ec2.DescribeIpamScopesInput{}))(t).IpamScopes,
		must(c.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{}))(t).IpamPools,
		must(c.DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags,
		t.cidrs(pool), t.allocations(pool),
	})
}

func dryRunReads(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	for name, parameters := range map[string][]string{
		"DescribeIpams": nil, "DescribeIpamScopes": nil, "DescribeIpamPools": nil, "DescribeIpamPoolAllocations": nil, "DescribeTags": nil,
		"GetIpamPoolCidrs":       {"IpamPoolId", *pool.IpamPoolId},
		"GetIpamPoolAllocations": {"IpamPoolId", *pool.IpamPoolId},
	} {
		got := t.post(append([]string{"Action", name, "DryRun", "true"}, parameters...)...)
		wantAnswer(t, name, got, "DryRunOperation", wouldHaveSucceeded)
		equal(t, "status of a dry run of "+name, got.Status, 412)
		equal(t, "status with DryRun=false of "+name, t.post(append([]string{"Action", name, "DryRun", "false"}, parameters...)...).Status, 200)
	}
}

func dryRunToken(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	in := func(length int32, dry bool) *ec2.AllocateIpamPoolCidrInput {
		return &ec2.AllocateIpamPoolCidrInput{NetmaskLength: &length, ClientToken: new("a token"), DryRun: &dry}
	}
	_, err := t.allocateAs(pool, in(24, true))
	wantError(t, err, "DryRunOperation", wouldHaveSucceeded)
	equal(t, "another request with that token", str(must(t.allocateAs(pool, in(25, false)))(t).Cidr), "10.0.0.0/25")
	equal(t, "number of allocations", len(t.allocations(pool)), 1)
}

func dryRunOfFailure(t *T) {
	ipam := t.ipam()
	pool := t.pool(ipam.PrivateDefaultScopeId)
	yes := new(true)
	c := t.ec2(home)
	_, err := c.CreateIpam(t.ctx, &ec2.CreateIpamInput{DryRun: yes})
	wantErrorOf(t, "a dry run of a second IPAM", err, "ResourceLimitExceeded", "")
	_, err = c.DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId, DryRun: yes})
	wantErrorOf(t, "a dry run of a deletion with pools", err, "DependencyViolation", "")
	_, err = c.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{"ipam-0"}, DryRun: yes})
	wantErrorOf(t, "a dry run of an unknown id", err, "InvalidIpamId.NotFound", "")
	_, err = t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{DryRun: yes, NetmaskLength: new(int32(24))})
	wantErrorOf(t, "a dry run of an allocation from nothing", err, "InvalidParameterValue", "The allocation size is too big for the pool.")
	_, err = c.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{MaxResults: new(int32(1)), DryRun: yes})
	wantErrorOf(t, "a dry run of a page too small", err, "InvalidParameterValue", "")
}
