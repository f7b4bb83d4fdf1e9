package steps

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/transform"
)

func TestMinMaxScaler(t *testing.T) {
	againstScikitLearn(t, "min_max_scaler")

	s := NewMinMaxScaler()
	s.FeatureRange = []float64{2, 4}
	fitted(t, s, column(10, null, 20))
	requireSame(t, []float64{2, 3, 4, 6, null}, transformed(t, s, column(10, 15, 20, 30, null)))
	s.Clip = true
	requireSame(t, []float64{2, 4, null}, transformed(t, s, column(-10, 30, null)))
	s.Clip = false
	requireSame(t, []float64{2, 4}, transformed(t, fitted(t, s, column(5, 5)), column(5, 6)))

	s.FeatureRange = []float64{1, 1}
	require.ErrorContains(t, s.Fit(column(1), nil, nil), "1 is not below 1")
	s.FeatureRange = []float64{1}
	require.ErrorContains(t, s.Fit(column(1), nil, nil), "feature_range")
}

func TestRobustScaler(t *testing.T) {
	againstScikitLearn(t, "robust_scaler")

	s := fitted(t, NewRobustScaler(), column(5, 1, null, 2, 4, 3))
	require.Equal(t, []float64{3}, s.Center)
	require.Equal(t, []float64{2}, s.Scale)
	require.Equal(t, []float64{1}, fitted(t, NewRobustScaler(), column(2, 2, 2, 2, 9)).Scale, "both quartiles are 2")

	for _, c := range []struct {
		low, high float64
		unit      bool
	}{{-1, 50, false}, {60, 40, false}, {50, 101, false}, {0, 75, true}, {30, 30, true}} {
		s.QuantileRange, s.UnitVariance = []float64{c.low, c.high}, c.unit
		require.Error(t, s.Fit(column(1, 2), nil, nil), "%v", c)
	}
}

func TestStandardScaler(t *testing.T) {
	againstScikitLearn(t, "standard_scaler")

	s := fitted(t, NewStandardScaler(), column(1, 2, 3, null, 6))
	require.Equal(t, []float64{3}, s.Mean)
	require.Equal(t, []float64{math.Sqrt(3.5)}, s.Scale)
	requireSame(t, []float64{0, null}, transformed(t, s, column(3, null)))
	require.Equal(t, "standard_scaler(mean=[3], scale=[1.871])", s.String())
}

func TestStandardScalerOfConstants(t *testing.T) {
	// A mean of 1/3 is rounded, and so is the distance to it.
	for _, v := range []float64{0, 7.3, 1e300 / 3, 1.0 / 3} {
		s := fitted(t, NewStandardScaler(), column(v, v, v))
		require.Equal(t, []float64{1}, s.Scale, v)
	}
	s := fitted(t, NewStandardScaler(), column(null, null))
	requireSame(t, []float64{5, null}, transformed(t, s, column(5, null)))
}

func TestScalersRefuse(t *testing.T) {
	for _, kind := range []string{"standard_scaler", "min_max_scaler", "robust_scaler", "quantile_transformer"} {
		s := must.Get(transform.New(kind))(t)
		require.ErrorContains(t, s.Fit(wordColumn("x"), nil, nil), `column "a" is a category`, kind)
		require.EqualError(t, s.Fit(column(), nil, nil), "no rows to learn from", kind)
		require.EqualError(t, s.Fit(column(1, math.Inf(1)), nil, nil), `column "a", row 2: +Inf is not finite`, kind)
	}
}

// TestQuantileTransformer has to meet scikit-learn at ties and ends.
func TestQuantileTransformer(t *testing.T) {
	againstScikitLearn(t, "quantile_transformer")

	q := fitted(t, NewQuantileTransformer(), column(0, 1, 1, 1, null, 4))
	requireSame(t, []float64{0, 0, 0.5, 0.5 * (0.75 + 1), 1, 1, null}, transformed(t, q, column(-1, 0, 1, 2.5, 4, 5, null)))
	q.OutputDistribution = "normal"
	out := transformed(t, q, column(-1e9, 1, 1e9))
	require.InDelta(t, -5.19934, out[0], 1e-5)
	require.InDelta(t, 0, out[1], 1e-15)
	require.InDelta(t, 5.19934, out[2], 1e-5)
	requireSame(t, []float64{0, 0, 1}, transformed(t, fitted(t, NewQuantileTransformer(), column(3, 3)), column(2, 3, 4)))
}

