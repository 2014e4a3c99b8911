package orgs_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/ipam-local/ipam-local/orgs"
	"github.com/ipam-local/ipam-local/state"
)

func TestMembership(t *testing.T) {
	d := openDirect(t)
	top := d.unit(d.root, "top")
	low := d.unit(top, "low")
	d.admit(N, top)
	d.admit(W, low)
	d.view(func(tx *state.Tx) {
		got, ok := orgs.Of(tx, W)
		if !ok || got.OrganizationID != d.id || got.ManagementAccount != M || got.RootID != d.root || !got.FeaturesAll || !got.Joined.Equal(d.now) ||
			!slices.Equal(got.Path, []string{d.root, top, low}) {
			t.Errorf("Of(%s) = %+v, %v", W, got, ok)
		}
		if got, ok := orgs.Of(tx, X); ok {
			t.Errorf("Of(%s) = %+v, want none", X, got)
		}
		for _, tc := range []struct {
			parent string
			want   []string
		}{
			{d.root, []string{M, N, W}},
			{top, []string{N, W}},
			{low, []string{W}},
			{"ou-none-00000000", nil},
		} {
			if got := slices.Sorted(orgs.Below(tx, tc.parent)); !slices.Equal(got, tc.want) {
				t.Errorf("Below(%s) = %v, want %v", tc.parent, got, tc.want)
			}
		}
		if got := slices.Collect(orgs.Members(tx, d.id)); !slices.Equal(got, []string{M, N, W}) {
			t.Errorf("Members = %v", got)
		}
		if got, ok := orgs.Unit(tx, low); !ok || got != d.id {
			t.Errorf("Unit(%s) = %s, %v, want %s", low, got, ok, d.id)
		}
		if got, ok := orgs.Organization(tx, d.id); !ok || got != M {
			t.Errorf("Organization(%s) = %s, %v, want %s", d.id, got, ok, M)
		}
		if got, want := orgs.UnitARN(tx, low), "arn:aws:organizations::"+M+":ou/"+d.id+"/"+low; got != want {
			t.Errorf("UnitARN = %s, want %s", got, want)
		}
		if got, want := orgs.OrganizationARN(tx, d.id), "arn:aws:organizations::"+M+":organization/"+d.id; got != want {
			t.Errorf("OrganizationARN = %s, want %s", got, want)
		}
		if got := orgs.AccessRole(tx, W); got != orgs.DefaultRole {
			t.Errorf("AccessRole(%s) = %s", W, got)
		}
		if got := orgs.AccessRole(tx, M); got != "" {
			t.Errorf("AccessRole(%s) = %s, want none", M, got)
		}
	})

	ask[organizations.CloseAccountOutput](d, M, &organizations.CloseAccountInput{AccountId: new(N)})
	ask[organizations.LeaveOrganizationOutput](d, W, &organizations.LeaveOrganizationInput{})
	d.view(func(tx *state.Tx) {
		if got := slices.Collect(orgs.Members(tx, d.id)); !slices.Equal(got, []string{M}) {
			t.Errorf("Members = %v, want neither the closed one nor the one that left", got)
		}
		if got := slices.Collect(orgs.Below(tx, top)); len(got) != 0 {
			t.Errorf("Below(%s) = %v, want none", top, got)
		}
		for _, account := range []string{N, W} {
			if _, ok := orgs.Of(tx, account); ok {
				t.Errorf("Of(%s) is a membership", account)
			}
		}
	})
}

func TestResetOfTheManagementAccountEndsMemberships(t *testing.T) {
	d := openDirect(t)
	d.admit(N, d.root)
	if err := d.db.ResetAccount(M); err != nil {
		t.Fatal(err)
	}
	d.view(func(tx *state.Tx) {
		if got, ok := orgs.Of(tx, N); ok {
			t.Errorf("Of(%s) = %+v, want none", N, got)
		}
		for range orgs.Below(tx, d.root) {
			t.Error("the root has accounts")
		}
	})
	ask[organizations.CreateOrganizationOutput](d, N, &organizations.CreateOrganizationInput{})
}

func TestServicesAndAdministrators(t *testing.T) {
	d := openDirect(t)
	d.admit(N, d.root)
	d.update(func(tx *state.Tx) {
		orgs.EnableService(tx, d.id, ipam)
		orgs.RegisterDelegated(tx, d.id, ipam, N)
	})
	d.view(func(tx *state.Tx) {
		if !orgs.ServiceEnabled(tx, d.id, ipam) || orgs.ServiceEnabled(tx, d.id, "ram.amazonaws.com") {
			t.Error("want IPAM to be trusted, and not RAM")
		}
		if got := orgs.DelegatedAdministrators(tx, d.id, ipam); !slices.Equal(got, []string{N}) {
			t.Errorf("administrators %v, want %s", got, N)
		}
	})
	list := ask[organizations.ListDelegatedAdministratorsOutput](d, M, &organizations.ListDelegatedAdministratorsInput{ServicePrincipal: new(ipam)})
	if len(list.DelegatedAdministrators) != 1 {
		t.Errorf("%d administrators are listed, want 1", len(list.DelegatedAdministrators))
	}
	d.update(func(tx *state.Tx) {
		orgs.DeregisterDelegated(tx, d.id, ipam, N)
		orgs.DisableService(tx, d.id, ipam)
	})
	d.view(func(tx *state.Tx) {
		if orgs.ServiceEnabled(tx, d.id, ipam) || len(orgs.DelegatedAdministrators(tx, d.id, ipam)) != 0 {
			t.Error("want IPAM neither trusted nor administered")
		}
	})
}

