package conformance

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// answer is what came back of a request that was not made by the SDK.
type answer struct {
	Status int
	Type   string
	Body   string
}

// apiError reads the answer as EC2's error document: where code and id are missing, they are empty.
func (a answer) apiError() (code, message, requestID string) {
	var doc struct {
		XMLName   xml.Name `xml:"Response"`
		Code      string   `xml:"Errors>Error>Code"`
		Message   string   `xml:"Errors>Error>Message"`
		RequestID string   `xml:"RequestID"`
	}
	if xml.Unmarshal([]byte(a.Body), &doc) != nil {
		return "", "", ""
	}
	return doc.Code, doc.Message, doc.RequestID
}

// credential is the header that tells an endpoint who calls where, without a signature.
func credential(account, region, service string) string {
	return fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=0", account, region, service)
}

// post sends parameters to EC2 at home as they are: "Action", "CreateIpam", "DryRun", "true", …
func (t *T) post(namesAndValues ...string) answer {
	form := []string{"Version=2016-11-15"}
	for i := 0; i < len(namesAndValues); i += 2 {
		form = append(form, url.QueryEscape(namesAndValues[i])+"="+url.QueryEscape(namesAndValues[i+1]))
	}
	return t.postBody(strings.Join(form, "&"))
}

func (t *T) postBody(body string) answer {
	r := t.request(http.MethodPost, "/", body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	return t.send(r)
}

// request is a request to EC2 at home by the test's account.
func (t *T) request(method, path, body string) *http.Request {
	config := t.target.Config(t.account, home)
	r, err := http.NewRequestWithContext(t.ctx, method, strings.TrimSuffix(str(config.BaseEndpoint), "/")+path, strings.NewReader(body))
	if err != nil {
		t.Fatalf("%v", err)
	}
	r.Header.Set("Authorization", credential(t.account, home, "ec2"))
	return r
}

func (t *T) send(r *http.Request) answer {
	response, err := t.do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer response.Body.Close() //nolint:errcheck // nothing was written
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return answer{response.StatusCode, response.Header.Get("Content-Type"), string(body)}
}

func (t *T) do(r *http.Request) (*http.Response, error) {
	if client := t.target.Config(t.account, home).HTTPClient; client != nil {
		return client.Do(r)
	}
	return http.DefaultClient.Do(r)
}

// wantAnswer checks the error of a request that was not made by the SDK. An empty code stands for any.
func wantAnswer(t *T, what string, got answer, code, message string) {
	gotCode, gotMessage, id := got.apiError()
	switch {
	case gotCode == "" || gotMessage == "" || id == "":
		t.Errorf("%s = %d %s, want an error document with code, message and request id", what, got.Status, shortened(got.Body))
	case code != "" && gotCode != code:
		t.Errorf("%s = %s: %s, want %s", what, gotCode, shortened(gotMessage), code)
	case message != "" && !like(gotMessage, message):
		t.Errorf("%s = %s with the message\n\t%q, want\n\t%q", what, gotCode, shortened(gotMessage), message)
	case got.Status < 400 || got.Status > 499:
		t.Errorf("%s = %s with HTTP status %d, want one of the 400s", what, gotCode, got.Status)
	}
}

func shortened(s string) string {
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}
