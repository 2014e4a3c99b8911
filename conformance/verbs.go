package conformance

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

func verbs(t *T) {
	for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete} {
		r := t.request(method, "/", "Action=CreateIpam&Version=2016-11-15")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if got := t.send(r); got.Status != http.StatusBadRequest {
			t.Errorf("%s = %d %s, want 400", method, got.Status, got.Body)
		}
	}
	equal(t, "the number of IPAMs", len(must(t.ec2(home).DescribeIpams(t.ctx, &ec2.DescribeIpamsInput{}))(t).Ipams), 0)
}
