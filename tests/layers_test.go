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

// layers holds the packages of src/internal, the lowest first: a package imports
// only those of lower layers. The programs, src/*, stand above them all.
var layers = [][]string{
	{"config", "project", "radix", "random", "sketch"},
	{"explain", "linear", "metrics", "neighbors", "selection", "source", "stage", "table", "tree"},
	{"table/parquet"},
	{"derive", "drift", "predictionlog", "results", "schema", "transform"},
	{"page", "search", "tracking", "transform/transformtest"},
	{"model"},
	{"inspection", "onnx", "report"},
}

// numbers holds the packages that see numbers only, so that each can be lifted out and
// held against its reference: of the project they import radix and random, from outside gonum.
var numbers = []string{"explain", "linear", "metrics", "neighbors", "selection", "tree"}

// first holds what `make new` compiles before there is a copy to compile: the standard
// library, and each other.
var first = []string{"src/new", "src/internal/project"}

// owners names who may import a module from outside; what is not named here is free.
var owners = map[string][]string{
	"github.com/gin-gonic/gin":         {"src/serve"},
	"github.com/go-gota/gota":          {"src/clean", "src/internal/table"},
	"github.com/parquet-go/parquet-go": {"src/internal/table/parquet"},
	"gonum.org/v1/plot":                {"src/plot"},
}

func TestLayers(t *testing.T) {
	found := packages(t, "../src")
	require.NotEmpty(t, found)
	for _, p := range found {
		for _, fault := range p.faults() {
			t.Error(fault)
		}
	}
	for _, name := range slices.Concat(layers...) {
		there := slices.ContainsFunc(found, func(p pkg) bool { return p.dir == "src/internal/"+name })
		assert.True(t, there, "the map names src/internal/%s, which is not there", name)
	}
}

// Each import that the map forbids is seen, and those that it allows are not.
func TestLayersSeesFaults(t *testing.T) {
	for _, c := range []struct {
		dir, path string
		test      bool
		fault     string
	}{
		{"src/train", module() + "src/internal/model", false, ""},
		{"src/internal/model", module() + "src/internal/tree", false, ""},
		{"src/internal/tree", module() + "src/internal/random", false, ""},
		{"src/internal/tree", module() + "src/internal/radix", false, ""},
		{"src/internal/tree", "gonum.org/v1/gonum/mat", false, ""},
		{"src/internal/tree", "math/rand/v2", false, ""},
		{"src/internal/tree", "github.com/stretchr/testify/require", true, ""},
		{"src/plot", "gonum.org/v1/plot/vg", false, ""},
		{"src/internal/schema", module() + "src/internal/table/parquet", true, ""},

		{"src/internal/table", module() + "src/internal/model", false, "not below"},
		{"src/internal/schema", module() + "src/internal/transform", false, "not below"},
		{"src/internal/table", module() + "src/internal/stage", true, "not below"},
		{"src/internal/model", module() + "src/train", false, "a program"},
		{"src/internal/tree", module() + "src/internal/config", false, "numbers only"},
		{"src/internal/tree", "github.com/stretchr/testify/require", false, "numbers only"},
		{"src/internal/metrics", "github.com/goccy/go-yaml", true, "numbers only"},
		{"src/internal/report", "gonum.org/v1/plot", false, "is for src/plot"},
		{"src/evaluate", "github.com/gin-gonic/gin/binding", false, "is for src/serve"},
		{"src/internal/transform", "github.com/go-gota/gota/dataframe", false, "is for src/clean"},
		{"src/new", module() + "src/internal/project", false, ""},
		{"src/new", "github.com/stretchr/testify/require", true, ""},
		{"src/new", module() + "src/internal/config", false, "compiled first"},
		{"src/internal/project", "github.com/goccy/go-yaml", false, "compiled first"},
		{"src/internal/table", module() + "src/internal/table/parquet", true, "not below"},
		{"src/internal/table", "github.com/parquet-go/parquet-go/format", false, "is for src/internal/table/parquet"},
		{"src/internal/surprise", "fmt", false, "no layer"},
		{"src/train", module() + "src/internal/surprise", false, "no layer"},
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
	check("nomsgpack", "clean", "configure", "features", "tools")
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
	inside, isInside := strings.CutPrefix(i.path, module())
	lean := slices.Contains(numbers, strings.TrimPrefix(p.dir, "src/internal/"))
	switch {
	case inside == p.dir: // the test of a package's outside
		return ""
	case isInside && height(inside) == len(layers):
		return "a program is nobody's library"
	case isInside && height(inside) < 0:
		return "it has no layer"
	case isInside && height(inside) >= height(p.dir) && !(i.test && inside == p.dir+"/transformtest"):
		return "it is not below"
	case slices.Contains(first, p.dir) && !i.test && !std(i.path) && !slices.Contains(first, inside):
		return "it is compiled first, by make new, and takes the standard library alone"
	case lean && isInside && inside != "src/internal/radix" && inside != "src/internal/random":
		return "the package sees numbers only"
	case lean && !isInside && !std(i.path) && !within(i.path, "gonum.org/v1/gonum") &&
		!(i.test && within(i.path, "github.com/stretchr/testify")):
		return "the package sees numbers only"
	}
	for path, dirs := range owners {
		if within(i.path, path) && !slices.Contains(dirs, p.dir) {
			return "it is for " + strings.Join(dirs, " and ") + " alone"
		}
	}
	return ""
}

// height is the package's place in the layers, len(layers) for a program, -1 for a stranger.
func height(dir string) int {
	name, isInternal := strings.CutPrefix(dir, "src/internal/")
	if !isInternal {
		return len(layers)
	}
	return slices.IndexFunc(layers, func(names []string) bool { return slices.Contains(names, name) })
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
			last.imports = append(last.imports, imported{name, strings.HasSuffix(path, "_test.go")})
		}
		return nil
	})
	require.NoError(t, err)
	return found
}
