package wire_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server/wire"
)

// AllocateIpamPoolCidrInput stands in for the SDK's struct of that name, so that its exceptions hold: IpamPoolId is
// required. It has a member of each kind.
type AllocateIpamPoolCidrInput struct {
	IpamPoolId      *string
	NetmaskLength   *int32
	Size            *int64
	Share           *float64
	PreviewNextCidr *bool
	At              *time.Time
	Proof           []byte
	AddressFamily   Family
	AllowedCidrs    []string
	Kinds           []Family
	Filters         []Filter
	Entry           *AddPrefixListEntry
	Proxy           *string
}

type Filter struct {
	Name   *string
	Values []string
}

// AddPrefixListEntry has a required member too, Cidr.
type AddPrefixListEntry struct {
	Cidr, Description *string
	Inner             *AddPrefixListEntry
}

type Family string

func (Family) Values() []Family { return []Family{"ipv4", "ipv6"} }

func post(form string) *wire.Request {
	return &wire.Request{Method: http.MethodPost, Path: "/", Body: []byte(form)}
}

const allocate = "Action=AllocateIpamPoolCidr&Version=2016-11-15"

func decode(codec wire.Codec, r *wire.Request) (*AllocateIpamPoolCidrInput, error) {
	in := &AllocateIpamPoolCidrInput{}
	operation, err := codec.Operation(r)
	if err == nil {
		err = codec.Decode(r, operation, in)
	}
	return in, err
}

