package ec2api

import (
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/region"
	"github.com/ipam-local/ipam-local/server/op"
)

// What a policy can ask about a request to EC2.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html

// created is the type of resource, as in its ARN, that an operation makes.
var created = map[string]string{
	"CreateVpc":             "vpc",
	"CreateDefaultVpc":      "vpc",
	"CreateSubnet":          "subnet",
	"CreateDefaultSubnet":   "subnet",
	"CreateIpam":            "ipam",
	"CreateIpamScope":       "ipam-scope",
	"CreateIpamPool":        "ipam-pool",
	"AllocateIpamPoolCidr":  "ipam-pool-allocation",
	"AllocateAddress":       "elastic-ip",
	"AcceptAddressTransfer": "elastic-ip",
	"CreatePublicIpv4Pool":  "ipv4pool-ec2",

	"CreateIpamPolicy":                            "ipam-policy",
	"CreateNetworkInterface":                      "network-interface",
	"CreateInternetGateway":                       "internet-gateway",
	"CreateNatGateway":                            "natgateway",
	"CreateManagedPrefixList":                     "prefix-list",
	"CreateIpamResourceDiscovery":                 "ipam-resource-discovery",
	"AssociateIpamResourceDiscovery":              "ipam-resource-discovery-association",
	"CreateIpamExternalResourceVerificationToken": "ipam-external-resource-verification-token",
	"CreateIpamPrefixListResolver":                "ipam-prefix-list-resolver",
	"CreateIpamPrefixListResolverTarget":          "ipam-prefix-list-resolver-target",
}

// regionless are the types of resource whose ARNs have no Region.
var regionless = []string{"ipam", "ipam-scope", "ipam-pool", "ipam-pool-allocation", "ipam-resource-discovery", "ipam-resource-discovery-association",
	"ipam-external-resource-verification-token", "ipam-prefix-list-resolver", "ipam-prefix-list-resolver-target",
	"ipam-policy"}

// About is what a request is about, and the values of the condition keys that its parameters give.
func About(caller op.Caller, operation string, in any) (resources []string, conditionKeys map[string][]string) {
	v := reflect.ValueOf(in).Elem()
	return resourcesIn(caller, operation, v), conditionKeysIn(caller, v)
}

// resourcesIn are the ARNs of what a request is about: what it makes, and what it names by id.
func resourcesIn(caller op.Caller, operation string, in reflect.Value) []string {
	var list []string
	name := func(resourceType, id string) {
		regionName := caller.Region
		if slices.Contains(regionless, resourceType) {
			regionName = ""
		}
		list = append(list, region.ARN(region.Partition(caller.Region), "ec2", regionName, caller.Account, resourceType+"/"+id))
	}
	if resourceType, ok := created[operation]; ok {
		name(resourceType, "*")
	}
	for _, id := range idsIn(in) {
		if k := kindOf(id); k != nil {
			name(string(k.resourceType), id)
		}
	}
	if list == nil {
		return []string{"*"}
	}
	return list
}

// idsIn are the strings of a request, on its first level, that may be ids.
func idsIn(in reflect.Value) (ids []string) {
	for i := range in.NumField() {
		if !in.Type().Field(i).IsExported() {
			continue
		}
		switch v := in.Field(i).Interface().(type) {
		case *string:
			if v != nil {
				ids = append(ids, *v)
			}
		case []string:
			ids = append(ids, v...)
		}
	}
	return ids
}

func conditionKeysIn(caller op.Caller, in reflect.Value) map[string][]string {
	keys := map[string][]string{"ec2:Region": {caller.Region}}
	for _, name := range []string{"Ipv4IpamPoolId", "Ipv6IpamPoolId"} {
		if f := in.FieldByName(name); f.IsValid() && !f.IsNil() {
			keys["ec2:"+name] = []string{f.Elem().String()}
		}
	}
	for _, t := range requestTags(in) {
		key := or(t.Key, "")
		keys["aws:RequestTag/"+key] = []string{or(t.Value, "")}
		keys["aws:TagKeys"] = append(keys["aws:TagKeys"], key)
	}
	return keys
}

func requestTags(in reflect.Value) (tags []types.Tag) {
	if f := in.FieldByName("TagSpecifications"); f.IsValid() {
		for _, spec := range f.Interface().([]types.TagSpecification) {
			tags = append(tags, spec.Tags...)
		}
	}
	if f := in.FieldByName("Tags"); f.IsValid() { // of CreateTags and DeleteTags
		if list, ok := f.Interface().([]types.Tag); ok {
			tags = append(tags, list...)
		}
	}
	return tags
}

// kindOf is the kind of resource that has this id, or nil.
func kindOf(id string) *kind {
	var best *kind
	for i := range kinds {
		if strings.HasPrefix(id, kinds[i].prefix) && (best == nil || len(kinds[i].prefix) > len(best.prefix)) {
			best = &kinds[i]
		}
	}
	return best
}
