package conformance

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var addressTransferTests = []Test{
	{"an address is on offer for seven days", "B470", offerAddress},
	{"an address goes to another account, without its tags", "B471", acceptAddress},
	{"an address that is in use can be offered, not accepted", "B472", acceptTooEarly},
	{"an address is accepted by whom it is offered to", "B473", acceptStranger},
	{"addresses of pools are not transferred", "B474", offerRefused},
	{"the offer of an address is withdrawn", "B475", withdrawOffer},
	{"the transfers of addresses come in pages", "B476", transferPages},
	{"an address that is released is not on offer", "B477", releaseOffered},
	{"an IPAM follows an address to another account", "B478", transferSeen},
}

const week = 7 * 24 * time.Hour

func (t *T) offerTo(account string, allocation *string) (*ec2.EnableAddressTransferOutput, error) {
	return t.ec2(home).EnableAddressTransfer(t.ctx, &ec2.EnableAddressTransferInput{AllocationId: allocation, TransferAccountId: &account})
}

// offered allocates an address and offers it to an account.
func (t *T) offered(account string) *ec2.AllocateAddressOutput {
	a := t.allocateAddress(&ec2.AllocateAddressInput{})
	must(t.offerTo(account, a.AllocationId))(t)
	return a
}

func (t *T) acceptAddress(address *string, tags ...types.TagSpecification) (*ec2.AcceptAddressTransferOutput, error) {
	return t.ec2(home).AcceptAddressTransfer(t.ctx, &ec2.AcceptAddressTransferInput{Address: address, TagSpecifications: tags})
}

func (t *T) transfers(allocations ...string) []types.AddressTransfer {
	return must(t.ec2(home).DescribeAddressTransfers(t.ctx, &ec2.DescribeAddressTransfersInput{AllocationIds: allocations}))(t).AddressTransfers
}

func offerAddress(t *T) {
	receiver := t.as(t.OtherAccount())
	defer t.adopt(receiver)
	a := t.allocateAddress(&ec2.AllocateAddressInput{})
	offer := *must(t.offerTo(receiver.account, a.AllocationId))(t).AddressTransfer
	if offer.TransferOfferExpirationTimestamp == nil {
		t.Fatalf("the offer does not say when it expires")
	}
	equalRecord(t, "the offer", offer, types.AddressTransfer{
		AllocationId: a.AllocationId, PublicIp: a.PublicIp, TransferAccountId: &receiver.account,
		TransferOfferExpirationTimestamp: offer.TransferOfferExpirationTimestamp, AddressTransferStatus: types.AddressTransferStatusPending,
	})
	equalRecord(t, "the transfers", t.transfers(), []types.AddressTransfer{offer})
	equal(t, "number of transfers that the other account sees", len(receiver.transfers()), 0)
	_, err := t.offerTo(t.OtherAccount(), a.AllocationId)
	wantRefusal(t, "offering the address again", err)
	t.advance(week - time.Hour)
	equalRecord(t, "the transfers shortly before the end", t.transfers(), []types.AddressTransfer{offer})
	t.advance(time.Hour)
	equal(t, "number of transfers at the end", len(t.transfers()), 0)
	_, err = receiver.acceptAddress(a.PublicIp)
	wantErrorOf(t, "accepting the address too late", err, "InvalidAddress.NotFound", "")
	must(t.offerTo(receiver.account, a.AllocationId))(t)
	must(receiver.acceptAddress(a.PublicIp))(t)
}

