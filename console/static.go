package console

import (
	"embed"
	"hash/fnv"
	"io/fs"
	"net/http"
	"strconv"
	"sync"
)

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

// asset is the address of a file that comes with the program. What it is made of is in the address, so that a browser
// notices another version.
func asset(name string) string { return Path + "static/" + name + "?" + assetsVersion() }
