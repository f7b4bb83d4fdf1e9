package feedback

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/predictionlog"
	"example.com/engine/results"
	"example.com/engine/table"
)

const regression = `
target: price
columns: [{name: size, type: number}, {name: price, type: number, unit: CHF, strip: "CHF ", nulls: [sold]}]
`

const classification = `
target: kind
columns: [{name: size, type: number}, {name: kind, type: category}]
`

// fit saves a small model and returns its path.
func fit(t *testing.T, schemaText, modelText string) string {
	t.Helper()
	r := model.Recipe{Config: model.DefaultConfig()}
	require.NoError(t, config.Parse("schema.yaml", []byte(schemaText), &r.Schema))
	require.NoError(t, config.Parse("model.yaml", []byte("columns: [{columns: [size], steps: [standard_scaler]}]\n"+modelText), &r.Config))
	const n = 60
	size, price, kind := make([]float64, n), make([]float64, n), make([]string, n)
	for i := range n {
		size[i], price[i], kind[i] = float64(i), 1000*float64(i), []string{"flat", "house"}[i/30]
	}
	all := table.Must(table.Floats("size", size), table.Floats("price", price), table.Categories("kind", kind))
	rows := must.Get(all.Select("size", r.Schema.Target))(t)
	m := must.Get(r.Fit(context.Background(), rows))(t)
	m.Intervals = nil
	path := filepath.Join(t.TempDir(), "model.zip")
	modeltest.Save(t, m, path)
	return path
}

// logged answers n requests of one row, named r0, r1, …, by the model, and
// returns the log's folder and the predictions.
func logged(t *testing.T, path string, version func(string) string, n int) (string, model.Prediction) {
	t.Helper()
	m := must.Get(model.Open(path))(t)
	size := make([]float64, n)
	for i := range size {
		size[i] = float64(60*i) / float64(n)
	}
	p := must.Get(m.Predict(table.Must(table.Floats("size", size))))(t)
	s := predictionlog.Default()
	s.Folder = t.TempDir()
	l := must.Get(predictionlog.Open(s, predictionlog.Counts{}))(t)
	source := &predictionlog.Source{Model: version(m.Version()), Columns: []table.Field{{Name: "size"}}, Classes: m.Classes}
	for i := range n {
		r := &predictionlog.Rows{
			Source: source, Request: fmt.Sprint("r", i), Columns: []*table.Column{table.Floats("size", size[i:i+1])},
		}
		if p.Proba == nil {
			r.Values = p.Values[i : i+1]
		} else {
			r.Codes, r.Place, r.Proba = p.Codes(), []int{i}, p.Proba
		}
		l.Add(r)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(t, l.Close(ctx))
	return s.Folder, p
}

func same(v string) string { return v }

func writeCSV(t *testing.T, records ...[]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "truth.csv")
	f := must.Get(os.Create(path))(t)
	defer f.Close()
	require.NoError(t, csv.NewWriter(f).WriteAll(records))
	return path
}

// The live metrics are those of the answers to the rows of the truth, whatever
// its order, and rows that can't be joined are counted.
func TestRegression(t *testing.T) {
	path := fit(t, regression, "estimator: ridge")
	log, p := logged(t, path, same, 50)
	truth := [][]string{{"note", "price", "request"}}
	var y, pred []float64
	for _, i := range rand.New(rand.NewPCG(1, 1)).Perm(50)[:40] {
		v := p.Values[i] + float64(100*(i%5))
		truth = append(truth, []string{"", "CHF " + fmt.Sprint(v), fmt.Sprint("r", i)})
		y, pred = append(y, v), append(pred, p.Values[i])
	}
	truth = append(truth, []string{"", "5", "strange"}, []string{"", "", "r3"}, []string{"", "sold", "r4"})
	j := must.Get(join(path, writeCSV(t, truth...), log))(t)
	f := must.Get(j.measure(context.Background(), model.DefaultConfig()))(t)
	assert.Equal(t, []int{41, 40, 0, 1}, []int{f.Truth, f.Rows, f.OtherModels, f.Unknown})
	assert.Equal(t, "rmse", f.Metric)
	rmse := must.Get(metrics.Lookup("rmse"))(t)
	live := f.Metrics[0]
	require.Equal(t, "rmse", live.Name)
	assert.InEpsilon(t, rmse.Score(metrics.Data{Y: y, Pred: pred}), live.Live.Estimate, 1e-12)
	assert.Less(t, live.Live.Low, live.Live.Estimate)

	folder := t.TempDir()
	tested, decided := filepath.Join(folder, "metrics.json"), filepath.Join(folder, "decision.json")
	require.NoError(t, compare(&f, tested, decided))
	assert.Nil(t, f.Worse, "nothing is known of the test rows")
	save(t, decided, results.Decision{Champion: f.Model, Against: []results.Challenge{{Name: "champion", Metric: "rmse", Other: 100}}})
	require.NoError(t, compare(&f, tested, decided))
	assert.InEpsilon(t, live.Live.Low/100-1, f.Worse.Surely, 1e-12)
	assert.InEpsilon(t, live.Live.Estimate/100-1, f.Worse.Estimate, 1e-12)
	f.Metrics[0].Test = nil
	save(t, tested, results.Metrics{Model: f.Model, Test: map[string]metrics.Interval{"rmse": {Estimate: 1000, Low: 900, High: 1100}}})
	require.NoError(t, compare(&f, tested, decided))
	assert.Equal(t, 900.0, f.Metrics[0].Test.Low)
	assert.Negative(t, f.Worse.Estimate)
}