func acceptAddress(t *T) {
	receiver := t.as(t.OtherAccount())
	defer t.adopt(receiver)
	a := t.allocateAddress(&ec2.AllocateAddressInput{TagSpecifications: tagged(types.ResourceTypeElasticIp, "Name", "door", "env", "prod")})
	offer := *must(t.offerTo(receiver.account, a.AllocationId))(t).AddressTransfer
	accepted := *must(receiver.acceptAddress(a.PublicIp, tagged(types.ResourceTypeElasticIp, "Name", "gate")...))(t).AddressTransfer
	if accepted.TransferOfferAcceptedTimestamp == nil {
		t.Fatalf("the answer of AcceptAddressTransfer does not say when it was accepted")
	}
	if left := offer.TransferOfferExpirationTimestamp.Sub(*accepted.TransferOfferAcceptedTimestamp); left > week || left < week-time.Hour {
		t.Errorf("an offer that was accepted at once had %v left, want about %v", left, week)
	}
	want := offer
	want.AddressTransferStatus, want.TransferOfferAcceptedTimestamp = types.AddressTransferStatusAccepted, accepted.TransferOfferAcceptedTimestamp
	equalRecord(t, "the answer of AcceptAddressTransfer", accepted, want)

	equalRecord(t, "the address in the other account", receiver.describedAddress(a.AllocationId), types.Address{
		AllocationId: a.AllocationId, PublicIp: a.PublicIp, Domain: types.DomainTypeVpc, PublicIpv4Pool: new("amazon"), NetworkBorderGroup: new(home),
		Tags: tags("Name", "gate"),
	})
	equal(t, "number of tags at home", len(must(t.ec2(home).DescribeTags(t.ctx, &ec2.DescribeTagsInput{}))(t).Tags), 0)
	_, err := t.ec2(home).ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{AllocationId: a.AllocationId})
	wantErrorOf(t, "releasing what was given away", err, "InvalidAllocationID.NotFound", "")
	_, err = t.ec2(home).ReleaseAddress(t.ctx, &ec2.ReleaseAddressInput{PublicIp: a.PublicIp})
	wantErrorOf(t, "releasing it by itself", err, "AuthFailure", "…does not belong to you…")

	equalRecord(t, "the transfers", t.transfers(*a.AllocationId), []types.AddressTransfer{accepted})
	receiver.releaseAddress(a.AllocationId)
	_, err = t.ec2(home).AllocateAddress(t.ctx, &ec2.AllocateAddressInput{Address: a.PublicIp})
	wantErrorOf(t, "having back what another account has released", err, "InvalidAddress.NotFound", "")
	equal(t, "the address that the other account has again", str(receiver.allocateAddress(&ec2.AllocateAddressInput{Address: a.PublicIp}).PublicIp), *a.PublicIp)
	t.advance(2*week - time.Hour)
	equalRecord(t, "the transfers after two weeks", t.transfers(), []types.AddressTransfer{accepted})
	t.advance(time.Hour)
	equal(t, "number of transfers later", len(t.transfers()), 0)
}

func acceptTooEarly(t *T) {
	receiver := t.as(t.OtherAccount())
	defer t.adopt(receiver)
	_, subnet, _ := t.onInternet()
	a := t.offered(receiver.account)
	association := t.associateInterface(a, t.networkInterface(subnet))
	must(t.ec2(home).ModifyAddressAttribute(t.ctx, &ec2.ModifyAddressAttributeInput{AllocationId: a.AllocationId, DomainName: new("example.com")}))(t)
	_, err := receiver.acceptAddress(a.PublicIp)
	wantErrorOf(t, "accepting an address that is associated", err, "InvalidTransfer.AddressAssociated", "")
	must(t.ec2(home).DisassociateAddress(t.ctx, &ec2.DisassociateAddressInput{AssociationId: association}))(t)
	_, err = receiver.acceptAddress(a.PublicIp)
	wantErrorOf(t, "accepting an address with a domain name", err, "InvalidTransfer.AddressCustomPtrSet", "")
	must(t.ec2(home).ResetAddressAttribute(t.ctx, &ec2.ResetAddressAttributeInput{AllocationId: a.AllocationId, Attribute: types.AddressAttributeNameDomainName}))(t)
	var last *string
	for range 5 {
		last = receiver.allocateAddress(&ec2.AllocateAddressInput{}).AllocationId
	}
	_, err = receiver.acceptAddress(a.PublicIp)
	wantErrorOf(t, "accepting a sixth address", err, "AddressLimitExceeded", "The maximum number of addresses has been reached.")
	equal(t, "number of addresses at home", len(t.addressesFound(&ec2.DescribeAddressesInput{})), 1)
	equal(t, "the state of the transfer", t.transfers()[0].AddressTransferStatus, types.AddressTransferStatusPending)
	receiver.releaseAddress(last)
	must(receiver.acceptAddress(a.PublicIp))(t)
}

func acceptStranger(t *T) {
	receiver, stranger := t.as(t.OtherAccount()), t.as(t.OtherAccount())
	a := t.offered(receiver.account)
	unoffered := t.allocateAddress(&ec2.AllocateAddressInput{})
	for what, test := range map[string]struct {
		client *ec2.Client
		in     *ec2.AcceptAddressTransferInput
		code   string
	}{
		"another account":        {stranger.ec2(home), &ec2.AcceptAddressTransferInput{Address: a.PublicIp}, "InvalidAddress.NotFound"},
		"the owner":              {t.ec2(home), &ec2.AcceptAddressTransferInput{Address: a.PublicIp}, "InvalidAddress.NotFound"},
		"another Region":         {receiver.ec2(away), &ec2.AcceptAddressTransferInput{Address: a.PublicIp}, "InvalidAddress.NotFound"},
		"what is not on offer":   {receiver.ec2(home), &ec2.AcceptAddressTransferInput{Address: unoffered.PublicIp}, "InvalidAddress.NotFound"},
		"what nobody has":        {receiver.ec2(home), &ec2.AcceptAddressTransferInput{Address: new("192.0.2.1")}, "InvalidAddress.NotFound"},
		"what is no address":     {receiver.ec2(home), &ec2.AcceptAddressTransferInput{Address: a.AllocationId}, "InvalidParameterValue"},
		"tags of another type":   {receiver.ec2(home), &ec2.AcceptAddressTransferInput{Address: a.PublicIp, TagSpecifications: tagged(types.ResourceTypeVpc, "k", "v")}, "InvalidParameterValue"},
		"a dry run of the right": {receiver.ec2(home), &ec2.AcceptAddressTransferInput{Address: a.PublicIp, DryRun: new(true)}, "DryRunOperation"},
	} {
		_, err := test.client.AcceptAddressTransfer(t.ctx, test.in)
		wantErrorOf(t, what, err, test.code, "")
	}
	must(receiver.acceptAddress(a.PublicIp))(t)
	_, err := receiver.acceptAddress(a.PublicIp)
	wantErrorOf(t, "accepting again", err, "InvalidAddress.NotFound", "")
}

