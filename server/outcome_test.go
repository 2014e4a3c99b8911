package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/server"
)

// stage is a server that calls are made of in shorthand: CreateIpamScope IpamId=$ipam. What has an id in an answer goes by the
// beginning of the id from then on, a second one of its kind by $ipam-pool2.
type stage struct {
	t        *testing.T
	s        *server.Server
	settings *ec2api.Settings
	names    map[string]string // by what a call writes
	known    map[string]bool
	kinds    map[string]int
}

const owner = "111122223333"

func newStage(t *testing.T) *stage {
	settings := ec2api.DefaultSettings()
	settings.Quotas.ResourceDiscoveries = 2
	s := newServer(t, server.Options{Settings: settings})
	t.Cleanup(func() {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	})
	return &stage{t, s, settings, map[string]string{}, map[string]bool{}, map[string]int{}}
}

var (
	anID        = regexp.MustCompile(`>((?:[a-z]+[0-9]*-)+)([0-9a-f]{17,33})<`)
	aScope      = regexp.MustCompile(`<(public|private)DefaultScopeId>([^<]+)<`)
	aTrustedKey = regexp.MustCompile(`&lt;child_bpki_ta&gt;(.*?)&lt;`)
)

// call makes a call and returns the code of its error, or "" with the answer.
func (g *stage) call(line string) (code, body string) {
	g.t.Helper()
	words := strings.Fields(line)
	parameters := []string{"Action", words[0]}
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		if strings.HasPrefix(value, "$") {
			value = g.names[value]
		}
		parameters = append(parameters, name, value)
	}
	status, body := ask(g.s, owner, parameters...)
	if status != http.StatusOK {
		return element(g.t, body, "Code"), body
	}
	for _, m := range aScope.FindAllStringSubmatch(body, -1) {
		g.names["$"+m[1]], g.known[m[2]] = m[2], true
	}
	for _, m := range anID.FindAllStringSubmatch(body, -1) {
		if id := m[1] + m[2]; !g.known[id] {
			g.known[id] = true
			name := "$" + strings.TrimSuffix(m[1], "-")
			if g.kinds[name]++; g.kinds[name] > 1 {
				name += fmt.Sprint(g.kinds[name])
			}
			g.names[name] = id
		}
	}
	if m := aTrustedKey.FindStringSubmatch(body); m != nil {
		g.names["$certificate"] = "-----BEGIN CERTIFICATE-----\n" + m[1] + "\n-----END CERTIFICATE-----\n"
	}
	return "", body
}

// do makes calls that have to succeed, one a line, and returns the last answer.
func (g *stage) do(lines string) (body string) {
	g.t.Helper()
	for line := range strings.Lines(lines) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		code, answer := g.call(line)
		if code != "" {
			g.t.Fatalf("%s = %s %s", strings.TrimSpace(line), code, answer)
		}
		body = answer
	}
	return body
}

func (g *stage) rule(rule map[string]any) (int, string) {
	text, err := json.Marshal(rule)
	if err != nil {
		g.t.Fatal(err)
	}
	return control(g.t, g.s, "POST", "faults", string(text))
}

