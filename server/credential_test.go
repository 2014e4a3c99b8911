package server

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/aws/smithy-go"
)

func TestReadCredential(t *testing.T) {
	const scope = "111122223333/20260101/eu-west-1/ec2/aws4_request"
	ok := credential{accessKey: "111122223333", region: "eu-west-1", service: "ec2"}
	for _, test := range []struct {
		name, header, query string
		want                credential
		code                string
	}{
		{name: "the header of a signed request", header: "AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host;x-amz-date, Signature=0", want: ok},
		{name: "no spaces between the parts", header: "AWS4-HMAC-SHA256 Credential=" + scope + ",SignedHeaders=host,Signature=0", want: ok},
		{name: "the query of a signed URL", query: "?X-Amz-Credential=111122223333%2F20260101%2Feu-west-1%2Fec2%2Faws4_request", want: ok},
		{name: "a key with slashes", header: "AWS4-HMAC-SHA256 Credential=a/b/20260101/eu-west-1/ec2/aws4_request,", want: credential{accessKey: "a/b", region: "eu-west-1", service: "ec2"}},
		{name: "China", header: "AWS4-HMAC-SHA256 Credential=k/20260101/cn-north-1/ec2/aws4_request,", want: credential{accessKey: "k", region: "cn-north-1", service: "ec2"}},
		{name: "a Region newer than the table", header: "AWS4-HMAC-SHA256 Credential=k/20260101/xy-north-9/ec2/aws4_request,", want: credential{accessKey: "k", region: "xy-north-9", service: "ec2"}},
		{name: "the token of a temporary key in a signed URL", query: "?X-Amz-Security-Token=t%2F1&X-Amz-Credential=k%2F20260101%2Feu-west-1%2Fec2%2Faws4_request", want: credential{accessKey: "k", token: "t/1", region: "eu-west-1", service: "ec2"}},
		{name: "nothing", code: "MissingAuthenticationToken"},
		{name: "another scheme", header: "Bearer abc", code: "IncompleteSignature"},
		{name: "an empty scope", header: "AWS4-HMAC-SHA256 Credential=, Signature=0", code: "IncompleteSignature"},
		{name: "a scope that is too short", header: "AWS4-HMAC-SHA256 Credential=k/eu-west-1/ec2/aws4_request,", code: "IncompleteSignature"},
		{name: "a scope with another end", header: "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/ec2/aws3_request,", code: "IncompleteSignature"},
		{name: "a scope without a service", header: "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1//aws4_request,", code: "IncompleteSignature"},
		{name: "no Region", header: "AWS4-HMAC-SHA256 Credential=k/20260101/mars/ec2/aws4_request,", code: "AuthFailure"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/"+test.query, nil)
			if test.header != "" {
				r.Header.Set("Authorization", test.header)
			}
			got, err := readCredential(r)
			code := ""
			if apiErr, ok := errors.AsType[smithy.APIError](err); ok {
				code = apiErr.ErrorCode()
			}
			if code != test.code || err == nil && got != test.want {
				t.Errorf("readCredential = %+v, %v; want %+v, code %q", got, err, test.want, test.code)
			}
		})
	}
}
