package region

import "strings"

// A partition is a separate AWS. Its Regions' names begin with the prefix; the first one takes all other names.
type partition struct{ name, prefix, suffix string }

var partitions = []partition{
	{"aws", "", "amazonaws.com"},
	{"aws-cn", "cn-", "amazonaws.com.cn"},
	{"aws-us-gov", "us-gov-", "amazonaws.com"},
	{"aws-eusc", "eusc-", "amazonaws.eu"},
	{"aws-iso", "us-iso-", "c2s.ic.gov"},
	{"aws-iso-b", "us-isob-", "sc2s.sgov.gov"},
	{"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk"},
	{"aws-iso-f", "us-isof-", "csp.hci.ic.gov"},
}

// A row is a Region, whether accounts have it from the start, the prefix of its zone IDs, and for each zone its letter
// and the number in its ID.
type row struct {
	name, status, idPrefix, letters string
}

const (
	open  = ""
	optIn = "opt-in"
)

func (r row) zones() []Zone {
	var zones []Zone
	for z := range strings.FieldsSeq(r.letters) {
		zones = append(zones, Zone{Name: r.name + z[:1], ID: r.idPrefix + "-az" + z[1:]})
	}
	return zones
}

// Regions, partitions and suffixes are those of partitions.json in the SDK for Go, v1.48.0. Zone IDs are from
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html, less the zones that AWS
// no longer shows to new accounts (as in us-west-1 and ap-northeast-1). In the Regions from before November 2012 each
// older account has its own letters for them; those here are of one account, for the others they are everyone's.
var table = []row{
	{"af-south-1", optIn, "afs1", "a1 b2 c3"},
	{"ap-east-1", optIn, "ape1", "a1 b2 c3"},
	{"ap-east-2", optIn, "ape2", "a1 b2 c3"},
	{"ap-northeast-1", open, "apne1", "a4 c1 d2"},
	{"ap-northeast-2", open, "apne2", "a1 b2 c3 d4"},
	{"ap-northeast-3", open, "apne3", "a3 b1 c2"},
	{"ap-south-1", open, "aps1", "a1 b3 c2"},
	{"ap-south-2", optIn, "aps2", "a1 b2 c3"},
	{"ap-southeast-1", open, "apse1", "a1 b2 c3"},
	{"ap-southeast-2", open, "apse2", "a1 b3 c2"},
	{"ap-southeast-3", optIn, "apse3", "a1 b2 c3"},
	{"ap-southeast-4", optIn, "apse4", "a1 b2 c3"},
	{"ap-southeast-5", optIn, "apse5", "a1 b2 c3"},
	{"ap-southeast-6", optIn, "apse6", "a1 b2 c3"},
	{"ap-southeast-7", optIn, "apse7", "a1 b2 c3"},
	{"ca-central-1", open, "cac1", "a1 b2 d4"},
	{"ca-west-1", optIn, "caw1", "a1 b2 c3"},
	{"eu-central-1", open, "euc1", "a2 b3 c1"},
	{"eu-central-2", optIn, "euc2", "a1 b2 c3"},
	{"eu-north-1", open, "eun1", "a1 b2 c3"},
	{"eu-south-1", optIn, "eus1", "a1 b2 c3"},
	{"eu-south-2", optIn, "eus2", "a1 b2 c3"},
	{"eu-west-1", open, "euw1", "a3 b1 c2"},
	{"eu-west-2", open, "euw2", "a2 b3 c1"},
	{"eu-west-3", open, "euw3", "a1 b2 c3"},
	{"il-central-1", optIn, "ilc1", "a1 b2 c3"},
	{"me-central-1", optIn, "mec1", "a1 b2 c3"},
	{"me-south-1", optIn, "mes1", "a1 b2 c3"},
	{"me-west-1", optIn, "mew1", "a1 b2 c3"}, // zones unverified: newer than the page above
	{"mx-central-1", optIn, "mxc1", "a1 b2 c3"},
	{"sa-east-1", open, "sae1", "a1 b2 c3"},
	{"sa-west-1", optIn, "saw1", "a1 b2 c3"}, // zones unverified: newer than the page above
	{"us-east-1", open, "use1", "a6 b1 c2 d4 e3 f5"},
	{"us-east-2", open, "use2", "a1 b2 c3"},
	{"us-west-1", open, "usw1", "a3 b1"},
	{"us-west-2", open, "usw2", "a2 b1 c3 d4"},

	{"cn-north-1", open, "cnn1", "a1 b2 d4"},
	{"cn-northwest-1", open, "cnnw1", "a1 b2 c3"},
	{"us-gov-east-1", open, "usge1", "a1 b2 c3"},
	{"us-gov-west-1", open, "usgw1", "a1 b2 c3"},

	// The zones of these are unverified: AWS publishes none. Prefixes follow the pattern of usie1 and usibe1.
	{"eusc-de-east-1", open, "euscde1", "a1 b2 c3"},
	{"eu-isoe-west-1", open, "euiew1", "a1 b2 c3"},
	{"us-iso-east-1", open, "usie1", "a1 b2 c3"},
	{"us-iso-west-1", open, "usiw1", "a1 b2 c3"},
	{"us-isob-east-1", open, "usibe1", "a1 b2 c3"},
	{"us-isob-west-1", open, "usibw1", "a1 b2 c3"},
	{"us-isof-east-1", open, "usife1", "a1 b2 c3"},
	{"us-isof-south-1", open, "usifs1", "a1 b2 c3"},
}