func TestDecode(t *testing.T) {
	id := new("ipam-pool-1")
	tests := []struct {
		name, form string
		want       AllocateIpamPoolCidrInput
	}{
		{"nothing but what is required", "", AllocateIpamPoolCidrInput{}},
		{"scalars", "&NetmaskLength=-28&Size=9007199254740993&Share=0.5&PreviewNextCidr=false&At=2026-01-02T03:04:05.6Z&Proof=AAE%3D",
			AllocateIpamPoolCidrInput{
				NetmaskLength: new(int32(-28)), Size: new(int64(9007199254740993)), Share: new(0.5), PreviewNextCidr: new(false),
				At: new(time.Date(2026, 1, 2, 3, 4, 5, 600_000_000, time.UTC)), Proof: []byte{0, 1},
			}},
		{"an empty string is a value", "&Proxy=", AllocateIpamPoolCidrInput{Proxy: new("")}},
		{"escapes", "&Proxy=a%26b%3Dc+d%2B%F0%9F%98%80", AllocateIpamPoolCidrInput{Proxy: new("a&b=c d+😀")}},
		{"an enum", "&AddressFamily=ipv6", AllocateIpamPoolCidrInput{AddressFamily: "ipv6"}},
		{"list members come in the order of their numbers", "&AllowedCidr.10=c&AllowedCidr.2=b&AllowedCidr.1=a",
			AllocateIpamPoolCidrInput{AllowedCidrs: []string{"a", "b", "c"}}},
		{"numbers may have gaps", "&AllowedCidr.7=b&AllowedCidr.3=a", AllocateIpamPoolCidrInput{AllowedCidrs: []string{"a", "b"}}},
		{"an empty list", "&AllowedCidr=", AllocateIpamPoolCidrInput{AllowedCidrs: []string{}}},
		{"lists of enums", "&Kind.1=ipv4", AllocateIpamPoolCidrInput{Kinds: []Family{"ipv4"}}},
		{"lists in lists", "&Filter.1.Name=a&Filter.1.Value.1=x&Filter.2.Name=b&Filter.1.Value.2=y",
			AllocateIpamPoolCidrInput{Filters: []Filter{{new("a"), []string{"x", "y"}}, {Name: new("b")}}}},
		{"structs in structs", "&Entry.Cidr=a&Entry.Inner.Cidr=b",
			AllocateIpamPoolCidrInput{Entry: &AddPrefixListEntry{Cidr: new("a"), Inner: &AddPrefixListEntry{Cidr: new("b")}}}},
		{"a name that begins like another", "&Entry.Cidr=a&Entry.Description=b",
			AllocateIpamPoolCidrInput{Entry: &AddPrefixListEntry{Cidr: new("a"), Description: new("b")}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.want.IpamPoolId = id
			got, err := decode(wire.EC2Query(), post(allocate+"&IpamPoolId=ipam-pool-1"+test.form))
			if err != nil || !reflect.DeepEqual(*got, test.want) {
				t.Errorf("Decode(%s) = %+v, %v, want %+v", test.form, got, err, test.want)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	tests := []struct{ name, form, code, message string }{
		{"an unknown parameter", "&ClientToken=1", "UnknownParameter", "The parameter ClientToken is not recognized"},
		{"a name in the wrong case", "&netmaskLength=1", "UnknownParameter", "The parameter netmaskLength is not recognized"},
		{"an unknown member of a list's member", "&Filter.1.Foo=1", "UnknownParameter", "The parameter Filter.1.Foo is not recognized"},
		{"a member in a scalar", "&NetmaskLength.1=1", "UnknownParameter", "The parameter NetmaskLength.1 is not recognized"},
		{"a scalar and a member in it", "&Proxy=1&Proxy.A=1", "UnknownParameter", "The parameter Proxy.A is not recognized"},
		{"a value for a struct", "&Entry=1", "UnknownParameter", "The parameter Entry is not recognized"},
		{"a value for a list", "&AllowedCidr=10.0.0.0/8", "UnknownParameter", "The parameter AllowedCidr is not recognized"},
		{"a value for a list with members", "&AllowedCidr=&AllowedCidr.1=a", "UnknownParameter", "The parameter AllowedCidr is not recognized"},
		{"a list's member 0", "&AllowedCidr.0=a", "UnknownParameter", "The parameter AllowedCidr.0 is not recognized"},
		{"a list's member 01", "&AllowedCidr.01=a", "UnknownParameter", "The parameter AllowedCidr.01 is not recognized"},
		{"a list's member x", "&AllowedCidr.x=a", "UnknownParameter", "The parameter AllowedCidr.x is not recognized"},
		{"a list's member without a number", "&AllowedCidr.=a", "UnknownParameter", "The parameter AllowedCidr. is not recognized"},
		{"a list's member 999999999", "&AllowedCidr.999999999=a", "UnknownParameter", "The parameter AllowedCidr.999999999 is not recognized"},
		{"a list's member 2^70", "&AllowedCidr.1180591620717411303424=a", "UnknownParameter", "The parameter AllowedCidr.1180591620717411303424 is not recognized"},
		{"a list's member in two forms", "&AllowedCidr.1=a&AllowedCidr.1.Cidr=b", "UnknownParameter", "The parameter AllowedCidr.1.Cidr is not recognized"},
		{"lists in STS's form", "&AllowedCidr.member.1=a", "UnknownParameter", "The parameter AllowedCidr.member.1 is not recognized"},
		{"a name that is only dots", "&..=a", "UnknownParameter", "The parameter .. is not recognized"},
		{"a bad number", "&NetmaskLength=abc", "InvalidParameterValue", "Value (abc) for parameter NetmaskLength is invalid. Expecting a number."},
		{"no number", "&NetmaskLength=", "InvalidParameterValue", "Value () for parameter NetmaskLength is invalid. Expecting a number."},
		{"a number too large", "&NetmaskLength=2147483648", "InvalidParameterValue", "Value (2147483648) for parameter NetmaskLength is invalid. The number is out of range."},
		{"a bad fraction", "&Share=x", "InvalidParameterValue", "Value (x) for parameter Share is invalid. Expecting a number."},
		{"a bad boolean", "&PreviewNextCidr=yes", "InvalidParameterValue", "Value (yes) for parameter PreviewNextCidr is invalid. Expecting true or false."},
		{"a bad time", "&At=now", "InvalidParameterValue", "Value (now) for parameter At is invalid. Expecting a time such as 2006-01-02T15:04:05Z."},
		{"bad base64", "&Proof=%25", "InvalidParameterValue", "Value (%) for parameter Proof is invalid. Expecting base64."},
		{"an unknown enum value", "&AddressFamily=ipx", "InvalidParameterValue", "Value (ipx) for parameter AddressFamily is invalid."},
		{"an empty enum value", "&AddressFamily=", "InvalidParameterValue", "Value () for parameter AddressFamily is invalid."},
		{"an unknown enum value in a list", "&Kind.1=ipv4&Kind.2=x", "InvalidParameterValue", "Value (x) for parameter Kind.2 is invalid."},
		{"a struct without its required member", "&Entry.Description=a", "MissingParameter", "The request must contain the parameter Entry.Cidr"},
		{"a deep struct without it", "&Entry.Cidr=a&Entry.Inner.Description=a", "MissingParameter", "The request must contain the parameter Entry.Inner.Cidr"},
		{"a parameter twice", "&Proxy=a&Proxy=a", "MalformedQueryString", "The parameter Proxy is given more than once."},
		{"another version", "&Version=2016-09-15", "MalformedQueryString", "The parameter Version is given more than once."},
		{"a broken escape", "&Proxy=%zz", "MalformedQueryString", `The query string contains a syntax error: invalid URL escape "%zz"`},
		{"a cut escape in a name", "&%4=1", "MalformedQueryString", `The query string contains a syntax error: invalid URL escape "%4"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := decode(wire.EC2Query(), post(allocate+"&IpamPoolId=ipam-pool-1"+test.form))
			checkError(t, err, test.code, test.message)
		})
	}
}

func TestDecodeRefusesWhole(t *testing.T) {
	tests := []struct{ name, body, code, message string }{
		{"no required parameter", allocate, "MissingParameter", "The request must contain the parameter IpamPoolId"},
		{"no action", "Version=2016-11-15", "MissingAction", "The request is missing an action or a required parameter."},
		{"an empty action", "Action=", "MissingAction", "The request is missing an action or a required parameter."},
		{"an empty body", "", "MissingAction", "The request is missing an action or a required parameter."},
		{"JSON", `{"Action":"AllocateIpamPoolCidr"}`, "MissingAction", "The request is missing an action or a required parameter."},
		{"another version", "Action=AllocateIpamPoolCidr&Version=2010-01-01", "NoSuchVersion",
			"The requested version (2010-01-01) of this service does not exist."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := decode(wire.EC2Query(), post(test.body))
			checkError(t, err, test.code, test.message)
		})
	}
}

func checkError(t *testing.T, err error, code, message string) {
	t.Helper()
	got, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Fatalf("error = %v, want %s", err, code)
	}
	if got.ErrorCode() != code || got.ErrorMessage() != message {
		t.Errorf("error = %s: %s, want %s: %s", got.ErrorCode(), got.ErrorMessage(), code, message)
	}
}

// A presigned request has everything in its URL, its signature too.
func TestDecodeGET(t *testing.T) {
	for _, signature := range []string{
		"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=b&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=c&X-Amz-Security-Token=d",
		"AWSAccessKeyId=a&Signature=b&SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=c&Expires=d&SecurityToken=e",
	} {
		hr := httptest.NewRequest(http.MethodGet, "/?"+allocate+"&IpamPoolId=ipam-pool-1&"+signature, nil)
		r, err := wire.NewRequest(hr, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode(wire.EC2Query(), r)
		if want := (AllocateIpamPoolCidrInput{IpamPoolId: new("ipam-pool-1")}); err != nil || !reflect.DeepEqual(*got, want) {
			t.Errorf("Decode(%s) = %+v, %v, want %+v", signature, got, err, want)
		}
	}
}

func TestDecodeBodyAndURL(t *testing.T) {
	r := post(allocate + "&IpamPoolId=ipam-pool-1")
	r.Query = url.Values{"Proxy": {"a"}}
	if got, err := decode(wire.EC2Query(), r); err != nil || got.Proxy == nil || *got.Proxy != "a" {
		t.Errorf("Decode = %+v, %v, want the URL's parameter Proxy", got, err)
	}
	r = post(allocate + "&IpamPoolId=ipam-pool-1")
	r.Query = url.Values{"IpamPoolId": {"ipam-pool-2"}}
	_, err := decode(wire.EC2Query(), r)
	checkError(t, err, "MalformedQueryString", "The parameter IpamPoolId is given more than once.")
}

func TestNewRequestRefusesABrokenURL(t *testing.T) {
	hr := httptest.NewRequest(http.MethodGet, "/?Action=%zz", nil)
	_, err := wire.NewRequest(hr, nil)
	checkError(t, err, "MalformedQueryString", `The query string contains a syntax error: invalid URL escape "%zz"`)
}

func TestDecodeSTS(t *testing.T) {
	codec := wire.Query("2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/")
	got, err := decode(codec, post("Action=A&Version=2011-06-15&AllowedCidrs.member.2=b&AllowedCidrs.member.1=a&Kinds="))
	want := AllocateIpamPoolCidrInput{AllowedCidrs: []string{"a", "b"}, Kinds: []Family{}}
	if err != nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("Decode = %+v, %v, want %+v", got, err, want)
	}
	for _, form := range []string{"AllowedCidrs.1=a", "AllowedCidrs.member=a", "AllowedCidrs.member.1=a&AllowedCidrs.x.1=a"} {
		if _, err := decode(codec, post("Action=A&"+form)); err == nil {
			t.Errorf("Decode(%s): no error, want UnknownParameter", form)
		}
	}
	_, err = decode(codec, post("Action=A&Version=2016-11-15"))
	checkError(t, err, "NoSuchVersion", "The requested version (2016-11-15) of this service does not exist.")
}

// AssumeRoleInput stands in for the SDK's struct of that name: RoleArn and RoleSessionName are required.
type AssumeRoleInput struct{ RoleArn, RoleSessionName *string }

func TestDecodeSTSMissing(t *testing.T) {
	codec := wire.Query("2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/")
	err := codec.Decode(post("Action=AssumeRole&RoleArn=a"), "AssumeRole", &AssumeRoleInput{})
	checkError(t, err, "ValidationError",
		"1 validation error detected: Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null")
}
