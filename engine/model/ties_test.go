package model_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/claimtest"
	"example.com/engine/estimator"
	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/table"
)

// towns has ten rows of each of n towns. What they are worth is x, what the town
// is like, and chance. The place names the town: who knows it by heart knows what
// other rows of the town are worth, and of those of another town nothing.
func towns(n int, rng *rand.Rand) *table.Table {
	town, x, place, y := []string{}, []float64{}, []float64{}, []float64{}
	for k, at := range rng.Perm(n) {
		like := rng.NormFloat64()
		for range 10 {
			v := rng.NormFloat64()
			town, x, place = append(town, string(rune('A'+k))), append(x, v), append(place, 100*float64(at))
			y = append(y, v+2*like+0.5*rng.NormFloat64())
		}
	}
	return table.Must(table.Categories("town", town), table.Floats("x", x), table.Floats("place", place), table.Floats("y", y))
}

const inputs = "columns: [{columns: [x, place], steps: [passthrough]}]\n"

// honest returns the weight of the member that can predict for other towns.
func honest(t *testing.T, settings string, group string, rows *table.Table) float64 {
	r := modeltest.Recipe(t, inputs+settings+"estimator: {blend_regressor: {estimators: [ridge, {k_neighbors_regressor: {n_neighbors: 3}}]}}", rows)
	r.Ties.Groups = group
	m := must.Get(r.Fit(t.Context(), rows))(t)
	return m.Estimator.Learner.(*estimator.BlendRegressor).Weights[0]
}

// Where rows come in groups, a blend is weighed by groups that its members have
// not seen, be it cross-validation or the split that names them. By rows set
// aside at random, the member that knows the groups by heart gets the weight.
func TestClaimBlendsOfGroups(t *testing.T) {
	runs := claimtest.Runs(20, 300)
	var byCV, bySplit, byRow float64
	for run := range runs {
		rows := towns(30, rand.New(rand.NewPCG(uint64(run), 17)))
		byCV += honest(t, "cross_validation: {split: group_kfold, groups: town}\n", "", rows) / float64(runs)
		bySplit += honest(t, "", "town", rows) / float64(runs)
		byRow += honest(t, "", "", rows) / float64(runs)
	}
	claimtest.Within(t, "weight of the honest member, groups by cross-validation", byCV, 0.8, 1, runs)
	claimtest.Within(t, "weight of the honest member, groups by the split", bySplit, 0.8, 1, runs)
	claimtest.Within(t, "weight of the honest member, rows at random", byRow, 0, 0.5, runs)
}

// Early stopping, too, judges by groups, or by later rows: a boosting that learns
// groups by heart, or wanders off, is stopped.
func TestEarlyStoppingFollowsTheRows(t *testing.T) {
	rounds := func(rows *table.Table, tie func(r *model.Recipe)) int {
		r := modeltest.Recipe(t, inputs+"estimator: {gradient_boosting_regressor: {max_iter: 300, early_stopping: true, min_samples_leaf: 2, validation_fraction: 0.2}}", rows)
		tie(&r)
		m := must.Get(r.Fit(t.Context(), rows))(t)
		return m.Estimator.Learner.(*estimator.BoostingRegressor).Rounds()
	}
	rows := towns(40, rand.New(rand.NewPCG(1, 18)))
	alone := rounds(rows, func(*model.Recipe) {})
	assert.Less(t, 2*rounds(rows, func(r *model.Recipe) { r.Ties.Groups = "town" }), alone)
	assert.Less(t, 2*rounds(rows, func(r *model.Recipe) { r.Ties.Time = "place" }), alone)
}

// A column that is not there, or cannot order rows, is told by who looks for it.
func TestWrongTies(t *testing.T) {
	rows := towns(10, rand.New(rand.NewPCG(1, 19)))
	r := modeltest.Recipe(t, inputs+"cross_validation: {groups: twn}\nestimator: {blend_regressor: {estimators: [ridge, dummy]}}", rows)
	_, err := r.Fit(t.Context(), rows)
	require.ErrorContains(t, err, `cross_validation.groups: no column "twn": there are [town x place y]`)
	rows.Column("place").Floats[3] = math.NaN()
	r = modeltest.Recipe(t, inputs+"cross_validation: {time: place}\nestimator: {blend_regressor: {estimators: [ridge, dummy]}}", rows)
	_, err = r.Fit(t.Context(), rows)
	require.ErrorContains(t, err, `cross_validation.time: row 4 of column "place" is null`)
}
