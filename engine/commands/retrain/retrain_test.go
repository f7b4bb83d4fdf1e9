package retrain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/stage/stagetest"
	"example.com/engine/table"
)

// bench is a work folder with a champion of price by size.
type bench struct {
	*stagetest.Place
	t              *testing.T
	digest, answer string // of the champion, and the version in its answers
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{Place: stagetest.New(t), t: t}
	size := sizes(1, 500, 0)
	price := make([]float64, len(size))
	for i, v := range size {
		price[i] = 3 * v
	}
	rows := table.Must(table.Floats("size", size), table.Floats("price", price))
	m := modeltest.FitProfiled(t, "remainder: passthrough\nestimator: ridge\nintervals: {method: none}", rows)
	m = modeltest.Save(t, m, b.Path(results.Champion))
	b.digest, b.answer = m.Digest(), m.Version()
	return b
}

func sizes(seed uint64, n int, shift float64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 2))
	v := make([]float64, n)
	for i := range v {
		v[i] = 100 + 20*rng.NormFloat64() + shift
	}
	return v
}

// log replaces the log by answers of a model.
func (b *bench) log(version string, size []float64) {
	b.t.Helper()
	var lines strings.Builder
	for i, v := range size {
		fmt.Fprintf(&lines, `{"time":"2026-01-01T00:00:00Z","request":"%d","row":0,"model":%q,"inputs":{"size":%v},"prediction":%v}`+"\n", i, version, v, 3*v)
	}
	b.Write(results.PredictionLog+"/00000001.jsonl", lines.String())
}

// check runs the command and compares the decision and its reasons.
func (b *bench) check(retrain bool, reasons ...string) {
	b.t.Helper()
	var out bytes.Buffer
	require.Zero(b.t, Run([]string{"-config", b.Config, "-work", b.Work}, &out, &out), out.String())
	var got results.Retraining
	require.NoError(b.t, results.Read(b.Path(results.RetrainOut), &got))
	assert.Equal(b.t, retrain, got.Retrain, got.Reasons)
	assert.Equal(b.t, b.digest, got.Model)
	require.Len(b.t, got.Reasons, len(reasons), got.Reasons)
	for i, want := range reasons {
		assert.Contains(b.t, got.Reasons[i], want)
		assert.Contains(b.t, out.String(), "retrain: "+got.Reasons[i]+"\n")
	}
	assert.FileExists(b.t, b.Path(driftOut))
}

const noTruth = "no truth was joined yet"

const noRows = "drift not judged: no classifier over all columns was tried: the training rows are not in data/processed/train.csv"

func TestDrift(t *testing.T) {
	b := newBench(t)
	b.check(false, "drift not judged: no predictions are kept", noTruth)
	b.log("another", sizes(2, 400, 60))
	b.check(false, "drift not judged: this champion was asked nothing yet", noTruth)
	b.log(b.answer, sizes(2, 400, 0))
	b.check(false, "no drift in 2 columns of 400 rows against 500", noRows, noTruth)
	b.log(b.answer, sizes(2, 400, 60))
	b.check(true, `reason: drift: column "size"`, `reason: drift: column "prediction"`, noRows, noTruth)
	b.Set("retrain.yaml", "drift: error")
	b.check(false, "drift of severity warning, 2 times, is no reason by `drift: error` of retrain.yaml", noRows, noTruth)
	b.Set("drift.yaml", "columns: {size: error}")
	b.check(true, `reason: drift: column "size"`, noRows, noTruth)
	b.Set("retrain.yaml", "drift: off")
	b.check(false, noTruth)
}

