package ramapi

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ram/types"
)

// How resources, principals and sources come into a share, and out of it again.

// entities are what a request names to be added to a share or taken out of it.
type entities struct {
	resources  []string
	principals []string
	sources    []string
}

// maxEntities is how many resources one call may name: see ResourceShareLimitExceededException in the model.
const maxEntities = 100

func (e entities) check() error {
	switch {
	case len(e.resources)+len(e.principals)+len(e.sources) == 0:
		return invalidParameter("Specify at least one resource, principal or source.")
	case len(e.resources) > maxEntities:
		return limitExceeded("You can specify at most %d resources in a request.", maxEntities)
	}
	return nil
}

// associate adds what a request names. What is in the share already stays as it is.
func (c *Call) associate(s *share, what entities) ([]types.ResourceShareAssociation, error) {
	if err := what.check(); err != nil {
		return nil, err
	}
	list := []types.ResourceShareAssociation{}
	for _, step := range []struct {
		names []string
		add   func(*share, string) (*association, error)
	}{{what.resources, c.addResource}, {what.principals, c.addPrincipal}, {what.sources, c.addSource}} {
		for _, name := range step.names {
			a, err := step.add(s, name)
			if err != nil {
				return nil, err
			}
			list = append(list, a.answer())
		}
	}
	if len(what.principals) > 0 {
		if err := c.checkMixture(s); err != nil {
			return nil, err
		}
	}
	return list, c.checkRoom(s)
}

// checkMixture refuses service principals beside others.
func (c *Call) checkMixture(s *share) error {
	service, other := false, false
	for a := range s.associations(c.Tx, typePrincipal) {
		if c.isLive(a) {
			service = service || a.Form == formService
			other = other || a.Form != formService
		}
	}
	if service && other {
		return invalidParameter("A resource share can't have service principals together with other principals.")
	}
	return nil
}

// addResource adds a resource, and the default permission of its type unless the share has one for the type.
func (c *Call) addResource(s *share, arn string) (*association, error) {
	k, err := kindOfARN(arn)
	if err != nil {
		return nil, err
	}
	r, ok := c.Lookup(c.Tx, arn)
	switch {
	case !ok || r.Type != k.name || r.OwnerAccount != c.Account: // what is shared with an account it can't share further
		return nil, unknownResource("The resource %s could not be found.", arn)
	case r.HomeRegion != c.Region:
		return nil, unknownResource("The resource %s could not be found in the Region %s. Share it from the Region %s.", arn, c.Region, r.HomeRegion)
	case r.MayShare != nil:
		return nil, r.MayShare
	}
	if !k.toIAM {
		for a := range s.associations(c.Tx, typePrincipal) {
			if a.Form == formIAM && c.isLive(a) {
				return nil, wholeAccounts(k)
			}
		}
	}
	if bindings.Get(c.Tx, append(s.key(), k.name)...) == nil {
		c.bind(s, k.defaultPermission(partitionOf(*s.ResourceShareArn)))
	}
	return c.add(s, &association{Kind: k.name, ResourceShareAssociation: types.ResourceShareAssociation{
		AssociationType: typeResource, AssociatedEntity: new(arn), External: new(false),
	}}, nil)
}

// addPrincipal adds a principal, and sends an invitation if it takes one.
func (c *Call) addPrincipal(s *share, principal string) (*association, error) {
	sub, invite, err := c.checkPrincipal(s, principal)
	if err != nil {
		return nil, err
	}
	external := (sub.form == formAccount || sub.form == formIAM) && !c.isInside(sub.account)
	return c.add(s, &association{Form: sub.form, Subject: sub.id, ResourceShareAssociation: types.ResourceShareAssociation{
		AssociationType: typePrincipal, AssociatedEntity: new(principal), External: new(external),
	}}, func(a *association) error {
		if !invite {
			return nil
		}
		i, err := c.invite(s, a)
		a.Invitation = i
		a.Settles = transition[types.ResourceShareAssociationStatus]{} // until the invitation is answered
		return err
	})
}

// addSource adds a source; it limits where calls of the share's service principals come from.
func (c *Call) addSource(s *share, source string) (*association, error) {
	kind, err := kindOfSource(source)
	if err != nil {
		return nil, err
	}
	return c.add(s, &association{Kind: kind, ResourceShareAssociation: types.ResourceShareAssociation{
		AssociationType: typeSource, AssociatedEntity: new(source), External: new(false),
	}}, nil)
}

