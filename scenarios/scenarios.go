// Package scenarios holds the scenarios that come with the program.
package scenarios

import _ "embed"

// DelegatedAdmin is a management account that delegates IPAM to a network account, which shares its pools.
//
//go:embed delegated-admin.yaml
var DelegatedAdmin []byte
