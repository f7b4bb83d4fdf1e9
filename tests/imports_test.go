package tests

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pkg is a folder with Go files, as "src/train", and what they import.
type pkg struct {
	dir     string
	imports []imported
}

type imported struct {
	path string
	test bool // by a _test.go file
}

// faults says what the package imports against the map, nothing when all is well.
func (p pkg) faults() []string {
	var faults []string
	if height(p.dir) < 0 {
		faults = append(faults, fmt.Sprintf("%s has no layer: give it one in tests/layers_test.go", p.dir))
	}
	for _, i := range p.imports {
		if why := p.forbids(i); why != "" {
			faults = append(faults, fmt.Sprintf("%s imports %s: %s", p.dir, i.path, why))
		}
	}
	return faults
}

func (p pkg) forbids(i imported) string {
	to := place(i.path)
	switch {
	case to == p.dir: // the test of a package's outside
		return ""
	case to != "":
		return p.forbidsOurs(to, i.test)
	case listed(numbers, p.name()) && !std(i.path) && !within(i.path, "gonum.org/v1/gonum") &&
		!((i.test || forTests(p.dir)) && within(i.path, "github.com/stretchr/testify")):
		return "the package sees numbers only"
	}
	for path, dirs := range owners {
		if within(i.path, path) && !listed(dirs, p.dir) {
			return "it is for " + strings.Join(dirs, " and ") + " alone"
		}
	}
	return ""
}

// forbidsOurs looks at an import of a package of this repository, by its folder.
func (p pkg) forbidsOurs(to string, test bool) string {
	name, isEngine := strings.CutPrefix(to, "engine/")
	lean := listed(numbers, p.name())
	switch {
	case !isEngine && strings.HasPrefix(p.dir, "engine/"):
		return "it is the project's own, which the engine does not know"
	case !isEngine && !within(to, own):
		return "a program is nobody's library"
	case forTests(to) && !test:
		return "it is for tests alone"
	case forTests(to):
		return ""
	case height(to) < 0:
		return "it has no layer"
	case height(to) >= height(p.dir) && !sameFamily(to, p.dir):
		return "it is not below"
	case lean && !listed(arithmetic, name) && !sameFamily(to, p.dir):
		return "the package sees numbers only"
	}
	return ""
}

// name is the package's name in the map, as "tree/boost"; a program has none.
func (p pkg) name() string {
	name, isEngine := strings.CutPrefix(p.dir, "engine/")
	if !isEngine {
		return ""
	}
	return name
}

// place is the folder of a package of this repository, "" for one from outside.
func place(path string) string {
	if name, ok := strings.CutPrefix(path, engine); ok {
		return "engine/" + name
	}
	if name, ok := strings.CutPrefix(path, module()); ok {
		return name
	}
	return ""
}

// height is the package's place in the layers; src/own and the programs are above them, -1 is a stranger.
func height(dir string) int {
	name, isEngine := strings.CutPrefix(dir, "engine/")
	switch {
	case within(dir, own):
		return len(layers)
	case !isEngine:
		return len(layers) + 1
	case forTests(dir) && strings.Contains(name, "/"): // as high as what it tests, and a little more
		name = filepath.ToSlash(filepath.Dir(name))
	}
	return slices.IndexFunc(layers, func(names []string) bool { return listed(names, name) })
}

// family is the pattern of the map that covers the package, "" if its own name does.
func family(dir string) string {
	for _, name := range slices.Concat(layers...) {
		if strings.HasSuffix(name, "/...") && covers(name, strings.TrimPrefix(dir, "engine/")) {
			return name
		}
	}
	return ""
}

func sameFamily(a, b string) bool {
	return family(a) != "" && family(a) == family(b) || forTests(b) && filepath.ToSlash(filepath.Dir(b)) == a
}

// forTests tells whether the package helps tests only, by its name: transform/transformtest, and must.
func forTests(dir string) bool { return strings.HasSuffix(dir, "test") || dir == "engine/must" }

// covers tells whether a name of the map is the package's, or that of its family.
func covers(pattern, name string) bool {
	root, isFamily := strings.CutSuffix(pattern, "/...")
	return name == pattern || isFamily && within(name, root)
}

func listed(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return covers(p, name) })
}

// std tells whether the path is of the standard library, whose first part has no dot.
func std(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// within tells whether the path is the module's or lies below it.
func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}

// packages parses the imports of every Go file below root, tests included.
func packages(t *testing.T, root string) []pkg {
	t.Helper()
	var found []pkg
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.Contains(path, "testdata") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")
		if len(found) == 0 || found[len(found)-1].dir != dir {
			found = append(found, pkg{dir: dir})
		}
		last := &found[len(found)-1]
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			last.imports = append(last.imports, imported{name, strings.HasSuffix(path, "_test.go") || forTests(dir)})
		}
		return nil
	})
	require.NoError(t, err)
	return found
}