// Calls that many cases begin with.
const (
	proven        = ` CidrAuthorizationContext.Signature=signed CidrAuthorizationContext.Message=1|aws|111122223333|203.0.113.0/24|99991231|SHA256|RSAPSS`
	withIpam      = "CreateIpam\n"
	withScope     = withIpam + "CreateIpamScope IpamId=$ipam\n"
	withPool      = withIpam + "CreateIpamPool IpamScopeId=$private AddressFamily=ipv4\n"
	withSpace     = withPool + "ProvisionIpamPoolCidr IpamPoolId=$ipam-pool Cidr=10.0.0.0/8\n"
	withPolicy    = withIpam + "CreateIpamPolicy IpamId=$ipam\n"
	withOwnPool   = withIpam + "CreateIpamPool IpamScopeId=$public AddressFamily=ipv4 AwsService=ec2 Locale=us-east-1\n"
	withOwnRange  = "ProvisionByoipCidr Cidr=203.0.113.0/24" + proven + "\n"
	withASN       = withIpam + "ProvisionIpamByoasn " + asn + "\n"
	asn           = "IpamId=$ipam Asn=12345 AsnAuthorizationContext.Signature=signed AsnAuthorizationContext.Message=1|aws|111122223333|12345|99991231|SHA256|RSAPSS"
	withBoth      = withOwnPool + "ProvisionIpamPoolCidr IpamPoolId=$ipam-pool Cidr=203.0.113.0/24" + proven + "\nProvisionIpamByoasn " + asn + "\n"
	asnOfRange    = "IpamByoasn Asn=12345 Cidr=203.0.113.0/24\n"
	withToken     = withIpam + "CreateIpamExternalResourceVerificationToken IpamId=$ipam\n"
	withLists     = withIpam + "CreateIpamPrefixListResolver IpamId=$ipam AddressFamily=ipv4\n" + withList
	withList      = "CreateManagedPrefixList PrefixListName=l AddressFamily=IPv4 MaxEntries=5 Entry.1.Cidr=10.0.0.0/8\n"
	newTarget     = "CreateIpamPrefixListResolverTarget IpamPrefixListResolverId=$ipam-plr PrefixListId=$pl PrefixListRegion=us-east-1 TrackLatestVersion=true\n"
	withTarget    = withLists + newTarget
	withRegistry  = withIpam + "CreateIpamInternetRegistryAssociation IpamId=$ipam Rir=ripe OrganizationHandle=o\nDescribeIpamInternetRegistryAssociations\n"
	enable        = "EnableIpamInternetRegistryAssociation IpamInternetRegistryAssociationId=$ipam-internet-registry-assoc ParentBpkiTa=$certificate ServiceUri=https://r.example/ ChildHandle=c ParentHandle=p RpkiVersion=1\n"
	withEnabled   = withRegistry + enable + "CreateIpamPool IpamScopeId=$public AddressFamily=ipv4\nProvisionIpamPoolCidr IpamPoolId=$ipam-pool Cidr=203.0.113.0/24" + proven + "\n"
	register      = "CreateIpamRoutingPolicyRegistration IpamInternetRegistryAssociationId=$ipam-internet-registry-assoc Cidr=203.0.113.0/24 Asn.1=64500\n"
	deltas        = "GetIpamRoutingPolicyRegistrationDeltas IpamInternetRegistryAssociationId=$ipam-internet-registry-assoc"
	withVPC       = "CreateVpc CidrBlock=10.0.0.0/16\n"
	withDiscovery = withIpam + "CreateIpamResourceDiscovery\n"
	withIPv6      = withVPC + "CreateSubnet VpcId=$vpc CidrBlock=10.0.0.0/24\n" + withIpam + "CreateIpamPool IpamScopeId=$private AddressFamily=ipv6 Locale=us-east-1\n" +
		"ProvisionIpamPoolCidr IpamPoolId=$ipam-pool Cidr=fd12:3456:7800::/40\nAssociateVpcCidrBlock VpcId=$vpc Ipv6IpamPoolId=$ipam-pool Ipv6CidrBlock=fd12:3456:7800::/56\n"
	registered = "IpamInternetRegistryAssociationId=$ipam-internet-registry-assoc Cidr=203.0.113.0/24 "
	batch      = `IpamInternetRegistryAssociationId=$ipam-internet-registry-assoc DeltaJson={"Add":[{"Cidr":"203.0.113.0/24","Asns":["64500"]}]}`
)