func (d *direct) forbids(account string, change func(*orgs.Request)) (denied, explicit bool) {
	d.Helper()
	r := orgs.Request{
		Account:      account,
		PrincipalARN: "arn:aws:iam::" + account + ":root",
		Action:       "ec2:CreateVpc",
		Resources:    []string{"arn:aws:ec2:us-east-1:" + account + ":vpc/*"},
	}
	if change != nil {
		change(&r)
	}
	d.view(func(tx *state.Tx) { denied, explicit = orgs.Forbids(tx, r) })
	return denied, explicit
}

func (d *direct) control(target, content string) (policy string) {
	d.Helper()
	in := &organizations.CreatePolicyInput{Name: new(content[:min(len(content), 128)]), Description: new(""), Type: scp, Content: &content}
	policy = *ask[organizations.CreatePolicyOutput](d, M, in).Policy.PolicySummary.Id
	ask[organizations.AttachPolicyOutput](d, M, &organizations.AttachPolicyInput{PolicyId: &policy, TargetId: &target})
	return policy
}

func TestForbids(t *testing.T) {
	d := openDirect(t)
	unit := d.unit(d.root, "unit")
	d.admit(N, d.root)
	d.admit(W, unit)
	ask[organizations.EnablePolicyTypeOutput](d, M, &organizations.EnablePolicyTypeInput{RootId: &d.root, PolicyType: scp})
	if denied, _ := d.forbids(W, nil); denied {
		t.Error("FullAWSAccess forbids")
	}
	// The policy of https://docs.aws.amazon.com/vpc/latest/ipam/scp-ipam.html
	pool := d.control(unit, `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": ["ec2:CreateVpc", "ec2:AssociateVpcCidrBlock"],
		"Resource": "arn:aws:ec2:*:*:vpc/*", "Condition": {"Null": {"ec2:Ipv4IpamPoolId": "true"}}}]}`)
	for _, tc := range []struct {
		name             string
		account          string
		change           func(*orgs.Request)
		denied, explicit bool
	}{
		{"an account below the unit", W, nil, true, true},
		{"an account beside the unit", N, nil, false, false},
		{"the management account", M, nil, false, false},
		{"an account in no organization", X, nil, false, false},
		{"a call with a pool", W, func(r *orgs.Request) { r.Context = map[string][]string{"ec2:Ipv4IpamPoolId": {"ipam-pool-1"}} }, false, false},
		{"another action", W, func(r *orgs.Request) { r.Action = "ec2:DescribeVpcs" }, false, false},
		{"one resource of two", W, func(r *orgs.Request) { r.Resources = []string{"*", r.Resources[0]} }, true, true},
		{"a role linked to a service", W, func(r *orgs.Request) {
			r.PrincipalARN = "arn:aws:iam::" + W + ":role/aws-service-role/ipam.amazonaws.com/AWSServiceRoleForIPAM"
		}, false, false},
		{"a session of such a role", W, func(r *orgs.Request) { r.PrincipalARN = "arn:aws:sts::" + W + ":assumed-role/AWSServiceRoleForIPAM/x" }, false, false},
	} {
		if denied, explicit := d.forbids(tc.account, tc.change); denied != tc.denied || explicit != tc.explicit {
			t.Errorf("%s: denied %v, explicit %v, want %v, %v", tc.name, denied, explicit, tc.denied, tc.explicit)
		}
	}

	ask[organizations.UpdatePolicyOutput](d, M, &organizations.UpdatePolicyInput{PolicyId: &pool, Content: new(`{"Statement": {"Effect": "Deny", "Action": "ec2:DeleteVpc", "Resource": "*"}}`)})
	if denied, _ := d.forbids(W, nil); denied {
		t.Error("the policy still forbids what its new content does not")
	}
	ask[organizations.MoveAccountOutput](d, M, &organizations.MoveAccountInput{AccountId: new(W), SourceParentId: &unit, DestinationParentId: &d.root})
	if denied, _ := d.forbids(W, func(r *orgs.Request) { r.Action = "ec2:DeleteVpc" }); denied {
		t.Error("the policy forbids an account that was moved away")
	}
}

