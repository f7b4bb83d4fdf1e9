package evaluation

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"example.com/engine/claimtest"
	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/selection"
)

// mean is a setting that predicts by the mean of the target in each of as many cells of
// one column, so that two of them that look at columns that are alike are equally good.
func cellError(x, y []float64, f selection.Fold, cells int) float64 {
	sums, counts := make([]float64, cells), make([]float64, cells)
	cell := func(i int) int { return min(int(x[i]*float64(cells)), cells-1) }
	for _, i := range f.Train {
		sums[cell(i)] += y[i]
		counts[cell(i)]++
	}
	squares := 0.0
	for _, i := range f.Test {
		d := y[i] - sums[cell(i)]/max(1, counts[cell(i)])
		squares += d * d
	}
	return math.Sqrt(squares / float64(len(f.Test)))
}

// contestOfEquals scores two settings that are equally good, each by a column of its own,
// on the same folds.
func contestOfEquals(t *testing.T, folds, repeats int, rng *rand.Rand) (one, two results.CrossValidation) {
	t.Helper()
	const n = 120
	x, z, y := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range y {
		x[i], z[i] = rng.Float64(), rng.Float64()
		y[i] = 2*x[i] + 2*z[i] + rng.NormFloat64()
	}
	split := must.Get((&selection.RepeatedKFold{Folds: folds, Repeats: repeats}).Split(selection.Rows{N: n}, rng))(t)
	for _, f := range split {
		fold := func(v []float64) results.Fold {
			return results.Fold{TrainRows: len(f.Train), TestRows: len(f.Test), Scores: results.Scores{"rmse": cellError(v, y, f, 10)}}
		}
		one.Folds, two.Folds = append(one.Folds, fold(x)), append(two.Folds, fold(z))
	}
	one.Summarize()
	two.Summarize()
	return one, two
}

// Of two settings that are equally good, folds find one surely better in at most 5 % of
// contests, however often they are repeated; and the mean over the folds is within two of
// its standard errors of what it is on other tables in at least 95 %.
func TestClaimFoldsOfEquals(t *testing.T) {
	runs := claimtest.Runs(400, 20_000)
	slack := 3 * math.Sqrt(0.05*0.95/float64(runs))
	for _, c := range []struct{ folds, repeats int }{{5, 1}, {10, 1}, {5, 10}} {
		found, off, truth := 0.0, 0.0, 0.0
		var all []results.CrossValidation
		for run := range runs {
			one, two := contestOfEquals(t, c.folds, c.repeats, rand.New(rand.NewPCG(9, uint64(run))))
			scores := func(cv results.CrossValidation) model.Provenance {
				return model.Provenance{Folds: model.NewFoldScores(cv, nil, "rmse")}
			}
			if v := compareTrainings(scores(one), scores(two), "rmse", 0.95); v.Low > 0 || v.High < 0 {
				found++
			}
			all = append(all, one)
			truth += one.Mean["rmse"] / float64(runs)
		}
		for _, cv := range all {
			if math.Abs(cv.Mean["rmse"]-truth) > 2*cv.StdErr["rmse"] {
				off++
			}
		}
		name := strconv.Itoa(c.folds) + " folds, " + strconv.Itoa(c.repeats) + " times"
		claimtest.Within(t, "equal settings of which one is called better, "+name, found/float64(runs), 0.0005, 0.05+slack, runs)
		claimtest.Within(t, "means over folds more than 2 standard errors off, "+name, off/float64(runs), 0.0005, 0.05+slack, runs)
	}
}