// forcedOutcomes has each outcome of each operation.
var forcedOutcomes = []struct {
	act, outcome string // act begins with the operation
	before       string // what it takes
	look         string // shows the state
	refused      string // in that state
	retry        string // works in that state, which then is over
	unchanged    string // what look shows all along, if a change fails
	code         string // of the reason
	untold       bool   // AWS has no place for a message
	stays        bool   // look shows the failure after the retry, too
}{
	{
		act: "CreateIpam", outcome: "create-failed",
		look:    "DescribeIpams",
		refused: "CreateIpamScope IpamId=$ipam",
		retry:   "DeleteIpam IpamId=$ipam",
	},
	{
		act: "ModifyIpam IpamId=$ipam Description=new", outcome: "modify-failed",
		before:    "CreateIpam Description=old",
		look:      "DescribeIpams",
		retry:     "ModifyIpam IpamId=$ipam Description=newer",
		unchanged: ">old<",
	},
	{
		act: "DeleteIpam IpamId=$ipam Cascade=true", outcome: "delete-failed",
		before:    withPool,
		look:      "DescribeIpams",
		retry:     "DeleteIpam IpamId=$ipam Cascade=true",
		unchanged: "<scopeCount>2<",
	},
	{
		act: "CreateIpamScope IpamId=$ipam", outcome: "create-failed",
		before:  withIpam,
		look:    "DescribeIpamScopes",
		refused: "CreateIpamPool IpamScopeId=$ipam-scope AddressFamily=ipv4",
		retry:   "DeleteIpamScope IpamScopeId=$ipam-scope",
		untold:  true,
	},
	{
		act: "ModifyIpamScope IpamScopeId=$ipam-scope Description=new", outcome: "modify-failed",
		before:    withIpam + "CreateIpamScope IpamId=$ipam Description=old",
		look:      "DescribeIpamScopes",
		retry:     "ModifyIpamScope IpamScopeId=$ipam-scope Description=newer",
		unchanged: ">old<", untold: true,
	},
	{
		act: "DeleteIpamScope IpamScopeId=$ipam-scope", outcome: "delete-failed",
		before: withScope,
		look:   "DescribeIpamScopes",
		retry:  "DeleteIpamScope IpamScopeId=$ipam-scope",
		untold: true,
	},
	{
		act: "CreateIpamPool IpamScopeId=$private AddressFamily=ipv4", outcome: "create-failed",
		before:  withIpam,
		look:    "DescribeIpamPools",
		refused: "ProvisionIpamPoolCidr IpamPoolId=$ipam-pool Cidr=10.0.0.0/8",
		retry:   "DeleteIpamPool IpamPoolId=$ipam-pool",
	},
	{
		act: "ModifyIpamPool IpamPoolId=$ipam-pool Description=new", outcome: "modify-failed",
		before:    withIpam + "CreateIpamPool IpamScopeId=$private AddressFamily=ipv4 Description=old",
		look:      "DescribeIpamPools",
		retry:     "ModifyIpamPool IpamPoolId=$ipam-pool Description=newer",
		unchanged: ">old<",
	},
	{
		act: "DeleteIpamPool IpamPoolId=$ipam-pool Cascade=true", outcome: "delete-failed",
		before: withSpace,
		look:   "DescribeIpamPools",
		retry:  "AllocateIpamPoolCidr IpamPoolId=$ipam-pool NetmaskLength=24\nDeleteIpamPool IpamPoolId=$ipam-pool Cascade=true",
	},
	{
		act: "ProvisionIpamPoolCidr IpamPoolId=$ipam-pool Cidr=203.0.113.0/24" + proven, outcome: "failed-provision",
		before:  withOwnPool,
		look:    "GetIpamPoolCidrs IpamPoolId=$ipam-pool",
		refused: "DeprovisionIpamPoolCidr IpamPoolId=$ipam-pool Cidr=203.0.113.0/24",
		retry:   "ProvisionIpamPoolCidr IpamPoolId=$ipam-pool Cidr=203.0.113.0/24" + proven,
		code:    "limit-exceeded",
	},
	{
		act: "DeprovisionIpamPoolCidr IpamPoolId=$ipam-pool Cidr=10.0.0.0/8", outcome: "failed-deprovision",
		before: withSpace,
		look:   "GetIpamPoolCidrs IpamPoolId=$ipam-pool",
		retry:  "AllocateIpamPoolCidr IpamPoolId=$ipam-pool NetmaskLength=24\nReleaseIpamPoolAllocation IpamPoolId=$ipam-pool Cidr=10.0.0.0/24 IpamPoolAllocationId=$ipam-pool-alloc\nDeprovisionIpamPoolCidr IpamPoolId=$ipam-pool Cidr=10.0.0.0/8",
	},
	{
		act: "MoveByoipCidrToIpam Cidr=203.0.113.0/24 IpamPoolId=$ipam-pool IpamPoolOwner=111122223333", outcome: "failed-import",
		before: withOwnRange + withOwnPool,
		look:   "GetIpamPoolCidrs IpamPoolId=$ipam-pool",
		retry:  "MoveByoipCidrToIpam Cidr=203.0.113.0/24 IpamPoolId=$ipam-pool IpamPoolOwner=111122223333",
		code:   "cidr-not-available",
	},
	{
		act: "ProvisionByoipCidr Cidr=203.0.113.0/24" + proven, outcome: "failed-provision",
		look:    "DescribeByoipCidrs MaxResults=10",
		refused: "AdvertiseByoipCidr Cidr=203.0.113.0/24",
		retry:   "ProvisionByoipCidr Cidr=203.0.113.0/24" + proven,
	},
	{
		act: "DeprovisionByoipCidr Cidr=203.0.113.0/24", outcome: "failed-deprovision",
		before: withOwnRange,
		look:   "DescribeByoipCidrs MaxResults=10",
		retry:  "DeprovisionByoipCidr Cidr=203.0.113.0/24",
	},
	{
		act: "ProvisionIpamByoasn " + asn, outcome: "failed-provision",
		before:  withIpam,
		look:    "DescribeIpamByoasn",
		refused: "DeprovisionIpamByoasn IpamId=$ipam Asn=12345",
		retry:   "ProvisionIpamByoasn " + asn,
	},
	{
		act: "DeprovisionIpamByoasn IpamId=$ipam Asn=12345", outcome: "failed-deprovision",
		before: withASN,
		look:   "DescribeIpamByoasn",
		retry:  "DeprovisionIpamByoasn IpamId=$ipam Asn=12345",
	},
	{
		act: "Associate" + asnOfRange, outcome: "failed-association",
		before:  withBoth,
		look:    "DescribeByoipCidrs MaxResults=10",
		refused: "AdvertiseByoipCidr Cidr=203.0.113.0/24 Asn=12345",
		retry:   "Associate" + asnOfRange,
	},
	{
		act: "Disassociate" + asnOfRange, outcome: "failed-disassociation",
		before:  withBoth + "Associate" + asnOfRange,
		look:    "DescribeByoipCidrs MaxResults=10",
		refused: "DeprovisionIpamByoasn IpamId=$ipam Asn=12345",
		retry:   "Disassociate" + asnOfRange,
	},
	{
		act: "CreateIpamExternalResourceVerificationToken IpamId=$ipam", outcome: "create-failed",
		before: withIpam,
		look:   "DescribeIpamExternalResourceVerificationTokens",
		retry:  "DeleteIpamExternalResourceVerificationToken IpamExternalResourceVerificationTokenId=$ipam-ext-res-ver-token",
		untold: true,
	},
	{
		act: "DeleteIpamExternalResourceVerificationToken IpamExternalResourceVerificationTokenId=$ipam-ext-res-ver-token", outcome: "delete-failed",
		before: withToken,
		look:   "DescribeIpamExternalResourceVerificationTokens",
		retry:  "DeleteIpamExternalResourceVerificationToken IpamExternalResourceVerificationTokenId=$ipam-ext-res-ver-token",
		untold: true,
	},
	{
		act: "CreateIpamResourceDiscovery", outcome: "create-failed",
		look:    "DescribeIpamResourceDiscoveries",
		refused: "ModifyIpamResourceDiscovery IpamResourceDiscoveryId=$ipam-res-disco Description=d",
		retry:   "DeleteIpamResourceDiscovery IpamResourceDiscoveryId=$ipam-res-disco",
		untold:  true,
	},
	{
		act: "ModifyIpamResourceDiscovery IpamResourceDiscoveryId=$ipam-res-disco Description=new", outcome: "modify-failed",
		before:    "CreateIpamResourceDiscovery Description=old",
		look:      "DescribeIpamResourceDiscoveries",
		retry:     "ModifyIpamResourceDiscovery IpamResourceDiscoveryId=$ipam-res-disco Description=newer",
		unchanged: ">old<", untold: true,
	},
	{
		act: "DeleteIpamResourceDiscovery IpamResourceDiscoveryId=$ipam-res-disco", outcome: "delete-failed",
		before: "CreateIpamResourceDiscovery",
		look:   "DescribeIpamResourceDiscoveries",
		retry:  "DeleteIpamResourceDiscovery IpamResourceDiscoveryId=$ipam-res-disco",
		untold: true,
	},
	{
		act: "CreateIpamPolicy IpamId=$ipam", outcome: "create-failed",
		before:  withIpam,
		look:    "DescribeIpamPolicies",
		refused: "EnableIpamPolicy IpamPolicyId=$ipam-policy",
		retry:   "DeleteIpamPolicy IpamPolicyId=$ipam-policy",
	},
	{
		act: "ModifyIpamPolicyAllocationRules IpamPolicyId=$ipam-policy Locale=us-east-1 ResourceType=eip", outcome: "modify-failed",
		before: withPolicy,
		look:   "DescribeIpamPolicies",
		retry:  "ModifyIpamPolicyAllocationRules IpamPolicyId=$ipam-policy Locale=us-east-1 ResourceType=eip",
	},
	{
		act: "DeleteIpamPolicy IpamPolicyId=$ipam-policy", outcome: "delete-failed",
		before: withPolicy,
		look:   "DescribeIpamPolicies",
		retry:  "DeleteIpamPolicy IpamPolicyId=$ipam-policy",
	},
	{
		act: "CreateIpamPrefixListResolver IpamId=$ipam AddressFamily=ipv4", outcome: "create-failed",
		before:  withIpam + withList,
		look:    "DescribeIpamPrefixListResolvers",
		refused: newTarget,
		retry:   "DeleteIpamPrefixListResolver IpamPrefixListResolverId=$ipam-plr",
		untold:  true,
	},
	{
		act: "ModifyIpamPrefixListResolver IpamPrefixListResolverId=$ipam-plr Description=new", outcome: "modify-failed",
		before:    withIpam + "CreateIpamPrefixListResolver IpamId=$ipam AddressFamily=ipv4 Description=old",
		look:      "DescribeIpamPrefixListResolvers",
		retry:     "ModifyIpamPrefixListResolver IpamPrefixListResolverId=$ipam-plr Description=newer",
		unchanged: ">old<", untold: true,
	},
	{
		act: "DeleteIpamPrefixListResolver IpamPrefixListResolverId=$ipam-plr", outcome: "delete-failed",
		before: withLists,
		look:   "DescribeIpamPrefixListResolvers",
		retry:  newTarget + "DeleteIpamPrefixListResolverTarget IpamPrefixListResolverTargetId=$ipam-plrt\nDeleteIpamPrefixListResolver IpamPrefixListResolverId=$ipam-plr",
		untold: true,
	},
	{
		act: newTarget, outcome: "create-failed",
		before:  withLists,
		look:    "DescribeIpamPrefixListResolverTargets",
		refused: "ModifyIpamPrefixListResolverTarget IpamPrefixListResolverTargetId=$ipam-plrt TrackLatestVersion=true",
		retry:   "DeleteIpamPrefixListResolverTarget IpamPrefixListResolverTargetId=$ipam-plrt",
	},
	{
		act: newTarget, outcome: "sync-failed",
		before: withLists,
		look:   "DescribeIpamPrefixListResolverTargets",
		retry:  "ModifyIpamPrefixListResolverTarget IpamPrefixListResolverTargetId=$ipam-plrt TrackLatestVersion=true",
	},
	{
		act: "ModifyIpamPrefixListResolverTarget IpamPrefixListResolverTargetId=$ipam-plrt TrackLatestVersion=false", outcome: "modify-failed",
		before:    withTarget,
		look:      "DescribeIpamPrefixListResolverTargets",
		retry:     "ModifyIpamPrefixListResolverTarget IpamPrefixListResolverTargetId=$ipam-plrt TrackLatestVersion=true",
		unchanged: "<trackLatestVersion>true<",
	},
	{
		act: "DeleteIpamPrefixListResolverTarget IpamPrefixListResolverTargetId=$ipam-plrt", outcome: "delete-failed",
		before: withTarget,
		look:   "DescribeIpamPrefixListResolverTargets",
		retry:  "DeleteIpamPrefixListResolverTarget IpamPrefixListResolverTargetId=$ipam-plrt",
	},
	{
		act: withList, outcome: "create-failed",
		look:    "DescribeManagedPrefixLists PrefixListId.1=$pl",
		refused: "ModifyManagedPrefixList PrefixListId=$pl MaxEntries=6",
		retry:   "DeleteManagedPrefixList PrefixListId=$pl",
	},
	{
		act: "ModifyManagedPrefixList PrefixListId=$pl CurrentVersion=1 AddEntry.1.Cidr=11.0.0.0/8", outcome: "modify-failed",
		before:    withList,
		look:      "DescribeManagedPrefixLists PrefixListId.1=$pl",
		retry:     "ModifyManagedPrefixList PrefixListId=$pl CurrentVersion=1 AddEntry.1.Cidr=11.0.0.0/8",
		unchanged: "<version>1<",
	},
	{
		act: "RestoreManagedPrefixListVersion PrefixListId=$pl CurrentVersion=2 PreviousVersion=1", outcome: "restore-failed",
		before:    withList + "ModifyManagedPrefixList PrefixListId=$pl CurrentVersion=1 AddEntry.1.Cidr=11.0.0.0/8",
		look:      "DescribeManagedPrefixLists PrefixListId.1=$pl",
		retry:     "RestoreManagedPrefixListVersion PrefixListId=$pl CurrentVersion=2 PreviousVersion=1",
		unchanged: "<version>2<",
	},
	{
		act: "DeleteManagedPrefixList PrefixListId=$pl", outcome: "delete-failed",
		before:    withList,
		look:      "DescribeManagedPrefixLists",
		retry:     "DeleteManagedPrefixList PrefixListId=$pl",
		unchanged: "<version>1<",
	},
	{
		act: "CreateIpamInternetRegistryAssociation IpamId=$ipam Rir=ripe OrganizationHandle=o", outcome: "create-failed",
		before: withIpam,
		look:   "DescribeIpamInternetRegistryAssociations",
		retry:  "DeleteIpamInternetRegistryAssociation IpamInternetRegistryAssociationId=$ipam-internet-registry-assoc",
	},
	{
		act: enable, outcome: "enable-failed",
		before:  withRegistry,
		look:    "DescribeIpamInternetRegistryAssociations",
		refused: register,
		retry:   enable,
	},
	{
		act: "DeleteIpamInternetRegistryAssociation IpamInternetRegistryAssociationId=$ipam-internet-registry-assoc", outcome: "delete-failed",
		before: withRegistry,
		look:   "DescribeIpamInternetRegistryAssociations",
		retry:  "DeleteIpamInternetRegistryAssociation IpamInternetRegistryAssociationId=$ipam-internet-registry-assoc",
	},
	{
		act: "AssociateVpcCidrBlock VpcId=$vpc CidrBlock=10.1.0.0/16", outcome: "failed",
		before:  withVPC,
		look:    "DescribeVpcs",
		refused: "CreateSubnet VpcId=$vpc CidrBlock=10.1.0.0/24",
		retry:   "AssociateVpcCidrBlock VpcId=$vpc CidrBlock=10.1.0.0/16",
		stays:   true,
	},
	{
		act: "AssociateSubnetCidrBlock SubnetId=$subnet Ipv6CidrBlock=fd12:3456:7800::/64", outcome: "failed",
		before: withIPv6,
		look:   "DescribeSubnets",
		retry:  "AssociateSubnetCidrBlock SubnetId=$subnet Ipv6CidrBlock=fd12:3456:7800::/64",
		stays:  true,
	},
	{
		act: "AssociateIpamResourceDiscovery IpamId=$ipam IpamResourceDiscoveryId=$ipam-res-disco2", outcome: "associate-failed",
		before: withDiscovery,
		look:   "DescribeIpamResourceDiscoveryAssociations",
		retry:  "DisassociateIpamResourceDiscovery IpamResourceDiscoveryAssociationId=$ipam-res-disco-assoc2\nAssociateIpamResourceDiscovery IpamId=$ipam IpamResourceDiscoveryId=$ipam-res-disco2",
		untold: true,
	},
	{
		act: "DisassociateIpamResourceDiscovery IpamResourceDiscoveryAssociationId=$ipam-res-disco-assoc2", outcome: "disassociate-failed",
		before: withDiscovery + "AssociateIpamResourceDiscovery IpamId=$ipam IpamResourceDiscoveryId=$ipam-res-disco2",
		look:   "DescribeIpamResourceDiscoveryAssociations",
		retry:  "DisassociateIpamResourceDiscovery IpamResourceDiscoveryAssociationId=$ipam-res-disco-assoc2",
		untold: true,
	},
	{
		act: register, outcome: "failed",
		before:  withEnabled,
		look:    deltas,
		refused: "ModifyIpamRoutingPolicyRegistration " + registered + "Asn.1=64501",
		retry:   register,
		stays:   true,
	},
	{
		act: "ModifyIpamRoutingPolicyRegistration " + registered + "Asn.1=64501", outcome: "failed",
		before: withEnabled + register,
		look:   deltas,
		retry:  "ModifyIpamRoutingPolicyRegistration " + registered + "Asn.1=64501",
		stays:  true,
	},
	{
		act: "DeleteIpamRoutingPolicyRegistration " + registered, outcome: "failed",
		before:  withEnabled + register,
		look:    deltas,
		refused: register,
		retry:   "DeleteIpamRoutingPolicyRegistration " + registered,
		stays:   true,
	},
	{
		act: "BatchModifyIpamRoutingPolicyRegistrations " + batch, outcome: "failed",
		before:  withEnabled,
		look:    deltas,
		refused: "DeleteIpamRoutingPolicyRegistration " + registered,
		retry:   "BatchModifyIpamRoutingPolicyRegistrations " + batch,
		stays:   true,
	},
}

