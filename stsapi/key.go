package stsapi

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// defaultAccount is the account of keys that name none, such as test.
const defaultAccount = "000000000000"

// Account is the account of an access key: a key of twelve digits is the account itself, and one in the format
// of AWS has it inside.
func Account(accessKey string) string {
	if isAccount(accessKey) {
		return accessKey
	}
	if account, ok := decode(accessKey); ok {
		return account
	}
	return defaultAccount
}

func isAccount(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// isTemporary says whether a key is, by its form, one that STS issues.
func isTemporary(accessKey string) bool { return strings.HasPrefix(accessKey, "ASIA") }

// decode reads the account out of a key such as ASIAY34FZKBOKMUTVV7A. Behind the four letters of the type come 80 bits
// in base32: a 1, the account in 40 bits, and others that do not matter here. A key that begins with a 0 is older
// than this format and has no account inside. Source: https://awsteele.com/blog/2020/09/26/aws-access-key-format.html
func decode(accessKey string) (string, bool) {
	if len(accessKey) != 20 || (!strings.HasPrefix(accessKey, "AKIA") && !isTemporary(accessKey)) {
		return "", false
	}
	raw, err := base32.StdEncoding.DecodeString(accessKey[4:])
	if err != nil {
		return "", false
	}
	first := binary.BigEndian.Uint64(raw[:8])
	account := first << 1 >> 24
	if first>>63 == 0 || account > 999_999_999_999 {
		return "", false
	}
	return fmt.Sprintf("%012d", account), true
}

// encode makes the temporary key of an account out of ten random bytes; decode describes the format.
func encode(account string, random []byte) string {
	number, _ := strconv.ParseUint(account, 10, 40) // an account is twelve digits
	first := binary.BigEndian.Uint64(random)
	binary.BigEndian.PutUint64(random, 1<<63|number<<23|first&(1<<23-1))
	return "ASIA" + base32.StdEncoding.EncodeToString(random)
}
