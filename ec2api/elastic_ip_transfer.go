package ec2api

import (
	"iter"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/state"
)

var addressTransferOperations = []op.Op{
	op.Write((*Call).EnableAddressTransfer),
	op.Write((*Call).DisableAddressTransfer),
	op.Write((*Call).AcceptAddressTransfer),
	op.Read((*Call).DescribeAddressTransfers),
}

// How long an address is on offer, and how long the account that has given it away still sees that. The reference page of
// AddressTransfer says seven hours; that of DescribeAddressTransfers and the guide say seven days.
// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/transfer-EIPs-intro-ec2.html
const (
	addressOffered  = 7 * 24 * time.Hour
	addressAccepted = 14 * 24 * time.Hour
)

// addressTransfer is the offer of an Elastic IP address to another account, pending or accepted.
type addressTransfer struct {
	types.AddressTransfer
	OwnerId string // who offers it
	Region  string
}

func (r *addressTransfer) key() state.Key { return state.Key{r.OwnerId, r.Region, *r.AllocationId} }

var (
	addressTransfers = state.NewTable(&Schema, "elastic-ip-transfer", (*addressTransfer).key)
	// pendingTransfers is by what the account that accepts knows.
	pendingTransfers = state.NewIndex(addressTransfers, "pending", func(r *addressTransfer) []state.Key {
		if !r.pending() {
			return nil
		}
		return []state.Key{{*r.TransferAccountId, r.Region, *r.PublicIp}}
	})
	addressTransfersGone = state.NewQueue(&Schema, "elastic-ip-transfer-gone", func(tx *state.Tx, key state.Key) { addressTransfers.Delete(tx, key...) })
)

func (r *addressTransfer) pending() bool {
	return r.AddressTransferStatus == types.AddressTransferStatusPending
}

// putUntil stores the transfer, which is forgotten at that time.
func (r *addressTransfer) putUntil(tx *state.Tx, end time.Time) {
	addressTransfers.Put(tx, r)
	addressTransfersGone.At(tx, end, r.key()...)
}

// pendingTransfer is the offer that stands for an address, or nil.
func (r *elasticIP) pendingTransfer(tx *state.Tx) *addressTransfer {
	if t := addressTransfers.Get(tx, r.key()...); t != nil && t.pending() {
		return t
	}
	return nil
}

// withdraw ends an offer that nobody has accepted.
func (r *addressTransfer) withdraw(tx *state.Tx) {
	addressTransfers.Delete(tx, r.key()...)
	addressTransfersGone.Cancel(tx, r.key()...)
}

// EnableAddressTransfer offers an address to another account. Whether that can have it shows when it accepts.
func (c *Call) EnableAddressTransfer(in *ec2.EnableAddressTransferInput) (*ec2.EnableAddressTransferOutput, error) {
	r, err := c.elasticIP(*in.AllocationId)
	switch {
	case err != nil:
		return nil, err
	case !accountID.MatchString(*in.TransferAccountId), *in.TransferAccountId == c.Account:
		return nil, invalidValue("Value (%s) for parameter transferAccountId is invalid. It is not the ID of another account.", *in.TransferAccountId)
	case *r.PublicIpv4Pool != amazonsAddresses: // those of pools are shared with the pool
		return nil, fail(codeOperationNotPermitted, "The address %s is from the pool %s and cannot be transferred.", *r.PublicIp, *r.PublicIpv4Pool)
	case r.ServiceManaged != "":
		return nil, errManaged
	case r.pendingTransfer(c.Tx) != nil:
		return nil, fail(codeIncorrectState, "A transfer of the address %s is pending.", *r.PublicIp)
	}
	t := &addressTransfer{
		AddressTransfer: types.AddressTransfer{
			AllocationId:                     r.AllocationId,
			PublicIp:                         r.PublicIp,
			TransferAccountId:                in.TransferAccountId,
			TransferOfferExpirationTimestamp: new(c.Tx.Now.Add(addressOffered)),
			AddressTransferStatus:            types.AddressTransferStatusPending,
		},
		OwnerId: c.Account,
		Region:  c.Region,
	}
	t.putUntil(c.Tx, *t.TransferOfferExpirationTimestamp)
	return &ec2.EnableAddressTransferOutput{AddressTransfer: &t.AddressTransfer}, nil
}

