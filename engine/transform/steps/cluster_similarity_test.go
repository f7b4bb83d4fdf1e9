package steps

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/table"
	"example.com/engine/transform"
)

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
