package orgs

import "time"

// Settings are what a user of the program may choose.
type Settings struct {
	Timing Timing
	Quotas Quotas
}

// DefaultSettings are those of a program started without flags.
func DefaultSettings() *Settings {
	return &Settings{Quotas: DefaultQuotas()}
}

// Timing is how long AWS takes for what it does after its answer. Zero is due at once after the answer: the answer
// of CreateAccount shows IN_PROGRESS, the next call SUCCEEDED.
type Timing struct {
	CreateAccount time.Duration
	CloseAccount  time.Duration
}

// RealisticTiming is AWS's, as its users have seen it.
func RealisticTiming() Timing {
	return Timing{CreateAccount: 20 * time.Second, CloseAccount: 2 * time.Minute}
}

// Quotas are limits that AWS sets to an organization. Zero is none.
type Quotas struct {
	Accounts        int // open invitations count
	AccountsAtOnce  int // that are being created
	ClosuresAtOnce  int
	Units           int
	UnitDepth       int // below the root
	Invitations     int // in 24 hours
	ControlPolicies int // of each of the two types that control what may be done
	OtherPolicies   int // of each other type
	TagsPerResource int
}

// DefaultQuotas are AWS's own, but for the number of accounts (AWS: 10) and of invitations a day (AWS: 20), which
// would only be in the way of tests.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
func DefaultQuotas() Quotas {
	return Quotas{
		AccountsAtOnce:  5,
		ClosuresAtOnce:  3,
		Units:           2000,
		UnitDepth:       5,
		ControlPolicies: 10000,
		OtherPolicies:   1000,
		TagsPerResource: 50,
	}
}
