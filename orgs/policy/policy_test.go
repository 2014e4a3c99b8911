package policy

import (
	"fmt"
	"strings"
	"testing"
)

// denyWith is a policy with one statement that denies ec2:CreateVpc under a condition.
func denyWith(condition string) string {
	return `{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "ec2:CreateVpc", "Resource": "*", "Condition": ` + condition + `}}`
}

func request(context map[string][]string) *Request {
	return &Request{
		Account:      "222222222222",
		PrincipalARN: "arn:aws:iam::222222222222:root",
		Action:       "ec2:CreateVpc",
		Resource:     "arn:aws:ec2:us-east-1:222222222222:vpc/*",
		Context:      NewContext(func() []map[string][]string { return []map[string][]string{context} }),
	}
}

// The three policies of https://docs.aws.amazon.com/vpc/latest/ipam/scp-ipam.html, as templates.
const (
	poolForAll = `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny",
		"Action": ["ec2:CreateVpc", "ec2:AssociateVpcCidrBlock"], "Resource": "arn:aws:ec2:*:*:vpc/*",
		"Condition": {"Null": {"ec2:Ipv4IpamPoolId": "true"}}}]}`
	onePool = `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny",
		"Action": ["ec2:CreateVpc", "ec2:AssociateVpcCidrBlock"], "Resource": "arn:aws:ec2:*:*:vpc/*",
		"Condition": {"StringNotEquals": {"ec2:Ipv4IpamPoolId": "ipam-pool-0123456789abcdefg"}}}]}`
	poolBut = `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny",
		"Action": ["ec2:CreateVpc", "ec2:AssociateVpcCidrBlock"], "Resource": "arn:aws:ec2:*:*:vpc/*",
		"Condition": {
			"Null": {"ec2:Ipv4IpamPoolId": "true"},
			"ForAnyValue:StringNotLike": {"aws:PrincipalOrgPaths": ["o-abc/r-ab12/ou-ab12-11111111/ou-ab12-22222222/"]}}}]}`
)

