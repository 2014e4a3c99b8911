package ramapi

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var associationOperations = []op.Op{
	op.Write((*Call).AssociateResourceShare),
	op.Write((*Call).DisassociateResourceShare),
	op.Read((*Call).GetResourceShareAssociations),
}

const (
	typePrincipal = types.ResourceShareAssociationTypePrincipal
	typeResource  = types.ResourceShareAssociationTypeResource
	typeSource    = types.ResourceShareAssociationTypeSource
)

const (
	associating    = types.ResourceShareAssociationStatusAssociating
	associated     = types.ResourceShareAssociationStatusAssociated
	disassociating = types.ResourceShareAssociationStatusDisassociating
	disassociated  = types.ResourceShareAssociationStatusDisassociated
)

// association is a resource, a principal or a source in a share. There is one for each, whatever has become of it: who
// comes back takes the old one's place, since clients such as Terraform fail over two.
type association struct {
	types.ResourceShareAssociation           // but for ResourceShareName, which can change
	Share                          state.Key // of the share: its owner is the first part
	Kind                           string    // of a resource, or of a source
	Form                           form      // of a principal
	Subject                        string    // of a principal: who is let in
	Invitation                     string    `json:",omitempty"` // id of the invitation on which it depends
	Settles                        transition[types.ResourceShareAssociationStatus]
}

func (a *association) key() state.Key {
	return append(a.Share[:3:3], string(a.AssociationType), *a.AssociatedEntity)
}

var (
	associations = state.NewTable(&Schema, "ram-association", (*association).key)

	// associationsGone ends the time in which a disassociated one can still be seen.
	associationsGone = state.NewQueue(&Schema, "ram-association-gone", func(tx *state.Tx, key state.Key) { associations.Delete(tx, key...) })
)

func (s *share) associations(tx *state.Tx, of types.ResourceShareAssociationType) iter.Seq[*association] {
	return associations.Scan(tx, append(s.key(), string(of))...)
}

// status is what an association shows. One that came about within an organization ends by itself when the owner or the
// account leaves, or sharing is no longer enabled.
func (a *association) status(tx *state.Tx) types.ResourceShareAssociationStatus {
	status := a.Settles.status(a.Status, tx)
	if (status == associated || status == associating) && a.AssociationType == typePrincipal && a.isLost(tx) {
		return disassociated
	}
	return status
}

// isLost reports whether a principal has lost what it had by being of the owner's organization.
func (a *association) isLost(tx *state.Tx) bool {
	owner := a.Share[0]
	if a.Form == formService || a.Invitation != "" || a.Form == formIAM && a.Subject == owner {
		return false
	}
	com, ok := communityOf(tx, owner)
	if !ok || com.since.After(*a.CreationTime) {
		return true
	}
	switch a.Form {
	case formOrganization:
		return a.Subject != com.organization
	case formUnit:
		organization, ok := orgs.Unit(tx, a.Subject)
		return !ok || organization != com.organization
	}
	since, ok := com.includes(tx, a.Subject)
	return !ok || since.After(*a.CreationTime)
}

// statusOf is status with a look at the resource, which may be gone.
func (c *Call) statusOf(a *association) types.ResourceShareAssociationStatus {
	status := a.status(c.Tx)
	if a.AssociationType == typeResource && (status == associated || status == associating) {
		if _, ok := c.Lookup(c.Tx, *a.AssociatedEntity); !ok {
			return disassociated
		}
	}
	return status
}

// isLive reports whether an association holds or is about to.
func (c *Call) isLive(a *association) bool {
	status := c.statusOf(a)
	return status == associated || status == associating
}

// answer is what Associate and Disassociate show of an association: it comes before what they begin is done.
func (a *association) answer() types.ResourceShareAssociation {
	return types.ResourceShareAssociation{
		ResourceShareArn: a.ResourceShareArn,
		AssociatedEntity: a.AssociatedEntity,
		AssociationType:  a.AssociationType,
		Status:           a.Status,
		External:         a.External,
	}
}

