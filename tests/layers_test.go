package tests

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// module is the project's path with a slash: "example.com/housing/".
var module = sync.OnceValue(func() string {
	data, _ := os.ReadFile("../go.mod")
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimPrefix(line, "module ") + "/"
})

const (
	engine = "example.com/engine/"
	own    = "src/own"
)

// layers holds the packages of engine/, the lowest first: a package imports those of
// lower layers only. "tree/..." is tree with all packages below it, a family: who
// imports whom in it is theirs to say, as Go allows no circle. Above them all is src/own,
// and above that the programs, src/*. A new package is a new word here.
var layers = [][]string{
	{"command", "npy", "parallel", "project", "quantile", "radix", "random", "spelling"},
	{"config", "explain", "kmeans", "rank", "sketch"},
	{"linear", "metrics", "neighbors", "selection", "source", "stage", "table", "tree/..."},
	{"settings", "table/parquet"},
	{"conformal", "derive", "drift", "estimator", "folds", "onnx/graph", "predictionlog", "results", "schema/...", "table/formats", "transform/..."},
	{"leakage", "page", "partition", "search", "tracking"},
	{"cleaning", "model"},
	{"inspection", "onnx", "report", "serving/...", "training"},
	{"evaluation", "figures/...", "promotion"},
	{"commands/...", "examples/..."},
}

// arithmetic holds what packages of numbers are built on; it imports itself alone.
var arithmetic = []string{"explain", "kmeans", "parallel", "quantile", "radix", "random", "rank"}

// numbers holds the packages that see numbers only, so that each can be lifted out and
// held against its reference: of the engine they import arithmetic, from outside gonum.
var numbers = append([]string{"linear", "metrics", "neighbors", "selection", "tree/..."}, arithmetic...)

// owners names who may import a module from outside; what is not named here is free.
var owners = map[string][]string{
	"github.com/gin-gonic/gin":         {"engine/serving/...", "src/serve"},
	"github.com/go-gota/gota":          {"engine/cleaning", "engine/table", "src/own"},
	"github.com/parquet-go/parquet-go": {"engine/table/parquet"},
	"gonum.org/v1/plot":                {"engine/figures/...", "src/own/figures", "src/plot"},
}

func TestLayers(t *testing.T) {
	found := append(packages(t, "../engine"), packages(t, "../src")...)
	require.NotEmpty(t, found)
	for _, p := range found {
		for _, fault := range p.faults() {
			t.Error(fault)
		}
	}
	for _, name := range slices.Concat(layers...) {
		there := slices.ContainsFunc(found, func(p pkg) bool { return covers(name, strings.TrimPrefix(p.dir, "engine/")) })
		assert.True(t, there, "the map names engine/%s, which is not there", name)
	}
}

// Each import that the map forbids is seen, and those that it allows are not.
func TestLayersSeesFaults(t *testing.T) {
	for _, c := range []struct {
		dir, path string
		test      bool
		fault     string
	}{
		{"src/train", engine + "model", false, ""},
		{"src/train", module() + "src/own", false, ""},
		{"src/own", engine + "model", false, ""},
		{"src/own", "github.com/go-gota/gota/dataframe", false, ""},
		{"engine/model", engine + "tree", false, ""},
		{"engine/tree", engine + "random", false, ""},
		{"engine/tree", engine + "radix", false, ""},
		{"engine/tree/boost", engine + "tree", false, ""},
		{"engine/tree", "gonum.org/v1/gonum/mat", false, ""},
		{"engine/tree", "math/rand/v2", false, ""},
		{"engine/tree", "github.com/stretchr/testify/require", true, ""},
		{"src/plot", "gonum.org/v1/plot/vg", false, ""},
		{"engine/schema", engine + "table/parquet", true, ""},
		{"engine/metrics", engine + "metrics/metricstest", true, ""},

		{"engine/table", engine + "model", false, "not below"},
		{"engine/schema", engine + "transform", false, "not below"},
		{"engine/table", engine + "stage", true, "not below"},
		{"engine/model", module() + "src/train", false, "the project's own"},
		{"engine/model", module() + "src/own", false, "the project's own"},
		{"src/train", module() + "src/evaluate", false, "a program"},
		{"src/own", module() + "src/train", false, "a program"},
		{"src/own", module() + "src/own", false, ""},
		{"src/plot", module() + "src/own/figures", false, ""},
		{"src/own/figures", "gonum.org/v1/plot/plotter", false, ""},
		{"src/own", "gonum.org/v1/plot/plotter", false, "is for engine/figures/..."},
		{"engine/tree", engine + "config", false, "numbers only"},
		{"engine/random", engine + "tree", false, "not below"},
		{"engine/tree", "github.com/stretchr/testify/require", false, "numbers only"},
		{"engine/metrics", "github.com/goccy/go-yaml", true, "numbers only"},
		{"engine/metrics", engine + "metrics/metricstest", false, "for tests alone"},
		{"engine/report", "gonum.org/v1/plot", false, "is for engine/figures/..."},
		{"src/evaluate", "github.com/gin-gonic/gin/binding", false, "is for engine/serving/..."},
		{"engine/transform", "github.com/go-gota/gota/dataframe", false, "is for engine/cleaning"},
		{"engine/table", engine + "table/parquet", true, "not below"},
		{"engine/table", "github.com/parquet-go/parquet-go/format", false, "is for engine/table/parquet"},
		{"engine/surprise", "fmt", false, "no layer"},
		{"src/train", engine + "surprise", false, "no layer"},
	} {
		faults := strings.Join(pkg{c.dir, []imported{{c.path, c.test}}}.faults(), "\n")
		if c.fault == "" {
			assert.Empty(t, faults, "%s imports %s", c.dir, c.path)
			continue
		}
		assert.Contains(t, faults, c.fault, "%s imports %s", c.dir, c.path)
	}
}

// Parquet takes long to compile: what reads tables has it, and every program does without it where make leaves it
// out.
func TestProgramsWithParquet(t *testing.T) {
	check := func(tags string, want ...string) {
		t.Helper()
		const list = `{{if eq .Name "main"}}{{.ImportPath}} {{join .Deps " "}}{{end}}`
		out, err := runIn(t, "GOFLAGS=", "go", "list", "-tags="+tags, "-f", list, "./src/...")
		require.NoError(t, err, out)
		var got []string
		for line := range strings.Lines(out) {
			program, needs, _ := strings.Cut(line, " ")
			if strings.Contains(needs, "github.com/parquet-go/") {
				got = append(got, strings.TrimPrefix(program, module()+"src/"))
			}
		}
		assert.Equal(t, want, got)
	}
	check("nomsgpack", "clean", "features", "tools")
	check("nomsgpack,noparquet")
}

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
	case forTests(dir): // as high as what it tests, and a little more
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

// forTests tells whether the package helps tests only, by its name: transform/transformtest.
func forTests(dir string) bool { return strings.HasSuffix(dir, "test") }

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
