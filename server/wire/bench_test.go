package wire_test

import (
	"testing"
	"time"

	"github.com/ipam-local/ipam-local/server/wire"
)

// A request and a reply of the size of CreateIpamPool's.
const benchForm = allocate + "&AddressFamily=ipv4&AllowedCidr.1=10.0.0.0%2F8&AllowedCidr.2=10.1.0.0%2F16&Entry.Cidr=10.0.0.0%2F8" +
	"&Entry.Description=a+pool+for+tests&Filter.1.Name=tag%3Aname&Filter.1.Value.1=a&Filter.1.Value.2=b&Filter.2.Name=x" +
	"&Filter.2.Value.1=c&IpamPoolId=ipam-pool-0123456789abcdef0&NetmaskLength=24&PreviewNextCidr=true"

func BenchmarkDecode(b *testing.B) {
	codec := wire.EC2Query()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(codec, post(benchForm)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	codec := wire.EC2Query()
	out := &Output{
		Text: new("ipam-pool-0123456789abcdef0"), Flag: new(true), Number: new(int32(24)), At: new(time.Now()), Family: "ipv4",
		Tags: make([]Tag, 10), Inner: &Inner{Shares: []float64{0.25, 0.5}},
	}
	for i := range out.Tags {
		out.Tags[i] = Tag{new("cost-center"), new("a value that needs <escaping>")}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.Encode("CreateIpamPool", out, "b25f48e8-84fd-11e6-80d9-574e0c4664cb"); err != nil {
			b.Fatal(err)
		}
	}
}
