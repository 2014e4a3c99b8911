package ec2api

import (
	"errors"
	"net/netip"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	smithy "github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/state"
)

func TestCut(t *testing.T) {
	one, two := state.Key{"1"}, state.Key{"2"}
	part := func(prefix string, source state.Key) publicPart {
		return publicPart{netip.MustParsePrefix(prefix), source}
	}
	for _, test := range []struct {
		name string
		have []publicPart
		cut  string
		want []publicPart
	}{
		{"all of a range", []publicPart{part("10.0.0.0/30", one)}, "10.0.0.0/30", nil},
		{"more than a range", []publicPart{part("10.0.0.4/30", one), part("10.0.0.8/30", two)}, "10.0.0.0/29", []publicPart{part("10.0.0.8/30", two)}},
		{"nothing of a range", []publicPart{part("10.0.0.0/30", one)}, "10.0.0.4/30", []publicPart{part("10.0.0.0/30", one)}},
		{"the first half", []publicPart{part("10.0.0.0/30", one)}, "10.0.0.0/31", []publicPart{part("10.0.0.2/31", one)}},
		{"one in the middle", []publicPart{part("10.0.0.0/29", one)}, "10.0.0.2/32", []publicPart{part("10.0.0.0/31", one), part("10.0.0.3/32", one), part("10.0.0.4/30", one)}},
		{"the very last address", []publicPart{part("255.255.255.254/31", one)}, "255.255.255.255/32", []publicPart{part("255.255.255.254/32", one)}},
	} {
		r := &publicIPv4Pool{Parts: test.have}
		r.cut(netip.MustParsePrefix(test.cut))
		if !slices.EqualFunc(r.Parts, test.want, func(a, b publicPart) bool { return a.Prefix == b.Prefix && slices.Equal(a.Source, b.Source) }) {
			t.Errorf("%s: %v without %s = %v, want %v", test.name, test.have, test.cut, r.Parts, test.want)
		}
	}
}

func TestOwnPool(t *testing.T) {
	as := openState(t, DefaultSettings())
	err := as("111122223333", func(c *Call) error {
		r := c.makeOwnPool(netip.MustParsePrefix("198.51.0.0/16"), c.Region, "mine", map[string]string{"k": "v"})
		got := r.show(c)
		if len(got.PoolAddressRanges) != 1 || *got.TotalAvailableAddressCount != 65536 || *got.PoolAddressRanges[0].LastAddress != "198.51.255.255" || len(got.Tags) != 1 {
			t.Errorf("a pool with 198.51.0.0/16 = %+v", got)
		}
		if _, err := c.DeprovisionPublicIpv4PoolCidr(&ec2.DeprovisionPublicIpv4PoolCidrInput{PoolId: r.PoolId, Cidr: new("198.51.0.0/24")}); err == nil {
			t.Error("a part of a range without IPAM was deprovisioned")
		}
		if err := c.removeOwnPool(r); err != nil {
			return err
		}
		_, err := c.publicIPv4Pool(*r.PoolId)
		return err
	})
	if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != "InvalidPublicIpv4PoolID.NotFound" {
		t.Errorf("the pool after its end: %v, want InvalidPublicIpv4PoolID.NotFound", err)
	}
}
