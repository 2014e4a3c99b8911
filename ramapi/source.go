package ramapi

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/server/op"
)

var sourceOperations = []op.Op{
	op.Read((*Call).ListSourceAssociations),
}

// sourceForms are what a source may be, with the condition key that it stands for in the policy of a resource. AWS does
// not document the values of sourceType; here they are those keys' last words.
var sourceForms = []struct {
	kind    string
	key     string
	pattern func() *regexp.Regexp
}{
	{"SourceAccount", "aws:SourceAccount", matching(`^\d{12}$`)},
	{"SourceArn", "aws:SourceArn", matching(`^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:\S+$`)},
	{"SourceOrgID", "aws:SourceOrgID", matching(`^o-[a-z0-9]{10,32}$`)},
	{"SourceOrgPaths", "aws:SourceOrgPaths", matching(`^o-[a-z0-9]{10,32}/\S+$`)},
}

func kindOfSource(source string) (string, error) {
	for _, f := range sourceForms {
		if f.pattern().MatchString(source) {
			return f.kind, nil
		}
	}
	return "", invalidParameter("The source %s is malformed. Specify an account ID, an ARN, an organization ID or an organization path.", source)
}

// ListSourceAssociations lists the sources of the caller's shares.
func (c *Call) ListSourceAssociations(in *ram.ListSourceAssociationsInput) (*ram.ListSourceAssociationsOutput, error) {
	if err := oneOf("associationStatus", in.AssociationStatus); err != nil {
		return nil, err
	}
	list, err := c.sharesNamed(types.ResourceOwnerSelf, in.ResourceShareArns)
	if err != nil {
		return nil, err
	}
	var rows []row[types.AssociatedSource]
	for _, s := range list {
		for a := range s.associations(c.Tx, typeSource) {
			status := c.statusOf(a)
			if !is(in.SourceId, *a.AssociatedEntity) || !is(in.SourceType, a.Kind) || in.AssociationStatus != "" && in.AssociationStatus != status {
				continue
			}
			rows = append(rows, rowOf(a.key(), types.AssociatedSource{
				ResourceShareArn: a.ResourceShareArn,
				SourceId:         a.AssociatedEntity,
				SourceType:       new(a.Kind),
				Status:           new(string(status)),
				CreationTime:     a.CreationTime,
				LastUpdatedTime:  a.LastUpdatedTime,
			}))
		}
	}
	items, next, err := paged(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ram.ListSourceAssociationsOutput{SourceAssociations: items, NextToken: next}, nil
}
