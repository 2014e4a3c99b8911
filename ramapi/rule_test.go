package ramapi_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/ipam-local/ipam-local/ramapi"
	"github.com/ipam-local/ipam-local/state"
)

// Rules about types of resources that the program does not have, or not yet.

const (
	discoveryARN  = "arn:aws:ec2::" + Y + ":ipam-resource-discovery/ipam-res-disco-00000000000000000"
	prefixListARN = "arn:aws:ec2:" + home + ":" + Y + ":prefix-list/pl-00000000000000000"
	role          = "arn:aws:iam::" + X + ":role/r"
)

// try makes a call and drops what it does.
func try(t *testing.T, db *state.DB, do func(c *ramapi.Call) error) (err error) {
	t.Helper()
	dropped := errors.New("dropped")
	if got := db.Update(func(tx *state.Tx) error { err = do(call(tx, Y)); return dropped }); got != dropped {
		t.Fatal(got)
	}
	return err
}

func TestNoDiscoveryForRoles(t *testing.T) {
	t.Parallel()
	db := open(t)
	both := &ram.CreateResourceShareInput{Name: new("a"), ResourceArns: []string{discoveryARN}, Principals: []string{role}}
	err := try(t, db, func(c *ramapi.Call) error { _, err := c.CreateResourceShare(both); return err })
	refused[*types.InvalidParameterException](t, err, "ec2:IpamResourceDiscovery")
	err = try(t, db, func(c *ramapi.Call) error {
		s, err := c.CreateResourceShare(&ram.CreateResourceShareInput{Name: new("a"), Principals: []string{role}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.AssociateResourceShare(&ram.AssociateResourceShareInput{ResourceShareArn: s.ResourceShare.ResourceShareArn, ResourceArns: []string{discoveryARN}})
		return err
	})
	refused[*types.InvalidParameterException](t, err, "ec2:IpamResourceDiscovery")
}

// What the service says about a resource is what RAM says.
func TestMayShare(t *testing.T) {
	t.Parallel()
	why := &types.InvalidParameterException{Message: new("not integrated")}
	err := try(t, open(t), func(c *ramapi.Call) error {
		c.Lookup = func(_ *state.Tx, arn string) (ramapi.Resource, bool) {
			return ramapi.Resource{ARN: arn, Type: poolType, OwnerAccount: Y, HomeRegion: home, MayShare: why}, true
		}
		_, err := c.CreateResourceShare(&ram.CreateResourceShareInput{Name: new("a"), ResourceArns: []string{poolARN(Y, 0)}})
		return err
	})
	refused[*types.InvalidParameterException](t, err, "not integrated")
}

// Seven days are for shares with types of AWS's old list only.
func TestHowLongInvitationsAreOpen(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		resources []string
		open      time.Duration
	}{
		{"an empty share", nil, 12 * time.Hour},
		{"a pool", []string{poolARN(Y, 0)}, 12 * time.Hour},
		{"a discovery", []string{discoveryARN}, 12 * time.Hour},
		{"a prefix list", []string{prefixListARN}, 7 * 24 * time.Hour},
		{"a prefix list and a pool", []string{prefixListARN, poolARN(Y, 0)}, 12 * time.Hour},
	}
	for _, test := range tests {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		db := openAt(t, func() time.Time { return now })
		update(t, db, func(tx *state.Tx) error {
			_, err := call(tx, Y).CreateResourceShare(&ram.CreateResourceShareInput{Name: new("a"), ResourceArns: test.resources, Principals: []string{X}})
			return err
		})
		status := func() (s types.ResourceShareInvitationStatus) {
			view(t, db, func(tx *state.Tx) {
				out := must(call(tx, X).GetResourceShareInvitations(&ram.GetResourceShareInvitationsInput{}))(t)
				s = out.ResourceShareInvitations[0].Status
			})
			return s
		}
		now = now.Add(test.open - time.Second)
		equal(t, test.name+": before", status(), types.ResourceShareInvitationStatusPending)
		now = now.Add(time.Second)
		equal(t, test.name+": after", status(), types.ResourceShareInvitationStatusExpired)
	}
}

func TestResourcesQuota(t *testing.T) {
	t.Parallel()
	db := open(t)
	share := shareWith(t, db)
	add := func(tx *state.Tx, from, n int) error {
		arns := make([]string, n)
		for i := range arns {
			arns[i] = poolARN(Y, from+i)
		}
		_, err := call(tx, Y).AssociateResourceShare(&ram.AssociateResourceShareInput{ResourceShareArn: &share, ResourceArns: arns})
		return err
	}
	for i := range 50 {
		update(t, db, func(tx *state.Tx) error { return add(tx, 100*i, 100) })
	}
	err := try(t, db, func(c *ramapi.Call) error { return add(c.Tx, 5000, 1) })
	refused[*types.ResourceShareLimitExceededException](t, err, "5000")
	update(t, db, func(tx *state.Tx) error {
		_, err := call(tx, Y).DisassociateResourceShare(&ram.DisassociateResourceShareInput{ResourceShareArn: &share, ResourceArns: []string{poolARN(Y, 0)}})
		return err
	})
	update(t, db, func(tx *state.Tx) error { return add(tx, 5000, 1) }) // what is gone but can still be seen does not count
}
