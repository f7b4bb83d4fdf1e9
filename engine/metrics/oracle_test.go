package metrics

//go:generate python3 testdata/make.py

import (
	"encoding/json"
	"maps"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// sameNumber is how far a metric may be from scikit-learn's: sums of some
// tens of terms, added in another order.
const sameNumber = 1e-12

type fixture struct {
	Regression sheet
	Binary     sheet
	Multiclass sheet
}

type sheet struct {
	Y, Pred, W []float64
	Proba      [][]float64
	Scores     map[string][]float64 // without weights and, where there is one, with
	Confusion  []ConfusionMatrix
	Curves     []curves
}

type curves struct {
	ROC      struct{ FPR, TPR, Threshold []float64 }
	PR       struct{ Precision, Recall, Threshold []float64 }
	Quantile struct{ Observed, Predicted []float64 }
}

// data returns the rows with or without weights.
func (s sheet) data(weighted bool) Data {
	d := Data{Y: s.Y, Pred: s.Pred}
	if weighted {
		d.W = s.W
	}
	if s.Proba != nil {
		d.Proba = mat.NewDense(len(s.Proba), len(s.Proba[0]), slices.Concat(s.Proba...))
	}
	return d
}

func load(t testing.TB) fixture {
	t.Helper()
	b, err := os.ReadFile("testdata/metrics.json")
	require.NoError(t, err)
	var f fixture
	require.NoError(t, json.Unmarshal(b, &f))
	return f
}

func TestMetricsAgreeWithScikitLearn(t *testing.T) {
	f := load(t)
	for _, c := range []struct {
		task  Task
		sheet sheet
	}{{Regression, f.Regression}, {Binary, f.Binary}, {Multiclass, f.Multiclass}} {
		for _, m := range All(c.task) {
			require.Contains(t, c.sheet.Scores, m.Name, "no fixture")
		}
		for _, name := range slices.Sorted(maps.Keys(c.sheet.Scores)) {
			m, err := Lookup(name)
			require.NoError(t, err)
			for k, want := range c.sheet.Scores[name] {
				got := m.Score(c.sheet.data(k == 1))
				require.InEpsilon(t, want, got, sameNumber, "%s %s weighted=%t", c.task, name, k == 1)
			}
		}
	}
}

func TestConfusionAgreesWithScikitLearn(t *testing.T) {
	f := load(t)
	for _, s := range []sheet{f.Binary, f.Multiclass} {
		require.Len(t, s.Confusion, 2)
		require.Equal(t, s.Confusion[0], Confusion(s.Y, s.Pred, nil))
		require.Equal(t, s.Confusion[1], Confusion(s.Y, s.Pred, s.W))
	}
}

func TestCurvesAgreeWithScikitLearn(t *testing.T) {
	s := load(t).Binary
	score := column(s.data(false).Proba, 1)
	require.Len(t, s.Curves, 2)
	for k, want := range s.Curves {
		w := s.data(k == 1).W
		roc := ROCCurve(s.Y, score, w)
		near(t, want.ROC.FPR, pick(roc, func(p ROCPoint) float64 { return p.FalsePositive }))
		near(t, want.ROC.TPR, pick(roc, func(p ROCPoint) float64 { return p.TruePositive }))
		near(t, want.ROC.Threshold, pick(roc[1:], func(p ROCPoint) float64 { return p.Threshold }))
		require.True(t, math.IsInf(roc[0].Threshold, 1))

		pr := PRCurve(s.Y, score, w)
		near(t, want.PR.Precision, pick(pr, func(p PRPoint) float64 { return p.Precision }))
		near(t, want.PR.Recall, pick(pr, func(p PRPoint) float64 { return p.Recall }))
		last := len(pr) - 1
		near(t, want.PR.Threshold, pick(pr[:last], func(p PRPoint) float64 { return p.Threshold }))
		require.True(t, math.IsInf(pr[last].Threshold, 1))
	}
}

func TestCalibrationCurveAgreesWithScikitLearn(t *testing.T) {
	s := load(t).Binary
	score := column(s.data(false).Proba, 1)
	want, got := s.Curves[0].Quantile, CalibrationCurveByQuantiles(s.Y, score, nil, 5)
	near(t, want.Observed, pick(got, func(p CalibrationPoint) float64 { return p.Observed }))
	near(t, want.Predicted, pick(got, func(p CalibrationPoint) float64 { return p.Predicted }))
}

func near(t *testing.T, want, got []float64) {
	t.Helper()
	require.NotEmpty(t, want)
	require.InDeltaSlice(t, want, got, sameNumber)
}

func pick[T any](points []T, f func(T) float64) []float64 {
	out := make([]float64, len(points))
	for i, p := range points {
		out[i] = f(p)
	}
	return out
}
