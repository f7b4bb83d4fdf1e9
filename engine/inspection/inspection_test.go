package inspection

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// rows draws some of target 3 a + 2 b + 10 if kind is x, with noise; c counts
// for nothing, and b is a twin of d.
func rows(n int) *table.Table {
	rng := rand.New(rand.NewPCG(1, 2))
	v, kinds := make([][]float64, 5), make([]string, n)
	for i := range n {
		kinds[i] = []string{"x", "y", "y", "z", ""}[rng.IntN(5)]
		a, b, c := rng.NormFloat64(), rng.NormFloat64(), float64(rng.IntN(4))
		y := 3*a + 2*b + rng.NormFloat64()
		if kinds[i] == "x" {
			y += 10
		}
		for j, x := range []float64{a, b, c, b + 0.001*rng.NormFloat64(), y} {
			v[j] = append(v[j], x)
		}
	}
	v[0][3] = math.NaN()
	return table.Must(table.Floats("a", v[0]), table.Floats("b", v[1]), table.Floats("c", v[2]), table.Floats("d", v[3]),
		table.Categories("kind", kinds), table.Texts("note", make([]string, n)), table.Floats("y", v[4]))
}

// graded is rows with a class for a target, one of so many.
func graded(t *testing.T, n, classes int) *table.Table {
	t.Helper()
	x := rows(n)
	labels := make([]string, n)
	for i, y := range x.Column("y").Floats {
		labels[i] = []string{"low", "mid", "high"}[min(classes-1, max(0, int(y/4)))]
	}
	x = must.Get(x.With(table.Categories("y", labels)))(t)
	return x
}

// newCase fits an estimator to half of the rows.
func newCase(t *testing.T, task model.Task, estimator string, x *table.Table) Case {
	t.Helper()
	r := modeltest.Recipe(t, fmt.Sprintf(`task: %s
columns:
  - {columns: [a, b, c, d], steps: [simple_imputer, standard_scaler]}
  - {columns: [kind], steps: [one_hot_encoder]}
intervals: {method: none}
estimator: %s`, task, estimator), x)
	for i := range r.Schema.Columns {
		r.Schema.Columns[i].Nullable = true
	}
	r.Schema.Columns[5].Type = schema.Text
	r.Schema.Columns[2].Type = schema.Integer
	m := must.Get(r.Fit(context.Background(), x.Slice(0, x.Len()/2)))(t)
	test := x.Slice(x.Len()/2, x.Len())
	y := must.Get(m.Truth(test))(t)
	p := must.Get(m.Predict(test))(t)
	s := model.DefaultExplanation()
	s.Rows, s.CurveRows, s.Shares, s.Worst = 200, 50, 40, 4
	return Case{Model: m, Test: test, Data: p.Data(y), Metric: metrics.All(task)[0], Settings: s, Seed: 1}
}

func run(t *testing.T, c Case) results.Explanation {
	t.Helper()
	out := must.Get(c.Run(context.Background()))(t)
	must.Get(results.MarshalCompact(out))(t)
	return out
}

func names(list []results.Importance) (out []string) {
	for _, i := range list {
		out = append(out, fmt.Sprint(i.Columns))
	}
	return out
}

func TestImportanceFindsWhatCounts(t *testing.T) {
	c := newCase(t, model.Regression, "{ridge: {alpha: 0.001}}", rows(1000))
	c.Settings.Together = [][]string{{"b", "d"}}
	out := run(t, c)
	assert.Equal(t, []string{"[kind]", "[a]", "[b d]"}, names(out.Importance)[:3])
	assert.Equal(t, 200, out.Rows)
	assert.Equal(t, 500, out.Of)
	for _, i := range out.Importance {
		switch i.Columns[0] {
		case "note":
			assert.Fail(t, "the pipeline does not take it")
		case "c":
			assert.Less(t, math.Abs(i.Mean), 0.05)
			assert.Less(t, i.Low, 0.02)
		default:
			assert.Greater(t, i.Low, 0.5)
			assert.Less(t, i.Low, i.Mean)
			assert.Greater(t, i.High, i.Mean)
		}
	}
	// What is shuffled: the squared error grows by twice the variance of 3 a.
	rmse := metrics.All(metrics.Regression)[0].Score(c.Data)
	a := out.Importance[1]
	assert.InDelta(t, math.Sqrt(rmse*rmse+18)-rmse, a.Mean, 0.5)
}

func TestTogetherNamesColumns(t *testing.T) {
	c := newCase(t, model.Regression, "ridge", rows(100))
	for why, together := range map[string][][]string{
		`[0]: "none" is not one`: {{"a", "none"}},
		`[0]: "y" is not one`:    {{"y"}},
		`[1]: "a" comes twice`:   {{"a", "b"}, {"c", "a"}},
		`[0]: "b" comes twice`:   {{"b", "b"}},
	} {
		c.Settings.Together = together
		assert.ErrorContains(t, must.Err(c.Run(context.Background())), "evaluation.explanation.together"+why)
	}
}

