package tests

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mostLines is how long the Go code of a section may be, blank lines aside.
const mostLines = 39

// block is a fenced piece of docs/extending.md. The comment before the fence names
// its file: <!-- FILE --> for the whole of a new one or, for settings, a part;
// <!-- FILE, below: LINE --> for an edit, which may be above or instead of the line.
type block struct{ section, file, place, line, text string }

var (
	blockPattern = regexp.MustCompile("(?m)^(?:<!-- (\\S+?)(?:, (below|above|instead of): (.+))? -->\n)?```(go|yaml)\n((?s:.*?))^```$")
	heading      = regexp.MustCompile(`(?m)^## `)
)

func readBlocks(t *testing.T) []block {
	t.Helper()
	page, err := os.ReadFile("../docs/extending.md")
	require.NoError(t, err)
	var blocks []block
	for _, section := range heading.Split(string(page), -1)[1:] {
		title, _, _ := strings.Cut(section, "\n")
		lines := 0
		for _, m := range blockPattern.FindAllStringSubmatch(section, -1) {
			b := block{title, m[1], m[2], m[3], m[5]}
			if m[4] == "go" {
				require.NotEmpty(t, b.file, "%s: a block of Go names no file", title)
				lines += strings.Count(regexp.MustCompile(`\n\s*\n`).ReplaceAllString(b.text, "\n"), "\n")
			}
			if b.file != "" {
				blocks = append(blocks, b)
			}
		}
		assert.Positive(t, lines, title)
		assert.LessOrEqual(t, lines, mostLines, "lines of Go: %s", title)
	}
	return blocks
}

// extension is the page, applied: settings, and Go files that lie over those of a project.
type extension struct{ overlay, configs string }

func apply(t *testing.T, project string, blocks []block) extension {
	t.Helper()
	dir := t.TempDir()
	e := extension{filepath.Join(dir, "overlay.json"), filepath.Join(dir, "configs")}
	files := map[string]string{} // by their path in the project
	for _, b := range blocks {
		before, err := os.ReadFile(filepath.Join(project, b.file))
		switch {
		case strings.HasPrefix(b.file, "configs/"):
			files[b.file] += b.text
		case b.place == "":
			require.ErrorIs(t, err, os.ErrNotExist, "%s is there already", b.file)
			files[b.file] = b.text
			formatted, err := format.Source([]byte(b.text))
			require.NoError(t, err, b.file)
			assert.Equal(t, string(formatted), b.text, "%s is not formatted", b.file)
		default:
			require.NoError(t, err, b.section)
			files[b.file] = b.edit(t, string(before))
		}
	}
	for _, name := range []string{"data.yaml", "schema.yaml"} {
		text, err := os.ReadFile(filepath.Join("testdata/project/configs/ridge", name))
		require.NoError(t, err)
		files["configs/"+name] = string(text) + files["configs/"+name]
	}
	over := map[string]string{}
	for file, text := range files {
		place := filepath.Join(dir, file)
		require.NoError(t, os.MkdirAll(filepath.Dir(place), 0o755))
		require.NoError(t, os.WriteFile(place, []byte(text), 0o600))
		if filepath.Ext(file) == ".go" {
			over[filepath.Join(project, file)] = place
		}
	}
	data, err := json.Marshal(map[string]any{"Replace": over})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(e.overlay, data, 0o600))
	return e
}

// edit puts the block at its line, which must be there once.
func (b block) edit(t *testing.T, text string) string {
	t.Helper()
	at := regexp.MustCompile(`(?m)^[\t ]*` + regexp.QuoteMeta(b.line) + "\n")
	require.Len(t, at.FindAllString(text, -1), 1, "%s: lines %q", b.file, b.line)
	return at.ReplaceAllStringFunc(text, func(line string) string {
		switch b.place {
		case "below":
			return line + b.text
		case "above":
			return b.text + line
		}
		return b.text
	})
}

// TestExtending compiles what docs/extending.md tells to write, runs it as one
// pipeline, and sees what each part did. The sources stay as they are.
func TestExtending(t *testing.T) {
	t.Parallel()
	blocks := readBlocks(t)
	if _, err := os.Stat("../.template"); err == nil && !pristine(blocks) {
		t.Skip("this project has rules of its own, or what the page adds: the page is about the template as it came")
	}
	dir, err := project()
	require.NoError(t, err)
	e := apply(t, dir, blocks)
	e.test(t, dir)
	lookAt(t, e.run(t, dir))
}

