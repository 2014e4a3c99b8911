package stsapi

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// Limits of what a session may bring along. Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const (
	maxPolicy     = 2048 // of the policy and the ARNs of others together
	maxPolicyARNs = 10
	maxTags       = 50
	maxTagKey     = 128
	maxTagValue   = 256
)

// policies checks a session's policies. Whether those exist that are named, nobody knows here.
func (v *checks) policies(policy *string, arns []types.PolicyDescriptorType) {
	v.text("policy", policy, 1, maxPolicy, nil)
	v.count("policyArns", len(arns), maxPolicyARNs)
	for _, p := range arns {
		v.text("policyArns.arn", p.Arn, 20, 2048, nil)
	}
}

func (v *checks) tags(tags []types.Tag) {
	v.count("tags", len(tags), maxTags)
	for _, tag := range tags {
		v.text("tags.key", tag.Key, 1, maxTagKey, nil)
		v.text("tags.value", tag.Value, 0, maxTagValue, nil)
	}
}

// uniqueTags checks that keys do not repeat, in whatever case, and that only tags of the session are handed on.
func uniqueTags(tags []types.Tag, transitive []string) error {
	seen := map[string]bool{}
	for _, tag := range tags {
		key := strings.ToLower(*tag.Key)
		if seen[key] {
			return fail("InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		seen[key] = true
	}
	for _, key := range transitive {
		if !seen[strings.ToLower(key)] {
			return fail("InvalidParameterValue", "The specified transitive tag key %s must be included in the requested tags.", key)
		}
	}
	return nil
}

// packedSize is the part of the allowed space that a session's policies and tags take, in percent; nil without any. How
// AWS packs them is its secret, so this is the part of the longest that can be said.
func packedSize(policy *string, arns []types.PolicyDescriptorType, tags []types.Tag) *int32 {
	if policy == nil && len(arns) == 0 && len(tags) == 0 {
		return nil
	}
	const most = maxPolicy + maxPolicyARNs*2048 + maxTags*(maxTagKey+maxTagValue)
	n := len(or(policy, ""))
	for _, p := range arns {
		n += len(or(p.Arn, ""))
	}
	for _, tag := range tags {
		n += len(*tag.Key) + len(*tag.Value)
	}
	return new(int32((n*100 + most - 1) / most))
}

func tagMap(tags []types.Tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, tag := range tags {
		m[*tag.Key] = *tag.Value
	}
	return m
}