func TestEachOutcomeCanBeForced(t *testing.T) {
	left := map[string]bool{}
	for _, o := range ec2api.Operations() {
		for _, end := range o.Ends {
			left[o.Name+" "+fmt.Sprint(end.State)] = true
		}
	}
	for _, c := range forcedOutcomes {
		operation := strings.Fields(c.act)[0]
		delete(left, operation+" "+c.outcome)
		t.Run(operation+" "+c.outcome, func(t *testing.T) {
			g := newStage(t)
			g.do(c.before)
			rule := map[string]any{"operation": operation, "outcome": c.outcome, "message": "because of a test", "times": 1}
			if c.code != "" {
				rule["code"] = c.code
			}
			if status, body := g.rule(rule); (status == http.StatusBadRequest) != c.untold {
				t.Fatalf("a rule with a message = %d %s", status, body)
			}
			if c.untold {
				delete(rule, "message")
				if status, body := g.rule(rule); status != http.StatusOK {
					t.Fatalf("a rule without a message = %d %s", status, body)
				}
			}
			if answer := g.do(c.act); strings.Contains(answer, ">"+c.outcome+"<") {
				t.Errorf("the answer has the outcome: %s", answer)
			}
			shown := g.do(c.look)
			for _, want := range []string{">" + c.outcome + "<", ">because of a test<", ">" + c.code + "<"} {
				if strings.Contains(want, "because") && c.untold || want == "><" {
					continue
				}
				if !strings.Contains(shown, want) {
					t.Errorf("%s lacks %s: %s", c.look, want, shown)
				}
			}
			if !strings.Contains(shown, c.unchanged) {
				t.Errorf("%s lacks %s, which the failure was to leave as it was: %s", c.look, c.unchanged, shown)
			}
			if c.refused != "" {
				if code, body := g.call(c.refused); code == "" {
					t.Errorf("%s succeeds in the state %s: %s", c.refused, c.outcome, body)
				}
			}
			g.do(c.retry)
			if code, shown := g.call(c.look); code == "" && strings.Contains(shown, ">"+c.outcome+"<") != c.stays {
				t.Errorf("after the retry %s shows %s", c.look, shown)
			}
		})
	}
	for name := range left {
		t.Errorf("forcedOutcomes lacks %s", name)
	}
}

