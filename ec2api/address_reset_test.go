package ec2api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ipam-local/ipam-local/ipamtest"
)

// TestHistoryEndsWithAReset: what an account had that is reset is gone for the IPAM that saw it, and overlaps nothing any more.
func TestHistoryEndsWithAReset(t *testing.T) {
	const admin, member = "222222222222", "333333333333"
	srv := ipamtest.Start(t, ipamtest.WithScenario(`
organization:
  management: "111111111111"
  accounts:
    - {id: "222222222222", name: network}
    - {id: "333333333333", name: shop}
  ipamAdministrator: "222222222222"
`))
	of := func(account string) *ec2.Client { return ec2.NewFromConfig(srv.Config(account, "us-east-1")) }
	scope := must[ec2.CreateIpamOutput](t)(of(admin).CreateIpam(t.Context(), &ec2.CreateIpamInput{})).Ipam.PrivateDefaultScopeId
	for _, account := range []string{admin, member} {
		must[ec2.CreateVpcOutput](t)(of(account).CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16")}))
	}
	srv.Advance(time.Minute)
	w := httptest.NewRecorder()
	srv.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/_ipam-local/reset?account="+member, nil))
	if w.Code != http.StatusNoContent {
		t.Fatalf("reset = %d %s", w.Code, w.Body)
	}
	for _, r := range must[ec2.GetIpamAddressHistoryOutput](t)(of(admin).GetIpamAddressHistory(t.Context(), &ec2.GetIpamAddressHistoryInput{Cidr: new("10.0.0.0/16"), IpamScopeId: scope})).HistoryRecords {
		if open := r.SampledEndTime == nil; open && (*r.ResourceOwnerId == member || r.ResourceOverlapStatus == "overlapping") {
			t.Errorf("after the reset %s of %s is still %s", *r.ResourceId, *r.ResourceOwnerId, r.ResourceOverlapStatus)
		}
	}
}