// Where nothing could be judged, it is not called no drift, and what to do is said.
func TestNotJudged(t *testing.T) {
	b := newBench(t)
	b.log(b.answer, sizes(2, 40, 60))
	b.check(false, "drift not judged: this champion was asked 40 rows, and min_rows of drift.yaml is 100: wait for more, or lower it", noTruth)
	b.Set("drift.yaml", "columns: {size: off, prediction: off}\nclassifier: false")
	b.log(b.answer, sizes(2, 400, 60))
	b.check(false, "drift not judged: no column can be",
		`drift not judged: column "size": it is off in drift.yaml`, `drift not judged: column "prediction": it is off in drift.yaml`, noTruth)
	b.Set("drift.yaml", "columns: {size: off}\nclassifier: false")
	b.log(b.answer, sizes(2, 400, 0))
	b.check(false, "no drift in 1 column of 400 rows", `drift not judged: column "size": it is off in drift.yaml`, noTruth)
}

// Columns that go together otherwise than before, each as it was, are a reason if
// the training rows are at hand.
func TestAllColumnsTogether(t *testing.T) {
	b := newBench(t)
	inputs := func(seed uint64, n int, sign float64) (size, age []float64) {
		size, age = sizes(seed, n, 0), sizes(seed+100, n, 0)
		for i := range age {
			age[i] = sign*(size[i]-100) + age[i]/4
		}
		return size, age
	}
	size, age := inputs(1, 2000, 1)
	rows := table.Must(table.Floats("size", size), table.Floats("age", age), table.Floats("price", sizes(9, 2000, 0)))
	modeltest.SaveRows(t, rows, b.Path(results.Train))
	m := modeltest.FitProfiled(t, "remainder: passthrough\nestimator: ridge\nintervals: {method: none}", rows)
	m.Trained.SHA256 = must.Get(stage.Digest(b.Path(results.Train)))(t)
	m = modeltest.Save(t, m, b.Path(results.Champion))
	b.digest = m.Digest()
	ask := func(sign float64) {
		var lines strings.Builder
		size, age := inputs(2, 1000, sign)
		for i := range size {
			fmt.Fprintf(&lines, `{"time":"2026-01-01T00:00:00Z","request":"%d","row":0,"model":%q,"inputs":{"size":%v,"age":%v},"prediction":%v}`+"\n", i, m.Version(), size[i], age[i], 100)
		}
		b.Write(results.PredictionLog+"/00000001.jsonl", lines.String())
	}
	b.Set("drift.yaml", "columns: {prediction: off}")
	off := `drift not judged: column "prediction": it is off in drift.yaml`
	ask(-1)
	b.check(true, "reason: drift: a classifier tells the tables apart, with an AUC of 0.", off, noTruth)
	ask(1)
	b.check(false, "no drift in 2 columns of 1000 rows against 2000", off, noTruth)
}

func TestFeedback(t *testing.T) {
	b := newBench(t)
	b.Set("retrain.yaml", "drift: off\nworse: 0.1\nrows: 50")
	feedback := func(model string, rows int, worse *results.Worse) {
		t.Helper()
		data := must.Get(json.Marshal(results.Feedback{Model: model, Metric: "rmse", Rows: rows, Worse: worse}))(t)
		b.Write(results.FeedbackOut, string(data))
	}
	feedback("another", 100, &results.Worse{Estimate: 1, Surely: 1})
	b.check(false, "the feedback is about another model")
	feedback(b.digest, 100, nil)
	b.check(false, "rmse on the test rows is not known")
	feedback(b.digest, 49, &results.Worse{Estimate: 1, Surely: 1})
	b.check(false, "the truth of 49 rows is known, 50 are needed")
	feedback(b.digest, 50, &results.Worse{Estimate: 0.5, Surely: 0.1})
	b.check(false, "rmse is not surely more than 10 % worse than on the test rows")
	feedback(b.digest, 50, &results.Worse{Estimate: 0.5, Surely: 0.11})
	b.check(true, "reason: rmse is 50 % worse than on the test rows, surely 11 %; the limit is 10 %")
	b.Write(results.FeedbackOut, "{")
	var out bytes.Buffer
	assert.Equal(t, 1, Run([]string{"-config", b.Config, "-work", b.Work}, &out, &out))
	assert.Contains(t, out.String(), "retrain: reading ")
}
