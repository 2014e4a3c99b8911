package server

import (
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/state"
)

// authorize asks the service control policies of the caller's organization. No call is beyond them but the one by which
// a caller asks who he is.
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func (c *call) authorize(tx *state.Tx, in any) error {
	if !orgs.Restricted(tx, c.caller.Account) || c.name == "GetCallerIdentity" {
		return nil
	}
	r := orgs.Request{
		Account:      c.caller.Account,
		PrincipalARN: c.caller.ARN,
		Action:       c.service.name + ":" + c.name,
		Resources:    []string{"*"},
		Context:      c.conditionKeys(tx),
	}
	if c.service.about != nil {
		resources, keys := c.service.about(c.caller, c.name, in)
		r.Resources = resources
		for name, values := range keys {
			r.Context[name] = values
		}
	}
	denied, explicit := orgs.Forbids(tx, r)
	if !denied {
		return nil
	}
	why := fmt.Sprintf("because no service control policy allows the %s action", r.Action)
	if explicit {
		why = "with an explicit deny in a service control policy"
	}
	return c.service.words.denied(fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s", c.caller.ARN, r.Action, r.Resources[0], why))
}

// conditionKeys are those that any request has a value for.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (c *call) conditionKeys(tx *state.Tx) map[string][]string {
	keys := map[string][]string{
		"aws:RequestedRegion": {c.caller.Region},
		"aws:CurrentTime":     {tx.Now.Format(time.RFC3339)},
		"aws:EpochTime":       {strconv.FormatInt(tx.Now.Unix(), 10)},
		"aws:userid":          {c.caller.UserID},
		"aws:SecureTransport": {"false"},
		"aws:ViaAWSService":   {"false"},
	}
	if c.http == nil {
		return keys
	}
	if agent := c.http.UserAgent(); agent != "" {
		keys["aws:UserAgent"] = []string{agent}
	}
	if host, _, err := net.SplitHostPort(c.http.RemoteAddr); err == nil {
		keys["aws:SourceIp"] = []string{host}
	}
	return keys
}
