package ramapi

import (
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var shareOperations = []op.Op{
	op.Write((*Call).CreateResourceShare),
	op.Write((*Call).UpdateResourceShare),
	op.Write((*Call).DeleteResourceShare),
	op.Read((*Call).GetResourceShares),
}

// share is a resource share. It belongs to one Region, and neither side sees it in another.
type share struct {
	types.ResourceShare
	Region  string
	ID      string
	Settles transition[types.ResourceShareStatus]
}

func (s *share) key() state.Key { return state.Key{*s.OwningAccountId, s.Region, s.ID} }

var (
	shares = state.NewTable(&Schema, "ram-share", (*share).key)
	// sharesGone ends the time in which a deleted share can still be seen.
	sharesGone = state.NewQueue(&Schema, "ram-share-gone", func(tx *state.Tx, key state.Key) {
		for a := range associations.Scan(tx, key...) {
			associationsGone.Cancel(tx, a.key()...)
			associations.Delete(tx, a.key()...)
		}
		shares.Delete(tx, key...)
	})
)

func (s *share) isActive() bool { return s.Status == types.ResourceShareStatusActive }

func (s *share) retains() bool {
	return s.ResourceShareConfiguration != nil && or(s.ResourceShareConfiguration.RetainSharingOnAccountLeaveOrganization, false)
}

// touch keeps a share that something in it has changed.
func (s *share) touch(tx *state.Tx) {
	s.LastUpdatedTime = new(tx.Now)
	shares.Put(tx, s)
}

// shareAt finds a share of the Region by its ARN, whoever owns it.
func (c *Call) shareAt(arn *string) (*share, error) {
	if arn == nil {
		return nil, missing("resourceShareArn")
	}
	key, ok := keyIn(shareARN, *arn)
	if !ok {
		return nil, malformedARN("The specified resource share ARN is not valid. Verify the ARN and try again.")
	}
	s := shares.Get(c.Tx, key...)
	if s == nil || s.Region != c.Region || *s.ResourceShareArn != *arn {
		return nil, noShare(*arn)
	}
	return s, nil
}

// ownShare finds a share of the caller's.
func (c *Call) ownShare(arn *string) (*share, error) {
	s, err := c.shareAt(arn)
	if err == nil && *s.OwningAccountId != c.Account {
		err = noShare(*arn)
	}
	return s, err
}

// liveShare finds a share of the caller's that is not deleted.
func (c *Call) liveShare(arn *string) (*share, error) {
	s, err := c.ownShare(arn)
	if err == nil && !s.isActive() {
		err = noShare(*arn)
	}
	return s, err
}

// answer is what Create and Update show of a share: it lacks tags and feature set.
func (s *share) answer() *types.ResourceShare {
	v := s.ResourceShare
	v.Tags, v.FeatureSet = nil, ""
	return &v
}

// show is what GetResourceShares shows. Tags are the owner's.
func (c *Call) show(s *share) types.ResourceShare {
	v := s.ResourceShare
	v.Status = s.Settles.status(s.Status, c.Tx)
	if *s.OwningAccountId != c.Account {
		v.Tags = nil
	}
	return v
}

// CreateResourceShare creates a share, with what is in it from the start.
func (c *Call) CreateResourceShare(in *ram.CreateResourceShareInput) (*ram.CreateResourceShareOutput, error) {
	if in.PermissionTemplateParameters != nil {
		return nil, unsupported("permissionTemplateParameters")
	}
	if in.Name == nil {
		return nil, missing("name")
	}
	if err := checkName(*in.Name); err != nil {
		return nil, err
	}
	tags, err := withTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	id := c.Tx.NewUUID()
	s := &share{
		ResourceShare: types.ResourceShare{
			ResourceShareArn:           new(c.arn("resource-share/" + id)),
			Name:                       in.Name,
			OwningAccountId:            new(c.Account),
			AllowExternalPrincipals:    new(or(in.AllowExternalPrincipals, true)),
			Status:                     types.ResourceShareStatusActive,
			Tags:                       tags,
			CreationTime:               new(c.Tx.Now),
			LastUpdatedTime:            new(c.Tx.Now),
			FeatureSet:                 types.ResourceShareFeatureSetStandard,
			ResourceShareConfiguration: in.ResourceShareConfiguration,
		},
		Region: c.Region,
		ID:     id,
	}
	if s.retains() && !*s.AllowExternalPrincipals {
		return nil, invalidParameter("A resource share that retains sharing when an account leaves the organization must allow external principals.")
	}
	shares.Put(c.Tx, s)
	if err := c.fill(s, in); err != nil {
		return nil, err
	}
	return &ram.CreateResourceShareOutput{ResourceShare: s.answer(), ClientToken: c.clientToken(in.ClientToken)}, nil
}

// fill puts permissions, then resources, principals and sources into a new share.
func (c *Call) fill(s *share, in *ram.CreateResourceShareInput) error {
	if err := c.checkShares(); err != nil {
		return err
	}
	for _, arn := range in.PermissionArns {
		p, _, err := c.attachable(&arn, nil)
		if err != nil {
			return err
		}
		if b := bindings.Get(c.Tx, append(s.key(), p.ResourceType)...); b != nil {
			return invalidParameter("You can specify only one permission for the resource type %s.", p.ResourceType)
		}
		c.bind(s, p)
	}
	what := entities{in.ResourceArns, in.Principals, in.Sources}
	if len(what.resources)+len(what.principals)+len(what.sources) == 0 {
		return nil
	}
	_, err := c.associate(s, what)
	return err
}

// maxName is how long names may be; RAM's documentation gives no number, its console takes as many.
const maxName = 255

func checkName(name string) error {
	if name == "" || utf8.RuneCountInString(name) > maxName {
		return invalidParameter("The name of a resource share has 1 to %d characters.", maxName)
	}
	return nil
}

// UpdateResourceShare changes the name of a share, and whether others than the organization's accounts may be in it.
func (c *Call) UpdateResourceShare(in *ram.UpdateResourceShareInput) (*ram.UpdateResourceShareOutput, error) {
	s, err := c.liveShare(in.ResourceShareArn)
	if err != nil {
		return nil, err
	}
	if in.Name == nil && in.AllowExternalPrincipals == nil {
		return nil, missing("name or allowExternalPrincipals")
	}
	if in.Name != nil {
		if err := checkName(*in.Name); err != nil {
			return nil, err
		}
		s.Name = in.Name
	}
	if in.AllowExternalPrincipals != nil {
		if err := c.allowExternal(s, *in.AllowExternalPrincipals); err != nil {
			return nil, err
		}
	}
	s.touch(c.Tx)
	return &ram.UpdateResourceShareOutput{ResourceShare: s.answer(), ClientToken: c.clientToken(in.ClientToken)}, nil
}

// allowExternal lets outside accounts into a share, or no longer if there are none in it.
func (c *Call) allowExternal(s *share, allow bool) error {
	s.AllowExternalPrincipals = new(allow)
	if allow {
		return nil
	}
	if s.retains() {
		return invalidParameter("A resource share that retains sharing when an account leaves the organization must allow external principals.")
	}
	for a := range s.associations(c.Tx, typePrincipal) {
		if c.isLive(a) && *a.External {
			return outsider(a.Subject)
		}
	}
	return nil
}

// DeleteResourceShare deletes a share. Its consumers lose the resources at once; it can still be seen for a while.
func (c *Call) DeleteResourceShare(in *ram.DeleteResourceShareInput) (*ram.DeleteResourceShareOutput, error) {
	s, err := c.liveShare(in.ResourceShareArn)
	if err != nil {
		return nil, err
	}
	for a := range associations.Scan(c.Tx, s.key()...) {
		if status := c.statusOf(a); status != disassociated && status != disassociating {
			a.Status, a.Settles = disassociating, then(c, disassociated)
			a.LastUpdatedTime = new(c.Tx.Now)
			associations.Put(c.Tx, a)
		}
		c.withdraw(s, a)
	}
	for b := range bindings.Scan(c.Tx, s.key()...) {
		bindings.Delete(c.Tx, b.key()...)
	}
	s.Status, s.Settles = types.ResourceShareStatusDeleting, then(c, types.ResourceShareStatusDeleted)
	s.touch(c.Tx)
	sharesGone.At(c.Tx, c.Tx.Now.Add(lingers), s.key()...)
	return &ram.DeleteResourceShareOutput{ReturnValue: new(true), ClientToken: c.clientToken(in.ClientToken)}, nil
}

// GetResourceShares lists the caller's shares, or those of others that it is let in to.
func (c *Call) GetResourceShares(in *ram.GetResourceSharesInput) (*ram.GetResourceSharesOutput, error) {
	for _, err := range []error{
		checkOwner(in.ResourceOwner), oneOf("resourceShareStatus", in.ResourceShareStatus), checkPermissionARN(in.PermissionArn),
	} {
		if err != nil {
			return nil, err
		}
	}
	if in.PermissionVersion != nil && in.PermissionArn == nil {
		return nil, invalidParameter("You can specify permissionVersion only together with permissionArn.")
	}
	list, err := c.sharesNamed(in.ResourceOwner, in.ResourceShareArns)
	if err != nil {
		return nil, err
	}
	var rows []row[types.ResourceShare]
	for _, s := range list {
		if item := c.show(s); passes(in, item) && (in.PermissionArn == nil || s.uses(c.Tx, *in.PermissionArn, in.PermissionVersion)) {
			rows = append(rows, rowOf(s.key(), item))
		}
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.GetResourceSharesOutput{ResourceShares: items, NextToken: next}, nil
}

// passes applies the filters to what is shown of a share. One tag filter of several is enough, and one value of it.
func passes(in *ram.GetResourceSharesInput, v types.ResourceShare) bool {
	tagged := func(f types.TagFilter) bool {
		return slices.ContainsFunc(v.Tags, func(t types.Tag) bool {
			return is(f.TagKey, *t.Key) && among(f.TagValues, *t.Value)
		})
	}
	return is(in.Name, *v.Name) && (in.ResourceShareStatus == "" || in.ResourceShareStatus == v.Status) &&
		(len(in.TagFilters) == 0 || slices.ContainsFunc(in.TagFilters, tagged))
}

// uses reports whether a share has a permission, in any version if none is named.
func (s *share) uses(tx *state.Tx, permission string, version *int32) bool {
	for b := range bindings.Scan(tx, s.key()...) {
		if b.PermissionARN == permission && is(version, int32(b.Version)) {
			return true
		}
	}
	return false
}

// sharesNamed are the shares that a request names, or else all, of one side: the caller's own, deleted ones included,
// or others' that the caller is let in to.
func (c *Call) sharesNamed(owner types.ResourceOwner, arns []string) ([]*share, error) {
	if len(arns) == 0 {
		if owner == types.ResourceOwnerSelf {
			return slices.Collect(shares.Scan(c.Tx, c.Account, c.Region)), nil
		}
		return c.foreignShares(), nil
	}
	var list []*share
	for _, arn := range arns {
		s, err := c.shareAt(&arn)
		if err != nil {
			return nil, err
		}
		own := *s.OwningAccountId == c.Account
		if own != (owner == types.ResourceOwnerSelf) || !own && !s.admits(c.Tx, c.Account) {
			return nil, noShare(arn)
		}
		if !slices.ContainsFunc(list, func(other *share) bool { return other.ID == s.ID }) {
			list = append(list, s)
		}
	}
	return list, nil
}

// foreignShares are the shares of others in the Region that the caller is let in to.
func (c *Call) foreignShares() []*share {
	var list []*share
	for s := range admitting(c.Tx, c.Account) {
		if s.Region == c.Region {
			list = append(list, s)
		}
	}
	return list
}
