package console

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var publicPages = []route{{"public", (*visit).public}}

// publicView is the public addresses that a resource discovery has found in a Region.
type publicView struct {
	Discovery string // empty: the account has none here
	Regions   []string
	Where     string
	Kinds     *meter
	Usage     *meter
	Idle      int // elastic addresses that nothing uses, on this page
	Addresses []types.IpamDiscoveredPublicAddress
	Tokens    tokens
}

func (v *visit) public() (*page, error) {
	view := &publicView{Where: v.Region}
	p := &page{Title: "Public IP insights", Content: view}
	discoveries, err := v.allDiscoveries()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(discoveries, func(d types.IpamResourceDiscovery) bool { return value(d.IsDefault) && *d.OwnerId == v.Account })
	if i < 0 {
		return p, nil
	}
	view.Discovery = *discoveries[i].IpamResourceDiscoveryId
	view.Regions = regionNames(discoveries[i].OperatingRegions)
	if where := v.request.FormValue("where"); slices.Contains(view.Regions, where) {
		view.Where = where
	}
	out, err := call[ec2.GetIpamDiscoveredPublicAddressesOutput](v, &ec2.GetIpamDiscoveredPublicAddressesInput{
		IpamResourceDiscoveryId: &view.Discovery, AddressRegion: &view.Where, MaxResults: new(int32(pageSize)), NextToken: v.text("next"),
	})
	if err != nil {
		return nil, err
	}
	view.Addresses, view.Tokens = out.IpamDiscoveredPublicAddresses, v.tokens(out.NextToken)
	view.sum()
	return p, nil
}

// sum counts the addresses of the page by what they are and by whether something uses them.
func (view *publicView) sum() {
	kinds := map[types.IpamPublicAddressType]int{}
	used := 0
	for _, a := range view.Addresses {
		kinds[a.AddressType]++
		if a.AssociationStatus == types.IpamPublicAddressAssociationStatusAssociated {
			used++
		}
	}
	view.Idle = len(view.Addresses) - used
	view.Kinds = &meter{Title: "Public IP types"}
	for n, kind := range types.IpamPublicAddressType("").Values() {
		if kinds[kind] > 0 {
			view.Kinds.add(spaced(string(kind)), []string{"k0", "k1", "k2", "k3", "k4", "k5"}[n%6], "", kinds[kind])
		}
	}
	slices.SortStableFunc(view.Kinds.Parts, func(a, b part) int { return cmp.Compare(b.Count, a.Count) })
	view.Usage = &meter{Title: "Association"}
	view.Usage.add("associated", "good", "", used)
	view.Usage.add("unassociated", "warn", "", view.Idle)
	view.Kinds.lay()
	view.Usage.lay()
}
