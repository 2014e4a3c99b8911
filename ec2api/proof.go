package ec2api

import (
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Who brings addresses or an ASN to AWS proves that they are his: by a message that he has signed, or by a token in the
// DNS. Nobody here can ask a registry for the key or the DNS for the token, so what the request itself shows is
// checked, and the rest is believed.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-byoip-ipam-domain-verification-methods.html

// checkProof: addresses of one's own are proven when they come to a pool at the top of the public scope, and only then.
func (c *Call) checkProof(p *pool, in *ec2.ProvisionIpamPoolCidrInput) error {
	if !p.byoip() {
		return refuseProof(in)
	}
	if in.VerificationMethod == types.VerificationMethodDnsToken {
		return c.checkVerificationToken(p, in)
	}
	if in.IpamExternalResourceVerificationTokenId != nil {
		return invalidCombination("The request can only contain IpamExternalResourceVerificationTokenId if the VerificationMethod is dns-token.")
	}
	if in.CidrAuthorizationContext == nil {
		return noAuthorization()
	}
	if or(in.CidrAuthorizationContext.Message, "") == coveredByRegistry {
		return c.checkRegistry(p, in.CidrAuthorizationContext)
	}
	return c.checkAuthorization(in.CidrAuthorizationContext.Message, in.CidrAuthorizationContext.Signature, in.Cidr)
}

func noAuthorization() error {
	return invalidCombination("The request must contain a CIDR Authorization Context for a CIDR that you bring to AWS.")
}

// refuseProof: what needs no proof takes none.
func refuseProof(in *ec2.ProvisionIpamPoolCidrInput) error {
	given := ""
	switch {
	case in.CidrAuthorizationContext != nil:
		given = "CidrAuthorizationContext"
	case in.VerificationMethod != "":
		given = "VerificationMethod"
	case in.IpamExternalResourceVerificationTokenId != nil:
		given = "IpamExternalResourceVerificationTokenId"
	default:
		return nil
	}
	return invalidCombination("The request can only contain %s for a pool at the top of the public scope whose PublicIpSource is byoip.", given)
}

// coveredByRegistry stands for a signed message where an internet registry has delegated the account's RPKI to AWS.
const coveredByRegistry = "CoveredByInternetRegistryAssociation"

// checkRegistry: what a registry has told is proven by the association with it. Which CIDRs those are nobody here can ask,
// so an enabled association of the pool's IPAM is good for all.
func (c *Call) checkRegistry(p *pool, proof *types.IpamCidrAuthorizationContext) error {
	if or(proof.Signature, "") != "" {
		return invalidValue("The CIDR Authorization Context is invalid. The message %s has no signature.", coveredByRegistry)
	}
	for r := range registryAssociationsByIpam.Scan(c.Tx, p.IpamId) {
		if r.enabled(c.Tx) {
			return nil
		}
	}
	return invalidValue("The CIDR Authorization Context is invalid. The IPAM %s has no enabled association with an internet registry.", p.IpamId)
}

// checkVerificationToken: a token is good for any number of CIDRs, in the IPAM that it was made for, until it expires.
func (c *Call) checkVerificationToken(p *pool, in *ec2.ProvisionIpamPoolCidrInput) error {
	switch {
	case in.CidrAuthorizationContext != nil:
		return invalidCombination("The request cannot contain a CIDR Authorization Context if the VerificationMethod is dns-token.")
	case in.IpamExternalResourceVerificationTokenId == nil:
		return invalidCombination("The request must contain IpamExternalResourceVerificationTokenId if the VerificationMethod is dns-token.")
	}
	id := *in.IpamExternalResourceVerificationTokenId
	token, err := c.liveVerificationToken(id)
	switch {
	case err != nil:
		return err
	case *token.IpamId != p.IpamId:
		return invalidValue("The token %s is not of the IPAM %s.", id, p.IpamId)
	case token.expired(c.Tx.Now):
		return fail(codeIncorrectState, "The token %s has expired.", id)
	}
	return nil
}

// checkAuthorization checks a signed message about a CIDR.
func (c *Call) checkAuthorization(message, signature, cidr *string) error {
	isCIDR := func(subject string) bool {
		said, err := netip.ParsePrefix(subject)
		asked, err2 := netip.ParsePrefix(or(cidr, ""))
		return err == nil && err2 == nil && said == asked
	}
	if why := signedMessage(or(message, ""), or(signature, ""), c.Account, c.Tx.Now, isCIDR); why != "" {
		return invalidValue("The CIDR Authorization Context is invalid. %s", why)
	}
	return nil
}

// What stands at the places of a message: 1|aws|ACCOUNT|SUBJECT|YYYYMMDD|SHA256|RSAPSS.
const (
	messageAccount = 2
	messageSubject = 3
	messageDate    = 4
)

// signatureText is base64 with the letters that a URL can carry: - for +, _ for = and ~ for /.
var signatureText = regexp.MustCompile(`^[A-Za-z0-9~_-]+$`)

// signedMessage says what is wrong with a message by which an account shows that the subject is its own, or nothing. The
// message is good until the end of its day.
func signedMessage(message, signature, account string, now time.Time, isSubject func(string) bool) string {
	parts := strings.Split(message, "|")
	if len(parts) != 7 || strings.Join(parts[:2], "|") != "1|aws" || strings.Join(parts[5:], "|") != "SHA256|RSAPSS" {
		return "The message must have the form 1|aws|ACCOUNT|CIDR|YYYYMMDD|SHA256|RSAPSS, or with an ASN for the CIDR."
	}
	day, err := time.Parse("20060102", parts[messageDate])
	switch {
	case err != nil:
		return "The expiry date of the message must have the form YYYYMMDD."
	case !now.Before(day.AddDate(0, 0, 1)):
		return "The message has expired."
	case parts[messageAccount] != account:
		return "The message is for another account."
	case !isSubject(parts[messageSubject]):
		return "The message is about something else than the request."
	case !signatureText.MatchString(signature):
		return "The signature must be base64 with the letters -, _ and ~ instead of +, = and /."
	}
	return ""
}
