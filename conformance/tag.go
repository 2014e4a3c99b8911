package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var tagTests = []Test{
	{"tags are given at creation and afterwards", "B200", tagLife},
	{"a tag is deleted by key, or by key and value", "B201", deleteTags},
	{"tags are listed by resource, type, key and value", "B202", describeTags},
	{"tags have limits", "B203", tagLimits},
	{"a tag specification is for what is created", "B204", tagSpecificationOfAnother},
	{"tags of what is not there are refused", "B205", tagsOfUnknown},
	{"tags go with their resource", "B206", tagsGo},
	{"a resource has fifty tags at most", "B207", tagQuota},
	{"tags of several resources are set at once or not at all", "B208", tagsOfSeveral},
	{"a required tag is not a tag", "B209", requiredTagIsNone},
}

// taggable creates one of each kind that has tags.
func (t *T) taggable() map[types.ResourceType]string {
	ipam := t.ipam()
	scope := t.scope(ipam)
	pool := t.pool(scope.IpamScopeId)
	t.provision(pool, "10.0.0.0/16")
	return map[types.ResourceType]string{
		types.ResourceTypeIpam:               *ipam.IpamId,
		types.ResourceTypeIpamScope:          *scope.IpamScopeId,
		types.ResourceTypeIpamPool:           *pool.IpamPoolId,
		types.ResourceTypeIpamPoolAllocation: *t.allocateLength(pool, 24).IpamPoolAllocationId,
	}
}

func (t *T) tagsOf(kind types.ResourceType, id string) []types.Tag {
	c := t.ec2(home)
	switch kind {
	case types.ResourceTypeIpam:
		return must(c.DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{IpamIds: []string{id}}))(t).Ipams[0].Tags
	case types.ResourceTypeIpamScope:
		return must(c.DescribeIpamScopes(t.ctx, &ec2.DescribeIpamScopesInput{IpamScopeIds: []string{id}}))(t).IpamScopes[0].Tags
	case types.ResourceTypeIpamPool:
		return must(c.DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{IpamPoolIds: []string{id}}))(t).IpamPools[0].Tags
	}
	return must(c.DescribeIpamPoolAllocations(t.ctx, &ec2.DescribeIpamPoolAllocationsInput{IpamPoolAllocationIds: []string{id}}))(t).IpamPoolAllocations[0].Tags
}

func (t *T) tag(id string, keysAndValues ...string) {
	must(t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags(keysAndValues...)}))(t)
}

func tagLife(t *T) {
	for kind, id := range t.taggable() {
		equalTags(t, t.tagsOf(kind, id))
		t.tag(id, "Name", "one", "env", "")
		equalTags(t, t.tagsOf(kind, id), "Name", "one", "env", "")
		t.tag(id, "Name", "two", "name", "three")
		equalTags(t, t.tagsOf(kind, id), "Name", "two", "env", "", "name", "three")
	}
}

func deleteTags(t *T) {
	for kind, id := range t.taggable() {
		t.tag(id, "a", "1", "b", "2", "c", "", "d", "4")
		must(t.ec2(home).DeleteTags(t.ctx, &ec2.DeleteTagsInput{Resources: []string{id}, Tags: []types.Tag{
			{Key: new("a")}, {Key: new("b"), Value: new("another")}, {Key: new("d"), Value: new("4")}, {Key: new("not there")},
		}}))(t)
		equalTags(t, t.tagsOf(kind, id), "b", "2", "c", "")
		must(t.ec2(home).DeleteTags(t.ctx, &ec2.DeleteTagsInput{Resources: []string{id}, Tags: []types.Tag{{Key: new("b"), Value: new("")}}}))(t)
		equalTags(t, t.tagsOf(kind, id), "b", "2", "c", "")
		must(t.ec2(home).DeleteTags(t.ctx, &ec2.DeleteTagsInput{Resources: []string{id}}))(t)
		equalTags(t, t.tagsOf(kind, id))
	}
}

