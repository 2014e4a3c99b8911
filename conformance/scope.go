package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var scopeTests = []Test{
	{"a new scope is private and empty", "B060", newScope},
	{"the default scopes are a public and a private one", "B061", defaultScopes},
	{"an IPAM counts its scopes", "B062", scopeCount},
	{"an IPAM has five scopes at most", "B063", scopeQuota},
	{"a modified scope rests in modify-complete", "B064", modifyScope},
	{"a default scope can be described anew", "B065", modifyDefaultScope},
	{"a modification of nothing is refused of scopes, too", "B066", modifyScopeNothing},
	{"a deleted scope is not found", "B067", deleteScope},
	{"a default scope can't be deleted", "B068", deleteDefaultScope},
	{"a scope with pools can't be deleted", "B069", deleteScopeWithPools},
	{"an unknown scope is not found", "B070", unknownScope},
	{"a scope counts its pools at all depths", "B071", poolCount},
	{"a scope may follow an external authority", "B072", externalAuthority},
	{"the free tier has no further scopes", "B073", scopeInFreeTier},
	{"the free tier is not for an IPAM that has more than it gives", "B074", freeTierTooSmall},
}

func newScope(t *T) {
	ipam := t.ipam()
	got := *must(t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{
		IpamId: ipam.IpamId, Description: new("a lab"), TagSpecifications: tagged(types.ResourceTypeIpamScope, "team", "net"),
	}))(t).IpamScope
	matches(t, "IpamScopeId", str(got.IpamScopeId), "ipam-scope-"+hex17)
	want := types.IpamScope{
		OwnerId:       new(t.Account()),
		IpamScopeId:   got.IpamScopeId,
		IpamScopeArn:  new("arn:aws:ec2::" + t.Account() + ":ipam-scope/" + str(got.IpamScopeId)),
		IpamArn:       ipam.IpamArn,
		IpamRegion:    new(home),
		IpamScopeType: types.IpamScopeTypePrivate,
		IsDefault:     new(false),
		Description:   new("a lab"),
		PoolCount:     new(int32(0)),
		State:         types.IpamScopeStateCreateInProgress,
		Tags:          tags("team", "net"),
	}
	equalRecord(t, "a new scope", got, want)
	want.State = types.IpamScopeStateCreateComplete
	equalRecord(t, "the scope described", t.awaitScope(*got.IpamScopeId, types.IpamScopeStateCreateComplete), want)

	plain := *must(t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId}))(t).IpamScope
	equal(t, "Description of a scope without one", str(plain.Description), absent)
	equalRecord(t, "the tags of a scope without any", plain.Tags, []types.Tag{})
}

func defaultScopes(t *T) {
	ipam := t.ipam()
	scopes := must(t.ec2(home).DescribeIpamScopes(t.ctx, &ec2.DescribeIpamScopesInput{}))(t).IpamScopes
	equal(t, "number of scopes", len(scopes), 2)
	for id, kind := range map[string]types.IpamScopeType{
		*ipam.PublicDefaultScopeId: types.IpamScopeTypePublic, *ipam.PrivateDefaultScopeId: types.IpamScopeTypePrivate,
	} {
		scope := t.awaitScope(id, types.IpamScopeStateCreateComplete)
		equalRecord(t, "the default scope", scope, types.IpamScope{
			OwnerId:       new(t.Account()),
			IpamScopeId:   &id,
			IpamScopeArn:  new("arn:aws:ec2::" + t.Account() + ":ipam-scope/" + id),
			IpamArn:       ipam.IpamArn,
			IpamRegion:    new(home),
			IpamScopeType: kind,
			IsDefault:     new(true),
			Description:   scope.Description, // whether AWS gives one is unknown
			PoolCount:     new(int32(0)),
			State:         types.IpamScopeStateCreateComplete,
			Tags:          []types.Tag{},
		})
	}
}

func scopeCount(t *T) {
	ipam := t.ipam()
	scope := t.scope(ipam)
	equal(t, "ScopeCount with one more", num(t.awaitIpam(home, *ipam.IpamId, types.IpamStateCreateComplete).ScopeCount), "3")
	must(t.ec2(home).DeleteIpamScope(t.ctx, &ec2.DeleteIpamScopeInput{IpamScopeId: scope.IpamScopeId}))(t)
	t.scopeGone(*scope.IpamScopeId)
	equal(t, "ScopeCount after its deletion", num(t.awaitIpam(home, *ipam.IpamId, types.IpamStateCreateComplete).ScopeCount), "2")
}