func TestCurvesAreThoseOfTheModel(t *testing.T) {
	c := newCase(t, model.Regression, "{ridge: {alpha: 0.001}}", rows(2000))
	out := run(t, c)
	curves := map[string]results.Curve{}
	for _, curve := range out.Curves {
		curves[curve.Column] = curve
	}
	assert.Len(t, curves, 5, "a text has no curve")
	a := curves["a"]
	require.Len(t, a.Points, 15)
	last := len(a.Points) - 1
	for _, line := range append([][]float64{a.Outputs[0].Mean}, a.Outputs[0].Rows...) {
		assert.InDelta(t, 3, (line[last]-line[0])/(a.Points[last]-a.Points[0]), 0.1)
	}
	assert.Len(t, a.Outputs[0].Rows, 30)
	assert.Equal(t, []float64{0, 1, 2, 3}, curves["c"].Points)
	kind := curves["kind"]
	assert.Equal(t, "y", kind.Levels[0], "the most frequent first")
	x := slices.Index(kind.Levels, "x")
	assert.InDelta(t, 10, kind.Outputs[0].Mean[x]-kind.Outputs[0].Mean[0], 0.3)
}

func TestSharesAndTheWorstRows(t *testing.T) {
	c := newCase(t, model.Regression, "{ridge: {alpha: 0.001}}", rows(1000))
	out := run(t, c)
	require.NotNil(t, out.Shares)
	assert.Empty(t, out.Why)
	assert.Len(t, out.Shares.Values, 40)
	assert.Equal(t, "target", out.Shares.Scale)
	require.Len(t, out.Worst, 4)
	for k, w := range out.Worst {
		assert.InDelta(t, math.Abs(c.Data.Y[w.Row]-c.Data.Pred[w.Row]), w.Loss, 1e-5*w.Loss)
		if k > 0 {
			assert.LessOrEqual(t, w.Loss, out.Worst[k-1].Loss)
		}
		sum := out.Shares.Outputs[0].Base
		for _, v := range w.Contributions {
			sum += v
		}
		assert.InDelta(t, c.Data.Pred[w.Row], sum, 1e-3)
	}
	greater := 0
	for i := range c.Data.Y {
		if math.Abs(c.Data.Y[i]-c.Data.Pred[i]) > out.Worst[3].Loss*(1+1e-5) {
			greater++
		}
	}
	assert.Equal(t, 3, greater)
	c.Settings.Worst = 0
	assert.Empty(t, run(t, c).Worst)
}

func TestEstimatorsWithoutContributionsSayWhy(t *testing.T) {
	out := run(t, newCase(t, model.Regression, "k_neighbors_regressor", rows(300)))
	assert.Nil(t, out.Shares)
	assert.Contains(t, out.Why, "k_neighbors_regressor is neither trees")
	assert.NotEmpty(t, out.Importance)
	assert.Nil(t, out.Worst[0].Contributions)
}

func TestClasses(t *testing.T) {
	out := run(t, newCase(t, model.Binary, "{gradient_boosting_classifier: {max_iter: 20}}", graded(t, 600, 2)))
	assert.Equal(t, "log_odds", out.Shares.Scale)
	require.Len(t, out.Curves[0].Outputs, 1)
	assert.Equal(t, "mid", out.Curves[0].Outputs[0].Class)
	assert.NotEmpty(t, out.Curves[0].Outputs[0].Rows)

	c := newCase(t, model.Multiclass, "logistic_regression", graded(t, 600, 3))
	out = run(t, c)
	assert.Equal(t, "score", out.Shares.Scale)
	require.Len(t, out.Curves[0].Outputs, 3)
	sum := 0.0
	for k, o := range out.Curves[0].Outputs {
		assert.Equal(t, c.Model.Classes[k], o.Class)
		assert.Empty(t, o.Rows)
		sum += o.Mean[0]
	}
	assert.InDelta(t, 1, sum, 1e-5, "probabilities")
	worst := out.Worst[0]
	p := c.Data.Proba.At(worst.Row, int(c.Data.Y[worst.Row]))
	assert.InDelta(t, -math.Log(p), worst.Loss, 1e-5*worst.Loss)
	assert.Greater(t, out.Importance[0].Low, 0.0)
}

func TestSameBitsAtAnyNumberOfProcessors(t *testing.T) {
	c := newCase(t, model.Regression, "{gradient_boosting_regressor: {max_iter: 20}}", rows(400))
	one := func(processors int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		data := must.Get(results.MarshalCompact(run(t, c)))(t)
		return string(data)
	}
	assert.Equal(t, one(1), one(3))
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, must.Err(newCase(t, model.Regression, "ridge", rows(100)).Run(ctx)), context.Canceled)
}
