package conformance

import (
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

var wireTests = []Test{
	{"an answer is a document of EC2's namespace", "B001", answerDocument},
	{"an error is a document without namespace", "B002", errorDocument},
	{"an unknown action is not valid", "B003", unknownAction},
	{"an unknown parameter is not recognized", "B004", unknownParameter},
	{"a required parameter must be there", "B005", missingParameters},
	{"a value has its parameter's type", "B006", wrongTypes},
	{"an enumerated value is one of those that there are", "B007", unknownEnumValues},
	{"garbage gets an error and does no harm", "B008", garbage},
	{"a request may be a GET", "B009", getRequest},
	{"text that XML can't carry does no harm", "B014", oddText},
	{"a request says who calls", "B010", withoutCredential},
	{"ids of another kind are not found", "B011", idsOfAnotherKind},
	{"operations that only create something take a client token", "B012", tokenNotTaken},
	{"a request is a GET or a POST", "B013", verbs},
	{"the caller's identity is known", "B030", callerIdentity},
}

func answerDocument(t *T) {
	got := t.post("Action", "CreateIpam")
	equal(t, "status", got.Status, 200)
	equal(t, "Content-Type", strings.ToLower(strings.ReplaceAll(got.Type, " ", "")), "text/xml;charset=utf-8")
	var doc struct {
		XMLName   xml.Name
		RequestID string `xml:"requestId"`
		IPAM      struct {
			State  string    `xml:"state"`
			Tags   *struct{} `xml:"tagSet"`
			Region []string  `xml:"operatingRegionSet>item>regionName"`
		} `xml:"ipam"`
	}
	if err := xml.Unmarshal([]byte(got.Body), &doc); err != nil {
		t.Fatalf("the answer is no XML: %v\n%s", err, got.Body)
	}
	equal(t, "root", doc.XMLName.Space+" "+doc.XMLName.Local, "http://ec2.amazonaws.com/doc/2016-11-15/ CreateIpamResponse")
	equal(t, "ipam/state", doc.IPAM.State, "create-in-progress")
	equal(t, "ipam/operatingRegionSet/item/regionName", strings.Join(doc.IPAM.Region, " "), home)
	equal(t, "whether there is an empty tagSet", doc.IPAM.Tags != nil, true)
	matches(t, "requestId", doc.RequestID, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
	equal(t, "whether an absent description has an element", strings.Contains(got.Body, "<description"), false)
}

func errorDocument(t *T) {
	got := t.post("Action", "DescribeIpams", "IpamId.1", "ipam-<&>")
	equal(t, "status", got.Status, 400)
	equal(t, "Content-Type", strings.ToLower(strings.ReplaceAll(got.Type, " ", "")), "text/xml;charset=utf-8")
	wantAnswer(t, "DescribeIpams", got, "InvalidIpamId.NotFound", "The ipam ID 'ipam-<&>' does not exist")
	var doc struct{ XMLName xml.Name }
	if err := xml.Unmarshal([]byte(got.Body), &doc); err != nil {
		t.Fatalf("the answer is no XML: %v\n%s", err, got.Body)
	}
	equal(t, "root", doc.XMLName.Space+" "+doc.XMLName.Local, " Response")
	equal(t, "whether it has EC2's order of codes", strings.Contains(got.Body, "<Response><Errors><Error><Code>InvalidIpamId.NotFound</Code><Message>"), true)
}

func unknownAction(t *T) {
	wantAnswer(t, "FryAnEgg", t.post("Action", "FryAnEgg"), "InvalidAction", "The action FryAnEgg is not valid for this web service.")
	wantAnswer(t, "an action in small letters", t.post("Action", "createIpam"), "InvalidAction", "")
	wantAnswer(t, "no action", t.post(), "", "")
	wantAnswer(t, "an empty action", t.post("Action", ""), "", "")
	wantAnswer(t, "an action twice", t.post("Action", "CreateIpam", "Action", "DescribeIpams"), "", "")
}

func unknownParameter(t *T) {
	wantAnswer(t, "Colour", t.post("Action", "DescribeIpams", "Colour", "red"), "UnknownParameter", "The parameter Colour is not recognized")
	wantAnswer(t, "a parameter of the SDK's name", t.post("Action", "CreateIpam", "OperatingRegions.1.RegionName", home), "UnknownParameter", "The parameter OperatingRegions… is not recognized")
	wantAnswer(t, "a member that there is not", t.post("Action", "CreateIpam", "OperatingRegion.1.Colour", "red"), "UnknownParameter", "")
	wantAnswer(t, "a member of a scalar", t.post("Action", "CreateIpam", "Description.Text", "x"), "", "")
	ipam := t.ipam()
	pool := t.pool(ipam.PrivateDefaultScopeId)
	for _, fixed := range []string{"Locale", "AddressFamily", "SourceIpamPoolId", "IpamScopeId", "PubliclyAdvertisable", "AwsService"} {
		wantAnswer(t, "ModifyIpamPool with "+fixed, t.post("Action", "ModifyIpamPool", "IpamPoolId", *pool.IpamPoolId, "Description", "x", fixed, "x"),
			"UnknownParameter", "The parameter "+fixed+" is not recognized")
	}
}

func missingParameters(t *T) {
	for _, c := range []struct{ action, missing, others string }{
		{"ModifyIpam", "IpamId", ""},
		{"DeleteIpam", "IpamId", ""},
		{"CreateIpamScope", "IpamId", ""},
		{"ModifyIpamScope", "IpamScopeId", ""},
		{"DeleteIpamScope", "IpamScopeId", ""},
		{"CreateIpamPool", "IpamScopeId", "AddressFamily=ipv4"},
		{"CreateIpamPool", "AddressFamily", "IpamScopeId=" + *t.ipam().PrivateDefaultScopeId},
		{"ModifyIpamPool", "IpamPoolId", ""},
		{"DeleteIpamPool", "IpamPoolId", ""},
		{"ProvisionIpamPoolCidr", "IpamPoolId", "Cidr=10.0.0.0%2F8"},
		{"DeprovisionIpamPoolCidr", "IpamPoolId", "Cidr=10.0.0.0%2F8"},
		{"GetIpamPoolCidrs", "IpamPoolId", ""},
		{"AllocateIpamPoolCidr", "IpamPoolId", "NetmaskLength=24"},
		{"ModifyIpamPoolAllocation", "IpamPoolAllocationId", ""},
		{"ReleaseIpamPoolAllocation", "IpamPoolId", "Cidr=10.0.0.0%2F8&IpamPoolAllocationId=x"},
		{"ReleaseIpamPoolAllocation", "Cidr", "IpamPoolId=x&IpamPoolAllocationId=x"},
		{"ReleaseIpamPoolAllocation", "IpamPoolAllocationId", "IpamPoolId=x&Cidr=10.0.0.0%2F8"},
		{"GetIpamPoolAllocations", "IpamPoolId", ""},
		{"CreateTags", "Tag…", "ResourceId.1=x"},
		{"CreateTags", "ResourceId…", "Tag.1.Key=x"},
		{"DeleteTags", "ResourceId…", ""},
	} {
		got := t.postBody("Version=2016-11-15&Action=" + c.action + "&" + c.others)
		wantAnswer(t, c.action+" without "+c.missing, got, "MissingParameter", "The request must contain the parameter "+c.missing)
	}
}

func wrongTypes(t *T) {
	ipam := t.ipam()
	pool := t.pool(ipam.PrivateDefaultScopeId)
	id := *pool.IpamPoolId
	scope := *ipam.PrivateDefaultScopeId
	for _, parameters := range [][]string{
		{"Action", "CreateIpam", "DryRun", "maybe"},
		{"Action", "CreateIpam", "EnablePrivateGua", "7"},
		{"Action", "CreateIpam", "EnablePrivateGua", ""},
		{"Action", "DescribeIpams", "MaxResults", "ten"},
		{"Action", "DescribeIpams", "MaxResults", "5.5"},
		{"Action", "DescribeIpams", "MaxResults", "99999999999999999999"},
		{"Action", "DescribeIpams", "MaxResults", "0x10"},
		{"Action", "DescribeIpams", "MaxResults", ""},
		{"Action", "CreateIpamPool", "IpamScopeId", scope, "AddressFamily", "ipv4", "AllocationMinNetmaskLength", "4294967304"},
		{"Action", "CreateIpamPool", "IpamScopeId", scope, "AddressFamily", "ipv4", "AllocationMinNetmaskLength", "1e1"},
		{"Action", "CreateIpamPool", "IpamScopeId", scope, "AddressFamily", "ipv4", "AutoImport", "yes"},
		{"Action", "AllocateIpamPoolCidr", "IpamPoolId", id, "NetmaskLength", "twenty"},
		{"Action", "AllocateIpamPoolCidr", "IpamPoolId", id, "NetmaskLength", "-"},
		{"Action", "AllocateIpamPoolCidr", "IpamPoolId", id, "NetmaskLength", " 24"},
		{"Action", "AllocateIpamPoolCidr", "IpamPoolId.1", id, "NetmaskLength", "24"},
		{"Action", "AllocateIpamPoolCidr", "IpamPoolId", id, "NetmaskLength", "24", "AllowedCidr", "10.0.0.0/8"},
		{"Action", "AllocateIpamPoolCidr", "IpamPoolId", id, "NetmaskLength", "24", "AllowedCidr.x", "10.0.0.0/8"},
		{"Action", "AllocateIpamPoolCidr", "IpamPoolId", id, "NetmaskLength", "24", "NetmaskLength", "25"},
		{"Action", "DescribeIpams", "IpamId", "ipam-1"},
		{"Action", "DescribeIpams", "Filter.1", "x"},
		{"Action", "DescribeIpams", "Filter.-1.Name", "owner-id"},
		{"Action", "DescribeIpams", "Filter.99999999999.Name", "owner-id"},
		{"Action", "CreateIpam", "TagSpecification.1.Tag", "x"},
	} {
		wantAnswer(t, strings.Join(parameters, " "), t.post(parameters...), "", "")
	}
	equal(t, "number of pools", len(must(t.ec2(home).DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{}))(t).IpamPools), 1)
}

func unknownEnumValues(t *T) {
	scope := *t.ipam().PrivateDefaultScopeId
	for _, parameters := range [][]string{
		{"Action", "CreateIpamPool", "IpamScopeId", scope, "AddressFamily", "ipv5"},
		{"Action", "CreateIpamPool", "IpamScopeId", scope, "AddressFamily", "IPv4"},
		{"Action", "CreateIpamPool", "IpamScopeId", scope, "AddressFamily", ""},
		{"Action", "CreateIpamPool", "IpamScopeId", scope, "AddressFamily", "ipv6", "AwsService", "s3"},
		{"Action", "CreateIpamPool", "IpamScopeId", scope, "AddressFamily", "ipv6", "PublicIpSource", "google"},
		{"Action", "CreateIpam", "Tier", "gold"},
		{"Action", "CreateIpam", "MeteredAccount", "nobody"},
	} {
		wantAnswer(t, strings.Join(parameters, " "), t.post(parameters...), "InvalidParameterValue", "")
	}
	equal(t, "number of pools", len(must(t.ec2(home).DescribeIpamPools(t.ctx, &ec2.DescribeIpamPoolsInput{}))(t).IpamPools), 0)
}

func garbage(t *T) {
	for _, body := range []string{
		"", "&", "=", "&&&=&", "%", "%zz=1", "Action=%", "Action", "Action=CreateIpam;Version=2016-11-15", "\x00\x01\x02\xff",
		"{\"Action\":\"CreateIpam\"}", "<xml/>", strings.Repeat("a", 100_000), strings.Repeat("A=1&", 50_000),
		"Version=2016-11-15&Action=DescribeIpams&" + strings.Repeat("Filter.1.", 2000) + "Name=x",
		"Version=2016-11-15&Action=DescribeIpams&.=x", "Version=2016-11-15&Action=DescribeIpams&Filter..Name=x",
		"Version=2016-11-15&Action=DescribeIpams&Filter.1.Name=owner-id&Filter.1.Name.1=x",
		"Version=2016-11-15&Action=DescribeIpams&IpamId.1.1=x", "Version=2016-11-15&Action=DescribeIpams&IpamId.18446744073709551616=x",
		"Version=2016-11-15&Action=DescribeIpams&Filter.1.Name=owner-id&Filter.1.Value.1=" + strings.Repeat("%2A", 200) + "&MaxResults=1",
		"Version=1999-01-01&Action=DescribeIpams&MaxResults=1",
	} {
		wantAnswer(t, shortened(body), t.postBody(body), "", "")
	}
	json := t.request(http.MethodPost, "/", `{"Action":"DescribeIpams"}`)
	json.Header.Set("Content-Type", "application/x-amz-json-1.1")
	if got := t.send(json); got.Status < 400 || got.Status > 499 {
		t.Errorf("a JSON request = %d %s, want one of the 400s", got.Status, shortened(got.Body))
	}
	equal(t, "number of IPAMs made by garbage", len(must(t.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams), 0)
}

func oddText(t *T) {
	for _, text := range []string{"%ff%fe", "a%00b", "%0d%0a%09", "%ed%a0%80", "%ef%bf%bf", "%3c%21--%20%5d%5d%3e", "%e2%80%ae%f0%9f%90%88", "%26amp%3b"} {
		t.account = t.OtherAccount()
		for _, request := range []string{"CreateIpam&Description=" + text, "DescribeIpams"} {
			got := t.postBody("Version=2016-11-15&Action=" + request)
			var doc struct{ XMLName xml.Name }
			if err := xml.Unmarshal([]byte(got.Body), &doc); err != nil || got.Status >= 500 {
				t.Errorf("%s = %d %v %s, want XML", request, got.Status, err, shortened(got.Body))
			}
		}
	}
	ipam := t.ipamIn(far, &ec2.CreateIpamInput{Description: new("tab\t, line\n, return\r, \"quotes\", <&>, 猫")})
	equal(t, "Description", str(ipam.Description), "tab\t, line\n, return\r, \"quotes\", <&>, 猫")
}

func getRequest(t *T) {
	ipam := t.ipam()
	got := t.send(t.request(http.MethodGet, "/?Action=DescribeIpams&Version=2016-11-15", ""))
	equal(t, "status", got.Status, 200)
	equal(t, "whether the answer has the IPAM", strings.Contains(got.Body, "<ipamId>"+*ipam.IpamId+"</ipamId>"), true)
}

func withoutCredential(t *T) {
	for _, header := range []string{
		"", "Basic dXNlcjpwYXNz", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
		credential(t.account, "", "ec2"), credential(t.account, "nowhere", "ec2"), credential(t.account, home, "toaster"),
	} {
		r := t.request(http.MethodPost, "/", "Version=2016-11-15&Action=DescribeIpams")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if header == "" {
			r.Header.Del("Authorization")
		} else {
			r.Header.Set("Authorization", header)
		}
		if got := t.send(r); got.Status < 400 || got.Status > 499 {
			t.Errorf("a request with the header %q = %d %s, want one of the 400s", header, got.Status, shortened(got.Body))
		}
	}
}

func idsOfAnotherKind(t *T) {
	ipam := t.ipam()
	pool := *t.pool(ipam.PrivateDefaultScopeId).IpamPoolId
	for _, c := range []struct{ action, parameter, id, code string }{
		{"DescribeIpams", "IpamId.1", pool, "InvalidIpamId.NotFound"},
		{"DescribeIpams", "IpamId.1", "", ""},
		{"DeleteIpam", "IpamId", *ipam.PrivateDefaultScopeId, "InvalidIpamId.NotFound"},
		{"DescribeIpamScopes", "IpamScopeId.1", pool, "InvalidIpamScopeId.NotFound"},
		{"DeleteIpamScope", "IpamScopeId", *ipam.IpamId, "InvalidIpamScopeId.NotFound"},
		{"DescribeIpamPools", "IpamPoolId.1", *ipam.IpamId, "InvalidIpamPoolId.NotFound"},
		{"GetIpamPoolAllocations", "IpamPoolId", "ipam-pool-alloc-00000000000000000000000000000000a", "InvalidIpamPoolId.NotFound"},
		{"ModifyIpamPoolAllocation", "IpamPoolAllocationId", pool, "InvalidIpamPoolAllocationId.NotFound"},
		{"DescribeIpamPoolAllocations", "IpamPoolAllocationId.1", pool, "InvalidIpamPoolAllocationId.NotFound"},
		{"DeleteIpamPool", "IpamPoolId", "i-0123456789abcdef0", "InvalidIpamPoolId.NotFound"},
		{"DeleteIpamPool", "IpamPoolId", strings.ToUpper(pool), "InvalidIpamPoolId.NotFound"},
		{"DeleteIpamPool", "IpamPoolId", pool + " ", "InvalidIpamPoolId.NotFound"},
		{"DeleteIpamPool", "IpamPoolId", "arn:aws:ec2::" + t.Account() + ":ipam-pool/" + pool, "InvalidIpamPoolId.NotFound"},
		{"DeleteIpamPool", "IpamPoolId", "10.0.0.0/8", "InvalidIpamPoolId.NotFound"},
		{"DeleteIpamPool", "IpamPoolId", strings.Repeat("x", 10_000), "InvalidIpamPoolId.NotFound"},
		{"DeleteIpamPool", "IpamPoolId", "", ""},
	} {
		wantAnswer(t, c.action+" of "+shortened(c.id), t.post("Action", c.action, c.parameter, c.id), c.code, "")
	}
}

func tokenNotTaken(t *T) {
	for action, parameter := range map[string]string{
		"ModifyIpam": "IpamId", "DeleteIpam": "IpamId", "ModifyIpamScope": "IpamScopeId", "DeleteIpamScope": "IpamScopeId", "ModifyIpamPool": "IpamPoolId",
		"DeleteIpamPool": "IpamPoolId", "DeprovisionIpamPoolCidr": "IpamPoolId", "GetIpamPoolCidrs": "IpamPoolId", "DescribeIpams": "IpamId.1",
	} {
		wantAnswer(t, action, t.post("Action", action, parameter, "x", "ClientToken", "once"), "UnknownParameter", "The parameter ClientToken is not recognized")
	}
}

func callerIdentity(t *T) {
	got := must(t.sts(home).GetCallerIdentity(t.ctx, &sts.GetCallerIdentityInput{}))(t)
	equal(t, "Account", str(got.Account), t.Account())
	matches(t, "Arn", str(got.Arn), "arn:aws:(iam|sts)::"+t.Account()+":.+")
	if str(got.UserId) == absent || str(got.UserId) == "" {
		t.Errorf("UserId is empty")
	}
	other := must(t.sts("eu-west-1").GetCallerIdentity(t.ctx, &sts.GetCallerIdentityInput{}))(t)
	equal(t, "Account in another Region", str(other.Account), t.Account())
}