func scopeQuota(t *T) {
	ipam := t.ipam()
	var last types.IpamScope
	for range 3 {
		last = t.scope(ipam)
	}
	_, err := t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId})
	wantErrorOf(t, "the sixth scope", err, "ResourceLimitExceeded", "")
	must(t.ec2(home).DeleteIpamScope(t.ctx, &ec2.DeleteIpamScopeInput{IpamScopeId: last.IpamScopeId}))(t)
	t.scopeGone(*last.IpamScopeId)
	t.scope(ipam)
}

func modifyScope(t *T) {
	want := t.scope(t.ipam())
	for _, description := range []string{"first", "second"} {
		got := *must(t.ec2(home).ModifyIpamScope(t.ctx, &ec2.ModifyIpamScopeInput{IpamScopeId: want.IpamScopeId, Description: &description}))(t).IpamScope
		want.Description, want.State = &description, types.IpamScopeStateModifyInProgress
		equalRecord(t, "the answer of ModifyIpamScope", got, want)
		want.State = types.IpamScopeStateModifyComplete
		equalRecord(t, "the modified scope", t.awaitScope(*want.IpamScopeId, types.IpamScopeStateModifyComplete), want)
	}
}

func modifyDefaultScope(t *T) {
	ipam := t.ipam()
	got := must(t.ec2(home).ModifyIpamScope(t.ctx, &ec2.ModifyIpamScopeInput{IpamScopeId: ipam.PublicDefaultScopeId, Description: new("the world")}))(t).IpamScope
	equal(t, "Description", str(got.Description), "the world")
	equal(t, "IsDefault", boolean(got.IsDefault), "true")
	t.awaitScope(*ipam.PublicDefaultScopeId, types.IpamScopeStateModifyComplete)
}

func modifyScopeNothing(t *T) {
	scope := t.scope(t.ipam())
	_, err := t.ec2(home).ModifyIpamScope(t.ctx, &ec2.ModifyIpamScopeInput{IpamScopeId: scope.IpamScopeId})
	wantError(t, err, "InvalidParameterCombination", "")
}

func deleteScope(t *T) {
	ipam := t.ipam()
	scope := t.scope(ipam)
	out := must(t.ec2(home).DeleteIpamScope(t.ctx, &ec2.DeleteIpamScopeInput{IpamScopeId: scope.IpamScopeId}))(t)
	want := scope
	want.State = types.IpamScopeStateDeleteInProgress
	want.Tags = out.IpamScope.Tags // AWS's example shows none, but its scope may have had none
	equalRecord(t, "the answer of DeleteIpamScope", *out.IpamScope, want)
	t.scopeGone(*scope.IpamScopeId)
	equal(t, "number of scopes", len(must(t.ec2(home).DescribeIpamScopes(t.ctx, &ec2.DescribeIpamScopesInput{}))(t).IpamScopes), 2)
	_, err := t.ec2(home).CreateIpamPool(t.ctx, poolInput(scope.IpamScopeId))
	wantErrorOf(t, "a pool in the deleted scope", err, "InvalidIpamScopeId.NotFound", "")
	_, err = t.ec2(home).DeleteIpamScope(t.ctx, &ec2.DeleteIpamScopeInput{IpamScopeId: scope.IpamScopeId})
	wantErrorOf(t, "deleting it again", err, "InvalidIpamScopeId.NotFound", "")
}

func deleteDefaultScope(t *T) {
	ipam := t.ipam()
	for _, id := range []*string{ipam.PublicDefaultScopeId, ipam.PrivateDefaultScopeId} {
		_, err := t.ec2(home).DeleteIpamScope(t.ctx, &ec2.DeleteIpamScopeInput{IpamScopeId: id})
		wantRefusal(t, "deleting a default scope", err)
		t.awaitScope(*id, types.IpamScopeStateCreateComplete)
	}
}

func deleteScopeWithPools(t *T) {
	scope := t.scope(t.ipam())
	pool := t.pool(scope.IpamScopeId)
	_, err := t.ec2(home).DeleteIpamScope(t.ctx, &ec2.DeleteIpamScopeInput{IpamScopeId: scope.IpamScopeId})
	wantError(t, err, "DependencyViolation", "The specified action is not valid for "+*scope.IpamScopeId+". …")
	t.deletePool(pool, false)
	must(t.ec2(home).DeleteIpamScope(t.ctx, &ec2.DeleteIpamScopeInput{IpamScopeId: scope.IpamScopeId}))(t)
}