// DisableAddressTransfer withdraws the offer of an address.
func (c *Call) DisableAddressTransfer(in *ec2.DisableAddressTransferInput) (*ec2.DisableAddressTransferOutput, error) {
	r, err := c.elasticIP(*in.AllocationId)
	if err != nil {
		return nil, err
	}
	t := r.pendingTransfer(c.Tx)
	if t == nil {
		return nil, fail(codeIncorrectState, "No transfer of the address %s is pending.", *r.PublicIp)
	}
	t.withdraw(c.Tx)
	return &ec2.DisableAddressTransferOutput{AddressTransfer: &types.AddressTransfer{
		AllocationId: r.AllocationId, PublicIp: r.PublicIp, AddressTransferStatus: types.AddressTransferStatusDisabled,
	}}, nil
}

// AcceptAddressTransfer makes an address the caller's that is on offer to him. It keeps its allocation and loses its tags.
func (c *Call) AcceptAddressTransfer(in *ec2.AcceptAddressTransferInput) (*ec2.AcceptAddressTransferOutput, error) {
	if _, err := readIPv4(*in.Address, "address"); err != nil {
		return nil, err
	}
	tags, err := c.tagsAtCreation(in.TagSpecifications, types.ResourceTypeElasticIp)
	if err != nil {
		return nil, err
	}
	t := pendingTransfers.First(c.Tx, c.Account, c.Region, *in.Address)
	if t == nil {
		return nil, noAddress(*in.Address)
	}
	r := elasticIPs.Get(c.Tx, t.key()...)
	if err := c.checkTransfer(r); err != nil {
		return nil, err
	}
	elasticIPs.Delete(c.Tx, r.key()...)
	tagSets.Delete(c.Tx, r.key()...)
	r.OwnerId = c.Account
	c.putElasticIP(r, tags)
	t.AddressTransferStatus, t.TransferOfferAcceptedTimestamp = types.AddressTransferStatusAccepted, new(c.Tx.Now)
	t.putUntil(c.Tx, c.Tx.Now.Add(addressAccepted))
	return &ec2.AcceptAddressTransferOutput{AddressTransfer: &t.AddressTransfer}, nil
}

// checkTransfer tells whether the caller can take over an address.
// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/transfer-EIPs-intro-ec2.html
func (c *Call) checkTransfer(r *elasticIP) error {
	switch {
	case r.AssociationId != nil:
		return fail("InvalidTransfer.AddressAssociated", "The address %s is associated and cannot be transferred.", *r.PublicIp)
	case r.PtrRecord != nil:
		return fail("InvalidTransfer.AddressCustomPtrSet", "The address %s has a PTR record set and cannot be transferred.", *r.PublicIp)
	}
	return c.checkAddressQuota()
}

var addressTransferListing = listing[addressTransfer, types.AddressTransfer]{
	key:  (*addressTransfer).key,
	view: func(_ *Call, r *addressTransfer) types.AddressTransfer { return r.AddressTransfer },
	min:  minResults,
	max:  maxResults,
}

// DescribeAddressTransfers lists the addresses that the caller offers or has given away.
func (c *Call) DescribeAddressTransfers(in *ec2.DescribeAddressTransfersInput) (*ec2.DescribeAddressTransfersOutput, error) {
	for _, id := range in.AllocationIds {
		if _, err := c.elasticIP(id); err != nil && addressTransfers.Get(c.Tx, c.Account, c.Region, id) == nil {
			return nil, err
		}
	}
	items, next, err := addressTransferListing.list(c, page{max: in.MaxResults, token: in.NextToken},
		func(after state.Key) iter.Seq[*addressTransfer] { return c.addressTransfers(in.AllocationIds, after) })
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeAddressTransfersOutput{AddressTransfers: items, NextToken: next}, nil
}

// addressTransfers yields the caller's behind a key, of the addresses with these allocations if there are any.
func (c *Call) addressTransfers(ids []string, after state.Key) iter.Seq[*addressTransfer] {
	return func(yield func(*addressTransfer) bool) {
		for r := range addressTransfers.ScanAfter(c.Tx, after, c.Account, c.Region) {
			if (len(ids) == 0 || slices.Contains(ids, *r.AllocationId)) && !yield(r) {
				return
			}
		}
	}
}
