package track

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/tracking"
)

// record is a stage that read and made files, given as path=content.
func record(name, inputs, outputs string) stage.Record {
	files := func(list string) (files []stage.File) {
		for f := range strings.FieldsSeq(list) {
			path, sum, _ := strings.Cut(f, "=")
			files = append(files, stage.File{Path: path, SHA256: sum})
		}
		return files
	}
	return stage.Record{Stage: name, Inputs: files(inputs), Outputs: files(outputs)}
}

// A run is a training, what it was made from and what was made from it, as far
// as their files fit together.
func TestFamily(t *testing.T) {
	check := func(want string, records ...stage.Record) {
		t.Helper()
		var names []string
		for _, r := range records {
			if r.Stage == "train" {
				for _, f := range family(records, r) {
					names = append(names, f.Stage)
				}
			}
		}
		assert.Equal(t, want, strings.Join(names, " "))
	}
	fetch, clean := record("fetch", "", "raw=1"), record("clean", "raw=1", "clean=1")
	features := record("features", "clean=1", "train.csv=1 test.csv=1")
	train := record("train", "train.csv=1", "model=1 training=1")
	evaluate := record("evaluate", "model=1 test.csv=1", "metrics=1 decision=1")
	promote := record("promote", "model=1 decision=1", "promotion=1")
	plot := record("plot", "model=1 metrics=1 trials=1", "figures=1")
	search := record("search", "train.csv=1", "trials=1")

	check("fetch clean features train evaluate promote plot", fetch, clean, features, train, search, evaluate, promote, plot)
	check("train", train)
	// The model before: what judged it is of another run.
	check("fetch clean features train", fetch, clean, features, train, record("evaluate", "model=0 test.csv=1", "metrics=0 decision=0"), record("promote", "model=0 decision=0", ""))
	// Evaluated, and not yet decided on again.
	check("train evaluate", train, evaluate, record("promote", "model=1 decision=0", ""))
	// New data that nobody trained on yet.
	check("train evaluate", record("features", "clean=2", "train.csv=2 test.csv=1"), train, evaluate)
}

func TestSeparate(t *testing.T) {
	run := &tracking.Run{Parts: []tracking.Part{{Stage: "features", Params: map[string]string{"same": "1", "other": "1"}}}}
	p := tracking.Part{Stage: "train", Params: map[string]string{"same": "1", "other": "2", "own": "3"}}
	separate(run, &p)
	assert.Equal(t, map[string]string{"train.other": "2", "own": "3"}, p.Params)
}

func TestLossCurves(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.zip")
	write := func(name, head string) {
		f := must.Get(os.Create(file))(t)
		defer f.Close()
		z := zip.NewWriter(f)
		w := must.Get(z.Create(name))(t)
		must.Get(w.Write([]byte(head)))(t)
		require.NoError(t, z.Close())
	}
	write("head.json", `{"estimator": {"kind": "gradient_boosting_regressor", "state": {"train_loss": [3, 2], "valid_loss": [4, 3, 3]}}}`)
	curves := must.Get(lossCurves(file))(t)
	assert.Equal(t, []tracking.Metric{{Key: "rounds/train_loss", Values: []float64{3, 2}}, {Key: "rounds/valid_loss", Values: []float64{4, 3, 3}}}, curves)

	write("head.json", `{"estimator": {"kind": "ridge", "state": {"coef": [1]}}}`)
	curves = must.Get(lossCurves(file))(t)
	assert.Empty(t, curves)

	write("other", ``)
	assert.ErrorContains(t, must.Err(lossCurves(file)), "model.zip")
}

func TestLearningCurve(t *testing.T) {
	point := func(rows int, held float64) results.LearningPoint {
		return results.LearningPoint{Rows: rows, Held: &results.Spread{Mean: held}}
	}
	assert.Equal(t, []tracking.Metric{{Key: "learning_curve/held_out", Values: []float64{3, 2}, Steps: []int64{10, 50}}},
		learningCurve([]results.LearningPoint{point(10, 3), point(50, 2)}))
	assert.Empty(t, learningCurve(nil))
}

func TestArtifactPath(t *testing.T) {
	for output, want := range map[string]string{
		"models/candidate/model.zip": "model/model.zip", "models/candidate/MODEL_CARD.md": "model/MODEL_CARD.md", "reports/figures/map.png": "figures/map.png",
		"reports/index.html": "index.html", "data/processed/train.csv": "",
	} {
		got, ok := artifactPath(output)
		assert.Equal(t, want != "", ok)
		if ok {
			assert.Equal(t, want, got)
		}
	}
}
