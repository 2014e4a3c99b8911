package wire_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/ipam-local/ipam-local/server/wire"
)

type Output struct {
	Text           *string
	Flag           *bool
	Number         *int32
	At             *time.Time
	Family         Family
	Tags           []Tag
	Inner          *Inner
	Proof          []byte
	ResultMetadata middleware.Metadata
}

type Tag struct{ Key, Value *string }

type Inner struct{ Shares []float64 }

const (
	head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	open = head + `<DoItResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>id</requestId>`
)

func TestEncode(t *testing.T) {
	tests := []struct {
		name string
		out  Output
		want string
	}{
		{"nothing is absent", Output{}, ""},
		{"false, 0 and the empty string are values", Output{Text: new(""), Flag: new(false), Number: new(int32(0))},
			"<text></text><flag>false</flag><number>0</number>"},
		{"an empty list is an empty element", Output{Tags: []Tag{}}, "<tagSet/>"},
		{"an empty struct too", Output{Inner: &Inner{}}, "<inner></inner>"},
		{"lists", Output{Tags: []Tag{{new("k"), new("v")}, {Key: new("x")}}},
			"<tagSet><item><key>k</key><value>v</value></item><item><key>x</key></item></tagSet>"},
		{"numbers", Output{Number: new(int32(-7)), Inner: &Inner{Shares: []float64{0.5, 1e21}}},
			"<number>-7</number><inner><shareSet><item>0.5</item><item>1000000000000000000000</item></shareSet></inner>"},
		{"a time is in UTC and has milliseconds", Output{At: new(time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600)))},
			"<at>2026-01-02T02:04:05.000Z</at>"},
		{"an enum", Output{Family: "ipv4"}, "<family>ipv4</family>"},
		{"bytes", Output{Proof: []byte{0, 1}}, "<proof>AAE=</proof>"},
		{"markup is escaped", Output{Text: new("<a>&amp;\"'</a>")}, "<text>&lt;a&gt;&amp;amp;\"'&lt;/a&gt;</text>"},
		{"white space survives", Output{Text: new(" \t\r\n ")}, "<text> \t&#xD;\n </text>"},
		{"what XML cannot carry is replaced", Output{Text: new("a\x00b\x1bc\uFFFEd\xffe")}, "<text>a\uFFFDb\uFFFDc\uFFFDd\uFFFDe</text>"},
		{"other scripts survive", Output{Text: new("é世😀\uFFFD")}, "<text>é世😀\uFFFD</text>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := wire.EC2Query().Encode("DoIt", &test.out, "id")
			if err != nil {
				t.Fatal(err)
			}
			if want := open + test.want + "</DoItResponse>"; string(got.Body) != want {
				t.Errorf("Encode =\n%s, want\n%s", got.Body, want)
			}
			if err := xml.Unmarshal(got.Body, new(struct{})); err != nil {
				t.Errorf("Encode = %s: %v", got.Body, err)
			}
		})
	}
}

func TestEncodeHeader(t *testing.T) {
	got, err := wire.EC2Query().Encode("DoIt", &Output{}, "id")
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != 200 || got.Header.Get("Content-Type") != "text/xml;charset=UTF-8" || got.Header.Get("x-amzn-RequestId") != "id" {
		t.Errorf("Encode = %d, %v, want 200, XML and the request id", got.Status, got.Header)
	}
}

func TestEncodeWithoutMembers(t *testing.T) {
	got, err := wire.EC2Query().Encode("DoIt", &struct{ ResultMetadata middleware.Metadata }{}, "id")
	if err != nil {
		t.Fatal(err)
	}
	if want := open + "<return>true</return></DoItResponse>"; string(got.Body) != want {
		t.Errorf("Encode =\n%s, want\n%s", got.Body, want)
	}
}

func TestEncodeSTS(t *testing.T) {
	codec := wire.Query("2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/")
	at := time.Date(2016, 3, 15, 0, 5, 7, 0, time.UTC)
	got, err := codec.Encode("DoIt", &Output{At: &at, Tags: []Tag{{Key: new("k")}}}, "id")
	if err != nil {
		t.Fatal(err)
	}
	want := `<DoItResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><DoItResult>` +
		"<At>2016-03-15T00:05:07Z</At><Tags><member><Key>k</Key></member></Tags>" +
		"</DoItResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></DoItResponse>"
	if string(got.Body) != want {
		t.Errorf("Encode =\n%s, want\n%s", got.Body, want)
	}
}

func TestEncodeRefusesWhatIsNoStruct(t *testing.T) {
	for _, codec := range []wire.Codec{wire.EC2Query(), wire.Query("v", "https://sts.amazonaws.com/"), wire.JSON11("p"), wire.RESTJSON()} {
		if _, err := codec.Encode("DoIt", Output{}, "id"); err == nil {
			t.Errorf("%T: no error for a struct that is no pointer", codec)
		}
	}
}

