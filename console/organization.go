package console

import (
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
)

var organizationPages = []route{{"organization", (*visit).organization}}

var organizationActions = []action{
	{"organization/new", (*visit).createOrganizationForm, (*visit).createOrganization},
	{"organization/accounts/new", (*visit).createAccountForm, (*visit).createAccount},
	{"organization/units/new", (*visit).createUnitForm, (*visit).createUnit},
	{"organization/move", (*visit).moveForm, (*visit).move},
	{"organization/delegate", (*visit).delegateForm, (*visit).delegate},
	{"organization/undelegate", (*visit).undelegateForm, (*visit).undelegate},
	{"organization/sharing", (*visit).sharingForm, (*visit).enableSharing},
}

// organizationView is the settings of IPAM in an organization, and the tree of its accounts.
type organizationView struct {
	*types.Organization // nil: the account is in none
	Leads               bool
	Admins              []identity
	Sharing             bool // RAM shares within the organization without invitations
	Nodes               []*node
	Pager               pager
}

const nodesOfAPage = 200

// organization shows what the management account is told, to whatever member looks.
func (v *visit) organization() (*page, error) {
	view := &organizationView{}
	p := &page{Title: "Organization settings", Content: view}
	out, err := call[organizations.DescribeOrganizationOutput](v, &organizations.DescribeOrganizationInput{})
	if err != nil {
		if problemOf(err).Code == "AWSOrganizationsNotInUseException" {
			return p, nil
		}
		return nil, err
	}
	view.Organization = out.Organization
	view.Leads = *out.Organization.MasterAccountId == v.Account
	leader := v.as(*out.Organization.MasterAccountId, v.Region)
	for _, id := range leader.ipamAdmins() {
		view.Admins = append(view.Admins, v.console.who(id))
	}
	if view.Sharing, err = leader.sharesWithOrganization(); err != nil {
		return nil, err
	}
	root, err := leader.organizationTree()
	if err != nil {
		return nil, err
	}
	nodes := root.flat()
	view.Pager = v.pager(len(nodes), nodesOfAPage)
	view.Nodes = nodes[view.Pager.From:view.Pager.To]
	return p, nil
}

func (v *visit) sharesWithOrganization() (bool, error) {
	services, err := collect(v, &organizations.ListAWSServiceAccessForOrganizationInput{}, func(out *organizations.ListAWSServiceAccessForOrganizationOutput) []types.EnabledServicePrincipal {
		return out.EnabledServicePrincipals
	})
	return slices.ContainsFunc(services, func(s types.EnabledServicePrincipal) bool { return *s.ServicePrincipal == "ram.amazonaws.com" }), err
}

func (v *visit) createOrganizationForm() (*form, error) {
	return &form{
		Title: "Create an organization", Intro: "Account " + v.Account + " becomes its management account, with all features.",
		Submit: "Create organization", Back: v.href("organization"),
	}, nil
}

func (v *visit) createOrganization() (string, error) {
	return v.href("organization"), v.do(&organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll})
}

func (v *visit) createAccountForm() (*form, error) {
	return &form{
		Title: "Create an account",
		Intro: "AWS chooses its number.",
		Fields: []*field{
			{Name: "AccountName", Label: "Name", Required: true},
			{Name: "Email", Label: "E-mail address", Help: "Of its root user; no other account may have it.", Placeholder: "network@example.com", Required: true},
			v.unitField("unit", "In"),
		},
		Submit: "Create account", Back: v.href("organization"),
	}, nil
}

// unitField chooses the root or a unit of the organization.
func (v *visit) unitField(name, label string) *field {
	f := &field{Name: name, Label: label, Kind: "select"}
	root, err := v.organizationTree()
	if err != nil {
		return f // the action itself says why not
	}
	for _, n := range root.flat() {
		if n.Kind != "account" {
			f.Options = append(f.Options, option{Value: n.ID, Label: n.Name})
		}
	}
	return f
}

func (v *visit) createAccount() (string, error) {
	out, err := call[organizations.CreateAccountOutput](v, &organizations.CreateAccountInput{AccountName: v.text("AccountName"), Email: v.text("Email")})
	if err != nil {
		return "", err
	}
	status, err := call[organizations.DescribeCreateAccountStatusOutput](v, &organizations.DescribeCreateAccountStatusInput{CreateAccountRequestId: out.CreateAccountStatus.Id})
	if err != nil {
		return "", err
	}
	created := status.CreateAccountStatus
	if created.State == types.CreateAccountStateFailed {
		return "", &problem{http.StatusBadRequest, string(created.FailureReason), "The account was not created."}
	}
	parent := v.text("unit")
	if parent == nil || created.AccountId == nil {
		return v.href("organization"), nil // AWS takes its time, the account appears when it is there
	}
	return v.href("organization") + "#" + *created.AccountId, v.moveTo(*created.AccountId, *parent)
}

// moveTo moves an account from where it is.
func (v *visit) moveTo(account, parent string) error {
	out, err := call[organizations.ListParentsOutput](v, &organizations.ListParentsInput{ChildId: &account})
	if err != nil || *out.Parents[0].Id == parent {
		return err
	}
	return v.do(&organizations.MoveAccountInput{AccountId: &account, SourceParentId: out.Parents[0].Id, DestinationParentId: &parent})
}

