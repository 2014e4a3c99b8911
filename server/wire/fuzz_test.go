package wire_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server/wire"
)

// FuzzDecode checks that a form is decoded or refused with an AWS error, and that the order of its parameters makes no
// difference.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "Proxy=a", "&&=&=", "Filter.1.Name=a&Filter.1.Value.1=x&Filter.10.Name=b&Filter.2.Name=c",
		"Entry.Cidr=a&Entry.Inner.Cidr=b&Entry.Inner.Inner.Inner.Cidr=c", "AllowedCidr.999999999=a", "AllowedCidr.=a&AllowedCidr=",
		"Filter.1=a&Filter.1.Name=b", "Filter.01.Name=a&Filter.1.Name=b", "Entry.=a&Entry..=b", "%zz=1", "A%2EB=1;C=2",
		"NetmaskLength=1&NetmaskLength=2", "Share=0x1p-2&Size=-9223372036854775808&At=2026-01-02T03:04:05Z&Proof=AA%3D%3D",
	} {
		f.Add(seed)
	}
	ec2, sts := wire.EC2Query(), wire.Query("2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/")
	f.Fuzz(func(t *testing.T, form string) {
		backwards := strings.Split(form, "&")
		slices.Reverse(backwards)
		for _, codec := range []wire.Codec{ec2, sts} {
			got, err := decode(codec, post("Action=A&IpamPoolId=p&"+form))
			again, err2 := decode(codec, post(strings.Join(backwards, "&")+"&IpamPoolId=p&Action=A"))
			if (err == nil) != (err2 == nil) || err == nil && !same(got, again) {
				t.Errorf("%T: Decode(%q) = %+v, %v, but backwards %+v, %v", codec, form, got, err, again, err2)
			}
			if err == nil {
				continue
			}
			if apiErr, ok := errors.AsType[smithy.APIError](err); !ok || apiErr.ErrorCode() == "" {
				t.Errorf("%T: Decode(%q): error %v is not AWS's", codec, form, err)
			}
			if reply := codec.EncodeError(err.(smithy.APIError), "id"); reply.Status/100 != 4 {
				t.Errorf("%T: Decode(%q) is answered with %d, want 4xx", codec, form, reply.Status)
			}
		}
	})
}

// same is reflect.DeepEqual but takes NaN for equal to itself.
func same(a, b *AllocateIpamPoolCidrInput) bool {
	if a.Share != nil && b.Share != nil && *a.Share != *a.Share {
		a.Share, b.Share = nil, nil
	}
	return reflect.DeepEqual(a, b)
}
