package roundtrip_test

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server/wire"
)

// The SDK's client speaks only the newest dialect of CloudWatch; the two older ones are tested by requests as they write
// them.

var (
	cborHeader  = http.Header{"Smithy-Protocol": {"rpc-v2-cbor"}, "Content-Type": {"application/cbor"}}
	jsonHeader  = http.Header{"X-Amz-Target": {"GraniteServiceVersion20100801.GetMetricStatistics"}, "Content-Type": {"application/x-amz-json-1.0"}}
	queryHeader = http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}}
)

var statisticsInput = &cloudwatch.GetMetricStatisticsInput{
	Namespace:          new("AWS/IPAM"),
	MetricName:         new("PercentAssigned"),
	Dimensions:         []types.Dimension{{Name: new("PoolID"), Value: new("p & q")}},
	StartTime:          new(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)),
	EndTime:            new(time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC)),
	Period:             new(int32(300)),
	Statistics:         []types.Statistic{types.StatisticAverage, types.StatisticSum},
	ExtendedStatistics: []string{"p99"},
}

var statisticsOutput = &cloudwatch.GetMetricStatisticsOutput{
	Label: new("PercentAssigned"),
	Datapoints: []types.Datapoint{{
		Timestamp: statisticsInput.StartTime, Average: new(1.5), Unit: types.StandardUnitPercent,
		ExtendedStatistics: map[string]float64{"p99": 2, "p1": 0.25},
	}},
}

const statisticsForm = "Action=GetMetricStatistics&Version=2010-08-01&Namespace=AWS%2FIPAM&MetricName=PercentAssigned" +
	"&Dimensions.member.1.Name=PoolID&Dimensions.member.1.Value=p+%26+q&StartTime=2026-01-01T00%3A00%3A00Z&EndTime=2026-01-01T01%3A00%3A00Z" +
	"&Period=300&Statistics.member.1=Average&Statistics.member.2=Sum&ExtendedStatistics.member.1=p99"

const statisticsJSON = `{"Namespace": "AWS/IPAM", "MetricName": "PercentAssigned", "Dimensions": [{"Name": "PoolID", "Value": "p & q"}],
	"StartTime": 1767225600, "EndTime": 1767229200.0, "Period": 300, "Statistics": ["Average", "Sum"], "ExtendedStatistics": ["p99"]}`

func TestOlderDialects(t *testing.T) {
	tests := []struct {
		name   string
		header http.Header
		body   string
		reply  string
		failed string
		query  string // the header of an error
	}{
		{
			name: "JSON", header: jsonHeader, body: statisticsJSON,
			reply:  `{"Label":"PercentAssigned","Datapoints":[{"Timestamp":1767225600,"Average":1.5,"Unit":"Percent","ExtendedStatistics":{"p1":0.25,"p99":2}}]}`,
			failed: `{"__type":"com.amazonaws.cloudwatch#InvalidParameterValueException","message":"no"}`,
			query:  "InvalidParameterValue;Sender",
		},
		{
			name: "query", header: queryHeader, body: statisticsForm,
			reply: `<GetMetricStatisticsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><GetMetricStatisticsResult>` +
				`<Datapoints><member><Average>1.5</Average><ExtendedStatistics><entry><key>p1</key><value>0.25</value></entry><entry><key>p99</key><value>2</value></entry></ExtendedStatistics>` +
				`<Timestamp>2026-01-01T00:00:00Z</Timestamp><Unit>Percent</Unit></member></Datapoints><Label>PercentAssigned</Label>` +
				`</GetMetricStatisticsResult><ResponseMetadata><RequestId>` + requestID + `</RequestId></ResponseMetadata></GetMetricStatisticsResponse>`,
			failed: `<ErrorResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><Error><Type>Sender</Type><Code>InvalidParameterValue</Code><Message>no</Message></Error>` +
				`<RequestId>` + requestID + `</RequestId></ErrorResponse>`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			codec := cloudWatchCodec.For(test.header)
			r := &wire.Request{Method: http.MethodPost, Path: "/", Header: test.header, Body: []byte(test.body)}
			if operation, err := codec.Operation(r); operation != "GetMetricStatistics" || err != nil {
				t.Fatalf("operation %q, error %v", operation, err)
			}
			in := &cloudwatch.GetMetricStatisticsInput{}
			if err := codec.Decode(r, "GetMetricStatistics", in); err != nil || !reflect.DeepEqual(in, statisticsInput) {
				t.Errorf("Decode: %v %s", err, difference(in, statisticsInput))
			}
			reply, err := codec.Encode("GetMetricStatistics", statisticsOutput, requestID)
			if err != nil || sortedMembers(string(reply.Body)) != sortedMembers(test.reply) {
				t.Errorf("Encode = %v\n%s, want\n%s", err, reply.Body, test.reply)
			}
			failed := codec.EncodeError(&types.InvalidParameterValueException{Message: new("no")}, requestID)
			if failed.Status != http.StatusBadRequest || string(failed.Body) != test.failed || failed.Header.Get("X-Amzn-Query-Error") != test.query {
				t.Errorf("EncodeError = %d %s %v, want %s", failed.Status, failed.Body, failed.Header, test.failed)
			}
		})
	}
}