// lookAt finds in what a run left the work of the rule, the split, the column,
// the transformer, the metric and the estimator.
func lookAt(t *testing.T, work string) {
	t.Helper()
	var validation struct {
		Dropped []struct {
			Reason string
			Rows   int
		}
	}
	readJSON(t, work, "reports/validation.json", &validation)
	require.NotEmpty(t, validation.Dropped)
	assert.Equal(t, "rule drop_resorts", validation.Dropped[0].Reason)
	assert.Greater(t, validation.Dropped[0].Rows, 3)

	var division struct {
		Split     map[string]any
		TestShare float64 `json:"test_share"`
	}
	readJSON(t, work, "reports/split.json", &division)
	assert.Contains(t, division.Split, "checkerboard")
	assert.InDelta(t, 0.2, division.TestShare, 0.15)

	train, err := os.ReadFile(filepath.Join(work, "data/processed/train.csv"))
	require.NoError(t, err)
	header, _, _ := bytes.Cut(train, []byte("\n"))
	assert.Contains(t, strings.Split(string(header), ","), "km_inland")

	var training struct {
		Estimator, Metric string
		Features          []string
		CrossValidation   struct{ Strategy string } `json:"cross_validation"`
	}
	readJSON(t, work, "reports/training.json", &training)
	assert.Equal(t, "checkerboard, side 0.3, x longitude, y latitude", training.CrossValidation.Strategy)
	assert.Equal(t, "least_absolute", training.Estimator)
	assert.Equal(t, "within_10_percent", training.Metric)
	assert.Contains(t, training.Features, "km_inland")

	model, err := zip.OpenReader(filepath.Join(work, "models/candidate/model.zip"))
	require.NoError(t, err)
	defer model.Close()
	head, err := fs.ReadFile(model, "head.json")
	require.NoError(t, err)
	assert.Regexp(t, `"kind": ?"winsorizer"`, string(head))

	var metrics struct {
		Test map[string]struct{ Estimate float64 }
	}
	readJSON(t, work, "reports/metrics.json", &metrics)
	assert.InDelta(t, 0.2, metrics.Test["within_10_percent"].Estimate, 0.1)
}

// pristine tells whether the files that the page adds are missing, and the lines
// that it replaces there.
func pristine(blocks []block) bool {
	for _, b := range blocks {
		text, err := os.ReadFile(filepath.Join("..", b.file))
		isNew := b.place == "" && !strings.HasPrefix(b.file, "configs/")
		if isNew && err == nil || b.place != "" && !strings.Contains(string(text), b.line) {
			return false
		}
	}
	return true
}

// test runs the tests of the packages that hold every kind to its contract.
func (e extension) test(t *testing.T, dir string) {
	t.Helper()
	out := e.command(t, dir, "go", "test", "-vet=off", "-count=1", "-v", "-overlay", e.overlay,
		"-run", "Contract$/^winsorizer|ModelCard|AgreeWith|Repetition|Order|Perfect|NoWeight|NaN/within_10|EstimatorIsSaved/least_absolute|AddUp/least_absolute|ExplainedOrRefused",
		"./src/internal/transform", "./src/internal/metrics", "./src/internal/model", "./src/internal/report")
	for _, name := range []string{
		"TestMetricsAgreeWithScikitLearn", "TestModelCard",
		"TestContract/winsorizer", "TestEveryTransformerHasAContract", "TestNaNIsNotHidden/regression_within_10_percent",
		"TestEveryEstimatorIsSaved/least_absolute", "TestEveryEstimatorIsExplainedOrRefused",
		"TestContributionsAddUpToThePrediction/regression_estimator:_least_absolute",
	} {
		assert.Contains(t, out, "--- PASS: "+name)
	}
}

// run builds the stages up to evaluate, runs them and returns where.
func (e extension) run(t *testing.T, dir string) (work string) {
	t.Helper()
	bin, work := t.TempDir(), t.TempDir()
	stages := []string{"fetch", "clean", "features", "train", "evaluate"}
	build := []string{"build", "-tags=nomsgpack,noparquet", "-ldflags=-s -w", "-overlay", e.overlay, "-o", bin + "/"}
	for _, stage := range stages {
		build = append(build, "./src/"+stage)
	}
	e.command(t, dir, "go", build...)
	for _, stage := range stages {
		e.command(t, dir, filepath.Join(bin, stage), "-config", e.configs, "-work", work)
	}
	return work
}

func (e extension) command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOTOOLCHAIN=local")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}

func readJSON(t *testing.T, work, file string, v any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(work, file))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, v))
}