func TestLog(t *testing.T) {
	againstScikitLearn(t, "log")

	l := fitted(t, NewLog(), column(1))
	requireSame(t, []float64{0, null, 1}, transformed(t, l, column(1, null, math.E)))
	for _, bad := range []float64{0, -1} {
		_, err := l.Transform(column(1, bad))
		require.ErrorContains(t, err, `column "a", row 2: log(`)
		require.ErrorContains(t, err, ") is not a finite number")
	}
	l.PlusOne = true
	requireSame(t, []float64{0, 1e-20}, transformed(t, l, column(0, 1e-20)))
	require.EqualError(t, must.Err(l.Transform(column(-1))), `column "a", row 1: log1p(-1) is not a finite number`)
}

func TestRatio(t *testing.T) {
	x := tableOf(t, []fixtureColumn{
		{"rooms", "number", []any{6.0, 5.0, nil, 1.0, 0.0}},
		{"households", "number", []any{3.0, nil, 2.0, 0.0, 0.0}},
	})
	r := fitted(t, NewRatio(), x)
	requireSame(t, []float64{2, null, null, null, null}, transformed(t, r, x))
	require.Equal(t, []string{"rooms_per_households"}, r.NamesOut())
	require.Equal(t, "ratio(rooms / households)", r.String())
	require.EqualError(t, r.Fit(column(1), nil, nil), "it takes two columns and got [a]")
}

func TestFunctionTransformer(t *testing.T) {
	againstScikitLearn(t, "function_transformer")

	f := fitted(t, NewFunctionTransformer(), column(1))
	requireSame(t, []float64{-3, null}, transformed(t, f, column(-3, null)))
	f.Function = "sqrt"
	require.EqualError(t, must.Err(f.Transform(column(4, -4))), `column "a", row 2: sqrt(-4) is not a finite number`)
	f.Function = "sine"
	require.ErrorContains(t, must.Err(f.Transform(column(4))), `no function "sine"`)
	require.EqualError(t, f.Fit(column(1), nil, nil), `function: no function "sine"; there are [abs cbrt exp expm1 identity log log1p sqrt square]`)
}

// TestFunctionsKeepNulls holds for every function that can be named.
func TestFunctionsKeepNulls(t *testing.T) {
	for name, f := range functions {
		require.True(t, math.IsNaN(f(math.NaN())), name)
	}
}

func TestKBinsDiscretizer(t *testing.T) {
	againstScikitLearn(t, "k_bins_discretizer")

	d := NewKBinsDiscretizer()
	d.NBins, d.Strategy, d.Encode = 3, "uniform", "ordinal"
	fitted(t, d, column(0, null, 9))
	require.Equal(t, [][]float64{{3, 6}}, d.Edges)
	requireSame(t, []float64{0, 0, 1, 2, 2, null}, transformed(t, d, column(-5, 2.9, 3, 6, 100, null)))
	require.Equal(t, "k_bins_discretizer(strategy=uniform, a=[3 6])", d.String())

	d.Encode = "onehot"
	out := must.Get(fitted(t, d, column(0, 9)).Transform(column(4, null)))(t)
	require.Equal(t, []string{"a_0", "a_1", "a_2"}, out.Names())
	requireSame(t, []float64{1, 0}, out.Column("a_1").Floats)
	requireSame(t, []float64{0, 0}, out.Column("a_0").Floats)
}

func TestKBinsDiscretizerOfFewValues(t *testing.T) {
	for _, strategy := range []string{"uniform", "quantile", "kmeans"} {
		d := NewKBinsDiscretizer()
		d.Strategy = strategy
		require.Empty(t, fitted(t, d, column(3, 3, 3)).Edges[0], strategy)
		require.Empty(t, fitted(t, d, column(null, null)).Edges[0], strategy)
		require.Equal(t, []string{"a_0"}, d.NamesOut(), strategy)
	}
	d := NewKBinsDiscretizer()
	fitted(t, d, column(1, 1, 1, 1, 1, 2))
	require.Empty(t, d.Edges[0], "the quantiles are 1, 1, … and 2, which leaves one bin")
	d.NBins = 2
	fitted(t, d, column(0, 1, 1+1e-9, 2))
	require.Equal(t, []float64{1 + 0.5e-9}, d.Edges[0])
	fitted(t, d, column(0, 1e-9, 1e-9, 2))
	require.Empty(t, d.Edges[0], "an edge so near the one before is left out")
	d.NBins = 1
	require.ErrorContains(t, d.Fit(column(1), nil, nil), "n_bins")
}
