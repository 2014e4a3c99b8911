package scenario

import "fmt"

// directory finds what has a name within a tree: by the name alone where that is enough to tell, or by the end of the path
// to it, prod or workloads/prod.
type directory[T any] struct {
	kind string // of what is in it
	byID map[string][]T
}

func newDirectory[T any](kind string) directory[T] {
	return directory[T]{kind, map[string][]T{}}
}

// add enters v under every end of its path.
func (d directory[T]) add(path []string, v T) {
	name := ""
	for i := len(path) - 1; i >= 0; i-- {
		if name != "" {
			name = "/" + name
		}
		name = path[i] + name
		d.byID[name] = append(d.byID[name], v)
	}
}

func (d directory[T]) find(name string) (found T, err error) {
	switch list := d.byID[name]; len(list) {
	case 0:
		return found, fmt.Errorf("there is no %s %q in this file", d.kind, name)
	case 1:
		return list[0], nil
	default:
		return found, fmt.Errorf("%d %ss are called %q; name the ones above it as well, as in above/%s", len(list), d.kind, name, name)
	}
}