// sortedMembers makes a document comparable: in which order members and the entries of a map come is left to the SDK.
func sortedMembers(document string) string {
	parts := strings.FieldsFunc(document, func(r rune) bool { return strings.ContainsRune("{}[],<>", r) })
	counts := url.Values{}
	for _, part := range parts {
		counts.Add(part, "x")
	}
	return counts.Encode()
}

func TestDialectOfRequest(t *testing.T) {
	tests := []struct {
		header http.Header
		want   string // the type of an answer
	}{
		{cborHeader, "application/cbor"},
		{http.Header{"Smithy-Protocol": {"rpc-v2-cbor"}}, "application/cbor"},
		{jsonHeader, "application/x-amz-json-1.0"},
		{queryHeader, "text/xml"},
		{nil, "text/xml"},
	}
	for _, test := range tests {
		reply := cloudWatchCodec.For(test.header).EncodeError(&smithy.GenericAPIError{Code: "X"}, requestID)
		if got := reply.Header.Get("Content-Type"); got != test.want {
			t.Errorf("a request with %v is answered as %s, want %s", test.header, got, test.want)
		}
	}
}

func TestCBORBodies(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"nothing", "", ""},
		{"an empty map", "\xa0", ""},
		{"an empty map of indefinite length", "\xbf\xff", ""},
		{"an unknown member", "\xa1\x61a\x01", ""},
		{"null", "\xa1\x66Period\xf6", ""},
		{"a list for all", "\x80", "SerializationException"},
		{"half of it", "\xa1\x66Per", "SerializationException"},
		{"a text for a number", "\xa1\x66Period\x61a", "SerializationException"},
		{"a number that is too large for an int32", "\xa1\x66Period\x1b\x00\x00\x00\x01\x00\x00\x00\x00", "SerializationException"},
		{"a number that is too large for all", "\xa1\x66Period\x1b\xff\xff\xff\xff\xff\xff\xff\xff", "SerializationException"},
		{"the smallest number", "\xa1\x66Period\x3b\xff\xff\xff\xff\xff\xff\xff\xff", "SerializationException"},
		{"a number for a time", "\xa1\x69StartTime\x01", "SerializationException"},
		{"another tag for a time", "\xa1\x69StartTime\xc2\x01", "SerializationException"},
		{"null in a list", "\xa1\x6aStatistics\x81\xf6", "SerializationException"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := &cloudwatch.GetMetricStatisticsInput{}
			err := wire.CBOR("S").Decode(&wire.Request{Body: []byte(test.body)}, "GetMetricStatistics", in)
			if codeOf(err) != test.want {
				t.Errorf("Decode(%q) = %v, want %q", test.body, err, test.want)
			}
			if test.want == "" && !reflect.DeepEqual(in, &cloudwatch.GetMetricStatisticsInput{}) {
				t.Errorf("Decode(%q) filled %+v, want nothing", test.body, in)
			}
		})
	}
}

func TestCBORPath(t *testing.T) {
	tests := []struct{ method, path, operation, code string }{
		{"POST", "/service/S/operation/ListMetrics", "ListMetrics", ""},
		{"GET", "/service/S/operation/ListMetrics", "", "UnknownOperationException"},
		{"POST", "/service/T/operation/ListMetrics", "", "UnknownOperationException"},
		{"POST", "/service/S/operation/", "", "UnknownOperationException"},
		{"POST", "/", "", "UnknownOperationException"},
	}
	for _, test := range tests {
		operation, err := wire.CBOR("S").Operation(&wire.Request{Method: test.method, Path: test.path})
		if operation != test.operation || codeOf(err) != test.code {
			t.Errorf("%s %s: operation %q, error %v, want %q, %q", test.method, test.path, operation, err, test.operation, test.code)
		}
	}
}
