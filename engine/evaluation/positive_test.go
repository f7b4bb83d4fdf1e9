package evaluation

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/engine/claimtest"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/table"
)

// customers draws rows of which a share left, which x tells of by so many standard deviations.
func customers(n int, share, apart float64, rng *rand.Rand, stayed, left string) *table.Table {
	x, y := make([]float64, n), make([]string, n)
	for i := range x {
		x[i], y[i] = rng.NormFloat64(), stayed
		if rng.Float64() < share {
			x[i], y[i] = x[i]+apart, left
		}
	}
	y[0], y[1] = left, stayed
	return table.Must(table.Floats("x", x), table.Categories("y", y))
}

const logistic = "task: binary\nremainder: passthrough\nintervals: {method: none}\nevaluation: {bootstrap: {resamples: 100}}\nestimator: logistic_regression\n"

// measured is what the test rows say of a model of other rows, as metrics.json has it.
func measured(t *testing.T, settings string, train, test *table.Table) (results.Metrics, *Evaluation) {
	t.Helper()
	r := modeltest.Recipe(t, settings, train)
	m := must.Get(r.Fit(context.Background(), train))(t)
	e := must.Get(New(m, test, r.Config, nil))(t)
	return must.Get(e.Measure(context.Background()))(t), e
}

// A model that finds none of those that left has recall 0, whichever of the two names sorts last.
func TestNoneFoundIsRecallZero(t *testing.T) {
	for _, left := range []string{"a", "z"} {
		rng := rand.New(rand.NewPCG(3, 5))
		m, _ := measured(t, logistic, customers(600, 0.03, 0, rng, "m", left), customers(200, 0.05, 0, rng, "m", left))
		assert.Equal(t, left, m.Positive)
		assert.Equal(t, []string{"m", left}, []string{m.Classes[0].Name, m.Classes[1].Name})
		for _, name := range []string{"recall", "precision", "f1"} {
			assert.Zero(t, m.Test[name].Estimate, name)
			assert.Contains(t, m.Test, name)
		}
		gone := m.Classes[1]
		assert.Zero(t, gone.Predicted)
		assert.Zero(t, gone.Recall)
		assert.Equal(t, 200, gone.Rows+m.Classes[0].Rows)
		assert.Equal(t, []string{`no test row is predicted to be "` + left + `", though ` + results.Count(gone.Rows) + ` of 200 are`}, m.ClassWarnings())
		assert.Equal(t, "recall of "+left, results.MetricWords("recall", m.Positive))
		assert.Equal(t, "balanced accuracy", results.MetricWords("balanced_accuracy", m.Positive))
	}
}

// Names of classes, and so how they sort, move no metric of the rarer class.
func TestClaimNamesOfClasses(t *testing.T) {
	runs, most, recall := claimtest.Runs(10, 200), 0.0, 0.0
	for run := range runs {
		var two [2]results.Metrics
		for k, names := range [][2]string{{"active", "lapsed"}, {"present", "absent"}} {
			rng := rand.New(rand.NewPCG(uint64(run), 7))
			two[k], _ = measured(t, logistic, customers(300, 0.2, 1.5, rng, names[0], names[1]), customers(200, 0.2, 1.5, rng, names[0], names[1]))
			assert.Equal(t, names[1], two[k].Positive)
		}
		for name, i := range two[0].Test {
			other := two[1].Test[name]
			for _, d := range []float64{i.Estimate - other.Estimate, i.Low - other.Low, i.High - other.High} {
				most = max(most, math.Abs(d))
			}
		}
		c := two[0].Classes[1]
		assert.InDelta(t, c.Recall, two[0].Test["recall"].Estimate, 1e-12)
		assert.InDelta(t, c.Precision, two[0].Test["precision"].Estimate, 1e-12)
		assert.InDelta(t, c.F1, two[0].Test["f1"].Estimate, 1e-12)
		recall += c.Recall / float64(runs)
	}
	claimtest.Within(t, "largest change of a metric when the two classes swap their order by name", most, 0, 0, runs)
	// The best rule finds 0.43 of those that left and 0.95 of the others; the standard error of ten runs is below 0.04.
	claimtest.Within(t, "recall, of the class that is called positive", recall, 0.28, 0.58, runs)
}

// A champion that has the other class for its positive one is judged by the candidate's.
func TestChampionWithTheOtherPositive(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	train, test := customers(300, 0.2, 1.5, rng, "no", "yes"), customers(100, 0.2, 1.5, rng, "no", "yes")
	_, e := measured(t, logistic+"positive: yes\nmetric: recall", train, test)
	_, other := measured(t, logistic+"positive: no\nmetric: recall", train, test)
	rows := e.mine.rows
	mine, theirs := e.pair(other.Model, must.Get(ask(other.Model, test))(t), rows)
	assert.Equal(t, mine.Y, theirs.Y)
	assert.InDelta(t, e.Metric.Score(mine), e.Metric.Score(theirs), 1e-9)
	assert.Greater(t, e.Metric.Score(other.Data), 0.9, "its own recall is of those that stayed")
	assert.Less(t, e.Metric.Score(theirs), 0.7)
}

// Recode keeps answers that are not the likeliest class.
func TestRecodeKeepsAnswers(t *testing.T) {
	_, e := measured(t, logistic, customers(300, 0.2, 1.5, rand.New(rand.NewPCG(1, 1)), "a", "b"), customers(50, 0.2, 1.5, rand.New(rand.NewPCG(1, 2)), "a", "b"))
	d := e.Data
	d.Pred = make([]float64, len(d.Y)) // all a, whatever the probabilities
	there := model.Recode(d, []string{"a", "b"}, []string{"b", "c", "a"})
	assert.Equal(t, 2.0, there.Pred[0])
	back := metrics.Data{Y: there.Y, Pred: there.Pred, Proba: there.Proba}
	for i, y := range d.Y {
		assert.Equal(t, map[float64]float64{0: 2, 1: 0}[y], back.Y[i])
		assert.Equal(t, d.Proba.At(i, 1), back.Proba.At(i, 0))
		assert.Zero(t, back.Proba.At(i, 1))
	}
}