func TestPoliciesOfTheIPAMGuide(t *testing.T) {
	pool := map[string][]string{"ec2:Ipv4IpamPoolId": {"ipam-pool-0123456789abcdefg"}}
	other := map[string][]string{"ec2:Ipv4IpamPoolId": {"ipam-pool-fffffffffffffffff"}}
	excepted := map[string][]string{"aws:PrincipalOrgPaths": {"o-abc/r-ab12/ou-ab12-11111111/ou-ab12-22222222/"}}
	elsewhere := map[string][]string{"aws:PrincipalOrgPaths": {"o-abc/r-ab12/"}}
	for _, tc := range []struct {
		name, policy string
		context      map[string][]string
		want         Decision
	}{
		{"a pool is asked for and there is none", poolForAll, nil, Denied},
		{"a pool is asked for and there is one", poolForAll, pool, Silent},
		{"a certain pool is asked for and there is none", onePool, nil, Denied},
		{"a certain pool is asked for and there is another", onePool, other, Denied},
		{"a certain pool is asked for and it is that", onePool, pool, Silent},
		{"a pool is asked for but in one unit, and it is that", poolBut, excepted, Silent},
		{"a pool is asked for but in one unit, and it is another", poolBut, elsewhere, Denied},
	} {
		d, err := Parse(tc.policy)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := d.Decide(request(tc.context)); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestConditions(t *testing.T) {
	context := map[string][]string{
		"aws:RequestedRegion":     {"us-east-1"},
		"aws:PrincipalAccount":    {"222222222222"},
		"aws:PrincipalArn":        {"arn:aws:iam::222222222222:role/Network:Admin"},
		"aws:PrincipalOrgID":      {"o-abcdefghij"},
		"aws:ViaAWSService":       {"false"},
		"aws:TagKeys":             {"Team", "Cost"},
		"aws:RequestTag/Team":     {"Blue"},
		"aws:RequestTag/Star":     {"*"},
		"aws:RequestTag/Number":   {"5"},
		"aws:CurrentTime":         {"2026-05-01T00:00:00Z"},
		"aws:EpochTime":           {"1777593600"},
		"aws:SourceIp":            {"10.1.2.3"},
		"aws:RequestTag/Owner":    {"222222222222"},
		"aws:RequestTag/Dollar":   {"a$b"},
		"aws:RequestTag/Question": {"axb"},
	}
	for _, tc := range []struct {
		condition string
		want      bool
	}{
		{`{"StringEquals": {"aws:RequestedRegion": "us-east-1"}}`, true},
		{`{"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}`, true},
		{`{"StringEquals": {"aws:RequestedRegion": "US-EAST-1"}}`, false},
		{`{"StringEquals": {"AWS:requestedREGION": "us-east-1"}}`, true},
		{`{"StringEquals": {"aws:RequestedRegion": "us-*"}}`, false},
		{`{"StringEquals": {"aws:RequestTag/None": "x"}}`, false},
		{`{"StringEqualsIfExists": {"aws:RequestTag/None": "x"}}`, true},
		{`{"StringEqualsIfExists": {"aws:RequestTag/Team": "x"}}`, false},
		{`{"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}`, false},
		{`{"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-west-1"]}}`, true},
		{`{"StringNotEquals": {"aws:RequestTag/None": "x"}}`, true},
		{`{"StringEqualsIgnoreCase": {"aws:RequestTag/team": "BLUE"}}`, true},
		{`{"StringNotEqualsIgnoreCase": {"aws:RequestTag/Team": "BLUE"}}`, false},
		{`{"StringLike": {"aws:RequestedRegion": "us-*-?"}}`, true},
		{`{"StringLike": {"aws:RequestedRegion": "us-?"}}`, false},
		{`{"StringNotLike": {"aws:RequestedRegion": "us-*"}}`, false},
		{`{"StringLike": {"aws:RequestTag/Star": "${*}"}}`, true},
		{`{"StringLike": {"aws:RequestTag/Team": "${*}"}}`, false},
		{`{"StringLike": {"aws:RequestTag/Question": "a${?}b"}}`, false},
		{`{"StringEquals": {"aws:RequestTag/Dollar": "a${$}b"}}`, true},
		{`{"StringEquals": {"aws:RequestTag/Owner": "${aws:PrincipalAccount}"}}`, true},
		{`{"StringEquals": {"aws:RequestTag/Team": "${aws:PrincipalAccount}"}}`, false},
		{`{"StringEquals": {"aws:RequestTag/Team": "${aws:RequestTag/None, 'Blue'}"}}`, true},
		{`{"StringEquals": {"aws:RequestTag/Team": "${aws:RequestTag/None}"}}`, false},
		{`{"StringLike": {"aws:RequestTag/Team": "${aws:RequestTag/Star}"}}`, false},
		{`{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Network*"}}`, true},
		{`{"ArnEquals": {"aws:PrincipalArn": "arn:*:iam::${aws:PrincipalAccount}:role/*"}}`, true},
		{`{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}}`, false},
		{`{"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Other*"}}`, true},
		{`{"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::222222222222:role/Network:Admin"}}`, false},
		{`{"Bool": {"aws:ViaAWSService": false}}`, true},
		{`{"Bool": {"aws:ViaAWSService": "true"}}`, false},
		{`{"BoolIfExists": {"aws:PrincipalIsAWSService": "true"}}`, true},
		{`{"Null": {"aws:RequestTag/Team": "false"}}`, true},
		{`{"Null": {"aws:RequestTag/Team": true}}`, false},
		{`{"Null": {"aws:RequestTag/None": "true"}}`, true},
		{`{"NumericEquals": {"aws:RequestTag/Number": 5}}`, true},
		{`{"NumericNotEquals": {"aws:RequestTag/Number": "5.0"}}`, false},
		{`{"NumericLessThan": {"aws:RequestTag/Number": "5"}}`, false},
		{`{"NumericLessThanEquals": {"aws:RequestTag/Number": "5"}}`, true},
		{`{"NumericGreaterThan": {"aws:RequestTag/Number": "4"}}`, true},
		{`{"NumericGreaterThanEquals": {"aws:RequestTag/Team": "4"}}`, false},
		{`{"DateGreaterThan": {"aws:CurrentTime": "2026-04-30"}}`, true},
		{`{"DateLessThan": {"aws:CurrentTime": "2026-04-30T23:59Z"}}`, false},
		{`{"DateLessThanEquals": {"aws:EpochTime": "2026-05-01T00:00:00Z"}}`, true},
		{`{"DateNotEquals": {"aws:EpochTime": 1777593600}}`, false},
		{`{"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "10.0.0.0/8"]}}`, true},
		{`{"NotIpAddress": {"aws:SourceIp": "10.1.2.3"}}`, false},
		{`{"ForAllValues:StringEquals": {"aws:TagKeys": ["Team", "Cost", "More"]}}`, true},
		{`{"ForAllValues:StringEquals": {"aws:TagKeys": ["Team"]}}`, false},
		{`{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": ["x"]}}`, true},
		{`{"ForAnyValue:StringEquals": {"aws:TagKeys": ["Team"]}}`, true},
		{`{"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": ["x"]}}`, false},
		{`{"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["Team"]}}`, true},
		{`{"ForAllValues:StringNotEquals": {"aws:TagKeys": ["Team"]}}`, false},
		{`{"StringEquals": {"aws:RequestedRegion": "us-east-1", "aws:PrincipalOrgID": "o-other"}}`, false},
		{`{"StringEquals": {"aws:RequestedRegion": "us-east-1"}, "Null": {"aws:RequestTag/Team": "false"}}`, true},
	} {
		d, err := Parse(denyWith(tc.condition))
		if err != nil {
			t.Errorf("%s: %v", tc.condition, err)
			continue
		}
		if got := d.Decide(request(context)) == Denied; got != tc.want {
			t.Errorf("%s holds: %v, want %v", tc.condition, got, tc.want)
		}
	}
}

func TestActionsAndResources(t *testing.T) {
	for _, tc := range []struct {
		statement string
		want      Decision
	}{
		{`"Effect": "Allow", "Action": "*", "Resource": "*"`, Allowed},
		{`"Effect": "Allow", "Action": "ec2:*", "Resource": "*"`, Allowed},
		{`"Effect": "Allow", "Action": "EC2:createVPC", "Resource": "*"`, Allowed},
		{`"Effect": "Allow", "Action": ["ram:*", "ec2:Create?pc"], "Resource": "*"`, Allowed},
		{`"Effect": "Allow", "Action": "ec2:Delete*", "Resource": "*"`, Silent},
		{`"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*"`, Denied},
		{`"Effect": "Deny", "NotAction": ["iam:*", "ec2:*"], "Resource": "*"`, Silent},
		{`"Effect": "Deny", "Action": "ec2:*", "Resource": "arn:aws:ec2:us-east-1:*:vpc/*"`, Denied},
		{`"Effect": "Deny", "Action": "ec2:*", "Resource": "arn:aws:ec2:eu-*:*:vpc/*"`, Silent},
		{`"Effect": "Deny", "Action": "ec2:*", "Resource": "arn:aws:ec2:*:${aws:PrincipalAccount}:vpc/*"`, Denied},
		{`"Effect": "Deny", "Action": "ec2:*", "Resource": "arn:aws:ec2:*:vpc/*"`, Silent},
		{`"Effect": "Deny", "Action": "ec2:*", "NotResource": "arn:aws:ec2:us-east-1:*:vpc/*"`, Silent},
		{`"Effect": "Deny", "Action": "ec2:*", "NotResource": "arn:aws:ec2:us-east-1:*:subnet/*"`, Denied},
		{`"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"s3:x-amz-acl": "private"}}`, Silent},
	} {
		d, err := Parse(`{"Version": "2012-10-17", "Statement": [{` + tc.statement + `}]}`)
		if err != nil {
			t.Errorf("%s: %v", tc.statement, err)
			continue
		}
		if got := d.Decide(request(map[string][]string{"aws:PrincipalAccount": {"222222222222"}})); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.statement, got, tc.want)
		}
	}
}