func unknownScope(t *T) {
	ipam := t.ipam()
	for _, id := range []string{"ipam-scope-0123456789abcdef0", "ipam-scope-", "nonsense", *ipam.IpamId} {
		message := "The ipam-scope ID '" + id + "' does not exist"
		_, err := t.ec2(home).DescribeIpamScopes(t.ctx, &ec2.DescribeIpamScopesInput{IpamScopeIds: []string{id, *ipam.PublicDefaultScopeId}})
		wantErrorOf(t, "DescribeIpamScopes("+id+")", err, "InvalidIpamScopeId.NotFound", message)
		_, err = t.ec2(home).ModifyIpamScope(t.ctx, &ec2.ModifyIpamScopeInput{IpamScopeId: &id, Description: new("x")})
		wantErrorOf(t, "ModifyIpamScope("+id+")", err, "InvalidIpamScopeId.NotFound", message)
		_, err = t.ec2(home).DeleteIpamScope(t.ctx, &ec2.DeleteIpamScopeInput{IpamScopeId: &id})
		wantErrorOf(t, "DeleteIpamScope("+id+")", err, "InvalidIpamScopeId.NotFound", message)
		_, err = t.ec2(home).CreateIpamPool(t.ctx, poolInput(&id))
		wantErrorOf(t, "CreateIpamPool("+id+")", err, "InvalidIpamScopeId.NotFound", message)
	}
}

func poolCount(t *T) {
	ipam := t.ipam()
	id := *ipam.PrivateDefaultScopeId
	top := t.pool(&id)
	child := t.child(top)
	equal(t, "PoolCount with two pools", num(t.awaitScope(id, types.IpamScopeStateCreateComplete).PoolCount), "2")
	equal(t, "PoolCount of the other scope", num(t.awaitScope(*ipam.PublicDefaultScopeId, types.IpamScopeStateCreateComplete).PoolCount), "0")
	t.deletePool(child, false)
	equal(t, "PoolCount with one pool", num(t.awaitScope(id, types.IpamScopeStateCreateComplete).PoolCount), "1")
}

func externalAuthority(t *T) {
	ipam := t.ipam()
	authority := "ib1.identity.account.us-com-1.4711"
	for code, id := range map[string]*string{"MissingParameter": nil, "InvalidParameterValue": new("scope-7")} {
		_, err := t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId, ExternalAuthorityConfiguration: &types.ExternalAuthorityConfiguration{
			Type: types.IpamScopeExternalAuthorityTypeInfoblox, ExternalResourceIdentifier: id,
		}})
		wantErrorOf(t, "the identifier "+str(id), err, code, "")
	}
	got := must(t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId, ExternalAuthorityConfiguration: &types.ExternalAuthorityConfiguration{
		Type: types.IpamScopeExternalAuthorityTypeInfoblox, ExternalResourceIdentifier: &authority,
	}}))(t).IpamScope
	want := &types.IpamScopeExternalAuthorityConfiguration{Type: types.IpamScopeExternalAuthorityTypeInfoblox, ExternalResourceIdentifier: &authority}
	equalRecord(t, "ExternalAuthorityConfiguration", got.ExternalAuthorityConfiguration, want)
	scope := t.awaitScope(*got.IpamScopeId, types.IpamScopeStateCreateComplete)
	equalRecord(t, "ExternalAuthorityConfiguration described", scope.ExternalAuthorityConfiguration, want)
	must(t.ec2(home).ModifyIpamScope(t.ctx, &ec2.ModifyIpamScopeInput{IpamScopeId: got.IpamScopeId, RemoveExternalAuthorityConfiguration: new(true)}))(t)
	equalRecord(t, "ExternalAuthorityConfiguration removed", t.awaitScope(*got.IpamScopeId, types.IpamScopeStateModifyComplete).ExternalAuthorityConfiguration, nil)
}

func scopeInFreeTier(t *T) {
	ipam := t.ipamIn(home, &ec2.CreateIpamInput{Tier: types.IpamTierFree})
	_, err := t.ec2(home).CreateIpamScope(t.ctx, &ec2.CreateIpamScopeInput{IpamId: ipam.IpamId})
	wantRefusal(t, "a scope in the free tier", err)
}

func freeTierTooSmall(t *T) {
	for what, fill := range map[string]func(types.Ipam){
		"another private scope":    func(ipam types.Ipam) { t.scope(ipam) },
		"a private pool":           func(ipam types.Ipam) { t.pool(ipam.PrivateDefaultScopeId) },
		"a pool in another Region": func(ipam types.Ipam) { t.pool(ipam.PublicDefaultScopeId, advertisable(true), locale(away)) },
	} {
		t.account = t.OtherAccount()
		ipam := t.ipam(away)
		fill(ipam)
		_, err := t.ec2(home).ModifyIpam(t.ctx, &ec2.ModifyIpamInput{IpamId: ipam.IpamId, Tier: types.IpamTierFree})
		wantRefusal(t, "going to the free tier with "+what, err)
	}
}

// scopeOf is the scope that a pool's record names only by ARN.
func scopeOf(pool types.IpamPool) *string {
	_, id, _ := strings.Cut(str(pool.IpamScopeArn), "/")
	return &id
}
