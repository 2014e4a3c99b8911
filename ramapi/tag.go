package ramapi

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/server/op"
)

var tagOperations = []op.Op{
	op.Write((*Call).TagResource),
	op.Write((*Call).UntagResource),
}

// Limits of https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

// withTags returns the tags with others added or put in the place of those with the same keys.
func withTags(tags, more []types.Tag) ([]types.Tag, error) {
	tags = slices.Clone(tags)
	for _, t := range more {
		key, value := or(t.Key, ""), or(t.Value, "")
		switch {
		case key == "" || utf8.RuneCountInString(key) > maxTagKey:
			return nil, invalidParameter("A tag key has 1 to %d characters.", maxTagKey)
		case utf8.RuneCountInString(value) > maxTagValue:
			return nil, invalidParameter("A tag value has at most %d characters.", maxTagValue)
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return nil, invalidParameter("Tag keys that start with aws: are reserved for AWS.")
		}
		tags = slices.DeleteFunc(tags, func(old types.Tag) bool { return *old.Key == key })
		tags = append(tags, types.Tag{Key: new(key), Value: new(value)})
	}
	if len(tags) > maxTags {
		return nil, &types.TagLimitExceededException{Message: text("A resource has at most %d tags.", []any{maxTags})}
	}
	return sorted(tags, func(t types.Tag) string { return *t.Key }), nil
}

// changeTags changes the tags of the share or the permission that a request names, by either of its two parameters.
func (c *Call) changeTags(shareArn, resourceArn *string, change func([]types.Tag) ([]types.Tag, error)) error {
	arn := resourceArn
	switch {
	case shareArn == nil && resourceArn == nil, shareArn != nil && resourceArn != nil:
		return invalidParameter("Specify either resourceShareArn or resourceArn.")
	case shareArn != nil:
		arn = shareArn
	}
	if shareArn == nil && permissionARN().MatchString(*arn) {
		p, err := c.ownPermission(arn)
		if err != nil {
			return err
		}
		if p.Tags, err = change(p.Tags); err != nil {
			return err
		}
		permissions.Put(c.Tx, p)
		return nil
	}
	s, err := c.liveShare(arn)
	if err != nil {
		return err
	}
	if s.Tags, err = change(s.Tags); err != nil {
		return err
	}
	shares.Put(c.Tx, s)
	return nil
}

// TagResource gives tags to a share or a permission.
func (c *Call) TagResource(in *ram.TagResourceInput) (*ram.TagResourceOutput, error) {
	if in.Tags == nil {
		return nil, missing("tags")
	}
	err := c.changeTags(in.ResourceShareArn, in.ResourceArn, func(tags []types.Tag) ([]types.Tag, error) { return withTags(tags, in.Tags) })
	return &ram.TagResourceOutput{}, err
}

// UntagResource takes tags off a share or a permission. Keys that it has not are passed over.
func (c *Call) UntagResource(in *ram.UntagResourceInput) (*ram.UntagResourceOutput, error) {
	if in.TagKeys == nil {
		return nil, missing("tagKeys")
	}
	err := c.changeTags(in.ResourceShareArn, in.ResourceArn, func(tags []types.Tag) ([]types.Tag, error) {
		return slices.DeleteFunc(tags, func(t types.Tag) bool { return slices.Contains(in.TagKeys, *t.Key) }), nil
	})
	return &ram.UntagResourceOutput{}, err
}
