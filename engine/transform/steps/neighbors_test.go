package steps

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/table"
	"example.com/engine/transform"
)

func TestNeighborMeanByHand(t *testing.T) {
	null := math.NaN()
	x := table.Must(
		table.Floats("income", []float64{10, 20, null, 40, 99}),
		table.Floats("at", []float64{0, 1, 3, 7, null}))
	m := &NeighborMean{By: []string{"at"}, Neighbors: []int{1, 2}}
	fitted := must.Get(m.FitTransform(t.Context(), x, nil, nil))(t)
	assert.Equal(t, []string{"income_of_1", "income_of_2"}, fitted.Names())
	assert.Equal(t, []float64{20, 10}, fitted.Column("income_of_1").Floats[:2])
	assert.True(t, math.IsNaN(fitted.Column("income_of_1").Floats[3]), "the only neighbour has a null")
	assert.Equal(t, []float64{20, 10, 15, 20}, fitted.Column("income_of_2").Floats[:4], "nulls are left out of the mean")
	assert.True(t, math.IsNaN(fitted.Column("income_of_2").Floats[4]), "no place, no neighbours")

	again := must.Get(m.Transform(x.Slice(0, 1)))(t)
	assert.Equal(t, 10.0, again.Column("income_of_1").Floats[0], "a new row at the place of a training row")
}

func TestNeighborMeanRefusals(t *testing.T) {
	x := table.Must(table.Floats("at", []float64{1, 2}))
	require.ErrorContains(t, (&NeighborMean{By: []string{"place"}, Neighbors: []int{1}}).Fit(x, nil, nil), `no column "place"`)
	require.ErrorContains(t, (&NeighborMean{By: []string{"at"}, Neighbors: []int{1}}).Fit(x, nil, nil), "no columns to average")
}

func TestKNNTargetByHand(t *testing.T) {
	x := table.Must(table.Floats("x", []float64{0, 1, 3, math.NaN()}))
	y := []float64{10, 20, 40, 99}
	k := &KNNTarget{Neighbors: []int{1, 2}, Statistics: []string{"mean", "median", "spread", "distance"}, Offset: 1}
	fitted := must.Get(k.FitTransform(t.Context(), x, y, nil))(t)
	assert.Equal(t, []string{
		"knn_1_mean", "knn_2_mean", "knn_1_median", "knn_2_median",
		"knn_1_spread", "knn_2_spread", "knn_1_distance", "knn_2_distance",
	}, fitted.Names())
	// Row 0 has the neighbours 1 (distance 1, weight 1/2) and 2 (3, 1/4).
	row := func(x *table.Table, i int) []float64 {
		var v []float64
		for _, c := range x.Columns() {
			v = append(v, c.Floats[i])
		}
		return v
	}
	assert.InDeltaSlice(t, []float64{20, (20*0.5 + 40*0.25) / 0.75, 20, 30, 0, 10, 1, 3}, row(fitted, 0), 1e-12)

	// A new row at the place of row 0 has that itself for a neighbour.
	again := must.Get(k.Transform(x))(t)
	assert.InDeltaSlice(t, []float64{10, (10 + 20*0.5) / 1.5, 10, 15, 0, 5, 0, 1}, row(again, 0), 1e-12)
	for _, v := range row(again, 3) {
		assert.True(t, math.IsNaN(v), "a row with a null has no neighbours")
	}
}

// A row's own target must not show in what it gets, however it changes.
func TestKNNTargetDoesNotLeak(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	n := 200
	a, b, y := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		a[i], b[i], y[i] = rng.Float64(), float64(rng.IntN(4)), rng.NormFloat64()
	}
	x := table.Must(table.Floats("a", a), table.Floats("b", b))
	k := &KNNTarget{Neighbors: []int{3, 7}, Statistics: []string{"mean", "median", "spread"}, Offset: 0.01}
	before := must.Get(k.FitTransform(t.Context(), x, y, nil))(t)
	changed := slices.Clone(y)
	changed[17] = 1e9
	after := must.Get(k.FitTransform(t.Context(), x, changed, nil))(t)
	for j, c := range before.Columns() {
		assert.Equal(t, c.Floats[17], after.Columns()[j].Floats[17])
		if j < len(k.Neighbors) { // the means; a median need not change
			assert.NotEqual(t, c.Floats, after.Columns()[j].Floats, "others see it")
		}
	}
}

