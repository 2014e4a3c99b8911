package region_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ipam-local/ipam-local/region"
)

// fromSDK is what partitions.json of the SDK for Go, v1.48.0, lists, less the names that stand for no one Region
// (aws-global).
var fromSDK = map[string]string{
	"aws": "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 " +
		"ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 " +
		"ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 " +
		"eu-west-3 il-central-1 me-central-1 me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 " +
		"us-east-2 us-west-1 us-west-2",
	"aws-cn":     "cn-north-1 cn-northwest-1",
	"aws-us-gov": "us-gov-east-1 us-gov-west-1",
	"aws-eusc":   "eusc-de-east-1",
	"aws-iso":    "us-iso-east-1 us-iso-west-1",
	"aws-iso-b":  "us-isob-east-1 us-isob-west-1",
	"aws-iso-e":  "eu-isoe-west-1",
	"aws-iso-f":  "us-isof-east-1 us-isof-south-1",
}

func everywhere() (all []region.Region) {
	for partition := range fromSDK {
		all = append(all, region.InPartition(partition)...)
	}
	return all
}

func names(regions []region.Region) string {
	var all []string
	for _, r := range regions {
		all = append(all, r.Name)
	}
	return strings.Join(all, " ")
}

func TestInPartition(t *testing.T) {
	for partition, want := range fromSDK {
		if got := names(region.InPartition(partition)); got != want {
			t.Errorf("InPartition(%q) = %s, want %s", partition, got, want)
		}
	}
	if got := region.InPartition("aws-moon"); len(got) != 0 {
		t.Errorf("InPartition(aws-moon) = %v, want none", got)
	}
	if got, want := names(region.All()), fromSDK["aws"]; got != want {
		t.Errorf("All() = %s, want %s", got, want)
	}
}

func TestLookup(t *testing.T) {
	for _, want := range everywhere() {
		if got, ok := region.Lookup(want.Name); !ok || got.Name != want.Name || got.Partition != want.Partition {
			t.Errorf("Lookup(%q) = %v, %v, want %v", want.Name, got, ok, want)
		}
	}
	for _, name := range []string{"", "us-east-9", "us-east-1a", "aws-global", "zz-top-1"} {
		if got, ok := region.Lookup(name); ok {
			t.Errorf("Lookup(%q) = %v, want none", name, got)
		}
	}
}

func TestOfBorderGroup(t *testing.T) {
	for name, want := range map[string]string{
		"us-east-1": "us-east-1", "us-east-1-dfw-2": "us-east-1", "us-west-2-lax-1": "us-west-2", "eu-central-1-ist-1": "eu-central-1",
	} {
		if got, ok := region.OfBorderGroup(name); !ok || got.Name != want {
			t.Errorf("OfBorderGroup(%q) = %v, %v, want %s", name, got, ok, want)
		}
	}
	for _, name := range []string{"", "us-east-1a", "us-east-1-dfw", "us-east-1-dfw-2a", "us-moon-1-dfw-2", "-dfw-2", "Global"} {
		if got, ok := region.OfBorderGroup(name); ok {
			t.Errorf("OfBorderGroup(%q) = %v, want none", name, got)
		}
	}
}

func TestEndpoint(t *testing.T) {
	for name, want := range map[string]string{
		"us-east-1":      "ec2.us-east-1.amazonaws.com",
		"cn-north-1":     "ec2.cn-north-1.amazonaws.com.cn",
		"us-gov-west-1":  "ec2.us-gov-west-1.amazonaws.com",
		"eusc-de-east-1": "ec2.eusc-de-east-1.amazonaws.eu",
		"us-isob-east-1": "ec2.us-isob-east-1.sc2s.sgov.gov",
	} {
		if got, _ := region.Lookup(name); got.Endpoint != want {
			t.Errorf("Lookup(%q).Endpoint = %q, want %q", name, got.Endpoint, want)
		}
	}
}

// Regions that opened before March 2019 need no opting in, and Osaka, which became a full Region later, doesn't either:
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html.
func TestOptIn(t *testing.T) {
	var got []region.Region
	for _, r := range region.All() {
		if !r.OptIn {
			got = append(got, r)
		}
	}
	want := "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 " +
		"eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2"
	if names(got) != want {
		t.Errorf("Regions without opting in: %s, want %s", names(got), want)
	}
	for _, r := range everywhere() {
		if r.OptIn && r.Partition != "aws" {
			t.Errorf("%s: OptIn = true, want false outside the commercial partition", r.Name)
		}
	}
}