func (v *visit) createUnitForm() (*form, error) {
	return &form{
		Title:  "Create an organizational unit",
		Fields: []*field{{Name: "Name", Label: "Name", Required: true}, v.unitField("ParentId", "In")},
		Submit: "Create unit", Back: v.href("organization"),
	}, nil
}

func (v *visit) createUnit() (string, error) {
	out, err := call[organizations.CreateOrganizationalUnitOutput](v, &organizations.CreateOrganizationalUnitInput{Name: v.text("Name"), ParentId: v.text("ParentId")})
	if err != nil {
		return "", err
	}
	return v.href("organization") + "#" + *out.OrganizationalUnit.Id, nil
}

func (v *visit) moveForm() (*form, error) {
	account := v.request.FormValue("account")
	return &form{
		Title:  "Move account " + account,
		Intro:  "What is shared with a unit, and the policies of the units above it, follow at once.",
		Fields: []*field{{Name: "account", Kind: "hidden", Value: account}, v.unitField("unit", "To")},
		Submit: "Move", Back: v.href("organization"),
	}, nil
}

func (v *visit) move() (string, error) {
	account := v.request.FormValue("account")
	return v.href("organization") + "#" + account, v.moveTo(account, v.request.FormValue("unit"))
}

func (v *visit) delegateForm() (*form, error) {
	f := &field{Name: "DelegatedAdminAccountId", Label: "Account", Kind: "choice", Required: true}
	for _, p := range v.console.people() {
		if p.Management == v.Account && p.ID != v.Account {
			f.Options = append(f.Options, option{Value: p.ID, Label: p.Name, Detail: p.ID})
		}
	}
	return &form{
		Title:  "Delegate IPAM",
		Intro:  "The account becomes the administrator of IPAM: an IPAM of its own watches all accounts of the organization. The management account itself can't be it.",
		Fields: []*field{f.first()}, Submit: "Delegate", Back: v.href("organization"),
	}, nil
}

func (v *visit) delegate() (string, error) {
	return v.href("organization"), v.do(&ec2.EnableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: v.text("DelegatedAdminAccountId")})
}

func (v *visit) undelegateForm() (*form, error) {
	account := v.request.FormValue("DelegatedAdminAccountId")
	return &form{
		Title: "Take IPAM away from " + account, Intro: "Its IPAM stays, and watches its own account only.",
		Fields: []*field{{Name: "DelegatedAdminAccountId", Kind: "hidden", Value: account}},
		Submit: "Take away", Danger: true, Back: v.href("organization"),
	}, nil
}

func (v *visit) undelegate() (string, error) {
	return v.href("organization"), v.do(&ec2.DisableIpamOrganizationAdminAccountInput{DelegatedAdminAccountId: v.text("DelegatedAdminAccountId")})
}

func (v *visit) sharingForm() (*form, error) {
	return &form{
		Title: "Share within the organization", Intro: "Accounts of the organization then get what is shared with them without an invitation.",
		Submit: "Enable sharing", Back: v.href("organization"),
	}, nil
}

func (v *visit) enableSharing() (string, error) {
	return v.href("organization"), v.do(&ram.EnableSharingWithAwsOrganizationInput{})
}

// node is a part of an organization: the root, a unit or an account.
type node struct {
	Kind     string
	ID       string
	Name     string
	ARN      string
	Account  *types.Account
	Children []*node
	Depth    int
}

// flat is the node and all below it, in the order of a tree.
func (n *node) flat() []*node {
	list := []*node{n}
	for _, c := range n.Children {
		list = append(list, c.flat()...)
	}
	return list
}

// organizationTree reads the tree as the management account, or whoever else may.
func (v *visit) organizationTree() (*node, error) {
	out, err := call[organizations.ListRootsOutput](v, &organizations.ListRootsInput{})
	if err != nil {
		return nil, err
	}
	r := out.Roots[0]
	root := &node{Kind: "root", ID: *r.Id, Name: value(r.Name), ARN: value(r.Arn)}
	return root, v.grow(root)
}

func (v *visit) grow(n *node) error {
	units, err := collect(v, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &n.ID}, func(out *organizations.ListOrganizationalUnitsForParentOutput) []types.OrganizationalUnit {
		return out.OrganizationalUnits
	})
	if err != nil {
		return err
	}
	accounts, err := collect(v, &organizations.ListAccountsForParentInput{ParentId: &n.ID}, func(out *organizations.ListAccountsForParentOutput) []types.Account { return out.Accounts })
	if err != nil {
		return err
	}
	for _, a := range accounts {
		n.Children = append(n.Children, &node{Kind: "account", ID: *a.Id, Name: value(a.Name), ARN: value(a.Arn), Account: &a, Depth: n.Depth + 1})
	}
	for _, u := range units {
		child := &node{Kind: "unit", ID: *u.Id, Name: value(u.Name), ARN: value(u.Arn), Depth: n.Depth + 1}
		n.Children = append(n.Children, child)
		if err := v.grow(child); err != nil {
			return err
		}
	}
	return nil
}
