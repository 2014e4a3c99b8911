package console

import (
	"embed"
	"hash/fnv"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static
var staticFiles embed.FS

// static serves the style sheet and the script. Their addresses change with them, so browsers may keep them.
func static() http.Handler {
	files := http.FileServerFS(staticFiles)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=31536000, immutable")
		files.ServeHTTP(w, r)
	})
}

// assetsVersion is the same for the same files.
var assetsVersion = sync.OnceValue(func() string {
	sum := fnv.New64()
	err := fs.WalkDir(staticFiles, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := staticFiles.ReadFile(file)
		_, _ = sum.Write(content) // never fails
		return err
	})
	if err != nil {
		panic(err) // what is embedded can be read
	}
	return strconv.FormatUint(sum.Sum64(), 36)
})

// templates are the pages' ones by name, each with the frame and the parts that all share.
type templates struct{ pages map[string]*template.Template }

// common are the templates that are no pages.
var common = []string{"templates/frame.html", "templates/parts.html", "templates/charts.html"}

func parseTemplates() *templates {
	base := template.Must(template.New("frame.html").Funcs(functions).ParseFS(templateFiles, common...))
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	t := &templates{map[string]*template.Template{}}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		t.pages[name] = template.Must(template.Must(base.Clone()).ParseFS(templateFiles, file))
	}
	return t
}

// page panics for a name that there is no file of, which a test would have seen.
func (t *templates) page(name string) *template.Template {
	if p, ok := t.pages[name]; ok {
		return p
	}
	panic("console: there is no template " + name)
}