func TestRulesWithoutAPossibleOutcomeAreRefused(t *testing.T) {
	g := newStage(t)
	for _, c := range []struct{ rule, why string }{
		{`{"outcome":"create-failed"}`, "needs an operation"},
		{`{"operation":"CreateEverything","outcome":"create-failed"}`, "needs an operation"},
		{`{"operation":"CreateIpam","service":"ram","outcome":"create-failed"}`, "needs an operation"},
		{`{"operation":"CreateSubnet","outcome":"create-failed"}`, "it has none"},
		{`{"operation":"CreateIpam","outcome":"delete-failed"}`, "it has create-failed"},
		{`{"operation":"CreateIpam","outcome":"create-failed","code":"limit-exceeded"}`, "has no code limit-exceeded; it has none"},
		{`{"operation":"ProvisionIpamPoolCidr","outcome":"failed-provision","code":"full"}`, "it has cidr-not-available, limit-exceeded"},
		{`{"operation":"CreateIpamScope","outcome":"create-failed","message":"m"}`, "no message"},
	} {
		status, body := control(t, g.s, "POST", "faults", c.rule)
		if status != http.StatusBadRequest || !strings.Contains(body, c.why) {
			t.Errorf("POST faults %s = %d %s, want 400 with %q", c.rule, status, body, c.why)
		}
	}
	if _, body := control(t, g.s, "GET", "faults", ""); strings.TrimSpace(body) != `{"faults":[]}` {
		t.Errorf("after that there are rules: %s", body)
	}
}

