package ec2api

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/region"
)

// Who pays for the active addresses that an IPAM sees: its owner or the owners of the resources.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/ipam-enable-cost-distro.html

// Once the owners of resources pay, that can be taken back for a day, and then not before a week has passed.
const (
	meteringRevert = 24 * time.Hour
	meteringLock   = 7 * 24 * time.Hour
)

// checkMetering: costs can be moved to the owners of resources only by an IPAM that is integrated with an organization, and
// whose home is in a Region that nobody has to opt in to.
func (c *Call) checkMetering(account types.IpamMeteredAccount) error {
	if account != types.IpamMeteredAccountResourceOwner {
		return nil
	}
	if m, member := orgs.Of(c.Tx, c.Account); !member || !administers(c.Tx, c.Account, m) {
		return fail(codeUnsupportedOperation, "MeteredAccount resource-owner needs an IPAM that is integrated with AWS Organizations.")
	}
	if here, _ := region.Lookup(c.Region); here.OptIn {
		return fail(codeUnsupportedOperation, "MeteredAccount resource-owner is not supported in the opt-in Region %s.", c.Region)
	}
	return nil
}

// checkMeteringChange is checkMetering for an IPAM that there is.
func (c *Call) checkMeteringChange(r *ipam, account types.IpamMeteredAccount) error {
	if since := c.Tx.Now.Sub(r.Metered); account == types.IpamMeteredAccountIpamOwner && !r.Metered.IsZero() && since > meteringRevert && since < meteringLock {
		return fail(codeUnsupportedOperation, "MeteredAccount cannot be changed before %s.", r.Metered.Add(meteringLock).Format(time.RFC3339))
	}
	return c.checkMetering(account)
}

// meter sets who pays.
func (r *ipam) meter(account types.IpamMeteredAccount, now time.Time) {
	switch {
	case account != types.IpamMeteredAccountResourceOwner:
		r.Metered = time.Time{}
	case r.Metered.IsZero():
		r.Metered = now
	}
	r.MeteredAccount = account
}
