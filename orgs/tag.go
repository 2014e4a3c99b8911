package orgs

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var tagOperations = []op.Op{
	op.Read(readers((*Call).ListTagsForResource)),
	op.Write(delegates((*Call).TagResource)),
	op.Write(delegates((*Call).UntagResource)),
}

// tagSet is the tags of the root, a unit, an account, a policy or the resource policy.
type tagSet struct {
	owner
	Resource string
	Tags     map[string]string
}

var tagSets = owned("org-tags", func(t *tagSet) state.Key { return t.owner.key(t.Resource) })

// tagsAtCreation reads the tags that a request gives to what it creates.
func (c *Call) tagsAtCreation(list []types.Tag) (map[string]string, error) {
	tags := map[string]string{}
	return tags, c.addTags(tags, list)
}

// addTags checks tags and puts them into the set.
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Tag.html
func (c *Call) addTags(set map[string]string, list []types.Tag) error {
	named := map[string]bool{}
	for _, t := range list {
		if t.Key == nil || t.Value == nil {
			return invalidInput(types.InvalidInputExceptionReasonInputRequired)
		}
		if err := (shape{min: 1, max: 128}).check(*t.Key); err != nil {
			return err
		}
		if err := (shape{max: 256}).check(*t.Value); err != nil {
			return err
		}
		if strings.HasPrefix(strings.ToLower(*t.Key), "aws:") {
			return invalidInput(types.InvalidInputExceptionReasonInvalidSystemTagsParameter)
		}
		if named[*t.Key] {
			return invalidInput(types.InvalidInputExceptionReasonDuplicateTagKey)
		}
		named[*t.Key] = true
		set[*t.Key] = *t.Value
	}
	if len(set) == 0 {
		return nil
	}
	return quota(types.ConstraintViolationExceptionReasonMaxTagLimitExceeded, len(set)-1, c.Settings.Quotas.TagsPerResource)
}

func putTags(tx *state.Tx, o *organization, resource string, tags map[string]string) {
	if len(tags) == 0 {
		tagSets.Delete(tx, o.owner().key(resource)...)
		return
	}
	tagSets.Put(tx, &tagSet{owner: o.owner(), Resource: resource, Tags: tags})
}

// tags finds the tags of a resource of the caller's organization.
func (c *Call) tags(resource string) (map[string]string, error) {
	if !c.isTaggable(resource) {
		return nil, targetNotFound()
	}
	if set := tagSets.Get(c.Tx, c.organization().owner().key(resource)...); set != nil {
		return set.Tags, nil
	}
	return map[string]string{}, nil
}

func (c *Call) isTaggable(id string) bool {
	if p := c.resourcePolicy(); p != nil && p.ID == id {
		return true
	}
	return c.isTarget(id) || rules.Get(c.Tx, c.organization().owner().key(id)...) != nil
}

// TagResource adds tags or replaces their values.
func (c *Call) TagResource(in *organizations.TagResourceInput) (*organizations.TagResourceOutput, error) {
	tags, err := c.tags(*in.ResourceId)
	if err != nil {
		return nil, err
	}
	if err := c.addTags(tags, in.Tags); err != nil {
		return nil, err
	}
	putTags(c.Tx, c.organization(), *in.ResourceId, tags)
	return &organizations.TagResourceOutput{}, nil
}

// UntagResource takes tags off; those that are not there do not matter.
func (c *Call) UntagResource(in *organizations.UntagResourceInput) (*organizations.UntagResourceOutput, error) {
	tags, err := c.tags(*in.ResourceId)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			return nil, invalidInput(types.InvalidInputExceptionReasonInvalidSystemTagsParameter)
		}
		delete(tags, key)
	}
	putTags(c.Tx, c.organization(), *in.ResourceId, tags)
	return &organizations.UntagResourceOutput{}, nil
}

// ListTagsForResource lists tags by key.
func (c *Call) ListTagsForResource(in *organizations.ListTagsForResourceInput) (*organizations.ListTagsForResourceOutput, error) {
	tags, err := c.tags(*in.ResourceId)
	if err != nil {
		return nil, err
	}
	// All on one page: there is no MaxResults, and no more tags than the quota allows.
	list, next, err := page(sortedKeys(tags), func(key string) string { return key },
		func(key string) types.Tag { return types.Tag{Key: new(key), Value: new(tags[key])} }, new(int32(len(tags))), in.NextToken)
	if err != nil {
		return nil, err
	}
	return &organizations.ListTagsForResourceOutput{Tags: list, NextToken: next}, nil
}

func sortedKeys[V any](m map[string]V) iter.Seq[string] {
	return slices.Values(slices.Sorted(maps.Keys(m)))
}
