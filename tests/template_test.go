package tests

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// versions is a template with a history, and a project made from its first.
type versions struct {
	t                 *testing.T
	template, project string
	goCommand         string
}

// engineParts are as much of the engine as make new and updates need; to copy all takes time.
var engineParts = []string{"command", "go.mod", "go.sum", "make", "project", "random", "scripts"}

// newTemplate is a template with its first version and that part of the
// sources: all of "src", or less, which takes less time.
func newTemplate(t *testing.T, sources string) *versions {
	t.Helper()
	v := &versions{t: t, template: t.TempDir(), project: filepath.Join(t.TempDir(), "churn"), goCommand: "go"}
	for _, part := range []string{"Makefile", "go.mod", "go.sum", "configs", "deploy", "scripts", sources} {
		require.NoError(t, copyTree(filepath.Join("..", part), filepath.Join(v.template, part)))
	}
	for _, part := range engineParts {
		require.NoError(t, copyTree(filepath.Join("../engine", part), filepath.Join(v.template, "engine", part)))
	}
	v.git(v.template, "init", "--quiet")
	v.commit(v.template, "v1.0.0")
	if sources != "src" {
		v.builtAlready()
	}
	return v
}

// makeProject is make new.
func (v *versions) makeProject() {
	v.t.Helper()
	v.must(v.template, v.program(), "-dest", v.project, "-module", "github.com/me/churn")
}

// A project with a table comes with settings for it; where the table is refused, there is no project, and the template
// or the copy that would change in place is as it was.
func TestNewWithTable(t *testing.T) {
	t.Parallel()
	v := newTemplate(t, "src/own")
	beside := filepath.Dir(v.project)
	penguins := filepath.Join(t.TempDir(), "penguins.csv")
	lines := strings.SplitAfter(v.read("../data/external", "penguins.csv"), "\n")
	few := lines[0]
	for i := 1; i < len(lines); i += 5 { // which are looked at in a moment
		few += lines[i]
	}
	require.NoError(t, os.WriteFile(penguins, []byte(few), 0o600))
	refuse := func(dest string) {
		t.Helper()
		out, err := v.run(beside, v.program(), "-template", v.template, "-dest", dest, "-data", penguins, "-target", "specie")
		require.Error(t, err)
		assert.Contains(t, out, "configure: "+penguins+`: there is no column "specie" to predict: did you mean TARGET=species?`)
		left := must.Get(os.ReadDir(beside))(t)
		assert.Empty(t, left)
		assert.Empty(t, v.git(v.template, "status", "--porcelain"))
	}
	refuse(v.project)
	refuse(v.template)

	out := v.must(beside, v.program(), "-template", v.template, "-dest", "churn", "-data", penguins, "-target", "species")
	assert.Regexp(t, `new: churn: \d+ files, module churn\n(configure: .*\n)+\nNext:\n  cd churn\n  make all `, out)
	assert.Contains(t, v.read(v.project, "README.md"), "# churn\n\nPredicts `species` (one of 3 classes) from a table of 69 rows")
	assert.Contains(t, v.read(v.project, "configs/serve.yaml"), "name: \"churn\"\n")
	assert.Contains(t, v.read(v.project, "configs/schema.yaml"), "target: species\n")
	assert.Equal(t, few, v.read(v.project, "data/external/penguins.csv"))
	assert.Empty(t, v.git(v.project, "status", "--porcelain", "--", ":!bin"))

	out = v.must(v.template, v.program(), "-dest", ".", "-module", "birds", "-data", penguins, "-target", "species")
	assert.Contains(t, out, "\nNext:\n  make all ")
	assert.Equal(t, v.read(v.project, "configs/model.yaml"), v.read(v.template, "configs/model.yaml"))
	assert.Contains(t, v.read(v.template, "go.mod"), "module birds\n")
	assert.NoDirExists(t, filepath.Join(v.template, "configs/homl"))
}

// builtAlready has updates take the program that they would build from here.
func (v *versions) builtAlready() {
	v.t.Helper()
	v.goCommand = filepath.Join(v.t.TempDir(), "go")
	script := `#!/bin/sh
if [ "$1" = version ]; then echo go version go999 stub; exit; fi
while [ "$1" != -o ]; do shift; done
cp "` + v.program() + `" "$2"
`
	require.NoError(v.t, os.WriteFile(v.goCommand, []byte(script), 0o755))
}

// program is the one behind make new.
func (v *versions) program() string {
	v.t.Helper()
	built := must.Get(project())(v.t)
	return filepath.Join(built, "bin/new")
}

