// Package scenario sets a server up as a file describes: an organization, its IPAMs with their pools, shares, VPCs. All of
// it is done by the operations that a client would call; a scenario can make nothing that a client can't, save that
// accounts get the ids that the file names.
//
// Parse finds all that is wrong with a file by itself, before anything is done. Whether AWS allows what it says shows
// only when Apply does it; each error names the line in either case.
package scenario

import (
	"fmt"
	"os"

	"github.com/goccy/go-yaml/ast"
)

// Scenario is a file that makes sense in itself.
type Scenario struct {
	name string // of the file, for errors
	spec
	checked
}

// Load reads a file.
func Load(path string) (*Scenario, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("scenario: %w", err)
	}
	return Parse(path, data)
}

// Parse reads the contents of a file. The name is for its errors, and where the files that it names are looked for.
func Parse(name string, data []byte) (*Scenario, error) {
	s := &Scenario{name: name}
	d := &decoder{anchors: map[string]ast.Node{}}
	d.decode(data, &s.spec)
	if err := d.err(name); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s, nil
}
