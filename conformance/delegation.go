package conformance

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

var delegationTests = []Test{
	{"the management account delegates IPAM to one member", "B420", delegation},
	{"a delegation shows in Organizations", "B421", delegationShows},
	{"only the management account delegates", "B422", whoDelegates},
	{"a service control policy forces VPCs to come from pools", "B430", forcedPools},
	{"a service control policy names the pool", "B431", forcedPool},
}

func (t *T) enableAdmin(as, account string) error {
	_, err := t.ec2As(as, home).EnableIpamOrganizationAdminAccount(t.ctx, &ec2.EnableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: new(account)})
	return err
}

func (t *T) disableAdmin(as, account string) error {
	_, err := t.ec2As(as, home).DisableIpamOrganizationAdminAccount(t.ctx, &ec2.DisableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: new(account)})
	return err
}

func delegation(t *T) {
	w := t.organization()
	wantErrorOf(t, "delegating to oneself", t.enableAdmin(w.management, w.management), "IpamOrganizationDelegatedAdminCannotBeRootAccount", "")
	wantErrorOf(t, "delegating to an outsider", t.enableAdmin(w.management, t.OtherAccount()), "IpamOrganizationAccountNotFound", "")
	wantErrorOf(t, "disabling one that is not", t.disableAdmin(w.management, w.network), "IpamOrganizationAccountNotRegistered", "")
	for range 2 { // the second time changes nothing
		out := must(t.ec2As(w.management, home).EnableIpamOrganizationAdminAccount(t.ctx, &ec2.EnableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: new(w.network)}))(t)
		equal(t, "Success", boolean(out.Success), "true")
	}
	wantErrorOf(t, "delegating to a second account", t.enableAdmin(w.management, w.workload), "IpamOrganizationDelegatedAdminLimitExceeded", "")
	if err := t.disableAdmin(w.management, w.network); err != nil {
		t.Errorf("DisableIpamOrganizationAdminAccount = %v", err)
	}
	if err := t.enableAdmin(w.management, w.workload); err != nil {
		t.Errorf("delegating to another account after that = %v", err)
	}
}

func delegationShows(t *T) {
	w := t.organization()
	client := t.organizations(w.management)
	admins := func() (ids string) {
		for _, a := range must(client.ListDelegatedAdministrators(t.ctx, &organizations.ListDelegatedAdministratorsInput{ServicePrincipal: new("ipam.amazonaws.com")}))(t).DelegatedAdministrators {
			ids += str(a.Id)
		}
		return ids
	}
	equal(t, "administrators at first", admins(), "")
	t.delegate(w)
	equal(t, "administrators after the delegation", admins(), w.network)
	trusted := false
	for _, s := range must(client.ListAWSServiceAccessForOrganization(t.ctx, &organizations.ListAWSServiceAccessForOrganizationInput{}))(t).EnabledServicePrincipals {
		trusted = trusted || str(s.ServicePrincipal) == "ipam.amazonaws.com"
	}
	equal(t, "trusted access of IPAM", trusted, true)
	if err := t.disableAdmin(w.management, w.network); err != nil {
		t.Errorf("DisableIpamOrganizationAdminAccount = %v", err)
	}
	equal(t, "administrators at last", admins(), "")
}

func whoDelegates(t *T) {
	w := t.organization()
	wantErrorOf(t, "a member delegating", t.enableAdmin(w.network, w.workload), "UnauthorizedOperation", "")
	wantErrorOf(t, "a member taking back", t.disableAdmin(w.network, w.workload), "UnauthorizedOperation", "")
	wantRefusal(t, "an account without organization delegating", t.enableAdmin(t.OtherAccount(), w.network))
}

// control attaches a service control policy to the unit of the workload account.
func (t *T) control(w *world, content string) {
	client := t.organizations(w.management)
	must(client.EnablePolicyType(t.ctx, &organizations.EnablePolicyTypeInput{RootId: new(w.root), PolicyType: orgtypes.PolicyTypeServiceControlPolicy}))(t)
	policy := must(client.CreatePolicy(t.ctx, &organizations.CreatePolicyInput{
		Name: new("pools"), Description: new("VPCs come from pools"), Type: orgtypes.PolicyTypeServiceControlPolicy, Content: new(content),
	}))(t).Policy
	must(client.AttachPolicy(t.ctx, &organizations.AttachPolicyInput{PolicyId: policy.PolicySummary.Id, TargetId: new(w.unit)}))(t)
}

const denied = "You are not authorized to perform this operation. User: arn:aws:…is not authorized to perform: ec2:… on resource: … with an explicit deny in a service control policy"

func forcedPools(t *T) {
	w := t.shared()
	t.control(w, `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["ec2:CreateVpc","ec2:AssociateVpcCidrBlock"],
		"Resource":"arn:aws:ec2:*:*:vpc/*","Condition":{"Null":{"ec2:Ipv4IpamPoolId":"true"}}}]}`)
	byHand := func(account string) error {
		_, err := t.ec2As(account, home).CreateVpc(t.ctx, &ec2.CreateVpcInput{CidrBlock: new("192.168.0.0/24")})
		return err
	}
	wantErrorOf(t, "a VPC by hand", byHand(w.workload), "UnauthorizedOperation", denied)
	vpc := must(t.vpcFrom(w.workload, home, w.atHome, 24))(t).Vpc
	_, err := t.ec2As(w.workload, home).AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: vpc.VpcId, CidrBlock: new("10.99.0.0/24")})
	wantErrorOf(t, "a second block by hand", err, "UnauthorizedOperation", denied)
	must(t.ec2As(w.workload, home).AssociateVpcCidrBlock(t.ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: vpc.VpcId, Ipv4IpamPoolId: w.atHome.IpamPoolId, Ipv4NetmaskLength: new(int32(24))}))(t)
	if err := byHand(w.network); err != nil {
		t.Errorf("a VPC by hand outside the unit = %v", err)
	}
	if err := byHand(w.management); err != nil {
		t.Errorf("a VPC by hand of the management account = %v", err)
	}
}

func forcedPool(t *T) {
	w := t.shared()
	t.control(w, `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["ec2:CreateVpc","ec2:AssociateVpcCidrBlock"],
		"Resource":"arn:aws:ec2:*:*:vpc/*","Condition":{"StringNotEquals":{"ec2:Ipv4IpamPoolId":"`+*w.atHome.IpamPoolId+`"}}}]}`)
	must(t.vpcFrom(w.workload, home, w.atHome, 24))(t)
	_, err := t.vpcFrom(w.workload, away, w.away, 24)
	wantErrorOf(t, "a VPC from another pool", err, "UnauthorizedOperation", denied)
}
