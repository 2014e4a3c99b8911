package ec2api

import (
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var verificationTokenOperations = []op.Op{
	op.Write((*Call).CreateIpamExternalResourceVerificationToken).MayEnd(types.IpamExternalResourceVerificationTokenStateCreateFailed),
	op.Write((*Call).DeleteIpamExternalResourceVerificationToken).MayEnd(types.IpamExternalResourceVerificationTokenStateDeleteFailed),
	op.Read((*Call).DescribeIpamExternalResourceVerificationTokens),
}

// verificationTokenLife is how long a token proves what it is put under.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-byoip-ipam-domain-verification-methods.html
const verificationTokenLife = 72 * time.Hour

// verificationToken is what its owner puts into the DNS to show that addresses are his.
type verificationToken struct {
	types.IpamExternalResourceVerificationToken
	OwnerId string
	Settles transition[types.IpamExternalResourceVerificationTokenState]
}

func (r *verificationToken) key() state.Key {
	return state.Key{r.OwnerId, *r.IpamRegion, *r.IpamExternalResourceVerificationTokenId}
}

func (r *verificationToken) life() (*types.IpamExternalResourceVerificationTokenState, *transition[types.IpamExternalResourceVerificationTokenState]) {
	return &r.State, &r.Settles
}

var (
	verificationTokens       = state.NewTable(&Schema, "ipam-verification-token", (*verificationToken).key)
	verificationTokensByIpam = state.NewIndex(verificationTokens, "ipam", func(r *verificationToken) []state.Key { return []state.Key{{*r.IpamId}} })
	verificationTokensGone   = state.NewQueue(&Schema, "ipam-verification-token-gone", func(tx *state.Tx, key state.Key) { verificationTokens.Delete(tx, key...) })
)

var verificationTokenKind = kind{"ipam-ext-res-ver-token-", types.ResourceTypeIpamExternalResourceVerificationToken,
	func(c *Call, id string) error { _, err := c.verificationToken(id); return err }}

// verificationToken finds a token of the caller whose home is the Region of the call.
func (c *Call) verificationToken(id string) (*verificationToken, error) {
	if r := verificationTokens.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidIpamExternalResourceVerificationTokenId.NotFound", "ipam-external-resource-verification-token", id)
}

// liveVerificationToken finds a token that is not being deleted.
func (c *Call) liveVerificationToken(id string) (*verificationToken, error) {
	r, err := c.verificationToken(id)
	if err == nil {
		err = alive(c, id, r)
	}
	return r, err
}

func (r *verificationToken) expired(now time.Time) bool { return !now.Before(*r.NotAfter) }

func (r *verificationToken) show(c *Call) types.IpamExternalResourceVerificationToken {
	v := r.IpamExternalResourceVerificationToken
	v.State = lifeOf(c, r)
	return r.with(c, v)
}

func (r *verificationToken) answer(c *Call) *types.IpamExternalResourceVerificationToken {
	return new(r.with(c, r.IpamExternalResourceVerificationToken))
}

func (r *verificationToken) with(c *Call, v types.IpamExternalResourceVerificationToken) types.IpamExternalResourceVerificationToken {
	v.Status = types.TokenStateValid
	if r.expired(c.Tx.Now) {
		v.Status = types.TokenStateExpired
	}
	v.Tags = c.tags(r.OwnerId, *r.IpamRegion, *r.IpamExternalResourceVerificationTokenId)
	return v
}

// CreateIpamExternalResourceVerificationToken makes a token for a TXT record of the DNS.
func (c *Call) CreateIpamExternalResourceVerificationToken(in *ec2.CreateIpamExternalResourceVerificationTokenInput) (*ec2.CreateIpamExternalResourceVerificationTokenOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeIpamExternalResourceVerificationToken)
	if err != nil {
		return nil, err
	}
	i, err := c.liveIpam(*in.IpamId)
	if err != nil {
		return nil, err
	}
	have := verificationTokensByIpam.Count(c.Tx, *i.IpamId)
	if err := quota(codeResourceLimitExceeded, "ipam external resource verification tokens", have, c.Settings.Quotas.VerificationTokens); err != nil {
		return nil, err
	}
	id := c.newID(verificationTokenKind.prefix)
	r := &verificationToken{
		IpamExternalResourceVerificationToken: types.IpamExternalResourceVerificationToken{
			IpamExternalResourceVerificationTokenId:  new(id),
			IpamExternalResourceVerificationTokenArn: new(c.arn("", c.Account, "ipam-external-resource-verification-token/"+id)),
			IpamId:                                   i.IpamId,
			IpamArn:                                  i.IpamArn,
			IpamRegion:                               i.IpamRegion,
			TokenName:                                new(tokenName(c.Tx.NewID("", 8))),
			TokenValue:                               new(c.Tx.NewUUID()),
			NotAfter:                                 new(c.Tx.Now.Add(verificationTokenLife)),
			State:                                    types.IpamExternalResourceVerificationTokenStateCreateInProgress,
		},
		OwnerId: c.Account,
		Settles: to(c, types.IpamExternalResourceVerificationTokenStateCreateComplete, c.Settings.Timing.Transition),
	}
	verificationTokens.Put(c.Tx, r)
	c.putTags(id, types.ResourceTypeIpamExternalResourceVerificationToken, tags)
	return &ec2.CreateIpamExternalResourceVerificationTokenOutput{IpamExternalResourceVerificationToken: r.answer(c)}, nil
}

