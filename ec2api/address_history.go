package ec2api

import (
	"iter"
	"net/netip"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var addressHistoryOperations = []op.Op{
	op.Read((*Call).GetIpamAddressHistory),
}

// addressRecord is a time in which an IPAM saw a CIDR of a resource in a scope, and saw it as the record says: what
// changes the record ends it and begins another. One without an end is in force. How they come about is in address_record.go.
type addressRecord struct {
	types.IpamAddressHistoryRecord
	OwnerId     string // of the IPAM
	IpamRegion  string // home of the IPAM
	IpamId      string
	IpamScopeId string
}

// The key is in the order in which AWS's examples show records: by Region, then by resource.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/tutorials-historical-insights.html
func (r *addressRecord) key() state.Key {
	return state.Key{
		r.OwnerId, r.IpamRegion, r.IpamId, r.IpamScopeId, *r.ResourceCidr, *r.ResourceRegion, *r.ResourceId,
		r.SampledStartTime.Format("2006-01-02T15:04:05.000Z"),
	}
}

var (
	addressRecords = state.NewTable(&Schema, "ipam-address-record", (*addressRecord).key)
	// openAddressRecords finds those in force by their resource.
	openAddressRecords = state.NewIndex(addressRecords, "open", func(r *addressRecord) []state.Key {
		if r.SampledEndTime != nil {
			return nil
		}
		return []state.Key{{*r.ResourceId}}
	})
	// aloneAddressRecords finds those in force that say of a VPC that nothing overlaps it, by its scope and CIDR.
	aloneAddressRecords = state.NewIndex(addressRecords, "alone", func(r *addressRecord) []state.Key {
		if r.SampledEndTime != nil || r.ResourceType != types.IpamAddressHistoryResourceTypeVpc || r.ResourceOverlapStatus != types.IpamOverlapStatusNonoverlapping {
			return nil
		}
		return []state.Key{{r.IpamScopeId, *r.ResourceCidr}}
	})
)

// addressRetention is how long records can be found after their end, in hours of 365 days a year.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/view-history-cidr-ipam.html
const addressRetention = 3 * 365 * 24 * time.Hour

var addressHistoryListing = listing[addressRecord, types.IpamAddressHistoryRecord]{
	key:  (*addressRecord).key,
	view: func(_ *Call, r *addressRecord) types.IpamAddressHistoryRecord { return r.IpamAddressHistoryRecord },
	min:  1,
	max:  maxResults,
}

// historyPage is how many records a page has unless the request says otherwise.
const historyPage = 100

// GetIpamAddressHistory lists who had exactly that CIDR in a scope, now or in a time.
// Source: https://docs.aws.amazon.com/vpc/latest/ipam/view-history-cidr-ipam.html
func (c *Call) GetIpamAddressHistory(in *ec2.GetIpamAddressHistoryInput) (*ec2.GetIpamAddressHistoryOutput, error) {
	s, err := c.liveScope(*in.IpamScopeId)
	if err != nil {
		return nil, err
	}
	if i, err := c.liveIpam(s.IpamId); err != nil {
		return nil, err
	} else if i.Tier == types.IpamTierFree {
		return nil, fail(codeUnsupportedOperation, "The operation GetIpamAddressHistory is not supported. The IPAM %s is in the free tier. The history of addresses needs the advanced tier.", s.IpamId)
	}
	prefix, err := historyPrefix(*in.Cidr)
	if err != nil {
		return nil, err
	}
	w, err := c.window(in)
	if err != nil {
		return nil, err
	}
	all := func(after state.Key) iter.Seq[*addressRecord] {
		return func(yield func(*addressRecord) bool) {
			for r := range addressRecords.ScanAfter(c.Tx, after, *s.OwnerId, *s.IpamRegion, s.IpamId, *s.IpamScopeId, prefix.String()) {
				if w.shows(r) && (in.VpcId == nil || or(r.VpcId, "") == *in.VpcId) && !yield(r) {
					return
				}
			}
		}
	}
	size := in.MaxResults
	if size == nil {
		size = new(int32(historyPage))
	}
	items, next, err := addressHistoryListing.list(c, page{max: size, token: in.NextToken}, all)
	if err != nil {
		return nil, err
	}
	return &ec2.GetIpamAddressHistoryOutput{HistoryRecords: items, NextToken: next}, nil
}

// historyPrefix reads the CIDR of a request; an address alone, which the console takes, stands for itself.
func historyPrefix(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" && !a.Is4In6() {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := anyCIDR(text, "cidr")
	if err == nil && p != p.Masked() {
		err = invalidValue("Value (%s) for parameter cidr is invalid. The CIDR has host bits.", text)
	}
	return p, err
}

// window is the time that a request asks about. Both ends belong to it.
type window struct{ from, to time.Time }

func (c *Call) window(in *ec2.GetIpamAddressHistoryInput) (w window, err error) {
	w.to = or(in.EndTime, c.Tx.Now)
	w.from = or(in.StartTime, w.to)
	if w.from.After(w.to) {
		return w, invalidValue("Value (%s) for parameter startTime is invalid. It is after the end time %s.", w.from.Format(time.RFC3339), w.to.Format(time.RFC3339))
	}
	if kept := c.Tx.Now.Add(-addressRetention); w.from.Before(kept) {
		w.from = kept
	}
	return w, nil
}

// shows tells whether a record was in force at some moment of the window. It no longer is at its end.
func (w window) shows(r *addressRecord) bool {
	return !r.SampledStartTime.After(w.to) && (r.SampledEndTime == nil || r.SampledEndTime.After(w.from))
}
