package console

import (
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// addresses says how many a CIDR has: exactly while people read the number, as a power of two beyond.
func addresses(cidr string) string {
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		return ""
	}
	return size(p.Addr().BitLen() - p.Bits())
}

// size is 2 to the power of bits.
func size(bits int) string {
	switch {
	case bits == 0:
		return "1 address"
	case bits <= 32:
		return group(strconv.FormatUint(1<<bits, 10)) + " addresses"
	}
	return "2" + superscript(bits) + " addresses"
}

var superscripts = []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")

func superscript(n int) string {
	var b strings.Builder
	for _, digit := range strconv.Itoa(n) {
		b.WriteRune(superscripts[digit-'0'])
	}
	return b.String()
}

// group puts commas between the thousands of a number.
func group(digits string) string {
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// grouped is a number as people read it.
func grouped(n int) string { return group(strconv.Itoa(n)) }

// count is a number with its unit: 1 pool, 1,024 pools.
func count(n int, unit string) string {
	s := grouped(n) + " " + unit
	switch {
	case n == 1:
		return s
	case strings.HasSuffix(unit, "y"):
		return strings.TrimSuffix(s, "y") + "ies"
	case strings.HasSuffix(unit, "s"):
		return s + "es"
	}
	return s + "s"
}

// percent is a share between 0 and 1. What is not nothing does not read as nothing, nor what is not all as all.
func percent(share float64) string {
	switch p := share * 100; {
	case p == 0 || p == 100:
		return fmt.Sprintf("%.0f %%", p)
	case p < 0.1:
		return "< 0.1 %"
	case p > 99.9:
		return "> 99.9 %"
	case p < 10:
		return fmt.Sprintf("%.1f %%", p)
	default:
		return fmt.Sprintf("%.0f %%", math.Min(p, 99))
	}
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

// took is a duration in the unit that suits it.
func took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1e3)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// short cuts a text to so many letters.
func short(most int, s string) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}

// spaced makes words of a state of AWS: create-complete, ELIGIBLE_FOR_X.
func spaced(state string) string {
	if strings.ToUpper(state) == state {
		state = strings.ToLower(state)
	}
	return strings.NewReplacer("-", " ", "_", " ").Replace(state)
}

// tone is how a state of AWS is shown: good, bad, busy or plain.
func tone(state string) string {
	s := strings.ToLower(state)
	switch {
	case strings.Contains(s, "fail"), s == "noncompliant", s == "overlapping", s == "isolate-complete":
		return "bad"
	case strings.Contains(s, "in-progress"), strings.HasPrefix(s, "pending"), strings.HasSuffix(s, "ing"):
		if s == "nonoverlapping" {
			return "good"
		}
		return "busy"
	case strings.HasSuffix(s, "-complete"), s == "provisioned", s == "managed", s == "compliant", s == "available", s == "active", s == "associated", s == "ok":
		return "good"
	}
	return "plain"
}

// addressCount is how many addresses a prefix has; a float, since IPv6 has too many for integers and bars need no more.
func addressCount(p netip.Prefix) float64 { return math.Ldexp(1, p.Addr().BitLen()-p.Bits()) }

// addressTotal says how many addresses several prefixes have together.
func addressTotal(prefixes []netip.Prefix) string {
	total := new(big.Int)
	for _, p := range prefixes {
		total.Add(total, new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits())))
	}
	if total.BitLen() > 54 {
		return fmt.Sprintf("about 2%s addresses", superscript(total.BitLen()-1))
	}
	return count(int(total.Int64()), "address")
}