func describeTags(t *T) {
	resources := t.taggable()
	for kind, id := range resources {
		t.tag(id, "kind", string(kind), "all", "same")
	}
	list := func(filters ...types.Filter) string {
		var lines []string
		for _, tag := range must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{Filters: filters}))(t).Tags {
			if resources[tag.ResourceType] != str(tag.ResourceId) {
				t.Errorf("DescribeTags says that %s is of the type %s", str(tag.ResourceId), tag.ResourceType)
			}
			lines = append(lines, fmt.Sprintf("%s %s=%s", tag.ResourceType, str(tag.Key), str(tag.Value)))
		}
		slices.Sort(lines)
		return strings.Join(lines, ", ")
	}
	all := "ipam all=same, ipam kind=ipam, ipam-pool all=same, ipam-pool kind=ipam-pool, ipam-pool-allocation all=same, " +
		"ipam-pool-allocation kind=ipam-pool-allocation, ipam-scope all=same, ipam-scope kind=ipam-scope"
	equal(t, "all tags", list(), all)
	equal(t, "tags by key", list(filter("key", "all")), "ipam all=same, ipam-pool all=same, ipam-pool-allocation all=same, ipam-scope all=same")
	equal(t, "tags by value", list(filter("value", "ipam-*")), "ipam-pool kind=ipam-pool, ipam-pool-allocation kind=ipam-pool-allocation, ipam-scope kind=ipam-scope")
	equal(t, "tags by type", list(filter("resource-type", "ipam", "ipam-scope"), filter("key", "all")), "ipam all=same, ipam-scope all=same")
	equal(t, "tags by resource", list(filter("resource-id", resources[types.ResourceTypeIpamPool])), "ipam-pool all=same, ipam-pool kind=ipam-pool")
	equal(t, "tags of none", list(filter("key", "ALL")), "")
	equal(t, "number of another account's", len(must(t.ec2As(t.OtherAccount(), home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags), 0)
	equal(t, "number of another Region's", len(must(t.ec2(away).DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags), 0)
}

func tagLimits(t *T) {
	ipam := t.ipam()
	id := *ipam.IpamId
	c := t.ec2(home)
	for what, list := range map[string][]types.Tag{
		"a key that begins with aws:":  tags("aws:owner", "x"),
		"a key of 128 characters":      tags(strings.Repeat("k", 128), "x"),
		"a value of 257 characters":    tags("k", strings.Repeat("v", 257)),
		"an empty key":                 tags("", "x"),
		"one key twice in one request": tags("k", "1", "k", "2"),
	} {
		_, err := c.CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: list})
		wantRefusal(t, "CreateTags with "+what, err)
		_, err = c.CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: &id, TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeIpamScope, Tags: list}}})
		wantRefusal(t, "CreateIpamScope with "+what, err)
	}
	equalTags(t, t.tagsOf(types.ResourceTypeIpam, id))
	longest := []string{strings.Repeat("k", 127), strings.Repeat("v", 256), "猫", "🐈 + - = . _ : / @"}
	t.tag(id, longest...)
	equalTags(t, t.tagsOf(types.ResourceTypeIpam, id), longest...)
	equal(t, "number of scopes", num(t.awaitIpam(home, id, types.IpamStateCreateComplete).ScopeCount), "2")
}

func tagSpecificationOfAnother(t *T) {
	ipam := t.ipam()
	c := t.ec2(home)
	_, err := t.ec2(away).CreateIpam(t.ctx, &ec2.CreateIpamInput{TagSpecifications: tagged(types.ResourceTypeIpamPool, "k", "v")})
	wantErrorOf(t, "an IPAM with a pool's tags", err, "InvalidParameterValue", "")
	_, err = c.CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId, TagSpecifications: tagged(types.ResourceTypeIpam, "k", "v")})
	wantErrorOf(t, "a scope with an IPAM's tags", err, "InvalidParameterValue", "")
	_, err = c.CreateIpamPool(t.ctx, poolInput(ipam.PrivateDefaultScopeId, func(in *ec2.CreateIpamPoolInput) {
		in.TagSpecifications = tagged(types.ResourceTypeVpc, "k", "v")
	}))
	wantErrorOf(t, "a pool with a VPC's tags", err, "InvalidParameterValue", "")
	pool := t.pool(ipam.PrivateDefaultScopeId)
	t.provision(pool, "10.0.0.0/16")
	_, err = t.allocateAs(pool, &ec2.AllocateIpamPoolCidrInput{NetmaskLength: new(int32(24)), TagSpecifications: tagged(types.ResourceTypeIpamPool, "k", "v")})
	wantErrorOf(t, "an allocation with a pool's tags", err, "InvalidParameterValue", "")
	equal(t, "number of allocations", len(t.allocations(pool)), 0)
}

