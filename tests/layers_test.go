package tests

import (
	"os"
	"slices"
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
	{"claimtest", "command", "must", "npy", "parallel", "project", "quantile", "radix", "random", "spelling"},
	{"config", "explain", "kmeans", "rank", "sketch"},
	{"selection"},
	{"linear", "metrics", "neighbors", "source", "stage", "table", "tree/..."},
	{"settings", "table/parquet"},
	{"calibration", "conformal", "derive", "drift", "estimator", "folds", "onnx/graph", "predictionlog", "results", "schema/...", "table/formats", "transform/..."},
	{"leakage", "page", "partition", "search", "tracking"},
	{"cleaning", "model"},
	{"inspection", "onnx", "promotion", "report", "serving/...", "training"},
	{"evaluation", "figures/..."},
	{"commands/...", "examples/..."},
}

// arithmetic holds what packages of numbers are built on; it imports itself alone.
var arithmetic = []string{"explain", "kmeans", "parallel", "quantile", "radix", "random", "rank", "selection"}

// numbers holds the packages that see numbers only, so that each can be lifted out and
// held against its reference: of the engine they import arithmetic, from outside gonum.
var numbers = append([]string{"linear", "metrics", "neighbors", "tree/..."}, arithmetic...)

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
		{"engine/metrics", engine + "must", true, ""},

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
		{"src/train", engine + "must", false, "for tests alone"},
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
