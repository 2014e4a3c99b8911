package orgs_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

func TestUnit(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	id := w.unit(w.root, "Network")
	if !regexp.MustCompile(`^ou-` + w.root[2:] + `-[a-z0-9]{8}$`).MatchString(id) {
		t.Errorf("Id = %s in root %s", id, w.root)
	}
	below := w.unit(id, "Prod")
	_, err := m.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{ParentId: &id, Name: new("Prod")})
	refused(t, err, "DuplicateOrganizationalUnitException", "")
	w.unit(below, "Prod") // another parent

	org := must(m.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{}))(t).Organization
	u := must(m.DescribeOrganizationalUnit(ctx, &organizations.DescribeOrganizationalUnitInput{OrganizationalUnitId: &below}))(t).OrganizationalUnit
	if want := fmt.Sprintf("%s/%s/%s/%s/", *org.Id, w.root, id, below); *u.Path != want {
		t.Errorf("Path = %s, want %s", *u.Path, want)
	}
	if want := fmt.Sprintf("arn:aws:organizations::%s:ou/%s/%s", M, *org.Id, below); *u.Arn != want {
		t.Errorf("Arn = %s, want %s", *u.Arn, want)
	}

	other := w.unit(id, "Test")
	_, err = m.UpdateOrganizationalUnit(ctx, &organizations.UpdateOrganizationalUnitInput{OrganizationalUnitId: &other, Name: new("Prod")})
	refused(t, err, "DuplicateOrganizationalUnitException", "")
	renamed := must(m.UpdateOrganizationalUnit(ctx, &organizations.UpdateOrganizationalUnitInput{OrganizationalUnitId: &other, Name: new("Dev")}))(t)
	if *renamed.OrganizationalUnit.Name != "Dev" {
		t.Errorf("Name = %s, want Dev", *renamed.OrganizationalUnit.Name)
	}

	_, err = m.DeleteOrganizationalUnit(ctx, &organizations.DeleteOrganizationalUnitInput{OrganizationalUnitId: &below})
	refused(t, err, "OrganizationalUnitNotEmptyException", "")
	must(m.DeleteOrganizationalUnit(ctx, &organizations.DeleteOrganizationalUnitInput{OrganizationalUnitId: &other}))(t)
	_, err = m.DescribeOrganizationalUnit(ctx, &organizations.DescribeOrganizationalUnitInput{OrganizationalUnitId: &other})
	refused(t, err, "OrganizationalUnitNotFoundException", "")
	_, err = m.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{ParentId: &other, Name: new("x")})
	refused(t, err, "ParentNotFoundException", "")
	_, err = m.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{ParentId: new("root"), Name: new("x")})
	refused(t, err, "InvalidInputException", "INVALID_PATTERN")
}

func TestUnitsAreAtMostFiveDeep(t *testing.T) {
	w := organized(t)
	parent := w.root
	for i := range 5 {
		parent = w.unit(parent, fmt.Sprint(i))
	}
	_, err := w.as(M).CreateOrganizationalUnit(w.Context(), &organizations.CreateOrganizationalUnitInput{ParentId: &parent, Name: new("6")})
	refused(t, err, "ConstraintViolationException", "OU_DEPTH_LIMIT_EXCEEDED")
}

func TestTree(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	top := w.unit(w.root, "top")
	account := w.create("a")
	must(m.MoveAccount(ctx, &organizations.MoveAccountInput{AccountId: &account, SourceParentId: &w.root, DestinationParentId: &top}))(t)

	for _, tc := range []struct {
		parent string
		kind   types.ChildType
		want   []string
	}{
		{w.root, types.ChildTypeAccount, []string{M}},
		{w.root, types.ChildTypeOrganizationalUnit, []string{top}},
		{top, types.ChildTypeAccount, []string{account}},
		{top, types.ChildTypeOrganizationalUnit, nil},
	} {
		var got []string
		for _, child := range must(m.ListChildren(ctx, &organizations.ListChildrenInput{ParentId: &tc.parent, ChildType: tc.kind}))(t).Children {
			got = append(got, *child.Id)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("children of %s of type %s = %v, want %v", tc.parent, tc.kind, got, tc.want)
		}
	}
	for _, tc := range []struct {
		child, want string
		kind        types.ParentType
	}{
		{account, top, types.ParentTypeOrganizationalUnit},
		{top, w.root, types.ParentTypeRoot},
	} {
		got := must(m.ListParents(ctx, &organizations.ListParentsInput{ChildId: &tc.child}))(t).Parents
		if len(got) != 1 || *got[0].Id != tc.want || got[0].Type != tc.kind {
			t.Errorf("parents of %s = %v, want %s", tc.child, got, tc.want)
		}
	}
	_, err := m.ListParents(ctx, &organizations.ListParentsInput{ChildId: &w.root})
	refused(t, err, "InvalidInputException", "INVALID_PATTERN")
	_, err = m.ListParents(ctx, &organizations.ListParentsInput{ChildId: new(X)})
	refused(t, err, "ChildNotFoundException", "")
	_, err = m.ListChildren(ctx, &organizations.ListChildrenInput{ParentId: new("r-zzzz"), ChildType: types.ChildTypeAccount})
	refused(t, err, "ParentNotFoundException", "")
	_, err = m.ListChildren(ctx, &organizations.ListChildrenInput{ParentId: &top, ChildType: "OTHER"})
	refused(t, err, "InvalidInputException", "INVALID_ENUM")
}

func TestPages(t *testing.T) {
	w := organized(t)
	ctx, m := w.Context(), w.as(M)
	want := map[string]bool{}
	for i := range 25 {
		want[w.unit(w.root, fmt.Sprint(i))] = true
	}
	for _, size := range []int32{1, 7, 20} {
		got := map[string]bool{}
		pages := organizations.NewListOrganizationalUnitsForParentPaginator(m, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &w.root, MaxResults: &size})
		for pages.HasMorePages() {
			out := must(pages.NextPage(ctx))(t)
			if n := len(out.OrganizationalUnits); n > int(size) {
				t.Errorf("%d units on a page of %d", n, size)
			}
			for _, u := range out.OrganizationalUnits {
				got[*u.Id] = true
			}
		}
		if len(got) != len(want) {
			t.Errorf("%d units by pages of %d, want %d", len(got), size, len(want))
		}
	}
	list := func(in organizations.ListOrganizationalUnitsForParentInput) error {
		in.ParentId = &w.root
		_, err := m.ListOrganizationalUnitsForParent(ctx, &in)
		return err
	}
	refused(t, list(organizations.ListOrganizationalUnitsForParentInput{MaxResults: new(int32(0))}), "InvalidInputException", "MIN_VALUE_EXCEEDED")
	refused(t, list(organizations.ListOrganizationalUnitsForParentInput{MaxResults: new(int32(21))}), "InvalidInputException", "MAX_VALUE_EXCEEDED")
	refused(t, list(organizations.ListOrganizationalUnitsForParentInput{NextToken: new("x")}), "InvalidInputException", "INVALID_NEXT_TOKEN")
}