func TestEachLevelHasToAllow(t *testing.T) {
	d := openDirect(t)
	unit := d.unit(d.root, "unit")
	d.admit(W, unit)
	ask[organizations.EnablePolicyTypeOutput](d, M, &organizations.EnablePolicyTypeInput{RootId: &d.root, PolicyType: scp})
	d.control(unit, `{"Statement": {"Effect": "Allow", "Action": "ram:*", "Resource": "*"}}`)
	if denied, _ := d.forbids(W, nil); denied {
		t.Error("a second policy that allows forbids")
	}
	ask[organizations.DetachPolicyOutput](d, M, &organizations.DetachPolicyInput{PolicyId: new("p-FullAWSAccess"), TargetId: &unit})
	if denied, explicit := d.forbids(W, nil); !denied || explicit {
		t.Errorf("denied %v, explicit %v, want what no policy on the unit allows to be denied implicitly", denied, explicit)
	}
	if denied, _ := d.forbids(W, func(r *orgs.Request) { r.Resources = nil }); !denied {
		t.Error("a call that names no resource is not denied")
	}
	if denied, _ := d.forbids(W, func(r *orgs.Request) { r.Action = "ram:CreateResourceShare" }); denied {
		t.Error("what the unit's policy allows is denied")
	}
	d.control(W, `{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}`)
	if denied, explicit := d.forbids(W, nil); !denied || !explicit {
		t.Errorf("denied %v, explicit %v, want an explicit denial to show through an implicit one", denied, explicit)
	}
	ask[organizations.DisablePolicyTypeOutput](d, M, &organizations.DisablePolicyTypeInput{RootId: &d.root, PolicyType: scp})
	if denied, _ := d.forbids(W, nil); denied {
		t.Error("policies of a type that is disabled forbid")
	}
}

func TestKeysOfThePrincipal(t *testing.T) {
	d := openDirect(t)
	unit := d.unit(d.root, "unit")
	d.admit(W, unit)
	ask[organizations.EnablePolicyTypeOutput](d, M, &organizations.EnablePolicyTypeInput{RootId: &d.root, PolicyType: scp})
	id := d.control(d.root, denyVPCs)
	session := func(r *orgs.Request) {
		r.PrincipalARN = "arn:aws:sts::" + W + ":assumed-role/Admin/me"
		r.Context = map[string][]string{"aws:RequestedRegion": {"us-east-1"}}
	}
	for _, condition := range []string{
		`"StringEquals": {"aws:PrincipalAccount": "` + W + `"}`,
		`"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Admin"}`,
		`"StringEquals": {"aws:PrincipalType": "AssumedRole"}`,
		`"StringEquals": {"aws:PrincipalOrgID": "` + d.id + `"}`,
		`"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "` + d.id + `/` + d.root + `/` + unit + `/*"}`,
		`"Bool": {"aws:PrincipalIsAWSService": "false"}`,
		`"StringEquals": {"aws:RequestedRegion": "us-east-1"}`,
		`"DateEquals": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}`,
	} {
		content := `{"Statement": {"Effect": "Deny", "Action": "ec2:CreateVpc", "Resource": "*", "Condition": {` + condition + `}}}`
		ask[organizations.UpdatePolicyOutput](d, M, &organizations.UpdatePolicyInput{PolicyId: &id, Content: &content})
		if denied, _ := d.forbids(W, session); !denied {
			t.Errorf("%s does not hold", condition)
		}
	}
}

func TestCreateAccountWithID(t *testing.T) {
	d := openDirect(t)
	d.admit(N, d.root)
	for _, tc := range []struct{ caller, id, email, code, reason string }{
		{M, N, "other@corp.test", "AlreadyInOrganizationException", ""},
		{M, "12", "other@corp.test", "InvalidInputException", "INVALID_PATTERN"},
		{M, W, "other", "InvalidInputException", "MIN_LENGTH_EXCEEDED"},
		{N, W, "other@corp.test", "AccessDeniedException", ""},
	} {
		err := d.db.Update(func(tx *state.Tx) error {
			c := &orgs.Call{Tx: tx, Caller: caller(tc.caller), Settings: d.settings}
			_, err := c.CreateAccountWithID(&organizations.CreateAccountInput{AccountName: new("a"), Email: &tc.email}, tc.id)
			return err
		})
		refused(t, err, tc.code, tc.reason)
	}
}

// BenchmarkForbids is what each call of a member costs when its organization has nothing but FullAWSAccess, and what
// it costs with the policy of the IPAM guide on the root.
func BenchmarkForbids(b *testing.B) {
	for name, policy := range map[string]string{
		"FullAWSAccess": "",
		"pool enforced": `{"Statement": {"Effect": "Deny", "Action": "ec2:CreateVpc", "Resource": "arn:aws:ec2:*:*:vpc/*", "Condition": {"Null": {"ec2:Ipv4IpamPoolId": "true"}}}}`,
	} {
		b.Run(name, func(b *testing.B) {
			d := newDirect(b)
			d.admit(W, d.root)
			ask[organizations.EnablePolicyTypeOutput](d, M, &organizations.EnablePolicyTypeInput{RootId: &d.root, PolicyType: scp})
			if policy != "" {
				d.control(d.root, policy)
			}
			r := orgs.Request{Account: W, PrincipalARN: "arn:aws:iam::" + W + ":root", Action: "ec2:DescribeVpcs", Resources: []string{"*"}}
			d.view(func(tx *state.Tx) {
				for b.Loop() {
					orgs.Forbids(tx, r)
				}
			})
		})
	}
}
