package stsapi

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
)

// defaultAccount is the account of keys that name none, such as test.
const defaultAccount = "000000000000"

// Account is the account of an access key: a key of twelve digits is the account itself, and one in the format
// of AWS has it inside.
func Account(accessKey string) string {
	if len(accessKey) == 12 && strings.Trim(accessKey, "0123456789") == "" {
		return accessKey
	}
	if account, ok := decode(accessKey); ok {
		return account
	}
	return defaultAccount
}

// decode reads the account out of a key such as ASIAY34FZKBOKMUTVV7A. Behind the four letters of the type come 80 bits
// in base32: a 1, the account in 40 bits, and others that do not matter here. A key that begins with a 0 is older
// than this format and has no account inside. Source: https://awsteele.com/blog/2020/09/26/aws-access-key-format.html
func decode(accessKey string) (string, bool) {
	if len(accessKey) != 20 || (!strings.HasPrefix(accessKey, "AKIA") && !strings.HasPrefix(accessKey, "ASIA")) {
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