func TestErrorDocuments(t *testing.T) {
	missing := &smithy.GenericAPIError{Code: "InvalidIpamPoolId.NotFound", Message: "no <pool>"}
	tests := []struct {
		name  string
		codec wire.Codec
		want  string
	}{
		{"EC2", wire.EC2Query(), head + "<Response><Errors><Error><Code>InvalidIpamPoolId.NotFound</Code>" +
			"<Message>no &lt;pool&gt;</Message></Error></Errors><RequestID>id</RequestID></Response>"},
		{"STS", wire.Query("2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/"),
			`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>` +
				"<Code>InvalidIpamPoolId.NotFound</Code><Message>no &lt;pool&gt;</Message></Error><RequestId>id</RequestId></ErrorResponse>"},
		{"Organizations", wire.JSON11("p"), `{"__type":"InvalidIpamPoolId.NotFound","Message":"no \u003cpool\u003e"}`},
		{"RAM", wire.RESTJSON(), `{"__type":"InvalidIpamPoolId.NotFound","message":"no \u003cpool\u003e"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.codec.EncodeError(missing, "id")
			if got.Status != 400 || string(got.Body) != test.want || got.Header.Get("x-amzn-RequestId") != "id" {
				t.Errorf("EncodeError = %d, %v\n%s, want 400\n%s", got.Status, got.Header, got.Body, test.want)
			}
		})
	}
}

func TestErrorStatus(t *testing.T) {
	ec2, sts, iam := wire.EC2Query(), wire.Query("v", "https://sts.amazonaws.com/"), wire.Query("v", "https://iam.amazonaws.com/")
	orgs, ram := wire.JSON11("p"), wire.RESTJSON()
	tests := []struct {
		codec wire.Codec
		code  string
		fault smithy.ErrorFault
		want  int
	}{
		{ec2, "DryRunOperation", smithy.FaultUnknown, 412},
		{ec2, "UnauthorizedOperation", smithy.FaultUnknown, 403},
		{ec2, "AuthFailure", smithy.FaultUnknown, 401},
		{ec2, "MissingAuthenticationToken", smithy.FaultUnknown, 403},
		{ec2, "RequestLimitExceeded", smithy.FaultUnknown, 503},
		{ec2, "InternalError", smithy.FaultUnknown, 500},
		{ec2, "Strange", smithy.FaultServer, 500},
		{ec2, "InvalidAction", smithy.FaultUnknown, 400},
		{sts, "AccessDenied", smithy.FaultUnknown, 403},
		{sts, "ExpiredToken", smithy.FaultUnknown, 403},
		{sts, "SignatureDoesNotMatch", smithy.FaultUnknown, 403},
		{sts, "ValidationError", smithy.FaultUnknown, 400},
		{iam, "NoSuchEntity", smithy.FaultUnknown, 404},
		{iam, "EntityAlreadyExists", smithy.FaultUnknown, 409},
		{iam, "DeleteConflict", smithy.FaultUnknown, 409},
		{iam, "InvalidInput", smithy.FaultUnknown, 400},
		{orgs, "AccessDeniedException", smithy.FaultClient, 400},
		{orgs, "UnknownOperationException", smithy.FaultClient, 400},
		{orgs, "ServiceException", smithy.FaultServer, 500},
		{ram, "AccessDeniedException", smithy.FaultClient, 403},
		{ram, "UnknownOperationException", smithy.FaultClient, 404},
		{ram, "SerializationException", smithy.FaultClient, 400},
	}
	for _, test := range tests {
		err := &smithy.GenericAPIError{Code: test.code, Fault: test.fault}
		if got := test.codec.EncodeError(err, "id").Status; got != test.want {
			t.Errorf("%T answers %s with %d, want %d", test.codec, test.code, got, test.want)
		}
	}
}

func TestUnknownOperation(t *testing.T) {
	tests := []struct {
		codec wire.Codec
		code  string
	}{
		{wire.EC2Query(), "InvalidAction"},
		{wire.Query("v", "https://sts.amazonaws.com/"), "InvalidAction"},
		{wire.JSON11("p"), "UnknownOperationException"},
		{wire.RESTJSON(), "UnknownOperationException"},
	}
	for _, test := range tests {
		err := test.codec.UnknownOperation("DoIt")
		if err.ErrorCode() != test.code || !strings.Contains(err.ErrorMessage(), "DoIt") {
			t.Errorf("%T: UnknownOperation = %v, want %s about DoIt", test.codec, err, test.code)
		}
	}
}
