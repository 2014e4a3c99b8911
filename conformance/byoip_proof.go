package conformance

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var byoipProofTests = []Test{
	{"a new verification token is good for three days", "B900", newVerificationToken},
	{"verification tokens are listed by what they show", "B901", describeVerificationTokens},
	{"a deleted verification token is not found", "B902", deleteVerificationToken},
	{"a verification token is its account's and Region's", "B903", foreignVerificationToken},
	{"an IPAM has a hundred verification tokens at most", "B904", verificationTokenQuota},
	{"a signed message says whose, what and until when", "B905", signedMessages},
	{"a verification token proves any number of CIDRs", "B906", provisionWithToken},
	{"a verification token proves nothing when it is gone", "B907", provisionWithBadToken},
	{"addresses are proven in one way, and only at the top", "B908", proofWhereItBelongs},
	{"an association with a registry is a proof", "B909", provisionByRegistry},
}

func (t *T) verificationToken(ipam types.Ipam, tags ...types.TagSpecification) types.IpamExternalResourceVerificationToken {
	token := must(t.ec2(home).CreateIpamExternalResourceVerificationToken(t.ctx,
		&ec2.CreateIpamExternalResourceVerificationTokenInput{IpamId: ipam.IpamId, TagSpecifications: tags}))(t).IpamExternalResourceVerificationToken
	t.await(*token.IpamExternalResourceVerificationTokenId+" to be complete", func() bool {
		return t.describedToken(*token).State == types.IpamExternalResourceVerificationTokenStateCreateComplete
	})
	return *token
}

func (t *T) describedToken(token types.IpamExternalResourceVerificationToken) types.IpamExternalResourceVerificationToken {
	found := must(t.ec2(home).DescribeIpamExternalResourceVerificationTokens(t.ctx, &ec2.DescribeIpamExternalResourceVerificationTokensInput{
		IpamExternalResourceVerificationTokenIds: []string{*token.IpamExternalResourceVerificationTokenId},
	}))(t).IpamExternalResourceVerificationTokens
	if len(found) != 1 {
		t.Fatalf("%d tokens described, want 1", len(found))
	}
	return found[0]
}

