package server_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/server"
)

// strangerParameters are, for each operation whose input may name a pool, what else it takes to be asked. An operation
// that is not here fails the test below: whoever adds one says how it names pools, and that a stranger is kept out is
// tested by itself.
var strangerParameters = map[string][]string{
	"AllocateAddress":          {"IpamPoolId", "POOL"},
	"AllocateIpamPoolCidr":     {"IpamPoolId", "POOL", "NetmaskLength", "24"},
	"AssociateSubnetCidrBlock": {"SubnetId", "SUBNET", "Ipv6IpamPoolId", "POOL", "Ipv6NetmaskLength", "64"},
	"AssociateVpcCidrBlock":    {"VpcId", "VPC", "Ipv4IpamPoolId", "POOL", "Ipv4NetmaskLength", "24"},
	"CreateIpamPool":           {"IpamScopeId", "SCOPE", "AddressFamily", "ipv4", "SourceIpamPoolId", "POOL"},
	"CreateIpamPrefixListResolver": {
		"IpamId", "IPAM", "AddressFamily", "ipv4", "Rule.1.RuleType", "ipam-pool-cidr", "Rule.1.IpamScopeId", "SCOPE",
		"Rule.1.Condition.1.Operation", "equals", "Rule.1.Condition.1.IpamPoolId", "POOL",
	},
	"CreateSubnet":                {"VpcId", "VPC", "Ipv4IpamPoolId", "POOL", "Ipv4NetmaskLength", "24"},
	"CreateTags":                  {"ResourceId.1", "POOL", "Tag.1.Key", "k", "Tag.1.Value", "v"},
	"CreateVpc":                   {"Ipv4IpamPoolId", "POOL", "Ipv4NetmaskLength", "24"},
	"DeleteIpamPool":              {"IpamPoolId", "POOL"},
	"DeleteTags":                  {"ResourceId.1", "POOL"},
	"DeprovisionIpamPoolCidr":     {"IpamPoolId", "POOL", "Cidr", "10.0.0.0/8"},
	"DescribeIpamPoolAllocations": {"IpamPoolAllocationId.1", "ALLOCATION"},
	"DescribeIpamPools":           {"IpamPoolId.1", "POOL"},
	"GetIpamPoolAllocations":      {"IpamPoolId", "POOL"},
	"GetIpamPoolCidrs":            {"IpamPoolId", "POOL"},
	"GetIpamResourceCidrs":        {"IpamScopeId", "SCOPE", "IpamPoolId", "POOL"},
	"ModifyIpamPool":              {"IpamPoolId", "POOL", "Description", "mine"},
	"ModifyIpamPoolAllocation":    {"IpamPoolAllocationId", "ALLOCATION", "Description", "mine"},
	"ModifyIpamPrefixListResolver": {
		"IpamPrefixListResolverId", "RESOLVER", "Rule.1.RuleType", "ipam-pool-cidr", "Rule.1.IpamScopeId", "SCOPE",
		"Rule.1.Condition.1.Operation", "equals", "Rule.1.Condition.1.IpamPoolId", "POOL",
	},
	"MoveByoipCidrToIpam":             {"Cidr", "203.0.113.0/24", "IpamPoolId", "POOL", "IpamPoolOwner", "111122223333"},
	"ModifyIpamPolicyAllocationRules": {"IpamPolicyId", "POLICY", "Locale", "us-east-1", "ResourceType", "eip", "AllocationRule.1.SourceIpamPoolId", "POOL"},
	"ProvisionIpamPoolCidr":           {"IpamPoolId", "POOL", "Cidr", "11.0.0.0/8"},
	"ProvisionPublicIpv4PoolCidr":     {"PoolId", "PUBLIC", "IpamPoolId", "POOL", "NetmaskLength", "28"},
	"ReleaseIpamPoolAllocation":       {"IpamPoolId", "POOL", "Cidr", "10.0.0.0/28", "IpamPoolAllocationId", "ALLOCATION"},
}