func tagsOfUnknown(t *T) {
	t.ipam()
	for id, want := range map[string][2]string{
		"ipam-0123456789abcdef0":                            {"InvalidIpamId.NotFound", "The ipam ID 'ipam-0123456789abcdef0' does not exist"},
		"ipam-scope-0123456789abcdef0":                      {"InvalidIpamScopeId.NotFound", "The ipam-scope ID 'ipam-scope-0123456789abcdef0' does not exist"},
		"ipam-pool-0123456789abcdef0":                       {"InvalidIpamPoolId.NotFound", "The ipam-pool ID 'ipam-pool-0123456789abcdef0' does not exist"},
		"ipam-pool-alloc-00000000000000000000000000000000a": {"InvalidIpamPoolAllocationId.NotFound", "The IPAM pool allocation (ipam-pool-alloc-00000000000000000000000000000000a) does not exist."},
		"teapot-0123456789abcdef0":                          {"InvalidID", "The ID 'teapot-0123456789abcdef0' is not valid"},
		"nonsense":                                          {"InvalidID", "The ID 'nonsense' is not valid"},
	} {
		_, err := t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags("k", "v")})
		wantErrorOf(t, "CreateTags("+id+")", err, want[0], want[1])
	}
	pool := t.taggableOf(t.OtherAccount())
	_, err := t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{pool}, Tags: tags("k", "v")})
	wantErrorOf(t, "CreateTags of another account's", err, "InvalidIpamId.NotFound", "")
}

// taggableOf creates an IPAM of an account.
func (t *T) taggableOf(account string) string {
	return *must(t.ec2As(account, home).CreateIpam(t.ctx, &ec2.CreateIpamInput{}))(t).Ipam.IpamId
}

func tagsGo(t *T) {
	ipam := t.ipam()
	pool := t.pool(ipam.PrivateDefaultScopeId)
	t.tag(*pool.IpamPoolId, "k", "v")
	t.deletePool(pool, false)
	equal(t, "number of tags", len(must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags), 0)
	_, err := t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*pool.IpamPoolId}, Tags: tags("k", "v")})
	wantError(t, err, "InvalidIpamPoolId.NotFound", "")
}

func tagQuota(t *T) {
	id := *t.ipam().IpamId
	var list []string
	for n := range 50 {
		list = append(list, fmt.Sprintf("key%02d", n), "v")
	}
	t.tag(id, list...)
	_, err := t.ec2(home).CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags("one more", "v")})
	wantError(t, err, "TagLimitExceeded", "")
	t.tag(id, "key07", "another value")
	equal(t, "number of tags", len(t.tagsOf(types.ResourceTypeIpam, id)), 50)
}

func tagsOfSeveral(t *T) {
	ipam := t.ipam()
	pool := t.pool(ipam.PrivateDefaultScopeId)
	c := t.ec2(home)
	_, err := c.CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*ipam.IpamId, "ipam-pool-0123456789abcdef0"}, Tags: tags("k", "v")})
	wantError(t, err, "InvalidIpamPoolId.NotFound", "")
	equalTags(t, t.tagsOf(types.ResourceTypeIpam, *ipam.IpamId))
	must(c.CreateTags(t.ctx, &ec2.CreateTagsInput{Resources: []string{*ipam.IpamId, *pool.IpamPoolId, *ipam.PrivateDefaultScopeId}, Tags: tags("k", "v")}))(t)
	equalTags(t, t.tagsOf(types.ResourceTypeIpam, *ipam.IpamId), "k", "v")
	equalTags(t, t.tagsOf(types.ResourceTypeIpamScope, *ipam.PrivateDefaultScopeId), "k", "v")
	equalTags(t, t.tagsOf(types.ResourceTypeIpamPool, *pool.IpamPoolId), "k", "v")
}

func requiredTagIsNone(t *T) {
	pool := t.pool(t.ipam().PrivateDefaultScopeId, func(in *ec2.CreateIpamPoolInput) {
		in.AllocationResourceTags = []types.RequestIpamResourceTag{{Key: new("env"), Value: new("prod")}}
	})
	equalTags(t, pool.Tags)
	equal(t, "number of tags", len(must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags), 0)
}