func offerRefused(t *T) {
	receiver := t.OtherAccount()
	ipam := t.ipam()
	contiguous, _ := t.contiguous(ipam)
	own := t.byoipPool(ipam, "203.0.113.0/24", ipv4)
	public := t.publicPool()
	must(t.provisionPublic(own, public, 31))(t)
	for what, in := range map[string]*ec2.AllocateAddressInput{
		"an address of a block of Amazon's":    {IpamPoolId: contiguous.IpamPoolId},
		"an address that the account brought":  {IpamPoolId: own.IpamPoolId},
		"an address out of a public IPv4 pool": {PublicIpv4Pool: &public},
	} {
		_, err := t.offerTo(receiver, t.allocateAddress(in).AllocationId)
		wantRefusal(t, what, err)
	}
	a := t.allocateAddress(&ec2.AllocateAddressInput{})
	for what, account := range map[string]string{"the owner": t.account, "no account": "x"} {
		_, err := t.offerTo(account, a.AllocationId)
		wantErrorOf(t, "offering an address to "+what, err, "InvalidParameterValue", "")
	}
	for what, other := range map[string]*ec2.Client{"another account": t.ec2As(receiver, home), "another Region": t.ec2(away)} {
		_, err := other.EnableAddressTransfer(t.ctx, &ec2.EnableAddressTransferInput{AllocationId: a.AllocationId, TransferAccountId: new(t.OtherAccount())})
		wantErrorOf(t, "offering an address as "+what, err, "InvalidAllocationID.NotFound", "")
	}
	equal(t, "number of transfers", len(t.transfers()), 0)
}

func withdrawOffer(t *T) {
	receiver, second := t.as(t.OtherAccount()), t.as(t.OtherAccount())
	defer t.adopt(second)
	a := t.offered(receiver.account)
	disable := func() (*ec2.DisableAddressTransferOutput, error) {
		return t.ec2(home).DisableAddressTransfer(t.ctx, &ec2.DisableAddressTransferInput{AllocationId: a.AllocationId})
	}
	_, err := receiver.ec2(home).DisableAddressTransfer(t.ctx, &ec2.DisableAddressTransferInput{AllocationId: a.AllocationId})
	wantErrorOf(t, "withdrawing another's offer", err, "InvalidAllocationID.NotFound", "")
	equalRecord(t, "the answer of DisableAddressTransfer", *must(disable())(t).AddressTransfer, types.AddressTransfer{
		AllocationId: a.AllocationId, PublicIp: a.PublicIp, AddressTransferStatus: types.AddressTransferStatusDisabled,
	})
	equal(t, "number of transfers", len(t.transfers(*a.AllocationId)), 0)
	_, err = receiver.acceptAddress(a.PublicIp)
	wantErrorOf(t, "accepting what is no longer offered", err, "InvalidAddress.NotFound", "")
	_, err = disable()
	wantRefusal(t, "withdrawing no offer", err)
	must(t.offerTo(second.account, a.AllocationId))(t)
	must(second.acceptAddress(a.PublicIp))(t)
	_, err = disable()
	wantErrorOf(t, "withdrawing what was accepted", err, "InvalidAllocationID.NotFound", "")
	equal(t, "number of addresses of the second account", len(second.addressesFound(&ec2.DescribeAddressesInput{})), 1)
}

