package orgs_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImports: others ask orgs, so it must not ask them; and it knows neither how calls arrive nor how rows are stored.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, ".", "./policy").Output()
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range strings.FieldsSeq(string(out)) {
		for _, banned := range []string{"net/http", "badger", "ipam-local/ec2api", "ipam-local/ramapi", "ipam-local/stsapi"} {
			if strings.Contains(pkg, banned) {
				t.Errorf("orgs imports %s", pkg)
			}
		}
	}
}