// AssociateResourceShare adds resources, principals and sources to a share.
func (c *Call) AssociateResourceShare(in *ram.AssociateResourceShareInput) (*ram.AssociateResourceShareOutput, error) {
	s, err := c.liveShare(in.ResourceShareArn)
	if err != nil {
		return nil, err
	}
	list, err := c.associate(s, entities{in.ResourceArns, in.Principals, in.Sources})
	if err != nil {
		return nil, err
	}
	s.touch(c.Tx)
	return &ram.AssociateResourceShareOutput{ResourceShareAssociations: list, ClientToken: c.clientToken(in.ClientToken)}, nil
}

// DisassociateResourceShare takes resources, principals and sources out of a share. An account that a share is open to
// may call it with its own id, to leave.
func (c *Call) DisassociateResourceShare(in *ram.DisassociateResourceShareInput) (*ram.DisassociateResourceShareOutput, error) {
	s, err := c.shareAt(in.ResourceShareArn)
	if err != nil {
		return nil, err
	}
	what := entities{in.ResourceArns, in.Principals, in.Sources}
	if err := what.check(); err != nil {
		return nil, err
	}
	var list []types.ResourceShareAssociation
	if *s.OwningAccountId == c.Account {
		list, err = c.disassociate(s, what)
	} else {
		list, err = c.leave(s, what)
	}
	if err != nil {
		return nil, err
	}
	s.touch(c.Tx)
	return &ram.DisassociateResourceShareOutput{ResourceShareAssociations: list, ClientToken: c.clientToken(in.ClientToken)}, nil
}

// GetResourceShareAssociations lists the resources, principals or sources of the caller's shares.
func (c *Call) GetResourceShareAssociations(in *ram.GetResourceShareAssociationsInput) (*ram.GetResourceShareAssociationsOutput, error) {
	if err := checkAssociationFilters(in); err != nil {
		return nil, err
	}
	list, err := c.sharesNamed(types.ResourceOwnerSelf, in.ResourceShareArns)
	if err != nil {
		return nil, err
	}
	var rows []row[types.ResourceShareAssociation]
	for _, s := range list {
		for a := range s.associations(c.Tx, in.AssociationType) {
			item := a.ResourceShareAssociation
			item.ResourceShareName, item.Status = s.Name, c.statusOf(a)
			if lets(in, a, item.Status) {
				rows = append(rows, rowOf(a.key(), item))
			}
		}
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.GetResourceShareAssociationsOutput{ResourceShareAssociations: items, NextToken: next}, nil
}

// checkAssociationFilters checks which parameters go together.
func checkAssociationFilters(in *ram.GetResourceShareAssociationsInput) error {
	if in.AssociationType == "" {
		return missing("associationType")
	}
	if err := oneOf("associationType", in.AssociationType); err != nil {
		return err
	}
	if err := oneOf("associationStatus", in.AssociationStatus); err != nil {
		return err
	}
	switch {
	case in.ResourceArn != nil && in.AssociationType != typeResource:
		return invalidParameter("You cannot specify a resource ARN when the association type is %s.", string(in.AssociationType))
	case in.Principal != nil && in.AssociationType != typePrincipal:
		return invalidParameter("You cannot specify a principal when the association type is %s.", string(in.AssociationType))
	case in.ResourceArn != nil && !resourceARN().MatchString(*in.ResourceArn):
		_, err := kindOfARN(*in.ResourceArn)
		return err
	}
	return nil
}

// lets reports whether an association passes the filters of a request.
func lets(in *ram.GetResourceShareAssociationsInput, a *association, status types.ResourceShareAssociationStatus) bool {
	return is(in.ResourceArn, *a.AssociatedEntity) && (in.Principal == nil || a.isFor(*in.Principal)) &&
		(in.AssociationStatus == "" || in.AssociationStatus == status)
}

// isFor reports whether a principal is the one that a filter names, in full or, for an OU or organization, by its id.
func (a *association) isFor(principal string) bool {
	return principal == *a.AssociatedEntity || principal == a.Subject && a.Form != formIAM
}