func TestZones(t *testing.T) {
	owner := map[string]string{} // of a zone name, a zone ID or a prefix of IDs: the Region
	claim := func(key, name string) {
		if other, taken := owner[key]; taken && other != name {
			t.Errorf("%s and %s both have %q, want one owner", other, name, key)
		}
		owner[key] = name
	}
	id := regexp.MustCompile(`^([a-z]+\d)-az\d$`)
	for _, r := range everywhere() {
		if len(r.Zones) < 2 || !slices.IsSortedFunc(r.Zones, func(a, b region.Zone) int { return strings.Compare(a.Name, b.Name) }) {
			t.Errorf("%s: Zones = %v, want two or more by name", r.Name, r.Zones)
		}
		seen := map[string]bool{}
		for _, z := range r.Zones {
			if letter, ok := strings.CutPrefix(z.Name, r.Name); !ok || len(letter) != 1 {
				t.Errorf("%s: zone name %q, want the Region's and a letter", r.Name, z.Name)
			}
			m := id.FindStringSubmatch(z.ID)
			if m == nil || m[1][len(m[1])-1] != r.Name[len(r.Name)-1] {
				t.Errorf("%s: zone ID %q, want a prefix with the Region's number, and -az with a digit", r.Name, z.ID)
				continue
			}
			if seen[z.Name] || seen[z.ID] {
				t.Errorf("%s: zone %v is there twice, want once", r.Name, z)
			}
			seen[z.Name], seen[z.ID] = true, true
			claim(m[1], r.Name)
		}
	}
}

func TestZonesOfKnownRegions(t *testing.T) {
	for name, want := range map[string][]region.Zone{
		"us-east-1": {
			{"us-east-1a", "use1-az6"}, {"us-east-1b", "use1-az1"}, {"us-east-1c", "use1-az2"},
			{"us-east-1d", "use1-az4"}, {"us-east-1e", "use1-az3"}, {"us-east-1f", "use1-az5"},
		},
		"ap-northeast-1": {{"ap-northeast-1a", "apne1-az4"}, {"ap-northeast-1c", "apne1-az1"}, {"ap-northeast-1d", "apne1-az2"}},
		"me-central-1":   {{"me-central-1a", "mec1-az1"}, {"me-central-1b", "mec1-az2"}, {"me-central-1c", "mec1-az3"}},
	} {
		if got, _ := region.Lookup(name); !slices.Equal(got.Zones, want) {
			t.Errorf("Lookup(%q).Zones = %v, want %v", name, got.Zones, want)
		}
	}
}

func TestPartition(t *testing.T) {
	for name, want := range map[string]string{
		"us-east-1":       "aws",
		"cn-north-1":      "aws-cn",
		"us-gov-east-1":   "aws-us-gov",
		"eusc-de-east-1":  "aws-eusc",
		"us-iso-west-1":   "aws-iso",
		"us-isob-east-1":  "aws-iso-b",
		"eu-isoe-west-1":  "aws-iso-e",
		"us-isof-south-1": "aws-iso-f",
		"cn-moon-1":       "aws-cn",
		"us-gov-moon-7":   "aws-us-gov",
		"moon-north-1":    "aws",
		"":                "aws",
	} {
		if got := region.Partition(name); got != want {
			t.Errorf("Partition(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestARN(t *testing.T) {
	got := region.ARN(region.Partition("us-gov-west-1"), "ec2", "", "111122223333", "ipam-pool/ipam-pool-0a")
	if want := "arn:aws-us-gov:ec2::111122223333:ipam-pool/ipam-pool-0a"; got != want {
		t.Errorf("ARN = %q, want %q", got, want)
	}
}

func TestCallersGetTheirOwnSlice(t *testing.T) {
	region.All()[0].Name = "overwritten"
	if got := region.All()[0].Name; got != "af-south-1" {
		t.Errorf("All()[0].Name = %q after a caller wrote to another slice, want af-south-1", got)
	}
}