// namesPool tells whether an input has, at any depth, a member for the id of a pool or of an allocation, or for ids of any kind.
func namesPool(in reflect.Type) bool {
	for in.Kind() == reflect.Pointer || in.Kind() == reflect.Slice {
		in = in.Elem()
	}
	if in.Kind() != reflect.Struct {
		return false
	}
	for i := range in.NumField() {
		name := strings.TrimSuffix(in.Field(i).Name, "s")
		if strings.HasSuffix(name, "IpamPoolId") || strings.HasSuffix(name, "IpamPoolAllocationId") || name == "Resource" || namesPool(in.Field(i).Type) {
			return true
		}
	}
	return false
}

// ask calls an operation of EC2 as any account.
func ask(h http.Handler, account string, parameters ...string) (int, string) {
	form := url.Values{"Version": {"2016-11-15"}}
	for i := 0; i < len(parameters); i += 2 {
		form.Set(parameters[i], parameters[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+account+"/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestNoOperationShowsAPoolToAStranger(t *testing.T) {
	const stranger = "999999999999"
	s := newServer(t, server.Options{})
	pool := newPool(t, s)
	allocation := element(t, post(t, s, "Action", "AllocateIpamPoolCidr", "IpamPoolId", pool, "NetmaskLength", "28"), "ipamPoolAllocationId")

	own := func(name string, parameters ...string) string {
		code, body := ask(s, stranger, parameters...)
		if code != http.StatusOK {
			t.Fatalf("%v = %d %s", parameters, code, body)
		}
		return element(t, body, name)
	}
	ipam := own("ipamId", "Action", "CreateIpam")
	scope := own("privateDefaultScopeId", "Action", "DescribeIpams")
	vpc := own("vpcId", "Action", "CreateVpc", "CidrBlock", "10.0.0.0/16")
	subnet := own("subnetId", "Action", "CreateSubnet", "VpcId", vpc, "CidrBlock", "10.0.0.0/24")
	public := own("poolId", "Action", "CreatePublicIpv4Pool")
	resolver := own("ipamPrefixListResolverId", "Action", "CreateIpamPrefixListResolver", "IpamId", ipam, "AddressFamily", "ipv4")
	policy := own("ipamPolicyId", "Action", "CreateIpamPolicy", "IpamId", ipam)
	own("cidr", "Action", "ProvisionByoipCidr", "Cidr", "203.0.113.0/24", "CidrAuthorizationContext.Signature", "signed",
		"CidrAuthorizationContext.Message", "1|aws|"+stranger+"|203.0.113.0/24|99991231|SHA256|RSAPSS")
	ids := strings.NewReplacer("POLICY", policy, "PUBLIC", public, "IPAM", ipam, "RESOLVER", resolver, "POOL", pool, "ALLOCATION", allocation, "SCOPE", scope, "VPC", vpc, "SUBNET", subnet)

	left := maps.Clone(strangerParameters)
	for _, o := range ec2api.Operations() {
		if !namesPool(o.Input) {
			if code, body := ask(s, stranger, "Action", o.Name); strings.Contains(body, pool) {
				t.Errorf("%s = %d and shows the pool: %s", o.Name, code, body)
			}
			continue
		}
		parameters, ok := strangerParameters[o.Name]
		if !ok {
			t.Errorf("%s can name a pool; strangerParameters does not say how", o.Name)
			continue
		}
		request := []string{"Action", o.Name}
		for _, p := range parameters {
			request = append(request, ids.Replace(p))
		}
		code, body := ask(s, stranger, request...)
		refusals := []string{"InvalidIpamPoolId.NotFound", "InvalidIpamPoolAllocationId.NotFound"}
		if code != http.StatusBadRequest || !(strings.Contains(body, refusals[0]) || strings.Contains(body, refusals[1])) {
			t.Errorf("%v of a stranger = %d %s, want 400 and not found", request, code, body)
		}
		delete(left, o.Name)
	}
	for name := range left {
		t.Errorf("strangerParameters has %s, which is no operation or names no pool", name)
	}
	if got := element(t, post(t, s, "Action", "GetIpamPoolAllocations", "IpamPoolId", pool), "ipamPoolAllocationId"); got != allocation {
		t.Errorf("the allocation is %s after the stranger's calls, want %s", got, allocation)
	}
}
