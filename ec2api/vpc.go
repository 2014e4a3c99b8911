package ec2api

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// vpc is a VPC. OwnerId and Region are the account and the Region it belongs to.
type vpc struct {
	types.Vpc
	Region string
}

func (r *vpc) key() state.Key { return state.Key{*r.OwnerId, r.Region, *r.VpcId} }

var (
	vpcs     = state.NewTable(&Schema, "vpc", (*vpc).key)
	vpcsByID = state.NewIndex(vpcs, "id", func(r *vpc) []state.Key { return []state.Key{{*r.VpcId}} })
)

func noVPC(id string) error { return notFound("InvalidVpcID.NotFound", "vpc", id) }

// defaultVPC is the id of the default VPC in the Region of the call, or none.
func (c *Call) defaultVPC() string {
	for v := range vpcs.Scan(c.Tx, c.Account, c.Region) {
		if *v.IsDefault {
			return *v.VpcId
		}
	}
	return "none"
}
