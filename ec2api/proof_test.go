package ec2api

import (
	"testing"
	"time"
)

func TestSignedMessage(t *testing.T) {
	const account, signature = "111122223333", "ab-_~9"
	now := time.Date(2026, 3, 14, 23, 59, 59, 0, time.UTC)
	isSubject := func(s string) bool { return s == "12345" }
	for _, good := range []string{"1|aws|111122223333|12345|20260314|SHA256|RSAPSS", "1|aws|111122223333|12345|20270101|SHA256|RSAPSS"} {
		if why := signedMessage(good, signature, account, now, isSubject); why != "" {
			t.Errorf("signedMessage(%q) = %q, want no objection", good, why)
		}
	}
	for _, bad := range []string{
		"",
		"||||||",
		"1|aws|111122223333|12345|20260314|SHA256",
		"1|aws|111122223333|12345|20260314|SHA256|RSAPSS|",
		"1|AWS|111122223333|12345|20260314|SHA256|RSAPSS",
		"1|aws|111122223334|12345|20260314|SHA256|RSAPSS",
		"1|aws|111122223333|12346|20260314|SHA256|RSAPSS",
		"1|aws|111122223333|12345|20260313|SHA256|RSAPSS",
		"1|aws|111122223333|12345|2026-03-14|SHA256|RSAPSS",
		"1|aws|111122223333|12345|20260314|SHA512|RSAPSS",
		"1|aws|111122223333|12345|20260314|SHA256|RSA",
	} {
		if signedMessage(bad, signature, account, now, isSubject) == "" {
			t.Errorf("signedMessage(%q) objects to nothing", bad)
		}
	}
	for _, bad := range []string{"", "a b", "ab=", "ab+", "ab/", "ä"} {
		if signedMessage("1|aws|111122223333|12345|20260314|SHA256|RSAPSS", bad, account, now, isSubject) == "" {
			t.Errorf("signedMessage with the signature %q objects to nothing", bad)
		}
	}
}

func TestCheckASN(t *testing.T) {
	for _, good := range []string{"1", "12345", "23455", "64495", "131072", "4199999999"} {
		if err := checkASN(good); err != nil {
			t.Errorf("checkASN(%q) = %v, want none", good, err)
		}
	}
	for _, bad := range []string{"", "0", "-1", "+1", "01", "x", "1.1", "23456", "64496", "65000", "65535", "65551", "131071", "4200000000", "4294967295", "4294967296"} {
		if checkASN(bad) == nil {
			t.Errorf("checkASN(%q) objects to nothing", bad)
		}
	}
}
