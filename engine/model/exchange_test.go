package model_test

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/claimtest"
	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/table"
)

// shops has 20 to 50 rows of each of n shops, those of more rows with larger errors:
// y = x + 2 × what the shop is like + chance. The place names the shop.
func shops(n int, rng *rand.Rand) *table.Table {
	shop, x, place, y := []string{}, []float64{}, []float64{}, []float64{}
	for k, at := range rng.Perm(n) {
		rows := 20 + rng.IntN(31)
		like := rng.NormFloat64() * float64(rows) / 35
		for range rows {
			v := rng.NormFloat64()
			shop, x, place = append(shop, string(rune('A'+k))), append(x, v), append(place, float64(at))
			y = append(y, v+2*like+rng.NormFloat64())
		}
	}
	return table.Must(table.Categories("shop", shop), table.Floats("x", x), table.Floats("place", place), table.Floats("y", y))
}

// withIntervals fits, and returns the model with its warnings.
func withIntervals(t *testing.T, settings string, rows *table.Table, tie func(*model.Recipe)) (*model.Model, []string) {
	t.Helper()
	r := modeltest.Recipe(t, settings, rows)
	tie(&r)
	_, held, err := r.HoldOut(t.Context(), rows, must.Get(r.Folds(rows))(t), nil, func() {})
	require.NoError(t, err)
	m, warnings, err := r.FitCalibrated(t.Context(), rows, held)
	require.NoError(t, err)
	return m, warnings
}

// inside is the share of rows inside, where a group counts once if there are groups.
func inside(t *testing.T, m *model.Model, rows *table.Table, group string) float64 {
	p, of, in := must.Get(m.Predict(rows))(t), map[int]float64{}, map[int]float64{}
	for i, y := range rows.Column("y").Floats {
		g := 0
		if group != "" {
			g = int(rows.Column(group).Floats[i])
		}
		of[g]++
		if p.Lower[i] <= y && y <= p.Upper[i] {
			in[g]++
		}
	}
	sum := 0.0
	for g, n := range of {
		sum += in[g] / n
	}
	return sum / float64(len(of))
}

const byX = "columns: [{columns: [x, place], steps: [passthrough]}]\nestimator: {k_neighbors_regressor: {n_neighbors: 10}}\nintervals: "

// Intervals of rows of new groups hold their level where the groups are known, by the
// split or the cross-validation; with rows taken one by one they are far too narrow,
// since the estimator knows the groups by heart.
func TestClaimIntervalsOfNewGroups(t *testing.T) {
	runs := claimtest.Runs(10, 600)
	slack := 3 * 0.07 / math.Sqrt(float64(runs)) // 0.07 is a run's standard deviation: 40 groups calibrate, 40 are tried
	if claimtest.Full() {
		slack = 0
	}
	named := func(r *model.Recipe) { r.Ties.Groups = "shop" }
	for _, c := range []struct {
		name, settings string
		tie            func(*model.Recipe)
		low, high      float64
	}{
		{"cv, groups of the split", "{score: absolute}", named, 0.88, 0.93},
		{"cv, binned, groups of the split", "{}", named, 0.88, 0.93},
		{"cv+, groups of the split", "{method: cv+}", named, 0.88, 0.95},
		{"cv, groups of the cross-validation", "{score: absolute}\ncross_validation: {split: group_kfold, groups: shop}", func(*model.Recipe) {}, 0.88, 0.93},
		{"cv, rows one by one", "{score: absolute}", func(*model.Recipe) {}, 0.3, 0.8},
	} {
		sum := 0.0
		for run := range runs {
			rng := rand.New(rand.NewPCG(uint64(run), 23))
			m, _ := withIntervals(t, byX+c.settings, shops(40, rng), c.tie)
			sum += inside(t, m, shops(40, rng), "place")
		}
		claimtest.Within(t, "coverage of 90 % intervals, rows of new groups, "+c.name, sum/float64(runs), c.low-slack, c.high+slack, runs)
	}
}

