package ec2api

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var tagOperations = []op.Op{
	op.Write((*Call).CreateTags),
	op.Write((*Call).DeleteTags),
	op.Read((*Call).DescribeTags),
}

// tagSet is all tags of one resource. They are kept apart from the resource since every type has them
// alike, and since another account that uses a shared resource does not see its owner's.
type tagSet struct {
	Account    string
	Region     string
	ResourceID string
	Type       types.ResourceType
	Tags       map[string]string
}

var tagSets = state.NewTable(&Schema, "tags", func(t *tagSet) state.Key {
	return state.Key{t.Account, t.Region, t.ResourceID}
})

// Limits of https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
const (
	maxTagKey   = 127
	maxTagValue = 256
)

// tags are those of a resource that regionName holds; only its owner sees them. Never nil: AWS writes an empty set.
func (c *Call) tags(account, regionName, id string) []types.Tag {
	list := []types.Tag{}
	if account != c.Account {
		return list
	}
	set := tagSets.Get(c.Tx, account, regionName, id)
	if set == nil {
		return list
	}
	for _, key := range slices.Sorted(maps.Keys(set.Tags)) {
		list = append(list, types.Tag{Key: new(key), Value: new(set.Tags[key])})
	}
	return list
}

// tagsAtCreation reads the tags that a request gives to the one type of resource that it creates.
func (c *Call) tagsAtCreation(specs []types.TagSpecification, t types.ResourceType) (map[string]string, error) {
	tags := map[string]string{}
	for _, spec := range specs {
		if spec.ResourceType == "" {
			return nil, missingParameter("TagSpecification.ResourceType")
		}
		if spec.ResourceType != t {
			return nil, invalidValue("'%s' is not a valid taggable resource type for this operation.", spec.ResourceType)
		}
		if len(spec.Tags) == 0 {
			return nil, invalidValue("Tag specification must have at least one tag")
		}
		if err := addTags(tags, spec.Tags); err != nil {
			return nil, err
		}
	}
	return tags, c.checkTagCount(tags)
}

// addTags checks tags and puts them into the set.
func addTags(set map[string]string, tags []types.Tag) error {
	named := map[string]bool{}
	for _, t := range tags {
		key, value := or(t.Key, ""), or(t.Value, "")
		switch {
		case key == "":
			return missingParameter("Tag.Key")
		case utf8.RuneCountInString(key) > maxTagKey:
			return fail("InvalidParameterValue", "Tag key exceeds the maximum length of %d characters", maxTagKey)
		case utf8.RuneCountInString(value) > maxTagValue:
			return fail("InvalidParameterValue", "Tag value exceeds the maximum length of %d characters", maxTagValue)
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return invalidValue("Tag keys starting with 'aws:' are reserved for internal use")
		case named[key]:
			return invalidValue("Duplicate tag key '%s' specified.", key)
		}
		named[key] = true
		set[key] = value
	}
	return nil
}

func (c *Call) checkTagCount(tags map[string]string) error {
	if limit := c.Settings.Quotas.TagsPerResource; limit > 0 && len(tags) > limit {
		return fail("TagLimitExceeded", "More than %d tags specified", limit)
	}
	return nil
}

// putTags keeps the tags of a resource of the caller in the Region of the call.
func (c *Call) putTags(id string, t types.ResourceType, tags map[string]string) {
	if len(tags) == 0 {
		tagSets.Delete(c.Tx, c.Account, c.Region, id)
		return
	}
	tagSets.Put(c.Tx, &tagSet{Account: c.Account, Region: c.Region, ResourceID: id, Type: t, Tags: tags})
}

// CreateTags adds tags to resources or replaces their values.
func (c *Call) CreateTags(in *ec2.CreateTagsInput) (*ec2.CreateTagsOutput, error) {
	if len(in.Resources) == 0 {
		return nil, missingParameter("resourceIdSet")
	}
	if len(in.Tags) == 0 {
		return nil, missingParameter("tagSet")
	}
	for _, id := range in.Resources {
		kind, err := c.taggable(id)
		if err != nil {
			return nil, err
		}
		tags := c.ownTags(id)
		if err := addTags(tags, in.Tags); err != nil {
			return nil, err
		}
		if err := c.checkTagCount(tags); err != nil {
			return nil, err
		}
		c.putTags(id, kind.resourceType, tags)
	}
	return &ec2.CreateTagsOutput{}, nil
}

