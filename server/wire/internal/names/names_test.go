package names_test

import (
	"testing"

	"github.com/ipam-local/ipam-local/server/wire/internal/names"
)

func TestRule(t *testing.T) {
	tests := []struct {
		field string
		list  bool
		want  names.Member
	}{
		{"IpamPoolId", false, names.Member{In: "IpamPoolId", Out: "ipamPoolId", Item: "item"}},
		{"AllocationResourceTags", true, names.Member{In: "AllocationResourceTag", Out: "allocationResourceTagSet", Item: "item"}},
		{"Address", false, names.Member{In: "Address", Out: "address", Item: "item"}},
	}
	for _, test := range tests {
		if got := names.Rule(test.field, test.list); got != test.want {
			t.Errorf("Rule(%s, %v) = %+v, want %+v", test.field, test.list, got, test.want)
		}
	}
}

func TestExceptions(t *testing.T) {
	tests := []struct {
		line string
		want names.Member
	}{
		{"in=X", names.Member{In: "X", Out: "tagSet", Item: "item"}},
		{"out=x item=member required", names.Member{In: "Tag", Out: "x", Item: "member", Required: true}},
		{"", names.Member{In: "Tag", Out: "tagSet", Item: "item"}},
	}
	for _, test := range tests {
		e := names.Exceptions{"T.Tags": test.line}
		if got := e.Member("T", "Tags", true); got != test.want {
			t.Errorf("Member with %q = %+v, want %+v", test.line, got, test.want)
		}
		line := names.Line("T", "Tags", true, test.want)
		want := "T.Tags " + test.line
		if test.line == "" {
			want = ""
		}
		if line != want {
			t.Errorf("Line(%+v) = %q, want %q", test.want, line, want)
		}
	}
}

func TestOf(t *testing.T) {
	if !names.Of("ec2").Member("GetIpamPoolCidrsInput", "IpamPoolId", false).Required {
		t.Error("ec2: GetIpamPoolCidrsInput.IpamPoolId is not required")
	}
	if !names.Of("iam").Member("GetRoleInput", "RoleName", false).Required {
		t.Error("iam: GetRoleInput.RoleName is not required")
	}
	if e := names.Of("nosuch"); len(e) != 0 {
		t.Errorf("nosuch: %d exceptions, want none", len(e))
	}
}