// Fewer groups than the level takes give no intervals, and say so.
func TestTooFewGroups(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 24))
	for _, settings := range []string{"{score: absolute}", "{}", "{method: cv+}", "{method: split, score: absolute}"} {
		m, warnings := withIntervals(t, byX+settings, shops(8, rng), func(r *model.Recipe) { r.Ties.Groups = "shop" })
		require.Nil(t, m.Intervals)
		require.Regexp(t, `predictions carry no intervals: too few rows to calibrate intervals: \d groups for the share 0.9`, warnings[0])
	}
}

// What groups weigh is saved, and said.
func TestIntervalsOfGroupsAreSaved(t *testing.T) {
	rows := shops(40, rand.New(rand.NewPCG(1, 27)))
	for _, settings := range []string{"{method: cv+}", "{score: quantile}", "{}"} {
		m, warnings := withIntervals(t, byX+settings, rows, func(r *model.Recipe) { r.Ties.Groups = "shop" })
		require.Empty(t, warnings)
		require.Equal(t, "the level is meant for rows of new groups, on average over groups, and rests on 40 groups that were held out whole", m.Intervals.Promise())
		loaded := modeltest.Save(t, m, filepath.Join(t.TempDir(), "model"))
		require.Equal(t, must.Get(m.Predict(rows))(t), must.Get(loaded.Predict(rows))(t))
		require.Equal(t, m.Intervals.Promise(), loaded.Intervals.Promise())
	}
}

// Groups of one row each are rows: not a bit differs.
func TestGroupsOfOneRow(t *testing.T) {
	rows := modeltest.Friedman(200, rand.New(rand.NewPCG(1, 25)))
	settings := "columns: [{columns: [x0, x1], steps: [passthrough]}]\nintervals: "
	for _, method := range []string{"{}", "{method: cv+}", "{method: split}"} {
		want, _ := withIntervals(t, settings+method, rows, func(*model.Recipe) {})
		got, warnings := withIntervals(t, settings+method, rows, func(r *model.Recipe) { r.Ties.Groups = "x2" })
		require.Empty(t, warnings)
		require.Equal(t, must.Get(want.Predict(rows))(t), must.Get(got.Predict(rows))(t))
	}
}

// series has rows in order of time, the errors of which follow the one before, and
// from there on a level that drifts by so much a row.
func series(n int, follows, drift float64, rng *rand.Rand) *table.Table {
	day, x, y, e := make([]float64, n), make([]float64, n), make([]float64, n), 0.0
	for i := range n {
		e = follows*e + math.Sqrt(1-follows*follows)*rng.NormFloat64()
		day[i], x[i] = float64(i), rng.NormFloat64()
		y[i] = x[i] + e + drift*float64(i)
	}
	return table.Must(table.Floats("day", day), table.Floats("x", x), table.Floats("y", y))
}

// Intervals of later rows hold their level on average where errors follow each other
// but stay as they were, though the estimator follows the errors around a day. Where
// the level drifts they do not.
func TestClaimIntervalsOfLaterRows(t *testing.T) {
	runs := claimtest.Runs(30, 600)
	settings := "columns: [{columns: [x, day], steps: [passthrough]}]\nestimator: {k_neighbors_regressor: {n_neighbors: 5}}\nintervals: {score: absolute}"
	byTime := func(r *model.Recipe) { r.Ties.Time = "day" }
	for _, c := range []struct {
		name      string
		drift     float64
		tie       func(*model.Recipe)
		low, high float64
	}{
		{"errors that follow each other", 0, byTime, 0.86, 0.94},
		{"the same, folds at random", 0, func(*model.Recipe) {}, 0.4, 0.85},
		{"a level that drifts", 0.03, byTime, 0.3, 0.88},
	} {
		sum := 0.0
		for run := range runs {
			all := series(500, 0.9, c.drift, rand.New(rand.NewPCG(uint64(run), 26)))
			m, _ := withIntervals(t, settings, all.Slice(0, 400), c.tie)
			sum += inside(t, m, all.Slice(400, 500), "")
		}
		claimtest.Within(t, "coverage of 90 % intervals, later rows, "+c.name, sum/float64(runs), c.low, c.high, runs)
	}
}
