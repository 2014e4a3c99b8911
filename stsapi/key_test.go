package stsapi_test

import (
	"testing"

	"github.com/ipam-local/ipam-local/stsapi"
)

// The first three keys are published with their accounts, see key.go.
func TestAccountOfAnAccessKey(t *testing.T) {
	for _, test := range []struct{ name, key, want string }{
		{"a temporary key has its account inside", "ASIAY34FZKBOKMUTVV7A", "609629065308"},
		{"leading zeros of the account are kept", "ASIAQNZGKIQY56JQ7WML", "029608264753"},
		{"a long-term key has its account inside", "AKIA6RVFFB77RE7OLMKI", "999999999999"},
		{"the end of a key does not matter", "ASIAY34FZKBOKMUAAAAA", "609629065308"},
		{"twelve digits are the account itself", "111122223333", "111122223333"},
		{"a key of the old generation has none", "AKIAIOSFODNN7EXAMPLE", "000000000000"},
		{"an account above twelve digits is none", "AKIA7777777777777777", "000000000000"},
		{"a key that is not base32 has none", "AKIAI44QH8DHBEXAMPLE", "000000000000"},
		{"a role's id is no key", "AROAY34FZKBOKMUTVV7A", "000000000000"},
		{"a word", "test", "000000000000"},
		{"eleven digits", "11112222333", "000000000000"},
		{"digits of another script", "١١١١٢٢", "000000000000"},
	} {
		if got := stsapi.Account(test.key); got != test.want {
			t.Errorf("%s: Account(%q) = %s, want %s", test.name, test.key, got, test.want)
		}
	}
}