func newVerificationToken(t *T) {
	ipam := t.ipam()
	before := time.Now()
	got := t.verificationToken(ipam, tagged(types.ResourceTypeIpamExternalResourceVerificationToken, "Name", "one")...)
	id := str(got.IpamExternalResourceVerificationTokenId)
	matches(t, "IpamExternalResourceVerificationTokenId", id, "ipam-ext-res-ver-token-"+hex17)
	matches(t, "TokenName", str(got.TokenName), `[0-9]{8}`)
	matches(t, "TokenValue", str(got.TokenValue), `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	if got.NotAfter == nil || got.NotAfter.Before(before.Add(71*time.Hour)) {
		t.Errorf("NotAfter = %v, want 72 hours after %v", got.NotAfter, before)
	}
	equalRecord(t, "the token", got, types.IpamExternalResourceVerificationToken{
		IpamArn:                                  ipam.IpamArn,
		IpamId:                                   ipam.IpamId,
		IpamRegion:                               new(home),
		IpamExternalResourceVerificationTokenArn: new("arn:aws:ec2::" + t.account + ":ipam-external-resource-verification-token/" + id),
		IpamExternalResourceVerificationTokenId:  &id,
		NotAfter:                                 got.NotAfter,
		State:                                    types.IpamExternalResourceVerificationTokenStateCreateInProgress,
		Status:                                   types.TokenStateValid,
		Tags:                                     tags("Name", "one"),
		TokenName:                                got.TokenName,
		TokenValue:                               got.TokenValue,
	})
	want := got
	want.State = types.IpamExternalResourceVerificationTokenStateCreateComplete
	equalRecord(t, "the token described", t.describedToken(got), want)
	t.tag(id, "Name", "two")
	equalTags(t, t.describedToken(got).Tags, "Name", "two")
	t.advance(got.NotAfter.Sub(before) + time.Minute)
	equal(t, "Status after three days", t.describedToken(got).Status, types.TokenStateExpired)
}

func describeVerificationTokens(t *T) {
	ipam := t.ipam()
	one, two := t.verificationToken(ipam), t.verificationToken(ipam, tagged(types.ResourceTypeIpamExternalResourceVerificationToken, "Team", "net")...)
	first, second := one.IpamExternalResourceVerificationTokenId, two.IpamExternalResourceVerificationTokenId
	both := sorted(first, second)
	for query, want := range map[string]string{
		"ipam-arn=" + *ipam.IpamArn: both,
		"ipam-id=" + *ipam.IpamId:   both,
		"ipam-id=ipam-0":            "",
		"ipam-region=" + home:       both,
		"ipam-external-resource-verification-token-arn=" + *two.IpamExternalResourceVerificationTokenArn: *second,
		"ipam-external-resource-verification-token-id=" + *first:                                         *first,
		"state=create-complete":          both,
		"state=delete-in-progress":       "",
		"status=valid":                   both,
		"status=expired":                 "",
		"token-name=" + *one.TokenName:   *first,
		"token-value=" + *two.TokenValue: *second,
		"tag:Team=net":                   *second,
	} {
		name, value, _ := strings.Cut(query, "=")
		got := must(t.ec2(home).DescribeIpamExternalResourceVerificationTokens(t.ctx, &ec2.DescribeIpamExternalResourceVerificationTokensInput{
			Filters: []types.Filter{filter(name, value)},
		}))(t).IpamExternalResourceVerificationTokens
		var ids []*string
		for _, token := range got {
			ids = append(ids, token.IpamExternalResourceVerificationTokenId)
		}
		equal(t, "tokens with "+query, sorted(ids...), want)
	}
	client := t.ec2(home)
	_, err := client.DescribeIpamExternalResourceVerificationTokens(t.ctx, &ec2.DescribeIpamExternalResourceVerificationTokensInput{Filters: []types.Filter{filter("owner-id", t.account)}})
	wantError(t, err, "InvalidParameterValue", "The filter 'owner-id' is invalid")
	_, err = client.DescribeIpamExternalResourceVerificationTokens(t.ctx, &ec2.DescribeIpamExternalResourceVerificationTokensInput{MaxResults: new(int32(4))})
	wantError(t, err, "InvalidParameterValue", "")
}

const noToken = "InvalidIpamExternalResourceVerificationTokenId.NotFound"

func (t *T) tokenGone(token types.IpamExternalResourceVerificationToken) {
	id := *token.IpamExternalResourceVerificationTokenId
	t.gone(id, noToken, "The ipam-external-resource-verification-token ID '"+id+"' does not exist", func() error {
		_, err := t.ec2(home).DescribeIpamExternalResourceVerificationTokens(t.ctx,
			&ec2.DescribeIpamExternalResourceVerificationTokensInput{IpamExternalResourceVerificationTokenIds: []string{id}})
		return err
	})
}

func deleteVerificationToken(t *T) {
	ipam := t.ipam()
	token := t.verificationToken(ipam)
	in := &ec2.DeleteIpamExternalResourceVerificationTokenInput{IpamExternalResourceVerificationTokenId: token.IpamExternalResourceVerificationTokenId}
	gone := must(t.ec2(home).DeleteIpamExternalResourceVerificationToken(t.ctx, in))(t).IpamExternalResourceVerificationToken
	equal(t, "State in the answer", gone.State, types.IpamExternalResourceVerificationTokenStateDeleteInProgress)
	t.tokenGone(token)
	_, err := t.ec2(home).DeleteIpamExternalResourceVerificationToken(t.ctx, in)
	wantError(t, err, noToken, "")
	left := t.verificationToken(ipam)
	must(t.ec2(home).DeleteIpam(t.ctx, &ec2.DeleteIpamInput{IpamId: ipam.IpamId}))(t)
	t.tokenGone(left)
}

func foreignVerificationToken(t *T) {
	token := t.verificationToken(t.ipam())
	for what, client := range map[string]*ec2.Client{"another account": t.ec2As(t.OtherAccount(), home), "another Region": t.ec2(away)} {
		_, err := client.DescribeIpamExternalResourceVerificationTokens(t.ctx, &ec2.DescribeIpamExternalResourceVerificationTokensInput{
			IpamExternalResourceVerificationTokenIds: []string{*token.IpamExternalResourceVerificationTokenId},
		})
		wantErrorOf(t, "describing it in "+what, err, noToken, "")
		_, err = client.DeleteIpamExternalResourceVerificationToken(t.ctx, &ec2.DeleteIpamExternalResourceVerificationTokenInput{
			IpamExternalResourceVerificationTokenId: token.IpamExternalResourceVerificationTokenId,
		})
		wantErrorOf(t, "deleting it in "+what, err, noToken, "")
	}
	_, err := t.ec2(away).CreateIpamExternalResourceVerificationToken(t.ctx, &ec2.CreateIpamExternalResourceVerificationTokenInput{IpamId: token.IpamId})
	wantErrorOf(t, "a token of an IPAM of another Region", err, "InvalidIpamId.NotFound", "")
}

func verificationTokenQuota(t *T) {
	ipam := t.ipam()
	create := func() error { // the SDK puts its client token into the request, so each needs its own
		_, err := t.ec2(home).CreateIpamExternalResourceVerificationToken(t.ctx, &ec2.CreateIpamExternalResourceVerificationTokenInput{IpamId: ipam.IpamId})
		return err
	}
	for range 100 {
		if err := create(); err != nil {
			t.Fatalf("%v", err)
		}
	}
	err := create()
	wantErrorOf(t, "token 101", err, "ResourceLimitExceeded", "")
}

// provisionError tries to bring a CIDR and returns how that is refused.
func (t *T) provisionError(pool types.IpamPool, in ec2.ProvisionIpamPoolCidrInput) error {
	in.IpamPoolId = pool.IpamPoolId
	_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, &in)
	return err
}

func signedMessages(t *T) {
	pool := t.pool(t.ipam().PublicDefaultScopeId)
	cidr := randomIPv4(24).String()
	good := fmt.Sprintf("1|aws|%s|%s|%s|SHA256|RSAPSS", t.account, cidr, lasting)
	for what, context := range map[string]types.IpamCidrAuthorizationContext{
		"text":                      {Message: new("message"), Signature: new(signed)},
		"another version":           {Message: new("2" + good[1:]), Signature: new(signed)},
		"another account":           {Message: new(strings.Replace(good, t.account, t.OtherAccount(), 1)), Signature: new(signed)},
		"another CIDR":              {Message: new(strings.Replace(good, "/24", "/23", 1)), Signature: new(signed)},
		"another day than there is": {Message: new(strings.Replace(good, lasting, "20991331", 1)), Signature: new(signed)},
		"a day that has passed":     {Message: new(strings.Replace(good, lasting, "20200101", 1)), Signature: new(signed)},
		"another hash":              {Message: new(strings.Replace(good, "SHA256", "SHA1", 1)), Signature: new(signed)},
		"no signature":              {Message: new(good), Signature: new("")},
		"a signature in base64":     {Message: new(good), Signature: new("ab+/cd==")},
	} {
		err := t.provisionError(pool, ec2.ProvisionIpamPoolCidrInput{Cidr: &cidr, CidrAuthorizationContext: &context})
		wantErrorOf(t, "a message with "+what, err, "InvalidParameterValue", "The CIDR Authorization Context is invalid. …")
	}
	equal(t, "CIDRs after that", len(t.cidrs(pool)), 0)
	t.provisionAs(pool, types.IpamPoolCidrStateProvisioned, &ec2.ProvisionIpamPoolCidrInput{
		Cidr: &cidr, VerificationMethod: types.VerificationMethodRemarksX509, CidrAuthorizationContext: t.proof(cidr),
	})
}

func tokenProof(token types.IpamExternalResourceVerificationToken, cidr string) *ec2.ProvisionIpamPoolCidrInput {
	return &ec2.ProvisionIpamPoolCidrInput{
		Cidr: &cidr, VerificationMethod: types.VerificationMethodDnsToken,
		IpamExternalResourceVerificationTokenId: token.IpamExternalResourceVerificationTokenId,
	}
}

func provisionWithToken(t *T) {
	ipam := t.ipam()
	token := t.verificationToken(ipam)
	v4, v6 := t.pool(ipam.PublicDefaultScopeId), t.pool(ipam.PublicDefaultScopeId, advertisable(false))
	for cidr, pool := range map[string]types.IpamPool{randomIPv4(22).String(): v4, randomIPv4(24).String(): v4, randomIPv6(48).String(): v6} {
		t.provisionAs(pool, types.IpamPoolCidrStateProvisioned, tokenProof(token, cidr))
	}
}

func provisionWithBadToken(t *T) {
	ipam := t.ipam()
	pool := t.pool(ipam.PublicDefaultScopeId)
	cidr := randomIPv4(24).String()
	deleted, old := t.verificationToken(ipam), t.verificationToken(ipam)
	must(t.ec2(home).DeleteIpamExternalResourceVerificationToken(t.ctx, &ec2.DeleteIpamExternalResourceVerificationTokenInput{
		IpamExternalResourceVerificationTokenId: deleted.IpamExternalResourceVerificationTokenId,
	}))(t)
	t.tokenGone(deleted)
	stranger := t.as(t.OtherAccount())
	foreign := stranger.verificationToken(stranger.ipam())
	t.adopt(stranger)
	for what, token := range map[string]types.IpamExternalResourceVerificationToken{"a deleted token": deleted, "a stranger's token": foreign} {
		wantErrorOf(t, "a CIDR with "+what, t.provisionError(pool, *tokenProof(token, cidr)), noToken, "")
	}
	t.advance(73 * time.Hour)
	wantErrorOf(t, "a CIDR with an old token", t.provisionError(pool, *tokenProof(old, cidr)), "IncorrectState", "…has expired.")
	equal(t, "CIDRs after that", len(t.cidrs(pool)), 0)
}

func proofWhereItBelongs(t *T) {
	ipam := t.ipam()
	token := t.verificationToken(ipam)
	top := t.pool(ipam.PublicDefaultScopeId)
	cidr := randomIPv4(24).String()
	both := tokenProof(token, cidr)
	both.CidrAuthorizationContext = t.proof(cidr)
	for what, in := range map[string]*ec2.ProvisionIpamPoolCidrInput{
		"no proof":                   {Cidr: &cidr},
		"a method only":              {Cidr: &cidr, VerificationMethod: types.VerificationMethodRemarksX509},
		"dns-token without a token":  {Cidr: &cidr, VerificationMethod: types.VerificationMethodDnsToken},
		"a token without the method": {Cidr: &cidr, IpamExternalResourceVerificationTokenId: token.IpamExternalResourceVerificationTokenId},
		"a token and a message":      both,
	} {
		wantErrorOf(t, "a CIDR with "+what, t.provisionError(top, *in), "InvalidParameterCombination", "")
	}
	t.bring(top, cidr)
	child, private := t.child(top), t.pool(ipam.PrivateDefaultScopeId)
	for what, pool := range map[string]types.IpamPool{"a child pool": child, "a private pool": private} {
		for how, in := range map[string]*ec2.ProvisionIpamPoolCidrInput{
			"a message": {Cidr: &cidr, CidrAuthorizationContext: t.proof(cidr)}, "a token": tokenProof(token, cidr),
		} {
			wantErrorOf(t, "a CIDR of "+what+" with "+how, t.provisionError(pool, *in), "InvalidParameterCombination", "")
		}
	}
	t.provision(child, cidr)
}

func provisionByRegistry(t *T) {
	ipam := t.ipam()
	top := t.pool(ipam.PublicDefaultScopeId)
	cidr := randomIPv4(24).String()
	covered := &types.IpamCidrAuthorizationContext{Message: new("CoveredByInternetRegistryAssociation"), Signature: new("")}
	provision := &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: top.IpamPoolId, Cidr: &cidr, CidrAuthorizationContext: covered}
	refused := func(what string) {
		_, err := t.ec2(home).ProvisionIpamPoolCidr(t.ctx, provision)
		wantErrorOf(t, what, err, "InvalidParameterValue", "")
	}
	refused("without an association")
	a := t.pendingRegistryAssociation(ipam)
	refused("with an association that is not enabled")
	must(t.ec2(home).EnableIpamInternetRegistryAssociation(t.ctx, t.parentResponse(a)))(t)
	t.awaitRegistryAssociation(a.IpamInternetRegistryAssociationId, types.IpamInternetRegistryAssociationStateEnableComplete)
	covered.Signature = new(signed)
	refused("with a signature")
	covered.Signature = new("")
	equal(t, "state", t.provisionAs(top, types.IpamPoolCidrStateProvisioned, provision).State, types.IpamPoolCidrStateProvisioned)
}
