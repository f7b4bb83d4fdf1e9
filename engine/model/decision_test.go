package model_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"example.com/engine/claimtest"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/table"
)

const logistic = "task: binary\nremainder: passthrough\nintervals: {method: none}\nestimator: logistic_regression\ncross_validation: {split: {stratified_kfold: {folds: 5, shuffle: true, exact: true}}}\n"

// trained is what the stage train makes, with the score that it reports.
func trained(t *testing.T, settings string, rows *table.Table) (*model.Model, float64, []string) {
	t.Helper()
	r := modeltest.Recipe(t, settings, rows)
	require.NoError(t, r.Config.Validate())
	deciding, all, err := r.Config.Metrics()
	require.NoError(t, err)
	if by := all[0]; by.Name != metrics.All(model.Binary)[0].Name {
		deciding = by
	}
	folds := must.Get(r.Folds(rows))(t)
	cv, held, err := r.HoldOut(t.Context(), rows, folds, all, func() {})
	require.NoError(t, err)
	m, warnings, err := r.FitCalibrated(t.Context(), rows, held)
	require.NoError(t, err)
	return m, cv.Mean[deciding.Name], warnings
}

func fresh(t *testing.T, m *model.Model, rows *table.Table) metrics.Data {
	t.Helper()
	return must.Get(m.Predict(rows))(t).Data(must.Get(m.Truth(rows))(t))
}

// simulated is a score over runs: of the model on fresh rows, at the best threshold
// there, at 0.5, as cross-validation reports it, and as the choice of the threshold
// would have it. Noise is what the score differs by between as many fresh rows as
// the model learned from.
type simulated struct{ got, best, half, cv, naive, noise []float64 }

func simulate(t *testing.T, settings string, n int, share float64, runs int) (s simulated) {
	t.Helper()
	const times = 4
	for run := range runs {
		rng := rand.New(rand.NewPCG(uint64(run), 7))
		m, cv, _ := trained(t, settings, modeltest.Rare(n, share, rng))
		rows := modeltest.Rare(times*n, share, rng)
		metric := must.Get(metrics.Lookup(m.Decision.By))(t)
		d := fresh(t, m, rows)
		_, best := metrics.BestThreshold(d.Y, mat.Col(nil, 1, d.Proba), nil, metric)
		s.got, s.best, s.cv, s.naive = append(s.got, metric.Score(d)), append(s.best, best), append(s.cv, cv), append(s.naive, m.Decision.Value)
		var parts []float64
		for k := range times {
			parts = append(parts, metric.Score(fresh(t, m, rows.Slice(k*n, (k+1)*n))))
		}
		s.noise = append(s.noise, stat.StdDev(parts, nil))
		m.Decision = nil
		s.half = append(s.half, metric.Score(fresh(t, m, rows)))
	}
	return s
}

func less(a, b []float64) (mean, se float64) {
	d := floats.SubTo(make([]float64, len(a)), a, b)
	return stat.Mean(d, nil), stat.StdDev(d, nil) / math.Sqrt(float64(len(d)))
}

func TestClaimThresholdOfRareClasses(t *testing.T) {
	for _, c := range []struct {
		n, runs int
		share   float64
	}{{3000, claimtest.Runs(8, 400), 0.01}, {10_000, claimtest.Runs(2, 100), 0.001}} {
		s := simulate(t, logistic+"metric: f1", c.n, c.share, c.runs)
		gap, _ := less(s.best, s.got)
		what := fmt.Sprintf("F1 below that of the best threshold, in the noise of F1, %v positive", c.share)
		claimtest.Within(t, what, gap/stat.Mean(s.noise, nil), 0, 1, c.runs)
		gain, _ := less(s.got, s.half)
		require.Greater(t, gain, 0.02, "the likelier class is almost never the rare one")
	}
}

