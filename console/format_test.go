package console

import "testing"

func TestAddresses(t *testing.T) {
	for cidr, want := range map[string]string{
		"10.0.0.0/8": "16,777,216 addresses", "10.0.0.1/32": "1 address", "0.0.0.0/0": "4,294,967,296 addresses",
		"2001:db8::/56": "2⁷² addresses", "2001:db8::/100": "268,435,456 addresses", "x": "",
	} {
		if got := addresses(cidr); got != want {
			t.Errorf("addresses(%s) = %q, want %q", cidr, got, want)
		}
	}
}

func TestAddressTotal(t *testing.T) {
	for want, list := range map[string][]string{
		"0 addresses": nil, "257 addresses": {"10.0.0.0/24", "10.1.0.0/32"}, "about 2⁷³ addresses": {"2001:db8::/56", "2001:db8:1::/56"},
	} {
		if got := addressTotal(prefixes(list...)); got != want {
			t.Errorf("addressTotal(%v) = %q, want %q", list, got, want)
		}
	}
}

// A pool with one address in use is not empty, and one with one free address is not full.
func TestPercent(t *testing.T) {
	for share, want := range map[float64]string{0: "0 %", 1: "100 %", 0.0000001: "< 0.1 %", 0.9999999: "> 99.9 %", 0.0123: "1.2 %", 0.5: "50 %", 0.996: "99 %"} {
		if got := percent(share); got != want {
			t.Errorf("percent(%v) = %q, want %q", share, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for want, got := range map[string]string{"1 pool": count(1, "pool"), "1,024 pools": count(1024, "pool"), "0 addresses": count(0, "address"), "2 entries": count(2, "entry")} {
		if got != want {
			t.Errorf("count says %q, want %q", got, want)
		}
	}
}

func TestTone(t *testing.T) {
	for state, want := range map[string]string{
		"create-complete": "good", "create-in-progress": "busy", "create-failed": "bad", "pending-provision": "busy", "provisioned": "good",
		"nonoverlapping": "good", "overlapping": "bad", "compliant": "good", "noncompliant": "bad", "unmanaged": "plain", "ASSOCIATED": "good", "": "plain",
	} {
		if got := tone(state); got != want {
			t.Errorf("tone(%s) = %s, want %s", state, got, want)
		}
	}
}
