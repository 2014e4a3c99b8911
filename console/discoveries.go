package console

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var discoveryPages = []route{
	{"discoveries", (*visit).discoveries},
	{"discoveries/{discovery}", (*visit).discovery},
}

func (v *visit) allDiscoveries(ids ...string) ([]types.IpamResourceDiscovery, error) {
	return collect(v, &ec2.DescribeIpamResourceDiscoveriesInput{IpamResourceDiscoveryIds: ids}, func(out *ec2.DescribeIpamResourceDiscoveriesOutput) []types.IpamResourceDiscovery {
		return out.IpamResourceDiscoveries
	})
}

func (v *visit) discoveries() (*page, error) {
	list, err := v.allDiscoveries()
	if err != nil {
		return nil, err
	}
	return &page{Title: "Resource discoveries", Content: discoveriesView(list)}, nil
}

// discoveriesView is the resource discoveries that the account sees in the Region.
type discoveriesView []types.IpamResourceDiscovery

// discoveryView is one resource discovery and what it has found in a Region.
type discoveryView struct {
	types.IpamResourceDiscovery
	Mine         bool
	Where        string // the Region that is shown
	Associations []types.IpamResourceDiscoveryAssociation
	Accounts     []types.IpamDiscoveredAccount
	Resources    []types.IpamDiscoveredResourceCidr
	Tokens       tokens
	Refused      *problem
}

const discoveredOfAPage = 100

func (v *visit) discovery() (*page, error) {
	list, err := v.allDiscoveries(v.id("discovery"))
	if err != nil {
		return nil, err
	}
	view := &discoveryView{IpamResourceDiscovery: list[0], Mine: *list[0].OwnerId == v.Account, Where: v.Region}
	if where := v.request.FormValue("where"); slices.Contains(regionNames(view.OperatingRegions), where) {
		view.Where = where
	}
	if view.Associations, err = v.associationsOf(*view.IpamResourceDiscoveryId); err != nil {
		return nil, err
	}
	accounts, err := call[ec2.GetIpamDiscoveredAccountsOutput](v, &ec2.GetIpamDiscoveredAccountsInput{
		IpamResourceDiscoveryId: view.IpamResourceDiscoveryId, DiscoveryRegion: &view.Where, MaxResults: new(int32(discoveredOfAPage)),
	})
	if err == nil {
		view.Accounts = accounts.IpamDiscoveredAccounts
		var found *ec2.GetIpamDiscoveredResourceCidrsOutput
		found, err = call[ec2.GetIpamDiscoveredResourceCidrsOutput](v, &ec2.GetIpamDiscoveredResourceCidrsInput{
			IpamResourceDiscoveryId: view.IpamResourceDiscoveryId, ResourceRegion: &view.Where, MaxResults: new(int32(discoveredOfAPage)), NextToken: v.text("next"),
		})
		if err == nil {
			view.Resources, view.Tokens = found.IpamDiscoveredResourceCidrs, v.tokens(found.NextToken)
		}
	}
	if err != nil {
		view.Refused = problemOf(err)
	}
	return &page{Title: "Resource discovery", Content: view, Up: &crumb{"Resource discoveries", v.href("discoveries")}}, nil
}

func (v *visit) associationsOf(id string) ([]types.IpamResourceDiscoveryAssociation, error) {
	in := &ec2.DescribeIpamResourceDiscoveryAssociationsInput{}
	all, err := collect(v, in, func(out *ec2.DescribeIpamResourceDiscoveryAssociationsOutput) []types.IpamResourceDiscoveryAssociation {
		return out.IpamResourceDiscoveryAssociations
	})
	return slices.DeleteFunc(all, func(a types.IpamResourceDiscoveryAssociation) bool { return value(a.IpamResourceDiscoveryId) != id }), err
}