func (v *versions) run(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "MAKEFLAGS=", "GO="+v.goCommand, "CGO_ENABLED=0", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (v *versions) must(dir, name string, args ...string) string {
	v.t.Helper()
	out, err := v.run(dir, name, args...)
	require.NoError(v.t, err, out)
	return out
}

// A copy is what its owner has to know: as many files, and as many lines of Go
// outside the engine.
func TestCopyIsSmall(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("../.git"); err != nil {
		t.Skip("no repository: which files are the template's is not known")
	}
	v := &versions{t: t}
	dest := filepath.Join(t.TempDir(), "churn")
	v.must(".", v.program(), "-template", "..", "-dest", dest)
	files, lines := 0, 0
	for name := range strings.FieldsSeq(v.git(dest, "ls-files")) {
		if strings.HasPrefix(name, "engine/") {
			assert.NotRegexp(t, "_test.go$|/testdata/", name)
			continue
		}
		files++
		if filepath.Ext(name) == ".go" {
			lines += strings.Count(v.read(dest, name), "\n")
		}
	}
	assert.LessOrEqual(t, files, 80, "files outside engine/")
	assert.LessOrEqual(t, lines, 4000, "lines of Go outside engine/")
	assert.Greater(t, files, 40)
}

func (v *versions) git(dir string, args ...string) string { return v.must(dir, "git", args...) }

func (v *versions) commit(dir, tag string) {
	v.t.Helper()
	v.git(dir, "add", "--all", "--", ".", ":!bin")
	v.git(dir, "commit", "--quiet", "--message", tag)
	if dir == v.template {
		v.git(dir, "tag", tag)
	}
}

func (v *versions) read(dir, file string) string {
	v.t.Helper()
	text := must.Get(os.ReadFile(filepath.Join(dir, file)))(v.t)
	return string(text)
}

// change replaces the first line that begins so.
func (v *versions) change(dir, file, old, text string) {
	v.t.Helper()
	before := v.read(dir, file)
	require.Contains(v.t, before, old)
	require.NoError(v.t, os.WriteFile(filepath.Join(dir, file), []byte(strings.Replace(before, old, text, 1)), 0o600))
}

// The bundled table of penguins goes through whole: three classes, told apart.
func TestPenguins(t *testing.T) {
	t.Parallel()
	table := must.Get(filepath.Abs("../data/external/penguins.csv"))(t)
	work, out := makeAll(t, "../configs/penguins", "SOURCE="+table)
	assert.Regexp(t, `evaluate: blend_classifier, test log loss 0\.0\d+`, out)
	assert.FileExists(t, filepath.Join(work, "models/champion/model.zip"))
	assert.FileExists(t, filepath.Join(work, "reports/index.html"))
}

// The bundled weather goes through whole: the test rows come after all others,
// with both places of a day, and the forecast is surely better than that the
// next day is as warm.
func TestWeather(t *testing.T) {
	t.Parallel()
	table := must.Get(filepath.Abs("../data/external/weather.csv"))(t)
	work, out := makeAll(t, "../configs/weather", "SOURCE="+table)
	assert.Contains(t, out, "features: 2190 train rows, 728 test rows, the latest by date\n")
	assert.FileExists(t, filepath.Join(work, "models/champion/model.zip"))

	train, test := readTable(t, work, "train"), readTable(t, work, "test")
	last, places := train["date"][len(train["date"])-1], map[string]int{}
	var squares float64
	for i, date := range test["date"] {
		assert.Greater(t, date, last, "test row %d", i)
		places[test["location"][i]]++
		squares += math.Pow(number(t, test["temp_max_next_day"][i])-number(t, test["temp_max"][i]), 2)
	}
	assert.Equal(t, map[string]int{"New York": 364, "Seattle": 364}, places)

	var metrics struct {
		Test map[string]struct{ Estimate, High float64 }
	}
	readJSON(t, work, "reports/metrics.json", &metrics)
	naive := math.Sqrt(squares / 728)
	assert.InDelta(t, 3.39, naive, 0.005, "as configs/weather/model.yaml says")
	assert.Less(t, metrics.Test["rmse"].High, naive)
	assert.InDelta(t, 2.98, metrics.Test["rmse"].Estimate, 0.005, "as the README says")
}

// readTable returns the columns of a table of data/processed.
func readTable(t *testing.T, work, name string) map[string][]string {
	t.Helper()
	records := must.Get(readCSV(filepath.Join(work, "data/processed", name+".csv")))(t)
	columns := map[string][]string{}
	for _, record := range records[1:] {
		for i, v := range record {
			columns[records[0][i]] = append(columns[records[0][i]], v)
		}
	}
	return columns
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	return must.Get(strconv.ParseFloat(text, 64))(t)
}
