package docs

import (
	"strings"
	"testing"
)

// TestTutorials pastes each section of TUTORIALS.md into a shell and a server of its own, after the block that all begin with.
func TestTutorials(t *testing.T) {
	const page = "TUTORIALS.md"
	list := blocks(t, page)
	preamble, list := list[0], list[1:]
	sections := strings.Split(read(t, page), "\n## ")
	line := 1 + strings.Count(sections[0], "\n")
	for _, section := range sections[1:] {
		title, _, _ := strings.Cut(section, "\n")
		line += 1 + strings.Count(section, "\n")
		own := []block{preamble}
		for len(list) > 0 && list[0].line < line {
			own, list = append(own, list[0]), list[1:]
		}
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			paste(t, own)
		})
	}
	if len(list) > 0 {
		t.Errorf("%s is in no section", list[0])
	}
}
