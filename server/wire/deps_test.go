package wire_test

import (
	"os/exec"
	"strings"
	"testing"
)

// Wire must not need a service of the SDK: service/ec2 takes minutes to compile, and this package's tests are to start
// at once.
func TestImportsNoService(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-test", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range strings.FieldsSeq(string(out)) {
		if strings.Contains(pkg, "aws-sdk-go-v2") {
			t.Errorf("wire depends on %s", pkg)
		}
	}
}