func transferPages(t *T) {
	receiver := t.as(t.OtherAccount())
	client := t.ec2(home)
	var last *ec2.AllocateAddressOutput
	for range 5 {
		last = t.offered(receiver.account)
	}
	must(receiver.acceptAddress(last.PublicIp))(t)
	t.offered(receiver.account)
	first := must(client.DescribeAddressTransfers(t.ctx, &ec2.DescribeAddressTransfersInput{MaxResults: new(int32(5))}))(t)
	equal(t, "number of transfers on the first page", len(first.AddressTransfers), 5)
	rest := must(client.DescribeAddressTransfers(t.ctx, &ec2.DescribeAddressTransfersInput{MaxResults: new(int32(5)), NextToken: first.NextToken}))(t)
	equal(t, "number of transfers on the second page", len(rest.AddressTransfers), 1)
	equal(t, "NextToken of the second page", str(rest.NextToken), absent)
	found := t.transfers(*last.AllocationId)
	if len(found) != 1 || *found[0].PublicIp != *last.PublicIp {
		t.Errorf("the transfers of %s = %s, want one", *last.AllocationId, jsonLines(found))
	}
	for what, test := range map[string]struct {
		in   *ec2.DescribeAddressTransfersInput
		code string
	}{
		"too small a page":      {&ec2.DescribeAddressTransfersInput{MaxResults: new(int32(4))}, "InvalidParameterValue"},
		"too large a page":      {&ec2.DescribeAddressTransfersInput{MaxResults: new(int32(1001))}, "InvalidParameterValue"},
		"a token of nowhere":    {&ec2.DescribeAddressTransfersInput{NextToken: new("x")}, "InvalidNextToken"},
		"an unknown allocation": {&ec2.DescribeAddressTransfersInput{AllocationIds: []string{"eipalloc-0123456789abcdef0"}}, "InvalidAllocationID.NotFound"},
	} {
		_, err := client.DescribeAddressTransfers(t.ctx, test.in)
		wantErrorOf(t, what, err, test.code, "")
	}
	equal(t, "number of transfers elsewhere", len(must(t.ec2(away).DescribeAddressTransfers(t.ctx, &ec2.DescribeAddressTransfersInput{}))(t).AddressTransfers), 0)
}

func releaseOffered(t *T) {
	receiver := t.as(t.OtherAccount())
	a := t.offered(receiver.account)
	t.releaseAddress(a.AllocationId)
	equal(t, "number of transfers", len(t.transfers()), 0)
	_, err := receiver.acceptAddress(a.PublicIp)
	wantErrorOf(t, "accepting what was released", err, "InvalidAddress.NotFound", "")
	again := t.allocateAddress(&ec2.AllocateAddressInput{Address: a.PublicIp})
	equal(t, "number of transfers of the address that is had again", len(t.transfers(*again.AllocationId)), 0)
}

// transferSeen follows an address from the administrator of an organization to a member, and from there out of the organization.
func transferSeen(t *T) {
	w := t.delegated()
	n, member, outside := t.as(w.network), t.as(w.workload), t.as(t.OtherAccount())
	defer t.adopt(n)
	defer t.adopt(member)
	a := n.allocateAddress(&ec2.AllocateAddressInput{})
	scope, cidr := w.ipam.PublicDefaultScopeId, *a.PublicIp+"/32"
	t.advance(time.Hour)
	must(n.offerTo(member.account, a.AllocationId))(t)
	equal(t, "the owner while the address is on offer", str(n.rowOf(scope, *a.AllocationId).ResourceOwnerId), n.account)
	must(member.acceptAddress(a.PublicIp, tagged(types.ResourceTypeElasticIp, "Name", "door")...))(t)
	t.advance(time.Hour)
	row := n.rowOf(scope, *a.AllocationId)
	equal(t, "the owner of the row", str(row.ResourceOwnerId), member.account)
	equal(t, "the name of the row", str(row.ResourceName), "door")
	found := n.publicAddresses(w.ipam.DefaultResourceDiscoveryId, home)
	if len(found) != 1 {
		t.Fatalf("the discovery finds %d public addresses, want 1", len(found))
	}
	equal(t, "the owner of the public address", str(found[0].AddressOwnerId), member.account)
	equal(t, "the type of the public address", found[0].AddressType, types.IpamPublicAddressTypeAmazonOwnedEip)
	owners := map[string]bool{}
	for _, r := range n.history(scope, cidr, ever) {
		owners[*r.ResourceOwnerId] = r.SampledEndTime != nil
	}
	equalRecord(t, "whether the records of each owner have ended", owners, map[string]bool{n.account: true, member.account: false})

	must(member.offerTo(outside.account, a.AllocationId))(t)
	must(outside.acceptAddress(a.PublicIp))(t)
	t.advance(time.Hour)
	equal(t, "number of rows outside", len(n.cidrsIn(scope)), 0)
	equal(t, "number of public addresses outside", len(n.publicAddresses(w.ipam.DefaultResourceDiscoveryId, home)), 0)
	equal(t, "number of records now", len(n.history(scope, cidr)), 0)
	equal(t, "number of records of ever", len(n.history(scope, cidr, ever)), 2)
}