func TestKNNTargetRefusals(t *testing.T) {
	x := table.Must(table.Floats("x", []float64{1, 2}))
	require.ErrorContains(t, NewKNNTarget().Fit(x, nil, nil), "target of 2 rows and got 0")
	require.ErrorContains(t, NewKNNTarget().Fit(x, []float64{1, math.NaN()}, nil), "row 2")
	nulls := table.Must(table.Floats("x", []float64{math.NaN()}))
	require.ErrorContains(t, NewKNNTarget().Fit(nulls, []float64{1}, nil), "every row has a null")
}

// TestClusterSimilarityAgainstScikitLearn compares with rbf_kernel, which
// expands squares and so loses digits near a center: 1e-12 of 1.
func TestClusterSimilarityAgainstScikitLearn(t *testing.T) {
	type similarityCase struct {
		Name            string
		Gamma           float64
		Centers, Points [][]float64
		Want            [][]float64
	}
	for _, c := range readFixture[similarityCase](t, "cluster_similarity") {
		s := NewClusterSimilarity()
		s.Gamma, s.Centers = c.Gamma, c.Centers
		x, y := make([]float64, len(c.Points)), make([]float64, len(c.Points))
		for i, p := range c.Points {
			x[i], y[i] = p[0], p[1]
		}
		s.In, s.Out = transform.Numbers("x", "y"), transform.Numbers(make([]string, len(c.Centers))...)
		out := intoUsedMemory(t, s, table.Must(table.Floats("x", x), table.Floats("y", y)))
		for k, want := range c.Want {
			require.InDeltaSlice(t, want, out[k].Floats, near, c.Name)
		}
	}
}

func TestClusterSimilarity(t *testing.T) {
	x := table.Must(table.Floats("a", []float64{0, 0, 1, 1, 9, 9, 10, 10}), table.Floats("b", []float64{0, 1, 0, 1, 9, 10, 9, 10}))
	s := NewClusterSimilarity()
	s.NClusters, s.Gamma = 2, 0.5
	require.NoError(t, s.Fit(x, nil, source()))
	require.Equal(t, []string{"cluster_0_similarity", "cluster_1_similarity"}, s.NamesOut())
	slices.SortFunc(s.Centers, func(a, b []float64) int { return int(a[0] - b[0]) })
	require.Equal(t, [][]float64{{0.5, 0.5}, {9.5, 9.5}}, s.Centers)
	require.Equal(t, 4.0, s.Inertia)

	got, err := s.Transform(table.Must(table.Floats("a", []float64{0.5, 1.5, math.NaN()}), table.Floats("b", []float64{0.5, 0.5, 0})))
	require.NoError(t, err)
	near := got.Columns()[0].Floats
	require.Equal(t, []float64{1, math.Exp(-0.5)}, near[:2])
	require.True(t, math.IsNaN(near[2]), "a null gives a null")
}

// TestClusterSimilarityWeighs puts the weight on one end.
func TestClusterSimilarityWeighs(t *testing.T) {
	x := table.Must(table.Floats("a", []float64{0, 1, 2, 3}))
	s := NewClusterSimilarity()
	s.NClusters, s.SampleWeight = 1, "target"
	require.NoError(t, s.Fit(x, []float64{0, 0, 1, 3}, source()))
	require.Equal(t, [][]float64{{2.75}}, s.Centers)
}

func TestClusterSimilarityRefuses(t *testing.T) {
	x := table.Must(table.Floats("a", []float64{0, math.NaN(), 2}))
	ok := table.Must(table.Floats("a", []float64{0, 1, 2}))
	s := NewClusterSimilarity()
	require.ErrorContains(t, s.Fit(x, nil, source()), "3 rows are too few for 10 clusters")
	s.NClusters = 2
	require.EqualError(t, s.Fit(x, nil, source()), `column "a", row 2: null has no place among clusters; impute it first`)
	require.PanicsWithValue(t, "transform: cluster_similarity draws numbers and needs a source of them", func() { _ = s.Fit(ok, nil, nil) })
	s.SampleWeight = "target"
	require.ErrorContains(t, s.Fit(ok, nil, source()), "needs the target of 3 rows as weights and got 0")
	require.ErrorContains(t, s.Fit(ok, []float64{1, -2, 1}, source()), `column "target", row 2: -2 can't be a weight`)
	require.ErrorContains(t, s.Fit(ok, make([]float64, 3), source()), "0 everywhere")
	s.Gamma = 0
	require.ErrorContains(t, s.Fit(ok, nil, source()), "gamma")
	require.ErrorContains(t, NewClusterSimilarity().Fit(table.Must(), nil, source()), "no rows")
}