func TestDenyOutweighsAllow(t *testing.T) {
	for _, order := range []string{`%[1]s, %[2]s`, `%[2]s, %[1]s`} {
		d, err := Parse(`{"Statement": [` + fmt.Sprintf(order,
			`{"Effect": "Allow", "Action": "*", "Resource": "*"}`, `{"Effect": "Deny", "Action": "ec2:CreateVpc", "Resource": "*"}`) + `]}`)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Decide(request(nil)); got != Denied {
			t.Errorf("%s: %v, want %v", order, got, Denied)
		}
	}
}

func TestWhatCannotBeDecidedIsRefusedByName(t *testing.T) {
	for _, tc := range []struct{ policy, named string }{
		{`{`, "JSON"},
		{`[]`, "object"},
		{`{"Statement": []} {}`, "end"},
		{`{"Version": "2020-01-01", "Statement": []}`, "Version"},
		{`{"Version": "2012-10-17"}`, "Statement"},
		{`{"Statement": [], "Statements": []}`, "Statements"},
		{`{"Statement": {"Effect": "Deny", "Effect": "Allow", "Action": "*", "Resource": "*"}}`, `"Effect" stands twice`},
		{`{"Statement": {"Effect": "deny", "Action": "*", "Resource": "*"}}`, "Effect"},
		{`{"Statement": {"Effect": "Deny", "Action": "*"}}`, "Resource"},
		{`{"Statement": {"Effect": "Deny", "Resource": "*"}}`, "Action"},
		{`{"Statement": {"Effect": "Deny", "Action": [], "Resource": "*"}}`, "Action"},
		{`{"Statement": {"Effect": "Deny", "Action": "*", "NotAction": "*", "Resource": "*"}}`, "both"},
		{`{"Statement": {"Effect": "Deny", "Action": "CreateVpc", "Resource": "*"}}`, "createvpc"},
		{`{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "vpc/*"}}`, "vpc/*"},
		{`{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*"}}`, "Principal"},
		{`{"Statement": [{"Sid": "a", "Effect": "Deny", "Action": "*", "Resource": "*"}, {"Sid": "a", "Effect": "Deny", "Action": "*", "Resource": "*"}]}`, "Sid a"},
		{denyWith(`{"StringEquals": {"aws:ResourceTag/Team": "x"}}`), "aws:ResourceTag/Team"},
		{denyWith(`{"StringEquals": {"aws:PrincipalTag/Team": "x"}}`), "aws:PrincipalTag/Team"},
		{denyWith(`{"StringEquals": {"aws:RequestTag/": "x"}}`), "aws:RequestTag/"},
		{denyWith(`{"StringEquals": {"aws:RequestedRegion": "${aws:username}"}}`), "aws:username"},
		{denyWith(`{"StringEquals": {"aws:RequestedRegion": "${aws:userid"}}`), "no end"},
		{denyWith(`{"BinaryEquals": {"aws:RequestedRegion": "eA=="}}`), "BinaryEquals"},
		{denyWith(`{"NullIfExists": {"aws:RequestedRegion": "true"}}`), "NullIfExists"},
		{denyWith(`{"Null": {"aws:RequestedRegion": "yes"}}`), "yes"},
		{denyWith(`{"NumericEquals": {"aws:EpochTime": "x"}}`), "number"},
		{denyWith(`{"DateEquals": {"aws:CurrentTime": "x"}}`), "date"},
		{denyWith(`{"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}`), "10.0.0.0/33"},
		{denyWith(`{"ArnLike": {"aws:PrincipalArn": "role/x"}}`), "role/x"},
		{denyWith(`{"StringEquals": {"aws:RequestedRegion": {}}}`), "aws:RequestedRegion"},
		{denyWith(`{"StringEquals": "x"}`), "Condition"},
	} {
		_, err := Parse(tc.policy)
		if err == nil || !strings.Contains(err.Error(), tc.named) {
			t.Errorf("Parse(%s) = %v, want an error that names %s", tc.policy, err, tc.named)
		}
	}
}

func TestPrincipals(t *testing.T) {
	for _, tc := range []struct {
		principal string
		want      Decision
	}{
		{`"*"`, Allowed},
		{`{"AWS": "*"}`, Allowed},
		{`{"AWS": "222222222222"}`, Allowed},
		{`{"AWS": ["111111111111", "arn:aws:iam::222222222222:root"]}`, Allowed},
		{`{"AWS": "111111111111"}`, Silent},
		{`{"AWS": "arn:aws:iam::222222222222:role/Admin"}`, Silent},
	} {
		d, err := ParseResource(`{"Statement": {"Effect": "Allow", "Principal": ` + tc.principal + `, "Action": "*", "Resource": "*"}}`)
		if err != nil {
			t.Errorf("%s: %v", tc.principal, err)
			continue
		}
		if got := d.Decide(request(nil)); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.principal, got, tc.want)
		}
	}
}

// FuzzParse looks for documents that make Parse or Decide panic.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{poolForAll, onePool, poolBut, denyWith(`{"StringLike": {"aws:RequestedRegion": "${*}-${aws:userid, 'x'}?"}}`)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if d, err := Parse(source); err == nil {
			d.Decide(request(nil))
		}
	})
}