// add puts an association into a share unless it is there. prepare does what a new one needs before it is kept.
func (c *Call) add(s *share, a *association, prepare func(*association) error) (*association, error) {
	a.Share = s.key()
	if old := associations.Get(c.Tx, a.key()...); old != nil {
		switch status := c.statusOf(old); status {
		case disassociated:
		case disassociating:
			return nil, inTransition(status)
		default:
			old.Status = status
			return old, nil
		}
		associationsGone.Cancel(c.Tx, old.key()...)
	}
	a.ResourceShareArn = s.ResourceShareArn
	a.CreationTime, a.LastUpdatedTime = new(c.Tx.Now), new(c.Tx.Now)
	a.Status, a.Settles = associating, then(c, associated)
	if prepare != nil {
		if err := prepare(a); err != nil {
			return nil, err
		}
	}
	associations.Put(c.Tx, a)
	return a, nil
}

func inTransition(status types.ResourceShareAssociationStatus) error {
	return invalidTransition("At least one of the associations in the resource share is in %s status.", string(status))
}

// disassociate takes out of the caller's own share what a request names.
func (c *Call) disassociate(s *share, what entities) ([]types.ResourceShareAssociation, error) {
	if !s.isActive() {
		return nil, noShare(*s.ResourceShareArn)
	}
	list := []types.ResourceShareAssociation{}
	for _, step := range []struct {
		names []string
		of    types.ResourceShareAssociationType
	}{{what.resources, typeResource}, {what.principals, typePrincipal}, {what.sources, typeSource}} {
		for _, name := range step.names {
			a, err := c.remove(s, step.of, name)
			if err != nil {
				return nil, err
			}
			list = append(list, a.answer())
		}
	}
	if len(what.sources) > 0 {
		return list, c.checkSources(s)
	}
	return list, nil
}

// remove ends an association; it can still be seen for a while.
func (c *Call) remove(s *share, of types.ResourceShareAssociationType, entity string) (*association, error) {
	a := associations.Get(c.Tx, append(s.key(), string(of), entity)...)
	if a == nil || c.statusOf(a) == disassociated {
		return nil, unknownResource("%s is not associated with the resource share %s.", entity, *s.ResourceShareArn)
	}
	if status := c.statusOf(a); status == associating || status == disassociating {
		return nil, inTransition(status)
	}
	a.Status, a.Settles = disassociating, then(c, disassociated)
	a.LastUpdatedTime = new(c.Tx.Now)
	associations.Put(c.Tx, a)
	associationsGone.At(c.Tx, c.Tx.Now.Add(lingers), a.key()...)
	return a, nil
}

// checkSources keeps at least one source with service principals.
func (c *Call) checkSources(s *share) error {
	for a := range s.associations(c.Tx, typeSource) {
		if c.isLive(a) {
			return nil
		}
	}
	for a := range s.associations(c.Tx, typePrincipal) {
		if a.Form == formService && c.isLive(a) {
			return invalidParameter("At least one source must remain while the resource share has service principals.")
		}
	}
	return nil
}

// leave takes the caller out of another's share. That is for accounts that accepted an invitation, and for types of
// resource that allow it, of which there are none among those known here.
// Source: https://docs.aws.amazon.com/ram/latest/userguide/working-with-shared-leave.html
func (c *Call) leave(s *share, what entities) ([]types.ResourceShareAssociation, error) {
	if !s.admits(c.Tx, c.Account) {
		return nil, noShare(*s.ResourceShareArn)
	}
	if len(what.resources)+len(what.sources) > 0 || !slices.Equal(what.principals, []string{c.Account}) {
		return nil, notPermitted("You can only disassociate your own account from the resource share %s.", *s.ResourceShareArn)
	}
	refused := notPermitted("You can't leave the resource share %s.", *s.ResourceShareArn)
	for a := range s.associations(c.Tx, typeResource) {
		if !kindNamed(a.Kind).leave && c.isLive(a) {
			return nil, refused
		}
	}
	a := associations.Get(c.Tx, append(s.key(), string(typePrincipal), c.Account)...)
	if a == nil || a.Invitation == "" || !c.isLive(a) {
		return nil, refused
	}
	a, err := c.remove(s, typePrincipal, c.Account)
	if err != nil {
		return nil, err
	}
	return []types.ResourceShareAssociation{a.answer()}, nil
}
