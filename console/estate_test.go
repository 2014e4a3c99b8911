package console_test

import (
	_ "embed"
)

// estate is an organization with something of everything: pools for three Regions, shares with the organization and a unit, VPCs
// of several accounts, one that breaks the rules of its pool and two that overlap.
//
//go:embed testdata/estate.yaml
var estate string
