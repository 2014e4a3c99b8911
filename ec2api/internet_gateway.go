package ec2api

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var internetGatewayOperations = []op.Op{
	op.Write((*Call).CreateInternetGateway),
	op.Write((*Call).AttachInternetGateway),
	op.Write((*Call).DetachInternetGateway),
	op.Write((*Call).DeleteInternetGateway),
	op.Read((*Call).DescribeInternetGateways),
}

// internetGateway is an internet gateway.
type internetGateway struct {
	types.InternetGateway
	Region string
}

func (r *internetGateway) key() state.Key {
	return state.Key{*r.OwnerId, r.Region, *r.InternetGatewayId}
}

var (
	internetGateways = state.NewTable(&Schema, "internet-gateway", (*internetGateway).key)
	gatewaysByVPC    = state.NewIndex(internetGateways, "vpc", func(r *internetGateway) []state.Key {
		var keys []state.Key
		for _, a := range r.Attachments {
			keys = append(keys, state.Key{*r.OwnerId, r.Region, *a.VpcId})
		}
		return keys
	})
)

var internetGatewayKind = kind{"igw-", types.ResourceTypeInternetGateway, func(c *Call, id string) error { _, err := c.internetGateway(id); return err }}

// internetGateway finds an internet gateway of the caller in the Region of the call.
func (c *Call) internetGateway(id string) (*internetGateway, error) {
	if r := internetGateways.Get(c.Tx, c.Account, c.Region, id); r != nil {
		return r, nil
	}
	return nil, notFound("InvalidInternetGatewayID.NotFound", "internetGateway", id)
}

func (c *Call) newInternetGateway() *internetGateway {
	return &internetGateway{
		InternetGateway: types.InternetGateway{OwnerId: new(c.Account), InternetGatewayId: new(c.newID("igw-"))},
		Region:          c.Region,
	}
}

// attach attaches the gateway; a VPC shows in the state available, not attached.
func (r *internetGateway) attach(vpcID *string) {
	r.Attachments = []types.InternetGatewayAttachment{{VpcId: vpcID, State: "available"}}
}

func (r *internetGateway) show(c *Call) types.InternetGateway {
	v := r.InternetGateway
	if v.Attachments == nil {
		v.Attachments = []types.InternetGatewayAttachment{}
	}
	v.Tags = c.tags(*r.OwnerId, r.Region, *r.InternetGatewayId)
	return v
}

// CreateInternetGateway creates an internet gateway that is not attached to a VPC.
func (c *Call) CreateInternetGateway(in *ec2.CreateInternetGatewayInput) (*ec2.CreateInternetGatewayOutput, error) {
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeInternetGateway)
	if err != nil {
		return nil, err
	}
	r := c.newInternetGateway()
	internetGateways.Put(c.Tx, r)
	c.putTags(*r.InternetGatewayId, types.ResourceTypeInternetGateway, tags)
	return &ec2.CreateInternetGatewayOutput{InternetGateway: new(r.show(c))}, nil
}

// AttachInternetGateway attaches a gateway to a VPC; both can be attached once.
func (c *Call) AttachInternetGateway(in *ec2.AttachInternetGatewayInput) (*ec2.AttachInternetGatewayOutput, error) {
	r, err := c.internetGateway(*in.InternetGatewayId)
	if err != nil {
		return nil, err
	}
	v, err := c.vpc(*in.VpcId)
	if err != nil {
		return nil, err
	}
	if len(r.Attachments) > 0 {
		return nil, fail("Resource.AlreadyAssociated", "resource %s is already attached to network %s", *r.InternetGatewayId, *r.Attachments[0].VpcId)
	}
	if gatewaysByVPC.First(c.Tx, v.key()...) != nil {
		return nil, invalidValue("Network %s already has an internet gateway attached", *v.VpcId)
	}
	r.attach(v.VpcId)
	internetGateways.Put(c.Tx, r)
	return &ec2.AttachInternetGatewayOutput{}, nil
}

// DetachInternetGateway detaches a gateway from its VPC. Routes to it are left behind as black holes.
func (c *Call) DetachInternetGateway(in *ec2.DetachInternetGatewayInput) (*ec2.DetachInternetGatewayOutput, error) {
	r, err := c.internetGateway(*in.InternetGatewayId)
	if err != nil {
		return nil, err
	}
	if _, err := c.vpc(*in.VpcId); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(r.Attachments, func(a types.InternetGatewayAttachment) bool { return *a.VpcId == *in.VpcId }) {
		return nil, fail("Gateway.NotAttached", "resource %s is not attached to network %s", *r.InternetGatewayId, *in.VpcId)
	}
	if c.hasAddresses(*in.VpcId) {
		return nil, fail(codeDependencyViolation, "Network %s has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.", *in.VpcId)
	}
	r.Attachments = nil
	internetGateways.Put(c.Tx, r)
	return &ec2.DetachInternetGatewayOutput{}, nil
}

// DeleteInternetGateway deletes a gateway that is not attached.
func (c *Call) DeleteInternetGateway(in *ec2.DeleteInternetGatewayInput) (*ec2.DeleteInternetGatewayOutput, error) {
	r, err := c.internetGateway(*in.InternetGatewayId)
	if err != nil {
		return nil, err
	}
	if len(r.Attachments) > 0 {
		return nil, fail(codeDependencyViolation, "The internetGateway '%s' has dependencies and cannot be deleted.", *r.InternetGatewayId)
	}
	c.putTags(*r.InternetGatewayId, types.ResourceTypeInternetGateway, nil)
	internetGateways.Delete(c.Tx, r.key()...)
	return &ec2.DeleteInternetGatewayOutput{}, nil
}

var internetGatewayListing = listing[internetGateway, types.InternetGateway]{
	key:  (*internetGateway).key,
	view: func(c *Call, r *internetGateway) types.InternetGateway { return r.show(c) },
	min:  minResults,
	max:  maxResults,
	filters: filters[types.InternetGateway]{
		"internet-gateway-id": func(g types.InternetGateway) []string { return shown(g.InternetGatewayId) },
		"owner-id":            func(g types.InternetGateway) []string { return shown(g.OwnerId) },
		"attachment.state": func(g types.InternetGateway) []string {
			return each(g.Attachments, func(a types.InternetGatewayAttachment) []string { return shown(&a.State) })
		},
		"attachment.vpc-id": func(g types.InternetGateway) []string {
			return each(g.Attachments, func(a types.InternetGatewayAttachment) []string { return shown(a.VpcId) })
		},
	},
}

// DescribeInternetGateways lists the caller's internet gateways in the Region.
func (c *Call) DescribeInternetGateways(in *ec2.DescribeInternetGatewaysInput) (*ec2.DescribeInternetGatewaysOutput, error) {
	all := rows(c, internetGateways, (*internetGateway).key, in.Filters, map[string]*state.Index[internetGateway]{"attachment.vpc-id": gatewaysByVPC})
	items, next, err := internetGatewayListing.describe(c, page{in.Filters, in.MaxResults, in.NextToken}, in.InternetGatewayIds, c.internetGateway, all)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeInternetGatewaysOutput{InternetGateways: items, NextToken: next}, nil
}
