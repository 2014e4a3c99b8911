package ec2api

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ipam-local/ipam-local/state"
)

// The survey, which reads no VPCs, against the rows that GetIpamResourceCidrs shows of random estates.
func TestSurveyAgainstRows(t *testing.T) {
	for range 5 {
		seed := rand.Uint64()
		db := openDB(t)
		if err := db.Update(func(tx *state.Tx) error { return randomEstate(tx, rand.New(rand.NewPCG(seed, 0))) }); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		err := db.View(func(tx *state.Tx) error {
			for i := range ipams.Scan(tx, "111122223333") {
				compareWithRows(t, tx, i, seed)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func compareWithRows(t *testing.T, tx *state.Tx, i *ipam, seed uint64) {
	scopes, pools := map[inScope]tally{}, map[string]tally{}
	for sc := range scopesByIpam.Scan(tx, *i.IpamId) {
		for r := range newView(tx, sc).all(wanted{}, nil) {
			v := verdict{r.ManagementState, r.ComplianceStatus, r.OverlapStatus}
			key := inScope{*sc.IpamScopeId, familyOf(r.prefix)}
			scopes[key] = scopes[key].with(v)
			if r.IpamPoolId != nil {
				pools[*r.IpamPoolId] = pools[*r.IpamPoolId].with(v)
			}
		}
	}
	s := newSurvey(tx, i)
	if !maps.Equal(s.ofScopes, scopes) || len(scopes) == 0 {
		t.Errorf("seed %d: the survey of scopes is %v, the rows give %v", seed, s.ofScopes, scopes)
	}
	if !maps.Equal(s.ofPools, pools) {
		t.Errorf("seed %d: the survey of pools is %v, the rows give %v", seed, s.ofPools, pools)
	}
}

func TestPublished(t *testing.T) {
	list := []*use{{vpc: "of another family", inScope: inScope{family: types.AddressFamilyIpv6}, size: 1}}
	add := func(id string, usage float64, managed bool, size float64) {
		list = append(list, &use{vpc: id, inScope: inScope{family: types.AddressFamilyIpv4}, used: usage * size / 100, size: size, managed: managed})
	}
	for n := range 100 {
		add(fmt.Sprintf("most %03d", n), 90-float64(n)/100, false, 256)
		add(fmt.Sprintf("least %03d", n), float64(n)/100, false, 256)
		add(fmt.Sprintf("large %03d", n), 50, false, float64(1000+n))
	}
	add("managed", 50, true, 16)
	got := map[string]bool{}
	for _, u := range published(types.AddressFamilyIpv4, slices.Values(list)) {
		got[u.vpc] = true
	}
	want := map[string]bool{"managed": true}
	for n := range 50 {
		want[fmt.Sprintf("most %03d", n)] = true
		want[fmt.Sprintf("least %03d", n)] = true
	}
	for n := range 49 {
		want[fmt.Sprintf("large %03d", 99-n)] = true
	}
	if !maps.Equal(got, want) {
		t.Errorf("published are %v, want %v", got, want)
	}
}

// All metrics of an estate of 100,000 VPCs, which are computed every five minutes if anything has changed.
func BenchmarkSamples(b *testing.B) {
	l := newLargeOrganization(b, manyVPCs)
	b.ResetTimer()
	for b.Loop() {
		err := l.db.View(func(tx *state.Tx) error {
			n := 0
			for i := range ipams.Scan(tx, l.admin) {
				for range i.samples(tx) {
					n++
				}
			}
			if n < 3*maxUsages {
				b.Fatalf("%d samples, want those of %d VPCs at least", n, 3*maxUsages)
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