func TestClaimCostsChooseTheThreshold(t *testing.T) {
	runs := claimtest.Runs(10, 400)
	s := simulate(t, logistic+"costs: {false_positive: 1, false_negative: 20}", 3000, 0.01, runs)
	gap, _ := less(s.got, s.best)
	claimtest.Within(t, "mean cost above that of the best threshold, in its noise", gap/stat.Mean(s.noise, nil), 0, 1, runs)
	saved, se := less(s.half, s.got)
	claimtest.Within(t, "mean cost saved against 0.5, as a share", saved/stat.Mean(s.half, nil), 3*se/stat.Mean(s.half, nil), 1, runs)
}

// What the choice itself would report is measured as well, so that the bound is one
// that optimism breaks.
func TestClaimScoresWithAThresholdAreHonest(t *testing.T) {
	for _, by := range []string{"f1", "balanced_accuracy"} {
		runs := claimtest.Runs(60, 1000)
		s := simulate(t, logistic+"metric: "+by, 400, 0.1, runs)
		bias, se := less(s.cv, s.got)
		// Folds learn from a fifth less, and F1 of few rows is lower on average than F1 of many.
		claimtest.Within(t, "cross-validated "+by+" with a threshold, less that of fresh rows", bias, -0.02-3*se, 3*se, runs)
		naive, _ := less(s.naive, s.got)
		require.Greater(t, naive, bias+se, "chosen and measured on the same rows")
	}
}

// Boosting of many trees is too sure of itself, a forest of whole trees too, and
// weights make the rare class as likely as the other.
func TestClaimCalibratedProbabilitiesComeTrue(t *testing.T) {
	const n, share = 1500, 0.1
	runs := claimtest.Runs(4, 200)
	// What the mean of as many classes differs by is what can be known of probabilities.
	noise := math.Sqrt(share * (1 - share) / n)
	for name, settings := range map[string]string{
		"weights":           logistic + "class_weights: balanced",
		"sigmoid":           strings.Replace(logistic, "logistic_regression", "{gradient_boosting_classifier: {max_iter: 100, max_leaf_nodes: 8}}", 1) + "calibration: {method: sigmoid}",
		"isotonic":          strings.Replace(logistic, "logistic_regression", "{random_forest_classifier: {n_estimators: 20}}", 1) + "calibration: {method: isotonic}",
		"weights, isotonic": strings.Replace(logistic, "logistic_regression", "{random_forest_classifier: {n_estimators: 20, min_samples_leaf: 5}}", 1) + "class_weights: balanced\ncalibration: {method: isotonic}",
	} {
		var off, before, mean []float64
		for run := range runs {
			rng := rand.New(rand.NewPCG(uint64(run), 9))
			m, _, _ := trained(t, settings, modeltest.Rare(n, share, rng))
			rows := modeltest.Rare(5*n, share, rng)
			d := fresh(t, m, rows)
			off = append(off, excess(d, rng))
			mean = append(mean, (stat.Mean(mat.Col(nil, 1, d.Proba), nil)-stat.Mean(d.Y, nil))/noise)
			m.Calibration, m.ClassWeights = nil, nil
			before = append(before, excess(fresh(t, m, rows), rng))
		}
		claimtest.Within(t, "calibration error beyond chance, "+name, stat.Mean(off, nil), -2*noise, 2*noise, runs)
		require.Greater(t, stat.Mean(before, nil), 1.5*stat.Mean(off, nil), "there was something to put right")
		// The rows learned from vary by 1, the five times as many fresh ones by a fifth of its square. Models of
		// folds learn from fewer rows than the one that is calibrated by them, which may move the mean a little.
		bound := 0.5 + 3.5*math.Sqrt(1.2/float64(runs))
		claimtest.Within(t, "mean probability less the share, in its noise, "+name, stat.Mean(mean, nil), -bound, bound, runs)
	}
}

// excess is the calibration error beyond that of probabilities which are right.
func excess(d metrics.Data, rng *rand.Rand) float64 {
	ece, _ := metrics.Lookup("ece")
	right := metrics.Data{Y: make([]float64, len(d.Y)), Proba: d.Proba}
	for i := range right.Y {
		if rng.Float64() < d.Proba.At(i, 1) {
			right.Y[i] = 1
		}
	}
	return ece.Score(d) - ece.Score(right)
}