// DeleteTags takes tags off resources: all of them if none is named, and one with a value only if it has that value.
func (c *Call) DeleteTags(in *ec2.DeleteTagsInput) (*ec2.DeleteTagsOutput, error) {
	if len(in.Resources) == 0 {
		return nil, missingParameter("resourceIdSet")
	}
	for _, id := range in.Resources {
		kind, err := c.taggable(id)
		if err != nil {
			return nil, err
		}
		tags := c.ownTags(id)
		if in.Tags == nil {
			clear(tags)
		}
		for _, t := range in.Tags {
			if value, ok := tags[or(t.Key, "")]; ok && (t.Value == nil || *t.Value == value) {
				delete(tags, *t.Key)
			}
		}
		c.putTags(id, kind.resourceType, tags)
	}
	return &ec2.DeleteTagsOutput{}, nil
}

func (c *Call) ownTags(id string) map[string]string {
	if set := tagSets.Get(c.Tx, c.Account, c.Region, id); set != nil {
		return set.Tags
	}
	return map[string]string{}
}

var tagListing = listing[types.TagDescription, types.TagDescription]{
	key:  func(t *types.TagDescription) state.Key { return state.Key{*t.ResourceId, *t.Key} },
	view: func(_ *Call, t *types.TagDescription) types.TagDescription { return *t },
	min:  minResults,
	max:  maxResults,
	filters: filters[types.TagDescription]{
		"key":           func(t types.TagDescription) []string { return []string{*t.Key} },
		"value":         func(t types.TagDescription) []string { return []string{*t.Value} },
		"resource-id":   func(t types.TagDescription) []string { return []string{*t.ResourceId} },
		"resource-type": func(t types.TagDescription) []string { return []string{string(t.ResourceType)} },
	},
}

// DescribeTags lists the tags of the caller's resources in the Region.
func (c *Call) DescribeTags(in *ec2.DescribeTagsInput) (*ec2.DescribeTagsOutput, error) {
	p, keys := splitTagFilters(page{in.Filters, in.MaxResults, in.NextToken})
	all := func(after state.Key) iter.Seq[*types.TagDescription] {
		return func(yield func(*types.TagDescription) bool) {
			for set := range tagSets.Scan(c.Tx, c.Account, c.Region) {
				for _, t := range c.tags(set.Account, set.Region, set.ResourceID) {
					d := &types.TagDescription{ResourceId: new(set.ResourceID), ResourceType: set.Type, Key: t.Key, Value: t.Value}
					if keys(d) && slices.Compare(tagListing.key(d), after) > 0 && !yield(d) {
						return
					}
				}
			}
		}
	}
	items, next, err := tagListing.list(c, p, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeTagsOutput{Tags: items, NextToken: next}, nil
}

// splitTagFilters takes the filters named tag:KEY out of a request; for DescribeTags they pick single tags.
func splitTagFilters(p page) (page, func(*types.TagDescription) bool) {
	var tagged []types.Filter
	p.filters = slices.DeleteFunc(slices.Clone(p.filters), func(f types.Filter) bool {
		if strings.HasPrefix(or(f.Name, ""), "tag:") {
			tagged = append(tagged, f)
			return true
		}
		return false
	})
	return p, func(d *types.TagDescription) bool {
		for _, f := range tagged {
			if strings.TrimPrefix(*f.Name, "tag:") != *d.Key || !anyMatch(f.Values, []string{*d.Value}) {
				return false
			}
		}
		return true
	}
}

// kind is a type of resource that can carry tags.
type kind struct {
	prefix       string
	resourceType types.ResourceType
	find         func(c *Call, id string) error // AWS's error unless the caller has that resource in this Region
}

// taggable finds the kind of resource that has this id.
func (c *Call) taggable(id string) (*kind, error) {
	best := kindOf(id)
	if best == nil {
		return nil, fail("InvalidID", "The ID '%s' is not valid", id)
	}
	return best, best.find(c, id)
}
