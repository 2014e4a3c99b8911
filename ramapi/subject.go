package ramapi

import (
	"regexp"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/state"
)

// form is what a principal of a share is.
type form int

const (
	formAccount form = iota
	formIAM          // a role or a user
	formUnit
	formOrganization
	formService
)

// subject is a principal of a share, taken apart.
type subject struct {
	form       form
	id         string // of the account (also a role's or user's), OU, organization or service: who is let in by it
	account    string // of formAccount and formIAM
	management string // account in the ARN of an OU or organization
	parent     string // organization in the ARN of an OU
}

var principalForms = []struct {
	pattern func() *regexp.Regexp
	read    func(m []string) subject
}{
	{matching(`^(\d{12})$`), func(m []string) subject {
		return subject{form: formAccount, id: m[1], account: m[1]}
	}},
	{matching(`^arn:aws[a-z-]*:iam::(\d{12}):(?:role|user)/[\x21-\x7e]+$`), func(m []string) subject {
		return subject{form: formIAM, id: m[1], account: m[1]}
	}},
	{matching(`^arn:aws[a-z-]*:organizations::(\d{12}):organization/(o-[a-z0-9]{10,32})$`), func(m []string) subject {
		return subject{form: formOrganization, id: m[2], management: m[1]}
	}},
	{matching(`^arn:aws[a-z-]*:organizations::(\d{12}):ou/(o-[a-z0-9]{10,32})/(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$`), func(m []string) subject {
		return subject{form: formUnit, id: m[3], management: m[1], parent: m[2]}
	}},
	{matching(`^([a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?)$`), func(m []string) subject {
		return subject{form: formService, id: m[1]}
	}},
}

// readPrincipal takes a principal apart. Bare ids of OUs and organizations are malformed; only AWS's console knows them.
func readPrincipal(principal string) (subject, error) {
	for _, f := range principalForms {
		if m := f.pattern().FindStringSubmatch(principal); m != nil {
			return f.read(m), nil
		}
	}
	return subject{}, invalidParameter("Principal ID %s is malformed. Verify the ID and try again.", principal)
}

// subjectsOf are the ids of the principals by which an account can be let in.
func subjectsOf(tx *state.Tx, account string) []string {
	ids := []string{account}
	if m, ok := orgs.Of(tx, account); ok {
		ids = append(ids, m.OrganizationID)
		ids = append(ids, m.Path...)
	}
	return ids
}

// checkPrincipal decides whether a share of the caller's may be given to a principal, and whether that takes an invitation.
//
// Rules: https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html
func (c *Call) checkPrincipal(s *share, principal string) (sub subject, invite bool, err error) {
	sub, err = readPrincipal(principal)
	if err != nil {
		return sub, false, err
	}
	retain := s.retains()
	switch sub.form {
	case formOrganization, formUnit:
		if retain {
			return sub, false, invalidParameter("You can't share with %s because the resource share retains sharing when an account leaves the organization.", principal)
		}
		return sub, false, c.checkCommunity(sub)
	case formService:
		return sub, false, nil
	}
	if sub.account == c.Account && sub.form == formAccount {
		return sub, false, invalidParameter("You can't share resources with the account that owns the resource share.")
	}
	if sub.form == formIAM {
		if err := c.checkIAM(s); err != nil {
			return sub, false, err
		}
	}
	inside := c.isInside(sub.account)
	if !inside && !*s.AllowExternalPrincipals {
		return sub, false, outsider(sub.account)
	}
	return sub, sub.account != c.Account && (retain || !inside), nil
}

// outsider is AWS's answer to an account that a share for the organization only is given to.
// Source: https://docs.aws.amazon.com/ram/latest/userguide/tshoot-sharing-outside-org.html
func outsider(account string) error {
	return invalidParameter("Principal %s is not in your AWS organization. You do not have permission to add external AWS accounts to a resource share.", account)
}

// isInside reports whether an account needs no invitation from the caller: they are of one organization, and it has enabled sharing.
func (c *Call) isInside(account string) bool {
	com, ok := communityOf(c.Tx, c.Account)
	if !ok {
		return account == c.Account
	}
	_, ok = com.includes(c.Tx, account)
	return ok
}

// checkCommunity refuses an OU or organization that is not of the caller's organization, or any before sharing is
// enabled: AWS says in both cases that there is none.
func (c *Call) checkCommunity(sub subject) error {
	com, ok := communityOf(c.Tx, c.Account)
	own := ok && sub.management == com.management
	if sub.form == formOrganization {
		if !own || sub.id != com.organization {
			return unknownResource("Organization %s could not be found.", sub.id)
		}
		return nil
	}
	if !own || sub.parent != com.organization {
		return unknownResource("OrganizationalUnit %s in unknown organization could not be found.", sub.id)
	}
	if organization, ok := orgs.Unit(c.Tx, sub.id); !ok || organization != com.organization {
		return unknownResource("OrganizationalUnit %s could not be found.", sub.id)
	}
	return nil
}

// checkIAM refuses a role or user for a share with resources of a type that can be given to whole accounts only.
func (c *Call) checkIAM(s *share) error {
	for a := range s.associations(c.Tx, typeResource) {
		if k := kindNamed(a.Kind); !k.toIAM && c.isLive(a) {
			return wholeAccounts(k)
		}
	}
	return nil
}

// wholeAccounts is the refusal to give a resource of a type to a role or user.
// Source: https://docs.aws.amazon.com/ram/latest/userguide/shareable.html
func wholeAccounts(k *kind) error {
	return invalidParameter("Resources of the type %s can't be shared with IAM roles and users.", k.name)
}
