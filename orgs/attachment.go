package orgs

import (
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/state"
)

// attachment is a policy on a target: the root, a unit or an account.
type attachment struct {
	owner
	Target string
	Policy string
	Type   types.PolicyType
}

func (a *attachment) key() state.Key { return a.owner.key(a.Target, a.Policy) }

var attachments = owned("org-attachment", (*attachment).key)

// defaultPolicies are AWS's own policies that allow everything. A target has that of a type as soon as the type is enabled.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
var defaultPolicies = map[types.PolicyType]string{
	types.PolicyTypeServiceControlPolicy:  "p-FullAWSAccess",
	types.PolicyTypeResourceControlPolicy: "p-RCPFullAWSAccess",
}

// attachDefaults gives a new target what it has to have.
func attachDefaults(tx *state.Tx, o *organization, target string) {
	for _, t := range o.PolicyTypes {
		attachDefault(tx, o, t, target)
	}
}

func attachDefault(tx *state.Tx, o *organization, t types.PolicyType, target string) {
	if id := defaultPolicies[t]; id != "" {
		attachments.Put(tx, &attachment{owner: o.owner(), Target: target, Policy: id, Type: t})
	}
}

// forget drops what the organization holds about a unit or an account that is no longer in it.
func forget(tx *state.Tx, o *organization, id string) {
	putTags(tx, o, id, nil)
	for a := range attachments.Scan(tx, o.owner().key(id)...) {
		attachments.Delete(tx, a.key()...)
	}
}