func TestAForcedFailureComesInTime(t *testing.T) {
	g := newStage(t)
	control(t, g.s, "POST", "clock", `{"freeze":true}`)
	g.rule(map[string]any{"operation": "DeleteIpamPool", "outcome": "delete-failed"})
	g.do(withSpace)
	g.settings.Timing.Transition = time.Minute
	g.do("DeleteIpamPool IpamPoolId=$ipam-pool Cascade=true")
	if shown := g.do("DescribeIpamPools"); !strings.Contains(shown, ">delete-in-progress<") || strings.Contains(shown, "fault rule") {
		t.Errorf("before its time the pool shows %s", shown)
	}
	if code, _ := g.call("DeleteIpamPool IpamPoolId=$ipam-pool"); code != "IncorrectState" {
		t.Errorf("DeleteIpamPool meanwhile = %s, want IncorrectState", code)
	}
	control(t, g.s, "POST", "clock", `{"advance":"1m"}`)
	if shown := g.do("DescribeIpamPools"); !strings.Contains(shown, ">delete-failed<") || !strings.Contains(shown, ">A fault rule of ipam-local has this end in delete-failed.<") {
		t.Errorf("at its time the pool shows %s", shown)
	}
	if shown := g.do("GetIpamPoolCidrs IpamPoolId=$ipam-pool"); !strings.Contains(shown, ">provisioned<") {
		t.Errorf("the pool has lost its CIDR: %s", shown)
	}
}

// What does not come about takes no space.
func TestAForcedFailureGivesBackSpace(t *testing.T) {
	g := newStage(t)
	g.do(withSpace + "CreateIpamPool IpamScopeId=$private AddressFamily=ipv4 SourceIpamPoolId=$ipam-pool\n")
	g.rule(map[string]any{"operation": "ProvisionIpamPoolCidr", "outcome": "failed-provision", "times": 1})
	g.do("ProvisionIpamPoolCidr IpamPoolId=$ipam-pool2 NetmaskLength=9")
	if shown := g.do("GetIpamPoolAllocations IpamPoolId=$ipam-pool"); strings.Contains(shown, "ipam-pool-alloc-") {
		t.Errorf("the failed CIDR is still allocated in the source pool: %s", shown)
	}
	g.do("ProvisionIpamPoolCidr IpamPoolId=$ipam-pool2 Cidr=10.0.0.0/9")
	if shown := g.do("GetIpamPoolCidrs IpamPoolId=$ipam-pool2"); !strings.Contains(shown, ">10.0.0.0/9<") || !strings.Contains(shown, ">provisioned<") {
		t.Errorf("after the failure the pool has %s", shown)
	}
}