// tokenName makes eight decimal digits of hexadecimal ones: the name is a label of the DNS.
func tokenName(random string) string {
	n, err := strconv.ParseUint(random, 16, 32)
	if err != nil {
		panic(err) // NewID gives nothing else
	}
	return fmt.Sprintf("%08d", n%100_000_000)
}

// DeleteIpamExternalResourceVerificationToken deletes a token. What it has proven stays proven.
func (c *Call) DeleteIpamExternalResourceVerificationToken(in *ec2.DeleteIpamExternalResourceVerificationTokenInput) (*ec2.DeleteIpamExternalResourceVerificationTokenOutput, error) {
	r, err := c.liveVerificationToken(*in.IpamExternalResourceVerificationTokenId)
	if err != nil {
		return nil, err
	}
	return &ec2.DeleteIpamExternalResourceVerificationTokenOutput{IpamExternalResourceVerificationToken: c.removeVerificationToken(r)}, nil
}

// removeVerificationToken starts the deletion of a token and returns what a reader sees meanwhile.
func (c *Call) removeVerificationToken(r *verificationToken) *types.IpamExternalResourceVerificationToken {
	move(c, verificationTokens, r, types.IpamExternalResourceVerificationTokenStateDeleteInProgress, "", c.Settings.Timing.Transition)
	out := r.answer(c)
	verificationTokens.Put(c.Tx, r)
	verificationTokensGone.At(c.Tx, c.Tx.Now.Add(c.Settings.Timing.Transition), r.key()...)
	c.putTags(*r.IpamExternalResourceVerificationTokenId, types.ResourceTypeIpamExternalResourceVerificationToken, nil)
	return out
}

type shownToken = types.IpamExternalResourceVerificationToken

var verificationTokenListing = listing[verificationToken, shownToken]{
	key:  (*verificationToken).key,
	view: func(c *Call, r *verificationToken) shownToken { return r.show(c) },
	min:  minResults,
	max:  maxResults,
	filters: filters[shownToken]{
		"ipam-arn":    func(t shownToken) []string { return shown(t.IpamArn) },
		"ipam-id":     func(t shownToken) []string { return shown(t.IpamId) },
		"ipam-region": func(t shownToken) []string { return shown(t.IpamRegion) },
		"ipam-external-resource-verification-token-arn": func(t shownToken) []string { return shown(t.IpamExternalResourceVerificationTokenArn) },
		"ipam-external-resource-verification-token-id":  func(t shownToken) []string { return shown(t.IpamExternalResourceVerificationTokenId) },
		"state":       func(t shownToken) []string { return shown(&t.State) },
		"status":      func(t shownToken) []string { return shown(&t.Status) },
		"token-name":  func(t shownToken) []string { return shown(t.TokenName) },
		"token-value": func(t shownToken) []string { return shown(t.TokenValue) },
	},
}

// DescribeIpamExternalResourceVerificationTokens lists the tokens of the caller's IPAMs whose home is this Region.
func (c *Call) DescribeIpamExternalResourceVerificationTokens(in *ec2.DescribeIpamExternalResourceVerificationTokensInput) (*ec2.DescribeIpamExternalResourceVerificationTokensOutput, error) {
	items, next, err := verificationTokenListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.IpamExternalResourceVerificationTokenIds, c.verificationToken,
		func(after state.Key) iter.Seq[*verificationToken] {
			return verificationTokens.ScanAfter(c.Tx, after, c.Account, c.Region)
		})
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeIpamExternalResourceVerificationTokensOutput{IpamExternalResourceVerificationTokens: items, NextToken: next}, nil
}
