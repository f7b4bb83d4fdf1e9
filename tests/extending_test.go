package tests

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// mostLines is how long the Go code of a section may be, blank lines aside.
const mostLines = 39

// block is a fenced piece of docs/extending.md. The comment before the fence names
// its file: <!-- FILE -->, the whole of a new one or, for settings, a part.
type block struct{ file, text string }

var (
	blockPattern = regexp.MustCompile("(?m)^(?:<!-- (\\S+?) -->\n)?```(go|yaml)\n((?s:.*?))^```$")
	heading      = regexp.MustCompile(`(?m)^## `)
	blankLines   = regexp.MustCompile(`\n\s*\n`)
)

func readBlocks(t *testing.T) []block {
	t.Helper()
	page := must.Get(os.ReadFile("../docs/extending.md"))(t)
	var blocks []block
	for _, section := range heading.Split(string(page), -1)[1:] {
		title, _, _ := strings.Cut(section, "\n")
		lines := 0
		for _, m := range blockPattern.FindAllStringSubmatch(section, -1) {
			b := block{m[1], m[3]}
			require.NotEmpty(t, b.file, "%s: a block names no file", title)
			if m[2] == "go" {
				lines += strings.Count(blankLines.ReplaceAllString(b.text, "\n"), "\n")
				formatted, err := format.Source([]byte(b.text))
				require.NoError(t, err, b.file)
				assert.Equal(t, string(formatted), b.text, "%s is not formatted", b.file)
			}
			blocks = append(blocks, b)
		}
		assert.Positive(t, lines, title)
		assert.LessOrEqual(t, lines, mostLines, "lines of Go: %s", title)
	}
	return blocks
}

// extended is a copy of the project with the files of the page, of which each is new
// and in src/own, and its settings.
func extended(t *testing.T, blocks []block) (dir string) {
	t.Helper()
	from := must.Get(project())(t)
	dir = t.TempDir()
	require.NoError(t, copyTree(from, dir))
	configs := filepath.Join(dir, "extended")
	require.NoError(t, copyTree(filepath.Join(dir, "configs/ridge"), configs))
	for _, name := range []string{"features.yaml", "model.yaml"} {
		require.NoError(t, os.WriteFile(filepath.Join(configs, name), nil, 0o600))
	}
	for _, b := range blocks {
		if name, ok := strings.CutPrefix(b.file, "configs/"); ok {
			f := must.Get(os.OpenFile(filepath.Join(configs, name), os.O_APPEND|os.O_WRONLY, 0))(t)
			must.Get(f.WriteString(b.text))(t)
			require.NoError(t, f.Close())
			continue
		}
		require.True(t, strings.HasPrefix(b.file, "src/own/"), "%s is not in src/own", b.file)
		place := filepath.Join(dir, b.file)
		require.NoFileExists(t, place)
		require.NoError(t, os.WriteFile(place, []byte(b.text), 0o600))
	}
	return dir
}

// TestExtending adds to a project what docs/extending.md tells to write, runs all of it
// as one pipeline, and sees what each file did.
func TestExtending(t *testing.T) {
	t.Parallel()
	blocks := readBlocks(t)
	if _, err := os.Stat("../.template"); err == nil && !pristine(blocks) {
		t.Skip("this project has files in src/own that the page adds: the page is about the template as it came")
	}
	dir := extended(t, blocks)
	run := func(name string, args ...string) {
		t.Helper()
		cmd := command(dir, name, args...)
		cmd.Env, cmd.Stderr = append(os.Environ(), "GOTOOLCHAIN=local"), nil // programs are built anew
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	run("go", "test", "-count=1", "-run", "Winsorizer|LeastAbsolute|Within10", "./src/own")
	run("make", "-s", "all", "onnx", "CONFIG=extended", "WORK=work")
	lookAt(t, filepath.Join(dir, "work"))
}

// lookAt finds the work of each file in what a run left.
func lookAt(t *testing.T, work string) {
	t.Helper()
	var validation struct {
		Dropped []struct {
			Reason string
			Rows   int
		}
	}
	readJSON(t, work, "reports/validation.json", &validation)
	require.NotEmpty(t, validation.Dropped, "the rule")
	assert.Greater(t, validation.Dropped[0].Rows, 3)

	train := must.Get(os.ReadFile(filepath.Join(work, "data/processed/train.csv")))(t)
	header, _, _ := bytes.Cut(train, []byte("\n"))
	assert.Contains(t, strings.Split(string(header), ","), "rooms_per_person", "the column")

	var split map[string]any
	readJSON(t, work, "reports/split.json", &split)
	assert.Contains(t, mustJSON(t, split), "checkerboard")

	var training struct {
		Estimator, Metric string
		Features          []string
		CrossValidation   struct{ Strategy string } `json:"cross_validation"`
	}
	readJSON(t, work, "reports/training.json", &training)
	assert.Equal(t, "least_absolute", training.Estimator)
	assert.Equal(t, "within_10_percent", training.Metric)
	assert.Contains(t, training.Features, "rooms_per_person")
	assert.Contains(t, training.CrossValidation.Strategy, "checkerboard")

	model := must.Get(zip.OpenReader(filepath.Join(work, "models/champion/model.zip")))(t)
	defer model.Close()
	head := must.Get(fs.ReadFile(model, "head.json"))(t)
	assert.Regexp(t, `"kind": ?"winsorizer"`, string(head))

	var metrics struct {
		Test map[string]struct{ Estimate float64 }
	}
	readJSON(t, work, "reports/metrics.json", &metrics)
	assert.InDelta(t, 0.2, metrics.Test["within_10_percent"].Estimate, 0.1)

	var explanation struct {
		Contributions *struct{ Scale string }
	}
	readJSON(t, work, "reports/explanation.json", &explanation)
	require.NotNil(t, explanation.Contributions, "the estimator is explained")
	assert.Equal(t, "target", explanation.Contributions.Scale)

	assert.FileExists(t, filepath.Join(work, "reports/figures/residuals_by_age.png"))
	report := must.Get(os.ReadFile(filepath.Join(work, "reports/index.html")))(t)
	assert.Contains(t, string(report), "Residuals by age")

	graph := must.Get(os.ReadFile(filepath.Join(work, "models/champion/model.onnx")))(t)
	for _, node := range []string{"columns/sizes/winsorizer/Where", "derive/function/Div", "estimator/"} {
		assert.True(t, bytes.Contains(graph, []byte(node)), "no node %s", node)
	}
}

// pristine tells whether the files that the page adds are missing.
func pristine(blocks []block) bool {
	for _, b := range blocks {
		_, err := os.Stat(filepath.Join("..", b.file))
		if err == nil && !strings.HasPrefix(b.file, "configs/") {
			return false
		}
	}
	return true
}

func readJSON(t *testing.T, work, file string, v any) {
	t.Helper()
	data := must.Get(os.ReadFile(filepath.Join(work, file)))(t)
	require.NoError(t, json.Unmarshal(data, v))
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	data := must.Get(json.Marshal(v))(t)
	return string(data)
}