func save(t *testing.T, path string, v any) {
	t.Helper()
	data := must.Get(results.Marshal(v))(t)
	require.NoError(t, os.WriteFile(path, data, 0o600))
}

// Where greater is better, less is worse.
func TestWorseWhereGreaterIsBetter(t *testing.T) {
	f := results.Feedback{Metric: "roc_auc", Metrics: []results.LiveMetric{{
		Name: "roc_auc", Greater: true, Live: metrics.Interval{Estimate: 0.6, Low: 0.5, High: 0.7}, Test: &metrics.Interval{Estimate: 0.8},
	}}}
	w := worse(&f)
	assert.InDelta(t, 0.25, w.Estimate, 1e-12)
	assert.InDelta(t, 0.125, w.Surely, 1e-12)
}

func TestClassification(t *testing.T) {
	path := fit(t, classification, "task: binary\nestimator: logistic_regression")
	log, p := logged(t, path, same, 40)
	truth := [][]string{{"request", "row", "kind"}}
	right := 0.0
	for i := range 40 {
		label := []string{"flat", "house"}[i/20]
		if (p.Proba.At(i, 1) > 0.5) == (i >= 20) {
			right++
		}
		truth = append(truth, []string{fmt.Sprint("r", i), "0", label})
	}
	j := must.Get(join(path, writeCSV(t, truth...), log))(t)
	f := must.Get(j.measure(context.Background(), model.DefaultConfig()))(t)
	found := map[string]float64{}
	for _, m := range f.Metrics {
		found[m.Name] = m.Live.Estimate
	}
	assert.InDelta(t, right/40, found["accuracy"], 1e-12)
	assert.Contains(t, found, "roc_auc")
	assert.False(t, math.IsNaN(found["roc_auc"]))
}

func TestRefusals(t *testing.T) {
	path := fit(t, regression, "estimator: ridge")
	mine, _ := logged(t, path, same, 5)
	other, _ := logged(t, path, func(string) string { return "another" }, 5)
	for name, c := range map[string]struct {
		log   string
		truth [][]string
		want  string
	}{
		"no target":     {mine, [][]string{{"request"}, {"r1"}}, "price"},
		"no request":    {mine, [][]string{{"price"}, {"1"}}, "request"},
		"bad target":    {mine, [][]string{{"request", "price"}, {"r1", "much"}}, "much"},
		"bad row":       {mine, [][]string{{"request", "row", "price"}, {"r1", "0.5", "1"}}, `row 1: column "row": 0.5 is not the number of a row`},
		"twice":         {mine, [][]string{{"request", "price"}, {"r1", "1"}, {"r1", "2"}}, `row 2: request "r1", row 0 comes twice`},
		"another model": {other, [][]string{{"request", "price"}, {"r1", "1"}}, "none of 1 rows of the truth was answered by the champion"},
	} {
		t.Run(name, func(t *testing.T) {
			j, err := join(path, writeCSV(t, c.truth...), c.log)
			if err == nil {
				_, err = j.measure(context.Background(), model.DefaultConfig())
			}
			assert.ErrorContains(t, err, c.want)
		})
	}
}
